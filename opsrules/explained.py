"""Why one finding is there, as a value that shows itself: the row, the rows it might belong to, and what decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from markupsafe import Markup

from opsrules.display.columns import aligned
from opsrules.display.markup import clean, element, join
from opsrules.display.style import boxed, small
from opsrules.display.wording import count, listed, number
from opsrules.money import format_minor

__all__ = ["Explanation"]

_BOX = "opsrules-explained"
_HEADS = ("", "Reference", "Key", "Day", "Amount", "What kept it apart", "Where it stands")
_WHAT = {
    "key": "the references",
    "currency": "the currencies",
    "tag": "the processors",
    "names": "the references named on both sides",
    "amount_minor": "the amounts",
    "days": "the days",
    "rows": "the numbers of rows",
}


class Explanation(dict[str, Any]):
    """The stored explanation of one finding; the mapping it is, and it shows itself in a notebook.

    Parameters
    ----------
    finding_id : str
    told : mapping of str to JSON values
        As `Review.explanations` has it; what a desk does not say is left out.
    """

    def __init__(self, finding_id: str, told: Mapping[str, Any]) -> None:
        super().__init__(told)
        self._finding_id = finding_id

    def __repr__(self) -> str:
        heading = f"Finding {clean(self._finding_id)}: {clean(self.get('message', ''))}"
        table = [list(_HEADS), *self._rows()]
        kept = [at for at in range(len(_HEADS)) if any(row[at] for row in table[1:])]
        rows = [[row[at] for at in kept] for row in table]
        lines = aligned(rows[0], rows[1:], numbers=[kept.index(4)] if 4 in kept else ()) if len(rows) > 1 else []
        return "\n".join([heading, *(clean(one) for one in self._decisions()), *([""] if lines else []), *lines])

    def _repr_html_(self) -> str:
        decided = [element("p", one) for one in self._decisions()]
        body = [element("p", element("b", self.get("message", "")))]
        if decided:
            body.append(element("h4", "What decided"))
            body.append(element("div", *decided, class_="decided"))
        if rows := self._rows():
            body += [element("h4", "The row and its candidates"), element("div", _table(rows), class_="scroll")]
        return str(_style() + element("div", join(body), class_=_BOX))

    @property
    def _matching(self) -> Mapping[str, Any]:
        found = self.get("matching")
        return found if isinstance(found, Mapping) else {}

    def _rows(self) -> list[list[str]]:
        """The row itself, what stands together with it, and its candidates."""
        told = self._matching
        if "ref" not in told:
            return []
        groups = (
            ("Together with", _mappings(told.get("together"))),
            ("Candidate", _mappings(told.get("candidates"))),
            ("Nearest", _mappings(told.get("nearest"))),
        )
        rows = [_row("This row", told)]
        rows += [_row(words, one) for words, found in groups for one in found]
        return rows

    def _decisions(self) -> list[str]:
        """The decisive condition of the matching, and the rule that judged what was left."""
        return [one for one in (self._matched(), self._judged()) if one]

    def _matched(self) -> str:
        told = self._matching
        if not told:
            return f"No matching stands behind it: it is about {self['source']} itself." if self.get("source") else ""
        failed = [one for one in _mappings(told.get("conditions")) if not one.get("holds")]
        if failed:
            parts = [_failed(one, str(told.get("currency", ""))) for one in failed]
            return f"The rows belong together by {_name(told.get('rule'))}, but {listed(parts)}."
        if told.get("status") == "excluded":
            return f"It was left out by the rule {_name(told.get('rule'))}."
        if told.get("together") and not told.get("candidates"):
            return f"The rows stand together by {_name(told.get('rule'))}{self._apart()}."
        return _alone(told)

    def _apart(self) -> str:
        """How far the sides are apart that a pass only holds against one another."""
        expected, actual = self.get("expected_minor"), self.get("actual_minor")
        if not isinstance(expected, int) or not isinstance(actual, int) or expected == actual:
            return "; every condition of it holds"
        currency = str(self.get("currency", ""))
        told = (f"{format_minor(one, currency)} {currency}" for one in (expected, actual, actual - expected))
        wanted, seen, gap = told
        return f", but their amounts differ: expected {wanted}, found {seen}, {gap} apart"

    def _judged(self) -> str:
        rule = self.get("rule")
        if not isinstance(rule, Mapping):
            return "No rule in force judges it." if "rule" in self else ""
        seen = [_seen(one) for one in _mappings(self.get("conditions")) if one.get("outcome") == "held"]
        why = f", because {listed(seen)}" if seen else ""
        return f"Rule {rule.get('id', '')}, {rule.get('name', '')}, judged it{why}."


def _alone(told: Mapping[str, Any]) -> str:
    """Why a row stands alone: several rows fit it, or none does."""
    if candidates := _mappings(told.get("candidates")):
        if len(candidates) == 1:
            return "1 row fits, and others fit it as well: none was chosen, for rows are never settled by their order."
        fit = count(len(candidates), "row fits", "rows fit")
        return f"{fit} equally well: none was chosen, for rows are never settled by their order."
    if nearest := _mappings(told.get("nearest")):
        return f"No row matches it. The nearest, {nearest[0].get('ref', '')}: {_apart(nearest[0], told)}."
    return "No open row of the other side has its currency."


def _mappings(found: object) -> Sequence[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list | tuple) else []


def _row(words: str, one: Mapping[str, Any]) -> list[str]:
    currency, amount = str(one.get("currency", "")), one.get("amount_minor")
    shown = f"{format_minor(amount, currency)} {currency}".strip() if isinstance(amount, int) else ""
    texts = [
        words,
        *(str(one.get(name, "")) for name in ("ref", "key", "on")),
        shown,
        _kept(one),
        one.get("source", ""),
    ]
    return [clean(text).replace("\n", " ") for text in texts]


def _kept(one: Mapping[str, Any]) -> str:
    """What keeps a candidate apart, "" where nothing is said or nothing does."""
    return _differs(one.get("kept_apart_by"), str(one.get("currency", "")))


def _apart(one: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    return _differs(one.get("kept_apart_by"), str(row.get("currency", ""))) or "nothing that was looked at differs"


def _differs(apart: object, currency: str) -> str:
    if not isinstance(apart, Mapping):
        return "" if apart is None else str(apart)
    parts = []
    for name, value in apart.items():
        if name == "amount_minor":
            parts += [f"{format_minor(value, currency)} {currency}".strip() + " apart"] if value else []
        elif name == "days":
            parts += [f"{count(value, 'day')} apart"] if value else []
        elif isinstance(value, list | tuple):
            both = " and ".join(str(part) or "none" for part in value)
            parts.append(f"{_WHAT.get(name, str(name).replace('_', ' ')).removeprefix('the ')} {both}")
        else:
            parts.append(f"{str(name).replace('_', ' ')} {value}")
    return ", ".join(parts)


def _failed(one: Mapping[str, Any], currency: str) -> str:
    what, seen = str(one.get("what", "")), one.get("seen")
    if what == "amount_minor" and isinstance(seen, int):
        seen = f"{format_minor(seen, currency)} {currency} apart".strip()
        wanted = _as_amount(str(one.get("wanted", "")), currency)
    else:
        wanted = str(one.get("wanted", ""))
    return f"{_WHAT.get(what, what.replace('_', ' '))} do not hold: wanted {wanted}, seen {seen}"


def _as_amount(wanted: str, currency: str) -> str:
    """Return ``at most 5 apart`` with its minor units as an amount."""
    parts = [f"{format_minor(int(part), currency)} {currency}" if part.isdigit() else part for part in wanted.split()]
    return " ".join(parts)


def _seen(one: Mapping[str, Any]) -> str:
    told = [one.get(name) for name in ("variable", "operator", "constant")]
    words = " ".join(str(part).replace("_", " ") for part in told if part not in (None, ""))
    seen = one.get("seen")
    return f"{words} (it is {number(seen) if type(seen) is int else seen})" if seen is not None else words


def _name(rule: object) -> str:
    return str(rule).replace("_", " ") if rule else "no pass"


def _table(rows: list[list[str]]) -> Markup:
    kept = [at for at in range(len(_HEADS)) if at == 0 or any(row[at] for row in rows)]
    kinds = {3: "day", 4: "num", 6: "mono"}
    heads = [element("th", _HEADS[at], scope="col", class_="num" if at == 4 else None) for at in kept]
    body = [
        element(
            "tr",
            element("th", row[0], scope="row"),
            *(element("td", row[at] or ("" if at == 5 else "none"), class_=kinds.get(at)) for at in kept[1:]),
        )
        for row in rows
    ]
    return element("table", element("thead", element("tr", *heads)), element("tbody", *body))


@cache
def _style() -> Markup:
    return Markup("<style>") + Markup(boxed(_BOX, small("opsrules.display", "explained.css"))) + Markup("</style>")  # noqa: S704 - our own files
