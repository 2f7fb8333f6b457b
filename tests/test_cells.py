"""Cells: what each kind of column makes of what people and spreadsheets write into it, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from rdflib import Literal, URIRef

from nqgraph.building import builds
from nqgraph.graph.store import Store
from nqgraph.model import shapes
from nqgraph.model.shapes import PropertyShape
from nqgraph.sources import cells, shown
from nqgraph.sources.cells import CellError, Thing, Vocabulary
from nqgraph.words import vocab
from nqgraph.words.workspace import CORE
from tests.spaces import IRIS, SPACE

THINGS = {
    "h-einkommen": ("Obstacle", "obstacle"),
    "h-freistellung": ("Obstacle", "obstacle"),
    "p-lotsen": ("Practice", "practice"),
    "f-lerngeld": ("FundingInstrument", "funding-instrument"),
    "p-muster": ("Prototype", "practice"),
}


@pytest.fixture(scope="module")
def known() -> Vocabulary:
    """The ontology's lists and terms, and a handful of keys."""
    store = Store()
    builds.load_ontology(store)
    found = Vocabulary.of(store.graph(IRIS.ontology), SPACE)
    for shape in shapes.default().node_shapes:
        found.name_class(shape.target_class, shape.singular, shape.label)
    found.preferred = shapes.default().claimed_schemes
    for key, (kind, segment) in THINGS.items():
        found.keys[key] = Thing(f"{vocab.ID}{segment}/{key}", vocab.NQ[kind])
    return found


def column(table: str, name: str) -> tuple[PropertyShape, str]:
    """Property shape and language of a column of a shipped table."""
    node = shapes.default().for_table(table)
    assert node is not None
    return node.columns[name.casefold()]


def read(known: Vocabulary, table: str, name: str, cell: Any) -> list[Any]:
    shape, lang = column(table, name)
    return cells.read(cell, shape, lang, known)


def refused(known: Vocabulary, table: str, name: str, cell: Any) -> str:
    """Code of the message with which the cell is refused."""
    with pytest.raises(CellError) as caught:
        read(known, table, name, cell)
    assert caught.value.text.in_language("de") and caught.value.text.in_language("en")
    return caught.value.text.code


# -- numbers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "lexical"),
    [
        ("216069", "216069"),
        ("19,7", "19.7"),
        ("1.234,5", "1234.5"),
        ("1.234", "1234"),
        ("1.234.567", "1234567"),
        ("1 234 567", "1234567"),
        ("1 234,5", "1234.5"),
        ("-3,5", "-3.5"),
        ("−3,5", "-3.5"),
        ("0,50", "0.5"),
        ("007", "7"),
    ],
)
def test_a_german_number_is_read(known: Vocabulary, cell: Any, lexical: str) -> None:
    """A decimal comma, groups of three and the numbers of a spreadsheet become one canonical decimal."""
    assert read(known, "messwerte", "Wert", cell) == [Literal(lexical, datatype=URIRef(vocab.XSD.decimal))]


@pytest.mark.parametrize(
    "cell",
    [
        "1.50", "1.5", "0.234", "12.34", "1.2345", "1,234,567", "1.234.5", "1,2,3", ",5", "5,", "1e5", "2014 2015",
        "1 23", "1.234 567", "12 %", "rund 12", "3 bis 4", "½", "+3", "--3", "WAHR",
    ],
)  # fmt: skip
def test_what_is_no_german_number_is_refused(known: Vocabulary, cell: Any) -> None:
    """A decimal point, a stray blank or a word is never guessed into a number."""
    assert refused(known, "messwerte", "Wert", cell) == "bad-number"


def test_a_refused_number_is_shown_with_the_right_form(known: Vocabulary) -> None:
    """The message quotes the cell and shows how a number is written."""
    with pytest.raises(CellError) as caught:
        read(known, "messwerte", "Wert", "1.50")
    assert "„1.50“" in caught.value.text.in_language("de") and "1234,5" in caught.value.text.in_language("de")
    assert "“1.50”" in caught.value.text.in_language("en") and "1234,5" in caught.value.text.in_language("en")


@pytest.mark.parametrize(("cell", "lexical"), [("2014", "2014"), ("1.234", "1234")])
def test_a_whole_number_is_read(known: Vocabulary, cell: Any, lexical: str) -> None:
    """A whole number may come as text, as an integer or as a spreadsheet's float."""
    assert read(known, "quellen", "Jahr", cell) == [Literal(lexical, datatype=URIRef(vocab.XSD.integer))]


