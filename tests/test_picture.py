"""The picture of a network: one page that loads nothing, escapes everything and says it all in a list, too."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import networkx as nx
import pytest

from nqgraph.building import builds
from nqgraph.building.builds import Assembly
from nqgraph.model import shapes
from nqgraph.networks import appearance, picture
from nqgraph.networks.network import Selection, network
from nqgraph.words import vocab
from nqgraph.words.errors import StoreError
from tests.conftest import EXAMPLE, ROOT

LOOKS = appearance.looks(shapes.default())

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Position

pytest_plugins = ["tests.browser"]

#: Labels as somebody with bad intent, or just with another language, might write them.
HOSTILE = [
    "<script>window.hacked = 1</script>",
    '"><img src=x onerror="window.hacked = 1">',
    "</script><script>window.hacked = 1</script>",
    "<!--<script>",
    "--><b>bold</b>",
    "' onclick='window.hacked = 1",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    'href="javascript:window.hacked=1"',
    "line\u2028separator & <i>",
    "🎓 Abschluss für 👩‍🏭",
    "شهادة مهنية",
    "x" * 5000,
]


class Parsed(HTMLParser):
    """A page as a browser's parser sees it: elements with their attributes, scripts, and the text of the list."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)
        if tag == "script":
            self.scripts.append((dict(attrs), ""))
        self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open[-1]][-1] += data
            if self._open[-1] == "script":
                self.scripts[-1] = (self.scripts[-1][0], self.scripts[-1][1] + data)

    def attribute(self, tag: str, name: str) -> list[str | None]:
        return [attributes[name] for found, attributes in self.elements if found == tag and name in attributes]

    @property
    def policy(self) -> str:
        found = (a for t, a in self.elements if t == "meta" and a.get("http-equiv") == "Content-Security-Policy")
        return next(found)["content"] or ""

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            next(text for attributes, text in self.scripts if attributes.get("id") == "data")
        )
        return found


def of_labels(labels: list[str]) -> nx.MultiDiGraph:
    """A ring of practices with these labels."""
    graph = nx.MultiDiGraph()
    for number, label in enumerate(labels):
        color = LOOKS["practice"].color
        graph.add_node(f"x:{number:03}", key=f"p-{number}", label=label, kind="Praxis", type="practice", color=color)
    nodes = list(graph)
    for one, other in zip(nodes, nodes[1:] + nodes[:1], strict=True):
        if one != other:
            graph.add_edge(one, other, key="x:p", predicate="x:p", label="folgt auf", dataset="d", inferred=False)
    return graph


@pytest.fixture(scope="module")
def graph(example: Assembly) -> nx.MultiDiGraph:
    """The network of the example dataset; not to be changed."""
    return nx.freeze(network(example.store))


@pytest.fixture(scope="module")
def page(graph: nx.MultiDiGraph) -> bytes:
    """The page of the example network."""
    return picture.render(graph, "de")


@pytest.fixture(scope="module")
def parsed(page: bytes) -> Parsed:
    return Parsed(page)


# -- the page ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "title", "word"),
    [("de", "Netz", "Legende"), ("en", "Network", "Legend")],
)
def test_the_page_has_a_language_and_a_title(lang: str, title: str, word: str, graph: nx.MultiDiGraph) -> None:
    """The page says which language it is in, and its texts are in that language."""
    read = Parsed(picture.render(graph, lang))
    assert read.attribute("html", "lang") == [lang]
    assert read.texts["title"] == read.texts["h1"] == [title]
    assert word in read.texts["h2"]


def test_the_title_names_the_thing_in_the_middle(example: Assembly) -> None:
    """A picture around a thing is called after it, by key or IRI."""
    around = network(example.store, Selection(around="p-muster-aemterlotsen", depth=1))
    for about in ("p-muster-aemterlotsen", vocab.ID + "practice/p-muster-aemterlotsen"):
        assert Parsed(picture.render(around, "de", about)).texts["h1"] == ["Netz um „Ämterlotsen“"]


