"""A dataset: a folder with ``dataset.yaml`` and tables or RDF files, or single files on their own."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nqgraph.graph.files import form_of
from nqgraph.graph.store import iri_is_valid
from nqgraph.sources import snapshots
from nqgraph.sources.sssom import SUFFIX
from nqgraph.words import formats, vocab
from nqgraph.words.errors import InputError, Place, Problem
from nqgraph.words.texts import Text
from nqgraph.words.workspace import SETTINGS, Workspace, mapping

TABLE_SUFFIXES = frozenset({".csv", ".xlsx", ".xlsm", ".ods"})
RDF_SUFFIXES = frozenset(f".{name}" for name in formats.RDF)
#: Fields of ``dataset.yaml``.
FIELDS = (
    "title", "description", "publisher", "license", "issued", "visibility", "language", "base", "order", "harvested",
)  # fmt: skip
#: Field → what fits it, the end of the code of a text.
_FORMS = {
    "title": "labels", "description": "labels", "publisher": "text", "language": "text", "license": "iri",
    "base": "iri", "issued": "day", "order": "number", "visibility": "visibility", "harvested": "harvested",
}  # fmt: skip
#: Endings of tables that are not read.
_OTHER_TABLES = frozenset(
    {".xls", ".xlsb", ".xltx", ".tsv", ".tab", ".numbers", ".fods", ".xlt", ".dbf", ".mdb", ".accdb"}
)
#: Files that a note names.
_NAMED = 5
#: Place of datasets that say nothing of their order.
_LAST = 1_000
_REQUIRED = ("title", "publisher", "license", "issued", "visibility")
#: What programs and people make of the name ``dataset.yaml``, and of the ending of a table.
_MISNAMED = re.compile(r"data_?sets?\.(ya?ml|json)(\.txt)?", re.IGNORECASE)
_TWICE = re.compile(r"\.(csv|xlsx|ods|ttl)\.(txt|csv|xlsx)$", re.IGNORECASE)


@dataclass(frozen=True)
class Dataset:
    """Where one publisher's statements come from; becomes one named graph."""

    name: str
    files: tuple[Path, ...]
    title: dict[str, str] = field(default_factory=dict)
    description: dict[str, str] = field(default_factory=dict)
    publisher: str = ""
    license: str = ""
    issued: str = ""
    visibility: str = "public"
    #: Named graph of its statements.
    graph: str = ""
    #: Base of the IRIs of its things; empty for the one of the workspace.
    base: str = ""
    #: Datasets with a lower number come first: a statement made in several stands in the first.
    order: float = 1_000
    #: How it was fetched, if others made it: source, kind, address, time, query, sums.
    harvested: dict[str, Any] = field(default_factory=dict)
    #: How messages call the folder.
    label: str = ""
    #: What lies beside its files and is not read.
    notes: tuple[Problem, ...] = ()

    def call(self, path: Path) -> str:
        """How messages call one of its files."""
        return f"{self.label}/{path.name}" if self.label else path.name

    def tables(self) -> list[Path]:
        """Its tables and workbooks."""
        return [path for path in self.files if path.suffix.lower() in TABLE_SUFFIXES]

    def mapping_files(self) -> list[Path]:
        """Its tables of links to vocabularies of others (SSSOM)."""
        return [path for path in self.files if path.name.endswith(SUFFIX)]

    def rdf_files(self) -> list[Path]:
        """Its RDF files."""
        return [path for path in self.files if form_of(path)]


def find(sources: Iterable[Path], workspace: Workspace) -> list[Dataset]:
    """
    The datasets in *sources*: a dataset folder, a folder of dataset folders, or RDF files and workbooks.

    Raises:
        InputError: Nothing there, ``dataset.yaml`` missing or wrong, a name used twice.
    """
    found: list[Dataset] = []
    for source in sources:
        if not source.exists():
            raise InputError.of("no-such-source", Place(str(source)))
        if source.is_file():
            if source.suffix.lower() not in TABLE_SUFFIXES and not form_of(source):
                raise InputError.of("unknown-file-type", Place(str(source)))
            name = vocab.slug(source.stem)
            title = {workspace.language: source.name}
            graph = workspace.iris.dataset_graph(name)
            found.append(Dataset(name, (source,), title=title, graph=graph, label=_label(source.parent)))
        elif (source / "dataset.yaml").exists():
            found.append(_folder(source, workspace))
        else:
            if source.name == snapshots.FOLDER:
                folders = snapshots.latest(source)
            else:
                folders = sorted(child for child in source.iterdir() if (child / "dataset.yaml").exists())
                if (brought := source / snapshots.FOLDER).is_dir():
                    folders += snapshots.latest(brought)
            if not folders:
                alike = [path.name for path in sorted(source.iterdir()) if _MISNAMED.fullmatch(path.name)]
                hint = Text("dataset-renamed", {"name": alike[0]}) if alike else Text("empty")
                raise InputError.of("no-dataset", Place(str(source)), hint=hint)
            listed = [_folder(folder, workspace) for folder in folders]
            stray = tuple(
                Problem(Place(_label(child)), Text("folder-unread"))
                for child in sorted(source.iterdir())
                if child.is_dir()
                and child not in folders
                and child.name != snapshots.FOLDER
                and any(_is_data(path) for path in child.iterdir())
            )
            loose = [path.name for path in sorted(source.iterdir()) if path.is_file() and _is_data(path)]
            if loose:
                values = {"count": len(loose), "names": _some(loose)}
                stray += (Problem(Place(_label(source) or str(source)), Text("files-loose", values)),)
            found += [replace(listed[0], notes=listed[0].notes + stray), *listed[1:]]
    names = [dataset.name for dataset in found]
    for dataset in found:
        if names.count(dataset.name) > 1 or dataset.graph in workspace.iris.own_graphs:
            raise InputError.of("dataset-name", Place(dataset.label or dataset.name), name=dataset.name)
    return sorted(found, key=lambda d: (d.order, d.name))


