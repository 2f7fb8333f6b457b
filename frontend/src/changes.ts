/** What a reader of the one file has changed: kept in the browser, given on as a small workbook. */
import { remember, remembered } from "./dom.js";
import { packed } from "./packed.js";
import type { Label } from "./texts.js";
import { type Sheet, workbook } from "./xlsx.js";

/** Name, header, how it is shown, 1 if it is needed plus 2 if it holds several values, its list, and what it means. */
export type FieldData = readonly [string, Label, string, number, string, Label];
export interface KindData {
  readonly table: string;
  readonly class: string;
  readonly singular: Label;
  /** Numbers of the fields in the order of the columns, and columns in the order of the form. */
  readonly fields: readonly number[];
  readonly order: readonly number[];
  /** Columns that say to which things an entry belongs, of a kind that only relates things. */
  readonly about: readonly number[];
  /** Heading and number of fields. */
  readonly groups: readonly (readonly [Label, number])[];
  /** What comes before the keys in the IRIs of the things, or all of them. */
  readonly things: string | readonly string[];
  /** The column that says in which language the names are. */
  readonly tongue?: number;
  /** Column by column what the cells of the things say. */
  readonly cells: readonly (readonly string[])[];
}
export interface FormsData {
  readonly base: string;
  readonly version: string;
  readonly lang: string;
  readonly datasets: readonly string[];
  readonly fields: readonly FieldData[];
  readonly kinds: Readonly<Record<string, KindData>>;
  readonly lists: Readonly<Record<string, readonly (string | readonly [string, string])[]>>;
}
/** A thing as it was when somebody began to edit it, and as it is to be. */
export interface Change {
  readonly kind: string;
  /** The key of the thing; empty for a new one. */
  readonly key: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly version: string;
}

/** The data of the forms and the keys of the things; null where the file has no forms. */
export async function forms(): Promise<Forms | null> {
  const [data, search] = [await packed("forms"), await packed("search")];
  if (!data || !search) return null;
  const keys = new Map<string, Map<string, Label>>(search.kinds.map(({ type }) => [type, new Map()]));
  for (const [kind, key, label] of search.things) keys.get(search.kinds[kind]!.type)!.set(key, label);
  return new Forms(data, keys);
}

export class Forms {
  constructor(
    readonly data: FormsData,
    /** Kind → key → name. */
    readonly keys: ReadonlyMap<string, ReadonlyMap<string, Label>>,
  ) {}

  /** The kind of the thing *key* if it has a form. */
  kindOf(key: string): string | undefined {
    return Object.keys(this.data.kinds).find((kind) => this.keys.get(kind)?.has(key));
  }

  /** What most keys of a kind begin with, up to a hyphen; nothing where they do not agree. */
  prefix(kind: string): string {
    const keys = [...(this.keys.get(kind)?.keys() ?? [])];
    const first = /^[^-]+-/.exec(keys[0] ?? "")?.[0] ?? "";
    return first && 2 * keys.filter((key) => key.startsWith(first)).length > keys.length ? first : "";
  }

  fields(kind: string): FieldData[] {
    return this.data.kinds[kind]!.fields.map((number) => this.data.fields[number]!);
  }

  /** Kinds whose entries belong to things of *kind*, with the column that says so. */
  belonging(kind: string): [string, number][] {
    return Object.entries(this.data.kinds).flatMap(([other, { about, fields }]) => {
      const column = about.find((at) => this.data.fields[fields[at]!]![4].split(" ").includes(kind));
      return column === undefined ? [] : [[other, column] as [string, number]];
    });
  }

  iri(kind: string, key: string): string {
    const { things } = this.data.kinds[kind]!;
    return typeof things === "string" ? things + key : things[[...this.keys.get(kind)!.keys()].indexOf(key)]!;
  }

  /** What the cells of a thing say, in the order of the columns. */
  cells(kind: string, key: string): string[] {
    const at = [...this.keys.get(kind)!.keys()].indexOf(key);
    return this.data.kinds[kind]!.cells.map((column) => column[at] ?? "");
  }
}

/** The changes of this reader: in the browser where it keeps them, else as long as the page is open. */
export class Changes {
  #all: Change[];
  readonly #name: string;

  constructor(base: string) {
    this.#name = `changes ${base}`;
    let kept: unknown = null;
    try {
      kept = JSON.parse(remembered(this.#name) ?? "[]");
    } catch {
      // what is there is not ours
    }
    this.#all = Array.isArray(kept) ? (kept as Change[]).filter((one) => one?.kind && Array.isArray(one.after)) : [];
  }

  get all(): readonly Change[] {
    return this.#all;
  }

  find(kind: string, key: string): Change | undefined {
    return key ? this.#all.find((change) => change.kind === kind && change.key === key) : undefined;
  }

  /** Keeps *change* in place of *old*. */
  put(change: Change, old?: Change): void {
    const at = old ? this.#all.indexOf(old) : -1;
    if (at >= 0) this.#all.splice(at, 1, change);
    else this.#all.push(change);
    this.#keep();
  }

  drop(change: Change): void {
    this.#all = this.#all.filter((one) => one !== change);
    this.#keep();
  }

  /** Whether they will be there on the next visit. */
  get kept(): boolean {
    return (remembered(this.#name) ?? "[]") === JSON.stringify(this.#all);
  }

  #keep(): void {
    remember(this.#name, JSON.stringify(this.#all));
  }
}

/** The file with *changes* that `nqgraph import` takes; *header* names the columns of a kind. */
export function file(
  forms: Forms,
  changes: readonly Change[],
  header: (kind: string) => readonly string[],
  role: string,
  reason: string,
): Uint8Array<ArrayBuffer> {
  const { data } = forms;
  const state: string[][] = [
    ["nqgraph", "2"],
    ["base", data.base],
    ["version", changes[0]?.version ?? data.version],
    ["lang", data.lang],
    ["datasets", data.datasets.join("; ")],
    ["form", "1"],
    ["role", role],
    ["reason", reason],
  ];
  const sheets: Sheet[] = [];
  for (const kind of new Set(changes.map((change) => change.kind))) {
    const { table, class: name } = data.kinds[kind]!;
    const rows = changes.filter((change) => change.kind === kind);
    sheets.push({ name: table, rows: [header(kind), ...rows.map(({ after }) => after)] });
    state.push(["#", name, ...header(kind)]);
    for (const { key, before } of rows) if (key) state.push([forms.iri(kind, key), "", ...before]);
  }
  return workbook([...sheets, { name: "_stand", hidden: true, rows: state }]);
}
