"""From an executed notebook to the outline of its page: title, sections by their headings, and what each holds."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from opsrules.display.markup import MIME, element
from opsrules.report.allow import prose
from opsrules.report.frame import Frame

__all__ = ["Outline", "Part", "outline"]

_HIDDEN = frozenset({"notebook-only", "parameters", "injected-parameters"})
_H2 = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_ID_PLACE = re.compile(r'(\b(?:id|href|aria-labelledby)="#?)([^"]*)(")')


@dataclass(frozen=True)
class Part:
    """One section: its id, its heading ("" before the first), its words in the list of sections, and its cells."""

    id: str
    heading: str
    nav: str
    cells: tuple[Any, ...]


@dataclass(frozen=True)
class Outline:
    """A page: its frame and its sections."""

    frame: Frame
    sections: tuple[Part, ...]


def outline(notebook: Any, title: str) -> Outline:
    """Read the page out of a notebook; cells tagged notebook-only and cells that show nothing are left out.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; not changed.
    title : str
        Of the window, and the heading where no cell gives a title.
    """
    cells = [copy.deepcopy(cell) for cell in notebook.cells if not _HIDDEN & set(cell.metadata.get("tags", []))]
    head = _take_title(cells)
    sections = _sections(cells)
    header = Markup(head["html"]) if head else element("h1", title)  # noqa: S704 - our own fragment
    running = head["running"] if head else title
    nav = tuple((part.id, part.nav) for part in sections if part.heading)
    return Outline(Frame(title, header, nav, running), sections)


def _ours(output: Mapping[str, Any]) -> str:
    """Name of our fragment in an output, or ""."""
    if MIME not in output.get("data", {}):
        return ""
    return str(output.get("metadata", {}).get(MIME, {}).get("name", ""))


def _take_title(cells: list[Any]) -> dict[str, str] | None:
    """Take the first title out of the cells; further ones would be a second h1 and go too."""
    found = None
    for cell in cells:
        if cell.cell_type != "code":
            continue
        for output in cell.outputs:
            if _ours(output) == "title" and found is None:
                running = str(output["metadata"][MIME].get("running", ""))
                found = {"html": "".join(output["data"][MIME]), "running": running}
        cell.outputs = [output for output in cell.outputs if _ours(output) != "title"]
    return found


def _sections(cells: list[Any]) -> tuple[Part, ...]:
    sections: list[tuple[str, str, list[Any]]] = [("", "", [])]
    fragments: Counter[str] = Counter()
    for cell in cells:
        if cell.cell_type == "markdown":
            before, *rest = _H2.split(str(prose(cell.source)))
            _add_prose(sections[-1][2], cell, before)
            for at, (heading, after) in enumerate(zip(rest[::2], rest[1::2], strict=True)):
                words = str(Markup(_TAG.sub("", heading)).unescape()).strip()  # noqa: S704 - passed the allow-list
                short = str(cell.metadata.get("opsrules", {}).get("nav", "")) if at == 0 else ""
                sections.append((words, short or words, []))
                _add_prose(sections[-1][2], cell, after)
        elif cell.cell_type == "code" and cell.outputs:
            for output in cell.outputs:
                _make_unique(output, fragments)
            sections[-1][2].append(cell)
    used: Counter[str] = Counter()
    return tuple(
        Part(_slug(heading, used), heading, nav, tuple(held)) for heading, nav, held in sections if heading or held
    )


def _add_prose(held: list[Any], cell: Any, html: str) -> None:
    if html.strip():
        said = copy.copy(cell)
        said["source"] = html.strip()
        held.append(said)


def _slug(heading: str, used: Counter[str]) -> str:
    """Id of a section, told apart from fragments by its first letters."""
    slug = "s-" + (re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-") or "more")
    used[slug] += 1
    return slug if used[slug] == 1 else f"{slug}-{used[slug]}"


def _make_unique(output: Any, fragments: Counter[str]) -> None:
    """Give the ids of a fragment that is shown a second time a number of their own."""
    name = _ours(output)
    if not name:
        return
    fragments[name] += 1
    if fragments[name] > 1:
        end = f"-{fragments[name]}"
        html = "".join(output["data"][MIME])
        output["data"][MIME] = re.sub(
            r"<[^>]*>",
            lambda tag: _ID_PLACE.sub(rf"\g<1>\g<2>{end}\g<3>", tag[0]) if "http" not in tag[0] else tag[0],
            html,
        )
        output["metadata"][MIME]["name"] = name + end
