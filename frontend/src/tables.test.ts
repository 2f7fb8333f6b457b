import assert from "node:assert/strict";
import { test } from "node:test";
import { compare } from "./tables.js";

test("cells sort as German does, numbers by size, empty ones last", () => {
  const german = new Intl.Collator("de", { numeric: true });
  const sorted = (cells: (string | number)[], descending: boolean) =>
    [...cells].sort((a, b) => compare(a, b, descending, german));
  assert.deepEqual(sorted(["Zug", "Äpfel", "Apfel", ""], false), ["Apfel", "Äpfel", "Zug", ""]);
  assert.deepEqual(sorted([10, 9, "", -1], true), [10, 9, -1, ""]);
});
