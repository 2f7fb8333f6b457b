"""A document as Office Open XML (ECMA-376), in the styles of a template."""

from __future__ import annotations

import io
import re
import zipfile
from copy import deepcopy
from datetime import datetime
from functools import cached_property
from typing import Any

from docx import Document
from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section, _Footer, _Header

from nqgraph.exports import dress
from nqgraph.exports.paper import Heading, Paper, Paragraph, Run, Source, Table, Words, plain
from nqgraph.words.errors import InputError, Place

#: Kind of paragraph → its style.
_STYLES = {"text": "Normal", "subtitle": "Subtitle", "point": "List Bullet", "fact": "Normal", "note": "Dossier Note"}
#: Letters that properties of a document hold at most.
_LONGEST = 255
#: As many sources stand in one column.
_FEW = 3
#: Twentieths of a point in a millimetre and in an inch, as widths of columns are measured.
_TWIPS = 635
#: What a template says it is, and what a document does.
_KINDS = (b"wordprocessingml.template.main+xml", b"wordprocessingml.document.main+xml")
#: The oldest date that an archive can hold, so that the same document is the same file.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def render(paper: Paper, template: bytes | None = None, name: str = "") -> bytes:
    """
    *paper* as DOCX; the same paper gives the same bytes.

    Args:
        template: A DOCX or DOTX whose styles, page, head and foot it takes; its text is left out.
        name: What the template is called where it is wrong.
    Raises:
        InputError: The template is none.
    """
    try:
        document = Document(io.BytesIO(_opened(template))) if template is not None else dress.plain()
    except Exception as error:  # python-docx lets zip, XML and key errors of other files through
        raise InputError.of("dossier-template", Place(name)) from error
    dress.complete(document)
    _Writer(document, paper).write()
    buffer = io.BytesIO()
    document.save(buffer)
    return _packed(buffer.getvalue())


def _opened(template: bytes) -> bytes:
    """*template* as the document that python-docx opens."""
    read, buffer = zipfile.ZipFile(io.BytesIO(template)), io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as written:
        for entry in read.infolist():
            content = read.read(entry)
            written.writestr(entry, content.replace(*_KINDS) if entry.filename == "[Content_Types].xml" else content)
    return buffer.getvalue()


def _packed(document: bytes) -> bytes:
    """*document* without the time at which it was written."""
    read, buffer = zipfile.ZipFile(io.BytesIO(document)), io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as written:
        for entry in read.infolist():
            plain_entry = zipfile.ZipInfo(entry.filename, _EPOCH)
            plain_entry.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(plain_entry, read.read(entry))
    return buffer.getvalue()


def _element(tag: str, *children: Any, **attributes: str) -> Any:
    """``w:tag`` with its children and attributes."""
    made: Any = OxmlElement(tag)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    made.extend(children)
    return made


