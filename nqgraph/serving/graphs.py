"""The Graph Store HTTP Protocol, its reading half (https://www.w3.org/TR/sparql11-http-rdf-update/#http-get)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from nqgraph.serving.negotiation import choose
from nqgraph.serving.responses import language, said, served_of, tagged
from nqgraph.words import formats
from nqgraph.words.texts import text


async def graph_store(request: Request) -> Response:
    """
    ``?default`` gives what queries see where they name no graph, ``?graph=IRI`` a named graph.

    An address below that of the store is itself the name of a graph (section 4.1, direct graph identification).
    """
    lang = language(request)
    if request.method not in ("GET", "HEAD"):
        return said(text("update-refused", lang), 405, {"Allow": "GET, HEAD, OPTIONS"})
    direct = "graph" in request.path_params
    names = [str(request.url)] if direct else request.query_params.getlist("graph")
    if not direct and len(names) + ("default" in request.query_params) != 1:
        return said(text("graph-which", lang), 400)
    store = served_of(request).store
    if names and not store.has_graph(names[0]):
        return said(text("graph-unknown", lang, graph=names[0]), 404)
    accepted = choose(request.headers.get("accept"), formats.GRAPHS.values())
    if accepted is None:
        offered = ", ".join(form.media for form in formats.GRAPHS.values())
        return said(text("not-acceptable", lang, offered=offered), 406)
    body = store.dump(accepted.name, names[0]) if names else store.dump_default(accepted.name)
    return tagged(request, body, accepted.content_type)
