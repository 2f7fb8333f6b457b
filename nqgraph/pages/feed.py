"""What is new as an Atom feed: an entry for each kind of things that has changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from nqgraph.pages import news
from nqgraph.things.changes import Change, Changes
from nqgraph.things.links import page
from nqgraph.words.texts import Own

if TYPE_CHECKING:
    from nqgraph.pages.site import Site

#: The media type of feeds.
MEDIA = "application/atom+xml"
_ATOM = "http://www.w3.org/2005/Atom"
ET.register_namespace("", _ATOM)
#: What no XML document can hold (XML 1.0, section 2.2).
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def name(lang: str, home: str) -> str:
    """Address of the feed in *lang*."""
    return page("neu", lang, home) + ".atom"


def render(site: Site, changes: Changes, lang: str, address: str = "") -> bytes:
    """
    The feed of *changes* in *lang*.

    Args:
        address: Where the pages lie; links are relative to the feed if it is empty.
    Source:
        https://www.rfc-editor.org/rfc/rfc4287
    """
    assert site.opened is not None
    voice, own = site.voice(lang), site.workspace.messages
    here = page("neu", lang, site.workspace.language)
    itself = site.workspace.iris.base + here
    updated = site.opened.written.strftime("%Y-%m-%dT%H:%M:%SZ")
    root = ET.Element(_tag("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": lang})
    title = f"{voice.plain(site.title('neu'))} – {voice.plain(site.settings.title)}"
    _say(root, "id", itself)
    _say(root, "title", _marked(site, title, lang))
    _say(root, "updated", updated)
    _say(ET.SubElement(root, _tag("author")), "name", voice.plain(site.brand))
    target = address + here if address else here.rpartition("/")[2]
    ET.SubElement(root, _tag("link"), {"rel": "self", "type": MEDIA, "href": f"{target}.atom"})
    ET.SubElement(root, _tag("link"), {"rel": "alternate", "type": "text/html", "href": target + site.suffix})
    for part in news.parts(changes, lang):
        entry = ET.SubElement(root, _tag("entry"))
        _say(entry, "id", f"{itself}#{site.version}-{part.group.segment}")
        _say(entry, "title", part.group.summary(lang, own))
        _say(entry, "updated", updated)
        link = {"rel": "alternate", "type": "text/html", "href": f"{target}{site.suffix}#s_neu--{part.group.segment}"}
        ET.SubElement(entry, _tag("link"), link)
        listed = [*part.shown, *part.folded]
        _content(entry, listed, lang, voice.plain_t("changes-more", count=part.more) if part.more else "", own)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _content(entry: ET.Element, listed: list[Change], lang: str, more: str, own: Own) -> None:
    """The sentences as HTML within the feed, with links to the permanent addresses of things."""
    made = ET.Element("ul")
    for change in listed:
        item = ET.SubElement(made, "li")
        last: ET.Element | None = None
        for piece, iri in change.pieces(lang, own):
            if iri.startswith(("https://", "http://")):
                last = ET.SubElement(item, "a", {"href": iri})
                last.text = _clean(piece)
            elif last is None:
                item.text = (item.text or "") + _clean(piece)
            else:
                last.tail = (last.tail or "") + _clean(piece)
    if more:
        ET.SubElement(made, "li").text = more
    content = _say(entry, "content", ET.tostring(made, encoding="unicode", method="html"))
    content.set("type", "html")


def _marked(site: Site, title: str, lang: str) -> str:
    return f"{title} – {site.voice(lang).plain_t('internal-note')}" if site.internal else title


def _say(parent: ET.Element, name: str, text: str) -> ET.Element:
    made = ET.SubElement(parent, _tag(name))
    made.text = _clean(text)
    return made


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _tag(name: str) -> str:
    return f"{{{_ATOM}}}{name}"
