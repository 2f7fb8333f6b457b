"""The scripts of the pages in a real browser: the network and its list, and the editor of the endpoint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from nqgraph.building.builds import Assembly
from nqgraph.graph import queries
from nqgraph.graph.graph import Graph
from nqgraph.graph.store import Store
from nqgraph.networks import sigma
from nqgraph.networks.network import network
from nqgraph.pages import Site, bundle
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError
from tests.spaces import SPACE
from tests.watching import AXE, axe, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.skipif(bundle.read("app.js") is None, reason="the scripts were not built")
needs_axe = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed in frontend/")

INCOME = "h-ind-einkommen"
CONSTRUCT = """CONSTRUCT {
  ?p nq:answers ?h ; skos:prefLabel ?pl ; a nq:Practice .
  ?h skos:prefLabel ?hl ; a nq:Obstacle
}
WHERE { ?p nq:answers ?h ; skos:prefLabel ?pl . ?h skos:prefLabel ?hl } LIMIT 300"""


def term_list() -> dict[str, Any]:
    """What the editor completes: some terms of ours, with the prefixes."""
    terms = [{"iri": vocab.NQ["answers"], "label": "löst"}, {"iri": vocab.NQ["Practice"], "label": "Praxis"}]
    return {"prefixes": vocab.PREFIXES, "terms": terms}


@pytest.fixture(scope="module")
def server(shipped_graph: Graph) -> Iterator[str]:
    """The pages with their data and a SPARQL endpoint, strict about what scripts may do."""
    site = Site(shipped_graph, live=True)
    examples = [{"name": q.name, "title": q.title["de"], "text": q.text} for q in queries.of(SPACE).all()]
    files = {"sparql-terms.json": term_list(), "sparql-examples.json": examples}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.lstrip("/").partition("?")[0]
            found = site.asset(name)
            if name == "favicon.ico":
                found = (b"", "image/png")
            elif name in files:
                found = (json.dumps(files[name]).encode(), "application/json")
            elif name in ("sparql", "en/sparql"):
                found = (
                    site.editor_page("en" if name.startswith("en/") else "de").encode(),
                    "text/html; charset=utf-8",
                )
            elif found is None and (html := site.page(name)) is not None:
                found = (html.encode(), "text/html; charset=utf-8")
            self.answer(200 if found else 404, *(found or (b"", "text/plain")))

        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"])).decode()
            accept = self.headers["Accept"]
            wanted = next(
                (f for mime, f in (("csv", "csv"), ("turtle", "ttl")) if accept.startswith(f"text/{mime}")), ""
            )
            graph = "CONSTRUCT" in query
            form = wanted or ("nt" if graph else "json")
            media = {"nt": "application/n-triples", "json": "application/sparql-results+json"}.get(form, f"text/{form}")
            try:
                self.answer(200, shipped_graph.ask(query, {}, form), media)
            except QueryError as error:
                problem = {"title": "query", "detail": error.problems[0].in_language("de")}
                self.answer(400, json.dumps(problem).encode(), "application/problem+json")

        def answer(self, status: int, body: bytes, media: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media)
            self.send_header(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
                " connect-src 'self'; base-uri 'none'; form-action 'self'",
            )
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose console must stay silent and that must ask no other server."""
    context = browser.new_context(viewport={"width": 1366, "height": 900}, locale="de-DE", reduced_motion="reduce")
    with watched(context.new_page()) as page:
        yield page
    context.close()


def opened(page: Page, address: str) -> Page:
    """The page of the network, drawn."""
    page.goto(address)
    page.locator(".nqn-legend").wait_for()
    return page


def select(page: Page, name: str, typed: str) -> None:
    """Choose the first entry that the field *name* suggests for *typed*, by keyboard alone."""
    field = page.get_by_role("combobox", name=name, exact=True)
    field.focus()
    page.keyboard.type(typed)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def current(page: Page) -> Locator:
    return page.locator("#twin li[aria-current]")


