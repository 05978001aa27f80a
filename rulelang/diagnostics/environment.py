"""The command that adds a library to the environment that rulelang runs in, for messages about missing libraries."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import PurePath


def install_command(library: str, *, prefix: str = sys.prefix, python: str = sys.executable) -> str:
    """Return the command that installs a library where this rulelang finds it, and not in another Python.

    `prefix` is the folder of the environment, and `python` its interpreter.
    """
    if "pipx" in PurePath(prefix).parts:
        return f"pipx inject rulelang {library}"
    named = f'"{python}"' if " " in python else python
    if importlib.util.find_spec("pip") is None:  # as in the environments that uv makes
        return f"uv pip install --python {named} {library}"
    return f"{named} -m pip install {library}"
