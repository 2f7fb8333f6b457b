"""What is new in a graph, in sentences: made of the names that shapes and ontology give, each with its statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from string import Formatter

from nqgraph.graph.store import Statement, ntriple
from nqgraph.words import collation
from nqgraph.words.texts import Listed, Own, Text, in_language, spoken, text

#: Ways in which things change, in the order in which they are told: code of the sentence → what it counts as.
TOLD = {
    "change-closed": "changed",
    "change-answered": "changed",
    "change-open": "changed",
    "change-new": "new",
    "change-key": "changed",
    "change-key-lost": "changed",
    "change-renamed": "changed",
    "change-kind": "changed",
    "change-figure": "changed",
    "change-value": "changed",
    "change-related": "changed",
    "change-unrelated": "changed",
    "change-text": "changed",
    "change-said": "changed",
    "change-unsaid": "changed",
    "change-claim": "changed",
    "change-merged": "gone",
    "change-gone": "gone",
}
#: What changes count as.
COUNTS = ("new", "changed", "gone")
#: Names that a sentence lists, and letters of a value.
_MOST_NAMES, _MOST_LETTERS = 4, 80
#: A part of a sentence, and the thing that it names or "".
Piece = tuple[str, str]


@dataclass(frozen=True)
class Name:
    """What a sentence names: a thing, property or value in each language."""

    labels: Mapping[str, str]
    #: The thing, "" where nobody can look it up.
    iri: str = ""
    quoted: bool = True


@dataclass(frozen=True)
class Change:
    """One thing that has changed, as a sentence."""

    #: Code of the sentence in the messages.
    code: str
    #: The thing, by its IRI in the new state as far as it is there.
    about: str
    names: Mapping[str, tuple[Name, ...]]
    removed: tuple[Statement, ...] = ()
    added: tuple[Statement, ...] = ()

    def pieces(self, lang: str, own: Own | None = None) -> Iterator[Piece]:
        """The sentence in *lang*, with the things that its parts name."""
        for said, name, _, _ in Formatter().parse(spoken(self._code_in(lang), lang, own)[0]):
            if said:
                yield said, ""
            if name is not None:
                yield from _listed(self.names[name], lang, own)

    def sentence(self, lang: str, own: Own | None = None) -> str:
        """The sentence in *lang*."""
        return "".join(piece for piece, _ in self.pieces(lang, own))

    def _code_in(self, lang: str) -> str:
        """A new name may be new in other languages alone."""
        if self.code != "change-renamed" or self.names["old"][0].labels.get(lang) != self.names["thing"][0].labels.get(
            lang
        ):
            return self.code
        return "change-text"

    @property
    def lines(self) -> list[str]:
        """The statements behind it as N-Triples, the removed ones behind a minus and the added ones behind a plus."""
        return lines(self.removed, self.added)

    @property
    def order(self) -> int:
        """Place of its way of changing."""
        return list(TOLD).index(self.code)


@dataclass(frozen=True)
class Group:
    """The changes of things of one kind."""

    kind: Mapping[str, str]
    segment: str
    changes: tuple[Change, ...]
    #: Things themselves come first, what is only machinery last.
    rank: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """``new``, ``changed`` and ``gone`` → how many changes there are."""
        counted = dict.fromkeys(COUNTS, 0)
        for change in self.changes:
            counted[TOLD[change.code]] += 1
        return {name: count for name, count in counted.items() if count}

    def summary(self, lang: str, own: Own | None = None) -> str:
        """Kind and counts in a few words: “Projects: 3 new, 2 changed”."""
        counted = ", ".join(text(f"changes-{name}", lang, own, count=count) for name, count in self.counts.items())
        return f"{in_language(self.kind, lang)}: {counted}"


@dataclass(frozen=True)
class Changes:
    """All that has changed between two states of a graph."""

    groups: tuple[Group, ...]
    #: Statements about nothing that a shape knows.
    removed: tuple[Statement, ...] = ()
    added: tuple[Statement, ...] = ()
    #: What a reader has to know about the comparison.
    notes: tuple[Text, ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.groups or self.removed or self.added)

    def in_order(self, lang: str) -> list[Group]:
        """The groups by the names of their kinds in *lang*, and in each the changes by way and name."""
        ordered = [
            replace(group, changes=tuple(sorted(group.changes, key=lambda change: _place(change, lang))))
            for group in self.groups
        ]

        def place(group: Group) -> tuple[int, str, str]:
            return group.rank, collation.key(in_language(group.kind, lang), lang), group.segment

        return sorted(ordered, key=place)

    def only(self, things: Iterable[str]) -> Changes:
        """The changes of some *things* alone."""
        wanted = set(things)
        kept = [
            replace(group, changes=tuple(change for change in group.changes if change.about in wanted))
            for group in self.groups
        ]
        return Changes(tuple(group for group in kept if group.changes), notes=self.notes)

    def summary(self, lang: str, own: Own | None = None, most: int = 4) -> str:
        """The largest groups in a line."""
        largest = sorted(self.in_order(lang), key=lambda group: -len(group.changes))
        said = "; ".join(group.summary(lang, own) for group in largest[:most])
        rest = sum(len(group.changes) for group in largest[most:]) + bool(not largest)
        return "; ".join(filter(None, (said, text("changes-more", lang, own, count=rest) if rest else "")))


def lines(removed: Sequence[Statement], added: Sequence[Statement]) -> list[str]:
    """Statements as N-Triples, sorted, the removed ones behind a minus and the added ones behind a plus."""
    return [
        *(f"- {line}" for line in sorted(map(ntriple, removed))),
        *(f"+ {line}" for line in sorted(map(ntriple, added))),
    ]


def terms_note(code: str, names: Iterable[Mapping[str, str]]) -> Text:
    """A note on terms that only one of the models has."""
    return Text(code, {"names": Listed(tuple(dict(labels) for labels in names))})


def _place(change: Change, lang: str) -> tuple[int, str, str]:
    return change.order, collation.key(change.sentence(lang), lang), change.about


def _listed(names: Sequence[Name], lang: str, own: Own | None) -> Iterator[Piece]:
    for number, name in enumerate(names[:_MOST_NAMES]):
        if number:
            yield ", ", ""
        said = in_language(name.labels, lang)
        short = said if len(said) <= _MOST_LETTERS or name.iri else said[: _MOST_LETTERS - 1].rstrip() + "…"
        if not name.quoted:
            yield short, name.iri
            continue
        (before, after), inner = (_marks(code, lang, own) for code in ("change-quoted", "change-quoted-within"))
        yield before, ""
        yield short.translate({ord(before): inner[0], ord(after): inner[1]}), name.iri
        yield after, ""
    if len(names) > _MOST_NAMES:
        yield text("change-more", lang, own, count=len(names) - _MOST_NAMES), ""


def _marks(code: str, lang: str, own: Own | None) -> tuple[str, str]:
    """The quotation marks of a language: before and after what they quote."""
    before, _, after = spoken(code, lang, own)[0].partition("{name}")
    return before[:1] or '"', after[:1] or '"'
