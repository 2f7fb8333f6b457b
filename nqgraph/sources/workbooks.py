"""
Excel and OpenDocument workbooks as what their cells show.

Both are read in one pass over their XML: programs for writing workbooks keep formats, formulas, hidden rows and merged
cells apart from the values, or stop at parts that hold no data.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree

from nqgraph.sources import shown
from nqgraph.sources.shown import Shown
from nqgraph.words.errors import InputError, Place

#: Workbooks larger than this once unpacked are refused, in bytes.
MAX_UNPACKED = 512 * 1024 * 1024
#: Filled cells of a workbook; more are refused.
MAX_CELLS = 5_000_000
#: What truth values show that a document keeps as numbers.
_TRUTH = frozenset({"wahr", "falsch", "true", "false"})
_OLE = b"\xd0\xcf\x11\xe0"


@dataclass
class Content:
    """A sheet as it stands in its file."""

    title: str
    hidden: bool = False
    #: Rows with something in them: number as a spreadsheet shows it, cells.
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    #: Hidden rows and columns (from 0).
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    #: Merged ranges: first row, first column (from 0), last row, last column.
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def read(path: Path, name: str) -> list[Content]:
    """
    The sheets of the workbook *path*; *name* is how messages call it.

    Raises:
        InputError: Not readable, protected, too large, without any sheet.
    """
    place = Place(name)
    with path.open("rb") as file:
        start = file.read(4)
    if start == _OLE:
        raise InputError.of("workbook-protected", place)
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise InputError.of("workbook-too-large", place, limit=MAX_UNPACKED // 2**20)
            if any(_defines(archive, name) for name in archive.namelist() if name.endswith((".xml", ".rels"))):
                raise InputError.of("workbook-damaged", place)
            found = _ods(archive) if "content.xml" in archive.namelist() else _xlsx(archive)
    except _TooManyError as error:
        raise InputError.of("workbook-too-many", place, limit=MAX_CELLS) from error
    except (
        zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, IndexError, EOFError, OSError,
        NotImplementedError, RuntimeError,
    ) as error:  # fmt: skip
        raise InputError.of("workbook-damaged", place) from error
    if not found:
        raise InputError.of("workbook-no-sheet", place)
    return found


def _defines(archive: zipfile.ZipFile, part: str) -> bool:
    """Whether a part of the archive defines entities, which no program for spreadsheets does; they can grow at will."""
    with archive.open(part) as file:
        return re.search(b"<\0?!\0?D\0?O\0?C", file.read(2_000)) is not None


class _TooManyError(Exception):
    """The workbook has more cells than fit."""


class _Counter:
    def __init__(self) -> None:
        self.left = MAX_CELLS

    def add(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise _TooManyError


def _tag(node: Any) -> str:
    return str(node.tag).rpartition("}")[2]


def _get(node: Any, name: str, default: str = "") -> str:
    """An attribute by its local name: strict and transitional files have different namespaces."""
    found = node.get(name)
    if found is None:
        found = next((value for key, value in node.items() if key.rpartition("}")[2] == name), default)
    return str(found)


def _true(node: Any, name: str) -> bool:
    return _get(node, name) in ("1", "true", "on")


# -- Excel ---------------------------------------------------------------------------------------------------------


def _xlsx(archive: zipfile.ZipFile) -> list[Content]:
    names = set(archive.namelist())
    roots = _relations(archive, "_rels/.rels", "") if "_rels/.rels" in names else {}
    main = next((target for target, kind in roots.values() if kind == "officeDocument"), "xl/workbook.xml")
    folder = posixpath.dirname(main)
    relations = _relations(archive, f"{folder}/_rels/{posixpath.basename(main)}.rels", folder)
    parts = {kind: target for target, kind in relations.values()}
    strings = _strings(archive, parts["sharedStrings"]) if parts.get("sharedStrings") in names else []
    formats = _formats(archive, parts["styles"]) if parts.get("styles") in names else []
    book = ElementTree.fromstring(archive.read(main))
    from_1904 = any(_tag(node) == "workbookPr" and _true(node, "date1904") for node in book)
    counter = _Counter()
    found = []
    for node in (sheet for sheets in book if _tag(sheets) == "sheets" for sheet in sheets):
        target, kind = relations[next(v for k, v in node.items() if k.rpartition("}")[2] == "id")]
        if kind == "worksheet":
            content = Content(_get(node, "name"), _get(node, "state", "visible") != "visible")
            with archive.open(target) as file:
                _worksheet(file, content, strings, formats, from_1904, counter)
            found.append(content)
    return found


def _relations(archive: zipfile.ZipFile, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """Id → part of the archive, and the last word of what it is."""
    return {
        _get(node, "Id"): (
            posixpath.normpath(posixpath.join("/" + folder, _get(node, "Target"))).lstrip("/"),
            _get(node, "Type").rpartition("/")[2],
        )
        for node in ElementTree.fromstring(archive.read(part))
        if _get(node, "TargetMode") != "External"
    }


def _strings(archive: zipfile.ZipFile, part: str) -> list[str]:
    found = []
    with archive.open(part) as file:
        for _, node in ElementTree.iterparse(file):
            if _tag(node) == "si":
                found.append(_text(node))
                node.clear()
    return found


def _text(node: Any) -> str:
    """The text of a string in all its runs, without the reading aids of Asian scripts."""
    parts = []
    for child in node:
        if _tag(child) == "t":
            parts.append(child.text or "")
        elif _tag(child) == "r":
            parts += [piece.text or "" for piece in child if _tag(piece) == "t"]
    return _unescaped("".join(parts))


def _unescaped(text: str) -> str:
    """*text* with the characters that Excel writes as ``_x000D_`` (ECMA-376, part 1, 22.9.2.19)."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def _formats(archive: zipfile.ZipFile, part: str) -> list[str]:
    """Style of a cell → format of its number."""
    own: dict[int, str] = {}
    found = []
    for group in ElementTree.fromstring(archive.read(part)):
        if _tag(group) == "numFmts":
            own = {int(_get(node, "numFmtId")): _get(node, "formatCode") for node in group}
        elif _tag(group) == "cellXfs":
            for node in group:
                number = int(_get(node, "numFmtId", "0"))
                asian = 27 <= number <= 36 or 50 <= number <= 58
                found.append(own.get(number) or shown.BUILT_IN.get(number, shown.BUILT_IN[14] if asian else "General"))
    return found


