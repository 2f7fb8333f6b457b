/** The picture: sigma.js draws nodes and edges, a layer of our own draws labels that do not overlap. */
import { MultiDirectedGraph } from "graphology";
import Sigma from "sigma";
import type { EdgeDisplayData, NodeDisplayData } from "sigma/types";
import { type Palette, channels, mix, palette } from "./colors.js";
import type { Measure, Network } from "./data.js";
import { type Candidate, Labels, type Placed } from "./labels.js";
import { ShapeProgram } from "./looks.js";
import { SHAPES, shape } from "./shapes.js";

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
/** A node or edge as it is drawn, in pixels. */
export interface Drawn {
  readonly nodes: readonly {
    readonly node: number;
    readonly x: number;
    readonly y: number;
    readonly radius: number;
    readonly color: string;
  }[];
  readonly edges: readonly {
    readonly from: readonly [number, number];
    readonly to: readonly [number, number];
    readonly color: string;
    readonly width: number;
    readonly inferred: boolean;
  }[];
  readonly labels: readonly Placed[];
  readonly width: number;
  readonly height: number;
}

/** From this many nodes on they are smaller, and pointing at one dims no others. */
const LARGE = 3000;
/** Up to this many nodes in sight, labels keep off them, and relations are drawn stronger. */
const FEW = 400;

export class Picture {
  readonly sigma: Sigma<NodeAttributes, EdgeAttributes>;
  readonly #graph = new MultiDirectedGraph<NodeAttributes, EdgeAttributes>();
  readonly #labels: Labels;
  readonly #dimmed = new Map<string, string>();
  #palette: Palette;
  #order: number[] = [];
  #focus: Set<number> | null = null;
  #steps = new Set<string>();
  #hovered: number | null = null;
  /** How many nodes are in sight. */
  #seen = 0;
  #view: View;

