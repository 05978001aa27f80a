"""The smallest nodes: names, numbers, quotations, quantities."""

from __future__ import annotations

from attrs import field, frozen

from rulelang.diagnostics.source import Span


def span_field() -> Span:
    """Return the field that holds a node's span, outside equality and repr."""
    return field(eq=False, repr=False, kw_only=True)  # type: ignore[no-any-return]


def joints_field() -> tuple[Name, ...]:
    """Return the field that holds the words and commas between the names of a list, outside equality and repr.

    The names say what a list means, once it is known to mean one thing; the joints say whether it does.
    """
    return field(default=(), eq=False, repr=False, kw_only=True)


@frozen
class Name:
    """A name of the vocabulary as the vocabulary writes it, or, not `known`, the words in the place of one."""

    text: str
    known: bool = True
    span: Span = span_field()


@frozen
class Number:
    """A whole number: `3`, `two`."""

    value: int
    span: Span = span_field()


@frozen
class Text:
    """Words in quotation marks, without the marks."""

    text: str
    span: Span = span_field()


@frozen
class Quantity:
    """`any`, `no`, `every`, `all`, `N or more`, `N or fewer`, `exactly N`, `a majority of at least N`."""

    kind: str
    number: int = 0
    span: Span = span_field()
