"""The application: addresses, what answers at each, and the change to a new version without a failed request."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from nqgraph.building import catalogue
from nqgraph.exports import grid
from nqgraph.graph import queries
from nqgraph.pages import builder, editing, feed, markdown, warming
from nqgraph.serving import answers, lists, openapi, reconciling, things, writing
from nqgraph.serving.editing import Editing
from nqgraph.serving.front import Compressed, Figures, Front, Marked
from nqgraph.serving.front import log as access_log
from nqgraph.serving.graphs import graph_store
from nqgraph.serving.negotiation import choose, negotiate
from nqgraph.serving.protocol import sparql
from nqgraph.serving.responses import HTML, JSON, dumped, language, page, policy, problem, said, served_of, tagged
from nqgraph.serving.served import Served, Source
from nqgraph.serving.workers import Limits, Workers
from nqgraph.things import links
from nqgraph.things.descriptions import CONTEXT, context
from nqgraph.words import formats
from nqgraph.words.errors import NqgraphError, QueryError
from nqgraph.words.files import marked
from nqgraph.words.texts import in_language, text

#: Seconds between two looks for a new build.
WATCH = 1.0
#: Where builds come from a server.
WATCH_STORE = 10.0
#: Seconds between two looks whether nobody is answered.
PAUSE = 0.05
#: Seconds that answers under way get before the server stops.
GRACE = 5

#: Pages as text (RFC 7763).
MARKDOWN = "text/markdown"
#: Addresses that answer while files are still being read.
_PLAIN = ("/gesundheit", "/metrics")

log = logging.getLogger("nqgraph.serving")


@dataclass
class Options:
    """How the server behaves."""

    source: Source = field(default_factory=Source)
    limits: Limits = field(default_factory=Limits)
    #: Endpoints that ``SERVICE`` may ask.
    services: tuple[str, ...] = ()
    #: Names that the server answers to; any if it listens to other machines.
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]", "testserver")
    #: Language of answers whose reader names none; the first of the workspace if empty.
    lang: str = ""
    #: The query process of the first version, which may be loading already.
    workers: Workers | None = None
    #: The tables behind the build, if they may be edited.
    editing: Editing | None = None
    #: Whether what the first readers of a build would wait for is computed beforehand, while nobody is answered.
    warm: bool = False


class Service:
    """The version that is served, with the process that evaluates foreign queries over it."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.figures = Figures()
        #: The application with the cache before it; set by :func:`create`.
        self.front: Front | None = None
        #: What kept the service from starting.
        self.failure: NqgraphError | None = None
        self._warming: asyncio.Task[None] | None = None
        self.served = options.source.load()
        self.workers = options.workers or self._workers(self.served)

    def _workers(self, served: Served) -> Workers:
        source = self.options.source
        workers = Workers(
            served.files,
            self.options.limits,
            services=self.options.services,
            workspace=served.workspace,
            given=source.given,
        )
        workers.internal_too = source.internal
        return workers

    async def start(self, app: Starlette) -> None:
        """
        Start the query process and look for new builds.

        Raises:
            NqgraphError: A file cannot be read.
        """
        try:
            await self.workers.start()
            if not hasattr(os, "fork"):  # nobody else reads the files
                await self.ready()
        except NqgraphError as error:
            self.failure = error
            raise
        self.served.internal = self.served.internal or self.workers.internal
        self._publish(app)
        self._watching = asyncio.create_task(self._watch(app))

    async def _warm(self, served: Served) -> None:
        """Compute what the first readers of *served* would wait for, whenever nobody is answered."""
        try:
            for step in warming.steps(served.site):
                while self.front is not None and self.front.under_way:
                    await asyncio.sleep(PAUSE)
                await asyncio.to_thread(step)
        except Exception as error:  # whoever asks for it is told
            log.warning(str(error))

    async def stop(self) -> None:
        """Stop looking, and the query process."""
        for task in filter(None, (self._watching, self._warming)):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self.options.editing is not None:
            self.options.editing.rebuild.stop()
        await self.workers.stop()

    async def ready(self) -> None:
        """Have all read that pages and dumps need; queries need none of it."""
        if not self.served.prepared:
            await asyncio.to_thread(self.served.prepare)

    async def _watch(self, app: Starlette) -> None:
        while True:
            await asyncio.sleep(WATCH if self.options.source.store is None else WATCH_STORE)
            try:
                if await asyncio.to_thread(self.options.source.version) != self.served.found:
                    await self._replace(app)
            except Exception as error:  # the version that stands goes on being served
                log.warning(text("serve-no-new-version", "en", message=str(error)))

    async def _replace(self, app: Starlette) -> None:
        """Serve the new version once all of it is ready; answers under way still come from the old one."""
        served = await asyncio.to_thread(self.options.source.load)
        workers = self._workers(served)
        await workers.start()
        served.internal = served.internal or workers.internal
        old, self.served, self.workers = self.workers, served, workers
        self._publish(app)
        log.info(text("serve-new-version", "en", version=served.version))
        await asyncio.sleep(GRACE)
        while old.running:  # each of them ends at its own deadline
            await asyncio.sleep(0.1)
        await old.stop()

    def _publish(self, app: Starlette) -> None:
        app.state.service = self
        app.state.workers = self.workers
        app.state.version = self.served.version
        self.figures.served(self.served.version)
        if self.front is not None:
            self.front.clear()
        if self._warming is not None:
            self._warming.cancel()
        if self.options.warm and self.served.prepared:
            self._warming = asyncio.create_task(self._warm(self.served))


