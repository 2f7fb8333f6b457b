"""A workbook that comes back: what it would change, cell by cell, against what has changed since it was written."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from nqgraph.building import builds
from nqgraph.exports import workbook
from nqgraph.graph.store import Store
from nqgraph.model.shapes import NodeShape, PropertyShape, Schema
from nqgraph.sources import cells, claims, datasets, edits, identities, origins, sheets, tables, workbooks
from nqgraph.sources.cells import CellError, Thing, Vocabulary
from nqgraph.sources.contents import Contents, chosen_graphs, columns, fingerprint, header
from nqgraph.sources.datasets import TABLE_SUFFIXES, Dataset
from nqgraph.sources.reading import Reading, read_all
from nqgraph.sources.shown import Unread
from nqgraph.sources.tables import Record, Table
from nqgraph.validation import validation
from nqgraph.validation.validation import Report
from nqgraph.words import vocab
from nqgraph.words.cycles import uncollected
from nqgraph.words.errors import InputError, Place, Problem, folded
from nqgraph.words.files import write_atomically
from nqgraph.words.texts import LANGUAGES, Labels, Listed, Text, in_language
from nqgraph.words.workspace import Workspace

Progress = Callable[[str], None]
#: Property, language and content of a cell.
_Filled = tuple[PropertyShape, str, str]
Kind = Literal["cell", "new", "gone", "renamed"]
#: Share of its cells by which a row with another key is known again.
_ALIKE = 0.6
#: Cells of a row; if all of so many say something else, its key was probably given to another thing.
_RECYCLED = 3
#: Different values of a column that nobody moves to other rows one by one.
_SORTED = 4
#: Things of which what is said is looked up for them alone.
_FEW = 1_000


@dataclass(frozen=True)
class Change:
    """One edit of a row or a cell."""

    kind: Kind
    shape: NodeShape
    key: str
    #: What the row is called, if it has a name.
    label: str
    place: Place
    column: str = ""
    before: str = ""
    after: str = ""
    #: Whether the dataset says something else now than when the workbook was written: this, not ``before``.
    conflict: bool = False

    def in_language(self, lang: str) -> str:
        """The change as a sentence."""
        name = f"{self.key} („{self.label}“)" if lang == "de" and self.label else self.key
        name = f"{self.key} (“{self.label}”)" if lang != "de" and self.label else name
        values = {"table": self.shape.label, "name": name, "column": self.column}
        short = {"before": _short(self.before) or "–", "after": _short(self.after) or "–"}
        code = f"import-{self.kind}" + ("-conflict" if self.conflict else "")
        return Text(code, values | short).in_language(lang)


@dataclass
class State:
    """What a workbook says of its origin."""

    base: str = ""
    version: str = ""
    lang: str = ""
    datasets: tuple[str, ...] = ()
    #: Thing → header → fingerprint of the cell at the time.
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    #: Thing → class.
    kinds: dict[str, str] = field(default_factory=dict)
    #: Whether a form made it, which knows the thing that it is about, whatever else of it is edited.
    form: bool = False
    #: In which role somebody edited it, and why, if a form asked for it.
    role: str = ""
    reason: str = ""


@dataclass
class Comparison:
    """What a workbook would change."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    state: State = field(default_factory=State)
    #: What the shapes find once all is changed.
    report: Report | None = None
    #: What the tables say then.
    after: Base | None = None
    #: Files as they would be, and the stamps of those that they are made of.
    files: dict[Path, bytes] = field(default_factory=dict)
    stamps: dict[Path, tuple[int, int] | None] = field(default_factory=dict)
    #: (thing, property) → cell of the workbook.
    places: dict[tuple[str, str], Place] = field(default_factory=dict)

    @property
    def conflicts(self) -> list[Change]:
        """Edits of what has changed in the meantime."""
        return [change for change in self.changes if change.conflict]

    @property
    def applicable(self) -> bool:
        """Whether nothing keeps the changes from being written."""
        return not self.problems and not self.conflicts and (self.report is None or self.report.conforms)

    def findings(self) -> list[Problem]:
        """Everything that is wrong with the workbook, at its cells."""
        found = list(self.problems)
        found += [Problem(c.place, Text("import-said", {"said": c})) for c in self.conflicts]
        for finding in self.report.findings if self.report else ():
            place = self.places.get((str(finding.focus), str(finding.path))) or self.places.get(
                (str(finding.focus), "")
            )
            if place and finding.severity == vocab.SH.Violation:
                found.append(Problem(place, Text("import-said", {"said": _Said(finding)})))
        return found


class _Said:
    def __init__(self, finding: validation.Finding) -> None:
        self._finding = finding

    def in_language(self, lang: str) -> str:
        return self._finding.said(lang)


