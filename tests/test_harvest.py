"""Bringing in what others publish: politely, with what came kept, as a snapshot that is never trusted."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from nqgraph.building import builds
from nqgraph.command.cli import main
from nqgraph.graph.fetching import Client
from nqgraph.graph.graph import Graph
from nqgraph.pages.site import Site
from nqgraph.sources import datasets, harvests
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, NqgraphError, QueryError, RemoteError
from tests.folders import BASICS, dataset
from tests.harvests import JSON, TURTLE, Asked, Said, brought, pages, read, service, source
from tests.spaces import IRIS, SPACE
from tests.waiting import noted

EMPTY = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": []}})
VALUES = {"name": vocab.SKOS.prefLabel, "nuts": vocab.NQ["nutsCode"]}
SELECT: dict[str, Any] = {
    "query": "SELECT ?x ?name WHERE { ?x ?p ?name } ORDER BY ?x",
    "thing": "x",
    "values": VALUES,
    "class_iri": vocab.SCHEMA["AdministrativeArea"],
    "page": 10,
}
THING = "https://daten.example/r/1"


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """This machine is asked directly, and messages name files from here."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were asked for; none is made."""
    made: list[float] = []
    monkeypatch.setattr("nqgraph.graph.fetching.time.sleep", noted(made))
    return made


def rows(count: int) -> list[dict[str, Any]]:
    return [
        {
            "x": {"type": "uri", "value": f"https://daten.example/r/{n}"},
            "name": {"type": "literal", "xml:lang": "de", "value": f"Kreis {n}"},
            "nuts": {"type": "literal", "value": f"DEA{n % 10}"},
        }
        for n in range(1, count + 1)
    ]


def described(folder: Path | None) -> dict[str, Any]:
    assert folder is not None
    found: dict[str, Any] = yaml.safe_load((folder / "dataset.yaml").read_text(encoding="utf-8"))
    return found


# -- politeness --------------------------------------------------------------------------------------------------------


def test_a_query_is_read_page_by_page_and_kept_as_it_came(tmp_path: Path, pauses: list[float]) -> None:
    """Pages that a server cuts off are noticed; asked by POST with a name to answer to, one at a time, with pauses."""
    with service(pages(rows(25), most=7)) as server:
        found = brought(source("sparql", server.url, **SELECT), tmp_path, pause=5)
    assert [(a.method, a.headers["Accept"]) for a in server.asked] == [("POST", JSON)] * 5  # 7, 7, 7, 4, 0
    assert all("nqgraph/" in a.headers["User-Agent"] and "://" in a.headers["User-Agent"] for a in server.asked)
    assert len(pauses) == 4 and all(0 < pause <= 5 for pause in pauses) and server.most == 1
    assert found.path is not None and found.path.parent == tmp_path / "data" / "snapshots"
    assert found.statements == 25 * 3 and (found.path / "data.nt").read_text().count("schema.org/Administ") == 25
    meta = described(found.path)
    assert found.path.name == f"probe-{meta['issued']}" and meta["harvested"]["time"].startswith(meta["issued"])
    assert meta["harvested"]["query"] == SELECT["query"] and meta["harvested"]["address"] == [server.url]
    assert meta["license"].endswith("zero/1.0/") and len(meta["harvested"]["answers"]) == 5
    for answer in meta["harvested"]["answers"]:
        body = (found.path / answer["file"]).read_bytes()
        assert hashlib.sha256(body).hexdigest() == answer["sha256"] and json.loads(body)["head"]


@pytest.mark.parametrize(
    ("status", "headers", "waits"),
    [
        (429, {"Retry-After": "7"}, [7.0]),
        (503, {}, [1.0]),
        (503, {"Retry-After": "Mon, 01 Jan 2001 00:00:00 GMT"}, [0.0]),
        (429, {"Retry-After": "soon"}, [1.0]),
    ],
    ids=["seconds", "none", "date", "nonsense"],
)
def test_a_busy_service_is_given_the_time_it_asks_for(
    status: int, headers: dict[str, str], waits: list[float], tmp_path: Path, pauses: list[float]
) -> None:
    answers = pages(rows(1))
    with service(lambda a: Said(status=status, headers=headers) if len(server.asked) == 1 else answers(a)) as server:
        assert brought(source("sparql", server.url, **SELECT), tmp_path).path
    assert pauses == waits


