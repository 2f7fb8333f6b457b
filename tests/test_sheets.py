"""Sheets: what CSV, Excel and OpenDocument files give, and what is refused with its place."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from openpyxl import Workbook

from nqgraph.model import shapes
from nqgraph.sources import sheets, tables, workbooks
from nqgraph.sources.sheets import Sheet
from nqgraph.words.errors import InputError, Problem

#: What only the meaning of a table makes a fault.
MEANT = {"unknown-column", "unknown-columns", "no-key-column"}


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def one(path: Path) -> Sheet:
    (sheet,) = sheets.read(path, f"daten/{path.name}")
    return sheet


def faults(path: Path) -> list[Problem]:
    """All that is wrong with the sheets of a file, whatever they mean."""
    try:
        found = sheets.read(path, f"daten/{path.name}")
    except InputError as error:
        return error.problems
    problems: list[Problem] = []
    for sheet in found:
        tables.match(sheet, shapes.default(), problems)
        problems += sheet.unread()
    return sorted((p for p in problems if p.text.code not in MEANT), key=lambda problem: problem.place)


def refused(path: Path) -> tuple[str, str, str]:
    """Code, German and English message with which the file is refused; it has one problem."""
    (problem,) = faults(path)
    return problem.text.code, problem.in_language("de"), problem.in_language("en")


# -- CSV -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_is_read_as_spreadsheets_write_it(tmp_path: Path, delimiter: str, end: str, mark: str) -> None:
    """Comma, semicolon and tab, both line ends, with and without byte-order mark give the same sheet."""
    lines = [["Kennung", "Bezeichnung (de)"], ["w-a", '"Bau, Holz; ""Lack"""'], ["", ""], ["w-b", "Größe"]]
    sheet = one(write(tmp_path / "wege.csv", mark + end.join(delimiter.join(line) for line in lines) + end))
    assert sheet.name == "wege" and sheet.file == "daten/wege.csv" and sheet.sheet == ""
    assert sheet.header == ("Kennung", "Bezeichnung (de)")
    assert sheet.rows == ((2, ("w-a", 'Bau, Holz; "Lack"')), (4, ("w-b", "Größe")))


def test_cells_are_trimmed_but_keep_their_lines(tmp_path: Path) -> None:
    """Blanks around and runs of blanks, also protected ones, are tidied; line breaks in a cell stay."""
    sheet = one(write(tmp_path / "wege.csv", 'Kennung ,\u00a0Anmerkung\r\n  w-a ,"Eins \u00a0 zwei\r\n\r\ndrei "\r\n'))
    assert sheet.header == ("Kennung", "Anmerkung")
    assert sheet.rows == ((2, ("w-a", "Eins zwei\n\ndrei")),)


def test_a_row_counts_as_a_spreadsheet_shows_it(tmp_path: Path) -> None:
    """A cell with line breaks is one row; empty rows count but are left out."""
    sheet = one(write(tmp_path / "wege.csv", 'Kennung,Anmerkung\nw-a,"1\n2\n3"\n\n,\nw-b,\n'))
    assert [number for number, _ in sheet.rows] == [2, 5]


def test_columns_without_header_at_the_end_are_dropped_from_the_header(tmp_path: Path) -> None:
    """Spreadsheets append empty columns; they are no headers, but one in the middle keeps its place."""
    sheet = one(write(tmp_path / "wege.csv", "Kennung,,Anmerkung,,\nw-a,,x,,\n"))
    assert sheet.header == ("Kennung", "", "Anmerkung")


def test_a_csv_not_in_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    """A file saved as Latin-1 is named with the line of its first umlaut."""
    code, german, english = refused(write(tmp_path / "wege.csv", "Kennung\nw-a\nw-größe\nw-höhe\n".encode("latin-1")))
    assert code == "encoding"
    assert german.startswith("daten/wege.csv, Zeile 3:") and "UTF-8" in german
    assert english.startswith("daten/wege.csv, line 3:") and "UTF-8" in english


@pytest.mark.parametrize("content", ["", "\n\n", " \r\n"])
def test_an_empty_csv_is_refused(tmp_path: Path, content: str) -> None:
    """A file without content is named."""
    code, german, english = refused(write(tmp_path / "wege.csv", content))
    assert code == "empty-file"
    assert german.startswith("daten/wege.csv:") and "leer" in german
    assert english.startswith("daten/wege.csv:") and "empty" in english


@pytest.mark.parametrize("content", ["\nKennung\nw-a\n", ",,\nKennung,,\n", "\ufeff\nw-a\n"])
def test_an_empty_header_is_refused(tmp_path: Path, content: str) -> None:
    """The first row must hold the headers."""
    code, german, english = refused(write(tmp_path / "wege.csv", content))
    assert code == "no-header"
    assert "daten/wege.csv" in german and "Spaltenüberschriften" in german
    assert "daten/wege.csv" in english and "column headers" in english


