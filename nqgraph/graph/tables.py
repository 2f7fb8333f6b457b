"""
Built questions: a kind of thing, filters, columns, group and count, written as a canned query.

What can be asked follows from the shapes. The question becomes the text that a researcher would write, with front
matter, and is answered like every other canned query.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nqgraph.graph import paths, queries, sparql
from nqgraph.graph.names import names_of
from nqgraph.graph.queries import Evaluator, Parameter, Query
from nqgraph.graph.terms import of_text
from nqgraph.model import ways
from nqgraph.model.shapes import NodeShape, Schema
from nqgraph.model.ways import ITSELF, Link, Way
from nqgraph.words import vocab
from nqgraph.words.asking import ADDRESS, ANY, NONE
from nqgraph.words.errors import Place, QueryError
from nqgraph.words.files import write_atomically
from nqgraph.words.texts import LANGUAGES, Labels, in_language, text

#: How a filter compares: one of, none of, from, up to, contains.
SIGNS = ("=", "!=", ">=", "<=", "~=")
#: Most filters, columns, groups and counts of a question, and most letters of each.
MOST, LONGEST = 24, 300
_CONDITION = re.compile(r"(?P<way>.*?)(?P<sign>[!<>~]?=)(?P<value>.*)", re.DOTALL)
_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_DATES = frozenset(vocab.XSD[name] for name in ("date", "gYear", "gYearMonth", "dateTime"))
_INTEGERS = frozenset({vocab.XSD.integer, *vocab.DERIVED_INTEGERS})
_NUMBERS = _INTEGERS | {vocab.XSD[name] for name in ("decimal", "double", "float")}
#: Most groups, and most steps beyond the first: what is put together by much that is far away multiplies.
_MOST_GROUPS, _MOST_FURTHER = 3, 8
#: Where the values of a column are: below its name in the front matter.
_Spec = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """What is asked, each part as text: a command, an address and a form can hold it."""

    kind: str
    #: ``way=value``; also ``!=``, ``>=``, ``<=`` and ``~=`` (contains). Of one way and ``=`` several: any of them.
    where: tuple[str, ...] = ()
    #: Ways whose values are shown; ``.`` for the things themselves.
    columns: tuple[str, ...] = ()
    #: Ways by whose values the things are put together.
    group: tuple[str, ...] = ()
    #: Ways whose values are counted; ``.`` for the things themselves.
    count: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        kind: str,
        where: Mapping[str, Any] | Iterable[str] | str | None = None,
        columns: Iterable[str] | str = (),
        group: Iterable[str] | str = (),
        count: Iterable[str] | str | bool = False,
    ) -> Question:
        """A question from what is convenient to write: a text for a list of one, a mapping of filters."""
        conditions = _conditions(where) if isinstance(where, Mapping) else _listed(where or ())
        counted = (ITSELF,) if count is True else () if count is False else _listed(count)
        return cls(kind, conditions, _listed(columns), _listed(group), counted)

    @classmethod
    def from_address(cls, items: Iterable[tuple[str, str]]) -> Question:
        """The question that the names and values of an address or a form say; those without a value say nothing."""
        found: dict[str, list[str]] = {name: [] for name in ADDRESS}
        for name, value in items:
            if value.strip() and name.startswith(ADDRESS["where"]):
                found["where"].append(f"{name.removeprefix(ADDRESS['where'])}={value}")
            else:
                part = next((part for part, one in ADDRESS.items() if one == name and value.strip()), "")
                found.get(part, []).append(value)
        kind, where, columns, group, count = map(tuple, found.values())
        return cls(kind[0] if kind else "", where, columns, group, count)

    def to_address(self) -> list[tuple[str, str]]:
        """Names and values of the address that :meth:`from_address` reads."""
        items = [(ADDRESS["kind"], self.kind)]
        for part, one in self.parts:
            if part != "where":
                items.append((ADDRESS[part], one))
            elif parts := _CONDITION.fullmatch(one):
                items.append((f"{ADDRESS['where']}{parts['way']}{parts['sign'][:-1]}", parts["value"]))
            else:
                items.append((f"{ADDRESS['where']}{one}", ANY))
        return items

    @property
    def parts(self) -> Iterator[tuple[str, str]]:
        """Name and text of each part but the kind."""
        for name in ("where", "columns", "group", "count"):
            yield from ((name, one) for one in getattr(self, name))


def _listed(given: Iterable[str] | str) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(map(str, given))


def _conditions(where: Mapping[str, Any]) -> tuple[str, ...]:
    found = []
    for way, given in where.items():
        for value in given if isinstance(given, list | tuple | set | frozenset) else [given]:
            written = NONE if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            found.append(f"{way.strip().removesuffix('=')}={written}")
    return tuple(found)


@dataclass(frozen=True)
class Condition:
    """A filter: the values of a way compare so with these."""

    way: Way
    sign: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A built question, ready to be answered."""

    #: The question with the key of every part.
    question: Question
    kind: NodeShape
    conditions: tuple[Condition, ...]
    #: What it asks, all filters with their values.
    title: Labels
    #: The query that it is, with front matter and as value; its title leaves out what its parameters say.
    text: str
    query: Query
    #: Parameter → value, for its filters.
    values: Mapping[str, str]
    #: Columns that count, and those that say what each row is; none if there is only one.
    counts: tuple[str, ...]
    named: tuple[str, ...]

    def has_entries(self, known: Evaluator) -> bool:
        """Whether there is any thing of its kind, whatever is asked of it."""
        asked = "SELECT ?c ?s WHERE { ?s a ?c } LIMIT 1"
        return any(True for _ in known.select(asked, {"c": f"<{self.kind.target_class}>"}))

    def called(self) -> list[str]:
        """The arguments of ``nqgraph table`` that ask it."""
        asked: dict[str, list[str]] = {}
        for name, given in self.question.parts:
            asked.setdefault(name, []).append(given)
        listed = [self.question.kind]
        for name, all_given in asked.items():
            listed += [f"--{name}", *(() if all_given == [ITSELF] and name == "count" else all_given)]
        return listed


