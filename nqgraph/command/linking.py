"""``nqgraph link``: suggests links to a vocabulary, and asks a person about each of them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from nqgraph.command.home import DONE, graph_of, home_of, write_out
from nqgraph.command.terminal import Terminal
from nqgraph.graph import fetching, pairing
from nqgraph.graph.matching import Entry
from nqgraph.sources import datasets, services, sssom, vocabularies
from nqgraph.sources.sssom import Row
from nqgraph.things import linking
from nqgraph.things.collection import Collection
from nqgraph.things.entities import Entities
from nqgraph.things.reviewing import Review, decided, described
from nqgraph.words.errors import InputError, QueryError
from nqgraph.words.texts import text
from nqgraph.words.workspace import Workspace

#: Answers of a reviewer → what is decided; the letters of both languages.
_ANSWERS = {
    "a": "close", "g": "exact", "w": "broader", "e": "narrower", "n": "no", "s": "skip", "ü": "skip", "": "skip",
    "q": "quit",
}  # fmt: skip


def link(options: argparse.Namespace, terminal: Terminal) -> int:
    """Suggest links, or ask about those of a file."""
    home = home_of(options)
    folder = Path(options.into) if options.into else home.folder / "data" / "mappings"
    decisions = Review(home.workspace, folder)
    if options.what == "review":
        if not options.file:
            raise InputError.of("link-need-file")
        review(Path(options.file), decisions, terminal, options.reviewer)
        return DONE
    if not options.to:
        raise InputError.of("link-need-to")
    known = decisions.kept()
    entities = Entities(Collection(graph_of(options, home, terminal)))
    ours, concepts = linking.chosen(entities, options.type)
    path = services.file_or_service(options.to, home.workspace)
    theirs: Iterable[Entry]
    skipped = vocabularies.Skipped(path.name if path else "")
    if path is None:
        theirs = _from_service(options, ours, entities.collection.graph.internal, home.workspace, terminal)
    else:
        theirs = vocabularies.read(path, home.workspace, options.base, skipped)
    found = linking.narrowed(ours, iter(theirs), options.engine)
    if not options.engine and not found.likely and found.count > pairing.LONG_LIST:
        terminal.say("link-long", count=found.count, package="nqgraph[bigmatch]")
    if skipped.count:
        terminal.say("link-skipped", count=skipped.count, file=skipped.file)
        for problem in sorted(skipped.problems, key=lambda problem: problem.place):
            terminal.note(f"  {problem.in_language(terminal.lang)}")
    rows = suggested(entities, ours, found, concepts, options.least, known, terminal.lang)
    things = len(ours)
    name = Path(options.output or options.to).name
    content = sssom.written(rows, described(home.workspace, name), home.workspace.iris.prefixes)
    write_out(options, terminal, content, internal=entities.collection.graph.internal)
    terminal.say("link-found", count=len(rows), things=things)
    return DONE


def suggested(
    entities: Entities,
    ours: Sequence[Entry],
    theirs: pairing.Found,
    concepts: bool,
    least: float,
    known: Sequence[Row],
    lang: str,
) -> list[Row]:
    """Mappings of *ours*, which are *concepts* or other things, to *theirs*, but for those that are *known*."""
    without = linking.linked(entities, ours) | {row.pair for row in known}
    found = linking.suggest(
        ours, theirs.entries, without=without, likely=theirs.likely, spelled=entities.spelled, least=least
    )
    tool = f"nqgraph {version('nqgraph')}"
    return linking.rows(found, concepts=concepts, tool=tool, day=date.today().isoformat(), lang=lang)


def _from_service(
    options: argparse.Namespace, ours: Sequence[Entry], internal: bool, workspace: Workspace, terminal: Terminal
) -> list[Entry]:
    """What a service finds for the names of *ours*; those of internal entries are told to nobody."""
    if internal:
        raise QueryError.of("service-internal")
    service = services.read(options.to, workspace, options.address or "")
    local = fetching.origins([service.address]) if options.allow_local else frozenset()
    client = fetching.Client(fetching.agent_of(workspace), local, deadline=120.0, say=terminal.say)
    return services.find(service, [entry.names[0] for entry in ours if entry.names], client, terminal.note)


def review(path: Path, decisions: Review, terminal: Terminal, reviewer: str = "") -> tuple[int, int]:
    """
    Ask about the suggestions in *path*; each decision is kept at once.

    Returns:
        How many were decided, and how many of them accepted.
    Raises:
        InputError: The file cannot be read, or a decision contradicts one that is kept.
    """
    left = decisions.left(path)
    if not left:
        terminal.say("link-none-left")
        return 0, 0
    terminal.say("link-left", count=len(left), path=datasets.label(decisions.target(path)))
    answers = _lines()
    who = reviewer or _asked(terminal, "link-ask-reviewer", answers)
    done: list[Row] = []
    for number, row in enumerate(left, start=1) if who else ():
        terminal.write(f"\n{number}/{len(left)}  {row.subject_label}  ↔  {row.object_label}")
        terminal.write(f"  {row.subject_id}\n  {row.object_id}\n  {row.comment}")
        answer = None
        while answer is None:
            said = _asked(terminal, "link-ask", answers)
            answer = "quit" if said is None else _ANSWERS.get(said.strip().lower())
        if answer == "quit":
            break
        if answer != "skip":
            reason = _asked(terminal, "link-ask-reason", answers) or ""
            done.append(decided(row, answer, reason, who or ""))
            decisions.keep(path, done[-1:])
    accepted = sum(not row.rejected for row in done)
    terminal.say("link-done", count=len(done), accepted=accepted)
    return len(done), accepted


def _lines() -> Iterator[str]:
    for line in sys.stdin:
        yield line.rstrip("\n")


def _asked(terminal: Terminal, code: str, answers: Iterator[str]) -> str | None:
    """What the reader answers; None at the end of all answers."""
    print(text(code, terminal.lang), end="", file=sys.stderr, flush=True)
    return next(answers, None)
