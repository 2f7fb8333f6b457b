"""A workspace: settings, model and data in a folder; what is wrong with one is said with file and line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

import nqgraph as library
from nqgraph.command.cli import main
from nqgraph.graph import queries, versions
from nqgraph.model import shapes
from nqgraph.pages import Site
from nqgraph.things.descriptions import Descriptions
from nqgraph.words.errors import NqgraphError
from nqgraph.words.workspace import Workspace, find, models, shipped
from tests.folders import BASICS, dataset
from tests.servers import serving

#: Runs the command line in this process: code, standard output and error together.
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str | Path) -> tuple[int, str]:
        capsys.readouterr()
        try:
            code = main([*map(str, arguments), "--lang", "en"])
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
        out, err = capsys.readouterr()
        return code, out + err

    return command


@pytest.fixture
def topic(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new workspace in which one stands, with one entry."""
    monkeypatch.chdir(tmp_path)
    assert run("init", "topic")[0] == 0
    monkeypatch.chdir(tmp_path / "topic")
    (tmp_path / "topic" / "data" / "topic" / "topic.xlsx").unlink()
    rows = "Key,Label (en),Status\ne-one,First,open\ne-two,Second,done\n"
    (tmp_path / "topic" / "data" / "topic" / "entries.csv").write_text(rows, encoding="utf-8")
    return tmp_path / "topic"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


# -- which workspace -----------------------------------------------------------------------------------------------


def test_the_folder_one_stands_in_counts_then_the_shipped_one(topic: Path, tmp_path: Path) -> None:
    """``--workspace`` first, then the nearest folder upwards, then what comes with the program."""
    (topic / "deep" / "down").mkdir(parents=True)
    assert find().root == topic.resolve()
    assert find(start=topic / "deep" / "down").root == topic.resolve()
    assert find(start=tmp_path).root == shipped().root
    assert find(shipped().root, start=topic).root == shipped().root


def test_a_new_workspace_builds_answers_and_shows_at_once(topic: Path, run: Run) -> None:
    """Settings, workbook, one class, list, shape and question: nothing has to be added before the first build."""
    code, said = run("build")
    assert code == 0 and "0 violations" in said
    assert "First" in run("query", "entries-by-status", "-p", "status=open")[1]
    assert "Second" not in run("query", "entries-by-status", "-p", "status=open")[1]
    assert run("export", "html")[0] == 0
    page = (topic / "build" / "nqgraph.html").read_text(encoding="utf-8")
    assert "First" in page and "Einträge" in page and "s_matrix" not in page and "s_netz" in page


#: All that a class of one's own is: what it is called, in the ontology, and what its table and pages hold, as a shape.
NEW_CLASS = {
    "ontology/event.ttl": """
        @prefix nq: <https://w3id.org/nqgraph/def/> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        nq:Event a owl:Class ;
            skos:prefLabel "Veranstaltung"@de, "Event"@en ; skos:definition "Ein Treffen."@de, "A meeting."@en .
        nq:heldIn a owl:ObjectProperty ;
            skos:prefLabel "findet statt in"@de, "held in"@en ; skos:definition "Der Ort."@de, "The place."@en .
        """,
    "shapes/Event.ttl": """
        @prefix nq: <https://w3id.org/nqgraph/def/> .
        @prefix nqsh: <https://w3id.org/nqgraph/shape/> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        nqsh:Event a sh:NodeShape ; sh:targetClass nq:Event ;
            rdfs:label "Veranstaltungen"@de, "Events"@en ; skos:prefLabel "Veranstaltung"@de, "Event"@en ;
            nq:color "#3f7fbf" ; nq:symbol "dot" ; nq:countOrder 99 ;
            sh:property nqsh:identifier, nqsh:prefLabel, nqsh:source, nqsh:Event-heldIn .
        nqsh:Event-heldIn a sh:PropertyShape ; sh:path nq:heldIn ; sh:class nq:Region ; nq:filter true ;
            sh:name "findet statt in"@de, "Held in"@en ; nq:inverseName "Veranstaltungen hier"@de, "Events here"@en ;
            sh:severity sh:Violation ; sh:order 10 ;
            sh:message "„findet statt in“ nennt eine Region."@de, "“Held in” names a region."@en .
        """,
}


