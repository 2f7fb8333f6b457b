"""Vocabularies of others in local files: what their entries are called, in RDF or in a table, however long."""

from __future__ import annotations

import csv
import gzip
import re
import sqlite3
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, TextIO

from nqgraph.graph import documents, files
from nqgraph.graph.matching import Entry
from nqgraph.graph.names import NAMES
from nqgraph.graph.store import iri_is_valid
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, Place, Problem
from nqgraph.words.texts import Text
from nqgraph.words.workspace import Workspace

_OTHER = (vocab.SKOS.altLabel, vocab.SKOS.hiddenLabel, vocab.SCHEMA["alternateName"])
#: Predicate of a name → its rank, the best one first.
_RANKS = {path: rank for rank, path in enumerate((*NAMES, *_OTHER))}
_CODES = frozenset({
    vocab.SKOS.notation, vocab.DCTERMS.identifier, vocab.OWL.sameAs, vocab.SKOS.exactMatch, vocab.SCHEMA.sameAs,
})  # fmt: skip
#: Columns of a table.
_ID, _LABEL, _ALSO, _CODE = "id", "label", "altlabel", "code"
#: Share of a list that may be broken: one with more is not what it says it is.
BROKEN = 0.1
#: Broken lines that are named.
_NAMED = 10
#: Bytes of a table that are no UTF-8, as they are read.
_NO_UTF8 = re.compile("[\udc80-\udcff]")


@dataclass
class Skipped:
    """What of a list could not be read."""

    file: str
    count: int = 0
    #: The first of them.
    problems: list[Problem] = field(default_factory=list)

    def add(self, line: int, said: Text) -> None:
        """Count what is wrong in *line*."""
        self.count += 1
        if len(self.problems) < _NAMED:
            self.problems.append(Problem(Place(self.file, line=line), said))


def read(path: Path, workspace: Workspace, base: str = "", skipped: Skipped | None = None) -> Iterator[Entry]:
    """
    The entries of the vocabulary in *path*: RDF, or CSV with the columns id, label, altLabel (any number), code.

    A list is never held as a whole: a table is read as far as entries are asked for, and what N-Triples, N-Quads,
    Turtle and TriG say is sorted in a file of its own. Lines of a table, of N-Triples and N-Quads that cannot be read
    are left out.

    Args:
        base: What stands before ids of a table that are no IRIs.
        skipped: Told which lines are left out.
    Raises:
        InputError: It cannot be read, has no names, or more than ``BROKEN`` of it is left out; with file and line.
    """
    if not path.is_file():
        raise InputError.of("no-such-source", Place(str(path)))
    skipped = Skipped(path.name) if skipped is None else skipped
    count = 0
    found = _rdf(path, workspace, skipped.add) if files.form_of(path) else _table(path, workspace, base, skipped.add)
    for entry in found:
        count += 1
        yield entry
    if skipped.count > BROKEN * (count + skipped.count):
        values = {"count": skipped.count, "all": count + skipped.count}
        raise InputError([Problem(Place(path.name), Text("vocabulary-broken", values)), *skipped.problems])
    if not count:
        raise InputError.of("vocabulary-empty", Place(path.name))


def _rdf(path: Path, workspace: Workspace, skip: Callable[[int, Text], None]) -> Iterator[Entry]:
    with closing(sqlite3.connect("")) as said:  # a file that nobody else sees, and that goes when it is closed
        said.executescript("PRAGMA journal_mode = OFF; CREATE TABLE said (iri TEXT, rank INT, lang TEXT, value TEXT)")
        said.executemany("INSERT INTO said VALUES (?, ?, ?, ?)", _said(path, workspace, skip))
        ordered = said.execute("SELECT iri, rank, value FROM said ORDER BY iri, rank, lang, value")
        for iri, rows in groupby(ordered, itemgetter(0)):
            parts: tuple[dict[str, None], dict[str, None]] = {}, {}
            for _, rank, value in rows:
                parts[rank < 0][value] = None
            names, codes = parts
            if names:
                yield Entry(iri, tuple(names), codes=frozenset({iri, *codes}))


