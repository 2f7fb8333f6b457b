import assert from "node:assert/strict";
import { test } from "node:test";
import { network, shrink, triples, undeclared } from "./results.js";
import { say } from "./texts.js";

const PREFIXES = {
  nq: "https://example.org/def/",
  ex: "https://example.org/",
  skos: "http://www.w3.org/2004/02/skos/core#",
};

test("an IRI becomes a prefixed name of the longest prefix, if it can be written so", () => {
  assert.equal(shrink("https://example.org/def/answers", PREFIXES), "nq:answers");
  assert.equal(shrink("https://example.org/a/b", PREFIXES), "https://example.org/a/b");
  assert.equal(shrink("https://other.org/a", PREFIXES), "https://other.org/a");
});
test("prefixes in use and not declared are found, outside of texts, IRIs and comments", () => {
  assert.deepEqual(undeclared('SELECT * { ?s nq:a "ex:b" } # skos:c', PREFIXES), { nq: PREFIXES.nq });
  assert.deepEqual(undeclared("PREFIX nq: <https://example.org/def/> SELECT * { ?s nq:a <ex:b> }", PREFIXES), {});
  assert.deepEqual(undeclared("SELECT ?nq WHERE { ?nq a ex:B ; skos:prefLabel ?l }", PREFIXES), {
    ex: PREFIXES.ex,
    skos: PREFIXES.skos,
  });
});
test("N-Triples are read with escapes, languages, datatypes and blank nodes", () => {
  const found = triples(
    '<http://e/s> <http://e/p> "a\\"\\u00e4\\n"@de .\n# note\n\n_:b1 <http://e/p> <http://e/o> .\n<http://e/s> <http://e/p> "1"^^<http://e/int> .\n',
  );
  assert.deepEqual(found[0]![2], { type: "literal", value: 'a"ä\n', "xml:lang": "de" });
  assert.deepEqual(found[1]![0], { type: "bnode", value: "b1" });
  assert.deepEqual(found[2]![2], { type: "literal", value: "1", datatype: "http://e/int" });
  assert.throws(() => triples("<http://e/s> <http://e/p> ."), /line 1/);
});
test("a graph becomes a network of things: literals are labels, classes are kinds", () => {
  const made = network(
    triples(
      "<https://example.org/s> <https://example.org/def/p> <https://example.org/o> .\n" +
        '<https://example.org/s> <http://www.w3.org/2004/02/skos/core#prefLabel> "Es"@de .\n' +
        "<https://example.org/s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://example.org/def/C> .\n" +
        '<https://example.org/s> <https://example.org/def/q> "no node" .\n',
    ),
    PREFIXES,
    { de: "andere", en: "other" },
  );
  assert.deepEqual(made.iris, ["https://example.org/o", "https://example.org/s"]);
  assert.deepEqual(
    made.kinds.map((kind) => say(kind.label, "de")),
    ["andere", "nq:C"],
  );
  assert.deepEqual(
    made.nodes.map((node) => node[2]),
    [
      ["ex:o", "ex:o"],
      ["Es", "Es"],
    ],
  );
  assert.deepEqual(made.edges, [[1, 0, 0, 0]]);
  assert.equal(made.nodes[0]![5], 1);
});
