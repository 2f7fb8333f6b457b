/** What can be said of entries side by side, without a page. */

/** A figure: what it rests on (unit and reference groups), and when it holds. */
export interface Shown {
  readonly _basis: string;
  readonly _when: string;
}

/** Why figures of several entries for an *indicator* do not compare: there is none, `unit`, `group`, `period`. */
export function warnings(indicator: string, cells: readonly (readonly Shown[])[]): string[] {
  if (cells.filter((cell) => cell.length).length < 2) return [];
  if (!indicator) return ["indicator"];
  const parts = cells.flat().map(({ _basis, _when }) => [...(/^(\S*) ?(.*)$/.exec(_basis) ?? []).slice(1), _when]);
  return ["unit", "group", "period"].filter((_, at) => new Set(parts.map((part) => part[at])).size > 1);
}

/** The names of all rows; one that an entry alone has stands behind the one before it there. */
export function merged(lists: readonly (readonly string[])[]): string[] {
  const found: string[] = [];
  for (const list of lists)
    list.forEach((name, at) => {
      if (!found.includes(name)) found.splice(at ? found.indexOf(list[at - 1]!) + 1 : 0, 0, name);
    });
  return found;
}
