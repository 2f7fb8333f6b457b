/** Forms in the one file: their pages, and the page that lists what the reader has changed. */
import { parted } from "./address.js";
import { type Change, Changes, type FieldData, type Forms, file, forms } from "./changes.js";
import { announce, button, fileName, h, remember, remembered } from "./dom.js";
import { fault, slug, startKey, startLists } from "./fields.js";
import { text } from "./formtexts.js";
import { say } from "./texts.js";

/** Ids of the pages. */
const FORM = "s_aendern";
const MINE = "s_aenderungen";
const KEY = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** Entries that are boxes to tick. */
const MOST_TICKS = 8;

/** Semicolons separate the values of a cell. */
const parts = (cell: string): string[] =>
  cell
    .split(";")
    .map((part) => part.trim())
    .filter(Boolean);

/** *text* as cells hold it. */
const clean = (text: string): string =>
  text
    .normalize("NFC")
    .replace(/\r\n?/g, "\n")
    .replace(/[ \t\u00a0\u2007\u202f]+/g, " ")
    .trim();

/** A new entry that is named in the field *at* of another. */
interface Beside {
  readonly at: string;
  readonly made: Change;
}
interface Wrong {
  readonly name: string;
  readonly label: string;
  readonly said: string;
}

export async function startFileForms(): Promise<void> {
  const found = await forms().catch(() => null);
  if (found) new FileForms(found);
}

class FileForms {
  readonly #changes: Changes;
  readonly #main = document.getElementById("main")!;
  #shown = "";

  constructor(readonly forms: Forms) {
    this.#changes = new Changes(forms.data.base);
    for (const id of [FORM, MINE]) this.#main.append(h("section", { class: "page", id }));
    document.addEventListener("nqgraph:page", (event) => this.#page((event as CustomEvent<string>).detail));
    document.addEventListener("nqgraph:language", () => this.#page(this.#shown));
    const [page] = parted(location.hash);
    // what the address names was looked for before our pages were there
    if (page === FORM || page === MINE) dispatchEvent(new HashChangeEvent("hashchange"));
    else this.#page(document.querySelector(".page[data-shown]")?.id ?? "");
  }

  /** Makes the page *id*, or adds what leads to forms. */
  #page(id: string): void {
    const section = document.getElementById(id);
    if (!section) return;
    const moved = id !== this.#shown || id === FORM;
    this.#shown = id;
    if (id === FORM) this.#form(section, moved);
    else if (id === MINE) this.#mine(section, moved);
    else this.#lead(section);
    this.#count();
  }

  /** Shows *made* on one of our pages. */
  #put(section: HTMLElement, title: string, moved: boolean, ...made: (Node | null)[]): void {
    const heading = h("h1", { tabindex: -1 }, title);
    section.replaceChildren(heading, ...made.filter((node): node is Node => node !== null));
    document.title = `${title} – ${document.title.split(" – ").slice(1).join(" – ")}`;
    if (moved) heading.focus({ preventScroll: true });
  }

