"""
Excel and OpenDocument workbooks as what their cells show.

Both are read in one pass over their XML: programs for writing workbooks keep formats, formulas, hidden rows and merged
cells apart from the values, or stop at parts that hold no data.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Collection, Iterator
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
#: Bytes of a compound file in which its directory is sought.
_OLE_MOST = 64 * 1024 * 1024
#: Parts that tell other documents in archives → what they are called.
_OTHERS = {
    "xl/workbook.bin": ".xlsb", "Index/Document.iwa": "Numbers", "Index.zip": "Numbers", "word/document.xml": "Word",
    "ppt/presentation.xml": "PowerPoint",
}  # fmt: skip
#: What of a style in an open document strikes letters through (OpenDocument 1.3, part 3, 20.380).
_STRIKES = ("style", "type")
#: Colours that say nothing: none, white, and the one with which we mark what is wrong.
_PLAIN_COLOURS = frozenset({"", "00000000", "FFFFFFFF", "FFFFC7CE", "#FFFFFF", "#FFC7CE", "TRANSPARENT"})


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
    #: Cells below the header (row, column from 0) with a colour, and with a note that we have not written.
    coloured: list[tuple[int, int]] = field(default_factory=list)
    noted: list[tuple[int, int]] = field(default_factory=list)
    #: Whether a cell is struck through as a whole.
    struck: bool = False
    #: Whether pictures or drawings lie on the sheet, or on another of the workbook.
    pictures: bool = False


def read(path: Path, name: str) -> list[Content]:
    """
    The sheets of the workbook *path*; *name* is how messages call it.

    Raises:
        InputError: Not readable, protected, too large, without any sheet.
    """
    place = Place(name)
    try:
        with path.open("rb") as file:
            data = file.read(len(_OLE))
            if data == _OLE:
                data += file.read(_OLE_MOST)
    except OSError as error:
        raise InputError.of("file-locked", place) from error
    if not data:
        raise InputError.of("file-open-empty" if lock_of(path) else "empty-file", place, lock=lock_of(path))
    if data.startswith(_OLE):
        raise InputError.of(_ole(data), place)
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise InputError.of("workbook-too-large", place, limit=MAX_UNPACKED // 2**20)
            if any(_defines(archive, name) for name in archive.namelist() if name.endswith((".xml", ".rels"))):
                raise InputError.of("workbook-damaged", place)
            _refuse_other(archive, place)
            found = _ods(archive) if "content.xml" in archive.namelist() else _xlsx(archive)
            if found and any(name.startswith(("xl/media/", "Pictures/")) for name in archive.namelist()):
                found[0].pictures = True
    except _TooManyError as error:
        raise InputError.of("workbook-too-many", place, limit=MAX_CELLS) from error
    except (
        zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, IndexError, EOFError, OSError,
        NotImplementedError, RuntimeError,
    ) as error:  # fmt: skip
        lock = lock_of(path)
        raise InputError.of("file-open" if lock else "workbook-damaged", place, lock=lock) from error
    if not found:
        raise InputError.of("workbook-no-sheet", place)
    return found


def lock_of(path: Path) -> str:
    """Name of the file that says that a program has *path* open; empty if there is none."""
    locks = (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#"))
    return next((lock.name for lock in locks if lock.exists()), "")


def _ole(data: bytes) -> str:
    """What keeps a compound file ([MS-CFB]) from being read: a password, or its age."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "workbook-password"
    old = any(stream.encode("utf-16-le") in data for stream in ("Workbook\0", "Book\0"))
    return "workbook-old" if old else "workbook-protected"


