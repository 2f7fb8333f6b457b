import assert from "node:assert/strict";
import { test } from "node:test";
import { matches, plain } from "./names.js";

test("names fit whole, from the start, at a word, anywhere, in this order", () => {
  const names = ["Unterkölln", "Köln Bildung", "Jobcenter Köln", "Köln"].map(plain);
  assert.deepEqual(matches(names, "köln"), [3, 1, 2]);
  assert.deepEqual(matches(names, "koelln"), [0]);
  assert.deepEqual(matches(names, "  "), []);
  assert.deepEqual(matches(names, "<>"), []);
});
