"""The scripts and styles that were bundled from frontend/ when the package was built."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from nqgraph.words.texts import text

_FOLDER = Path(__file__).parent.parent / "_bundle"


@cache
def read(name: str) -> bytes | None:
    """A file of the bundle; None if it was not built with the package."""
    path = _FOLDER / name
    return path.read_bytes() if path.is_file() else None


def missing_note(lang: str) -> str | None:
    """One line that says that the scripts are missing and how to get them; None if they are there."""
    return text("bundle-missing", lang) if read("app.js") is None else None
