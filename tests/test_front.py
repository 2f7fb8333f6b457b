"""What stands before every answer: the reader's language, and the cache that tells answers apart and forgets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from rdflib.namespace import DCAT, RDF

from nqgraph.building import builds
from tests.conftest import EXAMPLE
from tests.servers import Running, serving
from tests.spaces import IRIS

THING = "id/practice/p-muster-zukunft"
PAGES = {"de": "doc/practice/p-muster-zukunft", "en": "en/doc/practice/p-muster-zukunft"}
#: Bytes of answers that the cache may keep, by the contract of the server.
CACHE = 64 * 2**20


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the example."""
    folder = tmp_path_factory.mktemp("front") / "build"
    assert builds.build([EXAMPLE], folder).ok
    return folder


@pytest.fixture(scope="module")
def server(built: Path) -> Iterator[Running]:
    """A server over the example."""
    with serving("--source", str(built)) as running:
        yield running


@pytest.fixture(scope="module")
def client(server: Running) -> Iterator[httpx.Client]:
    """A client of the server."""
    with server.client() as client:
        yield client


def language_of(client: httpx.Client, accepted: str | None) -> str:
    """The language of the page that a browser is sent to."""
    headers = {"Accept": "text/html"} | ({} if accepted is None else {"Accept-Language": accepted})
    answer = client.get(f"/{THING}", headers=headers)
    assert answer.status_code == 303
    address = answer.headers["location"].removeprefix(f"{client.base_url}/")
    return next(lang for lang, page in PAGES.items() if page == address)


# -- the reader's language -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        (None, "de"),
        ("", "de"),
        ("en", "en"),
        ("en-GB", "en"),
        ("EN-us,de;q=0.5", "en"),
        ("de;q=0.5,en;q=0.9", "en"),
        ("de;q=0.9,en;q=0.5", "de"),
        ("en;q=0.2, de;q=0.3", "de"),
        ("fr;q=1.0, en;q=0.2, de;q=0.1", "en"),
        ("fr", "de"),
        ("de;q=nonsense, en;q=0.1", "en"),
    ],
)
def test_the_language_with_the_greatest_weight_wins(accepted: str | None, lang: str, client: httpx.Client) -> None:
    """By RFC 9110, section 12.5.4; German where nothing fits."""
    assert language_of(client, accepted) == lang


@settings(max_examples=40)
@given(
    weights=st.lists(st.integers(1, 1000), min_size=4, max_size=4, unique=True),
    tags=st.permutations(["de", "en", "fr", "pl"]),
    blank=st.sampled_from(["", " "]),
)
def test_the_order_of_languages_says_less_than_their_weights(
    weights: list[int], tags: list[str], blank: str, client: httpx.Client
) -> None:
    """Whatever stands first: of German and English, the one with the greater weight is answered."""
    weight = dict(zip(tags, weights, strict=True))
    header = f",{blank}".join(f"{tag};q={weight[tag] / 1000:g}" for tag in tags)
    assert language_of(client, header) == max(("de", "en"), key=lambda tag: weight[tag])


def test_problems_are_told_in_the_language_with_the_greatest_weight(client: httpx.Client) -> None:
    """An error is a text like any other."""
    path = "/abfragen/praxis-zu-hemmnis.json?hemnis=x"
    english = client.get(path, headers={"Accept-Language": "de;q=0.1,en;q=0.2"}).json()["detail"]
    german = client.get(path, headers={"Accept-Language": "en;q=0.1,de;q=0.2"}).json()["detail"]
    assert "no parameter" in english and "keinen Parameter" in german


# -- the cache -----------------------------------------------------------------------------------------------------


def from_cache(client: httpx.Client) -> int:
    """How many answers have come from the cache."""
    found = re.search(r"^nqgraph_answers_cached_total (\S+)$", client.get("/metrics").text, re.MULTILINE)
    assert found
    return int(float(found[1]))


def is_kept(client: httpx.Client, path: str, **headers: str) -> bool:
    """Whether the answer to *path* comes from the cache."""
    before = from_cache(client)
    assert client.get(path, headers=headers).status_code == 200
    return from_cache(client) == before + 1


def test_an_answer_is_kept_for_who_asks_the_same(client: httpx.Client) -> None:
    """A second request costs nothing; another address, parameter, format, language or encoding is another answer."""
    path, asked = "/praxis?kept", {"Accept": "text/csv", "Accept-Language": "de", "Accept-Encoding": "gzip"}
    assert not is_kept(client, path, **asked)
    assert is_kept(client, path, **asked)
    assert not is_kept(client, f"{path}=2", **asked)
    for changed in ({"Accept-Language": "en"}, {"Accept-Encoding": "identity"}, {"Accept": "text/html"}):
        assert not is_kept(client, path, **(asked | changed)), changed
        assert is_kept(client, path, **(asked | changed)), changed


