"""Chooses what to answer with by what the client accepts (RFC 9110, section 12)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from nqgraph.words.formats import Format

#: A quality (RFC 9110, section 12.4.2).
_WEIGHT = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")


class Wish(NamedTuple):
    """One thing a client accepts: a media range, a language or a coding, with its quality."""

    name: str
    quality: float
    #: Whether other parameters than the quality narrow it down.
    narrow: bool = False


def wishes(header: str | None) -> list[Wish]:
    """What an Accept header of any sort lists, in its order; an ill-formed quality is none at all."""
    found = []
    for element in _split(header or "", ","):
        name, *parameters = [part.strip() for part in _split(element, ";")] or [""]
        quality, narrow = 1.0, False
        for parameter in parameters:
            key, _, value = (part.strip() for part in parameter.partition("="))
            if key.lower() == "q":
                quality = float(value) if _WEIGHT.fullmatch(value) else 0.0
                break  # what follows is no part of the range
            narrow = narrow or bool(key)
        if name:
            found.append(Wish(name.lower(), quality, narrow))
    return found


def _split(text: str, sign: str) -> list[str]:
    """*text* parted at *sign*, but for quoted texts (RFC 9110, section 5.6)."""
    return [match[0] for match in re.finditer(rf'(?:[^{sign}"]|"(?:[^"\\]|\\.)*(?:"|$))+', text)]


def negotiate(accept: str | None, offered: Sequence[str]) -> str | None:
    """
    The media type of *offered* that the client likes best, the first of equals; None if it accepts none of them.

    Args:
        accept: The header; without one, anything is welcome.
    """
    if not accept or not accept.strip():
        return offered[0] if offered else None
    listed = wishes(accept)
    best, found = 0.0, None
    for kind in offered:
        quality = _quality(kind.partition(";")[0].strip().lower(), listed)
        if quality > best:
            best, found = quality, kind
    return found


def choose(accept: str | None, offered: Iterable[Format]) -> Format | None:
    """The format of *offered* that the client likes best, by its media type or by what others call that."""
    listed = list(offered)
    known = {form.media: form for form in listed}
    for form in listed:
        known |= {alias: form for alias in form.aliases if alias not in known}
    found = negotiate(accept, list(known))
    return None if found is None else known[found]


def _quality(kind: str, listed: Sequence[Wish]) -> float:
    """The quality of the most specific range that fits: the type itself, it with parameters, its group, anything."""
    main = kind.partition("/")[0]
    for wanted, narrow in ((kind, False), (kind, True), (f"{main}/*", False), ("*/*", False)):
        found = [wish.quality for wish in listed if wish.name == wanted and wish.narrow is narrow]
        if found:
            return max(found)
    return 0.0


def language(accept: str | None, offered: Sequence[str]) -> str:
    """
    The language of *offered* that the reader likes best, the first that is listed of equals; else the first offered.

    A wish for ``de-AT`` is one for ``de`` where nothing is said of that (RFC 4647, section 3.4).
    """
    listed = wishes(accept)

    def liked(tag: str) -> tuple[float, int]:
        ranked = [(_closeness(wish.name, tag), wish.quality, -place) for place, wish in enumerate(listed)]
        closeness, quality, place = max(ranked, default=(0, 0.0, 0))
        return (quality, place) if closeness else (0.0, 0)

    best = max(offered, key=liked)
    return best if liked(best)[0] else offered[0]


def _closeness(wanted: str, tag: str) -> int:
    return 3 if wanted == tag else 2 if wanted.startswith(tag + "-") else 1 if wanted == "*" else 0


def accepts(header: str, coding: str) -> bool:
    """Whether the client takes a content *coding* (RFC 9110, section 12.5.3)."""
    listed = {wish.name: wish.quality for wish in wishes(header)}
    return listed.get(coding, listed.get("*", 0.0)) > 0
