"""Tables as records: which thing a row describes and what it says, driven by the shapes alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rdflib.term import Node

from nqgraph.model.shapes import NodeShape, PropertyShape, Schema
from nqgraph.sources import cells
from nqgraph.sources.cells import CellError, Thing, Vocabulary
from nqgraph.sources.sheets import Sheet
from nqgraph.words import vocab
from nqgraph.words.errors import Place, Problem
from nqgraph.words.texts import Listed, Text, in_language, near
from nqgraph.words.vocab import Iris

#: What a key may be: it becomes the last part of an IRI.
_KEY = re.compile(r"[A-Za-z0-9]+([-._][A-Za-z0-9]+)*")


@dataclass(frozen=True)
class Table:
    """A sheet together with the node shape it is a table of."""

    sheet: Sheet
    shape: NodeShape
    #: Column index → property shape and language.
    columns: dict[int, tuple[PropertyShape, str]]

    @property
    def key_column(self) -> int | None:
        """Index of the column with the key, if the table has one."""
        return next((i for i, (shape, _) in self.columns.items() if shape.path == vocab.DCTERMS.identifier), None)

    def row_keys(self) -> Iterator[tuple[list[str], int]]:
        """Keys and row number of each row: the key of the thing, then others that mean it too; none if empty."""
        column = self.key_column
        if column is not None:
            for number, row in self.sheet.rows:
                cell = row[column] if column < len(row) else None
                parts = [] if cell is None else cells.plain(cell).split(";")
                yield [key.strip() for key in parts if key.strip()], number

    def place(self, row: int, column: int | None = None) -> Place:
        """Place of a row or cell."""
        return self.sheet.place(row, self.sheet.header[column] if column is not None else "")


@dataclass
class Record:
    """One row: a thing and what the row says of it."""

    shape: NodeShape
    key: str
    iri: str
    place: Place
    values: list[tuple[PropertyShape, Node, Place]] = field(default_factory=list)
    #: Property shapes whose cell says "looked for, nothing documented" or "does not apply".
    not_documented: list[PropertyShape] = field(default_factory=list)
    not_applicable: list[PropertyShape] = field(default_factory=list)

    def objects(self, path: str) -> list[Node]:
        """Values at *path*."""
        return [value for shape, value, _ in self.values if shape.path == path]


def match(sheet: Sheet, schema: Schema, problems: list[Problem]) -> Table | None:
    """The table that *sheet* is; adds to *problems* what no shape knows."""
    shape = schema.for_table(sheet.name)
    if shape is None:
        labels = [label for s in schema.node_shapes for label in s.label.values()]
        every = Text("known-tables", {"names": Listed(tuple(s.label for s in schema.node_shapes), most=60)})
        hint = near(sheet.name, [vocab.slug(label) for label in labels], otherwise=every)
        problems.append(Problem(sheet.place(), Text("unknown-table", {"name": sheet.name, "hint": hint})))
        return None
    columns = {}
    for index, title in enumerate(sheet.header):
        if not title:
            continue
        found = shape.columns.get(title.casefold())
        if found is None:
            known = _headers(shape, schema.workspace.language)
            hint = near(title, known, otherwise=Text("known-columns", {"names": ", ".join(known)}))
            problems.append(
                Problem(
                    sheet.place(1, title), Text("unknown-column", {"column": title, "table": shape.label, "hint": hint})
                )
            )
        else:
            columns[index] = found
    for prop in shape.properties:
        if prop.path == vocab.DCTERMS.identifier and prop not in [c[0] for c in columns.values()]:
            problems.append(Problem(sheet.place(), Text("no-key-column", {"column": prop.name, "table": shape.label})))
    return Table(sheet, shape, columns)


def _headers(shape: NodeShape, lang: str) -> list[str]:
    named = [(prop, in_language(prop.name, lang)) for prop in shape.properties]
    return [
        f"{name} ({prop.languages[0] if prop.languages else lang})" if prop.is_text else name for prop, name in named
    ]


def index_keys(
    table: Table, iris: Iris, base: str, vocabulary: Vocabulary, places: dict[str, Place], problems: list[Problem]
) -> None:
    """Enter the keys of *table* into *vocabulary*; keys must be unique over all tables."""
    for keys, number in table.row_keys():
        place = table.place(number, table.key_column)
        if not keys:
            problems.append(Problem(place, Text("missing-key", {"table": table.shape.label})))
        for key in keys:
            if not _KEY.fullmatch(key):
                problems.append(
                    Problem(
                        place,
                        Text("bad-key", {"key": key, "hint": Text("key-like", {"key": vocab.slug(key) or "a-1"})}),
                    )
                )
            if key in vocabulary.keys:
                problems.append(Problem(place, Text("key-twice", {"key": key, "first": places[key]})))
            else:
                target = table.shape.target_class
                vocabulary.keys[key] = Thing(iris.thing(target, keys[0], base), target)
                places[key] = place


def records(table: Table, vocabulary: Vocabulary, problems: list[Problem]) -> Iterator[Record]:
    """The records of *table*; what cannot be read goes to *problems* with its cell."""
    keys = {number: found[0] for found, number in table.row_keys() if found}
    for number, row in table.sheet.rows:
        key = keys.get(number, "")
        if table.key_column is not None and key not in vocabulary.keys:
            continue  # reported when the keys were indexed
        iri = vocabulary.keys[key].iri if key else ""
        record = Record(table.shape, key, iri, table.place(number))
        for index, cell in enumerate(row):
            if cell is None or cell == "" or (isinstance(cell, str) and not cell.strip()):
                continue
            if index not in table.columns:
                if index >= len(table.sheet.header) or not table.sheet.header[index]:
                    problems.append(Problem(table.place(number), Text("cell-without-column", {"value": str(cell)})))
                continue
            shape, lang = table.columns[index]
            if cell in cells.NOT_DOCUMENTED:
                record.not_documented.append(shape)
            elif cells.is_not_applicable(cell, shape, vocabulary):
                record.not_applicable.append(shape)
            else:
                place = table.place(number, index)
                try:
                    values = cells.read(cell, shape, lang, vocabulary)
                except CellError as error:
                    problems.append(Problem(place, error.text))
                else:
                    record.values += [(shape, value, place) for value in values]
        yield record
