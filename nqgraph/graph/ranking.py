"""
Plain questions to canned ones: which question is meant, and with which things.

Deterministic and small: words are compared by their groups of two and three letters, so that inflection, compounds and
typing errors cost little; things are found by all their names. Nothing is learned and nothing is generated.
``frontend/src/ranking.ts`` does the same with the same data.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import log

from nqgraph.words.stopwords import STOP

#: Words of a question that are read, and letters of it; the rest is cut off.
MOST_WORDS, MOST_LETTERS = 60, 600
#: Readings that are offered.
READINGS = 3
#: Least score of a reading, also where some word is unknown; least share of words that are known; score and lead of a
#: reading that may run by itself, and before one that takes
#: fewer of the things named.
LEAST, DOUBTFUL, KNOWN, CERTAIN, LEAD, CLEARER = 0.36, 0.5, 0.6, 0.7, 0.2, 0.08
#: Least score of a reading where no word of the question has a meaning of its own.
PLAIN = 0.75
#: From where on two words are taken for forms of one word; and for the same name.
ALIKE, LIKELY, SAME, NEARLY = 0.5, 0.66, 0.78, 0.95
#: Words below that length are compared as they are.
SHORT = 4
#: Things that a part of a question can name are at least so good beside the best.
CLOSE = 0.9
#: How much of a name must be there, by how rare its words are; and where none of them is a word of the questions.
COVERED, PARTLY = 0.75, 0.4
#: What words without meaning of their own count, beside others; what a thing counts, and where no phrasing expects it.
LIGHT, THING, BESIDE = 0.2, 0.9, 0.6
#: How well an entry of a list is named at best; what a word counts that no phrasing has.
LISTED, STRANGE = 0.8, 0.6
#: From what weight on a word is one of few questions.
RARE = 0.5
#: What the words of a thing count that a question cannot take.
SPARE = 0.6
#: Weight of the question beside that of the phrasing, squared.
BETA = 2.0
#: What a reading counts that lacks something it cannot be asked without.
LACKING = 0.7

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_WORD = re.compile(r"[^\W_]+")
_SLOT = re.compile(r"\{(\w+)\}")
_ENDINGS = ("ten", "en", "er", "es", "em", "et", "te", "st", "e", "s", "n", "t")
_ACRONYM = re.compile(r"(?=(?:.*[^\W\d_a-zäöüß]){2})[^\s(),;]+")


@dataclass(frozen=True)
class Slot:
    """A parameter of a question."""

    name: str
    #: Kinds of things that it can be; any if there are none.
    kinds: frozenset[str]
    needed: bool = False
    #: Whether it is a number.
    number: bool = False


@dataclass(frozen=True)
class Asked:
    """A canned question: what can be filled in, and how readers ask."""

    name: str
    slots: tuple[Slot, ...]
    phrasings: tuple[str, ...]


@dataclass(frozen=True)
class Thing:
    """Something that can be filled in."""

    kinds: tuple[str, ...]
    value: str
    names: tuple[str, ...]
    #: Whether it is an entry of a list, whose name can be an ordinary word.
    listed: bool = False
    #: Whether it is evidence for other things: what has the same name comes first.
    behind: bool = False


@dataclass(frozen=True)
class Found:
    """Things that a part of a question names."""

    #: Positions of its words.
    words: frozenset[int]
    things: tuple[Thing, ...]
    #: How much of their names it says, from 0 to 1.
    share: float


@dataclass(frozen=True)
class Reading:
    """A canned question with what was understood of a plain one."""

    name: str
    values: Mapping[str, str]
    score: float
    certain: bool = False
    #: Parameters that it needs and that the question does not name.
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True)
class Understood:
    """What was made of a question."""

    readings: tuple[Reading, ...]
    #: Words that nothing is known of, as they were written.
    unknown: tuple[str, ...] = ()


def fold(word: str) -> str:
    """*word* in lower case without accents, ä as ae."""
    lower = unicodedata.normalize("NFC", word).lower().translate(_UMLAUTS)
    return "".join(c for c in unicodedata.normalize("NFD", lower) if not unicodedata.combining(c))


@lru_cache(maxsize=20_000)
def bare(word: str) -> str:
    """A folded *word* as keyboards without umlauts write it: ``koeln`` as ``koln``."""
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A folded *word* without its ending."""
    for ending in _ENDINGS:
        least = 5 if ending in ("s", "n", "t") else 4
        if word.endswith(ending) and len(word) - len(ending) >= least and not word.endswith("is"):
            rest = word[: -len(ending)]
            return rest[:-1] if rest[-1] == rest[-2] == "s" else rest
    return word


