"""Two to five things of one kind side by side: what each of their pages says, and where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from nqgraph.graph.results import Result, of_rows
from nqgraph.model.shapes import NodeShape
from nqgraph.things import dossier
from nqgraph.things.dossier import Dossier, Figure, Item, Row
from nqgraph.things.facts import Facts
from nqgraph.things.language import InEvery, Labels, Voice
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError
from nqgraph.words.texts import in_language, text

#: Fewest and most things that stand side by side.
FEWEST, MOST = 2, 5


@dataclass(frozen=True)
class Said:
    """One value: a thing or a text, and what is known of how it stands."""

    iri: str = ""
    text: Labels = field(default_factory=dict)
    note: Labels = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A property with the values of each thing."""

    name: Labels
    cells: tuple[tuple[Said, ...], ...]
    #: Of each thing, why there is no value: ``not-documented``, ``not-applicable``, or nothing is said of it.
    absent: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the things differ in it."""
        sets = [(frozenset(said.iri or tuple(sorted(said.text.items())) for said in cell)) for cell in self.cells]
        return any(one != sets[0] for one in sets) or len(set(self.absent)) > 1


@dataclass(frozen=True)
class Measured:
    """An indicator with the figures of each thing."""

    #: "" where no indicator fits.
    indicator: str
    cells: tuple[tuple[Figure, ...], ...]
    #: Why they cannot be compared: ``unit``, ``group``, ``period``, ``indicator``.
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Contrast:
    """Things of one kind side by side."""

    shape: NodeShape
    things: tuple[str, ...]
    lines: list[Line]
    figures: list[Measured]


def contrast(facts: Facts, things: Sequence[str], lang: str) -> Contrast:
    """
    What is said of *things*, side by side in the order of their shape.

    Raises:
        QueryError: They are too few, too many, or of several kinds.
    """
    things = tuple(dict.fromkeys(things))
    if not FEWEST <= len(things) <= MOST:
        raise QueryError.of("contrast-count", count=len(things), fewest=FEWEST, most=MOST)
    shapes = {facts.shape_of[thing].target_class: facts.shape_of[thing] for thing in things}
    if len(shapes) > 1:
        raise QueryError.of("contrast-kinds", kinds=", ".join(in_language(s.singular, lang) for s in shapes.values()))
    [shape] = shapes.values()
    dossiers = [dossier.dossier(facts, thing, lang) for thing in things]
    lines = [line for line in _lines(facts, shape, dossiers, lang) if any(line.cells) or any(line.absent)]
    return Contrast(shape, things, lines, list(_figures(facts, dossiers, lang)))


def _lines(facts: Facts, shape: NodeShape, dossiers: Sequence[Dossier], lang: str) -> Iterator[Line]:
    description = shape.property_for(vocab.DCTERMS.description)
    yield _line(
        description.name if description else {}, [[Said(text=one.lead)] if one.lead else [] for one in dossiers]
    )
    groups = list(facts.schema.groups)
    ordered = sorted(
        shape.properties, key=lambda prop: groups.index(prop.group) if prop.group in groups else len(groups)
    )
    told = [{in_language(row.name, lang): row for part in one.parts for row in part.rows} for one in dossiers]
    names = dict.fromkeys(in_language(prop.name, lang) for prop in ordered)
    yield from _named(facts, [name for name in names if any(name in rows for rows in told)], told)
    back = [{in_language(row.name, lang): row for row in one.inverse} for one in dossiers]
    yield from _named(facts, dict.fromkeys(name for rows in back for name in rows), back)
    yield _line(
        _message("page-confidence", facts), [[Said(one.confidence)] if one.confidence else [] for one in dossiers]
    )
    yield _line(_message("page-caveat", facts), [[Said(text=caveat) for caveat in one.caveats] for one in dossiers])
    yield _line(_message("page-figure-source", facts), [[Said(source) for source in one.sources] for one in dossiers])


def _named(facts: Facts, names: Iterable[str], told: Sequence[dict[str, Row]]) -> Iterator[Line]:
    for name in names:
        rows = [rows.get(name) for rows in told]
        label = next(row.name for row in rows if row)
        cells = [[_said(facts, item) for item in row.items] if row else [] for row in rows]
        yield _line(label, cells, tuple(row.absent if row else "" for row in rows))


def _said(facts: Facts, item: Item) -> Said:
    note = facts.label(item.claim.grade) if item.claim and item.claim.grade else {}
    if item.value.is_iri:
        return Said(item.value.text, note=note)
    return Said(text=item.texts or item.value.labels, note=note)


def _line(name: Labels, cells: Sequence[Sequence[Said]], absent: tuple[str, ...] = ()) -> Line:
    return Line(name, tuple(map(tuple, cells)), absent or ("",) * len(cells))


def _message(code: str, facts: Facts) -> Labels:
    return InEvery(lambda lang: text(code, lang, facts.workspace.messages))


def _figures(facts: Facts, dossiers: Sequence[Dossier], lang: str) -> Iterator[Measured]:
    """Indicator by indicator; what has none stands last, and never compares."""
    found: dict[str, list[list[Figure]]] = {}
    for place, one in enumerate(dossiers):
        for figure in one.figures:
            found.setdefault(figure.indicator, [[] for _ in dossiers])[place].append(figure)
    for indicator in sorted(found, key=lambda iri: (not iri, facts.sort_key(iri, lang))):
        cells = found[indicator]
        yield Measured(indicator, tuple(map(tuple, cells)), _warnings(indicator, cells, dossiers))


def _warnings(indicator: str, cells: list[list[Figure]], dossiers: Sequence[Dossier]) -> tuple[str, ...]:
    """Why figures of different things do not compare."""
    if sum(map(bool, cells)) < FEWEST:
        return ()
    if not indicator:
        return ("indicator",)
    shown = [(figure, one.iri) for one, figures in zip(dossiers, cells, strict=True) for figure in figures]
    differing: dict[str, set[Any]] = {
        "unit": {figure.basis(thing)[0] for figure, thing in shown},
        "group": {figure.basis(thing)[1] for figure, thing in shown},
        "period": {tuple(sorted(figure.period.items())) for figure, _ in shown},
    }
    return tuple(code for code, values in differing.items() if len(values) > 1)


def result(facts: Facts, found: Contrast, voice: Voice) -> Result:
    """*found* as rows for a spreadsheet: what is compared, a column for each thing, and whether they differ."""
    lang, say = voice.lang, voice.plain
    columns = ["property", *(f"thing{number}" for number in range(1, len(found.things) + 1)), "differs"]
    headings = ["", *(facts.name(thing, lang) for thing in found.things), voice.plain_t("contrast-state")]

    def words(said: Said) -> str:
        main = facts.name(said.iri, lang) if said.iri else say(said.text)
        return f"{main} ({say(said.note)})" if said.note else main

    def measured(figure: Figure) -> str:
        parts = [say(figure.value), say(figure.period), *(facts.name(source, lang) for source in figure.sources)]
        return ", ".join(filter(None, parts))

    rows: list[list[str]] = []
    for line in found.lines:
        cells = [
            "; ".join(map(words, cell)) or (voice.plain_t(f"page-{absent}") if absent else "")
            for cell, absent in zip(line.cells, line.absent, strict=True)
        ]
        rows.append([say(line.name), *cells, voice.plain_t("contrast-differs" if line.differs else "contrast-same")])
    for row in found.figures:
        name = facts.name(row.indicator, lang) if row.indicator else voice.plain_t("page-figure-no-indicator")
        warned = "; ".join(voice.plain_t(f"contrast-{code}") for code in row.warnings)
        rows.append([name, *("; ".join(map(measured, cell)) for cell in row.cells), warned])
    return of_rows(columns, headings, rows, facts.iris.base)