def test_a_service_that_stays_busy_is_left_alone(tmp_path: Path, pauses: list[float]) -> None:
    """Without an answer the waits double, and there are few of them; whoever wants hours is told to the user."""
    with service(lambda a: Said(status=503)) as server, pytest.raises(RemoteError, match="503"):
        brought(source("sparql", server.url, **SELECT), tmp_path)
    assert pauses == [1.0, 2.0, 4.0, 8.0]
    later = Said(status=429, headers={"Retry-After": "7200"})
    with service(lambda a: later) as server, pytest.raises(RemoteError, match="7200 seconds"):
        brought(source("sparql", server.url, **SELECT), tmp_path)
    assert len(server.asked) == 1


# -- services that do not answer as they should ------------------------------------------------------------------------


def turtle(body: str | bytes, kind: str = TURTLE, **more: Any) -> Callable[[Asked], Said]:
    return lambda asked: Said(body, kind, **more)


ONE = f'<{THING}> a <http://schema.org/Project> ; <http://schema.org/name> "Eins"@de .'


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (turtle("<!DOCTYPE html><html><p>Wartung</p>", "text/html; charset=utf-8"), "page for people"),
        (turtle("\n <HTML><p>Anmelden", JSON), "page for people"),
        (turtle(EMPTY[:-9], JSON), "whole JSON"),
        (turtle("[]", JSON), "whole JSON"),
        (turtle(EMPTY, JSON, headers={"Content-Length": "9999"}), "of 9999 bytes"),
        (turtle(EMPTY, JSON, headers={"Content-Encoding": "gzip"}), "packed (gzip)"),
        (turtle('{"head": {}, "results": {"bindings": ["\xe4"]}}'.encode("latin-1"), JSON), "UTF-8"),
        (turtle("no", "text/plain", status=404), "404"),
        (turtle(b"x" * 3_000_000, JSON), "2 MiB"),
        (turtle(EMPTY, JSON), "Not a single statement"),
    ],
    ids=["html", "html-as-json", "truncated", "other-json", "broken-off", "packed", "latin-1", "404", "large", "empty"],
)
def test_answers_that_are_none_are_told_and_not_kept(
    answer: Callable[[Asked], Said], said: str, tmp_path: Path
) -> None:
    with service(answer) as server, pytest.raises(NqgraphError) as caught:
        brought(source("sparql", server.url, **SELECT), tmp_path, most=2 << 20)
    assert said in caught.value.in_language("en") and "{" not in caught.value.in_language("de").replace(EMPTY, "")
    kept = [path for path in (tmp_path / "data").rglob("*.json") if path.name != "state.json"]
    assert len(kept) == (said == "Not a single statement")
    assert not [path for path in (tmp_path / "data" / "snapshots").iterdir() if not path.name.startswith(".")]


def test_an_answer_has_a_deadline_however_slowly_it_comes(tmp_path: Path) -> None:
    """A byte now and then keeps every pause between two bytes short, and is not waited for all the same."""
    with service(turtle(EMPTY, JSON, slowly=0.2)) as server, pytest.raises(RemoteError, match="has not finished"):
        brought(source("sparql", server.url, **SELECT), tmp_path, deadline=0.5)


def test_a_server_that_gives_every_page_alike_is_not_asked_for_ever(tmp_path: Path) -> None:
    page = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": rows(10)}})
    with service(turtle(page, JSON)) as server, pytest.raises(RemoteError, match="OFFSET has no effect"):
        brought(source("sparql", server.url, **SELECT), tmp_path)
    assert len(server.asked) == 2


# -- addresses that are not asked --------------------------------------------------------------------------------------


