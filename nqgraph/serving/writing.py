"""
The addresses at which tables are edited; there are none unless ``nqgraph serve --edit`` asked for them.

Each needs the token that the start printed, in a cookie that no script reads and no other site sends; a write has to
come from a page of this server as well (``Origin``, ``Sec-Fetch-Site``).

Source:
    https://www.rfc-editor.org/rfc/rfc6265; https://www.w3.org/TR/fetch-metadata/
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from nqgraph.serving.editing import Editing, Filled, value
from nqgraph.serving.responses import JSON, dumped, page, served_of
from nqgraph.things import links
from nqgraph.things.reviewing import DECISIONS
from nqgraph.words.errors import NqgraphError
from nqgraph.words.texts import text

#: Address of the page from which all edits start.
ADDRESS = "bearbeiten"
#: Bytes of a form.
_LONGEST = 1_000_000
#: Characters of a value that an address puts into an empty form.
_GIVEN = 1_000
#: Edits that the page lists.
_MOST_EDITS = 30
_NO_STORE = {"Cache-Control": "no-store"}

Answer = Callable[[Request, Editing, str], Awaitable[Response]]


def routes() -> list[Route]:
    """The addresses."""
    both, get = ["GET", "HEAD", "POST"], ["GET", "HEAD"]
    listed: list[tuple[str, Answer, list[str]]] = [
        ("", _overview, get),
        ("/stand", _state, get),
        ("/pruefen", _check, ["POST"]),
        ("/zurueck", _undo, ["POST"]),
        ("/eingang", _inbox, both),
        ("/verknuepfungen", _links, both),
        ("/geaendert/{id}", _done, get),
        ("/{kind}", _form, both),
        ("/{kind}/{key}", _form, both),
        ("/{kind}/{key}/loeschen", _remove, both),
    ]
    return [
        Route(f"{tongue}/{ADDRESS}{path}", _guarded(answer), methods=methods)
        for path, answer, methods in listed
        for tongue in ("", "/{tongue:tongue}")
    ]


def _guarded(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """*answer*, behind the token and, for writes, the origin."""

    async def guarded(request: Request) -> Response:
        editing: Editing = request.app.state.service.options.editing
        languages = served_of(request).workspace.languages
        lang = request.path_params.get("tongue", languages[0])
        if lang not in languages:
            raise HTTPException(404)
        if request.method in ("GET", "HEAD") and (given := request.query_params.get("token")):
            if not secrets.compare_digest(given.encode(), editing.token.encode()):
                return _refused(request, "edit-token", lang)
            answered: Response = RedirectResponse(request.url.path, 303, headers=_NO_STORE)
            answered.set_cookie(_cookie(request), editing.token, httponly=True, samesite="strict", path="/")
            return answered
        shown = request.cookies.get(_cookie(request), "")
        if not secrets.compare_digest(shown.encode(), editing.token.encode()):
            return _refused(request, "edit-token", lang)
        if request.method == "POST" and not _from_here(request):
            return _refused(request, "edit-origin", lang)
        try:
            return await answer(request, editing, lang)
        except NqgraphError as error:
            said = [problem.in_language(lang) for problem in error.problems]
            return _page(request, lang, "edit-note", status=409, heading=text("edit-not", lang), said=said)

    return guarded


def _cookie(request: Request) -> str:
    """The name of the cookie: browsers tell hosts apart, but not their ports."""
    return f"nqgraph-{request.url.port or 80}"


def _from_here(request: Request) -> bool:
    """Whether a page of this server sends the request."""
    site, origin = request.headers.get("sec-fetch-site", ""), request.headers.get("origin", "")
    if site not in ("", "same-origin"):
        return False
    if origin in ("", "null"):
        return site == "same-origin"
    here, there = request.url, urlsplit(origin)
    return (there.scheme, there.netloc) == (here.scheme, here.netloc)


def _refused(request: Request, code: str, lang: str) -> Response:
    return _page(request, lang, "edit-note", status=403, heading=text("edit-closed", lang), said=[text(code, lang)])


def _page(request: Request, lang: str, template: str, *, status: int = 200, **content: Any) -> Response:
    """A page for editors, which nobody keeps and which sends where it comes from to its own server alone."""
    site = served_of(request).site
    _, here = links.split(request.url.path, site.languages)
    html = site.edit_page(template, here, lang, **content)
    answered = page(html, status)
    answered.headers["Referrer-Policy"] = "same-origin"
    return answered


async def _given(request: Request) -> dict[str, list[str]]:
    """The fields of a form."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST:
            raise HTTPException(413)
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=2_000, errors="strict")
    except ValueError as error:
        raise HTTPException(400) from error


