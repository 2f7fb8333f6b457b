"""Results of queries: rows of plain values, data frames, and files that are safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nqgraph.graph import terms
from nqgraph.words import vocab
from nqgraph.words.errors import MissingToolError
from nqgraph.words.numbers import written
from nqgraph.words.texts import in_language, text

if TYPE_CHECKING:
    import pandas
    import polars
    from openpyxl import Workbook

    from nqgraph.graph.layer import Answer

#: First characters that make a spreadsheet take a text for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Result:
    """The solutions of a SELECT query, as the SPARQL 1.1 Query Results JSON Format carries them."""

    #: The bytes of the results document, or the rows of a canned query that it would hold.
    told: bytes | Answer
    #: Variable → heading, where a canned query gives one.
    headings: dict[str, str]
    #: IRIs below it are shown by their key.
    base: str = vocab.BASE
    #: The built question that was asked, as the file of a canned query.
    file: str = ""

    @cached_property
    def json(self) -> bytes:
        """The bytes of the results document."""
        return self.told if isinstance(self.told, bytes) else self.told.as_json()

    @cached_property
    def _document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.json)
        return document

    @property
    def boolean(self) -> bool | None:
        """The answer of an ASK query, else None."""
        if not isinstance(self.told, bytes):
            return None
        return self._document.get("boolean")

    @property
    def variables(self) -> list[str]:
        """Projected variables, in order."""
        if not isinstance(self.told, bytes):
            return list(self.told.names)
        return list(self._document["head"].get("vars", []))

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """One dictionary a solution: IRIs and texts as str, numbers as int, Decimal or float, unbound as None."""
        if not isinstance(self.told, bytes):
            return [{name: cell.value for name, cell in row.items()} for row in self.told.rows]
        names = self.variables
        found = self._document.get("results", {}).get("bindings", [])
        return [{name: _value(binding.get(name)) for name in names} for binding in found]

    @cached_property
    def behind(self) -> list[dict[str, dict[str, Any]]]:
        """
        What is behind the words of each row: column → ``iris``, and where there is something to say ``caveat``,
        ``confidence``, ``unit``, ``origin`` (source and day of what others say), or ``nothing`` (``not-documented``,
        ``not-applicable``, ``not-looked-at``).
        """
        if not isinstance(self.told, bytes):
            return [{name: cell.behind for name, cell in row.items() if cell.behind} for row in self.told.rows]
        found: list[dict[str, dict[str, Any]]] = self._document.get("behind", [])
        return found

    def made(self) -> Result:
        """The same with all its rows made now: who asks a server hears at once of what it does not answer."""
        if not isinstance(self.told, bytes):
            _ = self.told.rows
        return self

    def part(self, rows: slice | Sequence[int]) -> Result:
        """Some of its rows, by their places; no others have to be made."""
        if not isinstance(self.told, bytes):
            return replace(self, told=self.told.part(rows))
        bindings = terms.picked(self._document["results"]["bindings"], rows)
        document = {**self._document, "results": {"bindings": bindings}}
        document |= {"behind": terms.picked(self.behind, rows)} if self.behind else {}
        return replace(self, told=json.dumps(document).encode())

    def column(self, name: str) -> list[tuple[Any, dict[str, Any]]]:
        """Of each row the value in one column, and what is behind it."""
        if not isinstance(self.told, bytes):
            return [(cell.value, cell.behind) for cell in self.told.column(name)]
        behind = self.behind or [{}] * len(self)
        return [(row.get(name), said.get(name, {})) for row, said in zip(self.rows, behind, strict=True)]

    @property
    def asked(self) -> str:
        """What was asked for, in words, with the defaults that nobody gave; "" where a query says all itself."""
        said: str = self._document.get("asked", "") if isinstance(self.told, bytes) else self.told.asked
        return said

    def cell(self, index: int, name: str, lang: str) -> Any:
        """
        A value as readers see it: a caveat stands behind its words, and source and day of what others say, but for
        an address; a state of nothing in the place of nothing.

        Numbers stay numbers. What nobody has looked at yet stays empty, also where it would count as 0.
        """
        value = self.rows[index][name]
        behind = self.behind[index].get(name, {}) if self.behind else {}
        if "nothing" in behind:
            return None if behind["nothing"] == "not-looked-at" else text(f"page-{behind['nothing']}", lang)
        if "caveat" in behind and isinstance(value, str):
            value = text("cell-caveat", lang, value=value, caveat=behind["caveat"])
        if "origin" in behind and isinstance(value, str) and value not in behind.get("iris", ()):
            value = text("cell-origin", lang, value=value, origin=behind["origin"])
        return value

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows if isinstance(self.told, bytes) else self.told)

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a pandas data frame; raises :class:`MissingToolError` without pandas."""
        try:
            import pandas
        except ImportError as error:
            raise MissingToolError.of("missing-package", package="pandas") from error
        return pandas.DataFrame(self.rows, columns=self.variables)

    def to_polars(self) -> polars.DataFrame:
        """The rows as a polars data frame; raises :class:`MissingToolError` without polars."""
        try:
            import polars
        except ImportError as error:
            raise MissingToolError.of("missing-package", package="polars") from error
        columns = {name: [_simple(row[name]) for row in self.rows] for name in self.variables}
        return polars.DataFrame(columns, strict=False)

    def to_csv(self, lang: str = "de") -> bytes:
        """
        The rows for a spreadsheet: UTF-8 with byte-order mark, no cell that could run as a formula. Above them stands
        what was asked for.

        Formats call it ``csv-excel``; ``csv`` is the standard's form, the same in every language.
        """
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=";" if lang == "de" else ",", lineterminator="\r\n")
        if self.asked:
            writer.writerow([_cell(self.asked, lang)])
        writer.writerow([self.headings.get(name, name) for name in self.variables])
        for index in range(len(self)):
            writer.writerow([_cell(self.cell(index, name, lang), lang) for name in self.variables])
        return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8")

    def to_xlsx(self, note: str = "", lang: str = "de") -> bytes:
        """
        The rows as an Excel workbook; texts are text cells, never formulas. Above them stands what was asked for.

        A cell links the one thing that it is about, and what it rests on stands in its comment.

        Args:
            note: Stands on each printed page.
        """
        from openpyxl import Workbook
        from openpyxl.comments import Comment
        from openpyxl.styles import Alignment, Font
        from openpyxl.utils import get_column_letter

        book = Workbook()
        sheet = book.active
        assert sheet is not None
        top = 2 if self.asked else 1
        if self.asked:
            sheet.cell(1, 1, _printable(self.asked)).data_type = "s"
        sheet.freeze_panes = f"A{top + 1}"
        for column, name in enumerate(self.variables, start=1):
            head = sheet.cell(top, column, self.headings.get(name, name))
            head.font = Font(bold=True)
            sheet.column_dimensions[get_column_letter(column)].width = 32
            for index in range(len(self)):
                cell = sheet.cell(top + 1 + index, column)
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                value = self.cell(index, name, lang)
                if isinstance(value, int | float | Decimal):
                    cell.value = value
                elif value is not None:
                    cell.value = _printable(value)
                    cell.data_type = "s"
                behind = self.behind[index].get(name, {}) if self.behind else {}
                if len(iris := behind.get("iris", ())) == 1 and iris[0].startswith(("https://", "http://")):
                    cell.hyperlink = iris[0]
                    cell.data_type = "s"
                if said := [_printable(behind[part]) for part in ("confidence", "unit", "origin") if part in behind]:
                    cell.comment = Comment("\n".join(said), "nqgraph")
        if note:
            inscribe(book, note)
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    def texts(self, lang: str) -> tuple[list[str], list[list[str]]]:
        """Headings and cells as texts for a terminal; columns that are all empty are left out."""
        names = [name for name in self.variables if any(row[name] is not None for row in self.rows)] or self.variables
        return [self.headings.get(n, n) for n in names], [
            [self._shown(index, name, lang) for name in names] for index in range(len(self))
        ]

    def _shown(self, index: int, name: str, lang: str) -> str:
        """A cell as a text, also a number with source and day of what others say."""
        value = self.cell(index, name, lang)
        said = shown(value, lang, self.base)
        origin = self.behind[index].get(name, {}).get("origin") if self.behind else None
        if origin and said and not isinstance(value, str):
            return text("cell-origin", lang, value=said, origin=origin)
        return said


