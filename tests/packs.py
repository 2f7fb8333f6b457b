"""What the one file packs, as its scripts read it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import zstandard


def part(document: str, name: str) -> Any:
    """The part *name* of the *document*; pages by id and language; {} where it has none."""
    data = raw(document, name)
    if data is None:
        return {}
    texts = json.loads(raw(document, "texts") or b"[]")
    found = shared(json.loads(data), texts)
    return pages(found, texts, numbers(raw(document, "numbers") or b"")) if name == "pages" else found


def raw(document: str, name: str) -> bytes | None:
    """The bytes of the part *name*, or of what has an element of its own."""
    if found := _element(document, name):
        return found
    head, _, rest = (_element(document, "parts") or b"{}").partition(b"\n")
    at = 0
    for part, size in json.loads(head).items():
        if part == name:
            return rest[at : at + size]
        at += size
    return None


@lru_cache(maxsize=8)
def _element(document: str, name: str) -> bytes | None:
    found = re.search(rf"<script [^>]*id=packed_{name}[^>]*>([^<]+)<", document)
    return unpacked(found[1].encode()) if found else None


#: All that can be seen in ASCII but what begins a tag, a reference or an escape.
SIGNS = {sign: value for value, sign in enumerate(sign for sign in range(33, 127) if sign not in b"<&\\")}


def unpacked(packed: bytes) -> bytes:
    """Zstandard in basE91: two signs are thirteen bits, or fourteen where those are a small number."""
    found, queue, held = bytearray(), 0, 0
    values = [SIGNS[sign] for sign in packed.strip()]
    for low, high in zip(values[::2], values[1::2], strict=False):
        pair = low + 91 * high
        queue |= pair << held
        held += 13 if pair & 8191 > 88 else 14
        while held > 7:
            found.append(queue & 255)
            queue >>= 8
            held -= 8
    if len(values) % 2:
        found.append((queue | values[-1] << held) & 255)
    return zstandard.decompress(bytes(found))


def shared(data: Any, texts: list[str]) -> Any:
    """*data* with the texts that it names by number."""
    match data:
        case str():
            return texts[int(data[1:], 36)] if data.startswith("\x7f") else data
        case dict():
            return {key: shared(value, texts) for key, value in data.items()}
        case list():
            return [shared(value, texts) for value in data]
    return data


def numbers(data: bytes) -> Iterator[int]:
    """Numbers of seven bits a byte, the lowest first, all bytes but the last marked."""
    number = shift = 0
    for byte in data:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield number
            number = shift = 0


def pages(counts: dict[str, dict[str, int]], texts: list[str], found: Iterator[int]) -> dict[str, dict[str, str]]:
    """HTML by id and language, made of the next texts; 0 is the next that did not yet come, n the one before n."""
    seen = next(found, 0)

    def text() -> str:
        nonlocal seen
        number = next(found) or (seen := seen + 1)
        return texts[number - 1]

    return {
        ident: {lang: "".join(text() for _ in range(count)) for lang, count in said.items()}
        for ident, said in counts.items()
    }
