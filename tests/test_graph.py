"""Building, opening and asking a graph without the command line."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path

import pytest

import nqgraph
from nqgraph.building import builds
from nqgraph.building.builds import Assembly
from nqgraph.graph import queries
from nqgraph.graph.graph import Graph
from nqgraph.graph.remote import Endpoint
from nqgraph.graph.store import Store
from nqgraph.graph.versions import open as open_version
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, QueryError, StoreError
from tests.conftest import EXAMPLE
from tests.spaces import SPACE

OBSTACLE = vocab.ID + "obstacle/h-muster-einkommen"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the example dataset; not to be changed."""
    out = tmp_path_factory.mktemp("built")
    assert nqgraph.build(EXAMPLE, out).ok
    return out


# -- build and open ------------------------------------------------------------------------------------------------


def test_build_gives_what_was_built(tmp_path: Path) -> None:
    """Sources may be a path, a text or several of them; the result says where the version lies and what was found."""
    built = nqgraph.build([str(EXAMPLE)], str(tmp_path))
    assert built.ok and not built.unchanged
    assert built.report is not None and built.report.conforms
    assert built.path is not None and built.path.parent == tmp_path / "versions"
    assert [dataset["name"] for dataset in built.manifest["datasets"]] == ["musterland"]


def test_an_unchanged_build_is_not_repeated(built: Path) -> None:
    """Building again from the same files does nothing, unless it is forced to."""
    again = nqgraph.build(EXAMPLE, built)
    assert again.ok and again.unchanged and again.report is None


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    """A path that does not exist is an input error that names it."""
    with pytest.raises(InputError) as caught:
        nqgraph.build(tmp_path / "nirgends", tmp_path / "out")
    assert "nirgends" in caught.value.in_language("de")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", [str, Path])
def test_open_gives_a_graph_to_ask(kind: Callable[[Path], str | Path], built: Path) -> None:
    """A build is opened by its folder, as text or path."""
    assert len(nqgraph.open(kind(built)).query("praxis-zu-hemmnis", hemmnis="h-muster-einkommen")) > 0


@pytest.mark.parametrize("address", ["http://localhost:3030/sparql", "https://example.org/sparql"])
def test_open_takes_an_address(address: str) -> None:
    """A web address is an endpoint; it is not asked before there is something to ask."""
    graph = nqgraph.open(address, timeout=7)
    assert isinstance(graph._source, Endpoint)
    assert (graph._source.url, graph._source.timeout) == (address, 7)
    with pytest.raises(StoreError):
        _ = graph.store


@pytest.mark.parametrize("folder", ["nothing", "."])
def test_without_a_build_the_message_says_how_to_get_one(folder: str, tmp_path: Path) -> None:
    """A folder without a build, or none at all, is named together with the command that builds."""
    with pytest.raises(StoreError) as caught:
        nqgraph.open(tmp_path / folder)
    german, english = caught.value.in_language("de"), caught.value.in_language("en")
    assert str(tmp_path) in german and "Bauen Sie ihn mit: nqgraph build" in german
    assert str(tmp_path) in english and "Build it with: nqgraph build" in english


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2].rstrip(b"\n")[:-3],
        lambda data: b"<html>not a graph</html>",
        lambda data: data.replace(b"<https://", b"<ht ps://", 1),
        lambda data: data.replace(b"\xc3", b"\xff", 1),
    ],
    ids=["cut off", "something else", "bad IRI", "bad encoding"],
)
def test_a_damaged_graph_file_is_named(damage: Callable[[bytes], bytes], built: Path, tmp_path: Path) -> None:
    """If the file of the graph cannot be read, the message names it and says how to mend it."""
    version = builds.current(built)
    assert version is not None
    copy = tmp_path / "versions" / version.name
    copy.mkdir(parents=True)
    (tmp_path / "current").write_text(version.name, encoding="ascii")
    path = copy / builds.GRAPH_FILE
    path.write_bytes(damage((version / builds.GRAPH_FILE).read_bytes()))
    with pytest.raises(StoreError) as caught:
        nqgraph.open(tmp_path)
    german, english = caught.value.in_language("de"), caught.value.in_language("en")
    assert str(path) in german and "beschädigt" in german and "nqgraph build --force" in german
    assert str(path) in english and "damaged" in english and "nqgraph build --force" in english


def test_a_pointer_to_nowhere_is_no_build(tmp_path: Path) -> None:
    """Where the version that the folder names is gone, there is no build."""
    (tmp_path / "current").write_text("0123456789abcdef", encoding="ascii")
    with pytest.raises(StoreError) as caught:
        nqgraph.open(tmp_path)
    assert "nqgraph build" in caught.value.in_language("de")


def test_only_the_public_part_is_opened_where_there_is_one(built: Path, tmp_path: Path) -> None:
    """The file without the internal datasets is read unless one asks for them; where all is public, the only one."""
    version = builds.current(built)
    assert version is not None
    assert len(open_version(built).load()) == len(open_version(built, internal=True).load())
    copy = tmp_path / "versions" / version.name
    copy.mkdir(parents=True)
    (tmp_path / "current").write_text(version.name, encoding="ascii")
    (copy / builds.GRAPH_FILE).write_bytes(b"<x:s> <x:p> <x:o> <x:internal> .\n<x:s> <x:p> <x:q> <x:public> .\n")
    (copy / builds.PUBLIC_FILE).write_bytes(b"<x:s> <x:p> <x:q> <x:public> .\n")
    assert open_version(tmp_path).load().graphs() == ["x:public"]
    assert open_version(tmp_path, internal=True).load().graphs() == ["x:internal", "x:public"]


