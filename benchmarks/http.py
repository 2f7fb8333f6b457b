"""``python -m benchmarks.http``: the server beside others on the same data in one run, with wrk as the client."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import servers
from nqgraph.building import builds
from nqgraph.graph import portable, queries
from nqgraph.graph.graph import Graph
from nqgraph.graph.remote import inline
from nqgraph.graph.store import Store
from nqgraph.words.workspace import shipped

SPACE = shipped()
IRIS = SPACE.iris

#: Calls a round where one client asks.
CALLS = 10
SECONDS, CONNECTIONS, ROUNDS, DEADLINE = 3, 8, 3, 2
QUERY = "praxis-zu-hemmnis"
VALUES = {"hemmnis": "h-ind-einkommen", "lang": "de"}
#: Takes time without end, but no memory: that has a limit of its own, which a sort reaches first.
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?i) }"
#: A header that no cache has seen.
_UNCACHED = (
    'local n = 0\nrequest = function() n = n + 1 wrk.headers["If-None-Match"] = "x" .. n return wrk.format() end\n'
)
#: The server without what was looked up for earlier answers.
_FORGETFUL = """
import sys
from nqgraph.command.cli import main
from nqgraph.graph.graph import Graph

def forgetting(ask):
    def asked(graph, *given):
        graph.store.forget()
        return ask(graph, *given)
    return asked

