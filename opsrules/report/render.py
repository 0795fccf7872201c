"""From an executed notebook to one self-contained page, by nbconvert with our own template."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from opsrules.report.frame import TEMPLATES, weighed
from opsrules.report.outline import outline
from opsrules.report.outputs import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["render"]


@cache
def _exporter() -> Any:
    """Return the one exporter, whose templates are compiled once."""
    from nbconvert.exporters import HTMLExporter  # noqa: PLC0415 - takes seconds to import
    from nbconvert.exporters.templateexporter import TemplateExporter  # noqa: PLC0415

    class PageExporter(HTMLExporter):
        """HTML by our template alone: every text is escaped, and nobody parses and rewrites the page afterwards."""

        def from_notebook_node(self, nb: Any, resources: Any = None, **options: Any) -> Any:
            return TemplateExporter.from_notebook_node(self, nb, resources, **options)

    exporter: Any = PageExporter(  # type: ignore[no-untyped-call]
        template_name="opsrules",
        extra_template_basedirs=[str(TEMPLATES)],
        optimistic_validation=True,
        exclude_input=True,
        filters={"shown": shown},
    )
    exporter.environment.autoescape = True
    return exporter


def render(notebook: Mapping[str, Any], title: str) -> str:
    """Page of an executed notebook; the same notebook gives the same bytes.

    Markdown becomes the prose, our fragments stand as they are, and the outputs of any other cell are shown as far as
    they are text, tables or pictures. Cells tagged notebook-only, and all code, stay in the notebook.

    Parameters
    ----------
    notebook : mapping
        In nbformat 4, executed.
    title : str
        Of the window.

    Raises
    ------
    ReviewError
        If the page is heavier than 500 kB.
    """
    import nbformat  # noqa: PLC0415 - takes seconds to import

    node = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]
    page, _ = _exporter().from_notebook_node(node, resources={"page": outline(node, title)})
    return weighed(str(page))
