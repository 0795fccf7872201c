"""A PostgreSQL of the tests: a cluster in a temporary folder, loopback only, ended with the process that made it."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

__all__ = ["Cluster", "programs", "running"]

ROLE = "opsrules"
SECONDS_TO_START = 60


def programs() -> Path | None:
    """Folder of the server's programs: the newest of Debian's, else that on the path; None without a server."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    found = debian[-1] if debian else Path(on_path) if on_path else None
    return found.parent if found else None


class Cluster:
    """A cluster with one server.

    `is_durable` leaves the server's syncs on; everyday tests go without, as they never stop it.
    """

    def __init__(self, folder: Path, binaries: Path, *, is_durable: bool = False) -> None:
        self.folder, self._binaries, self._is_durable = folder, binaries, is_durable
        self._names = (f"register_{number}" for number in itertools.count())
        self._server: subprocess.Popen[bytes] | None = None
        # The server refuses to be root. The signal ends it, without a farewell, when this process is killed.
        self._as = ["setpriv", "--pdeathsig", "SIGQUIT"]
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
            self._as += ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
        how = ["-U", ROLE, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        command = [*self._as, str(binaries / "initdb"), "-D", str(folder / "data"), *how]
        made = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
        if made.returncode:
            raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")
        self.port = _free_port()

    @property
    def server(self) -> int:
        """Process id of the server, 0 while it is down."""
        return self._server.pid if self._server else 0

    def start(self) -> None:
        """Start the server and wait until it answers; it ends with the thread that starts it."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "timezone": "Asia/Kathmandu",  # not that of the tests: an instant that forgot its zone shows
            **({} if self._is_durable else {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}),
        }
        told = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        log = self.folder / "server.log"
        with log.open("ab") as out:
            self._server = subprocess.Popen(
                [*self._as, self._binaries / "postgres", "-D", self.folder / "data", *told],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        ends = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < ends and self._server.poll() is None:
            try:
                psycopg.connect(self._address("postgres")).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        self.stop()
        raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")

    def stop(self) -> None:
        """End the server as a crash would: every connection is cut, the next start recovers from the log."""
        if self._server is not None:
            if self._server.poll() is None:
                self._server.send_signal(signal.SIGQUIT)
            try:
                self._server.wait(30)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
            self._server = None

    def restart(self) -> None:
        """Cut every connection and start again on the same port."""
        self.stop()
        self.start()

    def url(self, database: str, role: str = ROLE) -> str:
        """Return the database's address, as a workspace names it."""
        return f"postgresql+psycopg://{role}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self, like: str = "template0") -> Iterator[str]:
        """Make a database like another one, give its name, and drop it with whoever is still connected."""
        name = next(self._names)
        self.do(f"CREATE DATABASE {name} TEMPLATE {like}")
        try:
            yield name
        finally:
            if self._server is not None and self._server.poll() is None:
                self.do(f"DROP DATABASE {name} WITH (FORCE)")

    def do(self, statement: str, database: str = "postgres") -> None:
        """Run one statement as the cluster's owner, committed at once."""
        with psycopg.connect(self._address(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _address(self, database: str) -> str:
        return f"host=127.0.0.1 port={self.port} user={ROLE} dbname={database} connect_timeout=10"


@contextmanager
def running(binaries: Path, *, is_durable: bool = False) -> Iterator[Cluster]:
    """Run a cluster of its own in a folder that goes with it."""
    # Not in pytest's folder: only its owner may enter that, and the server is another user.
    folder = Path(tempfile.mkdtemp(prefix="opsrules-postgres-"))
    try:
        cluster = Cluster(folder, binaries, is_durable=is_durable)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
