"""
Pictures as SVG: rows of marks on a common scale, and tiles in place of a map.

Places are per cent of the width, letters have the size of the page, so a picture fits a phone without shrinking.
Whatever a picture shows stands in a table beside it, too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from nqgraph.networks.appearance import OUTLINES

#: Letters of a line beside a mark; a phone shows no more.
_LONGEST = 44
#: Heights in pixels: a line of text, a track, the gap below it, the scale.
_LINE, _TRACK, _GAP, _SCALE = 19, 16, 9, 26
#: What no XML document can hold (XML 1.0, section 2.2).
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Side of a tile, and the gap between two.
_TILE, _SPACE = 46, 4
#: Least numbers of the steps of tiles, the first above nothing.
STEPS = (1, 2, 4, 8)
#: Between the least and the largest number of a scale lie at most so many times; beyond, its steps are tenfold.
_WIDEST = 100


@dataclass(frozen=True)
class Mark:
    """A point, or a bar from one place to another, in per cent of the scale."""

    start: float
    end: float | None = None
    #: Outline of a point; of bars a class of the style sheet.
    look: str = "dot"
    #: What it is in words.
    said: str = ""


@dataclass(frozen=True)
class Row:
    """A label with a note behind it or below it, and marks."""

    label: str
    note: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Tile:
    """A place of the map: where it stands, what is written in it, and where it leads."""

    column: int
    row: int
    short: str
    number: int
    #: What only a larger place has.
    beyond: int
    #: Name and number in words.
    said: str
    href: str = ""

    @property
    def step(self) -> str:
        """Which of the steps the number is on; 0 for nothing, and another sign where a larger place has something."""
        return "w" if self.beyond and not self.number else str(sum(self.number >= least for least in STEPS))

    @property
    def shown(self) -> str:
        """The number, in brackets where only a larger place has something."""
        return f"({self.beyond})" if self.step == "w" else str(self.number)


@dataclass(frozen=True)
class Scale:
    """Where numbers stand between two ends: evenly, or by powers of ten."""

    low: float
    high: float
    tenfold: bool = False

    @classmethod
    def over(cls, values: Sequence[float], *, least: float = 0) -> Scale:
        """From nothing to at least the largest of *values* and *least*; in tenfold steps where they differ much."""
        low, high = min(values, default=0), max([*values, least])
        if low > 0 and high / low > _WIDEST:
            return cls(10 ** math.floor(math.log10(low)), 10 ** math.ceil(math.log10(high)), tenfold=True)
        return cls(min(0, low), _round_up(high) if high > 0 else 1)

    def place(self, value: float) -> float:
        """Per cent of the scale at which *value* stands."""
        if self.tenfold:
            return 100 * math.log10(value / self.low) / max(1, math.log10(self.high / self.low))
        return 100 * (value - self.low) / (self.high - self.low)

    def ticks(self, most: int = 5) -> list[float]:
        """Round numbers of the scale, about *most* of them at most."""
        if self.tenfold:
            powers = round(math.log10(self.high / self.low))
            every = math.ceil(powers / most)
            return [self.low * 10**power for power in range(0, powers + 1, every)]
        step = _round_up((self.high - self.low) / most)
        first = math.ceil(self.low / step)
        return [step * n for n in range(first, math.floor(self.high / step + 1e-9) + 1)]


def _round_up(value: float) -> float:
    """The next of 1, 2, 2.5, 5 and 10 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if value <= step * power * (1 + 1e-9))


def plain(said: str) -> str:
    """*said* without what no XML document can hold."""
    return _FORBIDDEN.sub("\ufffd", said)


def short(said: str, longest: int = _LONGEST) -> str:
    """*said* in at most *longest* letters."""
    return said if len(said) <= longest else said[: longest - 1].rstrip() + "…"


def track(marks: Iterable[Mark]) -> Markup:
    """Marks in a row of a table that says in words what they show."""
    made = Markup("").join(_mark(mark, 0) for mark in marks)
    return Markup('<svg class="track" width="100%" height="{}" aria-hidden="true">{}</svg>').format(_TRACK, made)


def axis(ticks: Sequence[tuple[float, str]]) -> Markup:
    """The scale above the tracks of a table."""
    return Markup('<svg class="track" width="100%" height="{}" aria-hidden="true">{}</svg>').format(
        _LINE, _ticks(ticks, _LINE - 5)
    )


def parts(spans: Iterable[tuple[float, float]]) -> Markup:
    """The parts of a whole side by side: where each begins and how wide it is, in per cent."""
    rects = Markup("").join(
        Markup('<rect class="part-{}" x="{}" width="{}" height="6"/>').format(place, _figure(start), _figure(width))
        for place, (start, width) in enumerate(spans, start=1)
        if width
    )
    svg = '<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
    return Markup(svg).format(rects)


def chart(rows: Sequence[Row], title: str, said: str, ticks: Sequence[tuple[float, str]] = (), id_: str = "") -> Markup:
    """
    Rows of marks below each other, on one scale.

    Args:
        title: Name of the picture.
        said: What it shows, in a sentence.
        ticks: Places of the scale and what is written there.
        id_: What ids in it begin with.
    """
    made, y = [], 0
    for row in rows:
        drawn, height = _row(row, y)
        made.append(drawn)
        y += height
    lines = Markup("").join(
        Markup('<line class="grid" x1="{0}%" x2="{0}%" y1="0" y2="{1}"/>').format(_at(place), y) for place, _ in ticks
    )
    inside = lines + Markup("").join(made) + _ticks(ticks, y + 17)
    return _picture(inside, y + (_SCALE if ticks else 0), title, said, id_)


