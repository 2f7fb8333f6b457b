"""Bundles, support and seats as pages: hand-computed on the example, the same as rows, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nqgraph.building import builds
from nqgraph.building.builds import Assembly
from nqgraph.command.cli import main
from nqgraph.graph.graph import Graph
from nqgraph.pages import Site, bundles
from nqgraph.sources import datasets
from nqgraph.things import arranged
from nqgraph.things.answers import AnswerTable, Cell
from nqgraph.words import layouts, vocab
from nqgraph.words.errors import QueryError
from nqgraph.words.workspace import Workspace
from tests.conftest import EXAMPLE, ROOT
from tests.servers import serving
from tests.spaces import SPACE

BASE = f"{vocab.ID}"
SCENARIO, ENDED, OPEN = "s-muster-dauerhaft", "p-muster-zukunft", "h-muster-kinderbetreuung"


@pytest.fixture(scope="module")
def site(example: Assembly) -> Site:
    return Site(Graph(example.store))


def told(site: Site, items: list[tuple[str, str]], question: str) -> dict[str, list[str]]:
    """Key → state of it in each bundle, as the page of two bundles says for a question."""
    content = bundles.content(site.collection, items, site.voice("de"))
    section = next(one for one in content["sections"] if one.query.name == question)
    return {vocab.local_name(line.iri): [cell.state if cell else "" for cell in line.cells] for line in section.lines}


def test_two_bundles_stand_side_by_side(site: Site) -> None:
    """The scenario wholly answers three hurdles and leaves one open; the ended practice answers one of them in part."""
    items = [("d", SCENARIO), ("e", ENDED), ("e", OPEN)]
    assert told(site, items, "buendel-hemmnisse") == {
        "h-muster-freistellung": ["im Ganzen", ""],
        "h-muster-zulassung": ["im Ganzen", ""],
        "h-muster-einkommen": ["im Ganzen", "teilweise"],
        "h-muster-zustaendigkeit": ["offen", ""],
        OPEN: ["", "offen"],
    }
    assert told(site, items, "buendel-foerderung") == {
        "f-muster-lerngeld": ["kein Ende belegt", ""],
        "f-muster-praemie": ["", "ausgelaufen"],
    }
    found = bundles.sheet(site.collection, items, site.voice("de"))
    assert found is not None
    rows = {(row["thing"], row["bundle1"], row["differs"]) for row in found.rows}
    assert any(thing == "Ämter verweisen aufeinander" and "offen" in one for thing, one, _ in rows if one)


def test_the_page_says_it_in_sentences(site: Site) -> None:
    """Counts are the rows below; who must act, and that one of them asks; no best evidence where there is none."""
    html = site.bundle_page([("d", SCENARIO)], "de")[0]
    assert "3 Hemmnisse sind im Ganzen beantwortet, keines teilweise; eines der vorgesehenen bleibt offen." in html
    assert "Am besten belegt ist die Stufe „A: Wirkung verglichen“." in html
    assert "4 Akteure müssen dafür handeln. Belegt ist, dass einer davon Teile unterstützt, keiner ablehnt" in html
    assert "Es stützt sich auf ein Förderinstrument; keines davon ist ausgelaufen oder abgelöst." in html
    assert "answers" in site.bundle_page([("d", "p-muster-aemterlotsen")], "en")[0]
    unanswered = site.bundle_page([("d", OPEN)], "de")[0]
    assert "eines der vorgesehenen bleibt offen.</li>" in unanswered
    empty = site.bundle_page([("d", "a-muster-institut")], "de")[0]
    assert "Das Paket nennt kein Hemmnis und antwortet auf keines." in empty


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([("d", "s-muster-dauerhft")], "Meinten Sie „s-muster-dauerhaft“?"),
        ([("d", "<script>")], "&lt;script&gt;"),
        ([("d", f"x{n}") for n in range(61)], "61 Teile genannt"),
    ],
)
def test_what_is_no_part_is_said(site: Site, items: list[tuple[str, str]], said: str) -> None:
    """An unknown key names the nearest one, is escaped, and too many are counted."""
    html, right = site.bundle_page(items, "de")
    alert = re.search(r'(?s)role="alert">(.*?)</div>', html)
    assert not right and alert and said in alert[1] and "<script>" not in alert[1]


def test_the_smallest_bundle_of_a_group(site: Site) -> None:
    """One practice answers all of the group; with running ones only and no answers in part nothing is left out."""
    wanted = [("h", "h-muster-einkommen"), ("h", "h-muster-zulassung"), ("h", OPEN)]
    found = bundles.found(site.collection, wanted, "de")
    assert [vocab.local_name(iri) for iri in found.open] == [OPEN]
    assert {frozenset(map(vocab.local_name, one.members)) for one in found.bundles} == {
        frozenset({"p-muster-ausbildung-im-betrieb", "p-muster-aemterlotsen"})
    }
    ended = bundles.found(site.collection, [*wanted, ("nur", "1"), ("beleg", "A")], "de")
    assert {vocab.local_name(iri) for iri in ended.open} == {OPEN, "h-muster-zulassung"}
    html = site.smallest_page(wanted, "de")[0]
    assert "buendel?d=p-muster-aemterlotsen&amp;d=p-muster-ausbildung-im-betrieb&amp;d=" + OPEN in html
    for wrong in ([("gruppe", "nirgends")], [("beleg", "Z")], [("h", "p-muster-zukunft")]):
        with pytest.raises(QueryError):
            bundles.found(site.collection, wrong, "de")
        assert not site.smallest_page(wrong, "de")[1]


def test_smallest_bundles_come_back_as_rows(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What ``cover --save`` writes is a table of the data folder; it builds, and the bundle answers what was asked."""
    data, out = tmp_path / "data", str(tmp_path / "build")
    assert main(["build", str(EXAMPLE), "--out", out, "--quiet"]) == 0
    path = data / "mehr" / "szenarien.csv"
    assert main(["cover", "h-muster-einkommen", "--source", out, "--save", str(path), "--lang", "de"]) == 0
    assert "1 Zeilen für die Tabelle „Szenarien“" in capfd.readouterr().err
    (path.parent / "dataset.yaml").write_bytes((EXAMPLE / "dataset.yaml").read_bytes())
    graph = Graph(builds.assemble(datasets.find([EXAMPLE, path.parent], SPACE)).store)
    key = next(row["szenario"] for row in graph.query("szenarien").rows if "Kleinstes" in row["szenarioName"])
    rows = graph.query("buendel-hemmnisse", teile=vocab.local_name(key)).rows
    assert {vocab.local_name(r["hemmnis"]): r["stand"] for r in rows}["h-muster-einkommen"] == "im Ganzen"
    assert "s-bundle-" in key


