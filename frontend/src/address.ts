/** What a reader chose on a page, as its address keeps it: `?region=r-1&sort=-year`, in the one file `#s_list?…`. */

/** The page of the one file that the address names, and what is chosen there. */
export function parted(hash: string): [string, string] {
  const [, page, query] = /^#?([^?]*)\??(.*)/.exec(hash)!;
  return [page!, query!];
}

/** What the address says is chosen in *part*; nothing where it names another page of the one file. */
export function chosen(part: Element): URLSearchParams {
  if (!FILE) return new URLSearchParams(location.search);
  const [page, query] = parted(location.hash);
  return new URLSearchParams(part.closest(".page")?.id === page ? query : "");
}

/** Puts what is *chosen* in *part* into the address, and into the links that take it along. */
export function keep(part: Element, chosen: URLSearchParams): void {
  const said = chosen.toString();
  const query = said && `?${said}`;
  const page = part.closest(".page")?.id;
  history.replaceState(null, "", FILE ? `#${page}${query}` : location.pathname + query + location.hash);
  if (FILE) return;
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-kept], .tools a[hreflang]"))
    link.search = query;
}

/** What others find the page by: its address; of a file that lies on one's disk its name and part, and what is permanent. */
export function here(): string {
  if (!FILE || location.protocol !== "file:") return location.href;
  const file = decodeURIComponent(location.pathname.replace(/.*\//, "")) + location.hash;
  const permanent = /https?:\S+/.exec(document.querySelector("[data-shown] > footer")?.textContent ?? "");
  return [document.title, permanent?.[0], file].filter(Boolean).join("\n");
}
