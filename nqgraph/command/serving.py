"""``nqgraph serve`` and ``mcp``: what answers until it is stopped."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from nqgraph.command.home import (
    DONE,
    build_folder,
    home_of,
    opened,
    store_of,
)
from nqgraph.command.terminal import Terminal
from nqgraph.words.errors import InputError, StoreError

if TYPE_CHECKING:
    from nqgraph.graph.store import Given

#: Names by which this machine calls itself.
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


def serve(options: argparse.Namespace, terminal: Terminal) -> int:
    """Serve pages, answers and data until a signal comes."""
    from nqgraph.serving.workers import Limits, Workers

    home, given = home_of(options), _given(options)
    local = options.host in ("127.0.0.1", "localhost", "::1")
    if options.edit and (not local or options.allow_host):
        raise InputError.of("edit-local")
    if options.edit and (given is not None or not home.own or not (home.folder / "data").is_dir()):
        raise InputError.of("edit-workspace")
    limits = Limits(seconds=options.timeout, memory=options.memory << 20, rows=options.rows)
    workers = None
    if given is not None:
        services = tuple(options.allow_service)
        workers = Workers(given.files, limits, services=services, workspace=home.workspace, given=given)
        workers.internal_too = options.internal
        workers.spawn()  # it loads while the rest of the server is imported

    from nqgraph.pages import bundle
    from nqgraph.serving.app import Options, serve
    from nqgraph.serving.served import Source

    if note := bundle.missing_note(terminal.lang):
        terminal.note(note)
    store = store_of(options, home) if given is None else None
    source = Source(
        folder=build_folder(options, home) if given is None else Path(),
        store=store,
        workspace=home.workspace,
        given=given,
        internal=options.internal,
        texts=Path(options.texts) if options.texts else None,
        editable=options.edit,
    )
    if given is None:
        opened(options, home, terminal)
    if not 0 <= options.port <= 65535:
        raise StoreError.of("serve-port", host=options.host, port=options.port, message="0–65535")
    editing = None
    if options.edit:
        from nqgraph.serving.editing import Editing

        editing = Editing(home.workspace, home.folder, [home.folder / "data"], source.folder, options.internal)
    hosts = (*LOCAL_NAMES, *options.allow_host) if local or options.allow_host else ("*",)

    def said(address: str) -> None:
        terminal.say("serve-ready", address=address)
        if editing is not None:
            terminal.say("edit-ready", address=f"{address}bearbeiten?token={editing.token}")

    try:
        serve(
            Options(
                source,
                limits,
                services=tuple(options.allow_service),
                hosts=hosts,
                lang=options.lang if options.lang_given else "",
                workers=workers,
                editing=editing,
                warm=not options.no_warm_up,
            ),
            options.host,
            options.port,
            ready=said,
            logged=not options.quiet,
        )
    except (OSError, SystemExit) as error:
        message = getattr(error, "strerror", "") or str(error)
        raise StoreError.of("serve-port", host=options.host, port=options.port, message=message) from error
    return DONE


def _given(options: argparse.Namespace) -> Given | None:
    """
    The files to serve as they are, and how; None if a build is to be served.

    Raises:
        InputError: An option that is for files alone stands without, or names no IRI.
    """
    from nqgraph.graph.store import Given, iri_is_valid

    graphs: dict[Path, str] = {}
    for given in options.graph:
        places = [index for index, sign in enumerate(given) if sign == "=" and Path(given[:index]).is_file()]
        place = places[0] if places else given.find("=")
        if place < 1 or not given[place + 1 :]:
            raise InputError.of("graph-option", given=given)
        graphs[Path(given[:place])] = given[place + 1 :]
    files = tuple(dict.fromkeys((*map(Path, options.data), *graphs)))
    if not files:
        used = {"--base": bool(options.base), "--union": options.union}
        if any(used.values()):
            raise InputError.of("data-options", options=", ".join(name for name, set_ in used.items() if set_))
        return None
    if options.base and not iri_is_valid(options.base):
        raise InputError.of("base-no-iri", base=options.base)
    for graph in graphs.values():
        if not iri_is_valid(graph):
            raise InputError.of("graph-no-iri", graph=graph)
    return Given(files, graphs, options.base, options.union)


def mcp(options: argparse.Namespace, terminal: Terminal) -> int:
    """Serve tools for assistants over standard input, or HTTP."""
    from nqgraph.serving.assistants import Assistant, server
    from nqgraph.serving.served import Source

    home = home_of(options)
    opened(options, home, terminal)
    source = Source(folder=build_folder(options, home), workspace=home.workspace, internal=options.internal)
    made = server(Assistant(source.load()))
    if not options.http:
        made.run("stdio")
        return DONE
    terminal.say("mcp-ready", address=f"http://{options.host}:{options.port}/mcp")
    made.run("streamable-http", host=options.host, port=options.port, stateless_http=True)
    return DONE
