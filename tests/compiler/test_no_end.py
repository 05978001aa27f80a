"""Names and numbers that are longer than any file's name or number: each ends in a message that can be read."""

from __future__ import annotations

import cProfile
from pathlib import Path

import pytest

import rulelang
from rulelang.diagnostics.diagnostic import LONGEST_QUOTE, RulesError
from rulelang.syntax import parse, statements
from rulelang.syntax.plain_text import LARGEST_FILE
from rulelang.syntax.statements import MOST_SENTENCES

VOCABULARY = (Path(__file__).resolve().parents[2] / "rulesets" / "vocabulary.rules").read_text(encoding="utf-8")
HEAD = "ruleset Practice 2018\n  uses California Dashboard vocabulary\n"
RULE = "\n4a: Red on ELA → Priority 4\n"
DIGITS = "9" * 5000


def codes_of(folder: Path, rules: str, vocabulary: str) -> set[str]:
    """Return the codes of what is wrong with a rule file beside a vocabulary; each message can be read."""
    (folder / "vocabulary.rules").write_text(vocabulary, encoding="utf-8")
    (folder / "2018.rules").write_text(rules, encoding="utf-8")
    found = rulelang.check(folder / "2018.rules")
    assert all(len(one.message) < 2 * LONGEST_QUOTE and len(one.help or "") < 2 * LONGEST_QUOTE for one in found)
    return {one.code for one in found}


def test_a_name_that_no_folder_can_have_is_that_of_none(tmp_path: Path) -> None:
    named = f"{HEAD}  levels from {'a' * 300}\n{RULE}"
    assert codes_of(tmp_path, named, VOCABULARY) == {"no-rulesets-in-folder"}


def test_a_name_that_no_file_can_have_cannot_be_extended(tmp_path: Path) -> None:
    vocabulary = f'vocabulary California Dashboard\n  extends "{"a" * 300}.rules"\n'
    assert codes_of(tmp_path, HEAD + RULE, vocabulary) == {"cannot-extend"}


@pytest.mark.parametrize("name", ["a" * 5000, "a/" * 3000, "a\0b"])
def test_a_name_that_no_ruleset_can_have_is_unknown(name: str) -> None:
    with pytest.raises(RulesError) as raised:
        rulelang.load(name)
    [found] = raised.value.diagnostics
    assert found.code == "unknown-ruleset"
    assert len(found.message) < 2 * LONGEST_QUOTE


@pytest.mark.parametrize(
    "given, instead",
    [
        ("2017 to 2019, 2023 on", DIGITS),
        ("2017 to 2019, 2023 on", f"2017 to {DIGITS}"),
        ("| 15       | Foster", f"| {DIGITS} | Foster"),
        ("| 10     | Coordination", f"| {DIGITS} | Coordination"),
        ("| A    | 4, 5, 6", f"| A    | 4, {DIGITS}"),
        ("| A    | 4, 5, 6", "| A    | 4, five"),
        ("Not Met in 2018", f"Not Met in {DIGITS}"),
    ],
)
def test_a_number_that_no_policy_has_cannot_be_read(tmp_path: Path, given: str, instead: str) -> None:
    assert given in VOCABULARY
    assert "unclear-cell" in codes_of(tmp_path, HEAD + RULE, VOCABULARY.replace(given, instead))


BEGIN = ["x", "4a:", "Red on ELA →", ".", "x when y", "• 1. 4a."]
CARRY_ON = ["and", "(", 'because "a"', "| a |"]


@pytest.mark.parametrize("line", [*BEGIN, *CARRY_ON])
def test_a_line_again_and_again_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """Each of these took from 6 seconds to many minutes, as the time grew with the square of their number."""
    for module in (statements, parse):  # so that less is read of what is beyond it in any case
        monkeypatch.setattr(module, "MOST_SENTENCES", MOST_SENTENCES // 5)
    lines = f"{line}\n" * ((LARGEST_FILE - len(HEAD)) // (len(line.encode()) + 1))
    assert codes_of(tmp_path, HEAD + lines, VOCABULARY)


def calls(folder: Path, lines: str) -> int:
    """Return how many calls it takes to check lines of rules."""
    profile = cProfile.Profile()
    profile.runcall(codes_of, folder, HEAD + lines, VOCABULARY)
    return sum(one.callcount for one in profile.getstats())


@pytest.mark.slow
@pytest.mark.parametrize("line", BEGIN)
def test_what_is_done_does_not_grow_with_the_square_of_the_sentences(tmp_path: Path, line: str) -> None:
    calls(tmp_path, f"{line}\n")  # what is done once in a process is done by now
    assert calls(tmp_path, f"{line}\n" * 1200) < 2 * calls(tmp_path, f"{line}\n" * 600)


@pytest.mark.slow
@pytest.mark.parametrize("line", CARRY_ON)
def test_what_is_done_does_not_grow_with_the_square_of_the_lines(tmp_path: Path, line: str) -> None:
    calls(tmp_path, f"{line}\n")
    assert calls(tmp_path, f"{line}\n" * 2400) < 3 * calls(tmp_path, f"{line}\n" * 1200)  # some are too long by then


@pytest.mark.slow
def test_what_is_done_does_not_grow_with_the_square_of_the_measures(tmp_path: Path) -> None:
    def measures(number: int) -> str:
        chained = (f"measure m{at} = m{at - 1} + m{at - 1}\n" for at in range(2, number))
        return "".join(["\nfor Suspension Rate\nmeasure m1 = 1 + 1\n", *chained])

    calls(tmp_path, measures(2))
    assert calls(tmp_path, measures(800)) < 2 * calls(tmp_path, measures(400))


def test_what_is_beyond_the_last_sentence_that_is_read_is_reported(tmp_path: Path) -> None:
    """The lines of the head are two more sentences."""
    for number, is_beyond in ((MOST_SENTENCES - 2, False), (MOST_SENTENCES - 1, True)):
        assert ("sentence-too-long" in codes_of(tmp_path, HEAD + "4a:\n" * number, VOCABULARY)) is is_beyond
