import assert from "node:assert/strict";
import { test } from "node:test";
import { Network, type NetworkData } from "./data.js";
import { lines, nearest } from "./near.js";

// the language of the page, which a browser has and a test has not
Object.assign(globalThis, { document: { documentElement: { lang: "de", dataset: {} } } });

const kind = (type: string, brief?: boolean): NetworkData["kinds"][number] => ({
  type,
  label: type,
  color: "#000",
  shape: "dot",
  ...(brief ? { brief } : {}),
});

/** A hurdle that 30 practices answer, two laws mitigate and one gap leaves open. */
const DATA: NetworkData = {
  kinds: [kind("hurdle"), kind("practice"), kind("law"), kind("gap", true)],
  predicates: [{ label: "löst" }, { label: "mindert" }, { label: "lässt offen" }],
  nodes: [
    [0, "h", "Hürde", 0, 0, 33, 0, 0],
    ...Array.from({ length: 30 }, (_, at) => [1, `p${at}`, `Praxis ${at}`, 0, 0, 1, 0, 0] as const),
    [2, "l1", "Gesetz B", 0, 0, 1, 0, 0],
    [2, "l2", "Gesetz A", 0, 0, 1, 0, 0],
    [3, "g", "Lücke", 0, 0, 1, 0, 0],
  ],
  edges: [
    ...Array.from({ length: 30 }, (_, at) => [at + 1, 0, 0, 0] as const),
    [31, 0, 1, 0],
    [32, 0, 1, 0],
    [33, 0, 2, 0],
  ],
};

test("each relation has its turn, kinds stand together, and what says little stands only among few", () => {
  const network = new Network(DATA);
  const shown = nearest(network, 0).map((node) => network.node(node)[1]);
  assert.equal(shown.length, 24);
  assert.deepEqual(shown.slice(-2), ["l2", "l1"]);
  assert.deepEqual(shown.slice(0, 3), ["p0", "p1", "p2"]);
  assert.ok(!shown.includes("g"));
  assert.deepEqual(nearest(network, 33), [0]);
  const few = new Network({ ...DATA, edges: DATA.edges.slice(-3) });
  assert.deepEqual(
    nearest(few, 0).map((node) => few.node(node)[1]),
    ["l2", "l1", "g"],
  );
});

test("a label takes two lines at most, broken between words where it can be", () => {
  assert.deepEqual(lines("Kurz", 10), ["Kurz"]);
  assert.deepEqual(lines("Praxis gegen Hürden", 12), ["Praxis gegen", "Hürden"]);
  assert.deepEqual(lines("Nachqualifizierungsberatung", 10), ["Nachqualif", "izierungs…"]);
});
