import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { House } from '../faults/house/house.js';
import { readOptions } from './options.js';
import { asText } from './report.js';
import { Soak } from './soak.js';

async function run(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  const house = await House.open({ name: 'soak' });
  process.once('SIGTERM', () => void house.close().finally(() => process.exit(143)));
  try {
    const report = await new Soak(house, options).run();
    await mkdir(options.out, { recursive: true });
    await writeFile(join(options.out, 'soak.json'), `${JSON.stringify(report, undefined, 2)}\n`);
    console.log(`\n${asText(report)}`);
    return report.complaints.length === 0 ? 0 : 1;
  } finally {
    await house.close();
  }
}

run().then(
  (exitCode) => process.exit(exitCode),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
