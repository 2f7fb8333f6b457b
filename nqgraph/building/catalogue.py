"""Describes the datasets: in the build a record each, for the web a DCAT-AP.de catalogue with VoID statistics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, PROV, RDF, RDFS, XSD
from rdflib.term import Node

from nqgraph.graph.store import Store
from nqgraph.sources.datasets import Dataset
from nqgraph.words import formats, vocab
from nqgraph.words.texts import LANGUAGES, text

DCAT = Namespace(str(vocab.DCAT))
SPDX = Namespace("http://spdx.org/rdf/terms#")
VOID = Namespace("http://rdfs.org/ns/void#")
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_MEDIA = "https://www.iana.org/assignments/media-types/"
#: Licence → its entry in the list that DCAT-AP.de prescribes.
_LICENCES = {
    "https://creativecommons.org/licenses/by/4.0/": "http://dcat-ap.de/def/licenses/cc-by/4.0",
    "https://creativecommons.org/publicdomain/zero/1.0/": "http://dcat-ap.de/def/licenses/cc-zero",
    "https://www.govdata.de/dl-de/by-2-0": "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
    "https://www.govdata.de/dl-de/zero-2-0": "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
}
_LANGUAGES = {
    "bg": "BUL", "cs": "CES", "da": "DAN", "de": "DEU", "el": "ELL", "en": "ENG", "es": "SPA", "et": "EST", "fi": "FIN",
    "fr": "FRA", "ga": "GLE", "hr": "HRV", "hu": "HUN", "it": "ITA", "lt": "LIT", "lv": "LAV", "mt": "MLT", "nl": "NLD",
    "pl": "POL", "pt": "POR", "ro": "RON", "sk": "SLK", "sl": "SLV", "sv": "SWE", "tr": "TUR", "uk": "UKR",
}  # fmt: skip
_LINKS = (
    "schema:sameAs", "nq:resembles", "skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch",
    "skos:relatedMatch", "owl:sameAs", "rdfs:seeAlso", "dcterms:isPartOf", "dcterms:hasPart",
)  # fmt: skip


def describe(datasets: Sequence[Dataset], store: Store) -> Iterator[tuple[Node, Node, Node]]:
    """
    The triples that describe *datasets*: title, publisher, licence, date and size of each named graph.

    If some are internal, the catalogue says so of them and of itself: every output of such a graph is marked by that.
    The size is that of the dumps, which have labels and the mark besides.

    Source:
        https://www.w3.org/TR/vocab-dcat-3/#Class:Dataset and https://www.w3.org/TR/void/#statistics
    """
    internal = any(dataset.visibility != "public" for dataset in datasets)
    marks = 1 + len(LANGUAGES) if internal else 0
    for dataset in datasets:
        graph = URIRef(dataset.graph)
        yield graph, RDF.type, DCAT.Dataset
        yield graph, RDF.type, VOID.Dataset
        yield graph, DCTERMS.identifier, Literal(dataset.name)
        for lang, title in dataset.title.items():
            yield graph, DCTERMS.title, Literal(title, lang=lang)
        for lang, description in dataset.description.items():
            yield graph, DCTERMS.description, Literal(description, lang=lang)
        if dataset.license:
            yield graph, DCTERMS.license, URIRef(dataset.license)
        if dataset.publisher:
            publisher = URIRef(store.iris.base + "publisher/" + vocab.slug(dataset.publisher))
            yield graph, DCTERMS.publisher, publisher
            yield publisher, RDF.type, FOAF.Agent
            yield publisher, FOAF.name, Literal(dataset.publisher)
        if dataset.issued:
            yield graph, DCTERMS.issued, Literal(dataset.issued, datatype=XSD.date)
        if dataset.harvested:
            yield from _origin(graph, dataset)
        size = store.size(dataset.graph) + store.unlabelled(dataset.graph) + marks
        yield graph, VOID.triples, Literal(size)
        if dataset.visibility != "public":
            yield graph, DCTERMS.accessRights, URIRef(vocab.NON_PUBLIC)
    if internal:
        whole = URIRef(store.iris.catalogue)
        yield whole, DCTERMS.accessRights, URIRef(vocab.NON_PUBLIC)
        for lang in LANGUAGES:
            yield whole, RDFS.comment, Literal(text("internal-note", lang), lang=lang)


def _origin(graph: URIRef, dataset: Dataset) -> Iterator[tuple[Node, Node, Node]]:
    """Where a snapshot comes from, when and by which question: what every statement of its graph has in common."""
    how = dataset.harvested
    yield graph, PROV.generatedAtTime, Literal(how["time"], datatype=XSD.dateTime)
    for address in how["address"] or [one["asked"] for one in how["answers"]]:
        yield graph, DCTERMS.source, URIRef(address)
    if how.get("query"):
        yield graph, DCTERMS.provenance, Literal(how["query"])
    checksum = URIRef(f"{dataset.graph}/checksum")
    yield graph, SPDX.checksum, checksum
    yield checksum, RDF.type, SPDX.Checksum
    yield checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256
    yield checksum, SPDX.checksumValue, Literal(how["data"], datatype=XSD.hexBinary)


def publish(store: Store, base: str = "") -> Graph:
    """
    The catalogue of a build's datasets for data portals, with statistics for those who write queries.

    Args:
        base: Address under which the build is served, the base of the workspace if empty; its datasets, files and the
            endpoint lie below.
    Source:
        https://www.dcat-ap.de/def/dcatde/3.0/spec/ and https://www.w3.org/TR/void/
    """
    base = base or store.iris.base
    graph = store.graph(store.iris.catalogue)
    graph.bind("void", VOID)
    settings = store.workspace.settings
    catalogue, whole = URIRef(base + "dcat#catalogue"), URIRef(base + ".well-known/void#dataset")
    datasets = sorted(graph.subjects(RDF.type, DCAT.Dataset), key=str)
    publishers = sorted(set(graph.objects(None, DCTERMS.publisher)), key=str)
    graph.add((catalogue, RDF.type, DCAT.Catalog))
    graph.add((catalogue, FOAF.homepage, URIRef(base)))
    for lang, title in settings.title.items():
        graph.add((catalogue, DCTERMS.title, Literal(title, lang=lang)))
    for lang, description in (settings.intro or settings.title).items():
        graph.add((catalogue, DCTERMS.description, Literal(description, lang=lang)))
    for lang in _languages(store):
        graph.add((catalogue, DCTERMS.language, URIRef(f"{_AUTHORITY}language/{_LANGUAGES[lang]}")))
    service = URIRef(base + "sparql")
    for publisher in publishers[:1]:
        graph.add((catalogue, DCTERMS.publisher, publisher))
        graph.add((service, DCTERMS.publisher, publisher))
    graph.add((catalogue, DCAT.service, service))
    graph.add((service, RDF.type, DCAT.DataService))
    graph.add((service, DCAT.endpointURL, service))
    graph.add((service, DCTERMS.conformsTo, URIRef("https://www.w3.org/TR/sparql11-protocol/")))
    for lang in LANGUAGES:
        graph.add((service, DCTERMS.title, Literal(text("catalogue-service", lang), lang=lang)))
    for dataset in datasets:
        graph.add((catalogue, DCAT.dataset, dataset))
        graph.add((service, DCAT.servesDataset, dataset))
        graph.add((whole, VOID.subset, dataset))
        _as_dcat_ap(graph, dataset, base, store)
    _statistics(graph, whole, store, base)
    return graph


def _as_dcat_ap(graph: Graph, dataset: Node, base: str, store: Store) -> None:
    """Complete *dataset* with what DCAT-AP.de asks for: rights, themes, languages, distributions with their formats."""
    name = vocab.local_name(str(dataset))
    if (dataset, DCTERMS.accessRights, None) not in graph:
        graph.add((dataset, DCTERMS.accessRights, URIRef(f"{_AUTHORITY}access-right/PUBLIC")))
    for theme in store.workspace.settings.themes:
        graph.add((dataset, DCAT.theme, URIRef(theme)))
    for lang in _languages(store):
        graph.add((dataset, DCTERMS.language, URIRef(f"{_AUTHORITY}language/{_LANGUAGES[lang]}")))
    graph.add((dataset, DCAT.landingPage, URIRef(f"{base}graph/{name}")))
    graph.add((dataset, VOID.sparqlEndpoint, URIRef(base + "sparql")))
    graph.add((dataset, VOID.uriSpace, Literal(store.iris.things)))
    for form, known in formats.GRAPHS.items():
        distribution, address = URIRef(f"{base}dcat#{name}-{form}"), URIRef(f"{base}graph/{name}.{form}")
        graph.add((dataset, DCAT.distribution, distribution))
        graph.add((dataset, VOID.dataDump, address))
        graph.add((distribution, RDF.type, DCAT.Distribution))
        graph.add((distribution, DCAT.accessURL, address))
        graph.add((distribution, DCAT.downloadURL, address))
        graph.add((distribution, DCTERMS["format"], URIRef(f"{_AUTHORITY}file-type/{known.eu}")))
        graph.add((distribution, DCAT.mediaType, URIRef(_MEDIA + known.media)))
        for licence in list(graph.objects(dataset, DCTERMS.license)):
            graph.add((distribution, DCTERMS.license, URIRef(_LICENCES.get(str(licence), str(licence)))))
        for title in list(graph.objects(dataset, DCTERMS.title)):
            graph.add((distribution, DCTERMS.title, title))


def _statistics(graph: Graph, whole: URIRef, store: Store, base: str) -> None:
    """Size, classes, properties, vocabularies and links of all dumps together (VoID, sections 3 to 5)."""
    labels = store.unlabelled()

    def number(name: str, query: str, more: int = 0) -> None:
        ((value, *_),) = store.select(query)
        graph.add((whole, VOID[name], Literal(int(value) + more)))

    graph.add((whole, RDF.type, VOID.Dataset))
    for lang, title in store.workspace.settings.title.items():
        graph.add((whole, DCTERMS.title, Literal(title, lang=lang)))
    graph.add((whole, VOID.sparqlEndpoint, URIRef(base + "sparql")))
    graph.add((whole, VOID.uriSpace, Literal(store.iris.base)))
    number("triples", "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", labels)
    number("distinctSubjects", "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s ?p ?o }")
    number("distinctObjects", "SELECT (COUNT(DISTINCT ?o) AS ?n) WHERE { ?s ?p ?o }")
    number(
        "entities",
        f'SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s a ?c FILTER(STRSTARTS(STR(?s), "{store.iris.things}")) }}',
    )
    classes = list(
        store.select("SELECT ?c (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?c } GROUP BY ?c ORDER BY DESC(?n) ?c")
    )
    counted = dict(store.select("SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p"))
    if labels:
        counted[str(RDFS.label)] = int(counted.get(str(RDFS.label), 0)) + labels
    properties = sorted(counted.items(), key=lambda found: (-int(found[1]), found[0]))
    graph.add((whole, VOID.classes, Literal(len(classes))))
    graph.add((whole, VOID.properties, Literal(len(properties))))
    for iri, count in classes:
        _part(graph, whole, VOID.classPartition, VOID["class"], iri, VOID.entities, count)
    for iri, count in properties:
        _part(graph, whole, VOID.propertyPartition, VOID.property, iri, VOID.triples, count)
    for namespace in sorted({_namespace(iri) for iri, _ in (*classes, *properties)}):
        graph.add((whole, VOID.vocabulary, URIRef(namespace)))
    for iri, _ in classes:
        example = next(
            iter(
                store.select(
                    f'SELECT ?s ?c WHERE {{ ?s a ?c FILTER(STRSTARTS(STR(?s), "{store.iris.things}")) }} LIMIT 1',
                    {"c": f"<{iri}>"},
                )
            ),
            None,
        )
        if example:
            graph.add((whole, VOID.exampleResource, URIRef(example[0])))
    block = " ".join(_LINKS)
    links = store.select(
        f"SELECT ?p ?place (COUNT(*) AS ?n) WHERE {{ VALUES ?p {{ {block} }} ?s ?p ?o FILTER(isIRI(?o))"
        ' BIND(REPLACE(STR(?o), "^(https?://[^/]+/).*$", "$1") AS ?place)'
        f' FILTER(!STRSTARTS(STR(?o), "{store.iris.base}")) }} GROUP BY ?p ?place ORDER BY ?p ?place'
    )
    for predicate, place, count in links:
        node, target = (
            BNode(vocab.slug(f"links-{store.iris.shrink(predicate)}-{place}")),
            BNode(vocab.slug(f"target-{place}")),
        )
        graph.add((whole, VOID.subset, node))
        graph.add((node, RDF.type, VOID.Linkset))
        graph.add((node, VOID.linkPredicate, URIRef(predicate)))
        graph.add((node, VOID.subjectsTarget, whole))
        graph.add((node, VOID.objectsTarget, target))
        graph.add((target, VOID.uriSpace, Literal(place)))
        graph.add((node, VOID.triples, Literal(int(count))))


def _part(graph: Graph, whole: URIRef, kind: URIRef, by: URIRef, iri: str, counted: URIRef, count: str) -> None:
    node = BNode(
        vocab.slug(f"{vocab.local_name(str(kind))}-{iri}")
    )  # named, so that the same build gives the same bytes
    graph.add((whole, kind, node))
    graph.add((node, by, URIRef(iri)))
    graph.add((node, counted, Literal(int(count))))


def _namespace(iri: str) -> str:
    return iri[: -len(vocab.local_name(iri))] if vocab.local_name(iri) else iri


def _languages(store: Store) -> list[str]:
    """Languages of the workspace that the EU's list of languages names."""
    return [lang for lang in store.workspace.languages if lang in _LANGUAGES]
