"""Whatever is typed into a rule file and its vocabulary, all that an editor asks is answered, about that text."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import fields, has

from rulelang.compiler.standing import find_vocabulary
from rulelang.services.coloring import coloring
from rulelang.services.completion import completions
from rulelang.services.formatting import formatting
from rulelang.services.hover import hover
from rulelang.services.lenses import lenses, origins
from rulelang.services.navigation import definitions, references
from rulelang.services.places import Position, Range, Text
from rulelang.services.problems import problems
from rulelang.services.rename import RenameRefusedError, renamed
from rulelang.services.symbols import symbols
from rulelang.services.workspace import Workspace
from tests.services.edits import PIECES, damaged
from tests.services.texts import shipped
from tests.strategies.effort import IS_SEARCH, try_cases

FILES = ("assistance/2025", "assistance/2018", "dashboard/2019", "essa/2022", "funding/2022", "graduation/states")
EDITS = 20
"""How many edits a case has, each followed by a request."""

LONGEST = 1.0
"""How many seconds of processor time a request may take; looked at in a search alone."""

Request = Callable[[Workspace, Path, Position, random.Random], object]

REQUESTS: tuple[Request, ...] = (
    lambda rules, path, at, _: completions(rules, path, at),
    lambda rules, path, at, _: completions(rules, path, at),
    lambda rules, path, at, _: hover(rules, path, at),
    lambda rules, path, at, _: definitions(rules, path, at),
    lambda rules, path, at, _: references(rules, path, at),
    lambda rules, path, at, draw: renamed(rules, path, at, draw.choice(PIECES)),
    lambda rules, path, *_: symbols(rules, path),
    lambda rules, path, *_: coloring(rules, path),
    lambda rules, path, *_: formatting(rules, path),
    lambda rules, path, *_: origins(rules, path),
    lambda rules, path, *_: lenses(rules, path, {}),
)


def ranges(found: Any) -> Iterator[Range]:  # noqa: ANN401  # whatever a request answers
    """Yield the ranges in an answer, except those that are in other files."""
    if isinstance(found, Range):
        yield found
    elif isinstance(found, list | tuple):
        for one in found:
            yield from ranges(one)
    elif has(type(found)) and not hasattr(found, "path"):
        for field in fields(type(found)):
            yield from ranges(getattr(found, field.name))


def is_inside(one: Range, text: Text) -> bool:
    lines = [text.line(at.line) for at in (one.start, one.end)]
    return one.start <= one.end and one.start.column <= len(lines[0]) and one.end.column <= len(lines[1])


def edit_and_ask(draw: random.Random) -> None:
    path, text = shipped(draw.choice(FILES))
    words = find_vocabulary(path)
    texts = {path: text, words: words.read_text(encoding="utf-8")}
    workspace = Workspace()
    for one, written in texts.items():
        workspace.open(one, written)
    for _ in range(EDITS):
        edited = draw.choice((path, path, words))
        texts[edited] = damaged(texts[edited], draw)
        workspace.open(edited, texts[edited])
        asked = draw.choice((edited, path))
        lines = texts[asked].replace("\r\n", "\n").split("\n")
        line = draw.randrange(len(lines) + 1)
        at = Position(line, draw.randrange(len(lines[min(line, len(lines) - 1)]) + 3))
        answer(workspace, asked, at, draw)
    problems(workspace, path)
    fresh = Workspace()
    for one, written in texts.items():
        fresh.open(one, written)
        assert workspace.texts[one].written == written
    for one in texts:
        assert coloring(workspace, one) == coloring(fresh, one)
        assert symbols(workspace, one) == symbols(fresh, one)


def answer(workspace: Workspace, path: Path, at: Position, draw: random.Random) -> None:
    """Make a request; a refusal in words is an answer. It is about the text, and in a search, it is not slow."""
    request = draw.choice(REQUESTS)
    begun = time.process_time()
    try:
        found = request(workspace, path, at, draw)
    except RenameRefusedError:
        return
    taken = time.process_time() - begun
    text = workspace.texts[path]
    assert all(is_inside(one, text) for one in ranges(found))
    assert not IS_SEARCH or taken < LONGEST, f"request {REQUESTS.index(request)} took {taken:.2f} s"


def test_a_damaged_file_is_answered() -> None:
    try_cases("edits", 3, edit_and_ask)


def test_half_of_a_pair_that_makes_a_character_is_no_text_and_is_kept() -> None:
    path, text = shipped("assistance/2025")
    workspace = Workspace()
    workspace.open(path, f"\ud83d{text}")
    assert workspace.texts[path].written.startswith("\ud83d")
    assert [one.code for one in problems(workspace, path)] == ["not-utf8"]
    assert symbols(workspace, path) == []


@pytest.mark.parametrize("name", FILES)
def test_a_text_with_windows_line_ends_is_answered_at_the_same_places(name: str) -> None:
    path, text = shipped(name)
    windows, unix = Workspace(), Workspace()
    windows.open(path, text.replace("\n", "\r\n"))
    unix.open(path, text)
    assert coloring(windows, path) == coloring(unix, path)
    assert symbols(windows, path) == symbols(unix, path)
