import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import type { MessagePackage, MessageServiceClient } from '@ekphrasis/contracts';
import { packageDefinition } from '@ekphrasis/grpc';
import { processorSecondsOf } from '../../support/process-group.js';

const channels = 16;
/** Calls under way on each channel. */
const depth = 4;

/** Small calls of every method, so that what is measured is the way there and back. */
const calls = [
  ['AssignAB', { user_id: 'user42' }],
  ['Factorial', { n: 20 }],
  ['MostFrequentLetter', { text: 'abracadabra' }],
  ['ProcessMessage', { text: 'hello' }],
] as const;

type Call = (request: object, callback: (error: Error | null) => void) => void;

export interface Throughput {
  /** Unary calls that were answered a second. */
  perSecond: number;
  /** The same for each second of processor time that the server used: a client that is the slower one hides nothing here. */
  perProcessorSecond: number;
}

/**
 * What a server answers to 16 channels.
 * @param target `host:port`
 * @param group of the server's processes
 */
export async function throughputOf(target: string, group: number, milliseconds: number): Promise<Throughput> {
  const packages = loadPackageDefinition(packageDefinition()) as unknown as MessagePackage;
  const clients = Array.from(
    { length: channels },
    () =>
      new packages.message.MessageService(target, credentials.createInsecure(), {
        'grpc.use_local_subchannel_pool': 1,
      }),
  );
  try {
    await Promise.all(clients.map((client) => callUntil(client, Date.now() + 500, 1)));
    const startedAt = performance.now();
    const usedBefore = processorSecondsOf(group);
    const until = Date.now() + milliseconds;
    const counts = await Promise.all(clients.map((client) => callUntil(client, until, depth)));
    const count = counts.reduce((sum, each) => sum + each, 0);
    const seconds = (performance.now() - startedAt) / 1000;
    return { perSecond: count / seconds, perProcessorSecond: count / (processorSecondsOf(group) - usedBefore) };
  } finally {
    for (const client of clients) client.close();
  }
}

/** @returns how many calls were answered */
async function callUntil(client: MessageServiceClient, until: number, atOnce: number): Promise<number> {
  let count = 0;
  const lane = async (): Promise<void> => {
    while (Date.now() < until) {
      const [method, request] = calls[count % calls.length]!;
      const call = client[method].bind(client) as unknown as Call;
      await new Promise<void>((resolve, reject) => call(request, (error) => (error ? reject(error) : resolve())));
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return count;
}
