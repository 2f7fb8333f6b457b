"""Reads RDF files of strangers up to the parser: unpacked, in UTF-8, without entities, within bounds."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import IO
from xml.parsers import expat

from nqgraph.words import formats
from nqgraph.words.errors import InputError, Place

#: Endings of RDF files → short name of their format; each can be packed, with ``.gz`` behind it.
ENDINGS = {name: name for name in formats.RDF} | {"owl": "rdf", "xml": "rdf", "json": "jsonld", "n3": "n3"}
#: Nodes, lists and statements within each other: parsers of some formats overflow the stack, or take for ever.
DEPTH = 1_000
#: Bytes that a packed file may hold: this many, or as many times its own size, but never more than the last.
UNPACKED, RATIO, MOST = 64 << 20, 100, 4 << 30
_CHUNK = 1 << 20
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
#: What of Turtle and its family holds brackets that nest nothing, and the brackets that do.
_TURTLE = re.compile(
    rb'"""(?:"{0,2}(?:[^"\\]|\\.))*+"""|\'\'\'(?:\'{0,2}(?:[^\'\\]|\\.))*+\'\'\'|"(?:[^"\\\r\n]|\\.)*+"'
    rb"|'(?:[^'\\\r\n]|\\.)*+'|<[^<>\"{}|^`\\\x00-\x20]*+>|#[^\r\n]*+|(?P<open>[\[({]|<<)|(?P<close>[\])}]|>>)",
    re.DOTALL,
)
#: A reference to an entity, but for those in comments and in what XML takes as it is.
_REFERENCE = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|&([^;&<\s#]+);", re.DOTALL)
_JSON = re.compile(rb'"(?:[^"\\]|\\.)*+"|(?P<open>[\[{])|(?P<close>[\]}])', re.DOTALL)


def form_of(path: Path) -> str:
    """Short name of the format of an RDF file by its ending; "" if it is none."""
    endings = [ending.lower().lstrip(".") for ending in path.suffixes]
    if endings and endings[-1] == "gz":
        endings.pop()
    return ENDINGS.get(endings[-1], "") if endings else ""


def read(path: Path, name: str = "") -> bytes:
    """
    What the RDF file *path* holds, as its parser may have it.

    Args:
        name: How messages call the file.
    Raises:
        InputError: It holds more than it may, or cannot be unpacked or decoded; its parts are nested too deeply; it has
            a document type with more than plain entities.
    """
    place = Place(name or str(path))
    form = form_of(path)
    if not form:
        endings = ", ".join(f".{ending}" for ending in ENDINGS)
        raise InputError.of("rdf-file-type", place, endings=endings)
    try:
        data = _unpacked(path, place) if path.suffix.lower() == ".gz" else path.read_bytes()
    except OSError as error:
        raise InputError.of("file-unreadable", place, message=error.strerror or str(error)) from error
    data = _in_utf8(data, form, place)
    if form == "rdf":
        data = _without_doctype(data, place)
    if _too_deep(data, form):
        raise InputError.of("rdf-too-deep", place, depth=DEPTH)
    return data


def _unpacked(path: Path, place: Place) -> bytes:
    """What a gzip file holds (RFC 1952), up to its bound: a few bytes can hold terabytes."""
    most = min(MOST, max(UNPACKED, RATIO * path.stat().st_size))
    parts, size = [], 0
    try:
        with gzip.open(path) as file:
            while part := file.read(_CHUNK):
                size += len(part)
                if size > most:
                    raise InputError.of("gzip-too-large", place, limit=most >> 20)
                parts.append(part)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError.of("gzip-broken", place, message=str(error)) from error
    return b"".join(parts)


def marked(head: bytes) -> str:
    """The encoding that a byte order mark at the beginning of *head* says; "" if there is none."""
    return next((encoding for mark, encoding in _MARKS.items() if head.startswith(mark)), "")


def _in_utf8(data: bytes, form: str, place: Place) -> bytes:
    """*data* in UTF-8 without a byte order mark; XML says itself what it is written in (XML 1.0, section 4.3.3)."""
    encoding = marked(data[:4])
    mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
    declared = _DECLARED.match(data) if form == "rdf" else None
    if not encoding and declared:
        encoding = declared[1].decode("ascii").lower()
    if encoding in ("", "utf-8", "utf8"):
        return data[len(mark) :]
    try:
        text = data[len(mark) :].decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise InputError.of("rdf-encoding", place, encoding=encoding) from error
    return re.sub(r"^(\s*<\?xml[^>]*?)\s+encoding\s*=\s*(?:\"[^\"]*\"|'[^']*')", r"\1", text).encode("utf-8")


# -- document types ----------------------------------------------------------------------------------------------------


def _without_doctype(data: bytes, place: Place) -> bytes:
    """
    RDF/XML without its document type, and with what its entities stand for.

    Vocabularies shorten IRIs by entities. Only plain texts are put in: one that names others can grow without bound
    (XML 1.0, section 4.4), and what stands in another file is not fetched.
    """
    if b"<!DOCTYPE" not in data.upper():
        return data
    entities: dict[str, str] = {}
    refused: list[str] = []
    bounds: list[int] = []

    def begins(*_: object) -> None:
        bounds.append(data.rfind(b"<!DOCTYPE", 0, parser.CurrentByteIndex + 1))

    def ends() -> None:
        bounds.append(data.index(b">", parser.CurrentByteIndex) + 1)
        raise _Enough

    def declares(name: str, parameter: bool, value: str | None, *elsewhere: object) -> None:
        if parameter or value is None or "&" in value or "%" in value or "<" in value:
            refused.append(name)
        else:
            entities.setdefault(name, value)

    def root(*_: object) -> None:
        raise _Enough

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = begins
    parser.EndDoctypeDeclHandler = ends
    parser.EntityDeclHandler = declares
    parser.StartElementHandler = root
    try:
        parser.Parse(data, True)
    except _Enough:
        pass
    except expat.ExpatError as error:  # other parsers may see a document type there
        raise InputError.of("doctype", place) from error
    if not bounds:  # the words stand in a comment or a text
        return data
    if refused or len(bounds) < 2:
        raise InputError.of("doctype", place)
    rest = data[: bounds[0]] + data[bounds[1] :]
    known = {name.encode(): re.sub(r'[<>"&]', _escaped, value).encode() for name, value in entities.items()}
    grown = sum(rest.count(b"&%s;" % name) * len(value) for name, value in known.items())
    if grown > max(UNPACKED, RATIO * len(data)):
        raise InputError.of("doctype", place)
    return _REFERENCE.sub(lambda match: known.get(match[1], match[0]), rest)


def _escaped(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"


def pieces(file: IO[bytes] | gzip.GzipFile, place: Place) -> Iterator[tuple[int, bytes]]:
    """
    Whole lines of *file*, about ``_CHUNK`` bytes at once, with the number of the first of them.

    Raises:
        InputError: A line is longer than ``UNPACKED`` bytes, the file is in UTF-16 or UTF-32, or cannot be unpacked.
    """
    number, rest = 1, b""
    try:
        while part := file.read(_CHUNK):
            if number == 1 and not rest:
                if (encoding := marked(part[:4])) not in ("", "utf-8"):
                    raise InputError.of("vocabulary-encoding", place, encoding=encoding.upper())
                part = part.removeprefix(codecs.BOM_UTF8)
            lines, sign, tail = part.rpartition(b"\n")
            if not sign:
                rest += part
                if len(rest) > UNPACKED:
                    raise InputError.of("line-too-long", replace(place, line=number), limit=UNPACKED >> 20)
                continue
            piece, rest = rest + lines + sign, tail
            yield number, piece
            number += piece.count(b"\n")
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError.of("gzip-broken", place, message=str(error)) from error
    if rest:
        yield number, rest


def has_many_terms(path: Path) -> bool:
    """Whether *path* has so many triple terms, or what looks like them, that they may lie too deeply in each other."""
    found = 0
    with path.open("rb") as file:
        while found <= DEPTH and (part := file.read(_CHUNK)):
            found += part.count(b"<<")
    return found > DEPTH


def refuse_deep_parts(path: Path, place: Place) -> None:
    """
    Raise :class:`InputError` if parts of the Turtle or TriG file *path* lie within too many others.

    That is what :func:`read` says, too, for what is not read as a whole.
    """
    with path.open("rb") as file:
        if not path.stat().st_size:
            return
        with mmap(file.fileno(), 0, access=ACCESS_READ) as data:
            if _brackets_too_deep(_TURTLE.finditer(data)):
                raise InputError.of("rdf-too-deep", place, depth=DEPTH)


def refuse_deep_lines(path: Path, place: Place) -> None:
    """
    Raise :class:`InputError` if a line of the N-Triples or N-Quads file *path* has triple terms in too many others.

    That is what :func:`read` says, too, for what is not read piece by piece.
    """
    if has_many_terms(path):
        with path.open("rb") as file:
            if any(line.count(b"<<") > DEPTH and _too_deep(line, "nt") for line in file):
                raise InputError.of("rdf-too-deep", place, depth=DEPTH)


# -- nesting -----------------------------------------------------------------------------------------------------------


def _too_deep(data: bytes, form: str) -> bool:
    """Whether parts of *data* lie within each other more than ``DEPTH`` times."""
    if form == "rdf":
        return data.count(b"<") > DEPTH and _elements_too_deep(data)
    openers = b"<<" if form in ("nt", "nq") else b"[{" if form == "jsonld" else b"[({"
    signs = [openers] if form in ("nt", "nq") else [bytes([sign]) for sign in openers] + [b"<<"]
    if sum(data.count(sign) for sign in signs) <= DEPTH:
        return False
    return _brackets_too_deep((_JSON if form == "jsonld" else _TURTLE).finditer(data))


def _brackets_too_deep(found: Iterator[re.Match[bytes]]) -> bool:
    depth = 0
    for match in found:
        kind = match.lastgroup
        if kind == "open":
            depth += 1
            if depth > DEPTH:
                return True
        elif kind == "close":
            depth -= 1
    return False


def _elements_too_deep(data: bytes) -> bool:
    """Elements within elements, by a parser that keeps no tree; what is no XML the engine will say."""
    depth = deepest = 0

    def begins(*_: object) -> None:
        nonlocal depth, deepest
        depth += 1
        deepest = max(deepest, depth)
        if depth > 2 * DEPTH:  # a node and a property each
            raise _Enough

    def ends(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler = begins
    parser.EndElementHandler = ends
    try:
        for start in range(0, len(data), _CHUNK):
            parser.Parse(data[start : start + _CHUNK], False)
    except _Enough:
        return True
    except expat.ExpatError:
        return False
    return False


class _Enough(Exception):
    """A parser has seen what it was asked for."""
