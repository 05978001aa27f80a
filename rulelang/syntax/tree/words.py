"""The smallest nodes: names, numbers, quotations, quantities."""

from __future__ import annotations

from attrs import field, frozen

from rulelang.diagnostics.source import Span


@frozen
class Node:
    """A node of the syntax tree, with the span of its words."""

    span: Span = field(eq=False, repr=False, kw_only=True)


@frozen
class Statement(Node):
    """A statement: what stands by itself in a rule file."""


@frozen
class Name(Node):
    """A name of the vocabulary as the vocabulary writes it, or, not `known`, the words in the place of one."""

    text: str
    known: bool = True


@frozen
class Number(Node):
    """A whole number: `3`, `two`."""

    value: int


@frozen
class Text(Node):
    """Words in quotation marks, without the marks."""

    text: str


@frozen
class Quantity(Node):
    """`any`, `no`, `every`, `all`, `N or more`, `N or fewer`, `exactly N`, `a majority of at least N`."""

    kind: str
    number: int = 0