def build(question: Question, schema: Schema, known: Evaluator, name: str = "table") -> Table:
    """
    The query that *question* is.

    Args:
        known: Where the things are looked up that filters name.
        name: What the query is called.
    Raises:
        QueryError: A kind, a way or a value is unknown (with what was meant), has two meanings or does not fit, a way
            goes in a circle, or there is too much of it.
    """
    parts = [("kind", question.kind), *question.parts]
    if len(parts) > MOST:
        raise QueryError.of("table-many", Place(), count=len(parts) - 1, most=MOST - 1)
    for _, part in parts:
        if len(part) > LONGEST:
            raise QueryError.of("table-long", Place(), start=part[:40], count=len(part), most=LONGEST)
    return _Builder(question, schema, known, name).table()


def condition(found: ways.Ways, kind: NodeShape, written: str) -> Condition:
    """
    The filter that *written* is; a way alone asks for any value.

    Raises:
        QueryError: Its way is none, or does not compare so.
    """
    parts = _CONDITION.fullmatch(written)
    asked, sign, value = (parts["way"], parts["sign"], parts["value"].strip()) if parts else (written, "=", ANY)
    way = found.read(kind, asked)
    if not way.links:
        raise QueryError.of("table-column", table=kind.label, column=asked.strip(), hint="")
    if sign not in signs(way.end) or (value in (ANY, NONE) and sign != "="):
        raise QueryError.of("table-sign", sign=sign, way=way.end.name or way.key, signs=", ".join(signs(way.end)))
    return Condition(way, sign, (value,))


