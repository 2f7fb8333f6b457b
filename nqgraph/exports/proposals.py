"""Change files: small workbooks with the rows that somebody edited, which ``nqgraph import`` takes like any other."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from nqgraph.exports.workbook import READABLE
from nqgraph.sources.sheets import STATE
from nqgraph.words import vocab


@dataclass(frozen=True)
class EditedRow:
    """A row as it was when somebody began to edit it, and as it is to be."""

    table: str
    class_iri: str
    header: tuple[str, ...]
    cells: tuple[str, ...]
    #: IRI of the thing; empty for a new one.
    thing: str = ""
    before: tuple[str, ...] = ()


def render(
    rows: Sequence[EditedRow],
    *,
    base: str,
    version: str,
    lang: str,
    datasets: Iterable[str] = (),
    role: str = "",
    reason: str = "",
) -> bytes:
    """The change file with *rows*."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    state = book.create_sheet(STATE)
    state.sheet_state = "hidden"
    said = {"nqgraph": str(READABLE), "base": base, "version": version, "lang": lang, "datasets": "; ".join(datasets)}
    for pair in (*said.items(), ("form", "1"), ("role", role), ("reason", reason)):
        _append(state, pair)
    for table in dict.fromkeys(row.table for row in rows):
        listed = [row for row in rows if row.table == table]
        sheet = book.create_sheet(table[:31], len(book.sheetnames) - 1)
        _append(sheet, listed[0].header)
        _append(state, ("#", listed[0].class_iri, *listed[0].header))
        for row in listed:
            _append(sheet, row.cells)
            if row.thing:
                _append(state, (row.thing, "", *row.before))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _append(sheet: Worksheet, cells: Iterable[str]) -> None:
    """A row of texts; nothing in it is a formula."""
    row = sheet.max_row + 1 if sheet.max_row > 1 or sheet["A1"].value is not None else 1
    for column, content in enumerate(cells, start=1):
        if content:
            cell = sheet.cell(row, column)
            cell.value, cell.data_type, cell.number_format = content, "s", "@"


def title(row: EditedRow) -> str:
    """The name of a change file: what it is about."""
    return vocab.local_name(row.thing) if row.thing else vocab.slug(row.cells[0]) or "neu"
