"""The children of a construct, and how to find among them by what they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from attrs import frozen

from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.tokens import Word

Child = Any
"""A `Word`, a node of the syntax tree, or one of the small records below."""

_Kind = TypeVar("_Kind")


def span_of(children: Sequence[Child]) -> Span:
    """Return the span from the first child to the last."""
    first: Span = children[0].span
    return first.to(children[-1].span)


def words(children: Iterable[Child], *terminals: str) -> list[Word]:
    """Return the words of some terminals."""
    return [child for child in children if isinstance(child, Word) and child.type in terminals]


def has(children: Iterable[Child], terminal: str) -> bool:
    """Return whether a word of a terminal is there."""
    return bool(words(children, terminal))


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
    """Return the label, if there is one."""
    for word in words(children, "LABEL"):
        span = Span(word.span.source, word.span.start, word.span.start + len(word))
        return syn.Name(str(word), span=span)
    return None


def label_names(children: Iterable[Child]) -> tuple[syn.Name, ...]:
    """Return the labels that are listed."""
    return tuple(syn.Name(str(word), span=word.span) for word in words(children, "LABEL_NAME"))


@frozen
class Sort:
    """The kind of indicator of `on state indicators`, or None for the bare word `indicators`."""

    name: syn.Name | None
    span: Span


@frozen
class OrAll:
    """The number of `(or all, if fewer than 3)`."""

    number: syn.Number
    span: Span


@frozen
class By:
    """The labels or outcomes after `by`."""

    names: tuple[syn.Name, ...]
    span: Span


@frozen
class Listed:
    """Names in a list, and the terminal of the word that joins the last two."""

    names: tuple[syn.Name, ...]
    joint: str | None
    span: Span


def names(children: Iterable[Child]) -> tuple[syn.Name, ...]:
    """Return the names of the first list; none where there is no list."""
    listed = one(children, Listed)
    return listed.names if listed else ()


@frozen
class Expected:
    """What an `expect` line expects, before `by`."""

    group: syn.Name | None
    outcome: syn.Name | None
    answer: str
    span: Span
