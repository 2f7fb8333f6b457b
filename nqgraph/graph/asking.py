"""Plain questions to a graph: what each can mean there, said back in the reader's words, and why an answer is empty."""

from __future__ import annotations

from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from nqgraph.graph import kinds as kinds_of_things
from nqgraph.graph.graph import Graph
from nqgraph.graph.names import NAMES
from nqgraph.graph.queries import Parameter, Query, term
from nqgraph.graph.ranking import MOST_READ, TABLE, Asked, Ranking, Reading, Slot, Thing, Understood, learned
from nqgraph.graph.results import Result
from nqgraph.graph.tables import Question, Table
from nqgraph.model import shapes, ways
from nqgraph.model.shapes import Schema
from nqgraph.model.ways import Link
from nqgraph.words import vocab
from nqgraph.words.asking import ADDRESS, NONE, NOT
from nqgraph.words.elsewhere import ELSEWHERE
from nqgraph.words.errors import QueryError
from nqgraph.words.texts import in_language, text

_NAMED = " ".join(f"<{path}>" for path in (*NAMES, vocab.SKOS.altLabel))


@dataclass(frozen=True)
class Chip:
    """A thing that was understood, as readers see it; they can take it away."""

    parameter: str
    value: str
    #: Name of the parameter, and of the value.
    label: str
    shown: str
    #: Whether the question can be asked without it.
    optional: bool


@dataclass(frozen=True)
class Nothing:
    """Why an answer is empty."""

    #: What was recorded about the chips together: kind of absence and its question; empty if nobody has looked.
    recorded: tuple[tuple[str, str], ...]
    #: Chips without which there is an answer, and how many rows that has.
    without: tuple[tuple[Chip, int], ...]

    def told(self, lang: str) -> list[str]:
        """The sentences that say so."""
        said = [text("ask-nothing-recorded", lang, state=state, question=asked) for state, asked in self.recorded]
        said = said or [text("ask-nothing-looked", lang)]
        return said + [
            text("ask-nothing-without", lang, label=chip.label, value=chip.shown, count=count)
            for chip, count in self.without
        ]


