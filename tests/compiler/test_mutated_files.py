"""Rule files that something has happened to: words lost, doubled, moved and put in, letters wrong, signs nested.

Whatever comes of it, a check ends with messages that have a place, and what can be read is kept in one way. A run of
the tests tries a few hundred. This tries a million, says how far it has come, and goes on after what it finds: what
raises, and what takes longer than two seconds. Each file has a number, and `RULELANG_SEED` is the first:

    RULELANG_EFFORT=7000 RULELANG_SEED=0 pytest -s -m slow tests/compiler/test_mutated_files.py
"""

from __future__ import annotations

import re
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Final
from unittest.mock import patch

import pytest
from attrs import define

from rulelang.compiler import load
from rulelang.compiler.load import Loader
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.render import render_all
from rulelang.diagnostics.source import Source
from rulelang.syntax import tree as syn
from rulelang.syntax.format import format_file
from rulelang.syntax.keywords import ALSO_SAID, KEYWORDS
from rulelang.syntax.lexicon import Lexicon
from rulelang.syntax.parse import parse
from tests.compiler.test_laws import is_sound
from tests.language.test_phrasings import ACCEPTED, BASE, REFUSED
from tests.shipped_files import shipped_words
from tests.strategies.effort import EFFORT, IS_SEARCH, SEED
from tests.structure.python_files import ROOT

TRIED: Final = 150
LONGEST: Final = 2.0
"""Seconds of the processor that a file of a search may take: a busy machine makes no file slow."""

EACH: Final = 10_000
"""After how many files a search says how far it has come."""

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
    """Return a rule file, some lines of one, or a few sentences, after one to six changes."""
    chance = random.random()
    if chance < 0.003:
        text = random.choice(FILES)
    elif chance < 0.1:
        lines = random.choice(FILES).split("\n")
        at = random.randrange(len(lines))
        text = "\n".join(["ruleset Test 2018", *lines[at : at + 8]])
    else:
        text = "ruleset Test 2018\n" + "\n".join(random.sample(SENTENCES, random.choice((1, 1, 2, 4))))
    atoms = ATOM.findall(text)
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        if atoms:
            random.choice(CHANGES)(atoms, random)
    return "".join(atoms)


def is_understood(file: syn.File) -> bool:
    """Return whether every rule has its outcome and numbers of the vocabulary, and every label that is removed is one.

    Words compared with a number may be a measure that another file declares, and so are not left as they are.
    """
    rules = [one for one in file.statements if isinstance(one, syn.Rule | syn.Change)]
    numbers = (one.name for rule in rules for one in syn.walk(rule) if isinstance(one, syn.NumberName))
    has_outcomes = all(rule.outcome is not None for rule in rules if isinstance(rule, syn.Rule))
    labels = (label.text for one in file.statements if isinstance(one, syn.Remove) for label in one.labels)
    return has_outcomes and all(name.known for name in numbers) and all(label.isalnum() for label in labels)


@define
class _Checks:
    """Checks one text after another as the rules of 2018, as an editor does: what is beside them is read once."""

    path: Path
    before: Loader

    @classmethod
    def within(cls, folder: Path) -> _Checks:
        """Return the checks of texts beside the rules of 2017 in a folder, under the shipped vocabulary."""
        (folder / "vocabulary.rules").touch()
        (folder / "2017.rules").write_text(BASE.format(2017), encoding="utf-8")
        before = Loader(Reporter(), {folder.resolve() / "vocabulary.rules": shipped_words()})
        assert before.ruleset(folder / "2017.rules") is not None
        return cls(folder.resolve() / "2018.rules", before)

    def check(self, text: str) -> None:
        """Check a text, and keep what of it can be read in one way."""
        read: list[syn.File] = []

        def parsed(source: Source, words: Lexicon, reporter: Reporter, measures: Iterable[str]) -> syn.File:
            file = parse(source, words, reporter, measures)
            if not reporter.diagnostics:
                read.append(file)
            return file

        loader = self.before.without(self.path, {self.path: text.encode()})
        with patch.object(load, "parse", parsed):
            loader.ruleset(self.path)
        assert all(is_sound(diagnostic) for diagnostic in loader.reporter.diagnostics)
        if read and read[0].statements and is_understood(read[0]):
            kept, reporter = format_file(read[0]), Reporter()
            again = parse(Source("2018.rules", kept), shipped_words()[1], reporter)
            assert reporter.diagnostics == [], render_all(reporter.diagnostics)
            assert again.statements == read[0].statements
            assert format_file(again) == kept

    def fault(self, text: str) -> str | None:
        """Return what is wrong with the check of a text: that it raises, or takes too long; None where nothing is."""
        began = time.process_time()
        try:
            self.check(text)
        except Exception:  # noqa: BLE001  # whatever is raised is a finding
            return traceback.format_exc(limit=-4)
        took = time.process_time() - began
        return f"took {took:.1f} s" if IS_SEARCH and took > LONGEST else None


