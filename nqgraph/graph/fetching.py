"""Answers of services elsewhere, fetched politely: one request at a time, with bounds, and never from this machine."""

from __future__ import annotations

import email.utils
import http.client
import ipaddress
import socket
import ssl
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit

from nqgraph.words import vocab
from nqgraph.words.errors import Place, RemoteError
from nqgraph.words.workspace import Workspace

#: Bytes of one answer.
MOST = 256 << 20
#: Statuses that mean "later".
_LATER = frozenset({429, 502, 503, 504})
_REDIRECTS = 5
_CHUNK = 1 << 16
#: What pages for people begin with, whatever their type says.
_PAGES = (b"<!doctype html", b"<html")


@dataclass(frozen=True)
class Answer:
    """What a service said."""

    #: Where it came from in the end.
    url: str
    #: Type without parameters; charset of its parameter, if any.
    media: str
    charset: str
    body: bytes

    def text(self) -> str:
        """
        The body as text, in the encoding that its type names, else in UTF-8.

        Raises:
            RemoteError: It is written in another.
        """
        try:
            return self.body.decode(self.charset or "utf-8-sig")
        except (UnicodeDecodeError, LookupError) as error:
            raise RemoteError.of("fetch-encoding", url=self.url, encoding=self.charset or "UTF-8") from error


