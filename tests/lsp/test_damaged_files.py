"""A damaged file never ends the language server, and no request about one is answered with a fault of ours."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

pytest.importorskip("pytest_lsp", reason="the language server is tested with pytest-lsp")
pytest.importorskip("pygls", reason="the language server stands on pygls")

from lsprotocol import types  # what follows stands on the two
from pygls.exceptions import JsonRpcException
from pytest_lsp import LanguageClient

from rulelang.compiler.locations import rulesets_folder
from rulelang.lsp.converting import Converter
from rulelang.services.coloring import coloring
from rulelang.services.workspace import Workspace
from tests.lsp.clients import Editor, client_of
from tests.services.edits import PIECES, damaged
from tests.strategies.effort import EFFORT, chance_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

FILES = ("assistance/2025", "assistance/2018", "dashboard/2019", "essa/2022", "vocabulary", "graduation/states")
EDITS = 15 * EFFORT
"""How many edits each file has by default, each followed by a request."""


client = client_of("neovim")


async def ask(client: LanguageClient, editor: Editor, draw: random.Random) -> None:
    """Make one request of some kind about a place in a file; a refusal in words is an answer."""
    lines = editor.text.split("\n")
    line = draw.randrange(len(lines) + 1)
    at = types.Position(line, draw.randrange(max(1, len(lines[min(line, len(lines) - 1)]) + 3)))
    document, whole = editor.document, types.Range(types.Position(0, 0), types.Position(len(lines), 0))
    options = types.FormattingOptions(2, insert_spaces=True)
    requests = (
        lambda: client.text_document_completion_async(types.CompletionParams(document, at)),
        lambda: client.text_document_hover_async(types.HoverParams(document, at)),
        lambda: client.text_document_definition_async(types.DefinitionParams(document, at)),
        lambda: client.text_document_references_async(
            types.ReferenceParams(types.ReferenceContext(include_declaration=True), document, at)
        ),
        lambda: client.text_document_rename_async(types.RenameParams(document, at, draw.choice(PIECES))),
        lambda: client.text_document_document_symbol_async(types.DocumentSymbolParams(document)),
        lambda: client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document)),
        lambda: client.text_document_formatting_async(types.DocumentFormattingParams(document, options)),
        lambda: client.text_document_inlay_hint_async(types.InlayHintParams(document, whole)),
        lambda: client.text_document_code_lens_async(types.CodeLensParams(document)),
        lambda: client.text_document_code_action_async(
            types.CodeActionParams(document, whole, types.CodeActionContext([]))
        ),
    )
    try:
        await draw.choice(requests)()
    except JsonRpcException as refused:
        assert refused.code == types.LSPErrorCodes.RequestFailed, refused  # noqa: PT017  # other errors are ours


async def answers_are_about_the_text(client: LanguageClient, editor: Editor, path: Path) -> None:
    """Assert that the server has the text of the editor: it gives each word the color that it has by itself."""
    alone = Workspace()
    alone.open(path, editor.text)
    text = alone.texts[path]
    expected = Converter(alone, {}).tokens(text, coloring(alone, path))
    found = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(editor.document))
    assert found is not None
    assert list(found.data) == list(expected.data)


@pytest.mark.parametrize("name", FILES)
async def test_a_damaged_file_ends_nothing(client: LanguageClient, name: str) -> None:
    path = rulesets_folder() / f"{name}.rules"
    text = path.read_text(encoding="utf-8")
    draw = chance_of(name)
    editor = Editor(client, path, text)
    for number in range(EDITS):
        edited = damaged(editor.text if number % 10 else text, draw)
        editor.change(edited.encode("utf-8", "ignore").decode())  # no half of a pair can be sent
        await ask(client, editor, draw)
        if number % 10 == 9:
            await answers_are_about_the_text(client, editor, path)
    editor.change(text)
    assert await editor.problems() == []
    client.text_document_did_close(types.DidCloseTextDocumentParams(editor.document))
    assert [*client.log_messages, *client.messages] == []


async def test_a_file_that_is_gone_or_no_text_is_answered(client: LanguageClient, tmp_path: Path) -> None:
    (tmp_path / "2018.rules").write_bytes(b"\xff\xfe\0")
    for path in (tmp_path / "2018.rules", tmp_path / "none.rules", tmp_path):
        params = types.DocumentSymbolParams(types.TextDocumentIdentifier(path.as_uri()))
        assert not await client.text_document_document_symbol_async(params)
    tokens = types.SemanticTokensParams(types.TextDocumentIdentifier("untitled:Untitled-1"))
    found = await client.text_document_semantic_tokens_full_async(tokens)
    assert found is not None
    assert list(found.data) == []
