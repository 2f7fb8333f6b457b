"""Places the nodes of a network on the plane; the same network always looks the same."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Sequence

import networkx as nx

_SEED = 1
_ROUNDS = 600
#: How far forces may move a node from its first place, as a share of the picture's radius.
_LEASH = 0.7


def positions(graph: nx.MultiDiGraph) -> dict[str, tuple[float, float]]:
    """
    Node → x and y, both about within −1 and 1.

    Forces start from places that follow from the IRIs alone and keep each node near its own, so that a node which
    stays keeps about its place when others come or go.
    """
    import igraph

    names = sorted(graph)
    if not names:
        return {}
    number = {name: index for index, name in enumerate(names)}
    edges = sorted({tuple(sorted((number[a], number[b]))) for a, b in graph.edges() if a != b})
    igraph.set_random_number_generator(random.Random(_SEED))
    drawn = igraph.Graph(len(names), edges)
    size = math.sqrt(len(names))  # of a picture in which edges have about the length 1
    starts = [_start(name, size) for name in names]
    placed = drawn.layout_fruchterman_reingold(
        seed=starts,
        niter=_ROUNDS,
        grid=False,
        minx=[x - _LEASH * size for x, _ in starts],
        maxx=[x + _LEASH * size for x, _ in starts],
        miny=[y - _LEASH * size for _, y in starts],
        maxy=[y + _LEASH * size for _, y in starts],
    )
    return dict(zip(names, _spread(placed), strict=True))


def _spread(placed: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """
    The places turned into a disc that is filled evenly: directions and the order from the middle stay.

    Forces leave a knot in the middle and a wide empty rim, in which no name can be read.
    """
    centre_x = sum(x for x, _ in placed) / len(placed)
    centre_y = sum(y for _, y in placed) / len(placed)
    polar = [(math.hypot(x - centre_x, y - centre_y), math.atan2(y - centre_y, x - centre_x)) for x, y in placed]
    rank = {index: rank for rank, index in enumerate(sorted(range(len(polar)), key=lambda i: (polar[i], i)), start=1)}
    radii = [math.sqrt((rank[index] - 0.5) / len(polar)) if radius else 0.0 for index, (radius, _) in enumerate(polar)]
    spread = [
        (radius * math.cos(angle), radius * math.sin(angle)) for radius, (_, angle) in zip(radii, polar, strict=True)
    ]
    reach = max(abs(value) for place in spread for value in place) or 1.0
    return [(round(x / reach, 4), round(y / reach, 4)) for x, y in spread]


def _start(name: str, size: float) -> tuple[float, float]:
    digest = hashlib.sha256(name.encode()).digest()
    angle = int.from_bytes(digest[:4], "big") / 2**32 * 2 * math.pi
    radius = math.sqrt(int.from_bytes(digest[4:8], "big") / 2**32) * size
    return radius * math.cos(angle), radius * math.sin(angle)
