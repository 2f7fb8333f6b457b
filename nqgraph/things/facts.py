"""The graph as values: statements, labels and claims of every thing, read once for all pages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from sys import intern
from typing import Generic, NamedTuple, TypeVar

from nqgraph.graph.graph import Graph
from nqgraph.graph.names import best_name
from nqgraph.graph.store import Statement, iri_is_valid
from nqgraph.model import shapes
from nqgraph.model.shapes import NodeShape, Schema
from nqgraph.things import induced
from nqgraph.things.language import InEvery, Labels, literal, same
from nqgraph.words import collation, vocab
from nqgraph.words.texts import LANGUAGES, in_language

#: Things of which statements are kept once they were read, and of which names are.
_MOST_KEPT, _MOST_NAMES = 10_000, 40_000
#: Values that stand for a blank node.
_SUMMED = 4


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


@dataclass(frozen=True)
class Origin:
    """Where the statements of a graph come from, if others made them."""

    #: Who published them.
    publisher: Labels
    #: Day on which they were fetched.
    day: str


class Claimed(NamedTuple):
    """What the claims of a statement come to."""

    #: Whether somebody disputes any of them.
    disputed: bool
    #: The best of their evidence grades, "" where none has one; the IRIs of grades are in their order.
    grade: str


_UNCLAIMED = Claimed(False, "")
#: Predicate → values of one thing.
Said = Mapping[str, list[Value]]
#: Subject and predicate of what points at one thing, with whether a rule drew it.
Pointing = list[tuple[str, str, bool]]
_Found = TypeVar("_Found")


class _Read(Generic[_Found]):
    """What is known of things, by IRI; of each it is read when it is first asked for."""

    def __init__(self, read: Callable[[str], _Found], most: int = _MOST_KEPT) -> None:
        self._read = read
        self._most = most
        self._known: dict[str, _Found] = {}

    def __getitem__(self, iri: str) -> _Found:
        found = self._known.get(iri)
        if found is None:
            if len(self._known) > self._most:
                self._known = {}
            found = self._known[iri] = self._read(iri)
        return found

    def get(self, iri: str) -> _Found:
        """What is known of *iri*; empty if nothing is."""
        return self[iri]

    def knows(self, iri: str) -> bool:
        """Whether it was read already."""
        return iri in self._known

    def __contains__(self, iri: str) -> bool:
        return bool(self[iri])


class Facts:
    """Everything that pages show, by IRI: of a build read when it is asked for, of files as they are at once."""

    def __init__(self, graph: Graph, schema: Schema | None = None) -> None:
        self.workspace = graph.workspace
        self.iris = graph.workspace.iris
        self.schema = schema or shapes.of(graph.workspace)
        self._store = graph.store
        self._inferred = self.iris.inferred
        #: Graph → its place in the order of values; graphs without one are not shown.
        self._places = {name: place for place, name in enumerate(self._store.graphs()) if self._is_shown(name)}
        #: Subject → predicate → values.
        self.statements: _Read[Said] | dict[str, dict[str, list[Value]]] = _Read(self._said)
        #: Object → subject and predicate, with whether a rule drew it.
        self.inverse: _Read[Pointing] | dict[str, Pointing] = _Read(self._pointing)
        self._claims = _Read(self._claims_of)
        self._claimed: dict[str, Mapping[tuple[str, str], Claimed]] = {}
        self._labels = _Read(self._label, _MOST_NAMES)
        if graph.given:
            self._take_all()

    def _take_all(self) -> None:
        """Read all statements, and make shapes for the classes that come without."""
        statements: dict[str, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
        inverse: dict[str, Pointing] = defaultdict(list)
        for said in self._store.statements():
            statements[said.subject][said.predicate].append(self._value(said))
            if said.lang is None:
                inverse[said.object].append((said.subject, said.predicate, said.graph == self.iris.inferred))
        self.statements, self.inverse = statements, inverse
        self.schema = induced.completed(self.schema, statements, self._term)

    def _is_shown(self, graph: str) -> bool:
        return graph not in (self.iris.report, self.iris.query_graph)

    def _value(self, said: Statement) -> Value:
        """What *said* says; the strings that others say, too, are held once."""
        text = intern(said.object) if said.lang is None else said.object
        lang, graph = said.lang and intern(said.lang), intern(said.graph)
        return Value(text, lang, intern(said.datatype or ""), graph, graph == self._inferred)

    def _said(self, subject: str) -> Said:
        found: dict[str, list[Value]] = defaultdict(list)
        for said in self._shown(subject=subject):
            found[intern(said.predicate)].append(self._value(said))
        return dict(found)

    def _pointing(self, value: str) -> Pointing:
        shown = self._shown(value=value)
        return [
            (intern(s.subject), intern(s.predicate), s.graph == self._inferred)
            for s in shown
            if not s.subject.startswith("_:")
        ]

    def _shown(
        self, subject: str | None = None, value: str | None = None, predicate: str | None = None
    ) -> list[Statement]:
        """The statements about *subject*, or with *value*, by their graphs, in the same order in any store."""
        iri = subject or value or ""
        if not (iri.startswith("_:") or iri_is_valid(iri)):
            return []
        return self._ordered(self._store.statements(subject, predicate, value))

    def _ordered(self, said: Iterable[Statement]) -> list[Statement]:
        found = (one for one in said if one.graph in self._places)
        return sorted(found, key=lambda s: (self._places[s.graph], s.predicate, s.subject, s.object, s.lang or ""))

    def having(self, predicate: str) -> list[str]:
        """The things of which *predicate* says something, sorted."""
        if isinstance(self.statements, dict):
            return sorted(s for s, said in self.statements.items() if predicate in said)
        found = self._store.statements(None, predicate)
        return sorted({s.subject for s in found if s.graph in self._places and not s.subject.startswith("_:")})

    def all_values(self, predicate: str) -> Mapping[str, list[Value]]:
        """Thing → values of a property, as :meth:`values` gives them: of all things at once, which is quicker."""
        if isinstance(self.statements, dict):
            return {s: said[predicate] for s, said in self.statements.items() if predicate in said}
        found: dict[str, list[Value]] = defaultdict(list)
        for said in self._ordered(self._store.statements(None, predicate)):
            found[said.subject].append(self._value(said))
        return found

    def claimed(self, predicate: str) -> Mapping[tuple[str, str], Claimed]:
        """Subject and object of the statements with *predicate* → what their claims come to: of all at once."""
        if predicate not in self._claimed:
            text = f"""SELECT ?s ?o ?status ?grade WHERE {{
                ?claim rdf:predicate <{predicate}> ; a nq:Claim ; rdf:subject ?s ; rdf:object ?o .
                OPTIONAL {{ ?claim nq:claimStatus ?status }} OPTIONAL {{ ?claim nq:evidenceGrade ?grade }} }}"""
            found: dict[tuple[str, str], Claimed] = {}
            for subject, value, status, grade in self._store.select(text):
                disputed, best = found.get((subject, value), _UNCLAIMED)
                disputed = disputed or vocab.local_name(status or "") == "disputed"
                found[subject, value] = Claimed(disputed, min(filter(None, (best, grade)), default=""))
            self._claimed[predicate] = found
        return self._claimed[predicate]

    def claims_of(self, subject: str, predicate: str, value: str) -> Claimed:
        """What the claims of a statement come to."""
        return self.claimed(predicate).get((subject, value), _UNCLAIMED)

    def values(self, subject: str, predicate: str) -> list[Value]:
        """The values of a property; empty if there are none."""
        found = self.statements.get(subject)
        return found.get(predicate, []) if found else []

    def pointing(self, iri: str) -> Pointing:
        """Subject and predicate of what points at *iri*, with whether a rule drew it."""
        return self.inverse.get(iri) or []

    def first(self, subject: str, predicate: str) -> str:
        """A value as text, or ""."""
        found = self.values(subject, predicate)
        return found[0].text if found else ""

    def texts(self, subject: str, predicate: str) -> dict[str, str]:
        """Literals by language."""
        return {v.lang or "": v.text for v in self.values(subject, predicate) if not v.is_iri}

    @cached_property
    def origins(self) -> dict[str, Origin]:
        """Graph of statements of others → where they come from and when; ours are not in it."""
        if isinstance(self.statements, dict):
            return {}  # files as they are say nothing of it
        found = {}
        for graph in self.having(vocab.PROV.generatedAtTime):
            publisher, day = self.first(graph, vocab.DCTERMS.publisher), self.first(graph, vocab.PROV.generatedAtTime)
            name = self.first(publisher, vocab.FOAF["name"]) if publisher else ""
            found[graph] = Origin(same(name) if name else self.label(graph), day[:10])
        return found

    def origin(self, iri: str) -> Origin | None:
        """Where what is said of a thing comes from, if others say it."""
        graphs = (value.graph for value in self.values(iri, vocab.RDF.type)) if self.origins else ()
        return next((self.origins[graph] for graph in graphs if graph in self.origins), None)

    @cached_property
    def shape_of(self) -> dict[str, NodeShape]:
        """Thing → its node shape."""
        found: dict[str, NodeShape] = {}
        for shape in self.schema.node_shapes:
            for subject, predicate, _ in self.pointing(shape.target_class):
                if predicate == vocab.RDF.type and not subject.startswith("_:"):
                    found[subject] = shape
        return found

    @cached_property
    def shown_inferred(self) -> frozenset[str]:
        """Properties whose inferred statements say more than the other direction of a statement does."""
        return frozenset(
            s
            for s in self.having(vocab.NQ.shownInferred)
            for v in self.values(s, vocab.NQ.shownInferred)
            if v.text == "true"
        )

    @cached_property
    def grades(self) -> tuple[str, ...]:
        """The evidence grades, the best first: their IRIs are in that order."""
        return tuple(sorted(self.concepts(self.iris.scheme("evidence-grade"))))

    def concepts(self, scheme: str) -> set[str]:
        """The concepts in *scheme*."""
        return {subject for subject, path, _ in self.pointing(scheme) if path == vocab.SKOS.inScheme}

    def claims(self, subject: str, predicate: str, value: str) -> list[str]:
        """The claims of a statement."""
        return self._claims[subject].get((predicate, value), [])

    def _claims_of(self, subject: str) -> dict[tuple[str, str], list[str]]:
        """Predicate and object → claims that *subject* is the subject of."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for claim, path, _ in self.pointing(subject):
            if path == vocab.RDF.subject and any(v.text == vocab.NQ.Claim for v in self.values(claim, vocab.RDF.type)):
                found[self.first(claim, vocab.RDF.predicate), self.first(claim, vocab.RDF.object)].append(claim)
        return dict(found)

    def claims_with(self, iri: str) -> set[tuple[str, str, str, str]]:
        """Subject, predicate and object of every claim in which *iri* is the first or the last, and the claim."""
        ends = (vocab.RDF.subject, vocab.RDF.object)
        claims = {claim for claim, path, _ in self.pointing(iri) if path in ends}
        parts = (vocab.RDF.subject, vocab.RDF.predicate, vocab.RDF.object)
        return {
            (self.first(claim, parts[0]), self.first(claim, parts[1]), self.first(claim, parts[2]), claim)
            for claim in claims
            if any(value.text == vocab.NQ.Claim for value in self.values(claim, vocab.RDF.type))
        }

    def is_anonymous(self, iri: str) -> bool:
        """Whether *iri* stands for a blank node, or for what was one."""
        return iri.startswith(("_:", self.iris.genid))

    def key(self, iri: str) -> str:
        """The key of a thing; of several, the one in its IRI."""
        return vocab.local_name(iri)

    def label(self, iri: str) -> Labels:
        """The name of a thing or term; one made of its relations where it has none; its IRI at last."""
        return self._labels[iri]

    def tongue(self, iri: str) -> str:
        """The language that the name of a thing is in, whatever the reader's is; "" where nobody says it."""
        found = self.first(iri, vocab.DCTERMS.language)
        return found if re.fullmatch(r"[a-z]{2,3}(-\w+)*", found) else ""

    def _label(self, iri: str) -> Labels:
        if found := best_name(lambda path: self._named(iri, path)):
            return found if "" not in found else same(found[""])
        if self.is_anonymous(iri):
            return self._summary(iri)
        shape = self.shape_of.get(iri)
        parts = self._parts(iri, shape) if shape else []
        if parts:
            languages = sorted({lang for part in parts for lang in part})
            return {lang: " – ".join(in_language(part, lang) for part in parts) for lang in languages}
        return same(self.iris.shrink(iri))

    def _named(self, iri: str, path: str) -> dict[str, str]:
        """Like :meth:`texts`, by :meth:`_some`."""
        return {value.lang or "": value.text for value in self._some(iri, path) if not value.is_iri}

    def _some(self, iri: str, path: str) -> list[Value]:
        """Like :meth:`values`, but of a thing that is only named not all that is said of it is read."""
        if isinstance(self.statements, dict) or self.statements.knows(iri):
            return self.values(iri, path)
        return [self._value(said) for said in self._shown(iri, None, path)]

    def _term(self, iri: str) -> dict[str, str]:
        """What a class or property is called; its local name where it has no label."""
        named = dict(best_name(lambda path: self.texts(iri, path)))
        plain = named.pop("", "") or ("" if named else vocab.local_name(iri.rstrip("/#")) or iri)
        return {**named, **(dict.fromkeys(self.workspace.languages, plain) if plain else {})}

    def _summary(self, node: str, depth: int = 2) -> Labels:
        """A blank node by what is said of it: “Köln · 50667”."""
        said = [
            (value, path)
            for path, values in (self.statements.get(node) or {}).items()
            if path != vocab.RDF.type
            for value in values
        ][:_SUMMED]

        def words(lang: str) -> str:
            parts = []
            for value, _ in said:
                if not value.is_iri:
                    parts.append(in_language(value.labels, lang))
                elif not self.is_anonymous(value.text):
                    parts.append(self.name(value.text, lang))
                elif depth:
                    parts.append(self._summary(value.text, depth - 1)[lang])
            return " · ".join(part for part in parts if part) or "–"

        return InEvery(words)

    def name(self, iri: str, lang: str) -> str:
        """The name of a thing or term in *lang*, else in another language of the workspace."""
        return in_language(self.label(iri), lang, chain=(*self.workspace.languages, *LANGUAGES))

    def _parts(self, iri: str, shape: NodeShape) -> list[Labels]:
        """What tells a thing without a name from others: its wording, and the first two things it relates."""
        worded = shape.figure.get("wording")
        said = self._some(iri, worded.path) if worded else []
        wording = [{v.lang: v.text for v in said if v.lang} or same(said[0].text)] if said else []
        related = (
            self.label(value.text)
            for prop in shape.properties
            if prop.refers_to_things and prop.path != vocab.DCTERMS.source
            for value in self._some(iri, prop.path)[:1]
            if value.text != iri and self._some(value.text, vocab.SKOS.prefLabel)
        )
        return [*islice(related, 1), *wording] if wording else [*islice(related, 2)]

    def sorted(self, iris: Iterable[str], lang: str) -> list[str]:
        """*iris* in the order of their names in *lang*."""
        return sorted(iris, key=lambda iri: (self.sort_key(iri, lang), iri))

    def sort_key(self, iri: str, lang: str) -> str:
        """What *iri* is sorted by in *lang*."""
        return collation.key(self.name(iri, lang), lang)