@pytest.mark.slow
def test_whatever_happens_to_a_file_a_check_ends_with_messages(tmp_path: Path) -> None:
    checks = _Checks.within(tmp_path)
    found: list[str] = []
    start, many = int(SEED or 0), TRIED * EFFORT
    for number in range(start, start + many):
        text = mutated(Random(number))  # noqa: S311  # no secret
        fault = checks.fault(text)
        if fault is not None:
            found.append(f"{number}: {fault}\n{text[:3000]}")
            print(f"\nfound in {found[-1]}", flush=True)  # noqa: T201  # the log of a search
        if (number - start + 1) % EACH == 0:
            print(f"{number - start + 1} tried, {len(found)} found", flush=True)  # noqa: T201  # as above
    assert not found, f"{len(found)} of {many} from {start}:\n" + "\n".join(found[:10])


@pytest.mark.parametrize(
    "text",
    [
        "ruleset Test 2018\nDA: Method 1 or Method 2 →\n1. Red on ELA → Priority 4\n Differentiated Assistance",
        "ruleset Test 2018\n1. in each of the last 2 Dashboard years, any student group meets Priority 4 → Method 1",
        "ruleset Test \x00 2018\nRed on ELA → Priority 4",
        f"ruleset Test 2018\nRed on ELA →\nMet on Basics {'or Not Met on School Climate ' * 5}→ Method 2",
        "ruleset Test 2018\nR.d on ELA yet Orange on Math → Priority 4",
        "ruleset Test 2018\nremove rule rule 4b, rule 5a",
        "ruleset Test 2018\nM1: any student group is Red on ELA or\nworse than Yellow on Math → Method 1",
        'ruleset Test 2018\nexample "One"\n  given a school district\n    reason "two  spaces  "',
        "ruleset Test 2018\nany group is Red on ELA, except for Foster Youth, or Red on Math → Priority 4",
        "ruleset Test 2018\n 1. 4a. RedRedRed on ELA → Priority 4",
        "ruleset Test 2018\nM1: any student group is Red on ELA, and Met on Basics → Method 1",
        "ruleset Test 2018\nM1: any student group is Red on ELA or not Red on Math, and Met on Basics → Method 1",
        "ruleset Test 2018\nM1: any student group is Red on ELA and is Red on Math, and Met on Basics → Method 1",
        "ruleset Test 2018\nmeasure Change = progress of English oearners − last year's progress of English learners",
        "ruleset Test 2018\nif red on both ELA and Maththen , Priority 4",
        "ruleset Test 2018\n4a\tR d on ELA\tPriority 4",
        "ruleset Test 2018\n4a: Red on Suspension\nRate → LCFF Pri.ority #6",
        "ruleset Test 2018\nR7d on ELA → “Priority 4”",
        "ruleset Test 2018\nrep7eal\nfor English Learners only, Red on ELA → Priority 4",
        "ruleset Test 2018\nan of ELA, Math and ELPI are Red → Priority 4",
        "ruleset Test 2018\nRed on an  of the following indicators: ELA, Math → Priority 4",
        "ruleset Test 2018\nDC1: not  most student groups meet Priority 5 → Method 1",
        "ruleset Test 2018\nNot not rated  Certified on Time on CALPADS → Method 4",
    ],
)
def test_what_a_long_run_has_found_is_mended(text: str, tmp_path: Path) -> None:
    _Checks.within(tmp_path).check(text)
