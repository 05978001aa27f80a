"""Every feature of the language server, asked of it as an editor asks, on files that are shipped and on broken ones."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

pytest.importorskip("pytest_lsp", reason="the language server is tested with pytest-lsp")
pytest.importorskip("pygls", reason="the language server stands on pygls")

from lsprotocol import types  # what follows stands on the two
from pygls.exceptions import JsonRpcException
from pytest_lsp import LanguageClient

from rulelang.compiler.locations import rulesets_folder
from rulelang.data.sample import write_sample
from tests.lsp.clients import WAIT, Editor, applied, client_of
from tests.shipped_files import shipped_words

pytestmark = pytest.mark.asyncio(loop_scope="module")

YEAR = rulesets_folder() / "assistance" / "2025.rules"
BASE = YEAR.with_name("2024.rules")
TEXT = YEAR.read_text(encoding="utf-8")
BROKEN = TEXT.replace("Red on both ELA", "Rad on both ELA", 1).replace("replace 4c: Red on", "replace 4c: →→ ( Red onn")


client = client_of("visual-studio-code")


def labels(found: object) -> list[str]:
    assert isinstance(found, types.CompletionList)
    return [one.label for one in found.items]


async def test_a_file_that_is_fine_has_no_problems(client: LanguageClient) -> None:
    assert await Editor(client, YEAR, TEXT).problems() == []


async def test_problems_come_and_go_as_the_text_changes(client: LanguageClient) -> None:
    editor = Editor(client, YEAR, BROKEN)
    first = (await editor.problems())[0]
    assert (first.code, first.severity, first.source) == ("unknown-level", types.DiagnosticSeverity.Error, "rulelang")
    assert first.message == "`Rad` is not a level\nthe vocabulary has no such level\nhelp: did you mean `Red`?"
    assert first.range == types.Range(types.Position(6, 14), types.Position(6, 17))
    editor.change(TEXT)
    assert await editor.problems() == []


async def test_a_quick_fix_mends_a_problem(client: LanguageClient) -> None:
    editor = Editor(client, YEAR, TEXT.replace("Red on both ELA", "Rad on both ELA", 1))
    place = types.Range(types.Position(6, 14), types.Position(6, 17))
    await editor.problems()
    params = types.CodeActionParams(editor.document, place, types.CodeActionContext([]))
    [action] = await client.text_document_code_action_async(params) or []
    assert isinstance(action, types.CodeAction)
    assert (action.title, action.is_preferred) == ("Write `Red`", True)
    assert editor.edited(action.edit) == TEXT


async def test_where_two_things_could_be_meant_each_can_be_written(client: LanguageClient) -> None:
    sentence = "Red on ELA and Orange on Math or Red on Graduation Rate"
    old = next(line for line in TEXT.split("\n") if "Red on both ELA" in line)
    text = TEXT.replace(old, f"{old[: old.index('Red')]}{sentence} → Priority 4", 1)
    editor = Editor(client, YEAR, text)
    await editor.problems()
    place = types.Range(types.Position(6, 14), types.Position(6, 17))
    params = types.CodeActionParams(editor.document, place, types.CodeActionContext([]))
    actions = [one for one in await client.text_document_code_action_async(params) or [] if "ELA" in one.title]
    readings = [
        "(Red on ELA and Orange on Math) or Red on Graduation Rate",
        "Red on ELA and (Orange on Math or Red on Graduation Rate)",
    ]
    assert [one.title for one in actions] == [f"Write `{one}`" for one in readings]
    for action, reading in zip(actions, readings, strict=True):
        assert isinstance(action, types.CodeAction)
        assert not action.is_preferred
        assert editor.edited(action.edit) == text.replace(sentence, reading)


async def test_where_nothing_is_wrong_nothing_is_mended(client: LanguageClient) -> None:
    editor = Editor(client, YEAR, TEXT)
    assert await editor.problems() == []
    place = types.Range(types.Position(0, 0), types.Position(20, 0))
    params = types.CodeActionParams(editor.document, place, types.CodeActionContext([]))
    assert not await client.text_document_code_action_async(params)


async def test_a_base_that_changes_on_the_disk_is_read_again(client: LanguageClient, tmp_path: Path) -> None:
    base = tmp_path / "2018.rules"
    base.write_text("ruleset Mine 2018\nA1: Red on ELA → Priority 4\nA2: Red on Math → Priority 4\n", encoding="utf-8")
    editor = Editor(
        client, tmp_path / "2019.rules", 'ruleset Mine 2019\n  based on 2018\nremove A1\n  because "a test"\n'
    )
    assert await editor.problems() == []
    client.diagnostics.pop(editor.uri)
    base.write_text(base.read_text(encoding="utf-8").replace("A1", "A3"), encoding="utf-8")
    changed = types.FileEvent(base.as_uri(), types.FileChangeType.Changed)
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([changed]))
    assert "no-such-rule" in [one.code for one in await editor.problems()]
    client.text_document_did_close(types.DidCloseTextDocumentParams(editor.document))


async def test_a_change_of_the_base_is_seen_in_what_builds_on_it(client: LanguageClient) -> None:
    editor = Editor(client, YEAR, TEXT)
    assert await editor.problems() == []
    client.diagnostics.pop(editor.uri)
    base = Editor(client, BASE, BASE.read_text(encoding="utf-8").replace("add Y2:", "add Y3:"))
    assert "no-such-rule" in [one.code for one in await editor.problems()]
    client.text_document_did_close(types.DidCloseTextDocumentParams(base.document))


@pytest.mark.parametrize("text", [TEXT, BROKEN], ids=["shipped", "broken"])
async def test_what_may_come_next_is_offered(client: LanguageClient, text: str) -> None:
    editor = Editor(client, YEAR, f"{text}\nadd 4e: Red on Chronic Ab")
    params = types.CompletionParams(
        editor.document, editor.at("add 4e: Red on Chronic Ab", len("add 4e: Red on Chronic Ab"))
    )
    found = await client.text_document_completion_async(params)
    assert labels(found) == ["Chronic Absenteeism"]
    assert isinstance(found, types.CompletionList)
    edit = found.items[0].text_edit
    assert isinstance(edit, types.TextEdit)
    assert applied(editor.text, [edit]).endswith("add 4e: Red on Chronic Absenteeism")


@pytest.mark.parametrize("text", [TEXT, BROKEN], ids=["shipped", "broken"])
async def test_a_word_says_what_it_means(client: LanguageClient, text: str) -> None:
    editor = Editor(client, YEAR, text)
    hover = await client.text_document_hover_async(types.HoverParams(editor.document, editor.at("Orange on the other")))
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.value.startswith("**Orange**: level of color")
    nothing = await client.text_document_hover_async(types.HoverParams(editor.document, types.Position(4, 0)))
    assert nothing is None


@pytest.mark.parametrize("text", [TEXT, BROKEN], ids=["shipped", "broken"])
async def test_a_label_leads_to_the_rule_of_the_base(client: LanguageClient, text: str) -> None:
    editor = Editor(client, YEAR, text)
    params = types.DefinitionParams(editor.document, editor.at("4b: Red"))
    found = await client.text_document_definition_async(params)
    assert isinstance(found, list | tuple)
    [place] = found
    assert isinstance(place, types.Location)
    assert (Path(place.uri).name, place.range.start) == ("2017.rules", types.Position(9, 2))


@pytest.mark.parametrize("text", [TEXT, BROKEN], ids=["shipped", "broken"])
async def test_a_rule_is_found_in_every_year(client: LanguageClient, text: str) -> None:
    editor = Editor(client, YEAR, text)
    context = types.ReferenceContext(include_declaration=True)
    params = types.ReferenceParams(context, editor.document, editor.at("4c:"))
    found = await client.text_document_references_async(params) or []
    assert {"2017.rules", "2019.rules", "2024.rules", "2025.rules"} <= {Path(one.uri).name for one in found}


@pytest.mark.parametrize("text", [TEXT, BROKEN], ids=["shipped", "broken"])
async def test_an_example_is_renamed_wherever_it_is_named(client: LanguageClient, text: str) -> None:
    editor = Editor(client, YEAR, text)
    title = "College/Career by color"
    edit = await editor.renamed(editor.at(title), title, "By color now")
    assert {Path(uri).name for uri in edit.changes or {}} == {"2024.rules", "2025.rules"}
    assert editor.edited(edit) == text.replace("College/Career by color", "By color now")


@pytest.mark.parametrize(
    "words, reason",
    [
        ("4a: Red", "the meaning of a closed year cannot change"),
        ("ELA and", "once it is under `also called`"),
        ("add 4d", "is not a name that anybody chose"),
    ],
)
async def test_what_cannot_be_renamed_says_why(client: LanguageClient, words: str, reason: str) -> None:
    editor = Editor(client, YEAR, TEXT)
    with pytest.raises(JsonRpcException, match=reason):
        await client.text_document_rename_async(types.RenameParams(editor.document, editor.at(words), "4z"))


@pytest.mark.parametrize("text", [TEXT, BROKEN], ids=["shipped", "broken"])
async def test_the_outline_has_headings_rules_and_examples(client: LanguageClient, text: str) -> None:
    editor = Editor(client, YEAR, text)
    found = await client.text_document_document_symbol_async(types.DocumentSymbolParams(editor.document)) or []
    outline = [one for one in found if isinstance(one, types.DocumentSymbol)]
    assert [one.name for one in outline][:3] == [
        *(
            "Differentiated Assistance 2025",
            'priority 4 "Pupil Achievement"',
            "for school districts and county offices",
        ),
    ]
    assert [one.name for one in outline[1].children or []] == ["4a", "4b", "4c", "4d"]


@pytest.mark.parametrize("text", [TEXT, BROKEN], ids=["shipped", "broken"])
async def test_names_have_colors_of_their_own(client: LanguageClient, text: str) -> None:
    editor = Editor(client, YEAR, text)
    found = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(editor.document))
    assert found is not None
    assert len(found.data) > 1000
    assert len(found.data) % 5 == 0
    assert min(found.data) >= 0


async def test_a_text_is_formatted_unless_a_sentence_cannot_be_read(client: LanguageClient) -> None:
    editor = Editor(client, YEAR, TEXT.replace("replace 4c: Red on ELPI", "replace 4c:   red   on elpi"))
    params = types.DocumentFormattingParams(editor.document, types.FormattingOptions(2, insert_spaces=True))
    assert applied(editor.text, await client.text_document_formatting_async(params)) == TEXT
    editor.change(BROKEN)
    assert await client.text_document_formatting_async(params) is None


@pytest.mark.parametrize("text", [TEXT, BROKEN], ids=["shipped", "broken"])
async def test_labels_say_which_year_their_rule_is_from(client: LanguageClient, text: str) -> None:
    editor = Editor(client, YEAR, text)
    lines = types.Range(types.Position(5, 0), types.Position(14, 0))
    found = await client.text_document_inlay_hint_async(types.InlayHintParams(editor.document, lines)) or []
    assert [one.label for one in found] == ["replaces 2017", "replaces 2017", "replaces 2024", "2024", "2024"]


async def test_an_example_is_run_from_the_line_above_it(client: LanguageClient) -> None:
    editor = Editor(client, YEAR, TEXT.replace("expect General Assistance", "expect not General Assistance", 1))
    await editor.problems()
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(editor.document)) or []
    told = [one.command.title for one in lenses if one.command is not None]
    assert told[:2] == ["as expected · run this example", "not as expected · run this example"]
    command = lenses[1].command
    assert command is not None
    ran = await client.workspace_execute_command_async(types.ExecuteCommandParams(command.command, command.arguments))
    assert "✗ expect not General Assistance (found: yes" in str(ran)
    assert client.messages[-1].message == ran


async def test_an_example_of_a_broken_file_cannot_be_run(client: LanguageClient) -> None:
    editor = Editor(client, YEAR, BROKEN)
    await editor.problems()
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(editor.document)) or []
    assert {one.command.title for one in lenses if one.command is not None} == {"run this example"}
    params = types.ExecuteCommandParams("rulelang.runExample", [editor.uri, "Data not certified on time"])
    assert "before the errors of the file are mended" in str(await client.workspace_execute_command_async(params))


async def test_rules_say_how_many_leas_meet_them(client: LanguageClient, tmp_path: Path) -> None:
    vocabulary, _ = shipped_words()
    write_sample(vocabulary, tmp_path / "state", 2018, 20)
    (tmp_path / "rulelang.toml").write_text('data = "state"\n', encoding="utf-8")
    rules = "ruleset Mine 2018\nA1: Red on Suspension Rate → Priority 6\n"
    rules += "A2: any student group meets Priority 6 → Method 1\notherwise → General Assistance\n"
    editor = Editor(client, tmp_path / "2018.rules", rules)

    async def told() -> list[str]:
        found = await client.text_document_code_lens_async(types.CodeLensParams(editor.document)) or []
        return [one.command.title for one in found if one.command is not None]

    await editor.problems()
    for _ in range(WAIT * 10):
        if await told():
            break
        await asyncio.sleep(0.1)
    first, second = await told()
    assert first == second
    assert re.fullmatch(r"[1-9]\d* of 20 LEAs meet this rule", first)
