import assert from "node:assert/strict";
import { test } from "node:test";
import { compare, fits } from "./lists.js";

test("an item fits if it has every chosen value", () => {
  const item = { region: "r-nrw r-owl", group: "g" };
  assert.equal(fits(item, new Map([["region", "r-owl"]])), true);
  assert.equal(fits(item, new Map([["region", "r-ow"]])), false);
  assert.equal(
    fits(
      item,
      new Map([
        ["region", "r-nrw"],
        ["group", "other"],
      ]),
    ),
    false,
  );
  assert.equal(fits(item, new Map([["missing", "x"]])), false);
  assert.equal(fits(item, new Map()), true);
});
test("cells sort as German does, numbers by size, empty ones last", () => {
  const german = new Intl.Collator("de", { numeric: true });
  const sorted = (cells: (string | number)[], descending: boolean) =>
    [...cells].sort((a, b) => compare(a, b, descending, german));
  assert.deepEqual(sorted(["Zug", "Äpfel", "Apfel", ""], false), ["Apfel", "Äpfel", "Zug", ""]);
  assert.deepEqual(sorted([10, 9, "", -1], true), [10, 9, -1, ""]);
});
