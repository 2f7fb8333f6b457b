/** The network to explore: legend, search, picture, details and paths, all in step with the list. */
import { UndirectedGraph } from "graphology";
import { bidirectional } from "graphology-shortest-path/unweighted";
import { Combobox } from "./combobox.js";
import { type Measure, Network, type NetworkData } from "./data.js";
import { announce, button, h, origin } from "./dom.js";
import { sign } from "./shapes.js";
import { text } from "./networktexts.js";
import { Picture, type View } from "./picture.js";
import { relations } from "./relations.js";
import { Twin } from "./twin.js";
import { png, save } from "./saving.js";
import { svg } from "./vector.js";
import { canDraw } from "./webgl.js";

const MEASURES: readonly Measure[] = ["degree", "betweenness", "same"];

export class Explorer {
  readonly network: Network;
  twin: Twin | undefined;
  readonly #twins = new Map<HTMLElement, Twin>();
  picture: Picture | undefined;
  #hidden = new Set<number>();
  #selected: number | null = null;
  #path: readonly number[] = [];
  #measure: Measure = "degree";
  readonly #details = h("section", { class: "nqn-details" });
  readonly #route = h("div", { class: "nqn-route" });
  #boxes: Combobox[] = [];
  readonly #counts = h("p", { class: "nqn-soft nqn-shown" });

  /** Whether betweenness was computed. */
  readonly #measured: boolean;

