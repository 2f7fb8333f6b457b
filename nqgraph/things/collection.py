"""What pages show beside the dossiers: which things there are, lists with filters, the matrix, answers of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nqgraph.graph import queries
from nqgraph.graph.graph import Graph
from nqgraph.graph.queries import Parameter, Query
from nqgraph.model.shapes import NodeShape, PropertyShape
from nqgraph.networks.network import BACKGROUND
from nqgraph.things import answers as tables
from nqgraph.things.answers import Table
from nqgraph.things.facts import WITHOUT_PAGES, Facts
from nqgraph.things.language import Labels, Voice, same
from nqgraph.things.links import of_thing
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError
from nqgraph.words.texts import in_language

#: Classes that the start page counts.
COUNTED = ("Obstacle", "Practice", "Recommendation", "FundingInstrument", "Observation", "Source")
#: Classes that the register leaves out, beside those without pages of their own names.
_NOT_IN_REGISTER = BACKGROUND | {vocab.NQ.Alternative}
#: Most distinct values of a property that a list can be filtered by.
_MOST_CHOICES = 80


@dataclass(frozen=True)
class Filter:
    """A drop-down above a list."""

    name: str
    label: Labels
    choices: list[str]


@dataclass(frozen=True)
class Entry:
    """A thing in a list."""

    iri: str
    lead: Labels
    #: Filter → local names of the thing's values.
    values: dict[str, list[str]]


@dataclass(frozen=True)
class Matrix:
    """What is known about practice × obstacle in one group of obstacles."""

    group: str
    obstacles: list[str]
    practices: list[str]
    #: Practice and obstacle → state and evidence grade.
    pairs: Mapping[tuple[str, str], tuple[str, str]]


class Collection:
    """
    The things of a graph that pages show.

    Args:
        things: The things that have pages; all if None.
    """

    def __init__(self, graph: Graph, things: Iterable[str] | None = None) -> None:
        self.graph = graph
        self.facts = Facts(graph)
        wanted = None if things is None else set(things)
        members: dict[str, list[str]] = defaultdict(list)
        for iri, shape in self.facts.shape_of.items():
            shown = wanted is None or iri in wanted
            if shown and shape.target_class not in WITHOUT_PAGES and iri.startswith(vocab.ID):
                members[shape.target_class].append(iri)
        #: Class → its things.
        self.members = dict(members)
        #: Address of a page → the thing it is about.
        self.things = {of_thing(iri): iri for iris in members.values() for iri in iris}
        #: Address of a list → its class.
        self.lists = {
            vocab.slug(in_language(shape.label, "de")): shape
            for shape in self.facts.schema.node_shapes
            if shape.target_class in self.members
        }

    def shows(self, iri: str) -> bool:
        """Whether *iri* is no thing that these pages leave out."""
        shape = self.facts.shape_of.get(iri)
        return shape is None or shape.target_class in WITHOUT_PAGES or of_thing(iri) in self.things

    def lead(self, iri: str) -> Labels:
        """What a thing is, in a sentence; of a source, who published it when."""
        if self.facts.shape_of[iri].target_class == vocab.NQ.Source:
            parts = [self.facts.first(iri, path) for path in (vocab.NQ.publisherName, vocab.NQ.yearText)]
            return same(", ".join(part for part in parts if part))
        return self.facts.texts(iri, vocab.DCTERMS.description)

    # -- lists ---------------------------------------------------------------------------------------------------

    def counts(self) -> list[tuple[str, Labels, int]]:
        """Address, name and size of the lists on the start page."""
        by_name = {vocab.local_name(shape.target_class): (address, shape) for address, shape in self.lists.items()}
        found = [by_name[name] for name in COUNTED if name in by_name]
        return [(address, shape.label, len(self.members[shape.target_class])) for address, shape in found]

    def listing(self, shape: NodeShape, lang: str) -> tuple[list[Filter], list[Entry]]:
        """The things of *shape* in the order of their names in *lang*, and what the list can be filtered by."""
        things = self.facts.sorted(self.members[shape.target_class], lang)
        filters: dict[str, Filter] = {}
        for prop in filter(_can_filter, shape.properties):
            choices = {value.text for thing in things for value in self.facts.values(thing, prop.path)}
            if 2 <= len(choices) <= _MOST_CHOICES:
                name = vocab.slug(vocab.local_name(prop.path))
                filters[prop.path] = Filter(name, prop.name, self.facts.sorted(choices, lang))
        entries = [
            Entry(
                thing,
                self.lead(thing),
                {
                    found.name: sorted({vocab.local_name(value.text) for value in self.facts.values(thing, path)})
                    for path, found in filters.items()
                },
            )
            for thing in things
        ]
        return list(filters.values()), entries

    def register(self, lang: str) -> dict[str, list[str]]:
        """First letter → things; ``#`` for names that begin with no letter."""
        shown = [iri for iri in self.things.values() if self.facts.shape_of[iri].target_class not in _NOT_IN_REGISTER]
        letters: dict[str, list[str]] = defaultdict(list)
        for iri in self.facts.sorted(shown, lang):
            first = self.facts.sort_key(iri, lang).strip()[:1].upper()
            letters[first if first.isalpha() else "#"].append(iri)
        return letters

    def kinds(self, lang: str) -> list[tuple[NodeShape, list[str]]]:
        """Kinds of the network with their things, for its twin."""
        shown = [shape for shape in self.lists.values() if shape.target_class not in BACKGROUND]
        return [(shape, self.facts.sorted(self.members[shape.target_class], lang)) for shape in shown]

    def terms(self, lang: str) -> list[str]:
        """The classes of our ontology."""
        return self.vocabulary(lang).get("classes", [])

    def vocabulary(self, lang: str) -> dict[str, list[str]]:
        """Classes and properties of our ontology, by kind."""
        kinds = {
            "classes": vocab.OWL.Class,
            "relations": vocab.OWL.ObjectProperty,
            "attributes": vocab.OWL.DatatypeProperty,
            "annotations": vocab.OWL.AnnotationProperty,
        }
        found = {
            kind: self.facts.sorted({iri for iri in self._instances(class_iri) if iri.startswith(vocab.NQ)}, lang)
            for kind, class_iri in kinds.items()
        }
        return {kind: terms for kind, terms in found.items() if terms}

    def datasets(self) -> list[str]:
        """The datasets of the build."""
        return sorted(self._instances(vocab.DCAT.Dataset))

    @cached_property
    def concepts(self) -> dict[str, list[str]]:
        """Concept scheme → its concepts."""
        found = {
            scheme: self.facts.sorted(
                {s for s, path, _ in self.facts.inverse.get(scheme, ()) if path == vocab.SKOS.inScheme}, "de"
            )
            for scheme in self._instances(vocab.SKOS.ConceptScheme)
        }
        return dict(sorted(found.items(), key=lambda pair: self.facts.sort_key(pair[0], "de")))

    def _instances(self, class_iri: str) -> set[str]:
        return {s for s, path, _ in self.facts.inverse.get(class_iri, ()) if path == vocab.RDF.type}

    # -- practice × obstacle ---------------------------------------------------------------------------------------

    def matrix(self, lang: str) -> Iterator[Matrix]:
        """What is known about practice × obstacle, group by group; nobody has looked at the pairs that are missing."""
        pairs = self._pairs()
        for group in self.concepts.get(vocab.SCHEME["obstacle-group"], []):
            members = {s for s, path, _ in self.facts.inverse.get(group, ()) if path == vocab.NQ.obstacleGroup}
            obstacles = [iri for iri in self.facts.sorted(members, lang) if of_thing(iri) in self.things]
            answering = {p for p, o in pairs if o in members and of_thing(p) in self.things}
            if obstacles:
                yield Matrix(group, obstacles, self.facts.sorted(answering, lang), pairs)

    def _pairs(self) -> dict[tuple[str, str], tuple[str, str]]:
        pairs: dict[tuple[str, str], tuple[str, str]] = {}
        for (practice, predicate, obstacle), (claim, *_) in self.facts.claims.items():
            if predicate == vocab.NQ.answers:
                disputed = vocab.local_name(self.facts.first(claim, vocab.NQ.claimStatus)) == "disputed"
                grade = self.facts.first(claim, vocab.NQ.evidenceGrade)
                pairs[practice, obstacle] = ("disputed" if disputed else "answered", grade)
        for gap in self._instances(vocab.NQ.KnowledgeGap):
            about = [value.text for value in self.facts.values(gap, vocab.NQ.leavesOpen)]
            absence = vocab.local_name(self.facts.first(gap, vocab.NQ.absence))
            for practice in about:
                for obstacle in about:
                    pairs.setdefault((practice, obstacle), (absence, ""))
        return pairs

    # -- queries ---------------------------------------------------------------------------------------------------

    @cached_property
    def queries(self) -> dict[str, Query]:
        """Address → canned query."""
        return {f"abfragen/{query.name}": query for query in queries.all_queries()}

    def topics(self) -> dict[str, list[tuple[str, Query]]]:
        """Topic → addresses and queries."""
        found: dict[str, list[tuple[str, Query]]] = defaultdict(list)
        for address, query in self.queries.items():
            found[query.topic].append((address, query))
        return found

    def answer(self, query: Query, values: Mapping[str, Any], voice: Voice) -> Table:
        """
        The answer of *query*, without rows about things that these pages leave out.

        Raises:
            QueryError: A value does not fit its parameter.
        """
        languages = (voice.lang, *([voice.other] if voice.other else []))
        try:
            results = {lang: tables.answer(self.graph, query, values, lang) for lang in languages}
        except QueryError:
            if values:
                raise
            return Table([], [])  # the default of a parameter names a thing that these data do not have
        return tables.table(self.facts, query, results, self.shows, values)

    def choices(self, parameter: Parameter, lang: str) -> list[tuple[str, Labels]]:
        """Value and label of what a parameter can be; empty if it is free."""
        found: Iterable[str] = ()
        if parameter.type == "iri":
            found = self.facts.sorted(self.members.get(parameter.range, ()), lang)
        elif parameter.type == "concept":
            found = self.concepts.get(vocab.SCHEME[parameter.range], ())
        return [(vocab.local_name(iri), self.facts.label(iri)) for iri in found]


def _can_filter(prop: PropertyShape) -> bool:
    chosen = bool(prop.scheme) or bool(set(prop.classes) & {vocab.NQ.Region, vocab.NQ.TargetGroup})
    return chosen and prop.path not in (vocab.NQ.dating, vocab.NQ.confidence)
