"""Dumps of the graph, a file for each named graph and one for all."""

from __future__ import annotations

from pathlib import Path

from nqgraph.graph.store import Store
from nqgraph.networks.network import Selection
from nqgraph.words import formats, vocab
from nqgraph.words.errors import QueryError
from nqgraph.words.files import marked, write_atomically


def write(store: Store, folder: Path, form: str | None, selection: Selection) -> Path:
    """
    Write a file per named graph below *folder* and, for formats that keep graphs apart, ``nqgraph.nq`` with all.

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
    for name in selection.datasets or sorted(names):
        write_atomically(folder / called(Path(f"{name}.{chosen}")), store.dump(chosen, names[name]))
    if not selection.datasets:
        whole = chosen if "dataset" in formats.RDF[chosen].kinds else "nq"
        write_atomically(folder / called(Path(f"nqgraph.{whole}")), store.dump(whole))
    return folder
