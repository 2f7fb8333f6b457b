"""``nqgraph release``: all that is public of a build in one folder for others."""

from __future__ import annotations

import argparse
from pathlib import Path

from nqgraph.command.home import DONE, build_folder, home_of
from nqgraph.command.terminal import Terminal
from nqgraph.words.errors import LeakError, Problem
from nqgraph.words.texts import Text


def release(options: argparse.Namespace, terminal: Terminal) -> int:
    """Write a release, and say what was checked and what is not known."""
    from nqgraph.building.states import States
    from nqgraph.exports import release
    from nqgraph.graph import versions

    home = home_of(options)
    build = build_folder(options, home)
    folder = Path(options.output) if options.output else home.folder / "release"
    with terminal.progress() as progress:
        source = versions.open(build)
        states = States(home.workspace, home.folder, build, progress=progress)
        progress("write")
        try:
            made = release.write(options.version, source, folder, states, since=options.since, force=options.force)
        except LeakError as error:
            terminal.say("release-stopped", count=len(error.problems))
            raise
    if source.datasets:
        terminal.say("release-internal", count=made.checked.sought, names=", ".join(source.datasets))
    for found, place in made.checked.doubtful.items():
        terminal.note(Problem(place, Text("leak-doubtful", {"found": found})).in_language(terminal.lang))
    for line in made.lines:
        terminal.note(line.in_language(terminal.lang))
    terminal.say("export-done", path=str(made.path))
    return DONE
