"""Everything below a node of the syntax tree, whatever its kind."""

from __future__ import annotations

from collections.abc import Iterator

from rulelang.syntax.tree.words import Node


def parts(node: Node) -> list[Node]:
    """Return the nodes directly below a node, in the order of its fields.

    Those that can be given by keyword only say where a node comes from, and are no part of it.
    """
    names: tuple[str, ...] = type(node).__match_args__
    values = [getattr(node, name) for name in names]
    return [one for value in values for one in (value if type(value) is tuple else (value,)) if isinstance(one, Node)]


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and every node below it, parents first."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(parts(one)))
