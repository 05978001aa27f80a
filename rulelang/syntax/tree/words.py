"""The smallest nodes: names, numbers, quotations, quantities."""

from __future__ import annotations

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
        return isinstance(other, Node) and type(other) is type(self) and self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash((type(self), *self._compared().values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._compared().items())})"

    def _compared(self) -> dict[str, object]:
        """Return the fields by which nodes are compared, with their values."""
        return {one.name: getattr(self, one.name) for one in fields(type(self)) if one.eq}


@frozen(eq=False, repr=False)
class Statement(Node):
    """A statement: what stands by itself in a rule file."""


def joints_field() -> tuple[Name, ...]:
    """Return the field that holds the words and commas between the names of a list, outside equality and repr.

    The names say what a list means, once it is known to mean one thing; the joints say whether it does.
    """
    return field(default=(), eq=False, repr=False, kw_only=True)


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
    """`any`, `no`, `every`, `all`, `N or more`, `N or fewer`, `exactly N`, `a majority of at least N`.

    `percent or more of` has its number in `percent`, since it counts no things.
    """

    kind: str
    number: int = 0
    percent: int = 0
