"""``python -m benchmarks.given``: graphs as given, served beside bare pyoxigraph and checked beside bare shacl."""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

#: Statements of each thing that :func:`generate` makes.
_EACH = 10
QUERY = (
    "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/> "
    "SELECT ?g (COUNT(?d) AS ?n) { GRAPH ?g { ?s dcat:distribution ?d ; dct:issued ?day "
    "FILTER(?day > '2015-06-01') } } "
    "GROUP BY ?g ORDER BY ?g"
)
_BARE_STORE = """
import sys, time, pyoxigraph as ox
store = ox.Store()
store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_QUADS)
store.query(sys.argv[2]).serialize(format=ox.QueryResultsFormat.JSON)
"""
_BARE_SHACL = """
import sys, shacl
shapes = shacl.Shapes.from_text(open(sys.argv[2], encoding="utf-8").read(), format="ttl")
report = shapes.validate_file(sys.argv[1], max_results=10_000)
print(report.conforms)
"""


@dataclass
class Used:
    """What processes used together: seconds on the clock and of the processor, megabytes at most."""

    wall: float
    processor: float
    memory: float


def generate(path: Path, count: int) -> Path:
    """Write *count* quads about datasets and their files, in five graphs, a tenth of them with blank nodes."""
    dcat, dct, a = (
        "http://www.w3.org/ns/dcat#",
        "http://purl.org/dc/terms/",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
    )
    with path.open("w", encoding="utf-8") as file:
        for number in range(count // _EACH):
            s, graph = f"<http://data.example/set/{number}>", f"<http://data.example/graph/{number % 5}>"
            d = f"<http://data.example/file/{number}>"
            lines = (
                f"{s} <{a}> <{dcat}Dataset>",
                f'{s} <{dct}title> "Dataset number {number}"@en',
                f'{s} <{dct}description> "What dataset {number} is about, in some words."@en',
                f'{s} <{dct}issued> "20{number % 25:02}-0{1 + number % 9}-1{number % 10}"',
                f"{s} <{dct}publisher> <http://data.example/agent/{number % 97}>",
                f"{s} <{dcat}contactPoint> _:c{number}",
                f"{s} <{dcat}distribution> {d}",
                f"{d} <{a}> <{dcat}Distribution>",
                f"{d} <{dcat}accessURL> <http://data.example/get/{number}>",
                f'{d} <{dcat}byteSize> "{number}"^^<http://www.w3.org/2001/XMLSchema#integer>',
            )
            file.writelines(f"{line} {graph} .\n" for line in lines)
    return path


def measured(command: Sequence[str], until: Callable[[subprocess.Popen[str]], object] | None = None) -> Used:
    """What *command* and its children use, until it ends or *until* has done its work."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    peak, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            peak[0] = max(peak[0], _memory(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    if until is None:
        process.communicate()
    else:
        until(process)
    wall = time.perf_counter() - began
    processor = _processor(process.pid) if until is not None else 0.0
    over.set()
    watcher.join()
    if until is not None:
        process.terminate()
        process.wait()
    return Used(wall, processor, peak[0])


def _children(pid: int) -> list[int]:
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                found += _children(int(child))
    except OSError:
        pass
    return found


def _memory(pid: int) -> float:
    """Megabytes of a process and its children, what they share counted once (proc(5))."""
    total = 0
    for each in _children(pid):
        try:
            text = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii")
        except OSError:
            continue
        total += sum(map(int, re.findall(r"(?m)^Pss:\s+(\d+)", text)))
    return total / 1024


def _processor(pid: int) -> float:
    total = 0
    for each in _children(pid):
        fields = Path(f"/proc/{each}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        total += sum(map(int, fields[11:15]))
    return total / os.sysconf("SC_CLK_TCK")


def _finished(command: Sequence[str]) -> Used:
    before = os.times()
    used = measured(command)
    after = os.times()
    used.processor = after.children_user + after.children_system - before.children_user - before.children_system
    return used


def _served(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"http://[\w.:]+/", line):
            with urlopen(f"{found[0]}sparql?format=json&query={quote(QUERY)}", timeout=600) as answer:
                answer.read()
            return
    raise RuntimeError("the server did not start")


def _median(runs: Sequence[Used]) -> Used:
    return Used(*(statistics.median(getattr(run, name) for run in runs) for name in ("wall", "processor", "memory")))


def _row(name: str, bare: Used, ours: Used) -> str:
    return (
        f"| {name} | {bare.wall:.1f} s, {bare.processor:.1f} s, {bare.memory:.0f} MB | "
        f"{ours.wall:.1f} s, {ours.processor:.1f} s, {ours.memory:.0f} MB | "
        f"{ours.wall / bare.wall:.2f}, {ours.processor / bare.processor:.2f} | {ours.memory - bare.memory:+.0f} MB |"
    )


def main() -> None:
    """Print the table of what both sides used: on the clock, of the processor, in memory."""
    parser = argparse.ArgumentParser("python -m benchmarks.given", description=__doc__)
    parser.add_argument("--triples", type=float, default=1e6)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--shapes", nargs="*", default=[], help="files with shapes, each measured by itself")
    options = parser.parse_args()
    folder = Path(tempfile.gettempdir()) / "nqgraph-benchmarks"
    folder.mkdir(exist_ok=True)
    data = generate(folder / f"given-{int(options.triples)}.nq", int(options.triples))
    nqgraph = [sys.executable, "-m", "nqgraph"]
    pairs: list[tuple[str, list[str], list[str], bool]] = [
        (
            "serve and one query",
            [sys.executable, "-c", _BARE_STORE, str(data), QUERY],
            [*nqgraph, "serve", "--port", "0", "--data", str(data)],
            True,
        )
    ]
    for shapes in options.shapes:
        bare = [sys.executable, "-c", _BARE_SHACL, str(data), shapes]
        ours = [*nqgraph, "validate", str(data), "--shapes", shapes, "--format", "json"]
        pairs.append((f"validate by {Path(shapes).name}", bare, ours, False))
    print("| What | bare | nqgraph | ratios | more memory |\n| --- | --- | --- | --- | --- |")
    for name, bare, ours, serves in pairs:
        both: tuple[list[Used], list[Used]] = ([], [])
        for _ in range(options.runs):  # in turns: what else runs there slows both
            both[0].append(_finished(bare))
            both[1].append(measured(ours, _served) if serves else _finished(ours))
        print(_row(name, _median(both[0]), _median(both[1])), flush=True)


if __name__ == "__main__":
    main()
