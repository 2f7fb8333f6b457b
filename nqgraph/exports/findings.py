"""What validation finds, as a sheet of the workbook that it is about: each finding leads to its cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from rdflib import SH, Literal

from nqgraph.graph.store import Store
from nqgraph.model.shapes import Schema
from nqgraph.sources.contents import Contents
from nqgraph.validation import reports
from nqgraph.validation.validation import SEVERITIES, Finding
from nqgraph.words import vocab
from nqgraph.words.texts import text

#: Column → width in characters.
_WIDTHS = {"severity": 12, "sheet": 24, "row": 8, "column": 28, "entry": 34, "message": 90}
#: Findings that a sheet lists; whoever has more begins with these.
_MOST = 5_000


@dataclass
class Cells:
    """Where a workbook says what."""

    #: Thing → sheet and row.
    rows: dict[str, tuple[str, int]] = field(default_factory=dict)
    #: Sheet → property → language → number and title of its column.
    columns: dict[str, dict[str, dict[str, tuple[int, str]]]] = field(default_factory=dict)

    def column(self, sheet: str, path: str, lang: str) -> tuple[int, str]:
        """The column of a property in *lang*, else in the first language; 0 and nothing if there is none."""
        tags = self.columns.get(sheet, {}).get(path, {})
        return tags.get(lang) or next(iter(tags.values()), (0, ""))


def of_build(store: Store, schema: Schema) -> list[Finding]:
    """What was found when the graph of *store* was built, the worst first."""
    asked = f"""SELECT ?r ?severity ?focus ?path ?value ?shape ?component ?message
        WHERE {{ GRAPH <{store.iris.report}> {{
            ?r a sh:ValidationResult ; sh:resultSeverity ?severity ; sh:focusNode ?focus .
            OPTIONAL {{ ?r sh:resultPath ?path }} OPTIONAL {{ ?r sh:value ?value }}
            OPTIONAL {{ ?r sh:sourceShape ?shape }} OPTIONAL {{ ?r sh:sourceConstraintComponent ?component }}
            OPTIONAL {{ ?r sh:resultMessage ?message }}
        }} }}"""
    results: dict[Any, Finding] = {}
    for result, severity, focus, path, value, shape, component, message in store.solutions(asked):
        prop = schema.by_iri.get(str(shape)) if component == SH.MinCountConstraintComponent else None
        messages = results[result].messages if result in results else ()
        messages += (message,) if isinstance(message, Literal) else ()
        missing = prop.name if prop else {}
        results[result] = Finding(str(severity), str(focus), str(path or ""), value, messages=messages, missing=missing)
    return sorted(results.values(), key=lambda f: (SEVERITIES.index(f.severity), f.focus, str(f.path)))


def add(book: Workbook, findings: Iterable[Finding], cells: Cells, contents: Contents, lang: str, at: int) -> None:
    """Put the *findings* on what *cells* hold into *book*, as its sheet number *at*, if there are any."""
    found = [(finding, place) for finding in findings if (place := _place(finding, cells, contents)) is not None]
    if not found:
        return
    sheet = book.create_sheet(text("workbook-findings", lang), at)
    rows: list[list[str | int]] = []
    for finding, (title, row, _, column) in found[:_MOST]:
        about = contents.names.get(str(finding.focus)) or finding.about()
        rows.append([reports.severity(finding.severity, lang), title, row or "", column, about, finding.said(lang)])
    reports.tabulate(sheet, _WIDTHS, rows, lang)
    for line, (_, (title, row, number, _)) in enumerate(found[:_MOST], start=2):
        if row:
            cell = sheet.cell(line, 3)
            target = f"'{title}'!{get_column_letter(number or 1)}{row}"
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=target)
            cell.font = Font(underline="single", color="FF0563C1")


def _place(finding: Finding, cells: Cells, contents: Contents) -> tuple[str, int, int, str] | None:
    """Sheet, row, number and title of the column; empty for what is about all; None if it is not in the workbook."""
    focus, path = str(finding.focus), finding.path if isinstance(finding.path, str) else ""
    if focus not in cells.rows:  # a claim is drawn in the row of its subject, in the column of its relation
        subjects = contents.values.get((focus, vocab.RDF.subject), [])
        if not subjects:
            return None if focus in contents.kinds else ("", 0, 0, "")
        path = str(next(iter(contents.values.get((focus, vocab.RDF.predicate), [])), ""))
        focus = str(subjects[0])
    if focus not in cells.rows:
        return None
    sheet, row = cells.rows[focus]
    language: Any = getattr(finding.value, "language", None)
    number, column = cells.column(sheet, path, str(language or ""))
    return sheet, row, number, column
