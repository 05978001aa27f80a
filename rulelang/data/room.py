"""The memory and the disk space that evaluating plain records may take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from rulelang.data.aside import aside, nearest_folder, remove_leftovers
from rulelang.data.report import DataError
from rulelang.diagnostics.catalogue import records as say_record
from rulelang.diagnostics.plain_data import frozen


@frozen
class Room:
    """The limits of a database in memory: how much memory, as DuckDB writes it, and a folder for what does not fit.

    Without a limit DuckDB uses its own, which is four fifths of the machine's memory.
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
    """Yield a limit of memory, and a temporary folder beside results; DataError if no folder can be made there.

    The results' own folder may not exist yet, and is not created.
    """
    with ExitStack() as stack:
        try:
            remove_leftovers(nearest_folder(out.absolute().parent))
            folder = stack.enter_context(aside(nearest_folder(out)))
        except OSError:
            raise DataError(say_record.unwritable_file(str(out))) from None
        yield Room(memory, folder / "spilled")
