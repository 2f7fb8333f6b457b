/** Tables that sort. */
import { h } from "./dom.js";
import { language, text } from "./texts.js";

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

const SORTED = "aria-sort";
/** Table → its rows as they came. */
const came = new WeakMap<HTMLTableElement, HTMLTableRowElement[]>();

/** The column that *table* is sorted by, behind a minus if it descends; nothing as it came. */
export function order(table: HTMLTableElement): string {
  const heading = table.tHead?.querySelector<HTMLElement>(`[${SORTED}]`);
  const sign = heading?.getAttribute(SORTED) === "descending" ? "-" : "";
  return heading ? sign + (heading.dataset["key"] ?? "") : "";
}

/** Sorts *table* by a column, behind a minus downwards; as it came by none. */
export function sort(table: HTMLTableElement, by: string): void {
  const key = by.replace(/^-/, "");
  const headings = [...(table.tHead?.rows[0]?.cells ?? [])];
  const heading = key && headings.find((one) => one.dataset["key"] === key);
  if (heading) arrange(table, heading, by !== key);
  else if (order(table)) {
    for (const one of headings) one.removeAttribute(SORTED);
    table.tBodies[0]!.append(...(came.get(table) ?? []));
  }
}

function arrange(table: HTMLTableElement, heading: HTMLTableCellElement, descending: boolean): void {
  const body = table.tBodies[0]!;
  const headings = [...(heading.parentElement as HTMLTableRowElement).cells];
  const column = headings.indexOf(heading);
  for (const other of headings) other.removeAttribute(SORTED);
  heading.setAttribute(SORTED, descending ? "descending" : "ascending");
  const collator = new Intl.Collator(language(), { numeric: true });
  const rows = [...body.rows].map((row) => ({ row, cell: value(row.cells[column]) }));
  rows.sort((a, b) => compare(a.cell, b.cell, descending, collator));
  body.append(...rows.map(({ row }) => row));
}

/** Makes the headings of tables buttons; each sorting is an event `sorted` of its table. */
export function startTables(root: ParentNode): void {
  for (const table of root.querySelectorAll<HTMLTableElement>("table.sortable")) {
    const head = table.tHead?.rows[0];
    const body = table.tBodies[0];
    if (!head || !body || body.rows.length < 2 || table.dataset["ready"]) continue;
    table.dataset["ready"] = "1";
    came.set(table, [...body.rows]);
    for (const heading of head.cells) {
      const control = h("button", { type: "button" });
      control.append(...heading.childNodes);
      heading.append(control);
      control.title = text("sort");
      control.addEventListener("click", () => {
        arrange(table, heading, heading.getAttribute(SORTED) === "ascending");
        table.dispatchEvent(new Event("sorted"));
      });
    }
  }
}
