"""The memory and the disk that judging plain records may take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from attrs import frozen

from rulelang.data.aside import aside, nearest_folder, remove_leftovers
from rulelang.data.report import DataError
from rulelang.diagnostics.catalogue import records as say_record


@frozen
class Room:
    """What a database in memory may take: so much memory, as DuckDB writes it, and a folder for what does not fit.

    Where no memory is named it takes what DuckDB does, which is four fifths of the machine's.
    """

    memory: str | None = None
    folder: Path | None = None

    def settings(self) -> dict[str, str]:
        """Return the settings of DuckDB for it."""
        named = {"memory_limit": self.memory, "temp_directory": self.folder}
        return {name: str(value) for name, value in named.items() if value is not None}


EVERYTHING: Final = Room()


@contextmanager
def room_beside(out: Path, memory: str | None) -> Iterator[Room]:
    """Give so much memory, and a folder beside results that is removed after; DataError where none can be made there.

    The results' own folder may not be there yet, and is not made.
    """
    with ExitStack() as stack:
        try:
            remove_leftovers(nearest_folder(out.absolute().parent))
            folder = stack.enter_context(aside(nearest_folder(out)))
        except OSError:
            raise DataError(say_record.unwritable_file(str(out))) from None
        yield Room(memory, folder / "spilled")
