"""Every message about a run: LEAs asked for that are not in the data, and results there already."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import takewhile
from pathlib import Path

from rulelang.diagnostics.catalogue.quote import count, listing, quoted, which_was_meant
from rulelang.diagnostics.diagnostic import Diagnostic, Severity, at
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

SHOWN_REASONS = 3
"""How many reasons are listed why rules do not work in a year."""


def lea_not_in_data(code: str, names: Mapping[str, str]) -> Diagnostic:
    """Complain of an LEA asked for; `names` are the LEAs of the data, code to name."""
    like = _leas_like(code, names)[:MOST_LEAS]
    found = [f"`{one}`" + (f" ({quoted(names[one])})" if names[one] else "") for one in like]
    message = f"the data have no LEA {_with_code_or_name(code)}"
    help_text = (
        f"did you mean {in_sentence(found, 'or')}?"
        if found
        else "give its code as in the files, including leading zeros, or its name or part of it"
    )
    return Diagnostic("lea-not-in-data", message, help=help_text)


def _with_code_or_name(text: str) -> str:
    return f"with the code {quoted(text)}" if text.strip().isdigit() else f"called {quoted(text)}"


def several_leas(asked: str, names: Mapping[str, str]) -> Diagnostic:
    shown = [f"{code} ({quoted(name)})" for code, name in [*names.items()][:MOST_FITTING]]
    more = [f"{len(names) - len(shown)} more"] if len(names) > len(shown) else []
    message = f"{quoted(asked)} matches {len(names):,} LEAs"
    help_text = f"give the code of one, or more of its name: {in_sentence([*shown, *more])}"
    return Diagnostic("several-leas", message, help=help_text)


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
    near = [by_name[name] for name in [nearest(text, by_name)] if name]
    return exact or within or list(dict.fromkeys([*near, *_beginning_alike(wanted, names)]))


def _beginning_alike(wanted: str, names: Mapping[str, str]) -> list[str]:
    """Return the codes of the LEAs whose names begin with most of the words that a name begins with, one at least."""
    shared = {code: _words_shared(wanted, name.casefold()) for code, name in names.items()}
    most = max(shared.values(), default=0)
    return [code for code, number in shared.items() if number == most > 0]


def _words_shared(one: str, other: str) -> int:
    """Return how many words both texts begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one.split(), other.split(), strict=False)))


def county_not_in_data(name: str, names: Collection[str]) -> Diagnostic:
    message = f"the data have no LEA in the county {quoted(name)}"
    begun = [one for one in names if name.strip() and one.casefold().startswith(name.casefold().strip())]
    others = which_was_meant(name, names, has="the counties of the data are") if names else None
    return Diagnostic("county-not-in-data", message, help=f"did you mean {listing(begun, 'or')}?" if begun else others)


def lea_in_another_county(asked: str, county: str) -> Diagnostic:
    message = f"{quoted(asked)} is in the county {quoted(county)}, and only LEAs of other counties are asked for"
    return Diagnostic("lea-not-in-data", message, help="leave out `--county`, or name that county as well")


def rules_have_errors(ruleset: str, errors: int) -> Diagnostic:
    message = f"`{ruleset}` has {count(errors, 'error')}; the rules were applied as they are"
    help_text = f"to see what is wrong, run `rulelang check {ruleset}`"
    return Diagnostic("rules-have-errors", message, help=help_text, severity=Severity.WARNING)


def rules_exist(path: str, call: str) -> Diagnostic:
    """Return the message for rules that are not begun where there are some; `call` begins them in another folder."""
    message = f"`{path}` already exists, and nothing was written"
    return Diagnostic("rules-exist", message, help=f"edit the files there, or begin in another folder: `{call}`")


def file_exists(path: str) -> Diagnostic:
    message = f"`{path}` already exists, and was not changed"
    return Diagnostic("file-exists", message, help="give `--out` another name, or use `--force` to replace it")


def no_tables(name: str, others: int) -> Diagnostic:
    """Return the message for a ruleset without decision tables; `others` is how many tables DMN has no form for."""
    has = f"{count(others, 'table')} that DMN has no form for" if others else ""
    message = f"{quoted(name)} has {has or 'no bands, grid or table for DMN to say'}"
    return Diagnostic("no-tables", message, help="`rulelang export --to sql` writes the conditions of rules too")


