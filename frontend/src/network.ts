/** The page of the network. */
import "./webgl.js";
import "./network.css";
import type { NetworkData } from "./data.js";
import { h } from "./dom.js";
import { Explorer } from "./explorer.js";
import { text } from "./networktexts.js";
import { showNear } from "./near.js";
import { packed } from "./packed.js";

async function load(place: HTMLElement): Promise<NetworkData> {
  const address = place.dataset["src"];
  if (!address) {
    const data = await packed("network");
    if (!data) throw new Error("no data");
    return data;
  }
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return (await answer.json()) as NetworkData;
}

let explorer: Promise<Explorer | null> | undefined;

function start(place: HTMLElement): Promise<Explorer | null> {
  place.replaceChildren(h("p", { role: "status" }, text("loading")));
  const template = place.dataset["href"];
  const href = (type: string, key: string): string | null =>
    template?.replace(/\{type\}|%7Btype%7D/i, () => type).replace(/\{key\}|%7Bkey%7D/i, () => key) ?? null;
  return load(place).then(
    (data) => {
      const made = new Explorer(place, data, document.getElementById("twin"), href);
      Object.assign(place, { explorer: made }); // for measuring and for tests
      return made;
    },
    () => {
      place.replaceChildren(h("p", { role: "alert" }, text("loadFailed")));
      return null;
    },
  );
}

/** An address `#n-KEY`, in the one file `#s_netz?d=KEY`, selects that entry. */
async function follow(): Promise<void> {
  const made = await explorer;
  const key = /^#(?:n-|s_netz\?d=)([^&]+)/.exec(location.hash)?.[1];
  const node = key && made?.network.find(decodeURIComponent(key));
  if (made && typeof node === "number") made.select(node, { fly: true });
}

/** In the one file: shows what lies around the thing of the page that is seen. */
async function around(): Promise<void> {
  const page = document.querySelector<HTMLElement>(".page[data-shown]");
  const mark = page?.querySelector("hr.near"); // stands for it in the document
  mark?.replaceWith(h("section", { class: "part near", hidden: true }));
  const place = page?.querySelector<HTMLElement>(".near:not([data-src])");
  if (!page || !place || place.lang === document.documentElement.lang) return;
  place.lang = document.documentElement.lang;
  const data = await packed("network").catch(() => null);
  if (data) showNear(place, data, page.id, (_, key) => `#${key}`, `#s_netz?d=${page.id}`);
}

/** Starts where the page of the network is seen, and moves there when it is seen in another language. */
async function begin(): Promise<void> {
  const place = document.getElementById("network");
  if (!place?.parentElement?.getClientRects().length) return;
  explorer ??= start(place);
  const made = await explorer;
  if (made && document.contains(place)) made.move(place, document.getElementById("twin"));
  await follow();
}

/** What a page that is seen, or seen in another language, has to show. */
function seen(): void {
  void begin();
  void around();
}

seen();
document.addEventListener("nqgraph:page", seen);
document.addEventListener("nqgraph:language", seen);
addEventListener("hashchange", () => void follow());
