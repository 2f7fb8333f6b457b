"""
Evaluates foreign queries outside the server, where they can be killed.

A *query process* loads the store once and forks a child for each query, which shares the store's memory. The query
process kills the child at its deadline, and when the client has gone; the child has a limit of memory, too. Whatever a
query does, the server goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import json
import os
import selectors
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from nqgraph.graph import sparql, versions, xml
from nqgraph.graph.store import Given, Store
from nqgraph.serving import rows
from nqgraph.serving.partners import Partners
from nqgraph.words.errors import (
    FormatError,
    InputError,
    LimitError,
    NqgraphError,
    Place,
    Problem,
    QueryError,
    StoreError,
)
from nqgraph.words.texts import Text
from nqgraph.words.workspace import Workspace, shipped

try:
    import resource
except ImportError:  # no POSIX: no foreign queries either
    resource = None  # type: ignore[assignment]

#: Bytes of an answer that are held back: an error up to there is an error, and no answer that breaks off.
HELD_BACK = 1 << 20
#: Bytes that a child sends at once.
CHUNK = 1 << 16
#: Seconds that the query process gets to load the store.
START = 300.0
#: Children yield to the process that serves everybody.
NICENESS = 10
#: Errors that say that an answer cannot be had in a format.
_NOT_WRITTEN = frozenset({"xml-character", "xml-name", "format-triple-terms", "answer-not-acceptable"})
_HEAD, _DATA, _NOTE, _END, _ERROR = b"H", b"D", b"N", b"E", b"X"
_FRAME = struct.Struct("!cI")


@dataclass(frozen=True)
class Limits:
    """What a query may cost; no client can lift it."""

    #: Wall-clock seconds.
    seconds: float = 20.0
    #: Bytes of memory beyond those of the store.
    memory: int = 256 << 20
    #: Bytes of the answer.
    size: int = 256 << 20
    #: Solutions or triples of the answer.
    rows: int = 1_000_000
    #: Characters of the query.
    length: int = 100_000
    #: Brackets within brackets.
    depth: int = 100
    #: Queries at a time; more than there are cores, so that a few that run away keep nobody out.
    children: int = 12
    #: Queries that wait for their turn.
    waiting: int = 32


@dataclass
class Streamed:
    """An answer on its way."""

    #: ``solutions``, ``boolean`` or ``graph``.
    kind: str
    form: str
    chunks: AsyncIterator[bytes]
    #: What is missing in it, as far as it is known before the answer goes out.
    notes: tuple[Text, ...] = ()


@dataclass
class Workers:
    """The query process, as the server sees it."""

    files: Sequence[Path]
    limits: Limits = field(default_factory=Limits)
    services: Collection[str] = ()
    #: Whose model describes the files; the shipped one if None.
    workspace: Workspace | None = None
    #: How the files are to be read if they are no build.
    given: Given | None = None

    def __post_init__(self) -> None:
        self._process: subprocess.Popen[bytes] | _Fork | None = None
        self._folder = ""
        self._listening: asyncio.Task[None] | None = None
        self._reasons: dict[int, asyncio.Future[str]] = {}
        self._number = 0
        self._slots = asyncio.Semaphore(self.limits.children)
        self._waiting = 0
        #: Queries under way.
        self.running = 0
        #: Quads in the store of the query process.
        self.quads = 0
        #: Whether something internal is in it, and whether that may be.
        self.internal = self.internal_too = False
        self._starting = asyncio.Lock()

    @property
    def _address(self) -> str:
        return str(Path(self._folder) / "queries")

    async def start(self) -> None:
        """
        Start the query process and wait until it has loaded the store.

        Raises:
            InputError: A file is no RDF, or breaks a bound.
            LimitError: It does not start.
        """
        self.spawn()
        if self._process is None:
            return  # each query says so
        said = asyncio.StreamReader()
        pipe = self._process.stdout
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(said), pipe)
        ready = await asyncio.wait_for(said.readline(), START)
        if not ready:
            raise LimitError.of("data-unreadable" if self.given else "query-process-gone")
        told = json.loads(ready)
        if "problems" in told:
            raise InputError(_problem(problem) for problem in told["problems"])
        self.quads, self.internal = told["quads"], told["internal"]
        self._listening = asyncio.create_task(self._listen(said))

    def spawn(self) -> None:
        """Let the query process begin to load, if it has not begun: the server has other things to do meanwhile."""
        if self._process is not None or not hasattr(os, "fork"):
            return
        self._folder = tempfile.mkdtemp(prefix="nqgraph-")
        settings = {
            "files": [str(path) for path in self.files],
            "limits": asdict(self.limits),
            "services": sorted(self.services),
            "workspace": str((self.workspace or shipped()).root),
            "given": self.given and _told_given(self.given),
            "internal": self.internal_too,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "nqgraph.serving.workers", self._address, json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # a Ctrl+C in the terminal is for the server, which stops the query process
        )

    def share(self, store: Store) -> None:
        """
        Let the query process be a fork of this one with *store*, which it need not load again nor hold twice.

        Only a process that has no threads yet can be forked; otherwise it loads the files as ever.
        """
        if self._process is not None or not hasattr(os, "fork") or threading.active_count() > 1:
            return
        self._folder = tempfile.mkdtemp(prefix="nqgraph-")
        store.allow(self.services)
        ready = _ready(store)  # who counts the quads writes to their pages
        self._process = _Fork(lambda: _QueryProcess(self._address, store, self.limits, self.services).run(ready))

    async def stop(self) -> None:
        """Stop the query process and its children."""
        if self._process is not None:
            if self._process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                await asyncio.to_thread(self._process.wait)
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process = None
        if self._listening is not None:
            await self._listening
        shutil.rmtree(self._folder, ignore_errors=True)

    async def ask(
        self,
        text: str,
        forms: Mapping[str, str],
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str = "",
    ) -> Streamed:
        """
        The answer of the query *text*.

        Args:
            forms: Kind of answer (``solutions``, ``boolean``, ``graph``) → format; a kind that is missing is refused.
            base: What relative IRIs are relative to where neither the query nor the server was told (RFC 3986, 5.1.3).
        Raises:
            QueryError: The text is no query, or no format is left for its kind of answer.
            LimitError: The query or its answer is too large, takes too long, or too many others wait.
        """
        self._check(text)
        if self._process is None:
            raise LimitError.of("query-process-impossible")
        if self._slots.locked() and self._waiting >= self.limits.waiting:
            raise LimitError.of("server-busy")
        self._waiting += 1
        try:
            await asyncio.wait_for(self._slots.acquire(), self.limits.seconds)
        except TimeoutError:
            raise LimitError.of("server-busy") from None
        finally:
            self._waiting -= 1
        frames = self._frames(
            {
                "text": text,
                "forms": dict(forms),
                "default": list(default_graphs),
                "named": list(named_graphs),
                "base": base,
            }
        )
        try:
            kind, payload = await anext(frames)
            assert kind == _HEAD
            head = json.loads(payload)
            held: list[bytes] = []
            notes: list[Text] = []
            size, done = 0, False
            async for kind, chunk in frames:
                if kind == _NOTE:
                    said = json.loads(chunk)
                    notes.append(Text(said["code"], said["values"]))
                    continue
                held.append(chunk)
                size += len(chunk)
                if size >= HELD_BACK:
                    break
            else:
                done = True
        except BaseException:
            await frames.aclose()
            raise
        return Streamed(head["kind"], head["form"], self._rest(held, frames, done), tuple(notes))

    def _check(self, text: str) -> None:
        if len(text) > self.limits.length:
            raise LimitError.of("query-too-long", length=len(text), limit=self.limits.length)
        depth = sparql.nesting(text)
        if depth > self.limits.depth:
            raise LimitError.of("query-too-deep", depth=depth, limit=self.limits.depth)

    async def _rest(self, held: list[bytes], frames: Any, done: bool) -> AsyncIterator[bytes]:
        try:
            for chunk in held:
                yield chunk
            if not done:
                async for kind, chunk in frames:
                    if kind == _DATA:
                        yield chunk
        finally:
            await frames.aclose()

    async def _frames(self, request: Mapping[str, Any]) -> AsyncGenerator[tuple[bytes, bytes], None]:
        """What the child says: the head, data, and no more after the end; closing it lets the child be killed."""
        self._number += 1
        self.running += 1
        number = self._number
        self._reasons[number] = asyncio.get_running_loop().create_future()
        writer = None
        try:
            reader, writer = await self._connect()
            body = json.dumps({**request, "number": number}).encode()
            writer.write(struct.pack("!I", len(body)) + body)
            await writer.drain()
            while True:
                try:
                    kind, length = _FRAME.unpack(await reader.readexactly(_FRAME.size))
                    payload = await reader.readexactly(length)
                except (asyncio.IncompleteReadError, ConnectionError):
                    raise LimitError.of(await self._reason(number), **self._said()) from None
                if kind == _END:
                    return
                if kind == _ERROR:
                    raise _error(json.loads(payload))
                yield kind, payload
        finally:
            if writer is not None:
                writer.close()
            del self._reasons[number]
            self.running -= 1
            self._slots.release()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the query process, started anew if it is no more."""
        try:
            return await asyncio.open_unix_connection(self._address)
        except OSError:
            async with self._starting:
                if self._process is not None and self._process.poll() is not None:
                    await self.stop()
                    await self.start()
            return await asyncio.open_unix_connection(self._address)

    async def _reason(self, number: int) -> str:
        """Why the child has gone."""
        try:
            return await asyncio.wait_for(asyncio.shield(self._reasons[number]), 2)
        except TimeoutError:
            return "query-process-gone"

    def _said(self) -> dict[str, Any]:
        return {
            "seconds": f"{self.limits.seconds:g}",
            "memory": self.limits.memory >> 20,
            "size": self.limits.size >> 20,
            "rows": self.limits.rows,
        }

    async def _listen(self, lines: asyncio.StreamReader) -> None:
        """Hear from the query process why children ended, until it has ended itself."""
        process = self._process
        while line := await lines.readline():
            said = json.loads(line)
            waiting = self._reasons.get(said["number"])
            if waiting is not None and not waiting.done():
                waiting.set_result(said["reason"])
        if process is not None:
            await asyncio.to_thread(process.wait)


