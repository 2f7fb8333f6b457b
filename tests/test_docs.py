"""The documentation: generated parts are current, links lead somewhere, examples run and say what they said."""

from __future__ import annotations

import argparse
import doctest
import importlib.util
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from nqgraph.command import cli
from nqgraph.command.commands import parser as command_parser
from nqgraph.graph import queries
from nqgraph.words import vocab
from tests.conftest import ROOT
from tests.spaces import SPACE
from tests.test_own_topic import GUIDES, JOINING

PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "benchmarks").glob("*.md")),
]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(path: Path, language: str) -> list[str]:
    """The fenced code blocks of a page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def commands(program: str) -> list[str]:
    """The command lines that call *program*, as they stand behind the prompt, without comments; not those of guides."""
    pages = [
        page for page in PAGES if page.name not in (*GUIDES, *JOINING)
    ]  # which are followed step by step elsewhere
    lines = [line for page in pages for block in blocks(page, "console") for line in block.splitlines()]
    return sorted({re.split(r"\s+#", line[2:])[0] for line in lines if line.startswith(f"$ {program} ")})


def anchors(page: Path) -> set[str]:
    """What a link can point to on a page: headings as GitHub names them, and written anchors."""
    text = page.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)">', text))


def generator() -> ModuleType:
    """The module ``docs/generate.py``."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATED = generator().GENERATED


@pytest.fixture(scope="module")
def folder(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like a checkout after ``make run``: the data, and a build of them."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("data", "build"):
        shutil.copytree(checkout / name, folder / name, symlinks=True)
    return folder


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_page_is_current(name: str) -> None:
    """What is committed is what ``make docs`` writes."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == GENERATED[name](), "run: make docs"


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_lead_to_something_that_exists(page: Path) -> None:
    """Each link inside the repository names a file that is there, and an anchor that the file has."""
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", [p for p in PAGES if ">>>" in p.read_text(encoding="utf-8")], ids=relative)
def test_examples_with_answers_are_right(page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each example of the page runs, one after the other, and answers what stands there."""
    monkeypatch.chdir(folder)
    result = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert result.attempted > 3
    assert result.failed == 0


@pytest.mark.parametrize(
    "code",
    [b for page in PAGES for b in blocks(page, "python") if ">>>" not in b],
    ids=lambda code: code.split("\n")[2],
)
def test_python_without_answers_runs(code: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python in the pages runs as it stands, in a checkout with a build."""
    monkeypatch.chdir(folder)
    exec(compile(code, "example", "exec"), {})


@pytest.mark.parametrize("line", commands("nqgraph"))
def test_a_command_in_the_documentation_runs(
    line: str,
    folder: Path,
    exported: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each command with ``nqgraph`` does what it says: it ends well and gives an answer or a file."""
    if re.match("nqgraph export (html|site) ", line):  # dear, and read by other tests too
        assert exported(line).exists()
        return
    if "serve" in shlex.split(line):
        pytest.skip("runs until it is stopped")
    if "check-ontology" in line and shutil.which("java") is None:
        pytest.skip("HermiT needs Java")
    monkeypatch.chdir(folder)
    code = cli.main(shlex.split(line)[1:])
    out, err = capsys.readouterr()
    assert code == 0, err
    assert out.strip() or err.strip()


@pytest.mark.parametrize("line", commands("make"))
def test_a_make_target_in_the_documentation_exists(line: str) -> None:
    """``make run`` and the like are targets; what they run is tested elsewhere."""
    done = subprocess.run([*shlex.split(line), "--dry-run"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_readme_lists_every_command_with_its_options() -> None:
    """Each command of the program stands in the table, and each option in the table is one of the command."""
    parser = command_parser("en")
    (action,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    rows = re.findall(r"^\| `nqgraph ([a-z-]+)(.*?)` \|", README, re.MULTILINE)
    assert {name for name, _ in rows} == set(action.choices)
    for name, usage in rows:
        known = {option for a in action.choices[name]._actions for option in a.option_strings}
        assert set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", usage)) <= known, name


def test_the_readme_lists_every_dataset() -> None:
    """Each folder with a dataset stands in the table of datasets."""
    found = {relative(path.parent) for path in (ROOT / "data").rglob("dataset.yaml")}
    assert set(re.findall(r"^\| `(data/[\w/-]+)` \|", README, re.MULTILINE)) == found


def test_every_query_answers_a_competency_question() -> None:
    """There are more than thirty questions, the ten of the working group among them, each with a query that exists."""
    page = (ROOT / "docs" / "competency-questions.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE)) == set(queries.of(SPACE).names())
    assert len(queries.of(SPACE).names()) >= 30
    first = re.findall(r"^\| (\d+) \| .*? \| `nqgraph query ([\w-]+)", page, re.MULTILINE)
    assert [number for number, _ in first] == [str(n) for n in range(1, 11)]
    assert {name for _, name in first} <= set(queries.of(SPACE).names())


def test_the_pages_name_terms_that_exist() -> None:
    """A term of ours in a page is one of the ontology: documentation does not outlive what it describes."""
    files = [path.read_text(encoding="utf-8") for path in SPACE.files("ontology", "*.ttl")]
    terms = {term for text in files for term in re.findall(r"^nq:(\w+) a ", text, re.MULTILINE)}
    for page in PAGES:
        used = set(re.findall(r"\bnq:(\w+)", page.read_text(encoding="utf-8")))
        assert used <= terms, (relative(page), vocab.NQ)
