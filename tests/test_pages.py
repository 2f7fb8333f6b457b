"""The pages: one set of templates for the server, the static site and the one offline file."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS, XSD

from nqgraph.building.builds import Assembly
from nqgraph.graph import queries, versions
from nqgraph.graph.graph import Graph
from nqgraph.graph.store import Store
from nqgraph.networks.network import Selection
from nqgraph.pages import Site, bundle
from nqgraph.pages import files as pages
from nqgraph.things import links
from nqgraph.things.dossier import dossier, figure
from nqgraph.things.language import literal
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError, StoreError
from nqgraph.words.texts import LANGUAGES
from tests import packs
from tests.spaces import IRIS, SPACE
from tests.test_picture import HOSTILE

needs_scripts = pytest.mark.skipif(bundle.read("app.js") is None, reason="the scripts were not built")


class Page(HTMLParser):
    """A page as a browser's parser sees it."""

    VOID = frozenset({"meta", "link", "input", "br", "img"})
    HEADINGS = frozenset(f"h{level}" for level in range(1, 7))

    def __init__(self, html: str) -> None:
        self.html = html
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._said: list[str] = []
        self.headings: list[tuple[str, str]] = []
        self._open: list[str] = []
        #: Headings that are open.
        self._inside = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in self.HEADINGS:
            self.headings.append((tag, ""))
            self._inside += 1
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            closed = self._open.pop()
            self._inside -= closed in self.HEADINGS
            if closed == tag:
                break

    def handle_data(self, data: str) -> None:
        if "script" in self._open[-1:] or "style" in self._open[-1:]:
            return
        self._said.append(data)
        if self._inside:
            tag, text = self.headings[-1]
            self.headings[-1] = (tag, text + data)

    @cached_property
    def text(self) -> str:
        return "".join(self._said)

    @property
    def links(self) -> list[str]:
        return [str(attrs["href"]) for tag, attrs in self.elements if tag == "a" and attrs.get("href")]

    @property
    def ids(self) -> list[str]:
        return [str(attrs["id"]) for _, attrs in self.elements if attrs.get("id")]


@pytest.fixture(scope="module")
def site(checkout: Path) -> Site:
    opened = versions.open(checkout / "build")
    return Site(Graph(opened.load()), version=opened.name, opened=opened)


@pytest.fixture(scope="module")
def example_site(example_graph: Graph) -> Site:
    return Site(example_graph)


@pytest.fixture(scope="module")
def rendered(exported: Callable[[str], Path]) -> dict[str, Page]:
    """File name → page of the static site."""
    folder = exported("nqgraph export site -o site")
    names = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.html")}
    return {name: Page(path.read_text(encoding="utf-8")) for name, path in names.items() if name != "404.html"}


@pytest.fixture(scope="module")
def one_file(shipped_file: str) -> str:
    return shipped_file


def page_of(site: Site, address: str) -> Page:
    html = site.page(address)
    assert html is not None
    return Page(html)


# -- long answers and lists -------------------------------------------------------------------------------------------


