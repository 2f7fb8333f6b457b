"""What is served: one version of a build, or RDF files, with all that answers need; never changed, only replaced."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nqgraph.graph import versions
from nqgraph.graph.asking import Asking, names_of_things
from nqgraph.graph.graph import Graph
from nqgraph.graph.hosted import Hosted
from nqgraph.graph.ranking import Ranking
from nqgraph.graph.store import Given, Store
from nqgraph.graph.versions import Version
from nqgraph.pages import Site
from nqgraph.things.descriptions import Descriptions
from nqgraph.things.entities import Entities
from nqgraph.words import vocab
from nqgraph.words.errors import Place, StoreError
from nqgraph.words.workspace import Workspace, shipped


@dataclass(frozen=True)
class Source:
    """Where the data come from: a build folder, or RDF files as they are."""

    folder: Path = Path("build")
    given: Given | None = None
    #: The server whose current version is read into the folder, if it comes from one.
    store: Hosted | None = None
    #: The internal datasets, too.
    internal: bool = False
    #: Folder with what the operator of the pages wants to say.
    texts: Path | None = None
    #: Whose model the files follow; the shipped one if None. A build brings its own.
    workspace: Workspace | None = None
    #: Whether the pages lead to forms.
    editable: bool = False

    def version(self) -> str:
        """
        Name of what is there now; changes when a new build stands.

        Raises:
            StoreError: There is nothing to serve.
            RemoteError: The server that it comes from does not answer.
        """
        if self.given is not None:
            for path in self.given.files:
                if not path.is_file():
                    raise StoreError.of("no-such-source", Place(str(path)))
            return f"{max(path.stat().st_mtime_ns for path in self.given.files):x}"
        if self.store is not None:
            self.store.pull(self.folder)
        return versions.open(self.folder).folder.name

    def load(self) -> Served:
        """
        What is there now; of a build all that answers need, of files only when they need it.

        Raises:
            StoreError: There is no build, or it cannot be read.
        """
        if self.given is not None:
            version = self.version()
            return Served(self, version, version, self.workspace or shipped(), self.given.files)
        opened = versions.open(self.folder, internal=self.internal)
        store = opened.load()
        served = Served(self, opened.name, opened.folder.name, store.workspace, (opened.path,), store, opened)
        served.prepare()
        return served


class Served:
    """
    One version.

    Args:
        version: What answers call it.
        found: What :meth:`Source.version` called it.
        files: The files that the store was read from, for the processes that evaluate foreign queries.
        store: What is in them; read when it is needed if None.
        opened: The build, if it is one.
    """

    def __init__(
        self,
        source: Source,
        version: str,
        found: str,
        workspace: Workspace,
        files: Sequence[Path],
        store: Store | None = None,
        opened: Version | None = None,
    ) -> None:
        self.source = source
        self.version = version
        self.found = found
        self.opened = opened
        self.files = tuple(files)
        #: Whether something internal is in it, which every answer has to say; of files the query process knows it.
        self.internal = store is not None and bool(store.marks)
        self.workspace = workspace
        self.iris = workspace.iris
        self.prepared = False
        self._store = store
        self._preparing = threading.Lock()

    def prepare(self) -> None:
        """
        Read what is not read yet, once; takes its time where files are large.

        Raises:
            InputError: A file is no RDF.
        """
        with self._preparing:
            if not self.prepared:
                _ = self.store, self.site, self.descriptions
                self.prepared = True

    @cached_property
    def store(self) -> Store:
        """What is served."""
        if self._store is None:
            assert self.source.given is not None
            self._store = self.source.given.load(self.workspace)
            self.internal = bool(self._store.marks)
            if self.internal and not self.source.internal:
                raise StoreError.of("internal-data", Place(str(self.files[0])))
        return self._store

    @cached_property
    def graphs(self) -> dict[str, Graph]:
        """Language → the graph in it."""
        return {lang: Graph(self.store, lang=lang) for lang in self.workspace.languages}

    @cached_property
    def site(self) -> Site:
        """The pages."""
        return Site(
            self.graph(),
            texts=self.source.texts,
            version=self.version,
            opened=self.opened,
            editable=self.source.editable,
        )

    @cached_property
    def descriptions(self) -> Descriptions:
        """What the graph says about each thing."""
        return Descriptions(self.store, self.site.collection.facts.schema)

    @cached_property
    def asking(self) -> Asking:
        """Plain questions."""
        return self.site.asking

    @cached_property
    def entities(self) -> Entities:
        """The things as lists of others name them."""
        return Entities(self.site.collection)

    @cached_property
    def names(self) -> Ranking:
        """What finds things by their names."""
        facts = self.site.collection.facts
        return names_of_things(
            (
                vocab.local_name(iri),
                [
                    *facts.label(iri).values(),
                    *(n for v in facts.values(iri, vocab.SKOS.altLabel) for n in v.labels.values()),
                ],
            )
            for iri in self.site.collection.things.values()
        )

    @cached_property
    def sizes(self) -> Mapping[str, int]:
        """IRI of a graph → number of its triples; "" for what queries see where they name none."""
        return {name: self.store.size(name) for name in ("", *self.store.graphs())}

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
