"""
Tables to RDF by a mapping in RML, run by morph-kgc.

It needs older releases of libraries that this program uses, so that it lives in an environment of its own, and runs as
a process of its own.

Source:
    https://rml.io/specs/rml/ and https://morph-kgc.readthedocs.io/
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from rdflib import Graph, Literal, URIRef

from nqgraph.words import faults
from nqgraph.words.errors import InputError, MissingToolError, Place

#: Python of the environment in which morph-kgc is installed.
VARIABLE = "NQGRAPH_RML_PYTHON"
#: Seconds that a mapping may take.
TIMEOUT = 900
_SOURCES = (URIRef("http://semweb.mmlab.be/ns/rml#source"), URIRef("http://w3id.org/rml/source"))


def python() -> str:
    """
    The Python that runs morph-kgc.

    Raises:
        MissingToolError: There is none.
    """
    if given := os.environ.get(VARIABLE, ""):
        if not Path(given).is_file():
            raise MissingToolError.of("rml-missing", variable=VARIABLE)
        return given
    if find_spec("morph_kgc"):
        return sys.executable
    raise MissingToolError.of("rml-missing", variable=VARIABLE)


def check(mapping: Path, name: str) -> None:
    """
    Make sure that the file *mapping* reads the fetched table alone: a mapping can name databases and addresses, too.

    Raises:
        InputError: It is no Turtle, or reads something else.
        MissingToolError: Nothing could run it.
    """
    graph = Graph(bind_namespaces="none")
    try:
        graph.parse(mapping, format="turtle")
    except Exception as error:  # rdflib raises several
        raise InputError([faults.turtle(mapping.read_bytes(), Place(name), error)]) from error
    sources = [value for predicate in _SOURCES for value in graph.objects(None, predicate)]
    if not sources or not all(isinstance(s, Literal) and str(s) in ("table.csv", "table.json") for s in sources):
        raise InputError.of("rml-source", Place(name))
    python()


def run(mapping: Path, table: bytes, form: str) -> bytes:
    """
    The N-Triples that *mapping* makes of *table*.

    Args:
        form: ``csv`` or ``json``.
    Raises:
        InputError: The mapping does not fit the table; with what morph-kgc says.
    """
    with tempfile.TemporaryDirectory(prefix="nqgraph-") as folder:
        given, out = Path(folder, f"table.{form}"), Path(folder, "out.nt")
        given.write_bytes(table)
        Path(folder, "mapping.ttl").write_bytes(mapping.read_bytes())
        config = Path(folder, "config.ini")
        config.write_text(
            "[CONFIGURATION]\noutput_file=out.nt\noutput_format=N-TRIPLES\nnumber_of_processes=1\n"
            "logging_level=ERROR\n\n[Table]\nmappings=mapping.ttl\n",
            encoding="utf-8",
        )
        environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
        command = [python(), "-m", "morph_kgc", "config.ini"]
        try:
            done = subprocess.run(
                command, cwd=folder, env=environment, capture_output=True, timeout=TIMEOUT, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise InputError.of("rml-failed", Place(mapping.name), message=f"{TIMEOUT} s") from error
        if done.returncode or not out.is_file():
            said = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
            if done.returncode == 0:
                return b""
            raise InputError.of("rml-failed", Place(mapping.name), message=said[-1] if said else str(done.returncode))
        return out.read_bytes()
