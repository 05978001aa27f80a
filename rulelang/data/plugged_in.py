"""Files that readers and writers of other packages read and write; their failures are reported as theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rulelang.data.report import DataError
from rulelang.data.shared_rows import Cell
from rulelang.diagnostics.catalogue import records as say_record
from rulelang.plugins import READERS, WRITERS, plugins


def has_reader(path: Path) -> bool:
    """Return whether some package reads files with the ending of this one."""
    return bool(plugins(READERS, _ending(path)))


def plugin_rows(path: Path) -> list[object]:
    """Return the rows of a file that another package reads; DataError if it fails, or several packages would."""
    return _called(READERS, _ending(path), lambda read: list(read(path)))  # type: ignore[no-any-return]


def has_writer(format: str) -> bool:  # noqa: A002 - as in `write_table`
    """Return whether some package writes tables of this format."""
    return bool(plugins(WRITERS, format))


def write_by_plugin(
    format: str,  # noqa: A002 - as in `write_table`
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
) -> None:
    """Have another package write a table; DataError if it fails, or several packages would, OSError as it does."""
    _called(WRITERS, format, lambda write: write(path, tuple(columns), iter(rows)))


def _ending(path: Path) -> str:
    return path.suffix.casefold().removeprefix(".")


def _called(group: str, name: str, call: Any) -> Any:  # noqa: ANN401 - of another package, whatever it is
    found = plugins(group, name)
    what = "reader" if group == READERS else "writer"
    if len(found) > 1:
        raise DataError(say_record.several_plugins(what, name, [one.package for one in found]))
    try:
        return call(found[0].load())
    except OSError:
        raise
    except Exception as error:
        raise DataError(say_record.plugin_failed(what, name, found[0].package, repr(error))) from error
