"""Validation: findings with shape, place and a message that says what to do, from two engines and whole-graph rules."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import ClassVar
from typing import Literal as Choice

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SH, XSD
from rdflib.term import Node

from nqgraph.graph.store import Store
from nqgraph.model.shapes import Schema
from nqgraph.sources.places import Places
from nqgraph.validation import constraints
from nqgraph.words import frontmatter, vocab
from nqgraph.words.errors import Place, ShapesError
from nqgraph.words.numbers import written
from nqgraph.words.texts import LANGUAGES, Labels, in_language, text
from nqgraph.words.workspace import Workspace

Engine = Choice["sparql", "pyshacl"]
#: Severities from worst to mildest (SHACL, section 2.1.4).
SEVERITIES = (vocab.SH.Violation, vocab.SH.Warning, vocab.SH.Info)


@dataclass(frozen=True)
class SparqlConstraint:
    """A SPARQL-based constraint: a SELECT over the whole graph with ``?this``, perhaps ``?path`` and ``?value``."""

    name: str
    severity: str
    message: Labels
    text: str

    PREFIX: ClassVar[str] = vocab.NQSH["rule-"]

    @property
    def iri(self) -> str:
        """IRI by which reports name the rule."""
        return self.PREFIX + self.name


@dataclass(frozen=True)
class Finding:
    """One validation result (SHACL, section 3.6.2)."""

    severity: str
    focus: str
    path: str = ""
    value: Node | None = None
    shape: str = ""
    component: str = ""
    message: Labels = field(default_factory=dict)
    place: Place = field(default_factory=Place)

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What makes two results the same, whichever engine found them."""
        return (self.focus, self.path, _canonical(self.value), self.shape, self.component)

    def in_language(self, lang: str) -> str:
        """Place, thing and message on one line."""
        where = self.place.in_language(lang)
        about = vocab.local_name(self.focus)
        shown = "" if self.value is None else f" [{_short(self.value, lang)}]"
        return f"{where + ': ' if where else ''}{about}: {in_language(self.message, lang)}{shown}"


@dataclass(frozen=True)
class Report:
    """All findings, worst first, and how much was really tested."""

    findings: tuple[Finding, ...]
    #: Node shape or rule IRI → number of focus nodes.
    tested: Mapping[str, int]
    #: Seconds.
    elapsed: float
    engine: Engine

    @property
    def conforms(self) -> bool:
        """Whether nothing is a violation; warnings do not count (unlike ``sh:conforms``)."""
        return not self.count(vocab.SH.Violation)

    def count(self, severity: str) -> int:
        """Number of findings of a severity."""
        return sum(1 for finding in self.findings if finding.severity == severity)

    @property
    def untested(self) -> list[str]:
        """Node shapes that no node was tested against."""
        return sorted(iri for iri, count in self.tested_shapes.items() if count == 0)

    @property
    def tested_shapes(self) -> dict[str, int]:
        """Node shape IRI → number of focus nodes; rules have none of their own."""
        return {iri: count for iri, count in self.tested.items() if not iri.startswith(SparqlConstraint.PREFIX)}

    def to_graph(self) -> Graph:
        """A W3C validation report (SHACL, section 3.6)."""
        graph = Graph(bind_namespaces="none")
        for prefix, namespace in vocab.PREFIXES.items():
            graph.bind(prefix, str(namespace))
        report = URIRef(vocab.NQSH.report)
        graph.add((report, RDF.type, SH.ValidationReport))
        graph.add((report, SH.conforms, Literal(not self.findings, datatype=XSD.boolean)))
        for number, finding in enumerate(self.findings, start=1):
            result = URIRef(f"{report}/{number}")
            graph.add((report, SH.result, result))
            graph.add((result, RDF.type, SH.ValidationResult))
            graph.add((result, SH.resultSeverity, URIRef(finding.severity)))
            graph.add((result, SH.focusNode, URIRef(finding.focus)))
            for predicate, iri in (
                (SH.resultPath, finding.path),
                (SH.sourceShape, finding.shape),
                (SH.sourceConstraintComponent, finding.component),
            ):
                if iri:
                    graph.add((result, predicate, URIRef(iri)))
            if finding.value is not None:
                graph.add((result, SH.value, finding.value))
            for lang, message in finding.message.items():
                graph.add((result, SH.resultMessage, Literal(message, lang=lang)))
        return graph

    def to_dict(self) -> dict[str, object]:
        """The report as plain values for JSON."""
        return {
            "conforms": self.conforms,
            "engine": self.engine,
            "counts": {vocab.local_name(s).lower(): self.count(s) for s in SEVERITIES},
            "tested": {vocab.shrink(iri): count for iri, count in sorted(self.tested.items())},
            "findings": [
                {
                    "severity": vocab.local_name(f.severity).lower(),
                    "focus": f.focus,
                    "path": f.path or None,
                    "value": None if f.value is None else str(f.value),
                    "shape": f.shape or None,
                    "component": vocab.local_name(f.component) or None,
                    "message": f.message,
                    "place": {k: getattr(f.place, k) or None for k in ("file", "sheet", "row", "column", "line")},
                }
                for f in self.findings
            ],
        }


