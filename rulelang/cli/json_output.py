"""JSON on standard output: in UTF-8 wherever it goes, as those who read it expect."""

from __future__ import annotations

import json

from rulelang.cli.streams import write_rules


def show_json(data: object) -> None:
    """Print data as JSON, with characters of every language as they are."""
    write_rules(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
