/** The fields of forms: what is wrong with them, and lists from which one adds to them. */
import { button, h } from "./dom.js";

/** Shows *said* below a field; nothing if all is right. */
export function fault(field: HTMLElement, said: readonly string[]): void {
  const place = field.querySelector<HTMLElement>(".fault");
  if (!place) return;
  place.textContent = said.join(" ");
  field.classList.toggle("wrong", said.length > 0);
  for (const control of field.querySelectorAll("input, select, textarea")) {
    if (control.closest(".add, .theirs")) continue;
    if (said.length) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
}

const FOLDED: Record<string, string> = { ä: "ae", ö: "oe", ü: "ue", ß: "ss" };
/** Characters of a key that is made from a name. */
const LONGEST = 48;

/** *name* as the end of a key. */
export function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[äöüß]/g, (letter) => FOLDED[letter]!)
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, "");
}

/** Makes the key of a new entry from its name, the first field, until somebody writes another. */
export function startKey(form: ParentNode, free: (key: string) => string = (key) => key): void {
  const key = form.querySelector<HTMLInputElement>("input[data-prefix]");
  const name = form.querySelector<HTMLInputElement>("[data-field] :is(input, textarea)");
  if (!key || !name || key === name || key.value) return;
  let made = "";
  name.addEventListener("input", () => {
    if (key.value !== made) return;
    const end = slug(name.value);
    key.value = made = end && free(key.dataset["prefix"]! + end);
  });
}

/** Lets one add what a list offers to a field that holds several values. */
export function startLists(form: HTMLElement): void {
  for (const cell of form.querySelectorAll<HTMLInputElement>("input[data-list]")) {
    const label = form.querySelector(`label[for="${CSS.escape(cell.id)}"]`)?.firstChild?.textContent?.trim() ?? "";
    const name = (form.dataset["add"] ?? "{name}").replace("{name}", label);
    const sought = h("input", {
      list: cell.dataset["list"],
      "aria-label": name,
      placeholder: name,
      autocomplete: "off",
    });
    const add = (): void => {
      const parts = cell.value.split(";").map((part) => part.trim());
      const value = sought.value.trim();
      if (!value) return;
      cell.value = [...new Set([...parts.filter(Boolean), value])].join("; ");
      sought.value = "";
      cell.dispatchEvent(new Event("input", { bubbles: true }));
    };
    sought.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      add();
    });
    sought.addEventListener("input", (event) => event.stopPropagation());
    cell.after(h("span", { class: "add" }, sought, button("+", add, { "aria-label": name })));
  }
}
