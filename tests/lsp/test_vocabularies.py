"""Every feature of the language server in a vocabulary, on one that is shipped and on a broken one."""

from __future__ import annotations

import pytest

pytest.importorskip("pytest_lsp", reason="the language server is tested with pytest-lsp")
pytest.importorskip("pygls", reason="the language server stands on pygls")

from lsprotocol import types  # what follows stands on the two
from pygls.exceptions import JsonRpcException
from pytest_lsp import LanguageClient

from rulelang.compiler.locations import rulesets_folder
from tests.lsp.clients import Editor, applied, client_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = rulesets_folder() / "vocabulary.rules"
YEAR = rulesets_folder() / "assistance" / "2025.rules"
TEXT = WORDS.read_text(encoding="utf-8")
BROKEN = TEXT.replace("| kind            | plural ", "| kind            | plurl ", 1).replace(
    "counties\n", "countes\n", 1
)
BOTH = pytest.mark.parametrize("text", [TEXT, BROKEN], ids=["shipped", "broken"])


client = client_of("visual-studio-code")


def names(found: object) -> set[str]:
    assert isinstance(found, list | tuple)
    return {one.uri.removeprefix(f"{rulesets_folder().as_uri()}/") for one in found}


def first(found: object) -> types.Location:
    assert isinstance(found, list | tuple)
    [place] = found
    assert isinstance(place, types.Location)
    return place


async def test_problems_stand_at_their_lines_and_are_one_problem_of_the_rules(client: LanguageClient) -> None:
    editor = Editor(client, WORDS, BROKEN)
    found = await editor.problems()
    assert [one.code for one in found] == ["missing-table-column", "unknown-table-column", "unknown-table"]
    assert [BROKEN.split("\n")[one.range.start.line].split("  ")[0] for one in found] == ["kinds of LEA", "", "countes"]
    rules = Editor(client, YEAR, YEAR.read_text(encoding="utf-8"))
    [one] = await rules.problems()
    assert one.range.start.line == 1
    assert one.message.startswith("rulesets/vocabulary.rules:")
    assert "2 more in rulesets/vocabulary.rules" in one.message
    client.diagnostics.pop(rules.uri)
    editor.change(TEXT)
    assert await editor.problems() == []
    assert await rules.problems() == []
    client.text_document_did_close(types.DidCloseTextDocumentParams(rules.document))


@BOTH
async def test_what_a_cell_may_hold_is_offered(client: LanguageClient, text: str) -> None:
    below = "| level | in | means |\n  | Oran"
    editor = Editor(client, WORDS, f"{text}\nderived levels\n  {below}")
    params = types.CompletionParams(editor.document, editor.at(below, len(below)))
    found = await client.text_document_completion_async(params)
    assert isinstance(found, types.CompletionList)
    [one] = found.items
    assert isinstance(one.text_edit, types.TextEdit)
    assert applied(editor.text, [one.text_edit]).endswith("\n  | Orange")


@BOTH
async def test_a_word_says_what_it_means(client: LanguageClient, text: str) -> None:
    editor = Editor(client, WORDS, text)
    for words, said in (
        ("CCI, Coll", "**College/Career**: state indicator"),
        ("also called", "**also called**: Other"),
    ):
        hover = await client.text_document_hover_async(types.HoverParams(editor.document, editor.at(words)))
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert hover.contents.value.startswith(said)


@BOTH
async def test_a_name_leads_to_its_row_and_to_its_uses(client: LanguageClient, text: str) -> None:
    editor = Editor(client, WORDS, text)
    at = editor.at("English Learners, Long-Term")
    place = first(await client.text_document_definition_async(types.DefinitionParams(editor.document, at)))
    assert text.split("\n")[place.range.start.line].startswith("  | EL   | English Learners")
    context = types.ReferenceContext(include_declaration=True)
    found = await client.text_document_references_async(types.ReferenceParams(context, editor.document, at))
    assert {"vocabulary.rules", "assistance/2017.rules", "assistance/2025.rules"} <= names(found)


@BOTH
async def test_another_name_of_an_indicator_is_renamed_in_its_row(client: LanguageClient, text: str) -> None:
    editor = Editor(client, WORDS, text)
    edit = await editor.renamed(editor.at("CCI, Coll"), "CCI", "Career Readiness")
    assert editor.edited(edit) == text.replace("| CCI, Coll", "| Career Readiness, Coll", 1)
    with pytest.raises(JsonRpcException, match="once it is under `also called`"):
        await client.text_document_rename_async(
            types.RenameParams(editor.document, editor.at("College/Career      |"), "Career")
        )


@BOTH
async def test_a_rule_leads_to_the_row_of_its_word(client: LanguageClient, text: str) -> None:
    words, editor = Editor(client, WORDS, text), Editor(client, YEAR, YEAR.read_text(encoding="utf-8"))
    params = types.DefinitionParams(editor.document, editor.at("Suspension Rate"))
    place = first(await client.text_document_definition_async(params))
    assert place.uri == words.uri
    assert text.split("\n")[place.range.start.line].startswith("  | Suspension Rate ")
    client.text_document_did_close(types.DidCloseTextDocumentParams(editor.document))


@BOTH
async def test_the_outline_has_tables_and_their_rows(client: LanguageClient, text: str) -> None:
    editor = Editor(client, WORDS, text)
    found = await client.text_document_document_symbol_async(types.DocumentSymbolParams(editor.document)) or []
    outline = {one.name: one.children or [] for one in found if isinstance(one, types.DocumentSymbol)}
    assert [one.name for one in outline["levels"]] == ["color", "Status", "rating", "certification"]


@BOTH
async def test_names_have_colors_of_their_own(client: LanguageClient, text: str) -> None:
    editor = Editor(client, WORDS, text)
    found = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(editor.document))
    assert found is not None
    assert len(found.data) > 5 * 350
    assert min(found.data) >= 0


async def test_a_table_is_laid_out_anew_unless_a_line_cannot_be_read(client: LanguageClient) -> None:
    editor = Editor(client, WORDS, TEXT.replace("| ELA                 | 2017    |", "| ELA | 2017 |", 1))
    params = types.DocumentFormattingParams(editor.document, types.FormattingOptions(2, insert_spaces=True))
    assert applied(editor.text, await client.text_document_formatting_async(params)) == TEXT
    editor.change(TEXT.replace("counties\n", "counties\n\n", 1).replace("priorities\n", "priorities\n\nabc\n", 1))
    assert await client.text_document_formatting_async(params) is None
