/** Light or dark. */
import { remember, remembered } from "./dom.js";
import { text } from "./texts.js";

const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

function theme(): Theme {
  const kept = remembered("theme");
  return THEMES.find((name) => name === kept) ?? "auto";
}

function apply(name: Theme): void {
  if (name === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = name;
  for (const control of document.querySelectorAll<HTMLElement>('[data-action="theme"]')) {
    control.hidden = false;
    control.textContent = text("theme", { name: text(name) });
  }
  document.dispatchEvent(new CustomEvent("nqgraph:theme"));
}

export function startTheme(): void {
  let current = theme();
  apply(current);
  document.addEventListener("nqgraph:language", () => apply(current));
  for (const control of document.querySelectorAll('[data-action="theme"]')) {
    control.addEventListener("click", () => {
      current = THEMES[(THEMES.indexOf(current) + 1) % THEMES.length]!;
      remember("theme", current);
      apply(current);
    });
  }
}
