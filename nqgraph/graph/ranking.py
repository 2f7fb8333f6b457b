"""
Plain questions to canned ones: which question is meant, and with which things.

Deterministic and small: what words a question is asked with is learned from the phrasings of all (see
:mod:`nqgraph.graph.wording`); things are found by all their names, inflected, put together or mistyped, and where no
name is said, by what their texts say. Each canned question is tried with each choice of the things that it can take;
what tells for and against it is summed up with weights, of which there is one for each sign. They are learned
(``python -m tests.ask.weights``) and stand in ``weights.json``; nothing is generated.
``frontend/src/ranking.ts`` does the same with the same data.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from importlib.resources import files
from itertools import accumulate, pairwise
from math import exp, log, sqrt

from nqgraph.graph.wordforms import (
    SAME,
    Words,
    acronym,
    bare,
    fold,
    stem,
    variants,
    words,
    written,
)
from nqgraph.graph.wording import Features, Wording, learn
from nqgraph.words.asking import ADDRESS, NONE, NOT, PERSONAL, SENSES
from nqgraph.words.elsewhere import ELSEWHERE
from nqgraph.words.stopwords import STOP

#: Words of a question that are read, and letters of it; the rest is cut off.
MOST_WORDS, MOST_LETTERS = 60, 600
#: Readings that are offered.
READINGS = 3
#: What signs say for a reading that may run by itself, and how much more than for the next one: if a thing is named,
#: and else.
CERTAIN, LEAD, CLEARER = 3.0, 4.5, 5.5
#: How likely the wording of such a reading is at least (logarithm).
LIKELY = -0.7
#: What signs say together is divided by that for a score from 0 to 1.
SOFTLY = 4.0
#: Things that a part of a question can name are at least so good beside the best.
CLOSE = 0.9
#: How much of a name must be there, by how rare its words are; and where none of them is a word of the questions.
COVERED, PARTLY = 0.75, 0.4
#: From what weight on a word is one of few questions.
RARE = 0.5
#: Digits that sums are compared by: they are equal whatever the order in which they were added.
DIGITS = 6
#: How many things of a question are left out and taken in turn, the ones that say most first; the rest is left out.
MOST_FOUND = 4
#: Names that are tried although they overlap one that says more.
MOST_BESIDE = 2
#: Most digits of a number.
MOST_DIGITS = 9
#: How much a part of a word that is put together is taken for the whole.
PARTED = 0.8
#: What a name is worth that says nothing is lacking where the question does, or the other way round.
UNLIKE = 0.85

#: How many words may stand between one that turns a question and what it is about.
APART = 3
#: What a word in the text of a thing counts beside one in its names; things that are sought by their texts, and most
#: things whose texts are read.
TEXT, MOST_TOLD, MOST_READ = 0.7, 3, 20_000
#: What the depth of a text is divided by.
DEEP = 10.0
#: How many marks of texts there are, and how many words of a text that has one.
MARKS, MOST_MARKED = 1 << 24, 6
#: From how many on the number of things named says no more.
MOST_COUNTED = 2
#: How unlikely a wording is at most (logarithm).
UNLIKELY = -8.0
#: Name of the readings that are built questions.
TABLE = "table"
#: What a built question counts: its things.
THINGS = "."

#: What tells for or against a reading: how likely its wording is; share of the words that the question is asked with;
#: things that it cannot take; things taken, and how much of their names is said; whether it is built; how far it is put
#: otherwise (without, how many, who, …); things taken though others are called so as well, and those whose name is said
#: in part; things where any would do; share of all words that are taken or that the question is asked with; entries of
#: lists taken beside other things; what it needs and is not named; whether it is what a thing is asked by its mere
#: name; whether its thing is not named but found by its text, what share of the question that says, and how much;
#: whether it is asked word by word, or all words turn the list that it is (without, by, how many).
SIGNS = (
    *("worded", "covered", "unplaced", "taken", "said", "built", "otherwise", "astray", "partial"),
    *("loose", "whole", "listed", "lacking", "sheet", "told", "share", "depth", "exact"),
)
#: What tells whether a question is one to the graph: always the same; share of the words that are not known; words
#: about something else; whether it is about the one who asks; whether it names a kind of things; how much of the name
#: of a single thing it says; share of its words that name something; what share of it the text of one thing says, and
#: how much; signs of the best reading.
TAKEN = (
    *("start", "unknown", "elsewhere", "personal", "kinds", "single", "named", "text", "texts"),
    *("worded", "covered", "whole"),
)

_SLOT = re.compile(r"\{([^{}]+)\}")


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
    #: Of a built question: the kind of its things, what that is called, and its ways with what each is called.
    kind: str = ""
    called: tuple[str, ...] = ()
    #: Kinds of concepts that say what sort of its things is meant: one of them calls it as well.
    sorts: frozenset[str] = frozenset()
    ways: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def needs_one(self) -> bool:
        """Whether it is asked of one thing and of nothing else."""
        return len(self.slots) == 1 and self.slots[0].needed

    @property
    def is_sheet(self) -> bool:
        """Whether it is what one thing is asked by its mere name."""
        return self.needs_one and f"{{{self.slots[0].name}}}" in self.phrasings


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
    #: What it is, in all languages.
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """Things that a part of a question names."""

    #: Positions of its words.
    words: frozenset[int]
    things: tuple[Thing, ...]
    #: How much of their names it says, from 0 to 1; of one found by its text, how much of the question that says.
    share: float
    #: How much the text says, weighted by how rare its words are; 0 if the thing is named.
    depth: float = 0.0


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


def level(value: float) -> float:
    """*value* as it is compared."""
    return round(value, DIGITS)


def told(signs: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """What *signs* say together."""
    return level(sum(weight * signs[sign] for sign, weight in weights.items()))


def share(value: float) -> float:
    """The sum of signs of a reading as readers see it, from 0 to 1."""
    return level(1 / (1 + exp(-value / SOFTLY)))


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


#: A question and those of its places that are filled and that something else could fill as well.
_Form = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class _Name:
    thing: int
    stems: tuple[str, ...]
    #: Whether it says that something is lacking.
    without: bool


@dataclass(frozen=True)
class Candidate:
    """A canned question with some of the things named in a plain one, and what tells for and against it."""

    asked: Asked
    values: Mapping[str, str]
    signs: Mapping[str, float]
    #: Whether nothing else was as good for one of the values, and no word is left over.
    sure: bool
    lacking: tuple[str, ...]

    @property
    def is_bare(self) -> bool:
        """Whether it is only the list of a kind; then a canned question that is asked just so says more."""
        return self.values.keys() == {ADDRESS["kind"]}


#: A slot, what fills it, and where that is named.
_Fill = tuple[Slot, Thing, Found]


class _Question:
    """A plain question, word by word."""

    def __init__(self, question: str, ranking: Ranking) -> None:
        self.written = written(question[:MOST_LETTERS])[:MOST_WORDS]
        self.plain = [fold(word) for word in self.written]
        self.stems = [stem(word) for word in self.plain]
        shouted = all(map(str.isupper, self.written))
        self.light = [
            (word in ranking.stop and (shouted or not acronym(written))) or word.isdecimal()
            for word, written in zip(self.plain, self.written, strict=True)
        ]
        self.found = ranking.named(self.stems, self.light)
        #: Of each word: stems of phrasings that it looks like.
        self.alike = [{} if light else ranking.alike(word) for word, light in zip(self.stems, self.light, strict=True)]
        self.meant = [i for i, light in enumerate(self.light) if not light]
        named = {i for one in self.found for i in one.words}
        #: Words that nothing is known of, their share, and how many are about something else.
        strict = [acronym(word) and not shouted for word in self.written]
        self.unknown = [i for i in self.meant if i not in named and not ranking.knows(self.stems[i], strict[i])]
        self.strange = len(self.unknown) / (len(self.meant) or 1)
        full = [one for one in self.found if one.share >= COVERED]
        whole = {i for one in full for i in one.words}
        away = [i for i in self.meant if self.stems[i] in ranking.elsewhere and i not in whole]
        together = sum(pair in ranking.elsewhere_together for pair in pairwise(self.stems))
        self.elsewhere = float(len({*away, *(i for i in self.unknown if strict[i])}) + together)
        #: What its words mean, light ones and others; those that tell it from others; what it does; whether it is about
        #: the one who asks; whether it names a kind of things.
        self.means = [ranking.means(word) for word in self.stems]
        self.telling = [i for i in self.meant if self.means[i] not in ranking.usual]
        self.meanings = {*self.means, *(word for alike in self.alike for word in alike)}
        self.senses = ranking.put(self.plain)
        self.personal = float(not ranking.personal.isdisjoint(self.plain))
        #: Kinds of what is named otherwise than a kind of things is.
        self.sorts = {
            kind
            for one in self.found
            if not ranking.is_called(self.means[i] for i in one.words)
            for thing in one.things
            for kind in thing.kinds
        }
        self.kinds = float(any(ranking.calls(asked, self) for asked in ranking.questions if asked.kind))
        #: How much of the name of something that is no mere place or entry of a list it says; its words in such names.
        self.single = max((one.share for one in full if any(map(ranking.is_single, one.things))), default=0.0)
        self.named = len(whole) / (len(self.meant) or 1)
        known = {thing.value for one in full for thing in one.things}
        #: What its words say of things that it does not name.
        self.told_of = ranking.told_of(self)
        self.text = max(((one.share, one.depth) for one in self.told_of), default=(0.0, 0.0))
        self.told_of = [one for one in self.told_of if one.things[0].value not in known]

    @property
    def told(self) -> dict[str, float]:
        """What tells whether it is one to the graph, whatever is read in it."""
        return {
            "start": 1.0,
            "unknown": self.strange,
            "elsewhere": self.elsewhere,
            "personal": self.personal,
            "kinds": self.kinds,
            "single": self.single,
            "named": self.named,
            "text": self.text[0],
            "texts": self.text[1],
        }


def _fillings(slots: Sequence[Slot], founds: Sequence[Found]) -> Iterator[list[_Fill]]:
    """The ways to fill *slots* with *founds*, those of a known kind first; none if one of them has no place."""
    if not founds:
        yield []
        return
    *others, last = founds
    for filled in _fillings(slots, others):
        used = {slot.name for slot, _, _ in filled}
        free = [slot for slot in slots if slot.name not in used and any(_fits(thing, slot) for thing in last.things)]
        free.sort(key=lambda slot: not slot.kinds)
        for slot in free:
            if slot is free[0] or _overlap(slot, free[0]):
                yield [*filled, (slot, next(thing for thing in last.things if _fits(thing, slot)), last)]


def _overlap(one: Slot, other: Slot) -> bool:
    """Whether the same things can fill both."""
    return not one.kinds.isdisjoint(other.kinds)


def crowded(asked: Asked) -> frozenset[str]:
    """The places of *asked* that things fit which fit another of its places."""
    return frozenset(
        slot.name for slot in asked.slots if any(other is not slot and _overlap(slot, other) for other in asked.slots)
    )


def _fits(thing: Thing, slot: Slot) -> bool:
    if not slot.kinds:
        return not thing.listed and not thing.behind
    return not slot.kinds.isdisjoint(thing.kinds)


def _kind_of(slot: Slot) -> str:
    return next(iter(slot.kinds)) if len(slot.kinds) == 1 else "*"


@dataclass
class Ranking:
    """Finds the canned questions that a plain one can mean."""

    questions: Sequence[Asked]
    things: Sequence[Thing]
    #: Words that mean the same, each group as words with commas.
    synonyms: Sequence[str] = ()
    #: Words for what all questions are about.
    subject: Sequence[str] = ()
    #: Things that are meant anyway: where others of their kind are named, these are.
    usual_things: frozenset[str] = frozenset()
    stop: frozenset[str] = field(default_factory=lambda: frozenset(w for said in STOP.values() for w in words(said)))

    def understand(self, question: str) -> Understood:
        """What *question* can mean, best first; nothing where too much of it is unknown."""
        asked = _Question(question, self)
        best: dict[str, tuple[float, Candidate]] = {}
        for candidate in self.candidates(asked):
            value, name = told(candidate.signs, learned()["signs"]), candidate.asked.name
            if name not in best or value > best[name][0]:
                best[name] = value, candidate
        said = any(not one.asked.kind and one.signs["exact"] for _, one in best.values())
        fitting = [one for one in best.values() if not (said and one[1].is_bare)]
        order = sorted(fitting, key=lambda one: (-one[0], one[1].asked.name))[:READINGS]
        if order:
            signs = {**asked.told, **order[0][1].signs}
            order = order if told(signs, learned()["taken"]) >= 0 else []
        readings = []
        for place, (value, one) in enumerate(order):
            beside = order[place + 1 :][:1]
            lead = value - beside[0][0] if beside else CLEARER
            likely = one.signs["worded"] >= LIKELY or bool(one.signs["exact"])
            enough = LEAD if one.signs["taken"] or one.signs["exact"] else CLEARER
            clear = place == 0 and value >= CERTAIN and lead >= enough and not asked.unknown and likely
            telling = len(asked.meant) > 1 or len(asked.written) == 1
            certain = clear and telling and one.sure and not one.lacking
            name = TABLE if one.asked.kind else one.asked.name
            readings.append(Reading(name, one.values, share(value), certain, one.lacking))
        return Understood(tuple(readings), tuple(dict.fromkeys(asked.written[i] for i in asked.unknown)))

    def question(self, text: str) -> _Question:
        """*text*, word by word."""
        return _Question(text, self)

    def knows(self, word: str, strict: bool = False) -> bool:
        """Whether something is known of the stem *word*; *strict* if nothing that only looks like it counts."""
        if strict:
            return word in self._all.known
        return word not in self.elsewhere and (self._all.has(word) or bool(self._all.parts(word)))

    def is_single(self, thing: Thing) -> bool:
        """Whether *thing* says what is asked about: no entry of a list, evidence or of a kind meant anyway."""
        return not (thing.listed or thing.behind) and self._usual_kinds.isdisjoint(thing.kinds)

    @cached_property
    def _usual_kinds(self) -> frozenset[str]:
        return frozenset(kind for thing in self.things if thing.value in self.usual_things for kind in thing.kinds)

    @cached_property
    def usual(self) -> frozenset[str]:
        """What words mean that say what all questions are about."""
        return frozenset(self.means(stem(word)) for said in self.subject for word in words(said))

    @cached_property
    def senses(self) -> dict[str, frozenset[str]]:
        """What a question can do → the folded words that say so."""
        return {sense: frozenset(words(" ".join(said.values()))) for sense, said in SENSES.items()}

    def put(self, plain: Sequence[str]) -> set[str]:
        """
        What a question with the words *plain* does.

        That somebody or something is without what all questions are about asks for nothing that is lacking.
        """
        always = [self.means(stem(word)) in self.usual for word in plain]
        free = {
            sense: told
            if sense != "none"
            else told - {w for i, w in enumerate(plain) if any(always[i + 1 : i + 1 + APART])}
            for sense, told in self.senses.items()
        }
        return {sense for sense, told in free.items() if not told.isdisjoint(plain)}

    @cached_property
    def personal(self) -> frozenset[str]:
        """Folded words of those who ask about their own affairs."""
        return frozenset(words(" ".join(PERSONAL.values())))

    def calls(self, asked: Asked, question: _Question) -> bool:
        """Whether *question* names the kind of the built question *asked*."""
        return not asked.sorts.isdisjoint(question.sorts) or any(
            question.meanings.issuperset(name) for name in self._called[asked.name]
        )

    def is_called(self, means: Iterable[str]) -> bool:
        """Whether words of that meaning name a kind of things."""
        return frozenset(means) in self._all_called

    @cached_property
    def _all_called(self) -> frozenset[frozenset[str]]:
        return frozenset(name for names in self._called.values() for name in names)

    @cached_property
    def _called(self) -> dict[str, list[frozenset[str]]]:
        """Built question → what the words of each name of its kind mean."""
        return {
            asked.name: [frozenset(self.means(stem(word)) for word in words(name)) for name in asked.called]
            for asked in self.questions
        }

    @cached_property
    def _ways(self) -> dict[str, dict[tuple[str, ...], str]]:
        """Built question → what the words of a way mean → the first way that is called so."""
        found: dict[str, dict[tuple[str, ...], str]] = {}
        for asked in self.questions:
            own = found.setdefault(asked.name, {})
            for key, names in asked.ways:
                for name in names:
                    own.setdefault(tuple(self.means(stem(word)) for word in words(name)), key)
        return found

    def puts(self, asked: Asked) -> dict[str, float]:
        """Share of the phrasings of *asked* that do each of what a question can do, where any does."""
        said = Counter(sense for text in asked.phrasings for sense in self.put(words(_SLOT.sub(" ", text))))
        return {sense: round(count / len(asked.phrasings), 2) for sense, count in sorted(said.items())}

    @cached_property
    def _put(self) -> dict[str, dict[str, float]]:
        return {asked.name: self.puts(asked) for asked in self.questions}

    @cached_property
    def elsewhere(self) -> frozenset[str]:
        """Stems of words that are about something else than all questions and things."""
        said = (word for told in ELSEWHERE.values() for word in told.split() if "_" not in word)
        return frozenset(stem(fold(word)) for word in said) - self._vocabulary.known - self._same.known

    @cached_property
    def elsewhere_together(self) -> frozenset[tuple[str, ...]]:
        """Stems of words that are about something else only side by side."""
        said = (word for told in ELSEWHERE.values() for word in told.split() if "_" in word)
        return frozenset(tuple(map(stem, words(word))) for word in said)

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
    def _crowded(self) -> dict[str, frozenset[str]]:
        return {asked.name: crowded(asked) for asked in self.questions}

    def _form(self, asked: Asked, slots: Iterable[Slot]) -> _Form:
        crowd = self._crowded[asked.name]
        return asked.name, tuple(sorted(slot.name for slot in slots if slot.name in crowd))

    @cached_property
    def forms(self) -> dict[_Form, int]:
        """Forms of questions that there are phrasings of → their numbers."""
        found: dict[_Form, int] = {}
        for phrasing in self._phrasings:
            found.setdefault(self._form(phrasing.asked, phrasing.slots), len(found))
        return found

    @cached_property
    def exact(self) -> list[frozenset[int]]:
        """The marks of the phrasings of each form; long ones nobody asks again."""
        found: list[set[int]] = [set() for _ in self.forms]
        for one in self._phrasings:
            if len(one.stems) <= MOST_MARKED:
                found[self.forms[self._form(one.asked, one.slots)]].add(self._mark(one.stems, one.slots))
        return [frozenset(marks) for marks in found]

    def _mark(self, stems: Iterable[str], slots: Iterable[Slot]) -> int:
        """What a text is known again by: what its words mean and the kinds of things in it, in any order (FNV-1a)."""
        mark = 0x811C9DC5
        for sign in " ".join([*sorted({*map(self.means, stems)}), *sorted(map(_kind_of, slots))]):
            mark = (mark ^ ord(sign)) * 0x01000193 & 0xFFFFFFFF
        return mark % MARKS

    @cached_property
    def _having(self) -> dict[str, int]:
        """What a word of phrasings means → how many questions are asked with it."""
        having: dict[str, set[str]] = defaultdict(set)
        for phrasing in self._phrasings:
            for word in phrasing.stems:
                having[self.means(word)].add(phrasing.asked.name)
        return {word: len(names) for word, names in having.items()}

    @cached_property
    def wording(self) -> Wording:
        """What words and kinds of things speak for which form of a question."""
        texts = []
        for phrasing in self._phrasings:
            features = self._features(phrasing.stems, phrasing.slots)
            texts.append((features, self.forms[self._form(phrasing.asked, phrasing.slots)]))
        return learn(texts, len(self.forms))

    def _features(self, stems: Iterable[str], slots: Sequence[Slot]) -> Features:
        """What a text is known by: what its words mean or look like, the kinds of things named, and how many."""
        found: dict[str, float] = {}
        for word in stems:
            means = self.means(word)
            alike = {means: 1.0} if means in self._having else self.alike(word)
            for other, value in alike.items():
                found[other] = max(found.get(other, 0.0), value)
        for slot in slots:
            found[f"{{{_kind_of(slot)}}}"] = 1.0
        found[f"#{min(len(slots), MOST_COUNTED)}"] = 1.0
        return found

    def told_wording(self) -> tuple[list[str], list[int], list[list[int]], list[list[int]]]:
        """The wording as scripts read it: features, how many questions have each, forms it speaks for, how much."""
        kept = [name for name in sorted(self.wording.weights) if self.wording.weights[name] or name in self._having]
        weights = [self.wording.weights[name] for name in kept]
        return (
            kept,
            [self._having.get(name, 0) for name in kept],
            list(map(list, weights)),
            [[*w.values()] for w in weights],
        )

    @cached_property
    def _speaking(self) -> list[frozenset[str]]:
        """What words speak for each form of a question."""
        found: list[set[str]] = [set() for _ in self.forms]
        for feature, weights in self.wording.weights.items():
            for number, weight in weights.items():
                if weight > 0:
                    found[number].add(feature)
        return [frozenset(one) for one in found]

    def steps(self) -> Iterator[Callable[[], object]]:
        """What is computed when the first question comes, step by step, for those who want to have it before."""
        for name in ("_phrasings", "wording", "_vocabulary", "_names", "_named", "_all", "_texts"):
            yield partial(getattr, self, name)

    def means(self, word: str) -> str:
        """What stands for the stem *word*: the first of those that mean the same; without umlauts, if it has none."""
        return self._meaning.get(word, word)

    @cached_property
    def _meaning(self) -> dict[str, str]:
        """Stem → the first of the stems that mean the same, as it is written and as it is without umlauts."""
        same = [[stem(word) for word in words(group)] for group in self.synonyms]
        found: dict[str, str] = {}
        for spelled in (str, bare):
            for stems in same:
                for word in stems:
                    found.setdefault(spelled(word), stems[0])
        return found

    @cached_property
    def _vocabulary(self) -> Words:
        said = set(self._having)
        same = {stem(word) for group in self.synonyms for word in words(group)}
        return Words({*said, *(word for word in same if self.means(word) in said)})

    @cached_property
    def _light(self) -> frozenset[str]:
        return frozenset(map(stem, self.stop))

    @cached_property
    def _weights(self) -> dict[str, float]:
        """Stem → what it tells of the question that is meant: 1 if one question has it, less the more have it."""
        count = len(self.questions)
        return {word: log(1 + count / number) / log(1 + count) for word, number in self._having.items()}

    def candidates(self, asked: _Question) -> Iterator[Candidate]:
        """Each canned question with each choice of the things named in *asked* that it has a place for."""
        asked_for = [one for one in self.questions if not one.kind or self.calls(one, asked)]
        slots = list({slot.kinds: slot for one in asked_for for slot in one.slots}.values())
        placed = [one for one in asked.found if any(_fits(thing, slot) for thing in one.things for slot in slots)]
        placed = [one for one in placed if not self._goes_without_saying(one, placed)]
        best = sorted(placed, key=lambda one: (-level(one.share * len(one.words)), sorted(one.words)))
        tried = sorted(best[:MOST_FOUND], key=lambda one: sorted(one.words))
        choices: list[list[Found]] = [[]]
        for one in tried:
            choices += [[*some, one] for some in choices]
        for chosen in choices:
            taken = frozenset(i for one in chosen for i in one.words)
            if sum(len(one.words) for one in chosen) == len(taken):
                yield from self._with(asked_for, asked, chosen, taken)
        for one in asked.told_of:
            yield from self._with([q for q in asked_for if not q.kind], asked, [one], frozenset())

    def _with(
        self, questions: Iterable[Asked], asked: _Question, chosen: Sequence[Found], taken: frozenset[int]
    ) -> Iterator[Candidate]:
        """Those of *questions* that have a place for the things *chosen*, whose words are *taken*."""
        rest = [word for i, word in enumerate(asked.stems) if i not in taken]
        likely: dict[tuple[str, ...], list[float]] = {}
        for question in questions:
            for filled in _fillings(question.slots, chosen):
                slots = [slot for slot, _, _ in filled]
                kinds = tuple(sorted(map(_kind_of, slots)))
                form = self.forms.get(self._form(question, slots))
                if form is None:
                    continue
                if kinds not in likely:
                    likely[kinds] = self.wording.likely(self._features(rest, slots))
                worded = max(UNLIKELY, level(likely[kinds][form]))
                exact = self._mark(rest, slots) in self.exact[form]
                candidate = self._candidate(question, asked, filled, taken, (worded, exact), self._speaking[form])
                if candidate:
                    yield candidate

    def _goes_without_saying(self, one: Found, beside: Iterable[Found]) -> bool:
        """Whether *one* is meant anyway, and others of its kind are named *beside* it."""
        if not any(thing.value in self.usual_things for thing in one.things):
            return False
        kinds = {kind for thing in one.things for kind in thing.kinds}
        others = [thing for other in beside if other is not one for thing in other.things]
        return any(not kinds.isdisjoint(thing.kinds) for thing in others)

    def _candidate(
        self,
        question: Asked,
        asked: _Question,
        filled: Sequence[_Fill],
        taken: frozenset[int],
        worded: tuple[float, bool],
        speaking: frozenset[str],
    ) -> Candidate | None:
        """*question* with the things *filled* in, whose words are *taken*; how it is *worded*, what speaks for it."""
        values = {slot.name: thing.value for slot, thing, _ in filled}
        for slot in question.slots:
            if slot.number:
                for number in [word for word in asked.plain if word.isdecimal() and len(word) <= MOST_DIGITS][:1]:
                    values[slot.name] = number
        turned, turning, used = self._turned(question, asked, taken)
        if question.kind and not self._says(question, asked, used, filled):
            return None
        values = {**turned, **values}
        rest = [i for i in asked.telling if i not in taken and i not in used]
        met = [
            1.0 if worded[1] else max((v for word, v in asked.alike[i].items() if word in speaking), default=0.0)
            for i in rest
        ]
        known = set(values.values())
        beside = [
            one
            for one in asked.found
            if not one.words & taken and not any(thing.value in known for thing in one.things)
        ]
        left = [one for one in beside if not all(self.means(asked.stems[i]) in speaking for i in one.words)]
        lacking = tuple(slot.name for slot in question.slots if slot.needed and slot.name not in values)
        told = [one for _, _, one in filled if one.depth]
        named = [one for _, _, one in filled if not one.depth]
        signs = (
            worded[0],
            sum(met) / len(met) if met else float(bool(filled)),
            sum(one.share for one in left if not self._aside(one, filled)),
            len(named),
            sum(one.share for one in named),
            bool(question.kind),
            self._otherwise(question, asked, turning),
            sum(sum(not _fits(other, slot) for other in one.things) / len(one.things) for slot, _, one in filled),
            sum(one.share < COVERED for one in named),
            sum(not slot.kinds for slot, _, _ in filled),
            (sum(met) + len(asked.telling) - len(rest)) / len(asked.telling) if asked.telling else 0.0,
            sum(thing.listed for _, thing, _ in filled) if not all(thing.listed for _, thing, _ in filled) else 0,
            len(lacking),
            bool(filled) and question.is_sheet,
            len(told),
            sum(one.share for one in told),
            sum(one.depth for one in told),
            worded[1] or (bool(turning) and all(value >= CLOSE for value in met)),
        )
        sure = (
            all(value >= CLOSE for value in met)
            and (worded[1] or not beside)
            and not told
            and not any(
                (rest and len(slot.kinds) != 1)
                or thing.listed
                or thing.behind
                or one.share < COVERED
                or len(one.things) > 1
                for slot, thing, one in filled
            )
        )
        return Candidate(question, values, dict(zip(SIGNS, map(float, signs), strict=True)), sure, lacking)

    def _turned(
        self, question: Asked, asked: _Question, taken: frozenset[int]
    ) -> tuple[dict[str, str], frozenset[str], frozenset[int]]:
        """What words of *asked* that turn it make of the built *question*, what they do, and where they stand."""
        if not question.kind:
            return {}, frozenset(), frozenset()
        values, does, used = {ADDRESS["kind"]: question.kind}, set[str](), set[int]()
        known, most = self._ways[question.name], max(map(len, self._ways[question.name]), default=0)
        for i, word in enumerate(asked.plain):
            for sense in ("per", "none"):
                if word not in self.senses[sense] or sense in does:
                    continue
                places = range(i + 1, min(i + 1 + (APART if sense == "none" else 1), len(asked.plain)))
                spans = [(j, j + n) for j in places for n in range(most, 0, -1)]
                fitting = (span for span in spans if tuple(asked.means[slice(*span)]) in known)
                span = next((span for span in fitting if taken.isdisjoint(range(*span))), None)
                if span is not None:
                    key = known[tuple(asked.means[slice(*span)])]
                    does.add(sense)
                    used |= {i, *range(*span)}
                    values |= {ADDRESS["group"]: key} if sense == "per" else {ADDRESS["where"] + key: NONE}
        if "count" in asked.senses:
            does.add("count")
        if does & {"per", "count"}:
            values[ADDRESS["count"]] = THINGS
        return values, frozenset(does), frozenset(used)

    def _says(self, question: Asked, asked: _Question, used: frozenset[int], filled: Sequence[_Fill]) -> bool:
        """Whether words beside those *used* name the kind of the built *question*, or what fills it its sort."""
        sorting = (one for _, thing, one in filled if not question.sorts.isdisjoint(thing.kinds))
        if any(not self.is_called(asked.means[i] for i in one.words) for one in sorting):
            return True
        left = {word for i, word in enumerate(asked.means) if i not in used}
        left |= {word for i, alike in enumerate(asked.alike) if i not in used for word in alike}
        return any(left.issuperset(name) for name in self._called[question.name])

    def _otherwise(self, question: Asked, asked: _Question, turning: frozenset[str]) -> float:
        """How far *question* is put in another way than *asked*: for each of what a question can do."""
        put = self._put[question.name]
        if question.kind:
            put = put | {sense: float(sense in turning) for sense in ("none", "count", "per")}
        return level(sum(abs((sense in asked.senses) - put.get(sense, 0.0)) for sense in self.senses))

    @staticmethod
    def _aside(one: Found, filled: Sequence[_Fill]) -> bool:
        """Whether it does not matter that *one* is not taken: a concept or source, or one more of a kind taken."""
        kinds = {kind for slot, _, _ in filled for kind in slot.kinds}
        return all(thing.listed or thing.behind or not kinds.isdisjoint(thing.kinds) for thing in one.things)

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
                    spelt = written(variant)
                    short = "." in variant and len(spelt) == 1 and acronym(spelt[0])
                    said = list(map(fold, spelt))
                    telling = [fold(word) for word in spelt if fold(word) not in self.stop or acronym(word)]
                    meant = [self._named_like(stem(word)) for word in telling or said]
                    known = all(self.means(word) in self._weights for word in meant)
                    ordinary = variant != name and not short and known
                    if meant and not ordinary:
                        without = not self._without.isdisjoint(map(stem, said))
                        made[_Name(number, tuple(dict.fromkeys(meant)), without)] = None
        return list(made)

    @cached_property
    def _named(self) -> Words:
        return Words(word for name in self._names for word in name.stems)

    @cached_property
    def _called_by(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self._names):
            for word in name.stems:
                found[word].append(number)
        return found

    def _rare(self, word: str) -> float:
        return log(1 + len(self._names) / len(self._called_by[word]))

    def alike(self, word: str) -> dict[str, float]:
        """Stem of a phrasing → how much *word* looks like it, or like what means the same."""
        found: dict[str, float] = {}
        for other, value in self._vocabulary.like(word, SAME).items():
            first = self.means(other)
            found[first] = max(found.get(first, 0.0), value)
        if not found:
            found = {self.means(part): PARTED for part in self._vocabulary.parts(word)}
        return found

    def _named_like(self, word: str) -> str:
        """What stands for *word* in names: what means the same, unless it is a word of many questions."""
        first = self.means(word)
        return first if self._weights.get(first, 1.0) >= RARE else word

    def _close(self, word: str) -> dict[str, float]:
        """Stem of a name → how much *word* looks like it, or like what means the same."""
        found = dict(self._named.like(word, SAME))
        for other, value in self._same.like(word, SAME).items():
            first = self._named_like(other)
            if first in self._called_by:
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
                for number in self._called_by[other]:
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

    @cached_property
    def _texts(self) -> tuple[Words, dict[str, list[tuple[int, float]]]]:
        """Words of names and texts of things, by what they mean; word → things that have it, and what it counts."""
        found: dict[str, dict[int, float]] = defaultdict(dict)
        for number, thing in enumerate(self.things if len(self.things) <= MOST_READ else ()):
            if thing.told:
                for value, texts in ((TEXT, thing.told), (1.0, thing.names)):
                    for word in {self.means(stem(word)) for text in texts for word in words(text)} - self._light:
                        found[word][number] = value
        return Words(found), {word: list(things.items()) for word, things in found.items()}

    def told_of(self, asked: _Question) -> list[Found]:
        """The things whose texts say most of what *asked* does, best first."""
        known, having = self._texts
        count = log(1 + len(self.things))
        met: dict[int, dict[int, float]] = defaultdict(dict)
        whole = 0.0
        for i in (i for i, word in enumerate(asked.plain) if i in asked.meant or word.isdecimal()):
            means = self.means(asked.stems[i])
            alike = {means: 1.0} if means in having or means.isdecimal() else known.like(means, SAME)
            alike = alike or dict.fromkeys(known.parts(means), PARTED)
            alike = {word: value for word, value in alike.items() if word in having}
            rare = {word: log(1 + len(self.things) / len(having[word])) for word in alike}
            whole += max(rare.values(), default=count)
            for word, value in alike.items():
                for number, weight in having[word]:
                    met[number][i] = max(met[number].get(i, 0.0), level(value * weight * rare[word]))
        depths = {number: level(sum(hits.values())) for number, hits in met.items()}
        order = sorted(depths, key=lambda number: (-depths[number], self.things[number].value))[:MOST_TOLD]
        return [Found(frozenset(met[n]), (self.things[n],), level(depths[n] / whole), depths[n] / DEEP) for n in order]

    @cached_property
    def _not(self) -> frozenset[str]:
        return frozenset(stem(word) for word in words(" ".join(NOT.values())))

    @cached_property
    def _without(self) -> frozenset[str]:
        """Stems of words that say that something is lacking."""
        return frozenset(map(stem, self.senses["none"]))

    def named(self, asked: Sequence[str], light: Sequence[bool]) -> list[Found]:
        """The things that the question names, of names that overlap those that say most; no entry of a list denied."""
        turned = {i for i, word in enumerate(asked) if word in self._not}
        meant = len(light) - sum(light)
        heavy = list(accumulate(not one for one in light))
        without = [i for i, word in enumerate(asked) if word in self._without]
        met: dict[int, dict[str, tuple[float, int]]] = defaultdict(dict)
        for i, word in enumerate(asked):
            if light[i] and not word.isdecimal():
                continue
            for other, value in self._close(word).items():
                for number in self._called_by[other]:
                    if value > met[number].get(other, (0.0, 0))[0]:
                        met[number][other] = (value, i)
        candidates: dict[frozenset[int], dict[int, tuple[float, float]]] = defaultdict(dict)
        for number, hits in met.items():
            name = self._names[number]
            thing = self.things[name.thing]
            places = frozenset(i for _, i in hits.values())
            first, last = min(places), max(places)
            if (
                len(places) < len(hits)
                or heavy[last] - heavy[first] > len(name.stems) + 2
                or all(light[i] for i in places)
            ):
                continue
            part = sum(self._rare(word) * value for word, (value, _) in hits.items())
            share = level(part / sum(map(self._rare, name.stems)))
            if thing.listed and first - 1 in turned:
                continue
            if thing.behind and len(hits) < meant and all(self.means(word) in self._weights for word in hits):
                continue
            ordinary = thing.behind or thing.listed or all(self.means(word) in self._weights for word in hits)
            if share >= (COVERED if ordinary else PARTLY):
                old = candidates[places].get(name.thing, (0.0, 0.0))
                close = sqrt(len(places) / (heavy[last] - heavy[first] + 1))
                if name.without != any(first - APART <= i <= last for i in without):
                    close *= UNLIKE
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
        longer = [(one.words, one.things) for one in kept]
        kept = [one for one in kept if not any(one.words < words and one.things == of for words, of in longer)]
        return sorted(kept, key=lambda one: sorted(one.words))
