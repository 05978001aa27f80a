"""How long the language services take to answer on a file of 250 kB, each as the first request after a change.

Prints the processor time of each request in the middle of a rule file and of a vocabulary of that size, the best of
three, and that of a check.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from itertools import count, product
from pathlib import Path

from rulelang.compiler.locations import rulesets_folder
from rulelang.services.coloring import coloring
from rulelang.services.completion import completions
from rulelang.services.formatting import formatting
from rulelang.services.hover import hover
from rulelang.services.lenses import lenses, origins
from rulelang.services.navigation import definitions, references
from rulelang.services.places import Position
from rulelang.services.problems import problems
from rulelang.services.rename import renamed
from rulelang.services.symbols import symbols
from rulelang.services.workspace import Workspace

PATH = rulesets_folder() / "assistance" / "2025.rules"
VOCABULARY = rulesets_folder() / "vocabulary.rules"
SIZE = 248_000
TIMES = 3

Request = Callable[[Workspace, Path], object]
"""A request of an editor about a file."""


def large_file() -> str:
    """Return a file of as many rules, each with an example, as fit into 250 kB; all of it can be read."""
    parts = ['ruleset Differentiated Assistance 2025\n  based on 2024\n  because "a benchmark"\n\n']
    levels, groups = (
        ("Red", "Orange", "Yellow", "Green", "Blue"),
        ("White", "Asian", "Homeless", "Hispanic", "Filipino"),
    )
    indicators = ("ELA", "Math", "Chronic Absenteeism", "Suspension Rate", "Graduation Rate", "College/Career")
    pairs = [(one, other) for one in indicators for other in indicators if one < other]
    cases = product(groups, pairs, levels, levels)
    size = 0
    for number, (group, (one, other), level, second) in enumerate(cases, 1):
        parts.append(
            f"add r{number}: {level} on {one} and {second} on {other} for {group} only → Priority 4\n"
            f'  because "case {number}"\n\nexample "case {number}"\n  given a school district\n'
            f"    {group}: {level} on {one}, {second} on {other}\n  expect {group} meets Priority 4 by r{number}\n\n"
        )
        size += len(parts[-1].encode())
        if size > SIZE:
            break
    return "".join(parts)


def large_vocabulary() -> str:
    """Return the vocabulary of California with as many more student groups as fit into 250 kB."""
    text = VOCABULARY.read_text(encoding="utf-8")
    before = text.index("  | HOM ")
    groups = (f"  | Z{at:04} | Group Number {at} | Students of Kind {at}, Learners {at} | | |\n" for at in count())
    more = ""
    while len(text) + len(more) < SIZE:
        more += next(groups)
    return text[:before] + more + text[before:]


def main() -> None:
    gc.set_threshold(1_000_000)  # as in the language server
    rules, words = large_file(), large_vocabulary()
    line = _line(rules, "add r300:")
    _show(PATH, rules, _requests(Position(line, 5), Position(line, 18), Position(line + 3, 12)))
    row = Position(_line(words, "  | Z1000"), 13)
    _show(VOCABULARY, words, _requests(row, row, row))


def _line(text: str, head: str) -> int:
    return next(at for at, one in enumerate(text.split("\n")) if one.startswith(head))


def _requests(label: Position, name: Position, title: Position) -> dict[str, Request]:
    """Return what is asked of a file, given the places of a label, a name of the vocabulary, and what is renamed."""
    return {
        "completion": lambda rules, path: completions(rules, path, name),
        "hover": lambda rules, path: hover(rules, path, label),
        "definition": lambda rules, path: definitions(rules, path, label),
        "references": lambda rules, path: references(rules, path, label),
        "references of a name": lambda rules, path: references(rules, path, name),
        "rename": lambda rules, path: renamed(rules, path, title, "another"),
        "symbols": symbols,
        "coloring": coloring,
        "formatting": formatting,
        "origins": origins,
        "lenses": lambda rules, path: lenses(rules, path, {}),
        "check, for itself": problems,
    }


def _show(path: Path, text: str, requests: dict[str, Request]) -> None:
    print(f"{path.stem}: {len(text.encode()):,} bytes, {text.count(chr(10)):,} lines")
    for name, request in requests.items():
        print(f"{name:24} {min(_seconds(path, text, request) for _ in range(TIMES)):6.2f} s")


def _seconds(path: Path, text: str, request: Request) -> float:
    rules = Workspace()
    rules.open(path, text)
    completions(rules, path, Position(0, 0))
    rules.open(path, text + "\n")
    begun = time.process_time()
    request(rules, path)
    return time.process_time() - begun


if __name__ == "__main__":
    main()
