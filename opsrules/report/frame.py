"""Frame of a page: its policy, style, script, header and way around; and pages that no notebook stands behind."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from opsrules.display.markup import clean, element
from opsrules.errors import ReviewError
from opsrules.report.style import page_style
from opsrules.report.style import script as page_script
from opsrules.standing import Head

if TYPE_CHECKING:
    import jinja2

__all__ = ["TEMPLATES", "Frame", "Section", "registered", "sheet", "weighed"]

TEMPLATES = Path(__file__).parent / "template"
"""Folder that holds our nbconvert template."""

_FOOT_END = "</div></footer>"
_LIMIT = 500_000  # DESIGN.md section 9: 300 kB is the aim, above 500 kB no page is made


@dataclass(frozen=True)
class Frame:
    """What stands around a page's sections.

    Attributes
    ----------
    title : str
        Of the window.
    header : Markup
        Holds the page's only h1.
    nav : tuple of (str, str)
        Id and words of each section; an empty one leaves the list out.
    running : str
        Line at the foot of the page, and of each printed page.
    landscape : bool
    """

    title: str
    header: Markup
    nav: tuple[tuple[str, str], ...]
    running: str
    landscape: bool = False

    def __post_init__(self) -> None:
        for name in ("title", "running"):
            object.__setattr__(self, name, clean(getattr(self, name)))

    @property
    def style(self) -> Markup:
        """The stylesheet: ours alone, with the running line escaped for CSS."""
        return Markup(page_style(self.running, self.landscape))  # noqa: S704

    @property
    def script(self) -> Markup:
        """The one script."""
        return Markup(page_script())  # noqa: S704

    @property
    def policy(self) -> str:
        """Content security policy: nothing but this style and this script by their hashes, and inline pictures."""
        return (
            f"default-src 'none'; style-src '{_hash(self.style)}'; script-src '{_hash(self.script)}'; "
            "img-src data:; base-uri 'none'; form-action 'none'"
        )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@dataclass(frozen=True)
class Section:
    """One section of a page without a notebook."""

    id: str
    heading: str
    body: Markup


@cache
def _environment() -> jinja2.Environment:
    import jinja2  # noqa: PLC0415 - only when a page is made

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES / "opsrules"), autoescape=True, undefined=jinja2.StrictUndefined
    )


def sheet(frame: Frame, sections: list[Section]) -> str:
    """Page made of sections alone.

    Raises
    ------
    ReviewError
        If the page is heavier than 500 kB.
    """
    return weighed(_environment().get_template("sheet.html.j2").render(frame=frame, sections=sections))


def registered(page: str, head: Head | None) -> str:
    """Return the page with the register's end in its foot, as ``opsrules register verify --head`` takes it.

    None, for a register that could not be written, adds nothing.
    """
    if head is None:
        return page
    before, end, after = page.rpartition(_FOOT_END)
    told = element("p", "Register of this run: event ", element("span", str(head), class_="mono"))
    return f"{before}{told}{end}{after}"


def weighed(page: str) -> str:
    """Return the page, unless it is too heavy to be mailed and opened.

    Raises
    ------
    ReviewError
        If the page is heavier than 500 kB.
    """
    weight = len(page.encode())
    if weight > _LIMIT:
        msg = (
            f"the page weighs {weight:,} bytes, more than the {_LIMIT:,} that mail and phones bear; "
            "leave out the largest outputs of cells that were added, or tag those cells notebook-only"
        )
        raise ReviewError(msg)
    return page
