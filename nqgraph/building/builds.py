"""The build: sources to graph, one step after the other; the last good build stays until the next one stands."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from nqgraph.building import catalogue, exchange, inference
from nqgraph.graph import columns, queries, versions
from nqgraph.graph.store import Store
from nqgraph.graph.versions import GRAPH_FILE, MANIFEST_FILE, MODEL_FOLDER, PUBLIC_FILE, current
from nqgraph.model import lint, shapes
from nqgraph.sources import datasets as sources_
from nqgraph.sources.datasets import Dataset
from nqgraph.sources.places import Places
from nqgraph.sources.reading import Reading, read_all
from nqgraph.validation import validation
from nqgraph.validation.validation import Report
from nqgraph.words import layouts, vocab
from nqgraph.words.errors import InputError, Place, Problem, ShapesError, StoreError
from nqgraph.words.texts import LANGUAGES, Text, near
from nqgraph.words.workspace import PAGES, SETTINGS, Workspace, line_of, shipped

Progress = Callable[[str], None]
#: Below a folder of builds: the builds of what is right of sources that are not.
PARTLY = "partly"


@dataclass
class Build:
    """What a build gave."""

    report: Report | None
    manifest: dict[str, Any] = field(default_factory=dict)
    #: Folder of the version; None if violations kept it from being written.
    path: Path | None = None
    #: Whether the inputs were the same as last time, so that nothing was done.
    unchanged: bool = False
    elapsed: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether a version was written or stands already."""
        return self.path is not None


@dataclass
class Assembly:
    """A store with all graphs, and what is known about how it came to be."""

    store: Store
    reading: Reading
    inferred: dict[str, int]
    report: Report


