"""Claims for others: a nanopublication of each, and the graph with triple terms of RDF 1.2 instead of reification."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nqgraph.exports import crate
from nqgraph.graph import documents
from nqgraph.graph.names import names_of
from nqgraph.graph.store import Store
from nqgraph.graph.terms import Term
from nqgraph.model import shapes
from nqgraph.networks.network import Selection
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError, StoreError
from nqgraph.words.files import marked, write_atomically

#: Syntaxes of RDF 1.2 that have triple terms.
FORMS = ("ttl", "nt", "trig", "nq")
_REIFIED = (vocab.RDF.subject, vocab.RDF.predicate, vocab.RDF.object)
#: What tools for nanopublications put their own address for when they sign (https://nanopub.net/guidelines/).
_UNSIGNED = "http://purl.org/nanopub/temp/"
_NP = "http://www.nanopub.org/nschema#"
#: What a dataset says of itself that holds for each of its claims.
_OF_DATASET = (vocab.DCTERMS.license, vocab.DCTERMS.issued)


@dataclass(frozen=True)
class _Claim:
    """A claim with the terms of its relation as N-Triples, what else it says, and the graph that it stands in."""

    iri: str
    relation: tuple[str, str, str]
    said: tuple[Any, ...]
    graph: str


def _claims(store: Store) -> Iterator[_Claim]:
    """The claims of *store* by their IRIs; those that do not name one relation are none."""
    graphs: dict[str, str] = {}
    for statement in store.statements(None, vocab.RDF.type):
        if statement.object == vocab.NQ.Claim:
            graphs[statement.subject] = min(statement.graph, graphs.get(statement.subject, statement.graph))
    for iri in sorted(graphs):
        said = sorted(store.matching(iri), key=str)
        terms = [[str(t.object) for t in said if t.predicate.value == part] for part in _REIFIED]
        if all(len(found) == 1 for found in terms):
            (subject,), (predicate,), (value,) = terms
            rest = tuple(t for t in said if t.predicate.value not in _REIFIED)
            yield _Claim(iri, (subject, predicate, value), rest, graphs[iri])


def any_in(store: Store) -> bool:
    """Whether somebody claims something in *store*."""
    return next(_claims(store), None) is not None


# -- RDF 1.2 -----------------------------------------------------------------------------------------------------------


def write_rdf12(store: Store, folder: Path, form: str | None) -> Path:
    """
    Write the graph below *folder* with ``rdf:reifies`` and triple terms, and the profile that it conforms to.

    Relations that nobody claims, which rules conclude, are left out; they stand in the other dumps. A description of
    the files lies beside them.

    Args:
        form: One of ``FORMS``; Turtle if None.
    Raises:
        QueryError: The format has no triple terms.
    Source:
        https://www.w3.org/TR/rdf12-concepts/#section-triple-terms and https://www.w3.org/TR/shacl12-core/
    """
    form = form or "ttl"
    if form not in FORMS:
        raise QueryError.of("format-triple-terms", form=form, forms=", ".join(FORMS))
    claims = {claim.iri: claim for claim in _claims(store)}
    relations = {" ".join(claim.relation) for claim in claims.values()}
    claimed = shapes.of(store.workspace).claimed
    lines = []
    for quad in store.nquads().decode().splitlines():
        subject, predicate, _ = quad.split(" ", 2)
        claim = claims.get(subject[1:-1])
        relation, _, graph = quad.rpartition(" <")
        if claim is None or predicate[1:-1] not in _REIFIED:
            if predicate[1:-1] not in claimed or relation in relations:
                lines.append(quad)
        elif predicate[1:-1] == vocab.RDF.subject:
            lines.append(f"{subject} <{vocab.RDF.reifies}> <<( {' '.join(claim.relation)} )>> <{graph}")
    called = marked if store.marks else Path
    whole = documents.rewritten("\n".join([*lines, ""]).encode(), form, store.iris.prefixes)
    contents = {f"nqgraph.{form}": whole, "profile.ttl": profile(store).encode()}
    files = {str(called(Path(name))): (content, "") for name, content in contents.items()}
    for name, (content, _) in files.items():
        write_atomically(folder / name, content)
    write_atomically(folder / crate.FILE, crate.describe(store, files))
    return folder


def profile(store: Store) -> str:
    """
    Shapes for the graph with triple terms: no relation that claims are made of without a claim that names its source.

    They hold for whichever properties the shapes of the workspace make claims of.
    """
    prefixes = {name: store.iris.prefixes[name] for name in ("dcterms", "nq", "sh")}
    lines = [f"@prefix {name}: <{iri}> ." for name, iri in prefixes.items()]
    for note in store.marks:
        lines.append(f"{note} .")
    for path in sorted(shapes.of(store.workspace).claimed):
        lines.append(
            f"[] a sh:NodeShape ; sh:targetSubjectsOf <{path}> ; sh:property [ sh:path <{path}> ;"
            " sh:reificationRequired true ; sh:reifierShape [ sh:class nq:Claim ;"
            " sh:property [ sh:path dcterms:source ; sh:minCount 1 ] ] ] ."
        )
    return "\n".join([*lines, ""])


# -- nanopublications --------------------------------------------------------------------------------------------------


def write_nanopubs(store: Store, folder: Path, selection: Selection) -> Path:
    """
    Write a nanopublication of each claim below *folder*, ready to be signed.

    The assertion is the relation; its provenance are the sources and all that the claim says of it; the publication
    information says of which dataset and claim it is made, under which licence, and what its parts are called.

    Args:
        selection: Only its datasets count here.
    Raises:
        StoreError: There is no claim.
    Source:
        https://nanopub.net/guidelines/working_draft/
    """
    wanted = {store.iris.dataset_graph(name) for name in selection.datasets}
    claims = [claim for claim in _claims(store) if not wanted or claim.graph in wanted]
    if not claims:
        raise StoreError.of("no-claims")
    named = names_of(store, {term[1:-1] for claim in claims for term in claim.relation if term.startswith("<")})
    notes = [(str(note.predicate), str(note.object)) for note in store.marks]
    datasets = {graph: _of_dataset(store, graph) for graph in {claim.graph for claim in claims}}
    used: dict[str, int] = {}
    for claim in claims:
        name = vocab.slug(vocab.local_name(claim.iri))[:150] or "claim"
        used[name] = used.get(name, 0) + 1
        name += f"-{used[name]}" if used[name] > 1 else ""
        path = Path(f"{name}.trig")
        content = _nanopub(claim, f"{_UNSIGNED}{name}/", [*datasets[claim.graph], *notes], named)
        write_atomically(folder / (marked(path) if notes else path), content.encode())
    return folder


def _of_dataset(store: Store, graph: str) -> list[tuple[str, str]]:
    """Who publishes the dataset of *graph*, when, and under which licence, as N-Triples."""
    said = store.matching(graph)
    found = [(str(t.predicate), str(t.object)) for t in said if t.predicate.value in _OF_DATASET]
    found += [
        (f"<{vocab.DCTERMS.creator}>", str(t.object)) for t in said if t.predicate.value == vocab.DCTERMS.publisher
    ]
    return sorted([*found, (f"<{vocab.DCTERMS.isPartOf}>", f"<{graph}>")])


def _nanopub(claim: _Claim, iri: str, about: list[tuple[str, str]], named: Mapping[str, Mapping[str, str]]) -> str:
    subject, predicate, value = claim.relation
    provenance = [(str(t.predicate), str(t.object)) for t in claim.said if t.predicate.value != vocab.RDF.type]
    sources = {o for p, o in provenance if p == f"<{vocab.DCTERMS.source}>"}
    provenance += [(f"<{vocab.PROV.wasDerivedFrom}>", source) for source in sorted(sources)]
    provenance = provenance or [(f"<{vocab.PROV.wasDerivedFrom}>", f"<{claim.iri}>")]
    labels = [
        (term, Term(name, language=lang).as_text())
        for term in dict.fromkeys(claim.relation)
        for lang, name in sorted(named.get(term[1:-1], {}).items())
    ]
    return "\n".join(
        [
            f"@prefix this: <{iri}> .",
            f"@prefix np: <{_NP}> .",
            *(f"@prefix {name}: <{vocab.PREFIXES[name]}> ." for name in ("dcterms", "nq", "prov", "rdfs")),
            "",
            "this:Head {",
            "  this: a np:Nanopublication ;",
            "    np:hasAssertion this:assertion ;",
            "    np:hasProvenance this:provenance ;",
            "    np:hasPublicationInfo this:pubinfo .",
            "}",
            "this:assertion {",
            f"  {subject} {predicate} {value} .",
            "}",
            "this:provenance {",
            *(f"  this:assertion {p} {o} ." for p, o in provenance),
            "}",
            "this:pubinfo {",
            f"  this: prov:wasDerivedFrom <{claim.iri}> .",
            *(f"  this: {p} {o} ." for p, o in about),
            *(f"  {term} rdfs:label {label} ." for term, label in labels),
            "}",
            "",
        ]
    )
