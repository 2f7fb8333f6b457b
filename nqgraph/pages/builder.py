"""The page on which a question is built: its form, and the answer as a table and as bars."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from nqgraph.graph import portable, queries, tables
from nqgraph.graph.results import Result, shown
from nqgraph.graph.tables import Condition, Question, Table
from nqgraph.model import ways
from nqgraph.model.shapes import NodeShape
from nqgraph.model.ways import ITSELF, Way
from nqgraph.things import answers
from nqgraph.things.answers import AnswerTable
from nqgraph.things.collection import Collection
from nqgraph.words import collation, vocab
from nqgraph.words.asking import ANY, NONE
from nqgraph.words.errors import QueryError
from nqgraph.words.texts import in_language, text

#: Address of the page.
ADDRESS = "fragen/neu"
#: Rows of the table, and bars, that the page shows; the files hold all.
MOST_ROWS, MOST_BARS = 500, 30
#: Entries of a drop-down; beyond that one writes a key or a name.
_MOST_CHOICES = 400


@dataclass(frozen=True)
class Choice:
    """An entry of a drop-down or a box to tick."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class Choices:
    """Entries below a heading; the first of a list have none."""

    heading: str
    entries: tuple[Choice, ...]

    @property
    def chosen(self) -> bool:
        """Whether any is chosen."""
        return any(entry.chosen for entry in self.entries)


@dataclass(frozen=True)
class Field:
    """A filter of the form."""

    name: str
    label: str
    value: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Bar:
    """A number as a bar."""

    whole: str
    number: str
    #: Per cent of the longest.
    width: float


@dataclass(frozen=True)
class Chart:
    """The numbers of a column as bars."""

    title: str
    bars: tuple[Bar, ...]
    #: How many rows have no bar here.
    more: int


def content(collection: Collection, items: Sequence[tuple[str, str]], lang: str) -> dict[str, Any]:
    """What the page shows for the names and values of an address."""
    return _Page(collection, items, lang).content()


def built(collection: Collection, items: Iterable[tuple[str, str]], lang: str) -> Table:
    """
    The question that an address says.

    Raises:
        QueryError: A part is unknown or does not fit.
    """
    graph = collection.graph.in_language(lang)
    return graph.built(Question.from_address(items), collection.facts.schema)


