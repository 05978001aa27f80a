"""`rulelang schema`: prints the JSON Schema of something that rulelang writes."""

from __future__ import annotations

import click

from rulelang.cli.options import names_checked
from rulelang.cli.streams import show_json
from rulelang.data.schemas import schema, schema_names


@click.command("schema")
@click.argument("name", metavar="[NAME]", required=False)
def command(*, name: str | None) -> int:
    """Print the JSON Schema of what rulelang writes as JSON: a command's output, a table of results, or a record.

    NAME is a command, table, or record, such as check, determinations, or run. Without it, the names are listed.
    """
    if name is None:
        click.echo("\n".join(schema_names()))
        return 0
    with names_checked():
        show_json(schema(name))
    return 0