def test_support_is_parted_by_class(site: Site) -> None:
    """Each tally leads to its rows, and there are as many of them."""
    html = site.page("rueckhalt") or ""
    tallies = dict(re.findall(r'href="#(p--rueckhalt-\d)"><b>(\d+)</b>', html))
    assert [*tallies.values()] == ["2", "1", "3", "2", "3"]
    for anchor, count in tallies.items():
        part = re.split("<h[23]", html.partition(f'id="{anchor}"')[2])[0]
        assert part.count("<tr>") - 1 == int(count)
    own = re.split("<h[23]", html.partition("nur von den Unterzeichnern selbst getragen <span")[2])[0]
    assert "Nachweise für die Zulassung vereinheitlichen" in own and "Handwerkskammer Musterstadt" in own


def test_seats_are_a_grid(site: Site) -> None:
    """Who sits in most forums stands first; what the seat is stands in its cell, also for those who see no dot."""
    html = site.page("gremien") or ""
    grid = html.partition('class="matrix states"')[2].partition("</table>")[0]
    rows = re.findall(r"(?s)<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", grid)
    assert len(rows) == 6 and "Bildungszentrum" in rows[0][0] and rows[0][1].count("dot") == 2
    assert "Mitglied; Moderation und Geschäftsführung" in grid


