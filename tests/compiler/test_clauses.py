"""A source or a reason belongs to what is above it; below what was refused it is no mistake of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.compiler.load import load_ruleset
from rulelang.diagnostics.diagnostic import Reporter


@pytest.mark.parametrize(
    "above, found",
    [
        ("replace 9x: Red on ELA → Priority 4", ["no-such-rule"]),
        ("add 9x: Rad on ELA → Priority 4", ["unknown-level"]),
        ("add 9x: Red on → Priority 4", ["unfinished-sentence"]),
        ("for charter schools", ["stray-clause"]),
    ],
)
def test_a_reason_below_what_is_refused_is_not_stray(above: str, found: list[str], tmp_path: Path) -> None:
    path = tmp_path / "mine.rules"
    path.write_text(f'what if x\n  based on assistance/2025\n\n{above}\n  because "y"\n', encoding="utf-8")
    reporter = Reporter()
    load_ruleset(path, reporter)
    assert [one.code for one in reporter.diagnostics] == found
