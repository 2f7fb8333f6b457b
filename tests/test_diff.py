"""What is new: two states compared, said in sentences, with their statements, as page, feed, file and command."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rdflib import Graph as RdfGraph
from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS
from starlette.testclient import TestClient

from nqgraph.building import builds
from nqgraph.building.states import State
from nqgraph.command.cli import main
from nqgraph.exports import compared
from nqgraph.graph import versions
from nqgraph.graph.graph import Graph
from nqgraph.graph.store import Given, Store, ntriple
from nqgraph.networks.network import Selection
from nqgraph.pages import Site, news
from nqgraph.pages import files as pages
from nqgraph.serving.app import Options, create
from nqgraph.serving.served import Source
from nqgraph.sources import datasets
from nqgraph.things.changes import Change, Changes
from nqgraph.things.comparing import compare
from nqgraph.words import vocab
from nqgraph.words.texts import LANGUAGES
from tests.conftest import EXAMPLE, ROOT
from tests.folders import BASICS, PRACTICES, dataset
from tests.spaces import IRIS, SPACE
from tests.test_pages import Page
from tests.test_picture import HOSTILE

ATOM = "{http://www.w3.org/2005/Atom}"
#: A practice that nobody had heard of, which answers what had no answer.
EVENING = {
    "Kennung": "p-muster-abendkurs",
    "Bezeichnung (de)": "Abendkurs",
    "Bezeichnung (en)": "Evening course",
    "Quellen": "q-muster-praxisbericht",
    "Verlässlichkeit": "mittel",
}
ANSWER = {
    "Subjekt": "p-muster-abendkurs",
    "Beziehung": "antwortet auf Hemmnis",
    "Objekt": "h-muster-kinderbetreuung",
    "Status": "berichtet",
    "eingeordnet durch": "Quelle selbst",
    "Begründung (de)": "Am Abend ist jemand zu Hause.",
    "Befund": "von Beteiligten berichtet",
    "Befund in einem Satz (de)": "Der Bericht nennt es.",
    "gelesener Teil": "vollständig",
    "aus zweiter Hand": "nein",
    "Fundstelle (de)": "S. 3",
    "Quellen": "q-muster-praxisbericht",
    "Verlässlichkeit": "mittel",
}
#: File → what stands in it → what stands there afterwards.
EDITS: dict[str, dict[str, str]] = {
    "messwerte.csv": {'"87,5",,,74,genau': "91,,,74,genau"},
    "hemmnisse.csv": {
        "Verdienstausfall beim Lernen,Loss of earnings": "Einkommensausfall beim Lernen,Loss of earnings",
        "a-muster-jobcenter; a-muster-hwk,": "a-muster-jobcenter,",
    },
    "aussagen.csv": {"Das Entgelt läuft an den Lerntagen weiter.": "Das Entgelt läuft weiter."},
    "ziele.csv": {
        "h-muster-freistellung,q-muster-ministerium,mittel": "h-muster-freistellung,q-muster-ministerium,hoch"
    },
    "regionen.csv": {"Mittlere Verwaltungsebene im Musterland": "Verwaltungsebene im Musterland"},
}
SENTENCES = {
    "de": {
        "Hemmnisse": [
            "Lücke bei „Kurszeiten ohne Kinderbetreuung“ geschlossen durch „Abendkurs“ (antwortet auf Hemmnis)",
            "Hemmnis „Verdienstausfall beim Lernen“ heißt jetzt „Einkommensausfall beim Lernen“",
            "Entfallen: „Ämter verweisen aufeinander“ betrifft „Handwerkskammer Musterstadt“",
        ],
        "Praxis": [
            "Neu: Praxis „Abendkurs“",
            (
                "Begründung geändert: „Ausbildung im Betrieb“ antwortet auf Hemmnis "
                "„Einkommensausfall beim Lernen“ (Begründung)"
            ),
        ],
        "Regionen": ["Beschreibung von „Bezirk Musterstadt“ neu gefasst"],
        "Ziele": ["Verlässlichkeit von „Zugang für Beschäftigte“ von „mittel“ auf „hoch“ geändert"],
        "Messwerte": ["Wert von „Bestandene Prüfungen ‚Ausbildung im Betrieb‘ 2025“ von 87,5 % auf 91 % berichtigt"],
        "Veränderungen": ["Entfernt: Veränderung „Neuzuschnitt des Arbeitsressorts“"],
    },
    "en": {
        "Goals": ["Confidence of “Access for employees” changed from “medium” to “high”"],
        "Obstacles": [
            "Gap at “Course hours without childcare” closed by “Evening course” (answers obstacle)",
            "Label of “Loss of earnings while learning” reworded",
            "No longer: “Offices refer people to each other” affects “Musterstadt Chamber of Crafts”",
        ],
        "Practices": [
            "New: Practice “Evening course”",
            "Reason changed: “Training in the company” answers obstacle “Loss of earnings while learning” (Reason)",
        ],
        "Regions": ["Description of “Musterstadt district” reworded"],
        "Changes": ["Removed: Change “Labour ministry reorganised”"],
        "Figures": [
            "Value of “Exams passed in ‘Training in the company’ 2025” corrected from 87.5 % to 91 %",
        ],
    },
}


def edited(folder: Path) -> Path:
    """A copy of the example with :data:`EDITS`, a new row and one less."""
    shutil.copytree(EXAMPLE, folder)
    for name, changes in EDITS.items():
        text = (folder / name).read_text(encoding="utf-8")
        for before, after in changes.items():
            assert text.count(before) == 1, before
            text = text.replace(before, after)
        (folder / name).write_text(text, encoding="utf-8")
    for name, row in (("praxis.csv", EVENING), ("aussagen.csv", ANSWER)):
        columns = (folder / name).read_text(encoding="utf-8").split("\n")[0].split(",")
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(",".join(row.get(column, "") for column in columns) + "\n")
    drop(folder / "veraenderungen.csv", "aenderung-muster-ministerium")
    return folder


def drop(path: Path, key: str) -> None:
    """Leave out a row of a table."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(key)), encoding="utf-8")


