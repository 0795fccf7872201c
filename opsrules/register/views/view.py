"""What a notebook shows of the register: HTML with its own style and script, text for terminals."""

from __future__ import annotations

from abc import abstractmethod
from functools import cache

from markupsafe import Markup

from opsrules.display.markup import clean, element
from opsrules.display.script import closed, tables_script
from opsrules.display.style import boxed, small

__all__ = ["BOX", "View", "as_html", "flat"]

BOX = "opsrules-register"
"""Class of the box inside which the style of these views holds."""


@cache
def _style() -> Markup:
    parts = small("opsrules.display", "marks.css") + small("opsrules.register.views", "views.css")
    return Markup("<style>") + Markup(boxed(BOX, parts)) + Markup("</style>")  # noqa: S704 - our own files


@cache
def _script() -> Markup:
    told = closed(tables_script(), "sortable(document.currentScript.parentElement);\n")
    return Markup("<script>") + Markup(told) + Markup("</script>")  # noqa: S704 - our own file


def as_html(body: Markup) -> str:
    """Return a view with its style and, where it holds a table to sort, the script that sorts it."""
    script = _script() if "data-sort=" in body else Markup("")
    return str(_style() + element("div", body, script, class_=BOX))


def flat(text: str) -> str:
    """Text fit for one line of a terminal."""
    return clean(text).replace("\n", " ")


class View:
    """Mixed into what shows itself: by `_body` in a notebook, by `_text` in a terminal."""

    @abstractmethod
    def _body(self) -> Markup: ...

    @abstractmethod
    def _text(self) -> str: ...

    def __repr__(self) -> str:
        return self._text()

    def _repr_mimebundle_(
        self,
        include: object = None,  # noqa: ARG002 - Jupyter's protocol
        exclude: object = None,  # noqa: ARG002
    ) -> dict[str, str]:
        return {"text/html": as_html(self._body()), "text/plain": self._text()}
