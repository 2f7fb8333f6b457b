"""Workbooks that come back: only what was edited changes, what both sides edited is a conflict, nothing is lost."""

from __future__ import annotations

import csv
import io
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from nqgraph.building import builds
from nqgraph.command import cli
from nqgraph.exports import annotated, proposals, returned, workbook
from nqgraph.graph import versions
from nqgraph.graph.store import Store
from nqgraph.model import shapes
from nqgraph.networks.network import Selection
from nqgraph.sources import datasets, edits, sheets
from nqgraph.sources.reading import read_all
from nqgraph.words.errors import InputError
from tests.conftest import EXAMPLE
from tests.folders import dataset
from tests.spaces import SPACE

SOURCES = "Kennung,Titel,Herausgeber,Art,gelesener Teil,gesehen\nq-x,Bericht,Amt,Programmseite,vollständig,ganz\n"
REGIONS = """\
Kennung,Bezeichnung (de),Typ,Teil von,Quellen,Verlässlichkeit
r-land,Musterland,Land,,q-x,hoch
r-stadt,Musterstadt,Gemeinde,r-land,q-x,hoch
r-ort,Ort,Gemeinde,,q-x,"mittel"
"""
OBSTACLES = """\
Kennung,Bezeichnung (de),Beschreibung (de),Gruppe,Raum,Quellen,Verlässlichkeit
h-zeit,Zeit,"Wer arbeitet, hat
wenig davon.",individuell; Betrieb,r-land,q-x,hoch
h-geld,Geld,,individuell,r-stadt,q-x,mittel
"""
FILES = {"quellen.csv": SOURCES, "regionen.csv": REGIONS, "hemmnisse.csv": OBSTACLES}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def store_of(*folders: Path) -> Store:
    store = Store(SPACE)
    builds.load_ontology(store)
    reading = read_all(datasets.find(folders, SPACE), store, builds.checked(SPACE))
    assert reading.problems == []
    return store


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small dataset and its workbook."""
    folder = dataset(tmp_path_factory.mktemp("data") / "labor", FILES)
    path = folder.parent / "labor.xlsx"
    path.write_bytes(workbook.render(store_of(folder), "de", version="v1"))
    return folder, path


@pytest.fixture
def labor(written: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    """A copy of both to change."""
    folder = Path(shutil.copytree(written[0], tmp_path / "labor"))
    return folder, Path(shutil.copy(written[1], tmp_path / "labor.xlsx"))


Cells = dict[tuple[str, str, str], str | None]


def edit(path: Path, cells: Cells, change: Callable[[Workbook], None] | None = None) -> Path:
    """The workbook with other cells: (sheet, key, header) → content."""
    book = openpyxl.load_workbook(path)
    for (title, key, head), value in cells.items():
        sheet = book[title]
        column = next(cell.column for cell in sheet[1] if cell.value == head)
        row = next(cell.row for cell in sheet["A"] if cell.value == key)
        sheet.cell(row, column).value = value
    if change:
        change(book)
    book.save(path)
    return path


def compared(labor: tuple[Path, Path], **options: bool | str) -> returned.Comparison:
    return returned.compare(labor[1], [labor[0]], SPACE, **options)  # type: ignore[arg-type]


def said(found: returned.Comparison) -> list[str]:
    return [change.in_language("de") for change in found.changes]


# -- nothing, one cell, a row --------------------------------------------------------------------------------------


def test_without_edits_nothing_changes(labor: tuple[Path, Path]) -> None:
    """Not a byte is written."""
    found = compared(labor)
    assert (found.changes, found.problems, found.files) == ([], [], {}) and found.state.version == "v1"


def test_an_edited_cell_changes_its_line_alone(labor: tuple[Path, Path]) -> None:
    """The sentence says what was and what will be; every other line keeps its bytes, quotation marks included."""
    edit(labor[1], {("Hemmnisse", "h-geld", "Verlässlichkeit"): "niedrig"})
    before = contents(labor[0])
    found = compared(labor)
    assert said(found) == ["Hemmnisse, h-geld („Geld“): Verlässlichkeit: mittel → niedrig"]
    assert contents(labor[0]) == before
    assert found.applicable and returned.apply(found) == [labor[0] / "hemmnisse.csv"]
    expected = OBSTACLES.replace("r-stadt,q-x,mittel", "r-stadt,q-x,niedrig")
    assert contents(labor[0]) == before | {"hemmnisse.csv": expected.encode()}
    assert compared(labor).changes == []  # the same workbook a second time


def test_new_renamed_and_missing_rows(labor: tuple[Path, Path]) -> None:
    """A row of a known content with another key is renamed and keeps its old address; others are new or gone."""

    def change(book: Workbook) -> None:
        sheet = book["Hemmnisse"]
        heads = {str(cell.value): int(cell.column or 0) for cell in sheet[1]}
        row = sheet.max_row + 1
        new = {"Kennung": "h-neu", "Bezeichnung (de)": "Neues", "Gruppe": "Betrieb", "Raum": "r-land", "Quellen": "q-x"}
        for head, value in (new | {"Verlässlichkeit": "hoch"}).items():
            sheet.cell(row, heads[head], value)
        regions = book["Regionen"]
        regions.delete_rows(next(cell.row for cell in regions["A"] if cell.value == "r-ort"))

    edit(labor[1], {("Hemmnisse", "h-geld", "Kennung"): "h-lohn"}, change)
    found = compared(labor)
    assert said(found) == [
        "Hemmnisse: h-geld („Geld“) heißt jetzt h-lohn; die alte Kennung führt weiter hierher",
        "Hemmnisse: neu ist h-neu („Neues“)",
        "Regionen: r-ort („Ort“) fehlt in der Mappe und wird gelöscht",
    ]
    assert found.problems == [] and found.applicable
    returned.apply(found)
    assert (labor[0] / "hemmnisse.csv").read_text(encoding="utf-8") == OBSTACLES.replace(
        "h-geld,", "h-lohn; h-geld,"
    ) + ("h-neu,Neues,,Betrieb,r-land,q-x,hoch\n")
    assert "r-ort" not in (labor[0] / "regionen.csv").read_text(encoding="utf-8")


def test_a_new_table_and_a_new_column(labor: tuple[Path, Path]) -> None:
    """What the files do not have yet is added: a column behind the others, a file with the filled columns."""

    def change(book: Workbook) -> None:
        sheet = book["Ziele"]
        heads = {str(cell.value): int(cell.column or 0) for cell in sheet[1]}
        for head, value in {
            "Kennung": "z-a",
            "Bezeichnung (de)": "=Ziel",
            "Quellen": "q-x",
            "Verlässlichkeit": "hoch",
        }.items():
            sheet.cell(2, heads[head], value).data_type = "s"

    edit(labor[1], {("Regionen", "r-ort", "Anmerkung (de)"): "neu"}, change)
    found = compared(labor)
    assert found.applicable
    returned.apply(found)
    lines = (labor[0] / "regionen.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].endswith(",Verlässlichkeit,Anmerkung (de)") and lines[3].endswith(',"mittel",neu')
    kept = (*lines[1:3], *lines[4:])  # git shows the header and the edited row alone
    assert set(kept) < set(FILES["regionen.csv"].splitlines())
    goals = (labor[0] / "ziele.csv").read_text(encoding="utf-8")
    assert goals == "Kennung,Bezeichnung (de),Quellen,Verlässlichkeit\nz-a,'=Ziel,q-x,hoch\n"
    assert compared(labor).changes == []


# -- both sides ----------------------------------------------------------------------------------------------------


def test_edits_of_both_sides_meet_cell_by_cell(labor: tuple[Path, Path]) -> None:
    """Different cells of one row are merged, the same cell is a conflict, the same edit is none."""
    edit(
        labor[1],
        {
            ("Hemmnisse", "h-geld", "Verlässlichkeit"): "niedrig",
            ("Hemmnisse", "h-geld", "Bezeichnung (de)"): "Einkommen",
            ("Hemmnisse", "h-zeit", "Gruppe"): "Betrieb",
        },
    )
    ours = OBSTACLES.replace("q-x,mittel", "q-x,hoch").replace("individuell; Betrieb", "Betrieb")
    (labor[0] / "hemmnisse.csv").write_text(ours.replace("h-geld,Geld,,", "h-geld,Geld,Lohn fehlt,"), encoding="utf-8")
    found = compared(labor)
    meanwhile = "steht im Datensatz inzwischen auf"
    assert said(found) == [
        "Hemmnisse, h-geld („Geld“): Bezeichnung (de): Geld → Einkommen",
        f"KONFLIKT Hemmnisse, h-geld („Geld“): Verlässlichkeit {meanwhile}: hoch – in der Mappe: niedrig",
    ]
    assert not found.applicable
    taken = compared(labor, take=True)
    assert taken.applicable and taken.conflicts == []
    returned.apply(taken)
    assert "h-geld,Einkommen,Lohn fehlt,individuell,r-stadt,q-x,niedrig" in (labor[0] / "hemmnisse.csv").read_text(
        "utf-8"
    )


def test_a_table_written_to_meanwhile_is_not_overwritten(labor: tuple[Path, Path]) -> None:
    """Between the comparison and its end somebody saves the table."""
    edit(labor[1], {("Hemmnisse", "h-geld", "Verlässlichkeit"): "niedrig"})
    found = compared(labor)
    theirs = OBSTACLES.replace("Geld", "Lohn und Geld")
    (labor[0] / "hemmnisse.csv").write_text(theirs, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        returned.apply(found)
    assert caught.value.problems[0].text.code == "import-table-changed"
    assert (labor[0] / "hemmnisse.csv").read_text(encoding="utf-8") == theirs


def test_a_row_that_both_sides_touch_is_not_deleted(labor: tuple[Path, Path]) -> None:
    """One deletes what the other edits."""
    edit(labor[1], {}, lambda book: book["Hemmnisse"].delete_rows(2))
    (labor[0] / "hemmnisse.csv").write_text(OBSTACLES.replace("q-x,mittel", "q-x,hoch"), encoding="utf-8")
    found = compared(labor)
    assert [(c.kind, c.conflict) for c in found.changes] == [("gone", True)]


# -- what comes back wrong -----------------------------------------------------------------------------------------


def test_everything_wrong_is_found_and_marked(labor: tuple[Path, Path], tmp_path: Path) -> None:
    """Unreadable cells, doubled keys and what the shapes find; the same workbook says it in its cells."""

    def change(book: Workbook) -> None:
        sheet = book["Hemmnisse"]
        for column in range(1, sheet.max_column + 1):
            sheet.cell(4, column, sheet.cell(2, column).value)

    edit(labor[1], {("Hemmnisse", "h-geld", "Gruppe"): "sonstig"}, change)
    book = openpyxl.load_workbook(labor[1])
    book["Quellen"]["B2"].font = Font(strike=True)
    book.save(labor[1])
    found = compared(labor)
    assert not any(change.column == "Titel" for change in found.changes)
    assert {p.text.code for p in found.problems} == {"unknown-entry", "key-twice", "cell-struck"}
    book = openpyxl.load_workbook(io.BytesIO(annotated.render(labor[1], found.findings(), "de")))
    sheet = book["Hemmnisse"]
    marked = {cell.coordinate: cell.comment.text for row in sheet.iter_rows(min_row=2) for cell in row if cell.comment}
    assert any("steht nicht in der Liste" in note for note in marked.values())
    assert any("schon vergeben" in note for note in marked.values())
    assert all(sheet[at].fill.fgColor.rgb == "FFFFC7CE" for at in marked)
    assert sheet["B2"].value == "Geld"


def test_what_the_shapes_find_keeps_everything_from_being_written(labor: tuple[Path, Path]) -> None:
    """A required cell that was emptied."""
    edit(labor[1], {("Hemmnisse", "h-geld", "Quellen"): None})
    found = compared(labor)
    assert found.problems == [] and not found.applicable and found.report is not None
    (wrong,) = found.findings()
    assert wrong.place.column == "Quellen" and wrong.place.sheet == "Hemmnisse" and "fehlt" in wrong.in_language("de")


def test_a_key_given_to_another_thing_is_refused(labor: tuple[Path, Path]) -> None:
    """All cells of a row say something else: the key was recycled."""
    row = {
        "Bezeichnung (de)": "Anderes",
        "Gruppe": "Betrieb",
        "Raum": "r-ort",
        "Quellen": "q-x; q-x",
        "Verlässlichkeit": "hoch",
    }
    edit(labor[1], {("Hemmnisse", "h-geld", head): value for head, value in row.items()})
    assert [p.text.code for p in compared(labor).problems] == ["import-recycled"]


def test_a_column_sorted_alone_is_refused(labor: tuple[Path, Path]) -> None:
    """Each row would be about another thing; a table sorted as a whole is the same table."""
    rows = [f"h-{n},Name {n},,individuell,r-land,q-x,hoch\n" for n in range(5)]
    (labor[0] / "hemmnisse.csv").write_text(OBSTACLES + "".join(rows), encoding="utf-8")
    labor[1].write_bytes(workbook.render(store_of(labor[0]), "de"))
    names = {f"h-{n}": f"Name {4 - n}" for n in (0, 1, 3, 4)}
    edit(labor[1], {("Hemmnisse", key, "Bezeichnung (de)"): name for key, name in names.items()})
    (problem,) = compared(labor).problems
    assert (problem.text.code, problem.place.column) == ("import-column-sorted", "Bezeichnung (de)")


def test_columns_and_sheets_may_move_or_be_missing(labor: tuple[Path, Path]) -> None:
    """A missing sheet or column changes nothing and deletes nothing; the order is free."""

    def change(book: Workbook) -> None:
        book.move_sheet("Hemmnisse", -3)
        del book["Regionen"]
        sheet = book["Hemmnisse"]
        sheet.delete_cols(next(cell.column for cell in sheet[1] if cell.value == "Gruppe"))
        sheet.move_range(f"B1:B{sheet.max_row}", cols=60)

    edit(labor[1], {}, change)
    found = compared(labor)
    assert (found.changes, found.problems) == ([], [])
    notes = [note.in_language("de") for note in found.notes]
    assert len(notes) == 2 and any("Gruppe" in note for note in notes)
    assert any("keine Zeile von „Regionen“" in note for note in notes)


@pytest.mark.parametrize(
    ("row", "value", "code"),
    [
        (2, "https://example.org/other/", "import-other-workspace"),
        (1, "99", "import-newer"),
        (5, "fort", "import-dataset-gone"),
    ],
)
def test_workbooks_of_elsewhere_are_refused(row: int, value: str, code: str, labor: tuple[Path, Path]) -> None:
    """Of another workspace, of a newer program, of a dataset that is gone."""

    def change(book: Workbook) -> None:
        book["_stand"].cell(row, 2, value)

    edit(labor[1], {}, change)
    with pytest.raises(InputError) as caught:
        compared(labor)
    assert caught.value.problems[0].text.code == code


def test_tables_without_a_state_are_compared_with_what_is(labor: tuple[Path, Path], tmp_path: Path) -> None:
    """A folder of CSV tables, or a workbook that lost its hidden sheet."""
    folder = tmp_path / "post"
    folder.mkdir()
    (folder / "hemmnisse.csv").write_text("Kennung;Verlässlichkeit\nh-geld;niedrig\n", encoding="utf-8")
    found = returned.compare(folder, [labor[0]], SPACE)
    assert said(found) == ["Hemmnisse, h-geld („Geld“): Verlässlichkeit: mittel → niedrig"] and not found.state.rows


def test_what_stands_in_a_workbook_is_not_written_beside_it(labor: tuple[Path, Path]) -> None:
    """A dataset that is a workbook is edited there."""
    for name in FILES:
        (labor[0] / name).unlink()
    shutil.copy(labor[1], labor[0] / "alles.xlsx")
    edit(labor[1], {("Hemmnisse", "h-geld", "Verlässlichkeit"): "niedrig"})
    assert [p.text.code for p in compared(labor).problems] == ["import-into-workbook"]


# -- a part of the data ----------------------------------------------------------------------------------------------


def test_a_workbook_of_a_table_and_a_region(
    written: tuple[Path, Path], labor: tuple[Path, Path], tmp_path: Path
) -> None:
    """Only the rows that lie there; what is not in it stays."""
    store = store_of(written[0])
    labor[1].write_bytes(workbook.render(store, "de", Selection(kinds=("Regionen",), region="r-land")))
    book = openpyxl.load_workbook(labor[1])
    assert book.sheetnames == ["Lesen", "_listen", "_stand", "Regionen"]
    assert [cell.value for cell in book["Regionen"]["A"]] == ["Kennung", "r-land", "r-stadt"]
    assert compared(labor).changes == []


def test_what_was_found_leads_to_its_cells_and_is_not_read_back(tmp_path: Path) -> None:
    """Warnings and hints of the build, in the reader's language, each with a link to its cell."""
    labor = dataset(tmp_path / "labor", {**FILES, "hemmnisse.csv": OBSTACLES.replace("h-geld,Geld", "h-geld,Zeit")})
    built = builds.build([labor], tmp_path / "build", SPACE)
    store = versions.open(tmp_path / "build").load()
    assert built.report is not None and built.report.conforms
    path = tmp_path / "labor.xlsx"
    path.write_bytes(workbook.render(store, "de"))
    sheet = openpyxl.load_workbook(path)["_Befunde"]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2) if row[2].value}
    warning = rows["Warnung"]
    assert [cell.value for cell in warning[1:4]] == ["Hemmnisse", 2, "Bezeichnung (de)"]
    link = warning[2].hyperlink
    assert link is not None and link.location == "'Hemmnisse'!B2" and "heißt" in str(warning[5].value)
    assert compared((labor, path)).changes == []
    assert openpyxl.load_workbook(io.BytesIO(workbook.render(store, "en"))).sheetnames[1] == "_Findings"


