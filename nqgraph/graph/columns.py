"""What a canned query shows of each variable: the columns of its front matter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from nqgraph.graph import paths, sparql
from nqgraph.graph.paths import Path
from nqgraph.words import vocab
from nqgraph.words.errors import Place, QueryError
from nqgraph.words.texts import Labels, Text, near
from nqgraph.words.workspace import Workspace

#: The value itself: a thing by its name, a literal as it is.
SELF = "."
#: Any value at all.
ANY = "*"
#: The last part of an IRI.
KEY = "key"
#: The value as it is, also where it is a thing.
IRI = "iri"
#: What a part can be: a path from the value, the value itself, its key, or a variable with its question mark.
Part = Path | str
TYPES = ("iri", "text", "integer", "decimal", "date", "boolean")
_OLD = {"type", "label"}
_NEW = {
    "of",
    "path",
    "where",
    "show",
    "parts",
    "form",
    "count",
    "words",
    "else",
    "most",
    "first",
    "in",
    "claim",
    "unit",
    "link",
}
_SCHEME = re.compile(r"[a-z][a-z0-9-]*/[a-z0-9-]+")


@dataclass(frozen=True)
class Column:
    """A column of the answer as users see it."""

    name: str
    type: str
    label: Labels
    #: Variable that it starts from; "" where the query itself says all (the old form).
    of: str = ""
    #: Where its values are, seen from there: the first of these that has some.
    path: tuple[Part, ...] = (SELF,)
    #: Only values of which these paths have one of these IRIs.
    where: tuple[tuple[Path, frozenset[str]], ...] = ()
    #: What is shown of a value, one after the other: of each the first that says something.
    parts: tuple[tuple[Part, ...], ...] = ((SELF,),)
    #: How parts are joined, for as many as say something: ``{} ({})`` for two; a colon for other numbers.
    form: Mapping[int, str] = field(default_factory=dict)
    #: How many values there are, instead of the values.
    count: bool = False
    #: Whether a count of nothing is 0; else the cell stays empty.
    zero: bool = True
    #: Code, key of a concept or IRI → how it is said.
    words: Mapping[str, Labels] = field(default_factory=dict)
    #: What is said where there is no value.
    otherwise: Labels = field(default_factory=dict)
    #: How many values are shown, and three dots where there are more; 0 for all.
    most: int = 0
    #: How many values are shown, whatever there is beside them; 0 for all.
    first: int = 0
    #: Language that names and texts are in, whatever the reader's is.
    language: str = ""
    #: Variable with the claim or figure that the cell rests on.
    claim: str = ""
    #: Path from the variable to the unit of a figure.
    unit: Path | None = None
    #: Column with the thing whose page says more; a number of it leads there.
    link: str = ""

    @property
    def is_new(self) -> bool:
        """Whether the layer fills it."""
        return bool(self.of)

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The variables of the query that its cells are made of."""
        parts = [*self.path, *(part for alternatives in self.parts for part in alternatives)]
        read = [part[1:] for part in parts if isinstance(part, str) and part.startswith("?")]
        return tuple(dict.fromkeys([self.of, *read, *([self.claim] if self.claim else [])]))


def read(file: str, specs: Any, projected: Sequence[str], workspace: Workspace) -> tuple[Column, ...]:
    """
    The columns that the front matter of *file* describes.

    Args:
        projected: Variables of the query.
    Raises:
        QueryError: A field is unknown, a column starts from no variable or from itself, a path or term is unknown.
    """
    reader = _Reader(file, specs, projected, workspace)
    if not isinstance(specs, dict) or not all(isinstance(spec, dict) for spec in specs.values()):
        raise QueryError.of("front-matter-field", Place(file), field="columns", fields="name: {type, label, …}")
    if set(specs) <= reader.projected and not any(_NEW & set(spec) for spec in specs.values()):
        return tuple(reader.old(name) for name in specs)
    return tuple(reader.column(name) for name in specs)


