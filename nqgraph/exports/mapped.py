"""The accepted links of a build as mappings that others read: SSSOM, a file for each dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rdflib import URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from nqgraph.graph.store import Store
from nqgraph.sources import sssom
from nqgraph.sources.sssom import LEXICAL, SEMAPV, SUFFIX, Row
from nqgraph.words import vocab


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
    rows = []
    for about in said.subjects(RDF.type, OWL.Axiom):

        def one(path: URIRef, about: Any = about) -> str:
            return str(said.value(about, path) or "")

        def term(name: str, about: Any = about) -> str:
            return str(said.value(about, URIRef(f"{sssom.SSSOM}{name}")) or "")

        link = one(OWL.annotatedSource), one(OWL.annotatedProperty), one(OWL.annotatedTarget)
        if not all(link) or not (justified := term("mapping_justification")):
            continue
        rows.append(
            Row(
                *link,
                justified.replace(SEMAPV, "semapv:", 1) or LEXICAL,
                subject_label=_label(store, link[0]),
                confidence=term("confidence"),
                author_label=term("author_label"),
                reviewer_label=term("reviewer_label"),
                mapping_date=one(DCTERMS.date),
                see_also="|".join(sorted(str(seen) for seen in said.objects(about, DCTERMS.source))),
                comment=one(RDFS.comment),
            )
        )
    return sorted(rows, key=lambda row: (row.subject_id, row.object_id, row.predicate_id))


def _label(store: Store, iri: str) -> str:
    labels = {s.lang or "": s.object for s in store.statements(iri, str(SKOS.prefLabel))}
    return next((labels[lang] for lang in (*store.workspace.languages, *sorted(labels)) if lang in labels), "")
