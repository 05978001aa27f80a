"""The tables of the grammar are those of the grammar as it is, and a command needs no Lark to read rules."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rulelang.compiler.files import read_source
from rulelang.compiler.load import load_vocabulary
from rulelang.compiler.locations import known_rulesets, rulesets_folder
from rulelang.compiler.names import measures_of_bases, words_of
from rulelang.compiler.standing import bases_of, find_vocabulary
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Source
from rulelang.syntax import lalr, parse
from rulelang.syntax.build import BUILDERS
from rulelang.syntax.disambiguate import Refused, readings
from tests.docs.pages import ROOT
from tests.language.words import WORDS

GRAMMAR = lalr.GRAMMAR.read_text(encoding="utf-8")


def test_the_kept_tables_are_those_of_the_grammar() -> None:
    kept = json.loads(lalr.KEPT.read_text(encoding="utf-8"))
    made = json.loads(json.dumps(lalr.made_tables(GRAMMAR)))
    assert kept == made, "run `python -m rulelang.syntax.lalr`"


def test_a_changed_grammar_has_new_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "grammar.lark"
    changed.write_text(GRAMMAR.replace("EXTENDS (STRING | TITLE)", "EXTENDS STRING STRING"), encoding="utf-8")
    before = lalr.tables()
    monkeypatch.setattr(lalr, "GRAMMAR", changed)
    after = lalr.tables.__wrapped__()
    sizes = [{rule[1] for rule in tables.rules if rule[2] == "extends_line"} for tables in (before, after)]
    assert sizes == [{2}, {3}]


CHECK = """
import sys
from rulelang.cli.program import run
run(["check", "assistance/2018"])
print("lark" in sys.modules)
"""


def test_a_check_loads_no_lark() -> None:
    call = [sys.executable, "-c", CHECK]
    done = subprocess.run(call, cwd=ROOT, check=True, capture_output=True, text=True, env={"RULELANG_CACHE_DIR": ""})
    assert done.stdout.splitlines()[-2:] == ["assistance/2018: fine", "False"]


@pytest.mark.parametrize("name", known_rulesets())
def test_every_sentence_of_the_rulesets_can_be_read_in_one_way(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ambiguous = []

    def first(*arguments: Any, **more: Any) -> lalr.Value | Refused:  # noqa: ANN401  # what `readings` takes
        found = readings(*arguments, **more)
        if isinstance(found, Refused) or len(found) > 1:
            ambiguous.append(found)
        return found

    monkeypatch.setattr(parse, "readings", first)
    reporter = Reporter()
    path = rulesets_folder() / f"{name}.rules"
    source = read_source(path, reporter)
    vocabulary = load_vocabulary(find_vocabulary(path), reporter)
    assert source is not None
    assert vocabulary is not None
    lexicon = words_of(vocabulary)
    assert len(parse.parse(source, lexicon, reporter, measures_of_bases(bases_of(path), lexicon)).statements) > 1
    assert ambiguous == []


def test_what_is_tried_and_not_meant_is_never_built(monkeypatch: pytest.MonkeyPatch) -> None:
    built: Counter[str] = Counter()

    def counted(name: str) -> Callable[[list[lalr.Value]], lalr.Value]:
        def build(children: list[lalr.Value]) -> lalr.Value:
            built[name] += 1
            return BUILDERS[name](children)

        return build

    parser = lalr.Parser(lalr.tables(), {name: counted(name) for name in BUILDERS})
    monkeypatch.setattr(parse, "parser_of_statements", lambda: parser)
    text = f"ruleset Test 2018\n  4a: Red on ELA{' and Math' * 20} and Orange on Math and Red on ELA → Priority 4\n"
    reporter = Reporter()
    assert len(parse.parse(Source("test.rules", text), WORDS, reporter).statements) == len(["ruleset", "4a"])
    assert reporter.diagnostics == []
    assert (built["indicator"], built["level_test"], built["chain"], built["rule"]) == (23, 3, 1, 1)
