import assert from "node:assert/strict";
import { test } from "node:test";
import { merged, warnings } from "./beside.js";

test("rows that one entry alone has stand behind what precedes them there", () => {
  assert.deepEqual(
    merged([
      ["a", "c"],
      ["a", "b", "c"],
      ["x", "c", "d"],
    ]),
    ["x", "a", "b", "c", "d"],
  );
});
test("figures compare if they have unit, groups and year in common", () => {
  const figure = (basis: string, when: string) => [{ _basis: basis, _when: when }];
  assert.deepEqual(warnings("i", [figure("percent", "2020"), figure("percent", "2020")]), []);
  assert.deepEqual(warnings("i", [figure("percent", "2020"), []]), []);
  assert.deepEqual(warnings("i", [figure("percent", "2020"), figure("persons", "2020")]), ["unit"]);
  assert.deepEqual(warnings("i", [figure("percent g-1", "2020"), figure("percent", "2021")]), ["group", "period"]);
  assert.deepEqual(warnings("", [figure("percent", "2020"), figure("percent", "2020")]), ["indicator"]);
});