def type_of(link: Link) -> str:
    """What the values at the end of *link* are: ``iri``, ``concept``, or a type of literals."""
    types = set(link.prop.datatypes)
    if link.source is not None or link.prop.refers_to_things:
        return "iri"
    if link.prop.scheme:
        return "concept"
    if not types:
        return "iri" if link.prop.node_kind == vocab.SH.IRI else "text"
    if types <= {vocab.XSD.boolean}:
        return "boolean"
    if types <= _INTEGERS:
        return "integer"
    return "decimal" if types <= _NUMBERS else "date" if types <= _DATES else "text"


def signs(link: Link) -> tuple[str, ...]:
    """How filters can compare the values at the end of *link*."""
    ordered = ("integer", "decimal", "date")
    found = type_of(link)
    return ("=", "!=", *((">=", "<=") if found in ordered else ("~=",) if found == "text" else ()))


def merged(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """*conditions*, those with ``=`` of one way put together: any of their values will do."""
    found: dict[Any, Condition] = {}
    for number, one in enumerate(conditions):
        key = (one.way.key, one.sign) if one.sign == "=" else number
        before = found[key].values if key in found else ()
        found[key] = Condition(one.way, one.sign, tuple(dict.fromkeys((*before, *one.values))))
    return tuple(found.values())


def save(table: Table, schema: Schema, name: str) -> Path:
    """
    Write *table* as a canned query of its workspace, into the topic of its kind; returns the file.

    Args:
        table: Built with *name*.
    Raises:
        QueryError: The name is none for a query, or is taken.
        StoreError: The file cannot be written.
    """
    workspace = schema.workspace
    topic = vocab.slug(schema.label(table.kind)) or table.kind.segment
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) or len(name) > 80:
        raise QueryError.of("table-name", name=name[:80], like=vocab.slug(name[:80]) or table.kind.segment)
    if name in queries.Queries(workspace).names():
        raise QueryError.of("table-name-taken", name=name)
    path = workspace.root / "queries" / topic / f"{name}.rq"
    write_atomically(path, table.text.encode())
    return path


