"""A release: whole, the same each time, right by the tools of others, and with nothing that must not leave."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
from rdflib import DCTERMS, RDF, Graph, Literal, URIRef
from rdflib.namespace import DCAT, OWL
from rocrate.rocrate import ROCrate

from nqgraph.building import builds
from nqgraph.command import cli
from nqgraph.exports import redirects
from nqgraph.exports.leaks import KINDS, Check
from nqgraph.graph import versions
from nqgraph.graph.graph import Graph as Answers
from nqgraph.graph.store import Store
from nqgraph.networks.network import Selection
from nqgraph.pages import files as pages
from nqgraph.sources import sssom
from nqgraph.words import vocab
from nqgraph.words.workspace import Workspace
from tests.folders import BASICS, PRACTICES, dataset
from tests.spaces import IRIS, SPACE
from tests.test_catalogue import AUTHORITY, NOT_IN_SIGHT, SHAPES, VOID, results

#: An internal dataset; what it says stands nowhere else.
INTERNAL = {
    "quellen.csv": "Kennung,Titel,Herausgeber,Art,gelesener Teil,gesehen\n"
    "q-vermerk-7,Vermerk zur Sondermittelvergabe,Amt,Programmseite,vollständig,vollständig\n",
    "hemmnisse.csv": "Kennung,Bezeichnung (de),Beschreibung (de),Gruppe,Raum,Quellen,Verlässlichkeit\n"
    "h-verschluss,Sonderfonds,Die Mittel reichen nach diesem Plan nur bis zum Ende des Jahres.,Betrieb,r-land,"
    "q-vermerk-7,hoch\n",
}
SECRETS = ("h-verschluss", "q-vermerk-7", "Sondermittelvergabe", "nach diesem Plan", "graph/akten")
LINKS = f"""\
#mapping_set_id: https://example.org/mapping/regions
#license: https://creativecommons.org/licenses/by/4.0/
#curie_map:
#  nqid: {IRIS.things}
subject_id\tpredicate_id\tobject_id\tmapping_justification\treviewer_label\tmapping_date
nqid:region/r-land\tdcterms:isPartOf\thttp://data.europa.eu/nuts/code/DE\tsemapv:ManualMappingCuration\tRedaktion\t2026-11-20
nqid:region/r-land\tschema:sameAs\thttp://www.wikidata.org/entity/Q1198\tsemapv:ManualMappingCuration\tRedaktion\t2026-11-20
"""
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
#: The shipped workspace, once its pages lie somewhere.
PUBLISHED = Workspace(SPACE.root, replace(SPACE.settings, site="https://pages.example/nq/"))


def run(*arguments: str | Path, code: int = 0) -> None:
    """Call the command; it must end with *code*."""
    assert cli.main([*map(str, arguments), "--lang", "de"]) == code


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build and its release 1.0.0; then one with a new practice and a dataset that is internal now, and its 1.1.0."""
    folder = tmp_path_factory.mktemp("release")
    said = {"license": CC_BY, "description": "{de: Was ein Bericht sagt., en: What a report says.}"}
    public = dataset(folder / "data" / "basis", {**BASICS, "regionen.sssom.tsv": LINKS}, **said)
    dataset(folder / "data" / "akten", INTERNAL, title="{de: Akten}", publisher="Referat")
    assert builds.build([folder / "data"], folder / "build").ok
    run("release", "1.0.0", "--source", folder / "build", "-o", folder / "release")
    dataset(folder / "data" / "akten", INTERNAL, visibility="internal", title="{de: Akten}", publisher="Referat")
    (public / "praxis.csv").write_text(
        f"{PRACTICES}p-neu,Lernwerk im Sonderfonds,individuell,q-bericht,mittel\n", encoding="utf-8"
    )
    assert builds.build([folder / "data"], folder / "build").ok
    run("release", "1.1.0", "--source", folder / "build", "-o", folder / "release")
    return folder


@pytest.fixture(scope="module")
def release(folder: Path) -> Path:
    """The latest release."""
    return folder / "release" / "1.1.0"


def quads(path: Path) -> set[ox.Quad]:
    """The statements of a dump; it has no blank nodes."""
    return set(ox.parse(path=str(path)))


