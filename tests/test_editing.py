"""Edits in the browser: the same way as import, nothing lost, nobody else's, each taken back; only here, only asked."""

from __future__ import annotations

import html
import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.testclient import TestClient

from nqgraph.building import builds
from nqgraph.command import cli
from nqgraph.exports.proposals import EditedRow, render
from nqgraph.graph.graph import Graph
from nqgraph.pages import changes
from nqgraph.serving.app import Options, create
from nqgraph.serving.editing import Editing, Filled
from nqgraph.serving.served import Source
from nqgraph.sources import datasets, sssom
from nqgraph.sources.sssom import Row
from nqgraph.things.collection import Collection
from nqgraph.things.reviewing import described
from nqgraph.words import vocab
from nqgraph.words.errors import InputError
from nqgraph.words.workspace import Workspace
from tests.conftest import ROOT
from tests.folders import BASICS, dataset
from tests.servers import serving
from tests.spaces import SPACE
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest_plugins = ["tests.browser"]

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"

HERE = {"Origin": "http://testserver"}
NEW = {"identifier": "h-neu", "prefLabel.de": "Neues", "confidence": "hoch"}
MORE = {"Obstacle-obstacleGroup": "Betrieb", "Obstacle-documentedIn": "r-land", "source": "q-bericht"}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of one's own with a small dataset, built."""
    folder = tmp_path_factory.mktemp("space")
    for name in ("ontology", "shapes", "queries", "texts"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "workspace.yaml", folder)
    dataset(folder / "data" / "labor", BASICS)
    assert builds.build([folder / "data"], folder / "build", Workspace.read(folder)).ok
    return folder


@pytest.fixture
def space(workspace: Path, tmp_path: Path) -> Path:
    """A copy of its data to edit."""
    shutil.copytree(workspace / "data", tmp_path / "data")
    return tmp_path


@pytest.fixture
def editing(space: Path, workspace: Path) -> Editing:
    """The tables, open for edits; nothing is built after them."""
    made = Editing(SPACE, space, [space / "data"], workspace / "build", False)
    made.rebuild.ask = lambda: None  # type: ignore[method-assign]
    return made


@pytest.fixture
def client(editing: Editing, workspace: Path) -> Iterator[TestClient]:
    """A reader who has opened the address with the token."""
    source = Source(workspace / "build", workspace=SPACE, editable=True)
    with TestClient(create(Options(source, editing=editing)), follow_redirects=False) as made:
        answer = made.get(f"/bearbeiten?token={editing.token}")
        cookie = answer.headers["set-cookie"].lower()
        assert answer.status_code == 303 and "httponly" in cookie and "samesite=strict" in cookie
        yield made


def form(editing: Editing, key: str = "", **values: str) -> Filled:
    kind = editing.kind("obstacle", "de")
    assert kind is not None
    found = editing.filled(kind, key, "de") if key else editing.new(kind, "de")
    assert found is not None
    found.values |= {name.replace("__", "."): value for name, value in values.items()}
    return found


def table(space: Path) -> str:
    return (space / "data" / "labor" / "hemmnisse.csv").read_text(encoding="utf-8")


def hidden(page: str, name: str) -> str:
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page)[1])  # type: ignore[index]


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


# -- what is written -----------------------------------------------------------------------------------------------


def test_an_edit_changes_its_cell_alone_and_is_taken_back_byte_for_byte(editing: Editing, space: Path) -> None:
    """The history says what, when, in which role and why; taken back twice it says so."""
    before = table(space)
    edit = editing.save(form(editing, "h-zeit", prefLabel__de="Zeitmangel"), "de")
    assert edit is not None and table(space) == before.replace("h-zeit,Zeit,", "h-zeit,Zeitmangel,")
    assert [(c.column, c.before, c.after) for c in edit.cells] == [("Bezeichnung (de)", "Zeit", "Zeitmangel")]
    assert editing.history.last()[0] == edit and editing.history.find(edit.id) == edit
    back, faults = editing.undo(edit.id, "de")
    assert back is not None and faults == [] and table(space) == before
    assert editing.undo(edit.id, "de") == (None, ["Das ist schon zurückgenommen."])


