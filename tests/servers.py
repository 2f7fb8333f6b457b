"""The real server in a process of its own, for tests."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.waiting import PATIENCE, until


@dataclass
class Running:
    """A server that listens."""

    process: subprocess.Popen[str]
    url: str
    #: Lines that the server has said.
    lines: list[str]

    def said(self) -> str:
        """The line with the address that opens the forms."""
        return until(lambda: next((line for line in self.lines if "token=" in line), ""))

    def client(self, **options: object) -> httpx.Client:
        """A client that follows no redirect, and waits."""
        return httpx.Client(base_url=self.url, timeout=PATIENCE, **options)  # type: ignore[arg-type]

    @property
    def query_processes(self) -> list[int]:
        """The processes that fork a child for each query (Linux)."""
        return children(self.process.pid)

    @property
    def evaluating(self) -> list[int]:
        """The processes that evaluate queries now (Linux)."""
        return [child for process in self.query_processes for child in children(process)]

    def end_queries(self) -> None:
        """End all queries under way; the server has an answer to that."""
        for pid in self.evaluating:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def children(pid: int) -> list[int]:
    """The processes that *pid* has started and that still run (proc_pid_task_children(5))."""
    found = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text(encoding="ascii").split()]
    return found


@contextmanager
def serving(*arguments: str, warm: bool = False) -> Iterator[Running]:
    """A server with these arguments of ``nqgraph serve`` on a free port; stopped at the end. *warm*: it warms up."""
    command = [
        sys.executable,
        "-m",
        "nqgraph",
        "serve",
        "--port",
        "0",
        *(() if warm else ("--no-warm-up",)),
        *arguments,
    ]
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
    lines: list[str] = []
    drained = threading.Thread(target=lines.extend, args=(process.stderr,), daemon=True)  # a full pipe would stop it
    drained.start()
    try:
        yield Running(process, found[0].rstrip("/"), lines)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        drained.join()
        process.stderr.close()
