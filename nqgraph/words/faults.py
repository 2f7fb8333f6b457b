"""What is wrong with an RDF file, in our words: parsers say it in their own, in English, and not always where."""

from __future__ import annotations

import re
from xml.parsers import expat
from xml.parsers.expat import errors as codes

from nqgraph.words.errors import Place, Problem
from nqgraph.words.texts import Text

#: What parsers say → the end of our message; groups are its values.
_SAID = tuple(
    (re.compile(pattern, re.DOTALL), code)
    for pattern, code in (
        (r"^(?P<token>@\w+) ", "json-keyword"),
        (r"Invalid UTF-8|cannot decode input", "encoding"),
        (r"Trailing commas", "json-comma"),
        (r"Array values must be followed|Object (values|keys|members?) must", "json"),
        (r"already contains one root", "json-root"),
        (r"is not allowed in JSON strings", "json-line"),
        (r"Unexpected char: '(?P<token>.+)'", "unexpected"),
        (r"Line jumps are not allowed", "line-break"),
        (r"^Unexpected end", "end"),
        (r"[Pp]refix (?P<prefix>[^\s:]*):", "prefix"),
        (r"Invalid IRI code point '\s'", "blank"),
        (r"Invalid IRI code point '(?P<token>.)'", "sign"),
        (r"language (sub)?tag", "language"),
        (r"escape character '(?P<token>[^']*)'", "escape"),
        (r"should end with|Unclosed|brackets? ", "bracket"),
        (r"datatype", "datatype"),
        (r"exponent|number|decimal|integer", "number"),
        (r"dot is expected|followed by a dot|must be an IRI, a blank|must be an IRI or a blank|predicate of a triple",
         "dot"),
        (r"keyword should be followed", "keyword"),
        (r"^(?P<token>.+?) is not a valid (RDF object|subject|predicate|graph name|quad)", "unexpected"),
        (r"namespaces are required", "no-rdf-xml"),
        (r"Unexpected text event: '(?P<token>.*)'", "xml-text"),
        (r"(?P<token>@\w+)", "json-keyword"),
        (r"IRI", "iri"),
    )
)  # fmt: skip
#: What the parser of XML that says where says, too.
_XML = {
    codes.codes[said]: code
    for said, code in (
        (codes.XML_ERROR_TAG_MISMATCH, "xml-tag"),
        (codes.XML_ERROR_NO_ELEMENTS, "xml-end"),
        (codes.XML_ERROR_UNCLOSED_TOKEN, "xml-end"),
        (codes.XML_ERROR_UNCLOSED_CDATA_SECTION, "xml-end"),
        (codes.XML_ERROR_PARTIAL_CHAR, "xml-end"),
        (codes.XML_ERROR_DUPLICATE_ATTRIBUTE, "xml-twice"),
        (codes.XML_ERROR_UNDEFINED_ENTITY, "xml-sign"),
        (codes.XML_ERROR_INVALID_TOKEN, "xml-sign"),
        (codes.XML_ERROR_JUNK_AFTER_DOC_ELEMENT, "xml-root"),
    )
}
_WHERE = re.compile(r"^(Parser )?error (at|between) line \d+.*?: |^error (at|while parsing attribute): ", re.DOTALL)
#: Characters of a token that a message shows.
_MOST = 60


def found(error: Exception, place: Place, data: bytes = b"", form: str = "") -> Problem:
    """
    What a parser of RDF has found, as a problem in our words; its own are kept as ``parser``.

    Args:
        place: The file.
        data: What it holds, and the short name of its format: some parsers do not say where.
    """
    said = (getattr(error, "msg", "") or str(error)).strip()
    line = getattr(error, "lineno", None) or 0
    said = re.sub(r" \(line \d+\)$", "", _WHERE.sub("", said))
    if form == "rdf" and data and (fault := xml_fault(data, place)):
        return Problem(fault.place, Text("rdf-syntax", fault.text.values | {"parser": said}))
    message = Text("fault-other")
    for pattern, code in _SAID:
        if match := pattern.search(said):
            values = {name: _shown(value) for name, value in match.groupdict().items() if value is not None}
            message = Text(f"fault-{code}", values)
            break
    if form == "rdf" and message.code == "fault-other":
        message = Text("fault-rdf-xml")
    where = Place(place.file, line=line or _line(said, message, data))
    return Problem(where, Text("rdf-syntax", {"message": message, "parser": said}))


def xml_fault(data: bytes, place: Place) -> Problem | None:
    """Where XML is not well-formed or ends too early, which parsers of RDF/XML may pass over; None if it is right."""
    parser = expat.ParserCreate()
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        ends = parser.CurrentByteIndex >= len(data.rstrip())
        code = "xml-end" if ends else _XML.get(error.code, "xml")
        values = {"message": Text(f"fault-{code}"), "parser": expat.ErrorString(error.code)}
        return Problem(Place(place.file, line=error.lineno), Text("rdf-syntax", values))
    return None


def turtle(data: bytes, place: Place, error: Exception) -> Problem:
    """What is wrong with Turtle that another parser has refused with *error*; ours says it with its line."""
    import pyoxigraph as ox

    try:
        for _ in ox.parse(data, format=ox.RdfFormat.TURTLE, base_iri="x:y"):
            pass
    except (SyntaxError, ValueError) as own:
        return found(own, place)
    return found(error, place)


def _line(said: str, message: Text, data: bytes) -> int:
    """The line of the only place that holds what a message without line quotes; 0 if there are several."""
    quoted = message.values.get("prefix")
    tokens = [f"{quoted}:"] if quoted else [f'"{message.values["token"]}"'] if "token" in message.values else []
    for token in (*tokens, *re.findall(r"'([^']{2,})'", said), said.split(" ", 1)[0]):
        at = data.find(token.encode())
        if token and at >= 0 and data.find(token.encode(), at + 1) < 0:
            return data.count(b"\n", 0, at) + 1
    return 0


def _shown(token: str) -> str:
    token = " ".join(token.split()) or (f"U+{ord(token[0]):04X}" if token else "")
    return token if len(token) <= _MOST else token[:_MOST] + " …"
