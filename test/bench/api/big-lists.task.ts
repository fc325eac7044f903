import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { BigLists, BigListsOptions } from './big-lists.js';
import { answerTask } from './task.js';

async function read({ url, atOnce, seconds }: BigListsOptions): Promise<BigLists> {
  const endAt = performance.now() + seconds * 1000;
  const milliseconds: number[] = [];
  let bytes = 0;
  const readOn = async (): Promise<void> => {
    while (performance.now() < endAt) {
      const startedAt = performance.now();
      const [response] = (await once(get(`${url}/images`), 'response')) as [IncomingMessage];
      if (response.statusCode !== 200) throw new Error(`GET /images answered ${response.statusCode}`);
      response.on('data', (piece: Buffer) => (bytes += piece.length));
      await once(response, 'end');
      milliseconds.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, readOn));
  return { milliseconds: Float64Array.from(milliseconds), bytes };
}

answerTask(read);
