"""Every open item, largest first: what was found, who has it, where it stands, what people said, and its evidence."""

from __future__ import annotations

from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.display.status import severity_mark
from opsrules.report.fragment import Fragment
from opsrules.report.sections.blocks import by_currency, mappings_of, sentence, text_of
from opsrules.report.sections.places import short_names
from opsrules.report.sections.standings import Standings
from opsrules.report.tables import Cell, Column, cards
from opsrules.report.words import count, day, lower_first, minor, money, number, place, share, term
from opsrules.review import Review
from opsrules.terms import BreakClass, Severity, SubjectType

__all__ = ["items"]

_MOST = 30


def items(review: Review) -> Fragment:
    """List of open items of each currency, the account's own first; then findings that carry no amount.

    Those that people settled and that are still in the data come last in each list and say so.
    """
    findings = review.findings
    if findings.empty:
        return Fragment("items", sentence("No item is open: every row found its match."))
    short = short_names(findings["source_file"].astype("str").tolist())
    known = Standings.of(review)
    blocks = [(currency, mappings_of(rows)) for currency, rows in by_currency(review, findings)]
    bare = [row for row in mappings_of(findings) if not text_of(row["currency"])]
    blocks += [("", bare)] if bare else []
    parts = [_block(known, currency, rows, short) for currency, rows in blocks]
    return Fragment("items", join(parts))


def _size(row: dict[str, object]) -> int:
    text = text_of(row["amount_minor"])
    return int(text) if text else 0


def _rank(row: dict[str, object]) -> tuple[int, int, str]:
    severity = str(row["severity"])
    return (-abs(_size(row)), Severity(severity).rank if severity in set(Severity) else 0, str(row["finding_id"]))


def _block(known: Standings, currency: str, rows: list[dict[str, object]], short: dict[str, str]) -> Markup:
    done = known.review.settled
    ranked = sorted(rows, key=lambda row: (row["finding_id"] in done, *_rank(row)))
    # What is critical is never left to a file because it is small.
    small = [row for row in ranked[_MOST:] if str(row["severity"]) == Severity.CRITICAL]
    shown = ranked[:_MOST] + small[:_MOST]
    heads = [
        *(Column("Item", filter="Kind of item"), Column(f"Amount, {currency}" if currency else "Amount", number=True)),
        *(Column("What was found", sortable=False), Column("Severity", filter="Severity", sortable=False)),
        *(Column("Age, days", number=True), Column("Owner", filter="Owner")),
        *(Column("Status", filter="Status", sortable=False), Column("Evidence", sortable=False)),
    ]
    table = cards(
        f"items-{currency or 'none'}",
        f"Open items, {currency}" if currency else "Findings that carry no amount",
        "items",
        heads,
        [_cells(known, row, currency, short) for row in shown],
    )
    return _coverage(known.review, ranked, shown, currency) + _settled(known.review, rows, currency) + table


def _settled(review: Review, rows: list[dict[str, object]], currency: str) -> Markup:
    done = [row for row in rows if row["finding_id"] in review.settled]
    if not done:
        return Markup("")
    worth: list[str | Markup] = [", ", money(sum(abs(_size(row)) for row in done), currency)] if currency else []
    told = f"{count(len(done), 'of them was', 'of them were')} resolved or written off by people"
    return sentence(told, *worth, f", and {'needs' if len(done) == 1 else 'need'} nobody.")


def _coverage(review: Review, ranked: list[dict[str, object]], shown: list[dict[str, object]], currency: str) -> Markup:
    total, part = (sum(abs(_size(row)) for row in rows) for rows in (ranked, shown))
    if not currency:
        told = [f"{count(len(ranked), 'finding carries', 'findings carry')} no amount."]
    elif len(shown) == len(ranked):
        return sentence(f"{count(len(ranked), 'item')} in {currency}, ", money(total, currency), " without sign.")
    else:
        told = [f"{len(shown)} of {count(len(ranked), 'item')} in {currency}, {share(part, total)} of the open amount."]
    if len(shown) == len(ranked):
        return sentence(*told)
    link = element("a", "findings.csv", href=f"{review.desk.value}/findings.csv")
    return sentence(*told, f" The other {number(len(ranked) - len(shown))} are in ", link, ", sent with this report.")


def _cells(known: Standings, row: dict[str, object], currency: str, short: dict[str, str]) -> list[Cell]:
    finding_id = text_of(row["finding_id"])
    kind, owner = term(BreakClass, row["class"]), text_of(row["owner"]) or "No owner yet"
    due, age, line = text_of(row["due"]), text_of(row["age_days"]), text_of(row["source_line"])
    subject = f"{term(SubjectType, row['subject_type'])} {text_of(row['subject_ref'])}".strip()
    cause = _cause(known.review, row) or "Cause not known yet"
    file = text_of(row["source_file"])
    amount = minor(_size(row), currency) if currency else "none"
    level = severity_mark(row["severity"])
    is_open = finding_id not in known.review.settled
    due_words = element("span", f"by {day(due)}", class_="ref n") if due and is_open else Markup("")
    return [
        Cell(join([element("span", kind), element("span", subject, class_="ref")]), facet=kind, phone="lead"),
        Cell(amount, value=_size(row), phone="lead right"),
        Cell(_found(row, cause) + known.remarks(finding_id), phone="full told"),
        Cell(level, facet=str(level.striptags())[1:]),
        Cell(age or "not known", value=int(age) if age else -1, phone="right", label="Age, days:"),
        Cell(join([element("span", owner), due_words]), facet=owner, phone="full"),
        Cell(known.told(finding_id, currency), facet=known.word(finding_id), phone="full", label="Status:"),
        Cell(_evidence(place(short.get(file, file), line) if file else None, finding_id), phone="full"),
    ]


def _cause(review: Review, row: dict[str, object]) -> str:
    """A cause in the words of the taxonomy, which the explanation keeps; "" where none is known."""
    code = text_of(row["cause"])
    told = review.explanations.get(text_of(row["finding_id"]), {}).get("cause") or {}
    ruled = str(told["words"]) if code and told.get("code") == code else term(BreakClass, code) if code else ""
    said = told.get("said")
    if not said:
        return ruled
    by = said["by"] or "somebody whose name was erased"
    return f"{by} says: {said['words']}; the rules: {lower_first(ruled) if ruled else 'not known'}"


def _found(row: dict[str, object], cause: str) -> Markup:
    message = text_of(row["message"])
    rule = element("span", text_of(row["rule_id"]) or "no rule")
    if not message:
        return join([element("span", f"{cause} "), rule])
    return join([element("span", message), element("span", f"{cause}, ", rule, class_="ref")])


def _evidence(where: Markup | None, finding_id: str) -> Markup:
    return join([where or element("span", "No file"), element("span", f"item {finding_id[:12]}", class_="ref n")])
