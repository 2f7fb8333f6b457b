"""Files that pages load: the style sheet, the scripts, and the data of search and network."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from heapq import nsmallest
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nqgraph.graph.asking import data_of
from nqgraph.model.shapes import Schema
from nqgraph.networks import appearance
from nqgraph.networks.sigma import document, several
from nqgraph.pages import bundle
from nqgraph.things import links
from nqgraph.things.collection import Collection
from nqgraph.things.language import Labels
from nqgraph.words import vocab
from nqgraph.words.texts import in_language, text

#: Address of a page, its title, and what it shows.
View = tuple[str, Labels, Labels]
SCRIPTS = ("app.js", "network.js", "around.js", "editor.js", "forms.js")
STYLES = ("style.css", "print.css", "app.css", "network.css", "editor.css", "forms.css")
DATA = ("suche.json", "netz.json")
#: What the addresses of the networks around things begin with; they end like the page of the thing, with ``.json``.
AROUND = "umfeld/"
#: With more things, the picture begins with the kinds that the matrix crosses.
MOST_AT_FIRST = 300
#: Things of foreign data that the picture shows, and that the search knows.
MOST_DRAWN, MOST_SOUGHT = 1_500, 50_000
#: Neighbours of a thing that are looked at for the picture on its page.
MOST_AROUND = 300
_MEDIA_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "json": "application/json"}


def asset(collection: Collection, name: str, views: Iterable[View] = ()) -> tuple[bytes, str] | None:
    """The file *name* with its media type; None where there is none, or where it was not built; see `search_data`."""
    kind = _MEDIA_TYPES.get(name.rpartition(".")[2], "")
    if name == "style.css":
        return style(collection.facts.schema), kind
    if name == "print.css":
        return (Path(__file__).parent / name).read_bytes(), kind
    if name in DATA:
        found = search_data(collection, views) if name == "suche.json" else network_data(collection)
        if collection.graph.internal:
            found |= {"internal": text("internal-note", collection.graph.lang)}
        return _dumped(found), kind
    if name.startswith(AROUND) and name.endswith(".json"):
        iri = collection.things.get("doc/" + name.removeprefix(AROUND).removesuffix(".json"), "")
        return (_dumped(around_data(collection, iri)), kind) if iri and pictured(collection, iri) else None
    script = bundle.read(name) if name in SCRIPTS + STYLES else None
    return None if script is None else (script, kind)


def _dumped(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


@lru_cache(maxsize=16)
def style(schema: Schema) -> bytes:
    """The style sheet, with the signs of all kinds of things."""
    sheet = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
    looks = {**appearance.looks(schema), "other": appearance.OTHER}
    return (sheet + "".join(_sign(kind, look) for kind, look in looks.items())).encode()


def _sign(kind: str, look: appearance.Look) -> str:
    outline = appearance.OUTLINES[look.shape].replace('"', "'")
    image = quote(f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>{outline}</svg>", safe="/:='")
    return f'.k-{kind}{{--kind:{look.color};--sign:url("data:image/svg+xml,{image}")}}\n'


def search_data(collection: Collection, views: Iterable[View] = ()) -> dict[str, Any]:
    """
    What the search looks through: kinds, things with all their names, and words that mean the same.

    Args:
        views: Pages that show no single thing, which are found like things.
    """
    facts, languages = collection.facts, collection.workspace.languages
    shapes = list(collection.lists.values())
    number_of = {shape.target_class: index for index, shape in enumerate(shapes)}
    things = [
        [
            number_of[facts.shape_of[iri].target_class],
            vocab.local_name(iri),
            _several(facts.label(iri), languages),
            sorted({name for value in facts.values(iri, vocab.SKOS.altLabel) for name in value.labels.values()}),
            _several(collection.lead(iri), languages),
            address,
        ]
        for address, iri in islice(collection.things.items(), MOST_SOUGHT if collection.graph.given else None)
    ]
    kinds = [{"type": shape.segment, "label": shape.label} for shape in shapes]
    pages = []
    for address, title, lead in views:
        other = [name for name in [address.partition("/")[0].capitalize()] if name != in_language(title, languages[0])]
        pages.append([links.section(address), _several(title, languages), other, _several(lead, languages), address])
    return {
        "languages": list(languages),
        "kinds": kinds,
        "things": things,
        "views": {
            "label": {lang: text("page-pages", lang, collection.workspace.messages) for lang in languages},
            "pages": pages,
        },
        "synonyms": synonyms(collection),
    }


def ask_data(collection: Collection) -> dict[str, Any]:
    """What finds the canned question that a plain one means, beside the data of the search."""
    made = data_of(collection.graph, {shape.segment: shape.target_class for shape in collection.lists.values()})
    pages = {shape.segment: address for address, shape in collection.lists.items()}
    for asked in made["questions"]:
        if "kind" in asked:
            asked["page"] = pages.get(asked["kind"], "")
    facts, languages = collection.facts, collection.workspace.languages
    listed = {value for _, value, _ in made["things"]}
    made["labels"] = {
        key: _several(facts.label(iri), languages)
        for members in collection.concepts.values()
        for iri in members
        if (key := vocab.local_name(iri)) in listed
    }
    return made


def network_data(collection: Collection) -> dict[str, Any]:
    """The network with its places, for the picture."""
    if collection.graph.given:
        keys = {iri: address.rpartition("/")[2] for iri, address in collection.addresses.items()}
        schema, pointing = collection.facts.schema, collection.facts.pointing
        most = nsmallest(MOST_DRAWN, collection.addresses, lambda iri: (-len(pointing(iri)), iri))
        return document(collection.graph.store, most, schema=schema, keys=keys, among=most)
    made = document(collection.graph.store, collection.things.values())
    if collection.crossing and len(made["nodes"]) > MOST_AT_FIRST:
        first = {collection.crossing.rows.segment, collection.crossing.columns.segment}
        made["start"] = [number for number, kind in enumerate(made["kinds"]) if kind["type"] in first]
    return made


def pictured(collection: Collection, iri: str) -> bool:
    """Whether the page of a thing shows what lies around it: it is of a kind that the matrix crosses."""
    crossing = collection.crossing
    return crossing is not None and collection.facts.shape_of[iri] in (crossing.rows, crossing.columns)


def around_data(collection: Collection, iri: str) -> dict[str, Any]:
    """The network of a thing and its neighbours, for the picture on its page."""
    facts = collection.facts
    near = {value.text for values in facts.statements[iri].values() for value in values if value.is_iri}
    near |= {subject for subject, _, _ in facts.pointing(iri)}
    among = [iri, *islice((one for one in sorted(near) if one in collection.addresses and one != iri), MOST_AROUND)]
    return document(collection.graph.store, among, schema=facts.schema, among=among)


def synonyms(collection: Collection) -> list[list[str]]:
    """Single words that name one thing or concept, of which each finds the others."""
    facts, groups = collection.facts, []
    for iri in facts.having(vocab.SKOS.altLabel):
        names = {v.text for path in (vocab.SKOS.prefLabel, vocab.SKOS.altLabel) for v in facts.values(iri, path)}
        groups.append(sorted({name.lower() for name in names if len(name.split()) == 1}))
    return sorted(group for group in groups if len(group) > 1)


def _several(labels: Labels, languages: Sequence[str]) -> str | list[str]:
    """One text, or one for each language if they differ."""
    return several([in_language(labels, lang, chain=languages) for lang in languages])
