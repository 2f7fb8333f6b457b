"""The list of a kind of thing: what it can be filtered by, and the columns with which it is a table."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nqgraph.graph import tables
from nqgraph.graph.results import Result, of_rows
from nqgraph.model import ways
from nqgraph.model.shapes import ListColumn, NodeShape, PropertyShape
from nqgraph.model.ways import Way
from nqgraph.things import dossier
from nqgraph.things.answers import Cell
from nqgraph.things.facts import Facts, Value
from nqgraph.things.language import Labels, Voice, same
from nqgraph.words import collation, vocab
from nqgraph.words.texts import in_language

#: Most distinct values of a property that a list can be filtered by.
_MOST_CHOICES = 80
#: What an address says beside the filters: free text, order, what is ticked.
RESERVED = frozenset({"text", "sort", "d", "lang", "seite"})


@dataclass(frozen=True)
class Filter:
    """A drop-down above a list."""

    name: str
    label: Labels
    choices: list[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing in a list."""

    iri: str
    #: Filter → local names of the thing's values, and of the wholes that these are parts of.
    values: dict[str, list[str]]
    #: How many columns there are beside the name.
    columns: int
    #: Thing and place of a column → what stands in it; made for all entries of a list when it is first asked for.
    made: Callable[[str, int], Cell]
    #: Thing → the sentence about it.
    told: Callable[[str], Labels]

    @property
    def lead(self) -> Labels:
        """What it is, in a sentence."""
        return self.told(self.iri)

    def cell(self, place: int) -> Cell:
        """What stands in a column."""
        return self.made(self.iri, place)

    @property
    def cells(self) -> list[Cell]:
        """What stands in the columns beside the name."""
        return [self.cell(place) for place in range(self.columns)]


@dataclass(frozen=True)
class Column:
    """A column of a list, with the ways that it follows."""

    #: Its name in addresses.
    key: str
    label: Labels
    show: str
    ways: tuple[Way, ...]

    @property
    def is_number(self) -> bool:
        """Whether numbers stand in it."""
        ends = {tables.type_of(way.end) for way in self.ways if way.links}
        return self.show == "count" or ends <= {"integer", "decimal"}


def filtered(
    facts: Facts, shape: NodeShape, things: Sequence[str], lang: str
) -> list[tuple[Filter, Mapping[str, list[str]]]]:
    """What *shape* lets one filter by, where there is more than one value; each with the tokens of every thing."""
    found: list[tuple[Filter, Mapping[str, list[str]]]] = []
    marked = (prop for prop in shape.properties if prop.filters)
    for prop in sorted(marked, key=lambda prop: not prop.location):  # where something is comes first
        wholes = [] if prop.scheme else list(_containments(facts, prop))
        said = facts.all_values(prop.path)
        values = {thing: valued(facts, said.get(thing, ()), wholes) for thing in things}
        choices = {value for of_thing in values.values() for value in of_thing}
        if 2 <= len(choices) <= _MOST_CHOICES:
            name = vocab.slug(vocab.local_name(prop.path))
            name = f"{name}-1" if name in RESERVED else name
            tokens = {value: token(value) for value in choices}
            same: dict[tuple[str, ...], list[str]] = {}  # many things have the same
            told = {thing: sorted({tokens[value] for value in of_thing}) for thing, of_thing in values.items()}
            of_things = {thing: same.setdefault(tuple(listed), listed) for thing, listed in told.items()}
            found.append((Filter(name, prop.name, facts.sorted(choices, lang)), of_things))
    return found


def valued(facts: Facts, values: Iterable[Value], wholes: Sequence[str]) -> list[str]:
    """What a filter finds a thing by: the *values* of a property, and all that these are parts of."""
    found = list(dict.fromkeys(value.text for value in values))
    if wholes:
        for part in found:  # grows while it is read
            found += [v.text for path in wholes for v in facts.values(part, path) if v.is_iri and v.text not in found]
    return found


