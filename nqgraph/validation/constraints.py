"""Compiles property shapes to SPARQL: one SELECT per constraint gives the focus nodes and values that break it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rdflib.term import Literal, Node

from nqgraph.model.shapes import PropertyShape
from nqgraph.words import vocab

SH = vocab.SH
XSD = vocab.XSD

#: Datatypes whose lexical form both engines check by a cast (SPARQL 1.1, section 17.5); others need ``sh:pattern``.
_CASTABLE = frozenset(XSD[name] for name in ("double", "float", "boolean", "date", "dateTime", "time", "duration"))
#: Datatypes whose lexical form is checked by a pattern: the store casts only numbers that fit into 64 and 128 bits.
_LEXICAL = {XSD.integer: "^[+-]?[0-9]+$", XSD.decimal: "^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)$"}

#: Class → its subclasses, itself included.
Subclasses = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Check:
    """A query with the projection ``?this ?value``; each solution is a result of *component*."""

    shape: PropertyShape
    #: IRI of the SHACL constraint component (SHACL, section 4).
    component: str
    text: str


def checks(shape: PropertyShape, targets: Sequence[str], subclasses: Subclasses, focus: str = "") -> Iterator[Check]:
    """
    The checks of *shape* for all instances of the classes *targets*.

    Args:
        focus: A VALUES block for ``?this`` that restricts the focus nodes; empty for all.
    """
    target = focus + _instances("?this", [c for t in targets for c in subclasses(t)])
    triple = f"?this <{shape.path}> ?value ."

    def check(component: str, body: str, *, having: str = "", grouped: str = "?this", value: bool = True) -> Check:
        projection = "SELECT DISTINCT ?this ?value" if value else "SELECT DISTINCT ?this"
        group = f" GROUP BY {grouped} HAVING ({having})" if having else ""
        return Check(shape, SH[component], f"{projection} WHERE {{ {target} {body} }}{group}")

    def each(component: str, fault: str) -> Check:
        return check(component, f"{triple} FILTER({fault})")

    if shape.min_count == 1:
        yield check("MinCountConstraintComponent", f"FILTER NOT EXISTS {{ {triple} }}", value=False)
    elif shape.min_count:
        body, having = f"OPTIONAL {{ {triple} }}", f"COUNT(DISTINCT ?value) < {shape.min_count}"
        yield check("MinCountConstraintComponent", body, having=having, value=False)
    if shape.max_count is not None:
        having = f"COUNT(DISTINCT ?value) > {shape.max_count}"
        yield check("MaxCountConstraintComponent", triple, having=having, value=False)
    if shape.required_value is not None:
        term = shape.required_value.n3()
        yield check("HasValueConstraintComponent", f"FILTER NOT EXISTS {{ ?this <{shape.path}> {term} }}", value=False)
    if len(shape.datatypes) == 1:
        yield each("DatatypeConstraintComponent", f"!({_typed(shape.datatypes[0])})")
    elif shape.datatypes:
        yield each("OrConstraintComponent", "!(" + " || ".join(_typed(d) for d in shape.datatypes) + ")")
    if shape.classes:
        component = "ClassConstraintComponent" if len(shape.classes) == 1 else "OrConstraintComponent"
        allowed = [s for c in shape.classes for s in subclasses(c)]
        yield each(component, " && ".join(f"NOT EXISTS {{ ?value a <{c}> }}" for c in dict.fromkeys(allowed)))
    if shape.scheme:
        fault = f"NOT EXISTS {{ ?value <{vocab.SKOS.inScheme}> <{shape.scheme}> }}"
        yield each("NodeConstraintComponent", fault)
    if shape.values:
        yield each("InConstraintComponent", " && ".join(f"!sameTerm(?value, {_n3(v)})" for v in shape.values))
    if shape.node_kind:
        yield each("NodeKindConstraintComponent", f"!({_KINDS[shape.node_kind]})")
    if shape.pattern:
        flags = f", {Literal(shape.flags).n3()}" if shape.flags else ""
        fault = f"isBlank(?value) || !REGEX(STR(?value), {Literal(shape.pattern).n3()}{flags})"
        yield each("PatternConstraintComponent", fault)
    if shape.min_length is not None:
        yield each("MinLengthConstraintComponent", f"isBlank(?value) || STRLEN(STR(?value)) < {shape.min_length}")
    if shape.max_length is not None:
        yield each("MaxLengthConstraintComponent", f"isBlank(?value) || STRLEN(STR(?value)) > {shape.max_length}")
    if shape.min_inclusive is not None:
        fault = f"!COALESCE(?value >= {shape.min_inclusive.n3()}, false)"
        yield each("MinInclusiveConstraintComponent", fault)
    if shape.max_inclusive is not None:
        fault = f"!COALESCE(?value <= {shape.max_inclusive.n3()}, false)"
        yield each("MaxInclusiveConstraintComponent", fault)
    if shape.languages:
        matches = " || ".join(f'LANGMATCHES(LANG(?value), "{lang}")' for lang in shape.languages)
        yield each("LanguageInConstraintComponent", f"!isLiteral(?value) || !({matches})")
    if shape.unique_language:
        body = f'{triple} BIND(LANG(?value) AS ?lang) FILTER(?lang != "")'
        having = "COUNT(DISTINCT ?value) > 1"
        yield check("UniqueLangConstraintComponent", body, having=having, grouped="?this ?lang", value=False)


def focus_nodes(targets: Sequence[str], subclasses: Subclasses, focus: str = "") -> str:
    """A query that counts the focus nodes of *targets* as ``?n``; *focus* as in :func:`checks`."""
    classes = [c for t in targets for c in subclasses(t)]
    return f"SELECT (COUNT(DISTINCT ?this) AS ?n) WHERE {{ {focus}{_instances('?this', classes)} }}"


def values_block(focus: Sequence[str]) -> str:
    """VALUES for ``?this`` over the IRIs *focus*."""
    return "VALUES ?this { " + " ".join(f"<{iri}>" for iri in focus) + " } "


def _instances(variable: str, classes: Sequence[str]) -> str:
    unique = list(dict.fromkeys(classes))
    if len(unique) == 1:
        return f"{variable} a <{unique[0]}> ."
    return "{ " + " } UNION { ".join(f"{variable} a <{c}>" for c in unique) + " }"


def _typed(datatype: str) -> str:
    test = f"isLiteral(?value) && DATATYPE(?value) = <{datatype}>"
    # An ill-typed literal keeps its datatype but cannot be cast.
    if datatype in _CASTABLE:
        return f"({test} && COALESCE(BOUND(?value) && STR(<{datatype}>(STR(?value))) != '', false))"
    if datatype in _LEXICAL:
        return f"({test} && REGEX(STR(?value), {Literal(_LEXICAL[datatype]).n3()}))"
    return f"({test})"


def _n3(term: Node) -> str:
    return term.n3()


_KINDS: dict[str, str] = {
    SH.IRI: "isIRI(?value)",
    SH.BlankNode: "isBlank(?value)",
    SH.Literal: "isLiteral(?value)",
    SH.BlankNodeOrIRI: "isBlank(?value) || isIRI(?value)",
    SH.BlankNodeOrLiteral: "isBlank(?value) || isLiteral(?value)",
    SH.IRIOrLiteral: "isIRI(?value) || isLiteral(?value)",
}
