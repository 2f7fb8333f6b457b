"""Builds: the same input gives the same bytes, and whatever goes wrong, the last good build stays."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import SH

import nqgraph
from nqgraph.building import builds
from nqgraph.building.builds import Assembly, Build
from nqgraph.graph import versions as written
from nqgraph.graph.store import Store
from nqgraph.graph.versions import open as open_version
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, StoreError
from nqgraph.words.workspace import Workspace, shipped
from tests.conftest import EXAMPLE
from tests.folders import BASICS, PRACTICES, dataset
from tests.spaces import IRIS

#: As the basic practice, but answering nothing that exists for it: no label.
UNLABELLED = PRACTICES.replace(",Lotsen,", ",,")


def build(sources: Path | list[Path], out: Path, *, force: bool = False) -> Build:
    return builds.build([sources] if isinstance(sources, Path) else sources, out, force=force)


def label(folder: Path, text: str) -> None:
    """Change the label of the practice in a dataset, so that the next build is another version."""
    (folder / "praxis.csv").write_text(PRACTICES.replace("Lotsen", text), encoding="utf-8")


def labels(out: Path) -> set[str]:
    """Labels of practices in the build that is served."""
    return {
        row[0] for row in open_version(out).load().select("SELECT ?l WHERE { ?p a nq:Practice ; skos:prefLabel ?l }")
    }


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def beside_the_model(version: Path) -> set[str]:
    """The files of a version without the copy of its model."""
    return {path for path in contents(version) if not path.startswith(f"{written.MODEL_FOLDER}/")}


def versions(out: Path) -> set[str]:
    return {path.name for path in (out / "versions").iterdir()}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The basic dataset."""
    return dataset(tmp_path / "daten", BASICS)


@pytest.fixture
def out(tmp_path: Path, data: Path) -> Path:
    """A build of the basic dataset."""
    assert build(data, tmp_path / "build").ok
    return tmp_path / "build"


