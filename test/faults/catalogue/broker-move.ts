import { BrokerProbe } from '../../support/broker-probe.js';
import { findRabbitmq, type PrivateRabbitmq } from '../../support/setup-scripts.js';
import { until } from '../../support/until.js';
import type { Fault, Scene } from '../fault.js';
import type { Member } from '../system/member.js';

/** Pictures that wait in the old broker when the new one comes. */
const meanwhile = 60;
const jobs = 'caption.jobs';
const waits = [1, 2, 3, 4].flatMap((step) => [`${jobs}.retry.${step}`, `${jobs}.deferred.${step}`]);
/** All that the old broker has to be done with. */
const work = [jobs, `${jobs}.isolated`, `${jobs}.deferred`, ...waits];
const drainedWithinMs = 120_000;

/** What RabbitMQ says of itself, e.g. `3.10.8`. */
async function versionOf({ managementUrl }: PrivateRabbitmq): Promise<string> {
  const response = await fetch(`${managementUrl}/api/overview`, {
    headers: { authorization: `Basic ${Buffer.from('guest:guest').toString('base64')}` },
  });
  return ((await response.json()) as { rabbitmq_version: string }).rabbitmq_version;
}

async function fill(broker: PrivateRabbitmq, { system, load }: Scene): Promise<void> {
  const probe = await BrokerProbe.open(broker.url);
  for (const worker of system.workers) worker.freeze();
  await load.untilAccepted(meanwhile);
  await until('jobs wait', async () => (await probe.depth(jobs)) > 0);
  await probe.close();
}

async function untilDrained(broker: PrivateRabbitmq): Promise<void> {
  const probe = await BrokerProbe.open(broker.url);
  const isEmpty = async (): Promise<boolean> => {
    const depths = await Promise.all(work.map((name) => probe.depth(name)));
    return depths.every((depth) => depth === 0);
  };
  await until('nothing waits in the old broker', isEmpty, { within: drainedWithinMs, every: 500 });
  await probe.close();
}

async function move(member: Member, { url }: PrivateRabbitmq): Promise<void> {
  await member.stop();
  member.broker.retarget(url);
  await member.restart();
}

/** As the manual says under "Move the broker", with one worker that goes over first, and one that stays until the old broker is empty. */
export const brokerMoved: Fault = {
  name: 'broker-moved',
  title: 'moved to an empty broker of the next major version, while jobs wait in the old one',
  // above the time that the old broker's jobs take
  system: { environment: { LOST_JOB_AFTER_MS: '30000' }, olderBroker: true },
  slow: true,
  cannotRun: () => (findRabbitmq(true) ? undefined : 'this machine has no second, older RabbitMQ'),
  elsewhere: 'npm run test:rabbitmq-4',
  async inflict(scene) {
    const { system, mark, addFinding } = scene;
    const [first, last] = system.workers;
    await fill(system.broker, scene);
    const old = await system.anotherBroker();
    const versions = await Promise.all([old, system.broker].map(versionOf));
    if (versions[0] === versions[1]) addFinding(`both brokers are RabbitMQ ${versions[0]}`);
    mark(versions.join(' → '));
    for (const worker of system.workers) worker.thaw();
    await Promise.all([first, ...system.apis].map((member) => move(member, system.broker)));
    mark('moved');
    await untilDrained(old);
    await move(last, system.broker);
    mark('drained');
    await old.stop();
  },
};
