"""The form of a kind: a field for each column of its table, with meaning, example and list, all from the shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal as Literal_

from nqgraph.graph.names import names_of
from nqgraph.graph.store import Store
from nqgraph.model.shapes import NodeShape, PropertyShape, Schema
from nqgraph.sources.cells import Vocabulary
from nqgraph.sources.contents import Contents, columns, header
from nqgraph.words import collation, vocab
from nqgraph.words.texts import in_language, text

Show = Literal_["key", "line", "long", "choice", "ticks", "list"]
#: Entries that are boxes to tick; a field with more suggests them.
_MOST_TICKS = 8
#: Characters of an example.
_LONGEST = 90


@dataclass(frozen=True)
class Entry:
    """What a field can name: how the cell writes it, and what it is called."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """A field: a column of the table."""

    #: What addresses and scripts call it.
    name: str
    #: What the column is called.
    title: str
    show: Show
    required: bool
    #: Whether one cell holds several values, with semicolons between them.
    several: bool
    hints: tuple[str, ...]
    example: str
    #: Name of the list of :attr:`Forms.lists` that it takes its values from.
    entries: str = ""
    #: Kind whose entries it names, where it is only one that has a form.
    kind: NodeShape | None = None
    #: Whether it stands before all others: without it an entry says too little.
    first: bool = False


class Forms:
    """
    The forms of all kinds that have a table with keys.

    Args:
        hidden: Keys that lists leave out, because only internal datasets have them.
        examples: Whether fields show what another entry says.
    """

    def __init__(
        self,
        store: Store,
        schema: Schema,
        contents: Contents,
        vocabulary: Vocabulary,
        lang: str,
        hidden: Collection[str] = (),
        examples: bool = True,
    ) -> None:
        self.examples = examples
        self.store, self.schema, self.contents, self.vocabulary = store, schema, contents, vocabulary
        self.lang = lang
        self.hidden = hidden
        #: Name of a list → its entries.
        self.lists: dict[str, list[Entry]] = {}
        self._fields: dict[str, list[tuple[str, list[Field]]]] = {}

    @cached_property
    def kinds(self) -> dict[str, NodeShape]:
        """Segment → kind, by name."""
        keyed = (
            s for s in self.schema.node_shapes if s.role != "background" and s.property_for(vocab.DCTERMS.identifier)
        )
        return {shape.segment: shape for shape in sorted(keyed, key=lambda s: in_language(s.label, self.lang))}

    def fields(self, shape: NodeShape) -> Iterator[Field]:
        """The fields of a kind, in the order of its columns."""
        for _, listed in self.groups(shape):
            yield from listed

    def groups(self, shape: NodeShape) -> list[tuple[str, list[Field]]]:
        """Heading and fields of each part of the form of a kind; the first is what to fill in, and has no heading."""
        if shape.segment not in self._fields:
            found: dict[str, list[Field]] = {}
            first: list[Field] = []
            for prop, tag in columns(shape):
                made = self._field(shape, prop, tag)
                (first if made.first else found.setdefault(prop.group, [])).append(made)
            first[:2] = first[1::-1]  # the name before the key, which is made from it
            order = [
                *(group for group in self.schema.groups if group in found),
                *(g for g in found if g not in self.schema.groups),
            ]
            self._fields[shape.segment] = [
                ("", first),
                *((in_language(self.schema.groups.get(group, {}), self.lang), found[group]) for group in order),
            ]
        return self._fields[shape.segment]

    def _field(self, shape: NodeShape, prop: PropertyShape, tag: str) -> Field:
        first = not tag or tag == self.schema.workspace.language
        key = prop.path == vocab.DCTERMS.identifier
        needed = bool(prop.min_count) and first
        says = first and (prop.path == vocab.DCTERMS.description or prop.location or prop.matrix_state == "answered")
        entries = self._list(prop)
        count = len(self.lists[entries]) if entries else 0
        show: Show = "key" if key else "line" if prop.is_literal and (prop.single_line or not prop.is_text) else "long"
        if entries and prop.max_count == 1 and not prop.refers_to_things:
            show = "choice"
        elif entries:
            show = "ticks" if count <= _MOST_TICKS and not prop.refers_to_things else "list"
        return Field(
            name=name(prop, tag),
            title=header(prop, tag, self.lang),
            show=show,
            required=needed,
            several=prop.max_count != 1 and not (prop.is_text and not prop.single_line),
            hints=tuple(self._hints(prop, show)),
            example="" if show in ("choice", "ticks") or not self.examples else self._example(shape, prop, tag),
            entries=entries,
            kind=self._kinds.get(prop.classes[0]) if prop.refers_to_things and len(prop.classes) == 1 else None,
            first=needed or says,
        )

    @cached_property
    def _kinds(self) -> dict[str, NodeShape]:
        return {shape.target_class: shape for shape in self.kinds.values()}

    def prefix(self, shape: NodeShape) -> str:
        """What most keys of a kind begin with, up to a hyphen; "" where they do not agree."""
        keys = [vocab.local_name(thing) for thing in self.contents.things(shape)]
        counted = Counter(key.partition("-")[0] for key in keys if "-" in key)
        begun, count = next(iter(counted.most_common(1)), ("", 0))
        return f"{begun}-" if 2 * count > len(keys) else ""

    def _hints(self, prop: PropertyShape, show: Show) -> Iterator[str]:
        """What a field means, and what it takes where neither that nor a list says it."""
        meaning = in_language(prop.hint or self._definitions.get(prop.path, {}), self.lang)
        if meaning:
            yield meaning
        if not prop.is_text and show not in ("choice", "ticks", "key"):
            yield in_language(prop.message, self.lang)

    @cached_property
    def _definitions(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        asked = "SELECT ?p ?d (LANG(?d) AS ?lang) WHERE { ?p skos:definition ?d }"
        for term, said, tag in self.store.select(asked):
            found.setdefault(term, {})[tag] = said
        return found

    def _example(self, shape: NodeShape, prop: PropertyShape, tag: str) -> str:
        for thing in self.contents.things(shape):
            if vocab.local_name(thing) in self.hidden:
                continue
            cell = " ".join(self.contents.cell(thing, prop, tag).split())
            if cell and cell != "-":
                return cell if len(cell) <= _LONGEST else cell[:_LONGEST].rsplit(" ", 1)[0] + " …"
        return ""

    def _list(self, prop: PropertyShape) -> str:
        """The name of the list that a property takes its values from, which is filled then."""
        if prop.scheme:
            listed = vocab.local_name(prop.scheme)
            if listed not in self.lists:
                asked = f"SELECT ?c WHERE {{ ?c skos:inScheme <{prop.scheme}> }}"
                self._fill(
                    listed,
                    {(label, label) for (c,) in self.store.select(asked) if (label := self.contents.names.get(c, ""))},
                )
            return listed
        if prop.values:
            listed = vocab.local_name(prop.iri)
            kinds = {s.target_class: in_language(s.label, self.lang) for s in self.schema.node_shapes}
            named = (
                kinds.get(str(v)) or self._names.get(str(v)) or self.store.iris.shrink(str(v)) for v in prop.values
            )
            self._fill(listed, {(label, label) for label in named})
            return listed
        if prop.datatypes == (vocab.XSD.boolean,):
            self._fill("yes", {("true", text("page-true", self.lang)), ("false", text("page-false", self.lang))})
            return "yes"
        if prop.refers_to_things and set(prop.classes) != {f"{vocab.SKOS}Concept"}:
            listed = "-".join(sorted(map(vocab.type_segment, prop.classes)))
            if listed not in self.lists:
                self._fill(listed, set(self._keys(prop)))
            return listed
        return ""

    def _fill(self, listed: str, entries: set[tuple[str, str]]) -> None:
        made = (Entry(*entry) for entry in entries)
        self.lists[listed] = sorted(made, key=lambda e: (collation.key(e.label, self.lang), e.value))

    @cached_property
    def _names(self) -> dict[str, str]:
        return {iri: in_language(found, self.lang) for iri, found in names_of(self.store).items()}

    def _keys(self, prop: PropertyShape) -> Iterator[tuple[str, str]]:
        for key, thing in self.vocabulary.keys.items():
            above = self.vocabulary.superclasses.get(thing.class_iri, frozenset()) | {thing.class_iri}
            if key == vocab.local_name(thing.iri) and above & set(prop.classes) and key not in self.hidden:
                yield key, called(self.contents, thing.iri, self.lang) or key

    def cells(self, shape: NodeShape, thing: str, contents: Contents) -> dict[str, str]:
        """Field → what its cell says of *thing*."""
        return {name(prop, tag): contents.cell(thing, prop, tag) for prop, tag in columns(shape)}


def name(prop: PropertyShape, tag: str) -> str:
    """What addresses and scripts call a column."""
    return vocab.local_name(prop.iri) + (f".{tag}" if tag else "")


def about(shape: NodeShape, schema: Schema) -> list[tuple[PropertyShape, str]]:
    """Columns that say to which things an entry belongs, of a kind that only relates things."""
    roles = {known.target_class: known.role for known in schema.node_shapes}
    found = [
        (prop, tag)
        for prop, tag in columns(shape)
        if shape.role == "link" and any(roles.get(kind) == "thing" for kind in prop.classes)
    ]
    return [column for column in found if column[0].min_count] or found


def belonging(shape: NodeShape, schema: Schema) -> list[tuple[NodeShape, str]]:
    """Kinds whose entries belong to things of the kind *shape*, with the field that says so."""
    found = []
    for other in schema.node_shapes:
        fields = [name(prop, tag) for prop, tag in about(other, schema) if shape.target_class in prop.classes]
        found += [(other, fields[0])] if fields else []
    return found


def called(contents: Contents, thing: str, lang: str) -> str:
    """The name of a thing."""
    labels: dict[str, str] = {}
    for path in (vocab.SKOS.prefLabel, vocab.DCTERMS.title):
        for value in contents.values.get((thing, path), []):
            labels.setdefault(getattr(value, "language", None) or contents.lang, str(value))
    return in_language(labels, lang)


def row(shape: NodeShape, given: Mapping[str, str], lang: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Headers and cells of the row that the fields *given* make."""
    listed = columns(shape)
    return tuple(header(p, t, lang) for p, t in listed), tuple(given.get(name(p, t), "") for p, t in listed)