def test_what_is_no_rdf_is_named_by_its_type(tmp_path: Path) -> None:
    with service(turtle("Guten Tag", "text/plain")) as server, pytest.raises(RemoteError, match="“text/plain”"):
        brought(source("rdf", server.url), tmp_path)


def test_this_machine_is_asked_only_where_the_user_says_so(tmp_path: Path) -> None:
    """Neither by address nor by name, whatever a file says; not even the connection says anything."""
    with service(turtle(ONE)) as server:
        for address in (server.url, server.url.replace("127.0.0.1", "localhost")):
            with pytest.raises(RemoteError, match="is not asked"):
                brought(source("rdf", address), tmp_path, local=False)
        assert server.asked == []
        assert brought(source("rdf", server.url), tmp_path).path


@pytest.mark.parametrize("target", ["other", "file:///etc/passwd", "ftp://127.0.0.1/x", "http://169.254.169.254/meta"])
def test_no_redirect_leads_into_this_machine_or_out_of_the_web(target: str, tmp_path: Path) -> None:
    """Even where the first address may be local: what another service says must not decide what is asked here."""
    with service(turtle(ONE)) as other:
        to = f"{other.url}/secret" if target == "other" else target
        redirect = turtle("", status=302, headers={"Location": to})
        with service(redirect) as server, pytest.raises(RemoteError) as caught:
            brought(source("rdf", server.url), tmp_path)
        assert to in caught.value.in_language("en") and other.asked == []


def test_a_redirect_within_one_service_is_followed_but_not_for_ever(tmp_path: Path) -> None:
    def once(asked: Asked) -> Said:
        return Said(ONE, TURTLE) if asked.path == "/b" else Said(status=303, headers={"Location": "/b"})

    with service(once) as server:
        assert brought(source("rdf", f"{server.url}/a"), tmp_path).statements == 2
    with service(turtle("", status=302, headers={"Location": "/again"})) as server, pytest.raises(RemoteError):
        brought(source("rdf", f"{server.url}/a"), tmp_path, fresh=True)
    assert len(server.asked) < 10
    with service(turtle("", status=302, headers={"Location": "/b"})) as server, pytest.raises(RemoteError):
        brought(source("sparql", server.url, **SELECT), tmp_path)  # a query is not told to others
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "url", ["ftp://a.example/x", "http://user:secret@a.example/", "file:///etc/passwd", "http:///x"]
)
def test_only_plain_addresses_of_the_web_are_asked(url: str) -> None:
    with pytest.raises(RemoteError, match="can be asked"):
        Client("test").get(url)


