"""What Python programs pass: arguments of the right type, and names that exist."""

from __future__ import annotations

import inspect
import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral
from pathlib import Path
from types import UnionType
from typing import Any, Final

from rulelang.diagnostics.catalogue.quote import which_was_meant

RULESET: Final = "the name of a ruleset, such as `assistance/2023`, or the path of its file"
TEXT: Final = "the text of a ruleset"
FILE: Final = "the path of a file"
PATHS: Final = "a folder or file, or a list of them"
LEA: Final = "the code or name of an LEA"
COUNTY: Final = "the name or number of a county"
OUTCOME: Final = "the name of an outcome, such as a determination"
GROUP: Final = "the name, code or alias of a student group"
DETERMINATION: Final = "a determination that `evaluate` returned"
LEVELS: Final = "a result that `levels` returned"
SIMULATED: Final = "what `simulated` of each ruleset returned"
WIDTH: Final = "a number of columns"
FRAME: Final = "the name of a kind of frame: `pandas`, `polars` or `arrow`"

YEAR: Final = "a year, such as 2025"

UNNAMED: Final = "<text>"
"""What messages call a text that is not in a file."""

Paths = str | Path | Sequence[str | Path]
"""A folder or file, or several."""

_LONGEST: Final = 60


class UnknownNameError(KeyError, ValueError):
    """Raised for a name that does not exist, such as that of an outcome; its text has the nearest name, or all names.

    `name` is what was asked for, `known` are the names that would do. `what` completes the sentence "NAME is not".
    `also` are other names of the same things, which may be the nearest and are not listed.
    """

    def __init__(self, what: str, name: object, known: Iterable[str], also: Iterable[str] = ()) -> None:
        self.what, self.name = what, str(name)
        self.known = tuple(dict.fromkeys(known))
        self.also = tuple(dict.fromkeys(also))
        hint = which_was_meant(self.name, (*self.known, *self.also), self.known)
        super().__init__(f"`{self.name}` is not {what}; {hint}")

    def __str__(self) -> str:
        return str(self.args[0])  # that of KeyError quotes it

    def __reduce__(self) -> tuple[type[UnknownNameError], tuple[object, ...]]:
        """Return its arguments, so that it can be sent from another process."""
        return type(self), (self.what, self.name, self.known, self.also)


def named(what: str, name: str, known: Mapping[str, str] | Iterable[str]) -> str:
    """Return the name that is meant, whatever its case; UnknownNameError, which lists all names, if there is none.

    `known` are the names, or a mapping from every word for a thing to its name.
    """
    words = known if isinstance(known, Mapping) else {one: one for one in known}
    folded = {word.casefold(): found for word, found in words.items()}
    if name.casefold().strip() not in folded:
        raise UnknownNameError(what, name, words.values(), words)
    return folded[name.casefold().strip()]


def checked(given: Any, types: type | UnionType, expected: str) -> Any:  # noqa: ANN401 - whatever is passed
    """Return an argument that has one of some types; TypeError, with what was expected, for any other."""
    if not isinstance(given, types):
        shown = repr(given) if isinstance(given, str | int | float | None) else ""
        said = f"{shown} of type" if 0 < len(shown) < _LONGEST else "an object of type"
        raise TypeError(f"expected {expected}, not {said} `{type(given).__name__}`")
    return given


def content_of(name_or_path: str | Path, text: str | None) -> bytes | None:
    """Return what is to be read in the place of a file, None without a text; TypeError if there is neither."""
    if text is None and name_or_path == UNNAMED:
        raise TypeError("say which ruleset, by name or path, or give the text of one with `text=`")
    return None if text is None else str(checked(text, str, TEXT)).encode("utf-8", "surrogatepass")


def year_of(given: object) -> int:
    """Return a year that is given; TypeError for anything but a whole number."""
    return int(checked(given, Integral, YEAR))


def warn(message: str) -> None:
    """Warn the program that called the interface, at the line of it that did."""
    frame, level = inspect.currentframe(), 1
    while frame is not None and frame.f_code.co_filename.startswith(_OWN):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, UserWarning, stacklevel=level)


_OWN: Final = f"{Path(__file__).parents[1]}{os.sep}"
"""How paths in the package begin: its own lines are not where a program is warned."""


def texts(given: str | Iterable[str], expected: str) -> tuple[str, ...]:
    """Return the texts that are given as one or several; TypeError, with what was expected, for anything else."""
    several = [given] if isinstance(given, str) else checked(given, Iterable, f"{expected}, or a list")
    return tuple(checked(one, str, expected) for one in several)


def paths(given: Paths) -> tuple[Path, ...]:
    """Return the paths that are given as one or several; TypeError for anything else."""
    several = [given] if isinstance(given, str | Path) else checked(given, Iterable, PATHS)
    return tuple(Path(checked(one, str | Path, PATHS)) for one in several)
