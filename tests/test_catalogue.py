"""The catalogue as others check it: DCAT-AP.de by its own shapes, VoID by its vocabulary, figures by counting anew."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import DCTERMS, RDF, SH, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, FOAF

from nqgraph.building import builds, catalogue
from nqgraph.exports import dumps
from nqgraph.graph import versions
from nqgraph.graph.store import Store
from nqgraph.networks.network import Selection
from tests.folders import BASICS, dataset
from tests.spaces import IRIS
from tests.w3c import STANDARDS

#: Official shapes, which lie beside a checkout where somebody has put them.
SHAPES = STANDARDS.parent / "dcat-ap-de" / "validator" / "resources" / "v3.0" / "shapes"
VOID = Namespace("http://rdfs.org/ns/void#")
AUTHORITY = "http://publications.europa.eu/resource/authority/"
BASE = "https://graph.example/"

CC_BY, CC_ZERO = (
    "https://creativecommons.org/licenses/by/4.0/",
    "https://creativecommons.org/publicdomain/zero/1.0/",
)
DL_BY, DL_ZERO = "https://www.govdata.de/dl-de/by-2-0", "https://www.govdata.de/dl-de/zero-2-0"
#: Licence as people write it → its entry in the list of DCAT-AP.de, https://www.dcat-ap.de/def/licenses/.
LICENCES = {
    CC_BY: "http://dcat-ap.de/def/licenses/cc-by/4.0",
    CC_ZERO: "http://dcat-ap.de/def/licenses/cc-zero",
    DL_BY: "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
    DL_ZERO: "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
    "https://example.org/own": "https://example.org/own",
}
#: Endings of files → the EU's file type and the media type of IANA.
FILES = {
    "ttl": ("RDF_TURTLE", "text/turtle"),
    "nt": ("RDF_N_TRIPLES", "application/n-triples"),
    "rdf": ("RDF_XML", "application/rdf+xml"),
    "jsonld": ("JSON_LD", "application/ld+json"),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A build of small datasets, one under each licence; nothing but sources in most of them."""
    folder = tmp_path_factory.mktemp("licences")
    sources = [dataset(folder / "basis", BASICS, license=CC_BY)]
    for number, licence in enumerate(list(LICENCES)[1:]):
        sources.append(dataset(folder / f"weitere-{number}", {}, license=licence, publisher=f"Amt {number}"))
    built = builds.build(sources, folder / "build")
    assert built.path is not None
    return Store.from_nquads(built.path / builds.GRAPH_FILE)


@pytest.fixture(scope="module")
def published(store: Store) -> Graph:
    """Its catalogue, as a server below :data:`BASE` publishes it."""
    return catalogue.publish(store, BASE)


@pytest.fixture(scope="module")
def quads(store: Store) -> list[ox.Quad]:
    """Every statement of the dump of the build, read without the program."""
    return list(ox.parse(store.dump("nq", labels=True), format=ox.RdfFormat.N_QUADS))


# -- figures -------------------------------------------------------------------------------------------------------


def whole(graph: Graph) -> URIRef:
    """The dataset that is all datasets together."""
    (found,) = (s for s in graph.subjects(VOID.distinctSubjects) if isinstance(s, URIRef))
    return found


def test_the_figures_are_those_one_counts(published: Graph, quads: list[ox.Quad]) -> None:
    """Triples, subjects, objects, entities, classes and properties, counted over the lines of the dump."""
    triples = {(q.subject, q.predicate, q.object) for q in quads}
    kind = ox.NamedNode(str(RDF.type))
    typed = {(s, o) for s, p, o in triples if p == kind}
    expected = {
        "triples": len(triples),
        "distinctSubjects": len({s for s, _, _ in triples}),
        "distinctObjects": len({o for _, _, o in triples}),
        "entities": len({s for s, _ in typed if str(s).startswith(f"<{IRIS.things}")}),
        "classes": len({o for _, o in typed}),
        "properties": len({p for _, p, _ in triples}),
    }
    node = whole(published)
    assert {name: published.value(node, VOID[name]) for name in expected} == {
        name: Literal(count) for name, count in expected.items()
    }
    assert len(set(expected.values())) == len(expected)  # no figure can stand for another


def test_each_partition_has_its_size(published: Graph, quads: list[ox.Quad]) -> None:
    """How many things of each class, and how many statements with each property."""
    triples = {(q.subject, q.predicate, q.object) for q in quads}
    kind = ox.NamedNode(str(RDF.type))
    things = Counter(str(o)[1:-1] for _, p, o in triples if p == kind)
    statements = Counter(str(p)[1:-1] for _, p, _ in triples)
    for partition, by, counted, expected in (
        (VOID.classPartition, VOID["class"], VOID.entities, things),
        (VOID.propertyPartition, VOID.property, VOID.triples, statements),
    ):
        parts = list(published.objects(whole(published), partition))
        found = {str(published.value(part, by)): int(str(published.value(part, counted))) for part in parts}
        assert found == dict(expected) and len(parts) == len(expected)


