/** The picture as SVG: the same look, with texts and a legend. */
import type { Network } from "./data.js";
import { outline } from "./shapes.js";
import { type Drawn, type Picture } from "./picture.js";

/** *value* as text of XML, without the characters that no XML file can hold. */
const escape = (value: string): string =>
  value
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const n = (value: number): number => Math.round(value * 10) / 10;
const ROW = 22;

/** What the picture shows as an SVG document with the legend of *kinds* below, and *note* below that. */
export function svg(
  drawn: Drawn,
  network: Network,
  colors: Picture["colors"],
  kinds: readonly number[],
  title: string,
  note = "",
): string {
  const columns = Math.max(1, Math.floor(drawn.width / 220));
  const rows = Math.ceil(kinds.length / columns);
  const height = drawn.height + (rows + (note ? 1 : 0)) * ROW + 24;
  const family = 'font-family="system-ui, Segoe UI, Roboto, Liberation Sans, Arial, sans-serif" font-size="13"';
  const edges = drawn.edges.map(
    (edge) =>
      `<line x1="${n(edge.from[0])}" y1="${n(edge.from[1])}" x2="${n(edge.to[0])}" y2="${n(edge.to[1])}" stroke="${edge.color}" stroke-width="${n(Math.max(0.4, edge.width / 2))}"${edge.inferred ? ' stroke-dasharray="4 3"' : ""}/>`,
  );
  const nodes = drawn.nodes.map((node) =>
    outline(
      network.kind(node.node).shape,
      node.x,
      node.y,
      node.radius,
      `fill="${node.color}" stroke="${colors.paper}" stroke-width="0.8"`,
    ),
  );
  const labels = drawn.labels.map(
    (label) =>
      `<text x="${n(label.x)}" y="${n(label.y)}" fill="${colors.ink}" stroke="${colors.paper}" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke"${label.strong ? ' font-weight="600"' : ""}>${escape(label.text)}</text>`,
  );
  const legend = kinds.map((number, index) => {
    const kind = network.data.kinds[number]!;
    const x = 16 + (index % columns) * (drawn.width / columns);
    const y = drawn.height + 20 + Math.floor(index / columns) * ROW;
    return `${outline(kind.shape, x, y, 5, `fill="${kind.color}"`)}<text x="${n(x + 12)}" y="${n(y + 4.5)}" fill="${colors.ink}">${escape(network.kindLabel(kind))}</text>`;
  });
  if (note)
    legend.push(`<text x="16" y="${n(height - 12)}" fill="${colors.ink}" font-weight="600">${escape(note)}</text>`);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${n(drawn.width)}" height="${n(height)}" viewBox="0 0 ${n(drawn.width)} ${n(height)}" role="img" ${family}>` +
    `<title>${escape(title)}</title><rect width="100%" height="100%" fill="${colors.paper}"/>` +
    `<svg width="${n(drawn.width)}" height="${n(drawn.height)}">${edges.join("")}${nodes.join("")}${labels.join("")}</svg>${legend.join("")}</svg>\n`
  );
}
