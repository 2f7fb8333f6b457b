"""Exports: other programs read them back to the same content, and no failed write harms an old file."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import Any

import networkx as nx
import openpyxl
import pyoxigraph as ox
import pytest
from openpyxl.workbook import Workbook
from rdflib import DCTERMS, PROV, RDFS, SKOS, Dataset
from rdflib import Graph as RdfGraph

from nqgraph import exports
from nqgraph.building import builds, checks
from nqgraph.building.builds import Assembly
from nqgraph.exports import claims, dumps, workbook
from nqgraph.graph import documents, versions
from nqgraph.graph.store import GRAPH_FORMATS, Store
from nqgraph.model import shapes
from nqgraph.networks import files as networks
from nqgraph.networks.network import Selection, network
from nqgraph.sources import datasets
from nqgraph.words import files, formats, vocab
from nqgraph.words.errors import QueryError, StoreError
from tests.conftest import EXAMPLE
from tests.spaces import IRIS, SPACE

MUSTERLAND = IRIS.dataset_graph("musterland")
NETWORKS = ("graphml", "gexf", "cytoscape")
PREFIXES = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in vocab.PREFIXES.items())


@pytest.fixture(scope="module")
def graph(example: Assembly) -> nx.MultiDiGraph:
    """The network of the example dataset; not to be changed."""
    return nx.freeze(network(example.store))


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the example dataset."""
    out = tmp_path_factory.mktemp("build")
    assert builds.build([EXAMPLE], out).ok
    return out


def store_of(turtle: str, graph: str = MUSTERLAND) -> Store:
    """A store with the triples of *turtle* in one named graph; our prefixes need no declaration."""
    store = Store()
    store.add(graph, RdfGraph().parse(data=PREFIXES + turtle, format="turtle"))
    return store


# -- networks ------------------------------------------------------------------------------------------------------


def read_back(form: str, data: bytes) -> tuple[dict[str, dict[str, Any]], Counter[tuple[str, str, str, str]]]:
    """Nodes with their attributes, and relations with their number, as another program sees them."""
    if form == "cytoscape":
        elements = json.loads(data)["elements"]
        nodes = {n["data"]["id"]: n["data"] for n in elements["nodes"]}
        edges = [(e["data"]["source"], e["data"]["target"], e["data"]) for e in elements["edges"]]
    else:
        read = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}[form](io.BytesIO(data))
        nodes = dict(read.nodes(data=True))
        edges = list(read.edges(data=True))
    return nodes, Counter((s, o, e["predicate"], str(e["inferred"])) for s, o, e in edges)


@pytest.mark.parametrize("form", NETWORKS)
def test_a_network_reads_back_to_the_same_nodes_and_edges(form: str, graph: nx.MultiDiGraph) -> None:
    """All nodes and all relations, parallel ones too, are in the file."""
    nodes, edges = read_back(form, networks.RENDERERS[form](graph, "de"))
    assert nodes.keys() == set(graph)
    assert edges == Counter((s, o, e["predicate"], str(e["inferred"])) for s, o, e in graph.edges(data=True))
    assert sum(edges.values()) == 224


@pytest.mark.parametrize("form", NETWORKS)
def test_attributes_of_a_node_are_plain_values(form: str, graph: nx.MultiDiGraph) -> None:
    """A node carries its texts and measures as text, whole number and number, nothing else."""
    nodes, _ = read_back(form, networks.RENDERERS[form](graph, "de"))
    practice = nodes[vocab.ID + "practice/p-muster-aemterlotsen"]
    assert practice["key"] == "p-muster-aemterlotsen"
    assert practice["kind"] == "Praxis"
    assert practice["degree"] == 12
    assert practice["betweenness"] == pytest.approx(0.051535)
    assert {type(value) for node in nodes.values() for value in node.values()} <= {str, int, float}


@pytest.mark.parametrize("form", NETWORKS)
def test_umlauts_stay_readable(form: str, graph: nx.MultiDiGraph) -> None:
    """Texts are UTF-8, not escaped."""
    data = networks.RENDERERS[form](graph, "de")
    assert "Ämterlotsen" in data.decode("utf-8")
    assert "Straße zum Beruf" in data.decode("utf-8")


@pytest.mark.parametrize("form", NETWORKS)
def test_the_same_network_gives_the_same_bytes(form: str, example: Assembly) -> None:
    """No time of writing and no order of chance is in the file."""
    first, second = (networks.RENDERERS[form](network(example.store), "de") for _ in range(2))
    assert first == second
    assert b"lastmodified" not in first and b"creationdate" not in first


