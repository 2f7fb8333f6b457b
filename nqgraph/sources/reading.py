"""Reads datasets into a store: tables to triples with their places, RDF files beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from rdflib import URIRef
from rdflib.namespace import DCTERMS, RDF
from rdflib.term import Literal, Node

from nqgraph.graph.store import Store, iri_is_valid
from nqgraph.model.shapes import PropertyShape, Schema
from nqgraph.sources import claims, identities, links, sheets, tables
from nqgraph.sources.cells import Thing, Vocabulary
from nqgraph.sources.datasets import Dataset
from nqgraph.sources.identities import SECOND, Identities
from nqgraph.sources.places import Places
from nqgraph.sources.tables import Record, Table
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, Place, Problem, folded
from nqgraph.words.texts import Text, in_language, near, text
from nqgraph.words.vocab import Iris

_Triple = tuple[Node, Node, Node]
#: What costs more than a cell or a row: the keys of a whole table.
_LOSING = frozenset({
    "unknown-table", "unknown-sheet", "table-is-copy", "sheet-is-copy", "header-below", "no-header", "headers-unknown",
    "columns-in-one", "no-key-column", "csv-syntax", "csv-swallowed", "csv-is-workbook", "csv-is-markup", "csv-cut",
    "cell-too-long",
    "encoding", "empty-file", "file-locked", "rdf-syntax", "rdf-nothing", "unknown-file-type", "workbook-damaged",
    "workbook-protected", "workbook-password", "workbook-old", "workbook-other", "file-open", "file-open-empty",
    "workbook-too-large", "workbook-too-many", "workbook-no-sheet", "jsonld-remote-context",
    "doctype",
})  # fmt: skip
#: Parts of a figure that its wording gives, too.
_WORDED = frozenset({"value", "upper", "total", "precision", "unit"})
#: Classes of what describes data and models, which nobody expects in a table.
_STRUCTURE = frozenset({
    *(f"{vocab.RDFS}{name}" for name in ("Class", "Resource")),
    *(f"{vocab.OWL}{name}" for name in ("Class", "Ontology", "NamedIndividual")),
    f"{vocab.RDF}Statement", f"{vocab.RDF}Property",
})  # fmt: skip


@dataclass
class Reading:
    """What was read."""

    #: Dataset name → class IRI → number of rows.
    rows: dict[str, Counter[str]] = field(default_factory=dict)
    places: Places = field(default_factory=Places)
    merged: int = 0
    #: What readers should know, though it is no fault.
    notes: list[Problem] = field(default_factory=list)
    #: What could not be read.
    problems: list[Problem] = field(default_factory=list)
    #: (thing, property) of cells that could not be read.
    unread: set[tuple[str, str]] = field(default_factory=set)
    #: Whether whole tables or files are missing.
    lost: bool = False
    #: What cells could name.
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    #: Dataset name → tables and records of their rows.
    tables: dict[str, list[tuple[Table, list[Record]]]] = field(default_factory=dict)


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
    reading = read_all(datasets, store, schema, progress)
    if reading.problems:
        raise InputError(reading.problems)
    return reading


def read_all(
    datasets: Sequence[Dataset],
    store: Store,
    schema: Schema,
    progress: Callable[[str], None] = lambda step: None,
) -> Reading:
    """
    Like :func:`read`, but what cannot be read is left out and named in the reading.

    What was harvested is left out, too: it is no source of ours, names nothing in our tables, and is held otherwise.
    """
    datasets = [dataset for dataset in datasets if not dataset.harvested]
    reading = Reading()
    problems: list[Problem] = []
    vocabulary = Vocabulary.of(store.graph(store.iris.ontology), store.workspace)
    for shape in schema.node_shapes:
        vocabulary.name_class(shape.target_class, shape.singular, shape.label)
    vocabulary.preferred = schema.claimed_schemes
    reading.vocabulary = vocabulary
    found: dict[str, list[Table]] = {}
    places: dict[str, Place] = {}
    for dataset in datasets:
        progress(dataset.name)
        before = len(problems)
        reading.notes += dataset.notes
        found[dataset.name] = _tables(dataset, schema, problems, reading.notes)
        for path in dataset.rdf_files():
            reading.places.files.append((path, dataset.call(path)))
            try:
                store.load(path, dataset.graph, dataset.call(path))
            except InputError as error:
                problems += error.problems
        reading.lost = reading.lost or any(problem.text.code in _LOSING for problem in problems[before:])
        for table in found[dataset.name]:
            tables.index_keys(table, store.iris, dataset.base, vocabulary, places, problems)
        _index_rdf_keys(dataset, store, vocabulary, places, reading.places, problems)
    decided = _identities(found, vocabulary, problems)
    reading.merged = len(decided.merged)
    reading.tables = {
        dataset.name: [
            (table, tables.records(table, vocabulary, problems, reading.notes)) for table in found[dataset.name]
        ]
        for dataset in datasets
    }
    for table in (table for listed in found.values() for table in listed):
        titles = {shape.path: table.sheet.header[index] for index, (shape, _) in reversed(table.columns.items())}
        reading.places.columns[table.sheet.file, table.sheet.sheet] = titles
    records = {name: [r for _, listed in parts for r in listed] for name, parts in reading.tables.items()}
    # Where a whole table is lost its keys are, too; to name each of them would hide the cause.
    reading.problems = folded(p for p in problems if not (reading.lost and p.text.code == "unknown-key"))
    claimed = _explicit_claims(records, store.iris)
    first = told_first((record for listed in records.values() for record in listed), decided.merged)
    for dataset in datasets:
        reading.rows[dataset.name] = Counter(record.shape.target_class for record in records[dataset.name])
        said = (
            triple
            for record in records[dataset.name]
            if record.iri  # without it the whole table has no keys, which is reported
            for triple in _triples(
                record, record.key in decided.merged, first, claimed, vocabulary, reading.places, store.iris
            )
        )
        store.add_new(dataset.graph, said)
        if any(identities.is_table(table.shape) for table in found[dataset.name]):
            store.add_new(dataset.graph, decided.triples)
        reading.unread |= {(record.iri, shape.path) for record in records[dataset.name] for shape in record.unread}
    for dataset, triples in links.read(datasets, vocabulary, store, reading.places, reading.notes, reading.problems):
        store.add_new(dataset.graph, triples)
    for dataset in datasets:
        reading.notes += _strangers(dataset, store, schema, vocabulary)
    reading.notes = folded(reading.notes)
    return reading


def _tables(dataset: Dataset, schema: Schema, problems: list[Problem], notes: list[Problem]) -> list[Table]:
    found = []
    for path in dataset.tables():
        try:
            read_sheets = sheets.read(path, dataset.call(path))
        except InputError as error:
            problems += error.problems
            continue
        for sheet in read_sheets:
            notes += sheet.notes
            found.append(tables.match(sheet, schema, problems))
    return [table for table in found if table is not None]


def _strangers(dataset: Dataset, store: Store, schema: Schema, vocabulary: Vocabulary) -> list[Problem]:
    """Classes of things in RDF files that no table knows, and things without a class: pages and checks pass by them."""
    if not dataset.rdf_files():
        return []
    own = {shape.target_class for shape in schema.node_shapes}
    known = own | {name for name, above in vocabulary.superclasses.items() if above & own}
    place = Place(dataset.label or dataset.name)
    named = "FILTER(!CONTAINS(STR(?s), '/.well-known/genid/'))"
    shrink = store.iris.shrink
    found = []
    for class_iri, count, one in store.select(
        f"SELECT ?c (COUNT(?s) AS ?n) (MIN(STR(?s)) AS ?one) WHERE {{ GRAPH <{dataset.graph}> {{ ?s a ?c }} {named} }}"
        " GROUP BY ?c ORDER BY ?c"
    ):
        if class_iri not in known | _STRUCTURE:
            hint = near(class_iri, known, cutoff=0.9)
            if hint.values:
                hint = Text("did-you-mean", {"name": shrink(hint.values["name"])})
            values = {"count": count, "example": shrink(one), "class": shrink(class_iri), "hint": hint}
            found.append(Problem(place, Text("rdf-unknown-class", values)))
    for count, one in store.select(
        f"SELECT (COUNT(DISTINCT ?s) AS ?n) (MIN(STR(?s)) AS ?one) WHERE {{ GRAPH <{dataset.graph}> {{ ?s ?p ?o }}"
        f" {named} FILTER NOT EXISTS {{ ?s a ?c }} FILTER NOT EXISTS {{ ?s dcterms:isReplacedBy ?other }} }}"
    ):
        if int(count):
            found.append(Problem(place, Text("rdf-no-class", {"count": count, "example": shrink(one)})))
    return found


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


def told_first(records: Iterable[Record], merged: Container[str]) -> dict[tuple[str, str], set[Node]]:
    """
    (thing, property) → what the kept rows say; where they say nothing the first row merged into them counts.

    Args:
        merged: Keys of the rows that were merged into others.
    """
    kept: dict[tuple[str, str], set[Node]] = {}
    second: dict[tuple[str, str], set[Node]] = {}
    filled: dict[tuple[str, str], str] = {}
    for record in records:
        for shape, value, _ in record.values:
            at = (record.iri, shape.path)
            if record.key not in merged:
                kept.setdefault(at, set()).add(value)
            elif filled.setdefault(at, record.key) == record.key:
                second.setdefault(at, set()).add(value)
    return second | kept


def told_second(
    shape: PropertyShape, value: Node, said: set[Node], vocabulary: Vocabulary, worded: bool
) -> tuple[str, list[Node]]:
    """
    Property and values that a merged row's *value* becomes.

    A name becomes another name, a description a note, and a value that may stand only once and differs from what is
    *said* already a note that says where it comes from: nothing is lost, nothing clashes. Parts of a figure that its
    row gives in words, too (*worded*), are in the note on these.
    """
    if value not in said:
        if said and worded and shape.figure_part in _WORDED:
            return shape.path, []
        if shape.path in SECOND:
            return SECOND[shape.path], [value]
        if said and alone(shape):
            return vocab.SKOS.note, _notes(shape, value, vocabulary)
    return shape.path, [value]


def worded(record: Record) -> bool:
    """Whether *record* gives a figure in words."""
    return any(shape.figure_part == "wording" for shape, _, _ in record.values)


def alone(shape: PropertyShape) -> bool:
    """Whether a thing has one value of a property, or one in a language."""
    return shape.max_count == 1 or shape.unique_language


@cache
def _predicate(path: str) -> URIRef:
    return URIRef(path)


def _triples(
    record: Record,
    second: bool,
    first: dict[tuple[str, str], set[Node]],
    claimed: dict[str, list[_Triple]],
    vocabulary: Vocabulary,
    places: Places,
    iris: Iris,
) -> list[_Triple]:
    """The triples of a row, of the *second* row of a thing as :func:`told_second` says."""
    subject = URIRef(record.iri)
    triples: list[_Triple] = [(subject, RDF.type, URIRef(record.shape.target_class))]
    places.add(record.iri, "", record.place)
    for shape, value, place in record.values:
        path, values = shape.path, [value]
        if second:
            said = first.get((record.iri, shape.path), set())
            path, values = told_second(shape, value, said, vocabulary, worded(record))
        predicate = _predicate(path)
        triples += [(subject, predicate, said_here) for said_here in values]
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


def _notes(shape: PropertyShape, value: Node, vocabulary: Vocabulary) -> list[Node]:
    """What a second row says of a property that has a value already, in the languages of the name of the property."""
    tongues = [value.language] if isinstance(value, Literal) and value.language else sorted(shape.name)
    names = vocabulary.names.get(str(value), {})
    return [
        Literal(
            text("second-value", lang, name=in_language(shape.name, lang), value=in_language(names, lang, str(value))),
            lang=lang,
        )
        for lang in tongues
    ]
