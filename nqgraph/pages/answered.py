"""
The answers of the canned questions for whatever one can choose, so that the one file answers them, too.

Each answer is the library's own. Where a question has few combinations of values, all of them are asked. Where it has
more, some parameters only narrow an answer down: those are asked alone, what they leave of the answer is noted, and the
file lets the rows through that all of them leave. A few combinations are asked to see whether that holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from math import prod
from typing import Any

from nqgraph.graph import sparql
from nqgraph.graph.layer import Answer
from nqgraph.graph.queries import Parameter, Query, bind
from nqgraph.graph.remote import inline
from nqgraph.graph.results import Result
from nqgraph.graph.terms import Solutions
from nqgraph.pages.inline import Inline
from nqgraph.things import answers as tables
from nqgraph.things.answers import Cell
from nqgraph.things.collection import Collection
from nqgraph.things.language import Labels, same
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError
from nqgraph.words.texts import in_language

#: Up to so many combinations of values all are asked; beyond, those of the values that change an answer.
FEW = 200
#: Most combinations of values for which a question is asked.
MOST_ASKED = 2_600
#: Most whole numbers that one can choose from.
MOST_NUMBERS = 60
#: Combinations of narrowing values that are asked to see whether the rest of the answers follows from single ones.
CHECKED = 24
#: Most rows of all answers of one question in the file, and most of them that differ.
MOST_ROWS, MOST_DIFFERENT = 12_000, 1_000

#: What one chose: a value for each field, "" for none or the default.
Choice = tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """A parameter with what one can choose."""

    parameter: Parameter
    #: Values with their labels, without "" for none or the default.
    choices: Sequence[tuple[str, Labels]]

    @property
    def needed(self) -> bool:
        """Whether there is no answer without it."""
        return not self.parameter.optional and self.parameter.default is None

    @cached_property
    def values(self) -> list[str]:
        """All values, "" first where that is one."""
        default = self.parameter.default
        return [*([] if self.needed else [""]), *(value for value, _ in self.choices if value != default)]


@dataclass
class Rows:
    """The answers of a question in one language: each row once, as cells by column."""

    #: Column → its heading as HTML.
    headings: dict[str, str] = field(default_factory=dict)
    #: Row → its number; a row is the HTML of its cells by column.
    numbers: dict[tuple[tuple[str, str], ...], int] = field(default_factory=dict)
    #: Of each row the things that it is about.
    keys: list[tuple[str, ...]] = field(default_factory=list)
    #: Of each row the things in each column.
    things: list[Mapping[str, str]] = field(default_factory=list)
    #: Solutions → numbers of the rows that they make.
    made: dict[int, tuple[int, ...]] = field(default_factory=dict)
    #: Columns and cells of an answer, as they come → number of the row.
    known: dict[Any, int] = field(default_factory=dict)

    def number(self, cells: tuple[tuple[str, str], ...], query: Query, result: Result, place: int) -> int:
        """The number of the row of these *cells*, which is at *place* in *result*; a new one where it is new."""
        if cells not in self.numbers:
            self.numbers[cells] = len(self.numbers)
            row, behind = result.rows[place], result.behind[place] if result.behind else {}
            about = tuple(str(row.get(c.name) or "") for c in query.columns if c.type == "iri")
            things = _things(row, behind)
            own = (*(things.get(name, "") for name in _own(query)), *_codes(query, row, behind))
            self.keys.append((*about, *own) if any(about) else (*sorted(set(things.values())), *own))
            self.things.append(things)
        return self.numbers[cells]


@dataclass
class Known:
    """What a question answers, whatever is chosen in its fields."""

    query: Query
    fields: list[Field]
    #: Numbers of the fields of which each combination has its own answer; the others narrow one down.
    main: list[int]
    #: Language → rows.
    rows: dict[str, Rows]
    #: Language → combination of the main fields → numbers of its rows.
    answers: dict[str, dict[Choice, tuple[int, ...]]]
    #: Number of a narrowing field → value → keys of the rows that it lets through.
    through: dict[int, dict[str, set[tuple[str, ...]]]]
    #: Whether several narrowing values at once let through what each of them does.
    together: bool = True

    def answer(self, choice: Choice, lang: str) -> tuple[int, ...]:
        """The numbers of the rows that the file shows for *choice*."""
        found = self.answers[lang][tuple(choice[n] for n in self.main)]
        keys = self.rows[lang].keys
        for number, by_value in self.through.items():
            if choice[number]:
                found = tuple(row for row in found if keys[row] in by_value.get(choice[number], ()))
        return found


class Answered:
    """
    The answers of all canned questions with parameters.

    Args:
        inline: Language → what writes the cells.
    """

    def __init__(self, collection: Collection, inline: Mapping[str, Inline]) -> None:
        self._collection = collection
        self._inline = inline
        #: Choice → which answer of the question in hand it has, and the solutions of each of those.
        self._same: dict[Choice, int] = {}
        self._found: dict[int, Solutions] = {}

    def all(self) -> Iterator[Known]:
        """Each question that the file can answer for whatever one chooses, which is one value in each field."""
        for query in self._collection.queries.values():
            if any(p.name != "lang" for p in query.parameters) and not any(p.many for p in query.parameters):
                self._same.clear()
                self._found.clear()
                found = self.known(query)
                if found is not None:
                    yield found

    def known(self, query: Query) -> Known | None:
        """What *query* answers; None where that is too much, or where a default is not in these data."""
        try:
            fields = self.fields(query)
            made = _Making(self, query, fields, list(self._inline))
            return made.whole() if prod(len(f.values) for f in fields) <= FEW else made.narrowed()
        except QueryError:
            return None

    def packed(self) -> dict[str, Any]:
        """All of it for the scripts: ``asked``, ``names`` of values, and the HTML of all ``cells``."""
        cells: dict[str, int] = {}
        names: dict[str, dict[str, Any]] = {}
        asked = []
        for known in self.all():
            keys: dict[tuple[str, ...], int] = {}
            said = {lang: _said(known, rows, lang, cells, keys) for lang, rows in known.rows.items()}
            fields = []
            for one in known.fields:
                of = one.parameter.range or f"{known.query.name} {one.parameter.name}"
                names.setdefault(of, {v: self._label(labels) for v, labels in one.choices})
                fields.append(_field(one, of))
            through = [
                [n, [sorted(keys[key] for key in by_value.get(value, ())) for value in known.fields[n].values]]
                for n, by_value in known.through.items()
            ]
            asked.append(
                {
                    "name": known.query.name,
                    "fields": fields,
                    "main": known.main,
                    "through": through,
                    "together": known.together,
                    "said": said,
                }
            )
        return {"cells": list(cells), "names": names, "asked": asked}

    def _label(self, labels: Labels) -> Any:
        languages = list(self._inline)
        said = [in_language(labels, lang, chain=languages) for lang in languages]
        return said[0] if len(set(said)) == 1 else dict(zip(languages, said, strict=True))

    # -- what one can choose -----------------------------------------------------------------------------------------

    def fields(self, query: Query) -> list[Field]:
        """The parameters of *query* with what one can choose."""
        return [Field(p, self._choices(query, p)) for p in query.parameters if p.name != "lang"]

    def _choices(self, query: Query, parameter: Parameter) -> list[tuple[str, Labels]]:
        collection = self._collection
        lang = collection.workspace.language
        if found := collection.choices(parameter, lang):
            return found
        candidates: Iterable[tuple[str, Labels]] = []
        match parameter.type:
            case "iri" | "concept":
                opened = self._open(query, parameter)
                known = collection.addresses.keys() if opened is None else opened & collection.addresses.keys()
                things = collection.facts.sorted(known, lang)
                candidates = [(vocab.local_name(iri), collection.facts.label(iri)) for iri in things]
                if opened is not None:
                    return candidates
            case "integer":
                return [(str(n), same(str(n))) for n in self._integers(query, parameter)]
            case "boolean":
                return [("true", {"de": "ja", "en": "yes"}), ("false", {"de": "nein", "en": "no"})]
            case "text":
                words = {code: said for column in query.columns for code, said in (column.words or {}).items()}
                schemes = ((vocab.local_name(iri), collection.facts.label(iri)) for iri in collection.concepts)
                return self._fitting(query, parameter, words.items()) or self._fitting(query, parameter, schemes)
        return self._fitting(query, parameter, candidates)

    def _fitting(
        self, query: Query, parameter: Parameter, candidates: Iterable[tuple[str, Labels]]
    ) -> list[tuple[str, Labels]]:
        others = {p.name: query.example[p.name] for p in query.parameters if p.name in query.example}
        return [(v, said) for v, said in candidates if self._has_rows(query, {**others, parameter.name: v})]

    def _open(self, query: Query, parameter: Parameter) -> set[str] | None:
        """
        The things that *parameter* can be so that there are rows: its variable is left open in the query.

        None where the query cannot be asked so, as one that groups; then each has to be tried.
        """
        graph = self._collection.graph
        bindings = bind(query, query.example, graph)
        others = {name: term for name, term in bindings.items() if name not in (parameter.name, "lang")}
        opened = sparql.projected(query.with_parameters(bindings), parameter.name)
        try:
            return {row[0] for row in graph.select(inline(opened, others)) if row[0]}
        except QueryError:
            return None

    def _integers(self, query: Query, parameter: Parameter) -> list[int]:
        """The whole numbers between the least and the largest that the answer speaks of, and one more on each side."""
        found = self._collection.answer(query, {}, self._collection.workspace.language)
        near = int(parameter.default) if parameter.default else None
        said = [cell.number if near is None else text for row in found.rows for cell in row for text in _texts(cell)]
        numbers = {int(number) for text in said for number in re.findall(r"(?<!\d)\d{1,4}(?!\d)", text)}
        numbers = {n for n in numbers if near is None or abs(n - near) < MOST_NUMBERS / 2} | ({near} if near else set())
        whole = range(max(0, min(numbers) - 1), max(numbers) + 2) if numbers else range(0)
        return list(whole) if len(whole) <= MOST_NUMBERS else sorted(numbers)[:MOST_NUMBERS]

    # -- asking ------------------------------------------------------------------------------------------------------

    def _has_rows(self, query: Query, values: Mapping[str, str]) -> bool:
        try:
            return bool(self._collection.graph.solutions(query, values)[1])
        except QueryError:
            return False

    def rows(self, query: Query, fields: Sequence[Field], choice: Choice, lang: str, rows: Rows) -> tuple[int, ...]:
        """The numbers in *rows* of the answer to *choice*, which are added where they are new."""
        values = {f.parameter.name: v for f, v in zip(fields, choice, strict=True) if v}
        if not query.is_short:
            return self._added(query, values, lang, rows, None)
        same = self._answer(query, fields, choice)
        if same not in rows.made:
            rows.made[same] = self._added(query, values, lang, rows, self._found[same])
        return rows.made[same]

    def _answer(self, query: Query, fields: Sequence[Field], choice: Choice) -> int:
        """Which answer *choice* has; choices of the same fields for which the same is found have the same."""
        if choice not in self._same:
            values = {f.parameter.name: v for f, v in zip(fields, choice, strict=True) if v}
            found = self._collection.graph.solutions(query, values)
            self._same[choice] = same = hash((tuple(sorted(values)), *found[1]))
            self._found.setdefault(same, found)
        return self._same[choice]

    def too_many(self, query: Query, fields: Sequence[Field], choices: Iterable[Choice]) -> bool:
        """Whether the answers to *choices* have too many rows, by what is found and before any cell is made."""
        if not query.is_short:
            return False
        shows, things = self._collection.shows, {column.name for column in query.columns if column.type == "iri"}
        answers, different, count = set[int](), set[Any](), 0
        for choice in choices:
            same = self._answer(query, fields, choice)
            if same in answers:
                continue
            answers.add(same)
            names, found = self._found[same]
            places = [n for n, name in enumerate(names) if not query.rows or name in query.rows]
            seen = [n for n, name in enumerate(names) if name in things]
            rows: dict[Any, list[Any]] = {}
            for row in found:
                if all(shows(term.value) for n in seen if (term := row[n]) is not None):
                    key = tuple(None if (term := row[n]) is None or term.language else term for n in places)
                    rows.setdefault(key, []).append(row)
            different.update(map(tuple, rows.values()))
            count += len(rows)
            if len(different) > MOST_DIFFERENT or count > MOST_ROWS:
                return True
        return False

    def _added(
        self, query: Query, values: Mapping[str, str], lang: str, rows: Rows, solutions: Solutions | None
    ) -> tuple[int, ...]:
        collection, inline = self._collection, self._inline[lang]
        result = tables.answer(collection.graph, query, values, lang, solutions)
        layout = tables.Layout(collection.facts, query, result, lang, values)
        for name, heading in zip(layout.names, layout.headings, strict=True):
            rows.headings.setdefault(name, inline.say(heading))
        names = [*(column.name for column in query.columns), *_own(query)]
        found = []
        for number in layout.numbers(collection.shows):
            same: tuple[Any, ...] | None = None
            if isinstance(result.told, Answer):  # cells that show the same are the same objects, also in other answers
                row = result.told.rows[number]
                same = (layout.names, *map(row.get, names))
            known = rows.known.get(same)
            if known is None:
                cells = zip(layout.names, layout.row(number), strict=True)
                known = rows.number(tuple((name, inline.answered(cell)) for name, cell in cells), query, result, number)
                rows.known.update({same: known} if same else {})
            found.append(known)
        return tuple(found)


def _field(one: Field, of: str) -> dict[str, Any]:
    parameter = one.parameter
    stated = parameter.type in ("iri", "concept")
    found = {"name": parameter.name, "values": one.values, "of": of, "sorted": parameter.type == "iri"}
    usual = {} if parameter.default is None else {"default": parameter.default}
    return {**found, **usual, "stated": stated}


def counted(packed: Mapping[str, Any]) -> tuple[dict[str, Any], list[int]]:
    """
    What :meth:`Answered.packed` gives with the lengths of its longest lists in their place, and their numbers.

    Of cells 0 is none, 1 the next that did not yet come, n the one before n. Others are steps, negative ones between
    the positive.
    """
    written: list[int] = []

    seen = 0

    def cells(column: Sequence[int]) -> int:
        nonlocal seen
        for n in column:
            written.append(1 if n == seen + 1 else n + 1 if n else 0)
            seen = max(seen, n)
        return len(column)

    def count(found: Sequence[int]) -> int:
        written.extend(2 * n if n >= 0 else -2 * n - 1 for n in found)
        return len(found)

    asked = []
    for one in packed["asked"]:
        said = {}
        for lang, rows in one["said"].items():
            counts = {"cells": list(map(cells, rows["cells"])), "keys": count(_steps(rows["keys"]))}
            counts |= {"lists": list(map(count, rows["lists"])), "answers": count(_steps(rows["answers"]))}
            said[lang] = {**rows, **counts}
        asked.append({**one, "said": said})
    return {**packed, "asked": asked}, written


def _said(
    known: Known, rows: Rows, lang: str, cells: dict[str, int], keys: dict[tuple[str, ...], int]
) -> dict[str, Any]:
    """The rows of a question in one language; *cells* and *keys* number what all languages share."""
    columns = []
    names = [column.name for column in known.query.columns if column.name in rows.headings]
    for name in names:
        said = [dict(row).get(name, "") for row in rows.numbers]
        columns.append([cells.setdefault(html, len(cells) + 1) if html else 0 for html in said])
    lists: dict[tuple[int, ...], int] = {}
    places = [
        lists.setdefault(known.answers[lang][choice], len(lists))
        for choice in product(*(known.fields[n].values for n in known.main))
    ]
    return {
        "names": names,
        "headings": [rows.headings[name] for name in names],
        "cells": columns,
        "keys": [keys.setdefault(key, len(keys)) for key in rows.keys] if known.through else [],
        "lists": [_steps(found) for found in lists],
        "answers": places,
    }


def _steps(numbers: Sequence[int]) -> list[int]:
    return [number - before for before, number in zip((0, *numbers), numbers, strict=False)]


@dataclass
class _Making:
    """One question while its answers are gathered."""

    asked: Answered
    query: Query
    fields: list[Field]
    languages: list[str]

    def _ask(self, choice: Choice, lang: str, rows: Rows) -> tuple[int, ...]:
        return self.asked.rows(self.query, self.fields, choice, lang, rows)

    def whole(self) -> Known | None:
        """The answers to all combinations."""
        rows = {lang: Rows() for lang in self.languages}
        fields = list(range(len(self.fields)))
        answers = self._answers(fields, rows)
        return Known(self.query, self.fields, fields, rows, answers, {}) if answers else None

    def narrowed(self) -> Known | None:
        """The answers to the combinations of what changes answers, and what the other fields let through."""
        first = self.languages[0]
        own = [n for n, f in enumerate(self.fields) if f.parameter.name in _own(self.query)]
        main = [n for n, f in enumerate(self.fields) if f.needed or f.parameter.default is not None]
        rest = [n for n in range(len(self.fields)) if n not in own and n not in main]
        rows = {lang: Rows() for lang in self.languages}
        through: dict[int, dict[str, set[tuple[str, ...]]]] = {}
        if any(self.fields[n].needed for n in main):
            main, rest = sorted([*main, *rest]), []
        base = self._choice({}) if not any(f.needed for f in self.fields) else None
        for n in rest:
            found = self._narrowing(n, base or (), rows[first])
            if found is None:
                main = sorted([*main, n])
            else:
                through[n] = found
        if prod(len(self.fields[n].values) for n in main) > MOST_ASKED:
            return None
        answers = self._answers(main, rows)
        if answers is None:
            return None
        combinations = list(answers[first])
        seen = {rows[first].keys[row] for row in answers[first].get(tuple("" for _ in main), ())}
        alone = Rows()
        for combination in combinations if through else ():  # what the answer without any choice does not speak of
            keys = {rows[first].keys[row] for row in answers[first][combination]}
            if keys <= seen:
                continue
            for n, by_value in through.items():
                for value in self.fields[n].values[1:]:
                    chosen = {**dict(zip(main, combination, strict=True)), n: value}
                    let = {alone.keys[row] for row in self._ask(self._choice(chosen), first, alone)}
                    by_value.setdefault(value, set()).update(keys & let)
            seen |= keys
        for n in own:
            through[n] = {}
            name = self.fields[n].parameter.name
            for said in rows.values():
                for key, things in zip(said.keys, said.things, strict=True):
                    if thing := things.get(name):
                        through[n].setdefault(vocab.local_name(thing), set()).add(key)
        known = Known(self.query, self.fields, main, rows, answers, through)
        known.together = self._holds(known)
        return known

    def _answers(
        self, main: Sequence[int], rows: Mapping[str, Rows]
    ) -> dict[str, dict[Choice, tuple[int, ...]]] | None:
        """Language → combination of the *main* fields → its rows; None where they are too many."""
        combinations = list(product(*(self.fields[n].values for n in main)))
        choices = [self._choice(dict(zip(main, combination, strict=True))) for combination in combinations]
        if self.asked.too_many(self.query, self.fields, choices):
            return None
        answers: dict[str, dict[Choice, tuple[int, ...]]] = {}
        for lang in self.languages:
            found = [self._ask(choice, lang, rows[lang]) for choice in choices]
            if len(rows[lang].numbers) > MOST_DIFFERENT or sum(map(len, set(found))) > MOST_ROWS:
                return None
            answers[lang] = dict(zip(combinations, found, strict=True))
        return answers

    def _choice(self, chosen: Mapping[int, str]) -> Choice:
        return tuple(chosen.get(n, "") for n in range(len(self.fields)))

    def _narrowing(self, n: int, base: Choice, rows: Rows) -> dict[str, set[tuple[str, ...]]] | None:
        """Value → keys of the rows that it lets through; None where it changes what stands in them."""
        name = self.fields[n].parameter.name
        cells = self._cells(base, rows)
        known = {_bare(row) for row in cells} | {_bare(_without(row, {name})) for row in cells}
        found: dict[str, set[tuple[str, ...]]] = {}
        alone = Rows()
        for value in self.fields[n].values[1:]:
            let = self._ask(self._choice({n: value}), self.languages[0], alone)
            if any(_bare(row) not in known for row in alone.numbers):
                return None
            keys = {alone.keys[row] for row in let}
            if sum(rows.keys[row] in keys for row in set(self._ask(base, self.languages[0], rows))) != len(set(let)):
                return None  # what a row is about does not tell whether the value lets it through
            if let:
                found[value] = keys
        return found

    def _cells(self, choice: Choice, rows: Rows) -> list[tuple[tuple[str, str], ...]]:
        asked = set(self._ask(choice, self.languages[0], rows))
        return [row for row, number in rows.numbers.items() if number in asked]

    def _holds(self, known: Known) -> bool:
        """Whether the rows that several values let through are those of the answer to all of them."""
        first = self.languages[0]
        narrowing = [n for n in known.through if known.through[n]]
        if len(narrowing) + len(known.main) < 2:
            return True
        for choice in self._sample(known, narrowing):
            fresh = Rows()
            given = {f.parameter.name for f, v in zip(self.fields, choice, strict=True) if v}
            cells = list(known.rows[first].numbers)
            shown = [cells[row] for row in known.answer(choice, first)]
            if _seen(self._cells(choice, fresh), given) != _seen(shown, given):
                return False
        return True

    def _sample(self, known: Known, narrowing: list[int]) -> Iterator[Choice]:
        """Combinations of two and more values that let something through, spread over all of them."""
        first, found = self.languages[0], 0
        busy = sorted(known.answers[first].items(), key=lambda pair: (-len(set(pair[1])), pair[0]))
        for combination, numbers in busy[:6]:
            main = dict(zip(known.main, combination, strict=True))
            keys = [known.rows[first].keys[row] for row in numbers]
            for key in keys[:: max(1, len(keys) // 4)][:4]:
                chosen = dict(main)
                for n in narrowing:
                    values = [v for v, let in known.through[n].items() if key in let]
                    if values:
                        chosen[n] = values[found % len(values)]
                found += 1
                yield self._choice(chosen)


def _own(query: Query) -> tuple[str, ...]:
    """The optional parameters that a column shows, so that their value is in each row."""
    shown = {p.name for p in query.parameters if p.optional} & set(sparql.projection(query.text))
    return tuple(sorted(name for name in shown if not re.search(rf"#\?\s*{re.escape(name)}\b", query.text)))


#: How a cell begins in which it is only said why there is nothing.
_NOTHING = '<td><i class="absent">'


def _seen(rows: Iterable[Iterable[tuple[str, str]]], given: Iterable[str]) -> set[tuple[tuple[str, str], ...]]:
    """*rows* as a reader sees them who has *given* values: without their columns, and those that say nothing."""
    plain = [_plain(_without(row, given)) for row in rows]
    saying = {name for row in plain for name, html in row if not html.startswith(_NOTHING)}
    saying -= {name for name in saying if _repeats(plain, name)}
    return {tuple(cell for cell in row if cell[0] in saying) for row in plain}


def _plain(row: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """A row without its empty cells."""
    return tuple((name, html) for name, html in row if html.strip())


def _repeats(rows: Sequence[tuple[tuple[str, str], ...]], name: str) -> bool:
    """Whether a column only says what links in another say anyway."""
    said = [dict(row) for row in rows]
    if any("<a " in row.get(name, "") for row in said):
        return False
    others = {other for row in said for other, html in row.items() if html.startswith("<td><a ")}
    return any(all(_words(row.get(other, "")) in ("", _words(row.get(name, ""))) for row in said) for other in others)


def _words(html: str) -> str:
    return re.sub("<small>.*?</small>|<[^>]*>", "", html).strip()


def _bare(row: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """A row without its cells that say nothing."""
    return tuple((name, html) for name, html in _plain(row) if not html.startswith(_NOTHING))


def _without(row: Iterable[tuple[str, str]], given: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((name, html) for name, html in row if name.removesuffix("Name") not in given)


def _texts(cell: Cell) -> list[str]:
    return list((cell.text or {}).values())


def _codes(query: Query, row: Mapping[str, Any], behind: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """What stands in a row as the query found it, in no language; names of things are words of one."""
    projected = sparql.projection(query.text)
    raw = [c.name for c in query.columns if c.type == "text" and (c.of or c.name) in projected and not c.words]
    found = (str(row.get(name) or "") for name in raw if not behind.get(name, {}).get("iris"))
    return tuple(code for code in found if re.fullmatch(r"[a-z0-9-]+", code))


def _things(row: Mapping[str, Any], behind: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Column → the one thing in it, also under the name of the column without “Name”."""
    found: dict[str, str] = {}
    for name, said in behind.items():
        if len(iris := said.get("iris", ())) == 1:
            found[name.removesuffix("Name")] = iris[0]
    found.update({name: str(value) for name, value in row.items() if str(value).startswith("http")})
    return found
