"""What commands print: tables, findings and progress, in the reader's language and without a terminal too."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from nqgraph.words import vocab
from nqgraph.words.texts import text

if TYPE_CHECKING:
    from nqgraph.validation.validation import Report
    from nqgraph.words.errors import Problem

#: Notes that only ``--verbose`` shows.
_QUIET = frozenset({"cells-cleaned"})
#: Goes back to the start of the line and clears it (ECMA-48, CR and EL).
_CLEAR = "\r\x1b[K"
#: Width of tables where no terminal says how wide it is, in characters.
DEFAULT_WIDTH = 120
#: Characters between two columns.
GAP = 2
#: Letters of the longest word that is never parted.
LONGEST = 24
#: Lines that the rows of a table may have on average.
TALLEST = 5


class Terminal:
    """Results go to standard output, messages to standard error."""

    def __init__(self, lang: str, *, quiet: bool = False, verbose: bool = False) -> None:
        self.lang = lang
        self.quiet = quiet
        self.verbose = verbose

    def say(self, code: str, **values: Any) -> None:
        """Print the message *code* to standard error, unless quiet."""
        self.note(text(code, self.lang, **values))

    def note(self, message: str) -> None:
        """Print a line to standard error, unless quiet."""
        if not self.quiet:
            print(message, file=sys.stderr)

    def error(self, message: str) -> None:
        """Print an error to standard error."""
        print(f"{text('error-prefix', self.lang)}: {message}", file=sys.stderr)

    def problem(self, problem: Problem) -> None:
        """Print what is wrong with the input to standard error; what a parser says of it only if verbose."""
        self.error(problem.in_language(self.lang))
        if self.verbose and (said := problem.text.values.get("parser")):
            print(text("parser-said", self.lang, said=said), file=sys.stderr)

    def write(self, content: str | bytes) -> None:
        """Write a result to standard output, UTF-8 whatever the locale says."""
        data = content.encode("utf-8") if isinstance(content, str) else content
        sys.stdout.flush()
        rest = memoryview(data if data.endswith(b"\n") else data + b"\n")
        while rest:  # with PYTHONUNBUFFERED a write may take only a part
            rest = rest[sys.stdout.buffer.write(rest) :]
        sys.stdout.buffer.flush()

    def grid(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        numbers: Sequence[int] = (),
        keys: Mapping[int, int] | None = None,
    ) -> None:
        """
        Print a table to standard output.

        Words stay whole. If space is short, keys go behind what they are the key of, words part at their hyphens, and
        those longer than ``LONGEST`` anywhere. If that does not help, or rows get tall, each becomes a block of lines.

        Args:
            numbers: Columns that are set flush right.
            keys: Column with keys → column with the names of the same things.
        """
        width = shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns
        lines = _grid(headings, rows, width, numbers)
        if lines is None and keys:
            merged = [_merged(row, keys) for row in (headings, *rows)]
            lines = _grid(merged[0], merged[1:], width) or _grid(merged[0], merged[1:], width, tight=True)
        elif lines is None:
            lines = _grid(headings, rows, width, numbers, tight=True)
        if lines is None:
            lines = [line for row in rows for line in ("", *_block(headings, row, width))][1:]
        self.write("\n".join(line.rstrip() for line in lines))

    def findings(self, report: Report, limit: int | None = None, hints: bool = True) -> None:
        """Print the findings of *report*, worst first, a line each; *hints* (``sh:Info``) only if wanted."""
        from nqgraph.validation import reports

        self.notes(report)
        for problem in report.problems:
            self.write(reports.problem(problem, self.lang))
        wanted = [finding for finding in report.findings if hints or finding.severity != vocab.SH.Info]
        shown = wanted[:limit]
        for finding in shown:
            self.write(reports.line(finding, self.lang))
        if len(shown) < len(wanted):
            self.write(text("report-more", self.lang, count=len(wanted) - len(shown)))
        elif len(wanted) < len(report.findings):
            self.say("report-hints", count=len(report.findings) - len(wanted))

    def notes(self, report: Report) -> None:
        """Print what *report* notes beside its findings to standard error."""
        for note in report.notes:
            if note.text.code in _QUIET and not self.verbose:
                continue
            self.note(f"{text('severity-warning', self.lang)}: {note.in_language(self.lang)}")

    @contextmanager
    def progress(self) -> Iterator[Any]:
        """A function that says which step is running: a live line on a terminal, else nothing unless verbose."""
        if self.quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
            yield self._step if self.verbose and not self.quiet else lambda step: None
            return
        try:
            yield lambda step: print(f"{_CLEAR}… {self._named(step)}", end="", file=sys.stderr, flush=True)
        finally:
            print(_CLEAR, end="", file=sys.stderr, flush=True)

    def _step(self, step: str) -> None:
        print(f"… {self._named(step)}", file=sys.stderr)

    def _named(self, step: str) -> str:
        code, _, done = step.partition(" ")
        try:
            return text(f"step-{code}", self.lang, done=done)
        except KeyError:
            return text("step-dataset", self.lang, name=step)


def _grid(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    width: int,
    numbers: Sequence[int] = (),
    *,
    tight: bool = False,
) -> list[str] | None:
    """
    Lines of a table, or None if it were wider than *width* or its rows taller than ``TALLEST`` on average.

    Args:
        tight: Part words at their hyphens, and those that are longer than ``LONGEST``.
    """

    def wrapped(cell: str, size: int) -> list[str]:
        return wrap(cell, size, break_long_words=tight and size >= LONGEST, break_on_hyphens=tight) or [""]

    columns = list(zip(headings, *rows, strict=True))
    narrow = [max(len(piece) for cell in column for piece in wrapped(cell, 1)) for column in columns]
    if tight:
        narrow = [min(least, LONGEST) for least in narrow]
    widest = [max(map(len, column)) for column in columns]
    letters = [sum(map(len, column)) for column in columns]
    spare = width - sum(narrow) - GAP * (len(columns) - 1)
    if spare < 0:
        return None
    widths = list(narrow)
    for _ in range(min(spare, sum(widest) - sum(narrow))):  # to where it saves most lines
        growing = [index for index, size in enumerate(widths) if size < widest[index]]
        widths[max(growing, key=lambda index: letters[index] / widths[index])] += 1
    filled = [[wrapped(cell, size) for cell, size in zip(row, widths, strict=True)] for row in (headings, *rows)]
    if sum(max(map(len, cells)) for cells in filled) > TALLEST * len(filled):
        return None
    lines = []
    for number, cells in enumerate(filled):
        for parts in zip_longest(*cells, fillvalue=""):
            sides = (
                part.rjust(size) if index in numbers else part.ljust(size)
                for index, (part, size) in enumerate(zip(parts, widths, strict=True))
            )
            lines.append((" " * GAP).join(sides))
        if number == 0:
            lines.append("─" * (sum(widths) + GAP * (len(widths) - 1)))
    return lines


def _merged(row: Sequence[str], keys: Mapping[int, int]) -> list[str]:
    """A row of cells or headings with each key in brackets behind its name."""
    behind = {name: key for key, name in keys.items()}
    return [
        f"{cell} [{row[behind[index]]}]".strip() if index in behind else cell
        for index, cell in enumerate(row)
        if index not in keys
    ]


def _block(headings: Sequence[str], row: Sequence[str], width: int) -> list[str]:
    """A row as lines “heading  value”, without the empty cells."""
    indent = max(map(len, headings)) + GAP
    lines = []
    for heading, cell in zip(headings, row, strict=True):
        first, *more = wrap(cell, max(width - indent, 1), break_long_words=False, break_on_hyphens=False) or [""]
        if first:
            lines += [heading.ljust(indent) + first, *(" " * indent + line for line in more)]
    return lines
