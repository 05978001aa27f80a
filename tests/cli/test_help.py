"""`rulelang help`: the pages of messages in a terminal, the help of commands, and what is said of slips."""

from __future__ import annotations

import re

import pytest

from rulelang.cli.help import messages_folder, page_lines
from rulelang.cli.program import COMMANDS, run
from tests.docs.pages import MESSAGES
from tests.structure.test_messages import CODES


def shown(text: str, width: int = 80) -> str:
    return "\n".join(page_lines(text, width, color=False))


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_page_that_fits_80_columns(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help", code]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"{code}\n\nWhat it means\n")
    assert "](" not in printed
    assert "```" not in printed
    prose = [
        line for line in shown((MESSAGES / f"{code}.md").read_text(encoding="utf-8")).split("\n") if line[:1] != " "
    ]
    assert [line for line in prose if len(line) > 80] == []


def test_a_message_names_the_command_that_shows_its_page(capsys: pytest.CaptureFixture[str]) -> None:
    run(["check", "assistance/2032"])
    found = re.search(r"more: rulelang (help \S+)\n", capsys.readouterr().out)
    assert found is not None
    assert run(found[1].split()) == 0
    assert capsys.readouterr().out.startswith("unknown-ruleset\n")


def test_a_page_is_found_as_it_is_copied_from_a_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help", "[Unknown-Level]"]) == 0
    assert capsys.readouterr().out.startswith("unknown-level\n")


@pytest.mark.parametrize("name, title", [("language", "The rule language"), ("vocabulary", "Vocabulary files")])
def test_the_reference_that_messages_name_is_shown(name: str, title: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help", name]) == 0
    assert capsys.readouterr().out.startswith(f"{title}\n\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_is_its_own(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    own = capsys.readouterr().out
    assert run(["help", name]) == 0
    assert capsys.readouterr().out == own


def test_help_alone_is_the_help_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    own = capsys.readouterr().out
    assert run(["help"]) == 0
    assert capsys.readouterr().out == own


@pytest.mark.parametrize(
    "words, hint",
    [
        (["help", "unknwn-level"], "Did you mean `unknown-level`?"),
        (["help", "evalute"], "Did you mean `evaluate`?"),
        (["help", "index"], "`rulelang --help` lists the commands."),
        (["help", "../index"], "`rulelang --help` lists the commands."),
        (["evalute"], "There is no command `evalute`. Did you mean `evaluate`?"),
        (["Check"], "Did you mean `check`?"),
        (["zzz"], "The commands are listed by `rulelang --help`."),
        (["check", "--no-cash", "x"], "Did you mean '--no-cache'?"),
    ],
)
def test_slips_are_wrong_usage_with_a_hint(words: list[str], hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 2
    assert hint in capsys.readouterr().err


def test_the_pages_are_those_of_the_documentation() -> None:
    assert messages_folder() == MESSAGES


def test_what_markdown_writes_around_words_is_left_out() -> None:
    page = (
        "# one\n\n## Two\n\nlong [words](a.md)\nwrapped\n\n- first\n- second\n\n| a | b |\n| --- | --- |\n| `c` | d |\n"
    )
    assert shown(page) == "one\n\nTwo\n\nlong words wrapped\n\n- first\n- second\n\n| a | b |\n| `c` | d |"


def test_what_is_fenced_is_indented_and_left_as_it_is() -> None:
    long = "x" * 90
    assert shown(f"# a\n\n```rules alone\n{long}\n  y\n\nz\n```\n\nb\n") == f"a\n\n    {long}\n      y\n\n    z\n\nb"
