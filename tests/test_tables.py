"""Built questions: a kind, filters, columns, group and count, from the shapes alone."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph as RdfGraph

from nqgraph.building import builds
from nqgraph.building.builds import Assembly
from nqgraph.command import cli, commands
from nqgraph.graph import layer, portable, queries, tables, turning
from nqgraph.graph.graph import Graph
from nqgraph.graph.remote import inline
from nqgraph.graph.tables import Question
from nqgraph.model import shapes, ways
from nqgraph.pages import Site, builder
from nqgraph.sources import datasets
from nqgraph.words.errors import QueryError
from nqgraph.words.workspace import Workspace
from tests import rows
from tests.conftest import EXAMPLE, ROOT
from tests.servers import serving
from tests.spaces import SPACE
from tests.test_queries import RdflibSource

TOPIC = ROOT / "data" / "examples" / "schulabbruch"
LAND = "r-muster-land"
#: Question → its rows without keys, read off the tables of the example by hand.
CASES: dict[str, tuple[Question, list[list[Any]]]] = {
    "parts-of-a-region": (
        Question.of("practice", {"Region": LAND}, ["Zielgruppe", "start"]),
        [
            ["Ämterlotsen", "Arbeitslose ohne Abschluss; Zugewanderte mit Berufserfahrung", "2024-09"],
            ["Ausbildung im Betrieb", "Geringqualifizierte in Arbeit", "2019"],
            ["Lernen am Regal", "Geringqualifizierte in Arbeit", "2025-02"],
            ["Straße zum Beruf", "Geringqualifizierte in Arbeit", "2021-03"],
            ["Übergangslernen", "Zugewanderte mit Berufserfahrung", None],
            ["Zukunft", "Arbeitslose ohne Abschluss", "2020-01-01"],
        ],
    ),
    "any-of-two": (
        Question.of("Praxis", {"region": ["r-muster-neustadt", "Nachbarland"]}),
        [["Ämterlotsen"], ["Österreich-Modell"], ["Übergangslernen"], ["Zukunft"]],
    ),
    "up-to-a-year": (
        Question.of("practice", "start<=2020"),
        [["Ausbildung im Betrieb"], ["Österreich-Modell"], ["Zukunft"]],
    ),
    "within-a-year": (Question.of("practice", {"Beginn>": 2020, "Beginn<": "2020"}), [["Zukunft"]]),
    "a-word": (Question.of("practice", "Beschreibung~=PRÄMIE"), [["Zukunft"]]),
    "nothing-stated": (Question.of("practice", {"Beginn": None}), [["Übergangslernen"]]),
    "not-that": (
        Question.of("practice", ["Region!=r-muster-land", "Region!=Nachbarland"]),
        [],
    ),
    "how-many": (Question.of("practice", count=True), [[7]]),
    "how-many-with": (Question.of("practice", "start=*", count=True), [[6]]),
    "by-group": (
        Question.of("obstacle", group="Gruppe", count=[".", "practice.answers"]),
        [
            ["rechtlich-institutionell", 2, 1],
            ["Beratung", 1, 0],
            ["Betrieb", 1, 2],
            ["Bildungsträger", 1, 0],
            ["individuell", 1, 1],
        ],
    ),
    "by-mechanism-with-names": (
        Question.of("practice", "region=r-muster-bezirk", ".", "Mechanismus", True),
        [
            ["Lernen im Arbeitsprozess", 2, "Lernen am Regal; Straße zum Beruf"],
            ["Beratung und Begleitung", 1, "Ämterlotsen"],
            ["Grundkompetenzförderung", 1, "Übergangslernen"],
            ["Individuelle Förderung und Prämie", 1, "Zukunft"],
            ["Integrierte Sprachförderung", 1, "Übergangslernen"],
        ],
    ),
    "without-a-group": (
        Question.of("practice", "region=Neustadt im Musterland", group="Förderung"),
        [["ohne Angabe", 2], ["Prüfungsprämie Neustadt", 1]],
    ),
    "back-and-on": (
        Question.of("target-group", columns="practice.forTargetGroup/Mechanismus", count="practice.forTargetGroup"),
        [
            [
                "Geringqualifizierte in Arbeit",
                (
                    "Individueller Qualifizierungsplan; Lernen im Arbeitsprozess; "
                    "Modularisierung und Teilqualifikation; Validierung"
                ),
                4,
            ],
            [
                "Zugewanderte mit Berufserfahrung",
                (
                    "Beratung und Begleitung; Grundkompetenzförderung; Individueller Qualifizierungsplan; "
                    "Integrierte Sprachförderung; Validierung"
                ),
                3,
            ],
            ["Arbeitslose ohne Abschluss", "Beratung und Begleitung; Individuelle Förderung und Prämie", 2],
            ["Eltern kleiner Kinder", None, 0],
        ],
    ),
    "sources-of-one-kind-only": (
        Question.of(
            "target-group",
            count=["funding-instrument.forTargetGroup/Quellen", "practice.forTargetGroup/Quellen"],
        ),
        [
            ["Arbeitslose ohne Abschluss", 3, 2],
            ["Geringqualifizierte in Arbeit", 2, 5],
            ["Eltern kleiner Kinder", 0, 0],
            ["Zugewanderte mit Berufserfahrung", 0, 2],
        ],
    ),
    "numbers": (
        Question.of("observation", ["Wert>=1200"], ["Wert", "Einheit"]),
        [
            ["Menschen in der „Ausbildung im Betrieb“", 1200, "Personen"],
            ["Prognose Menschen im Kurs 2030", 2500, "Personen pro Jahr"],
        ],
    ),
    "the-parts-themselves": (
        Question.of("region", "Teil von=Musterland"),
        [["Bezirk Musterstadt"], ["Neustadt im Musterland"]],
    ),
    "names-in-a-group": (
        Question.of("practice", "region=Nachbarland", group="Weg", columns="."),
        [["Feststellung von Können", "Österreich-Modell"]],
    ),
}


def shown(graph: Graph, built: tables.Table, lang: str = "de") -> list[list[Any]]:
    """The rows without keys, parameters and language."""
    result = graph.in_language(lang).result(
        built.query, graph.answer(built.query, {**built.values, "lang": lang}, "json")
    )
    names = [column.name for column in built.query.columns if column.type != "iri"]
    return [[row[name] for name in names] for row in result.rows]


@pytest.fixture(scope="module")
def rdflib_source(example: Assembly) -> RdflibSource:
    return RdflibSource(example)


@pytest.fixture(scope="module")
def rdf(example: Assembly) -> RdfGraph:
    """All that the example says, for rdflib."""
    return example.store.graph()


@pytest.mark.parametrize("name", CASES)
def test_rows(name: str, example_graph: Graph) -> None:
    """What stands in the tables of the example stands in the rows."""
    asked, expected = CASES[name]
    assert shown(example_graph, example_graph.built(asked)) == expected


@pytest.mark.parametrize("name", CASES)
def test_rdflib_gives_the_same_rows(
    name: str, example_graph: Graph, rdflib_source: RdflibSource, rdf: RdfGraph
) -> None:
    """In steps over rdflib, and as one text: order and the order within cells are the engine's there."""
    built = example_graph.built(CASES[name][0])
    bindings = queries.bind(built.query, {**built.values, "lang": "de"}, example_graph)
    ours = rows.of_json(example_graph.answer(built.query, built.values, "json"))
    assert rows.of_json(layer.answer(built.query, bindings, rdflib_source, "de").as_json()) == ours
    text = portable.text(built.query, bindings, SPACE, "de")
    places = [ours[0].index(column.name) for column in built.query.columns]

    def comparable(listed: list[list[str]]) -> list[list[str]]:
        return sorted(["; ".join(sorted(cell.split("; "))) for cell in row] for row in listed)

    theirs = rows.of_rdflib(rdf.query(text))[1:]
    assert comparable(theirs) == comparable([[row[place] for place in places] for row in ours[1:]])


