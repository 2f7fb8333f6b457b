"""``nqgraph query``, ``table``, ``ask``, ``diff`` and ``cover``: what a build answers."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nqgraph.command.explaining import explain, explain_kind, list_kinds, list_queries
from nqgraph.command.home import (
    DONE,
    build_folder,
    form_of,
    graph_of,
    home_of,
    opened,
    store_of,
    write_out,
)
from nqgraph.command.terminal import Terminal
from nqgraph.words import formats, vocab
from nqgraph.words.errors import Place, QueryError, StoreError
from nqgraph.words.texts import in_language, text

if TYPE_CHECKING:
    from nqgraph.graph.asking import Asking
    from nqgraph.things.collection import Collection
    from nqgraph.things.cover import Cover


def query(options: argparse.Namespace, terminal: Terminal) -> int:
    """Answer a canned question or a query of one's own, or list the questions."""
    from nqgraph.graph import queries, versions

    home = home_of(options)
    if options.name is None and options.file is None:
        built = None if store_of(options, home) else versions.current(build_folder(options, home))
        model = versions.workspace(built) if built else home.workspace
        list_queries(queries.of(model).all(), terminal)
        return DONE
    if options.name is not None and options.file is not None:
        raise QueryError.of("query-name-or-file")
    values = _parameters(options.parameter)
    form = options.format or ("table" if not options.output else form_of(options.output))
    graph = graph_of(options, home, terminal)
    if options.file is not None:
        path = Path(options.file)
        try:
            query = None
            asked = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise QueryError.of("query-file-missing", Place(str(path))) from error
    else:
        query = graph.queries.get(options.name)
        asked = query.text
        if options.explain:
            explain(graph, query, terminal)
            return DONE
    for note in graph.notes(asked):
        terminal.note(f"{text('severity-warning', terminal.lang)}: {note.in_language(terminal.lang)}")
    _print_answer(graph, query, asked, values, form, options, terminal)
    return DONE


def table(options: argparse.Namespace, terminal: Terminal) -> int:
    """Answer a question that is put together on the command line."""
    from nqgraph.graph import portable, queries, tables
    from nqgraph.model import shapes, ways

    home = home_of(options)
    graph = graph_of(options, home, terminal)
    schema = shapes.of(graph.workspace)
    if options.kind is None:
        list_kinds(graph, ways.of(schema), terminal)
        return DONE
    if options.explain:
        explain_kind(graph, ways.of(schema), ways.of(schema).kind(options.kind), terminal)
        return DONE
    count = options.count if options.count else options.count is not None
    asked = tables.Question.of(options.kind, options.where, options.columns, options.group, count)
    built = graph.built(asked, schema, options.save or "table")
    if options.save:
        if not home.own:
            raise StoreError.of("table-no-workspace")
        terminal.say("table-saved", path=str(tables.save(built, shapes.of(home.workspace), options.save)))
    form = options.format or ("table" if not options.output else form_of(options.output))
    if form in ("rq", "sparql"):
        bindings = queries.bind(built.query, {**built.values, "lang": terminal.lang}, graph)
        whole = portable.text(built.query, bindings, graph.workspace, terminal.lang)
        write_out(options, terminal, built.text if form == "rq" else whole)
        return DONE
    if not built.has_entries(graph):
        terminal.say("table-no-entries", kind=built.kind.label)
    _print_answer(graph, built.query, built.text, dict(built.values), form, options, terminal)
    return DONE


def ask(options: argparse.Namespace, terminal: Terminal) -> int:
    """Find what a plain question means; questions come as arguments or a line each on standard input."""
    from nqgraph.graph.asking import Asking

    asking = Asking(graph_of(options, home_of(options), terminal))
    given = [" ".join(options.question)] if options.question else (line.strip() for line in sys.stdin)
    for question in given:
        if question:
            _ask_one(asking, question, options, terminal)
    return DONE


def _ask_one(asking: Asking, question: str, options: argparse.Namespace, terminal: Terminal) -> None:
    """Answers where it is clear what is meant, else says what may be meant."""

    understood = asking.understand(question)
    first = understood.readings[0] if understood.readings else None
    reason = "" if first and first.certain else "uncertain" if first else "not-understood"
    if options.format == "json":
        terminal.write(json.dumps({"question": question, **asking.as_json(understood)}, ensure_ascii=False))
    elif first is None or not first.certain:
        if understood.unknown:
            terminal.say("ask-unknown", words=", ".join(f"„{word}“" for word in understood.unknown))
        terminal.say("ask-readings" if first else "ask-not-understood")
    else:
        terminal.say("ask-ran", restated=asking.restated(first))
        query, given = asking.asked(first.name, first.values)
        result = asking.answer(first.name, first.values)
        if result.rows:
            _print_table(result, query, given, Terminal(terminal.lang, quiet=True), "")
            terminal.say("query-rows", count=len(result))
        else:
            reason = "empty"
            terminal.say("query-no-rows")
            for said in asking.nothing(first.name, first.values).told(terminal.lang):
                terminal.note(said)
        if understood.readings[1:]:
            terminal.say("ask-other")
    if options.format != "json":
        for reading in understood.readings[1 if first and first.certain else 0 :]:
            told = (
                f"  {asking.restated(reading)}\n    nqgraph {shlex.join(asking.called(reading.name, reading.values))}"
            )
            (terminal.note if first and first.certain else terminal.write)(told)
    if options.log and reason:
        named = {"query": first.name, "parameters": dict(first.values)} if first else {}
        kept = {"date": date.today().isoformat(), "lang": terminal.lang, "question": question, "reason": reason}
        line = json.dumps({**kept, "unknown": list(understood.unknown), **named}, ensure_ascii=False)
        with Path(options.log).open("a", encoding="utf-8") as log:
            log.write(line + "\n")


