"""
Entries of a list that a name can mean, each with a score from 0 to 100 and with what the score is made of.

What agrees is looked for in this order: a key or code; the name as it is written; the name in the form that all names
are compared in (:mod:`nqgraph.graph.naming`); its words, the rare ones above all. Words are compared by their looks
only where they are long, and two kinds of place never agree.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from math import log

from rapidfuzz import fuzz, process

from nqgraph.graph.naming import LONG, Name, abbreviations_in, kind_of, readings, root
from nqgraph.graph.wordforms import bare, fold

#: Score of an equal name, of one that is equal in the common form, and of one that lacks what tells it from others.
EXACT, SAME, SHORT = 100.0, 97.0, 85.0
#: Score of a name all of whose words look alike.
ALIKE = 90.0
#: What an equal first word adds where the others differ.
HEAD = 15.0
#: Least score of a name that is found by its words.
LEAST = 30.0
#: Least likeness of two words, from 0 to 100, and what a word counts that is part of a longer one.
LOOKS, PART = 82.0, 0.45
#: What a word counts that has another ending, and one of which the beginning is written.
ROOT, BEGUN = 0.9, 0.95
#: What agreement of properties counts beside the name, and what is left where a code says something else.
PROPERTIES, CONTRADICTED = 0.4, 0.5
#: What is left of a score where the kind of thing is another than asked for, and of two kinds of place.
OTHER_TYPE, OTHER_KIND = 0.6, 0.6
#: From where on an entry is a certain match if no other is near.
CERTAIN, MARGIN = 95.0, 3.0
#: Names that are compared word by word.
_MOST_COMPARED = 100
#: Words of a name that are tried as parts of one.
_MOST_JOINED = 12
#: Names with a word from which on it finds no names where rarer words do.
_OFTEN = 1_000


@dataclass(frozen=True)
class Entry:
    """Something that can be meant."""

    id: str
    #: What it is called, the first one first.
    names: tuple[str, ...]
    #: Kinds of things that it is one of.
    types: frozenset[str] = frozenset()
    #: Keys, codes and addresses that only it has.
    codes: frozenset[str] = frozenset()
    #: What kind of place it is, as somebody would write it: “Kreis”.
    described: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """An entry that can be meant, and why."""

    entry: Entry
    score: float
    #: The name of it that agrees best; "" if none does.
    name: str = ""
    exact_name: bool = False
    same_name: bool = False
    #: Share of the words that agree, from 0 to 100.
    words: float = 0.0
    code: bool = False
    #: Whether it is of a kind that was asked for.
    fits: bool = True
    #: Share of the properties that agree, from 0 to 100; None if none were asked for.
    properties: float | None = None


@dataclass(frozen=True, slots=True)
class _Called:
    entry: int
    text: str
    name: Name
    #: Whether it says less than another name of its entry.
    less: bool


@dataclass
class Index:
    """Finds the entries of a list."""

    entries: Sequence[Entry]
    #: Folded abbreviation → name; those in *entries* if None.
    abbreviations: Mapping[str, str] | None = None
    _called: list[_Called] = field(default_factory=list)
    _by_plain: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _by_key: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _by_word: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _by_code: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        if self.abbreviations is None:
            self.abbreviations = abbreviations_in(entry.names for entry in self.entries)
        self._kinds: list[frozenset[str]] = []
        for place, entry in enumerate(self.entries):
            self._add(place, entry)
        self._vocabulary = sorted(self._by_word)
        self._begun = [word for word in self._vocabulary if word.endswith(".")]
        self._rooted: dict[str, list[str]] = defaultdict(list)
        for word in self._vocabulary:
            self._rooted[root(word)].append(word)
        self._turned = sorted(word[::-1] for word in self._vocabulary)
        self._weights = {w: log(1 + len(self._called) / len(found)) for w, found in self._by_word.items()}
        self._unknown = log(1 + len(self._called)) or 1.0
        self._alike: dict[str, dict[str, float]] = {}
        self._lock = threading.Lock()

    def _add(self, place: int, entry: Entry) -> None:
        for code in entry.codes:
            self._by_code[folded_code(code)].append(place)
        read = [(text, name) for text in entry.names for name in readings(text, self.abbreviations)]
        kinds = {kind_of(said) for said in entry.described} | {name.kind for _, name in read}
        self._kinds.append(frozenset(kinds - {""}))
        full = {name.key for text, name in read if name.kind and not name.short and text == entry.names[0]}
        for text, name in dict.fromkeys(read):
            called = len(self._called)
            less = name.short or (not name.kind and name.key in full)
            self._called.append(_Called(place, text, name, less))
            self._by_plain[name.plain].append(called)
            self._by_key[name.key].append(called)
            for word in set(map(bare, name.words)):
                self._by_word[word].append(called)

    def by_code(self, code: str) -> list[Entry]:
        """The entries that have *code*."""
        return [self.entries[i] for i in dict.fromkeys(self._by_code.get(folded_code(code), ()))]

    def find(self, text: str, types: frozenset[str] = frozenset(), described: Iterable[str] = ()) -> list[Candidate]:
        """
        The entries that *text* can name or be a code of, best first.

        Args:
            types: Kinds of things of which one has to fit; any if empty.
            described: What kind of place is meant, where *text* does not say it.
        """
        described = tuple(described)
        own = frozenset(map(kind_of, described)) - {""}
        said = frozenset(root(bare(word)) for text in described for name in readings(text) for word in name.words)
        found: dict[int, Candidate] = {}
        for place in self._by_code.get(folded_code(text), ()):
            self._note(found, place, EXACT, code=True)
        for name in readings(text, self.abbreviations):
            self._same(found, name, own)
            self._similar(found, name, types, own, said)
        chosen = [c for c in found.values() if not types or types & c.entry.types]
        return sorted(chosen, key=lambda c: (-c.score, c.entry.id))

    def _same(self, found: dict[int, Candidate], name: Name, own: frozenset[str]) -> None:
        keyed = self._by_key.get(name.key, ())
        plain = self._by_plain.get(name.plain, ()) if not name.short else ()
        for exact, places in ((True, plain), (False, keyed)):
            for called in (self._called[i] for i in places):
                kinds = self._kinds[called.entry]
                if self._other_place(name, own, kinds):
                    score, exact_name, same = SHORT * OTHER_KIND, False, False
                elif called.name.kind in own and not (called.name.short or name.short):
                    score, exact_name, same = SAME, False, True  # what is meant is of the kind that the list names
                elif called.less or name.short or (called.name.kind and called.name.kind != name.kind):
                    if name.kind and name.kind in kinds and not (called.name.short or name.short):
                        score, exact_name, same = SAME, False, True  # the list says of which kind it is
                    elif called.name.kind == "town" and not (called.less or name.short):
                        score, exact_name, same = SAME, False, True
                    else:
                        score, exact_name, same = SHORT, False, False
                elif name.kind and name.kind != "town" and name.kind not in kinds:
                    score, exact_name, same = SHORT, False, False
                else:
                    score, exact_name, same = (EXACT if exact else SAME), exact, not exact
                self._note(found, called.entry, score, called.text, exact_name, same, words=100.0)

    @staticmethod
    def _other_place(name: Name, own: frozenset[str], kinds: frozenset[str]) -> bool:
        """Whether a name means another kind of place than those that an entry is."""
        meant = own | ({name.kind} if name.kind else set())
        return bool(meant and kinds) and meant.isdisjoint(kinds)

    def _similar(
        self,
        found: dict[int, Candidate],
        name: Name,
        types: frozenset[str],
        own: frozenset[str],
        said: frozenset[str],
    ) -> None:
        """Add the entries whose names share words with *name*; one that says of which kind it is counts as *said*."""
        mine = [bare(word) for word in name.words]
        shared: dict[int, float] = defaultdict(float)
        for word in sorted(mine, key=lambda word: -self._weight(word)):
            weight, seen = self._weight(word), dict[int, float]()
            for other, alike in self._like(word).items():
                having = self._by_word[other]
                if len(having) > _OFTEN and shared:  # adds to what rarer words found, and finds nothing by itself
                    continue
                for i in having:
                    seen[i] = max(seen.get(i, 0.0), weight * alike)
            for i, value in seen.items():
                shared[i] += value
        if types:
            shared = {i: v for i, v in shared.items() if types & self.entries[self._called[i].entry].types}
        joined, parts = _joined(mine), [(word, pair) for word in mine for pair in self._cut(word)]
        best = nsmallest(_MOST_COMPARED, shared, key=lambda i: (-shared[i], i))
        for called in map(self._called.__getitem__, best):
            others = [bare(word) for word in called.name.words]
            if said:
                others = [w for w in others if w in mine or root(w) not in said] or others
            share = self._share(mine, others, joined, parts)
            score = ALIKE * share
            if mine[0] == bare(called.name.words[0]):
                score += HEAD * (1 - share)
            kinds = self._kinds[called.entry]
            if self._other_place(name, own, kinds):
                score *= OTHER_KIND
            if called.less or name.short or "town" != called.name.kind != name.kind:
                score *= SHORT / EXACT
            if score >= LEAST:
                self._note(found, called.entry, score, called.text, words=100 * share)

    def _share(
        self,
        mine: Sequence[str],
        others: Sequence[str],
        joined: Mapping[str, tuple[str, str]],
        parts: Sequence[tuple[str, tuple[str, str]]],
    ) -> float:
        """How much of two names agrees: of the words of both, by their weight; one word can be two of the other."""
        there = set(others)
        cut = {word: pair for word, pair in parts if word not in there and there.issuperset(pair)}
        if cut:
            mine = [part for word in mine for part in cut.get(word, (word,))]
        if not joined.keys().isdisjoint(there):
            others = [part for word in others for part in (joined.get(word, (word,)) if word not in mine else (word,))]
        total = sum(map(self._weight, mine))
        left = 0.0
        rest: dict[str, float] = dict.fromkeys(others, 0.0)
        for word in mine:
            alike = self._like(word)
            best = max(rest, key=lambda other: alike.get(other, 0.0))
            value = alike.get(best, 0.0)
            left += self._weight(word) * value
            rest[best] = max(rest[best], value)
        right = sum(self._weight(word) * value for word, value in rest.items())
        whole = sum(self._weight(word) for word in rest)
        return (left + right) / (total + whole) if total + whole else 0.0

    def _cut(self, word: str) -> Iterator[tuple[str, str]]:
        """Two words of the names that are *word* as one."""
        for at in range(LONG - 1, len(word) - LONG + 2):
            if (tail := word[at:]) in self._by_word:
                for head in dict.fromkeys((word[:at], word[:at].removesuffix("s"))):
                    if len(head) >= LONG - 1 and head in self._by_word:
                        yield head, tail

    def _weight(self, word: str) -> float:
        return self._weights.get(word, self._unknown)

    def _like(self, word: str) -> dict[str, float]:
        """Words of the names → how much they look like *word*, from 0 to 1; remembered."""
        known = self._alike.get(word)
        if known is None:
            known = {word: 1.0} if word in self._by_word else {}
            for other in self._begins(word):
                known[other] = BEGUN
            if len(word) >= LONG - 1:
                for other in self._rooted.get(root(word), ()):
                    known.setdefault(other, ROOT)
            if len(word) >= LONG and not word.endswith("."):
                near = process.extract(word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=LOOKS, limit=30)
                for other, ratio, _ in near:
                    if len(other) >= LONG and other not in known:
                        known[other] = PART if _compound(word, other) else (ratio / 100) ** 2
                for other in self._parts(word):
                    known.setdefault(other, PART)
            with self._lock:
                if len(self._alike) > 100_000:
                    self._alike = {}
                self._alike[word] = known
        return known

    def _begins(self, word: str) -> Iterable[str]:
        """Words of the names that *word*, with a point at its end, is the beginning of, or that are one of it."""
        if word.endswith("."):
            yield from _starting(self._vocabulary, word[:-1])
        else:
            yield from (other for other in self._begun if word.startswith(other[:-1]))

    def _parts(self, word: str) -> Iterable[str]:
        """Words of the names that are a part of *word*, or that it is a part of, as in compounds."""
        for cut in range(LONG, len(word)):
            for part in (word[:cut], word[-cut:]):
                if part in self._by_word:
                    yield part
        yield from _starting(self._vocabulary, word)
        for turned in _starting(self._turned, word[::-1]):
            yield turned[::-1]

    def _note(
        self,
        found: dict[int, Candidate],
        place: int,
        score: float,
        text: str = "",
        exact: bool = False,
        same: bool = False,
        *,
        words: float = 0.0,
        code: bool = False,
    ) -> None:
        before = found.get(place)
        if before is not None and before.score >= score:
            return
        known = before is not None and before.code
        entry = self.entries[place]
        found[place] = Candidate(entry, round(score, 1), text, exact, same, round(words, 1), code or known)


def clear(candidates: Sequence[Candidate]) -> bool:
    """Whether the first of *candidates* is meant for certain: an equal name or code, and no other as good."""
    if not candidates:
        return False
    first = candidates[0]
    sure = (first.exact_name or first.same_name or first.code) and first.fits and first.score >= CERTAIN
    return sure and (len(candidates) == 1 or first.score - candidates[1].score >= MARGIN)


def folded_code(code: str) -> str:
    """*code* as it is compared: without case and without spaces around it; of addresses the secure form is the same."""
    return fold(code.strip()).replace("https://", "http://", 1)


def _joined(words: Sequence[str]) -> dict[str, tuple[str, str]]:
    """What two of *words* are as one: Arbeitsagentur of Agentur für Arbeit."""
    long = [word for word in words if len(word) >= LONG - 1][:_MOST_JOINED]
    return {head + link + tail: (head, tail) for head in long for tail in long for link in ("", "s") if head != tail}


def _compound(one: str, other: str) -> bool:
    """Whether one of two words ends with the other, and with more before it than a mistake in typing."""
    return abs(len(one) - len(other)) > 2 and (one.endswith(other) or other.endswith(one))


def _starting(words: Sequence[str], start: str) -> Iterable[str]:
    """Those of the sorted *words* that begin with *start*."""
    place = bisect_left(words, start)
    while place < len(words) and words[place].startswith(start):
        yield words[place]
        place += 1
