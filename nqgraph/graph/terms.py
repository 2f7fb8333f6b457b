"""Terms of answers as plain values, the same from every engine."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from nqgraph.words import vocab

#: How many things one query asks about.
_BATCH = 400
#: Booleans as XML Schema (3.2.2.2) wants them written.
_CANONICAL = {"1": "true", "0": "false"}
_NUMBERS: dict[str, Any] = {
    vocab.XSD.integer: int,
    vocab.XSD.decimal: Decimal,
    vocab.XSD.double: float,
    vocab.XSD.float: float,
}


class Term(NamedTuple):
    """An IRI or a literal; neither language nor datatype for a plain text."""

    value: str
    is_iri: bool = False
    language: str = ""
    datatype: str = ""

    def as_json(self) -> str:
        """The term as the SPARQL 1.1 Query Results JSON Format has it."""
        value = encode_basestring(self.value)
        if self.is_iri:
            return f'{{"type":"uri","value":{value}}}'
        if self.language:
            return f'{{"type":"literal","value":{value},"xml:lang":{encode_basestring(self.language)}}}'
        if self.datatype:
            return f'{{"type":"literal","value":{value},"datatype":{encode_basestring(self.datatype)}}}'
        return f'{{"type":"literal","value":{value}}}'

    def as_text(self) -> str:
        """The term as N-Triples."""
        if self.is_iri:
            return f"<{self.value}>"
        escaped = self.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
        return f'"{escaped}"' + (f"@{self.language}" if self.language else f"^^<{self.datatype}>" * bool(self.datatype))


def plain(text: str, datatype: str) -> Any:
    """The value that *text* stands for: int, Decimal, float or bool; the text itself where it is none of them."""
    if datatype == vocab.XSD.boolean:
        return text in ("true", "1")
    if datatype in _NUMBERS:
        try:
            number = _NUMBERS[datatype](text)
        except (ValueError, ArithmeticError):
            return text
        return text if isinstance(number, Decimal) and not number.is_finite() else number
    return text


def of_text(text: str) -> Term:
    """The IRI or literal without language that *text* is in N-Triples, as parameters are bound."""
    if text.startswith("<"):
        return Term(text[1:-1], is_iri=True)
    value, _, datatype = text[1:].rpartition('"')
    plain = re.sub(r"\\(.)", lambda found: {"n": "\n", "r": "\r"}.get(found[1], found[1]), value)
    return Term(plain, datatype=datatype.removeprefix("^^<").removesuffix(">"))


#: Variables, and for each solution their terms.
Solutions = tuple[list[str], list[tuple[Term | None, ...]]]


def of_json(document: bytes) -> Solutions:
    """The solutions of a results document in JSON."""
    parsed = json.loads(document)
    names = parsed["head"]["vars"]
    rows = [tuple(_term(row.get(name)) for name in names) for row in parsed["results"]["bindings"]]
    return names, rows


def _term(found: dict[str, str] | None) -> Term | None:
    if found is None:
        return None
    datatype = found.get("datatype", "")
    plain = "" if datatype == vocab.XSD.string else datatype
    value = found["value"]
    if datatype == vocab.XSD.boolean:  # some servers say 1 and 0
        value = _CANONICAL.get(value, value)
    return Term(value, found["type"] == "uri", found.get("xml:lang", ""), plain)


def asked(
    ask: Callable[[str], bytes], things: Iterable[str], predicate: str, *, inverse: bool = False
) -> dict[str, list[Term]]:
    """The values of a property of *things*, by queries with VALUES; what has none is left out."""
    found: dict[str, dict[Term, None]] = {}
    pattern = f"?o <{predicate}> ?s" if inverse else f"?s <{predicate}> ?o"
    wanted = sorted(set(things))
    for start in range(0, len(wanted), _BATCH):
        listed = " ".join(f"<{iri}>" for iri in wanted[start : start + _BATCH])
        for thing, value in of_json(ask(f"SELECT ?s ?o WHERE {{ VALUES ?s {{ {listed} }} {pattern} }}"))[1]:
            if thing is not None and value is not None:
                found.setdefault(thing.value, {})[value] = None
    return {thing: list(values) for thing, values in found.items()}


def picked(items: Sequence[Any], places: slice | Sequence[int]) -> list[Any]:
    """Some of *items*, by their places."""
    return list(items[places]) if isinstance(places, slice) else [items[place] for place in places]
