"""``python -m benchmarks``: measures everything side by side and prints tables in Markdown."""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import before
from benchmarks.engines import CALLS
from benchmarks.generate import write

#: What can be measured.
PARTS = ("canned", "before", "queries", "validation", "inference", "build", "cli")
#: Seconds that one engine may take for everything it is asked.
_LIMIT = 1500


def main() -> None:
    """Parse the arguments and run what they ask for."""
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("--triples", type=float, nargs="+", default=[1e4, 1e5], help="sizes of generated data")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=None)
    options = parser.parse_args()
    chosen = options.only or PARTS
    folder = Path(tempfile.gettempdir()) / "nqgraph-benchmarks"
    sizes = [(int(n), write(folder / f"generated-{int(n)}.nt", int(n))) for n in options.triples]
    if "canned" in chosen:
        _canned()
    if "before" in chosen:
        _before()
    for size, path in sizes:
        if "queries" in chosen:
            _queries(size, path)
        if "validation" in chosen:
            _validation(size, path)
        if "inference" in chosen:
            _inference(size, path)
        if "build" in chosen:
            _build(size, path)
    if "cli" in chosen:
        _cli()


def _measure(kind: str, engine: str, path: Path) -> dict[str, Any] | None:
    """One engine in a process of its own; None if it takes too long or fails, with the reason on standard error."""
    command = [sys.executable, "-m", "benchmarks.engines", kind, engine, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_LIMIT, check=True)
    except subprocess.TimeoutExpired:
        print(f"{kind} {engine}: more than {_LIMIT} s", file=sys.stderr)
        return None
    except subprocess.CalledProcessError as error:
        print(f"{kind} {engine}: {error.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _canned() -> None:
    """All canned queries on the shipped data: through the layer, for the first time, and as one text on the engine."""
    times = _shipped("nqgraph", "first", "pyoxigraph")
    ours, rows = times["nqgraph"], []
    for name in sorted(ours, key=ours.__getitem__, reverse=True):
        rows.append([name, *(f"{found[name] * 1000:.2f}" for found in times.values())])
        rows[-1].append(f"{times['pyoxigraph'][name] / ours[name]:.1f}")
    rows.append(["sum", *(f"{sum(found.values()) * 1000:.0f}" for found in times.values()), ""])
    ratios = [times["pyoxigraph"][name] / ours[name] for name in ours]
    medians = [f"{statistics.median(found.values()) * 1000:.2f}" for found in times.values()]
    rows.append(["median", *medians, f"{statistics.median(ratios):.1f}"])
    _table(
        f"All {len(ours)} canned queries, shipped data (ms of the processor)",
        ["query", "nqgraph", "first time", "one text on pyoxigraph", "ratio"],
        rows,
    )


def _shipped(*engines: str) -> dict[str, dict[str, float]]:
    """Engine → canned query → seconds on a build of the shipped data."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "nqgraph", "build", "data", "--out", out, "-q"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        found = {engine: _measure("canned", engine, Path(out)) for engine in engines}
    return {engine: result["times"] for engine, result in found.items() if result}


def _before() -> None:
    """All canned queries beside their texts of the first days, each on the graph of its day."""
    first = before.times()
    if first is None:
        return
    rows = [["as they were, on pyoxigraph", *_summed(first), "1"]]
    for engine, times in _shipped("nqgraph", "anew", "first").items():
        ratios = [first[name] / times[name] for name in first.keys() & times.keys()]
        said = {"nqgraph": "asked again", "anew": "asked anew, names and cells kept", "first": "nothing kept"}[engine]
        rows.append([said, *_summed(times), f"{statistics.median(ratios):.1f} ({len(ratios)} in both)"])
        rows.append([f"{said}, those in both", *_summed({n: t for n, t in times.items() if n in first}), ""])
    headings = ["", "queries", "median", "sum", "praxis-steckbrief", "median of the ratios"]
    _table("All canned queries beside their first texts (ms of the processor)", headings, rows)


def _summed(times: Mapping[str, float]) -> list[str]:
    figures = (statistics.median(times.values()), sum(times.values()), times["praxis-steckbrief"])
    return [str(len(times)), *(f"{figure * 1000:.1f}" for figure in figures)]


def _queries(size: int, path: Path) -> None:
    engines = ("pyoxigraph", "nqgraph", *(("rdflib", "kglab") if size <= 100_000 else ()))
    found = {engine: _measure("queries", engine, path) for engine in engines}
    base = found["pyoxigraph"]
    assert base is not None
    rows: list[list[str]] = []
    ratios: dict[str, list[float]] = {engine: [] for engine in engines}
    for name, _ in CALLS:
        row = [name, f"{base['times'][name] * 1000:.2f}"]
        for engine in engines[1:]:
            result = found[engine]
            if result is None:
                row.append("–")
                continue
            ratio = result["times"][name] / base["times"][name]
            ratios[engine].append(ratio)
            row.append(f"{result['times'][name] * 1000:.2f} ({ratio:.2f})")
        rows.append(row)
    rows.append(
        ["median ratio", "1", *(f"{statistics.median(r):.2f}" if (r := ratios[e]) else "–" for e in engines[1:])]
    )
    _table(
        f"Canned queries to JSON bytes, {size:.0e} triples (ms, in brackets ratio to pyoxigraph)",
        ["query", *engines],
        rows,
    )


def _validation(size: int, path: Path) -> None:
    engines = ("nqgraph", "one row", *(("pyshacl",) if size <= 100_000 else ()))
    found = {engine: _measure("validation", engine, path) for engine in engines}
    base = found["nqgraph"]
    assert base is not None
    rows = []
    for engine, result in found.items():
        seconds = result["times"]["validate"] if result else None
        ratio = f"{seconds / base['times']['validate']:.2f}" if seconds is not None else "–"
        findings = result.get("findings", "") if result else ""
        rows.append(
            [
                engine,
                f"{seconds:.3f}" if seconds is not None else "–",
                ratio,
                str(findings),
                f"{result['mb']:.0f}" if result else "–",
            ]
        )
    _table(f"Validation, {size:.0e} triples", ["engine", "s", "ratio", "findings", "MB"], rows)


def _inference(size: int, path: Path) -> None:
    engines = ("nqgraph", *(("owlrl",) if size <= 10_000 else ()))
    found = {engine: _measure("inference", engine, path) for engine in engines}
    base = found["nqgraph"]
    assert base is not None
    rows = []
    for engine, result in found.items():
        if result is None:
            rows.append([engine, "–", "–", "–"])
            continue
        seconds = result["times"]["infer"]
        counts = ", ".join(f"{count}" for count in result["found"].values())
        rows.append([engine, f"{seconds:.3f}", f"{seconds / base['times']['infer']:.0f}", counts])
    _table(
        f"Inference, {size:.0e} triples (answeredBy, involves, sfWithin)",
        ["engine", "s", "ratio", "triples found"],
        rows,
    )


def _build(size: int, path: Path) -> None:
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "nqgraph", "build", str(path), "--out", out, "-q"]
        took, peak = _timed(command)
        size_on_disk = sum(f.stat().st_size for f in Path(out).rglob("*") if f.is_file()) / 1e6
    _table(
        f"Build, {size:.0e} triples",
        ["s", "peak MB", "MB on disk"],
        [[f"{took:.1f}", f"{peak:.0f}", f"{size_on_disk:.0f}"]],
    )


def _timed(command: Sequence[str]) -> tuple[float, float]:
    import resource

    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _cli() -> None:
    """Commands beside a bare Python, in turn, on the shipped data."""
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(
            [sys.executable, "-m", "nqgraph", "build", "data", "--out", out, "-q"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        script = shutil.which("nqgraph", path=str(Path(sys.executable).parent)) or "nqgraph"
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "nqgraph --help": [script, "--help"],
            "nqgraph query NAME": [
                script,
                "query",
                "praxis-zu-hemmnis",
                "-p",
                "hemmnis=h-ind-einkommen",
                "--source",
                out,
                "-q",
            ],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(11):
            for name, command in commands.items():
                times[name].append(_timed(command)[0])
    bare = statistics.median(times["python -c pass"])
    rows = [[n, f"{statistics.median(t):.3f}", f"{statistics.median(t) / bare:.1f}"] for n, t in times.items()]
    _table("Command line, shipped data", ["command", "s", "ratio"], rows)


def _table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print(f"\n### {title}\n")
    print("| " + " | ".join(headings) + " |")
    print("|" + " --- |" * len(headings))
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