def _refuse_other(archive: zipfile.ZipFile, place: Place) -> None:
    """Raise :class:`InputError` for what is another document than a workbook, or one that nobody can read."""
    names = archive.namelist()
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise InputError.of("workbook-password", place)
    form = next((_OTHERS[part] for part in names if part in _OTHERS), "")
    if "mimetype" in names and "content.xml" in names:
        kind = archive.read("mimetype").rpartition(b"opendocument.")[2].decode("ascii", "replace").strip()
        form = "" if kind.startswith("spreadsheet") else f"OpenDocument {kind[:40]}"
    if form:
        raise InputError.of("workbook-other", place, form=form)


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
    looks = _looks(archive, parts["styles"]) if parts.get("styles") in names else _Looks()
    book = ElementTree.fromstring(archive.read(main))
    from_1904 = any(_tag(node) == "workbookPr" and _true(node, "date1904") for node in book)
    counter = _Counter()
    found = []
    for node in (sheet for sheets in book if _tag(sheets) == "sheets" for sheet in sheets):
        target, kind = relations[next(v for k, v in node.items() if k.rpartition("}")[2] == "id")]
        if kind == "worksheet":
            content = Content(_get(node, "name"), _get(node, "state", "visible") != "visible")
            with archive.open(target) as file:
                _worksheet(file, content, strings, looks, from_1904, counter)
            beside = f"{posixpath.dirname(target)}/_rels/{posixpath.basename(target)}.rels"
            if beside in names:
                parts_of = _relations(archive, beside, posixpath.dirname(target)).values()
                content.noted = [
                    at
                    for part, kind in parts_of
                    if kind == "comments" and part in names
                    for at in _noted(archive, part)
                ]
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


def _noted(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[int, int]]:
    """Cells with notes of others than ourselves."""
    authors: list[str] = []
    for node in ElementTree.fromstring(archive.read(part)).iter():
        if _tag(node) == "author":
            authors.append(node.text or "")
        elif _tag(node) == "comment" and authors[int(_get(node, "authorId", "0"))] != "nqgraph":
            at = _at(_get(node, "ref"))
            if at[0] > 1:
                yield at


def _text(node: Any) -> str:
    """The text of a string in all its runs, without the reading aids of Asian scripts; unread if some are struck."""
    parts = []
    struck = False
    for child in node:
        if _tag(child) == "t":
            parts.append(child.text or "")
        elif _tag(child) == "r":
            run = "".join(piece.text or "" for piece in child if _tag(piece) == "t")
            struck = struck or (bool(run.strip()) and any(map(_strikes, child)))
            parts.append(run)
    text = _unescaped("".join(parts))
    return shown.unread("cell-struck-partly", value=text) if struck else text


def _strikes(font: Any) -> bool:
    """Whether a font strikes its letters through."""
    return any(_tag(child) == "strike" and _get(child, "val", "1") not in ("0", "false", "off") for child in font)


