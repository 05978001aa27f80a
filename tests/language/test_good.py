"""Sentences that must be understood as written, and what they mean: the examples in the snippets say it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from attrs import evolve

from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.render import render_all
from rulelang.diagnostics.source import Source
from rulelang.syntax import tree as syn
from rulelang.syntax.format import format_file
from rulelang.syntax.parse import parse
from tests.language.snippets import HERE, Snippet, check, snippets
from tests.language.words import WORDS

FOUND = [
    (f"{path.stem}: {snippet.title}", snippet)
    for path in sorted((HERE / "good").glob("*.rules"))
    for snippet in snippets(path.read_text(encoding="utf-8"))
]
GOOD = [pytest.param(snippet, id=name) for name, snippet in FOUND]
EXPECT = re.compile(r"^  expect (?!cannot tell|suspended)(.*)$", re.MULTILINE)
WITH_EXAMPLES = [pytest.param(one, id=name) for name, one in FOUND if EXPECT.search(one.files[one.checked])]


def read(text: str) -> syn.File:
    reporter = Reporter()
    file = parse(Source("test.rules", text), WORDS, reporter)
    assert reporter.diagnostics == [], render_all(reporter.diagnostics)
    return file


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("snippet", GOOD)
def test_a_good_file_has_nothing_wrong_and_means_what_its_examples_say(snippet: Snippet) -> None:
    found = check(snippet)
    assert found == [], render_all(found)


@pytest.mark.parametrize("snippet", GOOD)
def test_every_arrow_is_an_arrow(snippet: Snippet) -> None:
    for text in snippet.files.values():
        for arrow in ("->", "-->", "–>", "=>", "⇒", "\uf0e0"):
            assert read(text.replace("→", arrow)) == read(text)


@pytest.mark.parametrize("snippet", WITH_EXAMPLES)
def test_every_expectation_can_fail(snippet: Snippet) -> None:
    text = snippet.files[snippet.checked]
    wanted = EXPECT.findall(text)
    turned = EXPECT.sub(lambda line: f"  expect {_opposite(line[1])}", text)
    found = check(evolve(snippet, files={**snippet.files, snippet.checked: turned}))
    assert [diagnostic.code for diagnostic in found] == ["failed-example"] * len(wanted), render_all(found)


def _opposite(expectation: str) -> str:
    plain, _, _ = expectation.partition(" by ")
    if " does not meet " in plain:
        return plain.replace(" does not meet ", " meets ")
    if " meets " in plain:
        return plain.replace(" meets ", " does not meet ")
    return plain.removeprefix("not ") if plain.startswith("not ") else f"not {plain}"


# ---- what word processors and keyboards make of a text ----

PLAIN = """\
ruleset Test 2018
  cites "EC 52071(b)"
priority 4 "Pupil Achievement"
  4a: Red on both ELA and Math → Priority 4    # a remark
  4b: Red on ELA or Math
    and Orange on the other → Priority 4
"""


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(PLAIN.replace("  ", "\t"), id="tabs"),
        pytest.param(PLAIN.replace(" on ", "\u00a0on\u202f"), id="non-breaking spaces"),
        pytest.param(re.sub(r'"(.*?)"', r"“\1”", PLAIN), id="smart quotes"),
        pytest.param(re.sub(r'"(.*?)"', r"„\1“", PLAIN), id="low quotes"),
        pytest.param(re.sub(r'"(.*?)"', r"«\1»", PLAIN), id="angled quotes"),
        pytest.param(PLAIN.replace("\n", "\r\n"), id="Windows line ends"),
        pytest.param(PLAIN.replace("\n", "\r"), id="old line ends"),
        pytest.param(PLAIN.replace("\n", "\u2028"), id="line separators"),
        pytest.param("\ufeff" + PLAIN, id="byte order mark"),
        pytest.param(PLAIN.replace("→", "\uf0e0"), id="the arrow of a word processor"),
        pytest.param(PLAIN.replace("→", "➔"), id="another arrow"),
        pytest.param(PLAIN.replace("Red", "Red\u200b"), id="zero-width spaces"),
        pytest.param(PLAIN.replace("Math", "Ma\u00adth"), id="soft hyphens"),
        pytest.param(PLAIN.upper().replace("EC 52071(B)", "EC 52071(b)").replace("PUPIL", "Pupil"), id="capitals"),
        pytest.param(PLAIN.rstrip("\n"), id="no line end at the end"),
        pytest.param(PLAIN.replace("\n", "   \n"), id="spaces at the end of lines"),
    ],
)
def test_what_a_word_processor_does_is_accepted_silently(changed: str, folder: Path) -> None:
    snippet = Snippet("", {"2018.rules": changed}, {"2018.rules": "utf-8"}, ())
    assert check(snippet) == []
    assert (folder / "2018.rules").read_bytes() == changed.encode()


def test_a_tree_does_not_depend_on_layout() -> None:
    assert read(PLAIN.replace("\n    and", " and").replace("  ", "\t")) == read(PLAIN)
    assert read(PLAIN.replace("4a", "4c")) != read(PLAIN)


# ---- the formatter on what people write ----


@pytest.mark.parametrize("snippet", GOOD)
def test_formatting_keeps_what_is_said(snippet: Snippet) -> None:
    for text in snippet.files.values():
        file = read(text)
        once = format_file(file)
        assert read(once) == file
        assert [comment.text for comment in read(once).comments] == [comment.text for comment in file.comments]
        assert format_file(read(once)) == once
