"""Runs on the state's published lists: history without indicator files, and what is said of files that are no lists."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from pathlib import Path

import pytest

from rulelang.cli.program import run
from tests.docs.pages import ROOT

SHARED = ROOT.parent / "shared" / "data"
LISTS = {
    2017: SHARED / "2017" / "assistancestatus2017.xls",
    2018: SHARED / "2018" / "assistancestatus18.xlsx",
    2019: SHARED / "2019" / "assistancestatus19-rev.xlsx",
    2022: SHARED / "2022" / "assistancestatus22.xlsx",
    2023: SHARED / "2023" / "assistancestatus23.xlsx",
}
WINDOWS = {2022: (2017, 2018, 2019, 2022), 2023: (2018, 2019, 2022, 2023)}
MOUNTAIN_UNION = "Mountain Union Elementary"

needs_lists = pytest.mark.skipif(not SHARED.is_dir(), reason="the published lists are not at ../shared/data")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def given(*files: Path) -> list[str]:
    return [word for file in files for word in ("--published", str(file))]


def evaluated(year: int, out: Path, *words: str) -> list[dict[str, str]]:
    files = [LISTS[past] for past in WINDOWS[year]]
    assert run(["evaluate", f"assistance/{year}", *given(*files), "--out", str(out), *words]) == 0
    return rows(out / "determinations.csv")


@pytest.mark.slow
@needs_lists
@pytest.mark.parametrize("year, yes", [(2022, 39), (2023, 65)])
def test_the_lists_of_the_window_alone_tell_who_is_referred(
    year: int, yes: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leas = evaluated(year, tmp_path)
    counts = Counter(row["ec52072"] for row in leas)
    assert counts["yes"] == yes
    assert set(counts) == {"yes", "no", "cannot tell"}
    said = capsys.readouterr()
    assert said.err == ""
    assert f"have no row for {len(leas)} LEAs, so their values are unknown" in said.out


@pytest.mark.slow
@needs_lists
@pytest.mark.parametrize("groups, answer", [(2, "yes"), (3, "no")])
def test_a_count_of_groups_settles_one_or_two_that_persist(groups: int, answer: str, tmp_path: Path) -> None:
    (before,) = [row for row in evaluated(2023, tmp_path / "before") if row["lea"] == MOUNTAIN_UNION]
    assert before["ec52072"] == "cannot tell"
    counts = tmp_path / "counts.csv"
    counts.write_text(f"lea_code,student_groups\n{before['cds']},{groups}\n", encoding="utf-8")
    leas = evaluated(2023, tmp_path / "after", "--group-counts", str(counts))
    (after,) = [row for row in leas if row["cds"] == before["cds"]]
    assert after["ec52072"] == answer


@pytest.mark.slow
@needs_lists
def test_the_year_of_a_list_is_known_by_its_own_column_too(tmp_path: Path) -> None:
    other = tmp_path / "a list.xlsx"
    shutil.copyfile(LISTS[2022], other)
    files = [LISTS[2017], LISTS[2018], LISTS[2019], other]
    assert run(["evaluate", "assistance/2022", *given(*files), "--out", str(tmp_path / "out")]) == 0
    counts = Counter(row["ec52072"] for row in rows(tmp_path / "out" / "determinations.csv"))
    assert counts["yes"] == 39


@needs_lists
def test_a_file_name_is_known_without_regard_to_case(tmp_path: Path) -> None:
    other = tmp_path / "AssistanceStatus22.XLSX"
    shutil.copyfile(LISTS[2022], other)
    assert run(["evaluate", "assistance/2022", *given(other), "--out", str(tmp_path / "out")]) == 0
    assert rows(tmp_path / "out" / "determinations.csv")


@pytest.mark.slow
@needs_lists
def test_leas_of_earlier_years_only_are_counted_and_not_determined(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(SHARED / "2018")]
    assert run(["evaluate", "assistance/2018", *data, "--out", str(tmp_path / "out")]) == 0
    codes = {row["cds"] for row in rows(tmp_path / "out" / "determinations.csv")}
    assert run(["evaluate", "assistance/2019", *data, *given(LISTS[2019]), "--out", str(tmp_path / "later")]) == 0
    said = capsys.readouterr().err
    assert "warning[leas-of-other-years]" in said
    later = {row["cds"] for row in rows(tmp_path / "later" / "determinations.csv")}
    gone = sorted(codes - later)
    assert gone
    assert run(["explain", "assistance/2019", *data, *given(LISTS[2019]), "--lea", gone[0]]) == 1
    assert "error[leas-of-other-years]" in capsys.readouterr().err


@pytest.mark.slow
@needs_lists
def test_explain_takes_lists(capsys: pytest.CaptureFixture[str]) -> None:
    files = [LISTS[year] for year in WINDOWS[2023]]
    assert run(["explain", "assistance/2023", *given(*files), "--lea", "45700450000000"]) == 0
    said = capsys.readouterr().out
    assert "EC 52072 referral" in said
    assert "in 3 of the last 4 Dashboard years" in said


@pytest.mark.slow
@needs_lists
def test_a_list_of_the_own_year_is_no_history_for_reconcile(capsys: pytest.CaptureFixture[str]) -> None:
    """If it were, the referral of 2023 would be compared with itself."""
    words = ["reconcile", "assistance/2023", "--data", str(SHARED / "2023"), "--official", str(LISTS[2023])]
    words += ["--county", "Monterey"]
    past = given(*(LISTS[year] for year in WINDOWS[2023][:-1]))
    assert run([*words, *past]) == 0
    without = capsys.readouterr().out
    assert run([*words, *past, *given(LISTS[2023])]) == 0
    assert capsys.readouterr().out == without
    referral = next(line for line in without.splitlines() if line.startswith("referral"))
    assert int(referral.split()[1]) > 0
    assert referral.split()[2] == "0"


@pytest.mark.slow
@needs_lists
def test_a_list_beside_itself_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "again.xlsx"
    shutil.copyfile(LISTS[2022], other)
    words = ["evaluate", "assistance/2022", *given(LISTS[2022], other), "--out", str(tmp_path / "out")]
    assert run(words) == 1
    assert "error[published-list-twice]" in capsys.readouterr().err


def test_a_file_that_is_no_list_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "list.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    assert run(["evaluate", "assistance/2022", *given(other), "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err
    assert "error[not-a-published-list]" in said
    assert "assistancestatus" in said
    assert not (tmp_path / "out").exists()


LISTED = "CDS\tLEAname\tCountyname\tReportYear\tELpriorities\tAssistance_Status\tMetMethod1\tMetMethod2\tMetMethod3"


def test_lists_of_earlier_years_that_lie_beside_the_data_are_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, listed = tmp_path / "data", tmp_path / "assistancestatus22.txt"
    assert run(["sample", str(data), "--year", "2023", "--leas", "12"]) == 0
    codes = [line.split("\t")[0] for line in (data / "suspdownload2023.txt").read_text("utf-8").splitlines()[1:]]
    rows = [f"{code}\tA\tB\t2022\tA\tDifferentiated Assistance\tY\tN\tN" for code in dict.fromkeys(codes)]
    listed.write_text("\n".join([LISTED, *rows]) + "\n", encoding="utf-8")

    def results(name: str, *words: str) -> str:
        asked = ["evaluate", "assistance/2023", "--data", str(data), "--out", str(tmp_path / name), *words]
        assert run(asked) == 0
        return (tmp_path / name / "determinations.csv").read_text("utf-8")

    without, named = results("without"), results("named", "--published", str(listed))
    (data / "2022").mkdir()
    listed.rename(data / "2022" / "ASSISTANCESTATUS22 (1).txt")
    assert without != named == results("beside")
    assert run(["verify", str(tmp_path / "beside")]) == 0
    (data / "assistancestatus23.txt").write_text("\n".join([LISTED, *rows]).replace("2022", "2023"), encoding="utf-8")
    assert results("own") == named
    capsys.readouterr()


@pytest.mark.parametrize("command", [["evaluate", "--out", "out"], ["explain", "--lea", "45700450000000"]])
def test_neither_data_nor_lists_is_wrong_usage(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command[0], "assistance/2022", *command[1:]]) == 2
    assert "--published" in capsys.readouterr().err