DECISIONS = """\
Kennung,behaltene Kennung,andere Kennung,Entscheidung,Grund (de),geprüft von,geprüft am
zu-1,h-geld,h-lohn,dasselbe,Beides meint Geld.,Redaktion,2026-11-23
"""


def test_merged_keys_survive_each_dataset_exported_alone(tmp_path: Path) -> None:
    """A thing that two datasets speak of has a row, with its own key, in the workbook of each."""
    second = OBSTACLES.splitlines()[0] + "\nh-lohn,Lohn,,individuell,r-land,q-x,mittel\n"
    folders = [
        dataset(tmp_path / "data" / "a", FILES),
        dataset(tmp_path / "data" / "b", {"hemmnisse.csv": second, "zuordnungen.csv": DECISIONS}),
    ]
    store = store_of(*folders)
    for folder in folders:
        copy = dataset(tmp_path / "back" / folder.name, {})
        data = workbook.render(store, "de", Selection(datasets=(folder.name,)))
        (copy / "alles.xlsx").write_bytes(data)
    keys = [cell.value for cell in openpyxl.load_workbook(tmp_path / "back" / "b" / "alles.xlsx")["Hemmnisse"]["A"]]
    assert keys == ["Kennung", "h-lohn"]
    again = store_of(tmp_path / "back" / "a", tmp_path / "back" / "b")
    asked = "SELECT ?k WHERE { ?s skos:prefLabel 'Geld'@de ; dcterms:identifier ?k } ORDER BY ?k"
    assert again.select(asked) == store.select(asked) == [("h-geld",), ("h-lohn",)]


