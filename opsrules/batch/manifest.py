"""manifest.json: what every file of a period is, made of what lies there: the same files give the same bytes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from opsrules.batch.folders import PeriodFolder, Place
from opsrules.batch.jobs import BESIDE
from opsrules.batch.kept import told, told_at
from opsrules.terms import Level

__all__ = ["manifest"]


def manifest(folder: PeriodFolder, period: str, desk: str) -> bytes:
    """Return the manifest of a period: each account's status, level, run id, files' hashes and end of the register.

    Pages beside the desk's own stand under ``beside`` in the same way. ``as_of`` stands with each account, because
    accounts of other zones, or of an earlier run, may have another one.
    """
    whole = {"period": period, "desk": desk, "register": told(folder, desk), "accounts": _pages(folder, desk)}
    beside = {page: _pages(folder, page) for page, of in BESIDE.items() if of == desk and folder.accounts(page)}
    whole |= {"beside": beside} if beside else {}
    return (json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _pages(folder: PeriodFolder, page: str) -> dict[str, Any]:
    return {account: _entry(folder, folder.place(account, page)) for account in folder.accounts(page)}


def _entry(folder: PeriodFolder, place: Place) -> dict[str, Any]:
    paths = [place.page, *(path for path in sorted(place.data.rglob("*")) if path.is_file())]
    files = {path.relative_to(folder.root).as_posix(): _sha256(path) for path in paths}
    register = told_at(place)
    if not place.review.exists():
        failed = {"status": "failed", "level": Level.NOT_REVIEWED.value, "run_id": "", "as_of": ""}
        return failed | {"register": register, "files": files}
    review = json.loads(place.review.read_bytes())
    return {
        "status": "reviewed",
        "level": review["level"],
        "run_id": review["provenance"]["run_id"],
        "as_of": review["as_of"],
        "register": register,
        "files": files,
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
