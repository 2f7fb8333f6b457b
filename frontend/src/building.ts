/** The page of the one file on which one builds a question, as `nqgraph.pages.builder` does on a server. */
import { parted } from "./address.js";
import { button, h } from "./dom.js";
import { packed } from "./packed.js";
import { above, saveTables, shown } from "./saving.js";
import {
  ANY,
  type Condition,
  NONE,
  type Question,
  Relations,
  type Row,
  Unknown,
  type Value,
  type WayData,
} from "./tabled.js";
import { startTables } from "./tables.js";
import { language, say, speaker } from "./texts.js";

const PAGE = "s_fragen-neu";
/** Rows of the table, bars, and entries of a drop-down. */
const MOST_ROWS = 500,
  MOST_BARS = 30,
  MOST_CHOICES = 400;
const SVG = "http://www.w3.org/2000/svg";

const text = speaker({
  build: { de: "Eigene Frage stellen", en: "Ask a question of your own" },
  lead: {
    de: "Wonach fragen Sie? Wählen Sie eine Art von Einträgen; dann Filter, Spalten, Gruppe und Anzahl.",
    en: "What do you ask about? Choose a kind of entries; then filters, columns, group and count.",
  },
  scope: {
    de: "Die Datei kennt dafür Beziehungen, Begriffe, Zahlen und Zeiten, einen Schritt weit. Freie Texte, weitere Schritte und den Text in SPARQL haben „nqgraph serve“ und „nqgraph table“.",
    en: "For this the file knows relations, terms, numbers and times, one step away. Free texts, further steps and the text in SPARQL are with “nqgraph serve” and “nqgraph table”.",
  },
  unknown: {
    de: "Danach lässt sich in der Datei nicht fragen: {what}.",
    en: "The file cannot be asked about this: {what}.",
  },
  alone: {
    de: "Ohne Gruppe ist die Anzahl eine einzige Zahl. Wählen Sie eine Gruppe.",
    en: "Without a group the count is a single number. Choose a group.",
  },
  entries: { de: "Einträge: {count}", en: "Entries: {count}" },
  questions: { de: "Fragen", en: "Questions" },
  other: { de: "andere Art von Einträgen", en: "another kind of entries" },
  where: { de: "Nur Einträge, für die gilt", en: "Only entries for which" },
  filter: { de: "weiterer Filter", en: "another filter" },
  columns: { de: "Spalten", en: "Columns" },
  choose: { de: "Spalten wählen", en: "Choose columns" },
  group: { de: "Zusammenfassen und zählen", en: "Put together and count" },
  by: { de: "eine Zeile je", en: "one row for each" },
  count: { de: "Anzahl", en: "count of" },
  go: { de: "Antwort zeigen", en: "Show the answer" },
  answer: { de: "Antwort", en: "Answer" },
  itself: { de: "die Einträge selbst", en: "the entries themselves" },
  back: { de: "Was darauf verweist", en: "What points at it" },
  all: { de: "alle", en: "all" },
  any: { de: "irgendeine Angabe", en: "anything stated" },
  without: { de: "ohne Angabe", en: "not stated" },
  yes: { de: "ja", en: "yes" },
  no: { de: "nein", en: "no" },
  from: { de: "{way} ab", en: "{way} from" },
  upTo: { de: "{way} bis", en: "{way} up to" },
  or: { de: " oder ", en: " or " },
  byGroup: { de: "{kind} nach {group}", en: "{kind} by {group}" },
  countOf: { de: "Anzahl: {name}", en: "Count: {name}" },
  about: { de: "Aus dem Modell zusammengestellt.", en: "Put together from the model." },
  parts: {
    de: "Wo ein Ganzes genannt ist, zählen seine Teile mit.",
    en: "Where a whole is named, its parts count, too.",
  },
  sum: {
    de: "Ein Eintrag steht in mehreren Zeilen, wenn er mehrere Angaben hat.",
    en: "An entry stands in several rows if it states several.",
  },
  none: { de: "Kein Eintrag erfüllt alle Bedingungen.", en: "No entry meets all conditions." },
  rows: { de: "Zeilen: {count}", en: "Rows: {count}" },
  first: {
    de: "Die ersten {shown} von {count} Zeilen; die Dateien haben alle.",
    en: "The first {shown} of {count} rows; the files have all.",
  },
  bars: {
    de: "Weitere {count} ohne Balken; alle Zahlen stehen in der Tabelle darunter.",
    en: "{count} more without a bar; all numbers are in the table below.",
  },
  same: { de: "Dieselben Zahlen stehen in der Tabelle darunter.", en: "The same numbers are in the table below." },
  download: { de: "Herunterladen", en: "Download" },
});

