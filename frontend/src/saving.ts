/** Files that a reader takes along: tables for Excel, and pictures. */
import { type Cell, csv } from "./csv.js";
import { announce, button, fileName, h, origin } from "./dom.js";
import { language, text } from "./texts.js";

/** *source* drawn at twice its size. */
export async function png(source: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * 2;
  canvas.height = image.naturalHeight * 2;
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("empty"))), "image/png"),
  );
}

/** Hands *blob* to the reader as a file. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = fileName(name);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Tables with what stands above and below them. */
export interface Taken {
  readonly above: readonly string[];
  readonly tables: readonly Table[];
  readonly below: readonly (readonly string[])[];
}
interface Table {
  readonly heading: string;
  readonly rows: readonly (readonly Cell[])[];
  /** How many of the rows are headings. */
  readonly heads: number;
}

/** By this event the tools of the one file are asked for a workbook. */
export const WANTED = "nqgraph:book";

/** Hands *taken* to the reader as a workbook, or as CSV that Excel opens. */
export function saveTables(form: string, taken: Taken, name: string): void {
  if (form === "xlsx") return void dispatchEvent(new CustomEvent(WANTED, { detail: { taken, name } }));
  const line = (...texts: readonly string[]): Cell[] => texts.map((text) => ({ text, number: null }));
  const { above, tables, below } = taken;
  const rows = [
    ...above.map((text) => line(text)),
    ...tables.flatMap(({ heading, rows }) => [
      ...(above.length > 1 ? [[]] : []), // what was asked stands right above the answer
      ...(heading ? [line(heading)] : []),
      ...rows,
    ]),
    ...(below.length ? [[], ...below.map((texts) => line(...texts))] : []),
  ];
  save(new Blob([csv(rows, language())], { type: "text/csv;charset=utf-8" }), `${name}.csv`);
}

/** What an element says in a cell: parts of it behind a semicolon, without what only some can hear. */
function said(element: Element): string {
  const copy = element.cloneNode(true) as Element;
  for (const left of copy.querySelectorAll(".unseen, .listing p, details, :scope > p:has(~ *)")) left.remove();
  for (const next of copy.querySelectorAll("div + div, li + li")) next.prepend("; ");
  return copy.textContent!.replace(/\s+/g, " ").trim();
}

const PLAIN = /^[+-]?\d+(\.\d+)?$/;

/** What *table* shows now. */
export function shown(table: HTMLTableElement, heading = ""): Table {
  const rows = [...table.rows].filter((row) => !row.hidden);
  return {
    heading,
    rows: rows.map((row) =>
      [...row.cells].map((cell) => {
        const name = table.matches(".listing") && cell.matches("tbody th");
        const text = said(name ? cell.querySelector("a")! : cell);
        const plain = cell.matches(".number") && PLAIN.test(text) ? text : null;
        return { text, number: cell.dataset["value"] ?? plain };
      }),
    ),
    heads: rows.filter((row) => row.parentElement === table.tHead).length,
  };
}

/** What stands above the tables of *page*: its title, and where they come from. */
export const above = (page: ParentNode): string[] => [said(page.querySelector("h1")!), origin()].filter(Boolean);

/** All tables of *page*, each with its heading, and the legend. */
export function tables(page: ParentNode): Taken {
  const found = [...page.querySelectorAll("table")].map((table) => {
    const heading = table.closest("details")?.querySelector("summary h2, summary:not(:has(h2))");
    return shown(table, heading ? said(heading) : "");
  });
  const below = [...page.querySelectorAll(".key li")].map((entry) => [...entry.children].map(said));
  return { above: above(page), tables: found, below };
}

const STYLES = ["fill", "stroke", "stroke-width", "stroke-dasharray", "paint-order", "font", "text-anchor"];

/** The picture in *figure* as a document of its own: as it looks, with its title above and where it comes from below. */
export function alone(figure: Element): string {
  const drawn = figure.querySelector("svg")!;
  const { width, height } = drawn.getBoundingClientRect();
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  const copies = [...copy.querySelectorAll<SVGElement>("*")];
  drawn.querySelectorAll("*").forEach((element, at) => {
    const style = getComputedStyle(element);
    if (style.visibility === "hidden") copies[at]!.setAttribute("display", "none");
    for (const name of STYLES) copies[at]!.style.setProperty(name, style.getPropertyValue(name));
  });
  for (const [name, value] of Object.entries({ x: 16, y: 44, width, height })) copy.setAttribute(name, `${value}`);
  const page = getComputedStyle(document.body);
  const title = drawn.querySelector("title");
  const line = (y: number, words: string, look: string): string =>
    `<text x="16" y="${y}" fill="${page.color}" font-family="sans-serif" ${look}>${words.replace(/[&<]/g, (sign) => `&#${sign.charCodeAt(0)};`)}</text>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width + 32}" height="${height + 84}"><rect width="100%" height="100%" fill="${page.backgroundColor}"/>` +
    line(27, title ? said(title) : "", 'font-size="17" font-weight="600"') +
    new XMLSerializer().serializeToString(copy) +
    line(height + 68, origin(), 'font-size="12"') +
    "</svg>"
  );
}

/** Offers the pictures below *root* as files: as PNG beside a link to SVG, in the one file as both. */
export function startFigures(root: ParentNode): void {
  const offer = (form: string, place: Element, name: () => string, source: () => Promise<string>): void => {
    const label = text("picture", { form });
    const take = async (): Promise<void> => {
      const found = await source();
      const blob = form === "PNG" ? await png(found) : new Blob([found], { type: "image/svg+xml" });
      save(blob, `${name()}.${form.toLowerCase()}`);
    };
    place.append(
      " ",
      button(label, () => void take().catch(() => announce(text("notSaved")))),
    );
  };
  if (FILE) {
    for (const figure of root.querySelectorAll("figure:is(.plot, .map)")) {
      if (figure.nextElementSibling?.matches(".downloads")) continue;
      const place = h("p", { class: "downloads" });
      const source = (): Promise<string> => Promise.resolve(alone(figure));
      const name = (): string => figure.querySelector("title")!.textContent!.replace(/[^\p{L}\p{N}]+/gu, "-");
      for (const form of ["SVG", "PNG"]) offer(form, place, name, source);
      figure.after(place);
    }
    return;
  }
  for (const link of root.querySelectorAll<HTMLAnchorElement>(".downloads a[href$='.svg']"))
    offer(
      "PNG",
      link.parentElement!,
      () => /([^/]+)\.svg$/.exec(link.pathname)![1]!,
      async () => (await fetch(link.href)).text(),
    );
}
