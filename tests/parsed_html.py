"""HTML taken apart: every tag with its attributes, and the text as a reader has it."""

from __future__ import annotations

from html.parser import HTMLParser


class Parsed(HTMLParser):
    """What a piece of HTML consists of; style counts as no text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.odd: list[str] = []
        self.by_class: list[tuple[str, str]] = []
        self._classes: list[str] = []
        self.feed(html)
        self.close()
        self.odd += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)
        self._classes.append(dict(attrs).get("class") or "")
        self.by_class.append((self._classes[-1], ""))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.odd.append(f"/{tag}")
            return
        self.open.pop()
        self._classes.pop()

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def handle_comment(self, data: str) -> None:
        self.odd.append(data)

    def handle_decl(self, decl: str) -> None:
        self.odd.append(decl)

    def handle_pi(self, data: str) -> None:
        self.odd.append(data)
