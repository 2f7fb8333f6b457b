/** Workbooks, written without a server (ECMA-376). */
import { strToU8, zipSync } from "fflate";

/** A cell: text, a number, or a day as YYYY-MM-DD. */
export type Value = string | number | { readonly day: string };

export interface Sheet {
  readonly name: string;
  readonly hidden?: boolean;
  readonly rows: readonly (readonly Value[])[];
  /** Numbers of the rows, from 0, that stand out as headings. */
  readonly headings?: readonly number[];
  /** How many rows and columns stay in sight. */
  readonly frozen?: readonly [number, number];
  /** Widths of the columns in letters. */
  readonly widths?: readonly number[];
}

const escaped = (text: string): string =>
  text
    .replace(/_(x[0-9A-Fa-f]{4}_)/g, "_x005F_$1")
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Letters of a column, from 0. */
function letters(column: number): string {
  return column < 26 ? String.fromCharCode(65 + column) : letters(Math.floor(column / 26) - 1) + letters(column % 26);
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
/** Most letters in a cell. */
const MOST = 32_767;
/** Numbers of the styles of cells: as it is, a heading, wrapped text, a day. */
const HEADING = 1,
  WRAPPED = 2,
  DAY = 3;
const STYLES = `${HEAD}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf><xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;

function cell(value: Value, place: string, style: number): string {
  const styled = style ? ` s="${style}"` : "";
  if (typeof value === "number") return `<c r="${place}"${styled}><v>${value}</v></c>`;
  if (typeof value === "object") {
    const days = (Date.parse(value.day) - Date.UTC(1899, 11, 30)) / 86_400_000;
    return `<c r="${place}" s="${DAY}"><v>${days}</v></c>`;
  }
  if (!value) return "";
  return `<c r="${place}"${styled} t="inlineStr"><is><t xml:space="preserve">${escaped(value.slice(0, MOST))}</t></is></c>`;
}

function sheet({ rows, headings = [], frozen, widths = [] }: Sheet): string {
  const [top, left] = frozen ?? [0, 0];
  const pane = `<pane${left ? ` xSplit="${left}"` : ""} ySplit="${top}" topLeftCell="${letters(left)}${top + 1}" activePane="${left ? "bottomRight" : "bottomLeft"}" state="frozen"/>`;
  const view = top ? `<sheetViews><sheetView workbookViewId="0">${pane}</sheetView></sheetViews>` : "";
  const wide = widths.map((width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`);
  const lines = rows.map((cells, row) => {
    const style = headings.includes(row) ? HEADING : widths.length && row >= top ? WRAPPED : 0;
    const said = cells.map((value, column) => cell(value, `${letters(column)}${row + 1}`, style));
    return `<row r="${row + 1}">${said.join("")}</row>`;
  });
  const cols = wide.length ? `<cols>${wide.join("")}</cols>` : "";
  return `${HEAD}<worksheet xmlns="${MAIN}">${view}${cols}<sheetData>${lines.join("")}</sheetData></worksheet>`;
}

/** The workbook with *sheets* as a file. */
export function workbook(sheets: readonly Sheet[]): Uint8Array<ArrayBuffer> {
  const numbered = sheets.map((found, index) => ({ ...found, id: index + 1 }));
  const relation = (id: string, kind: string, target: string): string =>
    `<Relationship Id="${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`;
  const relations = (inner: string): string =>
    `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${inner}</Relationships>`;
  const part = (name: string, kind: string): string =>
    `<Override PartName="/xl/${name}.xml" ContentType="${KIND}${kind}+xml"/>`;
  const named = numbered.map(
    ({ id, name, hidden }) =>
      `<sheet name="${escaped(name.replace(/[[\]:*?/\\]/g, " ").slice(0, 31))}" sheetId="${id}"${hidden ? ' state="hidden"' : ""} r:id="r${id}"/>`,
  );
  const files = {
    "[Content_Types].xml":
      `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
      part("workbook", "sheet.main") +
      part("styles", "styles") +
      numbered.map(({ id }) => part(`worksheets/sheet${id}`, "worksheet")).join("") +
      "</Types>",
    "_rels/.rels": relations(relation("r1", "officeDocument", "xl/workbook.xml")),
    "xl/workbook.xml": `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${named.join("")}</sheets></workbook>`,
    "xl/styles.xml": STYLES,
    "xl/_rels/workbook.xml.rels": relations(
      numbered.map(({ id }) => relation(`r${id}`, "worksheet", `worksheets/sheet${id}.xml`)).join("") +
        relation("s", "styles", "styles.xml"),
    ),
    ...Object.fromEntries(numbered.map((one) => [`xl/worksheets/sheet${one.id}.xml`, sheet(one)])),
  };
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}
