/** Plain questions to canned ones, as nqgraph/graph/ranking.py does it with the same data: see there. */
import type { SearchData, Thing as Sought } from "./search.js";
import type { Label } from "./texts.js";

/** Name, kinds, whether it is needed, whether it is a number; what readers call it. */
export type Slot = readonly [string, readonly string[], number, number, Label];
export interface Asked {
  readonly name: string;
  readonly title: Label;
  readonly slots: readonly Slot[];
  /** Share of its phrasings that do each of what a question can do; whether it is asked by a mere name. */
  readonly put: Readonly<Record<string, number>>;
  readonly sheet?: number;
  /** Of a built question: its kind, what that is called, kinds of its sorts, its ways each with its names. */
  readonly kind?: string;
  readonly called?: readonly string[];
  readonly sorts?: readonly string[];
  readonly ways?: readonly (readonly string[])[];
  /** The list of its things in the one file, and what the filters there are called. */
  readonly page?: string;
  readonly filters?: Readonly<Record<string, string>>;
}
/** Kinds, key, names, whether it is an entry of a list, whether it is evidence; what it is. */
export type Thing = readonly [readonly string[], string, readonly string[], boolean, boolean, readonly string[]];
export interface AskData {
  readonly questions: readonly Asked[];
  /** Name of a question and those of its places that are filled and that something else could fill as well. */
  readonly forms: readonly (readonly string[])[];
  /** The marks of the phrasings of each form, four signs each. */
  readonly exact: readonly string[];
  /** Features, how many questions have each, numbers of the forms that it speaks for, how much. */
  readonly wording: readonly [readonly string[], Weights, readonly Weights[], readonly Weights[]];
  /** Kinds of the search whose leads are put together. */
  readonly led: readonly string[];
  /** Things that the search does not know. */
  readonly things: readonly (readonly [readonly string[], string, readonly string[]])[];
  /** Value → what such a thing is called in each language. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** Kind of the search → kind of a slot. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly behind: readonly string[];
  readonly synonyms: readonly string[];
  /** Words for what all questions are about. */
  readonly subject: string;
  /** Things that are meant anyway. */
  readonly usual: readonly string[];
  readonly stop: string;
  /** Words about something else. */
  readonly elsewhere: string;
  /** What a question can do → words that say so; words of those who ask about their own affairs. */
  readonly senses: Readonly<Record<string, string>>;
  readonly personal: string;
  /** Words that turn the next one into its opposite. */
  readonly not: string;
  /** What each sign weighs, in the order of SIGNS and TAKEN there. */
  readonly weights: { readonly signs: Weights; readonly taken: Weights };
}
type Weights = readonly number[];
export interface Reading {
  readonly asked: Asked;
  /** Name of the canned question, or TABLE. */
  readonly name: string;
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
const [CERTAIN, LEAD, CLEARER, SOFTLY, PROBABLE] = [3, 4.5, 5.5, 4, -0.7] as const;
const [LIKELY, SAME, NEARLY] = [0.66, 0.78, 0.95] as const;
const [SHORT, LONGER] = [4, 4] as const;
const [SLIPPED, LONG] = [0.5, 7] as const;
const [CLOSE, UNLIKE] = [0.9, 0.85] as const;
const [COVERED, PARTLY] = [0.75, 0.4] as const;
const RARE = 0.5;
const UNITS = 1e6;
const [MOST_FOUND, MOST_BESIDE] = [4, 2] as const;
const [UNIT, UNLIKELY, MOST_COUNTED] = [0.1, -8, 2] as const;
const [TEXT, MOST_TOLD, MOST_READ, DEEP] = [0.7, 3, 20_000, 10] as const;
const [PART, PARTED, APART] = [4, 0.8, 3] as const;
/** Name of the readings that are built questions, and what their parts are called. */
export const TABLE = "table";
const [KIND_OF, WHERE, GROUP, COUNT] = ["art", "wo.", "gruppe", "zaehle"] as const;
const [NONE, ITSELF] = ["-", "."] as const;
/** Signs of TAKEN that are signs of a reading. */
const EXACT = 17;
const SIGNS_TAKEN = [0, 1, 10];

const WORD = /[\p{L}\p{N}]+/gu;
const DOTTED = /(?<![\p{L}\p{N}])([\p{L}\p{Nl}\p{No}])\.(?=[\p{L}\p{Nl}\p{No}](?:\.|(?![\p{L}\p{N}])))/gu;
const THOUSANDS = /(?<![\d.,])(\d{1,3})[.,](?=\d{3}(?!\d))/g;
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

const ZU = /^(ab|an|auf|aus|bei|durch|ein|frei|her|hin|mit|nach|um|vor|weg|weiter|wieder|zurueck|zusammen)zu(.{4,}n)$/;

export function stem(told: string): string {
  const word = told.replace(ZU, "$1$2");
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

const level = (value: number): number => Math.round(value * UNITS) / UNITS;

/** The words of *text* as they are written; an abbreviation with dots is one, and so are thousands. */
const cutUp = (text: string): string[] =>
  text.normalize("NFC").replace(DOTTED, "$1").replace(THOUSANDS, "$1").match(WORD) ?? [];
const words = (text: string): string[] => cutUp(text).map(fold);
const shouted = (word: string): boolean => word === word.toUpperCase() && word !== word.toLowerCase();
const acronym = (word: string): boolean => word.length > 1 && shouted(word);

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const found = map.get(key);
  if (found) found.push(value);
  else map.set(key, [value]);
}

const raise = <K>(map: Map<K, number>, key: K, value: number): Map<K, number> =>
  map.set(key, Math.max(map.get(key) ?? 0, value));

const add = <K>(map: Map<K, number>, key: K, value: number): Map<K, number> =>
  map.set(key, (map.get(key) ?? 0) + value);

/** Whether the longer of two words begins with the shorter one and has another word behind it. */
const goesOn = (one: string, other: string): boolean =>
  Math.abs(one.length - other.length) >= LONGER && (one.startsWith(other) || other.startsWith(one));

/** Whether two words begin alike and differ by one letter more, less or other, or by two that changed places. */
function slipped(one: string, other: string): boolean {
  const least = Math.min(one.length, other.length);
  let start = 0;
  while (start < least && one[start] === other[start]) start++;
  let end = 0;
  while (end < least - start && one.at(-1 - end) === other.at(-1 - end)) end++;
  const [a, b] = [one.slice(start, one.length - end), other.slice(start, other.length - end)];
  return start > 0 && (Math.max(a.length, b.length) < 2 || (a.length === 2 && b === a[1]! + a[0]!));
}

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
    const shared = new Map<string, number>();
    const own = grams(word);
    if (word.length >= SHORT) {
      for (const gram of own) for (const other of this.#grams.get(gram) ?? []) add(shared, other, 1);
      for (const [other, count] of shared) {
        const value = (2 * count) / (own.size + this.#sizes.get(other)!);
        if (other.length >= SHORT && value >= least && !(least >= SAME && goesOn(word, other))) found.set(other, value);
      }
    }
    for (const other of this.#bare.get(bare(word)) ?? []) raise(found, other, NEARLY);
    if (this.stems.has(word)) found.set(word, 1);
    if (!found.size && least >= SAME && word.length >= LONG)
      for (const [other, count] of shared)
        if (count >= SLIPPED * own.size && slipped(word, other)) found.set(other, SAME);
    return found;
  }

  has(word: string): boolean {
    return this.stems.has(word) || this.like(word, LIKELY).size > 0;
  }

  /** The two of them that *word* is put together from, with or without an s between. */
  parts(word: string): string[] {
    const first = (word: string): string | undefined => [...(this.#bare.get(bare(word)) ?? [])].sort(by)[0];
    for (let at = PART; at <= word.length - PART; at++) {
      const back = first(word.slice(at));
      if (back === undefined) continue;
      const start = word.slice(0, at);
      for (const front of [stem(start), stem(start.replace(/s$/, ""))]) {
        const known = front.length >= PART && first(front);
        if (known) return [known, back];
      }
    }
    return [];
  }
}

/** A question, its names and ways. */
interface Spoken {
  readonly asked: Asked;
  /** Its places that things fit which fit another of them. */
  readonly crowd: ReadonlySet<string>;
  /** What the words of each name of its kind mean; what the words of a way mean → its key. */
  readonly called: readonly (readonly string[])[];
  readonly ways: ReadonlyMap<string, string>;
  readonly longest: number;
}
interface Found {
  readonly words: ReadonlySet<number>;
  readonly things: readonly Thing[];
  readonly share: number;
  /** How much its text says; 0 if it is named. */
  readonly depth: number;
}
interface Fill {
  readonly slot: Slot;
  readonly thing: Thing;
  readonly one: Found;
}
interface Candidate {
  readonly asked: Asked;
  readonly values: ReadonlyMap<string, string>;
  readonly signs: Weights;
  readonly sure: boolean;
}

const by = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const isNumber = (word: string): boolean => /^\p{Nd}+$/u.test(word);

/** A plain question, word by word. */
interface Question {
  readonly plain: readonly string[];
  readonly stems: readonly string[];
  readonly light: readonly boolean[];
  readonly found: readonly Found[];
  readonly toldOf: readonly Found[];
  readonly alike: readonly ReadonlyMap<string, number>[];
  readonly meant: readonly number[];
  /** Words that tell it from others. */
  readonly telling: readonly number[];
  readonly means: readonly string[];
  readonly meanings: ReadonlySet<string>;
  readonly senses: ReadonlySet<string>;
  /** Kinds of what is named otherwise than a kind of things is. */
  readonly sorts: ReadonlySet<string>;
}

export class Ranking {
  readonly #things: readonly Thing[];
  readonly #stop: ReadonlySet<string>;
  readonly #light: ReadonlySet<string>;
  readonly #meaning = new Map<string, string>();
  readonly #weights = new Map<string, number>();
  readonly #spoken: Spoken[] = [];
  /** Form → its number; what words speak for each. */
  readonly #forms: ReadonlyMap<string, number>;
  readonly #speaking: readonly Set<string>[];
  /** Feature → its number. */
  readonly #features = new Map<string, number>();
  readonly #exact: readonly ReadonlySet<number>[];
  readonly #data: AskData;
  readonly #elsewhere: ReadonlySet<string>;
  /** Words about something else only side by side. */
  readonly #together: ReadonlySet<string>;
  readonly #senses: ReadonlyMap<string, ReadonlySet<string>>;
  /** Stems of words that say that something is lacking. */
  readonly #without: ReadonlySet<string>;
  readonly #personal: ReadonlySet<string>;
  readonly #not: ReadonlySet<string>;
  readonly #usualKinds: ReadonlySet<string>;
  /** What words mean that say what all questions are about. */
  readonly #always: ReadonlySet<string>;
  readonly #vocabulary: Words;
  readonly #same: Words;
  readonly #names: { thing: number; stems: readonly string[]; without: boolean }[] = [];
  readonly #named: Words;
  readonly #having = new Map<string, number[]>();
  readonly #all: Words;
  /** Word of names and texts of things → things that have it, and what it counts. */
  readonly #texts = new Map<string, Map<number, number>>();
  readonly #told: Words;

  constructor(data: AskData, sought: SearchData) {
    this.#data = data;
    this.#stop = new Set(words(data.stop));
    this.#light = new Set([...this.#stop].map(stem));
    this.#things = [...sought.things.flatMap((thing) => known(thing, sought, data)), ...data.things.map(listed)];
    const usual = this.#things.filter((thing) => data.usual.includes(thing[1]));
    this.#usualKinds = new Set(usual.flatMap((thing) => thing[0]));
    const same = data.synonyms.map((group) => words(group).map(stem));
    const spelled = [(word: string): string => word, bare];
    for (const as of spelled)
      for (const group of same)
        for (const word of group) if (!this.#meaning.has(as(word))) this.#meaning.set(as(word), group[0]!);
    this.#senses = new Map(Object.entries(data.senses).map(([sense, said]) => [sense, new Set(words(said))]));
    this.#without = new Set([...this.#senses.get("none")!].map(stem));
    this.#personal = new Set(words(data.personal));
    this.#not = new Set(words(data.not).map(stem));
    this.#always = new Set(words(data.subject).map((word) => this.#means(stem(word))));
    for (const asked of data.questions) this.#spoken.push(this.#spokenOf(asked));
    this.#forms = new Map(data.forms.map((form, number) => [form.join(" "), number]));
    this.#speaking = data.forms.map(() => new Set<string>());
    this.#exact = data.exact.map((marks) => new Set((marks.match(/.{4}/g) ?? []).map(numbered)));
    const count = data.questions.length;
    const [features, having, forms, weights] = data.wording;
    features.forEach((feature, index) => {
      this.#features.set(feature, index);
      const often = having[index]!;
      if (often) this.#weights.set(feature, Math.log(1 + count / often) / Math.log(1 + count));
      forms[index]!.forEach((form, place) => {
        if (weights[index]![place]! > 0) this.#speaking[form]!.add(feature);
      });
    });
    const told = same.flat();
    this.#vocabulary = new Words([
      ...this.#weights.keys(),
      ...told.filter((word) => this.#weights.has(this.#means(word))),
    ]);
    this.#same = new Words(told);
    this.#name();
    this.#named = new Words(this.#having.keys());
    this.#all = new Words([...this.#vocabulary.stems, ...this.#named.stems, ...told]);
    this.#read();
    this.#told = new Words(this.#texts.keys());
    const away = data.elsewhere.split(" ").map((word) => words(word).map(stem));
    const single = away.filter((said) => said.length === 1).map((said) => said[0]!);
    const ours = new Set([...this.#vocabulary.stems, ...told]);
    this.#elsewhere = new Set(single.filter((word) => !ours.has(word)));
    this.#together = new Set(away.filter((said) => said.length > 1).map((said) => said.join(" ")));
  }

  understand(question: string): Understood {
    const letters = [...question].slice(0, MOST_LETTERS).join("");
    const written = cutUp(letters).slice(0, MOST_WORDS);
    const plain = written.map(fold);
    const stems = plain.map(stem);
    const loud = written.every(shouted);
    const light = plain.map(
      (word, index) => (this.#stop.has(word) && (loud || !acronym(written[index]!))) || isNumber(word),
    );
    const found = this.#find(stems, light);
    const alike = stems.map((word, index) => (light[index] ? new Map<string, number>() : this.#alike(word)));
    const meant = [...plain.keys()].filter((index) => !light[index]);
    const means = stems.map((word) => this.#means(word));
    const meanings = new Set([...means, ...alike.flatMap((one) => [...one.keys()])]);
    const senses = this.#put(plain);
    const otherwise = found.filter((one) => !this.#isCalled(one, means));
    const sorts = new Set(otherwise.flatMap(({ things }) => things.flatMap((thing) => thing[0])));
    const telling = meant.filter((index) => !this.#always.has(means[index]!));
    const full = found.filter((one) => one.share >= COVERED);
    const here = new Set(full.flatMap(({ things }) => things.map((thing) => thing[1])));
    const all = this.#toldOf(stems, plain, meant);
    const toldOf = all.filter(({ things }) => !here.has(things[0]![1]));
    const words = { plain, stems, light, found, toldOf, alike };
    const asked: Question = { ...words, meant, telling, means, meanings, senses, sorts };
    const named = new Set(found.flatMap((one) => [...one.words]));
    const strict = (index: number): boolean => acronym(written[index]!) && !loud;
    const knows = (index: number): boolean => {
      const word = stems[index]!;
      if (strict(index)) return this.#all.stems.has(word);
      return !this.#elsewhere.has(word) && (this.#all.has(word) || this.#all.parts(word).length > 0);
    };
    const strange = meant.filter((index) => !named.has(index) && !knows(index));
    const unknown = [...new Set(strange.map((index) => written[index]!))];
    const best = new Map<Asked, { value: number; one: Candidate }>();
    for (const one of this.#candidates(asked)) {
      const value = told(one.signs, this.#data.weights.signs);
      const before = best.get(one.asked);
      if (!before || value > before.value) best.set(one.asked, { value, one });
    }
    const said = [...best.values()].some(({ one }) => !one.asked.kind && one.signs[EXACT]);
    const bare = (one: Candidate): boolean => Boolean(one.asked.kind) && one.values.size === 1;
    const fitting = [...best.values()].filter(({ one }) => !(said && bare(one)));
    const order = fitting.sort((a, b) => b.value - a.value || by(a.one.asked.name, b.one.asked.name));
    order.splice(READINGS);
    const inFull = new Set(full.flatMap((one) => [...one.words]));
    const away = [
      ...meant.filter((index) => this.#elsewhere.has(stems[index]!) && !inFull.has(index)),
      ...strange.filter(strict),
    ];
    const pairs = stems.filter((word, index) => index && this.#together.has(`${stems[index - 1]!} ${word}`)).length;
    const elsewhere = new Set(away).size + pairs;
    const whole = full.filter(({ things }) => things.some((thing) => this.#isSingle(thing)));
    const known = order.slice(0, 1).some(({ one }) => {
      const signs = SIGNS_TAKEN.map((sign) => one.signs[sign]!);
      const personal = Number(plain.some((word) => this.#personal.has(word)));
      const kinds = Number(this.#spoken.some((spoken) => spoken.asked.kind && calls(spoken, asked)));
      const share = (places: { length: number }): number => places.length / (meant.length || 1);
      const single = Math.max(0, ...whole.map((one) => one.share));
      const inNames = share([...inFull]);
      const text = all.length
        ? [...all].sort((a, b) => b.share - a.share || b.depth - a.depth)[0]!
        : { share: 0, depth: 0 };
      const given = [1, share(strange), elsewhere, personal, kinds, single, inNames, text.share, text.depth, ...signs];
      return told(given, this.#data.weights.taken) >= 0;
    });
    const readings = (known ? order : []).map(({ value, one }, place) => {
      const beside = order[place + 1];
      const lead = beside ? value - beside.value : CLEARER;
      const enough = one.signs[3] || one.signs[EXACT] ? LEAD : CLEARER;
      const likely = one.signs[0]! >= PROBABLE || Boolean(one.signs[EXACT]);
      const clear = place === 0 && value >= CERTAIN && lead >= enough && likely;
      const certain = clear && one.sure && !strange.length && (meant.length > 1 || written.length === 1);
      const score = level(1 / (1 + Math.exp(-value / SOFTLY)));
      return { asked: one.asked, name: one.asked.kind ? TABLE : one.asked.name, values: one.values, score, certain };
    });
    return { readings, unknown };
  }

  /** Whether *thing* says what is asked about. */
  #isSingle(thing: Thing): boolean {
    return !thing[3] && !thing[4] && !thing[0].some((kind) => this.#usualKinds.has(kind));
  }

  /** Whether the words of *one* name a kind of things. */
  #isCalled(one: Found, means: readonly string[]): boolean {
    const said = new Set([...one.words].map((index) => means[index]!));
    return this.#spoken.some(({ called }) => called.some((name) => isSame(new Set(name), said)));
  }

  #spokenOf(asked: Asked): Spoken {
    const meaning = (name: string): string[] => words(name).map((word) => this.#means(stem(word)));
    const ways = new Map<string, string>();
    for (const [key, ...names] of asked.ways ?? [])
      for (const name of names) if (!ways.has(meaning(name).join(" "))) ways.set(meaning(name).join(" "), key!);
    const longest = Math.max(0, ...[...ways.keys()].map((name) => name.split(" ").length));
    const crowded = asked.slots.filter((slot) => asked.slots.some((other) => other !== slot && overlap(slot, other)));
    const crowd = new Set(crowded.map((slot) => slot[0]));
    return { asked, crowd, called: (asked.called ?? []).map(meaning), ways, longest };
  }

  /** What a question with the words *plain* does. */
  #put(plain: readonly string[]): Set<string> {
    const always = plain.map((word) => this.#always.has(this.#means(stem(word))));
    const about = new Set(plain.filter((_, index) => always.slice(index + 1, index + 1 + APART).some(Boolean)));
    const says = (sense: string, told: ReadonlySet<string>): boolean =>
      plain.some((word) => told.has(word) && !(sense === "none" && about.has(word)));
    return new Set([...this.#senses].filter(([sense, told]) => says(sense, told)).map(([sense]) => sense));
  }

  /** What a text is known by. */
  #knownBy(stems: readonly string[], slots: readonly Slot[]): Map<string, number> {
    const found = new Map<string, number>();
    for (const word of stems) {
      const means = this.#means(word);
      const alike = this.#weights.has(means) ? new Map([[means, 1]]) : this.#alike(word);
      for (const [other, value] of alike) raise(found, other, value);
    }
    for (const slot of slots) found.set(`{${kindOf(slot)}}`, 1);
    return found.set(`#${Math.min(slots.length, MOST_COUNTED)}`, 1);
  }

  /** What a text is known again by. */
  #mark(stems: readonly string[], slots: readonly Slot[]): number {
    const means = [...new Set(stems.map((word) => this.#means(word)))].sort(by);
    let mark = 0x811c9dc5;
    for (const sign of [...means, ...slots.map(kindOf).sort(by)].join(" "))
      mark = Math.imul(mark ^ sign.codePointAt(0)!, 0x01000193) >>> 0;
    return mark & 0xffffff;
  }

  /** The logarithm of how likely each form of a question is with *features*. */
  #likely(features: ReadonlyMap<string, number>): Float64Array {
    const sums = new Float64Array(this.#speaking.length);
    for (const [feature, value] of features) {
      const index = this.#features.get(feature);
      if (index === undefined) continue;
      const weights = this.#data.wording[3][index]!;
      this.#data.wording[2][index]!.forEach((form, place) => (sums[form]! += weights[place]! * value));
    }
    const top = sums.reduce((most, one) => Math.max(most, one), 0);
    const whole = UNIT * top + Math.log(sums.reduce((all, one) => all + Math.exp(UNIT * (one - top)), 0));
    return sums.map((one) => UNIT * one - whole);
  }

  /** Each question with each choice of the things named in *asked* that it has a place for. */
  *#candidates(asked: Question): Generator<Candidate> {
    const weight = (one: Found): number => level(one.share * one.words.size);
    const those = this.#spoken.filter((spoken) => !spoken.asked.kind || calls(spoken, asked));
    const slots = [
      ...new Map(those.flatMap(({ asked }) => asked.slots.map((slot) => [JSON.stringify(slot[1]), slot]))).values(),
    ];
    const placed = asked.found.filter((one) => one.things.some((thing) => slots.some((slot) => fits(thing, slot))));
    const told = placed.filter((one) => !this.#goesWithoutSaying(one, placed));
    const tried = told.sort((a, b) => weight(b) - weight(a) || before(a, b));
    const some = tried.slice(0, MOST_FOUND).sort(before);
    for (const chosen of choices(some)) {
      const taken = new Set(chosen.flatMap((one) => [...one.words]));
      if (taken.size === sum(chosen.map((one) => one.words.size))) yield* this.#with(those, asked, chosen, taken);
    }
    const canned = those.filter((spoken) => !spoken.asked.kind);
    for (const one of asked.toldOf) yield* this.#with(canned, asked, [one], new Set());
  }

  /** Those of *spokens* that have a place for the things *chosen*, whose words are *taken*. */
  *#with(
    spokens: readonly Spoken[],
    asked: Question,
    chosen: readonly Found[],
    taken: ReadonlySet<number>,
  ): Generator<Candidate> {
    const rest = asked.stems.filter((_, index) => !taken.has(index));
    const likely = new Map<string, Float64Array>();
    for (const spoken of spokens) {
      for (const fills of fillings(spoken.asked.slots, chosen)) {
        const slots = fills.map(({ slot }) => slot);
        const names = slots.map((slot) => slot[0]).filter((name) => spoken.crowd.has(name));
        const form = this.#forms.get([spoken.asked.name, ...names.sort()].join(" "));
        if (form === undefined) continue;
        const kinds = slots.map(kindOf).sort().join(" ");
        if (!likely.has(kinds)) likely.set(kinds, this.#likely(this.#knownBy(rest, slots)));
        const worded = Math.max(UNLIKELY, level(likely.get(kinds)![form]!));
        const exact = this.#exact[form]!.has(this.#mark(rest, slots));
        const candidate = this.#candidate(spoken, asked, fills, taken, [worded, exact], this.#speaking[form]!);
        if (candidate) yield candidate;
      }
    }
  }

  /** Whether *one* is meant anyway, and others of its kind are named beside it. */
  #goesWithoutSaying(one: Found, beside: readonly Found[]): boolean {
    if (!one.things.some((thing) => this.#data.usual.includes(thing[1]))) return false;
    const kinds = new Set(one.things.flatMap((thing) => thing[0]));
    const others = beside.flatMap((other) => (other === one ? [] : other.things));
    return others.some((thing) => thing[0].some((kind) => kinds.has(kind)));
  }

  #candidate(
    spoken: Spoken,
    asked: Question,
    fills: readonly Fill[],
    taken: ReadonlySet<number>,
    worded: readonly [number, boolean],
    speaking: ReadonlySet<string>,
  ): Candidate | null {
    const values = new Map(fills.map(({ slot, thing }) => [slot[0], thing[1]]));
    for (const slot of spoken.asked.slots) {
      const number = slot[3] && asked.plain.find((word) => /^\p{Nd}{1,9}$/u.test(word));
      if (number) values.set(slot[0], number);
    }
    const { turned, does, used } = this.#turned(spoken, asked, taken);
    if (spoken.asked.kind && !this.#says(spoken, asked, used, fills)) return null;
    for (const [name, value] of turned) if (!values.has(name)) values.set(name, value);
    const rest = asked.telling.filter((index) => !taken.has(index) && !used.has(index));
    const met = rest.map((index) => {
      const alike = worded[1] ? [1] : [...asked.alike[index]!].map(([word, value]) => (speaking.has(word) ? value : 0));
      return Math.max(0, ...alike);
    });
    const known = new Set(values.values());
    const beside = asked.found.filter(
      (one) => ![...one.words].some((index) => taken.has(index)) && !one.things.some((thing) => known.has(thing[1])),
    );
    const left = beside.filter(
      (one) => ![...one.words].every((index) => speaking.has(this.#means(asked.stems[index]!))),
    );
    const lacking = spoken.asked.slots.filter((slot) => slot[2] && !values.has(slot[0])).length;
    const kinds = new Set(fills.flatMap(({ slot }) => slot[1]));
    const aside = (thing: Thing): boolean => thing[3] || thing[4] || thing[0].some((kind) => kinds.has(kind));
    const open = left.filter(({ things }) => !things.every(aside));
    const [named, told] = [fills.filter(({ one }) => !one.depth), fills.filter(({ one }) => one.depth)];
    const signs = [
      worded[0],
      met.length ? sum(met) / met.length : Number(fills.length > 0),
      sum(open.map((one) => one.share)),
      named.length,
      sum(named.map(({ one }) => one.share)),
      Number(spoken.asked.kind !== undefined),
      this.#otherwise(spoken, asked, does),
      sum(fills.map(({ slot, one }) => one.things.filter((other) => !fits(other, slot)).length / one.things.length)),
      named.filter(({ one }) => one.share < COVERED).length,
      fills.filter(({ slot }) => !slot[1].length).length,
      asked.telling.length ? (sum(met) + asked.telling.length - rest.length) / asked.telling.length : 0,
      fills.every(({ thing }) => thing[3]) ? 0 : fills.filter(({ thing }) => thing[3]).length,
      lacking,
      Number(fills.length > 0 && spoken.asked.sheet !== undefined),
      told.length,
      sum(told.map(({ one }) => one.share)),
      sum(told.map(({ one }) => one.depth)),
      Number(worded[1] || (does.size > 0 && met.every((value) => value >= CLOSE))),
    ];
    const doubtful = ({ slot, thing, one }: Fill): boolean =>
      (rest.length && slot[1].length !== 1) || thing[3] || thing[4] || one.share < COVERED || one.things.length > 1;
    const clear = (worded[1] || !beside.length) && !told.length && !lacking;
    const sure = clear && met.every((value) => value >= CLOSE) && !fills.some(doubtful);
    return { asked: spoken.asked, values, signs, sure };
  }

  /** What words that turn a question make of a built one, what they do, and where they stand. */
  #turned(
    spoken: Spoken,
    asked: Question,
    taken: ReadonlySet<number>,
  ): { turned: Map<string, string>; does: Set<string>; used: Set<number> } {
    const [turned, does, used] = [new Map<string, string>(), new Set<string>(), new Set<number>()];
    if (!spoken.asked.kind) return { turned, does, used };
    turned.set(KIND_OF, spoken.asked.kind);
    asked.plain.forEach((word, index) => {
      for (const sense of ["per", "none"]) {
        if (does.has(sense) || !this.#senses.get(sense)!.has(word)) continue;
        const last = Math.min(index + 1 + (sense === "none" ? APART : 1), asked.plain.length);
        const span = this.#way(spoken, asked, taken, index + 1, last);
        if (!span) continue;
        does.add(sense);
        used.add(index);
        for (let at = span[0]; at < span[1]; at++) used.add(at);
        if (sense === "per") turned.set(GROUP, span[2]);
        else turned.set(WHERE + span[2], NONE);
      }
    });
    if (asked.senses.has("count")) does.add("count");
    if (does.has("per") || does.has("count")) turned.set(COUNT, ITSELF);
    return { turned, does, used };
  }

  /** Where from *first* on, before *last*, a way is named; and its key. */
  #way(
    spoken: Spoken,
    asked: Question,
    taken: ReadonlySet<number>,
    first: number,
    last: number,
  ): readonly [number, number, string] | null {
    for (let start = first; start < last; start++) {
      for (let size = spoken.longest; size > 0; size--) {
        const said = asked.means.slice(start, start + size);
        const key = spoken.ways.get(said.join(" "));
        const free = said.every((_, index) => !taken.has(start + index));
        if (key !== undefined && free) return [start, start + said.length, key];
      }
    }
    return null;
  }

  /** Whether words beside those *used* name the kind of *spoken*, or what fills it its sort. */
  #says(spoken: Spoken, asked: Question, used: ReadonlySet<number>, fills: readonly Fill[]): boolean {
    const { sorts = [] } = spoken.asked;
    const sorting = fills.filter(({ thing }) => thing[0].some((kind) => sorts.includes(kind)));
    if (sorting.some(({ one }) => !this.#isCalled(one, asked.means))) return true;
    const left = new Set(
      asked.means.flatMap((word, index) => (used.has(index) ? [] : [word, ...asked.alike[index]!.keys()])),
    );
    return spoken.called.some((name) => name.every((word) => left.has(word)));
  }

  /** How far *spoken* is put in another way than *asked*. */
  #otherwise(spoken: Spoken, asked: Question, does: ReadonlySet<string>): number {
    const turns = new Set(spoken.asked.kind ? ["none", "count", "per"] : []);
    const put = (sense: string): number =>
      turns.has(sense) ? Number(does.has(sense)) : (spoken.asked.put[sense] ?? 0);
    return level(sum([...this.#senses.keys()].map((sense) => Math.abs(Number(asked.senses.has(sense)) - put(sense)))));
  }

  #means(word: string): string {
    return this.#meaning.get(word) ?? word;
  }

  #stands(word: string): string {
    const first = this.#means(word);
    return (this.#weights.get(first) ?? 1) >= RARE ? first : word;
  }

  #alike(word: string): Map<string, number> {
    const found = new Map<string, number>();
    for (const [other, value] of this.#vocabulary.like(word, SAME)) raise(found, this.#means(other), value);
    if (!found.size) for (const part of this.#vocabulary.parts(word)) found.set(this.#means(part), PARTED);
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
          const written = cutUp(variant);
          const dotted = variant.includes(".") && written.length === 1 && acronym(written[0]!);
          const said = written.map(fold);
          const telling = said.filter((word, index) => !this.#stop.has(word) || acronym(written[index]!));
          const stems = [...new Set((telling.length ? telling : said).map((word) => this.#stands(stem(word))))];
          const ordinary = variant !== name && !dotted && stems.every((word) => this.#weights.has(this.#means(word)));
          const without = said.some((word) => this.#without.has(stem(word)));
          const key = `${number} ${stems.join(" ")} ${without}`;
          if (!stems.length || ordinary || seen.has(key)) continue;
          seen.add(key);
          for (const word of stems) push(this.#having, word, this.#names.length);
          this.#names.push({ thing: number, stems, without });
        }
      }
    });
  }

  /** The words of names and texts of things. */
  #read(): void {
    if (this.#things.length > MOST_READ) return;
    this.#things.forEach(([, , names, , , told], number) => {
      if (!told.length) return;
      for (const [value, texts] of [[TEXT, told] as const, [1, names] as const])
        for (const word of texts.flatMap(words).map((word) => this.#means(stem(word)))) {
          if (this.#light.has(word)) continue;
          const having = this.#texts.get(word) ?? new Map<number, number>();
          this.#texts.set(word, having.set(number, value));
        }
    });
  }

  /** The things whose texts say most of a question, best first. */
  #toldOf(stems: readonly string[], plain: readonly string[], meant: readonly number[]): Found[] {
    const met = new Map<number, Map<number, number>>();
    const count = this.#things.length;
    const rare = (word: string): number => Math.log(1 + count / this.#texts.get(word)!.size);
    let whole = 0;
    for (const index of plain.keys()) {
      if (!meant.includes(index) && !isNumber(plain[index]!)) continue;
      const means = this.#means(stems[index]!);
      const itself = this.#texts.has(means) || isNumber(means);
      const close = itself ? new Map([[means, 1]]) : this.#told.like(means, SAME);
      if (!close.size) for (const part of this.#told.parts(means)) close.set(part, PARTED);
      const alike = [...close].filter(([word]) => this.#texts.has(word));
      whole += alike.length ? Math.max(...alike.map(([word]) => rare(word))) : Math.log(1 + count);
      for (const [word, value] of alike)
        for (const [number, weight] of this.#texts.get(word)!) {
          const hits = met.get(number) ?? new Map<number, number>();
          met.set(number, raise(hits, index, level(value * weight * rare(word))));
        }
    }
    const depths = [...met].map(([number, hits]) => ({ number, hits, depth: level(sum([...hits.values()])) }));
    const key = (number: number): string => this.#things[number]![1];
    depths.sort((a, b) => b.depth - a.depth || by(key(a.number), key(b.number)));
    return depths.slice(0, MOST_TOLD).map(({ number, hits, depth }) => ({
      words: new Set([...hits.keys()].sort((a, b) => a - b)),
      things: [this.#things[number]!],
      share: level(depth / whole),
      depth: depth / DEEP,
    }));
  }

  #find(stems: readonly string[], light: readonly boolean[]): Found[] {
    const meant = light.filter((one) => !one).length;
    let count = 0;
    const heavy = light.map((one) => (count += Number(!one)));
    const met = new Map<number, Map<string, readonly [number, number]>>();
    stems.forEach((word, index) => {
      if (light[index] && !isNumber(word)) return;
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
      const [start, end] = [places[0]!, places.at(-1)!];
      const span = heavy[end]! - heavy[start]!;
      if (places.length < hits.size || span > name.stems.length + 2 || places.every((at) => light[at])) continue;
      const part = [...hits].reduce((sum, [word, [value]]) => sum + this.#rare(word) * value, 0);
      const share = level(part / name.stems.reduce((sum, word) => sum + this.#rare(word), 0));
      const plain = [...hits.keys()].every((word) => this.#weights.has(this.#means(word)));
      if (thing[4] && hits.size < meant && plain) continue;
      if (thing[3] && this.#not.has(stems[start - 1]!)) continue;
      const ordinary = thing[4] || thing[3] || plain;
      if (share < (ordinary ? COVERED : PARTLY)) continue;
      const key = places.join(" ");
      const one = candidates.get(key) ?? { places, things: new Map<number, readonly [number, number]>() };
      candidates.set(key, one);
      const old = one.things.get(name.thing) ?? [0, 0];
      const alike =
        name.without === stems.slice(Math.max(0, start - APART), end + 1).some((word) => this.#without.has(word));
      const close = Math.sqrt(places.length / (span + 1)) * (alike ? 1 : UNLIKE);
      const quality = level(part * share * close);
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
    let beside = 0;
    for (const { places, things, top, whole } of ranked) {
      if (places.some((index) => taken.has(index))) {
        beside += Number(whole);
        if (!whole || beside > MOST_BESIDE) continue;
      }
      for (const index of places) taken.add(index);
      const good = [...things].filter(([, [quality]]) => quality >= CLOSE * top[0]);
      const front = good.filter(([number]) => !this.#things[number]![4]);
      const best = (front.length ? front : good).sort(
        ([a, [one]], [b, [other]]) => other - one || by(this.#things[a]![1], this.#things[b]![1]),
      );
      const found = best.map(([number]) => this.#things[number]!);
      kept.push({ words: new Set(places), things: found, share: Math.min(top[1], 1), depth: 0 });
    }
    const within = (one: Found, other: Found): boolean =>
      one.words.size < other.words.size &&
      [...one.words].every((index) => other.words.has(index)) &&
      one.things.length === other.things.length &&
      one.things.every((thing, index) => thing === other.things[index]);
    return kept.filter((one) => !kept.some((other) => within(one, other))).sort(before);
  }
}

/** Whether *asked* names the kind of the built question *spoken*, or a sort of its things. */
function calls(spoken: Spoken, asked: Question): boolean {
  const { sorts = [] } = spoken.asked;
  return (
    spoken.called.some((name) => name.every((word) => asked.meanings.has(word))) ||
    sorts.some((kind) => asked.sorts.has(kind))
  );
}

const isSame = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((word) => b.has(word));

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** What *signs* say together. */
const told = (signs: Weights, weights: Weights): number =>
  level(sum(weights.map((weight, index) => weight * signs[index]!)));

/** All choices of *those*. */
const choices = <T>(those: readonly T[]): T[][] =>
  those.reduce<T[][]>((all, one) => [...all, ...all.map((some) => [...some, one])], [[]]);

const before = (a: Found, b: Found): number => order([...a.words], [...b.words]);

/** The number that four signs of a mark are. */
const numbered = (mark: string): number => [...atob(mark)].reduce((all, sign) => all * 256 + sign.charCodeAt(0), 0);

const kindOf = (slot: Slot): string => (slot[1].length === 1 ? slot[1][0]! : "*");

/** Whether the same things can fill both. */
const overlap = (one: Slot, other: Slot): boolean => one[1].some((kind) => other[1].includes(kind));

/** Where the one file answers *reading*: at a canned question or in a list; null where it cannot. */
export function placeOf({ asked, values }: Pick<Reading, "asked" | "values">): string | null {
  const said = [...values].filter(([name]) => !asked.kind || name !== KIND_OF);
  const named = said.map(([name, value]) => [asked.kind ? asked.filters?.[name] : name, value]);
  if (asked.kind && (!asked.page || named.some(([name, value]) => !name || value === NONE))) return null;
  const query = new URLSearchParams(named as [string, string][]).toString();
  return `#s_${asked.kind ? asked.page : `abfragen-${asked.name}`}${query && `?${query}`}`;
}

/** The ways to fill *slots* with *founds*, those of a known kind first; none if one of them has no place. */
function* fillings(slots: readonly Slot[], founds: readonly Found[]): Generator<Fill[]> {
  const one = founds.at(-1);
  if (!one) {
    yield [];
    return;
  }
  for (const fills of fillings(slots, founds.slice(0, -1))) {
    const open = slots.filter((slot) => !fills.some((fill) => fill.slot === slot));
    const free = open.filter((slot) => one.things.some((thing) => fits(thing, slot)));
    free.sort((a, b) => Number(!a[1].length) - Number(!b[1].length));
    for (const slot of free)
      if (slot === free[0] || overlap(slot, free[0]!))
        yield [...fills, { slot, thing: one.things.find((thing) => fits(thing, slot))!, one }];
  }
}

function fits(thing: Thing, slot: Slot): boolean {
  return slot[1].length ? slot[1].some((kind) => thing[0].includes(kind)) : !thing[3] && !thing[4];
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
  const told = data.led.includes(type)
    ? []
    : [...new Set(typeof thing[4] === "string" ? [thing[4]] : Object.values(thing[4]))];
  const text = told.filter(Boolean);
  return [[[kind], thing[1], [...new Set(names)], false, data.behind.includes(type), text]];
}

const listed = ([kinds, key, names]: AskData["things"][number]): Thing => [kinds, key, names, true, false, []];

function* variants(name: string): Generator<string> {
  const whole = name.replace(/\([^)]*\)/g, " ");
  yield whole;
  for (const [, inside] of name.matchAll(/\(([^)]*)\)/g))
    if (/^[^\s(),;]+$/.test(inside!) && (inside!.match(/[^\P{L}a-zäöüß]/gu) ?? []).length >= 2) yield inside!;
  const dash = whole.indexOf(" – ");
  if (dash >= 0) yield whole.slice(0, dash);
  if (whole.includes("/")) yield whole.replace(/\/\S+/g, " ");
}
