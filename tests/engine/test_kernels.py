"""Every operator of the registry has a kernel on columns, and what is compared on generated rulesets calls them all."""

from __future__ import annotations

import pytest
from hypothesis import Phase, find, settings

from rulelang.core.operators import OPERATORS
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import Call
from rulelang.core.walk import walk
from rulelang.engine.kernels import KERNELS
from tests.strategies.nodes import node_rulesets


def test_every_operator_has_a_kernel() -> None:
    assert KERNELS.keys() == OPERATORS.keys()


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_generated_rulesets_call_every_operator() -> None:
    """The evaluator, its denotation and SQL are compared on them, so that an operator cannot be left out of that."""
    missing = set(OPERATORS)

    def is_last(ruleset: Ruleset) -> bool:
        nodes = (node for one in ruleset.definitions.values() for node in walk(one.node))
        missing.difference_update(node.operator for node in nodes if isinstance(node, Call))
        return not missing

    find(node_rulesets(), is_last, settings=settings(max_examples=1000, phases=[Phase.generate]))
