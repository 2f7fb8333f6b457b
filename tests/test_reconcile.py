"""The reconciliation service: what it says fits the API's schemas, what it finds is what people mean."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
import referencing
import referencing.jsonschema

from nqgraph.building import builds
from nqgraph.graph.graph import Graph
from nqgraph.graph.matching import clear
from nqgraph.graph.naming import kind_of, readings
from nqgraph.things.collection import Collection
from nqgraph.things.entities import Entities, Wanted
from tests.conftest import EXAMPLE, ROOT
from tests.folders import dataset
from tests.servers import Running, serving
from tests.spaces import IRIS, SPACE
from tests.test_internal import SECRET, TABLES

SCHEMAS = next(
    (
        found
        for above in ROOT.parents
        if (found := above / "shared" / "standards" / "reconciliation-0.2" / "schemas").is_dir()
    ),
    Path(),
)
needs_schemas = pytest.mark.skipif(Path() == SCHEMAS, reason="../shared/standards/reconciliation-0.2 is not there")
#: A batch as OpenRefine sends it to guess types.
GUESSED = {
    "q0": {"query": "Kreis Unna", "limit": 3},
    "q1": {"query": "Handwerkskammer zu Köln", "limit": 3},
    "q2": {"query": "Fachlagerist/in", "limit": 3},
}


@pytest.fixture(scope="module")
def server(checkout: Path) -> Iterator[Running]:
    with serving("--source", str(checkout / "build")) as running:
        yield running


@pytest.fixture(scope="module")
def client(server: Running) -> Iterator[httpx.Client]:
    with server.client(headers={"Accept-Language": "de"}) as client:
        yield client


@pytest.fixture(scope="module")
def entities(shipped_graph: Graph) -> Entities:
    return Entities(Collection(shipped_graph))


def schema(name: str) -> Any:
    """The validator of one of the API's schemas; what they refer to elsewhere says anything."""

    def found(uri: str) -> referencing.Resource[Any]:
        path = SCHEMAS / uri.rpartition("/")[2]
        text = path.read_text(encoding="utf-8") if path.is_file() and "swagger" not in uri else '{"definitions": {}}'
        return referencing.Resource(json.loads(text), referencing.jsonschema.DRAFT7)  # type: ignore[call-arg]

    document = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    document.get("properties", {}).pop("authentication", None)  # refers to a schema that has no identifier any more
    return jsonschema.Draft7Validator(document, registry=referencing.Registry(retrieve=found))  # type: ignore[call-arg]


def asked(client: httpx.Client, batch: dict[str, Any], path: str = "/reconcile") -> dict[str, Any]:
    answer = client.post(path, data={"queries": json.dumps(batch)})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


# -- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Köln", "KOELN"),
        ("Köln", "Ko\u0308ln"),
        ("Düsseldorf", "Dusseldorf"),
        ("Pfleger:in", "Pfleger/-in"),
        ("Pflegerin", "Pfleger"),
        ("Pfleger*innen", "PflegerInnen"),
        ("Vertreter(inne)n", "Vertreter(innen)"),
        ("Vertreterinnen", "Vertretern"),
        ("Koch/Köchin", "Köchin"),
        ("Kaufmann/-frau für Büromanagement", "Kauffrau für Büromanagement"),
        ("Kaufleute für Büromanagement", "Kaufmann für Büromanagement"),
        ("Medizinische/r Fachangestellte/r", "Medizinischer Fachangestellter"),
        ("Maschinen- und Anlagenführer/in", "Maschinenführerin und Anlagenführerin"),
        ("Industrie- und Handelskammer zu Köln", "Industriekammer und Handelskammer Köln"),
        ("Beispiel gGmbH", "Beispiel e.V."),
        ("Bundesinstitut für Berufsbildung (BIBB)", "Bundesinstitut für Berufsbildung"),
        ("Hochsauerlandkreis", "Hochsauerland-Kreis"),
    ],
)
def test_spellings_of_one_name_have_a_reading_in_common(one: str, other: str) -> None:
    """Umlauts, forms for men and women, legal forms, elided words and abbreviations in brackets."""
    keys = [{(name.key, name.kind) for name in readings(text) if not name.short} for text in (one, other)]
    assert keys[0] & keys[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Frankfurt (Oder)", "Frankfurt am Main"),
        ("Frankfurt (Oder)", "Frankfurt"),
        ("Kreis Unna", "Unna"),
        ("Nachqualifizierung", "Qualifizierung"),
        ("Teilqualifizierung", "Qualifizierung"),
        ("Altenpflege", "Altenpfleger"),
        ("Handwerkskammertag", "Handwerkskammer"),
        ("Berlin", "Berl"),
        ("Arbeitskreis", "Arbeits"),
    ],
)
def test_names_of_different_things_have_none(one: str, other: str) -> None:
    """A part of a compound, another place, a place of another kind are other names."""
    keys = [{(name.key, name.kind) for name in readings(text) if not name.short} for text in (one, other)]
    assert not keys[0] & keys[1]


