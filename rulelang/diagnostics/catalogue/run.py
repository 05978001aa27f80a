"""Every message about a run: LEAs asked for that are not in the data, and results that stand there already."""

from __future__ import annotations

from collections.abc import Collection

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


def file_not_found(kind: str, year: int, names: Collection[str]) -> Diagnostic:
    wanted = " or ".join(f"`{name}`" for name in names)
    return Diagnostic(
        "file-not-found",
        f"no folder has the {year} file {wanted} of {kind} indicators, so what it would say is unknown",
        help="put it in one of the folders given to `--data`, or go on without it",
        severity=Severity.WARNING,
    )
