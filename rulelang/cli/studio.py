"""`rulelang studio`: writes the page in which rules are worked on in any browser, and opens it."""

from __future__ import annotations

from pathlib import Path

import click

from rulelang.data.report import DataError
from rulelang.diagnostics.catalogue import run as say
from rulelang.studio.page import is_built, write_folder, write_page


@click.command("studio")
@click.option(
    "--out",
    metavar="PATH",
    type=click.Path(path_type=Path),
    default=Path("studio.html"),
    show_default=True,
    help="Where to write the page: a file named .html, or a folder for a web server.",
)
@click.option("--force", is_flag=True, help="Replace a page that already exists.")
@click.option("--no-open", is_flag=True, help="Only write the page; do not open it in the browser.")
def command(*, out: Path, force: bool, no_open: bool) -> int:
    """Write the studio: one page, with rulelang built in, that opens in any browser with nothing to install.

    Anyone who has the page can change rules and see right away whom the change affects. It needs no network, and no
    file opened in it leaves the computer.
    """
    if not is_built():
        missing = "the parts of the studio are not built, or of other sources than these"
        raise click.ClickException(f"{missing}; with Node.js 20 or newer, run this in the checkout:\n{BUILD}")
    if out.exists() and not force:
        raise DataError(say.file_exists(str(out)))
    if out.suffix.lower() not in PAGES:
        written = write_folder(out)
        click.echo(f"Written: {written}. Put the folder {out} on a web server; the page does not open from a disk.")
        return 0
    written = write_page(out)
    size = written.stat().st_size / 1_000_000
    click.echo(f"Written: {written} ({size:.1f} MB). Open it in a browser; it needs no network.")
    if not no_open:
        click.launch(written.resolve().as_uri())
    return 0


PAGES = (".html", ".htm")
"""How the names of pages end."""

BUILD = "  npm ci --prefix rulelang/studio/web && npm run build --prefix rulelang/studio/web"
"""How the parts are built."""
