"""The smallest bundles in words or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from nqgraph.things.collection import Collection
from nqgraph.things.cover import Answered, Cover
from nqgraph.words import vocab
from nqgraph.words.texts import text

FORMATS = ("text", "md", "json")


def rendered(collection: Collection, cover: Cover, form: str, lang: str) -> str:
    """*cover* in one of :data:`FORMATS`, in *lang*."""
    if form == "json":
        return json.dumps(_data(collection, cover, lang), ensure_ascii=False, indent=1) + "\n"
    return "\n".join(_lines(collection, cover, lang, form == "md")) + "\n"


def _lines(collection: Collection, cover: Cover, lang: str, markdown: bool) -> Iterator[str]:
    own = collection.workspace.messages
    title, point = ("## ", "- ") if markdown else ("", "  ")

    def name(iri: str) -> str:
        return collection.facts.name(iri, lang)

    def said(one: Answered) -> str:
        marks = [text("cover-partly", lang, own)] if one.partly else []
        marks += [name(one.grade)] if one.grade else []
        return name(one.iri) + (f" ({'; '.join(marks)})" if marks else "")

    wanted, count = len(cover.wanted), len(cover.bundles)
    size = len(cover.bundles[0].members) if cover.bundles else 0
    code = "cover-none" if not count else "cover-one" if count == 1 else "cover-more" if cover.more else "cover-several"
    yield text(code, lang, own, answered=wanted - len(cover.open), wanted=wanted, size=size, several=count)
    for number, bundle in enumerate(cover.bundles, 1):
        yield from ("", title + text("cover-bundle", lang, own, number=number))
        for iri, answered in bundle.members.items():
            yield f"{point}{name(iri)} [{collection.facts.key(iri)}]: {', '.join(map(said, answered))}"
    if cover.open:
        yield from ("", title + text("cover-open", lang, own))
        yield from (f"{point}{name(iri)} [{collection.facts.key(iri)}]" for iri in cover.open)


def _data(collection: Collection, cover: Cover, lang: str) -> dict[str, Any]:
    def thing(iri: str) -> dict[str, Any]:
        return {"iri": iri, "label": collection.facts.name(iri, lang)}

    def answered(one: Answered) -> dict[str, Any]:
        return {**thing(one.iri), "partly": one.partly, "grade": vocab.local_name(one.grade) if one.grade else None}

    return {
        "wanted": [thing(iri) for iri in cover.wanted],
        "open": [thing(iri) for iri in cover.open],
        "bundles": [
            [{**thing(iri), "answers": [answered(one) for one in found]} for iri, found in bundle.members.items()]
            for bundle in cover.bundles
        ],
        "more": cover.more,
    }
