"""Work shared among threads, its results in the order in which it was given."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

__all__ = ["in_order"]

_One = TypeVar("_One")
_Made = TypeVar("_Made")

_THREADS = min(2, os.cpu_count() or 1)  # each holds a block and all that becomes of it


def in_order(do: Callable[[_One], _Made], given: Iterable[_One]) -> Iterator[_Made]:
    """Give what `do` makes of each, in the order given.

    No more is taken than the threads have work for. Whatever fails, `do` or the giving, is raised when its turn comes,
    as if one had been done after the other.
    """
    with ThreadPoolExecutor(_THREADS) as pool:
        waiting: deque[Future[_Made]] = deque()
        try:
            for one in _asked(pool, do, given):
                waiting.append(one)
                if len(waiting) > _THREADS:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()


def _asked(pool: ThreadPoolExecutor, do: Callable[[_One], _Made], given: Iterable[_One]) -> Iterator[Future[_Made]]:
    try:
        for one in given:
            yield pool.submit(do, one)
    except Exception as error:  # noqa: BLE001 - raised when its turn comes
        failed: Future[_Made] = Future()
        failed.set_exception(error)
        yield failed
