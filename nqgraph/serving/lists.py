"""Things side by side, and the files of lists."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from nqgraph.pages import bundles, contrasts
from nqgraph.serving.responses import HTML, page, policy, served_of, tagged
from nqgraph.words import formats
from nqgraph.words.texts import text

#: What a list can be taken along as.
SHEETS = formats.holding("sheet")


async def contrast(request: Request) -> Response:
    """``/vergleich?d=key&d=key``: things side by side."""
    served, lang = served_of(request), _tongue(request)
    if not contrasts.there(served.site.collection) or lang not in served.workspace.languages:
        return page(served.site.not_found(request.url.path), 404)
    html, right = served.site.contrast_page(request.query_params.multi_items(), lang)
    return tagged(request, html.encode(), HTML, policy()) if right else page(html, 400)


async def bundle(request: Request) -> Response:
    """``/buendel?d=key&d=key&e=key``: what one bundle answers, or two of them side by side."""
    return _found(request, bundles.ADDRESS)


async def smallest(request: Request) -> Response:
    """``/kleinstes-buendel?h=key&gruppe=key&beleg=C&teils=1``: as few things as answer what is chosen."""
    return await asyncio.to_thread(_found, request, bundles.SMALLEST)


def _found(request: Request, address: str) -> Response:
    served, lang = served_of(request), _tongue(request)
    if address not in served.site.known or lang not in served.workspace.languages:
        return page(served.site.not_found(request.url.path), 404)
    items = [(name, value) for name, value in request.query_params.multi_items() if value.strip()]
    make = served.site.bundle_page if address == bundles.ADDRESS else served.site.smallest_page
    html, right = make(items, lang)
    return tagged(request, html.encode(), HTML, policy()) if right else page(html, 400)


async def sheet(request: Request) -> Response:
    """A list as its address narrows it down, or things side by side, as a file."""
    served, lang = served_of(request), _tongue(request)
    address, form = request.path_params["list"], formats.TABLES[request.path_params["form"]]
    found = None
    if lang in served.workspace.languages:
        items = request.query_params.multi_items()
        if address == bundles.ADDRESS:
            found = bundles.sheet(served.site.collection, items, served.site.voice(lang))
        elif address == bundles.SMALLEST:
            found = await asyncio.to_thread(bundles.proposed, served.site.collection, items, lang)
        else:
            found = contrasts.sheet(served.site.collection, address, items, served.site.voice(lang))
    if found is None:
        return page(served.site.not_found(request.url.path), 404)
    note = text("internal-note", lang) if served.internal else ""
    body = found.to_xlsx(note, lang) if form.name == "xlsx" else found.to_csv(lang)
    name = f"{address}.intern" if served.internal else address
    file = {"Content-Disposition": f'attachment; filename="{name}.{form.suffix}"'}
    return tagged(request, body, form.content_type, file)


def _tongue(request: Request) -> str:
    return str(request.path_params.get("tongue", served_of(request).workspace.language))
