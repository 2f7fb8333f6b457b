"""Suggested links on a page: what is left of the files of a workspace, and what one page of decisions says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nqgraph.sources.sssom import SUFFIX, Row
from nqgraph.things.reviewing import DECISIONS, Review, decided
from nqgraph.words.errors import NqgraphError
from nqgraph.words.texts import text
from nqgraph.words.workspace import Workspace

#: Suggestions of a page, and characters of a role and of a reason.
MOST, LONGEST = 20, 500
#: Folders of a workspace in which files of suggestions are looked for.
_FOLDERS = (".", "inbox")


@dataclass
class Choice:
    """A suggestion, and what is chosen for it."""

    row: Row
    decision: str = ""
    reason: str = ""


@dataclass
class Sheet:
    """A page of suggestions."""

    #: Files that can be chosen.
    files: list[str]
    file: str = ""
    choices: list[Choice] = field(default_factory=list)
    #: Suggestions of the file of which nothing is decided.
    left: int = 0
    role: str = ""
    faults: list[str] = field(default_factory=list)


class Reviews:
    """
    The suggestions that lie in a workspace.

    Args:
        folder: The workspace; decisions are kept in its dataset ``data/mappings``.
    """

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        self._folder = folder
        self._review = Review(workspace, folder / "data" / "mappings")
        self._lock = threading.Lock()

    def files(self) -> dict[str, Path]:
        """Name → file of suggestions."""
        found = (path for name in _FOLDERS for path in sorted((self._folder / name).glob(f"*{SUFFIX}")))
        return {path.name: path for path in found if path.is_file() and not path.is_symlink()}

    def sheet(self, name: str, shown: Callable[[str], bool], lang: str) -> Sheet:
        """
        The first suggestions that are left of the file *name*; of the first file that has some, if empty.

        Args:
            shown: Whether an entry of ours is there for readers.
        """
        files = self.files()
        faults: list[str] = []
        for file, path in files.items():
            if name not in ("", file):
                continue
            try:
                left = [row for row in self._review.left(path) if shown(row.subject_id)]
            except NqgraphError as error:
                faults += [problem.in_language(lang) for problem in error.problems]
                continue
            if left or name:
                return Sheet(list(files), file, [Choice(row) for row in left[:MOST]], len(left), faults=faults)
        return Sheet(list(files), faults=faults)

    def decide(
        self,
        name: str,
        given: Mapping[tuple[str, str], tuple[str, str]],
        role: str,
        shown: Callable[[str], bool],
        lang: str,
    ) -> Sheet:
        """
        Keep the decisions *given*, all of them or none; what keeps them from it stands in the page.

        Args:
            given: Pair → decision and reason.
        """
        with self._lock:
            sheet = self.sheet(name, shown, lang)
            sheet.role = _short(role)
            for choice in sheet.choices:
                decision, reason = given.get(choice.row.pair, ("", ""))
                choice.decision, choice.reason = decision if decision in DECISIONS else "", _short(reason)
            chosen = [choice for choice in sheet.choices if choice.decision]
            if not sheet.file or not chosen:
                sheet.faults.append(text("link-nothing-chosen", lang))
            elif not sheet.role:
                sheet.faults.append(text("link-need-role", lang))
            else:
                try:
                    self._keep(self.files()[sheet.file], chosen, sheet.role)
                except NqgraphError as error:
                    sheet.faults += [problem.text.in_language(lang) for problem in error.problems]
            return sheet

    def _keep(self, path: Path, chosen: Sequence[Choice], role: str) -> None:
        self._review.keep(path, [decided(one.row, one.decision, one.reason, role) for one in chosen])


def _short(said: str) -> str:
    return " ".join(said.split())[:LONGEST]