def sizes(page: Page) -> dict[str, float]:
    """Key → size in the picture."""
    sized: dict[str, float] = page.evaluate(
        "() => { const { network, picture } = document.getElementById('network').explorer;"
        " return Object.fromEntries(network.data.nodes.map((node, number) =>"
        " [node[1], picture.sigma.getNodeDisplayData(String(number)).size])) }"
    )
    return sized


# -- data --------------------------------------------------------------------------------------------------------------


def test_the_data_of_the_picture_are_the_network(shipped: Store) -> None:
    """Same nodes, edges, directions and names as the network itself, in both languages."""
    store = shipped
    made, graph = sigma.document(store), network(store)
    assert [row[1] for row in made["nodes"]] == [d["key"] for _, d in graph.nodes(data=True)]
    assert len(made["edges"]) == graph.number_of_edges()
    number = {row[1]: index for index, row in enumerate(made["nodes"])}
    answers = {(source, target) for source, target, *_ in made["edges"]}
    direct = {
        (number[vocab.local_name(s)], number[vocab.local_name(o)])
        for s, o, k in graph.edges(keys=True)
        if k == vocab.NQ.answers
    }
    assert len(direct) > 50 and direct <= answers
    income = made["nodes"][number[INCOME]]
    assert made["kinds"][income[0]]["type"] == "obstacle"
    assert isinstance(income[2], list) and income[2][0].startswith("Einkommensverzicht")
    assert all(-1000 <= row[3] <= 1000 and -1000 <= row[4] <= 1000 for row in made["nodes"])


def test_the_data_of_the_picture_are_the_same_each_time_and_small(shipped: Store) -> None:
    """The same graph gives the same bytes; a node with its relations takes less than 200 of them."""
    first, second = (json.dumps(sigma.document(shipped), ensure_ascii=False) for _ in range(2))
    assert first == second
    assert len(first.encode()) < 200 * len(network(shipped))


