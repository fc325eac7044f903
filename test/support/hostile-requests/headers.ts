import { requestBytes } from '../raw-request.js';
import { get, json, post, url, type HostileRequest } from './hostile-request.js';

/** Headers, and request lines. */
export const hostileHeaders: HostileRequest[] = [
  ['of 20 kB in one', get('/images', [`x: ${'y'.repeat(20_000)}`]), 431, 'http-431'],
  [
    'of 20 kB in many',
    get(
      '/images',
      Array.from({ length: 2_000 }, (_, index) => `x-${index}: yyyyy`),
    ),
    431,
    'http-431',
  ],
  ['in a path of 20 kB', get(`/images/${'1'.repeat(20_000)}`), 431, 'http-431'],
  ['without a colon', get('/images', ['nonsense']), 400, 'http-400'],
  ['with a space in a name', get('/images', ['a b: c']), 400, 'http-400'],
  ['with a NUL', get('/images', ['a: b\0c']), 400, 'http-400'],
  ['that are folded', get('/images', ['a: b', ' c']), 400, 'http-400'],
  ['without a host', 'GET /images HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'http-400'],
  ['with line feeds alone', 'GET /images HTTP/1.1\nhost: a\nconnection: close\n\n', 400, 'http-400'],
  ['of another protocol', Buffer.from('16030100a5010000a10303', 'hex'), 400, 'http-400'],
  ['of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'http-400'],
  ['with a method that there is not', requestBytes('FOO /images HTTP/1.1'), 400, 'http-400'],
  ['that ask for a tunnel', requestBytes('CONNECT picture.example:80 HTTP/1.1'), 405, 'http-405'],
  ['that expect what we are not', post(json, '{}', ['expect: 200-maybe']), 417, 'http-417'],
  ['without a content type', requestBytes('POST /images HTTP/1.1', ['content-length: 2'], '{}'), 415, 'http-415'],
  ['with a content type that is none', post('content-type: ;;;', '{}'), 415, 'http-415'],
  ['with a content type of 10 kB', post(`content-type: application/${'x'.repeat(10_000)}`, '{}'), 415, 'http-415'],
  ['with two content types', post(json, '{}', ['content-type: multipart/form-data']), 400, 'invalid-request'],
  [
    'with a key of two lines',
    post(json, `{${url}}`, ['idempotency-key: a', 'idempotency-key: b']),
    400,
    'invalid-request',
  ],
  ['with a key of 10 kB', post(json, `{${url}}`, [`idempotency-key: ${'k'.repeat(10_000)}`]), 400, 'invalid-request'],
];
