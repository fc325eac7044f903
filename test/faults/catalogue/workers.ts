import { setTimeout as pause } from 'node:timers/promises';
import { BrokerProbe } from '../../support/broker-probe.js';
import { until } from '../../support/until.js';
import type { Fault, Scene } from '../fault.js';
import type { TestedSystem } from '../system/tested-system.js';
import type { Member } from '../system/member.js';
import { holdAck, holdConfirm, holdPublish, killAndReplace, killedAt, meanwhile } from './kill-points.js';

const inS3 = { storage: 's3' } as const;
const firstWorker = ({ workers }: TestedSystem): Member => workers[0];

/** What a worker writes of a job, one after the other. */
const writes = { record: /\/results\/.*\.json$/, file: /\/\d+\.txt$/ };

/** Kills whichever worker is about to write a result, or has just written one and not heard of it. */
function killedAtResult(write: keyof typeof writes, moment: 'arrived' | 'done'): Fault['inflict'] {
  return async (scene) => {
    const { system } = scene;
    const isResult = ({ method, path }: { method: string; path: string }) =>
      method === 'PUT' && writes[write].test(path);
    const { caller, goOn } = await system.objects.hold(isResult, moment);
    // what arrived is lost with its sender: the call of a dead process has no effect any more
    await killAndReplace(scene, system.named(caller), moment === 'done' ? goOn : undefined);
  };
}

/** Submits a picture that `treat` is done with each time a worker asks for it, until its image has failed. */
async function poison(
  { system, load, mark, addFinding }: Scene,
  name: string,
  treat: (request: { asker: string; refuse(): void }) => Promise<void>,
): Promise<void> {
  const url = system.pictures.url(`${name}-${Date.now()}`);
  const treatments: Promise<void>[] = [];
  const end = system.pictures.intercept(url, ({ asker, response }) => {
    mark(`asked by ${asker}`);
    treatments.push(treat({ asker, refuse: () => void response.writeHead(503).end() }));
  });
  const { imageId } = await load.submit(system.apis[0].client, url);
  const status = await system.apis[0].client.failed(imageId ?? 0, { within: 170_000 });
  await Promise.all(treatments);
  end();
  const asked = system.pictures.timesAsked(url);
  if (asked !== 5 || status.attempts !== 5) addFinding(`${asked} requests, ${status.attempts} attempts instead of 5`);
  const { letters } = (await system.apis[0].client.get('/dlq?limit=1000')).json;
  const mine = letters.filter((letter) => letter.imageId === imageId);
  if (mine.length !== 1) addFinding(`${mine.length} dead letters instead of 1`);
}

export const workerFaults: Fault[] = [
  {
    name: 'worker-killed-fetched',
    title: 'worker killed: picture fetched',
    async inflict(scene) {
      const { system, load } = scene;
      const url = system.pictures.url(`fetched-${Date.now()}`);
      const sent = system.pictures.sent(url);
      await load.submit(system.apis[0].client, url);
      await killAndReplace(scene, system.named(await sent));
    },
  },
  {
    name: 'worker-killed-inferred',
    title: 'worker killed: captioned, not stored',
    system: inS3,
    inflict: killedAtResult('record', 'arrived'),
  },
  {
    name: 'worker-killed-kept',
    title: 'worker killed: its result kept, the file not written',
    system: inS3,
    inflict: killedAtResult('record', 'done'),
  },
  {
    name: 'worker-killed-stored',
    title: 'worker killed: stored, not reported',
    system: inS3,
    inflict: killedAtResult('file', 'done'),
  },
  {
    name: 'worker-killed-publishing',
    title: 'worker killed: its report on the way',
    inflict: killedAt(firstWorker, (door) => holdPublish(door, 'caption.completed')),
  },
  {
    name: 'worker-killed-published',
    title: 'worker killed: reported, not confirmed to it',
    inflict: killedAt(firstWorker, (door) => holdConfirm(door, 'caption.completed')),
  },
  {
    name: 'worker-killed-unacked',
    title: 'worker killed: confirmed, job not acked',
    inflict: killedAt(firstWorker, (door) => holdAck(door, 'caption.requested')),
  },
  {
    name: 'worker-frozen',
    title: 'worker frozen for 12 s (SIGSTOP)',
    async inflict({ system, mark }) {
      const [worker] = system.workers;
      worker.freeze();
      mark('frozen');
      await pause(12_000);
      worker.thaw();
    },
  },
  {
    name: 'workers-killed',
    title: 'both workers killed under load',
    async inflict({ system, load, mark }) {
      await Promise.all(system.workers.map((worker) => worker.kill()));
      mark('killed');
      await load.untilAccepted(meanwhile);
      await Promise.all(system.workers.map((worker) => worker.restart()));
    },
  },
  {
    name: 'worker-sigterm',
    title: 'SIGTERM to a worker under load: drains, nothing redelivered',
    async inflict({ system, load, mark, addFinding }) {
      const [worker] = system.workers;
      const once = load.all.filter(({ url }) => system.pictures.timesAsked(url) <= 1);
      mark('SIGTERM');
      if (!(await worker.stop())) addFinding('it had to be killed');
      await load.untilAccepted(meanwhile);
      await worker.restart();
      await until('what was submitted before is fetched', () =>
        once.every(({ url }) => system.pictures.timesAsked(url) > 0),
      );
      const twice = once.filter(({ url }) => system.pictures.timesAsked(url) > 1);
      if (twice.length > 0) addFinding(`${twice.length} jobs were delivered twice`);
    },
  },
  {
    name: 'poison-killer',
    title: 'poison: a picture that kills its worker each time',
    mayFail: 1,
    inflict: (scene) =>
      poison(scene, 'killer', async ({ asker }) => {
        const worker = scene.system.named(asker);
        await worker.kill();
        await worker.restart();
      }),
  },
  {
    name: 'poison-refused',
    title: 'poison: a picture whose server fails on each of five attempts',
    slow: true,
    mayFail: 1,
    inflict: (scene) => poison(scene, 'refused', async ({ refuse }) => refuse()),
  },
  {
    name: 'poison-unreadable',
    title: 'poison: a job that nobody can read',
    async inflict({ system, load, mark, addFinding }) {
      const { client } = system.apis[0];
      const before = (await client.get('/dlq?limit=1000')).json.letters.length;
      const probe = await BrokerProbe.open(system.broker.url);
      const now = Date.now(); // a body that was found dead before is kept once
      for (const body of [`${now}`, `"${now}"`, `{${now}`, `{"imageId":"${now}"}`, `[${now}]`]) {
        probe.publish('images', 'caption.requested', body, { type: 'caption.requested.v1' });
      }
      await probe.depth('caption.jobs'); // an answer on the same channel: the broker has them
      mark('published');
      await probe.close();
      const read = async () => (await client.get('/dlq?limit=1000')).json.letters.length - before;
      await until('five dead letters are listed', async () => (await read()) >= 5).catch(() => undefined);
      await load.untilAccepted(meanwhile);
      const letters = await read();
      if (letters !== 5) addFinding(`${letters} dead letters for five unreadable jobs`);
    },
  },
];
