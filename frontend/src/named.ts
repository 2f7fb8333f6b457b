/** Names in the one file that are in a language of their own, whatever the reader's is. */
import { packed } from "./packed.js";

/** Tells the browser in which language such names are, on each page that is shown in *main*. */
export async function startNamed(main: HTMLElement): Promise<void> {
  const [forms, search] = [await packed("forms"), await packed("search")];
  const tongues = new Map<string, string>();
  const next = new Map<string, number>();
  for (const [number, key] of search?.things ?? []) {
    const { type } = search!.kinds[number]!;
    const { tongue, cells } = forms?.kinds[type] ?? {};
    const at = next.get(type) ?? 0;
    next.set(type, at + 1);
    if (tongue !== undefined && cells?.[tongue]?.[at]) tongues.set(key, cells[tongue]![at]!);
  }
  if (!tongues.size) return;
  const mark = (): void => {
    for (const named of main.querySelectorAll<HTMLElement>("[data-shown] :is(h1, a[href^='#']):not([lang])")) {
      const lang = tongues.get(named.getAttribute("href")?.slice(1) ?? named.parentElement!.id);
      if (lang) named.lang = lang;
    }
  };
  mark();
  new MutationObserver(mark).observe(main, { childList: true, subtree: true, attributeFilter: ["data-shown"] });
}