def create(options: Options) -> Front:
    """
    The application as ASGI 3.0.

    Raises:
        NqgraphError: There is nothing to serve.
    """
    return _front(Service(options))


def _front(service: Service) -> Front:
    options = service.options

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await service.start(app)
        yield
        await service.stop()

    middleware = [Middleware(TrustedHostMiddleware, allowed_hosts=list(options.hosts), www_redirect=False)]
    if not options.source.internal and options.editing is None:  # that is not for the scripts of other servers
        methods = ["GET", "HEAD", "POST", "OPTIONS"]
        middleware.append(Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=methods, allow_headers=["*"]))
    middleware += [
        Middleware(Marked, internal=lambda: service.served.internal),
        Middleware(Compressed),
        Middleware(_Prepared, service=service),
    ]
    edited = [] if options.editing is None else writing.routes()
    app = Starlette(
        routes=[*edited, *_routes()], middleware=middleware, lifespan=lifespan, exception_handlers=_HANDLERS
    )
    front = Front(app, service.figures, lambda: service.served.etag)
    service.front = front
    return front


def serve(options: Options, host: str, port: int, *, ready: Callable[[str], None], logged: bool = True) -> None:
    """
    Serve until a signal says stop (SIGTERM, SIGINT); answers under way are finished.

    Args:
        ready: Called with the address once the server listens.
        logged: Whether a line of JSON for each answer goes to standard error.
    Raises:
        NqgraphError: There is nothing to serve.
        OSError: The port is taken.
    """
    if logged:
        access_log.setLevel(logging.INFO)
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        access_log.addHandler(handler)
    service = Service(options)
    if service.served.prepared:
        service.workers.share(service.served.store)  # before there are threads
    logging.getLogger("uvicorn.error").addFilter(lambda record: service.failure is None)  # it is raised below
    config = uvicorn.Config(
        _front(service),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=15,
        h11_max_incomplete_event_size=256 * 1024,
    )
    server = _Server(config, ready)
    try:
        server.run()
    finally:  # the server says with an exit code alone that it did not start
        if service.failure is not None:
            raise service.failure