OURS = """\
Kennung,Bezeichnung (de),Bezeichnung (en),Beschreibung (de),andere Bezeichnung (de),Gruppe,Raum,Quellen,Verlässlichkeit
h-zeit,Zeit,,,,Betrieb,r-land,q-x,hoch
h-geld,Geld,,,,individuell,r-stadt,q-x,mittel
"""
THEIRS = """\
Kennung,Bezeichnung (de),Bezeichnung (en),Beschreibung (de),andere Bezeichnung (de),Gruppe,Raum,Quellen,Verlässlichkeit
h-lohn,Lohn,,Zu wenig Lohn.,Entgelt,individuell; Betrieb,r-land; r-ort,q-x,hoch
"""


@pytest.fixture
def told_twice(tmp_path: Path) -> list[Path]:
    """Two datasets that speak of one thing, the second under a key that was merged."""
    files = {"quellen.csv": SOURCES, "regionen.csv": REGIONS, "hemmnisse.csv": OURS}
    return [
        dataset(tmp_path / "a", files),
        dataset(tmp_path / "b", {"hemmnisse.csv": THEIRS, "zuordnungen.csv": DECISIONS}),
    ]


def brought(folders: list[Path], cells: dict[str, str | None], *names: str) -> returned.Comparison:
    """What the workbook of the datasets *names* brings, with other cells of the thing that both speak of."""
    path = folders[0].parent / "buch.xlsx"
    if not path.exists():
        path.write_bytes(workbook.render(store_of(*folders), "de", Selection(datasets=names)))
        heads = [cell.value for cell in openpyxl.load_workbook(path)["Hemmnisse"]["A"]]
        key = next(str(head) for head in heads if {"h-geld", "h-lohn"} & set(str(head).split("; ")))
        edit(path, {("Hemmnisse", key, head): content for head, content in cells.items()})
    return returned.compare(path, folders, SPACE)


