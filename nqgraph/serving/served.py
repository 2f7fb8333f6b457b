"""What is served: one version of a build, or RDF files, with all that answers need; never changed, only replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nqgraph.graph import versions
from nqgraph.graph.graph import Graph
from nqgraph.graph.store import Store
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
    #: The internal datasets, too.
    internal: bool = False
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
        return versions.open(self.folder).folder.name

    def load(self) -> Served:
        """
        What is there now, ready to answer.

        Raises:
            StoreError: There is no build, or it cannot be read; a file says that it is internal.
            InputError: A file is no RDF.
        """
        if self.files:
            version = self.version()
            store = Store(self.workspace)
            for path in self.files:
                store.load(path, store.iris.dataset_graph(vocab.slug(path.stem)))
            if store.marks and not self.internal:
                raise StoreError.of("internal-data", Place(str(self.files[0])))
            return Served(self, version, version, store, self.files)
        opened = versions.open(self.folder, internal=self.internal)
        return Served(self, opened.name, opened.folder.name, opened.load(), (opened.path,))


class Served:
    """
    One version.

    Args:
        version: What answers call it.
        found: What :meth:`Source.version` called it.
        files: The files that the store was read from, for the processes that evaluate foreign queries.
    """

    def __init__(self, source: Source, version: str, found: str, store: Store, files: Sequence[Path]) -> None:
        self.source = source
        self.version = version
        self.found = found
        self.store = store
        self.files = tuple(files)
        #: Whether something internal is in it, which every answer has to say.
        self.internal = bool(store.marks)
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
