"""
The versions of a build on disk: each complete, one of them current, the last good one never lost.

Where datasets are internal, a version holds two graphs: the whole, and one built from the public datasets alone. All
that reads a build opens it here, and gets the public one unless it asks for the whole.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nqgraph.graph.store import Store
from nqgraph.words.errors import Place, StoreError
from nqgraph.words.texts import Text
from nqgraph.words.workspace import Workspace, find

#: File in the build folder that names the version to serve.
POINTER = "current"
GRAPH_FILE = "graph.nq"
PUBLIC_FILE = "graph.public.nq"
MANIFEST_FILE = "manifest.json"
#: Folder of a version with the model that it was built with: a workspace without data.
MODEL_FOLDER = "model"


@dataclass(frozen=True)
class Version:
    """A version of a build as it was opened: what is public of it, or all of it."""

    folder: Path
    #: What outputs call it. The public part has a name of its own, which nothing internal changes.
    name: str
    #: The file with its graph.
    path: Path
    #: Whether something internal is in it.
    internal: bool
    #: Names of the internal datasets of the build, in it or left out.
    datasets: tuple[str, ...]
    #: How many entries only these have.
    entries: int

    @property
    def out(self) -> Path:
        """The build folder."""
        return self.folder.parents[1]

    @property
    def written(self) -> datetime:
        """When it was written."""
        return datetime.fromtimestamp(int(self.path.stat().st_mtime), UTC)

    @property
    def previous(self) -> Version | None:
        """The build before this one as it is opened in the same way, if it is kept."""
        name = manifest(self.folder).get("previous")
        folder = self.folder.parent / str(name)
        return _version(folder, self.internal) if name and (folder / GRAPH_FILE).exists() else None

    def before(self) -> Store | None:
        """
        The store of the build before this one, without the datasets that have become internal since.

        Raises:
            StoreError: That build is damaged.
        """
        if (previous := self.previous) is None:
            return None
        store = previous.load()
        for name in () if self.internal else self.datasets:
            store.remove_graph(store.iris.dataset_graph(name))
        return store

    def load(self) -> Store:
        """
        The store with its graph.

        Raises:
            StoreError: The file is missing or damaged, or something internal is in what should be public.
        """
        store = load(self.path, workspace(self.folder))
        if store.marks and not self.internal:
            raise StoreError.of("build-damaged", Place(str(self.path)), message=Text("internal-in-public"))
        return store


def open(out: Path, *, internal: bool = False) -> Version:
    """
    The current version in the build folder *out*; what is public of it if not told otherwise.

    Args:
        internal: The internal datasets, too.
    Raises:
        StoreError: There is no build.
    """
    folder = current(out)
    if folder is None:
        raise StoreError.of("no-build", Place(str(out)))
    return _version(folder, internal)


def named(folder: Path, *, internal: bool = False) -> Version | None:
    """The version in *folder*, which need not be the current one; None if there is none."""
    return _version(folder.resolve(), internal) if (folder / GRAPH_FILE).is_file() else None


def _version(folder: Path, internal: bool) -> Version:
    said = manifest(folder)
    names = tuple(dataset["name"] for dataset in said.get("datasets", ()) if dataset["visibility"] != "public")
    parted = bool(names) or (folder / PUBLIC_FILE).exists() or (internal and not said)  # what is lost may have said so
    if parted and not internal:  # never the whole in its place, whatever has become of the file
        return Version(
            folder, said.get("public", folder.name), folder / PUBLIC_FILE, False, names, said.get("internal", 0)
        )
    return Version(folder, folder.name, folder / GRAPH_FILE, parted, names, said.get("internal", 0))


def load(path: Path, model: Workspace, services: Collection[str] = ()) -> Store:
    """The store in the graph file *path* of a version that *model* describes; raises :class:`StoreError`."""
    try:
        return Store.from_nquads(path, model, services=services)
    except (OSError, SyntaxError, ValueError) as error:
        raise StoreError.of("build-damaged", Place(str(path)), message=str(error)) from error


def current(out: Path) -> Path | None:
    """Folder of the version that *out* serves, or None if there is none."""
    try:
        path = out / "versions" / (out / POINTER).read_text(encoding="ascii").strip()
    except OSError:
        return None
    return path if (path / GRAPH_FILE).exists() else None


def manifest(version: Path | None) -> dict[str, Any]:
    """What the build said about the *version* in that folder; empty if that is lost."""
    try:
        found = json.loads((version / MANIFEST_FILE).read_text(encoding="utf-8")) if version else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def workspace(version: Path) -> Workspace:
    """The model that the *version* in that folder was built with; the nearest one for builds of older releases."""
    model = version / MODEL_FOLDER
    return Workspace.read(model) if model.is_dir() else find()


def write(out: Path, version: str, files: dict[str, bytes]) -> Path:
    """
    Write a version beside the others, then point to it: a reader sees the old one or the new one, never half.

    Args:
        files: Name → content.
    Returns:
        The folder of the version.
    Raises:
        StoreError: The disk is full, or nothing may be written there; what was there before stays.
    """
    versions = out / "versions"
    target, half, pointer = versions / version, versions / ".half", out / f".{POINTER}"
    try:
        versions.mkdir(parents=True, exist_ok=True)
        with _alone(out / ".lock"):
            before = current(out)
            try:
                shutil.rmtree(half, ignore_errors=True)  # what a killed build left
                half.mkdir()
                for name, data in files.items():
                    _write_through(half / name, data)
                if target.exists():  # the same content, though it may be damaged and its manifest older
                    for name in files:
                        (target / name).parent.mkdir(parents=True, exist_ok=True)
                        (half / name).replace(target / name)
                    shutil.rmtree(half)
                else:
                    half.rename(target)
                _write_through(pointer, f"{version}\n".encode("ascii"))
                pointer.replace(out / POINTER)
            except OSError:
                shutil.rmtree(half, ignore_errors=True)
                pointer.unlink(missing_ok=True)
                raise
            _prune(versions, {target.name, manifest(target).get("previous"), before.name if before else None})
    except OSError as error:
        raise StoreError.of("cannot-write", Place(str(out)), message=error.strerror or str(error)) from error
    return target


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Let one process at a time go on; a killed one leaves nothing locked."""
    with lock.open("wb") as file:
        with suppress(OSError):  # a file system without locks
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write_through(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _prune(versions: Path, keep: set[str | None]) -> None:
    for folder in versions.iterdir():
        if folder.name not in keep:
            shutil.rmtree(folder, ignore_errors=True)