@lru_cache(maxsize=20_000)
def grams(word: str) -> frozenset[str]:
    """The groups of two and three signs of a stem, with its start and end."""
    whole = f"^{word}$"
    return frozenset(whole[i : i + n] for n in (2, 3) for i in range(len(whole) - n + 1))


def words(text: str) -> list[str]:
    """The folded words of *text*."""
    return [fold(word) for word in _WORD.findall(unicodedata.normalize("NFC", text))]


class Words:
    """Stems, and which of them look like another."""

    def __init__(self, stems: Iterable[str]) -> None:
        self.stems = sorted(set(stems))
        self._known = set(self.stems)
        self._by_bare: dict[str, list[str]] = defaultdict(list)
        self._by_gram: dict[str, list[str]] = defaultdict(list)
        for known in self.stems:
            self._by_bare[bare(known)].append(known)
            for gram in grams(known):
                self._by_gram[gram].append(known)

    def like(self, word: str, least: float) -> dict[str, float]:
        """Stem → how much it looks like *word*, from *least* to 1 (Dice's coefficient of their groups of letters)."""
        found: dict[str, float] = {}
        if len(word) >= SHORT:
            own = grams(word)
            shared: dict[str, int] = defaultdict(int)
            for gram in own:
                for other in self._by_gram.get(gram, ()):
                    shared[other] += 1
            size, enough = len(own), least / (2 - least)
            for other, count in shared.items():
                if count >= enough * size and len(other) >= SHORT:
                    value = 2 * count / (size + len(grams(other)))
                    if value >= least:
                        found[other] = value
        for other in self._by_bare.get(bare(word), ()):
            found[other] = max(found.get(other, 0.0), NEARLY)
        if word in self._known:
            found[word] = 1.0
        return found

    def has(self, word: str) -> bool:
        """Whether *word* looks like one of them."""
        return word in self._known or bool(self.like(word, LIKELY))


@dataclass(frozen=True)
class _Phrasing:
    asked: Asked
    stems: frozenset[str]
    slots: tuple[Slot, ...]
    #: The other slots of the question, and the stems of all its phrasings.
    rest: tuple[Slot, ...]
    beside: frozenset[str]


@dataclass(frozen=True)
class _Name:
    thing: int
    stems: tuple[str, ...]


@dataclass(frozen=True)
class _Fit:
    score: float
    values: Mapping[str, str]
    lacking: tuple[str, ...]
    #: Whether nothing else was as good for one of the values.
    sure: bool


_NONE = _Fit(0.0, {}, (), True)


class _Question:
    """A plain question, word by word."""

    def __init__(self, plain: list[str], ranking: Ranking) -> None:
        self.plain = plain
        self.stems = [stem(word) for word in plain]
        self.light = [word in ranking.stop or word.isdecimal() for word in plain]
        self.found = ranking.named(self.stems, self.light)
        #: Of each word: stems of phrasings that it looks like, and what it tells.
        self.alike = [ranking.alike(word) for word in self.stems]
        self.weights = [ranking.weight(self.alike[i], light) for i, light in enumerate(self.light)]
        for i in (i for one in self.found for i in one.words):
            self.weights[i] = min(self.weights[i], SPARE)

    def filled(self, phrasing: _Phrasing) -> tuple[dict[str, str], dict[str, float], set[int], bool]:
        """Values by parameter, how well each is named, the words they use up, and whether nothing else was as good."""
        values: dict[str, str] = {}
        shares: dict[str, float] = {}
        taken: set[int] = set()
        used: set[int] = set()
        sure = True
        for slot in (*phrasing.slots, *phrasing.rest):
            if slot.name in values:
                continue
            if slot.number:
                number = next((i for i, w in enumerate(self.plain) if w.isdecimal() and i not in taken), None)
                if number is not None and len(self.plain[number]) <= 9:
                    values[slot.name], shares[slot.name] = self.plain[number], 1.0
                    taken.add(number)
                continue
            for place, one in enumerate(self.found):
                fitting = [thing for thing in one.things if self._fits(thing, slot, phrasing, one.words)]
                if place not in used and fitting:
                    values[slot.name] = fitting[0].value
                    shares[slot.name] = min(one.share, LISTED if fitting[0].listed else 1.0)
                    sure = sure and len(fitting) == 1 and one.share >= COVERED
                    sure = sure and (slot in phrasing.slots or not fitting[0].listed)
                    used.add(place)
                    taken |= one.words
                    break
        known = set(values.values())
        for one in self.found:  # the same thing said twice
            if any(thing.value in known for thing in one.things):
                taken |= one.words
        return values, shares, taken, sure

    def _fits(self, thing: Thing, slot: Slot, phrasing: _Phrasing, places: frozenset[int]) -> bool:
        if not slot.kinds:
            return slot in phrasing.slots and not thing.listed and not thing.behind
        if not slot.kinds & set(thing.kinds):
            return False
        said = thing.listed and slot not in phrasing.slots
        return not said or not all(
            any(v >= SAME and w in phrasing.stems for w, v in self.alike[i].items()) for i in places
        )