@dataclass
class _Builder:
    question: Question
    schema: Schema
    known: Evaluator
    name: str
    taken: set[str] = field(default_factory=lambda: {"lang"})
    projected: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    #: Patterns of columns that a path cannot say.
    beside: list[list[str]] = field(default_factory=list)
    parameters: dict[str, _Spec] = field(default_factory=dict)
    columns: dict[str, _Spec] = field(default_factory=dict)
    #: Filters whose value is a parameter.
    open: list[Condition] = field(default_factory=list)
    #: Columns that say what each row is.
    named: list[str] = field(default_factory=list)
    #: Way and value of a filter → term.
    terms: dict[tuple[str, str], str] = field(default_factory=dict)
    #: IRI → its names.
    labels: dict[str, Labels] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.workspace = self.schema.workspace
        self.iris = self.workspace.iris
        self.languages = tuple(dict.fromkeys((*self.workspace.languages, *LANGUAGES)))
        self.ways = ways.of(self.schema)

    def table(self) -> Table:
        asked = self.question
        kind = self.ways.kind(asked.kind)
        group, shown, counted = (self._ways(kind, given) for given in (asked.group, asked.columns, asked.count))
        further = [way for way in (*group, *shown, *counted) if len(way.links) > 1]
        far = [way for way in group if len(way.links) > 1 or any(link.source for link in way.links)]
        if len(group) > _MOST_GROUPS or len(far) > 1 or sum(len(way.links) - 1 for way in further) > _MOST_FURTHER:
            raise QueryError.of("table-far", groups=_MOST_GROUPS, steps=_MOST_FURTHER)
        if group and not shown and not counted:
            counted = [Way(kind, ())]
        conditions = merged(condition(self.ways, kind, one) for one in asked.where)
        self.thing = self._free(kind.target_class)
        self.lines.append(f"?{self.thing} a {self._iri(kind.target_class)} .")
        if group:
            counts, order = self._grouped(kind, group, shown, counted)
        elif any(not way.links for way in counted):
            if shown or len(counted) > 1:
                raise QueryError.of("table-count-alone", kind=kind.label)
            counts, order = self._total(kind)
        else:
            counts, order = self._single(kind, shown, counted)
        filters = [line for one in conditions for line in self._filter(one)]
        self.lines[1:1] = filters
        if len(self.beside) > 1:  # side by side: one after the other they would multiply
            first, *others = map(_inner, self.beside)
            self.lines += ["OPTIONAL {", f"  {{ {first} }}", *(f"  UNION {{ {one} }}" for one in others), "}"]
        else:
            self.lines += [line for lines in self.beside for line in _optional(lines)]
        text = self._written(kind, conditions, group, counts, order)
        query = queries.read(Path(vocab.slug(kind.segment)) / f"{self.name}.rq", self.workspace, text)
        keys = Question(
            kind.segment,
            tuple(f"{one.way.key}{one.sign}{self._key(one.way, value)}" for one in conditions for value in one.values),
            tuple(way.key for way in shown),
            tuple(way.key for way in group),
            tuple(way.key for way in counted),
        )
        values = {name: str(spec["default"]) for name, spec in self.parameters.items()}
        title = {lang: self._title(kind, conditions, group, lang) for lang in self.languages}
        return Table(keys, kind, conditions, title, text, query, values, tuple(counts), tuple(self.named))

    def _ways(self, kind: NodeShape, given: Iterable[str]) -> list[Way]:
        """The ways that are *given*, each once; a list with commas is several."""
        found: dict[str, Way] = {}
        for one in given:
            try:
                listed = [self.ways.read(kind, one)]
            except QueryError:
                if "," not in one:
                    raise
                listed = [self.ways.read(kind, part) for part in one.split(",")]
            found |= {way.key: way for way in listed}
        return list(found.values())

    # -- rows ------------------------------------------------------------------------------------------------------

    def _single(self, kind: NodeShape, shown: Sequence[Way], counted: Sequence[Way]) -> tuple[list[str], list[str]]:
        """A row for each thing."""
        self.projected = [self.thing]
        self.columns[self.thing] = {"type": "iri", "label": self._said("table-key")}
        self.columns[f"{self.thing}Name"] = {"type": "text", "label": kind.singular}
        self.taken.add(f"{self.thing}Name")
        self.named.append(f"{self.thing}Name")
        for way in shown:
            if way.links:
                self._column(way)
        counts = [self._column(way, count=True) for way in counted]
        return counts, [f"-{counts[0]}", f"?{self.thing}"] if counts else []

    def _grouped(
        self, kind: NodeShape, group: Sequence[Way], shown: Sequence[Way], counted: Sequence[Way]
    ) -> tuple[list[str], list[str]]:
        """A row for each value of the group, and one for the things without."""
        names: list[str] = []
        for way in group:
            if not way.links:
                raise QueryError.of("table-column", table=kind.label, column=ITSELF, hint="")
            name = self._free(way.end.prop.path)
            self.lines += _optional(self._pattern(way, f"?{name}"))
            spec = {"type": "text", "label": self._named(way), "else": self._said("table-without")}
            if type_of(way.end) in ("iri", "concept"):
                self.columns[name] = {"type": "iri", "label": self._said("table-key")}
                self.columns[f"{name}Name"] = spec
                self.taken.add(f"{name}Name")
            else:
                self.columns[self._free(f"{name}Name")] = {"of": name, **spec}
            self.named.append(next(reversed(self.columns)))
            self.projected.append(name)
            names.append(name)
        self.projected.append(self.thing)
        counts = [self._column(way, count=True, of=self.thing) for way in counted]
        for way in shown:
            self._column(way, of=self.thing)
        return counts, [*(f"-{name}" for name in counts[:1]), *(f"?{name}" for name in names)]

    def _total(self, kind: NodeShape) -> tuple[list[str], list[str]]:
        """One row: how many things there are."""
        name = self._free(f"{self.thing}Count")
        self.projected = [name]
        self.columns[name] = {"type": "integer", "of": name, "label": self._said("table-count", name=kind.label)}
        return [name], []

    def _column(self, way: Way, *, count: bool = False, of: str = "") -> str:
        """Add a column with the values of *way*, or with their number; returns its name."""
        label: Labels = self._named(way)
        name = self._free(
            (way.end.prop.path if way.links else f"{self.thing}{'' if count else 'Name'}") + "Count" * count
        )
        spec: _Spec = {"type": "integer" if count else "text"}
        if of:
            spec["of"] = of
        if count:
            spec["count"] = True
        if not of and not count and way.links:
            single = all(link.source is None and link.prop.max_count == 1 for link in way.links)
            spec["type"] = found if single and (found := type_of(way.end)) in ("integer", "decimal") else "text"
        if way.links and all(link.plain for link in way.links[:-1]):
            steps = tuple(paths.Step(link.prop.path, link.source is not None) for link in way.links)
            spec["path"] = paths.text(paths.Sequence(steps), self._short)
            if not way.end.plain and way.end.source is not None:
                spec["where"] = {"a": self._iri(way.end.source.target_class)}
        elif way.links:  # only a pattern can say of which kind the things between are
            between = self._free(f"{name}Of")
            self.beside.append(self._pattern(way, f"?{between}"))
            self.projected.append(between)
            spec["of"] = between
        spec["label"] = self._said("table-count", name=label) if count else label
        self.columns[name] = spec
        return name

    @property
    def _rows(self) -> list[str]:
        """The variables that make up a row, where there are others beside."""
        if self.question.group:
            return self.projected[: self.projected.index(self.thing)]
        return self.projected[:1] if len(self.projected) > 1 else []

    # -- filters -----------------------------------------------------------------------------------------------------

    def _filter(self, one: Condition) -> Iterator[str]:
        """The lines that *one* adds to the text."""
        way, values = one.way, one.values
        if len(values) > 1 and {ANY, NONE} & set(values):
            raise QueryError.of("table-sign", sign=NONE if NONE in values else ANY, way=self._named(way), signs="=")
        if values[0] in (ANY, NONE):
            other = self._free(f"{vocab.local_name(way.end.prop.path)}Any")
            yield from _tested(self._pattern(way, f"?{other}"), negated=values == (NONE,))
            return
        kind = type_of(way.end)
        terms = [self._term(way, kind, value) for value in values]
        name = self._free(f"{way.end.prop.path}{_ENDINGS[one.sign]}" if one.sign != "=" else way.end.prop.path)
        if name in self.columns:
            name = self._free(f"{name}Is")
        if len(values) > 1:
            lines = self._compared(way, kind, one.sign, name, terms)
            yield from lines
            return
        spec = self._parameter(way, kind, one.sign, values[0])
        constant = {name, str(spec.get("class")), str(spec.get("scheme"))} & set(self.workspace.settings.defaults)
        lines = self._compared(way, kind, one.sign, name, terms if constant else [f"?{name}"])
        if constant:  # else the workspace's default would win over the value that is asked for
            yield from lines
            return
        self.parameters[name] = spec
        self.open.append(one)
        yield from (f"{lines[0]} #? {name}",) if len(lines) == 1 else (f"#? {name} {{", *lines, "#? }")

    def _compared(self, way: Way, kind: str, sign: str, name: str, terms: list[str]) -> list[str]:
        """Patterns that hold where the values of *way* compare so with one of *terms*."""
        if kind in ("iri", "concept", "boolean"):
            lines = self._pattern(way, terms[0] if len(terms) == 1 else f"?{name}", within=True)
            if len(terms) > 1:
                lines = [f"VALUES ?{name} {{ {' '.join(terms)} }}", *lines]
        else:
            value = self._free(f"{name}Value")
            test = " || ".join(_TESTS[kind](f"?{value}", "=" if sign == "!=" else sign, term) for term in terms)
            lines = [*self._pattern(way, f"?{value}"), f"FILTER({test})"]
        if sign == "!=":
            return _tested(lines, negated=True)
        return _tested(lines) if len(way.links) > 1 else lines

    def _parameter(self, way: Way, kind: str, sign: str, value: str) -> _Spec:
        """What the front matter says of the value of a filter."""
        spec: _Spec = {"type": kind if kind != "date" else "text"}
        if kind == "iri" and len(way.end.kinds) == 1:
            spec["class"] = self.iris.shrink(way.end.kinds[0].target_class)
        if kind == "concept":
            short = vocab.local_name(way.end.prop.scheme)
            spec["scheme"] = short if self.iris.scheme(short) == way.end.prop.scheme else way.end.prop.scheme
        label = self._named(way)
        if sign != "=":
            label = self._said(f"table-label-{_ENDINGS[sign].lower()}", way=label)
        return {**spec, "label": label, "optional": True, "default": self._key(way, value)}

    def _key(self, way: Way, value: str) -> str:
        """*value* as one writes it: the key of a thing where that says which it is, else its IRI."""
        kind = type_of(way.end)
        if value in (ANY, NONE) or kind == "text":
            return value
        term = self._term(way, kind, value)
        plain = of_text(term).value
        if kind not in ("iri", "concept"):
            return plain
        try:
            return key if self._term(way, kind, key := vocab.local_name(plain)) == term else plain
        except QueryError:
            return plain

    def _term(self, way: Way, kind: str, value: str) -> str:
        """*value* as N-Triples; looked up once."""
        if (way.key, value) not in self.terms:
            self.terms[way.key, value] = self._looked_up(way, kind, value)
        return self.terms[way.key, value]

    def _looked_up(self, way: Way, kind: str, value: str) -> str:
        """
        *value* as N-Triples.

        Raises:
            QueryError: There is no such thing, or it does not fit.
        """
        name = way.key
        if kind == "iri":
            return self._thing(way, value)
        if kind == "concept":
            return queries.term(Parameter(name, kind, way.end.name, way.end.prop.scheme), value, self.known)
        if kind == "date":
            if not _DAY.fullmatch(value):
                raise QueryError.of("table-date", name=name, value=value)
            return queries.literal(value)
        if kind in ("integer", "decimal"):
            number = value.replace(",", ".") if re.fullmatch(r"[+-]?\d+,\d+", value) else value
            return queries.term(Parameter(name, kind, way.end.name), number, self.known)
        if not value:
            raise QueryError.of("missing-parameter", name=name, query=way.kind.segment, example=f"{name}=…")
        return queries.term(Parameter(name, kind, way.end.name), value, self.known)

    def _thing(self, way: Way, value: str) -> str:
        kinds = way.end.kinds
        if not kinds:
            return queries.term(Parameter(way.key, "iri", way.end.name), value, self.known)
        lost: list[QueryError] = []
        for kind in kinds:
            parameter = Parameter(way.key, "iri", {**kind.label}, kind.target_class)
            try:
                return queries.term(parameter, value, self.known)
            except QueryError as error:
                lost.append(error)
        asked = "SELECT ?key ?c WHERE { ?s dcterms:identifier ?key ; a ?c }"
        for _, found in self.known.select(asked, {"key": queries.literal(value)}):
            shape = self.schema.for_class(found)
            if shape is not None:
                wanted = {lang: ", ".join(in_language(k.label, lang) for k in kinds) for lang in self.languages}
                raise QueryError.of("table-value-kind", value=value, found=shape.label, way=way.end.name, wanted=wanted)
        raise lost[0]

    # -- patterns ----------------------------------------------------------------------------------------------------

    def _pattern(self, way: Way, end: str, *, within: bool = False) -> list[str]:
        """
        Triple patterns from the thing along *way* to *end*.

        Args:
            within: Whether *end* is a whole of which the value can be a part.
        """
        lines: list[str] = []
        start, steps = f"?{self.thing}", list[paths.Path]()
        whole = way.end.containment if within else None
        for link in way.links:
            last = link is way.end
            steps.append(paths.Step(link.prop.path, link.source is not None))
            if last and whole is not None and link.prop.path == whole.path and link.source is None:
                steps[-1] = paths.Repeat(paths.Step(whole.path), "+")
                whole = None
            if link.plain or link.source is None:
                continue
            middle = end if last and whole is None else f"?{self._free(link.source.target_class)}"
            head = f"{middle} {self._short(link.prop.path)} {start} ;" if len(steps) == 1 else ""
            lines += [] if head else [self._triple(start, steps, middle)]
            lines.append(f"{head or middle} a {self._iri(link.source.target_class)} .")
            start, steps = middle, []
        if whole is not None:
            steps.append(paths.Repeat(paths.Step(whole.path), "*"))
        return [*lines, self._triple(start, steps, end)] if steps else lines

    def _triple(self, start: str, steps: Sequence[paths.Path], end: str) -> str:
        """One pattern along *steps*; a single step back is written forwards."""
        if len(steps) == 1 and isinstance(steps[0], paths.Step) and steps[0].inverse:
            start, end, steps = end, start, [paths.inverse(steps[0])]
        path = steps[0] if len(steps) == 1 else paths.Sequence(tuple(steps))
        return f"{start} {paths.text(path, self._short)} {end} ."

    def _short(self, iri: str) -> str:
        name = self.iris.shrink(iri)
        return name if re.fullmatch(r"[\w-]+:[\w-]+", name) else iri

    def _iri(self, iri: str) -> str:
        name = self._short(iri)
        return name if name != iri else f"<{iri}>"

    def _free(self, name: str) -> str:
        """A variable called like the term *name*, that nothing else is called."""
        local = re.sub(r"[^A-Za-z0-9_]", "", vocab.local_name(name.rstrip("/#"))) or "thing"
        local = local[0].lower() + local[1:] if local[0].isalpha() else f"v{local}"
        found = next(one for n in range(1, 1000) if (one := local if n == 1 else f"{local}{n}") not in self.taken)
        self.taken.add(found)
        return found

    # -- words -------------------------------------------------------------------------------------------------------

    def _said(self, code: str, **values: Any) -> Labels:
        return {lang: text(code, lang, self.workspace.messages, **values) for lang in self.languages}

    def _named(self, way: Way) -> Labels:
        return {lang: way.name(lang) for lang in self.languages} if way.links else way.kind.label

    def _written(
        self,
        kind: NodeShape,
        conditions: Sequence[Condition],
        group: Sequence[Way],
        counts: Sequence[str],
        order: Sequence[str],
    ) -> str:
        """The file."""
        fixed = [one for one in conditions if not any(one is other for other in self.open)]
        titles = {lang: self._title(kind, fixed, group, lang) for lang in self.languages}
        asked = "table-asked-count" if counts and not self._is_thing_row else "table-asked"
        whole = any(
            one.way.end.containment is not None and not {ANY, NONE} & set(one.values) for one in conditions
        )  # then the parts of a whole count, too
        about = "table-about-parts" if whole else "table-about"
        head = [
            f"title: {_flow(titles)}",
            f"question: {_flow(self._said(asked, title=titles))}",
            f"description: {_flow(self._said(about))}",
        ]
        if self.parameters:
            head += ["parameters:", *(f"  {name}: {_flow(spec)}" for name, spec in self.parameters.items())]
        head += ["columns:", *(f"  {name}: {_flow(spec)}" for name, spec in self.columns.items())]
        if self._rows:
            head.append(f"rows: [{', '.join(self._rows)}]")
        if order:
            head.append(f"order: {_flow(list(order))}")
        selected = " ".join(f"?{name}" for name in self.projected)
        if self.thing not in self.projected:
            selected = f"(COUNT(DISTINCT ?{self.thing}) AS ?{self.projected[0]})"
        body = "\n".join([f"SELECT {selected}", "WHERE {", *(f"  {line}" for line in self.lines), "}"])
        used, _ = sparql.prefixes(body)
        known = self.iris.prefixes
        prefixes = [f"PREFIX {name}: <{known[name]}>" for name in sorted(used & known.keys())]
        return "\n".join([*(f"#+ {line}" for line in head), *prefixes, body]) + "\n"

    @property
    def _is_thing_row(self) -> bool:
        return bool(self.projected) and self.projected[0] == self.thing

    def _title(self, kind: NodeShape, conditions: Sequence[Condition], group: Sequence[Way], lang: str) -> str:
        said = in_language(kind.label, lang, kind.segment)
        parts = [self._condition(one, lang) for one in conditions]
        if parts:
            said = f"{said} ({'; '.join(parts)})"
        if group:
            named = ", ".join(way.name(lang) for way in group)
            said = text("table-by", lang, self.workspace.messages, kind=said, group=named)
        return said

    def _condition(self, one: Condition, lang: str) -> str:
        """*one* in words."""
        special = {ANY: "any", NONE: "none"}
        code = special.get(one.values[0]) or _ENDINGS[one.sign].lower() or "is"
        kind = type_of(one.way.end)
        terms = [of_text(self._term(one.way, kind, v)) for v in one.values] if code not in ("any", "none") else []
        unknown = [term.value for term in terms if term.is_iri and term.value not in self.labels]
        self.labels |= {iri: {"": vocab.local_name(iri)} for iri in unknown} | dict(names_of(self.known, unknown))
        chain = (*self.workspace.languages, *LANGUAGES)
        names = [
            in_language(self.labels[term.value], lang, term.value, chain) if term.is_iri else term.value
            for term in terms
        ]
        shown = text("table-or", lang, self.workspace.messages).join(names)
        return text(f"table-{code}", lang, self.workspace.messages, way=one.way.name(lang), value=shown)


