"""The wheel: everything that the program needs is in it, and it works where it is unpacked."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

from nqgraph.graph import queries
from tests.conftest import EXAMPLE, ROOT
from tests.installed import built
from tests.spaces import SPACE

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
#: Where a module has another name than the package that brings it.
PACKAGES = {
    "docx": "python-docx",
    "yaml": "pyyaml",
    "python_calamine": "python-calamine",
    "minify_html": "minify-html",
    "prometheus_client": "prometheus-client",
}
FOLDERS = ("ontology", "shapes", "queries", "data", "harvest")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel."""
    return built(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    """The paths in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def metadata(wheel: Path, names: set[str]) -> Message:
    """What the wheel says about itself."""
    with zipfile.ZipFile(wheel) as archive:
        [path] = [name for name in names if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(archive.read(path).decode("utf-8"))


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the content of the wheel, far from the checkout."""
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def python(unpacked: Path, folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs Python in *folder* with the unpacked wheel before all else."""
    settings = os.environ | {"PYTHONPATH": str(unpacked), "LC_ALL": "de_DE.UTF-8", "PYTHONUTF8": "1", "COLUMNS": "200"}
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(
        command, cwd=folder, env=settings, capture_output=True, text=True, encoding="utf-8", check=False
    )


# -- content -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "nqgraph/__main__.py",
        "nqgraph/py.typed",
        "nqgraph/words/messages.toml",
        "nqgraph/networks/picture.html",
        "nqgraph/networks/picture.js",
    ],
)
def test_the_wheel_has_what_the_modules_read(path: str, names: set[str]) -> None:
    """Texts, template, script and the mark of a typed package travel with the code."""
    assert path in names


def test_the_wheel_has_every_file_of_the_package(names: set[str]) -> None:
    """Not a file of the package is left out, and none of the tests gets in."""
    files = {path for path in (ROOT / "nqgraph").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    ours = {path.relative_to(ROOT).as_posix() for path in files}
    assert {name for name in names if name.startswith("nqgraph/") and "/_workspace/" not in name} == ours
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"nqgraph"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_wheel_has_ontology_shapes_and_queries(folder: str, names: set[str]) -> None:
    """Every file of the workspace is in the wheel."""
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
    prefix = "nqgraph/_workspace/"
    assert {name.removeprefix(prefix) for name in names if name.startswith(f"{prefix}{folder}/")} == files
    assert len(files) > 10


def test_the_wheel_has_the_licences(names: set[str], metadata: Message) -> None:
    """Code and texts have their licence files, and the metadata name them."""
    files = {name.partition(".dist-info/licenses/")[2] for name in names} - {""}
    assert files == {"LICENSE", "LICENSES/CC-BY-4.0.md"}
    assert metadata["License-Expression"] == "Apache-2.0"
    assert set(metadata.get_all("License-File", [])) == files


def test_the_wheel_brings_the_command(wheel: Path, names: set[str]) -> None:
    """Installing it gives the command nqgraph."""
    [path] = [name for name in names if name.endswith(".dist-info/entry_points.txt")]
    with zipfile.ZipFile(wheel) as archive:
        assert "nqgraph = nqgraph.command.cli:main" in archive.read(path).decode()
    assert wheel.name.endswith("-py3-none-any.whl")


def test_every_package_that_is_imported_is_required() -> None:
    """What the code imports is what the wheel asks for: no more, and nothing is missing."""
    imported = set()
    for path in (ROOT / "nqgraph").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.partition(".")[0])
    used = {PACKAGES.get(name, name).lower() for name in imported - set(sys.stdlib_module_names) - {"nqgraph"}}

    def named(requirements: list[str]) -> set[str]:
        return {re.split(r"[<>=~! \[;]", requirement)[0].lower() for requirement in requirements}

    extras = PROJECT["project"]["optional-dependencies"]
    optional = named([one for name in ("frames", "mcp", "bigmatch", "spark") for one in extras[name]])
    assert used - optional == named(PROJECT["project"]["dependencies"])


# -- where it is unpacked ------------------------------------------------------------------------------------------


def test_resources_are_found_in_the_unpacked_wheel(unpacked: Path, tmp_path: Path) -> None:
    """Away from the checkout the package reads its own copies."""
    run = python(
        unpacked, tmp_path, "-c", "import nqgraph.words.workspace as w; print(w.__file__); print(w.find().root)"
    )
    places = ("nqgraph/words/workspace.py", "nqgraph/_workspace")
    assert run.stdout.splitlines() == [str(unpacked / place) for place in places]
    assert SPACE.root == ROOT


def test_the_unpacked_wheel_lists_the_queries(unpacked: Path, tmp_path: Path) -> None:
    """All canned queries are there."""
    run = python(unpacked, tmp_path, "-m", "nqgraph", "query")
    assert (run.returncode, run.stderr) == (0, "")
    assert set(queries.of(SPACE).names()) <= set(run.stdout.split())


def test_the_unpacked_wheel_builds_asks_and_draws(unpacked: Path, tmp_path: Path) -> None:
    """From data to graph, answer and picture, without the checkout."""
    built = python(unpacked, tmp_path, "-m", "nqgraph", "build", EXAMPLE)
    assert built.returncode == 0, built.stderr
    assert built.stdout.splitlines()[-1].startswith("0 Verstöße")
    question = ["praxis-zu-hemmnis", "-p", "hemmnis=h-muster-einkommen", "--format", "csv"]
    asked = python(unpacked, tmp_path, "-m", "nqgraph", "query", *question)
    assert asked.returncode == 0 and "Ausbildung im Betrieb" in asked.stdout
    drawn = python(unpacked, tmp_path, "-m", "nqgraph", "export", "pyvis", "-o", "netz.html")
    assert drawn.returncode == 0 and (tmp_path / "netz.html").stat().st_size > 100_000
    assert (
        python(unpacked, tmp_path, "-m", "nqgraph", "--version").stdout == f"nqgraph {PROJECT['project']['version']}\n"
    )
