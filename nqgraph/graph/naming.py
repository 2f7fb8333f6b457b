"""
Names as they are compared: what one name can mean, however it is spelled.

Umlauts and their transliterations, forms for men and women, abbreviations, brackets, legal forms, and words that say
which kind of place is meant (“Kreis”, “Stadt”) are brought into one form. Compounds stay whole: a part is no name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from nqgraph.graph.wordforms import bare, fold

#: Letters of a name that are read.
MOST_LETTERS = 400
#: Readings of a name that are kept.
MOST_READINGS = 12
#: Letters from which on a word is compared by its looks.
LONG = 5

#: Words that relate others and name nothing.
_SMALL = frozenset({
    "der", "die", "das", "des", "dem", "den", "ein", "eine", "und", "u", "fuer", "von", "vom", "zu", "zur", "zum", "im",
    "in", "am", "an", "bei", "beim", "auf", "aus", "mit", "the", "of", "for", "and", "at", "to", "on", "a",
})  # fmt: skip
#: Legal forms of bodies.
_LEGAL = re.compile(
    r"\b(?:e\.\s?V\.|g?GmbH|gUG|mbH|AG|KG|eG|SE|e\.\s?G\.|gAG|Ltd\.?|Inc\.?|(?:K\.?\s?d\.?|A\.?)\s?ö\.?\s?R\.?)(?=[\s,;)]|$)"
)
#: What kind of place another name belongs to: “Jobcenter der Stadt Köln”.
_OF_PLACE = re.compile(r"\b(?:der (?:Landeshauptstadt|Stadt)|des (?:Landes|Freistaate?s)) (?=[A-ZÄÖÜ])")
#: What stands for the form of the other sex.
_BINARY = re.compile(
    r"(?<=[^\W\d_])(?:\s?\((?:-?in|inn?en|-?innen|inne?n?)\)(?:e?n)?|[/:*_·•](?:-?)innen|[/:*_·•]-?in)\b"
)
_OPEN = re.compile(r"(?<=[^\W\d_])(?:\(inn\)en|\(inne\)n|\(en?\)|[/:*_]-?innen\b|\(innen\)|\(in\)|\(-in\))")
_INNER = re.compile(r"(?<=[a-zäöüß])In(?:nen)?\b")
_ENDING_R = re.compile(r"(?<=e)(?:/-?r|\(r\)|[:*_]r)\b")
_PAIR = re.compile(r"(\w*)mann\s?/\s?-?(?:\w*)frau\b|(\w*)frau\s?/\s?-?(?:\w*)mann\b", re.IGNORECASE)
#: Endings of words for persons that a form for women continues.
_PERSON = ("er", "ist", "or", "ent", "ant", "eur", "at", "log", "ier", "loge", "koch", "wirt")
_WOMEN = {
    "koechin": "koch", "aerztin": "arzt", "anwaeltin": "anwalt", "beamtin": "beamte", "baeuerin": "bauer",
    "koeche": "koch", "aerzte": "arzt", "anwaelte": "anwalt", "koechinnen": "koch", "aerztinnen": "arzt",
    "anwaeltinnen": "anwalt", "beamtinnen": "beamte", "baeuerinnen": "bauer",
}  # fmt: skip
_DECLINED = re.compile(r"(gestellte|beauftragte|beamte|sche|kundige|sachverstaendige)[rnms]$")
_BRACKET = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
#: A word of a name.
WORD = re.compile(r"[^\W_]+")
#: The same, or the beginning of one with a point for the rest.
_WORD_OR_CUT = re.compile(r"[^\W\d_]{3,}\.(?=[\s,;)-]|$)|[^\W_]+")
_SLASHED = re.compile(r"([^\W\d_]{3,})\s?/\s?([^\W\d_]{3,})")
_ACRONYM = re.compile(r"(?:[A-ZÄÖÜ]\.?){2,7}|(?=(?:.*[A-ZÄÖÜ]){2})[A-Za-zÄÖÜäöü]{2,6}")
#: What stands behind a dash tells a thing from others only where it says how far or how high; what is related is more.
_BEHIND = re.compile(r"\s+-\s+|\s+(?:und verwandte|and related)\s+(?=\w+$)", re.IGNORECASE)
_LEVEL = re.compile(
    r"helfer|hilfs|anlern|spezialist|experte|aufsicht|leitung|assistant|helper|specialist", re.IGNORECASE
)
#: A small word of which only a letter is written.
_LETTER = re.compile(r"\b[a-zäöü]\.\s?(?=[^\W\d_])")
#: An abbreviation in brackets, or at one end of a name.
_SHORT_WITHIN = re.compile(r"\(([A-ZÄÖÜ]\w{1,6})\)|^([A-ZÄÖÜ]{3,6})\b|\b([A-ZÄÖÜ]{3,6})$")
_DOTTED = re.compile(r"\b(?:[A-ZÄÖÜ]\.){2,}")

#: How a place says what kind it is → the kind. What stands first is looked for first.
_KINDS: tuple[tuple[str, str], ...] = (
    (r"regierungsbezirk|reg\.?-?bez\.|rb|administrative district", "district"),
    (r"(?:bundes)?republik|königreich|fürstentum|(?:federal )?republic of|kingdom of", "country"),
    (r"freistaat|bundesland|land|state of|federal state|freie (?:und )?hansestadt", "state"),
    (r"städteregion|staedteregion", "county"),
    (r"landkreis|lkr\.?|kreis|county", "county"),
    (
        r"(?:kreisfreie |landeshaupt|hanse|universitäts)?stadt|krfr\. st(?:adt|\.)|stadtkreis|gemeinde|city(?: of)?",
        "town",
    ),
)
_FIRST = [(re.compile(rf"^(?:{words})\s+(?=\S)", re.IGNORECASE), kind) for words, kind in _KINDS]
_LAST = [(re.compile(rf"(?:,\s*|\s+\(|\s+-\s+)(?:{words})\)?$", re.IGNORECASE), kind) for words, kind in _KINDS]
_WHOLE = [(re.compile(rf"(?:{words})", re.IGNORECASE), kind) for words, kind in (*_KINDS, ("staat|country", "country"))]
_COUNTY = re.compile(r"(?:(?<=[a-zäöüß.])[- ]kreis\b|(?<=[a-zäöüß]{3})kreis$)", re.IGNORECASE)
#: Circles of people.
_CIRCLES = re.compile(
    r"(?:arbeits|gesprächs|freundes|förder|personen|themen|experten|fach|leser|um|teilnehmer)kreis$", re.IGNORECASE
)
#: A word whose end the next one has, too.
_ELIDED = re.compile(r"([^\W\d_]{4,})-(?=\s*(?:,|und\b|u\.|oder\b|&))")
_LINK = re.compile(r"(?<=[^\W\d_]{4})(?:en|n|s|e)$")


@dataclass(frozen=True, slots=True)
class Name:
    """One reading of a name."""

    #: The whole of it: letters and digits alone, in lower case, ä as ae.
    plain: str
    #: What names in it, each word in one form.
    words: tuple[str, ...]
    #: Which kind of place it says it is; "" for none.
    kind: str = ""
    #: Whether something that may tell it from others was left out: what stood in brackets.
    short: bool = False

    @property
    def key(self) -> str:
        """What names that mean the same have in common, wherever their words stand."""
        return " ".join(sorted(map(bare, self.words)))


def readings(text: str, abbreviations: Mapping[str, str] | None = None) -> tuple[Name, ...]:
    """
    What the name *text* can be compared as, the nearest to what is written first.

    Args:
        abbreviations: Folded abbreviation → name that it stands for.
    """
    written = _written(text[:MOST_LETTERS])
    if not abbreviations:
        return written
    found = dict.fromkeys(written)
    for name in written:
        places = [i for i, word in enumerate(name.words) if word in abbreviations]
        for chosen in product((False, True), repeat=min(len(places), 3)):
            if any(chosen):
                spelled = {i for i, yes in zip(places, chosen, strict=False) if yes}
                parts = [_words(abbreviations[w]) if i in spelled else (w,) for i, w in enumerate(name.words)]
                words = tuple(dict.fromkeys(word for part in parts for word in part))
                found[Name("".join(words), words, name.kind, name.short)] = None
    return tuple(islice(found, MOST_READINGS))


@lru_cache(maxsize=50_000)
def _written(text: str) -> tuple[Name, ...]:
    text = unicodedata.normalize("NFC", " ".join(text.split())).replace("’", "'").replace("–", "-")
    plain = "".join(map(fold, WORD.findall(text)))
    if not plain:
        return ()
    joined = _DOTTED.sub(lambda found: found[0].replace(".", ""), text)
    wholes: dict[tuple[str, bool], str] = {}
    body, kind = _placed(_PAIR.sub(lambda m: f"{m[1] or m[2]}mann", _one_sex(joined)))
    wholes[body, False] = kind
    inner = _BRACKET.findall(body)
    if inner:
        outer = _BRACKET.sub(" ", body).strip()
        if outer:
            acronyms = all(_is_short_for(part.strip(), outer) for part in inner)
            wholes.setdefault((outer, not acronyms), kind)
    head, *rest = _BEHIND.split(_BRACKET.sub(" ", body).strip())
    if head and rest and not any(map(_LEVEL.search, rest)):
        wholes.setdefault((head, True), kind)
    for part in rest:  # “ADAC – Allgemeiner Deutscher Automobil-Club”
        if part[:1].isupper() and " " in part:
            wholes.setdefault((part, True), kind)
    found: dict[Name, None] = {}
    for (whole, short), kind in wholes.items():
        for one in _alternatives(whole):
            words = _words(one)
            if words:
                found[Name(plain if not short else "".join(words).replace(".", ""), words, kind, short)] = None
    return tuple(islice(found, MOST_READINGS))


def kind_of(text: str) -> str:
    """Which kind of place a word such as “kreisfreie Stadt” says; "" for none."""
    return next((kind for words, kind in _WHOLE if words.fullmatch(text.strip())), "")


def abbreviations_in(names: Iterable[Iterable[str]]) -> dict[str, str]:
    """
    Folded abbreviation → what it stands for, by things that have both among their names; ambiguous ones are left out.

    Args:
        names: The names of each thing, the first one first.
    """
    found: dict[str, dict[str, None]] = {}
    for called in names:
        listed = [_DOTTED.sub(lambda m: m[0].replace(".", ""), name.strip()) for name in called]
        for short in listed:
            if _ACRONYM.fullmatch(short):
                rest = [re.sub(rf"^{short}\s*[–-]\s*", "", _BRACKET.sub(" ", name)).strip() for name in listed]
                long = next((name for name in rest if _is_short_for(short, name)), "")
                if long:
                    found.setdefault(fold(short), {})[long] = None
        for name in listed:
            for said in _SHORT_WITHIN.finditer(name):
                inner = said[said.lastindex or 0]
                outer = name[: said.start()].strip() or name[said.end() :].strip(" –-")
                if _is_short_for(inner, outer):
                    found.setdefault(fold(inner), {})[outer] = None
    return {short: next(iter(long)) for short, long in found.items() if len({_words(n) for n in long}) == 1}


def initials_in(names: Iterable[Iterable[str]]) -> dict[str, str]:
    """
    Initials → the first words of a name, small ones counted or not: what nobody has said, but some write.

    Args:
        names: The names of each thing.
    """
    found: dict[str, dict[str, None]] = {}
    for name in dict.fromkeys(name for called in names for name in called):
        words = list(WORD.finditer(name))[:6]
        for count in range(2, len(words) + 1):
            said = [fold(word[0]) for word in words[:count]]
            for letters in {"".join(w[0] for w in said), "".join(w[0] for w in said if w not in _SMALL)}:
                if 3 <= len(letters) <= 5 and said[-1] not in _SMALL:
                    found.setdefault(letters, {})[name[: words[count - 1].end()]] = None
    return {short: next(iter(long)) for short, long in found.items() if len({_words(n) for n in long}) == 1}


def _is_short_for(short: str, long: str) -> bool:
    """Whether the letters of *short* stand in *long* in their order, the first one first."""
    letters, rest = fold(short.replace(".", "")), fold("".join(WORD.findall(long)))
    said = [fold(word) for word in WORD.findall(long)]
    if letters in said or not _ACRONYM.fullmatch(short) or len(rest) < 2 * len(letters) or rest[:1] != letters[:1]:
        return False
    at = iter(rest)
    return all(letter in at for letter in letters)


def _placed(text: str) -> tuple[str, str]:
    """A name without the word for the kind of place that it is, and that kind."""
    for pattern, kind in (*_FIRST, *_LAST):
        rest = pattern.sub("", text, count=1)
        if rest != text and WORD.search(rest):
            return rest, kind
    rest = text if _CIRCLES.search(text) else _COUNTY.sub(" ", text, count=1).strip()
    return (rest, "county") if rest != text and WORD.search(rest) else (text, "")


def _one_sex(text: str) -> str:
    text = _ENDING_R.sub("", text)
    text = _OPEN.sub("", text)
    text = _BINARY.sub("", text)
    return _INNER.sub("", text)


def _alternatives(text: str) -> list[str]:
    """*text* with each of the words that a slash parts: Koch/Köchin."""
    found = _SLASHED.search(text)
    if found is None:
        return [text]
    halves = [text[: found.start()] + half + text[found.end() :] for half in (found[1], found[2])]
    return [one for half in halves for one in _alternatives(half)][:MOST_READINGS]


@lru_cache(maxsize=50_000)
def _words(text: str) -> tuple[str, ...]:
    text = _LETTER.sub("", _OF_PLACE.sub("", _LEGAL.sub(" ", text)))
    text = _ELIDED.sub(lambda found: _LINK.sub("", found[1]), text)
    all_words = [w if w[-1] == "." else form(w) for w in map(fold, _WORD_OR_CUT.findall(text))]
    words = [word for word in all_words if word not in _SMALL]
    words = list(dict.fromkeys(words or all_words))
    for i in range(len(words) - 1):  # Maschinenführer und Anlagenführer: Maschinen- und Anlagenführer
        same = _common_end(words[i], words[i + 1])
        if same >= LONG and len(words[i]) - same >= LONG - 1 and len(words[i + 1]) - same >= LONG - 1:
            rest = words[i][: len(words[i]) - same]
            words[i] = rest if words[i][len(rest) :].startswith("en") else _LINK.sub("", rest)
    return tuple(words)


@lru_cache(maxsize=50_000)
def form(word: str) -> str:
    """A folded *word* in the form that names are compared by."""
    if word in _WOMEN:
        return _WOMEN[word]
    for ending in ("innen", "in"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= LONG - 1 and rest.endswith(_PERSON):
            return rest
    if len(word) > 6 and word.endswith(("frau", "leute")):
        return word.removesuffix("frau").removesuffix("leute") + "mann"
    word = _DECLINED.sub(r"\1", word)
    return word[:-1] if len(word) > 6 and word.endswith("ern") else word


@lru_cache(maxsize=50_000)
def root(word: str) -> str:
    """What words with other endings have in common: *verkauf* of *verkaufer*."""
    for ending in ("ern", "er", "en", "e", "n", "s"):
        if len(word) - len(ending) >= LONG - 1 and word.endswith(ending):
            return word.removesuffix(ending)
    return word


def _common_end(one: str, other: str) -> int:
    count = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if a != b:
            break
        count += 1
    return count