def _ticks(ticks: Sequence[tuple[float, str]], y: int) -> Markup:
    return Markup("").join(
        Markup('<text class="tick" x="{}%" y="{}" text-anchor="{}">{}</text>').format(
            _at(place), y, "start" if place < 4 else "end" if place > 96 else "middle", plain(label)
        )
        for place, label in ticks
    )


def _row(row: Row, y: int) -> tuple[Markup, int]:
    """A row that begins at *y*, and its height."""
    label, note = short(plain(row.label)), plain(row.note)
    beside = len(label) + len(note) < _LONGEST
    said = Markup('<tspan class="n">{}</tspan>').format(note)
    lines = [Markup("{} {}").format(label, said)] if beside else [Markup("{}").format(label), said]
    if not beside:
        lines[1] = Markup('<tspan class="n">{}</tspan>').format(short(note, _LONGEST - 4))
    texts = Markup("").join(
        Markup('<text x="0" y="{}">{}</text>').format(y + 15 + _LINE * number, line)
        for number, line in enumerate(lines)
    )
    top = y + _LINE * len(lines) + 1
    marks = Markup("").join(_mark(mark, top) for mark in row.marks)
    whole = Markup("<title>{}</title>").format(plain(f"{row.label}: {row.note}"))
    return Markup("<g>{}{}{}</g>").format(whole, texts, marks), top + _TRACK + _GAP - y


def _mark(mark: Mark, top: int) -> Markup:
    title = Markup("<title>{}</title>").format(plain(mark.said)) if mark.said else Markup("")
    if mark.end is None:
        outline = Markup(OUTLINES.get(mark.look, OUTLINES["dot"]))
        look = mark.look if mark.look in OUTLINES else "dot"
        point = '<svg class="point {}" x="{}%" y="{}" overflow="visible"><g transform="translate(-8)">{}{}</g></svg>'
        return Markup(point).format(look, _at(mark.start), top, title, outline)
    width = max(0.6, (mark.end - mark.start) * 0.96)
    rect = '<rect class="{}" x="{}%" y="{}" width="{}%" height="12" rx="2">{}</rect>'
    return Markup(rect).format(mark.look, _at(mark.start), top + 2, _figure(width), title)


def _at(place: float) -> str:
    """A place of the scale with a margin for points at its ends."""
    return _figure(2 + 0.96 * place)


def _figure(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def tiles(found: Sequence[Tile], title: str, said: str, id_: str = "map") -> Markup:
    """Tiles of equal size, each with its number; the name shows at the foot where one points or the focus is."""
    across = max((tile.column for tile in found), default=0) + 1
    down = max((tile.row for tile in found), default=0) + 1
    width, height = across * (_TILE + _SPACE), down * (_TILE + _SPACE)
    made = []
    for tile in sorted(found, key=lambda tile: (tile.row, tile.column)):
        x, y = tile.column * (_TILE + _SPACE), tile.row * (_TILE + _SPACE)
        inside = Markup(
            '<title>{0}</title><rect class="step-{1}" x="{2}" y="{3}" width="{4}" height="{4}" rx="4"/>'
            '<text class="short on-{1}" x="{5}" y="{6}">{7}</text>'
            '<text class="number on-{1}" x="{5}" y="{8}">{9}</text>'
            '<text class="name" x="{10}" y="{11}">{0}</text>'
        ).format(
            plain(tile.said), tile.step, x, y, _TILE, x + _TILE // 2, y + 17, plain(tile.short), y + 37, tile.shown,
            width // 2, height + 20,
        )  # fmt: skip
        if tile.href:
            inside = Markup('<a href="{}">{}</a>').format(tile.href, inside)
        made.append(inside)
    svg = (
        '<svg class="tiles" role="group" aria-labelledby="{0}-title" viewBox="0 0 {1} {2}">'
        '<title id="{0}-title">{3}</title><desc>{4}</desc>{5}</svg>'
    )
    return Markup(svg).format(id_, width, height + 30, plain(title), plain(said), Markup("").join(made))


def _picture(inside: Markup, height: int, title: str, said: str, id_: str) -> Markup:
    svg = (
        '<svg role="img" aria-labelledby="{0}-title" aria-describedby="{0}-desc" width="100%" height="{1}">'
        '<title id="{0}-title">{2}</title><desc id="{0}-desc">{3}</desc>{4}</svg>'
    )
    return Markup(svg).format(id_ or "picture", height, plain(title), plain(said), inside)


def file(picture: Markup, title: str, note: str, *, width: int = 720) -> bytes:
    """
    *picture* as a file of its own, with its style, its title above and a *note* on where it comes from below.

    Args:
        width: Pixels.
    """
    sized = re.search(r'viewBox="0 0 (\d+) (\d+)"|width="100%" height="(\d+)"', picture)
    assert sized
    wide, high = (int(sized[1]), int(sized[2])) if sized[1] else (width, int(sized[3]))
    style = (Path(__file__).parent / "drawing.css").read_text(encoding="utf-8")
    size = f'<svg x="16" y="44" width="{wide}" height="{high}" '
    drawn = str(picture).replace("<svg ", size, 1)
    inner = Markup(drawn if sized[1] else drawn.replace(f' width="100%" height="{high}"', "", 1))
    whole = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" class="file"><title>{2}</title>'
        '<style>{3}</style><rect class="paper" width="100%" height="100%"/><text class="title" x="16" y="27">{4}</text>'
        '{5}<text class="tick" x="16" y="{6}">{7}</text></svg>\n'
    )
    made = Markup(whole).format(
        wide + 32, high + 84, plain(title), Markup(style), plain(short(title, 80)), inner, high + 68, plain(note)
    )
    return str(made).encode()