def dmn_not_read(file: str, reason: str) -> Diagnostic:
    message = f"this cannot be read as a table of rules: {reason}"
    help_text = "write it as a decision table in which one row at a time counts, of names and numbers"
    return at("dmn-not-read", DataPlace(file), message, help_text)


def not_in_sql(ruleset: str, reason: str) -> Diagnostic:
    message = f"the rules of `{ruleset}` cannot be written as SQL, because they have {reason}"
    return Diagnostic("not-in-sql", message, help="`rulelang evaluate` can still apply them")


def records_not_understood(path: str, reason: str) -> Diagnostic:
    message = f"the records in `{path}` have {reason}"
    help_text = "fix it, or leave out `--engine spark`: then each such row is named, and all others are used"
    return Diagnostic("records-not-understood", message, help=help_text)


def java_missing() -> Diagnostic:
    message = "Spark needs Java, and it is not installed"
    help_text = "install Java 17 or later, or set `JAVA_HOME` to the folder it is in"
    return Diagnostic("java-missing", message, help=help_text)


def spark_stopped(reason: str, log: str) -> Diagnostic:
    """Return the message of a run that Spark ended; `reason` and the file `log` are in Spark's words."""
    message = f"Spark stopped before it was done, and nothing was written; its message is `{' '.join(reason.split())}`"
    help_text = f"Spark's full output is in `{log}`; Spark needs Java 17 or later, and enough memory and disk space"
    return Diagnostic("spark-stopped", message, help=help_text)


def extra_missing(library: str, purpose: str) -> Diagnostic:
    message = f"to {purpose}, the package `{library}` is needed, but it is not installed"
    return Diagnostic("extra-missing", message, help=f"install it with `{install_command(library)}`")


def letter_template(path: str, reason: str) -> Diagnostic:
    """Return the message for a Word template of which no letter can be made; `reason` is a part of a sentence."""
    message = f"no letter can be made from `{path}`: {reason}"
    help_text = "`rulelang report --letter-template FILE.docx` writes a template to start from"
    return Diagnostic("letter-template", message, help=help_text)


def unusable_theme(folder: str, reason: str) -> Diagnostic:
    """Return the message for a folder that is no theme of pages; `reason` is a part of a sentence."""
    message = f"the folder `{folder}` is no theme for pages: {reason}"
    help_text = "put the office's name into office.txt, and beside it logo.svg, logo.png or logo.jpg, or style.css"
    return Diagnostic("unusable-theme", message, help=help_text)


def year_suspended(title: str, year: int, reason: str) -> Diagnostic:
    because = f": {' '.join(reason.split())}" if reason else ""
    message = f"`{title} {year}` is suspended{because}"
    help_text = "nothing is determined or worked out for a suspended year"
    return Diagnostic("year-suspended", message, help=help_text, severity=Severity.WARNING)


def belongs_to_none(count: int, called: str, owner: str, example: str) -> Diagnostic:
    """Return the warning that some entities belong to nothing of a kind; `example` is the code of one."""
    belong = "belongs" if count == 1 else "belong"
    message = f"{count:,} {called} {belong} to no {owner} in the data, so what the rules ask about it is unknown"
    help_text = (
        f"{quoted(example)} must begin with the code of its {owner}, apart from zeros at the end of that; plain records"
        " can name it in the column `belongs_to`"
    )
    return Diagnostic("belongs-to-none", message, help=help_text, severity=Severity.WARNING)


def no_lea_to_determine(*, has_facts: bool = False) -> Diagnostic:
    message = "the data have no LEA to determine"
    help_text = "see the messages above about the files; a year needs at least one of its files"
    if has_facts:
        message += ", only facts, which do not say what there is in the year"
        help_text = "name with `--data` files of indicators too, or give all as plain records with `--records`"
    return Diagnostic("no-lea-to-determine", message, help=help_text)


def nothing_worked_out(ruleset: str, entities: str) -> Diagnostic:
    message = f"the data have {entities}, and of none of them what `{ruleset}` works anything out from"
    help_text = "name with `--data` the files of the indicators that the measures read"
    return Diagnostic("nothing-worked-out", message, help=help_text)


