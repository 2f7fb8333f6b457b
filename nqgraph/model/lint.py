"""Checks the shapes themselves: a typing mistake in a shape would make it silently check nothing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SH

from nqgraph.model import shapes
from nqgraph.words import vocab
from nqgraph.words.errors import Place, Problem
from nqgraph.words.texts import LANGUAGES, Text

_USED_BY = (SH.node, SH.property, SH["not"], SH["and"], SH["or"], SH.xone, SH.qualifiedValueShape)


def lint(paths: Sequence[Path], known: Iterable[str], *, texts: bool = True) -> list[Problem]:
    """
    What is wrong with the shapes in the Turtle files *paths*.

    Reported are terms of SHACL and of our ontology that do not exist, shapes that nothing targets or uses, and, with
    *texts*, property shapes without name or message in German and English.

    Args:
        known: IRIs of our ontology's terms.
    Raises:
        ShapesError: A file is not well-formed.
    """
    ours = {iri for iri in known if iri.startswith(vocab.NQ)}
    graphs = {path: shapes.read([path]) for path in paths}
    whole = Graph()
    for graph in graphs.values():
        whole += graph
    problems = []
    for path, graph in graphs.items():
        lines = path.read_text(encoding="utf-8").splitlines()
        for term in sorted({t for triple in graph for t in triple if isinstance(t, URIRef)}):
            name = vocab.local_name(term)
            if term.startswith(str(SH)) and name not in SH:
                near = difflib.get_close_matches(name, [vocab.local_name(t) for t in dir(SH) if t in SH], n=1)
                hint = Text("did-you-mean", {"name": f"sh:{near[0]}"}) if near else Text("empty")
                problems.append(_problem(path, lines, name, "lint-unknown-shacl", term=f"sh:{name}", hint=hint))
            if term.startswith(vocab.NQ) and str(term) not in ours:
                near = difflib.get_close_matches(name, [vocab.local_name(t) for t in ours], n=1)
                hint = Text("did-you-mean", {"name": f"nq:{near[0]}"}) if near else Text("empty")
                problems.append(_problem(path, lines, name, "lint-unknown-term", term=f"nq:{name}", hint=hint))
        declared = {s for kind in (SH.NodeShape, SH.PropertyShape) for s in graph.subjects(RDF.type, kind)}
        for shape in sorted(declared, key=str):
            if not isinstance(shape, URIRef):
                continue
            targeted = any((shape, predicate, None) in whole for predicate in shapes.TARGETS)
            targeted = targeted or shapes.is_class(whole, shape)
            if not targeted and not any((None, predicate, shape) in whole for predicate in _USED_BY):
                problems.append(_problem(path, lines, vocab.local_name(shape), "lint-no-target"))
            if texts and (shape, RDF.type, SH.PropertyShape) in graph:
                problems += _missing_texts(path, lines, graph, shape)
    return problems


def _missing_texts(path: Path, lines: list[str], graph: Graph, shape: URIRef) -> Iterable[Problem]:
    for predicate in (SH.name, SH.message):
        tags = {o.language for o in graph.objects(shape, predicate) if isinstance(o, Literal)}
        for lang in LANGUAGES:
            if lang not in tags:
                what = vocab.shrink(str(predicate))
                yield _problem(path, lines, vocab.local_name(shape), "lint-missing-text", what=what, tag=lang)


def _problem(path: Path, lines: list[str], name: str, code: str, **values: object) -> Problem:
    pattern = re.compile(rf"[:/#]{re.escape(name)}\b")
    line = next((number for number, text in enumerate(lines, start=1) if pattern.search(text)), 0)
    return Problem(Place(path.name, line=line), Text(code, dict(values)))
