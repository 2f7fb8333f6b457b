/** The parts of the one file in the language of the reader: each shows one, and keeps what it showed in others. */
import { carry } from "./lists.js";
import { section } from "./packed.js";
import { language } from "./texts.js";

interface State {
  lang: string;
  /** Language → what is not shown now. */
  readonly kept: Map<string, DocumentFragment>;
}

/** The language of the document. */
const home = language();
const states = new WeakMap<Element, State>();

function parsed(html: string): DocumentFragment {
  const made = document.createElement("template");
  made.innerHTML = html; // from our own templates, which escape all data; the policy of the file runs no script in it
  return made.content;
}

/** Adds to *part* what the document left out. */
async function complete(part: HTMLElement): Promise<void> {
  if (part.hasAttribute("data-whole")) return;
  const html = await section(home, part.id);
  if (part.hasAttribute("data-whole") || (states.get(part)?.lang ?? home) !== home) return;
  part.setAttribute("data-whole", "");
  part.append(parsed(html));
}

/**
 * Puts *part* into the language of the reader, whole; *ready* sees what came before the reader's choices return to it.
 *
 * Rejects where the browser cannot unpack.
 */
export async function speak(part: HTMLElement, ready: (part: HTMLElement) => void = () => {}): Promise<void> {
  const lang = language();
  const state = states.get(part) ?? { lang: home, kept: new Map<string, DocumentFragment>() };
  let old: DocumentFragment | undefined;
  if (state.lang !== lang) {
    const fresh = state.kept.get(lang) ?? parsed(await section(lang, part.id));
    if (language() !== lang || state.lang === lang) return; // the reader chose again while we unpacked
    old = new DocumentFragment();
    old.append(...part.childNodes);
    states.set(part, state);
    state.kept.set(state.lang, old);
    state.lang = lang;
    part.append(fresh);
  }
  if (lang === home) await complete(part);
  ready(part);
  if (old) carry(old, part);
}

/** All of the page *id* in the language of the reader, apart from what is shown; null where there is none. */
export async function whole(id: string): Promise<DocumentFragment | null> {
  const lang = language();
  const part = document.getElementById(id);
  if (!part?.matches(".page")) return null;
  if (lang !== home) return parsed(await section(lang, id));
  const state = states.get(part);
  const made = new DocumentFragment();
  const nodes = (state && state.lang !== home && state.kept.get(home)) || part;
  made.append(...[...nodes.childNodes].map((node) => node.cloneNode(true)));
  if (!part.hasAttribute("data-whole")) made.append(parsed(await section(home, id)));
  return made;
}

/** The plain text of what is packed of *id* in the language of the reader; nothing in the language of the document. */
export async function words(id: string): Promise<string> {
  return parsed(await section(language(), id)).textContent;
}

/** Notes what stands at the top of the window in *part*, and gives what brings its twin there. */
export function hold(part: HTMLElement): () => void {
  if (scrollY < 1) return () => {};
  const named = (): HTMLElement[] => [...part.querySelectorAll<HTMLElement>("[id], a[href]")];
  const name = (element: HTMLElement): string => element.id || element.getAttribute("href")!;
  const all = named();
  const at = all.findIndex((element) => element.getBoundingClientRect().bottom > 0 && element.checkVisibility());
  if (at < 0) return () => {};
  const sought = name(all[at]!);
  const { top } = all[at]!.getBoundingClientRect();
  const before = all.slice(0, at).filter((element) => name(element) === sought).length;
  return () => {
    const twins = named().filter((element) => name(element) === sought);
    const twin = twins[Math.min(before, twins.length - 1)];
    if (twin) scrollBy({ top: twin.getBoundingClientRect().top - top, behavior: "instant" });
  };
}