def test_a_proxy_is_used_but_not_to_get_into_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may lie here, as proxies do; what it is asked for may not, neither by address nor by name."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name)
    with service(turtle(ONE)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        for address in ("http://127.0.0.1:9/x", "http://localhost/x", "http://[::1]/x", "http://10.0.0.1/x"):
            with pytest.raises(RemoteError, match="is not asked"):
                brought(source("rdf", address), tmp_path, local=False)
        assert proxy.asked == []
        assert brought(source("rdf", "http://daten.example/x"), tmp_path, local=False).statements == 2
    assert [asked.path for asked in proxy.asked] == ["http://daten.example/x"]


def test_an_encrypted_service_is_asked_if_its_certificate_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    made = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([openssl, *made.split(), *files], check=True, capture_output=True)
    with service(turtle(ONE), certificate=tmp_path) as server:
        with pytest.raises(RemoteError, match=r"(?i)certificate"):
            brought(source("rdf", server.url), tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        assert brought(source("rdf", server.url), tmp_path).statements == 2
        with pytest.raises(RemoteError, match="is not asked"):
            brought(source("rdf", server.url), tmp_path, local=False)


# -- going on ----------------------------------------------------------------------------------------------------------


def test_a_break_costs_only_the_rest(tmp_path: Path, pauses: list[float]) -> None:
    """What came before a break is not asked for again; another question, or --fresh, begins anew."""
    answers = pages(rows(25))
    with service(lambda a: answers(a) if len(server.asked) != 3 else Said(status=500)) as server:
        probe = source("sparql", server.url, **SELECT)
        with pytest.raises(RemoteError, match="500"):
            brought(probe, tmp_path)
        found = brought(probe, tmp_path)
        assert (found.resumed, len(server.asked), found.statements) == (2, 5, 75)
        with pytest.raises(RemoteError):
            server.asked.clear()
            brought(probe, tmp_path)
        brought(probe, tmp_path, fresh=True)
        assert len(server.asked) == 3 + 4


def test_a_kept_answer_that_was_changed_is_asked_for_again(tmp_path: Path) -> None:
    with service(lambda a: Said(ONE, TURTLE) if len(server.asked) != 2 else Said(status=500)) as server:
        probe = source("rdf", f"{server.url}/a", f"{server.url}/b")
        with pytest.raises(RemoteError):
            brought(probe, tmp_path)
        next((tmp_path / "data").rglob("0001.ttl")).write_text(ONE.replace("Eins", "Zwei"))
        assert brought(probe, tmp_path).resumed == 0


# -- what is read ------------------------------------------------------------------------------------------------------


def test_broken_lines_of_a_dump_are_left_out_counted_and_listed(tmp_path: Path) -> None:
    lines = [f'<{THING}> <http://schema.org/name> "A{n}" .' for n in range(5)]
    lines[1:1] = ["<https://daten.example/r/2> <kaputt", "", "# note", f'<{THING}> <http://schema.org/name> "offen .']
    with service(turtle("\n".join(lines), "application/n-triples")) as server:
        found = brought(source("rdf", f"{server.url}/dump.nt"), tmp_path)
    assert found.statements == 5 and [problem.place.line for problem in found.skipped] == [2, 5]
    assert found.path is not None
    assert (found.path / "README-skipped.txt").read_text().count("0001.nt, line") == 2
    assert described(found.path)["harvested"]["skipped"] == 2


def test_a_catalogue_gives_its_datasets_page_by_page(tmp_path: Path) -> None:
    """Datasets with their distributions; following pages only from the same service; nothing else that it says."""
    prefixes = (
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> ."
        "@prefix hydra: <http://www.w3.org/ns/hydra/core#> . @prefix ex: <https://daten.example/> ."
    )

    def answer(asked: Asked) -> Said:
        n = 2 if "page=2" in asked.path else 1
        following = "<?page=1> hydra:next </?page=2> ." if n == 1 else ""
        return Said(
            f'{prefixes} {following} ex:d{n} a dcat:Dataset ; dct:title "D{n}"@de ; dcat:distribution ex:v{n} .'
            f"ex:v{n} a dcat:Distribution ; dcat:accessURL <https://daten.example/d{n}.csv> . ex:x{n} a ex:Andere .",
            TURTLE,
        )

    with service(answer) as server:
        found = brought(source("dcat", f"{server.url}/"), tmp_path)
    assert found.path is not None and found.statements == 10
    assert "Andere" not in (found.path / "data.nt").read_text()
    elsewhere = f"{prefixes} <> hydra:next <https://anderswo.example/> . ex:d a dcat:Dataset ."
    with service(turtle(elsewhere)) as server, pytest.raises(RemoteError, match="anderswo"):
        brought(source("dcat", f"{server.url}/"), tmp_path)


def test_terms_of_others_become_ours_where_an_alignment_says_so(tmp_path: Path) -> None:
    """Properties, classes and entries of lists; both ways to write schema.org are one."""
    alignment = tmp_path / "a.ttl"
    alignment.write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix w: <https://daten.example/def/> ."
        "@prefix schema: <http://schema.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> ."
        "w:Vorhaben owl:equivalentClass schema:Project . w:titel owl:equivalentProperty skos:prefLabel ."
        "w:laufend skos:exactMatch <https://daten.example/neu/laufend> .",
        encoding="utf-8",
    )
    body = (
        f'@prefix w: <https://daten.example/def/> . <{THING}> a w:Vorhaben ; w:titel "T"@de ; w:stand w:laufend ;'
        ' <https://schema.org/startDate> "2020" ; w:budget 7 .'
    ).replace('"2020"', '"2020-01-01"^^<http://www.w3.org/2001/XMLSchema#date>')
    with service(turtle(body)) as server:
        found = brought(source("rdf", server.url, alignments=(alignment,)), tmp_path)
    assert found.path is not None
    text = (found.path / "data.nt").read_text()
    for word in ("Project", "prefLabel", "neu/laufend", "<http://schema.org/startDate>", "def/budget"):
        assert word in text
    assert "Vorhaben" not in text and "https://schema.org" not in text


# -- never trusted -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f'<{IRIS.things}region/r-land> <http://schema.org/name> "Falsch" .', "id/region/r-land"),
        (f"<{THING}> <http://schema.org/sameAs> <{IRIS.things}region/r-land> .", "id/region/r-land"),
        (f'<{IRIS.schemes}confidence/high> <http://schema.org/name> "Falsch" .', "confidence/high"),
        (f'<{IRIS.terms}Claim> <http://schema.org/name> "Falsch" .', "nq:Claim"),
        (f"<{THING}> <{IRIS.base}erfunden> <{THING}> .", "erfunden"),
    ],
    ids=["subject", "object", "concept", "term", "property"],
)
def test_what_others_say_about_things_of_ours_is_refused_with_its_place(line: str, said: str, tmp_path: Path) -> None:
    with service(turtle(f"{ONE}\n{line}")) as server, pytest.raises(InputError) as caught:
        brought(source("rdf", server.url), tmp_path)
    assert said in caught.value.in_language("en")
    assert caught.value.problems[0].place.file.endswith("data.nt") and caught.value.problems[0].place.line
    assert not list((tmp_path / "data" / "snapshots").glob("probe-*"))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("a <http://schema.org/Project> .", "name of 1 to 2000"),
        ('a <http://xmlns.com/foaf/0.1/Person> ; <http://schema.org/name> "Eine Person" .', "Single persons"),
        ('a <http://schema.org/Organization> ; <http://schema.org/email> "a@b.example" .', "mailboxes"),
        (f'<{vocab.NQ["nutsCode"]}> "dea1" .', "NUTS code"),
        (f'<{vocab.NQ["ags"]}> "5111" .', "municipality key"),
        ('<http://schema.org/startDate> "bald" .', "A start is"),
    ],
)
def test_the_profile_holds_what_others_say(body: str, said: str, tmp_path: Path) -> None:
    with service(turtle(f"<{THING}> {body}")) as server:
        found = brought(source("rdf", server.url), tmp_path)
    assert found.path is None and any(said in finding.in_language("en") for finding in found.report.findings)
    assert list((tmp_path / "data" / "snapshots" / ".probe" / "answers").iterdir())


