"""Checks the shapes themselves: a typing mistake in a shape would make it silently check nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SH

from nqgraph.model import shapes
from nqgraph.words import vocab
from nqgraph.words.errors import Place, Problem
from nqgraph.words.texts import LANGUAGES, Text, near
from nqgraph.words.workspace import CORE, Workspace, shipped

_KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
#: What says something of a shape without using it.
_MENTIONS = (RDFS.seeAlso, RDFS.isDefinedBy, DCTERMS.isPartOf, DCTERMS.source, OWL.deprecated)
#: Terms of SHACL 1.2 (working drafts) and of its JavaScript extensions, which rdflib does not list.
_LATER = frozenset(
    {"Debug", "Trace", "ShapeClass", "conformanceDisallows", "reifierShape", "reificationRequired", "singleLine"}
    | {"memberShape", "minListLength", "maxListLength", "uniqueMembers", "rootClass", "someValue", "subsetOf"}
    | {"targetWhere", "uniqueValuesFor", "nodeByExpression", "values", "intent", "agentInstruction", "codeIdentifier"}
)
#: Where people look for SHACL; only ``http`` and ``#`` is right.
_ELSEWHERE = re.compile("https?://www[.]w3[.]org/ns/shacl[/#]")


def lint(
    paths: Sequence[Path], known: Iterable[str], workspace: Workspace | None = None, *, texts: bool = True
) -> list[Problem]:
    """
    What is wrong with the shapes in the Turtle files *paths*.

    Reported are terms of SHACL, of the core and of the workspace's ontology that do not exist, shapes that nothing
    targets or uses, and, with *texts*, property shapes without name or message in a language of the workspace in
    which all texts of the program exist; without such a language, in its first one.

    Args:
        known: IRIs of the terms of the core and of the workspace's ontology.
        workspace: Whose terms and languages count; the shipped one if None.
    Raises:
        ShapesError: A file is not well-formed.
    """
    graphs = {path: shapes.read([path]) for path in paths}
    return lint_graphs(graphs, known, workspace, texts=texts)


def lint_graphs(
    graphs: Mapping[Path, Graph], known: Iterable[str], workspace: Workspace | None = None, *, texts: bool = True
) -> list[Problem]:
    """Like :func:`lint`, of files that are read already."""
    workspace = workspace or shipped()
    iris = workspace.iris
    namespaces = tuple({str(vocab.NQ), iris.terms})
    ours = {iri for iri in known if iri.startswith(namespaces)}
    languages = [lang for lang in workspace.languages if lang in LANGUAGES] or [workspace.language]
    whole = merged(graphs.values())
    problems = []
    for path, graph in graphs.items():
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        named = {t for triple in graph for t in triple if isinstance(t, URIRef)}
        for term in sorted(named):
            name = vocab.local_name(term)
            if term.startswith(str(SH)) and str(term) != str(SH) and name not in SH and name not in _LATER:
                hint = near(name, [vocab.local_name(t) for t in dir(SH) if t in SH], prefix="sh:")
                problems.append(_problem(path, lines, name, "lint-unknown-shacl", term=f"sh:{name}", hint=hint))
            if str(term).startswith(namespaces) and str(term) not in ours:
                prefix = iris.shrink(term).removesuffix(name)
                hint = near(
                    name, [vocab.local_name(t) for t in ours if t.startswith(term.removesuffix(name))], prefix=prefix
                )
                shown = iris.shrink(term)
                problems.append(_problem(path, lines, name, "lint-unknown-term", term=shown, hint=hint))
        wrong = {match[0] for term in named if (match := _ELSEWHERE.match(term)) and match[0] != str(SH)}
        problems += [Problem(Place(path.name), Text("lint-namespace", {"namespace": iri})) for iri in sorted(wrong)]
        declared = {s for kind in (SH.NodeShape, SH.PropertyShape) for s in graph.subjects(RDF.type, kind)}
        for shape in sorted(declared, key=str):
            if not isinstance(shape, URIRef):
                continue
            if not path.is_relative_to(CORE) and not _used(whole, shape):
                problems.append(_problem(path, lines, vocab.local_name(shape), "lint-no-target"))
            if texts and (shape, RDF.type, SH.PropertyShape) in graph:
                problems += _missing_texts(path, lines, graph, shape, languages)
    return problems


def merged(graphs: Iterable[Graph]) -> Graph:
    """All triples of *graphs*; that of one alone is itself."""
    first, *others = graphs
    if not others:
        return first
    whole = Graph(store="SimpleMemory", bind_namespaces="none")
    for graph in (first, *others):
        whole += graph
    return whole


def twice(paths: Sequence[Path], workspace: Workspace) -> list[Problem]:
    """Classes and properties that two of the ontology files *paths* declare: two models that mean different things."""
    first: dict[str, Path] = {}
    problems = []
    for path in paths:
        lines = path.read_text(encoding="utf-8").splitlines()
        graph = shapes.read([path])
        declared = {str(s) for kind in _KINDS for s in graph.subjects(RDF.type, kind) if isinstance(s, URIRef)}
        for term in sorted(declared):
            if first.setdefault(term, path) is not path:
                name, shown = workspace.name(first[term]), workspace.iris.shrink(term)
                problems.append(_problem(path, lines, vocab.local_name(term), "term-twice", term=shown, first=name))
    return problems


def _used(whole: Graph, shape: URIRef) -> bool:
    """Whether *shape* has a target, is a class, is off on purpose, or is used by something."""
    return (
        any((shape, predicate, None) in whole for predicate in shapes.TARGETS)
        or shapes.is_class(whole, shape)
        or str(whole.value(shape, SH.deactivated, any=True)) == "true"
        or any(predicate not in _MENTIONS and user != shape for user, predicate in whole.subject_predicates(shape))
    )


def _missing_texts(
    path: Path, lines: list[str], graph: Graph, shape: URIRef, languages: Sequence[str]
) -> Iterable[Problem]:
    for predicate in (SH.name, SH.message):
        tags = {o.language for o in graph.objects(shape, predicate) if isinstance(o, Literal)}
        for lang in languages:
            if lang not in tags:
                what = vocab.shrink(str(predicate))
                yield _problem(path, lines, vocab.local_name(shape), "lint-missing-text", what=what, tag=lang)


def _problem(path: Path, lines: list[str], name: str, code: str, **values: object) -> Problem:
    pattern = re.compile(rf"[:/#]{re.escape(name)}\b")
    line = next((number for number, text in enumerate(lines, start=1) if pattern.search(text)), 0)
    return Problem(Place(path.name, line=line), Text(code, dict(values)))
