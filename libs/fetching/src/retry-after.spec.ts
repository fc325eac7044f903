import { retryTime } from './retry-after.js';

const now = Date.parse('2026-11-26T12:00:00Z');
const secondsOf = (header: string | undefined) => {
  const at = retryTime(header, now);
  return at === undefined ? undefined : (at - now) / 1_000;
};

it.each([
  ['120', 120],
  [' 7 ', 7],
  ['0', 1],
  ['999999999', 86_400],
  ['Thu, 26 Nov 2026 12:02:00 GMT', 120],
  ['Thursday, 26-Nov-26 12:02:00 GMT', 120],
  ['Thu, 26 Nov 2026 11:00:00 GMT', 1],
  ['Thu, 26 Nov 2099 12:00:00 GMT', 86_400],
])('reads %j as %d seconds from now', (header, seconds) => expect(secondsOf(header)).toBe(seconds));

it.each([undefined, '', 'soon', '-1', '1.5', '12e3', 'Thu, 99 Nov 2026'])('makes nothing of %j', (header) =>
  expect(secondsOf(header)).toBeUndefined(),
);
