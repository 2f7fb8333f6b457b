"""The pages in a real browser: accessible, offline, by keyboard, on a phone, and without scripts."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from itertools import cycle
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from openpyxl import load_workbook

from nqgraph.exports import returned
from nqgraph.graph.graph import Graph
from nqgraph.model import shapes
from nqgraph.networks.network import Selection
from nqgraph.pages import Site, bundle
from nqgraph.pages import files as pages
from nqgraph.pages.forms import name as field_name
from nqgraph.pages.inline import Inline
from nqgraph.sources.contents import Contents, columns
from nqgraph.sources.sheets import clean
from nqgraph.things import links
from tests import packs
from tests.conftest import ROOT
from tests.spaces import SPACE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page

pytest_plugins = ["tests.browser"]

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
#: One page of each kind.
KINDS = [
    "index",
    "praxis",
    "doc/practice/p-tep",
    "doc/obstacle/h-ind-einkommen",
    "doc/observation/m-zukunftsstarter-ziel",
    "doc/source/kofa-zukunftsstarter",
    "doc/actor/a-mags-nrw",
    "doc/indicator/i-anzahl-ohne-abschluss",
    "matrix",
    "matrix/mechanismus",
    "netz",
    "zeitleiste",
    "karte",
    "luecken",
    "abfragen",
    "abfragen/hemmnisse-ohne-praxis",
    "abfragen/belegkette",
    "abfragen/praxis-zu-hemmnis",
    "fragen/neu",
    "vergleich",
    "inhalt",
    "glossar",
    "ueber",
    "def",
    "api",
    "datenschutz",
    "barrierefreiheit",
    "404",
]
#: The same in the one file.
SECTIONS = [
    "",
    "s_praxis",
    "s_vergleich",
    "p-tep",
    "h-ind-einkommen",
    "kofa-zukunftsstarter",
    "i-anzahl-ohne-abschluss",
    "s_matrix",
    "s_netz",
    "s_zeitleiste",
    "s_karte",
    "s_abfragen-schwache-belege",
]

needs_scripts = pytest.mark.skipif(bundle.read("app.js") is None, reason="the scripts were not built")
needs_axe = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed in frontend/")


@pytest.fixture(scope="module")
def site(shipped_graph: Graph) -> Iterator[str]:
    """The address of the pages as files, with the forms of the live ones, made as they are asked for."""
    made = Site(shipped_graph, suffix=".html")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name, _, asked = self.path.lstrip("/").partition("?")
            address = name.removesuffix(".html").removesuffix("index")
            found = made.asset(name)
            if name.endswith(".html"):
                html = made.not_found("") if address == "404" else made.page(address)
                if asked and address.endswith("fragen/neu"):
                    html, _ = made.build_page(parse_qsl(asked), "en" if address.startswith("en/") else "de")
                found = (html.encode(), "text/html; charset=utf-8") if html is not None else None
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", found[1] if found else "text/plain")
            self.end_headers()
            self.wfile.write(found[0] if found else b"")

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def one_file(shipped_file: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages") / "nqgraph.html"
    path.write_text(shipped_file, encoding="utf-8")
    return path


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1366, "height": 900}, locale="de-DE")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose console must stay silent and that must ask nobody for anything."""
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if _matters(message) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:", "http://127.0.0.1:"))] == []


def _matters(message: ConsoleMessage) -> bool:
    """Whether a page is to blame for a message; drivers of the machine's graphics say things of their own."""
    return message.type in ("error", "warning") and "GL Driver Message" not in message.text


def opened(page: Page, place: str | Path, fragment: str = "") -> Page:
    page.goto((place if isinstance(place, str) else place.as_uri()) + (f"#{fragment}" if fragment else ""))
    page.wait_for_load_state("load")
    if isinstance(place, Path) and bundle.read("app.js"):
        page.wait_for_selector(".page[data-shown][data-whole]")
    return page


