import { parseArgs } from 'node:util';
import { closeOnTermination, runSuite } from '../../support/suite-command.js';
import { PictureHost } from '../../support/picture-host.js';
import { repository } from '../../support/setup-scripts.js';
import { compare, type Comparison } from './compare.js';
import { parts, type Part } from './parts.js';
import { RunningVersion } from './running-version.js';
import { provideVersion } from '../../support/provide-version.js';

const usage = `Expected npm run bench:beside -- <git revision> [--rounds <n>] [--only ${Object.keys(parts).join(',')}]`;

/** @throws Error that says what was expected */
function readOptions(args: string[]): { revision: string; rounds: number; chosen: Part[] } {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '5' }, only: { type: 'string', default: Object.keys(parts).join() } },
  });
  const [revision] = positionals;
  const rounds = Number(values.rounds);
  const names = values.only.split(',');
  if (!revision || positionals.length > 1 || !(rounds >= 1 && rounds <= 100)) throw new Error(usage);
  if (!names.every((name) => name in parts)) throw new Error(usage);
  return { revision, rounds, chosen: names.map((name) => parts[name]!) };
}

/** Both versions run all the time, each with a broker and a database of its own; one of them is measured at a time. */
async function benchBeside(args: string[]): Promise<number> {
  const { revision, rounds, chosen } = readOptions(args);
  const other = await provideVersion(revision);
  const running: { stop(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    for (const each of running.splice(0).reverse()) await each.stop();
  };
  closeOnTermination({ close });
  try {
    const pictures = await PictureHost.start();
    running.push(pictures);
    const before = await RunningVersion.start('before', other.directory);
    running.push(before);
    const now = await RunningVersion.start('now', repository);
    running.push(now);
    console.log(`before: ${other.commit}; now: this tree; medians of ${rounds} rounds, in turns\n`);
    for (const part of chosen) {
      await part.prepare?.([before, now]);
      for (const comparison of await compare(part, { before, now }, pictures, rounds)) print(comparison);
    }
    return 0;
  } finally {
    await close();
  }
}

function print({ name, unit, before, now, better }: Comparison): void {
  const say = (value: number): string => value.toPrecision(4).padStart(9);
  const sign = better < 0.95 ? '✗' : '✓';
  console.log(`${sign} ${name.padEnd(52)} ${say(before)} ${say(now)} ${unit.padEnd(4)} ${better.toFixed(2)} ×`);
}

void runSuite(benchBeside);
