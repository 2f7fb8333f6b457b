"""Edits of CSV files that leave every other byte as it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from nqgraph.sources.sheets import dialect, escaped

_BOM = "\ufeff"


def edited(
    path: Path,
    cells: Mapping[int, Mapping[int, str]],
    added: Sequence[Sequence[str]] = (),
    removed: frozenset[int] | set[int] = frozenset(),
    columns: Sequence[str] = (),
) -> bytes:
    """
    The content of the CSV file *path* with other cells and rows.

    Args:
        cells: Row as a spreadsheet numbers it → column from 0 → content.
        added: Rows for the end.
        removed: Rows that go.
        columns: Headers of new columns behind the others.
    """
    text = path.read_bytes().decode("utf-8")
    mark = _BOM if text.startswith(_BOM) else ""
    text = text.removeprefix(_BOM)
    delimiter, body = dialect(text)
    start = text[: len(text) - len(body)]
    end = "\r\n" if "\r\n" in body else "\n"
    lines = list(io.StringIO(body, newline=""))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    out = [mark, start]
    before = 0
    for number, row in enumerate(reader, start=1):
        raw = "".join(lines[before : reader.line_num])
        before = reader.line_num
        if number in removed:
            continue
        if number == 1:
            width = len(row)
        changes = dict(cells.get(number, {}))
        if columns:
            row += [""] * (width - len(row)) + (list(columns) if number == 1 else [""] * len(columns))
        if changes or columns:
            row += [""] * (max(changes, default=0) + 1 - len(row))
            for index, content in changes.items():
                row[index] = escaped(content)
            raw = line(row, delimiter, end)
        out.append(raw)
    if added and out[-1] and not out[-1].endswith(("\n", "\r")):
        out.append(end)
    out += [line([escaped(cell) for cell in row], delimiter, end) for row in added]
    return "".join(out).encode("utf-8")


def line(row: Sequence[str], delimiter: str = ",", end: str = "\n") -> str:
    """A row as a line of CSV."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator=end).writerow(row)
    return buffer.getvalue()
