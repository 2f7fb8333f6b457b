"""What people said differently in two states of a graph: added and removed statements, told apart by what they mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b

from nqgraph.graph.graph import Graph
from nqgraph.graph.store import Statement
from nqgraph.sources.claims import INHERITED
from nqgraph.things.facts import Facts
from nqgraph.words import vocab
from nqgraph.words.vocab import Iris

#: Subject, predicate and object of a relation that claims are about.
Relation = tuple[str, str, str]
#: How deep blank nodes within each other are looked into.
_DEPTH = 8


@dataclass
class Pair:
    """Statements of the old state that the new one lacks, and the other way round."""

    removed: list[Statement] = field(default_factory=list)
    added: list[Statement] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)

    def take(self, other: Pair) -> None:
        """Add the statements of *other*."""
        self.removed += other.removed
        self.added += other.added


class Differences:
    """
    What stands only in the *old* or only in the *new* state of a graph, by what it is about.

    Only what people say counts: what rules drew, the model, the catalogue and the report follow from it. A statement
    that the other state has in another graph has not changed, nor has one about a blank node that says the same.
    """

    def __init__(self, old: Graph, new: Graph) -> None:
        self.old, self.new = Facts(old), Facts(new)
        removed, added = _only(old, new, self.old), _only(new, old, self.new)
        removed, added = self._without_alike(removed, added)
        #: Things that only one of the states has.
        self.gone = self._things(self.old, self.new, removed)
        self.fresh = self._things(self.new, self.old, added)
        #: Old IRI → new IRI of things that have another key now.
        self.moved: dict[str, str] = {}
        #: The same the other way round.
        self.before: dict[str, str] = {}
        #: Old IRI → IRI that its address leads to now.
        self.leads = self._successors(added)
        self._find_moved()
        removed = [self._renewed(said) for said in removed]
        alike = {_triple(said) for said in removed} & {_triple(said) for said in added}
        #: Thing → property → statements about it.
        self.about: dict[str, dict[str, Pair]] = defaultdict(lambda: defaultdict(Pair))
        #: Relation → what its claims say of it.
        self.claims: dict[Relation, Pair] = defaultdict(Pair)
        #: About nothing that a shape knows.
        self.rest = Pair()
        for said in removed:
            if _triple(said) not in alike:
                self._place(self.old, said).removed.append(said)
        for said in added:
            if _triple(said) not in alike:
                self._place(self.new, said).added.append(said)
        self._compare_claims()

    # -- which statements ---------------------------------------------------------------------------------------------

    def _without_alike(
        self, removed: list[Statement], added: list[Statement]
    ) -> tuple[list[Statement], list[Statement]]:
        """The statements without those about blank nodes that say the same under another name."""
        before, after = _Contents(self.old), _Contents(self.new)
        gone = {before.of(said) for said in removed if before.has_node(said)}
        come = {after.of(said) for said in added if after.has_node(said)}
        return (
            [said for said in removed if not (before.has_node(said) and before.of(said) in come)],
            [said for said in added if not (after.has_node(said) and after.of(said) in gone)],
        )

    def _things(self, here: Facts, there: Facts, said: Iterable[Statement]) -> set[str]:
        found = {one.subject for one in said if one.predicate == vocab.RDF.type and one.subject in here.shape_of}
        return {iri for iri in found if iri not in there.shape_of and here.shape_of[iri].target_class != vocab.NQ.Claim}

    def _successors(self, added: Iterable[Statement]) -> dict[str, str]:
        return {
            said.subject: said.object
            for said in added
            if said.predicate == vocab.DCTERMS.isReplacedBy and said.subject in self.gone
        }

    def _find_moved(self) -> None:
        """Things that went and came in one: by where the old address leads, else by kind and name."""
        for old, new in self.leads.items():
            if new in self.fresh:
                self.moved[old] = new
        names: dict[object, list[str]] = defaultdict(list)
        for iri in sorted(self.fresh - set(self.moved.values())):
            names[_name(self.new, iri)].append(iri)
        for iri in sorted(self.gone - set(self.moved)):
            same = names.pop(_name(self.old, iri), [])
            if len(same) == 1 and iri not in self.leads:
                self.moved[iri] = same[0]
        self.before = {new: old for old, new in self.moved.items()}
        self.gone -= set(self.moved)
        self.fresh -= set(self.moved.values())

    def _renewed(self, said: Statement) -> Statement:
        """A statement of the old state as it would be with the new keys."""
        subject = self.moved.get(said.subject, said.subject)
        value = said.object if said.lang is not None else self.moved.get(said.object, said.object)
        return said._replace(subject=subject, object=value)

    # -- what they are about ------------------------------------------------------------------------------------------

    def _place(self, facts: Facts, said: Statement) -> Pair:
        subject, predicate = said.subject, said.predicate
        if facts.is_anonymous(subject):
            subject, predicate = self._owner(facts, subject)
        if _is_claim(facts, subject):
            return self.claims[self._relation(facts, subject)]
        if subject in self.old.shape_of or subject in self.new.shape_of:
            return self.about[subject][predicate]
        return self.rest

    def _owner(self, facts: Facts, node: str) -> tuple[str, str]:
        """The thing that a blank node says something of, and by which property."""
        predicate = ""
        for _ in range(_DEPTH):
            found = sorted((s, p) for s, p, inferred in facts.pointing(node) if not inferred)
            if not found:
                break
            node, predicate = found[0]
            if not facts.is_anonymous(node):
                break
        return self.moved.get(node, node), predicate

    def _relation(self, facts: Facts, claim: str) -> Relation:
        parts = (facts.first(claim, path) for path in (vocab.RDF.subject, vocab.RDF.predicate, vocab.RDF.object))
        subject, predicate, value = parts
        return self.moved.get(subject, subject), predicate, self.moved.get(value, value)

    def _compare_claims(self) -> None:
        """Leave out what the claims of a relation say as before, whatever they are called."""
        for relation, pair in list(self.claims.items()):
            before, after = ({_said(one) for one in said} for said in (pair.removed, pair.added))
            pair.removed = [one for one in pair.removed if _said(one) not in after]
            pair.added = [one for one in pair.added if _said(one) not in before]
            self._inherit(relation[0], pair)
            if not pair:
                del self.claims[relation]

    def _inherit(self, subject: str, pair: Pair) -> None:
        """What a claim takes over from its row has changed with the row."""
        for path in INHERITED:
            own = self.about.get(subject, {}).get(path)
            if own:
                own.removed += [one for one in pair.removed if one.predicate == path]
                own.added += [one for one in pair.added if one.predicate == path]
                pair.removed = [one for one in pair.removed if one.predicate != path]
                pair.added = [one for one in pair.added if one.predicate != path]

    def claims_of(self, subject: str, predicate: str, values: Iterable[str]) -> Pair:
        """What is said of the claims of relations, which then counts as told."""
        found = Pair()
        for value in values:
            found.take(self.claims.pop((subject, predicate, value), Pair()))
        return found

    def claims_about(self, thing: str) -> Pair:
        """What is said of the claims of all relations of a thing and to it, which then counts as told."""
        found = Pair()
        for relation in self._relations.get(thing, ()):
            found.take(self.claims.pop(relation, Pair()))
        return found

    @cached_property
    def _relations(self) -> dict[str, list[Relation]]:
        """Thing → the relations with claims that it is a part of."""
        found: dict[str, list[Relation]] = defaultdict(list)
        for relation in sorted(self.claims):
            for thing in {relation[0], relation[2]}:
                found[thing].append(relation)
        return found

    @cached_property
    def led(self) -> dict[str, list[tuple[str, str]]]:
        """Thing that went → subject and property of the removed statements that led to it."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for subject, paths in self.about.items():
            for path, pair in paths.items():
                for said in pair.removed:
                    if said.lang is None and said.object in self.gone:
                        found[said.object].append((subject, path))
        return found


