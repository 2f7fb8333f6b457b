/** Light or dark, and the language of the one file. */
import { announce, inFile, remember, remembered } from "./dom.js";
import { packed } from "./packed.js";
import { type Language, language, text } from "./texts.js";

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

/** Texts as the file has them, for going back: the way there may not be the only one to a word. */
const originals = new WeakMap<Node, string>();
const ATTRIBUTES = ["aria-label", "title", "placeholder"];
const SKIPPED = new Set(["SCRIPT", "STYLE", "CODE"]);
let home: Language | undefined;
let dictionary: Readonly<Record<string, string>> = {};

/** Puts *root* into the reader's language, if the file came in the other one. */
export function translate(root: Element): void {
  if (home === undefined) return;
  const away = language() !== home;
  const collator = new Intl.Collator(language());
  const other = (shown: string): string | undefined => {
    const whole = dictionary[shown];
    if (whole !== undefined || !shown.includes("; ")) return whole;
    const parts = shown.split("; ");
    if (!parts.some((part) => dictionary[part] !== undefined)) return undefined;
    return parts
      .map((part) => dictionary[part] ?? part)
      .sort(collator.compare)
      .join("; ");
  };
  const swap = (node: Node, now: string, put: (text: string) => void, given?: string): void => {
    const original = originals.get(node);
    if (!away) {
      if (original !== undefined) put(original);
      return;
    }
    const core = now.trim();
    const found = given ?? other(core);
    if (!core || found === undefined) return;
    if (original === undefined) originals.set(node, now);
    put(given ?? now.replace(core, () => found));
  };
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    const parent = node.parentElement;
    if (!parent || SKIPPED.has(parent.tagName)) continue;
    const found = node;
    swap(found, found.data, (value) => (found.data = value), parent.dataset["t"]);
  }
  for (const name of ATTRIBUTES) {
    for (const element of root.querySelectorAll(`[${name}]`)) {
      const attribute = element.getAttributeNode(name)!;
      swap(attribute, attribute.value, (value) => (attribute.value = value));
    }
  }
}

/** The switch of the one file between its two languages. */
export function startLanguage(): void {
  if (!inFile()) return;
  const root = document.documentElement;
  const first = language();
  const controls = [...document.querySelectorAll<HTMLElement>('[data-action="language"]')];
  const choose = (lang: Language, say: boolean): void => {
    root.lang = root.dataset["lang"] = lang;
    translate(document.body);
    for (const control of controls) {
      control.textContent = lang === "de" ? "English" : "Deutsch";
      control.lang = lang === "de" ? "en" : "de";
    }
    document.dispatchEvent(new CustomEvent("nqgraph:language"));
    if (say) announce(text("language"));
  };
  void packed()
    .then((content) => {
      if (!content) return;
      home = first;
      dictionary = content.dictionary;
      for (const control of controls) {
        control.hidden = false;
        control.addEventListener("click", () => {
          const lang = language() === "de" ? "en" : "de";
          remember("language", lang);
          choose(lang, true);
        });
      }
      const kept = remembered("language");
      if ((kept === "de" || kept === "en") && kept !== first) choose(kept, false);
      else for (const control of controls) control.lang = first === "de" ? "en" : "de";
    })
    .catch(() => {}); // the pages say it where something is missing
}