def test_an_edit_that_somebody_wrote_over_is_not_taken_back(editing: Editing, space: Path) -> None:
    """Neither is anything written."""
    first = editing.save(form(editing, "h-zeit", prefLabel__de="Erst"), "de")
    assert first is not None and editing.save(form(editing, "h-zeit", prefLabel__de="Dann"), "de")
    now = table(space)
    back, faults = editing.undo(first.id, "de")
    assert back is None and "KONFLIKT" in faults[0] and table(space) == now


def test_two_who_edit_one_thing_get_both_values(editing: Editing, space: Path) -> None:
    """Other cells of both stand; the second chooses knowingly, and only then writes over the first."""
    second = form(editing, "h-zeit", prefLabel__de="Meine", confidence="mittel")
    assert editing.save(form(editing, "h-zeit", prefLabel__de="Ihre", prefLabel__en="Theirs"), "de")
    now = table(space)
    assert editing.save(second, "de") is None
    assert second.theirs == {"prefLabel.de": "Ihre"} and table(space) == now
    second.theirs = {}
    assert editing.save(second, "de")
    assert "h-zeit,Meine,Betrieb,r-land,q-bericht,mittel,Theirs" in table(space)


def test_a_new_entry_is_checked_written_and_deleted_once_nothing_refers_to_it(editing: Editing, space: Path) -> None:
    """Its key must be its own; the row that is taken out can be put back."""
    before = table(space)
    taken = form(editing, **{**NEW, **MORE, "identifier": "h-zeit"})
    assert editing.save(taken, "de") is None and "h-zeit" in taken.faults["identifier"][0]
    assert editing.save(form(editing, **NEW, **MORE), "de")
    assert table(space) == before + "h-neu,Neues,Betrieb,r-land,q-bericht,hoch\n"
    gone = form(editing, "h-neu")
    edit = editing.remove(gone, "de")
    assert edit is not None and table(space) == before
    back, faults = editing.undo(edit.id, "de")
    assert back is not None and faults == [] and table(space) == before + "h-neu,Neues,Betrieb,r-land,q-bericht,hoch\n"
    region = editing.kind("region", "de")
    assert region is not None
    filled = editing.filled(region, "r-land", "de")
    assert filled is not None and editing.remove(filled, "de") is None
    assert {key for _, key, _ in editing.references(filled.thing, "de")} >= {"h-zeit", "h-neu"}


def test_a_renamed_key_keeps_the_old_one(editing: Editing, space: Path) -> None:
    """A form that was open meanwhile still means the same thing."""
    edit = editing.save(form(editing, "h-zeit", identifier="h-zeitmangel"), "de")
    assert edit is not None and edit.kind == "renamed" and "h-zeitmangel; h-zeit,Zeit," in table(space)
    assert editing.save(form(editing, "h-zeit", prefLabel__de="Zeitnot"), "de")
    assert "h-zeitmangel; h-zeit,Zeitnot," in table(space)


def test_a_renamed_key_is_taken_back(editing: Editing, space: Path) -> None:
    """To the byte, and again; where others name the new key meanwhile, it stays as another one."""
    before = table(space)
    edit = editing.save(form(editing, "h-zeit", identifier="h-zeitmangel", prefLabel__de="Zeitmangel"), "de")
    assert edit is not None and "h-zeitmangel; h-zeit,Zeitmangel," in table(space)
    back, faults = editing.undo(edit.id, "de")
    assert back is not None and faults == [] and table(space) == before
    again, faults = editing.undo(back.id, "de")
    assert again is not None and faults == [] and "h-zeitmangel; h-zeit,Zeitmangel," in table(space)
    assert editing.save(form(editing, **NEW | MORE | {"Obstacle-isCaseOf": "h-zeitmangel"}), "de")
    last, faults = editing.undo(again.id, "de")
    assert last is not None and faults == [] and "h-zeit; h-zeitmangel,Zeit," in table(space)


