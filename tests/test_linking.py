"""Links to vocabularies of others: what is suggested, how well, what is decided, and what the build makes of it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from rapidfuzz import fuzz

from nqgraph.building import builds
from nqgraph.command.cli import main
from nqgraph.graph import pairing
from nqgraph.graph.fetching import Client, origins
from nqgraph.graph.graph import Graph
from nqgraph.graph.matching import Entry
from nqgraph.sources import datasets, services, sssom, vocabularies
from nqgraph.sources.sssom import CURATED, NOT, Row
from nqgraph.things import linking
from nqgraph.things.collection import Collection
from nqgraph.things.entities import Entities
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, Place, QueryError, RemoteError
from tests.conftest import EXAMPLE, ROOT
from tests.folders import BASICS, dataset
from tests.harvests import Asked, Said, service
from tests.spaces import IRIS, SPACE

SETS = {
    name: list(csv.DictReader((ROOT / "tests" / "links" / f"{name}.csv").read_text(encoding="utf-8").splitlines()))
    for name in ("pairs", "held_out", "unseen")
}
HEAD = (
    "#mapping_set_id: https://example.org/set\n#license: https://creativecommons.org/publicdomain/zero/1.0/\n"
    "#curie_map:\n#  ex: https://example.org/\n"
)
COLUMNS = (
    "subject_id", "predicate_modifier", "predicate_id", "object_id", "mapping_justification", "reviewer_label",
    "comment",
)  # fmt: skip
META = {"mapping_set_id": "https://example.org/set", "license": "https://example.org/licence"}


@pytest.fixture(scope="module")
def entities(shipped_graph: Graph) -> Entities:
    return Entities(Collection(shipped_graph))


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("linked") / "build"
    assert builds.build([EXAMPLE], folder).ok
    return folder


def table(*rows: Sequence[str]) -> str:
    """A file of mappings with these rows, after a head and the names of columns."""
    return HEAD + "".join("\t".join(row) + "\n" for row in (COLUMNS, *rows))


def decided(subject: str, predicate: str, target: str, modifier: str = "", who: str = "Redaktion") -> tuple[str, ...]:
    return (subject, modifier, predicate, target, CURATED, who, "Grund")


# -- quality -------------------------------------------------------------------------------------------------------


Pairs = list[dict[str, str]]


def by_names(entities: Entities, kind: str, labelled: Pairs) -> tuple[list[Entry], list[Entry]]:
    """What is compared of *kind* with names alone: codes would make it too easy."""
    rows = [row for row in labelled if row["kind"] == kind]
    of_set = {row["ours"] for row in rows}
    ours = [e for e in linking.chosen(entities, kind)[0] if vocab.local_name(e.id) in of_set]
    theirs = {row["theirs"]: row["label"] for row in rows}
    return [replace(e, codes=frozenset()) for e in ours], [Entry(iri, (label,)) for iri, label in theirs.items()]


def rated(found: set[tuple[str, str]], labelled: Pairs) -> tuple[float, float, float]:
    """Precision, recall and their mean (F1) of pairs, of which all that are not labelled as matches are none."""
    right = {(row["ours"], row["theirs"]) for row in labelled if row["match"] == "yes"}
    precision, recall = len(found & right) / len(found), len(found & right) / len(right)
    return precision, recall, 2 * precision * recall / (precision + recall)


@pytest.mark.parametrize("name", SETS)
def test_suggestions_are_better_than_plain_likeness(entities: Entities, name: str) -> None:
    """On labelled pairs, each beside the same plain comparison of names; false friends and other levels count, too.

    The rules were made with the sets ``pairs`` and ``held_out``; ``unseen`` was written after most of them, before
    anything was run on it, and has only led to the rules for initials and abbreviations within names.
    """
    labelled = SETS[name]
    assert len(labelled) >= (80 if name == "unseen" else 150) and {row["match"] for row in labelled} == {"yes", "no"}
    assert {row["ours"] for row in labelled} <= {vocab.local_name(iri) for iri in entities.ids}
    found: set[tuple[str, str]] = set()
    plain: dict[int, set[tuple[str, str]]] = {80: set(), 86: set(), 90: set(), 95: set()}
    for kind in ("region", "actor", "occupation"):
        ours, theirs = by_names(entities, kind, labelled)
        suggested = linking.suggest(ours, theirs, most=3, spelled=entities.spelled)
        found |= {(vocab.local_name(one.ours.id), one.found.entry.id) for one in suggested}
        for entry in ours:
            scored = [(max(fuzz.WRatio(name, other.names[0]) for name in entry.names), other.id) for other in theirs]
            for least, pairs in plain.items():
                best = sorted(((s, iri) for s, iri in scored if s >= least), reverse=True)[:3]
                near = [iri for score, iri in best if score >= best[0][0] - linking.BEHIND]
                pairs |= {(vocab.local_name(entry.id), iri) for iri in near}
    rates = {"ours": rated(found, labelled)} | {f"WRatio from {at}": rated(p, labelled) for at, p in plain.items()}
    for way, (precision, recall, harmonic) in rates.items():
        print(
            f"{name}, {len(labelled)} pairs, {way}: precision {precision:.3f}, recall {recall:.3f}, F1 {harmonic:.3f}"
        )
    ours_f1 = rates["ours"][2]
    better = ours_f1 - max(harmonic for way, (*_, harmonic) in rates.items() if way != "ours")
    assert rates["ours"][0] >= 0.95 and better > (0.02 if name == "unseen" else 0.1)


# -- suggestions ---------------------------------------------------------------------------------------------------


def run(arguments: Sequence[str | Path], monkeypatch: pytest.MonkeyPatch, answers: str = "") -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(answers))
    return main(["--lang", "en", *map(str, arguments)])


TURTLE = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix ex: <https://example.org/voc#> .
ex:land a skos:Concept ; skos:prefLabel "Musterland"@de, "Exampleland"@en ; skos:altLabel "Land Musterland"@de .
ex:ohne skos:notation "77" .
ex:stadt skos:prefLabel "Neustadt, kreisfreie Stadt"@de .
"""
CSV = "id,label,altLabel,altLabel2\nhttps://example.org/voc#land,Musterland,Land Musterland|ML,\nx:1,,,\n"


