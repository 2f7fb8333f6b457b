"""Results: plain values for programs, and files that are safe and readable in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from nqgraph.graph.columns import Column
from nqgraph.graph.graph import Graph
from nqgraph.graph.results import Result, headings, shown
from nqgraph.words import vocab
from nqgraph.words.errors import MissingToolError, QueryError

#: One value of each sort, as the results format writes it, with the value that a row has.
VALUES: list[tuple[dict[str, str], Any]] = [
    ({"type": "uri", "value": "https://w3id.org/nqgraph/id/practice/p-a"}, "https://w3id.org/nqgraph/id/practice/p-a"),
    ({"type": "literal", "value": "Straße", "xml:lang": "de"}, "Straße"),
    ({"type": "literal", "value": "12", "datatype": vocab.XSD.integer}, 12),
    ({"type": "literal", "value": "12.50", "datatype": vocab.XSD.decimal}, Decimal("12.50")),
    ({"type": "literal", "value": "1.5E3", "datatype": vocab.XSD.double}, 1500.0),
    ({"type": "literal", "value": "0.5", "datatype": vocab.XSD.float}, 0.5),
    ({"type": "literal", "value": "true", "datatype": vocab.XSD.boolean}, True),
    ({"type": "literal", "value": "0", "datatype": vocab.XSD.boolean}, False),
    ({"type": "literal", "value": "2026", "datatype": vocab.XSD.gYear}, "2026"),
    ({"type": "literal", "value": "2026-11-23", "datatype": vocab.XSD.date}, "2026-11-23"),
    ({"type": "literal", "value": "99101", "datatype": vocab.XSD.string}, "99101"),
    ({"type": "literal", "value": "viele", "datatype": vocab.XSD.integer}, "viele"),
    ({"type": "literal", "value": "-", "datatype": vocab.XSD.decimal}, "-"),
    ({"type": "literal", "value": "NaN", "datatype": vocab.XSD.decimal}, "NaN"),
    ({"type": "bnode", "value": "b0"}, "b0"),
]


def result(names: list[str], rows: list[list[Any]], heads: dict[str, str] | None = None) -> Result:
    """A result of texts, numbers (int, Decimal, float), booleans and, for None, nothing."""
    kinds = {bool: vocab.XSD.boolean, int: vocab.XSD.integer, Decimal: vocab.XSD.decimal, float: vocab.XSD.double}

    def term(value: Any) -> dict[str, str]:
        if isinstance(value, str):
            return {"type": "literal", "value": value}
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return {"type": "literal", "value": text, "datatype": kinds[type(value)]}

    bindings = [{n: term(v) for n, v in zip(names, row, strict=True) if v is not None} for row in rows]
    document = {"head": {"vars": names}, "results": {"bindings": bindings}}
    return Result(json.dumps(document).encode(), heads or {})


# -- rows ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("term", "value"), VALUES, ids=[f"{t['value']}" for t, _ in VALUES])
def test_values_are_plain(term: dict[str, str], value: Any) -> None:
    """IRIs and texts are str, numbers int, Decimal or float, booleans bool; what is no number stays a text."""
    document = {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": term}]}}
    found = Result(json.dumps(document).encode(), {}).rows[0]["x"]
    assert found == value
    assert type(found) is type(value)


def test_an_unbound_variable_is_none() -> None:
    """Every row has every variable; what is not bound is None."""
    assert result(["a", "b"], [["x", None], [None, 1]]).rows == [{"a": "x", "b": None}, {"a": None, "b": 1}]


def test_rows_are_iterated_and_counted() -> None:
    """A result is iterated row by row and knows its length and its variables in order."""
    found = result(["b", "a"], [["x", "y"], ["z", None]])
    assert found.variables == ["b", "a"]
    assert len(found) == 2
    assert [row["b"] for row in found] == ["x", "z"]
    assert found.boolean is None


@pytest.mark.parametrize("answer", [True, False])
def test_the_answer_to_a_question(answer: bool) -> None:
    """ASK gives a boolean, no variables and no rows."""
    found = Result(json.dumps({"head": {}, "boolean": answer}).encode(), {})
    assert found.boolean is answer
    assert (found.variables, found.rows, len(found)) == ([], [], 0)


def test_a_real_query_gives_rows(example_graph: Graph) -> None:
    """What the store serialises is what a result reads."""
    found = example_graph.query(
        "SELECT ?l (87.5 AS ?n) ?none { nqid:practice\\/p-muster-aemterlotsen skos:prefLabel ?l }"
    )
    assert {"l": "Ämterlotsen", "n": Decimal("87.5"), "none": None} in found.rows
    assert example_graph.query("ASK { ?s a nq:Practice }").boolean is True


# -- frames --------------------------------------------------------------------------------------------------------


def test_pandas() -> None:
    """A pandas frame has the variables as columns in order, numbers as numbers, and missing values as missing."""
    frame = result(["n", "label"], [[1, "ä"], [2, None]]).to_pandas()
    assert list(frame.columns) == ["n", "label"]
    assert frame["n"].sum() == 3
    assert frame["label"].isna().tolist() == [False, True]


def test_polars() -> None:
    """A polars frame has the variables as columns in order, decimals as numbers, and missing values as null."""
    frame = result(["n", "label"], [[Decimal("1.5"), "ä"], [2, None]]).to_polars()
    assert frame.columns == ["n", "label"]
    assert frame["n"].to_list() == [1.5, 2.0]
    assert frame["label"].to_list() == ["ä", None]


@pytest.mark.parametrize("values", [[1, "x"], [None, None], [True, 1], [10**20], [Decimal("1.5"), "viele"]])
def test_polars_takes_mixed_columns(values: list[Any]) -> None:
    """A column of numbers and texts, of nothing or of very large numbers is no error."""
    assert len(result(["x"], [[value] for value in values]).to_polars()) == len(values)


def test_empty_frames_have_columns() -> None:
    """Without rows the columns are there all the same."""
    empty = result(["a", "b"], [])
    assert list(empty.to_pandas().columns) == ["a", "b"]
    assert empty.to_polars().columns == ["a", "b"]


@pytest.mark.parametrize("package", ["pandas", "polars"])
def test_a_missing_package_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pandas or polars the message says what to install."""
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingToolError) as caught:
        getattr(result(["a"], []), f"to_{package}")()
    assert f"pip install {package}" in caught.value.in_language("de")
    assert f"pip install {package}" in caught.value.in_language("en")


