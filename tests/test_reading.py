"""Reading: which files make a dataset, what their rows and triples say, and every fault with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS

from nqgraph.sources import datasets
from nqgraph.words import vocab
from nqgraph.words.errors import InputError
from tests import folders
from tests.folders import BASICS, dataset, thing
from tests.spaces import IRIS, SPACE

HEAD = "Kennung,Bezeichnung (de),antwortet auf Hemmnis,Quellen,Verlässlichkeit\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Messages name files relative to the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def nq(name: str) -> URIRef:
    return URIRef(vocab.NQ[name])


def said(*parts: Path) -> list[tuple[str, str, str]]:
    """Code, German and English message of everything that is wrong with the datasets *parts*."""
    return [(p.text.code, p.in_language("de"), p.in_language("en")) for p in folders.problems(*parts)]


def wrong(*parts: Path) -> tuple[str, str, str]:
    """The one thing that is wrong with the datasets *parts*."""
    (problem,) = said(*parts)
    return problem


def sources(*parts: Path) -> tuple[str, str, str]:
    """The fault that keeps *parts* from being datasets at all."""
    with pytest.raises(InputError) as caught:
        datasets.find(parts, SPACE)
    (problem,) = caught.value.problems
    return problem.text.code, problem.in_language("de"), problem.in_language("en")


# -- datasets ------------------------------------------------------------------------------------------------------


def test_a_folder_of_datasets_is_read_in_a_fixed_order(here: Path) -> None:
    """Datasets come in the order that they ask for, others by name after them, each with its own named graph."""
    for name in ("zeta", "nrw", "Ämter Süd", "process"):
        dataset(here / "daten" / name, {})
    for order, name in enumerate(("process", "nrw")):
        with (here / "daten" / name / "dataset.yaml").open("a", encoding="utf-8") as file:
            file.write(f"\norder: {order}\n")
    found = datasets.find([here / "daten"], SPACE)
    assert [one.name for one in found] == ["process", "nrw", "aemter-sued", "zeta"]
    assert found[2].graph == "https://w3id.org/nqgraph/graph/aemter-sued"
    assert found[0].title == {"de": "Daten", "en": "Data"} and found[0].issued == "2026-11-23"


def test_only_tables_and_rdf_belong_to_a_dataset(here: Path) -> None:
    """Notes, hidden files and the lock files of office programs are left alone."""
    files = {"wege.csv": "x", "b.ttl": "", "lies-mich.txt": "", ".wege.csv": "", "~$daten.xlsx": "", "~wege.csv": ""}
    (found,) = datasets.find([dataset(here / "daten", files)], SPACE)
    assert [path.name for path in found.files] == ["b.ttl", "wege.csv"]


def test_a_single_file_is_a_dataset(here: Path) -> None:
    """An RDF file or workbook can be read on its own; it is called after the file."""
    (here / "Mein Bericht.ttl").write_text("<x:s> <x:p> <x:o> .", encoding="utf-8")
    (found,) = datasets.find([Path("Mein Bericht.ttl")], SPACE)
    assert (found.name, found.visibility, found.title) == ("mein-bericht", "public", {"de": "Mein Bericht.ttl"})


def test_nothing_there_is_an_error(here: Path) -> None:
    """A path that does not exist is named."""
    code, german, english = sources(Path("daten"))
    assert code == "no-such-source" and german.startswith("daten:") and english.startswith("daten:")


def test_a_folder_without_datasets_is_an_error(here: Path) -> None:
    """A folder of loose files says what it lacks."""
    (here / "daten").mkdir()
    (here / "daten" / "praxis.csv").write_text("Kennung\n", encoding="utf-8")
    code, german, english = sources(Path("daten"))
    assert code == "no-dataset" and "dataset.yaml" in german and "dataset.yaml" in english


def test_a_file_of_another_type_is_an_error(here: Path) -> None:
    """A document is no source."""
    (here / "bericht.docx").write_bytes(b"x")
    assert sources(Path("bericht.docx"))[0] == "unknown-file-type"


def test_two_datasets_of_one_name_are_an_error(here: Path) -> None:
    """The name is the named graph; it can be given once."""
    code, german, english = sources(dataset(here / "a" / "daten", {}), dataset(here / "b" / "Daten", {}))
    assert code == "dataset-name" and "„daten“" in german and "“daten”" in english


@pytest.mark.parametrize("name", ["ontology", "Inferred", "report", "queries", "catalogue"])
def test_names_of_our_own_graphs_are_taken(here: Path, name: str) -> None:
    """A dataset cannot write into the graphs that the build makes itself."""
    assert sources(dataset(here / name, {}))[0] == "dataset-name"


@pytest.mark.parametrize("field", ["title", "publisher", "license", "issued", "visibility"])
def test_a_missing_field_is_named(here: Path, field: str) -> None:
    """dataset.yaml says title, publisher, licence, date and visibility."""
    folder = dataset(here / "daten", {})
    lines = (folder / "dataset.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "dataset.yaml").write_text("".join(x for x in lines if not x.startswith(field)), encoding="utf-8")
    code, german, english = sources(folder)
    assert code == "yaml-missing"
    assert german.startswith("daten/dataset.yaml:") and f"„{field}“ fehlt" in german
    assert english.startswith("daten/dataset.yaml:") and f"“{field}” is missing" in english


def test_an_unknown_field_is_named_with_the_known_ones(here: Path) -> None:
    """A mistyped field would otherwise be lost."""
    code, german, english = sources(dataset(here / "daten", {}, licence="x"))
    assert code == "yaml-field"
    assert "daten/dataset.yaml" in german and "„licence“" in german and "license" in german
    assert "daten/dataset.yaml" in english and "“licence”" in english


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("visibility", "secret"),
        ("visibility", "true"),
        ("title", "Daten"),
        ("publisher", "[Amt]"),
        ("language", "5"),
        ("title", "{}"),
        ("title", "{de: 5}"),
        ("title", "{no: Daten}"),
        ("title", "{'d e': Daten}"),
        ("description", "{de: [a]}"),
        ("issued", "gestern"),
        ("issued", "2026"),
        ("issued", "2026-11-23 10:00:00"),
        ("issued", "'2026-13-01'"),
        ("license", "CC BY"),
        ("base", "nqgraph"),
    ],
)
def test_a_value_that_does_not_fit_is_named(here: Path, field: str, value: str) -> None:
    """A field of another type or an unknown visibility is refused; nothing becomes public by a typing mistake."""
    code, german, english = sources(dataset(here / "daten", {}, **{field: value}))
    assert code == "yaml-value"
    assert "daten/dataset.yaml" in german and f"„{field}“" in german and f"“{field}”" in english


@pytest.mark.parametrize("content", [b"title: {de: x\nissued: 1\n", b"title:\n\tde: x\n"])
def test_bad_yaml_is_named_with_its_line(here: Path, content: bytes) -> None:
    """A file that is no YAML says where it stops being one."""
    folder = dataset(here / "daten", {})
    (folder / "dataset.yaml").write_bytes(content)
    code, german, english = sources(folder)
    assert code == "yaml-syntax"
    assert german.startswith("daten/dataset.yaml, Zeile 2:") and english.startswith("daten/dataset.yaml, line 2:")


@pytest.mark.parametrize("content", [b"", b"- title\n", b"issued: 2026-13-01\n"])
def test_yaml_that_is_no_mapping_in_utf8_is_refused(here: Path, content: bytes) -> None:
    """An empty file, a list, another encoding and an impossible day are no description of a dataset."""
    folder = dataset(here / "daten", {})
    (folder / "dataset.yaml").write_bytes(content)
    assert sources(folder)[0] == "yaml-syntax"


# -- tables --------------------------------------------------------------------------------------------------------


def test_an_unknown_table_suggests_the_nearest(here: Path) -> None:
    """A mistyped file name is answered with the right one, and not with all the keys that are missing for it."""
    files = {name: content for name, content in BASICS.items() if name != "hemmnisse.csv"}
    code, german, english = wrong(dataset(here / "daten", files | {"hemnisse.csv": BASICS["hemmnisse.csv"]}))
    assert code == "unknown-table"
    assert german.startswith("daten/hemnisse.csv:") and "„hemmnisse“" in german
    assert english.startswith("daten/hemnisse.csv:") and "“hemmnisse”" in english


@pytest.mark.parametrize("name", ["praxis", "Practices", "practice", "PRAXIS"])
def test_a_table_is_called_in_german_or_english(here: Path, name: str) -> None:
    """A table is known by its German or English name, upper or lower case."""
    files = {n: content for n, content in BASICS.items() if n != "praxis.csv"}
    found = folders.graph(dataset(here / "daten", files | {f"{name}.csv": BASICS["praxis.csv"]}))
    assert (thing("practice", "p-lotsen"), RDF.type, nq("Practice")) in found


def test_an_unknown_column_suggests_the_nearest(here: Path) -> None:
    """A mistyped column is answered with the right one."""
    files = BASICS | {"praxis.csv": BASICS["praxis.csv"].replace("Verlässlichkeit", "Verlaesslichkeit")}
    code, german, english = wrong(dataset(here / "daten", files))
    assert code == "unknown-column"
    assert german.startswith("daten/praxis.csv, Zeile 1, Spalte „Verlaesslichkeit“:") and "„Verlässlichkeit“" in german
    assert english.startswith("daten/praxis.csv, row 1, column “Verlaesslichkeit”:") and "“Verlässlichkeit”" in english


def test_a_column_like_no_other_names_them_all(here: Path) -> None:
    """Where nothing is near the known columns are listed."""
    files = BASICS | {"praxis.csv": "Kennung,xyz\np-lotsen,\n"}
    code, german, english = wrong(dataset(here / "daten", files))
    assert code == "unknown-column"
    assert "betrieben von" in german and "Bezeichnung (de)" in german and "betrieben von" in english


@pytest.mark.parametrize("title", ["bezeichnung (DE)", "Label (de)", "label", "Bezeichnung"])
def test_columns_are_named_in_german_or_english(here: Path, title: str) -> None:
    """Headers are taken in both languages and any case; without a language tag a text is German."""
    files = BASICS | {"praxis.csv": f"Key,{title}\np-lotsen,Lotsen\n"}
    found = folders.graph(dataset(here / "daten", files))
    assert (thing("practice", "p-lotsen"), SKOS.prefLabel, Literal("Lotsen", lang="de")) in found


def test_a_text_column_in_two_languages(here: Path) -> None:
    """One column per language gives texts in these languages."""
    files = BASICS | {"praxis.csv": "Kennung,Bezeichnung (de),Bezeichnung (en)\np-lotsen,Lotsen,Guides\n"}
    found = folders.graph(dataset(here / "daten", files))
    labels = set(found.objects(thing("practice", "p-lotsen"), SKOS.prefLabel))
    assert labels == {Literal("Lotsen", lang="de"), Literal("Guides", lang="en")}


def test_a_table_without_key_column_is_refused(here: Path) -> None:
    """Rows without a key could not be named."""
    files = BASICS | {"praxis.csv": "Bezeichnung (de)\nLotsen\n"}
    code, german, english = wrong(dataset(here / "daten", files))
    assert code == "no-key-column"
    assert german.startswith("daten/praxis.csv:") and "„Kennung“" in german
    assert english.startswith("daten/praxis.csv:") and "“Key”" in english


@pytest.mark.parametrize("key", ["", " ", ";", " ; "])
def test_a_row_without_key_is_refused(here: Path, key: str) -> None:
    """The cell of a missing key is named."""
    files = BASICS | {"praxis.csv": HEAD + f"{key},Lotsen,,q-bericht,\n"}
    code, german, english = wrong(dataset(here / "daten", files))
    assert code == "missing-key"
    assert german.startswith("daten/praxis.csv, Zeile 2, Spalte „Kennung“:") and "keine Kennung" in german
    assert english.startswith("daten/praxis.csv, row 2, column “Kennung”:") and "no key" in english


def test_a_key_twice_over_two_tables_names_both_places(here: Path) -> None:
    """A key belongs to one row of all tables; the message says where it stands already."""
    code, german, english = wrong(dataset(here / "daten", BASICS | {"ziele.csv": "Kennung\nz-a\nh-zeit\n"}))
    assert code == "key-twice"
    assert german.startswith("daten/ziele.csv, Zeile 3, Spalte „Kennung“:") and "„h-zeit“" in german
    assert "(daten/hemmnisse.csv, Zeile 3, Spalte „Kennung“)" in german
    assert "(daten/hemmnisse.csv, row 3, column “Kennung”)" in english


def test_a_key_twice_over_two_datasets(here: Path) -> None:
    """Keys are unique over all datasets, also among the further keys of a row."""
    other = dataset(here / "mehr", {"ziele.csv": "Kennung\nz-a; p-lotsen\n"})
    code, german, _ = wrong(dataset(here / "daten", BASICS), other)
    assert code == "key-twice" and german.startswith("mehr/ziele.csv, Zeile 2") and "daten/praxis.csv" in german


def test_several_keys_in_a_cell_mean_the_same_thing(here: Path) -> None:
    """The first key makes the address; the others name the thing just as well and stand in the graph."""
    files = BASICS | {
        "praxis.csv": HEAD + "p-lotsen,Lotsen,h-einkommen; h-verdienst,q-bericht,hoch\n",
        "hemmnisse.csv": BASICS["hemmnisse.csv"].replace("h-einkommen,", "h-einkommen; h-verdienst,"),
    }
    found = folders.graph(dataset(here / "daten", files))
    obstacle = thing("obstacle", "h-einkommen")
    assert set(found.objects(thing("practice", "p-lotsen"), nq("answers"))) == {obstacle}
    assert set(found.objects(obstacle, DCTERMS.identifier)) == {Literal("h-einkommen"), Literal("h-verdienst")}


def test_a_reference_to_nothing_is_refused(here: Path) -> None:
    """A key that no table has is named with its cell and the nearest one."""
    code, german, english = wrong(dataset(here / "daten", BASICS | {"praxis.csv": HEAD + "p-lotsen,x,h-zeiten,,\n"}))
    assert code == "unknown-key"
    assert german.startswith("daten/praxis.csv, Zeile 2, Spalte „antwortet auf Hemmnis“:") and "„h-zeit“" in german
    assert english.startswith("daten/praxis.csv, row 2, column “antwortet auf Hemmnis”:") and "“h-zeit”" in english


def test_a_reference_to_another_dataset_is_followed(here: Path) -> None:
    """Keys are known across datasets, whichever is read first."""
    first = dataset(here / "a", {"praxis.csv": HEAD + "p-lotsen,Lotsen,h-zeit,q-bericht,hoch\n"})
    second = dataset(here / "b", {name: content for name, content in BASICS.items() if name != "praxis.csv"})
    found = folders.graph(first, second)
    assert (thing("practice", "p-lotsen"), nq("answers"), thing("obstacle", "h-zeit")) in found


def test_a_value_in_a_column_without_header_is_refused(here: Path) -> None:
    """A value that belongs to no column would be lost; empty columns do no harm."""
    files = BASICS | {"wege.csv": "Kennung,,Bezeichnung (de),\nw-a,,x,\nw-b,verirrt,x,\nw-c,,x,,am Rand\n"}
    middle, end = said(dataset(here / "daten", files))
    assert middle[0] == end[0] == "cell-without-column"
    assert middle[1].startswith("daten/wege.csv, Zeile 3:") and "„verirrt“" in middle[1]
    assert end[2].startswith("daten/wege.csv, row 4:") and "“am Rand”" in end[2]


@pytest.mark.parametrize(
    ("cell", "marker"),
    [
        ("", None),
        ("-", "notDocumented"),
        ("–", "notDocumented"),
        ("—", "notDocumented"),
        ("entfällt", "notApplicable"),
        ("Entfällt", "notApplicable"),
        ("n/a", "notApplicable"),
    ],
)
def test_three_states_of_nothing_there(here: Path, cell: str, marker: str | None) -> None:
    """Empty is not looked at yet, a dash is looked for and not documented, “entfällt” does not apply."""
    row = f"Kennung,betrieben von,Beschreibung (de),Beginn\np-lotsen,{cell},{cell},{cell}\n"
    found = folders.graph(dataset(here / "daten", BASICS | {"praxis.csv": row}))
    practice, paths = thing("practice", "p-lotsen"), {nq("operatedBy"), DCTERMS.description, nq("start")}
    assert not paths & set(found.predicates(practice))
    for name in ("notDocumented", "notApplicable"):
        assert set(found.objects(practice, nq(name))) == (paths if name == marker else set())


def test_a_dash_beside_a_text_in_the_other_language_is_no_gap(here: Path) -> None:
    """What one language says is documented, even if the other has a dash."""
    files = BASICS | {"praxis.csv": "Kennung,Beschreibung (de),Beschreibung (en)\np-lotsen,Text,-\n"}
    found = folders.graph(dataset(here / "daten", files))
    assert set(found.objects(thing("practice", "p-lotsen"), nq("notDocumented"))) == set()


def test_all_problems_are_reported_at_once(here: Path) -> None:
    """One run names everything that is wrong, over all files and datasets, in the order of files and rows."""
    first = dataset(
        here / "a",
        BASICS
        | {
            "praxis.csv": HEAD + "p-lotsen,x,h-nichts,q-bericht,sehr hoch\n,y,,,\np-b,z,r-land,,\n",
            "ziele.csv": "Kennung,Farbe\nz-a,rot\nz-a,blau\n",
            "leer.ttl": "@prefix x: <x:> .\nx:a x:b .\n",
        },
    )
    second = dataset(here / "b", {"messwerte.csv": "Kennung,Wert\nm-a,1.50\n", "wege.csv": "\n"})
    assert [(p.text.code, p.place.file, p.place.row or p.place.line) for p in folders.problems(first, second)] == [
        ("rdf-syntax", "a/leer.ttl", 2),
        ("unknown-entry", "a/praxis.csv", 2),
        ("missing-key", "a/praxis.csv", 3),
        ("key-of-other-class", "a/praxis.csv", 4),
        ("unknown-column", "a/ziele.csv", 1),
        ("key-twice", "a/ziele.csv", 3),
        ("bad-number", "b/messwerte.csv", 2),
        ("empty-file", "b/wege.csv", 0),
    ]


def test_an_unknown_key_is_reported_beside_other_faults(here: Path) -> None:
    """Every cell of a row is looked at, whatever is wrong with another."""
    files = BASICS | {"praxis.csv": HEAD + "p-lotsen,x,h-nichts,q-bericht; q-nichts,sehr hoch\n"}
    assert [(p.text.code, p.place.column) for p in folders.problems(dataset(here / "daten", files))] == [
        ("unknown-key", "Quellen"),
        ("unknown-entry", "Verlässlichkeit"),
        ("unknown-key", "antwortet auf Hemmnis"),
    ]


def test_an_unreadable_table_is_reported_alone(here: Path) -> None:
    """Where a table cannot be read, the keys that are missing for it are not reported beside it, other faults are."""
    files = BASICS | {"quellen.csv": 'Kennung,Titel\n"q-bericht,x\n', "wege.csv": "Kennung,Farbe\n"}
    assert [(code, german.split(":")[0]) for code, german, _ in said(dataset(here / "daten", files))] == [
        ("csv-syntax", "daten/quellen.csv, Zeile 2"),
        ("unknown-column", "daten/wege.csv, Zeile 1, Spalte „Farbe“"),
    ]


def test_a_workbook_is_a_dataset_like_tables(here: Path) -> None:
    """A workbook with a sheet per table gives the same graph as the tables."""
    tables = folders.graph(dataset(here / "a", BASICS))
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, content in BASICS.items():
        sheet = book.create_sheet(name.removesuffix(".csv").title())
        for line in content.splitlines():
            sheet.append(line.split(","))
    dataset(here / "b", {})
    book.save(here / "b" / "daten.xlsx")
    assert set(folders.graph(here / "b")) == set(tables)


def test_a_finding_in_a_workbook_names_its_sheet(here: Path) -> None:
    """File, sheet, row and column lead to the cell."""
    book = Workbook()
    assert book.active is not None
    book.active.title = "Messwerte"
    book.active.append(["Kennung", "Wert"])
    book.active.append(["m-a", "viel"])
    dataset(here / "daten", {})
    book.save(here / "daten" / "daten.xlsx")
    code, german, english = wrong(here / "daten")
    assert code == "bad-number"
    assert german.startswith("daten/daten.xlsx, Blatt „Messwerte“, Zeile 2, Spalte „Wert“:")
    assert english.startswith("daten/daten.xlsx, sheet “Messwerte”, row 2, column “Wert”:")


def test_a_base_of_its_own(here: Path) -> None:
    """The things of a dataset with its own base have addresses there."""
    files = BASICS | {"praxis.csv": HEAD + "p-lotsen,Lotsen,h-zeit,q-bericht,hoch\n"}
    found = folders.graph(dataset(here / "daten", files, base="https://example.org/nq"))
    practice = URIRef("https://example.org/nq/id/practice/p-lotsen")
    assert (practice, nq("answers"), URIRef("https://example.org/nq/id/obstacle/h-zeit")) in found


# -- claims --------------------------------------------------------------------------------------------------------

CLAIM = thing("claim", "p-lotsen.answers.h-einkommen")
FULL = """\
Kennung,Bezeichnung (de),antwortet auf Hemmnis,Verbleib,Grund des Verbleibs (de),Quellen,Verlässlichkeit,Vorbehalt (de)
p-lotsen,Lotsen,h-einkommen; h-zeit,regular-offer,Das Amt zahlt weiter.,q-bericht,mittel,nur ein Ort
"""


def full(here: Path, **more: str) -> Path:
    """The basic dataset with a practice that claims something; *more* are further tables."""
    return dataset(here / "daten", BASICS | {"praxis.csv": FULL} | {f"{n}.csv": c for n, c in more.items()})


def test_a_claimed_column_makes_relation_and_claim(here: Path) -> None:
    """A cell that somebody claims gives the relation and a claim with the row's sources, confidence and caveat."""
    found = folders.graph(full(here))
    practice, obstacle = thing("practice", "p-lotsen"), thing("obstacle", "h-einkommen")
    assert (practice, nq("answers"), obstacle) in found
    assert set(found.predicate_objects(CLAIM)) == {
        (RDF.type, nq("Claim")),
        (RDF.subject, practice),
        (RDF.predicate, nq("answers")),
        (RDF.object, obstacle),
        (DCTERMS.source, thing("source", "q-bericht")),
        (nq("confidence"), URIRef(vocab.concept("confidence", "medium"))),
        (nq("caveat"), Literal("nur ein Ort", lang="de")),
        (nq("claimStatus"), URIRef(vocab.concept("claim-status", "classified"))),
        (nq("classifiedBy"), URIRef(vocab.concept("classifier", "editors"))),
    }