def test_suggestions_are_mappings_that_nobody_has_looked_at(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """RDF and CSV give the same pairs; predicate, justification and evidence say how they came about; never exact."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "voc.ttl").write_text(TURTLE, encoding="utf-8")
    (tmp_path / "voc.csv").write_text(CSV.replace("x:1,,,\n", ""), encoding="utf-8")
    pairs = []
    for name in ("voc.ttl", "voc.csv"):
        out = tmp_path / f"{name}.sssom.tsv"
        assert run(["link", "suggest", "--to", name, "-o", out, "--source", build], monkeypatch) == 0
        found = sssom.read(out, IRIS.prefixes)
        pairs.append({row.pair for row in found.rows if row.object_id.endswith("land")})
        assert {row.predicate_id for row in found.rows} == {vocab.NQ.resembles}
        for row in found.rows:
            assert row.mapping_justification == sssom.LEXICAL and not row.decided and float(row.confidence) < 1
            assert row.subject_label and row.object_label and "Score" in row.comment
        assert found.meta["license"].startswith("https://") and found.meta["mapping_tool"] == "nqgraph"
    assert pairs[0] == pairs[1] == {(f"{IRIS.things}region/r-muster-land", "https://example.org/voc#land")}
    assert "suggestions for" in capsys.readouterr().err


def test_concepts_are_matched_as_concepts(entities: Entities) -> None:
    """Entries of lists get SKOS mappings, other things never do; codes that agree are named."""
    ours, concepts = linking.chosen(entities, "region-type")
    assert concepts
    found = linking.suggest(ours, [Entry("https://example.org/k", ("Regierungsbezirk",))])
    made = linking.rows(found, concepts=concepts, tool="t", day="2026-11-30", lang="de")
    assert [row.predicate_id for row in made] == [vocab.SKOS.closeMatch]
    ours, concepts = linking.chosen(entities, "region")
    coded = Entry("https://example.org/r", ("Domstadt",), codes=frozenset({"DEA23"}))
    found = linking.suggest(ours, [coded])
    made = linking.rows(found, concepts=concepts, tool="t", day="2026-11-30", lang="de")
    assert [row.subject_id for row in made] == [f"{IRIS.things}region/r-koeln"] and "DEA23" in made[0].comment
    assert not any(row.predicate_id.startswith(str(vocab.SKOS)) for row in made)


def test_what_is_linked_already_is_not_suggested(entities: Entities) -> None:
    ours, _ = linking.chosen(entities, "region")
    target = Entry("http://www.wikidata.org/entity/Q1198", ("Nordrhein-Westfalen",))
    assert linking.suggest(ours, [target])
    assert linking.suggest(ours, [target], without=linking.linked(entities, ours)) == []


# -- long lists --------------------------------------------------------------------------------------------------

LISTED = [
    Entry("https://example.org/koeln", ("Köln, kreisfreie Stadt",)),
    Entry("https://example.org/kreis", ("Rhein-Erft-Kreis",), codes=frozenset({"DEA27"})),
    Entry("https://example.org/hwk", ("Handwerkskammer zu Köln", "HWK Köln")),
    Entry("https://example.org/vhs", ("Volkshochschule Musterstadt",)),
    Entry("https://example.org/nichts", ("Unerhörtes",)),
]
MEANT = [
    Entry("urn:ours:koeln", ("Stadt Köln",)),
    Entry("urn:ours:erft", ("Erftland",), codes=frozenset({"dea27"})),
    Entry("urn:ours:hwk", ("Handwerkskamer Koeln",)),
    Entry("urn:ours:land", ("Kreis Köln",)),
]


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_long_lists_are_matched_alike_on_each_engine(engine: str) -> None:
    """splink finds what names, codes and mistakes in typing say; what has nothing in common is never compared."""
    if lacking := pairing.missing(engine):
        pytest.skip(lacking)
    found = linking.narrowed(MEANT, iter([*LISTED]), engine)
    assert found.count == len(LISTED) and "https://example.org/nichts" not in {one.id for one in found.entries}
    likely = {pair: round(share, 4) for pair, share in found.likely.items()}
    if engine == "spark" and not pairing.missing("duckdb"):
        other = linking.narrowed(MEANT, iter(LISTED), "duckdb").likely
        assert likely == {pair: round(share, 4) for pair, share in other.items()}
    assert likely["urn:ours:koeln", "https://example.org/koeln"] > 0.9
    assert likely["urn:ours:erft", "https://example.org/kreis"] > 0.9
    assert likely["urn:ours:land", "https://example.org/koeln"] < likely["urn:ours:koeln", "https://example.org/koeln"]
    suggested = linking.suggest(MEANT, found.entries, likely=found.likely)
    best = {one.ours.id: one for one in reversed(suggested)}
    assert best["urn:ours:hwk"].found.entry == LISTED[2] and best["urn:ours:hwk"].likely is not None
    (row, *_) = linking.rows([best["urn:ours:hwk"]], concepts=False, tool="t", day="2026-11-30", lang="en")
    assert "splink" in row.comment
    assert linking.narrowed([Entry("urn:x", ("Xyz",))], iter(LISTED), engine).entries == []


def test_a_long_list_is_found_in_memory_where_splink_is_missing(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody is stopped by an extra that they did not ask for; who asks for it is told what to install, in one line."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pairing, "find_spec", lambda name: None if name == "splink" else object())
    monkeypatch.setattr(pairing, "LONG_LIST", 0)
    (tmp_path / "voc.csv").write_text(CSV.replace("x:1,,,\n", ""), encoding="utf-8")
    asked: list[str | Path] = ["link", "suggest", "--to", "voc.csv", "-o", "a.sssom.tsv", "--source", build]
    assert run(asked, monkeypatch) == 0 and "nqgraph[bigmatch]" in capsys.readouterr().err
    assert run([*asked, "--engine", "duckdb"], monkeypatch) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1 and "splink" in said[0] and "nqgraph[bigmatch]" in said[0]
    monkeypatch.setattr(pairing, "find_spec", lambda name: object())
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert run([*asked, "--engine", "spark"], monkeypatch) == 2 and "Java" in capsys.readouterr().err


# -- services ------------------------------------------------------------------------------------------------------

#: Answers in the form in which the services document theirs.
RECONCILED = {
    "q0": {
        "result": [
            {"id": "Q1", "name": "Musterland", "score": 100, "match": True, "type": [{"id": "Q2", "name": "Land"}]},
            {"id": "Q3", "name": "Museumsinsel", "score": 20.5, "match": False, "type": []},
        ]
    }
}
SEARCHED = {
    "total": 1,
    "_embedded": {
        "results": [{"className": "Occupation", "uri": "https://example.org/voc#koch", "title": "Koch/Köchin"}]
    },
}
QUERIED = {
    "head": {"vars": ["iri", "label"]},
    "results": {
        "bindings": [
            {
                "iri": {"type": "uri", "value": "https://linkedopendata.eu/entity/Q7"},
                "label": {"type": "literal", "xml:lang": "de", "value": "Agentur Musterland"},
            }
        ]
    },
}


def answered(name: str, names: Sequence[str], document: object, **said: object) -> tuple[list[Entry], list[Asked]]:
    """What a service of the shipped workspace finds if it answers with *document*, and what it was asked."""
    body = document if isinstance(document, str) else json.dumps(document)
    with service(lambda asked: Said(body, "application/json", **said)) as server:  # type: ignore[arg-type]
        known = services.read(name, SPACE)
        probe = replace(known, address=f"{server.url}/?{known.address.partition('?')[2]}")
        client = Client("test", origins([server.url]), pause=0)
        return services.find(probe, names, client), server.asked


@pytest.mark.parametrize(
    ("name", "document", "iri", "label"),
    [
        ("wikidata", RECONCILED, "http://www.wikidata.org/entity/Q1", "Musterland"),
        ("gnd", {"q0": {"result": [{"id": "4042570-8", "name": "NRW"}]}}, "https://d-nb.info/gnd/4042570-8", "NRW"),
        ("esco", SEARCHED, "https://example.org/voc#koch", "Koch/Köchin"),
        ("kohesio", QUERIED, "https://linkedopendata.eu/entity/Q7", "Agentur Musterland"),
    ],
)
def test_services_find_entries_by_name(
    name: str, document: object, iri: str, label: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is asked as it documents it: a batch in a form, a name in an address, or a query with the name as a term."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    given = 'Koch "& Köchin\\"'
    found, asked = answered(name, [given, given, " "], document)
    assert (found[0].id, found[0].names) == (iri, (label,)) and len(asked) == 1
    if name == "esco":
        assert "text=Koch%20%22%26%20K%C3%B6chin%5C%22" in asked[0].path and "{" not in asked[0].path
    elif name == "kohesio":
        assert '"Koch \\"& Köchin\\\\\\""@de' in asked[0].fields["query"]
    else:
        assert json.loads(asked[0].fields["queries"]) == {"q0": {"query": given, "limit": services.FOUND}}
    assert "test" in asked[0].headers["User-Agent"]


@pytest.mark.parametrize(
    ("name", "document", "said"),
    [
        ("wikidata", "{", "does not answer"),
        ("wikidata", {"error": "busy"}, "q0.result"),
        ("gnd", {"q0": {"result": "none"}}, "does not answer"),
        ("esco", {"_embedded": []}, "_embedded.results"),
        ("kohesio", "<html>", "page for people"),
    ],
)
def test_a_service_that_answers_otherwise_is_named(
    name: str, document: object, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(RemoteError, match=said):
        answered(name, ["Koch"], document)
    with pytest.raises(QueryError, match="too many"):
        answered(name, [f"Name {n}" for n in range(501)], document)


def test_a_service_suggests_links_that_nobody_has_looked_at(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same file as from a vocabulary; this machine only where one says so; an unknown name is no service."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    def answer(asked: Asked) -> Said:
        queries = json.loads(asked.fields["queries"])
        named = {key: one["query"] for key, one in queries.items()}
        found = {
            k: {"result": [{"id": f"Q{7 + len(n)}", "name": n}] if n == "Musterland" else []} for k, n in named.items()
        }
        return Said(json.dumps(found), "application/json")

    monkeypatch.setattr("nqgraph.graph.fetching.time.sleep", lambda seconds: None)
    with service(answer) as server:
        base: list[str | Path] = ["link", "suggest", "--to", "wikidata", "--type", "region", "--source", build]
        base += ["--address", server.url, "-o", tmp_path / "neu.sssom.tsv"]
        assert run(base, monkeypatch) == 2 and "not asked" in capsys.readouterr().err
        assert run([*base, "--allow-local"], monkeypatch) == 0
    (row,) = sssom.read(tmp_path / "neu.sssom.tsv", IRIS.prefixes).rows
    assert row.pair == (f"{IRIS.things}region/r-muster-land", "http://www.wikidata.org/entity/Q17")
    assert not row.decided and row.predicate_id == vocab.NQ.resembles
    assert run(["link", "suggest", "--to", "wikidatta", "--source", build], monkeypatch) == 2


# -- review --------------------------------------------------------------------------------------------------------


def workspace_like(tmp_path: Path) -> Path:
    """A folder with suggestions for two pairs."""
    rows = [
        Row(f"{IRIS.things}region/r-muster-land", vocab.NQ.resembles, f"https://example.org/voc#{name}",
            subject_label="Musterland", object_label=name, confidence="0.9")
        for name in ("land", "insel", "berg", "tal")
    ]  # fmt: skip
    path = tmp_path / "vorschlag.sssom.tsv"
    sssom.write(path, rows, META, IRIS.prefixes)
    return path


def test_decisions_are_kept_and_not_asked_again(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Accept, reject, broader and skip; reasons, reviewer and rejections are kept, and nothing decided comes back."""
    monkeypatch.chdir(tmp_path)
    path, into = workspace_like(tmp_path), tmp_path / "mappings"
    answers = "Redaktion\ng\nequal borders\nn\nan island\nw\npart of it\ns\n"
    assert run(["link", "review", path, "--into", into], monkeypatch, answers) == 0
    kept = sssom.read(into / "vorschlag.sssom.tsv", IRIS.prefixes).rows
    assert [one.name for one in datasets.find([into], SPACE)] == ["mappings"]  # a build reads it
    assert [(row.predicate_id, row.predicate_modifier, row.comment) for row in kept] == [
        (vocab.SCHEMA.sameAs, "", "equal borders"),
        (vocab.NQ.resembles, NOT, "an island"),
        (vocab.DCTERMS.isPartOf, "", "part of it"),
    ]
    assert all(row.reviewer_label == "Redaktion" and row.mapping_justification == CURATED for row in kept)
    capsys.readouterr()
    assert run(["link", "review", path, "--into", into, "--reviewer", "Redaktion"], monkeypatch, "nonsense?\nx\n") == 0
    said = capsys.readouterr()
    assert "1/1" in said.out and "tal" in said.out and "0 decided" in said.err  # answers end, nothing is lost
    (tmp_path / "voc.ttl").write_text(TURTLE, encoding="utf-8")
    out = tmp_path / "neu.sssom.tsv"
    asked: list[str | Path] = ["link", "suggest", "--to", "voc.ttl", "-o", out, "--source", build, "--into", into]
    assert run(asked, monkeypatch) == 0
    assert "#land" not in out.read_text(encoding="utf-8").replace("ns1:land", "#land")


def test_a_file_survives_its_way_through_writing_and_reading(tmp_path: Path) -> None:
    """Quotes, tabs, lines and slashes in values come back, spaces folded; ids are prefixed by the head of the file."""
    rows = [
        Row(f"{IRIS.things}region/a", vocab.NQ.resembles, "https://example.org/x?y=1&z=ä", comment='a "b"\tc\nd'),
        Row(
            f"{IRIS.things}region/b", vocab.SKOS.closeMatch, "http://data.europa.eu/nuts/code/DEA", subject_label="=1+1"
        ),
        Row(f"{IRIS.things}region/c", vocab.SCHEMA.sameAs, "https://d-nb.info/gnd/4042570-8", comment="# kein Kopf"),
    ]
    path = tmp_path / "a.sssom.tsv"
    sssom.write(path, rows, META, IRIS.prefixes)
    back = sssom.read(path, {})
    assert [row.pair for row in back.rows] == [row.pair for row in rows]
    assert [row.comment for row in back.rows] == ['a "b" c d', "", "# kein Kopf"]
    assert set(back.meta["curie_map"]) >= {"nqid", "nq", "semapv", "skos", "schema"}


# -- bad input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "mapping_set_id"),
        ("a\tb\n", 1, "mapping_set_id"),
        ("#mapping_set_id: [\n", 1, "mapping_set_id"),
        (HEAD.replace("curie_map:\n#  ex: https://example.org/", "curie_map: 7"), 1, "curie_map"),
        (HEAD + "subject_id\tobject_id\n", 5, "predicate_id, mapping_justification"),
        (table(("ex:a", "", "nq:resembles")), 6, "3"),
        (table(("nosuch:a", "", "nq:resembles", "ex:b", CURATED, "R", "")), 6, "nosuch:a"),
        (table(("ex:a", "", "nq:resembles", "https://example.org/a b", CURATED, "R", "")), 6, "a b"),
        (table(("ex:a", "maybe", "nq:resembles", "ex:b", CURATED, "R", "")), 6, "maybe"),
        (table(("ex:a", "", "nq:resembles", "ex:b", "guessed", "R", "")), 6, "guessed"),
        (table(("ex:a", "", "nq:resembles", "ex:b", CURATED, "R", '"open')), 6, ""),
    ],
    ids=range(11),
)
def test_a_broken_file_is_named_with_its_line(text: str, line: int, said: str, tmp_path: Path) -> None:
    path = tmp_path / "kaputt.sssom.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        sssom.read(path, IRIS.prefixes)
    problem = caught.value.problems[0]
    assert problem.place == Place("kaputt.sssom.tsv", line=line) and said in problem.in_language("en")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,label\n", "line 1"),
        ("id,label\nhttps://example.org/a,A,B\n", "line 2"),
        ("id,label\n7,A\n", "--base"),
        ("id,label\nhttps://example.org/a,A\nhttps://example.org/a,B\n", "line 3"),
        ('id,label\nhttps://example.org/a,"A\n', "line 2"),
        ("id,label\n", "name"),
    ],
)
def test_a_broken_vocabulary_is_named_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "voc.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        list(vocabularies.read(path, SPACE))
    assert said in caught.value.in_language("en")


