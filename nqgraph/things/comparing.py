"""Compares two states of a graph: which change each difference is, as far as shapes and ontology say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from nqgraph.graph.graph import Graph
from nqgraph.graph.store import Statement
from nqgraph.model.shapes import NodeShape, PropertyShape, Role
from nqgraph.things import dossier
from nqgraph.things.changes import Change, Changes, Group, Name, terms_note
from nqgraph.things.differences import Differences, Pair
from nqgraph.things.facts import Facts, Value
from nqgraph.things.language import Labels
from nqgraph.words import vocab
from nqgraph.words.texts import LANGUAGES, Text, in_language

#: Kinds of things in the order in which their changes are told.
_RANKS: tuple[Role, ...] = ("thing", "link", "evidence", "background")
#: What the change of a key tells already.
_KEYS = (vocab.DCTERMS.identifier, vocab.DCTERMS.isReplacedBy)


def compare(old: Graph, new: Graph) -> Changes:
    """What people have changed from *old* to *new*; what rules drew follows from it and is left out."""
    return _Comparison(old, new).changes()


class _Comparison:
    def __init__(self, old: Graph, new: Graph) -> None:
        self.found = Differences(old, new)
        self.old, self.new = self.found.old, self.found.new
        #: Whether one of the states keeps nothing apart that the other one knows to be inferred.
        self.mixed = _mixed(old, new) or _mixed(new, old)
        self.languages = tuple(dict.fromkeys((*new.workspace.languages, *LANGUAGES)))
        self.told: dict[str, list[Change]] = defaultdict(list)
        self.kinds: dict[str, NodeShape] = {}

    def changes(self) -> Changes:
        self._closed()
        self._answered()
        for iri in sorted(self.found.fresh):
            self._new(iri)
        for iri in sorted(self.found.gone):
            self._gone(iri)
        for before, iri in sorted(self.found.moved.items()):
            self._moved(before, iri)
        for iri in sorted(self.found.about):
            self._changed(iri)
        for relation in sorted(self.found.claims):
            self._claimed(*relation)
        rest = self.found.rest
        groups = tuple(
            Group(self._in_all(shape.label), segment, tuple(self.told[segment]), _RANKS.index(shape.role))
            for segment, shape in sorted(self.kinds.items())
        )
        return Changes(groups, tuple(rest.removed), tuple(rest.added), tuple(self._notes()))

    def _tell(self, code: str, iri: str, pair: Pair, **names: Iterable[Name]) -> None:
        facts = self._facts(iri)
        shape = facts.shape_of[iri]
        change = Change(
            code, iri, {name: tuple(found) for name, found in names.items()}, tuple(pair.removed), tuple(pair.added)
        )
        self.told[shape.segment].append(change)
        self.kinds[shape.segment] = shape

    # -- things that come and go --------------------------------------------------------------------------------------

    def _new(self, iri: str) -> None:
        pair = self._all_of(iri)
        self._tell("change-new", iri, pair, kind=[self._kind(iri)], thing=[self._thing(iri)])

    def _gone(self, iri: str) -> None:
        pair = self._all_of(iri)
        for subject, path in self.found.led.get(iri, ()):  # nothing can lead to it any more
            self._move(self.found.about[subject][path], pair, iri)
        successor = self.found.leads.get(iri, "")
        names = {"kind": [self._kind(iri)], "thing": [self._thing(iri)]}
        if successor:
            self._tell("change-merged", iri, pair, **names, other=[self._thing(successor)])
        else:
            self._tell("change-gone", iri, pair, **names)

    def _moved(self, before: str, iri: str) -> None:
        pair = Pair()
        for path in _KEYS:
            pair.take(self.found.about[iri].pop(path, Pair()))
            pair.take(self.found.about[before].pop(path, Pair()))
        pair.take(self.found.about[iri].pop(vocab.RDF.type, Pair()))
        keys = {name: [Name(self._same(vocab.local_name(one)))] for name, one in (("old", before), ("new", iri))}
        code = "change-key" if before in self.found.leads else "change-key-lost"
        self._tell(code, iri, pair, thing=[self._thing(iri)], **keys)

    def _all_of(self, iri: str) -> Pair:
        """All that is said of a thing and of the claims with it, which then counts as told."""
        pair = Pair()
        for found in self.found.about.pop(iri, {}).values():
            pair.take(found)
        pair.take(self.found.claims_about(iri))
        return pair

    @staticmethod
    def _move(source: Pair, target: Pair, value: str) -> None:
        """Move the removed statements that led to *value*."""
        target.removed += [said for said in source.removed if said.object == value]
        source.removed = [said for said in source.removed if said.object != value]

    # -- gaps ---------------------------------------------------------------------------------------------------------

    def _closed(self) -> None:
        """Records of something missing that went, where a new relation links what they were about."""
        for iri in sorted(self.found.gone):
            about = {value.text for value in self.old.values(iri, vocab.NQ.leavesOpen)}
            for subject in sorted(about):
                for path, pair in self.found.about.get(subject, {}).items():
                    linked = [said for said in pair.added if said.lang is None and said.object in about]
                    if linked and iri in self.found.gone:
                        self.found.gone.discard(iri)
                        behind = self._all_of(iri)
                        behind.added += linked
                        pair.added = [said for said in pair.added if said not in linked]
                        behind.take(self.found.claims_of(subject, path, [said.object for said in linked]))
                        others = [self._thing(said.object) for said in linked]
                        names = {"property": [self._relation(subject, path)], "value": others}
                        self._tell(
                            "change-closed", iri, behind, thing=[self._thing(iri)], by=[self._thing(subject)], **names
                        )

    def _answered(self) -> None:
        """Things that a relation of the matrix leads to for the first time, or no longer."""
        for shape in self.new.schema.node_shapes:
            for prop in shape.properties:
                if prop.matrix_group and prop.matrix_state == "answered":
                    self._leads(prop, self.old, self.new, "change-answered", "added")
                    self._leads(prop, self.new, self.old, "change-open", "removed")

    def _leads(self, prop: PropertyShape, without: Facts, with_it: Facts, code: str, side: str) -> None:
        states = {
            one.path
            for shape in without.schema.node_shapes
            for one in shape.properties
            if one.matrix_group and one.matrix_state == "answered"
        }
        led: dict[str, list[str]] = defaultdict(list)
        for subject in (s for s in with_it.having(prop.path) if s in with_it.shape_of):
            for value in with_it.values(subject, prop.path):
                led[self.found.moved.get(value.text, value.text)].append(self.found.moved.get(subject, subject))
        for iri, subjects in sorted(led.items()):
            before = iri if without is self.new else self._before(iri)
            if before not in without.shape_of or any(path in states for _, path, _ in without.pointing(before)):
                continue
            pair = Pair()
            for subject in subjects:
                source = self.found.about.get(subject, {}).get(prop.path, Pair())
                said = getattr(source, side)
                getattr(pair, side).extend(one for one in said if one.object == iri)
                if (
                    subject not in self.found.fresh | self.found.gone
                ):  # else it is told with all that is said of it, too
                    said[:] = [one for one in said if one.object != iri]
                    pair.take(self.found.claims_of(subject, prop.path, [iri]))
            names = {
                "property": [self._relation(subjects[0], prop.path)],
                "by": map(self._thing, sorted(set(subjects))),
            }
            self._tell(code, iri, pair, thing=[self._thing(iri)], **names)

    # -- things that stay ---------------------------------------------------------------------------------------------

    def _changed(self, iri: str) -> None:
        shape = self._facts(iri).shape_of[iri]
        told = self._figure(iri, shape)
        for path, pair in self.found.about[iri].items():
            if not pair or path in told:
                continue
            prop = shape.property_for(path)
            values = [said.object for said in (*pair.removed, *pair.added) if said.lang is None]
            pair.take(self.found.claims_of(iri, path, values))
            if path == vocab.RDF.type and self._kinds(iri)["old"] == self._kinds(iri)["new"]:
                self.found.rest.take(pair)
            elif path == vocab.RDF.type:
                self._tell("change-kind", iri, pair, thing=[self._thing(iri)], **self._kinds(iri))
            elif path == vocab.SKOS.prefLabel and self._is_renamed(iri):
                self._tell("change-renamed", iri, pair, kind=[self._kind(iri)], **self._names(iri))
            else:
                self._property(iri, path, prop, pair)

    def _figure(self, iri: str, shape: NodeShape) -> set[str]:
        """Tells the correction of a figure as a whole, with its unit; the properties that this covers."""
        value = shape.figure.get("value")
        pair = self.found.about[iri].get(value.path) if value else None
        before = self._before(iri)
        if value is None or not pair or not (pair.removed and pair.added) or not self.old.shape_of.get(before):
            return set()
        parts = [
            shape.figure[part].path for part in ("value", "upper", "total", "unit", "precision") if part in shape.figure
        ]
        behind = Pair()
        for path in parts:
            behind.take(self.found.about[iri].get(path, Pair()))
        amounts = {
            name: [Name(self._in_all(dossier.figure(facts, one).value), quoted=False)]
            for name, facts, one in (("old", self.old, before), ("new", self.new, iri))
        }
        names = {"property": [Name(self._in_all(value.name), quoted=False)], "thing": [self._thing(iri)]}
        self._tell("change-figure", iri, behind, **names, **amounts)
        return set(parts)

    def _property(self, iri: str, path: str, prop: PropertyShape | None, pair: Pair) -> None:
        removed, added = (
            [said for said in listed if said.predicate == path and said.subject == iri]
            for listed in (pair.removed, pair.added)
        )
        names = {"thing": [self._thing(iri)], "property": [Name(self._called(prop, path), quoted=False)]}
        old, new = self._values(self.old, removed), self._values(self.new, added)
        within = not old and not new  # of a blank node only what is said of it has changed
        if within or (prop is not None and prop.is_text and old and new):
            self._tell("change-text", iri, pair, **names)
        elif len(old) == len(new) == 1:
            self._tell("change-value", iri, pair, **names, old=old, new=new)
        else:
            linked = all(said.lang is None for said in (*removed, *added)) and self._verb(path)
            codes = ("change-related", "change-unrelated") if linked else ("change-said", "change-unsaid")
            if linked:
                names["property"] = [Name(self._in_all(self.new.label(path)), quoted=False)]
            both = bool(old and new)
            if new:
                self._tell(codes[0], iri, Pair([], pair.added) if both else pair, **names, new=new)
            if old:
                self._tell(codes[1], iri, Pair(pair.removed, []) if both else pair, **names, old=old)

    def _claimed(self, subject: str, path: str, value: str) -> None:
        """What is said of the claim of a relation that was there before."""
        pair = self.found.claims[subject, path, value]
        if subject not in self._facts(subject).shape_of:
            self.found.rest.take(pair)
            return
        shape = self.new.schema.for_class(vocab.NQ.Claim)
        paths = sorted({said.predicate for said in (*pair.removed, *pair.added)} - {vocab.RDF.type})
        called = [Name(self._called(shape.property_for(one) if shape else None, one), quoted=False) for one in paths]
        names = {"property": [self._relation(subject, path)], "value": [self._thing(value)], "said": called}
        self._tell("change-claim", subject, pair, thing=[self._thing(subject)], **names)

    # -- what they are called -----------------------------------------------------------------------------------------

    def _facts(self, iri: str) -> Facts:
        return self.new if iri in self.new.shape_of or iri not in self.old.shape_of else self.old

    def _before(self, iri: str) -> str:
        return self.found.before.get(iri, iri)

    def _in_all(self, labels: Labels) -> dict[str, str]:
        """Labels in all languages, free of the state that they were read from."""
        return {lang: in_language(labels, lang, chain=self.languages) for lang in self.languages}

    def _same(self, said: str) -> dict[str, str]:
        return dict.fromkeys(self.languages, said)

    def _thing(self, iri: str) -> Name:
        facts = self._facts(iri)
        if iri not in facts.statements and iri in self.old.statements:
            facts = self.old
        label = facts.label(iri)
        if iri in facts.shape_of and set(label.values()) == {facts.iris.shrink(iri)}:  # it has no name but its key
            label = self._same(facts.key(iri))
        known = iri in self.new.statements and not facts.is_anonymous(iri)
        return Name(self._in_all(label), iri if known else "")

    def _kind(self, iri: str) -> Name:
        return Name(self._in_all(self._facts(iri).shape_of[iri].singular), quoted=False)

    def _kinds(self, iri: str) -> dict[str, list[Name]]:
        shapes = {"old": self.old.shape_of.get(self._before(iri)), "new": self.new.shape_of.get(iri)}
        return {name: [Name(self._in_all(shape.label))] if shape else [] for name, shape in shapes.items()}

    def _is_renamed(self, iri: str) -> bool:
        before = self._in_all(self.old.texts(self._before(iri), vocab.SKOS.prefLabel))
        return any(before.values()) and before != self._in_all(self.new.texts(iri, vocab.SKOS.prefLabel))

    def _names(self, iri: str) -> dict[str, list[Name]]:
        prop = self._facts(iri).shape_of[iri].property_for(vocab.SKOS.prefLabel)
        return {
            "old": [Name(self._in_all(self.old.label(self._before(iri))))],
            "thing": [self._thing(iri)],
            "property": [Name(self._called(prop, vocab.SKOS.prefLabel), quoted=False)],
        }

    def _called(self, prop: PropertyShape | None, path: str) -> dict[str, str]:
        known = self.new if path in self.new.statements else self.old
        name: Labels = prop.name if prop and prop.name else known.label(path)
        return self._same(vocab.local_name(path)) if path in name.values() else self._in_all(name)

    def _verb(self, path: str) -> bool:
        """Whether the name of a property can stand between two things: “answers”, in every language."""
        label = self.new.label(path)
        return all(label.get(lang, "")[:1].islower() for lang in self.new.workspace.languages)

    def _relation(self, subject: str, path: str) -> Name:
        prop = self._facts(subject).shape_of[subject].property_for(path)
        label = self._in_all(self.new.label(path)) if self._verb(path) else self._called(prop, path)
        return Name(label, quoted=False)

    def _values(self, facts: Facts, said: Iterable[Statement]) -> list[Name]:
        """What statements say of a property; texts that exist in several languages once."""
        names, texts = [], {}
        for one in sorted(said):
            if one.lang:
                texts[one.lang] = one.object
            elif one.lang is None:
                names.append(self._thing(one.object))
            else:
                labels = Value(one.object, one.lang, one.datatype, "").labels
                quoted = one.datatype == vocab.XSD.string
                names.append(Name(self._in_all(labels), quoted=quoted))
        return names + ([Name(self._in_all(texts))] if texts else [])

    # -- what only one of the models has ------------------------------------------------------------------------------

    def _notes(self) -> Iterator[Text]:
        if self.mixed and (self.told or self.found.rest):
            yield Text("changes-mixed")
        old, new = _terms(self.old), _terms(self.new)
        if old and new:
            for code, here, there in (("changes-old-terms", old, new), ("changes-new-terms", new, old)):
                if only := [here[iri] for iri in sorted(set(here) - set(there))]:
                    yield terms_note(code, map(self._in_all, only))


def _mixed(one: Graph, other: Graph) -> bool:
    """Whether what rules drew stands in *one* beside what people say, but not in *other*."""
    inferred = one.workspace.iris.inferred
    return one.given and not one.store.has_graph(inferred) and other.store.has_graph(inferred)


def _terms(facts: Facts) -> Mapping[str, Labels]:
    """The classes and properties that a state declares, with their names."""
    kinds = (vocab.OWL.Class, vocab.OWL.ObjectProperty, vocab.OWL.DatatypeProperty)
    found = {s for kind in kinds for s, path, _ in facts.pointing(kind) if path == vocab.RDF.type}
    return {iri: facts.label(iri) for iri in found}