def _containments(facts: Facts, prop: PropertyShape) -> Iterator[str]:
    """Properties that lead from the values of *prop* to their wholes."""
    for kind in filter(None, map(facts.schema.for_class, prop.classes)):
        yield from (one.path for one in kind.properties if one.containment and kind.target_class in one.classes)


def token(value: str) -> str:
    """What a filter knows a value by: its local name, in which a space would make two."""
    return vocab.local_name(value).replace(" ", "_")


def grades(facts: Facts, entries: Iterable[Entry]) -> list[str]:
    """The evidence grades that stand in the cells of *entries*, the best first."""
    named = {iri for entry in entries for cell in entry.cells for _, iri in cell.parts}
    return [iri for iri in facts.grades if iri in named]


def fits(entry: Entry, wanted: Mapping[str, str]) -> bool:
    """Whether *entry* has what is *wanted* of each filter."""
    return all(value in entry.values.get(name, ()) for name, value in wanted.items())


def counts(entries: Iterable[Entry], name: str, wanted: Mapping[str, str]) -> dict[str, int]:
    """Choice of the filter *name* → how many entries have it, given what is *wanted* of the others."""
    others = {other: value for other, value in wanted.items() if other != name}
    found: dict[str, int] = {}
    for entry in entries:
        if fits(entry, others):
            for value in entry.values.get(name, ()):
                found[value] = found.get(value, 0) + 1
    return found


# -- columns -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Said:
    """A statement, with the one of its ends that a way leads to."""

    subject: str
    predicate: str
    object: str
    end: Value


def columns(facts: Facts, shape: NodeShape) -> list[Column]:
    """
    The columns that *shape* marks.

    Raises:
        QueryError: A way is none.
    """
    every = ways.of(facts.schema)
    found: dict[str, Column] = {}
    for column in shape.list_columns:
        read = tuple(every.read(shape, way) for way in column.ways)
        key = "-".join(vocab.slug(part) for part in (column.show.removeprefix("values"), read[0].key) if part)
        key = next(name for n in range(1, 100) if (name := key if n == 1 else f"{key}-{n}") not in found)
        found[key] = Column(key, _label(column, read), column.show, read)
    return list(found.values())


def _label(column: ListColumn, read: Sequence[Way]) -> Labels:
    return column.label or read[0].end.name


def cell(facts: Facts, thing: str, column: Column, lang: str) -> Cell:
    """What stands in *column* of the row of *thing*, in the order of *lang*."""
    found = [said for way in column.ways for said in _ends(facts, thing, way)]
    ends = {said.end.text: said.end for said in found}
    if column.show == "count":
        amount = str(len(ends))
        return Cell(text=same(amount), number=amount) if ends else Cell(nothing="not-looked-at")
    if column.show == "grade":
        grades = {g for said in found if (g := facts.claims_of(said.subject, said.predicate, said.object).grade)}
        return _named(facts, [min(grades)]) if grades else Cell(nothing="not-looked-at")
    if not ends:
        return Cell(nothing=_absent(facts, thing, column))
    values = list(ends.values())
    if all(value.is_iri for value in values):
        return _named(facts, facts.sorted(ends, lang))
    text = dossier.texts(values) if any(value.lang for value in values) else values[0].labels
    is_number = len(values) == 1 and values[0].datatype in _NUMBERS
    return Cell(text=text, number=values[0].text if is_number else "")


_NUMBERS = frozenset({vocab.XSD.integer, vocab.XSD.decimal, vocab.XSD.double, vocab.XSD.gYear, *vocab.DERIVED_INTEGERS})


def _ends(facts: Facts, thing: str, way: Way) -> list[_Said]:
    """The last statements on *way*; what is inferred only where that says more."""
    here, found = [thing], list[_Said]()
    for link in way.links:
        path, found = link.prop.path, []
        for one in here:
            if link.source is None:
                told = path in facts.shown_inferred
                said = [v for v in facts.values(one, path) if told or not v.inferred]
                found += [_Said(one, path, value.text, value) for value in said]
                continue
            wanted = link.source.target_class
            for subject, predicate, inferred in facts.pointing(one):
                kind = facts.shape_of.get(subject) if predicate == path and not inferred else None
                if kind is not None and kind.target_class == wanted:
                    found.append(_Said(subject, path, one, Value(subject, None, "", "")))
        here = list(dict.fromkeys(said.end.text for said in found))
    return found


