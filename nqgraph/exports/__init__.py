"""Writes the graph and its networks in the formats of other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nqgraph.networks.network import Selection
from nqgraph.words import formats
from nqgraph.words.cycles import uncollected
from nqgraph.words.errors import QueryError, StoreError
from nqgraph.words.files import marked, write_atomically
from nqgraph.words.workspace import Workspace

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from nqgraph.graph.versions import Version

PAGES = ("html", "site")
CLAIMS = ("rdf12", "nanopub")
NETWORKS = tuple(formats.NETWORKS)
__all__ = ["NETWORKS", "PAGES", "Selection", "blank", "write"]

#: Where an export goes if nobody says so.
_DEFAULTS = {
    "html": "nqgraph.html",
    "site": "site",
    "rdf": "dumps",
    "rdf12": "rdf12",
    "nanopub": "nanopub",
    "workbook": "nqgraph.xlsx",
    "matrix": "matrix.xlsx",
    **{name: f"netz.{form.suffix}" for name, form in formats.NETWORKS.items()},
}


def write(
    what: str,
    source: Version,
    target: str | None,
    selection: Selection,
    lang: str,
    form: str | None = None,
    texts: Path | None = None,
    *,
    folder: Path = Path("build"),
    editor: bool = False,
) -> Path:
    """
    Write the export *what* of a build; returns where it lies.

    Args:
        source: The build as :func:`nqgraph.graph.versions.open` gives it. If something internal is in it, the name of
            what is written says so.
        target: File, or folder for dumps and claims; a default in *folder* if None.
        form: Format of dumps, a key of ``nqgraph.words.formats.RDF``.
        texts: Folder with what the operator of the pages wants to say; see :class:`nqgraph.pages.Site`.
        editor: Whether the pages in one file hold the editor of SPARQL.
    Raises:
        NqgraphError: There is no build, the selection is empty or too large, or nothing can be written.
    """
    for name in selection.datasets:
        if name in source.datasets and not source.internal:
            raise QueryError.of("internal-dataset", name=name)
    store = source.load()
    path = Path(target) if target else folder / _DEFAULTS[what]
    if source.internal:
        path = marked(path)
    if what == "rdf":
        from nqgraph.exports import dumps

        return dumps.write(store, path, form, selection)
    if what in CLAIMS:
        from nqgraph.exports import claims

        if what == "nanopub":
            return claims.write_nanopubs(store, path, selection)
        return claims.write_rdf12(store, path, form)
    if what == "workbook":
        from nqgraph.exports import workbook

        with uncollected():
            write_atomically(path, workbook.render(store, lang, selection, source.name))
        return path
    if what == "matrix":
        from nqgraph.exports import grid
        from nqgraph.graph.graph import Graph
        from nqgraph.pages import Site
        from nqgraph.pages import files as pages

        graph = Graph(store, lang=lang)
        site = Site(graph, live=False, things=pages.part(graph, selection), version=source.name)
        write_atomically(path, grid.render(site, lang))
        return path
    if what in PAGES:
        from nqgraph.graph.graph import Graph
        from nqgraph.pages import files as pages

        graph, version = Graph(store, lang=lang), source.name
        if what == "html":
            write_atomically(
                path, pages.one_file(graph, selection, version=version, texts=texts, opened=source, editor=editor)
            )
        else:
            pages.write_site(path, pages.files(graph, selection, version=version, texts=texts, opened=source))
        return path
    from nqgraph.networks.network import network

    drawn = network(store, selection, lang=lang)
    if not drawn:
        raise StoreError.of("network-empty")
    write_atomically(path, _drawn(what, drawn, selection, lang))
    return path


def blank(target: Path, workspace: Workspace, lang: str) -> Path:
    """Write a workbook without entries for *workspace*; needs no build."""
    from nqgraph.exports import workbook

    write_atomically(target, workbook.blank(workspace, lang))
    return target


def _drawn(what: str, graph: MultiDiGraph, selection: Selection, lang: str) -> bytes:
    from nqgraph.networks import drawing, picture
    from nqgraph.networks import files as networks

    if what == "pyvis":
        return picture.render(graph, lang, selection.around)
    if what in drawing.FORMATS:
        return drawing.render(graph, lang, what)
    return networks.RENDERERS[what](graph, lang)
