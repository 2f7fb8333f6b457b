"""What several tests share: the shipped graph and the example graph, built once."""

from __future__ import annotations

import contextlib
import logging
import os
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from nqgraph.building import builds
from nqgraph.building.builds import Assembly
from nqgraph.command import cli
from nqgraph.graph import versions
from nqgraph.graph.graph import Graph
from nqgraph.graph.store import Store
from nqgraph.sources import datasets
from tests.spaces import SPACE

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "data" / "examples" / "musterland"

# the same examples every time, however fast the machine is
_PATIENT = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("fixed", derandomize=True, database=None, deadline=None, suppress_health_check=_PATIENT)
settings.load_profile("fixed")
logging.getLogger("rdflib").setLevel(logging.CRITICAL)


@pytest.fixture(scope="session")
def example() -> Assembly:
    """The example dataset, read, validated and with its inferences."""
    return builds.assemble(datasets.find([EXAMPLE], SPACE))


@pytest.fixture(scope="session")
def example_graph(example: Assembly) -> Graph:
    """The example dataset, open for queries."""
    return Graph(example.store)


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers see."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def checkout(common: Path) -> Path:
    """A folder like a checkout after ``make run``, data and a build of them, which one worker makes; only to read."""
    folder = common / "checkout"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            shutil.copytree(ROOT / "data", f"{folder}.new/data")
            assert builds.build([Path(f"{folder}.new/data")], Path(f"{folder}.new/build")).ok
            Path(f"{folder}.new").rename(folder)
    return folder


@pytest.fixture(scope="session")
def shipped(checkout: Path) -> Store:
    """The shipped datasets with what follows from them, as the build of the checkout holds them."""
    return versions.open(checkout / "build").load()


@pytest.fixture(scope="session")
def shipped_graph(shipped: Store) -> Graph:
    """The shipped datasets, open for queries."""
    return Graph(shipped)


@pytest.fixture(scope="session")
def exported(checkout: Path) -> Callable[[str], Path]:
    """What a command of the documentation exports from the checkout, made by one worker for all tests."""

    def export(line: str) -> Path:
        words = shlex.split(line)
        target = checkout / words[words.index("-o") + 1]
        with FileLock(f"{target}.lock"):
            if not target.exists():
                with contextlib.chdir(checkout):
                    assert cli.main([*words[1:], "--lang", "de"]) == 0, line
        return target

    return export


@pytest.fixture(scope="session")
def shipped_file(exported: Callable[[str], Path]) -> str:
    """The shipped datasets as one offline file."""
    return exported("nqgraph export html -o nqgraph.html").read_text(encoding="utf-8")