/** Makes the page, and the links that lead to it. */
export async function startBuilding(): Promise<void> {
  const [data, search] = [await packed("relations"), await packed("search")];
  if (data && search)
    new Page(
      new Relations(
        data,
        search.things.map(([, key, label]) => [key, label]),
      ),
    );
}

/** A *control* of the form with its label. */
function labelled(name: string, label: string, control: HTMLElement): HTMLElement {
  control.id = `b-${name}`;
  control.setAttribute("name", name);
  return h("p", {}, h("label", { for: control.id }, label), control);
}

class Page {
  readonly #section = h("section", { class: "page", id: PAGE });
  #shown = "";
  #asked: string | undefined;

  constructor(readonly relations: Relations) {
    document.getElementById("main")!.append(this.#section);
    document.addEventListener("nqgraph:page", (event) => this.#page((event as CustomEvent<string>).detail));
    document.addEventListener("nqgraph:language", () => {
      this.#asked = undefined;
      this.#page(this.#shown);
    });
    if (parted(location.hash)[0] === PAGE) dispatchEvent(new HashChangeEvent("hashchange"));
    else this.#page(document.querySelector(".page[data-shown]")?.id ?? "");
  }

  #page(id: string): void {
    this.#shown = id;
    const section = document.getElementById(id);
    if (id === PAGE) this.#show(parted(location.hash)[1]);
    else if (section && !section.querySelector(".nq-build")) this.#lead(section);
  }

  /** Adds a link to lists and to the page of the questions. */
  #lead(section: HTMLElement): void {
    const heading = section.querySelector("h1");
    const sign = /(?:^| )k-(\S+)/.exec(heading?.querySelector(".sign")?.className ?? "")?.[1];
    const listed = section.id.startsWith("s_") && this.relations.kinds.some(({ key }) => key === sign);
    if (!heading || !(listed || section.id === "s_abfragen")) return;
    const link = h("a", { href: `#${PAGE}${listed ? `?art=${sign}` : ""}` }, text("build"));
    (section.querySelector(".nq-edit") ?? heading).after(h("p", { class: "nq-build" }, link));
  }

