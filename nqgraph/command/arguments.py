"""Arguments of commands, with all that argparse says in the reader's language."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any, NoReturn

from nqgraph.words.texts import COMMON, spoken, text

#: What argparse may find wrong; their English texts are its own.
_FAULTS = (
    "argparse-required", "argparse-unrecognized", "argparse-choice", "argparse-one", "argparse-none", "argparse-value",
    "argparse-conflict", "argparse-at-least-one",
)  # fmt: skip


class Parser(argparse.ArgumentParser):
    """A parser whose help and errors are in one language; what argparse says in other words stays English."""

    def __init__(self, prog: str, *, lang: str, description: str, epilog: str | None = None) -> None:
        super().__init__(prog, description=description, epilog=epilog, add_help=False, allow_abbrev=False)
        self._lang = lang
        self._places = self.add_argument_group(text("argparse-positional", lang))
        self._flags = self.add_argument_group(text("argparse-options", lang))
        self.add_argument("-h", "--help", action="help", help=text("argparse-help", lang))

    def add_argument(self, *names: Any, **options: Any) -> argparse.Action:
        """Like that of argparse, below the headings of the language."""
        group = self._flags if names and names[0].startswith("-") else self._places
        return group.add_argument(*names, **options)

    def add_mutually_exclusive_group(self, **options: Any) -> Any:
        """Like that of argparse, below the heading of options."""
        return self._flags.add_mutually_exclusive_group(**options)

    def format_usage(self) -> str:
        """The line that says how the command is called."""
        return self._called(super().format_usage())

    def format_help(self) -> str:
        """The help."""
        return self._called(super().format_help())

    def _called(self, shown: str) -> str:
        return shown.replace(spoken("argparse-usage", "en")[0], text("argparse-usage", self._lang), 1)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, after how the command is called, and stop."""
        self.print_usage(sys.stderr)
        self.exit(2, text("argparse-error", self._lang, prog=self.prog, message=self._said(message)) + "\n")

    def _said(self, message: str) -> str:
        if self._lang == COMMON:
            return message
        about = _read("argparse-argument", message)
        if about:
            return text("argparse-argument", self._lang, name=about["name"], message=self._said(about["message"]))
        for code in _FAULTS:
            if (found := _read(code, message)) is not None:
                return text(code, self._lang, **found)
        return message


def _read(code: str, message: str) -> dict[str, str] | None:
    """The values in a *message* that argparse made of the English text of *code*; None if it is another."""
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*?)", re.escape(spoken(code, "en")[0]))
    found = re.fullmatch(pattern, message, re.DOTALL)
    if found is None:
        return None
    return {name: value.strip("'\"") if name == "value" else value for name, value in found.groupdict().items()}
