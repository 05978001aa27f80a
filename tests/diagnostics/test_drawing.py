"""The drawing on its own: what it promises whatever the text is."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rulelang.diagnostics import drawing
from rulelang.diagnostics.diagnostic import Diagnostic, Label, Severity
from rulelang.diagnostics.drawing import Mark, Screen, columns_of, draw
from rulelang.diagnostics.render import count_line, render, render_all
from rulelang.diagnostics.source import DataPlace, Source, Span

TEXTS = st.text(st.sampled_from("ab \t\n→数é\r\x00\u202e"), max_size=300)


@given(TEXTS, st.data(), st.integers(40, 100), st.booleans())
def test_no_line_is_wider_than_the_screen_and_no_label_is_lost(
    text: str, data: st.DataObject, width: int, whole: bool
) -> None:
    source = Source("a.rules", text)
    places = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    spans = [Span(source, *place) for place in data.draw(st.lists(places, min_size=1, max_size=4))]
    marks = [Mark(span, f"label{number}") for number, span in enumerate(spans)]
    lines = draw(marks, Screen(width), sentence=Span(source, 0, len(text)) if whole else None)
    assert all(columns_of(line) <= width for line in lines)
    drawn = "\n".join(lines)
    assert all(mark.text in drawn for mark in marks)
    assert not any(char in drawn for char in "\x00\t\r\u202e")


@given(TEXTS.filter(str.split), st.integers(40, 100))
@example("aaaaaaaaaaaa\t\t\taa数\t数数", 40)
@example(" " * 40 + "aa", 40)
@example("a → b\t\t\t\t\t\t\t\tc" + "\td" * 9, 40)
def test_a_sentence_is_drawn_with_every_word(text: str, width: int) -> None:
    source = Source("a.rules", text)
    drawn = draw([], Screen(width), sentence=Span(source, 0, len(text)))
    if len(drawn) < text[:-1].count("\n") + 1:
        assert text[:-1].count("\n") >= 6  # the middle of a very long sentence is left out
    elif all(columns_of(word) < width - 12 for word in text.split()):
        kept = "".join(line.partition("| ")[2] for line in drawn)
        assert "".join(kept.split()) == "".join(drawing.plain(text).split())


@pytest.mark.parametrize(
    "text, places",
    [
        ("a" * 22 + "数" * 7 + "\t\t\t\t\t", [30]),  # past the end of a word that is too long
        ("\t\t\t\t\taaaa" + "数" * 14, [0]),  # before a word that is too long to be indented
        ("a" * 12 + "数" * 7 + "a" * 12, [21, 23]),  # one beside the other, near the right of the screen
        ("数" * 7 + "\t\t\t\t\taaa", [15]),  # behind a text that fills the screen
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_no_line_is_wider_than_a_narrow_screen(text: str, places: list[int], whole: bool) -> None:
    source = Source("a.rules", text)
    marks = [Mark(Span(source, place, place), f"label{place}") for place in places]
    lines = draw(marks, Screen(40), sentence=Span(source, 0, len(text)) if whole else None)
    assert max(map(columns_of, lines)) <= 40
    assert all(mark.text in "\n".join(lines) for mark in marks)


def test_the_underline_stands_under_the_words() -> None:
    text = "\t数学: Red on é ELA"
    source = Source("a.rules", text)
    line, underline = draw([Mark(Span(source, text.index("ELA"), len(text)))], Screen())
    assert columns_of(line.partition("ELA")[0]) == underline.index("^")
    assert underline.count("^") == 3


def test_a_very_long_line_is_looked_at_only_around_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = 0
    shown = drawing._shown

    def counted(char: str) -> str:
        nonlocal seen
        seen += 1
        return shown(char)

    monkeypatch.setattr(drawing, "_shown", counted)
    text = "word " * 1_000_000
    source = Source("a.rules", text)
    span = Span(source, 2_500_000, 2_500_004)
    for sentence in (None, Span(source, 0, len(text))):
        lines = draw([Mark(span, "here")], Screen(), sentence=sentence)
        assert "^^^^" in lines[1]
        assert "here" in "".join(lines)
    assert seen < 10_000


def test_a_place_in_another_file_is_drawn_on_its_own() -> None:
    first, other = Source("2023.rules", "replace 4a: Red on ELA"), Source("2019.rules", "x\n4a: Red on ELA")
    labels = (Label(Span(first, 8, 10), "replaced here"), Label(Span(other, 2, 4), "stands here"))
    drawn = render(Diagnostic("same-rule", "nothing is changed", labels))
    assert "--> 2023.rules:1:9" in drawn
    assert "::: 2019.rules:2:1" in drawn
    assert drawn.index("replaced here") < drawn.index("stands here")


def _at(row: int, severity: Severity = Severity.ERROR) -> Diagnostic:
    return Diagnostic("bad-value", f"row {row} is bad", place=DataPlace("a.txt", row), severity=severity)


def test_a_run_is_in_order_and_counted() -> None:
    shown = render_all([_at(3), _at(1, Severity.WARNING), _at(2)])
    assert shown.index("row 1 is") < shown.index("row 2 is") < shown.index("row 3 is")
    assert shown.endswith("\n\n2 errors, 1 warning")
    assert "more\n" not in shown.replace("bad-value.md", "")


def test_a_long_run_is_cut_but_counted_whole() -> None:
    shown = render_all(_at(row) for row in range(1, 131))
    assert shown.count("error[bad-value]") == 100
    assert shown.endswith("\n\nand 30 more\n\n130 errors")


def test_nothing_to_say_is_nothing() -> None:
    assert render_all([]) == ""
    assert count_line([]) == "no errors"


def test_one_is_not_many() -> None:
    assert count_line([_at(1), _at(2, Severity.WARNING)]) == "1 error, 1 warning"
