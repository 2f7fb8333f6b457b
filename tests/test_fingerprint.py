"""What makes a build anew: everything that it is made of, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nqgraph
from tests.conftest import ROOT
from tests.folders import BASICS, dataset

#: Name → shell-free steps in a copy of a checkout: what is changed there.
CHANGES = {
    "nothing": [],
    "another date of a file": [["touch", "queries/praxis"]],
    "ontology": [["append", "ontology/nq.ttl"]],
    "concepts": [["append", "ontology/concepts"]],
    "alignments": [["append", "ontology/alignments"]],
    "shapes": [["append", "shapes/common.ttl"]],
    "rule of the shapes": [["append", "shapes/rules"]],
    "query": [["append", "queries/praxis"]],
    "rule of the inference": [["append", "queries/rules"]],
    "renamed topic": [["rename", "queries/praxis", "queries/praxis-neu"]],  # its files keep their order
    "query in another topic": [["move", "queries/praxis", "queries/wege"]],
    "settings": [["append", "workspace.yaml"]],
    "core vocabulary": [["append", "nqgraph/model/core/ontology"]],
    "core shapes": [["append", "nqgraph/model/core/shapes"]],
    "program": [["append", "nqgraph/validation/validation.py"]],
    "another program of the same name": [["append", "nqgraph/sources/__init__.py"]],
    "messages": [["append", "nqgraph/words/messages.toml"]],
    "cell": [["append", "daten/praxis.csv", "p-neu,Neu,h-zeit,q-bericht,mittel\n"]],
    "renamed table": [["rename", "daten/praxis.csv", "daten/practices.csv"]],
    "table that is gone": [["remove", "daten/praxis.csv"]],
    "dataset.yaml": [["replace", "daten/dataset.yaml", "2026-11-23", "2026-11-24"]],
}
#: Does the steps of each change, asks whether a build would do nothing, and takes them back.
ASKING = r"""
import json, shutil, sys
from pathlib import Path
import nqgraph

def first(path):
    return sorted(p for p in Path(path).iterdir() if p.is_file())[0] if Path(path).is_dir() else Path(path)

def do(what, path, *more):
    if what == "touch":
        first(path).touch()
    elif what == "append":
        with first(path).open("a", encoding="utf-8") as file:
            file.write(more[0] if more else "\n# changed\n")
    elif what == "replace":
        Path(path).write_text(Path(path).read_text(encoding="utf-8").replace(*more), encoding="utf-8")
    elif what == "rename":
        Path(path).rename(more[0])
    elif what == "move":
        first(path).rename(Path(more[0]) / first(path).name)
    elif what == "remove":
        Path(path).unlink()

class Began(Exception):
    pass

def progress(step):
    raise Began  # a build that does nothing takes no step

def unchanged():
    from nqgraph.building import builds
    try:
        return builds.build([Path("daten")], Path("build"), progress=progress).unchanged
    except Began:
        return False

changes = json.loads(sys.argv[1])
assert nqgraph.build("daten", "build").ok
shutil.copytree(".", "../kept")
answers = {}
for name, steps in changes.items():
    for step in steps:
        do(*step)
    answers[name] = unchanged()
    for part in ("nqgraph", "ontology", "shapes", "queries", "daten"):
        shutil.rmtree(part)
        shutil.copytree(f"../kept/{part}", part)
    shutil.copy("../kept/workspace.yaml", "workspace.yaml")
print(json.dumps([nqgraph.__file__, answers]))
"""


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    """Change → whether a build in a copy of the checkout takes it for nothing."""
    copy = tmp_path_factory.mktemp("fingerprint") / "checkout"
    package = Path(nqgraph.__file__).parent
    shutil.copytree(package, copy / "nqgraph", ignore=shutil.ignore_patterns("_bundle", "__pycache__"))
    for name in ("ontology", "shapes", "queries"):
        shutil.copytree(ROOT / name, copy / name)
    shutil.copy(ROOT / "workspace.yaml", copy / "workspace.yaml")
    dataset(copy / "daten", BASICS)
    done = subprocess.run(
        [sys.executable, "-c", ASKING, json.dumps(CHANGES)],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    place, answers = json.loads(done.stdout.splitlines()[-1])
    assert Path(place).is_relative_to(copy)  # the copy was asked, not this checkout
    return dict(answers)


@pytest.mark.parametrize("change", CHANGES)
def test_a_build_is_made_anew_for_whatever_it_is_made_of(change: str, unchanged: dict[str, bool]) -> None:
    """Ontology, shapes, rules, queries and their topics, program, texts and data; not for a touched file."""
    assert unchanged[change] is (change in ("nothing", "another date of a file"))
