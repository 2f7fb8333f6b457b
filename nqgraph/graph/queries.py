"""Canned queries: one file each, with typed parameters that are bound as terms and never pasted as text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from nqgraph.graph import columns, sparql
from nqgraph.graph.columns import Column
from nqgraph.words import collation, frontmatter, vocab
from nqgraph.words.errors import Place, Problem, QueryError
from nqgraph.words.findings import Finding, is_finding
from nqgraph.words.texts import LANGUAGES, Labels, Text, names_in, near
from nqgraph.words.texts import text as say
from nqgraph.words.workspace import Workspace

if TYPE_CHECKING:
    from rdflib.term import Node

TYPES = ("iri", "concept", "text", "integer", "decimal", "date", "boolean", "language")
_TOPICS_LEFT_OUT = ("rules",)
#: Keys that a message names.
_SHOWN_KEYS = 8


class Evaluator(Protocol):
    """Anything that answers SELECT queries with tuples of plain values: a store or an endpoint."""

    @property
    def workspace(self) -> Workspace:
        """Whose model describes what is asked."""

    def select(self, text: str, bindings: Mapping[str, str] | None = None) -> Iterable[tuple[Any, ...]]:
        """Solutions in the order of projection."""

    @property
    def kept(self) -> dict[Any, dict[Any, Any]]:
        """Where terms are kept for later, as long as nothing changes."""


@dataclass(frozen=True)
class Parameter:
    """A variable of a query that the caller may bind."""

    name: str
    type: str
    label: Labels
    #: Class of the things (``iri``) or name of the concept scheme (``concept``) to choose from.
    range: str = ""
    optional: bool = False
    default: str | None = None
    example: str | None = None
    #: Whether it takes several values, with semicolons; a query lists them as ``VALUES ?one { ?name } #? name``.
    many: bool = False
    #: Classes of the things that plain questions take for it, where it has no class.
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Query:
    """A canned query."""

    name: str
    topic: str
    title: Labels
    question: Labels
    description: Labels
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    text: str
    #: Parameter → value of the one example call.
    example: Mapping[str, str] = field(default_factory=dict)
    #: IRI of the query as a resource.
    iri: str = ""
    #: Variables that make up a row, whose other values stand in one cell; all of them if there are none.
    rows: tuple[str, ...] = ()
    #: Columns or variables that rows are ordered by, with a minus for the largest first.
    order: tuple[str, ...] = ()
    #: Columns that are enough where the answer is a part of another page; all of them if there are none.
    brief: tuple[str, ...] = ()
    #: Columns that are told on demand there.
    detail: tuple[str, ...] = ()
    #: How many rows are enough there; all of them if 0.
    enough: int = 0
    #: What it is called there; its title if nothing else.
    heading: Labels = field(default_factory=dict)
    #: Column, code and heading of rows that stand apart there, because the other heading would be wrong of them.
    apart: tuple[str, str, Labels] | None = None
    #: Sentences about its answer, for those who read no more.
    summary: tuple[Finding, ...] = ()
    #: Language → how readers ask; a parameter stands in braces.
    phrasings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_short(self) -> bool:
        """Whether it says what is asked only, and the layer adds what is shown."""
        return any(column.of for column in self.columns)

    def with_parameters(self, given: Iterable[str]) -> str:
        """
        The text for a call that binds the parameters *given*.

        A line that ends in ``#? name`` narrows the answer down by the optional parameter *name*; it is left out where
        nobody gives one. So are the lines from one with ``#? name {`` to one with ``#? }``; such blocks can be nested.
        """
        bound, kept = set(given), []
        for line, needed in _marked(self.text):
            if bound >= needed:
                kept.append(line)
        return "\n".join(kept) + "\n"

    @property
    def needs(self) -> bool:
        """Whether it can only be asked of something that is chosen."""
        return any(not p.optional and p.default is None and p.type != "language" for p in self.parameters)

    def parameter(self, name: str) -> Parameter | None:
        """The parameter called *name*."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