class _Contents:
    """Statements with blank nodes by what is said of these, so that their names do not count."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._known: dict[str, str] = {}

    def has_node(self, said: Statement) -> bool:
        return self._is_node(said.subject, None) or self._is_node(said.object, said.lang)

    def of(self, said: Statement) -> tuple[str, ...]:
        return (self._content(said.subject, None), said.predicate, *self._value(said.object, said.lang, said.datatype))

    def _is_node(self, text: str, lang: str | None) -> bool:
        return lang is None and self._facts.is_anonymous(text)

    def _value(self, text: str, lang: str | None, datatype: str, depth: int = 0) -> tuple[str, ...]:
        return self._content(text, lang, depth), lang or "", datatype, str(lang is None)

    def _content(self, text: str, lang: str | None, depth: int = 0) -> str:
        if not self._is_node(text, lang):
            return text
        if depth > _DEPTH:
            return "_:"
        if text not in self._known:
            said = sorted(
                (path, *self._value(value.text, value.lang, value.datatype, depth + 1))
                for path, values in self._facts.statements[text].items()
                for value in values
            )
            content = "_:" + blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
            if depth:
                return content
            self._known[text] = content
        return self._known[text]


def _only(here: Graph, there: Graph, facts: Facts) -> list[Statement]:
    """What people say only here; a second name for generic tools is none of it."""
    iris, found = here.workspace.iris, []
    about = _made(iris)
    for said in here.store.only(there.store):
        if said.graph in iris.own_graphs or said.subject.startswith(about):
            continue
        named = facts.values(said.subject, vocab.SKOS.prefLabel) if said.predicate == vocab.RDFS.label else ()
        if not any(value.text == said.object and value.lang == said.lang for value in named):
            found.append(said._replace(graph=""))
    return list(dict.fromkeys(found))


def _made(iris: Iris) -> tuple[str, ...]:
    """Namespaces of what no dataset is about: the model, and what a build says of itself."""
    return iris.graphs, iris.queries, iris.terms, iris.schemes, f"{iris.base}publisher/", str(vocab.NQ), str(vocab.NQSH)


def _is_claim(facts: Facts, iri: str) -> bool:
    shape = facts.shape_of.get(iri)
    return shape is not None and shape.target_class == vocab.NQ.Claim


def _name(facts: Facts, iri: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """Kind and name of a thing; what has none is like nothing else."""
    texts = facts.texts(iri, vocab.SKOS.prefLabel)
    return facts.shape_of[iri].target_class, frozenset(texts.items()) or frozenset({("", iri)})


def _triple(said: Statement) -> tuple[str, ...]:
    return said.subject, said.predicate, *_said(said)[1:]


def _said(said: Statement) -> tuple[str, ...]:
    return said.predicate, said.object, said.lang or "", said.datatype, str(said.lang is None)