def _one(given: dict[str, list[str]], name: str) -> str:
    return given.get(name, [""])[0]


# -- pages ---------------------------------------------------------------------------------------------------------


async def _overview(request: Request, editing: Editing, lang: str) -> Response:
    """The kinds, the last edits and the inbox."""
    return await asyncio.to_thread(_overviewed, request, editing, lang, [])


def _overviewed(request: Request, editing: Editing, lang: str, faults: list[str]) -> Response:
    forms = editing.forms(lang)
    return _page(
        request, lang, "edit", status=409 if faults else 200, kinds=forms.kinds, editing=editing, faults=faults,
        edits=editing.history.last(_MOST_EDITS, editing.datasets()), undone=editing.history.undone(),
        waiting=len(editing.waiting()), shapes=editing.base().schema.for_class,
    )  # fmt: skip


async def _state(request: Request, editing: Editing, lang: str) -> Response:
    """Whether a build is under way, for the note on the pages."""
    version = served_of(request).version
    body = {"building": editing.rebuild.running, "failure": editing.rebuild.failure, "version": version}
    return Response(dumped(body), media_type=JSON, headers=_NO_STORE)


async def _form(request: Request, editing: Editing, lang: str) -> Response:
    """The form of a thing, or of a new one; and what becomes of it."""
    given = await _given(request) if request.method == "POST" else None
    return await asyncio.to_thread(_formed, request, editing, lang, given)


def _formed(request: Request, editing: Editing, lang: str, given: dict[str, list[str]] | None) -> Response:
    form = _filled(request, editing, lang, given)
    if given is None:
        return _shown(request, editing, lang, form)
    if _one(given, "tun") == "vorschlagen":
        name = editing.propose(form, lang, served_of(request).version)
        if name:
            said = [text("edit-proposed", lang, name=name)]
            return _page(request, lang, "edit-note", heading=text("edit-proposed-title", lang), said=said)
    else:
        edit = editing.save(form, lang)
        if edit:
            address = links.page(f"{ADDRESS}/geaendert/{edit.id}", lang, served_of(request).workspace.language)
            return RedirectResponse(f"/{address}", 303, headers=_NO_STORE)
    return _shown(request, editing, lang, form, 409 if form.theirs else 422)


def _filled(request: Request, editing: Editing, lang: str, given: dict[str, list[str]] | None) -> Filled:
    """The form that an address names, with what was *given*."""
    kind, key = request.path_params["kind"], request.path_params.get("key", "")
    shape = editing.kind(kind, lang)
    if shape is None:
        raise HTTPException(404)
    form = editing.filled(shape, key, lang) if key else editing.new(shape, lang)
    if form is None:
        raise HTTPException(404)
    if given is None and not key:
        asked = request.query_params
        form.values = {f.name: asked[f.name][:_GIVEN] for f in editing.forms(lang).fields(shape) if f.name in asked}
    if given is not None:
        form.stand = _one(given, "stand") if key else ""
        form.values = {f.name: value(given, f.name) for f in editing.forms(lang).fields(shape)}
        current = dict(editing.filled(shape, key, lang).values) if key else {}  # type: ignore[union-attr]
        form.values |= {name: current[name] for name in given.get("ihre", ()) if name in current}
        form.role, form.reason = _one(given, "rolle"), _one(given, "grund")
        if not key and (wanted := _one(given, "datensatz")) in editing.datasets():
            form.dataset = wanted
    return form


def _shown(request: Request, editing: Editing, lang: str, form: Filled, status: int = 200) -> Response:
    forms = editing.forms(lang)
    groups = forms.groups(form.shape)
    used = {field.entries for _, fields in groups for field in fields}
    return _page(
        request, lang, "edit-form", status=status, form=form, groups=groups,
        lists={name: entries for name, entries in forms.lists.items() if name in used},
        datasets=editing.datasets(), prefix=forms.prefix(form.shape),
        titles={f.name: f.title for _, fields in groups for f in fields},
    )  # fmt: skip


