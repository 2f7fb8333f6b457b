"""Files on disk, written so that nobody ever reads half of one."""

from __future__ import annotations

import os
import re
from contextlib import suppress
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