def test_long_answers_and_lists_have_pages(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row stands on one page; the addresses keep what was asked, and filters narrow all pages down."""
    monkeypatch.setattr("nqgraph.pages.site.PAGE_ROWS", 20)
    whole = site.collection.answer(site.collection.queries["abfragen/praxis-liste"], {}, "de").rows
    assert len(whole) > 40
    seen: list[str] = []
    address = "?"
    while address:
        asked = dict(parse_qsl(address.removeprefix("?")))
        html = site.query_page("praxis-liste", asked, "de")
        page, table = Page(html), html.partition('<table id="answer_praxis-liste"')[2].partition("</table>")[0]
        seen += re.findall(r'<tr><td[^>]*><a href="([^"]*)"', table)
        address = next((str(a["href"]) for tag, a in page.elements if tag == "a" and a.get("rel") == "next"), "")
    assert len(seen) == len(set(seen)) == len(whole)
    assert "1 bis 20" in Page(site.query_page("praxis-liste", {"seite": "nix"}, "de")).text

    shape = site.collection.lists["praxis"]
    things = len(site.collection.members[shape.target_class])
    first = Page(site.list_page("praxis", {}, "de") or "")
    rows = [a for tag, a in first.elements if tag == "tr"]
    assert len(rows) == 21 and f"{things} Einträge" in first.text
    name = site.collection.facts.name(next(iter(site.collection.members[shape.target_class])), "de")
    found = site.list_page("praxis", {"text": name, "seite": "7"}, "de") or ""
    assert name in Page(found).text and 2 <= found.count("<tr") < 22
    assert site.list_page("abfragen", {}, "de") is None


def test_what_is_too_long_for_a_page_says_how_long_it_is(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Timeline, matrix, register, the list beside the network and pages of things show so much and name the rest."""
    monkeypatch.setattr("nqgraph.pages.site.PAGE_ROWS", 20)
    for address in ("netz", "zeitleiste", "matrix", "inhalt", "doc/region/r-nrw"):
        assert "Die ersten 20 von " in page_of(site, address).text, address
    form = site.query_page("praxis-steckbrief", {"praxis": "p-koelner-bildungsmodell"}, "de")
    assert '<input id="p-praxis"' in form and 'value="p-koelner-bildungsmodell"' in form


def test_a_page_says_where_its_statements_come_from(example: Assembly, tmp_path: Path) -> None:
    """Source and date of the dataset, which is what others' statements that were brought in have of their own."""
    graph = IRIS.dataset_graph("musterland")
    (tmp_path / "build.nq").write_bytes(example.store.nquads())
    store = Store.from_nquads(tmp_path / "build.nq", SPACE)
    day = Literal("2026-11-23", datatype=XSD.date)
    said = {DCTERMS.source: URIRef("https://data.example.org/sparql"), DCTERMS.issued: day}
    store.add(IRIS.catalogue, [(URIRef(graph), predicate, value) for predicate, value in said.items()])
    foot = page_of(Site(Graph(store)), "doc/practice/p-muster-zukunft").text
    assert "Quelle: https://data.example.org/sparql · Stand: 23. November 2026" in foot


# -- every page ----------------------------------------------------------------------------------------------------


def test_every_thing_list_and_question_has_a_page_in_both_languages(rendered: dict[str, Page], site: Site) -> None:
    """Things with a key, lists of each kind, all canned queries, matrix, network, gaps, glossary and legal pages."""
    names = {name.removeprefix("en/") for name in rendered}
    assert len(rendered) == 2 * len(names)
    assert {f"abfragen/{name}.html" for name in queries.of(SPACE).names()} <= names
    assert {"index.html", "matrix.html", "netz.html", "luecken.html", "glossar.html", "datenschutz.html"} <= names
    things = {iri for iri, shape in site.collection.facts.shape_of.items() if shape.role != "background"}
    assert {f"doc/{iri.removeprefix(vocab.ID)}.html" for iri in things} <= names
    assert len(things) > 1400


def test_every_page_has_one_first_heading_and_skips_no_level(rendered: dict[str, Page]) -> None:
    """Screen readers walk by headings."""
    for name, page in rendered.items():
        levels = [int(tag[1]) for tag, _ in page.headings]
        assert levels.count(1) == 1, name
        assert all(text.strip() for _, text in page.headings), name
        assert all(later <= earlier + 1 for earlier, later in pairwise(levels)), name


def test_no_key_stands_in_a_text(rendered: dict[str, Page], site: Site) -> None:
    """Where editors name a thing by its key in a text, readers see its name as a link; keys stand in addresses only."""
    word = re.compile(r"(?<![\w/.#=-])[a-z][a-z0-9]*(?:-[a-z0-9]+)+(?![\w/.-])")
    for name, page in rendered.items():
        if re.match("(en/)?doc/", name):
            found = {said for said in word.findall(page.text) if said in site.collection.keys}
            assert not found, (name, found)


def test_every_link_leads_somewhere(rendered: dict[str, Page]) -> None:
    """Each relative link is a page of the site, each fragment an element on it; the rest are absolute addresses."""
    ids = {name: set(page.ids) for name, page in rendered.items()}
    for name, page in rendered.items():
        assert len(ids[name]) == len(page.ids), f"{name}: an id twice"
        for link in set(page.links):
            if link.startswith(("https://", "http://")):
                continue
            target, _, fragment = link.partition("#")
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), target)) if target else name
            if path.endswith((".ttl", ".jsonld", ".json")):
                path = re.sub(r"\.\w+$", ".html", path)
            assert path in rendered, f"{name}: {link}"
            assert not fragment or fragment in ids[path], f"{name}: {link}"


def test_no_page_loads_from_elsewhere_or_carries_scripts(rendered: dict[str, Page]) -> None:
    """Styles and scripts are files beside the pages; no handler stands in an attribute."""
    for name, page in rendered.items():
        for tag, attrs in page.elements:
            assert not any(key.startswith("on") or key == "style" for key in attrs), name
            if tag in ("script", "link", "img"):
                source = attrs.get("src") or attrs.get("href") or ""
                assert source and not re.match(r"(?:[a-z]+:)?//", source), name  # data: holds the icon


def test_no_text_is_missing(rendered: dict[str, Page]) -> None:
    """Nothing shows that a template did not know better."""
    for name, page in rendered.items():
        said = re.sub(r"(?s)(SPARQL dieser Frage|SPARQL of this question).*", "", page.text)
        assert not re.search(
            r"\bNone\b(?! found)|\{\{|\}\}|Markup\(|\bundefined\b|https://w3id\.org/nqgraph/scheme/", said
        ), name