def test_every_value_of_a_claimed_column_makes_its_own_claim(here: Path) -> None:
    """Two obstacles and an outcome make three claims, plain columns none; that of the outcome has its reason."""
    found = folders.graph(full(here))
    outcome = thing("claim", "p-lotsen.outcome.regular-offer")
    assert {claim for claim in found.subjects(RDF.type, nq("Claim")) if "p-lotsen" in str(claim)} == {
        CLAIM,
        thing("claim", "p-lotsen.answers.h-zeit"),
        outcome,
    }
    assert set(found.objects(outcome, nq("reason"))) == {Literal("Das Amt zahlt weiter.", lang="de")}
    assert set(found.objects(CLAIM, nq("reason"))) == set()


def test_a_row_of_the_table_of_claims_overrides_the_column(here: Path) -> None:
    """A claim with a row of its own says only what that row says; the other claims stay."""
    claims = (
        "Subjekt,Beziehung,Objekt,Status,eingeordnet durch,Fundstelle,Quellen,Verlässlichkeit\n"
        "p-lotsen,antwortet auf Hemmnis,h-einkommen,berichtet,Quelle selbst,S. 4,q-bericht,hoch\n"
    )
    found = folders.graph(full(here, aussagen=claims))
    assert set(found.objects(CLAIM, nq("claimStatus"))) == {URIRef(vocab.concept("claim-status", "stated"))}
    assert set(found.objects(CLAIM, nq("classifiedBy"))) == {URIRef(vocab.concept("classifier", "source"))}
    assert set(found.objects(CLAIM, nq("confidence"))) == {URIRef(vocab.concept("confidence", "high"))}
    assert set(found.objects(CLAIM, nq("locator"))) == {Literal("S. 4", lang="de")}
    assert set(found.objects(CLAIM, nq("caveat"))) == set()
    other = thing("claim", "p-lotsen.answers.h-zeit")
    assert set(found.objects(other, nq("confidence"))) == {URIRef(vocab.concept("confidence", "medium"))}


