/** What a SPARQL query is, as far as the pages need to know. */

/** *query* without its texts, addresses and comments. */
export function bare(query: string): string {
  return query.replace(/"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|<[^<>\s]*>|#[^\n]*/g, " ");
}

/** `SELECT`, `ASK`, `CONSTRUCT` or `DESCRIBE`; nothing where it is none of them. */
export function form(query: string): string {
  return /(?<![\w?$:-])(?:SELECT|ASK|CONSTRUCT|DESCRIBE)(?![\w:-])/i.exec(bare(query))?.[0].toUpperCase() ?? "";
}
