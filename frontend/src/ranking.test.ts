import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { isDeepStrictEqual } from "node:util";
import { type AskData, type Asked, Ranking, fold, placeOf, stem } from "./ranking.js";
import type { SearchData } from "./search.js";

const search: SearchData = {
  kinds: [
    { type: "fruit", label: "Fruits" },
    { type: "note", label: "Notes" },
  ],
  things: [
    [0, "f-apple", ["Apfel", "apple"], ["Boskoop (BO)"], "", "doc/fruit/f-apple"],
    [0, "f-plum", ["Pflaume", "plum"], [], "", "doc/fruit/f-plum"],
  ],
};
const data: AskData = {
  questions: [
    {
      name: "recipes",
      title: "Recipes",
      slots: [["fruit", ["urn:Fruit"], 0, 0, "fruit"]],
      put: {},
    },
    {
      name: "prices",
      title: "Prices",
      slots: [["fruit", ["urn:Fruit"], 1, 0, "fruit"]],
      put: {},
    },
  ],
  forms: [["recipes"], ["prices"]],
  wording: [
    ["rezep", "recip", "kost", "pric"],
    [1, 1, 1, 1],
    [
      [0, 1],
      [0, 1],
      [0, 1],
      [0, 1],
    ],
    [
      [20, -20],
      [20, -20],
      [-20, 20],
      [-20, 20],
    ],
  ],
  exact: ["", ""],
  led: [],
  things: [],
  labels: {},
  kinds: { fruit: "urn:Fruit" },
  behind: ["note"],
  synonyms: ["Rezept, Kochanleitung"],
  subject: "",
  usual: [],
  stop: "was mit der die das ein eine with of",
  elsewhere: "Wetter",
  senses: { none: "ohne", per: "je", count: "viele" },
  personal: "ich",
  not: "nicht",
  weights: {
    signs: [2, 0, -1.4, -1, 1.1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    taken: [-1, -6, 0, 0, 0, 1, 0, 0, 0, 0, 3, 0],
  },
};

test("a question is found with its thing, whatever its form", () => {
  const ranking = new Ranking(data, search);
  for (const asked of ["Rezepte mit Äpfeln", "Kochanleitung mit Apfel", "rezept apfel", "recipes with BO"]) {
    const { readings } = ranking.understand(asked);
    assert.equal(readings[0]?.asked.name, "recipes", asked);
    assert.deepEqual([...readings[0]!.values], [["fruit", "f-apple"]], asked);
  }
});

test("what is foreign is refused and named", () => {
  const { readings, unknown } = new Ranking(data, search).understand("Wetter in Tokio morgen");
  assert.deepEqual(readings, []);
  assert.deepEqual(unknown, ["Wetter", "in", "Tokio", "morgen"]);
});

test("the one file answers a list with filters that the list has", () => {
  const asked: Asked = {
    name: "table/fruit",
    kind: "fruit",
    title: "Fruits",
    slots: [],
    put: {},
    page: "fruits",
    filters: { "wo.color": "color" },
  };
  const place = (...values: [string, string][]): string | null =>
    placeOf({ asked, values: new Map([["art", "fruit"], ...values]) });
  assert.equal(place(["wo.color", "red"]), "#s_fruits?color=red");
  assert.equal(place(), "#s_fruits");
  assert.deepEqual([place(["wo.color", "-"]), place(["gruppe", "color"])], [null, null]);
});

test("words are folded and stemmed as in Python", () => {
  assert.deepEqual(
    ["Kölner", "Straßen", "Hemmnisse", "Zuschüsse", "freizustellen"].map((word) => stem(fold(word))),
    ["koeln", "stras", "hemmnis", "zuschues", "freistell"],
  );
});

const path = process.env["NQGRAPH_ASK"];
test("the same readings as Python has", { skip: path ? false : "no data given" }, () => {
  type Made = readonly [string, Readonly<Record<string, string>>, boolean, number];
  const given = JSON.parse(readFileSync(path!, "utf8")) as {
    ask: AskData;
    search: SearchData;
    expected: { question: string; readings: Made[]; unknown: string[] }[];
  };
  const ranking = new Ranking(given.ask, given.search);
  const found = given.expected.map(({ question }) => {
    const { readings, unknown } = ranking.understand(question);
    const made = readings.map(({ name, values, certain, score }): Made => [
      name,
      Object.fromEntries(values),
      certain,
      score,
    ]);
    return { question, readings: made, unknown };
  });
  const other = (_: unknown, index: number): boolean => !isDeepStrictEqual(found[index], given.expected[index]);
  assert.deepEqual(found.filter(other), given.expected.filter(other));
});
