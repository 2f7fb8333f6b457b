"""Mistakes that people make in tables, after public complaints about such tools: what is read and what is said."""

from __future__ import annotations

import csv
import datetime as dt
import io
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from nqgraph.building import builds, checks
from nqgraph.graph.store import Store
from nqgraph.model import shapes
from nqgraph.sources import datasets, reading, shown
from nqgraph.sources.reading import Reading
from nqgraph.validation import reports
from nqgraph.words.errors import InputError, Problem, StoreError
from tests.folders import dataset
from tests.spaces import IRIS, SPACE

SOURCES = "Kennung;Titel;Herausgeber;Art;gelesener Teil;gesehen\nq-x;Bericht;Institut;Evaluation;vollständig;ganz\n"
REGIONS = "Kennung;Bezeichnung (de);Typ;AGS;Quellen;Verlässlichkeit\nr-x;Musterland;Land;05;q-x;hoch\n"
BASE = {"quellen.csv": SOURCES, "regionen.csv": REGIONS}
HEAD = ["Kennung", "Bezeichnung (de)", "Beschreibung (de)", "Gruppe", "Raum", "Quellen", "Verlässlichkeit"]
ROW = ["h-x", "Prüfung", "Text", "individuell", "r-x", "q-x", "hoch"]
FIGURES = ["Kennung", "Wert", "Genauigkeit", "Einheit", "Wert wie angegeben (de)", "Zeitraum (de)", "Beginn"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Messages name files relative to the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def ontology(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ontology as a store reads it fast."""
    store = Store()
    builds.load_ontology(store)
    path = tmp_path_factory.mktemp("ontology") / "ontology.nq"
    path.write_bytes(store.nquads())
    return path


@pytest.fixture
def look(ontology: Path, here: Path) -> Callable[..., tuple[Reading, Store]]:
    """Reads a dataset of files (text or bytes) beside a source and a region."""

    def read(files: dict[str, str | bytes] | None = None, **more: str) -> tuple[Reading, Store]:
        folder = dataset(here / "labor", {**BASE})
        for name, content in (files or {}).items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        store = Store.from_nquads(ontology)
        return reading.read_all(datasets.find([folder], SPACE), store, shapes.default()), store

    return read


Look = Callable[..., tuple[Reading, Store]]


def table(*rows: list[str], delimiter: str = ";") -> str:
    """Rows as CSV."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def obstacles(*rows: list[str]) -> dict[str, str | bytes]:
    return {"hemmnisse.csv": table(HEAD, *rows)}


def book(change: Callable[[Workbook, Worksheet], Any], title: str = "Hemmnisse") -> bytes:
    """A workbook with one good sheet of obstacles, changed."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = title
    sheet.append(HEAD)
    sheet.append(ROW)
    change(workbook, sheet)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def figures(*cells: tuple[str, Any, str]) -> bytes:
    """A workbook with one figure; cells are column, content and number format."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Messwerte"
    sheet.append(FIGURES)
    row: dict[str, Any] = {"Kennung": "m-x", "Genauigkeit": "genau", "Einheit": "Prozent"}
    sheet.append([row.get(title) for title in FIGURES])
    for title, value, code in cells:
        cell = sheet.cell(2, FIGURES.index(title) + 1, value)
        cell.number_format = code
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def patched(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook with other bytes in its parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return buffer.getvalue()


def archive(part: str) -> bytes:
    """A zip archive with one empty part."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr(part, b"")
    return buffer.getvalue()


def only(found: Reading) -> Problem:
    (problem,) = found.problems
    return problem


def said(store: Store, key: str) -> dict[str, str]:
    """Local name of a property → what the thing with *key* says."""
    rows = store.select(
        f"SELECT ?p ?o WHERE {{ GRAPH <{IRIS.dataset_graph('labor')}> {{ ?s dcterms:identifier '{key}' ; ?p ?o }} }}"
    )
    return {p.rpartition("/")[2].rpartition("#")[2]: o for p, o in rows}


# -- what cells show ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "code", "text"),
    [
        ("19.7", "General", "19,7"), ("1234567.891", "#,##0.00", "1.234.567,89"), ("0.875", "0.0%", "87,5%"),
        ("0.875", "0.0 %", "87,5 %"), ("53", "000", "053"), ("5315000", "00000000", "05315000"),
        ("-3.5", "0.0;[Red]-0.0", "-3,5"), ("-3.5", "0.0;(0.0)", "(3,5)"), ("0", '0;-0;"keine"', "keine"),
        ("12", '0 "Personen"', "12 Personen"), ("12.5", '#,##0.00 [$€-407]', "12,50 €"), ("1500", "0.0E+00", "1,5E+3"),
        ("2500000", "0.0,,", "2,5"), ("1.625", "[h]:mm", "39:00"),
        ("0.604166666666667", "h:mm", "14:30"),
        ("42705", "yyyy", "2016"), ("42705", "mmm yy", "Dez 16"), ("42705", "dd.mm.yyyy", "01.12.2016"),
        ("42705", "dddd, d. mmmm yyyy", "Donnerstag, 1. Dezember 2016"),
        ("42705.6041666667", "dd.mm.yyyy hh:mm", "01.12.2016 14:30"),
        ("1e16", "General", "10000000000000000"), ("0.00001", "General", "0,00001"), ("0.1", "0", "0"),
        ("0.30000000000000004", "General", "0,3"),
    ],
)  # fmt: skip
def test_a_number_reads_as_its_cell_shows_it(stored: str, code: str, text: str) -> None:
    """Formats of numbers, days, times and durations, in German notation."""
    cell = shown.number(stored, code)
    assert isinstance(cell, shown.Shown) and cell == text


@pytest.mark.parametrize(
    ("code", "iso"),
    [
        ("yyyy", "2016"), ("mmm yy", "2016-12"), ("mm/yyyy", "2016-12"), ("dd.mm.yyyy", "2016-12-01"),
        ("yyyy-mm-dd", "2016-12-01"), ("dd. mmm", ""), ("h:mm", ""),
    ],
)  # fmt: skip
def test_a_day_is_as_precise_as_it_is_shown(code: str, iso: str) -> None:
    """A cell that shows year and month says no day; one that shows no year says none."""
    cell = shown.number("42705", code)
    assert isinstance(cell, shown.Shown) and cell.iso == iso


@pytest.mark.parametrize(
    ("stored", "code"),
    [
        ("0.5", "# ?/?"),
        ("-1", "dd.mm.yyyy"),
        ("0", "dd.mm.yyyy"),
        ("60", "dd.mm.yyyy"),
        ("5", "[>3]0;0.0"),
        ("x", "0"),
        ("nan", "0"),
    ],
)
def test_what_cannot_be_shown_is_refused(stored: str, code: str) -> None:
    """Fractions, conditions, days before 1900 and the day that never was are not guessed."""
    cell = shown.number(stored, code)
    assert isinstance(cell, shown.Unread) and cell
    assert cell.text.in_language("de") and cell.text.in_language("en")


def test_days_of_workbooks_that_begin_in_1904() -> None:
    """The first day of old Macs is a day; what lies before is none."""
    assert shown.number("0", "yyyy-mm-dd", from_1904=True) == "1904-01-01"
    assert isinstance(shown.number("-1", "yyyy-mm-dd", from_1904=True), shown.Unread)


def test_a_percentage_is_the_number_that_is_shown(look: Look) -> None:
    """0.875 as 87,5 % of the unit per cent is 87.5, in a workbook as in a CSV file."""
    found, store = look({"messwerte.xlsx": figures(("Wert", 0.875, "0.0%"))})
    assert found.problems == [] and said(store, "m-x")["value"] == "87.5"
    found, store = look(
        {
            "messwerte.csv": table(FIGURES, ["m-y", "87,5 %", "genau", "Prozent", "", "", ""]),
            "messwerte.xlsx": figures(),
        }
    )
    assert found.problems == [] and said(store, "m-y")["value"] == "87.5"


@pytest.mark.parametrize("cell", ["12 €", "ca. 1200", "87,5%"])
def test_signs_and_words_have_columns_of_their_own(cell: str, look: Look) -> None:
    """A sign that is not that of the unit, and words, are refused with what to do."""
    found, _ = look({"messwerte.csv": table(FIGURES, ["m-x", cell, "genau", "Personen", "", "", ""])})
    assert only(found).text.code == "bad-number" and "die Zahl allein" in only(found).in_language("de")


def test_leading_zeros_by_format_stay(look: Look) -> None:
    """A code that a format pads is the padded one."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Regionen"
    sheet.append(["Kennung", "Bezeichnung (de)", "AGS"])
    sheet.append(["r-koeln", "Köln", 53])
    sheet["C2"].number_format = "000"
    buffer = io.BytesIO()
    workbook.save(buffer)
    _, store = look({"mehr.xlsx": buffer.getvalue()})
    assert said(store, "r-koeln")["ags"] == "053"


def test_typed_cells_in_text_columns_read_as_shown(look: Look) -> None:
    """Truth values, durations and moments are no Python in public texts."""
    data = figures(
        ("Wert wie angegeben (de)", True, "General"),
        ("Zeitraum (de)", dt.timedelta(hours=39), "[h]:mm"),
        ("Beginn", dt.date(2016, 12, 1), "mmm yy"),
    )
    found, store = look({"messwerte.xlsx": data})
    assert found.problems == []
    assert {"WAHR", "39:00", "2016-12"} <= set(said(store, "m-x").values())


def test_no_number_is_another_than_its_cell_shows(look: Look) -> None:
    """Thousands that a format hides, digits that no store holds, digits that the notation lacks, what is invisible."""
    for value, code, said in (
        (1_234_567, "#,##0,", "number-scaled"),
        (1e300, "General", "number-too-long"),
        (1_500_000, "0.00E+00", "bad-number"),
        (5, ";;;", "cell-format"),
    ):
        problem = only(look({"messwerte.xlsx": figures(("Wert", value, code))})[0])
        assert problem.text.code == said and len(problem.in_language("de")) < 400
    row = ["m-x", "–3", "genau", "Personen", "", "", "08.07.1905"]
    (Path("labor") / "messwerte.xlsx").unlink()
    found, store = look({"messwerte.csv": table(FIGURES, row)})
    assert found.problems == [] and said_value(store) == "-3"
    assert [note.text.values.get("year") for note in found.notes] == [2016]


def said_value(store: Store) -> str:
    return said(store, "m-x")["value"]


@pytest.mark.parametrize("value", ["#REF!", "#BEZUG!", "#NV", "#DIV/0!", "#N/A", "Err:502", "####"])
def test_error_cells_are_refused(value: str, look: Look) -> None:
    """What is left of a failed formula is no text, typed or not."""

    def change(workbook: Workbook, sheet: Worksheet) -> None:
        sheet["C2"].value = value
        sheet["C2"].data_type = "e" if value in ("#REF!", "#DIV/0!", "#N/A") else "s"

    for files in ({"a.xlsx": book(change)}, obstacles([*ROW[:2], value, *ROW[3:]])):
        found, _ = look(files)
        assert only(found).text.code == "cell-error" and only(found).place.column == "Beschreibung (de)"
        (Path("labor") / next(iter(files))).unlink()


def test_a_formula_has_its_value(look: Look) -> None:
    """What a program has computed is read; a formula without a value is refused."""
    data = book(lambda workbook, sheet: sheet.__setitem__("C2", '="Te"&"xt"'))
    assert only(look({"a.xlsx": data})[0]).text.code == "formula"
    cached = patched(
        data,
        lambda name, part: (
            part.replace(b"<v></v>", b"<v>Text</v>")
            .replace(b"<v />", b"<v>Text</v>")
            .replace(b"<v/>", b"<v>Text</v>")
            .replace(b'<c r="C2"', b'<c t="str" r="C2"')
        ),
    )
    found, store = look({"a.xlsx": cached})
    assert found.problems == [] and said(store, "h-x")["description"] == "Text"


# -- files and sheets ----------------------------------------------------------------------------------------------


def test_strict_open_xml_is_read(look: Look) -> None:
    """The other form of Excel's format, with its own namespaces."""
    main, relations = (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    )
    purl = b"http://purl.oclc.org/ooxml/"
    strict = patched(
        book(lambda *_: None),
        lambda _, part: part.replace(main, purl + b"spreadsheetml/main").replace(
            relations, purl + b"officeDocument/relationships"
        ),
    )
    found, store = look({"a.xlsx": strict})
    assert found.problems == [] and said(store, "h-x")["prefLabel"] == "Prüfung"


def test_chart_sheets_empty_sheets_and_extensions_do_no_harm(look: Look, recwarn: pytest.WarningsRecorder) -> None:
    """What holds no data keeps nobody from reading the rest, and no library speaks up."""

    def change(workbook: Workbook, sheet: Worksheet) -> None:
        workbook.create_chartsheet("Diagramm1")
        workbook.create_sheet("Tabelle1")

    validation = b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
    data = patched(book(change), lambda _, part: part.replace(b"</worksheet>", validation))
    found, store = look({"a.xlsx": data})
    assert found.problems == [] and found.notes == [] and said(store, "h-x")
    assert [str(w.message) for w in recwarn] == []


def test_what_is_hidden_is_named(look: Look) -> None:
    """Hidden sheets, rows and columns are read, and readers are told."""

    def change(workbook: Workbook, sheet: Worksheet) -> None:
        more = workbook.create_sheet("Ziele")
        more.append(["Kennung", "Bezeichnung (de)"])
        more.append(["z-alt", "Entwurf"])
        more.sheet_state = "veryHidden"
        sheet.append(["h-y", *ROW[1:]])
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True

    found, store = look({"a.xlsx": book(change)})
    assert {note.text.code for note in found.notes} == {"sheet-hidden", "rows-hidden", "columns-hidden"}
    assert said(store, "z-alt")["prefLabel"] == "Entwurf"


def test_what_a_merged_range_hides_is_no_fault_of_its_own(look: Look) -> None:
    """The range is named once; the empty cells below its first are not missing."""

    def change(_: Workbook, sheet: Worksheet) -> None:
        sheet.append(["h-y", *ROW[1:3], None, *ROW[4:]])
        sheet.merge_cells("D2:D3")

    found, _ = look({"a.xlsx": book(change)})
    assert only(found).text.code == "cells-merged" and len(found.unread) == 1


def test_a_workbook_with_entities_is_refused(look: Look) -> None:
    """They can grow at will, and no program for spreadsheets writes them."""
    bomb = b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet'
    data = patched(book(lambda *_: None), lambda _, part: part.replace(b"<worksheet", bomb))
    assert only(look({"a.xlsx": data})[0]).text.code == "workbook-damaged"


def test_letters_in_the_wrong_encoding_are_noted(look: Look) -> None:
    """Good Portuguese is none of them."""
    found, _ = look(obstacles(["h-x", "PrÃ¼fung", "Formação e situação", *ROW[3:]], ["h-y", "Pr\ufffdfung", *ROW[2:]]))
    assert [(n.text.code, n.text.values["count"], n.place.row) for n in found.notes] == [("cells-garbled", 2, 2)]


def test_merged_cells_are_refused(look: Look) -> None:
    """Only the first cell of a merged range has the value that all of them show."""

    def change(workbook: Workbook, sheet: Worksheet) -> None:
        sheet.append(["h-y", *ROW[1:]])
        sheet.merge_cells("D2:D3")

    problem = only(look({"a.xlsx": book(change)})[0])
    assert problem.text.code == "cells-merged" and "D2:D3" in problem.in_language("de")


def test_an_unknown_sheet_says_what_there_is_and_how_to_leave_it(look: Look) -> None:
    """A sheet with private notes has a way out."""
    problem = only(look({"a.xlsx": book(lambda *_: None, "Sonstiges")})[0])
    german = problem.in_language("de")
    assert problem.text.code == "unknown-sheet" and "Hemmnisse" in german and "mit _ beginnt" in german


def test_files_that_are_not_read_are_named(look: Look) -> None:
    """Old and foreign formats, subfolders; macros are noted; lock files and notes for people are left alone."""
    files: dict[str, str | bytes] = {
        "ziele.xls": "x",
        "ziele.tsv": "x",
        "unter/ziele.csv": "x",
        "liesmich.txt": "x",
        "~$a.xlsx": "x",
    }
    found, store = look({**files, "a.xlsm": book(lambda *_: None)})
    notes = {note.text.code: note.in_language("de") for note in found.notes}
    assert set(notes) == {"files-unread", "folders-unread", "macros-unread"}
    assert "(2)" in notes["files-unread"] and "ziele.xls" in notes["files-unread"] and ".xlsx" in notes["files-unread"]
    assert "unter/ziele.csv" in notes["folders-unread"]
    assert said(store, "h-x")


def test_what_is_struck_through_is_refused(look: Look) -> None:
    """People strike through what no longer holds: a cell, a part of one, a whole row; in both formats, once each."""

    def strike(_: Workbook, sheet: Worksheet) -> None:
        for number in (3, 4):
            sheet.append([f"h-{number}", *ROW[1:]])
        sheet["B2"].font = Font(strike=True)
        sheet["C2"] = CellRichText(
            "Gilt ", TextBlock(InlineFont(strike=True), "nicht"), TextBlock(InlineFont(), " mehr")
        )
        sheet["C4"] = CellRichText("Gilt ", TextBlock(InlineFont(strike=False), "noch"))
        for cell in sheet[3]:
            cell.font = Font(strike=True)

    found, store = look({"a.xlsx": book(strike)})
    assert sorted((p.text.code, p.place.row, p.place.column) for p in found.problems) == [
        ("cell-struck", 2, "Bezeichnung (de)"), ("cell-struck-partly", 2, "Beschreibung (de)"), ("row-struck", 3, ""),
    ]  # fmt: skip
    assert "description" not in said(store, "h-x") and not said(store, "h-3") and said(store, "h-4")


def test_what_is_not_in_cells_is_named(look: Look) -> None:
    """Notes, colours that some cells have, pictures, a program that has the workbook open, addresses of persons."""

    def mark(_: Workbook, sheet: Worksheet) -> None:
        sheet.append(["h-y", "DE: Prüfung / EN: exam", "Fragen an m.muster@stadt.example", *ROW[3:]])
        sheet["C2"].comment = Comment("gilt nicht", "Anna")
        sheet["C1"].comment = Comment("Hinweis", "nqgraph")
        sheet["A3"].fill = PatternFill("solid", fgColor="FFFF0000")

    data = io.BytesIO(book(mark))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("xl/media/image1.png", b"")
    found, _ = look({"a.xlsx": data.getvalue(), "~$a.xlsx": "anna", "b.csv.txt": "x"})
    notes = {note.text.code: note.in_language("de") for note in found.notes}
    assert set(notes) == {
        "cells-noted", "cells-coloured", "pictures-unread", "file-open-read", "cells-address", "cell-two-languages",
        "files-unread",
    }  # fmt: skip
    assert "(1, etwa C2)" in notes["cells-noted"] and "(1, etwa A3)" in notes["cells-coloured"]
    assert "b.csv." in notes["files-unread"]
    assert only(look({"a.xlsx": data.getvalue()[:900], "~$a.xlsx": "anna"})[0]).text.code == "file-open"


@pytest.mark.parametrize(
    ("column", "cell", "advice"),
    [
        ("Wert", "50–60", "(50, 60)"), ("Wert", "1,2 Mio.", " 1200000."), ("Wert", "50+", "(50)"),
        ("Beginn", "Schuljahr 2023/24", "(2024)"), ("Beginn", "2019–2022", "(2019)"), ("Beginn", "seit 2019", "(2019)"),
        ("Beginn", "Mai 2024", "2024-05"), ("Beginn", "05/2024", "2024-05"), ("Beginn", "1.2.24", "vier Stellen"),
        ("Beginn", "24.12.", "Jahr fehlt"),
        ("Quellen", "q-x (S. 12)", "„q-x“"), ("Quellen", "Bericht", "„q-x“"),
        ("Verlässlichkeit", "mittel/hoch", "nur eine Angabe"),
        ("Adresse", "www.example.org/a", "„https://www.example.org/a“"), ("Adresse", "<https://e.org>", "„https://e.org“"),
        ("Adresse", "file:///C:/a.pdf", "Internetadresse"), ("Adresse", "https://", "Internetadresse"),
    ],
)  # fmt: skip
def test_what_is_written_otherwise_gets_advice(column: str, cell: str, advice: str, look: Look) -> None:
    """Spans, words beside numbers and years, names for keys, addresses half written: refused with what to write."""
    rows = {"messwerte.csv": ["m-x"], "hemmnisse.csv": ["h-x"], "quellen.csv": ["q-y"]}
    name = {"Wert": "messwerte.csv", "Beginn": "messwerte.csv", "Adresse": "quellen.csv"}.get(column, "hemmnisse.csv")
    content = table(["Kennung", column], [*rows[name], cell])
    if name == "quellen.csv":
        content = (
            SOURCES.replace(";gesehen\n", f";gesehen;{column}\n") + f"q-y;B;I;Evaluation;vollständig;ganz;{cell}\n"
        )
    problem = only(look({name: content})[0])
    assert advice in problem.in_language("de")


def test_one_message_for_what_stands_about_a_table(look: Look, here: Path) -> None:
    """Another table below, a title between, a sum, a misspelt header, a key made a date, a line cut off: once each."""

    def below(_: Workbook, sheet: Worksheet) -> None:
        sheet["A6"], sheet["B7"], sheet["A8"] = "Ansprechstelle", "0221", "Quelle: eigene"

    def between(_: Workbook, sheet: Worksheet) -> None:
        sheet.insert_rows(2)
        sheet["A2"] = "Individuelle Hemmnisse"
        sheet.merge_cells("A2:G2")

    def dated(_: Workbook, sheet: Worksheet) -> None:
        sheet["A2"] = dt.date(2024, 2, 1)
        sheet["A2"].number_format = "DD. MMM"

    whole = table(HEAD, ROW, ["h-y", *ROW[1:]])
    for files, code in (
        ({"a.xlsx": book(below)}, "rows-below"), ({"a.xlsx": book(between)}, "row-is-remark"),
        ({"a.xlsx": book(dated)}, "key-converted"), (obstacles(ROW, ["", "7", "Summe"]), "row-is-remark"),
        ({"hemmnisse.csv": whole.replace("Kennung", "Kennung:")}, "unknown-column"),
        ({"hemmnisse.csv": whole + "h-z;Dritte"}, "csv-cut"), ({"hemmnisse.csv": "<html><table>"}, "csv-is-markup"),
    ):  # fmt: skip
        assert [p.text.code for p in look(files)[0].problems] == [code]
        (here / "labor" / "a.xlsx").unlink(missing_ok=True)


def test_a_folder_of_data_without_description_is_named(here: Path) -> None:
    """Beside datasets, a folder with tables but without dataset.yaml was meant as one; so were loose tables."""
    dataset(here / "data" / "gut", {})
    (here / "data" / "vergessen").mkdir()
    for name in ("vergessen/praxis.csv", "lose.csv"):
        (here / "data" / name).write_text("x", encoding="utf-8")
    (one,) = datasets.find([here / "data"], SPACE)
    assert [(n.text.code, n.place.file) for n in one.notes] == [
        ("folder-unread", "data/vergessen"),
        ("files-loose", "data"),
    ]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.xlsx", b"\xd0\xcf\x11\xe0 old or protected", "workbook-protected"),
        ("a.xlsx", b"no archive", "workbook-damaged"),
        ("a.ods", b"PK\x03\x04", "workbook-damaged"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "workbook-password"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + "Workbook\0".encode("utf-16-le"), "workbook-old"),
        ("a.xlsx", archive("xl/workbook.bin"), "workbook-other"),
        ("a.xlsx", archive("word/document.xml"), "workbook-other"),
        ("a.xlsx", b"", "empty-file"),
    ],
)
def test_messages_about_workbooks_are_ours(name: str, data: bytes, code: str, look: Look) -> None:
    """No English of a library stands in a German message."""
    problem = only(look({name: data})[0])
    assert problem.text.code == code and "zip" not in problem.in_language("de").lower()


def test_rdf_that_no_table_knows_is_named(look: Look) -> None:
    """A typing mistake in a class, and a thing without one."""
    turtle = """@prefix nq: <https://w3id.org/nqgraph/def/> . @prefix dcterms: <http://purl.org/dc/terms/> .
        <https://x.example/h1> a nq:Obstacel ; dcterms:identifier "h-a" . <https://x.example/h2> dcterms:title "x" ."""
    found, _ = look({"zusatz.ttl": turtle})
    notes = {note.text.code: note.in_language("de") for note in found.notes}
    assert set(notes) == {"rdf-unknown-class", "rdf-no-class"}
    assert "Meinten Sie „nq:Obstacle“" in notes["rdf-unknown-class"] and "x.example/h2" in notes["rdf-no-class"]


# -- characters ----------------------------------------------------------------------------------------------------


def test_letters_of_macos_are_the_same_letters(look: Look) -> None:
    """Header, list entry, “entfällt” and file name in decomposed form."""

    def decomposed(text: str) -> str:
        return unicodedata.normalize("NFD", text)

    content = decomposed(table(HEAD, ["h-x", "Ä", "entfällt", "Förderung", "r-x", "q-x", "hoch"]))
    found, store = look({"hemmnisse.csv": content, decomposed("Wissenslücken.csv"): "Kennung;Frage (de)\ng-x;Wie?\n"})
    assert found.problems == [] and said(store, "h-x")["prefLabel"] == "Ä"
    assert said(store, "h-x")["notApplicable"].endswith("description") and said(store, "g-x")


def test_what_nobody_sees_is_taken_out_and_said(look: Look) -> None:
    """Soft hyphens, blanks without width and controls, also where XML could not hold them."""
    row = ["h-x", "Prü\x02fung", "Soft\x0bUmbruch\x1f", "indi\u00advi\u00adduell", "r-x", "q-x\u200b", "\ufeffhoch"]
    found, store = look(obstacles(row))
    assert found.problems == []
    assert (said(store, "h-x")["prefLabel"], said(store, "h-x")["description"]) == ("Prüfung", "Soft\nUmbruch")
    (note,) = found.notes
    assert note.text.code == "cells-cleaned" and "U+00AD" in note.in_language("de")


def test_joiners_of_other_scripts_and_pictures_stay(look: Look) -> None:
    """A family of four is one sign; a joiner beside a Latin letter is dirt."""
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    _, store = look(obstacles(["h-x", family, "a\u200db", *ROW[3:]]))
    assert (said(store, "h-x")["prefLabel"], said(store, "h-x")["description"]) == (family, "ab")


def test_headers_are_cleaned_like_cells(look: Look) -> None:
    """Line breaks and double blanks in a header are one blank."""
    head = ["Kennung", "Bezeichnung\n(de)", "Beschreibung  (de)", *HEAD[3:]]
    found, store = look({"hemmnisse.csv": table(head, ROW)})
    assert found.problems == [] and said(store, "h-x")["description"] == "Text"


@pytest.mark.parametrize("written", ["'=1+1", "'+49 211", "'@x"])
def test_the_escape_of_spreadsheet_programs_is_no_text(written: str, look: Look) -> None:
    """An apostrophe that keeps a text from being a formula is not part of it."""
    found, store = look(obstacles(["h-x", "A", written, *ROW[3:]]))
    assert found.problems == [] and said(store, "h-x")["description"] == written[1:]


# -- quotation marks -------------------------------------------------------------------------------------------------


def test_swallowed_rows_are_found(look: Look) -> None:
    """A quotation mark that opens a cell and one rows later that closes it would hide what lies between."""
    text = (
        ";".join(HEAD)
        + '\nh-1;Eins;"Zitat;individuell;r-x;q-x;hoch\n'
        + 'h-2;Zwei;T;individuell;r-x;q-x;hoch\nh-3;Drei;Ende";individuell;r-x;q-x;hoch\n'
    )
    problem = only(look({"hemmnisse.csv": text})[0])
    assert (problem.text.code, problem.place.line) == ("csv-swallowed", 2)


def test_long_texts_with_lists_are_no_swallowed_rows(look: Look) -> None:
    """Lines with commas in prose are a text."""
    found, _ = look(
        {
            "hemmnisse.csv": table(
                HEAD,
                ["h-x", "A", "eins, zwei, drei\nvier, fünf, sechs, sieben, acht, neun, zehn", *ROW[3:]],
                delimiter=",",
            )
        }
    )
    assert found.problems == []


def test_a_stray_quotation_mark_has_its_line(look: Look) -> None:
    """The line of the fault, and no English."""
    rows = [[f"h-{n}", *ROW[1:]] for n in range(300)]
    problem = only(
        look({"hemmnisse.csv": table(HEAD, *rows) + 'h-300;"Lernen" am Regal;T;individuell;r-x;q-x;hoch\n'})[0]
    )
    assert (problem.text.code, problem.place.line) == ("csv-syntax", 302) and "expected" not in problem.in_language(
        "de"
    )


# -- headers -------------------------------------------------------------------------------------------------------


def test_the_line_that_names_the_delimiter_is_understood(look: Look) -> None:
    """``sep=;`` is what spreadsheet programs write for themselves."""
    found, store = look({"hemmnisse.csv": "sep=;\n" + table(HEAD, ROW)})
    assert found.problems == [] and said(store, "h-x")


@pytest.mark.parametrize("title", ["Stand: Januar 2026", "Hemmnisse;;;;;;"])
def test_a_title_above_the_headers_is_one_message(title: str, look: Look) -> None:
    """A hundred rows below a title are not a thousand faults."""
    rows = [[f"h-{n}", *ROW[1:]] for n in range(100)]
    problem = only(look({"hemmnisse.csv": title + "\n" + table(HEAD, *rows)})[0])
    assert problem.text.code == "header-below" and "in Zeile 2" in problem.in_language("de")


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        ("Stand, Januar 2026\n\n" + table(HEAD, ROW), "header-below", "in Zeile 3"),
        ("".join(f"Text {n}\n" for n in range(14)) + table(HEAD, ROW), "header-below", "in Zeile 15"),
        (table(*[[f"h-{n}", *ROW[1:]] for n in range(9)]), "headers-unknown", "Kopfzeile"),
        ("sep=;\n" + table(HEAD, ROW, delimiter=","), "columns-in-one", "in einer Zelle"),
        ("\n".join(f'"{";".join(row)}"' for row in (HEAD, ROW)), "columns-in-one", "in einer Zelle"),
        (table(HEAD, [*ROW, *("x" for _ in range(10_000))]), "cells-without-column", "10000 Spalten"),
        (table(HEAD, *[[f"h-{n}", "A", "Text", " mit Semikolon", *ROW[3:]] for n in range(9)]), "row-shifted", "mehr"),
        (table(HEAD, ROW, HEAD, ["h-y", *ROW[1:]]), "row-is-header", "wiederholt"),
        (table(HEAD, ROW, ["Summe", "2"]), "row-is-remark", "Summe"),
        (table(HEAD, *[[f"Name {n}", f"h-{n}", *ROW[2:]] for n in range(9)]), "columns-swapped", "„Kennung“"),
        (table(HEAD, ["h-" + "x" * 300, *ROW[1:]]), "key-too-long", "120 Zeichen"),
        (table(HEAD, [*ROW[:2], "x" * 1_000_001, *ROW[3:]]), "cell-too-long", "1000000 Zeichen"),
        (table(HEAD, [*ROW[:2], "x" * 2**24 + "yy", *ROW[3:]]), "cell-too-long", "1000000 Zeichen"),
        (b"PK\x03\x04 and more", "csv-is-workbook", ".xlsx"),
        (table(HEAD) + '"h-1;A;T;individuell;r-x;q-x;hoch\nh-2";B;T;Betrieb;r-x;q-x;hoch\n', "csv-swallowed", "ganze"),
    ],
)  # fmt: skip
def test_a_table_that_went_wrong_as_a_whole_is_one_message(
    content: str | bytes, code: str, word: str, look: Look
) -> None:
    """Whatever the number of cells that follow from it."""
    found = look({"hemmnisse.csv": content})[0].problems
    assert {p.text.code for p in found} == {code} and word in found[0].in_language("de")
    assert len(found[0].in_language("de")) < 1_500 and found[0].in_language("en")


