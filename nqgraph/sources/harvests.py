"""What is brought in from elsewhere: a source is a file of ``harvest/``; nothing is fetched by reading it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nqgraph.graph import sparql
from nqgraph.words.errors import InputError, Place, QueryError
from nqgraph.words.texts import Labels, near
from nqgraph.words.workspace import Workspace, line_of, mapping

#: Folder of a workspace.
FOLDER = "harvest"
#: Kind → fields that it needs beside those of all.
KINDS: dict[str, tuple[str, ...]] = {
    "sparql": ("query",), "nqgraph": (), "table": ("mapping",), "rdf": (), "dcat": (),
}  # fmt: skip
#: Solutions of a page, things of a snapshot.
PAGE, MOST = 1_000, 1_000_000
FIELDS = (
    "title", "description", "kind", "publisher", "license", "address", "visibility", "query", "page", "most", "thing",
    "class", "values", "mapping", "encoding", "alignments",
)  # fmt: skip


@dataclass(frozen=True)
class Harvest:
    """A source elsewhere, and how it is read."""

    name: str
    kind: str
    title: Labels
    publisher: str
    #: "" where it is not known; then it is for internal use, and goes out nowhere.
    license: str
    #: Where it is asked, in this order; empty where the command says it.
    addresses: tuple[str, ...] = ()
    description: Labels = field(default_factory=dict)
    visibility: str = "public"
    #: SPARQL; with pages it ends with an order, and ours adds ``LIMIT`` and ``OFFSET``.
    query: str = ""
    page: int = PAGE
    most: int = MOST
    #: Of a SELECT: the variable that names things, their class, and variable → property.
    thing: str = ""
    class_iri: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    #: RML mapping of tables.
    mapping: Path | None = None
    #: Encoding of a table that does not say its own.
    encoding: str = ""
    #: Files that say which of our terms stand for theirs.
    alignments: tuple[Path, ...] = ()
    #: The file itself.
    path: Path = Path()


@dataclass(frozen=True)
class Described:
    """A file that describes something elsewhere."""

    path: Path
    place: Place
    fields: dict[str, Any]

    def wrong(self, name: str, code: str = "harvest-value", **values: Any) -> InputError:
        """What to raise where the field *name* is wrong, with its line."""
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return InputError.of(code, Place(self.place.file, line=line_of(lines, name)), field=name, **values)


def named(workspace: Workspace, folder: str) -> list[str]:
    """What the files of *folder* in *workspace* describe, by name."""
    return sorted(path.stem for path in (workspace.root / folder).glob("*.yaml"))


def described(name: str, workspace: Workspace, folder: str, unknown: str) -> Described:
    """
    The file *name* of *folder* in *workspace*.

    Args:
        unknown: Code of the message that there is none of that name.
    Raises:
        QueryError: There is none.
        InputError: It is no mapping; with line.
    """
    known = named(workspace, folder)
    if name not in known:
        raise QueryError.of(unknown, name=name, hint=near(name, known))
    path = workspace.root / folder / f"{name}.yaml"
    place = Place(f"{folder}/{path.name}")
    return Described(path, place, mapping(path, place))


def names(workspace: Workspace) -> list[str]:
    """What the sources of *workspace* are called."""
    return named(workspace, FOLDER)


def read(name: str, workspace: Workspace) -> Harvest:
    """
    The source *name* of *workspace*.

    Raises:
        QueryError: There is none of that name.
        InputError: Its file is wrong; with line and field.
    """
    file = described(name, workspace, FOLDER, "harvest-unknown")
    path, meta, wrong = file.path, file.fields, file.wrong
    for key, value in meta.items():
        if key not in FIELDS:
            raise wrong(str(key), "settings-field", hint=near(str(key), FIELDS))
        if not _fits(key, value):
            raise wrong(key, value=str(value)[:80])
    said: tuple[str, ...] = () if meta.get("kind") == "nqgraph" else ("publisher",)  # it says it, and its licence
    if said and meta.get("visibility") == "public":
        said = (*said, "license")
    for key in ("title", "kind", *said, *KINDS.get(str(meta.get("kind")), ())):
        if key not in meta:
            raise wrong(key, "yaml-missing")
    files = {key: [path.parent / name for name in _listed(meta.get(key))] for key in ("mapping", "alignments")}
    for key, listed in files.items():
        for beside in listed:
            if not beside.is_file() or not beside.resolve().is_relative_to(path.parent.resolve()):
                raise wrong(key, value=beside.name)
    expanded = {key: workspace.iris.expand(value) or value for key, value in meta.get("values", {}).items()}
    class_iri = workspace.iris.expand(meta.get("class", "")) or meta.get("class", "")
    for key, iri in {**expanded, "class": class_iri}.items():
        if iri and not is_address(iri):
            raise wrong(key, value=iri)
    found = Harvest(
        name,
        meta["kind"],
        meta["title"],
        meta.get("publisher", ""),
        meta.get("license", ""),
        tuple(_listed(meta.get("address"))),
        meta.get("description", {}),
        meta.get("visibility", "public" if "license" in meta or not said else "internal"),
        meta.get("query", ""),
        meta.get("page", PAGE),
        meta.get("most", MOST),
        meta.get("thing", ""),
        class_iri,
        expanded,
        files["mapping"][0] if files["mapping"] else None,
        meta.get("encoding", ""),
        tuple(files["alignments"]),
        path,
    )
    if found.kind == "sparql" and (problem := _query_problem(found)):
        raise wrong("query", problem)
    return found


def _query_problem(found: Harvest) -> str:
    """Code of what is wrong with the query of *found*; "" if nothing is."""
    keywords = [token.keyword for token in sparql.tokens(found.query)]
    form = next((word for word in keywords if word in ("SELECT", "CONSTRUCT", "ASK", "DESCRIBE", "INSERT")), "")
    if form not in ("SELECT", "CONSTRUCT"):
        return "harvest-query-form"
    if form == "SELECT" and not (found.thing and found.values):
        return "harvest-query-values"
    depth, outside = 0, []
    for word in keywords:
        depth += {"{": 1, "}": -1}.get(word, 0)
        if depth == 0:
            outside.append(word)
    paged = {"LIMIT", "OFFSET"} & set(outside)
    return "harvest-query-paged" if paged or (found.page and "ORDER" not in outside) else ""


def is_address(value: str) -> bool:
    """Whether *value* is a web address without whom it is for."""
    parts = urlsplit(value) if re.fullmatch(r'https?://[^\s<>"{}|^`\\]+', value) else None
    return parts is not None and bool(parts.hostname) and "@" not in parts.netloc


def _listed(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def _fits(key: str, value: Any) -> bool:
    match key:
        case "title" | "description":
            return isinstance(value, dict) and bool(value) and all(isinstance(v, str) for v in value.values())
        case "kind":
            return value in KINDS
        case "visibility":
            return value in ("public", "internal")
        case "license":
            return isinstance(value, str) and is_address(value)
        case "address":
            return bool(_listed(value)) and all(isinstance(v, str) and is_address(v) for v in _listed(value))
        case "alignments":
            return isinstance(value, str | list) and all(isinstance(v, str) for v in _listed(value))
        case "values":
            return isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
        case "page" | "most":
            return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST
    return isinstance(value, str) and bool(value.strip())
