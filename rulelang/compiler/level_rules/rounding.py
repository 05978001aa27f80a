"""To how many decimals a number is rounded, as its nodes say: what lies between two such numbers is no gap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from rulelang.core import tree as core


def decimals_of(node: core.Node, nodes: Mapping[str, core.Node]) -> int | None:
    """Return to how many decimals a number is rounded, whatever it comes out as; None where it is not."""
    match node:
        case core.Apply("rounded", (_, core.Constant(decimals))):
            return int(str(decimals))
        case core.Constant(number):
            return _decimals(number) if isinstance(number, Fraction) else None
        case core.NotEstablished():
            return 0
        case core.Reference():
            return decimals_of(nodes[node.name], nodes) if node.name in nodes else None
        case core.Choose():
            return _most(decimals_of(part, nodes) for part in (*(arm.value for arm in node.arms), node.otherwise))
        case core.Apply("highest of" | "lowest of" | "plus" | "minus"):
            return _most(decimals_of(part, nodes) for part in node.arguments)
        case _:
            return None


def _decimals(number: Fraction) -> int | None:
    return next((places for places in range(7) if (number * 10**places).denominator == 1), None)


def _most(decimals: Iterable[int | None]) -> int | None:
    found = list(decimals)
    known = [one for one in found if one is not None]
    return max(known) if known and len(known) == len(found) else None
