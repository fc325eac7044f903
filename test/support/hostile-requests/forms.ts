import { requestBytes } from '../raw-request.js';
import { file, form, post, type HostileRequest } from './hostile-request.js';

const field = (name: string, value = 'x'): string =>
  `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const repeated = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join('');
const picture = 'form-data; name="image"; filename="a.png"';

/** Forms, whole and broken off. */
export const hostileForms: HostileRequest[] = [
  ['without a boundary', post('content-type: multipart/form-data', 'x'), 400, 'upload-unreadable'],
  ['with an empty boundary', post('content-type: multipart/form-data; boundary=', '--\r\n'), 400, 'upload-unreadable'],
  [
    'with a boundary of 5 kB',
    post(`content-type: multipart/form-data; boundary=${'b'.repeat(5_000)}`, 'x'),
    400,
    'upload-unreadable',
  ],
  ['of another kind', post('content-type: multipart/mixed; boundary=B', `${file(picture)}--B--`), 415, 'http-415'],
  ['without a part', post(form, '--B--\r\n'), 400, 'upload-missing'],
  ['without a body', post(form, ''), 400, 'upload-missing'],
  [
    'of 1,000 fields',
    post(form, `${repeated(1_000, (index) => field(`f${index}`))}--B--\r\n`),
    400,
    'upload-unreadable',
  ],
  [
    'of 1,000 files',
    post(form, `${repeated(1_000, (index) => file(`form-data; name="f${index}"; filename="a"`))}--B--\r\n`),
    415,
    'upload-not-a-picture',
  ],
  [
    'with a name of 100 kB',
    post(form, `${file(`form-data; name="${'n'.repeat(100_000)}"; filename="a"`)}--B--\r\n`),
    400,
    'upload-missing',
  ],
  [
    'with 5,000 headers to a part',
    post(form, `--B\r\n${'X-A: b\r\n'.repeat(5_000)}\r\nx\r\n--B--\r\n`),
    400,
    'upload-missing',
  ],
  [
    'with a form in it',
    post(
      form,
      '--B\r\nContent-Disposition: form-data; name="image"\r\nContent-Type: multipart/mixed; boundary=C\r\n\r\n--C\r\nContent-Disposition: file; filename="a.png"\r\n\r\nx\r\n--C--\r\n--B--\r\n',
    ),
    400,
    'upload-missing',
  ],
  [
    'with a part without a disposition',
    post(form, '--B\r\nContent-Type: image/png\r\n\r\nx\r\n--B--\r\n'),
    400,
    'upload-missing',
  ],
  ['with a part’s header that is none', post(form, '--B\r\nnonsense\r\n\r\nx\r\n--B--\r\n'), 400, 'upload-missing'],
  ['that ends in a part', post(form, file(picture, '\x89PNG\r\n\x1a\n')), 400, 'upload-unreadable'],
  ['that ends in a part’s headers', post(form, '--B\r\nContent-Disposition: form-data; na'), 400, 'upload-unreadable'],
  ['with a field of 5 MB', post(form, `${field('a', 'x'.repeat(5e6))}--B--\r\n`), 400, 'upload-missing'],
  ['with 5 MB before its first part', post(form, `${'x'.repeat(5e6)}\r\n--B--\r\n`), 400, 'upload-missing'],
  ['with a field __proto__', post(form, `${field('__proto__')}--B--\r\n`), 400, 'upload-unreadable'],
  [
    'with a file __proto__',
    post(form, `${file('form-data; name="__proto__"; filename="a.png"')}--B--\r\n`),
    400,
    'upload-unreadable',
  ],
  [
    'with JSON that is none in a field',
    post(
      form,
      '--B\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: application/json\r\n\r\n{a\r\n--B--\r\n',
    ),
    400,
    'upload-unreadable',
  ],
  ['with a tag twice', post(form, `${field('tag')}${field('tag')}--B--\r\n`), 400, 'invalid-request'],
  ['with a tag of 2 MB', post(form, `${field('tag', 'x'.repeat(2e6))}--B--\r\n`), 400, 'invalid-request'],
  [
    'with options that are no JSON',
    post(form, Buffer.from(`${field('options', '{')}${file(picture, '\x89PNG\r\n\x1a\n')}--B--\r\n`, 'latin1')),
    400,
    'invalid-request',
  ],
  [
    'in chunks that are none',
    requestBytes('POST /images HTTP/1.1', [form, 'transfer-encoding: chunked'], '5\r\n--B\r\n\r\nzzz'),
    400,
    'http-400',
  ],
  ['with a text that says that it is a picture', post(form, `${file(picture)}--B--\r\n`), 415, 'upload-not-a-picture'],
];
