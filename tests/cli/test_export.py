"""`rulelang export` writes a script once and the same, and says what it cannot write."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

import rulelang
from rulelang.cli.export import DIALECTS
from rulelang.cli.program import run
from rulelang.engine.table import dialects
from rulelang.engine.table.export import script_of

NAME = "assistance/2025"


def test_the_dialects_are_those_that_can_be_written() -> None:
    assert DIALECTS == dialects.DIALECTS


@pytest.mark.slow
@pytest.mark.parametrize("name", [NAME, "dashboard/2025"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_is_read_back(name: str, dialect: str) -> None:
    rules = rulelang.load(name).rules
    script = script_of(rules, dialect)
    text = str(script)
    assert rules.fingerprint in text
    made: set[str] = set()
    for statement in script.statements:
        [found] = sqlglot.parse(str(statement), dialect=dialect)
        assert found is not None
        if statement.is_view:
            assert isinstance(found, exp.Create)
            assert found.this.name == statement.name
            assert not list(found.find_all(exp.Command))
            assert len(list(found.find_all(exp.Column))) == len(list(statement.tree.find_all(exp.Column)))
            own = {cte.alias for cte in found.find_all(exp.CTE)}
            assert {table.name for table in found.expression.find_all(exp.Table)} <= made | own
        made.add(statement.name)
    for word in ("FLOAT", "DOUBLE", "REAL"):
        assert f" {word}" not in text


def test_the_same_rules_are_the_same_script() -> None:
    rules = rulelang.load(NAME).rules
    assert str(script_of(rules, "duckdb")) == str(script_of(rules, "duckdb"))


def test_rules_stand_in_comments_and_cannot_end_them(tmp_path: Path) -> None:
    path = tmp_path / "2025.rules"
    path.write_text(
        'ruleset Trial 2025\n  uses California Dashboard vocabulary\n  cites "x */ DROP TABLE leas; /* y"\n\n'
        'priority 4 "Pupil Achievement"\n  4a: Red on both ELA and Math → Priority 4\n',
        encoding="utf-8",
    )
    script = str(script_of(rulelang.load(path).rules, "duckdb"))
    assert "/* 4a: Red on both ELA and Math → Priority 4 */" in script
    assert "*/ DROP" not in script
    assert "* / DROP" in script


@pytest.mark.slow
def test_a_file_is_written_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "rules.sql"
    line = ["export", NAME, "--to", "sql", "--dialect", "postgres", "--out", str(out)]
    assert run(line) == 0
    written = out.read_bytes()
    out.write_text("mine", encoding="utf-8")
    assert run(line) == 2
    assert "[file-exists]" in capsys.readouterr().err
    assert out.read_text(encoding="utf-8") == "mine"
    assert run([*line, "--force"]) == 0
    assert out.read_bytes() == written
    assert [path.name for path in tmp_path.iterdir()] == ["rules.sql"]


@pytest.mark.slow
def test_a_script_without_a_file_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", NAME, "--to", "sql", "--dialect", "spark"]) == 0
    assert "VIEW determinations" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name, dialect, code, said",
    [
        (NAME, "klingon", 2, "'klingon' is not one of"),
        ("assistance/1900", "duckdb", 2, "[unknown-ruleset]"),
    ],
)
def test_what_cannot_be_written_is_said(
    name: str, dialect: str, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export", name, "--to", "sql", "--dialect", dialect]) == code
    assert said in capsys.readouterr().err


def test_spark_takes_plain_records_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", NAME, "--engine", "spark", "--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "--records" in capsys.readouterr().err
