"""
A workspace: a folder with ontology, shapes, queries, data and texts, and a file of settings.

The program knows no term of any domain. What it needs to know of a term is an annotation on a shape or front matter;
what it needs to know of the site is a setting. Below every workspace lies the core: the vocabulary that the program
itself reads.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from nqgraph.words import layouts
from nqgraph.words.errors import InputError, Place
from nqgraph.words.findings import Finding, is_finding, is_labels
from nqgraph.words.layouts import Layout, MenuGroup
from nqgraph.words.texts import LANGUAGES, Labels, Text, codes, names_in, near, spoken
from nqgraph.words.vocab import BASE, PREFIXES, Iris

_PACKAGE = Path(__file__).parent.parent
#: Name of the file of settings; a folder that has it is a workspace.
SETTINGS = "workspace.yaml"
#: Vocabulary, shapes and rules of the program itself, in the folders of a workspace.
CORE = _PACKAGE / "model" / "core"
#: Pages that are no list and no thing; the menu can name them, and has them in this order.
PAGES = (
    *("matrix", "netz", "zeitleiste", "karte", "luecken", "buendel", "kleinstes-buendel"),
    *("abfragen", "neu", "inhalt"),
)
#: Folder of shapes for data of others alone.
PROFILE = "shapes/profile"
#: Folders that make up the model, beside the data.
MODEL = ("ontology", "shapes", "queries", "texts")


@dataclass(frozen=True)
class Settings:
    """What a workspace says of itself and of its pages; what is missing disappears."""

    title: Labels
    languages: tuple[str, ...] = LANGUAGES
    #: Headline of the start page.
    claim: Labels = field(default_factory=dict)
    #: What the start page says below it.
    intro: Labels = field(default_factory=dict)
    #: Who publishes the pages.
    sender: Labels = field(default_factory=dict)
    #: Body that answers for the pages, and its postal address, for the imprint.
    responsible: Labels = field(default_factory=dict)
    address: Labels = field(default_factory=dict)
    #: Where readers write to: ``mailto:`` or a web address.
    contact: str = ""
    #: Address at which the pages lie, where :attr:`base` leads to.
    site: str = ""
    #: Picture of the sender, relative to the workspace.
    logo: str = ""
    #: Word file whose styles, head and foot dossiers take, relative to the workspace.
    dossier_template: str = ""
    base: str = BASE
    prefixes: Mapping[str, str] = field(default_factory=dict)
    #: Classes and pages in the main menu, and groups of them.
    menu: tuple[str | MenuGroup, ...] = ()
    #: Address → page that lays out the answers of questions.
    pages: Mapping[str, Layout] = field(default_factory=dict)
    #: Queries that the start page asks.
    start: tuple[str, ...] = ()
    #: Queries that the page of gaps asks.
    gaps: tuple[str, ...] = ()
    #: Sentences of the start page, each with a query and the figures that are counted in its answer.
    findings: tuple[Finding, ...] = ()
    #: Query whose answer the start page shows as bars, and the columns that are their parts.
    bars: tuple[str, ...] = ()
    #: Class → what readers of the start page are told to choose their thing of it.
    entries: Mapping[str, Labels] = field(default_factory=dict)
    #: Query whose answer the start page shows as news.
    changes: str = ""
    #: Class, concept scheme or name of a parameter → what a query takes where nobody chooses.
    defaults: Mapping[str, str] = field(default_factory=dict)
    #: Words that mean the same in plain questions, each group as words with commas.
    synonyms: tuple[str, ...] = ()
    #: Words for what the whole collection is about, with commas: they tell no question from another.
    subject: tuple[str, ...] = ()
    #: Folder of queries → what it is called.
    topics: Mapping[str, Labels] = field(default_factory=dict)
    #: Themes of all datasets (``dcat:theme``).
    themes: tuple[str, ...] = ()
    #: A thing (key) and a query (text), for references.
    example: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Workspace:
    """A workspace on disk."""

    root: Path
    settings: Settings

    @classmethod
    def read(cls, root: Path) -> Workspace:
        """
        The workspace in the folder *root*.

        Raises:
            InputError: There is none, or its settings are wrong; names file, line and field.
        """
        path = root / SETTINGS
        if not path.is_file():
            raise InputError.of("no-workspace", Place(str(root)), file=SETTINGS)
        return cls(root.resolve(), _settings(path))

    @cached_property
    def iris(self) -> Iris:
        """The IRIs of the workspace."""
        return Iris(self.settings.base, tuple(self.settings.prefixes.items()))

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of labels and pages; the first is used where nothing is known."""
        return self.settings.languages

    @property
    def language(self) -> str:
        """The first language."""
        return self.settings.languages[0]

    def files(self, folder: str, pattern: str) -> list[Path]:
        """
        Files of the core and of the workspace below *folder* that match *pattern*, in a fixed order.

        A file of the workspace takes the place of the file of the core with the same name.
        """
        own, core = (sorted((root / folder).rglob(pattern)) for root in (self.root, CORE))
        taken = {path.relative_to(self.root) for path in own}
        found = [path for path in core if path.relative_to(CORE) not in taken] + own
        return found if folder == PROFILE else [path for path in found if not path.parent.as_posix().endswith(PROFILE)]

    def name(self, path: Path) -> str:
        """How messages and reports call one of the files: relative to the workspace, the same wherever it lies."""
        for root in (self.root, CORE):
            if path.is_relative_to(root):
                return path.relative_to(root).as_posix()
        return path.as_posix()

    @property
    def data(self) -> Path:
        """Folder of the datasets."""
        return self.root / "data"

    def model(self) -> dict[str, bytes]:
        """Relative path → content of the settings and of all that is model: what a reader of a build needs."""
        found = {SETTINGS: (self.root / SETTINGS).read_bytes()}
        for folder in MODEL:
            for path in sorted((self.root / folder).rglob("*")):
                if path.is_file() and not path.name.startswith((".", "~")):
                    found[path.relative_to(self.root).as_posix()] = path.read_bytes()
        for name in (self.settings.logo, self.settings.dossier_template):
            if name and (self.root / name).is_file():
                found[name] = (self.root / name).read_bytes()
        return found

    @cached_property
    def messages(self) -> dict[str, dict[str, str]]:
        """Language → texts of the program in ``texts/messages.LANG.toml``; they win over those that come with it."""
        found = {}
        for path in sorted((self.root / "texts").glob("messages.*.toml")):
            try:
                texts = tomllib.loads(path.read_text(encoding="utf-8"))
                self._check(path, texts)
                found[path.name.split(".")[1]] = texts
            except UnicodeDecodeError as error:
                raise InputError.of("not-utf8", Place(self.name(path))) from error
            except tomllib.TOMLDecodeError as error:
                line = re.search(r"line (\d+)", str(error))
                place = Place(self.name(path), line=int(line[1]) if line else 0)
                raise InputError.of("toml-syntax", place, message=str(error)) from error
        return found

    def _check(self, path: Path, texts: Mapping[str, Any]) -> None:
        """Raise :class:`InputError` for texts that the program does not have, or that name values it does not give."""
        lines = path.read_text(encoding="utf-8").splitlines()
        for code, said in texts.items():
            place = Place(self.name(path), line=line_of(lines, code))
            if code not in codes():
                raise InputError.of("text-unknown", place, name=code, hint=near(code, codes()))
            if not isinstance(said, str):
                raise InputError.of("text-form", place, text=code)
            given, wanted = names_in(said), names_in(spoken(code, LANGUAGES[0])[0])
            if not given <= wanted:
                listed = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "–"
                raise InputError.of("text-names", place, text=code, name=min(given - wanted), names=listed)


