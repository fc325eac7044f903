import { operatorToken } from '../../support/running-system.js';
import type { MakeCase } from '../fuzz-case.js';
import { mutateBytes } from '../mutate-bytes.js';
import { request } from './request.js';

const paths = [
  ...[
    '/images',
    '/images/1',
    '/images/1/status',
    '/images/events?ids=1,2',
    '/images?after=1&limit=2',
    '/api/v1.0/images/1',
  ],
  ...[
    '/dlq',
    '/dlq?limit=3',
    '/dlq/1/redeliver',
    '/health/live',
    '/metrics',
    '/docs',
    '/docs-json',
    '/docs/swagger-ui.css',
    '/',
    '/page.js',
    '/favicon.svg',
  ],
];
const ids = [
  '1e3',
  '0x10',
  '9007199254740993',
  '../../etc/passwd',
  '..%2f..%2f',
  '%00',
  '-1',
  '1.0',
  '%201',
  '%',
  '%zz',
  '%ff',
  '__proto__',
  '1'.repeat(5_000),
  '\\',
  '1;2',
  '1?',
  '1#',
];
const queries = [
  '?after=',
  '?after=-1',
  '?limit=1e9',
  '?ids=',
  '?ids=,',
  '?ids=1'.padEnd(5_000, ',1'),
  '?a[b]=c',
  '?%',
  '?__proto__=1',
  '?limit=1&limit=2',
  '?',
  '??',
  '?ids=1&ids=2',
];

/** Paths that lead somewhere, nowhere, or outside. */
export const pathCase: MakeCase = (dice) => {
  const method = dice.weighted([
    [12, 'GET'],
    [3, 'HEAD'],
    [3, 'POST'],
    [1, 'OPTIONS'],
    [1, 'DELETE'],
  ] as const);
  const path = dice.oneOf<() => string>([
    () => dice.oneOf(paths) + dice.oneOf(queries),
    () => dice.oneOf(paths).replace(/\d+/, dice.oneOf(ids)),
    () =>
      dice
        .oneOf(paths)
        .split('/')
        .join(dice.oneOf(['//', '/./', '/../', '%2f', '\\'])),
    () =>
      mutateBytes(Buffer.from(dice.oneOf(paths)), dice)
        .toString('latin1')
        .replace(/[ \r\n]/g, ''),
    () => `/${dice.text(dice.oneOf([1, 10, 200])).replace(/[ \r\n]/g, '')}`,
    () => `/images/${encodeURIComponent(dice.text(10).replace(/[\ud800-\udfff]/g, ''))}`,
  ])();
  const headers = dice.oneOf([[], [`authorization: Bearer ${operatorToken}`], ['authorization: Bearer another']]);
  return { request: request(`${method} ${path} HTTP/1.1`, headers) };
};