# -- what is in it -------------------------------------------------------------------------------------------------


def test_the_checksums_are_those_of_all_files(release: Path) -> None:
    """As ``sha256sum -c`` takes them; no file is without one."""
    lines = (release / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    found = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()}
    assert set(sums) == found - {"SHA256SUMS"}
    assert {name: hashlib.sha256((release / name).read_bytes()).hexdigest() for name in sums} == sums
    if shutil.which("sha256sum"):
        subprocess.run(["sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS"], cwd=release, check=True)


def test_three_dumps_say_the_same_and_all_that_is_public(folder: Path, release: Path) -> None:
    """TriG, N-Quads and JSON-LD, by a parser of others; only labels and the version are more than in the build."""
    whole = quads(release / "nqgraph.nq")
    assert whole == quads(release / "nqgraph.trig") == quads(release / "nqgraph.jsonld")
    built = set(versions.open(folder / "build").load().nquads().splitlines())
    more = {quad for quad in whole if f"{quad} .".encode() not in built}
    assert {quad.predicate.value for quad in more} == {
        vocab.RDFS.label, str(OWL.versionIRI), str(OWL.versionInfo), str(OWL.priorVersion),
    }  # fmt: skip
    assert len(built) - len(whole - more) == 2  # the former version


def test_each_dataset_is_there_as_turtle_and_as_tables(release: Path, tmp_path: Path) -> None:
    """The Turtle is the named graph; whoever builds the tables gets the same statements."""
    assert {path.name for path in (release / "datasets").iterdir()} == {"basis", "basis.ttl"}
    graph = ox.NamedNode(IRIS.dataset_graph("basis"))
    held = {quad.triple for quad in quads(release / "nqgraph.nq") if quad.graph_name == graph}
    assert {quad.triple for quad in quads(release / "datasets" / "basis.ttl")} == held != set()
    tables = {path.name: path.read_text(encoding="utf-8") for path in (release / "datasets" / "basis").iterdir()}
    dataset(tmp_path / "basis", {**tables, "regionen.sssom.tsv": LINKS}, license=CC_BY)
    assert builds.build([tmp_path / "basis"], tmp_path / "build").ok
    store = versions.open(tmp_path / "build").load()
    label = ox.NamedNode(vocab.RDFS.label)
    again = set(ox.parse(store.dump("nt", graph.value), format=ox.RdfFormat.N_TRIPLES))
    assert {quad.triple for quad in again} == {triple for triple in held if triple.predicate != label}


def test_the_ontology_names_its_version_and_the_one_before(folder: Path) -> None:
    """``owl:versionIRI`` and ``owl:priorVersion`` of the terms of the workspace; the first release has none before."""
    node = URIRef(IRIS.terms)
    for version, before in (("1.0.0", None), ("1.1.0", "1.0.0")):
        graph = Graph().parse(folder / "release" / version / "ontology.ttl")
        assert list(graph.objects(node, OWL.versionIRI)) == [node + version]
        assert list(graph.objects(node, OWL.versionInfo)) == [Literal(version)]
        assert list(graph.objects(node, OWL.priorVersion)) == ([node + before] if before else [])


def test_the_change_log_says_what_is_new_since_the_release_before(folder: Path) -> None:
    """In both languages and as data, and nothing else; the first release says that it is the first."""
    first, second = folder / "release" / "1.0.0", folder / "release" / "1.1.0"
    assert "Erste Ausgabe" in (first / "CHANGES.de.md").read_text("utf-8")
    assert "First release" in (first / "CHANGES.en.md").read_text("utf-8")
    assert json.loads((first / "changes.json").read_text("utf-8"))["old"] is None
    changes = json.loads((second / "changes.json").read_text("utf-8"))
    assert (changes["old"], changes["new"]) == ("1.0.0", "1.1.0")
    assert [c["about"] for g in changes["groups"] for c in g["changes"]] == [f"{IRIS.things}practice/p-neu"]
    assert changes["rest"] == {"removed": [], "added": []}
    for lang in ("de", "en"):
        said = (second / f"CHANGES.{lang}.md").read_text("utf-8")
        assert "1.0.0" in said and "Lernwerk" in said and str(folder) not in said


