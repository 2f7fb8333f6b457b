"""The server over a build: pages, answers and linked data at their addresses, by the standards, and safe."""

from __future__ import annotations

import io
import json
import re
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import openpyxl
import pytest
import rdflib

from nqgraph.building import builds
from nqgraph.graph import queries
from nqgraph.graph.graph import Graph
from nqgraph.graph.versions import open as open_version
from nqgraph.pages import Site, warming
from nqgraph.serving.served import Source
from nqgraph.words import vocab
from tests.conftest import EXAMPLE
from tests.servers import Running, serving
from tests.spaces import IRIS, SPACE
from tests.waiting import PATIENCE, until

FORMS = {
    "ttl": ("text/turtle", "turtle"),
    "jsonld": ("application/ld+json", "json-ld"),
    "nt": ("application/n-triples", "nt"),
    "rdf": ("application/rdf+xml", "xml"),
}
OBSTACLE = "h-ind-einkommen"


@pytest.fixture(scope="module")
def built(checkout: Path) -> Path:
    return checkout / "build"


@pytest.fixture(scope="module")
def server(built: Path) -> Iterator[Running]:
    with serving("--source", str(built)) as running:
        yield running


@pytest.fixture(scope="module")
def client(server: Running) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


# -- pages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "", "hemmnisse", "praxis", "empfehlungen", "akteure", "foren", "regionen", "matrix", "netz", "szenarien",
        "luecken", "abfragen", "def", "api", "en/", "en/hemmnisse", "doc/practice/p-tep", "en/doc/practice/p-tep",
        "abfragen/hemmnisse-ohne-praxis", "sparql",
    ],
)  # fmt: skip
def test_pages_answer_with_a_policy(address: str, client: httpx.Client) -> None:
    """Each page is HTML that may load nothing from elsewhere."""
    answer = client.get(f"/{address}", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "</h1>" in answer.text


def test_live_pages_are_those_of_the_templates(client: httpx.Client, built: Path) -> None:
    site = Site(Graph(open_version(built).load()), version=(built / "current").read_text().strip())
    for address in ("hemmnisse", "en/doc/practice/p-tep", "matrix"):
        assert client.get(f"/{address}").text == site.page(address)


def test_unknown_pages_are_404_with_suggestions_whose_links_work(client: httpx.Client) -> None:
    """Suggestions and styles are found from wherever the reader went astray."""
    answer = client.get("/doc/practice/p-tepp")
    assert answer.status_code == 404
    link = re.search(r'href="([^"]*p-tep)"', answer.text)
    assert link
    assert client.get(str(httpx.URL(f"{client.base_url}/doc/practice/p-tepp").join(link[1]))).status_code == 200
    style = re.search(r'<link rel="stylesheet" href="([^"]*style.css)"', answer.text)
    assert style
    assert client.get(str(httpx.URL(f"{client.base_url}/doc/practice/p-tepp").join(style[1]))).status_code == 200


def test_addresses_have_one_form(client: httpx.Client) -> None:
    """A slash at the end leads to the address without one, for good."""
    answer = client.get("/hemmnisse/")
    assert (answer.status_code, answer.headers["location"].rpartition(":")[2].partition("/")[2]) == (308, "hemmnisse")
    assert client.get("/en").status_code == 308


def test_the_form_of_a_question_answers_and_refuses(client: httpx.Client) -> None:
    """German and English; a wrong key is told with the nearest right one."""
    assert "Kölner Bildungsmodell" in client.get(f"/abfragen/praxis-zu-hemmnis?hemmnis={OBSTACLE}").text
    assert "Cologne Education Model" in client.get(f"/en/abfragen/praxis-zu-hemmnis?hemmnis={OBSTACLE}").text
    wrong = client.get("/abfragen/praxis-zu-hemmnis?hemmnis=h-ind-einkomen")
    assert wrong.status_code == 400
    assert "Meinten Sie „h-ind-einkommen“?" in wrong.text
    assert client.get("/abfragen/gibt-es-nicht").status_code == 404


# -- linked data -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_every_thing_answers_in_each_format(form: str, client: httpx.Client) -> None:
    """303 by Accept and by ending; the data hold the thing, its claims and the names of its neighbours."""
    media, parser = FORMS[form]
    by_accept = client.get("/id/practice/p-tep", headers={"Accept": media})
    by_ending = client.get(f"/id/practice/p-tep.{form}")
    assert by_accept.status_code == by_ending.status_code == 303
    assert (
        by_accept.headers["location"] == by_ending.headers["location"] == f"{client.base_url}/doc/practice/p-tep.{form}"
    )
    assert "Accept" in by_accept.headers["vary"]
    answer = client.get(by_accept.headers["location"])
    assert answer.headers["content-type"].partition(";")[0] == media
    graph = rdflib.Graph().parse(data=answer.content, format=parser)
    thing = rdflib.URIRef(IRIS.thing(vocab.NQ.Practice, "p-tep"))
    obstacle = rdflib.URIRef(IRIS.thing(vocab.NQ.Obstacle, "h-ind-betreuung"))
    assert (thing, rdflib.URIRef(vocab.NQ.answers), obstacle) in graph
    assert graph.value(obstacle, rdflib.SKOS.prefLabel) is not None


def test_people_get_the_page_in_their_language(client: httpx.Client) -> None:
    """A browser is sent to the page in the language it asks for."""
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for language, address in (
        ("de-DE,de;q=0.9", "doc/practice/p-tep"),
        ("en-GB,en;q=0.8,de;q=0.5", "en/doc/practice/p-tep"),
    ):
        answer = client.get("/id/practice/p-tep", headers={"Accept": browser, "Accept-Language": language})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{client.base_url}/{address}")


def test_the_plain_record_is_json(client: httpx.Client) -> None:
    """Key, type and claims of a thing, for programs that know no RDF."""
    record = client.get("/doc/practice/p-tep.json").json()
    assert (record["key"], record["type"]) == ("p-tep", "practice")
    assert record["claims"]


def test_what_was_merged_is_gone_and_names_its_successor(client: httpx.Client, built: Path) -> None:
    """410 with a link to what took its place; what never was is 404."""
    gone, successor = next(
        iter(
            Graph(open_version(built).load()).select(
                "SELECT ?s ?n WHERE { ?s dcterms:isReplacedBy ?n FILTER NOT EXISTS { ?s a ?c } }"
            )
        )
    )
    path = gone.removeprefix(vocab.BASE)
    answer = client.get(f"/{path}", headers={"Accept": "text/turtle"})
    assert answer.status_code == 410
    assert successor in answer.text and successor in answer.headers["link"]
    assert client.get("/id/practice/never-was", headers={"Accept": "text/turtle"}).status_code == 404


def test_terms_concepts_datasets_and_queries_resolve(client: httpx.Client) -> None:
    """Every IRI we mint leads to a page and to data, and to 406 where neither is wanted."""
    html, turtle = {"Accept": "text/html"}, {"Accept": "text/turtle"}
    for path in ("def/Practice", "scheme/obstacle-group/individual", "graph/nrw", "query/praxis-zu-hemmnis", "def/"):
        page = client.get(f"/{path}", headers=html)
        assert page.status_code == 303, path
        assert client.get(page.headers["location"].partition("#")[0]).status_code == 200
        data = client.get(f"/{path}", headers=turtle)
        assert len(rdflib.Graph().parse(data=data.content, format="turtle")) > 0, path
        assert client.get(f"/{path}", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize("place", ["scheme/obstacle-group/transparency", "def/Practice", "query/praxis-liste"])
def test_endings_choose_the_format_everywhere(place: str, client: httpx.Client) -> None:
    """Concepts, terms and queries, as things."""
    turtle = client.get(f"/{place}.ttl", headers={"Accept": "text/html"})
    assert turtle.headers["content-type"].startswith("text/turtle")
    assert (rdflib.URIRef(vocab.BASE + place), None, None) in rdflib.Graph().parse(data=turtle.text, format="turtle")
    assert client.get(f"/{place}.json").json()["id"] == vocab.BASE + place
    page = client.get(f"/{place}.html", follow_redirects=True)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert client.get(f"/{place}none.ttl").status_code == 404


def test_the_text_of_a_query_has_an_address(client: httpx.Client) -> None:
    """For tools that read SPARQL from the web."""
    answer = client.get("/query/praxis-liste.rq")
    assert answer.headers["content-type"].startswith("application/sparql-query")
    assert "SELECT" in answer.text


def test_the_context_of_json_ld_is_published(client: httpx.Client) -> None:
    """Documents can refer to it."""
    assert "answers" in client.get("/def/context.jsonld").json()["@context"]


def test_the_catalogue_describes_what_is_served(client: httpx.Client) -> None:
    """Every file that it names can be loaded from this server."""
    graph = rdflib.Graph().parse(data=client.get("/dcat.ttl").content, format="turtle")
    files = {str(address) for address in graph.objects(None, rdflib.URIRef(vocab.DCAT.downloadURL))}
    datasets = ("process", "nrw", "laender-eu", "regions", "mappings")
    assert files == {f"{client.base_url}/graph/{name}.{form}" for name in datasets for form in FORMS}
    for address in files:
        answer = client.get(address)
        media, _ = FORMS[address.rpartition(".")[2]]
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media)
    assert client.get("/.well-known/void").content == client.get("/dcat.ttl").content


# -- answers of canned queries --------------------------------------------------------------------------------------


def test_answers_have_the_rows_of_the_library_in_each_format(client: httpx.Client, built: Path) -> None:
    expected = Graph(open_version(built).load()).query("praxis-zu-hemmnis", hemmnis=OBSTACLE)
    path = f"/abfragen/praxis-zu-hemmnis.{{}}?hemmnis={OBSTACLE}"
    assert client.get(path.format("json")).content == expected.json
    assert client.get(path.format("csv")).content.count(b"\r\n") == len(expected) + 1
    assert client.get(path.format("tsv")).content.count(b"\n") == len(expected) + 1
    assert client.get(path.format("xml")).content.count(b"<result>") == len(expected)
    book = openpyxl.load_workbook(io.BytesIO(client.get(path.format("xlsx")).content))
    assert book.active is not None and book.active.max_row == len(expected) + 2  # below what was asked
    by_accept = client.get(f"/abfragen/praxis-zu-hemmnis?hemmnis={OBSTACLE}", headers={"Accept": "text/csv"})
    assert by_accept.content == client.get(path.format("csv")).content
    english = client.get("/en/abfragen/praxis-zu-hemmnis.json", params={"hemmnis": OBSTACLE})
    assert "Cologne Education Model" in english.text
    network = client.get("/abfragen/hemmnis-matrix.graphml")
    assert network.headers["content-type"] == "application/graphml+xml" and network.content.count(b"<edge ") > 100


def test_openapi_describes_every_question_and_each_example_works(client: httpx.Client) -> None:
    """No question is missing, and each example answers."""
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    described = {
        path.partition(".")[0].rpartition("/")[2] for path in document["paths"] if path.startswith("/abfragen/")
    }
    assert described == set(queries.of(SPACE).names())
    for query in queries.of(SPACE).all():
        operation = document["paths"][f"/abfragen/{query.name}.{{format}}"]["get"]
        required = {
            p["name"]: p.get("example") for p in operation["parameters"] if p["required"] and p["in"] == "query"
        }
        assert None not in required.values()
        assert client.get(f"/abfragen/{query.name}.json", params=required).status_code == 200, query.name
    assert client.get("/openapi.json?lang=en").json()["info"]["description"].startswith("Questions with parameters")


def test_wrong_parameters_say_what_is_wrong_in_the_clients_language(client: httpx.Client) -> None:
    """A problem document for programs, a line of text for people."""
    path = "/abfragen/praxis-zu-hemmnis.json?hemnis=x"
    german = client.get(path)
    assert (german.status_code, german.headers["content-type"]) == (400, "application/problem+json")
    assert "hemnis" in german.json()["detail"] and "hemmnis" in german.json()["detail"]
    english = client.get(path, headers={"Accept": "text/plain", "Accept-Language": "en"})
    assert english.headers["content-type"].startswith("text/plain") and "no parameter" in english.text
    assert client.get("/abfragen/gibt-es-nicht.json").status_code in (400, 404)


# -- HTTP ------------------------------------------------------------------------------------------------------------


def test_a_tag_of_the_version_saves_the_body(client: httpx.Client) -> None:
    """Who has this version is told so with 304; who has another gets the answer."""
    for path in ("/hemmnisse", "/abfragen/hemmnisse-ohne-praxis.json", "/doc/practice/p-tep.ttl"):
        tag = client.get(path).headers["etag"]
        again = client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_cache_answers_as_the_application_does(client: httpx.Client) -> None:
    """The second answer is the first one; other headers get another one."""
    path = "/abfragen/hemmnis-matrix.json"
    first, second = client.get(path), client.get(path)
    assert first.content == second.content
    assert {k: v for k, v in first.headers.items() if k != "date"} == {
        k: v for k, v in second.headers.items() if k != "date"
    }
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.content == first.content
    assert client.get("/id/practice/p-tep", headers={"Accept": "text/turtle"}).headers["location"].endswith(".ttl")
    assert client.get("/id/practice/p-tep", headers={"Accept": "text/html"}).headers["location"].endswith("p-tep")


def test_head_is_get_without_body(client: httpx.Client) -> None:
    """With the same type."""
    for path in ("/hemmnisse", "/abfragen/hemmnisse-ohne-praxis.csv", "/doc/practice/p-tep.ttl"):
        head, get = client.head(path), client.get(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == get.headers["content-type"]


def test_other_origins_may_read_what_is_public(client: httpx.Client) -> None:
    """Scripts of other servers may read, and ask what they may do."""
    assert (
        client.get("/doc/practice/p-tep.json", headers={"Origin": "https://example.org"}).headers[
            "access-control-allow-origin"
        ]
        == "*"
    )
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    assert client.options("/sparql", headers=asked).status_code == 200


def test_only_our_own_names_are_answered(client: httpx.Client) -> None:
    """A page elsewhere whose name turns into 127.0.0.1 reads nothing."""
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/doc/practice/..%2f..%2fcurrent",
        "/style.css%00.html",
        "/%2e%2e/build",
    ],
)
def test_paths_lead_nowhere_else(path: str, server: Running) -> None:
    """No dots and no encoded slashes lead out of the pages."""
    answer = httpx.get(server.url + path)
    assert answer.status_code in (400, 404)
    assert "root:" not in answer.text


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)"])
def test_nothing_that_is_asked_becomes_markup(evil: str, client: httpx.Client) -> None:
    """Values, names of parameters and addresses come back as text or not at all."""
    for path, params in (
        ("/abfragen/praxis-zu-hemmnis", {"hemmnis": evil}),
        ("/abfragen/praxis-zu-hemmnis", {evil: "x"}),
        (f"/doc/practice/{evil}", {}),
        (f"/{evil}", {}),
    ):
        answer = client.get(path, params=params, headers={"Accept": "text/html"})
        assert evil not in answer.text or not evil.startswith(("<", '"'))
        assert 'href="javascript:' not in answer.text


