"""A rule file as written."""

from __future__ import annotations

from attrs import field, frozen

from rulelang.diagnostics.source import Source
from rulelang.syntax.tree.words import Node, Statement


@frozen(eq=False, repr=False)
class Comment(Node):
    """`# a remark`, kept for the formatter; `alone` where nothing else stands on its line."""

    text: str
    alone: bool


@frozen
class File:
    """A rule file as written: its statements in order, those that could be read, and its comments."""

    source: Source = field(eq=False, repr=False)
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...] = field(default=(), eq=False)