def test_build_and_open_stay_functions() -> None:
    """Importing every module of the package does not put a module in the place of a function."""
    for module in pkgutil.walk_packages(nqgraph.__path__, "nqgraph."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    assert callable(nqgraph.build) and callable(nqgraph.open)
    assert nqgraph.__all__ == ["build", "open"]


# -- queries -------------------------------------------------------------------------------------------------------


def test_a_canned_query_by_name(example_graph: Graph) -> None:
    """A name and parameters give rows with headings in the language of the graph."""
    found = example_graph.query("praxis-zu-hemmnis", hemmnis="h-muster-einkommen")
    assert {"p-muster-ausbildung-im-betrieb", "p-muster-zukunft"} <= {
        vocab.local_name(str(value)) for row in found for value in row.values()
    }
    assert set(found.headings) == {column.name for column in queries.of(SPACE).get("praxis-zu-hemmnis").columns}


def test_key_and_iri_are_the_same_parameter(example_graph: Graph) -> None:
    """A thing may be named by its key, its IRI or its IRI in angle brackets."""
    answers = [
        example_graph.query("praxis-zu-hemmnis", hemmnis=name).rows
        for name in ("h-muster-einkommen", OBSTACLE, f"<{OBSTACLE}>", "nqid:obstacle/h-muster-einkommen")
    ]
    assert answers.count(answers[0]) == 4


def test_the_language_of_the_graph_is_that_of_the_labels(example: Assembly) -> None:
    """Opened in English, a graph answers in English; a parameter overrides it."""
    store = example.store
    german, english = Graph(store), Graph(store, lang="en")

    def texts(graph: Graph, **more: str) -> set[str]:
        found = graph.query("praxis-zu-hemmnis", hemmnis="h-muster-einkommen", **more)
        return {str(value) for row in found for value in row.values()}

    assert "Ausbildung im Betrieb" in texts(german) and "Training in the company" not in texts(german)
    assert "Training in the company" in texts(english)
    assert texts(german, lang="en") == texts(english)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?l { nqid:obstacle\\/h-muster-einkommen skos:prefLabel ?l FILTER(LANG(?l) = 'de') }",
        "select ?l\nwhere\n{ nqid:obstacle\\/h-muster-einkommen skos:prefLabel ?l filter(lang(?l) = 'de') }",
        "SELECT ?l{<https://w3id.org/nqgraph/id/obstacle/h-muster-einkommen> skos:prefLabel ?l FILTER(LANG(?l)='de')}",
    ],
)
def test_a_query_as_text(text: str, example_graph: Graph) -> None:
    """SPARQL is taken as it is; our prefixes need no declaration."""
    assert example_graph.query(text).rows == [{"l": "Verdienstausfall beim Lernen"}]


def test_own_sparql_takes_no_parameters(example_graph: Graph) -> None:
    """Parameters belong to canned queries; with a text they are a mistake, not silently ignored."""
    with pytest.raises(QueryError) as caught:
        example_graph.query("SELECT ?s { ?s a ?class }", **{"class": "nq:Practice"})
    assert "class" in caught.value.in_language("de")


@pytest.mark.parametrize(
    ("text", "word"),
    [("SELECT ?x WHERE { ?x }", "SPARQL"), ("SELECT ?x {\n ?x a nope:Thing }", "SPARQL"), ("DROP ALL # {", "SPARQL")],
)
def test_no_valid_sparql(text: str, word: str, example_graph: Graph) -> None:
    """A text that is no query is refused, an update too."""
    with pytest.raises(QueryError) as caught:
        example_graph.query(text)
    assert word in caught.value.in_language("de") and word in caught.value.in_language("en")


def test_a_construct_gives_no_rows(example_graph: Graph) -> None:
    """A query for a graph is answered by its bytes, not by rows."""
    text = "CONSTRUCT { ?s a nq:Practice } WHERE { ?s a nq:Practice }"
    with pytest.raises(QueryError) as caught:
        example_graph.query(text)
    assert "Graphen" in caught.value.in_language("de")
    assert example_graph.ask(text, {}, "nt").count(b"\n") == 7


def test_selected_values_are_plain(example_graph: Graph) -> None:
    """Solutions come as tuples of texts in the order of projection."""
    found = example_graph.select("SELECT ?key ?s { ?s a nq:Forum ; dcterms:identifier ?key } ORDER BY ?key")
    assert [row[0] for row in found] == ["fo-muster-fachdialog", "fo-muster-steuerung"]


def test_labels_are_in_the_language_of_the_graph_else_in_another(example: Assembly) -> None:
    """Labels and titles are found for any thing; what has no English one keeps its German one; strangers have none."""
    graph = Graph(example.store, lang="en")
    source = vocab.ID + "source/q-muster-praxisbericht"
    found = graph.labels([OBSTACLE, source, OBSTACLE, vocab.ID + "practice/p-nobody"])
    assert found == {
        OBSTACLE: "Loss of earnings while learning",
        source: "Lernen am Regal: Bericht über das erste Jahr",
    }
    assert graph.labels([]) == {}


def test_a_graph_over_a_store_gives_the_store(example_graph: Graph) -> None:
    """What the exports need is within reach."""
    assert isinstance(example_graph.store, Store)
