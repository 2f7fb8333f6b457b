"""What holds for every value: cells give back what was written, negotiation keeps its rules, parameters stay values."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from rdflib import Literal, URIRef
from rdflib.namespace import RDF, XSD

from nqgraph.graph import queries
from nqgraph.graph.queries import Parameter, Query
from nqgraph.graph.remote import inline
from nqgraph.graph.store import Store
from nqgraph.model.shapes import PropertyShape
from nqgraph.serving.negotiation import negotiate
from nqgraph.sources import cells, shown
from nqgraph.sources.cells import CellError, Vocabulary
from nqgraph.words.errors import QueryError

#: Texts as a cell or a parameter can hold them; no half of a surrogate pair, which no file can hold either.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def column(datatype: URIRef, **more: Any) -> PropertyShape:
    """A column of one datatype."""
    return PropertyShape("x:shape", "x:path", datatypes=(str(datatype),), max_count=1, **more)


def read(cell: Any, shape: PropertyShape, lang: str = "") -> Any:
    """The one term in a cell."""
    (term,) = cells.read(cell, shape, lang, Vocabulary())
    return term


def german(number: Decimal, group: str) -> str:
    """A number as Germans write it."""
    whole, _, rest = format(abs(number), "f").partition(".")
    grouped = re.sub(r"(?<=\d)(?=(\d{3})+$)", group, whole)
    return ("-" if number < 0 else "") + grouped + (f",{rest}" if rest else "")


# -- cells ---------------------------------------------------------------------------------------------------------


@given(
    number=st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12),
    places=st.integers(0, 4),
    group=st.sampled_from(["", ".", " ", "\u00a0", "\u202f"]),
)
def test_a_number_is_read_as_it_was_written(number: Decimal, places: int, group: str) -> None:
    """Decimal comma, groups of thousands or none, a minus of either kind: the same value comes out."""
    written = round(number, places)
    assume(not (written == 0 and written.is_signed()))
    for text in {german(written, group), german(written, group).replace("-", "−")}:
        term = read(text, column(XSD.decimal))
        assert term.datatype == XSD.decimal
        assert Decimal(str(term)) == written
        assert re.fullmatch(r"-?(0|[1-9]\d*)(\.\d*[1-9])?", str(term))  # the one way in which we write it


@given(st.integers(-(10**15), 10**15))
@example(0)
def test_a_whole_number_stays_whole_however_a_spreadsheet_holds_it(number: int) -> None:
    """As text, as integer, as floating-point number, with groups of thousands or without: an integer."""
    stored = [shown.number(text, code) for text in (str(number), str(float(number))) for code in ("General", "#,##0")]
    for cell in (str(number), *stored):
        assert read(cell, column(XSD.integer)) == Literal(str(number), datatype=XSD.integer)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9))
@example(0.1 + 0.2)
def test_a_number_of_a_spreadsheet_keeps_its_digits(number: float) -> None:
    """All fifteen that a spreadsheet shows, whether its file has these or those of the binary number, or none."""
    for stored in (repr(number), f"{number:.17g}"):
        cell = shown.number(stored, "General")
        if len(cell.partition(",")[2]) > 18:  # more digits than stores hold
            with pytest.raises(CellError, match="number-too-long"):
                read(cell, column(XSD.decimal))
            continue
        term = read(cell, column(XSD.decimal))
        assert term.datatype == XSD.decimal and float(str(term)) == float(f"{number:.15g}")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9) + 1, max_value=10**9 - 1))
@example(Decimal("0.1"))
def test_a_number_of_a_spreadsheet_is_not_the_binary_one_next_to_it(number: Decimal) -> None:
    """What a spreadsheet shows as 0.1 is 0.1."""
    for stored in (repr(float(number)), f"{float(number):.17g}"):
        assert Decimal(str(read(shown.number(stored, "General"), column(XSD.decimal)))) == number


@given(TEXTS)
def test_no_text_becomes_a_number_that_it_is_not(text: str) -> None:
    """A cell is refused or read as a number whose digits are those of the cell."""
    try:
        term = read(text, column(XSD.decimal))
    except CellError as error:
        assert error.text.in_language("de") and error.text.in_language("en")
        return
    digits = "".join(re.findall(r"\d", text))
    written = "".join(re.findall(r"\d", str(term)))
    assert digits.strip("0") == written.strip("0")


@given(st.dates(min_value=dt.date(1000, 1, 1)))
def test_a_day_is_read_in_every_notation(day: dt.date) -> None:
    """ISO, German with and without zeros, and the day that a spreadsheet shows."""
    short = f"{day.day}.{day.month}.{day.year:04}"
    long = f"{day.day:02}.{day.month:02}.{day.year:04}"
    for cell in (day.isoformat(), short, long, shown.day(day.isoformat(), 3, f"{day:%d/%m} {day.year}")):
        assert read(cell, column(XSD.date)) == Literal(day.isoformat(), datatype=XSD.date)


@given(
    day=st.dates(min_value=dt.date(1904, 1, 2)) | st.dates(dt.date(1904, 1, 2), dt.date(2100, 1, 1)),
    code=st.sampled_from(["dd.mm.yyyy", "d.m.yy", "yyyy-mm-dd", "dddd, d. mmmm yyyy"]),
    from_1904=st.booleans(),
)
def test_a_day_of_a_spreadsheet_is_read_in_every_format(day: dt.date, code: str, from_1904: bool) -> None:
    """The day itself and a moment of it, as number of days since either beginning; a moment shown as such is none."""
    days = (day - (dt.date(1904, 1, 1) if from_1904 else dt.date(1899, 12, 30))).days
    moment = f"{days}.5625"  # half past one
    for stored in (str(days), moment):
        cell = shown.number(stored, code, from_1904=from_1904)
        assert read(cell, column(XSD.date)) == Literal(day.isoformat(), datatype=XSD.date)
    with pytest.raises(CellError):
        read(shown.number(moment, f"{code} hh:mm", from_1904=from_1904), column(XSD.date))


@given(text=TEXTS, lang=st.sampled_from(["de", "en"]))
@example(text='„Anführung“; "quotes"\nZeile\\', lang="de")
def test_a_text_comes_out_as_it_went_in(text: str, lang: str) -> None:
    """Whatever a cell holds, quotes, semicolons and line breaks among it, is one text in the column's language."""
    shape = column(RDF.langString, languages=("de", "en"), unique_language=True)
    assert read(text, shape, lang) == Literal(text, lang=lang)


