"""Validation of sources without a build."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from nqgraph.building import builds
from nqgraph.graph.store import Store
from nqgraph.model import lint, shapes
from nqgraph.sources import datasets
from nqgraph.sources.reading import read
from nqgraph.validation import validation
from nqgraph.validation.validation import Engine, Report
from nqgraph.words.errors import ShapesError
from nqgraph.words.workspace import Workspace


def of_sources(
    sources: Sequence[Path],
    shape_files: Sequence[Path] = (),
    *,
    workspace: Workspace,
    engine: Engine | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Report:
    """
    Check *sources* without storing anything.

    Args:
        shape_files: Turtle files with shapes; without any, the shapes and rules of *workspace*.
        engine: ``sparql`` or ``pyshacl``; by default the fast one where it knows all that the shapes use.
    Raises:
        InputError: A source cannot be read.
        ShapesError: A shape is ill-formed, or has a typing mistake.
    """
    found = datasets.find(sources, workspace)
    if not shape_files:
        if engine != "pyshacl":
            return builds.assemble(found, workspace, progress).report
        store = Store(workspace)
        builds.load_ontology(store)
        schema = builds.checked(workspace)
        reading = read(found, store, schema, progress)
        progress("validate")
        rules = validation.sparql_constraints(workspace)
        return validation.validate(store, schema, engine=engine, using=rules, places=reading.places)
    problems = lint.lint(shape_files, (), texts=False)
    problems = [problem for problem in problems if problem.text.code != "lint-unknown-term"]
    if problems:
        raise ShapesError(problems)
    schema = shapes.schema(shapes.read(shape_files), workspace)
    store = Store(workspace)
    reading = read(found, store, schema, progress)
    progress("validate")
    chosen: Engine = engine or ("pyshacl" if schema.unsupported or store.has_derived_integers else "sparql")
    return validation.validate(store, schema, engine=chosen, places=reading.places)