@pytest.fixture
def snapshot(tmp_path: Path) -> Iterator[Path]:
    """A dataset of ours, and beside it two snapshots of one source, of which the older says something else."""
    dataset(tmp_path / "data" / "eigenes", BASICS)
    with service(turtle(f'{ONE} <{THING}> <http://purl.org/dc/terms/identifier> "r-land" .')) as server:
        made = brought(source("rdf", server.url), tmp_path).path
    assert made is not None
    older = made.with_name("probe-2020-01-01")
    older.mkdir()
    for name in ("dataset.yaml", "data.nt"):
        (older / name).write_bytes((made / name).read_bytes().replace(b"Eins", b"Alt"))
    yield made


def test_a_build_reads_the_newest_snapshot_as_data_of_others(snapshot: Path, tmp_path: Path) -> None:
    """Each foreign statement has publisher, licence, address and time by its graph; the keys of others name nothing."""
    built = builds.build([tmp_path / "data"], tmp_path / "build", SPACE)
    assert built.ok, built.report and built.report.findings
    graph = Graph(builds.versions.open(tmp_path / "build").load())
    found = graph.select(
        f"SELECT ?name ?who ?may ?from ?when WHERE {{ GRAPH ?g {{ <{THING}> schema:name ?name }}"
        " ?g dcterms:publisher/foaf:name ?who ; dcterms:license ?may ; dcterms:source ?from ;"
        " <http://www.w3.org/ns/prov#generatedAtTime> ?when }"
    )
    ((name, who, may, address, when),) = [tuple(row) for row in found]
    assert (name, who) == ("Eins", "Amt") and may.endswith("zero/1.0/") and address.startswith("http://127")
    assert when.startswith(snapshot.name[-10:])
    assert not any("probe" in note.in_language("en") for note in built.report.notes) if built.report else True


