import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { bindLightly } from './light-binding.js';

describe('AsyncResource.bind', () => {
  const original = AsyncResource.prototype.bind;
  const storage = new AsyncLocalStorage<string>();
  beforeAll(bindLightly);
  afterAll(() => {
    AsyncResource.prototype.bind = original;
  });

  it('runs a function in the context in which its resource was made, with what it is called with', () => {
    const resource = storage.run('first', () => new AsyncResource('test'));
    const bound = resource.bind(function (this: string, ...words: string[]) {
      return [storage.getStore(), String(this), ...words];
    });
    const result = storage.run('second', () => bound.call('it', 'a', 'b'));
    expect(result).toEqual(['first', 'it', 'a', 'b']);
    const ofStatic = storage.run('third', () => AsyncResource.bind(bound, 'test', 'that'));
    expect(storage.run('second', () => ofStatic.call('it', 'c'))).toEqual(['first', 'that', 'c']);
  });

  it('lets the context of a request, opened by a hook, through to the handler that has its body', async () => {
    const fastify = new FastifyAdapter().getInstance();
    fastify.addHook('onRequest', (request, _reply, done) => storage.run(request.id, done));
    fastify.post('/', (request) => ({ isSame: storage.getStore() === request.id, body: request.body }));
    const answers = await Promise.all(
      [1, 2, 3].map((body) => fastify.inject({ method: 'POST', url: '/', payload: { body } })),
    );
    expect(answers.map((answer) => answer.json<unknown>())).toEqual(
      [1, 2, 3].map((body) => ({ isSame: true, body: { body } })),
    );
    await fastify.close();
  });
});