@pytest.mark.parametrize("name", ["hemmnisse (1).csv", "Kopie von hemmnisse.csv", "hemmnisse_alt.csv"])
def test_a_copy_by_its_name_is_seen_as_one(name: str, look: Look) -> None:
    """Whatever programs and people call it."""
    problem = only(look({"hemmnisse.csv": table(HEAD, ROW), name: table(HEAD, ROW)})[0])
    assert problem.text.code == "table-is-copy" and "„Hemmnisse“" in problem.in_language("de")


def test_columns_without_header_are_a_message_each(look: Look) -> None:
    """Not one per cell."""
    rows = [[f"h-{n}", *ROW[1:], "x", "y"] for n in range(20)]
    found, _ = look({"hemmnisse.csv": table([*HEAD, "", ""], *rows)})
    assert [(p.text.code, len(p.rows)) for p in found.problems] == [("cell-without-column", 19)] * 2


def test_ten_thousand_columns_are_one_message(look: Look) -> None:
    """Unknown columns are counted, some are named."""
    more = [f"Spalte {n}" for n in range(10_000)]
    problem = only(look({"hemmnisse.csv": table([*HEAD, *more], [*ROW, *("x" for _ in more)])})[0])
    assert problem.text.code == "unknown-columns" and len(problem.in_language("de")) < 1_000