def test_header_injection_is_refused(client: httpx.Client) -> None:
    """A line break in an address makes no header."""
    answer = client.get("/id/practice/p-tep%0d%0aSet-Cookie:%20a=b")
    assert answer.status_code == 404 and "set-cookie" not in answer.headers


def test_writing_is_refused(client: httpx.Client) -> None:
    """405 for every method that would change something."""
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.request(method, "/hemmnisse").status_code == 405


def test_health_and_figures(client: httpx.Client, built: Path) -> None:
    """For those who run the server: the version, how many answers, and how long they took."""
    health = client.get("/gesundheit").json()
    assert health["status"] == "ok" and health["version"] == (built / "current").read_text().strip()
    figures = client.get("/metrics").text
    assert 'nqgraph_answers_total{status="200"}' in figures and "nqgraph_answer_seconds_bucket" in figures


# -- life ------------------------------------------------------------------------------------------------------------


def test_a_new_build_is_served_without_a_failed_request(tmp_path: Path) -> None:
    """Clients that ask all the time see the old version or the new one, never an error."""
    data, folder = tmp_path / "data", tmp_path / "build"
    shutil.copytree(EXAMPLE, data / "musterland")
    first = builds.build([data], folder)
    with serving("--source", str(folder)) as server:
        failed: list[object] = []
        seen, stop = set(), threading.Event()

        def ask() -> None:
            with server.client() as client:
                while not stop.is_set():
                    try:
                        answer = client.get("/hemmnisse")
                        seen.add(answer.headers["etag"])
                        if answer.status_code != 200:
                            failed.append(answer.status_code)
                    except httpx.HTTPError as error:
                        failed.append(error)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        table = data / "musterland" / "hemmnisse.csv"
        table.write_text(
            table.read_text(encoding="utf-8").replace("Freistellung", "Freistellungen", 1), encoding="utf-8"
        )
        second = builds.build([data], folder)
        until(lambda: f'W/"{second.manifest["version"]}"' in seen)
        stop.set()
        for thread in threads:
            thread.join()
    assert failed == []
    assert seen == {f'W/"{first.manifest["version"]}"', f'W/"{second.manifest["version"]}"'}