class Asking:
    """Answers plain questions with canned ones, in the language of *graph*."""

    def __init__(self, graph: Graph, ranking: Ranking | None = None) -> None:
        self.graph = graph
        self._ranking = ranking

    @cached_property
    def ranking(self) -> Ranking:
        """What finds the questions; the same in all languages."""
        return self._ranking or ranking_of(self.graph)

    def in_language(self, lang: str) -> Asking:
        """The same for a reader of *lang*."""
        return Asking(self.graph.in_language(lang), self.ranking)

    def understand(self, question: str) -> Understood:
        """What *question* can mean, best first."""
        return self.ranking.understand(question)

    def asked(self, name: str, values: Mapping[str, str]) -> tuple[Query, dict[str, str]]:
        """The query that a reading is, canned or built, and its parameters."""
        if name == TABLE:
            table = self._table(values)
            return table.query, dict(table.values)
        return self.graph.queries.get(name), dict(values)

    def answer(self, name: str, values: Mapping[str, str]) -> Result:
        """The rows of a reading."""
        query, given = self.asked(name, values)
        return self.graph.rows(query, given)

    def address(self, name: str, values: Mapping[str, str]) -> tuple[str, str]:
        """The page that asks a reading, and what its address says."""
        return "fragen/neu" if name == TABLE else f"abfragen/{name}", urlencode(values, quote_via=quote)

    def title(self, reading: Reading) -> str:
        """What *reading* asks, without what was filled in."""
        lang = self.graph.lang
        if reading.name != TABLE:
            return in_language(self.graph.queries.get(reading.name).title, lang)
        kind = in_language(self._table(reading.values).kind.label, lang)
        return text("table-count", lang, name=kind) if ADDRESS["count"] in reading.values else kind

    def called(self, name: str, values: Mapping[str, str]) -> list[str]:
        """The command that asks a reading."""
        if name == TABLE:
            return ["table", *self._table(values).called()]
        return ["query", name, *(part for key, value in values.items() for part in ("-p", f"{key}={value}"))]

    def _table(self, values: Mapping[str, str]) -> Table:
        return self.graph.built(Question.from_address(values.items()), self._schema)

    @cached_property
    def _schema(self) -> Schema:
        return shapes.of(self.graph.workspace)

    def chips(self, name: str, values: Mapping[str, str]) -> list[Chip]:
        """What *values* of the reading *name* say to readers."""
        if name == TABLE:
            return list(self._parts(values))
        query, found = self.graph.queries.get(name), []
        shown = self._shown(query, values)
        for parameter in query.parameters:
            if parameter.name in values:
                label = in_language(parameter.label, self.graph.lang, parameter.name)
                optional = parameter.optional or parameter.default is not None
                value = values[parameter.name]
                found.append(Chip(parameter.name, value, label, shown.get(parameter.name, value), optional))
        return found

    def _parts(self, values: Mapping[str, str]) -> Iterator[Chip]:
        """The chips of a built question; its kind and whether it counts are none."""
        table, lang = self._table(values), self.graph.lang
        shown, names = self._shown(table.query, table.values), iter(table.values)
        for one in table.conditions:
            (value,) = one.values
            said = text("table-without", lang) if value == NONE else shown.get(next(names), value)
            yield Chip(ADDRESS["where"] + one.way.key, value, one.way.name(lang), said, True)
        for key in table.question.group:
            name = ways.of(self._schema).read(table.kind, key).name(lang)
            yield Chip(ADDRESS["group"], key, text("build-by", lang), name, True)

    def _shown(self, query: Query, values: Mapping[str, str]) -> dict[str, str]:
        """Parameter → the name of its value."""
        iris = {}
        for parameter in query.parameters:
            if parameter.name in values and parameter.type in ("iri", "concept"):
                try:
                    iris[parameter.name] = term(parameter, values[parameter.name], self.graph).strip("<>")
                except QueryError:
                    continue
        names = self.graph.labels(iris.values()) if iris else {}
        return {name: names[iri] for name, iri in iris.items() if iri in names}

    def restated(self, reading: Reading) -> str:
        """*reading* in words: the question, with what was filled in and what is lacking."""
        lang = self.graph.lang
        if reading.name == TABLE:
            title = in_language(self._table(reading.values).title, lang)
            return text("table-count", lang, name=title) if ADDRESS["count"] in reading.values else title
        query, title = self.graph.queries.get(reading.name), self.title(reading)
        said = [f"{chip.label}: {chip.shown}" for chip in self.chips(reading.name, reading.values)]
        for name in reading.lacking:
            parameter = query.parameter(name)
            assert parameter is not None
            said.append(text("ask-lacking", lang, label=in_language(parameter.label, lang, name)))
        return f"{title} ({' · '.join(said)})" if said else title

    def as_json(self, understood: Understood) -> dict[str, Any]:
        """*understood* as programs read it."""
        return {
            "readings": [
                {
                    "query": reading.name,
                    "parameters": dict(reading.values),
                    "certain": reading.certain,
                    "restated": self.restated(reading),
                    "score": reading.score,
                    "lacking": list(reading.lacking),
                }
                for reading in understood.readings
            ],
            "unknown": list(understood.unknown),
        }

    def nothing(self, name: str, values: Mapping[str, str]) -> Nothing:
        """Why the answer of the query *name* for *values* is empty, and what to leave out to get one."""
        chips, without = self.chips(name, values), []
        for chip in (chip for chip in chips if chip.optional):
            fewer = {name: value for name, value in values.items() if name != chip.parameter}
            try:
                count = len(self.answer(name, fewer))
            except QueryError:
                continue
            if count:
                without.append((chip, count))
        query, given = self.asked(name, values)
        things = [term(p, given[p.name], self.graph) for p in query.parameters if p.type == "iri" and p.name in given]
        return Nothing(tuple(self._recorded(things)), tuple(without))

    def _recorded(self, things: list[str]) -> list[tuple[str, str]]:
        """Kind and question of the gaps that leave all of *things* open."""
        if not things:
            return []
        asked = f"SELECT ?gap ?kind WHERE {{ ?gap nq:leavesOpen {', '.join(things)} ; nq:absence ?kind }} ORDER BY ?gap"
        found = list(self.graph.select(asked))
        names = self.graph.labels({iri for row in found for iri in row}) if found else {}
        return [(names.get(kind, kind), names.get(gap, gap)) for gap, kind in found]


