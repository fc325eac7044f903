import type { AmqpFrame } from './amqp-frames.js';

export type FrameMatch = (frame: AmqpFrame) => boolean;

/** A frame of one of these methods, e.g. `channel.open`, whichever way it goes. */
export function methodOf(...names: string[]): FrameMatch {
  return ({ method }) => method !== undefined && names.includes(method);
}

/** A message that the process publishes. */
export function publishOf(routingKey: string): FrameMatch {
  return (frame) => frame.method === 'basic.publish' && frame.routingKey === routingKey;
}

/** A message that the broker delivers to a consumer of the process. */
export function deliveryOf(routingKey: string): FrameMatch {
  return (frame) => frame.method === 'basic.deliver' && frame.routingKey === routingKey;
}

/** The broker's word on a published message, or on several: taken (ack) or not (nack). */
export const confirm: FrameMatch = ({ direction, method }) =>
  direction === 'from-broker' && (method === 'basic.ack' || method === 'basic.nack');

/** The process's word on a delivered message: ack, nack or reject. */
export const settlement: FrameMatch = ({ direction, method }) =>
  direction === 'to-broker' && (method === 'basic.ack' || method === 'basic.nack' || method === 'basic.reject');