def test_sigterm_stops_cleanly(built: Path) -> None:
    """A server that is told to stop ends with 0, also while it computes what nobody has asked for yet."""
    with serving("--source", str(built), warm=True) as server:
        assert httpx.get(f"{server.url}/gesundheit").status_code == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=PATIENCE) == 0


def test_what_first_readers_would_wait_for_is_computed_beforehand(built: Path) -> None:
    """Each step can be taken, what is kept is what all pages need, and the pages stay what they are."""
    cold, warm = Source(folder=built).load().site, Source(folder=built).load().site
    for step in warming.steps(warm):
        step()
    assert {"known", "asking"} <= set(vars(warm))
    assert {"wording", "_named", "_all"} <= set(vars(warm.asking.ranking))
    assert all(warm.page(address) == cold.page(address) for address in ("", "en/", "inhalt", "matrix"))
    question = "Welche Praxis gibt es in Nordrhein-Westfalen?"
    assert warm.ask_page(question, "de") == cold.ask_page(question, "de")


def test_paper_leaves_out_only_what_tables_say(built: Path) -> None:
    """A list of what points at a thing is left out where all of it stands in a table above; others stay."""
    html = Source(folder=built).load().site.page(f"doc/obstacle/{OBSTACLE}") or ""
    tables, _, lists = html.partition('class="part inverse"')
    parts = {said: re.findall(rf"<ul{said}>(.*?)</ul>", lists, re.S) for said in (" class=told", "")}
    first = re.compile(r'<li><a href="[^"#]*doc/([^"#]+)"')
    linked = {said: set(first.findall("".join(found))) for said, found in parts.items()}
    assert linked[" class=told"] and all(f"/{place}" in tables for place in linked[" class=told"])
    assert linked[""] and any(f"/{place}" not in tables for place in linked[""])


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nqgraph", "serve", "--lang", "en", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_a_taken_port_says_so(server: Running, built: Path) -> None:
    """One line that names the option, no traceback."""
    done = run("--source", str(built), "--port", server.url.rpartition(":")[2])
    assert done.returncode == 2 and "--port" in done.stderr and "Traceback" not in done.stderr