@dataclass
class _Row:
    """A row of the workbook."""

    table: Table
    number: int
    thing: str
    key: str
    cells: dict[int, str]
    #: Columns whose cell cannot be read, which is no edit.
    unread: frozenset[int] = frozenset()

    def place(self, column: int | None = None) -> Place:
        return self.table.place(self.number, column)


def compare(
    source: Path,
    sources: Sequence[Path],
    workspace: Workspace,
    *,
    dataset: str = "",
    take: bool = False,
    progress: Progress = lambda step: None,
) -> Comparison:
    """
    What the workbook, table or folder of tables *source* would change in the datasets *sources*.

    Each cell is compared with what it was when the workbook was written and with what the dataset says now. What is
    edited on one side alone is a change, on both sides a conflict; what is not in the workbook at all stays.

    Args:
        dataset: The one that new rows go to, where the workbook was made of several.
        take: Let the workbook win conflicts.
    Raises:
        InputError: The workbook or a dataset cannot be read, or it belongs to another workspace.
    """
    with uncollected():
        progress("read")
        state = State()
        listed = read(source, state, workspace)
        base = [Base.read(sources, workspace, progress)]
        return merged(listed, state, base.pop(), dataset=dataset, take=take, progress=progress)


@dataclass
class Base:
    """What the tables say now, read once for as many comparisons as one likes."""

    known: list[Dataset]
    store: Store
    schema: Schema
    reading: Reading
    workspace: Workspace
    #: When the tables were written that were read, and how long they were; empty if nobody asked.
    stamps: dict[Path, tuple[int, int] | None] = field(default_factory=dict)
    _contents: dict[tuple[str, ...], Contents] = field(default_factory=dict)

    @classmethod
    def read(cls, sources: Sequence[Path], workspace: Workspace, progress: Progress = lambda step: None) -> Base:
        """
        Read the datasets *sources*.

        Raises:
            InputError: One cannot be read.
        """
        known = datasets.find(sources, workspace)
        stamps = {path: _stamp(path) for dataset in known for path in dataset.files}
        store = Store(workspace)
        builds.load_ontology(store)
        schema = builds.checked(workspace)
        reading = read_all(known, store, schema, progress)
        if reading.problems:
            raise InputError(reading.problems)
        return cls(known, store, schema, reading, workspace, stamps)

    def contents(self, names: Sequence[str], lang: str, things: Collection[str] | None = None) -> Contents:
        """What the datasets *names* say, in cells with the names of *lang*; of *things* alone, if they are given."""
        found = self._contents.get((lang, *names))
        if found is None and things is not None and len(things) < _FEW:
            return Contents(self.store, self.schema, chosen_graphs(self.store, names), lang, things)
        if found is None:
            found = Contents(self.store, self.schema, chosen_graphs(self.store, names), lang)
            self._contents[lang, *names] = found
        return found


def merged(
    listed: Sequence[sheets.Sheet],
    state: State,
    base: Base,
    *,
    dataset: str = "",
    take: bool = False,
    check: bool = True,
    progress: Progress = lambda step: None,
) -> Comparison:
    """
    What the sheets *listed*, which come from *state*, would change in *base*; see :func:`compare`.

    Args:
        check: Whether to look what the shapes find once all is changed, which takes as long as a validation.
    Raises:
        InputError: A dataset is not there any more.
    """
    progress("compare")
    found = Comparison(state=state)
    for sheet in listed:
        found.notes += sheet.notes
    matched = [table for sheet in listed if (table := tables.match(sheet, base.schema, found.problems))]
    names = state.datasets or ((dataset,) if dataset else tuple(d.name for d in base.known))
    missing = [name for name in names if name not in {d.name for d in base.known}]
    if missing:
        place = listed[0].place() if listed else Place()
        raise InputError.of("import-dataset-gone", place, names=", ".join(missing))
    _renamed_since(state, base.reading.vocabulary)
    rows, kept = _rows(matched, base.reading.vocabulary, base.store, found)
    things = {row.thing for row in rows} | (state.rows.keys() - kept.keys())
    contents = base.contents(names, state.lang or base.workspace.language, things)
    merge = _Merge(found, contents, base.schema, base.reading, base.known, names, dataset, take)
    merge.rows(rows, matched, kept)
    if not found.problems:
        found.files = merge.files()
        found.stamps = {path: base.stamps.get(path) for path in found.files} if base.stamps else {}
        if found.files and check:
            known, workspace, spread, lang = base.known, base.workspace, merge.spread, merge.lang
            del base, merge, contents, rows, matched  # much room, if nobody else needs what the tables say now
            found.report = _checked(found, known, workspace, progress)
            _refuse_unkept(found, spread, names, lang)
    found.problems = folded(found.problems)
    return found