def _error(said: Mapping[str, Any]) -> NqgraphError:
    if said["limit"]:
        return LimitError.of(said["code"], **said["values"])
    raised = FormatError if said["code"] in _NOT_WRITTEN else QueryError
    return raised([Problem(Place(line=said["line"]), Text(said["code"], said["values"]))])


def _problem(said: Mapping[str, Any]) -> Problem:
    return Problem(Place(said["file"], line=said["line"]), Text(said["code"], said["values"]))


def _told_given(given: Given) -> dict[str, Any]:
    graphs = {str(path): graph for path, graph in given.graphs.items()}
    return {"graphs": graphs, "base": given.base, "union": given.union}


class _Fork:
    """A fork of this process that does *run* and no more, with pipes, as :class:`subprocess.Popen` has them."""

    def __init__(self, run: Callable[[], None]) -> None:
        heard, said = os.pipe(), os.pipe()
        gc.collect()
        gc.freeze()  # both share these pages as long as nobody writes to them
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setsid()  # a Ctrl+C in the terminal is for the server, which stops the query process
                for end, place in ((heard[0], 0), (said[1], 1)):
                    os.dup2(end, place)
                for end in (*heard, *said):
                    os.close(end)
                sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115
                run()
            finally:
                os._exit(1)
        gc.unfreeze()
        os.close(heard[0])
        os.close(said[1])
        self.stdin, self.stdout = os.fdopen(heard[1], "wb"), os.fdopen(said[0], "rb")
        self._ended = False

    def poll(self) -> int | None:
        """None while it runs."""
        return self._waited(os.WNOHANG)

    def wait(self) -> int | None:
        """Wait for its end."""
        return self._waited(0)

    def _waited(self, options: int) -> int | None:
        with contextlib.suppress(ChildProcessError):  # somebody has waited for it
            if not self._ended and os.waitpid(self.pid, options)[0] == 0:
                return None
        self._ended = True
        return 0


