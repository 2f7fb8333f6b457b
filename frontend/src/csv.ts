/** CSV as the Excel of the reader's language opens it by double-click. */

export interface Cell {
  readonly text: string;
  /** The number in it, in plain digits; null for what its text says. */
  readonly number: string | null;
}

/** What spreadsheets would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?\d+([.,]\d+)*$/;

/** *rows* with a mark of UTF-8; German takes semicolons between cells and a comma in numbers. */
export function csv(rows: readonly (readonly Cell[])[], lang: string): string {
  const german = lang === "de";
  const said = ({ text, number }: Cell): string => {
    const plain = number === null ? text : german ? number.replace(".", ",") : number;
    const safe = FORMULA.test(plain) && !NUMBER.test(plain) ? `'${plain}` : plain;
    return /["\n\r;,]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `\uFEFF${rows.map((row) => row.map(said).join(german ? ";" : ",") + "\r\n").join("")}`;
}