def test_a_row_of_the_table_of_claims_makes_the_relation(here: Path) -> None:
    """A claim without a column gives the relation, too."""
    claims = "Subjekt,Beziehung,Objekt,Quellen\np-lotsen,nq:answersGroup,Betrieb,q-bericht\n"
    found = folders.graph(full(here, aussagen=claims))
    group = URIRef(vocab.concept("obstacle-group", "employer"))
    assert (thing("practice", "p-lotsen"), nq("answersGroup"), group) in found
    assert (thing("claim", "p-lotsen.answersGroup.employer"), RDF.object, group) in found


def test_an_incomplete_row_of_the_table_of_claims_is_kept_for_validation(here: Path) -> None:
    """A claim without object is read, so that validation can say what is missing in which row."""
    store, reading = folders.read(full(here, aussagen="Subjekt,Beziehung,Objekt\np-lotsen,nq:answers,\n"))
    (claim,) = {s for s, p, o in store.graph() if o == nq("answers") and p == RDF.predicate and "aussagen" in str(s)}
    assert reading.places.find(str(claim), vocab.RDF.object).in_language("de") == (
        "daten/aussagen.csv, Zeile 2, Spalte „Objekt“"
    )


def test_places_lead_to_the_cell_the_row_or_the_line(here: Path) -> None:
    """A statement is found in its cell, else in its row, else in the line of an RDF file that is about the thing."""
    folder = full(here)
    (folder / "mehr.ttl").write_text(
        "@prefix p: <https://w3id.org/nqgraph/id/practice/> .\n<x:y> <x:p> p:p-b .\np:p-b a <x:c> .\n", encoding="utf-8"
    )
    _, reading = folders.read(folder)
    practice = str(thing("practice", "p-lotsen"))
    places = [
        reading.places.find(practice, vocab.NQ.answers),
        reading.places.find(practice, vocab.NQ.operatedBy),
        reading.places.find(str(CLAIM)),
        reading.places.find(str(thing("practice", "p-b"))),
        reading.places.find(str(thing("practice", "p-nichts"))),
    ]
    assert [place.in_language("de") for place in places] == [
        "daten/praxis.csv, Zeile 2, Spalte „antwortet auf Hemmnis“",
        "daten/praxis.csv, Zeile 2",
        "daten/praxis.csv, Zeile 2",
        "daten/mehr.ttl, Zeile 3",
        "",
    ]