# -- the same input, the same bytes --------------------------------------------------------------------------------


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two machines with other folders and another hash seed write the same version, byte for byte."""
    shutil.copytree(EXAMPLE, tmp_path / "hier" / "musterland")
    shutil.copytree(EXAMPLE, tmp_path / "ganz" / "woanders" / "musterland")
    first = build(tmp_path / "hier" / "musterland", tmp_path / "eins")
    run = "import sys, nqgraph; print(nqgraph.build(sys.argv[1], sys.argv[2]).manifest['version'])"
    command = [sys.executable, "-c", run, "woanders/musterland", str(tmp_path / "zwei")]
    environment = os.environ | {"PYTHONHASHSEED": "4711", "PYTHONPATH": str(Path(nqgraph.__file__).parent.parent)}
    second = subprocess.run(command, cwd=tmp_path / "ganz", env=environment, capture_output=True, text=True, check=True)
    assert second.stdout.strip() == first.manifest["version"]
    assert contents(tmp_path / "eins") == contents(tmp_path / "zwei")


def test_the_version_is_named_after_the_content(data: Path, out: Path) -> None:
    """Another content is another version; going back gives the old name again."""
    first = builds.current(out)
    label(data, "Ämterlotsen")
    second = build(data, out)
    label(data, "Lotsen")
    third = build(data, out)
    assert first is not None and second.path is not None
    assert second.path != first and third.path == first
    assert labels(out) == {"Lotsen"}


def test_an_unchanged_build_does_nothing(data: Path, out: Path) -> None:
    """Where no input has changed nothing is read, checked or written."""
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    steps: list[str] = []
    again = builds.build([data], out, progress=steps.append)
    assert again.unchanged and again.ok and again.report is None and steps == []
    assert again.manifest["quads"] > 0 and again.path == builds.current(out)
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [("praxis.csv", "mittel", "hoch"), ("dataset.yaml", "public", "internal"), ("dataset.yaml", "Amt", "Bund")],
)
def test_every_change_of_the_input_is_noticed(data: Path, out: Path, file: str, old: str, new: str) -> None:
    """A cell, the visibility or the publisher: each gives a new version."""
    text = (data / file).read_text(encoding="utf-8")
    (data / file).write_text(text.replace(old, new), encoding="utf-8")
    again = build(data, out)
    assert not again.unchanged and again.ok and len(versions(out)) == 2


def test_a_forced_build_is_built_again(data: Path, out: Path) -> None:
    """Force builds although nothing has changed, and gives the same version."""
    before = contents(out)
    again = build(data, out, force=True)
    assert not again.unchanged and again.report is not None and again.report.conforms
    assert contents(out) == before


def test_a_forced_build_mends_a_damaged_one(data: Path, out: Path) -> None:
    """The message about a damaged build says “--force”; that writes the version anew."""
    version = builds.current(out)
    assert version is not None
    whole = (version / builds.GRAPH_FILE).read_bytes()
    (version / builds.GRAPH_FILE).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreError) as caught:
        open_version(out).load()
    assert "--force" in caught.value.in_language("de") and "damaged" in caught.value.in_language("en")
    build(data, out, force=True)
    assert (version / builds.GRAPH_FILE).read_bytes() == whole


def test_the_manifest_says_what_was_built(tmp_path: Path) -> None:
    """Version, datasets with their rows, what was merged and inferred, findings and size stand in the manifest."""
    built = build(EXAMPLE, tmp_path / "build")
    assert built.path is not None
    manifest = json.loads((built.path / builds.MANIFEST_FILE).read_text(encoding="utf-8"))
    assert manifest == built.manifest
    assert manifest["version"] == built.path.name == (tmp_path / "build" / "current").read_text().strip()
    assert manifest["previous"] is None and manifest["merged"] == 1
    assert manifest["findings"] == {"violation": 0, "warning": 0, "info": 27}
    (one,) = manifest["datasets"]
    assert (one["name"], one["visibility"], one["issued"]) == ("musterland", "public", "2026-11-23")
    assert one["title"]["de"].startswith("Musterland") and one["license"].startswith("https://")
    assert one["rows"]["nq:Practice"] == 6 and one["rows"]["nq:Observation"] == 8
    assert manifest["inferred"]["answered-by"] > 0
    lines = (built.path / builds.GRAPH_FILE).read_bytes().splitlines()
    assert manifest["quads"] == len(lines)
    assert one["triples"] == sum(line.endswith(b"<https://w3id.org/nqgraph/graph/musterland> .") for line in lines)


def test_two_versions_are_kept(data: Path, out: Path) -> None:
    """The served version and the one before stay; older ones are removed."""
    names = [builds.current(out)]
    for text in ("Zwei", "Drei", "Vier"):
        label(data, text)
        names.append(build(data, out).path)
    assert versions(out) == {path.name for path in names[-2:] if path is not None}
    assert builds.current(out) == names[-1] and labels(out) == {"Vier"}
    served = json.loads((out / "versions" / str(names[-1]) / builds.MANIFEST_FILE).read_text(encoding="utf-8"))
    assert names[-2] is not None and served["previous"] == names[-2].name


def test_news_are_told_against_other_data(data: Path, out: Path, tmp_path: Path) -> None:
    """A build that only the model makes another one hides no news: those since the data were others stay."""
    first = builds.current(out)
    label(data, "Zwei")
    second = build(data, out)
    assert first is not None and second.manifest["previous"] == first.name
    for name, content in shipped().model().items():
        place = tmp_path / "model" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content + b"\n# another model\n" if name.endswith("praxis-liste.rq") else content)
    third = builds.build([data], out, Workspace.read(tmp_path / "model"))
    assert third.path not in (None, second.path)
    assert third.manifest["previous"] == first.name and third.manifest["data"] == second.manifest["data"]


# -- what goes wrong -----------------------------------------------------------------------------------------------


def test_violations_keep_the_last_good_build(data: Path, out: Path) -> None:
    """Data that violate the shapes are not built; the report names the cell, and the last build is untouched."""
    before = contents(out)
    (data / "praxis.csv").write_text(UNLABELLED, encoding="utf-8")
    rejected = build(data, out)
    assert not rejected.ok and rejected.path is None and rejected.manifest == {}
    assert rejected.report is not None and not rejected.report.conforms
    (finding,) = [found for found in rejected.report.findings if found.severity != vocab.SH.Info]
    assert finding.place.in_language("de").endswith("daten/praxis.csv, Zeile 2, Spalte „Bezeichnung (de)“")
    assert "Bezeichnung" in finding.in_language("de") and "Label" in finding.in_language("en")
    assert contents(out) == before and labels(out) == {"Lotsen"}


def test_a_first_build_with_violations_writes_nothing(tmp_path: Path) -> None:
    """Where there is no good build yet there is none afterwards."""
    bad = dataset(tmp_path / "daten", BASICS | {"praxis.csv": UNLABELLED})
    assert not build(bad, tmp_path / "build").ok
    assert not (tmp_path / "build").exists()
    with pytest.raises(StoreError) as caught:
        open_version(tmp_path / "build").load()
    assert "nqgraph build" in caught.value.in_language("de") and "nqgraph build" in caught.value.in_language("en")


def test_unreadable_input_keeps_the_last_good_build(data: Path, out: Path) -> None:
    """A file that cannot be read is an error with its place; the last build is untouched."""
    before = contents(out)
    (data / "praxis.csv").write_bytes(PRACTICES.replace("Lotsen", "Ämterlotsen").encode("latin-1"))
    with pytest.raises(InputError) as caught:
        build(data, out)
    assert "praxis.csv, Zeile 1:" in caught.value.in_language("de")
    assert contents(out) == before and labels(out) == {"Lotsen"}


#: What a build writes, in this order; the model's files come between graph and manifest.
WRITTEN = {"graph": written.GRAPH_FILE, "model": "nq.ttl", "manifest": written.MANIFEST_FILE, "pointer": ".current"}
WRITES = pytest.mark.parametrize("write", WRITTEN.values(), ids=WRITTEN)


@WRITES
def test_a_full_disk_keeps_the_last_good_build(
    data: Path, out: Path, write: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever write fails for want of space: a clear error, no half files, the last build stays, the next works."""
    files, before = {path for path in contents(out) if ".lock" not in path}, labels(out)
    label(data, "Ämterlotsen")
    real = written._write_through

    def full(path: Path, data: bytes) -> None:
        if path.name == write:
            path.write_bytes(data[:10])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(written, "_write_through", full)
        with pytest.raises(StoreError) as caught:
            build(data, out)
    german, english = caught.value.in_language("de"), caught.value.in_language("en")
    assert str(out) in german and "Platz" in german and "letzte gute Stand bleibt" in german
    assert str(out) in english and "space" in english and "last good build stays" in english
    assert labels(out) == before
    left = {path for path in contents(out) if ".lock" not in path} - files
    assert all(path.startswith("versions/") and "half" not in path for path in left)
    assert build(data, out).ok and labels(out) == {"Ämterlotsen"}


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, data: Path) -> None:
    """A file where the build folder should be gives a message, not a traceback."""
    (tmp_path / "build").write_text("hier liegt schon etwas", encoding="utf-8")
    with pytest.raises(StoreError) as caught:
        build(data, tmp_path / "build")
    assert "build" in caught.value.in_language("de") and "Schreibrechte" in caught.value.in_language("de")
    assert "permissions" in caught.value.in_language("en")


