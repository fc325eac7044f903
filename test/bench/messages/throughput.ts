import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import type { MessagePackage, MessageServiceClient } from '@ekphrasis/contracts';
import { packageDefinition } from '@ekphrasis/grpc';

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

/** Unary calls a second that a server answers to 16 channels. @param target `host:port` */
export async function throughputOf(target: string, milliseconds: number): Promise<number> {
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
    const until = Date.now() + milliseconds;
    const counts = await Promise.all(clients.map((client) => callUntil(client, until, depth)));
    return (counts.reduce((sum, count) => sum + count, 0) * 1000) / (performance.now() - startedAt);
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