def test_what_depends_on_the_host_is_not_answered_to_another(client: httpx.Client) -> None:
    """The catalogue names the address it was asked at; each host gets its own, also from the cache."""
    for _ in range(2):
        for host in ("localhost", "127.0.0.1"):
            answer = client.get("/dcat.ttl", headers={"Host": host})
            graph = rdflib.Graph().parse(data=answer.content, format="turtle")
            assert set(graph.subjects(RDF.type, DCAT.Catalog)) == {rdflib.URIRef(f"http://{host}/dcat#catalogue")}
            assert {str(o).split("/")[2] for o in graph.objects(None, DCAT.downloadURL)} == {host}


def test_refusals_and_other_methods_are_not_kept(client: httpx.Client) -> None:
    """What is not there may come; figures and health are always those of now."""
    for path in ("/gibt-es-nicht", "/abfragen/praxis-zu-hemmnis.json?hemmnis=x", "/gesundheit"):
        client.get(path)
        before = from_cache(client)
        client.get(path)
        assert from_cache(client) == before, path
    client.head("/matrix?head")
    assert not is_kept(client, "/matrix?head")


def test_the_oldest_answers_are_forgotten_first(client: httpx.Client) -> None:
    """Answers that together are larger than the cache push out what was asked longest ago, and nothing else."""
    plain = {"Accept-Encoding": "identity"}
    path, first = f"/graph/{IRIS.ontology.rpartition('/')[2]}.nt?n=", "/hemmnisse?n=first"
    size = len(client.get(f"{path}0", headers=plain).content)
    assert 100_000 < size < 4 * 2**20
    assert not is_kept(client, first, **plain) and is_kept(client, first, **plain)
    count = CACHE // size + 2
    for number in range(1, count + 1):
        client.get(f"{path}{number}", headers=plain)
    assert is_kept(client, f"{path}{count}", **plain)
    assert is_kept(client, f"{path}{count // 2}", **plain)
    assert not is_kept(client, first, **plain)
    assert is_kept(client, first, **plain)


def test_answers_that_come_at_once_leave_the_cache_as_it_was(client: httpx.Client) -> None:
    """Many equal requests that find nothing kept are kept once: the cache goes on keeping afterwards."""
    plain = {"Accept-Encoding": "identity"}
    name = IRIS.ontology.rpartition("/")[2]
    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            path = f"/graph/{name}.nt?together={number}"
            answers = list(pool.map(lambda _, p=path: client.get(p, headers=plain).content, range(8)))
            assert len(set(answers)) == 1
    assert not is_kept(client, "/foren?afterwards") and is_kept(client, "/foren?afterwards")


# -- what the endpoint says of itself ------------------------------------------------------------------------------


def test_the_description_counts_what_is_there(client: httpx.Client) -> None:
    """The default graph is the union of all; each graph is as large as a query counts (SPARQL 1.1 description)."""
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    graph = rdflib.Graph().parse(data=client.get("/sparql", headers={"Accept": "text/turtle"}).content, format="turtle")
    (service,) = graph.subjects(RDF.type, sd.Service)
    assert (service, sd.feature, sd.UnionDefaultGraph) in graph
    assert len(set(graph.objects(service, sd.resultFormat))) == 10
    (dataset,) = graph.objects(service, sd.defaultDataset)
    (default,) = graph.objects(dataset, sd.defaultGraph)

    def counted(query: str) -> dict[str, int]:
        answer = client.post("/sparql", data={"query": query}, headers={"Accept": "application/json"})
        rows = answer.json()["results"]["bindings"]
        return {row["g"]["value"] if "g" in row else "": int(row["n"]["value"]) for row in rows}

    named = counted("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    whole = counted("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert graph.value(default, void.triples) == rdflib.Literal(whole[""])
    described = {
        str(graph.value(part, sd.name)): int(str(graph.value(graph.value(part, sd.graph), void.triples)))
        for part in graph.objects(dataset, sd.namedGraph)
    }
    assert described == named and len(named) > 3 and min(named.values()) > 0


# -- what programs read of the addresses ---------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_description_of_the_addresses_is_openapi(lang: str, client: httpx.Client) -> None:
    """By the official schema of OpenAPI 3.1, and each parameter in a path is described."""
    document = client.get("/openapi.json", params={"lang": lang}).json()
    errors = [f"{'/'.join(map(str, e.path))}: {e.message}" for e in OpenAPIV31SpecValidator(document).iter_errors()]
    assert errors == []
    for path, operations in document["paths"].items():
        for operation in operations.values():
            described = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
            assert described == set(re.findall(r"\{(\w+)\}", path)), path
