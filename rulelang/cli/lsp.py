"""`rulelang lsp`: the language server, which editors start and speak with over standard input and output."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rulelang.analysis.gather import Sources


@click.command("lsp")
def command() -> int:
    """Serve an editor over standard input and output with the Language Server Protocol.

    Editors start this command themselves; see docs/how-to/work-in-vs-code.md. It ends when the editor does.
    """
    try:
        from rulelang.lsp.features import language_server
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise click.UsageError(
            "the language server needs the package `pygls`: install rulelang with it, as `rulelang[lsp]`"
        ) from None
    server = language_server(_data_of)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever else is written must not come between the answers
    try:
        server.start_io(stdout=answers)
    except SystemExit as ended:  # the editor has asked for it
        return int(ended.code or 0)
    finally:
        server.end()
    return 0


def _data_of(path: Path) -> Sources | None:
    """Return where the settings of a rule file's folder say that the data are; None if they do not, or are wrong."""
    from rulelang.analysis.gather import Sources
    from rulelang.cli.program import COMMANDS
    from rulelang.cli.settings import settings_from
    from rulelang.diagnostics.diagnostic import RulesError

    try:
        settings = settings_from(path.parent, COMMANDS)
    except RulesError:
        return None
    held = settings.defaults("evaluate", ("folders", "published", "group_counts")) if settings is not None else {}
    folders, published, counts = (
        tuple(Path(one).resolve() for one in held.get(name, ())) for name in ("folders", "published", "group_counts")
    )
    return Sources(folders, published, counts) if folders or published else None
