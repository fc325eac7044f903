import { text } from 'node:stream/consumers';
import { imageListJson, imageListStream } from './image-list.js';

it.each([0, 1, 2, 8_191, 8_192, 8_193, 50_000])('writes %i ids as one JSON object', (count) => {
  const ids = Array.from({ length: count }, (_, index) => index * 3 + 1);
  const chunks = [...imageListJson(ids)];
  expect(JSON.parse(chunks.join(''))).toEqual({ image_ids: ids });
  expect(chunks.length).toBe(Math.floor(count / 8_192) + 1);
});

it('makes no more of the list than is read', () => {
  let taken = 0;
  function* ids(): Generator<number> {
    for (;;) yield (taken += 1);
  }
  const chunks = imageListJson(ids());
  chunks.next();
  expect(taken).toBe(8_192);
});

it('streams it', async () => {
  expect(await text(imageListStream([1, 2, 17]))).toBe('{"image_ids":[1,2,17]}');
});
