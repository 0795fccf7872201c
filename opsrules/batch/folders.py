"""Where the results of one period, account and desk lie under reports/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["EXECUTED", "FAILURE", "LAST_GOOD", "REGISTER", "REVIEW", "PeriodFolder", "Place"]

REVIEW = "review.json"
EXECUTED = "executed.ipynb"
FAILURE = "failure.json"
REGISTER = "register.json"
LAST_GOOD = "last_good"


@dataclass(frozen=True)
class Place:
    """The results of one desk for one account: the page, and the folder of its data beside it.

    Attributes
    ----------
    account_folder : Path
        Published or staged.
    desk : str
    """

    account_folder: Path
    desk: str

    @property
    def page(self) -> Path:
        """The page people read."""
        return self.account_folder / f"{self.desk}.html"

    @property
    def data(self) -> Path:
        """Folder of the review's files."""
        return self.account_folder / self.desk

    @property
    def review(self) -> Path:
        """The review; missing when the last run failed."""
        return self.data / REVIEW

    def table(self, name: str) -> Path:
        """One of the review's tables."""
        return self.data / "tables" / f"{name}.parquet"

    @property
    def failure(self) -> Path:
        """Why the last run failed; missing when it did not."""
        return self.data / FAILURE

    @property
    def register(self) -> Path:
        """Where the register stood when it recorded this run; missing when it could not."""
        return self.data / REGISTER

    @property
    def last_good_page(self) -> Path:
        """Copy of the page of the last run that did not fail."""
        return self.data / LAST_GOOD / self.page.name

    def last_good_link(self) -> str:
        """Address of the last good page as seen from `page`, "" when there never was one."""
        found = self.last_good_page.exists()
        return self.last_good_page.relative_to(self.account_folder).as_posix() if found else ""


@dataclass(frozen=True)
class PeriodFolder:
    """reports/<period>.

    Attributes
    ----------
    root : Path
    """

    root: Path

    @property
    def index(self) -> Path:
        """The page of all accounts."""
        return self.root / "index.html"

    @property
    def manifest(self) -> Path:
        """What every file of the period is, by its hash."""
        return self.root / "manifest.json"

    @property
    def staging(self) -> Path:
        """Where runs write before anything is published: on the same disk, so that publishing is a rename."""
        return self.root / ".staging"

    def place(self, account: str, desk: str) -> Place:
        """Return where the results of an account are published."""
        return Place(self.root / account, desk)

    def accounts(self, desk: str) -> tuple[str, ...]:
        """Accounts that have a result of this desk, by name; of this run or an earlier one."""
        folders = (folder for folder in self.root.iterdir() if folder.is_dir() and not folder.name.startswith("."))
        return tuple(sorted(folder.name for folder in folders if Place(folder, desk).page.exists()))
