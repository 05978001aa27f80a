"""Going through a tree: the nodes below a node, and those of the definitions that they refer to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rulelang.core.tree import Get, Node, Ref, children, field_read, is_reference

Referred = Callable[[Ref], Node | None]
"""Returns the definition that a reference names; None if there is none."""


def walk(*nodes: Node, through: Referred | None = None) -> Iterator[Node]:
    """Yield nodes and every node below them, parents first.

    `through` opens the definitions that they refer to, and those that these refer to in turn, each once.
    """
    waiting, opened = [*reversed(nodes)], set[tuple[int, str]]()
    while waiting:
        yield (one := waiting.pop())
        waiting.extend(reversed(children(one)))
        if through is not None and is_reference(one) and (one.year, one.name) not in opened:
            opened.add((one.year, one.name))
            waiting.extend(filter(None, [through(one)]))


def children_first(root: Node) -> Iterator[Node]:
    """Yield every object below a node once, each after its children, and then the node."""
    done: set[int] = set()  # by identity: comparing deep nodes would recurse
    waiting = [root]
    while waiting:
        node = waiting[-1]
        missing = [child for child in children(node) if id(child) not in done]
        waiting.extend(reversed(missing))
        if missing:
            continue
        waiting.pop()
        if id(node) not in done:
            done.add(id(node))
            yield node


def fields_in(*nodes: Node, through: Referred | None = None) -> Iterator[Get]:
    """Yield the fields that are read by nodes or below them."""
    return filter(None, map(field_read, walk(*nodes, through=through)))


def references_in(*nodes: Node, through: Referred | None = None) -> Iterator[Ref]:
    """Yield the references among nodes and all below them."""
    return filter(is_reference, walk(*nodes, through=through))
