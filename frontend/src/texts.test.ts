import assert from "node:assert/strict";
import { test } from "node:test";
import { say, text } from "./texts.js";

const root = { lang: "pt", dataset: { languages: "de en pt" } };
Object.assign(globalThis, { document: { documentElement: root } });

test("labels are said in each language of the pages, else in the first that has one", () => {
  assert.equal(say("gleich"), "gleich");
  assert.equal(say(["Schule", "school", "escola"]), "escola");
  assert.equal(say(["Schule", "school", ""]), "Schule");
  assert.equal(say({ en: "school", pt: "escola" }), "escola");
  assert.equal(say({ en: "school" }), "school");
  assert.equal(say({ en: "school", de: "Schule" }, "en"), "school");
});

test("what the scripts say is German, and English in every other language", () => {
  assert.equal(text("found", { count: 3 }), "3 results");
  root.lang = "de";
  assert.equal(text("found", { count: 3 }), "3 Treffer");
});