def violations(page: Page) -> list[str]:
    """What axe-core finds by WCAG 2.2 AA and its best practices."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    shown = "[...document.querySelectorAll('body > :not(main), main > *')].filter(part => part.checkVisibility())"
    found: dict[str, Any] = page.evaluate(f"axe.run({shown}, {{resultTypes: ['violations'], preload: false}})")
    return [f"{v['id']}: {v['help']} {v['nodes'][0]['html'][:200]}" for v in found["violations"]]


# -- accessibility -----------------------------------------------------------------------------------------------


@needs_axe
@pytest.mark.parametrize(("lang", "scheme"), [("", "light"), ("en/", "dark")])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(kind: str, lang: str, scheme: Any, site: str, page: Page) -> None:
    """On every kind of page, in light and dark, German and English."""
    page.emulate_media(color_scheme=scheme)
    where = kind if kind == "404" else f"{lang}{kind}"  # a server has one page for what it does not know
    assert violations(opened(page, f"{site}/{where}.html")) == []


#: A built question that groups, counts and filters, and one that is wrong.
BUILT = ("art=practice&gruppe=usesMechanism&zaehle=.&spalte=answers/obstacleGroup", "art=practice&wo.inRegion=nirgends")


@needs_axe
@pytest.mark.parametrize("asked", BUILT)
@pytest.mark.parametrize(("lang", "scheme"), [("", "light"), ("en/", "dark")])
def test_axe_finds_nothing_on_a_built_question(asked: str, lang: str, scheme: Any, site: str, page: Page) -> None:
    """Form, bars and table, with all that is folded open."""
    page.emulate_media(color_scheme=scheme)
    opened(page, f"{site}/{lang}fragen/neu.html?{asked}")
    page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true })")
    assert violations(page) == []


@pytest.mark.parametrize("width", [390, 1366])
def test_a_question_is_built_without_scripts(width: int, site: str, browser: Any) -> None:
    """Choosing, sending the form and reading the answer need none; nothing is wider than the screen."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 900})
    try:
        page = context.new_page()
        page.goto(f"{site}/fragen/neu.html?art=practice")
        page.get_by_label("eine Zeile je").select_option("usesMechanism")
        page.get_by_label("Anzahl").select_option(".")
        page.get_by_role("button", name="Antwort zeigen").click()
        page.get_by_role("img", name="Anzahl: Praxis").wait_for()
        assert page.get_by_role("row").count() > 5
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    finally:
        context.close()


@needs_axe
@pytest.mark.parametrize(("section", "scheme"), list(zip(SECTIONS, cycle(["light", "dark"]), strict=False)))
def test_axe_finds_nothing_in_the_file(section: str, scheme: Any, one_file: Path, page: Page) -> None:
    """The one file is as accessible as the site."""
    page.emulate_media(color_scheme=scheme)
    assert violations(opened(page, one_file, section)) == []


@pytest.mark.parametrize("kind", ["index", "praxis", "doc/practice/p-tep", "abfragen/praxis-zu-hemmnis", "netz"])
def test_all_controls_are_reached_by_keyboard_and_show_the_focus(kind: str, site: str, page: Page) -> None:
    """Tab reaches every link, field and button that is shown, in order, and each shows an outline."""
    opened(page, f"{site}/{kind}.html")
    page.wait_for_load_state("networkidle")
    page.wait_for_function("(e => !e || e.explorer)(document.getElementById('network'))")  # it folds the list away
    controls = """() =>
        [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
        .filter(e => e.checkVisibility() && !e.disabled && e.tabIndex >= 0)"""
    total = page.evaluate(f"({controls})().length")
    page.evaluate("() => { window.reached = new Set() }")
    for _ in range(min(total, 60)):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            "() => { const e = document.activeElement; reached.add(e); const s = getComputedStyle(e);"
            " return e !== document.body && (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) }"
        )
        assert shown, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    assert page.evaluate("reached.size") == min(total, 60)


@pytest.mark.parametrize("kind", KINDS)
def test_pages_fit_a_phone(kind: str, site: str, page: Page) -> None:
    """At 390 pixels no page scrolls sideways."""
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, f"{site}/{kind}.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_rows_of_a_wide_table_are_cards_on_a_phone(site: str, page: Page) -> None:
    """Each cell under its heading, below each other; beside each other where there is room."""
    opened(page, f"{site}/doc/obstacle/h-ind-einkommen.html")
    cell = page.locator(".asked table.stack tbody td[data-label]").first
    assert cell.get_attribute("data-label") == "Praxis, Förderung oder Recht"
    shown = "cell => getComputedStyle(cell).display"
    assert cell.evaluate(shown) == "table-cell"
    page.set_viewport_size({"width": 390, "height": 844})
    assert cell.evaluate(shown) != "table-cell"
    said = "cell => getComputedStyle(cell, '::before').content"
    assert cell.get_attribute("data-label") in cell.evaluate(said)


@pytest.mark.parametrize(("width", "height"), [(320, 256), (390, 844)])
def test_the_head_takes_a_quarter_of_the_screen_at_most(width: int, height: int, site: str, page: Page) -> None:
    """At 400 % zoom and on a phone; the menu opens at a button, holds all links and closes at Escape."""
    page.set_viewport_size({"width": width, "height": height})
    opened(page, f"{site}/doc/obstacle/h-ind-einkommen.html")
    assert page.evaluate("document.querySelector('.top').getBoundingClientRect().height") <= height / 4
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    link = page.get_by_role("link", name="Lücken", exact=True)
    assert not link.is_visible()
    page.get_by_role("button", name="Menü").click()
    assert link.is_visible() and page.get_by_role("link", name="English").is_visible()
    page.keyboard.press("Escape")
    assert not link.is_visible()


# -- without scripts, without a network ------------------------------------------------------------------------------


