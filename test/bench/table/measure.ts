import { median } from '../statistics.js';
import { FilledTable } from './filled-table.js';
import { ofUsed, ofVacuumed, type Measurement } from './measurements.js';
import { timed } from './timed.js';
import { runTraffic } from './traffic.js';

/** One figure at one size of the table. */
export interface Figure {
  name: string;
  readsAll: boolean;
  /** The median. */
  milliseconds: number;
  longest: number;
}

/** What was measured at one size. */
export interface Size {
  rows: number;
  /** Gibibytes of the table with its indexes when it was filled. */
  gibibytes: number;
  /** Images that were accepted and described before the figures that follow them. */
  traffic: number;
  figures: Figure[];
}

const leastTraffic = 5_000;
/** Of an image: its job is taken up, and it is described. */
const deadRowsPerImage = 2;

export interface MeasureOptions {
  /** Of an administrator's. */
  serverUrl: string;
  rows: number;
  /** Have the table vacuumed as often as PostgreSQL does unasked. */
  defaultVacuum: boolean;
}

/** Fills a database with so many images and measures everything on it, in the order of the figures. */
export async function measureAt({ serverUrl, rows, defaultVacuum }: MeasureOptions): Promise<Size> {
  const table = await FilledTable.create(serverUrl, rows);
  try {
    const migrating = await timed(() => table.migrate());
    if (defaultVacuum) await table.resetVacuum();
    await table.query('VACUUM ANALYZE images');
    const gibibytes = await table.size();
    const figures = await measureAll(table, ofVacuumed, rows);
    const traffic = Math.max(leastTraffic, Math.ceil((await table.deadRowsLeft()) / deadRowsPerImage));
    const { accept, start, describe } = await runTraffic(table, traffic);
    figures.push(
      figureOf('accept 500 images', accept),
      figureOf('record that 500 were taken up', start),
      figureOf('record 500 descriptions', describe),
      ...(await measureAll(table, ofUsed, rows)),
    );
    const vacuuming = await timed(() => table.query('VACUUM images'));
    figures.push(
      figureOf('vacuum', [vacuuming.milliseconds], true),
      figureOf('run the migrations that build indexes', [migrating.milliseconds], true),
    );
    return { rows, gibibytes, traffic, figures };
  } finally {
    await table.close();
  }
}

async function measureAll(table: FilledTable, measurements: Measurement[], rows: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, times, readsAll, run, amount } of measurements) {
    const taken: number[] = [];
    for (let round = 0; round < times; round += 1) {
      const { milliseconds, result } = await timed(() => run(table, round, rows));
      if (result < amount(rows)) throw new Error(`${name}: it was only ${result} in round ${round + 1}`);
      taken.push(milliseconds);
    }
    figures.push(figureOf(name, taken, readsAll));
  }
  return figures;
}

function figureOf(name: string, taken: number[], readsAll = false): Figure {
  return { name, readsAll, milliseconds: median(taken), longest: Math.max(...taken) };
}
