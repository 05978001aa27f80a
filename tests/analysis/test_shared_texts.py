"""A text that rows share is, for each of them, the one that is written for it alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from rulelang.analysis.level_batches import level_table
from rulelang.analysis.level_tables import reasons_cell
from rulelang.core.record import LeaRecord, YearFacts
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import Get
from rulelang.engine.alike import Alike, Memo
from rulelang.engine.evaluate import Evaluation, evaluate_all, evaluate_batches, evaluate_records
from rulelang.engine.levels import results_of
from rulelang.engine.steps import Prepared, prepare
from rulelang.engine.trace import Occurrence
from rulelang.engine.wording import value_text
from tests.engine.level_rules import counts, loaded

GROUPS = ("White", "Homeless", "Asian")
SIZES = (None, 1, 9, 10, 14, 24, 29, 30, 149, 400)


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    return loaded(tmp_path_factory.mktemp("rules"))


def state() -> Iterator[LeaRecord]:
    """Yield LEAs with groups of every size in this year and the last, some of which have the same in both."""
    flags = ("Certified", "Not Certified", "")
    for number, (now, before) in enumerate((now, before) for now in SIZES for before in SIZES):
        rows = {
            group: counts(
                *(min(now or 0, at), now, 1, before if at else now),
                data_certification=flags[number % 3],
                type="" if number % 7 == 0 else "unified district" if number % 2 else "elementary district",
            )
            for at, group in enumerate(GROUPS[: 1 + number % 3])
        }
        yield LeaRecord(f"27661420{number:06}", "", "", "school district", {2018: YearFacts(rows)})


def test_why_there_is_no_level_is_the_same_for_all_together_and_for_each(ruleset: Ruleset) -> None:
    prepared, records = prepare(ruleset), list(state())
    table = level_table(prepared, records)
    each = [
        reasons_cell({scale: reason.text for scale, reason in one.reasons.items()})
        for evaluation in evaluate_all(prepared, records)
        for one in results_of(evaluation)
    ]
    assert list(table.column("reasons")) == each
    for words in ("students 9, below 11", "the level of 8.3 is not established", "not in the data: type"):
        assert any(words in reasons for reasons in each)


def both_numbers(texts: Sequence[str]) -> Memo:
    """Return texts that have two numbers, students now and before, in words that may differ between the two."""

    def say(evaluation: Evaluation, index: int | None) -> str:
        parts = [Occurrence(evaluation, asked, at, index) for at, asked in numbers_of(evaluation.prepared)]
        written = [text.format(value_text(part)) for text, part in zip(texts, parts, strict=True)]
        return " and ".join(evaluation.different(written))

    return Memo(say)


def numbers_of(prepared: Prepared) -> list[tuple[int, Get]]:
    found = {asked.key[1]: (position, asked) for position, asked in prepared.fields.items()}
    return [found["students"], found["last year's students"]]


@pytest.mark.parametrize(
    "texts",
    [
        ("students {}", "students {}"),
        ("students {}, 9 before", "students {}, 9 before"),
        ("students {}", "{} before"),
        ("{}", "{}"),
        ("{0}", "{0} {0}"),
    ],
)
def test_equal_numbers_in_equal_words_are_said_once(ruleset: Ruleset, texts: tuple[str, str]) -> None:
    """Two marks look different, but the numbers that replace them may be the same, and then the words are said once."""
    prepared, memo = prepare(ruleset), both_numbers(texts)
    for batch in evaluate_batches(prepared, state()):
        among, size = Alike(batch, of_groups=True), batch.shape.size
        found = {row: text for text, rows in among.placed(among.everyone, memo) for row in rows}
        assert len(found) == batch.shape.size * batch.shape.groups
        for row, text in found.items():
            lane, lea = divmod(row, size)
            assert text == memo.say(batch.of(lea), lane)
        sets = {row: text for text, rows in among.said(among.everyone, memo) for row in found if rows >> row & 1}
        assert sets == found
    assert any(" and " in text for text in found.values())
    assert any(" and " not in text for text in found.values()) is (texts[0] == texts[1])


def test_batches_without_any_number_share_texts_with_others(ruleset: Ruleset) -> None:
    """A batch in which nobody has a number has no column of numbers, and its rows are asked the same all the same."""
    prepared, alone = prepare(ruleset), both_numbers(("students {}", "{} before"))
    written: list[int | None] = []

    def say(evaluation: Evaluation, index: int | None) -> str:
        written.append(index)
        assert len(written) < 20, "texts are written that no row is found for"
        return alone.say(evaluation, index)

    memo = Memo(say)
    for record in state():
        batch = evaluate_records(prepared, (record,))
        among = Alike(batch, of_groups=True)
        found = {row: text for text, rows in among.placed(among.everyone, memo) for row in rows}
        assert found == {row: alone.say(batch.of(0), row // batch.shape.size) for row in found}
        assert len(found) == batch.shape.groups