  constructor(
    readonly place: HTMLElement,
    readonly network: Network,
    view: View,
    select: (node: number | null) => void,
  ) {
    this.#view = view;
    this.#palette = this.#colors();
    network.data.nodes.forEach((node, number) => {
      const kind = network.kind(number);
      this.#graph.addNode(number, {
        x: node[3],
        y: node[4],
        size: 1,
        color: kind.color,
        shape: SHAPES.indexOf(shape(kind.shape)),
        kind: node[0],
      });
    });
    network.data.edges.forEach(([source, target], number) => {
      this.#graph.addEdgeWithKey(number, source, target, { color: this.#palette.edge, size: 1 });
    });
    this.#resize();
    this.#refocus();
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
    const layer = this.sigma.createCanvas("nqlabels", { afterLayer: "nodes" } as never);
    layer.style.pointerEvents = "none";
    this.#labels = new Labels(layer);
    this.sigma.on("afterRender", () => this.#drawLabels());
    this.sigma.on("resize", () => this.#drawLabels());
    this.sigma.on("clickNode", ({ node }) => select(Number(node)));
    this.sigma.on("clickStage", () => select(null));
    this.sigma.on("enterNode", ({ node }) => this.#point(Number(node)));
    this.sigma.on("leaveNode", () => this.#point(null));
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
    this.#palette = this.#colors();
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
    const ratio =
      shown.length === 1
        ? Math.min(this.sigma.getCamera().ratio, 0.35)
        : Math.min(1.1, Math.max(0.3, Math.max(right - left, bottom - top) * 1.5));
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
    const inside = ([x, y]: readonly [number, number], margin: number): boolean =>
      x > -margin && x < width + margin && y > -margin && y < height + margin;
    const nodes = this.network.data.nodes.flatMap((_, node) => {
      const data = this.sigma.getNodeDisplayData(String(node));
      const [x, y] = to(node);
      const radius = data ? this.sigma.scaleSize(data.size) : 0;
      return data && !data.hidden && inside([x, y], 20)
        ? [{ node, x, y, radius, color: data.color, level: data.zIndex }]
        : [];
    });
    const edges = this.network.data.edges.flatMap(([source, target, , inferred], edge) => {
      const data = this.sigma.getEdgeDisplayData(String(edge));
      const [from, end] = [to(source), to(target)];
      if (!data || data.hidden || !(inside(from, 2000) && inside(end, 2000)) || !(inside(from, 0) || inside(end, 0)))
        return [];
      return [
        {
          from,
          to: end,
          color: data.color,
          width: this.sigma.scaleSize(data.size),
          inferred: inferred === 1,
          level: data.zIndex,
        },
      ];
    });
    nodes.sort((a, b) => a.level - b.level);
    edges.sort((a, b) => a.level - b.level);
    return { nodes, edges, labels: this.#placed(), width, height };
  }

  get colors(): Palette {
    return this.#palette;
  }

  #colors(): Palette {
    const found = palette(this.place);
    ShapeProgram.paper = channels(found.paper).map((channel) => channel / 255) as [number, number, number];
    return found;
  }

  #move(state: { x?: number; y?: number; ratio?: number; angle?: number }): void {
    const camera = this.sigma.getCamera();
    if (calm()) camera.setState(state);
    else void camera.animate(state, { duration: 450 });
  }

  #resize(): void {
    const share = this.network.share(this.#view.measure);
    const scale =
      Math.min(1, Math.max(0.55, this.place.clientWidth / 900)) * (this.network.data.nodes.length > LARGE ? 0.6 : 1);
    this.network.data.nodes.forEach((_, node) =>
      this.#graph.setNodeAttribute(node, "size", scale * (2.6 + 11 * Math.sqrt(share(node)))),
    );
    this.#order = this.network.data.nodes
      .map((_, node) => node)
      .sort((a, b) => share(b) - share(a) || this.network.node(b)[5] - this.network.node(a)[5] || a - b);
  }

  #point(node: number | null): void {
    if (node !== null && this.#view.hidden.has(this.network.node(node)[0])) return;
    this.#hovered = node;
    this.place.style.cursor = node === null ? "" : "pointer";
    if (this.network.data.nodes.length > LARGE) return this.#drawLabels(); // dimming all others would take too long
    this.#refocus();
    this.sigma.refresh({ skipIndexation: true });
  }

  /** Whether few nodes are in sight. */
  get #few(): boolean {
    return this.#seen <= FEW;
  }

  /** Which nodes stand out: the path, or the node pointed at or selected with its neighbours; null if all are alike. */
  #refocus(): void {
    const { hidden, path, selected } = this.#view;
    const middle = this.#hovered ?? selected;
    this.#seen = this.network.data.nodes.filter(([kind]) => !hidden.has(kind)).length;
    this.#steps = new Set(path.slice(1).flatMap((node, index) => [`${path[index]} ${node}`, `${node} ${path[index]}`]));
    this.#focus =
      path.length && this.#hovered === null
        ? new Set(path)
        : middle === null
          ? null
          : new Set([middle, ...this.network.neighbours(middle)]);
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
    if (this.#few) data.size = 1.4;
    if (!this.#focus) return data;
    const middle = this.#hovered ?? this.#view.selected;
    const strong =
      path.length && this.#hovered === null
        ? this.#steps.has(`${source} ${target}`)
        : source === middle || target === middle;
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
    if (!found) this.#dimmed.set(color, (found = mix(color, this.#palette.paper, 0.22)));
    return found;
  }

  /** From a node to its place on the screen, which the camera makes a linear matter. */
  #projection(): (node: number) => readonly [number, number] {
    const zero = this.sigma.graphToViewport({ x: 0, y: 0 });
    const x = this.sigma.graphToViewport({ x: 1000, y: 0 });
    const y = this.sigma.graphToViewport({ x: 0, y: 1000 });
    const [a, b, c, d] = [(x.x - zero.x) / 1000, (y.x - zero.x) / 1000, (x.y - zero.y) / 1000, (y.y - zero.y) / 1000];
    const nodes = this.network.data.nodes;
    return (node) => [
      zero.x + a * nodes[node]![3] + b * nodes[node]![4],
      zero.y + c * nodes[node]![3] + d * nodes[node]![4],
    ];
  }

  /** The labels that have room: of what stands out, else of the largest nodes in sight. */
  #placed(): Placed[] {
    const { width, height } = this.sigma.getDimensions();
    const apart = this.#few ? [...this.#candidates(true)] : [];
    return this.#labels.place(this.#candidates(), (node) => this.network.label(node), width, height, apart);
  }

  *#candidates(all = false): Generator<Candidate> {
    const { width, height } = this.sigma.getDimensions();
    const { hidden, selected, path } = this.#view;
    const to = this.#projection();
    const middle = this.#hovered ?? selected;
    const first = new Set(middle === null ? path : [middle, ...path]);
    const wanted = (node: number): boolean =>
      !hidden.has(this.network.node(node)[0]) && (all || !this.#focus || this.#focus.has(node) || first.has(node));
    const at = (node: number): Candidate | null => {
      const [x, y] = to(node);
      if (!wanted(node) || x < -20 || x > width + 20 || y < 0 || y > height) return null;
      const radius = this.sigma.scaleSize(this.sigma.getNodeDisplayData(String(node))?.size ?? 3) * 1.3;
      return { node, x, y, radius, strong: first.has(node) };
    };
    for (const nodes of [first, this.#order]) {
      for (const node of nodes) {
        const found = nodes === first || !first.has(node) ? at(node) : null;
        if (found) yield found;
      }
    }
  }

  #drawLabels(): void {
    const { width, height } = this.sigma.getDimensions();
    this.#labels.draw(this.#placed(), width, height, this.#palette);
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

/** Whether the reader wants no motion. */
const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
