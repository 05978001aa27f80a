from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulelang.services.places import Position, Text

WRITTEN = st.text(st.sampled_from("ab→\u00ad\ufeff\r\n\u2028 "), max_size=30)


def text(written: str) -> Text:
    return Text(Path("x.rules"), written, "x.rules")


@given(WRITTEN)
def test_an_offset_of_the_source_is_found_again_by_its_position(written: str) -> None:
    one = text(written)
    for offset in range(len(one.source.text) + 1):
        assert one.offset(one.position(offset)) == offset


@given(WRITTEN)
def test_a_place_holds_the_character_that_the_source_has_there(written: str) -> None:
    one = text(written)
    lines = written.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for offset, char in enumerate(one.source.text):
        at = one.position(offset)
        assert (lines[at.line] + "\n")[at.column].replace("\u2028", "\n") == char


@pytest.mark.parametrize(
    "position, offset", [(Position(0, 99), 2), (Position(9, 0), 5), (Position(1, 1), 4), (Position(0, -1), 0)]
)
def test_a_position_behind_an_end_is_the_end(position: Position, offset: int) -> None:
    assert text("ab\ncd").offset(position) == offset


def test_a_soft_hyphen_and_windows_line_ends_shift_no_place() -> None:
    one = text("R\u00aded\r\non ELA")
    assert one.source.text == "Red\non ELA"
    assert one.position(3) == Position(0, 4)
    assert one.position(4) == Position(1, 0)
