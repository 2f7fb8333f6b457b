"""
nqgraph: one sourced, validated, queryable graph from tables, and all ways to ask and show it.

>>> import nqgraph
>>> graph = nqgraph.open("build")                                              # doctest: +SKIP
>>> graph.query("entries-by-status", status="open").to_pandas()                 # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nqgraph.building.builds import Build
    from nqgraph.notebook import OpenGraph
    from nqgraph.words.workspace import Workspace

__all__ = ["build", "open"]


def build(
    sources: str | PathLike[str] | Sequence[str | PathLike[str]] = "data",
    out: str | PathLike[str] = "build",
    *,
    workspace: str | PathLike[str] | None = None,
    force: bool = False,
) -> Build:
    """
    Build the graph of *sources* below *out*; see :func:`nqgraph.building.builds.build`.

    Args:
        workspace: Folder of the workspace whose model counts; else the one that one stands in, else the shipped one.
    Returns:
        What was built, with the validation report; ``build.ok`` is false if violations kept it from being written.
    Raises:
        nqgraph.errors.InputError: A source cannot be read.
    """
    from nqgraph.building.builds import build as run

    listed = [sources] if isinstance(sources, str | PathLike) else list(sources)
    return run([Path(source) for source in listed], Path(out), _workspace(workspace), force=force)


def open(
    source: str | PathLike[str] = "build",
    *,
    lang: str = "",
    timeout: float = 30,
    workspace: str | PathLike[str] | Workspace | None = None,
    internal: bool = False,
) -> OpenGraph:
    """
    Open a build folder, or a SPARQL endpoint if *source* is a web address.

    Args:
        lang: Language of labels; the first of the workspace if empty.
        workspace: Whose canned queries an endpoint is asked; a build brings its own.
        internal: The internal datasets of the build, too; an endpoint gives what it serves.
    Raises:
        nqgraph.errors.StoreError: There is no build in the folder.
    """
    from nqgraph.graph import versions
    from nqgraph.notebook import OpenGraph

    if str(source).startswith(("http://", "https://")):
        from nqgraph.graph.remote import Endpoint

        return OpenGraph(Endpoint(str(source), _workspace(workspace), timeout=timeout), lang=lang)
    return OpenGraph(versions.open(Path(source), internal=internal).load(), lang=lang)


def _workspace(given: str | PathLike[str] | Workspace | None) -> Workspace:
    from nqgraph.words import workspace

    return given if isinstance(given, workspace.Workspace) else workspace.find(None if given is None else Path(given))
