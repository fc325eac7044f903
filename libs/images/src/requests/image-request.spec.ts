import { readImageRequest } from './image-request.js';

it.each(['https://example.org/a.png', 'shorturl.at/notNY', 'localhost:8000/a.png'])('takes %s', (url) => {
  expect(readImageRequest({ image_url: url, other: 1 })).toEqual({ image_url: url });
});

it.each([
  [{}, 'nothing'],
  [{ image_url: null }, 'null'],
  [{ image_url: 17 }, '17'],
  [{ image_url: ['https://example.org'] }, 'an array'],
  [{ image_url: { href: 'https://example.org' } }, 'an object'],
  [{ image_url: 'a cat' }, '"a cat"'],
])('refuses %j and says what came', (body, received) => {
  expect(() => readImageRequest(body)).toThrow(
    `Expected an http or https URL of at most 2048 characters for image_url but received ${received}`,
  );
});

it.each([[[]], ['https://example.org/a.png'], [17], [null], [undefined]])('refuses %j as a body', (body) => {
  expect(() => readImageRequest(body)).toThrow(/^Expected a JSON object for the body/);
});

it('says of what is endless no more than it needs', () => {
  let deep: unknown = [];
  for (let level = 0; level < 50_000; level += 1) deep = [deep];
  expect(() => readImageRequest({ image_url: deep })).toThrow(/but received an array$/);
  expect(() => readImageRequest({ image_url: 'x'.repeat(1_000_000) })).toThrow(/^.{1,250}$/);
});

const url = 'https://example.org/a.png';

it('takes a tag and options', () => {
  const options = { prompt: 'a picture of', beams: 3, captions: 2, max_length: 30 };
  expect(readImageRequest({ image_url: url, tag: 'holiday', options })).toEqual({
    image_url: url,
    tag: 'holiday',
    options,
  });
  expect(readImageRequest({ image_url: url, options: {} })).toEqual({ image_url: url });
});

it.each([
  ['🐈'.repeat(128), '🐈'.repeat(128)],
  ['', ''],
  ['half \ud800', 'half \ufffd'],
])('takes the tag %j', (tag, kept) => {
  expect(readImageRequest({ image_url: url, tag })).toEqual({ image_url: url, tag: kept });
});

it('takes a prompt with half a surrogate for what can be stored of it', () => {
  expect(readImageRequest({ image_url: url, options: { prompt: '\ud800' } }).options).toEqual({ prompt: '\ufffd' });
});

const tagText = 'a text of at most 128 characters without NUL for tag';
const promptText = 'a text of at most 200 characters without NUL for options.prompt';

it.each([
  [{ tag: 17 }, `Expected ${tagText} but received 17`],
  [{ tag: null }, `Expected ${tagText} but received null`],
  [{ tag: ['a'] }, `Expected ${tagText} but received an array`],
  [{ tag: 'a\0' }, `Expected ${tagText} but received "a\\u0000"`],
  [{ tag: '🐈'.repeat(129) }, `Expected ${tagText} but received`],
  [{ options: 'beams' }, 'Expected an object for options but received "beams"'],
  [{ options: [] }, 'Expected an object for options but received an array'],
  [{ options: null }, 'Expected an object for options but received null'],
  [{ options: { colour: 'red' } }, 'Expected prompt, beams, captions, max_length in options but received "colour"'],
  [JSON.parse('{"options":{"__proto__":{"beams":3}}}') as object, 'in options but received "__proto__"'],
  [{ options: { prompt: 17 } }, `Expected ${promptText} but received 17`],
  [{ options: { prompt: 'x'.repeat(201) } }, `Expected ${promptText} but received`],
  [{ options: { prompt: '\0' } }, `Expected ${promptText} but received "\\u0000"`],
  [{ options: { beams: 0 } }, 'Expected a whole number from 1 to 8 for options.beams but received 0'],
  [{ options: { beams: 9 } }, 'Expected a whole number from 1 to 8 for options.beams but received 9'],
  [{ options: { beams: '3' } }, 'Expected a whole number from 1 to 8 for options.beams but received "3"'],
  [{ options: { beams: null } }, 'Expected a whole number from 1 to 8 for options.beams but received null'],
  [{ options: { captions: 1.5 } }, 'Expected a whole number from 1 to 8 for options.captions but received 1.5'],
  [{ options: { max_length: 4 } }, 'Expected a whole number from 5 to 60 for options.max_length but received 4'],
  [{ options: { max_length: 61 } }, 'Expected a whole number from 5 to 60 for options.max_length but received 61'],
])('refuses %j and names the field', (details, message) => {
  expect(() => readImageRequest({ image_url: url, ...details })).toThrow(message);
});

it('names the place of one among others', () => {
  const read = (item: unknown) => () => readImageRequest(item, 'images[3].');
  expect(read(17)).toThrow('Expected a JSON object for images[3] but received 17');
  expect(read({})).toThrow('for images[3].image_url but received nothing');
  expect(read({ image_url: url, options: [] })).toThrow(
    'Expected an object for images[3].options but received an array',
  );
  expect(read({ image_url: url, options: { beams: 0 } })).toThrow('for images[3].options.beams but received 0');
});
