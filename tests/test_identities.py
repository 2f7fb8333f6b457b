"""Identity decisions: two keys become one thing, or keep their distance, and nothing that a row says is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS
from rdflib.term import Node

from nqgraph.building import builds
from nqgraph.sources import datasets
from nqgraph.words import vocab
from tests import folders
from tests.folders import BASICS, dataset, thing
from tests.spaces import SPACE

HEAD = "Kennung,behaltene Kennung,andere Kennung,Entscheidung,Grund (de),geprüft von,geprüft am\n"
KEPT, OTHER = thing("actor", "a-amt"), thing("actor", "a-behoerde")
ACTORS = """\
Kennung,Bezeichnung (de),Bezeichnung (en),Beschreibung (de),Typ,Quellen,Verlässlichkeit
a-amt,Amt,Office,Zahlt.,Stiftung,q-bericht,hoch
a-behoerde,Behörde,Authority,Zahlt pünktlich.,Verband,q-zweit,hoch
a-verband,Verband,,,,q-bericht,hoch
"""


def nq(name: str) -> URIRef:
    return URIRef(vocab.NQ[name])


def german(text: str) -> Literal:
    return Literal(text, lang="de")


def decisions(*rows: str) -> str:
    """The table of decisions; a row is “kept other decision”."""
    lines = (",".join(row.split(" ", 2)) for row in rows)
    return HEAD + "".join(f"zu-{i},{line},weil,Redaktion,2026-11-23\n" for i, line in enumerate(lines))


def folder(path: Path, *rows: str, actors: str = ACTORS, **tables: str) -> Path:
    """The basic dataset with actors, decisions and further tables."""
    second = "q-zweit,Zweiter Bericht,Verein,Programmseite,vollständig,vollständig\n"
    files = {"akteure.csv": actors, "zuordnungen.csv": decisions(*rows), "quellen.csv": BASICS["quellen.csv"] + second}
    return dataset(path / "daten", BASICS | files | {f"{name}.csv": content for name, content in tables.items()})


def about(graph: Graph, subject: Node, predicate: URIRef) -> set[object]:
    return set(graph.objects(subject, predicate))


def said(path: Path) -> list[tuple[str, str, str]]:
    return [(p.text.code, p.in_language("de"), p.in_language("en")) for p in folders.problems(path)]


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """What is said when “a-behoerde” is decided to be “a-amt”."""
    practices = (
        "Kennung,Bezeichnung (de),antwortet auf Hemmnisgruppe,betrieben von,Quellen,Verlässlichkeit\n"
        "p-lotsen,Lotsen,Betrieb,a-behoerde,q-bericht,hoch\n"
    )
    path = tmp_path_factory.mktemp("merged")
    return folders.graph(folder(path, "a-amt a-behoerde dasselbe", praxis=practices))


def test_the_other_key_means_the_kept_thing(merged: Graph) -> None:
    """A cell that names the other key names the kept thing; nothing but the redirection is left of the other."""
    assert about(merged, thing("practice", "p-lotsen"), nq("operatedBy")) == {KEPT}
    assert set(merged.predicate_objects(OTHER)) == {(DCTERMS.isReplacedBy, KEPT)}
    assert set(merged.subject_predicates(OTHER)) == set()


def test_the_kept_thing_has_both_keys(merged: Graph) -> None:
    """Both keys still lead to it."""
    assert about(merged, KEPT, DCTERMS.identifier) == {Literal("a-amt"), Literal("a-behoerde")}


def test_a_second_label_becomes_another_label(merged: Graph) -> None:
    """The kept row gives the name in each language, the other row another name."""
    assert about(merged, KEPT, SKOS.prefLabel) == {german("Amt"), Literal("Office", lang="en")}
    assert about(merged, KEPT, SKOS.altLabel) == {german("Behörde"), Literal("Authority", lang="en")}


def test_a_second_description_becomes_a_note(merged: Graph) -> None:
    """Two descriptions would clash; the second stays as a note."""
    assert about(merged, KEPT, DCTERMS.description) == {german("Zahlt.")}
    assert german("Zahlt pünktlich.") in about(merged, KEPT, SKOS.note)


def test_a_clashing_single_value_becomes_a_note_that_says_whose_it_is(merged: Graph) -> None:
    """Where only one value may stand the kept row's stands; the other's is noted with column, key and label."""
    assert about(merged, KEPT, nq("actorType")) == {URIRef(vocab.concept("actor-type", "foundation"))}
    assert german("Auch angegeben: „Verband“ (Typ)") in about(merged, KEPT, SKOS.note)


def test_values_that_can_stand_together_stand_together(merged: Graph) -> None:
    """The sources of both rows count."""
    assert about(merged, KEPT, DCTERMS.source) == {thing("source", "q-bericht"), thing("source", "q-zweit")}
    assert about(merged, KEPT, nq("confidence")) == {URIRef(vocab.concept("confidence", "high"))}


def test_the_decision_itself_stays_in_the_graph(merged: Graph) -> None:
    """Who decided what on which day and why can be asked."""
    decision = thing("identity-decision", "zu-0")
    assert about(merged, decision, nq("keptKey")) == {Literal("a-amt")}
    assert about(merged, decision, nq("otherKey")) == {Literal("a-behoerde")}
    assert about(merged, decision, nq("decision")) == {URIRef(vocab.concept("identity-decision", "same"))}


@pytest.mark.parametrize(
    ("decision", "match"),
    [
        ("sehr ähnlich", nq("resembles")),
        ("umfasst das andere", DCTERMS.hasPart),
        ("ist Teil des anderen", DCTERMS.isPartOf),
        ("verwandt", DCTERMS.relation),
        ("verschieden", None),
    ],
)
def test_other_decisions_keep_two_things(tmp_path: Path, decision: str, match: URIRef | None) -> None:
    """Near things are matched from the kept to the other one; different ones have nothing in common."""
    graph = folders.graph(folder(tmp_path, f"a-amt a-behoerde {decision}"))
    between = set(graph.predicates(KEPT, OTHER)) | set(graph.predicates(OTHER, KEPT))
    assert between == ({match} if match else set())
    assert (OTHER, RDF.type, nq("Actor")) in graph
    assert about(graph, OTHER, SKOS.prefLabel) == {german("Behörde"), Literal("Authority", lang="en")}


def test_a_match_with_a_merged_key_is_one_with_the_kept_thing(tmp_path: Path) -> None:
    """Whatever the order of the rows, a match leads to the thing that is left."""
    graph = folders.graph(folder(tmp_path, "a-verband a-behoerde verwandt", "a-amt a-behoerde dasselbe"))
    assert set(graph.subject_objects(DCTERMS.relation)) == {(thing("actor", "a-verband"), KEPT)}


def test_several_keys_can_be_the_same_as_one(tmp_path: Path) -> None:
    """Three rows become one thing with three keys, and each old address leads to it."""
    graph = folders.graph(folder(tmp_path, "a-amt a-behoerde dasselbe", "a-amt a-verband dasselbe"))
    assert set(graph.subjects(RDF.type, nq("Actor"))) == {KEPT}
    assert about(graph, KEPT, SKOS.altLabel) >= {german("Behörde"), german("Verband")}
    assert set(graph.subject_objects(DCTERMS.isReplacedBy)) == {(OTHER, KEPT), (thing("actor", "a-verband"), KEPT)}


def test_of_two_merged_rows_the_first_fills_what_the_kept_one_leaves_open(tmp_path: Path) -> None:
    """A value that may stand only once is taken from one row even if the kept row has none; the rest is noted."""
    rows = "a-amt,Amt,,,,q-bericht,hoch", "a-b,Behörde,,Eins.,Verband,q-bericht,hoch"
    actors = "\n".join([ACTORS.splitlines()[0], *rows, "a-c,Stelle,,Zwei.,Stiftung,q-bericht,hoch", ""])
    graph = folders.graph(folder(tmp_path, "a-amt a-b dasselbe", "a-amt a-c dasselbe", actors=actors))
    assert about(graph, KEPT, nq("actorType")) == {URIRef(vocab.concept("actor-type", "association"))}
    assert about(graph, KEPT, DCTERMS.description) == {german("Eins.")}
    notes = {
        german("Zwei."),
        german("Auch angegeben: „Stiftung“ (Typ)"),
        Literal("Also given: “foundation” (Type)", lang="en"),
    }
    assert about(graph, KEPT, SKOS.note) == notes


def test_what_the_kept_row_leaves_open_the_other_fills(tmp_path: Path) -> None:
    """What only the other row describes stays a description; its dash is none where the kept row has a value."""
    actors = ACTORS.replace("Zahlt.,Stiftung", ",Stiftung").replace("pünktlich.,Verband", "pünktlich.,-")
    graph = folders.graph(folder(tmp_path, "a-amt a-behoerde dasselbe", actors=actors))
    assert about(graph, KEPT, DCTERMS.description) == {german("Zahlt pünktlich.")}
    assert about(graph, KEPT, nq("notDocumented")) == set()


def test_claims_of_both_rows_speak_of_the_kept_thing(tmp_path: Path) -> None:
    """Two practices that are one make a claim each from their rows, and one relation."""
    practices = (
        "Kennung,Bezeichnung (de),antwortet auf Hemmnis,Quellen,Verlässlichkeit\n"
        "p-a,A,h-zeit,q-bericht,hoch\np-b,B,h-zeit; h-einkommen,q-zweit,mittel\n"
    )
    graph = folders.graph(folder(tmp_path, "p-a p-b dasselbe", praxis=practices))
    practice = thing("practice", "p-a")
    assert about(graph, practice, nq("answers")) == {thing("obstacle", "h-zeit"), thing("obstacle", "h-einkommen")}
    claims = set(graph.subjects(RDF.predicate, nq("answers")))
    assert claims == {
        thing("claim", "p-a.answers.h-zeit"),
        thing("claim", "p-b.answers.h-zeit"),
        thing("claim", "p-b.answers.h-einkommen"),
    }
    assert {subject for claim in claims for subject in about(graph, claim, RDF.subject)} == {practice}


def test_a_row_of_the_table_of_claims_overrides_a_merged_row(tmp_path: Path) -> None:
    """A claim about the other key is one about the kept thing; it overrides the column of the other row."""
    practices = (
        "Kennung,Bezeichnung (de),antwortet auf Hemmnis,Quellen,Verlässlichkeit\n"
        "p-a,A,,q-bericht,hoch\np-b,B,h-zeit,q-zweit,mittel\n"
    )
    claims = "Subjekt,Beziehung,Objekt,Fundstelle,Quellen\np-b,nq:answers,h-zeit,S. 4,q-zweit\n"
    graph = folders.graph(folder(tmp_path, "p-a p-b dasselbe", praxis=practices, aussagen=claims))
    (claim,) = graph.subjects(RDF.predicate, nq("answers"))
    assert about(graph, claim, nq("locator")) == {Literal("S. 4", lang="de")}
    assert about(graph, claim, RDF.subject) == {thing("practice", "p-a")}


def test_rows_of_two_datasets_become_one_thing(tmp_path: Path) -> None:
    """The kept row's dataset may be read later; its values stand all the same, and the merge conforms to the shapes."""
    late = "Kennung,Bezeichnung (de),Quellen,Verlässlichkeit\na-spaet,Spätes Amt,q-bericht,mittel\n"
    first = folder(tmp_path, "a-spaet a-behoerde dasselbe")
    second = dataset(tmp_path / "zweite", {"akteure.csv": late})
    whole = builds.assemble(datasets.find([first, second], SPACE))
    kept = thing("actor", "a-spaet")
    graph = whole.store.graph()
    assert about(graph, kept, SKOS.prefLabel) == {german("Spätes Amt")}
    assert german("Behörde") in about(graph, kept, SKOS.altLabel)
    assert about(graph, kept, nq("confidence")) == {URIRef(vocab.concept("confidence", "medium"))}
    assert whole.reading.merged == 1
    assert whole.report.conforms


