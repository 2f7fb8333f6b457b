"""Shapes for data that come without: a kind for each class, with the properties that its things have."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nqgraph.graph.names import NAMES
from nqgraph.model.shapes import NodeShape, PropertyShape, Schema
from nqgraph.words import vocab
from nqgraph.words.texts import Labels

#: Classes that become kinds, the largest first; and properties of each, the most used first.
MOST_KINDS, MOST_PROPERTIES = 200, 60
#: Kinds that the start page counts.
_COUNTED = 12
#: Properties with things as values that a list can be filtered by.
_FILTERS = 4
#: Classes that say of a thing only that it is one.
_EMPTY = frozenset(
    (vocab.OWL.NamedIndividual, vocab.OWL.Thing, vocab.RDFS.Resource, vocab.RDF.List, vocab.OWL.Restriction)
)


@dataclass(frozen=True)
class InducedShape(NodeShape):
    """A shape that nobody has written."""

    @property
    def segment(self) -> str:
        """A name for addresses and style sheets, whatever the IRI of the class looks like."""
        name = vocab.slug(vocab.type_segment(self.target_class))
        return name or "kind-" + hashlib.sha256(self.target_class.encode()).hexdigest()[:6]


def completed(
    schema: Schema,
    statements: Mapping[str, Mapping[str, list[Any]]],
    label: Callable[[str], Labels],
) -> Schema:
    """
    *schema* with a shape for each class of *statements* that it has none for, or only one for the background.

    Args:
        statements: Subject → predicate → values; a subject that is a blank node begins with ``_:``.
        label: What a class or property is called.
    """
    ours = str(vocab.NQ)
    known = {
        shape.target_class: shape
        for shape in schema.node_shapes
        if shape.role != "background" or shape.target_class.startswith(ours)
    }
    members: dict[str, list[str]] = defaultdict(list)
    for subject, said in statements.items():
        if not subject.startswith("_:"):
            for value in said.get(vocab.RDF.type, ()):
                if value.is_iri and not value.text.startswith("_:") and value.text not in _EMPTY:
                    members[value.text].append(subject)
    fresh = sorted((iri for iri in members if iri not in known), key=lambda iri: (-len(members[iri]), iri))
    made = [
        InducedShape(
            iri=iri,
            target_class=iri,
            label=label(iri),
            singular=label(iri),
            properties=tuple(_properties(members[iri], statements, label)),
            count_order=place + 1 if place < _COUNTED else None,
        )
        for place, iri in enumerate(fresh[:MOST_KINDS])
    ]
    # what is listed later wins: the small class says more of a thing than the large one, a written shape most of all
    return replace(schema, node_shapes=(*made, *known.values()))


def _properties(
    things: Iterable[str], statements: Mapping[str, Mapping[str, list[Any]]], label: Callable[[str], Labels]
) -> Iterable[PropertyShape]:
    used: Counter[str] = Counter()
    references: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    for thing in things:
        for path, values in statements[thing].items():
            used[path] += 1
            references[path] += any(value.is_iri for value in values)
            languages[path] += all(value.lang for value in values)
    shown = [path for path, _ in used.most_common() if path != vocab.RDF.type and path not in NAMES]
    filters = [path for path in shown if references[path]][:_FILTERS]
    for order, path in enumerate(shown[:MOST_PROPERTIES]):
        text = languages[path] == used[path]
        kind = (vocab.RDF.langString,) if text else () if references[path] else (vocab.XSD.string,)
        yield PropertyShape(iri=path, path=path, name=label(path), order=order, datatypes=kind, filters=path in filters)


def address(iri: str, segment: str) -> str:
    """Address of the page of a thing of foreign data: its local name where that can stand in one."""
    name = vocab.local_name(iri)
    if not re.fullmatch(r"[A-Za-z0-9_~-]+", name):
        name = f"{vocab.slug(name)[:60]}-{hashlib.sha256(iri.encode()).hexdigest()[:6]}".lstrip("-")
    return f"doc/{segment}/{name}"
