"""The command line: exit codes, results on standard output, messages on standard error, German and English."""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import openpyxl
import pyoxigraph as ox
import pytest
from rdflib import Graph as RdfGraph

from nqgraph.command import commands
from nqgraph.command.cli import main
from nqgraph.command.commands import EXPORTS
from nqgraph.graph import queries
from nqgraph.words import vocab
from nqgraph.words.workspace import Workspace
from tests.conftest import EXAMPLE, ROOT
from tests.spaces import SPACE
from tests.test_remote import Answer, Request, serving
from tests.waiting import PATIENCE

COMMANDS = (
    "build",
    "validate",
    "query",
    "serve",
    "export",
    "init",
    "link",
    "harvest",
    "check-ontology",
    "check-shapes",
    "bench",
    "ask",
    "import",
    "mcp",
    "table",
    "diff",
    "cover",
    "release",
)
PRACTICES = "SELECT ?key { ?s a nq:Practice ; dcterms:identifier ?key } ORDER BY ?key LIMIT 2"


@dataclass(frozen=True)
class Run:
    """What a command gave."""

    code: int
    out: str
    err: str


Command = Callable[..., Run]


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder, a German locale, and room for long lines."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("COLUMNS", "300")


@pytest.fixture
def nqgraph(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the command line in this process."""

    def run(*arguments: str | Path) -> Run:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        out, err = capsys.readouterr()
        return Run(code, out, err)

    return run


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the example dataset; not to be changed."""
    out = tmp_path_factory.mktemp("built")
    assert main(["build", str(EXAMPLE), "--out", str(out), "--quiet"]) == 0
    return out


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example dataset with a source that has no title, which violates a shape."""
    folder = tmp_path_factory.mktemp("faulty") / "musterland"
    shutil.copytree(EXAMPLE, folder)
    append(folder / "quellen.csv", "q-muster-neu,,Niemand,o. J.,-,,Evaluation,Auszug,Seite 1,,,nicht angegeben")
    return folder


def append(path: Path, line: str) -> None:
    path.write_text(f"{path.read_text(encoding='utf-8')}{line}\n", encoding="utf-8")


def own_query(text: str) -> Path:
    path = Path("eigene.rq")
    path.write_text(text, encoding="utf-8")
    return path


def process(*arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[bytes]:
    """Runs the command line in a process of its own."""
    command = [sys.executable, "-m", "nqgraph", *map(str, arguments)]
    return subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(ROOT)} | settings, capture_output=True, check=False
    )


# -- build ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "heading", "row", "summary", "done"),
    [
        ("de", "Gelesen", r"Praxis +6 +6", "0 Verstöße, 0 Warnungen", "Graph gebaut"),
        ("en", "Read", r"Practices +6 +6", "0 violations, 0 warnings", "Graph built"),
    ],
)
def test_build_says_what_was_read_and_found(
    lang: str, heading: str, row: str, summary: str, done: str, nqgraph: Command
) -> None:
    """A build prints rows per table and the findings as its result, where it lies as a message, and ends with 0."""
    run = nqgraph("build", EXAMPLE, "--out", "fertig", "--lang", lang)
    assert run.code == 0
    assert re.search(rf"{heading} +musterland", run.out) and re.search(row, run.out)
    assert summary in run.out
    assert done in run.err and str(Path("fertig", "versions")) in run.err
    assert (Path("fertig") / "current").is_file()


def test_build_does_nothing_if_nothing_changed(nqgraph: Command) -> None:
    """The second build says so and takes the first one's version; --force builds again."""
    first = nqgraph("build", EXAMPLE)
    again = nqgraph("build", EXAMPLE)
    assert again.code == 0
    assert "Nichts hat sich geändert" in again.err
    assert again.err.split("Version ")[1][:16] == first.err.split("Version ")[1][:16]
    assert "Graph gebaut" in nqgraph("build", EXAMPLE, "--force").err


def test_quiet_leaves_only_results(nqgraph: Command) -> None:
    """With --quiet there is no message and no table of rows, only what stops a build, and the counts."""
    run = nqgraph("build", EXAMPLE, "--quiet")
    assert run.err == ""
    assert re.fullmatch(r"0 Verstöße, .*\n", run.out)


def test_notes_of_a_build_are_counted_and_shown_on_demand(nqgraph: Command) -> None:
    """A build names what stops it; what is only noted is a line that says where it stands."""
    run = nqgraph("build", EXAMPLE)
    assert "Hinweise, die nichts aufhalten: 27. Es nennt sie: nqgraph validate" in run.err and "Hinweis:" not in run.out
    assert nqgraph("build", EXAMPLE, "--force", "--verbose").out.count("Hinweis: ") >= 20
    assert nqgraph("validate", EXAMPLE).out.count("Hinweis: ") == 27


def test_verbose_names_the_steps(nqgraph: Command) -> None:
    """With --verbose every step is named, in the language of the reader."""
    steps = nqgraph("build", EXAMPLE, "--verbose").err
    assert "Ontologie lesen" in steps and "Datensatz musterland lesen" in steps
    assert "reading dataset musterland" in nqgraph("build", EXAMPLE, "--verbose", "--force", "--lang", "en").err


@pytest.mark.parametrize(
    ("lang", "place", "error"),
    [("de", "quellen.csv, Zeile 7", "Nicht gebaut"), ("en", "quellen.csv, row 7", "Not built")],
)
def test_violations_end_with_1_and_replace_nothing(
    lang: str, place: str, error: str, faulty: Path, nqgraph: Command
) -> None:
    """Data that violate the shapes are not built: the findings name file and row, and the last good build stays."""
    nqgraph("build", EXAMPLE)
    before = {path: path.read_bytes() for path in Path("build").rglob("*") if path.is_file() and path.suffix}
    run = nqgraph("build", faulty, "--lang", lang)
    assert run.code == 1
    assert place in run.out
    assert error in run.err
    assert {path: path.read_bytes() for path in Path("build").rglob("*") if path.is_file() and path.suffix} == before


def test_unreadable_input_ends_with_2_and_names_every_place(nqgraph: Command) -> None:
    """All that cannot be read is named at once, with file, row and column, and how many it is."""
    shutil.copytree(EXAMPLE, "musterland")
    append(
        Path("musterland/hemmnisse.csv"),
        "h-neu,Neu,New,,,,,,,individuel,,tg-nix,r-muster-land,q-muster-statistik,hoch,,",
    )
    run = nqgraph("build", "musterland")
    assert (run.code, run.out) == (2, "")
    assert "hemmnisse.csv, Zeile 6, Spalte „Gruppe“: „individuel“" in run.err
    assert "hemmnisse.csv, Zeile 6, Spalte „betrifft“: Die Kennung „tg-nix“" in run.err
    assert "2 Fehler, nichts wurde geändert." in run.err
    assert not Path("build").exists()


@pytest.mark.parametrize("command", ["build", "validate"])
def test_a_missing_source_is_named(command: str, nqgraph: Command) -> None:
    """A path that does not exist ends with 2 and is named."""
    run = nqgraph(command, "nirgends")
    assert run.code == 2
    assert run.err == "Fehler: nirgends: Diese Datei oder diesen Ordner gibt es nicht. Prüfen Sie den Pfad.\n"


def test_without_sources_data_is_read(nqgraph: Command) -> None:
    """Beside no data of one's own those that come with the program are built, else data/ in the current folder."""
    assert "regions" in nqgraph("build").out
    shutil.copytree(EXAMPLE, "data/musterland")
    run = nqgraph("build")
    assert run.code == 0 and "musterland" in run.out and "regions" not in run.out


# -- validate ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_validate_only_finds(engine: str, faulty: Path, nqgraph: Command) -> None:
    """Findings are the result, a line each, with either engine; violations end with 1; nothing is stored."""
    run = nqgraph("validate", faulty, "--engine", engine)
    assert run.code == 1
    assert re.search(r"Verstoß: .*quellen\.csv, Zeile 7, Spalte „Titel“: q-muster-neu: „Titel“", run.out)
    assert "1 Verstöße" in run.out
    assert run.err == ""
    assert list(Path().iterdir()) == []


def test_validate_ends_with_0_where_all_is_well(nqgraph: Command) -> None:
    """Without violations the exit code is 0."""
    run = nqgraph("validate", EXAMPLE, "--lang", "en")
    assert (run.code, run.err) == (0, "")
    assert "\n0 violations" in run.out and "Violation" not in run.out


def test_the_report_as_json(faulty: Path, nqgraph: Command) -> None:
    """JSON has the counts and every finding with place, message in both languages and shape."""
    run = nqgraph("validate", faulty, "--format", "json")
    report = json.loads(run.out)
    assert run.code == 1
    assert report["conforms"] is False
    assert report["counts"]["violation"] == 1
    assert "quellen.csv" in run.out


def test_the_report_as_rdf(faulty: Path, nqgraph: Command) -> None:
    """Turtle is a W3C validation report."""
    graph = RdfGraph().parse(data=nqgraph("validate", faulty, "--format", "ttl").out, format="turtle")
    found: Any = graph.query(
        "SELECT ?focus { ?r a sh:ValidationReport ; sh:conforms false ; sh:result ?v ."
        " ?v sh:resultSeverity sh:Violation ; sh:focusNode ?focus }",
        initNs={"sh": str(vocab.SH)},
    )
    assert [str(row.focus) for row in found] == [vocab.ID + "source/q-muster-neu"]


@pytest.mark.parametrize(("lang", "title"), [("de", "Prüfbericht"), ("en", "Validation report")])
def test_the_report_as_a_page_in_a_file(lang: str, title: str, faulty: Path, nqgraph: Command) -> None:
    """With -o the report goes to a file, and a message says so."""
    run = nqgraph("validate", faulty, "--format", "html", "-o", "bericht.html", "--lang", lang)
    assert (run.code, run.out) == (1, "")
    assert "bericht.html" in run.err
    page = Path("bericht.html").read_text(encoding="utf-8")
    assert f'<html lang="{lang}">' in page and f"<h1>{title}</h1>" in page and "q-muster-neu" in page


def test_any_rdf_against_any_shapes(nqgraph: Command) -> None:
    """Own data can be checked against own shapes; the finding has the shape's message and the line of the file."""
    Path("daten.ttl").write_text(
        '@prefix ex: <https://example.org/> .\nex:a a ex:Thing .\nex:b a ex:Thing ; ex:name "b" .\n'
    )
    Path("formen.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix ex: <https://example.org/> .\n"
        "ex:ThingShape a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property ex:name-shape .\n"
        "ex:name-shape a sh:PropertyShape ; sh:path ex:name ; sh:minCount 1 ; sh:severity sh:Violation ;\n"
        '  sh:message "Jedes Ding hat einen Namen."@de , "Every thing has a name."@en .\n'
    )
    run = nqgraph("validate", "daten.ttl", "--shapes", "formen.ttl")
    assert run.code == 1
    assert "daten.ttl, Zeile 2: " in run.out and "Jedes Ding hat einen Namen." in run.out
    assert "Every thing has a name." in nqgraph("validate", "daten.ttl", "--shapes", "formen.ttl", "--lang", "en").out


def test_a_mistyped_shape_is_named(nqgraph: Command) -> None:
    """A typing mistake in a shape, which would check nothing, is said with a suggestion; for the lint it is wrong."""
    Path("daten.ttl").write_text("<x:a> a <x:Thing> .\n")
    Path("formen.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n<x:S> a sh:NodeShape ; sh:targetClass <x:Thing> ;\n"
        "  sh:property [ sh:path <x:name> ; sh:mincount 1 ] .\n"
    )
    run = nqgraph("validate", "daten.ttl", "--shapes", "formen.ttl")
    assert run.code == 0
    assert "formen.ttl, Zeile 3" in run.err and "sh:minCount" in run.err
    assert nqgraph("check-shapes", "formen.ttl").code == 1


# -- query ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "heading"), [("de", ["Abfrage", "Frage", "Parameter"]), ("en", ["Query", "Question"])]
)
def test_without_a_name_all_queries_are_listed(lang: str, heading: list[str], nqgraph: Command) -> None:
    """Every canned query is listed with its question and parameters, optional ones in brackets; no build is needed."""
    run = nqgraph("query", "--lang", lang)
    assert run.code == 0
    lines = run.out.splitlines()
    assert lines[0].split()[: len(heading)] == heading
    for query in queries.of(SPACE).all():
        line = next(line for line in lines if line.startswith(f"{query.name} "))
        assert query.question[lang] in line
        for parameter in query.parameters:
            optional = parameter.optional or parameter.default is not None
            assert parameter.name == "lang" or (f"[{parameter.name}]" in line) == optional


