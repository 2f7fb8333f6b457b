"""The shipped data: as many rows as the collections have, nothing private, nothing guessed, files that diff well."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest

from nqgraph.building import builds
from nqgraph.building.builds import Assembly
from nqgraph.graph.store import Store
from nqgraph.model import shapes
from nqgraph.sources import datasets
from nqgraph.words import vocab
from tests.conftest import EXAMPLE, ROOT
from tests.spaces import IRIS, SPACE

DATA = ROOT / "data"
#: The second topic is a workspace of its own, with tests of its own; its settings name an invented contact.
TOPIC = DATA / "examples" / "schulabbruch"
FILES = sorted(path for path in DATA.rglob("*") if path.is_file() and path != TOPIC / "workspace.yaml")
TABLES = [path for path in FILES if path.suffix == ".csv" and TOPIC not in path.parents]
SHIPPED = [path for path in TABLES if EXAMPLE not in path.parents]


def name(path: Path) -> str:
    return path.relative_to(DATA).as_posix()


@cache
def rows(table: str) -> list[dict[str, str]]:
    """Rows of a table such as “nrw/praxis”."""
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def keys(*tables: str) -> list[str]:
    return [row["Kennung"] for table in tables for row in rows(table) if "Kennung" in row]


# -- counts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tables", "prefix", "count"),
    [
        (["nrw/praxis"], "p-", 47),
        (["nrw/praxis"], "v-", 9),
        (["nrw/hemmnisse"], "h-", 40),
        (["process/akteure", "nrw/akteure"], "a-", 80),
        (["process/foren", "nrw/foren"], "fo-", 13),
        (["process/aufgaben"], "t-", 13),
        (["process/ziele"], "z-", 6),
        (["nrw/empfehlungen"], "e-", 25),
        (["nrw/indikatoren"], "i-", 21),
        (["nrw/szenarien"], "s-", 8),
        (["nrw/optionen"], "o-", 10),
        (["nrw/wissensluecken"], "g-", 22),
        (["nrw/zielgruppen"], "tg-", 13),
        (["nrw/berufe"], "b-", 24),
        (["nrw/wege"], "w-", 11),
        (["nrw/rechtsgrundlagen"], "n-", 12),
        (["nrw/foerderinstrumente"], "f-", 21),
        (["process/quellen", "nrw/quellen"], "", 194),
        (["laender-eu/praxis"], "prac-", 66),
        (["laender-eu/hemmnisse"], "obs-", 48),
        (["laender-eu/akteure"], "act-", 83),
        (["laender-eu/messwerte"], "ind-", 126),
        (["laender-eu/empfehlungen"], "rec-", 32),
        (["laender-eu/foerderinstrumente"], "fund-", 28),
        (["laender-eu/quellen"], "q-", 194),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) else None,
)
def test_every_row_of_the_collections_is_there(tables: list[str], prefix: str, count: int) -> None:
    """The tables have exactly as many things of a kind as the collection they were made from."""
    found = keys(*tables)
    assert len([key for key in found if key.startswith(prefix)]) == count
    also = {"nrw/praxis": ("p-", "v-"), "nrw/wissensluecken": ("gp-", "gn-"), "laender-eu/quellen": ("qn-",)}
    kinds = {prefix, *also.get(tables[0], ())}
    assert all(key.startswith(tuple(kinds)) for key in found)


def test_every_measured_value_of_the_collection_is_there() -> None:
    """105 values of the collection, further figures of a value as its parts, and those of the compared practices."""
    found = keys("nrw/messwerte")
    own = [key for key in found if not re.search(r"-teil-\d+$", key) and not key.startswith("m-v-")]
    assert len(own) == 105 and all(key.startswith("m-") for key in own)
    for row in rows("nrw/messwerte"):
        whole, _, part = row["Kennung"].partition("-teil-")
        assert row["Teilwert von"] == (whole if part else "")
        assert whole in found


def test_keys_are_unique_and_never_reused() -> None:
    """A key stands in one row of all shipped tables."""
    found = [key for path in SHIPPED for key in keys(name(path).removesuffix(".csv"))]
    assert len(found) == len(set(found)) > 1500


@pytest.fixture(scope="module")
def assembled() -> Assembly:
    """The shipped datasets, read, validated and with their inferences."""
    return builds.assemble(datasets.find([DATA], SPACE))


def test_every_row_and_key_is_in_the_graph(assembled: Assembly) -> None:
    """All rows were read, and each key leads to a thing, also the keys that were merged."""
    schema = shapes.default()
    for path in SHIPPED:
        table = schema.for_table(path.stem)
        assert table is not None
        read = assembled.reading.rows[path.parent.name][table.target_class]
        assert read == len(rows(name(path).removesuffix(".csv"))), name(path)
    known = {row[0] for row in assembled.store.select("SELECT ?key WHERE { ?thing dcterms:identifier ?key }")}
    assert {key for path in SHIPPED for key in keys(name(path).removesuffix(".csv"))} <= known


#: Relations that are judgements: whoever states one says on what source.
JUDGED = (
    "addresses", "addressesGroup", "affects", "answers", "answersGroup", "basedOn", "competentFor", "followsRoute",
    "forTargetGroup", "hamperedBy", "hasEvidence", "mitigates", "outcome", "partlyAnswers", "refersToPractice",
    "supports", "transferRating", "transferableTo", "usesInstrument", "usesMechanism",
)  # fmt: skip


def test_the_shapes_ask_for_claims_of_every_judgement() -> None:
    """Each relation that is a judgement has a default status, and no other one has."""
    assert {vocab.local_name(path) for path in shapes.default().claimed} == set(JUDGED)


@pytest.mark.parametrize("path", [vocab.NQ[name] for name in JUDGED], ids=vocab.local_name)
def test_every_claimed_relation_has_a_sourced_claim(path: str, shipped: Store) -> None:
    """Which practice answers which obstacle, and every other relation that somebody claims, says on what source."""
    claim = f"?claim a nq:Claim ; rdf:subject ?s ; rdf:predicate <{path}> ; rdf:object ?o ; dcterms:source ?source"
    asserted = f"GRAPH ?g {{ ?s <{path}> ?o }} FILTER(?g NOT IN (<{IRIS.inferred}>, <{IRIS.ontology}>))"
    assert list(shipped.select(f"SELECT ?s ?o WHERE {{ {asserted} FILTER NOT EXISTS {{ {claim} }} }}")) == []


# -- content -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["assembled", "example"])
def test_there_are_no_violations_and_no_warnings(which: str, request: pytest.FixtureRequest) -> None:
    """The shipped data and the example conform to their shapes and rules without a complaint."""
    report = request.getfixturevalue(which).report
    assert [f.in_language("de") for f in report.findings if f.severity != vocab.SH.Info] == []


@pytest.mark.parametrize("table", ["process/quellen", "nrw/quellen", "laender-eu/quellen", "regions/quellen"])
def test_every_source_has_an_address_or_says_why_not(table: str) -> None:
    """A reader can look every source up, or reads why there is no address."""
    for row in rows(table):
        if not re.match(r"https?://[^\s/]+\.[a-z]{2,}(/|$)", row["Adresse"]):
            assert row["Adresse"] == "-", row["Kennung"]
            assert re.search(r"dresse (nicht )?festgehalten", row["gesehen (de)"]), row["Kennung"]


def test_the_three_pilot_regions_stay_unnamed() -> None:
    """No source names them: no region stands under their collective entry, and it has no code and no match."""
    regions = [row for table in ("nrw", "regions", "laender-eu") for row in rows(f"{table}/regionen")]
    (pilot,) = (row for row in regions if row["Kennung"] == "r-pilot-unbenannt")
    assert not any("r-pilot-unbenannt" in row["Teil von"].split("; ") for row in regions)
    assert {pilot[column] for column in ("NUTS", "AGS", "ISO 3166", "entspricht genau", "entspricht etwa")} == {""}
    assert "nicht ergänzen" in pilot["Vorbehalt (de)"]


def test_no_inference_names_the_pilot_regions(shipped: Store) -> None:
    """Neither a rule nor a decision puts a region under the collective entry."""
    pilot = f"<{vocab.ID}region/r-pilot-unbenannt>"
    assert not shipped.ask(f"ASK {{ ?region geo:sfWithin|schema:sameAs|dcterms:hasPart {pilot} }}")
    assert not shipped.ask(f"ASK {{ {pilot} nq:nutsCode|nq:ags|nq:isoCode|schema:sameAs ?code }}")


#: A word, an at sign, a host: a mail address. A trunk zero or country code, a gap, digits: a telephone number.
MAIL = re.compile(r"[\w.+-]+(@|\s?\[at\]\s?|\(at\))[\w-]+\.[a-z]{2,}|mailto:", re.IGNORECASE)
PHONE = re.compile(r"(?<![\w/.,-])(\+\d{2}|00\d{2}|0[1-9]\d{1,4})[ /()–-]{1,3}\d{3,}|\b[Tt]el(\.|\w*:) ?[\d+(]")


@pytest.mark.parametrize("path", FILES, ids=name)
def test_there_is_no_mail_address_and_no_telephone_number(path: Path) -> None:
    """The data speak of offices and projects, not of people to ring up."""
    text = path.read_text(encoding="utf-8")
    assert [found.group() for pattern in (MAIL, PHONE) for found in pattern.finditer(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "info@example.org",
        "m.muster [at] amt.de",
        "0221 123456",
        "(0221) 12345",
        "+49 221 1234",
        "0221/1234",
        "Tel. (0221",
    ],
)
def test_what_is_private_would_be_found(text: str) -> None:
    """The patterns above find what they are for."""
    assert MAIL.search(text) or PHONE.search(text)


@pytest.mark.parametrize("table", ["nrw/messwerte", "laender-eu/messwerte"])
def test_every_settlement_says_what_was_changed(table: str) -> None:
    """A settlement names what the collection had, and the row differs from it; rows from prose name the column."""
    settled = [row for row in rows(table) if row["Klärung (de)"]]
    assert settled
    indicators = {row["Bezeichnung (de)"]: row["Kennung"] for row in rows("nrw/indikatoren")}
    practices = {
        row["Bezeichnung (de)"]: row["Kennung"] for of in ("nrw", "laender-eu") for row in rows(f"{of}/praxis")
    }
    for row in settled:
        text, key = row["Klärung (de)"], row["Kennung"]
        indicator = re.search(r"(?:ordnet den Wert|Zeile des Indikators) „(.+?)“", text)
        unit = re.search(r"als Einheit nur (\w+)|führt „(.+?)“ als Einheit", text)
        if indicator:
            assert row["Indikator"] != indicators[indicator[1]], key
        elif unit:
            assert row["Einheit"] != (unit[1] or unit[2]), key
        elif about := re.search(r"führt den Wert bei „(.+?)“", text):
            assert practices[about[1]] not in row["bezogen auf"], key
        elif text.endswith("jeder steht hier für sich."):
            assert any(other["Teilwert von"] == key for other in settled) or row["Teilwert von"], key
        else:
            assert text == "Aus der Spalte Kennzahl der Vergleichspraxis." and key.startswith("m-v-"), key
        if "kein Indikator passt" in text:
            assert row["Indikator"] == "-", key


def test_no_text_speaks_of_keys_that_readers_never_see() -> None:
    """Pages name a thing where a text has its key; one that was merged, a decision and the row itself have no name."""
    decided = rows("mappings/zuordnungen")
    merged = {row["andere Kennung"] for row in decided if row["Entscheidung"] == "dasselbe"}
    hidden = merged | {row["Kennung"] for row in decided}
    word = re.compile(r"(?<![\w/.-])[a-z][a-z0-9]*(?:-[a-z0-9]+)+(?![\w/-])")
    found = [
        (name(path), row.get("Kennung"), told)
        for path in SHIPPED
        for row in rows(name(path).removesuffix(".csv"))
        for column, cell in row.items()
        if column.endswith((" (de)", " (en)")) and not column.startswith("Fundstelle")
        for told in word.findall(cell)
        if told in hidden or told == row.get("Kennung")
    ]
    assert merged
    assert found == []


def test_every_value_without_indicator_is_explained() -> None:
    """A value of the collection that was taken from its indicator says why."""
    assert all(row["Klärung (de)"] for row in rows("nrw/messwerte") if row["Indikator"] in ("", "-"))


# -- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=name)
def test_files_are_plain_utf8(path: Path) -> None:
    """UTF-8 without byte-order mark, line feeds, one at the end, composed letters, no invisible characters."""
    text = path.read_bytes().decode("utf-8")
    assert text.endswith("\n") and not text.endswith("\n\n")
    assert unicodedata.normalize("NFC", text) == text
    if path.suffix == ".tsv":
        text = text.replace("\t", "")  # what parts its cells
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u00a0\u00ad\u200b-\u200f\u2028\u2029\ufeff]", text) == []
    assert re.findall(r"(?m)[ \t]+$", text) == []


@pytest.mark.parametrize("path", TABLES, ids=name)
def test_tables_are_as_a_csv_writer_writes_them(path: Path) -> None:
    """Comma, quotation marks only where needed, German headers: a changed cell is a changed line and nothing else."""
    text = path.read_text(encoding="utf-8")
    with path.open(encoding="utf-8", newline="") as file:
        header, *body = csv.reader(file, strict=True)
    lines = [",".join(map(quoted, row)) for row in (header, *body)]
    assert text == "\n".join(lines) + "\n"
    assert all(len(row) == len(header) for row in body)
    table = shapes.default().for_table(path.stem)
    assert table is not None and path.stem == vocab.slug(table.label["de"])
    named = {f"{prop.name['de']} ({lang})" for prop in table.properties for lang in prop.languages}
    assert set(header) <= named | {prop.name["de"] for prop in table.properties if not prop.is_text}
    assert all(any(row[index] for row in body) for index in range(len(header))), "a column without any value"


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if re.search(r'[,"\n\r]', cell) else cell
