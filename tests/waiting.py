"""Waits for something to happen, as long as it takes: no test depends on how fast a machine is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
#: Seconds after which something will not happen any more; a bound on hanging, never a measure.
PATIENCE = 120.0


def until(found: Callable[[], T]) -> T:
    """What *found* returns once it is true."""
    began = time.monotonic()
    while not (value := found()):
        if time.monotonic() - began > PATIENCE:
            raise TimeoutError(f"did not happen within {PATIENCE:g} s: {found}")
        time.sleep(0.02)
    return value


def noted(pauses: list[float]) -> Callable[[float], None]:
    """A sleep that only notes in *pauses* what this thread asks for: other threads, of engines and servers, do rest."""
    here, rest = threading.current_thread(), time.sleep
    return lambda seconds: pauses.append(seconds) if threading.current_thread() is here else rest(seconds)


def elsewhere(call: Callable[..., Any], *arguments: Any) -> Any:
    """What *call* gives in a thread of its own: a browser of other tests may have a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call, *arguments).result()
