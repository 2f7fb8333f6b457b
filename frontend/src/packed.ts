/** What the one file carries packed: in Zstandard (RFC 8878) and basE91. */
import { decompress } from "fzstd";
import type { FormsData } from "./changes.js";
import type { NetworkData } from "./data.js";
import type { AskData } from "./ranking.js";
import type { SearchData } from "./search.js";
import type { RelationsData } from "./tabled.js";
import type { Label } from "./texts.js";

/** A parameter of a canned question. */
export interface Field {
  readonly name: string;
  /** What one can choose, "" for none or the default first where that is one. */
  readonly values: readonly string[];
  readonly default?: string;
  /** Where the names of the values stand. */
  readonly of: string;
  /** Whether the values are things, which the reader's language sorts. */
  readonly sorted: boolean;
  /** Whether it is stated where it is left open. */
  readonly stated: boolean;
}
/** The answers of a canned question, as `nqgraph.pages.answered` knows them. */
export interface Asked {
  readonly name: string;
  readonly fields: readonly Field[];
  /** Numbers of the fields of which each combination has its own answer. */
  readonly main: readonly number[];
  /** Number of a field that narrows answers down, and for each of its values the keys of the rows that it lets through. */
  readonly through: readonly (readonly [number, readonly (readonly number[])[]])[];
  readonly together: boolean;
  readonly said: Readonly<Record<string, Said>>;
}
/** The rows of a question in one language. */
interface Said {
  readonly names: readonly string[];
  readonly headings: readonly string[];
  /** Column, row → number of the cell, 0 for none. */
  readonly cells: readonly (readonly number[])[];
  readonly keys: readonly number[];
  readonly lists: readonly (readonly number[])[];
  /** Combination of the main fields, the last the fastest → number of the list of its rows. */
  readonly answers: readonly number[];
}
export interface Answers {
  readonly asked: readonly Asked[];
  readonly names: Readonly<Record<string, Readonly<Record<string, Label>>>>;
  /** The HTML of all cells: the first is number 1. */
  readonly cells: readonly string[];
}

/** What the editor of the one file is made of. */
interface Editing {
  readonly script: string;
  readonly style: string;
  readonly worker: string;
  /** All statements, as TriG. */
  readonly statements: string;
  readonly prefixes: Readonly<Record<string, string>>;
  /** IRI and name. */
  readonly terms: readonly (readonly [string, Label])[];
  /** Name, title and text. */
  readonly examples: readonly (readonly [string, Label, Label])[];
}

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
  readonly relations: RelationsData;
  /** The script of networks, forms, workbooks and built questions. */
  readonly script: string;
  /** How what it draws and makes looks. */
  readonly style: string;
  readonly answers: Answers;
  readonly sparql: Editing;
  /** The tags and texts of pages and cells, and strings of the other parts, each once. */
  readonly texts: readonly string[];
}

const unpacked = new Map<string, Promise<unknown>>();

/** The part *name*; null where the file has none; rejects where the browser cannot unpack it. */
export function packed<N extends keyof Parts>(name: N): Promise<Parts[N] | null> {
  return (FILE ? once(name) : asked(name)) as Promise<Parts[N] | null>;
}

function once(name: keyof Parts): Promise<unknown> {
  let found = unpacked.get(name);
  if (!found) unpacked.set(name, (found = unpack(name)));
  return found;
}

interface Wish {
  readonly name: keyof Parts;
  found?: Promise<unknown>;
}
const WISHED = "nqgraph:packed";

/** The part as the script of the file unpacks it, for the other scripts in it. */
function asked(name: keyof Parts): Promise<unknown> {
  const wish: Wish = { name };
  dispatchEvent(new CustomEvent(WISHED, { detail: wish }));
  return wish.found ?? Promise.resolve(null);
}

/** Lets the other scripts ask. */
export function share(): void {
  addEventListener(WISHED, (event) => {
    const wish = (event as CustomEvent<Wish>).detail;
    wish.found = once(wish.name);
  });
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function unpack(name: keyof Parts): Promise<unknown> {
  await pause(); // the page is seen first
  const found = raw(name);
  await pause();
  const said = words(found);
  if (!said) return null;
  if (name === "texts" || name === "sparql") return JSON.parse(said);
  const texts = ((await once("texts")) ?? []) as readonly string[];
  const data: unknown = JSON.parse(said, (_, value: unknown) =>
    typeof value === "string" && value[0] === "\x7f" ? texts[parseInt(value.slice(1), 36)] : value,
  );
  if (name === "pages") {
    const html = spelled("numbers", texts);
    return mapped(data as Once, (said) => mapped(said, html));
  }
  if (name === "answers") {
    const answers = data as Packed;
    return filled(answers, answers.cells.map(spelled("cells", texts)), numbers(raw("lists")));
  }
  return data;
}

/** Page and language → how many texts it is made of. */
type Once = Readonly<Record<string, Readonly<Record<string, number>>>>;

function mapped<A, B>(from: Readonly<Record<string, A>>, to: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, to(value)]));
}

