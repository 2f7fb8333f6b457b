"""The pictures of pages in a reader's words: figures as points, times as bars, places as tiles, counts as bars."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from markupsafe import Markup

from nqgraph.pages import drawing
from nqgraph.pages.builder import Chart
from nqgraph.pages.drawing import Mark, Row, Scale
from nqgraph.things.collection import Collection
from nqgraph.things.language import Voice, number
from nqgraph.things.plots import Line, Panel, Plots, Point, plots
from nqgraph.things.spans import Lane, Span, lanes
from nqgraph.things.tiles import Map, mapped
from nqgraph.words import vocab

#: Folder of the pictures as files.
FOLDER = "bild"


@dataclass(frozen=True)
class Drawn:
    """A picture with what it is called, and the name of its file."""

    name: str
    title: str
    svg: Markup


class Pictures:
    """
    Draws what a collection shows, in the language of *voice*.

    Args:
        href: Thing → address of its page from where the picture stands, "" where there is none.
        shown: Which figures of an indicator its page shows.
    """

    def __init__(
        self,
        collection: Collection,
        voice: Voice,
        href: Callable[[str], str] = lambda iri: "",
        shown: slice = slice(None),
    ) -> None:
        self._collection = collection
        self._facts = collection.facts
        self._voice = voice
        self._href = href
        self._shown = shown

    def named(self, name: str) -> Drawn | None:
        """The picture whose file is called *name*; None if there is none."""
        if name == "karte":
            found = mapped(self._collection, self._voice.lang)
            return self.map(found) if found else None
        kind, _, rest = name.partition("/")
        if kind == "zeitleiste":
            lane = next((lane for lane in lanes(self._collection, self._voice.lang) if lane.kind.segment == rest), None)
            return self.lane(lane) if lane else None
        address, _, place = name.rpartition("-")
        iri = self._collection.things.get(f"doc/{address}")
        panels = plots(self._facts, iri, self._voice.lang, self._shown).panels if iri else ()
        at = int(place) if place.isascii() and place.isdigit() else 0
        return self.panel(iri, panels[at - 1], at) if iri and 0 < at <= len(panels) else None

    # -- figures -------------------------------------------------------------------------------------------------

    def panels(self, iri: str, found: Plots) -> list[Drawn]:
        """The panels of an indicator, each as a picture."""
        return [self.panel(iri, panel, place) for place, panel in enumerate(found.panels, start=1)]

    def panel(self, iri: str, panel: Panel, place: int) -> Drawn:
        """Figures that share an axis as points on it."""
        scale = self.scale(panel)
        rows = [
            Row(self.who(line.subjects), self._notes(line), tuple(self._points(line, scale))) for line in panel.lines
        ]
        title = f"{self._facts.name(iri, self._voice.lang)}: {self.axis(panel)}"
        said = self._voice.plain_t("plot-said", count=len(panel.lines), axis=self.axis(panel))
        if scale.tenfold:
            said = f"{said} {self._voice.plain_t('plot-tenfold')}"
        ticks = [(scale.place(tick), self._number(tick)) for tick in scale.ticks()]
        segment = self._facts.shape_of[iri].segment
        name = f"{segment}/{vocab.local_name(iri)}-{place}"
        svg = drawing.chart(rows, title, said, ticks, f"p-{vocab.slug(name)}")
        return Drawn(f"{FOLDER}/{name}", title, svg)

    def scale(self, panel: Panel) -> Scale:
        """The axis of a panel; what is per cent ends at a hundred where nothing is larger."""
        per_cent = panel.shares or self._facts.first(panel.unit, vocab.NQ.unitSign) == "%"
        return Scale.over(panel.values, least=100 if per_cent else 0)

    def axis(self, panel: Panel) -> str:
        """Unit and reference groups in words."""
        unit = self._facts.name(panel.unit, self._voice.lang) if panel.unit else "–"
        unit = self._voice.plain_t("plot-shares") if panel.shares else unit
        groups = ", ".join(self._facts.name(one, self._voice.lang) for one in panel.groups)
        return f"{unit} ({groups})" if groups else unit

    def who(self, subjects: Iterable[str]) -> str:
        """What a line is about, in words."""
        return ", ".join(self._facts.name(one, self._voice.lang) for one in subjects) or "–"

    def _notes(self, line: Line) -> str:
        return " · ".join(self._note(point) for point in line.points)

    def _note(self, point: Point) -> str:
        kind = self._facts.name(point.figure.kind, self._voice.lang) if point.look != "dot" else ""
        when = f"({point.years})" if point.years else ""
        return " ".join(filter(None, (kind, self._bare(point), when)))

    def _bare(self, point: Point) -> str:
        """The value without the name of its unit, which stands above the picture."""
        said, unit = self._voice.plain(point.figure.value), self._facts.name(point.unit, self._voice.lang)
        return said.removesuffix(f" {unit}") if point.unit else said

    def _points(self, line: Line, scale: Scale) -> Iterable[Mark]:
        for point in line.points:
            if point.upper is not None:
                ends = sorted((scale.place(point.value), scale.place(point.upper)))
                yield Mark(ends[0], ends[1], "range")
                yield Mark(scale.place(point.upper), None, point.look, self._note(point))
            yield Mark(scale.place(point.value), None, point.look, self._note(point))

    def _number(self, value: float) -> str:
        return self._voice.plain(number(f"{value:g}" if abs(value) < 1e5 else f"{value:.0f}"))

    def outline(self, look: str) -> Markup:
        """The mark of a kind of figure, for a legend."""
        return drawing.track([Mark(50, None, look)])

    # -- times ---------------------------------------------------------------------------------------------------

    def lane(self, lane: Lane) -> Drawn:
        """The things of a kind as bars from their start to their end."""
        scale, voice = self.years(lane), self._voice
        rows = [
            Row(self._facts.name(span.iri, voice.lang), self.period(span), tuple(self._bars(span, scale)))
            for span in lane.spans
        ]
        kind = voice.plain(lane.kind.label)
        title = f"{voice.plain_t('page-zeitleiste')}: {kind}"
        said = voice.plain_t("time-said", count=len(rows), ended=len(lane.ended))
        svg = drawing.chart(rows, title, said, self.ticks(scale), f"t-{lane.kind.segment}")
        return Drawn(f"{FOLDER}/zeitleiste/{lane.kind.segment}", title, svg)

    def years(self, lane: Lane) -> Scale:
        """The scale of a lane."""
        low, high = lane.reach
        return Scale(int(low), max(int(high + 0.999), int(low) + 1))

    def ticks(self, scale: Scale) -> list[tuple[float, str]]:
        """Years of a scale."""
        return [(scale.place(tick), f"{tick:.0f}") for tick in scale.ticks(4) if tick == int(tick)]

    def axis_of(self, lane: Lane) -> Markup:
        """The years above a table of times."""
        return drawing.axis(self.ticks(self.years(lane)))

    def track(self, lane: Lane, span: Span) -> Markup:
        """A thing in time, for the row of a table."""
        return drawing.track(self._bars(span, self.years(lane)))

    def _bars(self, span: Span, scale: Scale) -> Iterable[Mark]:
        look = "ended" if span.ended else "running" if span.end else "open"
        yield Mark(scale.place(span.first), scale.place(span.final), look, self.period(span))

    def period(self, span: Span) -> str:
        """Start and end in words, with what nobody has said."""
        start, end = span.said
        voice = self._voice
        begun = voice.plain(start) if start else voice.plain_t("time-start-unknown")
        if end and span.start == span.end:
            return begun
        if end:
            return f"{begun} – {voice.plain(end)}"
        return f"{begun} – {voice.plain_t('time-last', year=span.last) if span.last else voice.plain_t('time-open')}"

    # -- places --------------------------------------------------------------------------------------------------

    def map(self, found: Map) -> Drawn:
        """Places as tiles with how much lies in each."""
        voice = self._voice
        kind = voice.plain(found.kind.label)
        made = []
        for tile in found.tiles:
            count, beyond = len(tile.things), len(tile.beyond)
            said = voice.plain_t("map-number", kind=kind, count=count)
            if not count and beyond:
                said = voice.plain_t("map-beyond", count=beyond)
            said = f"{self._facts.name(tile.iri, voice.lang)}: {said}"
            made.append(drawing.Tile(tile.column, tile.row, tile.short, count, beyond, said, self._href(tile.iri)))
        title = voice.plain_t("map-title", kind=kind)
        svg = drawing.tiles(made, title, voice.plain_t("map-schematic"))
        return Drawn(f"{FOLDER}/karte", title, svg)


def bars(chart: Chart, said: str, id_: str) -> Markup:
    """Counts as bars of one scale."""
    rows = [Row(bar.whole, bar.number, (Mark(0, bar.width, "bar"),)) for bar in chart.bars]
    return drawing.chart(rows, chart.title, said, id_=id_)
