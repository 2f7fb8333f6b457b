"""Vocabularies of others in local files: what their entries are called, in RDF or in a table."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nqgraph.graph.files import form_of
from nqgraph.graph.matching import Entry
from nqgraph.graph.names import NAMES
from nqgraph.graph.store import Given, iri_is_valid
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, Place, Problem
from nqgraph.words.texts import Text
from nqgraph.words.workspace import Workspace

_OTHER = (vocab.SKOS.altLabel, vocab.SKOS.hiddenLabel, vocab.SCHEMA["alternateName"])
_CODES = (vocab.SKOS.notation, vocab.DCTERMS.identifier)
_SAME = (vocab.OWL.sameAs, vocab.SKOS.exactMatch, vocab.SCHEMA.sameAs)
#: Columns of a table.
_ID, _LABEL, _ALSO, _CODE = "id", "label", "altlabel", "code"
#: Lines that are named if they are wrong.
_MOST_PROBLEMS = 1_000


def read(path: Path, workspace: Workspace, base: str = "") -> Iterator[Entry]:
    """
    The entries of the vocabulary in *path*: RDF, or CSV with the columns id, label, altLabel (any number), code.

    A table is read as far as entries are asked for, and never held as a whole.

    Args:
        base: What stands before ids of a table that are no IRIs.
    Raises:
        InputError: It cannot be read, or has no names; with file and line, at the end all that is wrong.
    """
    if not path.is_file():
        raise InputError.of("no-such-source", Place(str(path)))
    found = iter(_rdf(path, workspace)) if form_of(path) else _table(path, workspace, base)
    first = next(found, None)
    if first is None:
        raise InputError.of("vocabulary-empty", Place(path.name))
    yield first
    yield from found


def _rdf(path: Path, workspace: Workspace) -> list[Entry]:
    store = Given((path,), union=True).load(workspace)
    paths = (*NAMES, *_OTHER, *_CODES, *_SAME)
    listed = " ".join(f"<{one}>" for one in paths)
    names: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    codes: dict[str, set[str]] = defaultdict(set)
    query = f"SELECT ?s ?p ?o (LANG(?o) AS ?lang) WHERE {{ VALUES ?p {{ {listed} }} ?s ?p ?o FILTER(isIRI(?s)) }}"
    for iri, predicate, value, lang in store.select(query):
        if predicate in (*_CODES, *_SAME):
            codes[iri].add(value)
        else:
            spoken = f"{workspace.languages.index(lang)}" if lang in workspace.languages else f"9{lang or ''}"
            names[iri].append((paths.index(predicate), spoken, value))
    return [
        Entry(iri, tuple(dict.fromkeys(name for *_, name in sorted(said))), codes=frozenset({iri, *codes[iri]}))
        for iri, said in sorted(names.items())
    ]


def _table(path: Path, workspace: Workspace, base: str) -> Iterator[Entry]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            sign = max(",;\t", key=lines.readline().count)
            lines.seek(0)
            yield from _records(csv.reader(lines, delimiter=sign, strict=True), path.name, workspace, base)
    except UnicodeDecodeError as error:
        raise InputError.of("not-utf8", Place(path.name)) from error


def _records(reader: Any, name: str, workspace: Workspace, base: str) -> Iterator[Entry]:
    problems: list[Problem] = []
    seen: set[str] = set()
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if _ID not in header or _LABEL not in header:
            raise InputError.of("vocabulary-columns", Place(name, line=1))
        for cells in reader:
            place = Place(name, line=reader.line_num)
            if not any(cells) or len(problems) >= _MOST_PROBLEMS:
                continue
            if len(cells) != len(header):
                values = {"count": len(cells), "expected": len(header)}
                problems.append(Problem(place, Text("sssom-cells", values)))
                continue
            named = [(column, cell.strip()) for column, cell in zip(header, cells, strict=True) if cell.strip()]
            given = next((cell for column, cell in named if column == _ID), "")
            iri = given if "://" in given else workspace.iris.expand(given) or (base + given if base and given else "")
            names = [c for column, c in named if column == _LABEL]
            names += [one.strip() for column, c in named if column.startswith(_ALSO) for one in c.split("|")]
            if not iri or not iri_is_valid(iri):
                problems.append(Problem(place, Text("vocabulary-id", {"value": given[:80]})))
            elif iri in seen:
                problems.append(Problem(place, Text("vocabulary-twice", {"value": given[:80]})))
            elif names:
                seen.add(iri)
                codes = {c for column, c in named if column == _CODE}
                yield Entry(iri, tuple(dict.fromkeys(filter(None, names))), codes=frozenset({iri, *codes}))
    except csv.Error as error:
        raise InputError.of("sssom-syntax", Place(name, line=reader.line_num), message=str(error)) from error
    if problems:
        raise InputError(problems)
