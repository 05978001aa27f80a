"""Finds the cells of a workbook whose value is not what is seen: errors, formulas never calculated, and percentages.

The library that reads workbooks gives the first two as blank, and a blank cell means something: that there is no level,
or no result. Of a cell that shows 31% it gives 0.31. So they are looked up in the file itself, and replaced by what a
person sees there: `#N/A`, the formula, or `31%`. (Percentages of the binary `.xlsb` are not looked up.)
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final
from xml.parsers import expat

import xlrd

Cell = tuple[int, int]
"""A row, counted from 1, and a column, counted from 0."""

Valueless = Sequence[Mapping[Cell, str]]
"""The cells without a value of each sheet, each with the text that stands for it."""

ERRORS: Final[Mapping[int, str]] = xlrd.error_text_from_code
"""How the binary formats write errors; another number is one of the newer ones."""
ANY_ERROR: Final = "#ERROR!"


def valueless_cells(content: bytes) -> Valueless:
    """Return the cells without a value of a workbook in any of Excel's formats; ValueError if it is none of them."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return _of_older_format(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = {name.casefold(): name for name in archive.namelist()}
        if "xl/workbook.xml" in names:
            return _of_xml(archive, names)
        if "xl/workbook.bin" in names:
            return _of_binary_parts(archive, names)
    raise ValueError("no workbook of Excel")


# ---- .xlsx ----

_SIGNS: Final = (b"<f", b'"e"', b"'e'", b'"&', b"'&", b":sheetData")
"""One of these stands in every sheet with a formula or an error, however it is spelled; where one does, the sheet is
read once more, cell by cell."""

_REFERENCE: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def _of_xml(archive: zipfile.ZipFile, names: Mapping[str, str]) -> Valueless:
    sheets = _Elements("sheet").read(archive.read(names["xl/workbook.xml"]))
    targets = _targets(archive, names, "xl/_rels/workbook.xml.rels")
    percentages = _Percentages().read(archive.read(names["xl/styles.xml"])) if "xl/styles.xml" in names else frozenset()
    signs = (*_SIGNS, *(mark + style.encode() + mark for style in percentages for mark in (b'"', b"'")))
    found = []
    for sheet in sheets:
        related = next((value for key, value in sheet.items() if key.rpartition(":")[2] == "id"), "")
        part = archive.read(_part(names, targets, related))
        is_plain = part.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"\0" not in part[:4]
        is_looked_up = not is_plain or any(sign in part for sign in signs)
        found.append(_SheetCells(percentages).read(part) if is_looked_up else {})
    return found


def _targets(archive: zipfile.ZipFile, names: Mapping[str, str], part: str) -> Mapping[str, str]:
    related = _Elements("Relationship").read(archive.read(names[part])) if part in names else []
    return {one.get("Id", ""): one.get("Target", "") for one in related}


def _part(names: Mapping[str, str], targets: Mapping[str, str], related: str) -> str:
    path = posixpath.normpath(posixpath.join("/xl", targets.get(related, "")))
    part = names.get(path.lstrip("/").casefold())
    if part is None:
        raise ValueError("a sheet that is nowhere in the workbook")
    return part


