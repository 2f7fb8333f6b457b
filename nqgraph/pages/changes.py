"""What the one file needs for its own forms: the fields of each kind, and what the cells of its things say."""

from __future__ import annotations

import html
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from nqgraph.graph.graph import Graph
from nqgraph.graph.store import Store
from nqgraph.model.shapes import NodeShape
from nqgraph.networks.sigma import several
from nqgraph.pages.forms import Field, Forms, about
from nqgraph.sources.cells import Vocabulary
from nqgraph.sources.contents import Contents, columns
from nqgraph.sources.sheets import clean
from nqgraph.things.collection import Collection
from nqgraph.words import vocab

#: What no cell begins with, since cells are cleaned of it: a reference to a text of the page follows.
MARK = "\u00a0"
#: Cells that are shorter stand for themselves.
_SHORTEST = 12
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
Texts = Mapping[str, Mapping[str, str]]


def data(graph: Graph, collection: Collection, pages: Texts, version: str) -> dict[str, Any]:
    """
    The forms of the kinds that the file has pages of.

    The keys of the things of a kind stand in the data of the search, and cells in that order. A cell whose text stands
    on the page of its thing is told by :data:`MARK`, the number of the language and a hash of the text, since texts are
    most of what cells say; one that says the key by the mark alone.

    Args:
        pages: Thing → language → HTML of its page.
    """
    store, schema, languages = graph.store, collection.facts.schema, graph.workspace.languages
    own = [name for name in store.graphs() if name not in store.iris.own_graphs]
    vocabulary = Vocabulary(graph.workspace.iris, graph.workspace.language)
    first = languages[0]
    contents = Contents(store, schema, own, first)
    forms = {lang: Forms(store, schema, contents, vocabulary, lang, examples=False) for lang in languages}
    listed = [shape for shape in forms[first].kinds.values() if shape in collection.lists.values()]
    fields: dict[str, int] = {}
    kinds = {shape.segment: _kind(shape, forms, first, fields) for shape in listed}
    for shape in listed:
        members = set(collection.members[shape.target_class])
        things = [iri for iri in collection.things.values() if iri in members]
        known = {thing: _texts(pages.get(thing, {}), languages) for thing in things}
        kinds[shape.segment]["things"] = _common(things)
        kinds[shape.segment]["cells"] = [
            [_cell(contents.cell(thing, prop, tag), thing, known[thing]) for thing in things]
            for prop, tag in columns(shape)
        ]
    lists = {
        name: [[e.value, e.label] if e.value != e.label else e.value for e in entries]
        for name, entries in forms[first].lists.items()
        if entries
    }
    return {
        "base": store.iris.base,
        "version": version,
        "lang": first,
        "datasets": sorted(map(vocab.local_name, own)),
        "fields": [json.loads(field) for field in fields],
        "kinds": kinds,
        "lists": lists,
    }


def _kind(shape: NodeShape, forms: Mapping[str, Forms], first: str, fields: dict[str, int]) -> dict[str, Any]:
    """The numbers of the *fields* of a kind by column, and which columns stand below which heading."""
    said = {lang: {f.name: f for f in made.fields(shape)} for lang, made in forms.items()}
    order = [f.name for f in said[first].values()]
    props = {f"{vocab.local_name(p.iri)}{'.' if tag else ''}{tag}": p for p, tag in columns(shape)}

    def field(name: str) -> list[Any]:
        one: Field = said[first][name]
        prop = props[name]
        below = _below(prop.classes, forms[first].store) if prop.refers_to_things else ()
        kinds = [s.segment for s in forms[first].schema.node_shapes if s.target_class in below]
        return [
            name,
            several([said[lang][name].title for lang in said]),
            one.show if not (prop.refers_to_things and kinds) else "list",
            int(one.required) + 2 * int(one.several),
            " ".join(kinds) if prop.refers_to_things else one.entries,
            several([" ".join(said[lang][name].hints) for lang in said]),
        ]

    def number(name: str) -> int:
        return fields.setdefault(json.dumps(field(name), ensure_ascii=False), len(fields))

    groups = [
        [several([heading, *(forms[lang].groups(shape)[number][0] for lang in list(forms)[1:])]), len(listed)]
        for number, (heading, listed) in enumerate(forms[first].groups(shape))
    ]
    return {
        "table": forms[first].schema.label(shape),
        "class": shape.target_class,
        "singular": several([shape.singular.get(lang, "") for lang in forms]),
        "fields": [number(name) for name in props],
        "order": [list(props).index(name) for name in order],
        "about": [columns(shape).index(column) for column in about(shape, forms[first].schema)],
        "groups": groups,
    }


def _below(classes: Iterable[str], store: Store) -> set[str]:
    """*classes* and all below them."""
    block = " ".join(f"<{name}>" for name in classes)
    found = store.select(f"SELECT ?c WHERE {{ VALUES ?up {{ {block} }} ?c rdfs:subClassOf* ?up }}")
    return {*classes, *(name for (name,) in found)}


def _common(things: list[str]) -> str | list[str]:
    """What comes before the keys in the IRIs of *things*; all of them if they do not share it."""
    found = {thing[: len(thing) - len(vocab.local_name(thing))] for thing in things}
    return found.pop() if len(found) == 1 else things


def _texts(pages: Mapping[str, str], languages: Iterable[str]) -> dict[str, str]:
    """Text of a page → the reference to it; not of those that share theirs with another."""
    found: dict[str, str] = {}
    taken: dict[str, str] = {}
    for number, lang in enumerate(languages):
        for piece in re.findall(r"<a[^>]*? href=\"?([^\s\">]+)|(?:^|>)([^<]+)", pages.get(lang, "")):
            text = _said("".join(piece))
            if len(text) < _SHORTEST:
                continue
            reference = f"{MARK}{number}{digest(text)}"
            if taken.setdefault(reference, text) == text:
                found.setdefault(text, reference)
            else:
                found = {known: at for known, at in found.items() if at != reference}
    return found


@lru_cache(maxsize=100_000)
def _said(piece: str) -> str:
    return clean(" ".join(html.unescape(piece).split()))


@lru_cache(maxsize=100_000)
def digest(text: str) -> str:
    """Two signs that stand for a text (CRC-32, folded to 12 bits)."""
    value = zlib.crc32(text.encode())
    value = (value ^ value >> 12 ^ value >> 24) & 0xFFF
    return _DIGITS[value >> 6] + _DIGITS[value & 63]


def _cell(cell: str, thing: str, known: Mapping[str, str]) -> str:
    cell = clean(cell)
    return MARK if cell == vocab.local_name(thing) else known.get(cell, cell)