  #show(query: string): void {
    if (this.#asked === query) return;
    this.#asked = query;
    const items = [...new URLSearchParams(query)];
    const heading = h("h1", { tabindex: -1 }, text("build"));
    const made: Node[] = [heading];
    let question: Question | null = null;
    let fault = "";
    try {
      question = this.relations.asked(items);
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      fault = error.message;
    }
    let answer: Node[] = [];
    if (question) {
      try {
        const title = this.#title(question);
        if (
          !question.group.length &&
          question.count.includes(null) &&
          (question.columns.length || question.count.length > 1)
        )
          answer = [h("p", { class: "absent" }, text("alone"))];
        else answer = this.#answer(question, title);
        heading.textContent = title;
      } catch (error) {
        if (!(error instanceof Unknown)) throw error;
        fault = error.message;
      }
    }
    const lead = h("p", { class: "kind" }, h("a", { href: "#s_abfragen" }, text("questions")));
    if (question) lead.append(" · ", h("a", { href: `#${PAGE}` }, text("other")));
    made.unshift(lead);
    if (fault) made.push(h("div", { class: "error", role: "alert" }, h("p", {}, text("unknown", { what: fault }))));
    if (question) made.push(this.#form(question, items), ...answer);
    else made.push(h("p", { class: "lead" }, text("lead")), this.#kinds());
    made.push(h("p", { class: "count" }, text("scope")));
    this.#section.replaceChildren(...made);
    this.#section.dispatchEvent(new Event("nqgraph:answer", { bubbles: true }));
    startTables(this.#section);
    document.title = `${heading.textContent} – ${document.title.split(" – ").slice(1).join(" – ")}`;
    this.#section.dataset["asked"] = query; // for tests
  }

  #kinds(): Node {
    const collator = new Intl.Collator(language());
    const listed = [...this.relations.kinds].sort((a, b) => collator.compare(say(a.name), say(b.name)));
    const cards = listed.map(({ key, name, things }) =>
      h(
        "li",
        {},
        h("a", { href: `#${PAGE}?art=${key}` }, h("strong", {}, say(name))),
        h("p", {}, text("entries", { count: things.length })),
      ),
    );
    return h("ul", { class: "cards" }, ...cards);
  }

  #title({ kind, conditions, group }: Question): string {
    const parts = conditions.map((one) => this.#said(one));
    const named = say(kind.name) + (parts.length ? ` (${parts.join("; ")})` : "");
    return group.length
      ? text("byGroup", { kind: named, group: group.map(({ name }) => say(name)).join(", ") })
      : named;
  }

  #said({ way, sign, values }: Condition): string {
    const named = (value: string): string =>
      value === ANY
        ? text("any")
        : value === NONE
          ? text("without")
          : this.#value(way, this.relations.wanted(way, value));
    const mark = { "=": ":", "!=": " ≠", ">=": " ≥", "<=": " ≤" }[sign] ?? sign;
    return `${say(way.name)}${mark} ${values.map(named).join(text("or"))}`;
  }

  #value(way: WayData | null, value: Value): string {
    if (typeof value === "number") return this.relations.name(value);
    if (way?.type === "boolean") return text(value === "true" ? "yes" : "no");
    if (way?.type === "integer" || way?.type === "decimal") {
      const useGrouping = Math.abs(Number(value)) >= 10_000; // four digits may be a year
      return Number(value).toLocaleString(language(), { maximumFractionDigits: 20, useGrouping });
    }
    return value;
  }

  // -- the form ------------------------------------------------------------------------------------------------------

