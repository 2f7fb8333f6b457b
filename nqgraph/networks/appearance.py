"""How kinds of things look in pictures: a colour and a shape each, so that neither is needed alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """Colour as hex and shape by name; both together are unique."""

    color: str
    shape: str


#: ``{type}`` in IRIs → look. The colours have a contrast of at least 3 to 1 on white and on black.
LOOKS: dict[str, Look] = {
    "obstacle": Look("#d1495b", "triangle"),
    "practice": Look("#2e8b57", "dot"),
    "recommendation": Look("#b8860b", "star"),
    "actor": Look("#3f7fbf", "square"),
    "forum": Look("#7b68c4", "hexagon"),
    "region": Look("#8a7f6a", "diamond"),
    "target-group": Look("#c0608f", "dot"),
    "funding-instrument": Look("#2f8f9d", "diamond"),
    "route": Look("#4f8f2f", "square"),
    "legal-norm": Look("#707b8c", "square"),
    "occupation": Look("#a0642c", "dot"),
    "scenario": Look("#9a62b8", "star"),
    "decision-option": Look("#c4622d", "hexagon"),
    "alternative": Look("#c4622d", "dot"),
    "goal": Look("#b8860b", "diamond"),
    "task": Look("#7b68c4", "square"),
    "work-assignment": Look("#7b68c4", "triangle"),
    "need-for-action": Look("#d1495b", "star"),
    "knowledge-gap": Look("#707b8c", "triangleDown"),
    "project": Look("#3f7fbf", "star"),
    "study": Look("#8a7f6a", "square"),
    "indicator": Look("#2f8f9d", "triangle"),
}
#: Look of every other kind.
OTHER = Look("#808080", "dot")

#: Shape → outline in a box of 16 by 16, for legends.
OUTLINES: dict[str, str] = {
    "dot": '<circle cx="8" cy="8" r="6"/>',
    "square": '<rect x="2.5" y="2.5" width="11" height="11"/>',
    "triangle": '<path d="M8 2 14.5 13.5H1.5z"/>',
    "triangleDown": '<path d="M8 14 1.5 2.5h13z"/>',
    "diamond": '<path d="M8 1 14.5 8 8 15 1.5 8z"/>',
    "hexagon": '<path d="M4.5 2h7l3.5 6-3.5 6h-7L1 8z"/>',
    "star": '<path d="m8 1 2.1 4.6 5 .5-3.8 3.3 1.1 4.9L8 11.8l-4.4 2.5 1.1-4.9L.9 6.1l5-.5z"/>',
}


def look(kind: str) -> Look:
    """The look of the things with *kind* in their IRIs."""
    return LOOKS.get(kind, OTHER)
