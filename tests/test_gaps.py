"""The gap map: each cell counts what its link shows, and no kind of nothing looks like another."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import openpyxl
import pytest

from nqgraph import exports
from nqgraph.building import builds
from nqgraph.exports import grid
from nqgraph.graph import versions
from nqgraph.graph.graph import Graph
from nqgraph.graph.tables import Question
from nqgraph.pages import Site
from nqgraph.sources import datasets
from nqgraph.things import answers
from nqgraph.things.gaps import MOST_VALUES, OTHER, UNSAID, GapMap
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError
from nqgraph.words.workspace import Workspace
from tests.conftest import EXAMPLE, ROOT
from tests.folders import BASICS, dataset
from tests.servers import serving

TOPIC = ROOT / "data" / "examples" / "schulabbruch"
LONG = "Lange Straße & <Größe> " * 13


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gaps") / "build"
    assert builds.build([EXAMPLE], folder).ok
    return folder


@pytest.fixture(scope="module")
def site(build: Path) -> Site:
    return Site(Graph(versions.open(build).load()))


@pytest.fixture(scope="module")
def topic_site() -> Site:
    space = Workspace.read(TOPIC)
    return Site(Graph(builds.assemble(datasets.find([space.data], space), workspace=space).store))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Practices for two hundred target groups, an obstacle that none answers, and names of three hundred letters."""
    folder = tmp_path_factory.mktemp("large")
    groups = "".join(f"tg-{n:03},Gruppe {n:03} {LONG[: 285 if n == 1 else 0]},q-bericht,hoch\n" for n in range(200))
    practices = "".join(
        f"p-{n:03},Praxis {n:03} {LONG if n == 1 else ''},h-einkommen,"
        f"tg-{n:03}{'; tg-000' if 0 < n < 3 else ''},q-bericht,hoch\n"
        for n in range(200)
    )
    head = "Kennung,Bezeichnung (de),antwortet auf Hemmnis,Zielgruppe,Quellen,Verlässlichkeit\n"
    claims = "Subject,Relation,Object,Status,Classified by,Begründung (de),Quellen,Verlässlichkeit\n" + "".join(
        f"p-{n:03},antwortet auf Hemmnis,h-einkommen,eingeordnet,Redaktion,Grund Nummer {n}.,q-bericht,mittel\n"
        for n in range(200)
    )
    files = BASICS | {
        "zielgruppen.csv": "Kennung,Bezeichnung (de),Quellen,Verlässlichkeit\n" + groups,
        "praxis.csv": head + practices + "p-ohne,Ohne,,,q-bericht,hoch\n",
        "aussagen.csv": claims,
    }
    built = builds.build([dataset(folder / "daten", files)], folder / "build")
    assert built.ok, built.report
    return Site(Graph(versions.open(folder / "build").load()))


def said(found: GapMap) -> dict[tuple[str, str], str]:
    """Row and column → “whole partly grade” or the kind of nothing."""
    return {
        (vocab.local_name(row), vocab.local_name(column)): cell.nothing
        or f"{len(cell.whole)} {len(cell.partly)} {vocab.local_name(cell.best)}"
        for (row, column), cell in found.cells.items()
    }


def test_what_can_be_crossed_is_what_the_shapes_say(site: Site, topic_site: Site) -> None:
    """In the order of the pages, under the name of the property; another topic has axes of its own."""
    assert list(site.gaps.axes) == ["zielgruppe", "foerderung", "mechanismus", "reichweite", "verbleib", "region"]
    assert list(topic_site.gaps.axes) == ["ansatz", "an-schule"]
    assert {"matrix/zielgruppe", "matrix/region"} <= site.known
    assert {"matrix/zielgruppe", "matrix/region"} <= set(site.sections)


