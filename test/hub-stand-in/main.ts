import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { endWhenOutputCloses } from '../support/setup-scripts.js';
import { HubStandIn } from './hub-stand-in.js';
import type { StandInRepository } from './stand-in-repository.js';

const usage = `npm run hub-stand-in -- <owner/name>=<directory>…

  serves each directory as a repository of a model hub, at the port in PORT (8001 by default), until Ctrl-C:
  HF_ENDPOINT=http://127.0.0.1:8001 npm start -- --model <owner/name>`;

/** Its files are looked up once; the commit is made of the name, so that it stays the same from one run to the next. */
function repositoryOf(name: string, directory: string): StandInRepository {
  const files = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isFile());
  const commit = createHash('sha1').update(name).digest('hex');
  return {
    revisions: {
      main: { commit, files: Object.fromEntries(files.map((file) => [file.name, join(directory, file.name)])) },
    },
  };
}

async function main(args: string[]): Promise<void> {
  const pairs = args.map((argument) => /^([^=]+\/[^=]+)=(.+)$/.exec(argument));
  if (pairs.length === 0 || pairs.includes(null)) throw new Error(usage);
  const cwd = process.env['INIT_CWD'] ?? process.cwd();
  const repositories = pairs.map((pair) => [pair![1]!, repositoryOf(pair![1]!, resolve(cwd, pair![2]!))] as const);
  const hub = new HubStandIn(Object.fromEntries(repositories));
  await hub.listen(Number(process.env['PORT'] || 8001));
  for (const [name, { revisions }] of repositories) {
    console.log(`${name}: ${Object.keys(revisions['main']!.files).join(', ')}`);
  }
  console.log(`HF_ENDPOINT=${hub.endpoint}`);
}

endWhenOutputCloses();
main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