def test_nothing_is_loaded_from_anywhere(parsed: Parsed) -> None:
    """No script, style, image, font or frame has an address; links stay on the page."""
    assert parsed.attribute("script", "src") == []
    assert parsed.attribute("link", "href") == []
    assert not {tag for tag, _ in parsed.elements} & {
        "link",
        "iframe",
        "object",
        "embed",
        "base",
        "form",
        "audio",
        "video",
    }
    assert all(href and href.startswith("#") for href in parsed.attribute("a", "href"))
    [style] = parsed.texts["style"]
    assert "url(" not in style and "@import" not in style
    assert not [a for _, a in parsed.elements if "src" in a or "style" in a]


def test_the_policy_forbids_all_but_our_scripts(parsed: Parsed) -> None:
    """The Content-Security-Policy allows exactly the two scripts in the page, by their hash, and no connection."""
    rules = dict(rule.strip().split(" ", 1) for rule in parsed.policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert set(rules) == {"default-src", "script-src", "style-src", "img-src"}
    assert rules["img-src"] == "data:"
    code = [text for attributes, text in parsed.scripts if "type" not in attributes]
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in code]
    assert rules["script-src"].split() == [f"'sha256-{value}'" for value in hashes]
    assert len(code) == 2
    assert not [name for _, attributes in parsed.elements for name in attributes if name.startswith("on")]


def test_the_library_is_the_one_of_pyvis(parsed: Parsed) -> None:
    """vis-network stands in the page itself, with its licence notice."""
    library = parsed.scripts[1][1]
    assert "vis-network" in library[:600] and "MIT" in library[:1200]


def test_the_same_network_gives_the_same_page(example: Assembly, page: bytes) -> None:
    """No time and no chance is in the page."""
    assert picture.render(network(example.store), "de") == page


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the example dataset."""
    out = tmp_path_factory.mktemp("build")
    assert builds.build([EXAMPLE], out).ok
    return out


@pytest.mark.parametrize("locale", ["C", "de_DE.ISO-8859-1"])
def test_the_page_is_utf_8_whatever_the_locale(locale: str, build: Path, page: bytes, tmp_path: Path) -> None:
    """On a system that knows no umlauts the page has the same bytes (pyvis writes in the encoding of the system)."""
    target = tmp_path / "netz.html"
    options = ["--source", str(build), "-o", str(target), "--lang", "de"]
    command = [sys.executable, "-m", "nqgraph", "export", "pyvis", *options]
    settings = {"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    subprocess.run(command, env=os.environ | settings, cwd=ROOT, check=True, capture_output=True)
    assert target.read_bytes() == page
    assert "Ämterlotsen".encode() in page


def test_nothing_is_left_in_the_current_folder(
    graph: nx.MultiDiGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rendering writes no files (pyvis on its own drops a folder “lib”)."""
    monkeypatch.chdir(tmp_path)
    picture.render(graph, "de")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("label", HOSTILE, ids=lambda label: label[:20])
def test_a_label_is_text_and_nothing_else(label: str) -> None:
    """Whatever a label contains, it stands in the list as that text, and the page has no element more for it."""
    harmless, hostile = (Parsed(picture.render(of_labels([name, "b", "c"]), "de", "p-0")) for name in ("a", label))
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in harmless.elements]
    assert label in hostile.texts["strong"]
    assert [text for text in hostile.texts["a"] if text == label] == [label, label]
    assert hostile.texts["h1"] == [f"Netz um „{label}“"]
    assert sorted(hostile.data) == ["edges", "nodes"]