def test_columns_of_ones_own_begin_with_an_underscore(look: Look) -> None:
    """They are left unread; the message about others says so."""
    found, _ = look({"hemmnisse.csv": table([*HEAD, "_Ansprechperson"], [*ROW, "privat"])})
    assert found.problems == []
    problem = only(look({"hemmnisse.csv": table([*HEAD, "Ansprechperson"], [*ROW, "privat"])})[0])
    assert "mit _ beginnt" in problem.in_language("de")


def test_doubled_and_reordered_columns(look: Look) -> None:
    """The order is free; the same column in two languages is one too many."""
    turned = [list(reversed(HEAD)), list(reversed(ROW))]
    assert look({"hemmnisse.csv": table(*turned)})[0].problems == []
    problem = only(look({"hemmnisse.csv": table([*HEAD, "Confidence"], [*ROW, "high"])})[0])
    assert problem.text.code == "column-twice"


def test_swapped_headers_are_one_message(look: Look) -> None:
    """Five rows under two wrong headers have one cause."""
    rows = [[f"h-{n}", "A", "T", "hoch", "r-x", "q-x", "individuell"] for n in range(5)]
    problem = only(look(obstacles(*rows))[0])
    german = problem.in_language("de")
    assert problem.text.code == "columns-swapped" and "„Gruppe“" in german and "„Verlässlichkeit“" in german


