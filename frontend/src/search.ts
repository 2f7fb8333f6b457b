/** Finds things by their names and descriptions: folded, stemmed, split and with typing errors forgiven. */
import { stemmer as german } from "@orama/stemmers/german";
import { stemmer as english } from "@orama/stemmers/english";
import MiniSearch, { type Query, type SearchResult } from "minisearch";
import type { Label } from "./texts.js";
import { WORD, fold, transcribe, words } from "./words.js";

export interface Kind {
  readonly type: string;
  readonly label: Label;
}
/** Number of the kind, key, label, other names, description, address. */
export type Thing = readonly [number, string, Label, readonly Label[], Label, string];
export type View = readonly [string, Label, readonly Label[], Label, string];
export interface SearchData {
  readonly kinds: readonly Kind[];
  readonly things: readonly Thing[];
  /** Pages that show no single thing, each with all of one but the number of the kind, and what they are called. */
  readonly views?: { readonly label: Label; readonly pages: readonly View[] };
  /** Words that mean the same. */
  readonly synonyms?: readonly (readonly string[])[];
}
export interface Hit {
  readonly thing: Thing;
  readonly score: number;
  /** Stems that the query met. */
  readonly terms: ReadonlySet<string>;
}
export interface Group {
  readonly kind: Kind;
  readonly hits: readonly Hit[];
}

/** Words that say nothing about what is sought. */
const STOP = new Set(
  (
    "der die das den dem des ein eine einer eines einem einen und oder für von vom zu zur zum im in am an auf aus bei mit nach " +
    "durch als ist sind wird werden the a an and or for of to in on at by with from is are as"
  ).split(" "),
);
/** What German puts between the parts of a compound. */
const LINKS = ["es", "en", "er", "s", "n", "e", ""];
/** Fronts that are no part of a compound. */
const PREFIXES = new Set(
  "ueber uber unter wieder zurueck zuruck gegen durch nach voraus weiter nicht inter anti".split(" "),
);
const SHORTEST_PART = 4;
/** A part of this length is one even beside a rest that the corpus does not hold. */
const LONG_PART = 7;
/** Kinds that are evidence for other things: they come after what they are evidence for. */
const BEHIND = new Set([
  "observation",
  "source",
  "claim",
  "position",
  "assessment",
  "membership",
  "change-event",
  "identity-decision",
]);

const known = new Map<string, string[]>();

/** All that *word* is found by: German and English stem, each with ä as a and as ae. */
export function stems(word: string): string[] {
  let found = known.get(word);
  if (!found) {
    const variants = [word, transcribe(word), fold(word)].flatMap((form) => {
      const stemmed = [german(form), english(form)];
      return form === word ? stemmed.flatMap((stem) => [fold(stem), transcribe(stem)]) : stemmed.map(fold);
    });
    found = [...new Set(variants)];
    known.set(word, found);
  }
  return found;
}

/** The parts of compounds, by a vocabulary of words that stand alone. */
export class Compounds {
  readonly #vocabulary: ReadonlySet<string>;

  constructor(vocabulary: Iterable<string>) {
    this.#vocabulary = new Set(
      [...vocabulary].flatMap((word) => [fold(word), ...stems(word)]).filter((w) => w.length >= SHORTEST_PART),
    );
  }

  /** The parts of *word*: „betreuungspflichten“ → betreuung, pflichten; none if it cannot be split. */
  parts(word: string): string[] {
    const whole = fold(word);
    const found = new Set<string>();
    for (let cut = SHORTEST_PART; cut <= whole.length - SHORTEST_PART; cut++) {
      const front = whole.slice(0, cut);
      const back = whole.slice(cut);
      if (PREFIXES.has(front)) continue;
      const head = LINKS.filter((link) => front.endsWith(link))
        .map((link) => front.slice(0, front.length - link.length))
        .find((part) => part.length >= SHORTEST_PART && this.#has(part));
      const tail = this.#has(back);
      // both known, or a long one known beside a rest that may be a word that the corpus does not hold
      if (head !== undefined && tail) found.add(head).add(back);
      else if (tail && back.length >= LONG_PART) found.add(back);
      else if (head !== undefined && head.length >= LONG_PART && front.length > head.length) found.add(head);
    }
    return [...found];
  }

  #has(part: string): boolean {
    return (
      this.#vocabulary.has(part) ||
      stems(part).some((stem) => stem.length >= SHORTEST_PART && this.#vocabulary.has(stem))
    );
  }
}

