"""
Makes each fault of ``mutants.toml`` in a copy of the checkout, and runs the tests that have to notice it.

``python -m tests.mutants [WORD …]`` tries those whose name has one of the words, all without. A fault that no test
notices, or whose place is gone, makes it end with 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIST = Path(__file__).parent / "mutants.toml"
#: What is not copied: it is large, or the tests named in the list do without it.
_LEFT = ("node_modules", ".git", ".venv", "build", "dist", ".*_cache", ".hypothesis", "__pycache__")
#: Exit codes of pytest: tests failed; nothing was collected, or an argument was wrong.
_FAILED, _NOTHING = 1, (4, 5)


@dataclass(frozen=True)
class Mutant:
    """One text in one file that becomes another one, the first after *after*."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    after: str = ""

    def applied(self, text: str) -> str:
        """
        *text* with the fault.

        Raises:
            ValueError: The place is not there, or there are several.
        """
        head, mark, rest = text.partition(self.after) if self.after else ("", "", text)
        found = rest.count(self.old)
        if (self.after and not mark) or not found or (not self.after and found > 1):
            raise ValueError(f"{self.name}: {self.file} has its place {found if mark or not self.after else 0} times")
        return head + mark + rest.replace(self.old, self.new, 1)


def read() -> list[Mutant]:
    """The faults in the order of the list."""
    found = tomllib.loads(LIST.read_text(encoding="utf-8"))["mutant"]
    return [Mutant(**{**one, "tests": tuple(one["tests"])}) for one in found]


def tried(mutants: list[Mutant], folder: Path) -> Iterator[tuple[Mutant, str]]:
    """Each fault with what became of it: ``noticed``, or what is wrong."""
    copy = folder / "checkout"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*_LEFT), symlinks=True)
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    for mutant in mutants:
        path = copy / mutant.file
        whole = path.read_text(encoding="utf-8")
        try:
            path.write_text(mutant.applied(whole), encoding="utf-8")
        except ValueError as error:
            yield mutant, str(error)
            continue
        options = ["-x", "-q", "-n0", "-p", "no:cacheprovider", "--no-cov"]
        command = [sys.executable, "-m", "pytest", *options, *mutant.tests]
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
        path.write_text(whole, encoding="utf-8")
        if done.returncode == _FAILED:
            yield mutant, "noticed"
        elif done.returncode in _NOTHING:
            yield mutant, f"no such test: {' '.join(mutant.tests)}"
        else:
            yield mutant, "not noticed" if done.returncode == 0 else f"pytest ended with {done.returncode}"


def main(words: list[str]) -> int:
    """Try the faults whose name has one of *words*; returns the exit code."""
    chosen = [mutant for mutant in read() if not words or any(word in mutant.name for word in words)]
    left = 0
    with tempfile.TemporaryDirectory() as folder:
        for mutant, what in tried(chosen, Path(folder)):
            left += what != "noticed"
            print(f"{what:12} {mutant.name}: {' '.join(mutant.tests)}", flush=True)
    print(f"{len(chosen) - left} of {len(chosen)} noticed")
    return int(left > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
