"""The tools that an assistant has: commands that answer in JSON, with the arguments and help they have in a terminal.

Each call runs the command in a process of its own, so that it answers as it does in a terminal, and ends when the
assistant no longer waits for it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import anyio
import click
import mcp_types as types
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

from rulelang.cli.program import COMMANDS, rulelang
from rulelang.cli.terminal import WRITTEN
from rulelang.data.schemas import schema
from rulelang.version import VERSION

Data = dict[str, Any]
"""What JSON calls an object."""

TOOLS: Final = ("list", "words", "show", "check", "evaluate", "explain", "compare", "way-out")
"""The commands that are tools: those of the terminal that answer and write nothing."""

TABLES: Final = ("determinations", "levels", "measures", "student_groups")
"""The tables of `evaluate` that an answer holds; the reasons are what `explain` is for."""

NOT_ASKED: Final = frozenset(
    ("format_", "out", "force", "no_cache", "as_read", "wide", "engine", "memory", "keep_going", "changes", "table")
)
"""The parameters of commands that say where results are written, or how they are printed or produced."""

STDIN_NAME: Final = "stdin_filename"
"""The parameter of a command that reads a rule text instead of a file: with `-` as the ruleset."""

MOST: Final = 200
"""How many rows of a table an answer holds; a state has thousands, which no assistant has room for."""

RULESET: Final = "A ruleset: the name of one that `list` knows, such as assistance/2023, or the path of a rule file."

INSTRUCTIONS: Final = """\
Accountability policy as rule files that read like the policy, applied to the files that a state publishes. Paths are \
relative to the folder in which the server was started. Before you write a rule file, ask `words` for the names that \
rules can use, and `show` for rules in force. After every change, `check` says what is wrong, where, and what to \
write instead. `evaluate` without `lea` or `county` covers a whole state, but returns only the first rows."""


def server() -> Server[Any]:
    """Return a server that offers the tools."""
    return Server(
        "rulelang", version=VERSION, instructions=INSTRUCTIONS, on_list_tools=_list_tools, on_call_tool=_call_tool
    )


def serve() -> None:
    """Serve over standard input and output until the assistant ends it."""
    anyio.run(_serve)


async def _serve() -> None:
    one = server()
    async with stdio_server() as (questions, answers):
        await one.run(questions, answers, one.create_initialization_options())


async def _list_tools(_: ServerRequestContext[Any], __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
    return types.ListToolsResult(tools=[_tool(name) for name in TOOLS])


async def _call_tool(_: ServerRequestContext[Any], asked: types.CallToolRequestParams) -> types.CallToolResult:
    if asked.name not in TOOLS:
        raise MCPError(types.INVALID_PARAMS, f"there is no tool `{asked.name}`; the tools are {', '.join(TOOLS)}")
    given = asked.arguments or {}
    wrong = best_match(Draft202012Validator(_input_schema(asked.name)).iter_errors(given))
    if wrong is not None:
        return _failed(wrong.message)
    with TemporaryDirectory() as folder:
        return await _answer(asked.name, given, Path(folder))


# ---- what a tool is ----


def _tool(name: str) -> types.Tool:
    command = _command(name)
    return types.Tool(
        name=name,
        title=command.get_short_help_str(limit=100),
        description=_one_line(command.help or ""),
        input_schema=_input_schema(name),
        output_schema=_output_schema(name),
        annotations=types.ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )


def _command(name: str) -> click.Command:
    assert name in COMMANDS  # noqa: S101  # the table above is of commands
    found = rulelang.get_command(click.Context(rulelang), name)
    assert found is not None  # noqa: S101  # as above
    return found


def _parameters(name: str) -> dict[str, click.Parameter]:
    """Return the parameters of a command that an assistant may give, by what it calls them."""
    asked = (one for one in _command(name).params if one.name not in NOT_ASKED)
    return {_called(one): one for one in asked}


def _called(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Option):
        return parameter.opts[0].removeprefix("--").replace("-", "_")
    return parameter.name or ""


def _input_schema(name: str) -> Data:
    """Return the JSON Schema of what a tool is given; a command that reads a text may be given that for a ruleset."""
    parameters = _parameters(name)
    properties = {called: _property(one) for called, one in parameters.items()}
    required = [called for called, one in parameters.items() if one.required]
    if STDIN_NAME in parameters:
        properties["text"] = {"type": "string", "description": "Text of a rule file, instead of rulesets."}
        required = []
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _property(parameter: click.Parameter) -> Data:
    kind = {"boolean": "boolean", "integer": "integer"}.get(parameter.type.name, "string")
    several = parameter.nargs == -1 or (isinstance(parameter, click.Option) and parameter.multiple)
    value: Data = {"type": "array", "items": {"type": kind}} if several else {"type": kind}
    said = parameter.help if isinstance(parameter, click.Option) else None
    is_path = isinstance(parameter.type, click.Path)
    return {**value, "description": _one_line(said or ("Folders of rule files." if is_path else RULESET))}


def _output_schema(name: str) -> Data:
    """Return the JSON Schema of what a tool answers, which is an object, as the protocol wants it."""
    if name == "evaluate":
        return _object({table: schema(table) for table in TABLES}, required=())
    found = schema(name)
    return found if found.get("type") == "object" else _object({"result": found}, required=("result",))


def _object(properties: Mapping[str, Data], required: Sequence[str]) -> Data:
    shared = {key: value for one in properties.values() for key, value in one.pop("$defs", {}).items()}
    found = {"type": "object", "properties": dict(properties), "required": list(required)}
    return {**found, "$defs": shared} if shared else found


def _one_line(text: str) -> str:
    return " ".join(text.split())


# ---- what it answers ----


async def _answer(name: str, given: Data, folder: Path) -> types.CallToolResult:
    command = [sys.executable, "-m", "rulelang", *_words(name, given, folder)]
    text = given.get("text", "").encode("utf-8", "surrogatepass")
    environment = {**os.environ, "PYTHONUTF8": "1", "NO_COLOR": "1"}
    done = await anyio.run_process(command, input=text, check=False, env=environment)
    printed, said = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    if name == "evaluate":
        found = {
            table: json.loads(path.read_bytes()) for table in TABLES if (path := folder / f"{table}.json").exists()
        }
        said += printed.partition(WRITTEN)[0]  # the files are gone when the answer is there
    else:
        found = _as_object(printed)
    if not found:
        return _failed(said)
    cut = list(_cut(found))
    texts = [json.dumps(found, ensure_ascii=False), "\n".join([*cut, said.strip()]).strip()]
    return types.CallToolResult(content=[_text(one) for one in texts if one], structured_content=found)


def _words(name: str, given: Data, folder: Path) -> list[str]:
    """Return the words by which a command is called in a terminal; none that is given can be taken for an option."""
    parameters = _parameters(name)
    options, arguments = [name, "--format", "json"], ["-"] if "text" in given else []
    options += ["--out", str(folder)] if name == "evaluate" else []
    for called, one in parameters.items():
        values = given.get(called, [])
        for value in values if isinstance(values, list) else [values]:
            if isinstance(one, click.Argument):
                arguments.append(value)
            elif value is True:
                options.append(one.opts[0])
            elif value is not False:
                options.append(f"{one.opts[0]}={value}")
    return [*options, "--", *arguments]


def _as_object(printed: str) -> Data:
    """Return what a command printed as JSON as an object; nothing if it printed none."""
    try:
        found = json.loads(printed)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {"result": found}


def _cut(found: Data) -> list[str]:
    """Leave out of each table the rows that are too many, and return what is to say of that."""
    long = {name: len(rows) for name, rows in found.items() if isinstance(rows, list) and len(rows) > MOST}
    found |= {name: found[name][:MOST] for name in long}
    more = "name LEAs or counties for the others"
    return [f"The first {MOST} of {number:,} rows of {name} are here: {more}." for name, number in long.items()]


def _failed(said: str) -> types.CallToolResult:
    return types.CallToolResult(content=[_text(said.strip() or "there is no answer")], is_error=True)


def _text(text: str) -> types.TextContent:
    return types.TextContent(text=text)
