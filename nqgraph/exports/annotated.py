"""A workbook as it came, with its wrong cells coloured and what is wrong as a note on each."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from nqgraph.sources.sheets import clean
from nqgraph.words.errors import InputError, Place, Problem
from nqgraph.words.texts import text

_WRONG = PatternFill("solid", fgColor="FFFFC7CE")


def render(source: Path, problems: Iterable[Problem], lang: str) -> bytes:
    """
    The workbook *source* with *problems* at their cells; what has no cell stands on a sheet of its own.

    Raises:
        InputError: It is no Excel workbook.
    """
    if source.suffix.lower() not in (".xlsx", ".xlsm"):
        raise InputError.of("annotate-excel", Place(str(source)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library's, about what it does not keep
        try:
            book = load_workbook(source)
        except Exception as error:  # openpyxl lets zip, XML and key errors of unusual files through
            raise InputError.of("annotate-unable", Place(str(source))) from error
    sheets = {clean(sheet.title): sheet for sheet in book.worksheets}
    said: dict[tuple[str, int, int], list[str]] = {}
    rest: list[str] = []
    for problem in problems:
        sheet = sheets.get(problem.place.sheet)
        message = Problem(Place(), problem.text).in_language(lang)
        if sheet is None:
            rest.append(problem.in_language(lang))
            continue
        column = _column(sheet, problem.place.column)
        for row in (problem.place.row or 1, *problem.rows):
            said.setdefault((problem.place.sheet, row, column), []).append(message)
    for (title, row, column), messages in said.items():
        cell = sheets[title].cell(row, column)
        cell.fill = _WRONG
        before = [cell.comment.text] if cell.comment and row > 1 else []
        cell.comment = Comment("\n\n".join([*dict.fromkeys(messages), *before]), "nqgraph", width=360, height=140)
    if rest:
        sheet = book.create_sheet(text("annotate-sheet", lang), 0)
        sheet.column_dimensions["A"].width = 120
        for message in rest:
            sheet.append([message])
            sheet.cell(sheet.max_row, 1).data_type = "s"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _column(sheet: Worksheet, title: str) -> int:
    """Number of a column by its header, else by the number that messages give to those without."""
    for cell in sheet[1]:
        if cell.value is not None and re.sub(r"\s+", " ", clean(str(cell.value))) == title:
            return int(cell.column)
    return int(title) if title.isdigit() else 1