def test_a_port_that_cannot_be_and_a_file_that_is_not_there_say_so(built: Path, tmp_path: Path) -> None:
    """One line that names what is wrong."""
    for arguments, named in (
        (["--source", str(built), "--port", "99999"], "0–65535"),
        (["--data", str(tmp_path / "nope.ttl"), "--port", "0"], "nope.ttl"),
    ):
        done = run(*arguments)
        assert done.returncode == 2 and named in done.stderr and done.stderr.count("\n") == 1


def test_without_a_build_one_line_says_what_to_do(tmp_path: Path) -> None:
    """The command that makes one."""
    done = run("--source", str(tmp_path), "--port", "0")
    assert done.returncode == 2 and "nqgraph build" in done.stderr and "Traceback" not in done.stderr


def test_rdf_files_are_served_without_a_build(tmp_path: Path) -> None:
    """Any RDF can be asked; a file that is none is named."""
    (tmp_path / "some.ttl").write_text("<http://example.org/a> <http://example.org/b> 'ü'@de .", encoding="utf-8")
    with serving("--data", str(tmp_path / "some.ttl")) as server, server.client() as client:
        assert client.get("/").status_code == 307
        answer = client.get(
            "/sparql", params={"query": "SELECT * { ?s ?p ?o }"}, headers={"Accept": "application/sparql-results+json"}
        )
        (row,) = answer.json()["results"]["bindings"]
        assert row["o"] == {"type": "literal", "value": "ü", "xml:lang": "de"}
    wrong = tmp_path / "wrong.ttl"
    wrong.write_text("<a b", encoding="utf-8")
    done = run("--data", str(wrong), "--port", "0")
    assert done.returncode == 2 and "wrong.ttl" in done.stderr and "Traceback" not in done.stderr