class _Page:
    def __init__(self, collection: Collection, items: Sequence[tuple[str, str]], lang: str) -> None:
        self.collection = collection
        self.items = items
        self.lang = lang
        self.graph = collection.graph.in_language(lang)
        self.ways = ways.of(collection.facts.schema)
        self.asked = Question.from_address(items)

    def say(self, code: str, **values: Any) -> str:
        return text(code, self.lang, self.collection.workspace.messages, **values)

    def content(self) -> dict[str, Any]:
        page: dict[str, Any] = {"kind": None, "error": None, "table": None, "kinds": []}
        try:
            kind = self.ways.kind(self.asked.kind) if self.asked.kind else None
        except QueryError as error:
            return {**page, "error": error, "kinds": list(self._kinds())}
        if kind is None:
            return {**page, "kinds": list(self._kinds())}
        try:
            table = self.graph.built(self.asked, self.collection.facts.schema)
            page |= self._answer(table)
            self.asked = table.question
        except QueryError as error:
            page["error"] = error
        return {**page, "kind": kind, **self._form(kind)}

    def _kinds(self) -> Iterator[tuple[str, NodeShape, int]]:
        """Address, kind and number of entries of all kinds that there is something of."""
        counted = {shape.target_class: address for address, shape in self.collection.lists.items()}
        shapes = self.collection.facts.schema.node_shapes
        for shape in sorted(shapes, key=lambda shape: collation.key(in_language(shape.label, self.lang), self.lang)):
            if shape.target_class in counted:
                items = Question(shape.segment).to_address()
                yield _query(items), shape, len(self.collection.members[shape.target_class])

    # -- the form ----------------------------------------------------------------------------------------------------

    def _form(self, kind: NodeShape) -> dict[str, Any]:
        conditions = [found for one in self.asked.where if (found := self._read(kind, one))]
        columns, group, count = (
            self._ways(kind, given) for given in (self.asked.columns, self.asked.group, self.asked.count)
        )
        offered = self._offered(kind, [*columns, *group, *count, *(one.way for one in conditions)])
        wanted = [value for name, value in self.items if name == "filter" and value]
        filtered = [prop.path for prop in kind.properties if prop.filters]
        shown = [
            *(one.way for one in conditions),
            *self._ways(kind, wanted),
            *(way for way in offered[""] if way.end.prop.path in filtered and way.end.source is None),
        ]
        fields: list[Field] = []
        left = list(conditions)
        for way in {way.key: way for way in shown}.values():
            for field, used in self._fields(way, conditions):
                fields.append(field)
                left = [one for one in left if one not in used]
        return {
            "fields": fields,
            "hidden": [item for one in left for item in self._hidden(kind, one)],
            "chosen": [way.name(self.lang) if way.links else self.say("build-itself") for way in columns],
            "more": self._choices(offered, ()),
            "columns": self._choices(offered, columns, itself=bool(group)),
            "groups": [self._choices(offered, [way]) for way in group] + [self._choices(offered, ())],
            "counts": [self._choices(offered, [way], itself=True) for way in count]
            + [self._choices(offered, (), itself=True)],
        }

    def _read(self, kind: NodeShape, one: str) -> Condition | None:
        """A filter, if it is one; what is wrong with it the error says."""
        try:
            return tables.condition(self.ways, kind, one)
        except QueryError:
            return None

    def _ways(self, kind: NodeShape, given: Iterable[str]) -> list[Way]:
        found = []
        for one in given:
            try:
                found.append(self.ways.read(kind, one))
            except QueryError:
                continue
        return found

    def _offered(self, kind: NodeShape, chosen: Iterable[Way]) -> dict[str, list[Way]]:
        """Heading → ways: of the kind itself, back to it, and on from what is chosen."""
        first = self.ways.onward(Way(kind, ()))
        offered = {
            "": [way for way in first if way.end.source is None],
            self.say("build-back"): [way for way in first if way.end.source is not None],
        }
        for way in chosen:
            for size in range(1, len(way.links) + 1):
                before = Way(kind, way.links[:size])
                if before.end.kinds and before.name(self.lang) not in offered:
                    onward = self.ways.onward(before)
                    if onward:
                        offered[before.name(self.lang)] = onward
        return offered

    def _choices(
        self, offered: Mapping[str, Sequence[Way]], chosen: Sequence[Way], *, itself: bool = False
    ) -> list[Choices]:
        keys = {way.key for way in chosen}
        listed = []
        for heading, found in offered.items():
            entries = [
                Choice(way.key, in_language(way.end.name, self.lang, way.end.key), way.key in keys) for way in found
            ]
            if itself and not heading:
                entries.insert(0, Choice(ITSELF, self.say("build-itself"), ITSELF in keys))
            if entries:
                listed.append(Choices(heading, tuple(entries)))
        return listed

    def _fields(self, way: Way, conditions: Sequence[Condition]) -> Iterator[tuple[Field, list[Condition]]]:
        """The fields of a filter, each with the conditions that it holds."""
        found = tables.type_of(way.end)
        own = [one for one in conditions if one.way.key == way.key]
        name, label = f"wo.{way.key}", way.name(self.lang)
        if found in ("integer", "decimal", "date", "text"):
            for sign in ("~=",) if found == "text" else (">=", "<="):
                held = [one for one in own if one.sign == sign][:1]
                code = {"~=": "has", ">=": "from", "<=": "to"}[sign]
                value = held[0].values[0] if held else ""
                yield Field(name + sign[0], self.say(f"table-label-{code}", way=label), value), held
            return
        equal: list[Condition | None] = [one for one in own if one.sign == "="]
        choices = self._values(way, found)
        for one in equal or [None]:
            value = one.values[0] if one else ""
            entries = tuple(replace(choice, chosen=choice.value == value) for choice in choices)
            known = not value or any(choice.chosen for choice in entries)
            yield Field(name, label, value, entries if known else ()), [one] if one else []

    def _values(self, way: Way, found: str) -> list[Choice]:
        """What the value of a filter can be; empty if there is too much of it."""
        if found == "boolean":
            named = [(value, self.say(f"page-{value}")) for value in ("true", "false")]
        else:
            iris: Iterable[str] = ()
            if found == "concept":
                iris = self.collection.concepts.get(way.end.prop.scheme, ())
            else:
                every = [iri for kind in way.end.kinds for iri in self.collection.members.get(kind.target_class, ())]
                iris = self.collection.facts.sorted(every, self.lang) if len(every) <= _MOST_CHOICES else ()
            named = [(vocab.local_name(iri), self.collection.facts.name(iri, self.lang)) for iri in iris]
        if not named:
            return []
        ends = [("", self.say("page-all")), (ANY, self.say("build-any")), (NONE, self.say("table-without"))]
        return [Choice(value, label) for value, label in [*ends, *named]]

    def _hidden(self, kind: NodeShape, one: Condition) -> Iterator[tuple[str, str, str]]:
        """Name, value and words of a condition that no field can hold."""
        for value in one.values:
            [_, (name, said)] = Question(kind.segment, (f"{one.way.key}{one.sign}{value}",)).to_address()
            yield name, said, f"{one.way.name(self.lang)} {one.sign} {value}"

    # -- the answer --------------------------------------------------------------------------------------------------

    def _answer(self, table: Table) -> dict[str, Any]:
        result = answers.answer(self.graph, table.query, table.values, self.lang)
        facts = self.collection.facts
        found = answers.table(facts, table.query, result, self.lang, self.collection.shows)
        bound = queries.bind(table.query, {**table.values, "lang": self.lang}, self.graph)
        items = table.question.to_address()
        empty = ""
        if not table.has_entries(self.graph):
            empty = "table-no-entries"
        elif not result.rows:
            empty = "table-no-match"
        return {
            "table": table,
            "found": AnswerTable(found.headings, found.rows[:MOST_ROWS]),
            "total": len(found.rows),
            "charts": [self._chart(table, result, name) for name in table.counts] if len(result.rows) > 1 else [],
            "empty": empty,
            "sparql": portable.text(table.query, bound, self.collection.workspace, self.lang),
            "call": shlex.join(["nqgraph", "table", *table.called()]),
            "kept": _query(items),
            "downloads": _query([*items, ("lang", self.lang)]),
        }

    def _chart(self, table: Table, result: Result, name: str) -> Chart:
        rows = sorted((row for row in result.rows if row.get(name)), key=lambda row: -row[name])
        most = max((row[name] for row in rows), default=1)
        label = next(column.label for column in table.query.columns if column.name == name)
        bars = []
        for row in rows[:MOST_BARS]:
            whole = " · ".join(str(row[one]) for one in table.named if row.get(one))
            bars.append(Bar(whole, shown(row[name], self.lang), round(100 * row[name] / most, 1)))
        return Chart(in_language(label, self.lang), tuple(bars), len(rows) - len(bars))


def _query(items: Iterable[tuple[str, str]]) -> str:
    return "?" + urlencode(list(items), quote_via=quote)
