"""Every page over one graph: which addresses there are, and the HTML at each."""

from __future__ import annotations

import difflib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from nqgraph import appearance, bundle, queries, vocab
from nqgraph.errors import QueryError
from nqgraph.graph import Graph
from nqgraph.pages import links as addresses
from nqgraph.pages import tables
from nqgraph.pages.dossier import Claim, dossier
from nqgraph.pages.facts import WITHOUT_PAGES, Facts
from nqgraph.pages.language import Labels, Voice, direction, moment, number, same
from nqgraph.pages.links import Links
from nqgraph.queries import Query
from nqgraph.shapes import NodeShape, PropertyShape
from nqgraph.texts import LANGUAGES, in_language, text

#: Lists that the navigation names; the page of contents names all.
MAIN = ("Obstacle", "Practice", "Recommendation", "DecisionOption", "Scenario")
#: Kinds whose pages stand in full in the one file, for readers without scripts; of others the name and the sentence.
UNFOLDED = frozenset(
    {
        "obstacle", "practice", "recommendation", "decision-option", "alternative", "scenario", "knowledge-gap", "goal",
        "task", "forum", "project", "study", "funding-instrument", "target-group", "route",
    }
)  # fmt: skip
#: Pages that are no list and no thing, in the order of the navigation.
PLAIN = ("matrix", "netz", "luecken", "abfragen", "inhalt", "glossar", "ueber")
LEGAL = ("impressum", "datenschutz", "barrierefreiheit")
#: Queries that the start page asks: the ten questions of the working group.
QUESTIONS = (
    "hemmnisse-ohne-praxis", "praxis-zu-hemmnis", "wer-empfiehlt-was", "regionen-ohne-praxis", "verbleib-von-praxis",
    "fehlende-messwerte", "wege-fuer-ausgangslage", "ausgelaufene-foerderung", "optionen-mit-belegen", "schwache-belege",
)  # fmt: skip
#: Most distinct values of a property that a list can be filtered by.
_MOST_CHOICES = 40


@dataclass(frozen=True)
class Filter:
    """A drop-down above a list."""

    name: str
    label: Labels
    choices: list[str]


@dataclass(frozen=True)
class Entry:
    """A thing in a list."""

    iri: str
    lead: Labels
    #: Filter → values of the thing.
    values: dict[str, list[str]]