  #form(question: Question, items: readonly (readonly [string, string])[]): HTMLFormElement {
    const { kind, conditions, columns, group, count } = question;
    const forward = kind.ways.filter(({ back }) => !back);
    const back = kind.ways.filter((way) => way.back);
    const options = (ways: readonly WayData[], chosen: WayData | null | undefined): HTMLOptionElement[] =>
      ways.map((way) => new Option(say(way.name), way.key, false, way === chosen));
    const choose = (name: string, label: string, chosen: WayData | null | undefined, itself = false): HTMLElement => {
      const select = h("select", {}, new Option("–", ""));
      if (itself) select.append(new Option(text("itself"), ".", false, chosen === null));
      select.append(...options(forward, chosen));
      if (back.length) {
        const listed = h("optgroup", { label: text("back") });
        listed.append(...options(back, chosen));
        select.append(listed);
      }
      return labelled(name, label, select);
    };
    const wanted = items.flatMap(([name, value]) =>
      name === "filter" ? kind.ways.filter(({ key }) => key === value) : [],
    );
    const filters = new Set([
      ...conditions.map(({ way }) => way),
      ...wanted,
      ...kind.ways.filter((way) => way.filters),
    ]);
    const fields = [...filters].flatMap((way) =>
      this.#fields(
        way,
        conditions.filter((one) => one.way === way),
      ),
    );
    const boxes = (ways: readonly WayData[]): HTMLElement =>
      h(
        "ul",
        { class: "checks" },
        ...ways.map((way) => {
          const box = h("input", { type: "checkbox", name: "spalte", value: way.key, checked: columns.includes(way) });
          return h("li", {}, h("label", {}, box, ` ${say(way.name)}`));
        }),
      );
    const chosen = columns.flatMap((way) => (way ? [say(way.name)] : []));
    const form = h(
      "form",
      { class: "build" },
      h("input", { type: "hidden", name: "art", value: kind.key }),
      h(
        "fieldset",
        {},
        h("legend", {}, text("where")),
        h("div", { class: "asks" }, ...fields, choose("filter", text("filter"), undefined)),
      ),
      h(
        "fieldset",
        {},
        h("legend", {}, text("columns")),
        h(
          "details",
          { open: !chosen.length && !group.length },
          h("summary", {}, chosen.join(", ") || text("choose")),
          boxes(forward),
          back.length
            ? h(
                "details",
                { open: back.some((way) => columns.includes(way)) },
                h("summary", {}, text("back")),
                boxes(back),
              )
            : null,
        ),
      ),
      h(
        "fieldset",
        {},
        h("legend", {}, text("group")),
        h(
          "div",
          { class: "asks" },
          choose("gruppe", text("by"), group[0]),
          choose("zaehle", text("count"), count[0], true),
        ),
      ),
      h("p", {}, h("button", {}, text("go"))),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const given = [...new FormData(form)].filter(([, value]) => String(value).trim()) as [string, string][];
      const hash = `#${PAGE}?${new URLSearchParams(given)}`;
      this.#asked = undefined;
      if (hash === location.hash) this.#show(parted(hash)[1]);
      else location.hash = hash;
      document.addEventListener(
        "nqgraph:page",
        () => this.#section.querySelector<HTMLElement>("#antwort h2")?.focus(),
        { once: true },
      );
    });
    return form;
  }

  /** The fields of a filter. */
  #fields(way: WayData, own: readonly Condition[]): HTMLElement[] {
    const name = `wo.${way.key}`;
    if (way.type === "integer" || way.type === "decimal" || way.type === "date")
      return ([">", "<"] as const).map((mark) => {
        const value = own.find(({ sign }) => sign === `${mark}=`)?.values[0] ?? "";
        return labelled(
          name + mark,
          text(mark === ">" ? "from" : "upTo", { way: say(way.name) }),
          h("input", { value }),
        );
      });
    const value = own.find(({ sign }) => sign === "=")?.values[0] ?? "";
    const choices = way.type === "boolean" ? [] : this.relations.choices(way);
    if (choices.length > MOST_CHOICES) return [labelled(name, say(way.name), h("input", { value }))];
    const collator = new Intl.Collator(language(), { numeric: true });
    const named =
      way.type === "boolean"
        ? [["true", text("yes")] as const, ["false", text("no")] as const]
        : choices.map((node) => [this.relations.key(node), this.relations.name(node)] as const);
    if (!way.scheme && way.type !== "boolean") named.sort((a, b) => collator.compare(a[1], b[1]));
    const select = h(
      "select",
      {},
      ...[["", text("all")] as const, [ANY, text("any")] as const, [NONE, text("without")] as const, ...named].map(
        ([key, label]) => new Option(label, key, false, key === value),
      ),
    );
    return [labelled(name, say(way.name), select)];
  }

  // -- the answer ------------------------------------------------------------------------------------------------------

  #answer(question: Question, title: string): Node[] {
    const { kind, conditions, columns, group, count } = question;
    const rows = this.relations.rows(question, language());
    const named = group[0] ? say(group[0].name) : say(kind.singular);
    const listed = columns
      .filter((way) => way || group.length)
      .map((way, at) => [way, at] as const)
      .filter(([, at]) => rows.some(({ cells }) => cells[at]!.length)); // others say nothing
    const total = !group.length && count.includes(null);
    const counted = count.map((way) => text("countOf", { name: say(way ? way.name : kind.name) }));
    const heads = [...(total ? [] : [named]), ...listed.map(([way]) => say(way ? way.name : kind.name))];
    const parts = conditions.some(({ way, values }) => way.whole && ![ANY, NONE].includes(values[0]!));
    const stated = [`${title}.`, text("about"), parts ? text("parts") : "", group.length ? text("sum") : ""]
      .filter(Boolean)
      .join(" ");
    const table = (most: number): HTMLTableElement =>
      h(
        "table",
        { class: "sortable", id: "answer_table" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ...heads.map((head) => h("th", { scope: "col" }, head)),
            ...counted.map((head) => h("th", { scope: "col", class: "number" }, head)),
          ),
        ),
        h("tbody", {}, ...rows.slice(0, most).map((row) => this.#row(row, question, total, listed))),
      );
    const save = (form: string): void => {
      const head = form === "xlsx" ? [...above(this.#section), stated] : [stated];
      saveTables(
        form,
        { above: head, tables: [shown(table(rows.length))], below: [] },
        ["fragen-neu", kind.key, ...group.map(({ key }) => key)].join("-"),
      );
    };
    const answer = h(
      "section",
      { class: "part", id: "antwort" },
      h("h2", { tabindex: -1 }, text("answer")),
      h("p", { class: "stated" }, stated),
    );
    if (!rows.length) return [answer, h("p", { class: "absent" }, text("none"))];
    if (rows.length > 1) answer.append(...count.map((_, at) => this.#chart(rows, counted[at]!, at)));
    answer.append(
      h(
        "p",
        { class: "count" },
        rows.length > MOST_ROWS
          ? text("first", { shown: MOST_ROWS, count: rows.length })
          : text("rows", { count: rows.length }),
      ),
      h(
        "div",
        { class: heads.length > 6 ? "scroll wide" : "scroll", tabindex: 0, role: "group", "aria-label": title },
        table(MOST_ROWS),
      ),
      h(
        "p",
        { class: "downloads" },
        h("span", {}, text("download")),
        ": ",
        button("CSV (Excel)", () => save("csv")),
        " ",
        button("XLSX", () => save("xlsx")),
      ),
    );
    return [answer];
  }

  #row(
    { named, cells, counts }: Row,
    question: Question,
    total: boolean,
    listed: readonly (readonly [WayData | null, number])[],
  ): HTMLElement {
    const row = h("tr");
    if (!total) {
      const way = question.group[0] ?? null;
      row.append(h("td", {}, named === null ? h("i", { class: "absent" }, text("without")) : this.#linked(way, named)));
    }
    for (const [way, at] of listed) {
      const values = cells[at]!;
      const [only] = values;
      const numeric = way && (way.type === "integer" || way.type === "decimal") && values.length === 1;
      const cell = h("td", numeric ? { class: "number", "data-value": String(only) } : {});
      values.forEach((value, number) => cell.append(number ? "; " : "", this.#linked(way, value)));
      row.append(cell);
    }
    counts.forEach((number, at) => {
      // nothing that a thing itself states need not be none
      const unsaid = !number && question.count[at] && !question.count[at].back;
      const attributes = unsaid ? {} : { "data-value": number };
      row.append(h("td", { class: "number", ...attributes }, unsaid ? "" : number.toLocaleString(language())));
    });
    return row;
  }

  #linked(way: WayData | null, value: Value): Node {
    const said = this.#value(way, value);
    if (typeof value === "string") return document.createTextNode(said);
    const thing = value < this.relations.things.length;
    const id = `${thing ? "" : "c_"}${this.relations.key(value)}`;
    if (!document.getElementById(id)) return document.createTextNode(said);
    return h("a", { href: `#${id}` }, said);
  }

  /** The numbers as bars. */
  #chart(rows: readonly Row[], title: string, at: number): Node {
    const shown = rows.filter(({ counts }) => counts[at]).sort((a, b) => b.counts[at]! - a.counts[at]!);
    const most = shown[0]?.counts[at] ?? 1;
    const more = shown.length - MOST_BARS;
    const said = more > 0 ? text("bars", { count: more }) : text("same");
    const lines = shown.slice(0, MOST_BARS).map(({ named, counts }) => {
      const picture = document.createElementNS(SVG, "svg");
      for (const [name, value] of Object.entries({
        viewBox: "0 0 100 1",
        preserveAspectRatio: "none",
        "aria-hidden": "true",
      }))
        picture.setAttribute(name, value);
      const bar = document.createElementNS(SVG, "rect");
      for (const [name, value] of Object.entries({ width: (100 * counts[at]!) / most, height: 1, class: "part-1" }))
        bar.setAttribute(name, String(value));
      picture.append(bar);
      const name = named === null ? text("without") : this.#value(null, named);
      return h(
        "tr",
        {},
        h("th", { scope: "row" }, name, picture),
        h("td", { class: "number" }, counts[at]!.toLocaleString(language())),
      );
    });
    return h(
      "figure",
      { class: "plot" },
      h("figcaption", {}, title),
      h("table", { class: "bars" }, h("tbody", {}, ...lines)),
      h("p", { class: "count" }, said),
    );
  }
}
