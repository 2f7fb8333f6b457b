"""Where statements come from, so that a finding can name file, row and column or line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from nqgraph.words import vocab
from nqgraph.words.errors import Place

#: RDF files larger than this are not searched for the line of a thing, in bytes.
_SEARCHED = 20 * 1024 * 1024
#: A term in Turtle, TriG, N-Triples and N-Quads, in JSON-LD, and in RDF/XML.
_TERM = re.compile(r'<([^<>\s"]+)>|"@id"\s*:\s*"([^"]*)"|about="([^"]*)"|\b\w*:((?:\w+/)?[\w-]+)')


@dataclass
class Places:
    """Cells of tables by thing and property, and the RDF files to search for the rest."""

    cells: dict[tuple[str, str], Place] = field(default_factory=dict)
    #: File and sheet → property → header of its column.
    columns: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    #: RDF files and how messages call them.
    files: list[tuple[Path, str]] = field(default_factory=list)
    _lines: dict[Path, dict[str, tuple[int, int]]] = field(default_factory=dict)

    def add(self, subject: str, path: str, place: Place) -> None:
        """Note the place of a statement; the first one stays. The place of the row itself has an empty *path*."""
        self.cells.setdefault((subject, path), place)

    def find(self, subject: str, path: str = "") -> Place:
        """Place of the cell, filled or not, else of the row, else of the first line of RDF that is about *subject*."""
        found = self.cells.get((subject, path))
        if found is None and (row := self.cells.get((subject, ""))):
            found = replace(row, column=self.columns.get((row.file, row.sheet), {}).get(path, ""))
        return found or next(filter(None, (self._line(file, name, subject) for file, name in self.files)), Place())

    def _line(self, file: Path, name: str, subject: str) -> Place | None:
        """The first line that begins with *subject*, else the first one that mentions it."""
        if file not in self._lines:
            searched = file.exists() and file.stat().st_size <= _SEARCHED
            self._lines[file] = _mentions(file.read_text(encoding="utf-8", errors="replace")) if searched else {}
        lines = self._lines[file]
        about, mentioned = lines.get(subject) or lines.get(vocab.local_name(subject)) or (0, 0)
        return Place(name, line=about or mentioned) if about or mentioned else None


def _mentions(written: str) -> dict[str, tuple[int, int]]:
    """IRI or local name → first line that begins with it and first line with it at all; 0 for none."""
    found: dict[str, tuple[int, int]] = {}
    for number, line in enumerate(written.splitlines(), start=1):
        for term in _TERM.finditer(line):
            iri = next(filter(None, term.groups()), "")
            begins = not line[: term.start()].strip()
            for known in (iri, re.split("[/#:]", iri)[-1]):
                about, mentioned = found.get(known, (0, 0))
                found[known] = (about or (number if begins else 0), mentioned or number)
    return found
