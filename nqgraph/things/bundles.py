"""Bundles: things looked at together, and what the questions about bundles say of them, alone and side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nqgraph.graph.columns import Column
from nqgraph.graph.queries import Query
from nqgraph.graph.results import Result, of_rows, shown
from nqgraph.model.shapes import NodeShape
from nqgraph.things import answers
from nqgraph.things.answers import AnswerTable
from nqgraph.things.collection import Collection
from nqgraph.things.findings import said
from nqgraph.things.language import Labels, Voice
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError
from nqgraph.words.texts import near

#: Most things in a bundle, and most bundles side by side.
MOST, BESIDE = 60, 2


@dataclass(frozen=True)
class Told:
    """What is said of a thing for one bundle: the first is the state, the others have their headings."""

    state: str
    more: tuple[tuple[Labels, str], ...]


@dataclass(frozen=True)
class Line:
    """A thing with what is said of it for each bundle; None where it does not appear."""

    iri: str
    cells: tuple[Told | None, ...]

    @property
    def differs(self) -> bool:
        """Whether the bundles differ in its state."""
        return len({cell.state if cell else None for cell in self.cells}) > 1


@dataclass(frozen=True)
class Section:
    """A question with what it says of each bundle."""

    query: Query
    #: The value of its parameter for each bundle, for addresses.
    values: tuple[str, ...]
    #: Name of that parameter.
    parameter: str
    #: Sentences about each answer.
    sentences: tuple[tuple[str, ...], ...]
    tables: tuple[AnswerTable, ...]
    #: The answers side by side; empty for one bundle.
    lines: tuple[Line, ...]


def kind(collection: Collection) -> NodeShape | None:
    """The kind of thing that is a bundle, if there is one with questions."""
    shapes = (shape for shape in collection.lists.values() if shape.bundle)
    return next((shape for shape in shapes if list(_questions(collection, shape))), None)


def offered(collection: Collection, shape: NodeShape) -> list[NodeShape]:
    """The kinds that can be in a bundle: bundles themselves, and what they can name."""
    classes = [shape.target_class, *(one for prop in shape.properties for one in prop.classes)]
    found = (collection.facts.schema.for_class(one) for one in dict.fromkeys(classes))
    return [one for one in found if one and one.role == "thing" and one.target_class in collection.members]


def find(collection: Collection, keys: Sequence[str]) -> tuple[str, ...]:
    """
    The things with *keys*, each once.

    Raises:
        QueryError: There are too many, or there is no such thing.
    """
    keys = list(dict.fromkeys(key for key in keys if key))
    if len(keys) > MOST:
        raise QueryError.of("bundle-many", count=len(keys), most=MOST)
    known = {vocab.local_name(iri): iri for iri in collection.addresses}
    for key in keys:
        if key not in known:
            raise QueryError.of("bundle-unknown", key=key[:80], hint=near(key[:80], known))
    return tuple(known[key] for key in keys)


def sections(
    collection: Collection, shape: NodeShape, bundles: Sequence[Sequence[str]], lang: str, most: int = 99
) -> Iterator[Section]:
    """What each question about bundles, or the first *most* of them, say of *bundles*."""
    for query, parameter in list(_questions(collection, shape))[:most] if bundles else ():
        values = tuple("; ".join(map(vocab.local_name, bundle)) for bundle in bundles)
        results = [answers.answer(collection.graph, query, {parameter: value}, lang) for value in values]
        yield Section(
            query,
            values,
            parameter,
            tuple(
                tuple(said(collection.facts, finding, query, result, lang) for finding in query.summary)
                for result in results
            ),
            tuple(
                answers.table(collection.facts, query, result, lang, collection.shows, {parameter: ""}, brief=True)
                for result in results
            ),
            tuple(_lines(collection, query, results, lang)) if len(bundles) > 1 else (),
        )


def _questions(collection: Collection, shape: NodeShape) -> Iterator[tuple[Query, str]]:
    """The questions of *shape* that take several things, with the parameter for these."""
    for query in (collection.queries[name] for ask in shape.asks if (name := f"abfragen/{ask}") in collection.queries):
        several = next((p.name for p in query.parameters if p.type == "iri" and p.many), None)
        if several:
            yield query, several


def _lines(collection: Collection, query: Query, results: Sequence[Result], lang: str) -> Iterator[Line]:
    """The rows of *results* by the first thing in them, in the order in which the answers name them."""
    key = next((column for column in query.columns if column.type == "iri"), None)
    if key is None:
        return
    names = {key.name, f"{key.name}Name"}
    columns = [c for c in query.columns if c.name not in names and (not query.brief or c.name in query.brief)]
    told: list[dict[str, Told]] = []
    for result in results:
        found: dict[str, Told] = {}
        for row in result.rows:
            iri = str(row.get(key.name) or "")
            if iri and collection.shows(iri):
                found.setdefault(iri, _told(row, columns, lang))
        told.append(found)
    for iri in dict.fromkeys(iri for found in told for iri in found):
        yield Line(iri, tuple(found.get(iri) for found in told))


def _told(row: dict[str, object], columns: Sequence[Column], lang: str) -> Told:
    values = [(column.label, shown(row.get(column.name), lang)) for column in columns]
    return Told(values[0][1] if values else "", tuple((label, value) for label, value in values[1:] if value))


def result(collection: Collection, found: Sequence[Section], names: Sequence[str], voice: Voice) -> Result:
    """*found* as rows for a spreadsheet: question, thing, what is said for each bundle, and whether they differ."""
    several = [f"bundle{number}" for number in range(1, len(names) + 1)]
    columns = ["question", "thing", *several, "differs"]
    headings = [voice.plain_t("bundle-question"), "", *names, voice.plain_t("contrast-state")]
    rows: list[list[str]] = []
    for section in found:
        title = voice.plain(section.query.heading or section.query.title)
        rows += [[title, "", *(" ".join(one) for one in section.sentences), ""]] if any(section.sentences) else []
        for line in section.lines:
            cells = [_cell(cell, voice) for cell in line.cells]
            state = voice.plain_t("contrast-differs" if line.differs else "contrast-same")
            rows.append([title, collection.facts.name(line.iri, voice.lang), *cells, state])
    return of_rows(columns, headings, rows, collection.facts.iris.base)


def _cell(told: Told | None, voice: Voice) -> str:
    if told is None:
        return voice.plain_t("bundle-not-in")
    return "; ".join([told.state, *(f"{voice.plain(label)}: {value}" for label, value in told.more)])
