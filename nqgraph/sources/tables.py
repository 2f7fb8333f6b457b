"""Tables as records: which thing a row describes and what it says, driven by the shapes alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rdflib.term import Node

from nqgraph.model.shapes import NodeShape, PropertyShape, Schema
from nqgraph.sources import cells
from nqgraph.sources.cells import CellError, Thing, Vocabulary
from nqgraph.sources.sheets import TITLES, Cell, Sheet
from nqgraph.sources.shown import COVERED, Shown, Unread
from nqgraph.words import vocab
from nqgraph.words.errors import Place, Problem
from nqgraph.words.texts import Listed, Text, in_language, near
from nqgraph.words.vocab import Iris

#: What a key may be: it becomes the last part of an IRI.
_KEY = re.compile(r"[A-Za-z0-9]+([-._][A-Za-z0-9]+)*")
#: Unknown columns that are named one by one, and doubled keys that are.
_MANY_COLUMNS, _MANY_KEYS = 8, 3
#: A header whose cells go on in further columns, since a spreadsheet holds only so much in one: ``Text (de) [2]``.
_CONTINUED = re.compile(r"(.+) \[([2-9]|[1-9]\d)\]")
#: Longest key: pages are files, and names of files end at 255 bytes.
_LONGEST_KEY = 120
#: Properties that name a thing.
_NAMES = (vocab.SKOS.prefLabel, vocab.DCTERMS.title)
#: What people write into the first cell of a row that sums up the others.
_SUMS = frozenset({
    "summe", "summen", "gesamt", "insgesamt", "gesamtsumme", "zwischensumme", "durchschnitt", "mittelwert", "anzahl",
    "sum", "total", "subtotal", "average", "mean", "count",
})  # fmt: skip
#: What a copy of a table is called beside its name.
_COPY = re.compile(
    r"\(\d+\)|\b(\w*kopie|konflikt|conflict(ed)?|copy|alt|old|backup|sicherung|neu|new|final|v\d+)\b"
    r"|-(desktop|laptop|pc)-\w+$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Table:
    """A sheet together with the node shape it is a table of."""

    sheet: Sheet
    shape: NodeShape
    #: Column index → property shape and language.
    columns: dict[int, tuple[PropertyShape, str]]
    #: Column index → the column that it continues.
    continued: dict[int, int] = field(default_factory=dict)
    #: Numbers of rows that are no entries: their keys are refused.
    refused: set[int] = field(default_factory=set)
    #: Property shapes whose column is there under a name that is not known: what they lack is no fault of its own.
    misnamed: list[PropertyShape] = field(default_factory=list)

    def cells(self, row: tuple[Cell, ...]) -> Iterator[tuple[int, Cell]]:
        """Index and content of the filled cells of a *row*."""
        more: dict[int, str] = {}
        for index, first in self.continued.items():
            if index < len(row) and row[index]:
                more[first] = more.get(first, "") + row[index]
        for index, cell in enumerate(row):
            if index in more and index not in self.continued:
                yield index, cell + more[index]
            elif cell and index not in self.continued:
                yield index, cell

    @property
    def key_column(self) -> int | None:
        """Index of the column with the key, if the table has one."""
        return next((i for i, (shape, _) in self.columns.items() if shape.path == vocab.DCTERMS.identifier), None)

    def row_keys(self) -> Iterator[tuple[list[str], int]]:
        """Keys and row number of each row: the key of the thing, then others that mean it too; none if empty."""
        column = self.key_column
        if column is not None:
            for number, row in self.sheet.rows:
                cell = row[column] if column < len(row) else ""
                yield [key.strip() for key in re.split("[;\n]", cell) if key.strip()], number

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
    #: Property shapes whose cell could not be read.
    unread: list[PropertyShape] = field(default_factory=list)

    def objects(self, path: str) -> list[Node]:
        """Values at *path*."""
        return [value for shape, value, _ in self.values if shape.path == path]


def match(sheet: Sheet, schema: Schema, problems: list[Problem]) -> Table | None:
    """The table that *sheet* is; adds to *problems* what no shape knows."""
    shape = schema.for_table(sheet.name)
    if shape is None:
        problems.append(_unknown(sheet, schema))
        return None
    problems += sheet.problems
    known = sum(_column(shape, title) is not None for title in sheet.header)
    row = next((n for n, cells in sheet.rows[:TITLES] if _titles(shape, cells) > max(1, known)), 0)
    if row and not known:  # two rows of headers have their keys checked like any other row
        problems.append(Problem(sheet.place(), Text("header-below", {"row": row})))
        return None
    if not sheet.header:
        problems.append(Problem(sheet.place(), Text("no-header")))
        return None
    headers = _headers(shape, schema.workspace.language)
    if not known:
        alone = [title for title in sheet.header if title]
        parted = len(alone) == 1 and any(_titles(shape, alone[0].split(sign)) > 1 for sign in ";,\t|")
        wanted = {"table": shape.label, "names": ", ".join(headers)}
        problems.append(Problem(sheet.place(1), Text("columns-in-one" if parted else "headers-unknown", wanted)))
        return None
    columns: dict[int, tuple[PropertyShape, str]] = {}
    continued = {}
    unknown = []
    twice = {title for title, count in Counter(filter(None, sheet.header)).items() if count > 1}
    problems += [Problem(sheet.place(), Text("header-twice", {"column": title})) for title in sorted(twice)]
    for index, title in enumerate(sheet.header):
        found = _column(shape, title)
        more = _CONTINUED.fullmatch(title)
        if found is not None:
            if found in columns.values() and title not in twice:
                first = next(sheet.header[i] for i, column in columns.items() if column == found)
                problems.append(Problem(sheet.place(1, title), Text("column-twice", {"column": title, "first": first})))
            columns[index] = found
        elif more and more[1] in sheet.header:
            continued[index] = sheet.header.index(more[1])
        elif title and not title.startswith("_"):
            unknown.append(title)
    strange = [title for title in unknown if not near(title, headers).values]
    if len(unknown) > _MANY_COLUMNS or len(strange) > 1:
        named = unknown if len(unknown) > _MANY_COLUMNS else strange
        names = ", ".join(named[:_MANY_COLUMNS]) + (" …" if len(named) > _MANY_COLUMNS else "")
        values = {"count": len(named), "names": names, "table": shape.label}
        hint = Text("known-columns", {"names": ", ".join(headers)})
        problems.append(Problem(sheet.place(1), Text("unknown-columns", values | {"hint": hint})))
        unknown = [title for title in unknown if title not in named]
    misnamed: list[PropertyShape] = []
    for title in unknown:
        hint = near(title, headers, otherwise=Text("known-columns", {"names": ", ".join(headers)}))
        values = {"column": title, "table": shape.label, "hint": hint}
        problems.append(Problem(sheet.place(1, title), Text("unknown-column", values)))
        if (meant := _column(shape, str(hint.values.get("name", "")))) and meant not in columns.values():
            misnamed.append(meant[0])
    for prop in shape.properties:
        if prop.path == vocab.DCTERMS.identifier and prop not in [*misnamed, *(c[0] for c in columns.values())]:
            problems.append(Problem(sheet.place(), Text("no-key-column", {"column": prop.name, "table": shape.label})))
    return Table(sheet, shape, columns, continued, misnamed=misnamed)


def _unknown(sheet: Sheet, schema: Schema) -> Problem:
    """A sheet that is called like no table: nearly like one, like a copy of one, or like one and something more."""
    labels = {vocab.slug(label): label for s in schema.node_shapes for label in s.label.values()}
    name = vocab.slug(sheet.name)
    within = next((slug for slug in sorted(labels, key=len, reverse=True) if f"-{slug}-" in f"-{name}-"), "")
    kind = "sheet" if sheet.sheet else "table"
    if within and _COPY.search(sheet.name.replace("_", " ")):
        values = {"name": sheet.name, "table": labels[within]}
        return Problem(sheet.place(), Text(f"{kind}-is-copy", values))
    every = Text("known-tables", {"names": Listed(tuple(s.label for s in schema.node_shapes), most=60)})
    fitting = sorted(((_titles(s, sheet.header), s) for s in schema.node_shapes), key=lambda found: -found[0])
    if len(fitting) > 1 and fitting[0][0] > max(2, fitting[1][0]):  # its columns say what it is
        every = Text("table-by-columns", {"table": fitting[0][1].label})
    hint = near(within or name, labels, otherwise=every, cutoff=0.75)
    return Problem(sheet.place(), Text(f"unknown-{kind}", {"name": sheet.name, "hint": hint}))


def _column(shape: NodeShape, title: str) -> tuple[PropertyShape, str] | None:
    return shape.columns.get(title.casefold())


def _titles(shape: NodeShape, cells: Iterable[str]) -> int:
    return sum(_column(shape, re.sub(r"\s+", " ", cell)) is not None for cell in cells)


def _headers(shape: NodeShape, lang: str) -> list[str]:
    named = [(prop, in_language(prop.name, lang)) for prop in shape.properties]
    return [
        f"{name} ({prop.languages[0] if prop.languages else lang})" if prop.is_text else name for prop, name in named
    ]


def index_keys(
    table: Table, iris: Iris, base: str, vocabulary: Vocabulary, places: dict[str, Place], problems: list[Problem]
) -> None:
    """Enter the keys of *table* into *vocabulary*; keys must be unique over all tables."""
    twice: dict[tuple[str, str], list[Problem]] = {}
    rows = dict(table.sheet.rows)
    column = table.key_column
    pattern = table.columns[column][0].pattern if column is not None else ""
    if other := _keys_beside(table, pattern):
        titles = {"one": table.sheet.header[column or 0], "other": table.sheet.header[other]}
        problems.append(Problem(table.place(1), Text("columns-swapped", titles)))
        table.refused.update(number for number, _ in table.sheet.rows)
        vocabulary.refused |= {vocab.slug(row[other]) for row in rows.values() if other < len(row)}
        return
    below = _below(table, pattern)
    if below:
        count = sum(number >= below for number in rows)
        problems.append(Problem(table.place(below), Text("rows-below", {"row": below, "count": count})))
        table.refused.update(number for number in rows if number >= below)
    names = [index for index, (shape, _) in table.columns.items() if shape.path in _NAMES]
    for keys, number in table.row_keys():
        if below and number >= below:
            break
        place = table.place(number, column)
        assert column is not None
        cell = rows[number][column] if column < len(rows[number]) else ""
        wrong = next((key for key in keys if not _is_key(key, pattern)), None)
        if isinstance(cell, Unread):
            if cell.text.code != COVERED:
                problems.append(Problem(place, cell.text))
        elif not keys and (sums := [c for c in rows[number] if c.casefold().rstrip(":") in _SUMS]):
            problems.append(Problem(place, Text("row-is-remark", {"value": sums[0]})))
        elif not keys:
            problems.append(Problem(place, Text("missing-key", {"table": table.shape.label})))
        elif wrong is not None and _titles(table.shape, rows[number]) > 1:
            problems.append(Problem(place, Text("row-is-header")))
        elif wrong is not None and (
            wrong.casefold().rstrip(":") in _SUMS or (len(_filled(rows[number])) == 1 and re.search(r"\s|:", wrong))
        ):
            problems.append(Problem(place, Text("row-is-remark", {"value": cell})))
        elif wrong is not None and isinstance(cell, Shown):
            problems.append(Problem(place, Text("key-converted", {"value": cell})))
        elif wrong is not None and len(wrong) > _LONGEST_KEY:
            problems.append(Problem(place, Text("key-too-long", {"key": wrong, "most": _LONGEST_KEY})))
        elif wrong is not None:
            hint = Text("key-like", {"key": vocab.slug(wrong) or "a-1"})
            problems.append(Problem(place, Text("bad-key", {"key": wrong, "hint": hint})))
        elif taken := [key for key in keys if key in vocabulary.keys]:
            first = places[taken[0]]
            said = Text("key-twice", {"key": taken[0], "first": first})
            twice.setdefault((first.file, first.sheet), []).append(Problem(place, said))
        else:
            target = table.shape.target_class
            for key in dict.fromkeys(keys):
                vocabulary.keys[key] = Thing(iris.thing(target, keys[0], base), target)
                places[key] = place
            for index in names:
                if index < len(rows[number]) and (name := rows[number][index].casefold()):
                    vocabulary.called.setdefault(name, keys[0])
            continue
        table.refused.add(number)
        vocabulary.refused |= {vocab.slug(key) for key in keys if key not in vocabulary.keys}
    own = table.sheet.place()
    for (file, sheet), found in twice.items():
        all_of_many = len(found) == len(table.sheet.rows) > 1
        if (len(found) > _MANY_KEYS or all_of_many) and (file, sheet) != (own.file, own.sheet):
            some = ", ".join(str(p.text.values["key"]) for p in found[:_MANY_KEYS])
            values = {"count": len(found), "keys": some, "first": Place(file, sheet)}
            problems.append(Problem(own, Text("keys-copied", values)))
        else:
            problems += found


def _filled(row: tuple[Cell, ...]) -> list[Cell]:
    """The cells of a row that say something themselves."""
    return [cell for cell in row if cell and not (isinstance(cell, Unread) and cell.text.code == COVERED)]


def _below(table: Table, pattern: str) -> int:
    """Where, after empty rows, something else begins that goes on to the end without any key; 0 if nothing does."""
    rows, column, at = table.sheet.rows, table.key_column, 0
    for index in range(len(rows) - 1, 0, -1) if column is not None else ():
        number, row = rows[index]
        cell = row[column] if column is not None and column < len(row) else ""
        if isinstance(cell, Unread) or (cell and _is_key(cell.partition(";")[0].strip(), pattern)):
            break
        if number - rows[index - 1][0] > 1:
            at = number
    return at


def _is_key(key: str, pattern: str) -> bool:
    return len(key) <= _LONGEST_KEY and bool(_KEY.fullmatch(key)) and bool(re.search(pattern, key))


def _keys_beside(table: Table, pattern: str) -> int:
    """The column that holds keys where none of several rows has one in its own; 0 if there is none."""
    own, rows = table.key_column, [row for _, row in table.sheet.rows]
    if own is None or len(rows) < 2 or any(own < len(row) and _is_key(row[own], pattern) for row in rows):
        return 0
    for index in table.columns:
        found = {row[index] for row in rows if index < len(row)}
        if index != own and len(found) == len(rows) and all("-" in key and _is_key(key, pattern) for key in found):
            return index
    return 0


def records(
    table: Table, vocabulary: Vocabulary, problems: list[Problem], notes: list[Problem] | None = None
) -> list[Record]:
    """The records of *table*; what cannot be read goes to *problems* with its cell."""
    keys = {number: found[0] for found, number in table.row_keys() if found}
    lost: dict[int, list[tuple[Cell, Problem]]] = {}
    bare: dict[int, list[Problem]] = {}
    filled: dict[int, list[Cell]] = {}
    known: dict[tuple[int, Cell], list[Node]] = {}
    found: list[Record] = []
    for number, row in table.sheet.rows:
        key = keys.get(number, "")
        if number in table.refused or (table.key_column is not None and key not in vocabulary.keys):
            continue  # reported when the keys were indexed
        record = Record(table.shape, key, vocabulary.keys[key].iri if key else "", table.place(number))
        record.unread += table.misnamed
        sign = _sign(table, row, vocabulary)
        for index, cell in table.cells(row):
            place = table.place(number, index) if index < len(table.sheet.header) else table.place(number)
            if index not in table.columns:
                if index >= len(table.sheet.header) or not table.sheet.header[index]:
                    values = {"value": str(cell), "column": index + 1}
                    said = Text("cell-without-column", values)
                    bare.setdefault(index, []).append(Problem(table.place(number), said))
                continue
            shape, lang = table.columns[index]
            filled.setdefault(index, []).append(cell)
            if isinstance(cell, Unread):
                record.unread.append(shape)
                if cell.text.code != COVERED:
                    problems.append(Problem(place, cell.text))
            elif cell in cells.NOT_DOCUMENTED:
                record.not_documented.append(shape)
            elif cells.is_not_applicable(cell, shape, vocabulary):
                record.not_applicable.append(shape)
            else:
                placeholder = cell.casefold() in cells.PLACEHOLDERS
                if shape.is_text and notes is not None and ":" in cell and cells.has_two_languages(cell):
                    notes.append(Problem(place, Text("cell-two-languages", {"value": str(cell)})))
                if placeholder and shape.is_text and notes is not None:
                    notes.append(Problem(place, Text("placeholder-text", {"value": cell})))
                try:
                    values_ = known.get((index, cell)) or cells.read(cell, shape, lang, vocabulary, sign)
                    if not shape.is_literal:  # keys and entries come again and again
                        known[index, cell] = values_
                except CellError as error:
                    record.unread.append(shape)
                    said = Text("placeholder", {"value": cell}) if placeholder else error.text
                    lost.setdefault(index, []).append((cell, Problem(place, said)))
                else:
                    record.values += [(shape, value, place) for value in values_]
                    if notes is not None and (year := cells.year_as_day(values_[0])):
                        notes.append(Problem(place, Text("day-is-year", {"value": cell, "year": year})))
        found.append(record)
    problems += _bare(table, bare, lost)
    shifted = {problem.place.row for problem in problems if problem.text.code == "row-shifted"}
    for record in found:
        if record.place.row in shifted:  # what its cells lack is no fault of its own
            record.unread += table.shape.properties
    swapped = _swapped(table, lost, filled, vocabulary)
    for one, other in swapped:
        titles = {"one": table.sheet.header[one], "other": table.sheet.header[other]}
        problems.append(Problem(table.place(1), Text("columns-swapped", titles)))
    done = {index for pair in swapped for index in pair}
    problems += [
        problem
        for index, faults in lost.items()
        if index not in done
        for _, problem in faults
        if problem.text.code != "key-refused"
    ]
    return found


def _bare(table: Table, bare: dict[int, list[Problem]], lost: dict[int, list[tuple[Cell, Problem]]]) -> list[Problem]:
    """What stands in columns without header; a row that goes beyond them and is wrong elsewhere has shifted."""
    beyond = {p.place.row for index, found in bare.items() if index >= len(table.sheet.header) for p in found}
    shifted = sorted(beyond & {problem.place.row for faults in lost.values() for _, problem in faults})
    for faults in lost.values():
        faults[:] = [(cell, problem) for cell, problem in faults if problem.place.row not in shifted]
    rest = {index: [p for p in found if p.place.row not in shifted] for index, found in bare.items()}
    rest = {index: found for index, found in rest.items() if found}
    said = [Problem(table.place(number), Text("row-shifted")) for number in shifted]
    if len(rest) > _MANY_COLUMNS:
        first = rest[min(rest)][0]
        values = {"count": len(rest), "value": first.text.values["value"], "column": min(rest) + 1}
        return [*said, Problem(first.place, Text("cells-without-column", values))]
    return [*said, *(problem for found in rest.values() for problem in found)]


def _sign(table: Table, row: tuple[Cell, ...], vocabulary: Vocabulary) -> str:
    """The sign of the unit that a row names."""
    for index, (shape, lang) in table.columns.items():
        if shape.figure_part == "unit" and index < len(row) and row[index]:
            try:
                return vocabulary.signs.get(str(cells.read(row[index], shape, lang, vocabulary)[0]), "")
            except (CellError, IndexError):
                return ""
    return ""


def _swapped(
    table: Table, lost: dict[int, list[tuple[Cell, Problem]]], filled: dict[int, list[Cell]], vocabulary: Vocabulary
) -> list[tuple[int, int]]:
    """Pairs of columns each of which holds what the other wants."""

    def fits(content: list[Cell], column: int) -> bool:
        shape, lang = table.columns[column]
        try:
            return all(cells.read(cell, shape, lang, vocabulary) for cell in content)
        except CellError:
            return False

    found: list[tuple[int, int]] = []
    for one, faults in sorted(lost.items()):
        if len(faults) < max(2, len(filled[one])):
            continue
        for other, content in sorted(filled.items()):
            taken = {index for pair in found for index in pair}
            free = other != one and not {one, other} & taken and len(content) > 1
            if free and fits(content, one) and fits(filled[one], other):
                found.append((one, other))
    return [tuple(sorted(pair)) for pair in found]  # type: ignore[misc]
