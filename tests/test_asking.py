"""Plain questions find canned ones: the figures reached on written questions, what is refused, what is said."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from nqgraph.command.cli import main
from nqgraph.graph.asking import Asking
from nqgraph.graph.graph import Graph
from nqgraph.graph.ranking import MOST_WORDS, Reading, bare, fold, stem, variants
from tests.spaces import SPACE

ROWS = list(csv.DictReader((Path(__file__).parent / "ask" / "questions.csv").read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def asking(shipped_graph: Graph) -> Asking:
    """Plain questions to the shipped data."""
    return Asking(shipped_graph.in_language("de"))


def wanted(asking: Asking, row: dict[str, str], reading: Reading) -> bool:
    """Whether *reading* is the query of *row* with its parameters; what is the default anyway need not be said."""
    query = asking.query(reading)
    defaults = {p.name: p.default for p in query.parameters if p.default is not None}
    values = {name: value for name, value in reading.values.items() if defaults.get(name) != value}
    return reading.name == row["query"] and values in [
        dict(pair.split("=") for pair in right.split()) for right in row["parameters"].split("|")
    ]


def test_written_questions_find_their_query(asking: Asking) -> None:
    """Right first in 85 %, among three in 95 %; of foreign ones at most 5 % are taken; certain and wrong: never."""
    first = three = ours = foreign = taken = 0
    for row in ROWS:
        readings = asking.understand(row["question"]).readings
        right = [bool(row["query"]) and wanted(asking, row, reading) for reading in readings]
        if readings and readings[0].certain:
            assert right[0], row["question"]
        if row["query"]:
            ours, first, three = ours + 1, first + right[:1].count(True), three + any(right)
        else:
            foreign, taken = foreign + 1, taken + bool(readings)
    assert ours >= 200 and first / ours >= 0.9 and three / ours >= 0.95, (first / ours, three / ours)
    assert foreign >= 50 and taken / foreign <= 0.05, taken / foreign


def test_the_flagship_question_is_certain(asking: Asking) -> None:
    """What the start page asks in plain words runs by itself, with both chips."""
    said = asking.as_json(asking.understand("Welche Praxis hilft gegen Einkommensverlust in Köln?"))
    assert said["readings"][0] | {"score": 0} == {
        "query": "praxis-zu-hemmnis",
        "parameters": {"hemmnis": "h-ind-einkommen", "region": "r-koeln"},
        "certain": True,
        "restated": "Praxis zu einem Hemmnis (Hemmnis: Einkommensverzicht während der Qualifizierung · Region: Köln)",
        "score": 0,
        "lacking": [],
    }
    assert said["unknown"] == []


def test_umlauts_endings_and_typing_errors_do_not_matter(asking: Asking) -> None:
    """One thing however it is written."""
    for written in ("Praxis in Köln", "praxis in koeln", "PRAXIS IN KOELN", "Kölner Praxis"):
        assert asking.understand(written).readings[0].values == {"region": "r-koeln"}, written
    assert asking.understand("Was hilft gegen Lernentwönung?").readings[0].values["hemmnis"] == "h-ind-lernentwoehnung"


def test_what_is_not_known_is_named(asking: Asking) -> None:
    """A foreign question is refused with its words; one unknown word keeps a reading from being certain."""
    foreign = asking.understand("Jaka jest dzisiaj pogoda w Warszawie?")
    assert not foreign.readings and {"Jaka", "pogoda", "Warszawie"} <= set(foreign.unknown)
    known = asking.understand("Welche Praxis hilft gegen Einkommensverlust in Köln und Xanadu?")
    assert known.unknown == ("Xanadu",) and known.readings and not known.readings[0].certain


@pytest.mark.parametrize(
    "question",
    ["", "   ", "der die das und oder", "?!", "\x00", "SELECT * WHERE { ?s ?p ?o }", "<script>alert(1)</script>"],
)
def test_nothing_is_made_of_nothing(asking: Asking, question: str) -> None:
    """Stop words, signs, SPARQL and script are no question."""
    assert asking.understand(question).readings == ()


def test_a_long_question_is_cut(asking: Asking) -> None:
    """Ten thousand letters cost no more than the first of them."""
    understood = asking.understand("Was hilft gegen Prüfungsangst? " + "bla " * 2500)
    assert understood == asking.understand("Was hilft gegen Prüfungsangst? " + "bla " * MOST_WORDS)


def test_an_empty_answer_says_why(asking: Asking) -> None:
    """Which chip to drop, and that nobody has looked."""
    values = {"hemmnis": "h-ind-pruefungsangst", "region": "nuts-dea1b"}
    nothing = asking.nothing("praxis-zu-hemmnis", values)
    rows = {name: len(asking.graph.query("praxis-zu-hemmnis", **{name: values[name]})) for name in values}
    assert rows["hemmnis"] and rows["region"]
    assert nothing.told("de") == [
        "Dazu ist nichts festgehalten: Bisher hat niemand nachgesehen.",
        f"Ohne „Hemmnis: Prüfungsdruck“ gibt es {rows['region']} Zeilen.",
        f"Ohne „Region: Kreis Kleve“ gibt es {rows['hemmnis']} Zeilen.",
    ]


def test_all_queries_have_phrasings() -> None:
    """Four or more in each language of the program."""
    from nqgraph.graph import queries

    for query in queries.of(SPACE).all():
        assert all(len(query.phrasings.get(lang, ())) >= 4 for lang in ("de", "en")), query.name


def test_names_are_said_in_several_ways() -> None:
    """By the abbreviation in brackets, without what follows a dash, without the second form; not by a place."""
    assert list(variants("Kölner Modell (KöMo)")) == ["Kölner Modell  ", "KöMo"]
    assert list(variants("TEP – Teilzeit begleiten")) == ["TEP – Teilzeit begleiten", "TEP"]
    assert "Wuppertal" not in variants("proviel (Wuppertal)")
    assert [bare(stem(fold(word))) for word in ("Kölner", "koelner", "Köln")] == ["koln"] * 3


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A build of the small example."""
    out = tmp_path_factory.mktemp("ask") / "build"
    example = Path(__file__).parent.parent / "data" / "examples" / "musterland"
    assert main(["build", str(example), "--out", str(out), "--quiet"]) == 0
    yield str(out)


def test_the_command_answers_or_offers(
    built: str, capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question a line on standard input; what could not be answered is kept."""
    import io

    log = tmp_path / "log.jsonl"
    monkeypatch.setattr("sys.stdin", io.StringIO("Wissenslücken\n\nRezept für Kartoffelsalat\n"))
    assert main(["ask", "--source", built, "--format", "json", "--lang", "de", "--log", str(log)]) == 0
    first, second = map(json.loads, capsysbinary.readouterr().out.decode().splitlines())
    assert first["readings"][0]["query"] == "offene-luecken" and first["readings"][0]["certain"]
    assert second == {"question": "Rezept für Kartoffelsalat", "readings": [], "unknown": ["Rezept", "Kartoffelsalat"]}
    (kept,) = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    assert (kept["reason"], kept["question"]) == ("not-understood", "Rezept für Kartoffelsalat")