Graph.answer, Graph.rows = forgetting(Graph.answer), forgetting(Graph.rows)
sys.exit(main())
"""
_JSON = "application/sparql-results+json"


def main() -> None:
    """Measure and print tables in Markdown."""
    if shutil.which("wrk") is None:
        sys.exit("benchmarks.http needs wrk (https://github.com/wg/wrk)")
    with tempfile.TemporaryDirectory() as folder:
        build = Path(folder) / "build"
        builds.build([Path("data")], build)
        data = next((build / "versions").glob("*/graph.nq"))
        store = Store.from_nquads(data)
        query = queries.of(SPACE).get(QUERY)
        bindings = queries.bind(query, VALUES, Graph(store))
        text = inline(query.with_parameters(bindings), bindings)
        with _server(build) as ours, _server(build, "-c", _FORGETFUL) as forgetful:
            print(f"{len(store)} quads; wrk -t1 -c{CONNECTIONS}, {ROUNDS} interleaved rounds of {SECONDS} s\n")
            _same(ours, forgetful, data, portable.text(query, bindings, SPACE, "de"), Path(folder))
            if "--same" in sys.argv:
                return
            _throughput(ours, data, text, Path(folder))
            _foreign(ours, store, text)
            _runaway(ours)


def _same(ours: str, forgetful: str, data: Path, text: str, folder: Path) -> None:
    """The same rows with all their names: ours uncached, the others by the one text; one client, one connection."""
    path = f"/abfragen/{QUERY}.json?" + urllib.parse.urlencode(VALUES)
    calls = {
        "nqgraph serve, canned, no cache": _calling(ours, path),
        "nqgraph serve, canned, nothing kept": _calling(forgetful, path),
    }
    with contextlib.ExitStack() as stack:
        for name, make in (("Virtuoso", servers.virtuoso), ("oxigraph serve-read-only", servers.oxigraph)):
            (folder / "same" / name).mkdir(parents=True)
            other = stack.enter_context(make(folder / "same" / name, data))
            if other is not None:
                place = urllib.parse.urlsplit(other.query)
                calls[name] = _calling(f"http://{place.netloc}", place.path, urllib.parse.urlencode({"query": text}))
        told = {name: json.loads(call()) for name, call in calls.items()}
        names = set.intersection(*({*document["head"]["vars"]} for document in told.values()))
        rows = {name: _rows(document, names) for name, document in told.items()}
        rates: dict[str, list[float]] = {name: [] for name in calls}
        for _ in range(5):
            for name, call in calls.items():
                began = time.perf_counter()
                for _ in range(CALLS):
                    call()
                rates[name].append(CALLS / (time.perf_counter() - began))
    medians = {name: statistics.median(found) for name, found in rates.items()}
    print("| the same rows | rows | as ours | answers a second | ours beside it |\n| --- | ---: | --- | ---: | ---: |")
    ours_rows, ours_rate = next(iter(rows.values())), next(iter(medians.values()))
    for name, rate in medians.items():
        print(f"| {name} | {len(rows[name])} | {rows[name] == ours_rows} | {rate:.1f} | {ours_rate / rate:.1f} |")


def _calling(server: str, path: str, body: str | None = None) -> Callable[[], bytes]:
    """Asks a server on one connection, past every cache."""
    connection, count = http.client.HTTPConnection(urllib.parse.urlsplit(server).netloc), itertools.count()
    form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}

    def call() -> bytes:
        headers = {"Accept": _JSON, "If-None-Match": f'"x{next(count)}"', **form}
        connection.request("POST" if body else "GET", path, body, headers)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            sys.exit(f"{server}: {answer.status} {said[:300]!r}")
        return said

    return call


def _rows(document: Any, names: set[str]) -> set[frozenset[tuple[str, str]]]:
    found = document["results"]["bindings"]
    # the order of several values in a cell is the server's own
    return {frozenset((n, "; ".join(sorted(row[n]["value"].split("; ")))) for n in names & row.keys()) for row in found}


def _throughput(ours: str, data: Path, text: str, folder: Path) -> None:
    script = folder / "uncached.lua"
    script.write_text(_UNCACHED, encoding="utf-8")
    canned = f"{ours}/abfragen/{QUERY}.json?" + urllib.parse.urlencode(VALUES)
    asked = "?" + urllib.parse.urlencode({"query": text})
    with contextlib.ExitStack() as stack:
        calls: dict[str, Callable[[], float]] = {
            "nqgraph serve, canned, as served": lambda: _wrk(canned),
            "nqgraph serve, canned, no cache": lambda: _wrk(canned, script),
            "nqgraph serve, the same as a foreign query": lambda: _wrk(f"{ours}/sparql{asked}"),
        }
        for name, make in (
            ("oxigraph serve-read-only", servers.oxigraph),
            ("rdflib-endpoint", servers.rdflib),
            ("Virtuoso", servers.virtuoso),
        ):
            other = stack.enter_context(make(folder, data))
            if other is None:
                print(f"- {name}: not installed, left out")
            else:
                calls[name] = lambda address=other.query: _wrk(address + asked)  # type: ignore[misc]
        rates: dict[str, list[float]] = {name: [] for name in calls}
        for _ in range(ROUNDS):
            for name, call in calls.items():
                rates[name].append(call())
    base = statistics.median(rates["nqgraph serve, canned, no cache"])
    print("\n| server | answers a second | ratio to canned without cache |\n| --- | ---: | ---: |")
    for name, found in rates.items():
        median = statistics.median(found)
        print(f"| {name} | {median:,.0f} | {median / base:.2f} |")


def _foreign(ours: str, store: Store, text: str) -> None:
    """What the process of its own costs a foreign query."""
    address = f"{ours}/sparql?" + urllib.parse.urlencode({"query": text})

    def over_http() -> None:
        request = urllib.request.Request(address, headers={"Accept": _JSON})
        urllib.request.urlopen(request).read()

    raw = _median(lambda: store.query(text).serialize("json"))
    served = _median(over_http)
    print(f"\nforeign query: raw engine {raw:.1f} ms, over HTTP {served:.1f} ms, {served - raw:.1f} ms more")


def _runaway(ours: str) -> None:
    """How late runaway queries die, and what canned answers cost meanwhile."""
    canned = f"{ours}/abfragen/{QUERY}.json?" + urllib.parse.urlencode(VALUES)
    number = 0

    def uncached() -> None:
        nonlocal number
        number += 1
        urllib.request.urlopen(urllib.request.Request(canned, headers={"If-None-Match": f"n{number}"})).read()

    quiet = _median(uncached, 200)
    lateness: list[float] = []
    stop = threading.Event()

    def run_away() -> None:
        while not stop.is_set():
            began = time.perf_counter()
            with contextlib.suppress(urllib.error.HTTPError):
                urllib.request.urlopen(f"{ours}/sparql?" + urllib.parse.urlencode({"query": RUNAWAY})).read()
            lateness.append(time.perf_counter() - began - DEADLINE)

    threads = [threading.Thread(target=run_away) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    busy = _median(uncached, 200)
    time.sleep(DEADLINE)
    stop.set()
    for thread in threads:
        thread.join()
    print(f"runaway query: dead {max(lateness) * 1000:.0f} ms after its deadline of {DEADLINE} s at the latest")
    print(f"canned answer: {quiet:.1f} ms quiet, {busy:.1f} ms beside 4 runaway queries: {busy / quiet:.1f} times")


def _median(call: Callable[[], object], rounds: int = 100) -> float:
    """Median of some calls in milliseconds."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def _wrk(address: str, script: Path | None = None) -> float:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}", "-H", f"Accept: {_JSON}"]
    command += ["-s", str(script)] if script else []
    said = subprocess.run([*command, address], capture_output=True, text=True, check=True).stdout
    if wrong := re.search(r"Non-2xx or 3xx responses: (\d+)", said):
        print(f"{address[:60]}…: {wrong[1]} errors", file=sys.stderr)
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found
    return float(found[1])


# -- servers -----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _server(build: Path, *program: str) -> Iterator[str]:
    command = [
        sys.executable,
        *(program or ("-m", "nqgraph")),
        "serve",
        "--port",
        "0",
        "--source",
        str(build),
        "--no-warm-up",  # it would run beside what is measured
        "--timeout",
        str(DEADLINE),
    ]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    found = re.search(r"http://[\w.:]+", process.stderr.readline())
    assert found
    threading.Thread(target=process.stderr.read, daemon=True).start()
    yield found[0]
    process.terminate()
    process.wait()


if __name__ == "__main__":
    main()
