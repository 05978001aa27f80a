"""One row of plain records: its values by column, as text, and where they are."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, field

from rulelang.data.cells import cell_text, column_name
from rulelang.data.facts import Doubt
from rulelang.data.report import RefusedRowError
from rulelang.diagnostics.catalogue import records as say_record
from rulelang.diagnostics.source import DataPlace


@define
class RecordRow:
    """A row. `doubt` is what is unknown of its LEA if the row is refused at the point that is reached."""

    place: DataPlace
    values: Mapping[str, object]
    doubt: Doubt | None = field(factory=Doubt)

    def text(self, column: str) -> str:
        """Return a value as text that can be written to a file, blank if there is none."""
        text = cell_text(self.values.get(column))
        return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")

    @property
    def is_header(self) -> bool:
        """Return whether every value is the name of its column."""
        return all(column_name(cell_text(value)) == column for column, value in self.values.items())

    def needed(self, *columns: str) -> str:
        """Return the first of some values that is there; the row is refused if none is."""
        found = next(filter(None, map(self.text, columns)), None)
        if found is None:
            raise RefusedRowError(say_record.missing_record_value(self.at(columns[0]), columns))
        return found

    def at(self, column: str) -> DataPlace:
        """Return the place of a value."""
        return DataPlace(self.place.file, self.place.row, column)
