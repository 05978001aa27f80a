"""What an assistant gets: the answers that the commands print, as their schemas describe them."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

pytest.importorskip("mcp", reason="the server of assistants stands on the package mcp")

import anyio
from jsonschema import Draft202012Validator
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.shared.exceptions import MCPError

from rulelang.cli import tools
from rulelang.cli.program import COMMANDS, rulelang, run
from tests.docs.pages import ROOT

ISSUE = {"check", "evaluate", "explain", "compare", "way-out"}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up state."""
    folder = tmp_path_factory.mktemp("state") / "data"
    assert run(["sample", str(folder), "--year", "2023", "--leas", "12"]) == 0
    return folder


@pytest.fixture(scope="module")
def lea(state: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The code of an LEA of the state that is eligible."""
    out = tmp_path_factory.mktemp("out")
    assert run(["evaluate", "assistance/2023", "--data", str(state), "--out", str(out), "--format", "json"]) == 0
    rows = json.loads((out / "determinations.json").read_bytes())
    return next(str(row["cds"]) for row in rows if row["determination"] == "Differentiated Assistance")


def asked(what: Callable[[Client], Awaitable[Any]], server: Any = None) -> Any:  # noqa: ANN401  # of any kind
    """Return what a client gets of a server, by default one in this process."""

    async def ask() -> Any:  # noqa: ANN401  # as above
        async with Client(server or tools.server()) as client:
            return await what(client)

    return anyio.run(ask)


def called(name: str, **given: object) -> Any:  # noqa: ANN401  # of the protocol's own types
    return asked(lambda client: client.call_tool(name, given))


def answered(name: str, **given: object) -> Any:  # noqa: ANN401  # what JSON holds
    """Return the answer of a tool, once it is what its schema says."""
    answer = called(name, **given)
    assert not answer.is_error, answer.content
    Draft202012Validator(tools._output_schema(name)).validate(answer.structured_content)
    assert json.loads(answer.content[0].text) == answer.structured_content
    return answer.structured_content


def printed(*words: str) -> Any:  # noqa: ANN401  # as above
    done = CliRunner().invoke(rulelang, [*words, "--format", "json"])
    return json.loads(done.stdout)


def texts(answer: Any) -> str:  # noqa: ANN401  # as above
    return " ".join(" ".join(one.text for one in answer.content).split())


def test_the_tools_are_commands_that_write_nothing() -> None:
    found = asked(lambda client: client.list_tools()).tools
    names = {one.name for one in found}
    assert names >= ISSUE
    assert names <= set(COMMANDS)
    for one in found:
        Draft202012Validator.check_schema(one.input_schema)
        Draft202012Validator.check_schema(one.output_schema)
        assert one.title.endswith(".")
        assert one.annotations.read_only_hint
        assert not {"out", "force", "format"} & set(one.input_schema["properties"])


def test_a_ruleset_that_is_fine_is_checked() -> None:
    assert answered("check", rulesets=["assistance/2023"]) == printed("check", "assistance/2023")


def test_a_text_is_checked_beside_the_years_of_its_folder() -> None:
    text = "ruleset Differentiated Assistance 2023\nRd on ELA → Priority 4\n"
    [checked] = answered("check", text=text, stdin_filename="my-rules/2023.rules")["rulesets"]
    assert (checked["ruleset"], checked["errors"]) == ("my-rules/2023.rules", 1)
    [wrong] = checked["diagnostics"]
    assert (wrong["code"], wrong["place"]["line"]) == ("unknown-level", 2)


def test_an_lea_is_evaluated_and_explained_as_in_a_terminal(state: Path, lea: str) -> None:
    [row] = answered("evaluate", ruleset="assistance/2023", data=[str(state)], lea=[lea])["determinations"]
    said = called("evaluate", ruleset="assistance/2023", data=[str(state)], lea=[lea]).content[-1].text
    assert "Rows read" in said
    assert "Written" not in said
    assert (row["cds"], row["determination"]) == (lea, "Differentiated Assistance")
    words = ["assistance/2023", "--data", str(state), "--lea", lea]
    found = answered("explain", ruleset="assistance/2023", data=[str(state)], lea=[lea], group="EL")
    assert found == printed("explain", *words, "--group", "EL")
    assert answered("way-out", ruleset="assistance/2023", data=[str(state)], lea=[lea]) == printed("way-out", *words)


def test_levels_that_rules_work_out_are_evaluated(tmp_path: Path) -> None:
    assert run(["sample", str(tmp_path), "--for", "dashboard/2023", "--leas", "4"]) == 0
    found = answered("evaluate", ruleset="dashboard/2023", data=[str(tmp_path)], recompute=False)
    assert list(found) == ["levels"]
    assert {"color", "status"} & {name.casefold() for name in found["levels"][0]}


def test_two_rulesets_are_compared() -> None:
    found = answered("compare", old="assistance/2023", new="assistance/2023")
    assert (found["same"], found["changes"]) == (True, [])


def test_a_list_is_an_object_as_the_protocol_wants_it() -> None:
    assert answered("list")["result"] == printed("list")


def test_a_table_has_its_first_rows_and_the_answer_says_how_many_there_are(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "MOST", 5)
    answer = called("evaluate", ruleset="assistance/2023", data=[str(state)])
    assert len(answer.structured_content["determinations"]) == 5
    assert "The first 5 of 12 rows of determinations are here: name LEAs or counties" in texts(answer)
    assert "Differentiated Assistance 2023: 12 LEAs" in texts(answer)


@pytest.mark.parametrize(
    "name, given, said",
    [
        ("explain", {"ruleset": "assistance/2023"}, "'lea' is a required property"),
        ("check", {"rulesets": ["assistance/2023"], "out": "results"}, "'out' was unexpected"),
        ("show", {"ruleset": "assistance/1999"}, "there is no file or ruleset `assistance/1999`"),
        ("show", {"ruleset": "--version"}, "there is no file or ruleset `--version`"),
        ("evaluate", {"ruleset": "assistance/2023", "records": ["no.csv"]}, "'no.csv' does not exist"),
        ("words", {"ruleset": 7}, "7 is not of type 'string'"),
    ],
)
def test_what_cannot_be_answered_is_said(name: str, given: dict[str, object], said: str) -> None:
    answer = called(name, **given)
    assert answer.is_error
    assert said in texts(answer)


def test_a_tool_that_is_not_there_is_an_error_of_the_protocol() -> None:
    async def ask(client: Client) -> None:
        with pytest.raises(MCPError, match="there is no tool `sample`"):
            await client.call_tool("sample", {"folder": "x"})

    asked(ask)


def test_the_command_serves_over_standard_input_and_output() -> None:
    command = StdioServerParameters(command=sys.executable, args=["-m", "rulelang", "mcp"], cwd=str(ROOT))
    tool_names = [one.name for one in asked(lambda client: client.list_tools(), command).tools]
    assert tool_names == list(tools.TOOLS)


def test_without_its_library_the_command_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "rulelang.cli.tools")
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    done = CliRunner().invoke(rulelang, ["mcp"])
    assert done.exit_code == 2
    assert "install rulelang with it, as `rulelang[mcp]`" in " ".join(done.output.split())