def test_the_data_cannot_leave_their_element() -> None:
    """In the data of the picture no character can end the script element or begin a comment."""
    rendered = picture.render(of_labels(HOSTILE), "de").decode("utf-8")
    [data] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', rendered, re.DOTALL)
    assert not set("<>\u2028\u2029") & set(data)
    assert [node["label"] for node in json.loads(data)["nodes"]][:2] == [
        HOSTILE[0],
        '"><img src=x onerror="window.hacked = 1">',
    ]


def test_long_labels_are_short_in_the_picture_and_whole_in_the_list() -> None:
    """A label of 5000 characters has 44 in the picture, the last of them an ellipsis."""
    read = Parsed(picture.render(of_labels(["x" * 5000, "b"]), "de"))
    assert [node["label"] for node in read.data["nodes"]] == ["x" * 43 + "…", "b"]
    assert "x" * 5000 in read.texts["strong"]


def test_a_relation_label_is_escaped() -> None:
    """What a relation is called is data, too."""
    graph = of_labels(["a", "b"])
    for _, _, attributes in graph.edges(data=True):
        attributes["label"] = "</script><img src=x>"
    read = Parsed(picture.render(graph, "de"))
    assert "img" not in read.texts
    assert len(read.scripts) == 3


# -- the content ---------------------------------------------------------------------------------------------------


def listed(page: bytes) -> dict[str, tuple[str, list[tuple[str, str, str, bool]]]]:
    """Key → label and relations (arrow, label, key of the other, inferred) in the list of the page."""
    entry = re.compile(
        r'<li id="n(\d+)"><strong dir="auto">(.*?)</strong> <span class="key">(.*?)</span>(.*?)(?=<li id="n|</main>)',
        re.DOTALL,
    )
    relation = re.compile(r"<li>([→←]) (.*?): <a href=\"#n(\d+)\" dir=\"auto\">.*?</a>(.*?)</li>")
    found = entry.findall(page.decode("utf-8"))
    keys = {number: key for number, _, key, _ in found}
    return {
        key: (label, [(arrow, name, keys[to], "gefolgert" in rest) for arrow, name, to, rest in relation.findall(body)])
        for _, label, key, body in found
    }


def test_the_list_has_every_node_and_every_relation_in_both_directions(graph: nx.MultiDiGraph, page: bytes) -> None:
    """Whoever cannot see the picture has the same content in the list."""
    key = graph.nodes(data="key")
    found = listed(page)
    assert {name: label for name, (label, _) in found.items()} == {
        d["key"]: d["label"] for _, d in graph.nodes(data=True)
    }
    outward = Counter(
        (name, r[1], r[2], r[3]) for name, (_, relations) in found.items() for r in relations if r[0] == "→"
    )
    inward = Counter(
        (r[2], r[1], name, r[3]) for name, (_, relations) in found.items() for r in relations if r[0] == "←"
    )
    assert outward == Counter((key[s], d["label"], key[o], d["inferred"]) for s, o, d in graph.edges(data=True))
    assert inward == outward
    assert outward.total() == 224


def test_a_thing_without_relations_says_so(page: bytes) -> None:
    """An entry that nothing connects is no empty one."""
    entry = page.decode("utf-8").partition('<span class="key">i-muster-teilnehmende</span>')[2]
    assert entry.lstrip().startswith('<p class="key">Keine Beziehungen in dieser Auswahl.</p>')


def test_entries_are_in_german_order(page: bytes) -> None:
    """Ä stands with A and Ö with O, not after Z."""
    practices = [label for key, (label, _) in listed(page).items() if key.startswith("p-")]
    assert practices == [
        "Ämterlotsen",
        "Ausbildung im Betrieb",
        "Lernen am Regal",
        "Österreich-Modell",
        "Straße zum Beruf",
        "Übergangslernen",
        "Zukunft",
    ]


