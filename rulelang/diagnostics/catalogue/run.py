"""Every message about a run: LEAs asked for that are not in the data, and results there already."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from rulelang.diagnostics.catalogue.quote import listing, quoted
from rulelang.diagnostics.diagnostic import Diagnostic, Severity
from rulelang.diagnostics.environment import install_command
from rulelang.diagnostics.sentences import in_sentence
from rulelang.diagnostics.source import DataPlace
from rulelang.diagnostics.suggest import nearest

MOST_LEAS = 5
"""How many LEAs are suggested at most."""

MOST_FITTING = 20
"""How many of the LEAs that some words fit are listed."""

FEWEST_DIGITS = 5
"""Fewer digits are in the codes of too many LEAs to say which was meant."""


def lea_not_in_data(code: str, names: Mapping[str, str]) -> Diagnostic:
    """Complain of an LEA asked for; `names` are the LEAs of the data, code to name."""
    like = _leas_like(code, names)[:MOST_LEAS]
    found = [f"`{one}`" + (f" ({quoted(names[one])})" if names[one] else "") for one in like]
    return Diagnostic(
        "lea-not-in-data",
        f"the data have no LEA {_with_code_or_name(code)}",
        help=f"did you mean {in_sentence(found, 'or')}?"
        if found
        else "give its code as it stands in the files, leading zeros included, or its name or a part of it",
    )


def _with_code_or_name(text: str) -> str:
    return f"with the code {quoted(text)}" if text.strip().isdigit() else f"called {quoted(text)}"


def several_leas(asked: str, names: Mapping[str, str]) -> Diagnostic:
    """Complain of words that fit several LEAs, given by code with their names."""
    shown = [f"{code} ({quoted(name)})" for code, name in [*names.items()][:MOST_FITTING]]
    more = [f"{len(names) - len(shown)} more"] if len(names) > len(shown) else []
    return Diagnostic(
        "several-leas",
        f"{quoted(asked)} fits {len(names):,} LEAs",
        help=f"give the code of one, or more of its name: {in_sentence([*shown, *more])}",
    )


def _leas_like(text: str, names: Mapping[str, str]) -> list[str]:
    """Return the codes of the LEAs that a part of a code, a name or a part of one, or a slip may have meant."""
    wanted = text.casefold().strip()
    if wanted.isdigit():
        begin = [code for code in names if code.startswith(wanted)] if len(wanted) >= FEWEST_DIGITS else []
        within = [code for code in names if wanted in code] if len(wanted) >= FEWEST_DIGITS else []
        return begin or within or [near for near in [nearest(text, names)] if near]
    exact = [code for code, name in names.items() if name.casefold() == wanted]
    within = [code for code, name in names.items() if wanted and wanted in name.casefold()]
    by_name = {name: code for code, name in names.items()}
    return exact or within or [by_name[near] for near in [nearest(text, by_name)] if near]


def county_not_in_data(name: str, names: Collection[str]) -> Diagnostic:
    near = nearest(name, names)
    return Diagnostic(
        "county-not-in-data",
        f"the data have no LEA in the county {quoted(name)}",
        help=f"did you mean `{near}`?" if near else None,
    )


def group_not_in_vocabulary(text: str, names: Collection[str], codes: Sequence[str]) -> Diagnostic:
    near = nearest(text, names)
    return Diagnostic(
        "group-not-in-vocabulary",
        f"`{text}` is not a student group",
        help=f"did you mean `{near}`?" if near else f"give a name, or one of these codes: {', '.join(codes)}",
    )


def indicator_without_levels(text: str, names: Sequence[str]) -> Diagnostic:
    near = nearest(text, names)
    return Diagnostic(
        "indicator-without-levels",
        f"the rules work out no performance levels of `{text}`",
        help=(f"did you mean `{near}`?" if near else f"give one of these: {', '.join(names)}")
        if names
        else "leave `--indicator` out: these rules determine LEAs, and read levels as they stand in the data",
    )


def rules_have_errors(ruleset: str, errors: int) -> Diagnostic:
    number = "1 error" if errors == 1 else f"{errors:,} errors"
    return Diagnostic(
        "rules-have-errors",
        f"a check finds {number} in `{ruleset}`, and the rules were applied as they are",
        help=f"see what is wrong with `rulelang check {ruleset}`",
        severity=Severity.WARNING,
    )


def results_exist(path: str) -> Diagnostic:
    return Diagnostic(
        "results-exist",
        f"results stand in `{path}` already, and they were left as they are",
        help="give another folder to `--out`, or `--force` to replace them",
    )


def file_exists(path: str) -> Diagnostic:
    return Diagnostic(
        "file-exists",
        f"the file `{path}` stands there already, and it was left as it is",
        help="give another name to `--out`, or `--force` to replace it",
    )


def not_in_sql(ruleset: str, reason: str) -> Diagnostic:
    return Diagnostic(
        "not-in-sql",
        f"the rules of `{ruleset}` cannot be written as SQL, because they have {reason}",
        help="`rulelang evaluate` applies them all the same",
    )


def records_not_understood(path: str, reason: str) -> Diagnostic:
    return Diagnostic(
        "records-not-understood",
        f"the records in `{path}` have {reason}",
        help="mend it, or leave `--engine spark` out: each such row is then named, and all others are read",
    )


def java_missing() -> Diagnostic:
    return Diagnostic(
        "java-missing",
        "to judge on Spark, Java is needed, and it is not installed",
        help="install Java 17 or later, or set `JAVA_HOME` to the folder it is in",
    )


def spark_stopped(reason: str, log: str) -> Diagnostic:
    """Return the message of a run that Spark ended; `reason` and the file `log` are in Spark's words."""
    return Diagnostic(
        "spark-stopped",
        f"Spark stopped before it was done, and nothing was written; it says `{' '.join(reason.split())}`",
        help=f"all that Spark said stands in `{log}`; it needs Java 17 or later, and room in memory and on the disk",
    )


