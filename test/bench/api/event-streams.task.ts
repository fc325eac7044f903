import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { EventStreamsOptions, EventStreamsReport } from './event-streams.js';

const statusEvent = Buffer.from('event: status\n');
const report: EventStreamsReport = { ended: 0, statuses: 0 };

/** Resolves when it has told of each image once, or was ended before. */
async function open({ url, idsEach, firstId }: EventStreamsOptions, index: number): Promise<void> {
  const ids = Array.from({ length: idsEach }, (_, id) => firstId + index * idsEach + id);
  const asked = get(`${url}/images/events?ids=${ids.join(',')}`, { agent: false });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`GET /images/events answered ${response.statusCode}`);
  let received = 0;
  await new Promise<void>((resolve) => {
    let rest: Uint8Array = Buffer.of();
    response.on('data', (piece: Buffer) => {
      const bytes = Buffer.concat([rest, piece]);
      const found = count(bytes);
      // the words of one event may lie in two pieces; too few to hold one that was counted
      rest = bytes.subarray(Math.max(0, bytes.length - statusEvent.length + 1));
      received += found;
      report.statuses += found;
      if (received >= idsEach) resolve();
    });
    response.on('error', () => undefined);
    response.on('close', () => {
      report.ended += 1;
      resolve();
    });
  });
}

function count(bytes: Buffer): number {
  let found = 0;
  for (let at = bytes.indexOf(statusEvent); at >= 0; at = bytes.indexOf(statusEvent, at + 1)) found += 1;
  return found;
}

process.once('message', (options: EventStreamsOptions) => {
  process.on('message', () => process.send?.(report));
  Promise.all(Array.from({ length: options.streams }, (_, index) => open(options, index))).then(
    () => process.send?.('open'),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
