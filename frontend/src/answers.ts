/** The canned questions in the one file: a form for each, whose answers are rows that lie in the file. */
import { parted } from "./address.js";
import { announce, button, h } from "./dom.js";
import { type Answers, type Asked, type Field, packed } from "./packed.js";
import { above, saveTables, shown } from "./saving.js";
import { startTables } from "./tables.js";
import { language, say, speaker } from "./texts.js";

const said = speaker({
  given: { de: "{label}: {value}", en: "{label}: {value}" },
  usual: { de: "{label}: {value} (Vorgabe)", en: "{label}: {value} (default)" },
  all: { de: "{label}: alle", en: "{label}: all" },
  rows: { de: "Zeilen: {count}", en: "Rows: {count}" },
  none: { de: "Darauf gibt es in den Daten keine Antwort.", en: "The data hold no answer to this." },
  choose: { de: "Wählen Sie oben aus, wonach Sie fragen.", en: "Choose above what you are asking about." },
  alone: {
    de: "Diese Angaben zusammen beantwortet die Datei nicht. Wählen Sie eine davon ab.",
    en: "The file does not answer these together. Take one of them away.",
  },
  unseen: {
    de: "Leere Felder: Dort hat noch niemand nachgesehen.",
    en: "Empty cells: nobody has looked there yet.",
  },
  download: { de: "Herunterladen", en: "Download" },
});

/** What one chose: a value for each field, "" for none or the default. */
export type Choice = readonly string[];

/** The numbers of the rows that answer *choice*; null where the question is not asked before one chooses. */
export function rows(asked: Asked, choice: Choice, lang: string): readonly number[] | null {
  const values = (field: number): readonly string[] => asked.fields[field]!.values;
  let place = 0;
  for (const field of asked.main) {
    const at = values(field).indexOf(choice[field]!);
    if (at < 0) return null;
    place = place * values(field).length + at;
  }
  const said = asked.said[lang]!;
  let found: readonly number[] = said.lists[said.answers[place]!]!;
  for (const [field, through] of asked.through) {
    const value = choice[field];
    if (!value) continue;
    const keys = new Set(through[values(field).indexOf(value)] ?? []);
    found = found.filter((row) => keys.has(said.keys[row]!));
  }
  return found;
}

/** What stands in a cell, without what it rests on. */
const words = (html: string): string => html.replace(/<small>.*?<\/small>|<[^>]*>/g, "").trim();

/** Nothing, or why there is nothing. */
const NOTHING = /^ ?$|^<td><i class="?absent"?>/;

/** The columns in which *found* say something, without those that only repeat what was chosen. */
export function columns(
  answers: Answers,
  asked: Asked,
  choice: Choice,
  lang: string,
  found: readonly number[],
): number[] {
  const given = new Set(asked.fields.filter((_, at) => choice[at]).map(({ name }) => name));
  const { names, cells } = asked.said[lang]!;
  const html = (row: number, at: number): string => answers.cells[cells[at]![row]! - 1] ?? "";
  const saying = names.flatMap((name, at) =>
    given.has(name.replace(/Name$/, "")) || found.every((row) => NOTHING.test(html(row, at))) ? [] : [at],
  );
  const links = saying.filter((at) => found.some((row) => html(row, at).startsWith("<td><a ")));
  const repeats = (at: number): boolean =>
    !found.some((row) => html(row, at).includes("<a ")) &&
    links.some((other) => found.every((row) => ["", words(html(row, at))].includes(words(html(row, other)))));
  return saying.filter((at) => !repeats(at));
}

class Form {
  #submitted = false;
  readonly #selects: HTMLSelectElement[];

