import assert from "node:assert/strict";
import { test } from "node:test";
import { Compounds, Search, type SearchData, pieces, stems } from "./search.js";
import { fold, transcribe, words } from "./words.js";

const DATA: SearchData = {
  kinds: [
    { type: "obstacle", label: { de: "Hemmnisse", en: "Obstacles" } },
    { type: "practice", label: { de: "Praxis", en: "Practices" } },
    { type: "source", label: { de: "Quellen", en: "Sources" } },
  ],
  things: [
    [
      0,
      "h-care",
      ["Betreuungspflichten", "Care duties"],
      [],
      ["Wer Kinder oder Angehörige betreut, hat wenig Zeit.", "Those who care have little time."],
      "doc/obstacle/h-care",
    ],
    [
      0,
      "h-income",
      ["Lohnausfall", "Loss of income"],
      ["Verdienstausfall"],
      ["Während der Schulung fehlt Einkommen.", "No wage during training."],
      "doc/obstacle/h-income",
    ],
    [
      1,
      "p-tq",
      ["Teilqualifizierung in Förderkursen", "Partial qualification"],
      [["TQ", "PQ"]],
      ["Bausteine bis zum Abschluss.", "Building blocks."],
      "doc/practice/p-tq",
    ],
    [
      1,
      "p-kita",
      ["Kurse mit Kita-Platz", "Courses with day care"],
      [],
      ["Während des Kurses gibt es eine Betreuung.", "Care during the course."],
      "doc/practice/p-kita",
    ],
    [2, "s-care", "Betreuung", [], "", "doc/source/s-care"],
    [1, "p-street", ["Beratung auf der Straße", "Advice in the street"], [], "", "doc/practice/p-street"],
  ],
  synonyms: [
    ["geringqualifizierte", "ungelernte"],
    ["tq", "bausteinlehrgang"],
  ],
};
const search = new Search(DATA);
const keys = (query: string): string[] => search.find(query).map((hit) => hit.thing[1]);

test("words are letters and digits in lower case", () => {
  assert.deepEqual(words("Kita-Platz, 2. Straße!"), ["kita", "platz", "2", "straße"]);
});
test("umlauts fold both ways and ß becomes ss", () => {
  assert.equal(fold("förderstraße"), "forderstrasse");
  assert.equal(transcribe("förderstraße"), "foerderstrasse");
  assert.ok(stems("förderung").some((stem) => stems("foerderung").includes(stem)));
  assert.ok(stems("förderung").some((stem) => stems("forderung").includes(stem)));
});
test("compounds split at words of the corpus, across what links them", () => {
  const compounds = new Compounds(["betreuung", "pflicht", "lohn", "ausfall"]);
  assert.deepEqual(compounds.parts("betreuungspflichten").sort(), ["betreuung", "pflichten"]);
  assert.deepEqual(compounds.parts("kinderbetreuung"), ["betreuung"]);
  assert.deepEqual(compounds.parts("lohnausfall").sort(), ["ausfall", "lohn"]);
  assert.deepEqual(compounds.parts("zeitung"), []);
});
test("a compound finds what shares a part with it", () => {
  assert.equal(keys("Kinderbetreuung").includes("h-care"), true);
  assert.equal(keys("Kinderbetreuung").includes("h-income"), false);
});
test("typing errors are forgiven", () => {
  assert.equal(keys("Lohnausfal")[0], "h-income");
  assert.equal(keys("Lonausfall")[0], "h-income");
});
test("inflected German and English words find their stems", () => {
  assert.equal(keys("Betreuungspflicht")[0], "h-care");
  assert.equal(keys("duty")[0], "h-care");
  assert.equal(keys("partial qualifications")[0], "p-tq");
});
test("ß and ss, ä and ae and a are the same", () => {
  for (const query of ["Straße", "strasse", "STRASSE"]) assert.equal(keys(query)[0], "p-street");
  for (const query of ["Förderkurs", "foerderkurs", "forderkurs"]) assert.equal(keys(query)[0], "p-tq");
});
test("the beginning of a word finds it", () => {
  assert.equal(keys("teilqu")[0], "p-tq");
});
test("labels count more than other names, those more than descriptions", () => {
  assert.equal(keys("Verdienstausfall")[0], "h-income");
  assert.ok(keys("Betreuung").indexOf("h-care") < keys("Betreuung").indexOf("p-kita"));
  assert.ok(keys("Betreuung").includes("p-kita"));
});
test("synonyms find each other", () => {
  assert.equal(keys("Bausteinlehrgang")[0], "p-tq");
});
test("several words must all be met, or else some", () => {
  assert.deepEqual(keys("Beratung Straße"), ["p-street"]);
  assert.ok(keys("Beratung Lohnausfall").length >= 2);
});
test("hits are grouped by kind, the kind of the best hit first, evidence last", () => {
  const groups = search.group(search.find("Betreuung"));
  assert.deepEqual(
    groups.map((group) => group.kind.type),
    ["obstacle", "practice", "source"],
  );
});
test("nothing found has suggestions, and an empty query has nothing", () => {
  assert.deepEqual(keys("xyzzyquux"), []);
  assert.deepEqual(keys("  "), []);
  assert.ok(search.near("Lohnfortzahlung").some((thing) => thing[1] === "h-income"));
});
test("matches are marked in a label", () => {
  const [hit] = search.find("Lohnausfal");
  assert.deepEqual(pieces("Der Lohnausfall hier", hit!.terms), ["Der ", "Lohnausfall", " hier"]);
  assert.deepEqual(pieces("nichts", new Set()), ["nichts"]);
});
test("hostile and odd queries do no harm", () => {
  for (const query of ["<script>", "'\"\\", "🎓", "شهادة", "a".repeat(5000), "constructor", "__proto__"])
    assert.ok(Array.isArray(search.find(query)));
});

test("who names a thing is told from who asks about it", () => {
  const [care] = search.find("betreuungspfl");
  assert.ok(care && search.named("die Betreuungspfl", care.thing));
  assert.ok(search.named("tq förderkurs", search.find("Teilqualifizierung")[0]!.thing) === false);
  assert.ok(search.named("Teilqualifizierung Förder", search.find("Teilqualifizierung")[0]!.thing));
  assert.ok(!search.named("Wer hat Betreuungspflichten?", care.thing) && !search.named("der", care.thing));
});
