import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { closeOnTermination, runSuite } from '../support/suite-command.js';
import { TestedSystem } from '../faults/system/tested-system.js';
import { readOptions } from './options.js';
import { asText } from './report.js';
import { Soak, soakSystem } from './soak.js';

async function run(args: string[]): Promise<number> {
  const options = readOptions(args);
  const system = await TestedSystem.open({ name: 'soak', ...soakSystem });
  closeOnTermination(system);
  try {
    const report = await new Soak(system, options).run();
    await mkdir(options.out, { recursive: true });
    await writeFile(join(options.out, 'soak.json'), `${JSON.stringify(report, undefined, 2)}\n`);
    console.log(`\n${asText(report)}`);
    return report.findings.length === 0 ? 0 : 1;
  } finally {
    await system.close();
  }
}

void runSuite(run);