def test_what_it_is_compared_with_can_be_named(folder: Path, tmp_path: Path) -> None:
    """Whatever state it is; the version before stays what it is."""
    shutil.copytree(folder / "release" / "1.1.0", tmp_path / "1.1.0")
    since = str(folder / "release" / "1.0.0")
    run("release", "2.0.0", "--source", folder / "build", "-o", tmp_path, "--since", since)
    assert json.loads((tmp_path / "2.0.0" / "changes.json").read_text("utf-8"))["groups"]
    prior = set(Graph().parse(tmp_path / "2.0.0" / "ontology.ttl").objects(URIRef(IRIS.terms), OWL.priorVersion))
    assert prior == {URIRef(f"{IRIS.terms}1.1.0")}


def test_citation_and_crate_are_read_by_others(folder: Path, release: Path) -> None:
    """Version, date of the build, licence by SPDX; the crate lists dumps and tables with their checksums."""
    said = yaml.safe_load((release / "CITATION.cff").read_text("utf-8"))
    day = versions.open(folder / "build").written.date().isoformat()
    assert (said["cff-version"], said["type"], said["version"]) == ("1.2.0", "dataset", "1.1.0")
    assert (said["date-released"], said["license"], said["authors"]) == (day, "CC-BY-4.0", [{"name": "Amt"}])
    crate = ROCrate(release)
    listed = {entity.id: entity for entity in crate.data_entities}
    offered = {p.relative_to(release).as_posix() for p in (release / "datasets").rglob("*.*") if p.is_file()}
    assert set(listed) == offered | {"nqgraph.trig", "nqgraph.nq", "nqgraph.jsonld"}
    for name, entity in listed.items():
        assert entity["sha256"] == hashlib.sha256((release / name).read_bytes()).hexdigest()


def test_linksets_come_from_reviewed_mappings(release: Path) -> None:
    """Each predicate and place of others is a linkset with the number of its links; the dumps are named."""
    graph = Graph().parse(release / "void.ttl")
    found = {
        (str(graph.value(node, VOID.linkPredicate)), str(graph.value(target, VOID.uriSpace))): int(str(count))
        for node in graph.subjects(RDF.type, VOID.Linkset)
        for target, count in [(graph.value(node, VOID.objectsTarget), graph.value(node, VOID.triples))]
    }
    assert found[vocab.DCTERMS.isPartOf, "http://data.europa.eu/"] == 1
    assert found[vocab.SCHEMA.sameAs, "http://www.wikidata.org/"] == 1
    (whole,) = (node for node in graph.subjects(VOID.distinctSubjects))
    assert set(graph.objects(whole, VOID.dataDump)) == {
        URIRef(f"{IRIS.base}release/1.1.0/nqgraph.{form}") for form in ("trig", "nq", "jsonld")
    }
    assert int(str(graph.value(whole, VOID.triples))) == len({q.triple for q in quads(release / "nqgraph.nq")})


def test_reviewed_mappings_are_sssom(release: Path) -> None:
    """A file for each dataset with links, as it was reviewed, under the licence of its dataset."""
    (path,) = (release / "mappings").iterdir()
    found = sssom.read(path, {})
    assert path.name == "basis.sssom.tsv" and found.meta["license"] == CC_BY
    assert [(r.predicate_id, r.object_id, r.reviewer_label, r.mapping_date) for r in found.rows] == [
        (vocab.DCTERMS.isPartOf, "http://data.europa.eu/nuts/code/DE", "Redaktion", "2026-11-20"),
        (vocab.SCHEMA.sameAs, "http://www.wikidata.org/entity/Q1198", "Redaktion", "2026-11-20"),
    ]
    assert all(row.decided and row.subject_label for row in found.rows)


