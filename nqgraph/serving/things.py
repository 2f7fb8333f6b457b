"""Addresses of things, terms, concepts, datasets and queries: a page for people, data for programs (Cool URIs, 303)."""

from __future__ import annotations

from pathlib import Path

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nqgraph.exports import dossiers
from nqgraph.graph.store import iri_is_valid
from nqgraph.serving import answers, lists
from nqgraph.serving.negotiation import choose
from nqgraph.serving.responses import language, page, policy, said, served_of, tagged
from nqgraph.serving.served import Served
from nqgraph.things import links
from nqgraph.words import formats, vocab
from nqgraph.words.files import marked
from nqgraph.words.texts import text

#: What a thing can be answered as, a page for people first; and the ontology and datasets, as whole graphs.
_THING = {"html": formats.HTML, **formats.DESCRIPTIONS}
_GRAPH = {"html": formats.HTML, **formats.GRAPHS}
#: Ending of the address of a dossier → its format.
DOSSIERS = {"docx": formats.DOCUMENTS["docx"], "dossier.html": formats.HTML}


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
register_url_convertor("form", _Form(tuple(formats.DESCRIPTIONS)))
register_url_convertor("answer", _Form(tuple(answers.FORMS)))
register_url_convertor("sheet", _Form(tuple(lists.SHEETS)))


async def thing(request: Request) -> Response:
    """``/id/{type}/{key}``: 303 to the page or the data, 410 with the successor for what has gone, 404 for the rest."""
    kind, key = request.path_params["type"], request.path_params["key"]
    name, dot, form = key.rpartition(".")
    if dot and form in _THING:
        key = name
    else:
        form = ""
    served = served_of(request)
    iri = _thing(served, kind, key)
    if not _known(request, iri):
        return _gone(request, iri)
    address = f"doc/{kind}/{key}"
    if not form:
        accepted = choose(request.headers.get("accept"), _THING.values())
        if accepted is None:
            return _not_acceptable(request)
        form = accepted.name
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
    return tagged(request, served.descriptions.render(iri, form), formats.DESCRIPTIONS[form].content_type)


async def dossier(request: Request) -> Response:
    """``/doc/{type}/{key}.docx`` and ``.dossier.html``: a dossier, in the language that the address names."""
    served, params = served_of(request), request.path_params
    lang = params.get("tongue", served.workspace.language)
    iri = served.site.collection.things.get(f"doc/{params['type']}/{params['name']}")
    if iri is None or lang not in served.workspace.languages:
        return page(served.site.not_found(request.url.path), 404)
    form = DOSSIERS[next(ending for ending in DOSSIERS if request.url.path.endswith(f".{ending}"))]
    body = dossiers.render(served.site, iri, form.name, lang)
    if form is formats.HTML:
        return tagged(request, body, form.content_type, policy(" 'unsafe-inline'"))
    name = dossiers.names(served.site, [iri], form.name)[iri]
    name = marked(Path(name)).name if served.internal else name
    return tagged(request, body, form.content_type, {"Content-Disposition": f'attachment; filename="{name}"'})


async def ontology(request: Request) -> Response:
    """``/def/``: the reference of the ontology, or the ontology with its concept schemes as RDF."""
    accepted = choose(request.headers.get("accept"), _GRAPH.values())
    if accepted is None:
        return _not_acceptable(request)
    if accepted is formats.HTML:
        return _see(request, served_of(request).site.links("def", language(request)).address)
    body = served_of(request).store.dump(accepted.name, served_of(request).iris.ontology, labels=True)
    return tagged(request, body, accepted.content_type)


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
    accepted = formats.GRAPHS.get(form) if form else choose(request.headers.get("accept"), _GRAPH.values())
    if accepted is None:
        return _not_acceptable(request)
    if accepted is formats.HTML:
        return _see(request, served.site.links("ueber", language(request)).address)
    return tagged(request, served.store.dump(accepted.name, graph, labels=True), accepted.content_type)


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
    return (name, form) if dot and form in _THING and not _known(request, iri) else (iri, "")


def _described(request: Request, iri: str, form: str, address: str) -> Response:
    served = served_of(request)
    if not _known(request, iri):
        return _gone(request, iri)
    accepted = _THING.get(form) or choose(request.headers.get("accept"), _THING.values())
    if accepted is None:
        return _not_acceptable(request)
    if accepted is formats.HTML:
        return _see(request, served.site.links(address, language(request)).address)
    return tagged(request, served.descriptions.render(iri, accepted.name), accepted.content_type)


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
        if choose(request.headers.get("accept"), [formats.HTML, formats.DESCRIPTIONS["json"]]) is formats.HTML:
            return page(served.site.not_found(request.url.path), 404)
        return said(text("thing-unknown", lang), 404)
    return said(text("thing-gone", lang, successor=successor), 410, {"Link": f'<{successor}>; rel="successor-version"'})


def _not_acceptable(request: Request) -> Response:
    offered = ", ".join(form.media for form in _THING.values())
    return said(text("not-acceptable", language(request), offered=offered), 406)
