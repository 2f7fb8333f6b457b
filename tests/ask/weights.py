"""
What the signs for and against a reading weigh (``nqgraph/graph/weights.json``), learned from written questions.

``python -m tests.ask.weights`` writes the file anew, ``--cross`` says what is reached on each set of questions with
what is learned from the others. It learns from the phrasings of the queries, a fifth of them at a time found by the
other four, and from the sets of questions that are not held out. Questions of these sets are phrasings, too:
``--phrase SET`` writes those of a set into the queries that answer them, with places for the things they name. What
one set teaches is measured, and weighed, without those that come from it. The same input gives the same file.
"""

from __future__ import annotations

import csv
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from nqgraph.building import builds
from nqgraph.graph.asking import ranking_of
from nqgraph.graph.graph import Graph
from nqgraph.graph.ranking import SIGNS, TABLE, TAKEN, Ranking
from nqgraph.sources import datasets
from nqgraph.words.asking import ADDRESS
from tests.spaces import SPACE

_SLOT = re.compile(r"\{([^{}]+)\}")
QUESTIONS = Path(__file__).parent / "questions.csv"
ROOT = Path(__file__).parent.parent.parent
FILE = ROOT / "nqgraph" / "graph" / "weights.json"
#: Sets that are learned from; the others only measure.
LEARNED = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "11", "12", "13", "foreign")
#: Queries that a question is a phrasing of at most, and sets that are left out together.
MOST_QUERIES, TOGETHER = 3, 4
#: Parts that the phrasings are cut into, how many are learned from, and what one counts beside a question.
PARTS, MOST, COUNTS = 5, 900, 0.25
#: Signs of a reading that tell only whether a question is one to the graph.
TELLING = ("covered", "exact")
#: What it says for a reading that it is asked word by word; phrasings that are left out to learn never are.
EXACT = 4.0
#: Place of the sign that its thing is found by its text.
TOLD = SIGNS.index("told")
#: What a foreign question counts beside one to the graph.
FOREIGN = 1.6
#: How much large weights cost, steps, and their size.
COST, STEPS, STEP = 0.3, 500, 0.1

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Example:
    """A question, what it can mean and which of that is right."""

    set: str
    #: Whether it is a question to the graph.
    ours: bool
    names: Sequence[str]
    #: A row of signs for each candidate, and whether it is right.
    signs: Floats
    right: Floats
    #: What tells whether it is one to the graph, whatever is read in it.
    told: dict[str, float]
    #: What is filled in each candidate.
    values: Sequence[Mapping[str, str]]