  constructor(
    readonly form: HTMLFormElement,
    readonly asked: Asked,
    readonly answers: Answers,
  ) {
    this.#selects = [...form.querySelectorAll("select")];
    this.#selects.forEach((select, at) => this.#fill(select, asked.fields[at]!));
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = new URLSearchParams(this.#selects.flatMap(({ name, value }) => (value ? [[name, value]] : [])));
      const query = chosen.toString();
      const hash = `#${form.closest(".page")!.id}${query && `?${query}`}`;
      this.#submitted = true;
      if (hash === location.hash) this.show();
      else location.hash = hash;
    });
    this.show();
  }

  /** Offers what one can choose, by the order of the reader's language where it is things. */
  #fill(select: HTMLSelectElement, field: Field): void {
    const named = this.answers.names[field.of] ?? {};
    const entries = field.values
      .concat(field.default === undefined || field.values.includes(field.default) ? [] : [field.default])
      .filter(Boolean)
      .map((value) => [value, say(named[value] ?? value)] as const);
    if (field.sorted) {
      const order = new Intl.Collator(language(), { numeric: true });
      entries.sort((a, b) => order.compare(a[1], b[1]));
    }
    select.append(...entries.map(([value, label]) => new Option(label, value)));
    if (field.default !== undefined) {
      select.options[0]!.remove();
      select.value = field.default;
    }
  }

  /** Shows the answer that the address names. */
  show(): void {
    const [page, query] = parted(location.hash);
    const given = new URLSearchParams(this.form.closest(".page")?.id === page ? query : "");
    this.asked.fields.forEach((field, at) => {
      const select = this.#selects[at]!;
      const value = given.get(field.name) ?? "";
      const known = [...select.options].some((option) => option.value === value);
      select.value = known ? value : (field.default ?? "");
    });
    const choice = this.asked.fields.map(({ default: usual }, at) => {
      const { value } = this.#selects[at]!;
      return value === usual ? "" : value;
    });
    this.#answer(choice);
    const section = this.form.closest<HTMLElement>(".page")!;
    if (this.#submitted) section.querySelector<HTMLElement>('.answer [role="status"]')?.focus();
    this.#submitted = false;
    if (section.id === page) section.dataset["asked"] = query && `?${query}`; // for tests
  }

  /** What the page calls a field, without the note that it is needed. */
  #label(at: number): string {
    return this.#selects[at]!.labels[0]!.firstChild!.textContent!.trim();
  }

  #answer(choice: Choice): void {
    const section = this.form.closest<HTMLElement>(".page")!;
    const place = section.querySelector<HTMLElement>(".answer")!;
    const stated = section.querySelector<HTMLElement>(".stated");
    const narrowing = this.asked.through.filter(([field]) => choice[field]).length;
    const alone = !this.asked.together && narrowing + this.asked.main.filter((field) => choice[field]).length > 1;
    const found = alone ? null : rows(this.asked, choice, language());
    if (stated)
      stated.textContent = this.asked.fields
        .flatMap((field, at) => {
          const { value, options } = this.#selects[at]!;
          const label = this.#label(at);
          if (!value) return field.stated ? [said("all", { label })] : [];
          const shown = [...options].find((option) => option.value === value)!.text;
          return [said(choice[at] ? "given" : "usual", { label, value: shown })];
        })
        .join(" · ");
    if (!found) {
      place.replaceChildren(
        h(
          "p",
          { class: alone ? "absent alone" : "absent", role: "status", tabindex: "-1" },
          said(alone ? "alone" : "choose"),
        ),
      );
      return;
    }
    if (!found.length) {
      place.replaceChildren(h("p", { class: "absent", role: "status", tabindex: "-1" }, said("none")));
      return;
    }
    this.#table(place, choice, found);
  }

  #table(place: HTMLElement, choice: Choice, found: readonly number[]): void {
    const { form, asked, answers } = this;
    const stored = asked.said[language()]!;
    const shown = columns(answers, asked, choice, language(), found);
    const html = (row: number, at: number): string => answers.cells[stored.cells[at]![row]! - 1]?.trim() || "<td>";
    const head = shown.map((at) => `<th scope="col">${stored.headings[at]!}</th>`).join("");
    const body = found.map((row) => `<tr>${shown.map((at) => html(row, at)).join("")}</tr>`).join("");
    const table = h("table", { class: "sortable", id: `answer_${asked.name}` });
    table.innerHTML = `<thead><tr>${head}</tr></thead><tbody>${body}</tbody>`; // of our own templates, as in tongues.ts
    const name = form.dataset["name"]!;
    const unseen = found.some((row) => shown.some((at) => answers.cells[stored.cells[at]![row]! - 1] === " "));
    const count = said("rows", { count: found.length });
    place.replaceChildren(
      h("p", { class: "count", role: "status", tabindex: "-1" }, count),
      h(
        "div",
        { class: shown.length > 6 ? "scroll wide" : "scroll", tabindex: "0", role: "group", "aria-label": name },
        table,
      ),
      ...this.#grades(table),
      ...(unseen ? [h("p", { class: "absent" }, said("unseen"))] : []),
      h(
        "p",
        { class: "downloads" },
        h("span", {}, said("download")),
        ": ",
        button("CSV (Excel)", () => this.#download("csv", table, choice)),
        " ",
        button("XLSX", () => this.#download("xlsx", table, choice)),
      ),
    );
    place.dispatchEvent(new Event("nqgraph:answer", { bubbles: true }));
    startTables(place);
    announce(count);
  }

  /** What the grades in *table* mean, of what the page says of all of them. */
  #grades(table: HTMLTableElement): Element[] {
    const all = this.form.querySelector<HTMLTemplateElement>("template")?.content.querySelector("details");
    const made = all?.cloneNode(true) as HTMLDetailsElement | undefined;
    if (!made) return [];
    const texts = new Set([...table.tBodies[0]!.querySelectorAll("td")].map((cell) => cell.textContent));
    for (const name of made.querySelectorAll("dt")) {
      if (texts.has(name.textContent)) continue;
      name.nextElementSibling?.remove();
      name.remove();
    }
    return made.querySelector("dt") ? [made] : [];
  }

  #download(form: string, table: HTMLTableElement, choice: Choice): void {
    const page = this.form.closest(".page")!;
    const stated = page.querySelector(".stated")?.textContent ?? "";
    const head = [...(form === "xlsx" ? above(page) : []), stated].filter(Boolean);
    const grades = form === "xlsx" ? [...page.querySelectorAll(".answer dt")] : [];
    const below = grades.map((name) => [name.textContent!, name.nextElementSibling?.textContent ?? ""]);
    saveTables(
      form,
      { above: head, tables: [shown(table)], below },
      [this.asked.name, ...choice.filter(Boolean)].join("-"),
    );
  }
}

const forms = new WeakMap<Element, Form>();

/** Makes the forms of *root* work; the form of a page that comes back shows what the address says. */
export async function startForms(root: ParentNode): Promise<void> {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-asked]")) {
    const known = forms.get(form);
    if (known) {
      known.show();
      continue;
    }
    const answers = await packed("answers");
    const asked = answers?.asked.find(({ name }) => name === form.dataset["asked"]);
    if (answers && asked && !forms.has(form)) forms.set(form, new Form(form, asked, answers));
  }
}