def test_a_row_that_names_both_keys_is_one_thing_already(tmp_path: Path) -> None:
    """Where a table has both keys in one cell the decision only redirects the address that the other would have."""
    actors = "\n".join([ACTORS.splitlines()[0], "a-amt; a-behoerde,Amt,,,,q-bericht,hoch", ""])
    graph = folders.graph(folder(tmp_path, "a-amt a-behoerde dasselbe", actors=actors))
    assert set(graph.subject_objects(DCTERMS.isReplacedBy)) == {(OTHER, KEPT)}
    assert about(graph, KEPT, SKOS.altLabel) == set()


def test_the_redirected_address_has_the_base_of_its_dataset(tmp_path: Path) -> None:
    """With a base of its own a dataset's other key is redirected from there."""
    actors = "\n".join([ACTORS.splitlines()[0], "a-amt; a-behoerde,Amt,,,,q-bericht,hoch", ""])
    path = folder(tmp_path, "a-amt a-behoerde dasselbe", actors=actors)
    with (path / "dataset.yaml").open("a", encoding="utf-8") as file:
        file.write("base: https://example.org/\n")
    base = "https://example.org/id/actor/"
    replaced = set(folders.graph(path).subject_objects(DCTERMS.isReplacedBy))
    assert replaced == {(URIRef(base + "a-behoerde"), URIRef(base + "a-amt"))}