def test_kinds_of_places_are_read_from_lists() -> None:
    assert kind_of("kreisfreie Stadt") == "town" and kind_of("Land") == "state" and kind_of("Landkreis") == "county"
    assert kind_of("Verband") == ""


@pytest.mark.parametrize("text", ["", " ", "–", "()", "<script>", "a" * 100_000, "(" * 5000, "/" * 5000, "\x00", "💥"])
def test_anything_can_be_a_name(text: str) -> None:
    """No text breaks the reader of names or takes it long."""
    began = time.perf_counter()
    assert len(readings(text, {"ihk": "Industrie- und Handelskammer"})) <= 12
    assert time.perf_counter() - began < 1


# -- what is found -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "first", "sure"),
    [
        ("Köln", "", "region/r-koeln", True),
        ("Koeln", "", "region/r-koeln", True),
        ("Koln", "", "region/r-koeln", True),
        ("Stadt Köln", "region", "region/r-koeln", True),
        ("Regierungsbezirk Köln", "", "region/nuts-dea2", True),
        ("Kreis Köln", "region", "", False),
        ("Kreis Unna", "", "region/nuts-dea5c", True),
        ("Unna, Kreis", "", "region/nuts-dea5c", True),
        ("Unna", "", "region/nuts-dea5c", False),
        ("Stadt Unna", "region", "region/nuts-dea5c", False),
        ("Frankfurt am Main", "", "region/frankfurt-am-main", True),
        ("Frankfurt (Oder)", "region", "region/frankfurt-am-main", False),
        ("Land Bremen", "region", "region/region-de-hb", True),
        ("Stadt Bremen", "region", "region/region-de-hb", False),
        ("StädteRegion Aachen", "region", "region/nuts-dea2d", True),
        ("Rhein Kreis Neuss", "", "region/r-neuss", True),
        ("IHK zu Köln", "", "actor/a-ihk-koeln", True),
        ("Industrie- und Handelskammer Köln", "", "actor/a-ihk-koeln", True),
        ("IHK Nordrhein-Westfalen", "", "actor/a-ihk-nrw", True),
        ("HWK Düsseldorf", "actor", "", False),
        ("BIBB", "", "actor/a-bibb", True),
        ("Bundesinsitut für Berufsbildung", "", "actor/a-bibb", False),
        ("Fachlagerist:in", "", "occupation/b-fachlagerist", True),
        ("Fachlageristin", "", "occupation/b-fachlagerist", True),
        ("Kauffrau für Büromanagement", "", "occupation/b-kauffrau-bueromanagement", True),
        ("Medizinischer Fachangestellter", "", "occupation/b-mfa", True),
        ("Maschinenführer und Anlagenführer", "", "occupation/b-maschinen-anlagenfuehrer", True),
        ("Cook", "", "occupation/b-koch", True),
        ("DEA11", "", "region/nuts-dea11", True),
        ("05111", "", "region/nuts-dea11", True),
        ("https://www.wikidata.org/entity/Q1198", "", "region/r-nrw", True),
        ("r-nrw", "", "region/r-nrw", True),
        ("xyzzy", "", "", False),
    ],
)
def test_names_find_what_people_mean(entities: Entities, name: str, kind: str, first: str, sure: bool) -> None:
    """The first candidate, and whether it may be taken without a look."""
    found = entities.find(Wanted(name, (kind,) if kind else ()))
    assert clear(found) is sure
    assert not first or found[0].entry.id == first
    assert first or not found or found[0].score < 70


