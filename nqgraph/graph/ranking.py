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
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from importlib.resources import files
from itertools import accumulate, chain, pairwise
from math import exp, log, sqrt

from nqgraph.graph.wordforms import (
    NEARLY,
    SAME,
    Words,
    acronym,
    bare,
    fold,
    groups,
    stem,
    variants,
    words,
    written,
)
from nqgraph.words.asking import ADDRESS, NONE, NOT, PERSONAL, SENSES
from nqgraph.words.elsewhere import ELSEWHERE
from nqgraph.words.stopwords import STOP

#: Words of a question that are read, and letters of it; the rest is cut off.
MOST_WORDS, MOST_LETTERS = 60, 600
#: Readings that are offered.
READINGS = 3
#: What signs say for a reading that may run by itself, and how much more than for the next one: if the question is a
#: phrasing of it and of no other and asks of one thing alone, if a thing is named or it is a phrasing, and else.
CERTAIN, ALONE, LEAD, CLEARER = 5.0, 1.5, 3.5, 5.5
#: Where the best reading says less than that, the last one gives way to a fact sheet that says at most so much less.
PLAIN, FAR = 8.0, 2.0
#: What signs say together is divided by that for a score from 0 to 1.
SOFTLY = 4.0
#: Things that a part of a question can name are at least so good beside the best.
CLOSE = 0.9
#: How much of a name must be there, by how rare its words are; and where none of them is a word of the questions.
COVERED, PARTLY = 0.75, 0.4
#: From what weight on a word is one of few questions.
RARE = 0.5
#: What a word without meaning of its own counts; a word as a whole beside its groups of letters; a kind of thing.
LIGHT, WHOLE, KIND = 0.25, 2.0, 2.5
#: Groups of letters say nothing that more than one in so many questions has.
COMMON = 2
#: The length of a word whose groups of letters count as one sign each.
USUAL = 4.0
#: Digits that sums are compared by: they are equal whatever the order in which they were added.
DIGITS = 6
#: What is nearer by less than that is as near.
TINY = 1e-9
#: How many things of a question are left out and taken in turn, the ones that say most first; the rest is left out.
MOST_FOUND = 4
#: Names that are tried although they overlap one that says more.
MOST_BESIDE = 2
#: What a word counts beforehand in each question, in phrasings.
BEFOREHAND = 2.0
#: What the mark of the first word begins with.
FIRST = "^"
#: Most digits of a number.
MOST_DIGITS = 9
#: How much a part of a word that is put together is taken for the whole.
PARTED = 0.8
#: What a name is worth that says nothing is lacking where the question does, or the other way round.
UNLIKE = 0.85

#: How many words may stand between one that turns a question and what it is about.
APART = 3
#: From where on the likeness of a phrasing tells more than likeness.
NEAR = 0.7
#: Name of the readings that are built questions.
TABLE = "table"
#: What a built question counts: its things.
THINGS = "."

#: What tells for or against a reading: likeness of the nearest phrasing, and of all together; share of the words that
#: the question is asked with; how much its words speak for it, and those without meaning of their own; things that it
#: cannot take; what the nearest phrasing has beside; things taken, and how much of their names is said; whether it is
#: built; how far it is put otherwise (without, how many, who, …); things taken though others are called so as well, and
#: those whose name is said in part; how much the nearest phrasing is the question itself; things where any would do;
#: share of all words that are taken or that the question is asked with; entries of lists taken beside other things;
#: what it needs and is not named; whether it is what a thing is asked by its mere name; how much the first word with a
#: meaning of its own speaks for it, and words side by side.
SIGNS = (
    *("nearest", "together", "covered", "words", "light", "unplaced", "unfilled", "taken", "said"),
    *("built", "otherwise", "astray", "partial", "exact", "loose", "whole", "listed"),
    *("lacking", "sheet", "first", "pairs"),
)
#: What tells whether a question is one to the graph: always the same; share of the words that are not known; words
#: about something else; whether it is about the one who asks; whether it names a kind of things; how much of the name
#: of a single thing it says; share of its words that name something; signs of the best reading.
TAKEN = ("start", "unknown", "elsewhere", "personal", "kinds", "single", "named", "nearest", "covered", "whole")

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


