"""Finds ontology/, shapes/ and queries/ in a checkout and in the wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent
#: What stands below every workspace; a file of a workspace takes the place of the file of the same name here.
_CORE = _PACKAGE / "model" / "core"


def root() -> Path:
    """Folder that holds ``ontology/``, ``shapes/`` and ``queries/``."""
    packed = _PACKAGE / "_resources"
    return packed if packed.is_dir() else _PACKAGE.parent


def files(folder: str, pattern: str) -> list[Path]:
    """Files below *folder* of the core and the workspace that match *pattern*, in a fixed order."""
    found = {p.relative_to(base): p for base in (_CORE, root()) for p in (base / folder).rglob(pattern)}
    return [found[name] for name in sorted(found)]
