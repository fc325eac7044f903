import type { Dice } from '../dice.js';
import type { MakeCase } from '../fuzz-case.js';
import { mutateBytes } from '../mutate-bytes.js';
import { postUrl, request } from './request.js';

const lines: readonly ((dice: Dice) => string)[] = [
  (dice) =>
    `content-length: ${dice.oneOf(['-1', '0', '1', '5', '99999999', '9007199254740993', '1e3', '0x10', '+2', ' 2', '2, 2', 'two', ''])}`,
  (dice) =>
    `transfer-encoding: ${dice.oneOf(['chunked', 'Chunked', 'gzip', 'gzip, chunked', 'chunked, gzip', 'identity', '\tchunked', ''])}`,
  (dice) =>
    `content-type: ${dice.oneOf(['application/json', 'multipart/form-data', 'multipart/form-data; boundary=B', ';', '\xff', 'a/b'.repeat(1_000)])}`,
  (dice) => `expect: ${dice.oneOf(['100-continue', '200-maybe', ''])}`,
  (dice) => `connection: ${dice.oneOf(['keep-alive', 'upgrade', 'close, upgrade', 'te', ''])}`,
  (dice) => `upgrade: ${dice.oneOf(['websocket', 'h2c', 'TLS/1.0', ''])}`,
  (dice) =>
    `idempotency-key: ${dice.oneOf(['', ' ', 'a b', '\xe9', 'k'.repeat(256), 'k'.repeat(255), `k${dice.whole(1, 5)}`])}`,
  (dice) => `host: ${dice.oneOf(['', 'a b', '[', 'evil.invalid', '\xff'])}`,
  (dice) => `if-none-match: ${dice.oneOf(['*', '"', 'W/"', '"a"'.repeat(500)])}`,
  (dice) => `range: bytes=${dice.oneOf(['0-', '-1', '5-1', '0-0,1-1', '99999999999999999999-', 'x'])}`,
  (dice) => `accept: ${dice.oneOf(['*/*', 'text/event-stream', ';q=', 'a'.repeat(5_000)])}`,
  (dice) => `accept-encoding: ${dice.oneOf(['gzip;q=x', '*', 'br, zstd', ''])}`,
  (dice) => `x-forwarded-for: ${dice.oneOf(['127.0.0.1', "' OR 1=1", '\xff'])}`,
  (dice) => `traceparent: ${dice.text(50).replace(/[^\x21-\x7e]/g, '')}`,
  (dice) => dice.text(20).replace(/[\r\n]/g, ''),
  (dice) => `${dice.text(10).replace(/[\r\n]/g, '')}: ${dice.text(40).replace(/[\r\n]/g, '')}`,
  (dice) => `x: ${'y'.repeat(dice.oneOf([100, 8_000, 16_000, 20_000]))}`,
  () => ' folded',
];
const methods = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'QUERY',
  'get',
  'G ET',
  '',
];
const bodies = [
  '',
  '{}',
  '0\r\n\r\n',
  '2\r\n{}\r\n0\r\n\r\n',
  'zz\r\n',
  '5\r\n{}\r\n',
  '1;a=b\r\nx\r\n0\r\na: b\r\n\r\n',
  'GET / HTTP/1.1\r\n\r\n',
];

/** Start lines, header lines and lengths that HTTP knows, or does not. */
export const headerCase: MakeCase = (dice) => {
  const chosen = Array.from({ length: dice.oneOf([1, 1, 2, 3, 40]) }, () => dice.oneOf(lines)(dice));
  const version = dice.oneOf([
    'HTTP/1.1',
    'HTTP/1.1',
    'HTTP/1.1',
    'HTTP/1.0',
    'HTTP/2.0',
    'HTTP/0.9',
    'http/1.1',
    'HTTP/1.10',
    '',
  ]);
  const path = dice.oneOf(['/images', '/images/1', '/api/v1.0/images', '*', 'http://evil.invalid/images', '']);
  const made = Buffer.concat([
    request(`${dice.oneOf(methods)} ${path} ${version}`, chosen),
    Buffer.from(dice.oneOf(bodies)),
  ]);
  if (dice.oneIn(3)) return { request: mutateBytes(postUrl('http://picture.invalid/cat.png'), dice) };
  return { request: dice.oneIn(4) ? mutateBytes(made, dice) : made };
};
