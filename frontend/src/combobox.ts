/** A field that suggests entries of the network as one types (WAI-ARIA 1.2, combobox with a listbox). */
import Navigation from "@github/combobox-nav";
import { announce, h } from "./dom.js";
import type { Network } from "./data.js";
import { sign } from "./shapes.js";
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
  readonly #navigation: Navigation;
  value: number | null = null;

  constructor(
    label: string,
    readonly network: Network,
    readonly chosen: (node: number) => void,
    readonly allowed: (node: number) => boolean = () => true,
  ) {
    const id = `nqn-box-${++count}`;
    this.#list = h("ul", { id: `${id}-list`, role: "listbox", "aria-label": label, hidden: true });
    this.#input = h("input", { id, type: "text", autocomplete: "off", spellcheck: "false" });
    this.element = h("div", { class: "nqn-box" }, h("label", { for: id }, label), this.#input, this.#list);
    this.#navigation = new Navigation(this.#input, this.#list, {
      tabInsertsSuggestions: false,
      firstOptionSelectionMode: "active",
    });
    this.#input.addEventListener("input", () => {
      this.value = null;
      this.#suggest();
    });
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("focus", () => this.#input.select()); // what is typed replaces what was chosen
    this.#input.addEventListener("blur", () => this.#close());
    this.#list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
    this.#list.addEventListener("combobox-commit", (event) => {
      if (event.target instanceof HTMLElement) this.#choose(Number(event.target.dataset["node"]));
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
    const options = all
      .slice(0, SHOWN)
      .map((node, index) =>
        h(
          "li",
          { role: "option", id: `${this.#list.id}-${index}`, "data-node": node },
          sign(this.network.kind(node)),
          h("span", {}, this.network.label(node)),
        ),
      );
    this.#close();
    this.#list.replaceChildren(...options);
    if (options.length) {
      this.#list.hidden = false;
      this.#navigation.start();
    }
    if (!this.#input.value.trim()) return;
    if (!all.length) announce(text("noneFound"));
    else if (all.length > SHOWN) announce(text("more", { count: SHOWN, total: all.length }));
    else announce(all.length === 1 ? text("suggestion") : text("suggestions", { count: all.length }));
  }

  /** What the library leaves to us: opening and closing the list. */
  #key(event: KeyboardEvent): void {
    const open = !this.#list.hidden;
    if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.#close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !open) {
      event.preventDefault();
      this.#suggest();
      this.#navigation.navigate(event.key === "ArrowDown" ? 1 : -1);
    }
  }

  #choose(node: number): void {
    this.set(node);
    this.#close();
    this.chosen(node);
  }

  #close(): void {
    this.#navigation.stop();
    this.#list.hidden = true;
  }
}
