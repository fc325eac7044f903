import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startPrivateServices } from '../../support/private-services.js';
import { repository, startApplication, type RunningApplication } from '../../support/setup-scripts.js';
import { closeOnTermination, runSuite } from '../../support/suite-command.js';
import { TaskResults } from '../../support/task-results.js';
import { compareWithBareServer } from './bare-comparison.js';
import { chartOf } from './chart.js';
import { callDirectly, queueRate, sendByQueue, type Load, type Sample, type Way } from './comparison.js';
import { describeWay } from './report.js';

const leastRatio = 0.7;
const messagesAtOnce = 1_000;
/** Less than one consumer answers, so that what is seen is the stop and not a queue that never ends. */
const load: Load = { perSecond: 25, seconds: 45 };
const stopAfterMs = 15_000;
const stoppedMs = 10_000;

/** @throws Error for what it knows nothing of */
function readOptions(args: string[]): { write: boolean } {
  const { values } = parseArgs({ args, options: { write: { type: 'boolean', default: false } } });
  return values;
}

/** Throughput beside a bare server, and the same work asked for directly and by the queue, with the service away for ten seconds. */
async function benchMessages(args: string[]): Promise<number> {
  const { write } = readOptions(args);
  const undoing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const undo of undoing.splice(0).reverse()) await undo();
  };
  closeOnTermination({ close });
  try {
    const { broker, database } = await startPrivateServices((undo) => undoing.push(undo));
    const environment = {
      RABBITMQ_URL: broker.url,
      DATABASE_URL: database.url,
      DATA_DIR: join(broker.directory, 'data'),
      LOG_LEVEL: 'warn',
    };
    const start = async (
      application: string,
      added: Record<string, string> = {},
      port?: number,
    ): Promise<RunningApplication> => {
      const options = { name: `bench-${application}`, environment: { ...environment, ...added }, port };
      const running = await startApplication(application, options);
      undoing.push(async () => void (await running.stop()));
      return running;
    };
    const service = await start('message-service');
    const target = `127.0.0.1:${service.portOf('GRPC_PORT')}`;
    await start('task-consumer', { GRPC_TARGET: target });
    const ratio = await compareWithBareServer({ target, group: service.pid });
    const rate = await queueRate(new TaskResults(service.url, broker.url), messagesAtOnce);
    console.log(`by the queue, all sent at once: ${rate.toFixed()} messages a second, one consumer`);
    const grpcPort = { GRPC_PORT: String(service.portOf('GRPC_PORT')) };
    const pagePort = service.portOf('PAGE_PORT');
    const ways = await compareWays(target, broker.url, service, () => start('message-service', grpcPort, pagePort));
    if (write) await writeFile(join(repository, 'docs/grpc-or-queue.svg'), chartOf(ways));
    console.log(`${ratio >= leastRatio ? '✓' : '✗'} ${ratio.toFixed(2)} of the bare server`);
    return ratio >= leastRatio ? 0 : 1;
  } finally {
    await close();
  }
}

async function compareWays(
  target: string,
  brokerUrl: string,
  service: RunningApplication,
  startAgain: () => Promise<RunningApplication>,
): Promise<Record<string, Way>> {
  const tasks = new TaskResults(service.url, brokerUrl);
  let running = service;
  const measure = async (send: () => Promise<Sample[]>): Promise<Way> => {
    const startedAt = Date.now();
    const [samples, stopped] = await Promise.all([
      send(),
      (async () => {
        await pause(stopAfterMs);
        await running.kill();
        const from = (Date.now() - startedAt) / 1000;
        await pause(stoppedMs);
        running = await startAgain();
        return [from, (Date.now() - startedAt) / 1000] as const;
      })(),
    ]);
    return { samples, stopped };
  };
  const ways = {
    'Direct gRPC': await measure(() => callDirectly(target, load)),
    'By the queue': await measure(() => sendByQueue(brokerUrl, tasks, load)),
  };
  for (const [name, way] of Object.entries(ways)) console.log(`${name}: ${describeWay(way)}`);
  return ways;
}

void runSuite(benchMessages);
