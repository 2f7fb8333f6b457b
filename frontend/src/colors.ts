/** The colours of the picture, taken from the style sheet of the page. */

export interface Palette {
  readonly ink: string;
  readonly paper: string;
  /** Relations, those beside the point, and those that are meant. */
  readonly edge: string;
  readonly faint: string;
  readonly strong: string;
}

/** The palette where *place* stands; the fallbacks are those of a page without style sheet. */
export function palette(place: HTMLElement): Palette {
  const style = getComputedStyle(place);
  const value = (name: string, fallback: string): string => style.getPropertyValue(name).trim() || fallback;
  const paper = value("--paper", "#ffffff");
  const ink = value("--ink", "#1c2024");
  return { ink, paper, edge: mix(ink, paper, 0.45), faint: mix(ink, paper, 0.15), strong: mix(ink, paper, 0.75) };
}

/** *share* of one colour with the rest of another. */
export function mix(one: string, other: string, share: number): string {
  const [a, b] = [channels(one), channels(other)];
  const mixed = a.map((value, index) => Math.round(value * share + b[index]! * (1 - share)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** Red, green and blue, 0 to 255, of a colour as style sheets write it. */
export function channels(color: string): [number, number, number] {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return [red!, green!, blue!];
}
