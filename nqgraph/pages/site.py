"""Every page over one graph: which addresses there are, and the HTML at each."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from nqgraph.graph import portable
from nqgraph.graph.asking import Asking
from nqgraph.graph.graph import Graph
from nqgraph.graph.queries import Parameter, Query, bind
from nqgraph.graph.ranking import Reading
from nqgraph.graph.tables import Question
from nqgraph.graph.versions import Version
from nqgraph.model.shapes import NodeShape
from nqgraph.networks import appearance
from nqgraph.pages import assets, builder, bundle, bundles, contrasts, drawing, feed, news, pictures, start
from nqgraph.pages.answered import Answered
from nqgraph.pages.forms import belonging
from nqgraph.pages.inline import Inline
from nqgraph.pages.pictures import Pictures
from nqgraph.things import answers, arranged, dossier, links, listing, plots, spans, tiles
from nqgraph.things.answers import AnswerTable
from nqgraph.things.changes import Changes
from nqgraph.things.collection import SIGNS, Asked, Collection
from nqgraph.things.comparing import compare
from nqgraph.things.gaps import OTHER, UNSAID, Cell, GapMap, Gaps
from nqgraph.things.language import InEvery, Labels, Voice, direction, language_name, moment, number, tongue
from nqgraph.things.links import Links
from nqgraph.words import formats, vocab
from nqgraph.words.asking import NONE
from nqgraph.words.errors import InputError, NqgraphError, Place, QueryError
from nqgraph.words.layouts import Layout
from nqgraph.words.texts import LANGUAGES, in_language, text
from nqgraph.words.workspace import PAGES

#: Pages that the foot of each page names.
FOOT = ("ueber", "glossar", "def", "api", "impressum", "datenschutz", "barrierefreiheit")
#: What the accessibility statement says was tested → the test that does it.
CHECKS = {
    "axe": "test_axe_finds_nothing",
    "keyboard": "test_all_controls_are_reached_by_keyboard_and_show_the_focus",
    "scripts-off": "test_the_content_is_readable_without_scripts",
    "offline": "test_no_request_leaves_the_file",
    "narrow": "test_pages_fit_a_phone",
}
#: Most rows of an answer that stand in the document of the one file.
_MOST_ROWS = 20
#: Rows of an answer on one page of a server; elsewhere those beyond are folded.
PAGE_ROWS = 500
#: Cells of the matrix on such a page, and the least rows of a group that it shows.
_MOST_CELLS, _LEAST_ROWS = 60_000, 20
#: What the number of such a page is called in an address.
PAGE = "seite"
#: What the addresses of other crossings of the matrix begin with.
_CROSSED = "matrix/"
#: Views that the start leads to.
_WAYS = ("matrix", "netz", "zeitleiste", "karte", "luecken", "neu", "inhalt")
#: Steps of the map's tiles: the least and the largest number of each; no largest of the last.
_STEPS = [(0, 0), *((low, high - 1) for low, high in pairwise(drawing.STEPS)), (drawing.STEPS[-1], None)]
#: Suggestions on the page for unknown addresses.
_NEAR = 8


@dataclass(frozen=True)
class Section:
    """A page in the one file."""

    #: The fragment of its address. An id in :attr:`rest` that links lead to begins with it and ``--``.
    id: str
    #: Name and description.
    head: str
    #: What follows.
    rest: str
    #: What the document always leaves to the scripts: how each statement of a row stands, and the permanent address.
    tail: str
    #: Whether the document leaves the rest to the scripts, too.
    packed: bool

    @property
    def left_out(self) -> str:
        """What the document leaves to the scripts."""
        return self.rest + self.tail if self.packed else self.tail


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
        editor: Whether the one file holds the editor of SPARQL.
        opened: The build that the graph is of; what is new is what it has beside the one before it.
        editable: Whether the server has forms that change the tables.
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
        opened: Version | None = None,
        editable: bool = False,
        editor: bool = False,
    ) -> None:
        self.editable = editable
        self.editor = editor
        self.workspace = graph.workspace
        self.settings = graph.workspace.settings
        self._things = None if things is None else frozenset(things)
        self.collection = Collection(graph, self._things)
        self.suffix = suffix
        self.live = live
        self.version = version
        #: Whether something internal is in it, which every page has to say.
        self.internal = graph.internal
        self.opened = opened
        #: Names of the questions that the one file answers for whatever one chooses.
        self.answered: frozenset[str] = frozenset()
        #: Whether the pages can say what is new since the build before.
        self.compares = opened is not None and opened.previous is not None
        self._texts = texts or graph.workspace.root / "texts"
        #: Language and folder of pages → names of things as they are linked there, kept where all pages are made.
        self._names: dict[tuple[str, str], dict[str, Markup]] = {}
        #: Address and language → what pages show, of those that take their time.
        self._kept: dict[tuple[str, str], dict[str, Any]] = {}
        self._lanes: dict[str, list[spans.Lane]] = {}
        self._maps: dict[str, tiles.Map | None] = {}
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
            "formats": formats,
            "first_of": self._first,
            "page_of": lambda iri: self.collection.addresses.get(iri, ""),
            "settings": self.settings,
            "iris": self.workspace.iris,
            "anchor": links.anchor,
            "token": listing.token,
            "key": vocab.local_name,
            "belonging": lambda shape: belonging(shape, facts.schema),
            "short": self.workspace.iris.shrink,
            "signs": SIGNS,
            "direction": direction,
            "tongue": tongue,
            "quoted": quoted,
            "date": moment,
            "language_name": language_name,
            "icon": self.icon,
            "sign": self.sign,
            "news": news,
            "draw_bars": pictures.bars,
            "draw_parts": drawing.parts,
            "pictured": partial(assets.pictured, self.collection),
            "stated": self.stated,
            "standing": partial(dossier.standing, facts),
            "reasoned": partial(dossier.reasoned, facts),
            "reason": partial(dossier.reason, facts),
            "called": partial(dossier.called, facts),
        }

    # -- addresses -----------------------------------------------------------------------------------------------

    def addresses(self) -> Iterator[str]:
        """Every address, without the language."""
        yield ""
        yield from (name for name in PAGES if self._there(name))
        yield from (f"{_CROSSED}{name}" for name in self.gaps.axes)
        yield from self._layouts
        yield from self.collection.lists
        yield from self.collection.queries
        yield from self.collection.things
        if contrasts.there(self.collection):
            yield contrasts.ADDRESS
        yield from (name for name in FOOT if name not in ("impressum", "api"))
        if not self.collection.graph.given or self._said("impressum", self.workspace.language):
            yield "impressum"
        if self.live:
            yield from ("api", builder.ADDRESS)
        if self.editor:
            yield "sparql"

    @cached_property
    def gaps(self) -> Gaps:
        """What the matrix can cross beside its relation."""
        return Gaps(self.collection)

    @cached_property
    def _layouts(self) -> dict[str, Layout]:
        """Address → page of the settings, of those that have a question with an answer and an address of their own."""
        taken = {*PAGES, *FOOT, *self.collection.lists, contrasts.ADDRESS, *self.languages}
        return {
            name: layout
            for name, layout in self.settings.pages.items()
            if name not in taken and not self.collection.graph.given and self._asked(one.query for one in layout.asks)
        }

    def _there(self, name: str) -> bool:
        """Whether a workspace has what the page *name* shows."""
        match name:
            case "matrix":
                return self.collection.crossing is not None
            case "zeitleiste":
                return spans.there(self.collection)
            case "karte":
                return tiles.there(self.collection)
            case "luecken":
                return bool(self._asked(self.settings.gaps))
            case bundles.ADDRESS:
                return bundles.there(self.collection)
            case bundles.SMALLEST:
                return self.collection.crossing is not None
            case "abfragen":
                return bool(self.collection.queries)
            case "neu":
                return self.compares or (not self.collection.graph.given and self._records_changes)
            case "netz":
                return any(shape.role == "thing" for shape in self.collection.lists.values())
        return True

    def lanes(self, lang: str) -> list[spans.Lane]:
        """What the timeline shows, with names sorted in *lang*."""
        if lang not in self._lanes:
            self._lanes[lang] = list(spans.lanes(self.collection, lang))
        return self._lanes[lang]

    def map(self, lang: str) -> tiles.Map | None:
        """What the map of tiles shows, with names sorted in *lang*."""
        if lang not in self._maps:
            self._maps[lang] = tiles.mapped(self.collection, lang)
        return self._maps[lang]

    @cached_property
    def _records_changes(self) -> bool:
        """Whether the data themselves say what has changed."""
        told = self._answers([self.settings.changes], self.workspace.language)
        return any(found is not None and found.rows for _, found, _ in told)

    def _asked(self, names: Iterable[str]) -> list[str]:
        """Addresses of the queries among *names* that there are."""
        return [f"abfragen/{name}" for name in names if f"abfragen/{name}" in self.collection.queries]

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
        if address == builder.ADDRESS:
            return self._text("page-build")
        if address == "sparql":
            return self._text("page-editor")
        if address in self._layouts:
            return self._layouts[address].title
        if address.startswith(_CROSSED):
            rows, columns = self.gaps.title(address.removeprefix(_CROSSED))
            return self._text("page-matrix-title", rows=rows, columns=columns)
        if address == "matrix" and self.collection.crossing:
            return self._text("page-matrix-title", **self.named(address))
        return self._text(f"page-{address or 'start'}")

    def lead(self, address: str) -> Labels:
        """What a page that is no list and no thing shows, in a sentence."""
        if address == "neu" and not self.compares:
            return self._text("changes-no-previous")
        return self._text(f"page-{address}-lead", **self.named(address))

    def named(self, address: str) -> dict[str, Labels]:
        """What the texts about a page name: of the matrix, what it crosses."""
        if address == "karte" and (found := self.map(self.workspace.language)):
            return {"kind": found.kind.label}
        if address == "neu":
            return {"date": self.since}
        crossing = self.collection.crossing if address == "matrix" else None
        if crossing is None:
            return {}
        return {"rows": crossing.rows.label, "columns": crossing.columns.label, "relation": crossing.relation.name}

    def _text(self, code: str, **values: Any) -> Labels:
        return InEvery(lambda lang: text(code, lang, self.workspace.messages, **values))

    @property
    def menu(self) -> list[str | tuple[Labels, list[str]]]:
        """Addresses in the main menu, and groups of them: what the settings name, else what the start page counts."""
        plain = [name for name in (*PAGES, *self._layouts) if name in self.known]
        if self.collection.graph.given or not self.settings.menu:
            return ["", *(address for address, *_ in self.collection.counts()), *plain]
        by_class = {shape.target_class: address for address, shape in self.collection.lists.items()}
        by_name = {vocab.local_name(iri): address for iri, address in by_class.items()} | {name: name for name in plain}

        def found(names: Iterable[str]) -> list[str]:
            named = (by_class.get(self.workspace.iris.expand(name) or name) or by_name.get(name) for name in names)
            return [address for address in named if address]

        menu: list[str | tuple[Labels, list[str]]] = [""]
        for one in self.settings.menu:
            if isinstance(one, str):
                menu += found([one])
            elif inside := found(one.entries):
                menu.append((one.label, inside))
        return menu

    @property
    def foot(self) -> list[str]:
        """Addresses at the foot of each page."""
        return [address for address in FOOT if address in self.known]

    @cached_property
    def sections(self) -> list[str]:
        """Addresses of the pages in the one file: all but references for authors of queries."""
        return [address for address in self.addresses() if self._is_section(address)]

    def _is_section(self, address: str) -> bool:
        return address not in ("def", "api", builder.ADDRESS)

    @cached_property
    def _in_file(self) -> frozenset[str]:
        return frozenset(self.sections)

    # -- pages ---------------------------------------------------------------------------------------------------

    def page(self, address: str) -> str | None:
        """The page at *address* (``eintraege``, ``en/doc/entry/e-1``), or None."""
        lang, rest = links.split(address, self.workspace.languages)
        if rest not in self.known:
            return None
        return self.list_page(rest, {}, lang) or self.render(rest, self.voice(lang))

    def list_page(self, address: str, asked: Mapping[str, str], lang: str) -> str | None:
        """
        A page of a list that is too long for one, as *asked* narrows it down; None where one is enough.

        Args:
            address: A list.
            asked: Values of its filters, words to look for, and the number of the page.
        """
        voice = self.voice(lang)
        content = self._list(address, voice) if self.live and address in self.collection.lists else None
        if content is None or not content["entries"][self.shown.stop :]:
            return None
        kept = {name: value for name, value in asked.items() if value and name != PAGE}
        entries = listing.chosen(content["columns"], content["entries"], kept, self.collection.facts, lang)
        pages = self._pages(len(entries), asked.get(PAGE, ""), kept) or {"first": 1, "end": len(entries), "last": 1}
        shown = entries[pages["first"] - 1 : pages["end"]]
        told = {"entries": shown, "grades": listing.grades(self.collection.facts, shown), "total": len(entries)}
        return self._html("list", address, voice, **{**content, **told, "pages": pages, "made": {}, "asked": kept})

    def voice(self, lang: str) -> Voice:
        """Says the texts of the pages in *lang*."""
        return Voice(lang, self.workspace)

    def render(self, address: str, voice: Voice) -> str:
        """The page at *address* in the language of *voice*."""
        template, content = self._content(address, voice)
        return self._html(template, address, voice, **content)

    def section(self, address: str, voice: Voice) -> Section:
        """The page at *address* as a part of the one file."""
        template, content = self._content(address, voice)
        here = self._inside(voice, address)
        made: Any = self.template(template).make_module(self._context(address, voice, here, content))
        packed = address not in self.collection.things or self.folded(content["about"].shape)
        return Section(links.section(address), str(made.head), str(made.rest).strip(), str(made.tail).strip(), packed)

    def _content(self, address: str, voice: Voice) -> tuple[str, dict[str, Any]]:
        """The template of the page at *address*, and what it shows."""
        collection, lang = self.collection, voice.lang
        content: dict[str, Any]
        if address in collection.things:
            about = dossier.dossier(collection.facts, collection.things[address], lang, self.shown)
            plotted = plots.plots(collection.facts, about.iri, lang, self.shown)
            asked = list(collection.asked(about.iri, lang, self.shown))
            told = {iri for one in asked for iri in one.table.things}
            first = (one for one in asked if not one.query.needs or (about.shape.brief and one.table.rows))
            said = [sentence for one in first for sentence in one.said(collection.facts, lang)]
            formed = [(one.query, self._form(one), one.table) for one in asked]
            return "thing", {"about": about, "asked": formed, "said": said, "told": told, "plots": plotted}
        if address in collection.lists:
            return "list", self._list(address, voice)
        if address in collection.queries:
            return "query", self._question(address, {}, lang)
        if address == contrasts.ADDRESS:
            return "vergleich", contrasts.content(collection, (), lang)
        if address == "sparql":
            return "editor", {}
        if address == bundles.ADDRESS:
            return "buendel", self._bundled((), voice)
        if address == bundles.SMALLEST:
            return "kleinstes", self._smallest((), voice)
        if address in self._layouts:
            return "anordnung", self._laid_out(self._layouts[address], lang)
        if address == builder.ADDRESS:
            return "build", builder.content(collection, (), lang)
        if address.startswith(_CROSSED):
            return "gaps", self._crossed(address.removeprefix(_CROSSED), voice)
        content = {}
        if address == "":
            content = self._once(address, lang, self._begun)
        elif address == "neu":
            found = self.news
            content = {
                "found": found if isinstance(found, Changes) else None,
                "error": found if isinstance(found, NqgraphError) else None,
                "told": [] if isinstance(found, Changes) and found else self._answers([self.settings.changes], lang),
                "feed": self.links("neu", lang).file(feed.name(lang, self.workspace.language)),
            }
        elif address == "zeitleiste":
            content = {"lanes": self.lanes(lang)}
        elif address == "karte":
            content = {"found": self.map(lang), "steps": _STEPS}
        elif address == "luecken":
            content = {"answers": self._answers(self.settings.gaps, lang)}
        elif address in FOOT:
            content = {"paragraphs": self._said(address, lang), "checks": CHECKS}
        return address or "start", content

    def _list(self, address: str, voice: Voice) -> dict[str, Any]:
        """What the page of a list shows."""
        return self._once(address, voice.lang, lambda lang: self._listed(self.collection.lists[address], lang))

    def _listed(self, shape: NodeShape, lang: str) -> dict[str, Any]:
        filters, entries = self.collection.listing(shape, lang)
        return {
            "shape": shape,
            "filters": filters,
            "columns": self.collection.columns(shape),
            "entries": entries,
            "grades": listing.grades(self.collection.facts, self._first(entries)),
            "made": {},
            "asked": {},
            "pages": None,
        }

    def _begun(self, lang: str) -> dict[str, Any]:
        """What the start page shows."""
        return {
            "questions": [(found, self.collection.queries[found]) for found in self._asked(self.settings.start)],
            "findings": list(start.findings(self.collection, lang)),
            "bars": start.bars(self.collection, lang),
            "entries": self._entries(lang),
            "ways": [name for name in _WAYS if name in self.known],
        }

    def _once(self, address: str, lang: str, make: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
        """What *make* makes for the page at *address*; kept where it is asked for again and again."""
        if not self.live:
            return make(lang)
        if (address, lang) not in self._kept:
            self._kept[address, lang] = make(lang)
        return self._kept[address, lang]

    def _crossed(self, name: str, voice: Voice) -> dict[str, Any]:
        """What the page of a gap map shows."""
        found = self._once(_CROSSED + name, voice.lang, lambda lang: {"map": self.gaps.map(name, lang)})["map"]
        return {
            "map": found,
            "other": OTHER,
            "unsaid": UNSAID,
            "answered": {row for row, cell in found.totals.items() if cell},
            "gap_link": partial(self._gap_link, found),
        }

    def _gap_link(self, found: GapMap, here: Links, row: str, column: str, cell: Cell) -> str:
        """Where the claims of a cell are: the built question with both chosen, else the page of the row."""
        crossing = self.collection.crossing
        asked = crossing and self.live and column not in ("", OTHER)
        if not asked or crossing is None:
            address = self.collection.addresses.get(row, "")
            return here.to(address) if address and here.exists(address) else ""
        state = "answered" if cell.whole else "partly"
        relation = next(p for p in crossing.rows.properties if p.matrix_group and p.matrix_state == state)
        value = NONE if column == UNSAID else vocab.local_name(column)
        way, other = (vocab.local_name(prop.path) for prop in (relation, found.axis))
        question = Question(crossing.rows.segment, (f"{way}={vocab.local_name(row)}", f"{other}={value}"), (other,))
        return here.to(builder.ADDRESS) + "?" + urlencode(question.to_address(), quote_via=quote)

    @cached_property
    def news(self) -> Changes | NqgraphError | None:
        """What has changed since the build before, or why nobody can say; None where there is none."""
        try:
            before = self.opened.before() if self.opened else None
            found = compare(Graph(before), self.collection.graph) if before else None
        except NqgraphError as error:
            return error
        return found if found is None or self._things is None else found.only(self._things)

    def feed(self, lang: str, address: str = "") -> bytes | None:
        """
        What is new as an Atom feed in *lang*; None where nothing can be compared.

        Args:
            address: Where the pages lie; links are relative to the feed if it is empty.
        """
        if not isinstance(self.news, Changes) or self.opened is None:
            return None
        return feed.render(self, self.news, lang, address)

    def comparison(self, found: Changes, old: str, new: str, voice: Voice, *, internal: bool = False) -> str:
        """What is new between two states that are called *old* and *new*, as a page that stands alone."""
        here = Links("", voice.lang, self.workspace.language, known=frozenset())
        content = {"found": found, "old": old, "new": new, "internal": internal}
        style = assets.style(self.collection.facts.schema).decode()
        return self._html("diff", "neu", voice, here, styles=style, **content)

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
        address = f"abfragen/{name}"
        return self._html("query", address, self.voice(lang), **self._question(address, values, lang, error))

    def build_page(self, items: Sequence[tuple[str, str]], lang: str) -> tuple[str, bool]:
        """The page of a built question with the form that the address *items* fills in; and whether it is one."""
        content = builder.content(self.collection, items, lang)
        return self._html("build", builder.ADDRESS, self.voice(lang), **content), content["error"] is None

    def contrast_page(self, items: Sequence[tuple[str, str]], lang: str) -> tuple[str, bool]:
        """The page with the things that the address *items* names side by side; and whether it can be."""
        content = contrasts.content(self.collection, items, lang)
        shape = content["contrast"].shape if content["contrast"] else None
        back = next((address for address, listed in self.collection.lists.items() if listed is shape), "")
        html = self._html(
            "vergleich", contrasts.ADDRESS, self.voice(lang), back=back, kept=content["downloads"], **content
        )
        return html, content["error"] is None

    def bundle_page(self, items: Sequence[tuple[str, str]], lang: str) -> tuple[str, bool]:
        """The page of the one or two bundles that the address *items* names; and whether it can be."""
        content = self._bundled(items, self.voice(lang))
        return self._html("buendel", bundles.ADDRESS, self.voice(lang), kept=content["query"], **content), (
            content["error"] is None
        )

    def smallest_page(self, items: Sequence[tuple[str, str]], lang: str) -> tuple[str, bool]:
        """The page of the smallest bundles that the address *items* asks for; and whether there can be any."""
        content = self._smallest(items, self.voice(lang))
        return self._html("kleinstes", bundles.SMALLEST, self.voice(lang), kept=content["query"], **content), (
            content["error"] is None
        )

    def _bundled(self, items: Sequence[tuple[str, str]], voice: Voice) -> dict[str, Any]:
        """What the page of bundles shows; the overview is kept where it is asked for again and again."""
        content = bundles.content(self.collection, items, voice)
        if content["bundles"]:
            return content | {"overview": None}
        return content | self._once(
            bundles.ADDRESS, voice.lang, lambda _: {"overview": bundles.overview(self.collection, voice)}
        )

    def _smallest(self, items: Sequence[tuple[str, str]], voice: Voice) -> dict[str, Any]:
        """What the page of the smallest bundles shows; the overview is kept where it is asked for again and again."""
        key = (bundles.SMALLEST, voice.lang)
        content = bundles.smallest(self.collection, items, voice) if items or key not in self._kept else None
        if content is None:
            return self._kept[key]
        content["bundle_address"] = bundles.address
        if not items and content["error"] is None:
            self._kept[key] = content
        return content

    def _laid_out(self, layout: Layout, lang: str) -> dict[str, Any]:
        """What a page of the settings shows: each of its questions with its answer, parted or as a grid."""
        made = []
        for one in layout.asks:
            whole = bool(one.by or one.grid)  # what is laid out otherwise is counted in all rows
            for query, found, error in self._answers([one.query], lang, not one.grid, whole):
                parts = arranged.parts(found, one.by) if found and one.by else []
                parts = [replace(part, table=part.table.first(self.shown)) for part in parts]
                crossed = arranged.grid(found, one.grid) if found and one.grid else None
                made.append((query, found, error, parts, crossed))
        return {"lead_text": layout.lead, "made": made}

    @cached_property
    def asking(self) -> Asking:
        """Plain questions to the graph."""
        return Asking(self.collection.graph)

    def ask_page(self, question: str, lang: str) -> str:
        """The page of a plain *question*: what it can mean, and the answer where that is clear."""
        asking = self.asking.in_language(lang)
        understood = asking.understand(question)
        here = self.links("fragen", lang)
        readings = [self._reading(asking, reading, here) for reading in understood.readings]
        first = readings.pop(0) if readings and understood.readings[0].certain else None
        found, nothing = None, []
        if first:
            values = dict(understood.readings[0].values)
            found = self.collection.answer(*asking.asked(first["name"], values), lang, rows=self.shown)
            nothing = [] if found.rows else asking.nothing(first["name"], values).told(lang)
        content = {"question": question, "unknown": ", ".join(understood.unknown), "first": first, "others": readings}
        return self._html("fragen", "fragen", self.voice(lang), here, found=found, nothing=nothing, **content)

    def _reading(self, asking: Asking, reading: Reading, here: Links) -> dict[str, Any]:
        """A reading as the page shows it, with a link that asks it and one without each chip."""
        (query, _), lang = asking.asked(reading.name, reading.values), asking.graph.lang

        def link(values: Mapping[str, str]) -> str:
            page, asked = asking.address(reading.name, values)
            return here.to(page) + (f"?{asked}" if asked else "")

        lacking = [p for p in query.parameters if p.name in reading.lacking]
        return {
            "name": reading.name,
            "label": query.title,
            "title": asking.title(reading),
            "link": link(reading.values),
            "chips": [
                {
                    "label": chip.label,
                    "shown": chip.shown,
                    "optional": chip.optional,
                    "without": link({k: v for k, v in reading.values.items() if k != chip.parameter}),
                }
                for chip in asking.chips(reading.name, reading.values)
            ],
            "lacking": [text("ask-lacking", lang, label=in_language(p.label, lang, p.name)) for p in lacking],
        }

    def editor_page(self, lang: str) -> str:
        """The page on which one writes SPARQL."""
        return self._html("editor", "sparql", self.voice(lang))

    def edit_page(self, template: str, address: str, lang: str, **content: Any) -> str:
        """The page at *address* for those who edit the tables; *content* is what its template shows."""
        here = self.links(address, lang)
        return self._html(template, "bearbeiten", self.voice(lang), here, **content)

    def not_found(self, address: str) -> str:
        """A page that says that there is nothing at *address*, with the nearest addresses."""
        lang, rest = links.split(address, self.workspace.languages)
        wanted = rest.partition(".")[0]
        near = difflib.get_close_matches(wanted, self.known, n=_NEAR, cutoff=0.6)
        keys = {vocab.local_name(iri): found for found, iri in self.collection.things.items()}
        near += [keys[key] for key in difflib.get_close_matches(wanted.rsplit("/", 1)[-1], keys, n=_NEAR, cutoff=0.6)]
        here = self.links(rest, lang)
        return self._html("not-found", "not-found", self.voice(lang), here, near=list(dict.fromkeys(near))[:_NEAR])

    def frame(self, voice: Voice, **content: Any) -> str:
        """The one file around its sections."""
        return self._html("file", "", voice, self._inside(voice), **content)

    def around(self, voice: Voice) -> dict[str, str]:
        """What stands around the sections of the one file, by the id of its element; and the title of it all."""
        here = self._inside(voice)
        return {
            "f_title": escape(voice.plain(self.settings.title)),
            "f_skip": voice.t("page-skip"),
            "f_brand": voice.say(self.brand),
            "f_search": voice.t("page-search"),
            "f_open": voice.t("page-menu"),
            "f_menu": self._html("menu", "", voice, here),
            "f_foot": self._html("foot", "", voice, here),
        }

    def _inside(self, voice: Voice, address: str = "") -> Links:
        """The links of the section at *address* in the one file."""
        return Links(address, voice.lang, self.workspace.language, one_file=True, known=self._in_file)

    def answering(self, voices: Iterable[Voice]) -> Answered:
        """What answers the questions of the one file for whatever one chooses."""
        writers = {v.lang: Inline(self.collection, v, self._inside(v, "abfragen"), {}) for v in voices}
        return Answered(self.collection, writers)

    def surroundings(self, iri: str, here: Links) -> str:
        """Address of the network around a thing; on a site of files the whole network."""
        address = self.collection.addresses[iri].removeprefix("doc/")
        return here.file(f"{assets.AROUND}{address}.json" if self.live else "netz.json")

    def asset(self, name: str) -> tuple[bytes, str] | None:
        """A file that pages load, with its media type; None if there is none."""
        return assets.asset(self.collection, name, self.views)

    @property
    def views(self) -> Iterator[assets.View]:
        """The pages that show no single thing and answer no question of their own."""
        for address in self.addresses():
            if address not in ("", "def", "api") and not address.startswith(("doc/", "abfragen/")):
                yield address, self.title(address), self.lead(address) if address in (*_WAYS, "ueber") else {}

    @property
    def scripts(self) -> bool:
        """Whether the scripts were built with the package."""
        return bundle.read("app.js") is not None

    # -- parts of pages --------------------------------------------------------------------------------------------

    def _question(
        self, address: str, values: Mapping[str, str], lang: str, error: QueryError | None = None
    ) -> dict[str, Any]:
        """What the page of a canned query shows."""
        query = self.collection.queries[address]
        number = "" if query.parameter(PAGE) else values.get(PAGE, "")
        values = {name: value for name, value in values.items() if name != PAGE or query.parameter(PAGE)}
        fields = [parameter for parameter in query.parameters if parameter.name != "lang"]
        asked = {name: value for name, value in values.items() if value and name != "lang"}
        missing = [p for p in fields if not p.optional and p.default is None and p.name not in asked]
        found, pages = None, None
        if not missing and error is None:
            try:
                result = answers.answer(self.collection.graph, query, asked, lang)
                pages = self._pages(len(result), number, asked)
                rows = slice(pages["first"] - 1, pages["end"]) if pages else self.shown
                found = self.collection.table(query, result, asked, lang, rows=rows)
            except QueryError as lost:
                if asked:
                    raise
                error = lost  # the default of a parameter is not in these data
        graph = self.collection.graph.in_language(lang)
        try:
            stated = graph.stated(query, asked) if not missing and error is None else ""
            given = {**asked, "lang": lang} if query.parameter("lang") else asked
            sparql = portable.text(query, bind(query, given, graph), self.workspace, lang)
        except QueryError:  # what the answer says already
            stated, sparql = "", portable.resource(query, self.workspace)
        return {
            "query": query,
            "stated": stated,
            "sparql": sparql,
            "fields": fields,
            "values": asked,
            "choices": {p.name: self._chosen_from(p, lang) for p in fields},
            "found": found,
            "pages": pages,
            "rows_a_page": PAGE_ROWS,
            "error": error,
            "grades": found.grades if found else [],
            "downloads": "?" + urlencode({**asked, "lang": lang}, quote_via=quote),
        }

    def stated(self, query: Query, lang: str) -> str:
        """What *query* is asked for where nobody chooses; "" if a value is not in these data."""
        try:
            return self.collection.graph.in_language(lang).stated(query, {})
        except QueryError:
            return ""

    def _pages(self, rows: int, number: str, asked: Mapping[str, str]) -> dict[str, Any] | None:
        """Which page of an answer is shown, and the addresses of those beside it; None where one is enough."""
        last = -(-rows // PAGE_ROWS)
        if last < 2 or not self.live:
            return None
        here = min(max(int(number), 1), last) if number.isdecimal() else 1

        def link(page: int) -> str:
            return "?" + urlencode({**asked, PAGE: page}, quote_via=quote) if 1 <= page <= last else ""

        first = (here - 1) * PAGE_ROWS + 1
        beside = {"before": link(here - 1), "after": link(here + 1)}
        return {"number": here, "last": last, "first": first, "end": min(rows, here * PAGE_ROWS), **beside}

    @property
    def shown(self) -> slice:
        """Which rows a page of a server shows at once of what there is; elsewhere all."""
        return slice(PAGE_ROWS) if self.live else answers.ALL

    def _first(self, items: Sequence[Any], most: int = 0) -> Sequence[Any]:
        """So many *items* as a page shows at once, or so few as it has place for."""
        return items[self.shown][: most if self.live and most else None]

    @staticmethod
    def rows_of(columns: int) -> int:
        """How many rows a page shows of tables that have so many *columns* together."""
        return min(PAGE_ROWS, max(_LEAST_ROWS, _MOST_CELLS // max(columns, 1)))

    @cached_property
    def list_of(self) -> Mapping[str, str]:
        """Class → address of its list."""
        return {shape.target_class: address for address, shape in self.collection.lists.items()}

    def _chosen_from(self, parameter: Parameter, lang: str) -> list[tuple[str, Labels]]:
        """What a form offers for *parameter*; nothing where that is too much, and one writes a name or key."""
        if not self.live or len(self.collection.members.get(parameter.range, ())) > PAGE_ROWS:
            return []
        return self.collection.choices(parameter, lang)

    def _entries(self, lang: str) -> list[tuple[Labels, str, list[str]]]:
        """Where readers begin: what they are told, the address of the list, and its things."""
        addresses = self.list_of
        named = {self.workspace.iris.expand(name) or name: said for name, said in self.settings.entries.items()}
        return [
            (said, addresses[iri], self.collection.facts.sorted(self.collection.members[iri], lang))
            for iri, said in named.items()
            if iri in addresses
        ]

    def _form(self, asked: Asked) -> str | None:
        """The form of a question with the thing in it, as a part of an address; None for what stands apart."""
        form = f"?{urlencode(asked.values, quote_via=quote)}" if self.live else ""
        return None if asked.apart else form

    def _answers(
        self, names: Iterable[str], lang: str, brief: bool = False, whole: bool = False
    ) -> list[tuple[Query, AnswerTable | None, QueryError | None]]:
        """Queries with their answers, or with what keeps them from one."""
        found: list[tuple[Query, AnswerTable | None, QueryError | None]] = []
        for address in self._asked(names):
            query = self.collection.queries[address]
            try:
                rows = answers.ALL if whole else self.shown
                found.append((query, self.collection.answer(query, {}, lang, brief, rows), None))
            except QueryError as error:
                found.append((query, None, error))
        return found

    def _said(self, name: str, lang: str) -> list[str]:
        """Paragraphs of the operator; in another language where there are none in *lang*."""
        for tag in (lang, *self.workspace.languages, *LANGUAGES):
            path = self._texts / f"{name}.{tag}.txt"
            if path.exists():
                try:
                    said = path.read_text(encoding="utf-8")
                except UnicodeDecodeError as error:
                    raise InputError.of("not-utf8", Place(str(path))) from error
                return [part.strip() for part in said.split("\n\n") if part.strip()]
        return []

    def _html(self, template: str, address: str, voice: Voice, here: Links | None = None, **content: Any) -> str:
        here = here or self.links(address, voice.lang)
        return self.template(template).render(self._context(address, voice, here, content))

    @property
    def templates(self) -> list[str]:
        """Names of the templates of all pages."""
        return [name.removesuffix(".html") for name in self._environment.list_templates(["html"])]

    def template(self, name: str) -> Template:
        """The template *name*, compiled when it is first asked for."""
        return self._environment.get_template(f"{name}.html")

    def _context(self, address: str, voice: Voice, here: Links, content: Mapping[str, Any]) -> dict[str, Any]:
        """What every template knows, and *content*."""
        beside = {} if self.live else self._names.setdefault((voice.lang, here.to("")), {})
        inline = Inline(self.collection, voice, here, beside)
        return {
            "layout": "section.html" if here.one_file else "page.html",
            "links": here,
            "address": address,
            "title": self.title("editor" if address == "sparql" else address),
            "voice": voice,
            "thing": inline.thing,
            "origin": inline.origin,
            "words": inline.words,
            "prose": inline.text,
            "in_cell": inline.cell,
            "rows_of": inline.rows,
            "absent": inline.absent,
            "pictures": self._pictures(voice, here),
            "lang": voice.lang,
            "say": voice.say,
            "t": voice.t,
            "count": lambda value: voice.say(number(str(value))),
            **content,
        }

    def _pictures(self, voice: Voice, here: Links) -> Pictures:
        """What draws the pictures of a page, with links from there."""
        addresses = self.collection.addresses

        def href(iri: str) -> str:
            return here.to(addresses[iri]) if here.exists(addresses.get(iri, "-")) and iri in addresses else ""

        return Pictures(self.collection, voice, href, self.shown)

    def picture(self, name: str, lang: str) -> bytes | None:
        """The picture *name* as a file; None if there is none."""
        voice = self.voice(lang)
        drawn = Pictures(self.collection, voice, shown=self.shown).named(name)
        if drawn is None:
            return None
        origin = " · ".join(filter(None, (voice.plain(self.brand), voice.plain(self.state) if self.state else "")))
        note = f"{voice.plain_t('internal-note')} · {origin}" if self.internal else origin
        return drawing.file(drawn.svg, drawn.title, note)

    def links(self, address: str, lang: str) -> Links:
        """How the page at *address* points at others."""
        return Links(address, lang, self.workspace.language, suffix=self.suffix, known=self.known)

    @cached_property
    def state(self) -> Labels:
        """The day on which the youngest of the datasets was issued; empty where none says so."""
        issued = (self.collection.facts.first(iri, vocab.DCTERMS.issued) for iri in self.collection.datasets())
        youngest = max(filter(None, issued), default="")
        return self._day(youngest)

    def _day(self, day: str) -> Labels:
        return {lang: moment(day)[lang] for lang in self.languages} if day else {}

    @property
    def since(self) -> Labels:
        """The day from which the state is that these pages are compared with; empty where there is none."""
        before = self.opened.previous if self.opened else None
        return self._day(before.written.date().isoformat() if before else "")

    def report(self, title: str) -> str:
        """Address at which readers say what is missing or wrong on the page *title*; "" without a contact."""
        contact = self.settings.contact
        return f"{contact}?subject={quote(title)}" if contact.startswith("mailto:") else contact

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the pages."""
        return self.workspace.languages

    @property
    def brand(self) -> Labels:
        """What stands at the head of each page: the sender, else the title."""
        return self.settings.sender or self.settings.title

    @property
    def example(self) -> str:
        """Address of a thing, for references: the one that the settings name, else the first."""
        wanted = self.settings.example.get("thing", "")
        found = (address for address in self.collection.things if address.rpartition("/")[2] == wanted)
        return next(found, next(iter(self.collection.things), "doc/{type}/{key}"))

    def long(self, found: AnswerTable) -> bool:
        """Whether the one file packs an answer."""
        return len(found.rows) > _MOST_ROWS

    def folded(self, shape: NodeShape) -> bool:
        """Whether the one file packs all but the head of the pages of a kind."""
        return shape.brief or shape.role != "thing"

    @cached_property
    def looks(self) -> Mapping[str, appearance.Look]:
        """Kind of thing → how it looks in pictures."""
        return appearance.looks(self.collection.facts.schema)

    def icon(self, kind: str) -> Markup:
        """The sign of a kind of thing: colour and shape, hidden from screen readers, which read the name beside it."""
        return Markup('<i class="sign k-{}" aria-hidden="true"></i>').format(self.sign(kind))

    def sign(self, kind: str) -> str:
        """The name of the sign of a kind of thing in the style sheet."""
        return kind if kind in self.looks else "other"


def quoted(text: str) -> Markup:
    """*text* as a string in a style sheet (CSS Syntax, section 4.3.7)."""
    return Markup('"{}"').format("".join(sign if sign.isalnum() else f"\\{ord(sign):x} " for sign in text))
