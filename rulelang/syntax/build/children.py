"""The children of a construct, and how to find among them by what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from attrs import frozen

from rulelang.diagnostics.source import Source, Span
from rulelang.syntax import tree as syn
from rulelang.syntax.tokens import Word

Child = Any
"""A `Word`, a node of the syntax tree, or one of the small records below."""

Builders = Mapping[str, Callable[[list[Child]], Child]]
"""What builds each construct of the grammar, by its name, from its children in order."""

NOWHERE: Final = Span(Source("", ""), 0, 0)

_Kind = TypeVar("_Kind")


def span_of(children: Sequence[Child]) -> Span:
    """Return the span from the first child to the last."""
    first: Span = children[0].span
    return first.to(children[-1].span)


def words(children: Iterable[Child], *terminals: str) -> list[Word]:
    """Return the words of some terminals."""
    return [child for child in children if isinstance(child, Word) and child.type in terminals]


def has(children: Iterable[Child], *terminals: str) -> bool:
    """Return whether a word of some terminals is there."""
    return bool(words(children, *terminals))


def no_words(children: Iterable[Child]) -> list[Child]:
    """Return the children that are no words."""
    return [child for child in children if not isinstance(child, Word)]


def every(children: Iterable[Child], kind: type[_Kind]) -> tuple[_Kind, ...]:
    """Return the children of a kind."""
    return tuple(child for child in children if isinstance(child, kind))


def one(children: Iterable[Child], kind: type[_Kind]) -> _Kind | None:
    """Return the first child of a kind, or None."""
    return next((child for child in children if isinstance(child, kind)), None)


def need(children: Iterable[Child], kind: type[_Kind]) -> _Kind:
    """Return the first child of a kind."""
    return next(child for child in children if isinstance(child, kind))


def numbers(children: Iterable[Child]) -> tuple[syn.Number, ...]:
    """Return the numbers."""
    return tuple(syn.Number(int(word), span=word.span) for word in words(children, "NUMBER"))


def texts(children: Iterable[Child]) -> tuple[syn.Text, ...]:
    """Return the quotations."""
    return tuple(syn.Text(str(word), span=word.span) for word in words(children, "STRING"))


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
    """Return the name that a word is, known or not."""
    return syn.Name(str(word), known=not word.type.startswith("UNKNOWN_"), span=word.span)


def plain_name(word: Word, *, known: bool = True) -> syn.Name:
    """Return a word as a name."""
    return syn.Name(str(word), known=known, span=word.span)


_JOINTS: Final = {"LIST_AND": "and", "LIST_OR": "or", "LIST_COMMA": ","}


def joints(children: Iterable[Child]) -> tuple[syn.Name, ...]:
    """Return the words and commas between the names of a list."""
    return tuple(syn.Name(_JOINTS[word.type], span=word.span) for word in words(children, *_JOINTS))


def how_joined(joined: Sequence[syn.Name]) -> str | None:
    """Return the word that joins a list: the last one said, a comma where none is, None where nothing joins."""
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
    return Listed(every(children, syn.Name), joints(children), span_of(children))


def names(children: Iterable[Child]) -> tuple[syn.Name, ...]:
    """Return the names of the first list; none where there is no list."""
    return the_list(children).names


def the_list(children: Iterable[Child]) -> Listed:
    """Return the first list, an empty one where there is none."""
    return one(children, Listed) or Listed((), (), NOWHERE)


@frozen
class Part:
    """A part of a construct that is no node: `what` says which, `value` is what it holds."""

    what: str
    value: Any
    span: Span


def part(what: str, value: Callable[[list[Child]], Any]) -> Callable[[list[Child]], Part]:
    """Return what builds a part."""
    return lambda children: Part(what, value(children), span_of(children))


def value_of(children: Iterable[Child], what: str) -> Any | None:  # what its builder put in it
    """Return what a part holds; None where it is missing."""
    return next((child.value for child in children if isinstance(child, Part) and child.what == what), None)
