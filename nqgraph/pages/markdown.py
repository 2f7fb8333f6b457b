"""Pages as Markdown: what stands in the main part, with its figures and links, for programs that read text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

#: What readers of text have no use for.
_LEFT_OUT = frozenset({"form", "script", "style", "svg", "button", "select", "nav", "header", "footer"})
_BLOCKS = frozenset({"p", "div", "section", "ul", "ol", "dl", "dd", "dt", "details", "summary", "blockquote", "figure"})
_VOID = frozenset({"br", "input", "img", "hr", "meta", "link"})


def of(html: str, address: str) -> str:
    """
    The main part of the page *html* as Markdown (CommonMark, tables as GitHub has them).

    Args:
        address: Where the page stands, which its links are relative to.
    """
    reader = _Reader(address)
    reader.feed(html)
    reader.close()
    lines = (re.sub(r"[ \t]+", " ", line).strip() if not line.startswith("    ") else line for line in reader.lines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


class _Reader(HTMLParser):
    """Gathers the text of the element ``main``."""

    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self._address = address
        self._inside = False
        self._left_out = 0
        self._parts: list[str] = []
        self._row: list[str] | None = None
        self._cell: int | None = None
        self._rows = 0
        self._links: list[str] = []

    def lines(self) -> list[str]:
        """What was gathered, line by line."""
        return "".join(self._parts).split("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin what the element is in Markdown."""
        given = dict(attrs)
        if tag == "main":
            self._inside = True
        if not self._inside:
            return
        if tag in _LEFT_OUT:
            self._left_out += 1
        if self._left_out:
            return
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._add("\n\n" + "#" * int(tag[1]) + " ")
        elif tag == "a" and given.get("href"):
            self._links.append(urljoin(self._address, given["href"] or ""))
            self._add("[")
        elif tag == "a":
            self._links.append("")
        elif tag == "li":
            self._add("\n- ")
        elif tag == "br":
            self._add(" ")
        elif tag == "table":
            self._rows = 0
            self._add("\n\n")
        elif tag == "tr":
            self._row = []
        elif tag in ("td", "th") and self._row is not None:
            self._cell = len(self._parts)
        elif tag in _BLOCKS:
            self._add("\n\n" if self._cell is None else " ")

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        if tag == "main":
            self._inside = False
        if not self._inside:
            return
        if tag in _LEFT_OUT:
            self._left_out -= 1
            return
        if self._left_out:
            return
        if tag == "a" and self._links:
            link = self._links.pop()
            self._add(f"]({link})" if link else "")
        elif tag in ("td", "th") and self._cell is not None and self._row is not None:
            said = " ".join("".join(self._parts[self._cell :]).split())
            del self._parts[self._cell :]
            self._row.append(said.replace("|", "\\|"))
            self._cell = None
        elif tag == "tr" and self._row is not None:
            self._add("| " + " | ".join(self._row) + " |\n")
            if not self._rows:
                self._add("|" + " --- |" * len(self._row) + "\n")
            self._rows += 1
            self._row = None
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6", "table") or (tag in _BLOCKS and self._cell is None):
            self._add("\n\n")

    def handle_data(self, data: str) -> None:
        """Take text; signs that would make markup of it are escaped."""
        if self._inside and not self._left_out:
            said = re.sub(r"\s+", " ", data)
            self._add(re.sub(r"([\\`*_\[\]<>])", r"\\\1", said))

    def _add(self, said: str) -> None:
        self._parts.append(said)
