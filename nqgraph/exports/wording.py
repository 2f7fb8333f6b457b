"""How dossiers say things: labels, names and cells as runs of text, and sources by their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from nqgraph.exports.paper import Run, Words, clean
from nqgraph.pages import Site
from nqgraph.pages.inline import host
from nqgraph.things.answers import Cell
from nqgraph.things.language import Labels
from nqgraph.words.numbers import Count

#: Where nothing is open: the question does not arise.
NOT_APPLICABLE = "not-applicable"


class Wording:
    """Says things in one language, and numbers the sources in the order in which they are cited."""

    def __init__(self, site: Site, lang: str) -> None:
        self.lang, self.collection, self.facts = lang, site.collection, site.collection.facts
        self.voice = site.voice(lang)
        #: Source → its number.
        self.numbers: dict[str, int] = {}

    def words(self, labels: Labels) -> Words:
        """A label; where it is in another language than the document's, it says so."""
        said = clean(self.voice.plain(labels))
        found = next((lang for lang in (*self.voice.chain, *labels) if labels.get(lang)), "")
        return (Run(said, found if found != self.lang else ""),) if said else ()

    def spoken(self, texts: Sequence[Labels]) -> list[Labels]:
        """Of *texts* those in the language of the document; all where none is."""
        return [labels for labels in texts if labels.get(self.lang)] or list(texts)

    def told(self, code: str, *, quiet: bool = False, **values: Labels) -> Words:
        """A text of the program."""
        return (Run(self.voice.plain_t(code, **values), quiet=quiet),)

    def how_many(self, code: str, count: int, **values: str) -> str:
        """A text of the program about a number of things, which has a form for none, one and more."""
        forms = self.voice.plain_t(code, **{name: f"{{{name}}}" for name in values})
        return format(Count(count, self.lang), forms).format_map(values)

    def name(self, iri: str) -> Words:
        """The name of a thing or term; of a foreign address only that."""
        if not iri:
            return ()
        if iri not in self.facts.statements and iri.startswith(("https://", "http://")):
            return (Run(clean(host(iri)), link=iri),)
        return self.words(self.facts.label(iri))

    def cell(self, cell: Cell) -> Words:
        """A cell of an answer, with what it rests on."""
        shown: Words = ()
        if cell.iri:
            shown = self.name(cell.iri)
        elif cell.nothing == "not-documented":
            shown = (Run("–"),)
        elif cell.nothing == NOT_APPLICABLE:
            shown = self.told("page-not-applicable")
        elif cell.text and not cell.nothing:
            shown = self.words(cell.text)
        rests = [Run(clean(self.voice.plain_t(f"page-rests-{name}", said=said))) for name, said in cell.rests.items()]
        quiet = [Run(f" ({run.text})", quiet=True) for run in rests]
        return (*shown, *quiet)

    def cited(self, sources: Iterable[str]) -> Words:
        """The numbers of *sources*, each leading to the list."""
        shown = [iri for iri in dict.fromkeys(sources) if iri and self.collection.shows(iri)]
        numbers = sorted(self.numbers.setdefault(iri, len(self.numbers) + 1) for iri in shown)
        return tuple(run for n in numbers for run in (Run(" "), Run(f"[{n}]", link=f"#{n}")))

    def run_in(self, name: Labels) -> Words:
        """A name before what it names."""
        return tuple(replace(run, strong=True) for run in (*self.words(name), Run(": ")))


def joined(parts: Iterable[Words], sign: str = "; ") -> Words:
    """*parts* in a line."""
    runs: list[Run] = []
    for part in parts:
        runs += [Run(sign), *part] if runs else part
    return tuple(runs)


def sentences(parts: Iterable[Words]) -> Words:
    """*parts* one after the other, each with a full stop before the next where it has none."""
    runs: list[Run] = []
    for part in filter(None, parts):
        ended = not runs or runs[-1].text.endswith((".", "!", "?", "…", ".“", ".”"))
        runs += [*([Run(" " if ended else ". ")] if runs else []), *part]
    return tuple(runs)


def trimmed(words: Words) -> Words:
    """*words* without a space before them."""
    return words[1:] if words and not words[0].text.strip() else words
