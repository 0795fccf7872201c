"""What a notebook shows of rules: our markup for pages, HTML with its own style for JupyterLab, text for terminals."""

from __future__ import annotations

from abc import abstractmethod
from functools import cache
from typing import Any

from markupsafe import Markup

from opsrules.display.markup import MIME, element
from opsrules.display.style import boxed, small

__all__ = ["BOX", "View", "as_html", "bundle", "views_style"]

BOX = "opsrules-rules"
"""Class of the box inside which the style of these views holds."""


@cache
def views_style() -> str:
    """Style of the views, for inside their box."""
    return small("opsrules.rules.views", "views.css")


@cache
def _lab_style() -> Markup:
    marks = small("opsrules.display", "marks.css")
    return Markup("<style>") + Markup(boxed(BOX, marks + views_style())) + Markup("</style>")  # noqa: S704 - our own files


def as_html(body: Markup) -> str:
    """Return a view with its style: for JupyterLab."""
    return str(_lab_style() + element("div", body, class_=BOX))


def bundle(body: Markup, text: str) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
    """Return what Jupyter stores of a view."""
    box = str(element("div", body, class_=BOX))
    return {MIME: box, "text/html": as_html(body), "text/plain": text}, {MIME: {}}


class View:
    """Mixed into what shows itself: by `body` in a notebook and on a page, by `text` in a terminal."""

    @abstractmethod
    def _body(self) -> Markup: ...

    @abstractmethod
    def _text(self) -> str: ...

    def __repr__(self) -> str:
        return self._text()

    def _repr_html_(self) -> str:
        return as_html(self._body())

    def _repr_mimebundle_(
        self,
        include: object = None,  # noqa: ARG002 - Jupyter's protocol
        exclude: object = None,  # noqa: ARG002
    ) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
        return bundle(self._body(), self._text())
