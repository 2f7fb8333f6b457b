"""
``python -m benchmarks.links``: links to vocabularies, how good and how fast, each engine beside plain likeness.

The quality is that of the labelled pairs of ``tests/links``, by names alone: of ``pairs`` and ``held_out``, with which
the rules were made, and of ``unseen``, which was written after most of them and before anything was run on it;
``--among`` puts made-up records between theirs, so that the list is long. The speed is that of 500 things against
made-up records, a third of them written as they are, a third with a mistake in typing, a third with their words in
another order.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from nqgraph.building import builds
from nqgraph.graph import pairing, versions
from nqgraph.graph.graph import Graph
from nqgraph.graph.matching import Entry
from nqgraph.things import linking
from nqgraph.things.collection import Collection
from nqgraph.things.entities import Entities
from nqgraph.words import vocab

ROOT = Path(__file__).parent.parent
SETS = ("pairs", "held_out", "unseen")
KINDS = ("region", "actor", "occupation")
OURS = 500
_SYLLABLES = tuple(first + last for first in "bdfghklmnrstwz" for last in "aeiou")
_ENDS = ("burg", "dorf", "heim", "hausen", "stadt", "berg", "feld", "")
_BODIES = (
    "Handwerkskammer", "Industrie- und Handelskammer", "Jobcenter", "Agentur für Arbeit", "Volkshochschule", "Kreis",
    "Berufskolleg", "Stadt", "Landkreis", "Gemeinde", "Bildungswerk", "Gesellschaft für Beschäftigungsförderung",
    "Verein für Weiterbildung", "Ministerium für Arbeit",
)  # fmt: skip


def main() -> None:
    """Measure each engine in a process of its own."""
    parser = argparse.ArgumentParser("python -m benchmarks.links", description=__doc__)
    parser.add_argument("--records", type=float, nargs="*", default=[1e5])
    parser.add_argument("--engines", nargs="+", choices=pairing.ENGINES, default=["rapidfuzz", "duckdb"])
    parser.add_argument("--among", type=float, default=0)
    parser.add_argument("--build", type=Path, help="a build of the shipped data; made if not given")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(_speed(options.one[0], int(options.one[1]))))
        return
    for count in map(int, options.records):
        for engine in options.engines:
            command = [sys.executable, "-m", "benchmarks.links", "--one", engine, str(count)]
            done = subprocess.run(command, capture_output=True, text=True)
            lines = done.stdout.splitlines() or done.stderr.splitlines()
            print(f"{OURS} against {count:.0e} records, {engine}: {lines[-1]}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        build = options.build or Path(folder) / "build"
        if not options.build:
            builds.build([ROOT / "data"], build)
        entities = Entities(Collection(Graph(versions.open(build).load())))
        for name in SETS:
            for line in _quality(entities, name, options.engines, int(options.among)):
                print(line, flush=True)


def records(count: int) -> Iterator[Entry]:
    """*count* made-up bodies and places, the same ones each time."""
    chance = random.Random(7)
    places = [
        ("".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) + chance.choice(_ENDS)).capitalize()
        for _ in range(max(2_000, count // 20))
    ]
    for number in range(count):
        yield Entry(f"https://directory.example/{number}", (f"{chance.choice(_BODIES)} {chance.choice(places)}",))


def _ours(count: int) -> list[tuple[Entry, str]]:
    """Things, and the record that each of them is."""
    chance = random.Random(3)
    found: list[tuple[Entry, str]] = []
    for number, entry in enumerate(records(count)):
        if number % (count // OURS) == 0 and len(found) < OURS:
            name, at = entry.names[0], chance.randrange(1, len(entry.names[0]))
            written = (name, name[:at] + name[at + 1 :], " ".join(reversed(name.rsplit(" ", 1))))[len(found) % 3]
            found.append((Entry(f"https://ours.example/{len(found)}", (written,)), entry.id))
    return found


def _speed(engine: str, count: int) -> dict[str, Any]:
    pairs = _ours(count)
    ours = [entry for entry, _ in pairs]
    begun, worked = time.perf_counter(), time.process_time()
    found = linking.narrowed(ours, records(count), engine)
    suggested = linking.suggest(ours, found.entries, likely=found.likely)
    seconds, busy = time.perf_counter() - begun, time.process_time() - worked
    told = {(one.ours.id, one.found.entry.id) for one in suggested}
    right = sum((entry.id, theirs) in told for entry, theirs in pairs)
    kb = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "seconds": round(seconds, 1), "processor": round(busy, 1), "MB": kb // 1024, "compared": len(found.entries),
        "suggested": len(suggested), "right": right, "of": len(pairs),
    }  # fmt: skip


def _quality(entities: Entities, name: str, engines: list[str], among: int) -> Iterator[str]:
    labelled = list(csv.DictReader((ROOT / "tests" / "links" / f"{name}.csv").read_text(encoding="utf-8").splitlines()))
    told: dict[str, set[tuple[str, str]]] = {}
    for kind in KINDS:
        rows = [row for row in labelled if row["kind"] == kind]
        of_set = {row["ours"] for row in rows}
        ours = [e for e in linking.chosen(entities, kind)[0] if vocab.local_name(e.id) in of_set]
        ours = [replace(entry, codes=frozenset()) for entry in ours]
        names = {row["theirs"]: row["label"] for row in rows}
        theirs = [Entry(iri, (label,)) for iri, label in names.items()]
        for engine in engines:
            found = linking.narrowed(ours, chain(theirs, records(among)), engine)
            suggested = linking.suggest(ours, found.entries, likely=found.likely, spelled=entities.spelled)
            pairs = {(vocab.local_name(one.ours.id), one.found.entry.id) for one in suggested}
            told.setdefault(f"{engine} and names" if found.likely else engine, set()).update(pairs)
            for least in (0.1, 0.5, 0.9, 0.99) if found.likely else ():
                sure = {(vocab.local_name(a), b) for (a, b), share in found.likely.items() if share >= least}
                told.setdefault(f"{engine} alone, from {least}", set()).update(sure)
        for least in (80, 86, 90, 95):
            near = told.setdefault(f"WRatio from {least}", set())
            for entry in ours:
                scored = [(max(fuzz.WRatio(n, o.names[0]) for n in entry.names), o.id) for o in theirs]
                best = sorted((one for one in scored if one[0] >= least), reverse=True)[: linking.MOST]
                near |= {(vocab.local_name(entry.id), iri) for s, iri in best if s >= best[0][0] - linking.BEHIND}
    right = {(row["ours"], row["theirs"]) for row in labelled if row["match"] == "yes"}
    for way, pairs in told.items():
        precision, recall = len(pairs & right) / (len(pairs) or 1), len(pairs & right) / len(right)
        f1 = 2 * precision * recall / ((precision + recall) or 1)
        rated = f"precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}"
        yield f"{name}, {len(labelled)} pairs among {0 if 'WRatio' in way else among} records, {way}: {rated}"


if __name__ == "__main__":
    main()