@dataclass
class Ranking:
    """Finds the canned questions that a plain one can mean."""

    questions: Sequence[Asked]
    things: Sequence[Thing]
    #: Words that mean the same, each group as words with commas.
    synonyms: Sequence[str] = ()
    stop: frozenset[str] = field(default_factory=lambda: frozenset(w for said in STOP.values() for w in words(said)))

    def understand(self, question: str) -> Understood:
        """What *question* can mean, best first; nothing where too much of it is unknown."""
        written = _WORD.findall(unicodedata.normalize("NFC", question[:MOST_LETTERS]))[:MOST_WORDS]
        asked = _Question([fold(word) for word in written], self)
        named = {i for one in asked.found for i in one.words}
        meant = [i for i, light in enumerate(asked.light) if not light]
        unknown = [i for i in meant if i not in named and not self._all.has(asked.stems[i])]
        unknown_words = tuple(dict.fromkeys(written[i] for i in unknown))
        if len(meant) - len(unknown) < KNOWN * len(meant):
            return Understood((), unknown_words)
        least = PLAIN if not meant else DOUBTFUL if unknown else LEAST
        best: dict[str, _Fit] = {}
        for phrasing in self._candidates(asked):
            fit = self._fit(phrasing, asked)
            if fit.score > best.get(phrasing.asked.name, _NONE).score:
                best[phrasing.asked.name] = fit
        order = sorted(best, key=lambda name: (-best[name].score, name))
        readings = []
        for place, name in enumerate(order[:READINGS]):
            fit = best[name]
            after = best[order[place + 1]] if place + 1 < len(order) else _NONE
            enough = LEAD if len(after.values) >= len(fit.values) else CLEARER
            if fit.score < least:
                break
            clear = place == 0 and fit.score >= CERTAIN and fit.score - after.score >= enough
            certain = clear and fit.sure and not fit.lacking and not unknown
            readings.append(Reading(name, fit.values, round(fit.score, 4), certain, fit.lacking))
        return Understood(tuple(readings), unknown_words)

    # -- phrasings -----------------------------------------------------------------------------------------------

    @cached_property
    def _phrasings(self) -> list[_Phrasing]:
        made = []
        for asked in self.questions:
            known = {slot.name: slot for slot in asked.slots}
            stems = [frozenset(self._said(_SLOT.sub(" ", said))) for said in asked.phrasings]
            beside = frozenset().union(*stems)
            for said, own in zip(asked.phrasings, stems, strict=True):
                slots = tuple(known[name] for name in _SLOT.findall(said) if name in known)
                rest = tuple(slot for slot in asked.slots if slot not in slots)
                made.append(_Phrasing(asked, own, slots, rest, beside))
        return made

    def _said(self, text: str) -> list[str]:
        return [self._means(word) for word in map(stem, words(text))]

    def _means(self, word: str) -> str:
        return self._meaning.get(bare(word), word)

    @cached_property
    def _meaning(self) -> dict[str, str]:
        """Stem → the first of the stems that mean the same."""
        found: dict[str, str] = {}
        for group in self.synonyms:
            stems = [stem(word) for word in words(group)]
            found |= {bare(word): stems[0] for word in stems if bare(word) not in found}
        return found

    @cached_property
    def _vocabulary(self) -> Words:
        said = {word for phrasing in self._phrasings for word in phrasing.stems}
        same = {stem(word) for group in self.synonyms for word in words(group)}
        return Words({*said, *(word for word in same if self._means(word) in said)})

    @cached_property
    def _weights(self) -> dict[str, float]:
        """Stem → what it tells of the question that is meant: 1 if one question has it, less the more have it."""
        having: dict[str, set[str]] = defaultdict(set)
        for phrasing in self._phrasings:
            for word in phrasing.stems:
                having[word].add(phrasing.asked.name)
        count = len(self.questions)
        light = {stem(word) for word in self.stop}
        return {
            word: log(1 + count / len(names)) / log(1 + count) * (LIGHT if word in light else 1.0)
            for word, names in having.items()
        }

    @cached_property
    def _saying(self) -> dict[str, list[int]]:
        """Stem, and kind of thing → the phrasings that have it."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, phrasing in enumerate(self._phrasings):
            for key in (*phrasing.stems, *(kind for slot in phrasing.slots for kind in slot.kinds or ("",))):
                found[key].append(number)
        return found

    def _candidates(self, asked: _Question) -> list[_Phrasing]:
        """The phrasings that share a word of meaning or a kind of thing with the question."""
        every = all(asked.light)
        keys = {other for i, light in enumerate(asked.light) if every or not light for other in asked.alike[i]}
        keys |= {kind for one in asked.found for thing in one.things for kind in (*thing.kinds, "")}
        return [self._phrasings[n] for n in sorted({n for key in keys for n in self._saying.get(key, ())})]

    def _fit(self, phrasing: _Phrasing, asked: _Question) -> _Fit:
        """How well *asked* and *phrasing* cover each other: the harmonic mean of the two shares, weighted."""
        values, shares, taken, sure = asked.filled(phrasing)
        asked_all = asked_met = 0.0
        met: dict[str, float] = {}
        for i, alike in enumerate(asked.alike):
            if i in taken:
                continue
            close = 0.0
            for other in phrasing.stems:
                value = alike.get(other, 0.0)
                if value:
                    close = max(close, value)
                    met[other] = max(met.get(other, 0.0), value)
            asked_all += asked.weights[i]
            asked_met += asked.weights[i] * close
            sure = sure and (asked.light[i] or any(v >= SAME and w in phrasing.beside for w, v in alike.items()))
        expected = {slot.name for slot in phrasing.slots}
        for name, share in shares.items():
            asked_all += THING
            asked_met += THING * share * (1.0 if name in expected else BESIDE)
        said_all = THING * len(phrasing.slots)
        said_met = THING * sum(shares.get(slot.name, 0.0) for slot in phrasing.slots)
        for word in phrasing.stems:
            said_all += self._weights[word]
            said_met += self._weights[word] * met.get(word, 0.0)
        if not asked_met or not said_met:
            return _NONE
        recall, precision = asked_met / asked_all, said_met / said_all
        score = (1 + BETA) * precision * recall / (BETA * precision + recall)
        lacking = tuple(slot.name for slot in phrasing.asked.slots if slot.needed and slot.name not in values)
        return _Fit(round(score * (LACKING if lacking else 1.0), 6), values, lacking, sure)

    @cached_property
    def _all(self) -> Words:
        """All words that are known."""
        told = {stem(word) for text in self.synonyms for word in words(text)}
        return Words({*self._vocabulary.stems, *self._named.stems, *told})

    # -- things --------------------------------------------------------------------------------------------------

    @cached_property
    def _names(self) -> list[_Name]:
        made: dict[_Name, None] = {}
        for number, thing in enumerate(self.things):
            for name in thing.names:
                for variant in variants(name):
                    said = words(variant)
                    bare_words = [word for word in said if word not in self.stop] or said
                    meant = [self._named_like(stem(word)) for word in bare_words]
                    ordinary = variant != name and all(self._means(word) in self._weights for word in meant)
                    if meant and not ordinary:
                        made[_Name(number, tuple(dict.fromkeys(meant)))] = None
        return list(made)

    @cached_property
    def _named(self) -> Words:
        return Words(word for name in self._names for word in name.stems)

    @cached_property
    def _having(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self._names):
            for word in name.stems:
                found[word].append(number)
        return found

    def _rare(self, word: str) -> float:
        return log(1 + len(self._names) / len(self._having[word]))

    def alike(self, word: str) -> dict[str, float]:
        """Stem of a phrasing → how much *word* looks like it, or like what means the same."""
        found: dict[str, float] = {}
        for other, value in self._vocabulary.like(word, ALIKE).items():
            first = self._means(other)
            found[first] = max(found.get(first, 0.0), value)
        return found

    def weight(self, alike: Mapping[str, float], light: bool) -> float:
        """What a word tells that is like the stems *alike*; a word that no phrasing has tells something else."""
        best = max(alike, key=lambda other: (alike[other], other), default=None)
        weight = STRANGE if best is None else self._weights[best]
        return min(weight, LIGHT) if light else max(weight, LIGHT)

    def _named_like(self, word: str) -> str:
        """What stands for *word* in names: what means the same, unless it is a word of many questions."""
        first = self._means(word)
        return first if self._weights.get(first, 1.0) >= RARE else word

    def _close(self, word: str) -> dict[str, float]:
        """Stem of a name → how much *word* looks like it, or like what means the same."""
        found = dict(self._named.like(word, SAME))
        for other, value in self._same.like(word, SAME).items():
            first = self._named_like(other)
            if first in self._having:
                found[first] = max(found.get(first, 0.0), value)
        return found

    @cached_property
    def _same(self) -> Words:
        return Words(stem(word) for group in self.synonyms for word in words(group))

    def find(self, name: str) -> list[Thing]:
        """The things that are called about *name*, best first; each word of it counts by how rare it is."""
        met: dict[int, dict[str, float]] = defaultdict(dict)
        for word in map(stem, words(name[:MOST_LETTERS])[:MOST_WORDS]):
            for other, value in self._close(word).items():
                for number in self._having[other]:
                    met[number][other] = max(met[number].get(other, 0.0), value)
        best: dict[int, float] = {}
        for number, hits in met.items():
            part = sum(self._rare(word) * value for word, value in hits.items())
            share = part / sum(map(self._rare, self._names[number].stems))
            thing = self._names[number].thing
            best[thing] = max(best.get(thing, 0.0), part * share)
        whole = words(name)
        called = {number for number in best if any(words(other) == whole for other in self.things[number].names)}
        order = sorted(best, key=lambda number: (number not in called, -best[number], self.things[number].value))
        return [self.things[number] for number in order]

    def named(self, asked: Sequence[str], light: Sequence[bool]) -> list[Found]:
        """The things that the question names: of names that overlap the one that says most."""
        met: dict[int, dict[str, tuple[float, int]]] = defaultdict(dict)
        for i, word in enumerate(asked):
            if light[i]:
                continue
            for other, value in self._close(word).items():
                for number in self._having[other]:
                    if value > met[number].get(other, (0.0, 0))[0]:
                        met[number][other] = (value, i)
        candidates: dict[frozenset[int], dict[int, tuple[float, float]]] = defaultdict(dict)
        for number, hits in met.items():
            name = self._names[number]
            thing = self.things[name.thing]
            places = frozenset(i for _, i in hits.values())
            if len(places) < len(hits) or max(places) - min(places) > len(name.stems) + 3:
                continue
            part = sum(self._rare(word) * value for word, (value, _) in hits.items())
            share = part / sum(map(self._rare, name.stems))
            ordinary = thing.behind or thing.listed or all(self._means(word) in self._weights for word in hits)
            if share >= (COVERED if ordinary else PARTLY):
                old = candidates[places].get(name.thing, (0.0, 0.0))
                candidates[places][name.thing] = max(old, (part * share, share))
        whole = {places: max(share for _, share in things.values()) >= COVERED for places, things in candidates.items()}
        ranked = sorted(
            candidates.items(), key=lambda one: (not whole[one[0]], -max(one[1].values())[0], sorted(one[0]))
        )
        kept: list[Found] = []
        taken: set[int] = set()
        for places, things in ranked:
            if taken & places:
                continue
            taken |= places
            most, share = max(things.values())
            good = [number for number, (quality, _) in things.items() if quality >= CLOSE * most]
            good = [number for number in good if not self.things[number].behind] or good
            best = sorted(good, key=lambda number: (-things[number][0], self.things[number].value))
            kept.append(Found(places, tuple(self.things[number] for number in best), min(share, 1.0)))
        return sorted(kept, key=lambda one: min(one.words))


def variants(name: str) -> Iterator[str]:
    """How *name* may be said: whole, without what stands in brackets or behind a dash, and by its abbreviation."""
    whole = re.sub(r"\([^)]*\)", " ", name)
    yield whole
    for inside in re.findall(r"\(([^)]*)\)", name):
        if _ACRONYM.fullmatch(inside):
            yield inside
    short, dash, _ = whole.partition(" – ")
    if dash:
        yield short
    if "/" in whole:
        yield re.sub(r"/\S+", " ", whole)
