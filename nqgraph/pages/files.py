"""The pages as one offline file, and as a static site."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import minify_html

from nqgraph.building import catalogue
from nqgraph.graph.graph import Graph
from nqgraph.graph.versions import Version
from nqgraph.networks.network import Selection, network
from nqgraph.pages import Site, bundle, changes, feed
from nqgraph.pages.assets import DATA, ask_data, network_data, search_data
from nqgraph.pages.site import Section
from nqgraph.things.facts import Facts
from nqgraph.things.links import page
from nqgraph.words import formats, vocab
from nqgraph.words.errors import Place, StoreError
from nqgraph.words.files import fresh
from nqgraph.words.web import source_hash

#: Most things in one file; with more, a browser needs too long to show it.
MOST_THINGS = 5_000
#: The scripts of the one file, in the order in which they run.
SCRIPTS = ("app.js", "network.js")
STYLES = ("style.css", "app.css", "network.css")
#: What the one file has beside them for its forms.
FORMS = ("forms.js", "forms.css")

#: File by which a folder is known to hold a site of ours.
MARK = ".nqgraph-site"


def one_file(
    graph: Graph, selection: Selection, *, version: str = "", texts: Path | None = None, opened: Version | None = None
) -> bytes:
    """
    All pages in one HTML file that loads nothing, in the language of *graph*, with a switch to the others.

    Raises:
        StoreError: There is too much for one file, or nothing.
    """
    things = part(graph, selection)
    site = Site(graph, live=False, things=things, texts=texts, version=version, opened=opened)
    count = len(site.collection.things)
    if not count and things is not None:
        raise StoreError.of("network-empty")
    if count > MOST_THINGS:
        raise StoreError.of("pages-too-many", count=count, limit=MOST_THINGS)
    languages = (graph.lang, *(lang for lang in site.languages if lang != graph.lang))
    sections = {lang: [site.section(address, site.voice(lang)) for address in site.sections] for lang in languages}
    scripts = [_inline(found.decode()) for name in SCRIPTS if (found := bundle.read(name))]
    styles = [style[0].decode() for name in (*STYLES, FORMS[1]) if (style := site.asset(name))]
    later = "" if site.collection.graph.given else _inline((bundle.read(FORMS[0]) or b"").decode())
    document = site.frame(
        site.voice(graph.lang),
        sections=sections[graph.lang],
        packed=_packed(site, sections, later) if scripts else {},
        styles="\n".join(styles),
        scripts=scripts,
        hashes=" ".join(map(source_hash, [*scripts, *filter(None, [later])])) or "'none'",
    )
    return _small(document).encode()


def _packed(site: Site, sections: Mapping[str, list[Section]], later: str) -> dict[str, str]:
    """
    What the scripts of the one file read: ``pages``, ``search``, ``ask``, ``network``, and for forms the script *later*
    that makes them, and ``forms``.

    The pages are HTML by id and language: in the first language, which the document is in, the rest of a section that
    is packed; in the others the whole section, and what stands around the sections.
    """
    first, *others = sections
    pages: dict[str, dict[str, str]] = {}
    for lang in others:
        for name, html in site.around(site.voice(lang)).items():
            pages.setdefault(name, {})[lang] = _small(html)
    # the same page in all languages side by side, where gzip finds what they share
    for number, section in enumerate(sections[first]):
        said = {first: section.left_out} if section.left_out else {}
        for lang in others:
            other = sections[lang][number]
            said[lang] = other.head + other.rest + other.tail
        pages[section.id] = {lang: _small(html) for lang, html in said.items()}
    parts: dict[str, Any] = {
        "pages": _once(pages),
        "search": search_data(site.collection),
        "ask": ask_data(site.collection),
        "network": network_data(site.collection),
    }
    if later:
        parts["script"] = later
        shown = {
            iri: {lang: (found := sections[lang][number]).head + found.rest + found.tail for lang in sections}
            for number, address in enumerate(site.sections)
            if (iri := site.collection.things.get(address))
        }
        parts["forms"] = changes.data(site.collection.graph, site.collection, shown, site.version)
    return {name: _pack(part) for name, part in parts.items()}


def _once(pages: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """
    *pages* with each tag and each text between tags once, because gzip finds again only what stood 32 kB before.

    Each page is a list of numbers: 0 is the next of ``texts`` in their order, n the one that came as the n-th.
    """
    known: dict[str, int] = {}

    def numbered(html: str) -> Iterator[int]:
        for piece in re.findall(r"<[^>]*>|[^<]+", html):
            yield known.get(piece, 0)
            known.setdefault(piece, len(known) + 1)

    packed = {id_: {lang: list(numbered(html)) for lang, html in said.items()} for id_, said in pages.items()}
    return {"texts": list(known), "pages": packed}


def _pack(data: Any) -> str:
    """
    *data* for the scripts, as JSON in gzip in Base85 (RFC 1952, RFC 1924): a seventh of its size.

    A comma stands for the sign that begins a tag, so nothing in it ends the element that holds it.
    """
    dumped = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b85encode(gzip.compress(dumped, 9, mtime=0)).decode().replace("<", ",")


def files(
    graph: Graph,
    selection: Selection,
    *,
    version: str = "",
    texts: Path | None = None,
    data: bool = True,
    opened: Version | None = None,
) -> Iterator[tuple[str, bytes]]:
    """
    Name and content of each file of the static site: pages in both languages, their data, scripts and styles.

    Args:
        data: Whether RDF and JSON of every thing lie beside its page.
        opened: The build that the graph is of; see :class:`nqgraph.pages.Site`.
    """
    things = part(graph, selection)
    site = Site(graph, suffix=".html", live=False, things=things, texts=texts, version=version, opened=opened)
    if not site.collection.things and not selection.all:
        raise StoreError.of("network-empty")
    for lang in graph.workspace.languages:
        for address in site.addresses():
            target = page(address, lang, graph.workspace.language)
            name = target + ("index" if not target or target.endswith("/") else "") + ".html"
            yield name, _small(site.render(address, site.voice(lang))).encode()
        if news := site.feed(lang):
            yield feed.name(lang, graph.workspace.language), news
    yield "404.html", _small(site.not_found("")).encode()
    names = (*STYLES, *SCRIPTS, *DATA) if site.scripts else STYLES
    yield from ((name, found[0]) for name in names if (found := site.asset(name)))
    if data:
        yield from _data(site, graph)


def write_site(folder: Path, made: Iterator[tuple[str, bytes]]) -> int:
    """
    Write the files of a site to *folder*, in place of an older site there, at once.

    Returns:
        How many files there are.
    Raises:
        StoreError: The folder holds something else, or cannot be written.
    """
    if folder.exists() and not (folder / MARK).exists() and any(folder.iterdir()):
        raise StoreError.of("site-folder-taken", Place(str(folder)))
    count = 0
    with fresh(folder) as new:
        for name, content in made:
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            count += 1
        (new / MARK).write_bytes(b"")
    return count


def _data(site: Site, graph: Graph) -> Iterator[tuple[str, bytes]]:
    """RDF and JSON of every thing, beside its page."""
    from nqgraph.things.descriptions import Descriptions

    store = graph.store
    descriptions = Descriptions(store)
    for address, iri in site.collection.things.items():
        for form in formats.BESIDE:
            yield f"{address}.{form}", descriptions.render(iri, form)
    for address, shape in site.collection.lists.items():
        members = site.collection.facts.sorted(site.collection.members[shape.target_class], graph.workspace.language)
        records = [descriptions.record(iri) for iri in members]
        yield f"{address}.json", json.dumps(records, ensure_ascii=False, indent=1, default=str).encode()
    for name in store.graphs():
        if name not in store.iris.own_graphs or name == store.iris.ontology:
            for form in formats.GRAPHS:
                yield f"graph/{vocab.local_name(name)}.{form}", store.dump(form, name, labels=True)
    published = catalogue.publish(store).serialize(format="longturtle", encoding="utf-8")
    yield "dcat.ttl", published
    yield ".well-known/void", published


def part(graph: Graph, selection: Selection) -> set[str] | None:
    """The things of *selection* with what is said beside them: sources, observations, positions. None for all."""
    if selection.all:
        return None
    chosen = set(network(graph.store, selection, lang=graph.lang))
    facts = Facts(graph)
    roles = {iri: shape.role for iri, shape in facts.shape_of.items()}
    beside = {s for iri in chosen for s, _, _ in facts.pointing(iri) if roles.get(s) == "link"}
    named = {v.text for iri in chosen | beside for values in facts.statements[iri].values() for v in values if v.is_iri}
    return chosen | beside | {iri for iri in named if roles.get(iri) == "evidence"}


def _small(document: str) -> str:
    """*document* without the white space and tags that HTML lets one leave out."""
    return minify_html.minify(document, keep_comments=False, keep_closing_tags=False, minify_css=False, minify_js=False)


def _inline(script: str) -> str:
    """*script* so that it can stand in a script element."""
    return re.sub(r"</(script)", r"<\\/\1", script, flags=re.IGNORECASE).replace("<!--", "<\\!--").strip()