# -- keys and references --------------------------------------------------------------------------------------------


def test_a_bad_key_is_said_where_it_stands_and_once(look: Look) -> None:
    """What names it is no fault of its own, whatever the mistake in it."""
    files = obstacles(["Hemmnis 1", *ROW[1:]], ["H-Y", *ROW[1:]], ["h-größe", *ROW[1:]])
    files["praxis.csv"] = "Kennung;gehemmt durch Hemmnis\np-a;Hemmnis 1\np-b;h-y; h-größe\n"
    found, _ = look(
        {
            **files,
            "praxis.csv": table(["Kennung", "gehemmt durch Hemmnis"], ["p-a", "Hemmnis 1"], ["p-b", "h-y; h-größe"]),
        }
    )
    assert [(p.text.code, p.place.row, p.rows) for p in found.problems] == [("bad-key", 2, (3, 4))]
    assert found.problems[0].place.column == "Kennung"


@pytest.mark.parametrize("key", ["a<b", "a>b", "a{b", "a|b", "a^b", "a`b", 'a"b', "a%zz", "a:b", "a b"])
def test_no_key_ends_the_program(key: str, look: Look) -> None:
    """Every character that no address can hold is refused in its cell."""
    assert only(look(obstacles([key, *ROW[1:]]))[0]).text.code == "bad-key"


