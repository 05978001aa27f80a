"""What a shell offers to complete: rulesets, the years of the vocabulary, and the LEAs and counties in the data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from rulelang.core.record import LeaRecord


def rulesets(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the rulesets that are shipped whose names begin so, and leave files to the shell."""
    from rulelang.compiler.locations import known_rulesets

    names = known_rulesets()
    folders = sorted({name.partition("/")[0] for name in names})
    found = [name for name in (*folders, *names) if name.startswith(incomplete)]
    return [*map(CompletionItem, found), CompletionItem(incomplete, type="file")]


def years(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the Dashboard years of the vocabulary that is shipped, the latest first."""
    from rulelang.compiler.load import load_vocabulary
    from rulelang.compiler.locations import VOCABULARY_FILE, rulesets_folder
    from rulelang.diagnostics.diagnostic import Reporter

    vocabulary = load_vocabulary(rulesets_folder() / VOCABULARY_FILE, Reporter())
    known = sorted(vocabulary.years, reverse=True) if vocabulary is not None else []
    return [CompletionItem(str(year)) for year in known if str(year).startswith(incomplete)]


def leas(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the LEAs in the data named before: codes that begin so, or whose names do."""
    wanted = incomplete.casefold()
    return [
        CompletionItem(record.code, help=record.name)
        for record in _records(context)
        if record.code.startswith(wanted) or record.name.casefold().startswith(wanted)
    ]


def counties(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the counties of the LEAs in the data named before that begin so."""
    names = sorted({record.county for record in _records(context) if record.county})
    return [CompletionItem(name) for name in names if name.casefold().startswith(incomplete.casefold())]


def _records(context: click.Context) -> Iterator[LeaRecord]:
    """Yield the LEAs in the data named earlier on the command line, or else in the settings."""
    from rulelang.analysis.gather import Sources, gather
    from rulelang.analysis.loading import loaded
    from rulelang.cli.program import COMMANDS
    from rulelang.cli.settings import settings_from

    settings = settings_from(Path.cwd(), COMMANDS)
    name = context.info_name or ""
    held = settings.defaults(name, ("ruleset", "folders", "published")) if settings is not None else {}
    ruleset = context.params.get("ruleset") or held.get("ruleset")
    folders, published = (
        tuple(map(Path, context.params.get(one) or held.get(one, ()))) for one in ("folders", "published")
    )
    sources = Sources(folders, published, records=context.params.get("records"))
    if ruleset and sources.have_leas:
        yield from gather(loaded(ruleset), sources).data.records
