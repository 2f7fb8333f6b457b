/** Lists: filters that count, free text, order and ticks, all of it in the address. */
import { chosen, keep } from "./address.js";
import { button, h } from "./dom.js";
import { order, sort } from "./tables.js";
import { text } from "./texts.js";

/** Most rows at first, and how many more one asks for. */
const MOST = 500;
/** Fewest and most entries that can stand side by side. */
export const FEWEST = 2,
  LARGEST = 5;
/** What the address says beside the filters. */
const TEXT = "text",
  SORT = "sort",
  TICKED = "d";

/** Filter → the values that an entry has of it. */
export type Values = ReadonlyMap<string, readonly string[]>;

/** Which entries have all that is *wanted*, and how many have each value of a filter given the other filters. */
export function narrowed(
  entries: readonly Values[],
  wanted: ReadonlyMap<string, string>,
  said: (entry: number) => boolean = () => true,
): { shown: boolean[]; counts: Map<string, Map<string, number>> } {
  const counts = new Map<string, Map<string, number>>();
  const shown = entries.map((values, entry) => {
    if (!said(entry)) return false;
    const missed = [...wanted.keys()].filter((name) => !values.get(name)?.includes(wanted.get(name)!));
    if (missed.length > 1) return false;
    for (const [name, found] of values) {
      if (missed.length && missed[0] !== name) continue;
      const counted = counts.get(name) ?? new Map<string, number>();
      counts.set(name, counted);
      for (const value of found) counted.set(value, (counted.get(value) ?? 0) + 1);
    }
    return !missed.length;
  });
  return { shown, counts };
}

