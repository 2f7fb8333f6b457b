/** The network as `nqgraph.exports.sigma` writes it, and what follows from it. */
import { text } from "./networktexts.js";
import { type Label, say } from "./texts.js";

export interface NetworkKind {
  readonly type: string;
  readonly label: Label;
  /** What one of the kind is called. */
  readonly singular?: Label;
  readonly color: string;
  readonly shape: string;
  /** Whether the pages of the kind say little. */
  readonly brief?: boolean;
}
export interface Predicate {
  readonly label: Label;
  readonly inverse?: Label;
}
/** Kind, key, label, x, y, degree, betweenness, community. */
export type NetworkNode = readonly [number, string, Label, number, number, number, number, number];
/** Source, target, predicate, inferred. */
export type NetworkEdge = readonly [number, number, number, 0 | 1];
export interface NetworkData {
  readonly kinds: readonly NetworkKind[];
  readonly predicates: readonly Predicate[];
  readonly nodes: readonly NetworkNode[];
  readonly edges: readonly NetworkEdge[];
  /** Numbers of the kinds that are shown at first; all if there are none. */
  readonly start?: readonly number[];
}

export type Measure = "degree" | "betweenness" | "same";

/** What a node is called to: a heading and the other ends. */
export interface Relation {
  readonly heading: string;
  readonly others: readonly { readonly node: number; readonly inferred: boolean }[];
}

export class Network {
  readonly #edgesOf: number[][];
  readonly #numberOf: Map<string, number>;

  constructor(readonly data: NetworkData) {
    this.#edgesOf = data.nodes.map(() => []);
    data.edges.forEach(([source, target], edge) => {
      this.#edgesOf[source]!.push(edge);
      if (target !== source) this.#edgesOf[target]!.push(edge);
    });
    this.#numberOf = new Map(data.nodes.map((node, index) => [node[1], index]));
  }

  node(number: number): NetworkNode {
    return this.data.nodes[number]!;
  }
  kind(number: number): NetworkKind {
    return this.data.kinds[this.node(number)[0]]!;
  }
  label(number: number): string {
    return say(this.node(number)[2]) || this.node(number)[1];
  }
  kindLabel(kind: NetworkKind): string {
    return say(kind.label);
  }
  /** What a node is: the kind's name for one of it. */
  what(number: number): string {
    const { label, singular = label } = this.kind(number);
    return say(singular);
  }
  find(key: string): number | undefined {
    return this.#numberOf.get(key);
  }
  edgesOf(number: number): readonly number[] {
    return this.#edgesOf[number]!;
  }

  /** The other ends of the relations of a node. */
  neighbours(number: number): Set<number> {
    return new Set(this.edgesOf(number).map((edge) => this.#other(edge, number)));
  }

  /** The relations of a node by what they are called, in the order of their names; others by label. */
  relations(number: number): Relation[] {
    const found = new Map<string, Map<number, boolean>>();
    for (const edge of this.edgesOf(number)) {
      const [source, target, predicate, inferred] = this.data.edges[edge]!;
      const heading = this.#heading(predicate, source !== number);
      const others = found.get(heading) ?? new Map<number, boolean>();
      const other = source === number ? target : source;
      others.set(other, (others.get(other) ?? true) && inferred === 1);
      found.set(heading, others);
    }
    const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
    return [...found]
      .sort(([a], [b]) => order.compare(a, b))
      .map(([heading, others]) => ({
        heading,
        others: [...others]
          .map(([node, inferred]) => ({ node, inferred }))
          .sort((a, b) => order.compare(this.label(a.node), this.label(b.node))),
      }));
  }

  /** What the relations between two nodes are called, seen from the first. */
  between(from: number, to: number): string[] {
    const names = this.edgesOf(from)
      .filter((edge) => this.#other(edge, from) === to)
      .map((edge) => this.#heading(this.data.edges[edge]![2], this.data.edges[edge]![0] !== from));
    return [...new Set(names)];
  }

  /** The value of a node in *measure*, from 0 to 1 over the network. */
  share(measure: Measure): (number: number) => number {
    if (measure === "same") return () => 0.25;
    const at = measure === "degree" ? 5 : 6;
    const most = this.data.nodes.reduce((max, node) => Math.max(max, node[at]), 1);
    return (number) => this.node(number)[at] / most;
  }

  #other(edge: number, number: number): number {
    const [source, target] = this.data.edges[edge]!;
    return source === number ? target : source;
  }

  #heading(number: number, backwards: boolean): string {
    const { label, inverse } = this.data.predicates[number]!;
    if (!backwards) return say(label);
    return inverse ? say(inverse) : text("inverse", { label: say(label) });
  }
}
