"""Rows of an answer as texts, the same from every engine, and as the CSV files in ``tests/queries``."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from nqgraph.words import vocab


def of_json(document: bytes) -> list[list[str]]:
    """Header and rows of a SPARQL results document."""
    parsed = json.loads(document)
    names = parsed["head"]["vars"]
    rows = [
        [term(b[n]["type"], b[n]["value"], b[n].get("datatype")) if n in b else "" for n in names]
        for b in parsed["results"]["bindings"]
    ]
    return [names, *rows]


def of_rdflib(result: Any) -> list[list[str]]:
    """Header and rows of an rdflib result."""
    from rdflib import URIRef

    def one(value: Any) -> str:
        if value is None:
            return ""
        kind = "uri" if isinstance(value, URIRef) else "literal"
        return term(kind, str(value), str(value.datatype) if getattr(value, "datatype", None) else None)

    return [[str(v) for v in result.vars], *([one(value) for value in row] for row in result)]


def term(kind: str, value: str, datatype: str | None) -> str:
    """IRIs of ours without base, numbers without trailing zeros, all else as it is."""
    if kind == "uri":
        return value.removeprefix(vocab.BASE) if value.startswith(vocab.BASE) else value
    if datatype in (vocab.XSD.decimal, vocab.XSD.double):
        return format(Decimal(value).normalize(), "f")
    return value


def read(path: Path) -> tuple[dict[str, str], list[list[str]]]:
    """Parameters (first line: ``# name=value …``) and rows of an expectation file."""
    first, _, rest = path.read_text(encoding="utf-8").partition("\n")
    assert first.startswith("#"), f"{path.name}: the first line names the parameters"
    parameters = dict(part.split("=", 1) for part in first[1:].split())
    return parameters, list(csv.reader(io.StringIO(rest)))


def write(path: Path, parameters: dict[str, str], rows: list[list[str]]) -> None:
    """Write an expectation file; what it says is then read and judged by a person."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    shown = " ".join(f"{name}={value}" for name, value in parameters.items())
    path.write_text(f"# {shown}".rstrip() + "\n" + buffer.getvalue(), encoding="utf-8")
