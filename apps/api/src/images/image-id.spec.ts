import { ImageIdPipe } from './image-id.js';

const pipe = new ImageIdPipe();

it('takes an id', () => expect(pipe.transform('17')).toBe(17));

it.each(['', '0', '1e3', '../../etc/passwd'])('finds nothing under %j', (text) => {
  expect(() => pipe.transform(text)).toThrow(expect.objectContaining({ code: 'image-not-found' }) as Error);
});
