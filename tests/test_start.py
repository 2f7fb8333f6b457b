"""What the start page and the page of a thing say at first sight: figures that are counted, answers that are asked."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import nqgraph as library
from nqgraph.building import builds
from nqgraph.graph.graph import Graph
from nqgraph.pages import Site, start
from nqgraph.things.collection import Collection
from nqgraph.things.language import moment
from nqgraph.words import vocab
from nqgraph.words.errors import NqgraphError, QueryError
from nqgraph.words.findings import Finding
from nqgraph.words.workspace import Workspace
from tests.conftest import EXAMPLE
from tests.spaces import IRIS


@pytest.fixture(scope="module")
def site(shipped_graph: Graph) -> Site:
    return Site(shipped_graph)


def counted(graph: Graph, pattern: str) -> int:
    """How many ?x there are in *pattern*."""
    ((number,),) = graph.select(f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }}")
    return int(number)


def figures(sentence: str) -> list[int]:
    return [int(n) for n in re.findall(r"\d+", sentence)]


@pytest.mark.parametrize("lang", ["de", "en"])
def test_sentences_say_what_the_graph_holds(shipped_graph: Graph, site: Site, lang: str) -> None:
    """Each figure of the shipped sentences, counted without the questions that they come from."""
    answered, backed, outcome = (sentence for sentence, _ in start.findings(site.collection, lang))
    obstacles = counted(shipped_graph, "?x a nq:Obstacle")
    whole = counted(shipped_graph, "?x a nq:Obstacle . ?p nq:answers ?x")
    against = f"nq:finding <{IRIS.schemes}finding/contradicts>"
    half = f"""?x a nq:Obstacle . ?claim rdf:predicate nq:partlyAnswers ; rdf:object ?x
        FILTER NOT EXISTS {{ ?claim {against} }} FILTER NOT EXISTS {{ ?q nq:answers ?x }}"""
    partly = counted(shipped_graph, half)
    expected = [whole, obstacles, partly, obstacles - whole - partly]
    assert figures(answered) == expected and len(set(expected)) == 4

    claim = "?x rdf:predicate ?r ; rdf:object/a nq:Obstacle FILTER(?r IN (nq:answers, nq:partlyAnswers))"
    grade = f"{claim} ?x nq:evidenceGrade <{IRIS.schemes}evidence-grade/%s>"
    expected = [counted(shipped_graph, pattern) for pattern in (claim, grade % "B", grade % "A", grade % "X")]
    assert figures(backed) == expected and expected[1] > 0 and expected[3] > 0

    said = "?c rdf:subject ?x ; rdf:predicate nq:outcome ; rdf:object ?o"
    still = f"{said} FILTER(?o IN (<{IRIS.schemes}outcome/running>, <{IRIS.schemes}outcome/regular-offer>))"
    then = ", ".join(f"<{IRIS.schemes}outcome/{name}>" for name in ("legal-basis", "succeeded", "transferred"))
    then = f"{said} FILTER(?o IN ({then}))"
    over = f"{said} FILTER(?o IN (<{IRIS.schemes}outcome/ended-with-funding>, <{IRIS.schemes}outcome/discontinued>))"
    every, *parts = [counted(shipped_graph, pattern) for pattern in (said, still, then, over)]
    assert figures(outcome) == [every, *parts] and sum(parts) == every


def test_bars_are_to_scale(shipped_graph: Graph, site: Site) -> None:
    """The longest fills the width; parts follow one another; the numbers are those of the answer."""
    found = start.bars(site.collection, "de")
    assert found and [label["de"] for label in found.parts] == ["beantwortet", "nur teilweise", "ohne Antwort"]
    scale = max(sum(bar.numbers) for bar in found.bars)
    for bar in found.bars:
        total = counted(shipped_graph, f"?x a nq:Obstacle ; nq:obstacleGroup <{bar.iri}>")
        assert sum(bar.numbers) == total
        end = 0.0
        for value, (begin, width) in zip(bar.numbers, bar.spans, strict=True):
            assert begin == pytest.approx(end) and width == pytest.approx(100 * value / scale)
            end = begin + width
    assert len(found.bars) == counted(shipped_graph, f"?x skos:inScheme <{IRIS.schemes}obstacle-group>")
    whole, _, partly, without = figures(next(start.findings(site.collection, "de"))[0])
    assert [sum(numbers) for numbers in zip(*(bar.numbers for bar in found.bars), strict=True)] == [
        whole,
        partly,
        without,
    ]


def test_the_start_page_shows_them_and_leads_on(site: Site) -> None:
    """Sentences with the way to their rows, every obstacle as a place to begin, the day of the data."""
    page = site.page("") or ""
    for sentence, target in start.findings(site.collection, "de"):
        assert sentence in page and f'href="{target}"' in page
    for address, iri in site.collection.things.items():
        if iri.startswith(f"{IRIS.base}id/obstacle/"):
            assert f'href="{address}"' in page
    assert 'data-action="link"' in page


def test_every_page_says_of_which_day_the_data_are(tmp_path: Path) -> None:
    """The youngest dataset decides; the version stands where the collection is described, for those who cite."""
    built = builds.build([EXAMPLE], tmp_path / "build")
    assert built.ok
    site = Site(library.open(tmp_path / "build", lang="de"), version="abc")
    days = re.findall(r"(?m)^issued: (\S+)", "".join(p.read_text("utf-8") for p in EXAMPLE.rglob("dataset.yaml")))
    day = moment(max(days))
    for address in ("", "hemmnisse"):
        assert f"Stand der Daten: {day['de']}." in (site.page(address) or "")
        assert f"State of the data: {day['en']}." in (site.page(f"en/{address}".rstrip("/")) or "")
    assert "Version abc" in (site.page("ueber") or "") and "Version abc" not in (site.page("") or "")


def test_an_obstacle_says_what_helps_against_it(shipped_graph: Graph, site: Site) -> None:
    """What answers it stands in the table of its page with the reason on demand; what is held up by it stands apart."""
    key = "h-ind-einkommen"
    page = site.page(f"doc/obstacle/{key}") or ""
    table = re.search(rf'<table class="sortable" id="{key}--praxis-zu-hemmnis">.*?</table>', page, re.DOTALL)
    assert table and "Was dagegen hilft" in page
    asked = (
        "SELECT DISTINCT ?s ?r WHERE { ?c rdf:subject ?s ; rdf:predicate ?r ; nq:reason ?why ; rdf:object"
        f" <{IRIS.base}id/obstacle/{key}> FILTER(?r IN (nq:answers, nq:partlyAnswers, nq:mitigates, nq:hamperedBy)) }}"
    )
    said = list(shipped_graph.select(asked))
    found = [subject for subject, relation in said if vocab.local_name(relation) != "hamperedBy"]
    assert 10 < len(found) < len(said)
    for subject, _ in said:
        assert (f"/{vocab.local_name(subject)}" in table[0]) == (subject in found)
        assert f"/{vocab.local_name(subject)}" in page
    assert table[0].count("<summary>Warum?</summary>") >= len(found)
    assert f"praxis-zu-hemmnis?hemmnis={key}" in page  # the whole answer, with the form filled in


def test_pages_without_answers_ask_nothing(site: Site) -> None:
    """No empty table: a kind that asks nothing, and a thing of which nothing is known."""
    assert "--praxis-zu-hemmnis" not in (site.page("doc/practice/p-tep") or "")
    without = [
        address
        for address in site.collection.things
        if address.startswith("doc/obstacle/") and "--foerderung-zu-hemmnis" not in (site.page(address) or "")
    ]
    assert without


def test_a_figure_in_a_column_that_is_not_there_is_refused(shipped_graph: Graph) -> None:
    """The author of the settings reads which columns there are."""
    finding = Finding("antworten-je-hemmnis", {"de": "{n}"}, {"n": {"stnd": ("a",)}})
    settings = replace(shipped_graph.workspace.settings, findings=(finding,))
    graph = Graph(shipped_graph.store)
    graph.workspace = Workspace(shipped_graph.workspace.root, settings)
    with pytest.raises(QueryError, match="stnd") as caught:
        list(start.findings(Collection(graph), "de"))
    assert "stand" in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        "findings: x",
        "findings: [{query: a}]",
        "findings: [{query: a, text: {de: '{b}'}}]",
        "findings: [{query: a, text: {de: '{'}}]",
        "findings: [{query: a, text: {de: x}, figures: [n]}]",
        "bars: x",
        "entries: {a: b}",
    ],
)
def test_settings_of_the_start_page_have_a_form(tmp_path: Path, line: str) -> None:
    """What cannot be shown is refused where it stands."""
    (tmp_path / "workspace.yaml").write_text(f"title: {{de: T}}\n{line}\n", encoding="utf-8")
    with pytest.raises(NqgraphError) as caught:
        Workspace.read(tmp_path)
    assert caught.value.problems[0].place.line == 2