@given(st.lists(st.from_regex(r"[^\s;]([^;\n\r]*[^\s;])?", fullmatch=True), min_size=1, max_size=5))
def test_short_texts_are_parted_by_semicolons(texts: list[str]) -> None:
    """As many texts as were listed, in their order, whatever stands between the semicolons."""
    assume(all(text == text.strip() and len(text.splitlines()) == 1 for text in texts))
    shape = PropertyShape("x:shape", "x:path", datatypes=(str(RDF.langString),), single_line=True)
    assert cells.read("; ".join(texts), shape, "de", Vocabulary()) == [Literal(text, lang="de") for text in texts]


# -- negotiation ---------------------------------------------------------------------------------------------------

OFFERED = ["text/turtle", "text/html", "application/json", "application/rdf+xml"]
WEIGHTS = st.dictionaries(st.sampled_from(OFFERED), st.integers(0, 1000), min_size=1)


def header(weights: dict[str, int], order: list[str]) -> str:
    """An Accept header that names the types in *order*."""
    return ", ".join(f"{kind};q={weights[kind] / 1000:g}" for kind in order)


@given(weights=WEIGHTS, data=st.data())
def test_the_type_with_the_greatest_weight_is_chosen(weights: dict[str, int], data: st.DataObject) -> None:
    """Whatever order the client writes; the first that we offer of equals; none if it wants none."""
    order = data.draw(st.permutations(list(weights)))
    best = max(weights.values())
    expected = next((kind for kind in OFFERED if best > 0 and weights.get(kind) == best), None)
    assert negotiate(header(weights, order), OFFERED) == expected


