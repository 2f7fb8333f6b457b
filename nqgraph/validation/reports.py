"""A validation report as text, JSON, Turtle or a page."""

from __future__ import annotations

import html
import io
import json
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nqgraph.validation import validation
from nqgraph.validation.validation import Finding, Report
from nqgraph.words.errors import Place, Problem
from nqgraph.words.texts import text


def rendered(report: Report, form: str, lang: str) -> bytes:
    """*report* as ``text``, ``json``, ``ttl`` (a W3C validation report), ``html`` or ``xlsx``."""
    match form:
        case "json":
            return (json.dumps(report.to_dict(), indent=1, ensure_ascii=False) + "\n").encode()
        case "ttl":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # rdflib's, about the ill-typed literals that we report
                return report.to_graph().serialize(format="longturtle", encoding="utf-8")
        case "html":
            return _page(report, lang).encode()
        case "xlsx":
            return _book(report, lang)
    lines = [*(problem(p, lang) for p in report.problems), *(line(f, lang) for f in report.findings)]
    return "\n".join([*lines, validation.summary(report, lang), ""]).encode()


def problem(found: Problem, lang: str) -> str:
    """Something that could not be read, on one line."""
    return f"{text('severity-unread', lang)}: {found.in_language(lang)}"


def line(finding: Finding, lang: str) -> str:
    """A finding on one line, its severity first."""
    return f"{severity(finding.severity, lang)}: {finding.in_language(lang)}"


def severity(iri: str, lang: str) -> str:
    """Name of a severity; one that shapes bring themselves has none but its own."""
    name = validation.severity_name(iri)
    return text(f"severity-{name}", lang) if iri in validation.SEVERITIES else name


def _book(report: Report, lang: str) -> bytes:
    """A row per finding, to filter and to tick off."""
    from openpyxl import Workbook  # takes longer to load than most reports to be made

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = text("report-title", lang)[:31]
    rows: list[list[str | int]] = []
    for p in report.problems:
        said = replace(p, place=Place()).in_language(lang)
        rows.append([text("severity-unread", lang), *_cells(p.place), "", said])
    rows += [[severity(f.severity, lang), *_cells(f.place), f.about(), f.said(lang)] for f in report.findings]
    heads = ("severity", "file", "sheet", "row", "column", "entry", "message")
    tabulate(sheet, dict(zip(heads, (12, 32, 20, 8, 26, 34, 90), strict=True)), rows, lang)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def tabulate(sheet: Any, widths: Mapping[str, int], rows: Iterable[Sequence[str | int]], lang: str) -> None:
    """
    Fill the empty *sheet* with *rows* of findings; texts stay texts, whatever they begin with.

    Args:
        widths: Name of each column (``column-…`` among the messages) → its width in characters.
    """
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    heads = [text(f"column-{name}", lang) for name in widths]
    for number, row in enumerate((heads, *rows), start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == 1)
            if isinstance(value, str):
                cell.data_type = "s"
    for column, width in enumerate(widths.values(), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(widths))}{sheet.max_row}"


def _cells(place: Place) -> list[str | int]:
    return [place.file, place.sheet, place.row or place.line or "", place.column]


def _page(report: Report, lang: str) -> str:
    def e(value: str) -> str:
        return html.escape(value)

    rows = "".join(
        f"<tr><td>{e(text('severity-unread', lang))}</td><td>{e(p.place.in_language(lang))}</td>"
        f"<td></td><td>{e(replace(p, place=Place()).in_language(lang))}</td></tr>\n"
        for p in report.problems
    )
    rows += "".join(
        f"<tr><td>{e(severity(f.severity, lang))}</td><td>{e(f.place.in_language(lang))}</td>"
        f"<td>{e(f.about())}</td><td>{e(f.said(lang))}</td></tr>\n"
        for f in report.findings
    )
    heads = "".join(
        f'<th scope="col">{e(text(f"column-{c}", lang))}</th>' for c in ("severity", "place", "entry", "message")
    )
    notes = "".join(f"<li>{e(note.in_language(lang))}</li>\n" for note in report.notes)
    body = (
        f"<table><thead><tr>{heads}</tr></thead><tbody>\n{rows}</tbody></table>"
        if report.findings or report.problems
        else f"<p>{e(text('report-clean', lang))}</p>"
    )
    title = e(text("report-title", lang))
    return f"""<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; vertical-align: top; padding: .4rem .6rem; }}
th, td {{ border-bottom: 1px solid; overflow-wrap: anywhere; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{e(validation.summary(report, lang))}</p>
{body}
{f"<ul>{notes}</ul>" if notes else ""}
</main>
</body>
</html>
"""
