/** Built questions over the relations that lie in the one file, answered as `nqgraph.graph.tables` asks a graph. */
import { type Label, say } from "./texts.js";

export interface WayData {
  readonly key: string;
  readonly name: Label;
  readonly type: "iri" | "concept" | "integer" | "decimal" | "date" | "boolean";
  /** Number of the kind that points here, and the key of its way. */
  readonly back?: readonly [number, string];
  /** Of each thing, the values: numbers of things and names, or texts. */
  readonly values?: readonly (readonly (number | string)[])[];
  readonly kinds?: readonly number[];
  /** The key of the way that leads from its ends to their whole. */
  readonly whole?: string;
  readonly scheme?: readonly number[];
  readonly filters?: true;
}
export interface KindData {
  readonly key: string;
  readonly name: Label;
  readonly singular: Label;
  readonly things: readonly number[];
  readonly ways: readonly WayData[];
}
export interface RelationsData {
  readonly kinds: readonly KindData[];
  readonly names: readonly (readonly [string, Label])[];
}

/** A filter, as `nqgraph.graph.tables` writes it. */
export interface Condition {
  readonly way: WayData;
  readonly sign: string;
  readonly values: readonly string[];
}
export interface Question {
  readonly kind: KindData;
  readonly conditions: readonly Condition[];
  /** Ways; null for the things themselves. */
  readonly columns: readonly (WayData | null)[];
  readonly group: readonly WayData[];
  readonly count: readonly (WayData | null)[];
}
export type Value = number | string;
export interface Row {
  /** What the row is about, the values of each column, and the counts. */
  readonly named: Value | null;
  readonly cells: readonly (readonly Value[])[];
  readonly counts: readonly number[];
}

/** What an address says instead of a value: any, none. */
export const ANY = "*",
  NONE = "-";
const PREFIX = "wo.";

function add<K>(to: Map<K, number[]>, key: K, thing: number): void {
  const known = to.get(key);
  if (known) known.push(thing);
  else to.set(key, [thing]);
}

/** What of an address the file has no data for. */
export class Unknown extends Error {}

export class Relations {
  readonly #at: ReadonlyMap<KindData, ReadonlyMap<number, number>>;
  readonly #back = new Map<WayData, Map<Value, number[]>>();

  constructor(
    readonly data: RelationsData,
    /** Key and name of each thing. */
    readonly things: readonly (readonly [string, Label])[],
  ) {
    this.#at = new Map(data.kinds.map((kind) => [kind, new Map(kind.things.map((thing, row) => [thing, row]))]));
  }

  get kinds(): readonly KindData[] {
    return this.data.kinds.filter(({ things }) => things.length);
  }

  key(node: Value): string {
    return typeof node === "string" ? node : this.#node(node)[0];
  }

  name(node: Value): string {
    return typeof node === "string" ? node : say(this.#node(node)[1]);
  }

  #node(node: number): readonly [string, Label] {
    return this.things[node] ?? this.data.names[node - this.things.length]!;
  }

  way(kind: KindData, key: string): WayData {
    const found = kind.ways.find((way) => way.key === key);
    if (!found) throw new Unknown(key);
    return found;
  }

  /** The question that an address says. */
  asked(items: Iterable<readonly [string, string]>): Question | null {
    const given = [...items].filter(([, value]) => value.trim());
    const all = (name: string): string[] => given.flatMap(([one, value]) => (one === name ? [value] : []));
    const [wanted] = all("art");
    if (!wanted) return null;
    const kind = this.kinds.find(({ key }) => key === wanted);
    if (!kind) throw new Unknown(wanted);
    const conditions = new Map<string, { way: WayData; sign: string; values: string[] }>();
    for (const [name, value] of given) {
      if (!name.startsWith(PREFIX)) continue;
      const [, key, mark] = /^(.*?)([!<>~]?)$/.exec(name.slice(PREFIX.length))!;
      const way = this.way(kind, key!);
      const id = mark ? `${name} ${conditions.size}` : name;
      const one = conditions.get(id) ?? { way, sign: `${mark}=`, values: [] };
      conditions.set(id, { ...one, values: [...new Set([...one.values, value])] });
    }
    const either = (key: string): WayData | null => (key === "." ? null : this.way(kind, key));
    const unique = (name: string): string[] => [...new Set(all(name))];
    const group = unique("gruppe").map((key) => this.way(kind, key));
    if (group.length > 1) throw new Unknown(group.map(({ key }) => key).join(", "));
    const columns = unique("spalte").map(either);
    const count = unique("zaehle").map(either);
    return {
      kind,
      conditions: [...conditions.values()],
      columns,
      group,
      count: group.length && !columns.length && !count.length ? [null] : count,
    };
  }

