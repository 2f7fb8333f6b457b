"""The versions of a build on disk: each complete, one of them current, the last good one never lost."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from nqgraph.words.errors import Place, StoreError
from nqgraph.words.workspace import Workspace, find

#: File in the build folder that names the version to serve.
POINTER = "current"
GRAPH_FILE = "graph.nq"
PUBLIC_FILE = "graph.public.nq"
MANIFEST_FILE = "manifest.json"
#: Folder of a version with the model that it was built with: a workspace without data.
MODEL_FOLDER = "model"


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