def of_rows(columns: Sequence[str], headings: Sequence[str], rows: Iterable[Sequence[Any]], base: str) -> Result:
    """*rows* of texts and whole numbers as if they were the solutions of a query, with the writers of these."""
    bindings = [
        {
            name: {"type": "literal", "value": str(value)}
            | ({"datatype": str(vocab.XSD.integer)} if isinstance(value, int) else {})
            for name, value in zip(columns, row, strict=True)
            if value != ""
        }
        for row in rows
    ]
    document = {"head": {"vars": list(columns)}, "results": {"bindings": bindings}}
    return Result(json.dumps(document).encode(), dict(zip(columns, headings, strict=True)), base)


def inscribe(book: Workbook, note: str) -> None:
    """Put *note* into the properties of *book* and on each printed page of it."""
    from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart

    book.properties.title = book.properties.description = note
    for sheet in book.worksheets:
        sheet.HeaderFooter.oddHeader = HeaderFooterItem(center=_HeaderFooterPart(text=note))
        sheet.sheet_properties.tabColor = "FFC0392B"


def shown(value: Any, lang: str, base: str = vocab.BASE) -> str:
    """*value* as a reader of *lang* expects it: decimal comma in German, IRIs below *base* by their key."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return text("page-true" if value else "page-false", lang)
    if isinstance(value, int | float | Decimal):
        return written(value, lang, grouped=value >= 10_000 or value <= -10_000)  # four digits may be a year
    if isinstance(value, str) and value.startswith(base):
        return vocab.local_name(value)
    return str(value)


def _value(term: dict[str, Any] | None) -> Any:
    return None if term is None else terms.plain(term["value"], term.get("datatype", ""))


def _simple(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _cell(value: Any, lang: str) -> str:
    if isinstance(value, bool):
        return shown(value, lang)
    if isinstance(value, int | float | Decimal):
        return written(str(value), lang)
    text = "" if value is None else str(value)
    return "'" + text if text.startswith(_FORMULA) else text


def _printable(text: Any) -> str:
    """*text* without the control characters that an XLSX file cannot hold."""
    return "".join(c for c in str(text) if c >= " " or c in "\n\t")


def headings(columns: Sequence[Any], lang: str) -> dict[str, str]:
    """Variable → heading in *lang* for the columns of a canned query."""
    return {column.name: in_language(column.label, lang, column.name) for column in columns}
