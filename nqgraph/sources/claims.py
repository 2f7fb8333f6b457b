"""Claims: who says that two things are related, on what source, and how surely."""

from __future__ import annotations

from collections.abc import Container, Iterator

from rdflib import URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from nqgraph.sources.cells import Vocabulary
from nqgraph.sources.tables import Record
from nqgraph.words import vocab
from nqgraph.words.vocab import Iris

CLASS = vocab.NQ.Claim
_Triple = tuple[Node, Node, Node]

#: What a claim takes over from the row it was made from.
INHERITED = (vocab.DCTERMS.source, vocab.NQ.confidence, vocab.NQ.caveat)


def iri(iris: Iris, subject_key: str, predicate: str, value: Node) -> URIRef:
    """IRI of the claim that the row *subject_key* makes: ``/id/claim/p-tep.answers.h-ind-betreuung``."""
    name = f"{subject_key}.{vocab.local_name(predicate)}.{vocab.local_name(str(value)).lower()}"
    return URIRef(iris.thing(CLASS, name))


def explicit(record: Record, iris: Iris) -> tuple[str, list[_Triple]]:
    """
    IRI of the claim in a row of the table of claims, and the direct triple that it supports.

    The IRI is the one that the row of the subject would give, so that the table overrides the column.
    """
    subject, predicate, value = (
        next(iter(record.objects(path)), None) for path in (vocab.RDF.subject, vocab.RDF.predicate, vocab.RDF.object)
    )
    if subject is None or predicate is None or value is None:
        place = vocab.slug(f"{record.place.file} {record.place.row}")
        return iris.thing(CLASS, place), []  # validation reports what is missing
    key = vocab.local_name(str(subject))
    return str(iri(iris, key, str(predicate), value)), [(subject, predicate, value)]


def of_row(record: Record, known: Container[str], vocabulary: Vocabulary, iris: Iris) -> Iterator[_Triple]:
    """
    The claims that the claimed columns of *record* make, except those in *known*.

    Every claim names subject, predicate and object (RDF 1.1 Semantics, appendix D.1), the row's sources and caveat,
    its confidence (lowered where the status says so: a row can be surer than what is concluded from it), the status
    that the property shape gives, and as its reason the note that it names.
    """
    subject = URIRef(record.iri)
    for shape, value, _ in record.values:
        if not shape.claim_status:
            continue
        claim = iri(iris, record.key, shape.path, value)
        if str(iri(iris, vocab.local_name(record.iri), shape.path, value)) in known:  # also where the key was merged
            continue
        status = URIRef(shape.claim_status)
        yield claim, RDF.type, URIRef(CLASS)
        yield claim, RDF.subject, subject
        yield claim, RDF.predicate, URIRef(shape.path)
        yield claim, RDF.object, value
        yield claim, URIRef(vocab.NQ.claimStatus), status
        if classifier := vocabulary.classifiers.get(shape.claim_status):
            yield claim, URIRef(vocab.NQ.classifiedBy), URIRef(classifier)
        for path in INHERITED:
            for inherited in record.objects(path):
                lowered = vocabulary.lowered.get(str(inherited)) if shape.claim_status in vocabulary.lowering else None
                yield claim, URIRef(path), URIRef(lowered) if lowered else inherited
        if shape.note_path:
            yield from ((claim, URIRef(vocab.NQ.reason), note) for note in record.objects(shape.note_path))