@pytest.mark.skipif(shutil.which("sssom") is None, reason="sssom-py is not installed")
def test_released_mappings_are_valid_for_others(release: Path) -> None:
    """By sssom-py, which has the schema of SSSOM."""
    (path,) = (release / "mappings").iterdir()
    done = subprocess.run(["sssom", "validate", path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not SHAPES.is_dir(), reason="the shapes of DCAT-AP.de are not beside the checkout")
def test_the_record_is_dcat_ap_de(release: Path) -> None:
    """No shape of DCAT-AP.de 3.0 is violated but for lists that are not loaded; the log says what nobody has stated."""
    data = Graph().parse(release / "dcat.ttl")
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path in sorted(SHAPES.glob("*.ttl")):
        for kind, prop, focus in results(data, path):
            found[kind, prop].add(focus)
    kinds = {f"{AUTHORITY}file-type/{kind}" for kind in ("CSV", "RDF_TRIG", "RDF_N_QUADS", "JSON_LD", "RDF_TURTLE")}
    assert found == {**NOT_IN_SIGHT, ("Distribution", "format"): kinds}
    node = URIRef(f"{IRIS.base}release/1.1.0")
    assert set(data.objects(node, URIRef(vocab.DCAT.previousVersion))) == {URIRef(f"{IRIS.base}release/1.0.0")}
    assert set(data.objects(node, DCTERMS.hasPart)) == {URIRef(IRIS.dataset_graph("basis"))}
    base = f"{IRIS.base}release/1.1.0/"
    addresses = {str(address).removeprefix(base) for address in data.objects(None, DCAT.downloadURL)}
    assert addresses and all((release / address).is_file() for address in addresses)
    log = (release / "release.log").read_text("utf-8")
    assert "dcat:contactPoint (2 von 2 Dataset)" in log and "dcterms:license" not in log


def test_the_log_counts_what_was_checked(release: Path) -> None:
    """Files but log and checksums, and nothing found of each kind; the readme names each file."""
    log = (release / "release.log").read_text("utf-8")
    count = sum(path.is_file() for path in release.rglob("*")) - 2
    assert f"Geprüft: {count} Dateien" in log
    assert len(re.findall("^- .*: 0$", log, re.MULTILINE)) == len(KINDS)
    readme = (release / "README.md").read_text("utf-8")
    named = {name for name in re.findall(r"`([\w./-]+)`", readme) if "NAME" not in name and name != "basis"}
    assert all((release / name).exists() for name in named)
    assert {path.name for path in release.iterdir()} <= {name.strip("/") for name in named} | {
        "datasets",
        "mappings",
        "README.md",
    }


def test_the_same_build_gives_the_same_bytes(folder: Path, release: Path, tmp_path: Path) -> None:
    """Whatever language one speaks, and in another process."""
    shutil.copytree(folder / "release" / "1.0.0", tmp_path / "1.0.0")
    command = ["release", "1.1.0", "--source", str(folder / "build"), "-o", str(tmp_path), "--lang", "en"]
    done = subprocess.run(
        [sys.executable, "-m", "nqgraph", *command], capture_output=True, encoding="utf-8", check=True, timeout=120
    )
    assert "akten" in done.stderr and "“Sonderfonds”" in done.stderr  # for those whose folder it is, not in the release
    files = [path for path in release.rglob("*") if path.is_file()]
    assert len(files) == sum(path.is_file() for path in (tmp_path / "1.1.0").rglob("*"))
    assert [p for p in files if p.read_bytes() != (tmp_path / "1.1.0" / p.relative_to(release)).read_bytes()] == []


# -- redirects -----------------------------------------------------------------------------------------------------


def led(rules: str, path: str, accept: str) -> str:
    """Where mod_rewrite sends a request, by the directives that the rules are made of."""
    site = ""
    conditions: list[tuple[str, str]] = []
    for line in rules.splitlines():
        match line.split():
            case ["RewriteCond", subject, pattern]:
                conditions.append((subject, pattern))
            case ["RewriteRule", pattern, target, flags]:
                values = {"%{HTTP_ACCEPT}": accept, "%{ENV:SITE}": site}
                holds = all(re.search(p, values[s]) for s, p in conditions)
                conditions = []
                if not (holds and (found := re.search(pattern, path))):
                    continue
                if "E=SITE:" in flags:
                    site = flags.strip("[]").removeprefix("E=SITE:")
                if target == "-":
                    if "L" in flags.strip("[]").split(","):
                        return ""
                    continue
                assert "R=303" in flags
                return re.sub(r"\$(\d)", lambda m: found[int(m[1])] or "", target.replace("%{ENV:SITE}", site))
    return ""


@pytest.fixture(scope="module")
def site(folder: Path) -> set[str]:
    """The files of the static pages of the build."""
    opened = versions.open(folder / "build")
    return {name for name, _ in pages.files(Answers(opened.load(), lang="de"), Selection(), opened=opened)}


TURTLE, JSONLD, BROWSER = "text/turtle", "application/ld+json, */*;q=0.1", "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.mark.parametrize(
    ("address", "accept", "target"),
    [
        ("id/practice/p-lotsen", BROWSER, "doc/practice/p-lotsen.html"),
        ("id/practice/p-lotsen", TURTLE, "doc/practice/p-lotsen.ttl"),
        ("id/practice/p-lotsen", JSONLD, "doc/practice/p-lotsen.jsonld"),
        ("id/practice/p-lotsen", "application/json", "doc/practice/p-lotsen.json"),
        ("id/practice/p-lotsen.ttl", BROWSER, "doc/practice/p-lotsen.ttl"),
        ("def/Practice", BROWSER, "def.html"),
        ("def/Practice", TURTLE, "graph/ontology.ttl"),
        ("def/", JSONLD, "graph/ontology.jsonld"),
        ("def/core", BROWSER, "def.html"),
        ("scheme/outcome/running", BROWSER, "glossar.html"),
        ("scheme/outcome", TURTLE, "graph/ontology.ttl"),
        ("graph/basis", TURTLE, "graph/basis.ttl"),
        ("graph/basis", "application/rdf+xml", "graph/basis.rdf"),
        ("graph/basis.nt", BROWSER, "graph/basis.nt"),
        ("query/praxis-zu-hemmnis", BROWSER, "abfragen/praxis-zu-hemmnis.html"),
        (".well-known/void", TURTLE, ".well-known/void"),
        ("dcat.ttl", BROWSER, "dcat.ttl"),
        ("dcat", TURTLE, "dcat.ttl"),
    ],
)
def test_permanent_addresses_lead_to_files(address: str, accept: str, target: str, site: set[str]) -> None:
    """Each kind of address leads, by Accept and by ending, to a file of the static pages."""
    assert led(redirects.rules(PUBLISHED), address, accept) == f"https://pages.example/nq/{target}"
    assert target in site


