"""How long the language services take to answer on a rule file of 250 kB, each as the first request after a change.

Prints the processor time of each request in the middle of such a file, the best of three, and that of a check.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

from rulelang.compiler.locations import rulesets_folder
from rulelang.services.coloring import coloring
from rulelang.services.completion import completions
from rulelang.services.formatting import formatting
from rulelang.services.hover import hover
from rulelang.services.lenses import lenses
from rulelang.services.navigation import definitions, references
from rulelang.services.origins import origins
from rulelang.services.places import Position
from rulelang.services.problems import problems
from rulelang.services.rename import renamed
from rulelang.services.symbols import symbols
from rulelang.services.workspace import Workspace

PATH = rulesets_folder() / "assistance" / "2025.rules"
SIZE = 248_000
TIMES = 3


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


def main() -> None:
    gc.set_threshold(100_000)  # as the language server has it
    text = large_file()
    middle = Position(text.count("\n") // 2, 8)
    line = next(at for at, one in enumerate(text.split("\n")) if one.startswith("add r300:"))
    requests: dict[str, Callable[[Workspace, Path], object]] = {
        "completion": lambda rules, path: completions(rules, path, middle),
        "hover": lambda rules, path: hover(rules, path, Position(line, 5)),
        "definition": lambda rules, path: definitions(rules, path, Position(line, 5)),
        "references": lambda rules, path: references(rules, path, Position(line, 5)),
        "references of a name": lambda rules, path: references(rules, path, Position(line, 18)),
        "rename of an example": lambda rules, path: renamed(rules, path, Position(line + 3, 12), "another"),
        "symbols": symbols,
        "coloring": coloring,
        "formatting": formatting,
        "origins": origins,
        "lenses": lambda rules, path: lenses(rules, path, {}),
        "check, for itself": problems,
    }
    print(f"a file of {len(text.encode()):,} bytes, {text.count(chr(10)):,} lines")
    for name, request in requests.items():
        print(f"{name:24} {min(_seconds(text, request) for _ in range(1 if 'check' in name else TIMES)):6.2f} s")


def _seconds(text: str, request: Callable[[Workspace, Path], object]) -> float:
    rules = Workspace()
    rules.open(PATH, text)
    completions(rules, PATH, Position(0, 0))
    rules.open(PATH, text + "\n")
    begun = time.process_time()
    request(rules, PATH)
    return time.process_time() - begun


if __name__ == "__main__":
    main()