def test_the_rows_are_counted_by_dataset_and_class(here: Path) -> None:
    """What was read is known per dataset and table."""
    first = dataset(here / "a", BASICS)
    second = dataset(here / "b", {"wege.csv": "Kennung\nw-a\nw-b\n"})
    _, reading = folders.read(first, second)
    assert reading.rows["a"][vocab.NQ.Obstacle] == 2 and reading.rows["a"][vocab.NQ.Practice] == 1
    assert dict(reading.rows["b"]) == {vocab.NQ.Route: 2}


def test_a_statement_of_two_datasets_stands_in_the_first(here: Path) -> None:
    """No triple stands in two named graphs, or it would count twice in the union."""
    turtle = "<https://w3id.org/nqgraph/id/practice/p-b> a <https://w3id.org/nqgraph/def/Practice> .\n"
    first = dataset(here / "a", {"x.ttl": turtle})
    second = dataset(here / "b", {"y.ttl": turtle + "<x:s> <x:p> <x:o> .\n"})
    store, _ = folders.read(first, second)
    assert store.size(IRIS.dataset_graph("a")) == 1 and store.size(IRIS.dataset_graph("b")) == 1


# -- RDF files -----------------------------------------------------------------------------------------------------

TURTLE = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix nq: <https://w3id.org/nqgraph/def/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix id: <https://w3id.org/nqgraph/id/obstacle/> .

