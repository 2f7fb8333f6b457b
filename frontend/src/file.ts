/** The pages of the one file: each is a section that its address shows. */
import { packed } from "./packed.js";
import { translate } from "./settings.js";
import { text } from "./texts.js";

/** The element that the address names. */
function named(): HTMLElement | null {
  return document.getElementById(decoded(location.hash.slice(1)));
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/** Fills what is folded away below *root*; *ready* sees every part that came. */
async function unfold(root: Element, ready: (part: Element) => void): Promise<void> {
  const empty = [...root.querySelectorAll<HTMLElement>("[data-fold]")].filter((part) => !part.firstChild);
  if (!empty.length) return;
  let content;
  try {
    content = await packed();
  } catch {
    for (const part of empty) part.textContent = text("oldBrowser");
    return;
  }
  for (const part of empty) {
    const html = content?.folds[Number(part.dataset["fold"])];
    if (html === undefined || part.firstChild) continue;
    part.innerHTML = html; // from our own templates, which escape all data; the policy of the file runs no script in it
    translate(part);
    ready(part);
  }
}

/** Unfolds the part that holds the id *fragment*; whether there is one. */
async function reveal(fragment: string, ready: (part: Element) => void): Promise<boolean> {
  const content = await packed().catch(() => null);
  const marks = [`id=${fragment}>`, `id=${fragment} `, `id="${fragment}"`];
  const number = content?.folds.findIndex((html) => marks.some((mark) => html.includes(mark))) ?? -1;
  const part = number < 0 ? null : document.querySelector(`[data-fold="${number}"]`);
  const section = part?.closest(".page");
  if (!part || !section) return false;
  await unfold(section, ready);
  return true;
}

export function startFile(ready: (part: Element) => void): void {
  let shown: Element | null = null;
  const show = async (moved: boolean): Promise<void> => {
    const fragment = decoded(location.hash.slice(1));
    if (fragment === "main") return;
    let target = named();
    if (!target && fragment && (await reveal(fragment, ready))) {
      location.replace(location.hash); // the browser looks for its target again
      target = named();
    }
    const section = target?.closest(".page") ?? document.querySelector(".page");
    if (!section) return;
    for (let at = target; at && at !== section; at = at.parentElement)
      if (at instanceof HTMLDetailsElement) at.open = true;
    const heading = section.querySelector("h1");
    document.title = `${heading?.textContent?.trim() || section.id} – nqgraph`;
    for (const link of document.querySelectorAll("nav a")) {
      if (link.getAttribute("href") === `#${section.id}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    const changed = section !== shown;
    shown = section;
    await unfold(section, ready);
    document.dispatchEvent(new CustomEvent("nqgraph:page", { detail: section.id }));
    if (!moved) return;
    const aim = target && target !== section ? target : heading;
    if (!aim) return;
    if (!aim.matches("a[href], button, input, summary")) aim.tabIndex = -1;
    aim.focus({ preventScroll: true });
    if (target && target !== section) target.scrollIntoView({ block: "start", behavior: "instant" });
    else if (changed) scrollTo({ top: 0, behavior: "instant" });
  };
  addEventListener("hashchange", () => void show(true));
  document.addEventListener("nqgraph:language", () => {
    const heading = shown?.querySelector("h1")?.textContent?.trim();
    if (heading) document.title = `${heading} – nqgraph`;
  });
  void show(false);
}
