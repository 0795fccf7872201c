"""Events that tell themselves in plain words wherever they are shown: what an act has written, and a history."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

from markupsafe import Markup

from opsrules.display.markup import element
from opsrules.display.wording import count
from opsrules.register.lines import SHORT_ID
from opsrules.register.model import Event
from opsrules.register.told import actor_words, instant_words, taken_back, told, told_line
from opsrules.register.views.view import View, flat

__all__ = ["History", "Written"]

_MOST = 10


class _Events(View, tuple[Event, ...]):
    __slots__ = ()

    @abstractmethod
    def _lines(self) -> Iterator[str]:
        """The headline, then a line each."""

    def _body(self) -> Markup:
        head, *lines = self._lines()
        return element("p", element("b", head)) + element("ul", *(element("li", one) for one in lines))

    def _text(self) -> str:
        head, *lines = map(flat, self._lines())
        return "\n".join([head, *(f"  {one}" for one in lines)])


class Written(_Events):
    """The events of one act, in order of their numbers; a tuple that shows itself."""

    __slots__ = ()

    def _lines(self) -> Iterator[str]:
        if not self:
            yield "It stood so already; nothing was written."
            return
        yield f"Written by {actor_words(self[0])} on {instant_words(self[0].at)}: {count(len(self), 'event')}"
        for one in self[:_MOST]:
            yield f"{one.seq}  {_about(one)}: {told(one)}"
        if len(self) > _MOST:
            yield f"and {len(self) - _MOST:,} more"


class History(_Events):
    """All events of one finding, in order of their numbers; a tuple that shows itself."""

    __slots__ = ()

    def _lines(self) -> Iterator[str]:
        gone = taken_back(self)
        yield f"{_about(self[0]) if self else 'Nothing'}: {count(len(self), 'event')}"
        for one in self:
            yield told_line(one) + (" (taken back)" if one.seq in gone else "")


def _about(event: Event) -> str:
    subject = event.subject
    return subject.finding_id[:SHORT_ID] or " ".join(one for one in (subject.account, subject.period) if one)
