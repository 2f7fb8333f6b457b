/** The list beside the picture: the page brings it, the script opens relations in it and keeps it in step. */
import { button, h } from "./dom.js";
import type { Network } from "./data.js";
import { text } from "./networktexts.js";
import { relations } from "./relations.js";

export class Twin {
  readonly #items = new Map<number, HTMLElement>();
  readonly #groups = new Map<HTMLDetailsElement, number>();
  #current: HTMLElement | undefined;

  constructor(
    readonly place: HTMLElement,
    readonly network: Network,
    readonly select: (node: number) => void,
  ) {
    for (const item of place.querySelectorAll<HTMLElement>("li[id^='n-']")) {
      const node = network.find(item.id.slice(2));
      if (node === undefined) continue;
      this.#items.set(node, item);
      const group = item.closest("details");
      if (group) this.#groups.set(group, network.node(node)[0]);
    }
    for (const group of this.#groups.keys()) {
      if (group.open) this.#enhance(group);
      group.addEventListener("toggle", () => this.#enhance(group));
    }
  }

  /** Leaves out the kinds that the picture leaves out. */
  filter(hidden: ReadonlySet<number>): void {
    for (const [group, kind] of this.#groups) group.hidden = hidden.has(kind);
  }

  /** Marks and opens the selected entry; *focus* moves there. */
  show(node: number | null, focus: boolean): void {
    this.#current?.removeAttribute("aria-current");
    this.#current = node === null ? undefined : this.#items.get(node);
    if (node === null || !this.#current) return;
    this.#current.setAttribute("aria-current", "true");
    const group = this.#current.closest("details");
    if (group) {
      group.open = true;
      this.#enhance(group);
    }
    this.#expand(this.#current, node, true);
    if (focus) {
      this.#current.querySelector<HTMLElement>(":scope > button")?.focus();
      this.#current.scrollIntoView({ block: "nearest" });
    }
  }

  #enhance(group: HTMLDetailsElement): void {
    if (!group.open || group.dataset["ready"]) return;
    group.dataset["ready"] = "1";
    for (const item of group.querySelectorAll<HTMLElement>("li[id^='n-']")) {
      const node = this.network.find(item.id.slice(2));
      if (node === undefined || item.querySelector(":scope > .nqn-toggle")) continue;
      const count = this.network.neighbours(node).size;
      const toggle = button(
        `${count}`,
        () => {
          const open = toggle.getAttribute("aria-expanded") !== "true";
          this.#expand(item, node, open);
          if (open) this.select(node);
        },
        {
          class: "nqn-toggle",
          "aria-expanded": "false",
          "aria-label": text("relationsOf", { label: this.network.label(node) }) + `: ${count}`,
        },
      );
      item.append(toggle);
    }
  }

  #expand(item: HTMLElement, node: number, open: boolean): void {
    item.querySelector(":scope > .nqn-toggle")?.setAttribute("aria-expanded", String(open));
    const shown = item.querySelector(":scope > .nqn-open");
    if (!open) shown?.remove();
    else if (!shown) {
      item.append(
        h(
          "div",
          { class: "nqn-open" },
          relations(this.network, node, (other) => {
            this.select(other);
            this.show(other, true);
          }),
        ),
      );
    }
  }
}
