/** Labels on the picture: none overlaps another, and what matters most comes first. */
import type { Palette } from "./colors.js";

/** A node that may get a label; places and sizes in pixels. */
export interface Candidate {
  readonly node: number;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly strong: boolean;
}
/** A label at its place: where its text begins, on the base line. */
export interface Placed {
  readonly node: number;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly strong: boolean;
}

const FONT = 13;
/** Pixels of picture for each label. */
const AREA = 17_000;
/** How many nodes are tried for each label that has room. */
const TRIES = 5;
const LONGEST = 46;

const font = (strong: boolean): string =>
  `${strong ? "600 " : ""}${FONT}px system-ui, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif`;
const short = (label: string): string =>
  label.length <= LONGEST ? label : `${label.slice(0, LONGEST - 1).trimEnd()}…`;

export class Labels {
  readonly #widths = new Map<string, number>();

  constructor(readonly canvas: HTMLCanvasElement) {}

  /**
   * The labels that have room in a picture of *width* by *height*, of *candidates* in the order of their weight; none
   * lies on one of the nodes *apart*.
   */
  place(
    candidates: Iterable<Candidate>,
    label: (node: number) => string,
    width: number,
    height: number,
    apart: readonly Candidate[] = [],
  ): Placed[] {
    const most = Math.round((width * height) / AREA);
    const rooms = new Rooms();
    for (const { x, y, radius } of apart) rooms.take(x - radius, y - radius, 2 * radius, 2 * radius, true);
    const placed: Placed[] = [];
    let tries = most * TRIES;
    for (const { node, x, y, radius, strong } of candidates) {
      if (placed.length >= most || tries-- <= 0) break;
      const text = short(label(node));
      const wide = this.#width(text, strong);
      const middle = Math.max(3, Math.min(width - wide - 3, x - wide / 2));
      const places: [number, number][] = [
        [x + radius + 4, y],
        [x - radius - 4 - wide, y],
        [middle, y - radius - FONT],
        [middle, y + radius + FONT],
      ];
      for (const [left, line] of places) {
        if (left < 2 || left + wide > width - 2) continue;
        if (!rooms.take(left - 3, line - FONT * 0.75, wide + 6, FONT * 1.5)) continue;
        placed.push({ node, text, x: left, y: line + FONT * 0.34, strong });
        break;
      }
    }
    return placed;
  }

  /** Draws *placed* in place of what was there. */
  draw(placed: readonly Placed[], width: number, height: number, colors: Palette): void {
    const { canvas } = this;
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
    context.strokeStyle = colors.paper;
    context.fillStyle = colors.ink;
    for (const label of placed) {
      context.font = font(label.strong);
      context.strokeText(label.text, label.x, label.y);
      context.fillText(label.text, label.x, label.y);
    }
  }

  #width(text: string, strong: boolean): number {
    const key = `${strong ? "*" : ""}${text}`;
    let width = this.#widths.get(key);
    if (width === undefined) {
      const context = this.canvas.getContext("2d")!;
      context.font = font(strong);
      width = context.measureText(text).width;
      this.#widths.set(key, width);
    }
    return width;
  }
}

/** Rectangles that are taken. */
export class Rooms {
  readonly #taken: [number, number, number, number][] = [];

  /** Takes a rectangle unless a part of it is taken already; *anyway* also then. */
  take(x: number, y: number, width: number, height: number, anyway = false): boolean {
    if (!anyway && this.#taken.some(([a, b, c, d]) => x < a + c && x + width > a && y < b + d && y + height > b))
      return false;
    this.#taken.push([x, y, width, height]);
    return true;
  }
}
