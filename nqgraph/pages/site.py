"""Every page over one graph: which addresses there are, and the HTML at each."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from nqgraph.graph.graph import Graph
from nqgraph.networks import appearance
from nqgraph.pages import assets, bundle
from nqgraph.things import dossier, links
from nqgraph.things.collection import Collection
from nqgraph.things.language import Labels, Voice, direction, moment, number
from nqgraph.things.links import Links
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError
from nqgraph.words.texts import LANGUAGES, text

#: Lists that the menu names; the page of contents names all.
MAIN = ("Obstacle", "Practice", "Recommendation", "DecisionOption", "Scenario")
#: Pages that are no list and no thing, in the order of the menu.
PLAIN = ("matrix", "netz", "luecken", "abfragen", "inhalt")
#: Pages that the foot of each page names.
FOOT = ("ueber", "glossar", "def", "api", "impressum", "datenschutz", "barrierefreiheit")
#: Queries that the start page asks: the ten questions of the working group.
QUESTIONS = (
    "hemmnisse-ohne-praxis", "praxis-zu-hemmnis", "wer-empfiehlt-was", "regionen-ohne-praxis", "verbleib-von-praxis",
    "fehlende-messwerte", "wege-fuer-ausgangslage", "ausgelaufene-foerderung", "optionen-mit-belegen",
    "schwache-belege",
)  # fmt: skip
#: Queries that the page of gaps asks.
GAPS = ("hemmnisse-ohne-praxis", "offene-luecken")
CHANGES = ("was-hat-sich-geaendert",)
#: Kinds whose pages stand in full in the one file, for readers without scripts; of others the name and the sentence.
UNFOLDED = frozenset(
    {
        "obstacle", "practice", "recommendation", "decision-option", "alternative", "scenario", "knowledge-gap", "goal",
        "task", "forum", "project", "study", "funding-instrument", "target-group", "route",
    }
)  # fmt: skip
#: What the accessibility statement says was tested → the test that does it.
CHECKS = {
    "axe": "test_axe_finds_nothing",
    "keyboard": "test_all_controls_are_reached_by_keyboard_and_show_the_focus",
    "scripts-off": "test_the_content_is_readable_without_scripts",
    "offline": "test_no_request_leaves_the_file",
    "narrow": "test_pages_fit_a_phone",
}
#: Suggestions on the page for unknown addresses.
_NEAR = 8


class Site:
    """
    The pages over a graph.

    Args:
        graph: What the pages show.
        suffix: ``.html`` where pages are files.
        live: Whether a server answers forms and downloads of queries.
        things: The things that have pages; all if None.
        texts: Folder with ``impressum.de.txt``, ``datenschutz.en.txt`` …: paragraphs that the operator wants to say.
        version: Name of the build, for citations.
    """

    def __init__(
        self,
        graph: Graph,
        *,
        suffix: str = "",
        live: bool = True,
        things: Iterable[str] | None = None,
        texts: Path | None = None,
        version: str = "",
    ) -> None:
        self.collection = Collection(graph, things)
        self.suffix = suffix
        self.live = live
        self.version = version
        self._texts = texts
        self._environment = Environment(
            loader=PackageLoader("nqgraph.pages"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        facts = self.collection.facts
        self._environment.globals |= {
            "site": self,
            "collection": self.collection,
            "facts": facts,
            "vocab": vocab,
            "page_of": links.of_thing,
            "anchor": links.anchor,
            "key": vocab.local_name,
            "short": vocab.shrink,
            "direction": direction,
            "date": moment,
            "icon": icon,
            "sign": sign,
            "host": host,
            "standing": partial(dossier.standing, facts),
            "reasoned": partial(dossier.reasoned, facts),
            "seen": partial(dossier.seen, facts),
        }

    # -- addresses -----------------------------------------------------------------------------------------------

    def addresses(self) -> Iterator[str]:
        """Every address, without the language."""
        yield ""
        yield from PLAIN
        yield from self.collection.lists
        yield from self.collection.queries
        yield from self.collection.things
        yield from (name for name in FOOT if name not in ("impressum", "api"))
        if self._said("impressum", "de"):
            yield "impressum"
        if self.live:
            yield "api"

    @cached_property
    def known(self) -> frozenset[str]:
        """Every address."""
        return frozenset(self.addresses())

    def title(self, address: str) -> Labels:
        """The heading of a page."""
        if address in self.collection.things:
            return self.collection.facts.label(self.collection.things[address])
        if address in self.collection.lists:
            return self.collection.lists[address].label
        if address in self.collection.queries:
            return self.collection.queries[address].title
        return {lang: text(f"page-{address or 'start'}", lang) for lang in LANGUAGES}

    @property
    def menu(self) -> list[str]:
        """Addresses in the main menu."""
        by_class = {vocab.local_name(shape.target_class): address for address, shape in self.collection.lists.items()}
        return ["", *(by_class[name] for name in MAIN if name in by_class), *PLAIN]

    @property
    def foot(self) -> list[str]:
        """Addresses at the foot of each page."""
        return [address for address in FOOT if address in self.known]

    @property
    def sections(self) -> list[str]:
        """Addresses of the pages in the one file: all but the references for those who write queries."""
        return [address for address in self.addresses() if address not in ("def", "api")]

    # -- pages ---------------------------------------------------------------------------------------------------

    def page(self, address: str) -> str | None:
        """The page at *address* (``hemmnisse``, ``en/doc/practice/p-tep``), or None."""
        lang, rest = links.split(address)
        return self.render(rest, Voice(lang)) if rest in self.known else None

    def render(self, address: str, voice: Voice, here: Links | None = None) -> str:
        """
        The page at *address* in the language of *voice*.

        Args:
            here: How the page links to others, if not as this site does.
        """
        collection, lang = self.collection, voice.lang
        if address in collection.things:
            about = dossier.dossier(collection.facts, collection.things[address], lang)
            return self._html("thing", address, voice, here, about=about)
        if address in collection.lists:
            shape = collection.lists[address]
            filters, entries = collection.listing(shape, lang)
            return self._html("list", address, voice, here, shape=shape, filters=filters, entries=entries)
        if address in collection.queries:
            return self._query(address, {}, voice, here)
        content: dict[str, Any] = {}
        if address == "":
            content = {
                "questions": [(f"abfragen/{name}", collection.queries[f"abfragen/{name}"]) for name in QUESTIONS],
                "changes": self._answers(CHANGES, voice)[0],
            }
        elif address == "luecken":
            content = {"answers": self._answers(GAPS, voice)}
        elif address in FOOT:
            content = {"paragraphs": self._said(address, lang), "checks": CHECKS}
        return self._html(address or "start", address, voice, here, **content)

    def query_page(self, name: str, values: Mapping[str, str], lang: str, error: QueryError | None = None) -> str:
        """
        The page of a canned query with its form and its answer.

        Args:
            values: What stands in the form.
            error: What is wrong with the values; then there is no answer.
        Raises:
            QueryError: A value does not fit its parameter.
            KeyError: There is no such query.
        """
        return self._query(f"abfragen/{name}", values, Voice(lang), error=error)

    def editor_page(self, lang: str) -> str:
        """The page on which one writes SPARQL."""
        return self._html("editor", "sparql", Voice(lang))

    def not_found(self, address: str) -> str:
        """A page that says that there is nothing at *address*, with the nearest addresses."""
        lang, rest = links.split(address)
        wanted = rest.partition(".")[0]
        near = difflib.get_close_matches(wanted, self.known, n=_NEAR, cutoff=0.6)
        keys = {vocab.local_name(iri): found for found, iri in self.collection.things.items()}
        near += [keys[key] for key in difflib.get_close_matches(wanted.rsplit("/", 1)[-1], keys, n=_NEAR, cutoff=0.6)]
        here = Links(rest, lang, suffix=self.suffix, known=self.known)
        return self._html("not-found", "not-found", Voice(lang), here, near=list(dict.fromkeys(near))[:_NEAR])

    def frame(self, voice: Voice, here: Links, **content: Any) -> str:
        """The one file around its sections."""
        return self._html("file", "", voice, here, **content)

    def asset(self, name: str) -> tuple[bytes, str] | None:
        """A file that pages load, with its media type; None if there is none."""
        return assets.asset(self.collection, name)

    @property
    def scripts(self) -> bool:
        """Whether the scripts were built with the package."""
        return bundle.read("app.js") is not None

    # -- parts of pages --------------------------------------------------------------------------------------------

    def _query(
        self,
        address: str,
        values: Mapping[str, str],
        voice: Voice,
        here: Links | None = None,
        error: QueryError | None = None,
    ) -> str:
        query = self.collection.queries[address]
        fields = [parameter for parameter in query.parameters if parameter.name != "lang"]
        asked = {name: value for name, value in values.items() if value and name != "lang"}
        missing = [p for p in fields if not p.optional and p.default is None and p.name not in asked]
        return self._html(
            "query",
            address,
            voice,
            here,
            query=query,
            fields=fields,
            values=asked,
            choices={p.name: self.collection.choices(p, voice.lang) for p in fields} if self.live else {},
            found=None if missing or error else self.collection.answer(query, asked, voice),
            error=error,
            downloads="?" + urlencode({**asked, "lang": voice.lang}, quote_via=quote),
        )

    def _answers(self, names: Iterable[str], voice: Voice) -> list[tuple[Any, Any]]:
        asked = [self.collection.queries[f"abfragen/{name}"] for name in names]
        return [(query, self.collection.answer(query, {}, voice)) for query in asked]

    def _said(self, name: str, lang: str) -> list[str]:
        """Paragraphs of the operator; in another language where there are none in *lang*."""
        for tag in (lang, *LANGUAGES):
            path = self._texts / f"{name}.{tag}.txt" if self._texts else None
            if path and path.exists():
                return [part.strip() for part in path.read_text(encoding="utf-8").split("\n\n") if part.strip()]
        return []

    def _html(self, template: str, address: str, voice: Voice, here: Links | None = None, **content: Any) -> str:
        return self._environment.get_template(f"{template}.html").render(
            layout="section.html" if here and here.one_file else "page.html",
            links=here or Links(address, voice.lang, suffix=self.suffix, known=self.known),
            address=address,
            title=self.title("editor" if address == "sparql" else address),
            voice=voice,
            lang=voice.lang,
            say=voice.say,
            t=voice.t,
            count=lambda value: voice.say(number(str(value))),
            **content,
        )

    def folded(self, kind: str) -> bool:
        """Whether the one file packs all but the head of the pages of a kind."""
        return kind not in UNFOLDED


def icon(kind: str) -> Markup:
    """The sign of a kind of thing: its colour and shape, hidden from screen readers, which read the name beside it."""
    return Markup('<i class="sign k-{}" aria-hidden="true"></i>').format(sign(kind))


def sign(kind: str) -> str:
    """The name of the sign of a kind of thing in the style sheet."""
    return kind if kind in appearance.LOOKS else "other"


def host(address: str) -> str:
    """The server in a web address, by which readers know it."""
    return urlsplit(address).netloc or address