# -- spreadsheets --------------------------------------------------------------------------------------------------

FORMULAS = ["=1+1", "+49 211", "-5 Grad", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://x")']


def cells(data: bytes, delimiter: str) -> list[list[str]]:
    """The cells of a CSV file as a spreadsheet reads them."""
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data[3:].decode("utf-8"), newline=""), delimiter=delimiter))


def test_csv_in_german() -> None:
    """Excel in Germany reads it: byte-order mark, semicolons, decimal comma, ja and nein."""
    found = result(["n", "t", "b"], [[Decimal("1234.5"), "Straße; „Ü“", True], [None, 'a"b', False]], {"n": "Anzahl"})
    assert cells(found.to_csv("de"), ";") == [
        ["Anzahl", "t", "b"],
        ["1234,5", "Straße; „Ü“", "ja"],
        ["", 'a"b', "nein"],
    ]
    assert b"\r\n" in found.to_csv("de")


def test_csv_in_english() -> None:
    """Elsewhere it has commas and a decimal point."""
    found = result(["n", "t", "b"], [[1234.5, "a, b", True]], {"n": "Count"})
    assert cells(found.to_csv("en"), ",") == [["Count", "t", "b"], ["1234.5", "a, b", "yes"]]


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("lang", ["de", "en"])
def test_no_csv_cell_is_a_formula(text: str, lang: str) -> None:
    """A text that a spreadsheet would run gets an apostrophe in front; the standard's own CSV does without."""
    [_, [cell]] = cells(result(["x"], [[text]]).to_csv(lang), ";" if lang == "de" else ",")
    assert cell == "'" + text


@pytest.mark.parametrize("value", [-5, Decimal("-0.5"), -1.5])
def test_negative_numbers_are_numbers(value: Any) -> None:
    """A number below zero is no formula."""
    [_, [cell]] = cells(result(["x"], [[value]]).to_csv("en"), ",")
    assert cell == str(value)


def test_lines_within_a_cell_stay_in_it() -> None:
    """A text of several lines is one cell, a text that is not there an empty one."""
    found = result(["x", "y"], [["a\nb", None], ["", "z"]])
    assert cells(found.to_csv("de"), ";") == [["x", "y"], ["a\nb", ""], ["", "z"]]


def sheet(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data)).active


def test_xlsx_has_headings_texts_and_numbers() -> None:
    """Numbers are number cells, texts text cells, what is not there is empty; the bold headings stay in sight."""
    found = sheet(result(["n", "t"], [[Decimal("1.5"), "Straße"], [2, None]], {"n": "Anzahl"}).to_xlsx())
    assert [[cell.value for cell in row] for row in found] == [["Anzahl", "t"], [1.5, "Straße"], [2, None]]
    assert [cell.data_type for cell in found[2]] == ["n", "s"]
    assert found["A1"].font.bold
    assert found.freeze_panes == "A2"