@pytest.mark.parametrize(
    ("cells", "names", "ours", "theirs"),
    [
        (
            {
                "Bezeichnung (en)": "Money", "Beschreibung (de)": "Neu.", "andere Bezeichnung (de)": "Gehalt; Entgelt",
                "Gruppe": "Beratung; Betrieb", "Raum": "r-stadt; r-land", "Verlässlichkeit": "niedrig",
            },
            (),
            {"Geld,,": "Geld,Money,", "individuell": "Beratung", "mittel": "niedrig"},
            {
                "Zu wenig Lohn.": "Neu.", ",Lohn,": ",Gehalt,", "individuell; Betrieb": "Beratung; Betrieb",
                "r-land; r-ort": "r-land",
            },
        ),
        (
            {"andere Bezeichnung (de)": "Entgelt; Gehalt", "Raum": "r-ort"}, ("b",),
            {}, {",Lohn,": ",Gehalt,", "r-land; ": ""},
        ),
    ],
)  # fmt: skip
def test_what_a_merged_row_says_is_changed_in_that_row(
    cells: dict[str, str | None],
    names: tuple[str, ...],
    ours: dict[str, str],
    theirs: dict[str, str],
    told_twice: list[Path],
) -> None:
    """Of several rows about a thing the one that says a value gets the other; twice imported is once."""
    found = brought(told_twice, cells, *names)
    assert len(found.changes) == len(cells) and (found.problems, found.conflicts) == ([], [])
    returned.apply(found)
    for folder, text, changed in zip(told_twice, (OURS, THEIRS), (ours, theirs), strict=True):
        for before, after in changed.items():
            assert text.count(before) >= 1
            text = text.replace(before, after)
        assert (folder / "hemmnisse.csv").read_text(encoding="utf-8") == text
    again = brought(told_twice, cells)
    assert (again.changes, again.problems, again.files) == ([], [], {})


