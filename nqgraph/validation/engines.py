"""
The engines: shapes and data in, a W3C validation report out, here or in a process of its own that can be ended.

``shacl`` is fast, ``pyshacl`` the reference. Neither has a time limit, so shapes of others run in such a process.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import lru_cache
from importlib.util import find_spec
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any
from typing import Literal as Choice

from nqgraph.words.errors import InputError

if TYPE_CHECKING:
    from rdflib import Graph

Engine = Choice["shacl", "pyshacl"]
#: From the one that is asked first to the one that can stand in.
ENGINES: tuple[Engine, ...] = ("shacl", "pyshacl")
#: Seconds that shapes of others may take.
TIMEOUT = 120.0
#: Results after which the fast engine stops: it needs 10 KB for each, and a longer report helps nobody.
MOST = 10_000
#: Address space of a process that checks shapes of others, in bytes.
MEMORY = 6 << 30


class EngineError(Exception):
    """An engine gave no report; the message says why, in the engine's words."""


class UnfitError(EngineError):
    """This engine cannot evaluate what the shapes or the data use; another may."""


class IllFormedError(EngineError):
    """The shapes are ill-formed."""


class UnreadableError(EngineError):
    """The engine cannot read the data."""


class BrokenError(EngineError):
    """The engine broke off."""


class TooLongError(EngineError):
    """The engine was ended at its deadline."""


#: Exit codes of the process of its own, from 3 on.
_ERRORS: tuple[type[EngineError], ...] = (UnfitError, IllFormedError, UnreadableError, BrokenError)
#: What the fast engine says of shapes that are well-formed but more than it can evaluate.
_UNFIT = re.compile(r"invalid sh:pattern|unsupported sh:flags|custom function .* is not supported", re.DOTALL)
#: Literals that end with a long number, up to the name of their datatype; long numbers of Turtle without quotes.
_TYPED = re.compile(rb'"\^\^(?<=[0-9.]{19}"\^\^)(?:<[^>\s]*#|[\w.-]*:)(decimal\b)?')
_BARE = re.compile(rb"\s[+-]?([0-9][0-9.]{18,})[\s;,.)\]]")
#: Digits in a row that may not fit into 64 bits, or behind the point into the decimals of the fast engine.
_DIGITS = re.compile(rb"[0-9]{19}")
_QUERIES = re.compile(rb"<http://www\.w3\.org/ns/shacl#(select|ask)>")


def available() -> tuple[Engine, ...]:
    """The engines that are installed, the preferred one first."""
    return tuple(engine for engine in ENGINES if find_spec(engine))


def evaluate(engine: Engine, shapes: bytes, data: Path) -> bytes:
    """
    The report of *engine*, as N-Triples.

    Args:
        shapes: N-Triples.
        data: A file whose ending says its syntax; N-Triples for ``pyshacl``.
    Raises:
        EngineError: There is none; its class says why.
    """
    return _by_shacl(shapes, data) if engine == "shacl" else _by_pyshacl(shapes, data)


def evaluate_apart(engine: Engine, shapes: bytes, data: Path, seconds: float = TIMEOUT) -> bytes:
    """Like :func:`evaluate`, in a process of its own that is killed after *seconds*."""
    with tempfile.TemporaryDirectory(prefix="nqgraph-") as folder:
        given, answer = Path(folder, "shapes.nt"), Path(folder, "report")
        given.write_bytes(shapes)
        command = [sys.executable, "-m", "nqgraph.validation.engines", engine, str(given), str(data), str(answer)]
        none = subprocess.DEVNULL
        with subprocess.Popen(command, stdin=none, stdout=none, stderr=subprocess.PIPE) as child:
            try:
                _, said = child.communicate(timeout=seconds)
            except subprocess.TimeoutExpired as error:
                raise TooLongError(f"{seconds:g}") from error
            finally:
                child.kill()
        code = child.returncode
        if code == 0:
            return answer.read_bytes()
        if 3 <= code < 3 + len(_ERRORS):
            raise _ERRORS[code - 3](answer.read_text(encoding="utf-8"))
        lines = said.decode(errors="replace").strip().splitlines()
        raise BrokenError(f"{engine}: {lines[-1] if lines else code}")


