import { isPictureUrl, parsePictureUrl } from './picture-url.js';

describe('parsePictureUrl', () => {
  it.each([
    ['https://example.com/cat.png'],
    ['HTTP://EXAMPLE.com'],
    ['http://web:5000/a.png'],
    ['http://storage/cat.png'],
    ['http://127.0.0.1:8080/cat.png?x=1'],
    ['http://[::1]:80/cat.png'],
    ['https://例え.jp/猫.png'],
    ['https://example.com/two words.png'],
    ['  https://example.com/cat.png '],
  ])('takes %j as it is', (text) => {
    expect(parsePictureUrl(text).map(String)).toEqual([new URL(text).href]);
  });

  it.each([
    'shorturl.at/notNY',
    'example.com',
    'example.com.',
    'example.com?cat',
    'localhost',
    'localhost/cat.png',
    'localhost:8000/cat.png',
    'web:5000/cat.png',
    '93.184.216.34/cat.png',
    '[2606:4700::1111]/cat.png',
    '例え.jp/猫.png',
  ])('tries https, then http, for %j', (text) => {
    expect(parsePictureUrl(text).map(String)).toEqual([
      new URL(`https://${text}`).href,
      new URL(`http://${text}`).href,
    ]);
  });

  it.each([
    '',
    ' ',
    'cat',
    'cat.',
    '.',
    '..',
    '1.5',
    '3.14/cat.png',
    'not a url',
    '/cat.png',
    './cat.png',
    '//example.com/cat.png',
    'ftp://example.com/cat.png',
    'file:///etc/passwd',
    'file:/etc/passwd',
    'javascript:alert(1)',
    'data:image/png;base64,iVBORw0KGgo=',
    'blob:https://example.com/1',
    'mailto:cat@example.com',
    'gopher://example.com:70/',
    'http:example.com',
    'https:/example.com',
    'https:\\\\example.com',
    'http://',
    'https://?x',
    'https://user@example.com/',
    'https://user:password@example.com/',
    'user:password@example.com/cat.png',
    'https://example.com:99999/',
    'https://exa mple.com/',
    'https://example.com/\u0000',
    'https://example.com/\r\nhost: evil',
    'https://[::1/',
    `https://example.com/${'x'.repeat(2048)}`,
    null,
    undefined,
    17,
    {},
    ['https://example.com/'],
  ])('refuses %j', (text) => {
    expect(isPictureUrl(text)).toBe(false);
    expect(refusalOf(text)).toMatchObject({ code: 'url-invalid', retryable: false });
  });
});

function refusalOf(text: unknown): unknown {
  try {
    return parsePictureUrl(text);
  } catch (error) {
    return error;
  }
}
