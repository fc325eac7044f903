/** A table for terminals: the first column to the left and one without a title (notes), the others to the right. */
export function asTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const asLine = (cells: readonly string[]): string =>
    `  ${cells.map((cell, column) => (column === 0 || titles[column] === '' ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('   ')}`.trimEnd();
  return [asLine(titles), asLine(widths.map((width) => '─'.repeat(width))), ...rows.map(asLine)].join('\n');
}

/** The same for documents. */
export function asMarkdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const asLine = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const alignment = titles.map((_, column) => (column === 0 ? '---' : '---:'));
  return [asLine(titles), asLine(alignment), ...rows.map(asLine)].join('\n');
}
