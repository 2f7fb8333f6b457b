"""The graph as a notebook uses it: answers, and networks that are shown in the cell."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nqgraph.graph.graph import Graph

if TYPE_CHECKING:
    from networkx import MultiDiGraph


@dataclass(frozen=True)
class Drawing:
    """A network as a page that loads nothing; a notebook shows it in the cell."""

    #: The page.
    html: str
    #: The network itself, for networkx.
    graph: MultiDiGraph

    def _repr_html_(self) -> str:
        """The page in a frame of its own, whose scripts see nothing of the notebook."""
        source = html.escape(self.html, quote=True)
        return f'<iframe srcdoc="{source}" sandbox="allow-scripts" style="width:100%;height:40rem;border:0"></iframe>'


class OpenGraph(Graph):
    """A graph with its pictures; opened by :func:`nqgraph.open`."""

    def network(self, around: str | None = None, *, depth: int = 1, kinds: Sequence[str] = ()) -> Drawing:
        """
        The network around a thing, to look at in a notebook; needs no connection.

        Args:
            around: Key or IRI of the thing in the middle; all if None.
            depth: Steps around it.
            kinds: Names of tables; empty for all but the background.
        Raises:
            QueryError: There is no such thing or kind.
            StoreError: More than 300 nodes, or the graph is an endpoint elsewhere.
        """
        from nqgraph.networks import picture
        from nqgraph.networks.network import Selection, network

        drawn = network(self.store, Selection(around=around, depth=depth, kinds=tuple(kinds)), lang=self.lang)
        return Drawing(picture.render(drawn, self.lang, around).decode(), drawn)
