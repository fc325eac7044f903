import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { closeOnTermination, runSuite } from '../support/suite-command.js';
import { faults } from './catalogue/index.js';
import type { Fault } from './fault.js';
import { Houses } from './house/houses.js';
import { readOptions, type Options } from './options.js';
import { isGreen, type Row } from './report/fault-result.js';
import { asMarkdown, asTable } from './report/table.js';
import { asTimelinePicture } from './report/timeline-picture.js';
import { runFault } from './run-fault.js';

/** A fault that cannot be inflicted on this machine. */
function reasonNotToRun(fault: Fault, { quick }: Options): string | undefined {
  if (quick && fault.slow) return 'left out by --quick';
  return fault.cannotRun?.();
}

async function runRow(fault: Fault, houses: Houses, options: Options): Promise<Row> {
  const { name, title } = fault;
  const notRun = reasonNotToRun(fault, options);
  if (notRun !== undefined) return { name, title, notRun };
  try {
    return await runFault(fault, await houses.wellOne(fault), options);
  } catch (error) {
    return { name, title, notRun: (error as Error).message };
  }
}

async function run(args: string[]): Promise<number> {
  const options = readOptions(args);
  const chosen = faults.filter(({ name }) => options.isChosen(name));
  if (chosen.length === 0) throw new Error('No fault has such a name: see --list');
  if (options.list) {
    for (const { name, title } of chosen) console.log(`${name.padEnd(34)} ${title}`);
    return 0;
  }
  const houses = new Houses();
  closeOnTermination(houses);
  const rows: Row[] = [];
  try {
    for (const fault of chosen) {
      const startedAt = performance.now();
      const row = await runRow(fault, houses, options);
      rows.push(row);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
      console.log(`${isGreen(row) ? '✓' : 'notRun' in row ? '-' : '✗'} ${fault.title} (${seconds} s)`);
    }
  } finally {
    await houses.close();
  }
  await mkdir(options.out, { recursive: true });
  await writeFile(join(options.out, 'faults.json'), `${JSON.stringify(rows, undefined, 2)}\n`);
  await writeFile(join(options.out, 'faults.md'), asMarkdown(rows));
  await writeFile(join(options.out, 'timelines.svg'), asTimelinePicture(rows));
  console.log(`\n${asTable(rows)}\n\nAs JSON, as Markdown and as a picture: ${options.out}`);
  return rows.every((row) => isGreen(row) || (options.quick && 'notRun' in row)) ? 0 : 1;
}

void runSuite(run);