def _worksheet(
    file: IO[bytes], content: Content, strings: list[str], formats: list[str], from_1904: bool, counter: _Counter
) -> None:
    row = 0
    events = ElementTree.iterparse(file, events=("start", "end"))
    for event, node in events:
        kind = _tag(node)
        if event == "start":
            if kind == "row":
                row = int(_get(node, "r") or row + 1)
                if _true(node, "hidden") or node.get("ht") == "0":
                    content.hidden_rows.add(row)
            continue
        if kind == "row":
            cells: list[str] = []
            counter.add(len(node))
            for cell in node:
                if _tag(cell) != "c":
                    continue
                column = _column(_get(cell, "r")) if cell.get("r") else len(cells)
                value = _value(cell, strings, formats, from_1904)
                if value:
                    cells += [""] * (column - len(cells))
                    cells.append(value)
            if cells:
                content.rows.append((row, cells))
            node.clear()
        elif kind == "col" and (_true(node, "hidden") or node.get("width") == "0"):
            last = min(int(_get(node, "max")), 16_384)
            content.hidden_columns |= set(range(int(_get(node, "min")) - 1, last))
        elif kind == "mergeCell":
            first, _, last_cell = _get(node, "ref").partition(":")
            (r1, c1), (r2, c2) = _at(first), _at(last_cell or first)
            content.merged.append((r1, c1, r2, c2))
    content.rows.sort(key=lambda found: found[0])


def _value(cell: Any, strings: list[str], formats: list[str], from_1904: bool) -> str:
    kind, style = cell.get("t") or "n", cell.get("s")
    formula, value, inline = False, None, None
    for child in cell:
        tag = _tag(child)
        if tag == "v":
            value = child.text or ""
        elif tag == "f":
            formula = True
        elif tag == "is":
            inline = _text(child)
    if formula and not value and kind != "str":
        return shown.unread("formula")
    if inline is not None:
        return inline
    if not value:
        return ""
    if kind == "s":
        return strings[int(value)]
    if kind == "str":
        return _unescaped(value)
    if kind == "b":
        return Shown("WAHR" if value in ("1", "true") else "FALSCH")
    if kind == "e":
        return shown.unread("cell-error", value=value)
    if kind == "d":  # a day as ISO 8601, in strict files
        return shown.day(value, 3) if re.fullmatch(r"\d{4}-\d\d-\d\d(T00:00(:00)?(\.0+)?Z?)?", value) else value
    code = formats[int(style)] if style and int(style) < len(formats) else "General"
    return shown.number(value, code, from_1904=from_1904)


def _at(reference: str) -> tuple[int, int]:
    """Row (from 1) and column (from 0) of a cell."""
    return int(re.sub("[^0-9]", "", reference)), _column(reference)


def _column(reference: str) -> int:
    number = 0
    for letter in reference.replace("$", ""):
        if not letter.isalpha():
            break
        number = number * 26 + ord(letter.upper()) - 64
    if not 0 < number <= 16_384:
        raise ValueError(reference)
    return number - 1


# -- OpenDocument --------------------------------------------------------------------------------------------------


