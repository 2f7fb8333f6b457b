"""The SPARQL 1.1 Protocol, its query operation (https://www.w3.org/TR/sparql11-protocol/#query-operation)."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import RDF
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from nqgraph.graph import columns, documents
from nqgraph.serving.negotiation import choose
from nqgraph.serving.responses import language, problem, said, served_of, tagged
from nqgraph.words import formats
from nqgraph.words.errors import NqgraphError
from nqgraph.words.texts import text

#: All that an answer can be.
_OFFERED = (*formats.SOLUTIONS.values(), *formats.RDF.values())
#: What SPARQLWrapper and others call formats in the parameter ``format`` → our name.
_CALLED = {
    "turtle": "ttl", "n3": "ttl", "text/n3": "ttl", "text/rdf+n3": "ttl", "rdf+xml": "rdf", "rdfxml": "rdf",
    "rdf/xml": "rdf", "json-ld": "jsonld", "ntriples": "nt", "n-triples": "nt", "nquads": "nq", "n-quads": "nq",
    "sparql-results+json": "json", "srj": "json", "sparql-results+xml": "xml", "srx": "xml",
    "application/sparql-results": "json",
}  # fmt: skip
#: Bytes of a request's body that are read.
MOST_BYTES = 512 * 1024
#: Seconds in which a request's body has to arrive.
PATIENCE = 15
#: Functions whose value is another one each time.
_VOLATILE = re.compile(r"\b(now|rand|uuid|struuid|bnode)\s*\(", re.IGNORECASE)
_UPDATE = "application/sparql-update"
_QUERY = "application/sparql-query"
_FORM = "application/x-www-form-urlencoded"
_SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
_VOID = Namespace("http://rdfs.org/ns/void#")


@dataclass(frozen=True)
class Asked:
    """A request of the query operation."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    form: str


class Refused(Exception):
    """The request is not one of the protocol's."""

    def __init__(self, code: str, status: int, headers: dict[str, str] | None = None, **values: str) -> None:
        super().__init__(code)
        self.code, self.status, self.headers, self.values = code, status, headers, values


async def sparql(request: Request, editor: Callable[[str], Response]) -> Response:
    """
    Answer a query; the editor for a browser without one; the service description for programs without one.

    Args:
        editor: Makes the page on which one writes queries, in a language.
    """
    if (
        "query" not in request.query_params
        and request.method in ("GET", "HEAD")
        and "update" not in request.query_params
    ):
        return _described(request, editor)
    try:
        asked = _read(request.method, dict_of(request), request.headers.get("content-type", ""), await body_of(request))
        forms = _forms(asked.form, request.headers.get("accept"))
        tag = _tag(request, asked, forms)
        if tag and tag in request.headers.get("if-none-match", ""):
            headers = {"ETag": tag, "Vary": "Accept", "Cache-Control": "no-cache"}
            return Response(status_code=304, headers=headers)
        streamed = await request.app.state.workers.ask(
            asked.query,
            forms,
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            base=str(request.url.replace(query="")),
        )
    except Refused as refused:
        return said(text(refused.code, language(request), **refused.values), refused.status, refused.headers)
    except NqgraphError as error:
        status = getattr(error, "status", 400)
        retry = {"Retry-After": "5"} if status == 503 else {}
        return problem(request, error, status, retry)
    form = {**formats.SOLUTIONS, **formats.RDF}[streamed.form]
    headers = {"Content-Type": form.content_type, "Vary": "Accept", "Cache-Control": "no-cache"}
    headers |= {"ETag": tag} if tag else {}
    missing = (note.in_language(language(request)) for note in streamed.notes)
    if notes := " ".join(filter(None, [_notes(request, asked.query), *missing])):
        headers["Nqgraph-Note"] = quote(notes)
    if request.method == "HEAD":
        await streamed.chunks.aclose()
        answer = Response(headers=headers)
        del answer.headers["content-length"]  # nobody counted what GET would give (RFC 9110, section 8.6)
        return answer
    return StreamingResponse(streamed.chunks, headers=headers)


def _notes(request: Request, query: str) -> str:
    """What the query names of the model although it is not there, for the editor; strangers' files may say anything."""
    served = served_of(request)
    found = [] if served.source.given else columns.unknown_terms(query, served.workspace)
    return " ".join(note.in_language(language(request)) for note in found)


def _tag(request: Request, asked: Asked, forms: Mapping[str, str]) -> str:
    """The tag of an answer (RFC 9110, section 8.8.3): the same version answers alike; "" where it need not."""
    served = served_of(request)
    if _VOLATILE.search(asked.query) or request.app.state.workers.services:
        return ""
    digest = hashlib.blake2b(repr((asked, sorted(forms.items()), request.url.netloc)).encode(), digest_size=8)
    return f'W/"{served.version}-{digest.hexdigest()}"'


def dict_of(request: Request) -> list[tuple[str, str]]:
    """The parameters in the address, in order; what is no UTF-8 is no text that somebody meant."""
    return _parameters(request.url.query)


