"""What began and ended when, and what hung on it, as the shapes say: the lines of the timeline."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, partial

from nqgraph.model.shapes import NodeShape
from nqgraph.things.collection import Collection
from nqgraph.things.facts import Facts, Value
from nqgraph.things.language import Labels, moment
from nqgraph.words import vocab


@dataclass(frozen=True)
class Span:
    """A thing in time; what is not said is empty."""

    iri: str
    start: str
    end: str
    #: The latest evidence.
    last: str
    #: Whether its end lies before the day of the data; before today where they name none.
    ended: bool
    #: Finds what followed it, and what hangs on it: of those that are shown.
    beside: Callable[[str], tuple[tuple[str, ...], tuple[str, ...]]]

    @property
    def followed(self) -> tuple[str, ...]:
        """What followed it."""
        return self.beside(self.iri)[0]

    @property
    def hung(self) -> tuple[str, ...]:
        """What hangs on it."""
        return self.beside(self.iri)[1]

    @property
    def said(self) -> tuple[Labels | None, Labels | None]:
        """Start and end as readers see them."""
        return (moment(self.start) if self.start else None, moment(self.end) if self.end else None)

    @property
    def first(self) -> float:
        """Where its bar begins, in years."""
        return year(self.start or self.end or self.last)

    @property
    def final(self) -> float:
        """Where its bar ends, in years: its end, else the latest evidence, else its start."""
        return max(self.first, year(self.end or self.last or self.start, whole=True))


@dataclass(frozen=True)
class Lane:
    """The things of one kind: those that ended, the latest end first, then all others, the latest start first."""

    kind: NodeShape
    ended: tuple[Span, ...]
    others: tuple[Span, ...]
    #: How many things of the kind have no time at all.
    timeless: int

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """All of them."""
        return self.ended + self.others

    @cached_property
    def reach(self) -> tuple[float, float]:
        """Where the first of them begins and the last ends, in years."""
        return min(span.first for span in self.spans), max(span.final for span in self.spans)


def year(value: str, *, whole: bool = False) -> float:
    """
    A date, month or year in years: ``2016-07`` is 2016.5.

    Args:
        whole: Whether a month or year counts to its end.
    """
    parts = [int(part) for part in re.findall(r"\d+", value)[:3]]
    if len(parts) == 1:
        return parts[0] + whole
    if len(parts) == 2:
        return parts[0] + (parts[1] - 1 + whole) / 12
    return parts[0] + (parts[1] - 1) / 12 + parts[2] / 366


def there(collection: Collection) -> bool:
    """Whether the timeline shows anything."""
    facts = collection.facts
    return any(
        any(_times(said, iri))
        for kind in collection.lists.values()
        if kind.timeline and (said := _said(facts, _parts(kind)))
        for iri in collection.members[kind.target_class]
    )


def _parts(kind: NodeShape) -> dict[str, str]:
    """What a property says of the time of a thing → the property."""
    return {prop.time_part: prop.path for prop in kind.properties if prop.time_part}


#: Of each part of a time, thing → values.
_Said = Mapping[str, Mapping[str, list[Value]]]


def _said(facts: Facts, parts: Mapping[str, str]) -> _Said:
    return {part: facts.all_values(parts[part]) for part in ("start", "end", "last") if part in parts}


def _times(said: _Said, iri: str) -> tuple[str, str, str]:
    """Start, end and latest evidence of a thing; "" where none is said, or no year."""
    found = (said.get(part, {}).get(iri) for part in ("start", "end", "last"))
    start, end, last = (values[0].text if values and re.match(r"\d{4}", values[0].text) else "" for values in found)
    return start, end, last


def lanes(collection: Collection, lang: str) -> Iterator[Lane]:
    """The kinds that the timeline shows, with their things in time."""
    facts = collection.facts
    today = max((facts.first(one, vocab.DCTERMS.issued) for one in collection.datasets()), default="")
    today = today or date.today().isoformat()
    for kind in sorted(
        (shape for shape in collection.lists.values() if shape.timeline),
        key=lambda shape: (shape.count_order is None, shape.count_order or 0, shape.segment),
    ):
        parts = _parts(kind)
        said, beside = _said(facts, parts), cache(partial(_beside, collection, parts.get("next", ""), lang))
        spans = []
        members = collection.members[kind.target_class]
        for iri in members:
            start, end, last = _times(said, iri)
            if start or end or last:
                ended = bool(end) and year(end, whole=True) <= year(today)
                spans.append(Span(iri, start, end, last, ended, beside))
        if spans:
            named = sorted(spans, key=lambda span: facts.sort_key(span.iri, lang))
            over = sorted((s for s in named if s.ended), key=lambda s: -year(s.end, whole=True))
            rest = sorted((s for s in named if not s.ended), key=lambda s: -s.first)
            yield Lane(kind, tuple(over), tuple(rest), len(members) - len(spans))


def _beside(collection: Collection, path: str, lang: str, iri: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What followed a thing, as *path* says, and what hangs on it, in the order of *lang*."""
    facts = collection.facts
    followed = [value.text for value in facts.values(iri, path) if not value.inferred] if path else []
    return tuple(facts.sorted(followed, lang)), tuple(facts.sorted(_hung(collection, iri), lang))


def _hung(collection: Collection, iri: str) -> set[str]:
    """What hangs on a thing, as the shapes of the others say."""
    facts = collection.facts
    found = set()
    for subject, path, inferred in facts.pointing(iri):
        shape = facts.shape_of.get(subject)
        prop = shape.property_for(path) if shape and not inferred else None
        if prop is not None and prop.time_part == "base" and collection.shows(subject):
            found.add(subject)
    return found