@pytest.mark.parametrize("cell", ["2014,5", "2014/2015", "2014 2015", "o. J.", "FALSCH"])
def test_what_is_no_whole_number_is_refused(known: Vocabulary, cell: Any) -> None:
    """A fraction, a range or a word is no whole number."""
    assert refused(known, "quellen", "Jahr", cell) == "bad-integer"


# -- time ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "lexical", "datatype"),
    [
        ("2016", "2016", vocab.XSD.gYear),
        ("2016-12", "2016-12", vocab.XSD.gYearMonth),
        ("2016-12-01", "2016-12-01", vocab.XSD.date),
        ("01.12.2016", "2016-12-01", vocab.XSD.date),
        ("1.2.2016", "2016-02-01", vocab.XSD.date),
        ("29.02.2016", "2016-02-29", vocab.XSD.date),
        (shown.day("2016-12-01", 1, "2016"), "2016", vocab.XSD.gYear),
        (shown.day("2016-12-01", 2, "Dez 16"), "2016-12", vocab.XSD.gYearMonth),
        (shown.day("2016-12-01", 3, "1. Dez. 2016"), "2016-12-01", vocab.XSD.date),
    ],
)
def test_a_year_month_or_day_is_read(known: Vocabulary, cell: Any, lexical: str, datatype: str) -> None:
    """A start is as precise as it is said: a year, a month or a day, ISO or German."""
    assert read(known, "praxis", "Beginn", cell) == [Literal(lexical, datatype=URIRef(datatype), normalize=False)]


@pytest.mark.parametrize(
    "cell",
    [
        "16", "0999", "20161", "2016-13", "2016-00", "12/2016", "12.2016", "2016-02-30", "29.02.2015", "31.4.2016",
        "1.2.16", "2016-1-1", "2016-12-1", "20161201", "seit 2016", "2016; 2017", "2016-12-01T00:00:00",
        "2016,5", "WAHR",
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused(known: Vocabulary, cell: Any) -> None:
    """Impossible days, short years and periods in words are refused."""
    assert refused(known, "praxis", "Beginn", cell) == "bad-date"


@pytest.mark.parametrize("cell", ["2026-11-23", "23.11.2026"])
def test_a_day_is_read(known: Vocabulary, cell: Any) -> None:
    """A column of days takes ISO and German days and those of a spreadsheet."""
    expected = [Literal("2026-11-23", datatype=URIRef(vocab.XSD.date))]
    assert read(known, "zuordnungen", "geprüft am", cell) == expected


@pytest.mark.parametrize("cell", ["2026", "2026-11", "gestern"])
def test_a_column_of_days_wants_the_day(known: Vocabulary, cell: Any) -> None:
    """A year or month is no day where a day is asked for."""
    assert refused(known, "zuordnungen", "geprüft am", cell) == "bad-date"


# -- yes and no ----------------------------------------------------------------------------------------------------

FLAG = PropertyShape("x:flag", vocab.NQ.flag, datatypes=(vocab.XSD.boolean,), max_count=1)


@pytest.mark.parametrize(
    ("cell", "lexical"),
    [
        ("ja", "true"), ("Ja", "true"), ("yes", "true"), ("wahr", "true"), ("WAHR", "true"), ("TRUE", "true"),
        ("nein", "false"), ("No", "false"), ("falsch", "false"), ("FALSCH", "false"), ("false", "false"),
    ],
)  # fmt: skip
def test_yes_and_no_are_read(known: Vocabulary, cell: Any, lexical: str) -> None:
    """Yes and no are read in both languages and from a spreadsheet's truth values."""
    assert cells.read(cell, FLAG, "", known) == [Literal(lexical, datatype=URIRef(vocab.XSD.boolean))]


@pytest.mark.parametrize("cell", ["vielleicht", "x", "0", "1"])
def test_neither_yes_nor_no_is_refused(known: Vocabulary, cell: Any) -> None:
    """A cross or a number is no yes."""
    with pytest.raises(CellError) as caught:
        cells.read(cell, FLAG, "", known)
    assert caught.value.text.code == "bad-literal"


# -- addresses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("https://example.org/a", ["https://example.org/a"]),
        ("https://example.org/a;b=c", ["https://example.org/a;b=c"]),
        ("https://example.org/a; http://example.org/b", ["https://example.org/a", "http://example.org/b"]),
        ("https://example.org/a\nhttps://example.org/b", ["https://example.org/a", "https://example.org/b"]),
        ("https://example.org/a;\n", ["https://example.org/a"]),
        ("https://example.org/Straße?q=%20#x", ["https://example.org/Straße?q=%20#x"]),
        ("urn:nbn:de:0035-0624-2", ["urn:nbn:de:0035-0624-2"]),
    ],
)
def test_addresses_are_read(known: Vocabulary, cell: str, expected: list[str]) -> None:
    """Several addresses are parted by semicolon and blank or by lines; a semicolon inside an address belongs to it."""
    assert read(known, "rechtsgrundlagen", "Internetadresse", cell) == [URIRef(iri) for iri in expected]


