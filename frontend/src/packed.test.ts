import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, spelled } from "./packed.js";

test("a nought is the next text, a number the one that came as that", () => {
  const pages = { a: { de: [0, 0, 1], en: [1, 0] }, b: { de: [3, 2, 0] } };
  assert.deepEqual(spelled({ texts: ["<p>", "eins", "one", "</p>"], pages }), {
    a: { de: "<p>eins<p>", en: "<p>one" },
    b: { de: "oneeins</p>" },
  });
});

test("five signs are four bytes, and the last may be fewer", () => {
  assert.deepEqual(
    [...bytes("NMUSj")],
    [..."Hall"].map((sign) => sign.charCodeAt(0)),
  );
  assert.deepEqual(
    [...bytes("NMUSjZv")],
    [..."Hallo"].map((sign) => sign.charCodeAt(0)),
  );
  assert.deepEqual([...bytes("|NsC0|NsC0")], Array(8).fill(255));
  assert.deepEqual([...bytes("")], []);
});