@given(weights=WEIGHTS, other=st.integers(1, 1000))
def test_a_range_stands_for_the_types_that_are_not_named(weights: dict[str, int], other: int) -> None:
    """``*/*`` gives its weight to the rest, and lifts no type that the client refuses by name."""
    full = {kind: weights.get(kind, other) for kind in OFFERED}
    best = max(full.values())
    expected = next((kind for kind in OFFERED if best > 0 and full[kind] == best), None)
    assert negotiate(f"*/*;q={other / 1000:g}, {header(weights, list(weights))}", OFFERED) == expected


@given(TEXTS)
def test_no_header_is_too_odd(text: str) -> None:
    """Whatever a client sends, one of the offered types comes out, or none."""
    assert negotiate(text, OFFERED) in (*OFFERED, None)


# -- parameters ----------------------------------------------------------------------------------------------------

TEXT = Parameter("value", "text", {"de": "Wert", "en": "value"})


def asked(parameter: Parameter) -> Query:
    """A query that answers its parameter."""
    nothing = {"de": "", "en": ""}
    text = "SELECT ?value ?text ?type\nWHERE { BIND(STR(?value) AS ?text) BIND(DATATYPE(?value) AS ?type) }"
    return Query("echo", "test", nothing, nothing, nothing, (parameter,), (), text)


def evaluated(parameter: Parameter, value: Any) -> list[dict[str, str]]:
    """What the engine makes of a value, bound as a term and written into the text of the query."""
    query, store = asked(parameter), Store()
    bindings = queries.bind(query, {"value": value}, store)
    answers = [
        store.query(query.with_parameters(bindings), bindings).serialize("json"),
        store.query(inline(query.with_parameters(bindings), bindings)).serialize("json"),
    ]
    (first, *_), (second, *_) = (json.loads(answer)["results"]["bindings"] for answer in answers)
    return [{name: term["value"] for name, term in row.items()} for row in (first, second)]


@given(TEXTS.filter(bool))
@example('"')
@example("\\")
@example('\\" . } DROP ALL #')
@example("a\nb\rc\td")
@example("\x00\x01\x7f\x85\u2028\ufeff😀")
@example("?value ${} {{ }} '''")
def test_a_text_reaches_the_engine_as_it_is(text: str) -> None:
    """Quotes, backslashes, line breaks, control characters, SPARQL: a value, never a part of the query."""
    for row in evaluated(TEXT, text):
        assert row["value"] == row["text"] == text
        assert row["type"] == str(XSD.string)


@given(st.integers(-(2**63), 2**63 - 1))
def test_an_integer_reaches_the_engine_as_a_number(number: int) -> None:
    """With its type."""
    for row in evaluated(Parameter("value", "integer", {}), number):
        assert (int(row["value"]), row["type"]) == (number, str(XSD.integer))


@given(st.dates(min_value=dt.date(1, 1, 1)))
def test_a_day_reaches_the_engine_as_a_day(day: dt.date) -> None:
    """As an object of Python, or as text."""
    for value in (day, day.isoformat()):
        for row in evaluated(Parameter("value", "date", {}), value):
            assert (row["value"], row["type"]) == (day.isoformat(), str(XSD.date))


@given(TEXTS)
def test_no_text_gets_through_as_another_type(text: str) -> None:
    """A text is refused with a sentence in both languages, or it is a number that says the same."""
    for kind in ("integer", "decimal", "date", "boolean", "language"):
        try:
            term = queries.term(Parameter("value", kind, {"de": "Wert", "en": "value"}), text, Store())
        except QueryError as error:
            assert error.in_language("de") and error.in_language("en")
            continue
        assert re.fullmatch(r'"[^"\\\n\r]*"(\^\^<[^<>"\s]+>)?', term), (kind, term)


@pytest.mark.parametrize("kind", ["iri", "concept"])
@given(text=TEXTS)
def test_no_text_becomes_an_iri_that_is_not_there(kind: str, text: str) -> None:
    """In an empty graph nothing can be named; whatever is asked for, the answer is a sentence."""
    parameter = Parameter("value", kind, {"de": "Wert", "en": "value"}, range="x:range")
    with pytest.raises(QueryError) as caught:
        queries.term(parameter, text, Store())
    assert caught.value.in_language("de") and caught.value.in_language("en")
