import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { closeOnTermination, runSuite } from '../support/suite-command.js';
import { House } from '../faults/house/house.js';
import { readOptions } from './options.js';
import { asText } from './report.js';
import { Soak, soakHouse } from './soak.js';

async function run(args: string[]): Promise<number> {
  const options = readOptions(args);
  const house = await House.open({ name: 'soak', ...soakHouse });
  closeOnTermination(house);
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

void runSuite(run);