@lru_cache(maxsize=16)
def sparql_constraints(workspace: Workspace) -> tuple[SparqlConstraint, ...]:
    """The whole-graph rules in ``shapes/rules/`` of *workspace* and of the core, by name."""
    return tuple(read_constraint(path) for path in workspace.files("shapes/rules", "*.rq"))


def read_constraint(path: Path) -> SparqlConstraint:
    """The rule in the file *path*."""
    meta, body = frontmatter.read(path)
    return SparqlConstraint(path.stem, vocab.SH[meta["severity"]], meta["message"], body)


def validate(
    store: Store,
    schema: Schema,
    *,
    engine: Engine = "sparql",
    using: Sequence[SparqlConstraint] = (),
    focus: Sequence[str] = (),
    places: Places | None = None,
) -> Report:
    """
    Check the quads of *store* against *schema* and the rules *using*; a finding is a result, not an exception.

    Args:
        engine: ``sparql`` compiles the shapes to queries; ``pyshacl`` is the reference and knows all of SHACL.
        focus: IRIs of the only nodes to check, for a row that changed; empty for all. Rules are skipped then.
        places: Where statements come from, to name file, row and column.
    Returns:
        Findings by severity, place, focus node and path; ``elapsed`` in seconds.
    Raises:
        ShapesError: The shapes use what only the reference knows, and ``sparql`` was asked for.
    Source:
        https://www.w3.org/TR/shacl/#validation
    """
    began = time.perf_counter()
    if engine == "sparql":
        if schema.unsupported:
            shape, what = schema.unsupported[0]
            raise ShapesError.of("shape-unsupported", Place(), shape=vocab.shrink(shape), what=vocab.shrink(what))
        found = list(_by_queries(store, schema, focus))
    else:
        found = list(_by_pyshacl(store, schema, focus))
    tested = coverage(store, schema, focus)
    if not focus:
        for rule in using:
            results = list(_by_rule(store, rule))
            found += results
            tested[rule.iri] = len({finding.focus for finding in results})
    placed = (replace(f, place=places.find(f.focus, f.path)) for f in found) if places else iter(found)
    unique = {finding.key: finding for finding in placed}
    order = {severity: index for index, severity in enumerate(SEVERITIES)}
    findings = sorted(unique.values(), key=lambda f: (order.get(f.severity, 0), f.place, f.key))
    return Report(tuple(findings), tested, time.perf_counter() - began, engine)


def coverage(store: Store, schema: Schema, focus: Sequence[str] = ()) -> dict[str, int]:
    """Node shape IRI → number of its focus nodes in *store*, or of those among *focus*."""
    subclasses = _subclasses(store)
    block = constraints.values_block(focus) if focus else ""
    return {
        shape.iri: int(store.select(constraints.focus_nodes([shape.target_class], subclasses, block))[0][0])
        for shape in schema.node_shapes
    }


def _subclasses(store: Store) -> constraints.Subclasses:
    below: dict[str, set[str]] = {}
    for sub, sup in store.select("SELECT ?sub ?sup WHERE { ?sub rdfs:subClassOf+ ?sup . FILTER(isIRI(?sup)) }"):
        below.setdefault(sup, set()).add(sub)
    return lambda iri: [iri, *sorted(below.get(iri, ()))]


def _by_queries(store: Store, schema: Schema, focus: Sequence[str]) -> Iterable[Finding]:
    subclasses = _subclasses(store)
    block = constraints.values_block(focus) if focus else ""
    targets: dict[str, list[str]] = {}
    for node in schema.node_shapes:
        for shape in node.properties:
            targets.setdefault(shape.iri, []).append(node.target_class)
    for iri, classes in targets.items():
        for check in constraints.checks(schema.by_iri[iri], classes, subclasses, block):
            shape = check.shape
            message = shape.message or _standard_message(shape.path, check.component)
            named = iri if ":" in iri else ""  # as in _iri
            for row in store.solutions(check.text):
                value = row[1] if len(row) > 1 else None
                yield Finding(shape.severity, str(row[0]), shape.path, value, named, check.component, message)


