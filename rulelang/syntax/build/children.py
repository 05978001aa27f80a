"""How constructs are built: each field of a node is found among the children by its type or its place.

A *finder* is a function of the children: `the(syn.Levels)` finds the first levels, `says("EACH")` whether the word is
there, `numbers` all numbers. `node(syn.PriorityLine, number, text)` is the builder of that node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, TypeVar

from attrs import frozen

from rulelang.diagnostics.source import Source, Span
from rulelang.syntax import tree as syn
from rulelang.syntax.tokens import Word

Child = Any
"""A `Word`, a node of the syntax tree, or one of the small records below."""

Builder = Callable[[list[Child]], Child]
"""Builds a construct of the grammar from its children in order."""

Builders = Mapping[str, Builder]
"""The builder of each construct, by its name."""

NOWHERE: Final = Span(Source("", ""), 0, 0)

_Kind = TypeVar("_Kind")


first, second, last = itemgetter(0), itemgetter(1), itemgetter(-1)


def span_of(children: Sequence[Child]) -> Span:
    """Return the span from the first child to the last."""
    start: Span = children[0].span
    return start.to(children[-1].span)


def node(kind: Callable[..., syn.Node], *finders: Builder, **named: Builder) -> Builder:
    """Return the builder of a kind of node: each field is its finder's result, and the span covers all children."""

    def build(children: list[Child]) -> syn.Node:
        fields = {name: find(children) for name, find in named.items()}
        return kind(*(find(children) for find in finders), **fields, span=span_of(children))

    return build


# ---- finders ----


def words(children: Iterable[Child], *terminals: str) -> list[Word]:
    """Return the words of some terminals."""
    return [child for child in children if isinstance(child, Word) and child.type in terminals]


def says(*terminals: str) -> Callable[[Iterable[Child]], bool]:
    """Find whether a word of some terminals is there."""
    return lambda children: bool(words(children, *terminals))


def called(children: Iterable[Child]) -> str:
    """Return what the author calls years: `Dashboard years`, or plainly `years`."""
    said = words(children, "YEARS", "YEARS_IN_A_ROW", "YEARS_AGO")
    return "Dashboard years" if any("dashboard" in word.casefold() for word in said) else "years"


def no_words(children: Iterable[Child]) -> list[Child]:
    """Return the children that are not words."""
    return [child for child in children if not isinstance(child, Word)]


def every(kind: type[_Kind]) -> Callable[[Iterable[Child]], tuple[_Kind, ...]]:
    """Find the children of a kind; a number and a quotation are nodes too, though the parser hands over their words."""
    return lambda children: tuple(found for child in children if isinstance(found := _as_node(child), kind))


def _as_node(child: Child) -> Child:
    if not isinstance(child, Word):
        return child
    if child.type == "NUMBER":
        return syn.Number(int(child), span=child.span)
    return syn.Text(str(child), span=child.span) if child.type == "STRING" else child


def maybe(kind: type[_Kind]) -> Callable[[Iterable[Child]], _Kind | None]:
    """Find the first child of a kind, or None."""
    return lambda children: next(iter(every(kind)(children)), None)


def the(kind: type[_Kind]) -> Callable[[Iterable[Child]], _Kind]:
    """Find the first child of a kind, which is always there."""
    return lambda children: every(kind)(children)[0]


numbers, number, maybe_number = every(syn.Number), the(syn.Number), maybe(syn.Number)
texts, text, maybe_text = every(syn.Text), the(syn.Text), maybe(syn.Text)


def answers(children: Iterable[Child]) -> tuple[syn.Text, ...]:
    """Return the words that say yes or no."""
    return tuple(syn.Text(word.type.casefold(), span=word.span) for word in words(children, "YES", "NO"))


def title(children: Sequence[Child]) -> str:
    """Return the words after the first one."""
    return str(children[1])


def label(children: Iterable[Child]) -> syn.Name | None:
    """Return the label, if there is one, without its colon."""
    for word in words(children, "LABEL"):
        span = Span(word.span.source, word.span.start, word.span.start + len(word))
        return syn.Name(str(word), span=span)
    return None


def label_names(children: Iterable[Child]) -> tuple[syn.Name, ...]:
    """Return the labels that are listed."""
    return tuple(plain_name(word) for word in words(children, "LABEL_NAME"))


def name_of(word: Word) -> syn.Name:
    """Return a word as a name, known or not."""
    return syn.Name(str(word), known=not word.type.startswith("UNKNOWN_"), span=word.span)


def plain_name(word: Word, *, known: bool = True) -> syn.Name:
    """Return a word as a name."""
    return syn.Name(str(word), known=known, span=word.span)


_JOINTS: Final = {"LIST_AND": "and", "LIST_OR": "or", "LIST_COMMA": ","}


def joints(children: Iterable[Child]) -> tuple[syn.Name, ...]:
    """Return the words and commas between the names of a list."""
    return tuple(syn.Name(_JOINTS[word.type], span=word.span) for word in words(children, *_JOINTS))


def how_joined(joined: Sequence[syn.Name]) -> str | None:
    """Return the word that joins a list: the last one written, a comma if there is none, None if nothing joins."""
    spoken = [joint.text for joint in joined if joint.text != ","]
    return spoken[-1] if spoken else joined[0].text if joined else None


@frozen
class Listed:
    """Names in a list, and the words and commas between them."""

    names: tuple[syn.Name, ...]
    joints: tuple[syn.Name, ...]
    span: Span


def listed(children: list[Child]) -> Listed:
    """Return the names among the children as a list."""
    return Listed(every(syn.Name)(children), joints(children), span_of(children))


def names(children: Iterable[Child]) -> tuple[syn.Name, ...]:
    """Return the names of the first list; none if there is no list."""
    return the_list(children).names


def the_list(children: Iterable[Child]) -> Listed:
    """Return the first list, an empty one where there is none."""
    return maybe(Listed)(children) or Listed((), (), NOWHERE)


@frozen
class Part:
    """A part of a construct that is not a node: `what` says which part, `value` is its value."""

    what: str
    value: Any
    span: Span


def part(what: str, value: Builder) -> Callable[[list[Child]], Part]:
    """Return the builder of a part."""
    return lambda children: Part(what, value(children), span_of(children))


def held(what: str) -> Builder:
    """Find the value of a part; None if it is missing."""
    return lambda children: next(
        (child.value for child in children if isinstance(child, Part) and child.what == what), None
    )