def answers(row: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
    """The right answers of a row: query and parameters."""
    given = [(row["query"], part.split()) for part in row["parameters"].split("|")] if row["query"] else []
    given += [(part.split()[0], part.split()[1:]) for part in row["also"].split("|") if part.strip()]
    return [(name, dict(value.split("=", 1) for value in values)) for name, values in given]


def example(
    ranking: Ranking, name: str, question: str, right: list[tuple[str, dict[str, str]]], defaults: dict[str, Any]
) -> Example:
    """*question* as *ranking* sees it."""
    asked = ranking.question(question)
    candidates = list(ranking.candidates(asked))

    def bare(query: str, values: Any) -> tuple[str, dict[str, str]]:
        return query, {key: value for key, value in values.items() if defaults.get(query, {}).get(key) != value}

    wanted = [bare(*one) for one in right]
    signs = np.array([[one.signs[sign] for sign in SIGNS] for one in candidates]).reshape(-1, len(SIGNS))
    met = np.array(
        [bare(TABLE if one.asked.kind else one.asked.name, one.values) in wanted for one in candidates], dtype=float
    )
    values = [one.values for one in candidates]
    return Example(name, bool(right), [one.asked.name for one in candidates], signs, met, asked.told, values)


def without(ranking: Ranking, out: set[tuple[str, str]]) -> Ranking:
    """*ranking* without the phrasings *out*, each with the name of its query."""
    kept = [replace(q, phrasings=tuple(s for s in q.phrasings if (q.name, s) not in out)) for q in ranking.questions]
    return Ranking(kept, ranking.things, ranking.synonyms, ranking.subject, ranking.usual_things)


def phrasings(ranking: Ranking, row: dict[str, str], defaults: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The question of *row* as a phrasing of queries that answer it, with places for the things that it names."""
    asked = ranking.question(row["question"])
    seen = example(ranking, row["set"], row["question"], answers(row), defaults)
    named = {thing.value: one.words for one in asked.found for thing in one.things}
    found: dict[str, str] = {}
    taken = seen.signs[:, SIGNS.index("taken")] if len(seen.right) else seen.right
    for number in sorted(range(len(seen.right)), key=lambda number: (-taken[number], number)):
        values = seen.values[number]
        if seen.right[number] and not seen.names[number].startswith(TABLE) and not seen.signs[number, TOLD]:
            said = list(asked.written)
            for name, value in values.items():
                for place, i in enumerate(sorted(named.get(value, ()))):
                    said[i] = "" if place else f"{{{name}}}"
            if any(word and not _SLOT.fullmatch(word) for word in said):
                end = "?" if row["question"].endswith("?") else ""
                found.setdefault(seen.names[number], " ".join(filter(None, said)) + end)
    yield from list(found.items())[:MOST_QUERIES]


def examples(ranking: Ranking, defaults: dict[str, Any]) -> Iterator[Example]:
    """All that can be learned from and measured; the set that is held out only if it is asked for."""
    rows = [row for row in csv.DictReader(QUESTIONS.read_text(encoding="utf-8").splitlines()) if row["set"] in LEARNED]
    for start in range(TOGETHER):
        own = [row for row in rows if row["set"] in LEARNED[start::TOGETHER]]
        known = {said for row in own for said in phrasings(ranking, row, defaults)}
        others = without(ranking, known)
        for row in own:
            yield example(others, row["set"], row["question"], answers(row), defaults)
    draw = random.Random(7)
    called = defaultdict(list)
    for thing in ranking.things:
        for kind in thing.kinds:
            called[kind].append(thing)
    every = [(asked, said) for asked in ranking.questions for said in asked.phrasings]
    draw.shuffle(every)
    for part in range(PARTS):
        out = every[:MOST][part::PARTS]
        others = without(ranking, {(asked.name, said) for asked, said in out})
        for asked, said in out:
            slots = {slot.name: slot for slot in asked.slots if not slot.number}
            if all(name in slots for name in _SLOT.findall(said)):
                values = {}
                for name in _SLOT.findall(said):
                    things = [thing for kind in sorted(slots[name].kinds) for thing in called[kind]] or ranking.things
                    thing = draw.choice(things)
                    values[name] = thing.value
                    said = said.replace(f"{{{name}}}", draw.choice(thing.names))
                if asked.kind:
                    name, values = TABLE, {ADDRESS["kind"]: asked.kind, **values}
                else:
                    name = asked.name
                yield example(others, "phrasings", said, [(name, values)], defaults)


def best(weights: Floats, given: Example) -> list[int]:
    """Numbers of the candidates of *given*, one for each query, best first."""
    values = np.round(given.signs @ weights, 6)
    found: dict[str, int] = {}
    for number in sorted(range(len(values)), key=lambda number: (-values[number], given.names[number], number)):
        found.setdefault(given.names[number], number)
    return list(found.values())


def descend(size: int, slope: Any) -> Floats:
    """The weights at which *slope* is level (Adam)."""
    weights, mean, square = np.zeros(size), np.zeros(size), np.zeros(size)
    for step in range(1, STEPS + 1):
        now = slope(weights)
        mean, square = 0.9 * mean + 0.1 * now, 0.999 * square + 0.001 * now * now
        weights = weights - STEP * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return weights


def rank(given: Sequence[Example]) -> Floats:
    """What the signs weigh: the right ones of all candidates of a question are as likely as can be (softmax)."""
    used = [one for one in given if one.right.any()]
    signs, right = np.concatenate([one.signs for one in used]), np.concatenate([one.right for one in used])
    signs = signs * [sign not in TELLING for sign in SIGNS]
    sizes = [len(one.right) for one in used]
    of = np.repeat(np.arange(len(used)), sizes)
    starts = np.cumsum([0, *sizes[:-1]])
    counts = np.array([COUNTS if one.set == "phrasings" else 1.0 for one in used])[of]

    def slope(weights: Floats) -> Floats:
        values = signs @ weights
        likely = np.exp(values - np.maximum.reduceat(values, starts)[of])
        share = likely / np.add.reduceat(likely, starts)[of]
        good = likely * right / np.add.reduceat(likely * right, starts)[of]
        return np.asarray(((share - good) * counts) @ signs + COST * weights)

    return descend(len(SIGNS), slope)


def told(weights: Floats, one: Example) -> Floats:
    """What tells whether a question is one to the graph: see :data:`nqgraph.graph.ranking.TAKEN`."""
    first = best(weights, one)[0]
    named = one.told | dict(zip(SIGNS, one.signs[first], strict=True))
    return np.array([named[name] for name in TAKEN])


def take(weights: Floats, given: Sequence[Example]) -> Floats:
    """By what a question is taken as one to the graph (logistic regression)."""
    used = [one for one in given if one.names and one.set != "phrasings"]
    signs = np.array([told(weights, one) for one in used])
    ours = np.array([float(one.ours) for one in used])
    counts = np.where(ours > 0, 1.0, FOREIGN)

    def slope(found: Floats) -> Floats:
        return np.asarray(((1 / (1 + np.exp(-(signs @ found))) - ours) * counts) @ signs + COST * found)

    return descend(len(TAKEN), slope)


def measured(weights: Floats, taking: Floats, given: Sequence[Example]) -> str:
    """Shares of *given*: right first, among three, foreign taken."""
    right = [
        [bool(one.right[number]) for number in best(weights, one)[:3]]
        for one in given
        if one.ours and one.names and told(weights, one) @ taking >= 0
    ]
    foreign = [bool(one.names) and bool(told(weights, one) @ taking >= 0) for one in given if not one.ours]
    count = sum(one.ours for one in given) or 1
    first, three = sum(found[0] for found in right) / count, sum(map(any, right)) / count
    return f"first {first:.3f}  three {three:.3f}  foreign {sum(foreign) / (len(foreign) or 1):.3f}"


def add(name: str, lang: str, said: str) -> None:
    """Write *said* into the front matter of the query *name*, unless it is there."""
    (path,) = (ROOT / "queries").rglob(f"{name}.rq")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    start = lines.index("#+ phrasings:\n")
    place = next(i for i in range(start, len(lines)) if lines[i].startswith(f"#+   {lang}: ["))
    known = yaml.safe_load(lines[place].partition(": ")[2])
    if said not in known:
        lines[place] = f"#+   {lang}: {json.dumps([*known, said], ensure_ascii=False)}\n"
        path.write_text("".join(lines), encoding="utf-8")


def main() -> None:
    """Write the weights, or say what they reach on what they are not learned from."""
    graph = Graph(builds.assemble(datasets.find([ROOT / "data"], SPACE)).store)
    ranking = ranking_of(graph)
    defaults = {q.name: {p.name: p.default for p in q.parameters if p.default is not None} for q in graph.queries.all()}
    if "--phrase" in sys.argv:
        for row in csv.DictReader(QUESTIONS.read_text(encoding="utf-8").splitlines()):
            if row["set"] in sys.argv:
                for name, said in phrasings(ranking, row, defaults):
                    add(name, row["lang"], said)
        return
    given = list(examples(ranking, defaults))
    if "--cross" in sys.argv:
        for name in LEARNED:
            others = [one for one in given if one.set != name]
            weights = rank(others)
            print(f"{name:10}", measured(weights, take(weights, others), [one for one in given if one.set == name]))
        return
    weights = rank(given)
    weights[SIGNS.index("exact")] = EXACT
    taking = take(weights, given)
    named = {"signs": dict(zip(SIGNS, weights.round(3).tolist(), strict=True))}
    named["taken"] = dict(zip(TAKEN, taking.round(3).tolist(), strict=True))
    FILE.write_text(json.dumps(named, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
