"""Files on disk, written so that nobody ever reads half of one."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nqgraph.words.errors import Place, StoreError


def marked(path: Path) -> Path:
    """*path* with a name that says that something internal is in it: ``netz.intern.svg``."""
    if re.search(r"(?<![a-z])intern(al)?(?![a-z])", path.name, re.IGNORECASE):
        return path
    return path.with_name(f"{path.stem}.intern{path.suffix}")


def write_atomically(path: Path, data: bytes) -> None:
    """
    Write *data* to *path*: readers see the old content or the new one, never half, whatever ends the program.

    Raises:
        StoreError: It cannot be written.
    """
    half = path.parent / f".{path.name}.{os.getpid()}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with half.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        with suppress(OSError):  # where it could not be written, it can often not be removed either
            half.unlink()
        raise StoreError.of("cannot-write", Place(str(path)), message=error.strerror or str(error)) from error


@contextmanager
def fresh(folder: Path) -> Iterator[Path]:
    """
    A new folder beside *folder* that takes its place at the end, or is gone with all in it if that is not reached.

    Raises:
        StoreError: It cannot be written; *folder* is as it was.
    """
    made, old = (folder.parent / f".{folder.name}.{os.getpid()}.{part}" for part in ("new", "old"))
    try:
        made.mkdir(parents=True)
        yield made
        if folder.exists():
            folder.replace(old)
        try:
            made.replace(folder)
        except OSError:
            with suppress(OSError):
                old.replace(folder)
            raise
    except OSError as error:
        raise StoreError.of("cannot-write", Place(str(folder)), message=error.strerror or str(error)) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
