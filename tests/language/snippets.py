"""Rule files in small pieces: a test file holds many snippets, each with the mistakes it should have beside them.

A snippet begins with a line `--- what it shows`. It is one rule file, or several, each after a line
`==> 2017.rules`, of which the last is checked; `==> 2018.rules, encoded utf-16` says how it is saved, and
`{10000 × (}` repeats a text; `␀` is no character of a text. What is wrong stands at the end of its line, with the
words underlined:

    4a: Purple on ELA → Priority 4    # error: unknown-level "Purple"
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from attrs import evolve, frozen

import rulelang
from rulelang.diagnostics.diagnostic import Diagnostic, Severity

HERE = Path(__file__).parent
VOCABULARY = (HERE / "vocabulary.rules").read_text(encoding="utf-8")

_COMMENT = re.compile(r"\s*# ((?:error|warning): .*)$", re.MULTILINE)
_WANTED = re.compile(r"(error|warning): ([a-z0-9-]+)(?: \"([^\"]*)\")?")
_REPEATED = re.compile(r"\{(\d+) × ([^}]*)\}")


@frozen
class Wanted:
    """A mistake as a snippet announces it: line 0 where it stands beside the title, words None where any will do."""

    file: str
    line: int
    severity: str
    code: str
    words: str | None


@frozen
class Snippet:
    """A few rule files, the last of which is checked, and the mistakes in them, in the order of their places."""

    title: str
    files: dict[str, str]
    encodings: dict[str, str]
    wanted: tuple[Wanted, ...]

    @property
    def checked(self) -> str:
        """Return the name of the file that is checked."""
        return list(self.files)[-1]


def snippets(text: str) -> Iterator[Snippet]:
    """Yield the snippets of a test file, in order."""
    for part in re.split(r"^--- ", text, flags=re.MULTILINE)[1:]:
        title, _, body = part.partition("\n")
        yield _snippet(title.strip(), body.rstrip("\n") + "\n")


def _snippet(title: str, body: str) -> Snippet:
    heads = re.findall(r"^==> (.*)\n", body, flags=re.MULTILINE)
    bodies = re.split(r"^==> .*\n", body, flags=re.MULTILINE)
    parts = list(zip(heads, bodies[1:], strict=True)) if heads else [(_name_of(body), body)]
    files: dict[str, str] = {}
    encodings: dict[str, str] = {}
    wanted: list[Wanted] = []
    for head, raw in parts:
        name, _, encoding = head.partition(", encoded ")
        wanted.extend(_wanted(name, raw))
        files[name] = _REPEATED.sub(lambda found: found[2] * int(found[1]), _COMMENT.sub("", raw)).replace("␀", "\0")
        encodings[name] = encoding or "utf-8"
    wanted.extend(evolve(one, line=0) for one in _wanted(list(files)[-1], title))
    return Snippet(_COMMENT.sub("", title), files, encodings, tuple(wanted))


def _name_of(body: str) -> str:
    """Return the name of a snippet's one file: that of its year, or 2018 where it names none that can be."""
    found = re.match(r"ruleset .* (\d{4})$", body.partition("\n")[0].partition("#")[0].rstrip())
    return f"{found[1] if found else '2018'}.rules"


def _wanted(name: str, text: str) -> Iterator[Wanted]:
    for number, line in enumerate(text.split("\n"), 1):
        said = _COMMENT.search(line)
        for severity, code, words in _WANTED.findall(said[1] if said is not None else ""):
            yield Wanted(name, number, severity, code, words or None)


def announced(diagnostic: Diagnostic, wanted: Wanted) -> bool:
    """Return whether a diagnostic is the one announced: of what is underlined the first line counts."""
    severity = "warning" if diagnostic.severity is Severity.WARNING else "error"
    if (severity, diagnostic.code) != (wanted.severity, wanted.code):
        return False
    span = diagnostic.span
    if span is None:
        return wanted.words is None and wanted.line == 0
    words = span.text.split("\n")[0].replace('"', "'")
    return span.source.name == wanted.file and wanted.line in (0, span.line) and wanted.words in (None, words)


def check(snippet: Snippet) -> list[Diagnostic]:
    """Return what is wrong with a snippet, after writing it to the current folder, with the vocabulary of the tests."""
    Path("vocabulary.rules").write_text(VOCABULARY, encoding="utf-8")
    for name, text in snippet.files.items():
        Path(name).write_bytes(text.encode(snippet.encodings[name]))
    return rulelang.check(snippet.checked)
