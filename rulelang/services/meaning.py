"""What the names of a vocabulary mean, in the words that an analyst would use for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import frozen

from rulelang.compiler import names
from rulelang.core.fact_types import FactType
from rulelang.core.vocabulary import Indicator, Number, Scope, StudentGroup, Vocabulary
from rulelang.core.years import EVERY_YEAR, stretch
from rulelang.diagnostics.sentences import in_sentence, with_article


@frozen
class Meaning:
    """What a name is, in a word or two, and what else there is to know of it, a sentence each."""

    what: str
    says: tuple[str, ...] = ()


_KINDS: Final = {"NUMBER_NAME": "number", "INDICATOR_KIND": "indicator", "PRIORITY": "outcome"}
"""What a name is to a reader where that is not the word of the grammar for it."""


@frozen
class Candidate:
    """Something that may be written, what it is, and the further words that find it."""

    label: str
    kind: str
    meaning: Meaning
    aliases: tuple[str, ...] = ()


def meaning_of(terminal: str, name: str, vocabulary: Vocabulary) -> Meaning | None:
    """Return the meaning of a name of some kind; None if it is no name of the vocabulary."""
    match terminal:
        case "LEVEL" | "FLAG":
            return _level(name, vocabulary)
        case "INDICATOR":
            return next((_indicator(one, vocabulary) for one in vocabulary.indicators if one.name == name), None)
        case "GROUP":
            return next((_group(one) for one in vocabulary.groups if one.name == name), None)
        case "KIND":
            return _kind(name, vocabulary)
        case "OUTCOME" | "PRIORITY":
            return _outcome(name, vocabulary)
        case "SCALE":
            levels = (one.levels for one in vocabulary.scales if one.name == name)
            return next((Meaning("scale", (f"Its levels are {', '.join(some)}.",)) for some in levels), None)
        case "INDICATOR_KIND":
            found = ", ".join(one.name for one in vocabulary.indicators_of(name))
            return Meaning(f"{name} indicators", (f"They are {found}.",)) if found else None
        case "NUMBER_NAME":
            return _number([one for one in vocabulary.numbers if one.name == name], vocabulary)
        case _:
            return None


def _level(name: str, vocabulary: Vocabulary) -> Meaning | None:
    for scale in vocabulary.scales:
        if name in scale.levels:
            turned = [one.name for one in vocabulary.indicators if scale.turns and one.lower_is_better]
            order = f"From worst to best: {', '.join(scale.levels)}."
            other = f"The other way round on {', '.join(turned)}, where a lower number is better."
            return Meaning(f"level of {scale.name}", (order, other) if turned else (order,))
    return None


def _indicator(one: Indicator, vocabulary: Vocabulary) -> Meaning:
    of = "student groups" if one.scope is Scope.GROUP else f"the {vocabulary.entity}"
    says = [f"Reported on {name}: {_listed(map(stretch, some))}." for name, some in one.scales.items() if some]
    if one.scope is Scope.GROUP:
        says.append(f"A {'lower' if one.lower_is_better else 'higher'} number is better.")
    if one.only_groups:
        says.append(f"Only for {_listed(one.only_groups)}.")
    if one.when_silent:
        says.append(f"Where the data say nothing, it is {one.when_silent}.")
    return Meaning(f"{one.kind} indicator of {of}", (*says, *_also(one.aliases)))


def _group(one: StudentGroup) -> Meaning:
    says = [f"Coded {_listed(one.codes)} in the files."]
    if one.years != EVERY_YEAR:
        says.append(f"There is such a group {stretch(one.years)}.")
    return Meaning("student group", (*says, *_also(one.aliases)))


def _kind(name: str, vocabulary: Vocabulary) -> Meaning | None:
    for one in vocabulary.kinds:
        if one.name == name:
            belongs = (f"Each belongs to {with_article(one.belongs_to)}.",) if one.belongs_to else ()
            return Meaning(f"kind of {vocabulary.entity}", (*belongs, *_also((one.plural, *one.aliases))))
    return None


def _outcome(name: str, vocabulary: Vocabulary) -> Meaning | None:
    for priority in vocabulary.priorities:
        if name == f"Priority {priority.number}":
            says = f"{priority.name}. A rule gives it to a student group or, by local indicators, to the LEA."
            return Meaning("priority", (says, *_also(priority.aliases)))
    for one in vocabulary.outcomes:
        if one.name == name:
            of = "student group" if one.is_of_group else vocabulary.entity
            return Meaning(f"{one.kind} of the {of}", _also(one.aliases))
    return None


def _number(found: list[Number], vocabulary: Vocabulary) -> Meaning | None:
    if not found:
        return None
    first = found[0]
    kind = {FactType.NUMBER: "number", FactType.DOLLARS: "amount"}.get(first.type, first.type.value)
    of = list(dict.fromkeys(name for one in found for name in one.indicators))
    kinds = in_sentence((with_article(kind) for kind in first.kinds), "or")
    says = [f"Of {_listed(of)}." if of else f"Of {kinds}." if kinds else f"Of the {vocabulary.entity}."]
    if any(one.last_year for one in found):
        says.append("The files give last year's too.")
    return Meaning(f"{kind} of the data", (*says, *_also(first.aliases)))


def _also(names: Iterable[str]) -> tuple[str, ...]:
    found = _listed(names)
    return (f"Also called {found}.",) if found else ()


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def candidates_of(terminal: str, vocabulary: Vocabulary) -> Iterator[Candidate]:
    """Yield the names of a kind in the vocabulary's order, each as rules write it."""
    for name, aliases in _names_of(terminal, vocabulary):
        meaning = meaning_of(terminal, name, vocabulary)
        if meaning is not None:
            yield Candidate(name, _KINDS.get(terminal, terminal.casefold()), meaning, aliases)


def _names_of(terminal: str, vocabulary: Vocabulary) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the names of a kind in the vocabulary's order, each as rules write it, with what else it is called."""
    wanted = "LEVEL" if terminal == "FLAG" else terminal
    found = ((name, others) for kind, name, others in names.names_of(vocabulary) if kind == wanted)
    yield from dict.fromkeys(found) if wanted == "LEVEL" else found
