import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';
import { until } from '../../../test/support/until.js';
import { WebhookReceiver } from '../../../test/support/webhook-receiver.js';
import { RunningDeliveries } from './running-deliveries.js';

const hanging = 700;
const refusing = 300;
/** A receiver that hangs holds its place so long. */
const timeoutMs = 60_000;

/** Real: database, deliveries and receivers. */
describe('a thousand dead receivers (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;
  let receiver: WebhookReceiver;
  let running: RunningDeliveries;
  let accepted = 0;
  const silent = createServer(() => (accepted += 1));

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    receiver = await WebhookReceiver.start();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    running = await RunningDeliveries.start(opened.database, { WEBHOOK_TIMEOUT_MS: timeoutMs });
  }, 300_000);
  afterAll(async () => {
    await running?.stop();
    silent.close();
    await receiver?.close();
    await opened?.close();
  }, 300_000);

  it('delay none that live, old or new', async () => {
    const { port } = silent.address() as AddressInfo;
    const silentUrl = `http://127.0.0.1:${port}/`;
    const refusingUrl = 'http://127.0.0.1:1/';
    await running.add('lively', receiver.url('/lively'));
    await running.tell(['lively'], 'first');
    await until('the lively one is told', () => receiver.postsTo('/lively').length === 1);

    const dead = Array.from({ length: hanging + refusing }, (_, index) => `dead-${index}`);
    for (const [index, id] of dead.entries()) await running.add(id, index < hanging ? silentUrl : refusingUrl);
    for (let round = 0; round < 3; round += 1) await running.tell(dead, `dead-${round}`);
    await until('the dead ones have all places that they get', () => accepted >= 500, { within: 60_000 });

    const delays: number[] = [];
    await running.add('newcomer', receiver.url('/newcomer'));
    for (let count = 0; count < 20; count += 1) {
      const startedAt = Date.now();
      await running.tell(['lively', 'newcomer'], `lively-${count}`);
      await until(
        'both are told',
        () =>
          ['/lively', '/newcomer'].every((path) =>
            receiver.postsTo(path).some(({ id }) => id.startsWith(`lively-${count}-`)),
          ),
        { every: 5 },
      );
      delays.push(Date.now() - startedAt);
    }
    // without shares each would wait for places that are held for a minute
    expect(Math.max(...delays)).toBeLessThan(timeoutMs / 4);
  }, 240_000);
});