def test_static_pages_and_live_pages_say_the_same(rendered: dict[str, Page], site: Site) -> None:
    """One set of templates: only links, forms, downloads and the page about the API differ."""

    def squeezed(text: str) -> str:
        return "".join(text.split())  # files are written without blanks between elements

    def said(page: Page) -> str:
        text = squeezed(re.split("Stand der Daten|State of the data", page.text)[0])  # the foot names the API
        for answered in (
            "· CSV · XLSX · Eigene Frage stellen",
            "Herunterladen: Excel",
            "Als Dossier (Word) · Als Dossier (Druck)",
            "As a dossier (Word) · As a dossier (print)",
        ):
            text = text.replace(squeezed(answered), "")  # needs somebody to answer
        queries_ = site.collection.queries.values()
        labels = {re.escape(squeezed(said)) for q in queries_ for p in q.parameters for said in p.label.values()}
        words = "|".join(sorted(labels, key=len, reverse=True))
        narrowed = rf"–(?:auch eingegrenzt auf|also narrowed down to):(?:{words})(?:,(?:{words}))*"
        return re.sub(narrowed.replace(" ", ""), "", text)

    for address in ("hemmnisse", "doc/practice/p-tep", "matrix", "en/doc/obstacle/h-ind-einkommen"):
        live = said(page_of(site, address))
        assert live == said(rendered[f"{address}.html"]) and len(live) > 500


# -- a dossier -----------------------------------------------------------------------------------------------------


def test_relations_stand_in_the_order_of_the_shapes(site: Site) -> None:
    """Groups, properties and headings come from the shapes alone."""
    facts = site.collection.facts
    for iri in (IRIS.thing(vocab.NQ.Practice, "p-tep"), IRIS.thing(vocab.NQ.FundingInstrument, "f-tep")):
        shape = facts.shape_of[iri]
        about = dossier(facts, iri, "de")
        titles = [facts.schema.groups[group] for group in facts.schema.groups]
        assert [titles.index(dict(part.title)) for part in about.parts] == sorted(
            titles.index(dict(p.title)) for p in about.parts
        )
        names = [prop.name for prop in shape.properties]
        for part in about.parts:
            assert [names.index(dict(row.name)) for row in part.rows] == sorted(
                names.index(dict(row.name)) for row in part.rows
            )


def test_a_statement_opens_its_chain_to_the_source(site: Site) -> None:
    """“Warum steht das hier?”: statement, who classified it, confidence, grade, sources."""
    page = page_of(site, "doc/practice/p-tep")
    assert {"summary"} <= {tag for tag, _ in page.elements}
    assert "Warum steht das hier?" in page.text
    assert "eingeordnet (Redaktion) · Verlässlichkeit: mittel · Belegstufe D: beschrieben" in page.text
    assert "p-tep--1" in page.ids and "#p-tep--1" in page.links


def test_what_lies_around_a_thing_are_its_neighbours_and_their_relations(example_site: Site) -> None:
    """Counted by hand in the tables of the example; a thing that the matrix does not cross has no picture."""
    found = example_site.asset("umfeld/obstacle/h-muster-freistellung.json")
    assert found is not None
    data = json.loads(found[0])
    keys = [node[1] for node in data["nodes"]]
    assert set(keys) == {
        "h-muster-freistellung",
        *("p-muster-ausbildung-im-betrieb", "p-muster-lernen-am-regal"),
        *("p-muster-oesterreich-modell", "p-muster-strasse-zum-beruf"),
        *("f-muster-lerngeld", "g-muster-lotsen-freistellung", "z-muster-zugang"),
        *("r-muster-nachbarland", "tg-muster-beschaeftigte"),
    }
    assert ["p-muster-lernen-am-regal", "f-muster-lerngeld"] in [[keys[a], keys[b]] for a, b, *_ in data["edges"]]
    assert {kind["type"] for kind in data["kinds"] if kind.get("brief")} == {"region", "knowledge-gap"}
    assert example_site.asset("umfeld/region/r-muster-land.json") is None
    assert example_site.asset("umfeld/obstacle/nichts.json") is None


def test_the_other_direction_has_the_heading_that_the_shapes_give(site: Site) -> None:
    """What answers an obstacle stands on its page; in the one file only in the table with its reasons."""
    page = page_of(site, "doc/obstacle/h-ind-einkommen")
    assert ("h3", "Praxis, die darauf antwortet") in page.headings
    assert "../../doc/practice/p-koelner-bildungsmodell" in page.links
    assert ("h3", "Practices that answer it") in page_of(site, "en/doc/obstacle/h-ind-einkommen").headings
    made = site.section("doc/obstacle/h-ind-einkommen", site.voice("de"))
    assert "Optionen dazu</h3>" in made.tail and "Praxis, die darauf antwortet</h3>" not in made.tail
    assert 'href="#p-koelner-bildungsmodell"' in made.rest