@pytest.mark.parametrize("remark", ["* vorläufige Werte", "Summe: 2", "Stand: 3.11., bitte ergänzen"])
def test_a_remark_below_the_table_is_seen_as_one(remark: str, look: Look) -> None:
    """A last row with a footnote."""
    assert only(look(obstacles(ROW, [remark]))[0]).text.code == "row-is-remark"


@pytest.mark.parametrize("written", ["q-x, q-x", "q-x,q-y"])
def test_commas_for_semicolons(written: str, look: Look) -> None:
    """The message shows the cell as it should be."""
    problem = only(look(obstacles([*ROW[:5], written, "hoch"]))[0])
    assert problem.text.code == "comma-for-semicolon" and "q-x; q-" in problem.in_language("de")


@pytest.mark.parametrize("written", ["q-x und q-x", "q-x / q-x", "q-x|q-x", "q-x q-x", "q-x & q-x"])
def test_other_signs_for_semicolons(written: str, look: Look) -> None:
    """Whatever people put between two keys."""
    assert only(look(obstacles([*ROW[:5], written, "hoch"]))[0]).text.values["better"] == "q-x; q-x"


def test_suggestions_are_of_the_right_kind(look: Look) -> None:
    """A source is not suggested where a region is meant; case alone is seen."""
    problem = only(look(obstacles([*ROW[:4], "q-x1", *ROW[5:]]))[0])
    assert problem.text.code == "unknown-key" and "Meinten" not in problem.in_language("de")
    assert "Meinten Sie „r-x“" in only(look(obstacles([*ROW[:4], "R-X", *ROW[5:]]))[0]).in_language("de")