  /** Adds a link to the form of a thing, at the end of what one reads, or of a new one of its kind. */
  #lead(section: HTMLElement): void {
    if (section.querySelector(".nq-edit")) return;
    const heading = section.querySelector("h1");
    const kind = this.forms.kindOf(section.id);
    if (heading && kind) {
      const beside = this.forms.belonging(kind).map(([other, column]) => {
        const name = say(this.forms.data.kinds[other]!.singular);
        return h("a", { href: `#${FORM}?kind=${other}&${column}=${section.id}` }, text("fresh", { name }));
      });
      const own = h("a", { href: `#${FORM}?key=${section.id}` }, text("change"));
      section.append(h("p", { class: "nq-edit" }, ...[own, ...beside].flatMap((link) => [link, " "])));
      return;
    }
    const sign = /(?:^| )k-(\S+)/.exec(heading?.querySelector(".sign")?.className ?? "")?.[1];
    const listed = sign ? this.forms.data.kinds[sign] : undefined;
    if (!heading || !listed || !section.id.startsWith("s_")) return;
    const name = text("fresh", { name: say(listed.singular) });
    heading.after(h("p", { class: "nq-edit" }, h("a", { href: `#${FORM}?kind=${sign}` }, name)));
  }

  /** Shows at the head of all pages how many changes wait. */
  #count(): void {
    const count = this.#changes.all.length;
    let link = document.querySelector<HTMLAnchorElement>(".tools .nq-mine");
    if (!link && !count) return;
    if (!link) {
      link = h("a", { class: "nq-mine", href: `#${MINE}` });
      document.querySelector(".tools")?.prepend(link);
    }
    link.hidden = !count;
    link.textContent = text("mineCount", { count });
  }

  #name(kind: string, key: string): string {
    const label = this.forms.keys.get(kind)?.get(key);
    return label ? say(label) : key;
  }

  // -- a form ---------------------------------------------------------------------------------------------------

  #form(section: HTMLElement, moved: boolean): void {
    const query = new URLSearchParams(parted(location.hash)[1]);
    const key = query.get("key") ?? "";
    const old = this.#changes.all[Number(query.get("nr") ?? "-1")];
    const kind = old?.kind ?? (key ? this.forms.kindOf(key) : query.get("kind")) ?? "";
    const data = this.forms.data.kinds[kind];
    if (!data || (key && !this.forms.keys.get(kind)?.has(key))) return this.#put(section, text("gone"), moved);
    const change = old ?? this.#changes.find(kind, key);
    const before = change?.before ?? (key ? this.forms.cells(kind, key) : []);
    const fields = this.forms.fields(kind);
    const given = key ? before : fields.map((_, column) => query.get(String(column)) ?? "");
    const values = change?.after ?? given;
    const form = h("form", { class: "edit", novalidate: true, "data-add": text("add", { name: "{name}" }) });
    form.append(h("p", { class: "count" }, text("required")));
    let at = 0;
    const groups = data.groups.map(([heading, count]) => {
      const made = data.order.slice(at, at + count).map((column) => this.#field(fields[column]!, values[column] ?? ""));
      at += count;
      return h("fieldset", {}, at > count ? h("legend", {}, say(heading) || text("more")) : null, ...made);
    });
    form.append(groups.shift()!);
    if (groups.length) {
      form.append(h("details", { class: "more", open: key !== "" }, h("summary", {}, text("more")), ...groups));
    }
    const field = form.querySelector<HTMLInputElement>("#f-identifier");
    if (field && !key) field.dataset["prefix"] = this.forms.prefix(kind);
    form.append(...this.#lists(fields));
    form.append(
      h("p", { class: "edit-go" }, h("button", { class: "go" }, text("note")), h("small", {}, text("noteHint"))),
    );
    startLists(form);
    startKey(form, (wanted) => this.#free(kind, wanted));
    form.addEventListener("input", (event) => {
      const field = (event.target as HTMLElement).closest<HTMLElement>("[data-field]");
      const which = fields.findIndex(([name]) => name === field?.dataset["field"]);
      if (field && which >= 0) fault(field, this.#faults(fields[which]!, this.#read(form, fields[which]!), kind, key));
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const version = change?.version ?? this.forms.data.version;
      const beside = this.#beside(form, version);
      const after = fields.map((field) => {
        const named = beside.filter(({ at }) => at === field[0]).map(({ made }) => made.after[this.#keyAt(made.kind)]!);
        return [this.#read(form, field), ...named].filter(Boolean).join("; ");
      });
      this.#keep(form, fields, { kind, key, before, after, version }, beside, change);
    });
    const title = key
      ? text("changeTitle", { name: this.#name(kind, key) })
      : text("fresh", { name: say(data.singular) });
    this.#put(section, title, moved, form);
    if (moved) scrollTo({ top: 0, behavior: "instant" });
  }

  /** A key like *wanted* that no entry of the kind has. */
  #free(kind: string, wanted: string): string {
    const taken = (key: string): boolean => (this.forms.keys.get(kind)?.has(key) ?? false) || this.#own().has(key);
    let key = wanted;
    for (let number = 2; taken(key); number++) key = `${wanted}-${number}`;
    return key;
  }

  /** Keys of the new entries among the changes. */
  #own(): Set<string> {
    const fresh = this.#changes.all.filter((change) => !change.key);
    return new Set(fresh.flatMap((change) => parts(change.after[this.#keyAt(change.kind)]!)));
  }

  /** The fields that an entry of *kind* needs, without its key, which is made. */
  #needed(kind: string): FieldData[] {
    return this.forms.fields(kind).filter(([, , show, flags]) => flags & 1 && show !== "key");
  }

  /** Lets one name a new entry of *kind* where the field *name* should refer to it. */
  #fresh(kind: string, name: string): HTMLElement {
    const singular = say(this.forms.data.kinds[kind]!.singular);
    const made = h(
      "details",
      { class: "fresh", "data-kind": kind },
      h("summary", {}, text("fresh", { name: singular })),
    );
    made.addEventListener("toggle", () => {
      if (made.childElementCount > 1) return;
      made.append(...this.#needed(kind).map((field) => this.#field(field, "", `${name}+`)));
    });
    return made;
  }

  #field([own, label, show, flags, list, hint]: FieldData, value: string, before = ""): HTMLElement {
    const name = before + own;
    const id = `f-${name}`;
    const described = `${say(hint) ? `h-${name} ` : ""}e-${name}`;
    const needed = (flags & 1) > 0;
    const star = needed ? h("abbr", { title: text("needed") }, "*") : null;
    const entries = this.#entries(list);
    const common = { id, name, "aria-describedby": described, "aria-required": needed ? "true" : null };
    const lang = /\.(\w+)$/.exec(name)?.[1];
    const held = parts(value);
    const known = new Set(entries.map(([entry]) => entry));
    let control: HTMLElement;
    if (show === "ticks" && entries.length <= MOST_TICKS && held.every((part) => known.has(part))) {
      const boxes = entries.map(([entry, said], index) => {
        const box = h("input", {
          type: "checkbox",
          name,
          value: entry,
          id: index ? null : id,
          checked: held.includes(entry),
        });
        return h("li", {}, h("label", {}, box, ` ${said}`));
      });
      const group = { role: "group", "aria-labelledby": `t-${name}`, "aria-describedby": described };
      control = h(
        "div",
        group,
        h("span", { class: "label", id: `t-${name}` }, say(label), " ", star),
        h("ul", { class: "checks" }, ...boxes),
      );
    } else {
      let input: HTMLElement;
      if (show === "choice") {
        const given = value && !known.has(value) ? ([[value, value]] as [string, string][]) : [];
        const options = [["", ""], ...entries, ...given] as [string, string][];
        input = h(
          "select",
          common,
          ...options.map(([entry, said]) => h("option", { value: entry, selected: entry === value }, said)),
        );
      } else if (show === "long") {
        input = h(
          "textarea",
          { ...common, lang, rows: Math.min(12, Math.max(2, 1 + Math.floor(value.length / 90))) },
          value,
        );
      } else {
        const listed = list && { [flags & 2 ? "data-list" : "list"]: `l-${list.replaceAll(" ", "-")}` };
        input = h("input", { ...common, ...(listed || {}), lang, value, autocomplete: "off" });
      }
      control = h("div", {}, h("label", { for: id }, say(label), " ", star), input);
    }
    const several = flags & 2 && list && show !== "ticks" ? ` ${text("several")}` : "";
    return h(
      "div",
      { class: "field", "data-field": name },
      ...(control.childNodes.length && control.getAttribute("role") ? [control] : [...control.childNodes]),
      h("p", { class: "fault", id: `e-${name}` }),
      !before && show === "list" && this.forms.data.kinds[list] ? this.#fresh(list, name) : null,
      say(hint) || several ? h("small", { id: `h-${name}` }, say(hint) + several) : null,
    );
  }

  /** What a list offers: entries, or the things of its kinds. */
  #entries(list: string): readonly (readonly [string, string])[] {
    if (!list) return [];
    const found = this.forms.data.lists[list];
    if (found) return found.map((entry) => (typeof entry === "string" ? [entry, entry] : entry));
    return list
      .split(" ")
      .flatMap((kind) => [...(this.forms.keys.get(kind) ?? [])].map(([key, label]) => [key, say(label)] as const));
  }

  #lists(fields: readonly FieldData[]): HTMLElement[] {
    const named = new Set(
      fields.filter(([, , show, , list]) => list && show !== "choice").map(([, , , , list]) => list),
    );
    return [...named].map((list) =>
      h(
        "datalist",
        { id: `l-${list.replaceAll(" ", "-")}` },
        ...this.#entries(list).map(([value, label]) => h("option", { value, label: label === value ? null : label })),
      ),
    );
  }

  /** What stands in a field. */
  #read(form: HTMLFormElement, [name, , show]: FieldData, before = ""): string {
    const said = new FormData(form).getAll(before + name).map(String);
    return clean(show === "long" ? said.join("") : said.filter(Boolean).join("; "));
  }

  /** The new entries that are named in fields of *form*, each with its field. */
  #beside(form: HTMLFormElement, version: string): Beside[] {
    const made: Beside[] = [];
    for (const place of form.querySelectorAll<HTMLElement>("details[data-kind]")) {
      const at = place.closest<HTMLElement>("[data-field]")!.dataset["field"]!;
      const kind = place.dataset["kind"]!;
      const needed = this.#needed(kind);
      const said = new Map(needed.map((field) => [field[0], this.#read(form, field, `${at}+`)]));
      if (![...said.values()].some(Boolean)) continue;
      const key = this.#free(kind, this.forms.prefix(kind) + slug(said.get(needed[0]![0])!));
      const after = this.forms.fields(kind).map(([name, , show]) => (show === "key" ? key : (said.get(name) ?? "")));
      made.push({ at, made: { kind, key: "", before: [], after, version } });
    }
    return made;
  }

  #faults(
    [, label, show, flags, list]: FieldData,
    value: string,
    kind: string,
    key: string,
    beside: readonly Beside[] = [],
  ): string[] {
    if (!value) return flags & 1 ? [text("missing", { name: say(label) })] : [];
    if (show === "key") {
      const wrong = parts(value).find((part) => !KEY.test(part));
      const taken = parts(value).find((part) => part !== key && (this.forms.keys.get(kind)?.has(part) ?? false));
      return wrong ? [text("badKey")] : taken ? [text("takenKey", { key: taken })] : [];
    }
    if (list && !this.forms.data.lists[list] && !/^[-–]$/.test(value)) {
      const known = new Set(this.#entries(list).map(([entry]) => entry));
      const own = this.#own();
      for (const { made } of beside) own.add(made.after[this.#keyAt(made.kind)]!);
      const lost = parts(value).find((part) => !known.has(part) && !own.has(part));
      return lost ? [text("unknownKey", { key: lost })] : [];
    }
    return [];
  }

  #keyAt(kind: string): number {
    return this.forms.fields(kind).findIndex(([, , show]) => show === "key");
  }

  #keep(
    form: HTMLFormElement,
    fields: readonly FieldData[],
    change: Change,
    beside: readonly Beside[],
    old?: Change,
  ): void {
    form.querySelector(".error")?.remove();
    const check = (field: FieldData, { kind, key, after }: Change, before = ""): Wrong[] => {
      const column = this.forms.fields(kind).findIndex(([name]) => name === field[0]);
      const said = this.#faults(field, after[column]!, kind, key, beside);
      const name = before + field[0];
      const place = form.querySelector<HTMLElement>(`[data-field="${CSS.escape(name)}"]`);
      if (place) fault(place, said);
      return said.map((one) => ({ name, label: say(field[1]), said: one }));
    };
    const wrong = [
      ...fields.flatMap((field) => check(field, change)),
      ...beside.flatMap(({ at, made }) => this.#needed(made.kind).flatMap((field) => check(field, made, `${at}+`))),
    ];
    const same = change.key && change.after.every((cell, column) => cell === clean(change.before[column] ?? ""));
    if (wrong.length || same) {
      const items = wrong.map(({ name, label, said }) => {
        const show = (): void => {
          const control = form.querySelector<HTMLElement>(`#${CSS.escape(`f-${name}`)}`);
          control?.closest("details")?.setAttribute("open", "");
          control?.focus();
        };
        const aim = button(label, show, { class: "link" });
        return h("li", {}, aim, ": ", said);
      });
      const list = same && !wrong.length ? h("p", {}, text("nothing")) : h("ul", {}, ...items);
      const summary = h("div", { class: "error", role: "alert", tabindex: -1 }, h("h2", {}, text("notYet")), list);
      form.prepend(summary);
      summary.focus();
      return;
    }
    for (const { made } of beside) this.#changes.put(made);
    this.#changes.put(change, old);
    announce(text("noted"));
    location.hash = MINE;
  }

  // -- what was changed -------------------------------------------------------------------------------------------

  #mine(section: HTMLElement, moved: boolean): void {
    const { all } = this.#changes;
    if (!all.length) return this.#put(section, text("mine"), moved, h("p", { class: "absent" }, text("none")));
    const list = h("ol", { class: "edit-history" });
    all.forEach((change, number) => list.append(this.#item(section, change, number)));
    const role = h("input", {
      id: "nq-role",
      maxlength: 200,
      value: remembered("role") ?? "",
      "aria-describedby": "nq-role-hint",
    });
    const reason = h("input", { id: "nq-reason", maxlength: 500 });
    const save = button(text("save"), () => this.#save(role.value, reason.value), { class: "go" });
    const form = h(
      "div",
      { class: "edit edit-who" },
      h(
        "p",
        { class: "field" },
        h("label", { for: "nq-role" }, text("role")),
        role,
        h("small", { id: "nq-role-hint" }, text("roleHint")),
      ),
      h("p", { class: "field" }, h("label", { for: "nq-reason" }, text("reason")), reason),
      h("p", { class: "edit-go" }, save),
    );
    const kept = this.#changes.kept ? null : h("p", { class: "caveat" }, text("unkept"));
    this.#put(section, text("mine"), moved, h("p", { class: "lead" }, text("lead")), kept, list, form);
  }

  #item(section: HTMLElement, change: Change, number: number): HTMLElement {
    const fields = this.forms.fields(change.kind);
    const key = change.key || change.after[this.#keyAt(change.kind)]!;
    const label = change.after[fields.findIndex(([, , show]) => show === "long")];
    const name = change.key ? this.#name(change.kind, change.key) : text("fresh", { name: label || key });
    const rows = fields.flatMap(([, label], column) => {
      const [was, now] = [change.before[column] ?? "", change.after[column] ?? ""];
      if (clean(was) === now) return [];
      return h("tr", {}, h("th", { scope: "row" }, say(label)), h("td", {}, was || "–"), h("td", {}, now || "–"));
    });
    const head = h(
      "tr",
      {},
      ...(["column", "before", "after"] as const).map((code) => h("th", { scope: "col" }, text(code))),
    );
    const again = change.key ? `key=${change.key}` : `nr=${number}`;
    const undo = button(
      text("undo"),
      () => {
        this.#changes.drop(change);
        announce(text("undone"));
        this.#mine(section, true);
        this.#count();
      },
      { "aria-label": `${text("undo")}: ${name}` },
    );
    const item = h(
      "li",
      {},
      h("h2", {}, name),
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "group", "aria-label": name },
        h("table", { class: "edited" }, h("thead", {}, head), h("tbody", {}, ...rows)),
      ),
      change.version === this.forms.data.version ? null : h("p", { class: "count" }, text("older")),
      h(
        "p",
        { class: "edit-go" },
        h("a", { href: `#${FORM}?${again}`, "aria-label": `${text("again")}: ${name}` }, text("again")),
        undo,
      ),
    );
    if (change.key && this.forms.keys.get(change.kind)?.has(change.key)) this.#compare(item, change);
    return item;
  }

  /** Says of a change if this version of the file has it already. */
  #compare(item: HTMLElement, change: Change): void {
    const now = this.forms.cells(change.kind, change.key);
    if (now.every((cell, column) => clean(cell) === (change.after[column] ?? "")))
      item.append(h("p", { class: "count" }, text("there")));
  }

  #save(role: string, reason: string): void {
    remember("role", role);
    const { lang } = this.forms.data;
    const header = (kind: string): string[] => this.forms.fields(kind).map(([, label]) => say(label, lang));
    const body = file(this.forms, this.#changes.all, header, clean(role), clean(reason));
    const name = fileName(`aenderungen-${new Date().toISOString().slice(0, 10)}.xlsx`);
    const type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    const link = h("a", { href: URL.createObjectURL(new Blob([body], { type })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    announce(text("saved", { name }));
  }
}
