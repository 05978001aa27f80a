"""Rule files as canonical text: read, formatted, and written back."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from rulelang.compiler import files
from rulelang.compiler.load import load_vocabulary
from rulelang.compiler.names import measures_of_bases, words_of
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.syntax.format import format_file
from rulelang.syntax.parse import parse, parse_vocabulary


@frozen
class Formatted:
    """A rule file and its canonical text; `changes` says whether the file reads otherwise now."""

    path: Path
    text: str
    changes: bool

    def write(self) -> None:
        """Write the text aside and then give it the file's name and rights, so that there is never half a file.

        Raises OSError where the folder or the file cannot be written.
        """
        files.write_text(self.path, self.text)


def formatted(name: str | Path, reporter: Reporter) -> Formatted | None:
    """Return the canonical text of a rule file or vocabulary file given by name or path.

    None, after reports, where a sentence of it cannot be read: a formatter must not lose what it does not understand.
    """
    before = len(reporter.diagnostics)
    path = files.find_ruleset(name, reporter)
    source = files.read_source(path, reporter) if path is not None else None
    if path is None or source is None:
        return None
    if path.name == files.VOCABULARY_FILE:
        file = parse_vocabulary(source, reporter)
    else:
        vocabulary = load_vocabulary(files.find_vocabulary(path), reporter)
        if vocabulary is None:
            return None
        words = words_of(vocabulary)
        file = parse(source, words, reporter, measures_of_bases(path, words))
    if len(reporter.diagnostics) > before:
        return None
    text = format_file(file)
    return Formatted(path, text, changes=text.encode() != path.read_bytes())
