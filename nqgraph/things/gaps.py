"""The gap map: how many things answer each column of the matrix and have each value of one of their properties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from nqgraph.model.shapes import PropertyShape
from nqgraph.things.collection import Collection
from nqgraph.things.facts import Value
from nqgraph.things.language import Labels
from nqgraph.words import vocab
from nqgraph.words.texts import in_language

#: Values with a column of their own; all others share one.
MOST_VALUES = 20
#: States of nothing, the first one counts where several are recorded.
NOTHING = ("known-gap", "nothing-found", "not-applicable")
#: Columns that stand for no single value: all other values, and none said.
OTHER, UNSAID = "…", "-"


@dataclass(frozen=True)
class Cell:
    """What answers a row, whole and in part, or why nothing does."""

    whole: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    #: Best evidence grade of its claims, "" where none has one.
    best: str = ""
    #: Whether somebody disputes any of the claims.
    disputed: bool = False
    #: A state of nothing; "" where nobody has looked, or where something answers.
    nothing: str = ""

    def __bool__(self) -> bool:
        return bool(self.whole or self.partly)

    @property
    def state(self) -> str:
        """What the style sheet knows it by."""
        return "answered" if self.whole else "partly" if self.partly else self.nothing


@dataclass(frozen=True)
class Group:
    """The rows of a group with the totals of its columns."""

    group: str
    rows: tuple[str, ...]
    totals: tuple[Cell, ...]
    total: Cell


@dataclass(frozen=True)
class GapMap:
    """Rows by group, columns by how many things have the value."""

    axis: PropertyShape
    groups: tuple[Group, ...]
    #: A value for each column, :data:`OTHER` and :data:`UNSAID` at the end.
    columns: tuple[str, ...]
    #: Values that share the column :data:`OTHER`.
    folded: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]
    #: Row → all that answers it.
    totals: Mapping[str, Cell]


@dataclass(frozen=True)
class _Answer:
    """A statement that a thing answers a row."""

    thing: str
    row: str
    partly: bool
    grade: str
    disputed: bool


class Gaps:
    """The gap maps of a collection, one for each axis that the shapes name."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._facts = collection.facts

    @cached_property
    def axes(self) -> dict[str, PropertyShape]:
        """Name in addresses → property, in the order of pages."""
        crossing = self._collection.crossing
        if crossing is None:
            return {}
        found: dict[str, PropertyShape] = {}
        for prop in crossing.rows.properties:
            if prop.gap_axis and not self._everything.isdisjoint(self._facts.having(prop.path)):
                name = vocab.slug(in_language(prop.name, self._collection.workspace.language))
                found.setdefault(name or vocab.slug(vocab.local_name(prop.path)), prop)
        return found

    def title(self, name: str) -> tuple[Labels, Labels]:
        """What the rows and the columns of an axis are called."""
        crossing = self._collection.crossing
        assert crossing is not None
        return crossing.columns.label, self.axes[name].name

    @cached_property
    def _answers(self) -> list[_Answer]:
        crossing, facts = self._collection.crossing, self._facts
        assert crossing is not None
        found: dict[tuple[str, str], _Answer] = {}
        props = [p for p in crossing.rows.properties if p.matrix_group and p.matrix_state in ("answered", "partly")]
        for prop in sorted(props, key=lambda prop: prop.matrix_state):  # whole before in part
            values = facts.all_values(prop.path)
            for thing in self._collection.members[crossing.rows.target_class]:
                for value in values.get(thing, ()):
                    disputed, best = facts.claims_of(thing, prop.path, value.text)
                    answer = _Answer(thing, value.text, prop.matrix_state == "partly", best, disputed)
                    found.setdefault((thing, value.text), answer)
        return list(found.values())

    @cached_property
    def _left_open(self) -> list[tuple[frozenset[str], str]]:
        """What each recorded gap is about, and which kind of nothing it is."""
        facts = self._facts
        return [
            (frozenset(v.text for v in facts.values(gap, vocab.NQ.leavesOpen)), state)
            for gap in facts.having(vocab.NQ.leavesOpen)
            if (state := vocab.local_name(facts.first(gap, vocab.NQ.absence))) in NOTHING
        ]

    def map(self, name: str, lang: str) -> GapMap:
        """The gap map of the axis *name*, with names sorted in *lang*."""
        crossing, facts = self._collection.crossing, self._facts
        assert crossing is not None
        axis = self.axes[name]
        said = facts.all_values(axis.path)
        values = {thing: self._values(axis, said.get(thing, ())) for thing in self._everything}
        having: dict[str, set[str]] = defaultdict(set)
        for thing, found in values.items():
            for value in found:
                having[value].add(thing)
        ordered = sorted(facts.sorted(having, lang), key=lambda value: -len(having[value]))
        shown = ordered if len(ordered) <= MOST_VALUES + 1 else ordered[:MOST_VALUES]
        folded = tuple(ordered[len(shown) :])
        without = {thing for thing, found in values.items() if not found}
        columns = dict.fromkeys(shown) | ({OTHER: None} if folded else {}) | ({UNSAID: None} if without else {})
        members = {value: having[value] for value in shown}
        members[OTHER] = {thing for value in folded for thing in having[value]}
        members[UNSAID] = without
        by_row: dict[str, list[_Answer]] = defaultdict(list)
        for answer in self._answers:
            by_row[answer.row].append(answer)
        grouped = self._rows(lang)
        rows = list(dict.fromkeys(row for group in grouped.values() for row in group))
        cells = {
            (row, column): cell
            for row in rows
            for column in columns
            if (cell := self._cell(by_row[row], members[column], {row}, self._nothing(row, column, members[column])))
            or cell.nothing
        }
        groups = []
        for group, inside in grouped.items():
            answers = [answer for row in inside for answer in by_row[row]]
            sums = tuple(self._cell(answers, members[column], set(inside), "") for column in columns)
            total = self._cell(answers, set(values), set(inside), "")
            groups.append(Group(group, tuple(inside), sums, total))
        totals = {row: self._cell(by_row[row], set(values), {row}, self._nothing(row, "", set())) for row in rows}
        return GapMap(axis, tuple(groups), tuple(columns), folded, cells, totals)

    def _rows(self, lang: str) -> dict[str, list[str]]:
        """Group → its rows; those without a group at the end."""
        crossing, facts = self._collection.crossing, self._facts
        assert crossing is not None
        found: dict[str, list[str]] = defaultdict(list)
        for row in facts.sorted(self._collection.members[crossing.columns.target_class], lang):
            for group in [v.text for v in facts.values(row, crossing.relation.matrix_group)] or [""]:
                found[group].append(row)
        order = {one: rank for members in self._collection.concepts.values() for rank, one in enumerate(members)}
        return {
            group: list(dict.fromkeys(found[group]))
            for group in sorted(found, key=lambda one: (not one, order.get(one, len(order)), one))
        }

    @cached_property
    def _everything(self) -> set[str]:
        crossing = self._collection.crossing
        assert crossing is not None
        return set(self._collection.members[crossing.rows.target_class])

    def _values(self, axis: PropertyShape, values: Iterable[Value]) -> set[str]:
        """The values of a thing, each at the level that the axis counts at; as it is where it has no such whole."""
        said = {v.text for v in values if not v.inferred and v.is_iri}
        if not axis.gap_level:
            return said
        return {whole for value in said for whole in self._wholes(value, axis.gap_level)}

    def _wholes(self, iri: str, level: str) -> set[str]:
        facts, found, left = self._facts, {iri}, [iri]
        while left:
            one = left.pop()
            shape = facts.shape_of.get(one)
            paths = [prop.path for prop in shape.properties if prop.containment] if shape else []
            more = {v.text for path in paths for v in facts.values(one, path)} - found
            found |= more
            left += more
        marked = {s for s, _, _ in facts.pointing(level)}
        return found & marked or {iri}

    def _cell(self, answers: Iterable[_Answer], things: set[str], rows: set[str], nothing: str) -> Cell:
        """What of *answers* is given by *things*; things that answer whole do not answer in part, too."""
        own = [answer for answer in answers if answer.thing in things and answer.row in rows]
        whole = {answer.thing for answer in own if not answer.partly}
        partly = {answer.thing for answer in own} - whole
        grades = sorted(answer.grade for answer in own if answer.grade)
        disputed = any(answer.disputed for answer in own)
        best = grades[0] if grades else ""
        return Cell(tuple(sorted(whole)), tuple(sorted(partly)), best, disputed, "" if own else nothing)

    def _nothing(self, row: str, column: str, things: set[str]) -> str:
        """
        Which nothing is recorded of a row and a column.

        A gap counts for the value that it names and for the values of the things that it names; one that names
        neither counts for the row as a whole (column ""). What does not apply to some things of a value may apply to
        others: only where it applies to none of them, it does not apply.
        """
        found: set[str] = set()
        apart: set[str] = set()
        for about, state in self._left_open:
            if row not in about:
                continue
            if column in about or (not column and not about & self._everything):
                found.add(state)
            elif about & things and state == "not-applicable":
                apart |= about & things
            elif about & things:
                found.add(state)
        found |= {"not-applicable"} if things and apart == things else set()
        return next((state for state in NOTHING if state in found), "")
