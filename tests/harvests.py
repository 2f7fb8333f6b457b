"""A service on this machine that answers as a test says, and sources that ask it."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from nqgraph.building import harvesting
from nqgraph.building.harvesting import Harvested
from nqgraph.sources import harvests
from nqgraph.sources.harvests import Harvest
from nqgraph.words.workspace import Workspace
from tests.spaces import SPACE

JSON = "application/sparql-results+json"
TURTLE = "text/turtle"


@dataclass
class Asked:
    """What a service was asked."""

    method: str
    path: str
    headers: dict[str, str]
    fields: dict[str, str]


@dataclass
class Said:
    """What a service answers; *slowly* a byte at a time, with so many seconds between them."""

    body: bytes | str = b""
    type: str = JSON
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    slowly: float = 0.0


@dataclass
class Service:
    """A service that listens."""

    url: str
    asked: list[Asked]
    #: Requests that were under way at once, at most.
    most: int = 0


@contextmanager
def service(answer: Callable[[Asked], Said], certificate: Path | None = None) -> Iterator[Service]:
    """A service whose answers *answer* makes; encrypted with the *certificate* in a folder, if there is one."""
    found = Service("", [])
    busy = 0
    lock = threading.Lock()
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            nonlocal busy
            length = int(self.headers.get("Content-Length") or 0)
            fields = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
            with lock:
                busy += 1
                found.most = max(found.most, busy)
            try:
                found.asked.append(Asked(self.command, self.path, dict(self.headers.items()), fields))
                said = answer(found.asked[-1])
                body = said.body.encode() if isinstance(said.body, str) else said.body
                self.send_response(said.status)
                headers = {"Content-Type": said.type, "Content-Length": str(len(body)), **said.headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if not said.slowly:
                    self.wfile.write(body)
                for byte in body if said.slowly else b"":
                    self.wfile.write(bytes([byte]))
                    if closing.wait(said.slowly):
                        break
            except OSError:
                pass  # the client has hung up
            finally:
                with lock:
                    busy -= 1

        do_GET = do_POST

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *arguments: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    found.url = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}"
    try:
        yield found
    finally:
        closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


def source(kind: str, *addresses: str, **more: Any) -> Harvest:
    """A source called ``probe``."""
    titles = {"de": "Probe", "en": "Probe"}
    given = {"publisher": "Amt", "license": "https://creativecommons.org/publicdomain/zero/1.0/"}
    return Harvest("probe", kind, titles, addresses=addresses, **{**given, **more})


def brought(
    source: Harvest,
    folder: Path,
    workspace: Workspace = SPACE,
    *,
    local: bool = True,
    fresh: bool = False,
    **options: Any,
) -> Harvested:
    """What comes of *source*, with short waits."""
    client = harvesting.client_for(source, workspace, local=local, **{"pause": 0, "wait": 1, **options})
    return harvesting.harvest(source, workspace, folder / "data", client, fresh=fresh)


def read(text: str, folder: Path) -> Harvest:
    """The source ``probe`` of a workspace whose file says *text*."""
    (folder / "harvest").mkdir(parents=True, exist_ok=True)
    (folder / "harvest" / "probe.yaml").write_text(text, encoding="utf-8")
    (folder / "workspace.yaml").write_text("title: {de: A, en: A}\n", encoding="utf-8")
    return harvests.read("probe", Workspace.read(folder))


def pages(rows: list[dict[str, Any]], most: int = 1_000) -> Callable[[Asked], Said]:
    """An endpoint with *rows*, that gives no more than *most* at once."""
    import json
    import re

    def answer(asked: Asked) -> Said:
        found = re.search(r"LIMIT (\d+) OFFSET (\d+)", asked.fields["query"])
        assert found
        limit, offset = min(int(found[1]), most), int(found[2])
        names = sorted({name for row in rows for name in row})
        part = rows[offset : offset + limit]
        return Said(json.dumps({"head": {"vars": names}, "results": {"bindings": part}}))

    return answer
