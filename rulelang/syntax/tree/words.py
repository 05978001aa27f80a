"""The smallest nodes (names, numbers, quotations, quantities), a file of them, and all that is below a node."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, fields, frozen

from rulelang.diagnostics.source import Source, Span


@frozen(eq=False, repr=False)
class Node:
    """A node of the syntax tree, with the span of its words.

    Nodes with the same content are equal, wherever they are. That is written once here, because code generated for each
    of them takes half the time in which the tree is imported: hence `eq=False, repr=False` on every node.
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
    """A statement: a sentence, heading, table or other line of its own in a rule file."""


@frozen(eq=False, repr=False)
class Clause(Statement):
    """A line that belongs to the statement above it."""


def joints_field() -> tuple[Name, ...]:
    """Return the field that holds the words and commas between the names of a list, outside equality and repr.

    The names say what a list means, once it is known to mean one thing; the joints say whether it does.
    """
    return field(default=(), eq=False, repr=False, kw_only=True)


@frozen(eq=False, repr=False)
class Name(Node):
    """A name of the vocabulary as the vocabulary writes it, or, not `known`, the words in place of one."""

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

    `percent or more of` has its number in `percent`, because it does not count things.
    """

    kind: str
    number: int = 0
    percent: int = 0


@frozen(eq=False, repr=False)
class Comment(Node):
    """`# a remark`, kept for the formatter; `alone` if nothing else is on its line."""

    text: str
    alone: bool


@frozen
class File:
    """A rule file as written: the statements that could be parsed, in order, and its comments."""

    source: Source = field(eq=False, repr=False)
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...] = field(default=(), eq=False)


# ---- Everything below a node, whatever its kind ----


def parts(node: Node) -> list[Node]:
    """Return the nodes directly below a node, in the order of its fields.

    Fields that are keyword-only say where a node comes from, and are not part of it.
    """
    names: tuple[str, ...] = type(node).__match_args__
    found: list[Node] = []
    for name in names:
        value = getattr(node, name)
        if isinstance(value, Node):
            found.append(value)
        elif type(value) is tuple:
            found += [one for one in value if isinstance(one, Node)]
    return found


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and every node below it, parents first."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(parts(one)))
