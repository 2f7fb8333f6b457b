"""Pictures of figures, times and places: true to scale, well-formed whatever the names, never without a table."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nqgraph.building import builds
from nqgraph.building.builds import Assembly
from nqgraph.graph import versions
from nqgraph.graph.graph import Graph
from nqgraph.pages import Site, drawing
from nqgraph.pages.drawing import Mark, Row, Scale, Tile
from nqgraph.sources import datasets
from nqgraph.things import plots, spans, tiles
from nqgraph.words import vocab
from nqgraph.words.errors import InputError
from nqgraph.words.workspace import Workspace
from tests.conftest import EXAMPLE, ROOT
from tests.spaces import IRIS

TOPIC = ROOT / "data" / "examples" / "schulabbruch"
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<b>\"Größe\" & 'Maß'</b> ]]> {0} %s \x00\x0b\ud800 </svg><script>alert(1)</script> " + "Straße " * 60


@pytest.fixture(scope="module")
def example_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A whole build, which knows of which day its data are."""
    folder = tmp_path_factory.mktemp("pictures")
    assert builds.build([EXAMPLE], folder).ok
    return Site(Graph(versions.open(folder).load()))


@pytest.fixture(scope="module")
def topic_site() -> Site:
    space = Workspace.read(TOPIC)
    assembly: Assembly = builds.assemble(datasets.find([space.data], space), workspace=space)
    return Site(Graph(assembly.store))


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def keys(iris: tuple[str, ...]) -> list[str]:
    return [vocab.local_name(iri) for iri in iris]


# -- drawing -------------------------------------------------------------------------------------------------------


def test_hostile_names_leave_a_picture_well_formed() -> None:
    """Markup, quotes, control characters and lone surrogates are text; of three hundred letters a line shows some."""
    row = Row(HOSTILE, HOSTILE, (Mark(10, None, "diamond", HOSTILE), Mark(0, 50, "bar")))
    svg = str(drawing.chart([row], HOSTILE, HOSTILE, [(0, HOSTILE)], "a"))
    root = parsed(svg)
    assert not root.findall(f".//{SVG}script") and "\x00" not in svg
    shown = root.findall(f".//{SVG}g/{SVG}text")
    assert [len("".join(text.itertext())) <= 50 for text in shown] == [True, True]
    tile = Tile(0, 0, HOSTILE, 3, 0, HOSTILE, 'javascript:"x"')
    for made in (drawing.tiles([tile], HOSTILE, HOSTILE), drawing.chart([], "", "")):
        parsed(str(made))
    for picture in (drawing.tiles([tile], "t", "s"), drawing.chart([row], "t", "s")):
        ElementTree.fromstring(drawing.file(picture, HOSTILE, HOSTILE))