def test_properties_tell_things_of_one_name_apart(entities: Entities) -> None:
    """A code decides; one that contradicts takes a candidate back; relations count by name, key and IRI."""
    right = entities.find(Wanted("Köln", properties=(("nutsCode", ("DEA23",)),)))
    assert right[0].entry.id == "region/r-koeln" and right[0].code and clear(right)
    wrong = entities.find(Wanted("Köln", properties=(("nutsCode", ("DEA11",)),)))
    assert not clear(wrong) and all(c.score <= 75 for c in wrong)
    alone = entities.find(Wanted(properties=(("ags", ("05111",)),)))
    assert [c.entry.id for c in alone] == ["region/nuts-dea11"] and clear(alone)
    for value in ("Regierungsbezirk Düsseldorf", "nuts-dea1", f"{IRIS.things}region/nuts-dea1", "region/nuts-dea1"):
        inside = entities.find(Wanted("Kleve", ("region",), properties=(("sfWithin", (value,)),)))
        assert inside[0].entry.id == "region/nuts-dea1b" and inside[0].properties == 100
    unknown = entities.find(Wanted("Köln", properties=(("nosuch", ("x",)),)))
    assert unknown[0].entry.id == "region/r-koeln" and clear(unknown)


def test_types_are_kept_or_preferred(entities: Entities) -> None:
    assert all("actor" in c.entry.types for c in entities.find(Wanted("Köln", ("actor",))))
    liked = entities.find(Wanted("Köln", ("actor",), "should"))
    assert not clear(liked) and {c.fits for c in liked} == {True, False}
    assert entities.find(Wanted("Köln", ("region", "actor"), "all")) == []
    assert entities.find(Wanted("Köln", ("nosuch",))) == []
    assert entities.find(Wanted("Köln", (f"{IRIS.terms}Region",)))[0].entry.id == "region/r-koeln"


# -- the API -------------------------------------------------------------------------------------------------------


@needs_schemas
@pytest.mark.parametrize("lang", ["de", "en"])
def test_a_session_as_openrefine_has_it(client: httpx.Client, lang: str) -> None:
    """Manifest, types guessed from a few rows, a batch, suggestions, a preview, values; each answer fits its schema."""
    manifest = client.get("/reconcile", headers={"Accept-Language": lang}).json()
    schema("manifest").validate(manifest)
    assert "0.2" in manifest["versions"] and manifest["identifierSpace"] == IRIS.things
    names = {kind["id"]: kind["name"] for kind in manifest["defaultTypes"]}
    assert names["occupation"] == {"de": "Beruf", "en": "Occupation"}[lang] and "claim" not in names

    schema("reconciliation-query-batch").validate(GUESSED)
    guessed = asked(client, GUESSED, f"/{lang}/reconcile")
    schema("reconciliation-result-batch").validate(guessed)
    kinds = [guessed[key]["result"][0]["type"][0] for key in GUESSED]
    assert [kind["id"] for kind in kinds] == ["region", "actor", "occupation"]
    assert kinds[2]["name"] == names["occupation"]

    batch = {
        "a": {"query": "Regierungsbezirk Köln", "type": "region", "type_strict": "should", "limit": 2},
        "b": {"query": "Kleve", "type": ["region"], "properties": [{"pid": "nutsCode", "v": "DEA1B"}]},
        "c": {"query": "Berlin", "properties": [{"pid": "sfWithin", "v": {"id": "region/region-de", "name": "D"}}]},
        "d": {"query": "gibt es nicht xyz", "properties": []},
    }
    schema("reconciliation-query-batch").validate(batch)
    results = asked(client, batch)
    schema("reconciliation-result-batch").validate(results)
    assert len(results["a"]["result"]) == 2
    assert [results[key]["result"][0]["match"] for key in "abc"] == [True, True, True]
    assert not any(one["match"] for one in results["d"]["result"])
    features = {f["id"]: f["value"] for f in results["b"]["result"][0]["features"]}
    assert features["code"] is True and features["type"] is True and features["properties"] == 100

    suggest = {name: manifest["suggest"][name]["service_path"] for name in ("entity", "type", "property")}
    entity = client.get(suggest["entity"], params={"prefix": "koel"}).json()
    schema("suggest-entities-response").validate(entity)
    assert entity["result"][0]["id"] == "region/r-koeln" and entity["result"][0]["notable"][0]["id"] == "region"
    kind = client.get(suggest["type"], params={"prefix": "ber"}).json()
    schema("suggest-types-response").validate(kind)
    assert "occupation" in [one["id"] for one in kind["result"]]
    prop = client.get(suggest["property"], params={"prefix": "nuts"}).json()
    schema("suggest-properties-response").validate(prop)
    assert prop["result"][0]["id"] == "nutsCode"

    found = results["b"]["result"][0]["id"]
    view = manifest["view"]["url"].replace("{{id}}", found)
    assert client.get(view).status_code == 303
    preview = client.get(manifest["preview"]["url"].replace("{{id}}", found))
    assert preview.status_code == 200 and "Kreis Kleve" in preview.text
    assert "frame-ancestors *" in preview.headers["content-security-policy"]

    proposed = client.get(manifest["extend"]["propose_properties"]["service_path"], params={"type": "region"}).json()
    schema("data-extension-property-proposal").validate(proposed)
    wanted = [{"id": one["id"]} for one in proposed["properties"]]
    extend = {"ids": [found, "region/r-koeln", "nosuch"], "properties": wanted}
    schema("data-extension-query").validate(extend)
    values = client.post("/reconcile", data={"extend": json.dumps(extend)}).json()
    schema("data-extension-response").validate(values)
    row = values["rows"][found]
    assert row["nutsCode"] == [{"str": "DEA1B"}] and row["regionType"] == [{"str": "Kreis"}]
    assert {"id": "region/nuts-dea1", "name": "Regierungsbezirk Düsseldorf"} in row["sfWithin"]
    assert "region/r-nrw" not in [value["id"] for value in row["sfWithin"]]  # which is only inferred
    assert {"str": "http://data.europa.eu/nuts/code/DEA1B"} in row["sameAs"]
    assert all(cell == [] for cell in values["rows"]["nosuch"].values())