class _Reader:
    def __init__(self, file: str, specs: Mapping[str, Any], projected: Sequence[str], workspace: Workspace) -> None:
        self.file, self.specs, self.projected, self.workspace = file, specs, set(projected), workspace
        self.first = projected[0] if projected else ""

    def wrong(self, code: str, column: str, field: str, **values: Any) -> QueryError:
        return QueryError.of(code, Place(self.file), field=f"columns.{column}.{field}", **values)

    def old(self, name: str) -> Column:
        spec = self._known(name)
        return Column(name, spec["type"], spec["label"])

    def _known(self, name: str) -> Mapping[str, Any]:
        spec: Mapping[str, Any] = self.specs[name]
        for given in spec:
            if given not in _OLD | _NEW:
                raise self.wrong("column-field", name, given, hint=near(given, _OLD | _NEW))
        if spec.get("type") not in TYPES:
            raise self.wrong("column-type", name, "type", types=", ".join(TYPES))
        if not isinstance(spec.get("label"), dict):
            raise self.wrong("column-type", name, "label", types="{de: …, en: …}")
        return spec

    def column(self, name: str) -> Column:
        spec = self._known(name)
        variable, before = self._start(name, ())
        path = tuple(self._part(name, "path", part) for part in _listed(spec.get("path", SELF)))
        if before is not None:
            path = tuple(paths.Sequence((before, p)) if not isinstance(p, str) else before for p in path)
        shown = spec["parts"] if "parts" in spec else [spec.get("show", SELF)]
        claim = str(spec.get("claim", "")).lstrip("?")
        if claim and claim not in self.projected:
            raise self._unknown_variable(name, "claim", claim)
        return Column(
            name=name,
            type=spec["type"],
            label=spec["label"],
            of=variable,
            path=path,
            where=tuple((self._path(name, "where", p), self._iris(name, v)) for p, v in spec.get("where", {}).items()),
            parts=tuple(tuple(self._part(name, "show", part) for part in _listed(part)) for part in shown),
            form={str(form).count("{}"): str(form) for form in _listed(spec.get("form", []))},
            count=bool(spec.get("count", False)),
            zero=spec.get("count") != "some",
            words={self._code(code): labels for code, labels in spec.get("words", {}).items()},
            otherwise=spec.get("else", {}),
            most=int(spec.get("most", 0)),
            first=int(spec.get("first", 0)),
            language=spec.get("in", ""),
            claim=claim,
            unit=self._path(name, "unit", spec["unit"]) if "unit" in spec else None,
            link=self._column(name, "link", spec["link"]) if "link" in spec else "",
        )

    def _start(self, name: str, passed: tuple[str, ...]) -> tuple[str, Path | None]:
        """The variable that column *name* starts from, and the path to there where it continues another column."""
        if name in passed:
            raise self.wrong("column-circle", passed[0], "of", circle=" → ".join((*passed, name)))
        given = str(self.specs[name].get("of", "")).lstrip("?")
        wanted = given or next((n for n in (name, name.removesuffix("Name")) if n in self.projected), "")
        if not wanted and ("path" in self.specs[name] or "count" in self.specs[name]):
            wanted = self.first
        wanted = wanted or name
        if wanted in self.projected:
            return wanted, None
        if wanted == name or wanted not in self.specs:
            raise self._unknown_variable(name, "of", wanted)
        variable, before = self._start(wanted, (*passed, name))
        own = self._path(wanted, "path", self.specs[wanted].get("path", SELF))
        return variable, own if before is None else paths.Sequence((before, own))

    def _column(self, name: str, field: str, other: str) -> str:
        if other in self.specs:
            return other
        raise self._unknown_variable(name, field, other, self.specs)

    def _unknown_variable(self, name: str, field: str, wanted: str, known: Iterable[str] = ()) -> QueryError:
        known = sorted(known or self.projected)
        return self.wrong(
            "column-variable", name, field, variable=wanted, known=", ".join(known), hint=near(wanted, known)
        )

    def _part(self, name: str, field: str, text: Any) -> Part:
        if text in (SELF, KEY, IRI):
            return str(text)
        if str(text).startswith("?"):
            if str(text)[1:] not in self.projected:
                raise self._unknown_variable(name, field, str(text)[1:])
            return str(text)
        return self._path(name, field, text)

    def _path(self, name: str, field: str, text: Any) -> Path:
        try:
            path = paths.read(str(text), self.workspace.iris.expand)
        except paths.PathError as error:
            raise self.wrong("column-path", name, field, path=str(text), part=str(error)) from error
        for step in paths.steps(path):
            unknown = unknown_term(self.workspace, step.iri)
            if unknown is not None:
                raise self.wrong("column-term", name, field, term=self.workspace.iris.shrink(step.iri), hint=unknown)
        return path

    def _iris(self, name: str, values: Any) -> frozenset[str]:
        found = set()
        for value in _listed(values):
            if value == ANY:
                found.add(ANY)
                continue
            iri = self._code(str(value))
            if iri == str(value) and "://" not in iri:
                raise self.wrong("column-term", name, "where", term=str(value), hint=Text("empty"))
            unknown = None if _SCHEME.fullmatch(str(value)) else unknown_term(self.workspace, iri)
            if unknown is not None:
                raise self.wrong("column-term", name, "where", term=str(value), hint=unknown)
            found.add(iri)
        return frozenset(found)

    def _code(self, code: Any) -> str:
        """The IRI of a concept (``scheme/notation``) or of a prefixed name, else *code* itself."""
        text = str(code).lower() if isinstance(code, bool) else str(code)
        if _SCHEME.fullmatch(text):
            scheme, _, notation = text.partition("/")
            return f"{self.workspace.iris.scheme(scheme)}/{notation}"
        return (self.workspace.iris.expand(text) or text) if ":" in text else text


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