@dataclass
class Client:
    """
    Asks services; nothing is asked before one of its methods is called.

    Addresses of this machine and of its network are never asked, nor by way of a redirect: an answer elsewhere must not
    decide what is asked here. Those that :attr:`local` names are the exception.
    """

    agent: str
    #: Origins (``http://127.0.0.1:8000``) that may be local, because somebody said so.
    local: frozenset[str] = frozenset()
    #: Seconds without a byte; and for a whole answer.
    timeout: float = 60.0
    deadline: float = 600.0
    most: int = MOST
    #: Seconds between two requests to one host; the wait where a service names none; the longest one that is kept.
    pause: float = 1.0
    wait: float = 60.0
    patience: float = 900.0
    retries: int = 4
    #: Called with what takes long: code of a text and its values.
    say: Callable[..., None] = field(default=lambda code, **values: None)
    _last: dict[str, float] = field(default_factory=dict)
    #: Hosts that are being asked, by whichever client of this process.
    _busy: ClassVar[dict[str, threading.Lock]] = {}

    def get(self, url: str, accept: str = "*/*") -> Answer:
        """
        The answer to a GET.

        Raises:
            RemoteError: No answer in time, an error status, a page for people, or an address that may not be asked.
        """
        return self._asked(urllib.request.Request(url, headers={"Accept": accept}))

    def post(self, url: str, fields: Mapping[str, str], accept: str) -> Answer:
        """The answer to a POST of form *fields*; raises like :meth:`get`."""
        return self._asked(urllib.request.Request(url, urlencode(fields).encode(), {"Accept": accept}))

    def sparql(self, url: str, query: str, accept: str) -> Answer:
        """
        The answer of an endpoint; raises like :meth:`get`.

        Source:
            https://www.w3.org/TR/sparql11-protocol/#query-via-post-urlencoded
        """
        from SPARQLWrapper import POST, SPARQLWrapper

        wrapper = SPARQLWrapper(url, agent=self.agent)
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", accept)
        wrapper.setQuery(query)
        return self._asked(wrapper._createRequest())  # it writes the request, we open it: with bounds

    def _asked(self, request: urllib.request.Request) -> Answer:
        url = request.full_url
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            raise RemoteError.of("fetch-address", url=url)
        host = parts.netloc.lower()
        request.add_header("User-Agent", self.agent)
        with self._busy.setdefault(host, threading.Lock()):
            for attempt in range(self.retries + 1):
                self._paced(host)
                try:
                    return self._answer(request)
                except HTTPError as error:
                    error.close()
                    if 300 <= error.code < 400:
                        other = error.headers.get("Location", "?")
                        raise RemoteError.of("fetch-refused", url=url, other=other) from error
                    if error.code not in _LATER or attempt == self.retries:
                        raise RemoteError.of("remote-status", Place(), url=url, status=error.code) from error
                    seconds = _asked_pause(error.headers.get("Retry-After"))
                    if seconds is None:
                        seconds = self.wait * 2**attempt
                    if seconds > self.patience:
                        raise RemoteError.of("fetch-later", url=url, seconds=round(seconds)) from error
                    self.say("fetch-waits", url=url, status=error.code, seconds=round(seconds))
                    time.sleep(seconds)
                finally:
                    self._last[host] = time.monotonic()
        raise AssertionError("the last attempt answers or raises")

    def _paced(self, host: str) -> None:
        before = self._last.get(host)
        if before is not None and (left := before + self.pause - time.monotonic()) > 0:
            time.sleep(left)

    def _answer(self, request: urllib.request.Request) -> Answer:
        url = request.full_url
        watch = _Watch(self.deadline)
        check = partial(self._checked, _origin(url))
        opener = urllib.request.build_opener(_Redirects(check), _Plain(watch, check), _Secure(watch, check))
        with watch:
            try:
                with opener.open(request, timeout=self.timeout) as response:
                    body = self._body(response, url, watch)
                    media = response.headers.get_content_type()
                    charset = response.headers.get_content_charset("")
                    final = response.geturl()
            except HTTPError:
                raise
            except _RefusedError as error:
                raise RemoteError.of("fetch-refused", url=url, other=str(error)) from error
            except (OSError, http.client.HTTPException, ValueError) as error:
                reason = getattr(error, "reason", None) or error
                if isinstance(reason, _RefusedError):
                    raise RemoteError.of("fetch-refused", url=url, other=str(reason)) from error
                if watch.over:
                    raise RemoteError.of("fetch-slow", url=url, seconds=round(self.deadline)) from error
                raise RemoteError.of("remote-unreachable", Place(), url=url, message=str(reason)) from error
        if media == "text/html" or body[:200].lstrip().lower().startswith(_PAGES):
            raise RemoteError.of("fetch-page", url=url)
        return Answer(final, media, charset, body)

    def _body(self, response: Any, url: str, watch: _Watch) -> bytes:
        if response.headers.get("Content-Encoding", "identity") != "identity":
            encoding = response.headers["Content-Encoding"]
            raise RemoteError.of("fetch-packed", url=url, encoding=encoding)
        parts, size = [], 0
        while part := response.read(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > self.most:
                raise RemoteError.of("fetch-large", url=url, limit=self.most >> 20)
        if watch.over:
            raise RemoteError.of("fetch-slow", url=url, seconds=round(self.deadline))
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and int(length) != size:
            raise RemoteError.of("fetch-short", url=url, count=size, expected=length)
        return b"".join(parts)

    def _checked(self, first: str, url: str, address: str) -> None:
        """
        Raise :class:`_RefusedError` if *address*, of the host of *url*, is one of this machine or of its network.

        Args:
            first: Origin that was asked for; redirects from elsewhere never lead to what is local.
        """
        if _origin(url) in self.local and _origin(url) == first:
            return
        if not _is_public(address):
            raise _RefusedError(url)


def agent_of(workspace: Workspace) -> str:
    """Who we say that we are: the program, its version and where to write to."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        release = version("nqgraph")
    except PackageNotFoundError:
        release = "0"
    return f"nqgraph/{release} ({workspace.settings.contact or vocab.BASE})"


def origins(addresses: Iterable[str]) -> frozenset[str]:
    """Scheme, host and port of *addresses*."""
    return frozenset(map(_origin, addresses))


class _RefusedError(Exception):
    """An address that is not asked."""


class _Watch:
    """Shuts the connections of a request at its deadline, whatever they are doing."""

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *reason: object) -> None:
        self._timer.cancel()

    def add(self, connection: socket.socket) -> None:
        self._sockets.append(connection)
        if self.over:
            self._end()

    def _end(self) -> None:
        self.over = True
        for connection in self._sockets:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _watched(kind: type[http.client.HTTPConnection], watch: _Watch, check: Callable[[str], None]) -> Any:
    """A class of connections like *kind* that are watched, and whose other end is checked before anything is said."""

    class Watched(kind):  # type: ignore[misc, valid-type]
        sock: socket.socket

        def connect(self) -> None:
            for *_, address in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
                check(str(address[0]))
            http.client.HTTPConnection.connect(self)  # without TLS, which comes after the second check
            watch.add(self.sock)
            try:
                check(self.sock.getpeername()[0])  # the name may have come to stand for another address
            except _RefusedError:
                self.close()
                raise
            if isinstance(self, http.client.HTTPSConnection):
                name = getattr(self, "_tunnel_host", None) or self.host
                self.sock = self._context.wrap_socket(self.sock, server_hostname=name)
                watch.add(self.sock)

    return Watched


def _checks(request: urllib.request.Request, check: Callable[[str, str], None]) -> Callable[[str], None]:
    """The check of the other end of *request*; a proxy resolves names itself, so that only the name can be checked."""
    tunnel = getattr(request, "_tunnel_host", None)
    if request.has_proxy() or tunnel:
        host = urlsplit(request.full_url).hostname or ""
        if host == "localhost" or host.endswith((".localhost", ".local")):
            host = "127.0.0.1"
        check(request.full_url, host)
        return lambda address: None
    return partial(check, request.full_url)


class _Plain(urllib.request.HTTPHandler):
    def __init__(self, watch: _Watch, check: Callable[[str, str], None]) -> None:
        super().__init__()
        self._watch, self._check = watch, check

    def http_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(_watched(http.client.HTTPConnection, self._watch, _checks(req, self._check)), req)


class _Secure(urllib.request.HTTPSHandler):
    def __init__(self, watch: _Watch, check: Callable[[str, str], None]) -> None:
        super().__init__()
        self._watch, self._check = watch, check

    def https_open(self, req: urllib.request.Request) -> Any:
        kind = _watched(http.client.HTTPSConnection, self._watch, _checks(req, self._check))
        return self.do_open(kind, req, context=ssl.create_default_context())


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows few redirects of a GET, within the web, and never to where nobody can listen in no longer."""

    max_redirections = _REDIRECTS

    def __init__(self, check: Callable[[str, str], None]) -> None:
        self._check = check

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        before, after = urlsplit(req.full_url), urlsplit(newurl)
        downgraded = before.scheme == "https" and after.scheme != "https"
        if after.scheme not in ("http", "https") or downgraded or "@" in after.netloc or req.data is not None:
            fp.close()
            raise URLError(_RefusedError(newurl))
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{parts.hostname}:{port}"


def _is_public(address: str) -> bool:
    """Whether *address* lies out in the web; a name does, an IP address may be local."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return True
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global and not found.is_multicast


def _asked_pause(said: str | None) -> float | None:
    """Seconds of a ``Retry-After`` (RFC 9110, section 10.2.3): a number, or a date."""
    if not said:
        return None
    if said.strip().isdigit():
        return float(said)
    try:
        due = email.utils.parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, due.timestamp() - time.time())