def ranking_of(graph: Graph) -> Ranking:
    """What finds the questions to *graph*: its canned queries, built ones, and the names of all things they take."""
    present = {found for (found,) in graph.select("SELECT DISTINCT ?c WHERE { ?s a ?c }")}
    bare = f"SELECT DISTINCT ?c WHERE {{ ?s a ?c FILTER NOT EXISTS {{ ?s ?p ?name VALUES ?p {{ {_NAMED} }} }} }}"
    canned = [_asked(query) for query in graph.queries.all()]
    taken = {kind for one in canned for slot in one.slots for kind in slot.kinds}
    named = present - {found for (found,) in graph.select(bare)}
    built = list(kinds_of_things.questions(shapes.of(graph.workspace), present, named, taken))
    listed = {shape.target_class for shape in shapes.of(graph.workspace).node_shapes if shape.role != "background"}
    asked = f"SELECT DISTINCT ?c WHERE {{ ?s <{vocab.DCTERMS.description}> ?t ; a ?c }}"
    told = {found for (found,) in graph.select(asked)} & named & listed
    questions = [*_typed(canned, told), *built]
    usual = frozenset(p.default for q in graph.queries.all() for p in q.parameters if p.type == "iri" and p.default)
    settings = graph.workspace.settings
    return Ranking(questions, _things(graph, questions), settings.synonyms, settings.subject, usual)


def names_of_things(things: Iterable[tuple[str, Iterable[str]]]) -> Ranking:
    """What finds things alone, by key and names."""
    return Ranking((), [Thing((), key, tuple(sorted(set(names)))) for key, names in things])


def found_things(ranking: Ranking, name: str, most: int) -> list[Thing]:
    """The things of *ranking* that are called about *name*, best first."""
    keyed = [thing for thing in ranking.things if thing.value == name.strip()]
    return list(dict.fromkeys([*keyed, *ranking.find(name)]))[:most]


def _asked(query: Query) -> Asked:
    said = [phrasing for found in query.phrasings.values() for phrasing in found]
    said += [*query.title.values(), *query.question.values()]
    slots = tuple(_slot(parameter) for parameter in query.parameters if parameter.type != "language")
    return Asked(query.name, slots, tuple(dict.fromkeys(said)))


def _typed(canned: Sequence[Asked], told: set[str]) -> Iterator[Asked]:
    """
    *canned*, where what any thing is asked by its mere name is asked of the kinds without such a question of their own.

    Args:
        told: Kinds whose things are described.
    """
    bare = {(one.name, slot) for one in canned for slot in one.slots if f"{{{slot.name}}}" in one.phrasings}
    own = {kind for _, slot in bare for kind in slot.kinds} | {str(vocab.NQ.Source)}
    for one in canned:
        slots = [
            replace(slot, kinds=frozenset(told - own)) if not slot.kinds and (one.name, slot) in bare else slot
            for slot in one.slots
        ]
        yield replace(one, slots=tuple(slots))


def _slot(parameter: Parameter) -> Slot:
    needed = not parameter.optional and parameter.default is None
    kinds = frozenset({parameter.range} if parameter.range else parameter.kinds)
    fits = parameter.type in ("iri", "concept")
    return Slot(parameter.name, kinds if fits else frozenset({""}), needed, parameter.type == "integer")