id:h-weg a nq:Obstacle ;
    dcterms:identifier "h-weg" ;
    skos:prefLabel "Weg"@de ;
    nq:isCaseOf id:h-zeit .
"""
STATEMENT = ("https://example.org/s", "https://example.org/p", "https://example.org/o")
RDF_FILES = {
    "x.ttl": "<{0}> <{1}> <{2}> .",
    "x.nt": "<{0}> <{1}> <{2}> .",
    "x.nq": "<{0}> <{1}> <{2}> <https://example.org/g> .",
    "x.trig": "GRAPH <https://example.org/g> {{ <{0}> <{1}> <{2}> }}",
    "x.jsonld": '{{"@id": "{0}", "{1}": {{"@id": "{2}"}}}}',
    "x.rdf": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://example.org/">'
        '<rdf:Description rdf:about="{0}"><e:p rdf:resource="{2}"/></rdf:Description></rdf:RDF>'
    ),
}


def rdf(here: Path, content: str | bytes, name: str = "x.ttl", **tables: str) -> Path:
    """A dataset with one RDF file and perhaps tables."""
    folder = dataset(here / "daten", {f"{n}.csv": c for n, c in tables.items()})
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@pytest.mark.parametrize(("name", "content"), RDF_FILES.items())
def test_every_rdf_format_is_read_into_the_graph_of_its_dataset(here: Path, name: str, content: str) -> None:
    """Six formats give the same triple; graphs named in a file are merged into that of the dataset."""
    store, _ = folders.read(rdf(here, content.format(*STATEMENT), name))
    assert set(store.graph(IRIS.dataset_graph("daten"))) == {tuple(map(URIRef, STATEMENT))}
    assert store.graphs() == [IRIS.dataset_graph("daten"), IRIS.ontology]


def test_tables_and_rdf_name_each_other(here: Path) -> None:
    """A cell names a thing of an RDF file by its key, and the file a row by its address."""
    tables = BASICS | {"praxis.csv": HEAD + "p-lotsen,Lotsen,h-weg,q-bericht,hoch\n", "x.ttl": TURTLE}
    found = folders.graph(dataset(here / "daten", tables))
    assert (thing("practice", "p-lotsen"), nq("answers"), thing("obstacle", "h-weg")) in found
    assert (thing("obstacle", "h-weg"), nq("isCaseOf"), thing("obstacle", "h-zeit")) in found
    assert (thing("obstacle", "h-zeit"), RDF.type, nq("Obstacle")) in found


def test_a_table_of_an_earlier_dataset_names_a_thing_of_a_later_rdf_file(here: Path) -> None:
    """All keys are known before the first cell is read."""
    first = dataset(here / "a", BASICS | {"praxis.csv": HEAD + "p-lotsen,Lotsen,h-weg,q-bericht,hoch\n"})
    assert folders.problems(first, dataset(here / "b", {"x.ttl": TURTLE})) == []


def test_a_key_of_an_rdf_file_has_its_class(here: Path) -> None:
    """An obstacle of an RDF file is no region."""
    tables = BASICS | {"praxis.csv": "Kennung,Region\np-lotsen,h-weg\n", "x.ttl": TURTLE}
    assert wrong(dataset(here / "daten", tables))[0] == "key-of-other-class"


def test_a_key_of_an_rdf_file_and_a_table_is_refused(here: Path) -> None:
    """A key means one thing: a row cannot take that of an RDF file, nor the other way round."""
    again = "Kennung,Bezeichnung (de)\nh-weg,Weg\n"
    first = dataset(here / "a", {"x.ttl": TURTLE.replace("id:h-weg", "<https://example.org/weg>")})
    code, german, _ = wrong(first, dataset(here / "b", {"ziele.csv": again}))
    assert code == "key-twice" and german.startswith("b/ziele.csv, Zeile 2, Spalte „Kennung“") and "(a" in german
    both = dataset(here / "c", {"x.ttl": TURTLE.replace("id:h-weg", "<https://example.org/weg>"), "ziele.csv": again})
    code, german, english = wrong(both)
    assert code == "key-twice" and german.startswith("c/x.ttl, Zeile 6:") and english.startswith("c/x.ttl, line 6:")
    assert "c/ziele.csv, Zeile 2, Spalte „Kennung“" in german


def test_a_thing_can_stand_in_a_table_and_an_rdf_file(here: Path) -> None:
    """What an RDF file adds to a row of the same address is no second thing."""
    files = {"hemmnisse.csv": "Kennung,Bezeichnung (de)\nh-weg,Weg\n", "x.ttl": TURTLE}
    assert folders.problems(dataset(here / "daten", files | {"y.ttl": TURTLE})) == []


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("x.ttl", TURTLE.replace('"Weg"@de ;', '"Weg"@de '), 9),
        ("x.ttl", TURTLE.replace("id:h-zeit", "<https://example.org/a b>"), 9),
        ("x.ttl", TURTLE.replace("nq:Obstacle", "xy:Obstacle"), 6),
        ("x.nt", "<x:s> <x:p> <x:o> .\n<x:s> <x:p> <relativ> .\n", 2),
        ("x.rdf", RDF_FILES["x.rdf"].format(*STATEMENT).partition("</")[0], 1),
        ("x.trig", "<x:s> <x:p> 1 .\n<x:g> { <x:s> <x:p> 2 .", 2),
        ("x.jsonld", '{"@id": "x:s",\n"x:p": 1,}', 2),
        ("x.ttl", "<x:s> <x:p> 'a' .\n<x:s> <x:p> 'Größe' .\n".encode("latin-1"), 2),
    ],
)
def test_broken_rdf_is_named_with_its_line(here: Path, name: str, content: str | bytes, line: int) -> None:
    """A missing semicolon, an address with a blank, an unknown prefix, cut-off XML: our words, the parser's aside."""
    folder = rdf(here, content, name)
    code, german, english = wrong(folder)
    assert code == "rdf-syntax"
    (problem,) = folders.problems(folder)
    assert problem.text.values["message"].code != "fault-other"
    assert problem.text.values["parser"] not in german
    assert german.startswith(f"daten/{name}, Zeile {line}:") and english.startswith(f"daten/{name}, line {line}:")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.rdf", "<rdf:RDF>"),
        ("x.jsonld", '{"@context": '),
        ("x.jsonld", '{"@context": "https://schema.org/", "@id": "https://example.org/s", "name": "x"}'),
    ],
)
def test_broken_xml_and_json_are_named(here: Path, name: str, content: str) -> None:
    """Half a document is refused, and so is a context that would have to be fetched."""
    code, german, english = wrong(rdf(here, content, name))
    assert code == ("jsonld-remote-context" if "schema.org" in content else "rdf-syntax")
    assert german.startswith(f"daten/{name}") and ("valid RDF." in english or "not fetched" in english)