def test_addresses_of_releases_lead_into_them(release: Path) -> None:
    """Files below ``release/``, the folder itself, and the version of the ontology."""
    rules = redirects.rules(PUBLISHED)
    for address, target in (
        ("release/1.1.0/datasets/basis.ttl", "datasets/basis.ttl"),
        ("release/1.1.0", "README.md"),
        ("def/1.1.0", "ontology.ttl"),
    ):
        assert led(rules, address, BROWSER) == f"https://pages.example/nq/release/1.1.0/{target}"
        assert (release / target).is_file()


def test_without_a_site_no_rule_leads_away(release: Path) -> None:
    """The line to fill in is said in file and log; as long as it is not filled in, nothing is redirected."""
    rules = (release / "w3id" / ".htaccess").read_text("utf-8")
    assert led(rules, "id/practice/p-lotsen", TURTLE) == ""
    assert "w3id/.htaccess" in (release / "release.log").read_text("utf-8")


# -- what must not leave -------------------------------------------------------------------------------------------


def test_nothing_internal_is_in_any_file(folder: Path, release: Path) -> None:
    """Neither keys nor texts nor the dataset; a name that public data use, too, does not stop a release."""
    for path in release.rglob("*"):
        content = path.read_text("utf-8") if path.is_file() else ""
        assert not [secret for secret in SECRETS if secret in content or secret in path.name], path


