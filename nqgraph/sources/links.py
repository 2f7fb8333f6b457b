"""Links to vocabularies of others that a person has decided on, from the mapping files of datasets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, XSD
from rdflib.term import Node

from nqgraph.graph.store import Store, iri_is_valid
from nqgraph.sources import sssom
from nqgraph.sources.cells import Vocabulary
from nqgraph.sources.datasets import Dataset
from nqgraph.sources.places import Places
from nqgraph.sources.sssom import Row
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, Problem
from nqgraph.words.texts import Text

Triple = tuple[Node, Node, Node]
#: What relates concepts alone → what says the same of other things.
_OTHERWISE = {
    vocab.SKOS.exactMatch: vocab.SCHEMA.sameAs,
    vocab.SKOS.closeMatch: vocab.NQ.resembles,
    vocab.SKOS.relatedMatch: vocab.NQ.resembles,
    vocab.SKOS.broadMatch: vocab.DCTERMS.isPartOf,
    vocab.SKOS.narrowMatch: vocab.DCTERMS.hasPart,
}


def read(
    datasets: Sequence[Dataset],
    vocabulary: Vocabulary,
    store: Store,
    places: Places,
    notes: list[Problem],
    problems: list[Problem],
) -> Iterator[tuple[Dataset, list[Triple]]]:
    """
    The links of each dataset, each with who decided on it, when and why.

    Adds to *problems* what cannot be read, and what does not go together; to *notes* what nobody has looked at.
    """
    iris = {thing.iri: vocabulary.keys[key].iri for key, thing in vocabulary.keys.items()}
    known: list[tuple[Dataset, Row]] = []
    for dataset in datasets:
        for path in dataset.mapping_files():
            try:
                rows = sssom.read(path, store.iris.prefixes, dataset.call(path)).rows
            except InputError as error:
                problems += error.problems
                continue
            known += [(dataset, row) for row in rows if row.decided]
            if left := [row for row in rows if not row.decided]:
                notes.append(Problem(left[0].place, Text("sssom-undecided", {"count": len(left)})))
    if not known:
        return
    problems += sssom.conflicts([row for _, row in known], lambda iri: iri.startswith(store.iris.things))
    for dataset in datasets:
        triples: list[Triple] = []
        for row in (row for owner, row in known if owner is dataset):
            thing = iris.get(row.subject_id) or _by_key(row.subject_id, vocabulary, store)
            concept = row.subject_id.startswith((store.iris.schemes, vocab.SCHEME))
            if thing is None and not concept:
                problems.append(Problem(row.place, Text("sssom-unknown", {"iri": store.iris.shrink(row.subject_id)})))
            elif not concept and row.predicate_id in _OTHERWISE:
                shown = {"predicate": row.predicate_id, "better": _OTHERWISE[row.predicate_id]}
                values = {name: store.iris.shrink(iri) for name, iri in shown.items()}
                problems.append(Problem(row.place, Text("sssom-policy", values)))
            elif not row.rejected:
                places.add(thing or row.subject_id, row.predicate_id, row.place)
                triples += _triples(row, thing or row.subject_id, store)
        yield dataset, triples


def _by_key(iri: str, vocabulary: Vocabulary, store: Store) -> str | None:
    """The IRI of what became of a thing whose key was merged."""
    found = vocabulary.keys.get(vocab.local_name(iri))
    return found.iri if found and iri.startswith(store.iris.things) else None


def _triples(row: Row, subject: str, store: Store) -> list[Triple]:
    link = URIRef(subject), URIRef(row.predicate_id), URIRef(row.object_id)
    digest = hashlib.sha256(" ".join(link).encode()).hexdigest()[:12]
    about = URIRef(f"{store.iris.base}mapping/{digest}")
    said: list[Triple] = [
        link,
        (about, RDF.type, OWL.Axiom),
        (about, OWL.annotatedSource, link[0]),
        (about, OWL.annotatedProperty, link[1]),
        (about, OWL.annotatedTarget, link[2]),
        (about, URIRef(f"{sssom.SSSOM}mapping_justification"), URIRef(_justified(row))),
    ]
    texts = {RDFS.comment: row.comment}
    texts |= {URIRef(f"{sssom.SSSOM}{n}"): getattr(row, n) for n in ("author_label", "reviewer_label")}
    said += [(about, predicate, Literal(value)) for predicate, value in texts.items() if value]
    typed = {
        URIRef(f"{sssom.SSSOM}confidence"): (row.confidence, XSD.double),
        DCTERMS.date: (row.mapping_date, XSD.date),
    }
    said += [(about, predicate, Literal(value, datatype=kind)) for predicate, (value, kind) in typed.items() if value]
    shown = [address.strip() for address in row.see_also.split("|")]
    return said + [(about, DCTERMS.source, URIRef(address)) for address in shown if iri_is_valid(address)]


def _justified(row: Row) -> str:
    return row.mapping_justification.replace("semapv:", sssom.SEMAPV, 1)
