"""What stands within a line of a page: names of things as links, and texts with their language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from nqgraph.things.answers import Cell
from nqgraph.things.collection import Collection
from nqgraph.things.language import Labels, Voice, direction, moment, tongue
from nqgraph.things.links import Links, anchor
from nqgraph.things.listing import Entry

#: What can be the key of a thing in a text.
_KEY = re.compile(r"(?<![\w/.#-])[a-z][a-z0-9]*(?:-[a-z0-9]+)+(?![\w/.@-]\w)")
#: Things that the cell of a list names.
MOST_NAMED = 3


def host(address: str) -> str:
    """The server in a web address, by which readers know it."""
    return urlsplit(address).netloc or address


def is_web(address: str) -> bool:
    """Whether *address* is one that a browser opens."""
    return address.startswith(("https://", "http://"))


class Inline:
    """
    Names and texts on the pages of one folder in one language.

    Args:
        links: The links of a page; pages beside it have the same.
        made: Thing → its name as a link, as far as it was made before.
    """

    def __init__(self, collection: Collection, voice: Voice, links: Links, made: dict[str, Markup]) -> None:
        self._collection = collection
        self._voice = voice
        self._links = links
        self._made = made
        self._cells: dict[tuple[Any, ...], str] = {}

    def thing(self, iri: str) -> Markup:
        """The name of a thing or term, as a link to what explains it; of one of others with where it comes from."""
        found = self._made.get(iri)
        if found is None:
            found = self._made[iri] = self._thing(iri) + self.origin(iri)
        return found

    def origin(self, iri: str) -> Markup:
        """Source and day of what others say of a thing; nothing where we say it."""
        found = self._collection.facts.origin(iri)
        if found is None:
            return Markup("")
        values = {"source": self._voice.plain(found.publisher), "day": self._voice.plain(moment(found.day))}
        return Markup(" <small>{}</small>").format(self._voice.t("page-from", **values))

    def _thing(self, iri: str) -> Markup:
        facts = self._collection.facts
        if linked := self._linked(iri, facts.label(iri)):
            return linked
        if iri in facts.statements:
            label = facts.label(iri)
            return Markup("<span{}>{}</span>").format(direction(label), self._voice.say(label))
        if is_web(iri):
            return Markup('<a class="out" href="{}">{}</a>').format(iri, host(iri))
        return Markup("<span>{}</span>").format(iri)

    def say(self, labels: Labels) -> Markup:
        """*labels* in the reader's language."""
        return self._voice.say(labels)

    def worded(self, labels: Labels, iri: str) -> Markup:
        """*labels* as a link to what explains *iri*; as they are where nothing does."""
        return self._linked(iri, labels) or self.words(labels)

    def text(self, labels: Labels) -> Markup:
        """*labels* in the reader's language; the key of a thing in them is its name, as a link."""
        return self._named(self._voice.say(labels))

    def _named(self, said: Markup) -> Markup:
        """*said* with names in place of keys."""

        def name(found: re.Match[str]) -> str:
            iri = self._collection.keys.get(found[0])
            return self.thing(iri) if iri else found[0]

        return Markup(_KEY.sub(name, said)) if "-" in said else said

    def words(self, labels: Labels) -> Markup:
        """*labels* in the reader's language, marked where they run from right to left."""
        said = self.text(labels)
        way = direction(labels)
        return Markup("<span{}>{}</span>").format(way, said) if way else said

    def cell(self, cell: Cell) -> Markup:
        """What stands in a cell of an answer: its thing, why there is nothing, or its words; and what they rest on."""
        named = any(map(self.origin, filter(None, (cell.iri, *(iri for _, iri in cell.parts)))))  # says so itself
        rests = [self._rest(name, said) for name, said in cell.rests.items() if not (named and name == "origin")]
        return Markup("").join([self._content(cell), *rests])

    def answered(self, cell: Cell) -> str:
        """*cell* of an answer as a cell of a table; nothing where nothing is in it, a space where nobody has looked."""
        said = self._voice.plain(cell.text) if cell.text else ""
        known = (cell.iri, said, cell.number, tuple(iri for _, iri in cell.parts), cell.nothing, *cell.rests.items())
        if known not in self._cells:
            self._cells[known] = self._answered(cell, said)
        return self._cells[known]

    def _answered(self, cell: Cell, said: str) -> str:
        if cell.nothing == "not-looked-at":
            return " "
        content = self.cell(cell)
        if not content:
            return ""
        value = f' data-value="{escape(cell.number)}"' if cell.number and said != cell.number else ""
        return f'<td class="number"{value}>{content}' if cell.number else f"<td>{content}"

    def rows(self, entries: Sequence[Entry], made: dict[str, Markup], *, table: bool) -> Markup:
        """All *entries* of a list, as rows of a table or as items; *made* keeps them."""
        if "rows" not in made:
            made["rows"] = Markup("").join(map(self.row if table else self.item, entries))
        return made["rows"]

    def row(self, entry: Entry) -> Markup:
        """The row of *entry* in the table of its list."""
        cells = "".join(map(self._list_cell, entry.cells))
        return Markup(f'<tr{self.filtered(entry)}><th scope="row">{self.named(entry)}</th>{cells}</tr>\n')

    def item(self, entry: Entry) -> Markup:
        """*entry* in a list that is no table."""
        return Markup(f"<li{self.filtered(entry)}>{self.named(entry)}</li>\n")

    def filtered(self, entry: Entry) -> str:
        """What the filters of its list find *entry* by, as attributes."""
        return "".join(f' data-{name}="{escape(" ".join(said))}"' for name, said in entry.values.items() if said)

    def named(self, entry: Entry) -> str:
        """The name of *entry* as a link, with the sentence about it."""
        said = self._voice.say(entry.lead)
        return f"{self.thing(entry.iri)}<p{direction(entry.lead)}>{said}</p>" if said else self.thing(entry.iri)

    def _list_cell(self, cell: Cell) -> str:
        if not cell.number:
            return f"<td>{self.some(cell)}</td>"
        said = self._voice.plain(cell.text or {})
        value = "" if said == cell.number else f' data-value="{escape(cell.number)}"'
        return f'<td class="number"{value}>{self.some(cell)}</td>'

    def some(self, cell: Cell) -> Markup:
        """What stands in a cell of a list: the first few of its things, and how many more there are; terms unlinked."""
        if not cell.parts:
            return self.cell(cell)
        addresses = self._collection.addresses
        named = [self.thing(iri) if iri in addresses else self.words(label) for label, iri in cell.parts[:MOST_NAMED]]
        more = len(cell.parts) - len(named)
        rest = Markup(" <small>{}</small>").format(self._voice.t("list-more", count=more)) if more else Markup("")
        return Markup("; ").join(named) + rest

    def _content(self, cell: Cell) -> Markup:
        if cell.iri:
            return self.thing(cell.iri)
        if cell.nothing:  # one line below the table says that nobody has looked
            return Markup("") if cell.nothing == "not-looked-at" else self.absent(cell.nothing)
        if cell.parts:
            return Markup("; ").join(self.worded(labels, iri) + self.origin(iri) for labels, iri in cell.parts)
        shown = self._voice.plain(cell.text) if cell.text else ""
        if is_web(shown):
            return Markup('<a class="out" href="{}">{}</a>').format(shown, host(shown))
        return self.words(cell.text) if cell.text else Markup("")

    def _rest(self, name: str, said: str) -> Markup:
        return Markup(" <small>{}</small>").format(self._named(self._voice.t(f"page-rests-{name}", said=said)))

    def absent(self, kind: str = "") -> Markup:
        """Why there is nothing."""
        return Markup('<i class="absent">{}</i>').format(self._voice.t(f"page-{kind or 'not-documented'}"))

    def _linked(self, iri: str, labels: Labels) -> Markup:
        """*labels* as a link to the page of *iri* or to the glossary; nothing where neither has it."""
        page = self._collection.addresses.get(iri, "")
        if page and self._links.exists(page):
            said = self._voice.say(labels)
            how = (tongue("") if self._links.one_file else tongue(self._collection.facts.tongue(iri))) + direction(
                labels
            )
            return Markup('<a href="{}"{}>{}</a>').format(self._links.to(page), how, said)
        if iri in self._collection.explained:
            target = self._links.to("glossar", anchor(iri))
            return Markup('<a href="{}">{}</a>').format(target, self._voice.say(labels))
        return Markup("")