@pytest.mark.parametrize(
    "cell",
    [
        "https://example.org/a b",
        "www.example.org",
        "example.org/a",
        "https://example.org/<a>",
        "https://example.org/a; www.example.org",
        "http://[1",
        "siehe https://example.org",
    ],
)
def test_what_is_no_address_is_refused(known: Vocabulary, cell: str) -> None:
    """An address with a blank, without https or in brackets is refused, not repaired (rdflib would only log it)."""
    assert refused(known, "rechtsgrundlagen", "Internetadresse", cell) == "bad-iri"


# -- lists ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "notation"),
    [
        ("almost", "almost"),
        ("fast", "almost"),
        ("Fast", "almost"),
        ("knapp", "almost"),
        ("just under", "almost"),
        ("mehr als", "more-than"),
        ("Über", "more-than"),
        ("OVER", "more-than"),
    ],
)
def test_an_entry_is_named_by_notation_or_label(known: Vocabulary, cell: str, notation: str) -> None:
    """An entry of a list is named by its notation, label or other label, in German or English, upper or lower case."""
    assert read(known, "messwerte", "Genauigkeit", cell) == [URIRef(vocab.concept("precision", notation))]


def test_several_entries_stand_in_one_cell(known: Vocabulary) -> None:
    """Entries are parted by semicolons or lines; an empty part counts for nothing."""
    expected = [URIRef(vocab.concept("obstacle-group", name)) for name in ("individual", "employer", "funding")]
    assert read(known, "hemmnisse", "Gruppe", "individuell; employer;\nFörderung;") == expected


def test_an_unknown_entry_is_refused_with_the_list(known: Vocabulary) -> None:
    """The message names the nearest entry and all allowed ones."""
    with pytest.raises(CellError) as caught:
        read(known, "messwerte", "Genauigkeit", "genauu")
    german, english = (caught.value.text.in_language(lang) for lang in ("de", "en"))
    assert "„genauu“" in german and "Meinten Sie „genau“" in german and "höchstens" in german
    assert "“genauu”" in english and "Did you mean “genau”" in english and "at most" in english


def test_a_long_list_is_cut_in_the_message(known: Vocabulary) -> None:
    """Of a list with more than twelve entries the message shows twelve."""
    with pytest.raises(CellError) as caught:
        read(known, "messwerte", "Einheit", "Furlong")
    message = caught.value.text.in_language("de")
    assert message.endswith(" …") and message.count(",") == 11 and "Meinten" not in message


def test_an_entry_of_another_list_is_refused(known: Vocabulary) -> None:
    """A unit is no precision."""
    assert refused(known, "messwerte", "Genauigkeit", "Prozent") == "unknown-entry"


@pytest.mark.parametrize(
    "cell", ["antwortet auf Hemmnis", "Antwortet auf Hemmnis", "answers obstacle", "answers", "nq:answers"]
)
def test_a_relation_is_named_by_label_or_name(known: Vocabulary, cell: str) -> None:
    """A column that lists properties takes their labels, their names and prefixed names."""
    assert read(known, "aussagen", "Beziehung", cell) == [URIRef(vocab.NQ.answers)]


@pytest.mark.parametrize("cell", ["Praxis", "Practices", "Practice", "practice", "nq:Practice"])
def test_a_class_is_named_by_its_table(known: Vocabulary, cell: str) -> None:
    """A column that lists classes takes the names of their tables."""
    assert read(known, "aufgaben", "Ergebnis im Graphen", cell) == [URIRef(vocab.NQ.Practice)]


def test_several_classes_stand_in_one_cell(known: Vocabulary) -> None:
    """Classes are parted by semicolons, also those of other vocabularies."""
    expected = [URIRef(vocab.NQ.Obstacle), URIRef(vocab.NQ.Observation)]
    assert read(known, "aufgaben", "Ergebnis im Graphen", "Hemmnisse; Messwerte") == expected