def test_what_is_internal_is_not_served_to_the_public(tmp_path: Path) -> None:
    """Nothing of an internal dataset is in the store; with --internal it is, and other origins read nothing."""
    data = tmp_path / "data"
    shutil.copytree(EXAMPLE, data / "musterland")
    secret = data / "intern"
    secret.mkdir()
    (secret / "dataset.yaml").write_text(
        "title: {de: Intern, en: Internal}\npublisher: X\nlicense: https://creativecommons.org/licenses/by/4.0/\n"
        "issued: 2026-11-01\nvisibility: internal\n",
        encoding="utf-8",
    )
    (secret / "ziele.csv").write_text(
        "Kennung,Bezeichnung (de),Quellen,Verlässlichkeit\nz-geheim,Geheimes Ziel,q-muster-ministerium,hoch\n",
        encoding="utf-8",
    )
    assert builds.build([data], tmp_path / "build").ok
    for arguments, status in (([], 404), (["--public-only"], 404), (["--internal"], 200)):
        with serving("--source", str(tmp_path / "build"), *arguments) as server, server.client() as client:
            assert client.get("/doc/goal/z-geheim").status_code == status
            opened = client.get("/ziele", headers={"Origin": "https://example.org"}).headers
            assert ("access-control-allow-origin" in opened) == (status == 404)


