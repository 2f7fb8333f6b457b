"""Bringing in from real servers and real tables: other stores, another workspace of ours, and RML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nqgraph.building import builds, rml
from nqgraph.command.cli import main
from nqgraph.graph.graph import Graph
from nqgraph.sources import harvests
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, MissingToolError
from nqgraph.words.workspace import Workspace
from tests.conftest import ROOT
from tests.folders import BASICS, dataset
from tests.harvests import Said, brought, service, source
from tests.servers import serving
from tests.spaces import SPACE

OTHER = ROOT / "data" / "examples" / "schulabbruch"


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """This machine is asked directly, and messages name files from here."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def endpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with regions as others describe them."""
    servers = pytest.importorskip("benchmarks.servers")
    folder = tmp_path_factory.mktemp(request.param)
    label, kind = "http://www.w3.org/2000/01/rdf-schema#label", f"{vocab.RDF}type"
    lines = [
        f'<https://daten.example/r/{n}> <{label}> "Kreis „{n}“ Höxter"@de <urn:x> .\n'
        f"<https://daten.example/r/{n}> <{kind}> <https://daten.example/def/Kreis> <urn:x> .\n"
        for n in range(100, 125)
    ]
    (folder / "data.nq").write_text("".join(lines), encoding="utf-8")
    with getattr(servers, request.param)(folder, folder / "data.nq") as other:
        if other is None:
            pytest.skip(f"{request.param} is not installed")
        yield other.query


def test_pages_of_real_servers_hold_everything_once(endpoint: str, tmp_path: Path) -> None:
    """SELECT and CONSTRUCT give the same statements, signs beyond Latin-1 included."""
    pattern = "?x a <https://daten.example/def/Kreis> ; <http://www.w3.org/2000/01/rdf-schema#label> ?name"
    order = f"WHERE {{ {pattern} }} ORDER BY ?x"
    asked = source("sparql", endpoint, page=10, query=f"SELECT ?x ?name {order}", thing="x")
    asked = replace(asked, values={"name": vocab.SKOS.prefLabel}, class_iri=vocab.SCHEMA["AdministrativeArea"])
    selected = brought(asked, tmp_path / "a")
    made = f"CONSTRUCT {{ ?x a <{vocab.SCHEMA['AdministrativeArea']}> ; <{vocab.SKOS.prefLabel}> ?name }} {order}"
    constructed = brought(source("sparql", endpoint, page=10, query=made), tmp_path / "b")
    assert selected.path and constructed.path and selected.statements == constructed.statements == 50
    texts = [(found / "data.nt").read_text(encoding="utf-8") for found in (selected.path, constructed.path)]
    assert texts[0] == texts[1] and "Kreis „124“ Höxter" in texts[0]


def test_another_workspace_is_brought_in_with_its_licence(tmp_path: Path) -> None:
    """Its public datasets come from its running server; the next build reads them beside ours and changes no answer."""
    theirs = Workspace.read(OTHER)
    assert builds.build([OTHER / "data"], tmp_path / "theirs", theirs).ok
    with serving("--source", str(tmp_path / "theirs"), "--workspace", str(OTHER)) as server:
        found = brought(replace(harvests.read("nachbar", SPACE), addresses=(server.url,)), tmp_path)
    assert found.path is not None, found.report.findings
    text = (found.path / "dataset.yaml").read_text(encoding="utf-8")
    assert "license: https://creativecommons.org/" in text and "kind: nqgraph" in text
    dataset(tmp_path / "data" / "eigenes", BASICS)
    alone = builds.build([tmp_path / "data" / "eigenes"], tmp_path / "alone", SPACE)
    both = builds.build([tmp_path / "data"], tmp_path / "both", SPACE)
    assert alone.ok and both.ok, both.report and both.report.findings
    assert main(["--lang", "en", "validate", str(tmp_path / "data")]) == 0
    graphs = [Graph(builds.versions.open(tmp_path / name).load()) for name in ("alone", "both")]
    for query in ("region-codes", "externe-verknuepfungen"):
        assert [tuple(row) for row in graphs[0].query(query)] == [tuple(row) for row in graphs[1].query(query)]
    assert graphs[1].select("SELECT ?g WHERE { GRAPH ?g { ?s a <https://example.org/schulabbruch/def/Measure> } }")


