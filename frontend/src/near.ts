/** What lies around a thing, on its page: a small picture of its nearest neighbours, and its relations as a list. */
import { Network, type NetworkData } from "./data.js";
import { h } from "./dom.js";
import { text } from "./networktexts.js";
import { outline } from "./shapes.js";

/** Most neighbours in the picture. */
const MOST = 24;
/** Up to so many there are also those of kinds that say little. */
const FEW = 12;
/** Heights of a row and of a line, and the width of a letter, in pixels. */
const ROW = 38,
  LINE = 16,
  LETTER = 7.4;
/** Up to this width all neighbours stand below each other. */
const NARROW = 560;

/**
 * The neighbours of *node* to show: of each relation in turn, so that none hides another; kinds that say little only
 * where there are few others. Those of a kind stand together.
 */
export function nearest(network: Network, node: number, most = MOST): number[] {
  const found = new Set<number>();
  const take = (brief: boolean, most: number): void => {
    const lists = network
      .relations(node)
      .map(({ others }) => others.map((one) => one.node).filter((one) => !!network.kind(one).brief === brief));
    for (let at = 0; lists.some((list) => at < list.length); at++)
      for (const list of lists) if (at < list.length && found.size < most) found.add(list[at]!);
  };
  take(false, most);
  take(true, Math.min(most, FEW));
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
  return [...found].sort(
    (a, b) => network.node(a)[0] - network.node(b)[0] || order.compare(network.label(a), network.label(b)),
  );
}

/** *label* in two lines at most of *letters* each. */
export function lines(label: string, letters: number): string[] {
  if (label.length <= letters) return [label];
  const at = label.lastIndexOf(" ", letters);
  const [first, rest] =
    at > 0 ? [label.slice(0, at), label.slice(at + 1)] : [label.slice(0, letters), label.slice(letters)];
  return [first, rest.length <= letters ? rest : `${rest.slice(0, letters - 1).trimEnd()}…`];
}

interface Place {
  readonly x: number;
  readonly y: number;
  /** On which side of its point the label stands. */
  readonly side: -1 | 1;
}

function svg(name: string, attributes: Record<string, string | number>, ...children: (Node | string)[]): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** Where the neighbours stand: in two columns that bend around the middle, or in one on a phone. */
function places(count: number, width: number): { middle: Place; around: Place[]; height: number } {
  if (width < NARROW) {
    const around = Array.from({ length: count }, (_, at): Place => ({ x: 62, y: 66 + at * ROW, side: 1 }));
    return { middle: { x: 12, y: 20, side: 1 }, around, height: 66 + count * ROW };
  }
  const left = Math.ceil(count / 2);
  const height = (left + 1) * ROW;
  const around = Array.from({ length: count }, (_, at): Place => {
    const side = at < left ? -1 : 1;
    const [row, rows] = side < 0 ? [at, left] : [at - left, count - left];
    const slope = rows > 1 ? (2 * row) / (rows - 1) - 1 : 0;
    const bend = width * (0.09 + 0.1 * Math.sqrt(1 - 0.9 * slope * slope));
    return { x: width / 2 + side * bend, y: height / 2 + (row - (rows - 1) / 2) * ROW, side };
  });
  return { middle: { x: width / 2, y: height / 2, side: 1 }, around, height };
}

