"""Ways from a kind of thing along its properties, and back along those that point at it, as the shapes have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from nqgraph.model.shapes import NodeShape, PropertyShape, Schema
from nqgraph.words import vocab
from nqgraph.words.errors import Place, QueryError
from nqgraph.words.texts import Labels, Listed, Text, in_language, near

#: Steps of the longest way.
DEEPEST = 3
#: What a way is written with: between two steps, and between a kind and its property that is followed backwards.
STEP, BACK = "/", "."
#: The thing itself, where a way could stand.
ITSELF = "."


@dataclass(frozen=True, eq=False)
class Link:
    """One step: a property of the things that one comes from, or one of other things that points at them."""

    #: How it is written: ``status``, or ``measure.addresses`` backwards.
    key: str
    prop: PropertyShape
    #: What readers call it.
    name: Labels
    #: The kind whose property is followed backwards; None forwards.
    source: NodeShape | None
    #: Kinds of the things that it leads to; none where those are concepts, texts or numbers.
    kinds: tuple[NodeShape, ...]
    #: Whether the property alone, followed backwards, leads to things of :attr:`source` and to no others.
    plain: bool = True

    @property
    def is_thing(self) -> bool:
        """Whether it leads to things or concepts."""
        return self.source is not None or not self.prop.is_literal

    @property
    def containment(self) -> PropertyShape | None:
        """The property that leads from the things at its end to their whole, if they have one."""
        found = (
            prop
            for kind in self.kinds
            for prop in kind.properties
            if prop.containment and kind.target_class in prop.classes
        )
        return next(found, None)


@dataclass(frozen=True)
class Way:
    """Steps one after the other from a kind of thing."""

    kind: NodeShape
    links: tuple[Link, ...]

    @property
    def key(self) -> str:
        """How it is written: ``answers/group``."""
        return STEP.join(link.key for link in self.links) or ITSELF

    @property
    def end(self) -> Link:
        """The last step."""
        return self.links[-1]

    def name(self, lang: str) -> str:
        """What readers of *lang* call it."""
        return " › ".join(in_language(link.name, lang, link.key) for link in self.links)


class Ways:
    """All ways over the kinds of a schema."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._links: dict[tuple[str, ...], dict[str, Link]] = {}
        self._words: dict[tuple[str, ...], dict[str, list[Link]]] = {}

    @cached_property
    def kinds(self) -> dict[str, NodeShape]:
        """Key → kind, in the order of labels."""
        return {shape.segment: shape for shape in reversed(self.schema.node_shapes)}

    def kind(self, name: str) -> NodeShape:
        """
        The kind called *name*: by its key, singular or plural, in any language.

        Raises:
            QueryError: There is none; suggests the nearest, or lists them.
        """
        found = self.kinds.get(name) or self.schema.for_table(name)
        if found is None:
            names = [n for shape in self.schema.node_shapes for n in (shape.segment, *shape.label.values())]
            listed = Text("known-tables", {"names": Listed(tuple(s.label for s in self.schema.node_shapes), most=40)})
            raise QueryError.of("unknown-table", name=name, hint=near(name, names, otherwise=listed))
        return found

    def links(self, kinds: Iterable[NodeShape]) -> dict[str, Link]:
        """Key → step from things of *kinds*: their properties in their order, then those that point at them."""
        listed = tuple(kinds)
        wanted = tuple(shape.target_class for shape in listed)
        if wanted not in self._links:
            self._links[wanted] = self._found(listed)
        return self._links[wanted]

    def _found(self, kinds: tuple[NodeShape, ...]) -> dict[str, Link]:
        found: dict[str, Link] = {}
        forward = {prop.path: prop for shape in kinds for prop in reversed(shape.properties)}
        for prop in sorted(forward.values(), key=lambda prop: (prop.order, prop.iri)):
            key = _free(vocab.local_name(prop.path.rstrip("/#")), found)
            ends = () if prop.scheme else tuple(filter(None, map(self.schema.for_class, prop.classes)))
            found[key] = Link(key, prop, prop.name, None, ends)
        wanted = {shape.target_class for shape in kinds}
        for source in self.schema.node_shapes:
            for prop in source.properties:
                if prop.refers_to_things and wanted & set(prop.classes):
                    key = _free(f"{source.segment}{BACK}{vocab.local_name(prop.path.rstrip('/#'))}", found)
                    alone = len(self._sources.get(prop.path, ())) == 1
                    found[key] = Link(key, prop, _backwards(source, prop), source, (source,), alone)
        return found

    @cached_property
    def _sources(self) -> Mapping[str, set[str]]:
        """Property → classes whose things have it."""
        found: dict[str, set[str]] = {}
        for shape in self.schema.node_shapes:
            for prop in shape.properties:
                found.setdefault(prop.path, set()).add(shape.target_class)
        return found

    def read(self, kind: NodeShape, text: str) -> Way:
        """
        The way that *text* is, from things of *kind*: keys or names of steps, in any language.

        Raises:
            QueryError: A step is unknown or has two meanings, the way is too long, or it goes in a circle.
        """
        if text.strip() in ("", ITSELF):
            return Way(kind, ())
        links: tuple[Link, ...] = ()
        came: tuple[NodeShape, ...] = (kind,)
        kinds = came
        rest = text.split(STEP)
        while rest:
            for size in range(len(rest), 0, -1):  # a name can hold the sign between two steps
                found = self._named(kinds, STEP.join(rest[:size]).strip())
                if found or size == 1:
                    break
            link = self._one(found, kinds, rest[0].strip(), text)
            if links and self._tells(links[-1], link):
                links = (*links[:-1], replace(links[-1], plain=True))
            if len(links) == DEEPEST:
                raise QueryError.of("table-deep", Place(), way=text, most=DEEPEST)
            if links and _circles(came, links[-1], link):
                raise QueryError.of("table-circle", Place(), way=text, step=link.name or link.key)
            came, links, kinds, rest = kinds, (*links, link), link.kinds, rest[size:]
        return Way(kind, links)

    def onward(self, way: Way) -> list[Way]:
        """The ways that go a step further than *way*."""
        kinds = way.end.kinds if way.links else (way.kind,)
        came = way.links[-2].kinds if len(way.links) > 1 else (way.kind,)
        if len(way.links) == DEEPEST:
            return []
        found = [link for link in self.links(kinds).values() if not (way.links and _circles(came, way.end, link))]
        return [Way(way.kind, (*way.links, link)) for link in found]

    def _tells(self, before: Link, link: Link) -> bool:
        """Whether *link* goes on only from things of the kind that *before* leads back to; then nobody need say it."""
        if before.source is None or link.source is not None:
            return False
        return self._sources[before.prop.path] & self._sources[link.prop.path] == {before.source.target_class}

    def _one(self, found: list[Link], kinds: tuple[NodeShape, ...], wanted: str, text: str) -> Link:
        table = Listed(tuple(shape.label for shape in kinds)) if kinds else text.rpartition(STEP)[0]
        if not found:
            known = self.links(kinds)
            names = [n for link in known.values() for n in (link.key, *link.name.values())]
            listed = Text("known-columns", {"names": Listed(tuple(link.name or link.key for link in known.values()))})
            hint = near(wanted, names, otherwise=listed if known else None)
            raise QueryError.of("table-column", table=table, column=wanted, hint=hint)
        if len(found) > 1:
            keys = ", ".join(link.key for link in found)
            raise QueryError.of("table-ambiguous", name=wanted, table=table, keys=keys)
        return found[0]

    def _named(self, kinds: tuple[NodeShape, ...], name: str) -> list[Link]:
        """The steps that *name* can mean: by key, else by name, else by the kind that they lead to."""
        known = self.links(kinds)
        if name in known:
            return [known[name]]
        if STEP in name:
            said = name.casefold()
            return [link for link in known.values() if said in map(str.casefold, link.name.values())]
        wanted = tuple(shape.target_class for shape in kinds)
        if wanted not in self._words:
            self._words[wanted] = self._all_words(known.values())
        words = self._words[wanted]
        found = next((words[form] for form in _forms(name) if form in words), [])
        if not found and BACK in name:
            of, _, prop = name.partition(BACK)
            source = self.schema.for_table(of)
            found = [
                link
                for link in known.values()
                if source is not None and link.source is source and set(_forms(prop)) & set(_of_property(link.prop))
            ]
        if not found and (kind := self.schema.for_table(name)) is not None:
            found = [link for link in known.values() if kind in link.kinds]
        return found

    @staticmethod
    def _all_words(links: Iterable[Link]) -> dict[str, list[Link]]:
        words: dict[str, list[Link]] = {}
        for link in links:
            own = _forms(link.key) if link.source else _of_property(link.prop)
            for form in dict.fromkeys([*own, *(form for name in link.name.values() for form in _forms(name))]):
                words.setdefault(form, []).append(link)
        for form, found in words.items():  # what a thing has itself comes before what points at it
            own_links = [link for link in found if link.source is None]
            words[form] = own_links or found
        return words