def test_a_proposal_says_which_stance_nobody_has_documented(site: Site) -> None:
    """Who takes which stance stands with each position; each stance that none has is told, also where there is none."""
    backed = site.page("doc/recommendation/e-tq-berufsfelder") or ""
    assert "lehnt ab: nicht belegt" in backed and "unterstützt: nicht belegt" not in backed
    assert backed.count("<small>unterstützt</small>") == 8
    assert "opposes: not documented" in (site.page("en/doc/recommendation/e-qualifizierungsoffensive") or "")


def test_what_contradicts_a_heading_stands_apart(site: Site) -> None:
    """Practice that is itself held up by an obstacle does not stand below what helps against it."""
    helps, apart = (site.page("doc/obstacle/h-betr-freistellung") or "").split("Was selbst daran stockt", 1)
    assert "<td>stockt daran</td>" not in helps and "<td>stockt daran</td>" in apart


def test_a_number_leads_to_the_page_that_names_what_it_counts(site: Site) -> None:
    """Of how many practices elsewhere answer an obstacle its page says more."""
    assert re.search(
        r'<td class="number"><a href="doc/obstacle/h-foe-antragsaufwand">\d+</a>', site.page("luecken") or ""
    )


def test_a_title_says_its_language_wherever_the_reader_is(site: Site) -> None:
    """A title stays in its language: it is told to the browser at links and on its own page."""
    assert '<h1 lang="en">' in (site.page("doc/source/q-no-freysta") or "")
    assert re.search(r'<a href="[^"]*q-no-freysta" lang="en">', site.page("quellen") or "")


def test_inferred_and_disputed_statements_are_marked(site: Site, example_site: Site) -> None:
    """Nobody takes what a rule drew, or what somebody disputes, for what a source says."""
    page = page_of(site, "doc/practice/p-tep")
    assert re.search(r"Betrieb\s+gefolgert", page.text)
    claims = example_site.collection.facts
    disputed = {
        claims.first(claim, vocab.RDF.subject)
        for claim, _, _ in claims.inverse[vocab.NQ.Claim]
        if claims.values(claim, vocab.NQ.disputedBy) or claims.first(claim, vocab.NQ.claimStatus).endswith("/disputed")
    }
    assert disputed
    for iri in disputed:
        assert "bestritten" in page_of(example_site, example_site.collection.addresses[iri]).text


def test_what_the_sources_do_not_say_is_said(site: Site) -> None:
    """A property marked as not documented is not just missing."""
    assert re.search(r"stützt Empfehlung\s+gesucht, nichts gefunden", page_of(site, "doc/practice/p-tep").text)


@pytest.mark.parametrize(
    ("value", "datatype", "de", "en"),
    [
        ("216069", vocab.XSD.decimal, "216.069", "216,069"),
        ("0.54", vocab.XSD.decimal, "0,54", "0.54"),
        ("2016-12-01", vocab.XSD.date, "1. Dezember 2016", "1 December 2016"),
        ("2016-12", vocab.XSD.gYearMonth, "Dezember 2016", "December 2016"),
        ("2016", vocab.XSD.gYear, "2016", "2016"),
        ("true", vocab.XSD.boolean, "ja", "yes"),
    ],
)
def test_literals_stand_in_the_readers_language(value: str, datatype: str, de: str, en: str) -> None:
    """Numbers, days, months and truth as German and English write them."""
    assert literal(value, datatype) == {"de": de, "en": en}


def test_a_value_is_one_figure_with_unit_period_and_source(site: Site) -> None:
    """Precision, value, total and unit are read as one; the words of the source stand beside it."""
    facts = site.collection.facts
    totals = [iri for iri, shape in facts.shape_of.items() if facts.values(iri, vocab.NQ.total)]
    assert totals
    for iri in totals:
        shown = figure(facts, iri)
        assert " von " in shown.value["de"] and " of " in shown.value["en"]
        assert shown.wording and shown.sources
    about = IRIS.thing(vocab.NQ.Observation, "m-zukunftsstarter-ziel")
    assert figure(facts, about).value == {"de": "120.000 Personen", "en": "120,000 persons"}


def test_a_text_in_another_language_is_marked(site: Site) -> None:
    """Texts fall back visibly, and screen readers know the language."""
    marked = '<span lang="de">Kreis &amp; Stadt</span> <span class="tongue">(de)</span>'
    assert site.voice("en").say({"de": "Kreis & Stadt"}) == marked
    assert site.voice("de").say({"de": "Kreis & Stadt"}) == "Kreis &amp; Stadt"


