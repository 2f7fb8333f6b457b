"""Networks as GraphML, GEXF and Cytoscape JSON."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import networkx as nx

from nqgraph.networks.network import measures

#: Characters that no XML file can hold (XML 1.0, section 2.2).
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def graphml(graph: nx.MultiDiGraph, lang: str) -> bytes:
    """
    *graph* as GraphML, for yEd, Gephi, igraph or Cytoscape.

    Source:
        http://graphml.graphdrawing.org/specification.html
    """
    buffer = io.BytesIO()
    nx.write_graphml(_plain(graph), buffer, prettyprint=True)  # names as ids would clash: nodes and edges have a label
    return buffer.getvalue()


def gexf(graph: nx.MultiDiGraph, lang: str) -> bytes:
    """
    *graph* as GEXF 1.2, for Gephi.

    Source:
        https://gexf.net
    """
    plain = _plain(graph)
    writer = nx.readwrite.gexf.GEXFWriter(encoding="utf-8", version="1.2draft")
    writer.add_graph(plain)
    meta = writer.xml.find("meta")
    if meta is not None:  # the day it was written: the same graph is to give the same bytes
        writer.xml.remove(meta)
    if "internal" in graph.graph:
        meta = ET.Element("meta")
        ET.SubElement(meta, "description").text = graph.graph["internal"]
        writer.xml.insert(0, meta)
    for attribute in writer.xml.findall("graph/attributes[@class='node']/attribute[@title='networkx_key']"):
        attribute.set("title", "key")  # networkx keeps the name for its edges
    return bytes(ET.tostring(writer.xml, encoding="utf-8", xml_declaration=True))


def cytoscape(graph: nx.MultiDiGraph, lang: str) -> bytes:
    """*graph* as Cytoscape JSON (``elements`` with ``nodes`` and ``edges``), for Cytoscape and Cytoscape.js."""
    data = nx.cytoscape_data(_plain(graph), name="label", ident="id")
    for element in data["elements"]["nodes"]:
        element["data"].pop("value", None)
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _plain(graph: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """A copy with attributes that are texts, numbers and booleans, measures included, and numbered edges."""
    found = measures(graph)
    plain = nx.MultiDiGraph(**graph.graph)
    for node, attributes in graph.nodes(data=True):
        at = found[node]
        plain.add_node(
            node,
            **{name: _NOT_IN_XML.sub("", value) for name, value in attributes.items()},
            degree=at.degree,
            betweenness=round(at.betweenness, 6),
            community=at.community,
            bridges=at.bridges,
        )
    for number, (source, target, attributes) in enumerate(graph.edges(data=True)):
        plain.add_edge(source, target, key=number, id=f"e{number}", **attributes)
    return plain


RENDERERS: dict[str, Callable[[Any, str], bytes]] = {"graphml": graphml, "gexf": gexf, "cytoscape": cytoscape}