LINES = {
    "csv": "{iri},{name}\n",
    "tsv": "{iri}\t{name}\n",
    "nt": '<{iri}> <http://www.w3.org/2004/02/skos/core#prefLabel> "{name}"@de .\n',
    "nq": '<{iri}> <http://www.w3.org/2004/02/skos/core#prefLabel> "{name}"@de <https://example.org/g> .\n',
}


def dump(path: Path) -> Path:
    """A dump of sixty entries of which three are broken: an IRI with a space, an open quotation mark, other bytes."""
    ending = Path(path.name.removesuffix(".gz")).suffix[1:]
    line, head = LINES[ending], {"csv": "id,label\n", "tsv": "id\tlabel\n"}.get(ending, "")
    lines = [line.format(iri=f"https://example.org/d#{n}", name=f"Ort {n}") for n in range(60)]
    lines[7] = line.format(iri="https://example.org/d#ein leer", name="Ort")
    lines[20] = lines[20].replace("\tOrt", '\t"Ort').replace(",Ort", ',"Ort').replace('20"', "20")
    lines[21] = line.format(iri="https://example.org/d#land", name="Musterland")
    data = (head + "".join(lines)).encode().replace(b"Ort 40", b"\xd6rt 40")
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.mark.parametrize("name", ["d.csv", "d.tsv.gz", "d.nt.gz", "d.nq"])
def test_broken_lines_of_a_dump_are_skipped_and_counted(name: str, tmp_path: Path) -> None:
    """Each costs its own line alone."""
    skipped = vocabularies.Skipped(name)
    found = list(vocabularies.read(dump(tmp_path / name), SPACE, skipped=skipped))
    first = 2 if name.startswith(("d.csv", "d.tsv")) else 1
    assert sorted(problem.place.line for problem in skipped.problems) == [7 + first, 20 + first, 40 + first]
    assert len(found) == 57 and ("Musterland",) in [entry.names for entry in found]


