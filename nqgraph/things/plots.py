"""Figures of one indicator as lines of points: on one axis only what has the same unit and the same reference group."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from nqgraph.things.dossier import Figure, figure
from nqgraph.things.facts import Facts
from nqgraph.words import vocab


@dataclass(frozen=True)
class Point:
    """A figure with its place on the axis."""

    figure: Figure
    value: float
    #: The other end of a range.
    upper: float | None
    #: Outline, by the kind of figure.
    look: str
    #: The years it is about, as far as they are known.
    years: str = ""
    unit: str = ""

    @property
    def most(self) -> float:
        """The larger end."""
        return self.value if self.upper is None else max(self.value, self.upper)


@dataclass(frozen=True)
class Line:
    """What one thing, or one place where no thing is named, has on the axis; the youngest figure last."""

    subjects: tuple[str, ...]
    points: tuple[Point, ...]

    @property
    def most(self) -> float:
        """The largest value."""
        return max(point.most for point in self.points)


@dataclass(frozen=True)
class Panel:
    """Figures that share an axis, the largest first."""

    unit: str
    #: Reference groups that all of them are about.
    groups: tuple[str, ...]
    #: Whether shares of a total stand on the axis, in per cent.
    shares: bool
    lines: tuple[Line, ...]

    @cached_property
    def values(self) -> list[float]:
        """All places of the axis at which something stands."""
        points = [point for line in self.lines for point in line.points]
        return [value for point in points for value in (point.value, point.upper) if value is not None]

    @property
    def figures(self) -> list[Figure]:
        """The figures in the order of the lines."""
        return [point.figure for line in self.lines for point in line.points]

    @property
    def compares(self) -> bool:
        """Whether there is anything to compare."""
        return len(self.values) > 1 and sum(len(line.points) for line in self.lines) > 1


@dataclass(frozen=True)
class Plots:
    """All figures of an indicator."""

    #: The largest panel first.
    panels: tuple[Panel, ...]
    #: Figures that are the only ones of their unit and group, or have no number.
    alone: tuple[Figure, ...]
    #: How many figures there are, and how many of them stand here.
    count: int = 0
    shown: int = 0

    def __bool__(self) -> bool:
        return bool(self.panels)

    @property
    def kinds(self) -> tuple[tuple[str, str], ...]:
        """Kind of figure and its outline, for a legend."""
        points = [point for panel in self.panels for line in panel.lines for point in line.points]
        return tuple(sorted({(point.figure.kind, point.look) for point in points if point.figure.kind}))


def plots(facts: Facts, iri: str, lang: str, shown: slice = slice(None)) -> Plots:
    """
    The figures of the indicator *iri* with names sorted in *lang*; none where no figure names it.

    Args:
        shown: Which of them, in the order of their keys.
    """
    measured = sorted({s for s, path, _ in facts.pointing(iri) if _part(facts, s, "indicator") == path})
    axes: dict[tuple[str, tuple[str, ...], bool], dict[tuple[str, ...], list[Point]]] = defaultdict(
        lambda: defaultdict(list)
    )
    wordless: list[Figure] = []
    for observation in measured[shown]:
        found, point = figure(facts, observation), None
        unit, value, upper, total = (_first(facts, observation, p) for p in ("unit", "value", "upper", "total"))
        shares = bool(total) and float(total) > 0
        if value:
            scale = 100 / float(total) if shares else 1
            high = float(upper) * scale if upper else None
            look, years = facts.first(found.kind, vocab.NQ.symbol) or "dot", _years(facts, observation)
            point = Point(found, float(value) * scale, high, look, years, unit)
        if point is None:
            wordless.append(found)
            continue
        groups = tuple(one for one in found.about if _is_group(facts, one))
        rest = tuple(one for one in found.about if one not in groups)
        axes[unit, groups, shares][rest or tuple(facts.sorted(found.regions, lang))].append(point)
    panels, alone = [], list(wordless)
    for (unit, groups, shares), lines in axes.items():
        made = [Line(who, tuple(sorted(points, key=_when(facts)))) for who, points in lines.items()]
        ordered = sorted(made, key=lambda line: (-line.most, [facts.sort_key(one, lang) for one in line.subjects]))
        panel = Panel(unit, groups, shares, tuple(ordered))
        if panel.compares:
            panels.append(panel)
        else:
            alone += [point.figure for line in panel.lines for point in line.points]
    panels.sort(key=lambda panel: (-len(panel.values), panel.unit, panel.groups, panel.shares))
    return Plots(tuple(panels), tuple(sorted(alone, key=lambda one: one.iri)), len(measured), len(measured[shown]))


def _part(facts: Facts, observation: str, part: str) -> str:
    """Property of a part of a figure; "" if it has none, or is no figure."""
    shape = facts.shape_of.get(observation)
    prop = shape.figure.get(part) if shape else None
    return prop.path if prop else ""


def _first(facts: Facts, observation: str, part: str) -> str:
    path = _part(facts, observation, part)
    return facts.first(observation, path) if path else ""


def _years(facts: Facts, observation: str) -> str:
    """The years of a figure: ``2020–2023``."""
    start, end = (_first(facts, observation, part)[:4] for part in ("start", "end"))
    return start if start == end else f"{start}–{end}" if start and end else start or end


def _is_group(facts: Facts, iri: str) -> bool:
    shape = facts.shape_of.get(iri)
    return shape is not None and shape.figure_group


class _when:
    """Order of points: by their time, those without one first."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def __call__(self, point: Point) -> tuple[str, str]:
        start, end = (_first(self._facts, point.figure.iri, part) for part in ("start", "end"))
        return end or start, point.figure.iri