def test_a_page_says_how_to_cite_it_and_where_its_data_are(site: Site) -> None:
    """The lasting address, a line for a bibliography with the version, and the data beside the page."""
    page = page_of(site, "doc/practice/p-tep")
    assert "https://w3id.org/nqgraph/id/practice/p-tep" in page.links
    cited = f"TEP – Teilzeitberufsausbildung begleiten. In: nqgraph, Datenstand {site.version}."
    assert site.version and cited in page.text
    assert {"../../doc/practice/p-tep.ttl", "../../doc/practice/p-tep.json"} <= set(page.links)


# -- lists, matrix, answers --------------------------------------------------------------------------------------


def test_lists_can_be_filtered_by_what_the_shapes_offer(site: Site) -> None:
    """Each choice of a filter finds at least one entry."""
    shape = site.collection.lists["praxis"]
    filters, entries = site.collection.listing(shape, "de")
    assert {"region", "zielgruppe"} & {vocab.slug(f.label["de"]) for f in filters}
    assert len(entries) == len(site.collection.members[shape.target_class])
    for found in filters:
        assert all(
            any(vocab.local_name(choice) in entry.values[found.name] for entry in entries) for choice in found.choices
        )


def test_german_names_are_sorted_as_germans_sort(site: Site) -> None:
    """Ä stands with A, not behind Z (DIN 5007)."""
    letters = list(site.collection.register("de"))
    assert letters == sorted(letters) and not {"Ä", "Ö", "Ü"} & set(letters)


def test_the_matrix_holds_each_claim_that_a_practice_answers_an_obstacle(site: Site) -> None:
    """A cell for each pair that is claimed, with the evidence grade."""
    facts = site.collection.facts
    claims = [claim for claim, _, _ in facts.pointing(vocab.NQ.Claim)]
    said = [[facts.first(claim, vocab.RDF[part]) for part in ("subject", "predicate", "object")] for claim in claims]
    claimed = {(s, o) for s, p, o in said if p == vocab.NQ.answers}
    found = set()
    for group in site.collection.matrix("de"):
        for practice in group.rows:
            found |= {(practice, obstacle) for obstacle in group.columns if (practice, obstacle) in group.pairs}
    assert claimed <= found
    html = site.page("matrix")
    assert html is not None and html.count('class="answered"') >= len(claimed)


@pytest.mark.parametrize(
    "name", [q.name for q in queries.of(SPACE).all() if all(p.optional or p.default is not None for p in q.parameters)]
)
def test_the_answer_of_each_question_has_a_row_for_each_solution(name: str, site: Site, shipped_graph: Graph) -> None:
    """No solution is lost on the way to its page, and none is added."""
    solutions = len(shipped_graph.query(name))
    html = site.page(f"abfragen/{name}")
    assert html is not None
    table = re.search(rf'id="answer_{name}">.*?<tbody>(.*?)</tbody>', html, re.DOTALL)
    assert (table[1].count("<tr>") if table else 0) == solutions


def test_a_question_with_a_form_answers_and_says_what_is_wrong(site: Site) -> None:
    """Choices stand in lists; a wrong value is told as text and never becomes markup."""
    page = Page(site.query_page("praxis-zu-hemmnis", {"hemmnis": "h-ind-einkommen"}, "de"))
    assert "Kölner Bildungsmodell" in page.text
    assert {"hemmnis", "region"} <= {attrs.get("name") for tag, attrs in page.elements if tag == "select"}
    with pytest.raises(QueryError):
        site.query_page("praxis-zu-hemmnis", {"hemmnis": "h-gibt-es-nicht"}, "de")
    error = QueryError.of("unknown-choice", name="x", value="<script>", choices="", hint="")
    html = site.query_page("praxis-zu-hemmnis", {"hemmnis": '"><script>'}, "de", error=error)
    assert "<script>" not in html.replace("<script src", "") and "&lt;script&gt;" in html


def test_unknown_addresses_get_suggestions(site: Site) -> None:
    """The nearest pages by address and by key; what was asked for is not repeated."""
    assert site.page("gibt-es-nicht") is None and site.page("en/doc/practice/p-nichts") is None
    page = Page(site.not_found("doc/practice/p-tepp"))
    assert "../../doc/practice/p-tep" in page.links
    assert "hemmnisse" in Page(site.not_found("hemmnise")).links
    assert "evil" not in site.not_found("<script>evil</script>")


def test_operators_say_what_they_must(shipped_graph: Graph, tmp_path: Path) -> None:
    """Legal notice and privacy are plain texts in a folder; without one there is no page of the first."""
    (tmp_path / "impressum.de.txt").write_text("Ministerium <b>\n\nStraße 1", encoding="utf-8")
    site = Site(shipped_graph, texts=tmp_path)
    assert re.search(r"<p>Ministerium &lt;b&gt;</p>\s*<p>Straße 1</p>", site.page("impressum") or "")
    assert "Straße 1" in (site.page("en/impressum") or "")
    assert "Eine verantwortliche Stelle mit Anschrift ist nicht angegeben" in (
        Site(shipped_graph).page("impressum") or ""
    )


