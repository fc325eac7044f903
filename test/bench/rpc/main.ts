import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startPrivateServices } from '../../support/private-services.js';
import { startApplication } from '../../support/setup-scripts.js';
import { closeOnTermination, runSuite } from '../../support/suite-command.js';
import { TaskClient } from '../../support/task-client.js';
import { median, quantile } from '../statistics.js';
import { Load, outstanding, type Measured } from './load.js';

const rounds = 7;
const roundMs = 3_000;
const leastRatio = 0.5;

type Ask = (milliseconds: number) => Promise<Measured>;

/** Requests a second beside a bare echo server and a handler of Nest's transport, each alone with the broker in its turn. */
async function benchRpc(): Promise<number> {
  const undoing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const undo of undoing.splice(0).reverse()) await undo();
  };
  closeOnTermination({ close });
  try {
    const { broker, database } = await startPrivateServices((undo) => undoing.push(undo));
    const hostUrl = async (name: string): Promise<string> => {
      await broker.control('add_vhost', name);
      await broker.control('set_permissions', '-p', name, 'guest', '.*', '.*', '.*');
      return `${broker.url}/${name}`;
    };
    const loadOf = async (url: string): Promise<Load> => {
      const load = await Load.open(url);
      undoing.push(() => load.close());
      return load;
    };
    const reference = async (name: string): Promise<Load> => {
      const url = await hostUrl(name);
      const server = fork(join(__dirname, `${name}.js`), [url]);
      undoing.push(async () => void server.kill());
      await once(server, 'message');
      return loadOf(url);
    };
    const [echo, nest] = [await reference('bare-echo'), await reference('nest-handler')];
    const url = await hostUrl('task-rpc');
    const server = await startApplication('task-rpc', {
      name: 'bench-task-rpc',
      environment: {
        RABBITMQ_URL: url,
        DATABASE_URL: database.url,
        DATA_DIR: join(broker.directory, 'data'),
        JWT_SECRET: 'a secret of thirty-two characters or more',
      },
    });
    undoing.push(async () => void (await server.stop()));
    const ours = await loadOf(url);
    const client = await TaskClient.open(url);
    const auth = await client.logIn();
    await client.close();
    const request = (action: string, data: object) => (id: string) =>
      JSON.stringify({ id, version: 'v1', action, data, auth });
    const healthCheck = request('health_check', {});
    const createTask = request('create_task', { title: 'Buy milk', due_date: '2030-01-01' });
    const wrapped = (id: string): string => `{"pattern":"health_check","id":"${id}","data":${healthCheck(id)}}`;
    return await compare({
      'bare echo': (ms) => echo.run(ms, healthCheck, /"action":"health_check"/),
      'Nest transport': (ms) => nest.run(ms, wrapped, /"action":"health_check"/),
      health_check: (ms) => ours.run(ms, healthCheck),
      create_task: (ms) => ours.run(ms, createTask),
    });
  } finally {
    await close();
  }
}

async function compare(ways: Readonly<Record<string, Ask>>): Promise<number> {
  const measured = new Map<string, Measured[]>(Object.keys(ways).map((name) => [name, []]));
  for (const ask of Object.values(ways)) await ask(1_500); // compiled code is what is measured
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, ask] of Object.entries(ways)) measured.get(name)!.push(await ask(roundMs));
  }
  const ratioTo = (reference: string, name: string): number =>
    median(measured.get(name)!.map(({ perSecond }, round) => perSecond / measured.get(reference)![round]!.perSecond));
  console.log(`${outstanding} requests outstanding, medians of ${rounds} rounds:`);
  for (const [name, runs] of measured) {
    const latencies = runs.flatMap((run) => run.latencies);
    const [p50, p99] = [0.5, 0.99].map((fraction) => quantile(latencies, fraction).toFixed(1));
    const perSecond = median(runs.map((run) => run.perSecond)).toFixed();
    const ratios = `${ratioTo('bare echo', name).toFixed(2)} of the echo, ${ratioTo('Nest transport', name).toFixed(2)} of Nest's transport`;
    console.log(`${name.padEnd(15)} ${perSecond.padStart(6)} a second, p50 ${p50} ms, p99 ${p99} ms: ${ratios}`);
  }
  const ratio = ratioTo('bare echo', 'health_check');
  console.log(`${ratio >= leastRatio ? '✓' : '✗'} health_check at ${ratio.toFixed(2)} of a bare echo server`);
  return ratio >= leastRatio ? 0 : 1;
}

void runSuite(benchRpc);
