"""``nqgraph check-ontology``, ``check-shapes`` and ``bench``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from nqgraph.command.home import (
    DONE,
    VIOLATIONS,
    home_of,
)
from nqgraph.command.terminal import Terminal
from nqgraph.words.errors import MissingToolError
from nqgraph.words.texts import text

if TYPE_CHECKING:
    pass


def check_ontology(options: argparse.Namespace, terminal: Terminal) -> int:
    """Reason over the ontology, and say whether it is consistent."""
    from nqgraph.model import ontology

    with terminal.progress() as progress:
        progress("reason")
        checked = ontology.check([Path(path) for path in options.files], home_of(options).workspace)
    if checked.unknown and options.files:
        terminal.note(text("check-unknown", terminal.lang, names=", ".join(checked.unknown)))
    if not checked.consistent:
        terminal.write(text("check-inconsistent", terminal.lang, names=", ".join(checked.involved)))
        return VIOLATIONS
    if checked.unsatisfiable:
        terminal.write(text("check-unsatisfiable", terminal.lang, names=", ".join(checked.unsatisfiable)))
        return VIOLATIONS
    if checked.classified and not terminal.quiet:
        terminal.write(text("check-heading", terminal.lang))
        for name, parents in checked.classified.items():
            terminal.write("  " + text("check-classified", terminal.lang, name=name, parents=", ".join(parents)))
    terminal.write(text("check-consistent", terminal.lang, classes=checked.classes, properties=checked.properties))
    return DONE


def check_shapes(options: argparse.Namespace, terminal: Terminal) -> int:
    """Check shapes as shapes."""
    from nqgraph.building import checks

    with terminal.progress() as progress:
        progress("shapes")
        problems = checks.shapes_problems([Path(path) for path in options.files], home_of(options).workspace)
    for problem in problems:
        terminal.write(problem.in_language(terminal.lang))
    if not problems:
        terminal.write(text("check-shapes-good", terminal.lang))
    return VIOLATIONS if problems else DONE


def bench(options: argparse.Namespace, terminal: Terminal) -> int:
    """Run the benchmarks of a checkout."""
    import subprocess

    from nqgraph.words.workspace import shipped

    root = shipped().root
    if not (root / "benchmarks" / "__main__.py").is_file():
        raise MissingToolError.of("bench-checkout")
    given = ["--triples", *options.triples] if options.triples else []
    given += ["--only", *options.only] if options.only else []
    return subprocess.call([sys.executable, "-m", "benchmarks", *given], cwd=root)
