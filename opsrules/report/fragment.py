"""Fragment: one part of a page as a notebook's output, for our template, for JupyterLab and as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from opsrules.display.markup import MIME, plain

__all__ = ["Fragment"]


@dataclass(frozen=True)
class Fragment:
    """One part of a page.

    Attributes
    ----------
    name : str
        Its id on the page: links to ``#items`` lead here.
    html : Markup
        Escaped markup without style or script.
    facts : mapping of str to str
        What the page needs to know of it: the title gives ``running``, the line at the foot of each printed page.
    """

    name: str
    html: Markup
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The same as plain text: for terminals and mail."""
        return plain(self.html)

    def _repr_mimebundle_(
        self,
        include: object = None,  # noqa: ARG002 - Jupyter's protocol
        exclude: object = None,  # noqa: ARG002
    ) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
        """Return what Jupyter stores: our markup, HTML with its own scoped style, and text."""
        from opsrules.report.style import lab_style  # noqa: PLC0415 - reads files, only when something is shown

        lab = f'<style>{lab_style()}</style><div class="opsrules">{self.html}</div>'
        data = {MIME: str(self.html), "text/html": lab, "text/plain": self.text}
        return data, {MIME: {"name": self.name, **self.facts}}
