"""The graph as a workbook to fill in: a sheet per table, its columns, drop-down lists and hints from the shapes."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from rdflib import URIRef

from nqgraph.building.builds import load_ontology
from nqgraph.graph.names import names_of
from nqgraph.graph.results import inscribe
from nqgraph.graph.store import Store
from nqgraph.model import shapes
from nqgraph.model.shapes import NodeShape, PropertyShape, Schema
from nqgraph.sources import claims
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError
from nqgraph.words.numbers import written
from nqgraph.words.texts import in_language, text
from nqgraph.words.workspace import Workspace

_LISTS = "_listen"
#: Rows below the filled ones that also have drop-down lists and text format.
_SPARE_ROWS = 500
_WIDTHS = {"key": 30, "text": 44, "other": 24}
_HEAD = PatternFill("solid", fgColor="FFE3E8EF")


def render(store: Store, lang: str, datasets: Sequence[str] = ()) -> bytes:
    """
    A workbook with the statements of *datasets* (all of them if none is named) as ``nqgraph build`` reads it back.

    Claims stand in their columns; only those that say more than their column stand in the table of claims.

    Raises:
        QueryError: A dataset does not exist.
    """
    schema = shapes.of(store.workspace)
    known = {vocab.local_name(g): g for g in store.graphs() if g not in store.iris.own_graphs}
    for name in datasets:
        if name not in known:
            raise QueryError.of("unknown-dataset", name=name, names=", ".join(sorted(known)))
    graphs = [known[name] for name in (datasets or sorted(known))]
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    _notes(book, lang, internal := text("internal-note", lang) if store.marks else "")
    lists = _lists(book, store, schema, lang)
    contents = _Contents(store, schema, graphs, lang)
    for shape in sorted(schema.node_shapes, key=lambda s: vocab.slug(in_language(s.label, lang))):
        _sheet(book, shape, contents, lists, lang)
    if internal:
        inscribe(book, internal)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def blank(workspace: Workspace, lang: str) -> bytes:
    """A workbook without entries for the tables of *workspace*."""
    store = Store(workspace)
    load_ontology(store)
    return render(store, lang)


class _Contents:
    """What the chosen graphs say, ready to be put into cells."""

    def __init__(self, store: Store, schema: Schema, graphs: Sequence[str], lang: str) -> None:
        self.lang = lang
        self.claimed = schema.claimed
        self.notes = {p.path: p.note_path for p in schema.by_iri.values() if p.note_path}
        self.iris = store.iris
        classifiers = store.select("SELECT ?status ?who WHERE { ?status nq:impliesClassifier ?who }")
        self.classifiers: dict[str, str] = dict(classifiers)
        lowering = store.select("SELECT ?status WHERE { ?status nq:lowersConfidence true }")
        self.lowering = {status for (status,) in lowering}
        lowered = store.solutions("SELECT ?high ?low WHERE { ?high nq:lowersTo ?low }")
        self.lowered: dict[object, object] = dict(lowered)  # type: ignore[arg-type]
        block = " ".join(f"<{graph}>" for graph in graphs)
        everything = f"SELECT ?s ?p ?o WHERE {{ VALUES ?g {{ {block} }} GRAPH ?g {{ ?s ?p ?o }} }}"
        self.values: dict[tuple[str, str], list[object]] = {}
        self.types: dict[str, list[str]] = {}
        for s, p, o in store.solutions(everything):
            self.values.setdefault((str(s), str(p)), []).append(o)
            if str(p) == vocab.RDF.type:
                self.types.setdefault(str(o), []).append(str(s))
        named = {iri for iri, _ in store.select("SELECT DISTINCT ?c ?x { ?c skos:inScheme|rdfs:isDefinedBy ?x }")}
        #: Concepts and terms → what cells call them.
        self.names = {iri: in_language(found, lang) for iri, found in names_of(store).items() if iri in named}

    def things(self, shape: NodeShape) -> list[str]:
        """IRIs of the rows of a table, by key."""
        found = sorted(set(self.types.get(shape.target_class, [])))
        return [iri for iri in found if self._says_more(iri, shape)] if shape.target_class == claims.CLASS else found

    def _says_more(self, claim: str, shape: NodeShape) -> bool:
        """Whether a claim differs from the one that the column of its subject would make."""

        def said(thing: str, path: str) -> set[object]:
            return set(self.values.get((thing, path), []))

        subject, predicate = ("".join(map(str, said(claim, p))) for p in (vocab.RDF.subject, vocab.RDF.predicate))
        status = self.claimed.get(predicate)
        if status is None:
            return True
        expected = {path: said(subject, path) for path in claims.INHERITED}
        expected[vocab.NQ.claimStatus] = {URIRef(status)}
        expected[vocab.NQ.classifiedBy] = {URIRef(who) for who in [self.classifiers.get(status)] if who}
        expected[vocab.NQ.reason] = said(subject, self.notes.get(predicate, ""))
        if status in self.lowering:
            expected[vocab.NQ.confidence] = {self.lowered.get(c, c) for c in expected[vocab.NQ.confidence]}
        named = (vocab.RDF.subject, vocab.RDF.predicate, vocab.RDF.object)
        return any(said(claim, p.path) != expected.get(p.path, set()) for p in shape.properties if p.path not in named)

    def cell(self, thing: str, prop: PropertyShape, lang: str) -> str:
        """The content of a cell; several values are separated by semicolons."""
        found = self.values.get((thing, prop.path), [])
        if prop.is_text:
            found = [value for value in found if getattr(value, "language", None) == lang]
        if not found:
            for marker, mark in (
                (vocab.NQ.notDocumented, "-"),
                (vocab.NQ.notApplicable, text("not-applicable-mark", self.lang)),
            ):
                if any(str(path) == prop.path for path in self.values.get((thing, marker), [])):
                    return mark if lang in ("", prop.languages[0] if prop.languages else "") else ""
            return ""
        shown = sorted(
            (self._shown(value, prop) for value in found), key=lambda name: (name != vocab.local_name(thing), name)
        )
        several_texts = prop.is_literal and not prop.single_line
        return ("\n\n" if several_texts else "; ").join(dict.fromkeys(shown))

    def _shown(self, value: object, prop: PropertyShape) -> str:
        name = str(value)
        if prop.scheme or prop.values:
            return self.names.get(name, self.iris.shrink(name))
        if prop.refers_to_things:
            return vocab.local_name(name)
        if str(getattr(value, "datatype", "")) == vocab.XSD.decimal:
            return written(name, "de")  # as cells are read
        return name


def _notes(book: Workbook, lang: str, internal: str) -> None:
    sheet = book.create_sheet(text("workbook-notes", lang))
    sheet.column_dimensions["A"].width = 100
    lines = ([internal] if internal else []) + text("workbook-help", lang).splitlines()
    for number, line in enumerate(lines, start=1):
        cell = sheet.cell(number, 1, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if number == 1:
            cell.font = Font(bold=True, size=14)


def _lists(book: Workbook, store: Store, schema: Schema, lang: str) -> dict[str, str]:
    """A hidden sheet with the entries of every concept scheme; scheme IRI → the range they stand in."""
    sheet = book.create_sheet(_LISTS)
    sheet.sheet_state = "hidden"
    called = {iri: in_language(found, lang) for iri, found in names_of(store).items()}
    entries: dict[str, list[str]] = {}
    for scheme, concept in store.select("SELECT ?scheme ?c WHERE { ?c skos:inScheme ?scheme }"):
        if concept in called:
            entries.setdefault(scheme, []).append(called[concept])
    used = sorted({p.scheme for s in schema.node_shapes for p in s.properties if p.scheme})
    ranges = {}
    for column, scheme in enumerate(used, start=1):
        letter = get_column_letter(column)
        for row, label in enumerate(sorted(entries.get(scheme, []), key=vocab.slug), start=1):
            sheet.cell(row, column, label)
        ranges[scheme] = f"'{_LISTS}'!${letter}$1:${letter}${max(1, len(entries.get(scheme, [])))}"
    return ranges


def _sheet(book: Workbook, shape: NodeShape, contents: _Contents, lists: dict[str, str], lang: str) -> None:
    sheet = book.create_sheet(in_language(shape.label, lang)[:31])
    columns = [(prop, tag) for prop in shape.properties for tag in (prop.languages if prop.is_text else ("",))]
    things = contents.things(shape)
    last = len(things) + 1 + _SPARE_ROWS
    for number, (prop, tag) in enumerate(columns, start=1):
        _column(sheet, number, prop, tag, lists, last, lang)
    for row, thing in enumerate(things, start=2):
        for number, (prop, tag) in enumerate(columns, start=1):
            content = contents.cell(thing, prop, tag)
            if content:
                cell = sheet.cell(row, number, ILLEGAL_CHARACTERS_RE.sub("", content))
                cell.data_type = "s"
                cell.number_format = "@"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{max(2, len(things) + 1)}"


def _column(
    sheet: Worksheet, number: int, prop: PropertyShape, tag: str, lists: dict[str, str], last: int, lang: str
) -> None:
    letter = get_column_letter(number)
    title = in_language(prop.name, lang) + (f" ({tag})" if tag else "")
    head = sheet.cell(1, number, title)
    head.font = Font(bold=True, underline="single" if prop.min_count else None)
    head.fill = _HEAD
    head.alignment = Alignment(wrap_text=True, vertical="top")
    hints = [in_language(part, lang) for part in (prop.message, prop.hint) if part]
    head.comment = Comment("\n".join(hints), "nqgraph", width=360, height=140)
    key = prop.path == vocab.DCTERMS.identifier
    sheet.column_dimensions[letter].width = _WIDTHS["key" if key else "text" if prop.is_text else "other"]
    sheet.column_dimensions[letter].number_format = "@"  # or a spreadsheet takes 2016-12 for a day, 05 for 5
    if prop.scheme and prop.max_count == 1:
        choice = DataValidation(type="list", formula1=lists[prop.scheme], allow_blank=True, showErrorMessage=False)
        sheet.add_data_validation(choice)
        choice.add(f"{letter}2:{letter}{last}")
