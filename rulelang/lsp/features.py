"""The requests that the language server answers: each asks a service and converts its result for the protocol."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from rulelang.lsp.converting import LEGEND
from rulelang.lsp.server import DataOf, RuleServer
from rulelang.services.coloring import coloring
from rulelang.services.completion import completions
from rulelang.services.formatting import formatting
from rulelang.services.hover import hover
from rulelang.services.lenses import lenses, origins
from rulelang.services.navigation import definitions, references
from rulelang.services.places import Position, Text
from rulelang.services.problems import Problem
from rulelang.services.rename import RenameRefusedError, renamable, renamed
from rulelang.services.symbols import symbols

RUN_EXAMPLE: Final = "rulelang.runExample"
"""The command that shows the result of an example, given the document and the example's title."""

_RULE_FILES: Final = ("**/*.rules", "**/closed-years.json", "**/rulelang.toml")


class RefusedError(JsonRpcException):
    """A request that is refused; the message is the reason, for people."""

    CODE = types.LSPErrorCodes.RequestFailed
    MESSAGE = "Not done"


def language_server(data_of: DataOf) -> RuleServer:
    """Return a server that is ready to be started. `data_of` says where the data of a rule file are."""
    server = RuleServer(data_of)
    _documents(server)
    _words(server)
    _places(server)
    _whole_files(server)
    _examples(server)
    return server


def _text(server: RuleServer, uri: str) -> tuple[Path, Text | None]:
    path = server.path_of(uri)
    reading = server.rules.reading(path)
    return path, reading.text if reading is not None else server.rules.texts.get(path)


def _asked(server: RuleServer, uri: str, position: types.Position) -> tuple[Path, Text, Position] | None:
    """Return the path, the text and the position of a request; None if the text cannot be read."""
    path, text = _text(server, uri)
    return (path, text, server.converter.position(text, position)) if text is not None else None


# ---- documents ----