def test_a_part_of_the_network_has_only_its_things(example: Assembly) -> None:
    """What is left out is no node, and no relation leads to it."""
    whole = network(example.store)
    some = sorted(whole)[: len(whole) // 2]
    made = sigma.document(example.store, some)
    assert len(made["nodes"]) == len(some)
    assert all(source < len(some) and target < len(some) for source, target, *_ in made["edges"])
    assert sigma.document(example.store, [])["nodes"] == []


# -- network -----------------------------------------------------------------------------------------------------------


def test_picture_details_and_list_show_the_same_selection(server: str, page: Page) -> None:
    """An entry found by keyboard is selected in the picture, beside it and in the list, with its relations."""
    opened(page, f"{server}/netz")
    assert page.locator(".nqn-stage canvas").count() > 3
    select(page, "Eintrag finden", "Einkommensverzicht während")
    assert page.inner_text(".nqn-details h2") == "Einkommensverzicht während der Qualifizierung"
    assert page.locator(".nqn-details h2 a").get_attribute("href") == f"doc/obstacle/{INCOME}"
    assert current(page).get_attribute("id") == f"n-{INCOME}"
    assert current(page).locator(".nqn-open").is_visible()
    in_list = current(page).locator(".nqn-open button").all_inner_texts()
    assert in_list and in_list == page.locator(".nqn-details .nqn-relations button").all_inner_texts()


def test_one_walks_through_the_list_by_keyboard_and_the_picture_follows(server: str, page: Page) -> None:
    """Open a kind, open an entry, go on to a neighbour: focus is there, picture and details as well."""
    opened(page, f"{server}/netz")
    page.locator("#twin summary", has_text="Hemmnisse").focus()
    page.keyboard.press("Enter")
    toggle = page.locator(f"#n-{INCOME} > .nqn-toggle")
    toggle.focus()
    page.keyboard.press("Enter")
    assert toggle.get_attribute("aria-expanded") == "true"
    assert page.inner_text(".nqn-details h2") == "Einkommensverzicht während der Qualifizierung"
    neighbour = page.locator(f"#n-{INCOME} .nqn-open button", has_text="Weiterbildungsgeld").first
    neighbour.focus()
    page.keyboard.press("Enter")
    assert page.inner_text(".nqn-details h2") == "Weiterbildungsgeld"
    assert page.evaluate("document.activeElement.closest('li[id]').id") == current(page).get_attribute("id")
    shown = "document.getElementById('network').explorer"
    ring = f"{shown}.picture.sigma.getNodeDisplayData(String({shown}.network.find('f-weiterbildungsgeld'))).highlighted"
    key = current(page).get_attribute("id")
    assert key and page.evaluate(ring.replace("f-weiterbildungsgeld", key.removeprefix("n-"))) is True


def test_the_picture_begins_with_what_the_matrix_crosses(server: str, page: Page) -> None:
    """Two kinds at first, the others a click away; no label lies on a node, and a choice stands in the address."""
    opened(page, f"{server}/netz")
    page.wait_for_timeout(300)
    checked = page.locator(".nqn-legend label", has=page.locator("input:checked"))
    assert [said.split("\n")[0].strip() for said in checked.all_inner_texts()] == ["Hemmnisse", "Praxis"]
    covered = page.evaluate(
        """() => {
            const { picture } = document.getElementById('network').explorer, { nodes, labels } = picture.drawn();
            return labels.filter(({ node, x, y, text }) => nodes.some((one) => one.node !== node
                && one.x > x && one.x < x + 5 * text.length && one.y > y - 10 && one.y < y)).map(({ text }) => text)
        }"""
    )
    assert covered == []
    select(page, "Eintrag finden", "Einkommensverzicht während")
    assert page.url.endswith(f"/netz#n-{INCOME}")
    page.reload()
    page.wait_for_selector(".nqn-details h2")
    assert page.inner_text(".nqn-details h2") == "Einkommensverzicht während der Qualifizierung"
    page.get_by_role("button", name="Aufheben").first.click()
    assert page.url.endswith("/netz")


def test_the_picture_is_printed_with_its_topic_and_origin(server: str, page: Page) -> None:
    """As a drawing in light colours, also from a dark screen; afterwards the page is as before."""
    page.emulate_media(color_scheme="dark")
    opened(page, f"{server}/netz#n-{INCOME}")
    page.wait_for_selector(".nqn-details h2")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    drawn = page.locator("#network > :visible")
    assert drawn.count() == 1
    assert drawn.locator("rect").get_attribute("fill") == "#fdfcfa"
    said = drawn.locator("text").last.text_content() or ""
    assert said.startswith("Einkommensverzicht während der Qualifizierung · ") and "Stand der Daten" in said
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".nqn-paper").count() == 0
    assert page.evaluate("document.documentElement.dataset.theme ?? ''") == ""


def test_a_click_in_the_picture_selects(server: str, page: Page) -> None:
    """Where a node is drawn a click finds it; beside it a click selects nothing."""
    opened(page, f"{server}/netz")
    page.get_by_role("button", name="Alle", exact=True).click()
    page.wait_for_timeout(300)
    key, x, y = page.evaluate(
        "() => { const { network, picture } = document.getElementById('network').explorer;"
        " const box = document.querySelector('.nqn-stage').getBoundingClientRect();"
        " const most = network.data.nodes.map((_, n) => n).sort((a, b) => network.node(b)[5] - network.node(a)[5])[0];"
        " const at = picture.sigma.graphToViewport({ x: network.node(most)[3], y: network.node(most)[4] });"
        " return [network.node(most)[1], box.x + at.x, box.y + at.y] }"
    )
    page.mouse.click(x, y)
    page.wait_for_timeout(200)
    assert current(page).get_attribute("id") == f"n-{key}"
    page.wait_for_timeout(400)  # two clicks at once are a double click
    box = page.locator(".nqn-stage").bounding_box()
    assert box
    page.mouse.click(box["x"] + 4, box["y"] + 4)
    page.wait_for_timeout(200)
    assert current(page).count() == 0


