"""The build: sources to graph, one step after the other; the last good build stays until the next one stands."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nqgraph.building import catalogue, inference
from nqgraph.graph import queries, versions
from nqgraph.graph.store import Store
from nqgraph.graph.versions import GRAPH_FILE, MANIFEST_FILE, PUBLIC_FILE, current
from nqgraph.model import shapes
from nqgraph.model.shapes import Schema
from nqgraph.sources import datasets as sources_
from nqgraph.sources.datasets import Dataset
from nqgraph.sources.reading import Reading, read
from nqgraph.validation import validation
from nqgraph.validation.validation import Report
from nqgraph.words import resources, vocab

Progress = Callable[[str], None]


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


def build(sources: Sequence[Path], out: Path, *, progress: Progress = lambda step: None, force: bool = False) -> Build:
    """
    Read *sources*, infer, validate and store the graph below *out*.

    The same input gives the same bytes and the same version name. With violations nothing is replaced.

    Args:
        force: Build even if no input has changed.
    Raises:
        InputError: A source cannot be read.
        StoreError: The build cannot be written.
    """
    began = time.perf_counter()
    found = sources_.find(sources)
    inputs = fingerprint(found)
    last = current(out)
    if last is not None and not force:
        manifest = versions.manifest(last)
        if manifest.get("inputs") == inputs:
            return Build(None, manifest, last, True, time.perf_counter() - began)
    schema = shapes.default()
    whole = assemble(found, schema, progress)
    if not whole.report.conforms:
        return Build(whole.report, elapsed=time.perf_counter() - began)
    files = {GRAPH_FILE: _finish(whole, found)}
    public = [dataset for dataset in found if dataset.visibility == "public"]
    if len(public) < len(found):  # built from the public datasets alone, so that nothing shines through
        shown = assemble(public, schema, progress)
        if not shown.report.conforms:  # it leans on something internal
            return Build(shown.report, elapsed=time.perf_counter() - began)
        files[PUBLIC_FILE] = _finish(shown, public)
    version = hashlib.sha256(b"\0".join(files[name] for name in sorted(files))).hexdigest()[:16]
    manifest = {
        "version": version,
        "inputs": inputs,
        "previous": last.name if last is not None and last.name != version else versions.manifest(last).get("previous"),
        "datasets": [_summary(dataset, whole) for dataset in found],
        "merged": whole.reading.merged,
        "inferred": whole.inferred,
        "findings": {vocab.local_name(s).lower(): whole.report.count(s) for s in validation.SEVERITIES},
        "quads": len(whole.store),
    }
    progress("write")
    files[MANIFEST_FILE] = (json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()
    path = versions.write(out, version, files)
    return Build(whole.report, manifest, path, False, time.perf_counter() - began)


def assemble(datasets: Sequence[Dataset], schema: Schema, progress: Progress = lambda step: None) -> Assembly:
    """
    The graph of *datasets*, in memory: ontology, statements, what follows from them, and the findings.

    Raises:
        InputError: A source cannot be read.
    """
    progress("ontology")
    store = Store()
    load_ontology(store)
    reading = read(datasets, store, schema, progress)
    progress("validate")
    said = validation.validate(store, schema, using=validation.rules(), places=reading.places)
    progress("infer")
    inferred = inference.infer(store)
    progress("validate-inferred")
    followed = validation.validate(store, schema, places=reading.places)
    return Assembly(store, reading, inferred, _together(said, followed))


def load_ontology(store: Store) -> None:
    """Read the ontology with its concept schemes and alignments into the ontology graph of *store*."""
    for path in resources.files("ontology", "*.ttl"):
        store.load(path, vocab.ONTOLOGY_GRAPH, path.name)


def fingerprint(datasets: Iterable[Dataset]) -> str:
    """A hash over all that determines a build: data, ontology, shapes, queries and this program."""
    digest = hashlib.sha256()
    own = [p for folder in ("ontology", "shapes", "queries") for p in resources.files(folder, "*.*")]
    code = sorted(Path(__file__).parent.parent.rglob("*.py"))
    for dataset in datasets:
        digest.update(f"{replace(dataset, files=(), label='')}\0".encode())  # wherever it lies
    for path in [*own, *code, *(p for dataset in datasets for p in dataset.files)]:
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _finish(assembly: Assembly, datasets: Sequence[Dataset]) -> bytes:
    store = assembly.store
    store.add(vocab.REPORT_GRAPH, assembly.report.to_graph())
    store.add(vocab.QUERIES_GRAPH, queries.to_graph())
    store.add(vocab.CATALOGUE_GRAPH, catalogue.describe(datasets, store))
    return store.nquads()


def _together(said: Report, followed: Report) -> Report:
    """All findings on what is said, and those that only what follows from it brings up."""
    known = {finding.key for finding in said.findings}
    fresh = tuple(finding for finding in followed.findings if finding.key not in known)
    return Report(said.findings + fresh, said.tested, said.elapsed + followed.elapsed, said.engine)


def _summary(dataset: Dataset, whole: Assembly) -> dict[str, Any]:
    rows: Mapping[str, int] = whole.reading.rows.get(dataset.name, {})
    return {
        "name": dataset.name,
        "title": dataset.title,
        "license": dataset.license,
        "issued": dataset.issued,
        "visibility": dataset.visibility,
        "rows": {vocab.shrink(class_iri): count for class_iri, count in sorted(rows.items())},
        "triples": whole.store.size(dataset.graph),
    }