def files_not_found(year: int, names: Mapping[str, Sequence[str]]) -> Diagnostic:
    like = list(dict.fromkeys(one for some in names.values() for one in some))
    message = f"the folders lack {len(names)} of the {year} files that the rules read, so their values are unknown"
    help_text = (
        f"if {listing(like)} is one of these, give it that file's name"
        if like
        else "name the folder that has them with another `--data`, or continue without them"
    )
    return Diagnostic(
        "files-not-found", message, help=help_text, notes=(f"not found: {', '.join(names)}",), severity=Severity.WARNING
    )


def silent_without_file(
    indicator: str, level: str, names: Mapping[str, Sequence[str]], readers: Sequence[str], entity: str
) -> Diagnostic:
    like = list(dict.fromkeys(one for some in names.values() for one in some))
    message = (
        f"the folders lack {listing(list(names))}, so `{indicator}` is {quoted(level)} for every {entity},"
        " as the vocabulary says in `where silent`"
    )
    help_text = (
        f"if {listing(like)} is one of these, give it that file's name"
        if like
        else "name the folder that has it with another `--data`; if there is no such file, nothing is wrong"
    )
    notes = (f"read by {in_sentence(readers)}",)
    return Diagnostic("silent-without-file", message, help=help_text, notes=notes, severity=Severity.WARNING)


def years_not_found(years: Sequence[int]) -> Diagnostic:
    listed = in_sentence(years)
    message = f"there is no file for {listed}, which the rules look back on, so those values are unknown"
    help_text = "name the folders for those years with another `--data`, or the lists of those years with `--published`"
    return Diagnostic("years-not-found", message, help=help_text, severity=Severity.WARNING)


def own_year_not_found(year: int) -> Diagnostic:
    message = f"the folders have no file for {year}, the year to determine"
    help_text = (
        "name the folder that has it with another `--data`, or determine another year; `--as-year` applies rules to"
        " the data of another year"
    )
    return Diagnostic("own-year-not-found", message, help=help_text, severity=Severity.WARNING)


def other_levels_of_year(folder: str, rules_of: int, year: int, reason: str) -> Diagnostic:
    """Return the warning that the levels of rules that are asked of another year come from the ruleset of that year."""
    message = f"levels are worked out by `{folder}/{year}`: `{folder}/{rules_of}` does not work in {year}"
    return Diagnostic("other-levels-of-year", message, notes=(reason,), severity=Severity.WARNING)


def rules_not_of_year(name: str, year: int, reasons: Sequence[str]) -> Diagnostic:
    """Return the error that rules cannot be asked of the data of another year; the first reasons are its notes."""
    message = f"the rules `{name}` cannot be applied to the data of {year}"
    more = (f"and {len(reasons) - SHOWN_REASONS:,} more of the same kind",) if len(reasons) > SHOWN_REASONS else ()
    help_text = f"apply a copy without what {year} does not have, or the rules of {year}"
    return Diagnostic("rules-not-of-year", message, help=help_text, notes=(*reasons[:SHOWN_REASONS], *more))


def nothing_recomputed(folder: str, of: int) -> Diagnostic:
    """Return the error that levels were to be recomputed, and none of the year can be."""
    message = f"no level of {of} can be recomputed: `{folder}` has no ruleset of {of}"
    help_text = f"put that ruleset in the folder, such as `{of}.rules`, or use the levels that the files give"
    if not folder:
        message = f"no level of {of} can be recomputed: the rules do not say which rulesets work levels out"
        help_text = "add a line such as `levels from dashboard`, or use the levels that the files give"
    return Diagnostic("nothing-recomputed", message, help=help_text)


def leas_of_other_years(count: int, some: str, year: int, *, counted: bool) -> Diagnostic:
    """Return the warning about LEAs that are not determined; `counted` where rules look at them in earlier years."""
    are, were = ("is", "was") if count == 1 else ("are", "were")
    message = f"{some} that {are} only in the files of other years than {year} {were} not determined"
    help_text = "what has merged or closed since is nothing that the rules of the year are about"
    if counted:
        help_text += "; it counts in the years that have it, where the rules look back to them"
    return Diagnostic("leas-of-other-years", message, help=help_text, severity=Severity.WARNING)


