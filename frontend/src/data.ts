/** The network as `nqgraph.exports.sigma` writes it. */
import type { Label } from "./texts.js";

interface Both {
  readonly de: string;
  readonly en: string;
}
export interface NetworkKind {
  readonly type: string;
  readonly label: Both;
  readonly color: string;
  readonly shape: string;
}
export interface Predicate {
  readonly label: Both;
  readonly inverse?: Both;
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
}
