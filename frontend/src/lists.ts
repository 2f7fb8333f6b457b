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

/** The filters of which *values* lack what is chosen. */
function lacking(values: Values, wanted: ReadonlyMap<string, string>): string[] {
  return [...wanted].filter(([name, value]) => !values.get(name)?.includes(value)).map(([name]) => name);
}

/** Which entries have all that is *wanted*, and how many have each value of a filter given the other filters. */
export function narrowed(
  entries: readonly Values[],
  wanted: ReadonlyMap<string, string>,
  said: (entry: number) => boolean = () => true,
): { shown: boolean[]; counts: Map<string, Map<string, number>> } {
  const counts = new Map<string, Map<string, number>>();
  const shown = entries.map((values, entry) => {
    if (!said(entry)) return false;
    const missed = lacking(values, wanted);
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
  return decodeURIComponent(
    href
      .replace(/^.*[/#]/, "")
      .replace(/\?.*$/, "")
      .replace(/\.html$/, ""),
  );
}

/** What brings a list into the state that the address says. */
const restore = new WeakMap<Element, () => void>();

class List {
  readonly #items: HTMLElement[];
  readonly #values: Values[];
  readonly #selects: HTMLSelectElement[];
  readonly #options: Map<HTMLSelectElement, { value: string; label: string }[]>;
  readonly #words: HTMLInputElement | null;
  readonly #table: HTMLTableElement | null;
  readonly #more: HTMLButtonElement;
  #texts: string[] | undefined;
  #most = MOST;
  #ticked = new Set<string>();

  constructor(
    readonly form: HTMLFormElement,
    readonly list: HTMLElement,
  ) {
    this.#items = [...list.querySelectorAll<HTMLElement>(":scope > li, :scope > tbody > tr")];
    this.#selects = [...form.querySelectorAll("select")];
    this.#words = form.querySelector<HTMLInputElement>(`[name=${TEXT}]`);
    this.#table = list instanceof HTMLTableElement ? list : null;
    const names = this.#selects.map((select) => select.name);
    this.#values = this.#items.map(
      (item) =>
        new Map(names.map((name) => [name, (item.getAttribute(`data-${name}`) ?? "").split(" ").filter(Boolean)])),
    );
    this.#options = new Map(
      this.#selects.map((select) => [select, [...select.options].map(({ value, label }) => ({ value, label }))]),
    );
    this.#more = button("", () => this.#show(() => (this.#most += MOST)), { hidden: true });
    (list.closest(".scroll") ?? list).after(this.#more);
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => this.#show(() => this.#keep()));
    form.addEventListener("change", () => this.#show(() => this.#keep()));
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      this.#read(new URLSearchParams());
      this.#keep();
      this.#words?.focus();
    });
    list.addEventListener("sorted", () => this.#show(() => this.#keep()));
    if (form.dataset["compare"] && this.#items.length >= FEWEST) this.#offer();
    this.restore();
  }

  readonly restore = (): void => this.#read(chosen(this.form));

  #read(asked: URLSearchParams): void {
    for (const select of this.#selects) {
      const options = this.#options.get(select)!;
      const value = asked.get(select.name) ?? "";
      select.replaceChildren(...options.map(({ value, label }) => new Option(label, value)));
      select.value = options.some((option) => option.value === value) ? value : "";
    }
    if (this.#words) this.#words.value = asked.get(TEXT) ?? "";
    if (this.#table) sort(this.#table, asked.get(SORT) ?? "");
    this.#ticked = new Set(asked.getAll(TICKED));
    for (const box of this.list.querySelectorAll<HTMLInputElement>("input[type=checkbox]"))
      box.checked = this.#ticked.has(box.value);
    this.#most = MOST;
    this.#show();
  }

  #keep(): void {
    this.#most = MOST;
    const asked = new URLSearchParams();
    for (const { name, value } of this.#selects) if (value) asked.set(name, value);
    if (this.#words?.value.trim()) asked.set(TEXT, this.#words.value.trim());
    const by = this.#table && order(this.#table);
    if (by) asked.set(SORT, by);
    for (const key of this.#ticked) asked.append(TICKED, key);
    keep(this.form, asked);
  }

  /** Shows what fits after *change*, and what can be chosen then. */
  #show(change: () => void = () => {}): void {
    change();
    const wanted = new Map(this.#selects.filter((one) => one.value).map((one) => [one.name, one.value]));
    const words = plain(this.#words?.value ?? "")
      .split(/\s+/)
      .filter(Boolean);
    if (words.length) this.#texts ??= this.#items.map((item) => plain(item.textContent ?? ""));
    const { shown, counts } = narrowed(this.#values, wanted, (entry) =>
      words.every((word) => this.#texts![entry]!.includes(word)),
    );
    const fitting = new Set(this.#items.filter((_, index) => shown[index]));
    let count = 0;
    for (const item of this.#items[0]?.parentElement?.children ?? [])
      (item as HTMLElement).hidden = !fitting.has(item as HTMLElement) || ++count > this.#most;
    this.#more.hidden = fitting.size <= this.#most;
    this.#more.textContent = text("more", { count: Math.min(MOST, fitting.size - this.#most), total: fitting.size });
    for (const [select, options] of this.#options) this.#count(select, options, counts.get(select.name));
    const output = this.form.querySelector("output");
    const total = this.#items.length;
    if (output) output.textContent = fitting.size ? text("entries", { count: fitting.size, total }) : text("noEntries");
  }

  /** Offers what there is of a filter, each with the number of entries. */
  #count(
    select: HTMLSelectElement,
    options: readonly { value: string; label: string }[],
    counts: ReadonlyMap<string, number> = new Map(),
  ): void {
    const { value } = select;
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
  #offer(): void {
    const said = h("span", { role: "status" });
    const go = button(text("compare"), () => {
      const keys = [...this.#ticked];
      if (keys.length < FEWEST || keys.length > LARGEST)
        return void (said.textContent = text("tick", { count: keys.length }));
      const asked = new URLSearchParams([["art", this.form.dataset["kind"]!], ...keys.map((key) => [TICKED, key])]);
      location.assign(`${this.form.dataset["compare"]}?${asked}`);
    });
    for (const item of this.#items) {
      const link = item.querySelector("a");
      if (!link) continue;
      const key = keyOf(link.getAttribute("href")!);
      const box = h("input", {
        type: "checkbox",
        value: key,
        "aria-label": text("ticked", { name: link.textContent! }),
      });
      link.parentElement!.prepend(h("label", { class: "tick" }, box));
    }
    this.list.addEventListener("change", ({ target }) => {
      if (!(target instanceof HTMLInputElement)) return;
      if (target.checked) this.#ticked.add(target.value);
      else this.#ticked.delete(target.value);
      said.textContent = text("tick", { count: this.#ticked.size });
      this.#keep();
    });
    this.form.after(h("p", { class: "compare" }, go, " ", said));
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

/** Opens, chooses and sorts in *to* what the reader opened, chose and sorted in *from*, its twin in another language. */
export function carry(from: ParentNode, to: ParentNode): void {
  pairs<HTMLDetailsElement>(from, to, "details", (old, fresh) => (fresh.open = old.open));
  pairs<HTMLSelectElement>(from, to, "select[name]", (old, fresh) => {
    if (fresh.value === old.value) return;
    fresh.value = old.value;
    fresh.dispatchEvent(new Event("change", { bubbles: true }));
  });
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
