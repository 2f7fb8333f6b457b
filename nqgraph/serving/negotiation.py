"""Chooses what to answer with by what the client accepts (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nqgraph.words.formats import Format


def negotiate(accept: str | None, offered: Sequence[str]) -> str | None:
    """
    The media type of *offered* that the client likes best, the first of equals; None if it accepts none of them.

    Args:
        accept: The header; without one, anything is welcome.
    """
    if not accept or not accept.strip():
        return offered[0] if offered else None
    ranges = [_parsed(part) for part in accept.split(",") if part.strip()]
    best, found = 0.0, None
    for kind in offered:
        quality = _quality(kind.partition(";")[0].strip().lower(), ranges)
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


def _parsed(part: str) -> tuple[str, float]:
    kind, *parameters = (piece.strip() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                quality = min(1.0, max(0.0, float(value)))
            except ValueError:
                quality = 0.0
    return kind.lower(), quality


def _quality(kind: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The quality of the most specific range that fits."""
    main = kind.partition("/")[0]
    for wanted in (kind, f"{main}/*", "*/*"):
        found = [quality for accepted, quality in ranges if accepted == wanted]
        if found:
            return max(found)
    return 0.0
