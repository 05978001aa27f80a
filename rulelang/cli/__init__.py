"""The command line: one file per command, and the only place that prints and chooses exit codes."""

from __future__ import annotations

from rulelang.cli.program import main

__all__ = ["main"]
