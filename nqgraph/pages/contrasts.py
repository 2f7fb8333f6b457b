"""The page on which things stand side by side, and the files of it and of lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from nqgraph.graph.results import Result
from nqgraph.things import contrast, listing
from nqgraph.things.collection import Collection
from nqgraph.things.contrast import Contrast
from nqgraph.things.language import Voice
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError

#: Address of the page.
ADDRESS = "vergleich"
#: What an address calls the things, and their kind.
THING, KIND = "d", "art"


def there(collection: Collection) -> bool:
    """Whether any list offers to tick things."""
    return any(shape.list_columns for shape in collection.lists.values())


def found(collection: Collection, items: Sequence[tuple[str, str]], lang: str) -> Contrast:
    """
    The things that an address names, side by side.

    Raises:
        QueryError: They are too few, too many, unknown or of several kinds.
    """
    kind = next((value for name, value in items if name == KIND), "")
    keys = list(dict.fromkeys(value for name, value in items if name == THING and value))
    if not contrast.FEWEST <= len(keys) <= contrast.MOST:
        raise QueryError.of("contrast-count", count=len(keys), fewest=contrast.FEWEST, most=contrast.MOST)
    return contrast.contrast(collection.facts, [_thing(collection, key, kind) for key in keys], lang)


def _thing(collection: Collection, key: str, kind: str) -> str:
    shape_of = collection.facts.shape_of
    for address, iri in collection.things.items():
        named = key in (address.rpartition("/")[2], vocab.local_name(iri))
        if named and kind in ("", shape_of[iri].segment):
            return iri
    raise QueryError.of("contrast-unknown", key=key[:80])


def content(collection: Collection, items: Sequence[tuple[str, str]], lang: str) -> dict[str, Any]:
    """What the page shows for the names and values of an address."""
    page: dict[str, Any] = {"contrast": None, "error": None, "downloads": ""}
    if not items:
        return page
    try:
        page["contrast"] = found(collection, items, lang)
        page["downloads"] = "?" + urlencode(list(items), quote_via=quote)
    except QueryError as error:
        page["error"] = error
    return page


def sheet(collection: Collection, address: str, items: Sequence[tuple[str, str]], voice: Voice) -> Result | None:
    """
    What the page of a list, or the one with things side by side, shows at this address; None where there is none.

    Raises:
        QueryError: The things cannot stand side by side.
    """
    if address == ADDRESS:
        return contrast.result(collection.facts, found(collection, items, voice.lang), voice)
    shape = collection.lists.get(address)
    columns = collection.columns(shape) if shape else []
    if shape is None or not columns:
        return None
    entries = collection.listing(shape, voice.lang)[1]
    kept = listing.chosen(columns, entries, dict(items), collection.facts, voice.lang)
    return listing.result(shape, columns, kept, collection.facts, voice)
