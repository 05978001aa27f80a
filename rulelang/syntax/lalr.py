"""The parser: an LALR(1) automaton whose stacks share their lower parts, so that trying a reading costs one step.

Lark makes the tables from `grammar.lark`. They are kept beside it in `grammar.json`, so that a command need neither
make them nor load Lark; `python -m rulelang.syntax.lalr` writes them again after a change of the grammar.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

STARTS: Final = ("statement", "example_statement", "vocabulary_statement")
END: Final = "$END"

Value = Any
"""A word, a construct, or what a construct becomes: a node of the syntax tree, or whatever its builder returns."""

FOLDER: Final = Path(__file__).parent
GRAMMAR: Final = FOLDER / "grammar.lark"
KEPT: Final = FOLDER / "grammar.json"


class Tables(NamedTuple):
    """The automaton: for each state and symbol the state to go to or, below zero, `~` the number of a rule.

    A rule is its construct, the number of its parts, and the name of its builder, if it has one.
    """

    starts: Mapping[str, int]
    ends: frozenset[int]
    rules: Sequence[tuple[str, int, str | None]]
    states: Sequence[Mapping[str, int]]


class _Construct:
    """A rule that has been recognized, and its parts, which may be constructs themselves."""

    __slots__ = ("last_part_first", "rule")

    def __init__(self, rule: int, last_part_first: list[Value]) -> None:
        self.rule, self.last_part_first = rule, last_part_first


class Stack:
    """The top of a parser's stack: its state, the value it holds, and the stack below."""

    __slots__ = ("below", "state", "value")

    def __init__(self, state: int, value: Value, below: Stack | None) -> None:
        self.state, self.value, self.below = state, value, below

    def is_like(self, other: Stack) -> bool:
        """Return whether two stacks continue in the same way, whatever they hold."""
        mine: Stack | None = self
        theirs: Stack | None = other
        while mine is not None and theirs is not None and mine is not theirs:
            if mine.state != theirs.state:
                return False
            mine, theirs = mine.below, theirs.below
        return mine is theirs


class Parser:
    """Feeds words to stacks; the result is built at the end, once, by the builders of the rules."""

    def __init__(self, tables: Tables, builders: Mapping[str, Callable[[list[Value]], Value]]) -> None:
        self._tables = tables
        self._builds = [builders[name] if name is not None else None for _, _, name in tables.rules]

    def start(self, construct: str) -> Stack:
        """Return the stack before the first word of a construct."""
        return Stack(self._tables.starts[construct], None, None)

    def feed(self, stack: Stack, terminal: str, value: Value) -> Stack | None:
        """Return the stack after one more word; None if the word does not fit."""
        reduced = self._reduced(stack, terminal)
        action = self._tables.states[reduced.state].get(terminal)
        return None if action is None else Stack(action, value, reduced)

    def finish(self, stack: Stack) -> Value | None:
        """Return what has been recognized; None if something is missing."""
        reduced = self._reduced(stack, END)
        return self._built(reduced.value) if reduced.state in self._tables.ends else None

    def expected(self, stack: Stack) -> frozenset[str]:
        """Return the terminals that may come next."""
        symbols = self._tables.states[stack.state]
        return frozenset(one for one in symbols if one.isupper() and self.feed(stack, one, "") is not None)

    def _reduced(self, stack: Stack, terminal: str) -> Stack:
        """Return the stack after the reductions that a terminal requires."""
        states, rules = self._tables.states, self._tables.rules
        while (action := states[stack.state].get(terminal, 0)) < 0:
            origin, size, _ = rules[~action]
            parts: list[Value] = []
            for _ in range(size):
                parts.append(stack.value)
                stack = stack.below or stack
            stack = Stack(states[stack.state][origin], _Construct(~action, parts), stack)
        return stack

    def _built(self, root: Value) -> Value:
        """Return the result of a construct; the parts of one without a builder take its place in another's."""
        built: list[Value] = []
        waiting: list[Value] = [root]
        while waiting:
            one = waiting.pop()
            if type(one) is _Construct:
                build = self._builds[one.rule]
                if build is not None:
                    waiting.append((build, len(built)))
                waiting += one.last_part_first
            elif type(one) is tuple:  # a builder whose parts are built
                build, start = one
                built[start:] = [build(built[start:])]
            else:
                built.append(one)
        return built[0]


# ---- the tables ----


@cache
def tables() -> Tables:
    """Return the tables of the grammar: those kept beside it or, if it has changed since, new ones."""
    grammar = GRAMMAR.read_text(encoding="utf-8")
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.is_file() else {}
    if kept.get("grammar") != _digest(grammar):
        kept = made_tables(grammar)
    return Tables(kept["starts"], frozenset(kept["ends"]), kept["rules"], kept["states"])


def made_tables(grammar: str) -> dict[str, Any]:
    """Return the tables of a grammar as they are kept; the same grammar always gives the same tables."""
    from lark import Lark  # noqa: PLC0415  # loaded only where the grammar has changed

    rules_alone = re.sub(r"//.*", "", grammar)
    declared = " ".join(sorted({*re.findall(r"\b[A-Z][A-Z_]*\b", rules_alone)}))
    lark = Lark(
        f"{grammar}\n%declare {declared}\n", parser="lalr", lexer="basic", start=list(STARTS), maybe_placeholders=False
    )
    found = lark.parse_interactive("", start=STARTS[0]).parser_state.parse_conf.parse_table
    rules = sorted(lark.rules, key=str)
    rule_numbers = {rule: ~number for number, rule in enumerate(rules)}
    numbers = _numbered(found.states, [found.start_states[start] for start in STARTS])
    states: list[dict[str, int]] = [{} for _ in numbers]
    for state, number in numbers.items():
        for symbol, (_, target) in sorted(found.states[state].items()):
            states[number][symbol] = rule_numbers[target] if target in rule_numbers else numbers[target]
    return {
        "grammar": _digest(grammar),
        "starts": {start: numbers[found.start_states[start]] for start in STARTS},
        "ends": sorted(numbers[found.end_states[start]] for start in STARTS),
        "rules": [(rule.origin.name, len(rule.expansion), _builder(rule)) for rule in rules],
        "states": states,
    }


def _numbered(states: Mapping[Any, Mapping[str, tuple[Any, Any]]], starts: Sequence[Any]) -> dict[Any, int]:
    """Return a number for each state, in the order in which they are reached."""
    numbers: dict[Any, int] = {}
    waiting = list(starts)
    while waiting:
        state = waiting.pop(0)
        if state not in numbers:
            numbers[state] = len(numbers)
            waiting.extend(target for _, (_, target) in sorted(states[state].items()) if target in states)
    return numbers


Production = Any
"""A rule of Lark's, whose type Lark does not export."""


def _builder(rule: Production) -> str | None:
    """Return the name of the builder of a rule; None if its one part, or its parts, take its place."""
    if rule.alias is not None:
        return str(rule.alias)
    is_passed_on = rule.origin.name.startswith("_") or (rule.options.expand1 and len(rule.expansion) == 1)
    return None if is_passed_on else str(rule.origin.name)


def _digest(grammar: str) -> str:
    return hashlib.sha256(grammar.encode()).hexdigest()


if __name__ == "__main__":
    KEPT.write_text(json.dumps(made_tables(GRAMMAR.read_text(encoding="utf-8")), indent=None) + "\n", encoding="utf-8")