def test_the_content_is_readable_without_scripts(browser: Browser, site: str, one_file: Path) -> None:
    """Pages and file say what they say; what is packed says so; the list stands for the picture of the network."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/doc/practice/p-tep.html")
    assert "Vorbehalte gegen lebensältere Auszubildende" in page.inner_text("main")
    page.goto(f"{site}/netz.html")
    assert page.locator("#twin summary").count() > 15
    page.goto(one_file.as_uri())
    assert "Welche Praxis hilft gegen welches Hemmnis" in page.inner_text("main")
    page.goto(one_file.as_uri() + "#h-ind-einkommen")
    shown = page.inner_text("main")
    assert "Kölner Bildungsmodell" in shown and "Welche Praxis hilft" not in shown
    page.goto(one_file.as_uri() + "#kofa-zukunftsstarter")
    assert "Zukunftsstarter" in page.inner_text("h1:visible")
    if bundle.read("app.js"):
        note = page.evaluate("getComputedStyle(document.getElementById('kofa-zukunftsstarter'), '::after').content")
        assert note == '"Der Rest dieser Seite ist gepackt und braucht Skripte."'
    context.close()


@pytest.mark.parametrize("fragment", ["", "p-tep", "s_netz"])
def test_no_request_leaves_the_file(fragment: str, one_file: Path, page: Page) -> None:
    """The fixture of the page counts requests."""
    opened(page, one_file, fragment)
    page.wait_for_timeout(300)
    assert page.locator("h1:visible").count() == 1


def test_the_policy_of_the_file_forbids_requests(one_file: Path, context: BrowserContext) -> None:
    """Even a script that got in could send nothing."""
    page = context.new_page()
    opened(page, one_file)
    assert page.evaluate("fetch('https://example.org/').then(() => 'sent', () => 'refused')") == "refused"


# -- with scripts ------------------------------------------------------------------------------------------------------


@needs_scripts
def test_the_file_opens_at_any_page_and_goes_back(one_file: Path, page: Page) -> None:
    """Links, the address and the way back work as on a site, and the focus follows."""
    opened(page, one_file)
    page.get_by_role("link", name="Hemmnisse", exact=True).first.click()
    assert page.inner_text("h1:visible") == "Hemmnisse"
    page.locator("#s_hemmnisse").get_by_role("link", name="Einkommensverzicht während der Qualifizierung").click()
    assert page.inner_text("h1:visible") == "Einkommensverzicht während der Qualifizierung"
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.go_back()
    assert page.inner_text("h1:visible") == "Hemmnisse"
    assert re.match("Hemmnisse", page.title())


def said(page: Page) -> str:
    """What the page says between head and foot, without what only pages of a site have: citation, data, JSON."""
    shown = page.evaluate(
        """() => {
            const others = ".crossings, .nq-edit, .near, [data-action=xlsx]";
            for (const part of document.querySelectorAll(others)) part.remove();
            for (const said of document.querySelectorAll("main details.reason > summary"))
                if (/^(Was die Belegstufen|What the evidence)/.test(said.textContent)) said.parentElement.remove();
            return document.querySelector("main").innerText;
        }"""
    )  # in one go: scripts may put a part back
    shown = shown.replace(" · JSON", "").replace("JSON · CSV · XLSX", "")
    shown = re.sub(r"( ·|\n)\s*(Eigene Frage stellen|Ask a question of your own)", "", shown)
    shown = re.sub(
        r"\n*(Alle Spalten, zum Eingrenzen und|All columns, to narrow down and to d)\S*( Herunterladen)?", "", shown
    )
    shown = re.split("Was damit zusammenhängt|What is connected with it", shown)[0]  # the file links to the reasons
    shown = re.sub(
        r"(\n *\?)?\n*((Herunterladen|Download): CSV \(Excel\))", "", shown
    )  # which the file alone writes itself
    shown = re.sub(r" – (auch eingegrenzt auf|also narrowed down to): .*", "", shown)
    shown = re.sub(r"\n+", "\n", shown)
    shown = re.sub(r" ?(Beleg|evidence) 1(?!\d)", "", shown)  # where it is the only one, the file leaves it out
    return re.sub(
        r"(?s)\n*(Dauerhafte Adresse|Permanent address|Antwort herunterladen|Herunterladen: Excel|Download).*",
        "",
        shown,
    ).strip()


@needs_scripts
@pytest.mark.parametrize(
    "address", ["", "hemmnisse", "doc/obstacle/h-ind-einkommen", "doc/source/kofa-zukunftsstarter", "inhalt", "matrix"]
)
def test_the_file_shows_each_language_as_the_site_does(address: str, site: str, one_file: Path, page: Page) -> None:
    """There and back, also what comes out of the pack."""
    expected = {}
    for lang in ("de", "en"):
        where = links.page(address, lang, "de")
        opened(page, f"{site}/{where}{'index' if address == '' else ''}.html")
        expected[lang] = said(page)
    opened(page, one_file, links.section(address))
    for lang, button in (("de", "English"), ("en", "Deutsch"), ("de", "English")):
        assert page.evaluate("document.documentElement.lang") == lang
        assert said(page) == expected[lang]
        page.get_by_role("button", name=button).click()
        page.get_by_role("button", name=button).wait_for(state="hidden")


@needs_scripts
@pytest.mark.parametrize("place", ["site", "file"])
def test_a_thing_stands_in_its_network(place: str, site: str, one_file: Path, page: Page) -> None:
    """The picture has 25 points at most, the list all relations; both lead on, and so does the whole network."""
    if place == "site":
        opened(page, f"{site}/doc/obstacle/h-ind-einkommen.html")
    else:
        opened(page, one_file, "h-ind-einkommen")
    near = page.locator(".near:visible")
    near.locator(".near-picture svg").wait_for()
    points = near.locator(".near-picture .other").count()
    assert 12 <= points <= 24 and near.locator(".near-picture .self").count() == 1
    links = near.locator(".near-list a")
    assert links.count() >= points
    assert near.locator(".near-picture title", has_text="Weiterbildungsgeld").count() >= 1
    near.locator("summary").click()
    links.filter(has_text="Kölner Bildungsmodell").first.click()
    page.locator("h1:visible", has_text="Kölner Bildungsmodell").wait_for()
    page.go_back()
    near.get_by_role("link", name="Im ganzen Netz zeigen").click()
    page.locator(".nqn-details h2", has_text="Einkommensverzicht").wait_for()


@needs_scripts
def test_readers_of_the_file_take_tables_and_pictures_along(one_file: Path, page: Page) -> None:
    """A list as it is filtered, the matrix with its legend, a picture; and the foot offers address and print."""
    opened(page, one_file, "s_praxis?text=lippe")
    assert page.locator(".foot [data-action=print]").is_visible()
    assert page.locator(".foot [data-action=link]").is_visible()
    rows = taken(page, "#s_praxis [data-action=csv]")
    shown = page.locator("#list-praxis tbody tr:visible th a").all_inner_texts()
    assert rows[0] == "Praxis" and "Stand der Daten" in rows[1]
    assert [row.partition(";")[0].strip('"') for row in rows[4:] if row] == shown and len(shown) > 1
    [sheet] = booked(page, page.locator("#s_praxis [data-action=xlsx]"))
    written = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert written[0] == ["Praxis"] and "Stand der Daten" in str(written[1][0]) and sheet.freeze_panes == "B5"
    assert [row[0] for row in written[4:] if row] == shown and sheet["A4"].font.b
    assert {int, str} <= {type(value) for row in written[4:] for value in row}
    opened(page, one_file, "s_fragen-neu?art=legal-norm&spalte=start")
    [sheet] = booked(page, page.locator("#antwort .downloads button", has_text="XLSX"))
    assert any(cell.is_date for row in sheet for cell in row)
    opened(page, one_file, "s_matrix")
    books = booked(page, page.locator("#s_matrix [data-action=xlsx]"))
    assert len(books) == page.locator("#s_matrix table").count()
    assert all(any("Nur die Gruppe ist bekannt" in str(cell.value) for row in one for cell in row) for one in books)
    rows = taken(page, "#s_matrix [data-action=csv]")
    assert sum(row.startswith("Praxis / Hemmnisse;") for row in rows) == page.locator("#s_matrix table").count()
    assert any("Nur die Gruppe ist bekannt" in row for row in rows)
    opened(page, one_file, "i-bestehensquote")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Bild als PNG").first.click()
    assert Path(saved.value.path()).read_bytes().startswith(b"\x89PNG")


def booked(page: Page, control: Locator) -> list[Any]:
    """The sheets of the workbook that a control hands to the reader."""
    with page.expect_download() as saved:
        control.click()
    assert saved.value.suggested_filename.endswith(".xlsx")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return load_workbook(BytesIO(Path(saved.value.path()).read_bytes())).worksheets


def taken(page: Page, control: str) -> list[str]:
    """The lines of the table that a control hands to the reader."""
    with page.expect_download() as saved:
        page.locator(control).click()
    return Path(saved.value.path()).read_text(encoding="utf-8-sig").splitlines()


@needs_scripts
def test_the_way_to_the_content_stays_on_the_page(one_file: Path, page: Page) -> None:
    """The skip link leads to the content of the page that is shown, which stays when it is loaded again."""
    opened(page, one_file, "s_praxis?text=lippe")
    page.locator("a.skip").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'main'")
    assert page.url.endswith("#s_praxis?text=lippe") and page.inner_text("h1:visible") == "Praxis"


@needs_scripts
def test_an_address_of_nothing_is_said(one_file: Path, page: Page) -> None:
    """What the file does not hold is named above the start, until something else is shown; pages need no mark."""
    opened(page, one_file, "h-<b>weg")
    assert "„h-<b>weg“" in page.inner_text("#nowhere[role=alert]:visible")
    page.evaluate("location.hash = 'matrix'")
    page.wait_for_selector("#s_matrix[data-shown]")
    assert not page.locator("#nowhere").count()


@needs_scripts
def test_the_file_keeps_the_language_on_its_way(one_file: Path, page: Page) -> None:
    """Head, foot, title and every page that follows, the network as well, also on the next visit; focus stays."""
    opened(page, one_file, "h-ind-einkommen")
    page.get_by_role("button", name="English").press("Enter")
    page.get_by_role("button", name="Deutsch").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Deutsch"
    assert page.title().startswith("Loss of income during training – nqgraph – ")
    assert "Nachqualifizierung" not in page.title()
    assert page.get_by_role("combobox", name="Search").count() == 1
    page.get_by_role("link", name="Practices", exact=True).first.click()
    page.wait_for_function("document.querySelector('.page[data-shown] h1').textContent === 'Practices'")
    assert page.locator("nav [aria-current]").inner_text() == "Practices"
    page.go_back()
    page.wait_for_function("document.querySelector('.page[data-shown] h1').textContent.startsWith('Loss')")
    page.reload()
    page.get_by_role("button", name="Deutsch").wait_for()
    assert page.inner_text("h1:visible") == "Loss of income during training"
    assert page.locator(".foot").inner_text().count("About") == 1


@needs_scripts
def test_the_file_keeps_the_place_and_the_choices_when_it_changes_language(one_file: Path, page: Page) -> None:
    """The same entry at the top, the same filter, the same order of a table."""
    opened(page, one_file, "s_praxis")
    page.locator("form.filters:visible details > summary").click()
    choice = page.locator("form.filters:visible").get_by_label("Verbleib")
    choice.select_option("regular-offer")
    before = page.locator("#list-praxis tbody tr:visible").count()
    other = "[...document.querySelectorAll('[data-action=language]')].find(control => !control.hidden).click()"
    page.evaluate(other)
    page.get_by_role("button", name="Deutsch").wait_for()
    assert page.locator("#list-praxis tbody tr:visible").count() == before
    assert page.inner_text("form.filters:visible output").startswith(f"{before} of ")
    page.goto(one_file.as_uri() + "#s_glossar")
    page.wait_for_function("document.querySelector('#s_glossar[data-shown]')")
    page.evaluate("document.getElementById('c_practice').scrollIntoView()")
    top = "document.getElementById('c_practice').getBoundingClientRect().top"
    place = page.evaluate(top)
    page.evaluate(other)
    page.get_by_role("button", name="English").wait_for()
    assert abs(page.evaluate(top) - place) < 2
    page.goto(one_file.as_uri() + "#s_abfragen-schwache-belege")
    page.locator("table.sortable:visible th button").nth(1).click()
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Deutsch").wait_for()
    assert page.locator("table.sortable:visible th").nth(1).get_attribute("aria-sort") == "ascending"


@needs_scripts
def test_an_address_may_lie_in_what_is_packed(one_file: Path, page: Page) -> None:
    """The page comes out of the pack, what hides the place opens, and the reader is there."""
    document = one_file.read_text(encoding="utf-8")
    packed = packs.part(document, "pages")
    place = next(m[1] for said in packed.values() if (m := re.search(r'id="?([\w-]+--1)"?[ >]', said.get("de", ""))))
    opened(page, one_file, place)
    page.wait_for_selector(f"[id='{place}']:target")
    assert page.locator(f"[id='{place}']").is_visible()


@needs_scripts
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Kinderbetreuung", "Betreuungs- und Pflegepflichten"),
        ("einkommensverlust", "Einkommensverzicht während der Qualifizierung"),
        ("Koelner Bildungsmodel", "Kölner Bildungsmodell"),
        ("MAGS", "Ministerium für Arbeit, Gesundheit und Soziales"),
    ],
)
def test_search_finds_german_as_it_is_written(typed: str, found: str, one_file: Path, page: Page) -> None:
    """Compounds, umlauts in two letters, typing errors, short names; in the file, without a network."""
    opened(page, one_file)
    page.get_by_role("combobox", name="Suche").fill(typed)
    page.locator(".nq-results li", has_text=found).first.wait_for()


@needs_scripts
def test_the_address_of_the_file_says_what_is_sought(one_file: Path, page: Page) -> None:
    """Beside what is chosen on the page; reloading and coming back show the results again, closing them ends it."""
    opened(page, one_file, "s_praxis?text=lippe")
    field = page.get_by_role("combobox", name="Suche")
    field.fill("Kinder & Geld")
    page.locator(".nq-results").wait_for()
    assert page.url.endswith("#s_praxis?text=lippe&q=Kinder+%26+Geld")
    field.fill("Kinderbetreuung")
    result = page.locator(".nq-results li", has_text="Betreuungs- und Pflegepflichten").first
    page.wait_for_url(lambda url: url.endswith("&q=Kinderbetreuung"))
    result.wait_for()
    page.reload()
    result.wait_for()
    assert field.input_value() == "Kinderbetreuung" and page.inner_text("h1:visible") == "Praxis"
    result.locator("a").first.click()
    page.wait_for_url(lambda url: "q=" not in url)
    page.go_back()
    result.wait_for()
    field.press("Escape")
    assert page.url.endswith("#s_praxis?text=lippe")


@needs_scripts
def test_filters_keep_what_fits_and_say_how_many(site: str, page: Page) -> None:
    """A choice above a list hides the rest and says how many are left."""
    opened(page, f"{site}/praxis.html")
    before = page.locator("#list-praxis tbody tr:visible").count()
    page.locator("form.filters:visible details > summary").click()
    choice = page.locator("form.filters:visible").get_by_label("Verbleib")
    choice.select_option("regular-offer")
    page.wait_for_timeout(200)
    after = page.locator("#list-praxis tbody tr:visible").count()
    assert 0 < after < before
    assert str(after) in page.inner_text("form.filters output")


# -- changes in the file -------------------------------------------------------------------------------------------


@needs_scripts
def test_changes_in_the_file_come_back_as_a_workbook(
    one_file: Path, page: Page, shipped_graph: Graph, tmp_path: Path
) -> None:
    """Forms hold what the tables say, check what they can, keep it over a reload; import takes the file they give."""
    store = shipped_graph.store
    own = [name for name in store.graphs() if name not in store.iris.own_graphs]
    schema = shapes.of(SPACE)
    contents = Contents(store, schema, own, "de")
    form = page.locator("#s_aendern")
    opened(page, one_file, "p-tep")
    page.locator("#p-tep").get_by_role("link", name="Neu: Bewertung").click()
    assert form.get_by_label("Praxis *").input_value() == "p-tep"
    for kind, key in (
        ("practice", "p-tep"), ("source", "mg-tq"), ("region", "r-nrw"),
        ("position", "pos-mags-nrw-e-tq-berufsfelder"), ("obstacle", "h-ind-einkommen"),
    ):  # fmt: skip
        opened(page, one_file, key)
        page.locator(f"#{key} .nq-edit a").first.click()
        page.locator("#s_aendern form").wait_for()
        values = page.evaluate(
            """() => { const found = {};
            for (const [name, value] of new FormData(document.querySelector('#s_aendern form')))
                (found[name] ??= []).push(value.replaceAll('\\r\\n', '\\n'));
            return found; }"""
        )
        for prop, tag in columns(schema.for_table(kind)):  # type: ignore[arg-type]
            said = set(values.get(field_name(prop, tag), [""])) - {""}
            cell = contents.cell(f"{store.iris.things}{kind}/{key}", prop, tag)
            assert said in ({clean(cell)} - {""}, set(cell.split("; ")) - {""}), (key, prop.iri)
    label, confidence = form.get_by_label("Bezeichnung (de) *"), form.get_by_label("Verlässlichkeit *")
    label.fill("Kein Verdienst")
    confidence.select_option("")
    if AXE.exists():
        assert violations(page) == []
    page.get_by_role("button", name="Änderung merken").click()
    assert "Verlässlichkeit“ fehlt." in page.get_by_role("alert").inner_text()
    assert page.evaluate("document.activeElement.className") == "error"
    assert confidence.get_attribute("aria-invalid") == "true"
    confidence.select_option("mittel")
    page.get_by_role("button", name="Änderung merken").click()
    page.locator("#s_aenderungen table").wait_for()
    page.reload()
    page.get_by_role("link", name="Meine Änderungen (1)").wait_for()
    opened(page, one_file, "s_hemmnisse")
    page.get_by_role("link", name="Neu: Hemmnis").click()
    form.get_by_label("Kennung *").fill("h-ind-einkommen")
    page.get_by_role("button", name="Änderung merken").click()
    assert "gibt es schon" in page.get_by_role("alert").inner_text()
    form.get_by_label("Kennung *").fill("h-neu")
    form.get_by_label("Bezeichnung (de) *").fill("Neues <b>&")
    form.get_by_role("checkbox", name="Betrieb", exact=True).check()
    form.get_by_label("Raum hinzufügen", exact=True).first.fill("r-nrw")
    form.get_by_role("button", name="Raum hinzufügen").click()
    form.get_by_label("Quellen *").fill("mg-tq")
    form.get_by_label("Verlässlichkeit *").select_option("hoch")
    page.get_by_role("button", name="Änderung merken").click()
    page.get_by_role("heading", name="Neu: Neues <b>&").wait_for()
    page.get_by_label("Warum?").fill("weil")
    if AXE.exists():
        assert violations(page) == []
    with page.expect_download() as loaded:
        page.get_by_role("button", name="Als Datei speichern").click()
    path = tmp_path / loaded.value.suggested_filename
    loaded.value.save_as(path)
    state = returned.State()
    found = returned.merged(
        returned.read(path, state, SPACE), state, returned.Base.read([ROOT / "data"], SPACE), dataset="nrw", check=False
    )
    assert (found.problems, state.reason) == ([], "weil")
    assert [(c.kind, c.key, c.column, c.after) for c in found.changes] == [
        ("cell", "h-ind-einkommen", "Bezeichnung (de)", "Kein Verdienst"),
        ("cell", "h-ind-einkommen", "Verlässlichkeit", "mittel"),
        ("new", "h-neu", "", ""),
    ]
    nrw, other = (ROOT / "data" / name / "hemmnisse.csv" for name in ("nrw", "laender-eu"))
    assert found.files.keys() == {nrw, other}  # both rows that became the entry said how reliable it is
    assert "h-neu,Neues <b>&," in found.files[nrw].decode() and "h-neu" not in found.files[other].decode()
    page.get_by_role("button", name="Zurücknehmen: Neu").click()
    page.get_by_role("button", name="Zurücknehmen").click()
    page.get_by_text("Noch keine.").wait_for()


# -- questions in the one file ---------------------------------------------------------------------------------------

#: The table that the file shows: headings, and the rows of texts.
SHOWN = """() => {
  const place = document.querySelector(".page[data-shown] .answer");
  const text = (cell) => cell.textContent.replace(/\\s+/g, " ").trim();
  return [[...place.querySelectorAll("thead th")].map(text),
    [...place.querySelectorAll("tbody tr")].map((row) => [...row.cells].map(text))];
}"""


def library(site: Site, name: str, values: dict[str, str]) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of the answer of the library, as texts."""
    voice = site.voice("de")
    found = site.collection.answer(site.collection.queries[f"abfragen/{name}"], values, "de")
    writer = Inline(site.collection, voice, site._inside(voice), {})
    rows = [[text_of(writer.cell(cell)) for cell in row] for row in found.rows]
    return [voice.plain(heading) for heading in found.headings] if rows else [], rows