def test_values_have_the_types_of_the_data(client: httpx.Client) -> None:
    """Numbers as numbers, days as days, texts in the reader's language alone; settings limit and change what comes."""
    properties = [{"id": "year"}, {"id": "yearText"}, {"id": "sourceKind", "settings": {"content": "id"}}]
    extend: dict[str, Any] = {"ids": ["source/mags-weiterbildung-2024"], "properties": properties}
    row = client.get("/en/reconcile", params={"extend": json.dumps(extend)}).json()["rows"][extend["ids"][0]]
    assert row["year"] == [{"int": 2024}] and len(row["yearText"]) <= 1
    assert row["sourceKind"][0]["str"].startswith(IRIS.schemes)
    extend = {"ids": ["r-koeln"], "properties": [{"id": "sameAs", "settings": {"limit": "1"}}]}
    row = client.get("/reconcile", params={"extend": json.dumps(extend)}).json()["rows"]["r-koeln"]
    assert len(row["sameAs"]) <= 1


def test_any_origin_may_read_and_post(client: httpx.Client) -> None:
    """The API demands CORS; the answer to a batch is no other for it."""
    allowed = client.options(
        "/reconcile", headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    )
    assert allowed.headers["access-control-allow-origin"] == "*" and allowed.status_code == 200
    assert "POST" in client.options("/reconcile").headers["allow"]
    answer = client.get(
        "/reconcile", params={"queries": json.dumps(GUESSED)}, headers={"Origin": "https://example.org"}
    )
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json() == asked(client, GUESSED)


def test_a_thousand_queries_are_answered_at_once(client: httpx.Client, entities: Entities) -> None:
    names = [name for entry in entities.index.entries for name in entry.names]
    batch = {f"q{i}": {"query": names[(i * 7) % len(names)] + ("" if i % 2 else " xy")} for i in range(1000)}
    began = time.perf_counter()
    results = asked(client, batch)
    seconds = time.perf_counter() - began
    print(f"1000 queries: {seconds:.1f} s")
    assert len(results) == 1000


