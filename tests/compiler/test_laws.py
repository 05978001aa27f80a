"""Laws that hold for any text whatever, and for any data under any rules that check clean."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rulelang.core.record import LeaRecord
from rulelang.diagnostics.diagnostic import Diagnostic, Severity
from rulelang.diagnostics.render import render_all
from rulelang.engine.explain import explain
from rulelang.engine.steps import prepare
from rulelang.syntax import tree as syn
from rulelang.syntax.format import format_file
from rulelang.syntax.keywords import KEYWORDS
from tests.compiler.checking import BASE, checked, clean
from tests.engine.determined import determine
from tests.language.words import SMALL, WORDS
from tests.strategies.effort import effort
from tests.strategies.records import records
from tests.strategies.rule_files import files, rulesets

NAMES = sorted({name for names in WORDS.spellings.values() for name in names})
SIGNS = ["→", "->", ",", ":", "(", ")", '"', '"Pupil Achievement"', "#", "|", "-", "\t", "\n", "\n  "]
NUMBERS = ["4a:", "4a", "1", "2018"]
SOUP = st.lists(
    st.sampled_from([*NAMES, *(one for phrases in KEYWORDS.values() for one in phrases), *SIGNS, *NUMBERS]), max_size=40
).map(" ".join)
TEXTS = st.text(max_size=200) | SOUP | SOUP.map(lambda soup: f"ruleset Test 2018\n{soup}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for all cases of a test; each writes the same files anew."""
    found = tmp_path_factory.mktemp("rules")
    (found / "vocabulary.rules").touch()
    return found


def is_sound(diagnostic: Diagnostic) -> bool:
    """Return whether everything a diagnostic underlines lies in its file, and it can be drawn."""
    for label in diagnostic.labels:
        span = label.span
        text = span.source.text
        if not 0 <= span.start <= span.end <= len(text) or not 1 <= span.line <= text.count("\n") + 1:
            return False
    return bool(diagnostic.labels or diagnostic.place) and diagnostic.code in render_all([diagnostic])


@pytest.mark.slow
@effort(150)
@given(text=TEXTS)
def test_no_text_makes_the_check_raise(text: str, folder: Path) -> None:
    found = checked({"2017.rules": BASE, "2018.rules": text}, folder)
    assert all(is_sound(diagnostic) for diagnostic in found.diagnostics)
    has_errors = any(diagnostic.severity is Severity.ERROR for diagnostic in found.diagnostics)
    assert (found.ruleset is None) == has_errors


@pytest.mark.slow
@effort(60)
@given(file=files())
def test_no_sentences_make_the_check_raise(file: syn.File, folder: Path) -> None:
    text = format_file(file)
    for head in ("", "ruleset Test 2018\n", "ruleset Test 2018\nbased on 2017\n"):
        found = checked({"2017.rules": BASE, "2018.rules": head + text}, folder)
        assert all(is_sound(diagnostic) for diagnostic in found.diagnostics)


@effort(60)
@given(content=st.binary(max_size=100))
def test_no_bytes_make_the_check_raise(content: bytes, folder: Path) -> None:
    for head in (b"", b"ruleset Test 2018\n"):
        found = checked({"2018.rules": head + content}, folder)
        assert all(is_sound(diagnostic) for diagnostic in found.diagnostics)


# ---- rules that check clean ----


@pytest.mark.slow
@settings(effort(25), suppress_health_check=list(HealthCheck))
@given(file=rulesets(2018), record=records(SMALL, [2017, 2018]))
def test_rules_that_check_clean_evaluate_any_record(file: syn.File, record: LeaRecord, folder: Path) -> None:
    file, found = clean(file, folder)
    assert found.ruleset is not None
    determination = determine(prepare(found.ruleset), record)
    assert determination.outcome
    assert isinstance(explain(determination), str)
    for result in determination.groups:
        assert isinstance(explain(determination, result.group.name), str)


@pytest.mark.slow
@settings(effort(25), suppress_health_check=list(HealthCheck))
@given(file=rulesets(2018))
def test_every_rule_that_checks_clean_is_in_force(file: syn.File, folder: Path) -> None:
    file, found = clean(file, folder)
    assert found.ruleset is not None
    rules = [one for one in file.statements if isinstance(one, syn.Rule)]
    assert len(found.ruleset.rules) == len(rules)
    assert len(prepare(found.ruleset).positions) == len(found.ruleset.definitions)