def test_a_header_twice_is_refused(tmp_path: Path) -> None:
    """Two columns of one name would hide one another."""
    code, german, english = refused(write(tmp_path / "wege.csv", "Kennung,Anmerkung,Anmerkung \nw-a,x,y\n"))
    assert code == "header-twice"
    assert "„Anmerkung“" in german and "zweimal" in german
    assert "“Anmerkung”" in english and "twice" in english


def test_formulas_in_a_csv_are_refused_with_their_places(tmp_path: Path) -> None:
    """Every formula in a file is named with row and column."""
    path = write(tmp_path / "wege.csv", 'Kennung,Wert,Anmerkung\nw-a,=1+1,x\nw-b,2,"=HYPERLINK(""x"")"\n')
    found = faults(path)
    assert [(p.text.code, p.place.row, p.place.column) for p in found] == [
        ("formula-text", 2, "Wert"),
        ("formula-text", 3, "Anmerkung"),
    ]
    assert "wege.csv, Zeile 2, Spalte „Wert“" in found[0].in_language("de")
    assert "wege.csv, row 3, column “Anmerkung”" in found[1].in_language("en")
    assert "Hochkomma" in found[0].in_language("de") and "apostrophe" in found[1].in_language("en")


@pytest.mark.parametrize("content", ['Kennung,Anmerkung\nw-a,"offen\nw-b,x\n', 'Kennung,Anmerkung\nw-a,"x"y\n'])
def test_unbalanced_quotation_marks_are_refused(tmp_path: Path, content: str) -> None:
    """An open quotation mark would swallow the rest of the file."""
    code, german, english = refused(write(tmp_path / "wege.csv", content))
    assert code == "csv-syntax"
    assert german.startswith("daten/wege.csv") and "Anführungszeichen" in german
    assert english.startswith("daten/wege.csv") and "quotation marks" in english


def test_another_file_type_is_refused(tmp_path: Path) -> None:
    """A file of a format that is not read is named."""
    assert refused(write(tmp_path / "wege.xls", b"x"))[0] == "unknown-file-type"


# -- Excel ---------------------------------------------------------------------------------------------------------