@pytest.mark.parametrize(
    ("cells", "names", "told"),
    [
        ({"Bezeichnung (de)": "Einkommen"}, ("b",), "„Geld“ kommt aus der Zeile „h-geld“ (a/hemmnisse.csv, Zeile 3"),
        (
            {"Anmerkung (de)": "Etwas anderes."},
            (),
            "Zeile „h-lohn“ (b/hemmnisse.csv, Zeile 2, Spalte „Verlässlichkeit“",
        ),
        ({"andere Bezeichnung (de)": "Entgelt; Geld"}, (), "stünde hier: Entgelt. Ändern Sie"),
    ],
)
def test_what_cannot_be_changed_here_names_its_row(
    cells: dict[str, str | None], names: tuple[str, ...], told: str, told_twice: list[Path]
) -> None:
    """A value of another dataset, one that is told in words of ours, and one that would not stand there."""
    found = brought(told_twice, cells, *names)
    lines = [problem.in_language("de").replace(f"{told_twice[0].parent}/", "") for problem in found.problems]
    assert not found.applicable and len(lines) == 1 and told in lines[0]
    assert next(iter(cells)) in found.problems[0].place.column


def test_a_merged_row_goes_with_all_its_rows_or_not_at_all(told_twice: list[Path]) -> None:
    """Without the decision that joins them nothing would be right; a workbook of one dataset cannot delete both."""
    path = told_twice[0].parent / "buch.xlsx"
    apart = DECISIONS + "zu-2,r-land,r-ort,verschieden,Der Ort ist kein Land.,Redaktion,2026-11-23\n"
    (told_twice[1] / "zuordnungen.csv").write_text(apart, encoding="utf-8")

    def without(decision: bool, *names: str) -> returned.Comparison:
        path.write_bytes(workbook.render(store_of(*told_twice), "de", Selection(datasets=names)))
        book = openpyxl.load_workbook(path)
        sheet = book["Hemmnisse"]
        sheet.delete_rows(next(cell.row for cell in sheet["A"] if "h-geld" in str(cell.value)))
        if decision:
            table = next(book[title] for title in book.sheetnames if book[title]["A2"].value == "zu-1")
            table.delete_rows(2)
        book.save(path)
        return returned.compare(path, told_twice, SPACE)

    for names, code in (((), "import-gone-joined"), (("a",), "import-gone-elsewhere")):
        (problem,) = without(False, *names).problems
        assert problem.text.code == code and "h-lohn" in problem.in_language("de")
    found = without(True)
    assert [change.kind for change in found.changes] == ["gone", "gone"]
    returned.apply(found)
    assert [contents(folder)["hemmnisse.csv"].count(b"\n") for folder in told_twice] == [2, 1]