def same(shown: Any, expected: tuple[list[str], list[list[str]]]) -> bool:
    """Whether the file shows the rows of the library; either may have a column that repeats another one in each row."""
    (headings, rows), (others, other_rows) = shown, expected
    both = [heading for heading in headings if heading in others]
    if [heading for heading in others if heading in headings] != both or len(rows) != len(other_rows):
        return False

    def parted(names: list[str], row: list[str]) -> tuple[list[str], list[str]]:
        cells = list(zip(names, row, strict=True))
        return [cell for name, cell in cells if name in both], [cell for name, cell in cells if name not in both]

    for row, other in zip(rows, other_rows, strict=True):
        (cells, more), (other_cells, other_more) = parted(headings, row), parted(others, other)
        if cells != other_cells or not {*more, *other_more} <= {"", *cells}:
            return False
    return True


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", "", html)).split())


def samples(asked: dict[str, Any]) -> Iterator[dict[str, str]]:
    """For each field some values alone, and some combinations of all fields."""
    fields = asked["fields"]
    needed = {f["name"]: f["values"][-1] for f in fields if "" not in f["values"]}
    for f in fields:
        for value in f["values"][1 :: max(1, len(f["values"]) // 3)]:
            yield {**needed, f["name"]: value}
    if len(fields) > 1:
        for number in range(3):
            yield {f["name"]: f["values"][(7 * number + 3) % len(f["values"])] for f in fields}


@needs_scripts
def test_the_file_answers_questions_as_the_library_does(
    shipped_graph: Graph, shipped_file: str, one_file: Path, page: Page
) -> None:
    """Every canned question with parameters, with some values of each and some combinations: headings and rows."""
    site = Site(shipped_graph, live=False)
    answers = packs.part(shipped_file, "answers")
    with_form = {asked["name"] for asked in answers["asked"]}
    parameters = {q.name for q in site.collection.queries.values() if any(p.name != "lang" for p in q.parameters)}
    assert with_form < parameters  # the others have a bundle to choose, or too many rows
    assert parameters - with_form == {
        *("buendel-akteure", "buendel-foerderung", "buendel-hemmnisse", "buendel-reichweite", "passt-das"),
        *("aehnliche-praxis", "fehlende-messwerte", "hemmnis-matrix", "praxis-steckbrief", "quelle-steckbrief"),
        *("schwache-belege", "steckbrief"),
    }
    opened(page, one_file)
    refused = compared = 0
    for asked in answers["asked"]:
        for values in samples(asked):
            given = {name: value for name, value in values.items() if value}
            query = "?" + urlencode(given, quote_via=quote) if given else ""
            page.evaluate("hash => { location.hash = hash }", f"s_abfragen-{asked['name']}{query}")
            page.wait_for_selector(f"#s_abfragen-{asked['name']}[data-shown] form[data-asked]:not([hidden])")
            page.wait_for_function(
                "hash => document.querySelector('.page[data-shown]').dataset.asked === hash", arg=query
            )
            if page.locator(".page[data-shown] .answer .alone").count():
                refused += 1
                continue
            assert same(page.evaluate(SHOWN), library(site, asked["name"], given)), (asked["name"], given)
            compared += 1
    assert compared > 200 and refused < compared / 20


@needs_scripts
def test_a_question_is_asked_by_its_form_and_kept_in_the_address(one_file: Path, page: Page) -> None:
    """What was chosen is stated, lives through reload, back and a change of the language, and can be downloaded."""
    from playwright.sync_api import expect

    opened(page, one_file, "s_abfragen-antworten-je-hemmnis")
    form = page.locator(".page[data-shown] form.asks")
    form.get_by_label("Hemmnisgruppe").select_option("individual")
    form.get_by_role("button").click()
    stated = page.locator(".page[data-shown] .stated")
    expect(stated).to_contain_text("Hemmnisgruppe: individuell")
    assert page.evaluate("location.hash").startswith("#s_abfragen-antworten-je-hemmnis?gruppe=individual")
    expect(page.locator(".page[data-shown] .answer .count")).to_be_focused()
    rows = page.locator(".page[data-shown] .answer tbody tr").count()
    assert 0 < rows < 82
    page.reload()
    expect(page.locator(".page[data-shown] .answer tbody tr")).to_have_count(rows)
    with page.expect_download() as download:
        page.locator(".page[data-shown] .answer").get_by_role("button", name="CSV (Excel)").click()
    assert download.value.suggested_filename.startswith("antworten-je-hemmnis-individual")
    written = Path(download.value.path()).read_bytes().decode("utf-8-sig")
    assert len(written.splitlines()) >= rows + 2 and written.startswith("Hemmnisgruppe: individuell")
    page.get_by_role("button", name="English").click()
    expect(stated).to_contain_text("Obstacle group: individual")
    page.evaluate("() => { location.hash = 's_abfragen-antworten-je-hemmnis' }")
    expect(page.locator(".page[data-shown] .answer tbody tr")).to_have_count(82)
    page.go_back()
    expect(page.locator(".page[data-shown] .answer tbody tr")).to_have_count(rows)


@needs_scripts
def test_the_editor_in_the_file_answers_as_the_graph_does(
    example_graph: Graph, tmp_path: Path, page: Page, context: BrowserContext
) -> None:
    """SELECT, ASK and CONSTRUCT without a network, an error with its line, and a canned question from its page."""
    from playwright.sync_api import expect

    path = tmp_path / "editor.html"
    path.write_bytes(pages.one_file(example_graph, Selection(), answers=False, editor=True))
    assert "Copyright (c) 2018 Oxigraph developers" in path.read_text(encoding="utf-8")
    opened(page, path, "s_abfragen-praxis-liste")
    page.locator(".page[data-shown] details.sparql summary").click()
    page.get_by_role("link", name="Im Editor öffnen und ändern").click()
    field = page.locator(".CodeMirror")
    field.wait_for()
    assert "PREFIX" in page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")

    def answer(query: str) -> str:
        page.evaluate("query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)", query)
        page.get_by_role("button", name="Abfrage ausführen").click()
        expect(page.get_by_role("button", name="Abfrage ausführen")).to_be_visible()
        return page.locator(".nqe-answer").inner_text()

    text = "SELECT ?s ?name WHERE { ?s a nq:Practice ; skos:prefLabel ?name } ORDER BY ?s ?name"
    said = [row[1] for row in example_graph.select(text)]
    answer(text)
    shown = page.locator(".nqe-answer tbody tr td:nth-child(2) span")
    expect(shown).to_have_count(len(said))
    assert shown.all_inner_texts() == said and len(said) > 2
    assert "Ja" in answer("ASK { ?s a nq:Practice }") or "ja" in answer("ASK { ?s a nq:Practice }")
    made = "CONSTRUCT { ?s a nq:Practice } WHERE { ?s a nq:Practice }"
    answer(made)
    expect(page.locator(".nqe-answer tbody tr")).to_have_count(len({row[0] for row in example_graph.select(text)}))
    page.locator(".nqe-answer tbody a").first.click()
    assert page.locator(".page[data-shown] h1").inner_text() in said
    page.go_back()
    answer("SELECT * WHERE { ?s ?p }")
    expect(page.locator(".nqe-answer [role=alert]")).to_contain_text("1:")
