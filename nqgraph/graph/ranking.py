"""
Plain questions to canned ones: which question is meant, and with which things.

Deterministic and small: texts are compared by their words and the groups of letters in them, weighted by how few
questions have them (tf-idf), so that inflection, compounds and typing errors cost little; things are found by all their
names. Nothing is learned and nothing is generated.
``frontend/src/ranking.ts`` does the same with the same data.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from math import log, sqrt

from nqgraph.words.stopwords import STOP

#: Words of a question that are read, and letters of it; the rest is cut off.
MOST_WORDS, MOST_LETTERS = 60, 600
#: Readings that are offered.
READINGS = 3
#: Least score of a reading, and where some word is unknown, where it counts by the share that is known.
LEAST, DOUBTFUL = 0.22, 0.42
#: Score and lead of a reading that may run by itself, and lead before one that takes fewer of the things named.
CERTAIN, LEAD, CLEARER = 0.55, 0.15, 0.08
#: Least score of a reading where no word of the question has a meaning of its own.
PLAIN = 0.7
#: From where on two words are taken for forms of one word; and for the same name.
ALIKE, LIKELY, SAME, NEARLY = 0.5, 0.66, 0.78, 0.95
#: Words below that length are compared as they are.
SHORT = 4
#: Things that a part of a question can name are at least so good beside the best.
CLOSE = 0.9
#: How much of a name must be there, by how rare its words are; and where none of them is a word of the questions.
COVERED, PARTLY = 0.75, 0.4
#: From what weight on a word is one of few questions.
RARE = 0.5
#: What a word without meaning of its own counts; a word as a whole beside its groups of letters; a kind of thing.
LIGHT, WHOLE, KIND = 0.25, 2.0, 3.0
#: Sizes of the groups of letters, and the length of a word whose groups count as one sign each.
GROUPS, USUAL = (3, 4, 5), 4.0
#: Digits that sums are compared by: they are equal whatever the order in which they were added.
DIGITS = 6
#: How many of the nearest phrasings of a question count, and how much all of them together count beside these.
NEAREST, TOGETHER = 2, 0.5
#: What a reading counts that lacks something it cannot be asked without; that cannot take a thing that is named, for
#: each; that takes evidence, which has the names of what it speaks of.
LACKING, UNPLACED, BEHIND = 0.75, 0.9, 0.7

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


@lru_cache(maxsize=20_000)
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


@lru_cache(maxsize=20_000)
def groups(word: str) -> tuple[str, ...]:
    """The groups of letters of a stem that texts are compared by, with its start and end; one stands as often."""
    whole = f"^{word}$"
    return tuple(whole[i : i + n] for n in GROUPS for i in range(len(whole) - n + 1))


def level(value: float) -> float:
    """*value* as it is compared."""
    return round(value, DIGITS)


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
    #: What it is compared by, and how much of each it has.
    features: Mapping[str, float]
    slots: tuple[Slot, ...]
    #: The other slots of the question, the stems of the phrasing, and those of all phrasings of the question.
    rest: tuple[Slot, ...]
    said: frozenset[str]
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
        #: Of each word: stems of phrasings that it looks like.
        self.alike = [ranking.alike(word) for word in self.stems]

    def filled(self, phrasing: _Phrasing) -> tuple[dict[str, str], set[int], bool]:
        """Values by parameter, the words they use up, and whether nothing else was as good."""
        values: dict[str, str] = {}
        taken: set[int] = set()
        used: set[int] = set()
        sure = True
        for slot in (*phrasing.slots, *phrasing.rest):
            if slot.name in values:
                continue
            if slot.number:
                number = next((i for i, w in enumerate(self.plain) if w.isdecimal() and i not in taken), None)
                if number is not None and len(self.plain[number]) <= 9:
                    values[slot.name] = self.plain[number]
                    taken.add(number)
                continue
            for place, one in enumerate(self.found):
                fitting = [thing for thing in one.things if self._fits(thing, slot, phrasing, one.words)]
                if place not in used and fitting:
                    values[slot.name] = fitting[0].value
                    sure = sure and len(fitting) == 1 and one.share >= COVERED
                    sure = sure and not fitting[0].listed and not fitting[0].behind
                    used.add(place)
                    taken |= one.words
                    break
        known = set(values.values())
        for one in self.found:  # the same thing said twice
            if any(thing.value in known for thing in one.things):
                taken |= one.words
        return values, taken, sure

    def _fits(self, thing: Thing, slot: Slot, phrasing: _Phrasing, places: frozenset[int]) -> bool:
        if not slot.kinds:
            return slot in phrasing.slots and not thing.listed and not thing.behind
        if not slot.kinds & set(thing.kinds):
            return False
        said = phrasing.said if thing.listed and slot not in phrasing.slots else frozenset()
        return not all(any(v >= SAME and w in said for w, v in self.alike[i].items()) for i in places)


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
        best = self._fits(asked)
        least = PLAIN if not meant else DOUBTFUL * len(meant) / (len(meant) - len(unknown) or 0.1) if unknown else LEAST
        order = sorted(best, key=lambda name: (-best[name].score, name))
        readings = []
        for place, name in enumerate(order[:READINGS]):
            fit = best[name]
            if best[order[0]].score < least:
                break
            after = best[order[place + 1]] if place + 1 < len(order) else _NONE
            enough = LEAD if len(after.values) >= len(fit.values) else CLEARER
            clear = place == 0 and fit.score >= CERTAIN and fit.score - after.score >= enough
            certain = (
                clear
                and fit.sure
                and not fit.lacking
                and not unknown
                and (len(meant) > 1 or len(meant) == len(written))
            )
            readings.append(Reading(name, fit.values, round(fit.score, 4), certain, fit.lacking))
        return Understood(tuple(readings), tuple(dict.fromkeys(written[i] for i in unknown)))

    # -- phrasings -----------------------------------------------------------------------------------------------

    @cached_property
    def _phrasings(self) -> list[_Phrasing]:
        made = []
        for asked in self.questions:
            known = {slot.name: slot for slot in asked.slots}
            named = [_SLOT.findall(said) for said in asked.phrasings]
            stems = [[stem(word) for word in words(_SLOT.sub(" ", said))] for said in asked.phrasings]
            meant = [frozenset(map(self._means, own)) for own in stems]
            for own, said, names in zip(stems, meant, named, strict=True):
                slots = tuple(known[name] for name in names if name in known)
                rest = tuple(slot for slot in asked.slots if slot not in slots)
                features = self._features(own, [kind for slot in slots for kind in slot.kinds])
                made.append(_Phrasing(asked, features, slots, rest, said, frozenset().union(*meant)))
        return made

    def _features(self, stems: Iterable[str], kinds: Iterable[str]) -> dict[str, float]:
        """
        What a text is compared by, and how much of each it has.

        These are its words by what they mean (``=word``), their groups of letters with their start and end, and the
        kinds of the things that it names (``{kind}``).
        """
        found: dict[str, float] = defaultdict(float)
        for kind in kinds:
            found[f"{{{kind}}}"] += KIND
        for word in stems:
            weight = LIGHT if word in self._light else 1.0
            found[f"={self._means(word)}"] += WHOLE * weight
            each = weight * USUAL / (len(word) + 2)
            for group in groups(word):
                found[group] += each
        return found

    @cached_property
    def _light(self) -> frozenset[str]:
        return frozenset(map(stem, self.stop))

    @cached_property
    def _rareness(self) -> dict[str, float]:
        """Feature → how few questions have it (inverse document frequency)."""
        having: dict[str, set[str]] = defaultdict(set)
        for phrasing in self._phrasings:
            having[phrasing.asked.name].update(phrasing.features)
        counts = Counter(chain.from_iterable(having.values()))
        return {feature: log(1 + len(self.questions) / count) for feature, count in counts.items()}

    def _vector(self, features: Mapping[str, float]) -> dict[str, float]:
        """*features* that questions have, weighted by how rare they are, of length 1."""
        known = self._rareness
        weights = {name: log(1 + count) * known[name] for name, count in features.items() if name in known}
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {name: weight / length for name, weight in weights.items()}

    @cached_property
    def _index(self) -> tuple[dict[str, list[tuple[int, float]]], dict[str, float]]:
        """Feature → the phrasings that have it, and what it weighs there; question → length of the sum of its."""
        found: dict[str, list[tuple[int, float]]] = defaultdict(list)
        sums: dict[str, dict[str, float]] = {asked.name: defaultdict(float) for asked in self.questions}
        for number, phrasing in enumerate(self._phrasings):
            total = sums[phrasing.asked.name]
            for feature, weight in self._vector(phrasing.features).items():
                found[feature].append((number, weight))
                total[feature] += weight
        return found, {name: sqrt(sum(weight * weight for weight in total.values())) for name, total in sums.items()}

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
        said = set(self._weights)
        same = {stem(word) for group in self.synonyms for word in words(group)}
        return Words({*said, *(word for word in same if self._means(word) in said)})

    @cached_property
    def _weights(self) -> dict[str, float]:
        """Stem → what it tells of the question that is meant: 1 if one question has it, less the more have it."""
        having: dict[str, set[str]] = defaultdict(set)
        for phrasing in self._phrasings:
            for word in phrasing.said:
                having[word].add(phrasing.asked.name)
        count = len(self.questions)
        return {word: log(1 + count / len(names)) / log(1 + count) for word, names in having.items()}

    def _fits(self, asked: _Question) -> dict[str, _Fit]:
        """
        Question → how well *asked* can mean it.

        The score is the cosine of the angle to its nearest phrasings and to the sum of all; the things that are named
        count by their kinds, or as the words that they are.
        """
        best: dict[str, _Fit] = {}
        postings, lengths = self._index
        for named in (True, False) if asked.found else (False,):
            taken = {i for one in asked.found for i in one.words} if named else set()
            kinds = {kind for one in asked.found for thing in one.things for kind in thing.kinds} if named else ()
            stems = [word for i, word in enumerate(asked.stems) if i not in taken]
            near: dict[int, float] = defaultdict(float)
            for feature, weight in self._vector(self._features(stems, sorted(kinds))).items():
                for number, other in postings[feature]:
                    near[number] += weight * other
            by_question: dict[str, list[tuple[float, int]]] = defaultdict(list)
            for number, value in near.items():
                by_question[self._phrasings[number].asked.name].append((level(value), -number))
            for name, values in by_question.items():
                nearest = sorted(values, reverse=True)[:NEAREST]
                together = sum(value for value, _ in values) / lengths[name]
                score = level((1 - TOGETHER) * sum(value for value, _ in nearest) / NEAREST + TOGETHER * together)
                if score > best.get(name, _NONE).score:
                    fit = self._filled(self._phrasings[-nearest[0][1]], asked, score)
                    if fit.score > best.get(name, _NONE).score:
                        best[name] = fit
        return best

    def _filled(self, phrasing: _Phrasing, asked: _Question, score: float) -> _Fit:
        """The fit of *score* with the values that *phrasing* takes."""
        values, taken, sure = asked.filled(phrasing)
        chosen = set(values.values())
        for one in asked.found:
            if not one.words <= taken:
                score *= UNPLACED
            elif any(thing.behind and thing.value in chosen for thing in one.things):
                score *= BEHIND
        for i, alike in enumerate(asked.alike):
            known = asked.light[i] or i in taken
            sure = sure and (known or any(v >= SAME and w in phrasing.beside for w, v in alike.items()))
        lacking = tuple(slot.name for slot in phrasing.asked.slots if slot.needed and slot.name not in values)
        return _Fit(level(score * (LACKING if lacking else 1.0)), values, lacking, sure)

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
        meant = len(light) - sum(light)
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
            share = level(part / sum(map(self._rare, name.stems)))
            if thing.behind and len(hits) < meant and all(self._means(word) in self._weights for word in hits):
                continue
            ordinary = thing.behind or thing.listed or all(self._means(word) in self._weights for word in hits)
            if share >= (COVERED if ordinary else PARTLY):
                old = candidates[places].get(name.thing, (0.0, 0.0))
                close = sqrt(len(places) / (max(places) - min(places) + 1))
                candidates[places][name.thing] = max(old, (level(part * share * close), share))
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
