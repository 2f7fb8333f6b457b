/** Plain questions to canned ones, as nqgraph/graph/ranking.py does it with the same data: see there. */
import type { SearchData, Thing as Sought } from "./search.js";
import type { Label } from "./texts.js";

/** Name, kinds, whether it is needed, whether it is a number; what readers call it. */
export type Slot = readonly [string, readonly string[], number, number, Label];
export interface Asked {
  readonly name: string;
  readonly title: Label;
  readonly slots: readonly Slot[];
  readonly phrasings: readonly string[];
}
/** Kinds, key, names, whether it is an entry of a list, whether it is evidence. */
export type Thing = readonly [readonly string[], string, readonly string[], boolean, boolean];
export interface AskData {
  readonly questions: readonly Asked[];
  /** Things that the search does not know. */
  readonly things: readonly (readonly [readonly string[], string, readonly string[]])[];
  /** Kind of the search → kind of a slot. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly behind: readonly string[];
  readonly synonyms: readonly string[];
  readonly stop: string;
}
export interface Reading {
  readonly asked: Asked;
  readonly values: ReadonlyMap<string, string>;
  readonly score: number;
  readonly certain: boolean;
}
export interface Understood {
  readonly readings: readonly Reading[];
  readonly unknown: readonly string[];
}

const MOST_WORDS = 60;
const MOST_LETTERS = 600;
const READINGS = 3;
const [LEAST, DOUBTFUL, KNOWN, CERTAIN, LEAD, CLEARER, PLAIN] = [0.36, 0.5, 0.6, 0.7, 0.2, 0.08, 0.75] as const;
const [ALIKE, LIKELY, SAME, NEARLY] = [0.5, 0.66, 0.78, 0.95] as const;
const SHORT = 4;
const CLOSE = 0.9;
const [COVERED, PARTLY] = [0.75, 0.4] as const;
const [LIGHT, THING, BESIDE, LISTED, STRANGE, RARE, SPARE] = [0.2, 0.9, 0.6, 0.8, 0.6, 0.5, 0.6] as const;
const BETA = 2;
const LACKING = 0.7;

const WORD = /[\p{L}\p{N}]+/gu;
const SLOT = /\{(\w+)\}/g;
const ENDINGS = ["ten", "en", "er", "es", "em", "et", "te", "st", "e", "s", "n", "t"];
const UMLAUTS: Readonly<Record<string, string>> = { ä: "ae", ö: "oe", ü: "ue", ß: "ss" };

export function fold(word: string): string {
  const lower = word.normalize("NFC").toLowerCase();
  return lower
    .replace(/[äöüß]/g, (sign) => UMLAUTS[sign]!)
    .normalize("NFD")
    .replace(/\p{M}/gu, "");
}

const bare = (word: string): string => word.replaceAll("ae", "a").replaceAll("oe", "o").replaceAll("ue", "u");

export function stem(word: string): string {
  for (const ending of ENDINGS) {
    const least = ending.length === 1 && ending !== "e" ? 5 : 4;
    if (word.endsWith(ending) && word.length - ending.length >= least && !word.endsWith("is")) {
      const rest = word.slice(0, -ending.length);
      return rest.endsWith("ss") ? rest.slice(0, -1) : rest;
    }
  }
  return word;
}

function grams(word: string): Set<string> {
  const whole = `^${word}$`;
  const found = new Set<string>();
  for (const n of [2, 3]) for (let at = 0; at + n <= whole.length; at++) found.add(whole.slice(at, at + n));
  return found;
}

const words = (text: string): string[] => (text.normalize("NFC").match(WORD) ?? []).map(fold);

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const found = map.get(key);
  if (found) found.push(value);
  else map.set(key, [value]);
}

const raise = <K>(map: Map<K, number>, key: K, value: number): Map<K, number> =>
  map.set(key, Math.max(map.get(key) ?? 0, value));

/** Stems, and which of them look like another. */
class Words {
  readonly stems: ReadonlySet<string>;
  readonly #sizes = new Map<string, number>();
  readonly #bare = new Map<string, string[]>();
  readonly #grams = new Map<string, string[]>();

