"""What several tests share: the shipped graph and the example graph, built once."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from nqgraph.building import builds
from nqgraph.building.builds import Assembly
from nqgraph.graph.graph import Graph
from nqgraph.networks.network import Selection
from nqgraph.pages import files as pages
from nqgraph.sources import datasets
from nqgraph.words.files import write_atomically
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
def shipped() -> Assembly:
    """The shipped datasets, read, validated and with their inferences."""
    return builds.assemble(datasets.find([ROOT / "data"], SPACE))


@pytest.fixture(scope="session")
def shipped_graph(shipped: Assembly) -> Graph:
    """The shipped datasets, open for queries."""
    return Graph(shipped.store)


@pytest.fixture(scope="session")
def shipped_file(shipped_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The shipped datasets as one offline file, which one worker makes for all."""
    folder = tmp_path_factory.getbasetemp()
    path = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "shipped.html"
    with FileLock(f"{path}.lock"):
        if not path.is_file():
            write_atomically(path, pages.one_file(shipped_graph, Selection(), version="v1"))
    return path.read_text(encoding="utf-8")
