"""The things of a graph as other people's lists name them: found by names, codes, kinds and properties."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from nqgraph.graph import matching
from nqgraph.graph.matching import Candidate, Entry, Index, folded_code
from nqgraph.graph.naming import abbreviations_in, readings
from nqgraph.graph.wordforms import fold
from nqgraph.model.shapes import NodeShape, PropertyShape
from nqgraph.things.collection import Collection
from nqgraph.things.facts import Facts, Value
from nqgraph.words import vocab

#: What says that an address elsewhere means the very same.
SAME_AS = (vocab.SCHEMA.sameAs, vocab.SKOS.exactMatch, vocab.OWL.sameAs)


@dataclass(frozen=True)
class Wanted:
    """What is known of a thing that is looked for."""

    name: str = ""
    types: tuple[str, ...] = ()
    #: ``any``: one of the types has to fit; ``all``: all of them; ``should``: others come after those that do.
    strict: str = "any"
    #: Property → values, each a text, a number as text, or the id of a thing.
    properties: tuple[tuple[str, tuple[str, ...]], ...] = ()
    most: int = 5


@dataclass(frozen=True)
class Kind:
    """A kind of thing that can be asked for."""

    id: str
    shape: NodeShape


@dataclass
class Entities:
    """What can be found in a collection."""

    collection: Collection
    _agreeing: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    @property
    def facts(self) -> Facts:
        """What is known of them."""
        return self.collection.facts

    # -- ids -----------------------------------------------------------------------------------------------------

    @cached_property
    def iris(self) -> dict[str, str]:
        """Id → IRI: what comes after ``/id/`` in its address."""
        return {address.removeprefix("doc/"): iri for address, iri in self.collection.things.items()}

    @cached_property
    def ids(self) -> dict[str, str]:
        """IRI → id."""
        return {iri: name for name, iri in self.iris.items()}

    @cached_property
    def _keys(self) -> dict[str, str]:
        found = Counter(map(self.facts.key, self.iris.values()))
        return {key: iri for iri in self.iris.values() if found[key := self.facts.key(iri)] == 1}

    def iri(self, name: str) -> str | None:
        """The IRI of what an id, an IRI or a key means."""
        return self.iris.get(name) or (name if name in self.ids else self._keys.get(name))

    # -- kinds and properties ------------------------------------------------------------------------------------

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """Id → kind, of those that have members: the things that others speak of first."""
        shown = [s for s in self.facts.schema.node_shapes if s.target_class in self.collection.members]
        ordered = sorted(shown, key=lambda shape: shape.role != "thing")
        return {shape.segment: Kind(shape.segment, shape) for shape in ordered}

    def kind(self, name: str) -> Kind | None:
        """The kind that an id, a class or the name of a table means."""
        schema = self.facts.schema
        full = self.facts.iris.expand(name) or name
        shape = schema.for_class(full) or schema.for_table(name)
        return self.kinds.get(name) or (self.kinds.get(shape.segment) if shape else None)

    @cached_property
    def properties(self) -> dict[str, PropertyShape]:
        """Id → property, of all kinds."""
        found: dict[str, PropertyShape] = {}
        for kind in self.kinds.values():
            for prop in kind.shape.properties:
                name = vocab.local_name(prop.path)
                if name in found and found[name].path != prop.path:
                    name = self.facts.iris.shrink(prop.path)
                found.setdefault(name, prop)
        return found

    def property(self, name: str) -> PropertyShape | None:
        """The property that an id or an IRI means."""
        full = self.facts.iris.expand(name) or name
        return self.properties.get(name) or next((p for p in self.properties.values() if p.path == full), None)

    def properties_of(self, kind: Kind | None) -> dict[str, PropertyShape]:
        """Id → property of *kind*; of all kinds if None."""
        if kind is None:
            return self.properties
        paths = {prop.path: prop for prop in kind.shape.properties}
        return {name: paths[prop.path] for name, prop in self.properties.items() if prop.path in paths}

    # -- finding -------------------------------------------------------------------------------------------------

    @cached_property
    def index(self) -> Index:
        """What finds them by names and codes."""
        return Index([self.entry(iri) for iri in self.iris.values()], self.spelled)

    @cached_property
    def spelled(self) -> dict[str, str]:
        """Folded abbreviation → what it stands for, by the names of all of them."""
        return abbreviations_in(self.entry(iri).names for iri in self.iris.values())

    def entry(self, iri: str) -> Entry:
        """What *iri* is found by."""
        shape = self.facts.shape_of[iri]
        label = self.facts.label(iri)
        chain = self.collection.workspace.languages
        names = [label[lang] for lang in (*chain, *label) if label.get(lang)]
        names += [said.text for said in self.facts.values(iri, vocab.SKOS.altLabel)]
        concepts = [v.text for p in shape.properties if p.scheme for v in self.facts.values(iri, p.path)]
        described = [text for concept in concepts for text in self.facts.label(concept).values()]
        named = tuple(dict.fromkeys(name for name in names if name))
        return Entry(self.ids[iri], named, frozenset({shape.segment}), frozenset(self._codes(iri)), tuple(described))

    def _codes(self, iri: str) -> Iterable[str]:
        yield from (iri, self.ids[iri], self.facts.key(iri))
        for prop in self.facts.shape_of[iri].properties:
            if is_code(prop):
                for value in self.facts.values(iri, prop.path):
                    yield value.text
                    if value.is_iri and (local := vocab.local_name(value.text)):
                        yield local

    def find(self, wanted: Wanted) -> list[Candidate]:
        """What *wanted* can be, best first; not more than it wants."""
        kinds = {name: kind for name in wanted.types if (kind := self.kind(name))}
        types = frozenset(kind.id for kind in kinds.values())
        if wanted.types and wanted.strict != "should" and not types:
            return []
        if wanted.types and wanted.strict == "all" and len(kinds) < len(wanted.types):
            return []
        narrow = types if wanted.types and wanted.strict != "should" else self._main
        found = {c.entry.id: c for c in self.index.find(wanted.name, narrow)} if wanted.name.strip() else {}
        if wanted.strict == "all":
            found = {name: c for name, c in found.items() if types <= c.entry.types}
        if types and wanted.strict == "should":
            found = {name: _of_type(candidate, types) for name, candidate in found.items()}
        if wanted.properties:
            found = self._with_properties(found, wanted, narrow)
        return sorted(found.values(), key=lambda c: (-c.score, c.entry.id))[: wanted.most]

    @cached_property
    def _main(self) -> frozenset[str]:
        """The kinds that are looked at where none is asked for: things, not what links them or speaks of them."""
        things = frozenset(name for name, kind in self.kinds.items() if kind.shape.role == "thing")
        return things or frozenset(self.kinds)

    def _with_properties(
        self, found: Mapping[str, Candidate], wanted: Wanted, narrow: frozenset[str]
    ) -> dict[str, Candidate]:
        """*found* with what the properties say, and what has a code that is asked for."""
        agreeing: list[tuple[PropertyShape, set[str], set[str]]] = []
        for name, values in wanted.properties:
            prop = self.property(name)
            if prop is not None:
                known = self._values(prop)
                agree = set().union(*(known.get(key, ()) for value in values for key in keys_of(value)))
                agreeing.append((prop, agree, known[""]))
        if not agreeing:
            return dict(found)
        named = bool(wanted.name.strip())
        chosen = dict(found)
        for prop, agree, _ in agreeing:
            if not named or is_code(prop):
                for name in agree - chosen.keys():
                    entry = self._entries[name]
                    if not narrow or narrow & entry.types:
                        chosen[name] = Candidate(entry, 0.0)
        return {name: _weighed(candidate, agreeing, named) for name, candidate in chosen.items()}

    @cached_property
    def _entries(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.index.entries}

    def _values(self, prop: PropertyShape) -> dict[str, set[str]]:
        """How a value of *prop* is compared → ids of the things that have it; "" → all that have any."""
        known = self._agreeing.get(prop.path)
        if known is None:
            known = defaultdict(set)
            known[""] = set()
            for name, iri in self.iris.items():
                for value in self.facts.values(iri, prop.path):
                    known[""].add(name)
                    for key in self._keys_of(value):
                        known[key].add(name)
            self._agreeing[prop.path] = known = dict(known)
        return known

    def _keys_of(self, value: Value) -> Iterable[str]:
        yield from keys_of(value.text)
        if value.is_iri:
            yield folded_code(vocab.local_name(value.text) or value.text)
            if value.text in self.ids:
                yield folded_code(self.ids[value.text])
            for text in (*self.facts.label(value.text).values(), *self._alternatives(value.text)):
                yield from keys_of(text)

    def _alternatives(self, iri: str) -> list[str]:
        return [said.text for said in self.facts.values(iri, vocab.SKOS.altLabel)]

    # -- suggesting ----------------------------------------------------------------------------------------------

    @cached_property
    def _starts(self) -> list[tuple[str, str]]:
        """Folded name → id, sorted."""
        return sorted({(_start(name), entry.id) for entry in self.index.entries for name in entry.names})

    def starting(self, prefix: str, types: Iterable[str] = (), most: int = 10, skip: int = 0) -> list[str]:
        """Ids of what has a name that begins with *prefix*, then of what has a word that does."""
        start, wanted = _start(prefix), frozenset(types)
        if not start:
            return []
        first = [(len(name), key) for name, key in self._starts if name.startswith(start)]
        later = [(len(name), key) for name, key in self._starts if f" {start}" in name]
        found = dict.fromkeys(key for _, key in [*sorted(first), *sorted(later)])
        if key := next((self.ids[iri] for iri in [self.iri(prefix.strip())] if iri), ""):
            found = {key: None, **found}
        fitting = [key for key in found if not wanted or wanted & self._entries[key].types]
        return fitting[skip : skip + most]


def suggested(named: Mapping[str, Iterable[str]], prefix: str, most: int = 10) -> list[str]:
    """Keys of *named* that begin with *prefix*, by key or by one of the names; then those with such a word."""
    start = _start(prefix)
    ranked: list[tuple[int, str]] = []
    for key, names in named.items():
        texts = [_start(key), *map(_start, names)]
        if any(text.startswith(start) for text in texts):
            ranked.append((0, key))
        elif any(f" {start}" in text for text in texts):
            ranked.append((1, key))
    return [key for _, key in sorted(ranked, key=lambda found: found[0])][:most] if start else []


def is_code(prop: PropertyShape) -> bool:
    """Whether the values of a property tell a thing from all others: codes with a pattern, the same elsewhere."""
    coded = prop.datatypes == (vocab.XSD.string,) and bool(prop.pattern) and prop.max_count == 1
    return coded or prop.path in SAME_AS


def keys_of(text: str) -> Iterable[str]:
    """How a value is compared: as a code, and as a name."""
    yield folded_code(text)
    for name in readings(text):
        if not name.short:
            yield f"{name.kind} {name.key}"


def _start(text: str) -> str:
    return fold(" ".join(text.split()))


def _of_type(candidate: Candidate, types: frozenset[str]) -> Candidate:
    if types & candidate.entry.types:
        return candidate
    return replace(candidate, score=round(candidate.score * matching.OTHER_TYPE, 1), fits=False)


def _weighed(
    candidate: Candidate, agreeing: Sequence[tuple[PropertyShape, set[str], set[str]]], named: bool
) -> Candidate:
    """*candidate* with what its properties say beside the name: a code that is another weighs most."""
    name = candidate.entry.id
    share = sum(name in agree for _, agree, _ in agreeing) / len(agreeing)
    codes = [(name in agree, name in having) for prop, agree, having in agreeing if is_code(prop)]
    score = candidate.score * (1 - matching.PROPERTIES) + 100 * share * matching.PROPERTIES if named else 100 * share
    code = candidate.code
    if any(agrees for agrees, _ in codes):
        agrees = not named or candidate.score >= matching.LEAST  # a code beside another name is a doubt
        score, code = max(score, (matching.CERTAIN if agrees else 70.0) + 5 * candidate.score / 100), True
    if any(has and not agrees for agrees, has in codes):
        score, code = score * matching.CONTRADICTED, False
    return replace(candidate, score=round(score, 1), code=code, properties=round(100 * share, 1))