# -- the query process -------------------------------------------------------------------------------------------------


@dataclass
class _Child:
    number: int
    connection: socket.socket
    deadline: float
    reason: str = ""


class _QueryProcess:
    """Forks a child for each query and sees to its end; has one thread and never evaluates anything itself."""

    def __init__(self, address: str, store: Store, limits: Limits, services: Collection[str]) -> None:
        self._limits = limits
        self._store = store
        self._services = services
        Text("empty").in_language("en")  # errors have texts, and children open no file
        gc.collect()
        gc.freeze()  # children share these pages as long as nobody writes to them
        self._children: dict[int, _Child] = {}
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(address)
        self._listener.listen(64)
        self._woken, wake = socket.socketpair()
        self._woken.setblocking(False)
        wake.setblocking(False)
        self._wake = wake
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self._woken, selectors.EVENT_READ, self._drain)
        self._selector.register(sys.stdin.fileno(), selectors.EVENT_READ, self._orphaned)

    def run(self, ready: str) -> None:
        """Say that it is *ready*, and go on until the server has gone."""
        print(ready, flush=True)
        while True:
            now = time.monotonic()
            soonest = min((child.deadline for child in self._children.values() if not child.reason), default=None)
            for key, _ in self._selector.select(None if soonest is None else max(0.0, soonest - now)):
                key.data(key.fileobj)
            now = time.monotonic()
            for pid, child in self._children.items():
                if not child.reason and child.deadline <= now:
                    self._kill(pid, child, "limit-time")
            self._reap()

    def _accept(self, _: Any) -> None:
        connection, _address = self._listener.accept()
        connection.settimeout(2)
        try:
            (length,) = struct.unpack("!I", _exactly(connection, 4))
            request = json.loads(_exactly(connection, length))
        except (OSError, ValueError, EOFError):
            connection.close()
            return
        connection.settimeout(None)
        pid = os.fork()
        if pid == 0:
            self._become_child(connection, request)
        self._children[pid] = _Child(request["number"], connection, time.monotonic() + self._limits.seconds)
        self._selector.register(connection, selectors.EVENT_READ, self._hung_up)

    def _become_child(self, connection: socket.socket, request: Mapping[str, Any]) -> None:
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for other in (self._listener, self._woken, self._wake, *(c.connection for c in self._children.values())):
                other.close()
            os.close(sys.stdin.fileno())
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())  # a dying engine tells long stories
            _bound(self._limits, online=bool(self._services))
            _evaluate(self._store, connection, request, self._limits)
        finally:
            os._exit(0)

    def _hung_up(self, connection: Any) -> None:
        """The client has gone: nobody needs the answer."""
        try:
            gone = not connection.recv(1)
        except OSError:
            gone = True
        if gone:
            for pid, child in self._children.items():
                if child.connection is connection:
                    self._kill(pid, child, "client-gone")
            self._selector.unregister(connection)

    def _kill(self, pid: int, child: _Child, reason: str) -> None:
        if not child.reason:
            child.reason = reason
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            print(json.dumps({"number": child.number, "reason": reason}), flush=True)
            with contextlib.suppress(OSError):  # freeing much memory takes its time, which nobody should wait for
                child.connection.shutdown(socket.SHUT_RDWR)

    def _reap(self) -> None:
        while self._children:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            child = self._children.pop(pid)
            if not child.reason and os.WIFSIGNALED(status):
                crashed = os.WTERMSIG(status) in (signal.SIGSEGV, signal.SIGBUS)
                reason = "query-crashed" if crashed else "limit-memory"
                print(json.dumps({"number": child.number, "reason": reason}), flush=True)
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(child.connection)
            child.connection.close()

    def _drain(self, _: Any) -> None:
        with contextlib.suppress(BlockingIOError):
            self._woken.recv(4096)

    def _orphaned(self, _: Any) -> None:
        """The server has gone."""
        for pid in self._children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        os._exit(0)