# -- terms of the model --------------------------------------------------------------------------------------------


def unknown_term(workspace: Workspace, iri: str) -> Text | None:
    """What is meant with a class or property that the model should declare and does not; None if all is well."""
    declared, ours = _declared(workspace), (str(workspace.iris.terms), str(vocab.NQ))
    namespace = next((space for space in ours if iri.startswith(space)), None)
    name = iri.removeprefix(namespace or iri)
    if not name or name in declared:
        return None
    return Text(_GONE[name]) if name in _GONE else near(name, declared)


#: What a portable text means by nothing at all.
_NOTHING = vocab.NQ["none"]
#: Terms that the model had → what to write instead.
_GONE = {"sortKey": "gone-sort-key"}


def unknown_terms(text: str, workspace: Workspace) -> list[Text]:
    """What the query *text* names of the model although it is not there, so that it silently finds nothing."""
    named = {token.value for token in sparql.tokens(text) if token.kind in ("name", "iri")}
    found = []
    for name in sorted(named):
        iri = name[1:-1] if name.startswith("<") else workspace.iris.expand(name)
        hint = unknown_term(workspace, iri) if iri else None
        if hint is not None and iri != _NOTHING:
            found.append(Text("query-term", {"term": workspace.iris.shrink(iri or name), "hint": hint}))
    return found


@cache
def _declared(workspace: Workspace) -> dict[str, str]:
    """Local names of the terms that the ontology describes → what they are declared as, as far as it is plain text."""
    found: dict[str, str] = {}
    for path in workspace.files("ontology", "*.ttl"):
        for name, kind in re.findall(r"^\s*[\w-]*:([\w-]+)\s+a\s+([^;.]+)", path.read_text(encoding="utf-8"), re.M):
            found[name] = found.get(name, "") + kind
        for name in re.findall(r"^\s*<[^>]*[/#]([\w-]+)>\s", path.read_text(encoding="utf-8"), re.M):
            found.setdefault(name, "")
    return found


def leads_to_texts(workspace: Workspace) -> Callable[[str], bool | None]:
    """Whether the values of a property are literals: True, False, None if the model does not say."""
    declared = _declared(workspace)

    def known(iri: str) -> bool | None:
        kind = declared.get(re.split("[/#]", iri)[-1], "")
        return True if "DatatypeProperty" in kind else False if "ObjectProperty" in kind else None

    return known
