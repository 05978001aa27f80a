"""`rulelang check --as-read`: prints each sentence beside the one way in which it is understood."""

from __future__ import annotations

from typing import Final

import click

from rulelang.cli.streams import width
from rulelang.compiler.formatting import Sentence, sentences_as_read
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.drawing import plain, wrapped

_NARROWEST: Final = 40
_WIDEST: Final = 80
"""How many columns the lines have, whatever the terminal."""


def show_as_read(name: str) -> None:
    """Print the sentences of a rule file that could be read; the check that follows reports the others."""
    sentences = sentences_as_read(name, Reporter())
    if not sentences:
        return
    click.echo(f"{plain(name)}, as read:")
    digits = len(str(sentences[-1].span.line))
    for sentence in sentences:
        for line in _lines(sentence, digits):
            click.echo(plain(line))
    click.echo()


def _lines(sentence: Sentence, digits: int) -> list[str]:
    """Return a sentence as lines: once if it has the standard wording, otherwise the author's words first."""
    number = f"{sentence.span.line:>{digits + 2}}"
    if sentence.written == sentence.kept:
        return _wrapped(f"{number}  ", sentence.kept)
    blank = " " * len(number)
    return [*_wrapped(f"{number}  ", sentence.written), *_wrapped(f"{blank}  read as: ", sentence.kept)]


def _wrapped(head: str, words: str) -> list[str]:
    columns = max(min(width(), _WIDEST), len(head) + _NARROWEST)
    return wrapped(words, columns, head, " " * len(head))
