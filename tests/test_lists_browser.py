"""Lists and comparisons in a real browser, live, as files and in the one file: order, counts, address, and axe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from nqgraph.building import builds
from nqgraph.graph.graph import Graph
from nqgraph.networks.network import Selection
from nqgraph.pages import bundle
from nqgraph.pages import files as pages
from tests.conftest import EXAMPLE
from tests.servers import serving
from tests.test_pages_browser import AXE, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.skipif(bundle.read("app.js") is None, reason="the scripts were not built")

needs_axe = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed in frontend/")
TWO = "art=practice&d=p-muster-ausbildung-im-betrieb&d=p-muster-lernen-am-regal"
#: Headings and rows of a table, without what only some can hear.
ROWS = """table => [...table.rows].map(row => [...row.cells].map(cell => cell.innerText.trim()))"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def places(example_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Where pages lie → address with gaps for the name of the page and what is chosen there."""
    folder = tmp_path_factory.mktemp("lists")
    pages.write_site(folder / "site", pages.files(example_graph, Selection(), data=False))
    (folder / "one.html").write_bytes(pages.one_file(example_graph, Selection()))
    assert builds.build([EXAMPLE], folder / "build").ok
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder / "site")))
    Thread(target=server.serve_forever, daemon=True).start()
    with serving("--source", str(folder / "build")) as running:
        yield {
            "live": running.url.rstrip("/") + "/{page}?{query}",
            "site": f"http://127.0.0.1:{server.server_port}/{{page}}.html?{{query}}",
            "file": Path(folder / "one.html").as_uri() + "#s_{page}?{query}",
        }
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose console stays silent."""
    context = browser.new_context(viewport={"width": 1366, "height": 900}, locale="de-DE")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []
    context.close()


@pytest.fixture(params=["live", "site", "file"])
def place(request: pytest.FixtureRequest, places: dict[str, str]) -> str:
    return places[request.param]


def opened(page: Page, place: str, name: str, query: str = "") -> None:
    page.goto(place.format(page=name, query=query).rstrip("?"))
    page.wait_for_selector("form.filters:visible" if name != "vergleich" else "h1:visible")


def shown(page: Page) -> list[str]:
    """The names of the entries that a list shows, in their order."""
    return page.locator("table.listing tbody tr:visible th a").all_inner_texts()


def test_a_list_sorts_and_its_address_says_how(place: str, page: Page) -> None:
    """By number downwards; a link, a reload and the way back show the same."""
    opened(page, place, "praxis")
    heading = page.get_by_role("columnheader", name="beantwortete Hemmnisse")
    heading.get_by_role("button").click()
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    first = shown(page)
    assert first[0] == "Ausbildung im Betrieb" and first[-2:] == ["Straße zum Beruf", "Übergangslernen"]
    assert "sort=-count-answers" in page.url
    page.reload()
    page.wait_for_selector("th[aria-sort=descending]:visible")
    assert shown(page) == first
    page.locator("table.listing:visible tbody tr th a").first.click()
    page.wait_for_function("/Ausbildung/.test(document.title)")
    page.go_back()
    page.wait_for_selector("th[aria-sort=descending]:visible")
    assert shown(page) == first


def test_filters_count_and_leave_out_what_is_not_there(place: str, page: Page) -> None:
    """A region with its parts, counts given the other filters, words, none left, and all back again."""
    opened(page, place, "praxis")
    form = page.locator("form.filters:visible")
    region, running = form.get_by_label("Region", exact=True), form.get_by_label("läuft noch", exact=True)
    form.locator("details > summary").click()
    assert region.locator("option").all_inner_texts() == [
        "alle",
        "Bezirk Musterstadt (5)",
        "Musterland (6)",
        "Nachbarland (1)",
        "Neustadt im Musterland (3)",
    ]
    region.select_option("r-muster-neustadt")
    assert running.locator("option").all_inner_texts() == ["alle", "beendet (1)", "läuft (1)", "unbekannt (1)"]
    running.select_option("ended")
    assert shown(page) == ["Zukunft"]
    output = form.locator("output")
    assert output.inner_text() == "1 von 7 Einträgen" and output.get_attribute("aria-live") == "polite"
    page.reload()
    page.wait_for_selector("form.filters:visible")
    assert shown(page) == ["Zukunft"] and running.input_value() == "ended" and running.is_visible()
    form.get_by_label("Wörter", exact=True).fill("nirgends")
    assert shown(page) == [] and output.inner_text().startswith("Kein Eintrag passt")
    form.get_by_role("button", name="Zurücksetzen").click()
    assert len(shown(page)) == 7 and "inregion" not in page.url
    form.get_by_label("Wörter", exact=True).fill("Ämterlotsen")
    assert shown(page) == ["Ämterlotsen"]


def test_two_entries_stand_side_by_side(place: str, page: Page) -> None:
    """Ticked by keyboard, compared, marked in words, folded, and the same again after a reload."""
    opened(page, place, "praxis")
    go = page.get_by_role("button", name="Vergleichen")
    assert go.is_disabled()
    for name in ("Ausbildung im Betrieb", "Lernen am Regal"):
        page.get_by_label(f"{name} zum Vergleich ankreuzen").focus()
        page.keyboard.press("Space")
    assert page.get_by_role("status").filter(has_text="2 angekreuzt").is_visible()
    go.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("table.contrast:visible")
    assert TWO in page.url
    for _ in range(2):
        table = page.locator("table.contrast:visible")
        heads = [head.strip() for head in table.locator("thead th").all_inner_texts()]
        assert heads == ["Ausbildung im Betrieb", "Lernen am Regal"]
        row = table.locator("tr", has_text="läuft noch")
        assert row.locator(".mark").first.inner_text() == "gleich" and "same" in (row.get_attribute("class") or "")
        assert table.locator("tr", has_text="Verbleib").first.locator(".mark").first.inner_text() == "unterschiedlich"
        rate = table.locator("tr", has_text="87,5 %")
        assert "19 von 24" in rate.inner_text() and "verschiedene Einheiten" in rate.inner_text()
        assert "verschiedene Bezugsgruppen" in rate.inner_text() and "verschiedene Jahre" in rate.inner_text()
        page.get_by_label("Gleiches ausblenden").check()
        assert row.is_hidden()
        page.reload()
        page.wait_for_selector("table.contrast:visible")
    page.go_back()
    page.wait_for_selector("form.filters:visible")
    assert page.get_by_label("Lernen am Regal zum Vergleich ankreuzen").is_checked()


@pytest.mark.parametrize("query", ["art=practice&d=p-muster-zukunft", "art=practice&d=p-muster-zukunft&d=p-nobody"])
def test_what_does_not_compare_says_so(query: str, places: dict[str, str], page: Page) -> None:
    """Too few, and what is not there: a message, no table."""
    opened(page, places["file"], "vergleich", query)
    page.wait_for_selector(".error[role=alert]:visible")
    assert page.locator("table.contrast:visible").count() == 0


def test_the_file_puts_a_list_into_another_language_as_it_is(places: dict[str, str], page: Page) -> None:
    """Filter, order and comparison stay; the words change."""
    opened(page, places["file"], "praxis", "running=ended&sort=-lastdocumented")
    assert shown(page) == ["Zukunft", "Straße zum Beruf"]
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Deutsch").wait_for()
    assert shown(page) == ["Future", "Road to an occupation"]
    page.goto(places["file"].format(page="vergleich", query=TWO))
    page.wait_for_selector("table.contrast:visible")
    assert "Training in the company" in page.locator("table.contrast:visible thead").inner_text()
    page.goto(places["file"].format(page="fragen-neu", query="art=practice&spalte=description"))
    assert "cannot be asked about this: description" in page.get_by_role("alert").inner_text()


@needs_axe
@pytest.mark.parametrize("name", ["praxis", "hemmnisse", "vergleich"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_lists_and_comparisons(name: str, scheme: str, place: str, page: Page) -> None:
    """WCAG 2.2 AA, in both colour schemes."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    opened(page, place, name, TWO if name == "vergleich" else "")
    page.wait_for_selector("table.contrast:visible, table.listing:visible")
    assert violations(page) == []