def _by_shacl(shapes: bytes, data: Path) -> bytes:
    if _has_large_numbers(data, queried=_QUERIES.search(shapes) is not None):
        raise UnfitError("number out of range")
    try:
        report = _compiled(shapes).validate_file(str(data), max_results=MOST)
        text: str = report.serialize("ntriples")
        return text.encode()
    except OSError as error:
        if "buffer maximal size" not in str(error):  # of a text of more than 16 MB
            raise
        raise UnfitError("text too long") from error
    except ValueError as error:
        message = str(error)
        if message.startswith(("parse error", "unknown RDF syntax")):
            raise UnreadableError(message) from error
        if _UNFIT.search(message):
            raise UnfitError(message.partition(": ")[2] or message) from error
        raise IllFormedError(message.removeprefix("invalid shapes graph: ")) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of PyO3, and no Exception
            raise
        raise BrokenError(f"shacl: {error}") from error


@lru_cache(maxsize=4)
def _compiled(shapes: bytes) -> Any:
    import shacl

    return shacl.Shapes.from_text(shapes.decode(), format="nt")


def _by_pyshacl(shapes: bytes, data: Path) -> bytes:
    from nqgraph.graph import documents

    graph = _graph(shapes)
    _to_the_letter(graph)
    return documents.ntriples(_reference(graph, _graph(data)))


def _to_the_letter(shapes: Graph) -> None:
    """Say in *shapes* what pyshacl reads otherwise: prefixes of what is imported count, ``"1"`` is not ``true``."""
    from rdflib import OWL, SH

    for node in set(shapes.objects(None, SH.prefixes)):
        for imported in shapes.transitive_objects(node, OWL.imports):
            for declaration in list(shapes.objects(imported, SH.declare)):
                shapes.add((node, SH.declare, declaration))
    for triple in list(shapes.triples((None, SH.uniqueLang, None))):
        if str(triple[2]) != "true":
            shapes.remove(triple)


def _reference(shapes: Graph, data: Graph) -> Graph:
    import pyshacl
    from rdflib import SH, Graph

    # Where the advanced features are off, pyshacl passes over these in silence.
    advanced = any((None, predicate, None) in shapes for predicate in (SH.target, SH.expression, SH.returnType))
    try:  # inference stays off: range entailment would hide mistyped values
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", meta_shacl=False, advanced=advanced)
    except pyshacl.errors.ReportableRuntimeError as error:
        raise _refused(error.message) from error
    except re.error as error:
        raise UnfitError(f"sh:pattern {error.pattern!r}: {error}") from error
    except NotImplementedError as error:
        raise UnfitError(str(error)) from error
    except RecursionError:
        raise
    except Exception as error:  # of the parsers under it, and of values that Python has no type for
        raise BrokenError(f"pyshacl: {type(error).__name__}: {error}") from error
    if not isinstance(report, Graph):
        raise _refused(str(report))
    return report


def _refused(message: str) -> EngineError:
    """What pyshacl's refusal of shapes means: it looks for forbidden words of SPARQL, also within names."""
    return UnfitError(message) if "must not contain a" in message else IllFormedError(message)


def _graph(source: bytes | Path) -> Graph:
    from rdflib import Graph

    from nqgraph.graph import documents

    graph = Graph(bind_namespaces="none")
    try:
        for triple in documents.terms(source):
            graph.add(triple)
    except InputError as error:
        raise UnfitError("<<( … )>>") from error
    return graph


def _has_large_numbers(path: Path, *, queried: bool) -> bool:
    """
    Whether *path* has numbers that the fast engine would take for ill-typed, or drop from queries.

    Decimals have 128 bits there, and in queries integers have 64.
    """
    if not path.stat().st_size:
        return False
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        for found in _TYPED.finditer(content):
            if (queried or found[1]) and _DIGITS.search(content[content.rfind(b'"', 0, found.start()) : found.start()]):
                return True
        if path.suffix.lower() in (".nt", ".nq"):
            return False
        return any((queried or b"." in m[1].rstrip(b".")) and _DIGITS.search(m[1]) for m in _BARE.finditer(content))


def main(arguments: list[str]) -> int:
    """Write the report of an engine, or its error with an exit code of its own."""
    engine, shapes, data, answer = arguments
    with suppress(ImportError, ValueError, OSError):  # not every system has limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        chosen: Engine = "shacl" if engine == "shacl" else "pyshacl"
        Path(answer).write_bytes(evaluate(chosen, Path(shapes).read_bytes(), Path(data)))
    except EngineError as error:
        Path(answer).write_text(str(error), encoding="utf-8")
        return 3 + _ERRORS.index(type(error))
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(code)  # memory is not handed back piece by piece