def _ready(store: Store) -> str:
    return json.dumps({"quads": len(store), "internal": bool(store.marks)})


def _loaded(settings: Mapping[str, Any]) -> Store:
    files, services = [Path(name) for name in settings["files"]], settings["services"]
    model, given = Workspace.read(Path(settings["workspace"])), settings["given"]
    if given is None:
        return versions.load(files[0], model, services)
    graphs = {Path(name): graph for name, graph in given["graphs"].items()}
    store = Given(tuple(files), graphs, given["base"], given["union"]).load(model, services=services)
    if store.marks and not settings["internal"]:
        raise StoreError.of("internal-data", Place(str(files[0])))
    return store


def _bound(limits: Limits, *, online: bool) -> None:
    """
    Bound this process, whoever watches it: memory to what it has and *limits* more, time, no core dump.

    Args:
        online: Whether it may open connections; otherwise it can open no file and no socket at all.
    """
    os.nice(NICENESS)
    seconds = int(limits.seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _bound_memory(limits)
    if not online:
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _bound_memory(limits: Limits) -> None:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:  # no Linux: at least the heap is bound
        resource.setrlimit(resource.RLIMIT_DATA, (limits.memory, limits.memory))
        return
    most = pages * os.sysconf("SC_PAGE_SIZE") + limits.memory
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _evaluate(store: Store, connection: socket.socket, request: Mapping[str, Any], limits: Limits) -> None:
    """Evaluate one query in the child and send its answer."""
    frames = _Frames(connection, limits.size)
    partners: list[Partners] = []

    def reached(endpoints: Sequence[str]) -> Mapping[str, str]:
        partners.append(Partners(list(dict.fromkeys(endpoints)), limits.seconds / 2, limits.size))
        return partners[0].addresses

    def failed() -> list[str]:
        return list(partners[0].failed) if partners else []

    try:
        named = (*request["default"], *request["named"])  # they win over those of the query
        if not named:
            asked = sparql.clauses(request["text"], store.iris.prefixes, store.base or request["base"])
            named = (*asked.default, *asked.named)
        for graph in named:
            if not store.has_graph(graph):
                raise QueryError.of("graph-unknown", graph=graph)
        answer = store.query(
            store.call(request["text"], reached, request["base"]),
            default_graphs=request["default"],
            named_graphs=request["named"],
            base=request["base"],
        )
        form = request["forms"].get(answer.kind)
        if form is None:
            raise QueryError.of("answer-not-acceptable", kind=answer.kind)
        frames.send(_HEAD, json.dumps({"kind": answer.kind, "form": form}).encode())
        if answer.kind == "solutions":
            frames.count(rows.counter(form), limits.rows)
        frames.xml = form in ("xml", "rdf")
        buffered = io.BufferedWriter(frames, CHUNK)
        whole = answer.write(buffered, form, limits.rows)
        buffered.flush()
        for partner in failed():
            frames.send(_NOTE, _told("service-silent", {"service": partner, "seconds": f"{limits.seconds / 2:g}"}))
        if whole:
            frames.send(_END)
        else:
            frames.send(_ERROR, _told("limit-rows", {"rows": limits.rows}, limit=True))
    except MemoryError:
        frames.send(_ERROR, _told("limit-memory", {"memory": limits.memory >> 20}, limit=True))
    except NqgraphError as error:
        if failed():
            frames.send(_ERROR, _not_answered(failed()[0], limits))
            return
        problem = error.problems[0]
        values = {name: str(value) for name, value in problem.text.values.items()}
        frames.send(_ERROR, _told(problem.text.code, values, line=problem.place.line))
    except OSError:
        if failed():
            frames.send(_ERROR, _not_answered(failed()[0], limits))
        if frames.refused is not None:
            text = frames.refused.problems[0].text
            frames.send(_ERROR, _told(text.code, text.values))
        if frames.full:
            bounds = {"size": limits.size >> 20, "rows": limits.rows}
            frames.send(_ERROR, _told(frames.full, bounds, limit=True))


def _not_answered(partner: str, limits: Limits) -> bytes:
    return _told("service-failed", {"service": partner, "seconds": f"{limits.seconds / 2:g}"}, limit=True)


def _told(code: str, values: Mapping[str, Any], *, line: int = 0, limit: bool = False) -> bytes:
    return json.dumps({"code": code, "values": dict(values), "line": line, "limit": limit}).encode()


class _Frames(io.RawIOBase):
    """Sends what is written as frames of data, up to a number of bytes."""

    def __init__(self, connection: socket.socket, most: int) -> None:
        self._connection = connection
        self._left = most
        #: The limit that the answer has gone beyond.
        self.full = ""
        #: Whether the document is XML, which cannot hold everything.
        self.xml = False
        #: What it cannot hold.
        self.refused: FormatError | None = None
        self._counted: rows.Counter = lambda part: 0
        self._rows_left = 0

    def count(self, counter: rows.Counter, most: int) -> None:
        """Count rows, up to *most*."""
        self._counted, self._rows_left = counter, most

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        written = content = bytes(data)
        if self.xml:
            try:
                content = xml.checked(content)
            except FormatError as error:
                self.refused = error
                raise OSError("no XML") from error
        self._left -= len(content)
        self._rows_left -= self._counted(content)
        self.full = "limit-rows" if self._rows_left < 0 else "limit-size" if self._left < 0 else ""
        if self.full:
            raise OSError("too large")
        self.send(_DATA, content)
        return len(written)

    def send(self, kind: bytes, payload: bytes = b"") -> None:
        """Send a frame."""
        self._connection.sendall(_FRAME.pack(kind, len(payload)) + payload)


def _exactly(connection: socket.socket, length: int) -> bytes:
    parts = []
    while length:
        part = connection.recv(length)
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _main(arguments: Sequence[str]) -> None:
    address, given = arguments
    settings = json.loads(given)
    try:
        store = _loaded(settings)
    except (InputError, StoreError) as error:
        problems = [
            {"file": p.place.file, "line": p.place.line, "code": p.text.code, "values": dict(p.text.values)}
            for p in error.problems
        ]
        with contextlib.suppress(BrokenPipeError):  # the server found the fault itself and has gone
            os.write(sys.stdout.fileno(), json.dumps({"problems": problems}, default=str).encode() + b"\n")
        return
    _QueryProcess(address, store, Limits(**settings["limits"]), settings["services"]).run(_ready(store))


if __name__ == "__main__":
    _main(sys.argv[1:])
