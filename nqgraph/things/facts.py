"""The graph as values: statements, labels and claims of every thing, read once for all pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from nqgraph.graph.graph import Graph
from nqgraph.model import shapes
from nqgraph.model.shapes import NodeShape, Schema
from nqgraph.things.language import Labels, literal, same
from nqgraph.words import vocab

_STATEMENTS = f"""
SELECT ?s ?p ?o ?lang ?type ?g WHERE {{
  GRAPH ?g {{ ?s ?p ?o }}
  FILTER(?g NOT IN (<{vocab.REPORT_GRAPH}>, <{vocab.QUERIES_GRAPH}>) && isIRI(?s))
  BIND(IF(isLiteral(?o), LANG(?o), ?none) AS ?lang)
  BIND(IF(isLiteral(?o), STR(DATATYPE(?o)), ?none) AS ?type)
}}
"""
#: Classes whose entries stand on the pages of others and in tables, and have no page of their own.
WITHOUT_PAGES = frozenset({vocab.NQ.Claim, vocab.NQ.IdentityDecision})
#: What names a thing, best first.
_NAMES = (vocab.SKOS.prefLabel, vocab.DCTERMS["title"], vocab.RDFS.label, vocab.FOAF.name)


@dataclass(frozen=True, slots=True)
class Value:
    """An object of a statement: an IRI, or a literal with language or datatype."""

    text: str
    #: Language of a literal, ``None`` for an IRI.
    lang: str | None
    datatype: str
    graph: str

    @property
    def is_iri(self) -> bool:
        """Whether the value is an IRI."""
        return self.lang is None

    @property
    def inferred(self) -> bool:
        """Whether a rule drew the statement."""
        return bool(self.graph == vocab.INFERRED_GRAPH)

    @property
    def labels(self) -> Labels:
        """A literal as text by language."""
        return {self.lang: self.text} if self.lang else literal(self.text, self.datatype)


class Facts:
    """Everything that pages show, by IRI."""

    def __init__(self, graph: Graph, schema: Schema | None = None) -> None:
        self.schema = schema or shapes.default()
        #: Subject → predicate → values.
        self.statements: dict[str, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
        #: Object → subject and predicate, with whether a rule drew it.
        self.inverse: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
        for s, p, o, lang, datatype, g in graph.select(_STATEMENTS):
            self.statements[s][p].append(Value(o, lang, datatype or "", g))
            if lang is None:
                self.inverse[o].append((s, p, g == vocab.INFERRED_GRAPH))

    def values(self, subject: str, predicate: str) -> list[Value]:
        """The values of a property; empty if there are none."""
        found = self.statements.get(subject)
        return found.get(predicate, []) if found else []

    def first(self, subject: str, predicate: str) -> str:
        """A value as text, or ""."""
        found = self.values(subject, predicate)
        return found[0].text if found else ""

    def texts(self, subject: str, predicate: str) -> dict[str, str]:
        """Literals by language."""
        return {v.lang or "": v.text for v in self.values(subject, predicate) if not v.is_iri}

    @cached_property
    def shape_of(self) -> dict[str, NodeShape]:
        """Thing with a key → its node shape."""
        found: dict[str, NodeShape] = {}
        for shape in self.schema.node_shapes:
            for subject, predicate, _ in self.inverse.get(shape.target_class, ()):
                if predicate == vocab.RDF.type and self.values(subject, vocab.DCTERMS.identifier):
                    found[subject] = shape
        return found

    @cached_property
    def claims(self) -> dict[tuple[str, str, str], list[str]]:
        """Subject, predicate, object → claims of it."""
        found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for claim, predicate, _ in self.inverse.get(vocab.NQ.Claim, ()):
            if predicate == vocab.RDF.type:
                triple = tuple(
                    self.first(claim, path) for path in (vocab.RDF.subject, vocab.RDF.predicate, vocab.RDF.object)
                )
                found[triple].append(claim)  # type: ignore[index]
        return found

    def key(self, iri: str) -> str:
        """The key of a thing; of several, the one in its IRI."""
        return vocab.local_name(iri)

    def label(self, iri: str) -> Labels:
        """The name of a thing or term; one made of its relations where it has none; its IRI at last."""
        for path in _NAMES:
            found = self.texts(iri, path)
            if found:
                return found if "" not in found else same(found[""])
        shape = self.shape_of.get(iri)
        parts = self._parts(iri, shape) if shape else []
        if parts:
            languages = {lang for part in parts for lang in part}
            return {lang: " – ".join(_in(part, lang) for part in parts) for lang in sorted(languages)}
        return same(vocab.shrink(iri))

    def _parts(self, iri: str, shape: NodeShape) -> list[Labels]:
        """What tells a thing without a name from others: its wording, and the first two things it relates."""
        wording = [same(v.text) for v in self.values(iri, vocab.NQ.valueText)]
        related = [
            self.label(value.text)
            for prop in shape.properties
            if prop.refers_to_things and prop.path != vocab.DCTERMS.source
            for value in self.values(iri, prop.path)[:1]
            if value.text != iri and self.values(value.text, vocab.SKOS.prefLabel)
        ]
        return (related[:1] + wording) if wording else related[:2]

    def sorted(self, iris: Iterable[str], lang: str) -> list[str]:
        """*iris* in the order of their names in *lang*."""
        return sorted(iris, key=lambda iri: (self.sort_key(iri, lang), iri))

    def sort_key(self, iri: str, lang: str) -> str:
        """What *iri* is sorted by in *lang*."""
        keys = {v.lang: v.text for v in self.values(iri, vocab.NQ.sortKey)}
        return keys.get(lang) or vocab.slug(_in(self.label(iri), lang)).replace("-", " ")


def _in(labels: Labels, lang: str) -> str:
    return labels.get(lang) or labels.get("de") or next(iter(labels.values()), "")
