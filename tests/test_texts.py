"""Texts, errors and names: every message exists, in both languages and for a use; places and addresses read well."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from functools import cache
from pathlib import Path

import pytest

import nqgraph
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, NqgraphError, Place, Problem
from nqgraph.words.texts import LANGUAGES, Text, in_language, preferred_language, text
from tests.spaces import IRIS

PACKAGE = Path(nqgraph.__file__).parent
MESSAGES: dict[str, dict[str, str]] = tomllib.loads((PACKAGE / "words" / "messages.toml").read_text(encoding="utf-8"))
#: Functions and classes that take the code of a message, and at which place.
ASKING = {"of": 0, "text": 0, "Text": 0, "CellError": 0, "say": 0, "t": 0, "command": 1, "_problem": 3}


@cache
def sources() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def asked() -> set[str]:
    """Codes that a call names: ``InputError.of("no-dataset", …)``, ``text("empty", …)``."""
    found = set()
    for tree in sources().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (name := ast.unparse(node.func).split(".")[-1]) in ASKING:
                arguments = node.args[ASKING[name] : ASKING[name] + 1]
                found |= {a.value for a in arguments if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return found


def mentioned() -> tuple[set[str], list[re.Pattern[str]]]:
    """All texts in the code, and a pattern for each text with gaps (``f"step-{name}"``)."""
    constants, patterns = set(), []
    for tree in sources().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                constants.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                parts = [re.escape(str(v.value)) if isinstance(v, ast.Constant) else "[a-z-]+" for v in node.values]
                if re.match("[a-z]+-", parts[0].replace("\\-", "-")) and "picture" not in parts[0]:
                    patterns.append(re.compile("".join(parts)))
    called = re.compile(r"""\bt\(['"]([a-z]+-[a-z-]*-)['"] ~""")  # t("mark-" ~ kind)
    for path in (PACKAGE / "pages" / "templates").glob("*.html"):
        patterns += [re.compile(f"{code}[a-z-]+") for code in called.findall(path.read_text(encoding="utf-8"))]
    return constants | of_templates(), patterns


def of_templates() -> set[str]:
    """Codes that templates name; ``t('list')`` of the picture is ``picture-list``."""
    picture = (PACKAGE / "networks" / "picture.html").read_text(encoding="utf-8")
    pages = "".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "pages" / "templates").glob("*.html"))
    called = re.compile(r"""\b(?:plain_)?t\(['"]([a-z-]+)['"][,)]""")
    return {f"picture-{code}" for code in called.findall(picture)} | set(called.findall(pages))


def placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


# -- the catalogue -------------------------------------------------------------------------------------------------


def test_every_message_in_use_exists() -> None:
    """No code in the program is missing from messages.toml."""
    assert (asked() | of_templates()) - MESSAGES.keys() == set()
    assert len(asked()) > 100


def test_of_one_thing_the_message_about_one_speaks() -> None:
    """“1 Zeile”, not “1 Zeilen”; a message about one says no more values than the one about many."""
    assert text("query-rows", "de", count=1) == "1 Zeile" and text("query-rows", "de", count=2) == "2 Zeilen"
    assert text("error-count", "en", count=1) == "1 error, nothing was changed."
    for code in (code for code in MESSAGES if code.removesuffix("-one") in MESSAGES.keys() - {code}):
        for lang, message in MESSAGES[code].items():
            assert placeholders(message) <= placeholders(MESSAGES[code.removesuffix("-one")][lang]) - {"count"}


def test_every_message_is_in_use() -> None:
    """No message is left over: its code stands in the program, or fits a code that is put together there."""
    constants, patterns = mentioned()
    counted = {code for code in MESSAGES if code.removesuffix("-one") in MESSAGES.keys() - {code}}
    unused = {
        code
        for code in MESSAGES.keys() - counted
        if code not in constants and not any(p.fullmatch(code) for p in patterns)
    }
    assert unused == set()