def test_cells_count_what_answers_and_has_the_value(site: Site) -> None:
    """Counted by hand in the tables of the example."""
    work, migrants, jobless = "tg-muster-beschaeftigte", "tg-muster-zugewanderte", "tg-muster-arbeitslose"
    found = site.gaps.map("zielgruppe", "de")
    assert [vocab.local_name(column) for column in found.columns] == [work, migrants, jobless]
    assert said(found) == {
        ("h-muster-freistellung", work): "2 1 C",
        ("h-muster-freistellung", migrants): "0 1 E",
        ("h-muster-kinderbetreuung", work): "nothing-found",
        ("h-muster-einkommen", work): "1 0 A",
        ("h-muster-einkommen", jobless): "0 1 D",
        ("h-muster-zulassung", migrants): "1 0 E",
        ("h-muster-zulassung", jobless): "1 0 E",
    }
    totals = {vocab.local_name(row): (len(c.whole), len(c.partly), c.nothing) for row, c in found.totals.items()}
    assert totals == {
        "h-muster-freistellung": (2, 1, ""),
        "h-muster-kinderbetreuung": (0, 0, "nothing-found"),
        "h-muster-einkommen": (1, 1, ""),
        "h-muster-zulassung": (1, 0, ""),
        "h-muster-zustaendigkeit": (0, 0, ""),
    }
    sums = {vocab.local_name(g.group): [(len(c.whole), len(c.partly)) for c in g.totals] for g in found.groups}
    assert sums["employer"] == [(2, 1), (0, 1), (0, 0)] and sums["counselling"] == [(0, 0)] * 3


def test_places_count_at_the_level_that_the_shapes_name(site: Site) -> None:
    """What lies in a town or district counts at its Land."""
    found = site.gaps.map("region", "de")
    assert [vocab.local_name(column) for column in found.columns] == ["r-muster-land", "r-muster-nachbarland"]
    assert said(found)["h-muster-einkommen", "r-muster-land"] == "1 1 A"


def test_what_does_not_apply_to_one_may_apply_to_another(site: Site) -> None:
    """Only where it applies to no entry with the value, a cell says so; a known gap needs one."""
    assert said(site.gaps.map("mechanismus", "de"))["h-muster-freistellung", "counselling"] == "not-applicable"
    assert ("h-muster-freistellung", "tg-muster-arbeitslose") not in said(site.gaps.map("zielgruppe", "de"))
    funded = said(site.gaps.map("foerderung", "de"))
    assert funded["h-muster-einkommen", "f-muster-bildungsscheck"] == "known-gap"
    assert funded["h-muster-zulassung", UNSAID] == "1 0 E"


def test_another_topic(topic_site: Site) -> None:
    """Measures and approaches; a gap that names only the row counts in its total."""
    found = topic_site.gaps.map("ansatz", "de")
    cells = said(found)
    assert cells["f-muster-leistung", "prevention"] == "2 0 A" and cells["f-muster-jobs", "compensation"] == "1 0 A"
    pflege = next(cell for row, cell in found.totals.items() if row.endswith("/f-muster-pflege"))
    assert pflege.nothing == "known-gap" and not pflege
    assert all(topic_site.page(f"{lang}matrix/ansatz") for lang in ("", "en/", "pt/"))


def test_each_number_leads_to_what_it_counts(site: Site) -> None:
    """The built question of a cell has as many rows as the cell says whole, or in part where nothing is whole."""
    html = site.page("matrix/zielgruppe") or ""
    links = re.findall(r'<a href="([^"]*fragen/neu\?[^"]*)" title="[^"]*">(.*?)<span', html)
    assert len(links) == 6
    for target, shown in links:
        number = int(re.findall(r"\d+", re.sub("<[^>]+>", "", shown))[0])
        question = Question.from_address(parse_qsl(urlsplit(unescape(target)).query))
        built = site.collection.graph.built(question)
        assert len(answers.answer(site.collection.graph, built.query, built.values, "de").rows) == number


def test_the_page_says_it_in_words_and_folds_by_group(site: Site) -> None:
    """Screen readers hear row, column, numbers and the best grade; one group is open."""
    html = site.page("matrix/zielgruppe") or ""
    words = (
        "Keine Zeit zum Lernen im Betrieb, Geringqualifizierte in Arbeit: 2 im Ganzen, 1 teilweise; am besten belegt:"
    )
    assert f'<span class="unseen"> {words}' in html
    assert html.count('<details name="gap-groups"') == 5 and html.count('<details name="gap-groups" open') == 1
    assert 'href="../matrix"' in html and 'aria-current="page">Zielgruppe' in html and "zielgruppe.xlsx" in html
    english = site.page("en/matrix/zielgruppe") or ""
    assert "2 as a whole, 1 in part; best evidence:" in english
    relation = site.page("matrix") or ""
    assert 'href="matrix/zielgruppe"' in relation and relation.count('<details name="matrix-groups" open') == 1


