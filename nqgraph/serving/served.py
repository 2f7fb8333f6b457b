"""What is served: one version of a build, or RDF files, with all that answers need; never changed, only replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nqgraph.graph.graph import Graph
from nqgraph.graph.store import Store
from nqgraph.graph.versions import GRAPH_FILE, PUBLIC_FILE, current, workspace
from nqgraph.pages import Site
from nqgraph.things.descriptions import Descriptions
from nqgraph.words import vocab
from nqgraph.words.errors import Place, StoreError
from nqgraph.words.workspace import Workspace


@dataclass(frozen=True)
class Source:
    """Where the data come from: a build folder, or RDF files."""

    folder: Path = Path("build")
    files: tuple[Path, ...] = ()
    #: Leave out datasets that are not public.
    public_only: bool = False
    #: Folder with what the operator of the pages wants to say.
    texts: Path | None = None
    #: Whose model the files follow; the shipped one if None. A build brings its own.
    workspace: Workspace | None = None

    def version(self) -> str:
        """
        Name of what is there now; changes when a new build stands.

        Raises:
            StoreError: There is nothing to serve.
        """
        if self.files:
            for path in self.files:
                if not path.is_file():
                    raise StoreError.of("no-such-source", Place(str(path)))
            return f"{max(int(path.stat().st_mtime) for path in self.files):x}"
        found = current(self.folder)
        if found is None:
            raise StoreError.of("no-build", Place(str(self.folder)))
        return found.name

    def load(self) -> Served:
        """
        What is there now, ready to answer.

        Raises:
            StoreError: There is no build, or it cannot be read.
            InputError: A file is no RDF.
        """
        version = self.version()
        if self.files:
            store = Store(self.workspace)
            for path in self.files:
                store.load(path, store.iris.dataset_graph(vocab.slug(path.stem)))
            return Served(self, version, store, self.files)
        folder = self.folder / "versions" / version
        public = folder / PUBLIC_FILE
        path = public if self.public_only and public.exists() else folder / GRAPH_FILE
        try:
            store = Store.from_nquads(path, workspace(folder))
        except (OSError, SyntaxError, ValueError) as error:
            raise StoreError.of("build-damaged", Place(str(path)), message=str(error)) from error
        return Served(self, version, store, (path,), open=self.public_only or not public.exists())


class Served:
    """
    One version.

    Args:
        files: The files that the store was read from, for the processes that evaluate foreign queries.
        open: Whether all of it is public, so that pages of other servers may read it.
    """

    def __init__(self, source: Source, version: str, store: Store, files: Sequence[Path], *, open: bool = True) -> None:
        self.source = source
        self.version = version
        self.store = store
        self.files = tuple(files)
        self.open = open
        self.workspace = store.workspace
        self.iris = store.iris
        self.graphs = {lang: Graph(store, lang=lang) for lang in store.workspace.languages}
        self.descriptions = Descriptions(store)
        self.site = Site(self.graph(), texts=source.texts, version=version)

    def graph(self, lang: str = "") -> Graph:
        """The graph in *lang*, else in the first language of the workspace."""
        return self.graphs.get(lang) or self.graphs[self.workspace.language]

    @cached_property
    def has_things(self) -> bool:
        """Whether there is anything that pages can show."""
        return bool(self.site.collection.things)

    @property
    def etag(self) -> str:
        """Entity tag of everything that only depends on the version (RFC 9110, section 8.8.3)."""
        return f'W/"{self.version}"'
