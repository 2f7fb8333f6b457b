"""Describes the datasets: in the build a record each, for the web a DCAT-AP.de catalogue with VoID statistics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, PROV, RDF, RDFS, XSD
from rdflib.term import Node

from nqgraph.graph.store import Store
from nqgraph.sources.datasets import Dataset
from nqgraph.words import formats, vocab
from nqgraph.words.texts import LANGUAGES, Labels, in_language, text

DCAT = Namespace(str(vocab.DCAT))
DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
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
#: What DCAT-AP.de asks of a record, demanded or recommended, and where somebody can state it, the end of a code.
_ASKED = (
    (DCAT.Dataset, DCTERMS.description, "dataset"),
    (DCAT.Dataset, DCTERMS.publisher, "dataset"),
    (DCAT.Dataset, DCTERMS.issued, "dataset"),
    (DCAT.Dataset, DCAT.theme, "settings"),
    (DCAT.Dataset, DCAT.contactPoint, "settings"),
    (DCAT.Dataset, DCATDE.contributorID, "portal"),
    (DCAT.Dataset, DCATDE.politicalGeocodingLevelURI, "portal"),
    (DCAT.Dataset, DCTERMS.spatial, "portal"),
    (DCAT.Dataset, DCTERMS.temporal, "portal"),
    (DCAT.Distribution, DCTERMS.license, "dataset"),
)


@dataclass(frozen=True)
class File:
    """A file that is offered: its address, and what it holds beside what its dataset is called."""

    address: str
    label: Labels | None = None

    @property
    def form(self) -> formats.Format:
        """Its format, by its ending."""
        return formats.OFFERED[PurePosixPath(self.address).suffix.removeprefix(".")]


@dataclass(frozen=True)
class Edition:
    """A release, as the catalogue describes it."""

    version: str
    #: The release before it, "" if there is none.
    previous: str
    #: The day of it, ``2026-11-30``.
    day: str
    #: Named graph of a dataset → its files; "" → those with everything.
    files: Mapping[str, Sequence[File]]

    def iri(self, base: str, version: str = "") -> str:
        """The IRI of the release, or of another *version*, below *base*; its files lie below that."""
        return f"{base}release/{version or self.version}"


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
    graph = record(store, base)
    _statistics(graph, store, base or store.iris.base)
    return graph


def record(store: Store, base: str = "", edition: Edition | None = None) -> Graph:
    """What data portals harvest: :func:`publish` without the statistics, of an *edition* with its files."""
    base = base or store.iris.base
    graph = store.graph(store.iris.catalogue)
    for prefix, namespace in (("void", VOID), ("vcard", VCARD), ("dcatde", DCATDE)):
        graph.bind(prefix, namespace)
    catalogue = URIRef(base + "dcat#catalogue")
    datasets = sorted(graph.subjects(RDF.type, DCAT.Dataset), key=str)
    publishers = sorted(set(graph.objects(None, DCTERMS.publisher)), key=str)
    graph.add((catalogue, RDF.type, DCAT.Catalog))
    graph.add((catalogue, FOAF.homepage, URIRef(base)))
    _name(graph, catalogue, store)
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
        name = vocab.local_name(str(dataset))
        files = [File(f"{base}graph/{name}.{form}") for form in formats.GRAPHS]
        graph.add((catalogue, DCAT.dataset, dataset))
        graph.add((service, DCAT.servesDataset, dataset))
        graph.add((dataset, DCAT.landingPage, URIRef(f"{base}graph/{name}")))
        graph.add((dataset, VOID.sparqlEndpoint, service))
        graph.add((dataset, VOID.uriSpace, Literal(store.iris.things)))
        if edition is not None:
            graph.add((dataset, DCAT.version, Literal(edition.version)))
            files = list(edition.files[str(dataset)])
        _as_dcat_ap(graph, dataset, files, base, store)
    if edition is not None:
        _release(graph, edition, datasets, base, store)
    return graph


def statistics(store: Store, base: str = "", edition: Edition | None = None) -> Graph:
    """Size, classes, properties, vocabularies and linksets of all dumps together (VoID), of an *edition* its files."""
    base = base or store.iris.base
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in {**store.iris.prefixes, "void": VOID}.items():
        graph.bind(prefix, namespace)
    known = record(store, base)
    for dataset in sorted(known.subjects(RDF.type, VOID.Dataset), key=str):
        for predicate in (RDF.type, DCTERMS.title, DCTERMS.license, VOID.triples, VOID.uriSpace, VOID.sparqlEndpoint):
            for value in known.objects(dataset, predicate):
                if value != DCAT.Dataset:
                    graph.add((dataset, predicate, value))
        for file in edition.files[str(dataset)] if edition else ():
            if file.form.kinds[0] in ("graph", "dataset"):
                graph.add((dataset, VOID.dataDump, URIRef(file.address)))
    whole = _statistics(graph, store, base)
    for file in edition.files[""] if edition else ():
        graph.add((whole, VOID.dataDump, URIRef(file.address)))
    return graph


def unknown(graph: Graph) -> Iterator[tuple[str, str, int, int, str]]:
    """
    What DCAT-AP.de asks for and nothing is known of, since nobody has stated it.

    Yields:
        Class, property, how many of the class lack it, how many there are, and where it can be stated.
    """
    for kind, path, where in _ASKED:
        known = set(graph.subjects(RDF.type, kind))
        lacking = sum((node, path, None) not in graph for node in known)
        if lacking:
            yield vocab.local_name(str(kind)), graph.qname(path), lacking, len(known), where


def _name(graph: Graph, node: URIRef, store: Store) -> None:
    """Title, description and languages of the whole."""
    settings = store.workspace.settings
    for lang, title in settings.title.items():
        graph.add((node, DCTERMS.title, Literal(title, lang=lang)))
    for lang, description in (settings.intro or settings.title).items():
        graph.add((node, DCTERMS.description, Literal(description, lang=lang)))
    for lang in _languages(store):
        graph.add((node, DCTERMS.language, URIRef(f"{_AUTHORITY}language/{_LANGUAGES[lang]}")))


def _as_dcat_ap(graph: Graph, dataset: Node, files: Sequence[File], base: str, store: Store) -> None:
    """Complete *dataset* with what DCAT-AP.de asks for: rights, themes, contact, distributions with their formats."""
    settings = store.workspace.settings
    if (dataset, DCTERMS.accessRights, None) not in graph:
        graph.add((dataset, DCTERMS.accessRights, URIRef(f"{_AUTHORITY}access-right/PUBLIC")))
    for theme in settings.themes:
        graph.add((dataset, DCAT.theme, URIRef(theme)))
    for lang in _languages(store):
        graph.add((dataset, DCTERMS.language, URIRef(f"{_AUTHORITY}language/{_LANGUAGES[lang]}")))
    if settings.contact:
        contact = URIRef(base + "dcat#contact")
        graph.add((dataset, DCAT.contactPoint, contact))
        graph.add((contact, RDF.type, VCARD.Kind))
        sender = in_language(settings.sender or settings.title, store.workspace.language)
        graph.add((contact, VCARD.fn, Literal(sender)))
        by = VCARD.hasEmail if settings.contact.startswith("mailto:") else VCARD.hasURL
        graph.add((contact, by, URIRef(settings.contact)))
    name = vocab.local_name(str(dataset))
    licences = list(graph.objects(dataset, DCTERMS.license))
    titles = list(graph.objects(dataset, DCTERMS.title))
    for file in files:
        form, address = file.form, URIRef(file.address)
        called = form.name if file.label is None else PurePosixPath(file.address).stem
        distribution = URIRef(f"{base}dcat#{name}-{called}")
        graph.add((dataset, DCAT.distribution, distribution))
        if file.label is None:
            graph.add((dataset, VOID.dataDump, address))
        graph.add((distribution, RDF.type, DCAT.Distribution))
        graph.add((distribution, DCAT.accessURL, address))
        graph.add((distribution, DCAT.downloadURL, address))
        graph.add((distribution, DCTERMS["format"], URIRef(f"{_AUTHORITY}file-type/{form.eu}")))
        graph.add((distribution, DCAT.mediaType, URIRef(_MEDIA + form.media)))
        for licence in licences:
            graph.add((distribution, DCTERMS.license, URIRef(_LICENCES.get(str(licence), str(licence)))))
        for title in titles:
            tag = title.language if isinstance(title, Literal) else None
            more = f": {in_language(file.label, tag or '')}" if file.label else ""
            graph.add((distribution, DCTERMS.title, Literal(f"{title}{more}", lang=tag)))


def _release(graph: Graph, edition: Edition, datasets: Sequence[Node], base: str, store: Store) -> None:
    """The release as a dataset of its own, which others can name: its version, the one before, all files."""
    node = URIRef(edition.iri(base))
    graph.add((URIRef(base + "dcat#catalogue"), DCAT.dataset, node))
    graph.add((node, RDF.type, DCAT.Dataset))
    graph.add((node, DCAT.version, Literal(edition.version)))
    graph.add((node, DCTERMS.issued, Literal(edition.day, datatype=XSD.date)))
    graph.add((node, DCAT.landingPage, URIRef(base)))
    _name(graph, node, store)
    if edition.previous:
        graph.add((node, DCAT.previousVersion, URIRef(edition.iri(base, edition.previous))))
    licences = {licence for dataset in datasets for licence in graph.objects(dataset, DCTERMS.license)}
    for dataset in datasets:
        graph.add((node, DCTERMS.hasPart, dataset))
        for publisher in graph.objects(dataset, DCTERMS.publisher):
            if (node, DCTERMS.publisher, None) not in graph:
                graph.add((node, DCTERMS.publisher, publisher))
    for licence in licences if len(licences) == 1 else ():  # of several, each holds for its dataset alone
        graph.add((node, DCTERMS.license, licence))
    _as_dcat_ap(graph, node, edition.files[""], base, store)


def _statistics(graph: Graph, store: Store, base: str) -> URIRef:
    """Size, classes, properties, vocabularies and links of all dumps together (VoID, sections 3 to 5)."""
    whole, labels = URIRef(base + ".well-known/void#dataset"), store.unlabelled()
    for dataset in set(graph.subjects(RDF.type, VOID.Dataset)):
        graph.add((whole, VOID.subset, dataset))

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
    return whole


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
