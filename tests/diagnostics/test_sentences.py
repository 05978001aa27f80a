from __future__ import annotations

import pytest

from rulelang.diagnostics.sentences import in_sentence, with_article


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


@pytest.mark.parametrize(
    "words",
    ["a school", "an applicant", "an LEA", "a unified district", "an elementary district", "an MTSS office", "a COE"],
)
def test_an_article_is_as_it_is_said(words: str) -> None:
    assert with_article(words.partition(" ")[2]) == words