@pytest.mark.parametrize("cell", ["betrieben von", "nq:operatedBy", "dc:title", "hat zu tun mit"])
def test_a_relation_that_is_not_listed_is_refused(known: Vocabulary, cell: str) -> None:
    """A property that exists but makes no claims cannot be claimed; the message shows German labels."""
    with pytest.raises(CellError) as caught:
        read(known, "aussagen", "Beziehung", cell)
    assert caught.value.text.code == "unknown-entry"
    assert "antwortet auf Hemmnis" in caught.value.text.in_language("de")


# -- keys ----------------------------------------------------------------------------------------------------------


def test_keys_become_the_things(known: Vocabulary) -> None:
    """A cell names things of another table by their keys, parted by semicolons or lines."""
    expected = [URIRef(f"{vocab.ID}obstacle/h-einkommen"), URIRef(f"{vocab.ID}obstacle/h-freistellung")]
    for cell in ("h-einkommen; h-freistellung", "h-einkommen\nh-freistellung", " h-einkommen ;h-freistellung; "):
        assert read(known, "praxis", "antwortet auf Hemmnis", cell) == expected


def test_a_key_of_an_alternative_class_is_taken(known: Vocabulary) -> None:
    """Where a column allows several classes each of them will do."""
    expected = [URIRef(f"{vocab.ID}practice/p-lotsen"), URIRef(f"{vocab.ID}funding-instrument/f-lerngeld")]
    assert read(known, "alternativen", "belegt durch", "p-lotsen; f-lerngeld") == expected


def test_a_key_of_a_subclass_is_taken(known: Vocabulary) -> None:
    """A thing of a subclass stands where its superclass is asked for."""
    assert read(known, "bewertungen", "Praxis", "p-muster") == [URIRef(f"{vocab.ID}practice/p-muster")]


def test_an_unknown_key_suggests_the_nearest(known: Vocabulary) -> None:
    """A mistyped key is answered with the right one."""
    with pytest.raises(CellError) as caught:
        read(known, "praxis", "antwortet auf Hemmnis", "h-einkommen; h-freistelung")
    assert caught.value.text.code == "unknown-key"
    assert "„h-freistelung“" in (german := caught.value.text.in_language("de")) and "„h-freistellung“" in german
    assert "“h-freistelung”" in (english := caught.value.text.in_language("en")) and "“h-freistellung”" in english


def test_an_unlike_key_suggests_nothing(known: Vocabulary) -> None:
    """Where nothing is near, nothing is suggested."""
    with pytest.raises(CellError) as caught:
        read(known, "praxis", "antwortet auf Hemmnis", "xyz")
    assert "Meinten" not in caught.value.text.in_language("de")


def test_a_key_of_another_class_is_refused(known: Vocabulary) -> None:
    """A practice is no obstacle; the message says what it is."""
    with pytest.raises(CellError) as caught:
        read(known, "praxis", "antwortet auf Hemmnis", "p-lotsen")
    assert caught.value.text.code == "key-of-other-class"
    assert "p-lotsen" in caught.value.text.in_language("de") and "Praxis" in caught.value.text.in_language("de")


def test_keys_are_told_apart_by_case(known: Vocabulary) -> None:
    """Keys are lower case; a capital is a mistake that the suggestion mends."""
    assert refused(known, "praxis", "antwortet auf Hemmnis", "H-einkommen") == "unknown-key"


@pytest.mark.parametrize(
    ("cell", "iri"),
    [
        ("h-einkommen", f"{vocab.ID}obstacle/h-einkommen"),
        ("Förderung", vocab.concept("obstacle-group", "funding")),
        ("employer", vocab.concept("obstacle-group", "employer")),
        ("abgebrochen oder nicht verlängert", vocab.concept("outcome", "discontinued")),
        ("discontinued", vocab.concept("outcome", "discontinued")),
    ],
)
def test_the_object_of_a_claim_is_a_thing_or_an_entry(known: Vocabulary, cell: str, iri: str) -> None:
    """A claim speaks of a thing or an entry; one that several lists have is meant in the list that claims speak of."""
    assert read(known, "aussagen", "Objekt", cell) == [URIRef(iri)]


def test_an_entry_that_several_lists_have_is_not_guessed(known: Vocabulary) -> None:
    """Where no list is meant more than another, the writer says which; an IRI is always clear."""
    known.preferred = frozenset()
    assert refused(known, "aussagen", "Objekt", "counselling") == "ambiguous-entry"
    with pytest.raises(CellError) as caught:
        read(known, "aussagen", "Objekt", "counselling")
    assert "scheme:obstacle-group/counselling" in caught.value.text.in_language("de").replace(
        str(vocab.SCHEME), "scheme:"
    )
    clear = vocab.concept("obstacle-group", "counselling")
    assert read(known, "aussagen", "Objekt", clear) == [URIRef(clear)]
    assert read(known, "aussagen", "Objekt", "abgebrochen oder nicht verlängert") == [
        URIRef(vocab.concept("outcome", "discontinued"))
    ]