def test_the_legend_filters_picture_and_list(server: str, page: Page) -> None:
    """A kind that is off is in neither, and cannot stay selected; the number of what is left is said."""
    opened(page, f"{server}/netz")
    page.get_by_role("button", name="Alle", exact=True).click()
    select(page, "Eintrag finden", "Einkommensverzicht während")
    page.locator(".nqn-legend label", has_text="Hemmnisse").get_by_role("checkbox").uncheck()
    assert page.locator("#twin details", has=page.locator(f"#n-{INCOME}")).is_hidden()
    assert current(page).count() == 0
    hidden = page.evaluate(
        "() => { const { network, picture } = document.getElementById('network').explorer; return network.data.nodes"
        ".filter((_, n) => picture.sigma.getNodeDisplayData(String(n)).hidden)"
        ".map(node => network.data.kinds[node[0]].type) }"
    )
    assert set(hidden) == {"obstacle"}
    total = page.evaluate("document.getElementById('network').explorer.network.data.nodes.length")
    assert page.inner_text(".nqn-shown") == f"{total - len(hidden)} von {total} Einträgen im Bild"
    select(page, "Eintrag finden", "Einkommensverzicht während")  # asked for, it comes back with its kind
    assert current(page).get_attribute("id") == f"n-{INCOME}"


def test_the_path_between_two_is_shown_and_told(server: str, page: Page) -> None:
    """The shortest one, as a list with the names of the relations; where there is none, that is said."""
    opened(page, f"{server}/netz")
    page.locator(".nqn-paths summary").press("Enter")
    select(page, "Von", "Einkommensverzicht während")
    select(page, "Nach", "Weiterbildungsgeld")
    steps = page.locator(".nqn-route li")
    assert steps.count() == 2
    assert "Weiterbildungsgeld" in steps.nth(1).inner_text() and ":" in steps.nth(1).inner_text()
    assert page.inner_text(".nqn-route p") == "1 Schritt"
    page.get_by_role("button", name="Keine").click()
    page.get_by_role("button", name="Weg zeigen").click()
    assert page.inner_text(".nqn-route") == "Zwischen den beiden gibt es keinen Weg."


def test_size_follows_the_measure(server: str, page: Page) -> None:
    """By degree, by betweenness, or all the same."""
    opened(page, f"{server}/netz")
    by_degree = sizes(page)
    page.get_by_label("Größe nach").select_option("betweenness")
    by_betweenness = sizes(page)
    page.get_by_label("Größe nach").select_option("same")
    assert len(set(sizes(page).values())) == 1
    data = {row[1]: row for row in page.evaluate("document.getElementById('network').explorer.network.data.nodes")}
    assert max(by_degree, key=lambda key: by_degree[key]) == max(data, key=lambda key: data[key][5])
    assert max(by_betweenness, key=lambda key: by_betweenness[key]) == max(data, key=lambda key: data[key][6])


