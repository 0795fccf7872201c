"""The page docs/causes.md, told from the taxonomy."""

from __future__ import annotations

from collections.abc import Iterator

from opsrules.rootcause.taxonomy import Cause, Code, Taxonomy

__all__ = ["page"]

_HEAD = """\
# Causes

What findings come from. This page is made from `parameters/taxonomy/` by `opsrules rules causes --markdown`; a test
holds it to the files. Confidence V was read in the source named, K is general knowledge of the trade and is to be
checked before use. What no rule decides is `unknown`, and counted.

A workspace edits its own files. One account's additions go into `parameters/taxonomy/clients/ACCOUNT.yaml` (`client`,
`version`, `since`, then `schemes`, `causes` and `codes` as in the files of families): they may add causes and codes,
and never change a shipped one. The rules that name causes are in `parameters/causes/`, one file a family.
"""


def page(taxonomy: Taxonomy) -> str:
    """Return the page in Markdown: a table a family, then the codes that stand for its causes."""
    lines = [_HEAD]
    for family in (one for one in taxonomy.causes.values() if not one.parent):
        lines += _family(taxonomy, family)
    return "\n".join(lines).rstrip("\n")


def _family(taxonomy: Taxonomy, family: Cause) -> Iterator[str]:
    version = taxonomy.versions.get(family.code, 0)
    yield from (f"## {family.code}: {_cell(family.words)}", "", f"Version {version}.", "")
    yield "| cause | what it is | origin | owner | to put right | to keep away | source | confidence |"
    yield "|---|---|---|---|---|---|---|---|"
    for one in taxonomy.causes.values():
        if taxonomy.family(one.code) == family.code:
            parts = (f"`{one.code}`", one.words, one.origin.value, one.owner)
            actions = (" ".join(one.corrective), " ".join(one.preventive))
            yield _row(*parts, *actions, one.source, one.confidence.value)
    yield ""
    codes = [one for one in taxonomy.codes if one.family == family.code]
    if codes:
        yield from ("| codes of | codes | countries | stand for | source | confidence |", "|---|---|---|---|---|---|")
        yield from (_code(taxonomy, one) for one in codes)
        yield ""


def _code(taxonomy: Taxonomy, one: Code) -> str:
    values = ", ".join(f"`{value}`" for value in one.values)
    countries = " ".join(one.countries) or "all"
    scheme = taxonomy.schemes[one.scheme].words
    return _row(scheme, values, countries, f"`{one.cause}`", one.source, one.confidence.value)


def _row(*cells: str) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "\\<")
