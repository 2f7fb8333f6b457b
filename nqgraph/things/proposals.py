"""Smallest bundles as rows of the table of bundles, as people keep them on in a workbook or data folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from nqgraph.graph.results import Result, of_rows
from nqgraph.model.shapes import NodeShape, PropertyShape
from nqgraph.things.collection import Collection
from nqgraph.things.cover import Bundle, Cover
from nqgraph.words import vocab
from nqgraph.words.texts import in_language, text

#: Kinds of confidence, the lowest last.
_CONFIDENCE = ("high", "medium", "low")


def rows(collection: Collection, shape: NodeShape, found: Cover, lang: str) -> Result:
    """
    The bundles of *found* as rows of the table of *shape*, with its headings in *lang*: what they are made of, what
    they answer, the sources of the claims that say so, and the lowest confidence of these.
    """
    columns = [(prop, tag) for prop in shape.properties for tag in (prop.languages if prop.is_text else ("",))]
    headings = [in_language(prop.name, lang) + (f" ({tag})" if tag else "") for prop, tag in columns]
    cells = [dict(_cells(collection, shape, bundle)) for bundle in found.bundles]
    names = [f"{prop.path} {tag}" for prop, tag in columns]
    told = [[said.get((prop.path, tag), "") for prop, tag in columns] for said in cells]
    return of_rows(names, headings, told, collection.facts.iris.base)


def _cells(collection: Collection, shape: NodeShape, bundle: Bundle) -> Iterator[tuple[tuple[str, str], str]]:
    facts = collection.facts
    members = list(bundle.members)
    answered = list(dict.fromkeys(one.iri for said in bundle.members.values() for one in said))
    claims = [
        claim for row, said in bundle.members.items() for one in said for claim in _claims(collection, row, one.iri)
    ]
    sources = dict.fromkeys(value.text for claim in claims for value in facts.values(claim, vocab.DCTERMS.source))
    sure = {vocab.local_name(facts.first(claim, vocab.NQ.confidence)) for claim in claims}
    prefix = vocab.local_name(collection.members[shape.target_class][0]).partition("-")[0]
    mark = hashlib.sha256(" ".join(sorted(members)).encode()).hexdigest()[:6]
    yield (vocab.DCTERMS.identifier, ""), f"{prefix}-bundle-{mark}"
    for tag in collection.workspace.languages:
        own = collection.workspace.messages

        def listed(iris: list[str], tag: str = tag) -> str:
            return ", ".join(facts.name(iri, tag) for iri in iris)

        yield (vocab.SKOS.prefLabel, tag), text("cover-row", tag, own, members=listed(members))
        yield (vocab.DCTERMS.description, tag), text("cover-row-description", tag, own, answered=listed(answered))
    related: dict[str, list[str]] = {}
    for iri in (*members, *answered):
        prop = _relation(shape, facts.shape_of[iri].target_class)
        if prop:
            related.setdefault(prop.path, []).append(iri)
    for path, iris in related.items():
        yield (path, ""), _keys(iris)
    yield (vocab.DCTERMS.source, ""), _keys(sources)
    worst = next((one for one in reversed(_CONFIDENCE) if one in sure), "")
    yield (
        (vocab.NQ.confidence, ""),
        in_language(_label(collection, worst), collection.workspace.language) if worst else "",
    )


def _relation(shape: NodeShape, class_iri: str) -> PropertyShape | None:
    """The relation by which a bundle names things of a class."""
    return next((prop for prop in shape.properties if class_iri in prop.classes), None)


def _claims(collection: Collection, row: str, column: str) -> list[str]:
    """The claims that *row* answers *column*, whole or in part."""
    shape = collection.facts.shape_of[row]
    paths = [
        prop.path for prop in shape.properties if prop.matrix_state in ("answered", "partly") and prop.matrix_group
    ]
    return [claim for path in paths for claim in collection.facts.claims(row, path, column)]


def _label(collection: Collection, confidence: str) -> Any:
    return collection.facts.label(f"{collection.facts.iris.scheme('confidence')}/{confidence}")


def _keys(iris: Any) -> str:
    return "; ".join(map(vocab.local_name, iris))