def test_a_canned_query_as_a_table(built: Path, nqgraph: Command) -> None:
    """Rows are the result, the question and the number of rows messages; columns that only repeat are left out."""
    run = nqgraph("query", "praxis-zu-hemmnis", "-p", "hemmnis=h-muster-einkommen", "--source", built)
    assert run.code == 0
    assert re.search("(?s)Ausbildung.*Musterland.*Lerngeld", run.out) and "im Ganzen" in run.out
    assert "h-muster-einkommen" not in run.out
    assert run.err.startswith("Welche Praxis") and re.search(r"^\d+ Zeilen$", run.err, re.MULTILINE)


@pytest.mark.parametrize("place", ["before", "after"])
def test_the_language_before_and_after_the_command(place: str, built: Path, nqgraph: Command) -> None:
    """--lang is taken on either side of the command."""
    command = ["query", "praxis-zu-hemmnis", "-p", "hemmnis=h-muster-einkommen", "--source", built]
    run = nqgraph(*(["--lang", "en", *command] if place == "before" else [*command, "--lang=en"]))
    assert run.out.startswith("Obstacle ") and "Training" in run.out
    assert "rows" in run.err


def test_a_quiet_query_gives_the_table_alone(built: Path, nqgraph: Command) -> None:
    """With --quiet neither question nor number of rows is printed."""
    run = nqgraph("query", "praxis-zu-hemmnis", "-p", "hemmnis=h-muster-einkommen", "--source", built, "-q")
    assert (run.code, run.err) == (0, "")
    assert "Ausbildung" in run.out


