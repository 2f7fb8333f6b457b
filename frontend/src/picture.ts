/** The picture: sigma.js draws nodes and edges, a layer of our own draws labels that do not overlap. */
import { MultiDirectedGraph } from "graphology";
import Sigma from "sigma";
import type { EdgeDisplayData, NodeDisplayData } from "sigma/types";
import type { Measure, Network } from "./data.js";
import { SHAPES, ShapeProgram, shape } from "./looks.js";

/** What is to be seen. */
export interface View {
  readonly hidden: ReadonlySet<number>;
  readonly selected: number | null;
  /** Nodes on the path that is shown, in order; empty for none. */
  readonly path: readonly number[];
  readonly measure: Measure;
}
interface NodeAttributes {
  x: number;
  y: number;
  size: number;
  color: string;
  shape: number;
  kind: number;
}
interface EdgeAttributes {
  color: string;
  size: number;
}
/** A label at its place in the picture, in pixels. */
export interface Placed {
  readonly node: number;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly strong: boolean;
}
/** A node or edge as it is drawn, in pixels. */
export interface Drawn {
  readonly nodes: readonly { readonly node: number; readonly x: number; readonly y: number; readonly radius: number; readonly color: string }[];
  readonly edges: readonly { readonly from: readonly [number, number]; readonly to: readonly [number, number]; readonly color: string; readonly width: number; readonly inferred: boolean }[];
  readonly labels: readonly Placed[];
  readonly width: number;
  readonly height: number;
}

interface Palette {
  ink: string;
  soft: string;
  paper: string;
  edge: string;
  faint: string;
  strong: string;
}

const FONT = 13;
/** Pixels of picture for each label. */
const AREA = 17_000;
const LONGEST = 46;
/** From this many nodes on they are smaller, and pointing at one dims no others. */
const LARGE = 3000;

export class Picture {
  readonly sigma: Sigma<NodeAttributes, EdgeAttributes>;
  readonly #graph = new MultiDirectedGraph<NodeAttributes, EdgeAttributes>();
  readonly #labels: HTMLCanvasElement;
  readonly #widths = new Map<string, number>();
  readonly #dimmed = new Map<string, string>();
  #palette: Palette;
  #order: number[] = [];
  #focus: Set<number> | null = null;
  #steps = new Set<string>();
  #hovered: number | null = null;
  #view: View;

