"""How the settings arrange pages: groups of the menu, and pages that lay out the answers of questions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nqgraph.words.findings import is_labels
from nqgraph.words.texts import Labels


@dataclass(frozen=True)
class MenuGroup:
    """Entries of the main menu that fold away below a name."""

    label: Labels
    entries: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """A question on a page, and how its answer is laid out there: as a table if nothing else is said."""

    query: str
    #: Column by whose values the rows are parted, each part with its number.
    by: str = ""
    #: Columns that give the rows, the columns and the cells of a grid.
    grid: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """A page made of the answers of questions."""

    title: Labels
    lead: Labels = field(default_factory=dict)
    asks: tuple[Asked, ...] = ()

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Layout:
        """The page that settings write down."""
        asks = tuple(
            Asked(one)
            if isinstance(one, str)
            else Asked(one["query"], one.get("by", ""), tuple(map(str, one.get("grid", ()))))
            for one in said["asks"]
        )
        return cls(said["title"], said.get("lead", {}), asks)


def entries(menu: tuple[str | MenuGroup, ...]) -> list[str]:
    """All that *menu* names, whatever group it is in."""
    return [name for one in menu for name in ((one,) if isinstance(one, str) else one.entries)]


def menu(said: Any) -> tuple[str | MenuGroup, ...] | None:
    """The menu that settings write down; None if it is none."""
    if not isinstance(said, list):
        return None
    found: list[str | MenuGroup] = []
    for one in said:
        if isinstance(one, str):
            found.append(one)
        elif (
            isinstance(one, dict)
            and set(one) == {"label", "entries"}
            and is_labels(one["label"])
            and _names(one["entries"])
        ):
            found.append(MenuGroup(one["label"], tuple(one["entries"])))
        else:
            return None
    return tuple(found)


def is_layout(name: Any, said: Any) -> bool:
    """Whether *said* is a page that can have the address *name*."""
    return (
        isinstance(name, str)
        and re.fullmatch("[a-z][a-z0-9-]*", name) is not None
        and isinstance(said, dict)
        and {"title", "asks"} <= set(said) <= {"title", "asks", "lead"}
        and is_labels(said["title"])
        and is_labels(said.get("lead", said["title"]))
        and isinstance(said["asks"], list)
        and all(map(_is_asked, said["asks"]))
    )


def _is_asked(one: Any) -> bool:
    if isinstance(one, str):
        return True
    return (
        isinstance(one, dict)
        and {"query"} < set(one)
        and set(one) in ({"query", "by"}, {"query", "grid"})
        and all(isinstance(one.get(name, ""), str) for name in ("query", "by"))
        and ("grid" not in one or (_names(one["grid"]) and len(one["grid"]) == 3))
    )


def _names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)
