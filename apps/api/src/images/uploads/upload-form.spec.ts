import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { incomingPicture, readUploadForm } from './upload-form.js';

const png = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');

describe('the form of an upload', () => {
  type Part = { type: 'file'; toBuffer: () => Promise<Buffer> } | { type: 'field'; fieldname: string; value: unknown };

  const filePart = (bytes: Buffer, failure?: Error): Part => ({
    type: 'file',
    toBuffer: async () => {
      if (failure) throw failure;
      return bytes;
    },
  });
  const field = (fieldname: string, value: unknown): Part => ({ type: 'field', fieldname, value });

  function requestOf(...parts: Part[]): FastifyRequest {
    return { headers: {}, parts: () => Readable.from(parts) } as unknown as FastifyRequest;
  }

  it('says how large it is, where the client does', () => {
    const announced = (headers: object) => incomingPicture({ headers } as FastifyRequest).announcedBytes;
    expect(announced({ 'content-length': '17' })).toBe(17);
    expect(announced({})).toBeUndefined();
  });

  it.each([
    ['no file', undefined, undefined, 'upload-missing'],
    ['no picture', Buffer.from('Dear Sir or Madam'), undefined, 'upload-not-a-picture'],
    ['no bytes', Buffer.alloc(0), undefined, 'upload-not-a-picture'],
    ['too much', png, Object.assign(new Error('too large'), { code: 'FST_REQ_FILE_TOO_LARGE' }), 'upload-too-large'],
    ['what breaks off', png, new Error('Unexpected end of form'), 'upload-unreadable'],
  ])('refuses %s', async (_, bytes, failure, code) => {
    const request = requestOf(...(bytes ? [filePart(bytes, failure)] : []));
    await expect(readUploadForm(request)).rejects.toMatchObject({ code, retryable: false });
  });

  const all = { prompt: 'a', beams: 3, captions: 2, max_length: 30 };

  it.each([
    ['options as JSON before the file', [field('tag', 'x'), field('options', JSON.stringify(all)), filePart(png)]],
    ['options as JSON behind the file', [filePart(png), field('options', JSON.stringify(all)), field('tag', 'x')]],
    ['options as a part that calls itself JSON', [filePart(png), field('options', all), field('tag', 'x')]],
    [
      'each option as a field, before and behind',
      [
        field('prompt', 'a'),
        field('beams', '3'),
        filePart(png),
        field('captions', '2'),
        field('max_length', '30'),
        field('tag', 'x'),
      ],
    ],
    [
      'some of them together',
      [
        field('options', '{"prompt":"a","beams":3}'),
        filePart(png),
        field('captions', '2'),
        field('max_length', '30'),
        field('tag', 'x'),
      ],
    ],
    [
      'fields that nobody knows',
      [field('tag', 'x'), field('colour', 'red'), filePart(png), field('options', JSON.stringify(all))],
    ],
  ])('takes %s', async (_, parts) => {
    expect(await readUploadForm(requestOf(...parts))).toEqual({ picture: png, details: { tag: 'x', options: all } });
  });

  it.each([
    ['a tag that is none', [field('tag', 17)], 'for tag but received 17'],
    ['a tag twice', [field('tag', 'x'), field('tag', 'y')], 'Expected one field tag but received several'],
    [
      'options that are no JSON',
      [field('options', 'beams=3')],
      'Expected a JSON object for options but received "beams=3"',
    ],
    ['options that are no object', [field('options', '3')], 'Expected an object for options but received 3'],
    ['an unknown option', [field('options', '{"colour":"red"}')], 'in options but received "colour"'],
    [
      'beams that are no number',
      [field('beams', 'three')],
      'Expected a whole number from 1 to 8 for beams but received "three"',
    ],
    ['too many beams', [field('beams', '9')], 'for beams but received 9'],
    ['beams in options that are a text', [field('options', '{"beams":"3"}')], 'for options.beams but received "3"'],
    ['an option twice', [field('options', '{"beams":3}'), field('beams', '3')], 'Expected beams once'],
    ['a NUL', [field('prompt', '\0')], 'for prompt but received'],
  ])('refuses %s', async (_, fields, message) => {
    for (const parts of [
      [...fields, filePart(png)],
      [filePart(png), ...fields],
    ]) {
      await expect(readUploadForm(requestOf(...parts))).rejects.toMatchObject({
        code: 'invalid-request',
        message: expect.stringContaining(message) as string,
      });
    }
  });
});
