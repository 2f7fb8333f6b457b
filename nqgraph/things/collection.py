"""What pages show beside the dossiers: which things there are, lists with filters, the matrix, answers of queries."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection as Some
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import Any

from nqgraph.graph.graph import Graph
from nqgraph.graph.queries import Parameter, Query
from nqgraph.graph.results import Result
from nqgraph.model.shapes import NodeShape, PropertyShape
from nqgraph.things import answers as tables
from nqgraph.things import dossier, findings, induced, listing
from nqgraph.things.answers import AnswerTable
from nqgraph.things.facts import Facts
from nqgraph.things.language import InEvery, Labels, same
from nqgraph.things.links import of_thing
from nqgraph.things.listing import Column, Entry, Filter
from nqgraph.words import vocab
from nqgraph.words.texts import in_language

#: State of a pair of the matrix → its sign, with the evidence grade where there is one.
SIGNS = {
    "answered": "{}",
    "partly": "({})",
    "against": "!{}",
    "disputed": "{}*",
    "group": "·",
    "known-gap": "?",
    "nothing-found": "∅",
    "not-applicable": "–",
}
#: Entries of a list of foreign data, of which any number can come.
MOST_ENTRIES = 500
#: Addresses that are no lists.
_TAKEN = frozenset(
    {
        *("matrix", "netz", "luecken", "abfragen", "inhalt", "ueber", "glossar", "def", "api", "impressum"),
        *("datenschutz", "barrierefreiheit", "sparql", "dcat", "metrics", "gesundheit", "rdf-graph-store", "doc"),
        *("id", "graph", "scheme", "query", "fragen", "neu", "vergleich", "zeitleiste", "karte", "bild", "reconcile"),
        *("buendel", "kleinstes-buendel"),
    }
)


@dataclass(frozen=True)
class Crossing:
    """What the matrix crosses: the relation, and the kinds of things in its rows and columns."""

    relation: PropertyShape
    rows: NodeShape
    columns: NodeShape

    @property
    def states(self) -> set[str]:
        """What a pair can be by what relates it: ``answered``, ``partly``, ``against``, ``group``."""
        return {prop.matrix_state for prop in self.rows.properties if prop.matrix_state}


@dataclass(frozen=True)
class Matrix:
    """What is known about the things of two kinds that a relation crosses, in one group of columns."""

    group: str
    columns: list[str]
    rows: list[str]
    #: Row and column → state, evidence grade, and the property that relates them.
    pairs: Mapping[tuple[str, str], tuple[str, str, str]]


@dataclass(frozen=True)
class Asked:
    """A question that the page of a thing asks about it, with the thing as a value, and its answer."""

    query: Query
    values: Mapping[str, str]
    result: Result
    table: AnswerTable
    #: Whether these are the rows that stand apart.
    apart: bool = False

    def said(self, facts: Facts, lang: str) -> Iterator[str]:
        """What the answer comes to, in the sentences of its query."""
        return (findings.said(facts, finding, self.query, self.result, lang) for finding in self.query.summary)


class Collection:
    """
    The things of a graph that pages show.

    Args:
        things: The things that have pages; all if None.
    """

    def __init__(self, graph: Graph, things: Iterable[str] | None = None) -> None:
        self.graph = graph
        self.facts = Facts(graph)
        self.workspace = graph.workspace
        wanted = None if things is None else set(things)
        members: dict[str, list[str]] = defaultdict(list)
        for iri, shape in self.facts.shape_of.items():
            shown = wanted is None or iri in wanted
            if shown and shape.role != "background":
                members[shape.target_class].append(iri)
        #: Class → its things.
        self.members = dict(members)
        #: Address of a page → the thing it is about.
        self.things: dict[str, str] = {}
        for iris in members.values():
            for iri in sorted(iris):
                segment = self.facts.shape_of[iri].segment
                address = induced.address(iri, segment) if graph.given else of_thing(iri, segment)
                if address in self.things:  # two bases, one key
                    address += "-" + hashlib.sha256(iri.encode()).hexdigest()[:6]
                self.things[address] = iri
        #: Thing → address of its page.
        self.addresses = {iri: address for address, iri in self.things.items()}
        self._pairs: dict[tuple[str, str], tuple[str, str, str]] | None = None
        #: Address of a list → its class.
        self.lists: dict[str, NodeShape] = {}
        for shape in self.facts.schema.node_shapes:
            if shape.target_class in self.members:
                address = vocab.slug(self.facts.schema.label(shape))
                if graph.given and (not address or address in {*self.lists, *_TAKEN, *self.workspace.languages}):
                    address = f"{address or 'kind'}-{hashlib.sha256(shape.iri.encode()).hexdigest()[:6]}"
                self.lists[address] = shape

    @cached_property
    def keys(self) -> dict[str, str]:
        """Key → thing, of keys that no word of a text can be."""
        return {key: iri for iri in self.addresses if "-" in (key := self.facts.key(iri))}

    def unlisted(self, shape: NodeShape) -> int:
        """How many things of *shape* its list leaves out."""
        return max(0, len(self.members[shape.target_class]) - MOST_ENTRIES) if self.graph.given else 0

    def shows(self, iri: str) -> bool:
        """Whether *iri* is no thing that these pages leave out."""
        shape = self.facts.shape_of.get(iri)
        return shape is None or shape.role == "background" or iri in self.addresses

    def lead(self, iri: str) -> Labels:
        """What a thing is, in a sentence: the properties that its shape names, else its description."""
        if paths := self.facts.shape_of[iri].lead:
            found = (self.facts.values(iri, path) for path in paths)
            parts = [
                self.facts.label(values[0].text) if values[0].is_iri else dossier.texts(values)
                for values in found
                if values
            ]
            return InEvery(lambda lang: ", ".join(in_language(part, lang) for part in parts)) if parts else {}
        return self.facts.texts(iri, vocab.DCTERMS.description)

    def marks(self, iri: str) -> list[Labels]:
        """What links to a thing say beside its name, such as how much of a source was seen."""
        shape, facts = self.facts.shape_of.get(iri), self.facts
        found = [
            (prop, v) for prop in (shape.properties if shape else ()) if prop.mark for v in facts.values(iri, prop.path)
        ]
        return [
            InEvery(
                partial(
                    lambda prop, v, lang: f"{in_language(prop.name, lang)}: {facts.name(v.text, lang)}", prop, value
                )
            )
            for prop, value in found
        ]

    # -- lists ---------------------------------------------------------------------------------------------------

    def counts(self) -> list[tuple[str, Labels, int]]:
        """Address, name and size of the lists on the start page."""
        counted = [
            (shape.count_order, address) for address, shape in self.lists.items() if shape.count_order is not None
        ]
        found = [(address, self.lists[address]) for _, address in sorted(counted)]
        return [
            (address, shape.count_label or shape.label, len(self.members[shape.target_class]))
            for address, shape in found
        ]

    def listing(self, shape: NodeShape, lang: str) -> tuple[list[Filter], list[Entry]]:
        """The things of *shape* in the order of their names in *lang*, and what the list can be filtered by."""
        things = self.facts.sorted(self.members[shape.target_class], lang)
        if self.graph.given:
            things = things[:MOST_ENTRIES]
        filters = listing.filtered(self.facts, shape, things, lang)
        columns = self.columns(shape)
        made, told = cache(lambda thing, place: listing.cell(self.facts, thing, columns[place], lang)), cache(self.lead)
        entries = [
            Entry(thing, {found.name: tokens[thing] for found, tokens in filters}, len(columns), made, told)
            for thing in things
        ]
        return [found for found, _ in filters], entries

    def columns(self, shape: NodeShape) -> list[Column]:
        """The columns with which the list of *shape* is a table; none where it is a plain list."""
        return listing.columns(self.facts, shape)

    def register(self, lang: str) -> dict[str, list[str]]:
        """First letter → things; ``#`` for names that begin with no letter."""
        shown = [iri for iri in self.things.values() if self.facts.shape_of[iri].role == "thing"]
        letters: dict[str, list[str]] = defaultdict(list)
        for iri in self.facts.sorted(shown, lang):
            first = self.facts.sort_key(iri, lang).strip()[:1].upper()
            letters[first if first.isalpha() else "#"].append(iri)
        return letters

    def kinds(self, lang: str) -> list[tuple[NodeShape, list[str]]]:
        """Kinds of the network with their things, for its twin."""
        shown = [shape for shape in self.lists.values() if shape.role == "thing"]
        return [(shape, self.facts.sorted(self.members[shape.target_class], lang)) for shape in shown]

    def terms(self, lang: str) -> list[str]:
        """The classes of the workspace and of the core."""
        return self.vocabulary(lang).get("classes", [])

    @cached_property
    def explained(self) -> frozenset[str]:
        """What the glossary explains: classes, and the entries of lists."""
        listed = (iri for members in self.concepts.values() for iri in members)
        return frozenset((*self.terms(self.workspace.language), *self.concepts, *listed))

    def vocabulary(self, lang: str) -> dict[str, list[str]]:
        """Classes and properties of the workspace and of the core, by kind."""
        kinds = {
            "classes": vocab.OWL.Class,
            "relations": vocab.OWL.ObjectProperty,
            "attributes": vocab.OWL.DatatypeProperty,
            "annotations": vocab.OWL.AnnotationProperty,
        }
        ours = (str(vocab.NQ), self.facts.iris.terms)
        found = {
            kind: self.facts.sorted({iri for iri in self._instances(class_iri) if iri.startswith(ours)}, lang)
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
            scheme: self.facts.sorted(self.facts.concepts(scheme), self.workspace.language)
            for scheme in self._instances(vocab.SKOS.ConceptScheme)
        }
        return dict(sorted(found.items(), key=lambda pair: self.facts.sort_key(pair[0], self.workspace.language)))

    def _instances(self, class_iri: str) -> set[str]:
        return {s for s, path, _ in self.facts.pointing(class_iri) if path == vocab.RDF.type}

    # -- the matrix ------------------------------------------------------------------------------------------------

    @cached_property
    def crossing(self) -> Crossing | None:
        """What the matrix crosses, as a property shape says; None if none says it, or if there is nothing to cross."""
        schema = self.facts.schema
        for rows in schema.node_shapes:
            for prop in rows.properties:
                columns = schema.for_class(prop.classes[0]) if prop.matrix_group and prop.classes else None
                if columns is not None and {rows.target_class, columns.target_class} <= set(self.members):
                    return Crossing(prop, rows, columns)
        return None

    def matrix(self, lang: str) -> Iterator[Matrix]:
        """What is known about the pairs, group by group; nobody has looked at the pairs that are missing."""
        if self.crossing is None:
            return
        pairs = self.pairs(self.crossing)
        by_group: dict[str, list[str]] = defaultdict(list)
        for iri in self.facts.sorted(self.members[self.crossing.columns.target_class], lang):
            for value in self.facts.values(iri, self.crossing.relation.matrix_group):
                by_group[value.text].append(iri)
        answering = set(self.members[self.crossing.rows.target_class])  # gaps pair the columns, too
        ordered = {group: rank for members in self.concepts.values() for rank, group in enumerate(members)}
        for group in sorted(by_group, key=lambda group: (ordered.get(group, len(ordered)), group)):
            columns = dict.fromkeys(by_group[group])
            rows = {row for row, column in pairs if column in columns and row in answering}
            yield Matrix(group, list(columns), self.facts.sorted(rows, lang), pairs)

    def pairs(self, crossing: Crossing) -> dict[tuple[str, str], tuple[str, str, str]]:
        """:meth:`_paired`, kept from the first time on."""
        if self._pairs is None:
            self._pairs = self._paired(crossing)
        return self._pairs

    def _paired(self, crossing: Crossing) -> dict[tuple[str, str], tuple[str, str, str]]:
        """
        Pair → what it is, the best evidence grade of its claims, and the property that says it of the row.

        What a relation says comes first, then what is recorded as missing. That only the group of a column is known
        holds where somebody states it and no relation leads to any column of the group.
        """
        facts, rows = self.facts, self.members[crossing.rows.target_class]
        told = [prop for prop in crossing.rows.properties if prop.matrix_group or prop.matrix_state == "group"]
        pairs: dict[tuple[str, str], tuple[str, str, str]] = {}
        for prop in (prop for prop in told if prop.matrix_group):
            values = facts.all_values(prop.path)
            for row in rows:
                for value in values.get(row, ()):
                    disputed, grade = facts.claims_of(row, prop.path, value.text)
                    pairs[row, value.text] = ("disputed" if disputed else prop.matrix_state, grade, prop.path)
        linked = set(pairs)
        for gap in facts.having(vocab.NQ.leavesOpen):
            about = [value.text for value in facts.values(gap, vocab.NQ.leavesOpen)]
            absence = vocab.local_name(facts.first(gap, vocab.NQ.absence))
            for row in about:
                for column in about:
                    pairs.setdefault((row, column), (absence, "", ""))
        grouped: dict[str, list[str]] = defaultdict(list)
        for column in self.members[crossing.columns.target_class]:
            for value in facts.values(column, crossing.relation.matrix_group):
                grouped[value.text].append(column)
        for prop in (prop for prop in told if prop.matrix_state == "group"):
            values = facts.all_values(prop.path)
            for row in rows:
                for value in values.get(row, ()):
                    columns = grouped[value.text]
                    if not value.inferred and not any((row, column) in linked for column in columns):
                        grade = facts.claims_of(row, prop.path, value.text).grade
                        for column in columns:
                            pairs.setdefault((row, column), ("group", grade, ""))
        return pairs

    def claim_anchor(self, row: str, path: str, column: str) -> str:
        """What the claim of a pair is called on the page of the row; "" without one."""
        claims = self.facts.claims(row, path, column) if path else ()
        return dossier.claim_of(self.facts, claims[0]).anchor if claims else ""

    # -- queries ---------------------------------------------------------------------------------------------------

    @cached_property
    def queries(self) -> dict[str, Query]:
        """Address → canned query."""
        return {f"abfragen/{query.name}": query for query in self.graph.queries.all()}

    def topics(self) -> dict[str, list[tuple[str, Query]]]:
        """Topic → addresses and queries."""
        found: dict[str, list[tuple[str, Query]]] = defaultdict(list)
        for address, query in self.queries.items():
            found[query.topic].append((address, query))
        return found

    def topic(self, name: str) -> Labels:
        """What a topic of queries is called: by the settings, else by its folder."""
        return self.workspace.settings.topics.get(name) or same(name.replace("-", " ").capitalize())

    def answer(
        self, query: Query, values: Mapping[str, Any], lang: str, brief: bool = False, rows: slice = tables.ALL
    ) -> AnswerTable:
        """
        The answer of *query* in *lang*, without rows about things that these pages leave out.

        Args:
            brief: Only the columns that the query names as enough where its answer is a part of another page.
            rows: Which rows are shown.
        Raises:
            QueryError: A value does not fit its parameter, or the default of one is not in these data.
        """
        return self.table(query, tables.answer(self.graph, query, values, lang), values, lang, brief, rows)

    def table(
        self,
        query: Query,
        result: Result,
        given: Some[str],
        lang: str,
        brief: bool = False,
        rows: slice = tables.ALL,
    ) -> AnswerTable:
        """Like :meth:`answer`, where *result* is known."""
        return tables.table(self.facts, query, result, lang, self.shows, given, brief, rows)

    def asked(self, iri: str, lang: str, rows: slice = tables.ALL) -> Iterator[Asked]:
        """
        The questions that the shape of the thing *iri* asks about it, with what is enough on its page.

        Args:
            rows: Which rows of their answers are shown.
        """
        shape = self.facts.shape_of[iri]
        for query in (self.queries[name] for ask in shape.asks if (name := f"abfragen/{ask}") in self.queries):
            takes = [p for p in query.parameters if p.type == "iri"]
            about = next((p.name for p in takes if p.range == shape.target_class or (p.many and not p.range)), None)
            if about is not None:
                values = {about: vocab.local_name(iri)}
                result = tables.answer(self.graph, query, values, lang)
                kept, apart = tables.split(query, result, lang)
                yield Asked(query, values, result, self.table(query, kept, values, lang, True, rows))
                if query.apart and len(apart):
                    found = self.table(query, apart, values, lang, True, rows)
                    yield Asked(replace(query, heading=query.apart[2], summary=()), values, result, found, apart=True)

    def choices(self, parameter: Parameter, lang: str) -> list[tuple[str, Labels]]:
        """Value and label of what a parameter can be; empty if it is free."""
        found: Iterable[str] = ()
        if parameter.type == "iri":
            found = self.facts.sorted(self.members.get(parameter.range, ()), lang)
        elif parameter.type == "concept":
            found = self.concepts.get(self.facts.iris.scheme(parameter.range), ())
        return [(vocab.local_name(iri), self.facts.label(iri)) for iri in found]