def test_a_broken_dump_still_suggests(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is missing from the comparison is said with its number and the first lines."""
    monkeypatch.chdir(tmp_path)
    dump(tmp_path / "d.nt")
    assert run(["link", "suggest", "--to", "d.nt", "-o", "d.sssom.tsv", "--source", build], monkeypatch) == 0
    said = capsys.readouterr().err
    assert "3 lines of d.nt cannot be read" in said and "d.nt, line 8: " in said
    assert [row.object_label for row in sssom.read(tmp_path / "d.sssom.tsv", IRIS.prefixes).rows] == ["Musterland"]


def test_what_is_broken_as_a_whole_is_no_dump(tmp_path: Path) -> None:
    """A list in another encoding, and one that is broken in more than a tenth of its lines, are named; no memory."""
    (tmp_path / "w.csv").write_bytes(
        b"id,label\n" + b"".join(b"https://example.org/%d,K\xf6ln\n" % n for n in range(30))
    )
    (tmp_path / "u.csv").write_text("id,label\nhttps://example.org/1,A\n", encoding="utf-16")
    (tmp_path / "u.nt").write_text(LINES["nt"].format(iri="https://example.org/1", name="A"), encoding="utf-16")
    (tmp_path / "u.ttl").write_text(TURTLE + "<a> <b> .\n", encoding="utf-8")
    for name, said in (
        ("w.csv", "line 2: The line is not written in UTF-8"),
        ("u.csv", "UTF-16"),
        ("u.nt", "UTF-16"),
        ("u.ttl", "u.ttl, line 5"),
    ):
        with pytest.raises(InputError) as caught:
            list(vocabularies.read(tmp_path / name, SPACE))
        assert said in caught.value.in_language("en")


THING = f"{IRIS.things}region/r-land"
OTHER = f"{IRIS.things}obstacle/h-zeit"


@pytest.mark.parametrize(
    ("rows", "line", "said"),
    [
        ([decided(THING, "nq:resembles", "ex:a"), decided(THING, "nq:resembles", "ex:a", NOT)], 7, "line 6"),
        (
            [
                decided(THING, "schema:sameAs", "ex:a"),
                decided("ex:b", "skos:exactMatch", "ex:a"),
                decided(OTHER, "schema:sameAs", "ex:b"),
            ],
            8,
            "obstacle/h-zeit",
        ),
        (
            [decided(THING, "dcterms:isPartOf", "ex:a"), decided(THING, "dcterms:hasPart", "ex:a")],
            7,
            "broader",
        ),
        ([decided(THING, "dcterms:isPartOf", "ex:a"), decided(THING, "schema:sameAs", "ex:a")], 6, "the same"),
        ([decided(THING, "skos:exactMatch", "ex:a")], 6, "schema:sameAs"),
        ([decided(f"{IRIS.things}region/r-weg", "nq:resembles", "ex:a")], 6, "region/r-weg"),
        ([("ex:a", "", "nq:resembles")], 6, "3"),
    ],
    ids=["contradiction", "joined", "circle", "exact-broader", "policy", "unknown", "cells"],
)  # fmt: skip
def test_mappings_that_do_not_go_together_stop_the_build(
    rows: list[tuple[str, ...]], line: int, said: str, tmp_path: Path
) -> None:
    folder = dataset(tmp_path / "daten", {**BASICS, "x.sssom.tsv": table(*rows)})
    with pytest.raises(InputError) as caught:
        builds.build([folder], tmp_path / "build", SPACE)
    found = [problem for problem in caught.value.problems if problem.place.line == line]
    assert found and found[0].place.file.endswith("daten/x.sssom.tsv") and said in found[0].in_language("en")


def test_accepted_mappings_become_links_that_say_where_they_come_from(tmp_path: Path) -> None:
    """Accepted rows are statements of their dataset, with reviewer and reason; rejected and open ones are none."""
    rows = [
        decided(THING, "schema:sameAs", "ex:a"),
        decided(THING, "nq:resembles", "ex:no", NOT),
        (THING, "", "nq:resembles", "ex:open", sssom.LEXICAL, "", ""),
    ]
    folder = dataset(tmp_path / "daten", {**BASICS, "x.sssom.tsv": table(*rows)})
    built = builds.build([folder], tmp_path / "build", SPACE)
    assert built.ok and built.report is not None
    assert any(note.text.code == "sssom-undecided" for note in built.report.notes)
    graph = Graph(builds.versions.open(tmp_path / "build").load())
    links = {o for p, o in graph.select(f"SELECT ?p ?o WHERE {{ <{THING}> ?p ?o }}") if "example.org" in o}
    assert links == {"https://example.org/a"}
    reviewed = graph.select(
        f"SELECT ?who ?why WHERE {{ ?a owl:annotatedSource <{THING}> ; owl:annotatedTarget <https://example.org/a> ;"
        f" <{sssom.SSSOM}reviewer_label> ?who ; rdfs:comment ?why }}"
    )
    assert [tuple(row) for row in reviewed] == [("Redaktion", "Grund")]


def test_a_link_keeps_its_confidence_and_the_source_that_shows_it(shipped_graph: Graph) -> None:
    """What was read in lists of others carries where and how surely; a law is the whole of a norm, never the same."""
    law = "https://testphase.rechtsinformationen.bund.de/v1/legislation/eli/bund/bgbl-1/1997/s594"
    found = shipped_graph.select(
        f"SELECT ?thing ?sure ?seen WHERE {{ ?thing dcterms:isPartOf <{law}> . ?a owl:annotatedSource ?thing ;"
        f" owl:annotatedTarget <{law}> ; <{sssom.SSSOM}confidence> ?sure ; dcterms:source ?seen }}"
    )
    assert len({row[0] for row in found}) >= 3
    assert {(row[1], row[2].startswith("https://")) for row in found} == {("0.8", True)}


#: Key → codes and links of it that lists confuse: names of three levels, a city that became a region, wrong lists.
TRAPS = {
    "nuts-dea1": ("DEA1", "051", "Q7926"),
    "nuts-dea11": ("DEA11", "05111", "Q1718"),
    "nuts-dea2d": ("DEA2D", "05334", "Q6272"),
    "region-de-hb": ("DE5", "04", "Q1209"),  # the Land, not its larger city
}


@pytest.mark.parametrize("key", TRAPS)
def test_regions_of_one_name_have_codes_of_their_own(key: str, shipped_graph: Graph) -> None:
    nuts, ags, entity = TRAPS[key]
    (row,) = shipped_graph.select(
        f'SELECT ?n ?a WHERE {{ ?r dcterms:identifier "{key}" ; nq:nutsCode ?n ; nq:ags ?a ;'
        f" schema:sameAs <http://www.wikidata.org/entity/{entity}>, <http://data.europa.eu/nuts/code/{nuts}> }}"
    )
    assert tuple(row) == (nuts, ags)


def test_known_traps_of_foreign_lists_are_not_in_the_data(shipped_graph: Graph) -> None:
    """Aachen is the region, not the city of the EU's list; Gelsenkirchen is not Hagen; what names one thing is one."""
    aachen = "http://publications.europa.eu/resource/authority/atu/DEU_KRFS_AAH"
    assert {tuple(r) for r in shipped_graph.select(f"SELECT ?p WHERE {{ ?r ?p <{aachen}> }}")} == {
        (vocab.NQ.resembles,)
    }
    coded = {tuple(r) for r in shipped_graph.select("SELECT ?n ?c WHERE { ?r nq:nutsCode ?c ; skos:prefLabel ?n }")}
    assert {("Gelsenkirchen", "DEA32"), ("Hagen", "DEA53")} <= coded
    assert not {code for _, code in coded} & {"DEA21", "DEA25"}
    twice = "SELECT ?o WHERE { ?a schema:sameAs ?o . ?b schema:sameAs ?o FILTER(STR(?a) < STR(?b) && isIRI(?o)) }"
    assert [tuple(row) for row in shipped_graph.select(twice)] == []
    atu = "http://publications.europa.eu/resource/authority/atu/DEU_"  # its keys follow from no name
    for key, code in (("nuts-dea56", "LDRR_ENERUH"), ("nuts-dea34", "LKRFS_BOR"), ("region-de-hb", "STS_HB")):
        asked = f"SELECT ?k WHERE {{ ?r schema:sameAs <{atu}{code}> ; dcterms:identifier ?k }}"
        assert [tuple(row) for row in shipped_graph.select(asked)] == [(key,)]
    friend = "http://data.europa.eu/esco/occupation/31808988-fc0a-4bc3-9e47-27216d6759f5"
    assert [tuple(row) for row in shipped_graph.select(f"SELECT ?s WHERE {{ ?s schema:sameAs <{friend}> }}")] == []
    matches = "skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch|skos:relatedMatch"
    things = f'SELECT ?s WHERE {{ ?s {matches} ?o FILTER(STRSTARTS(STR(?s), "{IRIS.things}")) }}'
    assert [tuple(row) for row in shipped_graph.select(things)] == []