# -- hostile and empty input ----------------------------------------------------------------------------------------


def hostile_graph(labels: list[str]) -> Graph:
    store = Store()
    for number, label in enumerate(labels):
        iri = URIRef(IRIS.thing(vocab.NQ.Obstacle, f"h-{number}"))
        triples = [
            (iri, RDF.type, URIRef(vocab.NQ.Obstacle)),
            (iri, DCTERMS.identifier, Literal(f"h-{number}")),
            (iri, DCTERMS.description, Literal(label, lang="de")),
            (iri, URIRef(vocab.NQ.isCaseOf), URIRef(IRIS.thing(vocab.NQ.Obstacle, "h-0"))),
        ]
        if label:
            triples.append((iri, SKOS.prefLabel, Literal(label, lang="de")))
        store.add(IRIS.dataset_graph("hostile"), triples)
    return Graph(store)


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_are_text(label: str) -> None:
    """Whatever a label holds, pages show it and do nothing else with it."""
    site = Site(hostile_graph(["Oberes", label]))
    html = site.page("doc/obstacle/h-1")
    assert html is not None
    page = Page(html)
    assert label in page.text
    assert {tag for tag, _ in page.elements} <= {
        "html", "head", "meta", "title", "link", "script", "body", "a", "header", "div", "form", "label", "input",
        "button", "nav", "span", "ul", "li", "main", "p", "h1", "h2", "h3", "section", "dl", "dt", "dd", "footer", "i",
        "details", "summary",
    }  # fmt: skip
    assert not any(key.startswith("on") for _, attrs in page.elements for key in attrs)
    assert all(link.startswith((".", "https://w3id.org/", "#")) for link in page.links)


def test_right_to_left_labels_say_so() -> None:
    """An Arabic name is marked, so that browsers write it in its direction."""
    assert '<h1 dir="auto">' in (Site(hostile_graph(["شهادة مهنية"])).page("doc/obstacle/h-0") or "")


def test_a_thing_without_a_name_is_called_by_its_address() -> None:
    """There is no page without a heading."""
    page = page_of(Site(hostile_graph([""])), "doc/obstacle/h-0")
    assert page.headings[0] == ("h1", "nqid:obstacle/h-0") or "h-0" in page.headings[0][1]


def test_a_thing_without_relations_says_so() -> None:
    """An empty page would look broken."""
    page = page_of(Site(hostile_graph(["Oberes"])), "doc/obstacle/h-0")
    assert "keine Beziehungen dokumentiert" in page.text


# -- the one file ----------------------------------------------------------------------------------------------------


def packed(document: str, part: str) -> Any:
    """What scripts read of the *document*."""
    return packs.part(document, part)


def whole(document: str) -> str:
    """The document with all that it packs in its own language."""
    return document + "".join(html.get("de", "") for html in packed(document, "pages").values())


def section(document: str, ident: str, lang: str) -> str:
    """A page of the one file, whole, in *lang*."""
    pack = str(packed(document, "pages").get(ident, {}).get(lang, ""))
    if lang != "de":
        return pack
    beginning = rf'<section class=page (?:data-whole )?id="?{ident}"?>'
    found = re.search(beginning + "(.*?)(?=<section class=page |<footer class=foot )", document, re.DOTALL)
    assert found
    return found[1] + pack