# -- killed and concurrent builds ----------------------------------------------------------------------------------

#: Builds, and stops at the given write until a line comes in.
STOPPING = """
import sys
import nqgraph
from nqgraph.graph import versions
real = versions._write_through
def stop(path, data):
    if path.name == sys.argv[3]:
        path.write_bytes(data[:10])
        print("writing", flush=True)
        sys.stdin.readline()
    real(path, data)
versions._write_through = stop
print(nqgraph.build(sys.argv[1], sys.argv[2]).manifest["version"], flush=True)
"""


@contextmanager
def another(script: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Another process that runs *script*; it is gone afterwards, whatever happens."""
    environment = os.environ | {"PYTHONPATH": str(Path(nqgraph.__file__).parent.parent)}
    command = [sys.executable, "-c", script, *map(str, arguments)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
@WRITES
def test_a_killed_build_leaves_the_last_one_and_no_traces(data: Path, out: Path, write: str) -> None:
    """kill -9 in the middle of writing: the last build opens, the next one works and cleans up."""
    label(data, "Zwei")
    with another(STOPPING, data, out, write) as process:
        assert line(process) == "writing"
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert labels(out) == {"Lotsen"}
    label(data, "Drei")
    built = build(data, out)
    assert labels(out) == {"Drei"} and built.path is not None
    assert versions(out) == {built.path.name, built.manifest["previous"]}
    assert {path.name for path in out.iterdir()} <= {"versions", "current", ".lock"}


def test_two_builds_into_one_folder_do_not_break_each_other(tmp_path: Path, data: Path, out: Path) -> None:
    """
    Two processes write different data at once: both succeed, and what is served in the end is whole.

    The first has its version ready and is about to point to it when the second comes, which must not clear it away.
    """
    other = dataset(tmp_path / "andere", BASICS | {"praxis.csv": PRACTICES.replace("Lotsen", "Andere")})
    label(data, "Zwei")
    with another(STOPPING, data, out, WRITTEN["pointer"]) as first:
        assert line(first) == "writing"
        with another(STOPPING, other, out, "nothing") as second:
            with suppress(subprocess.TimeoutExpired):  # it waits for the first; if it does not, let it do its harm
                second.wait(timeout=2)
            go_on(first)
            names = {line(first), line(second)}
            assert first.wait() == second.wait() == 0
    current = builds.current(out)
    assert current is not None and current.name in names
    assert labels(out) == {"Andere"}
    for name in versions(out):
        assert beside_the_model(out / "versions" / name) == {builds.GRAPH_FILE, builds.MANIFEST_FILE}


def test_two_builds_of_the_same_data_are_one(data: Path, out: Path) -> None:
    """Two processes build the same at once: neither fails because the other has made the folder."""
    label(data, "Zwei")
    with another(STOPPING, data, out, WRITTEN["graph"]) as first, another(STOPPING, data, out, "nothing") as second:
        assert line(first) == "writing"
        go_on(first)
        assert line(first) == line(second) != ""
        assert first.wait() == second.wait() == 0
    assert labels(out) == {"Zwei"}


# -- public and internal -------------------------------------------------------------------------------------------

INTERNAL = {
    "hemmnisse.csv": (
        "Kennung,Bezeichnung (de),Gruppe,Teil von Hemmnis,Raum,Quellen,Verlässlichkeit\n"
        "h-vertraulich,Vertrauliches Hemmnis,Betrieb,h-zeit,r-land,q-bericht,hoch\n"
    ),
    "praxis.csv": (
        "Kennung,Bezeichnung (de),Beginn,Quellen,Verlässlichkeit\n"
        "p-vertraulich,Vertrauliche Praxis,2016,q-bericht,hoch\n"
    ),
    "aussagen.csv": (
        "Subjekt,Beziehung,Objekt,Status,eingeordnet durch,Begründung (de),Quellen,Verlässlichkeit\n"
        "p-vertraulich,antwortet auf Hemmnis,h-zeit,eingeordnet,Redaktion,Vertraulich gesagt.,q-bericht,mittel\n"
        "p-vertraulich,antwortet auf Hemmnis,h-vertraulich,eingeordnet,Redaktion,Vertraulich.,q-bericht,mittel\n"
    ),
    "mehr.ttl": "<https://example.org/vertraulich> <https://example.org/sagt> 'Vertrauliches' .\n",
}


def test_internal_datasets_are_not_in_the_public_graph(tmp_path: Path, data: Path) -> None:
    """What is internal stands in its own named graph of the whole, and nothing of it or from it in the public one."""
    hidden = dataset(tmp_path / "intern", INTERNAL, visibility="internal", title="{de: Vertrauliche Daten}")
    built = build([data, hidden], tmp_path / "build")
    alone = build(data, tmp_path / "allein")
    assert built.path is not None and alone.path is not None
    whole, public = ((built.path / n).read_text(encoding="utf-8") for n in (builds.GRAPH_FILE, builds.PUBLIC_FILE))
    assert f"<{IRIS.dataset_graph('intern')}> .\n" in whole and "Vertrauliche Praxis" in whole
    assert "vertraulich" not in public.lower() and "intern>" not in public
    assert public == (alone.path / builds.GRAPH_FILE).read_text(encoding="utf-8")
    assert built.manifest["public"] == alone.manifest["version"]
    # Something followed from it in the whole graph, so that the public one had something to keep out.
    inferred = [x for x in whole.splitlines() if x.endswith(f"<{IRIS.inferred}> .") and "vertraulich" in x]
    assert any("h-zeit" in quad for quad in inferred)
    asked = "SELECT ?p WHERE { ?p a nq:Practice }"
    assert len(list(open_version(tmp_path / "build", internal=True).load().select(asked))) == 2
    assert len(list(open_version(tmp_path / "build").load().select(asked))) == 1


def test_what_is_public_cannot_lean_on_what_is_internal(tmp_path: Path, data: Path) -> None:
    """A public statement about an internal thing would be broken in public; it keeps the build from being written."""
    hidden = dataset(tmp_path / "intern", INTERNAL, visibility="internal")
    leaning = (
        "<https://w3id.org/nqgraph/id/obstacle/h-zeit> <https://w3id.org/nqgraph/def/isCaseOf>"
        " <https://w3id.org/nqgraph/id/obstacle/h-vertraulich> .\n"
    )
    (tmp_path / "intern" / "hemmnisse.csv").write_text(
        INTERNAL["hemmnisse.csv"].replace("h-zeit", ""), encoding="utf-8"
    )
    (data / "mehr.ttl").write_text(leaning, encoding="utf-8")
    built = build([data, hidden], tmp_path / "build")
    assert not built.ok and built.report is not None
    bad = [finding for finding in built.report.findings if finding.severity == str(SH.Violation)]
    assert {finding.path for finding in bad} == {vocab.NQ.isCaseOf}
    (data / "mehr.ttl").unlink()
    (data / "hemmnisse.csv").write_text(
        "Kennung,Bezeichnung (de),Gruppe,Teil von Hemmnis,Raum,Quellen,Verlässlichkeit\n"
        "h-zeit,Zeit,Betrieb,h-vertraulich,r-land,q-bericht,hoch\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        build([data, hidden], tmp_path / "build")
    assert "hemmnisse.csv, Zeile 2" in caught.value.in_language("de")
    assert "h-vertraulich" in caught.value.in_language("en")
    assert builds.current(tmp_path / "build") is None


def test_without_internal_datasets_there_is_one_graph(out: Path) -> None:
    """Where everything is public no second file is written, and the public graph is the whole."""
    assert {path.name for path in out.iterdir()} - {".lock"} == {"versions", "current"}
    [version] = (out / "versions").iterdir()
    assert beside_the_model(version) == {builds.GRAPH_FILE, builds.MANIFEST_FILE}
    assert len(open_version(out).load()) == len(open_version(out, internal=True).load())
    assert not open_version(out, internal=True).internal


# -- what a build is -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def quads(shipped: Store) -> list[ox.Quad]:
    """All statements of the shipped data with what follows from them."""
    return list(ox.parse(shipped.nquads(), format=ox.RdfFormat.N_QUADS))


def test_each_triple_stands_in_one_named_graph(quads: list[ox.Quad]) -> None:
    """Oxigraph's union of graphs would count a triple in two graphs twice."""
    assert len({quad.triple for quad in quads}) == len(quads) > 30_000


def test_there_are_no_blank_nodes(quads: list[ox.Quad]) -> None:
    """Everything has an address, so that two builds can be compared line by line."""
    parts = [part for quad in quads for part in (quad.subject, quad.object, quad.graph_name)]
    assert not any(isinstance(part, ox.BlankNode) for part in parts)


def test_every_quad_has_a_graph_of_a_dataset_or_of_ours(quads: list[ox.Quad]) -> None:
    """Nothing stands in the default graph; each dataset has a graph of its own."""
    names = {str(quad.graph_name).strip("<>") for quad in quads}
    shipped = {IRIS.dataset_graph(name) for name in ("process", "nrw", "laender-eu", "regions", "mappings")}
    assert names == shipped | set(IRIS.own_graphs)


def test_the_file_of_a_build_is_whole(tmp_path: Path, example: Assembly) -> None:
    """Its lines are sorted, each triple stands once and none has a blank node; it opens to as many statements."""
    built = build(EXAMPLE, tmp_path / "build")
    assert built.path is not None
    data = (built.path / builds.GRAPH_FILE).read_bytes()
    lines = data.splitlines()
    assert lines == sorted(set(lines)) and b"_:" not in b"\n".join(x for x in lines if b'"' not in x)
    assert len({quad.triple for quad in ox.parse(data, format=ox.RdfFormat.N_QUADS)}) == len(lines)
    assert len(open_version(tmp_path / "build").load()) == len(lines) > len(example.store)
    for name in IRIS.own_graphs:
        assert any(x.endswith(f"<{name}> .".encode()) for x in lines)
