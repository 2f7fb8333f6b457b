/** A workbook of plain texts, written without a server (ECMA-376; ZIP without compression, APPNOTE 6.3). */

export interface Sheet {
  readonly name: string;
  readonly hidden?: boolean;
  readonly rows: readonly (readonly string[])[];
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 (ISO 3309). */
export function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (value >>> 8) ^ TABLE[(value ^ byte) & 255]!;
  return (value ^ 0xffffffff) >>> 0;
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

function sheet(rows: Sheet["rows"]): string {
  const lines = rows.map((cells, row) => {
    const said = cells.map((text, column) =>
      text
        ? `<c r="${letters(column)}${row + 1}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`
        : "",
    );
    return `<row r="${row + 1}">${said.join("")}</row>`;
  });
  return `${HEAD}<worksheet xmlns="${MAIN}"><sheetData>${lines.join("")}</sheetData></worksheet>`;
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
      `<sheet name="${escaped(name.slice(0, 31))}" sheetId="${id}"${hidden ? ' state="hidden"' : ""} r:id="r${id}"/>`,
  );
  return zip({
    "[Content_Types].xml":
      `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
      part("workbook", "sheet.main") +
      numbered.map(({ id }) => part(`worksheets/sheet${id}`, "worksheet")).join("") +
      "</Types>",
    "_rels/.rels": relations(relation("r1", "officeDocument", "xl/workbook.xml")),
    "xl/workbook.xml": `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${named.join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relations(
      numbered.map(({ id }) => relation(`r${id}`, "worksheet", `worksheets/sheet${id}.xml`)).join(""),
    ),
    ...Object.fromEntries(numbered.map(({ id, rows }) => [`xl/worksheets/sheet${id}.xml`, sheet(rows)])),
  });
}

/** An archive with *files* by their names. */
function zip(files: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  const record = (mark: number, numbers: readonly [number, 2 | 4][], name: Uint8Array): Uint8Array => {
    const made = new DataView(new ArrayBuffer(4 + numbers.reduce((sum, [, size]) => sum + size, 0)));
    made.setUint32(0, mark, true);
    let at = 4;
    for (const [value, size] of numbers) {
      if (size === 2) made.setUint16(at, value, true);
      else made.setUint32(at, value, true);
      at += size;
    }
    const found = new Uint8Array(made.byteLength + name.length);
    found.set(new Uint8Array(made.buffer));
    found.set(name, made.byteLength);
    return found;
  };
  for (const [title, content] of Object.entries(files)) {
    const name = new TextEncoder().encode(title);
    const body = new TextEncoder().encode(content);
    // version, names in UTF-8, stored, midnight of 1 January 1980
    const common: [number, 2 | 4][] = [
      [20, 2],
      [0x800, 2],
      [0, 2],
      [0, 2],
      [33, 2],
      [crc(body), 4],
      [body.length, 4],
      [body.length, 4],
      [name.length, 2],
      [0, 2],
    ];
    const head = record(0x04034b50, common, name);
    central.push(record(0x02014b50, [[20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]], name));
    parts.push(head, body);
    offset += head.length + body.length;
  }
  const size = central.reduce((sum, { length }) => sum + length, 0);
  const count = central.length;
  const end = record(
    0x06054b50,
    [
      [0, 2],
      [0, 2],
      [count, 2],
      [count, 2],
      [size, 4],
      [offset, 4],
      [0, 2],
    ],
    new Uint8Array(),
  );
  const all = [...parts, ...central, end];
  const made = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of all) {
    made.set(one, at);
    at += one.length;
  }
  return made;
}