def label(path: Path) -> str:
    """How messages call the file *path*."""
    folder = _label(path.parent)
    return f"{folder}/{path.name}" if folder else path.name


def _is_rdf(path: Path) -> bool:
    """Whether a file beside others is meant as RDF; not every XML or JSON is."""
    return form_of(path) != "" and not path.name.lower().removesuffix(".gz").endswith((".json", ".xml"))


def _folder(folder: Path, workspace: Workspace) -> Dataset:
    label = _label(folder)
    meta = _metadata(folder / "dataset.yaml", f"{label}/dataset.yaml")
    known = (p for p in folder.iterdir() if p.suffix.lower() in TABLE_SUFFIXES or _is_rdf(p) or p.name.endswith(SUFFIX))
    files = sorted(known)
    files = [path for path in files if path.is_file() and not path.name.startswith(("~", "."))]
    harvested = meta.get("harvested", {})
    if harvested:
        if wrong := list(snapshots.problems(folder, harvested, Place(label))):
            raise InputError(wrong)
        files = [folder / snapshots.DATA]  # all else is as it came, and not trusted
    base = str(meta.get("base", ""))
    name = vocab.slug(folder.name)
    return Dataset(
        name=name,
        files=tuple(files),
        title=meta["title"],
        description=meta.get("description", {}),
        publisher=meta["publisher"],
        license=meta.get("license", ""),
        issued=str(meta["issued"]),
        visibility=meta["visibility"],
        graph=workspace.iris.dataset_graph(name),
        base=base if not base or base.endswith(("/", "#")) else base + "/",
        order=float(meta.get("order", _LAST)),
        harvested=harvested,
        label=label,
        notes=() if harvested else tuple(_unread(folder, files, label)),
    )


def _is_data(path: Path) -> bool:
    """Whether a file is meant as data."""
    suffix = path.suffix.lower()
    known = suffix in TABLE_SUFFIXES or suffix in _OTHER_TABLES or _is_rdf(path)
    return known and not path.name.startswith(("~", "."))


def _unread(folder: Path, files: list[Path], label: str) -> Iterator[Problem]:
    """What lies in the folder of a dataset and is not read, and what is read otherwise than one may think."""
    place = Place(label or folder.name)
    for path in files:
        if path.suffix.lower() == ".xlsm":
            yield Problem(Place(f"{label}/{path.name}" if label else path.name), Text("macros-unread"))
    others = [
        path.name
        for path in sorted(folder.iterdir())
        if not path.is_dir() and path not in files and path.name != "dataset.yaml" and not _is_aside(path)
    ]
    if others:
        old = any(Path(name).suffix.lower() in _OTHER_TABLES for name in others)
        twice = next((name for name in others if _TWICE.search(name)), "")
        hint = Text("save-as-table" if old else "empty")
        if twice:
            hint = Text("ending-twice", {"name": twice, "better": twice.rpartition(".")[0]})
        values = {"count": len(others), "names": _some(others), "hint": hint}
        yield Problem(place, Text("files-unread", values))
    below = [
        path.relative_to(folder).as_posix()
        for child in sorted(folder.iterdir())
        if child.is_dir() and not (child / "dataset.yaml").exists() and not (child / SETTINGS).exists()
        for path in sorted(child.rglob("*"))
        if path.is_file() and _is_data(path)
    ]
    if below:
        yield Problem(place, Text("folders-unread", {"count": len(below), "names": _some(below)}))


def _is_aside(path: Path) -> bool:
    """Whether a file is a note for people, hidden, or the lock of an office program."""
    return (
        path.name.startswith(("~", "."))
        or re.match("(readme|license|lies|copying|notice)", path.name.lower()) is not None
    )


def _some(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")


def _metadata(path: Path, name: str) -> dict[str, Any]:
    place = Place(name)
    meta = mapping(path, place)
    for key, value in meta.items():
        if key not in FIELDS:
            raise InputError.of("yaml-field", place, field=key, fields=", ".join(FIELDS))
        if not _fits(key, value):
            raise InputError.of("yaml-value", place, field=key, value=str(value), form=Text(f"yaml-form-{_FORMS[key]}"))
    for key in _REQUIRED:
        if key not in meta and not (key == "license" and meta.get("visibility") == "internal"):  # it goes out nowhere
            raise InputError.of("yaml-missing", place, field=key)
    return meta


def _fits(key: str, value: Any) -> bool:
    """Whether *value* can stand in the field *key*; what cannot would fail only when the build is written."""
    match key:
        case "title" | "description":
            return isinstance(value, dict) and bool(value) and all(map(_is_text, value.items()))
        case "issued":
            return _is_day(str(value))
        case "license" | "base":
            return isinstance(value, str) and iri_is_valid(value)
        case "order":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "visibility":
            return value in ("public", "internal")
        case "harvested":
            return snapshots.is_description(value)
    return isinstance(value, str)


def _is_text(item: tuple[Any, Any]) -> bool:
    lang, text = item
    return re.fullmatch("[a-z]{2,3}", str(lang)) is not None and isinstance(text, str)


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _label(folder: Path) -> str:
    """*folder* relative to the working directory where possible, with forward slashes."""
    try:
        relative = folder.resolve().relative_to(Path.cwd().resolve())
    except ValueError:
        return folder.as_posix()
    return "" if relative == Path() else relative.as_posix()
