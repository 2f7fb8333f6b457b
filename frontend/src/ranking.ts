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
const [LEAST, DOUBTFUL, PLAIN] = [0.22, 0.42, 0.7] as const;
const [CERTAIN, LEAD, CLEARER] = [0.55, 0.15, 0.08] as const;
const [ALIKE, LIKELY, SAME, NEARLY] = [0.5, 0.66, 0.78, 0.95] as const;
const SHORT = 4;
const CLOSE = 0.9;
const [COVERED, PARTLY] = [0.75, 0.4] as const;
const RARE = 0.5;
const [LIGHT, WHOLE, KIND] = [0.25, 2, 3] as const;
const GROUPS = [3, 4, 5];
const USUAL = 4;
const UNITS = 1e6;
const [NEAREST, TOGETHER] = [2, 0.5] as const;
const [LACKING, UNPLACED, BEHIND] = [0.75, 0.9, 0.7] as const;

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

function cut(word: string, sizes: readonly number[]): string[] {
  const whole = `^${word}$`;
  const found: string[] = [];
  for (const n of sizes) for (let at = 0; at + n <= whole.length; at++) found.push(whole.slice(at, at + n));
  return found;
}

const grams = (word: string): Set<string> => new Set(cut(word, [2, 3]));

const cutWords = new Map<string, string[]>();

/** The groups of letters of a stem that texts are compared by; kept, since words return. */
function groups(word: string): string[] {
  let found = cutWords.get(word);
  if (!found) cutWords.set(word, (found = cut(word, GROUPS)));
  return found;
}

const level = (value: number): number => Math.round(value * UNITS) / UNITS;

const words = (text: string): string[] => (text.normalize("NFC").match(WORD) ?? []).map(fold);

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const found = map.get(key);
  if (found) found.push(value);
  else map.set(key, [value]);
}

const raise = <K>(map: Map<K, number>, key: K, value: number): Map<K, number> =>
  map.set(key, Math.max(map.get(key) ?? 0, value));

const add = <K>(map: Map<K, number>, key: K, value: number): Map<K, number> =>
  map.set(key, (map.get(key) ?? 0) + value);

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
      for (const gram of own) for (const other of this.#grams.get(gram) ?? []) add(shared, other, 1);
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
  readonly slots: readonly Slot[];
  readonly rest: readonly Slot[];
  readonly said: ReadonlySet<string>;
  readonly beside: ReadonlySet<string>;
}
interface Found {
  readonly words: ReadonlySet<number>;
  readonly things: readonly Thing[];
  readonly share: number;
}
interface Fit {
  readonly score: number;
  readonly values: ReadonlyMap<string, string>;
  readonly lacking: boolean;
  readonly sure: boolean;
}

const NONE: Fit = { score: 0, values: new Map(), lacking: false, sure: true };
const by = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const isNumber = (word: string): boolean => /^\p{Nd}+$/u.test(word);

/** A plain question, word by word. */
interface Question {
  readonly plain: readonly string[];
  readonly stems: readonly string[];
  readonly light: readonly boolean[];
  readonly found: readonly Found[];
  readonly alike: readonly ReadonlyMap<string, number>[];
}

/** Whether the word at *place* looks like one of *said*. */
const meets = ({ alike }: Question, place: number, said: ReadonlySet<string>): boolean =>
  [...alike[place]!].some(([word, value]) => value >= SAME && said.has(word));

export class Ranking {
  readonly #things: readonly Thing[];
  readonly #phrasings: Phrasing[] = [];
  readonly #stop: ReadonlySet<string>;
  readonly #light: ReadonlySet<string>;
  readonly #meaning = new Map<string, string>();
  readonly #weights = new Map<string, number>();
  readonly #rareness = new Map<string, number>();
  /** Feature → numbers of phrasings, each with what it weighs there. */
  readonly #postings = new Map<string, number[]>();
  readonly #lengths = new Map<string, number>();
  readonly #vocabulary: Words;
  readonly #same: Words;
  readonly #names: { thing: number; stems: readonly string[] }[] = [];
  readonly #named: Words;
  readonly #having = new Map<string, number[]>();
  readonly #all: Words;

  constructor(data: AskData, sought: SearchData) {
    this.#stop = new Set(words(data.stop));
    this.#light = new Set([...this.#stop].map(stem));
    this.#things = [...sought.things.flatMap((thing) => known(thing, sought, data)), ...data.things.map(listed)];
    const same = data.synonyms.map((group) => words(group).map(stem));
    for (const group of same)
      for (const word of group) if (!this.#meaning.has(bare(word))) this.#meaning.set(bare(word), group[0]!);
    this.#index(data.questions);
    const told = same.flat();
    this.#vocabulary = new Words([
      ...this.#weights.keys(),
      ...told.filter((word) => this.#weights.has(this.#means(word))),
    ]);
    this.#same = new Words(told);
    this.#name();
    this.#named = new Words(this.#having.keys());
    this.#all = new Words([...this.#vocabulary.stems, ...this.#named.stems, ...told]);
  }