def test_a_copy_of_a_file_is_one_message(look: Look) -> None:
    """Twenty keys that stand in another file already."""
    rows = [[f"h-{n:02}", *ROW[1:]] for n in range(20)]

    def change(_: Workbook, sheet: Worksheet) -> None:
        for row in rows:
            sheet.append(row)

    data = book(change)
    problem = only(look({"anna.xlsx": data, "anna - Kopie.xlsx": data})[0])
    assert (
        problem.text.code == "keys-copied"
        and "anna" in problem.in_language("de")
        and problem.text.values["count"] == 21
    )


@pytest.mark.parametrize("cell", ["k. A.", "?", "unbekannt", "NULL"])
def test_placeholders_are_answered_with_what_to_write(cell: str, look: Look) -> None:
    """In a column of keys, of a list and of days."""
    for row in ([*ROW[:4], cell, *ROW[5:]], [*ROW[:3], cell, *ROW[4:]]):
        problem = only(look(obstacles(row))[0])
        assert problem.text.code == "placeholder" and "leer lassen" in problem.in_language("de")


def test_a_placeholder_in_a_text_is_noted(look: Look) -> None:
    """It may be meant."""
    found, _ = look(obstacles(["h-x", "A", "k. A.", *ROW[3:]]))
    assert found.problems == [] and [note.text.code for note in found.notes] == ["placeholder-text"]