def test_no_rows_is_no_error(built: Path, nqgraph: Command) -> None:
    """A query without results says so and ends with 0."""
    run = nqgraph("query", "--file", own_query("SELECT ?s { ?s a <x:Nothing> }"), "--source", built)
    assert (run.code, run.out, run.err) == (0, "", "Keine Treffer.\n")


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


READERS: dict[str, Callable[[bytes], Any]] = {
    "csv": read_csv,
    "tsv": lambda data: [line.split("\t") for line in data.decode().splitlines()],
    "json": lambda data: [["?key"], *([b["key"]["value"]] for b in json.loads(data)["results"]["bindings"])],
    "xml": lambda data: [
        ["?key"],
        *([s["key"].value] for s in cast(Any, ox.parse_query_results(data, ox.QueryResultsFormat.XML))),
    ],
    "xlsx": lambda data: [list(row) for row in openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].values],
}


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml", "xlsx"])
@pytest.mark.parametrize("named", ["by option", "by ending"])
def test_every_format_of_a_table(form: str, named: str, built: Path, nqgraph: Command) -> None:
    """A table goes to a file in the format that --format or the ending of the file says."""
    target = Path("ergebnis" if named == "by option" else f"ergebnis.{form}")
    options = ["--format", form] if named == "by option" else []
    run = nqgraph("query", "--file", own_query(PRACTICES), "--source", built, "-o", target, *options)
    assert (run.code, run.out, run.err) == (0, "", f"Geschrieben: {target}\n")
    found = [[cell.strip('?"') for cell in row] for row in READERS[form](target.read_bytes())]
    assert found == [["key"], ["p-muster-aemterlotsen"], ["p-muster-ausbildung-im-betrieb"]]


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml"])
def test_every_text_format_on_the_screen(form: str, built: Path, nqgraph: Command) -> None:
    """Without -o the same goes to standard output, and nothing to standard error."""
    run = nqgraph("query", "--file", own_query(PRACTICES), "--source", built, "--format", form)
    assert (run.code, run.err) == (0, "")
    assert "p-muster-aemterlotsen" in run.out