def test_a_merged_key_in_a_list_stays_as_it_is_written(told_twice: list[Path]) -> None:
    """An edit of its cell adds what was added; of another cell it touches nothing."""
    lists = "Kennung,Bezeichnung (de),gehemmt durch Hemmnis,Quellen,Verlässlichkeit\n"
    written = "p-eins,Eins,h-lohn,q-x,hoch\np-zwei,Zwei,h-lohn,q-x,hoch\n"
    (told_twice[0] / "praxis.csv").write_text(lists + written, encoding="utf-8")
    path = told_twice[0].parent / "buch.xlsx"
    path.write_bytes(workbook.render(store_of(*told_twice), "de"))
    cells: Cells = {("Praxis", "p-eins", "gehemmt durch Hemmnis"): "h-geld; h-zeit"}
    edit(path, cells | {("Praxis", "p-zwei", "Bezeichnung (de)"): "Neu"})
    returned.apply(returned.compare(path, told_twice, SPACE))
    after = "p-eins,Eins,h-lohn; h-zeit,q-x,hoch\np-zwei,Neu,h-lohn,q-x,hoch\n"
    assert (told_twice[0] / "praxis.csv").read_text(encoding="utf-8") == lists + after


def test_every_list_column_has_a_drop_down_and_its_entries(written: tuple[Path, Path]) -> None:
    """Also where several values are allowed, or classes and relations are listed."""
    book = openpyxl.load_workbook(written[1])
    schema = builds.checked(SPACE)
    for shape in schema.node_shapes:
        sheet = book[shape.label["de"][:31]]
        heads = {cell.value: cell for cell in next(sheet.iter_rows())}
        ranges = [area for rule in sheet.data_validations.dataValidation for area in str(rule.sqref).split()]
        for prop in shape.properties:
            if prop.scheme or prop.values:
                head = heads[prop.name["de"]]
                assert any(area.startswith(f"{get_column_letter(int(head.column or 0))}2:") for area in ranges), (
                    shape.iri,
                    prop.iri,
                )
                assert head.comment is not None and "Zur Wahl" in head.comment.text