@pytest.mark.parametrize(
    "rows",
    [
        ("a-amt h-zeit dasselbe",),
        ("a-amt a-amt dasselbe",),
        ("a-amt a-behoerde dasselbe", "a-behoerde a-amt dasselbe"),
        ("a-amt a-behoerde dasselbe", "a-behoerde a-verband dasselbe"),
        ("a-behoerde a-verband dasselbe", "a-amt a-behoerde dasselbe"),
        ("a-amt a-behoerde dasselbe", "a-verband a-behoerde dasselbe"),
    ],
    ids=["class", "itself", "circle", "chain", "chain-backwards", "twice"],
)
def test_unfit_decisions_are_refused(tmp_path: Path, rows: tuple[str, ...]) -> None:
    """Things of two classes, a circle, a chain and two homes for one key cannot be decided; the row is named."""
    ((code, german_text, english),) = said(folder(tmp_path, *rows))
    assert code == "identity-unfit"
    assert f"zuordnungen.csv, Zeile {len(rows) + 1}:" in german_text or "zuordnungen.csv, Zeile 2:" in german_text
    assert "können nicht dasselbe sein" in german_text and "cannot be the same" in english


@pytest.mark.parametrize("decision", ["dasselbe", "verwandt", "verschieden"])
@pytest.mark.parametrize("pair", ["a-amt a-behoerd", "a-behoerd a-amt"])
def test_a_decision_with_an_unknown_key_is_refused(tmp_path: Path, pair: str, decision: str) -> None:
    """A decision about a key that no table has is named with the nearest key."""
    ((code, german_text, english),) = said(folder(tmp_path, f"{pair} {decision}"))
    assert code == "unknown-key"
    assert "zuordnungen.csv, Zeile 2:" in german_text and "„a-behoerde“" in german_text
    assert "zuordnungen.csv, row 2:" in english and "“a-behoerde”" in english


def test_a_faulty_cell_of_a_decision_is_reported_once(tmp_path: Path) -> None:
    """The table of decisions is read first, but its faults are told once."""
    ((code, german_text, _),) = said(folder(tmp_path, "a-amt a-behoerde genau dasselbe"))
    assert code == "unknown-entry" and "zuordnungen.csv, Zeile 2, Spalte „Entscheidung“" in german_text
