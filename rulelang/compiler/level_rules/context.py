"""What the statements of levels are elaborated in: the context of a year, and the statement itself."""

from __future__ import annotations

from typing import Final

from attrs import field, frozen

from rulelang.compiler.context import Context
from rulelang.compiler.in_force import EffectiveLevel
from rulelang.core import tree as core
from rulelang.diagnostics.source import Span

NOT_ESTABLISHED: Final = "not established"
AS_PUBLISHED: Final = "as published"
"""What stands where no source says which level or which numbers it is."""


@frozen
class StatementContext(Context):
    """The context of one statement of levels in force, whose reason it knows."""

    item: EffectiveLevel = field(kw_only=True)


def is_type(about: Context, scale: str, types: tuple[str, ...], span: Span) -> core.Node:
    """Return whether the LEA, school or student group is of one of some types."""
    asked = about.field((about.of, scale), span)
    return core.Call("is one of", (asked, core.Const(types)), span=span)
