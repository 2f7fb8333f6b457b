"""Suggested links that a person looks at: which are left, and what is decided of them, kept as SSSOM in a dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from nqgraph.sources import datasets, sssom
from nqgraph.sources.sssom import CURATED, NOT, SUFFIX, Mappings, Row
from nqgraph.things import linking
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, Place
from nqgraph.words.files import write_atomically
from nqgraph.words.texts import LANGUAGES, in_language, text
from nqgraph.words.workspace import Workspace

#: What can be decided; what is not the same is remembered, too.
DECISIONS = (*linking.THINGS, "no")
#: What may be done with mappings.
LICENSE = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True)
class Review:
    """
    The decisions of a workspace.

    Args:
        folder: The dataset that keeps them.
    """

    workspace: Workspace
    folder: Path

    def kept(self) -> list[Row]:
        """
        What is decided.

        Raises:
            InputError: A file is none, or what they say does not go together.
        """
        rows = [row for path in sorted(self.folder.glob(f"*{SUFFIX}")) for row in self._read(path).rows if row.decided]
        self._check(rows)
        return rows

    def left(self, path: Path) -> list[Row]:
        """The suggestions in the file *path* of which nothing is decided."""
        known = {row.pair for row in self.kept()}
        return [row for row in self._read(path).rows if row.pair not in known and not row.decided]

    def target(self, path: Path) -> Path:
        """The file that keeps what is decided of the suggestions in *path*."""
        return self.folder / (path.name.removesuffix(SUFFIX).removesuffix(path.suffix) + SUFFIX)

    def keep(self, path: Path, decided: Sequence[Row]) -> None:
        """
        Put decisions of suggestions in *path* behind those that are kept already; all of them, or none.

        Raises:
            InputError: They contradict each other, or what is kept.
        """
        self._check([*self.kept(), *decided])
        target = self.target(path)
        before = self._read(target) if target.exists() else Mappings(described(self.workspace, target.name), [])
        if not (self.folder / "dataset.yaml").exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self.folder / "dataset.yaml", self._dataset().encode())
        sssom.write(target, [*before.rows, *decided], before.meta, self.workspace.iris.prefixes)

    def _check(self, rows: Sequence[Row]) -> None:
        if problems := sssom.conflicts(rows, lambda iri: iri.startswith(self.workspace.iris.things)):
            raise InputError(problems)

    def _read(self, path: Path) -> Mappings:
        if not path.is_file():
            raise InputError.of("no-such-source", Place(str(path)))
        return sssom.read(path, self.workspace.iris.prefixes, datasets.label(path))

    def _dataset(self) -> str:
        """``dataset.yaml`` of decisions; without one, no build would read them."""
        settings = self.workspace.settings
        meta = {
            "title": {lang: text("link-dataset", lang) for lang in LANGUAGES},
            "publisher": in_language(settings.sender or settings.title, self.workspace.language),
            "license": LICENSE,
            "issued": date.today().isoformat(),
            "visibility": "public",
        }
        return yaml.safe_dump(meta, allow_unicode=True, sort_keys=False, width=10_000)


def decided(row: Row, decision: str, reason: str, reviewer: str) -> Row:
    """*row* as *reviewer* has decided it, for a *reason*; without one with the evidence that was shown."""
    concept = row.predicate_id in linking.CONCEPTS.values()
    predicates: Mapping[str, Any] = linking.CONCEPTS if concept else linking.THINGS
    return replace(
        row,
        predicate_id=str(predicates["close" if decision == "no" else decision]),
        predicate_modifier=NOT if decision == "no" else "",
        mapping_justification=CURATED,
        reviewer_label=reviewer,
        mapping_date=date.today().isoformat(),
        comment=reason or row.comment,
    )


def described(workspace: Workspace, name: str) -> dict[str, Any]:
    """The head of a file of mappings called *name*."""
    return {
        "mapping_set_id": f"{workspace.iris.base}mapping/{vocab.slug(name.removesuffix(SUFFIX))}",
        "license": LICENSE,
        "mapping_tool": "nqgraph",
        "mapping_tool_version": version("nqgraph"),
        "mapping_date": date.today().isoformat(),
    }
