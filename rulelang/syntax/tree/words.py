"""The smallest nodes: names, numbers, quotations, quantities."""

from __future__ import annotations

from functools import cache

from attrs import field, fields, frozen

from rulelang.diagnostics.source import Span


@frozen(eq=False, repr=False)
class Node:
    """A node of the syntax tree, with the span of its words.

    Nodes are equal that say the same, wherever they stand. That is written once here, since code generated for each of
    them takes half the time in which the tree is imported: hence `eq=False, repr=False` on every node.
    """

    span: Span = field(eq=False, repr=False, kw_only=True)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and all(getattr(self, one) == getattr(other, one) for one in _said(type(self)))

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, one) for one in _said(type(self)))))

    def __repr__(self) -> str:
        said = ", ".join(f"{one}={getattr(self, one)!r}" for one in _said(type(self)))
        return f"{type(self).__name__}({said})"


@cache
def _said(kind: type[Node]) -> tuple[str, ...]:
    """Return the fields by which nodes of a kind are compared."""
    return tuple(one.name for one in fields(kind) if one.eq)


@frozen(eq=False, repr=False)
class Statement(Node):
    """A statement: what stands by itself in a rule file."""


@frozen(eq=False, repr=False)
class Name(Node):
    """A name of the vocabulary as the vocabulary writes it, or, not `known`, the words in the place of one."""

    text: str
    known: bool = True


@frozen(eq=False, repr=False)
class Number(Node):
    """A whole number: `3`, `two`."""

    value: int


@frozen(eq=False, repr=False)
class Text(Node):
    """Words in quotation marks, without the marks."""

    text: str


@frozen(eq=False, repr=False)
class Quantity(Node):
    """`any`, `no`, `every`, `all`, `N or more`, `N or fewer`, `exactly N`, `a majority of at least N`."""

    kind: str
    number: int = 0