def test_a_spreadsheet_needs_a_file(built: Path, nqgraph: Command) -> None:
    """XLSX is not for the screen; the message says what to add."""
    run = nqgraph("query", "--file", own_query(PRACTICES), "--source", built, "--format", "xlsx")
    assert (run.code, run.out) == (2, "")
    assert "-o" in run.err


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("ASK { ?s a nq:Practice }", "de", "ja\n"),
        ("ASK { ?s a nq:Practice }", "en", "yes\n"),
        ("ASK { ?s a <x:Nothing> }", "de", "nein\n"),
    ],
)
def test_yes_and_no(text: str, lang: str, expected: str, built: Path, nqgraph: Command) -> None:
    """The answer to an ASK query is a word in the language of the reader."""
    run = nqgraph("query", "--file", own_query(text), "--source", built, "--lang", lang)
    assert (run.code, run.out) == (0, expected)


CONSTRUCT = "# a graph\nPREFIX select: <x:>\nCONSTRUCT { ?s a nq:Forum } WHERE { ?s a nq:Forum }"


@pytest.mark.parametrize(
    ("form", "name"), [(None, "turtle"), ("ttl", "turtle"), ("nt", "nt"), ("rdf", "xml"), ("jsonld", "json-ld")]
)
def test_a_graph_in_every_format(form: str | None, name: str, built: Path, nqgraph: Command) -> None:
    """A CONSTRUCT query gives RDF, Turtle unless told otherwise."""
    options = ["--format", form] if form else []
    run = nqgraph("query", "--file", own_query(CONSTRUCT), "--source", built, *options)
    assert (run.code, run.err) == (0, "")
    assert {str(s) for s in RdfGraph().parse(data=run.out, format=name).subjects()} == {
        vocab.ID + "forum/fo-muster-fachdialog",
        vocab.ID + "forum/fo-muster-steuerung",
    }


@pytest.mark.parametrize(
    ("text", "form", "german"),
    [
        (CONSTRUCT, "csv", "Graphen; das Format „csv“ passt nicht"),
        (CONSTRUCT, "xlsx", "Graphen; das Format „xlsx“ passt nicht"),
        (CONSTRUCT, "json", "Graphen; das Format „json“ passt nicht"),
        (PRACTICES, "ttl", "Tabelle oder ja/nein; das Format „ttl“ passt nicht"),
        ("ASK {}", "nt", "Tabelle oder ja/nein; das Format „nt“ passt nicht"),
    ],
)
def test_a_format_that_does_not_fit(text: str, form: str, german: str, built: Path, nqgraph: Command) -> None:
    """A graph is no table and a table no graph: the message says which formats are possible, and no file is written."""
    run = nqgraph("query", "--file", own_query(text), "--source", built, "--format", form, "-o", "ergebnis")
    assert (run.code, run.out) == (2, "")
    assert german in run.err and "Möglich: " in run.err
    assert not Path("ergebnis").exists()


