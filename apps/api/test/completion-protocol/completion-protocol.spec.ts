import { Logger } from '@nestjs/common';
import { SimulatedWorld, type StartOrder } from './simulated-world.js';

/**
 * What is real: CompletionRecorder, RecordedListener, ProcessedIdsRegistry. What is simulated: the database, the broker, and
 * who goes on when. Each seed is one interleaving of three completions, two replicas that boot, bind, lose their binding and
 * bind again, and consumers that die at every step.
 */
const interleavings = Number(process.env['INTERLEAVINGS'] ?? 10_000);

async function outcomeOf(seed: number, order: StartOrder): Promise<{ missing: number; tooMany: number }> {
  const world = new SimulatedWorld(seed, order);
  await world.run({ images: 3, replicas: 2 });
  const missing = world.replicas.reduce((sum, { registry }) => sum + world.described.size - registry.size, 0);
  return { missing, tooMany: world.tooEarly.length };
}

beforeAll(() => {
  Logger.overrideLogger(false);
});
afterAll(() => {
  Logger.overrideLogger(new Logger());
});

it('leaves no id missing from, and none too many in, any replica, whatever happens when', async () => {
  for (let seed = 1; seed <= interleavings; seed += 1) {
    const outcome = await outcomeOf(seed, 'bind, then load');
    if (outcome.missing > 0 || outcome.tooMany > 0) throw new Error(`seed ${seed}: ${JSON.stringify(outcome)}`);
  }
}, 600_000);

it('would find an order that loses ids: to load first and to bind then', async () => {
  const losing: number[] = [];
  for (let seed = 1; seed <= 2_000; seed += 1) {
    const { missing } = await outcomeOf(seed, 'load, then bind');
    if (missing > 0) losing.push(seed);
  }
  expect(losing.length).toBeGreaterThan(0);
}, 600_000);
