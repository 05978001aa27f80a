"""The examples below the options in a command's help: lines to type, in an empty folder and in this order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_SAMPLE: Final = "rulelang sample sample --year 2023"
_EVALUATE: Final = "rulelang evaluate assistance/2023 --data sample --out results"
_REPORT: Final = "rulelang report assistance/2023 --data sample --out pages"
_PROPOSAL: Final = "rulelang new proposal --based-on assistance/2023 --what-if"
_NEXT_YEAR: Final = "rulelang new my-rules --based-on assistance/2025"
_LEA: Final = 'assistance/2023 --data sample --lea "Mistlebury Unified"'

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "check": ("rulelang check assistance/2023",),
    "test": ("rulelang test assistance/2023",),
    "format": ("rulelang format --check assistance/2023",),
    "show": ("rulelang show assistance/2023 --changes",),
    "evaluate": (_SAMPLE, _EVALUATE),
    "explain": (_SAMPLE, f"rulelang explain {_LEA}"),
    "report": (_SAMPLE, _REPORT),
    "docs": ("rulelang docs assistance/2023 --out handbook",),
    "reconcile": (_SAMPLE, _REPORT, "rulelang reconcile assistance/2023 --data sample --official pages/list.xlsx"),
    "analyze": ("rulelang analyze assistance/2023",),
    "compare": ("rulelang compare assistance/2019 assistance/2023",),
    "simulate": (_SAMPLE, _PROPOSAL, "rulelang simulate assistance/2023 proposal/what-if.rules --data sample"),
    "way-out": (_SAMPLE, f"rulelang way-out {_LEA}"),
    "sensitivity": (_SAMPLE, f"rulelang sensitivity {_LEA}"),
    "verify": (_SAMPLE, _EVALUATE, "rulelang verify results"),
    "export": ("rulelang export assistance/2023 --to sql --dialect duckdb",),
    "new": (_PROPOSAL, _NEXT_YEAR),
    "sample": (_SAMPLE,),
    "studio": ("rulelang studio",),
    "lock": (_NEXT_YEAR, "rulelang lock my-rules/2026.rules"),
    "list": ("rulelang list",),
    "words": ("rulelang words assistance/2023",),
    "schema": ("rulelang schema determinations",),
    "help": ("rulelang help unknown-level",),
}
"""By command; editors and assistants start the other two."""


def example_text(command: str) -> str | None:
    """Return the examples of a command as its help ends with them; None for one that other programs start."""
    lines = EXAMPLES.get(command, ())
    title = "Example:" if len(lines) == 1 else "Example, line by line:"
    return "\n".join(["\b", title, *(f"  {one}" for one in lines)]) if lines else None