def _ods(archive: zipfile.ZipFile) -> list[Content]:
    found: list[Content] = []
    counter = _Counter()
    unseen: set[str] = set()
    with archive.open("content.xml") as file:
        events = ElementTree.iterparse(file, events=("start", "end"))
        content, row, column, depth = Content(""), 0, 0, 0
        for event, node in events:
            kind = _tag(node)
            if event == "start":
                if kind == "table":
                    depth += 1
                    if depth == 1:
                        content, row, column = Content(_get(node, "name"), _get(node, "style-name") in unseen), 1, 0
                        found.append(content)
            elif kind == "style" and any(_get(child, "display") == "false" for child in node):
                unseen.add(_get(node, "name"))
            elif kind == "table":
                depth -= 1
                node.clear()
            elif depth == 1 and kind == "table-column":
                count = int(_get(node, "number-columns-repeated", "1"))
                if _get(node, "visibility", "visible") != "visible":
                    content.hidden_columns |= set(range(column, min(column + count, 16_384)))
                column += count
            elif depth == 1 and kind == "table-row":
                count = int(_get(node, "number-rows-repeated", "1"))
                cells = _cells(node, row, content, counter)
                if cells:
                    counter.add(count * len(cells))
                    content.rows += [(row + index, cells) for index in range(count)]
                    if _get(node, "visibility", "visible") != "visible":
                        content.hidden_rows |= set(range(row, row + count))
                row += count
                node.clear()
    return found


def _cells(node: Any, row: int, content: Content, counter: _Counter) -> list[str]:
    cells: list[str] = []
    column = 0
    for cell in node:
        if _tag(cell) not in ("table-cell", "covered-table-cell"):
            continue
        count = int(_get(cell, "number-columns-repeated", "1"))
        rows, columns = (int(_get(cell, f"number-{name}-spanned", "1")) for name in ("rows", "columns"))
        if rows > 1 or columns > 1:
            content.merged.append((row, column, row + rows - 1, column + columns - 1))
        value = _open_value(cell) if _tag(cell) == "table-cell" else ""
        if value:
            counter.add(count)
            cells += [""] * (column - len(cells)) + [value] * count
        column += count
    return cells


def _open_value(cell: Any) -> str:
    kind = _get(cell, "value-type")
    if any(key.endswith("ext:1.0}value-type") and value == "error" for key, value in cell.items()):
        return shown.unread("cell-error", value=_paragraphs(cell))
    text = _paragraphs(cell)
    if kind == "boolean" or (kind == "float" and text.casefold() in _TRUTH):
        return Shown("WAHR" if _get(cell, "boolean-value", _get(cell, "value")) in ("true", "1") else "FALSCH")
    if kind == "date":
        return _open_day(_get(cell, "date-value"), text)
    if kind == "time":
        return Shown(text or _get(cell, "time-value"))
    if kind in ("float", "percentage", "currency"):
        return _open_number(_get(cell, "value"), text, percent=kind == "percentage")
    return text or _get(cell, "string-value")


def _paragraphs(cell: Any) -> str:
    return "\n".join(_inner(node) for node in cell if _tag(node) == "p")


def _inner(node: Any) -> str:
    """The text of a paragraph with its blanks, tabs and line breaks, without notes."""
    parts = [node.text or ""]
    for child in node:
        match _tag(child):
            case "s":
                parts.append(" " * int(_get(child, "c", "1")))
            case "tab":
                parts.append("\t")
            case "line-break":
                parts.append("\n")
            case "annotation" | "note":
                pass
            case _:
                parts.append(_inner(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _open_number(stored: str, text: str, *, percent: bool) -> str:
    """A number in German notation with the digits, the sign and the words that the document shows in its own."""
    try:
        value = Decimal(f"{float(stored):.15g}")
    except (ValueError, InvalidOperation):
        return shown.unread("cell-damaged", value=stored)
    found = re.fullmatch(r"([^\d]*?)([-−]?\d[\d.,\u00a0\u202f’' ]*\d|[-−]?\d)([^\d]*)", text)
    if found is None:
        if text:
            return shown.unread("cell-format", value=shown.general(value), format=text)
        return Shown(shown.general(value.scaleb(2)) + " %" if percent else shown.general(value))
    before, digits, after = found.groups()
    scaled = value.scaleb(2) if percent else value
    for mark in ",.":
        whole, _, fraction = digits.replace("−", "-").partition(mark)
        whole = re.sub(r"[.,\u00a0\u202f’' ]", "", whole)
        if re.fullmatch(r"-?\d+", whole) and re.fullmatch(r"\d*", fraction):
            candidate = Decimal(f"{whole}.{fraction or 0}")
            if before.strip() in ("-", "−"):
                candidate, whole, before = -candidate, "-" + whole, ""
            if abs(candidate - scaled) <= Decimal("0.5").scaleb(-len(fraction)):
                cell = Shown(f"{before}{whole}{',' if fraction else ''}{fraction}{after}".strip())
                if candidate != scaled:
                    cell.exact = shown.general(value)
                return cell
    return shown.unread("cell-format", value=shown.general(value), format=text)


def _open_day(stored: str, text: str) -> str:
    day, _, time = stored.partition("T")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", day) or time.strip("0:.Z"):
        return Shown(text or stored)
    if not text:
        return shown.day(day, 3)
    parts = len(re.findall(r"\d+", text.split(" 00:00")[0])) + bool(re.search(r"[^\W\d_]{3}", text))
    year = day[:4] in text or day[2:4] in re.findall(r"\d+", text)
    return shown.day(day, min(parts, 3), text) if year else Shown(text)


def rows_hidden(content: Content) -> Iterator[int]:
    """Numbers of the filled rows that are hidden, without that of the header."""
    return (number for number, _ in content.rows[1:] if number in content.hidden_rows)
