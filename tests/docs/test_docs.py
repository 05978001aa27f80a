"""Everything fenced in the documentation is true: commands run, rules check, Python runs, links lead somewhere."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path

import pytest
from attrs import frozen

from rulelang.analysis.checking import checked_by
from rulelang.cli import program
from rulelang.compiler.load import Loader, load_vocabulary
from rulelang.compiler.names import words_of
from rulelang.compiler.standing import find_vocabulary
from rulelang.core.vocabulary import Vocabulary
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter
from rulelang.syntax.lexicon import Lexicon
from tests.docs.message_index import CODES_BY_AREA
from tests.docs.pages import (
    MESSAGES,
    ROOT,
    Block,
    blocks,
    commands,
    heading_links,
    headings,
    links,
    matches,
    pages,
    save,
)

LANGUAGES = {"console", "rules", "python", "vocabulary", "text", "csv", "sh", "sql", "toml", "r"}
"""What a block may be: the first four are run (`vocabulary` by its own test), and the README's `sh` by the README's."""


RULESETS = ROOT / "rulesets"
LOCKS = shutil.ignore_patterns("*.json")
FOLDERS = {
    "California Dashboard Levels": "dashboard",
    "California Graduation Rates": "graduation",
    "based on essa/": "essa",
}
"""The folder of rulesets that a block belongs to, by words in it; any other belongs to `assistance`."""

NEEDS_SHELL = frozenset("|&;<>$`*?~")
"""Characters that mean something to a shell."""

COPIES_RULES = "cp -r rulesets "
"""What a page says whose reader stands in a checkout."""


def blocks_of(page: Path) -> list[Block]:
    return list(blocks(page.read_text(encoding="utf-8")))


def _name(path: object) -> str:
    return str(Path(str(path)).relative_to(ROOT))


def pages_with(*languages: str) -> list[Path]:
    return [page for page in pages() if any(block.language in languages for block in blocks_of(page))]


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder, with a `rulelang` command on the path that is this checkout's, and this `python`."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, started in (("rulelang", "-m rulelang"), ("python", "")):
        command = tools / name
        line = f'PYTHONPATH="{ROOT}" exec "{sys.executable}" {started} "$@"'
        command.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        command.chmod(0o755)
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(folder)
    return folder


@frozen
class Done:
    """A command that ran: its exit code, and both kinds of output together, as a terminal shows them."""

    returncode: int
    stdout: str


def run(line: str) -> Done:
    """Run a line of a console block in the current folder: in this process, where it needs no shell."""
    if line.startswith("rulelang ") and NEEDS_SHELL.isdisjoint(line):
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            code = program.run(shlex.split(line)[1:])
        return Done(code, said.getvalue())
    shell = subprocess.run(["bash", "-c", line], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return Done(shell.returncode, shell.stdout.decode())


@pytest.mark.slow
@pytest.mark.parametrize("page", pages_with("console", "python"), ids=_name)
def test_commands_and_python_do_what_the_page_shows(page: Path, scratch: Path) -> None:
    if COPIES_RULES in page.read_text(encoding="utf-8"):
        shutil.copytree(RULESETS, scratch / "rulesets", ignore=LOCKS)
    names: dict[str, object] = {"__name__": page.stem}
    for block in blocks_of(page):
        if block.file:
            save(block, scratch)
        if block.language == "python":
            exec(compile(block.text, f"{page}:{block.line}", "exec"), names)  # noqa: S102  # running it is the test
        for command in commands(block.text) if block.language == "console" else []:
            done = run(command.line)
            assert done.returncode == block.exit_code, f"line {block.line}: {command.line}\n{done.stdout}"
            assert matches(command.output, done.stdout), f"line {block.line}: {command.line}\n{done.stdout}"
    assert scratch.is_dir()


@cache
def words(place: Path) -> tuple[Vocabulary, Lexicon]:
    """Return the words of a shipped vocabulary, which is read once for all pages."""
    vocabulary = load_vocabulary(place, Reporter())
    assert vocabulary is not None
    return vocabulary, words_of(vocabulary)


def checked(path: Path, copied: Path) -> Sequence[Diagnostic]:
    """Return all that is wrong with a rule file, which may use a vocabulary of the copied rulesets."""
    place = find_vocabulary(path)
    loader = Loader(Reporter())
    if place.is_relative_to(copied):
        loader.vocabularies[place] = words(RULESETS / place.relative_to(copied))
    checked_by(loader, path)
    return loader.reporter.diagnostics


@pytest.mark.parametrize("page", pages_with("rules"), ids=_name)
def test_rules_check_as_the_page_says(page: Path, scratch: Path) -> None:
    copied = scratch / "rulesets"  # so that a block may be based on a year that is shipped
    shutil.copytree(RULESETS, copied, ignore=LOCKS)
    for number, block in enumerate(block for block in blocks_of(page) if block.language == "rules"):
        beside = next((folder for words, folder in FOLDERS.items() if words in block.rules), "assistance")
        path = (scratch if "alone" in block.options else copied / beside) / f"block{number}.rules"
        path.write_text(block.rules, encoding="utf-8")
        path = save(block, scratch) if block.file else path
        codes = {diagnostic.code for diagnostic in checked(path, copied)}
        wanted = {word.removeprefix("error=") for word in block.options if word.startswith("error=")}
        if page.parent == MESSAGES and block.heading == "Avoid" and page.stem not in CODES_BY_AREA["findings"]:
            wanted.add(page.stem)
        assert (wanted <= codes) if wanted else not codes, f"line {block.line}: {sorted(codes)}"


@pytest.mark.slow
def test_the_main_job_of_the_readme_runs_twice(scratch: Path) -> None:
    [job] = [
        block.text for block in blocks_of(ROOT / "README.md") if block.language == "sh" and "evaluate" in block.text
    ]
    steps = [step.strip().removeprefix(".venv/bin/") for step in job.split("&&")]
    ours = [step for step in steps if step.startswith("rulelang ")]
    assert len(ours) == 2
    for step in ours * 2:
        done = run(step)
        assert done.returncode == 0, done.stdout
    assert (scratch / "results" / "determinations.csv").is_file()


@pytest.mark.parametrize("page", pages(), ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    assert [target for target in links(page.read_text(encoding="utf-8")) if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", pages(), ids=_name)
def test_links_to_a_heading_find_it(page: Path) -> None:
    found = [(page.parent / target, heading) for target, heading in heading_links(page.read_text(encoding="utf-8"))]
    assert [heading for target, heading in found if heading not in headings(target if target.is_file() else page)] == []


def test_every_page_is_reached_from_the_index() -> None:
    waiting, reached = [ROOT / "docs" / "index.md"], set()
    while waiting:
        page = waiting.pop().resolve()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        waiting.extend(page.parent / target for target in links(page.read_text(encoding="utf-8")))
    assert [_name(page) for page in pages() if page.resolve() not in reached and page.name != "README.md"] == []


@pytest.mark.parametrize("page", pages(), ids=_name)
def test_blocks_are_of_known_languages(page: Path) -> None:
    assert {block.language for block in blocks_of(page)} <= LANGUAGES


def test_a_block_knows_its_heading_and_options() -> None:
    [block] = blocks("# One\n\n## Avoid\n\n```console exit=1\n$ false\n```\n")
    assert (block.heading, block.exit_code, block.line) == ("Avoid", 1, 5)
    assert [command.line for command in commands(block.text)] == ["false"]


@pytest.mark.parametrize(
    "shown, printed, same",
    [
        ("", "anything", True),
        ("a\nb\n", "a\nb\n", True),
        ("a\n...\nc\n", "a\nb\nb\nc\n", True),
        ("a\n", "b\n", False),
        ("a\n...\n", "b\na\n", False),
        ("a\n", "a\nb\n", False),
    ],
)
def test_output_is_compared_with_what_is_shown(shown: str, printed: str, same: bool) -> None:
    assert matches(shown, printed) is same
