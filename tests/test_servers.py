"""Other SPARQL servers, where they are installed: the same rows as at home, and builds that lie there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Dataset

from benchmarks import servers
from nqgraph.building.builds import Assembly
from nqgraph.graph import portable, queries
from nqgraph.graph.graph import Graph
from nqgraph.graph.queries import Query
from nqgraph.graph.remote import Endpoint
from nqgraph.words.errors import RemoteError
from tests import rows
from tests.spaces import SPACE
from tests.waiting import PATIENCE

CASES = sorted((Path(__file__).parent / "queries").glob("*.csv"))
#: Questions whose one text Virtuoso 7.2.5 does not answer or answers otherwise, and why; the layer gets all rows of it.
NOT_BY_VIRTUOSO = {
    "antworten-je-hemmnis": "an internal error of its compiler",
    "hemmnisse-ohne-praxis": "an internal error of its compiler",
    "praxis-steckbrief": "texts among things are lost",
    "quelle-steckbrief": "a text joined to a sign beyond Latin-1 is encoded twice",
    "was-hat-sich-geaendert": "a sign beyond Latin-1 becomes a question mark",
    "widersprueche": "no row",
}


def cases() -> Iterator[tuple[Query, dict[str, str]]]:
    """Each question with the parameters of its first case that has rows."""
    for query in queries.of(SPACE).all():
        read = (rows.read(case) for case in CASES if case.stem.partition("--")[0] == query.name)
        yield query, next(parameters for parameters, expected in read if len(expected) > 1)


@pytest.fixture(scope="module", autouse=True)
def no_proxy() -> Iterator[None]:
    """This machine is asked directly, whatever the environment says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.setenv("no_proxy", "127.0.0.1")
        yield


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def full(
    request: pytest.FixtureRequest, example: Assembly, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Endpoint]]:
    """A server over the example dataset, with its name."""
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "example.nq").write_bytes(example.store.nquads())
    with getattr(servers, request.param)(folder, folder / "example.nq") as other:
        if other is None:
            pytest.skip(f"{request.param} is not installed")
        yield request.param, Endpoint(other.query, SPACE, retries=0, timeout=PATIENCE)


def test_a_question_gives_the_same_rows_in_the_same_order(full: tuple[str, Endpoint], example_graph: Graph) -> None:
    """All canned questions, asked by the layer."""
    there = Graph(full[1])
    for query, parameters in cases():
        assert rows.of_json(there.answer(query, parameters, "json")) == rows.of_json(
            example_graph.answer(query, parameters, "json")
        ), query.name


def test_one_text_gives_the_same_rows(full: tuple[str, Endpoint], example_graph: Graph) -> None:
    """What pages show as SPARQL, in German and English; only the order is the server's own."""
    name, there = full
    otherwise = set()
    for query, parameters in cases():
        for lang in ("de", "en"):
            bindings = queries.bind(query, {**parameters, "lang": lang}, example_graph)
            text = portable.text(query, bindings, SPACE, lang)
            expected = rows.of_json(example_graph.ask(text, {}, "json"))
            try:
                found = rows.of_json(there.query(text))
            except RemoteError:
                found = []
            if _plain(found) != _plain(expected):
                otherwise.add(query.name)
    assert otherwise == (set(NOT_BY_VIRTUOSO) if name == "virtuoso" else set())


def test_one_text_gives_the_same_rows_by_rdflib(example: Assembly, example_graph: Graph) -> None:
    """The reference engine takes its time: every third question, in German and English in turn."""
    dataset = Dataset(default_union=True)
    dataset.parse(data=example.store.nquads(), format="nquads")
    for number, (query, parameters) in enumerate(list(cases())[::3]):
        lang = ("de", "en")[number % 2]
        bindings = queries.bind(query, {**parameters, "lang": lang}, example_graph)
        text = portable.text(query, bindings, SPACE, lang)
        expected = rows.of_json(example_graph.ask(text, {}, "json"))
        assert _plain(rows.of_rdflib(dataset.query(text))) == _plain(expected), query.name


def _plain(table: list[list[str]]) -> list[list[str]]:
    """Rows without order, and without order of the values in a cell."""
    return [*table[:1], *sorted(["; ".join(sorted(cell.split("; "))) for cell in row] for row in table[1:])]
