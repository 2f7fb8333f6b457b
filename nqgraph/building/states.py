"""States of a graph to compare: a build, one before it, a workspace, RDF files, or a revision in git."""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from nqgraph.building.builds import load_ontology
from nqgraph.building.inference import infer
from nqgraph.graph import versions
from nqgraph.graph.files import form_of
from nqgraph.graph.graph import Graph
from nqgraph.graph.store import Given, Store
from nqgraph.model import shapes
from nqgraph.sources import datasets
from nqgraph.sources.reading import read_all
from nqgraph.words import formats
from nqgraph.words.errors import InputError, MissingToolError, Place, StoreError
from nqgraph.words.workspace import SETTINGS, Workspace

#: Fewest letters of the name of a version that is kept.
_SHORTEST = 4


@dataclass(frozen=True)
class State:
    """A graph at some time."""

    name: str
    graph: Graph

    @property
    def internal(self) -> bool:
        """Whether something internal is in it."""
        return self.graph.internal


@dataclass(frozen=True)
class States:
    """
    Finds states by what people call them.

    Args:
        workspace: Whose model files without one follow.
        folder: Where the workspace lies; revisions are those of its repository.
        build: The build folder of the workspace.
        internal: The internal datasets, too.
    """

    workspace: Workspace
    folder: Path
    build: Path
    internal: bool = False
    progress: Callable[[str], None] = lambda step: None

    def latest(self) -> State:
        """The current build; raises :class:`StoreError` if there is none."""
        version = versions.open(self.build, internal=self.internal)
        return State(version.name, Graph(version.load()))

    def before(self) -> tuple[State, State]:
        """
        The build before the current one, and the current one.

        Raises:
            StoreError: There is none, or none before it.
        """
        version = versions.open(self.build, internal=self.internal)
        store = version.before()
        if store is None or version.previous is None:
            raise StoreError.of("diff-no-previous", Place(str(self.build)))
        return State(version.previous.name, Graph(store)), State(version.name, Graph(version.load()))

    def find(self, name: str) -> State:
        """
        The state that *name* means: a folder or file, else a build that is kept, else a revision.

        Raises:
            NqgraphError: It means nothing, or what it means cannot be read.
        """
        path = Path(name)
        if path.is_dir():
            return State(name, self._of_folder(path))
        if path.is_file():
            return State(name, self._of_files((path,)))
        return State(name, self._kept(name) or self._revision(name))

    # -- on disk ------------------------------------------------------------------------------------------------------

    def _of_folder(self, path: Path) -> Graph:
        if versions.current(path) is not None:
            return Graph(versions.open(path, internal=self.internal).load())
        if (version := versions.named(path, internal=self.internal)) is not None:
            return Graph(version.load())
        if (path / SETTINGS).is_file():
            return self._of_workspace(Workspace.read(path))
        if (path / "dataset.yaml").is_file() or any(path.glob("*/dataset.yaml")):
            return self._read(path, self.workspace)
        dumps = sorted(
            child for child in path.iterdir() if form_of(child) and child.suffix != ".json"
        )  # what describes
        whole = [dump for dump in dumps if form_of(dump) in formats.holding("dataset")]
        if not dumps:
            raise InputError.of("diff-folder", Place(str(path)))
        return self._of_files(tuple(whole[:1] or dumps))

    def _of_workspace(self, workspace: Workspace) -> Graph:
        if not workspace.data.is_dir():
            raise InputError.of("diff-folder", Place(str(workspace.root)))
        return self._read(workspace.data, workspace)

    def _of_files(self, files: tuple[Path, ...]) -> Graph:
        """RDF files; of several, each is the graph that it is called after, as in dumps."""
        graphs = {path: self._graph_of(path) for path in files} if len(files) > 1 else {}
        store = Given(files, graphs).load(self.workspace)
        if store.marks and not self.internal:
            raise StoreError.of("internal-data", Place(str(files[0])))
        return Graph(store)

    def _graph_of(self, path: Path) -> str:
        return self.workspace.iris.dataset_graph(re.sub(r"\.intern$", "", path.name.split(".", 1)[0]))

    def _read(self, data: Path, workspace: Workspace) -> Graph:
        """What tables and RDF say, unchecked."""
        self.progress("ontology")
        found = [one for one in datasets.find([data], workspace) if self.internal or one.visibility == "public"]
        store = Store(workspace)
        load_ontology(store)
        reading = read_all(found, store, shapes.of(workspace), self.progress)
        if reading.problems:
            raise InputError(reading.problems)
        self.progress("infer")
        infer(store)  # a dump that keeps nothing apart has it, too
        return Graph(store)

    # -- kept, or in git ----------------------------------------------------------------------------------------------

    def _kept(self, name: str) -> Graph | None:
        if not re.fullmatch(rf"[0-9a-f]{{{_SHORTEST},16}}", name) or not (self.build / "versions").is_dir():
            return None
        found = [path for path in sorted((self.build / "versions").iterdir()) if path.name.startswith(name)]
        version = versions.named(found[0], internal=self.internal) if len(found) == 1 else None
        return Graph(version.load()) if version else None

    def _revision(self, name: str) -> Graph:
        """The workspace as it was at a revision, read from a copy that is gone afterwards."""
        resolved = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        commit = resolved.stdout.decode().strip()
        if resolved.returncode or not commit:
            raise InputError.of("diff-not-found", name=name)
        archived = self._git("archive", "--format=tar", commit)
        if archived.returncode:
            raise InputError.of("diff-revision", name=name, message=archived.stderr.decode(errors="replace").strip())
        with TemporaryDirectory() as folder:
            with tarfile.open(fileobj=io.BytesIO(archived.stdout)) as tar:
                tar.extractall(folder, filter="data")
            root = Path(folder).resolve()
            if not (root / SETTINGS).is_file():
                raise InputError.of("diff-revision-workspace", name=name, file=SETTINGS)
            workspace = Workspace.read(root)
            graph = self._of_workspace(workspace)
            _ = shapes.of(workspace), graph.queries.all(), workspace.messages  # the folder goes
            return graph

    def _git(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(["git", *arguments], cwd=self.folder, capture_output=True, check=False)
        except FileNotFoundError as error:
            raise MissingToolError.of("diff-git") from error