@dataclass(frozen=True)
class _Spoken:
    """How a canned question is asked."""

    #: Numbers of its phrasings.
    phrasings: range
    #: What their words mean.
    means: frozenset[str]
    #: Marks of them → how many have each.
    marks: Counter[str]


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
        away = [i for i in self.meant if self.stems[i] in ranking.elsewhere]
        self.elsewhere = float(len({*away, *(i for i in self.unknown if strict[i])}))
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
        full = [one for one in self.found if one.share >= COVERED]
        self.single = max((one.share for one in full if any(map(ranking.is_single, one.things))), default=0.0)
        self.named = len({i for one in full for i in one.words}) / (len(self.meant) or 1)

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
        }


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
    return tuple(slot.kinds) if len(slot.kinds) == 1 else ("*",)


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
        said = any(not one.asked.kind and one.signs["nearest"] > NEARLY for _, one in best.values())
        fitting = [one for one in best.values() if not (said and one[1].is_bare)]
        order = sorted(fitting, key=lambda one: (-one[0], one[1].asked.name))
        sheet = next((one for one in order if one[1].asked.is_sheet and one[1].signs["said"] >= COVERED), None)
        order = order[:READINGS]
        if sheet and sheet not in order and order[0][0] < PLAIN and order[-1][0] - sheet[0] < FAR:
            order[-1] = sheet
        if order:
            signs = {**asked.told, **order[0][1].signs}
            order = order if told(signs, learned()["taken"]) >= 0 else []
        readings = []
        for place, (value, one) in enumerate(order):
            beside = order[place + 1 :][:1]
            lead = value - beside[0][0] if beside else CLEARER
            same = one.signs["nearest"] > NEARLY
            alone = same and one.asked.needs_one and not any(other.signs["nearest"] > NEARLY for _, other in beside)
            enough = ALONE if alone else LEAD if one.signs["taken"] or same else CLEARER
            clear = place == 0 and value >= CERTAIN and lead >= enough and not asked.unknown
            telling = len(asked.meant) > 1 or len(asked.written) == 1 or bool(same and one.signs["taken"])
            telling = telling and (same or one.signs["words"] > 0)
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

    @cached_property
    def _put(self) -> dict[str, dict[str, float]]:
        """Question → share of its phrasings that do each of what a question can do."""
        found: dict[str, dict[str, float]] = {}
        for asked in self.questions:
            said = [self.put(words(_SLOT.sub(" ", phrasing))) for phrasing in asked.phrasings]
            found[asked.name] = {sense: sum(sense in one for one in said) / (len(said) or 1) for sense in self.senses}
        return found

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
            said = [self._phrasings[number].stems for number in own]
            marks = Counter(chain.from_iterable({*map(self.means, one), *self._marks(one)} for one in said))
            found[asked.name] = _Spoken(own, frozenset(map(self.means, chain.from_iterable(said))), marks)
        return found

    @cached_property
    def _marked(self) -> Counter[str]:
        """Marks of phrasings → how many have each."""
        total: Counter[str] = Counter()
        for spoken in self._spoken.values():
            total.update(spoken.marks)
        return total

    def _marks(self, stems: Sequence[str]) -> list[str]:
        """What marks a text beside what its words mean: the first with a meaning of its own, and two side by side."""
        telling = (self.means(word) for word in stems if word not in self._light)
        first = next((word for word in telling if word not in self.usual), "")
        return list(dict.fromkeys([f"{FIRST}{first}", *map(" ".join, pairwise(map(self.means, stems)))]))

    def _features(self, stems: Iterable[str]) -> dict[str, float]:
        """What a text is compared by: its words by what they mean, their groups of letters, and how much of each."""
        found: dict[str, float] = defaultdict(float)
        for word in stems:
            weight = LIGHT if word in self._light or self.means(word) in self.usual else 1.0
            found[f"={self.means(word)}"] += WHOLE * weight
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
        for phrasing, features in zip(self._phrasings, self._featured, strict=True):
            having[phrasing.asked.name].update(features)
        counts = Counter(chain.from_iterable(having.values()))
        most = len(self.questions)
        kept = ((feature, count) for feature, count in counts.items() if count * COMMON <= most or feature[0] == "=")
        return {feature: log(1 + most / count) for feature, count in kept}

    @cached_property
    def _featured(self) -> list[dict[str, float]]:
        """What each phrasing is compared by, for :attr:`_index`, which drops it."""
        return [self._features(phrasing.stems) for phrasing in self._phrasings]

    def _weighed(self, features: Mapping[str, float]) -> dict[str, float]:
        """What questions have of the *features* of a text, by how rare it is."""
        known = self._rareness
        return {name: log(1 + n) * known[name] for name, n in features.items() if name in known}

    def _vector(self, features: Mapping[str, float], kinds: Iterable[str]) -> dict[str, float]:
        """What a text is compared by, its *features* and the *kinds* of things in it, of length 1."""
        weights = self._weighed(features)
        for kind in kinds:
            weights[f"{{{kind}}}"] = weights.get(f"{{{kind}}}", 0.0) + KIND
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {name: weight / length for name, weight in weights.items()}

    @cached_property
    def _index(self) -> tuple[dict[str, list[tuple[int, float]]], dict[str, float]]:
        """Feature → the phrasings that have it, and what it weighs there; question → length of the sum of its."""
        found: dict[str, list[tuple[int, float]]] = defaultdict(list)
        sums: dict[str, dict[str, float]] = {asked.name: defaultdict(float) for asked in self.questions}
        for number, (phrasing, features) in enumerate(zip(self._phrasings, self._featured, strict=True)):
            total = sums[phrasing.asked.name]
            kinds = [kind for slot in phrasing.slots for kind in _kinds_of(slot)]
            for feature, weight in self._vector(features, kinds).items():
                found[feature].append((number, weight))
                total[feature] += weight
        self.__dict__.pop("_featured", None)
        return found, {name: sqrt(sum(weight * weight for weight in total.values())) for name, total in sums.items()}

    def steps(self) -> Iterator[Callable[[], object]]:
        """What is computed when the first question comes, step by step, for those who want to have it before."""
        for name in ("_phrasings", "_rareness", "_index", "_vocabulary", "_names", "_named", "_all"):
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
        said = set(self._weights)
        same = {stem(word) for group in self.synonyms for word in words(group)}
        return Words({*said, *(word for word in same if self.means(word) in said)})

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
        asked_for = [one for one in self.questions if not one.kind or self.calls(one, asked)]
        slots = list({slot.kinds: slot for one in asked_for for slot in one.slots}.values())
        placed = [one for one in asked.found if any(_fits(thing, slot) for thing in one.things for slot in slots)]
        placed = [one for one in placed if not self._goes_without_saying(one, placed)]
        best = sorted(placed, key=lambda one: (-level(one.share * len(one.words)), sorted(one.words)))
        tried = sorted(best[:MOST_FOUND], key=lambda one: sorted(one.words))
        choices: list[list[Found]] = [[]]
        for one in tried:
            choices += [[*some, one] for some in choices]
        whole = self._weighed(self._features(asked.stems))
        nearness = [0.0] * len(self._phrasings)
        self._draw(nearness, whole)
        for chosen in choices:
            taken = frozenset(i for one in chosen for i in one.words)
            if sum(len(one.words) for one in chosen) > len(taken):
                continue
            by_kinds: dict[tuple[str, ...], list[Asked]] = defaultdict(list)
            for question in asked_for:
                filled = _filled(question.slots, question.slots, chosen)
                if filled is not None:
                    kinds = sorted(kind for slot, _, _ in filled for kind in _kinds_of(slot))
                    by_kinds[tuple(kinds)].append(question)
            if not by_kinds:
                continue
            weights = self._weighed(self._features(word for i, word in enumerate(asked.stems) if i not in taken))
            alone = nearness.copy()
            self._draw(alone, {f: weights.get(f, 0.0) - w for f, w in whole.items() if weights.get(f, 0.0) != w})
            square = sum(weight * weight for weight in weights.values())
            for kinds_of_them, questions in by_kinds.items():
                counts = Counter(kinds_of_them)
                length = sqrt(square + sum((KIND * count) ** 2 for count in counts.values())) or 1.0
                for question in questions:
                    near = self._near(question, alone, counts)
                    candidate = self._candidate(question, asked, chosen, taken, near, length)
                    if candidate:
                        yield candidate

    def _goes_without_saying(self, one: Found, beside: Iterable[Found]) -> bool:
        """Whether *one* is meant anyway, and others of its kind are named *beside* it."""
        if not any(thing.value in self.usual_things for thing in one.things):
            return False
        kinds = {kind for thing in one.things for kind in thing.kinds}
        others = [thing for other in beside if other is not one for thing in other.things]
        return any(not kinds.isdisjoint(thing.kinds) for thing in others)

    def _near(self, question: Asked, alone: Sequence[float], kinds: Mapping[str, int]) -> list[float]:
        """How near each phrasing of *question* is: as it is *alone*, and nearer for having places for *kinds*."""
        own = self._spoken[question.name].phrasings
        near = list(alone[own.start : own.stop])
        for kind, count in kinds.items():
            places = self._places[kind][own.start : own.stop]
            near = [value + KIND * count * place for value, place in zip(near, places, strict=True)]
        return near

    @cached_property
    def _places(self) -> dict[str, list[float]]:
        """Kind → what places for it weigh in each phrasing."""
        found = {}
        for kind in {kind for asked in self.questions for slot in asked.slots for kind in _kinds_of(slot)}:
            found[kind] = [0.0] * len(self._phrasings)
            for number, weight in self._index[0].get(f"{{{kind}}}", ()):
                found[kind][number] = weight
        return found

    def _draw(self, near: list[float], weights: Mapping[str, float]) -> None:
        """Bring phrasings with the features of *weights* that much nearer."""
        index = self._index[0]
        for feature, weight in weights.items():
            for number, other in index.get(feature, ()):
                near[number] += weight * other

    def _candidate(
        self,
        question: Asked,
        asked: _Question,
        chosen: Sequence[Found],
        taken: frozenset[int],
        near: Sequence[float],
        length: float,
    ) -> Candidate | None:
        """*question* with the things *chosen*, whose words are *taken*; its phrasings are *near* by *length*."""
        spoken = self._spoken[question.name]
        top = max(near, default=0.0)
        most = level(top / length)
        if most <= 0:
            return None
        closest = next(place for place, value in enumerate(near) if value >= top - TINY)
        nearest = self._phrasings[spoken.phrasings[closest]]
        filled = _filled(question.slots, nearest.slots, chosen)
        if filled is None:
            return None
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
        met = [max((v for word, v in asked.alike[i].items() if word in spoken.means), default=0.0) for i in rest]
        known = set(values.values())
        left = [
            one
            for one in asked.found
            if not one.words & taken
            and not any(thing.value in known for thing in one.things)
            and not all(self.means(asked.stems[i]) in spoken.means for i in one.words)
        ]
        beside = [word for i, word in enumerate(asked.stems) if i not in taken]
        words, light = self._speaks(spoken, beside)
        first, *pairs = (self._oftener(spoken, mark) for mark in self._marks(beside))
        lacking = tuple(slot.name for slot in question.slots if slot.needed and slot.name not in values)
        signs = (
            most,
            level(sum(near) / length) / self._index[1][question.name],
            sum(met) / len(met) if met else 1.0 if filled else most,
            words,
            light,
            sum(one.share for one in left if not self._aside(one, filled)),
            sum(slot.name not in values for slot in nearest.slots),
            len(filled),
            sum(one.share for _, _, one in filled),
            bool(question.kind),
            self._otherwise(question, asked, turning),
            sum(sum(not _fits(other, slot) for other in one.things) / len(one.things) for slot, _, one in filled),
            sum(one.share < COVERED for _, _, one in filled),
            max(0.0, most - NEAR),
            sum(not slot.kinds for slot, _, _ in filled),
            (sum(met) + len(asked.telling) - len(rest)) / len(asked.telling) if asked.telling else most,
            sum(thing.listed for _, thing, _ in filled) if not all(thing.listed for _, thing, _ in filled) else 0,
            len(lacking),
            bool(filled) and question.is_sheet,
            first,
            sum(pairs),
        )
        sure = (
            all(value >= CLOSE for value in met)
            and not left
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
        return level(sum(abs((sense in asked.senses) - put[sense]) for sense in self.senses))

    @staticmethod
    def _aside(one: Found, filled: Sequence[_Fill]) -> bool:
        """Whether it does not matter that *one* is not taken: a concept or source, or one more of a kind taken."""
        kinds = {kind for slot, _, _ in filled for kind in slot.kinds}
        return all(thing.listed or thing.behind or not kinds.isdisjoint(thing.kinds) for thing in one.things)

    def _speaks(self, spoken: _Spoken, stems: Iterable[str]) -> tuple[float, float]:
        """How much more often than others a question is asked with *stems* (naive Bayes): heavy ones, light ones."""
        found = {True: 0.0, False: 0.0}
        for word in dict.fromkeys(stems):
            found[word in self._light] += self._oftener(spoken, self.means(word))
        return found[False], found[True]

    def _oftener(self, spoken: _Spoken, mark: str) -> float:
        """How much more often than others a question is asked with *mark*; 0 if none is."""
        if mark == FIRST or not (total := self._marked[mark]):
            return 0.0
        usual = total / len(self._phrasings)
        return log((spoken.marks[mark] + BEFOREHAND * usual) / (len(spoken.phrasings) + BEFOREHAND) / usual)

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
            first, last = min(places), max(places)
            if len(places) < len(hits) or heavy[last] - heavy[first] > len(name.stems) + 2:
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
