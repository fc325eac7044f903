import { deserialize, serialize } from 'node:v8';
import { CodedError } from './coded-error.js';
import { fromFailure, toFailure } from './failure.js';

/** What comes out of an error on the other side of a process's channel, which takes it by structured clone. */
const sent = (error: unknown): CodedError =>
  fromFailure(deserialize(serialize(toFailure(error, 'work-failed'))) as ReturnType<typeof toFailure>);

it('keeps all that code branches on: whether to retry, whether the attempt counts, what is waited for', () => {
  const deferral = { key: 'example.com:443', until: 1_700_000_000_000, patienceMs: 60_000 };
  const error = new CodedError('host-busy', 'As many as may be', { retryable: true, attemptCounts: false, deferral });
  expect(sent(error)).toMatchObject({
    code: 'host-busy',
    message: 'As many as may be',
    retryable: true,
    attemptCounts: false,
    deferral,
  });
  expect(sent(new CodedError('no-picture', 'None', { retryable: false }))).toMatchObject({
    retryable: false,
    attemptCounts: true,
    deferral: undefined,
  });
});

it('gives an error without a code the one it is told, and lets it be tried again', () => {
  expect(sent(new TypeError('null is not a picture'))).toMatchObject({
    code: 'work-failed',
    message: 'null is not a picture',
    retryable: true,
  });
  expect(sent('thrown as a text')).toMatchObject({ code: 'work-failed', message: 'thrown as a text' });
});

it('tells where it was thrown', () => {
  const error = new TypeError('null is not a picture');
  expect((sent(error).cause as Error).stack).toBe(error.stack);
});