def _renamed_since(state: State, vocabulary: Vocabulary) -> None:
    """Let *state* speak of things by the keys that they have now; the old ones still mean them."""
    for thing in list(state.rows):
        meant = vocabulary.keys.get(vocab.local_name(thing))
        if meant and meant.iri != thing and meant.class_iri == state.kinds[thing] and meant.iri not in state.rows:
            state.rows[meant.iri], state.kinds[meant.iri] = state.rows.pop(thing), state.kinds.pop(thing)


def apply(found: Comparison) -> list[Path]:
    """
    Write the changed tables; returns them.

    Raises:
        InputError: One has been written to since it was read; then none is written.
    """
    since = [path for path, stamp in found.stamps.items() if _stamp(path) != stamp]
    if since:
        raise InputError(Problem(Place(datasets.label(path)), Text("import-table-changed")) for path in since)
    for path, content in sorted(found.files.items()):
        write_atomically(path, content)
    return sorted(found.files)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def read(source: Path, state: State, workspace: Workspace) -> list[sheets.Sheet]:
    """
    The sheets of a workbook, table or folder of tables; what it says of its origin goes to *state*.

    Raises:
        InputError: It cannot be read, or belongs to another workspace.
    """
    if not source.exists():
        raise InputError.of("no-such-source", Place(str(source)))
    paths = [source]
    if source.is_dir():
        paths = sorted(p for p in source.iterdir() if p.suffix.lower() in TABLE_SUFFIXES and p.name[0] not in "~.")
        if not paths:
            raise InputError.of("import-no-table", Place(str(source)))
    found: list[sheets.Sheet] = []
    problems: list[Problem] = []
    for path in paths:
        name = datasets.label(path)
        try:
            if path.suffix.lower() in sheets.WORKBOOKS:
                contents = workbooks.read(path, name)
                for content in contents:
                    if content.title == sheets.STATE:
                        _state(content, state, Place(name), workspace)
                found += sheets.with_lock(sheets.of_book(contents, name), path)
            else:
                found += sheets.read(path, name)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def _state(content: workbooks.Content, state: State, place: Place, workspace: Workspace) -> None:
    titles: list[str] = []
    kind = ""
    for _, (first, *rest) in content.rows:
        match first:
            case "nqgraph" if rest and int(rest[0]) > workbook.READABLE:
                raise InputError.of("import-newer", place)
            case "nqgraph":
                pass
            case "base":
                state.base = rest[0]
                if state.base != workspace.iris.base:
                    raise InputError.of("import-other-workspace", place, base=state.base)
            case "version" | "lang" | "role" | "reason":
                setattr(state, first, rest[0] if rest else "")
            case "datasets":
                state.datasets = tuple(name for name in (rest[0] if rest else "").split("; ") if name)
            case "#":
                kind, titles = rest[0], rest[1:]
            case "form":
                state.form = True
            case _:
                prints = rest[0].split() if rest and rest[0] else [fingerprint(cell) for cell in rest[1:]]
                prints += ["-"] * (len(titles) - len(prints))  # empty cells at the end of a row are not kept
                state.rows[first] = dict(zip(titles, prints, strict=False))
                state.kinds[first] = kind


def _kept(table: Table, vocabulary: Vocabulary, state: State) -> dict[int, str]:
    """Number → thing of the rows that nobody has edited: each cell is as it was when the workbook was written."""
    lang = state.lang or vocabulary.language
    titles = {
        index: header(prop, tag or (vocabulary.language if prop.is_text else ""), lang)
        for index, (prop, tag) in table.columns.items()
    }
    found = {}
    for number, row in table.sheet.rows if table.key_column is not None else ():
        cells = dict(table.cells(row))
        thing = vocabulary.keys.get(cells.get(table.key_column or 0, "").partition(";")[0].strip())
        base = state.rows.get(thing.iri) if thing else None
        if thing is None or base is None or len(base) != len(titles):
            continue
        if any(isinstance(cell, Unread) for cell in cells.values()):
            continue
        same = all(base.get(title) == fingerprint(cells.get(index, "")) for index, title in titles.items())
        if same and state.kinds[thing.iri] == table.shape.target_class:
            found[number] = thing.iri
    return found


