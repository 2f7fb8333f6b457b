/** The page of the network. */
import "./webgl.js";
import "./network.css";
import type { NetworkData } from "./data.js";
import { h } from "./dom.js";
import { Explorer } from "./explorer.js";
import { text } from "./networktexts.js";
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

/** An address `#n-KEY` selects that entry. */
async function follow(): Promise<void> {
  const made = await explorer;
  const key = /^#n-(.+)$/.exec(location.hash)?.[1];
  const node = key && made?.network.find(decodeURIComponent(key));
  if (made && typeof node === "number") made.select(node, { fly: true });
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

void begin(); // in the one file only if its page is the first to be seen, which the browser knows once all is there
addEventListener("load", () => void begin());
document.addEventListener("nqgraph:page", () => void begin());
document.addEventListener("nqgraph:language", () => void begin());
addEventListener("hashchange", () => void follow());
