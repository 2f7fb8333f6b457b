"""The scripts and styles that were bundled from frontend/ when the package was built."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from nqgraph.words.texts import text as say

_FOLDER = Path(__file__).parent.parent / "_bundle"


@cache
def read(name: str) -> bytes | None:
    """A file of the bundle; None if it was not built with the package."""
    path = _FOLDER / name
    return path.read_bytes() if path.is_file() else None


def inlined(name: str) -> str:
    """A script or style of the bundle as it stands within a document; "" if it was not built with the package."""
    return (
        re.sub(r"</(script)", r"<\\/\1", (read(name) or b"").decode(), flags=re.IGNORECASE)
        .replace("<!--", "<\\!--")
        .strip()
    )


def missing_note(lang: str) -> str | None:
    """One line that says that the scripts are missing and how to get them; None if they are there."""
    return say("bundle-missing", lang) if read("app.js") is None else None
