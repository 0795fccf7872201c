"""What texts were made into is known when they stand in the next block."""

from __future__ import annotations

from opsrules.readers.remembered import Remembered


def test_a_text_is_asked_for_once_and_answers_keep_their_places() -> None:
    asked: list[str] = []

    def make(texts: tuple[str, ...]) -> list[int]:
        asked.extend(texts)
        return [len(text) for text in texts]

    sizes = Remembered(make)
    assert sizes.of(["a", "bbb", "a"]) == [1, 3, 1]
    assert sizes.of([]) == []
    assert sizes.of(["cc", "bbb"]) == [2, 3]
    assert asked == ["a", "bbb", "cc"]


def test_answers_are_right_however_many_texts_there_were() -> None:
    sizes: Remembered[int] = Remembered(lambda texts: [int(text) for text in texts])
    for start in range(0, 50_000, 900):
        assert sizes.of([str(start), *map(str, range(start, start + 1_000))]) == [start, *range(start, start + 1_000)]
        assert sizes.kept <= 20_000