def said(html: str) -> str:
    """The letters of a page, without what only pages of a site have: citation, data, downloads, forms, signs."""
    html = re.sub("(?s)<nav[^>]*crossings.*?</nav>", "", html)  # of which the file only speaks
    html = re.sub("(?s)<form[^>]*asks.*?</form>", "", html)
    html = re.sub("(?s)<details[^>]*><summary>(Was die Belegstufen|What the evidence).*?</details>", "", html)
    text = "".join(Page(html).text.split()).replace("·JSON", "")
    # which the file alone writes by itself
    text = re.sub(r"(Herunterladen|Download|Descarregar):CSV\(Excel\)XLSX", "", text)
    text = re.sub("AlleSpalten,zumEingrenzenundHerunterladen|Allcolumns,tonarrowdownandtodownload", "", text)
    text = re.sub("·EigeneFragebauen|·Buildaquestion|Beleg1(?!\\d)|evidence1(?!\\d)", "", text)
    return re.sub("(DauerhafteAdresse|Permanentaddress|Herunterladen|Download:).*", "", text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_file_holds_every_page_and_every_link_stays_inside(lang: str, one_file: str, site: Site) -> None:
    """In each language each id is there once and each link leads to one."""
    if lang == "de":
        html = whole(one_file)
    elif (pages := packed(one_file, "pages")) == {}:
        pytest.skip("the scripts were not built")
    else:
        html = "".join(f'<section id="{ident}">{said[lang]}</section>' for ident, said in pages.items())
    page = Page(html)
    ids = set(page.ids)
    assert len(ids) == len(page.ids)
    assert {links.section(address) for address in site.sections} <= ids
    inside = {link for link in page.links if not link.startswith(("https://", "http://"))}
    assert all(link.startswith("#") for link in inside)
    assert {link[1:] for link in inside} - {"main"} <= ids


@needs_scripts
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "address",
    [
        "",
        "hemmnisse",
        "doc/practice/p-tep",
        "doc/obstacle/h-ind-einkommen",
        "doc/source/kofa-zukunftsstarter",
        "doc/observation/m-zukunftsstarter-ziel",
        "doc/actor/a-mags-nrw",
        "matrix",
        "netz",
        "luecken",
        "abfragen",
        "abfragen/schwache-belege",
        "inhalt",
        "glossar",
        "ueber",
    ],
)
def test_one_file_says_what_the_pages_of_the_site_say(
    address: str, lang: str, one_file: str, rendered: dict[str, Page], site: Site
) -> None:
    """In both languages, also what is packed."""
    name = links.page(address, lang, "de")
    page = rendered[f"{name}index.html" if not name or name.endswith("/") else f"{name}.html"]
    expected = said(re.sub("(?s)^.*<main[^>]*>|</main>.*$", "", page.html))
    found = said(section(one_file, links.section(address), lang))
    if address.startswith("doc/obstacle/"):  # of what points at it, the file links to the reasons that pages repeat
        ends = "Wasdamitzusammenhängt|Whatisconnectedwithit"
        expected, found = (re.split(ends, text)[0] for text in (expected, found))
    facts = site.collection.facts
    for grade in site.collection.concepts[IRIS.scheme("evidence-grade")]:  # what it means says the glossary of the file
        expected = expected.replace("." + said(facts.texts(grade, vocab.SKOS.definition)[lang]), "")
    assert found == expected and len(expected) > 100


@needs_scripts
def test_links_into_what_is_packed_say_where_it_is(one_file: str) -> None:
    """The script finds the page of an id that is not in the document by what stands before two hyphens."""
    for ident, said in packed(one_file, "pages").items():
        page = Page(said.get("de", ""))
        targets = {link[1:] for link in page.links if link[1:] in page.ids}
        assert all(target.startswith(f"{ident}--") for target in targets), ident


@needs_scripts
def test_what_is_packed_stands_nowhere_else(one_file: str, site: Site) -> None:
    """Kinds that stand in full are whole without scripts; the search of the file has the data of the site."""
    document = re.sub("(?s)<script.*", "", one_file)
    sections = dict(
        re.findall(
            r'(?s)<section class="?page"?[^>]* id="?([^ ">]+)"?>(.*?)(?=<section class="?page|</main>)', document
        )
    )
    for address, iri in site.collection.things.items():
        made = site.section(address, site.voice("de"))
        folded = site.folded(site.collection.facts.shape_of[iri])
        plain = "".join(Page(sections[links.section(address)]).text.split())
        whole = "".join(Page(made.head + ("" if folded else made.rest)).text.split())
        assert plain == whole.replace("AlsPaketansehen,ändernundmiteinemanderenvergleichen", ""), address
    asset = site.asset("suche.json")
    assert asset
    ours, theirs = packed(one_file, "search"), json.loads(asset[0])
    live = {"fragen/neu"}  # what only a server has
    theirs["views"]["pages"] = [view for view in theirs["views"]["pages"] if view[-1] not in live]
    assert ours == theirs and {"karte", "glossar", "hemmnisse"} < {view[-1] for view in ours["views"]["pages"]}
    about = next(view for view in ours["views"]["pages"] if view[-1] == "ueber")
    assert "Rückmeldung" in json.dumps(about, ensure_ascii=False)  # who wants to report something finds how


def test_one_file_is_small_and_loads_nothing(one_file: str) -> None:
    """At most 4 MB (the goal is 3.5) with its scripts and both languages; the policy forbids every request."""
    assert "default-src 'none'" in one_file
    page = Page(one_file)
    for tag, attrs in page.elements:
        assert not (tag in ("script", "img", "iframe") and attrs.get("src")), attrs
        assert tag != "link" or str(attrs.get("href")).startswith("data:")
    assert not re.search("[\ue000-\uf8ff]", one_file)
    if bundle.read("network.js"):
        assert len(one_file.encode()) <= 4_000_000


