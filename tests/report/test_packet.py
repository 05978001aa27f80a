"""The packet of a county from the state's own files: what is handed out says what the state's list says."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import rulelang
from rulelang.cli.program import run
from rulelang.data.published import read_published
from tests.report.test_site import read

DATA = Path(__file__).parents[3] / "shared" / "data"
LIST = DATA / "2023" / "assistancestatus23.xlsx"
RULES = "assistance/2023"
COUNTY = "Monterey"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not LIST.exists(), reason=f"the state's files are not in {DATA}"),
]


@pytest.fixture(scope="module")
def packet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packet")
    lists = [DATA / "2022" / "assistancestatus22.xlsx", DATA / "2019" / "assistancestatus19-rev.xlsx"]
    earlier = [word for path in lists for word in ("--published", str(path))]
    data = ["--data", str(DATA / "2018"), "--data", str(DATA / "2023"), *earlier]
    assert run(["report", RULES, *data, "--county", COUNTY, "--out", str(folder)]) in (0, 1)
    return folder


@pytest.fixture(scope="module")
def official() -> dict[str, str]:
    """Return what the state's list gives each LEA of the county, by code."""
    published = read_published(rulelang.load(RULES).rules.vocabulary, LIST, 2023)
    return {one.code: one.determination or "" for one in published.leas if one.county == COUNTY}


def outcome_on(page: Path) -> str:
    found = re.search(r"<title>.*: (.*) 2023</title>", page.read_text(encoding="utf-8"))
    assert found is not None
    return found[1]


def test_each_page_says_what_the_list_of_the_state_says(packet: Path, official: dict[str, str]) -> None:
    assert len(official) > 20
    for code, determination in official.items():
        assert determination.startswith(outcome_on(packet / "lea" / f"{code}.html")), code


def test_the_first_page_counts_what_the_pages_say(packet: Path) -> None:
    outcomes = Counter(map(outcome_on, (packet / "lea").glob("*.html")))
    first = " ".join(" ".join(read(packet / "index.html").text).split())
    for outcome, number in outcomes.items():
        assert f"{outcome} {number} of {outcomes.total()}" in first


def test_the_workbook_equals_the_list_of_the_state_cell_by_cell(packet: Path) -> None:
    vocabulary = rulelang.load(RULES).rules.vocabulary
    ours, theirs = (read_published(vocabulary, path, 2023) for path in (packet / "list.xlsx", LIST))
    assert not ours.has_errors
    known = {one.code: one for one in theirs.leas}
    compared = [(one, known[one.code]) for one in ours.leas if one.code in known]
    assert len(compared) > 20
    for one, other in compared:
        assert one.priorities == other.priorities
        assert one.determination == other.determination
