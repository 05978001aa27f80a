"""The README, the CI script and the changelog say the same as the project does."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulelang.cli.program import run
from rulelang.version import VERSION
from tests.strategies.effort import IS_SEARCH, effort
from tests.structure.python_files import ROOT, imports, module_name, parse, sources

README = (ROOT / "README.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def shell_commands(text: str) -> list[str]:
    return [block.strip() for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]


def test_the_readme_has_two_commands_of_one_line_each() -> None:
    commands = shell_commands(README)
    assert len(commands) == 2
    assert all("\n" not in command and command.startswith("python3 -m venv ") for command in commands)


[README_TESTS] = [command for command in shell_commands(README) if "pytest" in command]


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert README_TESTS in CI.splitlines()


def drawn_cases() -> list[str]:
    drawn: list[str] = []

    @settings(max_examples=20)
    @given(st.text())
    def draw(text: str) -> None:
        drawn.append(text)

    draw()
    return drawn


@pytest.mark.skipif(IS_SEARCH, reason="RULELANG_EFFORT asks for other cases in each run")
def test_every_run_draws_the_same_cases_and_times_none() -> None:
    used = settings()
    assert (used.derandomize, used.database, used.deadline) == (True, None, None)
    assert effort(7).derandomize
    assert drawn_cases() == drawn_cases()


def test_ci_checks_lint_format_types_and_site() -> None:
    tools = ("ruff check", "ruff format --check", "mypy", "python -m tests.docs.site")
    assert all(f".venv/bin/{tool}" in CI for tool in tools)
    assert "set -euo pipefail" in CI.splitlines()


INSTALLED = {
    "python3 -m venv .venv\n": "",
    ".venv/bin/pip install -q --no-compile -e '.[dev]'\n": "",
    ".venv/bin/pip install -q --no-compile 'rulelang[spark]'": "fetch_spark",
    README_TESTS: "run_tests",
}
"""What CI installs and what it runs the tests with, each with what stands in for it."""


def run_of_ci(spark: int = 0, **codes: int) -> tuple[str, int]:
    """Return what CI prints and ends with where each of its parts only says its name, and ends with a code."""
    runs = CI[CI.index("lint_printed=") :]
    for line, part in INSTALLED.items():
        assert line in runs
        runs = runs.replace(line, part, 1)
    parts = dict.fromkeys(("fetch_studio", "build_studio", "run_tests", "lint_types_and_site", "try_studio"), 0) | codes
    stands_in = "\n".join(f"{name}() {{ echo {name}; return {code}; }}" for name, code in parts.items())
    stands_in += f"\nfetch_spark() {{ return {spark}; }}"  # beside the build of the studio, and so in no order
    done = subprocess.run(
        ["bash", "-c", f"set -euo pipefail\n{stands_in}\n{runs}"], capture_output=True, text=True, check=False
    )
    return done.stdout, done.returncode


@pytest.mark.parametrize("tests", [0, 5])
@pytest.mark.parametrize("lint, studio", [(0, 0), (3, 0), (0, 4), (3, 4)])
def test_ci_fails_where_tests_lint_or_the_studio_do_and_prints_all(tests: int, lint: int, studio: int) -> None:
    printed, code = run_of_ci(run_tests=tests, lint_types_and_site=lint, try_studio=studio)
    assert printed == "fetch_studio\nbuild_studio\nrun_tests\nlint_types_and_site\ntry_studio\n"
    assert bool(code) is bool(tests or lint or studio)


def test_ci_tests_no_studio_that_could_not_be_fetched_or_built() -> None:
    assert run_of_ci(fetch_studio=6) == ("fetch_studio\nlint_types_and_site\n", 6)
    assert run_of_ci(build_studio=7) == ("fetch_studio\nbuild_studio\nlint_types_and_site\n", 7)


def test_ci_runs_no_tests_without_spark() -> None:
    assert run_of_ci(spark=8) == ("fetch_studio\nbuild_studio\nlint_types_and_site\n", 8)


@pytest.mark.parametrize(
    "name",
    [
        "CITATION.cff",
        "CONTRIBUTING.md",
        "LICENSE",
        "SECURITY.md",
        ".editorconfig",
        ".gitattributes",
        ".gitignore",
        ".pre-commit-hooks.yaml",
        "docs/changelog.md",
        "docs/contributing.md",
        "llms.txt",
    ],
)
def test_the_project_has(name: str) -> None:
    assert (ROOT / name).stat().st_size > 0


def test_the_changelog_speaks_of_this_version() -> None:
    changelog = (ROOT / "docs" / "changelog.md").read_text(encoding="utf-8")
    assert f"## {VERSION}" in changelog


def test_the_citation_has_this_version() -> None:
    assert f"\nversion: {VERSION}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "llms.txt"])
def test_what_a_page_at_the_root_points_to_is_there(page: str) -> None:
    links = re.findall(r"\]\(([^)]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_hooks_say_what_is_wrong_and_lay_files_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = re.findall(r"entry: rulelang (\w+)", (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert entries == ["check", "format"]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong.rules").write_text("what if based on assistance/2023\n\nremove 4z\n", encoding="utf-8")
    loose = "what if   based on assistance/2023\n\nremove   4a\n"
    (tmp_path / "loose.rules").write_text(loose, encoding="utf-8")
    assert run(["check", "loose.rules", "wrong.rules"]) == 1
    assert run(["check", "loose.rules"]) == 0
    assert run(["format", "loose.rules"]) == 0
    assert (tmp_path / "loose.rules").read_text(encoding="utf-8") == "what if based on assistance/2023\n\n  remove 4a\n"


def test_ci_runs_on_every_python_that_the_package_is_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [one.removeprefix("Programming Language :: Python :: 3.") for one in project["classifiers"] if "3." in one]
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert [f'"3.{one}"' for one in named] == re.search(r"python: \[(.*)\]", workflow)[1].split(", ")  # type: ignore[index]
    assert project["requires-python"] == f">=3.{named[0]}"
    assert "- run: bash .ci/run" in workflow


def test_nothing_opens_a_network_connection() -> None:
    # An interrupt is passed on through a pair of sockets of the process itself; editors and assistants speak over
    # standard input and output. SECURITY.md promises no other.
    network = {"asyncio", "ftplib", "http", "requests", "smtplib", "socket", "ssl", "urllib", "xmlrpc"}
    using = {
        module_name(path)
        for path in sources()
        if network & {found.module.partition(".")[0] for found in imports(parse(path))}
    }
    assert using == {"rulelang.data.scan", "rulelang.lsp.server"}
    ways_in = re.findall(r"\.start_\w+", (ROOT / "rulelang" / "cli" / "lsp.py").read_text(encoding="utf-8"))
    assert ways_in == [".start_io"]
    [tools] = [imports(parse(path)) for path in sources() if module_name(path) == "rulelang.cli.tools"]
    assert {one.module for one in tools if one.module.startswith("mcp.server.")} == {"mcp.server.stdio"}
    assert "socketpair" in (ROOT / "rulelang" / "data" / "scan.py").read_text(encoding="utf-8")


def test_every_rule_of_the_linter_left_out_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    ruff = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.pydocstyle]")]
    codes = [line for line in ruff.splitlines() if re.match(r'\s+"[A-Z]+\d*",', line)]
    assert len(codes) > 10
    assert [line for line in codes if not re.search(r"#\s+\w+,? \w+", line)] == []