@pytest.mark.parametrize(
    ("rows", "theirs", "said"),
    [
        (
            [("region/r-land", "schema:sameAs", "a"), ("obstacle/h-zeit", "schema:sameAs", "c")],
            "<{x}a> <{skos}exactMatch> <{x}b> . <{x}c> <http://www.w3.org/2002/07/owl#sameAs> <{x}b> .",
            "two entries of ours one",
        ),
        (
            [("region/r-land", "dcterms:isPartOf", "a"), ("region/r-land", "dcterms:hasPart", "c")],
            "<{x}a> <{skos}broadMatch> <{x}b> . <{x}b> <http://purl.org/dc/terms/isPartOf> <{x}c> .",
            "broader than itself",
        ),
        (
            [("region/r-land", "schema:sameAs", "a"), ("region/r-land", "dcterms:isPartOf", "c")],
            "<{x}a> <{skos}exactMatch> <{x}c> .",
            "neither is broader",
        ),
        ([("region/r-land", "schema:sameAs", "a")], "<{x}b> <{skos}broadMatch> <{x}c> , <{x}b> .", ""),
    ],
    ids=["joined", "circle", "exact-broader", "theirs-alone"],
)
def test_links_of_ours_are_held_against_what_others_say(
    rows: list[tuple[str, str, str]], theirs: str, said: str, tmp_path: Path
) -> None:
    """Neither the mappings nor the snapshot alone are wrong; both together stop the build at a line of ours."""
    x = "https://daten.example/k/"
    skos = "http://www.w3.org/2004/02/skos/core#"
    head = "#mapping_set_id: https://example.org/set\n#license: https://example.org/l\n"
    columns = "subject_id\tpredicate_id\tobject_id\tmapping_justification\treviewer_label\n"
    lines = (f"{IRIS.things}{s}\t{p}\t{x}{o}\tsemapv:ManualMappingCuration\tR\n" for s, p, o in rows)
    dataset(tmp_path / "data" / "eigenes", {**BASICS, "m.sssom.tsv": head + columns + "".join(lines)})
    assert builds.build([tmp_path / "data"], tmp_path / "build", SPACE).ok
    with service(turtle(theirs.format(x=x, skos=skos))) as server:
        assert brought(source("rdf", server.url), tmp_path).path is not None
    if not said:
        assert builds.build([tmp_path / "data"], tmp_path / "build", SPACE).ok
        return
    with pytest.raises(InputError) as caught:
        builds.build([tmp_path / "data"], tmp_path / "build", SPACE)
    (problem,) = caught.value.problems
    assert problem.place.file.endswith("m.sssom.tsv") and problem.place.line
    assert said in problem.in_language("en") and "what others say" in problem.in_language("en")