class Site:
    """
    The pages over a graph.

    Args:
        graph: What the pages show.
        suffix: ``.html`` where pages are files.
        things: The things that have pages; all if None.
        live: Whether a server answers forms and downloads of queries.
        texts: Folder with ``impressum.de.txt``, ``datenschutz.en.txt`` …: paragraphs that the operator wants to say.
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
        self.graph = graph
        self.facts = Facts(graph)
        self.suffix = suffix
        self.live = live
        self.version = version
        self._texts = texts
        wanted = None if things is None else set(things)
        #: Address of a page → the thing it is about.
        self.things = {
            addresses.of_thing(iri): iri
            for iri, shape in self.facts.shape_of.items()
            if shape.target_class not in WITHOUT_PAGES and (wanted is None or iri in wanted) and iri.startswith(vocab.ID)
        }
        members: dict[str, list[str]] = defaultdict(list)
        for iri in self.things.values():
            members[self.facts.shape_of[iri].target_class].append(iri)
        #: Class → its things.
        self.members = {name: iris for name, iris in members.items()}
        #: Address of a list → its class.
        self.lists = {
            vocab.slug(in_language(shape.label, "de")): shape
            for shape in self.facts.schema.node_shapes
            if shape.target_class in self.members
        }
        self._environment = Environment(
            loader=PackageLoader("nqgraph.pages"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )

    unfolded = UNFOLDED

    # -- addresses -----------------------------------------------------------------------------------------------

    @cached_property
    def queries(self) -> dict[str, Query]:
        """Address → canned query."""
        return {f"abfragen/{query.name}": query for query in queries.all_queries()}

    def addresses(self) -> Iterator[str]:
        """Every address, without the language."""
        yield ""
        yield from PLAIN
        yield from self.lists
        yield from self.queries
        yield from self.things
        yield from (name for name in LEGAL if name != "impressum" or self._operator_text(name))

    @cached_property
    def known(self) -> frozenset[str]:
        """Every address."""
        return frozenset(self.addresses())

    def page(self, address: str) -> str | None:
        """The page at *address* (``hemmnisse``, ``en/doc/practice/p-tep``), or None."""
        lang, rest = split(address)
        return self.render(rest, Voice(lang)) if rest in self.known else None

    def not_found(self, address: str, lang: str = "de") -> str:
        """A page that says that there is nothing at *address*, with the nearest addresses."""
        wanted = split(address)[1]
        near = difflib.get_close_matches(wanted, self.known, n=6, cutoff=0.6)
        key = wanted.rsplit("/", 1)[-1].partition(".")[0]
        keys = {vocab.local_name(iri): name for name, iri in self.things.items()}
        near += [keys[name] for name in difflib.get_close_matches(key, keys, n=6, cutoff=0.6) if keys[name] not in near]
        voice = Voice(lang)
        return self._html("not-found.html", "", voice, near=[(name, self.title(name)) for name in near[:8]])

    def title(self, address: str) -> Labels:
        """The heading of a page."""
        if address in self.things:
            return self.facts.label(self.things[address])
        if address in self.lists:
            return self.lists[address].label
        if address in self.queries:
            return self.queries[address].title
        return {lang: text(f"page-{address or 'start'}", lang) for lang in LANGUAGES}

    # -- pages ---------------------------------------------------------------------------------------------------

    def render(self, address: str, voice: Voice, *, layout: str = "page.html", links: Links | None = None) -> str:
        """The page at *address* in the language of *voice*."""
        given = {"layout": layout, "links": links}
        if address in self.things:
            about = dossier(self.facts, self.things[address], voice.lang)
            return self._html("thing.html", address, voice, about=about, **given)
        if address in self.lists:
            shape = self.lists[address]
            filters, entries = self._list(shape, voice.lang)
            return self._html("list.html", address, voice, shape=shape, filters=filters, entries=entries, **given)
        if address in self.queries:
            return self._query(address, {}, voice, **given)
        return self._html(f"{address or 'start'}.html", address, voice, **self._content(address, voice), **given)

    def query_page(self, name: str, values: Mapping[str, str], lang: str, error: QueryError | None = None) -> str:
        """
        The page of a canned query with its form and its answer.

        Args:
            values: What stands in the form.
            error: What is wrong with the values; then there is no answer.
        Raises:
            QueryError: There is no such query, or a value does not fit its parameter.
        """
        queries.get(name)
        return self._query(f"abfragen/{name}", values, Voice(lang), error=error)

    def _query(self, address: str, values: Mapping[str, str], voice: Voice, **given: Any) -> str:
        query = self.queries[address]
        fields = [p for p in query.parameters if p.name != "lang"]
        asked = {p.name: values.get(p.name, "") for p in fields if values.get(p.name)}
        missing = [p for p in fields if not p.optional and p.default is None and p.name not in asked]
        found = None
        if not missing and not given.get("error"):
            languages = (voice.lang, *([voice.other] if voice.other else []))
            results = {lang: tables.answer(self.graph, query, asked, lang) for lang in languages}
            found = tables.table(self.facts, query, results, self._shown)
        given.setdefault("error", None)
        choices = {p.name: self._choices(p, voice.lang) for p in fields} if not voice.other else {}
        return self._html(
            "query.html", address, voice, query=query, fields=fields, values=asked, found=found, choices=choices, **given
        )

    def _shown(self, iri: str) -> bool:
        """Whether *iri* is no thing that these pages leave out."""
        shape = self.facts.shape_of.get(iri)
        return shape is None or shape.target_class in WITHOUT_PAGES or addresses.of_thing(iri) in self.things

    def _choices(self, parameter: queries.Parameter, lang: str) -> list[tuple[str, Labels]]:
        """Value and label of what a parameter can be; empty if it is free."""
        if parameter.type == "iri" and parameter.range in self.members:
            return [(vocab.local_name(i), self.facts.label(i)) for i in self.facts.sorted(self.members[parameter.range], lang)]
        if parameter.type == "concept":
            members = self.concepts.get(vocab.SCHEME[parameter.range], [])
            return [(vocab.local_name(i), self.facts.label(i)) for i in members]
        return []

    @cached_property
    def concepts(self) -> dict[str, list[str]]:
        """Concept scheme → its concepts, as its notations order them."""
        found: dict[str, list[str]] = {}
        for scheme, predicate, _ in self.facts.inverse.get(vocab.SKOS.ConceptScheme, ()):
            if predicate == vocab.RDF.type:
                members = {s for s, p, _ in self.facts.inverse.get(scheme, ()) if p == vocab.SKOS.inScheme}
                found[scheme] = self.facts.sorted(members, "de")
        return dict(sorted(found.items(), key=lambda pair: self.facts.sort_key(pair[0], "de")))

    def _list(self, shape: NodeShape, lang: str) -> tuple[list[Filter], list[Entry]]:
        things = self.facts.sorted(self.members[shape.target_class], lang)
        filters = []
        for prop in shape.properties:
            choices = {v.text for thing in things for v in self.facts.values(thing, prop.path)} if _can_filter(prop) else ()
            if 2 <= len(choices) <= _MOST_CHOICES and not any(f.label == prop.name for f in filters):
                filters.append(Filter(vocab.slug(vocab.local_name(prop.path)), prop.name, self.facts.sorted(choices, lang)))
        paths = {vocab.slug(vocab.local_name(p.path)): p.path for p in shape.properties}
        entries = [
            Entry(
                iri=thing,
                lead=self.lead(thing),
                values={f.name: sorted({vocab.local_name(v.text) for v in self.facts.values(thing, paths[f.name])}) for f in filters},
            )
            for thing in things
        ]
        return filters, entries

    def lead(self, iri: str) -> Labels:
        """What a thing is, in a sentence; of a source, who published it when."""
        if self.facts.shape_of[iri].target_class == vocab.NQ.Source:
            parts = [self.facts.first(iri, path) for path in (vocab.NQ.publisherName, vocab.NQ.yearText)]
            return same(", ".join(part for part in parts if part))
        return self.facts.texts(iri, vocab.DCTERMS.description)

    def _content(self, address: str, voice: Voice) -> dict[str, Any]:
        """What a page needs that is no list, no thing and no query."""
        if address == "":
            return {"counts": self._counts(), "questions": self._questions(), "changes": self._changes(voice)}
        if address == "matrix":
            return {"groups": list(self._matrix(voice.lang))}
        if address == "luecken":
            return {"names": ("hemmnisse-ohne-praxis", "offene-luecken"), "found": self._answers(("hemmnisse-ohne-praxis", "offene-luecken"), voice)}
        if address == "abfragen":
            topics: dict[str, list[tuple[str, Query]]] = defaultdict(list)
            for name, query in self.queries.items():
                topics[query.topic].append((name, query))
            return {"topics": topics}
        if address == "inhalt":
            return {"register": self._register(voice.lang)}
        if address == "glossar":
            return {"terms": self._terms(voice.lang)}
        if address == "ueber":
            return {"datasets": self._datasets()}
        if address in LEGAL:
            return {"paragraphs": self._operator_text(address, voice.lang), "checks": CHECKS}
        return {"kinds": self._kinds(voice.lang)}

    def _counts(self) -> list[tuple[str, Labels, int]]:
        """Address, name and number of the kinds that the start page counts."""
        shown = ("Obstacle", "Practice", "Recommendation", "FundingInstrument", "Observation", "Source")
        wanted = [shape for name in shown for shape in self.lists.values() if vocab.local_name(shape.target_class) == name]
        by_class = {shape.target_class: address for address, shape in self.lists.items()}
        return [(by_class[s.target_class], s.label, len(self.members[s.target_class])) for s in wanted]

    def _questions(self) -> list[tuple[str, Query]]:
        return [(f"abfragen/{name}", self.queries[f"abfragen/{name}"]) for name in QUESTIONS]

    def _changes(self, voice: Voice) -> Any:
        return self._answers(("was-hat-sich-geaendert",), voice)["was-hat-sich-geaendert"]

    def _answers(self, names: Iterable[str], voice: Voice) -> dict[str, Any]:
        languages = (voice.lang, *([voice.other] if voice.other else []))
        found = {}
        for name in names:
            query = self.queries[f"abfragen/{name}"]
            results = {lang: tables.answer(self.graph, query, {}, lang) for lang in languages}
            found[name] = (query, tables.table(self.facts, query, results, self._shown))
        return found

    def _matrix(self, lang: str) -> Iterator[dict[str, Any]]:
        """For each group of obstacles what is known about practice × obstacle."""
        pairs: dict[tuple[str, str], tuple[str, str]] = {}
        for practice, predicate, obstacle in self.facts.claims:
            if predicate == vocab.NQ.answers:
                claim = self.facts.claims[practice, predicate, obstacle][0]
                disputed = vocab.local_name(self.facts.first(claim, vocab.NQ.claimStatus)) == "disputed"
                pairs[practice, obstacle] = ("disputed" if disputed else "answered", self.facts.first(claim, vocab.NQ.evidenceGrade))
        for gap, predicate, _ in self.facts.inverse.get(vocab.NQ.KnowledgeGap, ()):
            about = [v.text for v in self.facts.values(gap, vocab.NQ.gapAbout)] if predicate == vocab.RDF.type else []
            absence = vocab.local_name(self.facts.first(gap, vocab.NQ.absence))
            for practice in about:
                for obstacle in about:
                    pairs.setdefault((practice, obstacle), (absence, ""))
        for group in self.concepts.get(vocab.SCHEME["obstacle-group"], []):
            members = {s for s, p, _ in self.facts.inverse.get(group, ()) if p == vocab.NQ.obstacleGroup}
            obstacles = [o for o in self.facts.sorted(members, lang) if addresses.of_thing(o) in self.things]
            practices = self.facts.sorted({p for p, o in pairs if o in members and addresses.of_thing(p) in self.things}, lang)
            if obstacles:
                yield {"group": group, "obstacles": obstacles, "practices": practices, "pairs": pairs}

    def _register(self, lang: str) -> dict[str, list[str]]:
        """Letter → things."""
        letters: dict[str, list[str]] = defaultdict(list)
        for iri in self.facts.sorted(self.things.values(), lang):
            if self.facts.shape_of[iri].target_class in _IN_REGISTER:
                letters[self.facts.sort_key(iri, lang)[:1].upper()].append(iri)
        return letters

    def _terms(self, lang: str) -> list[str]:
        return self.facts.sorted(
            {s for kind in (vocab.OWL.Class,) for s, p, _ in self.facts.inverse.get(kind, ()) if p == vocab.RDF.type and s.startswith(vocab.NQ)},
            lang,
        )

    def _datasets(self) -> list[str]:
        found = {s for s, p, _ in self.facts.inverse.get(vocab.DCAT.Dataset, ()) if p == vocab.RDF.type}
        return sorted(found)

    def _kinds(self, lang: str) -> list[tuple[NodeShape, list[str]]]:
        """Kinds of the network with their things, for its twin."""
        from nqgraph.network import BACKGROUND

        shapes = [s for s in self.lists.values() if s.target_class not in BACKGROUND]
        return [(shape, self.facts.sorted(self.members[shape.target_class], lang)) for shape in shapes]

    def _operator_text(self, name: str, lang: str = "de") -> list[str]:
        if self._texts is None:
            return []
        for tag in (lang, *LANGUAGES):
            path = self._texts / f"{name}.{tag}.txt"
            if path.exists():
                return [part.strip() for part in path.read_text(encoding="utf-8").split("\n\n") if part.strip()]
        return []

    # -- rendering -----------------------------------------------------------------------------------------------

    def render_file(self, voice: Voice, links: Links, **content: Any) -> str:
        """The one file around its *sections*."""
        return self._html("file.html", "", voice, links=links, **content)

    def _html(self, template: str, address: str, voice: Voice, **content: Any) -> str:
        given = {"layout": "page.html", "error": None, **content}
        links = given.pop("links", None) or Links(address, voice.lang, suffix=self.suffix, known=self.known)
        return self._environment.get_template(template).render(
            site=self,
            facts=self.facts,
            voice=voice,
            say=voice.say,
            t=voice.t,
            links=links,
            address=address,
            title=self.title(address if address in self.known or address == "editor" else "not-found"),
            page_of=addresses.of_thing,
            anchor=addresses.anchor,
            key=vocab.local_name,
            icon=icon,
            sign=sign,
            host=host,
            direction=direction,
            vocab=vocab,
            languages=LANGUAGES,
            **given,
        )

    def standing(self, claim: Claim) -> Labels:
        """How a claim made elsewhere stands, in a few words: “classified · evidence B”."""
        grade = f" · {{}} {vocab.local_name(claim.grade)}" if claim.grade else ""
        return {
            lang: in_language(dict(self.facts.label(claim.status)), lang) + grade.format(text("page-grade", lang))
            for lang in LANGUAGES
        }

    def reasoned(self, claim: Claim) -> Labels:
        """Who says a claim and how surely: “classified (editors) · confidence: high · evidence B: competent body”."""
        found = {}
        for lang in LANGUAGES:
            status, who, sure, grade = (
                in_language(dict(self.facts.label(iri)), lang) if iri else ""
                for iri in (claim.status, claim.classifier, claim.confidence, claim.grade)
            )
            words = [f"{status} ({who})" if who else status]
            words += [f"{text('page-confidence', lang)}: {sure}"] if sure else []
            words += [f"{text('page-grade', lang)} {grade}"] if grade else []
            found[lang] = " · ".join(words)
        return found

    def seen(self, extent: str) -> Labels:
        """How much of a source was seen."""
        label = dict(self.facts.label(extent))
        return {lang: f"{text('page-seen', lang)}: {in_language(label, lang)}" for lang in LANGUAGES}

    @property
    def navigation(self) -> list[str]:
        """Addresses in the main menu."""
        by_class = {vocab.local_name(shape.target_class): address for address, shape in self.lists.items()}
        return ["", *(by_class[name] for name in MAIN if name in by_class), *PLAIN[:-2]]

    @property
    def scripts(self) -> bool:
        """Whether the scripts were built with the package."""
        return bundle.read("app.js") is not None

    @staticmethod
    def number(value: int) -> Labels:
        """A number as each language writes it."""
        return number(str(value))

    @staticmethod
    def date(value: str) -> Labels:
        """A date as each language writes it."""
        return moment(value)

    @staticmethod
    def query_string(values: Mapping[str, str], lang: str) -> str:
        """What follows the address of an answer."""
        return "?" + urlencode({**values, "lang": lang}, quote_via=quote)

    # -- files beside the pages ------------------------------------------------------------------------------------

    def asset(self, name: str) -> tuple[bytes, str] | None:
        """A file that pages load, with its media type: styles, scripts, and the data of search and network."""
        kind = _MEDIA_TYPES.get(name.rpartition(".")[2])
        if kind is None or "/" in name:
            return None
        if name == "style.css":
            return style(), kind
        if name == "suche.json":
            return _compact(self.search_data()), kind
        if name == "netz.json":
            return _compact(self.network_data), kind
        found = bundle.read(name)
        return None if found is None else (found, kind)

    def search_data(self, href: Callable[[str], str] = lambda address: address) -> dict[str, Any]:
        """What the search looks through: kinds, things with all their names, and words that mean the same."""
        shapes = list(self.lists.values())
        number_of = {shape.target_class: index for index, shape in enumerate(shapes)}
        found = []
        for address, iri in self.things.items():
            others = [name for value in self.facts.values(iri, vocab.SKOS.altLabel) for name in value.labels.values()]
            found.append(
                [
                    number_of[self.facts.shape_of[iri].target_class],
                    vocab.local_name(iri),
                    _pair(self.facts.label(iri)),
                    sorted(set(others)),
                    _pair(self.lead(iri)),
                    href(address),
                ]
            )
        kinds = [{"type": shape.segment, "label": shape.label} for shape in shapes]
        return {"kinds": kinds, "things": found, "synonyms": self._synonyms()}

    def _synonyms(self) -> list[list[str]]:
        """Names of one thing or concept, of which each finds the others."""
        groups = []
        for iri, statements in self.facts.statements.items():
            if vocab.SKOS.altLabel in statements:
                names = [v.text.lower() for path in (vocab.SKOS.prefLabel, vocab.SKOS.altLabel) for v in self.facts.values(iri, path)]
                groups.append(sorted({name for name in names if len(name.split()) == 1}))
        return [group for group in groups if len(group) > 1]

    @cached_property
    def network_data(self) -> dict[str, Any]:
        """The network with its places, for the picture."""
        from nqgraph.exports import sigma

        return sigma.document(self.graph.store, self.things.values())


_IN_REGISTER = frozenset(
    vocab.NQ[name]
    for name in (
        "Obstacle", "Practice", "Recommendation", "Actor", "Forum", "Region", "TargetGroup", "FundingInstrument", "Route",
        "LegalNorm", "Occupation", "Scenario", "DecisionOption", "Goal", "Task", "KnowledgeGap", "Project", "Study", "Indicator",
    )
)  # fmt: skip

#: What the accessibility statement says was tested → the test that does it.
CHECKS = {
    "axe": "tests/test_pages.py::test_axe_finds_nothing",
    "keyboard": "tests/test_pages.py::test_everything_is_reached_by_keyboard",
    "scripts-off": "tests/test_pages.py::test_content_is_readable_without_scripts",
    "offline": "tests/test_pages.py::test_no_request_leaves_the_file",
    "narrow": "tests/test_pages.py::test_pages_fit_a_phone",
}


def split(address: str) -> tuple[str, str]:
    """Language and the rest of an address: ``en/hemmnisse`` → ``en``, ``hemmnisse``."""
    first, _, rest = address.strip("/").partition("/")
    return (first, rest) if first in LANGUAGES else ("de", address.strip("/"))


def icon(kind: str) -> Markup:
    """The sign of a kind of thing: its colour and shape, hidden from screen readers, which read the name beside it."""
    return Markup('<i class="sign k-{}" aria-hidden="true"></i>').format(sign(kind))


def sign(kind: str) -> str:
    """The name of the sign of a kind of thing in the style sheet."""
    return kind if kind in appearance.LOOKS else "other"


def host(address: str) -> str:
    """The server in a web address, by which readers know it."""
    return urlsplit(address).netloc or address


def _can_filter(prop: PropertyShape) -> bool:
    return bool(prop.scheme) or bool(set(prop.classes) & {vocab.NQ.Region, vocab.NQ.TargetGroup})


def _pair(labels: Labels) -> str | list[str]:
    """One text, or the German and the English one if they differ."""
    both = [in_language(dict(labels), lang) for lang in LANGUAGES]
    return both[0] if both[0] == both[1] else both


def _compact(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


@cache
def style() -> bytes:
    """The style sheet, with the signs of all kinds of things."""
    sheet = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
    signs = []
    for kind, look in [*appearance.LOOKS.items(), ("other", appearance.OTHER)]:
        image = quote(f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>{appearance.OUTLINES[look.shape]}</svg>".replace('"', "'"), safe="/:='")
        signs.append(f'.k-{kind}{{--kind:{look.color};--sign:url("data:image/svg+xml,{image}")}}')
    return (sheet + "\n".join(signs) + "\n").encode()


_MEDIA_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "json": "application/json"}
