"""What policy staff write first: sentences in the words of the state's own pages, and what becomes of each.

`phrasings/accepted.txt` holds sentences and the one way in which each is kept, `phrasings/refused.txt` sentences and
what is said of each. They are written from the pages of the policy, with the words of the shipped vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from rulelang.compiler.load import Loader
from rulelang.compiler.standing import find_vocabulary
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter, in_order
from rulelang.diagnostics.render import render_all
from rulelang.diagnostics.source import Source
from rulelang.syntax import tree as syn
from rulelang.syntax.format import format_file
from rulelang.syntax.parse import parse
from tests.shipped_files import shipped_words

HERE = Path(__file__).parent / "phrasings"
BASE = """\
ruleset Test {}
  4a: Very Low on ELA → Priority 4
  5a: Very Low on Graduation Rate → Priority 5
  6a: Very High on Suspension Rate → Priority 6
  DC: any student group meets 2 or more priorities → Differentiated Assistance criteria
  M1: any student group meets 2 or more priorities → Method 1
  M2: Met on Basics → Method 2
"""
AROUND = """\
ruleset Test 2024
  cites "a page of the policy"
priority 1 "Basics"
  1z: Not Met on all of Basics, School Climate and Parent Engagement → Priority 1
priority 3 "Parent Engagement"
  3z: Not Met on both Parent Engagement and Access to a Broad Course of Study → Priority 3
priority 4 "Pupil Achievement"
  4z: Red on all of ELA, Math, ELPI and Graduation Rate → Priority 4
priority 5 "Pupil Engagement"
  5z: Red on all of ELA, Math and Graduation Rate → Priority 5
priority 6 "School Climate"
  6z: Red on all of ELA, Math and Suspension Rate → Priority 6
priority 8 "Outcomes in a Broad Course of Study"
  8z: Very Low on all of ELA, Math and College/Career → Priority 8
for school districts
  DCz: 2 or more student groups meet Priority 4 → Differentiated Assistance criteria
  M1z: 3 or more student groups meet Priority 4 → Method 1
  M2z: Not Met on both Basics and School Climate → Method 2
  M3z: Not Met on both Basics and Parent Engagement → Method 3

"""
BETWEEN = "M3z{}: Not Met on both Basics and Parent Engagement → Method 3"
"""What stands above each sentence, as above one that is alone, so that none reads on from another."""
ANOTHER_RULE = frozenset({"duplicate-rule", "never-decides", "circular-outcomes", "misplaced-rule"})
"""What is said of a rule because of others in the file, and not of its sentence."""


def blocks(name: str, mark: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each sentence of a file, of one line or of several, and what stands behind the mark in the lines below."""
    text = "\n".join(line for line in (HERE / name).read_text(encoding="utf-8").split("\n") if line[:3] != "---")
    for block in text.strip("\n").split("\n\n"):
        lines = [line for line in block.split("\n") if line]
        written = [line for line in lines if not line.startswith(f"  {mark} ")]
        if written:
            yield "\n".join(written), [line[4:] for line in lines if line.startswith(f"  {mark} ")]


ACCEPTED = list(blocks("accepted.txt", "="))
REFUSED = list(blocks("refused.txt", "!"))
WITHOUT_A_BASE = {"nothing-to-change", "no-such-rule"}
"""What a check also says of `replace` here, since the file is based on no other year."""


def read(text: str) -> tuple[syn.File, list[Diagnostic]]:
    reporter = Reporter()
    return parse(Source("test.rules", text), shipped_words()[1], reporter), reporter.diagnostics


FoundIn = Callable[[str], list[Diagnostic]]


@pytest.fixture(scope="module")
def found_in(tmp_path_factory: pytest.TempPathFactory) -> FoundIn:
    """Return what tells what a check says of rules beside others, in a year that has some before it."""
    folder = tmp_path_factory.mktemp("years").resolve()
    path = folder / "2024.rules"
    past = Loader(Reporter(), {find_vocabulary(path): shipped_words()})
    for year in (2017, 2018, 2019, 2022, 2023):
        before = folder / f"{year}.rules"
        before.write_text(BASE.format(year), encoding="utf-8")
        assert past.ruleset(before) is not None, render_all(past.reporter.diagnostics)

    @cache
    def found(rules: str) -> list[Diagnostic]:
        loader = past.without(path, {path: f"{AROUND}{rules}\n".encode()})
        loader.done.clear()  # as in a check, which does not look back to a year after an error
        loader.ruleset(path)
        return [one for one in in_order(loader.reporter.diagnostics) if one.code not in ANOTHER_RULE]

    return found


