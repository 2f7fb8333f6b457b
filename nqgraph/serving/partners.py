"""
The endpoints that a query calls with SERVICE, reached by way of this process: the engine would wait for them for ever.

The engine asks an address of this machine; what answers there asks the partner, with a deadline that leaves time for
the rest of the query, a bound on what it may say, and no redirect followed: allowed is the partner, not what it names.
"""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: Headers of the engine's request that a partner hears.
_PASSED = ("Accept", "Content-Type", "User-Agent")
_CHUNK = 1 << 16


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *request: Any) -> None:
        return None


class Partners:
    """Answers for some endpoints from here on, in threads of this process."""

    def __init__(self, endpoints: Sequence[str], seconds: float, most: int) -> None:
        """
        Args:
            endpoints: IRIs of the partners.
            seconds: For all calls together, from now on; who has failed once is not asked again.
            most: Bytes of an answer.
        """
        #: Those that did not answer, in order, each once.
        self.failed: dict[str, None] = {}
        until = time.monotonic() + seconds
        opener = urllib.request.build_opener(_NoRedirect)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(handler) -> None:
                partner = endpoints[int(handler.path.strip("/"))]
                body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
                headers = {name: handler.headers[name] for name in _PASSED if handler.headers[name]}
                try:
                    if partner in self.failed:
                        raise OSError("no answer before")
                    request = urllib.request.Request(partner, body, headers)
                    with opener.open(request, timeout=max(0.01, until - time.monotonic())) as answer:
                        media = answer.headers.get("Content-Type") or ""
                        found = _read(answer, until, most)
                except (OSError, HTTPException, ValueError) as error:
                    self.failed[partner] = None
                    if isinstance(error, urllib.error.HTTPError):
                        error.close()
                    handler.send_error(502)
                    return
                handler.send_response(200)
                handler.send_header("Content-Type", media)
                handler.send_header("Content-Length", str(len(found)))
                handler.end_headers()
                handler.wfile.write(found)

            def log_message(handler, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        #: Partner → the address at which this process answers for it.
        self.addresses = {
            name: f"http://127.0.0.1:{self._server.server_port}/{number}" for number, name in enumerate(endpoints)
        }


def _read(answer: Any, until: float, most: int) -> bytes:
    """All that the partner says; raises :class:`OSError` if it is too slow or says too much."""
    parts, size = [], 0
    while part := answer.read1(_CHUNK):
        size += len(part)
        if size > most or time.monotonic() > until:
            raise OSError("too much, or too slow")
        parts.append(part)
    return b"".join(parts)
