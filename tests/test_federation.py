"""One question over two servers, and what a partner that does not answer can do: nothing."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

import httpx
import pytest
from rdflib import Graph as RdfGraph
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from tests.servers import serving
from tests.waiting import PATIENCE

HERE = "@prefix ex: <https://example.org/> . ex:a ex:said 'here' . ex:b ex:said 'here, too' ."
THERE = "@prefix ex: <https://example.org/> . ex:a ex:seen 'there' ."
QUERY = """PREFIX ex: <https://example.org/> PREFIX at: <{}>
SELECT ?s ?said ?seen {{ ?s ex:said ?said OPTIONAL {{ SERVICE {} at:sparql {{ ?s ex:seen ?seen }} }} }} ORDER BY ?s"""


@dataclass
class Partners:
    """A server, another one that it may ask, and two that do not answer."""

    here: str
    there: str
    dead: str
    silent: str


@pytest.fixture(scope="module")
def partners(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partners]:
    folder = tmp_path_factory.mktemp("partners")
    (folder / "here.ttl").write_text(HERE, encoding="utf-8")
    (folder / "there.ttl").write_text(THERE, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as mute, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # nobody listens there
        silent, dead = (f"http://127.0.0.1:{s.getsockname()[1]}/" for s in (mute, closed))
        with serving("--data", str(folder / "there.ttl")) as there:
            allowed = [f"--allow-service={url}sparql" for url in (f"{there.url}/", silent, dead)]
            with serving("--data", str(folder / "here.ttl"), "--timeout", "4", *allowed) as here:
                yield Partners(f"{here.url}/sparql", f"{there.url}/", dead, silent)


def ask(partners: Partners, query: str) -> httpx.Response:
    return httpx.get(
        partners.here, params={"query": query}, headers={"Accept": "text/csv"}, timeout=60, trust_env=False
    )


def test_one_question_over_two_servers(partners: Partners, monkeypatch: pytest.MonkeyPatch) -> None:
    """From SPARQL, and from rdflib as a store."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    query = QUERY.format(partners.there, "")
    assert ask(partners, query).text.splitlines()[1:] == [
        "https://example.org/a,here,there",
        'https://example.org/b,"here, too",',
    ]
    rows = RdfGraph(SPARQLStore(partners.here)).query(query)
    assert [[str(value or "") for value in row][1:] for row in rows] == [["here", "there"], ["here, too", ""]]  # type: ignore[union-attr]


COMUNICA = shutil.which("comunica-sparql")


@pytest.mark.skipif(COMUNICA is None, reason="@comunica/query-sparql is not installed")
def test_a_client_asks_two_servers_at_once(partners: Partners) -> None:
    """Comunica joins what two endpoints say; neither has to allow the other."""
    query = "SELECT ?said ?seen { ?s <https://example.org/said> ?said ; <https://example.org/seen> ?seen }"
    sources = [f"sparql@{partners.here}", f"sparql@{partners.there}sparql"]
    done = subprocess.run([str(COMUNICA), *sources, query], capture_output=True, text=True, timeout=PATIENCE)
    assert json.loads(done.stdout) == [{"said": '"here"', "seen": '"there"'}], done.stderr


@pytest.mark.parametrize("which", ["dead", "silent"])
def test_a_partner_that_does_not_answer_takes_nothing_away(which: str, partners: Partners) -> None:
    """The rows from here come, and a note says what is missing; who does not say SILENT hears who it was."""
    partner = getattr(partners, which)
    answer = ask(partners, QUERY.format(partner, "SILENT"))
    assert answer.status_code == 200
    assert answer.text.splitlines()[1:] == ["https://example.org/a,here,", 'https://example.org/b,"here, too",']
    assert f"{partner}sparql" in unquote(answer.headers["Nqgraph-Note"])
    refused = ask(partners, QUERY.format(partner, ""))
    assert refused.status_code == 503
    assert f"{partner}sparql" in refused.json()["detail"] and "SILENT" in refused.json()["detail"]


def test_who_is_not_allowed_is_not_asked(partners: Partners) -> None:
    """A list is a list: an address that begins alike is another one."""
    answer = ask(partners, QUERY.format(partners.there + "other/", ""))
    assert answer.status_code == 400 and "SERVICE" in answer.json()["detail"]
