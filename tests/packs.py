"""What the one file packs, as its scripts read it."""

from __future__ import annotations

import base64
import gzip
import json
import re
from typing import Any


def part(document: str, name: str) -> Any:
    """The part *name* of the *document*; pages by id and language; {} where it has none."""
    found = re.search(rf"<script [^>]*id=packed_{name}[^>]*>([^<]+)<", document)
    data = json.loads(unpacked(found[1].encode())) if found else {}
    return pages(data) if found and name == "pages" else data


def unpacked(packed: bytes) -> bytes:
    """Gzip in Base85 in which a comma stands for the sign that begins a tag."""
    return gzip.decompress(base64.b85decode(packed.strip().replace(b",", b"<")))


def pages(once: dict[str, Any]) -> dict[str, dict[str, str]]:
    """HTML by id and language: 0 is the next text, n the one that came as the n-th."""
    texts = iter(once["texts"])

    def html(numbers: list[int]) -> str:
        return "".join(once["texts"][n - 1] if n else next(texts) for n in numbers)

    return {ident: {lang: html(numbers) for lang, numbers in said.items()} for ident, said in once["pages"].items()}