@pytest.mark.parametrize(
    ("values", "least", "low", "high", "tenfold", "ticks"),
    [
        ([150, 2500], 0, 0, 2500, False, [0, 500, 1000, 1500, 2000, 2500]),
        ([87.5], 100, 0, 100, False, [0, 20, 40, 60, 80, 100]),
        ([87.5, 120], 100, 0, 200, False, [0, 50, 100, 150, 200]),
        ([13, 128_000], 0, 10, 1_000_000, True, [10, 100, 1000, 10_000, 100_000, 1_000_000]),
        ([0, 0], 0, 0, 1, False, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ([-3, 4], 0, -3, 5, False, [-2, 0, 2, 4]),
        ([], 0, 0, 1, False, [0, 0.2, 0.4, 0.6, 0.8, 1]),
    ],
)
def test_a_scale_begins_at_nothing_and_says_where_it_is_tenfold(
    values: list[float], least: float, low: float, high: float, tenfold: bool, ticks: list[float]
) -> None:
    """Even steps from zero to a round number; powers of ten only where numbers lie more than a hundredfold apart."""
    scale = Scale.over(values, least=least)
    assert (scale.low, scale.high, scale.tenfold) == (low, high, tenfold)
    assert scale.ticks() == pytest.approx(ticks)
    assert all(0 <= scale.place(value) <= 100 for value in values)


def test_the_steps_of_tiles() -> None:
    """Nothing, one, two to three, four to seven, eight and more; what only a larger place has looks like itself."""
    assert [Tile(0, 0, "", n, 9, "").step for n in (1, 2, 3, 4, 7, 8, 99)] == list("1223344")
    nothing, beyond = Tile(0, 0, "", 0, 0, ""), Tile(0, 0, "", 0, 31, "")
    assert (nothing.step, nothing.shown) == ("0", "0") and (beyond.step, beyond.shown) == ("w", "(31)")


# -- figures -------------------------------------------------------------------------------------------------------


def test_a_page_shows_so_many_figures_and_says_of_how_many(example_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """An indicator with ten thousands of them has a page, too."""
    monkeypatch.setattr("nqgraph.pages.site.PAGE_ROWS", 4)
    address = "doc/indicator/i-muster-teilnehmende"
    iri = example_site.collection.things[address]
    whole = plots.plots(example_site.collection.facts, iri, "de")
    found = plots.plots(example_site.collection.facts, iri, "de", example_site.shown)
    assert (whole.count, whole.shown, found.count, found.shown) == (5, 5, 5, 4)
    page = example_site.page(address) or ""
    assert "Die ersten 4 von 5" in page


def test_only_what_can_be_compared_shares_an_axis(example_site: Site) -> None:
    """Of six figures of an indicator two have the same unit and group; the target and the forecast are marked."""
    found = plots.plots(example_site.collection.facts, f"{IRIS.base}id/indicator/i-muster-teilnehmende", "de")
    assert [(vocab.local_name(p.unit), p.groups, p.shares) for p in found.panels] == [("persons-per-year", (), False)]
    lines = found.panels[0].lines
    assert [keys(line.subjects) for line in lines] == [
        ["f-muster-lerngeld", "h-muster-einkommen"],
        ["p-muster-aemterlotsen"],
    ]
    assert [[(p.value, p.look, p.years) for p in line.points] for line in lines] == [
        [(2500, "triangle", "2030")],
        [(150, "diamond", "2025")],
    ]
    assert [vocab.local_name(one.iri) for one in found.alone] == ["m-muster-fast", "m-muster-ohne", "m-muster-teilwert"]


def test_a_figure_and_a_share_are_two_things(example_site: Site) -> None:
    """87,5 per cent and 19 of 24 persons never share an axis, so nothing is drawn."""
    found = plots.plots(example_site.collection.facts, f"{IRIS.base}id/indicator/i-muster-bestehensquote", "de")
    assert found.panels == () and len(found.alone) == 2 and not found


def test_the_page_of_an_indicator_draws_and_tells(example_site: Site) -> None:
    """The points stand where the numbers are: 2.500 at the end of the scale, 150 at 6 per cent of it."""
    page = example_site.page("doc/indicator/i-muster-teilnehmende") or ""
    (svg,) = re.findall(r'<figure class="plot">\s*(<svg.*?</svg>)\s*(?:<figcaption|</figure>)', page, re.DOTALL)
    root = parsed(svg)
    points = [(e.get("class"), e.get("x")) for e in root.iter(f"{SVG}svg") if e.get("x")]
    assert points == [("point triangle", "98%"), ("point diamond", "7.76%")]
    assert root.get("role") == "img" and root.get("aria-labelledby") == f"{root[0].get('id')}"
    table = page[page.index('<table class="figures">') :]
    for said in ("mindestens 150 Personen pro Jahr", "rund 2.500 Personen pro Jahr", "Fortschreibung ohne Wirkung"):
        assert said in table
    assert 'href="../../bild/indicator/i-muster-teilnehmende-1.svg"' in page
    english = example_site.page("en/doc/indicator/i-muster-teilnehmende") or ""
    assert "Figures compared" in english and 'href="../../../en/bild/indicator/i-muster-teilnehmende-1.svg"' in english


def test_pages_without_a_comparison_have_no_picture(example_site: Site) -> None:
    """Nor has a thing that is no indicator."""
    for address in ("doc/indicator/i-muster-uebergang", "doc/practice/p-muster-zukunft"):
        assert '<figure class="plot">' not in (example_site.page(address) or "")


# -- times ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "begin", "end"),
    [("2016", 2016, 2017), ("2016-07", 2016.5, 2016 + 7 / 12), ("2016-12-31", 2016.917 + 0.0847, 2017.0017)],
)
def test_times_stand_at_their_place(value: str, begin: float, end: float) -> None:
    """A year lasts to its end."""
    assert spans.year(value) == pytest.approx(begin, abs=0.001)
    assert spans.year(value, whole=True) == pytest.approx(end, abs=0.001)


def test_the_timeline_says_what_ended_and_what_hung_on_it(example_site: Site) -> None:
    """Ended lies before the day of the data; what uses an instrument hangs on it; what followed is named."""
    found = {lane.kind.segment: lane for lane in spans.lanes(example_site.collection, "de")}
    practices = found["practice"]
    assert keys(tuple(span.iri for span in practices.ended)) == ["p-muster-zukunft", "p-muster-strasse-zum-beruf"]
    assert keys(practices.ended[0].followed) == ["p-muster-uebergangslernen"]
    assert keys(tuple(span.iri for span in practices.others)) == [
        "p-muster-lernen-am-regal",
        "p-muster-aemterlotsen",
        "p-muster-ausbildung-im-betrieb",
        "p-muster-oesterreich-modell",
    ]
    assert practices.timeless == 1
    hung = {vocab.local_name(span.iri): keys(span.hung) for span in found["funding-instrument"].spans}
    assert hung["f-muster-praemie"] == ["p-muster-zukunft"]
    page = example_site.page("zeitleiste") or ""
    assert page.count('class="ended"') >= 2 and "Daran hing:" in page and "Danach:" in page


def test_the_timeline_of_another_topic(topic_site: Site) -> None:
    """What is planned, runs and ended, in three languages."""
    (lane,) = spans.lanes(topic_site.collection, "de")
    assert keys(tuple(span.iri for span in lane.ended)) == ["m-muster-praxisklasse"]
    assert all(topic_site.page(address) for address in ("zeitleiste", "en/zeitleiste", "pt/zeitleiste"))


# -- places --------------------------------------------------------------------------------------------------------


def test_tiles_count_what_lies_in_a_place_or_its_parts(topic_site: Site) -> None:
    """What is at a site is at its school, too; a place outside the layout has no tile."""
    found = tiles.mapped(topic_site.collection, "de")
    assert found is not None
    assert {tile.short: keys(tile.things) for tile in found.tiles} == {
        "GS": ["m-muster-anruf", "m-muster-lesen", "m-muster-mentoring"],
        "OS": ["m-muster-lesen", "m-muster-mentoring"],
        "BK": ["m-muster-anruf", "m-muster-praxisklasse", "m-muster-sozialarbeit"],
        "EBV": ["m-muster-clube"],
    }


def test_the_shipped_layout_has_each_district_once(shipped_graph: Graph) -> None:
    """53 tiles, none on another; each leads to its place, and the table names what the tiles count."""
    site = Site(shipped_graph)
    found = site.map("de")
    assert found is not None and len(found.tiles) == 53
    assert len({(tile.column, tile.row) for tile in found.tiles}) == 53
    page = site.page("karte") or ""
    svg = page[page.index('<svg class="tiles"') : page.index("</svg>", page.index('<svg class="tiles"')) + 6]
    root = parsed(svg)
    links = [str(a.get("href")) for a in root.iter(f"{SVG}a")]
    assert len(links) == 53 and all(site.page(link) for link in links[:3])
    said = [t.text or "" for t in root.iter(f"{SVG}text") if (t.get("class") or "").startswith("number")]
    numbers = [int(text) for text in said if not text.startswith("(")]
    assert sum(numbers) == sum(len(tile.things) for tile in found.tiles) > 10
    beyond = [f"({len(tile.beyond)})" for tile in found.tiles if tile.beyond and not tile.things]
    assert sorted(text for text in said if text.startswith("(")) == sorted(beyond) != []


def test_no_layout_no_map(example_graph: Graph, tmp_path: Path) -> None:
    """A layout whose places are not in the data is none, either; a line that is none is refused where it stands."""
    lone = Site(example_graph)
    assert "karte" not in lone.known and lone.page("karte") is None and lone.picture("karte", "de") is None
    (tmp_path / "workspace.yaml").write_text("title: {de: T}\n", encoding="utf-8")
    assert tiles.layout(Workspace.read(tmp_path)) == []
    (tmp_path / "texts").mkdir()
    for line in ("a,1", "a,x,2,A", ",1,2,A", "a,-1,2,A", "b,0,0,B", "ok,3,3,O"):
        text = f"key,column,row,short\nok,0,0,O\n{line}\n"
        (tmp_path / "texts" / "tiles.csv").write_text(text, encoding="utf-8")
        with pytest.raises(InputError) as caught:
            tiles.layout(Workspace.read(tmp_path))
        assert caught.value.problems[0].place.line == 3


# -- files ---------------------------------------------------------------------------------------------------------


def test_pictures_are_files_of_their_own(topic_site: Site, example_site: Site) -> None:
    """Each with title and date; what there is not, is not there."""
    for site, name in (
        (topic_site, "karte"),
        (topic_site, "zeitleiste/measure"),
        (example_site, "zeitleiste/practice"),
        (example_site, "indicator/i-muster-teilnehmende-1"),
    ):
        for lang in site.languages:
            root = ElementTree.fromstring(site.picture(name, lang) or b"")
            assert root.tag == f"{SVG}svg" and root[0].text
    for name in ("", "x", "zeitleiste", "zeitleiste/x", "indicator/i-muster-teilnehmende-0", "indicator/x-1", "a/b-²"):
        assert example_site.picture(name, "de") is None
