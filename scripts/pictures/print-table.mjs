// @ts-check

/** @typedef {import('./caption-pictures.mjs').PictureResult} PictureResult */

/** @type {{ title: string, right?: boolean, cell: (result: PictureResult) => string }[]} */
const columns = [
  { title: 'picture', cell: ({ picture }) => picture },
  {
    title: 'caption',
    cell: ({ caption, problem }) => (caption === undefined ? `— ${problem?.split('\n')[0]}` : caption || '(no words)'),
  },
  { title: 'confidence', right: true, cell: ({ confidence }) => (confidence === null ? '' : confidence.toFixed(2)) },
  { title: 'in a worker', right: true, cell: ({ workerMs }) => (workerMs === undefined ? '' : seconds(workerMs)) },
  { title: 'upload to caption', right: true, cell: ({ totalMs }) => seconds(totalMs) },
];

/** @param {number} milliseconds */
function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

/**
 * Prints one line per picture: what is in it, how sure the model is, and how long it took.
 *
 * @param {PictureResult[]} results
 * @param {number} wholeMs for all of them together
 */
export function printTable(results, wholeMs) {
  const rows = results.map((result) => columns.map(({ cell }) => cell(result)));
  const widths = columns.map(({ title }, index) => Math.max(title.length, ...rows.map((row) => row[index].length)));
  /** @param {string[]} cells */
  const printRow = (cells) => {
    const padded = cells.map((cell, index) =>
      columns[index].right ? cell.padStart(widths[index]) : cell.padEnd(widths[index]),
    );
    console.log(`  ${padded.join('   ').trimEnd()}`);
  };
  console.log();
  printRow(columns.map(({ title }) => title));
  printRow(widths.map((width) => '─'.repeat(width)));
  for (const row of rows) printRow(row);
  const captioned = results.filter(({ caption }) => caption !== undefined).length;
  console.log(
    `\n  ${captioned} captions in ${seconds(wholeMs)}, ${((1000 * captioned) / wholeMs).toFixed(1)} a second\n`,
  );
}
