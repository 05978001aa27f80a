"""Every command and option has help, and stands in the reference."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from rulelang.cli.program import COMMANDS, rulelang
from tests.docs.pages import ROOT

REFERENCE = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
HIDDEN = {"-h", "--help"}


def command(name: str) -> click.Command:
    found = rulelang.get_command(click.Context(rulelang), name)
    assert found is not None
    return found


def section(name: str) -> str:
    """Return the part of the reference about a command."""
    match = re.search(rf"^## rulelang {name}\n(.*?)(?=^## |\Z)", REFERENCE, re.DOTALL | re.MULTILINE)
    return match[1] if match else ""


def options(name: str) -> Iterator[tuple[click.Option, str]]:
    for parameter in command(name).params:
        if isinstance(parameter, click.Option):
            yield from ((parameter, word) for word in parameter.opts if word not in HIDDEN)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_and_its_options_have_help(name: str) -> None:
    assert command(name).help
    assert [word for option, word in options(name) if not (option.help or "").endswith(".")] == []


def test_the_list_of_commands_is_whole_in_80_columns() -> None:
    shown = CliRunner().invoke(rulelang, ["--help"], terminal_width=80).output
    listed = shown.partition("Commands:")[2].partition("Exit codes:")[0].strip().splitlines()
    assert [line.split()[0] for line in listed] == list(COMMANDS)
    assert [line for line in listed if not line.endswith(".") or line.endswith("...")] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_and_its_options_stand_in_the_reference(name: str) -> None:
    text = section(name)
    assert text
    assert [word for _, word in options(name) if f"`{word}" not in text] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_reference_names_no_option_that_is_not_there(name: str) -> None:
    assert set(re.findall(r"`(--[a-z-]+)", section(name))) <= {word for _, word in options(name)}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_usage_in_the_reference_is_the_command_s_own(name: str) -> None:
    found = command(name)
    with click.Context(found, info_name=f"rulelang {name}", parent=None) as context:
        assert found.get_usage(context).removeprefix("Usage: ") in section(name)


def test_exit_codes_stand_in_the_help_and_in_the_reference() -> None:
    for code in ("0", "1", "2", "130", "143"):
        assert re.search(rf"^\| {code} \|", REFERENCE, re.MULTILINE)
        assert re.search(rf"^  {code} ", rulelang.epilog or "", re.MULTILINE)