# -- lossless ------------------------------------------------------------------------------------------------------

_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cn", "Co"]) | st.sampled_from("äöüßÄ\"'=+-@;,\n\t_x000D_ \u00a0"),
    max_size=60,
)
_EDGES = st.sampled_from(
    [
        "=1+1",
        "'=1+1",
        "+49 211",
        "@x",
        "-x",
        "_x0041_",
        "007",
        "'68",
        "1e5",
        "2016-12",
        "Zeile 1\nZeile 2",
        "a\n\nb",
        '"',
        "WAHR",
    ]
)


@settings(max_examples=200)
@given(_TEXT | _EDGES)
def test_cells_survive_csv_and_cleaning(text: str) -> None:
    """What was read once is read again as the same, whatever stands between."""
    cell = sheets.clean(text)
    assert sheets.clean(cell) == cell or sheets.clean(sheets.escaped(cell)) == cell
    assert sheets.clean(sheets.escaped(cell)) == cell
    (row,) = csv.reader(io.StringIO(edits.line([sheets.escaped(cell), "x"]), newline=""))
    assert sheets.clean(row[0]) == cell


@settings(max_examples=3)
@given(
    st.lists(_TEXT | _EDGES, min_size=6, max_size=6), st.sampled_from(["2016", "2016-12", "2016-12-01", "1871-01-18"])
)
def test_generated_datasets_come_back_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], day: str
) -> None:
    """Umlauts, line breaks, leading zeros, formula-like texts, 40,000 characters, both languages, every precision."""
    root = tmp_path_factory.mktemp("generated")
    name, *rest = (sheets.escaped(sheets.clean(text)) or "Name" for text in texts)
    long = " ".join(random.Random(len(name)).choices(["Wört", "007", "=x", "a_x0041_"], k=8_000))
    practice = ["p-a", "Name", name, rest[0], long, rest[1], rest[2] or "A", day, "q-x", "hoch"]
    heads = (
        "Kennung", "Bezeichnung (de)", "Bezeichnung (en)", "Beschreibung (en)", "Beschreibung (de)", "Anmerkung (de)",
        "Vorbehalt (de)", "Beginn", "Quellen", "Verlässlichkeit",
    )  # fmt: skip
    folder = dataset(root / "labor", {**FILES, "praxis.csv": edits.line(heads) + edits.line(practice)})
    path = root / "labor.xlsx"
    path.write_bytes(workbook.render(store_of(folder), "en"))
    found = returned.compare(path, [folder], SPACE)
    assert (said(found), found.problems, found.files) == ([], [], {})


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_example_comes_back_byte_for_byte(lang: str, tmp_path: Path) -> None:
    """With its RDF file, its claims and its merged entries, in both languages."""
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "musterland"))
    path = tmp_path / "m.xlsx"
    path.write_bytes(workbook.render(store_of(folder), lang))
    found = returned.compare(path, [folder], SPACE)
    assert (said(found), found.problems) == ([], [])


