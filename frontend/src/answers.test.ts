import assert from "node:assert/strict";
import { test } from "node:test";
import { columns, rows } from "./answers.js";
import type { Answers, Asked } from "./packed.js";

const field = { of: "", sorted: true, stated: true };
const asked: Asked = {
  name: "q",
  fields: [
    { ...field, name: "region", values: ["", "r-1", "r-2"] },
    { ...field, name: "group", values: ["", "g-1", "g-2"] },
  ],
  main: [0],
  through: [[1, [[], [7], [8, 9]]]],
  together: true,
  said: {
    de: {
      names: ["thing", "regionName", "state"],
      headings: ["A", "B", "C"],
      cells: [
        [1, 2, 3],
        [4, 4, 0],
        [5, 6, 0],
      ],
      keys: [7, 8, 9],
      lists: [[0, 1, 2], [1, 2], []],
      answers: [0, 1, 2],
    },
  },
};
const answers: Answers = {
  asked: [asked],
  names: {},
  cells: ["<td>a", "<td>b", "<td>c", "<td>r", '<td><i class="absent">none</i>', " "],
};

test("a value that has its own answer gives it, and one that narrows down leaves some of its rows", () => {
  assert.deepEqual(rows(asked, ["", ""], "de"), [0, 1, 2]);
  assert.deepEqual(rows(asked, ["r-1", ""], "de"), [1, 2]);
  assert.deepEqual(rows(asked, ["r-2", "g-1"], "de"), []);
  assert.deepEqual(rows(asked, ["", "g-1"], "de"), [0]);
  assert.deepEqual(rows(asked, ["r-1", "g-2"], "de"), [1, 2]);
  assert.equal(rows(asked, ["r-3", ""], "de"), null);
});

test("columns that only say what was chosen, or why there is nothing, are left out", () => {
  assert.deepEqual(columns(answers, asked, ["", ""], "de", [0, 1, 2]), [0, 1]);
  assert.deepEqual(columns(answers, asked, ["r-1", ""], "de", [1, 2]), [0]);
});
