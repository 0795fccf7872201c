"""A workspace: the folder that holds parameters/, notebooks/, exports/ and reports/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from opsrules.errors import UsageError

__all__ = ["Workspace", "find", "shipped"]


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


def shipped() -> Path:
    """Return the folder that holds the shipped notebooks/ and parameters/.

    Inside an installed wheel that is opsrules/_workspace; in a checkout it is the repository, itself a workspace.

    Raises
    ------
    UsageError
        If neither is there: the installation is not whole.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "_workspace", package.parent):
        if (folder / "notebooks").is_dir() and (folder / "parameters").is_dir():
            return folder
    msg = f"{package}: this installation has no notebooks and parameter files; install the wheel of opsrules again"
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
    def causes_dir(self) -> Path:
        """One file of cause rules per family; the shipped ones where the workspace has none of its own."""
        return self._own_or_shipped("causes")

    @property
    def taxonomy_dir(self) -> Path:
        """One file of causes per family; the shipped ones where the workspace has none of its own."""
        return self._own_or_shipped("taxonomy")

    def _own_or_shipped(self, name: str) -> Path:
        own = self.parameters / name
        return own if own.is_dir() else shipped() / "parameters" / name

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
