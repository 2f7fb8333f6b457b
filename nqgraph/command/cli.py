"""The command line: arguments in, one library call, text out."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from nqgraph.command import commands
from nqgraph.command.home import (
    SHOWN_FINDINGS,
    WRONG,
)
from nqgraph.command.terminal import Terminal
from nqgraph.words.errors import NqgraphError
from nqgraph.words.texts import preferred_language, text

if TYPE_CHECKING:
    pass


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command in *arguments* (default: the process's own); returns the exit code."""
    given = _explained(list(sys.argv[1:] if arguments is None else arguments))
    if isinstance(sys.stdout, io.TextIOWrapper):  # help texts have umlauts, some locales have none
        sys.stdout.reconfigure(errors="replace")
    parser = commands.parser(_language(given))
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
        code: int = _run(options.run)(options, terminal)
        sys.stdout.flush()
        return code
    except NqgraphError as error:
        for problem in error.problems:
            terminal.problem(problem)
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


def _run(name: str) -> Callable[[argparse.Namespace, Terminal], int]:
    """The function that *name* of module and function is; only what a command needs is loaded."""
    module, _, function = name.partition(".")
    run: Callable[[argparse.Namespace, Terminal], int] = getattr(import_module(f"nqgraph.command.{module}"), function)
    return run


def _may_be_keys(options: argparse.Namespace, rest: Sequence[str]) -> bool:
    """Whether what is left of the arguments can be keys of things: ``--TABLE KEY``, of dossiers any number."""
    if not getattr(options, "kinds_as_options", False):
        return False
    return options.what == "dossier" or (len(rest) <= 2 and rest[0].startswith("--"))


def _explained(given: list[str]) -> list[str]:
    """``query NAME --help`` explains the query, ``table KIND --help`` the kind, not the command."""
    asked = [a for a in given if a in ("-h", "--help")]
    command = next((a for a in given if a in ("query", "table")), "")
    after = given[given.index(command) + 1 :] if command else []
    if not asked or not after or after[0].startswith("-"):
        return given
    return [argument for argument in given if argument not in asked] + ["--explain"]


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
