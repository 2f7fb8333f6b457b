/** The search field and its results: a list of links that arrows walk through. */
import { parted } from "./address.js";
import { button, h } from "./dom.js";
import { packed } from "./packed.js";
import { Ranking, placeOf } from "./ranking.js";
import { type Group, type Hit, type SearchData, type Thing, Search, pieces } from "./search.js";
import { language, say, text } from "./texts.js";

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
  #ranking: Promise<Ranking | null> | undefined;
  #timer = 0;
  #asked = "";
  readonly #status = h("p", { class: "nq-status", role: "status" });
  readonly #panel = h("section", { class: "nq-results", id: "nq-results", role: "dialog", hidden: true });

  constructor(
    readonly form: HTMLFormElement,
    readonly input: HTMLInputElement,
    readonly place: HTMLElement,
  ) {
    place.removeAttribute("aria-live"); // the status says how many there are; to read all of them aloud would not help
    place.append(this.#panel);
    const described = { role: "combobox", "aria-haspopup": "dialog", "aria-controls": this.#panel.id };
    for (const [name, value] of Object.entries(described)) input.setAttribute(name, value);
    this.#open(false);
    for (const part of [form, place])
      part.addEventListener("focusout", ({ relatedTarget: next }) => {
        if (next instanceof Node && !place.contains(next) && !form.contains(next)) this.#leave();
      });
    input.addEventListener("focus", () => void this.#ready().catch(() => {}), { once: true });
    input.addEventListener("input", () => this.#later());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#show().then(() => this.#links()[0]?.focus());
    });
    for (const element of [input, this.#panel]) element.addEventListener("keydown", (event) => this.#key(event));
    this.#panel.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest("a") && FILE) this.#close();
    });
    document.addEventListener("click", (event) => {
      if (
        event.target instanceof Node &&
        event.target.isConnected &&
        !place.contains(event.target) &&
        !form.contains(event.target)
      )
        this.#leave();
    });
    addEventListener("hashchange", () => (FILE ? this.#follow() : this.#close()));
    document.addEventListener("nqgraph:language", () => void (this.#panel.hidden || this.#show()));
    if (FILE) (globalThis.requestIdleCallback ?? setTimeout)(() => void this.#ranks());
    if (FILE || form.dataset["ask"] === undefined) this.#follow();
  }

  /** Shows what the address asks for: `?q=TEXT`, in the one file behind the name of the page, `#s_list?q=TEXT`. */
  #follow(): void {
    const given = new URLSearchParams(FILE ? parted(location.hash)[1] : location.search).get("q");
    if (!given) return this.#close();
    this.input.value = given;
    void this.#show();
  }

  /** In the one file the address says what is *asked*, so that one can send it, reload it and come back to it. */
  #keep(asked: string): void {
    if (!FILE) return;
    const [page, query] = parted(location.hash);
    const said = new URLSearchParams(query);
    if ((said.get("q") ?? "") === asked) return;
    if (asked) said.set("q", asked);
    else said.delete("q");
    history.replaceState(history.state, "", `#${page}${said.size ? `?${said.toString()}` : ""}`);
  }

  #ready(): Promise<Search> {
    this.#search ??= load(this.form).then((data) => new Search(data));
    this.#search.catch(() => (this.#search = undefined));
    return this.#search;
  }

  /** What finds canned questions, made when the browser has nothing else to do. */
  #ranks(): Promise<Ranking | null> {
    if (FILE) {
      this.#ranking ??= Promise.all([packed("ask"), packed("search")])
        .then(([data, sought]) => data && sought && new Ranking(data, sought))
        .catch(() => null);
    }
    return this.#ranking ?? Promise.resolve(null);
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#show(), DELAY);
  }

  async #show(): Promise<void> {
    clearTimeout(this.#timer);
    const query = this.input.value.trim();
    this.#asked = query;
    if (query.length < 2) return this.#leave();
    this.#keep(query);
    let search;
    try {
      search = await this.#ready();
    } catch {
      this.#panel.replaceChildren(h("p", { role: "alert" }, text("searchFailed")));
      this.#open(true);
      return;
    }
    const readings = await this.#readings(query);
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
    const groups = search.group(hits).map((group) => this.#group(group));
    const named = hits[0] && search.named(query, hits[0].thing); // who names a thing wants it, not a question
    this.#panel.setAttribute("aria-label", text("results"));
    this.#panel.replaceChildren(
      h("div", { class: "nq-results-head" }, this.#status, close),
      ...(named ? [...groups, ...readings] : [...readings, ...groups]),
      ...(near.length
        ? [h("p", {}, text("instead")), h("ul", {}, ...near.map((thing) => h("li", {}, this.#link(thing))))]
        : []),
    );
    this.#open(true);
  }

  /** The canned questions that *query* can mean; on a server a link to where it is asked. */
  async #readings(query: string): Promise<HTMLElement[]> {
    if (this.form.dataset["ask"] !== undefined) {
      const href = `${this.form.action}?q=${encodeURIComponent(query)}`;
      return [h("ul", {}, h("li", {}, h("a", { href }, text("askHere", { query }))))];
    }
    return FILE ? this.#meant(query) : [];
  }

  async #meant(query: string): Promise<HTMLElement[]> {
    const ranking = await this.#ranks();
    const data = await packed("search").catch(() => null);
    const labels = (await packed("ask").catch(() => null))?.labels ?? {};
    const { readings, unknown } = ranking?.understand(query) ?? { readings: [], unknown: [] };
    if (!readings.length || !data) return [];
    const named = new Map(data.things.map((thing) => [thing[1], thing]));
    const entries = readings.flatMap(({ asked, values }) => {
      const href = placeOf({ asked, values });
      if (href === null) return [];
      const link = h("a", { href }, say(asked.title));
      const chips = asked.slots.flatMap(([name, , , , label]) => {
        const key = values.get(name);
        if (key === undefined) return [];
        const thing = named.get(key);
        return [" · ", `${say(label)}: `, thing ? this.#link(thing) : say(labels[key] ?? key)];
      });
      return [h("li", {}, link, ...chips)];
    });
    if (!entries.length) return [];
    const strange = unknown.length ? [h("p", {}, text("unknown", { words: unknown.join(", ") }))] : [];
    return [h("section", {}, h("h2", {}, text("meant")), ...strange, h("ul", {}, ...entries))];
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
        say(group.kind.label),
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
    const href = (this.form.dataset["href"] ?? "{address}")
      .replace("{key}", () => thing[1])
      .replace("{address}", () => thing[5]);
    return h("a", { href }, ...marked(say(thing[2]), terms));
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
      this.#leave();
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

  #open(open: boolean): void {
    this.#panel.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }

  /** Closes the results for good: the address no longer asks for them. */
  #leave(): void {
    this.#close();
    this.#keep("");
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#open(false);
    this.#panel.replaceChildren();
  }
}

function marked(label: string, terms: ReadonlySet<string>): (string | HTMLElement)[] {
  return pieces(label, terms).map((piece, index) => (index % 2 ? h("mark", {}, piece) : piece));
}

function short(description: string): string {
  return description.length <= 180 ? description : `${description.slice(0, 180).replace(/\s+\S*$/, "")} …`;
}

/** The data: at the address that the form names, or in the one file. */
async function load(form: HTMLFormElement): Promise<SearchData> {
  const address = form.dataset["src"];
  if (!address) {
    const data = await packed("search");
    if (!data) throw new Error("no data");
    return data;
  }
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return (await answer.json()) as SearchData;
}
