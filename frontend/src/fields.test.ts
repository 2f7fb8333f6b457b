import assert from "node:assert/strict";
import { test } from "node:test";
import { slug } from "./fields.js";

test("a key is made of the letters of a name, umlauts folded", () => {
  assert.equal(slug("Prüfungsangst – Größe & Maß (Écoles)"), "pruefungsangst-groesse-mass-ecoles");
  assert.equal(slug(" – "), "");
});