class Queries:
    """The canned queries of a workspace; each is read when it is first asked for."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        paths = [p for p in workspace.files("queries", "*.rq") if p.parent.name not in _TOPICS_LEFT_OUT]
        self._paths = {path.stem: path for path in sorted(paths, key=lambda path: path.stem)}
        self._read: dict[str, Query] = {}

    def names(self) -> list[str]:
        """Names of all canned queries, sorted."""
        return list(self._paths)

    def get(self, name: str) -> Query:
        """
        The canned query *name*.

        Raises:
            QueryError: There is none; suggests the nearest name. Or its front matter is wrong.
        """
        if name not in self._paths:
            raise QueryError.of("unknown-query", name=name, hint=near(name, self._paths))
        if name not in self._read:
            self._read[name] = read(self._paths[name], self._workspace)
        return self._read[name]

    def all(self) -> list[Query]:
        """All canned queries, by topic and name."""
        return sorted(map(self.get, self._paths), key=lambda query: (query.topic, query.name))


@lru_cache(maxsize=16)
def of(workspace: Workspace) -> Queries:
    """The canned queries of *workspace*."""
    return Queries(workspace)


def read(path: Path, workspace: Workspace, written: str | None = None) -> Query:
    """
    The query in the file *path*; its classes and defaults are those of *workspace*.

    Args:
        written: What would stand in the file; it is read if None.
    Raises:
        QueryError: The front matter lacks a field or has an unknown one; names file, line and field.
    """
    try:
        return _read(path, workspace, written)
    except QueryError as error:
        text = path.read_text(encoding="utf-8") if written is None else written
        raise QueryError([_placed(problem, text) for problem in error.problems]) from error


def _placed(problem: Problem, written: str) -> Problem:
    """*problem* with the line of the field that it names in what is *written*."""
    field_ = str(problem.text.values.get("field", ""))
    line = problem.place.line or frontmatter.line_of(written, field_)
    return replace(problem, place=replace(problem.place, line=line))


def _read(path: Path, workspace: Workspace, written: str | None) -> Query:
    meta, text = frontmatter.read(path) if written is None else frontmatter.parse(path, written)
    needed = {"title", "question", "description", "columns"}
    on_pages = {"apart", "brief", "detail", "enough", "heading", "summary"}
    fields = needed | on_pages | {"parameters", "example", "rows", "order", "phrasings"}
    for name in (*sorted(set(meta) - fields), *sorted(needed - set(meta))):
        raise QueryError.of("front-matter-field", Place(path.name), field=name, fields=", ".join(sorted(fields)))
    parameters = tuple(_parameter(path, name, spec, workspace) for name, spec in (meta.get("parameters") or {}).items())
    projected = sparql.projection(text)
    shown = columns.read(path.name, meta["columns"], projected, workspace)
    if any(column.of for column in shown) and not any(parameter.name == "lang" for parameter in parameters):
        parameters = (*parameters, _language_parameter())
    lists = {part: tuple(map(str, meta.get(part) or ())) for part in ("rows", "order", "brief", "detail")}
    for part, name in [(part, name) for part, names in lists.items() for name in names]:
        name = name.lstrip("-?") if part == "order" else name
        known = list(projected) if part in ("rows", "order") else []
        known += [column.name for column in shown] if part != "rows" else []
        if name not in known:
            place = Place(path.name)
            raise QueryError.of(
                "column-variable", place, field=part, variable=name, known=", ".join(known), hint=near(name, known)
            )
    example = {str(k): str(v) for k, v in (meta.get("example") or {}).items()}
    try:
        marks = {name for _, needed in _marked(text) for name in needed}
    except IndexError as error:
        raise QueryError.of("query-block", Place(path.name)) from error
    for name in sorted(marks - {parameter.name for parameter in parameters}):
        raise QueryError.of("query-mark", Place(path.name), name=name)
    return Query(
        name=path.stem,
        topic=path.parent.name,
        title=meta["title"],
        question=meta["question"],
        description=meta["description"],
        parameters=parameters,
        columns=shown,
        text=text,
        example={p.name: p.example for p in parameters if p.example is not None and not p.optional} | example,
        iri=workspace.iris.queries + path.stem,
        **lists,
        enough=meta["enough"] if isinstance(meta.get("enough"), int) else 0,
        heading=meta.get("heading") or {},
        apart=_apart(path, meta["apart"], shown) if "apart" in meta else None,
        summary=_summary(path, meta.get("summary") or [], [column.name for column in shown]),
        phrasings=_phrasings(path, meta.get("phrasings") or {}, [parameter.name for parameter in parameters]),
    )


def _apart(path: Path, given: Any, shown: tuple[Column, ...]) -> tuple[str, str, Labels]:
    """Which rows stand apart: those of one code of a column that says codes in words."""
    said = {column.name: column.words for column in shown}
    match given:
        case {"column": str(name), "code": code, "heading": dict(heading)} if str(code) in said.get(name, {}):
            return name, str(code), heading
    message = "apart: {column: …, code: …, heading: {de: …, en: …}}"
    raise QueryError.of("front-matter", Place(path.name), message=message)


def _summary(path: Path, given: Any, known: list[str]) -> tuple[Finding, ...]:
    """Sentences about the answer; each counts in columns of its query only."""
    if not isinstance(given, list) or not all(is_finding(said, ("text",)) for said in given):
        form = "summary: [{text: {de: …, en: …}, figures: {…}, best: {…}, otherwise: {de: …, en: …}}]"
        raise QueryError.of("front-matter", Place(path.name), message=form)
    found = tuple(Finding.of(said, path.stem) for said in given)
    for name in (n for f in found for n in (*(n for wanted in f.figures.values() for n in wanted), *f.best.values())):
        if name not in known:
            values = {"field": "summary", "variable": name, "known": ", ".join(known), "hint": near(name, known)}
            raise QueryError.of("column-variable", Place(path.name), **values)
    return found


def _phrasings(path: Path, given: Any, parameters: list[str]) -> dict[str, tuple[str, ...]]:
    """Language → phrasings; each names parameters of its query only."""
    if not isinstance(given, dict) or not all(isinstance(said, list) for said in given.values()):
        raise QueryError.of("front-matter", Place(path.name), message="phrasings: {de: […], en: […]}")
    found = {lang: tuple(map(str, said)) for lang, said in given.items()}
    for name in (name for said in found.values() for one in said for name in sorted(names_in(one))):
        if name not in parameters:
            known, hint = ", ".join(parameters) or "–", near(name, parameters)
            raise QueryError.of("phrasing-parameter", Place(path.name), name=name, known=known, hint=hint)
    return found


def _marked(text: str) -> Iterator[tuple[str, set[str]]]:
    """Each line of *text* without its mark, and the parameters that it is there for; lines that are a mark are none."""
    blocks: list[str] = []
    for line in text.splitlines():
        code, mark, told = line.rpartition("#?")
        name = told.strip()
        if not mark:
            yield line, set(blocks)
        elif name.endswith("{"):
            blocks.append(name[:-1].strip())
        elif name == "}":
            blocks.pop()
        else:
            yield code.rstrip(), {*blocks, name}
    if blocks:
        raise IndexError(blocks[-1])


def _language_parameter() -> Parameter:
    """What every short query takes beside its own parameters."""
    return Parameter("lang", "language", {lang: say("parameter-lang", lang) for lang in LANGUAGES}, optional=True)


def _parameter(path: Path, name: str, spec: Mapping[str, Any], workspace: Workspace) -> Parameter:
    known = {"type", "class", "scheme", "label", "optional", "default", "example", "many", "kinds"}
    unknown = sorted(set(spec) - known)
    if unknown or spec.get("type") not in TYPES:
        raise QueryError.of(
            "front-matter-field",
            Place(path.name),
            field=f"parameters.{name}.{(unknown or ['type'])[0]}",
            fields=", ".join(sorted(known)),
        )
    kinds = [str(kind) for kind in spec.get("kinds", ())]
    named = [("class", str(spec["class"]))] if "class" in spec else []
    for key, given in [*named, *(("kinds", kind) for kind in kinds)]:
        lost = columns.unknown_term(workspace, workspace.iris.expand(given) or given)
        if lost is not None:
            place, where = Place(path.name), f"parameters.{name}.{key}"
            raise QueryError.of("column-term", place, field=where, term=given, hint=lost)
    ranges = [str(spec[field]) for field in ("class", "scheme") if field in spec]
    defaults = workspace.settings.defaults
    keys = (name,) if spec.get("optional") and "default" not in spec else (name, *ranges)
    default = next((defaults[key] for key in keys if key in defaults), spec.get("default"))
    example = spec.get("example")
    return Parameter(
        name=name,
        type=spec["type"],
        label=spec["label"],
        range=workspace.iris.expand(spec["class"]) or spec["class"] if "class" in spec else spec.get("scheme", ""),
        optional=bool(spec.get("optional", False)),
        default=None if default is None else str(default),
        example=None if example is None else str(example),
        many=bool(spec.get("many", False)),
        kinds=tuple(workspace.iris.expand(kind) or kind for kind in kinds),
    )


# -- binding -----------------------------------------------------------------------------------------------------


def bind(query: Query, values: Mapping[str, Any], known: Evaluator) -> dict[str, str]:
    """
    Variable → term as N-Triples text, for the given *values* and the defaults.

    Args:
        known: Where keys of things are looked up.
    Raises:
        QueryError: A parameter is missing, unknown or does not fit its type; all of them at once.
    """
    problems: list[Problem] = []
    bindings: dict[str, str] = {}
    for name in values:
        if query.parameter(name) is None:
            listed = [parameter.name for parameter in query.parameters]
            shown = ", ".join(listed) or "–"
            problems.append(
                Problem(
                    Place(),
                    Text(
                        "unknown-parameter",
                        {"name": name, "query": query.name, "known": shown, "hint": near(name, listed)},
                    ),
                )
            )
    for parameter in query.parameters:
        value = values.get(parameter.name, parameter.default)
        if value is None and parameter.type == "language":
            value = known.workspace.language
        if value is None or value == "":
            if not parameter.optional:
                example = f"-p {parameter.name}={parameter.example or '…'}"
                text = Text("missing-parameter", {"name": parameter.name, "query": query.name, "example": example})
                problems.append(Problem(Place(), text))
            continue
        given = dict.fromkeys(map(str.strip, str(value).split(";"))) if parameter.many else {value: None}
        for one in filter(lambda one: one != "", given):
            try:
                said = term(parameter, one, known)
                bindings[parameter.name] = (
                    " ".join(dict.fromkeys((*bindings.get(parameter.name, "").split(), said)))
                    if parameter.many
                    else said
                )
            except QueryError as error:
                problems += error.problems if parameter.name in values else [_lost_default(parameter, str(one), known)]
    if problems:
        raise QueryError(problems)
    return bindings


def term(parameter: Parameter, value: Any, known: Evaluator) -> str:
    """
    *value* as N-Triples text of the parameter's type.

    Raises:
        QueryError: The value does not fit.
    """
    if parameter.type not in ("iri", "concept") or "://" in str(value):
        return _TERMS[parameter.type](parameter, value, known)
    kept: dict[Any, str] = known.kept.setdefault("terms", {})
    same = (parameter.type, parameter.range, str(value))
    if same not in kept:
        kept[same] = _TERMS[parameter.type](parameter, value, known)
    return kept[same]


def _lost_default(parameter: Parameter, value: str, known: Evaluator) -> Problem:
    """A default that the data do not have: nobody gave it, so it must not look like somebody's mistake."""
    keys = sorted(_keys(parameter, known))
    shown = ", ".join(keys[:_SHOWN_KEYS]) + (" …" if len(keys) > _SHOWN_KEYS else "") if keys else "–"
    values = {"name": parameter.name, "value": value, "label": parameter.label, "keys": shown}
    return Problem(Place(), Text("default-lost", values))


