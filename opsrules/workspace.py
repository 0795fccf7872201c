"""A workspace: the folder that holds parameters/, notebooks/, exports/ and reports/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from opsrules.errors import UsageError

__all__ = ["Workspace", "find"]


def find(start: str | Path = ".") -> Path:
    """Return the folder at or above `start` that holds parameters/, resolved.

    Raises
    ------
    UsageError
        If there is no such folder up to the root.
    """
    here = Path(start).expanduser().resolve()
    for folder in (here, *here.parents):
        if (folder / "parameters").is_dir():
            return folder
    msg = f"no workspace at or above {here}: no folder parameters/; run `opsrules init DIR`, or name one by --workspace"
    raise UsageError(msg)


@dataclass(frozen=True)
class Workspace:
    """The folders of one workspace.

    Attributes
    ----------
    root : Path
        The folder that holds parameters/.
    """

    root: Path

    @classmethod
    def at(cls, start: str | Path = ".") -> Workspace:
        """Find the workspace at or above `start`; raises UsageError when there is none."""
        return cls(find(start))

    @property
    def parameters(self) -> Path:
        """What a client or a policy owner edits."""
        return self.root / "parameters"

    @property
    def accounts_dir(self) -> Path:
        """One YAML file per account."""
        return self.parameters / "accounts"

    @property
    def rules_dir(self) -> Path:
        """One rule file per desk."""
        return self.parameters / "rules"

    @property
    def notebooks(self) -> Path:
        """One notebook per desk."""
        return self.root / "notebooks"

    @property
    def exports(self) -> Path:
        """What clients send."""
        return self.root / "exports"

    @property
    def reports(self) -> Path:
        """What runs leave."""
        return self.root / "reports"

    @property
    def cache(self) -> Path:
        """Typed copies of large exports; may be deleted at any time."""
        return self.root / ".opsrules" / "cache"
