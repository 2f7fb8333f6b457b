"""``python -m benchmarks.viewer``: what the picture of a network costs in a real Chromium, for generated networks."""

from __future__ import annotations

import argparse
import json
import math
import random
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from nqgraph.networks.appearance import OTHER, OUTLINES
from nqgraph.pages import bundle

#: Relations for each node, as in the shipped data.
_RELATIONS = 1.9
_FRAMES = 15  # without a graphics card each takes half a second at 20,000 nodes, whatever JavaScript does
#: Milliseconds of JavaScript: a frame while the picture moves, from far and near, a selection, and a new measure.
_MEASURE = """
async frames => {
  const { picture } = document.getElementById('network').explorer, { sigma } = picture;
  const median = values => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  const timed = async work => {
    const took = [];
    for (let i = 0; i < frames; i++) {
      await new Promise(requestAnimationFrame);
      const began = performance.now();
      work(i);
      took.push(performance.now() - began);
    }
    return median(took);
  };
  const camera = sigma.getCamera();
  const near = ratio => i => {
    camera.x = 0.5 + 0.1 * Math.sin(i); camera.y = 0.5 + 0.1 * Math.cos(i); camera.ratio = ratio;
    sigma.render();
  };
  return {
    overview: await timed(near(1)),
    near: await timed(near(0.2)),
    select: await timed(() => sigma.refresh({ skipIndexation: true, schedule: false })),
    measure: await timed(() => sigma.refresh({ schedule: false })),
    labels: picture.drawn().labels.length,
  };
}
"""


def generated(count: int) -> dict[str, Any]:
    """A network of *count* nodes on a disc, most relations short, few nodes with many; the same each time."""
    rng = random.Random(count)
    kinds = [
        {"type": shape, "label": {"de": shape, "en": shape}, "color": OTHER.color, "shape": shape} for shape in OUTLINES
    ]
    spots = [(rng.random() * 2 * math.pi, math.sqrt(rng.random()) * 1000) for _ in range(count)]
    places = [(round(r * math.cos(a)), round(r * math.sin(a))) for a, r in spots]
    order = sorted(range(count), key=lambda node: places[node])
    edges = []
    for _ in range(round(count * _RELATIONS)):
        at = rng.randrange(count)
        other = round(rng.gauss(at, count / 50)) % count if rng.random() < 0.7 else int(count * rng.random() ** 3)
        edges.append([order[at], order[other], 0, 0])
    degree = [0] * count
    for source, target, *_ in edges:
        degree[source] += 1
        degree[target] += 1
    nodes = [
        [n % len(kinds), f"n{n}", f"Eintrag {n} mit 25 Zeichen"[:25], *places[n], degree[n], degree[n] * 3, n % 20]
        for n in range(count)
    ]
    return {"kinds": kinds, "predicates": [{"label": {"de": "kennt", "en": "knows"}}], "nodes": nodes, "edges": edges}


def page(data: dict[str, Any]) -> str:
    """A page with the network alone."""
    script, style = (found.decode() if (found := bundle.read(f"network.{ending}")) else "" for ending in ("js", "css"))
    dumped = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
    return (
        f'<!doctype html><html lang="de"><meta charset="utf-8"><title>n</title><style>{style}</style>'
        f'<main><div id="network"></div></main><script type="application/json" id="network-data">{dumped}</script>'
        f"<script>{script}</script>"
    )


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser("python -m benchmarks.viewer", description=__doc__)
    parser.add_argument("--nodes", type=int, nargs="+", default=[1_000, 5_000, 20_000], help="sizes of networks")
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many is shown")
    options = parser.parse_args()
    if bundle.read("network.js") is None:
        raise SystemExit(bundle.missing_note("en"))
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    columns = ("drawn s", "overview", "near", "select", "measure", "labels")
    print("\n### The picture of the network (ms of JavaScript, median)\n")
    print("| nodes | relations | kB | " + " | ".join(columns) + " |")
    print("|" + " --- |" * (len(columns) + 3))
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-background-networking"]
        )
        for count in options.nodes:
            data = generated(count)
            file = Path(folder) / f"{count}.html"
            file.write_text(page(data), encoding="utf-8")
            rounds = [_measured(browser, file) for _ in range(options.rounds)]
            shown = [
                f"{statistics.median(found[c] for found in rounds):.{0 if c == 'labels' else 2}f}" for c in columns
            ]
            print(
                f"| {count} | {len(data['edges'])} | {file.stat().st_size // 1000} | " + " | ".join(shown) + " |",
                flush=True,
            )
        browser.close()


def _measured(browser: Any, file: Path) -> dict[str, float]:
    opened = browser.new_page(viewport={"width": 1366, "height": 900})
    opened.goto(file.as_uri())
    opened.wait_for_selector(".nqn-stage canvas")
    drawn: float = opened.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"
    )
    found: dict[str, float] = opened.evaluate(_MEASURE, _FRAMES)
    opened.close()
    return found | {"drawn s": drawn / 1000}


if __name__ == "__main__":
    main()
