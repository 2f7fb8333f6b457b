"""The smallest bundles: as few things of one kind as answer the things of another, by the relation of the matrix."""

from __future__ import annotations

from collections.abc import Collection as Some
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import highspy

from nqgraph.things.collection import Collection
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError
from nqgraph.words.texts import near

#: Equally small bundles that are looked for; with more of them only that there are more is said.
MOST = 20
#: Seconds after which a search gives up.
PATIENCE = 20.0


@dataclass(frozen=True)
class Answered:
    """What a thing in a bundle answers, whether only in part, and by which evidence grade."""

    iri: str
    partly: bool
    #: IRI of the grade; "" where the claim has none.
    grade: str


@dataclass(frozen=True)
class Bundle:
    """Things that together answer all that can be answered."""

    #: Thing → what it answers.
    members: Mapping[str, tuple[Answered, ...]]

    @property
    def evidence(self) -> tuple[str, ...]:
        """The best grade of each thing that is answered, worst first, by which bundles of one size are put in order."""
        best: dict[str, str] = {}
        for found in self.members.values():
            for one in found:
                best[one.iri] = min(filter(None, (best.get(one.iri), one.grade or "~")))
        return tuple(sorted(best.values(), reverse=True))


@dataclass(frozen=True)
class Cover:
    """The smallest bundles for some things."""

    #: What was to be answered.
    wanted: tuple[str, ...]
    #: What nothing answers under the conditions.
    open: tuple[str, ...]
    #: All bundles of the smallest size, those with the better evidence first; at most :data:`MOST`.
    bundles: tuple[Bundle, ...]
    #: Whether there are more of that size.
    more: bool


def cover(
    collection: Collection,
    wanted: Some[str] = (),
    *,
    partly: bool = False,
    grade: str = "",
    among: Some[str] | None = None,
    most: int = MOST,
) -> Cover:
    """
    The smallest sets of rows of the matrix that answer the columns *wanted* (set cover, solved exactly by HiGHS).

    Args:
        collection: Whose matrix it is.
        wanted: IRIs of columns; all if empty.
        partly: Whether an answer in part is enough.
        grade: Local name of the worst evidence grade that counts; any, and none at all, if empty.
        among: IRIs of the rows that may be taken; all if None.
        most: How many equally small sets are looked for.
    Raises:
        QueryError: The workspace crosses nothing, there is no such grade, or the search took too long.
    """
    crossing = collection.crossing
    if crossing is None:
        raise QueryError.of("cover-no-matrix")
    columns = collection.facts.sorted(collection.members[crossing.columns.target_class], collection.graph.lang)
    chosen = tuple(iri for iri in columns if iri in wanted) if wanted else tuple(columns)
    worst = _grade(collection, grade)
    states = {"answered", "partly"} if partly else {"answered"}
    answers: dict[str, dict[str, Answered]] = {}
    for (row, column), (state, found, _) in collection.pairs(crossing).items():
        if (
            state in states
            and column in chosen
            and (among is None or row in among)
            and (not worst or (found and found <= worst))
        ):
            answers.setdefault(row, {})[column] = Answered(column, state == "partly", found)
    answerable = {column for found in answers.values() for column in found}
    sets, more = _smallest({row: frozenset(found) for row, found in answers.items()}, sorted(answerable), most)
    bundles = [Bundle({row: tuple(answers[row].values()) for row in sorted(rows)}) for rows in sets]
    return Cover(
        wanted=chosen,
        open=tuple(column for column in chosen if column not in answerable),
        bundles=tuple(sorted(bundles, key=lambda bundle: (bundle.evidence, sorted(bundle.members)))),
        more=more,
    )


def _grade(collection: Collection, name: str) -> str:
    """The IRI of the evidence grade *name*."""
    if not name:
        return ""
    by_name = {vocab.local_name(iri).lower(): iri for iri in collection.facts.grades}
    if name.lower() not in by_name:
        raise QueryError.of("cover-grade", value=name, hint=near(name, by_name))
    return by_name[name.lower()]


def _smallest(
    sets: Mapping[str, frozenset[str]], wanted: Sequence[str], most: int = MOST
) -> tuple[list[frozenset[str]], bool]:
    """All smallest choices of *sets* that hold all of *wanted*, up to *most*; and whether there are more."""
    if not wanted:
        return [], False
    model = highspy.Highs()
    model.silent()
    model.setOptionValue("time_limit", PATIENCE)
    model.setOptionValue("threads", 1)  # the same answer each time
    names = sorted(sets)
    taken = {name: model.addBinary() for name in names}
    holding: dict[str, list[str]] = {one: [] for one in wanted}
    for name in names:
        for one in holding.keys() & sets[name]:
            holding[one].append(name)
    for having in holding.values():
        model.addConstr(sum(taken[name] for name in having) >= 1)
    total = sum(taken.values())
    found: list[frozenset[str]] = []
    while True:
        model.minimize(total)
        status = model.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return found, False
        if status != highspy.HighsModelStatus.kOptimal:
            raise QueryError.of("cover-too-long", seconds=round(PATIENCE))
        values = model.getSolution().col_value
        chosen = frozenset(name for name, value in zip(names, values, strict=True) if value > 0.5)
        if found and len(chosen) > len(found[0]):
            return found, False
        if len(found) == most:
            return found, True
        found.append(chosen)
        model.addConstr(sum(taken[name] for name in sorted(chosen)) <= len(chosen) - 1)
