from __future__ import annotations

import pytest

from rulelang.diagnostics.sentences import in_sentence


@pytest.mark.parametrize(
    "words, joint, expected",
    [
        ([], "and", ""),
        (["Red"], "and", "Red"),
        ([2018, 2023], "and", "2018 and 2023"),
        (["Red", "Orange", "Yellow"], "or", "Red, Orange or Yellow"),
    ],
)
def test_a_list_in_a_sentence(words: list[object], joint: str, expected: str) -> None:
    assert in_sentence(iter(words), joint) == expected
