import type { ConsumeMessage, Options } from 'amqplib';
import { headers } from '@ekphrasis/contracts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id that a message bears; undefined where it bears none. */
export function deliveryIdOf({ properties }: ConsumeMessage): string | undefined {
  const id: unknown = properties.headers?.[headers.deliveryId];
  return typeof id === 'string' && uuid.test(id) ? id : undefined;
}

/**
 * The properties of a message's copy that bears an id. It is persistent. Whose it is stays behind, since the broker refuses
 * another user's name, and so do the further queues (`CC`) that have theirs already.
 */
export function identifiedProperties({ properties }: ConsumeMessage, id: string): Options.Publish {
  const given = properties as unknown as Options.Publish;
  const others = Object.entries(properties.headers ?? {}).filter(([name]) => name !== 'CC' && name !== 'BCC');
  return {
    ...given,
    userId: undefined,
    deliveryMode: undefined,
    persistent: true,
    headers: { ...Object.fromEntries(others), [headers.deliveryId]: id },
  };
}