def test_two_hundred_values_fold_to_the_most_frequent(large: Site) -> None:
    """Twenty columns and one for the rest, whose values are named below; rows without an answer stay."""
    found = large.gaps.map("zielgruppe", "de")
    assert len(found.columns) == MOST_VALUES + 2 and found.columns[-2:] == (OTHER, UNSAID)
    assert vocab.local_name(found.columns[0]) == "tg-000" and len(found.folded) == 180
    row = next(row for row in found.totals if row.endswith("/h-einkommen"))
    assert len(found.cells[row, found.columns[0]].whole) == 3
    assert len(found.cells[row, OTHER].whole) == 180 and len(found.totals[row].whole) == 200
    lone = next(row for row in found.totals if row.endswith("/h-zeit"))
    assert not found.totals[lone] and not any(r == lone for r, _ in found.cells)
    html = large.page("matrix/zielgruppe") or ""
    assert "weitere (180)" in html and "<Größe>" not in html and "&lt;Größe&gt;" in html
    assert "0 von 1 mit Antwort" in html and "1 von 1 mit Antwort" in html
    assert "mechanismus" not in large.gaps.axes  # no values, no axis
    openpyxl.load_workbook(io.BytesIO(grid.render(large, "de")))


def test_the_grid_as_a_workbook(site: Site, build: Path, tmp_path: Path) -> None:
    """A sheet for each crossing with title, date, heads, numbers as numbers and the legend; nothing is a formula."""
    path = exports.write("matrix", versions.open(build), str(tmp_path / "m.xlsx"), exports.Selection(), "de")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[0] == "Praxis × Hemmnisse" and "Hemmnisse × Zielgruppe" in book.sheetnames
    assert len(book.sheetnames) == 7
    sheet = book["Hemmnisse × Zielgruppe"]
    assert sheet["A1"].value == "Hemmnisse × Zielgruppe" and "Stand" in str(sheet["A2"].value)
    heads = [cell.value for cell in sheet[4]]
    assert heads[1:3] == ["zusammen", "Geringqualifizierte in Arbeit"]
    rows = {str(row[0].value): [cell.value for cell in row[1:]] for row in sheet.iter_rows(min_row=5)}
    assert rows["Keine Zeit zum Lernen im Betrieb"] == ["2 (1)", "2 (1)", "(1)", None]
    assert rows["Verdienstausfall beim Lernen"][1] == 1 and rows["Kurszeiten ohne Kinderbetreuung"][1] == "∅"
    assert any("So viele antworten im Ganzen" in name for name in rows)
    texts = [cell for one in book for row in one.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in texts} == {"s"}
    english = openpyxl.load_workbook(io.BytesIO(grid.render(site, "en", ["matrix/region"])))
    assert english.sheetnames == ["Obstacles × Region"]


def test_without_a_relation_there_is_no_grid(tmp_path: Path) -> None:
    """A workspace that crosses nothing says so."""
    lone = dataset(tmp_path / "daten", {"quellen.csv": BASICS["quellen.csv"]})
    assert builds.build([lone], tmp_path / "build").ok
    site = Site(Graph(versions.open(tmp_path / "build").load()))
    assert site.gaps.axes == {} and "matrix" not in site.known
    with pytest.raises(QueryError, match="no matrix"):
        grid.render(site, "de")


def test_the_server_gives_sheets_and_pictures(build: Path) -> None:
    """In the language of the address; what there is not is not found."""
    with serving("--source", str(build)) as running, running.client() as client:
        for address, media in (
            ("matrix.xlsx", "spreadsheetml"),
            ("en/matrix/zielgruppe.xlsx", "spreadsheetml"),
            ("bild/zeitleiste/practice.svg", "image/svg+xml"),
            ("en/bild/indicator/i-muster-teilnehmende-1.svg", "image/svg+xml"),
            ("matrix/zielgruppe", "text/html"),
            ("en/zeitleiste", "text/html"),
        ):
            answer = client.get(f"/{address}")
            assert answer.status_code == 200 and media in answer.headers["content-type"], address
        for address in ("matrix/x.xlsx", "bild/x.svg", "bild/karte.svg", "karte", "matrix/x", "fr/matrix.xlsx"):
            assert client.get(f"/{address}").status_code == 404, address
