"""The matrix and its gap maps as sheets of a workbook, each a grid with title, date and legend."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from nqgraph.graph.results import inscribe
from nqgraph.pages import Site
from nqgraph.things.collection import SIGNS
from nqgraph.things.gaps import OTHER, UNSAID, Cell
from nqgraph.things.language import Voice
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError

#: State → colour of its cells, if they have one.
_COLORS = {
    "answered": "FFB5D0DE",
    "partly": "FFE3EDF2",
    "against": "FFF6D5CF",
    "disputed": "FFFBEEC5",
    "known-gap": "FFF9E3DF",
    "nothing-found": "FFEFEFEF",
    "not-applicable": "FFEFEFEF",
}
#: State → text that explains it.
_SAID = {
    "answered": "page-matrix-answered",
    "partly": "page-matrix-partly",
    "against": "page-matrix-against",
    "disputed": "page-matrix-disputed",
    "group": "page-matrix-group",
    "known-gap": "page-matrix-gap",
    "nothing-found": "page-matrix-nothing-found",
    "not-applicable": "page-matrix-na",
}
_NAME = 48
_HAIR = Side(style="hair", color="FFAAAAAA")
_THIN = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)
#: Signs that no name of a sheet can hold, and its most letters.
_NO_SHEET, _LONGEST = str.maketrans(dict.fromkeys("[]:*?/\\", " ")), 31


def render(site: Site, lang: str, addresses: Sequence[str] | None = None) -> bytes:
    """
    The matrix as a workbook.

    Args:
        addresses: Pages that become sheets, of ``matrix`` and ``matrix/…``; all of them if None.
    Raises:
        QueryError: There is nothing to cross.
    """
    known = [address for address in site.addresses() if address.partition("/")[0] == "matrix"]
    if not known:
        raise QueryError.of("matrix-none")
    book, voice = Workbook(), site.voice(lang)
    book.remove(book.worksheets[0])
    for address in addresses or known:
        title = voice.plain(site.title(address))
        name = title.translate(_NO_SHEET).strip("' ")[:_LONGEST]
        sheet = book.create_sheet(name)
        _put(sheet, 1, 1, title, bold=True)
        day = voice.plain_t("page-state", date=site.state) if site.state else ""
        _put(sheet, 2, 1, " · ".join(filter(None, (voice.plain(site.brand), day))))
        axis = address.partition("/")[2]
        last = _gaps(site, sheet, voice, axis) if axis else _relation(site, sheet, voice)
        _legend(sheet, site, voice, last + 2, counts=bool(axis))
        sheet.freeze_panes = "B5"
        sheet.column_dimensions["A"].width = _NAME
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_title_rows = "4:4"
    if site.internal:
        inscribe(book, voice.plain_t("internal-note"))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _gaps(site: Site, sheet: Worksheet, voice: Voice, axis: str) -> int:
    """Write the gap map of *axis*; returns its last row."""
    facts, found = site.collection.facts, site.gaps.map(axis, voice.lang)
    names = {
        OTHER: voice.plain_t("gap-other", count=len(found.folded)),
        UNSAID: voice.plain_t("gap-unsaid"),
    }
    heads = [names.get(column) or facts.name(column, voice.lang) for column in found.columns]
    _heads(sheet, [voice.plain_t("gap-total"), *heads])
    line = 5
    for group in found.groups:
        name = facts.name(group.group, voice.lang) if group.group else voice.plain_t("gap-no-group")
        _put(sheet, line, 1, name, bold=True)
        for row in group.rows:
            line += 1
            _name(sheet, line, facts.name(row, voice.lang), row)
            cells = [found.totals[row], *(found.cells.get((row, column)) for column in found.columns)]
            for place, cell in enumerate(cells, start=2):
                _count(site, sheet, line, place, cell, voice)
        line += 1
        kind = site.collection.crossing.rows.label if site.collection.crossing else {}
        _put(sheet, line, 1, voice.plain_t("gap-sum", kind=kind))
        for place, cell in enumerate([group.total, *group.totals], start=2):
            _count(site, sheet, line, place, cell, voice)
        line += 2
    if found.folded:
        listed = "; ".join(facts.name(value, voice.lang) for value in found.folded)
        _put(sheet, line, 1, f"{names[OTHER]}: {listed}")
    return line


def _count(site: Site, sheet: Worksheet, line: int, place: int, cell: Cell | None, voice: Voice) -> None:
    """A cell of a gap map: a number where all answer in the same way, with the best grade in its comment."""
    if cell is None or not (cell or cell.nothing):
        sheet.cell(line, place).border = _THIN
        return
    whole, partly = len(cell.whole), len(cell.partly)
    said: str | int = whole if not partly else f"{whole} ({partly})" if whole else f"({partly})"
    state = cell.state
    _put(sheet, line, place, said if cell else SIGNS[state], state=state)
    if cell:
        words = [voice.plain_t("gap-cell", whole=whole, partly=partly)]
        if cell.best:
            words.append(f"{voice.plain_t('gap-best')} {site.collection.facts.name(cell.best, voice.lang)}")
        words += [voice.plain_t("page-disputed")] if cell.disputed else []
        sheet.cell(line, place).comment = Comment("\n".join(words), "nqgraph")


def _relation(site: Site, sheet: Worksheet, voice: Voice) -> int:
    """Write the matrix of the relation, its columns below their groups; returns its last row."""
    facts = site.collection.facts
    groups = list(site.collection.matrix(voice.lang))
    columns = [(group, column) for group in groups for column in group.columns]
    for place, (group, _) in enumerate(columns, start=2):
        _put(sheet, 3, place, facts.name(group.group, voice.lang))
    _heads(sheet, [facts.name(column, voice.lang) for _, column in columns])
    rows = facts.sorted({row for group in groups for row in group.rows}, voice.lang)
    for line, row in enumerate(rows, start=5):
        _name(sheet, line, facts.name(row, voice.lang), row)
        for place, (group, column) in enumerate(columns, start=2):
            state, grade, _ = group.pairs.get((row, column), ("", "", ""))
            if state in SIGNS:
                _put(sheet, line, place, SIGNS[state].format(vocab.local_name(grade) or "●"), state=state)
            else:
                sheet.cell(line, place).border = _THIN
    return 4 + len(rows)


def _heads(sheet: Worksheet, names: Sequence[str]) -> None:
    for place, name in enumerate(names, start=2):
        _put(sheet, 4, place, name, bold=True)
        sheet.cell(4, place).alignment = Alignment(text_rotation=90, wrap_text=True, vertical="bottom")
        sheet.column_dimensions[get_column_letter(place)].width = 7
    sheet.row_dimensions[4].height = 170


def _name(sheet: Worksheet, line: int, name: str, iri: str) -> None:
    _put(sheet, line, 1, name)
    if iri.startswith(("https://", "http://")):
        sheet.cell(line, 1).hyperlink = iri
        sheet.cell(line, 1).data_type = "s"


def _legend(sheet: Worksheet, site: Site, voice: Voice, line: int, *, counts: bool) -> None:
    """What the signs mean, below the grid."""
    for number, (sign, state, said) in enumerate(_explained(site, voice, counts)):
        _put(sheet, line + number, 1, f"{sign}  {said}", state=state)
        sheet.cell(line + number, 1).alignment = Alignment(wrap_text=True, vertical="top")


def _explained(site: Site, voice: Voice, counts: bool) -> Iterator[tuple[str, str, str]]:
    if counts:
        yield "3", "answered", voice.plain_t("gap-key-whole")
        yield "(1)", "partly", voice.plain_t("gap-key-partly")
    for state, code in _SAID.items():
        if not counts or state in ("known-gap", "nothing-found", "not-applicable"):
            said = voice.plain_t(f"gap-{state}" if counts else code)
            yield SIGNS[state].format("●"), state, said
    yield " ", "", voice.plain_t("gap-key-open" if counts else "page-matrix-open")
    facts = site.collection.facts
    for grade in () if counts else facts.grades:
        label, said = (voice.plain(found) for found in (facts.label(grade), facts.texts(grade, vocab.SKOS.definition)))
        yield "", "", f"{label}. {said}"


def _put(sheet: Worksheet, line: int, place: int, said: str | int, *, bold: bool = False, state: str = "") -> None:
    """A cell; texts are text, never formulas."""
    cell = sheet.cell(line, place)
    if isinstance(said, int):
        cell.value = said
    else:
        cell.value = "".join(sign for sign in said if sign >= " " or sign in "\n\t")
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    if state:
        cell.border = _THIN
        cell.alignment = Alignment(horizontal="center")
        if color := _COLORS.get(state):
            cell.fill = PatternFill("solid", fgColor=color)
