"""The exceptions, one sentence each; every one says what failed, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from nqgraph.words.texts import Text, text

#: Rows that a message lists.
_ROWS = 10
#: Values of messages that quote a cell, and how much of it they show.
_QUOTED, _MOST = frozenset({"value", "name", "key", "column", "format", "shown", "better"}), 160
#: Problems whose cause is the column, whatever the cells say.
_SAME_CAUSE = frozenset({
    "bad-number", "bad-integer", "bad-date", "bad-literal", "bad-iri", "bad-key", "missing-key", "formula",
    "cell-error", "cell-format", "cell-without-column", "placeholder", "key-of-other-class", "cell-too-long",
    "day-is-year", "key-too-long", "number-scaled", "number-too-long", "row-is-header",
    "row-shifted", "row-struck", "cell-struck", "cell-struck-partly",
})  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: a file, and in it a sheet, row and column, or a line."""

    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""
    line: int = 0

    def in_language(self, lang: str) -> str:
        """``data/mein-thema/eintraege.csv, Zeile 12, Spalte „Stand“``; empty if nothing is known."""
        german = lang == "de"
        parts = [self.file] if self.file else []
        if self.sheet:
            parts.append(f"Blatt „{self.sheet}“" if german else f"sheet “{self.sheet}”")
        if self.row:
            parts.append(f"Zeile {self.row}" if german else f"row {self.row}")
        if self.column:
            column = _short(self.column)
            parts.append(f"Spalte „{column}“" if german else f"column “{column}”")
        if self.line:
            parts.append(f"Zeile {self.line}" if german else f"line {self.line}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the input, with its place."""

    place: Place
    text: Text
    #: Other rows of the same column with the same cause.
    rows: tuple[int, ...] = ()

    def in_language(self, lang: str) -> str:
        """Place and message on one line."""
        where = self.place.in_language(lang)
        values = {name: _short(v) if name in _QUOTED else v for name, v in self.text.values.items()}
        message = Text(self.text.code, values).in_language(lang)
        if self.rows:
            some = ", ".join(map(str, self.rows[:_ROWS])) + (" …" if len(self.rows) > _ROWS else "")
            message += text("also-in-rows", lang, rows=some, count=len(self.rows) + 1)
        return f"{where}: {message}" if where else message


def _short(value: Any) -> Any:
    return f"{value[:_MOST]} …" if isinstance(value, str) and len(value) > _MOST else value


def folded(problems: Iterable[Problem]) -> list[Problem]:
    """One problem per cause: of those that cells of a column share the first, with the rows of the others."""
    found: dict[object, list[Problem]] = {}
    for number, problem in enumerate(sorted(problems, key=lambda p: p.place)):
        place, said = problem.place, problem.text
        said_of = said.values.get("key") or said.values.get("name") or number
        value = str(said.values.get("column", "") if said.code in _SAME_CAUSE else said_of)
        key: object = (place.file, place.sheet, place.column, said.code, value) if place.row else number
        found.setdefault(key, []).append(problem)
    return [
        Problem(first.place, first.text, tuple(sorted({p.place.row for p in rest} - {first.place.row})))
        for first, *rest in found.values()
    ]


class NqgraphError(Exception):
    """Base of all errors that nqgraph raises on purpose; carries one or more problems."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.place)
        super().__init__("\n".join(problem.in_language("en") for problem in self.problems))

    @classmethod
    def of(cls, code: str, place: Place | None = None, **values: Any) -> Self:
        """An error with the single problem *code* at *place*."""
        return cls([Problem(place or Place(), Text(code, values))])

    def in_language(self, lang: str) -> str:
        """All problems, a line each."""
        return "\n".join(problem.in_language(lang) for problem in self.problems)


class InputError(NqgraphError):
    """A source cannot be read: a file, sheet, row, column, cell or line is wrong."""

    #: What the shapes find in the rest (:class:`nqgraph.validation.validation.Report`), where they were asked.
    report: Any = None


class LeakError(NqgraphError):
    """Something that must not leave stands in what was to be published."""


class ShapesError(NqgraphError):
    """A shape is ill-formed."""


class QueryError(NqgraphError):
    """A query or one of its parameters is wrong."""


class FormatError(QueryError):
    """An answer cannot be written in the format that is asked for."""

    #: Status of the answer over HTTP: another format can be had.
    status: ClassVar[int] = 406


class LimitError(NqgraphError):
    """A query costs more than it may, or there is no room for it now."""

    #: Message → status of the answer over HTTP (RFC 9110, section 15).
    _STATUS: ClassVar[dict[str, int]] = {
        "query-too-long": 413,
        "limit-rows": 413,
        "reconcile-too-many": 413,
        "query-too-deep": 400,
        "query-crashed": 400,
    }

    @property
    def status(self) -> int:
        """Status of the answer over HTTP."""
        return self._STATUS.get(self.problems[0].text.code, 503)


class StoreError(NqgraphError):
    """There is no usable build, or it cannot be written."""


class MissingToolError(NqgraphError):
    """Something optional that the command needs is not installed."""


class RemoteError(NqgraphError):
    """A remote endpoint did not answer as the SPARQL protocol says."""
