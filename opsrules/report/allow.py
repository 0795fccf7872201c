"""What an analyst's own outputs may bring onto a page: text, tables and links, and nothing that runs or loads."""

from __future__ import annotations

import re

from markupsafe import Markup

from opsrules.display.markup import clean

__all__ = ["allowed", "prose"]

_TEXT_TAGS = frozenset("a abbr b blockquote br code del em hr i li ol p pre s small strong sub sup u ul".split())
_BOXES = frozenset("div span dl dt dd h1 h2 h3 h4 h5 h6".split())
_TABLE_TAGS = frozenset("caption table tbody td tfoot th thead tr".split())
_ATTRIBUTES = {"a": ["href", "title"], "abbr": ["title"], "td": ["colspan", "rowspan"], "th": ["colspan", "rowspan"]}
_PROTOCOLS = frozenset({"http", "https", "mailto"})
# Their content is no text either: it goes before the allow-list would turn it into some.
_UNSEEN = re.compile(r"<(script|style|template|noscript|svg|math)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_BOX_TAGS = re.compile(r"</?(?:div|span)>")
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_HEAD_CELL = re.compile(r"<th(?=[ >])")
_HEADING = re.compile(r"<(/?)h([1-6])>")


def allowed(html: str) -> Markup:
    """HTML of an output with everything taken out that is not on the allow-list; tables get their scopes.

    Headings start at level 3, below the section's own.
    """
    safe = _HEADING.sub(lambda found: f"<{found[1]}h{max(3, min(int(found[2]) + 1, 6))}>", _cleaned(html))
    return Markup(_TABLE.sub(lambda found: _table(found[0]), safe).strip())  # noqa: S704 - passed the allow-list


def prose(markdown: str) -> Markup:
    """Markdown as HTML through the same allow-list; level 1 becomes 2: the title is the only h1."""
    from mistune import create_markdown  # noqa: PLC0415 - comes with nbconvert

    html = str(create_markdown(escape=False, plugins=["strikethrough", "table"])(clean(markdown)))
    safe = _HEADING.sub(lambda found: f"<{found[1]}h{max(2, int(found[2]))}>", _cleaned(html))
    return Markup(_TABLE.sub(lambda found: _table(found[0]), safe).strip())  # noqa: S704


def _cleaned(html: str) -> str:
    import bleach  # noqa: PLC0415 - only a page needs it

    safe = bleach.clean(
        _UNSEEN.sub("", clean(html)),
        tags=_TEXT_TAGS | _BOXES | _TABLE_TAGS,
        attributes=_ATTRIBUTES,
        protocols=_PROTOCOLS,
        strip=True,
    )
    return _BOX_TAGS.sub("", safe)


def _table(table: str) -> str:
    """Give header cells their scope, and the region a way to scroll."""
    head, found, body = table.partition("</thead>")
    if not found:
        head, body = "", table
    head = _HEAD_CELL.sub('<th scope="col"', head.replace("<th></th>", "<td></td>"))
    body = _HEAD_CELL.sub('<th scope="row"', body.replace("<th></th>", "<td></td>"))
    return f'<div class="scroll" role="group" aria-label="Table" tabindex="0">{head}{found}{body}</div>'
