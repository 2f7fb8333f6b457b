"""A map of tiles: places by a layout that is data, each with the things that lie there."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass

from nqgraph.model.shapes import NodeShape
from nqgraph.things.collection import Collection
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, Place
from nqgraph.words.workspace import Workspace

#: The layout: a line for each place with its key, column, row and what is written in its tile.
LAYOUT = "texts/tiles.csv"
_HEAD = ["key", "column", "row", "short"]


@dataclass(frozen=True)
class Tile:
    """A place with where it stands in the picture."""

    iri: str
    column: int
    row: int
    short: str
    #: What lies in it or in a part of it.
    things: tuple[str, ...]
    #: What lies in a larger place that it is a part of, and in no tile of that.
    beyond: frozenset[str]


@dataclass(frozen=True)
class Map:
    """The places of the layout, and the larger ones that they lie in."""

    kind: NodeShape
    tiles: tuple[Tile, ...]
    #: Larger place → what lies in it and in no tile of it.
    wider: tuple[tuple[str, tuple[str, ...]], ...]


def layout(workspace: Workspace) -> list[tuple[str, int, int, str]]:
    """
    The lines of the layout; none where the workspace has no map.

    Raises:
        InputError: A line is not one, or two tiles stand on the same place; names file and line.
    """
    path = workspace.root / LAYOUT
    if not path.is_file():
        return []
    try:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except UnicodeDecodeError as error:
        raise InputError.of("not-utf8", Place(LAYOUT)) from error
    found: list[tuple[str, int, int, str]] = []
    for line, row in enumerate(rows, start=1):
        if not row or (line == 1 and row == _HEAD):
            continue
        place = Place(LAYOUT, line=line)
        fits = len(row) == len(_HEAD) and row[0] and all(n.isascii() and n.isdigit() and int(n) < 100 for n in row[1:3])
        if not fits:
            raise InputError.of("tiles-form", place, form=",".join(_HEAD))
        if any(one[0] == row[0] or one[1:3] == (int(row[1]), int(row[2])) for one in found):
            raise InputError.of("tiles-taken", place, name=row[0])
        found.append((row[0], int(row[1]), int(row[2]), row[3]))
    return found


def there(collection: Collection) -> bool:
    """
    Whether there is a map: a layout, a kind that it counts, and one of its places.

    Raises:
        InputError: The layout is not one.
    """
    return bool(_places(collection)) and _kind(collection) is not None


def _kind(collection: Collection) -> NodeShape | None:
    return next((shape for shape in collection.lists.values() if shape.mapped), None)


def _places(collection: Collection) -> dict[str, tuple[int, int, str]]:
    """Place → column and row of its tile, and what is written in it."""
    lines = layout(collection.workspace)
    keys = {vocab.local_name(iri): iri for iri in collection.addresses} if lines else {}
    return {keys[key]: (column, row, short) for key, column, row, short in lines if key in keys}


def mapped(collection: Collection, lang: str) -> Map | None:
    """
    The map of *collection*; None without a layout, a kind that it counts, or any of its places.

    Raises:
        InputError: The layout is not one.
    """
    kind, places = _kind(collection), _places(collection)
    if kind is None or not places:
        return None
    facts = collection.facts
    within = {prop.path for shape in facts.schema.node_shapes for prop in shape.properties if prop.containment}
    located = [prop.path for prop in kind.properties if prop.location]

    def wholes(iri: str) -> set[str]:
        """A place and all that it lies in."""
        found, left = {iri}, [iri]
        while left:
            one = left.pop()
            more = {v.text for path in within for v in facts.values(one, path)} - found
            found |= more
            left += more
        return found

    inside: dict[str, set[str]] = defaultdict(set)
    around: dict[str, set[str]] = defaultdict(set)
    larger = {whole for place in places for whole in wholes(place)} - places.keys()
    for thing in collection.members[kind.target_class]:
        for path in located:
            for value in facts.values(thing, path):
                if value.inferred:
                    continue
                held = wholes(value.text) & places.keys()
                for place in held:
                    inside[place].add(thing)
                if not held and value.text in larger:
                    around[value.text].add(thing)

    def beyond(iri: str) -> frozenset[str]:
        return frozenset(thing for whole in wholes(iri) & around.keys() for thing in around[whole])

    tiles = [
        Tile(iri, column, row, short, tuple(facts.sorted(inside[iri], lang)), beyond(iri))
        for iri, (column, row, short) in places.items()
    ]
    wider = [(iri, tuple(facts.sorted(around[iri], lang))) for iri in facts.sorted(around, lang)]
    tiles.sort(key=lambda tile: (-len(tile.things), facts.sort_key(tile.iri, lang)))
    wider.sort(key=lambda pair: -len(pair[1]))
    return Map(kind, tuple(tiles), tuple(wider))
