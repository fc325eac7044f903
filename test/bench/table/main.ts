import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runSuite, closeOnTermination } from '../../support/suite-command.js';
import { repository, startPrivatePostgres } from '../../support/setup-scripts.js';
import { asGrowthChart } from './growth-chart.js';
import { measureAt, type Figure, type Size } from './measure.js';

const directory = join(repository, '.run/bench-table');
const chart = join(repository, 'docs/table-growth.svg');
const fewestRows = 100_000;

/** @throws TypeError for an option there is none of, Error for wrong sizes */
function readOptions(args: string[]): { sizes: number[]; write: boolean; defaultVacuum: boolean } {
  const { values } = parseArgs({
    args,
    options: {
      rows: { type: 'string', default: '100000,1000000' },
      write: { type: 'boolean', default: false },
      'default-vacuum': { type: 'boolean', default: false },
    },
  });
  const sizes = values.rows.split(',').map(Number);
  if (!sizes.every((size) => Number.isInteger(size) && size >= fewestRows)) {
    throw new Error(`Expected numbers from ${fewestRows} up, between commas, for --rows but received ${values.rows}`);
  }
  return {
    sizes: sizes.toSorted((one, other) => one - other),
    write: values.write,
    defaultVacuum: values['default-vacuum'],
  };
}

/** `npm run bench:table -- --rows 100000,1000000 --write`: what the API does with its table, at several sizes of it. */
async function bench(args: string[]): Promise<number> {
  const { sizes, write, defaultVacuum } = readOptions(args);
  await rm(directory, { recursive: true, force: true });
  // what autovacuum would leave is made and measured, at each size the same share; it would come in between
  const postgres = await startPrivatePostgres({ directory, settings: { autovacuum: 'off' } });
  const close = async (): Promise<void> => {
    await postgres.stop();
    await rm(postgres.directory, { recursive: true, force: true });
    await rm(directory, { recursive: true, force: true });
  };
  closeOnTermination({ close });
  try {
    const measured: Size[] = [];
    for (const rows of sizes) {
      console.error(`measuring ${rows} rows …`);
      measured.push(await measureAt({ serverUrl: postgres.url, rows, defaultVacuum }));
    }
    console.log(asTable(measured));
    if (write) await writeFile(chart, asGrowthChart(measured));
    return 0;
  } finally {
    await close();
  }
}

function asTable(sizes: Size[]): string {
  const names = sizes[0]?.figures.map(({ name }) => name) ?? [];
  const rows = names.map((name, index) => [name, ...sizes.map((size) => shown(size.figures[index]))]);
  return [
    ['milliseconds: median (longest)', ...sizes.map(({ rows: count }) => `${count / 1e6} M rows`)],
    ['---', ...sizes.map(() => '---:')],
    ...rows,
    ['GiB of table and indexes', ...sizes.map(({ gibibytes }) => gibibytes.toFixed(2))],
    ['images described before the figures below them', ...sizes.map(({ traffic }) => String(traffic))],
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function shown(figure: Figure | undefined): string {
  const [median, longest] = [figure?.milliseconds ?? NaN, figure?.longest ?? NaN].map((milliseconds) =>
    milliseconds.toFixed(milliseconds < 10 ? 1 : 0),
  );
  return median === longest ? `${median}` : `${median} (${longest})`;
}

void runSuite(bench);