def _things(graph: Graph, questions: Iterable[Asked]) -> list[Thing]:
    """What slots can be, with all names in all languages; kinds are classes and concept schemes."""
    every = {kind for asked in questions for slot in asked.slots for kind in slot.kinds if kind}
    classes = sorted(kind for kind in every if ":" in kind)
    schemes = {graph.workspace.iris.scheme(kind): kind for kind in sorted(every - set(classes))}
    kinds: dict[str, set[str]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    typed = (
        f"SELECT ?s ?c ?name WHERE {{ VALUES ?c {{ {_listed(classes)} }} ?s a ?c ; ?p ?name VALUES ?p {{ {_NAMED} }} }}"
    )
    listed = f"""SELECT ?s ?c ?name
        WHERE {{ VALUES ?c {{ {_listed(schemes)} }} ?s skos:inScheme ?c ; ?p ?name VALUES ?p {{ {_NAMED} }} }}"""
    for asked in (typed, listed):
        for iri, kind, name in graph.select(asked):
            kinds[iri].add(schemes.get(kind, kind))
            names[iri].add(name)
    lists = set(schemes.values())
    told = _told(graph) if len(names) <= MOST_READ else {}
    return [
        Thing(
            tuple(sorted(kinds[iri])),
            vocab.local_name(iri),
            tuple(sorted(names[iri])),
            listed=not kinds[iri].isdisjoint(lists),
            behind=str(vocab.NQ.Source) in kinds[iri],
            told=tuple(sorted(told.get(iri, ()))),
        )
        for iri in sorted(names)
    ]


def _told(graph: Graph) -> dict[str, set[str]]:
    """Thing → what it is, in the languages of the workspace, where its kind is led by nothing else."""
    led = [shape.target_class for shape in shapes.of(graph.workspace).node_shapes if shape.lead]
    found: dict[str, set[str]] = defaultdict(set)
    asked = f"""SELECT ?s ?text WHERE {{ ?s <{vocab.DCTERMS.description}> ?text
        FILTER(LANG(?text) IN ("", {", ".join(f'"{lang}"' for lang in graph.workspace.languages)}))
        FILTER NOT EXISTS {{ ?s a ?c VALUES ?c {{ {_listed(led)} }} }} }}"""
    for iri, said in graph.select(asked):
        found[iri].add(said)
    return found


def _listed(iris: Iterable[str]) -> str:
    return " ".join(f"<{iri}>" for iri in iris)


def _filter(link: Link) -> str:
    """What the filter of a list is called that is about *link*."""
    return vocab.slug(vocab.local_name(link.prop.path))


def data_of(graph: Graph, kinds: Mapping[str, str]) -> dict[str, Any]:
    """
    What finds the questions to *graph*, as the scripts read it.

    Args:
        kinds: Kind of the search → class of its things, whose names the scripts have already.
    """
    ranking, languages = ranking_of(graph), graph.workspace.languages
    schema = shapes.of(graph.workspace)
    found, led = ways.of(schema), {shape.target_class for shape in schema.node_shapes if shape.lead}

    def said(labels: Mapping[str, str]) -> list[str]:
        return [in_language(labels, lang) for lang in languages]

    taken = {kind for asked in ranking.questions for slot in asked.slots for kind in slot.kinds}
    questions = []
    for asked in ranking.questions:
        if asked.kind:
            shape = found.kind(asked.kind)
            own, title = found.links((shape,)), said(shape.label)
            labels = {ADDRESS["where"] + key: link.name for key, link in own.items()}
        else:
            query = graph.queries.get(asked.name)
            labels, title = {p.name: p.label for p in query.parameters}, said(query.title)
        slots = [[s.name, sorted(s.kinds), int(s.needed), int(s.number), said(labels[s.name])] for s in asked.slots]
        one: dict[str, Any] = {"name": asked.name, "title": title, "slots": slots, "put": ranking.puts(asked)}
        if asked.is_sheet:
            one["sheet"] = 1
        if asked.kind:
            one |= {"kind": asked.kind, "called": list(asked.called), "sorts": sorted(asked.sorts)}
            one["ways"] = [[key, *names] for key, names in asked.ways]
            listed = (link for link in own.values() if link.prop.filters and link.source is None)
            one["filters"] = {ADDRESS["where"] + link.key: _filter(link) for link in listed}
        questions.append(one)
    return {
        "questions": questions,
        "forms": [[name, *slots] for name, slots in ranking.forms],
        "exact": ["".join(map(_mark, sorted(marks))) for marks in ranking.exact],
        "wording": ranking.told_wording(),
        "led": [kind for kind, name in kinds.items() if name in led],
        "things": [[list(t.kinds), t.value, list(t.names)] for t in ranking.things if t.listed],
        "kinds": {kind: name for kind, name in kinds.items() if name in taken},
        "behind": [kind for kind, name in kinds.items() if name == vocab.NQ.Source],
        "synonyms": list(ranking.synonyms),
        "subject": " ".join(ranking.subject),
        "usual": sorted(ranking.usual_things),
        "stop": " ".join(sorted(ranking.stop)),
        "elsewhere": " ".join(ELSEWHERE[lang] for lang in sorted(ELSEWHERE)),
        "senses": {sense: " ".join(sorted(told)) for sense, told in ranking.senses.items()},
        "personal": " ".join(sorted(ranking.personal)),
        "not": " ".join(NOT[lang] for lang in sorted(NOT)),
        "weights": {name: list(weights.values()) for name, weights in learned().items()},
    }


def _mark(number: int) -> str:
    """A mark of a phrasing as four signs."""
    return b64encode(number.to_bytes(3, "big")).decode()
