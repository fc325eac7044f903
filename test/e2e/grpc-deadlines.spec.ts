import { status } from '@grpc/grpc-js';
import { grpcClient, type GrpcClient } from '../support/grpc-clients.js';
import { describeWithFaults } from '../support/product.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';

/**
 * So many large factorials take five seconds, one after the other. Of a client that resets more than a thousand streams at once
 * Node.js closes the connection.
 */
const many = Array.from({ length: 450 }, (_, index) => 9_501 + index);

/** Real: message-service, and a client that asks for more than it waits for. */
describeWithFaults('deadlines and cancellation of gRPC calls', () => {
  let system: SharedSystem;
  let messages: GrpcClient;

  beforeAll(async () => {
    system = await startSystem({ name: 'grpc-deadlines', workers: 0, others: ['message-service'] });
    messages = grpcClient('message.MessageService', `127.0.0.1:${system.others[0]!.portOf('GRPC_PORT')}`);
  }, 300_000);
  afterAll(async () => {
    messages?.close();
    await system?.stop();
  }, 60_000);

  /** Begins all of them. @returns their statuses, and what cancels them */
  function askForMany(options: object): { ended: Promise<status[]>; cancel: () => void } {
    const calls: { cancel(): void }[] = [];
    const ended = many.map(
      (n) =>
        new Promise<status>((resolve) => {
          const answered = (error: { code: status } | null): void => resolve(error?.code ?? status.OK);
          calls.push(messages.stub['Factorial']!({ n }, options, answered));
        }),
    );
    return { ended: Promise.all(ended), cancel: () => calls.forEach((call) => call.cancel()) };
  }

  /** Another large factorial, which waits for its turn behind what is still to be computed. */
  async function expectTurnOf(n: number): Promise<void> {
    const startedAt = performance.now();
    expect(await messages.call('Factorial', { n })).toMatchObject({
      value: expect.stringMatching(/^\d{23000,24000}$/),
    });
    expect(performance.now() - startedAt).toBeLessThan(2_500);
  }

  it('end calls that are late, and what was to be computed for them', async () => {
    const codes = await askForMany({ deadline: Date.now() + 500 }).ended;
    expect(codes.filter((code) => code === status.DEADLINE_EXCEEDED).length).toBeGreaterThan(many.length / 2);
    expect(codes.filter((code) => code !== status.DEADLINE_EXCEEDED && code !== status.OK)).toEqual([]);
    await expectTurnOf(7_000);
  }, 60_000);

  it('end calls that their client cancels, and what was to be computed for them', async () => {
    const { ended, cancel } = askForMany({});
    // some have arrived
    await messages.call('AssignAB', { user_id: 'user42' });
    cancel();
    const codes = await ended;
    expect(codes.filter((code) => code === status.CANCELLED).length).toBeGreaterThan(many.length / 2);
    await expectTurnOf(7_001);
  }, 60_000);

  it('leave the service as it was', async () => {
    expect(await messages.call('Factorial', { n: 25 })).toEqual({ value: '15511210043330985984000000' });
    expect(system.others[0]!.logTail(1_000)).not.toMatch(/a call failed/);
  });
});
