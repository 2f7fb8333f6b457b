/** Answers SPARQL in a worker of the one file: Oxigraph over the statements that lie in the file. */
import { Store, initSync } from "oxigraph/web.js";
import { form } from "./sparql.js";

/** What the page sends: first the engine and the statements, then questions. */
export type Sent =
  | { readonly wasm: Uint8Array<ArrayBuffer>; readonly statements: string }
  | { readonly id: number; readonly query: string; readonly accept: string };
export interface Told {
  readonly id: number;
  /** The answer, or what is wrong. */
  readonly body: string;
  /** Media type of an answer; none where something is wrong. */
  readonly type?: string;
}

const GRAPHS = ["text/turtle", "application/n-triples"];
const TABLES = ["text/csv", "application/sparql-results+json"];
const worker = globalThis as unknown as Worker;
let store: Store | undefined;

function answer(query: string, accept: string): Omit<Told, "id"> {
  const known = /CONSTRUCT|DESCRIBE/.test(form(query)) ? GRAPHS : TABLES;
  const type = known.find((one) => accept.startsWith(one)) ?? known[1]!;
  const body = store!.query(query, { results_format: type, use_default_graph_as_union: true }) as string;
  return { type, body };
}

worker.onmessage = ({ data }: MessageEvent<Sent>): void => {
  if ("wasm" in data) {
    initSync({ module: data.wasm });
    store = new Store();
    store.load(data.statements, { format: "application/trig", lenient: true, no_transaction: true });
    return;
  }
  let told: Omit<Told, "id">;
  try {
    told = answer(data.query, data.accept);
  } catch (error) {
    told = { body: error instanceof Error ? error.message : String(error) };
  }
  worker.postMessage({ id: data.id, ...told } satisfies Told);
};
