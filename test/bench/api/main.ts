import 'reflect-metadata';
import type { Figure, Part } from './figure.js';
import { benchCompletions } from './completions.bench.js';
import { benchContention } from './contention.bench.js';
import { benchLatency } from './latency.bench.js';
import { readOptions } from './options.js';
import { benchPost } from './post.bench.js';
import { benchRegistry } from './registry.bench.js';
import { benchRelay } from './relay.bench.js';
import { asJson, asTable } from './report.js';
import { Stage } from './stage.js';
import { endWhenOutputCloses } from '../../support/setup-scripts.js';

const benches: Record<Part, (stage: Stage, seconds: number) => Promise<Figure[]>> = {
  post: benchPost,
  relay: benchRelay,
  completions: benchCompletions,
  registry: benchRegistry,
  contention: benchContention,
  latency: benchLatency,
};

/** Each part has the machine to itself: what the one before started is stopped. */
async function run(): Promise<void> {
  const { json, parts, seconds } = readOptions(process.argv.slice(2));
  const stage = await Stage.open();
  endWhenOutputCloses((exitCode) => void stage.close().finally(() => process.exit(exitCode)));
  const figures: Figure[] = [];
  try {
    for (const part of parts) {
      console.error(`measuring ${part} …`);
      figures.push(...(await benches[part](stage, seconds)));
      await stage.stopApplications();
    }
  } finally {
    await stage.close();
  }
  console.log(json ? asJson(figures) : asTable(figures));
}

run().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
