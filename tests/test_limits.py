"""What a foreign query may cost: seen from outside, at the processes that evaluate it, and by the order of answers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from nqgraph.building import builds
from nqgraph.serving.workers import Limits, Workers
from nqgraph.words.errors import LimitError
from tests.conftest import EXAMPLE
from tests.servers import Running, serving
from tests.waiting import elsewhere, until

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")

#: Runs until somebody ends it.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SECONDS = 600


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the example."""
    folder = tmp_path_factory.mktemp("limits") / "build"
    assert builds.build([EXAMPLE], folder).ok
    return folder


def test_the_query_process_of_a_build_is_a_fork_that_is_started_anew(built: Path) -> None:
    """It is the same program with the same graph, not read again; where it has gone, another one reads the files."""
    asked = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
    with serving("--source", str(built)) as server, server.client() as client:
        [first] = server.query_processes
        assert _command(first) == _command(server.process.pid)
        before = client.get("/sparql", params=asked).text
        os.kill(first, signal.SIGKILL)
        until(lambda: server.query_processes != [first])
        assert client.get("/sparql", params=asked).text == before
        [second] = server.query_processes
        assert _command(second) != _command(server.process.pid)


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def limit(pid: int, name: str) -> tuple[str, str]:
    """Soft and hard limit of a process."""
    text = Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
    found = re.search(rf"^{name}\s+(\S+)\s+(\S+)", text, re.MULTILINE)
    assert found
    return found[1], found[2]


def nice(pid: int) -> int:
    """The niceness of a process (proc_pid_stat(5), field 19)."""
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[16])


@pytest.fixture
def running(built: Path) -> Iterator[tuple[Running, int]]:
    """A server with an endless query under way, and the process that evaluates it."""
    with serving("--source", str(built), "--timeout", str(SECONDS)) as server:

        def ask() -> None:
            with contextlib.suppress(httpx.HTTPError):
                httpx.post(f"{server.url}/sparql", data={"query": ENDLESS}, timeout=None)

        asking = threading.Thread(target=ask)
        asking.start()

        yield server, until(lambda: server.evaluating)[0]
        server.end_queries()
        asking.join()


def test_the_process_of_a_query_is_bound(running: tuple[Running, int]) -> None:
    """CPU seconds just above its time, memory, no core dump, no files; it yields to whoever serves everybody."""
    server, pid = running
    until(lambda: limit(pid, "Max open files") == ("0", "0"))  # it is bound by then
    assert limit(pid, "Max cpu time") == (str(SECONDS + 2), str(SECONDS + 3))
    assert limit(pid, "Max core file size") == ("0", "0")
    memory, hard = limit(pid, "Max address space")
    assert memory == hard and int(memory) < 2 << 30
    assert nice(pid) == min(19, nice(server.process.pid) + 10)
    assert limit(server.process.pid, "Max cpu time")[0] == "unlimited"


def test_only_so_many_queries_wait(built: Path) -> None:
    """One runs, two wait: the next is refused at once, while the others are still there."""

    async def ask() -> None:
        # who waits gets to the end of this time, and no further; long before it, the last one is refused
        limits = Limits(seconds=45, children=1, waiting=2)
        workers = Workers([next((built / "versions").glob("*/graph.nq"))], limits)
        await workers.start()
        try:
            forms = {"solutions": "json"}
            asked = [asyncio.create_task(_answer(workers, ENDLESS, forms)) for _ in range(3)]
            while workers.running < 1:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0)  # the others have come as far as they get
            with pytest.raises(LimitError) as caught:
                await workers.ask("ASK {}", {"boolean": "json"})
            assert caught.value.problems[0].text.code == "server-busy"
            assert caught.value.status == 503
            assert not any(task.done() for task in asked)
            asked[0].cancel()  # whoever leaves makes room
            await asyncio.gather(asked[0], return_exceptions=True)
            while workers.running < 1:
                await asyncio.sleep(0.01)
            last = asyncio.create_task(_answer(workers, "ASK {}", {"boolean": "json"}))
            for task in asked[1:]:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
            assert b"true" in await last
        finally:
            await workers.stop()

    elsewhere(asyncio.run, ask())


async def _answer(workers: Workers, query: str, forms: dict[str, str]) -> bytes:
    streamed = await workers.ask(query, forms)
    return b"".join([chunk async for chunk in streamed.chunks])