@pytest.mark.parametrize("name", CASES)
def test_an_address_and_a_command_hold_the_whole_question(name: str, example_graph: Graph) -> None:
    """What is read back from them asks for the same rows."""
    built = example_graph.built(CASES[name][0])
    assert Question.from_address(built.question.to_address()) == built.question
    assert example_graph.built(built.question).text == built.text
    [kind, *arguments] = built.called()
    options = commands.parser("en").parse_args(["table", kind, *arguments])
    count = options.count if options.count else options.count is not None
    assert Question.of(options.kind, options.where, options.columns, options.group, count) == built.question


@pytest.mark.parametrize(
    "where",
    [
        [f"region={LAND}"],
        [f"region={LAND}", "region=Nachbarland"],
        [f"answers/documentedIn={LAND}", "start>=2020"],
        ["claim.subject/finding=described"],
        [f"region={LAND}", "region!=r-muster-neustadt"],
    ],
)
def test_filters_are_asked_from_what_they_name(where: list[str], example_graph: Graph) -> None:
    """The engine gets the same question turned round: it looks at what a filter names, not at all of a kind."""
    built = example_graph.built(Question.of("practice", where))
    bindings = queries.bind(built.query, built.values, example_graph)
    del bindings["lang"]
    text = inline(built.query.with_parameters(bindings), bindings)
    other, written = turning.turned(text), set(example_graph.select(text))
    assert other != text and other.splitlines()[-2] == "  FILTER EXISTS { ?practice a nq:Practice }"
    assert written and set(example_graph.select(other)) == written


