/** Words of a text, and how they are written without umlauts. */

export const WORD = /[\p{L}\p{N}]+/gu;

/** The words of *text*, in lower case. */
export function words(text: string): string[] {
  return text.normalize("NFC").toLowerCase().match(WORD) ?? [];
}

/** *word* without umlauts, ß and accents: ä as a. */
export function fold(word: string): string {
  return word.replace(/ß/g, "ss").normalize("NFD").replace(/\p{M}/gu, "");
}

/** *word* as keyboards without umlauts write it: ä as ae. */
export function transcribe(word: string): string {
  return fold(word.replace(/ä/g, "ae").replace(/ö/g, "oe").replace(/ü/g, "ue"));
}
