"""The commands with their arguments; each names the function of a module here that runs it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from nqgraph.command.arguments import Parser
from nqgraph.command.home import (
    FORMATS,
)
from nqgraph.words import formats
from nqgraph.words.texts import text
from nqgraph.words.workspace import models

if TYPE_CHECKING:
    pass

BENCHMARKS = ("canned", "queries", "validation", "inference", "build", "cli")
#: What is written of a whole build, or of a part of it.
EXPORTS = ("html", "site", "rdf", "rdf12", "nanopub", "workbook", "matrix", *formats.NETWORKS)


def parser(lang: str) -> argparse.ArgumentParser:
    """The parser of the command line, with its texts in *lang*."""

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
        """The options of all commands that read a build; returns the group of what is public."""
        parser.add_argument("--store", metavar="URL", help=t("arg-store"))
        either = parser.add_mutually_exclusive_group()
        either.add_argument("--internal", action="store_true", help=t("arg-internal"))
        return either

    parser = everywhere(Parser("nqgraph", lang=lang, description=t("cli-description"), epilog=t("cli-epilog")))
    parser.add_argument("--version", action=_Version, nargs=0, help=t("arg-version"))
    commands = parser.add_subparsers(title=t("cli-commands"), metavar=t("cli-command"))

    def command(name: str, summary: str, run: str) -> argparse.ArgumentParser:
        """The command *name* with its help; *run* is module and function."""
        sub = everywhere(commands.add_parser(name, lang=lang, help=t(summary), description=t(summary)))
        sub.set_defaults(run=run)
        return sub

    build = command("build", "cli-build", "building.build")
    build.add_argument("sources", nargs="*", metavar="SOURCE", help=t("arg-sources"))
    build.add_argument("--out", metavar="DIR", help=t("arg-out-build"))
    build.add_argument("--store", metavar="URL", help=t("arg-store"))
    build.add_argument("--force", action="store_true", help=t("arg-force"))
    build.add_argument("--keep-going", action="store_true", help=t("arg-keep-going"))

    validate = command("validate", "cli-validate", "building.validate")
    validate.add_argument("sources", nargs="*", metavar="SOURCE", help=t("arg-sources"))
    validate.add_argument("--shapes", nargs="+", action="extend", default=[], metavar="FILE", help=t("arg-shapes"))
    validate.add_argument("--engine", choices=("shacl", "pyshacl"), default=None, help=t("arg-engine"))
    validate.add_argument("--timeout", type=_seconds, default=120.0, metavar="SECONDS", help=t("arg-shapes-timeout"))
    validate.add_argument(
        "--format", choices=("text", "json", "ttl", "html", "xlsx"), default="text", help=t("arg-format")
    )
    validate.add_argument("-o", "--output", metavar="FILE", help=t("arg-output"))

    query = command("query", "cli-query", "answering.query")
    query.add_argument("name", nargs="?", metavar="NAME", help=t("arg-name"))
    query.add_argument("-p", "--parameter", action="append", default=[], metavar="name=value", help=t("arg-parameter"))
    query.add_argument("--file", metavar="Q.rq", help=t("arg-file"))
    query.add_argument("--format", choices=FORMATS, help=t("arg-format"))
    query.add_argument("-o", "--output", metavar="FILE", help=t("arg-output"))
    query.add_argument("--explain", action="store_true", help=argparse.SUPPRESS)
    query.add_argument("--source", metavar="DIR|URL", help=t("arg-source"))
    visibility(query)

    table = command("table", "cli-table", "answering.table")
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

    diff = command("diff", "cli-diff", "answering.diff")
    diff.add_argument("old", nargs="?", metavar="OLD", help=t("arg-diff-old"))
    diff.add_argument("new", nargs="?", metavar="NEW", help=t("arg-diff-new"))
    diff.add_argument(
        "--format", choices=("text", "md", "html", "json", "nt"), default="text", help=t("arg-diff-format")
    )
    diff.add_argument("-o", "--output", metavar="FILE", help=t("arg-output"))
    diff.add_argument("--source", metavar="DIR", help=t("arg-source"))
    visibility(diff)

    cover = command("cover", "cli-cover", "answering.cover")
    cover.add_argument("things", nargs="*", metavar="KEY", help=t("arg-cover-things"))
    cover.add_argument("--partly", action="store_true", help=t("arg-cover-partly"))
    cover.add_argument("--grade", default="", metavar="GRADE", help=t("arg-cover-grade"))
    cover.add_argument("--where", action="append", default=[], metavar="WAY=VALUE", help=t("arg-cover-where"))
    cover.add_argument("--save", metavar="FILE", help=t("arg-cover-save"))
    cover.add_argument("--format", choices=("text", "md", "json"), default="text", help=t("arg-cover-format"))
    cover.add_argument("-o", "--output", metavar="FILE", help=t("arg-output"))
    cover.add_argument("--source", metavar="DIR", help=t("arg-source"))
    visibility(cover)

    ask = command("ask", "cli-ask", "answering.ask")
    ask.add_argument("question", nargs="*", metavar="QUESTION", help=t("arg-ask-question"))
    ask.add_argument("--format", choices=("table", "json"), default="table", help=t("arg-ask-format"))
    ask.add_argument("--log", metavar="FILE", help=t("arg-ask-log"))
    ask.add_argument("--source", metavar="DIR|URL", help=t("arg-source"))
    visibility(ask)

    serve = command("serve", "cli-serve", "serving.serve")
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
    serve.add_argument("--edit", action="store_true", help=t("arg-edit"))
    serve.add_argument("--no-warm-up", action="store_true", help=t("arg-no-warm-up"))
    serve.add_argument("--allow-host", action="append", default=[], metavar="NAME", help=t("arg-allow-host"))

    mcp = command("mcp", "cli-mcp", "serving.mcp")
    mcp.add_argument("--http", action="store_true", help=t("arg-mcp-http"))
    mcp.add_argument("--port", type=int, default=8010, metavar="N", help=t("arg-port"))
    mcp.add_argument("--host", default="127.0.0.1", metavar="HOST", help=t("arg-host"))
    mcp.add_argument("--source", metavar="DIR", help=t("arg-source"))
    visibility(mcp)

    export = command("export", "cli-export", "exporting.export")
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

    back = command("import", "cli-import", "building.bring_in")
    back.add_argument("file", metavar="FILE", help=t("arg-import-file"))
    back.add_argument("sources", nargs="*", metavar="SOURCE", help=t("arg-sources"))
    back.add_argument("--apply", action="store_true", help=t("arg-apply"))
    back.add_argument("--take", action="store_true", help=t("arg-take"))
    back.add_argument("--dataset", default="", metavar="NAME", help=t("arg-import-dataset"))
    back.add_argument("--annotate", metavar="OUT.xlsx", help=t("arg-annotate"))

    link = command("link", "cli-link", "linking.link")
    link.add_argument("what", choices=("suggest", "review"), help=t("arg-link-what"))
    link.add_argument("file", nargs="?", metavar="FILE", help=t("arg-link-file"))
    link.add_argument("--to", metavar="FILE|SERVICE", help=t("arg-link-to"))
    link.add_argument("--address", metavar="URL", help=t("arg-harvest-address"))
    link.add_argument("--allow-local", action="store_true", help=t("arg-harvest-local"))
    link.add_argument("--type", default="", metavar="CLASS", help=t("arg-link-type"))
    link.add_argument("--base", default="", metavar="IRI", help=t("arg-link-base"))
    link.add_argument("--least", type=float, default=75.0, metavar="SCORE", help=t("arg-link-least"))
    link.add_argument("--engine", choices=("rapidfuzz", "duckdb", "spark"), default="", help=t("arg-link-engine"))
    link.add_argument("--reviewer", default="", metavar="ROLE", help=t("arg-link-reviewer"))
    link.add_argument("--into", metavar="DIR", help=t("arg-link-into"))
    link.add_argument("-o", "--output", metavar="FILE", help=t("arg-output"))
    link.add_argument("--source", metavar="DIR", help=t("arg-source"))
    visibility(link)

    release = command("release", "cli-release", "releasing.release")
    release.add_argument("version", metavar="VERSION", help=t("arg-release-version"))
    release.add_argument("-o", "--output", metavar="DIR", help=t("arg-release-output"))
    release.add_argument("--since", metavar="OLD", help=t("arg-release-since"))
    release.add_argument("--force", action="store_true", help=t("arg-release-force"))
    release.add_argument("--source", metavar="DIR", help=t("arg-source"))
    release.set_defaults(internal=False, store=None)

    harvest = command("harvest", "cli-harvest", "harvesting.harvest")
    harvest.add_argument("name", nargs="?", metavar="NAME", help=t("arg-harvest-name"))
    harvest.add_argument("--address", nargs="+", action="extend", metavar="URL", help=t("arg-harvest-address"))
    harvest.add_argument("--fresh", action="store_true", help=t("arg-harvest-fresh"))
    harvest.add_argument("--allow-local", action="store_true", help=t("arg-harvest-local"))
    harvest.add_argument("--deadline", type=_seconds, default=600.0, metavar="SECONDS", help=t("arg-harvest-deadline"))
    harvest.add_argument("--into", metavar="DIR", help=t("arg-harvest-into"))

    init = command("init", "cli-init", "building.init")
    init.add_argument("folder", metavar="DIR", help=t("arg-init-folder"))
    init.add_argument("--from", dest="model", metavar="MODEL", help=t("arg-init-from", models=", ".join(models())))

    check = command("check-ontology", "cli-check", "checking.check_ontology")
    check.add_argument("files", nargs="*", metavar="FILE", help=t("arg-ontology"))

    check_shapes = command("check-shapes", "cli-check-shapes", "checking.check_shapes")
    check_shapes.add_argument("files", nargs="*", metavar="FILE", help=t("arg-check-shapes"))

    bench = command("bench", "cli-bench", "checking.bench")
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