def _documents(server: RuleServer) -> None:
    @server.feature(types.INITIALIZED)
    def initialized(params: types.InitializedParams) -> None:  # noqa: ARG001  # the protocol hands it over
        server.converter.encoding = str(getattr(server.workspace.position_encoding, "value", "utf-16"))
        watchers = [types.FileSystemWatcher(pattern) for pattern in _RULE_FILES]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        wanted = types.Registration("rule-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        can = server.client_capabilities.workspace
        if can and can.did_change_watched_files and can.did_change_watched_files.dynamic_registration:
            server.client_register_capability(types.RegistrationParams([wanted]))

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        server.opened(params.text_document.uri, params.text_document.text, params.text_document.version)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        for change in params.content_changes[-1:]:
            server.opened(params.text_document.uri, change.text, params.text_document.version)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(params: types.DidChangeWatchedFilesParams) -> None:
        changed = {server.path_of(one.uri) for one in params.changes}
        if changed - set(server.rules.texts):
            server.files_changed()

    @server.feature(types.SHUTDOWN)
    def shutdown(params: None) -> None:  # noqa: ARG001  # as above
        server.end()


# ---- at a word ----


def _words(server: RuleServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[" ", '"']))
    def completion(params: types.CompletionParams) -> types.CompletionList:
        asked = _asked(server, params.text_document.uri, params.position)
        found = completions(server.rules, asked[0], asked[2]) if asked is not None else []
        items = [server.converter.completion(asked[1], at, one) for at, one in enumerate(found) if asked is not None]
        return types.CompletionList(is_incomplete=False, items=items)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover_(params: types.HoverParams) -> types.Hover | None:
        asked = _asked(server, params.text_document.uri, params.position)
        found = hover(server.rules, asked[0], asked[2]) if asked is not None else None
        if asked is None or found is None:
            return None
        text = types.MarkupContent(types.MarkupKind.Markdown, found.text)
        return types.Hover(text, server.converter.range(asked[1], found.range))

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare_rename(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        asked = _asked(server, params.text_document.uri, params.position)
        if asked is None:
            return None
        try:
            found = renamable(server.rules, asked[0], asked[2])
        except RenameRefusedError as refused:
            raise RefusedError(str(refused)) from None
        return types.PrepareRenamePlaceholder(server.converter.range(asked[1], found.range), found.name)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def rename(params: types.RenameParams) -> types.WorkspaceEdit | None:
        asked = _asked(server, params.text_document.uri, params.position)
        if asked is None:
            return None
        try:
            return server.converter.edits(renamed(server.rules, asked[0], asked[2], params.new_name))
        except RenameRefusedError as refused:
            raise RefusedError(str(refused)) from None


def _places(server: RuleServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def definition(params: types.DefinitionParams) -> list[types.Location]:
        asked = _asked(server, params.text_document.uri, params.position)
        found = definitions(server.rules, asked[0], asked[2]) if asked is not None else []
        return [server.converter.location(one) for one in found]

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def references_(params: types.ReferenceParams) -> list[types.Location]:
        asked = _asked(server, params.text_document.uri, params.position)
        found = references(server.rules, asked[0], asked[2]) if asked is not None else []
        return [server.converter.location(one) for one in found]


# ---- of a whole file ----


def _whole_files(server: RuleServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols_(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        path, text = _text(server, params.text_document.uri)
        return [server.converter.symbol(text, one) for one in symbols(server.rules, path)] if text is not None else []

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, LEGEND)
    def tokens(params: types.SemanticTokensParams) -> types.SemanticTokens:
        path, text = _text(server, params.text_document.uri)
        return (
            server.converter.tokens(text, coloring(server.rules, path))
            if text is not None
            else types.SemanticTokens([])
        )

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    def format_(params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        path, _ = _text(server, params.text_document.uri)
        found = formatting(server.rules, path)
        return None if found is None else [server.converter.edit(one) for one in found]

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    def inlays(params: types.InlayHintParams) -> list[types.InlayHint]:
        path, text = _text(server, params.text_document.uri)
        found = (one for one in origins(server.rules, path) if _is_in(one.position, params.range))
        return [
            types.InlayHint(
                server.converter.to_position(text, one.position), one.text, tooltip=one.rule, padding_left=True
            )
            for one in found
        ]

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    )
    async def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        path, text = _text(server, params.text_document.uri)
        if not await server.checked(path):
            return []  # the known edits are for a text that no longer exists
        found = server.found[path][1]
        lines = (params.range.start.line, params.range.end.line)
        touched = [one for one in found if one.range.start.line <= lines[1] and one.range.end.line >= lines[0]]
        return [action for one in touched for action in _actions(server, text, one)]


def _is_in(position: Position, stretch: types.Range) -> bool:
    return bool(stretch.start.line <= position.line <= stretch.end.line)


def _actions(server: RuleServer, text: Text | None, problem: Problem) -> Iterator[types.CodeAction]:
    """Yield the quick fix of a problem or, if it is not certain what was meant, one for each thing that could be."""
    for edits in (problem.edits, *((one,) for one in problem.choices)):
        if not edits:
            continue
        first = edits[0]
        title = f"Write `{first.text.strip()}`" if len(edits) == 1 and first.text.strip() else problem.help
        yield types.CodeAction(
            title=title or "Mend this",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[server.converter.diagnostic(text, problem)],
            is_preferred=edits is problem.edits,
            edit=server.converter.edits(edits),
        )


# ---- examples ----


def _examples(server: RuleServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions(resolve_provider=False))
    def lenses_(params: types.CodeLensParams) -> list[types.CodeLens]:
        uri = params.text_document.uri
        path, text = _text(server, uri)
        report = server.reports.get(path)
        results = report.examples if report is not None else {}
        return [
            types.CodeLens(
                server.converter.range(text, one.range),
                types.Command(one.text, RUN_EXAMPLE if one.example is not None else "", arguments=[uri, one.example]),
            )
            for one in lenses(server.rules, path, results, server.counts.get(path))
        ]

    @server.command(RUN_EXAMPLE)
    def run_example(uri: str, title: str) -> str:
        report = server.reports.get(server.path_of(uri))
        found = report.examples.get(title) if report is not None else None
        told = found.text if found is not None else f"“{title}” cannot be run before the errors of the file are mended"
        kind = types.MessageType.Info if found is not None and found.passes else types.MessageType.Warning
        server.window_show_message(types.ShowMessageParams(kind, told))
        return told
