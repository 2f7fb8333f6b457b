/** The page of the endpoint: the editor of Yasgui's successor, examples, and answers as tables and networks. */
import "./webgl.js";
import Yasqe from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";
import { MultiDirectedGraph } from "graphology";
import forceAtlas2 from "graphology-layout-forceatlas2";
import "./network.css";
import "./editor.css";
import type { NetworkData, NetworkNode } from "./data.js";
import { parted } from "./address.js";
import { announce, button, fileName, h } from "./dom.js";
import { Explorer } from "./explorer.js";
import { startTables } from "./tables.js";
import { text } from "./networktexts.js";
import {
  type Prefixes,
  type Table,
  type Term,
  type Triple,
  isNumber,
  network,
  shrink,
  triples,
  undeclared,
} from "./results.js";
import { language } from "./texts.js";

interface Completion {
  readonly iri: string;
  readonly label: string;
}
interface Example {
  readonly name: string;
  readonly title: string;
  readonly text: string;
}
interface Completions {
  readonly prefixes?: Prefixes;
  readonly terms: readonly Completion[];
}

const SHOWN = 500;
/** Most relations that a picture shows. */
const MOST = 5000;
const ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9, */*;q=0.1";
const START = "SELECT ?s ?p ?o WHERE {\n  ?s ?p ?o\n}\nLIMIT 25";

/** JSON in an attribute, or at the address that it holds; *fallback* where there is none. */
async function read<T>(given: string | undefined, fallback: T): Promise<T> {
  if (!given) return fallback;
  if (/^\s*[[{]/.test(given)) return JSON.parse(given) as T;
  try {
    const answer = await fetch(given);
    return answer.ok ? ((await answer.json()) as T) : fallback;
  } catch {
    return fallback; // one can write queries without examples and completions
  }
}

/** The element of the editor, which in the one file can answer. */
interface Place extends HTMLElement {
  readonly ask?: (query: string, accept: string, signal?: AbortSignal) => Promise<Response>;
}

class Editor {
  readonly #yasqe: Yasqe;
  readonly #answer = h("section", { class: "nqe-answer", "aria-label": text("result") });
  readonly #run: HTMLButtonElement;
  #running: AbortController | undefined;

  constructor(
    readonly place: HTMLElement,
    readonly endpoint: string,
    readonly prefixes: Prefixes,
    readonly terms: readonly Completion[],
    readonly examples: readonly Example[],
  ) {
    const asked = this.#asked();
    const wanted = this.#wanted();
    const choose = h(
      "select",
      { id: "nqe-examples" },
      h("option", { value: "" }, text("chooseExample")),
      ...examples.map((example) => h("option", { value: example.name, selected: example === wanted }, example.title)),
    );
    choose.addEventListener("change", () => {
      const example = examples.find(({ name }) => name === choose.value);
      if (example) this.#yasqe.setValue(example.text);
    });
    this.#run = button(text("run"), () => void (this.#running ? this.#running.abort() : this.#ask()), {
      class: "nqe-run",
    });
    const field = h("div", { class: "nqe-field" });
    place.classList.add("nqe");
    place.replaceChildren(
      ...(examples.length
        ? [h("p", { class: "nqe-examples" }, h("label", { for: choose.id }, text("examples")), choose)]
        : []),
      field,
      h("p", { class: "nqe-bar" }, this.#run, h("span", { class: "nqn-soft" }, text("keys"))),
      this.#answer,
    );
    for (const name of ["prefixes", "property", "class"]) delete Yasqe.Autocompleters[name]; // they ask other servers
    Yasqe.defaults.autocompleters = ["variables"];
    Yasqe.registerAutocompleter({
      name: "nqgraph",
      bulk: false,
      autoShow: true,
      isValidCompletionPosition: (yasqe) => {
        const token = yasqe.getCompleteToken();
        return !/^[?$"'#]/.test(token.string) && token.type !== "comment" && /^[<\p{L}]/u.test(token.string);
      },
      get: (_, token) => this.#complete(token?.string ?? ""),
      postprocessHints: (_, hints) =>
        hints.map((hint) => ({ ...hint, displayText: `${hint.text}  ${this.#label(hint.text)}` })),
    });
    this.#yasqe = new Yasqe(field, {
      value: wanted?.text ?? asked.get("query") ?? START,
      persistenceId: null,
      autocompleters: ["variables", "nqgraph"],
      prefixCcApi: null,
      consumeShareLink: null,
      createShareableLink: () => location.href,
      createShortLink: undefined,
      pluginButtons: undefined,
      showQueryButton: false,
      resizeable: false,
      editorHeight: "18rem",
      screenReaderLabel: text("editorQuery"),
      extraKeys: {
        "Ctrl-Space": (editor: unknown) => (editor as Yasqe).autocomplete(),
        "Ctrl-Enter": () => void this.#ask(),
        "Cmd-Enter": () => void this.#ask(),
        Tab: false,
        "Shift-Tab": false,
      } as never, // the tab key leaves the field, as everywhere
    } as never);
    field.querySelector(".yasqe_buttons")?.remove();
  }

  /** What the address says; in the one file behind the name of the page. */
  #asked(): URLSearchParams {
    return new URLSearchParams(this.place.dataset["href"] ? parted(location.hash)[1] : location.search);
  }

  #wanted(): Example | undefined {
    const name = this.#asked().get("abfrage");
    return this.examples.find((example) => example.name === name);
  }

  /** Opens the example that the address names. */
  open(): void {
    const wanted = this.#wanted();
    if (wanted) this.#yasqe.setValue(wanted.text);
  }

  #complete(typed: string): string[] {
    const wanted = typed.replace(/^</, "").toLowerCase();
    const local = wanted.replace(/^[\w-]*:/, "");
    const prefix = wanted.includes(":") && !wanted.includes("://") ? wanted.slice(0, wanted.indexOf(":") + 1) : "";
    return this.terms
      .map(({ iri, label }) => ({ name: shrink(iri, this.prefixes), iri, label: label.toLowerCase() }))
      .filter(
        ({ name, iri, label }) =>
          (prefix ? name.toLowerCase().startsWith(prefix) : true) &&
          (name.toLowerCase().includes(local) || iri.toLowerCase().startsWith(wanted) || label.includes(local)),
      )
      .sort((a, b) => rank(a.name, local) - rank(b.name, local) || (a.name < b.name ? -1 : 1))
      .slice(0, 60)
      .map(({ name, iri }) => (name === iri ? `<${iri}>` : name));
  }

  #label(name: string): string {
    return this.terms.find(({ iri }) => shrink(iri, this.prefixes) === name || `<${iri}>` === name)?.label ?? "";
  }

  #query(): string {
    const missing = undeclared(this.#yasqe.getValue(), this.prefixes);
    if (Object.keys(missing).length) this.#yasqe.addPrefixes(missing);
    return this.#yasqe.getValue();
  }

  #fetch(query: string, accept: string, signal?: AbortSignal): Promise<Response> {
    const { ask } = this.place as Place; // the one file answers itself
    if (ask) return ask(query, accept, signal);
    return fetch(this.endpoint, {
      method: "POST",
      headers: { "Content-Type": "application/sparql-query", Accept: accept, "Accept-Language": language() },
      body: query,
      signal: signal ?? null,
    });
  }

  async #ask(): Promise<void> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.#run.textContent = text("stop");
    this.#say(h("p", { role: "status" }, text("running")));
    const query = this.#query();
    const began = performance.now();
    try {
      const answer = await this.#fetch(query, ACCEPT, running.signal);
      const body = await answer.text();
      const seconds = ((performance.now() - began) / 1000).toLocaleString(language(), { maximumFractionDigits: 2 });
      const note = decodeURIComponent(answer.headers.get("Nqgraph-Note") ?? "");
      if (!answer.ok) this.#complain(reason(body, answer));
      else if ((answer.headers.get("Content-Type") ?? "").includes("json"))
        this.#table(JSON.parse(body) as Table, query, seconds);
      else this.#graph(triples(body), query, seconds);
      if (note) this.#answer.prepend(h("p", { class: "nqe-note" }, note));
    } catch (error) {
      if (running.signal.aborted) this.#say(h("p", { role: "status" }, text("stopped")));
      else this.#complain(text("failed", { message: error instanceof Error ? error.message : String(error) }));
    } finally {
      if (this.#running === running) {
        this.#running = undefined;
        this.#run.textContent = text("run");
      }
    }
  }

  #say(...parts: Node[]): void {
    this.#answer.replaceChildren(...parts);
  }

  #complain(message: string): void {
    this.#say(h("p", { role: "alert", class: "error" }, message));
  }

  #table(found: Table, query: string, seconds: string): void {
    if (found.boolean !== undefined) {
      const answer = text("ask", { answer: text(found.boolean ? "yes" : "no") });
      this.#say(h("p", { role: "status" }, answer));
      return;
    }
    const names = found.head.vars ?? [];
    const rows = found.results?.bindings ?? [];
    this.#rows(
      names,
      rows.map((row) => names.map((name) => row[name])),
      text("rows", { count: rows.length, seconds }),
      [this.#download(text("csv"), query, "text/csv", "nqgraph.csv")],
    );
  }

  #graph(found: readonly Triple[], query: string, seconds: string): void {
    const headings = [text("subject"), text("predicate"), text("object")];
    const place = h("div", { class: "nqe-network" });
    const toggle = button(
      text("network"),
      () => {
        const open = toggle.getAttribute("aria-expanded") === "true";
        toggle.setAttribute("aria-expanded", String(!open));
        toggle.textContent = text(open ? "network" : "closeNetwork");
        place.replaceChildren();
        if (!open) this.#picture(place, found);
      },
      { "aria-expanded": "false" },
    );
    this.#rows(
      headings,
      found,
      text("statements", { count: found.length, seconds }),
      [toggle, this.#download(text("turtle"), query, "text/turtle", "nqgraph.ttl")],
      place,
    );
  }

  #rows(
    headings: readonly string[],
    rows: readonly (readonly (Term | undefined)[])[],
    status: string,
    controls: HTMLElement[],
    ...more: HTMLElement[]
  ): void {
    const body = h("tbody");
    const fill = (part: typeof rows): void =>
      body.append(...part.map((row) => h("tr", {}, ...row.map((term) => this.#cell(term)))));
    fill(rows.slice(0, SHOWN));
    const table = h(
      "table",
      { class: "sortable" },
      h("thead", {}, h("tr", {}, ...headings.map((name) => h("th", { scope: "col" }, name)))),
      body,
    );
    const all = button(text("allRows", { count: rows.length }), () => {
      all.remove();
      fill(rows.slice(SHOWN));
    });
    const scroll = h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": text("result") }, table);
    this.#say(
      h("p", { class: "nqe-bar" }, h("span", { role: "status" }, status), ...controls),
      ...more,
      ...(rows.length ? [scroll] : []),
      ...(rows.length > SHOWN ? [all] : []),
    );
    startTables(this.#answer);
    announce(status);
  }

  #cell(term: Term | undefined): HTMLTableCellElement {
    if (!term) return h("td");
    if (term.type === "uri") {
      const href = this.#address(term.value);
      const shown = this.#short(term.value);
      return h("td", {}, href === null ? shown : h("a", { href, title: term.value }, shown));
    }
    const lang = term["xml:lang"];
    if (isNumber(term)) return h("td", { class: "number", "data-value": term.value }, term.value);
    return h(
      "td",
      {},
      h("span", { lang, dir: lang ? "auto" : null }, term.type === "bnode" ? `_:${term.value}` : term.value),
      lang ? h("small", {}, lang) : null,
    );
  }

  /** A thing of ours as its kind and key, another IRI by its prefix. */
  #short(iri: string): string {
    const things = `${this.#base}id/`;
    return this.#base && iri.startsWith(things) ? iri.slice(things.length) : shrink(iri, this.prefixes);
  }

  /** What our IRIs begin with. */
  get #base(): string {
    return this.prefixes["nq"]?.replace(/def[/#]?$/, "") ?? "";
  }

  /** Where an IRI leads: things of ours to this server, others on the web; nowhere for other schemes. */
  #address(iri: string): string | null {
    const base = this.#base;
    const { href } = this.place.dataset;
    if (href && base && iri.startsWith(base)) {
      const key = iri.slice(iri.lastIndexOf("/") + 1);
      return document.getElementById(key)?.matches(".page") ? href.replace("{key}", key) : null;
    }
    if (base && iri.startsWith(base))
      return new URL(iri.slice(base.length), new URL(this.endpoint, document.baseURI)).href;
    return /^https?:\/\//.test(iri) ? iri : null;
  }

  #download(label: string, query: string, type: string, name: string): HTMLButtonElement {
    return button(label, () => {
      void this.#fetch(query, type)
        .then(async (answer) => {
          if (!answer.ok) throw new Error(reason(await answer.text(), answer));
          const link = h("a", { href: URL.createObjectURL(await answer.blob()), download: fileName(name) });
          link.click();
          setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
        })
        .catch((error: unknown) => announce(text("failed", { message: String(error) })));
    });
  }

  #picture(place: HTMLElement, found: readonly Triple[]): void {
    const links = found.filter(([, , object]) => object.type !== "literal");
    const shown =
      links.length > MOST
        ? [...found.filter(([, , object]) => object.type === "literal"), ...links.slice(0, MOST)]
        : found;
    const names = new Map(this.terms.map(({ iri, label }) => [iri, label]));
    const made = network(shown, this.prefixes, { de: text("otherKind"), en: text("otherKind") }, names);
    if (!made.edges.length) return place.replaceChildren(h("p", { role: "status" }, text("noGraph")));
    const inner = h("div");
    place.replaceChildren(
      ...(links.length > MOST ? [h("p", { role: "status" }, text("tooLarge", { count: MOST }))] : []),
      inner,
    );
    new Explorer(inner, placed(made), null, (_, key) => this.#address(made.iris[Number(key)] ?? ""));
  }
}

