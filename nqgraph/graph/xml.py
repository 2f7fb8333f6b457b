"""What XML can hold of RDF, which its writers do not ask: characters (XML 1.0, section 2.2) and names of properties."""

from __future__ import annotations

import re

from nqgraph.words.errors import FormatError

#: Bytes of UTF-8 that no XML document can hold, escaped or not.
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_FIRST = (
    r"A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    r"\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
#: A name at the end of an IRI (Namespaces in XML 1.0, section 3).
_NAME = re.compile(rf"[{_FIRST}][{_FIRST}\-.0-9\u00b7\u0300-\u036f\u203f\u2040]*\Z")
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#: What RDF/XML itself says with its words (RDF 1.1 XML Syntax, sections 5.1 and 7.2).
_TAKEN = frozenset(
    _RDF + name
    for name in (
        *("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description", "li"),
        *("aboutEach", "aboutEachPrefix", "bagID"),
    )
)


def has_name(iri: str) -> bool:
    """Whether the property *iri* can be written in RDF/XML."""
    return _NAME.search(iri) is not None and iri not in _TAKEN


def checked(part: bytes) -> bytes:
    """
    A *part* of a document as a parser will read it again: what it would take for the end of a line is a reference.

    Raises:
        FormatError: It has a character that XML cannot hold.
    """
    found = _FORBIDDEN.search(part)
    if found:
        raise FormatError.of("xml-character", sign=f"U+{ord(found[0].decode()):04X}")
    return part.replace(b"\r", b"&#13;") if b"\r" in part else part