def test_the_object_of_a_claim_must_exist(known: Vocabulary) -> None:
    """What is neither key nor entry is refused as an unknown key."""
    assert refused(known, "aussagen", "Objekt", "h-unbekannt") == "unknown-key"


CORE_CLAIMS = CORE / "shapes" / "claimed.ttl"


@pytest.mark.parametrize(
    ("name", "cell", "expected"),
    [
        ("Claim-subject", "h-einkommen", f"{vocab.ID}obstacle/h-einkommen"),
        ("Claim-object", "https://example.org/x", "https://example.org/x"),
        ("Claim-predicate", "nq:answers", vocab.NQ.answers),
        ("Claim-predicate", "antwortet auf Hemmnis", vocab.NQ.answers),
        ("Claim-predicate", "https://example.org/helps", "https://example.org/helps"),
        ("Claim-disputedBy", "p-lotsen", f"{vocab.ID}practice/p-lotsen"),
    ],
)
def test_claims_of_the_core_are_about_anything(known: Vocabulary, name: str, cell: str, expected: str) -> None:
    """Where no workspace says what may be claimed of what, cells name any key, any relation and any web address."""
    turtle = f"nqsh:X a sh:NodeShape ; sh:targetClass nq:X ; sh:property nqsh:{name} ."
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in vocab.PREFIXES.items())
    graph = shapes.read([CORE_CLAIMS]).parse(data=prefixes + turtle, format="turtle")
    (shape,) = shapes.schema(graph).by_iri.values()
    assert cells.read(cell, shape, "", known) == [URIRef(expected)]


def test_a_key_is_no_web_address(known: Vocabulary) -> None:
    """In a column for web addresses a key or a name of a term is refused."""
    assert refused(known, "rechtsgrundlagen", "Internetadresse", "h-einkommen") == "bad-iri"
    assert refused(known, "rechtsgrundlagen", "Internetadresse", "Region") == "bad-iri"


# -- texts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "lang"), [("Beschreibung (de)", "de"), ("Beschreibung (en)", "en"), ("Beschreibung", "de")]
)
def test_a_text_has_the_language_of_its_column(known: Vocabulary, name: str, lang: str) -> None:
    """The column says the language; without one it is German."""
    assert read(known, "praxis", name, "Erst; dann: 1,5 – „so“.") == [Literal("Erst; dann: 1,5 – „so“.", lang=lang)]


def test_a_single_text_is_never_split(known: Vocabulary) -> None:
    """Where only one text may stand, semicolons, lines and blank lines belong to it."""
    text = "Erster Absatz; weiter.\n\nZweiter Absatz."
    assert read(known, "praxis", "Beschreibung (de)", text) == [Literal(text, lang="de")]
    assert read(known, "quellen", "gesehen (de)", text) == [Literal(text, lang="de")]


def test_blank_lines_part_texts_where_several_are_allowed(known: Vocabulary) -> None:
    """Notes are parted by blank lines, not by semicolons."""
    expected = [Literal("Eins; und weiter\nauf zwei Zeilen", lang="de"), Literal("Zwei", lang="de")]
    assert read(known, "praxis", "Anmerkung (de)", "Eins; und weiter\nauf zwei Zeilen\n \n\nZwei\n") == expected


def test_short_texts_are_parted_by_semicolons(known: Vocabulary) -> None:
    """Other labels stand side by side in one cell."""
    expected = [Literal("KöBi", lang="de"), Literal("Kölner Modell", lang="de")]
    assert read(known, "praxis", "andere Bezeichnung (de)", "KöBi; Kölner Modell;") == expected


@pytest.mark.parametrize(
    ("table", "name", "cell", "expected"),
    [
        ("regionen", "AGS", "05315000", Literal("05315000")),
        (
            "quellen",
            "Jahr laut Quelle (de)",
            shown.day("2018-03-01", 3, "01.03.2018"),
            Literal("01.03.2018", lang="de"),
        ),
    ],
)
def test_a_number_in_a_text_column_stays_as_it_is_shown(
    known: Vocabulary, table: str, name: str, cell: Any, expected: Literal
) -> None:
    """A day of a spreadsheet reads as it is shown; leading zeros stay."""
    assert read(known, table, name, cell) == [expected]
