"""
Reads SPARQL as far as it must be known before the engine has it: tokens, kind, and what is asked of which graph.

Source:
    https://www.w3.org/TR/sparql11-query/#sparqlGrammar, sections 19.2 and 19.8
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, cast
from urllib.parse import urljoin

Kind = Literal[
    "space", "comment", "iri", "string", "variable", "language", "blank", "name", "number", "word", "sign", "rest"
]  # fmt: skip

_BASE = (
    r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    r"\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_MORE = r"0-9\u00b7\u0300-\u036f\u203f\u2040"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:[{_BASE}_:0-9]|{_ESCAPED})(?:(?:[{_BASE}_{_MORE}\-.:]|{_ESCAPED})*(?:[{_BASE}_{_MORE}\-:]|{_ESCAPED}))?"
#: What begins like a prefix; whether it is one shows the colon behind it.
_RUN = rf"[{_BASE}][{_BASE}_{_MORE}\-.]*+"
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r\n]+)
    |(?P<comment>\#[^\r\n]*)
    |(?P<iri><[^<>"{{}}|^`\x00-\x20]*>)
    |(?P<string>\"{{3}}(?:\"{{0,2}}(?:[^"\\]|\\.))*\"{{3}}|'{{3}}(?:'{{0,2}}(?:[^'\\]|\\.))*'{{3}}
        |"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
    |(?P<variable>[?$][{_BASE}_0-9][{_BASE}_{_MORE}]*)
    |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<blank>_:[{_BASE}_0-9](?:[{_BASE}_{_MORE}\-.]*[{_BASE}_{_MORE}\-])?)
    |(?P<name>(?:{_RUN}(?<!\.))?:(?:{_LOCAL})?)
    |(?P<run>{_RUN})
    |(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<sign>\^\^|&&|\|\||[!<>]=|[{{}}()\[\].,;=<>!+\-*/|^?])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
#: What a run is made of that is no prefix.
_PART = re.compile(r"(?P<word>[A-Za-z][A-Za-z0-9_]*)|(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<sign>[.\-])|(?P<other>.)")
_CODEPOINT = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
#: What keeps a codepoint escape to itself: comments, IRIs and strings.
_HOLDS = re.compile(rf"{_TOKEN.pattern.partition('(?P<variable>')[0].rstrip(' |')}", re.VERBOSE | re.DOTALL)
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
_QUERIES = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})


class Token(NamedTuple):
    """A piece of a query; ``rest`` is all from the first place on where no token begins."""

    kind: Kind
    #: As it is written; the texts of all tokens are the query.
    text: str
    #: With codepoint escapes resolved.
    value: str

    @property
    def keyword(self) -> str:
        """A keyword in upper case, a sign as it is, "" for what names things."""
        return self.value.upper() if self.kind in ("word", "sign") else ""


_END = Token("sign", "", "")


@lru_cache(maxsize=256)
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a query or update, spaces and comments among them."""
    return tuple(_tokens(*_decoded(text)))


def _decoded(text: str) -> tuple[str, Callable[[int, int], str]]:
    """*text* without its codepoint escapes, but for those inside of tokens, and what a part of it was written as."""
    if not _CODEPOINT.search(text):
        return text, lambda start, end: text[start:end]
    plain: list[str] = []
    written: list[str] = []
    at = 0
    while at < len(text):
        held = _HOLDS.match(text, at)
        escape = None if held else _CODEPOINT.match(text, at)
        end = held.end() if held else escape.end() if escape else at + 1
        plain += [_character(escape)] if escape else text[at:end]
        written += [text[at:end]] if escape else text[at:end]
        at = end
    return "".join(plain), lambda start, end: "".join(written[start:end])


def _character(escape: re.Match[str]) -> str:
    number = int(escape[1] or escape[2], 16)
    return chr(number) if number <= sys.maxunicode else "\ufffd"


def _tokens(plain: str, written: Callable[[int, int], str]) -> Iterator[Token]:
    at = 0
    while at < len(plain):
        found = _TOKEN.match(plain, at)
        assert found is not None
        parts = [found] if found.lastgroup != "run" else _PART.finditer(plain, at, found.end())
        for part in parts:
            kind, value = part.lastgroup, part[0]
            if kind == "other":
                yield Token("rest", written(part.start(), len(plain)), plain[part.start() :])
                return
            if kind == "iri":
                value = _CODEPOINT.sub(_character, value)
            yield Token(cast("Kind", kind), written(part.start(), part.end()), value)
        at = found.end()


def _plain(text: str) -> list[Token]:
    return [token for token in tokens(text) if token.kind not in ("space", "comment")]


def is_clear(text: str) -> bool:
    """
    Whether *text* has one reading only.

    The grammar takes ``<'>`` in ``'a'<'>'`` for an IRI, a parser that knows where it stands may take it for a
    comparison; what stands behind is a text for the one and keywords for the other. So may be what is no token at all.
    """
    return not any(
        token.kind == "rest" or (token.kind == "iri" and "://" not in token.text and re.search("['#]", token.text))
        for token in tokens(text)
    )


def kind(text: str) -> str:
    """``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``, ``UPDATE`` for what changes a graph, "" for neither."""
    for token in _plain(text):
        if token.keyword in _QUERIES:
            return token.keyword
        if token.keyword in _UPDATES:
            return "UPDATE"
    return ""


@dataclass(frozen=True)
class Clauses:
    """Where a query looks: IRIs, and variables with their question mark."""

    #: After FROM.
    default: tuple[str, ...]
    #: After FROM NAMED.
    named: tuple[str, ...]
    #: After GRAPH.
    graphs: tuple[str, ...]
    #: After SERVICE; "" for a call whose address is not clear.
    services: tuple[str, ...]


