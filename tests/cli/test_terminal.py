"""Lines that a person reads in a terminal, and a program reads from a file."""

from __future__ import annotations

import pytest

from rulelang.cli import terminal

LINE = "  ignored 154: student group `ALL`: the criteria speak of student groups, not of all students"


@pytest.mark.parametrize("width", [60, 80])
def test_a_line_is_wrapped_in_a_terminal(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(terminal, "is_terminal", lambda: True)
    monkeypatch.setattr(terminal, "width", lambda: width)
    terminal.show_line(LINE)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert all(len(line) <= width for line in lines)
    assert " ".join(line.strip() for line in lines) == LINE.strip()
    assert lines[1].startswith("      ")


def test_a_line_stays_one_where_nobody_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show_line(LINE)
    assert capsys.readouterr().out == f"{LINE}\n"


def test_the_points_of_numbers_stand_one_below_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("Inyo", "$500,000", "1"), ("Glenn", "$566,666.666…", "20"), ("Kings", "cannot tell", "3")]
    terminal.show_table("By county", ("county", "add-on", "lists"), rows)
    assert capsys.readouterr().out.splitlines()[3:6] == [
        "Inyo     $500,000            1",
        "Glenn    $566,666.666…      20",
        "Kings      cannot tell       3",
    ]


@pytest.mark.parametrize("width, broken", [(25, True), (80, False)])
def test_a_heading_that_does_not_fit_is_broken_between_words(
    width: int, broken: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(terminal, "width", lambda: width)
    terminal.show_table("", ("county", "1 indicator", "<100"), [("Inyo", 3, 12)])
    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line.strip()]
    heading = [["1"], ["county", "indicator", "<100"]] if broken else [["county", "1", "indicator", "<100"]]
    assert lines[: len(heading)] == heading


@pytest.mark.parametrize("width, line", [(34, "Inyo      3    1     0"), (22, "Inyo     3  1   0")])
def test_the_headings_of_a_table_that_is_too_wide_are_closer_and_not_cut_off(
    width: int, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(terminal, "width", lambda: width)
    terminal.show_table("", ("county", "LEAs", "<30", "unsure"), [("Inyo", 3, 1, 0)])
    heading, _, row = [one.rstrip() for one in capsys.readouterr().out.splitlines() if one.strip()]
    assert heading.split() == ["county", "LEAs", "<30", "unsure"]
    assert row.split() == line.split()
    assert len(heading) <= width
