"""Validation: findings with shape, place and a message that says what to do, from two engines and whole-graph rules."""

from __future__ import annotations

import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH, XSD
from rdflib.term import Node

from nqgraph.graph import documents
from nqgraph.graph.store import Store
from nqgraph.model.shapes import Schema
from nqgraph.sources.places import Places
from nqgraph.validation import engines, formed, paths, targets
from nqgraph.validation.engines import Engine
from nqgraph.validation.paths import Path as PropertyPath
from nqgraph.words import faults, frontmatter, vocab
from nqgraph.words.errors import InputError, LimitError, Place, Problem, ShapesError
from nqgraph.words.numbers import written
from nqgraph.words.texts import LANGUAGES, Labels, Text, in_language, text
from nqgraph.words.workspace import Workspace

#: Severities from worst to mildest (SHACL, section 2.1.4).
SEVERITIES = (vocab.SH.Violation, vocab.SH.Warning, vocab.SH.Info)
#: Severities that let data pass, with those of SHACL 1.2; one that shapes bring themselves does not.
_MIN_COUNT = f"{vocab.SH}MinCountConstraintComponent"
MILD = frozenset(vocab.SH[name] for name in ("Warning", "Info", "Debug", "Trace"))


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
    #: The IRI of the focus node, or itself where it is a blank node or a literal.
    focus: str
    path: PropertyPath = ""
    value: Node | None = None
    #: The IRI of the node or property shape, or itself where it is a blank node.
    shape: str = ""
    component: str = ""
    #: Texts of ``sh:message``.
    messages: tuple[Literal, ...] = ()
    place: Place = field(default_factory=Place)
    #: The SPARQL constraint, where there are several of them on one shape.
    constraint: Node | None = None
    #: What is missing, if something is.
    missing: Labels = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two results the same, whichever engine found them."""
        terms = (_canonical(term) for term in (self.focus, self.value, self.shape, self.constraint))
        return (*terms, paths.text(self.path), self.component, self.severity)

    @property
    def message(self) -> Labels:
        """Language → what is wrong; several texts in one language stand one after the other."""
        said: Labels = {}
        for message in self.messages:
            lang = (message.language or "").lower()
            said[lang] = f"{said[lang]} {message}" if lang in said else str(message)
        return said or _standard_message(self.path, self.component)

    def said(self, lang: str) -> str:
        """The message in *lang* or one of its regions, else in another language."""
        labels = self.message
        near = next((tag for tag in labels if tag.partition("-")[0] == lang), lang)
        said = in_language(labels, lang if lang in labels else near)
        if self.missing:
            return text("value-missing", lang, name=self.missing, rule=said)
        return said

    def about(self) -> str:
        """The focus node in short."""
        return self.focus.n3() if isinstance(self.focus, Node) else vocab.local_name(self.focus)

    def in_language(self, lang: str) -> str:
        """Place, thing and message on one line."""
        where = self.place.in_language(lang)
        shown = "" if self.value is None else f" [{_short(self.value, lang)}]"
        return f"{where + ': ' if where else ''}{self.about()}: {self.said(lang)}{shown}"


@dataclass(frozen=True)
class Report:
    """All findings, worst first, and how much was really tested."""

    findings: tuple[Finding, ...]
    #: Node shape or rule IRI → number of focus nodes; empty if they were not counted.
    tested: Mapping[str, int]
    #: Seconds.
    elapsed: float
    engine: Engine
    #: What seems wrong with the shapes, but does not keep them from being used.
    notes: tuple[Problem, ...] = ()
    #: What of the sources could not be read.
    problems: tuple[Problem, ...] = ()
    #: Node shape IRI → what its things are called.
    labels: Mapping[str, Labels] = field(default_factory=dict)

    @property
    def conforms(self) -> bool:
        """Whether all was read and nothing is worse than a warning (unlike ``sh:conforms``)."""
        return not self.problems and all(finding.severity in MILD for finding in self.findings)

    def count(self, severity: str) -> int:
        """Number of findings of a severity."""
        return sum(1 for finding in self.findings if finding.severity == severity)

    @property
    def others(self) -> dict[str, int]:
        """Severities that SHACL 1.0 does not have → number of findings."""
        return dict(Counter(f.severity for f in self.findings if f.severity not in SEVERITIES))

    @property
    def untested(self) -> list[str]:
        """Node shapes that no node was tested against."""
        return sorted(iri for iri, count in self.tested_shapes.items() if count == 0)

    @property
    def tested_shapes(self) -> dict[str, int]:
        """Node shape IRI → number of focus nodes; rules have none of their own."""
        return {iri: count for iri, count in self.tested.items() if not iri.startswith(SparqlConstraint.PREFIX)}

    def to_graph(self, *, named: bool = False) -> Graph:
        """A W3C validation report (SHACL, section 3.6); *named* gives IRIs to the report and its results."""
        graph = Graph(bind_namespaces="none")
        for prefix, namespace in vocab.PREFIXES.items():
            graph.bind(prefix, str(namespace))
        report: Node = URIRef(vocab.NQSH.report) if named else BNode("report")
        graph.add((report, RDF.type, SH.ValidationReport))
        graph.add((report, SH.conforms, Literal(not self.findings, datatype=XSD.boolean)))
        for number, finding in enumerate(self.findings, start=1):
            result: Node = URIRef(f"{report}/{number}") if named else BNode(f"result{number}")
            graph.add((report, SH.result, result))
            graph.add((result, RDF.type, SH.ValidationResult))
            graph.add((result, SH.resultSeverity, URIRef(finding.severity)))
            graph.add((result, SH.focusNode, _term(finding.focus)))
            if finding.path:
                graph.add((result, SH.resultPath, paths.to_graph(finding.path, graph, f"r{number}p")))
            if finding.component:
                graph.add((result, SH.sourceConstraintComponent, URIRef(finding.component)))
            for predicate, term in (
                (SH.sourceShape, _term(finding.shape) if finding.shape else None),
                (SH.sourceConstraint, finding.constraint),
                (SH.value, finding.value),
            ):
                if term is not None:
                    graph.add((result, predicate, term))
            for message in finding.messages:
                graph.add((result, SH.resultMessage, message))
        return graph

    def to_dict(self) -> dict[str, object]:
        """The report as plain values for JSON."""
        return {
            "conforms": self.conforms,
            "engine": self.engine,
            "counts": {
                **{vocab.local_name(s).lower(): self.count(s) for s in SEVERITIES},
                **{severity_name(s): count for s, count in self.others.items()},
            },
            "tested": {vocab.shrink(iri): count for iri, count in sorted(self.tested.items())},
            "notes": [{lang: note.in_language(lang) for lang in LANGUAGES} for note in self.notes],
            "problems": [
                {
                    "code": p.text.code,
                    "message": {lang: p.in_language(lang) for lang in LANGUAGES},
                    "place": _at(p.place),
                }
                for p in self.problems
            ],
            "findings": [
                {
                    "severity": severity_name(f.severity),
                    "focus": _plain(f.focus),
                    "path": paths.text(f.path) or None,
                    "value": _plain(f.value),
                    "shape": _plain(f.shape) or None,
                    "component": vocab.local_name(f.component) or None,
                    "message": f.message,
                    "place": _at(f.place),
                }
                for f in self.findings
            ],
        }


def _at(place: Place) -> dict[str, str | int | None]:
    return {name: getattr(place, name) or None for name in ("file", "sheet", "row", "column", "line")}


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
    engine: Engine | None = None,
    using: Sequence[SparqlConstraint] = (),
    focus: Sequence[str] = (),
    places: Places | None = None,
) -> Report:
    """
    Check the quads of *store* against *schema* and the rules *using*; a finding is a result, not an exception.

    Args:
        engine: ``shacl``, or ``pyshacl``, the reference; by default the first that is installed and fits.
        focus: IRIs of the only nodes to check, for a row that changed; empty for all. Rules are skipped then.
        places: Where statements come from, to name file, row and column.
    Returns:
        Findings by severity, place, focus node and path; ``elapsed`` in seconds.
    Raises:
        ShapesError: The shapes are ill-formed, or use what no engine, or not the one asked for, can evaluate.
    Source:
        https://www.w3.org/TR/shacl/#validation
    """
    began = time.perf_counter()
    shapes = targets.restricted(schema.graph, store, focus) if focus else schema.graph
    with tempfile.TemporaryDirectory(prefix="nqgraph-") as folder:
        data = Path(folder, "data.nt")
        if not focus:
            with data.open("wb") as file:
                store.write_ntriples(file)
        elif (around := targets.neighbourhood(schema.graph, store, focus)) is not None:
            data.write_bytes(around)
        else:
            with data.open("wb") as file:
                store.write_ntriples(file)
        given = documents.steady(shapes) if focus else checked(schema)
        found, used = run(given, data, engine=engine)
    notes = cut(found)
    tested = targets.coverage(store, schema, focus)
    if not focus:
        for rule in using:
            results = list(_by_rule(store, rule))
            found += results
            tested[rule.iri] = len({finding.focus for finding in results})
    unique = {finding.key: finding for finding in found}  # two shapes of one thing may share a property shape
    findings = ordered((_named(finding, schema) for finding in unique.values()), places)
    labels = {shape.iri: shape.label for shape in schema.node_shapes}
    return Report(findings, tested, time.perf_counter() - began, used, notes, labels=labels)


def _named(finding: Finding, schema: Schema) -> Finding:
    """*finding* with the name of what is missing, if something is."""
    prop = schema.by_iri.get(str(finding.shape)) if finding.component == _MIN_COUNT else None
    return replace(finding, missing=prop.name) if prop else finding


@lru_cache(maxsize=16)
def checked(schema: Schema) -> bytes:
    """
    The shapes of *schema* for the engines, the same text every time.

    Raises:
        ShapesError: They are ill-formed, or beyond every engine.
    """
    problems = formed.problems(schema.graph)
    if problems:
        raise ShapesError(problems)
    return documents.steady(schema.graph)


def run(
    given: bytes,
    data: Path,
    *,
    shapes: Graph | None = None,
    engine: Engine | None = None,
    seconds: float | None = None,
) -> tuple[list[Finding], Engine]:
    """
    The results of an engine on the file *data*, and which engine it was.

    Args:
        given: The shapes as N-Triples.
        data: A file whose ending says its syntax; N-Triples for ``pyshacl``.
        shapes: The same shapes, with the same labels, where they are read already.
        engine: The one to use; by default the first that is installed and can evaluate the shapes.
        seconds: Where it is said, the engine runs in a process of its own that is killed then.
    Raises:
        ShapesError: The shapes are ill-formed, or use what no engine, or not the one asked for, can evaluate.
        LimitError: The time is over, or the engine broke off.
        InputError: The engine cannot read the data.
    """
    if engine is not None and engine not in engines.available():
        raise ShapesError.of("engine-missing", Place(), engine=engine)
    shapes = _graph(given) if shapes is None else shapes
    reasons: list[str] = []
    for chosen in [engine] if engine else engines.available():
        if chosen == "shacl" and (reason := formed.unfit(shapes)):
            reasons.append(reason)
            continue
        try:
            if seconds is None:
                answer = engines.evaluate(chosen, given, data)
            else:
                answer = engines.evaluate_apart(chosen, given, data, seconds)
        except engines.UnfitError as error:
            reasons.append(str(error))
        except engines.IllFormedError as error:
            raise ShapesError.of("shape-ill-formed", Place(), message=str(error)) from error
        except engines.TooLongError as error:
            raise LimitError.of("validation-too-long", seconds=str(error)) from error
        except engines.BrokenError as error:
            raise LimitError.of("engine-broken", message=str(error)) from error
        except engines.UnreadableError as error:
            raise InputError([faults.found(error, Place(data.name))]) from error
        else:
            return list(_results(answer, shapes)), chosen
    raise ShapesError.of("shape-beyond", Place(), message="; ".join(dict.fromkeys(reasons)))


def cut(found: Sequence[Finding]) -> tuple[Problem, ...]:
    """A note if there were more results than the fast engine may give."""
    return (Problem(Place(), Text("report-cut", {"most": engines.MOST})),) if len(found) >= engines.MOST else ()


def ordered(found: Iterable[Finding], places: Places | None) -> tuple[Finding, ...]:
    """*found* with their places, worst first."""
    order = {severity: index for index, severity in enumerate(SEVERITIES)}
    placed = [replace(f, place=places.find(str(f.focus), paths.plain(f.path))) for f in found] if places else found
    said = sorted(placed, key=lambda f: (order.get(f.severity, -1), f.place, len(str(f.focus)), f.key))
    # What a row lacks, all that is made from it lacks, too; that is said once.
    rows: dict[tuple[Place, str], Finding] = {}
    for finding in said:
        if finding.missing and finding.place.row:
            rows.setdefault((finding.place, str(finding.path)), finding)
    return tuple(
        sorted(
            (f for f in said if not f.missing or rows.get((f.place, str(f.path)), f) is f),
            key=lambda f: (order.get(f.severity, -1), f.place, f.key),
        )
    )


def _results(report: bytes, shapes: Graph) -> Iterator[Finding]:
    said: dict[Node, list[tuple[Node, Node]]] = {}
    for subject, predicate, value in documents.terms(report):
        said.setdefault(subject, []).append((predicate, value))
    details = {o for values in said.values() for p, o in values if p == SH.detail}
    texts: dict[tuple[Any, Any], list[Node]] = {}
    for result in (o for values in said.values() for p, o in values if p == SH.result):
        if result in details:
            continue
        values = dict(said[result])
        path, shape, component = (values.get(p) for p in (SH.resultPath, SH.sourceShape, SH.sourceConstraintComponent))
        constraint = values.get(SH.sourceConstraint)
        messages = tuple(o for p, o in said[result] if p == SH.resultMessage and isinstance(o, Literal))
        shape, constraint = _own(shape), _own(constraint)
        if (shape, constraint) not in texts:
            spoken = (shapes.objects(s, SH.message) for s in (constraint, shape) if s is not None)
            texts[shape, constraint] = [text for found in spoken for text in found]
        templates = texts[shape, constraint]
        if not templates and str(component).startswith(str(SH)):
            messages = ()  # pyshacl says something of its own
        yield Finding(
            severity=str(values[SH.resultSeverity]),
            focus=_text(_own(values[SH.focusNode])),
            path=paths.read(path, said) if path else "",
            value=_own(values.get(SH.value)),
            shape=_text(shape) if shape is not None else "",
            component=str(component or ""),
            messages=tuple(sorted((_spoken(m, templates) for m in messages), key=lambda m: (m.language or "", str(m)))),
            constraint=constraint,
        )


def _spoken(message: Literal, templates: Iterable[Node]) -> Literal:
    """*message* in the language of the one of *templates* that it fills in, which pyshacl forgets."""
    for template in templates if not message.language else ():
        if isinstance(template, Literal) and "{" in template:
            parts = re.split(r"\{[?$]\w+\}", template)
            if re.fullmatch(".*".join(map(re.escape, parts)), message, re.DOTALL):
                return Literal(str(message), lang=template.language)
    return message


def _own(term: Any) -> Any:
    """A blank node without the number of its document, which the fast engine puts before its label."""
    return BNode(re.sub("^[01]_", "", term)) if isinstance(term, BNode) else term


@lru_cache(maxsize=4)
def _graph(given: bytes) -> Graph:
    graph = Graph(store="SimpleMemory", bind_namespaces="none")
    for triple in documents.terms(given):
        graph.add(triple)
    return graph


def _by_rule(store: Store, rule: SparqlConstraint) -> Iterable[Finding]:
    for values in store.bindings(rule.text):
        filled = tuple(
            Literal(message.format_map(_Missing({n: _short(t, lang) for n, t in values.items()})), lang=lang)
            for lang, message in sorted(rule.message.items())
        )
        path = values.get("path")
        yield Finding(
            severity=rule.severity,
            focus=_text(values["this"]),
            path="" if path is None else str(path),
            value=values.get("value"),
            shape=rule.iri,
            component=vocab.SH.SPARQLConstraintComponent,
            messages=filled,
        )


def _standard_message(path: PropertyPath, component: str) -> Labels:
    """What to say where a shape of others has no message."""
    name = vocab.local_name(component).removesuffix("ConstraintComponent")
    shown = vocab.shrink(path) if isinstance(path, str) else paths.text(path)
    code = "constraint-broken" if path else "constraint-broken-here"
    return {lang: text(code, lang, path=shown, component=name) for lang in LANGUAGES}


class _Missing(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def _text(term: Any) -> str:
    """An IRI as plain text; a blank node or literal is text already, and itself."""
    return str(term) if isinstance(term, URIRef) else term


def _term(text: str) -> Node:
    return text if isinstance(text, Node) else URIRef(text)


def _plain(term: Any) -> str | None:
    """A term for JSON: an IRI, the text of a literal, or ``_:`` and a label."""
    return None if term is None else term.n3() if isinstance(term, BNode) else str(term)


def _canonical(term: Node | str | None) -> str:
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


def severity_name(iri: str) -> str:
    """Short name of a severity: ``violation``; one that shapes bring themselves keeps its own."""
    return vocab.local_name(iri).lower() if iri in SEVERITIES else vocab.shrink(iri)


def summary(report: Report, lang: str) -> str:
    """Lines with the number of findings of each severity, of nodes and shapes, and with the shapes without nodes."""
    tested = report.tested_shapes
    counts = Counter(f.severity for f in report.findings)
    lines = [
        text(
            "report-summary" if tested else "report-counts",
            lang,
            violations=counts[vocab.SH.Violation],
            warnings=counts[vocab.SH.Warning],
            infos=counts[vocab.SH.Info],
            nodes=sum(tested.values()),
            shapes=sum(1 for count in tested.values() if count),
        )
    ]
    if report.others:
        named = ", ".join(f"{severity_name(iri)} ({count})" for iri, count in sorted(report.others.items()))
        lines.append(text("report-others", lang, names=named))
    if report.untested:
        names = ", ".join(
            sorted(in_language(report.labels.get(iri, {}), lang, vocab.local_name(iri)) for iri in report.untested)
        )
        lines.append(text("report-untested", lang, names=names))
    return "\n".join(lines)
