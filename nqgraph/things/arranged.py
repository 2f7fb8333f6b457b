"""Answers of questions laid out otherwise than as one table: parted by a column, or as a grid of things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nqgraph.things.answers import AnswerTable, Cell
from nqgraph.things.language import Labels


@dataclass(frozen=True)
class Part:
    """The rows that say the same in the column by which an answer is parted."""

    label: Labels
    table: AnswerTable


@dataclass(frozen=True)
class Grid:
    """Things in rows and columns, and what an answer says of each pair."""

    heading: Labels
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]

    def total(self, row: str) -> int:
        """In how many columns a row has something."""
        return sum((row, column) in self.cells for column in self.columns)


def parts(found: AnswerTable, by: str) -> list[Part]:
    """*found* parted by its column *by*, in the order of its rows; nothing if it has no such column."""
    if by not in found.names:
        return []
    place = list(found.names).index(by)
    labels: dict[str, Labels] = {}
    rows: dict[str, list[int]] = {}
    for number, row in enumerate(found.rows):
        said = row[place].text or {}
        key = next(iter(said.values()), "")
        labels.setdefault(key, said)
        rows.setdefault(key, []).append(number)
    return [Part(labels[key], _only(found, place, numbers)) for key, numbers in rows.items()]


def _only(found: AnswerTable, place: int, numbers: Sequence[int]) -> AnswerTable:
    """The rows *numbers* of *found* without the column at *place*, and without those that are empty in all of them."""
    kept = [
        column
        for column in range(len(found.headings))
        if column != place and any(_says(found.rows[number][column]) for number in numbers)
    ]
    return replace(
        found,
        headings=[found.headings[column] for column in kept],
        names=[found.names[column] for column in kept],
        rows=[[found.rows[number][column] for column in kept] for number in numbers],
        details=[found.details[number] for number in numbers] if found.details else [],
        beyond=0,
    )


def _says(cell: Cell) -> bool:
    return bool(cell.iri or cell.nothing or any((cell.text or {}).values()))


def grid(found: AnswerTable, names: Sequence[str]) -> Grid | None:
    """*found* with the things of two of its columns in rows and columns; None if it has no such columns."""
    if not set(names) <= set(found.names):
        return None
    row, column, cell = (list(found.names).index(name) for name in names)
    cells = {(one[row].iri, one[column].iri): one[cell] for one in found.rows if one[row].iri and one[column].iri}
    rows, columns = (tuple(dict.fromkeys(pair[side] for pair in cells)) for side in (0, 1))
    many = {one: sum(one == pair[0] for pair in cells) for one in rows}
    return Grid(found.headings[row], tuple(sorted(rows, key=lambda one: -many[one])), columns, cells)
