"""The wheel in an environment of its own, where nothing of the checkout is seen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


def built(folder: Path) -> Path:
    """The wheel, built in *folder* without network from what lies in the checkout."""
    pytest.importorskip("hatchling", reason="the wheel is built by hatchling")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [path] = folder.glob("*.whl")
    return path


def environment(wheel: Path, folder: Path) -> Path:
    """
    The command ``nqgraph`` of a fresh environment in *folder* that has *wheel*, and no model and no data.

    The packages that it needs are those of the tests, found by a path file; an editable install among them is not,
    for Python reads no path files along the way of another.
    """
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    places = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", vars=places))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    shutil.rmtree(packages / "nqgraph" / "_workspace")
    others = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    (packages / "others.pth").write_text("\n".join(others) + "\n", encoding="utf-8")
    command = Path(sysconfig.get_path("scripts", vars=places)) / "nqgraph"
    python = command.with_name("python")
    command.write_text(f"#!{python}\nfrom nqgraph.command.cli import main\nraise SystemExit(main())\n", "utf-8")
    command.chmod(0o755)
    return command
