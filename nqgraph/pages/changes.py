"""What the one file needs for its own forms: the fields of each kind, and what the cells of its things say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
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


def data(graph: Graph, collection: Collection, version: str) -> dict[str, Any]:
    """
    The forms of the kinds that the file has pages of.

    The keys of the things of a kind stand in the data of the search, and cells in that order.
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
        kinds[shape.segment]["things"] = _common(things)
        kinds[shape.segment]["cells"] = [
            [clean(contents.cell(thing, prop, tag)) for thing in things] for prop, tag in columns(shape)
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

    tongue = next((n for n, (prop, _) in enumerate(columns(shape)) if prop.path == vocab.DCTERMS.language), None)
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
        **({} if tongue is None else {"tongue": tongue}),
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
