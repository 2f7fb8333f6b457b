"""Answers as all addresses give them: tagged with the version, safe, in the client's language."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from nqgraph.serving import negotiation
from nqgraph.serving.served import Served
from nqgraph.words.errors import NqgraphError
from nqgraph.words.texts import text

HTML = "text/html; charset=utf-8"
JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
#: What a page may load: nothing but what lies beside it.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{style}; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def tagged(request: Request, body: bytes, media: str, headers: dict[str, str] | None = None) -> Response:
    """*body* with the tag of the version it was made from, or 304 where the client has it (RFC 9110, section 13)."""
    tag = served_of(request).etag
    known = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept, Accept-Language", **(headers or {})}
    asked = request.headers.get("if-none-match", "")
    if asked.strip() == "*" or tag in [part.strip() for part in asked.split(",")]:
        return Response(status_code=304, headers=known)
    return Response(body, headers={**known, "Content-Type": media})


def page(html: str, status: int, *, style: str = "") -> Response:
    """
    A page that no cache keeps.

    Args:
        style: More sources of styles than the page's own.
    """
    return Response(html, status, headers={"Content-Type": HTML, "Cache-Control": "no-store", **policy(style)})


def said(message: str, status: int, headers: dict[str, str] | None = None) -> Response:
    """One line of plain text."""
    return Response(message + "\n", status, media_type=TEXT, headers=headers)


def problem(request: Request, error: NqgraphError, status: int, headers: dict[str, str] | None = None) -> Response:
    """What is wrong, in the client's language, as JSON (RFC 9457) or as plain text; never as markup."""
    lang = language(request)
    problems = [found.in_language(lang) for found in error.problems]
    json_types = ["application/problem+json", JSON, "application/sparql-results+json"]
    if negotiation.negotiate(request.headers.get("accept"), [*json_types, "text/plain", "text/html"]) in (
        "text/plain",
        "text/html",
    ):
        return said("\n".join(problems), status, headers)
    body: dict[str, Any] = {"type": "about:blank", "status": status, "title": text("api-refused", lang)}
    body["detail"] = " ".join(problems)
    first = error.problems[0]
    if first.text.code == "query-syntax":
        body |= {"line": first.place.line, "column": int(first.text.values["column"])}
    return Response(dumped(body), status, media_type="application/problem+json", headers=headers)


def policy(style: str = "") -> dict[str, str]:
    """The Content-Security-Policy of a page."""
    return {"Content-Security-Policy": _POLICY.format(style=style)}


def served_of(request: Request) -> Served:
    """The version that answers *request*."""
    found: Served = request.app.state.service.served
    return found


def language(request: Request) -> str:
    """
    The reader's language by Accept-Language (RFC 9110, section 12.5.4).

    Where that names none that is spoken here: the one the server was started with, else the first of the workspace.
    """
    languages = served_of(request).workspace.languages
    first = request.app.state.service.options.lang
    offered = sorted(languages, key=lambda lang: lang != first)
    return negotiation.language(request.headers.get("accept-language"), offered)


def dumped(document: Any) -> bytes:
    """*document* as compact JSON."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=float).encode()
