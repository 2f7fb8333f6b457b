"""A snapshot: a dated dataset of what others say, with where it comes from, when, by which question, and its sums."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from nqgraph.graph.fetching import Answer
from nqgraph.sources.harvests import Harvest
from nqgraph.words.errors import Place, Problem
from nqgraph.words.files import write_atomically
from nqgraph.words.texts import Text

#: Folder of snapshots in the data of a workspace; in a snapshot, of the answers as they came.
FOLDER, ANSWERS = "snapshots", "answers"
#: What is read of a snapshot, and what lists its answers while it is fetched.
DATA, STATE = "data.nt", "state.json"
#: Place of snapshots among datasets: a statement that we make ourselves stands with ours.
ORDER = 2_000
_NAME = re.compile(r"(?P<name>.+)-(?P<day>\d{4}-\d{2}-\d{2})")
_ENDINGS = {
    "application/sparql-results+json": "json", "application/json": "json", "application/ld+json": "jsonld",
    "text/turtle": "ttl", "application/n-triples": "nt", "application/n-quads": "nq", "application/rdf+xml": "rdf",
    "application/trig": "trig", "text/csv": "csv",
}  # fmt: skip


def ending_of(answer: Answer) -> str:
    """The ending of the file that an answer is kept in: by its type, else by its address."""
    ending = _ENDINGS.get(answer.media) or Path(urlsplit(answer.url).path).suffix.lower()
    return re.sub("[^a-z0-9]", "", ending)[:8] or "txt"


@dataclass(frozen=True)
class Kept:
    """An answer that is kept as it came."""

    #: What was asked: an address, or address and offset.
    asked: str
    file: str
    media: str
    sha256: str
    size: int
    time: str
    #: Solutions or statements in it.
    count: int = 0


@dataclass
class Fetching:
    """The answers to one harvest, kept in *folder* as they come, so that a break costs only the rest."""

    folder: Path
    kept: dict[str, Kept] = field(default_factory=dict)

    @classmethod
    def begun(cls, data: Path, harvest: Harvest, *, fresh: bool = False) -> Fetching:
        """Begin, or go on where the last try for the same question broke off."""
        folder = data / FOLDER / f".{harvest.name}"
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
        state = folder / STATE
        question = _question(harvest)
        if state.is_file():
            try:
                known = json.loads(state.read_text(encoding="utf-8"))
                kept = {one["asked"]: Kept(**one) for one in known["kept"]}
                if known["question"] == question and all(_is_whole(folder, one) for one in kept.values()):
                    return cls(folder, kept)
            except (ValueError, KeyError, TypeError):  # written by another program; it begins anew
                pass
            shutil.rmtree(folder, ignore_errors=True)
        (folder / ANSWERS).mkdir(parents=True, exist_ok=True)
        found = cls(folder)
        found._write(question)
        return found

    def keep(self, asked: str, answer: Answer, harvest: Harvest, count: int = 0) -> Kept:
        """Keep *answer*, whole, before the next question."""
        file = f"{ANSWERS}/{len(self.kept) + 1:04d}.{ending_of(answer)}"
        now = dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
        digest = hashlib.sha256(answer.body).hexdigest()
        write_atomically(self.folder / file, answer.body)
        self.kept[asked] = Kept(asked, file, answer.media, digest, len(answer.body), now, count)
        self._write(_question(harvest))
        return self.kept[asked]

    def body(self, kept: Kept) -> bytes:
        """What was answered."""
        return (self.folder / kept.file).read_bytes()

    def _write(self, question: str) -> None:
        state = {"question": question, "kept": [asdict(one) for one in self.kept.values()]}
        write_atomically(self.folder / STATE, json.dumps(state, indent=1).encode())

    def finish(self, harvest: Harvest, data: bytes, *, skipped: Sequence[Problem], said: Mapping[str, Any]) -> Path:
        """
        Make the snapshot of the day from what was kept, and *data*, which is read; one of the same day is replaced.

        Args:
            said: Fields of ``dataset.yaml`` that the source says better than the harvest.
        """
        times = sorted(one.time for one in self.kept.values())
        day = times[-1][:10]
        meta: dict[str, Any] = {
            "title": dict(harvest.title),
            **({"description": dict(harvest.description)} if harvest.description else {}),
            "publisher": harvest.publisher,
            **({"license": harvest.license} if harvest.license else {}),
            "issued": day,
            "visibility": harvest.visibility,
            "order": ORDER,
            **said,
            "harvested": {
                "source": harvest.name,
                "kind": harvest.kind,
                "address": list(harvest.addresses),
                "time": times[-1],
                **({"query": harvest.query} if harvest.query else {}),
                "data": hashlib.sha256(data).hexdigest(),
                "skipped": len(skipped),
                "answers": [
                    {"asked": one.asked, "file": one.file, "sha256": one.sha256, "time": one.time}
                    for one in self.kept.values()
                ],
            },
        }
        write_atomically(self.folder / DATA, data)
        if skipped:
            lines = "".join(f"{problem.in_language('en')}\n" for problem in skipped)
            write_atomically(self.folder / "README-skipped.txt", lines.encode())
        text = yaml.safe_dump(meta, allow_unicode=True, sort_keys=False, width=10_000)
        write_atomically(self.folder / "dataset.yaml", text.encode())
        (self.folder / STATE).unlink()
        target = self.folder.parent / f"{harvest.name}-{day}"
        if target.exists():
            shutil.rmtree(target)
        return self.folder.rename(target)


def latest(folder: Path) -> list[Path]:
    """The snapshots in *folder*, of each source the newest; what is still being fetched is none."""
    found: dict[str, Path] = {}
    for child in sorted(folder.iterdir()):
        if child.name.startswith(".") or not (child / "dataset.yaml").is_file():
            continue
        match = _NAME.fullmatch(child.name)
        found[match["name"] if match else child.name] = child
    return sorted(found.values())


def problems(folder: Path, harvested: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    """What shows that a snapshot is no longer what was fetched."""
    sums = {DATA: str(harvested.get("data", ""))}
    sums |= {str(one.get("file", "")): str(one.get("sha256", "")) for one in harvested.get("answers", ())}
    for name, digest in sums.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            yield Problem(place, Text("snapshot-missing", {"file": name}))
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield Problem(place, Text("snapshot-changed", {"file": name}))


def is_description(value: Any) -> bool:
    """Whether *value* says of a dataset that it was harvested, and how."""
    if not isinstance(value, dict) or not all(
        isinstance(value.get(k), str) for k in ("source", "kind", "time", "data")
    ):
        return False
    answers, addresses = value.get("answers"), value.get("address")
    return (
        isinstance(addresses, list)
        and isinstance(answers, list)
        and bool(answers)
        and all(isinstance(one, dict) for one in answers)
    )


def _question(harvest: Harvest) -> str:
    """A sum over what is asked: another question begins anew; how answers are read can change."""
    asked = repr((harvest.kind, harvest.addresses, harvest.query, harvest.page))
    return hashlib.sha256(asked.encode()).hexdigest()


def _is_whole(folder: Path, kept: Kept) -> bool:
    path = folder / kept.file
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == kept.sha256
