"""What has changed between two states, as text, Markdown, JSON, N-Triples or a page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from nqgraph.graph.store import ntriple
from nqgraph.things.changes import Change, Changes
from nqgraph.words.texts import Own, in_language, text

if TYPE_CHECKING:
    from nqgraph.building.states import State

#: What a comparison can be written as.
FORMATS = ("text", "md", "html", "json", "nt")
#: Sentences of one kind in texts.
MOST_SENTENCES = 25


def rendered(changes: Changes, old: State, new: State, form: str, lang: str) -> bytes:
    """*changes* between two states in one of :data:`FORMATS`; what is internal says so."""
    internal = old.internal or new.internal
    if form == "html":
        from nqgraph.pages import Site

        site = Site(new.graph.in_language(lang))
        return site.comparison(changes, old.name, new.name, site.voice(lang), internal=internal).encode()
    if form == "json":
        return _json(changes, old, new, lang, internal).encode()
    own = new.graph.workspace.messages
    note = text("internal-note", lang, own) if internal else ""
    lines = _ntriples(changes, lang, note, own) if form == "nt" else _text(changes, old, new, lang, note, form == "md")
    return ("\n".join(lines) + "\n").encode()


def _text(changes: Changes, old: State, new: State, lang: str, note: str, markdown: bool) -> Iterator[str]:
    own = new.graph.workspace.messages
    title = text("page-neu", lang, own)
    between = text("diff-between", lang, own, old=old.name, new=new.name)
    if note:
        yield note
    if markdown:
        yield from (f"# {title}", "", _escaped(between), "")
    else:
        yield between
    for said in changes.notes:
        yield from ((_escaped(said.in_language(lang)), "") if markdown else (said.in_language(lang),))
    if not changes:
        yield text("changes-none", lang, own)
    for group in changes.in_order(lang):
        heading = group.summary(lang, own)
        yield from ("", f"## {_escaped(heading)}", "") if markdown else ("", heading)
        for change in group.changes[:MOST_SENTENCES]:
            yield f"- {_linked(change, lang, own)}" if markdown else f"  {change.sentence(lang, own)}"
        if len(group.changes) > MOST_SENTENCES:
            more = text("changes-folded", lang, own, count=len(group.changes) - MOST_SENTENCES)
            yield f"- {more}" if markdown else f"  {more}"
    if rest := len(changes.removed) + len(changes.added):
        said_of_rest = f"{text('changes-rest', lang, own)}: {text('changes-behind', lang, own, count=rest)}"
        yield from ("", said_of_rest)


def _ntriples(changes: Changes, lang: str, note: str, own: Own) -> Iterator[str]:
    """The added statements; sentences and the removed statements are comments (N-Triples, section 2.4)."""
    if note:
        yield f"# {note}"
    for group in changes.in_order(lang):
        for change in group.changes:
            yield f"# {_one_line(change.sentence(lang, own))}"
            yield from _lines(change)
    if changes.removed or changes.added:
        yield f"# {text('changes-rest', lang, own)}"
        yield from _lines(changes)


def _lines(found: Change | Changes) -> Iterator[str]:
    yield from (f"#- {line}" for line in _sorted(found.removed))
    yield from _sorted(found.added)


def _json(changes: Changes, old: State, new: State, lang: str, internal: bool) -> str:
    own = new.graph.workspace.messages
    document: dict[str, Any] = {"old": old.name, "new": new.name}
    if internal:
        document["internal"] = text("internal-note", lang, own)
    document["notes"] = [note.in_language(lang) for note in changes.notes]
    document["groups"] = [
        {
            "kind": in_language(group.kind, lang),
            "segment": group.segment,
            "counts": group.counts,
            "changes": [
                {
                    "change": change.code.removeprefix("change-"),
                    "about": change.about,
                    "sentence": change.sentence(lang, own),
                    "removed": _sorted(change.removed),
                    "added": _sorted(change.added),
                }
                for change in group.changes
            ],
        }
        for group in changes.in_order(lang)
    ]
    document["rest"] = {"removed": _sorted(changes.removed), "added": _sorted(changes.added)}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _sorted(said: Iterable[Any]) -> list[str]:
    return sorted(map(ntriple, said))


def _linked(change: Change, lang: str, own: Own) -> str:
    parts = []
    for piece, iri in change.pieces(lang, own):
        shown = _escaped(piece)
        parts.append(f"[{shown}](<{iri}>)" if re.match("https?://", iri) else shown)
    return "".join(parts)


def _escaped(said: str) -> str:
    """A text in Markdown, on one line (CommonMark, section 2.4)."""
    return re.sub(r"([\\`*_\[\]<>&#|~])", r"\\\1", _one_line(said))


def _one_line(said: str) -> str:
    return re.sub(r"\s+", " ", said)
