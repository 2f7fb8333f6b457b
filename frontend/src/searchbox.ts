/** The search field and its results: a list of links that arrows walk through. */
import { button, h, inFile } from "./dom.js";
import { packed } from "./packed.js";
import { type Group, type Hit, type Kind, type SearchData, type Thing, Search, kindLabel, pieces } from "./search.js";
import { type Label, language, say, text } from "./texts.js";

const SHOWN = 8;
const DELAY = 120;

export function startSearch(): void {
  const form = document.querySelector<HTMLFormElement>('form[role="search"]');
  const input = form?.querySelector<HTMLInputElement>('input[type="search"]');
  const place = document.getElementById("search-results");
  if (form && input && place) new SearchBox(form, input, place);
}

class SearchBox {
  #search: Promise<Search> | undefined;
  #timer = 0;
  #asked = "";
  readonly #status = h("p", { class: "nq-status", role: "status" });
  readonly #panel = h("section", { class: "nq-results", hidden: true });

  constructor(
    readonly form: HTMLFormElement,
    readonly input: HTMLInputElement,
    readonly place: HTMLElement,
  ) {
    place.removeAttribute("aria-live"); // the status says how many there are; to read all of them aloud would not help
    place.append(this.#panel);
    input.addEventListener("focus", () => void this.#ready().catch(() => {}), { once: true });
    input.addEventListener("input", () => this.#later());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#show().then(() => this.#links()[0]?.focus());
    });
    for (const element of [input, this.#panel]) element.addEventListener("keydown", (event) => this.#key(event));
    this.#panel.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest("a") && inFile()) this.#close();
    });
    document.addEventListener("click", (event) => {
      if (
        event.target instanceof Node &&
        event.target.isConnected &&
        !place.contains(event.target) &&
        !form.contains(event.target)
      )
        this.#close();
    });
    document.addEventListener("nqgraph:language", () => {
      this.#search = undefined; // names in the file are read anew
      if (!this.#panel.hidden) void this.#show();
    });
    const given = inFile() ? null : new URLSearchParams(location.search).get("q");
    if (given) {
      input.value = given;
      void this.#show();
    }
  }

  #ready(): Promise<Search> {
    this.#search ??= load(this.form).then((data) => new Search(data));
    this.#search.catch(() => (this.#search = undefined));
    return this.#search;
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#show(), DELAY);
  }

  async #show(): Promise<void> {
    clearTimeout(this.#timer);
    const query = this.input.value.trim();
    this.#asked = query;
    if (query.length < 2) return this.#close();
    let search;
    try {
      search = await this.#ready();
    } catch {
      this.#panel.replaceChildren(h("p", { role: "alert" }, text("searchFailed")));
      this.#panel.hidden = false;
      return;
    }
    if (query !== this.#asked) return;
    const hits = search.find(query);
    this.#status.textContent = !hits.length
      ? text("nothing", { query })
      : hits.length === 1
        ? text("foundOne")
        : text("found", { count: hits.length });
    const close = button(text("close"), () => {
      this.input.focus();
      this.#close();
    });
    const near = hits.length ? [] : search.near(query);
    this.#panel.setAttribute("aria-label", text("results"));
    this.#panel.replaceChildren(
      h("div", { class: "nq-results-head" }, this.#status, close),
      ...search.group(hits).map((group) => this.#group(group)),
      ...(near.length
        ? [h("p", {}, text("instead")), h("ul", {}, ...near.map((thing) => h("li", {}, this.#link(thing))))]
        : []),
    );
    this.#panel.hidden = false;
  }

  #group(group: Group): HTMLElement {
    const list = h("ul");
    const fill = (hits: readonly Hit[]): void => list.append(...hits.map((hit) => h("li", {}, ...this.#entry(hit))));
    fill(group.hits.slice(0, SHOWN));
    const section = h(
      "section",
      {},
      h(
        "h2",
        {},
        h("i", { class: `sign k-${group.kind.type}`, "aria-hidden": "true" }),
        kindLabel(group.kind, language()),
        " ",
        h("span", { class: "nq-count" }, group.hits.length.toLocaleString(language())),
      ),
      list,
    );
    if (group.hits.length > SHOWN) {
      const more = button(text("all", { count: group.hits.length }), () => {
        fill(group.hits.slice(SHOWN));
        more.remove();
        list.children[SHOWN]?.querySelector("a")?.focus();
      });
      section.append(more);
    }
    return section;
  }

  #entry(hit: Hit): Node[] {
    const lang = language();
    const link = this.#link(hit.thing, hit.terms);
    const description = say(hit.thing[4], lang);
    const other = hit.thing[3].find((name) => pieces(say(name, lang), hit.terms).length > 1);
    const shown = [
      link,
      other ? h("span", { class: "nq-also" }, " · ", ...marked(say(other, lang), hit.terms)) : null,
      description ? h("p", {}, ...marked(short(description), hit.terms)) : null,
    ];
    return shown.filter((node) => node !== null);
  }

  #link(thing: Thing, terms: ReadonlySet<string> = new Set()): HTMLAnchorElement {
    return h("a", { href: this.#address(thing[5]) }, ...marked(say(thing[2]), terms));
  }

  #address(href: string): string {
    return href.startsWith("#") ? href : (this.form.dataset["href"] ?? "{address}").replace("{address}", () => href);
  }

  #links(): HTMLElement[] {
    return [...this.#panel.querySelectorAll<HTMLElement>("li a")];
  }

  #key(event: KeyboardEvent): void {
    const links = this.#links();
    const at = links.indexOf(document.activeElement as HTMLElement);
    if (event.key === "Escape" && !this.#panel.hidden) {
      event.preventDefault();
      this.input.focus();
      this.#close();
    } else if (event.key === "ArrowDown" && links.length && !this.#panel.hidden) {
      event.preventDefault();
      links[Math.min(at + 1, links.length - 1)]?.focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      event.preventDefault();
      (links[at - 1] ?? this.input).focus();
    } else if (event.key === "Home" && at >= 0) {
      event.preventDefault();
      links[0]?.focus();
    } else if (event.key === "End" && at >= 0) {
      event.preventDefault();
      links.at(-1)?.focus();
    }
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#panel.hidden = true;
    this.#panel.replaceChildren();
  }
}

function marked(label: string, terms: ReadonlySet<string>): (string | HTMLElement)[] {
  return pieces(label, terms).map((piece, index) => (index % 2 ? h("mark", {}, piece) : piece));
}

function short(description: string): string {
  return description.length <= 180 ? description : `${description.slice(0, 180).replace(/\s+\S*$/, "")} …`;
}

/** The data: in the page, at the address that the form names, or read from the sections of the one file. */
async function load(form: HTMLFormElement): Promise<SearchData> {
  const inline = document.getElementById("search-data")?.textContent;
  if (inline) return JSON.parse(inline) as SearchData;
  const address = form.dataset["src"];
  if (inFile() || !address) {
    const content = await packed().catch(() => null);
    const plurals = new Map(content?.network.kinds.map((kind) => [kind.type, kind.label]));
    return { ...fromSections(plurals), synonyms: content?.synonyms ?? [] };
  }
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return (await answer.json()) as SearchData;
}

/** What the pages of things say at their top, in the language they are shown in. */
function fromSections(plurals: ReadonlyMap<string, Kind["label"]>): SearchData {
  const kinds: Kind[] = [];
  const numbers = new Map<string, number>();
  const things: Thing[] = [];
  for (const section of document.querySelectorAll(".page")) {
    const kind = section.querySelector<HTMLElement>(":scope > .kind[class*='k-']");
    const type = kind?.className.match(/\bk-([\w-]+)/)?.[1];
    if (!kind || !type) continue;
    const name = kind.textContent?.trim() ?? type;
    let number = numbers.get(name);
    if (number === undefined) {
      number = kinds.length;
      numbers.set(name, number);
      kinds.push({ type, label: plurals.get(type) ?? { de: name, en: name } });
    }
    const label = section.querySelector("h1")?.textContent?.trim() ?? section.id;
    const others = names(section.querySelector(":scope > .others"));
    things.push([
      number,
      section.id,
      label,
      others,
      section.querySelector(":scope > .lead")?.textContent?.trim() ?? "",
      `#${section.id}`,
    ]);
  }
  return { kinds, things };
}

/** The other names: what stands between the dots, after the words that introduce them. */
function names(place: Element | null): Label[] {
  const introduction = place?.firstElementChild?.textContent ?? "";
  return (place?.textContent ?? "")
    .replace(introduction, "")
    .split("·")
    .map((name) => name.trim())
    .filter(Boolean);
}