@pytest.mark.parametrize(
    ("arguments", "german", "english"),
    [
        (["praxis-zu-hemnis"], "Meinten Sie „praxis-zu-hemmnis“?", "Did you mean “praxis-zu-hemmnis”?"),
        (["praxis-zu-hemmnis", "-p", "hemmnis=h-muster-einkomen"], "h-muster-einkommen", "h-muster-einkommen"),
        (["praxis-zu-hemmnis", "-p", "hemnis=x"], "keinen Parameter „hemnis“", "no parameter “hemnis”"),
        (["praxis-zu-hemmnis", "-p", "hemmnis"], "Schreiben Sie -p name=wert", "Write -p name=value"),
        (["praxis-zu-hemmnis", "-p", "=x"], "ist kein Parameter", "is no parameter"),
        (["praxis-steckbrief"], "fehlt der Parameter „praxis“", "lacks the parameter “praxis”"),
        (["praxis-zu-hemmnis", "--file", "eigene.rq"], "entweder", "either"),
        (["--file", "nirgends.rq"], "nirgends.rq", "nirgends.rq"),
        (["--file", "."], "nicht lesbar", "cannot be read"),
        (["--file", "latin1.rq"], "nicht lesbar", "cannot be read"),
        (["--file", "kaputt.rq"], "kein gültiges SPARQL", "no valid SPARQL"),
        (["--file", "eigene.rq", "-p", "x=y"], "keinen Parameter „x“", "no parameter “x”"),
    ],
)
def test_a_wrong_query_ends_with_2(
    arguments: list[str], german: str, english: str, built: Path, nqgraph: Command
) -> None:
    """Whatever is wrong with a query or a parameter is said in one line each, with a suggestion where there is one."""
    own_query(PRACTICES)
    Path("kaputt.rq").write_text("SELECT ?s WHERE {\n ?s ?p }")
    Path("latin1.rq").write_bytes('SELECT * { ?s ?p "ä" }'.encode("latin-1"))
    for lang, prefix, word in (("de", "Fehler: ", german), ("en", "Error: ", english)):
        run = nqgraph("query", *arguments, "--source", built, "--lang", lang)
        assert (run.code, run.out) == (2, "")
        assert run.err.startswith(prefix) and word in run.err
        assert "Traceback" not in run.err


def test_a_faulty_query_names_its_line(built: Path, nqgraph: Command) -> None:
    """The message on a syntax error says in which line it is."""
    run = nqgraph("query", "--file", own_query("SELECT ?s WHERE {\n ?s ?p\n}"), "--source", built)
    assert "Zeile 3: " in run.err


@pytest.mark.parametrize(
    "arguments",
    [["query", "praxis-zu-hemmnis"], ["query", "--file", "eigene.rq"], ["export", "graphml"], ["export", "workbook"]],
)
@pytest.mark.parametrize(
    ("lang", "word"), [("de", "Bauen Sie ihn mit: nqgraph build"), ("en", "Build it with: nqgraph build")]
)
def test_without_a_build(arguments: list[str], lang: str, word: str, nqgraph: Command) -> None:
    """Where nothing is built the message says how to build, and nothing is written."""
    own_query(PRACTICES)
    run = nqgraph(*arguments, "--lang", lang)
    assert (run.code, run.out) == (2, "")
    assert word in run.err
    assert [path.name for path in Path().iterdir()] == ["eigene.rq"]