  constructor(stems: Iterable<string>) {
    this.stems = new Set(stems);
    for (const known of this.stems) {
      push(this.#bare, bare(known), known);
      const own = grams(known);
      this.#sizes.set(known, own.size);
      for (const gram of own) push(this.#grams, gram, known);
    }
  }

  like(word: string, least: number): Map<string, number> {
    const found = new Map<string, number>();
    if (word.length >= SHORT) {
      const own = grams(word);
      const shared = new Map<string, number>();
      for (const gram of own)
        for (const other of this.#grams.get(gram) ?? []) shared.set(other, (shared.get(other) ?? 0) + 1);
      for (const [other, count] of shared) {
        const value = (2 * count) / (own.size + this.#sizes.get(other)!);
        if (other.length >= SHORT && value >= least) found.set(other, value);
      }
    }
    for (const other of this.#bare.get(bare(word)) ?? []) raise(found, other, NEARLY);
    if (this.stems.has(word)) found.set(word, 1);
    return found;
  }

  has(word: string): boolean {
    return this.stems.has(word) || this.like(word, LIKELY).size > 0;
  }
}

interface Phrasing {
  readonly asked: Asked;
  readonly stems: ReadonlySet<string>;
  readonly slots: readonly Slot[];
  readonly rest: readonly Slot[];
  readonly beside: ReadonlySet<string>;
}
interface Found {
  readonly words: ReadonlySet<number>;
  readonly things: readonly Thing[];
  readonly share: number;
}
interface Fit {
  readonly score: number;
  readonly values: Map<string, string>;
  readonly lacking: boolean;
  readonly sure: boolean;
}
interface Question {
  readonly plain: readonly string[];
  readonly light: readonly boolean[];
  readonly found: readonly Found[];
  readonly alike: readonly ReadonlyMap<string, number>[];
  readonly weights: readonly number[];
}

const NONE: Fit = { score: 0, values: new Map(), lacking: false, sure: true };
const all = <T>(items: Iterable<T>, test: (item: T) => boolean): boolean => [...items].every(test);
const by = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export class Ranking {
  readonly #things: readonly Thing[];
  readonly #phrasings: Phrasing[] = [];
  readonly #stop: ReadonlySet<string>;
  readonly #meaning = new Map<string, string>();
  readonly #weights = new Map<string, number>();
  readonly #vocabulary: Words;
  readonly #same: Words;
  readonly #names: { thing: number; stems: readonly string[] }[] = [];
  readonly #named: Words;
  readonly #having = new Map<string, number[]>();
  readonly #every: Words;

  constructor(data: AskData, sought: SearchData) {
    this.#stop = new Set(words(data.stop));
    this.#things = [...sought.things.flatMap((thing) => known(thing, sought, data)), ...data.things.map(listed)];
    const same = data.synonyms.map((group) => words(group).map(stem));
    for (const group of same)
      for (const word of group) if (!this.#meaning.has(bare(word))) this.#meaning.set(bare(word), group[0]!);
    for (const asked of data.questions) {
      const stems = asked.phrasings.map(
        (said) => new Set(words(said.replace(SLOT, " ")).map((word) => this.#means(stem(word)))),
      );
      const beside = new Set(stems.flatMap((own) => [...own]));
      asked.phrasings.forEach((said, index) => {
        const slots = [...said.matchAll(SLOT)].flatMap(([, name]) => asked.slots.filter((slot) => slot[0] === name));
        const rest = asked.slots.filter((slot) => !slots.includes(slot));
        this.#phrasings.push({ asked, stems: stems[index]!, slots, rest, beside });
      });
    }
    const having = new Map<string, Set<string>>();
    for (const { asked, stems } of this.#phrasings)
      for (const word of stems) having.set(word, (having.get(word) ?? new Set()).add(asked.name));
    const light = new Set([...this.#stop].map(stem));
    const count = data.questions.length;
    for (const [word, names] of having) {
      const weight = Math.log(1 + count / names.size) / Math.log(1 + count);
      this.#weights.set(word, weight * (light.has(word) ? LIGHT : 1));
    }
    this.#vocabulary = new Words([...having.keys(), ...same.flat().filter((word) => having.has(this.#means(word)))]);
    this.#same = new Words(same.flat());
    const seen = new Set<string>();
    this.#things.forEach((thing, number) => {
      for (const name of thing[2]) {
        for (const variant of variants(name)) {
          const said = words(variant);
          const telling = said.filter((word) => !this.#stop.has(word));
          const stems = [...new Set((telling.length ? telling : said).map((word) => this.#stands(stem(word))))];
          const ordinary = variant !== name && stems.every((word) => this.#weights.has(this.#means(word)));
          const key = `${number} ${stems.join(" ")}`;
          if (!stems.length || ordinary || seen.has(key)) continue;
          seen.add(key);
          for (const word of stems) push(this.#having, word, this.#names.length);
          this.#names.push({ thing: number, stems });
        }
      }
    });
    this.#named = new Words(this.#having.keys());
    this.#every = new Words([...this.#vocabulary.stems, ...this.#named.stems, ...same.flat()]);
  }

  understand(question: string): Understood {
    const written = (question.slice(0, MOST_LETTERS).normalize("NFC").match(WORD) ?? []).slice(0, MOST_WORDS);
    const plain = written.map(fold);
    const stems = plain.map(stem);
    const light = plain.map((word) => this.#stop.has(word) || /^\p{Nd}+$/u.test(word));
    const found = this.#find(stems, light);
    const alike = stems.map((word) => this.#alike(word));
    const named = new Set(found.flatMap((one) => [...one.words]));
    const weights = alike.map((close, index) => {
      const weight = this.#weight(close, light[index]!);
      return named.has(index) ? Math.min(weight, SPARE) : weight;
    });
    const asked: Question = { plain, light, found, alike, weights };
    const meant = plain.flatMap((_, index) => (light[index] ? [] : [index]));
    const strange = meant.filter((index) => !named.has(index) && !this.#every.has(stems[index]!));
    const unknown = [...new Set(strange.map((index) => written[index]!))];
    if (meant.length - strange.length < KNOWN * meant.length) return { readings: [], unknown };
    const least = !meant.length ? PLAIN : strange.length ? DOUBTFUL : LEAST;
    const best = new Map<string, { phrasing: Phrasing; fit: Fit }>();
    for (const phrasing of this.#candidates(asked, meant.length === 0)) {
      const fit = this.#fit(phrasing, asked);
      if (fit.score > (best.get(phrasing.asked.name)?.fit.score ?? 0)) best.set(phrasing.asked.name, { phrasing, fit });
    }
    const order = [...best].sort(([a, one], [b, other]) => other.fit.score - one.fit.score || by(a, b));
    const readings: Reading[] = [];
    for (const [place, [, { phrasing, fit }]] of order.slice(0, READINGS).entries()) {
      const after = order[place + 1]?.[1].fit ?? NONE;
      const enough = after.values.size >= fit.values.size ? LEAD : CLEARER;
      if (fit.score < least) break;
      const clear = place === 0 && fit.score >= CERTAIN && fit.score - after.score >= enough;
      const certain = clear && fit.sure && !fit.lacking && !strange.length;
      readings.push({ asked: phrasing.asked, values: fit.values, score: fit.score, certain });
    }
    return { readings, unknown };
  }

  #candidates(asked: Question, every: boolean): Phrasing[] {
    const stems = new Set(
      asked.alike.flatMap((close, index) => (every || !asked.light[index] ? [...close.keys()] : [])),
    );
    const kinds = new Set(asked.found.flatMap((one) => one.things.flatMap((thing) => thing[0])));
    if (kinds.size) kinds.add(""); // slots that are no thing
    return this.#phrasings.filter(
      (phrasing) =>
        [...phrasing.stems].some((word) => stems.has(word)) ||
        (kinds.size > 0 && phrasing.slots.some((slot) => !slot[1].length || slot[1].some((kind) => kinds.has(kind)))),
    );
  }

  #fit(phrasing: Phrasing, asked: Question): Fit {
    const values = new Map<string, string>();
    const shares = new Map<string, number>();
    const taken = new Set<number>();
    const used = new Set<Found>();
    let sure = true;
    for (const slot of [...phrasing.slots, ...phrasing.rest]) {
      const [name, , , number] = slot;
      if (values.has(name)) continue;
      if (number) {
        const at = asked.plain.findIndex((word, index) => /^\p{Nd}+$/u.test(word) && !taken.has(index));
        if (at < 0 || asked.plain[at]!.length > 9) continue;
        values.set(name, asked.plain[at]!);
        shares.set(name, 1);
        taken.add(at);
        continue;
      }
      for (const one of asked.found) {
        const fitting = one.things.filter((thing) => fits(thing, slot, phrasing, one.words, asked));
        if (used.has(one) || !fitting.length) continue;
        const [first] = fitting as [Thing];
        values.set(name, first[1]);
        shares.set(name, Math.min(one.share, first[3] ? LISTED : 1));
        sure &&= fitting.length === 1 && one.share >= COVERED && (phrasing.slots.includes(slot) || !first[3]);
        used.add(one);
        for (const index of one.words) taken.add(index);
        break;
      }
    }
    const filled = new Set(values.values());
    for (const one of asked.found)
      if (one.things.some((thing) => filled.has(thing[1]))) for (const index of one.words) taken.add(index);
    let [askedAll, askedMet] = [0, 0];
    const met = new Map<string, number>();
    asked.alike.forEach((close, index) => {
      if (taken.has(index)) return;
      let most = 0;
      for (const other of phrasing.stems) {
        const value = close.get(other) ?? 0;
        most = Math.max(most, value);
        if (value) raise(met, other, value);
      }
      askedAll += asked.weights[index]!;
      askedMet += asked.weights[index]! * most;
      sure &&= asked.light[index]! || [...close].some(([word, value]) => value >= SAME && phrasing.beside.has(word));
    });
    const expected = new Set(phrasing.slots.map(([name]) => name));
    for (const [name, share] of shares) {
      askedAll += THING;
      askedMet += THING * share * (expected.has(name) ? 1 : BESIDE);
    }
    let saidAll = THING * phrasing.slots.length;
    let saidMet = THING * phrasing.slots.reduce((sum, [name]) => sum + (shares.get(name) ?? 0), 0);
    for (const word of phrasing.stems) {
      const weight = this.#weights.get(word)!;
      saidAll += weight;
      saidMet += weight * (met.get(word) ?? 0);
    }
    if (!askedMet || !saidMet) return NONE;
    const [recall, precision] = [askedMet / askedAll, saidMet / saidAll];
    const score = ((1 + BETA) * precision * recall) / (BETA * precision + recall);
    const lacking = phrasing.asked.slots.some(([name, , needed]) => needed && !values.has(name));
    return { score: Number((score * (lacking ? LACKING : 1)).toFixed(6)), values, lacking, sure };
  }

  #means(word: string): string {
    return this.#meaning.get(bare(word)) ?? word;
  }

  #stands(word: string): string {
    const first = this.#means(word);
    return (this.#weights.get(first) ?? 1) >= RARE ? first : word;
  }

  #alike(word: string): Map<string, number> {
    const found = new Map<string, number>();
    for (const [other, value] of this.#vocabulary.like(word, ALIKE)) raise(found, this.#means(other), value);
    return found;
  }

  #weight(alike: ReadonlyMap<string, number>, light: boolean): number {
    const best = [...alike].sort(([a, one], [b, other]) => other - one || by(b, a))[0];
    const weight = best ? this.#weights.get(best[0])! : STRANGE;
    return light ? Math.min(weight, LIGHT) : Math.max(weight, LIGHT);
  }

  #rare(word: string): number {
    return Math.log(1 + this.#names.length / this.#having.get(word)!.length);
  }

  #close(word: string): Map<string, number> {
    const found = this.#named.like(word, SAME);
    for (const [other, value] of this.#same.like(word, SAME)) {
      const first = this.#stands(other);
      if (this.#having.has(first)) raise(found, first, value);
    }
    return found;
  }

  #find(stems: readonly string[], light: readonly boolean[]): Found[] {
    const met = new Map<number, Map<string, readonly [number, number]>>();
    stems.forEach((word, index) => {
      if (light[index]) return;
      for (const [other, value] of this.#close(word)) {
        for (const number of this.#having.get(other)!) {
          const hits = met.get(number) ?? new Map<string, readonly [number, number]>();
          met.set(number, hits);
          if (value > (hits.get(other)?.[0] ?? 0)) hits.set(other, [value, index]);
        }
      }
    });
    const candidates = new Map<string, { places: number[]; things: Map<number, readonly [number, number]> }>();
    for (const [number, hits] of met) {
      const name = this.#names[number]!;
      const thing = this.#things[name.thing]!;
      const places = [...new Set([...hits.values()].map(([, index]) => index))].sort((a, b) => a - b);
      if (places.length < hits.size || places.at(-1)! - places[0]! > name.stems.length + 3) continue;
      const part = [...hits].reduce((sum, [word, [value]]) => sum + this.#rare(word) * value, 0);
      const share = part / name.stems.reduce((sum, word) => sum + this.#rare(word), 0);
      const ordinary = thing[4] || thing[3] || all(hits.keys(), (word) => this.#weights.has(this.#means(word)));
      if (share < (ordinary ? COVERED : PARTLY)) continue;
      const key = places.join(" ");
      const one = candidates.get(key) ?? { places, things: new Map<number, readonly [number, number]>() };
      candidates.set(key, one);
      const old = one.things.get(name.thing) ?? [0, 0];
      if (part * share > old[0] || (part * share === old[0] && share > old[1]))
        one.things.set(name.thing, [part * share, share]);
    }
    const ranked = [...candidates.values()].map((one) => {
      const top = [...one.things.values()].sort(([a, x], [b, y]) => b - a || y - x)[0]!;
      const whole = [...one.things.values()].some(([, share]) => share >= COVERED);
      return { ...one, top, whole };
    });
    ranked.sort((a, b) => Number(b.whole) - Number(a.whole) || b.top[0] - a.top[0] || order(a.places, b.places));
    const kept: Found[] = [];
    const taken = new Set<number>();
    for (const { places, things, top } of ranked) {
      if (places.some((index) => taken.has(index))) continue;
      for (const index of places) taken.add(index);
      const good = [...things].filter(([, [quality]]) => quality >= CLOSE * top[0]);
      const front = good.filter(([number]) => !this.#things[number]![4]);
      const best = (front.length ? front : good).sort(
        ([a, [one]], [b, [other]]) => other - one || by(this.#things[a]![1], this.#things[b]![1]),
      );
      const found = best.map(([number]) => this.#things[number]!);
      kept.push({ words: new Set(places), things: found, share: Math.min(top[1], 1) });
    }
    return kept.sort((a, b) => Math.min(...a.words) - Math.min(...b.words));
  }
}

function fits(thing: Thing, slot: Slot, phrasing: Phrasing, places: ReadonlySet<number>, asked: Question): boolean {
  if (!slot[1].length) return phrasing.slots.includes(slot) && !thing[3] && !thing[4];
  if (!slot[1].some((kind) => thing[0].includes(kind))) return false;
  if (!thing[3] || phrasing.slots.includes(slot)) return true;
  return !all(places, (index) =>
    [...asked.alike[index]!].some(([word, value]) => value >= SAME && phrasing.stems.has(word)),
  );
}

function order(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return a.length - b.length;
}

/** What the search knows, as the ranking takes it. */
function known(thing: Sought, sought: SearchData, data: AskData): Thing[] {
  const type = sought.kinds[thing[0]]!.type;
  const kind = data.kinds[type];
  if (kind === undefined) return [];
  const names = [thing[2], ...thing[3]].flatMap((label) =>
    typeof label === "string" ? [label] : Object.values(label),
  );
  return [[[kind], thing[1], [...new Set(names)], false, data.behind.includes(type)]];
}

const listed = ([kinds, key, names]: AskData["things"][number]): Thing => [kinds, key, names, true, false];

function* variants(name: string): Generator<string> {
  const whole = name.replace(/\([^)]*\)/g, " ");
  yield whole;
  for (const [, inside] of name.matchAll(/\(([^)]*)\)/g))
    if (/^[^\s(),;]+$/.test(inside!) && (inside!.match(/[^\P{L}a-zäöüß]/gu) ?? []).length >= 2) yield inside!;
  const dash = whole.indexOf(" – ");
  if (dash >= 0) yield whole.slice(0, dash);
  if (whole.includes("/")) yield whole.replace(/\/\S+/g, " ");
}