def test_every_kind_of_leak_stops_a_release(tmp_path: Path, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """Each is named with file and line, and nothing is left behind; the release before stays as it was."""
    planted = {
        "internal": ("h-verschluss", "Vermerk zur Sondermittelvergabe", "Die Mittel reichen nach diesem Plan nur bis"),
        "mail": ("anna.muster@amt.example", "anna.muster (at) amt.example"),
        "phone": ("0211/4566789", "Tel. 0211 4566-12"),
        "address": ("10.1.2.3", "akten.intern", "file:/", "/home/anna/akte", "localhost"),
    }
    texts = [text for found in planted.values() for text in found]
    row = "p-{},Praxis {},individuell,q-bericht,mittel,Siehe {} zum Ende des Jahres.\n"
    rows = "".join(row.format(letter, letter, text) for letter, text in zip("abcdefghijkl", texts, strict=True))
    practices = f"{PRACTICES.splitlines()[0]},Beschreibung (de)\n{rows}"
    person = "@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n<https://example.org/anna> a foaf:Person .\n"
    dataset(tmp_path / "data" / "basis", {**BASICS, "praxis.csv": practices, "mehr.ttl": person})
    dataset(tmp_path / "data" / "akten", INTERNAL, visibility="internal", title="{de: Akten}")
    assert builds.build([tmp_path / "data"], tmp_path / "build").ok
    kept = tmp_path / "release" / "1.0.0"
    shutil.copytree(folder / "release" / "1.0.0", kept)
    before = {path: path.read_bytes() for path in kept.rglob("*") if path.is_file()}
    run("release", "1.0.0", "--force", "--source", tmp_path / "build", "-o", tmp_path / "release", code=2)
    said = capsys.readouterr().err
    assert "Traceback" not in said
    for line, text in enumerate(texts, start=2):
        shown = re.escape(text[-12:].strip())
        assert re.search(rf"datasets/basis/praxis\.csv, Zeile {line}: „[^“]*{shown}", said), text
    assert re.search(r"datasets/basis\.ttl, Zeile \d+: „https://example.org/anna“ ist eine Person", said)
    assert "nqgraph.jsonld, Zeile 1: " in said and "nqgraph.trig, Zeile " in said
    assert [path.name for path in kept.parent.iterdir()] == ["1.0.0"]
    assert {path: path.read_bytes() for path in kept.rglob("*") if path.is_file()} == before


def test_the_contact_of_the_settings_may_leave(tmp_path: Path) -> None:
    """That address alone; whatever other address stands beside it is found."""
    store = Store(Workspace(SPACE.root, replace(SPACE.settings, contact="mailto:post@amt.example")))
    (tmp_path / "a.md").write_text("Fragen an post@amt.example\noder an anna@amt.example\n", encoding="utf-8")
    found = Check(store).files(tmp_path)
    assert [(p.place.line, p.text.values["found"]) for p in found.problems] == [(2, "anna@amt.example")]


@pytest.mark.parametrize(
    "text",
    [
        "2016-2017",
        "05111",
        "0,5-0,7",
        "§ 10.1.2",
        "978-3-16-148410-0",
        "10.1234/abc",
        "172.15.1.1",
        "https://x.de/home/y",
    ],
)
def test_what_only_looks_alike_is_no_leak(text: str, tmp_path: Path) -> None:
    """Years, keys, figures, numbers of books and documents, public addresses."""
    (tmp_path / "a.csv").write_text(f"Kennung,Text\na-1,Siehe {text} dort\n", encoding="utf-8")
    assert Check(Store(SPACE)).files(tmp_path).problems == []


# -- wrong use -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("1.1",), "„1.1“ ist keine Nummer"),
        (("../1.0.0",), "keine Nummer"),
        (("v1.0.0",), "keine Nummer"),
        (("1.1.0",), "gibt es schon"),
        (("3.0.0", "--since", "9.9.9"), "9.9.9"),
        (("3.0.0", "--source", "nirgends"), "nqgraph build"),
    ],
)
def test_wrong_use_is_said(
    arguments: tuple[str, ...], message: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No number, a release that is there, nothing to compare with, no build: one sentence, and nothing is written."""
    before = sorted(folder.rglob("*"))
    source = () if "--source" in arguments else ("--source", folder / "build")
    run("release", *arguments, *source, "-o", folder / "release", code=2)
    said = capsys.readouterr().err
    assert message in said and "Traceback" not in said
    assert sorted(folder.rglob("*")) == before