class _Prepared:
    """Answers ``OPTIONS``, and lets no request in before all is read that its answer needs; queries need nothing."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if scope["method"] == "OPTIONS":  # RFC 9110, section 9.3.7; those of browsers are answered before
                posts = scope["path"] == "/sparql" or reconciling.takes_posts(scope["path"])
                allowed = "GET, HEAD, POST, OPTIONS" if posts else "GET, HEAD, OPTIONS"
                await Response(status_code=204, headers={"Allow": allowed})(scope, receive, send)
                return
            asked = scope["path"] == "/sparql" and (scope["method"] == "POST" or b"query=" in scope["query_string"])
            if not asked and scope["path"] not in _PLAIN:
                await self.service.ready()
        await self.app(scope, receive, send)


class _Server(uvicorn.Server):
    """Says when it listens, and where."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[str], None]) -> None:
        super().__init__(config)
        self._ready = ready

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Stop; a second Ctrl+C does not wait. The signal is not raised again: stopping on demand is no failure."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            name, port, *_ = self.servers[0].sockets[0].getsockname()
            self._ready(f"http://{f'[{name}]' if ':' in name else name}:{port}/")


def _routes() -> list[Route]:
    post = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"]
    return [
        Route("/gesundheit", _health),
        Route("/metrics", _metrics),
        Route("/openapi.json", _openapi),
        Route("/sparql", _sparql, methods=post),
        Route("/sparql-terms.json", _terms),
        Route("/sparql-examples.json", _examples),
        *reconciling.routes(),
        Route("/rdf-graph-store", graph_store, methods=post),
        Route("/rdf-graph-store/{graph:path}", graph_store, methods=post),
        Route("/dcat.ttl", _catalogue),
        Route("/dcat", _catalogue),
        Route("/.well-known/void", _catalogue),
        Route(f"/{CONTEXT}", _context),
        Route("/def/", things.ontology),
        Route("/def/{name}", things.term),
        Route("/id/{type}/{key}", things.thing),
        Route("/graph/{name}", things.dataset),
        Route("/scheme/{path:path}", things.concept),
        Route("/query/{name}", things.query),
        *(
            Route(f"{tongue}/doc/{{type}}/{{name}}.{ending}", things.dossier)
            for tongue in ("", "/{tongue:tongue}")
            for ending in things.DOSSIERS
        ),
        Route("/doc/{type}/{name}.{form:form}", things.description),
        Route("/abfragen/{name}.{form:answer}", _answer),
        Route("/{tongue:tongue}/abfragen/{name}.{form:answer}", _answer),
        Route("/fragen/neu", _build),
        Route("/{tongue:tongue}/fragen/neu", _build),
        Route("/fragen/neu.rq", _built_text),
        Route("/{tongue:tongue}/fragen/neu.rq", _built_text),
        Route("/fragen/neu.{form:answer}", _built_answer),
        Route("/{tongue:tongue}/fragen/neu.{form:answer}", _built_answer),
        Route("/abfragen/{name}", _question),
        Route("/{tongue:tongue}/abfragen/{name}", _question),
        Route("/fragen", _asked),
        Route("/{tongue:tongue}/fragen", _asked),
        Route("/neu", _news),
        Route("/{tongue:tongue}/neu", _news),
        Route("/neu.atom", _feed),
        Route("/{tongue:tongue}/neu.atom", _feed),
        Route("/bild/{name:path}.svg", _picture),
        Route("/{tongue:tongue}/bild/{name:path}.svg", _picture),
        Route("/matrix.xlsx", _grid),
        Route("/{tongue:tongue}/matrix.xlsx", _grid),
        Route("/matrix/{axis}.xlsx", _grid),
        Route("/{tongue:tongue}/matrix/{axis}.xlsx", _grid),
        Route("/llms.txt", _llms),
        Route("/vergleich", lists.contrast),
        Route("/{tongue:tongue}/vergleich", lists.contrast),
        Route("/buendel", lists.bundle),
        Route("/{tongue:tongue}/buendel", lists.bundle),
        Route("/kleinstes-buendel", lists.smallest),
        Route("/{tongue:tongue}/kleinstes-buendel", lists.smallest),
        Route("/{list}.{form:sheet}", lists.sheet),
        Route("/{tongue:tongue}/{list}.{form:sheet}", lists.sheet),
        Route("/{path:path}", _page),
    ]


# -- pages ---------------------------------------------------------------------------------------------------------


