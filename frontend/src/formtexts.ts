/** What the forms of the one file say, German and, to all others, English. */
import { speaker } from "./texts.js";

export const text = speaker({
  change: { de: "Ändern", en: "Change" },
  fresh: { de: "Neu: {name}", en: "New: {name}" },
  changeTitle: { de: "„{name}“ ändern", en: "Change “{name}”" },
  mine: { de: "Meine Änderungen", en: "My changes" },
  mineCount: { de: "Meine Änderungen ({count})", en: "My changes ({count})" },
  required: { de: "Angaben mit * sind nötig.", en: "What is marked with * is needed." },
  needed: { de: "nötig", en: "needed" },
  several: { de: "Mehrere Angaben trennt ein Semikolon.", en: "Semicolons separate several values." },
  more: { de: "Weitere Angaben", en: "More" },
  add: { de: "{name} hinzufügen", en: "Add to {name}" },
  note: { de: "Änderung merken", en: "Note the change" },
  noteHint: {
    de: "Nichts verlässt diesen Browser, bis Sie es als Datei speichern.",
    en: "Nothing leaves this browser until you save it as a file.",
  },
  notYet: { de: "Noch nicht gemerkt", en: "Not noted yet" },
  missing: { de: "„{name}“ fehlt.", en: "“{name}” is missing." },
  badKey: {
    de: "Eine Kennung hat nur Kleinbuchstaben, Ziffern und Bindestriche.",
    en: "A key has lower-case letters, digits and hyphens only.",
  },
  takenKey: { de: "Die Kennung „{key}“ gibt es schon.", en: "The key “{key}” is taken." },
  unknownKey: {
    de: "„{key}“ ist unbekannt. Wählen Sie aus der Liste, oder nutzen Sie „Neu“.",
    en: "“{key}” is unknown. Choose from the list, or use “New”.",
  },
  nothing: { de: "Nichts ist geändert.", en: "Nothing is changed." },
  none: {
    de: "Noch keine. „Ändern“ steht auf der Seite jedes Eintrags, „Neu“ auf jeder Liste.",
    en: "None yet. “Change” is on the page of each entry, “New” on each list.",
  },
  lead: {
    de: "Speichern Sie Ihre Änderungen als eine Datei und geben Sie sie der Stelle, von der Sie diese Sammlung haben. Sie prüft sie.",
    en: "Save your changes as one file and give it to those from whom you have this collection. They check it.",
  },
  unkept: {
    de: "Dieser Browser merkt sich nichts: Speichern Sie die Datei, bevor Sie die Seite schließen.",
    en: "This browser keeps nothing: save the file before you close the page.",
  },
  role: { de: "In welcher Rolle?", en: "In which role?" },
  roleHint: {
    de: "Eine Funktion, etwa „Redaktion“; bitte kein Name einer Person.",
    en: "A function, such as “editors”; no name of a person, please.",
  },
  reason: { de: "Warum?", en: "Why?" },
  save: { de: "Als Datei speichern", en: "Save as a file" },
  saved: { de: "Gespeichert als {name}", en: "Saved as {name}" },
  again: { de: "Weiter bearbeiten", en: "Go on editing" },
  undo: { de: "Zurücknehmen", en: "Take back" },
  undone: { de: "Zurückgenommen", en: "Taken back" },
  noted: { de: "Gemerkt", en: "Noted" },
  there: { de: "Das steht schon in dieser Datei.", en: "This file says so already." },
  older: {
    de: "Begonnen in einer anderen Fassung dieser Datei.",
    en: "Begun in another version of this file.",
  },
  column: { de: "Angabe", en: "Value" },
  before: { de: "vorher", en: "before" },
  after: { de: "nachher", en: "after" },
  gone: { de: "Diesen Eintrag gibt es in dieser Datei nicht.", en: "This entry is not in this file." },
});