@pytest.mark.parametrize(
    "line",
    [
        "FILTER EXISTS { ?practice nq:answers/nq:isCaseOf ?other }",  # ends in nothing that is named
        "FILTER EXISTS { ?other nq:answers/nq:isCaseOf <urn:x> }",  # says nothing of the thing
        "FILTER NOT EXISTS { ?practice nq:answers/nq:isCaseOf <urn:x> }",
        "?practice nq:answers <urn:x> .",  # the engine begins there by itself
        "OPTIONAL {\n  ?practice nq:answers/nq:isCaseOf <urn:x> .\n  }",
    ],
)
def test_other_texts_stay_as_they_are(line: str) -> None:
    text = f"SELECT ?practice ?other\nWHERE {{\n  ?practice a nq:Practice .\n  ?practice nq:x ?other .\n  {line}\n}}\n"
    assert turning.turned(text) == text


def test_the_text_is_what_a_researcher_writes(example_graph: Graph) -> None:
    """Short, with front matter; a filter is a parameter that can be left open."""
    result = example_graph.table("practice", where={"region": "Musterland"}, columns="Zielgruppe")
    assert result.file.endswith(
        "SELECT ?practice\nWHERE {\n  ?practice a nq:Practice .\n"
        "  ?practice nq:inRegion/geo:sfWithin* ?inRegion . #? inRegion\n}\n"
    )
    assert '#+   inRegion: {type: iri, class: "nq:Region"' in result.file
    assert "default: r-muster-land" in result.file
    assert result.file.startswith("#+ title: {de: Praxis, en: Practices}\n")  # another region can be asked for


def test_rows_carry_the_things_behind_their_words(example_graph: Graph) -> None:
    """And the state of nothing in empty cells, as those of every canned query."""
    result = example_graph.table("practice", where="identifier=p-muster-uebergangslernen", columns=["Region", "start"])
    [behind] = result.behind
    assert behind["inRegion"] == {"iris": [SPACE.iris.base + "id/region/r-muster-neustadt"]}
    assert behind["start"] == {"nothing": "not-documented"}


