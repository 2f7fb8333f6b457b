/** What the one file carries packed: JSON in gzip in Base85, each part in an element of its own. */
import type { FormsData } from "./changes.js";
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
  readonly forms: FormsData;
  /** The script of the forms. */
  readonly script: string;
}

/** Pages in which each tag and each text stands once: 0 is the next of the texts, n the one that came as the n-th. */
interface Once {
  readonly texts: readonly string[];
  readonly pages: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

const unpacked = new Map<string, Promise<unknown>>();

/** The part *name*; null where the file has none; rejects where the browser cannot unpack it. */
export function packed<N extends keyof Parts>(name: N): Promise<Parts[N] | null> {
  let found = unpacked.get(name);
  if (!found) {
    found = unpack(document.getElementById(`packed_${name}`)?.textContent?.trim() ?? "");
    if (name === "pages") found = found.then((once) => once && spelled(once as Once));
    unpacked.set(name, found);
  }
  return found as Promise<Parts[N] | null>;
}

/** What is packed of the element *id* in *lang*; nothing where the document holds all of it. */
export async function section(lang: string, id: string): Promise<string> {
  return (await packed("pages"))?.[id]?.[lang] ?? "";
}

/** The pages as HTML again. */
export function spelled({ texts, pages }: Once): Parts["pages"] {
  let next = 0;
  const html = (numbers: readonly number[]): string => numbers.map((n) => texts[n ? n - 1 : next++]).join("");
  return Object.fromEntries(
    Object.entries(pages).map(([id, said]) => [
      id,
      Object.fromEntries(Object.entries(said).map(([lang, numbers]) => [lang, html(numbers)])),
    ]),
  );
}

const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;,=>?@^_`{|}~";

/** Base85 (RFC 1924, with a comma for the sign that begins a tag): five signs are four bytes. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  const value = new Uint8Array(128);
  for (let i = 0; i < SIGNS.length; i++) value[SIGNS.charCodeAt(i)] = i;
  const missing = (5 - (text.length % 5)) % 5;
  const padded = text + "~".repeat(missing);
  const found = new DataView(new ArrayBuffer((padded.length / 5) * 4));
  for (let at = 0, to = 0; at < padded.length; to += 4) {
    let word = 0;
    for (const end = at + 5; at < end; at++) word = word * 85 + value[padded.charCodeAt(at)]!;
    found.setUint32(to, word);
  }
  return new Uint8Array(found.buffer, 0, found.byteLength - missing);
}

async function unpack(text: string): Promise<unknown> {
  if (!text) return null;
  const stream = new Blob([bytes(text)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}
