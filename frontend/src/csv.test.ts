import assert from "node:assert/strict";
import { test } from "node:test";
import { csv } from "./csv.js";

const row = [
  { text: "Müller; Söhne", number: null },
  { text: "1.234,5", number: "1234.5" },
  { text: "=1+1", number: null },
  { text: "-3", number: null },
  { text: 'sagt "ja"', number: null },
];

test("German takes semicolons and a comma in numbers, and no text can run as a formula", () => {
  assert.equal(csv([row], "de"), `\uFEFF"Müller; Söhne";"1234,5";'=1+1;-3;"sagt ""ja"""\r\n`);
  assert.equal(csv([row.slice(1, 2)], "en"), "\uFEFF1234.5\r\n");
});
