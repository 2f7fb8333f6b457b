/** Tables of the one file as workbooks: a sheet for each, with title, date and legend, and values of their type. */
import type { Cell } from "./csv.js";
import { type Taken, WANTED, save } from "./saving.js";
import { language } from "./texts.js";
import { type Sheet, type Value, workbook } from "./xlsx.js";

const NARROW = 9,
  WIDE = 48;
export const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** The day that *text* says in *lang*, as YYYY-MM-DD; null where it says anything else. */
export function day(text: string, lang: string): string | null {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return text;
  const found = /^(?=.{8,24}$)(?=.*\b(\d{4})\b)(?=\D*(\d{1,2})\b)/.exec(text);
  if (!found) return null;
  const long = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { dateStyle: "long", timeZone: "UTC" });
  for (let month = 0; month < 12; month++) {
    const date = new Date(Date.UTC(Number(found[1]), month, Number(found[2])));
    if (long.format(date) === text) return date.toISOString().slice(0, 10);
  }
  return null;
}

function value({ text, number }: Cell, lang: string): Value {
  if (number !== null && /^[+-]?\d+(\.\d+)?$/.test(number)) return Number(number);
  const found = day(text, lang);
  return found ? { day: found } : text;
}

/** The sheets of *taken*: one for each table. */
export function sheets({ above, tables, below }: Taken, lang: string): Sheet[] {
  return tables.map(({ heading, rows, heads }) => {
    const top = [...above, ...(heading ? [heading] : [])];
    const before = top.length + 1 + heads;
    const widths: number[] = [];
    for (const row of rows)
      row.forEach(({ text }, at) => (widths[at] = Math.min(WIDE, Math.max(widths[at] ?? NARROW, text.length + 2))));
    const bold = (column: number): boolean => column < heads;
    return {
      name: heading || above[0]!,
      rows: [
        ...top.map((text) => [text]),
        [],
        ...rows.map((row, at) => row.map((cell) => (bold(at) ? cell.text : value(cell, lang)))),
        ...(below.length ? [[], ...below] : []),
      ],
      headings: [0, ...rows.slice(0, heads).map((_, at) => top.length + 1 + at)],
      frozen: [before, 1],
      widths,
    };
  });
}

/** *found* with names of sheets that tell apart. */
function named(found: readonly Sheet[]): Sheet[] {
  const names = new Set<string>();
  return found.map((sheet) => {
    let name = sheet.name.slice(0, 31);
    for (let number = 2; names.has(name.toLowerCase()); number++) name = `${sheet.name.slice(0, 27)} ${number}`;
    names.add(name.toLowerCase());
    return { ...sheet, name };
  });
}

export function startBooks(): void {
  addEventListener(WANTED, (event) => {
    const { taken, name } = (event as CustomEvent<{ taken: Taken; name: string }>).detail;
    save(new Blob([workbook(named(sheets(taken, language())))], { type: TYPE }), `${name}.xlsx`);
  });
}
