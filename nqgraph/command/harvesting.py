"""``nqgraph harvest``: brings in what others publish, as a dated snapshot; the one command that goes out for data."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from nqgraph.command.home import DONE, SHOWN_FINDINGS, VIOLATIONS, home_of
from nqgraph.command.terminal import Terminal
from nqgraph.words.errors import QueryError
from nqgraph.words.texts import in_language, text

#: Skipped lines that are shown; all of them stand in a file of the snapshot.
_SHOWN = 10


def harvest(options: argparse.Namespace, terminal: Terminal) -> int:
    """Fetch a source of the workspace; without its name, list them."""
    from nqgraph.building import harvesting
    from nqgraph.sources import harvests

    home = home_of(options)
    if not options.name:
        sources = [harvests.read(name, home.workspace) for name in harvests.names(home.workspace)]
        headings = [text(f"harvest-{name}", terminal.lang) for name in ("name", "title", "kind", "column-address")]
        rows = [
            [one.name, in_language(one.title, terminal.lang), one.kind, next(iter(one.addresses), "")]
            for one in sources
        ]
        terminal.grid(headings, rows)
        return DONE
    source = harvests.read(options.name, home.workspace)
    if options.address:
        for address in options.address:
            if not harvests.is_address(address):
                raise QueryError.of("fetch-address", url=address)
        source = replace(source, addresses=tuple(options.address))
    client = harvesting.client_for(
        source, home.workspace, local=options.allow_local, deadline=options.deadline, say=terminal.say
    )
    data = Path(options.into) if options.into else home.folder / "data"
    found = harvesting.harvest(source, home.workspace, data, client, fresh=options.fresh, progress=terminal.note)
    if found.resumed:
        terminal.say("harvest-resumed", count=found.resumed)
    for problem in found.skipped[:_SHOWN]:
        terminal.note(problem.in_language(terminal.lang))
    if found.skipped:
        terminal.say("harvest-skipped", count=len(found.skipped))
    if found.path is None:
        terminal.findings(found.report, SHOWN_FINDINGS)
        terminal.error(text("harvest-refused", terminal.lang))
        return VIOLATIONS
    terminal.findings(found.report, SHOWN_FINDINGS)
    terminal.say("harvest-done", count=found.statements, answers=found.answers, path=str(found.path))
    return DONE
