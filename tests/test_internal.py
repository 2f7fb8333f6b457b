"""Internal datasets: no way out carries anything of them unless one asks for it, and then all of it says so."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from rdflib.namespace import DCTERMS

import nqgraph
from nqgraph import exports
from nqgraph.building import builds
from nqgraph.command import cli
from nqgraph.exports import Selection
from nqgraph.graph import queries, versions
from nqgraph.pages import files as pages
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, QueryError, StoreError
from nqgraph.words.files import marked
from nqgraph.words.texts import text
from tests import packs
from tests.conftest import EXAMPLE
from tests.folders import BASICS, dataset
from tests.servers import serving
from tests.spaces import IRIS, SPACE
from tests.waiting import elsewhere

#: Stands in every key, name, text and address of the internal dataset, and nowhere else.
SECRET = "geheimnisk"
TABLES = {
    "quellen.csv": f"Kennung,Titel,Herausgeber,Art,gelesener Teil,gesehen\n"
    f"q-{SECRET},Akte {SECRET},Amt für {SECRET},Programmseite,vollständig,vollständig\n",
    "hemmnisse.csv": "Kennung,Bezeichnung (de),andere Bezeichnung (de),Beschreibung (de),Gruppe,Teil von Hemmnis,Raum,"
    "Quellen,Verlässlichkeit\n"
    f"h-{SECRET},Hemmnis {SECRET},Wort {SECRET},Was {SECRET} hemmt.,Betrieb,h-muster-einkommen,r-muster-land,"
    f"q-{SECRET},hoch\n",
    "praxis.csv": "Kennung,Bezeichnung (de),Beschreibung (de),Region,Quellen,Verlässlichkeit\n"
    f"p-{SECRET},Praxis {SECRET},Wie {SECRET} hilft.,r-muster-land,q-{SECRET},hoch\n"
    f"p-{SECRET}-zwei,Zukunft {SECRET},Noch mehr {SECRET}.,r-muster-land,q-{SECRET},hoch\n",
    "aussagen.csv": "Subjekt,Beziehung,Objekt,Status,eingeordnet durch,Begründung (de),Quellen,Verlässlichkeit\n"
    f"p-{SECRET},antwortet auf Hemmnis,h-muster-einkommen,eingeordnet,Redaktion,{SECRET} zahlt.,q-{SECRET},mittel\n"
    f"p-{SECRET},antwortet auf Hemmnis,h-{SECRET},eingeordnet,Redaktion,{SECRET} hilft.,q-{SECRET},mittel\n",
    "zuordnungen.csv": "Kennung,behaltene Kennung,andere Kennung,Entscheidung,Grund (de),geprüft von,geprüft am\n"
    f"zu-{SECRET},p-muster-zukunft,p-{SECRET}-zwei,dasselbe,Beides ist {SECRET}.,Amt {SECRET},2026-11-23\n",
    "mehr.ttl": f"<{IRIS.things}practice/p-muster-zukunft> <https://example.org/{SECRET}> 'sagt {SECRET}' .\n",
}
NOTES = tuple(text("internal-note", lang) for lang in ("de", "en"))
FILES = ("html", "workbook", "graphml", "gexf", "cytoscape", "pyvis", "svg", "png")
FOLDERS = ("site", "rdf", "rdf12", "nanopub")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the example alone."""
    out = tmp_path_factory.mktemp("alone")
    assert builds.build([EXAMPLE], out).ok
    return out


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the example and the internal dataset."""
    folder = tmp_path_factory.mktemp("data") / SECRET
    title, description = f"{{de: Daten {SECRET}}}", f"{{de: Über {SECRET}}}"
    dataset(folder, TABLES, visibility="internal", title=title, description=description, publisher=f"Amt {SECRET}")
    out = tmp_path_factory.mktemp("build")
    built = builds.build([EXAMPLE, folder], out)
    assert built.ok, [finding.in_language("de") for finding in built.report.findings] if built.report else ""
    return out


# -- what an output holds ------------------------------------------------------------------------------------------


def unpacked(data: bytes) -> Iterator[bytes]:
    """*data*, and all that is packed in it: members of archives, compressed and Base64 parts, escaped characters."""
    yield data
    if data.startswith(b"PK"):
        for name in (archive := zipfile.ZipFile(io.BytesIO(data))).namelist():
            yield name.encode()
            yield from unpacked(archive.read(name))
    if data.startswith(b"\x89PNG"):
        for packed in re.findall(rb"(?:zTXt|iTXt)[^\0]*\0.\0*(\x78.*)", data, re.DOTALL):
            with suppress(zlib.error):
                yield zlib.decompressobj().decompress(packed)
    for run in re.findall(rb"id=packed_\w+ [^>]*>([^<]+)<", data):
        yield packs.unpacked(run)
    for run in re.findall(rb"[A-Za-z0-9+/_-]{60,}={0,2}", data):
        with suppress(ValueError, OSError, EOFError, zlib.error):
            inner = base64.b64decode(run + b"=" * (-len(run) % 4))
            yield from unpacked(
                gzip.decompress(inner) if inner.startswith(b"\x1f\x8b") else zlib.decompress(inner, -15)
            )


def tells(data: bytes, words: tuple[str, ...] = (SECRET,)) -> bool:
    """Whether one of *words* stands in *data*, however it is packed or written."""
    forms = {f for w in words for f in (w, json.dumps(w)[1:-1], w.encode("ascii", "xmlcharrefreplace").decode())}
    return any(form.encode().lower() in part.lower() for part in unpacked(data) for form in forms)


def written(version: versions.Version, what: str, folder: Path, selection: Selection | None = None) -> dict[str, bytes]:
    """Name → content of what an export writes."""
    path = exports.write(what, version, str(folder / "ausgabe" / what), selection or Selection(), "de")
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return {file.relative_to(folder / "ausgabe").as_posix(): file.read_bytes() for file in files}


def selection(what: str) -> Selection:
    """A part that this export can show."""
    return Selection(around="h-muster-einkommen", depth=1) if what in ("pyvis", "svg", "png") else Selection()


def test_what_is_packed_is_looked_into(tmp_path: Path) -> None:
    """The search that these tests rest on finds a word in archives, packed parts, Base64 and escaped text."""
    packed = base64.b64encode(gzip.compress(f'{{"a": "{SECRET}", "b": "{"x" * 50}"}}'.encode()))
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    deflated = base64.b64encode(raw.compress(f"<p>{SECRET}</p>{list(range(99))}".encode()) + raw.flush())
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.xml", SECRET.upper())
    ours = pages._pack(f'{{"a": "{SECRET}"}}'.encode()).encode()
    file_ = b"<script id=packed_pages type=text/plain>" + ours + b"</script>"
    for data in (packed, b"<script>" + packed + b"</script>", file_, deflated, archive.getvalue()):
        assert SECRET.encode() not in data and tells(data)
    assert tells(b"Enth\\u00e4lt", ("Enthält",)) and tells(b"Enth&#228;lt", ("Enthält",))
    assert not tells(b"nothing")


# -- without being asked -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", FILES + FOLDERS)
def test_an_export_holds_nothing_internal(what: str, build: Path, alone: Path, tmp_path: Path) -> None:
    """Nothing of the internal dataset is in any file, packed or not: each is what it were if that did not exist."""
    found = written(versions.open(build), what, tmp_path / "mit", selection(what))
    expected = written(versions.open(alone), what, tmp_path / "ohne", selection(what))
    assert [name for name, content in found.items() if tells(name.encode()) or tells(content)] == []
    assert found.keys() == expected.keys()
    if what != "workbook":  # whose members carry the time of writing
        assert [name for name in found if found[name] != expected[name]] == []
    assert not any(tells(content, NOTES) or "intern" in name for name, content in found.items())


def test_the_library_opens_what_is_public(build: Path, alone: Path) -> None:
    """Rows, networks and suggestions of an opened graph know nothing internal."""
    graph = nqgraph.open(build)
    everything = "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert len(graph.query(everything)) == len(nqgraph.open(alone).query(everything))
    assert SECRET not in str(graph.query(everything).rows)
    assert SECRET not in graph.network("h-muster-einkommen").html.lower()
    assert not graph.internal
    for wrong in (f"h-{SECRET}", f"h-{SECRET[:-1]}"):
        with pytest.raises(QueryError) as caught:
            graph.query("praxis-zu-hemmnis", hemmnis=wrong)
        assert f"h-{SECRET}" not in caught.value.in_language("de").replace(wrong, "", 1)
        with pytest.raises(QueryError) as caught:
            graph.network(wrong)
        assert f"h-{SECRET}" not in caught.value.in_language("de").replace(wrong, "", 1)


def addresses() -> list[str]:
    """Addresses of the server of all sorts, none of which says anything internal for itself."""
    near = SECRET[:-1]
    asked = [f"/abfragen/{query.name}" for query in queries.of(SPACE).all()]
    return [
        *(
            "/",
            "/en/",
            "/hemmnisse",
            "/praxis",
            "/inhalt",
            "/netz",
            "/matrix",
            "/luecken",
            "/abfragen",
            "/ueber",
            "/api",
        ),
        *("/glossar", "/suche.json", "/netz.json", "/hemmnisse.json", "/praxis.json", "/openapi.json", "/dcat.ttl"),
        *("/.well-known/void", "/sparql-terms.json", "/sparql-examples.json", "/def/context.jsonld", "/sparql"),
        *(
            "/doc/practice/p-muster-zukunft",
            "/doc/practice/p-muster-zukunft.ttl",
            "/doc/practice/p-muster-zukunft.json",
        ),
        *("/doc/obstacle/h-muster-einkommen", "/doc/obstacle/h-muster-einkommen.jsonld", "/rdf-graph-store?default"),
        *(f"/rdf-graph-store?graph={graph}" for graph in sorted(IRIS.own_graphs)),
        *(f"/graph/{vocab.local_name(graph)}.nt" for graph in sorted(IRIS.own_graphs)),
        *("/graph/musterland.ttl", "/abfragen/praxis-liste.json", "/abfragen/praxis-liste.xlsx"),
        "/abfragen/praxis-zu-hemmnis.csv?hemmnis=h-muster-einkommen",
        "/abfragen/praxis-zu-hemmnis.graphml?hemmnis=h-muster-einkommen",
        "/sparql?query=SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }",
        "/sparql?query=SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }",
        "/sparql?query=DESCRIBE <https://w3id.org/nqgraph/id/practice/p-muster-zukunft>",
        *(f"{place}{near}" for place in ("/doc/practice/p-", "/id/obstacle/h-", "/graph/", "/", "/id/practice/p-")),
        f"/abfragen/praxis-zu-hemmnis?hemmnis=h-{near}",
        f"/abfragen/praxis-zu-hemmnis.json?hemmnis=h-{near}",
        *asked,
    ]


def answered(client: httpx.Client, address: str) -> tuple[int, bytes]:
    """Status, and head and body of an answer."""
    answer = client.get(address)
    passing = ("date", "content-length")  # compressed, what comes in another order has another length
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items() if name not in passing)
    return answer.status_code, head.encode() + b"\n\n" + answer.content


def test_no_address_of_the_server_tells_anything_internal(build: Path, alone: Path) -> None:
    """Pages, choices, suggestions, data, SPARQL, catalogue: all is as if there were no internal dataset."""
    with (
        serving("--source", str(build)) as server,
        serving("--source", str(alone)) as other,
        server.client(headers={"Host": "localhost"}) as client,
        other.client(headers={"Host": "localhost"}) as expected,
    ):
        for address in addresses():
            status, answer = answered(client, address)
            assert not tells(answer) and not tells(answer, NOTES), address
            assert status in (200, 303, 400, 404), address
            if not address.endswith(".xlsx") and "SELECT" not in address:  # the time of writing, rows in any order
                same = answered(expected, address)[1]
                if address.startswith("/sparql"):  # solutions, triples and blank nodes in any order
                    answer, same = (b"\n".join(sorted(text.split(b"\n"))) for text in (answer, same))
                assert answer == same, address
        for address in ("/metrics", "/gesundheit"):
            assert not tells(answered(client, address)[1])
        for address in (f"/doc/practice/p-{SECRET}.ttl", f"/id/practice/p-{SECRET}-zwei", f"/graph/{SECRET}.ttl"):
            assert client.get(address).status_code == 404


# -- asked for -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", FILES + FOLDERS)
def test_an_export_that_holds_something_internal_says_so(what: str, build: Path, tmp_path: Path) -> None:
    """With everything in it, each file says in words that it is internal, and so do names."""
    found = written(versions.open(build, internal=True), what, tmp_path, selection(what))
    if what != "png":  # whose names are drawn
        assert any(tells(content) for content in found.values())
    assert all("intern" in name for name in found)
    frame = (".css", ".js", ".mark", ".nqgraph-site")
    silent = [name for name, content in found.items() if not name.endswith(frame) and not tells(content, NOTES)]
    assert silent == []
    if what == "rdf":
        assert f"rdf.intern/{SECRET}.intern.ttl" in found and "rdf.intern/nqgraph.intern.nq" in found
    if what == "site":
        page = found[f"site.intern/doc/practice/p-{SECRET}.html"].decode()
        assert f"{NOTES[0]}</title>" in page and re.search(rf"<p class=.?internal.*?{NOTES[0]}", page)


def test_every_answer_of_the_server_says_that_something_internal_is_in_it(build: Path) -> None:
    """Pages show a line, data carry a header and a name to be saved under, RDF and records the note themselves."""
    with serving("--source", str(build), "--internal") as server, server.client() as client:
        for address in addresses():
            answer = client.get(address)
            assert answer.headers["x-nqgraph-note"].startswith("Contains internal data"), address
            assert answer.headers["x-robots-tag"] == "noindex, nofollow"
            assert "no-store" in answer.headers["cache-control"] or "private" in answer.headers["cache-control"]
            if answer.headers.get("content-type", "").startswith("text/html"):
                assert tells(answer.content, NOTES), address
            elif answer.status_code == 200 and "." in (name := address.partition("?")[0].rsplit("/", 1)[-1]):
                assert ".intern." in answer.headers["content-disposition"], (address, name)
        for form in ("ttl", "nt", "rdf", "jsonld", "json"):
            answer = client.get(f"/doc/practice/p-{SECRET}.{form}")
            assert tells(answer.content) and tells(answer.content, NOTES)
        assert tells(client.get("/dcat.ttl").content, NOTES)
        assert client.get("/gesundheit").json()["internal"] is True
        assert "access-control-allow-origin" not in client.get("/", headers={"Origin": "https://example.org"}).headers


def test_the_catalogue_names_the_right_of_access(build: Path) -> None:
    """In the catalogue the internal dataset is not public, the other one is (DCAT-AP, dcterms:accessRights)."""
    from nqgraph.building import catalogue

    right = "http://publications.europa.eu/resource/authority/access-right/"
    graph = catalogue.publish(versions.open(build, internal=True).load())
    found = {str(s): str(o) for s, o in graph.subject_objects(DCTERMS.accessRights)}
    assert found[IRIS.dataset_graph(SECRET)] == right + "NON_PUBLIC"
    assert found[IRIS.dataset_graph("musterland")] == right + "PUBLIC"


def test_a_notebook_can_ask_for_all(build: Path) -> None:
    """With internal=True rows and networks hold everything, and the picture says so."""
    graph = nqgraph.open(build, internal=True)
    assert graph.internal and SECRET in str(graph.query("praxis-liste").rows)
    drawing = graph.network(f"h-{SECRET}")
    assert SECRET in drawing.html and NOTES[0] in drawing.html and drawing.graph.graph["internal"] == NOTES[0]


# -- the command line ----------------------------------------------------------------------------------------------


def test_commands_say_what_they_leave_out(build: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Export and query say how many entries are internal, whether they are in it or not, and where the file lies."""
    source, target = ["--source", str(build)], str(tmp_path / "netz.svg")
    assert cli.main(["export", "svg", *source, "--around", "h-muster-einkommen", "-o", target, "--lang", "de"]) == 0
    assert f"Nicht enthalten sind interne Einträge: 4 (Datensatz {SECRET})." in capsys.readouterr().err
    export = ["export", "svg", *source, "--around", f"h-{SECRET}", "-o", target, "--internal", "--lang", "en"]
    assert cli.main(export) == 0
    said = capsys.readouterr().err
    assert "do not pass on. Internal entries: 4" in said and "netz.intern.svg" in said
    assert {path.name for path in tmp_path.iterdir()} == {"netz.svg", "netz.intern.svg"}
    assert cli.main(["query", "praxis-liste", *source, "--lang", "de"]) == 0
    answer = capsys.readouterr()
    assert SECRET not in answer.out.lower() and "mit --internal" in answer.err.lower()
    rows = ["query", "praxis-liste", *source, "--internal", "-o", str(tmp_path / "rows.xlsx"), "--lang", "de"]
    assert cli.main(rows) == 0
    assert "Enthält Internes" in capsys.readouterr().err
    assert tells((tmp_path / "rows.intern.xlsx").read_bytes(), NOTES) and not (tmp_path / "rows.xlsx").exists()


