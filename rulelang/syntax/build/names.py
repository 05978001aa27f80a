"""Builds names, levels, targets and quantities."""

from __future__ import annotations

from rulelang.syntax import tree as syn
from rulelang.syntax.build.children import (
    By,
    Child,
    Listed,
    OrAll,
    Sort,
    every,
    label_names,
    numbers,
    span_of,
    words,
)


class NameBuilder:
    """Builds names, levels, targets and quantities."""

    @staticmethod
    def _name(children: list[Child]) -> syn.Name:
        word = children[0]
        return syn.Name(str(word), known=not word.type.startswith("UNKNOWN_"), span=word.span)

    level = indicator = group = kind = outcome = _name

    @staticmethod
    def priority_outcome(children: list[Child]) -> syn.Name:
        return syn.Name(f"Priority {int(children[1])}", span=span_of(children))

    @staticmethod
    def groups(children: list[Child]) -> Listed:
        joint = next((word.type for word in words(children, "LIST_AND", "LIST_OR", "LIST_COMMA")), None)
        return Listed(every(children, syn.Name), joint, span_of(children))

    kinds = types = groups

    @staticmethod
    def indicator_list(children: list[Child]) -> Listed:
        joints = [word.type for word in words(children, "LIST_AND", "LIST_OR", "LIST_COMMA")]
        spoken = [joint for joint in joints if joint != "LIST_COMMA"]
        joint = spoken[-1] if spoken else joints[0] if joints else None
        return Listed(every(children, syn.Name), joint, span_of(children))

    @staticmethod
    def targets(children: list[Child]) -> syn.Targets:
        listed = children[0]
        how = _JOINTS.get(listed.joint or "")
        return syn.Targets(listed.names, how, span=listed.span)

    @staticmethod
    def quantified_targets(children: list[Child]) -> syn.Targets:
        how = " ".join(str(children[0]).casefold().split())
        joint = _JOINTS.get(children[-1].joint or "")
        wrong = joint if joint == _WRONG_JOINTS.get(how) else None
        return syn.Targets(children[-1].names, how, wrong, span=span_of(children))

    @staticmethod
    def counted_targets(children: list[Child]) -> syn.Targets:
        return syn.Targets(children[-1].names, children[0], span=span_of(children))

    @staticmethod
    def levels(children: list[Child]) -> syn.Levels:
        return syn.Levels(every(children, syn.Name), span=span_of(children))

    @staticmethod
    def level_or_worse(children: list[Child]) -> syn.Levels:
        return syn.Levels(every(children, syn.Name), "worse", span=span_of(children))

    @staticmethod
    def level_or_better(children: list[Child]) -> syn.Levels:
        return syn.Levels(every(children, syn.Name), "better", span=span_of(children))

    @staticmethod
    def rated(children: list[Child]) -> syn.Levels:
        return syn.Levels((), "rated", span=span_of(children))

    @staticmethod
    def not_rated(children: list[Child]) -> syn.Levels:
        return syn.Levels((), "not rated", span=span_of(children))

    @staticmethod
    def quantity(children: list[Child]) -> syn.Quantity:
        word = next(child for child in children if child.type != "NUMBER")
        number = next((int(child) for child in children if child.type == "NUMBER"), 0)
        return syn.Quantity(_QUANTITIES[word.type], number, span=span_of(children))

    @staticmethod
    def on_kind(children: list[Child]) -> Sort:
        word = children[-1]
        return Sort(syn.Name(str(word), span=word.span), span_of(children))

    @staticmethod
    def indicators(children: list[Child]) -> Sort:
        word = children[0]
        name = syn.Name(str(word), span=word.span) if word.type == "INDICATOR_KIND" else None
        return Sort(name, word.span)

    @staticmethod
    def or_all(children: list[Child]) -> OrAll:
        return OrAll(numbers(children)[0], span_of(children))

    @staticmethod
    def by(children: list[Child]) -> By:
        return By(label_names(children), span_of(children))


_JOINTS = {"LIST_AND": "and", "LIST_OR": "or", "LIST_COMMA": ","}
_WRONG_JOINTS = {"both": "or", "all of": "or", "either": "and"}

_QUANTITIES = {
    "ANY": "any",
    "NO": "no",
    "EVERY": "every",
    "ALL": "every",
    "OR_MORE": "or more",
    "AT_LEAST": "or more",
    "OR_FEWER": "or fewer",
    "AT_MOST": "or fewer",
    "EXACTLY": "exactly",
    "A_MAJORITY_OF": "a majority of at least",
}