def test_an_empty_rdf_file_is_named(here: Path) -> None:
    """A file without content was probably meant to have some, also if it has prefixes and remarks."""
    assert wrong(rdf(here, "@prefix nq: <https://example.org/> .\n# noch leer\n"))[0] == "rdf-nothing"
    assert wrong(rdf(here, " \n"))[0] == "empty-file"


@pytest.mark.parametrize("declaration", ["<!DOCTYPE", "<!doctype", "<!--" + 5000 * " " + "-->\n<!DOCTYPE"])
def test_rdf_xml_with_a_document_type_is_refused(here: Path, declaration: str) -> None:
    """Entities could make a small file endless (the parser does not bound them); no declaration slips through."""
    document = RDF_FILES["x.rdf"].format(*STATEMENT).replace("<e:p", "<e:q>&b;</e:q><e:p")
    entities = '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">'
    code, german, english = wrong(rdf(here, f'<?xml version="1.0"?>{declaration} x [{entities}]>{document}', "x.rdf"))
    assert code == "doctype"
    assert german.startswith("daten/x.rdf:") and "<!DOCTYPE" in german and "<!DOCTYPE" in english


def test_blank_nodes_become_stable_addresses(here: Path) -> None:
    """The same statements in another order get the same addresses; each file has its own."""
    lines = ["_:a <x:name> 'A' .", "_:b <x:name> 'B' .", "<x:s> <x:part> _:a, _:b .", "_:a <x:next> _:b ."]
    turned = [line.replace("_:a", "_:z").replace("_:b", "_:y") for line in reversed(lines)]
    first = set(folders.graph(rdf(here / "1", "\n".join(lines))))
    second = set(folders.graph(rdf(here / "2", "\n".join(turned))))
    assert first == second and len(first) == 5
    parts = {o for s, p, o in first if str(p) == "x:part"}
    assert {str(part).rsplit("/", 1)[0] for part in parts} == {"https://w3id.org/nqgraph/.well-known/genid/daten/x-ttl"}
    other = {o for _, p, o in folders.graph(rdf(here / "3", "\n".join(lines), "y.ttl")) if str(p) == "x:part"}
    assert not parts & other


def test_plain_texts_and_typed_strings_are_the_same(here: Path) -> None:
    """A text typed xsd:string is the plain text that queries look for (rdflib would keep them apart)."""
    found = folders.graph(rdf(here, '<x:s> <x:p> "a"^^<http://www.w3.org/2001/XMLSchema#string>, "a" .'))
    assert set(found) == {(URIRef("x:s"), URIRef("x:p"), Literal("a"))}


def test_an_impossible_value_of_an_rdf_file_stays_for_validation(here: Path) -> None:
    """A literal that is no day keeps its form, so that validation can show it."""
    found = folders.graph(rdf(here, '<x:s> <x:p> "2016-13-01"^^<http://www.w3.org/2001/XMLSchema#date> .'))
    assert [str(o) for o in found.objects()] == ["2016-13-01"]