def _keys(parameter: Parameter, known: Evaluator) -> list[str]:
    asked = "SELECT ?c ?key WHERE { ?s a ?c ; dcterms:identifier ?key }"
    return [row[1] for row in known.select(asked, {"c": f"<{parameter.range}>"} if parameter.range else {})]


def _iri(parameter: Parameter, value: Any, known: Evaluator) -> str:
    text = str(value).strip().strip("<>")
    iri = text if re.match(r"https?://", text) else known.workspace.iris.expand(text)
    if iri is None:
        found = next(
            iter(known.select("SELECT ?key ?s WHERE { ?s dcterms:identifier ?key }", {"key": literal(text)})), None
        )
        iri = _by_name(parameter, text, known) if found is None else found[1]
    if parameter.range and _is_a(iri, parameter.range, known):
        return f"<{iri}>"
    merged = "SELECT ?s ?new WHERE { ?s dcterms:isReplacedBy ?new FILTER NOT EXISTS { ?s a ?class } }"
    replaced = next(iter(known.select(merged, {"s": f"<{_safe(iri)}>"})), None)
    iri = replaced[1] if replaced else iri
    if parameter.range and not _is_a(iri, parameter.range, known):
        raise _unknown(parameter, text, known)
    return f"<{_safe(iri)}>"


