import { setTimeout as pause } from 'node:timers/promises';
import type { AmqpFrame, HeldFrame } from '../../support/network/amqp-link.js';
import { deliveryOf } from '../../support/network/amqp-predicates.js';
import type { Fault, Scene } from '../fault.js';
import type { TestedSystem } from '../system/tested-system.js';
import type { Member } from '../system/member.js';
import { channelOf } from '../system/publish-counter.js';
import { servicesSystem } from './services.js';
import { killAndReplace, type BrokerDoor } from './kill-points.js';

const frozenMs = 12_000;
const firstOf =
  (role: 'task-rpc' | 'task-consumer') =>
  (system: TestedSystem): Member =>
    system.inRole(role)[0];

/**
 * Stops a task consumer's ack of a message before the broker has it.
 * @param after what came before it on its channel: the copy with an id that it published, or nothing, since the message has its result
 */
function holdTaskAck({ broker }: BrokerDoor, after: 'copy' | 'result'): Promise<HeldFrame> {
  const isTask = deliveryOf('task_queue');
  const lastOf = new Map<string, string>();
  return broker.hold((frame: AmqpFrame) => {
    const { method, direction } = frame;
    if (method === undefined) return false;
    const last = lastOf.get(channelOf(frame));
    if (isTask(frame)) lastOf.set(channelOf(frame), 'delivered');
    if (direction === 'to-broker' && method === 'basic.publish') lastOf.set(channelOf(frame), 'published');
    return (
      direction === 'to-broker' && method === 'basic.ack' && last === (after === 'copy' ? 'published' : 'delivered')
    );
  });
}

function frozen(member: (system: TestedSystem) => Member): Fault['inflict'] {
  return async ({ system, mark }) => {
    member(system).freeze();
    mark('frozen');
    await pause(frozenMs);
    member(system).thaw();
  };
}

/** Kills the server of requests between the commit of one and its answer. */
async function killUnanswered(scene: Scene): Promise<void> {
  const { system, loads } = scene;
  const server = firstOf('task-rpc')(system);
  const isAnswer = ({ method, routingKey }: AmqpFrame): boolean =>
    method === 'basic.publish' && routingKey === loads.requests.replyTo;
  const held = await server.broker.hold(isAnswer);
  await killAndReplace(scene, server, () => held.drop());
}

const requestRows: Omit<Fault, 'system' | 'loads'>[] = [
  {
    name: 'task-rpc-killed-committed',
    title: 'server of requests killed: task committed, answer on the way',
    inflict: killUnanswered,
  },
  {
    name: 'task-rpc-frozen',
    title: 'server of requests frozen for 12 s (SIGSTOP)',
    inflict: frozen(firstOf('task-rpc')),
  },
];

/** Kills whichever task consumer comes to that point first: they take messages in turn, and one may have all that bear an id. */
function killAtAck(after: 'copy' | 'result'): Fault['inflict'] {
  return async (scene) => {
    const holding = scene.system.inRole('task-consumer').map(async (member) => {
      const held = await holdTaskAck(member, after);
      return { member, held };
    });
    const first = await Promise.race(holding);
    for (const other of holding)
      void other.then(
        ({ member, held }) => member !== first.member && held.release(),
        () => 0,
      );
    await killAndReplace(scene, first.member, () => first.held.drop());
  };
}

const messageRows: Omit<Fault, 'system' | 'loads'>[] = [
  {
    name: 'task-consumer-killed-copied',
    title: 'task consumer killed: message copied with an id, not acked',
    inflict: killAtAck('copy'),
  },
  {
    name: 'task-consumer-killed-unacked',
    title: 'task consumer killed: result stored, message not acked',
    inflict: killAtAck('result'),
  },
  {
    name: 'task-consumer-frozen',
    title: 'task consumer frozen for 12 s (SIGSTOP)',
    inflict: frozen(firstOf('task-consumer')),
  },
  {
    name: 'message-service-frozen',
    title: 'message service frozen for 12 s (SIGSTOP)',
    inflict: frozen((system) => system.inRole('message-service')[0]),
  },
  {
    name: 'message-service-killed',
    title: 'message service killed under load',
    inflict: (scene) => killAndReplace(scene, scene.system.inRole('message-service')[0]),
  },
  {
    name: 'task-queue-broker-killed',
    title: 'broker killed three times while messages are taken',
    slow: true,
    async inflict({ system, loads, mark }) {
      for (let time = 1; time <= 3; time += 1) {
        await loads.untilAcceptedFor(1, 60_000);
        await system.broker.kill();
        mark('killed');
        await system.broker.restart();
      }
    },
  },
];

export const taskFaults: Fault[] = [
  ...requestRows.map((row): Fault => ({ ...row, system: servicesSystem, loads: ['requests'] })),
  ...messageRows.map((row): Fault => ({ ...row, system: servicesSystem, loads: ['messages'] })),
];