def test_the_log_has_a_line_of_json_for_each_answer_and_no_addresses_of_people(built: Path) -> None:
    """Method, path and status, and nothing that tells who asked."""
    command = [sys.executable, "-m", "nqgraph", "serve", "--port", "0", "--source", str(built)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    url = re.search(r"http://[\w.:]+/", process.stderr.readline())
    assert url
    httpx.get(f"{url[0]}hemmnisse", headers={"User-Agent": "secret-agent"})
    line = json.loads(process.stderr.readline())
    process.terminate()
    process.communicate(timeout=PATIENCE)
    assert (line["method"], line["path"], line["status"]) == ("GET", "/hemmnisse", 200)
    assert "127.0.0.1" not in json.dumps(line) and "secret-agent" not in json.dumps(line)


def test_spreadsheets_carry_no_formula(tmp_path: Path) -> None:
    """A label that begins like a formula stays text in CSV and XLSX."""
    (tmp_path / "evil.ttl").write_text(
        """
        @prefix nq: <https://w3id.org/nqgraph/def/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix dcterms: <http://purl.org/dc/terms/> .
        <https://w3id.org/nqgraph/id/region/r-nrw> a nq:Region ; dcterms:identifier "r-nrw" ;
            skos:prefLabel "=HYPERLINK(1)"@de ; nq:regionType nq:some .
        nq:some skos:prefLabel "@SUM(1)"@de .
        """,
        encoding="utf-8",
    )
    with serving("--data", str(tmp_path / "evil.ttl")) as server, server.client() as client:
        query = "/abfragen/region-codes"
        text = client.get(f"{query}.csv-excel").text
        assert "'=HYPERLINK(1)" in text and "'@SUM(1)" in text and not re.search(r"(?m)(?:^|;)=", text)
        content = client.get(f"{query}.xlsx").content
        sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
