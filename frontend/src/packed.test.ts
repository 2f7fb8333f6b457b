import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, numbers } from "./packed.js";

test("numbers have seven bits in each byte, the lowest first", () => {
  const read = numbers(Uint8Array.of(5, 0x80, 0x01, 0xac, 0x02, 127));
  assert.deepEqual([read(), read(), read(), read()], [5, 128, 300, 127]);
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
