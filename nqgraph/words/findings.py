"""Sentences whose figures are counted in the answer of a query, so that they stay true."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from nqgraph.words.numbers import Count
from nqgraph.words.texts import Labels

_BESIDE = {"figures", "best", "otherwise"}


class Best(str):
    """What a text can name: ``{name}``, ``–`` where there is none, or ``{name:none of it|the best is #}``."""

    def __format__(self, spec: str) -> str:
        if not spec:
            return str(self or "–")
        without, named = spec.split("|")
        return named.replace("#", self) if self else without


@dataclass(frozen=True)
class Finding:
    """A sentence whose figures are counted in the answer of a query."""

    query: str
    #: With ``{name}`` for each figure, and ``{rows}`` for the number of rows.
    text: Labels
    #: Name → column → what may stand there (a code of its words, or a concept as ``scheme/key``) in the rows counted.
    figures: Mapping[str, Mapping[str, tuple[str, ...]]]
    #: Name → column of whose concepts the first one is named that stands in a row counted.
    best: Mapping[str, str] = field(default_factory=dict)
    #: What is said instead where there is nothing to count.
    otherwise: Labels = field(default_factory=dict)

    @classmethod
    def of(cls, said: Mapping[str, Any], query: str = "") -> Finding:
        """
        The finding that settings or front matter write down.

        Args:
            query: Its query, where what is said does not name one.
        """
        figures = {
            str(name): {
                str(column): tuple(map(_code, allowed if isinstance(allowed, list) else [allowed]))
                for column, allowed in wanted.items()
            }
            for name, wanted in said.get("figures", {}).items()
        }
        best = {str(name): str(column) for name, column in said.get("best", {}).items()}
        return cls(said.get("query", query), said["text"], figures, best, said.get("otherwise", {}))


def is_finding(value: Any, needed: Collection[str] = ("query", "text")) -> bool:
    """Whether *value* is a finding with the fields *needed*."""
    if not isinstance(value, dict) or not set(needed) <= set(value) <= {*needed, *_BESIDE}:
        return False
    figures, best = value.get("figures", {}), value.get("best", {})
    if not isinstance(best, dict) or not isinstance(figures, dict):
        return False
    if not all(isinstance(wanted, dict) for wanted in figures.values()):
        return False
    known: dict[str, Any] = {"rows": Count()} | dict.fromkeys(figures, Count()) | dict.fromkeys(best, Best())
    said = [value["text"], *([value["otherwise"]] if "otherwise" in value else [])]
    try:
        return all(is_labels(one) and all(text.format_map(known) for text in one.values()) for one in said)
    except (KeyError, ValueError, IndexError, AttributeError):
        return False


def is_labels(value: Any) -> bool:
    """Whether *value* is a text by language."""
    return (
        isinstance(value, dict)
        and bool(value)
        and all(re.fullmatch("[a-z]{2,3}", str(k)) and isinstance(v, str) for k, v in value.items())
    )


def _code(value: Any) -> str:
    """A code as columns write it; YAML reads some as truth values."""
    return str(value).lower() if isinstance(value, bool) else str(value)
