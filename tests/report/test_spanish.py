"""Pages in Spanish: every phrase and every name has one, and no English is left on a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest
from attrs import define, evolve, field

import rulelang
from rulelang.cli.program import run
from rulelang.cli.show import in_force
from rulelang.cli.words import tables_of
from rulelang.compiler.effective_text import effective_data
from rulelang.core.record import LeaRecord, PublishedFacts, Reading, YearFacts
from rulelang.engine.determination import Determination
from rulelang.report.handbook import write_handbook
from rulelang.report.language import ENGLISH, LANGUAGES, Language, language_of
from rulelang.report.lea_page import Change, SmallestWay, lea_page
from rulelang.report.letters import letters_from, write_starter
from rulelang.report.site import Wanted, write_site
from tests.report.county_outlines import OUTLINES

NAMES = OUTLINES.with_name("names.es.csv")
SPANISH = language_of("es", [NAMES])
TEMPLATE = Path(rulelang.__file__).parent / "report" / "templates" / "lea.typ"
SAME_IN_BOTH = {"LEA", "color", "no", "LEAs"}
PLACES = re.compile(r"{(\w+)}")


def marked(text: str) -> str:
    return f"⟦{''.join(PLACES.findall(text) and re.findall(r'{.*?}', text))}⟧"


MARKED = Language("es", {one: marked(one) for one in SPANISH.phrases}, {one: marked(one) for one in SPANISH.names})
"""A language in which all that is translated is in brackets, and nothing but what is filled in is left of it."""


@define
class Words(HTMLParser):
    """The texts of a page but those that say that they are in English, with what screen readers say of its parts."""

    found: list[str] = field(factory=list)
    english: list[bool] = field(factory=list)
    page_is_in: str | None = None

    def __attrs_pre_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.page_is_in = held.get("lang") if tag == "html" else self.page_is_in
        self.found += [held[name] or "" for name in ("title", "aria-label", "data-of") if name in held]
        if tag not in {"meta", "br", "wbr", "input"}:
            self.english.append(held.get("lang") == "en" or tag in {"style", "script", "code"})

    def handle_endtag(self, tag: str) -> None:
        if tag:
            self.english.pop()

    def handle_data(self, data: str) -> None:
        self.found += [] if any(self.english) else [data]


def words_of(path: Path) -> Words:
    words = Words()
    words.feed(path.read_text(encoding="utf-8"))
    return words


def untranslated(texts: Sequence[str]) -> Iterator[str]:
    """Yield the words outside of brackets that are no label of a rule, no number, and no name of the data."""
    for text in texts:
        left, before = text, ""
        while left != before:
            left, before = re.sub(r"⟦[^⟦⟧]*⟧", " ", left), left
        words = re.findall(r"[A-Za-z]{3,}", left.replace("Ñandú", " ").replace("list.xlsx", " "))
        yield from (word for word in words if not word.isupper())  # which is a code


@pytest.fixture(scope="module")
def determined() -> Sequence[Determination]:
    """Return LEAs that show all there is on pages: each determination, what changed, and what is missing."""
    ruleset = rulelang.load("assistance/2023")
    every = frozenset(one.name for one in ruleset.rules.vocabulary.indicators)
    levels = {"ELA": "Red", "Math": "Red", "Suspension Rate": "Red", "College/Career": ""}
    red = {(name, "color"): Reading(level or None, "18 students; 30 needed") for name, level in levels.items()}
    listed = PublishedFacts({"Asian": frozenset({4, 5}), "White": frozenset({4, 5})}, frozenset({"General Assistance"}))
    now = YearFacts({"White": red, "Homeless": red}, {("Basics", "rating"): Reading("Met")}, every)
    full = LeaRecord(
        "0100000000000", "Ñandú", "Ñandú", "school district", {2023: now, 2022: YearFacts(published=listed)}
    )
    plain = evolve(full, code="0200000000000", years={2023: YearFacts(silent=every)}, county="Ñandú Ñandú")
    charter = evolve(plain, code="0300000000000", kind="charter school", years={2023: now})
    unknown = evolve(full, code="0400000000000", kind="county office", years={})
    return list(ruleset.evaluate([full, plain, charter, unknown]))


@pytest.fixture(scope="module")
def site(determined: Sequence[Determination], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spanish")
    old = {one.record.code: evolve(one, outcome="General Assistance") for one in determined}
    way = SmallestWay((Change("Math", "White", "Red", "Orange"), Change("Basics", "", "Not Met", "Met")), 3, 12)
    wanted = Wanted(MARKED, by_old_rules=old, ways={determined[0].record.code: way})
    write_site(folder, determined[0].ruleset, determined, wanted, version="1")
    return folder


def test_no_english_is_left_on_a_page(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) == 5
    for path in pages:
        words = words_of(path)
        assert words.page_is_in == "es"
        assert list(untranslated(words.found)) == [], path.name


def test_a_word_that_is_not_translated_is_found(determined: Sequence[Determination], tmp_path: Path) -> None:
    names = {english: own for english, own in MARKED.names.items() if english != "Suspension Rate"}
    write_site(tmp_path, determined[0].ruleset, determined, Wanted(evolve(MARKED, names=names)), version="1")
    found = {word for path in tmp_path.rglob("*.html") for word in untranslated(words_of(path).found)}
    assert {"Suspension", "Rate"} <= found


def test_every_phrase_of_the_template_of_pdf_files_has_a_spanish_one_with_the_places_that_are_filled() -> None:
    text = TEMPLATE.read_text(encoding="utf-8")
    said = re.findall(r"""\bsay\("([^"]+)"((?:, \w+:)?)""", text)
    assert len(said) == text.count("say(") - 1  # which is where it is defined
    for phrase, filled in said:
        assert phrase in SPANISH.phrases
        assert PLACES.findall(phrase) == re.findall(r"\w+", filled)


