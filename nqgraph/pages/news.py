"""What is new, cut to what a page can show: of each kind the first sentences, the rest behind a count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nqgraph.things.changes import Change, Changes, Group, lines
from nqgraph.words.texts import Own

#: Sentences that stand open on a page, so that they fit on a printed one, and kinds of which two do in any case.
MOST_SENTENCES, FEW_KINDS = 24, 10
#: Sentences that are folded on a page, of one kind at least, and statements behind one.
MOST_FOLDED, LEAST_FOLDED, MOST_LINES = 300, 10, 30
#: Kinds that the line above them counts.
_COUNTED = 6


@dataclass(frozen=True)
class Part:
    """The changes of one kind of things, as the page shows them."""

    group: Group
    shown: Sequence[Change]
    folded: Sequence[Change]
    #: How many more there are.
    more: int


@dataclass(frozen=True)
class Behind:
    """The statements behind a change, as the page shows them."""

    lines: Sequence[str]
    more: int
    #: How many there are.
    total: int


def parts(changes: Changes, lang: str) -> list[Part]:
    """The changes by kind in the order of *lang*; what one kind does not need stays for the others."""
    groups = changes.in_order(lang)
    made = []
    left, waiting = MOST_SENTENCES, len(groups)
    fewest, most = 2 if waiting <= FEW_KINDS else 1, max(LEAST_FOLDED, MOST_FOLDED // max(1, waiting))
    room: dict[str, int] = {}
    for group in sorted(groups, key=lambda group: len(group.changes)):
        room[group.segment] = max(fewest, min(len(group.changes), left // waiting))
        left, waiting = left - room[group.segment], waiting - 1
    for group in groups:
        size = room[group.segment]
        shown, rest = group.changes[:size], group.changes[size:]
        made.append(Part(group, shown, rest[:most], max(0, len(rest) - most)))
    return made


def behind(found: Change | Changes) -> Behind:
    """The statements behind a change, or those about nothing that a shape knows."""
    listed = lines(found.removed, found.added)
    return Behind(listed[:MOST_LINES], max(0, len(listed) - MOST_LINES), len(listed))


def summary(changes: Changes, lang: str, own: Own | None = None) -> str:
    """The kinds with their counts in a line."""
    return changes.summary(lang, own, most=_COUNTED)