  /** The values of *way* of a *thing*; without a way the thing itself. */
  values(kind: KindData, way: WayData | null, thing: number): readonly Value[] {
    if (!way) return [thing];
    if (!way.back) return way.values?.[this.#at.get(kind)!.get(thing)!] ?? [];
    let pointing = this.#back.get(way);
    if (!pointing) {
      this.#back.set(way, (pointing = new Map<Value, number[]>()));
      const [number, key] = way.back;
      const source = this.data.kinds[number]!;
      const forward = this.way(source, key);
      source.things.forEach((one, row) => {
        for (const value of forward.values?.[row] ?? []) add(pointing!, value, one);
      });
    }
    return pointing.get(thing) ?? [];
  }

  /** *value* and all wholes that it is a part of. */
  #within(way: WayData, value: Value, found = new Set<Value>()): Set<Value> {
    if (found.has(value)) return found;
    found.add(value);
    if (!way.whole || typeof value === "string") return found;
    for (const number of way.kinds ?? []) {
      const kind = this.data.kinds[number]!;
      if (!this.#at.get(kind)!.has(value)) continue;
      const onward = kind.ways.find(({ key }) => key === way.whole);
      for (const whole of onward ? this.values(kind, onward, value) : []) this.#within(way, whole, found);
    }
    return found;
  }

  /** Whether the *thing* meets a condition, whose values are those *wanted*. */
  #meets(kind: KindData, { way, sign }: Condition, wanted: readonly Value[], thing: number): boolean {
    const found = this.values(kind, way, thing);
    if (wanted[0] === ANY) return found.length > 0;
    if (wanted[0] === NONE) return !found.length;
    const any = found.some((value) =>
      wanted.some((one) => this.#compares(way, sign === "!=" ? "=" : sign, value, one)),
    );
    return sign === "!=" ? !any : any;
  }

  /** The value that *text* names, where *way* leads to things or terms. */
  wanted(way: WayData, text: string): Value {
    if (way.type !== "iri" && way.type !== "concept") return text;
    const found = this.choices(way).find((node) => this.key(node) === text);
    if (found === undefined) throw new Unknown(text);
    return found;
  }

  /** What a value of *way* can be. */
  choices(way: WayData): readonly number[] {
    if (way.scheme) return way.scheme;
    const kinds = way.back ? [way.back[0]] : (way.kinds ?? []);
    return kinds.flatMap((number) => this.data.kinds[number]!.things);
  }

  #compares(way: WayData, sign: string, value: Value, wanted: Value): boolean {
    if (typeof value === "number") return this.#within(way, value).has(wanted);
    const text = String(wanted);
    if (way.type === "date") {
      if (sign === "=") return value.startsWith(text);
      return sign === ">=" ? value >= text : value.slice(0, text.length) <= text;
    }
    if (way.type === "boolean") return value === text;
    const [left, right] = [Number(value), Number(text.replace(",", "."))];
    if (Number.isNaN(right)) throw new Unknown(text);
    return sign === "=" ? left === right : sign === ">=" ? left >= right : left <= right;
  }

  /** The rows of the answer, ordered as the language *lang* does. */
  rows({ kind, conditions, columns, group, count }: Question, lang: string): Row[] {
    const open = (value: string | undefined): boolean => value === ANY || value === NONE;
    const all = conditions.map((one) => {
      const named = (value: string): Value =>
        open(one.values[0]) && open(value) ? value : this.wanted(one.way, value);
      return [one, one.values.map(named)] as const;
    });
    const things = kind.things.filter((thing) => all.every(([one, wanted]) => this.#meets(kind, one, wanted, thing)));
    if (!group.length && count.includes(null)) return [{ named: null, cells: [], counts: [things.length] }];
    const members = new Map<Value | null, number[]>();
    for (const thing of things) {
      const found = group[0] ? this.values(kind, group[0], thing) : [thing];
      for (const value of found.length ? found : [null]) add(members, value, thing);
    }
    const collator = new Intl.Collator(lang, { numeric: true });
    const sorted = (values: Iterable<Value>): Value[] =>
      [...new Set(values)].sort((a, b) => collator.compare(this.name(a), this.name(b)));
    const of = (way: WayData | null, all: readonly number[]): Value[] =>
      sorted(all.flatMap((thing) => this.values(kind, way, thing)));
    const rows = [...members].map(([named, all]) => ({
      named,
      cells: columns.filter((way) => way || group.length).map((way) => of(way, all)),
      counts: count.map((way) => of(way, all).length),
    }));
    const name = ({ named }: Row): string => (named === null ? "\uffff" : this.name(named));
    return rows.sort((a, b) => (b.counts[0] ?? 0) - (a.counts[0] ?? 0) || collator.compare(name(a), name(b)));
  }
}
