"""The command line: arguments in, one library call, text out."""

from __future__ import annotations

import argparse
import io
import os
import shutil
import signal
import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nqgraph.command.arguments import Parser
from nqgraph.command.terminal import Terminal
from nqgraph.words import formats, vocab
from nqgraph.words.errors import InputError, MissingToolError, NqgraphError, Place, QueryError, StoreError
from nqgraph.words.numbers import written
from nqgraph.words.texts import LANGUAGES, in_language, preferred_language, text
from nqgraph.words.workspace import Workspace, find, models

if TYPE_CHECKING:
    from nqgraph.graph.asking import Asking
    from nqgraph.graph.store import Given
    from nqgraph.graph.versions import Version

#: Exit codes: done, violations found (nothing replaced), unreadable input or wrong use.
DONE, VIOLATIONS, WRONG = 0, 1, 2
#: What answers can be printed as; a table is what terminals show.
FORMATS = ("table", *formats.TABLES, *formats.GRAPHS)
BENCHMARKS = ("canned", "queries", "validation", "inference", "build", "cli")
#: Names by which this machine calls itself.
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
#: What is written of a whole build, or of a part of it.
EXPORTS = ("html", "site", "rdf", "rdf12", "nanopub", "workbook", "matrix", *formats.NETWORKS)
#: Findings that a build prints; ``validate`` prints all.
SHOWN_FINDINGS = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command in *arguments* (default: the process's own); returns the exit code."""
    given = _explained(list(sys.argv[1:] if arguments is None else arguments))
    if isinstance(sys.stdout, io.TextIOWrapper):  # help texts have umlauts, some locales have none
        sys.stdout.reconfigure(errors="replace")
    parser = _parser(_language(given))
    options, rest = parser.parse_known_args(
        given, argparse.Namespace(lang=_language(given), workspace=None, quiet=False, verbose=False)
    )
    if rest and not _may_be_keys(options, rest):
        parser.parse_args(given)  # says what is not recognized
    options.rest = rest
    options.lang_given = bool(_asked_language(given))
    terminal = Terminal(options.lang, quiet=options.quiet, verbose=options.verbose)
    if not hasattr(options, "run"):
        parser.print_help()
        return WRONG
    try:
        code: int = options.run(options, terminal)
        sys.stdout.flush()
        return code
    except NqgraphError as error:
        for problem in error.problems:
            terminal.error(problem.in_language(terminal.lang))
        if len(error.problems) > 1:
            terminal.say("error-count", count=len(error.problems))
        report = getattr(error, "report", None)
        if report is not None:
            terminal.findings(replace(report, problems=()), SHOWN_FINDINGS, hints=False)
    except BrokenPipeError:  # the reader of our output has gone, as in “| head”
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        terminal.say("interrupted")
        return 128 + signal.SIGINT
    except Exception as error:
        if options.verbose:
            raise
        terminal.error(text("unexpected", terminal.lang, message=f"{type(error).__name__}: {error}"))
    return WRONG


def _may_be_keys(options: argparse.Namespace, rest: Sequence[str]) -> bool:
    """Whether what is left of the arguments can be keys of things: ``--TABLE KEY``, of dossiers any number."""
    if not getattr(options, "kinds_as_options", False):
        return False
    return options.what == "dossier" or (len(rest) <= 2 and rest[0].startswith("--"))


# -- commands ----------------------------------------------------------------------------------------------------


def _build(options: argparse.Namespace, terminal: Terminal) -> int:
    from nqgraph.building import builds
    from nqgraph.validation import validation

    home = _home(options)
    out = Path(options.out) if options.out else home.folder / "build"
    with terminal.progress() as progress:
        built = builds.build(
            _sources(options, home),
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
    _print_news(built.path, terminal)
    if not built.report.conforms:
        terminal.error(text("build-partly", terminal.lang, path=str(out / builds.PARTLY)))
        return WRONG if built.report.problems else VIOLATIONS
    return DONE


def _print_news(path: Path | None, terminal: Terminal) -> None:
    """What has changed since the build before, in a line; nothing where there is none."""
    from nqgraph.graph import versions
    from nqgraph.graph.graph import Graph
    from nqgraph.things.comparing import compare

    version = versions.named(path, internal=True) if path else None
    if terminal.quiet or version is None:
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
    from nqgraph.words import vocab

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


def _validate(options: argparse.Namespace, terminal: Terminal) -> int:
    from nqgraph.building import checks
    from nqgraph.validation import reports, validation

    try:
        with terminal.progress() as progress:
            home = _home(options)
            report = checks.of_sources(
                _sources(options, home),
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
        _output(options, terminal, reports.rendered(report, options.format, terminal.lang))
    return WRONG if report.problems else DONE if report.conforms else VIOLATIONS


def _query(options: argparse.Namespace, terminal: Terminal) -> int:
    from nqgraph.graph import queries, versions

    home = _home(options)
    built = versions.current(_build_folder(options, home))
    if options.name is None and options.file is None:
        model = versions.workspace(built) if built else home.workspace
        _list_queries(queries.of(model).all(), terminal)
        return DONE
    if options.name is not None and options.file is not None:
        raise QueryError.of("query-name-or-file")
    values = _parameters(options.parameter)
    form = options.format or ("table" if not options.output else _form_of(options.output))
    graph = _graph(options, home, terminal)
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
            _explain(graph, query, terminal)
            return DONE
    for note in graph.notes(asked):
        terminal.note(f"{text('severity-warning', terminal.lang)}: {note.in_language(terminal.lang)}")
    _print_answer(graph, query, asked, values, form, options, terminal)
    return DONE


def _table(options: argparse.Namespace, terminal: Terminal) -> int:
    from nqgraph.graph import portable, queries, tables
    from nqgraph.model import shapes, ways

    home = _home(options)
    graph = _graph(options, home, terminal)
    schema = shapes.of(graph.workspace)
    if options.kind is None:
        _list_kinds(graph, ways.of(schema), terminal)
        return DONE
    if options.explain:
        _explain_kind(graph, ways.of(schema), ways.of(schema).kind(options.kind), terminal)
        return DONE
    count = options.count if options.count else options.count is not None
    asked = tables.Question.of(options.kind, options.where, options.columns, options.group, count)
    built = graph.built(asked, schema, options.save or "table")
    if options.save:
        if not home.own:
            raise StoreError.of("table-no-workspace")
        terminal.say("table-saved", path=str(tables.save(built, shapes.of(home.workspace), options.save)))
    form = options.format or ("table" if not options.output else _form_of(options.output))
    if form in ("rq", "sparql"):
        bindings = queries.bind(built.query, {**built.values, "lang": terminal.lang}, graph)
        whole = portable.text(built.query, bindings, graph.workspace, terminal.lang)
        _output(options, terminal, built.text if form == "rq" else whole)
        return DONE
    if not built.has_entries(graph):
        terminal.say("table-no-entries", kind=built.kind.label)
    _print_answer(graph, built.query, built.text, dict(built.values), form, options, terminal)
    return DONE


def _diff(options: argparse.Namespace, terminal: Terminal) -> int:
    from nqgraph.building.states import States
    from nqgraph.exports import compared
    from nqgraph.things.comparing import compare

    home = _home(options)
    if options.new is None:
        _opened(options, home, terminal)
    with terminal.progress() as progress:
        states = States(home.workspace, home.folder, _build_folder(options, home), options.internal, progress)
        if options.old is None:
            old, new = states.before()
        else:
            old, new = states.find(options.old), states.find(options.new) if options.new else states.latest()
        changes = compare(old.graph, new.graph)
    made = compared.rendered(changes, old, new, options.format, terminal.lang)
    _output(options, terminal, made, internal=old.internal or new.internal)
    return DONE


def _cover(options: argparse.Namespace, terminal: Terminal) -> int:
    from nqgraph.exports import covered
    from nqgraph.graph.graph import Graph
    from nqgraph.graph.queries import Parameter, term
    from nqgraph.things import cover
    from nqgraph.things.collection import Collection

    home = _home(options)
    graph = Graph(_opened(options, home, terminal).load(), lang=terminal.lang)
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
    _output(options, terminal, covered.rendered(collection, found, options.format, terminal.lang))
    return DONE


def _list_kinds(graph: Any, known: Any, terminal: Terminal) -> None:
    """The kinds of things that a table can be about, with how many there are."""
    lang = terminal.lang
    counted = dict(graph.select("SELECT ?c (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?c } GROUP BY ?c"))
    rows = [
        [key, in_language(kind.label, lang, key), str(counted.get(kind.target_class, 0))]
        for key, kind in sorted(known.kinds.items(), key=lambda pair: vocab.slug(in_language(pair[1].label, lang)))
    ]
    headings = [text(f"table-list-{part}", lang) for part in ("key", "name", "count")]
    terminal.grid(headings, rows, numbers=(2,))
    terminal.say("table-list-more")


def _explain_kind(graph: Any, known: Any, kind: Any, terminal: Terminal) -> None:
    """What a table of *kind* can be filtered by, show, put together and count."""
    from nqgraph.graph import tables

    lang, rows = terminal.lang, []
    for key, link in known.links((kind,)).items():
        found = tables.type_of(link)
        if link.kinds:
            said = ", ".join(in_language(one.label, lang) for one in link.kinds)
        elif found == "concept":
            asked = "SELECT ?scheme ?c WHERE { ?c skos:inScheme ?scheme }"
            names = graph.labels({row[1] for row in graph.select(asked, {"scheme": f"<{link.prop.scheme}>"})})
            said = ", ".join(sorted(names.values(), key=vocab.slug))
        else:
            said = text("table-type-date" if found == "date" else f"explain-type-{found}", lang)
        signs = " ".join(sign for sign in tables.signs(link) if sign != "=")
        rows.append([key, in_language(link.name, lang, key), signs, said])
    print(in_language(kind.label, lang, kind.segment))
    terminal.grid([text(f"table-list-{part}", lang) for part in ("key", "name", "signs", "values")], rows)
    print("\n" + _wrapped(text("table-explain", lang)))
    print(f"\n{text('explain-example', lang)}\n  nqgraph table {kind.segment} --group {rows[-1][0]} --count")


def _ask(options: argparse.Namespace, terminal: Terminal) -> int:
    from nqgraph.graph.asking import Asking

    asking = Asking(_graph(options, _home(options), terminal))
    given = [" ".join(options.question)] if options.question else (line.strip() for line in sys.stdin)
    for question in given:
        if question:
            _ask_one(asking, question, options, terminal)
    return DONE


def _ask_one(asking: Asking, question: str, options: argparse.Namespace, terminal: Terminal) -> None:
    """Answers where it is clear what is meant, else says what may be meant."""
    import json

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
        result = asking.graph.query(first.name, **first.values)
        if result.rows:
            _print_table(result, asking.query(first), dict(first.values), Terminal(terminal.lang, quiet=True), "")
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
            values = "".join(f" -p {name}={value}" for name, value in reading.values.items())
            told = f"  {asking.restated(reading)}\n    nqgraph query {reading.name}{values}"
            (terminal.note if first and first.certain else terminal.write)(told)
    if options.log and reason:
        named = {"query": first.name, "parameters": dict(first.values)} if first else {}
        kept = {"date": date.today().isoformat(), "lang": terminal.lang, "question": question, "reason": reason}
        line = json.dumps({**kept, "unknown": list(understood.unknown), **named}, ensure_ascii=False)
        with Path(options.log).open("a", encoding="utf-8") as log:
            log.write(line + "\n")


def _graph(options: argparse.Namespace, home: _Home, terminal: Terminal) -> Any:
    """The build or the endpoint that ``--source`` names."""
    import nqgraph
    from nqgraph.graph.graph import Graph

    if options.source and options.source.startswith(("http://", "https://")):
        return nqgraph.open(options.source, lang=terminal.lang, workspace=home.workspace)
    return Graph(_opened(options, home, terminal).load(), lang=terminal.lang)


def _opened(options: argparse.Namespace, home: _Home, terminal: Terminal) -> Version:
    """The build that ``--source`` names; says how much of it is internal, and whether that is left out."""
    from nqgraph.graph import versions

    version = versions.open(_build_folder(options, home), internal=options.internal)
    if version.datasets:
        code = "internal-included" if version.internal else "internal-left-out"
        terminal.say(code, count=version.entries, names=", ".join(version.datasets))
    elif options.internal:
        terminal.say("internal-note" if version.internal else "internal-nothing")
    return version


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
    write = partial(_output, options, terminal, internal=internal)
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


def _explained(given: list[str]) -> list[str]:
    """``query NAME --help`` explains the query, ``table KIND --help`` the kind, not the command."""
    asked = [a for a in given if a in ("-h", "--help")]
    command = next((a for a in given if a in ("query", "table")), "")
    after = given[given.index(command) + 1 :] if command else []
    if not asked or not after or after[0].startswith("-"):
        return given
    return [argument for argument in given if argument not in asked] + ["--explain"]


def _explain(graph: Any, query: Any, terminal: Terminal) -> None:
    """What a query is for, what it takes, what it shows, and a call that answers."""
    lang = terminal.lang
    print(in_language(query.title, lang))
    for said in (query.question, query.description):
        print(_wrapped(in_language(said, lang)))
    print("\n" + text("explain-parameters", lang))
    for parameter in query.parameters:
        need = "explain-optional" if parameter.optional else "explain-needed"
        if parameter.type == "language":
            how = text("explain-optional", lang)
        elif parameter.default is not None:
            how = text("explain-default", lang, value=parameter.default)
        else:
            how = text(need, lang)
        label = in_language(parameter.label, lang, parameter.name)
        print(_wrapped(f"{parameter.name}: {label}; {how}; {_choice(graph, parameter, lang)}", "  "))
    print("\n" + text("explain-columns", lang))
    for column in query.columns:
        print(f"  {column.name}: {in_language(column.label, lang, column.name)}")
    given = "".join(f" -p {name}={value}" for name, value in query.example.items())
    print(f"\n{text('explain-example', lang)}\n  nqgraph query {query.name}{given}")


def _wrapped(said: str, indent: str = "") -> str:
    width = max(40, shutil.get_terminal_size().columns)
    return textwrap.fill(said, width, initial_indent=indent, subsequent_indent=indent * 2, break_on_hyphens=False)


def _choice(graph: Any, parameter: Any, lang: str) -> str:
    """What a parameter can be."""
    if parameter.type == "language":
        return text("explain-type-language", lang, names=", ".join(graph.workspace.languages))
    if parameter.type == "concept":
        scheme = graph.workspace.iris.scheme(parameter.range)
        asked = "SELECT ?scheme ?c WHERE { ?c skos:inScheme ?scheme }"
        iris = [row[1] for row in graph.select(asked, {"scheme": f"<{scheme}>"})]
        names = graph.labels(iris)
        listed = sorted(f"{vocab.local_name(iri)} ({names.get(iri, '')})" for iri in set(iris))
        return text("explain-values", lang, names=", ".join(listed))
    if parameter.type == "iri" and parameter.range:
        asked = "SELECT ?c ?s WHERE { ?s a ?c }"
        iris = sorted({row[1] for row in graph.select(asked, {"c": f"<{parameter.range}>"})})
        names = graph.labels(iris[:3])
        some = ", ".join(f"{vocab.local_name(iri)} ({names.get(iri, '')})" for iri in iris[:3])
        return text("explain-of", lang, count=len(iris), names=some)
    return text(f"explain-type-{parameter.type}", lang)


def _list_queries(listed: Sequence[Any], terminal: Terminal) -> None:
    headings = [text(f"query-list-{part}", terminal.lang) for part in ("name", "question", "parameters")]
    rows = [
        [
            query.name,
            in_language(query.question, terminal.lang),
            ", ".join(
                f"[{p.name}]" if p.optional or p.default is not None else p.name
                for p in query.parameters
                if p.name != "lang"
            ),
        ]
        for query in listed
    ]
    terminal.grid(headings, rows)


def _export(options: argparse.Namespace, terminal: Terminal) -> int:
    from nqgraph import exports
    from nqgraph.pages import bundle

    home = _home(options)
    if options.empty and options.what == "workbook":  # needs no build
        target = Path(options.output) if options.output else home.folder / "build" / "nqgraph.xlsx"
        terminal.say("export-done", path=str(exports.blank(target, home.workspace, terminal.lang)))
        return DONE
    if options.what == "dossier":
        return _dossier(options, home, terminal)
    if options.format in formats.DOCUMENTS:
        raise QueryError.of("format-export", form=options.format, what=options.what, forms=", ".join(formats.RDF))
    version = _opened(options, home, terminal)
    with terminal.progress() as progress:
        progress(
            "network" if options.what in exports.NETWORKS else "pages" if options.what in exports.PAGES else "write"
        )
        selection = exports.Selection(
            around=options.around or _kind_option(options, _home(options).workspace),
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


def _dossier(options: argparse.Namespace, home: _Home, terminal: Terminal) -> int:
    from nqgraph.exports import dossiers
    from nqgraph.graph import versions

    version = _opened(options, home, terminal)
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


def _serve(options: argparse.Namespace, terminal: Terminal) -> int:
    from nqgraph.serving.workers import Limits, Workers

    home, given = _home(options), _given(options)
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
    source = Source(
        folder=_build_folder(options, home),
        workspace=home.workspace,
        given=given,
        internal=options.internal,
        texts=Path(options.texts) if options.texts else None,
    )
    if given is None:
        _opened(options, home, terminal)
    if not 0 <= options.port <= 65535:
        raise StoreError.of("serve-port", host=options.host, port=options.port, message="0–65535")
    local = options.host in ("127.0.0.1", "localhost", "::1")
    hosts = (*LOCAL_NAMES, *options.allow_host) if local or options.allow_host else ("*",)
    try:
        serve(
            Options(
                source,
                limits,
                services=tuple(options.allow_service),
                hosts=hosts,
                lang=options.lang if options.lang_given else "",
                workers=workers,
            ),
            options.host,
            options.port,
            ready=lambda address: terminal.say("serve-ready", address=address),
            logged=not options.quiet,
        )
    except (OSError, SystemExit) as error:
        message = getattr(error, "strerror", "") or str(error)
        raise StoreError.of("serve-port", host=options.host, port=options.port, message=message) from error
    return DONE


def _mcp(options: argparse.Namespace, terminal: Terminal) -> int:
    from nqgraph.serving.assistants import Assistant, server
    from nqgraph.serving.served import Source

    home = _home(options)
    _opened(options, home, terminal)
    source = Source(folder=_build_folder(options, home), workspace=home.workspace, internal=options.internal)
    made = server(Assistant(source.load()))
    if not options.http:
        made.run("stdio")
        return DONE
    terminal.say("mcp-ready", address=f"http://{options.host}:{options.port}/mcp")
    made.run("streamable-http", host=options.host, port=options.port, stateless_http=True)
    return DONE


def _link(options: argparse.Namespace, terminal: Terminal) -> int:
    from nqgraph.command import linking
    from nqgraph.things.collection import Collection
    from nqgraph.things.entities import Entities

    home = _home(options)
    folder = Path(options.into) if options.into else home.folder / "data" / "mappings"
    if options.what == "review":
        if not options.file:
            raise InputError.of("link-need-file")
        linking.review(Path(options.file), folder, home.workspace, terminal, options.reviewer)
        return DONE
    if not options.to:
        raise InputError.of("link-need-to")
    known = linking.kept(folder, home.workspace)
    entities = Entities(Collection(_graph(options, home, terminal)))
    rows, things = linking.suggested(
        entities,
        Path(options.to),
        kind=options.type,
        base=options.base,
        least=options.least,
        known=known,
        lang=terminal.lang,
    )
    name = Path(options.output or options.to).name
    _output(
        options, terminal, linking.described(home.workspace, name, rows), internal=entities.collection.graph.internal
    )
    terminal.say("link-found", count=len(rows), things=things)
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


def _check_ontology(options: argparse.Namespace, terminal: Terminal) -> int:
    from nqgraph.model import ontology

    with terminal.progress() as progress:
        progress("reason")
        checked = ontology.check([Path(path) for path in options.files], _home(options).workspace)
    if checked.unknown and options.files:
        terminal.note(text("check-unknown", terminal.lang, names=", ".join(checked.unknown)))
    if not checked.consistent:
        terminal.write(text("check-inconsistent", terminal.lang, names=", ".join(checked.involved)))
        return VIOLATIONS
    if checked.unsatisfiable:
        terminal.write(text("check-unsatisfiable", terminal.lang, names=", ".join(checked.unsatisfiable)))
        return VIOLATIONS
    if checked.classified and not terminal.quiet:
        terminal.write(text("check-heading", terminal.lang))
        for name, parents in checked.classified.items():
            terminal.write("  " + text("check-classified", terminal.lang, name=name, parents=", ".join(parents)))
    terminal.write(text("check-consistent", terminal.lang, classes=checked.classes, properties=checked.properties))
    return DONE


def _check_shapes(options: argparse.Namespace, terminal: Terminal) -> int:
    from nqgraph.building import checks

    with terminal.progress() as progress:
        progress("shapes")
        problems = checks.shapes_problems([Path(path) for path in options.files], _home(options).workspace)
    for problem in problems:
        terminal.write(problem.in_language(terminal.lang))
    if not problems:
        terminal.write(text("check-shapes-good", terminal.lang))
    return VIOLATIONS if problems else DONE


def _bench(options: argparse.Namespace, terminal: Terminal) -> int:
    import subprocess

    from nqgraph.words.workspace import shipped

    root = shipped().root
    if not (root / "benchmarks" / "__main__.py").is_file():
        raise MissingToolError.of("bench-checkout")
    given = ["--triples", *options.triples] if options.triples else []
    given += ["--only", *options.only] if options.only else []
    return subprocess.call([sys.executable, "-m", "benchmarks", *given], cwd=root)


def _import(options: argparse.Namespace, terminal: Terminal) -> int:
    from nqgraph.exports import annotated, returned
    from nqgraph.words.files import write_atomically

    home, source = _home(options), Path(options.file)
    with terminal.progress() as progress:
        found = returned.compare(
            source,
            _sources(options, home),
            home.workspace,
            dataset=options.dataset,
            take=options.take,
            progress=progress,
        )
    for note in found.notes:
        if terminal.verbose or note.text.code != "cells-cleaned":
            terminal.note(f"{text('severity-warning', terminal.lang)}: {note.in_language(terminal.lang)}")
    if not found.state.rows:
        terminal.say("import-no-state")
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
    if options.apply:
        for path in returned.apply(found):
            terminal.say("export-done", path=str(path))
    elif found.changes:
        terminal.say("import-apply")
    return DONE


def _init(options: argparse.Namespace, terminal: Terminal) -> int:
    from nqgraph.exports import skeleton

    folder = Path(options.folder)
    made = skeleton.write(folder, options.model, terminal.lang)
    for path in made.paths:
        terminal.note(f"  {path}")
    terminal.say("init-done", folder=str(folder), workbook=str(made.workbook))
    return DONE


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


@dataclass(frozen=True)
class _Home:
    """The workspace that a command works on, and the folder in which its data and builds lie."""

    workspace: Workspace
    folder: Path
    #: Whether the folder is the workspace itself, not just where one stands.
    own: bool


def _build_folder(options: argparse.Namespace, home: _Home) -> Path:
    """The build folder that ``--source`` names, else that of the workspace."""
    return Path(options.source) if options.source else home.folder / "build"


def _home(options: argparse.Namespace) -> _Home:
    """
    The workspace by ``--workspace``, else the one that one stands in, else the shipped one.

    Raises:
        InputError: There is none, its settings are wrong, or it has no such language.
    """
    if options.workspace:
        home = _Home(find(Path(options.workspace)), Path(options.workspace), True)
    else:
        workspace = find()
        own = Path.cwd().resolve().is_relative_to(workspace.root)
        home = _Home(workspace, Path(os.path.relpath(workspace.root)) if own else Path(), own)
    known = tuple(dict.fromkeys((*home.workspace.languages, *LANGUAGES)))
    if options.lang not in known:
        raise InputError.of("language-unknown", lang=options.lang, languages=", ".join(known))
    return home


# -- arguments -----------------------------------------------------------------------------------------------------


def _language(given: Sequence[str]) -> str:
    """The language of texts, before anything else is parsed: the help texts need it."""
    return _asked_language(given) or preferred_language()


def _asked_language(given: Sequence[str]) -> str:
    """The language asked for with ``--lang``, or ""."""
    for index, argument in enumerate(given):
        name, _, value = argument.partition("=")
        if name == "--lang":
            wanted = value or (given[index + 1] if index + 1 < len(given) else "")
            if wanted:
                return wanted
    return ""


def _parser(lang: str) -> argparse.ArgumentParser:
    def t(code: str, **values: Any) -> str:
        return text(code, lang, **values)

    def everywhere(parser: Parser) -> Parser:
        """Options before and after the command; what is not given again after it stays as it was before."""
        default = argparse.SUPPRESS
        parser.add_argument("--lang", metavar="LANG", default=default, help=t("arg-lang"))
        parser.add_argument("--workspace", metavar="DIR", default=default, help=t("arg-workspace"))
        parser.add_argument("-q", "--quiet", action="store_true", default=default, help=t("arg-quiet"))
        parser.add_argument("-v", "--verbose", action="store_true", default=default, help=t("arg-verbose"))
        return parser

    def visibility(parser: argparse.ArgumentParser) -> Any:
        """The option of all commands that read a build; returns its group."""
        either = parser.add_mutually_exclusive_group()
        either.add_argument("--internal", action="store_true", help=t("arg-internal"))
        return either

    parser = everywhere(Parser("nqgraph", lang=lang, description=t("cli-description"), epilog=t("cli-epilog")))
    parser.add_argument("--version", action=_Version, nargs=0, help=t("arg-version"))
    commands = parser.add_subparsers(title=t("cli-commands"), metavar=t("cli-command"))

    def command(name: str, summary: str, run: Callable[[argparse.Namespace, Terminal], int]) -> argparse.ArgumentParser:
        sub = everywhere(commands.add_parser(name, lang=lang, help=t(summary), description=t(summary)))
        sub.set_defaults(run=run)
        return sub

    build = command("build", "cli-build", _build)
    build.add_argument("sources", nargs="*", metavar="SOURCE", help=t("arg-sources"))
    build.add_argument("--out", metavar="DIR", help=t("arg-out-build"))
    build.add_argument("--force", action="store_true", help=t("arg-force"))
    build.add_argument("--keep-going", action="store_true", help=t("arg-keep-going"))

    validate = command("validate", "cli-validate", _validate)
    validate.add_argument("sources", nargs="*", metavar="SOURCE", help=t("arg-sources"))
    validate.add_argument("--shapes", nargs="+", action="extend", default=[], metavar="FILE", help=t("arg-shapes"))
    validate.add_argument("--engine", choices=("shacl", "pyshacl"), default=None, help=t("arg-engine"))
    validate.add_argument("--timeout", type=_seconds, default=120.0, metavar="SECONDS", help=t("arg-shapes-timeout"))
    validate.add_argument(
        "--format", choices=("text", "json", "ttl", "html", "xlsx"), default="text", help=t("arg-format")
    )
    validate.add_argument("-o", "--output", metavar="FILE", help=t("arg-output"))

    query = command("query", "cli-query", _query)
    query.add_argument("name", nargs="?", metavar="NAME", help=t("arg-name"))
    query.add_argument("-p", "--parameter", action="append", default=[], metavar="name=value", help=t("arg-parameter"))
    query.add_argument("--file", metavar="Q.rq", help=t("arg-file"))
    query.add_argument("--format", choices=FORMATS, help=t("arg-format"))
    query.add_argument("-o", "--output", metavar="FILE", help=t("arg-output"))
    query.add_argument("--explain", action="store_true", help=argparse.SUPPRESS)
    query.add_argument("--source", metavar="DIR|URL", help=t("arg-source"))
    visibility(query)

    table = command("table", "cli-table", _table)
    table.add_argument("kind", nargs="?", metavar="KIND", help=t("arg-table-kind"))
    for option in ("where", "columns", "group"):
        sign = "WAY=VALUE" if option == "where" else "WAY"
        table.add_argument(
            f"--{option}", nargs="+", action="extend", default=[], metavar=sign, help=t(f"arg-table-{option}")
        )
    table.add_argument("--count", nargs="*", metavar="WAY", help=t("arg-table-count"))
    table.add_argument("--save", metavar="NAME", help=t("arg-table-save"))
    forms = ("table", *formats.TABLES, "rq", "sparql")
    table.add_argument("--format", choices=forms, help=t("arg-table-format"))
    table.add_argument("-o", "--output", metavar="FILE", help=t("arg-output"))
    table.add_argument("--explain", action="store_true", help=argparse.SUPPRESS)
    table.add_argument("--source", metavar="DIR|URL", help=t("arg-source"))
    visibility(table)

    diff = command("diff", "cli-diff", _diff)
    diff.add_argument("old", nargs="?", metavar="OLD", help=t("arg-diff-old"))
    diff.add_argument("new", nargs="?", metavar="NEW", help=t("arg-diff-new"))
    diff.add_argument(
        "--format", choices=("text", "md", "html", "json", "nt"), default="text", help=t("arg-diff-format")
    )
    diff.add_argument("-o", "--output", metavar="FILE", help=t("arg-output"))
    diff.add_argument("--source", metavar="DIR", help=t("arg-source"))
    visibility(diff)

    cover = command("cover", "cli-cover", _cover)
    cover.add_argument("things", nargs="*", metavar="KEY", help=t("arg-cover-things"))
    cover.add_argument("--partly", action="store_true", help=t("arg-cover-partly"))
    cover.add_argument("--grade", default="", metavar="GRADE", help=t("arg-cover-grade"))
    cover.add_argument("--where", action="append", default=[], metavar="WAY=VALUE", help=t("arg-cover-where"))
    cover.add_argument("--format", choices=("text", "md", "json"), default="text", help=t("arg-cover-format"))
    cover.add_argument("-o", "--output", metavar="FILE", help=t("arg-output"))
    cover.add_argument("--source", metavar="DIR", help=t("arg-source"))
    visibility(cover)

    ask = command("ask", "cli-ask", _ask)
    ask.add_argument("question", nargs="*", metavar="QUESTION", help=t("arg-ask-question"))
    ask.add_argument("--format", choices=("table", "json"), default="table", help=t("arg-ask-format"))
    ask.add_argument("--log", metavar="FILE", help=t("arg-ask-log"))
    ask.add_argument("--source", metavar="DIR|URL", help=t("arg-source"))
    visibility(ask)

    serve = command("serve", "cli-serve", _serve)
    serve.add_argument("--port", type=int, default=8000, metavar="N", help=t("arg-port"))
    serve.add_argument("--host", default="127.0.0.1", metavar="HOST", help=t("arg-host"))
    serve.add_argument("--source", metavar="DIR", help=t("arg-source"))
    serve.add_argument("--data", nargs="+", action="extend", default=[], metavar="FILE", help=t("arg-data"))
    serve.add_argument("--base", default="", metavar="IRI", help=t("arg-base"))
    serve.add_argument("--graph", action="append", default=[], metavar="FILE=IRI", help=t("arg-graph"))
    serve.add_argument("--union", action="store_true", help=t("arg-union"))
    visibility(serve).add_argument("--public-only", action="store_true", help=t("arg-public-only"))
    serve.add_argument("--texts", metavar="DIR", help=t("arg-texts"))
    serve.add_argument("--timeout", type=float, default=20, metavar="S", help=t("arg-timeout"))
    serve.add_argument("--memory", type=int, default=256, metavar="MB", help=t("arg-memory"))
    serve.add_argument("--rows", type=int, default=1_000_000, metavar="N", help=t("arg-rows"))
    serve.add_argument("--allow-service", action="append", default=[], metavar="URL", help=t("arg-allow-service"))
    serve.add_argument("--allow-host", action="append", default=[], metavar="NAME", help=t("arg-allow-host"))

    mcp = command("mcp", "cli-mcp", _mcp)
    mcp.add_argument("--http", action="store_true", help=t("arg-mcp-http"))
    mcp.add_argument("--port", type=int, default=8010, metavar="N", help=t("arg-port"))
    mcp.add_argument("--host", default="127.0.0.1", metavar="HOST", help=t("arg-host"))
    mcp.add_argument("--source", metavar="DIR", help=t("arg-source"))
    visibility(mcp)

    export = command("export", "cli-export", _export)
    export.add_argument("what", choices=(*EXPORTS, "dossier"), help=t("arg-what"))
    export.add_argument("-o", "--output", metavar="PATH", help=t("arg-output-path"))
    export.add_argument("--source", metavar="DIR", help=t("arg-source"))
    visibility(export)
    export.add_argument(
        "--format",
        choices=(*formats.RDF, *formats.DOCUMENTS),
        help=t("arg-rdf-format", forms=", ".join(formats.RDF), documents=", ".join(formats.DOCUMENTS)),
    )
    export.set_defaults(kinds_as_options=True)
    export.add_argument("--around", metavar="KEY", help=t("arg-around"))
    export.add_argument("--texts", metavar="DIR", help=t("arg-texts"))
    export.add_argument("--depth", type=int, default=2, metavar="N", help=t("arg-depth"))
    export.add_argument(
        "--kind", "--for", dest="kind", action="append", default=[], metavar="TABLE", help=t("arg-kind")
    )
    export.add_argument("--region", metavar="KEY", help=t("arg-region"))
    export.add_argument("--dataset", action="append", default=[], metavar="NAME", help=t("arg-dataset"))

    export.add_argument("--template", metavar="FILE", help=t("arg-template"))
    export.add_argument("--empty", action="store_true", help=t("arg-empty"))
    export.add_argument("--sparql", action="store_true", help=t("arg-sparql"))

    back = command("import", "cli-import", _import)
    back.add_argument("file", metavar="FILE", help=t("arg-import-file"))
    back.add_argument("sources", nargs="*", metavar="SOURCE", help=t("arg-sources"))
    back.add_argument("--apply", action="store_true", help=t("arg-apply"))
    back.add_argument("--take", action="store_true", help=t("arg-take"))
    back.add_argument("--dataset", default="", metavar="NAME", help=t("arg-import-dataset"))
    back.add_argument("--annotate", metavar="OUT.xlsx", help=t("arg-annotate"))

    link = command("link", "cli-link", _link)
    link.add_argument("what", choices=("suggest", "review"), help=t("arg-link-what"))
    link.add_argument("file", nargs="?", metavar="FILE", help=t("arg-link-file"))
    link.add_argument("--to", metavar="FILE", help=t("arg-link-to"))
    link.add_argument("--type", default="", metavar="CLASS", help=t("arg-link-type"))
    link.add_argument("--base", default="", metavar="IRI", help=t("arg-link-base"))
    link.add_argument("--least", type=float, default=75.0, metavar="SCORE", help=t("arg-link-least"))
    link.add_argument("--reviewer", default="", metavar="ROLE", help=t("arg-link-reviewer"))
    link.add_argument("--into", metavar="DIR", help=t("arg-link-into"))
    link.add_argument("-o", "--output", metavar="FILE", help=t("arg-output"))
    link.add_argument("--source", metavar="DIR", help=t("arg-source"))
    visibility(link)

    init = command("init", "cli-init", _init)
    init.add_argument("folder", metavar="DIR", help=t("arg-init-folder"))
    init.add_argument("--from", dest="model", metavar="MODEL", help=t("arg-init-from", models=", ".join(models())))

    check = command("check-ontology", "cli-check", _check_ontology)
    check.add_argument("files", nargs="*", metavar="FILE", help=t("arg-ontology"))

    check_shapes = command("check-shapes", "cli-check-shapes", _check_shapes)
    check_shapes.add_argument("files", nargs="*", metavar="FILE", help=t("arg-check-shapes"))

    bench = command("bench", "cli-bench", _bench)
    bench.add_argument("--triples", nargs="+", action="extend", default=[], metavar="N", help=t("arg-triples"))
    bench.add_argument("--only", nargs="+", action="extend", default=[], choices=BENCHMARKS, help=t("arg-only"))
    return parser


def _seconds(value: str) -> float:
    """A time limit; 0 or less is none that anything could keep."""
    seconds = float(value)
    if not 0 < seconds <= 1e6:
        raise ValueError(value)
    return seconds


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *rest: Any) -> None:
        from importlib.metadata import version

        print(f"nqgraph {version('nqgraph')}")
        parser.exit()


def _sources(options: argparse.Namespace, home: _Home) -> list[Path]:
    """The sources that are given, else the data of the workspace, or those beside which one stands."""
    if options.sources:
        return [Path(source) for source in options.sources]
    here = home.folder / "data"
    return [here if home.own or here.is_dir() else home.workspace.data]


def _parameters(given: Sequence[str]) -> dict[str, str]:
    values = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise QueryError.of("parameter-form", value=item)
        values[name] = value
    return values


def _form_of(path: str) -> str:
    ending = Path(path).suffix.lstrip(".").lower()
    return ending if ending in FORMATS else "csv"


def _output(options: argparse.Namespace, terminal: Terminal, content: str | bytes, *, internal: bool = False) -> None:
    """Print *content*, or write it to the file that ``--output`` names."""
    if not options.output:
        terminal.write(content)
        return
    from nqgraph.words.files import marked, write_atomically

    path = marked(Path(options.output)) if internal else Path(options.output)
    write_atomically(path, content.encode("utf-8") if isinstance(content, str) else content)
    terminal.say("export-done", path=str(path))
