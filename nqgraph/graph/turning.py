"""
Questions turned round: the things that a filter names are few, those of a kind are many.

The engine looks through patterns of the size of single ones, but neither through paths nor through EXISTS: it tries all
things of the kind. Asked from what is named, the same question costs what its answer costs. Readers see it as written.

Source:
    https://www.w3.org/TR/sparql11-query/#sparqlAlgebra: a thing has a type once, a path backwards has the solutions of
    the path, and what EXISTS lets through is what each of its solutions names.
"""

from __future__ import annotations

import re
from functools import lru_cache

from nqgraph.graph import paths

_KIND = re.compile(r"(?P<before>.*^WHERE \{\n)  (?P<kind>\?\w+ a \S+) \.\n(?P<lines>.*)(?P<after>^\}.*)", re.M | re.S)
#: A way from the thing to a term, or to one of several; ways and terms have no spaces.
_WAY = re.compile(r"(?P<before>.*?)(?P<start>\?\w+) (?P<path>[^\s?]+) (?P<end><\S+>|\?\w+)")
_TESTED = re.compile(r"FILTER EXISTS \{ (.*) \}")
_VARIABLE = re.compile(r"\?\w+")
_LISTED = re.compile(r"VALUES (\?\w+) \{")
#: What may hold brackets that are none.
_TERM = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>\s]*>')


@lru_cache(maxsize=256)
def turned(text: str) -> str:
    """What asks the same as *text* from the terms that its ways end in, if it is written as built questions are."""
    found = _KIND.fullmatch(text)
    if found is None:
        return text
    thing, depth, listed = found["kind"].split()[0], 0, set[str]()
    lines = found["lines"].splitlines()
    for number, line in enumerate(lines):
        if not depth:
            listed.update(_LISTED.findall(line))
            others = {name for other in (*lines[:number], *lines[number + 1 :]) for name in _VARIABLE.findall(other)}
            lines[number] = _line(line.strip(), thing, listed, others) or line
        bare = _TERM.sub("", line)
        depth += bare.count("{") - bare.count("}")
    if lines == found["lines"].splitlines():
        return text
    lines.append(f"  FILTER EXISTS {{ {found['kind']} }}")
    return "\n".join([found["before"] + "\n".join(lines), found["after"]])


def _line(line: str, thing: str, listed: set[str], others: set[str]) -> str | None:
    """*line* turned round; None where it is no way of *thing* alone to something that is named."""
    tested = _TESTED.fullmatch(line)
    if tested is None:
        way = _turned(line.removesuffix(" ."), listed)
        return f"  {way} ." if way and line.startswith(thing) and way.endswith(f" {thing}") else None
    named = set(_VARIABLE.findall(tested[1]))
    inner = _turned(tested[1], set(_LISTED.findall(tested[1]))) if named & {thing, *others} == {thing} else None
    return f"  {{ SELECT DISTINCT {thing} {{ {inner} }} }}" if inner else None


def _turned(patterns: str, listed: set[str]) -> str | None:
    """*patterns* with the last of them asked from its end."""
    found = None if "FILTER" in patterns else _WAY.fullmatch(patterns)
    if found is None or not (found["end"].startswith("<") or found["end"] in listed):
        return None
    try:
        path = paths.read(found["path"], lambda name: f" {name}")  # told from IRIs by the space
    except paths.PathError:
        return None
    if isinstance(path, paths.Step):
        return patterns if found["before"] else None
    return f"{found['before']}{found['end']} {paths.text(paths.inverse(path), str.strip)} {found['start']}"
