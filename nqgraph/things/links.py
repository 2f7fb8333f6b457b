"""Where pages lie and how they point at each other: live, as files, or within one file."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from nqgraph.words import vocab


def of_thing(iri: str, segment: str) -> str:
    """Address of the page of a thing of the kind *segment*: ``doc/entry/e-1``."""
    return f"doc/{segment}/{vocab.local_name(iri)}"


def anchor(iri: str) -> str:
    """The fragment of a term or concept on its page."""
    return "c_" + vocab.slug(re.sub(r"^.*?/(?:scheme|def)/", "", iri))


@dataclass(frozen=True)
class Links:
    """The links of one page to others."""

    #: Address of the page that holds the links.
    here: str
    lang: str
    #: Language whose pages lie at the top.
    home: str
    #: ``.html`` for pages that are files.
    suffix: str = ""
    #: All pages are sections of one file.
    one_file: bool = False
    #: Addresses that exist; all if None.
    known: Container[str] | None = None

    def to(self, address: str, fragment: str = "", *, lang: str = "") -> str:
        """The link to the page at *address*, in the language of this page unless told otherwise."""
        if self.one_file:
            return "#" + (fragment or section(address))
        target = page(address, lang or self.lang, self.home)
        if self.suffix:
            target = target + self.suffix if target and not target.endswith("/") else target + "index" + self.suffix
        link = self.root + target
        return (link or "./") + (f"#{fragment}" if fragment else "")

    def file(self, name: str) -> str:
        """The link to a file that is no page and has no language."""
        return self.root + name

    @property
    def address(self) -> str:
        """The address of this page in its language."""
        return page(self.here, self.lang, self.home)

    @property
    def root(self) -> str:
        """The way from this page to the top."""
        return "../" * self.address.count("/")

    @property
    def section(self) -> str:
        """The fragment of this page in the one file."""
        return section(self.here)

    def exists(self, address: str) -> bool:
        """Whether there is a page at *address*."""
        return self.known is None or address in self.known


def page(address: str, lang: str, home: str) -> str:
    """*address* in *lang*: pages in another language than *home* lie below its tag."""
    return address if lang == home else f"{lang}/{address}"


def split(address: str, languages: Sequence[str]) -> tuple[str, str]:
    """Language and the rest of an address: ``en/eintraege`` → ``en``, ``eintraege``; pages of the first lie on top."""
    first, _, rest = address.strip("/").partition("/")
    return (first, rest) if first in languages else (languages[0], address.strip("/"))


def section(address: str) -> str:
    """The fragment of a page in the one file: the key of a thing, else the address behind what no key can hold."""
    if address.startswith("doc/"):
        return address.rsplit("/", 1)[-1]
    return "s_" + (address.replace("/", "-") or "start")
