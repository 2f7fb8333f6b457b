"""What the one file builds questions over: the kinds, their ways of one step, and the values at the ends of those."""

from __future__ import annotations

from typing import Any

from nqgraph.graph.tables import type_of
from nqgraph.model import ways
from nqgraph.model.shapes import NodeShape
from nqgraph.model.ways import Link, Way
from nqgraph.networks.sigma import several
from nqgraph.things.collection import Collection
from nqgraph.words import vocab
from nqgraph.words.texts import in_language

#: Types of literals whose values the file holds beside those of relations; free texts would be most of it.
_PLAIN = ("integer", "decimal", "date", "boolean")


def data(collection: Collection) -> dict[str, Any]:
    """
    Kinds with their things and ways; a way back is told by the number of the kind that points and the key of its way.

    Values of relations are numbers: first those of the things in the data of the search, then those of ``names``, which
    are key and name; values of plain types are texts. Free texts are no ways here.
    """
    facts, languages = collection.facts, collection.workspace.languages
    found = ways.of(facts.schema)
    shapes = list(collection.lists.values())
    numbers = {iri: number for number, iri in enumerate(collection.things.values())}
    known = len(numbers)
    kinds = [[iri for iri in collection.members[s.target_class] if iri in numbers] for s in shapes]

    def onward(shapes: tuple[NodeShape, ...], path: str) -> str:
        """The key of the way from things of *shapes* along the property *path*."""
        return next(k for k, of in found.links(shapes).items() if of.source is None and of.prop.path == path)

    def way(shape: NodeShape, link: Link, things: list[str]) -> dict[str, Any] | None:
        kind = type_of(link)
        said = several([Way(shape, (link,)).name(lang) for lang in languages])
        one: dict[str, Any] = {"key": link.key, "name": said, "type": kind}
        if link.source is not None:
            if link.source not in shapes:
                return None
            return {**one, "back": [shapes.index(link.source), onward((link.source,), link.prop.path)]}
        if kind not in (*_PLAIN, "iri", "concept"):
            return None
        values = [sorted({v.text for v in facts.statements[iri].get(link.prop.path, ())}) for iri in things]
        if kind not in _PLAIN:
            ends = [[numbers.setdefault(value, len(numbers)) for value in some] for some in values]
        one |= {"values": values if kind in _PLAIN else ends} if any(values) else {}
        one |= {"kinds": [shapes.index(end) for end in link.kinds if end in shapes]}
        if link.containment is not None:
            one["whole"] = onward(link.kinds, link.containment.path)
        if kind == "concept":
            one["scheme"] = [numbers.setdefault(c, len(numbers)) for c in collection.concepts.get(link.prop.scheme, ())]
        return {**one, "filters": True} if link.prop.filters else one

    made = [
        {
            "key": shape.segment,
            "name": several([in_language(shape.label, lang) for lang in languages]),
            "singular": several([in_language(shape.singular, lang) for lang in languages]),
            "things": [numbers[iri] for iri in things],
            "ways": [one for link in found.links((shape,)).values() if (one := way(shape, link, things))],
        }
        for shape, things in zip(shapes, kinds, strict=True)
    ]
    names = [
        [vocab.local_name(iri), several([facts.name(iri, lang) for lang in languages])] for iri in list(numbers)[known:]
    ]
    return {"kinds": made, "names": names}
