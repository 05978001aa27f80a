"""A language server under test, and an editor that has a file open."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities
from pytest_lsp.client import make_test_lsp_client

from rulelang.compiler.locations import rulesets_folder
from tests.docs.pages import ROOT

WAIT = 60
"""How many seconds a test waits for an answer before it fails."""

COMMAND = [sys.executable, "-m", "rulelang", "lsp"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def editor_client() -> LanguageClient:
    """Return a client that takes what a server asks of an editor."""
    client = make_test_lsp_client()
    for method in (types.CLIENT_REGISTER_CAPABILITY, types.WORKSPACE_CODE_LENS_REFRESH):
        client.feature(method)(lambda *_: None)
    features = client.protocol.fm.features
    usual = features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS]

    def published(params: types.PublishDiagnosticsParams) -> None:
        CHECKED[params.uri] = params.version
        usual(params)

    features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = published
    return client


def client_of(editor: str) -> Any:  # noqa: ANN401  # a fixture, which has no type of its own
    """Return a fixture: a client that can do what an editor can, and has the shipped rulesets open."""
    config = ClientServerConfig(COMMAND, editor_client, ENVIRONMENT)

    @pytest_lsp.fixture(config=config, scope="module", loop_scope="module")
    async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
        params = types.InitializeParams(client_capabilities(editor), root_uri=rulesets_folder().as_uri())
        await lsp_client.initialize_session(params)
        yield
        await lsp_client.shutdown_session()

    return client


CHECKED: dict[str, int | None] = {}
"""The version of each document of which problems were told last."""

VERSIONS = count(1)
"""A version of its own for each text of a test run, so that what is told of one is not taken for another's."""


class Editor:
    """One file that is open in an editor, in the text that it has there."""

    def __init__(self, client: LanguageClient, path: Path, text: str) -> None:
        self.client, self.uri, self.text, self.version = client, path.as_uri(), text, next(VERSIONS)
        self.document = types.TextDocumentIdentifier(self.uri)
        self.client.diagnostics.pop(self.uri, None)
        item = types.TextDocumentItem(self.uri, "rulelang", self.version, text)
        client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, text: str) -> None:
        """Put another text in the place of the one that is open."""
        self.text, self.version = text, next(VERSIONS)
        self.client.diagnostics.pop(self.uri, None)
        changed = types.VersionedTextDocumentIdentifier(self.version, self.uri)
        whole = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(changed, [whole]))

    def at(self, words: str, inside: int = 1) -> types.Position:
        """Return the position some characters into the first place where the text has some words."""
        before = self.text[: self.text.index(words) + inside]
        return types.Position(before.count("\n"), len(before) - before.rfind("\n") - 1)

    async def problems(self) -> list[types.Diagnostic]:
        """Return what the server says of the text once it has checked it."""
        async with asyncio.timeout(WAIT):
            while self.uri not in self.client.diagnostics or CHECKED[self.uri] != self.version:
                await self.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        return list(self.client.diagnostics[self.uri])

    async def renamed(self, at: types.Position, name: str, to: str) -> types.WorkspaceEdit:
        """Return the edit that gives what has a name at a position another one; the server has to offer that name."""
        prepared = await self.client.text_document_prepare_rename_async(types.PrepareRenameParams(self.document, at))
        assert isinstance(prepared, types.PrepareRenamePlaceholder)
        assert prepared.placeholder == name
        edit = await self.client.text_document_rename_async(types.RenameParams(self.document, at, to))
        assert edit is not None
        return edit

    def edited(self, edit: types.WorkspaceEdit | None) -> str:
        """Return the text after the changes that an answer makes in it."""
        assert edit is not None
        assert edit.changes is not None
        return applied(self.text, edit.changes.get(self.uri, ()))


def applied(text: str, edits: Any) -> str:  # noqa: ANN401  # a sequence of the protocol's edits
    """Return a text after some edits, which do not overlap."""
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
        start, end = edit.range.start, edit.range.end
        whole = lines[start.line][: start.character] + edit.new_text + lines[end.line][end.character :]
        lines[start.line : end.line + 1] = whole.split("\n")
    return "\n".join(lines)
