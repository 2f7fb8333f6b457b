/** Which names fit what somebody types. */
import { transcribe, words } from "./words.js";

/** *label* without umlauts, one space between words: what is compared. */
export const plain = (label: string): string => transcribe(words(label).join(" "));

/** Numbers of the entries whose *names* fit *query*, best first: whole, from the start, at a word, anywhere. */
export function matches(names: readonly string[], query: string): number[] {
  const wanted = plain(query);
  if (!wanted) return [];
  const found: [number, number][] = [];
  names.forEach((name, number) => {
    const at = name.indexOf(wanted);
    if (at < 0) return;
    found.push([name === wanted ? 0 : at === 0 ? 1 : name[at - 1] === " " ? 2 : 3, number]);
  });
  return found
    .sort((a, b) => a[0] - b[0] || names[a[1]]!.length - names[b[1]]!.length || a[1] - b[1])
    .map(([, number]) => number);
}
