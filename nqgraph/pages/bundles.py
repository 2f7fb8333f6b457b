"""The pages about bundles: what a selection of things answers, two of them side by side, and the smallest ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from nqgraph.graph.results import Result
from nqgraph.model.shapes import PropertyShape
from nqgraph.things import bundles, cover, proposals
from nqgraph.things.collection import Collection
from nqgraph.things.cover import Cover
from nqgraph.things.language import Voice
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError

#: Addresses of the pages.
ADDRESS, SMALLEST = "buendel", "kleinstes-buendel"
#: What an address calls the things of the first and of the second bundle.
ONE, OTHER = "d", "e"
#: What the address of the smallest bundles calls what is to be answered, and its conditions.
WANTED, GROUP, GRADE, PARTLY, DEMAND = "h", "gruppe", "beleg", "teils", "nur"
#: Most bundles that the overview shows.
MOST_BESIDE = 12


def there(collection: Collection) -> bool:
    """Whether there are questions about bundles."""
    return bundles.kind(collection) is not None


def content(collection: Collection, items: Sequence[tuple[str, str]], voice: Voice) -> dict[str, Any]:
    """What the page of bundles shows for the names and values of an address."""
    shape = bundles.kind(collection)
    assert shape is not None
    page: dict[str, Any] = {
        "shape": shape,
        "kinds": [],
        "all": collection.facts.sorted(collection.members[shape.target_class], voice.lang),
        "bundles": [],
        "sections": [],
        "error": None,
        "query": "?" + urlencode(list(items), quote_via=quote) if items else "",
        "said": items,
    }
    for kind in bundles.offered(collection, shape):
        page["kinds"].append((kind, collection.facts.sorted(collection.members[kind.target_class], voice.lang)))
    try:
        page["bundles"] = _bundles(collection, items)
        page["sections"] = list(bundles.sections(collection, shape, page["bundles"], voice.lang))
    except QueryError as error:
        page["error"] = error
    return page


def _bundles(collection: Collection, items: Sequence[tuple[str, str]]) -> list[tuple[str, ...]]:
    """The one or two bundles that an address names."""
    named = (bundles.find(collection, [value for name, value in items if name == which]) for which in (ONE, OTHER))
    return [found for found in named if found]


def names(collection: Collection, found: Sequence[Sequence[str]], voice: Voice) -> list[str]:
    """What bundles are called: what they are made of."""
    return [", ".join(collection.facts.name(iri, voice.lang) for iri in bundle) for bundle in found]


def sheet(collection: Collection, items: Sequence[tuple[str, str]], voice: Voice) -> Result | None:
    """
    What the page of two bundles shows, as rows; None where there is nothing.

    Raises:
        QueryError: A thing is unknown.
    """
    shape, found = bundles.kind(collection), _bundles(collection, items)
    if shape is None or len(found) < bundles.BESIDE:
        return None
    told = list(bundles.sections(collection, shape, found, voice.lang))
    return bundles.result(collection, told, names(collection, found, voice), voice)


def overview(collection: Collection, voice: Voice) -> bundles.Section | None:
    """What the first question about bundles says of each bundle that there is, side by side."""
    shape = bundles.kind(collection)
    assert shape is not None
    every = collection.facts.sorted(collection.members[shape.target_class], voice.lang)[:MOST_BESIDE]
    return next(bundles.sections(collection, shape, [(iri,) for iri in every], voice.lang, most=1), None)


# -- the smallest ones -----------------------------------------------------------------------------------------------


def demand(collection: Collection) -> PropertyShape | None:
    """The property of which readers can demand a value of all that is taken."""
    crossing = collection.crossing
    return next((prop for prop in crossing.rows.properties if prop.demand), None) if crossing else None


def smallest(collection: Collection, items: Sequence[tuple[str, str]], voice: Voice) -> dict[str, Any]:
    """What the page of the smallest bundles shows for the names and values of an address."""
    crossing = collection.crossing
    assert crossing is not None
    shape = bundles.kind(collection)
    grouped = columns(collection, voice.lang)
    page: dict[str, Any] = {
        "groups": grouped,
        "wanted": (wanted := frozenset(value for name, value in items if name == WANTED)),
        "ticked": frozenset(i for members in grouped.values() for i in members if vocab.local_name(i) in wanted),
        "values": dict(items),
        "demand": demand(collection),
        "bundle": shape,
        "found": None,
        "overview": [],
        "error": None,
        "query": "?" + urlencode(list(items), quote_via=quote) if items else "",
    }
    try:
        if items:
            page["found"] = found(collection, items, voice.lang)
        else:
            page["overview"] = [
                (group, members, cover.cover(collection, members, partly=True, most=1))
                for group, members in grouped.items()
            ]
    except QueryError as error:
        page["error"] = error
    return page


def columns(collection: Collection, lang: str) -> dict[str, list[str]]:
    """Group → the columns of the matrix in it; "" for those in none."""
    crossing, facts = collection.crossing, collection.facts
    assert crossing is not None
    order = {one: rank for members in collection.concepts.values() for rank, one in enumerate(members)}
    grouped: dict[str, list[str]] = {}
    for iri in facts.sorted(collection.members[crossing.columns.target_class], lang):
        for group in [value.text for value in facts.values(iri, crossing.relation.matrix_group)] or [""]:
            members = grouped.setdefault(group, [])
            if iri not in members:
                members.append(iri)
    return {group: grouped[group] for group in sorted(grouped, key=lambda one: (not one, order.get(one, 0), one))}


def found(collection: Collection, items: Sequence[tuple[str, str]], lang: str) -> Cover:
    """
    The smallest bundles that an address asks for.

    Raises:
        QueryError: A thing, group or grade is unknown, or the search took too long.
    """
    crossing, given = collection.crossing, dict(items)
    if crossing is None:
        raise QueryError.of("cover-no-matrix")
    wanted = set(bundles.find(collection, [value for name, value in items if name == WANTED]))
    for iri in wanted:
        if iri not in collection.members[crossing.columns.target_class]:
            raise QueryError.of("bundle-unknown", key=vocab.local_name(iri), hint="")
    if given.get(GROUP):
        members = {vocab.local_name(group): inside for group, inside in columns(collection, lang).items() if group}
        if given[GROUP] not in members:
            raise QueryError.of("bundle-group", key=given[GROUP][:80])
        wanted |= set(members[given[GROUP]])
    prop, among = demand(collection), None
    if given.get(DEMAND) and prop:
        rows = collection.members[crossing.rows.target_class]
        among = [iri for iri in rows if any(v.text == prop.demand for v in collection.facts.values(iri, prop.path))]
    return cover.cover(collection, wanted, partly=bool(given.get(PARTLY)), grade=given.get(GRADE, ""), among=among)


def proposed(collection: Collection, items: Sequence[tuple[str, str]], lang: str) -> Result | None:
    """
    The smallest bundles that an address asks for, as rows of the table of bundles; None where there is no such table.

    Raises:
        QueryError: A thing, group or grade is unknown, or the search took too long.
    """
    shape = bundles.kind(collection)
    return proposals.rows(collection, shape, found(collection, items, lang), lang) if shape else None


def address(bundle: Sequence[str], open_: Sequence[str] = ()) -> str:
    """What follows the address of the page of a bundle with these things."""
    return "?" + urlencode([(ONE, vocab.local_name(iri)) for iri in (*bundle, *open_)], quote_via=quote)
