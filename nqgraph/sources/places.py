"""Where statements come from, so that a finding can name file, row and column or line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from nqgraph.words import vocab
from nqgraph.words.errors import Place

#: RDF files larger than this are not searched for the line of a thing, in bytes.
_SEARCHED = 20 * 1024 * 1024


@dataclass
class Places:
    """Cells of tables by thing and property, and the RDF files to search for the rest."""

    cells: dict[tuple[str, str], Place] = field(default_factory=dict)
    #: File and sheet → property → header of its column.
    columns: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    #: RDF files and how messages call them.
    files: list[tuple[Path, str]] = field(default_factory=list)

    def add(self, subject: str, path: str, place: Place) -> None:
        """Note the place of a statement; the first one stays. The place of the row itself has an empty *path*."""
        self.cells.setdefault((subject, path), place)

    def find(self, subject: str, path: str = "") -> Place:
        """Place of the cell, filled or not, else of the row, else of the first line of RDF that is about *subject*."""
        found = self.cells.get((subject, path))
        if found is None and (row := self.cells.get((subject, ""))):
            found = replace(row, column=self.columns.get((row.file, row.sheet), {}).get(path, ""))
        return found or next(filter(None, (self._line(file, name, subject) for file, name in self.files)), Place())

    @staticmethod
    def _line(file: Path, name: str, subject: str) -> Place | None:
        if not file.exists() or file.stat().st_size > _SEARCHED:
            return None
        local = re.escape(vocab.local_name(subject))
        turtle = rf"<{re.escape(subject)}>|<[^<>]*/{local}>|\w*:(\w+/)?{local}(?![\w-])"
        written = rf"({turtle}|\"@id\"\s*:\s*\"[^\"]*{local}\"|about=\"[^\"]*{local}\")"
        about, mentioned = re.compile(rf"^\s*{written}"), re.compile(written)
        first = 0
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            if about.match(line):
                return Place(name, line=number)
            if not first and mentioned.search(line):
                first = number
        return Place(name, line=first) if first else None
