"""What stands before every answer: cache, headers, log and figures, as plain ASGI (ASGI 3.0)."""

from __future__ import annotations

import gzip
import json
import logging
import re
import time
import zlib
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

from cachetools import LRUCache
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nqgraph.serving.negotiation import accepts
from nqgraph.words.errors import LimitError
from nqgraph.words.files import marked
from nqgraph.words.texts import text

#: Bytes of answers that are kept.
CACHE_SIZE = 64 * 2**20
#: Answers that are longer are not kept.
LONGEST_KEPT = 4 * 2**20
#: Headers of every answer.
SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
#: What is no data: pages, which say for themselves what is in them, and what they load.
_FRAME = (b"text/html", b"text/css", b"text/javascript")
#: Request headers that an answer can depend on.
_VARY = (b"accept", b"accept-language", b"if-none-match")
_COMPRESSED = ("text/", "application/json", "application/ld+json", "application/sparql", "application/n-")

log = logging.getLogger("nqgraph.access")


class Figures:
    """Counts and times of answers, for Prometheus."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.answers = Counter("nqgraph_answers", "Answers by status", ["status"], registry=self.registry)
        self.seconds = Histogram("nqgraph_answer_seconds", "Time to answer", registry=self.registry)
        self.cached = Counter("nqgraph_answers_cached", "Answers from the cache", registry=self.registry)
        self.build = Gauge("nqgraph_build_info", "Version that is served", ["version"], registry=self.registry)

    def text(self) -> bytes:
        """The figures in the text format of Prometheus."""
        return generate_latest(self.registry)

    def served(self, version: str) -> None:
        """Say which version is served."""
        self.build.clear()
        self.build.labels(version).set(1)


class Front:
    """
    Answers from the cache what it has answered before, counts and logs the rest.

    An answer is kept if its status is 200, its method GET, and it carries the tag of the version that is served.
    """

    def __init__(self, app: ASGIApp, figures: Figures, tag: Callable[[], str]) -> None:
        self.app = app
        self.figures = figures
        self._tag = tag
        #: Answers that are being made.
        self.under_way = 0
        self._kept: LRUCache[tuple[bytes, ...], tuple[Message, bytes]] = LRUCache(CACHE_SIZE, _weight)

    def clear(self) -> None:
        """Forget all answers: another version is served."""
        self._kept.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        key = _key(scope)
        kept = self._kept.get(key) if key else None
        if kept is not None:
            start, body = kept
            self.figures.cached.inc()
            await send(start)
            await send({"type": "http.response.body", "body": body})
            self._done(scope, start["status"], len(body), began)
            return
        status, size, start_message, parts = 500, 0, None, []
        tag = self._tag().encode()

        async def pass_on(message: Message) -> None:
            nonlocal status, size, start_message
            if message["type"] == "http.response.start":
                status = message["status"]
                said = {name for name, _ in message["headers"]}
                safe = (header for header in SAFE if header[0] not in said)
                message = {**message, "headers": [*message["headers"], *safe]}
                start_message = message
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
                if size <= LONGEST_KEPT:
                    parts.append(message.get("body", b""))
            await send(message)

        self.under_way += 1
        try:
            await self.app(scope, receive, pass_on)
        except Exception as error:
            if start_message is None or not isinstance(error.__cause__, LimitError):
                raise
            log.warning(json.dumps({"path": scope["path"], "broken off": str(error.__cause__)}))
        finally:
            self.under_way -= 1
            self._done(scope, status, size, began)
        current = tag == self._tag().encode() and start_message and (b"etag", tag) in start_message["headers"]
        if key and start_message and current and status == 200 and size <= LONGEST_KEPT:
            self._kept[key] = ({**start_message, "headers": list(start_message["headers"])}, b"".join(parts))

    def _done(self, scope: Scope, status: int, size: int, began: float) -> None:
        seconds = time.perf_counter() - began
        self.figures.answers.labels(str(status)).inc()
        self.figures.seconds.observe(seconds)
        if log.isEnabledFor(logging.INFO):
            said = {
                "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "bytes": size,
                "ms": round(seconds * 1000, 1),
            }
            log.info(json.dumps(said, ensure_ascii=False))


class Marked:
    """
    Says with every answer that something internal is in what is served, if so: in a header, and in the names of files.

    No search engine keeps such answers, and no cache that several readers share.
    """

    def __init__(self, app: ASGIApp, *, internal: Callable[[], bool]) -> None:
        self.app = app
        self._internal = internal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._internal():
            await self.app(scope, receive, send)
            return

        async def mark(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _marked(message["headers"], scope["path"])}
            await send(message)

        await self.app(scope, receive, mark)


def _marked(headers: list[tuple[bytes, bytes]], path: str) -> list[tuple[bytes, bytes]]:
    """*headers* of an answer at *path*, with the note and the name under which readers are to keep a file."""
    known = dict(headers)
    caching = known.get(b"cache-control", b"no-store")
    kind, _, rest = known.get(b"content-disposition", b"inline").decode("latin-1").partition(";")
    given = re.search(r'filename="([^"]+)"', rest)
    name = given[1] if given else path.rsplit("/", 1)[-1]
    kept = [(key, value) for key, value in headers if key not in (b"cache-control", b"content-disposition")]
    if "." in name and not known.get(b"content-type", b"").startswith(_FRAME):
        kept.append((b"content-disposition", f'{kind}; filename="{marked(Path(name))}"'.encode("ascii", "replace")))
    return [
        *kept,
        (b"cache-control", caching if caching == b"no-store" else b"private, " + caching),
        (b"x-robots-tag", b"noindex, nofollow"),
        (b"x-nqgraph-note", text("internal-note", "en").replace("–", "-").encode("ascii")),
    ]


class Compressed:
    """
    Compresses answers for clients that take gzip (RFC 9110, section 12.5.3), streams part by part.

    A stream that breaks off has no end mark, compressed or not.
    """

    def __init__(self, app: ASGIApp, *, least: int = 1000) -> None:
        self.app = app
        self.least = least

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _takes_gzip(scope):
            await self.app(scope, receive, send)
            return
        held: Message | None = None
        packer: Any = None

        async def squeeze(message: Message) -> None:
            nonlocal held, packer
            if message["type"] == "http.response.start":
                held = message
                return
            start, held = held, None
            body = message.get("body", b"")
            if packer is not None:
                more = message.get("more_body")
                body = packer.compress(body) + packer.flush(zlib.Z_SYNC_FLUSH if more else zlib.Z_FINISH)
                message = {**message, "body": body}
            elif start is not None:
                if message.get("more_body") and _can_shrink(start):
                    packer = zlib.compressobj(5, zlib.DEFLATED, 31)
                    start = {**start, "headers": _compressed(start["headers"], None)}
                    message = {**message, "body": packer.compress(body) + packer.flush(zlib.Z_SYNC_FLUSH)}
                elif not message.get("more_body") and len(body) >= self.least and _can_shrink(start):
                    body = gzip.compress(body, 6, mtime=0)
                    start = {**start, "headers": _compressed(start["headers"], len(body))}
                    message = {**message, "body": body}
                await send(start)
            await send(message)

        await self.app(scope, receive, squeeze)


def _can_shrink(start: Message) -> bool:
    headers = dict(start["headers"])
    kind = headers.get(b"content-type", b"").decode("latin-1")
    return b"content-encoding" not in headers and kind.startswith(_COMPRESSED)


def _compressed(headers: list[tuple[bytes, bytes]], length: int | None) -> list[tuple[bytes, bytes]]:
    """The headers of the compressed answer; without a length for a stream."""
    kept = [(name, value) for name, value in headers if name != b"content-length"]
    known = [] if length is None else [(b"content-length", str(length).encode())]
    return [*kept, (b"content-encoding", b"gzip"), *known, (b"vary", b"accept-encoding")]


def _weight(kept: tuple[Message, bytes]) -> int:
    """Bytes of an answer, with about as many as its key and headers take."""
    return len(kept[1]) + 1000


def _key(scope: Scope) -> tuple[bytes, ...] | None:
    """What a cached answer depends on; None if it may not be cached."""
    if scope["method"] != "GET":
        return None
    headers: MutableMapping[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in _VARY:
            headers[name] = value
        elif name in (b"origin", b"range", b"host"):
            if name != b"host":
                return None
            headers[name] = value
    zipped = b"gzip" if _takes_gzip(scope) else b""
    path: Any = scope.get("raw_path") or scope["path"].encode()
    return (path, scope["query_string"], zipped, headers.get(b"host", b""), *(headers.get(name, b"") for name in _VARY))


def _takes_gzip(scope: Scope) -> bool:
    header = next((value for name, value in scope["headers"] if name == b"accept-encoding"), b"")
    return accepts(header.decode("latin-1"), "gzip")
