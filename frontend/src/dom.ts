/** Makes elements and keeps settings, with the few lines a framework would take megabytes for. */

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined>;

/** An element with attributes (false, null and undefined leave one out) and children; texts are never markup. */
export function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, String(value));
  }
  made.append(
    ...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false),
  );
  return made;
}

/** A button that does *act*. */
export function button(label: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = h("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", act);
  return made;
}

/** What the pages say if something internal is in them; else empty. */
export const internalNote = (): string => document.querySelector('.internal[role="note"]')?.textContent?.trim() ?? "";

/** Where what is saved comes from: whose data, of what day, and whether something internal is in it. */
export const origin = (): string =>
  [document.querySelector<HTMLElement>(".foot p")?.innerText.trim(), internalNote()].filter(Boolean).join(" · ");

/** The *name* of a file to save, which says if something internal is in it: `netz.intern.svg`. */
export const fileName = (name: string): string => (internalNote() ? name.replace(/(\.\w+)$/, ".intern$1") : name);

/** A setting from an earlier visit; null where the browser keeps none. */
export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(`nqgraph.${name}`);
  } catch {
    return null; // a browser may forbid it, and does for some files
  }
}

/** Keeps a setting for the next visit, where the browser allows it. */
export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`nqgraph.${name}`, value);
  } catch {
    // then it holds for this visit
  }
}

let region: HTMLElement | undefined;

/** Says *message* to screen readers. */
export function announce(message: string): void {
  region ??= document.body.appendChild(h("div", { class: "nq-unseen", role: "status", "aria-live": "polite" }));
  const target = region;
  target.textContent = "";
  setTimeout(() => (target.textContent = message), 50); // an empty region first: the same words twice are said twice
}