/** *words* as they are compared: without capitals and accents. */
export function plain(words: string): string {
  return words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The key of the entry that a link leads to, whether to a page or to a part of the one file. */
export function keyOf(href: string): string {
  return decodeURIComponent(href.replace(/^.*[/#]|\?.*$|\.html$/g, ""));
}

/** What brings a list into the state that the address says. */
const restore = new WeakMap<Element, () => void>();

class List {
  readonly #items: HTMLElement[];
  readonly #values: Values[];
  readonly #options: Map<HTMLSelectElement, { value: string; label: string }[]>;
  readonly #words: HTMLInputElement | null;
  readonly #table: HTMLTableElement | null;
  readonly #more: HTMLButtonElement;
  readonly #wanted = new Map<string, string>();
  #texts: string[] | undefined;
  #most = MOST;
  #told = (): void => {};
  #ticked = new Set<string>();

  constructor(
    readonly form: HTMLFormElement,
    readonly list: HTMLElement,
  ) {
    this.#items = [...list.querySelectorAll<HTMLElement>(":scope > li, :scope > tbody > tr")];
    const selects = [...form.querySelectorAll("select")];
    this.#words = form.querySelector<HTMLInputElement>(`[name=${TEXT}]`);
    this.#table = list instanceof HTMLTableElement ? list : null;
    this.#values = this.#items.map(
      (item) => new Map(selects.map(({ name }) => [name, (item.getAttribute(`data-${name}`) ?? "").split(" ")])),
    );
    this.#options = new Map(
      selects.map((select) => [select, [...select.options].map(({ value, label }) => ({ value, label }))]),
    );
    this.#more = button("", () => {
      this.#most += MOST;
      this.#show();
    });
    (list.closest(".scroll") ?? list).after(this.#more);
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => {
      for (const { name, value } of selects) {
        if (value) this.#wanted.set(name, value);
        else this.#wanted.delete(name);
      }
      this.#changed();
    });
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      this.#read(new URLSearchParams());
      this.#keep();
      this.#words?.focus();
    });
    list.addEventListener("sorted", () => this.#changed());
    const compare = form.nextElementSibling;
    if (compare?.matches(".compare")) this.#offer(compare as HTMLElement);
    this.restore();
  }

  readonly restore = (): void => this.#read(chosen(this.form));

  #read(asked: URLSearchParams): void {
    for (const [select, options] of this.#options) {
      const value = asked.get(select.name) ?? "";
      this.#wanted.delete(select.name);
      if (!options.some((option) => option.value === value && value)) continue;
      this.#wanted.set(select.name, value);
      select.closest("details")?.setAttribute("open", "");
    }
    if (this.#words) this.#words.value = asked.get(TEXT) ?? "";
    if (this.#table) sort(this.#table, asked.get(SORT) ?? "");
    this.#ticked = new Set(asked.getAll(TICKED));
    this.#told();
    for (const box of this.list.querySelectorAll<HTMLInputElement>("input[type=checkbox]"))
      box.checked = this.#ticked.has(box.value);
    this.#most = MOST;
    this.#show();
  }

  #changed(): void {
    this.#most = MOST;
    this.#show();
    this.#keep();
  }

  #keep(): void {
    const asked = new URLSearchParams([...this.#wanted]);
    const words = this.#words?.value;
    if (words) asked.set(TEXT, words);
    const by = this.#table && order(this.#table);
    if (by) asked.set(SORT, by);
    for (const key of this.#ticked) asked.append(TICKED, key);
    keep(this.form, asked);
  }

  /** Shows what fits, and what can be chosen beside it. */
  #show(): void {
    const words = plain(this.#words?.value ?? "")
      .split(/\s+/)
      .filter(Boolean);
    if (words.length) this.#texts ??= this.#items.map((item) => plain(item.textContent ?? ""));
    const { shown, counts } = narrowed(this.#values, this.#wanted, (entry) =>
      words.every((word) => this.#texts![entry]!.includes(word)),
    );
    const fitting = new Set(this.#items.filter((_, index) => shown[index]));
    let count = 0;
    for (const item of this.#items[0]!.parentElement!.children)
      (item as HTMLElement).hidden = !fitting.has(item as HTMLElement) || ++count > this.#most;
    this.#more.hidden = fitting.size <= this.#most;
    this.#more.textContent = text("more", { count: fitting.size - this.#most });
    for (const [select, options] of this.#options) this.#count(select, options, counts.get(select.name));
    const output = this.form.querySelector("output")!;
    const total = this.#items.length;
    output.textContent = fitting.size ? text("entries", { count: fitting.size, total }) : output.dataset["none"]!;
  }

  /** Offers what there is of a filter, each with the number of entries. */
  #count(
    select: HTMLSelectElement,
    options: readonly { value: string; label: string }[],
    counts: ReadonlyMap<string, number> = new Map(),
  ): void {
    const value = this.#wanted.get(select.name) ?? "";
    const offered = options.filter((option) => !option.value || option.value === value || counts.get(option.value));
    select.replaceChildren(
      ...offered.map((option) => {
        const said = option.value ? `${option.label} (${counts.get(option.value) ?? 0})` : option.label;
        return new Option(said, option.value);
      }),
    );
    select.value = value;
  }

  /** Lets the reader tick entries and see them side by side. */
  #offer(place: HTMLElement): void {
    const [go, said] = [place.querySelector("button")!, place.querySelector("span")!];
    place.hidden = false;
    this.#told = () => {
      const { size } = this.#ticked;
      go.disabled = size < FEWEST || size > LARGEST;
      said.textContent = said.dataset["said"]!.replace("{count}", `${size}`);
    };
    go.addEventListener("click", () => {
      const asked = [["art", go.value], ...[...this.#ticked].map((key) => [TICKED, key])];
      location.assign(`${go.dataset["href"]}?${new URLSearchParams(asked)}`);
    });
    for (const item of this.#items) {
      const link = item.querySelector("a")!;
      const label = place.dataset["label"]!.replace("{name}", link.textContent!);
      const box = h("input", { type: "checkbox", value: keyOf(link.getAttribute("href")!), "aria-label": label });
      link.before(h("label", { class: "tick" }, box));
    }
    this.list.addEventListener("change", ({ target }) => {
      const box = target as HTMLInputElement;
      this.#ticked[box.checked ? "add" : "delete"](box.value);
      this.#told();
      this.#keep();
    });
  }
}

export function startLists(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form.filters[data-for]")) {
    const list = document.getElementById(form.dataset["for"]!);
    const known = restore.get(form);
    if (known) known();
    else if (list) restore.set(form, new List(form, list).restore);
  }
}

/** Opens and sorts in *to* what the reader opened and sorted in *from*, its twin in another language. */
export function carry(from: ParentNode, to: ParentNode): void {
  pairs<HTMLDetailsElement>(from, to, "details", (old, fresh) => (fresh.open = old.open));
  pairs(from, to, "table.sortable th[scope=col]", (old, fresh) => {
    const order = old.getAttribute("aria-sort");
    for (let clicks = 0; order && fresh.getAttribute("aria-sort") !== order && clicks < 2; clicks++)
      fresh.querySelector("button")?.click();
  });
}

/** What *selector* finds in both, side by side; nothing where the two do not match. */
function pairs<E extends HTMLElement>(
  from: ParentNode,
  to: ParentNode,
  selector: string,
  act: (old: E, fresh: E) => void,
): void {
  const [old, fresh] = [from.querySelectorAll<E>(selector), to.querySelectorAll<E>(selector)];
  if (old.length === fresh.length) fresh.forEach((element, index) => act(old[index]!, element));
}