def test_what_is_wrong_is_said_in_the_words_of_the_build(editing: Editing, space: Path) -> None:
    """At its field, before anything is written."""
    wrong = form(editing, "h-zeit", confidence="", **{"Obstacle-documentedIn": "r-fehlt"})
    assert editing.save(wrong, "de") is None
    assert set(wrong.faults) == {"confidence", "Obstacle-documentedIn"}
    (space / "data" / "labor" / "hemmnisse.csv").write_text(
        BASICS["hemmnisse.csv"].replace("r-land,q-bericht,hoch\nh-zeit", "r-fehlt,q-bericht,\nh-zeit"), encoding="utf-8"
    )
    with pytest.raises(InputError) as caught:
        editing.base()
    said = [problem.text.in_language("de") for problem in caught.value.problems]
    assert wrong.faults["Obstacle-documentedIn"] == said


def test_a_proposal_waits_unseen_until_it_is_accepted(editing: Editing, space: Path) -> None:
    """A declined one is put aside; of two that say the same the second has nothing new."""
    before = table(space)
    for reason in ("eins", "zwei"):
        proposed = form(editing, "h-zeit", prefLabel__de="Zeitnot")
        proposed.reason = reason
        assert editing.propose(proposed, "de", "v1") and table(space) == before
        next(iter(editing.inbox.glob("2*.xlsx"))).rename(editing.inbox / f"{reason}.xlsx")
    assert [w.found.state.reason for w in editing.waiting() if w.found] == ["eins", "zwei"]
    assert editing.accept("eins.xlsx", "de") == [] and "h-zeit,Zeitnot," in table(space)
    assert editing.history.last()[0].reason == "eins"
    (waiting,) = editing.waiting()
    assert waiting.found is not None and waiting.found.changes == []
    assert (
        editing.decline("zwei.xlsx") and not editing.waiting() and (editing.inbox / "declined" / "zwei.xlsx").exists()
    )
    assert editing.accept("../labor/hemmnisse.csv", "de") != []
    header, _, _ = BASICS["hemmnisse.csv"].partition("\n")
    new = ("h-neu", "Neues", "Betrieb", "r-land", "q-bericht", "hoch")
    row = EditedRow("Hemmnisse", form(editing).shape.target_class, tuple(header.split(",")), new)
    (editing.inbox / "datei.xlsx").write_bytes(render([row], base=SPACE.iris.base, version="v1", lang="de"))
    assert editing.accept("datei.xlsx", "de") == [] and "\nh-neu,Neues,Betrieb," in table(space)


# -- who may write -------------------------------------------------------------------------------------------------


def test_nothing_is_open_without_the_token_or_to_another_origin(client: TestClient, space: Path) -> None:
    """Every address refuses; nothing is written; what only reads stays as it is."""
    before = table(space)
    posted: dict[str, Any] = {"prefLabel.de": "X", "tun": "speichern"}
    for headers in ({}, {"Origin": "null"}, {"Origin": "http://evil.example"}, HERE | {"Sec-Fetch-Site": "same-site"}):
        assert client.post("/bearbeiten/obstacle/h-zeit", data=posted, headers=headers).status_code == 403, headers
    client.cookies.clear()
    for path in ("", "/obstacle", "/obstacle/h-zeit", "/eingang", "/verknuepfungen", "/stand", "/geaendert/1"):
        assert client.get(f"/bearbeiten{path}").status_code == 403
    assert client.get("/bearbeiten?token=falsch").status_code == 403
    for path in ("/pruefen", "/zurueck", "/eingang", "/verknuepfungen", "/obstacle", "/obstacle/h-zeit/loeschen"):
        assert client.post(f"/bearbeiten{path}", data=posted, headers=HERE).status_code == 403
    assert table(space) == before and client.get("/").status_code == 200
    assert "access-control-allow-origin" not in client.get("/", headers={"Origin": "http://evil.example"}).headers