def test_pages_say_beside_what_others_say_whose_it_is_and_of_when(tmp_path: Path) -> None:
    """At the name of a thing of others, at its properties and in each cell of an answer; beside ours nothing does."""
    dataset(tmp_path / "data" / "eigenes", BASICS)
    far = (
        f'<https://daten.example/obstacle/h-fern> a <{vocab.NQ.Obstacle}> ; <{vocab.SKOS.prefLabel}> "Fern"@de ;'
        f' <{vocab.DCTERMS.identifier}> "h-fern" ; <{vocab.DCTERMS.description}> "Weit weg"@de ;'
        f" <{vocab.NQ.confidence}> <{IRIS.scheme('confidence')}/high> ."
    )
    with service(turtle(far)) as server:
        made = brought(source("rdf", server.url), tmp_path).path
    assert made is not None
    assert builds.build([tmp_path / "data"], tmp_path / "build", SPACE).ok
    graph = Graph(builds.versions.open(tmp_path / "build").load())
    site = Site(graph)
    said = f"Quelle: Amt, Stand {int(made.name[-2:])}."
    for address in ("hemmnisse", "doc/obstacle/h-fern"):
        page = site.page(address)
        assert page is not None, site.known
        assert said in page and page.index("Fern") < page.index(said)
    ours = site.page("doc/obstacle/h-zeit")
    assert ours is not None and said not in ours
    result = graph.table("obstacle", columns=["description", "confidence"])
    behind = {row["obstacleName"]: cells for row, cells in zip(result.rows, result.behind, strict=True)}
    assert {name for name, cell in behind["Fern"].items() if cell.get("origin", "").startswith(said)} == {
        *behind["Fern"]
    }
    assert not any("origin" in cell for cell in behind["Zeit"].values())
    assert f"Weit weg ({said}" in result.to_csv().decode() and f"Weit weg ({said}" in str(result.texts("de"))


def test_a_snapshot_that_was_changed_is_not_read(snapshot: Path, tmp_path: Path) -> None:
    """Neither its statements nor an answer can be edited; what still is fetched is no dataset."""
    path = snapshot / "data.nt"
    path.write_text(path.read_text().replace("Eins", "Zwei"))
    with pytest.raises(InputError, match=r"data\.nt is no longer"):
        datasets.find([tmp_path / "data"], SPACE)


def test_a_forged_snapshot_is_held_by_the_build(snapshot: Path, tmp_path: Path) -> None:
    """Right sums do not make it trusted: things of ours and broken rules stop the build, with file and line."""
    for line, said in ((f'<{IRIS.things}region/r-land> <{vocab.SKOS.note}> "x" .', "our namespace"), ("", "name of")):
        text = f"{line}\n" if line else f"<{THING}> <{vocab.RDF}type> <http://schema.org/Project> .\n"
        (snapshot / "data.nt").write_text(text)
        meta = described(snapshot)
        meta["harvested"]["data"] = hashlib.sha256(text.encode()).hexdigest()
        (snapshot / "dataset.yaml").write_text(yaml.safe_dump(meta))
        try:
            report = builds.build([tmp_path / "data"], tmp_path / "build", SPACE).report
            assert report is not None and not report.conforms
            texts = [finding.in_language("en") for finding in report.findings]
        except InputError as error:
            texts = [error.in_language("en")]
        assert any(said in one and "data.nt, line" in one for one in texts), texts


# -- the command -------------------------------------------------------------------------------------------------------

FILE = """title: {de: Probe, en: Probe}
kind: rdf
publisher: Amt
license: https://creativecommons.org/publicdomain/zero/1.0/
"""


def test_every_shipped_source_can_be_read() -> None:
    """They are complete, and none asks this machine; nothing is fetched by looking at them."""
    assert {harvests.read(name, SPACE).kind for name in harvests.names(SPACE)} == set(harvests.KINDS) - {"dcat"}


def solution(**values: str) -> str:
    """One row of an answer: IRIs, texts in German, and typed values."""
    row: dict[str, Any] = {}
    for name, value in values.items():
        row[name] = {"type": "uri" if value.startswith("http") else "literal", "value": value}
        if "T00" in value:
            row[name]["datatype"] = f"{vocab.XSD}dateTime"
        elif name in ("name", "titel"):
            row[name]["xml:lang"] = "de"
    return json.dumps({"head": {"vars": list(row)}, "results": {"bindings": [row]}})


