"""`rulelang report`: pages to hand out, one for the state or county at a glance and one for each LEA."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from attrs import evolve

from rulelang.analysis.gather import Request
from rulelang.cli import options
from rulelang.cli.progress import progress_bar
from rulelang.cli.records import determine_from
from rulelang.cli.reporting import in_language, page_record, wanted_pages
from rulelang.cli.rule_errors import rules_for
from rulelang.core.how_many import called
from rulelang.data.report import DataError
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.catalogue.quote import count
from rulelang.report.language import LANGUAGES, language_of
from rulelang.report.letters import write_starter
from rulelang.report.site import INDEX, LETTERS, sign_folder, write_site
from rulelang.report.theme import PLAIN, read_theme
from rulelang.version import VERSION


class StarterOption(click.Option):
    """The option that writes a Word template to start from and ends; it is in the language that is asked for."""

    def handle_parse_result(
        self, ctx: click.Context, opts: Mapping[str, Any], args: list[str]
    ) -> tuple[object, list[str]]:
        """Return the value as any option does, after the template is written where one was asked for."""
        path, rest = super().handle_parse_result(ctx, opts, args)
        language = opts.get("language", "en")
        if isinstance(path, Path) and not ctx.resilient_parsing and language in LANGUAGES:
            _write_starter(ctx, path, language)
        return path, rest


def _write_starter(context: click.Context, path: Path, language: str) -> None:
    if path.exists():
        raise click.UsageError(f"the file `{path}` already exists, and was not changed", context)
    write_starter(path, language_of(language))
    click.echo(f"Written: {path}. Add your letterhead and your text, then pass it to `--letters`.")
    context.exit(0)


@click.command("report")
@options.ruleset
@options.of_leas
@options.written_to("Folder to write the pages to.", required=True)
@in_language("The language of pages, PDF files and letter templates: English or Spanish.")
@click.option(
    "--theme",
    metavar="DIR",
    type=options.EXISTING_FOLDER,
    help="Folder with the office's name (office.txt), its logo (logo.svg, logo.png or logo.jpg) and a style sheet"
    " (style.css) for the pages.",
)
@click.option(
    "--letters",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Also fill in this Word template for each LEA.",
)
@click.option(
    "--letter-template",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    cls=StarterOption,
    is_eager=True,
    expose_value=False,
    help="Write a Word template to start from, and exit.",
)
@click.option("--pdf", is_flag=True, help="Also write each LEA's page as a PDF.")
@click.option("--slides", is_flag=True, help="Also write slides of the first page, for PowerPoint.")
@click.option(
    "--sign",
    metavar="KEY",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Sign all files with this private SSH key, for `ssh-keygen -Y verify`.",
)
@click.option("--force", is_flag=True, help="Replace the pages of an earlier report.")
def command(  # one argument for each option
    *,
    ruleset: str,
    request: Request,
    out: Path,
    language: str,
    theme: Path | None,
    letters: Path | None,
    pdf: bool,
    slides: bool,
    sign: Path | None,
    force: bool,
) -> int:
    """Determine LEAs and write the results as pages that open in any browser, with nothing to install.

    The first page, index.html, counts the determinations, says what changed since the year before and why, and lists
    the LEAs. Each LEA's page says what it is eligible for and why: the levels of its student groups, the rules that
    hold and their sources, earlier years, and what is missing. The workbook list.xlsx has all LEAs in the layout of the
    published lists, and a sheet for each county.
    """
    rules = rules_for(ruleset, request.as_year)
    if rules.reports_levels or rules.suspended is not None:
        raise click.UsageError(f"{ruleset} determines nothing, so there is nothing to report")
    if not force and (existing := out / INDEX).exists():
        raise DataError(say.file_exists(str(existing)))
    with progress_bar() as bar:
        done = determine_from(rules, request, bar=bar, kept_counts=True)
    if not done.determinations:
        return 1
    record = evolve(page_record(rules, ruleset, request), language=language, pdf=pdf)
    looks = read_theme(theme) if theme is not None else PLAIN
    wanted = wanted_pages(rules, record, request.sources.folders, done)
    wanted = evolve(wanted, letters=letters, slides=slides, theme=looks)
    first = write_site(out, rules, done.determinations, wanted, version=VERSION, replace=force)
    _, entities = called(rules, {one.record.kind for one in done.determinations})
    pages = count(len(done.determinations), "page")
    click.echo(f"Written: {first}, and {pages} of {entities} in {first.parent / 'lea'}")
    if letters is not None:
        click.echo(f"         {count(len(done.determinations), 'letter')} in {out / LETTERS}")
    if sign is not None:
        click.echo(f"         the signature {sign_folder(out, sign)}")
    return 0 if done.is_whole else 1
