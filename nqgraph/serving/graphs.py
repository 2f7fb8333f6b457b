"""The Graph Store HTTP Protocol, its reading half (https://www.w3.org/TR/sparql11-http-rdf-update/#http-get)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from nqgraph.serving.negotiation import negotiate
from nqgraph.serving.protocol import GRAPHS
from nqgraph.serving.responses import language, said, served_of, tagged
from nqgraph.words.texts import text


async def graph_store(request: Request) -> Response:
    """``?default`` gives the union of all graphs, ``?graph=IRI`` one of them."""
    lang = language(request)
    if request.method not in ("GET", "HEAD"):
        return said(text("update-refused", lang), 405, {"Allow": "GET, HEAD"})
    names = request.query_params.getlist("graph")
    if len(names) + ("default" in request.query_params) != 1:
        return said(text("graph-which", lang), 400)
    store = served_of(request).store
    if names and names[0] not in store.graphs():
        return said(text("graph-unknown", lang, graph=names[0]), 404)
    offered = {form: media for form, media in GRAPHS.items() if form not in ("trig", "nq")}
    accepted = negotiate(request.headers.get("accept"), list(offered.values()))
    if accepted is None:
        return said(text("not-acceptable", lang, offered=", ".join(offered.values())), 406)
    form = next(form for form, media in offered.items() if media == accepted)
    body = store.dump(form, names[0]) if names else store.dump_union(form)
    return tagged(request, body, accepted)
