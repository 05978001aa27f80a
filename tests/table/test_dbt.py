"""The models of dbt give what the script of SQL gives, once dbt has put in where each is."""

from __future__ import annotations

import json
from pathlib import Path

import jinja2
import pytest

import rulelang
from rulelang.cli.program import run
from rulelang.engine.table.export import PROPERTIES, models_of, script_of
from rulelang.engine.table.facts import INPUT_TABLES

duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")

pytestmark = [pytest.mark.databases, pytest.mark.slow]

LEAS = {"01611190000000": "Red", "01611270000000": "Blue"}


def test_the_models_give_the_results_of_the_script() -> None:
    script = script_of(rulelang.load("assistance/2023").rules, "duckdb")
    connection = duckdb.connect(":memory:")
    connection.execute("SET disabled_optimizers = 'cte_inlining'")  # it takes seconds where rules are long
    connection.execute(str(script))
    for code, level in LEAS.items():
        connection.execute("INSERT INTO leas VALUES (?, 'school district')", [code])
        cells = [
            (code, 2023, group, name, level)
            for group in ("White", "Asian")
            for name in ("ELA", "Math", "Suspension Rate")
        ]
        connection.executemany("INSERT INTO cells VALUES (?, ?, ?, ?, 'color', ?, NULL)", cells)
    connection.execute("CREATE SCHEMA models")
    compiled = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701  # it is SQL
    names = {"ref": "models.{}".format, "source": lambda source, name: {"rulelang": "main"}[source] + f".{name}"}
    files = dict(models_of(script))
    properties = json.loads(files.pop(PROPERTIES))
    for file, text in files.items():
        query = compiled.from_string(text).render(names)
        connection.execute(f"CREATE VIEW models.{Path(file).stem} AS {query}")
    for view in script.results:
        rows = connection.execute(f"SELECT * FROM {view} ORDER BY ALL").fetchall()  # noqa: S608  # names of ours
        assert rows
        assert connection.execute(f"SELECT * FROM models.{view} ORDER BY ALL").fetchall() == rows  # noqa: S608  # as above
    found = dict(connection.execute("SELECT lea, determination FROM models.determinations").fetchall())
    assert found["01611190000000"] == "Differentiated Assistance"
    assert {one["name"] for one in properties["models"]} == {Path(file).stem for file in files}
    assert [one["name"] for one in properties["sources"][0]["tables"]] == list(INPUT_TABLES)


def test_what_a_rule_says_is_no_template() -> None:
    texts = "".join(text for text in models_of(script_of(rulelang.load("assistance/2023").rules, "duckdb")).values())
    assert "{{ source('rulelang', 'cells') }}" in texts
    assert "{%" not in texts
    assert "{#" not in texts


@pytest.mark.parametrize(
    "words", [["--to", "dbt"], ["--to", "dbt", "--dialect", "duckdb"], ["--to", "dmn", "--dialect", "duckdb"]]
)
def test_what_does_not_go_together_is_wrong_usage(words: list[str]) -> None:
    assert run(["export", "dashboard/2023", *words]) == 2


def test_the_command_writes_a_folder_and_leaves_one_that_is_there(tmp_path: Path) -> None:
    words = ["export", "assistance/2023", "--to", "dbt", "--dialect", "snowflake", "--out", str(tmp_path / "models")]
    assert run(words) == 0
    assert (tmp_path / "models" / "determinations.sql").is_file()
    assert run(words) == 2
    assert run([*words, "--force"]) == 0
