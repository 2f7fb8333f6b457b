"""
The versions of a build in a SPARQL 1.1 server, where readers see one of them whole, whatever is being loaded.

A version is loaded into named graphs that carry its name; a graph of its own names the versions with their graphs, and
the current one. A reader asks for the graphs of one version alone (``default-graph-uri`` and ``named-graph-uri``), so
that what is being loaded does not concern it. The last step of a load is one update that names another version.
The version before stays until the next load, for those who read it still; what a broken load left goes then, too.

Source:
    https://www.w3.org/TR/sparql11-update/, https://www.w3.org/TR/sparql11-protocol/#dataset and
    https://www.w3.org/TR/vocab-dcat-3/#dataset-versions
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nqgraph.graph import terms, versions
from nqgraph.graph.remote import Endpoint
from nqgraph.graph.versions import Version
from nqgraph.words import vocab
from nqgraph.words.errors import Place, RemoteError, StoreError
from nqgraph.words.workspace import Workspace

#: Statements in one update, and in one answer: more than that some servers refuse or cut.
BATCH, PAGE = 1_000, 10_000
#: Seconds for one request; a batch takes a moment on a busy server.
TIMEOUT = 120.0
_DCAT = "http://www.w3.org/ns/dcat#"


@dataclass(frozen=True)
class Kept:
    """A version in the server; perhaps half of it, if it is not the current one."""

    name: str
    #: Named graph there → number of its statements.
    graphs: dict[str, int]
    is_current: bool

    @property
    def mark(self) -> str:
        """What the names of its graphs end in."""
        return f"/version/{self.name}"


class Hosted:
    """The versions of a build in the SPARQL server that answers at *url*."""

    def __init__(self, url: str, workspace: Workspace) -> None:
        """
        Args:
            url: Address for queries; credentials come from ``NQGRAPH_STORE_USER`` and ``NQGRAPH_STORE_PASSWORD``.
            workspace: Whose model describes the versions.
        """
        self.url = url
        self.workspace = workspace
        self._index = workspace.iris.graphs + "versions"
        self._server = self._endpoint()

    def _endpoint(self, kept: Kept | None = None) -> Endpoint:
        return Endpoint(
            self.url,
            self.workspace,
            timeout=TIMEOUT,
            user=os.environ.get("NQGRAPH_STORE_USER", ""),
            password=os.environ.get("NQGRAPH_STORE_PASSWORD", ""),
            graphs=sorted(kept.graphs) if kept else (),
            mark=kept.mark if kept else "",
        )

    # -- reading -------------------------------------------------------------------------------------------------

    def versions(self) -> list[Kept]:
        """What lies in the server, the current version first."""
        asked = f"""SELECT ?version ?graph ?size ?current WHERE {{ GRAPH <{self._index}> {{
            ?v <{_DCAT}version> ?version ; <{vocab.DCTERMS.hasPart}> ?graph .
            ?graph <{vocab.DCTERMS.extent}> ?size
            OPTIONAL {{ <{self._index}> <{_DCAT}hasCurrentVersion> ?v BIND(?v AS ?current) }} }} }}"""
        found: dict[tuple[str, bool], dict[str, int]] = {}
        for name, graph, size, current in self._server.select(asked):
            found.setdefault((name, bool(current)), {})[graph] = int(size)
        return sorted(
            (Kept(name, graphs, now) for (name, now), graphs in found.items()), key=lambda k: not k.is_current
        )

    def current(self) -> Kept:
        """
        The current version.

        Raises:
            StoreError: There is none.
            RemoteError: The server does not answer.
        """
        kept = next((kept for kept in self.versions() if kept.is_current), None)
        if kept is None:
            raise StoreError.of("store-empty", Place(self.url), url=self.url)
        return kept

    def endpoint(self) -> Endpoint:
        """The current version, to be asked; it stays the same one for whoever holds it."""
        return self._endpoint(self.current())

    def pull(self, out: Path) -> None:
        """
        Read the current version into the build folder *out*, unless it is there: a page asks a thousand times.

        Raises:
            StoreError: There is no version, or the server did not give all of it.
        """
        kept, here = self.current(), versions.current(out)
        if here is not None and here.name == kept.name:
            return
        lines: set[str] = set()
        for graph, size in kept.graphs.items():
            plain, before = graph.removesuffix(kept.mark), len(lines)
            lines.update(f"{triple} <{plain}> .\n" for triple in self._triples(graph, size))
            if len(lines) - before != size:
                values = {"url": self.url, "graph": graph, "found": len(lines) - before, "size": size}
                raise StoreError.of("store-count", Place(self.url), **values)
        manifest = {"version": kept.name, "previous": here and here.name, "quads": len(lines), "store": self.url}
        files = {f"{versions.MODEL_FOLDER}/{name}": data for name, data in self.workspace.model().items()}
        files[versions.GRAPH_FILE] = "".join(sorted(lines)).encode()
        files[versions.MANIFEST_FILE] = (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode()
        versions.write(out, kept.name, files)

    def _triples(self, graph: str, size: int) -> Iterator[str]:
        for start in range(0, size, PAGE):
            text = f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} LIMIT {PAGE} OFFSET {start}"
            for solution in terms.of_json(self._server.query(text))[1]:
                yield " ".join(term.as_text() for term in solution if term is not None)

    # -- loading -------------------------------------------------------------------------------------------------

    def push(self, version: Version, progress: Callable[[str], None] = lambda step: None) -> bool:
        """
        Load *version* and make it the current one.

        Returns:
            False if it is the current one already.
        Raises:
            StoreError: The load broke off; says how far it was, and that what was current still is.
            RemoteError: The server does not answer, or does not let us.
        """
        found = self.versions()
        now = next((kept for kept in found if kept.is_current), None)
        if now is not None and now.name == version.name:
            return False
        batches, sizes = _read(version.path, f"/version/{version.name}")
        new, done, total = Kept(version.name, sizes, False), 0, sum(sizes.values())
        try:
            for kept in found:
                if not kept.is_current:
                    self._drop(kept)
            self._update(f"INSERT DATA {{ GRAPH <{self._index}> {{ {self._named(new)} }} }}")
            for graph, triples in batches:
                progress(f"load {done:,} / {total:,}")
                self._update(f"INSERT DATA {{ GRAPH <{graph}> {{\n{''.join(triples)}}} }}")
                done += len(triples)
            self._check(new)
            # in this order, as not all servers make one step of a request: who reads now finds one of both, each whole
            steps = [f"INSERT DATA {{ {self._pointer(new)} }}"]
            steps += [f"DELETE DATA {{ {self._pointer(kept)} }}" for kept in found if kept.is_current]
            self._update(" ; ".join(steps))
            if self.current().name != version.name:
                raise RemoteError.of("store-ignored", Place(), url=self.url)
        except RemoteError as error:
            raise StoreError.of(
                "store-half" if now else "store-half-first",
                Place(self.url),
                url=self.url,
                done=done,
                total=total,
                version=now.name if now else "",
                message=error.problems[0].text,
            ) from error
        return True

    def _version(self, kept: Kept) -> str:
        return f"<{self._index}{kept.mark}>"

    def _pointer(self, kept: Kept) -> str:
        return f"GRAPH <{self._index}> {{ <{self._index}> <{_DCAT}hasCurrentVersion> {self._version(kept)} }}"

    def _named(self, kept: Kept) -> str:
        said = [f'{self._version(kept)} <{_DCAT}version> "{kept.name}" .']
        for graph, size in kept.graphs.items():
            said.append(f"{self._version(kept)} <{vocab.DCTERMS.hasPart}> <{graph}> .")
            said.append(f"<{graph}> <{vocab.DCTERMS.extent}> {size} .")
        return " ".join(said)

    def _drop(self, kept: Kept) -> None:
        for graph in kept.graphs:
            self._update(f"DROP SILENT GRAPH <{graph}>")
        self._update(f"DELETE DATA {{ GRAPH <{self._index}> {{ {self._named(kept)} }} }}")

    def _check(self, kept: Kept) -> None:
        """Raise :class:`StoreError` if the server has other numbers of statements than it was given."""
        for graph, size in kept.graphs.items():
            ((found,),) = self._server.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
            if int(found) != size:
                values = {"url": self.url, "graph": graph, "found": int(found), "size": size}
                raise StoreError.of("store-count", Place(self.url), **values)

    def _update(self, text: str) -> None:
        self._server.update(os.environ.get("NQGRAPH_STORE_UPDATE") or self._address(), text)

    def _address(self) -> str:
        """
        Where the server takes updates: the protocol does not say.

        Virtuoso asks for a name at ``/sparql-auth``, GraphDB takes them at ``…/statements``, Oxigraph, Fuseki and
        Stardog at ``…/update``, others where they take queries.
        """
        url = self.url.rstrip("/")
        if self._server.server.startswith("Virtuoso"):
            return url.removesuffix("-auth") + "-auth"
        if "/repositories/" in url:
            return f"{url}/statements"
        return url.removesuffix("/query") + "/update" if url.endswith("/query") else url


def _read(path: Path, mark: str) -> tuple[Iterable[tuple[str, list[str]]], dict[str, int]]:
    """The triples of an N-Quads file in batches of one graph each, and how many each graph has."""
    graphs: dict[str, list[str]] = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            triple, graph, _ = line.rsplit(" ", 2)
            graphs.setdefault(f"{graph[1:-1]}{mark}", []).append(f"{triple} .\n")
    batches = [(g, found[i : i + BATCH]) for g, found in graphs.items() for i in range(0, len(found), BATCH)]
    return batches, {graph: len(found) for graph, found in sorted(graphs.items())}
