import type { Channel } from 'amqplib';

/** Methods of AMQP 0-9-1 by the numbers that amqplib has for them: the class's (90, tx) in the upper half, the method's in the lower. */
const tx = 90 << 16;
const methods = { select: tx | 10, selectOk: tx | 11, commit: tx | 20, commitOk: tx | 21 } as const;

/** amqplib's call of any method, which its types leave out. */
interface CallingChannel {
  rpc(method: number, fields: object, expected: number): Promise<unknown>;
}

/**
 * Makes a channel transactional: what is published and acked on it takes effect when it is committed, all of it or, where channel or
 * process are lost before, none. RabbitMQ promises that for one queue. https://www.rabbitmq.com/docs/semantics#tx
 */
export async function beginTransactions(channel: Channel): Promise<void> {
  await call(channel, methods.select, methods.selectOk);
}

/** Resolves when all that was published since the last commit is on disk, and what was acked is gone; rejects where the channel is lost. */
export async function commit(channel: Channel): Promise<void> {
  await call(channel, methods.commit, methods.commitOk);
}

async function call(channel: Channel, method: number, expected: number): Promise<void> {
  await (channel as unknown as CallingChannel).rpc(method, {}, expected);
}