def _rows(
    matched: list[Table], vocabulary: Vocabulary, store: Store, found: Comparison
) -> tuple[list[_Row], dict[str, str]]:
    """
    The edited rows of a workbook with the things that they are about; what cannot be read goes to the problems.

    Returns:
        The rows, and thing → class of those that are as they were.
    """
    listed: list[_Row] = []
    same: dict[str, str] = {}
    keyed: dict[str, Place] = {}
    own = replace(vocabulary, keys=dict(vocabulary.keys), refused=set())
    for table in matched:
        if table.key_column is None:
            continue
        scratch = replace(vocabulary, keys={}, refused=set())
        seen: dict[str, Place] = dict(keyed)
        scratch.keys = dict.fromkeys(keyed, Thing("", ""))
        tables.index_keys(table, store.iris, "", scratch, seen, found.problems)
        keyed = seen
        own.refused |= scratch.refused
        for key, meant in scratch.keys.items():
            if meant.iri:
                own.keys.setdefault(key, meant)
                if own.keys[key].class_iri != table.shape.target_class and key in vocabulary.keys:
                    values = {"key": key, "found": vocabulary.name(own.keys[key].class_iri)}
                    found.problems.append(Problem(seen[key], Text("key-of-other-class", values)))
    asked = "SELECT ?s ?p ?o ?c WHERE { ?c rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o }"
    stated: dict[tuple[str, ...], str] = {row[:3]: row[3] for row in store.select(asked) if row[3] in found.state.rows}
    for whole in matched:
        kept = _kept(whole, vocabulary, found.state)
        for number, thing in kept.items():
            if number not in whole.refused:
                same[thing] = whole.shape.target_class
                found.places.setdefault((thing, ""), whole.place(number))
        edited = tuple(row for row in whole.sheet.rows if row[0] not in kept)
        table = replace(whole, sheet=replace(whole.sheet, rows=edited)) if kept else whole
        records: dict[int, Record] = {
            record.place.row: record for record in tables.records(table, own, found.problems, found.notes)
        }
        keys = {number: names for names, number in table.row_keys()}
        for number, row in edited:
            record = records.get(number)
            if record is None:
                continue
            thing, key = record.iri, record.key
            if table.shape.target_class == claims.CLASS:
                thing, direct = claims.explicit(record, store.iris)
                if thing not in found.state.rows and direct:  # a merged row makes claims under its own key
                    thing = stated.get(tuple(map(str, direct[0])), thing)
                key = vocab.local_name(thing)
            for name in keys.get(number, ()):  # “new; old” is still the old thing
                if name in vocabulary.keys:
                    thing = vocabulary.keys[name].iri
                    break
            cells = {i: str(c) for i, c in table.cells(row) if i in table.columns and not isinstance(c, Unread)}
            unread = frozenset(i for i, c in table.cells(row) if isinstance(c, Unread))
            listed.append(_Row(table, number, thing, key, cells, unread))
            found.places.setdefault((thing, ""), table.place(number))
            for index, (prop, _) in table.columns.items():
                found.places.setdefault((thing, prop.path), table.place(number, index))
    return listed, same


@dataclass
class _Edit:
    """Edits of one file."""

    table: Table
    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    added: list[list[_Filled]] = field(default_factory=list)
    removed: set[int] = field(default_factory=set)
    columns: list[tuple[PropertyShape, str]] = field(default_factory=list)

    @cached_property
    def rows(self) -> dict[int, tuple[str, ...]]:
        """Number → cells of the rows as they are."""
        return dict(self.table.sheet.rows)


@dataclass(frozen=True)
class _Spread:
    """An edited cell of a thing that several rows speak of."""

    thing: str
    column: tuple[PropertyShape, str]
    content: str
    place: Place


def _several(reading: Reading) -> dict[str, list[origins.Row]]:
    """Thing → its rows in all datasets, of things that have several."""
    found: dict[str, list[origins.Row]] = {}
    for name, listed in reading.tables.items():
        for table, records in listed:
            for record in records:
                if record.iri:
                    found.setdefault(record.iri, []).append(origins.Row(name, table, record))
    return {thing: rows for thing, rows in found.items() if len(rows) > 1}


def _parts(cell: str, prop: PropertyShape, tag: str, vocabulary: Vocabulary, contents: Contents) -> list[str]:
    if not cell or cell in cells.NOT_DOCUMENTED or cells.is_not_applicable(cell, prop, vocabulary):
        return []
    try:
        return [contents.shown(value, prop) for value in cells.read(cell, prop, tag, vocabulary)]
    except CellError:  # reported where the row was read
        return [cell]


def _refuse_unkept(found: Comparison, spread: Sequence[_Spread], names: Sequence[str], lang: str) -> None:
    """Refuse edits after which a cell says something else than was put there, since further rows speak of it."""
    if not spread or found.after is None or found.problems:
        return
    vocabulary = found.after.reading.vocabulary
    now = {s.thing: vocabulary.keys.get(vocab.local_name(s.thing)) for s in spread}
    meant = {thing: known.iri if known else thing for thing, known in now.items()}
    contents = found.after.contents(names, lang, set(meant.values()))
    several = _several(found.after.reading)
    for s in spread:
        prop, tag = s.column[0], s.column[1] or (vocabulary.language if s.column[0].is_text else "")
        after = contents.cell(meant[s.thing], prop, tag)
        said, wanted = (_parts(cell, prop, tag, vocabulary, contents) for cell in (after, s.content))
        if set(said) != set(wanted):
            rows = several.get(meant[s.thing], [])
            listed = [{t: f"{r.record.key} ({r.record.place.in_language(t)})" for t in LANGUAGES} for r in rows]
            values = {"after": after or "–", "rows": Listed(tuple(listed))}
            found.problems.append(Problem(s.place, Text("import-not-kept", values)))