def test_the_legend_names_every_kind_with_its_number(parsed: Parsed, page: bytes) -> None:
    """Each kind stands in the legend with its shape and the number of its things, the most frequent first."""
    legend = page.decode("utf-8").partition('<ul class="legend">')[2].partition("</ul>")[0]
    entries = re.findall(r"</svg>(.*?) \((\d+)\)</li>", legend)
    assert entries[:3] == [("Akteur", "8"), ("Praxis", "7"), ("Alternative", "5")]
    assert len(entries) == 22 == legend.count("<svg")
    assert sum(int(count) for _, count in entries) == 71
    assert "gestrichelte gefolgert" in "".join(parsed.texts["p"])


def test_inferred_relations_are_dashed(parsed: Parsed) -> None:
    """In the picture a dashed line is an inferred relation, and only that."""
    dashed = [edge for edge in parsed.data["edges"] if edge["dashes"]]
    assert {vocab.local_name(edge["from"]) for edge in dashed} == {"fo-muster-fachdialog", "fo-muster-steuerung"}
    assert len(dashed) == 9
    assert len(parsed.data["edges"]) == 224


def test_nodes_have_the_look_of_their_kind_and_a_place(parsed: Parsed, graph: nx.MultiDiGraph) -> None:
    """Colour and shape tell the kind, the size how well connected it is; no node moves by itself."""
    nodes = {vocab.local_name(node["id"]): node for node in parsed.data["nodes"]}
    assert len(nodes) == len(graph)
    assert (nodes["p-muster-zukunft"]["color"], nodes["p-muster-zukunft"]["shape"]) == ("#2e8b57", "dot")
    assert nodes["r-muster-land"]["size"] > nodes["tg-muster-eltern"]["size"] > 0
    assert all(abs(node["x"]) <= 1000 and abs(node["y"]) <= 1000 for node in nodes.values())
    assert not any(node["physics"] for node in nodes.values())


def test_a_picture_of_many_nodes_is_refused() -> None:
    """Above 300 nodes nobody can read it: the message gives both numbers and says how to choose less."""
    assert len(picture.render(of_labels(["x"] * 300), "de")) > 0
    with pytest.raises(StoreError) as caught:
        picture.render(of_labels(["x"] * 301), "de")
    for message in (caught.value.in_language("de"), caught.value.in_language("en")):
        assert all(part in message for part in ("301", "300", "--around", "--kind"))


# -- in a browser --------------------------------------------------------------------------------------------------


class Visit:
    """A page in a browser window of its own, with all it asked for and complained about."""

    def __init__(self, browser: Browser, path: Path, **settings: Any) -> None:
        self.address = path.as_uri()
        usual = {"viewport": {"width": 1366, "height": 768}, "reduced_motion": "reduce"}
        context = browser.new_context(**{**usual, **settings})
        context.set_default_timeout(10_000)
        self.page = context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(self.address)
        if settings.get("java_script_enabled", True):
            self.drawn()

    def drawn(self) -> None:
        """Wait until the script says that the picture stands."""
        self.page.locator("html[data-drawn=yes]").wait_for()

    def look(self) -> str:
        """What is painted after the next redraw, without the ground behind it."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        painted: str = self.page.locator("#picture canvas").evaluate("canvas => canvas.toDataURL()")
        return painted

    def said(self, name: str) -> bool:
        """Whether the picture says *name*; waits for it."""
        self.page.locator("#said").get_by_text(name, exact=True).wait_for()
        return True

    @property
    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return width

    def place_of(self, color: str) -> dict[str, float]:
        """The middle of what has this colour (hex) in the picture; nothing if there is none."""
        script = """(canvas, [r, g, b]) => {
            const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            let [x, y, count] = [0, 0, 0];
            for (let i = 0; i < data.length; i += 4)
                if (data[i] === r && data[i + 1] === g && data[i + 2] === b) {
                    x += (i / 4) % width;
                    y += Math.floor(i / 4 / width);
                    count += 1;
                }
            return count ? { x: x / count, y: y / count } : {};
        }"""
        rgb = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
        found: dict[str, float] = self.page.locator("#picture canvas").evaluate(script, rgb)
        return found


@pytest.fixture(scope="module")
def path(page: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the example network as a file."""
    file = tmp_path_factory.mktemp("page") / "netz.html"
    file.write_bytes(page)
    return file