def test_a_new_class_is_two_files(tmp_path: Path, run: Run) -> None:
    """
    A term and a shape beside the shipped model give table, checks, pages, network, workbook, questions and lists.

    Nothing else is touched: no setting, no line of the program.
    """
    folder = tmp_path / "copy"
    assert run("init", folder, "--from", "nqgraph")[0] == 0
    for path, content in NEW_CLASS.items():
        (folder / path).write_text(content, encoding="utf-8")
    data = folder / "data" / "copy"
    (data / "copy.xlsx").unlink()
    regions = BASICS["regionen.csv"] + "r-insel,Insel,Kreis,q-bericht,hoch\n"
    dataset(data, {"quellen.csv": BASICS["quellen.csv"], "regionen.csv": regions})
    events = data / "veranstaltungen.csv"
    rows = "v-eins,Auftakt,r-lnad,q-bericht\nv-zwei,Abschluss,r-insel,q-bericht\n"
    events.write_text(f"Kennung,Bezeichnung (de),findet statt in,Quellen\n{rows}", encoding="utf-8")
    here = ("--workspace", folder, "--source", folder / "build")
    code, said = run("build", "--workspace", folder, "--out", folder / "build")
    assert code == 2 and "veranstaltungen.csv" in said and "Did you mean “r-land”" in said
    change(events, "r-lnad", "r-land")
    code, said = run("build", "--workspace", folder, "--out", folder / "build")
    assert code == 0, said

    site = folder / "site"
    assert run("export", "site", *here, "-o", site)[0] == 0
    pages = {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    assert "Auftakt" in pages["veranstaltungen.html"] and "name=heldin" in pages["veranstaltungen.html"].lower()
    assert ">Land<" in pages["doc/event/v-eins.html"] and "findet statt in" in pages["doc/event/v-eins.html"]
    assert "Events here" in pages["en/doc/region/r-land.html"] and "Auftakt" in pages["en/doc/region/r-land.html"]
    assert "Ein Treffen." in pages["glossar.html"] and "nq:heldIn" in pages["def.html"]
    assert 'href="veranstaltungen.html"' in pages["index.html"] or "href=veranstaltungen.html" in pages["index.html"]
    assert '"type": "Event"' in (site / "doc/event/v-eins.jsonld").read_text(encoding="utf-8")

    assert run("export", "graphml", *here, "-o", folder / "net.graphml")[0] == 0
    assert "v-zwei" in (folder / "net.graphml").read_text(encoding="utf-8")
    assert run("export", "workbook", *here, "-o", folder / "all.xlsx")[0] == 0
    assert "Held in" in [cell.value for cell in openpyxl.load_workbook(folder / "all.xlsx")["Events"][1]]
    code, said = run("table", "event", "--where", "heldIn=r-insel", *here)
    assert code == 0 and "Abschluss" in said and "Auftakt" not in said
    assert run("query", "offene-luecken", *here)[0] == 0


def test_the_workbook_of_a_new_workspace_has_its_columns_and_lists(tmp_path: Path, run: Run) -> None:
    """A sheet for the one class, with a drop-down for its list; ``export workbook --empty`` needs no build."""
    assert run("init", tmp_path / "own")[0] == 0
    target = tmp_path / "blank.xlsx"
    assert run("export", "workbook", "--empty", "--workspace", tmp_path / "own", "-o", target)[0] == 0
    for path in (target, tmp_path / "own" / "data" / "own" / "own.xlsx"):
        sheet = openpyxl.load_workbook(path)["Entries"]
        heads = [cell.value for cell in sheet[1]]
        assert heads[:3] == ["Key", "Label (de)", "Label (en)"] and {"Status", "Related to"} <= set(heads)
        assert sheet.max_row == 1
        assert [str(v.sqref)[0] for v in sheet.data_validations.dataValidation] == [chr(65 + heads.index("Status"))]


@pytest.mark.parametrize("model", sorted(models()))
def test_a_workspace_from_another_model_builds(model: str, tmp_path: Path, run: Run) -> None:
    """``--from`` takes over classes, lists, shapes and questions, and no data."""
    folder = tmp_path / "copy"
    code, said = run("init", folder, "--from", model)
    assert code == 0 and "before you publish" in said and Workspace.read(folder).settings.base in said
    code, said = run("build", "--workspace", folder)
    assert code == 0 and "0 entries" in said
    taken = {s.target_class for s in shapes.of(Workspace.read(folder)).node_shapes}
    assert taken == {s.target_class for s in shapes.of(Workspace.read(models()[model])).node_shapes}


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path, run: Run) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep", encoding="utf-8")
    code, said = run("init", tmp_path / "mine")
    assert code == 2 and "not empty" in said
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_an_unknown_model_names_those_there_are(tmp_path: Path, run: Run) -> None:
    code, said = run("init", tmp_path / "x", "--from", "schulabruch")
    assert code == 2 and "Did you mean “schulabbruch”?" in said and not (tmp_path / "x").exists()