def excel(path: Path, **contents: list[list[Any]]) -> Path:
    """A workbook with a sheet of rows per keyword; an underscore in the name stands for a blank."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for title, rows in contents.items():
        sheet = book.create_sheet(title.replace("_", " "))
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_excel_gives_a_sheet_per_table_with_typed_cells(tmp_path: Path) -> None:
    """Each sheet is a table; numbers, truth values and days come as such."""
    path = excel(
        tmp_path / "daten.xlsx",
        Wege=[["Kennung", "Anmerkung"], ["w-a", " x "]],
        Messwerte=[["Kennung", "Wert", "Beginn", "Ja"], ["m-a", 19.5, dt.datetime(2016, 12, 1), True], [], ["m-b", 3]],
    )
    routes, values = sheets.read(path, "daten.xlsx")
    assert (routes.name, routes.sheet, routes.file) == ("Wege", "Wege", "daten.xlsx")
    assert routes.rows == ((2, ("w-a", "x")),)
    assert values.header == ("Kennung", "Wert", "Beginn", "Ja")
    assert values.rows == ((2, ("m-a", "19,5", "2016-12-01 0:00:00", "WAHR")), (4, ("m-b", "3")))


@pytest.mark.parametrize("title", ["Lies_mich", "LIES_MICH", "Read_me"])
def test_note_sheets_are_skipped(tmp_path: Path, title: str) -> None:
    """A sheet with notes for people is no table."""
    path = excel(tmp_path / "daten.xlsx", **{title: [["Hallo"]], "Wege": [["Kennung"], ["w-a"]]})
    assert [sheet.name for sheet in sheets.read(path, "daten.xlsx")] == ["Wege"]


def test_sheets_that_begin_with_an_underscore_are_skipped(tmp_path: Path) -> None:
    """The lists behind the drop-downs stand in a sheet that is no table."""
    book = Workbook()
    assert book.active is not None
    book.active.title = "_listen"
    book.create_sheet("Wege").append(["Kennung"])
    book.save(tmp_path / "daten.xlsx")
    assert [sheet.name for sheet in sheets.read(tmp_path / "daten.xlsx", "daten.xlsx")] == ["Wege"]


def test_formulas_in_excel_are_refused_with_their_places(tmp_path: Path) -> None:
    """Every formula of a sheet is named with sheet, row and column; one without header by its number."""
    path = excel(tmp_path / "daten.xlsx", Wege=[["Kennung", "Wert"], ["w-a", "=1+1"], ["w-b", 2, "=B3*2"]])
    found = faults(path)
    german, english = ("\n".join(p.in_language(lang) for p in found) for lang in ("de", "en"))
    assert "daten.xlsx, Blatt „Wege“, Zeile 2, Spalte „Wert“" in german and "Zeile 3, Spalte „3“" in german
    assert "daten.xlsx, sheet “Wege”, row 2, column “Wert”" in english and "formula" in english


@pytest.mark.parametrize("text", ["Jahrgang '68", "1'234", "'s ist so", "a  '5"])
def test_an_apostrophe_within_a_text_stays(text: str) -> None:
    """Only the first sign of a cell is what a spreadsheet program puts there."""
    assert sheets.clean(sheets.escaped(text)) == text.replace("  ", " ")


def test_the_faults_of_all_sheets_are_raised_together(tmp_path: Path) -> None:
    """A workbook is mended in one go."""
    twice = ["Kennung", "Kennung"]
    path = excel(tmp_path / "daten.xlsx", Wege=[["Kennung"], ["=1"]], Ziele=[["Kennung"]], Foren=[twice])
    found = [(p.text.code, p.place.sheet) for p in faults(path)]
    assert found == [("header-twice", "Foren"), ("formula", "Wege")]


@pytest.mark.parametrize(
    ("rows", "code"),
    [([["Kennung", "Kennung"]], "header-twice"), ([[None, None], ["w-a", "x"]], "no-header")],
)
def test_the_header_of_a_sheet_is_checked(tmp_path: Path, rows: list[list[Any]], code: str) -> None:
    """An empty or doubled header is named with its sheet."""
    found, german, english = refused(excel(tmp_path / "daten.xlsx", Wege=rows))
    assert found == code
    assert "daten/daten.xlsx, Blatt „Wege“" in german and "daten/daten.xlsx, sheet “Wege”" in english


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
@pytest.mark.parametrize("content", [b"no archive", b"PK\x03\x04broken"])
def test_a_damaged_workbook_is_refused(tmp_path: Path, ending: str, content: bytes) -> None:
    """What is no archive is no workbook."""
    code, german, english = refused(write(tmp_path / f"daten.{ending}", content))
    assert code == "workbook-damaged"
    assert german.startswith(f"daten/daten.{ending}:") and "öffnen" in german
    assert english.startswith(f"daten/daten.{ending}:") and "opened" in english


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_an_archive_without_a_workbook_is_refused(tmp_path: Path, ending: str) -> None:
    """A zip archive with other things in it is a damaged workbook."""
    path = tmp_path / f"daten.{ending}"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hallo.txt", "hallo")
    assert refused(path)[0] == "workbook-damaged"


def test_a_sheet_cut_off_is_refused(tmp_path: Path) -> None:
    """A workbook whose sheet breaks off is damaged, even if its index can be read."""
    whole = excel(tmp_path / "ganz.xlsx", Wege=[["Kennung"], ["w-a"], ["w-b"]])
    path = tmp_path / "daten.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data[: len(data) // 2] if name == "xl/worksheets/sheet1.xml" else data)
    assert refused(path)[0] == "workbook-damaged"


def test_a_wrong_dimension_hides_no_rows(tmp_path: Path) -> None:
    """Some programs write a wrong size into the file; all cells are read all the same."""
    whole = excel(tmp_path / "ganz.xlsx", Wege=[["Kennung", "Anmerkung"], ["w-a", "x"], ["w-b", "y"]])
    path = tmp_path / "daten.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1"'))
    assert one(path).rows == ((2, ("w-a", "x")), (3, ("w-b", "y")))


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_an_archive_that_unpacks_too_large_is_refused(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small file that would unpack to more than the limit is refused before it is unpacked."""
    monkeypatch.setattr(workbooks, "MAX_UNPACKED", 3 * 2**20)
    path = tmp_path / f"daten.{ending}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", b" " * (3 * 2**20 + 1))
    assert path.stat().st_size < 10_000
    code, german, english = refused(path)
    assert code == "workbook-too-large" and "3 MB" in german and "3 MB" in english


# -- OpenDocument --------------------------------------------------------------------------------------------------

NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
)


def text(value: str, attributes: str = "") -> str:
    """A cell with a text; each line is a paragraph."""
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
    return f'<table:table-cell office:value-type="string" {attributes}>{paragraphs}</table:table-cell>'


def value(kind: str, attributes: str) -> str:
    """A cell with a number, day or truth value."""
    return f'<table:table-cell office:value-type="{kind}" {attributes}/>'


