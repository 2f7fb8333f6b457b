/** Answers of the endpoint: tables, and graphs as networks. */
import { bare } from "./sparql.js";
import type { NetworkData, NetworkEdge, NetworkKind, NetworkNode } from "./data.js";

export interface Term {
  readonly type: "uri" | "literal" | "bnode";
  readonly value: string;
  readonly datatype?: string;
  readonly "xml:lang"?: string;
}
export interface Table {
  readonly head: { readonly vars?: readonly string[] };
  readonly boolean?: boolean;
  readonly results?: { readonly bindings: readonly Readonly<Record<string, Term>>[] };
}
export type Triple = readonly [Term, Term, Term];
export type Prefixes = Readonly<Record<string, string>>;

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(
  ["integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger"].map((name) => XSD + name),
);
const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const LABELS = [
  "http://www.w3.org/2004/02/skos/core#prefLabel",
  "http://www.w3.org/2000/01/rdf-schema#label",
  "http://purl.org/dc/terms/title",
];

export const isNumber = (term: Term): boolean =>
  term.type === "literal" && term.datatype !== undefined && NUMBERS.has(term.datatype);

/** `ex:term` for an IRI of a known prefix, else the IRI. */
export function shrink(iri: string, prefixes: Prefixes): string {
  let best: [string, string] | undefined;
  for (const entry of Object.entries(prefixes))
    if (iri.startsWith(entry[1]) && entry[1].length > (best?.[1].length ?? 0)) best = entry;
  const rest = best && iri.slice(best[1].length);
  return best && rest && /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(rest) && !rest.endsWith(".")
    ? `${best[0]}:${rest}`
    : iri;
}

/** The prefixes that *query* uses without declaring them, as far as they are known. */
export function undeclared(query: string, prefixes: Prefixes): Record<string, string> {
  const declared = new Set([...query.matchAll(/\bPREFIX\s+([\w-]*):/gi)].map((match) => match[1]));
  const used = new Set([...bare(query).matchAll(/(?<![\w:?$-])([a-zA-Z][\w-]*):/g)].map((match) => match[1]!));
  return Object.fromEntries(Object.entries(prefixes).filter(([name]) => used.has(name) && !declared.has(name)));
}

const TERM = String.raw`<([^<>"{}|^${"`"}\\\s]*)>|_:(\S+)|"((?:[^"\\\n\r]|\\.)*)"(?:\^\^<([^<>\s]*)>|@([A-Za-z0-9-]+))?`;
const LINE = new RegExp(String.raw`^\s*(?:${TERM})\s+(?:${TERM})\s+(?:${TERM})\s*\.\s*(?:#.*)?$`);

/**
 * The triples of N-Triples (https://www.w3.org/TR/n-triples/).
 *
 * @throws SyntaxError at a line that is none.
 */
export function triples(text: string): Triple[] {
  return text.split(/\r?\n/).flatMap((line, number) => {
    if (!line.trim() || line.trimStart().startsWith("#")) return [];
    const found = LINE.exec(line);
    if (!found) throw new SyntaxError(`N-Triples, line ${number + 1}`);
    return [[term(found, 1), term(found, 6), term(found, 11)] as const];
  });
}

function term(found: RegExpExecArray, at: number): Term {
  const [iri, blank, value, datatype, lang] = [0, 1, 2, 3, 4].map((offset) => found[at + offset]);
  if (iri !== undefined) return { type: "uri", value: unescape(iri) };
  if (blank !== undefined) return { type: "bnode", value: blank };
  return {
    type: "literal",
    value: unescape(value ?? ""),
    ...(datatype ? { datatype } : {}),
    ...(lang ? { "xml:lang": lang } : {}),
  };
}

const ESCAPES: Record<string, string> = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f", '"': '"', "'": "'", "\\": "\\" };

function unescape(value: string): string {
  return value.replace(
    /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g,
    (_, short?: string, long?: string, sign?: string) =>
      sign !== undefined ? (ESCAPES[sign] ?? sign) : String.fromCodePoint(parseInt((short ?? long)!, 16)),
  );
}

/** Looks for kinds of any graph, in turn. */
const LOOKS: readonly [string, string][] = [
  ["#2e8b57", "dot"],
  ["#d1495b", "triangle"],
  ["#3f7fbf", "square"],
  ["#b8860b", "star"],
  ["#7b68c4", "hexagon"],
  ["#2f8f9d", "diamond"],
  ["#c0608f", "triangleDown"],
  ["#707b8c", "square"],
  ["#c4622d", "dot"],
  ["#8a7f6a", "diamond"],
];

/** The things of a graph and what connects them: literals are no nodes; *names* call classes and properties. */
export function network(
  found: readonly Triple[],
  prefixes: Prefixes,
  other: { de: string; en: string },
  names: ReadonlyMap<string, string> = new Map(),
): NetworkData & { readonly iris: readonly string[] } {
  const name = (term: Term): string => (term.type === "bnode" ? `_:${term.value}` : term.value);
  const labels = new Map<string, { de?: string; en?: string }>();
  const classes = new Map<string, string>();
  const links: [string, string, string][] = [];
  for (const [subject, { value: predicate }, object] of found) {
    const at = name(subject);
    if (object.type === "literal") {
      if (!LABELS.includes(predicate)) continue;
      const known = labels.get(at) ?? {};
      const lang = object["xml:lang"]?.startsWith("en") ? "en" : "de";
      labels.set(at, { ...known, [lang]: known[lang] ?? object.value });
    } else if (predicate === TYPE) classes.set(at, classes.get(at) ?? object.value);
    else links.push([at, predicate, name(object)]);
  }
  const iris = [...new Set(links.flatMap(([source, , target]) => [source, target]))].sort();
  const numbers = new Map(iris.map((iri, number) => [iri, number]));
  const kindNames = [...new Set(iris.map((iri) => classes.get(iri) ?? ""))].sort();
  const kinds: NetworkKind[] = kindNames.map((iri, number) => {
    const [color, shape] = LOOKS[number % LOOKS.length]!;
    const shown = labels.get(iri);
    const fallback = names.get(iri) ?? shrink(iri, prefixes);
    return {
      type: iri,
      label: iri ? { de: shown?.de ?? shown?.en ?? fallback, en: shown?.en ?? shown?.de ?? fallback } : other,
      color,
      shape,
    };
  });
  const predicateNames = [...new Set(links.map(([, predicate]) => predicate))].sort();
  const neighbours = iris.map(() => new Set<number>());
  const edges: NetworkEdge[] = links.map(([source, predicate, target]) => {
    const [from, to] = [numbers.get(source)!, numbers.get(target)!];
    if (from !== to) {
      neighbours[from]!.add(to);
      neighbours[to]!.add(from);
    }
    return [from, to, predicateNames.indexOf(predicate), 0];
  });
  const nodes: NetworkNode[] = iris.map((iri, number) => {
    const label = labels.get(iri);
    const fallback = iri.startsWith("_:") ? iri : shrink(iri, prefixes);
    const both: [string, string] = [label?.de ?? label?.en ?? fallback, label?.en ?? label?.de ?? fallback];
    return [kindNames.indexOf(classes.get(iri) ?? ""), String(number), both, 0, 0, neighbours[number]!.size, 0, 0];
  });
  const predicates = predicateNames.map((iri) => {
    const called = names.get(iri) ?? shrink(iri, prefixes);
    return { label: { de: called, en: called } };
  });
  return { kinds, predicates, nodes, edges, iris };
}