def test_a_build_brings_its_model_along(topic: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who opens a build elsewhere gets the questions and labels it was built with."""
    assert run("build")[0] == 0
    folder = topic.rename(topic.parent / "moved")
    monkeypatch.chdir(topic.parent)
    graph = library.open(folder / "build", lang="en")
    assert [row["entryName"] for row in graph.query("entries-by-status")] == ["Second", "First"]
    found = versions.current(folder / "build")
    assert found is not None and (found / "model" / "workspace.yaml").is_file()


def test_a_changed_text_or_shape_is_a_new_build(topic: Path, run: Run) -> None:
    """Nothing that determines pages or answers changes unnoticed."""
    assert "unchanged" not in run("build")[1]
    assert run("build")[1].count("Nothing has changed") == 1
    for path, old, new in (
        (topic / "workspace.yaml", 'claim: {de: "topic"', 'claim: {de: "Thema"'),
        (topic / "shapes" / "Entry.ttl", "sh:order 10", "sh:order 11"),
        (topic / "queries" / "example" / "entries-by-status.rq", "Eine Zeile je Eintrag", "Je Eintrag eine Zeile"),
    ):
        change(path, old, new)
        assert "Nothing has changed" not in run("build")[1], path.name
    (topic / "queries" / "example").rename(topic / "queries" / "other")
    assert "Nothing has changed" not in run("build")[1]


# -- what is wrong -------------------------------------------------------------------------------------------------


SETTINGS, SHAPE, QUESTION = "workspace.yaml", "shapes/Entry.ttl", "queries/example/entries-by-status.rq"


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        (
            "workspace.yaml",
            "languages: [de, en]",
            "languages: de",
            ("workspace.yaml, line 11", "languages", "a list of"),
        ),
        (
            "workspace.yaml",
            "languages: [de, en]",
            "languges: [de]",
            ("line 11", "“languges”", "Did you mean “languages”?"),
        ),
        (SETTINGS, "title: {", "titel: {", ("line 3", "“titel”", "Did you mean “title”?")),
        (SETTINGS, "base: https", "base: nowhere, https", ("line 7", "base", "a complete address")),
        (SETTINGS, "languages: [de, en]", "languages: [de, en", ("no valid YAML", "workspace.yaml, line 12")),
        (SETTINGS, "prefixes: {my:", "prefixes: {skos: 'https://e.org/', my:", ("“skos”", "always means")),
        (
            "shapes/Entry.ttl",
            "targetClass my:Entry",
            "targetClass my:Entri",
            ("Entry.ttl, line", "my:Entri", "my:Entry"),
        ),
        (SHAPE, "sh:minCount 1", "sh:mincount 1", ("Entry.ttl, line", "sh:mincount", "sh:minCount")),
        (SHAPE, "sh:order 20 ;", "sh:order 20", ("Entry.ttl, line",)),
        ("ontology/terms.ttl", "my:Entry a owl:Class ;", "my:Entry a owl:Class", ("terms.ttl, line",)),
        (
            "queries/example/entries-by-status.rq",
            "scheme: status",
            "schema: status",
            ("entries-by-status.rq", "schema"),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "",
)
def test_what_is_wrong_with_a_model_is_said_with_its_place(
    path: str, old: str, new: str, said: tuple[str, ...], topic: Path, run: Run
) -> None:
    """File, line, what and what to do; the last good build stays."""
    assert run("build")[0] == 0
    before = versions.current(topic / "build")
    change(topic / path, old, new)
    code, output = run("build")
    assert code == 2
    for words in said:
        assert words in output, output
    assert "Traceback" not in output and "Unexpected" not in output
    assert versions.current(topic / "build") == before


def test_two_models_with_the_same_term_are_named_with_both_files(topic: Path, run: Run) -> None:
    """The second declaration is reported, and says where the first stands."""
    text = (topic / "ontology" / "terms.ttl").read_text(encoding="utf-8")
    (topic / "ontology" / "z-other.ttl").write_text(text, encoding="utf-8")
    code, said = run("build")
    assert code == 2 and "z-other.ttl, line" in said and "my:Entry" in said and "ontology/terms.ttl" in said


def test_a_term_of_the_core_cannot_be_declared_again(topic: Path, run: Run) -> None:
    other = "@prefix nq: <https://w3id.org/nqgraph/def/> .\nnq:Claim a <http://www.w3.org/2002/07/owl#Class> .\n"
    (topic / "ontology" / "mine.ttl").write_text(other, encoding="utf-8")
    code, said = run("build")
    assert code == 2 and "mine.ttl, line 2" in said and "nq:Claim" in said


def test_missing_folders_are_no_fault(topic: Path, run: Run) -> None:
    """A workspace without questions, rules and texts has no page of questions, and that is all."""
    for path in sorted((topic / "queries").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    (topic / "queries").rmdir()
    change(topic / "workspace.yaml", "start: [entries-by-status]\n", "")
    assert run("build")[0] == 0
    assert run("export", "site", "-o", topic / "site")[0] == 0
    assert not (topic / "site" / "abfragen.html").exists() and (topic / "site" / "eintraege.html").is_file()


def test_a_workspace_without_data_says_so(topic: Path, run: Run) -> None:
    (topic / "data").rename(topic / "elsewhere")
    code, said = run("build")
    assert code == 2 and "data" in said and "Traceback" not in said


def test_a_folder_that_is_no_workspace_says_how_to_make_one(tmp_path: Path, run: Run) -> None:
    code, said = run("build", "--workspace", tmp_path)
    assert code == 2 and "workspace.yaml" in said and "nqgraph init" in said


def test_names_that_are_not_there_are_remarked_and_not_shown(topic: Path, run: Run) -> None:
    """A menu or a start page may name what is gone; a typing mistake is worth a line."""
    change(topic / "workspace.yaml", "menu: [Entry,", "menu: [Entri, Entry,")
    change(topic / "workspace.yaml", "start: [entries-by-status]", "start: [entries-by-stats]")
    code, said = run("build")
    assert code == 0
    assert "workspace.yaml, line 12" in said and "“Entri”" in said and "Did you mean “Entry”?" in said
    assert "“entries-by-stats”" in said and "Did you mean “entries-by-status”?" in said
    assert run("export", "html")[0] == 0


# -- languages -----------------------------------------------------------------------------------------------------


def test_a_language_without_texts_falls_back_and_says_so(topic: Path, run: Run) -> None:
    """Labels in the third language count, the frame stays English, and the build says where texts belong."""
    change(topic / "workspace.yaml", "languages: [de, en]", "languages: [de, en, pt]")
    change(topic / "shapes" / "Entry.ttl", 'rdfs:label "Einträge"@de,', 'rdfs:label "Entradas"@pt, "Einträge"@de,')
    code, said = run("build")
    assert code == 0 and "texts/messages.pt.toml" in said
    assert run("export", "site", "-o", topic / "site")[0] == 0
    page = (topic / "site" / "pt" / "index.html").read_text(encoding="utf-8")
    assert "Entradas" in page and '<span lang="en">' in page.replace("lang=en", 'lang="en"')


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('page-suche = "x"', ("messages.pt.toml, line 1", "page-suche")),
        ('\npage-rows = "{rows} linhas"', ("messages.pt.toml, line 2", "“rows”", "{count}")),
        ("page-rows = 3", ("messages.pt.toml, line 1", "quotation marks")),
        ("page-rows = ", ("messages.pt.toml", "no valid TOML")),
        ('page-rows = "\xe9"'.encode("cp1252"), ("messages.pt.toml", "not saved in UTF-8")),
    ],
)
def test_wrong_texts_of_a_language_are_refused(
    content: str | bytes, said: tuple[str, ...], topic: Path, run: Run
) -> None:
    """A text that nobody asks for, or that names a value that is not there, is a mistake that readers would see."""
    change(topic / "workspace.yaml", "languages: [de, en]", "languages: [de, en, pt]")
    (topic / "texts").mkdir()
    data = content if isinstance(content, bytes) else content.encode()
    (topic / "texts" / "messages.pt.toml").write_bytes(data)
    code, output = run("build")
    assert code == 2
    for words in said:
        assert words in output, output


def test_legal_texts_in_another_encoding_are_named(topic: Path, run: Run) -> None:
    (topic / "texts").mkdir()
    (topic / "texts" / "impressum.de.txt").write_bytes("Behörde für Übergänge".encode("cp1252"))
    assert run("build")[0] == 0
    code, said = run("export", "html")
    assert code == 2 and "impressum.de.txt" in said and "UTF-8" in said


def test_a_language_that_is_not_there_is_an_error(topic: Path, run: Run) -> None:
    """As the language of the output and as a parameter."""
    assert run("build")[0] == 0
    code, said = run("query", "entries-by-status", "-p", "lang=fr")
    assert code == 2 and "“fr”" in said and "de, en" in said
    assert main(["build", "--lang", "xx"]) == 2


def test_settings_reject_every_wrong_form(tmp_path: Path) -> None:
    """Every field that is read has a form, and a value of another form never gets through."""
    for line in (
        "title: 3", "title: {}", "title: [a]", "title: {de: 1}", "claim: x", "sender: [x]", "languages: []",
        "languages: [deutsch]", "menu: x", "start: {a: b}", "themes: 3", "contact: me", "logo: [a]", "base: ftp://x",
        "base: 'https://a b/'", "prefixes: [a]", "prefixes: {a: b}", "defaults: x", "topics: {a: b}", "example: x",
        "changes: [a]",
    ):  # fmt: skip
        title = "" if line.startswith("title") else "title: {en: T}\n"
        (tmp_path / "workspace.yaml").write_text(f"{title}{line}\n", encoding="utf-8")
        with pytest.raises(NqgraphError) as caught:
            Workspace.read(tmp_path)
        assert caught.value.problems[0].place.line == (1 if not title else 2), line


# -- faults of before ----------------------------------------------------------------------------------------------


def site_of(folder: Path) -> Site:
    """The pages over the current build of a workspace."""
    return Site(library.open(folder / "build", lang="de"))


def test_a_dataset_with_a_base_of_its_own_has_pages(topic: Path, run: Run) -> None:
    """Lists, entries, search and the network show its things like any other."""
    with (topic / "data" / "topic" / "dataset.yaml").open("a", encoding="utf-8") as file:
        file.write("base: https://other.example/\n")
    assert run("build")[0] == 0
    site = site_of(topic)
    assert site.collection.things == {
        "doc/entry/e-one": "https://other.example/id/entry/e-one",
        "doc/entry/e-two": "https://other.example/id/entry/e-two",
    }
    listed, page = site.page("eintraege"), site.page("doc/entry/e-one")
    assert listed and 'href="doc/entry/e-one"' in listed
    assert page and "https://other.example/id/entry/e-one" in page
    assert "e-one" in run("query", "entries-by-status", "--format", "csv")[1]
    assert run("export", "html")[0] == 0 and run("export", "graphml")[0] == 0


def test_two_things_of_two_bases_with_one_key_have_two_pages(topic: Path, run: Run) -> None:
    """A key that another publisher uses, too, takes nobody's page."""
    text = "@prefix my: <https://example.org/topic/def/> . @prefix s: <https://example.org/topic/scheme/status/> .\n"
    for number, base in enumerate(("https://a.example/", "https://b.example/")):
        statement = f'<{base}e-x> a my:Entry ; my:status s:open ; <http://purl.org/dc/terms/identifier> "e-x{number}" ;'
        text += f'{statement} <http://www.w3.org/2004/02/skos/core#prefLabel> "X {number}"@en .\n'
    (topic / "data" / "topic" / "more.ttl").write_text(text, encoding="utf-8")
    assert run("build")[0] == 0
    site = site_of(topic)
    assert {iri for iri in site.collection.things.values() if iri.endswith("/e-x")} == {
        "https://a.example/e-x",
        "https://b.example/e-x",
    }
    assert all(site.page(address) for address in site.collection.things)


def test_properties_without_a_group_stand_on_the_page(topic: Path, run: Run) -> None:
    """No group is no reason to say that nothing is known."""
    assert run("build")[0] == 0
    page = site_of(topic).page("doc/entry/e-one")
    assert page and "<dt>Stand</dt>" in page and "offen" in page and "keine Beziehungen" not in page


def test_a_renamed_key_leads_to_the_new_one(topic: Path, run: Run) -> None:
    """The old key stands behind the new one; at its address it says what took its place."""
    change(topic / "data" / "topic" / "entries.csv", "e-one,", "e-first; e-one,")
    assert run("build")[0] == 0
    things = Descriptions(library.open(topic / "build").store)
    old, new = (f"https://example.org/topic/id/entry/{key}" for key in ("e-one", "e-first"))
    assert not things.exists(old) and things.successor(old) == new and things.exists(new)
    with serving("--source", str(topic / "build")) as running, running.client() as client:
        answer = client.get("/id/entry/e-one")
        assert answer.status_code == 410 and new in answer.headers["link"]
        assert client.get("/id/entry/e-never").status_code == 404


def test_select_refuses_what_is_no_select(topic: Path, run: Run) -> None:
    assert run("build")[0] == 0
    graph = library.open(topic / "build")
    with pytest.raises(NqgraphError) as caught:
        list(graph.select("ASK { ?s ?p ?o }"))
    assert caught.value.problems[0].text.code == "not-a-select"
    assert graph.query("ASK { ?s ?p ?o }").boolean is True


def test_a_default_that_the_data_do_not_have_is_said_and_not_answered(tmp_path: Path, run: Run) -> None:
    """An own dataset under the shipped model: the question says which default is missing, and what there is."""
    dataset(tmp_path / "data" / "hessen", dict(BASICS), title="{de: Hessen}")
    assert run("build", tmp_path / "data", "--out", tmp_path / "build")[0] == 0
    code, said = run("query", "hemmnisse-ohne-praxis", "--source", tmp_path / "build")
    assert code == 2 and "the default “r-nrw” is not in these data" in said and "r-land" in said
    graph = library.open(tmp_path / "build", lang="de")
    site = Site(graph, live=False)
    for address in ("luecken", "abfragen/hemmnisse-ohne-praxis"):
        page = site.page(address)
        assert page and "Vorgabe „r-nrw“ gibt es in diesen Daten nicht" in page, address
    model = Workspace(shipped().root, replace(shipped().settings, defaults={"nq:Region": "r-land"}))
    query = queries.of(model).get("hemmnisse-ohne-praxis")
    assert query.parameter("region").default == "r-land"  # type: ignore[union-attr]