def _is_a(iri: str, class_iri: str, known: Evaluator) -> bool:
    typed = {"s": f"<{_safe(iri)}>", "c": f"<{class_iri}>"}
    return any(True for _ in known.select("SELECT ?s ?c WHERE { ?s a ?c }", typed))


def _by_name(parameter: Parameter, text: str, known: Evaluator) -> str:
    """The IRI of the thing that is called *text*, or whose name alone begins so, whatever its accents and capitals."""
    wanted = collation.key(text, "")
    names = [(iri, collation.key(name, "")) for iri, name in _names(parameter, known)]
    found = {iri for iri, name in names if name == wanted} or {i for i, name in names if name.startswith(wanted + " ")}
    if not found:
        raise _unknown(parameter, text, known)
    if len(found) > 1:
        keys = ", ".join(sorted(map(vocab.local_name, found)))
        raise QueryError.of("ambiguous-name", name=parameter.name, value=text, label=parameter.label, keys=keys)
    return next(iter(found))


def _names(parameter: Parameter, known: Evaluator) -> list[tuple[str, str]]:
    """Things that *parameter* can be, with what they are called."""
    asked = "SELECT ?c ?s ?name WHERE { ?s a ?c ; skos:prefLabel|skos:altLabel|dcterms:title ?name }"
    rows = known.select(asked, {"c": f"<{parameter.range}>"} if parameter.range else {})
    return [(row[1], row[2]) for row in rows]


