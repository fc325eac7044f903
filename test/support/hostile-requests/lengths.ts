import { requestBytes } from '../raw-request.js';
import { json, type HostileRequest } from './hostile-request.js';

const withLength = (...lengths: string[]): Uint8Array =>
  requestBytes('POST /images HTTP/1.1', [json, ...lengths.map((length) => `content-length: ${length}`)], '{}');
const chunked = (body: string): Uint8Array =>
  requestBytes('POST /images HTTP/1.1', [json, 'transfer-encoding: chunked'], body);

/** Lengths that lie about what comes, and chunks. */
export const hostileLengths: HostileRequest[] = [
  ['below zero', withLength('-1'), 400, 'http-400'],
  ['in letters', withLength('two'), 400, 'http-400'],
  ['in hexadecimal', withLength('0x2'), 400, 'http-400'],
  ['twice, and not the same', withLength('2', '3'), 400, 'http-400'],
  ['beyond 64 bits', withLength('99999999999999999999999'), 400, 'http-400'],
  ['beyond 53 bits', withLength('9007199254740993'), 413, 'http-413'],
  ['smaller than the body', withLength('1'), 400, 'http-400'],
  [
    'beside chunks',
    requestBytes('POST /images HTTP/1.1', [json, 'content-length: 2', 'transfer-encoding: chunked'], '0\r\n\r\n'),
    400,
    'http-400',
  ],
  ['of a chunk in other letters', chunked('zz\r\n{}\r\n0\r\n\r\n'), 400, 'http-400'],
  ['of a chunk beyond 64 bits', chunked(`${'f'.repeat(18)}\r\n{}\r\n0\r\n\r\n`), 400, 'http-400'],
  ['of a chunk with 20 kB of extensions', chunked(`1;${'a'.repeat(20_000)}\r\n1\r\n0\r\n\r\n`), 413, 'http-413'],
  ['of a chunk that is not its length', chunked('1\r\n{}\r\n0\r\n\r\n'), 400, 'http-400'],
  ['of chunks with garbage between', chunked('2\r\n{}\r\ngarbage'), 400, 'http-400'],
  ['of chunks beyond the limit', chunked(`20000\r\n${'x'.repeat(0x20000)}\r\n0\r\n\r\n`), 413, 'http-413'],
  [
    'in a transfer coding that we do not read',
    requestBytes('POST /images HTTP/1.1', [json, 'transfer-encoding: gzip'], 'x'),
    400,
    'http-400',
  ],
];
