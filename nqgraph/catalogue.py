"""Describes the datasets as a DCAT catalogue record each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rdflib import Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, XSD
from rdflib.term import Node

from nqgraph import vocab
from nqgraph.sources.datasets import Dataset
from nqgraph.store import Store

DCAT = Namespace(vocab.DCAT)
VOID = Namespace("http://rdfs.org/ns/void#")


def describe(datasets: Sequence[Dataset], store: Store) -> Iterator[tuple[Node, Node, Node]]:
    """
    The triples that describe *datasets*: title, publisher, licence, date and size of each named graph.

    Source:
        https://www.w3.org/TR/vocab-dcat-3/#Class:Dataset and https://www.w3.org/TR/void/#statistics
    """
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
            publisher = URIRef(vocab.BASE + "publisher/" + vocab.slug(dataset.publisher))
            yield graph, DCTERMS.publisher, publisher
            yield publisher, RDF.type, FOAF.Agent
            yield publisher, FOAF.name, Literal(dataset.publisher)
        if dataset.issued:
            yield graph, DCTERMS.issued, Literal(dataset.issued, datatype=XSD.date)
        yield graph, VOID.triples, Literal(store.size(dataset.graph))