def _absent(facts: Facts, thing: str, column: Column) -> str:
    """Why there is no value: what the row itself says of that, else nobody has looked."""
    paths = {way.links[0].prop.path for way in column.ways if len(way.links) == 1 and way.end.source is None}
    for mark, said in (("not-documented", vocab.NQ.notDocumented), ("not-applicable", vocab.NQ.notApplicable)):
        if any(value.text in paths for value in facts.values(thing, said)):
            return mark
    return "not-looked-at"


def _named(facts: Facts, iris: Sequence[str]) -> Cell:
    """Things as links, in the order of their names."""
    return Cell(parts=tuple((facts.label(iri), iri) for iri in iris))


def words(cell: Cell, lang: str, chain: Sequence[str] = ()) -> str:
    """What *cell* says, as plain text."""
    said = [in_language(labels, lang, chain=chain) for labels, _ in cell.parts]
    if cell.text and not said:
        return in_language(cell.text, lang, chain=chain)
    return "; ".join(said)


# -- as a sheet ----------------------------------------------------------------------------------------------------


def chosen(
    columns: Sequence[Column], entries: Iterable[Entry], asked: Mapping[str, str], facts: Facts, lang: str
) -> list[Entry]:
    """The *entries* that an address asks for, in the order that it asks for, as the page shows them."""
    names = asked.keys() - RESERVED
    wanted = _plain(asked.get("text", "")).split()
    kept = []
    for entry in entries:
        known = {name: asked[name] for name in names if name in entry.values}
        if fits(entry, known) and (not wanted or all(map(_said(facts, entry, lang).__contains__, wanted))):
            kept.append(entry)
    by = asked.get("sort", "")
    place = next((place for place, column in enumerate(columns) if column.key == by.removeprefix("-")), None)
    if place is None:
        return kept[::-1] if by == "-name" else kept
    full = [entry for entry in kept if words(entry.cell(place), lang)]
    full.sort(key=lambda entry: _order(entry.cell(place), lang), reverse=by.startswith("-"))
    return full + [entry for entry in kept if not words(entry.cell(place), lang)]


def _said(facts: Facts, entry: Entry, lang: str) -> str:
    """All that the row of *entry* says, to be searched for words."""
    told = [facts.name(entry.iri, lang), in_language(entry.lead, lang), *(words(cell, lang) for cell in entry.cells)]
    return _plain(" ".join(told))


def result(shape: NodeShape, columns: Sequence[Column], entries: Iterable[Entry], facts: Facts, voice: Voice) -> Result:
    """*entries* as rows for a spreadsheet, each with all that its cells name."""
    lang, say = voice.lang, voice.plain

    def value(cell: Cell) -> str | int:
        if cell.nothing in ("not-documented", "not-applicable"):
            return voice.plain_t(f"page-{cell.nothing}")
        return int(cell.number) if cell.number.lstrip("-").isdigit() else words(cell, lang, voice.chain)

    names = ["key", "name", "lead", *(column.key for column in columns)]
    headings = [
        voice.plain_t("table-key"),
        say(shape.singular),
        voice.plain_t("list-lead"),
        *(say(c.label) for c in columns),
    ]
    rows = [
        [facts.key(entry.iri), facts.name(entry.iri, lang), say(entry.lead), *map(value, entry.cells)]
        for entry in entries
    ]
    return of_rows(names, headings, rows, facts.iris.base)


def _plain(said: str) -> str:
    """*said* as words are compared: without capitals and accents."""
    return "".join(sign for sign in unicodedata.normalize("NFD", said) if not unicodedata.combining(sign)).lower()


def _order(cell: Cell, lang: str) -> tuple[bool, float, str]:
    """What *cell* is sorted by: numbers by size, before texts by name."""
    said = words(cell, lang)
    return (not cell.number, float(cell.number or 0), collation.key(said, lang))
