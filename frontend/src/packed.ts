/** What the one file carries packed: JSON in gzip in Base64, each part in an element of its own. */
import type { NetworkData } from "./data.js";
import type { AskData } from "./ranking.js";
import type { SearchData } from "./search.js";

interface Parts {
  /**
   * HTML by id and language, made by our own templates: of a section what the document does not hold, which is its rest
   * in the language of the document and all of it in others; and in others what stands around the sections.
   */
  readonly pages: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly search: SearchData;
  readonly ask: AskData;
  readonly network: NetworkData;
}

const unpacked = new Map<string, Promise<unknown>>();

/** The part *name*; null where the file has none; rejects where the browser cannot unpack it. */
export function packed<N extends keyof Parts>(name: N): Promise<Parts[N] | null> {
  let found = unpacked.get(name);
  if (!found) {
    found = unpack(document.getElementById(`packed_${name}`)?.textContent?.trim() ?? "");
    unpacked.set(name, found);
  }
  return found as Promise<Parts[N] | null>;
}

/** What is packed of the element *id* in *lang*; nothing where the document holds all of it. */
export async function section(lang: string, id: string): Promise<string> {
  return (await packed("pages"))?.[id]?.[lang] ?? "";
}

async function unpack(text: string): Promise<unknown> {
  if (!text) return null;
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}
