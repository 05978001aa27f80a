"""Every message about a run: LEAs asked for that are not in the data, and results that stand there already."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rulelang.diagnostics.diagnostic import Diagnostic, Severity
from rulelang.diagnostics.suggest import nearest


def lea_not_in_data(code: str, codes: Collection[str]) -> Diagnostic:
    near = nearest(code, codes)
    return Diagnostic(
        "lea-not-in-data",
        f"the data have no LEA with the code `{code}`",
        help=f"did you mean `{near}`?" if near else "give it as it stands in the files, leading zeros included",
    )


def county_not_in_data(name: str, names: Collection[str]) -> Diagnostic:
    near = nearest(name, names)
    return Diagnostic(
        "county-not-in-data",
        f"the data have no LEA in the county `{name}`",
        help=f"did you mean `{near}`?" if near else None,
    )


def group_not_in_vocabulary(text: str, names: Collection[str]) -> Diagnostic:
    near = nearest(text, names)
    return Diagnostic(
        "group-not-in-vocabulary",
        f"`{text}` is not a student group",
        help=f"did you mean `{near}`?" if near else "give the code or the name of a student group of the vocabulary",
    )


def results_exist(path: str) -> Diagnostic:
    return Diagnostic(
        "results-exist",
        f"results stand in `{path}` already, and they were left as they are",
        help="give another folder to `--out`, or `--force` to replace them",
    )


def no_lea_to_determine() -> Diagnostic:
    return Diagnostic(
        "no-lea-to-determine",
        "the data have no LEA to determine",
        help="look at what is said above about the files; a year needs at least one of its files",
    )


def files_not_found(year: int, names: Collection[str]) -> Diagnostic:
    return Diagnostic(
        "files-not-found",
        f"the folders lack {len(names)} of the files of {year} that the rules read, so what they say is unknown",
        help="name the folder that has them with another `--data`, or go on without them",
        notes=(f"not found: {', '.join(names)}",),
        severity=Severity.WARNING,
    )


def years_not_found(years: Sequence[int]) -> Diagnostic:
    listed = " and ".join(filter(None, [", ".join(map(str, years[:-1])), str(years[-1])]))
    return Diagnostic(
        "years-not-found",
        f"the rules look back on {listed}, and the folders have no file of that time, so what it would say is unknown",
        help="name the folders that have those years with another `--data`, or go on without them",
        severity=Severity.WARNING,
    )
