"""Property paths of SPARQL 1.1, read from front matter and followed for many things at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from nqgraph.graph import sparql
from nqgraph.graph.terms import Term
from nqgraph.words import vocab

#: Things, a property and whether it is followed backwards → the values of each thing that has some.
LookUp = Callable[[Iterable[str], str, bool], Mapping[str, list[Term]]]


class PathError(ValueError):
    """What is wrong in a path; its text is the part that is."""


@dataclass(frozen=True)
class Step:
    """One property, forwards or backwards."""

    iri: str
    inverse: bool = False


@dataclass(frozen=True)
class Sequence:
    """One path after the other."""

    parts: tuple[Path, ...]


@dataclass(frozen=True)
class Choice:
    """Any of some paths."""

    parts: tuple[Path, ...]


@dataclass(frozen=True)
class Repeat:
    """A path that can be left out, be followed again, or both."""

    path: Path
    sign: str


Path = Step | Sequence | Choice | Repeat


def read(text: str, expand: Callable[[str], str | None]) -> Path:
    """
    The path that *text* is, in the grammar of SPARQL 1.1, section 9.1, without negated property sets.

    Args:
        expand: The IRI of a prefixed name, None if its prefix is unknown.
    Raises:
        PathError: *text* is no path, or a prefix is unknown.
    """
    tokens = [token for token in sparql.tokens(text) if token.kind != "space"]
    path, rest = _choice(tokens, expand)
    if rest:
        raise PathError(rest[0].text)
    return path


def _choice(tokens: list[sparql.Token], expand: Callable[[str], str | None]) -> tuple[Path, list[sparql.Token]]:
    path, rest = _sequence(tokens, expand)
    parts = [path]
    while rest and rest[0].text == "|":
        path, rest = _sequence(rest[1:], expand)
        parts.append(path)
    return (Choice(tuple(parts)) if len(parts) > 1 else path), rest


def _sequence(tokens: list[sparql.Token], expand: Callable[[str], str | None]) -> tuple[Path, list[sparql.Token]]:
    path, rest = _element(tokens, expand)
    parts = [path]
    while rest and rest[0].text == "/":
        path, rest = _element(rest[1:], expand)
        parts.append(path)
    return (Sequence(tuple(parts)) if len(parts) > 1 else path), rest


def _element(tokens: list[sparql.Token], expand: Callable[[str], str | None]) -> tuple[Path, list[sparql.Token]]:
    if not tokens:
        raise PathError("…")
    first, rest = tokens[0], tokens[1:]
    path: Path
    if first.text == "^":
        path, rest = _element(rest, expand)
        return inverse(path), rest
    if first.text == "(":
        path, rest = _choice(rest, expand)
        if not rest or rest[0].text != ")":
            raise PathError("(")
        rest = rest[1:]
    elif first.text == "a":
        path = Step(vocab.RDF.type)
    elif first.kind == "iri":
        path = Step(first.value[1:-1])
    elif first.kind == "name" and (iri := expand(first.value)):
        path = Step(iri)
    else:
        raise PathError(first.text)
    while rest and rest[0].text in ("?", "*", "+"):
        path, rest = Repeat(path, rest[0].text), rest[1:]
    return path, rest


def inverse(path: Path) -> Path:
    """*path* from its end to its start."""
    if isinstance(path, Step):
        return Step(path.iri, not path.inverse)
    if isinstance(path, Repeat):
        return Repeat(inverse(path.path), path.sign)
    parts = tuple(map(inverse, path.parts))
    return Choice(parts) if isinstance(path, Choice) else Sequence(parts[::-1])


def steps(path: Path) -> Iterator[Step]:
    """The properties that *path* names."""
    if isinstance(path, Step):
        yield path
    elif isinstance(path, Repeat):
        yield from steps(path.path)
    else:
        for part in path.parts:
            yield from steps(part)


def last(path: Path) -> set[Step]:
    """The properties that *path* can end with."""
    if isinstance(path, Step):
        return {path}
    if isinstance(path, Repeat):
        return last(path.path)
    return last(path.parts[-1]) if isinstance(path, Sequence) else set().union(*map(last, path.parts))


def text(path: Path, shrink: Callable[[str], str]) -> str:
    """*path* as SPARQL has it, with the names that *shrink* gives to IRIs."""
    if isinstance(path, Step):
        name = shrink(path.iri)
        return ("^" if path.inverse else "") + (f"<{path.iri}>" if name == path.iri else name)
    if isinstance(path, Repeat):
        return f"{_within(path.path, shrink)}{path.sign}"
    if isinstance(path, Choice):
        return "|".join(text(part, shrink) for part in path.parts)
    return "/".join(_within(part, shrink) if isinstance(part, Choice) else text(part, shrink) for part in path.parts)


def _within(path: Path, shrink: Callable[[str], str]) -> str:
    plain = isinstance(path, Step) and not path.inverse
    return text(path, shrink) if plain else f"({text(path, shrink)})"


def follow(path: Path, things: Iterable[Term], look_up: LookUp) -> dict[Term, list[Term]]:
    """The values of *path* for each of *things*, each once; a thing without a value is left out."""
    if isinstance(path, Step):
        wanted = {thing.value: thing for thing in things if thing.is_iri}
        return {wanted[iri]: values for iri, values in look_up(wanted, path.iri, path.inverse).items()}
    listed = list(things)
    if isinstance(path, Choice):
        branches = [follow(part, listed, look_up) for part in path.parts]
        return {
            t: list(dict.fromkeys(v for b in branches for v in b.get(t, ())))
            for t in listed
            if any(t in b for b in branches)
        }
    if isinstance(path, Sequence):
        found = {thing: [thing] for thing in listed}
        for part in path.parts:
            onward = follow(part, {value for values in found.values() for value in values}, look_up)
            found = {
                thing: list(dict.fromkeys(end for value in values for end in onward.get(value, ())))
                for thing, values in found.items()
            }
        return {thing: values for thing, values in found.items() if values}
    return _repeated(path, listed, look_up)


def _repeated(path: Repeat, things: list[Term], look_up: LookUp) -> dict[Term, list[Term]]:
    """All that can be reached; a thing is asked once, so that circles end."""
    known: dict[Term, list[Term]] = {}
    front = set(things)
    while front:
        onward = follow(path.path, front, look_up)
        known |= {thing: onward.get(thing, []) for thing in front}
        front = {value for values in onward.values() for value in values} - known.keys() if path.sign != "?" else set()
    found = {}
    for thing in things:
        reached = dict.fromkeys([thing] if path.sign != "+" else [])
        waiting = list(known[thing])
        while waiting:
            value = waiting.pop(0)
            if value not in reached:
                reached[value] = None
                waiting += known.get(value, []) if path.sign != "?" else []
        if reached:
            found[thing] = list(reached)
    return found