class _Writer:
    """Writes the blocks of a paper into a document."""

    def __init__(self, document: Docx, paper: Paper) -> None:
        self.document, self.paper = document, paper
        self.body: Any = document.element.body
        self.tables = 0
        #: Style → its name in the file; address → its relation.
        self.styles: dict[str, str] = {}
        self.links: dict[str, str] = {}

    def write(self) -> None:
        """All of it."""
        if self.body.sectPr is None:
            self.body.append(_element("w:sectPr"))
        for child in list(self.body)[:-1]:
            self.body.remove(child)
        dress.speak(self.document, self.paper.lang)
        self.properties()
        for section in self.document.sections:
            self.frame(section)
        listed, many = False, sum(isinstance(block, Source) for block in self.paper.blocks) > _FEW
        for block in self.paper.blocks:
            if listed != isinstance(block, Source):
                listed = not listed
                self.columns(2 if listed and many else 1)
            match block:
                case Heading(level, words):
                    self.paragraph(words, f"Heading {level}")
                case Paragraph(words, kind):
                    self.paragraph(words, _STYLES[kind])
                case Source(number, words):
                    self.source(number, words)
                case Table():
                    self.table(block)

    def properties(self) -> None:
        """What the file says of itself."""
        found, paper = self.document.core_properties, self.paper
        found.title, found.author = paper.title[:_LONGEST], paper.sender[:_LONGEST]
        found.last_modified_by, found.language = paper.sender[:_LONGEST], paper.lang
        found.subject, found.comments, found.revision = paper.project[:_LONGEST], paper.internal, 1
        found.identifier = paper.address[:_LONGEST]
        day = paper.day or datetime(*_EPOCH)
        found.created = found.modified = datetime(day.year, day.month, day.day)

    # -- head and foot ---------------------------------------------------------------------------------------------

    def frame(self, section: Section) -> None:
        """Head and foot of the pages, where the template has none; what is internal says so on all of them."""
        heads = [section.header]
        if section.different_first_page_header_footer:
            heads.append(section.first_page_header)
        if self.document.settings.odd_and_even_pages_header_footer:
            heads.append(section.even_page_header)
        if _empty(section.header):
            line = self.line(section.header, "Header")
            self.fill(line, (Run(self.paper.project),))
            if self.paper.state:
                line.append(_element("w:r", _element("w:tab")))
                self.fill(line, (Run(self.paper.state),))
        if _empty(section.footer):
            line = self.line(section.footer, "Footer")
            self.fill(line, (Run(self.paper.address),))
            line.append(_element("w:r", _element("w:tab")))
            fields = {"page": "PAGE", "pages": "NUMPAGES"}
            for part in self.paper.pages:
                line.append(_field(fields[part], "1") if part in fields else _run(Run(part)))
        for head in heads if self.paper.internal else []:
            style = dress.style(self.document, "Header", WD_STYLE_TYPE.PARAGRAPH)
            note = head.paragraphs[0].insert_paragraph_before(style=style)
            self.fill(note._p, (Run(self.paper.internal, strong=True),))

    def line(self, part: _Header | _Footer, style: str) -> Any:
        """The line of a head or foot, whose right end is the right margin."""
        part.is_linked_to_previous = False
        line = part.paragraphs[0]
        line.style = found = dress.style(self.document, style, WD_STYLE_TYPE.PARAGRAPH)
        given = [str(round(stop.position / _TWIPS)) for stop in found.paragraph_format.tab_stops]
        stops = [_element("w:tab", val="clear", pos=place) for place in given if place != str(self.width)]
        tabs = _element("w:tabs", *stops, _element("w:tab", val="right", pos=str(self.width)))
        line._p.get_or_add_pPr().append(tabs)
        return line._p

    @cached_property
    def width(self) -> int:
        """The width of a line in twentieths of a point."""
        page = self.document.sections[0]
        found = (page.page_width or 0) - (page.left_margin or 0) - (page.right_margin or 0)
        return max(2000, found // _TWIPS)

    # -- blocks ----------------------------------------------------------------------------------------------------

    def paragraph(self, words: Words, style: str) -> Any:
        """A paragraph in a style of the template."""
        line = _element("w:p", _element("w:pPr", _element("w:pStyle", val=self.style(style))))
        self.body.sectPr.addprevious(line)
        self.fill(line, words)
        return line

    def style(self, name: str, kind: WD_STYLE_TYPE = WD_STYLE_TYPE.PARAGRAPH) -> str:
        """What the file calls the style *name*."""
        if name not in self.styles:
            self.styles[name] = dress.style(self.document, name, kind).style_id
        return self.styles[name]

    def source(self, number: int, words: Words) -> None:
        """An entry of the list of sources, to which its numbers in the text lead."""
        line = self.paragraph((), "Dossier Source")
        line.append(_element("w:bookmarkStart", id=str(number), name=f"source_{number}"))
        line.append(_run(Run(f"[{number}]")))
        line.append(_element("w:bookmarkEnd", id=str(number)))
        line.append(_element("w:r", _element("w:tab")))
        self.fill(line, words)

    def columns(self, count: int) -> None:
        """Set what follows in *count* columns, on the same page."""
        last = self.body.sectPr
        last.getprevious().get_or_add_pPr().append(deepcopy(last))
        for name in ("headerReference", "footerReference", "type", "cols", "titlePg"):
            for old in last.findall(qn(f"w:{name}")):
                last.remove(old)
        last.insert(0, _element("w:type", val="continuous"))
        columns = _element("w:cols", num=str(count), space="400")
        after = last.find(qn("w:docGrid"))
        last.append(columns) if after is None else after.addprevious(columns)

    def table(self, table: Table) -> None:
        """A table with its caption; its first row is repeated, and no row breaks between pages."""
        self.tables += 1
        caption = self.paragraph((Run(f"{self.paper.table} "),), "Caption")
        caption.append(_field(f"SEQ {self.paper.table} \\* ARABIC", str(self.tables)))
        self.fill(caption, (Run(f": {table.caption}"),))
        widths = [max(1, round(self.width * share)) for share in table.widths]
        properties = _element(
            "w:tblPr",
            _element("w:tblStyle", val=self.style("Dossier Table", WD_STYLE_TYPE.TABLE)),
            _element("w:tblW", w=str(sum(widths)), type="dxa"),
            _element("w:tblLayout", type="fixed"),
            _element("w:tblLook", val="0020", firstRow="1", lastRow="0", firstColumn="0", lastColumn="0", noVBand="1"),
            _element("w:tblCaption", val=table.caption),
            _element("w:tblDescription", val=", ".join(plain(words) for words in table.headings)),
        )
        grid = _element("w:tblGrid", *(_element("w:gridCol", w=str(width)) for width in widths))
        head = [tuple(Run(r.text, r.lang, strong=True) for r in words) for words in table.headings]
        made = _element("w:tbl", properties, grid, self.row(head, widths, head=True))
        for row in table.rows:
            made.append(self.row(row.cells, widths, keep=bool(row.below)))
            if row.below:
                made.append(self.row((row.below,), [sum(widths)], span=len(widths)))
        self.body.sectPr.addprevious(made)

    def row(self, cells: Any, widths: list[int], *, head: bool = False, keep: bool = False, span: int = 1) -> Any:
        """A row: a head, one that stays with the next, or one whose only cell spans all columns."""
        properties = _element("w:trPr", _element("w:cantSplit"), *([_element("w:tblHeader")] if head else []))
        made = _element("w:tr", properties)
        style = self.style("Dossier Cell")
        for words, width in zip(cells, widths, strict=True):
            line = _element("w:p", _element("w:pPr", _element("w:pStyle", val=style)))
            if keep or head:
                line.pPr.append(_element("w:keepNext"))
            if head:
                line.pPr.append(_element("w:suppressAutoHyphens"))
            self.fill(line, words)
            said = [_element("w:tcW", w=str(width), type="dxa")]
            said += [_element("w:gridSpan", val=str(span))] if span > 1 else []
            if keep or span > 1:
                open_side = _element("w:bottom" if keep else "w:top", val="nil")
                said.append(_element("w:tcBorders", open_side))
            made.append(_element("w:tc", _element("w:tcPr", *said), line))
        return made

    def fill(self, line: Any, words: Words) -> None:
        """Put *words* at the end of a line."""
        for run in words:
            if run.link.startswith("#"):
                line.append(_element("w:hyperlink", _run(run), anchor=f"source_{run.link[1:]}", history="1"))
            elif run.link:
                link = _element("w:hyperlink", _run(run), history="1")
                link.set(qn("r:id"), self.relation(run.link))
                line.append(link)
            elif run.text:
                line.append(_run(run))

    def relation(self, address: str) -> str:
        """What the file calls the link to *address*."""
        if address not in self.links:
            kind = RELATIONSHIP_TYPE.HYPERLINK
            self.links[address] = self.document.part.relate_to(address, kind, is_external=True)
        return self.links[address]


def _run(run: Run) -> Any:
    """A run of text with what marks it."""
    marks = [_element("w:b")] if run.strong else []
    if run.quiet:
        marks.append(_element("w:color", val=dress.QUIET))
    elif run.link:
        marks.append(_element("w:color", val=dress.LINK))
    if run.lang or run.link:  # no word of an address parts at the end of a line
        marks.append(_element("w:lang", val=dress.tag(run.lang) if run.lang else "zxx"))
    text = _element("w:t")
    text.text = run.text
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return _element("w:r", *([_element("w:rPr", *marks)] if marks else []), text)


def _field(code: str, shown: str) -> Any:
    """A field that the reader's program fills in, and what stands there until then."""
    return _element("w:fldSimple", _run(Run(shown)), instr=f" {code} ")


def _empty(part: _Header | _Footer) -> bool:
    """Whether a head or foot says and shows nothing."""
    if part.is_linked_to_previous:
        return True
    words = "".join(paragraph.text for paragraph in part.paragraphs)
    return (
        not re.search(r"\S", words) and not part.tables and not part._element.xpath(".//w:drawing|.//w:pict|.//w:sdt")
    )
