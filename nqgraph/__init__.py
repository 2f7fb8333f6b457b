"""
nqgraph: one sourced, validated, queryable graph of second-chance vocational qualification.

>>> import nqgraph
>>> graph = nqgraph.open("build")                                              # doctest: +SKIP
>>> graph.query("praxis-zu-hemmnis", hemmnis="h-ind-einkommen").to_pandas()    # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nqgraph.builds import Build
    from nqgraph.graph import Graph

__all__ = ["build", "open"]


def build(
    sources: str | PathLike[str] | Sequence[str | PathLike[str]] = "data",
    out: str | PathLike[str] = "build",
    *,
    force: bool = False,
) -> Build:
    """
    Build the graph of *sources* below *out*; see :func:`nqgraph.builds.build`.

    Returns:
        What was built, with the validation report; ``build.ok`` is false if violations kept it from being written.
    Raises:
        nqgraph.errors.InputError: A source cannot be read.
    """
    from nqgraph.builds import build as run

    listed = [sources] if isinstance(sources, str | PathLike) else list(sources)
    return run([Path(source) for source in listed], Path(out), force=force)


def open(source: str | PathLike[str] = "build", *, lang: str = "de", timeout: float = 30) -> Graph:
    """
    Open a build folder, or a SPARQL endpoint if *source* is a web address.

    Raises:
        nqgraph.errors.StoreError: There is no build in the folder.
    """
    from nqgraph.graph import Graph, open_build

    if str(source).startswith(("http://", "https://")):
        from nqgraph.remote import Endpoint

        return Graph(Endpoint(str(source), timeout=timeout), lang=lang)
    return Graph(open_build(Path(source)), lang=lang)
