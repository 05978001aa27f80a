"""Rule files that something has happened to: words lost, doubled, moved and put in, letters wrong, signs nested.

Whatever comes of it, a check ends with messages that have a place, and what can be read is kept in one way. A run of
the tests tries a few hundred. This tries a million, and says which took longer than two seconds:

    RULELANG_EFFORT=7000 pytest -m slow tests/compiler/test_mutated_files.py
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Final

import pytest

from rulelang.compiler.files import find_vocabulary
from rulelang.compiler.load import Loader
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.render import render_all
from rulelang.diagnostics.source import Source
from rulelang.syntax.format import format_file
from rulelang.syntax.keywords import ALSO_SAID, KEYWORDS
from rulelang.syntax.parse import parse
from tests.compiler.test_laws import is_sound
from tests.language.test_phrasings import ACCEPTED, BASE, REFUSED, shipped
from tests.strategies.effort import EFFORT, IS_SEARCH
from tests.structure.python_files import ROOT

TRIED: Final = 150
LONGEST: Final = 2.0
"""Seconds that a file of a search may take."""

ATOM = re.compile(r"\w+|\s+|[^\w\s]")
FILES: Final = [
    *((ROOT / "rulesets" / "assistance" / f"{year}.rules").read_text(encoding="utf-8") for year in (2017, 2018, 2025)),
    *(path.read_text(encoding="utf-8") for path in sorted((ROOT / "rulesets" / "dashboard").glob("20*.rules"))[:2]),
]
SENTENCES: Final = [written for written, _ in (*ACCEPTED, *REFUSED)]
WORDS: Final = [
    *(text for words in (KEYWORDS, ALSO_SAID) for texts in words.values() for text in texts),
    *(
        "Red",
        "ELA",
        "Math",
        "English Learners",
        "Priority 4",
        "Method 1",
        "(",
        ")",
        ",",
        ";",
        ":",
        "→",
        "|",
        "\t",
        "\n",
    ),
    *("•", "1.", "4a:", '"', "“", "#", "\ufeff", "\u200b", "\x00", "9" * 5000, "w" * 3000, "not " * 40, "(" * 60),
]


def lost(atoms: list[str], random: Random) -> None:
    at = random.randrange(len(atoms))
    del atoms[at : at + random.choice((1, 1, 1, 2, 5))]


def doubled(atoms: list[str], random: Random) -> None:
    at = random.randrange(len(atoms))
    length = random.choice((1, 1, 3, 8))
    atoms[at:at] = atoms[at : at + length] * random.choice((1, 1, 2, 30))


def put_in(atoms: list[str], random: Random) -> None:
    atoms.insert(random.randrange(len(atoms) + 1), f" {random.choice(WORDS)} ")


def moved(atoms: list[str], random: Random) -> None:
    one, other = random.randrange(len(atoms)), random.randrange(len(atoms))
    atoms[one], atoms[other] = atoms[other], atoms[one]


def misspelt(atoms: list[str], random: Random) -> None:
    at = random.randrange(len(atoms))
    letter = random.randrange(len(atoms[at]) + 1)
    atoms[at] = atoms[at][:letter] + random.choice("aeiox17.,-() ") + atoms[at][letter + random.choice((0, 1)) :]


def another_sentence(atoms: list[str], random: Random) -> None:
    atoms.insert(random.randrange(len(atoms) + 1), f"\n{random.choice(SENTENCES)}\n")


CHANGES: Final[Sequence[Callable[[list[str], Random], None]]] = (
    lost,
    doubled,
    put_in,
    moved,
    misspelt,
    another_sentence,
)


def mutated(random: Random) -> str:
    """Return a rule file, or a few sentences of one, after one to six changes."""
    if random.random() < 0.05:
        text = random.choice(FILES)
    else:
        text = "ruleset Test 2018\n" + "\n".join(random.sample(SENTENCES, random.choice((1, 2, 6))))
    atoms = ATOM.findall(text)
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        if atoms:
            random.choice(CHANGES)(atoms, random)
    return "".join(atoms)


def check(text: str, folder: Path) -> None:
    """Check a text as the rules of 2018, and keep what of it can be read in one way."""
    path = folder / "2018.rules"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    vocabulary, words = shipped()
    loader = Loader(Reporter(), {find_vocabulary(path): (vocabulary, words)})
    loader.compiled(path)
    assert all(is_sound(diagnostic) for diagnostic in loader.reporter.diagnostics)
    render_all(loader.reporter.diagnostics)
    reporter = Reporter()
    file = parse(Source("2018.rules", text), words, reporter)
    if not reporter.diagnostics and file.statements:
        kept = format_file(file)
        again = parse(Source("2018.rules", kept), words, reporter)
        assert reporter.diagnostics == [], render_all(reporter.diagnostics)
        assert again.statements == file.statements
        assert format_file(again) == kept


@pytest.mark.slow
def test_whatever_happens_to_a_file_a_check_ends_with_messages(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.rules").touch()
    (tmp_path / "2017.rules").write_text(BASE.format(2017), encoding="utf-8")
    start = time.time_ns() if IS_SEARCH else 0
    slow = []
    for number in range(TRIED * EFFORT):
        text = mutated(Random(start + number))  # noqa: S311  # no secret
        began = time.monotonic()
        try:
            check(text, tmp_path)
        except BaseException as error:
            error.add_note(f"seed {start + number}:\n{text[:3000]}")
            raise
        if time.monotonic() - began > LONGEST:
            slow.append((start + number, time.monotonic() - began))
    assert not (IS_SEARCH and slow), slow


@pytest.mark.parametrize(
    "text",
    [
        "ruleset Test 2018\nDA: Method 1 or Method 2 →\n1. Red on ELA → Priority 4\n Differentiated Assistance",
        "ruleset Test 2018\n1. in each of the last 2 Dashboard years, any student group meets Priority 4 → Method 1",
        "ruleset Test \x00 2018\nRed on ELA → Priority 4",
        f"ruleset Test 2018\nRed on ELA →\nMet on Basics {'or Not Met on School Climate ' * 5}→ Method 2",
        "ruleset Test 2018\nR.d on ELA yet Orange on Math → Priority 4",
    ],
)
def test_what_a_long_run_has_found_is_mended(text: str, tmp_path: Path) -> None:
    (tmp_path / "vocabulary.rules").touch()
    (tmp_path / "2017.rules").write_text(BASE.format(2017), encoding="utf-8")
    check(text, tmp_path)