def test_an_answer_without_the_column_stays_a_table() -> None:
    """A column that no row fills parts nothing and makes no grid."""
    found = AnswerTable([{"de": "A"}], [[Cell(text={"de": "x"})]], names=["a"])
    assert arranged.parts(found, "b") == [] and arranged.grid(found, ["a", "b", "c"]) is None
    assert [part.label for part in arranged.parts(found, "a")] == [{"de": "x"}]


@pytest.mark.parametrize(
    "said",
    [
        {"title": {"de": "x"}},
        {"title": "x", "asks": []},
        {"title": {"de": "x"}, "asks": [{"query": "a", "grid": ["b"]}]},
        {"title": {"de": "x"}, "asks": [{"query": "a", "by": "b", "grid": ["a", "b", "c"]}]},
        {"title": {"de": "x"}, "asks": ["a"], "more": 1},
    ],
)
def test_pages_of_the_settings_have_a_form(said: dict[str, object]) -> None:
    """A page without title or questions, or laid out in two ways, is refused; so is an address that is none."""
    assert not layouts.is_layout("seite", said)
    assert not layouts.is_layout("Meine Seite", {"title": {"de": "x"}, "asks": ["a"]})
    assert layouts.is_layout("seite", {"title": {"de": "x"}, "asks": ["a", {"query": "b", "by": "c"}]})
    assert layouts.menu(["a", {"label": {"de": "x"}, "entries": "b"}]) is None


def test_the_menu_has_groups_that_need_no_script(site: Site) -> None:
    """A group is a disclosure; the page it leads to is marked in it."""
    menu = (site.page("rueckhalt") or "").partition("<nav")[2].partition("</nav>")[0]
    assert menu.count("<summary") == 2 and menu.count("data-current") == 1
    assert re.search(r'<details class="group" name="menu">.*?aria-current="page">Rückhalt', menu, re.DOTALL)


def test_another_topic_has_its_own_questions_and_no_bundles() -> None:
    """Without a kind that is a bundle there is no page of bundles; the smallest ones there are, by its matrix."""
    space = Workspace.read(ROOT / "data" / "examples" / "schulabbruch")
    topic = Site(Graph(builds.assemble(datasets.find([space.data], space), workspace=space).store))
    assert "buendel" not in topic.known and "rueckhalt" not in topic.known
    page = topic.page("kleinstes-buendel") or ""
    assert "Maßnahmen" in page and "Als Paket ansehen" not in page
    assert bundles.proposed(topic.collection, [("teils", "1")], "de") is None
    risk = next(address for address in topic.collection.things if "/risk-factor/" in address)
    assert 'class="part asked"' in (topic.page(risk) or "")


def test_the_server_has_pages_and_files(tmp_path: Path) -> None:
    """Addresses with keys, in both languages, as files; several values of one parameter are one bundle."""
    assert main(["build", str(EXAMPLE), "--out", str(tmp_path / "build"), "--quiet"]) == 0
    with serving("--source", str(tmp_path / "build")) as server, server.client() as client:
        assert "im Ganzen" in client.get("/buendel", params={"d": SCENARIO}).text
        assert "as a whole" in client.get("/en/buendel", params={"d": SCENARIO, "e": ENDED}).text
        assert client.get("/buendel?d=nichts").status_code == 400
        assert client.get("/pt/buendel").status_code == 404
        sheet = client.get(f"/buendel.csv-excel?d={SCENARIO}&e={ENDED}").text
        assert "unterschiedlich" in sheet
        rows = client.get("/kleinstes-buendel.csv-excel?h=h-muster-einkommen").text
        assert rows.splitlines()[0].lstrip("\ufeff").startswith("Kennung;Bezeichnung (de)")
        both = client.get(f"/abfragen/buendel-hemmnisse.csv?teile={ENDED}&teile={OPEN}").text
        assert "teilweise" in both and "offen" in both