@pytest.mark.parametrize("code", MESSAGES)
def test_every_message_is_there_in_both_languages(code: str) -> None:
    """German and English, with the same placeholders, and with the quotation marks of their language in pairs."""
    message = MESSAGES[code]
    assert set(message) == set(LANGUAGES)
    german, english = message["de"], message["en"]
    assert bool(german) == bool(english) and placeholders(german) == placeholders(english)
    assert german.count("„") == german.count("“") and "”" not in german
    assert english.count("“") == english.count("”") and "„" not in english
    assert not any("  " in text or '"' in text for text in message.values())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_message_can_be_filled_in(lang: str) -> None:
    """A message with all its values gives a text without gaps."""
    for code, message in MESSAGES.items():
        filled = text(code, lang, **dict.fromkeys(placeholders(message[lang]), "wert"))
        assert "{" not in filled and "}" not in filled


# -- values and languages ------------------------------------------------------------------------------------------


def test_values_are_rendered_in_the_language_of_the_message() -> None:
    """A place, a hint and a label inside a message speak its language."""
    place = Place("praxis.csv", row=3, column="Weg")
    message = Text("key-twice", {"key": "p-a", "first": place})
    assert "(praxis.csv, Zeile 3, Spalte „Weg“)" in message.in_language("de")
    assert "(praxis.csv, row 3, column “Weg”)" in message.in_language("en")
    nested = Text("unknown-table", {"name": "x", "hint": Text("did-you-mean", {"name": "y"})})
    assert "Meinten Sie „y“?" in nested.in_language("de") and "Did you mean “y”?" in nested.in_language("en")
    values = {"column": "x", "table": {"de": "Praxis", "en": "Practices"}, "hint": Text("empty")}
    column = Text("unknown-column", values)
    assert "„Praxis“" in column.in_language("de") and "“Practices”" in column.in_language("en")


def test_braces_in_values_are_left_alone() -> None:
    """What a user wrote is shown as it is, even if it looks like a placeholder."""
    assert "„{x} %s“" in text("bad-integer", "de", value="{x} %s")


@pytest.mark.parametrize(
    ("labels", "lang", "expected"),
    [
        ({"de": "Weg", "en": "Route"}, "de", "Weg"),
        ({"de": "Weg", "en": "Route"}, "en", "Route"),
        ({"de": "Weg", "en": "Route"}, "fr", "Weg"),
        ({"en": "Route"}, "de", "Route"),
        ({"de": "", "en": "Route"}, "de", "Route"),
        ({"de": "Weg", "en": ""}, "en", "Weg"),
        ({"fr": "Voie"}, "de", "Voie"),
        ({"fr": "Voie", "en": "Route"}, "it", "Route"),
        ({}, "de", "–"),
        ({"de": ""}, "de", "–"),
    ],
)
def test_a_label_falls_back_to_german_then_english_then_any(labels: dict[str, str], lang: str, expected: str) -> None:
    """The language asked for, else German, else English, else any, else the default."""
    assert in_language(labels, lang, "–") == expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "de"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "EN_us"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "C"}, "de"),
        ({"LANG": "C.UTF-8"}, "de"),
        ({"LANG": "POSIX"}, "de"),
        ({"LANG": ""}, "de"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": ""}, "en"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "en:de"}, "en"),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, "en"),
    ],
)
def test_the_language_follows_the_environment(environment: dict[str, str], expected: str) -> None:
    """German where the locale is German or says nothing, English everywhere else."""
    assert preferred_language(environment) == expected


def test_the_language_follows_the_environment_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an argument the process's own environment counts."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_MESSAGES", "en_US.UTF-8")
    assert preferred_language() == "en"


# -- errors and places ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "german", "english"),
    [
        (Place(), "", ""),
        (Place("a.ttl"), "a.ttl", "a.ttl"),
        (Place("a.ttl", line=7), "a.ttl, Zeile 7", "a.ttl, line 7"),
        (Place("a.csv", row=2), "a.csv, Zeile 2", "a.csv, row 2"),
        (Place("a.xlsx", "Wege"), "a.xlsx, Blatt „Wege“", "a.xlsx, sheet “Wege”"),
        (
            Place("a.xlsx", "Wege", 2, "Art"),
            "a.xlsx, Blatt „Wege“, Zeile 2, Spalte „Art“",
            "a.xlsx, sheet “Wege”, row 2, column “Art”",
        ),
        (Place(line=3), "Zeile 3", "line 3"),
    ],
)
def test_a_place_is_written_out(place: Place, german: str, english: str) -> None:
    """File, sheet, row and column or line, as far as they are known."""
    assert place.in_language("de") == german and place.in_language("en") == english