def _parameters(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise Refused("query-encoding", 400) from None


def _read(method: str, parameters: list[tuple[str, str]], content_type: str, body: bytes) -> Asked:
    """The query operation in a request (sections 2.1.1 to 2.1.4)."""
    kind = content_type.partition(";")[0].strip().lower()
    if method == "POST":
        if kind == _UPDATE:
            raise Refused("update-refused", 403)
        if kind == _FORM:
            parameters = [*parameters, *_parameters(_decoded(body))]
        elif kind == _QUERY:
            if any(name == "query" for name, _ in parameters):
                raise Refused("query-twice", 400)
            parameters = [*parameters, ("query", _decoded(body))]
        else:
            raise Refused("query-media-type", 415, {"Accept-Post": f"{_QUERY}, {_FORM}"}, media=kind or "–")
    elif method not in ("GET", "HEAD"):
        raise Refused("update-refused", 405, {"Allow": "GET, HEAD, POST"})
    if any(name == "update" for name, _ in parameters):
        raise Refused("update-refused", 403)
    queries = [value for name, value in parameters if name == "query"]
    if not queries or not queries[0].strip():
        raise Refused("query-missing", 400)
    if len(queries) > 1:
        raise Refused("query-twice", 400)
    return Asked(
        queries[0],
        tuple(value for name, value in parameters if name == "default-graph-uri"),
        tuple(value for name, value in parameters if name == "named-graph-uri"),
        next((value for name, value in parameters if name in ("format", "output")), ""),
    )


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("query-encoding", 400) from None


def form_of(body: bytes) -> dict[str, str]:
    """The fields of a form; of several with one name the last."""
    return dict(_parameters(_decoded(body)))


async def body_of(request: Request, most: int = MOST_BYTES) -> bytes:
    """
    The body of a POST, of at most so many bytes.

    Raises:
        Refused: It is too large or too slow.
    """
    if request.method != "POST":
        return b""
    parts, size = [], 0
    try:
        async with asyncio.timeout(PATIENCE):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise Refused("request-too-large", 413, limit=f"{most // 1024}")
                parts.append(part)
    except TimeoutError:
        raise Refused("request-too-slow", 408, {"Connection": "close"}, seconds=str(PATIENCE)) from None
    return b"".join(parts)


def _forms(wanted: str, accept: str | None) -> dict[str, str]:
    """Kind of answer → format, by the parameter or by what the client accepts."""
    offered = {kind: formats.holding(kind) for kind in ("solutions", "boolean")} | {"graph": formats.RDF}
    if not wanted:
        chosen = {kind: choose(accept, forms.values()) for kind, forms in offered.items()}
        if not any(chosen.values()):
            raise Refused("not-acceptable", 406, offered=", ".join(form.media for form in _OFFERED))
        return {kind: form.name for kind, form in chosen.items() if form}
    name = wanted.strip().lower()
    found = formats.named(_CALLED.get(name, name), _OFFERED)
    if found is None:
        raise Refused("format-unknown", 400, form=wanted, forms=", ".join(form.name for form in _OFFERED))
    return {
        kind: next(name for name in (found.name, found.graph, *forms) if name in forms)
        for kind, forms in offered.items()
    }


# -- the service description -----------------------------------------------------------------------------------------


def _described(request: Request, editor: Callable[[str], Response]) -> Response:
    offered = [*formats.GRAPHS.values(), formats.HTML]  # browsers name HTML, programs often nothing
    form = choose(request.headers.get("accept"), offered)
    if form is None:
        return said(text("not-acceptable", language(request), offered=", ".join(form.media for form in offered)), 406)
    if form is formats.HTML:
        return editor(language(request))
    served = served_of(request)
    given = served.source.given
    described = describe(str(request.url.replace(query="")), served.sizes, union=given is None or given.union)
    body = documents.rewritten(documents.ntriples(described), form.name, {"sd": str(_SD), "void": str(_VOID)})
    return tagged(request, body, form.content_type)


def describe(endpoint: str, graphs: Mapping[str, int], *, union: bool = True) -> Graph:
    """
    What the endpoint can do.

    Args:
        graphs: IRI of a named graph → number of its triples; "" for the default graph.
        union: Whether the default graph is the union of all.
    Source:
        https://www.w3.org/TR/sparql11-service-description/
    """
    graph = Graph(bind_namespaces="none")
    service, dataset = BNode("service"), BNode("dataset")
    graph.add((service, RDF.type, _SD.Service))
    graph.add((service, _SD.endpoint, URIRef(endpoint)))
    graph.add((service, _SD.supportedLanguage, _SD.SPARQL11Query))
    if union:
        graph.add((service, _SD.feature, _SD.UnionDefaultGraph))
    for form in _OFFERED:
        graph.add((service, _SD.resultFormat, URIRef(f"http://www.w3.org/ns/formats/{form.w3c}")))
    graph.add((service, _SD.defaultDataset, dataset))
    graph.add((dataset, RDF.type, _SD.Dataset))
    default = BNode("default")
    graph.add((dataset, _SD.defaultGraph, default))
    graph.add((default, RDF.type, _SD.Graph))
    graph.add((default, _VOID.triples, Literal(graphs.get("", 0))))
    for number, (name, size) in enumerate(sorted((name, size) for name, size in graphs.items() if name)):
        named, content = BNode(f"named{number}"), BNode(f"graph{number}")
        graph.add((dataset, _SD.namedGraph, named))
        graph.add((named, RDF.type, _SD.NamedGraph))
        graph.add((named, _SD.name, URIRef(name)))
        graph.add((named, _SD.graph, content))
        graph.add((content, RDF.type, _SD.Graph))
        graph.add((content, _VOID.triples, Literal(size)))
    return graph
