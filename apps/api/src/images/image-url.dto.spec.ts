import { ImageUrlPipe } from './image-url.dto.js';

const pipe = new ImageUrlPipe();

it.each(['https://example.org/a.png', 'shorturl.at/notNY', 'localhost:8000/a.png'])('takes %s', (url) => {
  expect(pipe.transform({ image_url: url, other: 1 })).toEqual({ image_url: url });
});

it.each([undefined, null])('takes %s for no body: an upload has its own', (body) => {
  expect(pipe.transform(body)).toBeUndefined();
});

it.each([
  [{}, 'nothing'],
  [{ image_url: null }, 'null'],
  [{ image_url: 17 }, '17'],
  [{ image_url: ['https://example.org'] }, 'an array'],
  [{ image_url: { href: 'https://example.org' } }, 'an object'],
  [{ image_url: 'a cat' }, '"a cat"'],
])('refuses %j and says what came', (body, received) => {
  expect(() => pipe.transform(body)).toThrow(
    `Expected an http or https URL of at most 2048 characters for image_url but received ${received}`,
  );
});

it.each([[[]], ['https://example.org/a.png'], [17]])('refuses %j as a body', (body) => {
  expect(() => pipe.transform(body)).toThrow(/^Expected a JSON object for the body/);
});

it('says of what is endless no more than it needs', () => {
  let deep: unknown = [];
  for (let level = 0; level < 50_000; level += 1) deep = [deep];
  expect(() => pipe.transform({ image_url: deep })).toThrow(/but received an array$/);
  expect(() => pipe.transform({ image_url: 'x'.repeat(1_000_000) })).toThrow(/^.{1,250}$/);
});