  understand(question: string): Understood {
    const letters = [...question].slice(0, MOST_LETTERS).join("");
    const written = (letters.normalize("NFC").match(WORD) ?? []).slice(0, MOST_WORDS);
    const plain = written.map(fold);
    const stems = plain.map(stem);
    const light = plain.map((word) => this.#stop.has(word) || isNumber(word));
    const found = this.#find(stems, light);
    const asked: Question = { plain, stems, light, found, alike: stems.map((word) => this.#alike(word)) };
    const named = new Set(found.flatMap((one) => [...one.words]));
    const meant = plain.flatMap((_, index) => (light[index] ? [] : [index]));
    const strange = meant.filter((index) => !named.has(index) && !this.#all.has(stems[index]!));
    const unknown = [...new Set(strange.map((index) => written[index]!))];
    const doubtful = (DOUBTFUL * meant.length) / (meant.length - strange.length || 0.1);
    const least = !meant.length ? PLAIN : strange.length ? doubtful : LEAST;
    const order = [...this.#fits(asked)].sort(([a, one], [b, other]) => other.fit.score - one.fit.score || by(a, b));
    if (!order.length || order[0]![1].fit.score < least) return { readings: [], unknown };
    const readings = order.slice(0, READINGS).map(([, { asked, fit }], place) => {
      const after = order[place + 1]?.[1].fit ?? NONE;
      const enough = after.values.size >= fit.values.size ? LEAD : CLEARER;
      const clear = place === 0 && fit.score >= CERTAIN && fit.score - after.score >= enough;
      const telling = meant.length > 1 || meant.length === written.length;
      const certain = clear && fit.sure && !fit.lacking && !strange.length && telling;
      return { asked, values: fit.values, score: Number(fit.score.toFixed(4)), certain };
    });
    return { readings, unknown };
  }

  /** Phrasings by their features, and what these weigh. */
  #index(questions: readonly Asked[]): void {
    const made: Map<string, number>[] = [];
    const said = new Map<string, number>();
    const having = new Map<string, number>();
    for (const asked of questions) {
      const stems = asked.phrasings.map((text) => words(text.replace(SLOT, " ")).map(stem));
      const meant = stems.map((own) => new Set(own.map((word) => this.#means(word))));
      const beside = new Set(meant.flatMap((own) => [...own]));
      const all = new Set<string>();
      asked.phrasings.forEach((text, index) => {
        const slots = [...text.matchAll(SLOT)].flatMap(([, name]) => asked.slots.filter((slot) => slot[0] === name));
        const rest = asked.slots.filter((slot) => !slots.includes(slot));
        const kinds = slots.flatMap((slot) => slot[1]);
        const features = this.#features(stems[index]!, kinds);
        made.push(features);
        this.#phrasings.push({ asked, slots, rest, said: meant[index]!, beside });
        for (const feature of features.keys()) all.add(feature);
      });
      for (const word of beside) add(said, word, 1);
      for (const feature of all) add(having, feature, 1);
    }
    const count = questions.length;
    for (const [word, number] of said) this.#weights.set(word, Math.log(1 + count / number) / Math.log(1 + count));
    for (const [feature, number] of having) {
      this.#rareness.set(feature, Math.log(1 + count / number));
      this.#postings.set(feature, []);
    }
    made.forEach((features, number) => {
      for (const [feature, weight] of this.#vector(features)) this.#postings.get(feature)!.push(number, weight);
    });
    for (const having of this.#postings.values()) {
      for (let at = 0; at < having.length;) {
        const { asked } = this.#phrasings[having[at]!]!;
        let total = 0;
        for (; this.#phrasings[having[at]!]?.asked === asked; at += 2) total += having[at + 1]!;
        add(this.#lengths, asked.name, total * total);
      }
    }
    for (const [name, square] of this.#lengths) this.#lengths.set(name, Math.sqrt(square));
  }

  #features(stems: readonly string[], kinds: readonly string[]): Map<string, number> {
    const found = new Map<string, number>();
    for (const kind of kinds) add(found, `{${kind}}`, KIND);
    for (const word of stems) {
      const weight = this.#light.has(word) ? LIGHT : 1;
      add(found, `=${this.#means(word)}`, WHOLE * weight);
      for (const group of groups(word)) add(found, group, (weight * USUAL) / (word.length + 2));
    }
    return found;
  }

  /** Makes of *features* those that questions have, weighted by how rare they are, of length 1. */
  #vector(features: Map<string, number>): Map<string, number> {
    for (const [name, count] of features) {
      const rare = this.#rareness.get(name);
      if (rare === undefined) features.delete(name);
      else features.set(name, Math.log(1 + count) * rare);
    }
    const whole = length(features) || 1;
    for (const [name, weight] of features) features.set(name, weight / whole);
    return features;
  }

  #fits(asked: Question): Map<string, { asked: Asked; fit: Fit }> {
    const best = new Map<string, { asked: Asked; fit: Fit }>();
    for (const named of asked.found.length ? [asked.found, []] : [[]]) {
      const taken = new Set(named.flatMap((one) => [...one.words]));
      const kinds = new Set(named.flatMap((one) => one.things.flatMap((thing) => thing[0])));
      const stems = asked.stems.filter((_, index) => !taken.has(index));
      const near = new Map<number, number>();
      for (const [feature, weight] of this.#vector(this.#features(stems, [...kinds]))) {
        const having = this.#postings.get(feature)!;
        for (let at = 0; at < having.length; at += 2) add(near, having[at]!, weight * having[at + 1]!);
      }
      const byQuestion = new Map<Asked, [number, number][]>();
      for (const [number, value] of near) push(byQuestion, this.#phrasings[number]!.asked, [level(value), number]);
      for (const [question, values] of byQuestion) {
        const { name } = question;
        const nearest = values.sort(([a, one], [b, other]) => b - a || one - other).slice(0, NEAREST);
        const together = sum(values) / this.#lengths.get(name)!;
        const score = level(((1 - TOGETHER) * sum(nearest)) / NEAREST + TOGETHER * together);
        const least = best.get(name)?.fit.score ?? 0;
        if (score <= least) continue;
        const fit = filled(this.#phrasings[nearest[0]![1]]!, asked, score);
        if (fit.score > least) best.set(name, { asked: question, fit });
      }
    }
    return best;
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

  /** The names of the things, by what stands for their words. */
  #name(): void {
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
  }

  #find(stems: readonly string[], light: readonly boolean[]): Found[] {
    const meant = light.filter((one) => !one).length;
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
      const share = level(part / name.stems.reduce((sum, word) => sum + this.#rare(word), 0));
      const plain = [...hits.keys()].every((word) => this.#weights.has(this.#means(word)));
      if (thing[4] && hits.size < meant && plain) continue;
      const ordinary = thing[4] || thing[3] || plain;
      if (share < (ordinary ? COVERED : PARTLY)) continue;
      const key = places.join(" ");
      const one = candidates.get(key) ?? { places, things: new Map<number, readonly [number, number]>() };
      candidates.set(key, one);
      const old = one.things.get(name.thing) ?? [0, 0];
      const quality = level(part * share * Math.sqrt(places.length / (places.at(-1)! - places[0]! + 1)));
      if (quality > old[0] || (quality === old[0] && share > old[1])) one.things.set(name.thing, [quality, share]);
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

const sum = (values: readonly (readonly [number, number])[]): number => values.reduce((all, [one]) => all + one, 0);

function length(weights: ReadonlyMap<string, number>): number {
  let square = 0;
  for (const weight of weights.values()) square += weight * weight;
  return Math.sqrt(square);
}

/** The fit of *score* with the values that *phrasing* takes. */
function filled(phrasing: Phrasing, asked: Question, score: number): Fit {
  const values = new Map<string, string>();
  const taken = new Set<number>();
  const used = new Set<Found>();
  let sure = true;
  for (const slot of [...phrasing.slots, ...phrasing.rest]) {
    const [name, , , number] = slot;
    if (values.has(name)) continue;
    if (number) {
      const at = asked.plain.findIndex((word, index) => isNumber(word) && !taken.has(index));
      if (at < 0 || asked.plain[at]!.length > 9) continue;
      values.set(name, asked.plain[at]!);
      taken.add(at);
      continue;
    }
    for (const one of asked.found) {
      const fitting = one.things.filter((thing) => fits(thing, slot, phrasing, one.words, asked));
      const [first] = fitting;
      if (used.has(one) || !first) continue;
      values.set(name, first[1]);
      sure &&= fitting.length === 1 && one.share >= COVERED && !first[3] && !first[4];
      used.add(one);
      for (const index of one.words) taken.add(index);
      break;
    }
  }
  const chosen = new Set(values.values());
  for (const one of asked.found)
    if (one.things.some((thing) => chosen.has(thing[1]))) for (const index of one.words) taken.add(index);
  for (const one of asked.found) {
    if (![...one.words].every((index) => taken.has(index))) score *= UNPLACED;
    else if (one.things.some((thing) => thing[4] && chosen.has(thing[1]))) score *= BEHIND;
  }
  sure &&= asked.plain.every(
    (_, index) => asked.light[index] || taken.has(index) || meets(asked, index, phrasing.beside),
  );
  const lacking = phrasing.asked.slots.some(([name, , needed]) => needed && !values.has(name));
  return { score: level(score * (lacking ? LACKING : 1)), values, lacking, sure };
}

function fits(thing: Thing, slot: Slot, phrasing: Phrasing, places: ReadonlySet<number>, asked: Question): boolean {
  const expected = phrasing.slots.includes(slot);
  if (!slot[1].length) return expected && !thing[3] && !thing[4];
  if (!slot[1].some((kind) => thing[0].includes(kind))) return false;
  return !thing[3] || expected || ![...places].every((place) => meets(asked, place, phrasing.said));
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
