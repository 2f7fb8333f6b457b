"""The addresses of the reconciliation service, below ``/reconcile``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nqgraph.serving import batches, protocol
from nqgraph.serving.protocol import Refused, body_of
from nqgraph.serving.reconciliation import Reconciliation
from nqgraph.serving.responses import HTML, JSON, dumped, language, said, served_of, tagged
from nqgraph.words.errors import QueryError
from nqgraph.words.texts import text

#: Bytes of a batch.
MOST_BYTES = 4 * 2**20
#: Suggestions at most.
MOST_SUGGESTED = 50
_METHODS = ["GET", "HEAD", "POST"]
#: A preview may be framed by the programs that match lists; it loads nothing.
_FRAMED = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors {}"


def routes() -> list[Route]:
    """The addresses; below the tag of a language they answer in it, else in the reader's."""
    return [
        route
        for tongue in ("", "/{tongue:tongue}")
        for route in (
            Route(f"{tongue}/reconcile", _service, methods=_METHODS),
            Route(f"{tongue}/reconcile/suggest/{{what}}", _suggest),
            Route(f"{tongue}/reconcile/properties", _propose),
            Route(f"{tongue}/reconcile/preview", _preview),
        )
    ]


def takes_posts(path: str) -> bool:
    """Whether *path* is the address of the service itself."""
    return path.rpartition("/")[2] == "reconcile" and path.count("/") <= 2


async def _service(request: Request) -> Response:
    """The manifest, or the answer to a batch."""
    try:
        given = await _parameters(request)
    except Refused as refused:
        return said(text(refused.code, language(request), **refused.values), refused.status, refused.headers)
    service = _of(request)
    if "callback" in given:
        raise QueryError.of("reconcile-callback")
    if "queries" in given:
        queries = batches.queries(given["queries"])
        return await _answered(request, lambda: service.results(queries))
    if "extend" in given:
        ids, properties = batches.extension(given["extend"])
        return await _answered(request, lambda: service.extend(ids, properties))
    if request.method == "POST":
        raise QueryError.of("reconcile-nothing")
    return tagged(request, dumped(service.manifest(served_of(request).version)), JSON)


async def _parameters(request: Request) -> dict[str, str]:
    given = dict(protocol.dict_of(request))
    if request.method == "POST":
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            raise Refused(
                "query-media-type", 415, {"Accept-Post": "application/x-www-form-urlencoded"}, media=kind or "–"
            )
        given |= protocol.form_of(await body_of(request, MOST_BYTES))
    return given


async def _answered(request: Request, answer: Callable[[], Any]) -> Response:
    body = await asyncio.to_thread(lambda: dumped(answer()))
    if request.method == "POST":
        return Response(body, headers={"Content-Type": JSON, "Cache-Control": "no-store"})
    return tagged(request, body, JSON)


async def _suggest(request: Request) -> Response:
    what = request.path_params["what"]
    if what not in ("entity", "type", "property"):
        raise HTTPException(404)
    given = request.query_params
    prefix, most, skip = given.get("prefix", ""), _count(request, "limit", 10), _count(request, "cursor", 0)
    if len(prefix) > batches.MOST_LETTERS:
        raise QueryError.of("reconcile-too-long", key="prefix", length=len(prefix), limit=batches.MOST_LETTERS)
    service = _of(request)
    body = await asyncio.to_thread(service.suggest, what, prefix, given.get("type", ""), most, skip)
    return tagged(request, dumped(body), JSON)


async def _propose(request: Request) -> Response:
    most = _count(request, "limit", 0)
    return tagged(request, dumped(_of(request).proposed(request.query_params.get("type", ""), most)), JSON)


async def _preview(request: Request) -> Response:
    service = _of(request)
    iri = service.entities.iri(request.query_params.get("id", ""))
    if iri is None:
        return said(text("thing-unknown", service.lang), 404)
    frames = "'none'" if served_of(request).internal else "*"
    return tagged(request, service.preview(iri).encode(), HTML, {"Content-Security-Policy": _FRAMED.format(frames)})


def _of(request: Request) -> Reconciliation:
    served = served_of(request)
    tongue = request.path_params.get("tongue", "")
    if tongue and tongue not in served.workspace.languages:
        raise HTTPException(404)
    path = f"{quote(tongue)}/reconcile" if tongue else "reconcile"
    return Reconciliation(served.entities, tongue or language(request), str(request.base_url), path)


def _count(request: Request, name: str, default: int) -> int:
    given = request.query_params.get(name) or str(default)
    if not given.isascii() or not given.isdecimal() or len(given) > 6:
        raise QueryError.of("reconcile-field", key=name, field=given[:60])
    return min(int(given), MOST_SUGGESTED) if name == "limit" else int(given)
