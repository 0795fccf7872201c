"""Makes the stored register of one version, once, when that version is new; its file is never changed again.

``python tests/register/stored/make.py 0001`` migrates an empty file to that version and writes a few events into it by
SQL of that version, with hashes worked out here from what the format says.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
ACCOUNT, DESK, PERIOD, FINDING = "northwind", "reconciliation", "2026-10", "0a1b2c3d4e5f"
AT = 1_793_613_600_000_000
FACTS = "\x1f".join(
    [
        *("payouts_bank", "REC-042", "payout_short", "", "critical", "bank fee", "-1234", "EUR", "payout", "po_1", ""),
        *("po_1", "exports/bank.csv", "7", "b" * 64, "Finance lead", "2026-11-05", "Payout po_1 arrived short."),
    ]
)
STATE = "\x1f".join(
    [
        *(
            "open",
            "1",
            "0",
            "",
            "2026-11-05",
            "",
            "0",
            "",
            "",
            PERIOD,
            PERIOD,
            "2026-10-31",
            "2026-11-01",
            "",
            "",
            "1",
            "0",
        ),
    ]
)
METRIC = ["match_rate", 7, 9, "77.7", "percent", "100", "at_risk"]
INPUTS = '{"inputs":[["exports/bank.csv","' + "b" * 64 + '"]]}'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


class Book:
    """Events in a file, chained by hand."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self.raw, self.seq, self.previous = raw, 0, bytes(32)
        salt = sha256(b"actor").digest()[:16]
        self.actor_hash = sha256(salt + b"mina").digest()
        raw.execute("INSERT INTO actors VALUES (1, ?, 'mina', ?)", (salt, self.actor_hash))

    def tell(self, kind: str, finding_id: str, run: int, body: object, facts: bytes | None = None) -> None:
        self.seq += 1
        salt = sha256(str(self.seq).encode()).digest()[:16]
        body_hash = sha256(salt + _json(body).encode()).digest()
        texts = "".join(f"{len(text)}:{text}" for text in (kind, ACCOUNT, DESK, PERIOD, finding_id))
        fixed = (self.previous, self.actor_hash, body_hash, facts or bytes(32))
        told = b"opsrules event 1" + b"".join(fixed) + f"{self.seq} {run} {AT} {texts}".encode()
        own = sha256(told).digest()
        row = (self.seq, kind, ACCOUNT, DESK, PERIOD, finding_id, run, AT, 1, body_hash, facts, self.previous, own)
        self.raw.execute("INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", row)
        self.raw.execute("INSERT INTO bodies VALUES (?,?,?)", (self.seq, salt, _json(body)))
        self.previous = own


def _write(raw: sqlite3.Connection) -> None:
    book = Book(raw)
    told = {"as_of": "2026-11-01", "level": "critical", "run_id": "run-1", "parameters_hash": "p", "rules_hash": "r"}
    told |= {"code_version": "0.1.0", "code_hash": "c", "inputs_hash": sha256(INPUTS.encode()).hexdigest()}
    measured = sha256(json.dumps([METRIC]).encode()).hexdigest()
    book.tell("recorded", "", 1, told | {"metrics_hash": measured})
    book.tell("opened", FINDING, 1, {"day": "2026-11-01", "due": "2026-11-05"}, sha256(FACTS.encode()).digest())
    head = (book.seq, book.previous)
    book.tell("commented", FINDING, 0, {"note": "asked the bank"})
    run = ("2026-10-31", "2026-11-01", AT, 1, "reviewed", "critical", "run-1", INPUTS, told["inputs_hash"])
    more = ("p", "r", "0.1.0", "c", "", '{"opened":1,"recorded":1}', *head)
    raw.execute(f"INSERT INTO runs VALUES ({','.join('?' * 21)})", (1, ACCOUNT, DESK, PERIOD, *run, *more))
    raw.execute("INSERT INTO metrics VALUES (1, 0, ?,?,?,?,?,?,?)", METRIC)
    asked = ("payout_short", "critical", -1234, "EUR", "open", "Finance lead", "2026-11-01", "", 3)
    row = (ACCOUNT, DESK, FINDING, FACTS, STATE, *asked)
    raw.execute(f"INSERT INTO findings VALUES ({','.join('?' * len(row))})", row)


def main(version: str) -> None:
    from opsrules.register.engine import connect
    from opsrules.register.migrations import migrate

    path = HERE / f"{version}.sqlite3"
    database = connect(f"sqlite:///{path}")
    database.write(lambda connection: migrate(connection, version))
    database.close()
    with closing(sqlite3.connect(path)) as raw, raw:
        _write(raw)


if __name__ == "__main__":
    main(sys.argv[1])
