"""Dumps of the graph, a file for each named graph and one for all."""

from __future__ import annotations

from pathlib import Path

from nqgraph.exports import crate
from nqgraph.graph.store import Store
from nqgraph.networks.network import Selection
from nqgraph.words import formats, vocab
from nqgraph.words.errors import QueryError
from nqgraph.words.files import marked, write_atomically


def write(store: Store, folder: Path, form: str | None, selection: Selection) -> Path:
    """
    Write a file per named graph below *folder* and, for formats that keep graphs apart, ``nqgraph.nq`` with all.

    What has a ``skos:prefLabel`` has it as ``rdfs:label``, too. A description of the files lies beside them.

    Args:
        form: A key of ``formats.RDF``; Turtle if None.
        selection: Only its datasets count here.
    Raises:
        QueryError: A dataset in *selection* does not exist.
    """
    chosen = form or "ttl"
    names = {vocab.local_name(graph): graph for graph in store.graphs()}
    for name in selection.datasets:
        if name not in names:
            raise QueryError.of("unknown-dataset", name=name, names=", ".join(sorted(names)))
    called = marked if store.marks else Path
    files: dict[str, tuple[bytes, str]] = {}
    for name in selection.datasets or sorted(names):
        files[str(called(Path(f"{name}.{chosen}")))] = store.dump(chosen, names[name], labels=True), names[name]
    if not selection.datasets:
        whole = chosen if "dataset" in formats.RDF[chosen].kinds else "nq"
        files[str(called(Path(f"nqgraph.{whole}")))] = store.dump(whole, labels=True), ""
    for file, (content, _) in files.items():
        write_atomically(folder / file, content)
    write_atomically(folder / crate.FILE, crate.describe(store, files))
    return folder