class _Reader:
    """Reads XML element by element; ValueError if it is none, or would be made of entities of its own."""

    def read_elements(self, part: bytes) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = self.text, self.refuse
        try:
            parser.Parse(part, True)
        except expat.ExpatError as error:
            raise ValueError(str(error)) from error

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take text within an element."""

    def refuse(self, *_: object) -> None:
        """Take no document with definitions of its own."""
        raise ValueError("definitions in a workbook")


class _Elements(_Reader):
    """The attributes of every element of a name."""

    def __init__(self, name: str) -> None:
        self._name, self._found = name, list[dict[str, str]]()

    def read(self, part: bytes) -> list[dict[str, str]]:
        self.read_elements(part)
        return self._found

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == self._name:
            self._found.append(attributes)


_PERCENT_FORMATS: Final = ("9", "10")
"""The numbers of the formats `0%` and `0.00%`, which no workbook spells out."""
_WRITTEN_AS_IT_IS: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


def _is_percentage(code: str) -> bool:
    """Return whether a format shows a number as hundredths."""
    return "%" in _WRITTEN_AS_IT_IS.sub("", code)


def _as_percentage(number: float) -> str:
    return f"{number * 100:.12g}%"


class _Percentages(_Reader):
    """The numbers of the styles of cells that show percentages."""

    def __init__(self) -> None:
        self._formats = {*_PERCENT_FORMATS}
        self._styles: list[str] = []
        self._are_of_cells = False

    def read(self, part: bytes) -> frozenset[str]:
        self.read_elements(part)
        return frozenset(str(at) for at, one in enumerate(self._styles) if one in self._formats)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "numFmt" if _is_percentage(attributes.get("formatCode", "")):
                self._formats.add(attributes.get("numFmtId", ""))
            case "cellXfs":
                self._are_of_cells = True
            case "xf" if self._are_of_cells:
                self._styles.append(attributes.get("numFmtId", "0"))

    def end(self, name: str) -> None:
        self._are_of_cells = self._are_of_cells and name.rpartition(":")[2] != "cellXfs"


class _SheetCells(_Reader):
    """The cells of a sheet that have an error, a formula and no value, or a percentage."""

    def __init__(self, percentages: frozenset[str]) -> None:
        self._percentages, self._is_percentage = percentages, False
        self._found: dict[Cell, str] = {}
        self._at: Cell = (0, -1)
        self._type = ""
        self._parts: dict[str, str] = {}
        self._within = ""

    def read(self, part: bytes) -> Mapping[Cell, str]:
        self.read_elements(part)
        return self._found

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            reference = _REFERENCE.fullmatch(attributes.get("r", ""))
            self._at = (self._at[0], self._at[1] + 1)
            if reference is not None:
                self._at = (int(reference[2]), column_number(reference[1]) - 1)
            self._type, self._parts = attributes.get("t", "n"), {}
            self._is_percentage = attributes.get("s") in self._percentages
        elif local == "row":
            row = attributes.get("r", "")
            self._at = (int(row) if row.isdecimal() else self._at[0] + 1, -1)
        elif local in ("f", "v"):
            self._parts[local], self._within = "", local

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            without = self._text_of_valueless()
            if without is not None:
                self._found[self._at] = without
        elif local == self._within:
            self._within = ""

    def text(self, text: str) -> None:
        if self._within:
            self._parts[self._within] += text

    def _text_of_valueless(self) -> str | None:
        """Return what is in a cell without a value, None in one that has one; a formula may give a blank text."""
        value = self._parts.get("v")
        if self._type == "e":
            return value or ANY_ERROR
        if "f" in self._parts and not value and (value is None or self._type != "str"):
            return f"={self._parts['f']}"
        return _as_percentage(float(value)) if value and self._type == "n" and self._is_percentage else None


def column_number(letters: str) -> int:
    """Return the number of a column by its letters, counted from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


# ---- .xlsb: records of a number and a length, both in bytes of seven bits ----

_ROW, _ERROR, _FORMULA_ERROR, _SHEET = 0, 3, 11, 156


def _of_binary_parts(archive: zipfile.ZipFile, names: Mapping[str, str]) -> Valueless:
    targets = _targets(archive, names, "xl/_rels/workbook.bin.rels")
    records = _binary_records(archive.read(names["xl/workbook.bin"]))
    related = [_name_of_part(record) for number, record in records if number == _SHEET]
    return [_cells_of_binary_sheet(archive.read(_part(names, targets, one))) for one in related]


def _cells_of_binary_sheet(part: bytes) -> Mapping[Cell, str]:
    found: dict[Cell, str] = {}
    row = 0
    for number, record in _binary_records(part):
        if number == _ROW:
            (row,) = struct.unpack_from("<I", record)
        elif number in (_ERROR, _FORMULA_ERROR):
            column, _, error = struct.unpack_from("<IIB", record)
            found[row + 1, column] = ERRORS.get(error, ANY_ERROR)
    return found


def _binary_records(part: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(part):
        number, at = _seven_bits(part, at, 2)
        size, at = _seven_bits(part, at, 4)
        yield number, part[at : at + size]
        at += size


def _seven_bits(part: bytes, at: int, most: int) -> tuple[int, int]:
    number = 0
    for place in range(most):
        byte = part[at]
        at += 1
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:  # noqa: PLR2004 - the bit that says that no more come
            break
    return number, at


def _name_of_part(record: bytes) -> str:
    (length,) = struct.unpack_from("<I", record, 8)
    return record[12 : 12 + 2 * length].decode("utf-16-le")


# ---- .xls ----


def _of_older_format(content: bytes) -> Valueless:
    with xlrd.open_workbook(file_contents=content, logfile=io.StringIO(), on_demand=True) as book:
        formats = {key for key, one in book.format_map.items() if _is_percentage(one.format_str or "")}
        percentages = {at for at, one in enumerate(book.xf_list) if one.format_key in formats}
        if not percentages:
            return list(_by_sheet(book, percentages))
    with xlrd.open_workbook(file_contents=content, logfile=io.StringIO(), on_demand=True, formatting_info=True) as book:
        return list(_by_sheet(book, percentages))


def _by_sheet(book: xlrd.Book, percentages: Collection[int]) -> Iterator[Mapping[Cell, str]]:
    for at in range(book.nsheets):
        yield dict(_valueless_of(book.sheet_by_index(at), percentages))
        book.unload_sheet(at)


def _valueless_of(sheet: xlrd.sheet.Sheet, percentages: Collection[int]) -> Iterator[tuple[Cell, str]]:
    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)):
            if kind == xlrd.XL_CELL_ERROR:
                yield (row + 1, column), ERRORS.get(sheet.cell_value(row, column), ANY_ERROR)
            elif kind == xlrd.XL_CELL_NUMBER and percentages and sheet.cell_xf_index(row, column) in percentages:
                yield (row + 1, column), _as_percentage(sheet.cell_value(row, column))
