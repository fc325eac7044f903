import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BrokerProbe } from '../../support/broker-probe.js';
import { until } from '../../support/until.js';
import type { PrivateRabbitmq } from '../../support/setup-scripts.js';
import type { Fault, Scene } from '../fault.js';

/** Pictures that are accepted while something is broken, before it is mended. */
const meanwhile = 60;
/** Two consumers lose their queue under them; jobs that were in it come back by the sweep for lost jobs, here within seconds. */
const sweepingSoon = { environment: { LOST_JOB_AFTER_MS: '3000' } };

/** Opens a look into the broker, past all links, for as long as `work` takes. */
async function withProbe({ system }: Scene, work: (probe: BrokerProbe) => Promise<unknown>): Promise<void> {
  const probe = await BrokerProbe.open(system.broker.url);
  try {
    await work(probe);
  } finally {
    await probe.close().catch(() => undefined); // what it deleted may have closed it
  }
}

/** Stops both workers until jobs wait in their queue, deletes that, and lets them go on. */
async function deleteFilledQueue(scene: Scene): Promise<void> {
  const { system, load, mark } = scene;
  for (const worker of system.workers) worker.freeze();
  await load.untilAccepted(meanwhile);
  await withProbe(scene, async (probe) => {
    await until('jobs wait', async () => (await probe.depth('caption.jobs')) > 0);
    mark('queue deleted');
    await probe.deleteQueue('caption.jobs');
  });
  for (const worker of system.workers) worker.thaw();
}

/** How long a delivery may stay unanswered, and how often the broker looks; channels take both when they are opened. */
async function setAckTimeout(broker: PrivateRabbitmq, timeoutMs: number, lookEveryMs: number): Promise<void> {
  await broker.control('eval', `application:set_env(rabbit, consumer_timeout, ${timeoutMs}).`);
  await broker.control('eval', `application:set_env(rabbit, channel_tick_interval, ${lookEveryMs}).`);
  await broker.control('close_all_connections', 'by the fault suite');
}

async function alarm({ system, load, mark }: Scene, raise: string[], lower: string[]): Promise<void> {
  await system.broker.control(...raise);
  mark('alarm');
  await load.untilAccepted(meanwhile);
  await system.broker.control(...lower);
}

export const brokerFaults: Fault[] = [
  {
    name: 'broker-killed',
    title: 'broker killed under load',
    async inflict({ system, load, mark }) {
      await system.broker.kill();
      mark('killed');
      await load.untilAccepted(meanwhile);
      await system.broker.restart();
    },
  },
  {
    name: 'broker-frozen',
    title: 'broker frozen (SIGSTOP)',
    async inflict({ system, load, mark }) {
      await system.broker.freeze();
      mark('frozen');
      const noticed = async (): Promise<boolean> => !(await system.apis[0].client.ready());
      await until('readiness is red', noticed);
      mark('noticed');
      await load.untilAccepted(meanwhile);
      await system.broker.thaw();
    },
  },
  {
    name: 'broker-memory-alarm',
    title: 'broker’s memory alarm',
    inflict: (scene) =>
      alarm(
        scene,
        ['set_vm_memory_high_watermark', 'absolute', '1'],
        ['set_vm_memory_high_watermark', 'absolute', '8GB'],
      ),
  },
  {
    name: 'broker-disk-alarm',
    title: 'broker’s disk alarm',
    inflict: (scene) => alarm(scene, ['set_disk_free_limit', 'mem_relative', '1000'], ['set_disk_free_limit', '50MB']),
  },
  {
    name: 'broker-alarm-long',
    title: 'broker’s memory alarm, seven times as long as the ack time-out',
    slow: true,
    async inflict({ system, load, mark }) {
      await setAckTimeout(system.broker, 12_000, 1_000);
      mark('time-out of 12 s');
      await load.untilAccepted(meanwhile);
      await system.broker.control('set_vm_memory_high_watermark', 'absolute', '1');
      mark('alarm');
      await pause(90_000);
      await system.broker.control('set_vm_memory_high_watermark', 'absolute', '8GB');
      await setAckTimeout(system.broker, 1_800_000, 60_000);
    },
  },
  {
    name: 'exchange-deleted',
    title: 'exchange deleted',
    async inflict(scene) {
      await withProbe(scene, (probe) => probe.deleteExchange('images'));
      scene.mark('deleted');
      await scene.load.untilAccepted(meanwhile);
    },
  },
  {
    name: 'binding-deleted',
    title: 'bindings deleted: of jobs, completions and broadcasts',
    async inflict(scene) {
      await withProbe(scene, async (probe) => {
        await probe.unbindAll(scene.system.broker.managementUrl, 'images');
      });
      scene.mark('deleted');
      await scene.load.untilAccepted(meanwhile);
    },
  },
  {
    name: 'queue-deleted',
    title: 'queue deleted while jobs wait in it',
    system: sweepingSoon,
    inflict: deleteFilledQueue,
  },
  {
    name: 'completions-deleted',
    title: 'queue of completions deleted under load',
    system: sweepingSoon,
    async inflict(scene) {
      await withProbe(scene, (probe) => probe.deleteQueue('api.completions'));
      scene.mark('deleted');
      await scene.load.untilAccepted(meanwhile);
    },
  },
  {
    name: 'broker-disk-lost',
    title: 'broker killed and its disk lost',
    system: sweepingSoon,
    async inflict({ system, load, mark }) {
      await system.broker.kill();
      await rm(join(system.broker.directory, 'data'), { recursive: true, force: true });
      mark('disk lost');
      await load.untilAccepted(meanwhile);
      await system.broker.restart();
    },
  },
  {
    name: 'consumer-cancelled',
    title: 'consumers cancelled by the broker',
    async inflict(scene) {
      await withProbe(scene, async (probe) => {
        for (const queue of ['caption.jobs.isolated', 'caption.jobs.dead', 'api.completions.dead']) {
          await probe.deleteQueue(queue);
        }
      });
      scene.mark('cancelled');
      await scene.load.untilAccepted(meanwhile);
    },
  },
  {
    name: 'connections-closed',
    title: 'all connections closed by the broker, three times',
    async inflict({ system, load, mark }) {
      for (let time = 1; time <= 3; time += 1) {
        await system.broker.control('close_all_connections', 'by the fault suite');
        mark('closed');
        await load.untilAccepted(meanwhile / 2);
      }
    },
  },
  {
    name: 'ack-timeout',
    title: 'inference slower than the ack time-out',
    // a batch that is never full waits this long before it is captioned
    system: { environment: { CAPTION_BATCH_SIZE: '64', CAPTION_BATCH_WAIT_MS: '5000' } },
    perSecond: 4,
    async inflict({ system, load, mark, addFinding }) {
      await setAckTimeout(system.broker, 2_500, 1_000);
      mark('time-out of 2.5 s');
      const slow = load.all.length;
      await load.untilAccepted(meanwhile);
      await setAckTimeout(system.broker, 1_800_000, 60_000);
      const asked = load.all.slice(slow).map(({ url }) => system.pictures.timesAsked(url));
      if (Math.max(...asked) < 2) addFinding('no job was delivered again: the broker did not enforce its time-out');
    },
  },
];