  /** *href* makes the address of a page from type and key; no link where it makes none. */
  constructor(
    public place: HTMLElement,
    data: NetworkData,
    twin: HTMLElement | null,
    readonly href: (type: string, key: string) => string | null,
  ) {
    this.network = new Network(data);
    this.#measured = data.nodes.some((node) => node[6] > 0);
    const first = data.start ?? [];
    if (first.length) this.#hidden = new Set(data.kinds.map((_, number) => number).filter((n) => !first.includes(n)));
    this.#follow(twin);
    this.#render();
    this.twin?.filter(this.#hidden);
    document.addEventListener("nqgraph:theme", () => this.picture?.recolor());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.picture?.recolor());
    addEventListener("beforeprint", () => this.#onPaper());
    addEventListener("afterprint", () => this.place.querySelector(".nqn-paper")?.remove());
  }

  /** Puts the picture beside itself as it is printed: sharp, with its legend, and light. */
  #onPaper(): void {
    const { picture } = this;
    if (!picture) return;
    const root = document.documentElement;
    const theme = root.dataset["theme"];
    root.dataset["theme"] = "light";
    picture.recolor();
    const paper = new DOMParser().parseFromString(this.#drawn(), "image/svg+xml").documentElement;
    paper.classList.add("nqn-paper");
    this.place.append(paper);
    if (theme) root.dataset["theme"] = theme;
    else delete root.dataset["theme"];
    picture.recolor();
  }

  /** Goes on at *place*, beside the list *twin*, in the language of the page. */
  move(place: HTMLElement, twin: HTMLElement | null): void {
    if (place === this.place) return;
    this.place.replaceChildren();
    this.place = place;
    this.#follow(twin);
    this.#render();
    this.twin?.filter(this.#hidden);
    this.twin?.show(this.#selected, false);
  }

  #follow(twin: HTMLElement | null): void {
    if (!twin) return;
    let found = this.#twins.get(twin);
    if (!found) {
      found = new Twin(twin, this.network, (node) => this.select(node, { fly: true, list: false }));
      this.#twins.set(twin, found);
    }
    this.twin = found;
  }

  /** Selects an entry everywhere, or none. */
  select(node: number | null, { fly = false, list = true }: { fly?: boolean; list?: boolean } = {}): void {
    if (node !== null && this.#hidden.has(this.network.node(node)[0]))
      this.#toggleKinds([this.network.node(node)[0]], true);
    if (node !== null && this.#path.length && !this.#path.includes(node)) this.#setPath([]);
    const changed = node !== this.#selected;
    this.#selected = node;
    this.#showDetails();
    this.picture?.show(this.#view());
    if (node !== null && fly) this.picture?.fly([node]);
    if (list) this.twin?.show(node, false);
    if (!changed) return;
    const key = node === null ? "" : this.network.node(node)[1];
    const page = this.place.closest(".page")?.id; // in the one file the fragment is the page
    const address = page ? `#${page}${key && `?d=${key}`}` : key ? `#n-${key}` : location.pathname;
    history.replaceState(history.state, "", address);
    announce(
      node === null
        ? text("unselected")
        : text("selected", {
            label: this.network.label(node),
            kind: this.network.what(node),
            count: this.network.neighbours(node).size,
          }),
    );
  }

  #view(): View {
    return { hidden: this.#hidden, selected: this.#selected, path: this.#path, measure: this.#measure };
  }

  #render(): void {
    const camera = this.picture?.sigma.getCamera().getState();
    this.picture?.kill();
    this.picture = undefined;
    const draws = canDraw();
    const stage = h("div", { class: "nqn-stage", role: "img", "aria-label": this.#label });
    const find = new Combobox(text("find"), this.network, (node) => this.select(node, { fly: true }));
    this.place.classList.add("nqn");
    const note = h("p", { class: "nqn-note", role: "status" }, text("noWebgl"));
    const frame = h("div", { class: "nqn-frame" }, stage, this.#controls());
    const side = h("div", { class: "nqn-side" }, this.#details, this.#legend());
    this.place.replaceChildren(
      h("div", { class: "nqn-bar" }, find.element, draws && this.#sizes(), this.#paths()),
      ...(draws ? [] : [note]),
      h("div", { class: draws ? "nqn-body" : "nqn-body nqn-plain" }, draws && frame, side),
    );
    this.#showDetails();
    this.#showRoute();
    if (!draws) return;
    hold(stage);
    this.picture = new Picture(stage, this.network, this.#view(), (node) => this.select(node));
    if (camera) this.picture.sigma.getCamera().setState(camera);
  }

  #sizes(): HTMLElement {
    const select = h(
      "select",
      { id: "nqn-size" },
      ...MEASURES.filter((name) => this.#measured || name !== "betweenness").map((name) =>
        h("option", { value: name, selected: name === this.#measure }, text(name)),
      ),
    );
    select.addEventListener("change", () => {
      this.#measure = MEASURES.find((name) => name === select.value) ?? "degree";
      this.picture?.show(this.#view());
    });
    return h("div", { class: "nqn-box" }, h("label", { for: "nqn-size" }, text("size")), select);
  }

  /** What the picture holds, in words. */
  get #label(): string {
    const { nodes, edges } = this.network.data;
    return text("picture", { nodes: nodes.length, edges: edges.length });
  }

  /** What is seen, as SVG. */
  #drawn(): string {
    const picture = this.picture!;
    const kinds = this.network.data.kinds.map((_, number) => number).filter((number) => !this.#hidden.has(number));
    const about = this.#selected === null ? "" : `${this.network.label(this.#selected)} · `;
    return svg(picture.drawn(), this.network, picture.colors, kinds, this.#label, about + origin());
  }

  #controls(): HTMLElement {
    const frame = (): Element | null => this.place.querySelector(".nqn-frame");
    const icon = (name: keyof typeof ICONS, act: () => void): HTMLButtonElement => {
      const made = button("", act, { "aria-label": text(name), title: text(name) });
      made.append(drawing(ICONS[name]));
      return made;
    };
    return h(
      "div",
      { class: "nqn-controls", role: "group", "aria-label": text("controls") },
      icon("zoomIn", () => this.picture?.zoom(1.5)),
      icon("zoomOut", () => this.picture?.zoom(1 / 1.5)),
      icon("reset", () => this.picture?.reset()),
      document.fullscreenEnabled
        ? icon(
            "fullScreen",
            () =>
              void (document.fullscreenElement ? document.exitFullscreen() : frame()?.requestFullscreen())?.catch(
                () => {},
              ),
          )
        : null,
      button("PNG", () => void png(this.#drawn()).then((blob) => save(blob, "nqgraph-netz.png")), {
        "aria-label": text("savePng"),
        title: text("savePng"),
      }),
      button("SVG", () => save(new Blob([this.#drawn()], { type: "image/svg+xml" }), "nqgraph-netz.svg"), {
        "aria-label": text("saveSvg"),
        title: text("saveSvg"),
      }),
    );
  }

  #legend(): HTMLElement {
    const counts = new Map<number, number>();
    for (const [kind] of this.network.data.nodes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const boxes = this.network.data.kinds.map((kind, number) => {
      const box = h("input", { type: "checkbox", value: number, checked: !this.#hidden.has(number) });
      box.addEventListener("change", () => this.#toggleKinds([number], box.checked));
      return h(
        "label",
        {},
        box,
        sign(kind),
        h("span", {}, this.network.kindLabel(kind)),
        h("span", { class: "nqn-soft" }, (counts.get(number) ?? 0).toLocaleString(document.documentElement.lang)),
      );
    });
    const all = this.network.data.kinds.map((_, number) => number);
    this.#showCounts();
    return h(
      "fieldset",
      { class: "nqn-legend" },
      h("legend", {}, text("kinds")),
      h(
        "p",
        { class: "nqn-row" },
        button(text("allKinds"), () => this.#toggleKinds(all, true)),
        button(text("noKinds"), () => this.#toggleKinds(all, false)),
      ),
      h("div", { class: "nqn-kinds" }, ...boxes),
      this.#counts,
    );
  }

  #toggleKinds(kinds: readonly number[], shown: boolean): void {
    for (const kind of kinds)
      if (shown) this.#hidden.delete(kind);
      else this.#hidden.add(kind);
    for (const box of this.place.querySelectorAll<HTMLInputElement>(".nqn-legend input"))
      box.checked = !this.#hidden.has(Number(box.value));
    if (this.#selected !== null && this.#hidden.has(this.network.node(this.#selected)[0])) this.select(null);
    if (this.#path.some((node) => this.#hidden.has(this.network.node(node)[0]))) this.#setPath([]);
    this.picture?.show(this.#view());
    this.twin?.filter(this.#hidden);
    announce(this.#showCounts());
  }

  #showCounts(): string {
    const { nodes } = this.network.data;
    const said = text("shown", {
      count: nodes.filter(([kind]) => !this.#hidden.has(kind)).length,
      total: nodes.length,
    });
    this.#counts.textContent = said;
    return said;
  }

  #showDetails(): void {
    const node = this.#selected;
    if (node === null) {
      this.#details.replaceChildren(h("p", { class: "nqn-soft" }, text("choose")));
      return;
    }
    const kind = this.network.kind(node);
    const [, key] = this.network.node(node);
    const label = this.network.label(node);
    const href = this.href(kind.type, key);
    const close = button("×", () => this.select(null), {
      class: "nqn-close",
      "aria-label": text("clear"),
      title: text("clear"),
    });
    this.#details.replaceChildren(
      h("p", { class: "nqn-kind" }, sign(kind), this.network.what(node), close),
      h("h2", {}, href === null ? label : h("a", { href }, label)),
      h(
        "ul",
        { class: "nqn-measures" },
        h("li", {}, text("neighbours", { count: this.network.neighbours(node).size })),
      ),
      relations(this.network, node, (other) => {
        this.select(other, { fly: true });
        this.#details.querySelector<HTMLElement>("h2 a, .nqn-close")?.focus({ preventScroll: true });
      }),
    );
    this.#details.scrollTop = 0;
  }

  #paths(): HTMLElement {
    const [from, to] = this.#boxes.map((box) => box.value);
    const allowed = (node: number): boolean => !this.#hidden.has(this.network.node(node)[0]);
    const start = new Combobox(text("from"), this.network, () => end.focus(), allowed);
    const end = new Combobox(text("to"), this.network, () => this.#find(), allowed);
    this.#boxes = [start, end];
    start.set(from ?? null);
    end.set(to ?? null);
    return h(
      "details",
      { class: "nqn-paths", open: this.#path.length > 0 },
      h("summary", {}, text("path")),
      h(
        "div",
        { class: "nqn-row" },
        start.element,
        end.element,
        button(text("showPath"), () => this.#find()),
        button(text("clear"), () => {
          for (const box of this.#boxes) box.set(null);
          this.#setPath([]);
          this.#route.replaceChildren();
          this.picture?.show(this.#view());
        }),
      ),
      this.#route,
    );
  }

  #find(): void {
    const [from, to] = this.#boxes.map((box) => box.value);
    if (from == null || to == null || from === to) return this.#answer(text("chooseTwo"));
    const graph = new UndirectedGraph();
    this.network.data.nodes.forEach(([kind], node) => !this.#hidden.has(kind) && graph.addNode(node));
    for (const [source, target] of this.network.data.edges)
      if (source !== target && graph.hasNode(source) && graph.hasNode(target)) graph.mergeEdge(source, target);
    const found = graph.hasNode(from) && graph.hasNode(to) ? bidirectional(graph, from, to) : null;
    if (!found) return this.#answer(text("noPath"));
    this.select(null);
    this.#setPath(found.map(Number));
    this.picture?.show(this.#view());
    this.picture?.fly(this.#path);
    this.#showRoute();
    announce(found.length === 2 ? text("step") : text("steps", { count: found.length - 1 }));
  }

  #setPath(path: readonly number[]): void {
    this.#path = path;
    if (!path.length) this.#route.replaceChildren();
  }

  #answer(message: string): void {
    this.#setPath([]);
    this.picture?.show(this.#view());
    this.#route.replaceChildren(h("p", {}, message));
    announce(message);
  }

  #showRoute(): void {
    if (!this.#path.length) return;
    const steps = this.#path.map((node, index) => {
      const before = this.#path[index - 1];
      const choose = button("", () => this.select(node, { fly: true }), { class: "nqn-link" });
      choose.append(sign(this.network.kind(node)), h("span", {}, this.network.label(node)));
      return h(
        "li",
        {},
        before === undefined
          ? null
          : h("span", { class: "nqn-soft" }, `${this.network.between(before, node).join(", ")}: `),
        choose,
      );
    });
    const count = steps.length - 1;
    this.#route.replaceChildren(
      h("p", {}, count === 1 ? text("step") : text("steps", { count })),
      h("ol", {}, ...steps),
    );
  }
}

/** Lines of the signs on buttons, in a box of 16 by 16. */
const ICONS = {
  zoomIn: "M8 3v10M3 8h10",
  zoomOut: "M3 8h10",
  reset: "M8 1.5v4M8 10.5v4M1.5 8h4M10.5 8h4M8 6.5a1.5 1.5 0 1 0 .01 0z",
  fullScreen: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
};

function drawing(lines: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svg.namespaceURI!, "path");
  path.setAttribute("d", lines);
  svg.append(path);
  return svg;
}

/** Lets the wheel scroll the page until the reader has clicked into the picture, so that nobody is caught in it. */
function hold(stage: HTMLElement): void {
  let active = false;
  stage.addEventListener("pointerdown", () => (active = true));
  stage.addEventListener("pointerleave", () => (active = false));
  stage.addEventListener(
    "wheel",
    (event) => {
      if (!active && !event.ctrlKey && !document.fullscreenElement) event.stopImmediatePropagation();
    },
    { capture: true },
  );
}
