/** What the one file carries packed: parts of pages, the other language, the network. */
import type { NetworkData } from "./data.js";

export interface Packed {
  /** Parts of pages as HTML, made by our own templates, by the number in `data-fold`. */
  readonly folds: readonly string[];
  /** Text as it stands in the file → text in the other language. */
  readonly dictionary: Readonly<Record<string, string>>;
  readonly network: NetworkData;
  /** Words that mean the same, for the search. */
  readonly synonyms?: readonly (readonly string[])[];
}

/** Once for all scripts of the page. */
const shared = globalThis as { nqgraphPacked?: Promise<Packed | null> };

/** The content of `#packed` (JSON in gzip in Base64); null where there is none; rejects where the browser cannot. */
export function packed(): Promise<Packed | null> {
  return (shared.nqgraphPacked ??= unpack(document.getElementById("packed")?.textContent?.trim() ?? ""));
}

async function unpack(text: string): Promise<Packed | null> {
  if (!text) return null;
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text()) as Packed;
}
