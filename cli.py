"""Runs the command line from a checkout: `python cli.py check assistance/2023`."""

from __future__ import annotations

from rulelang.cli import main

if __name__ == "__main__":
    main()