function picture(network: Network, node: number, shown: readonly number[], width: number): SVGElement {
  const { middle, around, height } = places(shown.length, width);
  const placed = new Map([[node, middle], ...shown.map((one, at) => [one, around[at]!] as const)]);
  const drawn = new Set<string>();
  const lineOf = (source: number, target: number, inferred: number): SVGElement[] => {
    const [a, b] = [placed.get(source), placed.get(target)];
    const pair = [source, target].sort().join();
    if (!a || !b || source === target || drawn.has(pair)) return [];
    drawn.add(pair);
    const own = source === node || target === node;
    // between neighbours a line bends inwards, past the labels
    const bend =
      width < NARROW ? { x: 16, y: (a.y + b.y) / 2 } : { x: width / 2, y: (a.y + b.y + height) / 4 + height / 8 };
    const way = own ? `L${b.x} ${b.y}` : `Q${bend.x} ${bend.y} ${b.x} ${b.y}`;
    return [svg("path", { d: `M${a.x} ${a.y}${way}`, class: `${own ? "own" : ""}${inferred ? " drawn" : ""}` })];
  };
  const edges = [...placed.keys()].flatMap((one) =>
    network.edgesOf(one).flatMap((edge) => {
      const [source, target, , inferred] = network.data.edges[edge]!;
      return source === node || target === node ? lineOf(source, target, inferred) : [];
    }),
  );
  const between = shown.flatMap((one) =>
    network.edgesOf(one).flatMap((edge) => {
      const [source, target, , inferred] = network.data.edges[edge]!;
      return lineOf(source, target, inferred);
    }),
  );
  const nodes = [...placed].map(([one, { x, y, side }]) => {
    const center = one === node && width >= NARROW;
    const kind = network.kind(one);
    const room = center ? width * 0.3 : side < 0 ? x - 16 : width - x - 16;
    const said = lines(network.label(one), Math.max(8, Math.floor(room / LETTER)));
    const top = center ? y + 26 : y + 4.5 - ((said.length - 1) * LINE) / 2;
    const label = said.map((line, at) => svg("tspan", { x: center ? x : x + side * 14, y: top + at * LINE }, line));
    const group = svg("g", { class: one === node ? "self" : "other", "data-key": network.node(one)[1] });
    group.innerHTML = outline(kind.shape, x, y, one === node ? 9 : 6, `fill="${kind.color}"`);
    group.prepend(svg("title", {}, `${network.label(one)} (${network.what(one)})`));
    group.append(svg("text", { "text-anchor": center ? "middle" : side < 0 ? "end" : "start" }, ...label));
    return group;
  });
  const label = text("nearPicture", { label: network.label(node), count: shown.length });
  const view = { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label };
  return svg("svg", view, ...between, ...edges, ...nodes);
}

/** Shows in *place* what lies around the thing *key*; *href* makes addresses, *whole* is the one of the whole network. */
export function showNear(
  place: HTMLElement,
  data: NetworkData,
  key: string,
  href: (type: string, key: string) => string,
  whole: string,
): void {
  const network = new Network(data);
  const node = network.find(key);
  const shown = node === undefined ? [] : nearest(network, node);
  place.querySelector(".near-body")?.remove();
  place.hidden = !shown.length;
  if (node === undefined || !shown.length) return;
  const link = (one: number): HTMLAnchorElement =>
    h("a", { href: href(network.kind(one).type, network.node(one)[1]) }, network.label(one));
  const width = Math.min(Math.max(place.clientWidth, 280), 860);
  const drawn = picture(network, node, shown, width);
  drawn.addEventListener("click", ({ target }) => {
    const other = (target as Element).closest<SVGElement>(".other")?.dataset["key"];
    const found = other === undefined ? undefined : network.find(other);
    if (found !== undefined) link(found).click();
  });
  const count = network.neighbours(node).size;
  const kinds = new Set([node, ...shown].map((one) => network.node(one)[0]));
  const key_ = [...kinds].map((number) => {
    const kind = network.data.kinds[number]!;
    return h("li", {}, h("i", { class: `sign k-${kind.type}`, "aria-hidden": "true" }), network.kindLabel(kind));
  });
  const list = network
    .relations(node)
    .flatMap(({ heading, others }) => [h("dt", {}, heading), ...others.map((other) => h("dd", {}, link(other.node)))]);
  place.append(
    h(
      "div",
      { class: "near-body" },
      h("h2", {}, text("nearHeading")),
      h("figure", { class: "near-picture" }, drawn),
      h("ul", { class: "key" }, ...key_),
      h(
        "p",
        {},
        count > shown.length ? `${text("nearMore", { count: count - shown.length })} ` : null,
        h("a", { href: whole }, text("nearWhole")),
      ),
      h("details", { class: "near-list" }, h("summary", {}, text("nearList")), h("dl", {}, ...list)),
    ),
  );
}
