"""What ``opsrules sources`` prints: a table of the files, then everything that needs a word of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from opsrules.cli.console import say
from opsrules.cli.tables import say_table

if TYPE_CHECKING:
    from opsrules.cli.sources.show import Found
    from opsrules.inputs import FileRead, RowsRead

__all__ = ["say_found"]

_FILES = ("file", "read as", "known by", "rows", "rejected", "days", "controls")
_HELD = ("file", "holds", "days", "rows", "sum")


def say_found(found: Found) -> None:
    """Print what an account's sources are and lack."""
    say(f"{found.account}: {_count(len(found.files), 'file')}" + (f", {found.period}" if found.period else ""))
    if found.files:
        say()
        say_table(_FILES, [_row(one) for one in found.files], numbers=(3, 4))
    held = [line for one in found.files for line in _held(one)]
    if held:
        say()
        say_table(_HELD, held, numbers=(3, 4))
    for title, lines in _told(found):
        if lines:
            say()
            say(title)
            for line in lines:
                say(f"  {line}")


def _row(one: FileRead) -> tuple[str, ...]:
    from opsrules.report.words import source  # noqa: PLC0415

    if not one.reader:
        return (one.name, "nobody knows it", "", "", "", "", "")
    if one.refused:
        return (one.name, source(one.reader), "refused", "", "", "", "")
    if one.same_as:
        return (one.name, source(one.reader), "same as another file", "", "", "", "")
    failed, total = len(one.failed), len(one.own_controls)
    controls = f"{failed} of {total} fail" if failed else f"{total} hold" if total else "none"
    days = _span(*one.days)
    return (one.name, source(one.reader), one.known_by, f"{one.records:,}", f"{one.rejected:,}", days, controls)


def _held(one: FileRead) -> Iterator[tuple[str, ...]]:
    for part in one.rows:
        yield (one.name, part.kind.replace("_", " "), _span(part.first, part.last), f"{part.rows:,}", _sum(part))


def _sum(part: RowsRead) -> str:
    from opsrules.money import format_amount  # noqa: PLC0415

    return format_amount(part.amount_minor, part.currency).replace("\u00a0", " ") if part.currency else ""


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def _told(found: Found) -> Iterator[tuple[str, list[str]]]:
    """Everything that is wrong, title and lines; what is in order has none."""
    from opsrules.sources.known import known_next  # noqa: PLC0415

    files = found.files
    yield "Sources that match no file:", list(found.unmatched)
    yield "Files that nobody recognises:", [f"{one.name}: {known_next(one)}" for one in files if not one.reader]
    yield "Refused, so that the account cannot be reviewed:", [one.refused for one in files if one.refused]
    yield "The same bytes twice, read once:", [f"{one.name} is {one.same_as}" for one in files if one.same_as]
    yield "Control figures that fail:", [line for one in files for line in _failed(one)]
    yield "Rows that could not be read:", [line for one in files for line in _rejects(one)]
    yield (
        "Equal rows, all kept:",
        [f"{one.name}: {part.equal:,} in {part.kind}" for one in files for part in one.rows if part.equal],
    )
    yield "Masked in free text, or never read:", [line for one in files for line in _secrets(one)]
    yield "Missing:", [f"{one.kind.replace('_', ' ')}, {one.source or 'no name'}: {one.text}" for one in found.gaps]


def _failed(one: FileRead) -> Iterator[str]:
    from opsrules.money import format_amount  # noqa: PLC0415

    for figure in one.failed:
        said, got = (format_amount(value, figure.currency) for value in (figure.expected_minor, figure.actual_minor))
        told = f"{one.name}:{figure.line}: {figure.name}: the file says {said}, its rows give {got}"
        yield told.replace("\u00a0", " ")


def _rejects(one: FileRead) -> Iterator[str]:
    from opsrules.money import format_amount  # noqa: PLC0415
    from opsrules.terms import RejectReason  # noqa: PLC0415

    for part in one.rejects:
        why = RejectReason(part.reason).words().lower()
        worth = f", {format_amount(part.amount_minor, part.currency)}" if part.currency else ""
        told = f"{one.name}:{part.line}: {why}, {_count(part.count, 'row')}{worth}"
        yield told.replace("\u00a0", " ")


def _secrets(one: FileRead) -> Iterator[str]:
    from opsrules.terms import Secret  # noqa: PLC0415

    for part in one.masked:
        noun = Secret(part.kind).words().lower()
        yield f"{one.name}:{part.line}: {_count(part.count, noun, noun + 's')} in {part.column.replace('_', ' ')}"
    for column in one.card_columns:
        yield f"{one.name}: the column {column!r} is made for card data and is never read"


def _count(size: int, one: str, many: str = "") -> str:
    return f"{size:,} {one if size == 1 else many or one + 's'}"
