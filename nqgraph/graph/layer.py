"""
The layer between a short query and its answer: names, order, several values in a cell, and what the words rest on.

A query says which things, over which relations, under which conditions. Its columns say what to show of them. The query
is evaluated once; what is shown is looked up for the things in the answer alone, so the cost grows with the answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import groupby
from json.encoder import encode_basestring
from typing import Any, Protocol

from nqgraph.graph import paths, terms
from nqgraph.graph.columns import ANY, IRI, KEY, SELF, Column, Part
from nqgraph.graph.names import NAMES
from nqgraph.graph.paths import Path
from nqgraph.graph.queries import Query
from nqgraph.graph.remote import inline
from nqgraph.graph.terms import Solutions, Term, picked
from nqgraph.words import collation, vocab
from nqgraph.words.numbers import locale
from nqgraph.words.texts import LANGUAGES, in_language, text
from nqgraph.words.workspace import Workspace

#: What joins several values in a cell.
SEPARATOR = "; "
_ABSENT = {"not-documented": vocab.NQ.notDocumented, "not-applicable": vocab.NQ.notApplicable}


class Source(Protocol):
    """Anything that evaluates a query and looks up values: a store or an endpoint."""

    @property
    def workspace(self) -> Workspace:
        """Whose model describes what is asked."""

    def terms(self, text: str) -> Solutions:
        """The solutions of a SELECT."""

    def values(self, things: Iterable[str], predicate: str, inverse: bool = False) -> Mapping[str, list[Term]]:
        """The values of a property of *things*; what has none may be left out."""

    @property
    def kept(self) -> dict[Any, dict[Any, Any]]:
        """Where cells, names and keys of order are kept for later answers, as long as nothing changes."""


@dataclass(frozen=True, eq=False)
class Cell:
    """What stands in one place of an answer."""

    term: Term | None
    #: The things behind its words, in their order.
    iris: tuple[str, ...] = ()
    #: What it rests on: ``caveat``, ``confidence``, ``unit``, ``origin`` (source and day of what others say); in an
    #: empty cell ``nothing``, the state of nothing.
    said: Mapping[str, str] = field(default_factory=dict)

    @cached_property  # many rows share a cell, also those of later answers
    def json(self) -> tuple[str, str]:
        """Its term, and what is behind it, as JSON; "" for nothing."""
        parts = [f'"iris":[{",".join(map(encode_basestring, self.iris))}]'] if self.iris else []
        parts += [f"{encode_basestring(name)}:{encode_basestring(text)}" for name, text in self.said.items()]
        return "" if self.term is None else self.term.as_json(), f"{{{','.join(parts)}}}" if parts else ""

    @cached_property
    def value(self) -> Any:
        """Its term as a plain value; None for nothing."""
        return None if self.term is None else terms.plain(self.term.value, self.term.datatype)

    @cached_property
    def behind(self) -> dict[str, Any]:
        """What is behind its words."""
        return {**({"iris": list(self.iris)} if self.iris else {}), **self.said}


class Answer:
    """
    The rows of a canned query in one language, in their order.

    How many there are and in which order is known from the solutions; cells are made of the rows that are asked for.
    """

    def __init__(self, layer: _Layer, groups: Sequence[list[Row]], asked: str = "") -> None:
        self._layer, self._groups = layer, groups
        #: What was asked for, in words: each parameter, and whether it is a default.
        self.asked = asked

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return list(self._layer.shown)

    def __len__(self) -> int:
        return len(self._groups)

    def part(self, rows: slice | Sequence[int]) -> Answer:
        """Some of its rows, by their places."""
        return Answer(self._layer, picked(self._groups, rows), self.asked)

    def column(self, name: str) -> list[Cell]:
        """The cells of one column."""
        return self._layer.column(name, self._groups)

    @cached_property
    def rows(self) -> list[dict[str, Cell]]:
        """Its rows as cells by column."""
        columns = [self.column(name) for name in self.names]
        return [dict(zip(self.names, row, strict=True)) for row in zip(*columns, strict=True)]

    def as_json(self) -> bytes:
        """
        The rows in the SPARQL 1.1 Query Results JSON Format.

        Before ``results`` stand ``asked``, what was asked for in words, and ``behind``: for each row what is behind its
        cells, ``{name: {iris: […], caveat: …}}``.
        Readers of the format leave what they do not know alone there; strict ones refuse it in other places.
        """
        told = [self._written(name, json.dumps(name) + ":") for name in self.names]
        bindings, behind = (_objects([both[part] for both in told], len(self)) for part in (0, 1))
        head = json.dumps({"vars": self.names}, separators=(",", ":"))
        asked = encode_basestring(self.asked)
        return f'{{"head":{head},"asked":{asked},"behind":[{behind}],"results":{{"bindings":[{bindings}]}}}}'.encode()

    def _written(self, name: str, head: str) -> tuple[list[str], list[str]]:
        """The cells of a column as members of JSON objects: their terms, and what is behind them; "" for nothing."""
        cells = [cell.json for cell in self.column(name)]
        return [head + term if term else "" for term, _ in cells], [head + said if said else "" for _, said in cells]


def _objects(columns: list[list[str]], rows: int) -> str:
    """One JSON object a row."""
    return ",".join(["{" + ",".join(filter(None, row)) + "}" for row in zip(*columns, strict=True)] or ["{}"] * rows)


def answer(
    query: Query,
    bindings: Mapping[str, str],
    source: Source,
    lang: str,
    given: Collection[str] = (),
    solutions: Solutions | None = None,
) -> Answer:
    """
    The answer of *query* in *lang*.

    Args:
        bindings: Parameter → term as N-Triples text, as :func:`nqgraph.graph.queries.bind` makes them.
        given: Names of the parameters that are no defaults.
        solutions: What :func:`solutions_of` found, where that is known; they are the same in each language.
    """
    layer = _Layer(query, bindings, source, lang)
    text = _text(query, bindings)
    same = (text, lang, query.rows, query.order, *map(str, layer.ordering))
    kept: dict[Any, list[list[Row]]] = source.kept.setdefault("ordered", {})
    groups = kept.get(same)
    if groups is None:
        found = solutions or _solutions(text, source)
        groups = layer.groups(found)
        _keep(kept, same, groups, len(found[1]), sum(map(len, kept.values())))
    return Answer(layer, groups, layer.stated(given))


def solutions_of(query: Query, bindings: Mapping[str, str], source: Source) -> Solutions:
    """What *query* finds, before anything of it is named or ordered; the language does not matter."""
    return _solutions(_text(query, bindings), source)


def _solutions(text: str, source: Source) -> Solutions:
    kept: dict[str, Solutions] = source.kept.setdefault("solutions", {})
    found = kept.get(text)
    if found is None:
        found = source.terms(text)
        _keep(kept, text, found, len(found[1]), sum(len(rows) for _, rows in kept.values()))
    return found


def _text(query: Query, bindings: Mapping[str, str]) -> str:
    asked = {name: text for name, text in bindings.items() if name != "lang"}
    return inline(query.with_parameters(asked), asked)


def _keep(kept: dict[Any, Any], same: Any, found: Any, rows: int, others: int) -> None:
    """Keep what was *found* unless it has too many *rows*, in place of the rest where that has too many *others*."""
    if len(kept) >= _MOST_SOLUTIONS_KEPT or others + rows > _MOST_ROWS_KEPT:
        kept.clear()
    if rows <= _MOST_ROWS_KEPT:
        kept[same] = found


def stated(query: Query, bindings: Mapping[str, str], source: Source, lang: str, given: Collection[str]) -> str:
    """What *query* is asked for, in words: each parameter with its name, and whether it is a default."""
    return _Layer(query, bindings, source, lang).stated(given)


Row = dict[str, Term]


@dataclass
class _Layer:
    query: Query
    bindings: Mapping[str, str]
    source: Source
    lang: str
    chain: tuple[str, ...] = field(init=False)
    kept: dict[Any, dict[Any, Any]] = field(init=False)
    #: Thing → its name, for those that were asked for.
    named: dict[str, str] = field(init=False)
    #: Term → what it is ordered by.
    keys: dict[Term | None, tuple[Any, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self.kept = self.source.kept
        self.named, self.keys = (self.kept.setdefault((what, self.lang), {}) for what in ("names", "keys"))
        self.chain = tuple(dict.fromkeys((self.lang, *self.source.workspace.languages, *LANGUAGES)))

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """Names of the columns: the parameters, and what the query shows."""
        return tuple(dict.fromkeys([*self._asked, *self._columns]))

    @cached_property
    def _asked(self) -> list[str]:
        return [parameter.name for parameter in self.query.parameters if not parameter.many]

    @property
    def ordering(self) -> list[Column]:
        """The columns by which rows are ordered."""
        return [self._columns[name] for given in self.query.order if (name := given.lstrip("-")) in self._columns]

    @cached_property
    def _columns(self) -> dict[str, Column]:
        return {column.name: column for column in self.query.columns}

    def column(self, name: str, groups: Sequence[list[Row]]) -> list[Cell]:
        """The cells of a column, one for each of *groups*."""
        if name in self._columns:
            return self._cells(self._columns[name], groups)
        plain: dict[Term, Cell] = self.kept.setdefault("plain", {})
        given = terms.of_text(self.bindings[name]) if name in self.bindings else None
        found = (group[0].get(name) or given for group in groups)
        return [plain.setdefault(term, Cell(term)) if term else _EMPTY for term in found]

    def stated(self, given: Collection[str]) -> str:
        """Each parameter with its name, whether it is a default, and what is left open."""
        several = {parameter.name for parameter in self.query.parameters if parameter.many}
        bound = {
            name: [*map(terms.of_text, text.split() if name in several else [text])]
            for name, text in self.bindings.items()
            if name != "lang"
        }
        self._learn(term.value for found in bound.values() for term in found if term.is_iri)
        said = []
        for parameter in self.query.parameters:
            label = self._say(parameter.label) or parameter.name
            if parameter.name in bound:
                value = ", ".join(
                    self.named.get(term.value) or vocab.local_name(term.value) if term.is_iri else term.value
                    for term in bound[parameter.name]
                )
                code = "asked-given" if parameter.name in given else "asked-default"
                said.append(text(code, self.lang, label=label, value=value))
            elif parameter.type in ("iri", "concept"):
                said.append(text("asked-all", self.lang, label=label))
        return " · ".join(said)

    # -- rows ----------------------------------------------------------------------------------------------------

    def groups(self, found: Solutions) -> list[list[Row]]:
        """The solutions by the rows that they make up, in their order; texts the reader would not read are left out."""
        names, solutions = found[0], dict.fromkeys(found[1])
        rows = [{n: t for n, t in zip(names, s, strict=True) if t is not None} for s in solutions]
        rows = self._spoken_rows(
            rows, [n for i, n in enumerate(names) if any((t := s[i]) and t.language for s in solutions)]
        )
        if not self.query.rows:
            return self._ordered(names, [[row] for row in rows])
        grouped: dict[tuple[Term | None, ...], list[Row]] = {}
        for row in rows:
            grouped.setdefault(tuple(row.get(name) for name in self.query.rows), []).append(row)
        return self._ordered(names, list(grouped.values()))

    def _spoken_rows(self, rows: list[Row], worded: list[str]) -> list[Row]:
        for name in worded:
            said: dict[Any, list[Row]] = {}
            for row in rows:
                said.setdefault(frozenset((n, t) for n, t in row.items() if n != name), []).append(row)
            kept = {id(r) for group in said.values() for r in self._best(group, name)}
            rows = [row for row in rows if id(row) in kept]
        return rows

    def _best(self, rows: list[Row], name: str) -> list[Row]:
        values = set(self._spoken([row[name] for row in rows if name in row]))
        return [row for row in rows if name not in row or row[name] in values]

    def _spoken(self, values: list[Term]) -> list[Term]:
        """*values* without the texts in languages that are not the best for the reader."""
        if len(values) < 2:
            return values
        languages = {value.language for value in values if value.language}
        if len(languages) < 2:
            return values
        best = next((lang for lang in self.chain if lang in languages), min(languages))
        return [value for value in values if value.language in ("", best)]

    def _ordered(self, names: list[str], groups: list[list[Row]]) -> list[list[Row]]:
        """*groups* in the order that the query names; what comes later in it is looked at only where rows are alike."""
        runs = [groups]
        for given in self.query.order or tuple(f"?{name}" for name in self.query.rows or names):
            alike = [group for run in runs if len(run) > 1 for group in run]
            if not alike:
                break
            keys = dict(zip(map(id, alike), self._keys(given, alike), strict=True))
            parted: list[list[list[Row]]] = []
            for run in runs:
                if len(run) == 1:
                    parted.append(run)
                    continue
                run.sort(key=lambda group: keys[id(group)], reverse=given.startswith("-"))
                parted += (list(same) for _, same in groupby(run, key=lambda group: keys[id(group)]))
            runs = parted
        return [group for run in runs for group in run]

    def _keys(self, given: str, groups: Sequence[list[Row]]) -> list[tuple[Any, ...]]:
        """What each of *groups* is ordered by where the query names *given*: the cells of a column or a variable."""
        name = given.lstrip("-?")
        if name in self._columns and "?" not in given:
            cells = self.column(name, groups)
            self._learn(cell.term.value for cell in cells if cell.term is not None and cell.term.is_iri)
            return [self._cell_key(cell) for cell in cells]
        self._learn(group[0][name].value for group in groups if name in group[0] and group[0][name].is_iri)
        return [self._key(group[0].get(name)) for group in groups]

    def _cell_key(self, cell: Cell) -> tuple[Any, ...]:
        return (*self._key(cell.term), cell.iris)

    def _key(self, term: Term | None) -> tuple[Any, ...]:
        """What is missing comes first, then numbers, then texts and things by their names."""
        if term not in self.keys:
            self.keys[term] = self._new_key(term)
        return self.keys[term]

    def _new_key(self, term: Term | None) -> tuple[Any, ...]:
        if term is None:
            return (0, 0, "", "")
        if term.datatype in _NUMBERS:
            try:
                return (1, Decimal(term.value), "", "")
            except InvalidOperation:
                pass
        text = self.named.get(term.value, "") if term.is_iri else term.value
        return (2, 0, collation.key(text, self.lang), term.value)

    # -- cells ---------------------------------------------------------------------------------------------------

    def _cells(self, column: Column, groups: Sequence[list[Row]]) -> list[Cell]:
        """The cells of *column*, one a row; rows that show the same share a cell, also with earlier answers."""
        names = column.variables
        wanted = [tuple([row.get(name) for row in group for name in names]) for group in groups]
        same = (self.query.text, column.name, column.path, column.where, self.lang)  # built questions share texts
        kept = self.kept.setdefault(same, {}) if len(groups) <= _MOST_CELLS_KEPT else {}
        fresh = {one: group for one, group in zip(wanted, groups, strict=True) if one not in kept}
        if fresh:
            kept.update(zip(fresh, self._filled(column, list(fresh.values())), strict=True))
        return [kept[one] for one in wanted]

    def _filled(self, column: Column, groups: list[list[Row]]) -> list[Cell]:
        if column.language and column.language != self.lang:
            other = replace(self, lang=column.language)
            return other._filled(column, groups)
        reached = self._filtered(column, self._reached(column, groups))
        if column.count:
            return self._counted(column, groups, reached)
        values = [self._spoken(found) for found in reached]
        shown = self._texts(column, groups, values) if column.type == "text" else map(self._first(column), values)
        cells = list(shown)
        explained = self._explained if column.claim or column.unit else self._nothing
        return self._attributed(column, groups, explained(column, groups, cells))

    def _reached(self, column: Column, groups: list[list[Row]]) -> list[list[Term]]:
        starts = [_unique([row.get(column.of) for row in group]) for group in groups]
        if column.path == (SELF,):
            return starts
        found: list[list[Term]] = [[] for _ in groups]
        for part in column.path:
            if isinstance(part, str):
                name = column.of if part == SELF else part[1:]
                ends = starts if part == SELF else [_unique(row.get(name) for row in group) for group in groups]
            else:
                waiting = (term for start, done in zip(starts, found, strict=True) if not done for term in start)
                onward = paths.follow(part, dict.fromkeys(waiting), self.source.values)
                ends = [_unique(end for term in start for end in onward.get(term, ())) for start in starts]
            found = [done or end for done, end in zip(found, ends, strict=True)]
        return found

    def _filtered(self, column: Column, reached: list[list[Term]]) -> list[list[Term]]:
        for path, wanted in column.where:
            onward = paths.follow(path, {value: None for values in reached for value in values}, self.source.values)
            kept = {t for t, ends in onward.items() if ANY in wanted or any(end.value in wanted for end in ends)}
            reached = [[value for value in values if value in kept] for values in reached]
        return reached

    def _counted(self, column: Column, groups: list[list[Row]], reached: list[list[Term]]) -> list[Cell]:
        cells = [
            Cell(Term(str(len(found)), datatype=vocab.XSD.integer)) if found or column.zero else _EMPTY
            for found in reached
        ]
        return self._nothing(column, groups, cells)

    def _first(self, column: Column) -> Callable[[list[Term]], Cell]:
        def first(values: list[Term]) -> Cell:
            if column.type == "boolean" and not any(value.datatype == vocab.XSD.boolean for value in values):
                return Cell(Term("true" if values else "false", datatype=vocab.XSD.boolean))
            fitting = [value for value in values if value.is_iri == (column.type == "iri")]
            if not fitting:
                return _EMPTY
            return Cell(fitting[0], (fitting[0].value,) if fitting[0].is_iri else ())

        return first

    def _texts(self, column: Column, groups: list[list[Row]], values: list[list[Term]]) -> Iterator[Cell]:
        texts = self._teller(column, {value: None for found in values for value in found})
        read = [p[1:] for alternatives in column.parts for p in alternatives if isinstance(p, str) and p[0] == "?"]
        self._learn(row[n].value for n in read for group in groups for row in group if n in row and row[n].is_iri)
        otherwise = Cell(Term(self._say(column.otherwise))) if column.otherwise else _EMPTY
        for group, found in zip(groups, values, strict=True):
            said: dict[str, list[str]] = {}
            if not found:
                yield otherwise
                continue
            told = [(texts(value, group), value) for value in found]
            if len(told) == 1 and told[0][0]:
                yield Cell(Term(told[0][0]), (found[0].value,) if found[0].is_iri else ())
                continue
            for words, value in sorted(told, key=self._text_key):
                if words:
                    said.setdefault(words, []).extend([value.value] if value.is_iri else [])
            listed = list(said)[: column.most or column.first or None]
            joined = SEPARATOR.join([*listed, "…"] if column.most and len(listed) < len(said) else listed)
            yield Cell(Term(joined), tuple(iri for t in listed for iri in said[t])) if said else otherwise

    def _text_key(self, told: tuple[str, Term]) -> tuple[str, str, str]:
        text, value = told
        return "" if "://" in text else collation.key(text, self.lang), text, value.value

    def _teller(self, column: Column, values: Mapping[Term, None]) -> Callable[[Term, list[Row]], str]:
        """What says of a value and its row how it is shown."""
        onward: dict[Part, Mapping[Term, list[Term]]] = {}
        for part in (part for alternatives in column.parts for part in alternatives if not isinstance(part, str)):
            onward[part] = paths.follow(part, values, self.source.values)
        ends = (end for found in onward.values() for terms in found.values() for end in terms)
        self._learn(term.value for term in (*values, *ends) if term.is_iri)

        def one(part: Part, value: Term, group: list[Row]) -> str:
            if part == SELF:
                return self._name(column, value)
            if part == IRI:
                return value.value
            if part == KEY:
                return vocab.local_name(value.value)
            found = (
                _unique(row.get(part[1:]) for row in group) if isinstance(part, str) else onward[part].get(value, [])
            )
            names = {self._name(column, end) for end in self._spoken(found)} - {""}
            return ", ".join(sorted(names, key=lambda name: (collation.key(name, self.lang), name)))

        def tell(value: Term, group: list[Row]) -> str:
            parts = [
                next(filter(None, (one(p, value, group) for p in alternatives)), "") for alternatives in column.parts
            ]
            said = [part for part in parts if part]
            if len(said) in column.form:
                return column.form[len(said)].format(*said)
            return ": ".join([*(part.removesuffix(".") for part in said[:-1]), *said[-1:]])

        if column.parts == ((SELF,),):
            return lambda value, group: self._name(column, value)
        return tell

    def _name(self, column: Column, term: Term) -> str:
        if term.value in column.words:
            return self._say(column.words[term.value])
        return self.named.get(term.value, "") if term.is_iri else term.value

    def _say(self, labels: Mapping[str, str]) -> str:
        return in_language(labels, self.lang, chain=self.chain)

    def _learn(self, iris: Iterable[str]) -> None:
        """Look up the names of things that are not known yet."""
        unknown = {iri for iri in iris if iri not in self.named}
        for predicate in NAMES:
            if unknown:
                found = self.source.values(unknown, predicate, False)
                self.named.update({iri: self._best_name(names) for iri, names in found.items() if names})
                unknown -= found.keys()
        self.named.update(dict.fromkeys(unknown, ""))

    def _best_name(self, names: list[Term]) -> str:
        return min(self._spoken(names), key=lambda term: (term.language == "", term.value)).value

    # -- what words rest on --------------------------------------------------------------------------------------

    def _explained(self, column: Column, groups: list[list[Row]], cells: list[Cell]) -> list[Cell]:
        """The cells with unit, caveat and confidence of what they rest on."""
        wanted: list[tuple[str, str, Path]] = [("unit", column.of, column.unit)] if column.unit else []
        if column.claim:
            wanted += [(name, column.claim, paths.Step(vocab.NQ[name])) for name in ("caveat", "confidence")]
        for name, variable, path in wanted:
            bases = [_unique(row.get(variable) for row in group) for group in groups]
            onward = paths.follow(path, {base: None for found in bases for base in found}, self.source.values)
            self._learn(end.value for ends in onward.values() for end in ends if end.is_iri)
            for index, found in enumerate(bases):
                ends = self._spoken(_unique(end for base in found for end in onward.get(base, ())))
                if ends and cells[index].term is not None:
                    said = SEPARATOR.join(self._name(column, end) for end in ends)
                    cells[index] = replace(cells[index], said={**cells[index].said, name: said})
        return cells

    def _attributed(self, column: Column, groups: list[list[Row]], cells: list[Cell]) -> list[Cell]:
        """The cells, those of what others say with its source and day."""
        if not self._others:
            return cells
        about: list[list[Term]] = [_unique(row.get(column.of) for row in group) for group in groups]
        if isinstance(path := column.path[0], paths.Sequence):  # what says it is the last thing on the way
            onward = paths.follow(
                paths.Sequence(path.parts[:-1]), {t: None for found in about for t in found}, self.source.values
            )
            ends = [_unique(end for term in found for end in onward.get(term, ())) for found in about]
            about = [end or found for end, found in zip(ends, about, strict=True)]
        filled = [index for index, cell in enumerate(cells) if cell.term is not None]
        subjects = {index: [term.value for term in about[index] if term.is_iri] for index in filled}
        origins = self._origins({iri for index in filled for iri in (*subjects[index], *cells[index].iris)})
        for index in filled:
            named = cells[index].iris
            whole = next(
                (list(found) for found in (subjects[index], named) if found and origins.keys() >= {*found}), None
            )
            said: dict[str, list[str]] = {}
            for iri in whole or named:
                if iri in origins:
                    said.setdefault(origins[iri], []).append(self.named.get(iri, ""))
            if said:
                told = said if whole else [f"{', '.join(filter(None, n))}: {origin}" for origin, n in said.items()]
                cells[index] = replace(cells[index], said={**cells[index].said, "origin": SEPARATOR.join(told)})
        return cells

    @cached_property
    def _others(self) -> dict[str, str]:
        """Graph of what others say → source and day, in words."""
        from babel.dates import format_date

        kept = self.kept.setdefault("others", {})
        if self.lang not in kept:
            found = {
                graph.value: (day.value[:10], (publisher or graph).value)
                for graph, day, publisher in self.source.terms(_BROUGHT)[1]
                if graph is not None and day is not None
            }
            self._learn(publisher for _, publisher in found.values())
            kept[self.lang] = {
                graph: text(
                    "page-from",
                    self.lang,
                    source=self.named.get(publisher) or publisher,
                    day=format_date(date.fromisoformat(day), "long", locale=locale(self.lang)),
                )
                for graph, (day, publisher) in found.items()
            }
        told: dict[str, str] = kept[self.lang]
        return told

    def _origins(self, things: set[str]) -> dict[str, str]:
        """Of *things* those that others say something of → source and day, in words."""
        kept: dict[str, str] = self.kept.setdefault("graphs", {})
        unknown = sorted(things - kept.keys())
        graphs = " ".join(f"<{graph}>" for graph in self._others)
        for start in range(0, len(unknown), _AT_ONCE):
            listed = unknown[start : start + _AT_ONCE]
            kept.update(dict.fromkeys(listed, ""))
            asked = " ".join(f"<{iri}>" for iri in listed if "://" in iri)
            text_ = f"""SELECT DISTINCT ?thing ?graph WHERE {{
                VALUES ?thing {{ {asked} }} VALUES ?graph {{ {graphs} }} GRAPH ?graph {{ ?thing a ?type }} }}"""
            for thing, graph in self.source.terms(text_)[1]:
                if thing is not None and graph is not None:
                    kept[thing.value] = graph.value
        return {iri: self._others[kept[iri]] for iri in things if kept.get(iri) in self._others}

    def _nothing(self, column: Column, groups: list[list[Row]], cells: list[Cell]) -> list[Cell]:
        """The cells, the empty ones with the state of nothing: looked for, not applicable, not looked at."""
        step = column.path[0]
        if not isinstance(step, paths.Step) or step.inverse:
            return cells
        empty = [i for i, cell in enumerate(cells) if cell.term is None or (column.count and cell.term.value == "0")]
        starts = {i: [row[column.of].value for row in groups[i] if column.of in row] for i in empty}
        things = {iri for found in starts.values() for iri in found}
        states = {name: self.source.values(things, said, False) for name, said in _ABSENT.items()} if things else {}
        for index, found in starts.items():
            said = (n for n, of in states.items() for iri in found if any(v.value == step.iri for v in of.get(iri, ())))
            if found:
                cells[index] = replace(cells[index], said={"nothing": next(said, "not-looked-at")})
        return cells


#: Graphs of what others say, with the day on which it was fetched and who published it.
_BROUGHT = f"""SELECT ?graph ?day ?publisher WHERE {{ ?graph <{vocab.PROV.generatedAtTime}> ?day .
    OPTIONAL {{ ?graph <{vocab.DCTERMS.publisher}> ?publisher }}
    FILTER EXISTS {{ GRAPH ?graph {{ ?thing a ?type }} }} }}"""
#: How many rows of solutions are kept for other columns, languages, forms and pages, and of how many questions.
_MOST_ROWS_KEPT, _MOST_SOLUTIONS_KEPT = 50_000, 500
#: Of answers with more rows no cells are kept for others.
_MOST_CELLS_KEPT = 2_000
#: Things that are asked for at once.
_AT_ONCE = 500
_EMPTY = Cell(None)
_NUMBERS = frozenset({vocab.XSD.integer, vocab.XSD.decimal, vocab.XSD.double, vocab.XSD.float})


def _unique(values: Iterable[Term | None]) -> list[Term]:
    if isinstance(values, list) and len(values) == 1:
        return [values[0]] if values[0] is not None else []
    return list(dict.fromkeys(value for value in values if value is not None))
