"""Validation of sources without a build: against the model of a workspace, or any RDF against any shapes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from rdflib import OWL, SH, Graph, URIRef

from nqgraph.building import builds
from nqgraph.graph import documents
from nqgraph.graph.files import form_of, has_many_terms
from nqgraph.graph.store import Store
from nqgraph.model import lint, shapes
from nqgraph.sources import datasets
from nqgraph.sources.datasets import Dataset
from nqgraph.sources.places import Places
from nqgraph.sources.reading import read, read_all
from nqgraph.validation import engines, formed, targets, validation
from nqgraph.validation.engines import Engine
from nqgraph.validation.validation import Finding, Report
from nqgraph.words.errors import InputError, LimitError, Place, Problem, ShapesError
from nqgraph.words.texts import Text
from nqgraph.words.workspace import Workspace

Progress = Callable[[str], None]
#: Files larger than this go to the engine without their focus nodes being counted, in bytes.
_COUNTED = 20 * 1024 * 1024
#: Endings of what the fast engine reads itself.
_READ = frozenset({".ttl", ".nt", ".nq", ".trig"})
_BOM = b"\xef\xbb\xbf"


def of_sources(
    sources: Sequence[Path],
    shape_files: Sequence[Path] = (),
    *,
    workspace: Workspace,
    engine: Engine | None = None,
    seconds: float = engines.TIMEOUT,
    progress: Progress = lambda step: None,
) -> Report:
    """
    Check *sources* without storing anything.

    Args:
        shape_files: RDF files with shapes; without any, the shapes and rules of *workspace*.
        engine: ``shacl``, or ``pyshacl``, the reference; by default the first that is installed and fits.
        seconds: How long shapes of *shape_files* may take.
    Raises:
        InputError: A source cannot be read.
        ShapesError: A shape is ill-formed, or uses what no engine evaluates.
        LimitError: Shapes of *shape_files* took too long.
    """
    if shape_files:
        try:
            return _against(sources, shape_files, workspace, engine, seconds, progress)
        except RecursionError as error:
            raise ShapesError.of("shape-too-deep") from error
    found = datasets.find(sources, workspace)
    if engine is None:
        return builds.assemble(found, workspace, progress).report
    store = Store(workspace)
    builds.load_ontology(store)
    schema = builds.checked(workspace)
    reading = read_all(found, store, schema, progress)
    progress("validate")
    rules = validation.sparql_constraints(workspace)
    report = validation.validate(store, schema, engine=engine, using=rules, places=reading.places)
    report = replace(report, notes=(*report.notes, *reading.notes))
    if reading.problems:
        unread = InputError(reading.problems)
        unread.report = builds.beside(report, reading)
        raise unread
    return report


def shapes_problems(files: Sequence[Path], workspace: Workspace) -> list[Problem]:
    """
    What is wrong with the shapes in *files*, or with those of *workspace* if none is given, mere oversights included.

    Raises:
        ShapesError: A file cannot be read.
    """
    terms = {str(term) for path in workspace.files("ontology", "*.ttl") for term in shapes.read([path]).subjects()}
    own = workspace.files("shapes", "*.ttl")
    graphs = shapes_graphs(files or own)
    whole = lint.merged(graphs.values())
    problems = lint.lint_graphs(graphs, terms, workspace, texts=not files)
    problems += _side_notes(whole) if files else []
    problems += formed.problems(whole)
    if not problems:
        with tempfile.TemporaryDirectory(prefix="nqgraph-") as folder:
            nothing = Path(folder, "nothing.nt")
            nothing.touch()
            validation.run(documents.ntriples(whole), nothing, shapes=whole, seconds=engines.TIMEOUT)
    return problems


def shapes_graphs(files: Sequence[Path]) -> dict[Path, Graph]:
    """
    The shapes of RDF files as they are written.

    Raises:
        ShapesError: A file is missing or not well-formed; with line.
    """
    for path in files:
        if not path.is_file():
            raise ShapesError.of("no-such-source", Place(str(path)))
    try:
        return dict(zip(files, documents.graphs([(path, path.name) for path in files]), strict=True))
    except InputError as error:
        raise ShapesError(error.problems) from error


def _against(
    sources: Sequence[Path],
    shape_files: Sequence[Path],
    workspace: Workspace,
    engine: Engine | None,
    seconds: float,
    progress: Progress,
) -> Report:
    began = time.perf_counter()
    graphs = shapes_graphs(list(dict.fromkeys(shape_files)))
    graph = lint.merged(graphs.values())
    idle = formed.idle(graph)
    for triple in idle:
        graph.remove(triple)
    problems = formed.problems(graph)
    if problems:
        raise ShapesError(problems)
    notes = lint.lint_graphs(graphs, (), workspace, texts=False)
    notes += [
        Problem(Place(), Text("lint-nothing-said", {"shape": name}))
        for name in sorted({formed.call(graph, shape) for shape, _, _ in idle})
    ]
    notes = [note for note in notes if note.text.code != "lint-unknown-term"] + _side_notes(graph)
    graph.remove((None, SH.rule, None))  # what rules would add is not what the data say
    files = _files(sources, workspace)
    places = Places()
    with tempfile.TemporaryDirectory(prefix="nqgraph-") as folder:
        plain = Path(folder, "data.nt")
        if files is None:  # tables become statements by the shapes
            schema = shapes.schema(graph, workspace)
            store = Store(workspace)
            places = read(datasets.find(sources, workspace), store, schema, progress).places
            with plain.open("wb") as file:
                store.write_ntriples(file)
        else:
            places.files += files
        progress("validate")
        found, used, data = _run(graph, files, plain, engine, seconds)
        tested = {}
        if data.stat().st_size <= _COUNTED:
            tested = targets.counted(graph, [(plain, plain.name)] if data == plain else files or [])
    notes += validation.cut(found)
    return Report(validation.ordered(found, places), tested, time.perf_counter() - began, used, tuple(notes))


def _run(
    graph: Graph, files: list[tuple[Path, str]] | None, plain: Path, engine: Engine | None, seconds: float
) -> tuple[list[Finding], Engine, Path]:
    """The results on *files* as they are where an engine reads them, else on the N-Triples that *plain* becomes."""

    given = documents.ntriples(graph)

    def run(chosen: Engine | None, data: Path) -> tuple[list[Finding], Engine, Path]:
        return *validation.run(given, data, shapes=graph, engine=chosen, seconds=seconds), data

    if files is not None:
        for path, name in files:
            if not path.stat().st_size:
                raise InputError.of("empty-file", Place(name))
        single = files[0][0] if len(files) == 1 else None
        fast = engine != "pyshacl" and "shacl" in engines.available()
        if single is not None and fast and _as_it_is(single):
            try:
                return run("shacl", single)
            except InputError:
                pass  # ours says on which line, or reads what the engine does not
            except ShapesError as error:
                if engine or error.problems[0].text.code != "shape-beyond":
                    raise
            except LimitError as error:  # it crashes over triple terms that lie deep in each other; ours says so
                if error.problems[0].text.code != "engine-broken" or not has_many_terms(single):
                    raise
        with plain.open("wb") as file:
            documents.write(files, file)
    return run(engine, plain)


def _as_it_is(path: Path) -> bool:
    """Whether the fast engine reads the file *path* as we would: its syntax, and what relative IRIs start from."""
    with path.open("rb") as file:
        marked = file.read(3) == _BOM
    return path.suffix.lower() in _READ and not marked and path.resolve().as_uri() == f"file://{path}"


def _files(sources: Sequence[Path], workspace: Workspace) -> list[tuple[Path, str]] | None:
    """The RDF files of *sources* and how messages call them; None if there are tables, too."""
    found: list[tuple[Path, str]] = []
    for source in sources:
        listed: list[Dataset] = []
        if source.is_file() and form_of(source):
            found.append((source.resolve(), datasets.label(source)))
            continue
        listed = datasets.find([source], workspace)
        if any(dataset.tables() for dataset in listed):
            return None
        found += [(path.resolve(), dataset.call(path)) for dataset in listed for path in dataset.rdf_files()]
    return found


def _side_notes(graph: Graph) -> list[Problem]:
    """What users of others' shapes should know: imports that are not followed, rules that are not run, no shapes."""
    texts = [
        Text("lint-import", {"iri": str(iri)})
        for iri in sorted(set(graph.objects(None, OWL.imports)), key=str)
        if iri != URIRef(str(SH)) and iri != URIRef(str(SH).rstrip("#")) and (iri, None, None) not in graph
    ]
    if (None, SH.rule, None) in graph:
        texts.append(Text("lint-rules"))
    if not formed.shapes(graph):
        texts.append(Text("lint-no-shapes"))
    return [Problem(Place(), said) for said in texts]