def test_each_dataset_has_the_number_of_its_triples(published: Graph, store: Store) -> None:
    """That of the triples in the file of the dataset, labels included."""
    datasets = set(published.subjects(RDF.type, DCAT.Dataset))
    names = {IRIS.dataset_graph(name) for name in ("basis", *(f"weitere-{n}" for n in range(4)))}
    assert {str(node) for node in datasets} == names
    for node in datasets:
        lines = store.dump("nt", str(node), labels=True).splitlines()
        assert published.value(node, VOID.triples) == Literal(len(lines)), node
        assert len(lines) == len(set(lines)) >= store.size(str(node))


@pytest.mark.parametrize("visibility", ["public", "internal"])
def test_exported_files_hold_what_their_records_say(visibility: str, tmp_path: Path) -> None:
    """Number of triples by VoID and by file, of each dataset and of all; the mark of what is internal counts, too."""
    built = builds.build([dataset(tmp_path / "basis", BASICS, visibility=visibility)], tmp_path / "build")
    assert built.path is not None
    store = Store.from_nquads(built.path / builds.GRAPH_FILE)
    dumps.write(store, tmp_path / "dumps", "nt", Selection())
    graph = catalogue.publish(store, BASE)
    (node,) = graph.subjects(RDF.type, DCAT.Dataset)
    (file,) = (tmp_path / "dumps").glob("*basis*.nt")
    assert graph.value(node, VOID.triples) == Literal(len(set(file.read_bytes().splitlines())))
    (file,) = (tmp_path / "dumps").glob("*nqgraph*.nq")
    assert graph.value(whole(graph), VOID.triples) == Literal(len({q.triple for q in ox.parse(path=str(file))}))


# -- licences and files --------------------------------------------------------------------------------------------