  constructor(
    readonly place: HTMLElement,
    readonly network: Network,
    view: View,
    select: (node: number | null) => void,
  ) {
    this.#view = view;
    this.#palette = palette(place);
    network.data.nodes.forEach((node, number) => {
      const kind = network.kind(number);
      this.#graph.addNode(number, { x: node[3], y: node[4], size: 1, color: kind.color, shape: SHAPES.indexOf(shape(kind.shape)), kind: node[0] });
    });
    network.data.edges.forEach(([source, target], number) => {
      this.#graph.addEdgeWithKey(number, source, target, { color: this.#palette.edge, size: 1 });
    });
    this.#resize();
    this.sigma = new Sigma(this.#graph, place, {
      allowInvalidContainer: true,
      defaultNodeType: "kind",
      nodeProgramClasses: { kind: ShapeProgram as never },
      nodeReducer: (node, data) => this.#node(Number(node), data),
      edgeReducer: (edge, data) => this.#edge(Number(edge), data),
      defaultDrawNodeHover: (context, data) => this.#hover(context, data),
      renderLabels: false,
      zIndex: true,
      minCameraRatio: 0.02,
      maxCameraRatio: 1.6,
      stagePadding: 28,
      minEdgeThickness: 0.6,
      zoomDuration: calm() ? 0 : 200,
      inertiaDuration: calm() ? 0 : 200,
    });
    this.#labels = this.sigma.createCanvas("nqlabels", { afterLayer: "nodes" } as never);
    this.#labels.style.pointerEvents = "none";
    this.sigma.on("afterRender", () => this.#drawLabels());
    this.sigma.on("resize", () => this.#drawLabels());
    this.sigma.on("clickNode", ({ node }) => select(Number(node)));
    this.sigma.on("clickStage", () => select(null));
    this.sigma.on("enterNode", ({ node }) => this.#point(Number(node)));
    this.sigma.on("leaveNode", () => this.#point(null));
    this.#refocus();
    if (this.#focus) this.sigma.refresh({ skipIndexation: true });
    else this.#drawLabels(); // the nodes were drawn before there was a layer for labels
  }

  /** Shows *view* from now on. */
  show(view: View): void {
    const resized = view.measure !== this.#view.measure;
    this.#view = view;
    if (resized) this.#resize();
    this.#refocus();
    this.sigma.refresh({ skipIndexation: !resized });
  }

  /** Takes the colours of the page again. */
  recolor(): void {
    this.#palette = palette(this.place);
    this.#dimmed.clear();
    this.sigma.refresh({ skipIndexation: true });
  }

  /** Moves to a node, or so that all of *nodes* are seen. */
  fly(nodes: readonly number[]): void {
    const shown = nodes.flatMap((node) => this.sigma.getNodeDisplayData(String(node)) ?? []);
    if (!shown.length) return;
    const xs = shown.map((data) => data.x);
    const ys = shown.map((data) => data.y);
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const ratio = shown.length === 1 ? Math.min(this.sigma.getCamera().ratio, 0.35) : Math.min(1.1, Math.max(0.3, Math.max(right - left, bottom - top) * 1.5));
    this.#move({ x: (left + right) / 2, y: (top + bottom) / 2, ratio });
  }

  zoom(factor: number): void {
    this.#move({ ratio: Math.max(0.02, Math.min(1.6, this.sigma.getCamera().ratio / factor)) });
  }

  reset(): void {
    this.#move({ x: 0.5, y: 0.5, ratio: 1, angle: 0 });
  }

  kill(): void {
    this.sigma.kill();
  }

  /** What is drawn now, for saving. */
  drawn(): Drawn {
    const { width, height } = this.sigma.getDimensions();
    const to = this.#projection();
    const inside = ([x, y]: readonly [number, number], margin: number): boolean => x > -margin && x < width + margin && y > -margin && y < height + margin;
    const nodes = this.network.data.nodes.flatMap((_, node) => {
      const data = this.sigma.getNodeDisplayData(String(node));
      const [x, y] = to(node);
      const radius = data ? this.sigma.scaleSize(data.size) : 0;
      return data && !data.hidden && inside([x, y], 20) ? [{ node, x, y, radius, color: data.color, level: data.zIndex }] : [];
    });
    const edges = this.network.data.edges.flatMap(([source, target, , inferred], edge) => {
      const data = this.sigma.getEdgeDisplayData(String(edge));
      const [from, end] = [to(source), to(target)];
      if (!data || data.hidden || !(inside(from, 2000) && inside(end, 2000)) || !(inside(from, 0) || inside(end, 0))) return [];
      return [{ from, to: end, color: data.color, width: this.sigma.scaleSize(data.size), inferred: inferred === 1, level: data.zIndex }];
    });
    nodes.sort((a, b) => a.level - b.level);
    edges.sort((a, b) => a.level - b.level);
    return { nodes, edges, labels: this.#placed(), width, height };
  }

  get colors(): Readonly<Palette> {
    return this.#palette;
  }

  #move(state: { x?: number; y?: number; ratio?: number; angle?: number }): void {
    const camera = this.sigma.getCamera();
    if (calm()) camera.setState(state);
    else void camera.animate(state, { duration: 450 });
  }

  #resize(): void {
    const share = this.network.share(this.#view.measure);
    const scale = Math.min(1, Math.max(0.55, this.place.clientWidth / 900)) * (this.network.data.nodes.length > LARGE ? 0.6 : 1);
    this.network.data.nodes.forEach((_, node) => this.#graph.setNodeAttribute(node, "size", scale * (2.6 + 11 * Math.sqrt(share(node)))));
    this.#order = this.network.data.nodes.map((_, node) => node).sort((a, b) => share(b) - share(a) || this.network.node(b)[5] - this.network.node(a)[5] || a - b);
  }

  #point(node: number | null): void {
    if (node !== null && this.#view.hidden.has(this.network.node(node)[0])) return;
    this.#hovered = node;
    this.place.style.cursor = node === null ? "" : "pointer";
    if (this.network.data.nodes.length > LARGE) return this.#drawLabels(); // dimming all others would take too long
    this.#refocus();
    this.sigma.refresh({ skipIndexation: true });
  }

  /** Which nodes stand out: the path, or the node pointed at or selected with its neighbours; null if all are alike. */
  #refocus(): void {
    const { path, selected } = this.#view;
    const middle = this.#hovered ?? selected;
    this.#steps = new Set(path.slice(1).flatMap((node, index) => [`${path[index]} ${node}`, `${node} ${path[index]}`]));
    this.#focus = path.length && this.#hovered === null ? new Set(path) : middle === null ? null : new Set([middle, ...this.network.neighbours(middle)]);
  }

  // sigma.js hands its reducers a copy to change: another one for each of thousands of nodes would take most of the time

  #node(node: number, data: NodeAttributes & Partial<NodeDisplayData>): typeof data {
    if (this.#view.hidden.has(data.kind)) {
      data.hidden = true;
      return data;
    }
    const focus = this.#focus;
    if (!focus) return data;
    if (!focus.has(node)) {
      data.color = this.#dim(data.color);
      return data;
    }
    const middle = node === (this.#hovered ?? this.#view.selected);
    data.size = middle ? data.size * 1.25 + 1.5 : Math.max(data.size, 3.5);
    data.zIndex = middle ? 3 : 2;
    data.highlighted = node === this.#view.selected;
    return data;
  }

  #edge(edge: number, data: EdgeAttributes & Partial<EdgeDisplayData>): typeof data {
    const [source, target] = this.network.data.edges[edge]!;
    const { hidden, path } = this.#view;
    if (hidden.size && (hidden.has(this.network.node(source)[0]) || hidden.has(this.network.node(target)[0]))) {
      data.hidden = true;
      return data;
    }
    data.color = this.#palette.edge;
    if (!this.#focus) return data;
    const middle = this.#hovered ?? this.#view.selected;
    const strong = path.length && this.#hovered === null ? this.#steps.has(`${source} ${target}`) : source === middle || target === middle;
    if (strong) {
      data.color = this.#palette.strong;
      data.size = path.length ? 2.5 : 1.6;
      data.zIndex = 1;
      data.type = "arrow";
    } else {
      data.color = this.#palette.faint;
      data.size = 0.5;
      data.hidden = this.#graph.size > 6000;
    }
    return data;
  }

  #dim(color: string): string {
    let found = this.#dimmed.get(color);
    if (!found) {
      const [a, b] = [channels(color), channels(this.#palette.paper)];
      found = `#${a.map((value, index) => Math.round(value * 0.22 + b[index]! * 0.78).toString(16).padStart(2, "0")).join("")}`;
      this.#dimmed.set(color, found);
    }
    return found;
  }

  /** From a node to its place on the screen, which the camera makes a linear matter. */
  #projection(): (node: number) => readonly [number, number] {
    const zero = this.sigma.graphToViewport({ x: 0, y: 0 });
    const x = this.sigma.graphToViewport({ x: 1000, y: 0 });
    const y = this.sigma.graphToViewport({ x: 0, y: 1000 });
    const [a, b, c, d] = [(x.x - zero.x) / 1000, (y.x - zero.x) / 1000, (x.y - zero.y) / 1000, (y.y - zero.y) / 1000];
    const nodes = this.network.data.nodes;
    return (node) => [zero.x + a * nodes[node]![3] + b * nodes[node]![4], zero.y + c * nodes[node]![3] + d * nodes[node]![4]];
  }

  /** The labels that have room: of what stands out, else of the largest nodes in sight. */
  #placed(): Placed[] {
    const { width, height } = this.sigma.getDimensions();
    const most = Math.round((width * height) / AREA);
    const to = this.#projection();
    const rooms = new Rooms();
    const placed: Placed[] = [];
    const middle = this.#hovered ?? this.#view.selected;
    const first = middle === null ? [...this.#view.path] : [middle, ...this.#view.path.filter((node) => node !== middle)];
    let tries = most * 5;
    for (const node of [...first, ...this.#order]) {
      if (placed.length >= most || tries <= 0) break;
      const kind = this.network.node(node)[0];
      const strong = first.includes(node);
      if (this.#view.hidden.has(kind) || (this.#focus && !this.#focus.has(node) && !strong)) continue;
      if (strong && placed.some((label) => label.node === node)) continue;
      const [x, y] = to(node);
      if (x < -20 || x > width + 20 || y < 0 || y > height) continue;
      tries--;
      const label = short(this.network.label(node));
      const radius = this.sigma.scaleSize(this.sigma.getNodeDisplayData(String(node))?.size ?? 3) * 1.3;
      const wide = this.#width(label, strong);
      const middle = Math.max(3, Math.min(width - wide - 3, x - wide / 2));
      const places: [number, number][] = [[x + radius + 4, y], [x - radius - 4 - wide, y], [middle, y - radius - FONT], [middle, y + radius + FONT]];
      for (const [left, line] of places) {
        if (left < 2 || left + wide > width - 2) continue;
        if (!rooms.take(left - 3, line - FONT * 0.75, wide + 6, FONT * 1.5)) continue;
        placed.push({ node, text: label, x: left, y: line + FONT * 0.34, strong });
        break;
      }
    }
    return placed;
  }

  #width(label: string, strong: boolean): number {
    const key = strong ? `*${label}` : label;
    let width = this.#widths.get(key);
    if (width === undefined) {
      const context = this.#labels.getContext("2d")!;
      context.font = font(strong);
      width = context.measureText(label).width;
      this.#widths.set(key, width);
    }
    return width;
  }

  #drawLabels(): void {
    const canvas = this.#labels;
    const { width, height } = this.sigma.getDimensions();
    const ratio = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const context = canvas.getContext("2d")!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.lineJoin = "round";
    context.lineWidth = 3.5;
    context.strokeStyle = this.#palette.paper;
    context.fillStyle = this.#palette.ink;
    for (const label of this.#placed()) {
      context.font = font(label.strong);
      context.strokeText(label.text, label.x, label.y);
      context.fillText(label.text, label.x, label.y);
    }
  }

  /** A ring around the node pointed at or selected; its label stands with the others. */
  #hover(context: CanvasRenderingContext2D, data: { x: number; y: number; size: number }): void {
    context.beginPath();
    context.arc(data.x, data.y, data.size * 1.5 + 4, 0, 2 * Math.PI);
    context.lineWidth = 2.5;
    context.strokeStyle = this.#palette.ink;
    context.stroke();
  }
}

/** Rectangles that are taken. */
class Rooms {
  readonly #taken: [number, number, number, number][] = [];

  take(x: number, y: number, width: number, height: number): boolean {
    if (this.#taken.some(([a, b, c, d]) => x < a + c && x + width > a && y < b + d && y + height > b)) return false;
    this.#taken.push([x, y, width, height]);
    return true;
  }
}

export const font = (strong: boolean): string => `${strong ? "600 " : ""}${FONT}px system-ui, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif`;
const short = (label: string): string => (label.length <= LONGEST ? label : `${label.slice(0, LONGEST - 1).trimEnd()}…`);
/** Whether the reader wants no motion. */
const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Red, green and blue, 0 to 255, of a colour as style sheets write it. */
function channels(color: string): [number, number, number] {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return [red!, green!, blue!];
}

function palette(place: HTMLElement): Palette {
  const style = getComputedStyle(place);
  const value = (name: string, fallback: string): string => style.getPropertyValue(name).trim() || fallback;
  const paper = value("--paper", "#ffffff");
  const ink = value("--ink", "#1c2024");
  const soft = value("--soft-ink", "#545b63");
  const [a, b] = [channels(ink), channels(paper)];
  const mixed = (share: number): string => `#${a.map((v, index) => Math.round(v * share + b[index]! * (1 - share)).toString(16).padStart(2, "0")).join("")}`;
  ShapeProgram.paper = b.map((channel) => channel / 255) as [number, number, number];
  return { ink, soft, paper, edge: mixed(0.3), faint: mixed(0.12), strong: mixed(0.62) };
}
