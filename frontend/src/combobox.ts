/** A field that suggests entries of the network as one types (WAI-ARIA 1.2, combobox with a listbox). */
import { announce, h } from "./dom.js";
import type { Network } from "./data.js";
import { sign } from "./looks.js";
import { text } from "./networktexts.js";
import { matches, plain } from "./names.js";

const SHOWN = 12;
let count = 0;

const known = new WeakMap<Network, { lang: string; names: readonly string[] }>();

/** What the entries of *network* are called, made when somebody first types. */
function names(network: Network): readonly string[] {
  const { lang } = document.documentElement;
  let found = known.get(network);
  if (found?.lang !== lang) {
    found = { lang, names: network.data.nodes.map((_, node) => plain(network.label(node))) };
    known.set(network, found);
  }
  return found.names;
}

export class Combobox {
  readonly element: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #list: HTMLUListElement;
  #found: number[] = [];
  #active = -1;
  value: number | null = null;

  constructor(
    label: string,
    readonly network: Network,
    readonly chosen: (node: number) => void,
    readonly allowed: (node: number) => boolean = () => true,
  ) {
    const id = `nqn-box-${++count}`;
    this.#list = h("ul", { id: `${id}-list`, role: "listbox", "aria-label": label, hidden: true });
    this.#input = h("input", {
      id,
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.#list.id,
    });
    this.element = h("div", { class: "nqn-box" }, h("label", { for: id }, label), this.#input, this.#list);
    this.#input.addEventListener("input", () => {
      this.value = null;
      this.#suggest();
    });
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("focus", () => this.#input.select()); // what is typed replaces what was chosen
    this.#input.addEventListener("blur", () => this.#close());
    this.#list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
      if (option) this.#choose(Number(option.getAttribute("data-node")));
    });
  }

  /** Puts an entry into the field. */
  set(node: number | null): void {
    this.value = node;
    this.#input.value = node === null ? "" : this.network.label(node);
  }

  focus(): void {
    this.#input.focus();
  }

  #suggest(): void {
    const all = matches(names(this.network), this.#input.value).filter(this.allowed);
    this.#found = all.slice(0, SHOWN);
    this.#active = -1;
    const options = this.#found.map((node, index) =>
      h(
        "li",
        { role: "option", id: `${this.#list.id}-${index}`, "data-node": node, "aria-selected": "false" },
        sign(this.network.kind(node)),
        h("span", {}, this.network.label(node)),
      ),
    );
    this.#list.replaceChildren(...options);
    const open = options.length > 0;
    this.#list.hidden = !open;
    this.#input.setAttribute("aria-expanded", String(open));
    this.#input.removeAttribute("aria-activedescendant");
    if (!open && this.#input.value.trim()) announce(text("noneFound"));
    if (all.length > SHOWN) announce(text("more", { count: all.length - SHOWN }));
  }

  #key(event: KeyboardEvent): void {
    const open = !this.#list.hidden;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) {
      event.preventDefault();
      if (!open) this.#suggest();
      if (this.#found.length) this.#activate((this.#active + step + this.#found.length) % this.#found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const node = this.#found[Math.max(this.#active, 0)];
      if (open && node !== undefined) this.#choose(node);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.#close();
    }
  }

  #activate(index: number): void {
    this.#active = index;
    [...this.#list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = this.#list.children[index];
    if (!option) return;
    this.#input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  #choose(node: number): void {
    this.set(node);
    this.#close();
    this.chosen(node);
  }

  #close(): void {
    this.#list.hidden = true;
    this.#active = -1;
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
  }
}
