/** Filters of lists, and tables that sort. */
import { h, inFile } from "./dom.js";
import { language, text } from "./texts.js";

/** Which values of an item's `data-` attributes have to hold the chosen ones. */
export function fits(item: Readonly<Record<string, string | undefined>>, chosen: ReadonlyMap<string, string>): boolean {
  return [...chosen].every(([name, value]) => (item[name] ?? "").split(" ").includes(value));
}

export function startFilters(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form.filters[data-for]")) {
    const list = document.getElementById(form.dataset["for"]!);
    if (!list || form.dataset["ready"]) continue;
    form.dataset["ready"] = "1";
    form.hidden = false;
    const selects = [...form.querySelectorAll("select")];
    const items = [...list.querySelectorAll<HTMLElement>(":scope > li, :scope > tbody > tr, :scope > tr")];
    const names = new Map(selects.map((select) => [select.name, datasetName(select.name)]));
    const apply = (): void => {
      const chosen = new Map(selects.filter((s) => s.value).map((s) => [names.get(s.name)!, s.value]));
      let count = 0;
      for (const item of items) {
        item.hidden = !fits(item.dataset, chosen);
        if (!item.hidden) count++;
      }
      const output = form.querySelector("output");
      if (output) output.textContent = text("entries", { count, total: items.length });
    };
    if (!inFile()) {
      const query = new URLSearchParams(location.search);
      for (const select of selects) {
        const value = query.get(select.name) ?? "";
        if ([...select.options].some((option) => option.value === value)) select.value = value;
      }
    }
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", () => {
      apply();
      if (inFile()) return;
      const query = new URLSearchParams(location.search);
      for (const select of selects) {
        if (select.value) query.set(select.name, select.value);
        else query.delete(select.name);
      }
      const asked = query.toString();
      history.replaceState(null, "", location.pathname + (asked ? `?${asked}` : "") + location.hash);
    });
    if (selects.some((select) => select.value)) apply();
  }
}

/** The name of an attribute `data-target-group` in `dataset`: targetGroup. */
function datasetName(name: string): string {
  return name.toLowerCase().replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

type Cell = string | number;

/** Orders numbers by size and texts as *lang* sorts them; empty cells come last either way. */
export function compare(a: Cell, b: Cell, descending: boolean, collator: Intl.Collator): number {
  if (a === "" || b === "") return a === b ? 0 : a === "" ? 1 : -1;
  const order =
    typeof a === "number" && typeof b === "number"
      ? a - b
      : typeof a === typeof b
        ? collator.compare(String(a), String(b))
        : typeof a === "number"
          ? -1
          : 1;
  return descending ? -order : order;
}

/** What a cell sorts by: `data-value`, or in columns of numbers its number, else its text. */
function value(cell: HTMLTableCellElement | undefined): Cell {
  const given = cell?.dataset["value"];
  const shown = given ?? cell?.textContent?.trim() ?? "";
  const numeric = given !== undefined || cell?.classList.contains("number") || /^-?\d+$/.test(shown);
  return shown !== "" && numeric && Number.isFinite(Number(shown)) ? Number(shown) : shown;
}

export function startTables(root: ParentNode): void {
  for (const table of root.querySelectorAll<HTMLTableElement>("table.sortable")) {
    const head = table.tHead?.rows[0];
    const body = table.tBodies[0];
    if (!head || !body || body.rows.length < 2 || table.dataset["ready"]) continue;
    table.dataset["ready"] = "1";
    const headings = [...head.cells];
    headings.forEach((heading, column) => {
      const control = h("button", { type: "button" });
      control.append(...heading.childNodes);
      heading.append(control);
      control.title = text("sort");
      control.addEventListener("click", () => {
        const descending = heading.getAttribute("aria-sort") === "ascending";
        for (const other of headings) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
        const collator = new Intl.Collator(language(), { numeric: true });
        const rows = [...body.rows].map((row) => ({ row, cell: value(row.cells[column]) }));
        rows.sort((a, b) => compare(a.cell, b.cell, descending, collator));
        body.append(...rows.map(({ row }) => row));
      });
    });
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
  pairs(from, to, "table.sortable th", (old, fresh) => {
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