def test_names_of_all_languages_and_keys_mean_the_same(example_graph: Graph) -> None:
    """German, English, keys; commas between columns."""
    texts = {
        example_graph.built(Question.of(kind, columns=columns)).text
        for kind, columns in [
            ("practice", ["forTargetGroup", "answers/obstacleGroup"]),
            ("Praxis", ["Zielgruppe", "antwortet auf Hemmnis/Gruppe"]),
            ("Practices", ["target group, Answers obstacle/group"]),
        ]
    }
    assert len(texts) == 1


def test_two_questions_with_one_text_have_their_own_cells(example_graph: Graph) -> None:
    """What was kept for one is not shown by the other."""
    first = example_graph.table("practice", columns=["involves/altLabel", "operatedBy/altLabel"])
    second = example_graph.table("practice", columns=["operatedBy/altLabel", "involves/altLabel"])
    names = [name for name in first.variables if name.startswith("altLabel")]
    assert [[row[n] for n in names] for row in first.rows] == [[row[n] for n in names[::-1]] for row in second.rows]
    assert any(row[names[0]] != row[names[1]] for row in first.rows)


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (Question.of("practise"), "unknown-table", "practice"),
        (Question.of("zzz"), "unknown-table", "Zielgruppen"),
        (Question.of("practice", columns="Zielgrupe"), "table-column", "Zielgruppe"),
        (Question.of("practice", columns="Region/Zielgruppe/x"), "table-column", "Region"),
        (Question.of("practice", columns="title/x"), "table-column", "title"),
        (Question.of("practice", columns="start/x"), "table-column", "start"),
        (Question.of("practice", columns="Hemmnisse"), "table-ambiguous", "partlyAnswers"),
        (Question.of("practice", {"Region": "Musterlant"}), "unknown-thing", "Musterland"),
        (Question.of("practice", {"Region": "h-muster-einkommen"}), "table-value-kind", "Hemmnisse"),
        (Question.of("practice", {"Mechanismus": "Validirung"}), "unknown-choice", "Validierung"),
        (Question.of("practice", "start>=gestern"), "table-date", "gestern"),
        (Question.of("observation", "value>=viel"), "parameter-decimal", "viel"),
        (Question.of("practice", "region>=3"), "table-sign", "!="),
        (Question.of("practice", "start!=*"), "table-sign", "!="),
        (Question.of("practice", ["region=-", "region=Musterland"]), "table-sign", "-"),
        (Question.of("practice", ".=x"), "table-column", "."),
        (Question.of("practice", columns="answers/practice.answers"), "table-circle", "answers"),
        (Question.of("region", columns="sfWithin/sfWithin"), "table-circle", "sfWithin"),
        (Question.of("practice", columns="answers/sfWithin/x/y"), "table-column", "sfWithin"),
        (Question.of("practice", columns="answers/affects/source/publisher"), "table-deep", "3"),
        (Question.of("practice", columns="Region", count=True), "table-count-alone", "Praxis"),
        (Question.of("practice", group="."), "table-column", "."),
        (Question.of("practice", group=["answers/group", "operatedBy/altLabel"]), "table-far", "3"),
        (Question.of("practice", "region=" + "x" * 10_000), "table-long", "10007"),
        (Question.of("x" * 10_000), "table-long", "10000"),
        (Question.of("practice", columns=["Region"] * 200), "table-many", "200"),
        (Question.of('"} SELECT * { ?s ?p ?o'), "unknown-table", "SELECT"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(asked: Question, code: str, said: str, example_graph: Graph) -> None:
    """With what was meant, in both languages."""
    with pytest.raises(QueryError) as caught:
        example_graph.built(asked)
    [problem] = caught.value.problems
    assert problem.text.code == code
    assert said in problem.in_language("de") and problem.in_language("de") != problem.in_language("en")
    assert len(problem.in_language("de")) < 1000


HOSTILE = ['"', "\\", "a\nb", "x } #? y {", "</script>", "a\u2028b", "'''", "${x}", ": {a: b}", "Müller & <b>"]


@pytest.mark.parametrize("value", HOSTILE)
def test_values_are_terms_and_never_text(value: str, example_graph: Graph) -> None:
    """Whatever stands in a filter, the question stays one, and finds what holds it."""
    built = example_graph.built(Question.of("practice", f"description~={value}"))
    assert next(iter(built.values.values())) == value
    assert shown(example_graph, built) == []
    assert queries.read(Path("t") / "table.rq", SPACE, built.text).parameters[0].default == value


def test_a_kind_without_entries_is_told_from_one_that_does_not_match(example_graph: Graph) -> None:
    """Nobody has written one down; or none meets the filters."""
    empty = Graph(type(example_graph.store)(SPACE))
    asked = Question.of("practice", count=True)
    assert not empty.built(asked).has_entries(empty) and shown(empty, empty.built(asked)) == [[0]]
    none = example_graph.built(Question.of("practice", "description~=gibtesnicht"))
    assert none.has_entries(example_graph) and shown(example_graph, none) == []


def test_every_way_of_every_kind_can_be_asked(example_graph: Graph) -> None:
    """What the shapes say can be shown, counted, put together and filtered."""
    known = ways.of(shapes.of(SPACE))
    for key, kind in known.kinds.items():
        links = list(known.links((kind,)))
        for start in range(0, len(links), 7):
            some = links[start : start + 7]
            built = example_graph.built(Question.of(key, [f"{link}=*" for link in some], some, count=some[::-1]))
            example_graph.answer(built.query, built.values, "json")
        grouped = example_graph.built(
            Question.of(key, f"{links[-1]}=-", links, links[0])
            if len(links) < 20
            else Question.of(key, f"{links[-1]}=-", group=[links[0], links[1]])
        )
        example_graph.answer(grouped.query, grouped.values, "json")


# -- another topic ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def topic(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A copy of the second topic."""
    folder = tmp_path_factory.mktemp("topic") / "schulabbruch"
    shutil.copytree(TOPIC, folder, ignore=shutil.ignore_patterns("build"))
    return Workspace.read(folder)


@pytest.fixture(scope="module")
def other(topic: Workspace) -> Graph:
    """The second topic, open for queries."""
    return Graph(builds.assemble(datasets.find([topic.data], topic), topic).store)


def test_another_topic_is_asked_in_its_own_words(other: Graph) -> None:
    """Three languages, a school with its sites, and a default of the workspace that must not win."""
    everywhere = other.table("Maßnahmen", count=True).rows[0]["measureCount"]
    at_school = other.table("Medidas", where={"at school": "s-muster-gesamtschule"}, columns="status")
    listed = other.query("massnahmen-an-schule", schule="s-muster-gesamtschule")
    assert {row["measure"] for row in at_school.rows} == {row["massnahme"] for row in listed.rows}
    assert 0 < len(at_school) < everywhere
    assert (
        other.in_language("pt").built(Question.of("measure", group="status")).query.title["pt"] == "Medidas por Estado"
    )


def test_a_saved_question_works_like_any_other(topic: Workspace, other: Graph) -> None:
    """It is read with all others, takes its filter as a parameter, and gives the same rows."""
    built = other.built(Question.of("measure", "status=running", "addresses"), name="laufende")
    schema = shapes.of(topic)
    path = tables.save(built, schema, "laufende")
    assert path == topic.root / "queries" / "massnahmen" / "laufende.rq"
    query = queries.Queries(topic).get("laufende")
    assert query.topic == "massnahmen" and query.parameter("status") is not None
    asked = [json.loads(other.answer(*one, "json"))["results"] for one in ((query, {}), (built.query, built.values))]
    assert asked[0] == asked[1] != json.loads(other.answer(query, {"status": ""}, "json"))["results"]
    with pytest.raises(QueryError, match="laufende"):
        tables.save(built, schema, "laufende")
    for name in ("../x", "Ä", "a b", "", "x" * 100):
        with pytest.raises(QueryError):
            tables.save(built, schema, name)


# -- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(example_graph: Graph) -> Site:
    return Site(example_graph)


Page = Callable[..., str]


@pytest.fixture
def page(site: Site) -> Iterator[Page]:
    """The page for names and values, in a language."""

    def made(*items: tuple[str, str], lang: str = "de", right: bool = True) -> str:
        html, found = site.build_page(items, lang)
        assert found is right
        return unescape(html)

    yield made


def test_the_page_offers_the_kinds_then_what_the_shapes_say(page: Page) -> None:
    """Kinds as links; of a kind its filters with their values, and all properties as columns."""
    assert '<a href="neu?art=practice"><strong>Praxis</strong>' in page().replace("../fragen/neu", "neu")
    html = page(("art", "practice"), lang="en")
    assert '<option value="validation">Validation</option>' in html
    assert '<input type="checkbox" name="spalte" value="forTargetGroup"> Target group' in html
    assert '<option value="r-muster-land">Musterland</option>' in html
    assert '<form class="build" method="get"' in html and "<script" not in html.partition("<main")[2]


def test_the_form_keeps_what_the_address_says(page: Page) -> None:
    """Choices, dates, words, what no field can hold; and on from a relation to what lies behind it."""
    html = page(
        ("art", "practice"), ("wo.Region", "Musterland"), ("wo.start>", "2019"), ("wo.description~", "lernen"),
        ("wo.outcome!", "regular-offer"), ("spalte", "answers/obstacleGroup"), ("filter", "end"),
    )  # fmt: skip
    assert '<option value="r-muster-land" selected>' in html
    assert 'name="wo.start>" value="2019"' in html and 'name="wo.start<" value=""' in html
    assert 'name="wo.description~" value="lernen"' in html and 'name="wo.end>" value=""' in html
    assert '<input type="hidden" name="wo.outcome!" value="regular-offer">' in html
    assert 'value="answers/obstacleGroup" checked> Gruppe' in html
    assert 'value="answers/affects"> betrifft' in html


def test_the_page_answers_with_table_bars_files_and_sparql(page: Page, example_graph: Graph) -> None:
    """The bars say what the table says, to screen readers too; the SPARQL is the text of the question."""
    items = (("art", "obstacle"), ("gruppe", "obstacleGroup"), ("zaehle", "."), ("zaehle", "practice.answers"))
    html = page(*items)
    assert re.findall(r"<title>(.*?)</title>", html.partition("<main")[2])[:2] == [
        "rechtlich-institutionell: 2",
        "Beratung: 1",
    ]
    assert html.count('<svg role="img" aria-labelledby="chart-') == 2
    bars = re.findall(r'<rect class="bar" x="([^"]*)" y="[^"]*" width="([^"]*)"', html)
    assert bars[:2] == [("2%", "96%"), ("2%", "48%")]
    assert re.search(r'rechtlich-institutionell</(span|a)></td><td class="number">2</td>', html)
    built = example_graph.built(Question.from_address(items))
    assert built.text in html
    assert "nqgraph table obstacle --group obstacleGroup --count . practice.answers --save" in html
    assert "neu.xlsx?art=obstacle&gruppe=obstacleGroup&zaehle=.&zaehle=practice.answers&lang=de" in html
    assert 'hreflang="en">English' in html and "en/fragen/neu?art=obstacle&gruppe=" in html


def test_the_page_says_what_is_wrong_and_keeps_the_form(page: Page, site: Site) -> None:
    """And escapes what it repeats."""
    html = page(("art", "practice"), ("wo.inRegion", "<b>x"), ("spalte", "start"), right=False)
    assert '<div class="error" role="alert">' in html and 'name="spalte" value="start" checked' in html
    assert "<b>x" not in site.build_page([("art", "<b>x")], "de")[0]
    assert "Praxis" in page(("art", "practise"), right=False)


def test_an_empty_answer_says_why(page: Page) -> None:
    """Nothing meets the filters."""
    html = page(("art", "practice"), ("wo.description~", "gibtesnicht"))
    assert "Kein Eintrag von „Praxis“ erfüllt alle Bedingungen." in html


def test_long_answers_are_cut_and_say_so(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files hold all."""
    monkeypatch.setattr(builder, "MOST_ROWS", 3)
    html = page(("art", "practice"))
    assert "Die ersten 3 von 7 Zeilen" in html and html.count("<tr><td>") == 3


# -- the command and the server --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the example."""
    folder = tmp_path_factory.mktemp("tables") / "build"
    assert builds.build([EXAMPLE], folder).ok
    return folder


def test_the_command_answers_lists_and_explains(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Kinds; what can be asked of one; rows in any format; the question as text."""

    def run(*arguments: str) -> str:
        assert cli.main(["table", *arguments, "--source", str(folder), "--lang", "en"]) == 0
        return capsys.readouterr().out

    assert re.search(r"^practice +Practices +7$", run(), re.MULTILINE)
    explained = run("practice", "--help")
    assert re.search(r"^forTargetGroup +Target group +!= +Target groups$", explained, re.MULTILINE)
    assert "claim.subject" in explained and "nqgraph table practice" in explained
    asked = ("practice", "--where", "region=r-muster-bezirk", "--group", "Mechanismus", "--count")
    assert re.search(r"^workbased +Work-based learning +2$", run(*asked), re.MULTILINE)
    assert run(*asked, "--format", "csv").count("\r\n") == 6
    assert run(*asked, "--format", "rq").startswith("#+ title:")
    assert "skos:prefLabel" in run(*asked, "--format", "sparql")


def test_the_command_says_what_is_wrong(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In one line, with exit code 2."""
    assert cli.main(["table", "practise", "--source", str(folder), "--lang", "en"]) == 2
    assert "Did you mean “practice”?" in capsys.readouterr().err


def test_the_server_answers_at_one_address_in_every_format(folder: Path) -> None:
    """HTML, files, and by Accept; what says nothing goes from the address; faults are 400 in the asked form."""
    with serving("--source", str(folder)) as running, running.client() as client:
        html = {"Accept": "text/html"}
        asked = "art=practice&gruppe=usesMechanism&zaehle=."
        answer = client.get(f"/fragen/neu?{asked}", headers=html)
        assert answer.status_code == 200 and "<svg" in answer.text
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        cleaned = client.get(f"/en/fragen/neu?{asked}&wo.inRegion=&wo.start%3E=2019&spalte=", headers=html)
        assert cleaned.status_code == 303
        assert cleaned.headers["location"].endswith(f"/en/fragen/neu?{asked}&wo.start%3E=2019")
        assert "Practices (Start: from 2019) by Mechanism" in client.get(cleaned.headers["location"], headers=html).text
        rows_of = client.get(f"/fragen/neu.json?{asked}").json()["results"]["bindings"]
        assert rows_of[0]["practiceCount"]["value"] == "3"
        assert client.get(f"/fragen/neu?{asked}", headers={"Accept": "text/csv"}).text.startswith("lang,usesMechanism,")
        for form in ("csv", "csv-excel", "tsv", "xml", "xlsx"):
            assert client.get(f"/en/fragen/neu.{form}?{asked}&lang=en").status_code == 200
        assert client.get(f"/fragen/neu.rq?{asked}").text.startswith("#+ title:")
        wrong = client.get("/fragen/neu.json?art=practise", headers={"Accept": "application/json"})
        assert wrong.status_code == 400 and "practice" in wrong.json()["detail"]
        assert client.get("/fragen/neu?art=practise", headers=html).status_code == 400
        assert client.get("/xx/fragen/neu", headers=html).status_code == 404
