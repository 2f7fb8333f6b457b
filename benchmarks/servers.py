"""Other SPARQL servers on this machine, for benchmarks and tests; each stops at the end of its context."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nqgraph.graph.store import Store

#: Seconds that a server gets to start.
_START = 120


@dataclass(frozen=True)
class Other:
    """A server that listens."""

    #: Address that is asked.
    query: str
    process: subprocess.Popen[bytes]
    #: Address that takes updates, with user and password; "" where it takes none.
    update: str = ""
    user: str = ""
    password: str = ""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def _running(command: Sequence[str], port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "said.log").open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, cwd=folder)
    try:
        deadline = time.monotonic() + _START
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _oxigraph_binary() -> str | None:
    beside = Path(sys.executable).with_name("oxigraph")  # from the package of that name
    return str(beside) if beside.exists() else shutil.which("oxigraph")


@contextlib.contextmanager
def oxigraph(folder: Path, data: Path | None = None) -> Iterator[Other | None]:
    """Oxigraph's server on disk, with the N-Quads *data* read-only, else empty and open; None if it is not there."""
    binary = _oxigraph_binary()
    if binary is None:
        yield None
        return
    place, port = folder / "oxigraph", free_port()
    place.mkdir(parents=True, exist_ok=True)
    if data is not None:
        subprocess.run([binary, "load", "--location", str(place), "--file", str(data)], check=True, capture_output=True)
    command = [binary, "serve" if data is None else "serve-read-only", "--location", str(place)]
    command += ["--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    with _running(command, port, folder) as process:
        base = f"http://127.0.0.1:{port}"
        yield Other(f"{base}/query", process, "" if data else f"{base}/update")


@contextlib.contextmanager
def virtuoso(folder: Path, data: Path | None = None) -> Iterator[Other | None]:
    """Virtuoso, with the N-Quads *data* or empty; None if it is not there."""
    server, client = shutil.which("virtuoso-t"), shutil.which("isql-vt") or shutil.which("isql-virtuoso")
    if server is None or client is None:
        yield None
        return
    place, port, sql = folder / "virtuoso", free_port(), free_port()
    place.mkdir(parents=True)
    (place / "virtuoso.ini").write_text(
        f"[Database]\nDatabaseFile={place}/virtuoso.db\nErrorLogFile={place}/virtuoso.log\nLockFile={place}/virtuoso.lck\n"
        f"TransactionFile={place}/virtuoso.trx\nxa_persistent_file={place}/virtuoso.pxa\n"
        f"[Parameters]\nServerPort=127.0.0.1:{sql}\nDirsAllowed={place}\nNumberOfBuffers=40000\n"
        f"[HTTPServer]\nServerPort=127.0.0.1:{port}\nServerThreads=10\n[SPARQL]\nResultSetMaxRows=100000\n",
        encoding="utf-8",
    )
    command = [server, "+foreground", "+configfile", str(place / "virtuoso.ini")]
    with _running(command, port, place) as process:  # the last of its ports to open
        if data is not None:
            shutil.copy(data, place / "graph.nq")
            load = f"DB.DBA.TTLP_MT(file_to_string_output('{place}/graph.nq'), '', 'urn:x', 512);"
            subprocess.run([client, str(sql), "dba", "dba", f"exec={load}"], check=False, capture_output=True)
        base = f"http://127.0.0.1:{port}"
        yield Other(f"{base}/sparql", process, f"{base}/sparql-auth", "dba", "dba")


@contextlib.contextmanager
def rdflib(folder: Path, data: Path) -> Iterator[Other | None]:
    """rdflib-endpoint over the union of the graphs in the N-Quads *data*; None if it is not there."""
    binary = Path(sys.executable).with_name("rdflib-endpoint")
    if not binary.exists():
        yield None
        return
    port, triples = free_port(), folder / "union.nt"
    triples.write_bytes(Store.from_nquads(data).dump_union("nt"))
    command = [str(binary), "serve", "--host", "127.0.0.1", "--port", str(port), str(triples)]
    with _running(command, port, folder) as process:
        yield Other(f"http://127.0.0.1:{port}/", process)