def _unknown(parameter: Parameter, text: str, known: Evaluator) -> QueryError:
    return QueryError.of(
        "unknown-thing",
        name=parameter.name,
        value=text,
        label=parameter.label,
        hint=near(text, [*_keys(parameter, known), *(name for _, name in _names(parameter, known))]),
    )


def _concept(parameter: Parameter, value: Any, known: Evaluator) -> str:
    text = str(value).strip().strip("<>")
    scheme = known.workspace.iris.scheme(parameter.range)
    rows = list(
        known.select(
            """SELECT ?scheme ?c ?name
            WHERE { ?c skos:inScheme ?scheme ; skos:notation|skos:prefLabel|skos:altLabel ?name }""",
            {"scheme": f"<{scheme}>"},
        )
    )
    for _, iri, name in rows:
        if text in (iri, known.workspace.iris.shrink(iri)) or text.casefold() == name.casefold():
            return f"<{iri}>"
    notations = sorted({vocab.local_name(iri) for _, iri, _ in rows})
    raise QueryError.of(
        "unknown-choice",
        name=parameter.name,
        value=text,
        choices=", ".join(notations),
        hint=near(text, [row[2] for row in rows]),
    )


def _typed(pattern: str, datatype: str, code: str) -> Callable[[Parameter, Any, Evaluator], str]:
    def make(parameter: Parameter, value: Any, known: Evaluator) -> str:
        text = str(value).strip()
        if not re.fullmatch(pattern, text):
            raise QueryError.of(code, name=parameter.name, value=text)
        return literal(text, datatype)

    return make


