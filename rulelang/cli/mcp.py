"""`rulelang mcp`: a server of the Model Context Protocol, which assistants start and ask over standard input."""

from __future__ import annotations

import click

LIBRARIES = ("mcp", "mcp_types", "jsonschema", "anyio")
"""What the extra of this name installs."""


@click.command("mcp")
def command() -> int:
    """Serve an assistant over standard input and output by the Model Context Protocol.

    Its tools are the commands that answer and write nothing: list, words, show, check, evaluate, explain, compare and
    way-out. Assistants start it themselves; docs/how-to/ask-from-an-assistant.md says how.
    """
    try:
        from rulelang.cli.tools import serve
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in LIBRARIES:
            raise
        raise click.UsageError(
            "the server needs the package `mcp`: install rulelang with it, as `rulelang[mcp]`"
        ) from None
    serve()
    return 0
