"""Which rows the values of a cell come from, where several rows are about one thing, and what an edit does to each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from rdflib.term import Node

from nqgraph.model.shapes import PropertyShape
from nqgraph.sources import reading
from nqgraph.sources.cells import Vocabulary
from nqgraph.sources.contents import joined
from nqgraph.sources.identities import SECOND
from nqgraph.sources.tables import Record, Table
from nqgraph.words import vocab
from nqgraph.words.errors import Place

#: Property and language of a column; empty where it is no text.
Column = tuple[PropertyShape, str]


@dataclass(frozen=True, eq=False)
class Row:
    """One of the rows about a thing."""

    dataset: str
    table: Table
    record: Record

    @property
    def own(self) -> bool:
        """Whether it has the key that the thing is called by; the others were merged into it."""
        return self.record.key in ("", vocab.local_name(self.record.iri))


@dataclass(frozen=True)
class Origin:
    """A value of a row."""

    row: Row
    column: Column
    value: Node
    place: Place
    #: Property and values that it becomes in the graph.
    path: str
    told: list[Node]


@dataclass(frozen=True)
class Edit:
    """A cell of a row that gets another content."""

    row: Row
    column: Column
    content: str


class Elsewhere(Exception):
    """What an edit would replace stands where it cannot be replaced."""

    def __init__(self, origin: Origin) -> None:
        super().__init__(origin.place)
        self.origin = origin


def of(rows: Sequence[Row], vocabulary: Vocabulary) -> list[Origin]:
    """All that the *rows* about a thing say, in the order in which they are read."""
    merged = {row.record.key for row in rows if not row.own}
    first = reading.told_first((row.record for row in rows), merged)
    found = []
    for row in rows:
        for shape, value, place in row.record.values:
            path, told = shape.path, [value]
            if not row.own:
                said = first.get((row.record.iri, shape.path), set())
                path, told = reading.told_second(shape, value, said, vocabulary, reading.worded(row.record))
            found.append(Origin(row, (shape, _lang(value)), value, place, path, told))
    return found


def edits(
    origins: Sequence[Origin],
    home: Row,
    column: Column,
    before: Sequence[str],
    after: Sequence[str],
    datasets: Collection[str],
    parts: Callable[[Node], list[str]],
) -> list[Edit]:
    """
    What happens to which row, if the cell of *column* says *after* instead of *before*, value by value.

    A value goes from all rows that say it, and what replaces it goes there; what is only new goes to the row that
    says the property already, where it can be said but once, else to *home*.

    Args:
        datasets: Those whose rows may change.
        parts: What the cell says for a value, one by one.
    Raises:
        Elsewhere: A value comes from a row of another dataset, or from a cell of which it is only a part.
    """
    prop, lang = column
    gone, new = [v for v in before if v not in after], [v for v in after if v not in before]
    found: list[Edit] = []
    rows: list[Row] = []
    for value in gone:
        saying = [
            o for o in origins if o.path == prop.path and any(_lang(n) == lang and value in parts(n) for n in o.told)
        ]
        here = [o for o in saying if o.row.dataset in datasets]
        if saying and not here:
            raise Elsewhere(saying[0])
        for origin in here:
            if origin.column[0].path == prop.path and (origin.row.own or prop.path != vocab.DCTERMS.identifier):
                rows += [origin.row] if origin.row not in rows else []
            elif origin.told == [origin.value] and len(gone) == len(new) == 1:
                found.append(Edit(origin.row, origin.column, str(origin.value).replace(value, new[0])))
            else:
                raise Elsewhere(origin)
    if new and not rows and not found:
        rows = [_open(origins, home, prop, datasets)]
    for row in rows:
        mine = [o for o in origins if o.row is row and o.path == prop.path == o.column[0].path]
        own = [part for o in mine for n in o.told if _lang(n) == lang for part in parts(n)]
        kept = [v for v in own if v not in before]  # another row says it, too, and a statement is made once
        found.append(Edit(row, column, joined([*(v for v in after if v in own or v in new), *kept], prop)))
    return found


def _open(origins: Sequence[Origin], home: Row, prop: PropertyShape, datasets: Collection[str]) -> Row:
    """The row to which a further value of *prop* goes."""
    if not reading.alone(prop) and prop.path not in SECOND:
        return home
    saying = [o for o in origins if o.path == prop.path == o.column[0].path]
    counts = next((o for o in sorted(saying, key=lambda o: not o.row.own)), None)
    if counts and counts.row.dataset not in datasets:
        raise Elsewhere(counts)
    return counts.row if counts else home


def _lang(value: Node) -> str:
    return getattr(value, "language", None) or ""
