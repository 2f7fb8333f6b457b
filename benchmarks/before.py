"""The canned queries as they were at first, each one text that says all that it shows, on the graph of that day."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

#: The last state in which all 65 texts were as they were first measured.
COMMIT = "8bbf7b2"
#: Runs in that state, with its own program: the time of each text on the bare engine, its terms bound beforehand.
_TIMES = """
import json, statistics, sys, time
import pyoxigraph as ox
import nqgraph
from nqgraph import queries, vocab
from nqgraph.store import parse_term

def timed(call):
    began = time.process_time()
    call()
    return time.process_time() - began

graph = nqgraph.open(sys.argv[1])
raw, times, rows = ox.Store(), {}, {}
raw.bulk_load(graph.store.nquads(), format=ox.RdfFormat.N_QUADS)
for query in queries.all_queries():
    values = {"lang": "de", **query.example} if query.parameter("lang") else query.example
    bindings = queries.bind(query, values, graph)
    text = query.with_parameters(bindings)
    terms = {ox.Variable(name): parse_term(term) for name, term in bindings.items()}
    def call():
        answer = raw.query(text, prefixes=vocab.PREFIXES, use_default_graph_as_union=True, substitutions=terms)
        return answer.serialize(format=ox.QueryResultsFormat.JSON)
    rows[query.name] = len(json.loads(call())["results"]["bindings"])
    times[query.name] = statistics.median(timed(call) for _ in range(7))
print(json.dumps({"times": times, "rows": rows, "quads": len(raw)}))
"""


def times() -> dict[str, float] | None:
    """Query → seconds of the processor; None where the history is not there."""
    packed = subprocess.run(["git", "archive", COMMIT], capture_output=True, check=False)
    if packed.returncode:
        print(f"{COMMIT}: {packed.stderr.decode().strip()}", file=sys.stderr)
        return None
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
            archive.extractall(folder, filter="data")
        build, environment = str(Path(folder) / "built"), {**os.environ, "PYTHONPATH": folder}
        for command in (["-m", "nqgraph", "build", "data", "--out", build, "-q"], ["-c", _TIMES, build]):
            said = subprocess.run(
                [sys.executable, *command], cwd=folder, env=environment, stdout=subprocess.PIPE, check=True
            ).stdout
    found: dict[str, dict[str, float]] = json.loads(said)
    print(f"{COMMIT}: {len(found['times'])} queries, {sum(found['rows'].values())} rows, {found['quads']} quads")
    return found["times"]
