"""What an act has written: its events, told in plain words wherever they are shown."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from opsrules.display.markup import clean, element
from opsrules.display.wording import count
from opsrules.register.model import Event
from opsrules.register.told import actor_words, instant_words, told
from opsrules.register.views.view import View

__all__ = ["Written"]

_MOST = 10


class Written(View, tuple[Event, ...]):
    """The events of one act, in order of their numbers; a tuple that shows itself."""

    __slots__ = ()

    def __repr__(self) -> str:
        return self._text()

    def _body(self) -> Markup:
        head, *lines = self._lines()
        return element("div", element("p", element("b", head)), element("ul", *(element("li", one) for one in lines)))

    def _text(self) -> str:
        head, *lines = (clean(one) for one in self._lines())
        return "\n".join([head, *(f"  {one}" for one in lines)])

    def _lines(self) -> Iterator[str]:
        if not self:
            yield "Nothing was written."
            return
        first = self[0]
        yield f"Written by {actor_words(first)} on {instant_words(first.at)}: {count(len(self), 'event')}"
        for one in self[:_MOST]:
            about = one.subject.finding_id[:12] or " ".join(part for part in (one.subject.account, one.subject.period))
            yield f"{one.seq}  {about}: {told(one)}"
        if len(self) > _MOST:
            yield f"and {len(self) - _MOST:,} more"
