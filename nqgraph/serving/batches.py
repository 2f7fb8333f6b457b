"""
Batches of queries and of properties to fetch, as the Reconciliation Service API writes them.

Source:
    https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from nqgraph.things.entities import Wanted
from nqgraph.words.errors import LimitError, QueryError

#: Queries of a batch, things whose properties are fetched, letters of a text, properties of a query.
MOST_QUERIES, MOST_IDS, MOST_LETTERS, MOST_PROPERTIES = 1000, 1000, 1000, 20
#: Candidates of a query where it wants no other number, and at most.
USUAL, MOST = 5, 50
_STRICT = ("any", "all", "should")
_FIELDS = frozenset({"query", "type", "limit", "properties", "type_strict"})


@dataclass(frozen=True)
class Fetched:
    """A property to fetch."""

    id: str
    #: Values at most; all if 0.
    most: int = 0
    #: ``name`` or ``id``: what of a thing is given.
    content: str = "name"


def queries(text: str) -> dict[str, Wanted]:
    """
    The queries of a batch by their keys.

    Raises:
        QueryError: *text* is no batch.
        LimitError: There are too many.
    """
    batch = _object(text, "queries")
    if len(batch) > MOST_QUERIES:
        raise LimitError.of("reconcile-too-many", count=len(batch), limit=MOST_QUERIES)
    return {key: _query(key, value) for key, value in batch.items()}


def extension(text: str) -> tuple[list[str], list[Fetched]]:
    """
    The ids and properties of a request for values.

    Raises:
        QueryError: *text* is none.
        LimitError: There are too many.
    """
    asked = _object(text, "extend")
    ids, listed = asked.get("ids"), asked.get("properties")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        _wrong("extend", "ids")
    if not isinstance(listed, list):
        _wrong("extend", "properties")
    if len(ids) > MOST_IDS:
        raise LimitError.of("reconcile-too-many", count=len(ids), limit=MOST_IDS)
    if len(listed) > MOST_PROPERTIES:
        raise LimitError.of("reconcile-too-many", count=len(listed), limit=MOST_PROPERTIES)
    return ids, [_fetched(one) for one in listed]


def _fetched(given: Any) -> Fetched:
    if not isinstance(given, Mapping) or not isinstance(given.get("id"), str):
        _wrong("extend", "properties")
    settings = given.get("settings") or {}
    if not isinstance(settings, Mapping):
        _wrong(given["id"], "settings")
    most = _number(given["id"], settings.get("limit") or 0, "limit")
    content = settings.get("content") or "name"
    if content not in ("name", "id"):
        _wrong(given["id"], "content")
    return Fetched(given["id"], most, content)


def _query(key: str, given: Any) -> Wanted:
    if not isinstance(given, Mapping):
        _wrong(key, "query")
    for name in given:
        if name not in _FIELDS:
            _wrong(key, str(name))
    name, types = given.get("query", ""), given.get("type", [])
    if not isinstance(name, str):
        _wrong(key, "query")
    _short(key, name)
    types = [types] if isinstance(types, str) else types
    if not isinstance(types, list) or not all(isinstance(one, str) for one in types) or len(types) > MOST_PROPERTIES:
        _wrong(key, "type")
    strict = given.get("type_strict", "any")
    if strict not in _STRICT:
        _wrong(key, "type_strict")
    listed = given.get("properties", [])
    if not isinstance(listed, list) or len(listed) > MOST_PROPERTIES:
        _wrong(key, "properties")
    properties = tuple(_property(key, one) for one in listed)
    if "query" not in given and not properties:
        _wrong(key, "query")
    most = _number(key, given.get("limit", USUAL), "limit")
    if most < 1:
        _wrong(key, "limit")
    return Wanted(name, tuple(filter(None, types)), strict, properties, min(most, MOST))


def _property(key: str, given: Any) -> tuple[str, tuple[str, ...]]:
    if not isinstance(given, Mapping) or not isinstance(given.get("pid"), str) or "v" not in given:
        _wrong(key, "properties")
    values = given["v"] if isinstance(given["v"], list) else [given["v"]]
    if len(values) > MOST_PROPERTIES:
        _wrong(key, "v")
    return given["pid"], tuple(_value(key, value) for value in values)


def _value(key: str, value: Any) -> str:
    """A value as text; what was matched before is an object with its id."""
    if isinstance(value, Mapping) and isinstance(value.get("id"), str):
        value = value["id"]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str | int | float):
        _wrong(key, "v")
    _short(key, str(value))
    return str(value)


def _number(key: str, value: Any, name: str) -> int:
    """A whole number, also one that is written as text."""
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
        return int(number)
    except (ValueError, OverflowError):
        _wrong(key, name)


def _short(key: str, text: str) -> None:
    if len(text) > MOST_LETTERS:
        raise QueryError.of("reconcile-too-long", key=_shown(key), length=len(text), limit=MOST_LETTERS)


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        found = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise QueryError.of("reconcile-json", name=name) from None
    if not isinstance(found, dict):
        raise QueryError.of("reconcile-json", name=name)
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _wrong(key: str, name: str) -> NoReturn:
    raise QueryError.of("reconcile-field", key=_shown(key), field=_shown(name))


def _shown(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "…"
