"""Classes of plain data: those of attrs, with their text for debugging written once.

attrs compiles a `__repr__` for each class, which is a third of the time that making one takes; a command makes two
hundred before it does anything.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:  # what checks types knows these two by their names in attrs
    from attrs import define, frozen

__all__ = ["define", "frozen"]


def _text(self: attrs.AttrsInstance) -> str:
    """Return the class and the fields of an object, as attrs writes them."""
    shown = [f"{one.name}={getattr(self, one.name)!r}" for one in attrs.fields(type(self)) if one.repr]
    return f"{type(self).__qualname__.rsplit('>.', 1)[-1]}({', '.join(shown)})"


def _with_text(make: Callable[..., Any]) -> Callable[..., Any]:
    """Return a decorator of attrs that has the text from here, unless the class has its own or wants none."""

    def decorator(cls: type | None = None, **options: Any) -> Any:  # noqa: ANN401  # as attrs has it
        if cls is None:
            return partial(decorator, **options)
        if options.get("repr", True) and "__repr__" not in vars(cls):
            cls.__repr__ = _text  # type: ignore[assignment]
        return make(cls, **{**options, "repr": False})

    return decorator


if not TYPE_CHECKING:
    define, frozen = _with_text(attrs.define), _with_text(attrs.frozen)
