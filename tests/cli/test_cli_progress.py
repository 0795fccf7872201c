"""On a terminal: a bar for each account while it runs, and only its line afterwards."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from opsrules.batch import Event, Failure, Outcome
from opsrules.cli.console import say
from opsrules.cli.progress import Watch

FAILED = Outcome("north\x1b[2Jwind", Path("page"), failure=Failure(2, "E", "cause [bold]", "next"))


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _terminal(monkeypatch: pytest.MonkeyPatch) -> _Terminal:
    screen = _Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    return screen


def test_bar_counts_cells_and_gives_way_to_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _terminal(monkeypatch)  # not a fixture: pytest sets its own standard output between the two
    with Watch() as watch:
        watch.tell(Event(FAILED.account, 0, 17))
        watch.tell(Event(FAILED.account, 5, 17))
        assert watch._bars is not None
        watch._bars.refresh()
        assert "cell 5 of 17" in terminal.getvalue()
        watch.tell(Event(FAILED.account, 17, 17, FAILED))
        assert watch._bars.tasks == []
    assert watch.done == 1
    assert r"north\x1b[2Jwind: not reviewed: cell 2: cause [bold]; next" in terminal.getvalue()
    assert "\x1b[2J" not in terminal.getvalue()


def test_quiet_shows_nothing_even_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _terminal(monkeypatch)
    with Watch(quiet=True) as watch:
        watch.tell(Event("a", 0, 2))
        watch.tell(Event(FAILED.account, 2, 2, FAILED))
    assert terminal.getvalue() == ""


def test_b14_terminal_shows_no_card_number(capsys: pytest.CaptureFixture[str]) -> None:
    say("order 4242 4242 4242 4242, owner ops@example.com")
    assert capsys.readouterr().out == "order ****4242, owner ops@example.com\n"
