import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { S3Call, S3Moment } from '../../../libs/storage/test/conditional-s3-server.js';
import { until } from '../../support/until.js';
import type { Fault, Scene } from '../fault.js';
import type { TestedSystem } from '../system/tested-system.js';
import type { Member } from '../system/member.js';
import { heavyPicture } from '../loads/uploads/upload-pictures.js';
import { childrenOf } from '../watch/sampler.js';
import { servicesSystem } from './services.js';
import { holdAck, holdConfirm, holdPublish, killAndReplace, killedAt } from './kill-points.js';

const firstImageWorker = (system: TestedSystem): Member => system.inRole('image-worker')[0];
const firstApi = ({ apis }: TestedSystem): Member => apis[0];

/** What an image worker asks of storage for a job, one after the other. */
const calls = {
  original: { method: 'GET', path: /^\/uploads\/[0-9a-f-]{36}$/ },
  picture: { method: 'PUT', path: /^\/processed\/.*\.(png|jpeg|webp)$/ },
  record: { method: 'PUT', path: /^\/processed\/.*\.json$/ },
};

/** Of a processor: what a process has had so far. */
const ticksPerSecond = 100;
const awayMs = 5_000;
/** Longer than broker and clients wait for a sign of each other. */
const cutMs = 20_000;

/** Kills whichever image worker makes such a call. */
function killedAtCall(call: keyof typeof calls, moment: S3Moment): Fault['inflict'] {
  return async (scene) => {
    const { system } = scene;
    const { method, path } = calls[call];
    const workers = new Set(system.inRole('image-worker').map(({ name }) => name));
    const isIt = (made: S3Call): boolean => made.method === method && path.test(made.path) && workers.has(made.caller);
    const { caller, goOn } = await system.objects.hold(isIt, moment);
    // what arrived is lost with its sender: the call of a dead process has no effect any more
    await killAndReplace(scene, system.named(caller), moment === 'arrived' ? undefined : goOn);
  };
}

/** Seconds of a processor that a worker's children have had. */
function workOf({ pid }: Member): number {
  const ticks = childrenOf(pid).map((child) => {
    const fields = readFileSync(`/proc/${child}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, each) => sum + each, 0) / ticksPerSecond;
}

/** Kills the image worker that is at work on a picture which takes it a while. */
async function killAtWork(scene: Scene): Promise<void> {
  const { system, loads } = scene;
  const picture = { bytes: await heavyPicture(), type: 'image/jpeg', format: 'jpeg', isCorrupt: false } as const;
  const request = {
    picture,
    operations: ['filter', 'resize'],
    options: { filter: { name: 'blur' }, resize: { width: 900, height: 17, fit: 'fill' } },
    width: 900,
    height: 17,
  };
  const workers = system.inRole('image-worker');
  for (const each of workers) each.freeze();
  const { jobId } = await loads.uploads.upload('heavy', request);
  const isOriginal = ({ method, path }: S3Call): boolean => method === 'GET' && path === `/uploads/${jobId}`;
  const read = system.objects.hold(isOriginal, 'done');
  for (const each of workers) each.thaw();
  const { caller, goOn } = await read;
  const worker = workers.find(({ name }) => name === caller)!;
  const before = workOf(worker);
  goOn();
  await until('its process is at work', () => workOf(worker) - before > 0.2, { every: 10 });
  await killAndReplace(scene, worker);
}

/** Rows of one load: clients upload pictures, and are told of what became of them. */
const uploadRows: Omit<Fault, 'system' | 'loads'>[] = [
  {
    name: 'image-worker-killed-fetched',
    title: 'image worker killed: original read',
    inflict: killedAtCall('original', 'answered'),
  },
  { name: 'image-worker-killed-working', title: 'image worker killed: at work on a picture', inflict: killAtWork },
  {
    name: 'image-worker-killed-written',
    title: 'image worker killed: picture written, its record not',
    inflict: killedAtCall('record', 'arrived'),
  },
  {
    name: 'image-worker-killed-stored',
    title: 'image worker killed: result stored, not reported',
    inflict: killedAtCall('record', 'done'),
  },
  {
    name: 'image-worker-killed-publishing',
    title: 'image worker killed: its report on the way',
    inflict: killedAt(firstImageWorker, (door) => holdPublish(door, 'processing.done')),
  },
  {
    name: 'image-worker-killed-published',
    title: 'image worker killed: reported, not confirmed to it',
    inflict: killedAt(firstImageWorker, (door) => holdConfirm(door, 'processing.done')),
  },
  {
    name: 'image-worker-killed-unacked',
    title: 'image worker killed: confirmed, job not acked',
    inflict: killedAt(firstImageWorker, (door) => holdAck(door, 'processing.requested')),
  },
  {
    name: 'image-worker-frozen',
    title: 'image worker frozen for 12 s (SIGSTOP)',
    async inflict({ system, mark }) {
      const worker = firstImageWorker(system);
      worker.freeze();
      mark('frozen');
      await pause(12_000);
      worker.thaw();
    },
  },
  {
    name: 'image-workers-cut',
    title: 'image workers cut off from the broker for 20 s',
    async inflict({ system, mark }) {
      const links = system.inRole('image-worker').map(({ broker }) => broker);
      for (const link of links) link.cut();
      mark('cut');
      await pause(cutMs);
      for (const link of links) link.heal();
    },
  },
  {
    name: 'image-workers-storage-away',
    title: 'storage away while uploads wait (S3: 503 to everything)',
    async inflict({ system, loads, mark }) {
      const workers = system.inRole('image-worker');
      for (const worker of workers) worker.freeze();
      await loads.untilAcceptedFor(2);
      system.objects.status = 503;
      mark('failing');
      for (const worker of workers) worker.thaw();
      await pause(awayMs);
      system.objects.status = 200;
    },
  },
  {
    name: 'api-killed-after-upload',
    title: 'API killed after its answer to an upload, before its publish',
    inflict: killedAt(firstApi, (door) => holdPublish(door, 'processing.requested')),
  },
  {
    name: 'api-killed-after-processing',
    title: 'API killed after it has recorded a result, before its ack',
    inflict: killedAt(firstApi, (door) => holdAck(door, 'processing.done')),
  },
];

export const imageWorkerFaults: Fault[] = uploadRows.map((row) => ({
  ...row,
  system: servicesSystem,
  loads: ['uploads'],
}));