def _unescaped(text: str) -> str:
    """*text* with the characters that Excel writes as ``_x000D_`` (ECMA-376, part 1, 22.9.2.19)."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


@dataclass
class _Looks:
    """How the cells of a workbook look: format of the number by style, styles that are struck through or coloured."""

    formats: list[str] = field(default_factory=list)
    struck: set[str] = field(default_factory=set)
    coloured: set[str] = field(default_factory=set)


def _looks(archive: zipfile.ZipFile, part: str) -> _Looks:
    own: dict[int, str] = {}
    found = _Looks()
    struck: set[int] = set()
    coloured: set[int] = set()
    for group in ElementTree.fromstring(archive.read(part)):
        if _tag(group) == "numFmts":
            own = {int(_get(node, "numFmtId")): _get(node, "formatCode") for node in group}
        elif _tag(group) == "fonts":
            struck = {number for number, font in enumerate(group) if _strikes(font)}
        elif _tag(group) == "fills":
            coloured = {number for number, fill in enumerate(group) if _colours(fill)}
        elif _tag(group) == "cellXfs":
            for style, node in enumerate(group):
                number = int(_get(node, "numFmtId", "0"))
                asian = 27 <= number <= 36 or 50 <= number <= 58
                format_ = own.get(number) or shown.BUILT_IN.get(number, shown.BUILT_IN[14] if asian else "General")
                found.formats.append(format_)
                if int(_get(node, "fontId", "0")) in struck:
                    found.struck.add(str(style))
                if int(_get(node, "fillId", "0")) in coloured:
                    found.coloured.add(str(style))
    return found


def _colours(fill: Any) -> bool:
    """Whether a fill has a colour that may mean something."""
    for pattern in fill:
        if _get(pattern, "patternType") == "solid":
            front = next((node for node in pattern if _tag(node) == "fgColor"), None)
            if front is None or _get(front, "theme") == "0" or _get(front, "indexed") in ("9", "64"):
                return False
            return front.get("rgb") is None or _get(front, "rgb").upper() not in _PLAIN_COLOURS
    return False


def _worksheet(
    file: IO[bytes], content: Content, strings: list[str], looks: _Looks, from_1904: bool, counter: _Counter
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
                value = _value(cell, strings, looks.formats, from_1904)
                if value:
                    if (style := cell.get("s")) in looks.struck and not isinstance(value, shown.Unread):
                        value = shown.unread("cell-struck", value=value)
                        content.struck = True
                    if style in looks.coloured and row > 1:
                        content.coloured.append((row, column))
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
    struck: set[str] = set()
    coloured: set[str] = set()
    with archive.open("content.xml") as file:
        events = ElementTree.iterparse(file, events=("start", "end"))
        content, row, column, depth = Content(""), 0, 0, 0
        styles: list[str] = []
        for event, node in events:
            kind = _tag(node)
            if event == "start":
                if kind == "table":
                    depth += 1
                    if depth == 1:
                        content, row, column = Content(_get(node, "name"), _get(node, "style-name") in unseen), 1, 0
                        styles = []
                        found.append(content)
            elif kind == "style":
                name = _get(node, "name")
                if any(_get(child, "display") == "false" for child in node):
                    unseen.add(name)
                if any(_get(child, f"text-line-through-{how}", "none") != "none" for child in node for how in _STRIKES):
                    struck.add(name)
                if any(
                    _tag(child) == "table-cell-properties"
                    and _get(child, "background-color").upper() not in _PLAIN_COLOURS
                    for child in node
                ):
                    coloured.add(name)
            elif kind == "table":
                depth -= 1
                node.clear()
            elif depth == 1 and kind == "table-column":
                count = int(_get(node, "number-columns-repeated", "1"))
                if _get(node, "visibility", "visible") != "visible":
                    content.hidden_columns |= set(range(column, min(column + count, 16_384)))
                styles += [_get(node, "default-cell-style-name")] * (min(column + count, 16_384) - len(styles))
                column += count
            elif depth == 1 and kind == "table-row":
                count = int(_get(node, "number-rows-repeated", "1"))
                cells = _cells(node, row, content, counter, styles, struck, coloured)
                if cells:
                    counter.add(count * len(cells))
                    content.rows += [(row + index, cells) for index in range(count)]
                    if _get(node, "visibility", "visible") != "visible":
                        content.hidden_rows |= set(range(row, row + count))
                row += count
                node.clear()
    return found


def _cells(
    node: Any,
    row: int,
    content: Content,
    counter: _Counter,
    styles: list[str],
    struck: Collection[str],
    coloured: Collection[str],
) -> list[str]:
    """
    The cells of a row.

    Args:
        styles: Those of the columns, for cells without one of their own.
        struck: Styles that strike letters through.
    """
    cells: list[str] = []
    column = 0
    of_row = _get(node, "default-cell-style-name")
    for cell in node:
        if _tag(cell) not in ("table-cell", "covered-table-cell"):
            continue
        count = int(_get(cell, "number-columns-repeated", "1"))
        rows, columns = (int(_get(cell, f"number-{name}-spanned", "1")) for name in ("rows", "columns"))
        if rows > 1 or columns > 1:
            content.merged.append((row, column, row + rows - 1, column + columns - 1))
        value = _open_value(cell, struck) if _tag(cell) == "table-cell" else ""
        if row > 1 and any(_tag(child) == "annotation" for child in cell) and not _is_ours(cell):
            content.noted.append((row, column))
        if value:
            style = _get(cell, "style-name") or of_row or (styles[column] if column < len(styles) else "")
            if style in struck and not isinstance(value, shown.Unread):
                value = shown.unread("cell-struck", value=value)
                content.struck = True
            if style in coloured and row > 1:
                content.coloured.append((row, column))
            counter.add(count)
            cells += [""] * (column - len(cells)) + [value] * count
        column += count
    return cells


def _is_ours(cell: Any) -> bool:
    return any(_tag(node) == "creator" and node.text == "nqgraph" for node in cell.iter())


def _open_value(cell: Any, struck: Collection[str]) -> str:
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
    if struck and any(
        _get(span, "style-name") in struck and "".join(span.itertext()).strip()
        for paragraph in cell
        if _tag(paragraph) == "p"
        for span in paragraph.iter()
        if _tag(span) == "span"
    ):
        return shown.unread("cell-struck-partly", value=text)
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
