"""A SQL script as models of dbt: each view is a model, and the tables that the rules read are a source."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from sqlglot import exp

from rulelang.engine.table.export import WIDTH, Script, Statement
from rulelang.engine.table.facts import INPUT_TABLES, LEA
from rulelang.engine.table.result_views import DETERMINATIONS, LEA_RESULTS, RESULT_VIEWS

SOURCE: Final = "rulelang"
"""The name of the source for the tables that the rules read; a project says in which schema they are."""

PROPERTIES: Final = "schema.yml"
ONE_ROW_FOR_EACH_LEA: Final = (DETERMINATIONS, LEA_RESULTS)

_PLACE: Final = "_rulelang_{}_of_dbt_"


def models_of(script: Script) -> Mapping[str, str]:
    """Return the files of a folder of models, by name: one for each view, and one that describes them all."""
    files = {f"{one.name}.sql": _model(one, script) for one in script.statements if one.is_view}
    return {**files, PROPERTIES: _properties(script)}


def _model(statement: Statement, script: Script) -> str:
    query = statement.tree.expression.copy()
    views = {one.name for one in script.statements if one.is_view}
    named = {one.alias for one in query.find_all(exp.CTE)}
    places = {}
    for table in query.find_all(exp.Table):
        name = table.name
        if name in named or name not in {*views, *INPUT_TABLES}:
            continue
        places[_PLACE.format(name)] = (
            f"{{{{ ref('{name}') }}}}" if name in views else f"{{{{ source('{SOURCE}', '{name}') }}}}"
        )
        if not table.alias:
            table.set("alias", exp.TableAlias(this=exp.to_identifier(name)))
        table.set("this", exp.to_identifier(_PLACE.format(name)))
    text = query.sql(script.dialect, pretty=True, max_text_width=WIDTH)
    text = text.replace("{{", "{ {").replace("{%", "{ %").replace("{#", "{ #")  # a comment is not a template
    for place, of in places.items():
        text = text.replace(place, of)
    return f"{text}\n"


def _properties(script: Script) -> str:
    """Return the properties of the tables and models for dbt, as YAML, of which JSON is a part."""
    return json.dumps({"version": 2, "sources": [_source()], "models": list(_models(script))}, indent=2) + "\n"


def _source() -> dict[str, object]:
    tables = [{"name": name, "columns": [{"name": one} for one in columns]} for name, columns in INPUT_TABLES.items()]
    return {"name": SOURCE, "description": "the tables that the rules read", "tables": tables}


def _models(script: Script) -> Iterator[dict[str, object]]:
    for statement in script.statements:
        if not statement.is_view:
            continue
        model: dict[str, object] = {
            "name": statement.name,
            "description": RESULT_VIEWS.get(statement.name, "a step of the rules"),
            "config": {"materialized": "view"},
        }
        if statement.name in ONE_ROW_FOR_EACH_LEA:
            model["columns"] = [{"name": LEA, "data_tests": ["unique", "not_null"]}]
        yield model