def line_of(lines: list[str], name: str) -> int:
    """Number of the first of *lines* that begins with the key or list entry *name*; 0 if there is none."""
    pattern = re.compile(rf"[\s\-\[\"']*{re.escape(name)}\b")
    return next((number for number, text in enumerate(lines, start=1) if pattern.match(text)), 0)


def find(given: Path | None = None, start: Path | None = None) -> Workspace:
    """
    The workspace *given*, else the one that the folder *start* (the current one if None) lies in, else the shipped one.

    Raises:
        InputError: *given* is no workspace, its settings are wrong, or there is none at all.
    """
    if given is not None:
        return Workspace.read(given)
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / SETTINGS).is_file():
            return Workspace.read(folder)
    if not (_shipped() / SETTINGS).is_file():
        raise InputError.of("no-workspace", Place(str(here)), file=SETTINGS)
    return shipped()


@cache
def shipped() -> Workspace:
    """The workspace that comes with the program: of the checkout, or in the wheel."""
    return Workspace.read(_shipped())


def _shipped() -> Path:
    """Where the workspace that comes with the program lies, if it has one."""
    packed = _PACKAGE / "_workspace"
    return packed if packed.is_dir() else _PACKAGE.parent


def models() -> dict[str, Path]:
    """Name → folder of the workspaces that a new one can be made from: the shipped one, if any, and its examples."""
    root = _shipped()
    if not (root / SETTINGS).is_file():
        return {}
    examples = sorted(path.parent for path in (root / "data" / "examples").glob(f"*/{SETTINGS}"))
    return {"nqgraph": root, **{folder.name: folder for folder in examples}}


# -- settings ------------------------------------------------------------------------------------------------------