#: Sign → ending of the parameter's name.
_ENDINGS = {"=": "", "!=": "Not", ">=": "From", "<=": "To", "~=": "Has"}


def _number(value: str, sign: str, term: str) -> str:
    return f"{value} {sign} {term}"


def _date(value: str, sign: str, term: str) -> str:
    """A year is not before any of its days, nor after: as much of a date is compared as both say."""
    if sign == "=":
        return f"STRSTARTS(STR({value}), {term})"
    return f"STR({value}) >= {term}" if sign == ">=" else f"SUBSTR(STR({value}), 1, STRLEN({term})) <= {term}"


def _words(value: str, sign: str, term: str) -> str:
    both = f"LCASE(STR({value})), LCASE({term})"
    return f"CONTAINS({both})" if sign == "~=" else both.replace("), L", ") = L")


#: Type of literals → how a filter tests them.
_TESTS: dict[str, Callable[[str, str, str], str]] = {
    "integer": _number,
    "decimal": _number,
    "date": _date,
    "text": _words,
}


def _optional(lines: Sequence[str]) -> list[str]:
    return [f"OPTIONAL {{ {_inner(lines)} }}"]


def _tested(lines: Sequence[str], *, negated: bool = False) -> list[str]:
    """Whether *lines* hold, without a solution for each way in which they do."""
    return [f"FILTER {'NOT ' * negated}EXISTS {{ {_inner(lines)} }}"]


def _inner(lines: Sequence[str]) -> str:
    return " ".join(lines).removesuffix(" .")


_PLAIN = re.compile(r"[A-Za-z][\w-]*")


def _flow(value: Any) -> str:
    """*value* in YAML's flow style, on one line whatever its texts hold."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flow(str(key))}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if _PLAIN.fullmatch(value) and value.lower() not in _YAML_WORDS:
        return str(value)
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in quoted)


#: Words that are no texts in YAML 1.1.
_YAML_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null"})