interface Indexed {
  readonly id: number;
  readonly label: string;
  readonly alternative: string;
  readonly description: string;
  readonly parts: string;
}

const both = (label: Label): string => (typeof label === "string" ? label : Object.values(label).join(" "));

/** Looks through *data*; making it takes some milliseconds for each hundred things. */
export class Search {
  readonly #kinds: readonly Kind[];
  readonly #things: readonly Thing[];
  readonly #index: MiniSearch<Indexed>;
  readonly #compounds: Compounds;
  readonly #synonyms = new Map<string, string[]>();

  constructor(data: SearchData) {
    const { label = "", pages = [] } = data.views ?? {};
    this.#kinds = [...data.kinds, { type: "other", label }];
    this.#things = [...data.things, ...pages.map((page): Thing => [data.kinds.length, ...page])];
    const texts = this.#things.map(
      ([, , label, others, description]) => [both(label), others.map(both).join(" "), both(description)] as const,
    );
    const vocabulary = new Set(
      texts.flatMap(([label, others, description]) => words(`${label} ${others} ${description}`)),
    );
    this.#compounds = new Compounds(
      [...vocabulary, ...(data.synonyms ?? []).flat()].filter((word) => word.length <= 12),
    );
    const split = new Map<string, string>();
    for (const word of vocabulary)
      if (word.length >= 2 * SHORTEST_PART) split.set(word, this.#compounds.parts(word).join(" "));
    this.#index = new MiniSearch<Indexed>({
      fields: ["label", "alternative", "description", "parts"],
      tokenize: words,
      processTerm: (word) => (STOP.has(word) ? null : stems(word)),
    });
    this.#index.addAll(
      texts.map(([label, alternative, description], id) => ({
        id,
        label,
        alternative,
        description,
        parts: words(`${label} ${alternative}`)
          .map((word) => split.get(word) ?? "")
          .join(" "),
      })),
    );
    for (const group of data.synonyms ?? []) {
      for (const word of group) {
        const others = group.filter((other) => other !== word);
        for (const stem of words(word).flatMap(stems))
          this.#synonyms.set(stem, [...(this.#synonyms.get(stem) ?? []), ...others]);
      }
    }
  }

  /** What fits *query*, best first; every word of it has to be met in some way. */
  find(query: string): Hit[] {
    const asked = words(query);
    const meant = asked.filter((word) => !STOP.has(word));
    const sought = meant.length ? meant : asked;
    if (!sought.length) return [];
    const options = { boost: { label: 4, alternative: 3, parts: 1.5 } };
    const all = sought.map((word, index) => this.#query(word, index === sought.length - 1));
    const found = this.#index.search({ combineWith: "AND", queries: all } as Query, options);
    const some =
      found.length || all.length === 1
        ? found
        : this.#index.search({ combineWith: "OR", queries: all } as Query, options);
    const exact = transcribe(words(query).join(" "));
    return some
      .map((result) => this.#hit(result, exact))
      .sort((a, b) => b.score - a.score || (a.thing[1] < b.thing[1] ? -1 : 1));
  }

  /** Whether *query* is about the name of *thing*: each word that says something begins a word of one of its names. */
  named(query: string, thing: Thing): boolean {
    const sought = words(query).filter((word) => !STOP.has(word));
    return [thing[2], ...thing[3]]
      .flatMap((label) => (typeof label === "string" ? [label] : Object.values(label)))
      .some((name) => {
        const own = words(name).map(transcribe);
        return sought.length > 0 && sought.every((word) => own.some((one) => one.startsWith(transcribe(word))));
      });
  }

  /** *hits* by kind: the kind with the best hit first, evidence after all else. */
  group(hits: readonly Hit[]): Group[] {
    const groups = new Map<number, Hit[]>();
    for (const hit of hits) {
      const members = groups.get(hit.thing[0]);
      if (members) members.push(hit);
      else groups.set(hit.thing[0], [hit]);
    }
    const found = [...groups].map(([number, members]) => ({ kind: this.#kinds[number]!, hits: members }));
    return found.sort((a, b) => Number(BEHIND.has(a.kind.type)) - Number(BEHIND.has(b.kind.type)));
  }

  /** Things with names about like *query*, for when nothing was found. */
  near(query: string, limit = 5): Thing[] {
    const options = { fuzzy: 0.35, combineWith: "OR" as const, boost: { label: 4, parts: 2 }, processTerm: fold };
    const asked = words(query).filter((word) => word.length > 3);
    const found = [
      ...this.#index.search(asked.join(" "), options),
      ...this.#index.search(asked.map((word) => word.slice(0, 5)).join(" "), {
        ...options,
        fuzzy: false,
        prefix: true,
      }),
      ...this.#index.search(asked.map((word) => word.slice(0, 4)).join(" "), {
        ...options,
        fuzzy: false,
        prefix: true,
      }),
    ].filter((result, index, all) => all.findIndex((other) => other.id === result.id) === index);
    return found.slice(0, limit).map((result) => this.#things[result.id as number]!);
  }

  #hit(result: SearchResult, exact: string): Hit {
    const thing = this.#things[result.id as number]!;
    const names = [thing[2], ...thing[3]].flatMap((label) =>
      typeof label === "string" ? [label] : Object.values(label),
    );
    const whole = names.some((name) => transcribe(words(name).join(" ")) === exact);
    return { thing, score: result.score * (whole ? 3 : 1), terms: new Set(result.terms) };
  }

  #query(word: string, last: boolean): Query {
    const plain = {
      processTerm: (term: string) => term,
      tokenize: (term: string) => [term],
      combineWith: "OR" as const,
    };
    const own = stems(word);
    const queries: Query[] = [
      {
        ...plain,
        queries: own,
        fuzzy: (term: string) => (term.length >= 4 ? 0.2 : false),
        prefix: (term: string) => term.length >= (last ? 2 : 4),
        weights: { fuzzy: 0.3, prefix: 0.5 },
      } as Query,
    ];
    const parts = word.length >= 2 * SHORTEST_PART ? this.#compounds.parts(word) : [];
    if (parts.length)
      queries.push(
        ...parts.flatMap(stems).map((stem) => ({ ...plain, queries: [stem], boostTerm: () => 0.5 }) as Query),
      );
    const same = own.flatMap((stem) => this.#synonyms.get(stem) ?? []);
    for (const synonym of new Set(same)) {
      queries.push({
        combineWith: "AND",
        queries: words(synonym).map((other) => ({ ...plain, queries: stems(other), boostTerm: () => 0.7 }) as Query),
      } as Query);
    }
    return { combineWith: "OR", queries } as Query;
  }
}

/** *label* cut where it meets *terms*: every second piece is a match. */
export function pieces(label: string, terms: ReadonlySet<string>): string[] {
  const found: string[] = [""];
  let end = 0;
  for (const match of label.matchAll(WORD)) {
    const word = match[0].normalize("NFC").toLowerCase();
    const met =
      stems(word).some((stem) => terms.has(stem)) ||
      [...terms].some((term) => term.length >= 5 && fold(word).includes(term));
    if (!met) continue;
    found[found.length - 1] += label.slice(end, match.index);
    found.push(match[0], "");
    end = match.index + match[0].length;
  }
  found[found.length - 1] += label.slice(end);
  return found;
}