def clauses(text: str, prefixes: Mapping[str, str] | None = None, base: str = "") -> Clauses:
    """
    Where the query *text* looks.

    Args:
        prefixes: Those that need no declaration.
        base: What relative IRIs are relative to where the query names no base.
    """
    known = dict(prefixes or {})
    found: dict[str, list[str]] = {"FROM": [], "NAMED": [], "GRAPH": [], "SERVICE": []}
    listed = [*_plain(text), _END, _END, _END]
    for before, token, second, third in zip([_END, *listed], listed, listed[1:], listed[2:], strict=False):
        word = token.keyword
        if word == "BASE" and second.kind == "iri":
            base = urljoin(base, second.value[1:-1])
        elif word == "PREFIX" and third.kind == "iri":
            known[second.value[:-1]] = urljoin(base, third.value[1:-1])
        elif word in ("FROM", "GRAPH", "SERVICE"):
            term = third if second.keyword in ("NAMED", "SILENT") else second
            clause = found["NAMED" if second.keyword == "NAMED" else word]
            if term.kind in ("iri", "name", "variable"):
                clause.append(_resolved(term, known, base))
            elif word == "SERVICE":
                clause.append("")
        elif "SERVICE" in word or (second.keyword == "{" and _sounds_like_a_call(token, before)):
            found["SERVICE"].append("")
    if not is_clear(text) and "service" in text.casefold():
        found["SERVICE"].append("")
    return Clauses(*(tuple(values) for values in found.values()))


def called(text: str, addresses: Mapping[str, str], prefixes: Mapping[str, str], base: str = "") -> str:
    """*text* with *addresses* in place of the endpoints that it calls, as :func:`clauses` names them."""
    known, written = dict(prefixes), list[str]()
    listed = [*tokens(text), _END, _END, _END]
    plain = [token for token in listed if token.kind not in ("space", "comment")]
    at, before = 0, ["", ""]
    for token in listed:
        if token.kind in ("space", "comment"):
            written.append(token.text)
            continue
        if before[-1] == "BASE" and token.kind == "iri":
            base = urljoin(base, token.value[1:-1])
        elif before[-2] == "PREFIX" and token.kind == "iri":
            known[plain[at - 1].value[:-1]] = urljoin(base, token.value[1:-1])
        calls = before[-1] == "SERVICE" or before[-2:] == ["SERVICE", "SILENT"]
        address = addresses.get(_resolved(token, known, base)) if calls and token.kind in ("iri", "name") else None
        written.append(f"<{address}>" if address else token.text)
        before, at = [*before[-1:], token.keyword], at + 1
    return "".join(written)


def _sounds_like_a_call(name: Token, before: Token) -> bool:
    """Whether the engine, which needs no space behind a keyword, would read ``SERVICE:a {`` as SERVICE and ``:a``."""
    prefix = name.value.partition(":")[0].upper() if name.kind == "name" else ""
    return "SERVICE" in prefix and before.keyword not in ("GRAPH", "FROM", "NAMED", "DESCRIBE")


def _resolved(token: Token, prefixes: Mapping[str, str], base: str) -> str:
    if token.kind == "iri":
        return urljoin(base, token.value[1:-1])
    if token.kind == "variable":
        return "?" + token.value[1:]
    prefix, _, local = token.value.partition(":")
    return prefixes.get(prefix, prefix + ":") + re.sub(r"\\(.)", r"\1", local)


def prefixes(text: str) -> tuple[set[str], set[str]]:
    """The prefixes that *text* uses, and those that it declares."""
    used, declared = set[str](), set[str]()
    before = ""
    for token in _plain(text):
        if token.kind == "name":
            (declared if before == "PREFIX" else used).add(token.value.partition(":")[0])
        before = token.keyword
    return used, declared


@lru_cache(maxsize=256)
def projection(text: str) -> tuple[str, ...]:
    """The variables that the outermost SELECT of *text* projects, in order; all that it names for ``SELECT *``."""
    found: list[str] = []
    depth, before = 0, ""
    listed = iter(_plain(text))
    for token in listed:
        if token.keyword == "SELECT":
            break
    for token in listed:
        word = token.keyword
        if depth == 0 and word in ("WHERE", "{", "FROM"):
            break
        if depth == 0 and word == "*":
            return tuple(dict.fromkeys(t.value[1:] for t in listed if t.kind == "variable"))
        if token.kind == "variable" and (depth == 0 or before == "AS"):
            found.append(token.value[1:])
        depth += {"(": 1, ")": -1}.get(word, 0)
        before = word
    return tuple(found)


def projected(text: str, name: str) -> str:
    """*text* with the variable *name* in place of what its outermost SELECT projects, each solution once."""
    listed = tokens(text)
    start = next((n for n, token in enumerate(listed) if token.keyword == "SELECT"), len(listed))
    depth, end = 0, start
    for end in range(start, len(listed)):
        word = listed[end].keyword
        if depth == 0 and word in ("WHERE", "{", "FROM"):
            break
        depth += {"(": 1, ")": -1}.get(word, 0)
    before, after = ("".join(token.text for token in part) for part in (listed[:start], listed[end:]))
    return f"{before}SELECT DISTINCT ?{name} {after}"


def nesting(text: str) -> int:
    """How deep the brackets of a query are nested, at most: from some hundreds on its parser overflows the stack."""
    if not is_clear(text):
        return sum(map(text.count, "{(["))
    depth = deepest = 0
    for token in tokens(text):
        if token.kind == "sign" and token.value in "{([])}":
            depth += 1 if token.value in "{([" else -1
            deepest = max(deepest, depth)
    return deepest
