"""The list of faults that tests have to notice is itself in order; ``make mutants`` makes them."""

from __future__ import annotations

import ast

import pytest

from tests import mutants
from tests.mutants import ROOT, Mutant

MUTANTS = mutants.read()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_place_of_a_fault_and_its_tests_are_there(mutant: Mutant) -> None:
    """The text stands in its file, once or first behind its mark; each named test is a function of its file."""
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    assert mutant.applied(text) != text
    for test in mutant.tests:
        file, _, name = test.partition("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert name in functions or not name


def test_faults_have_names_of_their_own() -> None:
    """A line of the report means one fault."""
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 30