def graph(folder: Path) -> Graph:
    return Graph(builds.assemble(datasets.find([folder], SPACE)).store)


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The edited example."""
    return edited(tmp_path_factory.mktemp("later") / "musterland")


@pytest.fixture(scope="module")
def changes(example_graph: Graph, later: Path) -> Changes:
    """What was edited."""
    return compare(example_graph, graph(later))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, later: Path) -> Path:
    """A build of the edited example over one of the example."""
    out = tmp_path_factory.mktemp("build")
    assert builds.build([EXAMPLE], out).ok and builds.build([later], out).ok
    return out


@pytest.fixture(scope="module")
def site(out: Path) -> Site:
    opened = versions.open(out)
    return Site(Graph(opened.load()), version=opened.name, opened=opened)


def told(changes: Changes, lang: str) -> dict[str, list[str]]:
    """Kind → sentences."""
    return {group.kind[lang]: [one.sentence(lang) for one in group.changes] for group in changes.in_order(lang)}


def every(changes: Changes) -> Iterator[Change]:
    for group in changes.groups:
        yield from group.changes


def iri(kind: str, key: str) -> URIRef:
    return URIRef(f"{IRIS.things}{kind}/{key}")


Triples = list[tuple[URIRef, URIRef, URIRef | Literal]]


def thing(kind: str, key: str, name: str, *said: tuple[str, URIRef | Literal]) -> Triples:
    """A thing with a German name."""
    class_iri = vocab.NQ["".join(part.capitalize() for part in kind.split("-"))]
    about = iri(kind, key)
    triples: Triples = [(about, RDF.type, URIRef(class_iri)), (about, DCTERMS.identifier, Literal(key))]
    triples.append((about, SKOS.prefLabel, Literal(name, lang="de")))
    return triples + [(about, URIRef(path), value) for path, value in said]


def state(*things: Triples, inferred: Triples | None = None) -> Graph:
    """A graph with the ontology and some things of a dataset."""
    store = Store(SPACE)
    builds.load_ontology(store)
    store.add(IRIS.dataset_graph("probe"), [triple for listed in things for triple in listed])
    store.add(IRIS.inferred, inferred or [])
    return Graph(store)


def sentences(old: Graph, new: Graph, lang: str = "de") -> list[str]:
    return [one for listed in told(compare(old, new), lang).values() for one in listed]


COURSE, FEES, TIME = iri("practice", "p-kurs"), iri("obstacle", "h-geld"), iri("obstacle", "h-zeit")
OBSTACLES = [thing("obstacle", "h-geld", "Geld"), thing("obstacle", "h-zeit", "Zeit")]
ANSWERS = vocab.NQ.answers

# -- sentences -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_edits_of_tables_are_said_in_sentences(changes: Changes, lang: str) -> None:
    """Each edit of a table is one sentence below its kind, in the words of the shapes, things themselves first."""
    assert told(changes, lang) == SENTENCES[lang]
    assert not changes.removed and not changes.added and not changes.notes


def test_only_what_people_said_stands_behind_a_sentence(changes: Changes) -> None:
    """What rules drew is in no change; a claim stands with the relation that it is about."""
    behind = {one.code: one for one in every(changes)}
    lines = [line for one in every(changes) for line in one.lines]
    assert not any("answeredBy" in line or "answersGroup" in line for line in lines)
    figure = behind["change-figure"]
    value = f"<{IRIS.things}observation/m-muster-bestehen> <{vocab.NQ.value}>"
    assert figure.lines == [f'- {value} "87.5"^^<{vocab.XSD.decimal}> .', f'+ {value} "91"^^<{vocab.XSD.decimal}> .']
    gone = behind["change-unrelated"]
    assert not gone.added
    assert {said.predicate for said in gone.removed} >= {vocab.NQ.affects, vocab.RDF.predicate, vocab.NQ.claimStatus}
    # the claims of the row take its confidence over: one cell, one sentence
    assert len([one for one in every(changes) if one.about == f"{IRIS.things}goal/z-muster-zugang"]) == 1


def test_the_counts_of_a_kind_are_those_of_its_sentences(changes: Changes) -> None:
    """New, changed and removed are counted by kind; the summary names the largest first."""
    counted = {group.kind["de"]: group.counts for group in changes.groups}
    assert counted["Hemmnisse"] == {"changed": 3} and counted["Praxis"] == {"new": 1, "changed": 1}
    assert counted["Veränderungen"] == {"gone": 1}
    assert changes.summary("de", most=2) == "Hemmnisse: 3 geändert; Praxis: 1 neu, 1 geändert; weitere Änderungen: 4"
    assert changes.summary("en", most=1) == "Obstacles: 3 changed; further changes: 6"


def test_the_same_state_has_no_changes(example_graph: Graph) -> None:
    """A graph and itself."""
    assert not compare(example_graph, example_graph)


def test_a_statement_in_another_dataset_or_only_inferred_is_no_change() -> None:
    """Where a statement stands does not matter, nor whether a rule draws it now."""
    before = state(thing("practice", "p-kurs", "Kurs", (ANSWERS, FEES)), *OBSTACLES)
    after = state(thing("practice", "p-kurs", "Kurs"), *OBSTACLES, inferred=[(COURSE, URIRef(ANSWERS), FEES)])
    after.store.add(IRIS.inferred, [(FEES, URIRef(vocab.NQ.answeredBy), COURSE)])
    assert not compare(before, after) and not compare(after, before)


def test_a_gap_is_closed_by_the_first_answer_and_opens_with_the_last() -> None:
    """What the matrix calls answered closes a gap; a second answer is a relation like any other."""
    none = state(thing("practice", "p-kurs", "Kurs"), *OBSTACLES)
    one = state(thing("practice", "p-kurs", "Kurs", (ANSWERS, FEES)), *OBSTACLES)
    two = state(
        thing("practice", "p-kurs", "Kurs", (ANSWERS, FEES)),
        thing("practice", "p-rat", "Rat", (ANSWERS, FEES)),
        *OBSTACLES,
    )
    assert sentences(none, one) == ["Lücke bei „Geld“ geschlossen durch „Kurs“ (antwortet auf Hemmnis)"]
    assert sentences(one, none) == ["Wieder eine Lücke bei „Geld“: „Kurs“ entfällt (antwortet auf Hemmnis)"]
    assert sentences(one, two) == ["Neu: Praxis „Rat“"]
    (change,) = every(compare(none, one))
    assert change.lines == [f"+ <{COURSE}> <{ANSWERS}> <{FEES}> ."]


def test_a_recorded_gap_is_closed_by_what_links_its_things() -> None:
    """A record of something missing that goes with a new relation between what it was about."""
    gap = thing("knowledge-gap", "g-1", "Hilft es?", (vocab.NQ.leavesOpen, COURSE), (vocab.NQ.leavesOpen, FEES))
    before = state(thing("practice", "p-kurs", "Kurs"), gap, *OBSTACLES)
    after = state(thing("practice", "p-kurs", "Kurs", (vocab.NQ.partlyAnswers, FEES)), *OBSTACLES)
    assert sentences(before, after) == ["Lücke „Hilft es?“ geschlossen: „Kurs“ antwortet teilweise auf Hemmnis „Geld“"]
    assert sentences(before, state(thing("practice", "p-kurs", "Kurs"), *OBSTACLES)) == [
        "Entfernt: Wissenslücke „Hilft es?“"
    ]


def test_a_key_that_is_renamed_is_one_thing() -> None:
    """With a record of the old key its address leads on; without one that is said; nothing else has changed."""
    links = thing("recommendation", "e-1", "Rat", (vocab.NQ.refersToPractice, COURSE))
    moved = thing("recommendation", "e-1", "Rat", (vocab.NQ.refersToPractice, iri("practice", "p-neu")))
    before = state(thing("practice", "p-kurs", "Kurs", (ANSWERS, FEES)), links, *OBSTACLES)
    renamed = [thing("practice", "p-neu", "Kurs", (ANSWERS, FEES)), moved, *OBSTACLES]
    said = "„Kurs“ hat jetzt die Kennung „p-neu“ statt „p-kurs“; die alte Adresse führt"
    assert sentences(before, state(*renamed)) == [f"{said} nirgendwohin"]
    kept: Triples = [(COURSE, URIRef(vocab.DCTERMS.isReplacedBy), iri("practice", "p-neu"))]
    assert sentences(before, state(*renamed, kept)) == [f"{said} dorthin"]


def test_a_thing_that_went_into_another_says_where_it_is() -> None:
    """A merged key is no loss."""
    before = state(thing("practice", "p-kurs", "Kurs"), thing("practice", "p-alt", "Alter Kurs"))
    kept: Triples = [(iri("practice", "p-alt"), URIRef(vocab.DCTERMS.isReplacedBy), COURSE)]
    after = state(thing("practice", "p-kurs", "Kurs"), kept)
    assert sentences(before, after) == ["Praxis „Alter Kurs“ steht jetzt bei „Kurs“; die alte Adresse führt dorthin"]


def test_links_to_a_thing_that_went_go_with_it() -> None:
    """One sentence for the thing, with the statements that led to it."""
    before = state(thing("practice", "p-kurs", "Kurs", (vocab.NQ.hamperedBy, TIME)), *OBSTACLES)
    after = state(thing("practice", "p-kurs", "Kurs"), OBSTACLES[0])
    (change,) = every(compare(before, after))
    assert change.sentence("de") == "Entfernt: Hemmnis „Zeit“"
    assert f"- <{COURSE}> <{vocab.NQ.hamperedBy}> <{TIME}> ." in change.lines


def test_values_that_come_and_go_are_said() -> None:
    """Several at once in one sentence, of many only the first."""
    before = state(thing("practice", "p-kurs", "Kurs"), *OBSTACLES)
    both = state(thing("practice", "p-kurs", "Kurs", *((vocab.NQ.hamperedBy, one) for one in (TIME, FEES))), *OBSTACLES)
    assert sentences(before, both) == ["Neu: „Kurs“ gehemmt durch Hemmnis „Geld“, „Zeit“"]
    dated = state(
        thing("practice", "p-kurs", "Kurs", (vocab.NQ.start, Literal("2024", datatype=vocab.XSD.gYear))), *OBSTACLES
    )
    assert sentences(before, dated) == ["Beginn von „Kurs“ ergänzt: 2024"]
    assert sentences(dated, before) == ["Beginn von „Kurs“ gestrichen: 2024"]
    assert sentences(before, dated, "en") == ["Start of “Kurs” added: 2024"]
    six = [Literal(f"Name {number}") for number in range(6)]
    many = state(thing("practice", "p-kurs", "Kurs", *((vocab.SKOS.notation, one) for one in six)), *OBSTACLES)
    (said,) = sentences(before, many)
    assert said.endswith("„Name 0“, „Name 1“, „Name 2“, „Name 3“ und 2 mehr")


# -- what does not count ---------------------------------------------------------------------------------------------


def dump(folder: Path, name: str, text: str) -> Graph:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return Graph(Given((path,)).load(SPACE))


def test_blank_nodes_that_say_the_same_are_no_change(tmp_path: Path) -> None:
    """Their labels do not count, but what they say does, as a change of the thing that they belong to."""
    head = f'<{COURSE}> a <{vocab.NQ.Practice}> ; <{SKOS.prefLabel}> "Kurs"@de ; <http://ex.org/adresse> '
    old = dump(
        tmp_path, "a.ttl", head + '_:a . _:a <http://ex.org/ort> "Köln" ; <http://ex.org/in> [ <http://ex.org/x> 1 ] .'
    )
    same = dump(
        tmp_path,
        "b.ttl",
        head + '_:z . _:z <http://ex.org/in> _:y ; <http://ex.org/ort> "Köln" . _:y <http://ex.org/x> 1 .',
    )
    other = dump(
        tmp_path, "c.ttl", head + '_:a . _:a <http://ex.org/ort> "Bonn" ; <http://ex.org/in> [ <http://ex.org/x> 1 ] .'
    )
    assert not compare(old, same)
    (said,) = sentences(old, other)
    assert said.startswith("adresse von „Kurs“") and "Köln" in said and "Bonn" in said


def test_names_of_blank_nodes_of_a_build_do_not_count() -> None:
    """What was a blank node in another file of the data has another IRI, and says the same."""

    def address(name: str, place: str) -> Graph:
        node = URIRef(f"{IRIS.genid}probe/{name}")
        return state(
            thing("practice", "p-kurs", "Kurs", ("http://ex.org/adresse", node)),
            [(node, URIRef("http://ex.org/ort"), Literal(place))],
        )

    assert not compare(address("a", "Köln"), address("b", "Köln"))
    assert sentences(address("a", "Köln"), address("a", "Bonn")) == ["adresse von „Kurs“ neu gefasst"]


def test_statements_about_nothing_that_a_shape_knows_are_kept_apart() -> None:
    """They are counted and shown, but make no sentence."""
    stray: Triples = [(URIRef("http://ex.org/x"), URIRef("http://ex.org/p"), Literal("1"))]
    found = compare(state(*OBSTACLES), state(*OBSTACLES, stray))
    assert (
        found
        and not found.groups
        and [ntriple(said) for said in found.added] == ['<http://ex.org/x> <http://ex.org/p> "1" .']
    )


def test_terms_that_only_one_state_knows_are_said() -> None:
    """Ontologies may differ: what only one of them has is named."""
    old, new = state(*OBSTACLES), state(*OBSTACLES)
    term = URIRef(IRIS.terms + "Kantine")
    old.store.add(
        IRIS.ontology,
        [(term, RDF.type, URIRef(vocab.OWL.Class)), (term, SKOS.prefLabel, Literal("Kantine", lang="de"))],
    )
    assert [note.in_language("de") for note in compare(old, new).notes] == [
        "Begriffe, die nur der alte Stand kennt: Kantine"
    ]
    assert [note.in_language("en") for note in compare(new, old).notes] == [
        "Terms that only the new state knows: Kantine"
    ]


# -- pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_each_sentence_with_links_and_statements(site: Site, lang: str) -> None:
    """Every sentence stands there, its thing is a link, and the statements open on demand."""
    page = Page(str(site.page("neu" if lang == "de" else "en/neu")))
    for listed in SENTENCES[lang].values():
        for said in listed:
            assert said in page.text
    assert any(link.endswith("doc/practice/p-muster-abendkurs") for link in page.links)
    assert any(link.endswith("neu.atom") for link in page.links)
    assert not any("aenderung-muster-ministerium" in link for link in page.links)  # it has no page any more
    assert "<details" in page.html and "- &lt;" in page.html and "+ &lt;" in page.html
    assert "neu" in site.menu


def test_without_a_build_before_the_page_has_what_the_data_say(example_graph: Graph) -> None:
    """Then there is no feed."""
    page = Page(str(Site(example_graph).page("neu")))
    assert "ist nicht aufbewahrt" in page.text and "Neuzuschnitt" not in page.text and "<table" in page.html
    assert not any(link.endswith(".atom") for link in page.links)
    assert Site(example_graph).feed("de") is None


def test_where_nothing_says_what_is_new_there_is_no_page(tmp_path: Path) -> None:
    """Neither a build before nor a record of changes in the data; what is foreign has neither."""
    assert builds.build([dataset(tmp_path / "daten", BASICS)], tmp_path / "build").ok
    opened = versions.open(tmp_path / "build")
    foreign = dump(tmp_path, "fremd.ttl", f'<http://ex.org/a> a <http://ex.org/B> ; <{SKOS.prefLabel}> "A" .')
    for site in (Site(Graph(opened.load()), opened=opened), Site(foreign)):
        assert "neu" not in site.known and "neu" not in site.menu


def test_a_long_list_is_folded_with_its_count() -> None:
    """Of many changes only so many stand open that they fit on a printed page."""
    found = compare(
        state(*OBSTACLES), state(*OBSTACLES, *(thing("practice", f"p-{n}", f"Kurs {n}") for n in range(400)))
    )
    (part,) = news.parts(found, "de")
    assert (len(part.shown), len(part.folded), part.more) == (news.MOST_SENTENCES, news.MOST_FOLDED, 76)
    assert news.parts(compare(state(), state()), "de") == []


def test_the_one_file_and_the_site_have_the_page(out: Path) -> None:
    """Page and feed in each language; in the one file the page alone."""
    opened = versions.open(out)
    graph_ = Graph(opened.load())
    made = dict(pages.files(graph_, Selection(), version=opened.name, data=False, opened=opened))
    assert {"neu.html", "neu.atom", "en/neu.html", "en/neu.atom"} <= set(made)
    document = pages.one_file(graph_, Selection(), version=opened.name, opened=opened).decode()
    assert "s_neu" in document and ".atom" not in document


def test_hostile_names_are_text(tmp_path: Path) -> None:
    """Whatever a name holds, it is no markup on pages, in feeds and in Markdown."""
    out = tmp_path / "build"
    folder = dataset(tmp_path / "daten", BASICS)
    assert builds.build([folder], out).ok
    cells = [name.replace('"', '""').replace("\n", " ") for name in HOSTILE]
    rows = "".join(f'p-boese-{n},"{cell}",individuell,q-bericht,mittel\n' for n, cell in enumerate(cells))
    (folder / "praxis.csv").write_text(PRACTICES + rows, encoding="utf-8")
    assert builds.build([folder], out).ok
    opened = versions.open(out)
    site = Site(Graph(opened.load()), version=opened.name, opened=opened)
    page = Page(str(site.page("neu")))
    assert not any(tag == "img" or "onerror" in attrs for tag, attrs in page.elements)
    assert "window.hacked" in page.text
    feed = ET.fromstring(site.feed("de") or b"")
    content = "".join(str(one.text) for one in feed.iter(ATOM + "content"))
    assert "window.hacked" in content and "<script" not in content and "<img" not in content
    assert isinstance(site.news, Changes)
    one = State("alt", site.collection.graph)
    for form in compared.FORMATS:
        made = compared.rendered(site.news, one, one, form, "de").decode()
        assert "window.hacked" in made
        if form in ("html", "md"):
            assert "<script>window" not in made.replace("\\<", "") and "<img src" not in made.replace("\\<", "")


# -- the feed --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_feed_is_valid_atom(site: Site, lang: str) -> None:
    """What RFC 4287 (sections 4.1.1 and 4.1.2) demands of feeds and entries, and an entry for each kind."""
    feed = ET.fromstring(site.feed(lang, "https://example.org/") or b"")
    assert feed.tag == ATOM + "feed" and feed.get("{http://www.w3.org/XML/1998/namespace}lang") == lang
    entries = feed.findall(ATOM + "entry")
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):
            (found,) = element.findall(ATOM + name)
            assert found.text
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", element.findtext(ATOM + "updated") or "")
        assert len(element.findall(f"{ATOM}link[@rel='alternate']")) == 1
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "nqgraph"
    ids = [entry.findtext(ATOM + "id") or "" for entry in entries]
    assert len(set(ids)) == len(ids) == len(SENTENCES[lang]) and all(one.startswith("https://") for one in ids)
    (self_,) = feed.findall(f"{ATOM}link[@rel='self']")
    assert self_.get("href") == ("https://example.org/neu.atom" if lang == "de" else "https://example.org/en/neu.atom")
    titles = [entry.findtext(ATOM + "title") for entry in entries]
    assert ("Praxis: 1 neu, 1 geändert" if lang == "de" else "Practices: 1 new, 1 changed") in titles
    content = [entry.find(ATOM + "content") for entry in entries]
    assert all(one is not None and one.get("type") == "html" for one in content)
    assert any(
        f'<a href="{IRIS.things}practice/p-muster-abendkurs">' in str(one.text) for one in content if one is not None
    )


def test_the_server_has_page_and_feed(out: Path) -> None:
    """Both in each language."""
    with TestClient(create(Options(Source(folder=out)))) as client:
        page = client.get("/neu")
        assert page.status_code == 200 and "Neu: Praxis" in page.text
        assert "New: Practice" in client.get("/en/neu").text
        feed = client.get("/neu.atom")
        assert feed.headers["content-type"].startswith("application/atom+xml")
        links = [link.get("href") or "" for link in ET.fromstring(feed.content).iter(ATOM + "link")]
        assert links and all(link.startswith("http://testserver/neu") for link in links)
        assert client.get("/en/neu.atom").status_code == 200
        assert client.get("/xx/neu").status_code == 404
        assert client.get("/neu", headers={"Accept": "text/markdown"}).text.startswith("# Was ist neu?")


# -- internal ----------------------------------------------------------------------------------------------------------


def test_a_dataset_that_has_become_internal_is_not_told_as_removed(tmp_path: Path) -> None:
    """What is public of a build says nothing of what is internal by now."""
    open_ = dataset(tmp_path / "daten" / "offen", BASICS)
    more = dataset(
        tmp_path / "daten" / "mehr", {"praxis.csv": PRACTICES.replace("p-lotsen,Lotsen", "p-geheim,Geheimnis")}
    )
    out = tmp_path / "build"
    assert builds.build([tmp_path / "daten"], out).ok
    dataset(more, {}, visibility="internal")
    (open_ / "praxis.csv").write_text(PRACTICES.replace("Lotsen", "Lotsinnen"), encoding="utf-8")
    assert builds.build([tmp_path / "daten"], out).ok
    opened = versions.open(out)
    page = str(Site(Graph(opened.load()), opened=opened).page("neu"))
    assert "Lotsinnen" in page and "Geheimnis" not in page


# -- the command -------------------------------------------------------------------------------------------------------

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the command line in an empty folder: code, standard output and error."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str | Path, lang: str = "de") -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([*map(str, arguments), "--lang", lang])
        found = capsys.readouterr()
        return code, found.out, found.err

    return command


def test_the_command_compares_the_last_two_builds(run: Run, out: Path) -> None:
    """Without names the build before and the current one."""
    code, said, _ = run("diff", "--source", out)
    assert code == 0
    for listed in SENTENCES["de"].values():
        for sentence in listed:
            assert f"  {sentence}\n" in said
    assert "  New: Practice “Evening course”\n" in run("diff", "--source", out, lang="en")[1]


def test_kept_builds_folders_and_dumps_are_compared_alike(run: Run, out: Path, later: Path, tmp_path: Path) -> None:
    """A version by its name, a folder of data, a dump with its graphs and one in parts say the same."""
    opened = versions.open(out)
    assert opened.previous is not None
    assert run("export", "rdf", "--source", out, "-o", tmp_path / "dumps")[0] == 0
    assert run("export", "rdf", "--source", out, "--format", "nt", "-o", tmp_path / "parts")[0] == 0
    (tmp_path / "parts" / "nqgraph.nq").unlink()
    first = opened.previous.folder
    states = (tmp_path / "dumps", tmp_path / "dumps" / "nqgraph.nq", tmp_path / "parts", later, opened.folder)
    wanted = run("diff", "--source", out)[1].partition("\n")[2]
    for new in states:
        code, said, _ = run("diff", first, new)
        assert (code, said.partition("\n")[2]) == (0, wanted), new
    assert run("diff", first.name[:8], out, "--source", out)[1].partition("\n")[2] == wanted
    assert run("diff", out, tmp_path / "dumps") == (0, f"Von {out} bis {tmp_path / 'dumps'}\nNichts geändert.\n", "")


def test_the_formats_hold_the_statements(run: Run, out: Path, tmp_path: Path) -> None:
    """JSON has all, N-Triples the added ones, Markdown and HTML the sentences with links."""
    document = json.loads(run("diff", "--source", out, "--format", "json")[1])
    listed = [one for group in document["groups"] for one in group["changes"]]
    (new,) = [one for one in listed if one["change"] == "new"]
    assert new["about"].endswith("p-muster-abendkurs") and new["added"] and not new["removed"]
    assert document["rest"] == {"removed": [], "added": []}
    parsed = RdfGraph().parse(data=run("diff", "--source", out, "--format", "nt")[1], format="nt")
    assert len(parsed) == len({line for one in listed for line in one["added"]})
    assert (
        f"[Abendkurs](<{IRIS.things}practice/p-muster-abendkurs>)" in run("diff", "--source", out, "--format", "md")[1]
    )
    assert run("diff", "--source", out, "--format", "html", "-o", tmp_path / "neu.html")[0] == 0
    page = Page((tmp_path / "neu.html").read_text(encoding="utf-8"))
    assert "Neu: Praxis „Abendkurs“" in page.text and not page.links


def test_a_revision_of_the_workspace_is_compared(run: Run, tmp_path: Path) -> None:
    """A workspace below the top of its repository; what is not committed counts in its folder."""
    assert run("init", "repo/topic")[0] == 0
    topic = tmp_path / "repo" / "topic"
    (topic / "data" / "topic" / "topic.xlsx").unlink()
    rows = "Key,Label (en),Status\ne-one,First,open\n"
    entries = topic / "data" / "topic" / "entries.csv"
    entries.write_text(rows, encoding="utf-8")

    def git(*arguments: str) -> None:
        who = ("-c", "user.name=t", "-c", "user.email=t@example.org")
        subprocess.run(["git", *who, *arguments], cwd=tmp_path / "repo", check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "one")
    entries.write_text(rows.replace("First", "Renamed") + "e-two,Second,done\n", encoding="utf-8")
    code, said, _ = run("diff", "HEAD", topic, "--workspace", topic, lang="en")
    assert code == 0 and "New: Entry “Second”" in said and "is now called “Renamed”" in said
    git("commit", "-qam", "two")
    made = run("diff", "HEAD~1", "HEAD", "--workspace", topic, "--format", "html", lang="en")[1]
    assert "New: Entry" in made
    assert "Nothing has changed." in run("diff", "HEAD", "HEAD", "--workspace", topic, lang="en")[1]
    code, _, err = run("diff", "no-such-revision", "HEAD", "--workspace", topic)
    assert code == 2 and "„no-such-revision“ ist kein Ordner" in err


def test_what_cannot_be_compared_is_said_in_one_line(run: Run, tmp_path: Path, later: Path) -> None:
    """Nothing by that name, an empty folder, a broken dump, no build, no build before."""
    (tmp_path / "leer").mkdir()
    (tmp_path / "kaputt.ttl").write_text("<a", encoding="utf-8")
    wrong = {
        "gibt-es-nicht": "ist kein Ordner, keine Datei",
        "leer": "In diesem Ordner liegt kein Build",
        "kaputt.ttl": "Die Datei ist kein gültiges RDF",
    }
    for name, message in wrong.items():
        code, said, err = run("diff", name, later)
        assert (code, said, err.count("\n")) == (2, "", 1) and message in err, name
    assert "nqgraph build" in run("diff")[2]
    assert builds.build([later], tmp_path / "build").ok
    code, _, err = run("diff")
    assert code == 2 and "kein früherer aufbewahrt" in err


def test_a_damaged_build_before_stops_no_page(out: Path, tmp_path: Path) -> None:
    """The page says why nothing is compared."""
    shutil.copytree(out, tmp_path / "build")
    opened = versions.open(tmp_path / "build")
    assert opened.previous is not None
    opened.previous.path.write_bytes(b"<broken")
    site = Site(Graph(opened.load()), opened=opened)
    assert "graph.nq" in Page(str(site.page("neu"))).text and site.feed("de") is None


def test_a_build_says_what_is_new(run: Run, tmp_path: Path) -> None:
    """In one line, and only where there is a build before."""
    folder = dataset(tmp_path / "daten", BASICS)
    assert "Seit dem vorigen Stand" not in run("build", folder)[2]
    (folder / "praxis.csv").write_text(PRACTICES + "p-kurs,Kurs,individuell,q-bericht,hoch\n", encoding="utf-8")
    assert "Seit dem vorigen Stand: Praxis: 1 neu. Mehr: nqgraph diff\n" in run("build", folder)[2]
    assert "Since the state before: Practices: 1 removed" in run("build", dataset(tmp_path / "a", BASICS), lang="en")[2]
    assert (ROOT / "README.md").read_text(encoding="utf-8").count("nqgraph diff")