def _print_answer(
    graph: Any,
    query: Any,
    asked: str,
    values: dict[str, str],
    form: str,
    options: argparse.Namespace,
    terminal: Terminal,
) -> None:
    from nqgraph.graph import sparql
    from nqgraph.graph.results import Result

    tabular = form in ("table", "csv-excel", "xlsx")
    wanted = "json" if tabular else form
    if query is None:
        if values:
            raise QueryError.of("unknown-parameter", name=next(iter(values)), query=options.file, known="–", hint="")
        if tabular and sparql.kind(asked) in ("CONSTRUCT", "DESCRIBE"):
            if form != "table":
                raise QueryError.of("format-graph", form=form, forms=", ".join(formats.GRAPHS))
            wanted, tabular = "ttl", False
        answer = graph.ask(asked, {}, wanted)
    else:
        answer = graph.answer(query, values, wanted)
    internal = options.internal and graph.internal
    write = partial(write_out, options, terminal, internal=internal)
    if not tabular:
        write(answer)
        return
    result = graph.result(query, answer) if query else Result(answer, {}, graph.workspace.iris.base)
    if result.boolean is not None:
        write(text("query-yes" if result.boolean else "query-no", terminal.lang))
    elif form == "csv-excel":
        write(result.to_csv(terminal.lang))
    elif form == "xlsx":
        if not options.output:
            raise StoreError.of("export-needs-path")
        write(result.to_xlsx(text("internal-note", terminal.lang) if internal else "", terminal.lang))
    else:
        _print_table(result, query, values, terminal, graph.stated(query, values) if query else "")


def _print_table(result: Any, query: Any, values: dict[str, str], terminal: Terminal, stated: str) -> None:
    """The rows as a table, without the columns that only repeat a parameter."""
    names, cells = result.texts(terminal.lang)
    bound: dict[str, str] = {}
    if query is not None:
        defaults = {p.name: p.default for p in query.parameters if p.default is not None}
        bound = {name: value for name, value in {**defaults, **values}.items() if name != "lang"}
    if query is not None and not terminal.quiet:
        print(in_language(query.question, terminal.lang), file=sys.stderr)
        if stated:
            print(stated, file=sys.stderr)
    if not result.rows:
        terminal.say("query-no-rows")
        return
    repeated = {result.headings.get(name, name) for name in (*bound, *(["lang"] if query is not None else []))}
    kept = [i for i, name in enumerate(names) if name not in repeated] or list(range(len(names)))
    names, cells = [names[i] for i in kept], [[row[i] for i in kept] for row in cells]
    named = {result.headings.get(name, name): result.headings.get(f"{name}Name") for name in result.variables}
    keys = {names.index(key): names.index(name) for key, name in named.items() if key in names and name in names}
    terminal.grid(names, cells, keys=keys)
    terminal.say("query-rows", count=len(result))


def _parameters(given: Sequence[str]) -> dict[str, str]:
    values = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise QueryError.of("parameter-form", value=item)
        values[name] = value
    return values


def diff(options: argparse.Namespace, terminal: Terminal) -> int:
    """Say what has changed between two builds, folders, dumps or revisions."""
    from nqgraph.building.states import States
    from nqgraph.exports import compared
    from nqgraph.things.comparing import compare

    home = home_of(options)
    if options.new is None:
        opened(options, home, terminal)
    with terminal.progress() as progress:
        states = States(home.workspace, home.folder, build_folder(options, home), options.internal, progress)
        if options.old is None:
            old, new = states.before()
        else:
            old, new = states.find(options.old), states.find(options.new) if options.new else states.latest()
        changes = compare(old.graph, new.graph)
    made = compared.rendered(changes, old, new, options.format, terminal.lang)
    write_out(options, terminal, made, internal=old.internal or new.internal)
    return DONE


def cover(options: argparse.Namespace, terminal: Terminal) -> int:
    """Find the smallest bundles that answer what is named."""
    from nqgraph.exports import covered
    from nqgraph.graph.graph import Graph
    from nqgraph.graph.queries import Parameter, term
    from nqgraph.things import cover
    from nqgraph.things.collection import Collection

    home = home_of(options)
    graph = Graph(opened(options, home, terminal).load(), lang=terminal.lang)
    collection = Collection(graph)
    crossing, among = collection.crossing, None
    wanted: set[str] = set()
    if crossing is not None:
        columns = Parameter("KEY", "iri", crossing.columns.label, crossing.columns.target_class)
        wanted = {term(columns, key, graph).strip("<>") for key in options.things}
    if crossing is not None and options.where:
        rows = graph.table(vocab.local_name(crossing.rows.target_class), where=options.where).rows
        among = {str(value) for row in rows for value in row.values()}
    found = cover.cover(collection, wanted, partly=options.partly, grade=options.grade, among=among)
    if options.save:
        _save_bundles(collection, found, Path(options.save), terminal)
    write_out(options, terminal, covered.rendered(collection, found, options.format, terminal.lang))
    return DONE


def _save_bundles(collection: Collection, found: Cover, path: Path, terminal: Terminal) -> None:
    """Write the bundles as rows of the table of bundles."""
    from nqgraph.things import bundles, proposals
    from nqgraph.words.files import write_atomically

    shape = bundles.kind(collection)
    if shape is None:
        raise QueryError.of("cover-no-table")
    rows = proposals.rows(collection, shape, found, terminal.lang)
    write_atomically(path, rows.to_csv(terminal.lang))
    table = in_language(shape.label, terminal.lang)
    terminal.say("cover-saved", count=len(rows), table=table, path=str(path))