@pytest.mark.parametrize("name", ["praxis", "vergleich"])
def test_lists_and_comparisons_fit_a_phone_and_print(name: str, places: dict[str, str], page: Page) -> None:
    """Only the table moves sideways; targets have 24 pixels; on paper nothing is cut off."""
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, places["live"], name, TWO if name == "vergleich" else "")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = "[...document.querySelectorAll('.tick, .fold label')].filter(e => e.getBoundingClientRect().height < 24)"
    assert page.evaluate(f"{small}.length") == 0
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1040, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 1040
    assert page.locator("main thead").first.inner_text().strip()  # heads that sort are no buttons there


def test_lists_are_whole_tables_without_scripts(places: dict[str, str], browser: Browser) -> None:
    """All rows and columns, and a comparison by its address."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(places["live"].format(page="praxis", query=""))
    assert len(shown(page)) == 7 and page.locator("form.filters").is_hidden()
    assert re.search("7 Einträge", page.locator(".count").first.inner_text())
    page.goto(places["live"].format(page="vergleich", query=TWO))
    assert page.locator("table.contrast").is_visible()
    context.close()


@pytest.mark.parametrize(
    "asked",
    [
        "art=practice&spalte=inRegion&spalte=answers&spalte=observation.about",
        "art=practice&gruppe=usesMechanism&zaehle=.",
        "art=practice&gruppe=inRegion&zaehle=.&zaehle=answers",
        "art=practice&wo.inRegion=r-muster-land&spalte=running&zaehle=answers",
        "art=obstacle&wo.practice.answers=-&spalte=obstacleGroup&spalte=practice.partlyAnswers",
        "art=obstacle&gruppe=obstacleGroup&zaehle=practice.answers",
        "art=observation&wo.value>=10&spalte=value&spalte=measures",
        "art=practice&zaehle=.",
    ],
)
def test_a_question_built_in_the_file_has_the_rows_of_the_server(
    asked: str, places: dict[str, str], page: Page
) -> None:
    """The same address, headings, rows and numbers."""
    found = []
    for place, name in (("live", "fragen/neu"), ("file", "fragen-neu")):
        page.goto(places[place].format(page=name, query=asked.replace(">=", "%3E=")))
        page.locator("#answer_table tbody tr").first.wait_for()
        found.append(page.locator("#answer_table").evaluate(ROWS))
    assert found[1] == found[0] and len(found[0]) > 1
    if AXE.exists() and "inRegion" in asked:
        assert violations(page) == []
