"""Reads datasets into a store: tables to triples with their places, RDF files beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rdflib import URIRef
from rdflib.namespace import DCTERMS, RDF
from rdflib.term import Literal, Node

from nqgraph.graph.store import Store, iri_is_valid
from nqgraph.model.shapes import PropertyShape, Schema
from nqgraph.sources import claims, identities, sheets, tables
from nqgraph.sources.cells import Thing, Vocabulary
from nqgraph.sources.datasets import Dataset
from nqgraph.sources.identities import SECOND, Identities
from nqgraph.sources.places import Places
from nqgraph.sources.tables import Record, Table
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, Place, Problem
from nqgraph.words.texts import Text, in_language
from nqgraph.words.vocab import Iris

_Triple = tuple[Node, Node, Node]


@dataclass
class Reading:
    """What was read."""

    #: Dataset name → class IRI → number of rows.
    rows: dict[str, Counter[str]] = field(default_factory=dict)
    places: Places = field(default_factory=Places)
    merged: int = 0


def read(
    datasets: Sequence[Dataset],
    store: Store,
    schema: Schema,
    progress: Callable[[str], None] = lambda step: None,
) -> Reading:
    """
    Read *datasets* into *store*, a named graph each; the store holds the ontology already.

    A statement that several datasets make stands in the graph of the first.

    Raises:
        InputError: All that cannot be read, with file, sheet, row and column or line.
    """
    reading = Reading()
    problems: list[Problem] = []
    vocabulary = Vocabulary.of(store.graph(store.iris.ontology), store.workspace)
    for shape in schema.node_shapes:
        vocabulary.name_class(shape.target_class, shape.singular, shape.label)
    vocabulary.preferred = schema.claimed_schemes
    found: dict[str, list[Table]] = {}
    places: dict[str, Place] = {}
    lost = False
    for dataset in datasets:
        progress(dataset.name)
        before = len(problems)
        found[dataset.name] = _tables(dataset, schema, problems)
        for path in dataset.rdf_files():
            reading.places.files.append((path, dataset.call(path)))
            try:
                store.load(path, dataset.graph, dataset.call(path))
            except InputError as error:
                problems += error.problems
        lost = lost or any(problem.text.code != "unknown-column" for problem in problems[before:])
        for table in found[dataset.name]:
            tables.index_keys(table, store.iris, dataset.base, vocabulary, places, problems)
        _index_rdf_keys(dataset, store, vocabulary, places, reading.places, problems)
    decided = _identities(found, vocabulary, problems)
    reading.merged = len(decided.merged)
    records = {
        dataset.name: [r for table in found[dataset.name] for r in tables.records(table, vocabulary, problems)]
        for dataset in datasets
    }
    if problems:  # where a whole table is lost its keys are, too; to name each of them would hide the cause
        raise InputError(p for p in problems if not (lost and p.text.code == "unknown-key"))
    claimed = _explicit_claims(records, store.iris)
    first = _first(records, decided)
    for dataset in datasets:
        reading.rows[dataset.name] = Counter(record.shape.target_class for record in records[dataset.name])
        triples = [
            triple
            for record in records[dataset.name]
            for triple in _triples(
                record, record.key in decided.merged, first, claimed, vocabulary, reading.places, store.iris
            )
        ]
        store.add_new(dataset.graph, triples)
        if any(identities.is_table(table.shape) for table in found[dataset.name]):
            store.add_new(dataset.graph, decided.triples)
    return reading


def _tables(dataset: Dataset, schema: Schema, problems: list[Problem]) -> list[Table]:
    found = []
    for path in dataset.tables():
        try:
            read_sheets = sheets.read(path, dataset.call(path))
        except InputError as error:
            problems += error.problems
            continue
        found += [tables.match(sheet, schema, problems) for sheet in read_sheets]
    return [table for table in found if table is not None]


def _index_rdf_keys(
    dataset: Dataset,
    store: Store,
    vocabulary: Vocabulary,
    places: dict[str, Place],
    found: Places,
    problems: list[Problem],
) -> None:
    """Things of RDF files can be named in cells, too; they cannot take the key of a row that is another thing."""
    if dataset.rdf_files():
        query = f"SELECT ?key ?s ?class WHERE {{ GRAPH <{dataset.graph}> {{ ?s dcterms:identifier ?key ; a ?class }} }}"
        for key, subject, class_iri in store.select(query):
            if vocabulary.keys.setdefault(key, Thing(subject, class_iri)).iri == subject:
                places.setdefault(key, Place(dataset.label or dataset.name))
            elif places[key].row:
                problems.append(Problem(found.find(subject), Text("key-twice", {"key": key, "first": places[key]})))


def _identities(found: dict[str, list[Table]], vocabulary: Vocabulary, problems: list[Problem]) -> Identities:
    decisions = [
        record
        for listed in found.values()
        for table in listed
        if identities.is_table(table.shape)
        for record in tables.records(table, vocabulary, [])  # their faults are reported when all rows are read
    ]
    problems_before = len(problems)
    decided = identities.decide(decisions, vocabulary, problems)
    return decided if len(problems) == problems_before else Identities()


def _explicit_claims(records: dict[str, list[Record]], iris: Iris) -> dict[str, list[_Triple]]:
    """IRI → direct triples of the claims that have a row of their own; gives these rows their IRI."""
    known = {}
    for listed in records.values():
        for record in listed:
            if record.shape.target_class == claims.CLASS:
                record.iri, direct = claims.explicit(record, iris)
                known[record.iri] = direct
    return known


def _first(records: dict[str, list[Record]], decided: Identities) -> dict[tuple[str, str], set[Node]]:
    """(thing, property) → what the kept rows say; where they say nothing the first row merged into them counts."""
    kept: dict[tuple[str, str], set[Node]] = {}
    merged: dict[tuple[str, str], set[Node]] = {}
    filled: dict[tuple[str, str], str] = {}
    for listed in records.values():
        for record in listed:
            for shape, value, _ in record.values:
                at = (record.iri, shape.path)
                if record.key not in decided.merged:
                    kept.setdefault(at, set()).add(value)
                elif filled.setdefault(at, record.key) == record.key:
                    merged.setdefault(at, set()).add(value)
    return merged | kept


def _triples(
    record: Record,
    second: bool,
    first: dict[tuple[str, str], set[Node]],
    claimed: dict[str, list[_Triple]],
    vocabulary: Vocabulary,
    places: Places,
    iris: Iris,
) -> list[_Triple]:
    """
    The triples of a row.

    Of the *second* row of a thing, a name becomes another name, a description a note, and a value that may stand only
    once and differs from the first row's a note that says where it comes from: nothing is lost, nothing clashes.
    """
    subject = URIRef(record.iri)
    triples: list[_Triple] = [(subject, RDF.type, URIRef(record.shape.target_class))]
    places.add(record.iri, "", record.place)
    for shape, value, place in record.values:
        path, said = shape.path, first.get((record.iri, shape.path), set())
        values = [value]
        if second and value not in said:
            if shape.path in SECOND:
                path = SECOND[shape.path]
            elif said and (shape.max_count == 1 or shape.unique_language):
                path, values = vocab.SKOS.note, _notes(shape, value, record.key, vocabulary)
        triples += [(subject, URIRef(path), said_here) for said_here in values]
        places.add(record.iri, path, place)
        if path == vocab.DCTERMS.identifier and str(value) != record.key and not second:  # the old key stays known
            before = record.iri.rpartition("/")[0] + "/" + str(value)
            if iri_is_valid(before):
                triples.append((URIRef(before), DCTERMS.isReplacedBy, subject))
    for shape in record.not_documented:
        if (record.iri, shape.path) not in first:
            triples.append((subject, URIRef(vocab.NQ.notDocumented), URIRef(shape.path)))
    for shape in record.not_applicable:
        triples.append((subject, URIRef(vocab.NQ.notApplicable), URIRef(shape.path)))
    for triple in claims.of_row(record, claimed, vocabulary, iris):
        triples.append(triple)
        places.add(str(triple[0]), "", record.place)
    return triples + claimed.get(record.iri, [])


def _notes(shape: PropertyShape, value: Node, key: str, vocabulary: Vocabulary) -> list[Node]:
    """What the row *key* says of a property that has a value already, in the languages of the name of the property."""
    tongues = [value.language] if isinstance(value, Literal) and value.language else sorted(shape.name)
    names = vocabulary.names.get(str(value), {})
    return [
        Literal(f"{in_language(shape.name, lang)} ({key}): {in_language(names, lang, str(value))}", lang=lang)
        for lang in tongues
    ]