async def _page(request: Request) -> Response:
    """A page, or a file that pages load."""
    served = served_of(request)
    address = request.path_params["path"]
    homes = {f"{lang}/" for lang in served.workspace.languages[1:]}  # start pages in other languages
    if address.endswith("/") and address not in homes:
        return RedirectResponse(str(request.url.replace(path="/" + address.rstrip("/"))), 308)
    if f"{address}/" in homes:
        return RedirectResponse(f"{address}/", 308)
    found = served.site.asset(address) if "." in address else None
    if found is not None:
        return tagged(request, found[0], found[1])
    if address in ("", *homes) and not served.has_things:
        return RedirectResponse("sparql" if address == "" else "../sparql", 307)
    if address.endswith(".json") and (listed := _listing(served, address.removesuffix(".json"))) is not None:
        return tagged(request, listed, JSON)
    plain = address.endswith(".md")
    lang, rest = links.split(address.removesuffix(".md"), served.workspace.languages)
    html = served.site.list_page(rest, request.query_params, lang) or served.site.page(address.removesuffix(".md"))
    if html is None:
        return page(served.site.not_found(address), 404)
    return _read(request, html, plain)


def _read(request: Request, html: str, plain: bool = False) -> Response:
    """A page as HTML, or as Markdown where the client asks for that."""
    accepted = negotiate(request.headers.get("accept"), ["text/html", MARKDOWN])
    if not plain and accepted != MARKDOWN:
        return tagged(request, html.encode(), HTML, policy())
    served, lang = served_of(request), links.split(request.url.path, served_of(request).workspace.languages)[0]
    said = markdown.of(html, str(request.url))
    title = in_language(served.workspace.settings.title, lang)
    foot = text("md-foot", lang, title=title, version=served.version)
    return tagged(request, f"{said}\n---\n\n{foot}\n".encode(), f"{MARKDOWN}; charset=utf-8")


async def _news(request: Request) -> Response:
    """What is new; that takes its time when it is first asked for."""
    served, lang = served_of(request), _tongue(request)
    html = await asyncio.to_thread(served.site.page, links.page("neu", lang, served.workspace.language))
    return page(served.site.not_found(request.url.path), 404) if html is None else _read(request, html)


async def _feed(request: Request) -> Response:
    """What is new, for readers of feeds."""
    served, lang = served_of(request), _tongue(request)
    found = await asyncio.to_thread(served.site.feed, lang, str(request.base_url))
    if found is None:
        raise HTTPException(404)
    return tagged(request, found, feed.MEDIA)


async def _picture(request: Request) -> Response:
    """A picture of a page as a file."""
    served, lang = served_of(request), _tongue(request)
    found = await asyncio.to_thread(served.site.picture, request.path_params["name"], lang)
    if found is None:
        return page(served.site.not_found(request.url.path), 404)
    return tagged(request, found, "image/svg+xml", policy(" 'unsafe-inline'"))


async def _grid(request: Request) -> Response:
    """The matrix, or one of its other crossings, as a sheet."""
    served, lang, axis = served_of(request), _tongue(request), request.path_params.get("axis", "")
    address = f"matrix/{axis}" if axis else "matrix"
    if address not in served.site.known:
        return page(served.site.not_found(request.url.path), 404)
    body = await asyncio.to_thread(grid.render, served.site, lang, [address])
    name = address.replace("/", "-") + ".xlsx"
    name = marked(Path(name)).name if served.internal else name
    file = {"Content-Disposition": f'attachment; filename="{name}"'}
    return tagged(request, body, formats.TABLES["xlsx"].content_type, file)


async def _asked(request: Request) -> Response:
    """A plain question, with what it can mean."""
    served = served_of(request)
    html = served.site.ask_page(request.query_params.get("q", ""), _tongue(request))
    return _read(request, html)


