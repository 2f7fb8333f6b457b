"""The graph as a workbook to fill in: a sheet per table, its columns, drop-down lists and hints from the shapes."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from nqgraph.building.builds import load_ontology
from nqgraph.exports import findings
from nqgraph.graph.names import names_of
from nqgraph.graph.results import inscribe
from nqgraph.graph.store import Store
from nqgraph.model import shapes
from nqgraph.model.shapes import NodeShape, PropertyShape, Schema
from nqgraph.networks.network import Selection
from nqgraph.sources import edits
from nqgraph.sources.contents import Contents, chosen_graphs, columns, fingerprint, header
from nqgraph.sources.sheets import STATE, clean, escaped
from nqgraph.sources.shown import general
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError
from nqgraph.words.texts import in_language, text
from nqgraph.words.workspace import Workspace

_LISTS = "_listen"
#: Rows below the filled ones that also have drop-down lists and text format.
_SPARE_ROWS = 500
_WIDTHS = {"key": 30, "text": 44, "other": 24}
_HEAD = PatternFill("solid", fgColor="FFE3E8EF")
_HEAD_REQUIRED = PatternFill("solid", fgColor="FFC9D6E8")
_TOP = Alignment(wrap_text=True, vertical="top")
#: Version of the hidden sheet that says from where a workbook comes.
FORMAT = 1
#: The newest version that is read: in it rows are told with their cells instead of fingerprints of them.
READABLE = 2
#: Characters in a cell; a spreadsheet holds 32,767, and escapes can double what is written.
_LONGEST = 16_000
#: Datatypes whose values are written as numbers and days.
_TYPED = frozenset({vocab.XSD.decimal, vocab.XSD.integer, vocab.XSD.date})


def render(
    store: Store,
    lang: str,
    selection: Selection | None = None,
    version: str = "",
) -> bytes:
    """
    A workbook with the statements of a *selection* as ``nqgraph build`` reads it back, and ``nqgraph import``.

    What was found when the graph was built stands on a sheet of its own, which nobody reads back.

    Claims stand in their columns; only those that say more than their column stand in the table of claims.

    Args:
        selection: Which datasets, tables (``kinds``) and which place (``region``); all if None.
        version: Name of the build, so that readers know how old it is.
    Raises:
        QueryError: A dataset, table or place does not exist.
    """
    selection = selection or Selection()
    schema = shapes.of(store.workspace)
    graphs = chosen_graphs(store, selection.datasets)
    shown = _tables(schema, selection.kinds)
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    _notes(book, lang, internal := text("internal-note", lang) if store.marks else "")
    lists = _lists(book, store, schema, lang)
    contents = Contents(store, schema, graphs, lang)
    within = _within(contents, schema, selection.region) if selection.region else None
    state = book.create_sheet(STATE)
    state.sheet_state = "hidden"
    names = "; ".join(sorted(vocab.local_name(graph) for graph in graphs))
    for row in (
        ["nqgraph", FORMAT],
        ["base", store.iris.base],
        ["version", version],
        ["lang", lang],
        ["datasets", names],
    ):
        state.append(row)
    cells = findings.Cells()
    for shape in sorted(schema.node_shapes, key=lambda s: vocab.slug(in_language(s.label, lang))):
        if shape in shown:
            _sheet(book, shape, contents, lists, lang, within, state, cells)
    findings.add(book, findings.of_build(store, schema), cells, contents, lang, at=1)
    if internal:
        inscribe(book, internal)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def tables(store: Store, lang: str, dataset: str) -> Iterator[tuple[NodeShape, bytes]]:
    """
    The rows of a *dataset* as CSV, a table of each kind that it has, with the columns that are used in it.

    Raises:
        QueryError: The dataset does not exist.
    """
    schema = shapes.of(store.workspace)
    contents = Contents(store, schema, chosen_graphs(store, (dataset,)), lang)
    for shape in schema.node_shapes:
        rows = [[contents.cell(thing, *column) for column in columns(shape)] for thing in contents.things(shape)]
        used = [index for index in range(len(columns(shape))) if any(row[index] for row in rows)]
        if used:
            titles = [header(prop, tag, lang) for prop, tag in columns(shape)]
            lines = (titles, *([escaped(clean(cell)) for cell in row] for row in rows))
            yield shape, "".join(edits.line([cells[index] for index in used]) for cells in lines).encode()


def _tables(schema: Schema, names: Sequence[str]) -> list[NodeShape]:
    found = []
    for name in names:
        shape = schema.for_table(name)
        if shape is None:
            known = ", ".join(schema.label(s) for s in schema.node_shapes)
            raise QueryError.of("unknown-table-option", name=name, names=known)
        found.append(shape)
    return found or list(schema.node_shapes)


def _within(contents: Contents, schema: Schema, place: str) -> set[str]:
    """The things that lie in a place and the place itself, by the properties that lead from a part to its whole."""
    props = list(schema.by_iri.values())
    inside = {iri for iri in contents.kinds if place in (iri, vocab.local_name(iri))}
    if not inside:
        raise QueryError.of("unknown-place", name=place)
    contained = {p.path for p in props if p.containment}
    located = {p.path for p in props if p.location}
    while True:
        more = {
            s for (s, p), values in contents.values.items() if p in contained and any(str(v) in inside for v in values)
        }
        if more <= inside:
            break
        inside |= more
    return inside | {
        s for (s, p), values in contents.values.items() if p in located and any(str(v) in inside for v in values)
    }


def blank(workspace: Workspace, lang: str) -> bytes:
    """A workbook without entries for the tables of *workspace*."""
    store = Store(workspace)
    load_ontology(store)
    return render(store, lang)


def _notes(book: Workbook, lang: str, internal: str) -> None:
    sheet = book.create_sheet(text("workbook-notes", lang))
    sheet.column_dimensions["A"].width = 100
    lines = ([internal] if internal else []) + text("workbook-help", lang).splitlines()
    for number, line in enumerate(lines, start=1):
        cell = sheet.cell(number, 1, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if number == 1:
            cell.font = Font(bold=True, size=14)


def _lists(book: Workbook, store: Store, schema: Schema, lang: str) -> dict[str, tuple[str, list[str]]]:
    """
    A hidden sheet with what columns can name: the entries of lists, classes and relations, yes and no.

    Returns:
        IRI of the list, or of the property, → the range they stand in, and the entries.
    """
    sheet = book.create_sheet(_LISTS)
    sheet.sheet_state = "hidden"
    called = {iri: in_language(found, lang) for iri, found in names_of(store).items()}
    entries: dict[str, list[str]] = {}
    for scheme, concept in store.select("SELECT ?scheme ?c WHERE { ?c skos:inScheme ?scheme }"):
        if concept in called:
            entries.setdefault(scheme, []).append(called[concept])
    props = [p for s in schema.node_shapes for p in s.properties]
    kinds = {s.target_class: in_language(s.label, lang) for s in schema.node_shapes}
    for prop in props:
        if prop.values:
            named = [kinds.get(str(v)) or called.get(str(v)) or store.iris.shrink(str(v)) for v in prop.values]
            entries[prop.iri] = named
        elif prop.datatypes == (vocab.XSD.boolean,):
            entries[prop.iri] = [text("page-true", lang), text("page-false", lang)]
    used = sorted({p.scheme for p in props if p.scheme} | {p.iri for p in props if p.iri in entries})
    ranges = {}
    for column, name in enumerate(used, start=1):
        letter = get_column_letter(column)
        listed = sorted(dict.fromkeys(entries.get(name, [])), key=vocab.slug)
        for row, label in enumerate(listed, start=1):
            sheet.cell(row, column, label)
        ranges[name] = f"'{_LISTS}'!${letter}$1:${letter}${max(1, len(listed))}", listed
    return ranges


def _sheet(
    book: Workbook,
    shape: NodeShape,
    contents: Contents,
    lists: dict[str, tuple[str, list[str]]],
    lang: str,
    within: set[str] | None,
    state: Worksheet,
    cells: findings.Cells,
) -> None:
    sheet = book.create_sheet(_title(shape, lang))
    located = any(prop.location or prop.containment for prop in shape.properties)
    things = [thing for thing in contents.things(shape) if within is None or not located or thing in within]
    rows = [[clean(contents.cell(thing, prop, tag)) for prop, tag in columns(shape)] for thing in things]
    titles = [header(prop, tag, lang) for prop, tag in columns(shape)]
    state.append(["#", shape.target_class, *titles])
    for at, (thing, row) in enumerate(zip(things, rows, strict=True), start=2):
        state.append([thing, " ".join(map(fingerprint, row))])
        cells.rows.setdefault(thing, (sheet.title, at))
    last = len(things) + 1 + _SPARE_ROWS
    looks = {code: _look(sheet, code) for code in ("General", "yyyy-mm-dd", "@")}
    number = 0
    for index, (prop, tag) in enumerate(columns(shape)):
        tags = cells.columns.setdefault(sheet.title, {}).setdefault(prop.path, {})
        tags[tag] = number + 1, titles[index]
        parts = [_parts(row[index]) for row in rows]
        example = next((row[index] for row in rows if row[index] not in ("", "-")), "")
        wide = max((len(pieces) for pieces in parts), default=1)
        for piece in range(max(1, wide)):
            number += 1
            title = titles[index] + (f" [{piece + 1}]" if piece else "")
            _column(sheet, number, title, prop, lists, last, lang, example)
            for row_number, pieces in enumerate(parts, start=2):
                if piece < len(pieces) and pieces[piece]:
                    _fill(sheet.cell(row_number, number), pieces[piece], prop, looks)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(number)}{max(2, len(things) + 1)}"


def _title(shape: NodeShape, lang: str) -> str:
    return in_language(shape.label, lang)[:31]


def _parts(cell: str) -> list[str]:
    """*cell* in pieces that fit into one cell of a spreadsheet; none begins or ends with a blank."""
    if len(cell) <= _LONGEST:
        return [cell]
    found = []
    while len(cell) > _LONGEST:
        end = next((i for i in range(_LONGEST, 0, -1) if not cell[i - 1].isspace() and not cell[i].isspace()), _LONGEST)
        found.append(cell[:end])
        cell = cell[end:]
    return [*found, cell]


def _look(sheet: Worksheet, code: str) -> Any:
    """How cells with the number format *code* look; made once, since a style of its own for each costs most of all."""
    cell = Cell(sheet, 1, 1)
    cell.alignment = _TOP
    cell.number_format = code
    return cell._style  # type: ignore[attr-defined]


def _fill(cell: Any, content: str, prop: PropertyShape, looks: dict[str, Any]) -> None:
    """Numbers and days as such, if that says the same; all else as text that is no formula."""
    if prop.is_literal and not prop.is_text and set(prop.datatypes) & _TYPED:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", content) and content >= "1900-03-01":
            cell._style = looks["yyyy-mm-dd"]  # first: a day in a cell of another look would change it for all
            cell.value = dt.date.fromisoformat(content)
            return
        if re.fullmatch(r"-?\d+(,\d+)?", content) and vocab.XSD.date not in prop.datatypes:
            value = float(content.replace(",", "."))
            if general(Decimal(f"{value:.15g}")) == content:
                cell._style = looks["General"]
                cell.value = int(value) if value.is_integer() else value
                return
    content = escaped(ILLEGAL_CHARACTERS_RE.sub("", content), formulas=False)
    cell._style = looks["@"]
    cell.value = re.sub("_(x[0-9A-Fa-f]{4}_)", r"_x005F_\1", content)
    cell.data_type = "s"


def _column(
    sheet: Worksheet,
    number: int,
    title: str,
    prop: PropertyShape,
    lists: dict[str, tuple[str, list[str]]],
    last: int,
    lang: str,
    example: str,
) -> None:
    letter = get_column_letter(number)
    head = sheet.cell(1, number, title)
    head.font = Font(bold=True, underline="single" if prop.min_count else None)
    head.fill = _HEAD_REQUIRED if prop.min_count else _HEAD
    head.alignment = _TOP
    hints = [in_language(part, lang) for part in (prop.hint, prop.message) if part]
    area, entries = lists.get(prop.scheme or prop.iri, ("", []))
    if entries:
        hints.append(text("workbook-allowed", lang, entries=", ".join(entries[:30]) + (" …" if entries[30:] else "")))
        if prop.max_count != 1:
            hints.append(text("workbook-several", lang))
    if example:
        hints.append(text("workbook-example", lang, example=clean(example)[:120]))
    head.comment = Comment("\n".join(hints) or title, "nqgraph", width=380, height=60 + 18 * min(20, len(hints) * 3))
    key = prop.path == vocab.DCTERMS.identifier
    sheet.column_dimensions[letter].width = _WIDTHS["key" if key else "text" if prop.is_text else "other"]
    if not (prop.is_literal and set(prop.datatypes) & _TYPED - {vocab.XSD.date}) or len(prop.datatypes) > 1:
        sheet.column_dimensions[letter].number_format = "@"  # or 2016-12 becomes a day, 05 becomes 5
    if area:
        choice = DataValidation(type="list", formula1=area, allow_blank=True, showErrorMessage=False)
        sheet.add_data_validation(choice)
        choice.add(f"{letter}2:{letter}{last}")
