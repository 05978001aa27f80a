"""What published files say is kept between runs, and makes no difference but in time."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from rulelang.cache.folder import FOLDER_VARIABLE
from rulelang.cache.objects import as_bytes, from_bytes
from rulelang.core.record import FieldKey, Reading
from rulelang.core.vocabulary import Vocabulary
from rulelang.data import kept_files
from rulelang.data import rows as data_rows
from rulelang.data.coded import CodedFile, CodedRows
from rulelang.data.facts import Doubt
from rulelang.data.read import read_folders
from rulelang.data.report import DataSet
from rulelang.diagnostics.diagnostic import Diagnostic, Severity
from rulelang.diagnostics.source import DataPlace
from tests.data.small import (
    CHARTER,
    COUNTY_OFFICE,
    DISTRICT,
    SHARED,
    VOCABULARY,
    counts,
    is_root,
    lea,
    local_file,
    needs_published_data,
    row,
    state_file,
)


@pytest.fixture(autouse=True)
def _small_files_are_kept_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_files, "FEWEST_BYTES", 0)


@pytest.fixture
def rows_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list in which the number of rows stands that each reading of a file went through."""
    found: list[int] = []
    read_all = data_rows.RowReader.read_all

    def counted(self: data_rows.RowReader, rows: list[tuple[int, list[object]]]) -> None:
        found.append(len(rows))
        read_all(self, rows)

    monkeypatch.setattr(data_rows.RowReader, "read_all", counted)
    return found


def kept_in(cache: Path) -> list[Path]:
    folder = cache / kept_files.KIND
    return sorted(folder.iterdir()) if folder.is_dir() else []


def everything(data: DataSet) -> object:
    """Return all that reading says, with the origin of every reading, in order."""
    return data, [
        (year, group, list(readings.items()), [one.origin for one in readings.values()])
        for record in data.records
        for year, facts in record.years.items()
        for group, readings in (*facts.groups.items(), (None, facts.lea))
    ]


def read(folder: Path, *years: int, vocabulary: Vocabulary = VOCABULARY) -> DataSet:
    return read_folders(vocabulary, [folder], years or (2023,))


def mixed_file(folder: Path) -> Path:
    """Write a file with rows of every sort: used, ignored for several reasons, refused, twice there, and too short."""
    return state_file(
        folder,
        row(),
        row(studentgroup="HI", currdenom="12"),
        row(studentgroup="HI", color="3"),
        row(studentgroup="WH", color="9"),
        row(studentgroup="ALL"),
        row(rtype="S", cds="01611190130229"),
        row(cds=COUNTY_OFFICE, rtype="D", districtname="County Office", countyname="Alpine", color="0"),
        row(cds=CHARTER, rtype="S", charter_flag="Y", schoolname="A Charter", currdenom=""),
        "too\tshort",
        row(cds="1.6E+12"),
        row(studentgroup="SED", statuslevel="0", color="5"),
    )


def test_a_file_read_before_says_the_same(tmp_path: Path, cache: Path, rows_read: list[int]) -> None:
    mixed_file(tmp_path / "data")
    local_file(tmp_path / "data", (DISTRICT, "Basic-Priority Area 1", "Met"), (CHARTER, "Basic-Priority Area 1", "?"))
    first = read(tmp_path / "data", 2018, 2023)
    assert counts(first) == (13, 6, 2, 5)
    assert len(kept_in(cache)) == len(rows_read) == 2
    again = read(tmp_path / "data", 2018, 2023)
    assert len(rows_read) == 2
    assert everything(again) == everything(first)


