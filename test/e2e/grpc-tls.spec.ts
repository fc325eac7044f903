import { status } from '@grpc/grpc-js';
import type { RunningApplication } from '../../scripts/setup/applications.cjs';
import { canMakeCertificates, makeCertificate, type Certificate } from '../support/certificate.js';
import { grpcClient } from '../support/grpc-clients.js';
import { runsElsewhere } from '../support/product.js';
import { runTool } from '../support/run-tool.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';
import { TaskResults } from '../support/task-results.js';
import { until } from '../support/until.js';

/** Real: message-service with a certificate made by openssl, task-consumer and the command-line tool as its clients, broker, database. */
(runsElsewhere || !canMakeCertificates ? describe.skip : describe)('gRPC over TLS', () => {
  let system: SharedSystem;
  let certificate: Certificate;
  let stranger: Certificate;
  let service: RunningApplication;
  let target: string;

  beforeAll(async () => {
    certificate = makeCertificate();
    stranger = makeCertificate();
    system = await startSystem({ name: 'grpc-tls', workers: 0 });
    service = await system.startOther('message-service', {
      GRPC_TLS_CERT: certificate.certificateFile,
      GRPC_TLS_KEY: certificate.keyFile,
    });
    target = `localhost:${service.portOf('GRPC_PORT')}`;
  }, 300_000);
  afterAll(async () => {
    await system?.stop();
    for (const made of [certificate, stranger]) made?.remove();
  }, 60_000);

  it('answers who trusts its certificate', async () => {
    const messages = grpcClient('message.MessageService', target, certificate.pem);
    expect(await messages.call('Factorial', { n: 6 })).toEqual({ value: '720' });
    messages.close();
    const health = grpcClient('grpc.health.v1.Health', target, certificate.pem);
    expect(await health.call('check', { service: 'message.MessageService' })).toEqual({ status: 'SERVING' });
    health.close();
  });

  it.each([
    ['does not encrypt', () => undefined],
    ['trusts another certificate', () => stranger.pem],
  ])('answers nobody who %s', async (_, authority) => {
    const client = grpcClient('message.MessageService', target, authority());
    await expect(client.call('Factorial', { n: 6 })).rejects.toMatchObject({ code: status.UNAVAILABLE });
    client.close();
  });

  it('answers the consumer of task_queue, which waits while it trusts another certificate', async () => {
    const tasks = new TaskResults(service.url, system.brokerUrl);
    await tasks.send(['fact:6']);
    const untrusting = await system.startOther('task-consumer', {
      GRPC_TARGET: target,
      GRPC_TLS_CA: stranger.certificateFile,
    });
    await until('it waits', () => /a message waits \(grpc-unavailable\)/.test(untrusting.logTail()));
    expect(await tasks.after(0)).toEqual([]);
    await untrusting.stop();
    await system.startOther('task-consumer', { GRPC_TARGET: target, GRPC_TLS_CA: certificate.certificateFile });
    expect(await tasks.untilThereAre(1, 0)).toMatchObject([{ message: 'fact:6', result: '720', error: null }]);
  });

  it('answers the command-line client', async () => {
    const environment = { GRPC_TARGET: target, GRPC_TLS_CA: certificate.certificateFile };
    expect(await runTool('grpc-client', ['fact:6'], environment)).toMatchObject({ code: 0, output: 'fact:6 → 720\n' });
    const { code, output } = await runTool('grpc-client', ['fact:6'], { GRPC_TARGET: target });
    expect(code).toBe(1);
    expect(output).toMatch(/^UNAVAILABLE: /);
  });

  it('does not start with half of what it needs', async () => {
    const half = system.startOther('message-service', { GRPC_TLS_CERT: certificate.certificateFile });
    await expect(half).rejects.toThrow(/GRPC_TLS_CERT and GRPC_TLS_KEY, or neither/);
  });
});