/** What gives the next *count* texts of the part *name* as HTML. */
function spelled(name: string, texts: readonly string[]): (count: number) => string {
  const read = numbers(raw(name));
  let seen = read();
  return (count) => {
    let html = "";
    for (; count > 0; count--) html += texts[(read() || ++seen) - 1]!; // 0 is the next that was not seen
    return html;
  };
}

/** What reads one number after the other: seven bits a byte, the lowest first, all bytes but the last marked. */
export function numbers(from: Uint8Array): () => number {
  let at = 0;
  return () => {
    let number = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = from[at++]!;
      number |= (byte & 127) << shift;
      if (byte < 128) return number;
    }
  };
}

/** What is packed of the element *id* in *lang*; nothing where the document holds all of it. */
export async function section(lang: string, id: string): Promise<string> {
  return (await packed("pages"))?.[id]?.[lang] ?? "";
}

/** Answers whose lists of rows are steps from one to the next, and how many texts each cell is made of. */
type Packed = Omit<Answers, "cells" | "asked"> & {
  readonly cells: readonly number[];
  readonly asked: readonly (Omit<Asked, "said"> & { readonly said: Readonly<Record<string, Counted>> })[];
};
type Counted = Pick<Said, "names" | "headings"> & Readonly<Record<"cells" | "keys" | "lists" | "answers", Counts>>;
/** How many numbers a list has, or each of several lists. */
type Counts = number | readonly number[];

function filled({ asked, ...rest }: Packed, cells: readonly string[], read: () => number): Answers {
  let seen = 0;
  const column = (count: number): number[] =>
    Array.from({ length: count }, () => {
      const number = read();
      return number === 1 ? ++seen : number && number - 1; // 0 is none, 1 the next that was not seen
    });
  const list = (count: Counts): number[] =>
    Array.from({ length: typeof count === "number" ? count : 0 }, () => {
      const number = read();
      return number % 2 ? -(number + 1) / 2 : number / 2; // negative ones between the others
    });
  const several = (counts: Counts): number[][] =>
    typeof counts === "number" ? [] : counts.map((count) => list(count));
  const whole = (steps: readonly number[]): number[] => {
    let at = 0;
    return steps.map((step) => (at += step));
  };
  return {
    ...rest,
    cells,
    asked: asked.map((one) => ({
      ...one,
      said: mapped(one.said, (said) => ({
        names: said.names,
        headings: said.headings,
        cells: (said.cells as readonly number[]).map(column),
        keys: whole(list(said.keys)),
        lists: several(said.lists).map(whole),
        answers: whole(list(said.answers)),
      })),
    })),
  };
}

/** All that can be seen in ASCII but what begins a tag, a reference or an escape. */
const SIGNS = [..."<&\\"].reduce(
  (signs, left) => signs.replace(left, ""),
  String.fromCharCode(...Array.from({ length: 94 }, (_, at) => at + 33)),
);

/** basE91: two signs are thirteen bits, or fourteen where those are a small number. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  const value = new Uint8Array(128);
  for (let i = 0; i < SIGNS.length; i++) value[SIGNS.charCodeAt(i)] = i;
  const found = new Uint8Array(text.length);
  let [queue, held, size] = [0, 0, 0];
  for (let at = 0; at + 1 < text.length; at += 2) {
    const pair = value[text.charCodeAt(at)]! + 91 * value[text.charCodeAt(at + 1)]!;
    queue |= pair << held;
    held += (pair & 8191) > 88 ? 13 : 14;
    for (; held > 7; held -= 8, queue >>>= 8) found[size++] = queue;
  }
  if (text.length % 2) found[size++] = queue | (value[text.charCodeAt(text.length - 1)]! << held);
  return found.subarray(0, size);
}

const stored = (name: string): Uint8Array<ArrayBuffer> =>
  decompress(bytes(document.getElementById(`packed_${name}`)?.textContent?.trim() ?? "")) as Uint8Array<ArrayBuffer>;

let parts: Map<string, Uint8Array<ArrayBuffer>> | undefined;

/** The bytes of the part *name*, or of what has an element of its own; nothing where the file has none. */
export function raw(name: string): Uint8Array<ArrayBuffer> {
  if (document.getElementById(`packed_${name}`)) return stored(name);
  parts ??= parted(stored("parts"));
  return parts.get(name) ?? new Uint8Array();
}

/** The parts of *whole*, whose first line says how many bytes each has. */
function parted(whole: Uint8Array<ArrayBuffer>): Map<string, Uint8Array<ArrayBuffer>> {
  let at = whole.indexOf(10) + 1;
  const sizes = JSON.parse(words(whole.subarray(0, at)) || "{}") as Record<string, number>;
  return new Map(Object.entries(sizes).map(([name, size]) => [name, whole.subarray(at, (at += size))]));
}

const words = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