def test_the_picture_is_drawn_without_a_request_or_complaint(browser: Browser, path: Path) -> None:
    """Opened from disk, the picture appears; nothing but the file is asked for, and the console stays silent."""
    visit = Visit(browser, path)
    assert visit.page.locator("#picture").is_visible()
    assert visit.requests == [visit.address]
    assert visit.complaints == []
    assert all(visit.place_of(LOOKS[kind].color) for kind in ("actor", "practice", "region"))


@pytest.mark.parametrize("width", [1366, 390])
def test_nothing_sticks_out_to_the_right(width: int, browser: Browser, path: Path) -> None:
    """On a laptop and on a phone the page is as wide as the window."""
    visit = Visit(browser, path, viewport={"width": width, "height": 800})
    assert visit.overflow <= 0
    box = visit.page.locator("#picture").bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width


@pytest.mark.parametrize("width", [1366, 390])
def test_hostile_labels_do_nothing(width: int, browser: Browser, tmp_path: Path) -> None:
    """Labels with markup, 5000 characters or right-to-left script are read as text, run nothing and break nothing."""
    file = tmp_path / "netz.html"
    file.write_bytes(picture.render(of_labels(HOSTILE), "de", "p-2"))
    visit = Visit(browser, file, viewport={"width": width, "height": 800})
    assert visit.page.evaluate("window.hacked") is None
    assert set(visit.page.locator(".things strong").all_text_contents()) == set(HOSTILE)
    assert visit.page.locator("img").count() == 0
    assert visit.overflow <= 0
    assert (visit.requests, visit.complaints) == ([visit.address], [])


