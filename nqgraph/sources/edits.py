"""Edits of CSV files that leave every other byte as it is."""

from __future__ import annotations

import csv
import io
import re
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
        changes = {index: escaped(content) for index, content in cells.get(number, {}).items()}
        if number == 1:
            changes |= {len(row) + index: title for index, title in enumerate(columns)}
        out.append(_changed(raw, row, changes, delimiter) if changes else raw)
    if added and out[-1] and not out[-1].endswith(("\n", "\r")):
        out.append(end)
    out += [line([escaped(cell) for cell in row], delimiter, end) for row in added]
    return "".join(out).encode("utf-8")


def _changed(raw: str, row: Sequence[str], changes: Mapping[int, str], delimiter: str) -> str:
    """The line *raw*, which reads as *row*, with other cells at some indexes; the rest as it was written."""
    bare = raw.rstrip("\r\n")
    sign = re.escape(delimiter)
    written = re.findall(rf'(?:^|(?<={sign}))(?:"(?:[^"]|"")*"[^{sign}]*|[^{sign}]*)(?={sign}|$)', bare)
    if len(written) != len(row):
        written = [_cell(cell, delimiter) for cell in row]
    written += [""] * (max(changes) + 1 - len(written))
    for index, content in changes.items():
        written[index] = _cell(content, delimiter)
    return delimiter.join(written) + raw[len(bare) :]


def _cell(content: str, delimiter: str) -> str:
    return line([content, ""], delimiter, "\r\n").removesuffix(f"{delimiter}\r\n")  # which is why breaks are quoted


def line(row: Sequence[str], delimiter: str = ",", end: str = "\n") -> str:
    """A row as a line of CSV."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator=end).writerow(row)
    return buffer.getvalue()
