"""Edits of the tables in a browser: forms filled from the sources, checked, written the way of ``nqgraph import``."""

from __future__ import annotations

import contextlib
import secrets
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rdflib import URIRef
from rdflib.namespace import RDF

from nqgraph.exports import history, proposals, returned
from nqgraph.exports.history import Edit, History, Kind
from nqgraph.exports.returned import Base, Change, Comparison, State
from nqgraph.model.shapes import NodeShape
from nqgraph.pages.forms import Forms, called, row
from nqgraph.pages.forms import name as called_field
from nqgraph.serving.reviewing import Reviews
from nqgraph.sources import datasets, sheets, shown, tables
from nqgraph.sources.cells import Thing, Vocabulary
from nqgraph.sources.contents import columns, fingerprint
from nqgraph.sources.sheets import Sheet
from nqgraph.sources.tables import Table
from nqgraph.validation import validation
from nqgraph.words import vocab
from nqgraph.words.errors import NqgraphError, Place, Problem, QueryError
from nqgraph.words.files import write_atomically
from nqgraph.words.texts import text
from nqgraph.words.workspace import Workspace

#: Folders of a workspace: change files that wait for a decision, and below it those that were declined.
INBOX, DECLINED = "inbox", "declined"
#: The row in which a form stands, and the key that stands for its own while it is checked.
_ROW, _KEY = 2, "form-check"
#: Characters of a role and of a reason.
_LONGEST = 500
#: References that a page lists.
_MOST_NAMED = 50


@dataclass
class Filled:
    """A form with what stands in it."""

    shape: NodeShape
    #: Field → cell.
    values: dict[str, str]
    #: The thing that it is about; empty for a new one.
    thing: str = ""
    label: str = ""
    dataset: str = ""
    #: Fingerprints of the cells from which the values come, in the order of the columns.
    stand: str = ""
    #: Field → what is wrong with it; "" for what is wrong beside the fields.
    faults: dict[str, list[str]] = field(default_factory=dict)
    #: Field → what somebody else has written meanwhile.
    theirs: dict[str, str] = field(default_factory=dict)
    role: str = ""
    reason: str = ""

    @property
    def key(self) -> str:
        """The key of the thing."""
        return vocab.local_name(self.thing) if self.thing else ""


@dataclass
class Waiting:
    """A change file in the inbox."""

    name: str
    found: Comparison | None
    problems: Sequence[Problem] = ()
    #: The dataset that new entries go to, unless somebody chooses another.
    into: str = ""

    @property
    def acceptable(self) -> bool:
        """Whether nothing keeps it from being accepted, as far as one sees before all is checked."""
        return self.found is not None and not self.problems and not self.found.conflicts

    @property
    def new(self) -> bool:
        """Whether it needs a dataset to go to."""
        return any(change.kind == "new" for change in (self.found.changes if self.found else ()))