def test_where_all_is_public_nothing_is_marked(alone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--internal changes nothing where there is nothing internal, and says that; without it no word is said."""
    target = tmp_path / "netz.graphml"
    assert cli.main(["export", "graphml", "--source", str(alone), "-o", str(target), "--lang", "de"]) == 0
    assert "intern" not in capsys.readouterr().err
    plain = target.read_bytes()
    assert cli.main(["export", "graphml", "--source", str(alone), "-o", str(target), "--internal", "--lang", "de"]) == 0
    assert "nichts Internes" in capsys.readouterr().err and target.read_bytes() == plain


def test_whoever_names_an_internal_dataset_learns_of_the_option(build: Path, tmp_path: Path) -> None:
    """“--dataset” with an internal one is no typing mistake."""
    chosen = Selection(datasets=(SECRET,))
    for what in ("workbook", "rdf", "graphml"):
        with pytest.raises(QueryError) as caught:
            exports.write(what, versions.open(build), str(tmp_path / "x"), chosen, "de")
        assert "--internal" in caught.value.in_language("de") and "--internal" in caught.value.in_language("en")
    assert exports.write("workbook", versions.open(build, internal=True), str(tmp_path / "x"), chosen, "de").exists()


def test_public_only_and_internal_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    """The old option goes on being understood, but not beside its opposite."""
    with pytest.raises(SystemExit):
        cli.main(["serve", "--public-only", "--internal", "--lang", "de"])
    assert "--public-only" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("netz.svg", "netz.intern.svg"),
        ("site", "site.intern"),
        ("netz.intern.svg", "netz.intern.svg"),
        ("Internal.xlsx", "Internal.xlsx"),
        ("internat.csv", "internat.intern.csv"),
        ("a.b.ttl", "a.b.intern.ttl"),
    ],
)
def test_a_name_says_once_that_something_internal_is_in_it(name: str, expected: str) -> None:
    """The mark stands before the ending, and only where the name does not say it already."""
    assert marked(Path("x") / name) == Path("x") / expected


# -- what goes wrong -----------------------------------------------------------------------------------------------


def copied(build: Path, tmp_path: Path) -> Path:
    """A copy of a build to be damaged; gives the folder of its version."""
    shutil.copytree(build, tmp_path / "copy")
    folder = versions.current(tmp_path / "copy")
    assert folder is not None
    return folder


@pytest.mark.parametrize("manifest", ["kept", "lost", "broken"])
@pytest.mark.parametrize("damage", ["lost", "cut", "swapped"])
def test_a_damaged_public_file_is_never_replaced_by_the_whole(
    damage: str, manifest: str, build: Path, tmp_path: Path
) -> None:
    """Lost, cut off or mixed up: the build is called damaged, and nothing internal is shown, whatever else is lost."""
    folder = copied(build, tmp_path)
    public = folder / versions.PUBLIC_FILE
    if manifest == "lost":
        (folder / versions.MANIFEST_FILE).unlink()
    elif manifest == "broken":
        (folder / versions.MANIFEST_FILE).write_text("{", encoding="utf-8")
    if damage == "lost":
        public.unlink()
    elif damage == "cut":
        public.write_bytes(public.read_bytes()[:-20])
    else:
        public.write_bytes((folder / versions.GRAPH_FILE).read_bytes())
    with pytest.raises(StoreError) as caught:
        versions.open(tmp_path / "copy").load()
    assert "nqgraph build --force" in caught.value.in_language("de")
    assert elsewhere(cli.main, ["serve", "--source", str(tmp_path / "copy"), "--port", "0", "-q"]) == 2
    assert len(versions.open(tmp_path / "copy", internal=True).load()) > 0


def test_a_build_of_internal_datasets_alone_has_an_empty_public_part(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The public part is well-formed and without entries; commands say how many are left out."""
    folder = dataset(tmp_path / "intern", BASICS, visibility="internal")
    assert builds.build([folder], tmp_path / "build").ok
    version = versions.open(tmp_path / "build")
    assert version.entries == 5 and version.datasets == ("intern",)
    store = version.load()
    assert set(store.graphs()) <= IRIS.own_graphs
    assert store.select("SELECT ?s WHERE { ?s dcterms:identifier ?key }") == []
    arguments = ["--source", str(tmp_path / "build"), "--lang", "de"]
    assert cli.main(["export", "html", *arguments, "-o", str(tmp_path / "x.html")]) == 0
    assert "interne Einträge: 5" in capsys.readouterr().err
    assert not tells((tmp_path / "x.html").read_bytes(), ("h-einkommen", "p-lotsen"))
    assert cli.main(["export", "html", *arguments, "-o", str(tmp_path / "x.html"), "--internal"]) == 0
    assert tells((tmp_path / "x.intern.html").read_bytes(), ("h-einkommen",))
    with serving("--source", str(tmp_path / "build")) as server, server.client() as client:
        assert client.get("/hemmnisse").status_code == 404


def test_internal_changes_do_not_change_the_public_version(tmp_path: Path) -> None:
    """What the public part is called says nothing of what is internal."""
    shown, hidden = (dataset(tmp_path / name, {}) for name in ("offen", "intern"))
    dataset(shown, BASICS)
    names = []
    for title in ("{de: Eins}", "{de: Zwei}"):
        dataset(hidden, {}, visibility="internal", title=title)
        assert builds.build([shown, hidden], tmp_path / "build").ok
        names.append(versions.open(tmp_path / "build").name)
        names.append(versions.open(tmp_path / "build", internal=True).name)
    assert names[0] == names[2] and len(set(names)) == 3


@pytest.mark.parametrize("name", ["nqgraph.intern.nq", f"{SECRET}.intern.ttl", "musterland.intern.ttl"])
def test_an_internal_dump_cannot_become_a_public_dataset(name: str, build: Path, tmp_path: Path) -> None:
    """A dump that says that it is internal is refused as part of a public dataset, and as a file to serve."""
    folder = written(versions.open(build, internal=True), "rdf", tmp_path)
    dataset(tmp_path / "daten", {name: folder[f"rdf.intern/{name}"].decode()})
    with pytest.raises(InputError) as caught:
        builds.build([tmp_path / "daten"], tmp_path / "build")
    assert "visibility: internal" in caught.value.in_language("de") and "daten" in caught.value.in_language("en")
    given = ["serve", "--data", str(tmp_path / "daten" / name), "--port", "0", "-q"]
    assert elsewhere(cli.main, given) == 2