@pytest.mark.parametrize("dash", list("-–—‐‑−"))
def test_every_dash_is_one(dash: str, look: Look) -> None:
    """They look alike."""
    _, store = look(obstacles(["h-x", "A", dash, *ROW[3:]]))
    assert said(store, "h-x")["notDocumented"].endswith("description")


def test_the_same_fault_in_many_rows_is_one_message(look: Look) -> None:
    """Its rows are listed."""
    rows = [[f"h-{n:02}", *ROW[1:6], "sehr hoch"] for n in range(30)]
    problem = only(look(obstacles(*rows))[0])
    assert problem.text.code == "unknown-entry" and len(problem.rows) == 29
    assert "in 30 Zeilen insgesamt, auch in: 3, 4, 5" in problem.in_language("de")


# -- all at once -----------------------------------------------------------------------------------------------------


def test_reading_faults_do_not_hide_what_the_shapes_find(here: Path) -> None:
    """One report has both, in every form; what only follows from an unread cell is not in it; missing is missing."""
    rows = [["h-x", "A", "T", "sonstig", "r-x", "q-x", "hoch"], ["h-y", "B", "T", "individuell", "r-x", "", "hoch"]]
    folder = dataset(here / "labor", {**BASE, "hemmnisse.csv": table(HEAD, *rows)})
    with pytest.raises(InputError) as caught:
        checks.of_sources([folder], workspace=SPACE)
    report = caught.value.report
    assert [p.text.code for p in report.problems] == ["unknown-entry"]
    (missing,) = [f for f in report.findings if f.severity.endswith("Violation")]
    assert missing.in_language("de").startswith("labor/hemmnisse.csv, Zeile 3, Spalte „Quellen“: h-y: „Quellen“ fehlt.")
    for form in ("text", "json", "html"):
        text = reports.rendered(report, form, "de").decode()
        assert "sonstig" in text and "h-y" in text
    sheet = openpyxl.load_workbook(io.BytesIO(reports.rendered(report, "xlsx", "de"))).worksheets[0]
    severities = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert [severity for severity in severities if severity != "Hinweis"] == ["Nicht lesbar", "Verstoß"]
    assert "Ohne Einträge und daher ungeprüft: Akteure" in reports.rendered(report, "text", "de").decode()


def test_what_is_right_can_be_built_beside_the_last_good_graph(here: Path) -> None:
    """``--keep-going`` leaves the good build; an empty one replaces it only by force."""
    folder = dataset(here / "labor", BASE)
    good = builds.build([folder], here / "build", SPACE)
    (folder / "hemmnisse.csv").write_text(table(HEAD, [*ROW[:6], "sehr hoch"]), encoding="utf-8")
    partly = builds.build([folder], here / "build", SPACE, partly=True)
    assert partly.path is not None and partly.path.is_relative_to(here / "build" / "partly")
    assert partly.report is not None and not partly.report.conforms
    for name in (*BASE, "hemmnisse.csv"):
        (folder / name).unlink()
    (folder / "alles.xls").write_bytes(b"x")
    with pytest.raises(StoreError) as caught:
        builds.build([folder], here / "build", SPACE)
    assert caught.value.problems[0].text.code == "build-would-empty" and good.path is not None and good.path.exists()
    assert builds.build([folder], here / "build", SPACE, force=True).ok
