"""What tests of pages in a browser look at: console, requests, accessibility."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.conftest import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page

#: axe-core, which ``npm ci`` in frontend/ brings.
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


@contextmanager
def watched(page: Page) -> Iterator[Page]:
    """*page*, whose console has to stay silent and that has to ask no other machine for anything."""
    said: list[str] = []
    asked: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # the software renderer of a machine without graphics card remarks on its own speed
        if message.type in ("error", "warning") and "GL Driver Message" not in message.text:
            said.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    yield page
    assert said == [], said
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:", "http://127.0.0.1:"))] == []


def axe(page: Page) -> list[str]:
    """What axe-core finds on *page*, by WCAG 2.2 AA and its best practices."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false})")
    return [f"{v['id']}: {v['help']} {v['nodes'][0]['html'][:200]}" for v in found["violations"]]
