import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scanBomb } from '../../libs/pictures/test/support/hostile-pictures.js';
import { RedClient } from '../support/red-client.js';
import { operatorToken } from '../support/running-system.js';
import { repository } from '../support/setup-scripts.js';
import { closeOnTermination, runSuite } from '../support/suite-command.js';
import { Findings } from './findings.js';
import { Fuzz } from './fuzz.js';
import { readOptions } from './options.js';
import { readCorpus } from './pictures/corpus.js';
import { TestedSystem } from './product/tested-system.js';
import { PictureSource } from './product/picture-source.js';
import { asText, type Report } from './report.js';

/** Scans enough to keep a decoder busy for several minutes. */
const slowPictureScans = 100_000;

async function run(args: string[]): Promise<number> {
  const options = readOptions(args);
  const findings = new Findings();
  const [corpus, slowPicture] = [await readCorpus(repository), await scanBomb(slowPictureScans)];
  const source = await PictureSource.start();
  const system = await TestedSystem.open(findings);
  closeOnTermination(system);
  const startedAt = performance.now();
  const { apiKey } = await RedClient.add(system.client.url, operatorToken, 'the fuzzer');
  const hosts = { pictureHost: source.host, trapHost: source.trapHost };
  const ingredients = { corpus, slowPicture, ...hosts, apiKey, operatorToken };
  const fuzz = new Fuzz(system, source, ingredients, options, findings);
  try {
    await fuzz.run();
  } finally {
    source.stop();
    await system.close();
  }
  const report: Report = {
    seed: options.seed,
    steps: options.only === undefined ? fuzz.steps : 1,
    minutes: (performance.now() - startedAt) / 60_000,
    kinds: fuzz.tally.kinds,
    kept: fuzz.kept,
    workerDeaths: system.workerDeaths,
    peak: system.peak,
    findings: findings.list,
  };
  await mkdir(options.out, { recursive: true });
  await writeFile(join(options.out, 'fuzz.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  console.log(`\n${asText(report)}`);
  return findings.list.length === 0 ? 0 : 1;
}

void runSuite(run);
