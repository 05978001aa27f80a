"""What other installed packages add: rulesets, readers of files of records, writers of tables.

A package says so by entry points. No code of it is run to find its rulesets, which are text; that of a reader or a
writer is run where somebody names a file or a format of its kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

RULESETS: Final = "rulelang.rulesets"
"""The group of entry points that name packages with folders of rule files, as rulelang's own lie in `rulesets`."""

READERS: Final = "rulelang.readers"
"""The group of functions that take a file of records and return its rows, each by the ending of such files."""

WRITERS: Final = "rulelang.writers"
"""The group of functions that write a table to a file, each by what the format is called."""


@frozen
class Plugin:
    """A reader or a writer, and the package that it comes from."""

    package: str
    _point: EntryPoint = field(repr=False)

    def load(self) -> Any:  # noqa: ANN401  # a function of another package
        """Return the function itself; whatever its package raises as it is imported is raised."""
        return self._point.load()


def plugins(group: str, name: str) -> list[Plugin]:
    """Return the readers or writers of a name, which several packages may have."""
    return [
        Plugin(one.dist.name if one.dist is not None else one.module, one)
        for one in _entry_points(group)
        if one.name == name
    ]


def plugin_names(group: str) -> list[str]:
    """Return the names of what there is of a group, in order."""
    return sorted({one.name for one in _entry_points(group)})


@cache
def ruleset_folders() -> tuple[Path, ...]:
    """Return the folders of rulesets of other packages."""
    folders = (_folder_of(one.module) for one in _entry_points(RULESETS))
    return tuple(dict.fromkeys(folder for folder in folders if folder is not None))


def _folder_of(package: str) -> Path | None:
    """Return where a package lies, without importing it; None if it is not there."""
    first, *others = package.split(".")
    spec = find_spec(first)
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        if (folder := Path(place, *others)).is_dir():
            return folder.resolve()
    return None


@cache
def _entry_points(group: str) -> Sequence[EntryPoint]:
    from importlib.metadata import entry_points  # noqa: PLC0415  # most commands never ask, and it is slow to import

    return sorted(entry_points(group=group), key=lambda one: (one.name, one.value))
