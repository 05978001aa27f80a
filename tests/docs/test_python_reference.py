"""Every name that `import rulelang` gives, and every member of a loaded ruleset, stands in its reference."""

from __future__ import annotations

import inspect
import re

import rulelang
from tests.docs.pages import ROOT

REFERENCE = (ROOT / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`(\w+)[`(]", REFERENCE))


def members() -> dict[str, object]:
    return {name: member for name, member in vars(rulelang.LoadedRuleset).items() if not name.startswith("_")}


def test_every_name_stands_in_the_reference() -> None:
    assert set(rulelang.__all__) - NAMED == set()
    assert {*members(), "rules"} - NAMED == set()


def test_the_arguments_in_the_reference_are_those_that_there_are() -> None:
    shown = dict(re.findall(r"^\| `(\w+)\((.*?)\)` \|", REFERENCE, re.MULTILINE))
    functions = {
        **members(),
        "load": rulelang.load,
        "check": rulelang.check,
        "compare": rulelang.compare,
        "rulesets": rulelang.rulesets,
        "simulate": rulelang.simulate,
        "schema": rulelang.schema,
    }
    there = {name: one for name, one in functions.items() if inspect.isfunction(one)}
    assert set(shown) == set(there)
    for name, arguments in shown.items():
        given = [one for one in inspect.signature(there[name]).parameters if one != "self"]
        assert [one.strip().rstrip("=") for one in arguments.split(",") if one] == given