@pytest.mark.parametrize("form", NETWORKS)
@pytest.mark.parametrize("label", ['"quoted" & <b>bold</b>', "bell \a and \x1f", "日本語 🎓 \u202eabc", "]]>", "a\nb"])
def test_any_label_survives(form: str, label: str) -> None:
    """Markup, control characters, emoji and right-to-left marks leave the file well-formed, the text as it was."""
    one = nx.MultiDiGraph()
    one.add_node("x:a", key="a", label=label, kind="Praxis", type="practice")
    nodes, _ = read_back(form, networks.RENDERERS[form](one, "de"))
    shown = nodes["x:a"]["name" if form == "cytoscape" else "label"]
    assert shown.replace("\r", "") == label.replace("\a", "").replace("\x1f", "")


def test_cytoscape_json_has_the_documented_form(graph: nx.MultiDiGraph) -> None:
    """The file has elements with nodes and edges, each with its data (https://js.cytoscape.org/#notation/elements-json)."""
    document = json.loads(networks.cytoscape(graph, "de"))
    assert set(document["elements"]) == {"nodes", "edges"}
    assert document["directed"] is True and document["multigraph"] is True
    node = next(n for n in document["elements"]["nodes"] if n["data"]["key"] == "p-muster-zukunft")
    assert set(node) == {"data"}
    assert {"id", "name", "label", "kind", "type", "degree", "betweenness", "community", "bridges"} <= set(node["data"])
    edge = document["elements"]["edges"][0]["data"]
    assert {"id", "source", "target", "predicate", "label", "dataset", "inferred"} <= set(edge)
    ids = [e["data"]["id"] for e in document["elements"]["edges"]]
    assert len(set(ids)) == len(ids)


def test_graphml_keys_are_unique(graph: nx.MultiDiGraph) -> None:
    """Nodes and edges both have a label; each attribute has an id of its own, as GraphML demands."""
    root = ET.fromstring(networks.graphml(graph, "de"))
    declared = root.findall("{http://graphml.graphdrawing.org/xmlns}key")
    assert {(key.get("for"), key.get("attr.name")) for key in declared} >= {("node", "label"), ("edge", "label")}
    assert len({key.get("id") for key in declared}) == len(declared) == 15


# -- dumps ---------------------------------------------------------------------------------------------------------


def parsed(data: bytes, form: str) -> set[str]:
    """The triples in a dump, as N-Triples lines."""
    return {str(quad.triple) for quad in ox.parse(data, format=GRAPH_FORMATS[form])}


@pytest.mark.parametrize("form", GRAPH_FORMATS)
def test_a_dump_parses_again_to_the_same_triples(form: str, example: Assembly, tmp_path: Path) -> None:
    """pyoxigraph and rdflib read every format back to the triples of the named graph, and its names as labels."""
    dumps.write(example.store, tmp_path, form, Selection(datasets=("musterland",)))
    path = tmp_path / f"musterland.{form}"
    assert {p.name for p in tmp_path.iterdir()} == {path.name, "ro-crate-metadata.json"}
    graph = example.store.graph(MUSTERLAND)
    named = list(graph.subject_objects(SKOS.prefLabel))
    assert named
    for thing, text in named:
        graph.add((thing, RDFS.label, text))
    expected = {line for line in documents.ntriples(graph).decode().splitlines() if line}
    assert {f"{triple} ." for triple in parsed(path.read_bytes(), form)} == expected
    name = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld", "trig": "trig", "nq": "nquads"}[form]
    if form in ("trig", "nq"):
        again = {(s, p, o) for s, p, o, _ in Dataset().parse(path, format=name).quads()}
    else:
        again = set(RdfGraph().parse(path, format=name))
    assert again == set(graph)


@pytest.mark.parametrize(("form", "whole"), [(None, "nqgraph.nq"), ("nt", "nqgraph.nq"), ("trig", "nqgraph.trig")])
def test_one_file_per_graph_and_one_with_all(form: str | None, whole: str, example: Assembly, tmp_path: Path) -> None:
    """Turtle unless told otherwise, and one file with all graphs in a format that keeps them apart."""
    dumps.write(example.store, tmp_path, form, Selection())
    ending = form or "ttl"
    assert {p.name for p in tmp_path.iterdir()} == {
        f"inferred.{ending}",
        f"musterland.{ending}",
        f"ontology.{ending}",
        whole,
        "ro-crate-metadata.json",
    }
    quads = ox.parse((tmp_path / whole).read_bytes(), format=GRAPH_FORMATS[whole.rpartition(".")[2]])
    assert {str(quad.graph_name) for quad in quads} == {f"<{name}>" for name in example.store.graphs()}


