"""Addresses of things, terms, concepts, datasets and queries: a page for people, data for programs (Cool URIs, 303)."""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nqgraph.graph.store import iri_is_valid
from nqgraph.serving import answers
from nqgraph.serving.negotiation import negotiate
from nqgraph.serving.responses import language, page, said, served_of, tagged
from nqgraph.serving.served import Served
from nqgraph.things import links
from nqgraph.words import vocab
from nqgraph.words.texts import text

#: Ending of an address → media type of the description.
FORMS = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "json": "application/json",
}
_HTML = "text/html"
#: Formats of whole graphs.
_GRAPH_FORMS = {end: media for end, media in FORMS.items() if end != "json"}


class _Form(Convertor[str]):
    """The ending of an address, one of those that are known."""

    def __init__(self, forms: tuple[str, ...]) -> None:
        self.regex = "|".join(forms)  # type: ignore[misc]

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _Tongue(Convertor[str]):
    """A tag of a language."""

    regex = "[a-z]{2,3}"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("tongue", _Tongue())
register_url_convertor("form", _Form(tuple(FORMS)))
register_url_convertor("answer", _Form(tuple(answers.MEDIA_TYPES)))


async def thing(request: Request) -> Response:
    """``/id/{type}/{key}``: 303 to the page or the data, 410 with the successor for what has gone, 404 for the rest."""
    kind, key = request.path_params["type"], request.path_params["key"]
    name, dot, form = key.rpartition(".")
    if dot and form in (*FORMS, "html"):
        key = name
    else:
        form = ""
    served = served_of(request)
    iri = _thing(served, kind, key)
    if not _known(request, iri):
        return _gone(request, iri)
    address = f"doc/{kind}/{key}"
    if not form:
        accepted = negotiate(request.headers.get("accept"), [_HTML, *FORMS.values()])
        if accepted is None:
            return _not_acceptable(request)
        form = "html" if accepted == _HTML else next(end for end, media in FORMS.items() if media == accepted)
    if form == "html" and address in served.site.known:
        return _see(request, served.site.links(address, language(request)).address)
    return _see(request, f"{address}.{'ttl' if form == 'html' else form}")


async def description(request: Request) -> Response:
    """``/doc/{type}/{key}.{form}``: what the graph says about a thing."""
    kind, name, form = (request.path_params[part] for part in ("type", "name", "form"))
    served = served_of(request)
    iri = _thing(served, kind, name)
    if not _known(request, iri):
        return _gone(request, iri)
    return tagged(request, served.descriptions.render(iri, form), FORMS[form])


async def ontology(request: Request) -> Response:
    """``/def/``: the reference of the ontology, or the ontology with its concept schemes as RDF."""
    accepted = negotiate(request.headers.get("accept"), [_HTML, *_GRAPH_FORMS.values()])
    if accepted is None:
        return _not_acceptable(request)
    if accepted == _HTML:
        return _see(request, served_of(request).site.links("def", language(request)).address)
    form = next(end for end, media in _GRAPH_FORMS.items() if media == accepted)
    return tagged(request, served_of(request).store.dump(form, served_of(request).iris.ontology), accepted)


async def term(request: Request) -> Response:
    """``/def/{term}``: its place in the reference, or its description."""
    iri, form = _split(request, served_of(request).iris.terms + request.path_params["name"])
    return _described(request, iri, form, f"def#{vocab.local_name(iri)}")


async def concept(request: Request) -> Response:
    """``/scheme/{scheme}/{notation}``: its place in the glossary, or its description."""
    iri, form = _split(request, served_of(request).iris.schemes + request.path_params["path"])
    return _described(request, iri, form, f"glossar#{links.anchor(iri)}")


async def dataset(request: Request) -> Response:
    """``/graph/{dataset}``: the page about the datasets, or all its triples."""
    name, dot, form = request.path_params["name"].rpartition(".")
    if not dot:
        name, form = form, ""
    served = served_of(request)
    graph = served.iris.dataset_graph(name)
    if graph not in served.store.graphs():
        return _gone(request, graph)
    offered = [_HTML, *_GRAPH_FORMS.values()]
    accepted = _GRAPH_FORMS.get(form) if form else negotiate(request.headers.get("accept"), offered)
    if accepted is None:
        return _not_acceptable(request)
    if accepted == _HTML:
        return _see(request, served.site.links("ueber", language(request)).address)
    form = next(end for end, media in FORMS.items() if media == accepted)
    return tagged(request, served.store.dump(form, graph), accepted)


async def query(request: Request) -> Response:
    """``/query/{name}``: the page of a canned query, or its description; its text at ``/query/{name}.rq``."""
    name = request.path_params["name"]
    served = served_of(request)
    found = answers.named(served.graph(), name.removesuffix(".rq")) if name.endswith(".rq") else None
    if found is not None:
        return tagged(request, found.text.encode(), "application/sparql-query; charset=utf-8")
    iri, form = _split(request, served.iris.queries + name)
    return _described(request, iri, form, f"abfragen/{vocab.local_name(iri)}")


def _thing(served: Served, kind: str, key: str) -> str:
    """IRI of the thing at an address; things can have another base than the workspace."""
    return served.site.collection.things.get(f"doc/{kind}/{key}", f"{served.iris.things}{kind}/{key}")


def _split(request: Request, iri: str) -> tuple[str, str]:
    """*iri* without an ending that chooses the format, and that ending."""
    name, dot, form = iri.rpartition(".")
    return (name, form) if dot and form in (*FORMS, "html") and not _known(request, iri) else (iri, "")


def _described(request: Request, iri: str, form: str, address: str) -> Response:
    served = served_of(request)
    if not _known(request, iri):
        return _gone(request, iri)
    chosen = {**FORMS, "html": _HTML}.get(form)
    accepted = chosen or negotiate(request.headers.get("accept"), [_HTML, *FORMS.values()])
    if accepted is None:
        return _not_acceptable(request)
    if accepted == _HTML:
        return _see(request, served.site.links(address, language(request)).address)
    form = next(end for end, media in FORMS.items() if media == accepted)
    return tagged(request, served.descriptions.render(iri, form), accepted)


def _known(request: Request, iri: str) -> bool:
    return iri_is_valid(iri) and served_of(request).descriptions.exists(iri)


def _see(request: Request, address: str) -> Response:
    return RedirectResponse(f"{request.base_url}{address}", 303, headers={"Vary": "Accept, Accept-Language"})


def _gone(request: Request, iri: str) -> Response:
    """410 with the successor for what was merged into another thing, 404 for what never was."""
    served = served_of(request)
    lang = language(request)
    successor = served.descriptions.successor(iri) if iri_is_valid(iri) else None
    if successor is None:
        if negotiate(request.headers.get("accept"), [_HTML, "application/json"]) == _HTML:
            return page(served.site.not_found(request.url.path), 404)
        return said(text("thing-unknown", lang), 404)
    return said(text("thing-gone", lang, successor=successor), 410, {"Link": f'<{successor}>; rel="successor-version"'})


def _not_acceptable(request: Request) -> Response:
    offered = ", ".join([_HTML, *FORMS.values()])
    return said(text("not-acceptable", language(request), offered=offered), 406)