def _date(parameter: Parameter, value: Any, known: Evaluator) -> str:
    try:
        return literal(dt.date.fromisoformat(str(value)).isoformat(), vocab.XSD.date)
    except ValueError as error:
        raise QueryError.of("parameter-date", name=parameter.name, value=str(value)) from error


def _boolean(parameter: Parameter, value: Any, known: Evaluator) -> str:
    text = {"ja": "true", "yes": "true", "true": "true", "nein": "false", "no": "false", "false": "false"}.get(
        str(value).casefold()
    )
    if text is None:
        raise QueryError.of("parameter-boolean", name=parameter.name, value=str(value))
    return literal(text, vocab.XSD.boolean)


def _language(parameter: Parameter, value: Any, known: Evaluator) -> str:
    text, languages = str(value).strip().lower(), known.workspace.languages
    if text not in languages:
        raise QueryError.of("parameter-language", name=parameter.name, value=str(value), languages=", ".join(languages))
    return literal(text)


_TERMS: dict[str, Callable[[Parameter, Any, Evaluator], str]] = {
    "iri": _iri,
    "concept": _concept,
    "text": lambda parameter, value, known: literal(str(value)),
    "integer": _typed(r"[+-]?\d+", vocab.XSD.integer, "parameter-integer"),
    "decimal": _typed(r"[+-]?\d+(\.\d+)?", vocab.XSD.decimal, "parameter-decimal"),
    "language": _language,
    "date": _date,
    "boolean": _boolean,
}


def literal(text: str, datatype: str = "") -> str:
    """*text* as N-Triples (RDF 1.1 N-Triples, section 2.4), plain or with a datatype."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"' + (f"^^<{datatype}>" if datatype else "")


def _safe(iri: str) -> str:
    if re.search(r'[\x00-\x20<>"{}|^`\\]', iri):
        raise QueryError.of("bad-term", term=iri)
    return iri


# -- as RDF ------------------------------------------------------------------------------------------------------


def to_graph(workspace: Workspace) -> Iterator[tuple[Node, Node, Node]]:
    """The canned queries of *workspace* as ``sh:SPARQLExecutable`` resources (SHACL, section 5.1)."""
    from rdflib import Literal, URIRef
    from rdflib.namespace import DCTERMS, RDF, RDFS, SH

    from nqgraph.graph import portable  # which reads queries

    for query in of(workspace).all():
        subject = URIRef(query.iri)
        yield subject, RDF.type, SH.SPARQLExecutable
        yield subject, RDF.type, SH.SPARQLSelectExecutable
        yield subject, SH.select, Literal(portable.resource(query, workspace))
        yield subject, DCTERMS.subject, Literal(query.topic)
        for lang, text in query.title.items():
            yield subject, RDFS.label, Literal(text, lang=lang)
        for lang, text in query.question.items():
            yield subject, RDFS.comment, Literal(text, lang=lang)
        for lang, text in query.description.items():
            yield subject, DCTERMS.description, Literal(text, lang=lang)