class Editing:
    """
    The tables below *sources*, open for edits.

    Args:
        folder: The workspace, where the history and the inbox lie.
        out: The build folder that follows the edits.
        internal: Whether entries of internal datasets are shown.
    """

    def __init__(self, workspace: Workspace, folder: Path, sources: Sequence[Path], out: Path, internal: bool) -> None:
        self.workspace, self.sources, self.internal = workspace, list(sources), internal
        #: What a reader must show before anything is written.
        self.token = secrets.token_urlsafe(24)
        self.history = History(folder / history.FOLDER)
        self.inbox = folder / INBOX
        self.rebuild = Rebuild(folder, sources, out)
        self.reviews = Reviews(workspace, folder)
        self._lock = threading.RLock()
        self._base: Base | None = None
        self._stamp: tuple[object, ...] = ()
        self._forms: dict[str, Forms] = {}
        self._home: dict[str, list[tuple[str, Table, int]]] = {}

    # -- what the tables say -------------------------------------------------------------------------------------

    def base(self) -> Base:
        """
        What the tables say now; read again after each change of a file, whoever made it.

        Raises:
            InputError: A dataset cannot be read.
        """
        with self._lock:
            stamp = self._now()
            if self._base is None or stamp != self._stamp:
                return self._hold(Base.read(self.sources, self.workspace), stamp)
            return self._base

    def _hold(self, base: Base, stamp: tuple[object, ...]) -> Base:
        self._base, self._stamp, self._forms, self._home = base, stamp, {}, {}
        for name, parts in base.reading.tables.items():
            for table, records in parts:
                for record in records:
                    homes = self._home.setdefault(record.iri, [])
                    own = record.key in ("", vocab.local_name(record.iri))  # such a row says what the thing is
                    homes.insert(0 if own else len(homes), (name, table, record.place.row))
        return base

    def _now(self) -> tuple[object, ...]:
        paths = sorted(path for source in self.sources for path in (source.rglob("*") if source.is_dir() else [source]))
        return tuple((str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in paths if p.is_file())

    def forms(self, lang: str) -> Forms:
        """The forms of all kinds in *lang*."""
        with self._lock:
            base = self.base()
            if lang not in self._forms:
                seen = self.datasets()
                hidden = {
                    vocab.local_name(iri) for iri, homes in self._home.items() if not any(n in seen for n, *_ in homes)
                }
                contents = base.contents(seen, lang)
                self._forms[lang] = Forms(base.store, base.schema, contents, base.reading.vocabulary, lang, hidden)
            return self._forms[lang]

    def datasets(self) -> list[str]:
        """Names of the datasets that may be edited: what others made, and links alone, are in no table."""
        seen = (d for d in self.base().known if self.internal or d.visibility == "public")
        return [d.name for d in seen if not d.harvested and (d.tables() or d.rdf_files())]

    def kind(self, segment: str, lang: str) -> NodeShape | None:
        """The kind called *segment*, if it has a form."""
        return self.forms(lang).kinds.get(segment)

    def new(self, shape: NodeShape, lang: str) -> Filled:
        """An empty form; it suggests the dataset that has a table of the kind."""
        having = {n for homes in self._home.values() for n, t, _ in homes if t.shape is shape}
        names = self.datasets()
        return Filled(shape, {}, dataset=next((name for name in names if name in having), names[0] if names else ""))

    def filled(self, shape: NodeShape, key: str, lang: str) -> Filled | None:
        """The form of the thing *key* with what stands in its table; None if there is no such thing."""
        with self._lock:
            base, forms = self.base(), self.forms(lang)
            meant = base.reading.vocabulary.keys.get(key)
            if meant is None or meant.class_iri != shape.target_class:
                return None
            home = next((n for n, *_ in self._home.get(meant.iri, ()) if n in self.datasets()), "")
            if not home:
                if meant.iri in self._home:
                    return None  # in an internal dataset
                raise QueryError.of("import-not-in-table", key=key)
            values = forms.cells(shape, meant.iri, base.contents((home,), lang))
            stand = " ".join(map(fingerprint, values.values()))
            return Filled(shape, values, meant.iri, called(forms.contents, meant.iri, lang), home, stand)

    def references(self, thing: str, lang: str) -> list[tuple[NodeShape, str, str]]:
        """Kind, key and name of what refers to a thing."""
        base, target = self.base(), URIRef(thing)
        contents = self.forms(lang).contents
        found = {
            (record.shape.segment, record.key or vocab.local_name(record.iri)): record
            for parts in base.reading.tables.values()
            for _, records in parts
            for record in records
            if record.iri != thing and any(value == target for _, value, _ in record.values)
        }
        listed = sorted(found.items(), key=lambda one: one[0])
        return [(record.shape, key, called(contents, record.iri, lang)) for (_, key), record in listed[:_MOST_NAMED]]

    # -- checks --------------------------------------------------------------------------------------------------

    def check(self, form: Filled, lang: str) -> dict[str, list[str]]:
        """Field → what is wrong with it, in the words of the build; rules over several things come with the build."""
        with self._lock:
            base, forms = self.base(), self.forms(lang)
            vocabulary = base.reading.vocabulary
            titles = {f.title: f.name for f in forms.fields(form.shape)}
            key = next(f.name for f in forms.fields(form.shape) if f.show == "key")
            problems: list[Problem] = []
            others = {k: v for k, v in vocabulary.keys.items() if v.iri != form.thing}
            if (given := tables.match(self._sheet(form, lang), base.schema, problems)) is not None:
                self._check_key(given, others, vocabulary, problems)
            own = replace(vocabulary, keys=dict(vocabulary.keys), refused=set())
            subject = base.store.iris.thing(form.shape.target_class, _KEY, "")
            own.keys[_KEY] = Thing(subject, form.shape.target_class)
            checked = replace(form, values={**form.values, key: _KEY})
            table = tables.match(self._sheet(checked, lang), base.schema, [])
            records = tables.records(table, own, problems) if table else []
            faults: dict[str, list[str]] = {}
            for problem in problems:
                _put(faults, titles.get(problem.place.column, ""), problem.text.in_language(lang))
            for record in records:
                unread = {shape.path for shape in record.unread}
                triples = [(URIRef(subject), URIRef(shape.path), value) for shape, value, _ in record.values]
                for listed, mark in (
                    (record.not_documented, vocab.NQ.notDocumented),
                    (record.not_applicable, vocab.NQ.notApplicable),
                ):
                    triples += [(URIRef(subject), URIRef(mark), URIRef(shape.path)) for shape in listed]
                graph = base.store.iris.dataset_graph(_KEY)
                base.store.add_new(graph, [(URIRef(subject), RDF.type, URIRef(form.shape.target_class)), *triples])
                try:
                    report = validation.validate(base.store, base.schema, focus=[subject])
                finally:
                    base.store.remove_graph(graph)
                self._sort(report.findings, form.shape, subject, faults, lang, without=unread)
            return faults

    def _check_key(
        self, table: Table, others: dict[str, Thing], vocabulary: Vocabulary, problems: list[Problem]
    ) -> None:
        places: dict[str, Place] = defaultdict(Place)
        for iri, homes in self._home.items():
            places[vocab.local_name(iri)] = homes[0][1].place(homes[0][2])
        scratch = replace(vocabulary, keys=others, refused=set())
        tables.index_keys(table, self.base().store.iris, "", scratch, places, problems)

    def _sort(
        self,
        findings: Sequence[validation.Finding],
        shape: NodeShape,
        subject: str,
        faults: dict[str, list[str]],
        lang: str,
        without: set[str] | frozenset[str] = frozenset(),
    ) -> None:
        """Put violations to their fields; what is about other things stands beside them."""
        first: dict[str, str] = {}
        for prop, tag in columns(shape):
            first.setdefault(prop.path, called_field(prop, tag))
        for finding in findings:
            if finding.severity in validation.MILD or str(finding.path) in without:
                continue
            own = str(finding.focus) == subject
            if own and str(finding.path) == vocab.DCTERMS.identifier and subject.endswith(_KEY):
                continue  # the key is checked as it stands
            name = first.get(str(finding.path), "") if own else ""
            said = finding.said(lang)
            _put(faults, name, said if name else finding.in_language(lang) if not own else said)

    def _sheet(self, form: Filled, lang: str) -> Sheet:
        header, cells = row(form.shape, form.values, lang)
        content = tuple(shown.text(sheets.clean(cell)) for cell in cells)
        title = self.base().schema.label(form.shape)
        return Sheet(title, text("edit-form", lang), title, header, ((_ROW, content),))

    # -- edits ---------------------------------------------------------------------------------------------------

    def save(self, form: Filled, lang: str) -> Edit | None:
        """
        Write the edited cells of *form* into its table: on the disk when this returns.

        What keeps it from being written stands in the form then: faults, or what somebody else has written meanwhile.

        Returns:
            The edit; None if nothing was written.
        """
        with self._lock:
            found = self._merged(form, lang)
            if found is None or not found.files:
                return None
            kinds = {change.kind for change in found.changes}
            kind: Kind = "new" if "new" in kinds else "renamed" if "renamed" in kinds else "cell"
            return self._write(found, self._edit(kind, form, found, lang))

    def _merged(self, form: Filled, lang: str) -> Comparison | None:
        """What *form* would change, if that can be; else the form says why not."""
        base = self.base()
        titles = row(form.shape, {}, lang)[0]
        form.values = {k: sheets.clean(v) for k, v in form.values.items()}
        if form.thing:
            current = self.filled(form.shape, form.key, lang)
            if current is None:
                raise QueryError.of("edit-gone", key=form.key)
            was = dict(zip(current.values, form.stand.split(), strict=False))
            for name, now in current.values.items():
                mine = form.values.get(name, "")
                edited = fingerprint(mine) != was.get(name)
                if not edited:
                    form.values[name] = now
                elif fingerprint(now) != was.get(name) and sheets.clean(now) != mine:
                    form.theirs[name] = now
            form.dataset, form.stand = current.dataset, current.stand
            if form.theirs:
                return None
        form.faults = self.check(form, lang)
        if form.faults:
            return None
        state = State(lang=lang, datasets=(form.dataset,), form=True)
        if form.thing:
            state.rows[form.thing] = dict(zip(titles, form.stand.split(), strict=True))
            state.kinds[form.thing] = form.shape.target_class
        found = returned.merged([self._sheet(form, lang)], state, base)
        names = {f.title: f.name for f in self.forms(lang).fields(form.shape)}
        for problem in found.problems:
            _put(form.faults, names.get(problem.place.column, ""), problem.text.in_language(lang))
        if found.report and not found.report.conforms:
            findings = [f for f in found.report.findings if f.severity not in validation.MILD]
            own = (form.key, *self._keys(form))
            subject = next((str(f.focus) for f in findings if vocab.local_name(str(f.focus)) in own), "")
            self._sort(findings, form.shape, subject, form.faults, lang)
        if not found.changes and not form.faults:
            _put(form.faults, "", text("edit-nothing", lang))
        return found if found.applicable and not form.faults else None

    def _keys(self, form: Filled) -> list[str]:
        key = next(f.name for f in self.forms(self.workspace.language).fields(form.shape) if f.show == "key")
        return [part.strip() for part in form.values.get(key, "").split(";") if part.strip()]

    def _edit(self, kind: Kind, form: Filled, found: Comparison, lang: str) -> Edit:
        header, cells = row(form.shape, form.values, lang)
        before = dict(zip(header, row(form.shape, self._before(form, lang), lang)[1], strict=True))
        edited = {change.column: change for change in found.changes if change.kind == "cell"}
        thing = form.thing or self._iri(form.shape, self._keys(form)[0], form.dataset)
        listed = tuple(
            history.Cell(title, before[title], cell)
            for title, cell in zip(header, cells, strict=True)
            if (title in edited if kind == "cell" else cell != before[title])
        )
        return Edit(
            kind, form.dataset, thing, form.shape.target_class, listed, lang, _short(form.role), _short(form.reason)
        )

    def _iri(self, shape: NodeShape, key: str, dataset: str) -> str:
        base = next((d.base for d in self.base().known if d.name == dataset), "")
        return self.base().store.iris.thing(shape.target_class, key, base)

    def _before(self, form: Filled, lang: str) -> dict[str, str]:
        current = self.filled(form.shape, form.key, lang) if form.thing else None
        return current.values if current else {}

    def _write(self, found: Comparison, *edits: Edit) -> Edit:
        if self._now() != self._stamp:
            raise QueryError.of("edit-meanwhile")
        returned.apply(found)
        self.history.add(edits)
        if found.after is not None:  # what was checked is what stands there now
            self._hold(replace(found.after, known=datasets.find(self.sources, self.workspace)), self._now())
        self.rebuild.ask()
        return edits[0]

    def remove(self, form: Filled, lang: str) -> Edit | None:
        """Delete the row of a thing; None, with the reason in the form, if something refers to it."""
        with self._lock:
            current = self.filled(form.shape, form.key, lang)
            if current is None:
                raise QueryError.of("edit-gone", key=form.key)
            if current.stand != form.stand:
                form.theirs = dict(current.values)
                _put(form.faults, "", text("edit-changed", lang))
                form.stand = current.stand
                return None
            if self.references(form.thing, lang):
                _put(form.faults, "", text("edit-referred", lang))
                return None
            header, cells = row(form.shape, current.values, lang)
            listed = tuple(history.Cell(t, c, "") for t, c in zip(header, cells, strict=True) if c)
            edit = Edit(
                "gone", current.dataset, form.thing, form.shape.target_class, listed, lang,
                _short(form.role), _short(form.reason),
            )  # fmt: skip
            found = self._reversed(edit, form.shape, gone=True)
            return self._done(found, edit, form.faults, lang)

    def undo(self, id_: str, lang: str, role: str = "") -> tuple[Edit | None, list[str]]:
        """
        Take the edit *id_* back, if the cells still have what it wrote.

        Returns:
            The edit that takes it back, or None and the reasons why not.
        """
        with self._lock:
            base, edit = self.base(), self.history.find(id_)
            shape = base.schema.for_class(edit.class_iri) if edit else None
            if edit is None or shape is None or edit.dataset not in self.datasets():
                return None, [text("edit-unknown", lang)]
            if id_ in self.history.undone():
                return None, [text("edit-undone", lang)]
            kinds: dict[Kind, Kind] = {"new": "gone", "gone": "new"}
            cells = [history.Cell(c.column, c.after, c.before) for c in edit.cells]
            if edit.kind == "renamed":  # the old key stands behind the new one since
                key = self._key_title(shape, edit.lang)
                cells = [replace(c, before=f"{c.before}; {c.after}") if c.column == key else c for c in cells]
            back = replace(
                edit,
                kind=kinds.get(edit.kind, "cell"),
                cells=tuple(cells),
                role=_short(role), reason="", undoes=id_, id=history.fresh(), ended=history.now(),
            )  # fmt: skip
            if back.kind == "gone" and self.references(back.thing, lang):
                return None, [text("edit-referred", lang)]
            faults: dict[str, list[str]] = {}
            found = self._reversed(back, shape, gone=back.kind == "gone")
            if found.problems and back.kind == "cell":  # others name a key that would go; it stays as another one
                key = self._key_title(shape, edit.lang)
                back = replace(back, cells=tuple(_keeping(c) if c.column == key else c for c in back.cells))
                found = self._reversed(back, shape)
            done = self._done(found, back, faults, lang)
            return done, [said for listed in faults.values() for said in listed]

    def _key_title(self, shape: NodeShape, lang: str) -> str:
        return next(f.title for f in self.forms(lang).fields(shape) if f.show == "key")

    def _reversed(self, edit: Edit, shape: NodeShape, *, gone: bool = False) -> Comparison:
        """What it takes to bring a row to what *edit* says, from what it says that it is."""
        key = self._key_title(shape, edit.lang)
        now = self.filled(shape, edit.key, edit.lang)
        cells = {cell.column: cell.after for cell in edit.cells}
        if edit.kind == "cell" and now is not None and key not in cells:
            cells[key] = dict(zip(*row(shape, now.values, edit.lang), strict=True))[key]
        header = tuple(cells) if cells else (key,)
        content = tuple(shown.text(sheets.clean(cells[title])) for title in header)
        state = State(lang=edit.lang, datasets=(edit.dataset,), form=True)
        if edit.kind != "new":
            meant = self.base().reading.vocabulary.keys.get(edit.key)
            thing = meant.iri if meant else edit.thing  # it may have another key since
            state.rows[thing] = {cell.column: fingerprint(cell.before) for cell in edit.cells}
            state.kinds[thing] = edit.class_iri
        title = self.base().schema.label(shape)
        rows = () if gone else ((_ROW, content),)
        sheet = Sheet(title, text("edit-form", edit.lang), title, header, rows)
        return returned.merged([sheet], state, self.base(), dataset=edit.dataset)

    def _done(self, found: Comparison, edit: Edit, faults: dict[str, list[str]], lang: str) -> Edit | None:
        """Write what was found; where that cannot be, *faults* say why."""
        for problem in found.findings():
            _put(faults, "", problem.in_language(lang))
        if found.report and not found.report.conforms and not faults:
            for finding in found.report.findings:
                if finding.severity not in validation.MILD:
                    _put(faults, "", finding.in_language(lang))
        if not found.files and not faults:
            _put(faults, "", text("edit-nothing", lang))
        return None if faults else self._write(found, edit)

    # -- proposals -----------------------------------------------------------------------------------------------

    def propose(self, form: Filled, lang: str, version: str) -> str | None:
        """
        Put what *form* would change into the inbox, where no build sees it until somebody accepts it.

        Returns:
            The name of its file; None, with the reasons in the form, if it cannot be.
        """
        with self._lock:
            current = self._before(form, lang)
            found = self._merged(form, lang)
            if found is None:
                return None
            header, cells = row(form.shape, form.values, lang)
            before = row(form.shape, current, lang)[1] if form.thing else ()
            title = self.base().schema.label(form.shape)
            edited = proposals.EditedRow(title, form.shape.target_class, header, cells, form.thing, before)
            body = proposals.render(
                [edited], base=self.workspace.iris.base, version=version, lang=lang, datasets=[form.dataset],
                role=_short(form.role), reason=_short(form.reason),
            )  # fmt: skip
            name = f"{history.now().replace(':', '')}-{(form.key or self._keys(form)[0])[:60]}.xlsx"
            write_atomically(self.inbox / name, body)
            return name

    def waiting(self) -> list[Waiting]:
        """The change files in the inbox, with what they would change."""
        return [self._waiting(path) for path in sorted(self.inbox.glob("*.xlsx")) if path.name[0] not in "~."]

    def _waiting(self, path: Path, dataset: str = "", *, check: bool = False) -> Waiting:
        state = State()
        try:
            with self._lock:
                listed = returned.read(path, state, self.workspace)
                into = ""
                if len(state.datasets) != 1:
                    tables_of = (self.base().schema.for_table(sheet.name) for sheet in listed)
                    likely = (self.new(shape, self.workspace.language).dataset for shape in tables_of if shape)
                    into = dataset or next(likely, "")
                found = returned.merged(listed, state, self.base(), dataset=into, check=check)
        except NqgraphError as error:
            return Waiting(path.name, None, error.problems)
        return Waiting(path.name, found, found.problems, into)

    def accept(self, name: str, lang: str, dataset: str = "") -> list[str]:
        """
        Write what a change file of the inbox says.

        Returns:
            The reasons why not; empty if it is done.
        """
        with self._lock:
            path = self._file(name)
            if path is None:
                return [text("edit-unknown", lang)]
            waiting = self._waiting(path, dataset if dataset in self.datasets() else "", check=True)
            if waiting.found is None:
                return [problem.in_language(lang) for problem in waiting.problems]
            found = waiting.found
            if found.files:
                faults: dict[str, list[str]] = {}
                only = found.state.datasets
                edits = self._edits(found, only[0] if len(only) == 1 else waiting.into)
                for problem in found.findings():
                    _put(faults, "", problem.in_language(lang))
                if found.report and not found.report.conforms and not faults:
                    listed = (f for f in found.report.findings if f.severity not in validation.MILD)
                    faults[""] = [finding.in_language(lang) for finding in listed]
                if faults:
                    return faults[""]
                self._write(found, *edits)
            path.unlink()
            return []

    def _edits(self, found: Comparison, into: str) -> list[Edit]:
        """What a change file edits, a thing at a time; new things come *into* a dataset."""
        by_thing: dict[str, list[Change]] = {}
        for change in found.changes:
            by_thing.setdefault(change.key, []).append(change)
        edits = []
        state = found.state
        for key, changes in by_thing.items():
            first = changes[0]
            known = self.base().reading.vocabulary.keys.get(key)
            home = next((name for name, *_ in self._home.get(known.iri if known else "", ())), "") or into
            thing = known.iri if known else self._iri(first.shape, key, home)
            cells = tuple(history.Cell(c.column, c.before, c.after) for c in changes if c.kind == "cell")
            kind: Kind = next((c.kind for c in changes if c.kind != "cell"), first.kind)
            role, reason = _short(state.role), _short(state.reason)
            edits.append(Edit(kind, home, thing, first.shape.target_class, cells, state.lang, role, reason))
        return edits

    def decline(self, name: str) -> bool:
        """Put a change file aside; whether there was one."""
        path = self._file(name)
        if path is None:
            return False
        aside = self.inbox / DECLINED
        aside.mkdir(exist_ok=True)
        path.replace(aside / name)
        return True

    def _file(self, name: str) -> Path | None:
        return next((path for path in self.inbox.glob("*.xlsx") if path.name == name), None)


class Rebuild:
    """Builds in a process of its own after edits, once more where one came meanwhile."""

    def __init__(self, folder: Path, sources: Sequence[Path], out: Path) -> None:
        self._command = [
            sys.executable, "-m", "nqgraph", "build", *map(str, sources), "--out", str(out), "--workspace", str(folder),
        ]  # fmt: skip
        self._asked = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._stopped = False
        #: What the last build said, if it failed.
        self.failure = ""

    @property
    def running(self) -> bool:
        """Whether a build is under way."""
        return self._asked.is_set() or (self._thread is not None and self._thread.is_alive())

    def ask(self) -> None:
        """Have a build made soon."""
        with self._lock:
            self._asked.set()
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the build under way."""
        self._stopped = True
        if self._process is not None:
            with contextlib.suppress(OSError):
                self._process.terminate()

    def _run(self) -> None:
        while not self._stopped:
            with self._lock:
                if not self._asked.is_set():
                    self._thread = None
                    return
                self._asked.clear()
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
            _, said = self._process.communicate()
            self.failure = "" if self._process.returncode == 0 else said.strip()[-2000:]


def _put(faults: dict[str, list[str]], name: str, said: str) -> None:
    if said not in faults.setdefault(name, []):
        faults[name].append(said)


def _keeping(cell: history.Cell) -> history.Cell:
    """The edit of a key that keeps all keys, the one that it brings first."""
    keys = [part.strip() for part in f"{cell.after}; {cell.before}".split(";")]
    return replace(cell, after="; ".join(dict.fromkeys(filter(None, keys))))


def _short(said: str) -> str:
    return sheets.clean(said)[:_LONGEST]


def value(items: Mapping[str, Sequence[str]], name: str) -> str:
    """The cell that the values of a field make."""
    return "; ".join(part for part in items.get(name, ()) if part.strip())