function rank(name: string, wanted: string): number {
  const at = name
    .toLowerCase()
    .replace(/^[\w-]*:/, "")
    .indexOf(wanted);
  return at === 0 ? 0 : at > 0 ? 1 : 2;
}

/** What the endpoint says about an error: a problem as JSON (RFC 9457), else its text. */
function reason(body: string, answer: Response): string {
  try {
    const problem = JSON.parse(body) as { detail?: string; title?: string };
    return problem.detail ?? problem.title ?? body;
  } catch {
    return body.trim() && !body.includes("<html")
      ? body.trim().slice(0, 2000)
      : `${answer.status} ${answer.statusText}`;
  }
}

/** Places by forces, from a circle on: the same graph looks the same each time. */
function placed(data: NetworkData): NetworkData {
  const graph = new MultiDirectedGraph();
  data.nodes.forEach((_, node) => {
    const angle = (node * 2 * Math.PI) / data.nodes.length;
    graph.addNode(node, { x: Math.cos(angle), y: Math.sin(angle) });
  });
  for (const [source, target] of data.edges) if (source !== target) graph.addEdge(source, target);
  const rounds = data.nodes.length > 1000 ? 60 : 250;
  const found = forceAtlas2(graph, {
    iterations: rounds,
    settings: {
      ...forceAtlas2.inferSettings(graph),
      barnesHutOptimize: data.nodes.length > 500,
      linLogMode: true,
      gravity: 1,
    },
  });
  const most = Math.max(...Object.values(found).flatMap(({ x, y }) => [Math.abs(x!), Math.abs(y!)]), 1e-9);
  const nodes = data.nodes.map((node, number) => {
    const { x, y } = found[number]!;
    return [
      node[0],
      node[1],
      node[2],
      (x! / most) * 1000,
      (y! / most) * 1000,
      node[5],
      node[6],
      node[7],
    ] as NetworkNode;
  });
  return { ...data, nodes };
}

const editors = new WeakMap<HTMLElement, Editor>();

async function start(): Promise<void> {
  const place = document.getElementById("editor");
  if (!place) return;
  const known = editors.get(place);
  if (known) return known.open();
  const { endpoint = "/sparql", completions, examples, prefixes } = place.dataset;
  const [terms, listed, given] = await Promise.all([
    read<Completions | readonly Completion[]>(completions, []),
    read<readonly Example[]>(examples, []),
    read<Prefixes>(prefixes, {}),
  ]);
  const all = "terms" in terms ? terms : { terms };
  editors.set(place, new Editor(place, endpoint, { ...all.prefixes, ...given }, all.terms, listed));
}

void start();
document.addEventListener("nqgraph:editor", () => void start());