def build(
    sources: Sequence[Path],
    out: Path,
    workspace: Workspace | None = None,
    *,
    progress: Progress = lambda step: None,
    force: bool = False,
    partly: bool = False,
) -> Build:
    """
    Read *sources*, infer, validate and store the graph below *out*.

    The same input gives the same bytes and the same version name. With violations nothing is replaced.

    Args:
        workspace: Whose model the sources follow; the shipped one if None.
        force: Build even if no input has changed, or nothing is left of a full graph.
        partly: Where something is wrong, build the rest below ``out/partly``, beside the last good build.
    Raises:
        InputError: A source cannot be read.
        ShapesError: A shape of the workspace is ill-formed, or has a typing mistake.
        StoreError: The build cannot be written, or would replace a full graph by an empty one.
    """
    began = time.perf_counter()
    workspace = workspace or shipped()
    found = sources_.find(sources, workspace)
    inputs = fingerprint(found, workspace)
    last = current(out)
    if last is not None and not force:
        manifest = versions.manifest(last)
        if manifest.get("inputs") == inputs:
            return Build(None, manifest, last, True, time.perf_counter() - began)
    whole = assemble(found, workspace, progress, partly=partly)
    public = [dataset for dataset in found if dataset.visibility == "public"]
    _refuse_marked(whole.store, public)
    if not whole.report.conforms and not partly:
        return Build(whole.report, elapsed=time.perf_counter() - began)
    parted = len(public) < len(found)
    # Built from the public datasets alone, so that nothing shines through.
    shown = assemble(public, workspace, progress, partly=partly) if parted else whole
    if not shown.report.conforms and not partly:  # it leans on something internal
        return Build(shown.report, elapsed=time.perf_counter() - began)
    if not (whole.report.conforms and shown.report.conforms):
        out = out / PARTLY
        last = current(out)
    if last is not None and not force and not any(map(sum, (rows.values() for rows in whole.reading.rows.values()))):
        before = sum(sum(dataset["rows"].values()) for dataset in versions.manifest(last)["datasets"])
        if before and not any(dataset.rdf_files() for dataset in found):
            raise StoreError.of("build-would-empty", count=before)
    entries = len(_entries(whole.store) - _entries(shown.store))
    files = {GRAPH_FILE: _finish(whole, found)}
    if parted:
        files[PUBLIC_FILE] = _finish(shown, public)
    model = {f"{MODEL_FOLDER}/{name}": content for name, content in workspace.model().items()}
    files |= model
    version = _name(files)
    told = _told(files[GRAPH_FILE], [whole.store.iris.dataset_graph(dataset.name) for dataset in found])
    manifest = {
        "version": version,
        "inputs": inputs,
        "data": told,
        "previous": _previous(last, version, told),
        "datasets": [_summary(dataset, whole) for dataset in found],
        "merged": whole.reading.merged,
        "inferred": whole.inferred,
        "findings": {vocab.local_name(s).lower(): whole.report.count(s) for s in validation.SEVERITIES},
        "quads": len(whole.store),
    }
    if parted:
        manifest |= {"internal": entries, "public": _name({**model, GRAPH_FILE: files[PUBLIC_FILE]})}
    progress("write")
    files[MANIFEST_FILE] = (json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()
    path = versions.write(out, version, files)
    return Build(whole.report, manifest, path, False, time.perf_counter() - began)


def _told(graph: bytes, names: Iterable[str]) -> str:
    """What the datasets with the graphs *names* say, as a checksum: not what is drawn from it, nor the model."""
    ends = tuple(f"<{name}> .".encode() for name in names)
    return hashlib.sha256(b"\n".join(line for line in graph.splitlines() if line.endswith(ends))).hexdigest()


def _previous(last: Path | None, version: str, told: str) -> str | None:
    """The build that what is new is told against: the last one, or the one before where that says the same."""
    before = versions.manifest(last)
    same = last is not None and (last.name == version or before.get("data") == told)
    other = last.name if last is not None and last.name != version else None
    return (before.get("previous") if same else None) or other


def assemble(
    datasets: Sequence[Dataset],
    workspace: Workspace | None = None,
    progress: Progress = lambda step: None,
    *,
    partly: bool = False,
) -> Assembly:
    """
    The graph of *datasets*, in memory: ontology, statements, what follows from them, and the findings.

    The shapes are checked twice: on what is said alone, since a rule could hide a mistake by completing it, and on
    what follows from it, since only that shows some mistakes. A finding of both passes counts once.

    What was harvested from others comes last: it is held by the exchange profile alone, and no rule draws on it.

    Args:
        partly: Leave out what cannot be read; the reading names it.
    Raises:
        InputError: A source cannot be read; its report has what the shapes find in the rest.
        ShapesError: A shape is ill-formed, or has a typing mistake.
    """
    progress("ontology")
    store = Store(workspace)
    load_ontology(store)
    schema = checked(store.workspace)
    reading = read_all(datasets, store, schema, progress)
    progress("validate")
    said = validation.validate(
        store, schema, using=validation.sparql_constraints(store.workspace), places=reading.places
    )
    said = replace(said, notes=(*said.notes, *reading.notes))
    if reading.problems:
        said = beside(said, reading)
        if not partly:
            unread = InputError(reading.problems)
            unread.report = said
            raise unread
    progress("infer")
    inferred = inference.infer(store)
    progress("validate-inferred")
    followed = validation.validate(store, schema, places=reading.places)
    report = _together(said, followed)
    others = Places()
    for dataset in (dataset for dataset in datasets if dataset.harvested):
        progress(dataset.name)
        report = _with_others(report, dataset, store, others)
    if others.files:
        theirs = {dataset.graph for dataset in datasets if dataset.harvested}
        if found := exchange.conflicts(store, theirs, reading.places, others):
            if not partly:
                raise InputError(found)
            report = replace(report, problems=(*report.problems, *found))
    return Assembly(store, reading, inferred, report)


def _with_others(report: Report, dataset: Dataset, store: Store, places: Places) -> Report:
    """
    Add what others say to *store*, after everything else: nothing follows from it, and our shapes do not ask for it.

    *places* learns in which files it stands.

    Returns:
        *report* with what the exchange profile finds in it.
    """
    for path in dataset.rdf_files():
        name = dataset.call(path)
        held = exchange.check(path, name, dataset.graph, store.workspace)
        report = replace(report, findings=report.findings + held.findings)
        store.load(path, dataset.graph, name)
        places.files.append((path, name))
    return report


def beside(report: Report, reading: Reading) -> Report:
    """What the shapes find beside what could not be read: without what only follows from that."""
    unread = {subject for subject, _ in reading.unread}
    found = tuple(
        finding
        for finding in report.findings
        if (finding.focus, finding.path) not in reading.unread
        and not (str(finding.shape).startswith(validation.SparqlConstraint.PREFIX) and finding.focus in unread)
    )
    return replace(report, findings=found, problems=tuple(reading.problems))


def load_ontology(store: Store) -> None:
    """Read the ontology with its concept schemes and alignments into the ontology graph of *store*."""
    for path in store.workspace.files("ontology", "*.ttl"):
        store.load(path, store.iris.ontology, store.workspace.name(path))


def remarks(workspace: Workspace) -> list[Problem]:
    """What settings and queries of *workspace* name although it is not there: nothing fails, it just is not found."""
    lines = (workspace.root / SETTINGS).read_text(encoding="utf-8").splitlines()
    settings, schema, asked = workspace.settings, shapes.of(workspace), queries.of(workspace).names()
    classes = {name for s in schema.node_shapes for name in (s.target_class, vocab.local_name(s.target_class))}
    found = []
    for field_, names, known in (
        (
            "menu",
            [workspace.iris.expand(name) or name for name in layouts.entries(settings.menu)],
            {*classes, *PAGES, *settings.pages},
        ),
        ("pages", [asked.query for page in settings.pages.values() for asked in page.asks], set(asked)),
        ("start", settings.start, set(asked)),
        ("gaps", settings.gaps, set(asked)),
        ("changes", [settings.changes] if settings.changes else [], set(asked)),
        ("topics", list(settings.topics), {query.topic for query in queries.of(workspace).all()}),
    ):
        for name in names:
            if name not in known:
                values = {"name": vocab.local_name(name), "field": field_, "hint": near(vocab.local_name(name), known)}
                place = Place(SETTINGS, line=line_of(lines, vocab.local_name(name)) or line_of(lines, field_))
                found.append(Problem(place, Text("settings-unknown-name", values)))
    for path in workspace.files("queries", "*.rq"):
        text = path.read_text(encoding="utf-8")
        for note in columns.unknown_terms(text, workspace):
            before, named, _ = text.partition(str(note.values["term"]))
            place = Place(f"{path.parent.name}/{path.name}", line=before.count("\n") + 1 if named else 0)
            found.append(Problem(place, note))
    for lang in workspace.languages:
        if lang not in LANGUAGES and lang not in workspace.messages:
            place = Place(SETTINGS, line=line_of(lines, "languages"))
            found.append(Problem(place, Text("language-without-texts", {"lang": lang})))
    return found


@lru_cache(maxsize=16)
def checked(workspace: Workspace) -> shapes.Schema:
    """The shapes of *workspace*, after a look for typing mistakes; raises :class:`ShapesError`."""
    files = workspace.files("shapes", "*.ttl")
    terms = {str(term) for path in workspace.files("ontology", "*.ttl") for term in shapes.read([path]).subjects()}
    problems = lint.twice(workspace.files("ontology", "*.ttl"), workspace) + lint.lint(files, terms, workspace)
    if problems:
        raise ShapesError(problems)
    return shapes.of(workspace)


def fingerprint(datasets: Iterable[Dataset], workspace: Workspace) -> str:
    """A hash over all that determines a build: data, ontology, shapes, queries and this program."""
    digest = hashlib.sha256()
    package = Path(__file__).parent.parent

    def enter(name: str, content: bytes) -> None:
        digest.update(f"{name}\0{len(content)}\0".encode() + content)

    for path in sorted(path for ending in ("py", "toml", "ttl", "rq") for path in package.rglob(f"*.{ending}")):
        if "_workspace" not in path.relative_to(package).parts:
            enter(path.relative_to(package).as_posix(), path.read_bytes())
    for name, content in workspace.model().items():
        enter(name, content)
    for dataset in datasets:
        enter("dataset", repr(replace(dataset, files=(), label="")).encode())  # wherever it lies
        for path in dataset.files:
            enter(path.name, path.read_bytes())
    return digest.hexdigest()


def _name(files: Mapping[str, bytes]) -> str:
    """What a version with these *files* is called: the same content has the same name."""
    return hashlib.sha256(b"\0".join(files[name] for name in sorted(files))).hexdigest()[:16]


def _entries(store: Store) -> set[str]:
    """All that has a key or a name."""
    return {iri for (iri,) in store.select("SELECT ?s WHERE { ?s dcterms:identifier|dcterms:title|skos:prefLabel ?x }")}


def _refuse_marked(store: Store, public: Iterable[Dataset]) -> None:
    """Raise :class:`InputError` if a public dataset is, or was filled from, an output that says it is internal."""
    for dataset in public:
        graph = store.iris.dataset_graph(dataset.name)
        asked = f"SELECT ?x WHERE {{ GRAPH <{graph}> {{ <{store.iris.catalogue}> dcterms:accessRights ?x }} }}"
        if (vocab.NON_PUBLIC,) in store.select(asked):
            raise InputError.of("internal-source", Place(dataset.label or dataset.name))


def _finish(assembly: Assembly, datasets: Sequence[Dataset]) -> bytes:
    store = assembly.store
    store.add(store.iris.report, assembly.report.to_graph(named=True))
    store.add(store.iris.query_graph, queries.to_graph(store.workspace))
    store.add(store.iris.catalogue, catalogue.describe(datasets, store))
    return store.nquads()


def _together(said: Report, followed: Report) -> Report:
    """All findings on what is said, and those that only what follows from it brings up."""
    known = {finding.key for finding in said.findings}
    fresh = tuple(finding for finding in followed.findings if finding.key not in known)
    return replace(said, findings=said.findings + fresh, elapsed=said.elapsed + followed.elapsed)


def _summary(dataset: Dataset, whole: Assembly) -> dict[str, Any]:
    rows: Mapping[str, int] = whole.reading.rows.get(dataset.name, {})
    return {
        "name": dataset.name,
        "title": dataset.title,
        "license": dataset.license,
        "issued": dataset.issued,
        "visibility": dataset.visibility,
        "rows": {whole.store.iris.shrink(class_iri): count for class_iri, count in sorted(rows.items())},
        "triples": whole.store.size(whole.store.iris.dataset_graph(dataset.name)),
    }
