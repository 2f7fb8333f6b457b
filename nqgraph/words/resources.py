"""Finds ontology/, shapes/ and queries/ in a checkout and in the wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent


def root() -> Path:
    """Folder that holds ``ontology/``, ``shapes/`` and ``queries/``."""
    packed = _PACKAGE / "_resources"
    return packed if packed.is_dir() else _PACKAGE.parent


def files(folder: str, pattern: str) -> list[Path]:
    """Files below *folder* that match *pattern*, in a fixed order."""
    return sorted((root() / folder).rglob(pattern))
