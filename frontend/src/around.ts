/** What lies around the thing of a page of the server. */
import type { NetworkData } from "./data.js";
import { showNear } from "./near.js";

for (const place of document.querySelectorAll<HTMLElement>(".near[data-src]")) {
  const { src, href, whole, key } = place.dataset as Record<string, string>;
  void fetch(src!)
    .then((answer) => (answer.ok ? (answer.json() as Promise<NetworkData>) : Promise.reject(new Error())))
    .then(
      (data) => {
        const address = (type: string, other: string): string =>
          href!.replace(/\{type\}|%7Btype%7D/i, () => type).replace(/\{key\}|%7Bkey%7D/i, () => other);
        showNear(place, data, key!, address, whole!);
      },
      () => {}, // the page says all of it in words
    );
}