def test_a_script_that_data_brought_in_would_not_run(browser: Browser, path: Path) -> None:
    """Even if a script got into the page, the policy would stop it, and any request with it."""
    visit = Visit(browser, path)
    stopped: list[tuple[str, str | None]] = []
    visit.page.on("requestfailed", lambda request: stopped.append((request.url, request.failure)))
    visit.page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.hacked = 1";
            document.body.append(script);
            const image = document.createElement("img");
            image.src = "http://192.0.2.1/pixel.png";
            document.body.append(image);
        }"""
    )
    assert visit.page.evaluate("window.hacked") is None
    assert stopped == [("http://192.0.2.1/pixel.png", "csp")]
    assert len(visit.complaints) == 2 and all("Content Security Policy" in text for text in visit.complaints)


def test_choosing_a_relation_in_the_list_marks_its_entry(browser: Browser, path: Path) -> None:
    """A link in the list leads to the entry of the other thing, marks it, and the picture says its name."""
    visit = Visit(browser, path)
    entry = visit.page.locator(".things > li", has=visit.page.get_by_text("p-muster-zukunft", exact=True))
    entry.get_by_role("link", name="Übergangslernen").click()
    marked = visit.page.locator(".things > li:target")
    assert marked.locator(".key").first.text_content() == "p-muster-uebergangslernen"
    assert visit.said("Übergangslernen")


def test_choosing_a_relation_in_the_list_selects_the_node(browser: Browser, tmp_path: Path) -> None:
    """The node of the chosen entry is drawn as selected, no longer in its plain colour, and the view moves to it."""
    graph = of_labels(["Ämterlotsen", "Jobcenter"])
    graph.nodes["x:001"].update(kind="Akteur", type="actor", color=LOOKS["actor"].color)
    file = tmp_path / "netz.html"
    file.write_bytes(picture.render(graph, "de"))
    visit = Visit(browser, file)
    practice, actor = LOOKS["practice"].color, LOOKS["actor"].color
    middle = "canvas => canvas.getContext('2d').getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data[3]"
    canvas = visit.page.locator("#picture canvas")
    assert visit.place_of(practice) and visit.place_of(actor)
    assert canvas.evaluate(middle) == 0
    visit.page.get_by_role("link", name="Jobcenter").first.click()
    assert visit.said("Jobcenter")
    visit.look()
    assert visit.place_of(actor) == {}
    assert canvas.evaluate(middle) == 255


def test_a_link_to_an_entry_selects_its_node_at_once(browser: Browser, path: Path, parsed: Parsed) -> None:
    """An address that ends in the number of an entry can be passed on: the node is selected when the page opens."""
    row = next(node["row"] for node in parsed.data["nodes"] if node["label"] == "Ämterlotsen")
    visit = Visit(browser, path)
    visit.page.goto("about:blank")
    visit.page.goto(f"{visit.address}#n{row}")
    visit.drawn()
    assert visit.said("Ämterlotsen")


def test_a_click_on_a_node_shows_it_in_the_list(browser: Browser, tmp_path: Path) -> None:
    """The node that is clicked is named, and its entry in the list is marked, while the picture stays in sight."""
    file = tmp_path / "netz.html"
    file.write_bytes(picture.render(of_labels(["Ämterlotsen"]), "de"))
    visit = Visit(browser, file)
    visit.page.locator("#picture canvas").click(position=cast("Position", visit.place_of("#2e8b57")))
    assert visit.said("Ämterlotsen")
    assert visit.page.locator(".things > li:target strong").text_content() == "Ämterlotsen"
    assert visit.page.evaluate("document.getElementById('picture').getBoundingClientRect().bottom > 0")
    assert visit.complaints == []


def test_the_page_is_readable_with_scripts_off(browser: Browser, path: Path) -> None:
    """Without scripts there is no empty frame but a sentence, the legend and the whole list, with links that work."""
    visit = Visit(browser, path, java_script_enabled=False)
    assert not visit.page.locator("#picture").is_visible()
    assert visit.page.locator("noscript p").is_visible()
    assert "Das Bild braucht Skripte." in visit.page.locator("noscript p").inner_text()
    assert visit.page.locator(".things > li").count() == 71
    visit.page.get_by_role("link", name="Zur Liste").click()
    assert visit.page.url.endswith("#list")
    assert visit.requests == [visit.address]


def test_the_page_follows_the_dark_mode(browser: Browser, path: Path) -> None:
    """Where the reader prefers dark, ground and text are swapped, in the picture too, and when it changes later."""
    visit = Visit(browser, path, color_scheme="dark")
    colors = (
        "getComputedStyle(document.body).color + getComputedStyle(document.getElementById('picture')).backgroundColor"
    )
    dark = visit.page.evaluate(colors)
    assert dark.startswith("rgb(255, 255, 255)")
    painted = visit.look()
    visit.page.emulate_media(color_scheme="light")
    light = visit.page.evaluate(colors)
    assert light.startswith("rgb(0, 0, 0)") and light != dark
    assert visit.look() != painted
    assert visit.complaints == []


def test_the_picture_has_a_text_alternative(browser: Browser, path: Path) -> None:
    """A screen reader hears what the picture is and where the same content stands; changes are announced."""
    visit = Visit(browser, path)
    alternative = visit.page.get_by_role("img", name="Netzbild mit 71 Knoten und 224 Verbindungen")
    assert alternative.count() == 1
    assert "Liste" in (alternative.get_attribute("aria-label") or "")
    assert visit.page.locator("#said").get_attribute("aria-live") == "polite"
    assert visit.page.locator("h1").count() == 1


def test_the_keyboard_reaches_the_list(browser: Browser, path: Path) -> None:
    """The first stop is the link to the list, the next are the relations; what has the focus can be seen."""
    visit = Visit(browser, path)
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.textContent") == "Zur Liste"
    assert visit.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.closest('.things') !== null")
