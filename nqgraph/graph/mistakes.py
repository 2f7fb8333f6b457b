"""What is wrong with a query that the engine has refused, and where: it only names, in English, what could follow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from typing import NamedTuple

from nqgraph.graph.sparql import Token, tokens
from nqgraph.words.errors import Place, Problem
from nqgraph.words.texts import Text, near

#: Letters of a line that are shown on each side of the place, and the mark of the place.
_AROUND, _MARK = 40, "▸"
#: Words of SPARQL.
_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a abs add adjust all as asc ask avg base bind bnode bound by ceil clear coalesce concat construct contains "
        "copy count create data datatype day default delete desc describe distinct drop encode_for_uri exists false "
        "filter floor from graph group group_concat haslang haslangdir having hours if in insert into iri isblank "
        "isiri isliteral isnumeric istriple isuri lang langdir langmatches lateral lcase limit load max md5 min minus "
        "minutes month move named not now object offset optional order predicate prefix rand reduced regex replace "
        "round sameterm sample seconds select separator service sha1 sha256 sha384 sha512 silent str strafter "
        "strbefore strdt strends strlang strlangdir strlen strstarts struuid subject substr sum timezone to triple "
        "true tz ucase undef union unsaid uri using uuid values version where with year",
    )
)
_BEGIN = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX", "BASE", "VERSION"})
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
_CLOSES = {")": "(", "]": "[", "}": "{"}
_NONE = Token("sign", "", "")
#: Tokens that can be a part of a statement.
_TERMS = frozenset({"iri", "string", "variable", "blank", "name", "number"})
#: Letters of what stands between statements and within paths; a sign of its own is its letter, any other keyword a k.
_LETTERS = {
    **dict.fromkeys(("FILTER", "BIND"), "x"),
    **dict.fromkeys(("GRAPH", "SERVICE"), "g"),
    **dict.fromkeys(("SELECT", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"), "s"),
    "VALUES": "v",
    "^": "u",
    "!": "u",
    "/": "i",
    "|": "i",
    "*": "f",
    "+": "f",
    "?": "f",
}
#: What is no statement: conditions, given values, the head and the end of a query within, names of graphs.
_ASIDE = re.compile(r"xk*t?|vt?\{t*\}|s[^{}]*|gk*t")
_PATH = re.compile(r"u*tf?(?:iu*tf?)+|u+tf?|tf")
#: What stands between two ends, and as much of it as is well made.
_STATEMENT = re.compile(r"[t;,]+")
_WHOLE = re.compile(r"tt(?:t(?:,t)*)(?:;+(?:tt(?:,t)*)?)*")
_WHERE = re.compile(r"(\d+):(\d+): ?")
_KEYWORD = re.compile(r"\b[A-Za-z]{2,}\b")


class _At(NamedTuple):
    token: Token
    place: int


def found(text: str, said: str, prefixes: Iterable[str]) -> Problem:
    """
    Why the query *text* is none, in our words.

    Args:
        said: What the engine says: where, and what could stand there.
        prefixes: Those that need not be declared.
    """
    at, message = mistake(text, prefixes) or _told(text, said)
    before = text[:at]
    line, column = before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1
    start, rest = before[at - column + 1 :], text[at:].partition("\n")[0].rstrip()
    start = f"…{start[-_AROUND:]}" if len(start) > _AROUND else start.lstrip()
    rest = f"{rest[:_AROUND]}…" if len(rest) > _AROUND else rest
    values = {"message": message, "column": column, "source": f"{start}{_MARK}{rest}"}
    return Problem(Place(line=line), Text("query-syntax", values))


def _told(text: str, said: str) -> tuple[int, Text]:
    """The place that the engine names, and why as far as it says so."""
    where = _WHERE.match(said)
    if where is None:
        return 0, Text("query-other")
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    at = starts[min(int(where[1]), len(starts)) - 1] + int(where[2]) - 1
    if "unbound" in said:
        return text.upper().find("SELECT"), Text("query-unbound")
    # It has read as far as the keywords go that it tried.
    tried = max((len(word) for word in _KEYWORD.findall(said[where.end() :]) if word.isupper()), default=0)
    begun = [one.place for one in _parts(text) if one.place >= at - tried]
    return min([*begun[:1], len(text.rstrip())]), Text("query-other")


def _parts(text: str) -> list[_At]:
    parts, place = [], 0
    for token in tokens(text):
        if token.kind not in ("space", "comment"):
            parts.append(_At(token, place))
        place += len(token.text)
    return parts


def mistake(text: str, prefixes: Iterable[str]) -> tuple[int, Text] | None:
    """The first of the mistakes that are made most often; what is no token comes first, since nothing is behind it."""
    parts = _parts(text)
    if not parts:
        return 0, Text("query-start")
    if (first := parts[0].token.keyword) in _UPDATES:
        return parts[0].place, Text("query-update", {"word": first})
    found = chain(_unread(parts), _unknown(parts), _undeclared(parts, set(prefixes)), _unclosed(parts), _apart(parts))
    return next(found, None)


def _unread(parts: list[_At]) -> Iterator[tuple[int, Text]]:
    """Addresses with a blank, texts that do not end, signs that mean nothing."""
    for (token, place), (behind, next_to) in pairwise([*parts, _At(_NONE, -1)]):
        if token.text == "<" and next_to == place + 1 and behind.kind == "name" and behind.text.endswith(":"):
            yield place, Text("query-iri")
        if token.kind == "rest":
            sign = token.text[0]
            yield place, Text("query-quote") if sign in "\"'" else Text("query-sign", {"sign": sign})


def _unknown(parts: list[_At]) -> Iterator[tuple[int, Text]]:
    """Words that are none of SPARQL."""
    for number, (token, place) in enumerate(parts):
        if token.kind == "word" and token.text.lower() not in _WORDS:
            hint = near(token.text.upper(), map(str.upper, _WORDS))
            yield place, Text("query-word", {"word": token.text, "hint": hint})
        elif number == 0 and token.keyword not in _BEGIN:
            yield place, Text("query-start")


def _undeclared(parts: list[_At], known: set[str]) -> Iterator[tuple[int, Text]]:
    """Prefixes that nothing says the meaning of."""
    for (before, _), (token, place) in pairwise([_At(_NONE, -1), *parts]):
        prefix, colon, _ = token.text.partition(":")
        if token.kind == "name" and colon and before.keyword == "PREFIX":
            known.add(prefix)
        elif token.kind == "name" and prefix not in known:
            yield place, Text("query-prefix", {"prefix": prefix})


def _unclosed(parts: list[_At]) -> Iterator[tuple[int, Text]]:
    """Brackets that are not closed, or not opened."""
    open_: list[_At] = []
    for one in parts:
        sign = one.token.text
        if sign in _CLOSES.values():
            open_.append(one)
        elif sign in _CLOSES:
            if not open_ or open_[-1].token.text != _CLOSES[sign]:
                wanted = open_[-1] if open_ else one
                yield wanted.place, Text("query-bracket" if open_ else "query-closed", {"sign": wanted.token.text})
            else:
                open_.pop()
    if open_:
        yield open_[-1].place, Text("query-bracket", {"sign": open_[-1].token.text})


def _apart(parts: list[_At]) -> Iterator[tuple[int, Text]]:
    """Statements with more than three parts, for want of a dot, or with fewer."""
    signs, places = _signs(parts)
    for one in _STATEMENT.finditer(signs):
        good = _WHOLE.match(one[0])
        if good is None:
            yield [*places, places[-1]][one.end()], Text("query-three")
        elif good.end() < len(one[0]):
            yield places[one.start() + good.end()], Text("query-dot")


def _signs(parts: list[_At]) -> tuple[str, list[int]]:
    """A letter for each piece of the statements of a query, a bracket with all in it being one; where each stands."""
    signs, places, inner, depth = "", [], 0, 0
    for (before, _), (token, place) in pairwise([_At(_NONE, -1), *parts]):
        sign = token.keyword
        inner -= sign in (")", "]")
        depth += (sign == "{") - (sign == "}")
        silent = sign in ("(", "[", "^^") or before.text == "^^" or token.kind == "language"
        if not inner and not silent and (depth or sign == "}"):
            term = token.kind in _TERMS or sign in ("A", "TRUE", "FALSE", ")", "]")
            signs += "t" if term else _LETTERS.get(sign, "k" if token.kind == "word" else sign[:1])
            places.append(place)
        inner += sign in ("(", "[")
    kept = [True] * len(signs)
    for left_out in _ASIDE.finditer(signs):
        kept[left_out.start() : left_out.end()] = [False] * len(left_out[0])
    for path in _PATH.finditer(signs):
        kept[path.start() + 1 : path.end()] = [False] * (len(path[0]) - 1)
    letters = "".join("t" if one in "ui" else one for one, keep in zip(signs, kept, strict=True) if keep)
    return letters, [place for place, keep in zip(places, kept, strict=True) if keep]
