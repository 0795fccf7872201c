"""Where these figures come from: files, code, rules, and the command that gives this page again."""

from __future__ import annotations

from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.inputs import FileRead
from opsrules.report.fragment import Fragment
from opsrules.report.sections.blocks import sentence
from opsrules.report.sections.contents import contents, controls_told
from opsrules.report.tables import Column, statement
from opsrules.report.words import number, place, source
from opsrules.review import Review

__all__ = ["files"]


def files(review: Review) -> Fragment:
    """Files read with their rows and hashes, and everything else the page was made from."""
    provenance = review.provenance
    command = (
        f"opsrules run --account {review.account} --period {review.period.text} --as-of {review.as_of.isoformat()}"
    )
    made = element(
        "p",
        f"opsrules {provenance.code_version}, code ",
        *(_hash(provenance.code_hash), f"; {number(provenance.rules_count)} rules, set ", _hash(provenance.rules_hash)),
        *("; parameters ", _hash(provenance.parameters_hash), "; run ", _hash(provenance.run_id[:16]), "."),
        class_="line",
    )
    again = element(
        "p",
        "The same files, rules and code, and the same word of the register, give this page again, byte for byte: ",
        element("span", command, class_="mono"),
        class_="line",
    )
    told = "The page loads nothing from any network."
    if review.simulated:
        told += " Its data is simulated."
    return Fragment("files", join([_table(review), contents(review), made, again, element("p", told, class_="line")]))


def _hash(value: str) -> Markup:
    return element("span", value[:16] or "not known", class_="mono")


def _read_as(one: FileRead) -> Markup:
    if not one.reader:
        return join([element("span", "not recognised, not read")])
    told = f"the same as {one.same_as}, read once" if one.same_as else one.known_by
    return join([element("span", source(one.reader)), element("span", told, class_="ref")])


def _table(review: Review) -> Markup:
    inputs = review.provenance.inputs
    if not inputs:
        return sentence("No file was read for this account and period.")
    heads = [
        *(Column("File"), Column("Read as"), Column("Rows", number=True), Column("Rejected", number=True)),
        *(Column("Control figures"), Column("SHA-256, first 16 signs")),
    ]
    rows = [
        (
            place(one.name),
            _read_as(one),
            number(one.records),
            number(one.rejected),
            controls_told(one),
            _hash(one.sha256),
        )
        for one in inputs
    ]
    flags = [at for at, one in enumerate(inputs) if not one.reader]
    return statement("files-read", "Files read", heads, rows, flags=flags, width="ample")
