/** Entries side by side, read from their pages, where no server puts them so. */
import { chosen } from "./address.js";
import { merged, type Shown, warnings } from "./beside.js";
import { h } from "./dom.js";
import { FEWEST, LARGEST } from "./lists.js";
import { whole } from "./tongues.js";

interface Figure extends Shown {
  readonly _element: HTMLElement;
}
interface Entry {
  readonly _name: Node;
  readonly _rows: Map<string, HTMLElement>;
  readonly _figures: Map<string, Figure[]>;
}

const said = (element: Element | null | undefined): string => element?.textContent?.replace(/\s+/g, " ").trim() ?? "";

/** What a page says, with links as they are from here. */
function read(page: ParentNode, address: string, words: DOMStringMap): Entry {
  for (const link of page.querySelectorAll("a"))
    if (!link.getAttribute("href")?.startsWith("#")) link.href = new URL(link.getAttribute("href")!, address).href;
  for (const reason of page.querySelectorAll("details.reason"))
    reason.replaceWith(h("small", {}, said(reason.querySelector("summary")).split(" · ")[1]));
  for (const named of page.querySelectorAll("[id]")) named.removeAttribute("id");
  for (const left of page.querySelectorAll("sup")) left.remove();
  const rows = new Map<string, HTMLElement>();
  const add = (name: string | undefined, values: Iterable<Element>): void => {
    const shown = [...values].map((value) => h("div", {}, ...value.childNodes));
    if (name && shown.length) rows.set(name, h("div", {}, ...shown));
  };
  add(words["lead"], page.querySelectorAll(".lead"));
  for (const term of page.querySelectorAll(".part dl > dt")) {
    const values: Element[] = [];
    for (let at = term.nextElementSibling; at?.matches("dd"); at = at.nextElementSibling) values.push(at);
    add(said(term), values);
  }
  for (const heading of page.querySelectorAll(".inverse h3, .inverse summary > :first-child"))
    add(said(heading), (heading.closest("summary") ?? heading).nextElementSibling?.children ?? []);
  add(words["evidence"], page.querySelectorAll(".evidence > p"));
  add(words["source"], page.querySelectorAll(".evidence > ol > li"));
  const figures = new Map<string, Figure[]>();
  for (const row of page.querySelectorAll<HTMLElement>(".figures tr[data-basis]")) {
    const head = row.querySelector("th")!;
    const when = row.querySelector(".when")!;
    const value = row.querySelector("strong")!;
    const sources = h("small", {}, ...row.querySelector(".from")!.childNodes);
    const caveats = row.querySelectorAll(".caveat");
    const element = h("div", { class: "figure" }, value, ` ${said(when)} `, sources, ...caveats);
    const name = head.matches(".none") ? "" : said(head);
    figures.set(name, [
      ...(figures.get(name) ?? []),
      { _basis: row.dataset["basis"]!, _when: said(when), _element: element },
    ]);
  }
  const name = h("a", { href: FILE ? address.replace(/^.*#/, "#") : address }, said(page.querySelector("h1")));
  return { _name: name, _rows: rows, _figures: figures };
}

async function entry(place: HTMLElement, kind: string, key: string): Promise<Entry | null> {
  const link = place.dataset["contrast"]!.replace("{kind}", kind).replace("{key}", key);
  const address = new URL(link, location.href).href;
  let page: ParentNode | null;
  if (FILE) page = await whole(key);
  else {
    const answer = await fetch(address);
    const parsed = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
    page = parsed.querySelector("main");
  }
  if (!page?.querySelector("h1")) return null;
  return read(page, address, place.dataset);
}

function table(entries: readonly Entry[], words: DOMStringMap): HTMLElement {
  const lines = merged(entries.map(({ _rows }) => [..._rows.keys()])).map((name) => {
    const cells = entries.map(({ _rows }) => _rows.get(name));
    const same = new Set(cells.map(said)).size === 1;
    const mark = h("span", { class: "mark" }, words[same ? "same" : "differs"]);
    const head = h("th", { scope: "row" }, name, " ", mark);
    return h("tr", { class: same && "same" }, head, ...cells.map((cell) => h("td", {}, cell ?? "–")));
  });
  const names = [...new Set(entries.flatMap(({ _figures }) => [..._figures.keys()]))];
  const measured = names
    .sort((a, b) => +!a - +!b)
    .map((name) => {
      const cells = entries.map(({ _figures }) => _figures.get(name) ?? []);
      const codes = warnings(name, cells);
      const warned = codes.map((code) => h("span", { class: "caveat" }, words[code]));
      const shown = cells.map((cell) => h("td", {}, ...(cell.length ? cell.map(({ _element }) => _element) : ["–"])));
      return h("tr", {}, h("th", { scope: "row" }, name || "–", ...warned), ...shown);
    });
  const group = h("th", { scope: "rowgroup", colspan: entries.length + 1 }, words["figures"]);
  return h(
    "table",
    { class: "contrast" },
    h("thead", {}, h("tr", {}, h("td"), ...entries.map(({ _name }) => h("th", { scope: "col" }, _name)))),
    h("tbody", {}, ...lines),
    measured.length > 0 && h("tbody", {}, h("tr", {}, group), ...measured),
  );
}

async function show(place: HTMLElement): Promise<void> {
  const asked = chosen(place);
  const keys = [...new Set(asked.getAll("d"))];
  const [lead, error, fold] = [...place.parentElement!.querySelectorAll<HTMLElement>(".lead, .error, .fold")];
  const put = (message: string | undefined, made?: HTMLElement): void => {
    lead!.hidden = keys.length > 0;
    error!.hidden = !message;
    error!.textContent = message ?? "";
    fold!.hidden = place.hidden = !made;
    place.replaceChildren(made ?? "");
  };
  if (!keys.length) return put("");
  if (keys.length < FEWEST || keys.length > LARGEST) return put(said(lead));
  const kind = asked.get("art") ?? "";
  const found = await Promise.all(keys.map((key) => entry(place, kind, key).catch(() => null)));
  if (`${chosen(place)}` !== `${asked}`) return;
  const entries = found.filter((one) => one !== null);
  if (entries.length < keys.length) put(place.dataset["lost"]);
  else put("", table(entries, place.dataset));
}

export function startContrast(root: ParentNode): void {
  for (const place of root.querySelectorAll<HTMLElement>("[data-contrast]")) void show(place);
}
