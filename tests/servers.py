"""The real server in a process of its own, for tests."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx


@dataclass
class Running:
    """A server that listens."""

    process: subprocess.Popen[str]
    url: str

    def client(self, **options: object) -> httpx.Client:
        """A client that follows no redirect and waits 30 seconds."""
        return httpx.Client(base_url=self.url, timeout=30, **options)  # type: ignore[arg-type]


@contextmanager
def serving(*arguments: str) -> Iterator[Running]:
    """A server with these arguments of ``nqgraph serve`` on a free port; stopped at the end."""
    command = [sys.executable, "-m", "nqgraph", "serve", "--port", "0", "--lang", "en", *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        found = re.search(r"http://[\w.:\[\]]+/", line)
        if found:
            break
    else:
        process.wait()
        raise AssertionError(f"the server did not start: {said}")
    drained = threading.Thread(target=process.stderr.read, daemon=True)  # a full pipe would stop the server
    drained.start()
    try:
        yield Running(process, found[0].rstrip("/"))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        drained.join()
        process.stderr.close()
