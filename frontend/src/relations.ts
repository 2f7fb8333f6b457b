/** The relations of an entry as lists, for the details and for the twin. */
import { button, h } from "./dom.js";
import type { Network } from "./data.js";
import { sign } from "./shapes.js";
import { text } from "./networktexts.js";

const SHOWN = 10;

/** A heading and a list for each relation; an entry in it is a button that selects it. */
export function relations(network: Network, node: number, select: (node: number) => void): HTMLElement {
  const found = network.relations(node);
  if (!found.length) return h("p", { class: "nqn-soft" }, text("noRelations"));
  return h(
    "div",
    { class: "nqn-relations" },
    ...found.flatMap(({ heading, others }) => {
      const items = others.map(({ node: other, inferred }) => {
        const choose = button("", () => select(other), { class: "nqn-link" });
        choose.append(
          sign(network.kind(other)),
          h("span", {}, network.label(other)),
          h("span", { class: "nq-unseen" }, ` (${network.what(other)})`),
        );
        return h("li", {}, choose, inferred ? h("span", { class: "nqn-mark" }, text("inferred")) : null);
      });
      const list = h("ul", {}, ...items.slice(0, SHOWN));
      const more =
        items.length > SHOWN &&
        button(text("allKinds") + ` (${items.length})`, () => {
          list.append(...items.slice(SHOWN));
          more && more.remove();
          items[SHOWN]?.querySelector("button")?.focus();
        });
      return [h("h3", {}, heading), list, more || null];
    }),
  );
}
