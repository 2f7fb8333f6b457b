"""The accepted links of a build as mappings that others read: SSSOM, a file for each dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rdflib import URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS
from rdflib.term import Node

from nqgraph.graph.store import Store
from nqgraph.sources import sssom
from nqgraph.sources.sssom import SEMAPV, SUFFIX, Row
from nqgraph.words import vocab

#: What is said of a mapping in SSSOM's own terms.
_TOLD = ("mapping_justification", "confidence", "author_label", "reviewer_label")


def files(store: Store, meta: Mapping[str, Any]) -> dict[str, bytes]:
    """
    Name → file of the mappings of each dataset of *store* that has some; what was rejected is no statement.

    Args:
        meta: What the heads of all have in common.
    """
    found = {}
    for graph in store.graphs():
        if graph in store.iris.own_graphs:
            continue
        if rows := _rows(store, graph):
            name = vocab.local_name(graph)
            licence = store.graph(store.iris.catalogue).value(URIRef(graph), DCTERMS.license)
            head = {"mapping_set_id": f"{graph}/mappings", "license": str(licence or ""), **meta}
            found[f"{name}{SUFFIX}"] = sssom.written(rows, head, store.iris.prefixes).encode()
    return found


def _rows(store: Store, graph: str) -> list[Row]:
    said = store.graph(graph)

    def one(about: Node, path: URIRef) -> str:
        return str(said.value(about, path) or "")

    rows = []
    for about in said.subjects(RDF.type, OWL.Axiom):
        link = one(about, OWL.annotatedSource), one(about, OWL.annotatedProperty), one(about, OWL.annotatedTarget)
        justified, confidence, author, reviewer = (one(about, URIRef(f"{sssom.SSSOM}{name}")) for name in _TOLD)
        if all(link) and justified:
            rows.append(
                Row(
                    *link,
                    justified.replace(SEMAPV, "semapv:", 1),
                    subject_label=_label(store, link[0]),
                    confidence=confidence,
                    author_label=author,
                    reviewer_label=reviewer,
                    mapping_date=one(about, DCTERMS.date),
                    see_also="|".join(sorted(str(seen) for seen in said.objects(about, DCTERMS.source))),
                    comment=one(about, RDFS.comment),
                )
            )
    return sorted(rows, key=lambda row: (row.subject_id, row.object_id, row.predicate_id))


def _label(store: Store, iri: str) -> str:
    labels = {s.lang or "": s.object for s in store.statements(iri, str(SKOS.prefLabel))}
    return next((labels[lang] for lang in (*store.workspace.languages, *sorted(labels)) if lang in labels), "")