def row(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


EMPTY = "<table:table-cell/>"


def opendocument(path: Path, **contents: list[str]) -> Path:
    """A minimal spreadsheet with a sheet of rows per keyword, as LibreOffice writes it."""
    tables = "".join(
        f'<table:table table:name="{title.replace("_", " ")}">{"".join(rows)}'
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
        for title, rows in contents.items()
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{manifest}"><m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>',
        )
        archive.writestr(
            "content.xml",
            f"<office:document-content {NAMESPACES}><office:body><office:spreadsheet>{tables}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


HEADER = row(text("Kennung"), text("Wert"), text("Beginn"))


def test_opendocument_gives_a_sheet_per_table_with_typed_cells(tmp_path: Path) -> None:
    """Each sheet is a table; numbers, truth values, days and lines come as such, note sheets are skipped."""
    path = opendocument(
        tmp_path / "daten.ods",
        Lies_mich=[row(text("Hallo"))],
        Messwerte=[
            HEADER,
            row(
                text("m-a"),
                value("float", 'office:value="19.5"'),
                value("date", 'office:date-value="2016-12-01"'),
            ),
            row(text("m-b\nm-c"), value("boolean", 'office:boolean-value="true"')),
        ],
        Wege=[row(text("Kennung")), row(text("w-a"))],
    )
    values, routes = sheets.read(path, "daten.ods")
    assert (values.name, values.sheet, values.file) == ("Messwerte", "Messwerte", "daten.ods")
    assert values.header == ("Kennung", "Wert", "Beginn")
    assert values.rows == ((2, ("m-a", "19,5", "2016-12-01")), (3, ("m-b\nm-c", "WAHR")))
    assert routes.rows == ((2, ("w-a",)),)


def test_what_opendocument_strikes_through_is_refused(tmp_path: Path) -> None:
    """By the style of a cell, of its column or of a part of its text."""
    path = opendocument(
        tmp_path / "daten.ods",
        Wege=[
            '<table:table-column table:number-columns-repeated="2"/>',
            '<table:table-column table:default-cell-style-name="ce1"/>',
            row(text("Kennung"), text("Titel"), text("Text")),
            row(text("w-a"), text("Eins", 'table:style-name="ce1"'), text("Zwei")),
            row(text("w-b"), text("Eins").replace("Eins", '<text:span text:style-name="ce1">E</text:span>ins'), EMPTY),
        ],
    )
    style = '<style:style style:name="ce1"><style:text-properties style:text-line-through-type="single"/></style:style>'
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").decode()
    named = content.replace(NAMESPACES, f'{NAMESPACES} xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"')
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", named.replace("<office:body>", f"{style}<office:body>"))
    (sheet,) = sheets.read(path, "daten.ods")
    assert [(p.place.row, p.place.column, p.text.code) for p in sheet.unread()] == [
        (2, "Titel", "cell-struck"), (2, "Text", "cell-struck"), (3, "Titel", "cell-struck-partly"),
    ]  # fmt: skip


def test_repeated_columns_and_rows_keep_their_places(tmp_path: Path) -> None:
    """OpenDocument writes equal neighbours once with a count; columns and row numbers are those a reader sees."""
    path = opendocument(
        tmp_path / "daten.ods",
        Wege=[
            row(text("a"), text("b"), text("c"), text("d")),
            row(EMPTY, repeated=3),
            row(text("x", 'table:number-columns-repeated="3"'), text("y")),
            row(text("z"), repeated=2),
        ],
    )
    filled = [(number, [cell for cell in cells if cell]) for number, cells in one(path).rows]
    assert filled == [(5, ["x", "x", "x", "y"]), (6, ["z"]), (7, ["z"])]


def test_formulas_in_opendocument_have_their_values(tmp_path: Path) -> None:
    """OpenDocument stores with each formula what it gives, also behind repeated cells and rows."""
    formula = value("float", 'office:value="2" table:formula="of:=1+1"')
    path = opendocument(
        tmp_path / "daten.ods",
        Messwerte=[HEADER, row(EMPTY, repeated=2), row(text("m-a", 'table:number-columns-repeated="2"'), formula)],
    )
    assert one(path).rows == ((4, ("m-a", "m-a", "2")),)


def test_whole_numbers_of_opendocument_make_whole_texts(tmp_path: Path) -> None:
    """OpenDocument knows only floating-point numbers; a key of digits gets no “.0”."""
    path = opendocument(tmp_path / "daten.ods", Wege=[row(text("Kennung")), row(value("float", 'office:value="12"'))])
    table = tables.match(one(path), shapes.default(), [])
    assert table is not None
    assert list(table.row_keys()) == [(["12"], 2)]


def test_an_opendocument_cut_off_is_refused(tmp_path: Path) -> None:
    """A spreadsheet whose content breaks off is damaged."""
    whole = opendocument(tmp_path / "ganz.ods", Wege=[row(text("Kennung")), row(text("w-a"))])
    path = tmp_path / "daten.ods"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data[: len(data) // 2] if name == "content.xml" else data)
    assert refused(path)[0] == "workbook-damaged"