def test_the_picture_is_saved_as_svg_and_png(server: str, page: Page) -> None:
    """With labels and legend, as the reader sees it; names with signs of markup do no harm."""
    opened(page, f"{server}/netz")
    page.get_by_role("button", name="Alle", exact=True).click()
    page.wait_for_timeout(300)
    with page.expect_download() as svg:
        page.get_by_role("button", name="Als SVG sichern").click()
    content = Path(svg.value.path()).read_text(encoding="utf-8")
    root = ET.fromstring(content)
    texts = [t.text for t in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Hemmnisse" in texts and "Deutschland" in texts and content.count("<line") > 500
    assert "http" not in content.replace("http://www.w3.org/2000/svg", "")
    with page.expect_download() as png:
        page.get_by_role("button", name="Als PNG sichern").click()
    assert Path(png.value.path()).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_labels_do_not_overlap(server: str, page: Page) -> None:
    """At any distance the labels that are drawn leave each other room, and the largest nodes have theirs."""
    opened(page, f"{server}/netz")
    page.wait_for_timeout(300)
    for _ in range(3):
        labels = page.evaluate("document.getElementById('network').explorer.picture.drawn().labels")
        assert len(labels) > 8
        boxes = [(label["x"], label["y"], len(label["text"]) * 5.0, 13.0) for label in labels]
        for index, (x, y, width, height) in enumerate(boxes):
            for a, b, other_width, other_height in boxes[:index]:
                assert x >= a + other_width or a >= x + width or y >= b + other_height or b >= y + height
        page.get_by_role("button", name="Größer").click()
        page.wait_for_timeout(200)


def test_an_address_selects_an_entry(server: str, page: Page) -> None:
    """Pages of things can point at their place in the network."""
    opened(page, f"{server}/netz#n-{INCOME}")
    page.locator(".nqn-details h2").wait_for()
    assert current(page).get_attribute("id") == f"n-{INCOME}"


def test_without_webgl_the_list_serves(browser: Browser, server: str) -> None:
    """One line says so; search, legend, paths and relations work all the same, and nothing complains."""
    context = browser.new_context(locale="de-DE")
    context.add_init_script(
        "HTMLCanvasElement.prototype.getContext = () => null;"
        " delete window.WebGLRenderingContext; delete window.WebGL2RenderingContext"
    )
    with watched(context.new_page()) as page:
        opened(page, f"{server}/netz")
        assert "weil WebGL fehlt" in page.inner_text(".nqn-note")
        assert page.locator(".nqn-stage").count() == 0
        select(page, "Eintrag finden", "Einkommensverzicht während")
        assert current(page).get_attribute("id") == f"n-{INCOME}"
        assert "Weiterbildungsgeld" in page.inner_text(".nqn-details")
        page.locator(".nqn-legend label", has_text="Praxis").get_by_role("checkbox").uncheck()
        assert page.locator("#twin details", has=page.locator("#n-p-tep")).is_hidden()
    context.close()


def test_the_network_of_the_file_starts_when_it_is_seen_and_changes_language(
    shipped_file: str, tmp_path: Path, page: Page
) -> None:
    """Unpacked from the file, without a request; the selection stays when the language changes."""
    path = tmp_path / "nqgraph.html"
    path.write_text(shipped_file, encoding="utf-8")
    page.goto(path.as_uri())
    assert page.locator(".nqn-legend").count() == 0
    page.get_by_role("link", name="Netz", exact=True).first.click()
    page.locator(".nqn-legend").wait_for()
    select(page, "Eintrag finden", "Einkommensverzicht während")
    assert page.locator(".nqn-details h2 a").get_attribute("href") == f"#{INCOME}"
    page.get_by_role("button", name="English").click()
    page.locator(".nqn-legend legend", has_text="Kinds").wait_for()
    assert "income" in page.inner_text(".nqn-details h2").lower()
    assert page.locator(f"#n-{INCOME} .nqn-open").is_visible()
    page.locator(".nqn-details h2 a").click()
    assert "income" in page.inner_text("h1:visible").lower()


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_network_in_use(scheme: Any, server: str, page: Page) -> None:
    """With suggestions, a selection, a path and open relations."""
    page.emulate_media(color_scheme=scheme)
    opened(page, f"{server}/netz")
    page.locator(".nqn-paths summary").click()
    select(page, "Von", "Weiterbildungsgeld")
    select(page, "Nach", "Sachsen")
    select(page, "Eintrag finden", "Einkommensverzicht während")
    page.get_by_role("combobox", name="Eintrag finden").fill("köln")
    assert page.get_by_role("option").count() > 3
    assert axe(page) == []


@needs_axe
def test_axe_finds_nothing_in_search_results(server: str, page: Page) -> None:
    """The results over a page, and the words for nothing found."""
    page.goto(server)
    for typed in ("Betreuung", "xqzjw"):
        page.get_by_role("combobox", name="Suche").fill(typed)
        page.locator(".nq-status").wait_for()
        page.wait_for_timeout(400)
        assert axe(page) == []


def test_search_results_lead_to_pages_in_the_language_and_place_of_the_page(
    shipped_graph: Graph, server: str, page: Page
) -> None:
    """From an English page to English pages; in a site of files to files."""
    page.goto(f"{server}/en/hemmnisse")
    page.get_by_role("combobox", name="Search").fill("loss of income")
    link = page.locator(".nq-results li a[href*='/doc/']", has_text="income").first
    link.wait_for()
    href = link.evaluate("link => link.href")
    assert href.startswith(f"{server}/en/doc/")
    site = Site(shipped_graph, suffix=".html", live=False)
    assert 'data-href="../{address}.html"' in (site.page("doc/obstacle/h-ind-einkommen") or "").replace("../../", "../")


def test_search_results_are_walked_through_by_keyboard(server: str, page: Page) -> None:
    """Arrows go from link to link, Escape back to the field, Enter from the field to the first link."""
    page.goto(server)
    field = page.get_by_role("combobox", name="Suche")
    field.focus()
    page.keyboard.type("Betreuung")
    page.locator(".nq-results li a").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement === document.querySelectorAll('.nq-results li a')[1]")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.type") == "search"
    assert page.locator(".nq-results").is_hidden()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.closest('.nq-results')")
    while "/doc/" not in page.evaluate("document.activeElement.href"):  # what a question can mean stands first
        page.keyboard.press("ArrowDown")
    target = page.evaluate("document.activeElement.href")
    page.keyboard.press("Enter")
    page.wait_for_url(target)
    assert page.inner_text("h1").strip()


