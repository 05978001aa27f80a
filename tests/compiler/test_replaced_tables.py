"""A vocabulary that has a table in place of one of those it extends: what that lacks then, it is said why."""

from __future__ import annotations

from pathlib import Path

from rulelang.compiler.load import load_vocabulary
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter

MINE = """vocabulary Mine
  extends California Dashboard vocabulary

{heading}
  | outcome | is a          |
  | Watch   | {kind} |
"""


def reported(folder: Path, heading: str, kind: str = "determination") -> list[Diagnostic]:
    path, reporter = folder / "vocabulary.rules", Reporter()
    path.write_text(MINE.format(heading=heading, kind=kind), encoding="utf-8")
    load_vocabulary(path, reporter)
    return reporter.diagnostics


def test_what_a_replaced_table_had_is_said_to_be_replaced_and_how_to_add_to_it(tmp_path: Path) -> None:
    found = reported(tmp_path, "outcomes")
    assert {one.code for one in found} == {"unknown-name"}
    replaces = "the vocabulary that extends this one replaces `outcomes`"
    assert {one.notes for one in found} == {(f"{replaces}; under the heading `more outcomes` it would only add rows",)}


def test_rows_that_are_added_leave_the_others(tmp_path: Path) -> None:
    assert reported(tmp_path, "more outcomes") == []


def test_what_is_wrong_in_the_vocabulary_itself_is_not_put_down_to_the_table(tmp_path: Path) -> None:
    own = [one for one in reported(tmp_path, "outcomes", "thing") if one.code != "unknown-name"]
    assert own
    assert not any("more outcomes" in note for one in own for note in one.notes)
