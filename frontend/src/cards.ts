/** Rows of wide tables are cards on a phone, in which each cell says its heading. */

/** Columns of a table that stays one. */
const MOST_SIDE_BY_SIDE = 3;

function label(table: HTMLTableElement): void {
  const headings = [...(table.tHead?.rows[0]?.cells ?? [])].map((heading) => heading.textContent!.trim());
  if (headings.length <= MOST_SIDE_BY_SIDE || table.tHead!.rows.length > 1) return;
  table.classList.add("stack");
  for (const { cells } of table.tBodies[0]?.rows ?? [])
    for (const cell of [...cells].slice(1))
      if (cell.textContent!.trim()) cell.dataset["label"] = headings[cell.cellIndex];
}

/** Has the cells of tables in *root* say their headings; the style sheet decides where that is shown. */
export function startCards(root: ParentNode): void {
  for (const table of root.querySelectorAll<HTMLTableElement>(".scroll > table:not(.matrix, .contrast, .states)"))
    label(table);
}
