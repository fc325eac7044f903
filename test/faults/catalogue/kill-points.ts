import type { Fault, Scene } from '../fault.js';
import type { TestedSystem } from '../system/tested-system.js';
import type { Member } from '../system/member.js';
import type { AmqpLink, HeldFrame } from '../../support/network/amqp-link.js';
import { deliveryOf, publishOf } from '../../support/network/amqp-predicates.js';
import { channelOf, type PublishCounter } from '../system/publish-counter.js';

/** What a member has toward the broker. */
export interface BrokerDoor {
  readonly broker: AmqpLink;
  readonly publishes: PublishCounter;
}

/**
 * How long a member may have nothing to do at that step. A quorum queue gives one of two consumers everything at times, and the other
 * one nothing until it subscribes anew after a minute (seen with RabbitMQ 3.10, after a consumer was killed).
 */
const reached = { within: 120_000 };

/** Stops a process's publish of such a message before the broker has it. */
export function holdPublish({ broker }: BrokerDoor, routingKey: string): Promise<HeldFrame> {
  return broker.hold(publishOf(routingKey), reached);
}

/** Stops the broker's confirm of the next such message before the process has it; the broker has taken the message. */
export function holdConfirm({ broker, publishes }: BrokerDoor, routingKey: string): Promise<HeldFrame> {
  const isPublish = publishOf(routingKey);
  /** The number of the first such message on its channel. */
  const numbers = new Map<string, number>();
  return broker.hold((frame) => {
    const channel = channelOf(frame);
    if (isPublish(frame) && !numbers.has(channel)) numbers.set(channel, publishes.before(frame) + 1);
    const number = numbers.get(channel);
    if (number === undefined || frame.direction !== 'from-broker' || frame.method !== 'basic.ack') return false;
    const tag = frame.deliveryTag ?? 0;
    return frame.multiple ? tag >= number : tag === number;
  }, reached);
}

/** Stops a process's ack of a delivery with such a routing key before the broker has it. */
export function holdAck({ broker }: BrokerDoor, routingKey: string): Promise<HeldFrame> {
  const isDelivery = deliveryOf(routingKey);
  const delivered = new Set<string>();
  return broker.hold((frame) => {
    if (isDelivery(frame)) delivered.add(channelOf(frame));
    return frame.direction === 'to-broker' && frame.method === 'basic.ack' && delivered.has(channelOf(frame));
  }, reached);
}

/** Pictures that are accepted while somebody is gone. */
export const meanwhile = 40;
/** The same of every load, in seconds. */
const meanwhileSeconds = 2;

/**
 * Kills a member, and starts it again while the others serve.
 * @param buried called when it is dead: lets go of what was held for the kill
 */
export async function killAndReplace({ loads, mark }: Scene, member: Member, buried?: () => void): Promise<void> {
  await member.kill();
  buried?.();
  mark(`${member.name} killed`);
  await loads.untilAcceptedFor(meanwhileSeconds);
  await member.restart();
}

/** Kills a member between two steps of its protocol with the broker. */
export function killedAt(
  victim: (system: TestedSystem) => Member,
  reach: (door: BrokerDoor) => Promise<HeldFrame>,
): Fault['inflict'] {
  return async (scene) => {
    const member = victim(scene.system);
    const held = await reach(member);
    await killAndReplace(scene, member, () => held.drop());
  };
}
