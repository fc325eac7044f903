import { status } from '@grpc/grpc-js';
import type { Duplex } from 'node:stream';
import { grpcClient, type GrpcClient } from '../support/grpc-clients.js';
import { describeWithFaults } from '../support/product.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';
import { until } from '../support/until.js';

const services = ['ekphrasis.v1.Captioning', 'message.MessageService'];
const graceMs = 3_000;

interface Reflected {
  list_services_response: { service: { name: string }[] } | null;
  file_descriptor_response: { file_descriptor_proto: Buffer[] } | null;
}

/** Real: message-service, API, broker, database. */
describeWithFaults('what every gRPC server has', () => {
  let system: SharedSystem;
  let target: string;
  const clients: GrpcClient[] = [];

  beforeAll(async () => {
    const environment = { SHUTDOWN_GRACE_MS: String(graceMs) };
    system = await startSystem({ name: 'grpc-standard', workers: 0, others: ['message-service'], environment });
    target = `127.0.0.1:${system.others[0]!.portOf('GRPC_PORT')}`;
  }, 300_000);
  afterAll(async () => {
    for (const client of clients) client.close();
    await system?.stop();
  }, 60_000);

  function connect(service: Parameters<typeof grpcClient>[0]): GrpcClient {
    const client = grpcClient(service, target);
    clients.push(client);
    return client;
  }

  async function reflect(request: object): Promise<Reflected> {
    const stream = connect('grpc.reflection.v1.ServerReflection').stub['ServerReflectionInfo']!() as Duplex;
    stream.write(request);
    try {
      for await (const answer of stream) return answer as Reflected;
      throw new Error('There was no answer');
    } finally {
      stream.end();
    }
  }

  it('reflection lists the services and tells what they are', async () => {
    const listed = await reflect({ list_services: '' });
    const names = listed.list_services_response!.service.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(services));
    const described = await reflect({ file_containing_symbol: 'ekphrasis.v1.Captioning' });
    const files = described.file_descriptor_response!.file_descriptor_proto.map((file) => file.toString('latin1'));
    for (const name of ['Captioning', 'Submit', 'Upload', 'Watch', 'image_ids']) expect(files.join()).toContain(name);
  });

  it('health says at once that it ends; calls are answered meanwhile, and what is open is told to go elsewhere', async () => {
    const [messages, captioning] = [connect('message.MessageService'), connect('ekphrasis.v1.Captioning')];
    const health = connect('grpc.health.v1.Health');
    const { image_id: id } = await captioning.call<{ image_id: number }>('Submit', {
      image_url: 'https://example.org/',
    });
    expect(await health.call('check', { service: services[0] })).toEqual({ status: 'SERVING' });
    const watch = captioning.stub['Watch']!({ image_ids: [id] });
    const watched = new Promise<{ code: number }>((resolve) => watch.once('error', resolve as never));
    watch.resume();
    await new Promise((resolve) => watch.once('data', resolve));

    const stopping = system.others[0]!.stop();
    await until('health says so', async () => {
      const answer = await health.call('check', { service: services[0] });
      return answer['status'] === 'NOT_SERVING';
    });
    expect(await messages.call('Factorial', { n: 6 })).toEqual({ value: '720' });
    expect(await watched).toMatchObject({ code: status.UNAVAILABLE });
    const large = Array.from({ length: 50 }, (_, index) => messages.call('Factorial', { n: 9_900 + index }));
    expect(await Promise.all(large)).toHaveLength(50);
    expect(await stopping).toEqual({ code: null, signal: 'SIGTERM' });
    await expect(messages.call('Factorial', { n: 6 })).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });
});