def lea_of_other_years(code: str, year: int) -> Diagnostic:
    message = f"the LEA with the code `{code}` is only in the files of other years than {year}"
    help_text = "an LEA that has merged or closed since is not an LEA of the year"
    return Diagnostic("leas-of-other-years", message, help=help_text)


def not_a_published_list(path: str, names: Sequence[str]) -> Diagnostic:
    message = f"`{path}` is not recognized as a published list of any year"
    help_text = f"give it the name the state published it under, such as {listing(names[:3], 'or')}"
    return at("not-a-published-list", DataPlace(path), message, help_text)


def published_list_twice(path: str, year: int, first: str) -> Diagnostic:
    message = f"the file `{path}` is a second list of {year}, after `{first}`, and was not read"
    return at("published-list-twice", DataPlace(path), message, "give one list for each year")


# ---- Records of runs ----


def no_run_record(path: str) -> Diagnostic:
    message = f"there is no `{path}`, the record of the run"
    help_text = "give the folder that `rulelang evaluate` wrote, or the record in it"
    return at("no-run-record", DataPlace(path), message, help_text)


def run_record_unreadable(path: str) -> Diagnostic:
    message = f"the file `{path}` is not the record of a run, or is damaged"
    return at("run-record-unreadable", DataPlace(path), message, "restore it from a good copy, or evaluate again")


def run_differs(what: str, recorded: str, found: str) -> Diagnostic:
    return Diagnostic("run-differs", f"{what} was `{recorded}` in the run, and is now `{found}`")


def run_file_missing(what: str, path: str) -> Diagnostic:
    return at("run-file-missing", DataPlace(path), f"the {what} `{Path(path).name}` of the run no longer exists")


def run_file_changed(what: str, path: str) -> Diagnostic:
    return at("run-file-changed", DataPlace(path), f"the {what} `{Path(path).name}` has changed since the run")


def run_file_new(path: str) -> Diagnostic:
    message = f"the data file `{Path(path).name}` would be read now, but was not read in the run"
    return at("run-file-new", DataPlace(path), message)


def no_page_record(path: str) -> Diagnostic:
    message = f"`{path}` is no page of a report, or its record is damaged"
    return at("no-page-record", DataPlace(path), message, "give a page that `rulelang report` wrote, as it was written")


def cannot_sign(key: str, reason: str) -> Diagnostic:
    """Return the message for a report that could not be signed; `reason` is a part of a sentence."""
    message = f"the report is written, but not signed with `{key}`: {reason}"
    help_text = "give a private key such as `ssh-keygen -t ed25519` makes, and that ssh-keygen may read"
    return Diagnostic("cannot-sign", message, help=help_text)


def page_differs(path: str, then: str, now: str) -> Diagnostic:
    message = f"the page says {quoted(then)} where it now says {quoted(now)}"
    help_text = "an edited page, changed data or changed rules can be the cause; what else differs is listed too"
    return at("page-differs", DataPlace(path), message, help_text)


def run_results_differ(path: str, number: int, cells: Sequence[str]) -> Diagnostic:
    message = f"`{Path(path).name}` would give different results now, in {count(number, 'cell')}"
    return at("run-results-differ", DataPlace(path), message, notes=tuple(cells))


# ---- The file of settings, rulelang.toml ----


def settings_unreadable(path: str, reason: str) -> Diagnostic:
    message = f"the settings cannot be read: {reason}"
    help_text = 'write a setting as a name, `=`, and a value in quotation marks, such as `format = "xlsx"`'
    return at("settings-unreadable", DataPlace(path), message, help_text)


def unknown_setting(path: str, name: str, known: Sequence[str]) -> Diagnostic:
    message = f"there is no setting {quoted(name)}"
    return at("unknown-setting", DataPlace(path), message, which_was_meant(name, known, has="the settings are"))


def wrong_setting(path: str, name: str, expected: str) -> Diagnostic:
    return at("wrong-setting", DataPlace(path), f"the setting `{name}` cannot be used", f"expected {expected}")


def setting_leads_nowhere(path: str, name: str, value: str, near: str | None) -> Diagnostic:
    message = f"the setting `{name}` names {quoted(value)}, but there is no such file or folder"
    help_text = f"did you mean {quoted(near)}?" if near else "paths start from the folder of the settings file"
    return at("setting-leads-nowhere", DataPlace(path), message, help_text)
