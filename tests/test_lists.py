"""Lists as tables, their filters, and entries side by side, with values that were worked out by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import openpyxl
import pytest

from nqgraph.building import builds
from nqgraph.graph.graph import Graph
from nqgraph.pages import Site, contrasts
from nqgraph.sources import datasets
from nqgraph.things import listing
from nqgraph.things.collection import Collection
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError
from nqgraph.words.workspace import Workspace
from tests.conftest import EXAMPLE, ROOT
from tests.servers import serving

SCHOOLS = ROOT / "data" / "examples" / "schulabbruch"


@pytest.fixture(scope="module")
def muster(example_graph: Graph) -> Collection:
    return Collection(example_graph)


@pytest.fixture(scope="module")
def schools() -> Collection:
    space = Workspace.read(SCHOOLS)
    return Collection(Graph(builds.assemble(datasets.find([SCHOOLS / "data"], space), space).store))


def table(found: Collection, address: str, lang: str = "de") -> dict[str, dict[str, str]]:
    """Key of an entry → heading → what stands in the cell; why there is nothing in brackets."""
    shape = found.lists[address]
    columns = found.columns(shape)
    return {
        vocab.local_name(entry.iri): {
            column.label[lang]: listing.words(cell, lang) or f"({cell.nothing})"
            for column, cell in zip(columns, entry.cells, strict=True)
        }
        for entry in found.listing(shape, lang)[1]
    }


def entries(found: Collection, address: str) -> list[listing.Entry]:
    return found.listing(found.lists[address], "de")[1]


# -- columns -------------------------------------------------------------------------------------------------------


def test_a_list_shows_the_columns_that_its_shape_marks(muster: Collection) -> None:
    """Values, the number of what it answers, the best grade of these claims, and why there is nothing."""
    found = table(muster, "praxis")
    assert found["p-muster-ausbildung-im-betrieb"] == {
        "Region": "Musterland",
        "läuft noch": "läuft",
        "zuletzt belegt": "2025",
        "Verbleib": "Regelangebot",
        "Förderung": "Lerngeld Musterland",
        "beantwortete Hemmnisse": "2",  # Verdienstausfall and Freistellung
        "bester Beleg": "A: Wirkung verglichen",  # of A and D
    }
    assert found["p-muster-oesterreich-modell"]["Förderung"] == "(not-applicable)"
    assert found["p-muster-aemterlotsen"]["Förderung"] == "(not-documented)"
    assert found["p-muster-strasse-zum-beruf"]["beantwortete Hemmnisse"] == "(not-looked-at)"
    english = table(muster, "praxis", "en")["p-muster-ausbildung-im-betrieb"]
    assert english["Obstacles answered"] == "2" and english["Still running"] == "running"


def test_ways_back_are_counted_by_what_points_here(muster: Collection) -> None:
    """Who answers wholly and partly, and the best grade of both."""
    found = table(muster, "hemmnisse")
    wanted = {
        "h-muster-freistellung": ("2", "1", "C: Ergebnisse nur berichtet", "1"),
        "h-muster-einkommen": ("1", "1", "A: Wirkung verglichen", "1"),
        "h-muster-kinderbetreuung": ("(not-looked-at)", "(not-looked-at)", "(not-looked-at)", "2"),
    }
    headings = ("Praxis, ganz", "Praxis, teilweise", "bester Beleg", "erfasste Lücken")
    assert {key: tuple(found[key][heading] for heading in headings) for key in wanted} == wanted


def test_another_topic_has_columns_of_its_own(schools: Collection) -> None:
    """The program knows no column: the shapes of each workspace say them, in its languages."""
    found = table(schools, "massnahmen")
    assert found["m-muster-mentoring"]["Risikofaktoren, an die sie geht"] == "2"
    assert "Estado" in table(schools, "massnahmen", "pt")["m-muster-clube"]
    assert table(schools, "schulen")["s-muster-oberstufe"] == {
        "Schulform": "Sekundarschule",
        "Teil von Schule": "Gesamtschule Musterstadt",
        "Schülerzahl": "210",
        "Maßnahmen": "2",  # mentoring, and the reading band
    }


def test_a_kind_without_marked_columns_stays_a_plain_list(example_graph: Graph) -> None:
    """Nothing changes where the shape says nothing."""
    site = Site(example_graph)
    assert '<ul class="entries" id="list-foren">' in (site.page("foren") or "")
    assert '<table class="listing sortable" id="list-praxis">' in (site.page("praxis") or "")


# -- filters -------------------------------------------------------------------------------------------------------


def test_a_whole_finds_what_lies_in_its_parts(muster: Collection) -> None:
    """Choosing the Land includes its districts and towns, of regions as of schools with sites."""
    by_land = [e for e in entries(muster, "praxis") if listing.fits(e, {"inregion": "r-muster-land"})]
    assert {vocab.local_name(entry.iri) for entry in by_land} == {
        "p-muster-aemterlotsen",
        "p-muster-ausbildung-im-betrieb",
        "p-muster-lernen-am-regal",
        "p-muster-strasse-zum-beruf",
        "p-muster-uebergangslernen",
        "p-muster-zukunft",
    }


def test_sites_count_for_their_school(schools: Collection) -> None:
    """The measure at the upper school site is at the comprehensive school, too."""
    found = {
        vocab.local_name(entry.iri)
        for entry in entries(schools, "massnahmen")
        if listing.fits(entry, {"atschool": "s-muster-gesamtschule"})
    }
    assert {"m-muster-lesen", "m-muster-anruf"} <= found


def test_each_choice_counts_what_the_other_filters_leave(muster: Collection) -> None:
    """Worked out by hand from the table of practices."""
    found = entries(muster, "praxis")
    assert listing.counts(found, "running", {}) == {"yes": 4, "ended": 2, "unknown": 1}
    chosen = {"inregion": "r-muster-neustadt", "running": "ended"}
    assert listing.counts(found, "running", chosen) == {"yes": 1, "ended": 1, "unknown": 1}
    assert listing.counts(found, "inregion", chosen) == {
        "r-muster-land": 2,
        "r-muster-bezirk": 2,
        "r-muster-neustadt": 1,
    }


def test_where_something_is_comes_first_among_the_filters(muster: Collection) -> None:
    """Readers look for their region first."""
    filters, _ = muster.listing(muster.lists["praxis"], "de")
    assert filters[0].name == "inregion"


def test_an_address_narrows_down_and_orders_a_list(muster: Collection) -> None:
    """As the page does: filters, words without accents, a column downwards, what is empty last."""
    columns = muster.columns(muster.lists["praxis"])

    def keys(**asked: str) -> list[str]:
        kept = listing.chosen(columns, entries(muster, "praxis"), asked, muster.facts, "de")
        return [vocab.local_name(entry.iri) for entry in kept]

    assert keys(running="ended", sort="lastdocumented") == ["p-muster-strasse-zum-beruf", "p-muster-zukunft"]
    assert keys(running="ended", sort="-lastdocumented") == ["p-muster-zukunft", "p-muster-strasse-zum-beruf"]
    assert keys(text="AMTERLOTSEN") == ["p-muster-aemterlotsen"]
    assert keys(sort="-count-answers")[0] == "p-muster-ausbildung-im-betrieb"
    assert keys(sort="-count-answers")[-2:] == ["p-muster-strasse-zum-beruf", "p-muster-uebergangslernen"]
    assert keys(sort="count-answers")[-2:] == ["p-muster-strasse-zum-beruf", "p-muster-uebergangslernen"]


# -- side by side --------------------------------------------------------------------------------------------------

TWO = [("d", "p-muster-ausbildung-im-betrieb"), ("d", "p-muster-lernen-am-regal")]


def test_rows_say_whether_the_entries_differ(muster: Collection) -> None:
    """Both run, for the same people; they answer different obstacles and lie in different places."""
    found = contrasts.found(muster, TWO, "de")
    differs = {line.name["de"]: line.differs for line in found.lines}
    assert not differs["läuft noch"] and not differs["Zielgruppe"]
    assert differs["Region"] and differs["Verbleib"] and differs["antwortet auf Hemmnis"] and differs["Beschreibung"]
    place = [line.name["de"] for line in found.lines].index
    assert place("Beschreibung") < place("antwortet auf Hemmnis") < place("Region") < place("Verbleib")


def test_figures_that_do_not_compare_say_why(muster: Collection) -> None:
    """87.5 per cent of external candidates against 19 of 24 persons in a winter: nothing in common."""
    found = contrasts.found(muster, TWO, "de")
    figures = {vocab.local_name(row.indicator): row for row in found.figures}
    rate = figures["i-muster-bestehensquote"]
    assert [[figure.value["de"] for figure in cell] for cell in rate.cells] == [["87,5 %"], ["19 von 24 Personen"]]
    assert rate.warnings == ("unit", "group", "period")
    assert figures["i-muster-teilnehmende"].warnings == ()  # one of them alone has figures


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        (["p-muster-zukunft"], "contrast-count"),
        (["p-muster-zukunft", "p-muster-zukunft"], "contrast-count"),
        ([f"p-{number}" for number in range(6)], "contrast-count"),
        (["p-muster-zukunft", "p-nobody"], "contrast-unknown"),
        (["p-muster-zukunft", "h-muster-einkommen"], "contrast-kinds"),
    ],
)
def test_what_cannot_stand_side_by_side_is_refused_in_words(keys: list[str], code: str, muster: Collection) -> None:
    """Too few, the same twice, too many, unknown, of several kinds."""
    with pytest.raises(QueryError) as refused:
        contrasts.found(muster, [("d", key) for key in keys], "de")
    assert [problem.text.code for problem in refused.value.problems] == [code]


def test_a_comparison_marks_differences_in_words(example_graph: Graph) -> None:
    """The page stands without scripts, in both languages, with a link to each source."""
    site = Site(example_graph)
    html, right = site.contrast_page(TWO, "de")
    assert right and html.count(">unterschiedlich</span>") > 5 and ">gleich</span>" in html
    assert "Nicht vergleichbar: verschiedene Einheiten." in html and 'href="doc/source/q-muster-evaluation"' in html
    english, _ = site.contrast_page(TWO, "en")
    assert "Not comparable: different units." in english and ">different</span>" in english
    _, right = site.contrast_page(TWO[:1], "de")
    assert not right


# -- served --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder: Path = tmp_path_factory.mktemp("lists") / "build"
    assert builds.build([EXAMPLE], folder).ok
    with serving("--source", str(folder)) as running, running.client() as client:
        yield client


def rows(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))


def test_a_list_is_a_sheet_as_its_address_narrows_it_down(client: httpx.Client) -> None:
    """CSV and XLSX with headings, in the order of the address; numbers are numbers."""
    answer = client.get("/praxis.csv-excel?running=ended&sort=-lastdocumented")
    assert answer.status_code == 200 and 'filename="praxis.csv"' in answer.headers["content-disposition"]
    head, *body = rows(answer.content)
    assert head[:2] == ["Kennung", "Praxis"] and head[-1] == "bester Beleg"
    assert [row[0] for row in body] == ["p-muster-zukunft", "p-muster-strasse-zum-beruf"]
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/en/hemmnisse.xlsx").content)).active
    assert sheet is not None
    found = {row[0]: row for row in sheet.iter_rows(values_only=True)}
    assert found["h-muster-freistellung"][5:7] == (2, 1)
    assert client.get("/foren.xlsx").status_code == 404  # no table


def test_a_comparison_has_an_address_and_files(client: httpx.Client) -> None:
    """The address holds all of it; what cannot be compared is a bad request with a sentence."""
    address = "vergleich?" + "&".join(f"{name}={key}" for name, key in TWO)
    page = client.get(f"/{address}")
    assert page.status_code == 200 and "Lernen am Regal" in page.text
    head, *body = rows(client.get(f"/{address}".replace("?", ".csv-excel?")).content)
    assert head[1:] == ["Ausbildung im Betrieb", "Lernen am Regal", "Vergleich"]
    assert ["läuft noch", "läuft", "läuft", "gleich"] in body
    assert client.get("/en/vergleich?d=p-muster-zukunft").status_code == 400
    assert client.get("/vergleich").status_code == 200
