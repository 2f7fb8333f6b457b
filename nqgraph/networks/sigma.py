"""The network as the data of its interactive picture, which sigma.js draws; small, and in every language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from nqgraph.graph.store import Store
from nqgraph.model import shapes
from nqgraph.model.shapes import NodeShape, Schema
from nqgraph.networks.appearance import OTHER, looks
from nqgraph.networks.layout import positions
from nqgraph.networks.network import measures, network, of_nodes
from nqgraph.words.texts import in_language

#: Positions are given in thousandths of half the picture.
_UNIT = 1_000
#: Betweenness is given in millionths.
_MILLION = 1_000_000


def document(
    store: Store,
    things: Iterable[str] | None = None,
    *,
    schema: Schema | None = None,
    keys: Mapping[str, str] | None = None,
    among: Collection[str] | None = None,
) -> dict[str, Any]:
    """
    The network of *store*, or of its part between *things* (IRIs), with places and measures.

    Args:
        schema: The kinds of things; those of the workspace if None.
        keys: Thing → its key; the last part of its IRI if None.
        among: Things that are looked at; all if None.
    Returns:
        ``languages``; ``kinds`` (type, label, singular, color, shape, and whether they are brief); ``predicates``
        (label, and inverse: the heading for what points at a thing, if it has one); ``nodes`` as rows of number of the
        kind, key, label (one text, or one for each language), x and y (thousandths of half the picture, y upwards),
        degree, betweenness (millionths), number of the community; ``edges`` as rows of numbers of source, target and
        predicate, and 1 if inferred.
    """
    schema, languages = schema or shapes.of(store.workspace), store.workspace.languages
    graph, *others = (network(store, lang=lang, schema=schema, among=among) for lang in languages)
    styles = looks(schema)
    if things is not None:
        graph = of_nodes(graph, set(things))
    found, placed = measures(graph), positions(graph)
    present = {attributes["type"] for _, attributes in graph.nodes(data=True)}
    kinds = {shape.segment: shape for shape in schema.node_shapes if shape.segment in present}
    kind_numbers = {segment: index for index, segment in enumerate(kinds)}
    numbers = {node: index for index, node in enumerate(graph)}
    predicates: list[dict[str, Any]] = []
    predicate_numbers: dict[tuple[str, str], int] = {}
    edges = []
    for source, target, path, attributes in graph.edges(keys=True, data=True):
        said_of = (graph.nodes[source]["type"], path)
        if said_of not in predicate_numbers:
            said = [g.edges[source, target, path]["label"] for g in (graph, *others)]
            predicate = _predicate(kinds[said_of[0]], path, dict(zip(languages, said, strict=True)))
            if predicate not in predicates:
                predicates.append(predicate)
            predicate_numbers[said_of] = predicates.index(predicate)
        edges.append([numbers[source], numbers[target], predicate_numbers[said_of], int(attributes["inferred"])])
    return {
        "languages": list(languages),
        "kinds": [
            {
                "type": segment,
                "label": {lang: in_language(shape.label, lang) for lang in languages},
                "singular": {lang: in_language(shape.singular, lang) for lang in languages},
                "color": styles.get(segment, OTHER).color,
                "shape": styles.get(segment, OTHER).shape,
                **({"brief": True} if shape.brief else {}),
            }
            for segment, shape in kinds.items()
        ],
        "predicates": predicates,
        "nodes": [
            [
                kind_numbers[attributes["type"]],
                keys[node] if keys else attributes["key"],
                several([attributes["label"], *(other.nodes[node]["label"] for other in others)]),
                round(placed[node][0] * _UNIT),
                round(placed[node][1] * _UNIT),
                found[node].degree,
                round(found[node].betweenness * _MILLION),
                found[node].community,
            ]
            for node, attributes in graph.nodes(data=True)
        ],
        "edges": edges,
    }


def _predicate(kind: NodeShape, path: str, label: dict[str, str]) -> dict[str, Any]:
    """What things of *kind* call the relation *path*, and what its other end calls it."""
    prop = kind.property_for(path)
    if prop is None:
        return {"label": label}
    own = {lang: in_language(prop.name, lang) for lang in label}
    if not prop.inverse_name:
        return {"label": own}
    names = {lang: in_language(kind.label, lang) for lang in label}
    inverse = {lang: in_language(prop.inverse_name, lang).replace("{kind}", names[lang]) for lang in label}
    return {"label": own, "inverse": inverse}


def several(texts: Sequence[str]) -> str | list[str]:
    """One text, or one for each language if they differ."""
    return texts[0] if len(set(texts)) == 1 else list(texts)
