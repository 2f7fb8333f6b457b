"""The pages as one offline file, and as a static site."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import minify_html
import zstandard
from markupsafe import escape

from nqgraph.building import catalogue
from nqgraph.graph.graph import Graph
from nqgraph.graph.versions import Version
from nqgraph.networks.network import Selection, network
from nqgraph.pages import Site, bundle, changes, editing, feed, relations
from nqgraph.pages.answered import counted
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
#: The script of the one file, those that lie packed in it for later, and those of the site.
IN_FILE, LATER = "file.js", ("network.js", "tools.js")
SCRIPTS = ("app.js", "network.js", "around.js")
STYLES = ("style.css", "print.css", "app.css", "network.css")
#: The styles of the one file, and those that lie packed in it beside the scripts that need them.
SEEN_FIRST, STYLES_LATER = ("style.css", "app.css"), ("network.css", "forms.css", "print.css")

#: File by which a folder is known to hold a site of ours.
MARK = ".nqgraph-site"


def one_file(
    graph: Graph,
    selection: Selection,
    *,
    version: str = "",
    texts: Path | None = None,
    opened: Version | None = None,
    answers: bool = True,
    editor: bool = False,
) -> bytes:
    """
    All pages in one HTML file that loads nothing, in the language of *graph*, with a switch to the others.

    Args:
        answers: Whether it answers the canned questions for whatever one chooses.
        editor: Whether it holds the editor of SPARQL with an engine.
    Raises:
        StoreError: There is too much for one file, or nothing.
    """
    things = part(graph, selection)
    if editor and things is not None:
        raise StoreError.of("sparql-part")
    editor = editor and bundle.read("worker.js") is not None
    site = Site(graph, live=False, things=things, texts=texts, version=version, opened=opened, editor=editor)
    count = len(site.collection.things)
    if not count and things is not None:
        raise StoreError.of("network-empty")
    if count > MOST_THINGS:
        raise StoreError.of("pages-too-many", count=count, limit=MOST_THINGS)
    languages = (graph.lang, *(lang for lang in site.languages if lang != graph.lang))
    answered = site.answering(map(site.voice, languages)).packed() if answers and site.scripts else {"asked": []}
    site.answered = frozenset(asked["name"] for asked in answered["asked"])
    sections: dict[str, list[Section]] = {lang: [] for lang in languages}
    for address in site.sections:  # what a question finds is the same in each language
        for lang in languages:
            sections[lang].append(site.section(address, site.voice(lang)))
    scripts = list(filter(None, [bundle.inlined(IN_FILE)]))
    styles = _styles(site, SEEN_FIRST)
    later = "\n".join(filter(None, map(bundle.inlined, LATER)))
    document = site.frame(
        site.voice(graph.lang),
        sections=sections[graph.lang],
        packed=_packed(site, sections, answered, later) if scripts else {},
        styles=styles if scripts else styles + _styles(site, STYLES_LATER),
        scripts=scripts,
        hashes=_policy(site, scripts, later),
    )
    return _small(document, styles=True).encode()


def _styles(site: Site, names: Iterable[str]) -> str:
    sheets = "\n".join(style[0].decode() for name in names if (style := site.asset(name)))
    return _small(f"<style>{sheets}</style>", styles=True).removeprefix("<style>").removesuffix("</style>")


def _policy(site: Site, scripts: Sequence[str], later: str) -> str:
    """The scripts that may run, by what they are; with an editor also its engine in a worker."""
    more = [*filter(None, [later]), *([bundle.inlined("editor.js")] if site.editor else [])]
    hashes = " ".join(map(source_hash, [*scripts, *more])) or "'none'"
    return f"{hashes} 'wasm-unsafe-eval'; worker-src blob:" if site.editor else hashes


def _editing(site: Site, languages: Sequence[str]) -> dict[str, Any]:
    """What the editor is made of."""
    graph, collection = site.collection.graph, site.collection
    named = [dict(editing.terms(collection, lang)) for lang in languages]
    told = [list(editing.examples(graph.in_language(lang))) for lang in languages]
    return {
        "script": bundle.inlined("editor.js"),
        "style": bundle.inlined("editor.css"),
        "worker": bundle.inlined("worker.js"),
        "statements": graph.store.dump("trig").decode(),
        "prefixes": editing.prefixes(collection),
        "terms": [[iri, {lang: names[iri] for lang, names in zip(languages, named, strict=True)}] for iri in named[0]],
        "examples": [
            [same[0][0], same[0][1], {lang: text for lang, (_, _, text) in zip(languages, same, strict=True)}]
            for same in zip(*told, strict=True)
        ],
    }


def _packed(
    site: Site, sections: Mapping[str, list[Section]], answers: Mapping[str, Any], later: str
) -> dict[str, str]:
    """
    What the scripts of the one file read, by the element that holds it: ``parts`` is one line that says how many bytes
    each part has, and the parts: ``pages``, ``search``, ``ask``, ``network`` and ``answers``, with their ``texts``; of
    pages and cells the numbers of their texts as ``numbers`` and ``cells``, and the lists of the answers as ``lists``;
    ``forms`` and ``relations``; and the ``script`` *later* that draws networks and makes forms, workbooks and built
    questions, with its ``style``. They are packed as one, because what one says stands in others, too.

    The pages are HTML by id and language: in the first language, which the document is in, the rest of a section that
    is packed; in the others the whole section, and what stands around the sections.
    """
    first, *others = sections
    pages: dict[str, dict[str, str]] = {}
    for lang in others:
        for name, html in site.around(site.voice(lang)).items():
            pages.setdefault(name, {})[lang] = _small(html)
    for number, section in enumerate(sections[first]):
        said = {first: section.left_out} if section.left_out else {}
        for lang in others:
            other = sections[lang][number]
            said[lang] = other.head + other.rest + other.tail
        pages[section.id] = {lang: _small(html) for lang, html in said.items()}
    written = [_small(html).strip() or html for html in answers.get("cells", ())]
    texts = Texts([*(html for said in pages.values() for html in said.values()), *written])
    common = len(texts.numbers)
    numbers = {id_: {lang: texts.of(html) for lang, html in said.items()} for id_, said in pages.items()}
    before = len(texts.numbers)
    cells = [texts.of(html) for html in written]
    answers, lists = counted(answers)
    parts: dict[str, Any] = {
        "pages": {id_: {lang: len(found) for lang, found in said.items()} for id_, said in numbers.items()},
        "search": texts.shared(search_data(site.collection, site.views)),
        "ask": texts.shared(ask_data(site.collection)),
        "network": texts.shared(network_data(site.collection)),
        "answers": texts.shared({**answers, "cells": list(map(len, cells))}),
        "texts": list(texts.numbers),
    }
    if later:
        parts |= {"script": later, "style": _styles(site, STYLES_LATER)}
    if not site.collection.graph.given:
        parts["relations"] = texts.shared(relations.data(site.collection))
        parts["forms"] = texts.shared(changes.data(site.collection.graph, site.collection, site.version))
    plain = {name: _dumped(part) for name, part in parts.items()}
    plain["numbers"] = _numbers(
        _fresh((n for said in numbers.values() for found in said.values() for n in found), common)
    )
    plain["lists"] = _numbers(lists)
    plain["cells"] = _numbers(_fresh((number for cell in cells for number in cell), before))
    made = {
        "parts": _pack(_dumped({name: len(part) for name, part in plain.items()}) + b"\n" + b"".join(plain.values()))
    }
    if site.editor:
        made["sparql"] = _pack(_dumped(_editing(site, list(sections))))
    if site.editor and (engine := bundle.read("oxigraph.wasm.gz")):
        made |= {"wasm": _pack(gzip.decompress(engine)), "licence": escape(editing.LICENCE)}
    return made


class Texts:
    """
    The tags and texts of all parts, each once, which packs better than what is found again by itself.

    Args:
        html: What is made of them; the most common of its pieces come first, whose numbers take a byte.
    """

    def __init__(self, html: Iterable[str]) -> None:
        pieces = Counter(piece for one in html for piece in _PIECE.findall(one))
        self.numbers = {piece: number for number, (piece, _) in enumerate(pieces.most_common(_IN_A_BYTE))}

    def of(self, html: str) -> list[int]:
        """The numbers of the tags in *html* and of the texts between them."""
        return [self.numbers.setdefault(piece, len(self.numbers)) for piece in _PIECE.findall(html)]

    def shared(self, data: Any) -> Any:
        """*data* with ``\x7f`` and the number to the base of 36 in place of each string that is one of the texts."""
        match data:
            case str():
                number = self.numbers.get(data) if len(data) > _SHORT else None
                return data if number is None else "\x7f" + _based(number)
            case Mapping():
                return {key: self.shared(value) for key, value in data.items()}
            case list() | tuple():
                return [self.shared(value) for value in data]
        return data


_PIECE = re.compile(r"<[^>]*>|[^<]+")
#: Numbers that are written as one byte, which 0 and the next of one are besides.
_IN_A_BYTE = 126
#: Up to so many letters a string costs less than the number of a text.
_SHORT = 6


def _based(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[number] if number < 36 else _based(number // 36) + digits[number % 36]


def _fresh(numbers: Iterable[int], seen: int) -> Iterator[int]:
    """How many were *seen*, then of each number 0 if it is the next that was not, else one more than it."""
    yield seen
    for number in numbers:
        yield 0 if number == seen else number + 1
        seen = max(seen, number + 1)


def _numbers(found: Iterable[int]) -> bytes:
    """Numbers as bytes of seven bits each, the lowest first, all but the last marked (as LEB128)."""
    written = bytearray()
    for number in found:
        while number > 127:
            written.append(number & 127 | 128)
            number >>= 7
        written.append(number)
    return bytes(written)


def _dumped(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _pack(data: bytes) -> str:
    """*data* for the scripts, in Zstandard (RFC 8878) and basE91."""
    return _text(zstandard.compress(data, 19))


#: All that can be seen in ASCII but what begins a tag, a reference or an escape.
_SIGNS = "".join(sign for sign in map(chr, range(33, 127)) if sign not in "<&\\")


def _text(packed: bytes) -> str:
    """*packed* in signs that a document can hold: two are thirteen bits, or fourteen where those are a small number."""
    written: list[str] = []
    queue = held = 0
    for byte in packed:
        queue |= byte << held
        held += 8
        if held > 13:
            size = 13 if queue & 8191 > 88 else 14
            high, low = divmod(queue & (1 << size) - 1, 91)
            written += _SIGNS[low], _SIGNS[high]
            queue >>= size
            held -= size
    if held:
        high, low = divmod(queue, 91)
        written += (_SIGNS[low], _SIGNS[high]) if held > 7 or high else _SIGNS[low]
    return "".join(written)


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
    for address in site.addresses():
        for lang in graph.workspace.languages:  # in turn: what a question finds is the same in each
            target = page(address, lang, graph.workspace.language)
            name = target + ("index" if not target or target.endswith("/") else "") + ".html"
            yield name, _small(site.render(address, site.voice(lang))).encode()
    for lang in graph.workspace.languages:
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


def _small(document: str, *, styles: bool = False) -> str:
    """*document* without the white space and tags that HTML lets one leave out; *styles* without theirs, too."""
    return minify_html.minify(
        document, keep_comments=False, keep_closing_tags=False, minify_css=styles, minify_js=False
    )