def test_search_results_follow_their_field_and_close_behind_it(server: str, page: Page) -> None:
    """The field says what it opens; Tab goes from it into the results, and from their end on, when they close."""
    page.goto(server)
    field = page.get_by_role("combobox", name="Suche")
    assert field.get_attribute("aria-expanded") == "false"
    field.press_sequentially("Geldmangel")
    page.locator(".nq-results li a").first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    assert page.evaluate("!!document.getElementById(document.querySelector('#q').getAttribute('aria-controls'))")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('.nq-results')")
    page.locator(".nq-results :is(a, button)").last.focus()
    page.keyboard.press("Tab")
    assert page.locator(".nq-results").is_hidden() and field.get_attribute("aria-expanded") == "false"


def test_tables_sort_by_a_click_on_a_heading(server: str, page: Page) -> None:
    """German order, and back; screen readers are told by aria-sort."""
    page.goto(f"{server}/abfragen/hemmnisse-ohne-praxis")
    heading = page.locator("table.sortable th").first
    column = page.locator("table.sortable tbody tr > :first-child")
    german = "(texts) => [...texts].sort(new Intl.Collator('de', { numeric: true }).compare)"
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    assert column.all_inner_texts() == page.evaluate(german, column.all_inner_texts())
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    assert column.all_inner_texts() == page.evaluate(german, column.all_inner_texts())[::-1]


# -- editor ------------------------------------------------------------------------------------------------------------


def write(page: Page, query: str) -> None:
    """Put *query* into the editor and run it by keyboard."""
    page.locator(".CodeMirror").wait_for()
    page.evaluate("query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)", query)
    page.locator(".CodeMirror textarea").focus()
    page.keyboard.press("Control+Enter")


