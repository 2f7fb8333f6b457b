"""The graph as values: statements, labels and claims of every thing, read once for all pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from nqgraph.graph.graph import Graph
from nqgraph.graph.names import best_name
from nqgraph.model import shapes
from nqgraph.model.shapes import NodeShape, Schema
from nqgraph.things.language import Labels, literal, same
from nqgraph.words import vocab
from nqgraph.words.texts import LANGUAGES, in_language

_STATEMENTS = """
SELECT ?s ?p ?o ?lang ?type ?g WHERE {{
  GRAPH ?g {{ ?s ?p ?o }}
  FILTER(?g NOT IN (<{report}>, <{queries}>) && isIRI(?s))
  BIND(IF(isLiteral(?o), LANG(?o), ?none) AS ?lang)
  BIND(IF(isLiteral(?o), STR(DATATYPE(?o)), ?none) AS ?type)
}}
"""


@dataclass(frozen=True, slots=True)
class Value:
    """An object of a statement: an IRI, or a literal with language or datatype."""

    text: str
    #: Language of a literal, ``None`` for an IRI.
    lang: str | None
    datatype: str
    graph: str
    #: Whether a rule drew the statement.
    inferred: bool = False

    @property
    def is_iri(self) -> bool:
        """Whether the value is an IRI."""
        return self.lang is None

    @property
    def labels(self) -> Labels:
        """A literal as text by language."""
        return {self.lang: self.text} if self.lang else literal(self.text, self.datatype)


class Facts:
    """Everything that pages show, by IRI."""

    def __init__(self, graph: Graph, schema: Schema | None = None) -> None:
        self.workspace = graph.workspace
        self.iris = graph.workspace.iris
        self.schema = schema or shapes.of(graph.workspace)
        #: Subject → predicate → values.
        self.statements: dict[str, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
        #: Object → subject and predicate, with whether a rule drew it.
        self.inverse: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
        asked = _STATEMENTS.format(report=self.iris.report, queries=self.iris.query_graph)
        for s, p, o, lang, datatype, g in graph.select(asked):
            inferred = g == self.iris.inferred
            self.statements[s][p].append(Value(o, lang, datatype or "", g, inferred))
            if lang is None:
                self.inverse[o].append((s, p, inferred))

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
        """Thing → its node shape."""
        found: dict[str, NodeShape] = {}
        for shape in self.schema.node_shapes:
            for subject, predicate, _ in self.inverse.get(shape.target_class, ()):
                if predicate == vocab.RDF.type:
                    found[subject] = shape
        return found

    @cached_property
    def shown_inferred(self) -> frozenset[str]:
        """Properties whose inferred statements say more than the other direction of a statement does."""
        return frozenset(
            s
            for s, values in self.statements.items()
            for v in values.get(vocab.NQ.shownInferred, ())
            if v.text == "true"
        )

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
        if found := best_name(lambda path: self.texts(iri, path)):
            return found if "" not in found else same(found[""])
        shape = self.shape_of.get(iri)
        parts = self._parts(iri, shape) if shape else []
        if parts:
            languages = sorted({lang for part in parts for lang in part})
            return {lang: " – ".join(in_language(part, lang) for part in parts) for lang in languages}
        return same(self.iris.shrink(iri))

    def name(self, iri: str, lang: str) -> str:
        """The name of a thing or term in *lang*, else in another language of the workspace."""
        return in_language(self.label(iri), lang, chain=(*self.workspace.languages, *LANGUAGES))

    def _parts(self, iri: str, shape: NodeShape) -> list[Labels]:
        """What tells a thing without a name from others: its wording, and the first two things it relates."""
        worded = shape.figure.get("wording")
        wording = [same(v.text) for v in self.values(iri, worded.path)] if worded else []
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
        return keys.get(lang) or vocab.slug(self.name(iri, lang)).replace("-", " ")
