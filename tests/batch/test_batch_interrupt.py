"""Ctrl-C while a cell runs: the run ends soon, no kernel is left, nothing half-made is published."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest
from throwaway import DELIVER, READ, notebook_document

RUN = """
import sys
from datetime import date
from pathlib import Path
from opsrules.batch import run
from opsrules.periods import Period

def tell(event):
    print(event.account, event.cell, flush=True)

try:
    run(Path(sys.argv[1]), ["one", "two"], Period.parse("2026-10"), date(2026, 11, 5), on_event=tell)
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process")
def test_d5_interrupt_while_a_cell_runs(workspace_with: Callable[[dict[str, Any]], Path]) -> None:
    root = workspace_with(notebook_document("import time\ntime.sleep(600)", READ, DELIVER))
    started = subprocess.Popen(
        [sys.executable, "-c", RUN, str(root)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    for line in started.stdout:
        if line == "one 2\n":  # the sleeping cell
            break
    kernels = psutil.Process(started.pid).children(recursive=True)
    started.send_signal(signal.SIGINT)
    rest, errors = started.communicate(timeout=60)
    assert (started.returncode, rest, errors) == (130, "", "")
    assert kernels
    assert psutil.wait_procs(kernels, timeout=20)[1] == []
    assert {path.name for path in (root / "reports" / "2026-10").iterdir()} == {"index.html", "manifest.json"}