# -- change files --------------------------------------------------------------------------------------------------

ZEIT = ("h-zeit", "Zeit", "Wer arbeitet, hat\nwenig davon.", "Betrieb; individuell", "r-land", "q-x", "hoch")


def change_file(labor: tuple[Path, Path], *cells: str, before: tuple[str, ...] = ZEIT, key: str = "h-zeit") -> Path:
    """A change file as a form of the one file makes it, about an entry or a new one."""
    shape = shapes.of(SPACE).for_table("Hemmnisse")
    assert shape is not None
    header = tuple(OBSTACLES.partition("\n")[0].split(","))
    thing = SPACE.iris.thing(shape.target_class, key) if before else ""
    row = proposals.EditedRow("Hemmnisse", shape.target_class, header, cells, thing, before)
    labor[1].write_bytes(proposals.render([row], base=SPACE.iris.base, version="v1", lang="de", datasets=["labor"]))
    return labor[1]


def test_a_change_file_that_comes_twice_has_nothing_new(labor: tuple[Path, Path]) -> None:
    """Whether it changes every cell of an entry or brings a new one."""
    change_file(labor, "h-zeit", "Zeitnot", "Anders.", "Betrieb", "r-stadt", "q-x", "mittel")
    found = compared(labor)
    assert len(found.changes) == 5 and found.applicable
    returned.apply(found)
    assert (compared(labor).changes, compared(labor).problems) == ([], [])
    change_file(labor, "h-neu", "Neu", "", "Betrieb", "r-land", "q-x", "hoch", before=())
    returned.apply(compared(labor))
    assert "h-neu,Neu,,Betrieb" in (labor[0] / "hemmnisse.csv").read_text(encoding="utf-8")
    assert compared(labor).changes == []
    change_file(labor, "h-neu", "Andere", "", "Betrieb", "r-land", "q-x", "hoch", before=())
    assert ["KONFLIKT" in line for line in said(compared(labor))] == [True]


def test_a_change_file_knows_what_its_reader_saw(labor: tuple[Path, Path]) -> None:
    """What has changed since is a conflict; an entry whose key was renamed since is still meant."""
    path = labor[0] / "hemmnisse.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("h-zeit,Zeit,", "h-zeitmangel; h-zeit,Zeitmangel,"), encoding="utf-8"
    )
    change_file(labor, *ZEIT[:-1], "mittel")
    assert [(c.kind, c.key, c.column, c.conflict) for c in compared(labor).changes] == [
        ("cell", "h-zeit", "Verlässlichkeit", False)
    ]
    change_file(labor, "h-zeit", "Zeitnot", *ZEIT[2:])
    assert [c.conflict for c in compared(labor).changes] == [True] and not compared(labor).applicable


def test_of_a_version_that_is_gone_the_reader_is_told(
    labor: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Its cells are compared all the same; and nothing new is said to be just that."""
    change_file(labor, *ZEIT)
    assert cli.main(["--lang", "de", "import", str(labor[1]), str(labor[0]), "--apply"]) == 0
    said = "".join(capsys.readouterr())
    assert "Version v1, die hier nicht mehr liegt" in said and "nichts Neues" in said
