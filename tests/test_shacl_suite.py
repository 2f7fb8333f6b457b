"""The SHACL suite of the W3C, in place: our report of each test says what the standard's does, no more and no less."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from rdflib import RDF, SH, BNode, Graph, Namespace
from rdflib.term import Node

from nqgraph.building import checks
from nqgraph.graph import documents
from nqgraph.validation import engines
from nqgraph.validation.engines import Engine
from nqgraph.words.errors import NqgraphError
from tests.spaces import SPACE

SUITE = Path(__file__).parents[2] / "shared" / "standards" / "w3c-shacl" / "tests"
#: Where the suite lies if the checkout is a worktree of its own.
SUITE = SUITE if SUITE.is_dir() else Path(__file__).parents[3] / "shared" / "standards" / "w3c-shacl" / "tests"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
#: Tests that an engine fails, and why.
KNOWN: dict[Engine, dict[str, str]] = {
    "shacl": {},
    "pyshacl": {"sparql/pre-binding/shapesGraph-001.ttl": "does not know $shapesGraph, and says so"},
}

pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason="the W3C SHACL suite is not beside the checkout")


def manifests() -> list[Path]:
    return [path for path in sorted(SUITE.rglob("*.ttl")) if b"sht:Validate" in path.read_bytes()]


def said(graph: Graph, report: Node) -> Counter[tuple[str, ...]]:
    """The results of a report, each as what it says of its properties; blank nodes by what they consist of."""
    predicates = (SH.focusNode, SH.resultPath, SH.value, SH.sourceShape, SH.sourceConstraintComponent)
    results = Counter[tuple[str, ...]]()
    for result in graph.objects(report, SH.result):
        row = [structure(graph, graph.value(result, p), opaque=p != SH.resultPath) for p in predicates]
        results[(*row, str(graph.value(result, SH.resultSeverity)))] += 1
    return results


def structure(graph: Graph, node: Node | None, *, opaque: bool) -> str:
    if not isinstance(node, BNode):
        return "–" if node is None else node.n3()
    if opaque:
        return "_"
    inner = sorted(f"{p.n3()} {structure(graph, o, opaque=False)}" for p, o in graph.predicate_objects(node))
    return f"[{'; '.join(inner)}]"


def result(path: Path, engine: Engine) -> str:
    """Empty if our report on the test at *path* is the expected one, else what differs."""
    (graph,) = documents.graphs([(path, path.name)])
    test = next(graph.subjects(RDF.type, SHT.Validate))
    action = graph.value(test, MF.action)
    files = {p: Path(str(graph.value(action, p)).removeprefix("file://")) for p in (SHT.dataGraph, SHT.shapesGraph)}
    expected = graph.value(test, MF.result)
    assert expected is not None
    try:
        report = checks.of_sources([files[SHT.dataGraph]], [files[SHT.shapesGraph]], workspace=SPACE, engine=engine)
    except NqgraphError as error:
        return "" if expected == SHT.Failure else str(error)
    if expected == SHT.Failure:
        return "no failure"
    ours = report.to_graph()
    own = next(ours.subjects(RDF.type, SH.ValidationReport))
    differs = [
        f"{sign} {row}"
        for sign, rows in (
            ("-", said(graph, expected) - said(ours, own)),
            ("+", said(ours, own) - said(graph, expected)),
        )
        for row in rows
    ]
    if str(ours.value(own, SH.conforms)) != str(graph.value(expected, SH.conforms)):
        differs.append("conforms")
    wanted = {m for r in graph.objects(expected, SH.result) for m in graph.objects(r, SH.resultMessage)}
    if not wanted <= set(ours.objects(None, SH.resultMessage)):
        differs.append("messages")
    return "\n".join(differs)


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_the_suite_of_the_w3c(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """At least 120 of the 121 tests pass with either engine; what fails is known and explained."""
    monkeypatch.setattr(engines, "evaluate_apart", lambda *given: engines.evaluate(*given[:3]))  # 242 processes fewer
    found = {path.relative_to(SUITE).as_posix(): result(path, engine) for path in manifests()}
    assert len(found) == 121
    failed = {name: differs for name, differs in found.items() if differs}
    print(*(f"{name}:\n{differs}" for name, differs in failed.items()), sep="\n")
    assert set(failed) == set(KNOWN[engine])