def test_the_editor_answers_with_a_table(server: str, page: Page) -> None:
    """Our prefixes need no declaration; things link to their pages; CSV comes from the endpoint."""
    page.goto(f"{server}/sparql")
    write(page, "SELECT ?p ?label { ?p a nq:Practice ; skos:prefLabel ?label FILTER(LANG(?label) = 'de') } LIMIT 7")
    page.locator(".nqe-answer tbody tr").first.wait_for()
    assert page.locator(".nqe-answer tbody tr").count() == 7
    assert page.inner_text(".nqe-answer [role=status]").startswith("7 Zeilen")
    assert (page.locator(".nqe-answer td a").first.get_attribute("href") or "").startswith(f"{server}/id/practice/")
    with page.expect_download() as csv:
        page.get_by_role("button", name="CSV herunterladen").click()
    assert Path(csv.value.path()).read_text(encoding="utf-8").splitlines()[0] == "p,label"


def test_the_editor_shows_a_graph_as_a_network(server: str, page: Page) -> None:
    """CONSTRUCT gives statements, and at a click their picture with labels and kinds from the graph."""
    page.goto(f"{server}/sparql")
    write(page, CONSTRUCT)
    page.get_by_role("button", name="Als Netz zeigen").click()
    page.locator(".nqn-legend").wait_for()
    assert "Praxis" in page.inner_text(".nqn-legend")  # as the completions call the class
    select(page, "Eintrag finden", "Bildungs")
    assert page.locator(".nqn-details h2 a").count() == 1


def test_the_editor_answers_in_words(server: str, page: Page) -> None:
    """ASK is yes or no."""
    page.goto(f"{server}/sparql")
    write(page, "ASK { ?s a nq:Practice }")
    page.locator(".nqe-answer", has_text="Die Antwort ist: ja").wait_for()


def test_the_editor_says_what_is_wrong(browser: Browser, server: str) -> None:
    """The words of the endpoint, as an alert."""
    context = browser.new_context(locale="de-DE")
    page = context.new_page()  # the browser itself reports the status 400 on its console
    page.goto(f"{server}/sparql")
    write(page, "SELECT * WHERE { ?s ?p }")
    alert = page.locator(".nqe-answer [role=alert]")
    alert.wait_for()
    assert "SPARQL" in alert.inner_text()
    context.close()


def test_the_editor_completes_our_terms(server: str, page: Page) -> None:
    """By name and by label, with prefixes."""
    page.goto(f"{server}/sparql")
    page.locator(".CodeMirror").wait_for()
    page.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('')")
    page.locator(".CodeMirror textarea").focus()
    page.keyboard.type("SELECT * WHERE { ?p nq:ans")
    page.keyboard.press("Control+Space")
    page.locator(".CodeMirror-hints", has_text="nq:answers  löst").wait_for()
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()").endswith("{ ?p nq:answers")


def test_the_tab_key_leaves_the_editor(server: str, page: Page) -> None:
    """No keyboard trap (WCAG 2.1.2)."""
    page.goto(f"{server}/sparql")
    page.locator(".CodeMirror textarea").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "nqe-run"


def test_an_example_fills_the_editor(server: str, page: Page) -> None:
    """Chosen from the list, or named in the address."""
    page.goto(f"{server}/sparql?abfrage=belegkette")
    page.locator(".CodeMirror").wait_for()
    value = "document.querySelector('.CodeMirror').CodeMirror.getValue()"
    assert page.evaluate(value) == queries.of(SPACE).get("belegkette").text
    page.get_by_label("Beispiel").select_option("offene-luecken")
    assert page.evaluate(value) == queries.of(SPACE).get("offene-luecken").text


@needs_axe
@pytest.mark.parametrize(("address", "scheme"), [("sparql", "light"), ("en/sparql", "dark")])
def test_axe_finds_nothing_in_the_editor(address: str, scheme: Any, server: str, page: Page) -> None:
    """The editor of queries is accessible by WCAG 2.2 AA."""
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{server}/{address}")
    write(page, "SELECT ?p ?n WHERE { ?p a nq:Practice BIND(1 AS ?n) } LIMIT 3")
    page.locator(".nqe-answer tbody tr").first.wait_for()
    assert axe(page) == []