def test_each_licence_is_published_as_itself(published: Graph) -> None:
    """A file carries the licence of its dataset by its entry in the list; one that the list lacks stays as it is."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for node in published.subjects(RDF.type, DCAT.Dataset):
        (licence,) = published.objects(node, DCTERMS.license)
        for distribution in published.objects(node, DCAT.distribution):
            found[str(licence)] |= {str(o) for o in published.objects(distribution, DCTERMS.license)}
    assert found == {licence: {entry} for licence, entry in LICENCES.items()}


def test_each_dataset_has_a_file_in_each_format(published: Graph) -> None:
    """Address, file type and media type of every distribution, and no distribution beside them."""
    expected = {
        (URIRef(IRIS.dataset_graph(name)), f"{BASE}graph/{name}.{ending}", f"{AUTHORITY}file-type/{kind}", media)
        for name in ("basis", *(f"weitere-{n}" for n in range(4)))
        for ending, (kind, media) in FILES.items()
    }
    found = set()
    for node, distribution in published.subject_objects(DCAT.distribution):
        address, kind, media = (
            str(published.value(distribution, path)) for path in (DCAT.downloadURL, DCTERMS["format"], DCAT.mediaType)
        )
        assert published.value(distribution, DCAT.accessURL) == URIRef(address)
        assert URIRef(address) in set(published.objects(node, VOID.dataDump))
        found.add((node, address, kind, media.removeprefix("https://www.iana.org/assignments/media-types/")))
    assert found == expected


def test_catalogue_and_service_name_each_dataset(published: Graph) -> None:
    """One catalogue, one endpoint, and who publishes them."""
    (node,) = published.subjects(RDF.type, DCAT.Catalog)
    (service,) = published.subjects(RDF.type, DCAT.DataService)
    datasets = set(published.subjects(RDF.type, DCAT.Dataset))
    assert set(published.objects(node, DCAT.dataset)) == set(published.objects(service, DCAT.servesDataset)) == datasets
    assert list(published.objects(service, DCAT.endpointURL)) == [URIRef(f"{BASE}sparql")]
    for part in (node, service):
        (publisher,) = published.objects(part, DCTERMS.publisher)
        assert (publisher, RDF.type, FOAF.Agent) in published


# -- official validators -------------------------------------------------------------------------------------------

#: What the shapes of DCAT-AP.de ask for and cannot see: entries of lists that they import from the web. Message → the
#: entries that we name; languages and licence have been looked up in copies of their lists, the others are only known
#: from programs that name them as entries.
NOT_IN_SIGHT = {
    ("Catalog", "language"): {f"{AUTHORITY}language/DEU", f"{AUTHORITY}language/ENG"},
    ("Dataset", "accessRights"): {f"{AUTHORITY}access-right/PUBLIC"},
    ("Dataset", "language"): {f"{AUTHORITY}language/DEU", f"{AUTHORITY}language/ENG"},
    ("Dataset", "theme"): {f"{AUTHORITY}data-theme/EDUC", f"{AUTHORITY}data-theme/SOCI"},
    ("Distribution", "format"): {f"{AUTHORITY}file-type/{kind}" for kind, _ in FILES.values()},
    ("Distribution", "license"): {"http://dcat-ap.de/def/licenses/cc-by/4.0"},
}


def results(data: Graph, shapes: Path) -> Iterator[tuple[str, str, str]]:
    """Class and property by the message, and focus node of each result."""
    _, report, _ = pyshacl.validate(data, shacl_graph=Graph().parse(shapes), advanced=True)
    assert isinstance(report, Graph)
    for node in report.subjects(RDF.type, SH.ValidationResult):
        message = str(report.value(node, SH.resultMessage))
        words = [word for word in message.replace(":", " ").split() if word[0].isalpha()]
        named = [w for w in words if w in ("Catalog", "Dataset", "Distribution", "DataService")]
        prop = next((w for w in words if w in ("accessRights", "language", "theme", "format", "license")), message)
        yield named[0] if named else "", prop, str(report.value(node, SH.focusNode))


@pytest.mark.skipif(not SHAPES.is_dir(), reason="the shapes of DCAT-AP.de are not beside the checkout")
def test_the_catalogue_is_dcat_ap_de(checkout: Path) -> None:
    """
    The catalogue of the shipped data violates no shape of DCAT-AP.de 3.0.

    What is left says only that lists of the EU and of GovData are not loaded, for the exact entries that we use.
    """
    data = catalogue.publish(versions.open(checkout / "build").load(), BASE)
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    tested = sorted(SHAPES.glob("*.ttl"))
    assert len(tested) >= 4
    for path in tested:
        for kind, prop, focus in results(data, path):
            found[kind, prop].add(focus)
    assert found == NOT_IN_SIGHT


#: Property of VoID → what may stand at it, and in which class, by https://www.w3.org/TR/void/ and its vocabulary.
VOCABULARY: dict[str, tuple[str, str]] = {
    "class": ("iri", "Dataset"),
    "classPartition": ("Dataset", "Dataset"),
    "classes": ("integer", "Dataset"),
    "dataDump": ("iri", "Dataset"),
    "distinctObjects": ("integer", "Dataset"),
    "distinctSubjects": ("integer", "Dataset"),
    "documents": ("integer", "Dataset"),
    "entities": ("integer", "Dataset"),
    "exampleResource": ("iri", "Dataset"),
    "feature": ("iri", "Dataset"),
    "linkPredicate": ("iri", "Linkset"),
    "objectsTarget": ("Dataset", "Linkset"),
    "properties": ("integer", "Dataset"),
    "property": ("iri", "Dataset"),
    "propertyPartition": ("Dataset", "Dataset"),
    "rootResource": ("iri", "Dataset"),
    "sparqlEndpoint": ("iri", "Dataset"),
    "subjectsTarget": ("Dataset", "Linkset"),
    "subset": ("Dataset", "Dataset"),
    "target": ("Dataset", "Linkset"),
    "triples": ("integer", "Dataset"),
    "uriSpace": ("literal", "Dataset"),
    "vocabulary": ("iri", "Dataset"),
}


def test_void_says_what_its_vocabulary_means(published: Graph) -> None:
    """Only terms that VoID has; at each what its range allows, in a dataset or linkset where its domain says so."""
    used = [(s, str(p).removeprefix(str(VOID)), o) for s, p, o in published if str(p).startswith(str(VOID))]
    assert {name for _, name, _ in used} <= set(VOCABULARY)
    classes = set(published.objects(None, RDF.type))
    assert {o for o in classes if str(o).startswith(str(VOID))} == {VOID.Dataset, VOID.Linkset}
    linksets = set(published.subjects(RDF.type, VOID.Linkset))
    for subject, name, value in used:
        kind, domain = VOCABULARY[name]
        match kind:
            case "integer":
                assert isinstance(value, Literal) and value.datatype == XSD.integer and int(value) >= 0, name
            case "literal":
                assert isinstance(value, Literal), name
            case "Dataset":
                assert isinstance(value, URIRef | BNode), name
                assert (value, None, None) in published, name
            case _:
                assert isinstance(value, URIRef), name
        assert domain == "Dataset" or subject in linksets, name
    for part in linksets:
        assert {len(set(published.objects(part, VOID[n]))) for n in ("subjectsTarget", "objectsTarget")} == {1}
