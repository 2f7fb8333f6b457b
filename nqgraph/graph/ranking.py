"""
Plain questions to canned ones: which question is meant, and with which things.

Deterministic and small: texts are compared by their words and the groups of letters in them, weighted by how few
questions have them (tf-idf), so that inflection, compounds and typing errors cost little; things are found by all their
names. Each canned question is tried with each choice of the things that it can take; what tells for and against it is
summed up with weights, of which there is one for each sign and none for a word or a question. They are learned
(``python -m tests.ask.weights``) and stand in ``weights.json``; nothing is generated.
``frontend/src/ranking.ts`` does the same with the same data.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from itertools import chain
from math import exp, log, sqrt

from nqgraph.words.elsewhere import ELSEWHERE
from nqgraph.words.stopwords import STOP

#: Words of a question that are read, and letters of it; the rest is cut off.
MOST_WORDS, MOST_LETTERS = 60, 600
#: Readings that are offered.
READINGS = 3
#: What signs say for a reading that may run by itself, and how much more than for the next one: if a thing is named
#: or the question is a phrasing, and else.
CERTAIN, LEAD, CLEARER = 5.0, 2.5, 4.5
#: What signs say together is divided by that for a score from 0 to 1.
SOFTLY = 4.0
#: From where on two words are taken for forms of one word; and for the same name.
LIKELY, SAME, NEARLY = 0.66, 0.78, 0.95
#: Words below that length are compared as they are.
SHORT = 4
#: Things that a part of a question can name are at least so good beside the best.
CLOSE = 0.9
#: How much of a name must be there, by how rare its words are; and where none of them is a word of the questions.
COVERED, PARTLY = 0.75, 0.4
#: From what weight on a word is one of few questions.
RARE = 0.5
#: What a word without meaning of its own counts; a word as a whole beside its groups of letters; a kind of thing.
LIGHT, WHOLE, KIND = 0.25, 2.0, 2.5
#: Sizes of the groups of letters, and the length of a word whose groups count as one sign each.
GROUPS, USUAL = (3, 4, 5), 4.0
#: Digits that sums are compared by: they are equal whatever the order in which they were added.
DIGITS = 6
#: How many things of a question are left out and taken in turn, the ones that say most first; the rest is left out.
MOST_FOUND = 4
#: Names that are tried although they overlap one that says more.
MOST_BESIDE = 2
#: What a word counts beforehand in each question, in phrasings.
BEFOREHAND = 2.0
#: Most digits of a number.
MOST_DIGITS = 9

#: What tells for or against a reading: likeness of the nearest phrasing, and of all together; share of the words that
#: the question is asked with; how much its words speak for it, and those without meaning of their own; things that it
#: cannot take; what the nearest phrasing has beside; things taken, and how much of their names is said.
SIGNS = ("nearest", "together", "covered", "words", "light", "unplaced", "unfilled", "taken", "said")
#: What tells whether a question is one to the graph: always the same; score of the best reading; share of the words
#: that are not known; words about something else; signs of the best reading.
TAKEN = ("start", "value", "unknown", "elsewhere", "nearest", "covered", "said")

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
    if word.isascii():
        return word.lower()
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


def told(signs: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """What *signs* say together."""
    return level(sum(weight * signs[sign] for sign, weight in weights.items()))


def share(value: float) -> float:
    """The sum of signs of a reading as readers see it, from 0 to 1."""
    return level(1 / (1 + exp(-value / SOFTLY)))


class Words:
    """Stems, and which of them look like another."""

    def __init__(self, stems: Iterable[str]) -> None:
        self.stems = sorted(set(stems))
        self.known = set(self.stems)
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
        if word in self.known:
            found[word] = 1.0
        return found

    def has(self, word: str) -> bool:
        """Whether *word* looks like one of them."""
        return word in self.known or bool(self.like(word, LIKELY))


@cache
def learned() -> dict[str, dict[str, float]]:
    """What each of :data:`SIGNS` weighs (``signs``), and each of :data:`TAKEN` (``taken``)."""
    given: dict[str, dict[str, float]] = json.loads(files(__package__).joinpath("weights.json").read_text("utf-8"))
    return given


@dataclass(frozen=True)
class _Phrasing:
    asked: Asked
    #: Its stems.
    stems: tuple[str, ...]
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class _Spoken:
    """How a canned question is asked: numbers of its phrasings, what their words mean, and how many have each."""

    phrasings: range
    means: Mapping[str, int]


@dataclass(frozen=True)
class _Name:
    thing: int
    stems: tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """A canned question with some of the things named in a plain one, and what tells for and against it."""

    asked: Asked
    values: Mapping[str, str]
    signs: Mapping[str, float]
    #: Whether nothing else was as good for one of the values, and no word is left over.
    sure: bool
    lacking: tuple[str, ...]


#: A slot, what fills it, and where that is named.
_Fill = tuple[Slot, Thing, Found]


class _Question:
    """A plain question, word by word."""

    def __init__(self, question: str, ranking: Ranking) -> None:
        self.written = _WORD.findall(unicodedata.normalize("NFC", question[:MOST_LETTERS]))[:MOST_WORDS]
        self.plain = [fold(word) for word in self.written]
        self.stems = [stem(word) for word in self.plain]
        self.light = [word in ranking.stop or word.isdecimal() for word in self.plain]
        self.found = ranking.named(self.stems, self.light)
        #: Of each word: stems of phrasings that it looks like.
        self.alike = [{} if light else ranking.alike(word) for word, light in zip(self.stems, self.light, strict=True)]
        self.meant = [i for i, light in enumerate(self.light) if not light]
        named = {i for one in self.found for i in one.words}
        #: Words that nothing is known of, their share, and how many are about something else.
        self.unknown = [i for i in self.meant if i not in named and not ranking.knows(self.stems[i])]
        self.strange = len(self.unknown) / (len(self.meant) or 1)
        self.elsewhere = float(sum(self.stems[i] in ranking.elsewhere for i in self.meant))


def _filled(slots: Sequence[Slot], expected: Sequence[Slot], founds: Iterable[Found]) -> list[_Fill] | None:
    """What fills *slots*, those of a known kind first; None if there is no place for one of *founds*."""
    order = [slot for slot in (*expected, *slots) if slot.kinds] + [slot for slot in expected if not slot.kinds]
    filled: dict[str, _Fill] = {}
    for one in founds:
        for slot in order:
            fitting = next((thing for thing in one.things if slot.name not in filled and _fits(thing, slot)), None)
            if fitting:
                filled[slot.name] = (slot, fitting, one)
                break
        else:
            return None
    return list(filled.values())


def _fits(thing: Thing, slot: Slot) -> bool:
    if not slot.kinds:
        return not thing.listed and not thing.behind
    return not slot.kinds.isdisjoint(thing.kinds)


def _kinds_of(slot: Slot) -> tuple[str, ...]:
    return tuple(sorted(slot.kinds)) or ("*",)


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
        asked = _Question(question, self)
        best: dict[str, tuple[float, Candidate]] = {}
        for candidate in self.candidates(asked):
            value, name = told(candidate.signs, learned()["signs"]), candidate.asked.name
            if name not in best or value > best[name][0]:
                best[name] = value, candidate
        order = sorted(best.values(), key=lambda one: (-one[0], one[1].asked.name))[: READINGS + 1]
        if order:
            value, first = order[0]
            signs = {
                "start": 1.0,
                "value": value,
                "unknown": asked.strange,
                "elsewhere": float(asked.elsewhere),
            } | dict(first.signs)
            order = order if told(signs, learned()["taken"]) >= 0 else []
        readings = []
        for place, (value, one) in enumerate(order[:READINGS]):
            lead = value - order[place + 1][0] if place + 1 < len(order) else CLEARER
            enough = LEAD if one.signs["taken"] or one.signs["nearest"] > NEARLY else CLEARER
            clear = place == 0 and value >= CERTAIN and lead >= enough and not asked.unknown
            telling = len(asked.meant) > 1 or len(asked.written) == 1
            certain = clear and telling and one.sure and not one.lacking
            readings.append(Reading(one.asked.name, one.values, share(value), certain, one.lacking))
        return Understood(tuple(readings), tuple(dict.fromkeys(asked.written[i] for i in asked.unknown)))

    def question(self, text: str) -> _Question:
        """*text*, word by word."""
        return _Question(text, self)

    def knows(self, word: str) -> bool:
        """Whether something is known of the stem *word*."""
        return word not in self.elsewhere and self._all.has(word)

    @cached_property
    def elsewhere(self) -> frozenset[str]:
        """Stems of words that are about something else than all questions and things."""
        return frozenset(stem(word) for said in ELSEWHERE.values() for word in words(said)) - self._all.known

    # -- phrasings -----------------------------------------------------------------------------------------------

    @cached_property
    def _phrasings(self) -> list[_Phrasing]:
        made = []
        for asked in self.questions:
            known = {slot.name: slot for slot in asked.slots}
            for said in asked.phrasings:
                stems = tuple(stem(word) for word in words(_SLOT.sub(" ", said)))
                slots = tuple(known[name] for name in _SLOT.findall(said) if name in known)
                made.append(_Phrasing(asked, stems, slots))
        return made

    @cached_property
    def _spoken(self) -> dict[str, _Spoken]:
        """Question → how it is asked."""
        found, start = {}, 0
        for asked in self.questions:
            own = range(start, start := start + len(asked.phrasings))
            means = Counter(chain.from_iterable(set(map(self._means, self._phrasings[number].stems)) for number in own))
            found[asked.name] = _Spoken(own, means)
        return found

    @cached_property
    def _having_meaning(self) -> Counter[str]:
        """What words mean → how many phrasings have it."""
        total: Counter[str] = Counter()
        for spoken in self._spoken.values():
            total.update(spoken.means)
        return total

    def _features(self, stems: Iterable[str]) -> dict[str, float]:
        """What a text is compared by: its words by what they mean, their groups of letters, and how much of each."""
        found: dict[str, float] = defaultdict(float)
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
            having[phrasing.asked.name].update(self._features(phrasing.stems))
        counts = Counter(chain.from_iterable(having.values()))
        return {feature: log(1 + len(self.questions) / count) for feature, count in counts.items()}

    def _weighed(self, stems: Iterable[str]) -> dict[str, float]:
        """What questions have of a text, by how rare it is."""
        known = self._rareness
        return {name: log(1 + n) * known[name] for name, n in self._features(stems).items() if name in known}

    def _vector(self, stems: Iterable[str], kinds: Iterable[str]) -> dict[str, float]:
        """What a text is compared by, its words and the *kinds* of things in it, of length 1."""
        weights = self._weighed(stems)
        for kind in kinds:
            weights[f"{{{kind}}}"] = weights.get(f"{{{kind}}}", 0.0) + KIND
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {name: weight / length for name, weight in weights.items()}

    @cached_property
    def _index(self) -> tuple[dict[str, list[tuple[int, float]]], dict[str, float]]:
        """Feature → the phrasings that have it, and what it weighs there; question → length of the sum of its."""
        found: dict[str, list[tuple[int, float]]] = defaultdict(list)
        sums: dict[str, dict[str, float]] = {asked.name: defaultdict(float) for asked in self.questions}
        for number, phrasing in enumerate(self._phrasings):
            total = sums[phrasing.asked.name]
            kinds = [kind for slot in phrasing.slots for kind in _kinds_of(slot)]
            for feature, weight in self._vector(phrasing.stems, kinds).items():
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
        for name, spoken in self._spoken.items():
            for word in spoken.means:
                having[word].add(name)
        count = len(self.questions)
        return {word: log(1 + count / len(names)) / log(1 + count) for word, names in having.items()}

    def candidates(self, asked: _Question) -> Iterator[Candidate]:
        """Each canned question with each choice of the things named in *asked* that it has a place for."""
        best = sorted(asked.found, key=lambda one: (-level(one.share * len(one.words)), sorted(one.words)))
        tried = sorted(best[:MOST_FOUND], key=lambda one: sorted(one.words))
        choices: list[list[Found]] = [[]]
        for one in tried:
            choices += [[*some, one] for some in choices]
        for chosen in choices:
            taken = frozenset(i for one in chosen for i in one.words)
            if sum(len(one.words) for one in chosen) > len(taken):
                continue
            by_kinds: dict[tuple[str, ...], list[Asked]] = defaultdict(list)
            for question in self.questions:
                filled = _filled(question.slots, question.slots, chosen)
                if filled is not None:
                    kinds = sorted(kind for slot, _, _ in filled for kind in _kinds_of(slot))
                    by_kinds[tuple(kinds)].append(question)
            rest = [word for i, word in enumerate(asked.stems) if i not in taken]
            weights = self._weighed(rest)
            alone: dict[int, float] = defaultdict(float)
            for feature, weight in weights.items():
                for number, other in self._index[0][feature]:
                    alone[number] += weight * other
            square = sum(weight * weight for weight in weights.values())
            for kinds_of_them, questions in by_kinds.items():
                near = alone.copy() if kinds_of_them else alone
                counts = Counter(kinds_of_them)
                for kind, count in counts.items():
                    for number, other in self._index[0].get(f"{{{kind}}}", ()):
                        near[number] += KIND * count * other
                length = sqrt(square + sum((KIND * count) ** 2 for count in counts.values())) or 1.0
                for question in questions:
                    candidate = self._candidate(question, asked, chosen, taken, near, length)
                    if candidate:
                        yield candidate

    def _candidate(
        self,
        question: Asked,
        asked: _Question,
        chosen: Sequence[Found],
        taken: frozenset[int],
        near: Mapping[int, float],
        length: float,
    ) -> Candidate | None:
        """*question* with the things *chosen*, whose words are *taken*; phrasings are *near* by *length*."""
        spoken = self._spoken[question.name]
        likeness = sorted((-level(near[number] / length), number) for number in spoken.phrasings if number in near)
        if not likeness or likeness[0][0] >= 0:
            return None
        nearest = self._phrasings[likeness[0][1]]
        filled = _filled(question.slots, nearest.slots, chosen)
        if filled is None:
            return None
        values = {slot.name: thing.value for slot, thing, _ in filled}
        for slot in question.slots:
            if slot.number:
                for number in [word for word in asked.plain if word.isdecimal() and len(word) <= MOST_DIGITS][:1]:
                    values[slot.name] = number
        rest = [i for i in asked.meant if i not in taken]
        met = [max((v for word, v in asked.alike[i].items() if word in spoken.means), default=0.0) for i in rest]
        known = set(values.values())
        left = [
            one
            for one in asked.found
            if not one.words & taken
            and not any(thing.value in known for thing in one.things)
            and not all(self._means(asked.stems[i]) in spoken.means for i in one.words)
        ]
        words, light = self._speaks(spoken, [word for i, word in enumerate(asked.stems) if i not in taken])
        lacking = tuple(slot.name for slot in question.slots if slot.needed and slot.name not in values)
        signs = (
            -likeness[0][0],
            -sum(value for value, _ in likeness) / self._index[1][question.name],
            sum(met) / len(met) if met else float(bool(filled)),
            words,
            light,
            sum(one.share for one in left if not all(thing.listed or thing.behind for thing in one.things)),
            sum(slot.name not in values for slot in nearest.slots),
            len(filled),
            sum(one.share for _, _, one in filled),
        )
        sure = (
            all(value >= SAME for value in met)
            and not left
            and not any(
                thing.listed
                or thing.behind
                or one.share < COVERED
                or sum(_fits(other, slot) for other in one.things) > 1
                for slot, thing, one in filled
            )
        )
        return Candidate(question, values, dict(zip(SIGNS, map(float, signs), strict=True)), sure, lacking)

    def _speaks(self, spoken: _Spoken, stems: Iterable[str]) -> tuple[float, float]:
        """How much more often than others a question is asked with *stems* (naive Bayes): heavy ones, light ones."""
        found = {True: 0.0, False: 0.0}
        for word in dict.fromkeys(stems):
            means = self._means(word)
            if total := self._having_meaning[means]:
                usual = total / len(self._phrasings)
                often = (spoken.means.get(means, 0) + BEFOREHAND * usual) / (len(spoken.phrasings) + BEFOREHAND)
                found[word in self._light] += log(often / usual)
        return found[False], found[True]

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
        for other, value in self._vocabulary.like(word, SAME).items():
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
        """The things that the question names, of names that overlap those that say most."""
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
        beside = 0
        for places, things in ranked:
            if taken & places:
                beside += whole[places]
                if not whole[places] or beside > MOST_BESIDE:
                    continue
            taken |= places
            most, share = max(things.values())
            good = [number for number, (quality, _) in things.items() if quality >= CLOSE * most]
            good = [number for number in good if not self.things[number].behind] or good
            best = sorted(good, key=lambda number: (-things[number][0], self.things[number].value))
            kept.append(Found(places, tuple(self.things[number] for number in best), min(share, 1.0)))
        return sorted(kept, key=lambda one: sorted(one.words))


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
