"""
Mappings as tables with a head, as others read and write them, too: SSSOM TSV.

Source:
    https://mapping-commons.github.io/sssom/spec-formats-tsv/
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from nqgraph.words import vocab
from nqgraph.words.errors import InputError, Place, Problem
from nqgraph.words.files import write_atomically
from nqgraph.words.texts import Text

#: Ending of the files.
SUFFIX = ".sssom.tsv"
SEMAPV = "https://w3id.org/semapv/vocab/"
SSSOM = "https://w3id.org/sssom/"
#: How a mapping was found: by its names; by a person who looked at it.
LEXICAL, CURATED = "semapv:LexicalMatching", "semapv:ManualMappingCuration"
NOT = "Not"
#: What says that both are the very same; it passes on from one to the next.
EXACT = frozenset({vocab.SKOS.exactMatch, vocab.OWL.sameAs, vocab.SCHEMA.sameAs})
#: What says that the object is broader, and the same the other way round.
BROADER = frozenset({vocab.SKOS.broadMatch, vocab.DCTERMS.isPartOf})
NARROWER = frozenset({vocab.SKOS.narrowMatch, vocab.DCTERMS.hasPart})
_REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
_META = ("mapping_set_id", "license")


@dataclass(frozen=True)
class Row:
    """A mapping; its ids are whole IRIs."""

    subject_id: str
    predicate_id: str
    object_id: str
    mapping_justification: str = LEXICAL
    subject_label: str = ""
    predicate_modifier: str = ""
    object_label: str = ""
    confidence: str = ""
    author_label: str = ""
    reviewer_label: str = ""
    mapping_date: str = ""
    match_string: str = ""
    #: Addresses that show it, with ``|`` between them.
    see_also: str = ""
    comment: str = ""
    #: Where it stands.
    place: Place = field(default=Place(), compare=False)

    @property
    def pair(self) -> tuple[str, str]:
        """What it relates."""
        return self.subject_id, self.object_id

    @property
    def rejected(self) -> bool:
        """Whether it says that this is no mapping."""
        return self.predicate_modifier == NOT

    @property
    def decided(self) -> bool:
        """Whether a person has looked at it."""
        return bool(self.reviewer_label) or self.mapping_justification == CURATED


#: Columns in the order in which they are written.
COLUMNS = (
    "subject_id", "subject_label", "predicate_modifier", "predicate_id", "object_id", "object_label",
    "mapping_justification", "confidence", "author_label", "reviewer_label", "mapping_date", "match_string",
    "see_also", "comment",
)  # fmt: skip
_KNOWN = frozenset(one.name for one in fields(Row)) - {"place"}


@dataclass
class Mappings:
    """The mappings of a file."""

    meta: dict[str, Any]
    rows: list[Row]


def read(path: Path, prefixes: Mapping[str, str], name: str = "") -> Mappings:
    """
    The mappings in the file *path*.

    Args:
        prefixes: Prefix → namespace, of those that its head does not declare.
        name: How messages call the file.
    Raises:
        InputError: It is no SSSOM TSV; all that is wrong, with file and line.
    """
    called = name or path.name
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError.of("not-utf8", Place(called)) from error
    except OSError as error:
        raise InputError.of("file-unreadable", Place(called), message=error.strerror or str(error)) from error
    lines = text.splitlines()
    head = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    meta = _meta("\n".join(line[1:] for line in lines[:head]), called)
    known = {**prefixes, "semapv": SEMAPV, "sssom": SSSOM, **meta["curie_map"]}
    reader = csv.reader(lines[head:], delimiter="\t", strict=True)
    problems: list[Problem] = []
    rows: list[Row] = []
    try:
        header = next(reader, [])
        missing = [column for column in _REQUIRED if column not in header]
        if missing:
            raise InputError.of("sssom-columns", Place(called, line=head + 1), columns=", ".join(missing))
        for cells in reader:
            place = Place(called, line=head + reader.line_num)
            if len(cells) != len(header):
                values = {"count": len(cells), "expected": len(header)}
                problems.append(Problem(place, Text("sssom-cells", values)))
            elif any(cells):
                rows += _row(dict(zip(header, cells, strict=True)), known, place, problems)
    except csv.Error as error:
        place = Place(called, line=head + reader.line_num)
        raise InputError.of("sssom-syntax", place, message=str(error)) from error
    if problems:
        raise InputError(problems)
    return Mappings(meta, rows)


def _meta(text: str, name: str) -> dict[str, Any]:
    try:
        meta = yaml.safe_load(text) or {}
    except (yaml.YAMLError, ValueError) as error:
        raise InputError.of("sssom-head", Place(name, line=1), fields=", ".join(_META)) from error
    if not isinstance(meta, dict) or any(not isinstance(meta.get(name), str) for name in _META):
        raise InputError.of("sssom-head", Place(name, line=1), fields=", ".join(_META))
    curies = meta.setdefault("curie_map", {})
    if not isinstance(curies, dict) or not all(isinstance(v, str) for pair in curies.items() for v in pair):
        raise InputError.of("sssom-head", Place(name, line=1), fields="curie_map")
    return meta


def _row(cells: dict[str, str], prefixes: Mapping[str, str], place: Place, problems: list[Problem]) -> Iterator[Row]:
    wrong: list[Problem] = []
    values = {column: cell.strip() for column, cell in cells.items() if column in _KNOWN}
    for column in ("subject_id", "predicate_id", "object_id"):
        iri = _expanded(values.get(column, ""), prefixes)
        if iri is None:
            shown = {"column": column, "value": values.get(column, "")[:80]}
            wrong.append(Problem(place, Text("sssom-id", shown)))
        values[column] = iri or ""
    fitting = {
        "predicate_modifier": values.get("predicate_modifier", "") in ("", NOT),
        "mapping_justification": values["mapping_justification"].startswith(("semapv:", SEMAPV)),
        "confidence": _is_share(values.get("confidence", "")),
        "mapping_date": _is_day(values.get("mapping_date", "")),
    }
    for column in (column for column, fits in fitting.items() if not fits):
        wrong.append(Problem(place, Text("sssom-value", {"column": column, "value": values[column][:80]})))
    values["mapping_justification"] = values["mapping_justification"].replace(SEMAPV, "semapv:")
    problems += wrong
    if not wrong:
        yield Row(**values, place=place)


def _expanded(name: str, prefixes: Mapping[str, str]) -> str | None:
    if re.fullmatch(r'(?:https?|urn):[^\s<>"{}|^`\\]+', name):
        return name
    found = vocab.expand(name, prefixes)
    return found if found and re.fullmatch(r'[^\s<>"{}|^`\\]+', found) else None


def _is_day(text: str) -> bool:
    try:
        return text == "" or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_share(text: str) -> bool:
    try:
        return text == "" or 0 <= float(text) <= 1
    except ValueError:
        return False


# -- writing -------------------------------------------------------------------------------------------------------


def written(rows: Sequence[Row], meta: Mapping[str, Any], prefixes: Mapping[str, str]) -> str:
    """*rows* as a file; the prefixes of its head are those that it needs."""
    known = {**prefixes, "semapv": SEMAPV, "sssom": SSSOM, **meta.get("curie_map", {})}
    ids = {iri for row in rows for iri in (row.subject_id, row.predicate_id, row.object_id)}
    for iri in sorted(ids):
        if _shrunk(iri, known) == iri:
            namespace = re.match(r"(.*[/#:])[^/#:]+", iri)
            if namespace:
                number = sum(prefix.startswith("ns") for prefix in known) + 1
                known[f"ns{number}"] = namespace[1]
    used = {shrunk.partition(":")[0] for iri in ids if (shrunk := _shrunk(iri, known)) != iri} | {"semapv"}
    head = {**meta, "curie_map": {prefix: known[prefix] for prefix in sorted(used)}}
    lines = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=10_000).splitlines()
    out = io.StringIO()
    out.writelines(f"#{line}\n" for line in lines)
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = {column: " ".join(str(getattr(row, column)).split()) for column in COLUMNS}
        for column in ("subject_id", "predicate_id", "object_id"):
            cells[column] = _shrunk(cells[column], known)
        writer.writerow([cells[column] for column in COLUMNS])
    return out.getvalue()


def _shrunk(iri: str, prefixes: Mapping[str, str]) -> str:
    """*iri* with the longest prefix that fits; what follows may have slashes."""
    best = max((p for p in prefixes if iri.startswith(prefixes[p])), key=lambda p: len(prefixes[p]), default="")
    rest = iri[len(prefixes[best]) :] if best else ""
    return f"{best}:{rest}" if rest and re.fullmatch(r"[\w./%~-]+", rest) else iri


def write(path: Path, rows: Sequence[Row], meta: Mapping[str, Any], prefixes: Mapping[str, str]) -> None:
    """Write *rows* to *path*, all or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, written(rows, meta, prefixes).encode())


