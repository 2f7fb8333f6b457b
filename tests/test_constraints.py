"""What the shapes ask for is what is written down: a constraint that goes, or grows weaker, is a visible difference."""

from __future__ import annotations

import csv

import pytest
from rdflib import Graph

from nqgraph.words import vocab
from tests import constraints

PREFIXES = "\n".join(f"@prefix {name}: <{iri}> ." for name, iri in constraints.PREFIXES.items())
EXPECTED = list(csv.reader(constraints.TABLE.read_text(encoding="utf-8").splitlines()))


def test_the_shapes_ask_for_what_is_written_down() -> None:
    """
    Each constraint with its value and severity, no more and no less.

    If the change is meant: ``python -m tests.constraints``, and read what it changes.
    """
    table = constraints.rows(constraints.loaded())
    assert [row for row in EXPECTED if row not in table] == []
    assert [row for row in table if row not in EXPECTED] == []
    assert constraints.dumped(table) == constraints.TABLE.read_text(encoding="utf-8")


def test_the_program_reads_the_same_shapes() -> None:
    """No file of shapes is left out, and nothing is added but what claims can relate, which follows from the others."""
    said, loaded = constraints.rows(constraints.files()), constraints.rows(constraints.loaded())
    assert [row for row in said if row not in loaded] == []
    added = {(row[0], row[1], row[2]) for row in loaded if row not in said}
    assert added == {
        ("nq:Claim", "rdf:subject", "or"),
        ("nq:Claim", "rdf:predicate", "in"),
        ("nq:Claim", "rdf:object", "or"),
    }


@pytest.mark.parametrize(
    "row",
    [
        ("nq:Observation", "nq:value", "maxCount", "1", "Violation"),
        ("nq:Practice", "nq:confidence", "maxCount", "1", "Violation"),
        ("nq:Region", "nq:nutsCode", "pattern", "^[A-Z]{2}[0-9A-Z]{0,3}$", "Violation"),
        ("nq:Claim", "rdf:subject", "minCount", "1", "Violation"),
        ("nq:Practice", "dcterms:description", "uniqueLang", "true", "Violation"),
    ],
    ids=lambda row: " ".join(row[:3]),
)
def test_some_constraints_that_data_rest_on(row: tuple[str, ...]) -> None:
    """Whoever rewrites the table does not lose these on the way."""
    assert list(row) in EXPECTED


def test_each_weakening_shows() -> None:
    """A missing bound, a lower severity, another alternative, a shape that is off or gone: each is another table."""
    strict = """
    nqsh:X a sh:NodeShape ; sh:targetClass nq:A ; sh:property nqsh:P .
    nqsh:P sh:path nq:p ; sh:maxCount 1 ; sh:or ( [ sh:class nq:B ] [ sh:class nq:C ] ) .
    """
    weaker = {
        "bound": strict.replace("sh:maxCount 1 ;", ""),
        "severity": strict.replace("sh:path", "sh:severity sh:Info ; sh:path"),
        "alternative": strict.replace("( [", "( [ sh:class nq:D ] ["),
        "off": strict.replace("sh:path", "sh:deactivated true ; sh:path"),
        "gone": strict.replace("; sh:property nqsh:P", ""),
        "target": strict.replace("nq:A", "nq:E"),
        "path": strict.replace("sh:path nq:p", "sh:path [ sh:inversePath nq:p ]"),
    }

    def table(turtle: str) -> list[list[str]]:
        return constraints.rows(Graph().parse(data=f"{PREFIXES}\n{turtle}", format="turtle"))

    assert table(strict) == [
        constraints.HEADER,
        ["nq:A", "nq:p", "maxCount", "1", "Violation"],
        ["nq:A", "nq:p", "or", "( [ sh:class nq:B ] [ sh:class nq:C ] )", "Violation"],
    ]
    assert table(strict.replace("[ sh:class nq:B ] [ sh:class nq:C ]", "[ sh:class nq:C ] [ sh:class nq:B ]")) == table(
        strict
    )
    tables = [constraints.dumped(table(turtle)) for turtle in (strict, *weaker.values())]
    assert len(set(tables)) == len(tables)


def test_the_prefixes_of_the_table_are_ours() -> None:
    """A line of the table reads like a line of the shapes."""
    assert {name: vocab.PREFIXES.get(name, iri) for name, iri in constraints.PREFIXES.items()} == constraints.PREFIXES