def test_nothing_is_kept_where_the_folder_is_turned_off(
    tmp_path: Path, cache: Path, rows_read: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    mixed_file(tmp_path)
    kept = read(tmp_path)
    monkeypatch.setenv(FOLDER_VARIABLE, "")
    assert everything(read(tmp_path)) == everything(read(tmp_path)) == everything(kept)
    assert len(rows_read) == 3
    assert len(kept_in(cache)) == 1


def test_a_small_file_is_read_again(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = mixed_file(tmp_path).stat().st_size
    monkeypatch.setattr(kept_files, "FEWEST_BYTES", size + 1)
    read(tmp_path)
    assert kept_in(cache) == []
    monkeypatch.setattr(kept_files, "FEWEST_BYTES", size)
    read(tmp_path)
    assert len(kept_in(cache)) == 1


def test_what_is_large_is_not_kept(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_files, "MOST_BYTES", 100)
    mixed_file(tmp_path)
    read(tmp_path)
    assert kept_in(cache) == []


def test_a_file_that_changed_is_read_anew(tmp_path: Path, rows_read: list[int]) -> None:
    state_file(tmp_path, row(color="1"))
    assert lea(read(tmp_path)).years[2023].groups["African American"]["ELA", "color"].level == "Red"
    state_file(tmp_path, row(color="2"))
    assert lea(read(tmp_path)).years[2023].groups["African American"]["ELA", "color"].level == "Orange"
    assert len(rows_read) == 2


def test_another_vocabulary_reads_anew(tmp_path: Path, rows_read: list[int]) -> None:
    state_file(tmp_path, row(), row(studentgroup="ZZ"))
    assert read(tmp_path).report.refused == 1
    layouts = tuple(evolve(one, left_out={**one.left_out, "ZZ": "not a group"}) for one in VOCABULARY.formats)
    other = evolve(VOCABULARY, formats=layouts)
    assert read(tmp_path, vocabulary=other).report.refused == 0
    assert read(tmp_path).report.refused == 1
    assert len(rows_read) == 2


def test_another_program_reads_anew(tmp_path: Path, rows_read: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    mixed_file(tmp_path)
    read(tmp_path)
    monkeypatch.setattr(kept_files, "program_hash", lambda _: "another")
    read(tmp_path)
    assert len(rows_read) == 2


def test_nothing_is_kept_by_a_program_that_cannot_be_read(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_files, "program_hash", lambda _: None)
    mixed_file(tmp_path)
    read(tmp_path)
    assert kept_in(cache) == []


def test_the_same_file_elsewhere_or_under_another_name_has_messages_of_its_own(
    tmp_path: Path, rows_read: list[int]
) -> None:
    for place in ("one", "two"):
        path = mixed_file(tmp_path / place)
        data = read(tmp_path / place)
        assert data.diagnostics
        assert {one.place.file for one in data.diagnostics if one.place} == {str(path)}
    path.rename(path.with_name("ELADOWNLOAD2023.TXT"))
    renamed = lea(read(tmp_path / "two")).years[2023].groups["African American"]["ELA", "color"]
    assert renamed.origin == "ELADOWNLOAD2023.TXT, row 2"
    assert len(rows_read) == 3


def test_rows_that_repeat_those_of_another_file_are_refused_as_ever(
    tmp_path: Path, cache: Path, rows_read: list[int]
) -> None:
    old, new, both = tmp_path / "old", tmp_path / "new", [tmp_path / "old", tmp_path / "new"]
    state_file(old, row(), row(studentgroup="HI"))
    state_file(new, row(color="2"), row(studentgroup="WH"))
    alone = [everything(read(folder)) for folder in (old, new)]
    first = read_folders(VOCABULARY, both, (2023,))
    assert [one.code for one in first.diagnostics] == ["contradicting-row"]
    assert counts(first) == (4, 2, 0, 2)
    assert len(rows_read) == 3  # the second file is read anew beside the first
    assert len(kept_in(cache)) == 2
    assert everything(read_folders(VOCABULARY, both, (2023,))) == everything(first)
    assert [everything(read(folder)) for folder in (old, new)] == alone


def test_files_that_do_not_repeat_each_other_are_both_taken_as_kept(tmp_path: Path, rows_read: list[int]) -> None:
    state_file(tmp_path / "old", row(), row(studentgroup="HI"))
    state_file(tmp_path / "new", row(studentgroup="WH"), row(cds=COUNTY_OFFICE))
    both = [tmp_path / "old", tmp_path / "new"]
    first = read_folders(VOCABULARY, both, (2023,))
    assert counts(first) == (4, 4, 0, 0)
    assert everything(read_folders(VOCABULARY, both, (2023,))) == everything(first)
    assert len(rows_read) == 2


def test_a_copy_is_a_copy_of_a_file_taken_as_kept(tmp_path: Path) -> None:
    for place in ("one", "two"):
        mixed_file(tmp_path / place)
    both = [tmp_path / "one", tmp_path / "two"]
    first = read_folders(VOCABULARY, both, (2023,))
    assert first.report.files[1].note.startswith("a copy of")
    assert everything(read_folders(VOCABULARY, both, (2023,))) == everything(first)


def test_a_file_that_breaks_off_covers_nothing_when_kept_either(tmp_path: Path) -> None:
    path = state_file(tmp_path, row(), row(studentgroup="HI"))
    path.write_text(path.read_text(encoding="utf-8") + "0161", encoding="utf-8")
    first = read(tmp_path)
    assert first.report.files[0].note == "breaks off in its last row"
    assert lea(first).years[2023].silent.isdisjoint({"ELA"})
    assert everything(read(tmp_path)) == everything(first)


# ---- Whatever stands in the folder ----


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut short": lambda content: content[:-1],
    "cut in half": lambda content: content[: len(content) // 2],
    "emptied": lambda content: content[:0],
    "one bit": lambda content: content[:100] + bytes([content[100] ^ 1]) + content[101:],
    "its beginning": lambda content: content[:20],
    "blank": lambda content: bytes(len(content)),
    "longer": lambda content: content + b"x",
    "foreign": lambda content: hashlib.sha256(content).digest() + content,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_entry_is_replaced(
    tmp_path: Path, cache: Path, rows_read: list[int], damage: Callable[[bytes], bytes]
) -> None:
    mixed_file(tmp_path)
    first = read(tmp_path)
    [entry] = kept_in(cache)
    whole = entry.read_bytes()
    entry.write_bytes(damage(whole))
    assert everything(read(tmp_path)) == everything(first)
    assert len(rows_read) == 2
    assert [one.read_bytes() for one in kept_in(cache)] == [whole]
    read(tmp_path)
    assert len(rows_read) == 2


def test_an_entry_of_another_file_is_replaced(tmp_path: Path, cache: Path, rows_read: list[int]) -> None:
    state_file(tmp_path, row(color="1"))
    read(tmp_path)
    [other] = kept_in(cache)
    state_file(tmp_path, row(color="2"))
    first = read(tmp_path)
    [entry] = [one for one in kept_in(cache) if one != other]
    entry.write_bytes(other.read_bytes())
    assert everything(read(tmp_path)) == everything(first)
    assert len(rows_read) == 3


def test_an_entry_that_is_no_file_is_left_alone(tmp_path: Path, cache: Path) -> None:
    mixed_file(tmp_path)
    first = read(tmp_path)
    [entry] = kept_in(cache)
    entry.unlink()
    entry.mkdir()
    assert everything(read(tmp_path)) == everything(first)


def test_a_cache_that_cannot_be_made_is_no_obstacle(tmp_path: Path, cache: Path) -> None:
    cache.rmdir()
    cache.write_text("in the way", encoding="utf-8")
    mixed_file(tmp_path)
    first = read(tmp_path)
    assert counts(first) == counts(read(tmp_path)) == (11, 5, 2, 4)
    assert everything(read(tmp_path)) == everything(first)


@pytest.mark.skipif(is_root(), reason="permissions do not hold for root")
def test_a_cache_that_cannot_be_written_to_is_no_obstacle(tmp_path: Path, cache: Path, rows_read: list[int]) -> None:
    cache.chmod(0o500)
    mixed_file(tmp_path)
    assert everything(read(tmp_path)) == everything(read(tmp_path))
    assert len(rows_read) == 2


def test_the_folder_does_not_grow_for_ever(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_files, "MOST_FILES", 3)
    for students in range(30, 40):
        state_file(tmp_path, row(currdenom=str(students)))
        read(tmp_path)
        assert 1 <= len(kept_in(cache)) <= 3


# ---- Bytes and back ----

TEXTS = st.text(max_size=5)
KEYS: st.SearchStrategy[FieldKey] = st.tuples(TEXTS, TEXTS)
READINGS = st.builds(Reading, TEXTS | st.none(), TEXTS) | st.builds(Reading, st.fractions())
DIAGNOSTICS = st.builds(
    Diagnostic,
    TEXTS,
    TEXTS,
    st.just(()),
    st.none() | st.builds(DataPlace, TEXTS, st.none() | st.integers(1, 99), st.none() | TEXTS),
    st.none() | TEXTS,
    st.lists(TEXTS, max_size=2).map(tuple),
    st.sampled_from(Severity),
)


@st.composite
def tables(draw: st.DrawFn, indicator: str) -> CodedRows:
    keys = draw(st.lists(KEYS, max_size=3).map(tuple))
    found, numbers = CodedRows(indicator, keys), st.integers(0, 2**31 - 1)
    for subject in draw(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 2)))):
        found.add(subject, draw(numbers), [draw(numbers) for _ in keys])
    found.fill(5)
    return found


@st.composite
def files(draw: st.DrawFn) -> CodedFile:
    codes = draw(st.lists(TEXTS, max_size=3))
    return CodedFile(
        codes=codes,
        names=[(draw(TEXTS), draw(TEXTS)) for _ in codes],
        groups=draw(st.lists(TEXTS | st.none(), max_size=3)),
        values=draw(st.lists(READINGS, max_size=4)),
        tables={name: draw(tables(name)) for name in draw(st.sets(TEXTS, max_size=2))},
        reported=draw(st.dictionaries(TEXTS, st.sets(st.integers(0, 9), max_size=3), max_size=2)),
        covered=draw(st.lists(TEXTS, max_size=2).map(tuple)),
        doubts=draw(st.lists(st.tuples(TEXTS, st.builds(Doubt, st.none() | TEXTS, st.none() | TEXTS)), max_size=2)),
        used=draw(st.integers(0, 9)),
        refused=draw(st.integers(0, 9)),
        ignored=draw(st.dictionaries(TEXTS, st.integers(0, 9), max_size=3)),
        note=draw(TEXTS),
        diagnostics=tuple(draw(st.lists(DIAGNOSTICS, max_size=2))),
    )


def back(content: bytes | None) -> CodedFile | None:
    return from_bytes(content or b"", CodedFile, kept_files._OF_DATA)


@given(files())
def test_a_coded_file_comes_back_as_it_was(file: CodedFile) -> None:
    found = back(as_bytes(file.without_places()))
    assert found == file
    assert list(found.ignored) == list(file.ignored)


@given(st.binary(max_size=200))
def test_any_bytes_are_no_coded_file(content: bytes) -> None:
    assert back(content) is None
    assert back(zlib.compress(content)) is None


def test_a_few_bytes_that_unpack_without_end_are_no_coded_file(monkeypatch: pytest.MonkeyPatch) -> None:
    content = as_bytes(CodedFile(codes=["1"] * 1000))
    assert back(content) is not None
    monkeypatch.setattr("rulelang.cache.objects.MOST_PLAIN_BYTES", 1000)
    assert back(content) is None


def test_numbers_stay_exact() -> None:
    found = back(as_bytes(CodedFile(values=[Reading(Fraction(1, 3)), Reading(Fraction(-(10**20)))])))
    assert found is not None
    assert found.values == [Reading(Fraction(1, 3)), Reading(Fraction(-(10**20)))]


@pytest.mark.slow
@needs_published_data
@pytest.mark.parametrize("year", [2017, 2018, 2023])
def test_the_published_files_say_the_same_when_kept(year: int, rows_read: list[int]) -> None:
    first = read(SHARED / str(year), year)
    read_first = len(rows_read)
    assert read_first >= 3
    assert everything(read(SHARED / str(year), year)) == everything(first)
    assert len(rows_read) == read_first