def test_forms_by_address(client: TestClient, space: Path) -> None:
    """Filled, saved, in conflict, unknown; a page of the thing leads to its form, and no page is kept."""
    leading = client.get("/doc/obstacle/h-zeit").text
    assert 'href="../../bearbeiten/obstacle/h-zeit"' in leading
    assert 'href="../../bearbeiten/observation?Observation-about=h-zeit"' in leading
    assert 'value="h-zeit"' in client.get("/bearbeiten/observation?Observation-about=h-zeit").text
    for unknown in ("/unbekannt", "/unbekannt/x", "/obstacle/h-nichts", "/obstacle/h-nichts/loeschen", "/geaendert/x"):
        assert client.get(f"/bearbeiten{unknown}").status_code == 404, unknown
    page = client.get("/bearbeiten/obstacle/h-zeit")
    assert page.headers["cache-control"] == "no-store" and page.headers["referrer-policy"] == "same-origin"
    posted = {
        "stand": hidden(page.text, "stand"),
        "identifier": "h-zeit",
        "prefLabel.de": "Zeitnot",
        "confidence": "hoch",
    }
    posted |= MORE | {"art": "obstacle", "kennung": "h-zeit"}
    found = client.post("/bearbeiten/pruefen", data=posted | {"confidence": ""}, headers=HERE).json()["faults"]
    assert list(found) == ["confidence"]
    wrong = client.post("/bearbeiten/obstacle/h-zeit", data=posted | {"confidence": ""}, headers=HERE)
    assert wrong.status_code == 422 and 'aria-invalid="true"' in wrong.text and "Zeitnot" in wrong.text
    done = client.post("/bearbeiten/obstacle/h-zeit", data=posted, headers=HERE)
    assert done.status_code == 303 and "h-zeit,Zeitnot," in table(space)
    written = client.get(done.headers["location"])
    assert "Zeit Zeitnot" in text_of(written.text)
    conflict = client.post("/bearbeiten/obstacle/h-zeit", data=posted | {"prefLabel.de": "Andere"}, headers=HERE)
    assert conflict.status_code == 409 and "Zeitnot" in conflict.text and "Andere" in conflict.text
    taken = posted | {"prefLabel.de": "Andere", "ihre": "prefLabel.de", "stand": hidden(conflict.text, "stand")}
    nothing = client.post("/bearbeiten/obstacle/h-zeit", data=taken, headers=HERE)
    assert nothing.status_code == 422 and "Nichts ist geändert." in nothing.text
    assert client.get("/en/bearbeiten/obstacle").status_code == 200
    number = done.headers["location"].rsplit("/", 1)[-1]
    assert client.post("/bearbeiten/zurueck", data={"nummer": number}, headers=HERE).status_code == 303
    assert table(space) == BASICS["hemmnisse.csv"]
    assert client.post("/bearbeiten/zurueck", data={"nummer": number}, headers=HERE).status_code == 409


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "0.0.0.0"], "nur auf diesem Rechner"),
        (["--allow-host", "amt.example"], "nur auf diesem Rechner"),
        (["--data", "x.ttl"], "Arbeitsbereich"),
    ],
)
def test_other_hosts_and_files_are_refused(
    arguments: list[str], said: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything listens."""
    if "--data" in arguments:
        (workspace / "x.ttl").write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
        arguments = ["--data", str(workspace / "x.ttl")]
    assert cli.main(["--lang", "de", "--workspace", str(workspace), "serve", "--edit", *arguments]) == 2
    assert said in capsys.readouterr().err


def suggestions(space: Path) -> list[str]:
    """A file of suggestions for a region, an obstacle and something internal; the IRIs of what they lead to."""
    ours = [f"{SPACE.iris.things}{key}" for key in ("region/r-land", "obstacle/h-zeit", "region/r-geheim")]
    theirs = [f"https://example.org/{name}" for name in ("land", "berg", "geheim")]
    rows = [
        Row(iri, vocab.NQ.resembles, other, subject_label=f"<b>{i}</b>", object_label="Dort", comment="Gleicher Name.")
        for i, (iri, other) in enumerate(zip(ours, theirs, strict=True))
    ]
    sssom.write(space / "vorschlag.sssom.tsv", rows, described(SPACE, "vorschlag"), SPACE.iris.prefixes)
    return [*ours[:2], *theirs[:2]]


def test_suggested_links_are_decided_on_a_page(client: TestClient, editing: Editing, space: Path) -> None:
    """With role and reason, all or none; kept as in the terminal, in a dataset that a build reads."""
    land, time, there, hill = suggestions(space)
    page = client.get("/bearbeiten/verknuepfungen").text
    assert "Gleicher Name." in page and "&lt;b>0" in page.replace("&gt;", ">") and "<b>0" not in page
    assert "geheim" not in page and "verknuepfungen" in client.get("/bearbeiten").text
    given: dict[str, Any] = {"datei": "vorschlag.sssom.tsv", "unseres": [land, time], "anderes": [there, hill]}
    given |= {"wahl-0": "exact", "wahl-1": "no", "grund": ["gleiche Grenzen", ""]}
    kept = space / "data" / "mappings"
    for change, said in (({"rolle": " "}, "Rolle"), ({"wahl-0": "", "wahl-1": "nonsense"}, "nichts entschieden")):
        answer = client.post("/bearbeiten/verknuepfungen", data=given | {"rolle": "R"} | change, headers=HERE)
        assert answer.status_code == 422 and said in answer.text and not kept.exists()
    other = given | {"datei": "../data/mappings/x.sssom.tsv", "rolle": "R"}
    assert client.post("/bearbeiten/verknuepfungen", data=other, headers=HERE).status_code == 422
    answer = client.post("/bearbeiten/verknuepfungen", data=given | {"rolle": "Redaktion"}, headers=HERE)
    assert answer.status_code == 303
    rows = sssom.read(kept / "vorschlag.sssom.tsv", {}).rows
    assert [(r.predicate_id, r.rejected, r.comment) for r in rows] == [
        (vocab.SCHEMA.sameAs, False, "gleiche Grenzen"),
        (vocab.NQ.resembles, True, "Gleicher Name."),
    ]
    assert {(r.reviewer_label, r.mapping_justification) for r in rows} == {("Redaktion", sssom.CURATED)}
    assert "schon entschieden" in client.get("/bearbeiten/verknuepfungen?datei=vorschlag.sssom.tsv").text
    named = {one.name: one for one in datasets.find([space / "data"], SPACE)}
    assert named["mappings"].mapping_files() and named["mappings"].publisher
    assert editing.datasets() == ["labor"] and client.get("/bearbeiten/obstacle/h-zeit").status_code == 200
    joined = [Row(time, vocab.NQ.resembles, there, subject_label="Zeit", object_label="Dort")]
    sssom.write(space / "mehr.sssom.tsv", joined, described(SPACE, "mehr"), SPACE.iris.prefixes)
    more = {"datei": "mehr.sssom.tsv", "unseres": time, "anderes": there, "wahl-0": "exact", "rolle": "R"}
    answer = client.post("/bearbeiten/verknuepfungen", data=more, headers=HERE)
    assert answer.status_code == 422 and 'role="alert"' in answer.text and not (kept / "mehr.sssom.tsv").exists()


def test_a_form_begins_with_what_an_entry_needs(shipped_graph: Graph) -> None:
    """The name first, then the key that is made from it, what is required and where it belongs; the rest follows."""
    collection = Collection(shipped_graph)
    forms = changes.data(shipped_graph, collection, "")
    kind = forms["kinds"]["practice"]
    first = [forms["fields"][kind["fields"][at]][0] for at in kind["order"][: kind["groups"][0][1]]]
    assert first[:2] == ["prefLabel.de", "identifier"] and len(first) < 9
    assert {"Practice-answers", "inRegion", "source", "confidence"} <= set(first)


def test_a_form_in_the_browser(workspace: Path, tmp_path: Path, browser: Browser) -> None:
    """From the page of a thing: checked while typing, accessible, refused with a summary, saved, built, taken back."""
    space = Path(shutil.copytree(workspace, tmp_path / "space"))
    with serving("--workspace", str(space), "--edit") as server:
        context = browser.new_context(viewport={"width": 390, "height": 800}, locale="de-DE", color_scheme="dark")
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()
        page.goto(re.search(r"http\S+token=\S+", server.said())[0])  # type: ignore[index]
        assert page.evaluate("document.cookie") == "" and "token" not in page.url
        page.goto(f"{server.url}/doc/obstacle/h-zeit")
        page.get_by_role("link", name="Ändern").click()
        form = page.locator("#formular")
        form.get_by_label("Raum *").fill("r-lant")
        fault = page.locator('[data-field="Obstacle-documentedIn"] .fault')
        fault.filter(has_text="Meinten Sie „r-land“?").wait_for()
        assert form.get_by_label("Raum *").get_attribute("aria-invalid") == "true"
        form.get_by_role("button", name="Speichern").click()
        assert "r-land" in page.get_by_role("alert").inner_text()
        assert page.evaluate("document.activeElement.id") == "fehler"
        if AXE.exists():
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
            assert [v["id"] for v in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        form.get_by_label("Raum *").fill("")
        form.get_by_label("Raum hinzufügen").first.fill("r-land")
        form.get_by_role("button", name="Raum hinzufügen").click()
        form.get_by_label("Bezeichnung (de) *").fill("Zeitnot")
        form.get_by_role("button", name="Speichern").click()
        page.get_by_text("Die Seiten sind auf dem neuen Stand.").wait_for()
        page.get_by_role("link", name="Zur Seite").click()
        until(lambda: page.reload() and page.locator("h1").inner_text() == "Zeitnot")
        suggestions(space)
        page.goto(f"{server.url}/bearbeiten/verknuepfungen")
        if AXE.exists():
            page.evaluate(AXE.read_text(encoding="utf-8"))
            assert page.evaluate("axe.run({resultTypes: ['violations']})")["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("radio", name="nein").nth(1).check()
        page.get_by_label("In welcher Rolle?").fill("Redaktion")
        page.get_by_role("button", name="Entscheidungen speichern").click()
        page.get_by_text("Ein Vorschlag ist offen.").wait_for()
        page.goto(f"{server.url}/bearbeiten")
        page.get_by_role("button", name="Zurücknehmen").click()
        page.get_by_text("Gespeichert in den Tabellen").wait_for()
        context.close()
    assert table(space) == BASICS["hemmnisse.csv"]


def test_what_was_answered_survives_the_end_of_the_server(workspace: Path, tmp_path: Path) -> None:
    """Killed right after the answer, the table and the history have it; the address in the log opens the forms."""
    space = tmp_path / "space"
    shutil.copytree(workspace, space)
    with serving("--workspace", str(space), "--edit") as server:
        token = re.search(r"token=(\S+)", server.said())[1]  # type: ignore[index]
        with server.client() as client:
            client.get(f"/bearbeiten?token={token}")
            page = client.get("/bearbeiten/obstacle/h-zeit")
            posted = {"stand": hidden(page.text, "stand"), "identifier": "h-zeit", "prefLabel.de": "Zeitnot"}
            answer = client.post(
                "/bearbeiten/obstacle/h-zeit",
                data=posted | MORE | {"confidence": "hoch"},
                headers={"Origin": server.url},
            )
            os.kill(server.process.pid, signal.SIGKILL)
        assert answer.status_code == httpx.codes.SEE_OTHER
    assert "h-zeit,Zeitnot," in (space / "data" / "labor" / "hemmnisse.csv").read_text(encoding="utf-8")
    assert "Zeitnot" in (space / "edits" / "labor.jsonl").read_text(encoding="utf-8")
