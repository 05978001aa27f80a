"""The arguments and options that several commands share, each declared once."""

from __future__ import annotations

from pathlib import Path

import click

EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

rulesets = click.argument("rulesets", metavar="RULESET...", nargs=-1, required=True)
ruleset = click.argument("ruleset", metavar="RULESET")
data = click.option(
    "--data",
    "folders",
    metavar="DIR",
    type=EXISTING_FOLDER,
    multiple=True,
    required=True,
    help="Folder of the files as the state publishes them, of one year or several. May be given several times.",
)
leas = click.option(
    "--lea", "leas", metavar="CDS", multiple=True, help="Only the LEA with this code. May be given several times."
)
counties = click.option(
    "--county", "counties", metavar="NAME", multiple=True, help="Only LEAs of this county. May be given several times."
)
keep_going = click.option(
    "--keep-going", is_flag=True, help="End with exit code 0 even if rows of the data had to be refused."
)