def test_one_file_is_the_same_each_time(site: Site, checkout: Path, exported: Callable[[str], Path]) -> None:
    """The same build gives the same bytes, whether or not somebody asked its graph before."""
    before = exported("nqgraph export html -o einkommen.html --obstacle h-ind-einkommen --depth 1").read_bytes()
    opened = versions.open(checkout / "build")
    some = Selection(around="h-ind-einkommen", depth=1)
    assert pages.one_file(site.collection.graph, some, version=opened.name, opened=opened) == before


@needs_scripts
def test_one_file_begins_in_the_language_of_its_maker(shipped_graph: Graph) -> None:
    """With English first, German is the one that is packed."""
    graph = Graph(shipped_graph.store, lang="en")
    document = pages.one_file(graph, Selection(around="h-ind-einkommen", depth=1), answers=False).decode()
    assert re.search("<html [^>]*lang=en[ >]", document) and "Loss of income during training" in document
    assert "Einkommensverzicht während der Qualifizierung" in packed(document, "pages")["h-ind-einkommen"]["de"]


@pytest.mark.parametrize(
    ("options", "inside", "outside"),
    [
        ("einkommen.html --obstacle h-ind-einkommen --depth 1", "p-koelner-bildungsmodell", "p-tep"),
        ("dortmund.html --region r-dortmund", "p-dortmund-pro-abschluss", "prac-valikom-transfer-none"),
        ("prozess.html --dataset process", "fo-steuerungsgruppe", "p-tep"),
    ],
)
def test_a_part_holds_only_what_belongs_to_it(
    options: str, inside: str, outside: str, exported: Callable[[str], Path]
) -> None:
    """A part by obstacle, region or dataset, with the sources of what it holds, and no link that leads nowhere."""
    document = whole(exported(f"nqgraph export html -o {options}").read_text(encoding="utf-8"))
    page = Page(document)
    ids = set(page.ids)
    assert inside in ids and outside not in ids
    assert {link[1:] for link in page.links if link.startswith("#")} <= ids


def test_too_much_for_one_file_says_what_to_export_instead(
    shipped_graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond what a browser can show, the message names a part of the graph and the site."""
    monkeypatch.setattr(pages, "MOST_THINGS", 10)
    with pytest.raises(StoreError) as caught:
        pages.one_file(shipped_graph, Selection())
    assert "--region" in str(caught.value) and "export site" in str(caught.value)


# -- the site --------------------------------------------------------------------------------------------------------


def some_files(content: bytes = b"new") -> Iterator[tuple[str, bytes]]:
    yield "index.html", content
    yield "doc/practice/p-a.html", content


def test_a_site_replaces_the_older_one_at_once(tmp_path: Path) -> None:
    """The new site stands whole in place of the old one; nothing of the old one stays."""
    folder = tmp_path / "site"
    assert pages.write_site(folder, some_files(b"old")) == 2
    (folder / "stale.html").write_bytes(b"")
    pages.write_site(folder, some_files())
    assert (folder / "index.html").read_bytes() == b"new" and not (folder / "stale.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_site_never_replaces_anything_else(tmp_path: Path) -> None:
    """A folder that holds something else is left as it is."""
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(StoreError):
        pages.write_site(tmp_path, some_files())
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_a_site_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    """A full disk in the middle of writing costs the new site, not the old one."""

    def broken() -> Iterator[tuple[str, bytes]]:
        yield "index.html", b"new"
        raise OSError(28, "No space left on device")

    folder = tmp_path / "site"
    pages.write_site(folder, some_files(b"old"))
    with pytest.raises(StoreError) as caught:
        pages.write_site(folder, broken())
    assert "No space left" in str(caught.value)
    assert (folder / "index.html").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_an_answer_links_each_thing_behind_its_words(site: Site) -> None:
    """Several things in a cell are links of their own; what nobody found is told apart from what nobody looked for."""
    html = site.query_page("praxis-zu-hemmnis", {"hemmnis": "h-ind-einkommen"}, "de")
    table = html[html.index("<tbody>") : html.index("</tbody>")]
    assert re.search(r'<td><a href="[^"]*target-group/[^"]*">[^<]*</a>; <a href="[^"]*target-group/[^"]*">', table)
    assert '<i class="absent">gesucht, nichts gefunden</i>' in table
    assert "Leere Felder" in html and 'class="stated">Hemmnis: ' in html


def test_pages_read_what_they_need(shipped_graph: Graph) -> None:
    """Of a build nothing is read before it is asked for, so that a server is up at once however large the graph is."""
    site = Site(shipped_graph)
    facts = site.collection.facts
    assert facts.statements._known == {}  # type: ignore[union-attr]
    iri = next(iter(site.collection.things.values()))
    assert facts.values(iri, vocab.RDF.type) and set(facts.statements._known) == {iri}  # type: ignore[union-attr]
