"""``nqgraph build``, ``validate``, ``import`` and ``init``: from sources to a build, and back into tables."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from nqgraph.command.home import (
    DONE,
    SHOWN_FINDINGS,
    VIOLATIONS,
    WRONG,
    Home,
    home_of,
    sources_of,
    store_of,
    write_out,
)
from nqgraph.command.terminal import Terminal
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, NqgraphError, StoreError
from nqgraph.words.numbers import written
from nqgraph.words.texts import in_language, text
from nqgraph.words.workspace import Workspace

#: Quads up to which a build says what is new: both graphs are read for that, which takes longer than all else.
_MOST_COMPARED = 200_000


def build(options: argparse.Namespace, terminal: Terminal) -> int:
    """Build the graph, and say what was read and found; a wrong one replaces nothing."""
    from nqgraph.building import builds
    from nqgraph.validation import validation

    home = home_of(options)
    out = Path(options.out) if options.out else home.folder / "build"
    with terminal.progress() as progress:
        built = builds.build(
            sources_of(options, home),
            out,
            home.workspace,
            progress=progress,
            force=options.force,
            partly=options.keep_going,
        )
    for remark in builds.remarks(home.workspace):
        terminal.note(remark.in_language(terminal.lang))
    manifest = built.manifest
    if built.unchanged:
        _print_rows(manifest, home.workspace, terminal)
        terminal.say("build-unchanged", quads=manifest["quads"], version=manifest["version"])
        terminal.say("build-place", path=str(built.path))
        _into_store(built.path, options, home, terminal)
        return DONE
    assert built.report is not None
    if not built.ok:
        terminal.findings(built.report, SHOWN_FINDINGS, hints=terminal.verbose)
        terminal.write(validation.summary(built.report, terminal.lang))
        terminal.error(text("build-rejected", terminal.lang))
        return VIOLATIONS
    _print_rows(manifest, home.workspace, terminal)
    terminal.findings(built.report, SHOWN_FINDINGS, hints=terminal.verbose)
    terminal.write(validation.summary(built.report, terminal.lang))
    inferred = sum(manifest["inferred"].values())
    terminal.say(
        "build-done",
        quads=manifest["quads"],
        inferred=inferred,
        merged=manifest["merged"],
        version=manifest["version"],
        seconds=written(f"{built.elapsed:.1f}", terminal.lang),
    )
    terminal.say("build-place", path=str(built.path))
    if built.report.conforms:
        _into_store(built.path, options, home, terminal)
    _print_news(built.path, terminal)
    if not built.report.conforms:
        terminal.error(text("build-partly", terminal.lang, path=str(out / builds.PARTLY)))
        return WRONG if built.report.problems else VIOLATIONS
    return DONE


def _into_store(path: Path | None, options: argparse.Namespace, home: Home, terminal: Terminal) -> None:
    """Load what is public of the build in *path* into the server that is named, if one is."""
    from nqgraph.graph import versions

    store, version = store_of(options, home), versions.named(path) if path else None
    if store is None or version is None:
        return
    with terminal.progress() as progress:
        loaded = store.push(version, progress)
    terminal.say("store-loaded" if loaded else "store-current", url=store.url, version=version.name)


def _print_news(path: Path | None, terminal: Terminal) -> None:
    """What has changed since the build before, in a line; nothing where there is none."""
    from nqgraph.graph import versions
    from nqgraph.graph.graph import Graph
    from nqgraph.things.comparing import compare

    version = versions.named(path, internal=True) if path else None
    if terminal.quiet or version is None or version.previous is None:
        return
    if versions.manifest(version.folder)["quads"] > _MOST_COMPARED:
        terminal.say("build-news-later", most=_MOST_COMPARED)
        return
    try:
        before = version.before()
        changes = compare(Graph(before), Graph(version.load())) if before else None
    except NqgraphError:  # the build before is damaged; this one stands
        return
    if changes:
        terminal.say("build-news", summary=changes.summary(terminal.lang))
    elif changes is not None:
        terminal.say("build-no-news")


def _print_rows(manifest: dict[str, Any], workspace: Workspace, terminal: Terminal) -> None:
    """Class by dataset: how many rows were read."""
    from nqgraph.model import shapes

    if terminal.quiet:
        return
    datasets = manifest["datasets"]
    totals: dict[str, int] = {}
    for dataset in datasets:
        for name, count in dataset["rows"].items():
            totals[name] = totals.get(name, 0) + count
    rows = []
    for name in totals:
        shape = shapes.of(workspace).for_class(workspace.iris.expand(name) or name)
        label = in_language(shape.label, terminal.lang) if shape else name
        rows.append([label, *(str(d["rows"].get(name, "")) for d in datasets), str(totals[name])])
    if not rows:
        return
    rows.sort(key=lambda row: vocab.slug(row[0]))
    headings = [text("table-class", terminal.lang), *(d["name"] for d in datasets), text("table-total", terminal.lang)]
    terminal.grid(headings, rows, numbers=range(1, len(headings)))


def validate(options: argparse.Namespace, terminal: Terminal) -> int:
    """Check sources, and give the report in the form asked for."""
    from nqgraph.building import checks
    from nqgraph.validation import reports, validation

    try:
        with terminal.progress() as progress:
            home = home_of(options)
            report = checks.of_sources(
                sources_of(options, home),
                [Path(path) for path in options.shapes],
                workspace=home.workspace,
                engine=options.engine,
                seconds=options.timeout,
                progress=progress,
            )
    except InputError as error:
        if error.report is None or (options.format == "text" and not options.output):
            raise
        report = error.report
    if options.format == "text" and not options.output:
        terminal.findings(report)
        terminal.write(validation.summary(report, terminal.lang))
    else:
        terminal.notes(report)
        if options.format == "xlsx" and not options.output:
            raise StoreError.of("export-needs-path")
        write_out(options, terminal, reports.rendered(report, options.format, terminal.lang))
    return WRONG if report.problems else DONE if report.conforms else VIOLATIONS


def bring_in(options: argparse.Namespace, terminal: Terminal) -> int:
    """Say what a returned workbook would change; with ``--apply`` write the tables."""
    from nqgraph.exports import annotated, returned
    from nqgraph.words.files import write_atomically

    home, source = home_of(options), Path(options.file)
    with terminal.progress() as progress:
        found = returned.compare(
            source,
            sources_of(options, home),
            home.workspace,
            dataset=options.dataset,
            take=options.take,
            progress=progress,
        )
    for note in found.notes:
        if terminal.verbose or note.text.code != "cells-cleaned":
            terminal.note(f"{text('severity-warning', terminal.lang)}: {note.in_language(terminal.lang)}")
    if not found.state.version:
        terminal.say("import-no-state")
    elif not (home.folder / "build" / "versions" / found.state.version).exists():
        terminal.note(text("import-version-gone", terminal.lang, version=found.state.version))
    for change in found.changes:
        terminal.write(change.in_language(terminal.lang))
    for problem in found.problems:
        terminal.error(problem.in_language(terminal.lang))
    if found.report and not found.report.conforms:
        terminal.findings(found.report, SHOWN_FINDINGS)
    if options.annotate:
        write_atomically(Path(options.annotate), annotated.render(source, found.findings(), terminal.lang))
        terminal.say("export-done", path=options.annotate)
    conflicts = len(found.conflicts)
    terminal.say("import-summary", changes=len(found.changes) - conflicts, conflicts=conflicts)
    if found.problems:
        return WRONG
    if not found.applicable:
        terminal.say("import-refused")
        return VIOLATIONS
    if options.apply and found.files:
        for path in returned.apply(found):
            terminal.say("export-done", path=str(path))
    elif found.changes:
        terminal.say("import-apply")
    else:
        terminal.say("import-nothing-new")
    return DONE


def init(options: argparse.Namespace, terminal: Terminal) -> int:
    """Make a workspace to begin with."""
    from nqgraph.exports import skeleton

    folder = Path(options.folder)
    made = skeleton.write(folder, options.model, terminal.lang)
    for path in made.paths:
        terminal.note(f"  {path}")
    if made.taken:
        terminal.say("init-taken-over", base=made.base, fields=", ".join(made.taken))
    terminal.say("init-done", folder=str(folder), workbook=str(made.workbook))
    return DONE