class _Merge:
    """Compares rows and collects what has to be written where."""

    def __init__(
        self,
        found: Comparison,
        contents: Contents,
        schema: Schema,
        reading: Reading,
        known: Sequence[Dataset],
        names: Sequence[str],
        dataset: str,
        take: bool,
    ) -> None:
        self.found, self.contents, self.schema = found, contents, schema
        self.language = schema.workspace.language
        self.lang = found.state.lang or self.language
        self.take = take
        self.into = dataset or (names[0] if len(names) == 1 else "")
        self.folders = {d.name: d for d in known}
        self.paths = {d.call(path): path for d in known for path in d.files}
        self.edits: dict[str, _Edit] = {}
        self.fresh: dict[tuple[str, str], list[list[_Filled]]] = {}
        #: Thing → dataset, table and row that say it.
        self.home: dict[str, tuple[str, Table, int]] = {}
        #: Dataset and class → table.
        self.tables: dict[tuple[str, str], Table] = {}
        #: Thing → its rows in all datasets, if there are several.
        self.several = _several(reading) if reading.merged else {}
        #: Decisions that join keys.
        self.decisions = [
            record
            for listed in reading.tables.values()
            for table, records in listed
            if identities.is_table(table.shape)
            for record in records
        ]
        #: Cells of things with several rows that were changed, as read.
        self.spread: list[_Spread] = []
        self.vocabulary, self.names = reading.vocabulary, names
        merged: dict[str, tuple[str, Table, int]] = {}
        for name in names:
            for table, records in reading.tables.get(name, ()):
                self.tables.setdefault((name, table.shape.target_class), table)
                for record in records:
                    if record.iri:  # of a thing with several rows, the one with its own key says what it is
                        own = record.key in ("", vocab.local_name(record.iri))
                        (self.home if own else merged).setdefault(record.iri, (name, table, record.place.row))
        self.home = merged | self.home

    def rows(self, rows: Sequence[_Row], matched: Iterable[Table], kept: dict[str, str]) -> None:
        """
        Compare all rows of the tables of a workbook; an empty sheet deletes nothing, unless a form made it.

        Args:
            kept: Thing → class of the rows that nobody has edited.
        """
        state = self.found.state.rows
        seen = {row.thing for row in rows} | kept.keys()
        shown = {row.table.shape.target_class for row in rows} | set(kept.values())
        if self.found.state.form:
            shown |= {table.shape.target_class for table in matched}
        gone = [t for t in state if t not in seen and self.found.state.kinds[t] in shown]
        for row in rows:
            current = self._current(row)
            base = state.get(row.thing)
            if base is None and not any(current.values()) and row.thing not in self.home:
                before = self._renamed(row, gone)
                if before:
                    gone.remove(before)
                    self._rename(row, before)
                else:
                    self._new(row)
            else:
                self._compare(row, base, current)
        for thing in gone:
            self._gone(thing, gone)
        if not self.found.state.form:
            self._empty_tables(shown)
            self._sorted_alone()
        for name in sorted({row.table.sheet.sheet or row.table.sheet.name for row in rows}):
            self._missing_columns(name, rows)

    def _current(self, row: _Row, thing: str = "") -> dict[int, str]:
        return {
            i: sheets.clean(self.contents.cell(thing or row.thing, prop, tag or self._tag(prop)))
            for i, (prop, tag) in row.table.columns.items()
        }

    def _tag(self, prop: PropertyShape) -> str:
        return self.language if prop.is_text else ""

    def _title(self, column: tuple[PropertyShape, str]) -> str:
        prop, tag = column
        return header(prop, tag or self._tag(prop), self.lang)

    def _compare(self, row: _Row, base: dict[str, str] | None, current: dict[int, str]) -> None:
        changes: list[tuple[int, str, str, bool]] = []
        for index, column in row.table.columns.items():
            theirs, ours = row.cells.get(index, ""), current[index]
            was = None if base is None else base.get(self._title(column))
            if index in row.unread or theirs == ours or (was is not None and fingerprint(theirs) == was):
                continue
            meanwhile = fingerprint(ours) != was if was is not None else bool(ours) and self.found.state.form
            conflict = not self.take and meanwhile
            changes.append((index, ours, theirs, conflict))
        said = [i for i, value in current.items() if value and row.table.columns[i][0].path != vocab.DCTERMS.identifier]
        edited = {index for index, *_ in changes if row.cells.get(index)}
        if not self.found.state.form and len(said) >= _RECYCLED and set(said) <= edited:
            self.found.problems.append(Problem(row.place(), Text("import-recycled", {"key": row.key})))
            return
        for index, ours, theirs, conflict in changes:
            if self._same(row.table.columns[index], theirs, ours):
                continue
            change = Change(
                "cell", row.table.shape, row.key, self._label(row.thing), row.place(index),
                self._title(row.table.columns[index]), ours, theirs, conflict,
            )  # fmt: skip
            self.found.changes.append(change)
            if not conflict:
                self._set(row.thing, row.table.columns[index], ours, theirs, row.place(index))

    def _label(self, thing: str) -> str:
        labels: Labels = {}
        for path in (vocab.SKOS.prefLabel, vocab.DCTERMS.title):
            for value in self.contents.values.get((thing, path), []):
                labels[getattr(value, "language", None) or self.language] = str(value)
        return in_language(labels, self.lang)

    def _renamed(self, row: _Row, gone: list[str]) -> str:
        """The thing whose row this was, known by its other cells, or by the form that is about it alone."""
        if self.found.state.form and len(gone) == 1 and list(self.found.state.rows) == gone:
            return gone[0]
        best, share = "", _ALIKE
        for thing in gone:
            if self.found.state.kinds[thing] == row.table.shape.target_class:
                base = self.found.state.rows[thing]
                cells = {self._title(row.table.columns[i]): fingerprint(value) for i, value in row.cells.items()}
                key = next(
                    (self._title(c) for c in row.table.columns.values() if c[0].path == vocab.DCTERMS.identifier), ""
                )
                filled = [title for title, value in base.items() if value != "-" and title != key]
                alike = sum(cells.get(title) == base[title] for title in filled) / max(1, len(filled))
                if filled and alike >= share:
                    best, share = thing, alike
        return best

    def _rename(self, row: _Row, thing: str) -> None:
        column = row.table.key_column
        current = self._current(row, thing)
        if column is None:
            self._new(row)
            return
        old = current[column] or vocab.local_name(thing)
        new = f"{row.cells[column]}; {old}"
        self.found.changes.append(
            Change("renamed", row.table.shape, old, self._label(thing), row.place(column), "", old, row.cells[column])
        )
        self._set(thing, row.table.columns[column], old, new, row.place(column))
        del row.cells[column], current[column]
        base = {k: v for k, v in self.found.state.rows[thing].items() if k != self._title(row.table.columns[column])}
        rest = replace(row.table, columns={i: c for i, c in row.table.columns.items() if i != column})
        self._compare(replace(row, table=rest, thing=thing), base, current)

    def _new(self, row: _Row) -> None:
        shape = row.table.shape
        names = {i: c for i, c in row.table.columns.items() if c[0].path in (vocab.SKOS.prefLabel, vocab.DCTERMS.title)}
        label = next((row.cells[i] for i in names if row.cells.get(i)), "")
        self.found.changes.append(Change("new", shape, row.key, label, row.place()))
        into = self.into
        if shape.target_class == claims.CLASS:  # beside what it is about
            subject = vocab.local_name(row.thing).partition(".")[0]
            into = into or next((n for t, (n, *_) in self.home.items() if vocab.local_name(t) == subject), "")
        if not into:
            self.found.problems.append(
                Problem(row.place(), Text("import-which-dataset", {"names": ", ".join(self.folders)}))
            )
            return
        if into not in self.folders:
            self.found.problems.append(Problem(row.place(), Text("import-dataset-gone", {"names": into})))
            return
        cells = [(*row.table.columns[i], value) for i, value in row.cells.items()]
        table = self.tables.get((into, shape.target_class))
        if table is None:
            self.fresh.setdefault((into, shape.target_class), []).append(cells)
        elif edit := self._edit(table, row.place()):
            edit.added.append(cells)

    def _sorted_alone(self) -> None:
        """Refuse columns that say the same in another order: somebody has sorted them without the rest of the table."""
        columns: dict[tuple[str, str], list[Change]] = {}
        for change in self.found.changes:
            if change.kind == "cell":
                columns.setdefault((change.shape.target_class, change.column), []).append(change)
        for listed in columns.values():
            before, after = Counter(c.before for c in listed), Counter(c.after for c in listed)
            if before == after and len(before) >= _SORTED:
                place = replace(listed[0].place, row=1)
                values = {"column": listed[0].column, "count": len(listed)}
                self.found.problems.append(Problem(place, Text("import-column-sorted", values)))

    def _empty_tables(self, shown: Collection[str]) -> None:
        """Note the tables of which the workbook has no row any more, which deletes nothing."""
        for class_iri, count in sorted(Counter(self.found.state.kinds.values()).items()):
            shape = self.schema.for_class(class_iri)
            if shape and class_iri not in shown:
                values = {"table": shape.label, "count": count}
                self.found.notes.append(Problem(Place(), Text("import-table-empty", values)))

    def _gone(self, thing: str, gone: Collection[str]) -> None:
        home = self.home.get(thing)
        if home is None:
            return  # somebody has deleted it already
        _, table, number = home
        rows = self.several.get(thing, [])
        if rows and (reason := self._kept_by(thing, rows, gone)):
            self.found.problems.append(Problem(table.place(number), reason))
            return
        base = self.found.state.rows[thing]
        now = {header(p, t, self.lang): fingerprint(self.contents.cell(thing, p, t)) for p, t in columns(table.shape)}
        conflict = not self.take and any(now.get(title, value) != value for title, value in base.items())
        key = vocab.local_name(thing)
        self.found.changes.append(
            Change("gone", table.shape, key, self._label(thing), table.place(number), conflict=conflict)
        )
        for part, line in [(row.table, row.record.place.row) for row in rows] or [(table, number)]:
            if not conflict and (edit := self._edit(part, part.place(line))):
                edit.removed.add(line)

    def _kept_by(self, thing: str, rows: Sequence[origins.Row], gone: Collection[str]) -> Text | None:
        """Why a thing that several *rows* speak of cannot go: rows in other datasets, a decision that joins them."""
        places = [{t: f"{r.record.key} ({r.record.place.in_language(t)})" for t in LANGUAGES} for r in rows]
        values = {"key": vocab.local_name(thing), "rows": Listed(tuple(places))}
        if not {row.dataset for row in rows} <= set(self.names):
            return Text("import-gone-elsewhere", values)
        keys = {row.record.key for row in rows}
        for record in self.decisions:
            named = {str(value) for path in (vocab.NQ.keptKey, vocab.NQ.otherKey) for value in record.objects(path)}
            if named <= keys and record.iri not in gone:
                return Text("import-gone-joined", values | {"decision": record.key, "table": record.shape.label})
        return None

    def _missing_columns(self, name: str, rows: Sequence[_Row]) -> None:
        table = next(r.table for r in rows if (r.table.sheet.sheet or r.table.sheet.name) == name)
        base = next(
            (self.found.state.rows[r.thing] for r in rows if r.table is table and r.thing in self.found.state.rows), {}
        )
        have = {self._title(column) for column in table.columns.values()}
        lost = [title for title in base if title not in have]
        if lost:
            self.found.notes.append(
                Problem(table.sheet.place(), Text("import-columns-missing", {"names": ", ".join(lost)}))
            )

    def _parts(self, cell: str, column: tuple[PropertyShape, str]) -> list[str]:
        """What *cell* says one by one, as a workbook would show it; nothing if it says that there is nothing."""
        return _parts(cell, column[0], column[1] or self._tag(column[0]), self.vocabulary, self.contents)

    def _same(self, column: tuple[PropertyShape, str], one: str, other: str) -> bool:
        """Whether two cells say the same, if in another order or notation."""
        if column[0].path == vocab.DCTERMS.identifier:
            return False  # the first key is the one that counts
        found = self._parts(one, column)
        return bool(found) and set(found) == set(self._parts(other, column))

    def _share(self, rows: list[origins.Row], spread: _Spread, before: str) -> None:
        """Take an edit of what several *rows* say to the rows that say it."""
        prop, tag = spread.column[0], spread.column[1] or self._tag(spread.column[0])
        _, table, number = self.home[spread.thing]
        home = next(row for row in rows if row.table is table and row.record.place.row == number)
        old, new = self._parts(before, spread.column), self._parts(spread.content, spread.column)
        try:
            found = origins.edits(
                origins.of(rows, self.vocabulary), home, (prop, tag), old, new, self.names,
                lambda value: self._parts(self.contents.shown(value, prop), spread.column),
            )  # fmt: skip
        except origins.Elsewhere as error:
            origin = error.origin
            said = self.contents.shown(origin.value, origin.column[0])
            values = {"value": said, "key": origin.row.record.key, "origin": origin.place}
            self.found.problems.append(Problem(spread.place, Text("import-elsewhere", values)))
            return
        if not new and (spread.content or not old):  # a mark that there is nothing
            found.append(origins.Edit(home, (prop, tag), spread.content))
        for change in found:
            whole = change.column == (prop, tag) and set(self._parts(change.content, change.column)) == set(new)
            if edit := self._edit(change.row.table, spread.place):
                content = spread.content if whole else change.content
                edit.cells.setdefault(change.row.record.place.row, {})[self._index(edit, change.column)] = content
        self.spread.append(spread)

    def _set(self, thing: str, column: tuple[PropertyShape, str], before: str, content: str, place: Place) -> None:
        home = self.home.get(thing)
        if home is None:
            self.found.problems.append(Problem(place, Text("import-not-in-table", {"key": vocab.local_name(thing)})))
            return
        if rows := self.several.get(thing):
            self._share(rows, _Spread(thing, column, content, place), before)
            return
        _, table, number = home
        edit = self._edit(table, place)
        if edit is not None:
            index = self._index(edit, column)
            edit.cells.setdefault(number, {})[index] = self._as_written(edit, number, index, column, content)

    def _as_written(self, edit: _Edit, number: int, index: int, column: tuple[PropertyShape, str], content: str) -> str:
        """*content* with those keys that the cell has already as they stand there: they may have been merged since."""
        if not column[0].refers_to_things:
            return content
        row = edit.rows[number]
        known = {
            shown: part.strip()
            for part in re.split("[;\n]", row[index] if index < len(row) else "")
            for shown in self._parts(part.strip(), column)
        }
        parts = [part.strip() for part in re.split("[;\n]", content) if part.strip()]
        return "; ".join(known.get(part, part) for part in parts) if known.keys() & set(parts) else content

    def _edit(self, table: Table, place: Place) -> _Edit | None:
        path = self.paths[table.sheet.file]
        if path.suffix.lower() != ".csv":
            self.found.problems.append(Problem(place, Text("import-into-workbook", {"file": table.sheet.file})))
            return None
        return self.edits.setdefault(table.sheet.file, _Edit(table))

    def _index(self, edit: _Edit, column: tuple[PropertyShape, str]) -> int:
        prop, tag = column
        wanted = {(prop.iri, tag), (prop.iri, tag or self._tag(prop))}
        if tag == self._tag(prop):
            wanted.add((prop.iri, ""))
        for index, (known, lang) in edit.table.columns.items():
            if (known.iri, lang) in wanted:
                return index
        width = len(edit.table.sheet.header)
        for offset, (known, lang) in enumerate(edit.columns):
            if (known.iri, lang) in wanted:
                return width + offset
        edit.columns.append((prop, tag or self._tag(prop)))
        return width + len(edit.columns) - 1

    def files(self) -> dict[Path, bytes]:
        """Path → content of each table that changes."""
        found: dict[Path, bytes] = {}
        for file, edit in self.edits.items():
            rows = []
            for filled in edit.added:
                row: dict[int, str] = {self._index(edit, (prop, tag)): content for prop, tag, content in filled}
                rows.append(row)
            width = len(edit.table.sheet.header) + len(edit.columns)
            lang = self._spoken(edit.table)
            found[self.paths[file]] = edits.edited(
                self.paths[file],
                edit.cells,
                [[row.get(i, "") for i in range(width)] for row in rows],
                edit.removed,
                [header(prop, tag, lang) for prop, tag in edit.columns],
            )
        for (name, class_iri), listed in self.fresh.items():
            shape = self.schema.for_class(class_iri)
            assert shape is not None
            used = {(p.iri, tag or self._tag(p)) for filled in listed for p, tag, _ in filled}
            titles = [column for column in columns(shape) if (column[0].iri, column[1]) in used]
            lines = [edits.line([header(prop, tag, self.language) for prop, tag in titles])]
            for filled in listed:
                by = {(p.iri, tag or self._tag(p)): value for p, tag, value in filled}
                lines.append(edits.line([sheets.escaped(by.get((p.iri, tag), "")) for p, tag in titles]))
            folder = next(iter(self.folders[name].files), None)
            parent = folder.parent if folder else Path()
            found[parent / f"{vocab.slug(self.schema.label(shape))}.csv"] = "".join(lines).encode()
        return found

    def _spoken(self, table: Table) -> str:
        """The language of the headers of a table."""
        titles = {title.casefold() for title in table.sheet.header}
        scores = {
            lang: sum(header(p, t, lang).casefold() in titles for p, t in columns(table.shape))
            for lang in (self.language, *self.schema.workspace.languages)
        }
        return max(scores, key=lambda lang: scores[lang])