async def _llms(request: Request) -> Response:
    """
    Which pages programs that read text find here.

    Source:
        https://llmstxt.org/
    """
    served, lang = served_of(request), language(request)
    site, settings = served.site, served.workspace.settings
    voice = site.voice(lang)
    lists = [*site.collection.lists, *site.collection.queries]
    lines = [f"# {voice.plain(settings.title)}", "", f"> {voice.plain(settings.intro or settings.title)}", ""]
    lines += [text("llms-lead", lang), "", f"## {voice.plain(site.title('inhalt'))}", ""]
    for address in ["inhalt", *lists]:
        target = f"{request.base_url}{links.page(address, lang, served.workspace.language)}.md"
        lines.append(f"- [{voice.plain(site.title(address))}]({target})")
    lines += ["", "## API", "", f"- [OpenAPI]({request.base_url}openapi.json)", f"- [SPARQL]({request.base_url}sparql)"]
    return tagged(request, ("\n".join(lines) + "\n").encode(), "text/plain; charset=utf-8")


def _listing(served: Served, address: str) -> bytes | None:
    """All things of a list as plain records."""
    shape = served.site.collection.lists.get(address)
    if shape is None:
        return None
    members = served.site.collection.facts.sorted(
        served.site.collection.members[shape.target_class], served.workspace.language
    )
    return json.dumps([served.descriptions.record(iri) for iri in members], ensure_ascii=False, default=float).encode()


async def _question(request: Request) -> Response:
    """A canned query with its form and its answer."""
    served, name = served_of(request), request.path_params["name"]
    plain, name = name.endswith(".md"), name.removesuffix(".md")
    lang = _tongue(request)
    query = answers.named(served.graph(), name)
    if query is None:
        return page(served.site.not_found(request.url.path), 404)
    offered = {form.media: form for form in reversed(answers.FORMS.values())}  # of two with one type the standard's
    accepted = choose(request.headers.get("accept"), [formats.HTML, *reversed(offered.values())])
    plain = plain or negotiate(request.headers.get("accept"), ["text/html", MARKDOWN]) == MARKDOWN
    if accepted is not None and accepted is not formats.HTML and not plain:
        return _answered(request, query, accepted.name, lang)
    values = _values(request)
    try:
        html = served.site.query_page(name, values, lang)
    except QueryError as error:
        return page(served.site.query_page(name, values, lang, error), 400)
    return _read(request, html, plain)


async def _answer(request: Request) -> Response:
    """The answer of a canned query as a file."""
    name, form = request.path_params["name"], request.path_params["form"]
    return _answered(request, served_of(request).graph().queries.get(name), form, _tongue(request))


async def _build(request: Request) -> Response:
    """A built question with its form and its answer; the address holds all of it, and nothing that says nothing."""
    items, lang = request.query_params.multi_items(), _tongue(request)
    said = [(name, value) for name, value in items if value.strip()]
    if said != items:
        return RedirectResponse(str(request.url.replace(query=urlencode(said, quote_via=quote))), 303)
    offered = {form.media: form for form in reversed(formats.TABLES.values())}
    accepted = choose(request.headers.get("accept"), [formats.HTML, *reversed(offered.values())])
    if accepted is not None and accepted is not formats.HTML:
        return _built(request, accepted.name)
    html, right = served_of(request).site.build_page(items, lang)
    return tagged(request, html.encode(), HTML, policy()) if right else page(html, 400)


async def _built_answer(request: Request) -> Response:
    """The answer of a built question as a file."""
    return _built(request, request.path_params["form"])


def _built(request: Request, form: str) -> Response:
    lang = request.query_params.get("lang") or _tongue(request)
    built = builder.built(served_of(request).site.collection, request.query_params.multi_items(), lang)
    values = {**built.values, "lang": lang}
    body = answers.answer(served_of(request).graph(lang), built.query, values, form)
    return _file(request, body, built.query.name, form)


async def _built_text(request: Request) -> Response:
    """A built question as the file of a canned query."""
    built = builder.built(served_of(request).site.collection, request.query_params.multi_items(), _tongue(request))
    file = {"Content-Disposition": f'attachment; filename="{built.query.name}.rq"'}
    return tagged(request, built.text.encode(), "application/sparql-query; charset=utf-8", file)


def _tongue(request: Request) -> str:
    """The language that the address names, else the first of the workspace."""
    languages = served_of(request).workspace.languages
    tongue = request.path_params.get("tongue", languages[0])
    if tongue not in languages:
        raise HTTPException(404)
    return str(tongue)


