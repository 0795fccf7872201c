"""Reading in a process of its own, whose memory is measured: a bomb must not go off in the tests' process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_CHILD = """
import json, resource, sys
from opsrules.errors import FileRefused
from opsrules.readers import Source, expanded, identify, read
from pathlib import Path

def peak():
    # Not ru_maxrss: a process takes over that of the one which started it.
    return next(int(line.split()[1]) / 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))

resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
source = Source(Path(sys.argv[1]), "bomb", zone="Europe/Berlin", options=json.loads(sys.argv[4]))
identify(sys.argv[2])
before, refused = peak(), []
for ask in (lambda: [identify(one) for one in expanded(source)], lambda: read(source, sys.argv[3])):
    try:
        ask()
        refused.append("")
    except FileRefused as error:
        refused.append(str(error))
print(json.dumps({"refused": refused, "megabytes": peak() - before}))
"""


@dataclass(frozen=True)
class Bounded:
    """What became of a file, and what it took.

    Attributes
    ----------
    refused : list of str
        By `identify` and by `read`; "" where it was not.
    megabytes : float
        That the peak of memory rose by.
    """

    refused: list[str]
    megabytes: float


def read_bounded(path: Path, small: Path, reader: str, options: Mapping[str, str] | None = None) -> Bounded:
    """Recognise and read a file; a small one of the same kind is recognised first, so that all code is loaded."""
    ask = [sys.executable, "-c", _CHILD, str(path), str(small), reader, json.dumps(dict(options or {}))]
    done = subprocess.run(ask, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return Bounded(**json.loads(done.stdout))
