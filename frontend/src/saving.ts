/** Files that a reader takes along: tables for Excel, and pictures. */
import { type Cell, csv } from "./csv.js";
import { announce, button, fileName, h, internalNote } from "./dom.js";
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

/** Hands *rows* to the reader as a file that Excel opens. */
export function saveTable(rows: readonly (readonly Cell[])[], name: string): void {
  save(new Blob([csv(rows, language())], { type: "text/csv;charset=utf-8" }), `${name}.csv`);
}

/** What an element says in a cell: parts of it behind a semicolon, without what only some can hear. */
function said(element: Element): string {
  const copy = element.cloneNode(true) as Element;
  for (const left of copy.querySelectorAll(".unseen, .listing p, details, :scope > p:has(~ *)")) left.remove();
  for (const next of copy.querySelectorAll("div + div, li + li")) next.prepend("; ");
  return copy.textContent!.replace(/\s+/g, " ").trim();
}

/** All tables of *page* below each other, each with its heading; title and date above, the legend at the end. */
export function tables(page: ParentNode): Cell[][] {
  const line = (...texts: string[]): Cell[] => texts.map((text) => ({ text, number: null }));
  const foot = document.querySelector(".foot p");
  const rows = [line(said(page.querySelector("h1")!)), line(foot ? said(foot) : "")];
  const note = internalNote();
  if (note) rows.push(line(note));
  for (const table of page.querySelectorAll("table")) {
    const heading = table.closest("details")?.querySelector("summary");
    rows.push([], ...(heading ? [line(said(heading))] : []));
    for (const row of table.rows) {
      if (row.hidden) continue;
      rows.push(
        [...row.cells].map((cell) => ({
          text: table.matches(".listing") && cell.matches("tbody th") ? said(cell.querySelector("a")!) : said(cell),
          number: cell.dataset["value"] ?? null,
        })),
      );
    }
  }
  const key = [...page.querySelectorAll(".key li")].map((entry) => line(...[...entry.children].map(said)));
  return [...rows, ...(key.length ? [[], ...key] : [])];
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
  const [title, foot] = [drawn.querySelector("title"), document.querySelector(".foot p")].map((one) =>
    one ? said(one) : "",
  );
  const note = [internalNote(), foot].filter(Boolean).join(" · ");
  const line = (y: number, words: string, look: string): string =>
    `<text x="16" y="${y}" fill="${page.color}" font-family="sans-serif" ${look}>${words.replace(/[&<]/g, (sign) => `&#${sign.charCodeAt(0)};`)}</text>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width + 32}" height="${height + 84}"><rect width="100%" height="100%" fill="${page.backgroundColor}"/>` +
    line(27, title!, 'font-size="17" font-weight="600"') +
    new XMLSerializer().serializeToString(copy) +
    line(height + 68, note, 'font-size="12"') +
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
