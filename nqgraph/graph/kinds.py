"""The kinds of things as plain questions name them: lists of a kind with filters are questions, too."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from nqgraph.graph import tables
from nqgraph.graph.ranking import TABLE, Asked, Slot
from nqgraph.model import ways
from nqgraph.model.shapes import NodeShape, Schema
from nqgraph.model.ways import Link, Ways
from nqgraph.words import vocab
from nqgraph.words.asking import ADDRESS, FILTERS, LISTS, SORTS
from nqgraph.words.texts import Labels

#: Most values that a question has a place for.
MOST_SLOTS = 12


def questions(schema: Schema, present: set[str], named: set[str], asked_of: set[str]) -> Iterator[Asked]:
    """
    A built question for each kind of things, with a place for what its filters can be.

    Args:
        present: Classes of which there is anything.
        named: Those of them whose things have names.
        asked_of: Those that canned questions are asked of: what points at a thing is sought by these only.
    """
    found = ways.of(schema)
    for shape in schema.node_shapes:
        if shape.target_class in present and shape.role != "background":
            yield _asked(shape, found, named, asked_of)


def _asked(shape: NodeShape, found: Ways, named: set[str], asked_of: set[str]) -> Asked:
    known = found.links((shape,)).values()
    links = sorted(filter(lambda link: _leads(link, named), known), key=_nearness)
    filters = list(islice(_filters(shape.target_class, links, named, asked_of), MOST_SLOTS))
    slots = [Slot(ADDRESS["where"] + link.key, kinds) for link, kinds in filters]
    numbers = [link for link in known if tables.type_of(link) in ("integer", "date")]
    called = {ADDRESS["where"] + link.key: link.name for link in (*links, *numbers)}
    if len(numbers) == 1:
        slots.append(Slot(ADDRESS["where"] + numbers[0].key, frozenset({""}), number=True))
    sorts = {kind for link, kinds in filters if _sorts(shape, link) for kind in kinds}
    return Asked(
        f"{TABLE}/{shape.segment}",
        tuple(slots),
        tuple(dict.fromkeys(_phrasings(shape, slots, called, {slot.name for slot in slots if slot.kinds & sorts}))),
        shape.segment,
        tuple(dict.fromkeys([*shape.label.values(), *shape.singular.values()])),
        frozenset(sorts),
        tuple((link.key, tuple(dict.fromkeys(_names(link)))) for link in links),
    )


def _leads(link: Link, named: set[str]) -> bool:
    """Whether *link* leads to things or concepts that a filter can name."""
    if tables.type_of(link) not in ("iri", "concept"):
        return False
    return bool(link.prop.scheme) or any(kind.target_class in named for kind in link.kinds)


def _nearness(link: Link) -> tuple[bool, bool, bool]:
    """What is called like the kind that it leads to comes first, what points here last."""
    kinds = {name for kind in link.kinds for name in (*kind.label.values(), *kind.singular.values())}
    return link.source is not None, kinds.isdisjoint(link.name.values()), not link.prop.filters


def _sorts(shape: NodeShape, link: Link) -> bool:
    """Whether the concepts that *link* leads to are sorts of the things of *shape*: it is called after them."""
    return bool(link.prop.scheme) and link.key.lower().startswith(shape.segment)


def _filters(own: str, links: list[Link], named: set[str], asked_of: set[str]) -> Iterator[tuple[Link, frozenset[str]]]:
    """The ways that values are taken for, with their kinds: one to each kind, none to others of *own*."""
    taken: set[str] = set()
    for link in links:
        if link.prop.scheme:
            kinds = {vocab.local_name(link.prop.scheme)} if link.prop.filters else set()
        else:
            kinds = {kind.target_class for kind in link.kinds} & (named if link.source is None else asked_of)
        if not kinds <= taken and not (own in kinds and len(kinds) > 1):
            taken |= kinds
            yield link, frozenset(kinds)


def _names(link: Link) -> Iterator[str]:
    yield from link.name.values()
    for kind in link.kinds:
        yield from kind.singular.values()
        yield from kind.label.values()


def _phrasings(shape: NodeShape, slots: list[Slot], named: dict[str, Labels], sorts: set[str]) -> Iterator[str]:
    for lang, kind in shape.label.items():
        for said in LISTS.get(lang, ()):
            yield said.replace("{kind}", kind)
        for slot in slots:
            for said in (*FILTERS.get(lang, ()), *(SORTS.get(lang, ()) if slot.name in sorts else ())):
                filled = said.replace("{way}", named[slot.name].get(lang, ""))
                yield filled.replace("{kind}", kind).replace("{value}", "" if slot.number else f"{{{slot.name}}}")
