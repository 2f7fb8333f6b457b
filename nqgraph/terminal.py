"""What commands print: tables, findings and progress, in the reader's language and without a terminal too."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nqgraph.texts import text

if TYPE_CHECKING:
    from rich.console import Console

    from nqgraph.validation import Report

#: Width of tables where no terminal says how wide it is, in characters.
DEFAULT_WIDTH = 120


class Terminal:
    """Results go to standard output, messages to standard error."""

    def __init__(self, lang: str, *, quiet: bool = False, verbose: bool = False) -> None:
        self.lang = lang
        self.quiet = quiet
        self.verbose = verbose

    def say(self, code: str, **values: Any) -> None:
        """Print the message *code* to standard error, unless quiet."""
        if not self.quiet:
            print(text(code, self.lang, **values), file=sys.stderr)

    def error(self, message: str) -> None:
        """Print an error to standard error."""
        print(f"{text('error-prefix', self.lang)}: {message}", file=sys.stderr)

    def write(self, content: str | bytes) -> None:
        """Write a result to standard output, UTF-8 whatever the locale says."""
        data = content.encode("utf-8") if isinstance(content, str) else content
        sys.stdout.flush()
        rest = memoryview(data if data.endswith(b"\n") else data + b"\n")
        while rest:  # with PYTHONUNBUFFERED a write may take only a part
            rest = rest[sys.stdout.buffer.write(rest) :]
        sys.stdout.buffer.flush()

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int] = ()) -> None:
        """Print a table to standard output; columns in *numbers* are set flush right."""
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False)
        for index, heading in enumerate(headings):
            table.add_column(Text(heading), justify="right" if index in numbers else "left", overflow="fold")
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        console = self._console()
        with console.capture() as capture:
            console.print(table)
        lines = (line.rstrip() for line in capture.get().splitlines())
        self.write("\n".join(lines).strip("\n"))

    def findings(self, report: Report, limit: int | None = None) -> None:
        """Print the findings of *report*, worst first, a line each."""
        from nqgraph import vocab

        shown = report.findings if limit is None else report.findings[:limit]
        for finding in shown:
            severity = text(f"severity-{vocab.local_name(finding.severity).lower()}", self.lang)
            self.write(f"{severity}: {finding.in_language(self.lang)}")
        if len(shown) < len(report.findings):
            self.write(text("report-more", self.lang, count=len(report.findings) - len(shown)))

    @contextmanager
    def progress(self) -> Iterator[Any]:
        """A function that says which step is running: a live line on a terminal, else nothing unless verbose."""
        if self.quiet or not sys.stderr.isatty():
            yield self._step if self.verbose and not self.quiet else lambda step: None
            return
        from rich.console import Console

        with Console(stderr=True).status("…") as status:
            yield lambda step: status.update(self._named(step))

    def _step(self, step: str) -> None:
        print(f"… {self._named(step)}", file=sys.stderr)

    def _named(self, step: str) -> str:
        try:
            return text(f"step-{step}", self.lang)
        except KeyError:
            return text("step-dataset", self.lang, name=step)

    def _console(self) -> Console:
        from rich.console import Console

        columns = os.environ.get("COLUMNS", "")
        width = None if sys.stdout.isatty() else (int(columns) if columns.isdecimal() else 0) or DEFAULT_WIDTH
        return Console(file=sys.stdout, width=width, highlight=False, soft_wrap=False)
