/** The one file: its pages are sections, of which the address shows one, in the language that the reader chose. */
import { parted } from "./address.js";
import { startForms } from "./answers.js";
import { startEditor } from "./engine.js";
import { announce, h, remember, remembered } from "./dom.js";
import { packed, share } from "./packed.js";
import { text } from "./texts.js";
import { hold, speak, words } from "./tongues.js";

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/**
 * The page that holds the id *fragment*, which may be packed: then it begins with the id of the page and `--`, or as the
 * page says that its ids do.
 */
function owner(fragment: string): HTMLElement | null {
  const found =
    document.getElementById(fragment) ??
    document.getElementById(/^(.+)--/.exec(fragment)?.[1] ?? "") ??
    [...document.querySelectorAll<HTMLElement>("[data-begins]")].find((part) =>
      fragment.startsWith(part.dataset["begins"]!),
    );
  return found?.closest<HTMLElement>(".page") ?? null;
}

class Pages {
  readonly #first = document.title;
  #name = document.title;
  readonly #controls = [...document.querySelectorAll<HTMLButtonElement>('[data-action="language"]')];
  #shown: HTMLElement | undefined;

  /** *ready* makes the lists and tables of a page work. */
  constructor(readonly ready: (part: HTMLElement) => void) {
    ready(document.getElementById("f_foot")!);
    addEventListener("hashchange", ({ oldURL }) => {
      if (location.hash !== "#main") return void this.#show(true);
      history.replaceState(null, "", oldURL); // the page is still the same, and reloading shows it
      document.getElementById("main")?.focus();
    });
    void this.#show(false);
    void packed("pages").then(
      (pages) => pages && this.#offer(),
      () => {}, // the pages say it where something is missing
    );
  }

  /** Shows what the address names; *moved* from elsewhere in the file. */
  async #show(moved: boolean): Promise<void> {
    const fragment = decoded(parted(location.hash)[0]);
    const owned = owner(fragment) ?? owner(`s_${fragment}`);
    const section = owned ?? document.querySelector<HTMLElement>(".page");
    if (!section) return;
    document.getElementById("nowhere")?.remove();
    const changed = section !== this.#shown;
    this.#shown?.removeAttribute("data-shown");
    this.#shown = section;
    section.setAttribute("data-shown", "");
    this.#entitle();
    try {
      await speak(section, this.ready);
      await startForms(section);
      await startEditor(section);
    } catch {
      if (!section.querySelector(".absent[role=alert]"))
        section.insertAdjacentHTML("beforeend", `<p class="absent" role="alert">${text("oldBrowser")}</p>`);
    }
    if (section !== this.#shown) return;
    this.#entitle();
    if (!owned && fragment && !document.getElementById(fragment))
      section.prepend(h("p", { id: "nowhere", class: "error", role: "alert" }, text("nowhere", { name: fragment })));
    const named = document.getElementById(fragment);
    const target = named !== section && section.contains(named) ? named : null;
    for (let at = target; at && at !== section; at = at.parentElement)
      if (at instanceof HTMLDetailsElement) at.open = true;
    if (target && !target.matches(":target")) location.replace(location.hash); // the browser looks for it again
    document.dispatchEvent(new CustomEvent("nqgraph:page", { detail: section.id }));
    if (!moved || (!changed && !target && section.querySelector("form[data-asked]"))) return; // the form says it
    const aim = target ?? section.querySelector("h1");
    if (!aim) return;
    if (!aim.matches("a[href], button, input, summary")) aim.tabIndex = -1;
    aim.focus({ preventScroll: true });
    if (target) target.scrollIntoView({ block: "start", behavior: "instant" });
    else if (changed) scrollTo({ top: 0, behavior: "instant" });
  }

  /** Names the page in the title and marks it in the menu. */
  #entitle(): void {
    const section = this.#shown!;
    document.title = `${section.querySelector("h1")?.textContent?.trim() || section.id} – ${this.#name}`;
    for (const link of document.querySelectorAll("nav a")) {
      if (link.getAttribute("href") === `#${section.id}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  /** Lets the reader choose the language, or the one of an earlier visit. */
  #offer(): void {
    for (const control of this.#controls) control.addEventListener("click", () => void this.#choose(control.value));
    const kept = remembered("language");
    if (this.#controls.some((control) => control.value === kept)) void this.#speak(kept!);
    else this.#offered();
  }

  async #choose(lang: string): Promise<void> {
    remember("language", lang);
    await this.#speak(lang);
    announce(text("language", { name: this.#controls.find(({ value }) => value === lang)?.textContent ?? lang }));
  }

  /** Puts into *lang* what is shown, at the same place; the other sections follow when they are shown. */
  async #speak(lang: string): Promise<void> {
    const back = this.#shown && hold(this.#shown);
    document.documentElement.lang = lang;
    for (const part of document.querySelectorAll<HTMLElement>("[id^='f_']")) await speak(part, this.ready);
    if (this.#shown) {
      await speak(this.#shown, this.ready);
      await startForms(this.#shown);
      await startEditor(this.#shown);
    }
    this.#name = (await words("f_title")) || this.#first;
    this.#entitle();
    this.#offered();
    document.dispatchEvent(new CustomEvent("nqgraph:language"));
    back?.();
  }

  /** Shows a button for each language but the reader's, and leaves the focus at them. */
  #offered(): void {
    const { lang } = document.documentElement;
    const focused = this.#controls.some((control) => control === document.activeElement);
    for (const control of this.#controls) control.hidden = control.value === lang;
    if (focused) this.#controls.find((control) => !control.hidden)?.focus();
  }
}

export function startFile(ready: (part: HTMLElement) => void): void {
  share();
  new Pages(ready);
}
