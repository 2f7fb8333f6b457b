/** The shapes of kinds as outlines, for legends, lists and pictures. */
export const SHAPES = ["dot", "square", "triangle", "triangleDown", "diamond", "hexagon", "star"] as const;
export type Shape = (typeof SHAPES)[number];

const around = (count: number, radius: (index: number) => number, turn: number): [number, number][] =>
  Array.from({ length: count }, (_, index) => {
    const angle = turn + (index * 2 * Math.PI) / count;
    return [radius(index) * Math.sin(angle), -radius(index) * Math.cos(angle)];
  });

/** Corners in a system where a dot has the radius 1, y downwards; all shapes cover about the same area. */
const CORNERS: Record<Exclude<Shape, "dot">, [number, number][]> = {
  square: around(4, () => 1.253, Math.PI / 4),
  triangle: around(3, () => 1.554, 0),
  triangleDown: around(3, () => 1.554, Math.PI),
  diamond: around(4, () => 1.253, 0),
  hexagon: around(6, () => 1.1, Math.PI / 6 + Math.PI / 3),
  star: around(10, (index) => (index % 2 ? 0.68 : 1.5), 0),
};

export function shape(name: string): Shape {
  return SHAPES.find((known) => known === name) ?? "dot";
}

/** The outline of *name* around x, y with *radius* as an SVG element's text. */
export function outline(name: string, x: number, y: number, radius: number, attributes: string): string {
  const found = shape(name);
  const round = (value: number): number => Math.round(value * 100) / 100;
  if (found === "dot") return `<circle cx="${round(x)}" cy="${round(y)}" r="${round(radius)}" ${attributes}/>`;
  const points = CORNERS[found].map(([dx, dy]) => `${round(x + dx * radius)},${round(y + dy * radius)}`);
  return `<polygon points="${points.join(" ")}" ${attributes}/>`;
}

/** A small picture of a kind for legends and lists. */
export function sign(kind: { readonly shape: string; readonly color: string }): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "-8 -8 16 16");
  svg.setAttribute("class", "nqn-sign");
  svg.setAttribute("aria-hidden", "true");
  const found = shape(kind.shape);
  const part = document.createElementNS(svg.namespaceURI!, found === "dot" ? "circle" : "polygon");
  if (found === "dot") part.setAttribute("r", "4.9");
  else part.setAttribute("points", CORNERS[found].map(([x, y]) => `${x * 4.9},${y * 4.9}`).join(" "));
  part.setAttribute("fill", kind.color);
  svg.append(part as Element);
  return svg;
}
