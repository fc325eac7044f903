import { text } from 'node:stream/consumers';
import { imageListStream } from './image-list.js';

const pieces = (...texts: string[]): Buffer[] => texts.map((each) => Buffer.from(each));

it.each([
  [[], '{"image_ids":[]}'],
  [[',1'], '{"image_ids":[1]}'],
  [[',1,2', ',17', ',4096,4097'], '{"image_ids":[1,2,17,4096,4097]}'],
])('writes %j as one JSON object', async (given, expected) => {
  expect(await text(imageListStream(pieces(...given)))).toBe(expected);
});

it('makes no more of the list than is read', async () => {
  let taken = 0;
  function* endless(): Generator<Buffer> {
    for (;;) yield Buffer.from(`,${(taken += 1)}`.padEnd(1024, '0'));
  }
  const stream = imageListStream(endless());
  await new Promise((resolve) => stream.once('readable', resolve));
  const buffered = stream.readableHighWaterMark / 1024;
  expect(taken).toBeLessThanOrEqual(buffered + 2);
  stream.destroy();
});

it('lets others have their turn between two pieces', async () => {
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const list = Array.from({ length: 100 }, (_, index) => Buffer.from(`,${index}`));
  await text(imageListStream(list));
  isDone = true;
  expect(turns).toBeGreaterThanOrEqual(99);
});