# -- what does not go together -------------------------------------------------------------------------------------


def conflicts(rows: Iterable[Row], ours: Callable[[str], bool]) -> list[Problem]:
    """
    What decided *rows* say against each other.

    A pair that is accepted and rejected; things of ours that are the same by way of others; a thing that is broader
    than itself, or than what is the same.

    Args:
        ours: Whether an IRI is that of a thing of ours, of which no two are the same.
    """
    known = [row for row in rows if row.decided]
    accepted = [row for row in known if not row.rejected]
    same = _Groups()
    problems = [*_contradictions(known), *_joined(accepted, ours, same)]
    for row in accepted:
        if row.predicate_id in BROADER | NARROWER and same.root(row.subject_id) == same.root(row.object_id):
            values = {"subject": row.subject_label or row.subject_id, "object": row.object_label or row.object_id}
            problems.append(Problem(row.place, Text("sssom-exact-broader", values)))
    return [*problems, *_circles(accepted)]


class _Groups:
    """IRIs that are the same, by one of them."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def root(self, iri: str) -> str:
        while self._above.setdefault(iri, iri) != iri:
            iri = self._above[iri]
        return iri

    def join(self, one: str, other: str) -> None:
        self._above[other] = one


def _contradictions(rows: Iterable[Row]) -> Iterator[Problem]:
    first: dict[tuple[str, str], Row] = {}
    for row in rows:
        before = first.setdefault(row.pair, row)
        if before.rejected != row.rejected:
            values = {"subject": row.subject_label or row.subject_id, "object": row.object_label or row.object_id}
            yield Problem(row.place, Text("sssom-contradiction", {**values, "other": before.place}))


def _joined(rows: Sequence[Row], ours: Callable[[str], bool], same: _Groups) -> Iterator[Problem]:
    """Two of our own things that rows say to be one, at the row that joins them; *same* learns what is one."""
    own: dict[str, str] = {}
    for row in rows:
        if row.predicate_id not in EXACT:
            continue
        one, other = same.root(row.subject_id), same.root(row.object_id)
        for iri in row.pair:
            if ours(iri):
                own.setdefault(same.root(iri), iri)
        mine, theirs = own.get(one), own.get(other)
        if one != other and mine and theirs and mine != theirs:
            yield Problem(row.place, Text("sssom-joined", {"one": mine, "other": theirs}))
            continue
        same.join(one, other)
        if mine or theirs:
            own[one] = mine or theirs or ""


def _circles(rows: Sequence[Row]) -> Iterator[Problem]:
    """Rows by which something is broader than itself."""
    above: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        narrow, broad = row.pair if row.predicate_id in BROADER else reversed(row.pair)
        if row.predicate_id not in BROADER | NARROWER:
            continue
        reached, waiting = {broad}, [broad]
        while waiting:
            fresh = above[waiting.pop()] - reached
            reached |= fresh
            waiting += fresh
        if narrow in reached:
            yield Problem(row.place, Text("sssom-circle", {"name": row.subject_label or row.subject_id}))
        else:
            above[narrow].add(broad)
