"""
Who changed what, when and why: an activity in PROV on each line of a file beside the data, one file for each dataset.

A line is JSON-LD (PROV-O), so the file is read with any editor, two of them are merged line by line, and nothing of it
gets into a build. It names roles, never persons.

Source:
    https://www.w3.org/TR/prov-o/
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from nqgraph.words import vocab
from nqgraph.words.errors import Place, StoreError
from nqgraph.words.texts import Text

#: Folder of a workspace with the files.
FOLDER = "edits"
Kind = Literal["cell", "new", "gone", "renamed"]
_CONTEXT = {"@vocab": str(vocab.PROV), "dcterms": str(vocab.DCTERMS), "rdf": str(vocab.RDF)}


def now() -> str:
    """The second, in UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def fresh() -> str:
    """A name for an edit that no other has."""
    return uuid.uuid4().hex


@dataclass(frozen=True)
class Cell:
    """A cell before and after an edit."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Edit:
    """An edit of one thing in one dataset."""

    kind: Kind
    dataset: str
    thing: str
    class_iri: str
    cells: tuple[Cell, ...]
    #: Language of the headers.
    lang: str
    role: str = ""
    reason: str = ""
    #: The edit that this one takes back.
    undoes: str = ""
    id: str = field(default_factory=fresh)
    ended: str = field(default_factory=now)

    @property
    def key(self) -> str:
        """The key of the thing."""
        return vocab.local_name(self.thing)

    @property
    def title(self) -> Text:
        """What was done: changed, new, deleted or renamed."""
        return Text(f"edit-kind-{self.kind}")

    def to_json(self) -> dict[str, Any]:
        """The edit as a PROV activity."""
        made: dict[str, Any] = {
            "@context": _CONTEXT,
            "@id": f"urn:uuid:{uuid.UUID(self.id)}",
            "@type": "Activity",
            "endedAtTime": self.ended,
            "dcterms:type": self.kind,
            "dcterms:language": self.lang,
            "used": {"@id": self.thing, "@type": self.class_iri},
        }
        if self.role:
            made["qualifiedAssociation"] = {"hadRole": self.role}
        if self.reason:
            made["dcterms:description"] = self.reason
        if self.undoes:
            made["wasInformedBy"] = {"@id": f"urn:uuid:{uuid.UUID(self.undoes)}"}
        made["generated"] = [
            {"dcterms:title": cell.column, "value": cell.after, "wasRevisionOf": {"value": cell.before}}
            for cell in self.cells
        ]
        return made

    @classmethod
    def from_json(cls, made: dict[str, Any], dataset: str) -> Edit:
        """The edit that :meth:`to_json` gave; raises KeyError, TypeError or ValueError for anything else."""
        return cls(
            kind=made["dcterms:type"],
            dataset=dataset,
            thing=made["used"]["@id"],
            class_iri=made["used"]["@type"],
            cells=tuple(
                Cell(cell["dcterms:title"], cell["wasRevisionOf"]["value"], cell["value"]) for cell in made["generated"]
            ),
            lang=made["dcterms:language"],
            role=made.get("qualifiedAssociation", {}).get("hadRole", ""),
            reason=made.get("dcterms:description", ""),
            undoes=uuid.UUID(made["wasInformedBy"]["@id"]).hex if "wasInformedBy" in made else "",
            id=uuid.UUID(made["@id"]).hex,
            ended=made["endedAtTime"],
        )


class History:
    """The edits of a workspace in *folder*."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, edits: Iterable[Edit]) -> None:
        """
        Keep *edits*: they are on the disk when this returns.

        Raises:
            StoreError: They cannot be written.
        """
        for edit in edits:
            path = self.folder / f"{edit.dataset}.jsonl"
            line = json.dumps(edit.to_json(), ensure_ascii=False) + "\n"
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                with path.open("ab+") as file:
                    if file.tell() and _last(file) != b"\n":  # a write that broke off
                        line = "\n" + line
                    file.write(line.encode())
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as error:
                message = error.strerror or str(error)
                raise StoreError.of("cannot-write", Place(str(path)), message=message) from error

    def last(self, most: int = 20, datasets: Sequence[str] | None = None) -> list[Edit]:
        """The last *most* edits, the youngest first."""
        found = [edit for edit in self._all() if datasets is None or edit.dataset in datasets]
        return sorted(found, key=lambda edit: edit.ended)[::-1][:most]  # of one second the later line first

    def find(self, id_: str) -> Edit | None:
        """The edit *id_*, if it is known."""
        return next((edit for edit in self._all() if edit.id == id_), None)

    def undone(self) -> set[str]:
        """The edits that were taken back."""
        return {edit.undoes for edit in self._all() if edit.undoes}

    def _all(self) -> Iterator[Edit]:
        for path in sorted(self.folder.glob("*.jsonl")):
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                try:
                    yield Edit.from_json(json.loads(line), path.stem)
                except (ValueError, KeyError, TypeError, AttributeError):  # half a line, or the mark of a merge
                    continue


def _last(file: Any) -> bytes:
    file.seek(-1, os.SEEK_END)
    return bytes(file.read(1))
