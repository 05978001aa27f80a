"""Converts between the services' results and the types of the Language Server Protocol."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from attrs import define
from lsprotocol import types

from rulelang.services.coloring import KINDS, Colored
from rulelang.services.completion import Completion
from rulelang.services.places import Place, Position, Range, Text, TextEdit
from rulelang.services.problems import Problem
from rulelang.services.symbols import Symbol
from rulelang.services.workspace import Workspace

SOURCE: Final = "rulelang"

ROOM: Final = 40
"""How many characters of a name and of its kind fit beside each other in a list; the name must not be cut."""

_TOKEN_TYPES: Final = {
    "keyword": "keyword",
    "level": "enumMember",
    "indicator": "property",
    "group": "class",
    "kind": "type",
    "outcome": "function",
    "scale": "enum",
    "number": "variable",
    "measure": "variable",
    "label": "decorator",
    "literal": "number",
    "string": "string",
    "comment": "comment",
    "operator": "operator",
}
LEGEND: Final = types.SemanticTokensLegend([_TOKEN_TYPES[kind] for kind in KINDS], [])

_COMPLETION_KINDS: Final = {
    "keyword": types.CompletionItemKind.Keyword,
    "level": types.CompletionItemKind.EnumMember,
    "indicator": types.CompletionItemKind.Property,
    "group": types.CompletionItemKind.Class,
    "kind": types.CompletionItemKind.Struct,
    "outcome": types.CompletionItemKind.Function,
    "scale": types.CompletionItemKind.Enum,
    "number": types.CompletionItemKind.Variable,
    "measure": types.CompletionItemKind.Variable,
    "rule": types.CompletionItemKind.Snippet,
    "example": types.CompletionItemKind.Text,
    "ruleset": types.CompletionItemKind.File,
}

_SYMBOL_KINDS: Final = {
    "ruleset": types.SymbolKind.Module,
    "heading": types.SymbolKind.Namespace,
    "rule": types.SymbolKind.Function,
    "measure": types.SymbolKind.Variable,
    "levels": types.SymbolKind.Enum,
    "change": types.SymbolKind.Event,
    "example": types.SymbolKind.Object,
    "table": types.SymbolKind.Array,
    "row": types.SymbolKind.EnumMember,
}


@define
class Converter:
    """Converts places: a client counts columns in units of an encoding, and knows files by URI."""

    workspace: Workspace
    uris: dict[Path, str]
    encoding: str = "utf-16"

    def uri(self, path: Path) -> str:
        """Return the URI of a file, as the client calls it where it has opened it."""
        return self.uris.get(path) or path.as_uri()

    def position(self, text: Text, position: types.Position) -> Position:
        """Return a position of a client in a text; behind the end of a line it is that end."""
        units, column = 0, 0
        line = text.line(position.line)
        if self._is_plain(line):
            return Position(position.line, min(position.character, len(line)))
        while column < len(line) and units < position.character:
            units += self._units(line[column])
            column += 1
        return Position(position.line, column)

    def to_position(self, text: Text | None, position: Position) -> types.Position:
        """Return a position in a text as the client counts it."""
        line = text.line(position.line) if text is not None else ""
        plain = self._is_plain(line)
        return types.Position(position.line, position.column if plain else self._units(line[: position.column]))

    def range(self, text: Text | None, stretch: Range) -> types.Range:
        """Return a range in a text as the client counts it."""
        return types.Range(self.to_position(text, stretch.start), self.to_position(text, stretch.end))

    def location(self, place: Place) -> types.Location:
        """Return a place in a file."""
        return types.Location(self.uri(place.path), self.range(self._text(place.path), place.range))

    def edits(self, edits: Iterable[TextEdit]) -> types.WorkspaceEdit:
        """Return the changes of files that some edits make."""
        changes: dict[str, list[types.TextEdit]] = {}
        for edit in edits:
            changes.setdefault(self.uri(edit.place.path), []).append(self.edit(edit))
        return types.WorkspaceEdit(changes=changes)

    def edit(self, edit: TextEdit) -> types.TextEdit:
        """Return the change that an edit makes in its file."""
        return types.TextEdit(self.range(self._text(edit.place.path), edit.place.range), edit.text)

    def _text(self, path: Path) -> Text | None:
        reading = self.workspace.reading(path)
        return reading.text if reading is not None else self.workspace.texts.get(path)

    def _is_plain(self, line: str) -> bool:
        return line.isascii() or self.encoding == "utf-32" or (self.encoding == "utf-16" and max(line) <= "\uffff")

    def _units(self, text: str) -> int:
        if self.encoding == "utf-8":
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text.encode("utf-16-le", "surrogatepass")) // 2

    # ---- what the services say ----

    def diagnostic(self, text: Text | None, problem: Problem) -> types.Diagnostic:
        """Return a problem as the client shows it: the message, how to fix it, and further remarks."""
        help_text = [f"help: {problem.help}"] if problem.help else []
        severity = types.DiagnosticSeverity.Error if problem.severity == "error" else types.DiagnosticSeverity.Warning
        related = [types.DiagnosticRelatedInformation(self.location(place), said) for place, said in problem.related]
        return types.Diagnostic(
            self.range(text, problem.range),
            "\n".join([problem.message, *problem.notes, *help_text]),
            severity=severity,
            code=problem.code,
            source=SOURCE,
            related_information=related or None,
        )

    def completion(self, text: Text, number: int, one: Completion) -> types.CompletionItem:
        """Return a completion as the client shows it, the number of its place in the list."""
        said = "\n\n".join(text for text in (one.detail, *one.says.split("\n")) if text)
        return types.CompletionItem(
            label=one.label,
            kind=_COMPLETION_KINDS[one.kind],
            detail=one.detail if len(one.label) + len(one.detail) <= ROOM else None,
            documentation=types.MarkupContent(types.MarkupKind.Markdown, said),
            sort_text=f"{number:04}",
            filter_text=one.filter,
            text_edit=types.TextEdit(self.range(text, one.range), one.label),
        )

    def symbol(self, text: Text, one: Symbol) -> types.DocumentSymbol:
        """Return a part of the outline with what is below it."""
        return types.DocumentSymbol(
            name=one.name or one.kind,
            kind=_SYMBOL_KINDS[one.kind],
            range=self.range(text, one.range),
            selection_range=self.range(text, one.selection),
            detail=one.detail,
            children=[self.symbol(text, child) for child in one.children],
        )

    def tokens(self, text: Text, colored: Iterable[Colored]) -> types.SemanticTokens:
        """Return the kinds of words, each by its distance from the one before, as the protocol has it."""
        data: list[int] = []
        line = column = 0
        for one in colored:
            stretch = self.range(text, one.range)
            start = stretch.start
            before = column if start.line == line else 0
            length = stretch.end.character - start.character
            data += [start.line - line, start.character - before, length, KINDS.index(one.kind), 0]
            line, column = start.line, start.character
        return types.SemanticTokens(data)
