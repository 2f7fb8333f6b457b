"""What the tables of a graph say, cell by cell, as workbooks and forms show it and bring it back."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence

from rdflib import URIRef

from nqgraph.graph.names import names_of
from nqgraph.graph.store import Store
from nqgraph.model.shapes import NodeShape, PropertyShape, Schema
from nqgraph.sources import claims
from nqgraph.sources.sheets import clean
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError
from nqgraph.words.numbers import written
from nqgraph.words.texts import in_language, text


def chosen_graphs(store: Store, datasets: Sequence[str]) -> list[str]:
    """
    The graphs of *datasets*, of all if none is named.

    Raises:
        QueryError: A dataset does not exist.
    """
    known = {vocab.local_name(g): g for g in store.graphs() if g not in store.iris.own_graphs}
    for name in datasets:
        if name not in known:
            raise QueryError.of("unknown-dataset", name=name, names=", ".join(sorted(known)))
    return [known[name] for name in (datasets or sorted(known))]


def fingerprint(cell: str) -> str:
    """A short hash of what a cell says; of an empty one a dash."""
    cell = clean(cell)
    return hashlib.sha256(cell.encode()).hexdigest()[:10] if cell else "-"


def columns(shape: NodeShape) -> list[tuple[PropertyShape, str]]:
    """Property and language of each column of a table."""
    return [(prop, tag) for prop in shape.properties for tag in (prop.languages if prop.is_text else ("",))]


def header(prop: PropertyShape, tag: str, lang: str) -> str:
    """What a column is called."""
    return in_language(prop.name, lang) + (f" ({tag})" if tag else "")


def joined(values: Iterable[str], prop: PropertyShape) -> str:
    """One cell of several *values*."""
    several_texts = prop.is_literal and not prop.single_line
    return ("\n\n" if several_texts else "; ").join(dict.fromkeys(values))


class Contents:
    """What the chosen graphs say, of some things or of all, ready to be put into cells."""

    def __init__(
        self, store: Store, schema: Schema, graphs: Sequence[str], lang: str, things: Collection[str] | None = None
    ) -> None:
        self.lang = lang
        self.inapplicable = text("not-applicable-mark", lang)
        self.claimed = schema.claimed
        self.notes = {p.path: p.note_path for p in schema.by_iri.values() if p.note_path}
        self.iris = store.iris
        classifiers = store.select("SELECT ?status ?who WHERE { ?status nq:impliesClassifier ?who }")
        self.classifiers: dict[str, str] = dict(classifiers)
        lowering = store.select("SELECT ?status WHERE { ?status nq:lowersConfidence true }")
        self.lowering = {status for (status,) in lowering}
        lowered = store.solutions("SELECT ?high ?low WHERE { ?high nq:lowersTo ?low }")
        self.lowered: dict[object, object] = dict(lowered)  # type: ignore[arg-type]
        block = " ".join(f"<{graph}>" for graph in graphs)
        alone = "" if things is None else f"VALUES ?s {{ {' '.join(f'<{thing}>' for thing in sorted(things))} }}"
        everything = f"SELECT ?s ?p ?o WHERE {{ {alone} VALUES ?g {{ {block} }} GRAPH ?g {{ ?s ?p ?o }} }}"
        self.values: dict[tuple[str, str], list[object]] = {}
        for s, p, o in store.solutions(everything):
            self.values.setdefault((str(s), str(p)), []).append(o)
        #: Thing → its classes. Where several datasets speak of a thing, one of them says what it is.
        self.kinds: dict[str, list[str]] = {}
        own = " ".join(f"<{graph}>" for graph in store.graphs() if graph not in store.iris.own_graphs)
        kinds = f"SELECT ?s ?c WHERE {{ {alone} VALUES ?g {{ {own} }} GRAPH ?g {{ ?s a ?c }} }}"
        self.types: dict[str, list[str]] = {}
        for s, c in store.solutions(kinds):
            if (str(s), vocab.RDF.type) in self.values or (str(s), vocab.DCTERMS.identifier) in self.values:
                self.kinds.setdefault(str(s), []).append(str(c))
                self.types.setdefault(str(c), []).append(str(s))
        named = {iri for iri, _ in store.select("SELECT DISTINCT ?c ?x { ?c skos:inScheme|rdfs:isDefinedBy ?x }")}
        #: Concepts and terms → what cells call them.
        self.names = {iri: in_language(found, lang) for iri, found in names_of(store).items() if iri in named}

        self.preferred = schema.claimed_schemes
        #: Last part of an IRI → the concepts and terms that end so; cells name in full what several lists have.
        self.called: dict[str, list[str]] = {}
        for iri in self.names:
            self.called.setdefault(vocab.local_name(iri), []).append(iri)

    def things(self, shape: NodeShape) -> list[str]:
        """IRIs of the rows of a table, by key."""
        found = sorted(set(self.types.get(shape.target_class, [])))
        return [iri for iri in found if self._says_more(iri, shape)] if shape.target_class == claims.CLASS else found

    def _says_more(self, claim: str, shape: NodeShape) -> bool:
        """Whether a claim differs from the one that the column of its subject would make."""

        def said(thing: str, path: str) -> set[object]:
            return set(self.values.get((thing, path), []))

        subject, predicate = ("".join(map(str, said(claim, p))) for p in (vocab.RDF.subject, vocab.RDF.predicate))
        status = self.claimed.get(predicate)
        if status is None:
            return True
        expected = {path: said(subject, path) for path in claims.INHERITED}
        expected[vocab.NQ.claimStatus] = {URIRef(status)}
        expected[vocab.NQ.classifiedBy] = {URIRef(who) for who in [self.classifiers.get(status)] if who}
        expected[vocab.NQ.reason] = said(subject, self.notes.get(predicate, ""))
        if status in self.lowering:
            expected[vocab.NQ.confidence] = {self.lowered.get(c, c) for c in expected[vocab.NQ.confidence]}
        named = (vocab.RDF.subject, vocab.RDF.predicate, vocab.RDF.object)
        return any(said(claim, p.path) != expected.get(p.path, set()) for p in shape.properties if p.path not in named)

    def cell(self, thing: str, prop: PropertyShape, lang: str) -> str:
        """The content of a cell; several values are separated by semicolons."""
        found = self.values.get((thing, prop.path), [])
        if prop.is_text:
            found = [value for value in found if getattr(value, "language", None) == lang]
        if not found:
            for marker, mark in ((vocab.NQ.notDocumented, "-"), (vocab.NQ.notApplicable, self.inapplicable)):
                if any(str(path) == prop.path for path in self.values.get((thing, marker), [])):
                    return mark if lang in ("", prop.languages[0] if prop.languages else "") else ""
            return ""
        shown = sorted(
            (self.shown(value, prop) for value in found), key=lambda name: (name != vocab.local_name(thing), name)
        )
        return joined(shown, prop)

    def shown(self, value: object, prop: PropertyShape) -> str:
        """What a cell says for one *value*."""
        name = str(value)
        if prop.scheme or prop.values:
            return self.names.get(name, self.iris.shrink(name))
        if prop.refers_to_things:
            short = vocab.local_name(name)
            alike = [iri for iri in self.called.get(short, ()) if iri.rpartition("/")[0] in self.preferred]
            return short if name not in self.names or (alike or self.called[short]) == [name] else name
        if str(getattr(value, "datatype", "")) == vocab.XSD.decimal:
            return written(name, "de")  # as cells are read
        return name
