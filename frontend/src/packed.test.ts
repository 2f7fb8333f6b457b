import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, numbers } from "./packed.js";

test("numbers have seven bits in each byte, the lowest first", () => {
  const read = numbers(Uint8Array.of(5, 0x80, 0x01, 0xac, 0x02, 127));
  assert.deepEqual([read(), read(), read(), read()], [5, 128, 300, 127]);
});

test("two signs are thirteen bits or fourteen, and the last sign may be alone", () => {
  const said = (text: string): string => String.fromCharCode(...bytes(text));
  assert.equal(said("Z$S+>"), "Hall");
  assert.equal(said("Z$S+Dr!"), "Hallo");
  assert.deepEqual([...bytes('"~"~"~"~!P')], Array(8).fill(255));
  assert.deepEqual([...bytes("")], []);
});