@pytest.mark.parametrize("text", ["=1+1", "+49 211", "@SUM(A1)", '=HYPERLINK("http://x")', "#REF!", "2026-11-23", "05"])
def test_no_xlsx_cell_is_a_formula(text: str) -> None:
    """A text stays the text it is: no formula, no error value, no date, no number."""
    cell = sheet(result(["x"], [[text]]).to_xlsx())["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_xlsx_leaves_out_what_it_cannot_hold() -> None:
    """Control characters are dropped, not a number and infinity are empty cells: the file opens."""
    found = sheet(result(["x"], [["a\x07b\nc"], [math.nan], [math.inf]]).to_xlsx())
    assert [row[0].value for row in found] == ["x", "ab\nc", None, None]


# -- the terminal --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "german", "english"),
    [
        (None, "", ""),
        (True, "ja", "yes"),
        (False, "nein", "no"),
        (1200, "1200", "1200"),
        (2026, "2026", "2026"),
        (10000, "10.000", "10,000"),
        (-1234567, "-1.234.567", "-1,234,567"),
        (Decimal("87.5"), "87,5", "87.5"),
        (Decimal("1234.50"), "1234,50", "1234.50"),
        (Decimal("216069.5"), "216.069,5", "216,069.5"),
        (math.inf, "inf", "inf"),
        (Decimal("0.0000001"), "0,0000001", "0.0000001"),
        (0.25, "0,25", "0.25"),
        ("1.200", "1.200", "1.200"),
        ("Straße", "Straße", "Straße"),
        (vocab.ID + "practice/p-a", "p-a", "p-a"),
        (vocab.NQ.answers, "answers", "answers"),
        ("https://example.org/a", "https://example.org/a", "https://example.org/a"),
    ],
)
def test_values_as_a_reader_expects_them(value: Any, german: str, english: str) -> None:
    """Numbers have the decimal mark of the language, years no groups; our IRIs are shown by key, texts left alone."""
    assert shown(value, "de") == german
    assert shown(value, "en") == english


def test_a_table_leaves_out_empty_columns() -> None:
    """A column without any value is not shown; one with a single value is."""
    found = result(["a", "b", "c"], [["x", None, None], ["y", None, 1200]], {"a": "Praxis"})
    assert found.texts("de") == (["Praxis", "c"], [["x", ""], ["y", "1200"]])


def test_a_table_without_rows_has_all_headings() -> None:
    """Without rows nothing is empty."""
    assert result(["a", "b"], [], {"b": "Wert"}).texts("de") == (["a", "Wert"], [])


def test_headings_fall_back() -> None:
    """A heading is in the wanted language, else in German, else the variable's name."""
    columns = [
        Column("a", "string", {"de": "Praxis", "en": "Practice"}),
        Column("b", "string", {"de": "Wert"}),
        Column("c", "string", {}),
    ]
    assert headings(columns, "en") == {"a": "Practice", "b": "Wert", "c": "c"}


def rested() -> Result:
    """An answer whose cells rest on something, as the layer writes it."""
    document = {
        "head": {"vars": ["n", "t", "u"]},
        "asked": "Region: Musterland (Vorgabe)",
        "behind": [
            {"n": {"nothing": "not-looked-at"}, "t": {"iris": ["https://example.org/a"], "caveat": "vorläufig"}},
            {"n": {"nothing": "not-documented"}, "t": {"confidence": "niedrig"}, "u": {"nothing": "not-applicable"}},
        ],
        "results": {
            "bindings": [
                {"n": {"type": "literal", "value": "0", "datatype": str(vocab.XSD.integer)}, "t": literal("Ort")},
                {"t": literal("Stadt")},
            ]
        },
    }
    return Result(json.dumps(document).encode(), {})


def literal(value: str) -> dict[str, str]:
    return {"type": "literal", "value": value}


def test_three_states_of_nothing_are_told_apart() -> None:
    """What nobody has looked at stays empty, also where it would count as 0; a caveat stands behind its words."""
    looked, inapplicable = "gesucht, nichts gefunden", "nicht zutreffend"
    expected = [["", "Ort (Vorbehalt: vorläufig)", ""], [looked, "Stadt", inapplicable]]
    assert [[rested().cell(i, n, "de") or "" for n in "ntu"] for i in (0, 1)] == expected
    assert cells(rested().to_csv("de"), ";") == [["Region: Musterland (Vorgabe)"], ["n", "t", "u"], *expected]


def test_a_spreadsheet_states_what_was_asked_and_links_things() -> None:
    """Above the headings; one thing behind words is a link, its confidence a comment."""
    found = sheet(rested().to_xlsx())
    assert found["A1"].value == "Region: Musterland (Vorgabe)" and found.freeze_panes == "A3"
    assert found["B3"].hyperlink.target == "https://example.org/a" and found["B3"].data_type == "s"
    assert found["B4"].comment.text == "niedrig"


def test_rows_without_a_document_are_those_of_the_document(example_graph: Graph) -> None:
    """What pages read is what programs get as JSON: values, what is behind them, what was asked for."""
    compared = 0
    for query in example_graph.queries.all():
        given = {**query.example, "lang": "en"} if query.parameter("lang") else query.example
        try:
            document = Result(example_graph.answer(query, given, "json"), {})
        except QueryError:  # the example is one of the shipped data
            continue
        rows = example_graph.rows(query, given)
        again = example_graph.rows(query, given, example_graph.solutions(query, given))
        for found in (rows, again):
            assert (found.variables, found.rows, found.asked) == (document.variables, document.rows, document.asked)
            assert found.behind == (document.behind or [{} for _ in found.rows])
        assert rows.json == document.json
        compared += len(rows.rows) > 0
    assert compared > 20