_LABELS = ("title", "claim", "intro", "sender", "responsible", "address")
_LISTS = ("start", "gaps", "themes", "languages", "bars", "synonyms", "subject")
_TEXTS = ("contact", "site", "logo", "dossier_template", "base", "changes")
_MAPPINGS = ("prefixes", "defaults", "example")
_NAMED_LABELS = ("topics", "entries")
FIELDS = (*_LABELS, *_LISTS, *_TEXTS, *_MAPPINGS, *_NAMED_LABELS, "findings", "menu", "pages")


def _settings(path: Path) -> Settings:
    place = Place(f"{path.parent.name}/{path.name}")
    meta = mapping(path, place)
    lines = path.read_text(encoding="utf-8").splitlines()

    def wrong(name: str, code: str, **values: Any) -> InputError:
        return InputError.of(code, Place(place.file, line=line_of(lines, name)), field=name, **values)

    for name in meta:
        if name not in FIELDS:
            hint = near(str(name), FIELDS, otherwise=Text("known-fields", {"names": ", ".join(FIELDS)}))
            raise wrong(str(name), "settings-field", hint=hint)
    values: dict[str, Any] = {}
    for name, value in meta.items():
        if value is None:
            continue
        fits, form = _fit(name, value)
        if not fits:
            raise wrong(name, "settings-value", value=str(value), form=Text(f"settings-form-{form}"))
        values[name] = tuple(map(str, value)) if name in _LISTS else value
    if not values.get("title"):
        raise wrong("title", "settings-missing")
    for name, namespace in values.get("prefixes", {}).items():
        if PREFIXES.get(name, namespace) != namespace:
            raise wrong(name, "settings-prefix", namespace=PREFIXES[name])
    if "base" in values and not values["base"].endswith(("/", "#")):
        values["base"] += "/"
    if "site" in values and not values["site"].endswith("/"):
        values["site"] += "/"
    values["findings"] = tuple(map(Finding.of, values.get("findings", ())))
    values["menu"] = layouts.menu(values.get("menu", []))
    values["pages"] = {name: Layout.of(said) for name, said in values.get("pages", {}).items()}
    values["defaults"] = {str(k): str(v) for k, v in values.get("defaults", {}).items()}
    return Settings(**values)


def _fit(name: str, value: Any) -> tuple[bool, str]:
    """Whether *value* can stand in the field *name*, and which form it should have."""
    if name in _LABELS:
        return is_labels(value), "labels"
    if name == "languages":
        tags = isinstance(value, list) and bool(value)
        return tags and all(isinstance(v, str) and re.fullmatch("[a-z]{2,3}", v) for v in value), "languages"
    if name in _LISTS:
        return isinstance(value, list) and all(isinstance(v, str) for v in value), "list"
    if name in ("base", "site"):
        return isinstance(value, str) and _is_iri(value), "iri"
    if name == "contact":
        return isinstance(value, str) and re.match(r"(mailto:\S+@\S+|https?://\S+)$", value) is not None, "contact"
    if name in _TEXTS:
        return isinstance(value, str), "text"
    if name in _NAMED_LABELS:
        return isinstance(value, dict) and all(map(is_labels, value.values())), "topics"
    if name == "menu":
        return layouts.menu(value) is not None, "menu"
    if name == "pages":
        return isinstance(value, dict) and all(layouts.is_layout(*one) for one in value.items()), "pages"
    if name == "findings":
        return isinstance(value, list) and all(map(is_finding, value)), "findings"
    if name == "prefixes":
        return isinstance(value, dict) and all(isinstance(v, str) and _is_iri(v) for v in value.values()), "prefixes"
    return isinstance(value, dict) and all(isinstance(v, str | int | float) for v in value.values()), "mapping"


def _is_iri(value: str) -> bool:
    return re.fullmatch(r'https?://[^\s<>"{}|^`\\]+', value) is not None


def mapping(path: Path, place: Place) -> dict[str, Any]:
    """
    The YAML mapping in the file *path*.

    Raises:
        InputError: It is none; at the line in the file that *place* names.
    """
    try:
        meta = yaml.safe_load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise InputError.of("not-utf8", place) from error
    except (yaml.YAMLError, ValueError) as error:  # PyYAML lets impossible days through as ValueError
        mark = getattr(error, "problem_mark", None)
        hint = Text("yaml-tab" if "\\t" in str(error) else "yaml-line" if mark else "yaml-day")
        raise InputError.of("yaml-syntax", Place(place.file, line=mark.line + 1 if mark else 0), hint=hint) from error
    if not isinstance(meta, dict):
        raise InputError.of("yaml-syntax", place, hint=Text("yaml-line"))
    return meta
