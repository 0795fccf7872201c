"""What the files hold and lack: rows and days by currency, records that could not be read, gaps in the period."""

from __future__ import annotations

from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.inputs import FileRead, RowsRead
from opsrules.report.sections.blocks import mappings_of, table_of, text_of
from opsrules.report.tables import Column, statement
from opsrules.report.words import amount, count, day, number, place, source, term
from opsrules.review import Review
from opsrules.terms import RejectReason

__all__ = ["contents", "controls_told"]


def contents(review: Review) -> Markup:
    """Tables of what every file holds, of the reasons for rejects, and of what is missing."""
    inputs = review.provenance.inputs
    return join([_held(inputs), _rejects(inputs), _gaps(review)]) if inputs else Markup("")


def controls_told(one: FileRead) -> str:
    """How many of the control figures that a file can prove hold."""
    if not one.own_controls:
        return "none"
    total = len(one.own_controls)
    return f"{number(len(one.failed))} of {number(total)} fail" if one.failed else f"{number(total)} hold"


def _held(inputs: tuple[FileRead, ...]) -> Markup:
    heads = [
        *(Column("File"), Column("Holds"), Column("From"), Column("To")),
        *(Column("Rows", number=True), Column("Equal rows", number=True), Column("Sum", number=True)),
    ]
    rows = [_row(one, part) for one in inputs for part in one.rows]
    if not rows:
        return Markup("")
    note = "Totals of orders, nets of processor lines, signed bank lines. Currencies are never added together."
    caption = join([element("b", "What the files hold"), element("span", note)])
    return statement("files-hold", caption, heads, rows, width="ample")


def _row(one: FileRead, part: RowsRead) -> tuple[str | Markup, ...]:
    told = amount(part.amount_minor, part.currency) if part.currency else "no amounts"
    days = (day(part.first, "no days"), day(part.last, "no days"))
    return (place(one.name), part.kind.replace("_", " "), *days, number(part.rows), number(part.equal), told)


def _rejects(inputs: tuple[FileRead, ...]) -> Markup:
    heads = [Column("First of them"), Column("Why"), Column("Rows", number=True), Column("Amount", number=True)]
    rows = [
        (
            place(one.name, str(part.line)),
            term(RejectReason, part.reason),
            number(part.count),
            amount(part.amount_minor, part.currency) if part.currency else "not known",
        )
        for one in inputs
        for part in one.rejects
    ]
    if not rows:
        return Markup("")
    return statement("files-rejects", "Rows that could not be read, by reason", heads, rows, width="ample")


def _gaps(review: Review) -> Markup:
    rows = mappings_of(table_of(review, "gaps"))
    if not rows:
        return element("p", "No day of the period is without lines where a source usually has some.", class_="quiet")
    listing = [
        element("li", f"{text_of(row['kind']).replace('_', ' ')}, {source(row['source'])}: {text_of(row['text'])}")
        for row in rows
    ]
    heading = element("p", element("b", f"{count(len(rows), 'gap')} in the period"), class_="line")
    return join([heading, element("ul", *listing)])