async def _check(request: Request, editing: Editing, lang: str) -> Response:
    """What is wrong with a form, field by field, while somebody fills it in."""
    given = await _given(request)

    def checked() -> Response:
        shape = editing.kind(_one(given, "art"), lang)
        if shape is None:
            raise HTTPException(404)
        key = _one(given, "kennung")
        form = editing.filled(shape, key, lang) if key else editing.new(shape, lang)
        if form is None:
            raise HTTPException(404)
        form.values = {f.name: value(given, f.name) for f in editing.forms(lang).fields(shape)}
        return Response(dumped({"faults": editing.check(form, lang)}), media_type=JSON, headers=_NO_STORE)

    return await asyncio.to_thread(checked)


async def _done(request: Request, editing: Editing, lang: str) -> Response:
    """What was written."""
    edit = editing.history.find(request.path_params["id"])
    shape = served_of(request).site.collection.facts.schema.for_class(edit.class_iri) if edit else None
    if edit is None or shape is None:
        raise HTTPException(404)
    undone = edit.id in editing.history.undone()
    return _page(request, lang, "edit-done", edit=edit, shape=shape, undone=undone)


async def _remove(request: Request, editing: Editing, lang: str) -> Response:
    """What refers to a thing, and the button that deletes it."""
    given = await _given(request) if request.method == "POST" else None

    def removed() -> Response:
        form = _filled(request, editing, lang, None)
        if given is not None:
            form.stand, form.role, form.reason = (_one(given, name) for name in ("stand", "rolle", "grund"))
            edit = editing.remove(form, lang)
            if edit:
                address = links.page(f"{ADDRESS}/geaendert/{edit.id}", lang, served_of(request).workspace.language)
                return RedirectResponse(f"/{address}", 303, headers=_NO_STORE)
        named = editing.references(form.thing, lang)
        return _page(request, lang, "edit-remove", status=409 if form.faults else 200, form=form, references=named)

    return await asyncio.to_thread(removed)


async def _undo(request: Request, editing: Editing, lang: str) -> Response:
    """Take an edit back."""
    given = await _given(request)
    edit, faults = await asyncio.to_thread(editing.undo, _one(given, "nummer"), lang, _one(given, "rolle"))
    if edit is None:
        return await asyncio.to_thread(_overviewed, request, editing, lang, faults)
    address = links.page(f"{ADDRESS}/geaendert/{edit.id}", lang, served_of(request).workspace.language)
    return RedirectResponse(f"/{address}", 303, headers=_NO_STORE)


async def _inbox(request: Request, editing: Editing, lang: str) -> Response:
    """The change files that wait; and what becomes of one."""
    given = await _given(request) if request.method == "POST" else None

    def decided() -> Response:
        faults: list[str] = []
        if given is not None:
            name = _one(given, "datei")
            if _one(given, "tun") == "annehmen":
                faults = editing.accept(name, lang, _one(given, "datensatz"))
            elif not editing.decline(name):
                faults = [text("edit-unknown", lang)]
            if not faults:
                return RedirectResponse(request.url.path, 303, headers=_NO_STORE)
        return _page(
            request, lang, "edit-inbox", status=409 if faults else 200, waiting=editing.waiting(), faults=faults,
            datasets=editing.datasets(),
        )  # fmt: skip

    return await asyncio.to_thread(decided)


async def _links(request: Request, editing: Editing, lang: str) -> Response:
    """Suggested links to vocabularies of others; and what becomes of those that were decided."""
    given = await _given(request) if request.method == "POST" else None
    site = served_of(request).site

    def listed() -> Response:
        addresses, concepts = site.collection.addresses, site.collection.concepts
        listed = {iri for members in concepts.values() for iri in members}

        def shown(iri: str) -> bool:
            return iri in addresses or iri in listed

        if given is None:
            sheet = editing.reviews.sheet(request.query_params.get("datei", ""), shown, lang)
        else:
            pairs = zip(given.get("unseres", ()), given.get("anderes", ()), strict=False)
            reasons = given.get("grund", ())
            said = {
                pair: (_one(given, f"wahl-{place}"), reasons[place] if place < len(reasons) else "")
                for place, pair in enumerate(pairs)
            }
            sheet = editing.reviews.decide(_one(given, "datei"), said, _one(given, "rolle"), shown, lang)
            if not sheet.faults:
                editing.rebuild.ask()
                return RedirectResponse(
                    f"{request.url.path}?{urlencode({'datei': sheet.file})}", 303, headers=_NO_STORE
                )
        status = 422 if sheet.faults else 200
        return _page(request, lang, "edit-links", status=status, sheet=sheet, addresses=addresses, decisions=DECISIONS)

    return await asyncio.to_thread(listed)
