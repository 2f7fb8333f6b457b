"""What the graph says about one thing: as RDF in any format, as JSON-LD with our context, as a plain record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from nqgraph.graph.names import NAMES, best_name
from nqgraph.graph.store import Store, parts
from nqgraph.model import shapes
from nqgraph.model.shapes import Schema
from nqgraph.words import vocab
from nqgraph.words.texts import LANGUAGES, text

#: What says how something is called and what it is; given for every neighbour.
NAMING: tuple[str, ...] = (vocab.RDF.type, *NAMES)
#: Where the context of our JSON-LD is published, below the base.
CONTEXT = "def/context.jsonld"
#: Predicates whose texts have a language whether or not a shape says so.
_TEXTS: tuple[str, ...] = (
    vocab.SKOS.prefLabel,
    vocab.SKOS.altLabel,
    vocab.SKOS.definition,
    vocab.RDFS.label,
    vocab.DCTERMS["title"],
)
#: Statements about blank nodes in a description.
_MOST_NESTED = 500
_NUMBERS: dict[str, Any] = {vocab.XSD.integer: int, vocab.XSD.decimal: Decimal, vocab.XSD.double: float}


def describe(store: Store, iri: str, form: str) -> bytes:
    """
    What *store* says about *iri*, in a format of ``formats.DESCRIPTIONS``; see :class:`Descriptions` for many.

    Raises:
        KeyError: The store says nothing about it.
    """
    return Descriptions(store).render(iri, form)


def context(schema: Schema | None = None) -> dict[str, Any]:
    """
    The JSON-LD context of our descriptions, from the shapes: a short name and the type of values for each property.

    Source:
        https://www.w3.org/TR/json-ld11/#the-context
    """
    return {"@context": _Terms(schema or shapes.default()).context()}


class Descriptions:
    """Describes the things of one store; what neighbours share is looked up once."""

    def __init__(self, store: Store, schema: Schema | None = None) -> None:
        self._store = store
        self._iris = store.iris
        self._terms = _Terms(schema or shapes.of(store.workspace))
        self._naming: dict[str, list[Any]] = {}
        #: What was described last: the formats of one thing are mostly asked for together.
        self._last: tuple[str, list[Any]] = "", []

    def things(self) -> list[str]:
        """IRIs of all that has an address of ours and a type, sorted."""
        found = {parts(triple.subject)[0] for triple in self._store.matching(predicate=vocab.RDF.type)}
        ours = (iri for iri in found if iri.startswith(self._iris.base) or self._is_thing(iri))
        return sorted(iri for iri in ours if "/.well-known/" not in iri)

    def exists(self, iri: str) -> bool:
        """Whether the graph says what *iri* is."""
        return bool(self._store.matching(iri, vocab.RDF.type))

    def successor(self, iri: str) -> str | None:
        """IRI of what stands in the place of *iri*, if that has gone."""
        found = [] if self.exists(iri) else self._store.matching(iri, vocab.DCTERMS.isReplacedBy)
        return parts(found[0].object)[0] if found else None

    def label(self, iri: str) -> dict[str, str]:
        """Language → what the thing is called; empty if it has no name."""
        said = [(parts(triple.predicate)[0], *parts(triple.object)) for triple in self._named(iri)]

        def texts(path: str) -> dict[str, str]:
            found = sorted(((lang, text) for predicate, text, lang, _ in said if predicate == path), reverse=True)
            return {lang or self._store.workspace.language: text for lang, text in found}

        return dict(sorted(best_name(texts).items()))

    def render(self, iri: str, form: str) -> bytes:
        """
        The description of *iri*: what is said of it, its claims, what refers to it, and the names of all these.

        Args:
            form: ``json`` for the plain record, or the name of a format of graphs.
        Raises:
            KeyError: The graph says nothing about *iri*.
        """
        triples = self.triples(iri)
        if not triples:
            raise KeyError(iri)
        if form == "json":
            return _dumped(self.record(iri))
        if form == "jsonld":
            return _dumped(self._terms.document(iri, triples))
        return self._store.serialize(triples, form)

    def record(self, iri: str) -> dict[str, Any]:
        """The description as a plain record, with neighbours by key and name; numbers are JSON numbers."""
        about: dict[str, Any] = self._heading(iri)
        claims: dict[str, dict[str, Any]] = {}
        references: dict[str, list[dict[str, Any]]] = {}
        for triple in self.triples(iri):
            subject, predicate = parts(triple.subject)[0], parts(triple.predicate)[0]
            name = self._terms.name(predicate)
            if subject == iri and predicate not in (vocab.RDF.type, vocab.DCTERMS.identifier, vocab.SKOS.prefLabel):
                _gather(about, name, self._plain(triple.object))
            elif self._is_claim(subject) and subject != iri:
                claim = claims.setdefault(subject, {"id": subject, "key": vocab.local_name(subject)})
                if predicate not in (vocab.RDF.type, vocab.DCTERMS.identifier):
                    _gather(claim, name, self._plain(triple.object))
            elif parts(triple.object) == (iri, "", ""):
                references.setdefault(name, []).append(self._heading(subject))
        if self._store.marks:
            about["internal"] = {lang: text("internal-note", lang) for lang in LANGUAGES}
        if claims:
            about["claims"] = list(claims.values())
        if references:
            about["referredToBy"] = references
        return about

    # -- what belongs to a thing ---------------------------------------------------------------------------------

    def triples(self, iri: str) -> list[Any]:
        """What is said of *iri*, its claims, what refers to it, and the names of all these."""
        last, found = self._last
        if last != iri:
            found = self._triples(iri)
            self._last = iri, found
        return found

    def _triples(self, iri: str) -> list[Any]:
        said = _sorted(self._store.matching(iri))
        said += self._nested(said)
        incoming = [] if self._is_kind(iri) else _sorted(self._store.matching(value=iri))
        claims = [t for t in incoming if self._is_claim(parts(t.subject)[0])]
        ours = dict.fromkeys(parts(t.subject)[0] for t in claims)
        told = [t for claim in ours for t in _sorted(self._store.matching(claim))]
        found = dict.fromkeys([*said, *told, *(t for t in incoming if t not in set(claims))])
        neighbours: dict[str, None] = {}
        for triple in found:
            for term in (triple.subject, triple.object):
                value, lang, datatype = parts(term)
                if not lang and not datatype:
                    neighbours[value] = None
        for name in neighbours.keys() - {iri} - ours.keys():
            if name not in self._naming:
                self._named(name)
        for name in neighbours:
            if name != iri and name not in ours:
                found.update(dict.fromkeys(self._naming[name]))
        if found:
            found.update(dict.fromkeys(self._store.marks))
        return list(found)

    def _nested(self, said: Sequence[Any]) -> list[Any]:
        """What is said of the blank nodes in *said*, and of those in that: they have no description of their own."""
        found: list[Any] = []
        known = set[str]()
        waiting = [parts(triple.object)[0] for triple in said if not parts(triple.object)[2]]
        while waiting and len(found) < _MOST_NESTED:
            node = waiting.pop(0)
            if node.startswith("_:") and node not in known:
                known.add(node)
                more = _sorted(self._store.matching(node))
                found += more
                waiting += [parts(triple.object)[0] for triple in more if not parts(triple.object)[2]]
        return found

    def _named(self, iri: str) -> list[Any]:
        found = self._naming.get(iri)
        if found is None:
            found = [t for predicate in NAMING for t in _sorted(self._store.matching(iri, predicate))]
            self._naming[iri] = found
        return found

    def _is_claim(self, iri: str) -> bool:
        return iri.startswith(self._iris.things + "claim/")

    def _is_kind(self, iri: str) -> bool:
        """Whether *iri* is a term or a concept: half the graph refers to it, and that says nothing of it."""
        ours = (self._iris.things, self._iris.graphs, self._iris.queries)
        return not iri.startswith(ours) and not self._is_thing(iri)

    def _is_thing(self, iri: str) -> bool:
        types = (parts(t.object)[0] for t in self._named(iri) if parts(t.predicate)[0] == vocab.RDF.type)
        return not self._terms.classes.isdisjoint(types)

    # -- as a record ---------------------------------------------------------------------------------------------

    def _heading(self, iri: str) -> dict[str, Any]:
        types = {parts(t.object)[0] for t in self._named(iri) if parts(t.predicate)[0] == vocab.RDF.type}
        own = sorted(t for t in types if t in self._terms.classes) or sorted(types)
        heading: dict[str, Any] = {"id": iri}
        if iri.startswith(self._iris.base) or self._is_thing(iri):
            heading["key"] = vocab.local_name(iri)
        if own:
            heading["type"] = vocab.type_segment(own[0])
        label = self.label(iri)
        return heading | ({"label": label} if label else {})

    def _plain(self, term: Any) -> Any:
        value, lang, datatype = parts(term)
        if lang:
            return {lang: value}
        if not datatype:
            return self._heading(value)
        if datatype == vocab.XSD.boolean:
            return value in ("true", "1")
        try:
            number = _NUMBERS[datatype](value) if datatype in _NUMBERS else value
            return float(number) if isinstance(number, Decimal) else number
        except (ValueError, ArithmeticError):
            return value


class _Terms:
    """Short names of properties and how their values are written in JSON-LD."""

    def __init__(self, schema: Schema) -> None:
        self._iris = schema.workspace.iris
        self.classes = {shape.target_class for shape in schema.node_shapes}
        coercions: dict[str, set[str]] = {path: {"@language"} for path in _TEXTS}
        for shape in schema.node_shapes:
            for prop in shape.properties:
                kind = (
                    "@language"
                    if prop.is_text
                    else "@id"
                    if not prop.is_literal
                    else prop.datatypes[0]
                    if len(prop.datatypes) == 1
                    else ""
                )
                coercions.setdefault(prop.path, set()).add(kind)
        #: Predicate → how its values are written: ``@id``, ``@language``, a datatype, or "" for none.
        self.coercion = {path: kinds.pop() if len(kinds) == 1 else "" for path, kinds in coercions.items()}
        self._names: dict[str, str] = {}
        taken = {"id", "type", "key", "label", "claims", "referredToBy", "internal", *self._iris.prefixes}
        for path in sorted(self.coercion, key=lambda path: (path not in vocab.NQ, path)):
            name = vocab.local_name(path)
            self._names[path] = name = name if name not in taken else self._iris.shrink(path).replace(":", "_")
            taken.add(name)
        self._taken = taken

    def name(self, predicate: str) -> str:
        """The short name of *predicate*: that of the shapes, a local name of our vocabulary, else its prefixed name."""
        known = self._names.get(predicate)
        return known or self._prefixed(predicate)

    def _prefixed(self, iri: str) -> str:
        """*iri* as ``@vocab`` and the prefixes write it."""
        local = iri.removeprefix(str(vocab.NQ))
        return local if local != iri and local.isalnum() and local not in self._taken else self._iris.shrink(iri)

    def context(self) -> dict[str, Any]:
        """The context with all prefixes and short names."""
        return {
            "@version": 1.1,
            "@vocab": str(vocab.NQ),
            "id": "@id",
            "type": "@type",
            **{prefix: str(namespace) for prefix, namespace in self._iris.prefixes.items()},
            **{self._names[path]: self._definition(path) for path in self._names},
        }

    def _definition(self, path: str) -> Any:
        kind = self.coercion[path]
        if kind == "@language":
            return {"@id": path, "@container": "@language"}
        return {"@id": path, "@type": kind} if kind and kind != vocab.XSD.string else path

    @cached_property
    def _definitions(self) -> dict[str, Any]:
        return self.context()

    def document(self, iri: str, triples: Iterable[Any]) -> dict[str, Any]:
        """
        *triples* as compact JSON-LD that carries the part of the context it needs; *iri* comes first.

        Source:
            https://www.w3.org/TR/json-ld11/#compacted-document-form
        """
        nodes: dict[str, dict[str, Any]] = {iri: {"id": iri}}
        used = {"@version", "@vocab", "id", "type"}
        for triple in triples:
            subject, predicate = parts(triple.subject)[0], parts(triple.predicate)[0]
            node = nodes.setdefault(subject, {"id": subject})
            if predicate == vocab.RDF.type:
                name, value = "type", self._prefixed(parts(triple.object)[0])
                used.add(value.partition(":")[0])
            else:
                name, value = self._written(predicate, *parts(triple.object))
                used.add(name.partition(":")[0])
            _gather(node, name, value)
        return {"@context": {k: v for k, v in self._definitions.items() if k in used}, "@graph": list(nodes.values())}

    def _written(self, predicate: str, value: str, lang: str, datatype: str) -> tuple[str, Any]:
        kind = self.coercion.get(predicate)
        if kind is not None:
            name = self._names[predicate]
            if kind == "@language" and lang:
                return name, {lang: value}
            if kind == "@id" and not lang and not datatype:
                return name, value
            if kind == datatype and datatype:
                return name, value
        name = (
            self._iris.shrink(predicate) if kind in ("@id", "@language") else self.name(predicate)
        )  # no way to write it short
        if lang:
            return name, {"@value": value, "@language": lang}
        if not datatype:
            return name, {"@id": value}
        if datatype == vocab.XSD.string:
            return name, value if kind in (None, "") else {"@value": value}  # a value object is not coerced
        return name, {"@value": value, "@type": datatype}


def _gather(record: dict[str, Any], name: str, value: Any) -> None:
    """Put *value* at *name*: texts by language into one mapping, a second value makes a list."""
    if name not in record:
        record[name] = value
    elif _by_language(value) and _by_language(record[name]):
        for lang, text in value.items():
            _gather(record[name], lang, text)
    elif isinstance(record[name], list):
        record[name].append(value)
    else:
        record[name] = [record[name], value]


def _by_language(value: Any) -> bool:
    return isinstance(value, Mapping) and not value.keys() & {"id", "@id", "@value"}


def _sorted(triples: Iterable[Any]) -> list[Any]:
    return sorted(triples, key=str)


def _dumped(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