@pytest.mark.parametrize("table", [SPANISH.phrases, SPANISH.names], ids=["phrases", "names"])
def test_every_text_has_another_one_in_spanish_with_the_same_places(table: dict[str, str]) -> None:
    for english, spanish in table.items():
        assert sorted(PLACES.findall(english)) == sorted(PLACES.findall(spanish)), english
        assert spanish.strip()
        assert spanish != english or english in SAME_IN_BOTH, english


@pytest.mark.parametrize("year", [2022, 2023, 2024, 2025])
def test_every_name_and_every_sentence_of_the_rules_has_a_spanish_one(year: int) -> None:
    rules = rulelang.load(f"assistance/{year}").rules
    words = rules.vocabulary
    every = (words.indicators, words.groups, words.kinds, words.priorities, words.outcomes, words.scales)
    texts = {one.name for some in every for one in some}
    texts |= {level for scale in words.scales for level in scale.levels}
    for rule in rules.rules:
        texts |= {rule.text.removeprefix(f"{rule.label}: ").rpartition(" → ")[0], rule.because or rule.outcome}
    assert sorted(text for text in texts if not SPANISH.has(text) and not text.startswith("Priority ")) == []


def test_a_page_in_spanish_says_the_same(determined: Sequence[Determination]) -> None:
    page = lea_page(determined[0], SPANISH)
    assert page.sentence == (
        "Ñandú es elegible para Asistencia Diferenciada en 2023 por el Método 1"
        " porque 2 grupos de estudiantes cumplen sus criterios."
    )
    assert page.decided_by[1].evidence == "Lengua (ELA): Rojo; Matemáticas: Rojo; Tasa de suspensión: Rojo"
    assert page.group_changes[-1] == ("Blancos", "cumplen Prioridades 4 y 6 (en 2022: Prioridades 4 y 5)")
    english = lea_page(determined[0], ENGLISH)
    assert [[cell.rank for cell in row.cells] for row in page.groups.rows] == [
        [cell.rank for cell in row.cells] for row in english.groups.rows
    ]


@pytest.mark.parametrize("year", [2022, 2023, 2024, 2025])
def test_no_english_is_left_in_a_handbook(year: int, tmp_path: Path) -> None:
    name = f"assistance/{year}"
    effective, vocabulary = in_force(name)
    data, words = effective_data(effective, vocabulary), tables_of(vocabulary)
    path = write_handbook(tmp_path, rulelang.load(name).rules, data, words, MARKED, version="1")
    assert list(untranslated(words_of(path).found)) == []


def test_letters_have_a_template_in_spanish(determined: Sequence[Determination], tmp_path: Path) -> None:
    docx = pytest.importorskip("docx", reason="docxtpl is not installed (pip install 'rulelang[letters]')")
    write_starter(tmp_path / "letter.docx", MARKED)
    pages = [lea_page(one, MARKED) for one in determined]
    for name, content in letters_from(tmp_path / "letter.docx", determined[0].ruleset, pages, MARKED).items():
        (tmp_path / name).write_bytes(content)
        document = docx.Document(tmp_path / name)
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        texts = [one.text for one in document.paragraphs if "CDE" not in one.text]
        assert list(untranslated([*texts, *cells])) == []


def test_the_command_writes_in_spanish(tmp_path: Path) -> None:
    assert run(["sample", str(tmp_path / "state"), "--leas", "5"]) == 0
    data = ["--data", str(tmp_path / "state"), "--out", str(tmp_path / "pages")]
    run(["report", "assistance/2023", *data, "--language", "es"])
    assert "Cada nombre lleva a su propia página" in (tmp_path / "pages" / "index.html").read_text(encoding="utf-8")
    assert run(["report", "assistance/2023", *data, "--language", "fr"]) == 2
    assert run(["report", "--letter-template", str(tmp_path / "carta.docx"), "--language", "es"]) == 0
    assert run(["docs", "assistance/2023", "--out", str(tmp_path), "--language", "es"]) == 0
    assert "Criterios de cada prioridad" in (tmp_path / "handbook.html").read_text(encoding="utf-8")
    assert LANGUAGES == ("en", "es")