def test_an_endpoint_as_source(nqgraph: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A query goes to a SPARQL endpoint as well; its failure is one line."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    body = b'{"head":{"vars":["key"]},"results":{"bindings":[{"key":{"type":"literal","value":"p-a"}}]}}'
    with serving(lambda request: Answer(body=body)) as server:
        run = nqgraph("query", "--file", own_query(PRACTICES), "--source", server.url)
        assert run.code == 0 and "p-a" in run.out
    with serving(lambda request: Answer(500, "text/plain", b"")) as server:
        run = nqgraph("query", "--file", own_query(PRACTICES), "--source", server.url)
        assert (run.code, run.out) == (2, "")
        assert run.err == f"Fehler: Der Endpunkt {server.url} antwortet mit Status 500.\n"


# -- export --------------------------------------------------------------------------------------------------------


def test_bench_runs_in_a_checkout_and_says_so_elsewhere(
    nqgraph: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """From an installed package one line says where the benchmarks are; in a checkout they run with the options."""
    called: list[list[str]] = []

    def call(command: list[str], **options: object) -> int:
        called.append(command)
        return 0

    monkeypatch.setattr("subprocess.call", call)
    assert nqgraph("bench", "--only", "cli", "--triples", "1e4").code == 0
    assert called[0][1:] == ["-m", "benchmarks", "--triples", "1e4", "--only", "cli"]
    monkeypatch.setattr("nqgraph.words.workspace.shipped", lambda: Workspace(tmp_path, SPACE.settings))
    run = nqgraph("bench")
    assert run.code == 2 and "make bench" in run.err and len(called) == 1


@pytest.mark.parametrize("what", EXPORTS)
@pytest.mark.parametrize(("lang", "said"), [("de", "Geschrieben: "), ("en", "Written: ")])
def test_every_export_says_where_it_wrote(what: str, lang: str, said: str, built: Path, nqgraph: Command) -> None:
    """An export writes to the target and says so; nothing goes to standard output."""
    run = nqgraph("export", what, "-o", "ziel", "--source", built, "--lang", lang)
    assert (run.code, run.out, run.err) == (0, "", f"{said}ziel\n")
    assert Path("ziel").is_dir() if what in ("rdf", "rdf12", "nanopub", "site") else Path("ziel").is_file()


def test_export_takes_filters(built: Path, nqgraph: Command) -> None:
    """Around, depth, kind, region, dataset and the format of dumps reach the export."""
    options = ["--kind", "praxis", "--kind", "hemmnisse", "--around", "p-muster-lernen-am-regal", "--depth", "1"]
    assert nqgraph("export", "cytoscape", *options, "-o", "a.cyjs", "--source", built, "-q").code == 0
    keys = {node["data"]["key"] for node in json.loads(Path("a.cyjs").read_text(encoding="utf-8"))["elements"]["nodes"]}
    assert keys == {"p-muster-lernen-am-regal", "h-muster-freistellung"}
    filters = ["--region", "r-muster-neustadt", "--kind", "praxis", "--dataset", "musterland"]
    assert nqgraph("export", "cytoscape", *filters, "-o", "b.cyjs", "--source", built, "-q").code == 0
    assert "p-muster-zukunft" in Path("b.cyjs").read_text(encoding="utf-8")
    assert nqgraph("export", "rdf", "--format", "nt", "--dataset", "musterland", "-o", "c", "--source", built).code == 0
    assert {path.name for path in Path("c").iterdir()} == {"musterland.nt", "ro-crate-metadata.json"}


@pytest.mark.parametrize(
    ("arguments", "german"),
    [
        (["graphml", "--around", "p-muster-zukunf"], "Meinten Sie „p-muster-zukunft“?"),
        (["gexf", "--kind", "praksis"], "Es gibt: akteure"),
        (["workbook", "--dataset", "nix"], "Es gibt: musterland"),
        (["pyvis", "-o", "."], "Es konnte nicht geschrieben werden"),
    ],
)
def test_a_wrong_export_ends_with_2(arguments: list[str], german: str, built: Path, nqgraph: Command) -> None:
    """A wrong filter or target is one line that says what to do, and nothing is written."""
    run = nqgraph("export", *arguments, "--source", built)
    assert (run.code, run.out) == (2, "")
    assert german in run.err and run.err.count("\n") == 1
    assert list(Path().iterdir()) == []


# -- check-ontology ------------------------------------------------------------------------------------------------

needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="check-ontology needs Java")


@needs_java
@pytest.mark.parametrize(("lang", "word"), [("de", "widerspruchsfrei"), ("en", "consistent")])
def test_the_ontology_is_consistent(lang: str, word: str, nqgraph: Command) -> None:
    """HermiT finds no contradiction in the ontology that comes with nqgraph."""
    run = nqgraph("check-ontology", "--lang", lang, "-q")
    assert (run.code, run.err) == (0, "")
    assert word in run.out


@needs_java
def test_a_contradiction_ends_with_1_and_names_who_is_involved(nqgraph: Command) -> None:
    """Something that is practice and obstacle at once contradicts the ontology."""
    Path("mehr.ttl").write_text(f"<x:a> a <{vocab.NQ.Practice}> , <{vocab.NQ.Obstacle}> .\n", encoding="utf-8")
    run = nqgraph("check-ontology", "mehr.ttl")
    assert run.code == 1
    assert "nq:Practice" in run.out and "nq:Obstacle" in run.out and "x:a" in run.out


@pytest.mark.parametrize(("lang", "word"), [("de", "Alles andere geht ohne Java"), ("en", "else works without Java")])
def test_without_java_one_line_says_so(
    lang: str, word: str, nqgraph: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where Java is missing the command says so and ends with 2; nothing else needs it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    run = nqgraph("check-ontology", "--lang", lang)
    assert (run.code, run.out) == (2, "")
    assert word in run.err and run.err.count("\n") == 1


# -- wrong use -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "german", "english"),
    [
        (["bau"], "„bau“ gibt es nicht, möglich: build", "invalid choice: bau"),
        (["build", "--frce"], "unbekannt: --frce", "unrecognized arguments: --frce"),
        (["query", "a", "b"], "unbekannt: b", "unrecognized arguments: b"),
        (["query", "--format", "pdf"], "--format: „pdf“ gibt es nicht", "argument --format: invalid choice"),
        (["query", "-p"], "hier wird eine Angabe erwartet", "expected one argument"),
        (["query", "--quiet=1"], "hier wird keine Angabe erwartet: 1", "ignored explicit argument 1"),
        (["validate", "--shapes"], "mindestens eine Angabe", "expected at least one argument"),
        (["export"], "es fehlt: ", "arguments are required: "),
        (["export", "bild"], "„bild“ gibt es nicht, möglich: html, site, rdf", "invalid choice: bild"),
        (["export", "pyvis", "--depth", "zwei"], "„zwei“ passt nicht", "invalid int value: zwei"),
        (["export", "rdf", "--format", "csv"], "„csv“ gibt es nicht", "invalid choice: csv"),
    ],
)
def test_wrong_use_ends_with_2_and_says_what_is_possible(
    arguments: list[str], german: str, english: str, nqgraph: Command
) -> None:
    """A mistyped command, option or choice is explained in the language of the reader, with how to call it."""
    in_german, in_english = (nqgraph("--lang", lang, *arguments) for lang in ("de", "en"))
    assert (in_german.code, in_german.out) == (in_english.code, in_english.out) == (2, "")
    last, last_in_english = (run.err.splitlines()[-1].replace("'", "") for run in (in_german, in_english))
    assert in_german.err.startswith("Aufruf: nqgraph") and german in last
    assert in_english.err.startswith("usage: nqgraph") and english in last_in_english
    assert not re.search(r": :|error|argument|choice|usage", last)


def test_an_unknown_language_is_refused(nqgraph: Command) -> None:
    """There are German, English, and those of the workspace."""
    run = nqgraph("query", "--lang", "fr")
    assert run.code == 2
    assert "The language “fr” is not there. There are: de, en." in run.err


def test_options_are_not_guessed(nqgraph: Command) -> None:
    """A shortened option is refused, so that new options never change what scripts do."""
    assert nqgraph("build", "--for").code == 2
    assert nqgraph("--vers").code == 2


# -- help ----------------------------------------------------------------------------------------------------------


def parsers(lang: str) -> Iterator[argparse.ArgumentParser]:
    """The parser of nqgraph and those of its commands."""
    parser = commands.parser(lang)
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.values()


@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_option_has_a_help_text(lang: str) -> None:
    """No argument of any command is left without an explanation."""
    found = list(parsers(lang))
    assert {parser.prog.partition(" ")[2] for parser in found} == {"", *COMMANDS}
    for parser in found:
        silent = [
            action.dest
            for action in parser._actions
            if not action.help and not isinstance(action, argparse._SubParsersAction)
        ]
        assert silent == []
        assert parser.description


def test_help_texts_differ_between_the_languages() -> None:
    """Every explanation is translated."""
    for german, english in zip(parsers("de"), parsers("en"), strict=True):
        assert german.description != english.description
        pairs = zip(german._actions, english._actions, strict=True)
        same = [a.dest for a, b in pairs if a.help and a.help != argparse.SUPPRESS and a.help == b.help]
        assert same == []


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_in_one_language(command: str, nqgraph: Command) -> None:
    """German help has no words of argparse left in English, English help no German ones."""
    before = [command] if command else []
    german, english = (nqgraph(*before, "--help", "--lang", lang) for lang in ("de", "en"))
    assert german.code == english.code == 0
    assert german.out.startswith(f"Aufruf: nqgraph {command}".rstrip())
    left = r"\b(usage|options|positional|arguments?|show this help|and exit|default|choose|this|the|with)\b"
    assert re.findall(left, german.out.replace("[options]", "")) == []
    assert english.out.startswith(f"usage: nqgraph {command}".rstrip())
    assert re.findall(r"[äöüßÄÖÜ]|\b(oder|und|sonst|der|die)\b", english.out) == []
    assert (german.err, english.err) == ("", "")


def test_the_help_lists_the_commands(nqgraph: Command) -> None:
    """The help names every command with what it does, and the first steps."""
    shown = nqgraph("--help").out
    assert all(re.search(rf"^ +{command}\b", shown, re.MULTILINE) for command in COMMANDS)
    assert "Erste Schritte" in shown
    assert re.match(r"Aufruf: nqgraph .*BEFEHL", shown)


def test_without_a_command_the_help_is_shown(nqgraph: Command) -> None:
    """Calling nqgraph alone shows the help and ends with 2, as it did nothing."""
    run = nqgraph()
    assert run.code == 2
    assert run.out == nqgraph("--help").out


def test_the_version(nqgraph: Command) -> None:
    """--version prints name and number."""
    run = nqgraph("--version")
    assert run.code == 0
    assert re.fullmatch(r"nqgraph \d+\.\d+\.\d+\n", run.out)


@pytest.mark.parametrize(
    ("settings", "beginning"),
    [
        ({"LC_ALL": "en_GB.UTF-8"}, "usage"),
        ({"LC_ALL": "", "LANG": "en_US.UTF-8"}, "usage"),
        ({"LC_ALL": "", "LANG": "de_AT.UTF-8"}, "Aufruf"),
        ({"LC_ALL": "C"}, "Aufruf"),
        ({"LC_ALL": "fr_FR.UTF-8"}, "usage"),
    ],
)
def test_the_language_follows_the_locale(
    settings: dict[str, str], beginning: str, nqgraph: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --lang an English locale gives English, any other German."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert nqgraph("--help").out.startswith(beginning)


# -- surroundings --------------------------------------------------------------------------------------------------


def test_the_command_line_in_a_process_of_its_own(built: Path) -> None:
    """``python -m nqgraph`` gives the same: results on standard output, exit code 0."""
    run = process("query", "praxis-zu-hemmnis", "-p", "hemmnis=h-muster-einkommen", "--source", built, "--lang", "de")
    assert run.returncode == 0
    assert "Ausbildung im" in run.stdout.decode("utf-8")
    assert run.stderr.decode("utf-8").startswith("Welche Praxis")
    assert process("query", "nix", "--source", built).returncode == 2


@pytest.mark.parametrize("columns", ["", "0", "80", "wide"])
def test_any_width_of_the_terminal(columns: str, nqgraph: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A strange COLUMNS is no reason to fail, and a table is as wide as a sensible one says."""
    monkeypatch.setenv("COLUMNS", columns)
    run = nqgraph("query")
    assert run.code == 0
    assert max(len(line) for line in run.out.splitlines()) <= (80 if columns == "80" else 120)


@pytest.mark.parametrize(
    "settings", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
def test_a_terminal_without_umlauts(settings: dict[str, str], built: Path) -> None:
    """Where the locale knows no umlauts, help and messages come out all the same, and results stay UTF-8."""
    usage = process("--help", "--lang", "de", **settings)
    assert usage.returncode == 0 and b"Aufruf: nqgraph" in usage.stdout
    assert b"BEFEHL" in process("bau", "--lang", "de", **settings).stderr
    run = process("query", "--file", own_query(PRACTICES), "--source", built, "--lang", "de", **settings)
    assert run.returncode == 0 and b"p-muster-aemterlotsen" in run.stdout
    listed = process("query", "--lang", "de", **settings)
    assert listed.returncode == 0 and "für".encode() in listed.stdout


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_goes_away(unbuffered: str, built: Path) -> None:
    """In ``nqgraph … | head`` the end of head ends the command without a word."""
    path = own_query("SELECT ?s ?p ?o { ?s ?p ?o }")
    command = [sys.executable, "-m", "nqgraph", "query", "--file", str(path), "--source", str(built), "--format", "csv"]
    settings = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": unbuffered}
    with subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None and running.stderr is not None
        assert running.stdout.readline()
        running.stdout.close()
        said = running.stderr.read()
    assert (running.returncode, said) == (128 + signal.SIGPIPE, b"")


def interruptible() -> None:
    """Hear Control-C, also where the tests themselves run in the background and do not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize(("lang", "word"), [("de", "Abgebrochen"), ("en", "Interrupted")])
def test_an_interrupt(lang: str, word: str) -> None:
    """Control-C ends with one line and without a traceback."""
    over = threading.Event()
    asked = threading.Event()

    def silent(request: Request) -> Answer:
        asked.set()
        over.wait()
        return Answer()

    with serving(silent) as server:
        asking = ["--file", str(own_query(PRACTICES)), "--source", server.url]
        command = [sys.executable, "-m", "nqgraph", "query", *asking, "--lang", lang]
        settings = os.environ | {"PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
        with subprocess.Popen(command, env=settings, stderr=subprocess.PIPE, preexec_fn=interruptible) as running:
            assert running.stderr is not None
            assert asked.wait(PATIENCE)
            running.send_signal(signal.SIGINT)
            said = running.stderr.read().decode("utf-8")
            over.set()
    assert running.returncode == 128 + signal.SIGINT
    assert said.count("\n") == 1 and word in said


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
@pytest.mark.parametrize("no_color", ["", "1"])
def test_no_color_is_respected(no_color: str, built: Path) -> None:
    """On a terminal a table has no colours, with NO_COLOR or without: nothing is told by colour."""
    import pty

    reader, writer = pty.openpty()
    settings = os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": no_color, "TERM": "xterm-256color"}
    command = [sys.executable, "-m", "nqgraph", "query", "--file", str(own_query(PRACTICES)), "--source", str(built)]
    run = subprocess.run(command, env=settings, stdout=writer, stderr=writer, check=False)
    os.close(writer)
    shown = os.read(reader, 100_000).decode("utf-8")
    os.close(reader)
    assert run.returncode == 0 and "p-muster-aemterlotsen" in shown
    assert not re.search(r"\x1b\[(?:\d+;)*(?:[34]\d|9[0-7])(?:;\d+)*m", shown)


@pytest.mark.parametrize(("lang", "word"), [("de", "Unerwarteter Fehler"), ("en", "Unexpected error")])
def test_an_unexpected_error_is_one_line(
    lang: str, word: str, nqgraph: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the program itself is one line with its kind and what gives more; --verbose gives the traceback."""

    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("something is wrong")

    monkeypatch.setattr(shutil, "which", broken)
    run = nqgraph("check-ontology", "--lang", lang)
    assert (run.code, run.out) == (2, "")
    assert word in run.err and "ZeroDivisionError: something is wrong" in run.err and "--verbose" in run.err
    assert "Traceback" not in run.err and run.err.count("\n") == 1
    with pytest.raises(ZeroDivisionError):
        nqgraph("check-ontology", "--verbose")