# -- tables ------------------------------------------------------------------------------------------------------------

HEAD = """@prefix rml: <http://semweb.mmlab.be/ns/rml#> . @prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<#m> a rr:TriplesMap ; rml:logicalSource [ rml:source "table.csv" ; rml:referenceFormulation ql:CSV ] ;
    rr:subjectMap [ rr:template "https://daten.example/beruf/{Code}" ; rr:class <http://schema.org/Occupation> ] ;
    rr:predicateObjectMap [ rr:predicate skos:prefLabel ;
        rr:objectMap [ rml:reference "Name" ; rr:language "de" ] ] .
"""
#: An occupation in the form in which the documentation of the service shows one.
OCCUPATION = {
    "className": "Occupation",
    "uri": "http://data.europa.eu/esco/occupation/90f75f67-495d-49fa-ab57-2f320e251d7e",
    "title": "Koch/Köchin",
    "preferredLabel": {"de": "Koch/Köchin", "en": "cook"},
    "code": "5120.1",
}


@pytest.fixture
def runs() -> None:
    """Where morph-kgc is not installed, what needs it is skipped."""
    try:
        rml.python()
    except MissingToolError:
        pytest.skip(f"morph-kgc is not installed: {rml.VARIABLE} is not set")


@pytest.mark.usefixtures("runs")
def test_a_table_becomes_statements_by_its_mapping(tmp_path: Path) -> None:
    """In the encoding that the source names; rows that do not fit the header are named and left out."""
    mapping = tmp_path / "m.ttl"
    mapping.write_text(HEAD, encoding="utf-8")
    table = 'Code;Name\n29302;"Köche; Köchinnen"\n62102\n51312;Fachlagerist\n'.encode("latin-1")
    with service(lambda asked: Said(table, "text/csv")) as server:
        probe = source(
            "table", f"{server.url}/berufe.csv", mapping=mapping, encoding="latin-1", path=tmp_path / "x.yaml"
        )
        found = brought(probe, tmp_path)
    assert found.path is not None and found.statements == 4
    assert [problem.place.line for problem in found.skipped] == [3]
    assert '"Köche; Köchinnen"@de' in (found.path / "data.nt").read_text(encoding="utf-8")


@pytest.mark.usefixtures("runs")
def test_the_shipped_mapping_fits_what_the_service_answers(tmp_path: Path) -> None:
    shipped = harvests.read("esco", SPACE)
    with service(lambda asked: Said(json.dumps(OCCUPATION), "application/json")) as server:
        found = brought(replace(shipped, addresses=(f"{server.url}/esco?uri=1",)), tmp_path)
    assert found.path is not None and found.statements == 4
    text = (found.path / "data.nt").read_text(encoding="utf-8")
    assert f"<{OCCUPATION['uri']}>" in text and '"cook"@en' in text and '"5120.1"' in text


def test_without_the_tool_a_table_says_in_one_line_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(rml.VARIABLE, str(tmp_path / "nowhere"))
    mapping = tmp_path / "m.ttl"
    mapping.write_text(HEAD, encoding="utf-8")
    with service(lambda asked: Said(b"")) as server, pytest.raises(MissingToolError, match="pip install morph-kgc"):
        brought(source("table", server.url, mapping=mapping), tmp_path)
    assert server.asked == []  # it is said before anybody is asked


@pytest.mark.parametrize("place", ["/etc/passwd", "https://intern.example/x.csv", "../table.csv"])
def test_a_mapping_reads_the_fetched_table_alone(place: str, tmp_path: Path) -> None:
    mapping = tmp_path / "m.ttl"
    mapping.write_text(HEAD.replace("table.csv", place), encoding="utf-8")
    with pytest.raises(InputError, match=r"table\.csv"):
        rml.check(mapping, "m.ttl")
