import "./webgl.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Network } from "./data.js";
import { outline } from "./shapes.js";
import { svg } from "./vector.js";

Object.assign(globalThis, { document: { documentElement: { lang: "de", dataset: {} } } });

const hostile = '</text><script>alert(1)</script>"&\u0000\u{1f393}شهادة';
const network = new Network({
  kinds: [{ type: "k", label: { de: hostile, en: hostile }, color: "#0a0", shape: "star" }],
  predicates: [],
  nodes: [[0, "n", hostile, 0, 0, 0, 0, 0]],
  edges: [],
});
const colors = { ink: "#000", paper: "#fff", edge: "#999", faint: "#eee", strong: "#333" };
const made = svg(
  {
    nodes: [{ node: 0, x: 10, y: 20, radius: 5, color: "#0a0" }],
    edges: [{ from: [0, 0], to: [10, 20], color: "#999", width: 1, inferred: true }],
    labels: [{ node: 0, text: hostile, x: 1, y: 2, strong: true }],
    width: 400,
    height: 300,
  },
  network,
  colors,
  [0],
  hostile,
);

test("labels of any kind are text in the saved picture", () => {
  assert.ok(!made.includes("<script"));
  assert.ok(!made.includes("\u0000"));
  assert.equal(made.match(/&#60;script&#62;/g)?.length, 3); // title, label, legend
  assert.ok(made.includes("\u{1f393}شهادة"));
});
test("a note about internal content stands below the legend, in a picture that is a row higher", () => {
  const drawn = { nodes: [], edges: [], labels: [], width: 400, height: 300 };
  const [plain, noted] = ["", "internal"].map((note) => svg(drawn, network, colors, [0], "title", note));
  assert.match(plain!, /height="346"/);
  assert.match(noted!, /height="368".*<text [^>]*font-weight="600">internal<\/text><\/svg>/s);
});
test("inferred relations are dashed", () => {
  assert.match(made, /<line [^>]*stroke-dasharray/);
});
test("every shape has its own outline", () => {
  const shapes = ["dot", "square", "triangle", "triangleDown", "diamond", "hexagon", "star"];
  assert.equal(new Set(shapes.map((name) => outline(name, 0, 0, 10, ""))).size, shapes.length);
  assert.equal(outline("unknown", 0, 0, 10, ""), outline("dot", 0, 0, 10, ""));
});
