"""YAML front matter in SPARQL files: lines that begin with ``#+`` and leave the file valid SPARQL."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from nqgraph.words.errors import Place, QueryError

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


def read(path: Path) -> tuple[dict[str, Any], str]:
    """
    Front matter and query text of *path*.

    Raises:
        QueryError: The front matter is no YAML mapping; names file and line.
    """
    return parse(path, path.read_text(encoding="utf-8"))


def parse(path: Path, written: str) -> tuple[dict[str, Any], str]:
    """Like :func:`read`, for what is *written* and would stand in *path*."""
    lines = written.splitlines()
    head = [line for line in lines if line.startswith("#+")]
    body = "\n".join(line for line in lines if not line.startswith("#+")).strip() + "\n"
    try:
        meta = yaml.load("\n".join(line[3:] if line[2:3] == " " else line[2:] for line in head), Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(path.name, line=mark.line + 1 if mark else 0)
        raise QueryError.of("front-matter", place, message=str(error).splitlines()[0]) from error
    if not isinstance(meta, dict):
        raise QueryError.of("front-matter", Place(path.name), message="no mapping")
    return meta, body


def line_of(written: str, field: str) -> int:
    """Number of the line of *written* where the front matter has *field*, such as ``columns.name.path``; else 0."""
    lines, found = written.splitlines(), 0
    for name in field.split("."):
        key = re.compile(rf"#\+.*?(?<![\w-]){re.escape(name)}['\"]?\s*:")
        found = next((n for n in range(max(found, 1), len(lines) + 1) if key.match(lines[n - 1])), found)
    return found
