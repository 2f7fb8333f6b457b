"""How dossiers look in a word processor: the styles that they use, as far as a template does not have them."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from docx import Document
from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from nqgraph.words.numbers import locale

#: Colours of what stands beside, of links, and of headings.
QUIET, LINK, INK = "5A6570", "0B4F71", "0B3A53"
_FONT = "Calibri"
#: Style → size, bold, space before and after in points, whether it stays with the next.
_SIZES: dict[str, tuple[float, bool, float, float, bool]] = {
    "Normal": (10.5, False, 0, 4, False),
    "Heading 1": (20, True, 0, 2, True),
    "Heading 2": (13.5, True, 10, 3, True),
    "Heading 3": (11.5, True, 8, 3, True),
    "Subtitle": (10.5, False, 0, 8, False),
    "List Bullet": (10.5, False, 0, 3, False),
    "Caption": (9, True, 6, 3, True),
    "Header": (8.5, False, 0, 4, False),
    "Footer": (8.5, False, 4, 0, False),
    "Dossier Cell": (8, False, 0.5, 0.5, False),
    "Dossier Note": (8, False, 3, 4, False),
    "Dossier Source": (7, False, 0, 1, False),
}
#: What stands after the property that keeps words whole, in the order of the schema.
_AFTER_HYPHENS = ("w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr")
_QUIET = ("Subtitle", "Header", "Footer", "Dossier Note")
_TABLE = """<w:style {} w:type="table" w:customStyle="1" w:styleId="DossierTable"><w:name w:val="Dossier Table"/>
<w:basedOn w:val="{}"/><w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:color="{ink}"/>
<w:bottom w:val="single" w:sz="8" w:color="{ink}"/><w:insideH w:val="single" w:sz="4" w:color="C5CDD3"/></w:tblBorders>
<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>
<w:bottom w:val="single" w:sz="8" w:color="{ink}"/></w:tcBorders><w:shd w:val="clear" w:color="auto" w:fill="E9EEF2"/>
</w:tcPr></w:tblStylePr></w:style>"""


def plain() -> Docx:
    """A document on A4 with the styles of dossiers and nothing in it."""
    return Document(io.BytesIO(_plain()))


@cache
def _plain() -> bytes:
    document = Document()
    package = document.part.package
    for name, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):  # the picture of another document
            del package.rels[name]
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin, section.bottom_margin = Mm(20), Mm(17)
    section.header_distance = section.footer_distance = Mm(10)
    for name in _SIZES:
        _set(style(document, name, WD_STYLE_TYPE.PARAGRAPH), name)
    complete(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def complete(document: Docx) -> None:
    """Give *document* the styles that it lacks."""
    known = {found.name for found in document.styles}
    for name in _SIZES:
        if name not in known:
            _set(style(document, name, WD_STYLE_TYPE.PARAGRAPH), name)
    if "Dossier Table" not in known:
        base = next(
            (s.style_id for s in document.styles if s.type == WD_STYLE_TYPE.TABLE and s.name == "Normal Table"), ""
        )
        document.styles.element.append(parse_xml(_TABLE.format(nsdecls("w"), base or "TableNormal", ink=INK)))


def style(document: Docx, name: str, kind: WD_STYLE_TYPE) -> Any:
    """The style *name*; made where there is none."""
    found = next((found for found in document.styles if found.name == name and found.type == kind), None)
    if found is None:
        found = document.styles.add_style(name, kind)
        if kind == WD_STYLE_TYPE.PARAGRAPH and name != "Normal":
            found.base_style = style(document, "Normal", kind)
    return found


def speak(document: Docx, lang: str) -> None:
    """Set the language of *document*, and let words part at the end of a line."""
    styles = document.styles.element
    defaults = styles.find(qn("w:docDefaults"))
    if defaults is None:
        defaults = parse_xml(f"<w:docDefaults {nsdecls('w')}/>")
        styles.insert(0, defaults)
    holder = defaults
    for name in ("w:rPrDefault", "w:rPr"):
        if holder.find(qn(name)) is None:
            holder.insert(0, parse_xml(f"<{name} {nsdecls('w')}/>"))
        holder = holder.find(qn(name))
    for old in holder.findall(qn("w:lang")):
        holder.remove(old)
    holder.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="{tag(lang)}" w:eastAsia="{tag(lang)}"/>'))
    settings = document.settings.element
    if settings.find(qn("w:autoHyphenation")) is None:
        anchor = settings.find(qn("w:defaultTabStop"))
        made = parse_xml(f"<w:autoHyphenation {nsdecls('w')}/>")
        if anchor is not None:
            anchor.addnext(made)


def tag(lang: str) -> str:
    """The tag of *lang* with the region that word processors know it by."""
    return {"de": "de-DE"}.get(lang) or locale(lang).replace("_", "-")


def _set(found: Any, name: str) -> None:
    """Give the style *name* its size, colour and spaces."""
    size, bold, before, after, keep = _SIZES[name]
    font, spaces = found.font, found.paragraph_format
    font.name, font.size, font.bold, font.italic = _FONT, Pt(size), bold, False
    for old in found.element.get_or_add_rPr().findall(qn("w:spacing")):
        found.element.rPr.remove(old)
    fonts = found.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        if "heme" in attribute:
            del fonts.attrib[attribute]
    for script in ("hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), _FONT)
    heading = name.startswith("Heading")
    if heading or name in _QUIET or name == "Caption":
        font.color.rgb = RGBColor.from_string(INK if heading else QUIET)
    spaces.space_before, spaces.space_after = Pt(before), Pt(after)
    spaces.keep_with_next, spaces.line_spacing_rule = keep, WD_LINE_SPACING.SINGLE
    if heading:
        found.element.get_or_add_pPr().insert_element_before(
            parse_xml(f"<w:suppressAutoHyphens {nsdecls('w')}/>"), *_AFTER_HYPHENS
        )
    if name == "Dossier Source":
        spaces.keep_together = True
        spaces.left_indent, spaces.first_line_indent = Mm(9), Mm(-9)
        spaces.tab_stops.add_tab_stop(Mm(9))