#: Shipped source → a small answer in the form in which its service documents one, and what becomes of it.
RECORDED = {
    "wikidata-regionen": (
        solution(
            kreis="http://www.wikidata.org/entity/Q1718", name="Düsseldorf", ags="05111", nuts="DEA11",
        ),
        JSON, 4,
    ),
    "kohesio-nrw": (
        solution(
            projekt="https://linkedopendata.eu/entity/Q7", titel="Ein Vorhaben", cci="2014DE05SF", nuts="DEA",
            von="2016-01-01T00:00:00Z",
        ),
        JSON, 5,
    ),
    "cellar-regionen": (
        solution(einheit="http://publications.europa.eu/resource/authority/atu/DEU_LD_NW", name="Nordrhein-Westfalen"),
        JSON, 2,
    ),
    "govdata-nrw": (
        '<https://www.govdata.de/d/1> a <http://www.w3.org/ns/dcat#Dataset> ; dct:title "Qualifizierung"@de .',
        TURTLE, 2,
    ),
    "gnd": (
        '<https://d-nb.info/gnd/4042570-8> a gndo:PlaceOrGeographicName ; gndo:preferredName "Nordrhein-Westfalen" .',
        TURTLE, 2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDED)
def test_a_shipped_source_makes_a_snapshot_that_keeps_the_profile(name: str, tmp_path: Path) -> None:
    body, kind, statements = RECORDED[name]
    empty = EMPTY if kind == JSON else ""
    if kind == TURTLE:
        body = (
            "@prefix dct: <http://purl.org/dc/terms/> . @prefix gndo: <https://d-nb.info/standards/elementset/gnd#> ."
            f"\n{body}"
        )
    with service(lambda asked: Said(body if len(server.asked) == 1 else empty, kind)) as server:
        shipped = replace(harvests.read(name, SPACE), addresses=(server.url,))
        found = brought(shipped, tmp_path)
    assert found.path is not None, found.report.findings
    assert found.statements == statements and found.path.name.startswith(name)
    said = described(found.path)
    assert ("license" in said) == (said["visibility"] == "public")  # what nobody may pass on goes out nowhere
    assert datasets.find([tmp_path / "data"], SPACE)
    text = (found.path / "data.nt").read_text(encoding="utf-8")
    assert str(vocab.SKOS.prefLabel) in text or str(vocab.DCTERMS.title) in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FILE + "adress: https://a.example/\n", "address"),
        (FILE.replace("kind: rdf", "kind: magic"), "magic"),
        (FILE.replace("publisher: Amt\n", ""), "publisher"),
        (FILE.split("license")[0] + "visibility: public\n", "license"),
        (FILE + "address: ftp://a.example/\n", "ftp"),
        (FILE + "alignments: ../secret.ttl\n", "secret"),
        (FILE.replace("rdf", "sparql"), "query"),
        (FILE.replace("rdf", "sparql") + "query: ASK { ?s ?p ?o }\n", "SELECT"),
        (FILE.replace("rdf", "sparql") + "query: SELECT * { ?s ?p ?o } ORDER BY ?s\n", "thing"),
        (FILE.replace("rdf", "sparql") + "query: 'CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 9'\n", "ORDER BY"),
    ],
)
def test_a_wrong_source_is_named_with_file_and_field(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(text, tmp_path)
    assert said in caught.value.in_language("en") and "harvest/probe.yaml" in caught.value.in_language("en")


def test_the_command_lists_fetches_and_says_what_came(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line of what lies where; wrong names, missing addresses and refused data have exit codes of their own."""
    read(FILE, tmp_path)
    base = ["--lang", "en", "--workspace", str(tmp_path), "harvest"]
    assert main(base) == 0 and "Probe" in capsys.readouterr().out
    assert main([*base, "prob"]) == 2 and "probe" in capsys.readouterr().err
    assert main([*base, "probe"]) == 2 and "--address" in capsys.readouterr().err
    with service(turtle(ONE)) as server:
        assert main([*base, "probe", "--address", server.url]) == 2 and "not asked" in capsys.readouterr().err
        assert main([*base, "probe", "--address", server.url, "--allow-local"]) == 0
    said = capsys.readouterr().err
    assert "2 statements from 1 answers" in said and list((tmp_path / "data" / "snapshots").glob("probe-*"))
    with service(turtle(f"<{THING}> a <http://schema.org/Project> .")) as server:
        assert main([*base, "probe", "--address", server.url, "--allow-local"]) == 1


def test_an_unknown_source_is_named() -> None:
    with pytest.raises(QueryError, match="no source"):
        harvests.read("../workspace", SPACE)