def said(diagnostic: Diagnostic) -> str:
    """Return the code of a message, and its first way out."""
    return f"{diagnostic.code}: {next(iter([*diagnostic.notes, diagnostic.help or '']), '')}"


def test_there_are_many_of_them_and_none_twice() -> None:
    written = [sentence for sentence, _ in (*ACCEPTED, *REFUSED)]
    assert len(written) >= 400
    assert len({*written}) == len(written)


@pytest.mark.parametrize("written, kept", ACCEPTED, ids=[written for written, _ in ACCEPTED])
def test_what_is_written_is_kept_in_one_way(written: str, kept: list[str]) -> None:
    file, found = read(written)
    assert found == [], render_all(found)
    formatted = format_file(file)
    assert " ".join(formatted.split()) == " ".join(" ".join(kept).split())
    again, found = read(formatted)
    assert found == [], render_all(found)
    assert again == file
    assert format_file(again) == formatted


WITHIN = ("({0})", "not ({0})", "{1} and ({0})", "({0}) or {1}", "{1}, unless ({0})", "({0}) for White only")
"""Where a condition may stand; {1} is another one."""


@cache
def _conditions() -> list[tuple[str, str, str]]:
    """Return each condition that is accepted at the head of a sentence, how it is kept, and the outcome."""
    found = []
    for written, kept in ACCEPTED:
        said, arrow, outcome = written.rpartition("→")
        condition = " ".join(kept).rpartition("→")[0].strip()
        is_plain = arrow and condition and read(f"{said} → {outcome}")[1] == [] and "\n" not in written
        if is_plain and ":" not in " ".join(kept) and read(f"({said}) → {outcome}")[1] == []:
            found.append((said.strip(), condition, outcome))
    return found


def _all_known(file: syn.File) -> bool:
    nodes = (node for statement in file.statements for node in syn.walk(statement))
    return all(node.known for node in nodes if isinstance(node, syn.Name))


@pytest.mark.parametrize("place", WITHIN)
def test_a_condition_means_the_same_wherever_it_is_accepted(place: str) -> None:
    accepted = 0
    for said, kept, outcome in _conditions():
        other = "Method 2" if "Priority" not in outcome else "Red on Suspension Rate"
        found, wrong = read(f"{place.format(said, other)} → {outcome}")
        if not wrong and _all_known(found):
            accepted += 1
            assert found == read(f"{place.format(kept, other)} → {outcome}")[0], said
    assert accepted > 500


def _together() -> Iterator[str]:
    """Yield the accepted sentences that decide something: the plainest by the dozen, the others alone."""
    decided = {one.outcome for one in read(AROUND)[0].statements if isinstance(one, syn.Rule)}
    plain: list[str] = []
    for written, kept in ACCEPTED:
        if any("→" in line for line in kept) and not any(line.startswith("|") for line in written.split("\n")):
            [*others, last] = read(written)[0].statements
            if not others and isinstance(last, syn.Rule) and last.label is None and last.outcome in decided:
                plain.append(f"{written}\n\n{BETWEEN.format(len(plain))}")
            else:
                yield written
    yield from ("\n\n".join(plain[at : at + 12]) for at in range(0, len(plain), 12))


def test_what_is_accepted_makes_sense(found_in: FoundIn) -> None:
    for written in _together():
        assert found_in(written) == [], render_all(found_in(written))


@pytest.mark.parametrize("written, wanted", REFUSED, ids=[written for written, _ in REFUSED])
def test_what_is_refused_says_what_to_write(written: str, wanted: list[str], found_in: FoundIn) -> None:
    assert [said(one) for one in found_in(written)] == wanted


@pytest.mark.parametrize("written", [written for written, _ in REFUSED])
def test_a_change_that_is_offered_makes_a_sentence_that_checks(written: str, found_in: FoundIn) -> None:
    found = found_in(written)
    for one in (one for one in found if one.edits):
        text = one.edits[0].span.source.text
        for edit in sorted(one.edits, key=lambda edit: -edit.span.start):
            text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
        others = {other.code for other in found if other is not one} | WITHOUT_A_BASE
        assert {other.code for other in found_in(text.removeprefix(AROUND))} <= others, text
