"""How long the language services take to answer on a rule file of 250 kB, each as the first request after a change.

Prints the processor time of each request in the middle of such a file, the best of three, and that of a check.
"""

from __future__ import annotations

import time
from collections.abc import Callable
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

PATH = rulesets_folder() / "assistance" / "2099.rules"
SIZE = 248_000
TIMES = 3


def large_file() -> str:
    """Return a file of as many rules and examples as fit into 250 kB, all of which can be read."""
    parts = ['ruleset Differentiated Assistance 2099\n  based on 2025\n  because "a benchmark"\n\n']
    size, number = 0, 0
    while size < SIZE:
        number += 1
        parts.append(
            f"add r{number}: Red on ELA or Math and Orange on the other except for Homeless → Priority 4\n"
            f'  because "rule {number}"\n\nexample "case {number}"\n  given a school district\n'
            "    African American: Red on ELA, Orange on Math\n    White: Yellow on Chronic Absenteeism\n"
            f"  expect African American meets Priority 4 by r{number}\n\n"
        )
        size += len(parts[-1].encode())
    return "".join(parts)


def main() -> None:
    text = large_file()
    middle = Position(text.count("\n") // 2, 8)
    line = next(at for at, one in enumerate(text.split("\n")) if one.startswith("add r300:"))
    requests: dict[str, Callable[[Workspace, Path], object]] = {
        "completion": lambda rules, path: completions(rules, path, middle),
        "hover": lambda rules, path: hover(rules, path, Position(line, 5)),
        "definition": lambda rules, path: definitions(rules, path, Position(line, 5)),
        "references": lambda rules, path: references(rules, path, Position(line, 5)),
        "references of a name": lambda rules, path: references(rules, path, Position(line, 18)),
        "rename": lambda rules, path: renamed(rules, path, Position(line, 5), "q300"),
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
