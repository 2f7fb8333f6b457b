"""The search for cycles of objects that nothing leads to any more, which costs more than it finds in big tables."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """
    Search no cycles meanwhile: many objects come while tables are read or written, hardly any in cycles.

    To look through all of them again and again took from a quarter to a third of the time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
