import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { ImageWorkerModule } from '../src/image-worker.module.js';

/** Real: the module, the sandbox; there is no broker. */
it('starts without its broker, and says that it is not ready', async () => {
  process.env['RABBITMQ_URL'] = 'amqp://127.0.0.1:1';
  const testing = await Test.createTestingModule({ imports: [ImageWorkerModule] }).compile();
  const app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  try {
    const url = await app.getUrl();
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const ready = await fetch(`${url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(Object.keys(((await ready.json()) as { error: object }).error)).toEqual(
      expect.arrayContaining(['publisher', 'jobs', 'thumbnails']),
    );
  } finally {
    await app.close();
  }
});
