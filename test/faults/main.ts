import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { closeOnTermination, runSuite } from '../support/suite-command.js';
import { faults } from './catalogue/index.js';
import type { Fault } from './fault.js';
import { TestedSystems } from './system/tested-systems.js';
import { readOptions, type Options } from './options.js';
import { isGreen, isPassed, type Row } from './report/fault-result.js';
import { asMarkdown, asTable } from './report/table.js';
import { asTimelinePicture } from './report/timeline-picture.js';
import { runFault } from './run-fault.js';

/** Why a fault is not inflicted, and whether that is no failure of the run. */
function reasonNotToRun(fault: Fault, { quick }: Options): { notRun: string; leftOut: boolean } | undefined {
  if (quick && fault.slow) return { notRun: 'left out by --quick', leftOut: true };
  const reason = fault.cannotRun?.();
  if (reason === undefined) return undefined;
  const { elsewhere } = fault;
  return { notRun: elsewhere ? `${reason}; ${elsewhere} runs it` : reason, leftOut: quick || elsewhere !== undefined };
}

async function runRow(fault: Fault, systems: TestedSystems, options: Options): Promise<Row> {
  const { name, title } = fault;
  const reason = reasonNotToRun(fault, options);
  if (reason) return { name, title, ...reason };
  try {
    return await runFault(fault, await systems.wellOne(fault), options);
  } catch (error) {
    return { name, title, notRun: (error as Error).message, leftOut: options.quick };
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
  const systems = new TestedSystems();
  closeOnTermination(systems);
  const rows: Row[] = [];
  try {
    for (const fault of chosen) {
      const startedAt = performance.now();
      const row = await runRow(fault, systems, options);
      rows.push(row);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
      console.log(`${isGreen(row) ? '✓' : 'notRun' in row ? '-' : '✗'} ${fault.title} (${seconds} s)`);
    }
  } finally {
    await systems.close();
  }
  await mkdir(options.out, { recursive: true });
  await writeFile(join(options.out, 'faults.json'), `${JSON.stringify(rows, undefined, 2)}\n`);
  await writeFile(join(options.out, 'faults.md'), asMarkdown(rows));
  await writeFile(join(options.out, 'timelines.svg'), asTimelinePicture(rows));
  console.log(`\n${asTable(rows)}\n\nAs JSON, as Markdown and as a picture: ${options.out}`);
  return isPassed(rows) ? 0 : 1;
}

void runSuite(run);
