"""The scripts and styles that were built with the package."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def read(name: str) -> bytes | None:
    """A file of the bundle, or None."""
    path = Path(__file__).parent / "_bundle" / name
    return path.read_bytes() if path.is_file() else None