def extra_missing(library: str, purpose: str) -> Diagnostic:
    return Diagnostic(
        "extra-missing",
        f"to {purpose}, the extra program `{library}` is needed, and it is not installed",
        help=f"install it with `{install_command(library)}`",
    )


def letter_template(path: str, reason: str) -> Diagnostic:
    """Return the message for a Word template of which no letter can be made; `reason` is a part of a sentence."""
    return Diagnostic(
        "letter-template",
        f"no letter can be made of `{path}`: {reason}",
        help="`rulelang report --letter-template FILE.docx` writes a template to start from",
    )


def year_suspended(title: str, year: int, reason: str) -> Diagnostic:
    """Return the warning that nothing is determined or worked out in a year, with the reason the rules give."""
    because = f": {' '.join(reason.split())}" if reason else ""
    return Diagnostic(
        "year-suspended",
        f"`{title} {year}` is suspended{because}",
        help="nothing is worked out for it, so that there is nothing to compare either",
        severity=Severity.WARNING,
    )


def no_lea_to_determine() -> Diagnostic:
    return Diagnostic(
        "no-lea-to-determine",
        "the data have no LEA to determine",
        help="look at what is said above about the files; a year needs at least one of its files",
    )


def files_not_found(year: int, names: Mapping[str, Sequence[str]]) -> Diagnostic:
    """Complain of files that are in none of the folders, each with the files there that look like it."""
    like = list(dict.fromkeys(one for some in names.values() for one in some))
    return Diagnostic(
        "files-not-found",
        f"the folders lack {len(names)} of the files of {year} that the rules read, so what they say is unknown",
        help=f"give {listing(like)} the name and the ending of the file that it is, if it is one of these"
        if like
        else "name the folder that has them with another `--data`, or go on without them",
        notes=(f"not found: {', '.join(names)}",),
        severity=Severity.WARNING,
    )


def years_not_found(years: Sequence[int]) -> Diagnostic:
    listed = in_sentence(years)
    return Diagnostic(
        "years-not-found",
        f"the folders have no file of {listed}, on which the rules look back, so what it would say is unknown",
        help="name the folders that have those years with another `--data`, or their lists with `--published`",
        severity=Severity.WARNING,
    )


def own_year_not_found(year: int) -> Diagnostic:
    return Diagnostic(
        "own-year-not-found",
        f"the folders have no file of {year}, the year to determine",
        help="name the folder that has it with another `--data`, or determine another year",
        severity=Severity.WARNING,
    )


