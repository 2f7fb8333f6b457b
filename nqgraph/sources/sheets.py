"""Sheets of text and numbers out of CSV folders, Excel and OpenDocument workbooks."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from nqgraph.words.errors import InputError, Place

#: What a cell can hold.
Cell = Any  # str | int | float | bool | date | datetime | None
#: Workbooks larger than this once unpacked are refused, in bytes.
MAX_UNPACKED = 512 * 1024 * 1024
#: Title of a sheet, its rows, and row (from 1) and column (from 0) of each formula.
_Content = tuple[str, list[tuple[Cell, ...]], list[tuple[int, int]]]
_CALC = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"


@dataclass(frozen=True)
class Sheet:
    """A table as it stands in its file: a header and numbered rows."""

    name: str
    file: str
    #: Name of the sheet in a workbook, empty for CSV.
    sheet: str
    header: tuple[str, ...]
    #: Row number as a spreadsheet shows it (the header is row 1) and the cells.
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]

    def place(self, row: int = 0, column: str = "") -> Place:
        """Place of a cell, a row or the whole sheet."""
        return Place(self.file, self.sheet, row, column)


def read(path: Path, name: str) -> list[Sheet]:
    """
    The sheets of one file; *name* is how messages call it.

    Raises:
        InputError: Not readable, wrong encoding, empty, a header twice, a formula.
    """
    match path.suffix.lower():
        case ".csv":
            return [_csv(path, name)]
        case ".xlsx":
            _check_archive(path, name)
            return _book(_xlsx(path, name), name)
        case ".ods":
            _check_archive(path, name)
            return _book(_ods(path, name), name)
    raise InputError.of("unknown-file-type", Place(name))


def _csv(path: Path, name: str) -> Sheet:
    data = path.read_bytes()
    if not data.strip():
        raise InputError.of("empty-file", Place(name))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError.of("encoding", Place(name, line=data.count(b"\n", 0, error.start) + 1)) from error
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)]
    except csv.Error as error:
        raise InputError.of("csv-syntax", Place(name), message=str(error)) from error
    sheet = _sheet(path.stem, name, "", rows)
    formulas = [
        InputError.of("formula", sheet.place(number, sheet.header[i])).problems[0]
        for number, cells in sheet.rows
        for i, cell in enumerate(cells)
        if cell.startswith("=") and i < len(sheet.header)
    ]
    if formulas:
        raise InputError(formulas)
    return sheet


def _book(contents: list[_Content], name: str) -> list[Sheet]:
    """The sheets of a workbook; the faults of all of them are raised together."""
    found = []
    problems = []
    for title, rows, formulas in contents:
        try:
            found.append(_checked(_sheet(title, name, title, rows), formulas))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def _xlsx(path: Path, name: str) -> list[_Content]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True)
        try:
            return [(s.title, *_xlsx_rows(s)) for s in book.worksheets if not _is_note(s.title)]
        finally:
            book.close()
    except Exception as error:  # openpyxl lets zip, XML and key errors of damaged files through
        raise InputError.of("workbook-damaged", Place(name), message=str(error)) from error


def _xlsx_rows(worksheet: Any) -> tuple[list[tuple[Cell, ...]], list[tuple[int, int]]]:
    """The rows of a sheet, and row (from 1) and column (from 0) of each formula."""
    worksheet.reset_dimensions()  # some programs write a wrong size into the file, which would hide rows
    rows: list[tuple[Cell, ...]] = []
    formulas = []
    for row in worksheet.iter_rows():
        rows.append(tuple(cell.value for cell in row))
        formulas += [(len(rows), index) for index, cell in enumerate(row) if getattr(cell, "data_type", "") == "f"]
    return rows, formulas


def _ods(path: Path, name: str) -> list[_Content]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        formulas = _ods_formulas(path)
        return [
            (title, _ods_rows(book.get_sheet_by_name(title)), formulas.get(title, []))
            for title in book.sheet_names
            if not _is_note(title)
        ]
    except (CalamineError, ElementTree.ParseError, KeyError, OSError) as error:
        raise InputError.of("workbook-damaged", Place(name), message=str(error)) from error


def _ods_rows(worksheet: Any) -> list[tuple[Cell, ...]]:
    return [tuple(row) for row in worksheet.to_python(skip_empty_area=False)]


def _ods_formulas(path: Path) -> dict[str, list[tuple[int, int]]]:
    """Sheet → row (from 1) and column (from 0) of each formula; calamine shows only their results."""
    found: dict[str, list[tuple[int, int]]] = {}
    sheet, row, column = "", 0, 0
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as content:
        for event, node in ElementTree.iterparse(content, events=("start", "end")):
            kind = node.tag.removeprefix(f"{{{_CALC}}}")
            if event == "start" and kind == "table":
                sheet, row = node.get(f"{{{_CALC}}}name", ""), 0
            elif event == "start" and kind == "table-row":
                row, column = row + 1, 0
            elif event == "start" and kind in ("table-cell", "covered-table-cell"):
                if node.get(f"{{{_CALC}}}formula"):
                    found.setdefault(sheet, []).append((row, column))
                column += int(node.get(f"{{{_CALC}}}number-columns-repeated", "1"))
            elif event == "end" and kind == "table-row":
                row += int(node.get(f"{{{_CALC}}}number-rows-repeated", "1")) - 1
                node.clear()
    return found


def _checked(sheet: Sheet, formulas: list[tuple[int, int]]) -> Sheet:
    if formulas:
        raise InputError(
            InputError.of(
                "formula", sheet.place(row, sheet.header[i] if i < len(sheet.header) else str(i + 1))
            ).problems[0]
            for row, i in formulas
        )
    return sheet


def _sheet(name: str, file: str, sheet: str, rows: list[tuple[Cell, ...]]) -> Sheet:
    place = Place(file, sheet)
    if not rows or not any(_filled(cell) for cell in rows[0]):
        raise InputError.of("no-header", place)
    header = [str(cell).strip() if _filled(cell) else "" for cell in rows[0]]
    while header and not header[-1]:
        header.pop()
    for title in header:
        if title and header.count(title) > 1:
            raise InputError.of("header-twice", place, column=title)
    body = []
    for number, row in enumerate(rows[1:], start=2):
        cells = tuple(_clean(cell) for cell in row)
        if any(_filled(cell) for cell in cells):
            body.append((number, cells))
    return Sheet(name, file, sheet, tuple(header), tuple(body))


def _clean(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return re.sub(r"[ \t\u00a0]+", " ", cell.replace("\r\n", "\n")).strip()
    return cell


def _filled(cell: Cell) -> bool:
    return cell is not None and str(cell).strip() != ""


def _is_note(title: str) -> bool:
    return title.startswith("_") or title.casefold() in ("lies mich", "read me")


def _check_archive(path: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise InputError.of("workbook-damaged", Place(name), message=str(error)) from error
    if unpacked > MAX_UNPACKED:
        raise InputError.of("workbook-too-large", Place(name), limit=MAX_UNPACKED // 2**20)
