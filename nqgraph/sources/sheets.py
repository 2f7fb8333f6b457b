"""Sheets of texts as their cells show them, out of CSV files, Excel and OpenDocument workbooks; cleaned once, here."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from nqgraph.sources import shown, workbooks
from nqgraph.sources.shown import Shown, Unread
from nqgraph.sources.workbooks import Content
from nqgraph.words.errors import InputError, Place, Problem
from nqgraph.words.texts import Text

#: What a cell can hold: a text, the text that a number or day shows (:class:`Shown`), or :class:`Unread`.
Cell = str
WORKBOOKS = frozenset({".xlsx", ".xlsm", ".ods"})
#: The hidden sheet of our own workbooks that says from where they come.
STATE = "_stand"
#: Characters that nobody sees: controls, soft hyphens, marks of direction, blanks without width, non-characters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
    "|^[\u200c\u200d]|[\u200c\u200d](?=[\x00-\u024f]|$)"
    "|(?:^|(?<=[\x00-\u024f]))[\u034f\u115f\u1160\u200c\u200d\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e01ef]"
)
#: What most cells hold: letters and signs that need no cleaning beyond their blanks.
_PLAIN = re.compile("[ -~\u00a1-\u00ac\u00ae-\u024f\u2013\u2014\u2018-\u201a\u201c-\u201e\u2026\u20ac]*")
_BLANKS = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
#: What is left of letters that a program has read in the wrong encoding, or could not read.
_GARBLED = re.compile(
    "[\u00c2\u00c3][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|\u00e2\u20ac|\ufffd"
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
_LINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
#: What spreadsheet programs put before a text that they would take for a formula or a number.
_FIGURE = r"-?\d[\d.,/:-]*$"
_RISKY = r"[=+@]|-(?=\S)(?![-–—]+$|\d[\d.,/:-]*$)"
_ESCAPED = re.compile(rf"^'(?='*({_RISKY}|{_FIGURE}))")
_FORMULA = re.compile(r"=[^\s>=]")
#: Rows that are searched for headers.
TITLES = 40
#: What parts the cells of CSV.
_SIGNS = ",;\t|"
#: Characters of a cell; what is longer is no text that anybody wrote.
LONGEST = 1_000_000
_ZIP = b"PK\x03\x04"

csv.field_size_limit(2**24)


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
    #: What readers should know, though it is no fault.
    notes: tuple[Problem, ...] = ()
    #: What is wrong beside single cells.
    problems: tuple[Problem, ...] = ()

    def place(self, row: int = 0, column: str = "") -> Place:
        """Place of a cell, a row or the whole sheet."""
        return Place(self.file, self.sheet, row, column)

    def title(self, index: int) -> str:
        """What messages call a column: its header, else its number."""
        return self.header[index] if index < len(self.header) and self.header[index] else str(index + 1)

    def unread(self) -> list[Problem]:
        """The cells that cannot be read."""
        return [
            Problem(self.place(number, self.title(index)), cell.text)
            for number, cells in self.rows
            for index, cell in enumerate(cells)
            if isinstance(cell, Unread)
        ]


@dataclass
class _Cleaning:
    """What was taken out of the cells of a sheet."""

    signs: Counter[str] = field(default_factory=Counter)
    first: tuple[int, int] | None = None
    count: int = 0
    #: Cells that look as if they were read in the wrong encoding, and those with an e-mail address.
    garbled: list[tuple[int, int]] = field(default_factory=list)
    addressed: list[tuple[int, int]] = field(default_factory=list)


def read(path: Path, name: str) -> list[Sheet]:
    """
    The sheets of one file that hold something; *name* is how messages call it.

    Raises:
        InputError: Not readable, wrong encoding, empty.
    """
    suffix = path.suffix.lower()
    try:
        if suffix == ".csv":
            return [_csv(path, name)]
        if suffix in WORKBOOKS:
            return with_lock(of_book(workbooks.read(path, name), name), path)
    except OSError as error:
        raise InputError.of("file-locked", Place(name)) from error
    raise InputError.of("unknown-file-type", Place(name))


def with_lock(found: list[Sheet], path: Path) -> list[Sheet]:
    """The sheets of *path* with a note if another program has it open: what is not saved yet is not read."""
    lock = workbooks.lock_of(path)
    if not lock or not found:
        return found
    first = found[0]
    note = Problem(Place(first.file), Text("file-open-read", {"lock": lock}))
    return [replace(first, notes=(*first.notes, note)), *found[1:]]


def of_book(contents: Iterable[Content], name: str) -> list[Sheet]:
    """The sheets of a workbook that hold a table."""
    found = [_book(content, name) for content in contents if not is_note(content.title)]
    return [sheet for sheet in found if sheet is not None]


def clean(text: str) -> str:
    """*text* without what nobody sees: one form of each letter, plain line breaks, single blanks, no escapes."""
    if _PLAIN.fullmatch(text) and "  " not in text and text == text.strip(" ") and text[:1] != "'":
        return text
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = _UNSEEN.sub("", _LINES.sub("\n", text))
    return _ESCAPED.sub("", _BLANKS.sub(" ", text).strip(), count=1)


def escaped(text: str, *, formulas: bool = True) -> str:
    """*text* so that :func:`clean` gives it back and, if *formulas*, no spreadsheet program takes it for a formula."""
    risky = rf"{_RISKY}|'+({_RISKY}|{_FIGURE})" if formulas else rf"'+({_RISKY}|{_FIGURE})"
    return f"'{text}" if re.match(risky, text) else text


def is_note(title: str) -> bool:
    """Whether a sheet holds no table."""
    return title.startswith("_") or clean(title).casefold() in ("lies mich", "lesen", "read me", "read")


def _csv(path: Path, name: str) -> Sheet:
    data = path.read_bytes()
    if not data.strip():
        raise InputError.of("empty-file", Place(name))
    if data.startswith(_ZIP):
        raise InputError.of("csv-is-workbook", Place(name))
    if re.match(rb"\s*<(!doctype\s+html|html|table|\?xml)", data, re.IGNORECASE):
        raise InputError.of("csv-is-markup", Place(name))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError.of("encoding", Place(name, line=data.count(b"\n", 0, error.start) + 1)) from error
    delimiter, text = dialect(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    ends = [0]
    try:
        for number, row in enumerate(reader, start=1):
            ends.append(reader.line_num)
            rows.append((number, [shown.text(cell) for cell in row]))
    except csv.Error as error:
        line = ends[-1] + 1 if "unexpected end" in str(error) else reader.line_num
        if "field larger" in str(error):
            raise InputError.of("cell-too-long", Place(name, line=line), most=LONGEST) from error
        raise InputError.of("csv-syntax", Place(name, line=line)) from error
    sheet = _sheet(path.stem, name, "", rows, formulas=True)
    swallowed: dict[int, Problem] = {}
    body = []
    *whole, (_, last_row) = rows
    if len(whole) > 1 and not text.endswith(("\n", "\r")) and len(last_row) < min(len(row) for _, row in whole):
        raise InputError.of("csv-cut", Place(name, line=ends[-2] + 1))
    for (number, _), (first, last) in zip(rows, pairwise(ends), strict=True):
        if last - first > 1 and any(_holds_rows(cell, delimiter, len(sheet.header)) for cell in rows[number - 1][1]):
            swallowed[number] = Problem(Place(name, line=first + 1), Text("csv-swallowed"))
    for number, cells in sheet.rows:  # what such a cell is in its column is no fault of its own
        hidden = number in swallowed
        body.append((number, tuple(shown.unread(shown.COVERED) if hidden and "\n" in c else c for c in cells)))
    return Sheet(sheet.name, name, "", sheet.header, tuple(body), sheet.notes, (*sheet.problems, *swallowed.values()))


def dialect(text: str) -> tuple[str, str]:
    """The delimiter of a CSV *text*, and the text without the line that names it."""
    named = re.match(r"\"?sep=(.)\"?\r?\n", text, re.IGNORECASE)
    if named:
        return named[1], text[named.end() :]
    first, *more = (line for line in re.split("\r\n?|\n", text[:65_536], maxsplit=TITLES)[:TITLES] if line.strip())
    found = max(_SIGNS, key=first.count)
    if more and (found not in first or found not in more[0]):  # a title, or a table of one column
        first = next((line for line in more if any(line.count(sign) > 1 for sign in _SIGNS)), first)
    return max(_SIGNS, key=first.count), text


def _holds_rows(cell: str, delimiter: str, width: int) -> bool:
    """Whether a quoted cell has swallowed rows: a line of it begins with a key and has as many cells as a row."""
    sign = re.escape(delimiter)
    lines = cell.split("\n")
    full = [len(re.findall(rf"{sign}(?! )", line)) >= width - 2 for line in lines]
    key = r"[a-z0-9]+([-._][a-z0-9]+)*"
    return width > 2 and any(
        (re.match(rf"{key}{sign}\S", lines[at]) and full[at]) or (full[at - 1] and re.fullmatch(key, lines[at]))
        for at in range(1, len(lines))
    )


def _book(content: Content, name: str) -> Sheet | None:
    """A sheet of a workbook; None if it is empty."""
    if not content.rows:
        return None
    title = clean(content.title)
    sheet = _sheet(title, name, title, content.rows)
    notes, problems = list(sheet.notes), list(sheet.problems)
    if content.hidden:
        notes.append(Problem(sheet.place(), Text("sheet-hidden", {"count": len(sheet.rows)})))
    rows = list(workbooks.rows_hidden(content))
    if rows:
        notes.append(Problem(sheet.place(rows[0]), Text("rows-hidden", {"count": len(rows)})))
    filled = {index for _, cells in sheet.rows for index, cell in enumerate(cells) if cell}
    columns = [sheet.title(index) for index in sorted(filled & content.hidden_columns)]
    if columns:
        notes.append(Problem(sheet.place(), Text("columns-hidden", {"names": ", ".join(columns)})))
    cells = dict(sheet.rows)
    merged = [
        area
        for area in content.merged
        if area[0] > 1
        and area[1] < len(cells.get(area[0], ()))
        and cells[area[0]][area[1]]
        and not (area[0] == area[2] and sum(map(bool, cells[area[0]])) == 1)  # a title within the table
    ]
    if merged:
        names = [f"{_name(c1)}{r1}:{_name(c2)}{r2}" for r1, c1, r2, c2 in merged]
        some = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
        problems.append(Problem(sheet.place(), Text("cells-merged", {"cells": some})))
    body = _covered(sheet.rows, merged, len(sheet.header)) if merged else sheet.rows
    coloured = []
    if content.coloured:
        filled_at = {(number, index) for number, cells in sheet.rows for index, cell in enumerate(cells) if cell}
        coloured = [at for at in content.coloured if at in filled_at]
        coloured = coloured if len(coloured) * 2 < len(filled_at) else []  # what everything has means nothing
    for marked, sort in ((content.noted, "noted"), (coloured, "coloured")):
        if marked:
            first = f"{_name(marked[0][1])}{marked[0][0]}"
            notes.append(Problem(sheet.place(), Text(f"cells-{sort}", {"count": len(marked), "cell": first})))
    if content.pictures:
        notes.append(Problem(Place(name), Text("pictures-unread")))
    if content.struck:
        body = _struck(sheet, body, problems)
    return Sheet(sheet.name, name, title, sheet.header, body, tuple(notes), tuple(problems))


def _covered(
    rows: tuple[tuple[int, tuple[Cell, ...]], ...], merged: list[tuple[int, int, int, int]], width: int
) -> tuple[tuple[int, tuple[Cell, ...]], ...]:
    """*rows* in which the cells that a merged range hides are unread: that they are empty is no fault of their own."""
    found = []
    for number, cells in rows:
        row = list(cells)
        for r1, c1, r2, c2 in merged:
            if r1 <= number <= r2:
                row += [""] * (min(c2 + 1, width) - len(row))
                for column in range(c1, min(c2 + 1, width)):
                    if (number, column) != (r1, c1) and not row[column]:
                        row[column] = shown.unread(shown.COVERED)
        found.append((number, tuple(row)))
    return tuple(found)


def _struck(
    sheet: Sheet, rows: tuple[tuple[int, tuple[Cell, ...]], ...], problems: list[Problem]
) -> tuple[tuple[int, tuple[Cell, ...]], ...]:
    """*rows*, those that are struck through as a whole unread and named once."""

    def is_struck(cell: Cell) -> bool:
        return isinstance(cell, Unread) and cell.text.code == "cell-struck"

    columns = [sheet.title(index) for index, cell in enumerate(sheet.header) if is_struck(cell)]
    if columns:
        problems.append(Problem(sheet.place(1), Text("headers-struck", {"names": ", ".join(columns)})))
    found = []
    for number, cells in rows:
        row = cells
        filled = [cell for cell in cells if cell]
        if filled and all(map(is_struck, filled)):
            problems.append(Problem(sheet.place(number), Text("row-struck")))
            row = tuple(shown.unread(shown.COVERED) if cell else cell for cell in cells)
        found.append((number, row))
    return tuple(found)


def _name(column: int) -> str:
    """Letters of a column, counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _sheet(name: str, file: str, sheet: str, rows: Iterable[tuple[int, list[str]]], *, formulas: bool = False) -> Sheet:
    header: tuple[str, ...] = ()
    body: list[tuple[int, tuple[Cell, ...]]] = []
    removed = _Cleaning()
    rounded: Counter[int] = Counter()
    at: dict[int, tuple[int, Shown]] = {}
    for number, row in rows:
        cells = tuple(
            _cell(cell, removed, (number, index), formulas=formulas and number > 1) for index, cell in enumerate(row)
        )
        if number == 1:
            header = tuple(cell if isinstance(cell, Unread) else re.sub(r"\s+", " ", cell) for cell in cells)
            continue
        for index, cell in enumerate(cells):
            if isinstance(cell, Shown) and cell.exact:
                rounded[index] += 1
                at.setdefault(index, (number, cell))
        if any(cells):
            body.append((number, cells))
    while header and not header[-1]:
        header = header[:-1]
    found = Sheet(clean(name), file, sheet, header, tuple(body))
    notes = [
        Problem(
            found.place(at[index][0], found.title(index)),
            Text("cells-rounded", {"count": count, "shown": at[index][1], "exact": at[index][1].exact}),
        )
        for index, count in sorted(rounded.items())
    ]
    if removed.first:
        place = found.place(removed.first[0], found.title(removed.first[1]))
        signs = ", ".join(f"U+{ord(sign):04X}" for sign in sorted(removed.signs))
        notes.append(Problem(place, Text("cells-cleaned", {"count": removed.count, "signs": signs})))
    for seen, code in ((removed.garbled, "cells-garbled"), (removed.addressed, "cells-address")):
        if seen:
            line, column = seen[0]
            notes.append(Problem(found.place(line, found.title(column)), Text(code, {"count": len(seen)})))
    return Sheet(found.name, file, sheet, header, found.rows, tuple(notes))


def _cell(cell: str, removed: _Cleaning, at: tuple[int, int], *, formulas: bool) -> Cell:
    if isinstance(cell, Shown | Unread) or not cell:
        return cell
    if formulas and _FORMULA.match(cell):
        return shown.unread("formula-text", value=cell)
    if len(cell) > LONGEST:
        return shown.unread("cell-too-long", value=cell[:20], most=LONGEST)
    if not cell.isascii() and _GARBLED.search(cell):
        removed.garbled.append(at)
    if "@" in cell and _ADDRESS.search(cell):
        removed.addressed.append(at)
    if not _PLAIN.fullmatch(cell):
        taken = "".join(_UNSEEN.findall(_LINES.sub("\n", unicodedata.normalize("NFC", cell))))
        if taken:
            removed.signs.update(taken)
            removed.count += 1
            removed.first = removed.first or at
    return shown.text(clean(cell))