def _checked(found: Comparison, known: list[Dataset], workspace: Workspace, progress: Progress) -> Report:
    """What the shapes find once the tables are changed, in a copy."""
    with tempfile.TemporaryDirectory(prefix="nqgraph-") as folder:
        copies = []
        for dataset in known:
            target = Path(folder, dataset.name)
            target.mkdir()
            parents = {path.parent for path in dataset.files}
            files = {path.name: path for path in dataset.files}
            files |= {path.name: path for path in found.files if path.parent in parents}
            for name, path in files.items():
                if path in found.files:
                    (target / name).write_bytes(found.files[path])
                else:
                    shutil.copyfile(path, target / name)
            copies.append(replace(dataset, files=tuple(sorted(target.iterdir())), notes=()))
        store = Store(workspace)
        builds.load_ontology(store)
        schema = builds.checked(workspace)
        reading = read_all(copies, store, schema, lambda step: None)
        if reading.problems:
            found.problems += reading.problems
        found.after = Base(known, store, schema, reading, workspace)
        progress("validate")
        rules = validation.sparql_constraints(workspace)
        return builds.beside(validation.validate(store, schema, using=rules, places=reading.places), reading)


def _short(cell: str) -> str:
    cell = " ".join(cell.split())
    return cell if len(cell) <= 120 else cell[:117] + "…"
