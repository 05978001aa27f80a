"""The text that `show` prints can be saved and means the same; an added rule that changes nothing is warned of."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from rulelang.cli.program import rulelang
from rulelang.facade import check, load
from rulelang.syntax.plain_text import vocabulary_title

EXEMPT = """what if LEAs without a Red graduation rate were exempt
  based on assistance/2023
  because "a test"

for school districts and county offices
  add SM: Not Met on Basics → {outcome}
"""


def shown(*arguments: str) -> str:
    return CliRunner().invoke(rulelang, ["show", *arguments]).stdout


@pytest.fixture
def exempt(tmp_path: Path) -> Path:
    path = tmp_path / "exempt.rules"
    path.write_text(EXEMPT.format(outcome="General Assistance"), encoding="utf-8")
    return path


def test_an_added_rule_that_gives_what_otherwise_gives_is_warned_of(exempt: Path) -> None:
    [found] = check(exempt)
    assert (found.code, str(found.severity.value)) == ("never-decides", "warning")
    assert found.span is not None
    assert found.span.words.startswith("SM:")
    assert "write `add SM before DA: …`" in found.notes[0]
    exempt.write_text(exempt.read_text(encoding="utf-8").replace("SM:", "SM before DA:"), encoding="utf-8")
    assert check(exempt) == []


def test_one_that_gives_anything_else_is_not(exempt: Path) -> None:
    exempt.write_text(EXEMPT.format(outcome="Differentiated Assistance"), encoding="utf-8")
    assert check(exempt) == []


def test_a_text_with_an_added_rule_is_valid_and_means_the_same(exempt: Path) -> None:
    text = shown(str(exempt))
    assert text.index("SM: Not Met") < text.index("GA: otherwise")
    saved = exempt.with_name("saved.rules")
    saved.write_text(text, encoding="utf-8")
    assert [one for one in check(saved) if one.severity.value == "error"] == []
    first, second = load(exempt).rules, load(saved).rules
    assert second.definitions[2023, "determination"].node == first.definitions[2023, "determination"].node


def test_a_vocabulary_whose_name_ends_with_the_word_is_found_again(tmp_path: Path) -> None:
    words = "vocabulary My Vocabulary\n  extends California Dashboard vocabulary\n"
    (tmp_path / "vocabulary.rules").write_text(words, encoding="utf-8")
    text = "ruleset T 2023\n  uses My Vocabulary\n\nDA: Not Met on Basics → Differentiated Assistance\n"
    (tmp_path / "it.rules").write_text(text, encoding="utf-8")
    (tmp_path / "saved.rules").write_text(shown(str(tmp_path / "it.rules")), encoding="utf-8")
    assert "uses My Vocabulary vocabulary" in (tmp_path / "saved.rules").read_text(encoding="utf-8")
    assert check(tmp_path / "saved.rules") == []
    (tmp_path / "it.rules").write_text(text.replace("My", "Your"), encoding="utf-8")
    assert [one.code for one in check(tmp_path / "it.rules")] == ["other-vocabulary"]


def test_the_word_is_left_out_of_a_title_however_often_it_ends_it() -> None:
    titles = {
        "My Vocabulary vocabulary": "My",
        "My Vocabulary": "My",
        "the Works vocabulary": "Works",
        "Words": "Words",
    }
    assert {text: vocabulary_title(text) for text in titles} == titles


def test_a_what_if_shows_its_own_changes(exempt: Path) -> None:
    assert "example" not in shown("--changes", str(exempt))
    exempt.write_text(
        f'{exempt.read_text(encoding="utf-8")}\nexample "Mine"\n  given a district\n  expect General Assistance\n'
    )
    assert 'added: example "Mine"' in shown("--changes", str(exempt))
    assert 'example "' in shown("--changes", "assistance/2023")