def _values(request: Request) -> dict[str, str]:
    """The parameters of the address; several values of one stand with semicolons."""
    given = request.query_params
    return {name: "; ".join(filter(None, given.getlist(name))) for name in given}


def _answered(request: Request, query: queries.Query, form: str, lang: str) -> Response:
    """The answer of *query* in the language that the parameters name, else in *lang*."""
    asked = _values(request)
    graph = served_of(request).graph(asked.get("lang") or lang)
    return _file(request, answers.answer(graph, query, asked, form), query.name, form)


def _file(request: Request, body: bytes, name: str, form: str) -> Response:
    """An answer; what is a sheet or a network is a file to keep."""
    file = {"Content-Disposition": f'attachment; filename="{name}.{answers.FORMS[form].suffix}"'}
    return tagged(request, body, answers.FORMS[form].content_type, {} if form in formats.SOLUTIONS else file)


# -- data ----------------------------------------------------------------------------------------------------------


async def _sparql(request: Request) -> Response:
    served = served_of(request)
    return await sparql(request, lambda lang: page(served.site.editor_page(lang), 200, style=" 'unsafe-inline'"))


async def _terms(request: Request) -> Response:
    """Prefixes, and the terms of our ontology, for completion in the editor."""
    collection = served_of(request).site.collection
    terms = [{"iri": iri, "label": label} for iri, label in editing.terms(collection, language(request))]
    return tagged(request, dumped({"prefixes": editing.prefixes(collection), "terms": terms}), JSON)


async def _examples(request: Request) -> Response:
    """The canned queries, as examples for the editor."""
    lang = language(request)
    found = editing.examples(served_of(request).graph(lang))
    listed = [{"name": name, "title": in_language(title, lang), "text": text} for name, title, text in found]
    return tagged(request, dumped(listed), JSON)


async def _catalogue(request: Request) -> Response:
    served = served_of(request)
    body = catalogue.publish(served.store, str(request.base_url)).serialize(format="longturtle", encoding="utf-8")
    return tagged(request, body, formats.GRAPHS["ttl"].content_type)


async def _context(request: Request) -> Response:
    return tagged(
        request, dumped(context(served_of(request).site.collection.facts.schema)), formats.GRAPHS["jsonld"].media
    )


async def _openapi(request: Request) -> Response:
    lang = request.query_params.get("lang") or language(request)
    return tagged(request, dumped(openapi.describe(served_of(request).graph(lang), served_of(request).version)), JSON)


async def _health(request: Request) -> Response:
    served = served_of(request)
    triples = request.app.state.workers.quads or len(served.store)
    body = {"status": "ok", "version": served.version, "triples": triples, "process": os.getpid()}
    body |= {"internal": True} if served.internal else {}
    return Response(dumped(body), media_type=JSON, headers={"Cache-Control": "no-store"})


async def _metrics(request: Request) -> Response:
    figures = request.app.state.service.figures.text()
    return Response(figures, media_type="text/plain; version=0.0.4", headers={"Cache-Control": "no-store"})


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, NqgraphError)
    return problem(request, error, getattr(error, "status", 400))


async def _not_possible(request: Request, error: Exception) -> Response:
    """What the framework refuses, in the reader's language."""
    assert isinstance(error, HTTPException)
    lang = language(request)
    if error.status_code == 405:
        headers = {"Allow": ", ".join(sorted((error.headers or {}).get("Allow", "GET, HEAD").split(", ")))}
        return said(text("http-405", lang, methods=headers["Allow"]), 405, headers)
    if error.status_code == 404 and choose(request.headers.get("accept"), [formats.HTML, *_TEXTS]) is formats.HTML:
        return page(served_of(request).site.not_found(request.url.path), 404)
    message = text("http-404", lang) if error.status_code == 404 else error.detail
    return said(message, error.status_code, dict(error.headers or {}))


_TEXTS = tuple(formats.SOLUTIONS.values())
_HANDLERS: dict[Any, Any] = {NqgraphError: _refused, HTTPException: _not_possible}
