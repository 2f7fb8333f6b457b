"""What the dossier of a thing says: in short, then what its page says, then all sources with their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain

from nqgraph.exports.paper import Block, Heading, Paper, Paragraph, Row, Run, Source, Table, Words, clean
from nqgraph.exports.wording import NOT_APPLICABLE, Wording, joined, sentences, trimmed
from nqgraph.pages import Site
from nqgraph.pages.inline import host
from nqgraph.things import dossier
from nqgraph.things.answers import AnswerTable, Cell
from nqgraph.things.collection import Asked
from nqgraph.things.dossier import Figure, Item
from nqgraph.things.dossier import Row as Said
from nqgraph.things.language import Labels, same
from nqgraph.words import vocab
from nqgraph.words.numbers import Count

#: Rows of a table, and things in a line, before the rest is only counted.
MOST_ROWS, MOST_ITEMS = 18, 12
#: The share of its rows in which a column has to say something.
_SELDOM = 1 / 3
#: What says only what a thing is called in the collections of others.
_SAME = {
    vocab.SKOS.exactMatch,
    vocab.SKOS.closeMatch,
    vocab.OWL.sameAs,
    vocab.NQ.resembles,
    vocab.PREFIXES["schema"] + "sameAs",
}
#: Relations, and figures, that a summary names.
_MOST_NAMED, _MOST_FIGURES = 4, 3


def paper(site: Site, iri: str, lang: str) -> Paper:
    """The dossier of the thing *iri* in *lang*."""
    return _Dossier(site, iri, lang).paper()


class _Dossier(Wording):
    """Puts a dossier together, and numbers the sources in the order in which they are cited."""

    def __init__(self, site: Site, iri: str, lang: str) -> None:
        super().__init__(site, lang)
        self.site, self.iri = site, iri
        self.about = dossier.dossier(self.facts, iri, lang)
        self.asked = list(self.collection.asked(iri, lang))
        self.gaps = self._gaps()
        #: What signs mean, as far as it has been said.
        self._explained: list[Words] = []

    def paper(self) -> Paper:
        """All of it."""
        voice, settings = self.voice, self.site.settings
        issued = [self.facts.first(name, vocab.DCTERMS.issued) for name in self.collection.datasets()]
        days = [day for day in issued if _is_day(day)]
        title = clean(voice.plain(self.about.label))
        blocks: list[Block] = [Heading(1, self.words(self.about.label)), Paragraph(self.subtitle(), "subtitle")]
        for code, found in (
            ("dossier-summary", self.summary()),
            ("dossier-description", self.description()),
            ("page-figures", self.figures() if self.asked else ()),
            ("", self.answers(first=True)),
            ("dossier-details", self.details()),
            ("", self.answers(first=False)),
            ("page-figures", () if self.asked else self.figures()),
            ("page-inverse", self.inverse()),
            ("dossier-gaps", self.open()),
            ("dossier-sources", self.sources()),
        ):
            part: list[Block] = list(found)
            blocks += [Heading(2, self.told(code)), *part] if code and part else part
        blocks.append(Paragraph(self.citation(), "note"))
        return Paper(
            lang=self.lang,
            title=title,
            project=clean(voice.plain(settings.title)),
            sender=clean(voice.plain(settings.sender or settings.title)),
            state=clean(voice.plain(self.site.state)) if self.site.state else "",
            day=date.fromisoformat(max(days)) if days else None,
            address=self.iri,
            paging=voice.plain_t("dossier-page", page="{page}", pages="{pages}"),
            table=voice.plain_t("dossier-table"),
            internal=voice.plain_t("internal-note") if self.site.internal else "",
            blocks=blocks,
        )

    # -- parts -----------------------------------------------------------------------------------------------------

    def subtitle(self) -> Words:
        """What the thing is, who says it, and when."""
        kind, sender = self.about.shape.singular, self.site.settings.sender
        state = self.voice.plain_t("page-state", date=self.site.state[self.lang]) if self.site.state else ""
        parts = [self.words(kind), self.words(sender) if sender else (), (Run(state),) if state else ()]
        return joined([part for part in parts if part], " · ")

    def summary(self) -> Iterator[Block]:
        """A few sentences, each counted."""
        told = (*self.measured(), *self.related(), *self.counted()) if self.asked else self.rests()
        for sentence in (*told, self.left_open()):
            if sentence:
                yield Paragraph((Run(clean(sentence)),), "point")

    def counted(self) -> Iterator[str]:
        """What the questions of the page come to."""
        for asked in self.asked:
            query = asked.query
            yield from asked.said(self.facts, self.lang)
            if not query.summary:
                heading = self.voice.plain(query.heading or query.title)
                yield self.voice.plain_t(
                    "dossier-asked", heading=heading, count=f"{Count(len(asked.table.rows), self.lang)}"
                )

    def related(self) -> Iterator[str]:
        """How many relations of each kind are claims with reasons, and the best grade of these."""
        grades: dict[str, list[str]] = {}
        for row in (row for part in self.about.parts for row in part.rows):
            if found := [item.claim.grade for item in row.items if item.claim and item.claim.grade]:
                grades[self.voice.plain(row.name)] = found
        if grades:
            names = ", ".join(f"{name} ({len(found)})" for name, found in grades.items())
            best = self.facts.name(min(chain.from_iterable(grades.values())), self.lang)
            yield self.voice.plain_t("dossier-relations", names=names, grade=best)

    def measured(self) -> Iterator[str]:
        """The first figures that say what they measure, each with its time, and whether there is a caveat."""
        said = []
        for figure in self.about.figures:
            if figure.indicator and (not figure.kind or vocab.local_name(figure.kind) == "actual"):
                when = self.voice.plain(figure.period) if figure.period else ""
                caveat = self.voice.plain_t("page-caveat") if figure.caveats else ""
                beside = "; ".join(filter(None, (when, caveat)))
                name = self.facts.name(figure.indicator, self.lang)
                said.append(f"{name} {self.voice.plain(figure.value)}" + (f" ({beside})" if beside else ""))
        if said:
            yield self.voice.plain_t("dossier-measured", figures="; ".join(said[:_MOST_FIGURES]))

    def rests(self) -> Iterator[str]:
        """What a thing that no question is asked about rests on."""
        items = [item for part in self.about.parts for row in part.rows for item in row.items]
        grades = [item.claim.grade for item in items if item.claim and item.claim.grade]
        if grades:
            yield self.how_many("dossier-claims", len(grades), grade=self.facts.name(min(grades), self.lang))
        figures = self.about.figures
        if figures:
            said = self.how_many("dossier-figures", len(figures))
            yield f"{said} {self.how_many('dossier-caveats', sum(bool(figure.caveats) for figure in figures))}"
        rows = [row for part in self.about.parts for row in part.rows if row.absent == "not-documented"]
        if rows:
            yield self.voice.plain_t("dossier-absent", names=", ".join(self.voice.plain(row.name) for row in rows))
        related = self.about.inverse or [row for part in self.about.parts for row in part.rows]
        told = [(sum(item.value.is_iri for item in row.items), self.voice.plain(row.name)) for row in related]
        named = [f"{name} ({count})" for count, name in sorted(told, key=lambda t: -t[0])[:_MOST_NAMED] if count]
        if max((count for count, _ in told), default=0) > 1:
            yield self.voice.plain_t("dossier-related", names=", ".join(named))
        if self.about.shape.role != "evidence":
            yield self.how_many("dossier-rests", len(self.about.sources))

    def left_open(self) -> str:
        """How many questions are open."""
        opened = [gap for gap in self.gaps if self._absence(gap) != NOT_APPLICABLE]
        return self.how_many("dossier-open", len(opened)) if self.gaps or self.asked else ""

    def description(self) -> Iterator[Block]:
        """What the thing is, with its sources, and what has to be known about it."""
        about = self.about
        cited = self.cited(about.sources)
        texts = [labels for labels in (about.lead, *self.spoken(about.notes)) if self.voice.plain(labels)]
        for place, labels in enumerate(texts):
            yield Paragraph((*self.words(labels), *(cited if place == 0 else ())))
        if not texts and cited:
            yield Paragraph((*self.told("dossier-rest-on"), *cited))
        if about.confidence:
            name = self.facts.name(about.confidence, self.lang)
            yield Paragraph((Run(f"{self.voice.plain_t('page-confidence')}: {clean(name)}"),), "note")
        for caveat in self.spoken(about.caveats):
            yield Paragraph((Run(f"{self.voice.plain_t('page-caveat')}: "), *self.words(caveat)), "note")

    def answers(self, *, first: bool) -> Iterator[Block]:
        """The questions of the page with their answers: those with which it begins, or those with which it ends."""
        for asked in (one for one in self.asked if (self.about.shape.brief or not one.query.needs) == first):
            heading = asked.query.heading or asked.query.title
            yield Heading(2, self.words(heading))
            if asked.table.rows:
                yield from self.answer(asked)
            else:
                yield Paragraph(self.told("dossier-none"))

    def answer(self, asked: Asked) -> Iterator[Block]:
        """An answer as a table in which each row names its sources."""
        found = asked.table
        headings = (*map(self.words, found.headings), self.told("dossier-sources"))
        rows = []
        for cells, details in list(zip(found.rows, found.details, strict=True))[:MOST_ROWS]:
            cited = self.cited(self._sources(cells))
            below = sentences([(*self.run_in(h), *self.words(c.text or {})) for h, c in details])
            rows.append(Row((*map(self.cell, cells), cited), below))
        if any(row.below for row in rows):
            headings, rows = self.folded(found.headings, headings, rows)
        if not any(row.cells[-1] for row in rows):  # it names its sources itself, or is counted
            headings, rows = headings[:-1], [replace(row, cells=row.cells[:-1]) for row in rows]
        yield self._table(asked.query.title, headings, rows)
        yield from self.more(len(found.rows))
        yield from self.legend(found)

    def folded(
        self, names: Sequence[Labels], headings: tuple[Words, ...], rows: list[Row]
    ) -> tuple[tuple[Words, ...], list[Row]]:
        """Columns that seldom say something, told below their rows: they would take room from all others."""
        told = [sum(bool(row.cells[at]) for row in rows) for at in range(len(headings))]
        seldom = {at for at in range(2, len(headings) - 1) if told[at] < len(rows) * _SELDOM}

        def kept(line: tuple[Words, ...]) -> tuple[Words, ...]:
            return tuple(words for at, words in enumerate(line) if at not in seldom)

        def below(row: Row) -> Words:
            found = [(*self.run_in(names[at]), *row.cells[at]) for at in sorted(seldom) if row.cells[at]]
            return sentences([*found, row.below])

        return kept(headings), [Row(kept(row.cells), below(row)) for row in rows]

    def legend(self, found: AnswerTable) -> Iterator[Block]:
        """What signs and grades in a table mean, as far as no table before has said it."""
        nothing = {cell.nothing for row in found.rows for cell in row}
        codes = {"dossier-not-documented": "not-documented" in nothing, "page-unseen": found.unseen}
        notes = [self.told(code) for code, there in codes.items() if there]
        for grade in found.grades:
            notes.append(
                (*self.run_in(self.facts.label(grade)), *self.words(self.facts.texts(grade, vocab.SKOS.definition)))
            )
        fresh = [note for note in notes if note not in self._explained]
        self._explained += fresh
        if fresh:
            yield Paragraph(joined(fresh, " "), "note")

    def details(self) -> Iterator[Block]:
        """Relations and properties; where they are claims with reasons, as tables."""
        for title, rows in self.about.shown_parts:
            found = list(self.rows(rows))
            if title and found:
                yield Heading(3, self.words(title))
            yield from found

    def rows(self, rows: Iterable[Said]) -> Iterator[Block]:
        """What is said by each property, lines before tables."""
        lines: list[Block] = []
        claimed: list[Block] = []
        for row in rows:
            reasons = [item for item in row.items if item.claim and item.claim.iri]
            others = [item for item in row.items if item not in reasons and self.known(item)]
            if reasons:
                claimed += self.reasons(row.name, reasons)
            if others or row.absent:
                lines.append(self.line(replace(row, items=others)))
        yield from lines
        yield from claimed

    def known(self, item: Item) -> bool:
        """Whether a value is more than the address of an entry in a collection of others, which only programs read."""
        return not item.value.is_iri or item.value.text in self.facts.statements or not self._coded(item.value.text)

    def line(self, row: Said) -> Paragraph:
        """A property with its values in a line."""
        shown = [self.value(item) for item in row.items[:MOST_ITEMS]]
        if row.absent:
            shown = [(*self.told("page-" + row.absent, quiet=True),)]
        shown += [self.told("page-unstated", value=self.facts.label(iri), quiet=True) for iri in row.unstated]
        if more := len(row.items) - MOST_ITEMS:
            shown += [(Run(self.how_many("dossier-more-items", more)),)] if more > 0 else []
        chains = {item.chain for item in row.items} - {0}
        sources = [s for c in self.about.chains if c.number in chains for s in c.claim.sources]
        cited = self.cited(sources) if set(sources) != set(self.about.sources) else ()
        return Paragraph((*self.run_in(row.name), *joined(shown), *cited), "fact")

    def value(self, item: Item) -> Words:
        """A value, with a mark where a rule drew it or somebody disputes it."""
        if item.texts:
            shown = self.words(item.texts)
        elif item.value.is_iri:
            shown = self.name(item.value.text)
        else:
            shown = self.words(item.value.labels)
        chain = next((chain.claim for chain in self.about.chains if chain.number == item.chain), None)
        disputed = any(claim.disputed for claim in (item.claim, chain) if claim)
        shown = (*shown, *(run for iri in item.states for run in (Run(" – "), *self.name(iri))))
        codes = [*(["page-inferred"] if item.inferred else []), *(["page-disputed"] if disputed else [])]
        return (*shown, *(Run(f" ({self.voice.plain_t(code)})", quiet=True) for code in codes))

    def reasons(self, name: Labels, items: Sequence[Item]) -> Iterator[Block]:
        """Claims as a table: what, by what means, what is known of the effect, and on what that rests."""
        terms = (vocab.NQ.reason, vocab.NQ.finding, vocab.NQ.evidenceGrade)
        called = [self.words(dossier.called(self.facts, term)) for term in terms]
        rows = []
        for item in items[:MOST_ROWS]:
            assert item.claim is not None
            why = dossier.reason(self.facts, item.claim, self.lang)
            finding = [self.name(why.finding)] if why.finding else []
            finding += map(self.words, self.spoken(why.finding_texts))
            said = [joined(map(self.words, self.spoken(why.texts)), " "), joined(finding, ": ")]
            caveats = [
                (Run(f"{self.voice.plain_t('page-caveat')}: ", quiet=True), *self.words(n))
                for n in self.spoken(why.notes)
            ]
            said[1] = sentences([said[1], *caveats])
            grade = self.name(item.claim.grade) if item.claim.grade else ()
            rows.append(Row((self.value(item), *said, grade, self.cited(item.claim.sources))))
        yield self._table(name, (self.words(name), *called, self.told("dossier-sources")), rows)
        yield from self.more(len(items))

    def figures(self) -> Iterator[Block]:
        """Figures with caveat, year and source."""
        figures = self.about.figures
        if not figures:
            return
        others = any(set(figure.about) - {self.iri} for figure in figures)
        codes = ["indicator", "value", *(["about"] if others else []), "period", "region"]
        headings = [self.told(f"page-figure-{code}") for code in codes]
        rows = []
        for figure in figures[:MOST_ROWS]:
            about = [self.name(iri) for iri in figure.about if iri != self.iri]
            indicator = self.name(figure.indicator) if figure.indicator else self.told("page-figure-no-indicator")
            if figure.kind and vocab.local_name(figure.kind) != "actual":
                indicator = (*indicator, Run(f" ({self.facts.name(figure.kind, self.lang)})", quiet=True))
            period = self.words(figure.period) if figure.period else (Run("–"),)
            cells = [indicator, self.amount(figure), *([joined(about)] if others else []), period]
            cells.append(joined(map(self.name, figure.regions)))
            rows.append(Row((*cells, self.cited(figure.sources))))
        yield self._table(self._text("page-figures"), (*headings, self.told("page-figure-source")), rows)
        yield from self.more(len(figures))

    def amount(self, figure: Figure) -> Words:
        """A value, what it means, and what has to be known about it."""
        voice = self.voice
        words = [Run(clean(voice.plain(figure.value)), strong=True)]
        if figure.wording and voice.plain(figure.wording) != voice.plain(figure.value):
            words += [Run(f" {voice.plain_t('page-figure-wording')} "), *self.words(figure.wording)]
        said = [tuple(words), self.words(figure.description)]
        for caveat in self.spoken(figure.caveats):
            said.append((Run(f"{voice.plain_t('page-caveat')}: ", strong=True), *self.words(caveat)))
        return sentences(said)

    def inverse(self) -> Iterator[Block]:
        """What points at the thing, without the gaps and what tables tell anyway."""
        for row in self.about.inverse:
            if self.asked and not row.unstated:
                continue
            items = [item for item in row.items if item.value.text not in self.gaps]
            reasons = [item for item in items if item.claim and item.claim.iri]
            others = [item for item in items if not (item.claim and item.claim.iri)]
            if others or row.unstated:
                yield self.line(replace(row, items=others))
            if reasons:
                yield from self.reasons(row.name, reasons)

    def open(self) -> Iterator[Block]:
        """The questions that are recorded as open, each with the state of the search."""
        if not self.gaps:
            return
        rows = []
        for gap in self.gaps[:MOST_ROWS]:
            texts = [p.path for p in self.facts.shape_of[gap].properties if p.is_text and p.path not in vocab.SKOS]
            told = [self.words(self.facts.texts(gap, path)) for path in texts if self.facts.values(gap, path)]
            state = joined([self.name(self.facts.first(gap, vocab.NQ.absence)), *told[:1]], ": ")
            sources = [value.text for value in self.facts.values(gap, vocab.DCTERMS.source)]
            rows.append(Row((self.name(gap), state, self.cited(sources))))
        headings = [self.told(code) for code in ("dossier-gap", "dossier-gap-state", "dossier-sources")]
        yield self._table(self._text("dossier-gaps"), tuple(headings), rows)
        yield from self.more(len(self.gaps))

    def sources(self) -> Iterator[Block]:
        """Each source that is cited, by its number."""
        for iri, number in self.numbers.items():
            words = [*self.name(iri)]
            if lead := self.collection.lead(iri):
                words += [Run(", "), *self.words(lead)]
            for mark in self.collection.marks(iri):
                words += [Run(" · ", quiet=True), *(replace(run, quiet=True) for run in self.words(mark))]
            for address in self._addresses(iri):
                words += [Run(" ("), Run(clean(host(address)), link=clean(address)), Run(")")]
            yield Source(number, tuple(words))

    def citation(self) -> Words:
        """How the dossier is to be cited."""
        said = self.voice.plain_t("page-citation", version=self.site.version or "–")
        title = self.voice.plain(self.about.label)
        return (Run(clean(f"{self.voice.plain_t('page-cite')}: {title}. {said} {self.iri}")),)

    def more(self, count: int) -> Iterator[Block]:
        """How many rows are left out, and where they are."""
        if count > MOST_ROWS:
            said = self.how_many("dossier-more", count - MOST_ROWS, address=self.iri)
            yield Paragraph((Run(clean(said)),), "note")

    # -- what stands behind ----------------------------------------------------------------------------------------

    def _text(self, code: str) -> Labels:
        return same(self.voice.plain_t(code))

    def _table(self, title: Labels, headings: tuple[Words, ...], rows: Sequence[Row]) -> Table:
        lines = tuple(Row(tuple(map(trimmed, row.cells)), row.below) for row in rows)
        return Table(clean(self.voice.plain(title)), headings, lines)

    def _sources(self, cells: Sequence[Cell]) -> list[str]:
        """What a row rests on: the claims between its first thing and this one, else what that thing itself names."""
        thing = next((cell.iri for cell in cells if cell.iri), "")
        if not thing:
            return []
        between = sorted(c for s, _, o, c in self.facts.claims_with(self.iri) if thing in (s, o))
        said = [value.text for claim in between or [thing] for value in self.facts.values(claim, vocab.DCTERMS.source)]
        return sorted(said, key=lambda iri: self.facts.sort_key(iri, self.lang))

    def _gaps(self) -> list[str]:
        """What is recorded as open about the thing; what does not apply at the end."""
        found = {s for s, path, _ in self.facts.pointing(self.iri) if path == vocab.NQ.leavesOpen}
        shown = self.facts.sorted((iri for iri in found if self.collection.shows(iri)), self.lang)
        return sorted(shown, key=lambda gap: self._absence(gap) == NOT_APPLICABLE)

    def _coded(self, iri: str) -> bool:
        """Whether the thing is said to be the same as *iri*."""
        paths = {
            path for path, said in (self.facts.statements.get(self.iri) or {}).items() for v in said if v.text == iri
        }
        return bool(paths & _SAME)

    def _absence(self, gap: str) -> str:
        return vocab.local_name(self.facts.first(gap, vocab.NQ.absence))

    def _addresses(self, source: str) -> list[str]:
        """Where a source is to be read: its web addresses that are no things."""
        shape = self.facts.shape_of.get(source)
        paths = [p.path for p in shape.properties if p.node_kind == vocab.SH.IRI and not p.classes] if shape else []
        if not paths and source.startswith(("https://", "http://")) and source not in self.facts.statements:
            return [source]
        found = [value.text for path in paths for value in self.facts.values(source, path)]
        return [iri for iri in found if iri.startswith(("https://", "http://"))]


def _is_day(said: str) -> bool:
    try:
        return bool(date.fromisoformat(said))
    except ValueError:
        return False