def leas_of_other_years(count: int, year: int) -> Diagnostic:
    leas = "1 LEA that stands" if count == 1 else f"{count:,} LEAs that stand"
    return Diagnostic(
        "leas-of-other-years",
        f"{leas} only in the files of other years than {year} {'was' if count == 1 else 'were'} not determined",
        help="an LEA that was merged or closed since is not an LEA of the year",
        severity=Severity.WARNING,
    )


def lea_of_other_years(code: str, year: int) -> Diagnostic:
    return Diagnostic(
        "leas-of-other-years",
        f"the LEA with the code `{code}` stands only in the files of other years than {year}",
        help="an LEA that was merged or closed since is not an LEA of the year",
    )


def not_a_published_list(path: str, names: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "not-a-published-list",
        f"`{path}` is not recognized as a published list of any year",
        place=DataPlace(path),
        help=f"give it the name it is published under, such as {listing(names[:3], 'or')}",
    )


def published_list_twice(path: str, year: int, first: str) -> Diagnostic:
    return Diagnostic(
        "published-list-twice",
        f"the file `{path}` is a second list of {year}, after `{first}`, and was not read",
        place=DataPlace(path),
        help="give one list for each year",
    )


# ---- Records of runs ----


def no_run_record(path: str) -> Diagnostic:
    return Diagnostic(
        "no-run-record",
        f"there is no `{path}`, the record of the run",
        place=DataPlace(path),
        help="give the folder that `rulelang evaluate` wrote, or the record in it",
    )


def run_record_unreadable(path: str) -> Diagnostic:
    return Diagnostic(
        "run-record-unreadable",
        f"the file `{path}` is not a record of a run, or it is damaged",
        place=DataPlace(path),
        help="restore it from where it was last right, or evaluate again",
    )


def run_differs(what: str, recorded: str, found: str) -> Diagnostic:
    return Diagnostic("run-differs", f"{what} was `{recorded}` in the run and is `{found}` now")


def run_file_missing(what: str, path: str) -> Diagnostic:
    return Diagnostic(
        "run-file-missing", f"the {what} `{Path(path).name}` of the run is no longer there", place=DataPlace(path)
    )


def run_file_changed(what: str, path: str) -> Diagnostic:
    return Diagnostic(
        "run-file-changed", f"the {what} `{Path(path).name}` has changed since the run", place=DataPlace(path)
    )


def run_file_new(path: str) -> Diagnostic:
    return Diagnostic(
        "run-file-new",
        f"the data file `{Path(path).name}` would be read now and was not read in the run",
        place=DataPlace(path),
    )


def run_results_differ(path: str, count: int, cells: Sequence[str]) -> Diagnostic:
    number = "1 cell" if count == 1 else f"{count:,} cells"
    return Diagnostic(
        "run-results-differ",
        f"`{Path(path).name}` would come out otherwise now, in {number}",
        place=DataPlace(path),
        notes=tuple(cells),
    )


# ---- The file of settings, rulelang.toml ----


def settings_unreadable(path: str, reason: str) -> Diagnostic:
    return Diagnostic(
        "settings-unreadable",
        f"the settings cannot be read: {reason}",
        place=DataPlace(path),
        help='a setting is a name, `=` and a value in quotation marks, such as `format = "xlsx"`',
    )


def unknown_setting(path: str, name: str, known: Sequence[str]) -> Diagnostic:
    near = nearest(name, known)
    return Diagnostic(
        "unknown-setting",
        f"there is no setting {quoted(name)}",
        place=DataPlace(path),
        help=f"did you mean `{near}`?" if near else f"the settings are {', '.join(known)}",
    )


def wrong_setting(path: str, name: str, expected: str) -> Diagnostic:
    return Diagnostic(
        "wrong-setting",
        f"the setting `{name}` is not as it can be used",
        place=DataPlace(path),
        help=f"expected {expected}",
    )


def setting_leads_nowhere(path: str, name: str, value: str, near: str | None) -> Diagnostic:
    return Diagnostic(
        "setting-leads-nowhere",
        f"the setting `{name}` names {quoted(value)}, and there is no such file or folder",
        place=DataPlace(path),
        help=f"did you mean {quoted(near)}?" if near else "a path is read from the folder in which the settings stand",
    )
