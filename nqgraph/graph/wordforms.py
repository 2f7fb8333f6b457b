"""Words as they are compared: folded, without their endings, and which look alike."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain

#: From where on two words are taken for forms of one word; and for the same name.
LIKELY, SAME, NEARLY = 0.66, 0.78, 0.95
#: From where on a word with one slip is taken for the one that was meant, if it is that long and looks like no other.
SLIPPED, LONG = 0.5, 7
#: Words below that length are compared as they are; one that goes on by so many letters is put together with another.
SHORT, LONGER = 4, 4
#: Shortest parts of a word that is put together.
PART = 4

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_WORD = re.compile(r"[^\W_]+")
_DOTTED = re.compile(r"(?<![^\W_])([^\W\d_])\.(?=[^\W\d_](?:\.|(?![^\W_])))")
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3})[.,](?=\d{3}(?![\d]))")
_ZU = re.compile(
    r"^(ab|an|auf|aus|bei|durch|ein|frei|her|hin|mit|nach|um|vor|weg|weiter|wieder|zurueck|zusammen)zu(.{4,}n)$"
)
_ENDINGS = ("ten", "en", "er", "es", "em", "et", "te", "st", "e", "s", "n", "t")
_ACRONYM = re.compile(r"(?=(?:.*[^\W\d_a-zäöüß]){2})[^\s(),;]+")


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
    """A folded *word* without its ending, and without the *zu* in a verb."""
    word = _ZU.sub(r"\1\2", word)
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


def written(text: str) -> list[str]:
    """The words of *text* as they are written; an abbreviation with dots is one, and so are thousands."""
    return _WORD.findall(_THOUSANDS.sub(r"\1", _DOTTED.sub(r"\1", unicodedata.normalize("NFC", text))))


def words(text: str) -> list[str]:
    """The folded words of *text*."""
    return [fold(word) for word in written(text)]


def acronym(word: str) -> bool:
    """Whether *word* is written as an abbreviation, which is no word without meaning then."""
    return len(word) > 1 and word.isupper()


def _goes_on(one: str, other: str) -> bool:
    """Whether the longer of two words begins with the shorter one and has another word behind it."""
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) >= LONGER and long.startswith(short)


def _slipped(one: str, other: str) -> bool:
    """Whether two words begin alike and differ by one letter more, less or other, or by two that changed places."""
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    end = next((i for i, (a, b) in enumerate(zip(one[::-1], other[::-1], strict=False)) if a != b), None)
    end = min(len(one), len(other)) if end is None else end
    one, other = one[: len(one) - end], other[: len(other) - end]
    return start > 0 and (max(len(one), len(other)) < 2 or (len(one) == 2 and one == other[::-1]))


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
        """
        Stem → how much it looks like *word*, from *least* to 1 (Dice's coefficient of their groups of letters).

        From :data:`SAME` on, what begins with the other and goes on is another word, and if there is none at all, one
        with a slip is meant.
        """
        found: dict[str, float] = {}
        size, shared = 0, Counter[str]()
        if len(word) >= SHORT:
            own = grams(word)
            shared = Counter(chain.from_iterable(self._by_gram.get(gram, ()) for gram in own))
            size, enough = len(own), least / (2 - least)
            for other, count in shared.items():
                if count >= enough * size and len(other) >= SHORT:
                    value = 2 * count / (size + len(grams(other)))
                    if value >= least and not (least >= SAME and _goes_on(word, other)):
                        found[other] = value
        for other in self._by_bare.get(bare(word), ()):
            found[other] = max(found.get(other, 0.0), NEARLY)
        if word in self.known:
            found[word] = 1.0
        if not found and least >= SAME and len(word) >= LONG:
            near = (other for other, count in shared.items() if count >= SLIPPED * size and _slipped(word, other))
            found = dict.fromkeys(near, SAME)
        return found

    def has(self, word: str) -> bool:
        """Whether *word* looks like one of them."""
        return word in self.known or bool(self.like(word, LIKELY))

    def parts(self, word: str) -> tuple[str, ...]:
        """The two of them that *word* is put together from, with or without an s between; none if there are none."""
        for at in range(PART, len(word) - PART + 1):
            back = self._by_bare.get(bare(word[at:]))
            for start in (word[:at], word[:at].removesuffix("s")) if back else ():
                front = self._by_bare.get(bare(stem(start)))
                if front and back and len(stem(start)) >= PART:
                    return front[0], back[0]
        return ()


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
