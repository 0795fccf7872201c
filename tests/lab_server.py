"""A JupyterLab of one test: its own home and settings, loopback only, ended with the test."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SECONDS_TO_START = 90


@dataclass(frozen=True)
class Lab:
    """A server that answers."""

    port: int
    token: str

    def address(self, path: str) -> str:
        """Return the address that opens the file at `path` in a fresh layout."""
        return f"http://127.0.0.1:{self.port}/lab/tree/{path}?reset&token={self.token}"


@contextmanager
def running(root: Path, home: Path) -> Iterator[Lab]:
    """Run JupyterLab on the workspace at `root`."""
    lab = Lab(_free_port(), secrets.token_hex(16))
    with (home / "lab.log").open("wb") as log:
        server = subprocess.Popen(
            _command(lab, root), env=_environment(home), cwd=root, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait(lab, server, home / "lab.log")
            yield lab
        finally:
            server.terminate()
            server.wait(30)


def _command(lab: Lab, root: Path) -> list[str]:
    options = {
        "--ip": "127.0.0.1",
        "--port": str(lab.port),
        "--ServerApp.port_retries": "0",
        "--ServerApp.root_dir": str(root),
        "--IdentityProvider.token": lab.token,
        "--LabApp.extension_manager": "readonly",
    }
    as_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    pairs = [f"{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "jupyterlab", "--no-browser", *as_root, *pairs]


def _environment(home: Path) -> dict[str, str]:
    settings = home / "settings"
    chosen = {
        # A box with news would lie over the menus.
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        # Cells that are not in view would be left out of the page.
        "notebook-extension/tracker": {"windowingMode": "none"},
    }
    for name, values in chosen.items():
        path = settings / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(values))
    own = {
        "HOME": home,
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": settings,
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
    }
    return {**os.environ, **{name: str(path) for name, path in own.items()}}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(lab: Lab, server: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < ends and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{lab.port}/api?token={lab.token}", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    msg = f"JupyterLab did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}"
    raise RuntimeError(msg)
