"""Where a command works and writes: its workspace, its data, its build, its output; and its exit codes."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nqgraph.command.terminal import Terminal
from nqgraph.words import formats, vocab
from nqgraph.words.errors import InputError
from nqgraph.words.texts import LANGUAGES
from nqgraph.words.workspace import Workspace, find

if TYPE_CHECKING:
    from nqgraph.graph.hosted import Hosted
    from nqgraph.graph.versions import Version

#: Exit codes: done, violations found (nothing replaced), unreadable input or wrong use.
DONE, VIOLATIONS, WRONG = 0, 1, 2
#: What answers can be printed as; a table is what terminals show.
FORMATS = ("table", *formats.TABLES, *formats.GRAPHS)
#: Findings that a build prints; ``validate`` prints all.
SHOWN_FINDINGS = 20


@dataclass(frozen=True)
class Home:
    """The workspace that a command works on, and the folder in which its data and builds lie."""

    workspace: Workspace
    folder: Path
    #: Whether the folder is the workspace itself, not just where one stands.
    own: bool


def home_of(options: argparse.Namespace) -> Home:
    """
    The workspace by ``--workspace``, else the one that one stands in, else the shipped one.

    Raises:
        InputError: There is none, its settings are wrong, or it has no such language.
    """
    if options.workspace:
        home = Home(find(Path(options.workspace)), Path(options.workspace), True)
    else:
        workspace = find()
        own = Path.cwd().resolve().is_relative_to(workspace.root)
        home = Home(workspace, Path(os.path.relpath(workspace.root)) if own else Path(), own)
    known = tuple(dict.fromkeys((*home.workspace.languages, *LANGUAGES)))
    if options.lang not in known:
        raise InputError.of("language-unknown", lang=options.lang, languages=", ".join(known))
    return home


def store_of(options: argparse.Namespace, home: Home) -> Hosted | None:
    """The server that ``--store`` names, or ``NQGRAPH_STORE`` where no ``--source`` is given."""
    url = options.store or ("" if getattr(options, "source", None) else os.environ.get("NQGRAPH_STORE", ""))
    if not url:
        return None
    from nqgraph.graph.hosted import Hosted

    return Hosted(url, home.workspace)


def build_folder(options: argparse.Namespace, home: Home) -> Path:
    """The build folder that ``--source`` names, else that of the workspace; of a server its version, read into one."""
    store = store_of(options, home)
    if store is not None:
        folder = store_folder(store, home)
        store.pull(folder)
        return folder
    return Path(options.source) if options.source else home.folder / "build"


def store_folder(store: Hosted, home: Home) -> Path:
    """Where the versions of a server are read into."""
    return home.folder / "build" / "stores" / vocab.slug(store.url)


def sources_of(options: argparse.Namespace, home: Home) -> list[Path]:
    """The sources that are given, else the data of the workspace, or those beside which one stands."""
    if options.sources:
        return [Path(source) for source in options.sources]
    here = home.folder / "data"
    return [here if home.own or here.is_dir() else home.workspace.data]


def opened(options: argparse.Namespace, home: Home, terminal: Terminal) -> Version:
    """The build that ``--source`` names; says how much of it is internal, and whether that is left out."""
    from nqgraph.graph import versions

    version = versions.open(build_folder(options, home), internal=options.internal)
    if version.datasets:
        code = "internal-included" if version.internal else "internal-left-out"
        terminal.say(code, count=version.entries, names=", ".join(version.datasets))
    elif options.internal:
        terminal.say("internal-note" if version.internal else "internal-nothing")
    return version


def graph_of(options: argparse.Namespace, home: Home, terminal: Terminal) -> Any:
    """The build or the endpoint that ``--source`` names, or what the server that ``--store`` names holds."""
    import nqgraph
    from nqgraph.graph.graph import Graph

    store = store_of(options, home)
    if store is not None:
        return Graph(store.endpoint(), lang=terminal.lang)
    if options.source and options.source.startswith(("http://", "https://")):
        return nqgraph.open(options.source, lang=terminal.lang, workspace=home.workspace)
    return Graph(opened(options, home, terminal).load(), lang=terminal.lang)


def form_of(path: str) -> str:
    """The form that the ending of *path* stands for; CSV for those unknown."""
    ending = Path(path).suffix.lstrip(".").lower()
    return ending if ending in FORMATS else "csv"


def write_out(options: argparse.Namespace, terminal: Terminal, content: str | bytes, *, internal: bool = False) -> None:
    """Print *content*, or write it to the file that ``--output`` names."""
    if not options.output:
        terminal.write(content)
        return
    from nqgraph.words.files import marked, write_atomically

    path = marked(Path(options.output)) if internal else Path(options.output)
    write_atomically(path, content.encode("utf-8") if isinstance(content, str) else content)
    terminal.say("export-done", path=str(path))