@lru_cache(maxsize=16)
def of(schema: Schema) -> Ways:
    """All ways over the kinds of *schema*."""
    return Ways(schema)


def _free(key: str, taken: Mapping[str, Link]) -> str:
    """*key*, with a number where another property is called so."""
    return next(name for n in range(1, len(taken) + 2) if (name := key if n == 1 else f"{key}_{n}") not in taken)


def _forms(name: str) -> list[str]:
    """How *name* is compared: as it is but for capitals, and as in addresses."""
    return list(dict.fromkeys(filter(None, (name.strip().casefold(), vocab.slug(name)))))


def _of_property(prop: PropertyShape) -> list[str]:
    names = (vocab.local_name(prop.path), vocab.type_segment(prop.path), *prop.name.values())
    return [form for name in names for form in _forms(name)]


def _backwards(source: NodeShape, prop: PropertyShape) -> Labels:
    """What the things of *source* that point here are called: as the shapes call it, else “Projects (steered by)”."""
    if prop.inverse_name:
        named = prop.inverse_name.items()
        return {lang: name.replace("{kind}", in_language(source.label, lang)) for lang, name in named}
    languages = dict.fromkeys((*source.label, *prop.name))
    return {lang: f"{in_language(source.label, lang)} ({in_language(prop.name, lang)})" for lang in languages}


def _circles(came: tuple[NodeShape, ...], before: Link, link: Link) -> bool:
    """Whether *link* only goes back what *before* went from things of *came*, or the same again."""
    if before.prop.path != link.prop.path:
        return False
    return link.source is None or before.source is not None or link.source in came
