import assert from "node:assert/strict";
import { test } from "node:test";
import { keyOf, narrowed, plain } from "./lists.js";

const entries = [
  new Map([
    ["region", ["r-a", "r-land"]],
    ["state", ["open"]],
  ]),
  new Map([
    ["region", ["r-b", "r-land"]],
    ["state", ["open"]],
  ]),
  new Map([
    ["region", ["r-c"]],
    ["state", ["closed", "open"]],
  ]),
];
const counted = (found: ReturnType<typeof narrowed>, name: string) =>
  Object.fromEntries([...(found.counts.get(name) ?? [])].sort());

test("an entry is shown if it has all that is chosen; a whole finds its parts", () => {
  assert.deepEqual(narrowed(entries, new Map()).shown, [true, true, true]);
  assert.deepEqual(narrowed(entries, new Map([["region", "r-land"]])).shown, [true, true, false]);
  assert.deepEqual(narrowed(entries, new Map([["region", "r-l"]])).shown, [false, false, false]);
  assert.deepEqual(
    narrowed(
      entries,
      new Map([
        ["state", "closed"],
        ["region", "r-c"],
      ]),
    ).shown,
    [false, false, true],
  );
});
test("a choice counts what the other filters leave, and nothing that the words leave out", () => {
  const found = narrowed(entries, new Map([["region", "r-land"]]));
  assert.deepEqual(counted(found, "region"), { "r-a": 1, "r-b": 1, "r-c": 1, "r-land": 2 });
  assert.deepEqual(counted(found, "state"), { open: 2 });
  const worded = narrowed(entries, new Map([["state", "open"]]), (entry) => entry > 0);
  assert.deepEqual(worded.shown, [false, true, true]);
  assert.deepEqual(counted(worded, "region"), { "r-b": 1, "r-c": 1, "r-land": 1 });
});
test("words are compared without capitals and accents", () => {
  assert.equal(plain("Förderung É"), "forderung e");
});
test("the key of an entry is the end of its address", () => {
  const links = ["#p-x", "doc/measure/p-x.html", "../doc/measure/p-x", "doc/measure/p%2Dx.html"];
  assert.deepEqual(links.map(keyOf), ["p-x", "p-x", "p-x", "p-x"]);
});
