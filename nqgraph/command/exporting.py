"""``nqgraph export``: a build, or a part of it, as a file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from nqgraph.command.home import (
    DONE,
    Home,
    home_of,
    opened,
)
from nqgraph.command.terminal import Terminal
from nqgraph.words import formats
from nqgraph.words.errors import Place, QueryError, StoreError
from nqgraph.words.workspace import Workspace

if TYPE_CHECKING:
    pass


def export(options: argparse.Namespace, terminal: Terminal) -> int:
    """Write a build, or a part of it, as a file or folder."""
    from nqgraph import exports
    from nqgraph.pages import bundle

    home = home_of(options)
    if options.empty and options.what == "workbook":  # needs no build
        target = Path(options.output) if options.output else home.folder / "build" / "nqgraph.xlsx"
        terminal.say("export-done", path=str(exports.blank(target, home.workspace, terminal.lang)))
        return DONE
    if options.what == "dossier":
        return _dossier(options, home, terminal)
    if options.format in formats.DOCUMENTS:
        raise QueryError.of("format-export", form=options.format, what=options.what, forms=", ".join(formats.RDF))
    version = opened(options, home, terminal)
    with terminal.progress() as progress:
        progress(
            "network" if options.what in exports.NETWORKS else "pages" if options.what in exports.PAGES else "write"
        )
        selection = exports.Selection(
            around=options.around or _kind_option(options, home_of(options).workspace),
            depth=options.depth,
            kinds=tuple(options.kind),
            region=options.region,
            datasets=tuple(options.dataset),
        )
        texts = Path(options.texts) if options.texts else None
        if texts is not None and not texts.is_dir():
            raise StoreError.of("no-such-source", Place(str(texts)))
        folder = home.folder / "build"
        if options.sparql and options.what != "html":
            raise QueryError.of("sparql-export", what=options.what)
        form, editor = options.format, options.sparql
        path = exports.write(
            options.what, version, options.output, selection, terminal.lang, form, texts, folder=folder, editor=editor
        )
    if options.what in exports.PAGES and (note := bundle.missing_note(terminal.lang)):
        terminal.note(note)
    terminal.say("export-done", path=str(path))
    return DONE


def _dossier(options: argparse.Namespace, home: Home, terminal: Terminal) -> int:
    from nqgraph.exports import dossiers
    from nqgraph.graph import versions

    version = opened(options, home, terminal)
    template = Path(options.template) if options.template else None
    if template is not None and not template.is_file():
        raise StoreError.of("no-such-source", Place(str(template)))
    with terminal.progress() as progress:
        progress("dossier")
        wanted, folder = _keys(options, versions.workspace(version.folder)), home.folder / "build"
        paths = dossiers.write(version, wanted, options.output, terminal.lang, options.format, template, folder=folder)
    for path in paths:
        terminal.say("export-done", path=str(path))
    return DONE


def _keys(options: argparse.Namespace, workspace: Workspace) -> list[tuple[str, str]]:
    """Table, or "" for any, and key of the things that ``KEY …``, ``--TABLE KEY`` and ``--region KEY`` name."""
    from nqgraph.model import shapes

    schema = shapes.of(workspace)
    found = [("", options.around)] if options.around else []
    found += [("region" if schema.for_table("region") else "", options.region)] if options.region else []
    rest = list(options.rest)
    while rest:
        word = rest.pop(0)
        name, _, value = word.removeprefix("--").partition("=")
        if not word.startswith("-"):
            found.append(("", word))
            continue
        key = value or (rest.pop(0) if rest else "")
        if schema.for_table(name) is None or not word.startswith("--") or not key:
            raise QueryError.of("unknown-kind-option", name=name)
        found.append((name, key))
    return found


def _kind_option(options: argparse.Namespace, workspace: Workspace) -> str | None:
    """The key in ``--TABLE KEY``: each table of the workspace is an option that names an entry to look around."""
    from nqgraph.model import shapes

    if not options.rest:
        return None
    name, _, value = options.rest[0].removeprefix("--").partition("=")
    key = value or (options.rest[1] if len(options.rest) > 1 else "")
    if shapes.of(workspace).for_table(name) is None or not key:
        raise QueryError.of("unknown-kind-option", name=name)
    return key
