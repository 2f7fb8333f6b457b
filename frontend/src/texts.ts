/** What the scripts say, German and, to all others, English; everything else comes from the pages. */

type Table = Readonly<Record<string, { readonly de: string; readonly en: string }>>;
type Values = Record<string, string | number>;

/** The language of the page. */
export function language(): string {
  return document.documentElement.lang;
}

/** Says the texts of *table* by their codes, with {names} filled in; numbers as the language writes them. */
export function speaker<T extends Table>(table: T): (code: keyof T, values?: Values) => string {
  return (code, values = {}) => {
    const lang = language();
    const { de, en } = table[code]!;
    return (lang === "de" ? de : en).replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      return value === undefined ? whole : typeof value === "number" ? value.toLocaleString(lang) : value;
    });
  };
}

/** The texts of what every page loads. */
export const text = speaker({
  theme: { de: "Darstellung: {name}", en: "Appearance: {name}" },
  auto: { de: "automatisch", en: "automatic" },
  light: { de: "hell", en: "light" },
  dark: { de: "dunkel", en: "dark" },
  language: { de: "Sprache der Seiten: {name}", en: "Language of the pages: {name}" },
  found: { de: "{count} Treffer", en: "{count} results" },
  foundOne: { de: "1 Treffer", en: "1 result" },
  results: { de: "Suchergebnisse", en: "Search results" },
  all: { de: "Alle {count} zeigen", en: "Show all {count}" },
  meant: { de: "Als Frage", en: "As a question" },
  askHere: { de: "„{query}“ als Frage stellen", en: "Ask “{query}” as a question" },
  unknown: { de: "Das kenne ich nicht: {words}.", en: "I do not know this: {words}." },
  nothing: { de: "Nichts gefunden für „{query}“.", en: "Nothing found for “{query}”." },
  instead: { de: "Ähnliches:", en: "Similar:" },
  close: { de: "Schließen", en: "Close" },
  searchFailed: {
    de: "Die Suche konnte ihre Daten nicht laden. Laden Sie die Seite neu.",
    en: "The search could not load its data. Reload the page.",
  },
  entries: { de: "{count} von {total} Einträgen", en: "{count} of {total} entries" },
  more: { de: "Mehr zeigen, noch {count}", en: "Show more, {count} left" },
  sort: { de: "nach dieser Spalte sortieren", en: "sort by this column" },
  copied: { de: "Kopiert", en: "Copied" },
  notCopied: { de: "Kopieren geht hier nicht", en: "Copying is not possible here" },
  picture: { de: "Bild als {form}", en: "Picture as {form}" },
  notSaved: { de: "Das Bild ließ sich nicht sichern", en: "The picture could not be saved" },
  nowhere: {
    de: "Unter „{name}“ steht in dieser Datei nichts. Vielleicht ist der Eintrag in ihrem Stand noch nicht oder nicht mehr enthalten; die Suche findet, was es gibt.",
    en: "This file has nothing at “{name}”. Perhaps its state does not hold the entry yet, or no longer; the search finds what there is.",
  },
  oldBrowser: {
    de: "Dieser Browser kann einen Teil der Datei nicht entpacken. Mit einem neueren geht es.",
    en: "This browser cannot unpack a part of the file. A newer one can.",
  },
});

/** A label: one text for every language, one for each in the order of the page, or texts by language. */
export type Label = string | readonly string[] | Readonly<Record<string, string>>;

/** *label* in *lang*, else in another language. */
export function say(label: Label, lang: string = language()): string {
  if (typeof label === "string") return label;
  const spoken = languages();
  const at = (tag: string): string | undefined =>
    Array.isArray(label) ? label[spoken.indexOf(tag)] : (label as Readonly<Record<string, string>>)[tag];
  return [lang, ...spoken].map(at).find(Boolean) ?? "";
}

/** The languages of the pages, the first the one for readers of none. */
function languages(): readonly string[] {
  return (globalThis.document?.documentElement.dataset["languages"] ?? "de en").split(" ");
}