def test_problems_stand_in_the_order_of_their_places() -> None:
    """An error lists its problems file by file and row by row, a line each, with place and message."""
    places = [Place("b.csv", row=2), Place("a.csv", row=10), Place("a.csv", row=9), Place("a.csv", row=9, column="X")]
    error = InputError(Problem(place, Text("formula")) for place in places)
    assert [problem.place for problem in error.problems] == [places[2], places[3], places[1], places[0]]
    assert error.in_language("de").splitlines()[0].startswith("a.csv, Zeile 9: In der Zelle steht eine Formel ")
    assert str(error) == error.in_language("en") and len(str(error).splitlines()) == 4


def test_every_error_is_one_of_ours() -> None:
    """Whoever catches the base class catches them all, and the class tells them apart."""
    error = InputError.of("empty-file", Place("daten"))
    assert isinstance(error, InputError) and isinstance(error, NqgraphError)
    assert error.in_language("de").startswith("daten: Die Datei ist leer.")


# -- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Förderinstrumente", "foerderinstrumente"),
        ("Wissenslücken", "wissensluecken"),
        ("Ämter & Straßen", "aemter-strassen"),
        ("ÖPNV", "oepnv"),
        (" a  b_c ", "a-b-c"),
        ("decision-option", "decision-option"),
        ("?!", ""),
    ],
)
def test_a_slug_is_lower_case_ascii(name: str, slug: str) -> None:
    """Names of files and addresses have no umlauts and no blanks."""
    assert vocab.slug(name) == slug


def test_addresses_follow_from_class_and_key() -> None:
    """A thing's address is /id/{type}/{key}, a concept's /scheme/{name}/{notation}, a dataset's /graph/{name}."""
    assert IRIS.thing(vocab.NQ.DecisionOption, "o-a") == "https://w3id.org/nqgraph/id/decision-option/o-a"
    assert IRIS.thing(vocab.NQ.Observation, "m-a", "https://e.org/") == "https://e.org/id/observation/m-a"
    assert vocab.concept("outcome", "running") == "https://w3id.org/nqgraph/scheme/outcome/running"
    assert IRIS.dataset_graph("nrw") == "https://w3id.org/nqgraph/graph/nrw"


@pytest.mark.parametrize(
    ("iri", "short"),
    [
        ("https://w3id.org/nqgraph/def/answers", "nq:answers"),
        ("https://w3id.org/nqgraph/id/practice/p-a", "https://w3id.org/nqgraph/id/practice/p-a"),
        ("http://www.w3.org/2004/02/skos/core#prefLabel", "skos:prefLabel"),
        ("http://www.w3.org/2004/02/skos/core#", "http://www.w3.org/2004/02/skos/core#"),
        ("https://example.org/a", "https://example.org/a"),
    ],
)
def test_addresses_are_shortened_only_where_that_can_be_undone(iri: str, short: str) -> None:
    """What fits a prefix is shortened and can be written out again; all else stays in full."""
    assert vocab.shrink(iri) == short
    assert vocab.expand(short) in (iri, None)


@pytest.mark.parametrize("name", ["answers", "xy:answers", ":answers", ""])
def test_what_has_no_prefix_of_ours_is_not_written_out(name: str) -> None:
    """An unknown prefix is no address."""
    assert vocab.expand(name) is None


def test_a_namespace_holds_terms_and_nothing_else() -> None:
    """Names of methods of texts are terms like any other; what is no term is no attribute."""
    assert vocab.NQ.startswith == vocab.NQ["startswith"] == "https://w3id.org/nqgraph/def/startswith"
    assert (vocab.DCTERMS.title, str(vocab.SH)) == ("http://purl.org/dc/terms/title", "http://www.w3.org/ns/shacl#")
    assert vocab.SKOS.note in vocab.SKOS and vocab.SKOS.note not in vocab.SH
    assert not isinstance(vocab.NQ, str) and not hasattr(vocab.NQ, "__fspath__")
    assert all(type(namespace) is str for namespace in vocab.PREFIXES.values())
