"""Everything below a node of the syntax tree, whatever its kind."""

from __future__ import annotations

from collections.abc import Iterator

import attrs


def parts(node: object) -> Iterator[object]:
    """Yield the nodes directly below a node, in the order of its fields.

    Those that can be given by keyword only say where a node comes from, and are no part of it.
    """
    for name in getattr(type(node), "__match_args__", ()):
        value = getattr(node, name)
        yield from (one for one in (value if isinstance(value, tuple) else (value,)) if attrs.has(type(one)))


def walk(node: object) -> Iterator[object]:
    """Yield a node and every node below it, parents first."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(list(parts(one))))
