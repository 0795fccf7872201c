"""manifest.json: what every file of a period is, made of what lies there: the same files give the same bytes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from opsrules.batch.folders import PeriodFolder, Place
from opsrules.terms import Level

__all__ = ["manifest"]


def manifest(folder: PeriodFolder, period: str, desk: str) -> bytes:
    """Return the manifest of a period: status, level, run id and the files' hashes of each account.

    ``as_of`` stands with each account, because accounts of other zones, or of an earlier run, may have another one.
    """
    accounts = {account: _entry(folder, folder.place(account, desk)) for account in folder.accounts(desk)}
    whole = {"period": period, "desk": desk, "accounts": accounts}
    return (json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _entry(folder: PeriodFolder, place: Place) -> dict[str, Any]:
    paths = [place.page, *(path for path in sorted(place.data.rglob("*")) if path.is_file())]
    files = {path.relative_to(folder.root).as_posix(): _sha256(path) for path in paths}
    if not place.review.exists():
        return {"status": "failed", "level": Level.NOT_REVIEWED.value, "run_id": "", "as_of": "", "files": files}
    review = json.loads(place.review.read_bytes())
    return {
        "status": "reviewed",
        "level": review["level"],
        "run_id": review["provenance"]["run_id"],
        "as_of": review["as_of"],
        "files": files,
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