def _said(path: Path, workspace: Workspace, skip: Callable[[int, Text], None]) -> Iterator[tuple[str, int, str, str]]:
    """IRI, rank of the predicate (that of a code is -1), rank of the language, value."""
    languages = {lang: str(rank) for rank, lang in enumerate(workspace.languages)}
    for subject, predicate, value, lang in documents.texts(path, {*_RANKS, *_CODES}, skip):
        if predicate in _CODES:
            yield subject, -1, "", value
        elif lang is not None:
            yield subject, _RANKS[predicate], languages.get(lang, f"9{lang}"), value


def _table(path: Path, workspace: Workspace, base: str, skip: Callable[[int, Text], None]) -> Iterator[Entry]:
    packed = path.suffix.lower() == ".gz"
    with gzip.open(path) if packed else path.open("rb") as file:
        try:
            encoding = files.marked(file.read(4))
        except (OSError, EOFError, zlib.error) as error:
            raise InputError.of("gzip-broken", Place(path.name), message=str(error)) from error
    if encoding not in ("", "utf-8"):
        raise InputError.of("vocabulary-encoding", Place(path.name), encoding=encoding.upper())
    said: dict[str, Any] = {"encoding": "utf-8-sig", "errors": "surrogateescape", "newline": ""}
    with gzip.open(path, "rt", **said) if packed else path.open(**said) as lines:
        try:
            yield from _records(lines, path.name, workspace, base, skip)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise InputError.of("gzip-broken", Place(path.name), message=str(error)) from error


def _records(
    lines: TextIO, name: str, workspace: Workspace, base: str, skip: Callable[[int, Text], None]
) -> Iterator[Entry]:
    seen: set[int] = set()
    rows = _rows(lines, skip)
    header = [cell.strip().lower() for cell in next(rows, (0, []))[1]]
    if _ID not in header or _LABEL not in header:
        raise InputError.of("vocabulary-columns", Place(name, line=1))
    for line, cells in rows:
        named = [(column, cell.strip()) for column, cell in zip(header, cells, strict=True) if cell.strip()]
        given = next((cell for column, cell in named if column == _ID), "")
        iri = given if "://" in given else workspace.iris.expand(given) or (base + given if base and given else "")
        names = [c for column, c in named if column == _LABEL]
        names += [one.strip() for column, c in named if column.startswith(_ALSO) for one in c.split("|")]
        if not iri or not iri_is_valid(iri):
            skip(line, Text("vocabulary-id", {"value": given[:80]}))
        elif hash(iri) in seen:  # of ten million the hashes alone fit into memory
            skip(line, Text("vocabulary-twice", {"value": given[:80]}))
        elif names:
            seen.add(hash(iri))
            codes = {c for column, c in named if column == _CODE}
            yield Entry(iri, tuple(dict.fromkeys(filter(None, names))), codes=frozenset({iri, *codes}))


def _rows(lines: TextIO, skip: Callable[[int, Text], None]) -> Iterator[tuple[int, list[str]]]:
    """
    Number of the first line of each row, and its cells, the titles first.

    A row that is broken takes only its first line with it: a quotation mark that is left open would swallow others.
    """
    numbered = enumerate(lines, start=1)
    again: deque[tuple[int, str]] = deque()
    taken: list[tuple[int, str]] = []

    def more() -> Iterator[str]:
        while one := again.popleft() if again else next(numbered, None):
            taken.append(one)
            if not one[1].isascii() and _NO_UTF8.search(one[1]):
                skip(one[0], Text("vocabulary-line-encoding"))
                taken.pop()
            else:
                yield one[1]

    first = next(numbered, (0, ""))
    again.append(first)
    sign = max(",;\t", key=first[1].count)
    reader, expected = csv.reader(more(), delimiter=sign, strict=True), 0
    while True:
        taken.clear()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            wrong = Text("sssom-syntax", {"message": str(error)})
        else:
            if cells is None:
                return
            if not any(cells):
                continue
            if len(cells) == expected or not expected:
                expected = len(cells)
                yield taken[0][0], cells
                continue
            wrong = Text("sssom-cells", {"count": len(cells), "expected": expected})
        skip(taken[0][0], wrong)
        again.extendleft(reversed(taken[1:]))
        reader = csv.reader(more(), delimiter=sign, strict=True)