def test_generic_tools_find_labels_in_the_dump_alone(build: Path) -> None:
    """The graph itself says nothing twice; each dump has a rdfs:label in each language of the name."""
    store = versions.open(build).load()
    assert b"rdf-schema#label" not in store.dump("nt", MUSTERLAND)
    lines = store.dump("nq", labels=True).decode().splitlines()
    label, name = f"> <{vocab.RDFS.label}> ", f"> <{vocab.SKOS.prefLabel}> "
    assert {line.replace(name, label) for line in lines if name in line} <= set(lines)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("form", claims.FORMS)
def test_a_crate_lies_beside_the_dump_with_triple_terms(form: str, build: Path, tmp_path: Path) -> None:
    """It names dump and profile; licence, publisher and date are those of the datasets."""
    from rocrate.rocrate import ROCrate

    folder = exports.write("rdf12", versions.open(build), str(tmp_path / "rdf12"), Selection(), "de", form)
    crate = ROCrate(folder)
    files_ = {entity.id: entity for entity in crate.get_entities() if entity.type == "File"}
    assert files_.keys() == {f"nqgraph.{form}", "profile.ttl"}
    for name, entity in files_.items():
        assert entity["contentSize"] == str((folder / name).stat().st_size)
        assert entity["encodingFormat"] == formats.RDF[name.rpartition(".")[2]].media
    assert crate.root_dataset["license"] == ["https://creativecommons.org/licenses/by/4.0/"]
    assert crate.root_dataset["publisher"][0]["name"] == "nqgraph" and crate.root_dataset["datePublished"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_crate_lies_beside_the_dumps(build: Path, tmp_path: Path) -> None:
    """The reference library reads it: every file with its type, size and licence, the whole with name and date."""
    from rocrate.rocrate import ROCrate

    folder = exports.write("rdf", versions.open(build), str(tmp_path / "dumps"), Selection(), "de")
    crate = ROCrate(folder)
    files_ = {entity.id: entity for entity in crate.get_entities() if entity.type == "File"}
    assert files_.keys() == {path.name for path in folder.iterdir()} - {"ro-crate-metadata.json"}
    one = files_["musterland.ttl"]
    assert one["encodingFormat"] == "text/turtle"
    assert one["contentSize"] == str((folder / "musterland.ttl").stat().st_size)
    assert one["license"] == crate.root_dataset["license"][0] == "https://creativecommons.org/licenses/by/4.0/"
    assert one["publisher"]["name"] == crate.root_dataset["publisher"][0]["name"] == "nqgraph"
    assert crate.name == SPACE.settings.title["de"] and crate.root_dataset["datePublished"]


# -- claims --------------------------------------------------------------------------------------------------------

CLAIMS = "SELECT ?c ?s ?p ?o WHERE { ?c a nq:Claim ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o }"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_each_claim_is_a_nanopublication_that_can_be_signed(build: Path, tmp_path: Path) -> None:
    """The reference library finds each valid, signs it, and finds signature and trusty address right."""
    from nanopub.nanopub import Nanopub
    from nanopub.nanopub_conf import NanopubConf
    from nanopub.profile import Profile

    version = versions.open(build)
    store = version.load()
    folder = exports.write("nanopub", version, str(tmp_path / "np"), Selection(), "de")
    conf = NanopubConf(profile=Profile(orcid_id="https://orcid.org/0000-0000-0000-0000", name="Test"))
    relations, claimed = set(), set()
    for number, path in enumerate(sorted(folder.iterdir())):
        made = Nanopub(rdf=path, conf=conf)
        assert made.is_valid
        ((subject, predicate, value),) = made.assertion
        relations.add((str(subject), str(predicate), str(value)))
        (claim,) = made.pubinfo.objects(None, PROV.wasDerivedFrom)
        claimed.add(str(claim))
        sources = {source for (source,) in store.select(f"SELECT ?x WHERE {{ <{claim}> dcterms:source ?x }}")}
        assert {str(source) for source in made.provenance.objects(None, PROV.wasDerivedFrom)} == sources != set()
        assert len(set(made.pubinfo.objects(None, DCTERMS.license))) == 1
        assert {label.language for label in made.pubinfo.objects(subject, RDFS.label)} >= {"de"}
        if number == 0:
            made.sign()
            assert made.has_valid_signature and made.has_valid_trusty
    rows = list(store.select(CLAIMS))
    assert (claimed, relations) == ({row[0] for row in rows}, {tuple(row[1:]) for row in rows})
    with pytest.raises(StoreError):
        exports.write("nanopub", version, str(tmp_path / "x"), Selection(datasets=("nichts",)), "de")


def test_nanopublications_of_names_that_look_alike_are_two_files(tmp_path: Path) -> None:
    """Names of files are plain and never the same; quotes and ends of lines in texts stay in them."""
    store = store_of(
        "".join(
            f"nqid:claim\\/{key} a nq:Claim ; rdf:subject nqid:a ; rdf:predicate nq:answers ; rdf:object nqid:b ;"
            f' nq:reason "sagt \\"so\\"\\n}} <x>"@de .'
            for key in ("a.b", "a-b", "RAetsel")
        )
        + 'nqid:a skos:prefLabel "\\"A\\"\\n}"@de .'
    )
    folder = claims.write_nanopubs(store, tmp_path, Selection())
    assert {path.name for path in folder.iterdir()} == {"a-b.trig", "a-b-2.trig", "raetsel.trig"}
    for path in folder.iterdir():
        quads = list(ox.parse(path=str(path)))
        assert len({quad.graph_name for quad in quads}) == 4
        assert {quad.object.value for quad in quads if quad.predicate.value == vocab.NQ.reason} == {'sagt "so"\n} <x>'}


@pytest.mark.parametrize("form", claims.FORMS)
def test_triple_terms_stand_where_reification_stood(form: str, build: Path, tmp_path: Path) -> None:
    """Each claim reifies its relation, which stands there too; nothing else is lost but what nobody claims."""
    version = versions.open(build)
    store = version.load()
    folder = exports.write("rdf12", version, str(tmp_path / "rdf12"), Selection(), "de", form)
    quads = {quad.triple for quad in ox.parse(path=str(folder / f"nqgraph.{form}"))}
    reifies = ox.NamedNode(vocab.RDF.reifies)
    found = {(t.subject.value, *(x.value for x in t.object)) for t in quads if t.predicate == reifies}
    assert found == set(store.select(CLAIMS))
    assert {t.object for t in quads if t.predicate == reifies} <= quads
    before = {quad.triple for quad in ox.parse(version.path.read_bytes(), format=ox.RdfFormat.N_QUADS)}
    lost = {t.predicate.value for t in before - quads} - {
        vocab.RDF[part] for part in ("subject", "predicate", "object")
    }
    assert lost <= shapes.of(SPACE).claimed.keys()


def test_the_profile_demands_a_claim_of_each_relation(build: Path, tmp_path: Path) -> None:
    """What is exported conforms; a relation without a claim, or with one that has no source, is found."""
    folder = exports.write("rdf12", versions.open(build), str(tmp_path / "rdf12"), Selection(), "de", "nt")
    data, profile = folder / "nqgraph.nt", folder / "profile.ttl"
    assert checks.of_sources([data], [profile], workspace=SPACE).findings == ()
    lines = data.read_text(encoding="utf-8").splitlines(keepends=True)
    claim = next(line.split()[0] for line in lines if f"<{vocab.RDF.reifies}>" in line)
    for taken in (vocab.RDF.reifies, vocab.DCTERMS.source):
        left = [line for line in lines if not line.startswith(f"{claim} <{taken}> ")]
        (tmp_path / "less.nt").write_text("".join(left), encoding="utf-8")
        (finding,) = checks.of_sources([tmp_path / "less.nt"], [profile], workspace=SPACE).findings
        assert finding.component == vocab.SH.ReifierShapeConstraintComponent


def test_formats_without_triple_terms_are_refused(build: Path, tmp_path: Path) -> None:
    """RDF/XML and JSON-LD have none here, which is said with those that have."""
    with pytest.raises(QueryError) as caught:
        exports.write("rdf12", versions.open(build), str(tmp_path / "x"), Selection(), "de", "jsonld")
    assert "ttl, nt, trig, nq" in caught.value.in_language("en")


@pytest.mark.parametrize("form", GRAPH_FORMATS)
def test_dumps_are_stable(form: str, tmp_path: Path) -> None:
    """The order in which triples were added plays no part."""
    turtle = 'nqid:b skos:prefLabel "ä"@de, "a"@en . nqid:a skos:prefLabel "z"@de ; nq:year 2026 .'
    triples = list(RdfGraph().parse(data=f"{PREFIXES}{turtle}", format="turtle"))
    written = []
    for order in (triples, triples[::-1]):
        store = Store()
        store.add(MUSTERLAND, order)
        dumps.write(store, tmp_path, form, Selection())
        written.append({path.name: path.read_bytes() for path in tmp_path.iterdir()})
    assert written[0] == written[1]


@pytest.mark.parametrize("form", ["nt", "nq"])
def test_line_formats_are_sorted(form: str, example: Assembly, tmp_path: Path) -> None:
    """N-Triples and N-Quads can be compared line by line between versions."""
    dumps.write(example.store, tmp_path, form, Selection())
    for path in tmp_path.glob(f"*.{form}"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines == sorted(lines) != []


def test_turtle_uses_our_prefixes(example: Assembly, tmp_path: Path) -> None:
    """A dump can be read by people: prefixes, umlauts, one block a subject."""
    dumps.write(example.store, tmp_path, "ttl", Selection(datasets=("musterland",)))
    written = (tmp_path / "musterland.ttl").read_text(encoding="utf-8")
    assert "@prefix nq: <https://w3id.org/nqgraph/def/> ." in written
    assert '"Ämterlotsen"@de' in written
    assert [line.partition(" ")[0] for line in written.splitlines()].count(r"nqid:practice\/p-muster-aemterlotsen") == 1


def test_an_unknown_dataset_writes_nothing(example: Assembly, tmp_path: Path) -> None:
    """A mistyped dataset is answered with those there are, before anything is written."""
    with pytest.raises(QueryError) as caught:
        dumps.write(example.store, tmp_path, "ttl", Selection(datasets=("musterland", "musterlnd")))
    assert "Es gibt: inferred, musterland, ontology" in caught.value.in_language("de")
    assert "There are:" in caught.value.in_language("en")
    assert list(tmp_path.iterdir()) == []


# -- the workbook --------------------------------------------------------------------------------------------------


def opened(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def read_workbook(folder: Path, data: bytes) -> Assembly:
    """The dataset that *data* makes as its only file."""
    dataset = folder / "musterland"
    dataset.mkdir()
    shutil.copy(EXAMPLE / "dataset.yaml", dataset)
    (dataset / "mappe.xlsx").write_bytes(data)
    return builds.assemble(datasets.find([dataset], SPACE))


@pytest.fixture(scope="module")
def german(example: Assembly) -> Workbook:
    """The German workbook of the example dataset."""
    return opened(workbook.render(example.store, "de"))


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_workbook_reads_back_to_the_same_statements(lang: str, example: Assembly, tmp_path: Path) -> None:
    """
    What came from tables and Turtle comes back from one workbook, triple for triple, findings none.

    That includes the entry that a decision merges: its key stands beside the kept one in the same cell.
    """
    again = read_workbook(tmp_path, workbook.render(example.store, lang))
    assert set(again.store.graph(MUSTERLAND)) == set(example.store.graph(MUSTERLAND))
    assert again.store.size(IRIS.inferred) == example.store.size(IRIS.inferred)
    assert again.report.conforms


def test_no_claim_loses_what_only_it_says(tmp_path: Path) -> None:
    """A claim that differs from its column in one detail has a row of its own, so that the detail comes back."""
    copy = tmp_path / "first" / "musterland"
    shutil.copytree(EXAMPLE, copy)
    caveat = ("nur das Inhaltsverzeichnis der Quelle gesehen", "only the table of contents of the source seen")
    lines = [
        (
            "p-muster-zukunft",
            "tg-muster-arbeitslose",
            "Nur beschrieben.",
            "eingeordnet,Redaktion",
            "",
            "",
            "q-muster-statistik",
            "mittel,,",
        ),
        (
            "p-muster-aemterlotsen",
            "tg-muster-arbeitslose",
            "",
            "eingeordnet,Quelle selbst",
            "",
            "",
            "q-muster-ministerium",
            "mittel,noch nicht ausgewertet,not evaluated yet",
        ),
        (
            "p-muster-strasse-zum-beruf",
            "tg-muster-beschaeftigte",
            "",
            "eingeordnet,Redaktion",
            "A",
            "",
            "q-muster-stellungnahme",
            "niedrig,,",
        ),
        (
            "p-muster-ausbildung-im-betrieb",
            "tg-muster-beschaeftigte",
            "",
            "berichtet,Redaktion",
            "",
            "",
            "q-muster-evaluation; q-muster-ministerium",
            "mittel,,",
        ),
        (
            "p-muster-oesterreich-modell",
            "tg-muster-beschaeftigte",
            "",
            "eingeordnet,Redaktion",
            "",
            "S. 3",
            "q-muster-handbuch",
            f"niedrig,{','.join(caveat)}",
        ),
    ]
    rows = "".join(
        f"{practice},nq:forTargetGroup,{group},,{said},,{status},,,,,,,,,{grade},{place},,,{sources},{rest}\n"
        for practice, group, said, status, grade, place, sources, rest in lines
    )
    claims = copy / "aussagen.csv"
    claims.write_text(claims.read_text(encoding="utf-8") + rows, encoding="utf-8")
    first = builds.assemble(datasets.find([copy], SPACE))
    again = read_workbook(tmp_path, workbook.render(first.store, "de"))
    assert set(again.store.graph(MUSTERLAND)) == set(first.store.graph(MUSTERLAND))
    details = [
        ("p-muster-zukunft.forTargetGroup.tg-muster-arbeitslose", vocab.DCTERMS.description, "Nur beschrieben."),
        ("p-muster-aemterlotsen.forTargetGroup.tg-muster-arbeitslose", vocab.NQ.classifiedBy, "source"),
        ("p-muster-strasse-zum-beruf.forTargetGroup.tg-muster-beschaeftigte", vocab.NQ.evidenceGrade, "A"),
        ("p-muster-ausbildung-im-betrieb.forTargetGroup.tg-muster-beschaeftigte", vocab.NQ.claimStatus, "stated"),
        ("p-muster-oesterreich-modell.forTargetGroup.tg-muster-beschaeftigte", vocab.NQ.locator, "S. 3"),
    ]
    for claim, path, value in details:
        found = again.store.select(f"SELECT ?v WHERE {{ <{vocab.ID + 'claim/' + claim}> <{path}> ?v }}")
        assert [vocab.local_name(row[0]) for row in found] == [value]


def test_claims_that_say_no_more_than_their_column_have_no_row(german: Workbook) -> None:
    """The sheet of claims holds the few that differ, not the hundreds that follow from columns."""
    rows = list(german["Aussagen"].iter_rows(min_row=2, values_only=True))
    assert [(row[0], row[1], row[2]) for row in rows] == [
        ("f-muster-lerngeld", "mindert Hemmnis", "h-muster-freistellung"),
        ("h-muster-freistellung", "betrifft", "tg-muster-beschaeftigte"),
        ("p-muster-aemterlotsen", "antwortet auf Hemmnis", "h-muster-zulassung"),
        ("p-muster-ausbildung-im-betrieb", "antwortet auf Hemmnis", "h-muster-einkommen"),
        ("p-muster-ausbildung-im-betrieb", "antwortet auf Hemmnis", "h-muster-freistellung"),
        ("p-muster-lernen-am-regal", "antwortet auf Hemmnis", "h-muster-freistellung"),
        ("p-muster-lernen-am-regal", "Verbleib", "running"),
        ("p-muster-oesterreich-modell", "antwortet teilweise auf Hemmnis", "h-muster-freistellung"),
        ("p-muster-strasse-zum-beruf", "gehemmt durch Hemmnis", "h-muster-freistellung"),
        ("p-muster-zukunft", "antwortet teilweise auf Hemmnis", "h-muster-einkommen"),
        ("p-muster-zukunft", "stützt Empfehlung", "e-muster-lerngeld"),
    ]


def test_a_sheet_is_a_table(german: Workbook) -> None:
    """A row holds the values of its thing: keys of others, entries of lists, numbers with comma, marks for nothing."""
    sheet = german["Messwerte"]
    heads = [cell.value for cell in sheet[1]]
    rows = {row[0]: dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert rows["m-muster-bestehen"]["Wert"] == 87.5
    assert rows["m-muster-bestehen"]["bezogen auf"] == "p-muster-ausbildung-im-betrieb; w-muster-externenpruefung"
    assert rows["m-muster-bestehen"]["Einheit"] == "Prozent"
    assert rows["m-muster-teil"]["Beginn"] == "2025-12"
    assert rows["m-muster-ohne"]["Wert"] == "-"
    assert rows["m-muster-ohne"]["Beschreibung (de)"] is None
    assert german["Akteure"].cell(2, 1).value == "a-muster-bildungszentrum"


def test_the_english_workbook_has_english_sheets_heads_and_entries(example: Assembly) -> None:
    """Names of sheets, headers and list entries are those of the reader; the keys are the same."""
    sheet = opened(workbook.render(example.store, "en"))["Practices"]
    heads = [cell.value for cell in sheet[1]]
    first = dict(zip(heads, (cell.value for cell in sheet[2]), strict=True))
    assert first["Key"] == "p-muster-aemterlotsen"
    assert first["Label (de)"] == "Ämterlotsen" and first["Label (en)"] == "Guides through the offices"
    assert first["Confidence"] == "medium"


def test_a_cell_is_never_a_formula(tmp_path: Path) -> None:
    """A label that looks like a formula is a text cell, and reads back as the label it is."""
    labels = ["=1+1", "+49 211", "@SUM(A1)", "-5", "=cmd|' /C calc'!A0"]
    store = store_of(
        "".join(
            f'nqid:practice\\/p-{i} a nq:Practice ; dcterms:identifier "p-{i}" ; skos:prefLabel "{label}"@de .\n'
            for i, label in enumerate(labels)
        )
    )
    data = workbook.render(store, "de")
    cells = [cell for row in opened(data)["Praxis"] for cell in row if cell.value in labels]
    assert [(cell.value, cell.data_type, cell.number_format) for cell in cells] == [
        (label, "s", "@") for label in labels
    ]
    again = read_workbook(tmp_path, data).store.select(
        "SELECT ?l WHERE { ?s a nq:Practice ; skos:prefLabel ?l } ORDER BY ?s"
    )
    assert [row[0] for row in again] == labels


def test_control_characters_do_not_stop_the_workbook() -> None:
    """A character that no spreadsheet can hold is left out; the rest of the text stays."""
    store = store_of('nqid:practice\\/p-a a nq:Practice ; dcterms:identifier "p-a" ; skos:prefLabel "a\\u0007b"@de .')
    values = [cell.value for row in opened(workbook.render(store, "de"))["Praxis"] for cell in row]
    assert "ab" in values


def test_drop_down_lists_hold_the_entries_of_their_scheme(german: Workbook) -> None:
    """A column with one entry of a list offers that list, below the filled rows too; lists stand on a hidden sheet."""
    sheet = german["Praxis"]
    letter = next(cell.column_letter for cell in sheet[1] if cell.value == "Verlässlichkeit")
    choice = next(v for v in sheet.data_validations.dataValidation if f"{letter}2" in v.sqref)
    assert choice.type == "list"
    assert f"{letter}300" in choice.sqref
    name, _, cells = choice.formula1.partition("!")
    assert german[name.strip("'")].sheet_state == "hidden"
    listed = [row[0].value for row in german[name.strip("'")][cells.replace("$", "")]]
    assert listed == ["hoch", "mittel", "niedrig"]


def test_headers_carry_hints_and_mark_what_is_required(german: Workbook) -> None:
    """The comment on a header says what belongs there; required columns are underlined; the header stays in sight."""
    sheet = german["Hemmnisse"]
    heads = {cell.value: cell for cell in sheet[1]}
    assert all(cell.comment and cell.comment.text.strip() for cell in sheet[1])
    hint = heads["betrifft"].comment
    assert hint is not None and ("Hemmnis" in hint.text or "betrifft" in hint.text)
    assert heads["Kennung"].font.underline == "single"
    assert heads["Anmerkung (de)"].font.underline is None
    assert sheet.freeze_panes == "B2"


@pytest.mark.parametrize(("lang", "title", "word"), [("de", "Lesen", "Semikolon"), ("en", "Read me", "semicolon")])
def test_the_first_sheet_says_how_to_fill_in(lang: str, title: str, word: str, example: Assembly) -> None:
    """The notes stand first, in the reader's language."""
    book = opened(workbook.render(example.store, lang))
    assert book.sheetnames[0] == title
    notes = [str(row[0].value) for row in book[title]]
    assert any(word in note for note in notes)
    assert book[title]["A1"].font.bold


def test_every_table_has_a_sheet_even_if_it_is_empty(example: Assembly) -> None:
    """An empty graph gives an empty workbook to fill in, with all tables of the shapes."""
    store = Store()
    builds.load_ontology(store)
    book = opened(workbook.render(store, "de"))
    names = {shape.label["de"] for shape in shapes.default().node_shapes}
    assert set(book.sheetnames) == names | {"Lesen", "_listen", "_stand"}
    assert book["Praxis"].max_row == 1


def test_the_workbook_of_one_dataset(example: Assembly) -> None:
    """Only statements of the named datasets go in; a name that does not exist is refused with those that do."""
    store = store_of('nqid:practice\\/p-b a nq:Practice ; dcterms:identifier "p-b" .', IRIS.dataset_graph("other"))
    store.add(MUSTERLAND, example.store.graph(MUSTERLAND))
    book = opened(workbook.render(store, "de", Selection(datasets=("other",))))
    assert [row[0].value for row in book["Praxis"]] == ["Kennung", "p-b"]
    with pytest.raises(QueryError) as caught:
        workbook.render(store, "de", Selection(datasets=("ontology",)))
    assert "„ontology“ gibt es nicht. Es gibt: musterland, other" in caught.value.in_language("de")


# -- writing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "beginning"),
    [
        ("graphml", b"<?xml"),
        ("gexf", b"<?xml"),
        ("cytoscape", b"{"),
        ("pyvis", b"<!doctype html>"),
        ("workbook", b"PK"),
    ],
)
def test_every_export_writes_one_file(what: str, beginning: bytes, build: Path, tmp_path: Path) -> None:
    """Each export writes the file it is told to, makes the folders above it, and leaves nothing else behind."""
    target = tmp_path / "new" / "folder" / "file"
    assert exports.write(what, versions.open(build), str(target), Selection(), "de") == target
    assert target.read_bytes().startswith(beginning)
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize(
    ("what", "place"),
    [
        ("rdf", "build/dumps/musterland.ttl"),
        ("workbook", "build/nqgraph.xlsx"),
        ("graphml", "build/netz.graphml"),
        ("gexf", "build/netz.gexf"),
        ("cytoscape", "build/netz.cyjs"),
        ("pyvis", "build/netz.html"),
    ],
)
def test_without_a_target_exports_go_below_build(
    what: str, place: str, build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever names no target finds the file in build/."""
    monkeypatch.chdir(tmp_path)
    exports.write(what, versions.open(build), None, Selection(), "de")
    assert (tmp_path / place).is_file()


@pytest.mark.parametrize(
    ("source", "selection", "german", "english"),
    [
        ("nowhere", Selection(), "nqgraph build", "no finished graph"),
        ("build", Selection(region="r-muster-nachbarland", kinds=("foren",)), "keine Knoten", "no nodes"),
    ],
)
def test_without_content_nothing_is_written(
    source: str, selection: Selection, german: str, english: str, build: Path, tmp_path: Path
) -> None:
    """Without a build, or with a selection that nothing fits, there is a message and no file."""
    folder = build if source == "build" else tmp_path / source
    with pytest.raises(StoreError) as caught:
        exports.write("graphml", versions.open(folder), str(tmp_path / "netz.graphml"), selection, "de")
    assert german in caught.value.in_language("de")
    assert english in caught.value.in_language("en")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """The new content takes the place of the old, and no half file stays."""
    path = tmp_path / "netz.html"
    path.write_bytes(b"old, and longer")
    files.write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS], ids=["full", "forbidden", "read-only"])
def test_a_failed_write_leaves_the_old_file(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the disk fills up half-way or may not be written, the old file stays as it was and nothing half is left."""
    path = tmp_path / "netz.html"
    path.write_bytes(b"old")

    def full(file: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError) as caught:
        files.write_atomically(path, b"new content")
    message = caught.value.in_language("de")
    assert "netz.html" in message and os.strerror(code) in message and "Schreibrechte" in message
    assert "permissions" in caught.value.in_language("en")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("target", ["folder", "file/below", ".", "x" * 300])
def test_an_impossible_target_is_named(target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder, something below a file or a name that is too long cannot be written: one message, nothing changed."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"old")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError) as caught:
        files.write_atomically(Path(target), b"new")
    assert caught.value.problems[0].place.file == target
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder"]
    assert (tmp_path / "file").read_bytes() == b"old"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    """Where nobody may write there is a message that names the file."""
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StoreError) as caught:
            files.write_atomically(tmp_path / "netz.html", b"new")
    finally:
        tmp_path.chmod(0o700)
    assert "netz.html" in caught.value.in_language("de")