# -- bad input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("batch", "status", "said"),
    [
        ("{", 400, "JSON"),
        ("[]", 400, "JSON"),
        ("null", 400, "JSON"),
        ("[" * 100_000, 400, "JSON"),
        ('{"a": {"query": "x", "limit": NaN}}', 400, "JSON"),
        ('{"a": []}', 400, "a"),
        ('{"a": {}}', 400, "query"),
        ('{"a": {"query": 7}}', 400, "query"),
        ('{"a": {"query": "x", "limit": 0}}', 400, "limit"),
        ('{"a": {"query": "x", "limit": "viele"}}', 400, "limit"),
        ('{"a": {"query": "x", "limit": 1e999}}', 400, "limit"),
        ('{"a": {"query": "x", "type": 7}}', 400, "type"),
        ('{"a": {"query": "x", "type_strict": "never"}}', 400, "type_strict"),
        ('{"a": {"query": "x", "more": 1}}', 400, "more"),
        ('{"a": {"properties": []}}', 400, "query"),
        ('{"a": {"query": "x", "properties": [{"pid": "ags"}]}}', 400, "properties"),
        ('{"a": {"query": "x", "properties": [{"pid": "ags", "v": [[1]]}]}}', 400, "v"),
        (json.dumps({"a": {"query": "x" * 100_000}}), 400, "100000"),
        (json.dumps({f"q{i}": {"query": "x"} for i in range(10_000)}), 413, "10000"),
        (json.dumps({"a": {"query": "x" * 5_000_000}}), 413, "4096"),
    ],
    ids=range(20),
)
def test_a_batch_that_is_none_is_refused(client: httpx.Client, batch: str, status: int, said: str) -> None:
    answer = client.post("/reconcile", data={"queries": batch})
    assert answer.status_code == status and said in answer.text, answer.text[:300]
    assert "text/html" not in answer.headers["content-type"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/reconcile?callback=alert", 400),
        ("/reconcile?extend=%7B%7D", 400),
        ('/reconcile?extend={"ids":["r-koeln"],"properties":[{"id":"nutsCod"}]}', 400),
        ('/reconcile?extend={"ids":["r-koeln"],"properties":[{"id":"ags","settings":{"limit":"x"}}]}', 400),
        ("/reconcile?queries=%FF", 400),
        ("/xx/reconcile", 404),
        ("/reconcile/suggest/nosuch?prefix=a", 404),
        ("/reconcile/suggest/entity?prefix=a&limit=x", 400),
        ("/reconcile/suggest/entity?prefix=" + "a" * 2000, 400),
        ("/reconcile/preview", 404),
        ("/reconcile/preview?id=<script>alert(1)</script>", 404),
    ],
)
def test_other_nonsense_is_refused(client: httpx.Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:300]
    assert "<script>alert" not in answer.text


def test_a_post_has_to_be_a_form_with_something(client: httpx.Client) -> None:
    assert client.post("/reconcile", json=GUESSED).status_code == 415
    assert client.post("/reconcile", data={"other": "1"}).status_code == 400


def test_script_in_names_stays_text(tmp_path: Path) -> None:
    """What a name says is data in JSON and text in a preview; files as they are can be matched against, too."""
    file = tmp_path / "things.ttl"
    file.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        '<https://example.org/a> a <https://example.org/Ding> ; skos:prefLabel "<script>alert(1)</script>"@de .\n',
        encoding="utf-8",
    )
    with serving("--data", str(file)) as running, running.client() as client:
        found = asked(client, {"a": {"query": "<script>alert(1)</script>"}})["a"]["result"]
        assert found[0]["match"] and found[0]["name"] == "<script>alert(1)</script>"
        preview = client.get("/reconcile/preview", params={"id": found[0]["id"]})
        assert preview.status_code == 200 and "<script>" not in preview.text and "&lt;script&gt;" in preview.text


def test_internal_things_are_only_found_where_they_are_served(tmp_path: Path) -> None:
    """Neither batch, suggestion, preview nor values know them; with --internal no other origin may read or frame."""
    internal = dataset(tmp_path / "intern", TABLES, visibility="internal")
    build = tmp_path / "build"
    assert builds.build([EXAMPLE, internal], build, SPACE).ok
    batch = {"a": {"query": f"Hemmnis {SECRET}"}, "b": {"properties": [{"pid": "identifier", "v": f"h-{SECRET}"}]}}
    extend = {"ids": [f"h-{SECRET}"], "properties": [{"id": "prefLabel"}]}
    for options, there in (((), False), (("--internal",), True)):
        with serving("--source", str(build), *options) as running, running.client() as client:
            answers = [
                json.dumps(asked(client, batch)).replace("Hemmnis " + SECRET, SECRET),
                client.get("/reconcile/suggest/entity", params={"prefix": SECRET}).text,
                client.get("/reconcile/suggest/entity", params={"prefix": f"Hemmnis {SECRET}"}).text,
                client.get("/reconcile/preview", params={"id": f"h-{SECRET}"}).text,
                json.dumps(client.post("/reconcile", data={"extend": json.dumps(extend)}).json()["rows"]),
            ]
            assert [SECRET in answer.replace(f'"h-{SECRET}"', "") for answer in answers] == [there] * 5
            preview = client.get("/reconcile/preview", params={"id": "h-muster-einkommen"})
            assert ("frame-ancestors 'none'" in preview.headers["content-security-policy"]) is there
            read = client.get("/reconcile", headers={"Origin": "https://example.org"})
            assert ("access-control-allow-origin" in read.headers) is not there
