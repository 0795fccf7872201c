"""The formats that are read, told from `READERS`: for the page docs/formats.md and the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from opsrules.readers import READERS
from opsrules.readers.layout import Layout
from opsrules.readers.model import Reader
from opsrules.sources.known import known_words

__all__ = ["Format", "formats", "page"]

_HEAD = """\
# Formats

Written by `make formats` from the readers themselves; a test holds that it is what they say. A file is known by its
content, never by its name. "Checked against" names samples that others wrote and documents; what is "not verified" was
met in neither: it is read as described, and worth a second look the first time.

Every file may use any line end, UTF-8, UTF-16 or Windows-1252, columns in any order and columns more than are known;
amounts may have decimal commas where the whole file shows it. `bank_csv` reads any other bank's table, with its columns
declared: `opsrules sources suggest FILE` drafts them.
"""


@dataclass(frozen=True)
class Format:
    """One format that is read.

    Attributes
    ----------
    reader : str
    kind : str
        The canonical table that it fills first.
    about : str
        What it is: the first line of the reader's own description.
    known_by : str
    columns, required : int
        Columns that are read, and those without which a file is refused; 0 where the format is no table.
    other_names : tuple of str
        Names that a column has in other ages and languages of the export, as ``name: others``.
    checked, not_verified : str
    """

    reader: str
    kind: str
    about: str
    known_by: str
    columns: int
    required: int
    other_names: tuple[str, ...]
    checked: str
    not_verified: str


def formats() -> tuple[Format, ...]:
    """Every format, in the order of `READERS`."""
    return tuple(_format(reader) for reader in READERS)


def page(every: Iterable[Format], words: Callable[[str], str]) -> str:
    """The page docs/formats.md; `words` gives a reader's name in words."""
    listed = list(every)
    lines = [
        _HEAD,
        "| format | becomes | known by | checked against | not verified |",
        "|---|---|---|---|---|",
    ]
    for one in listed:
        named = f"{words(one.reader)} (`{one.reader}`)"
        cells = (named, one.kind.replace("_", " "), one.known_by, one.checked, one.not_verified)
        lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    lines += ["", "## What each is", ""]
    for one in listed:
        lines += [f"### {words(one.reader)}", "", one.about, *_columns(one), ""]
    return "\n".join(lines).rstrip("\n")


def _format(reader: Reader) -> Format:
    layout = getattr(reader, "LAYOUT", None)
    columns = layout.columns if isinstance(layout, Layout) else ()
    return Format(
        reader=reader.NAME,
        kind=reader.KIND,
        about=_about(reader),
        known_by=known_words(reader),
        columns=len(columns),
        required=sum(column.required for column in columns),
        other_names=tuple(f"{one.source}: {', '.join(one.aliases)}" for one in columns if one.aliases),
        checked=reader.CHECKED,
        not_verified=reader.NOT_VERIFIED,
    )


def _about(reader: Reader) -> str:
    """First paragraph of the module's description."""
    text = (reader.__doc__ or "").strip()
    return text.split("\n\n")[0].replace("\n", " ").replace("``", "`")


def _columns(one: Format) -> Iterator[str]:
    if not one.columns:
        return
    yield ""
    yield f"{one.columns} columns are read, {one.required} of them required."
    if one.other_names:
        yield ""
        yield "Other names of the same columns:"
        yield ""
        yield from (f"- {name}" for name in one.other_names)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "\\<")
