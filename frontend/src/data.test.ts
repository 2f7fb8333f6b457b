import assert from "node:assert/strict";
import { test } from "node:test";
import { Network, type NetworkData } from "./data.js";
import { Rooms } from "./labels.js";

// the language of the page, which a browser has and a test has not
Object.assign(globalThis, { document: { documentElement: { lang: "de", dataset: {} } } });

const DATA: NetworkData = {
  kinds: [
    {
      type: "practice",
      label: { de: "Praxis", en: "Practices" },
      singular: { de: "Praxis", en: "Practice" },
      color: "#0a0",
      shape: "dot",
    },
    { type: "obstacle", label: { de: "Hemmnisse", en: "Obstacles" }, color: "#a00", shape: "triangle" },
  ],
  predicates: [
    { label: { de: "löst", en: "answers" }, inverse: { de: "Praxis dazu", en: "Practices for it" } },
    { label: { de: "ähnelt", en: "is like" } },
  ],
  nodes: [
    [0, "p1", ["Zweite", "Second"], 0, 0, 2, 100, 0],
    [0, "p2", "Ärztin", 1, 1, 1, 0, 0],
    [1, "h1", ["Hürde", "Hurdle"], 2, 2, 2, 50, 1],
    [1, "h2", "", 3, 3, 0, 0, 1],
  ],
  edges: [
    [0, 2, 0, 0],
    [1, 2, 0, 1],
    [0, 1, 1, 0],
    [0, 2, 1, 0],
    [0, 0, 1, 0],
  ],
};
const network = new Network(DATA);

test("relations stand under what each end calls them, sorted as German does, inferred ones marked", () => {
  assert.deepEqual(network.relations(2), [
    { heading: "ähnelt (Gegenrichtung)", others: [{ node: 0, inferred: false }] },
    {
      heading: "Praxis dazu",
      others: [
        { node: 1, inferred: true },
        { node: 0, inferred: false },
      ],
    },
  ]);
  assert.deepEqual(network.relations(3), []);
});
test("neighbours count once, however many relations there are", () => {
  assert.deepEqual([...network.neighbours(2)].sort(), [0, 1]);
});
test("a step of a path says what its relations are called from where one comes", () => {
  assert.deepEqual(network.between(0, 2), ["löst", "ähnelt"]);
  assert.deepEqual(network.between(2, 1), ["Praxis dazu"]);
  assert.deepEqual(network.between(3, 1), []);
});
test("a measure is a share of its largest value", () => {
  assert.deepEqual([0, 1, 2, 3].map(network.share("degree")), [1, 0.5, 1, 0]);
  assert.deepEqual([0, 1, 2, 3].map(network.share("betweenness")), [1, 0, 0.5, 0]);
  assert.deepEqual(new Set([0, 1, 2, 3].map(network.share("same"))).size, 1);
});
test("a node without a label is called by its key, a kind without singular by its plural", () => {
  assert.equal(network.label(3), "h2");
  assert.equal(network.what(3), "Hemmnisse");
  assert.equal(network.find("p2"), 1);
  assert.equal(network.find("constructor"), undefined);
});
test("a rectangle is taken once", () => {
  const rooms = new Rooms();
  assert.equal(rooms.take(0, 0, 10, 10), true);
  assert.equal(rooms.take(9, 9, 10, 10), false);
  assert.equal(rooms.take(10, 0, 5, 5), true);
});