def _standard_message(path: str, component: str) -> Labels:
    """What to say where a shape of others has no message."""
    values = {"path": vocab.shrink(path), "component": vocab.local_name(component).removesuffix("ConstraintComponent")}
    return {lang: text("constraint-broken", lang, **values) for lang in LANGUAGES}


def _by_pyshacl(store: Store, schema: Schema, focus: Sequence[str]) -> Iterable[Finding]:
    import pyshacl

    data = store.graph()
    # Where the advanced features are off, pyshacl passes over these two in silence.
    advanced = any((None, predicate, None) in schema.graph for predicate in (SH.target, SH.expression))
    try:  # inference stays off: range entailment would hide mistyped values
        _, report, _ = pyshacl.validate(
            data,
            shacl_graph=schema.graph,
            ont_graph=data,
            inference="none",
            meta_shacl=False,
            advanced=advanced,
            focus_nodes=[URIRef(iri) for iri in focus] or None,
        )
    except pyshacl.errors.ReportableRuntimeError as error:
        raise ShapesError.of("shape-ill-formed", Place(), message=error.message) from error
    if not isinstance(report, Graph):
        raise ShapesError.of("shape-ill-formed", Place(), message=str(report))
    for result in report.subjects(RDF.type, SH.ValidationResult):
        if (None, SH.detail, result) in report:
            continue
        shape = _iri(report.value(result, SH.sourceShape))
        known = schema.by_iri.get(shape)
        messages = {
            (m.language or "de")[:2]: str(m) for m in report.objects(result, SH.resultMessage) if isinstance(m, Literal)
        }
        focus_node = report.value(result, SH.focusNode)
        yield Finding(
            severity=str(report.value(result, SH.resultSeverity)),
            focus=str(focus_node),
            path=_iri(report.value(result, SH.resultPath)),
            value=report.value(result, SH.value),
            shape=shape,
            component=str(report.value(result, SH.sourceConstraintComponent)),
            message=known.message if known and known.message else messages,
        )


def _iri(term: Node | None) -> str:
    """IRI of *term*; empty for blank nodes, which have no name that means anything outside their file."""
    return str(term) if isinstance(term, URIRef) else ""


def _by_rule(store: Store, rule: SparqlConstraint) -> Iterable[Finding]:
    for values in store.bindings(rule.text):
        filled = {
            lang: message.format_map(_Missing({n: _short(t, lang) for n, t in values.items()}))
            for lang, message in rule.message.items()
        }
        path = values.get("path")
        yield Finding(
            severity=rule.severity,
            focus=str(values["this"]),
            path="" if path is None else str(path),
            value=values.get("value"),
            shape=rule.iri,
            component=vocab.SH.SPARQLConstraintComponent,
            message=filled,
        )


class _Missing(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def _canonical(term: Node | None) -> str:
    """*term* in a form that does not depend on how an engine writes floating-point numbers."""
    if not isinstance(term, Literal):
        return "" if term is None else f"<{term}>"
    if term.datatype in (XSD.double, XSD.float) and not term.ill_typed:
        return f"{float(term)!r}^^{term.datatype}"
    return f"{str(term)!r}@{term.language or ''}^^{term.datatype or ''}"


def _short(term: Node, lang: str) -> str:
    if isinstance(term, URIRef):
        return vocab.local_name(term)
    decimal = isinstance(term, Literal) and term.datatype in (XSD.decimal, XSD.double)
    return written(str(term), lang) if decimal else str(term)


def summary(report: Report, lang: str) -> str:
    """A line with the number of findings of each severity, of nodes and shapes; a second names shapes without nodes."""
    tested = report.tested_shapes
    counts = Counter(f.severity for f in report.findings)
    counted = text(
        "report-summary",
        lang,
        violations=counts[vocab.SH.Violation],
        warnings=counts[vocab.SH.Warning],
        infos=counts[vocab.SH.Info],
        nodes=sum(tested.values()),
        shapes=sum(1 for count in tested.values() if count),
    )
    if not report.untested:
        return counted
    names = ", ".join(vocab.local_name(iri) for iri in report.untested)
    return f"{counted}\n{text('report-untested', lang, names=names)}"
