import { deadLetterBody } from './dead-letter.js';
import { readBody } from './task-request.js';

const letterOf = (body: string, headers: object = {}) =>
  JSON.parse(
    deadLetterBody({
      read: readBody(Buffer.from(body)),
      reason: 'why',
      correlationId: 'c',
      replyTo: 'r',
      headers,
    }).toString(),
  ) as { request: unknown; headers: unknown };

it('holds the request as it was parsed, with its secrets masked and nothing else changed', () => {
  const request = { id: 'a', auth: 'secret', data: { password: 'secret', email: 'e', title: 'auth' }, more: [1] };
  expect(letterOf(JSON.stringify(request), { 'x-retry-count': 3 })).toEqual({
    failed_at: expect.any(String),
    reason: 'why',
    request: { id: 'a', auth: '***', data: { password: '***', email: 'e', title: 'auth' }, more: [1] },
    correlation_id: 'c',
    reply_to: 'r',
    headers: { 'x-retry-count': 3 },
  });
});

it.each([
  '{"auth": "secret", ',
  '{"data": {"password":"se\\"cret"}} trailing',
  '{"password" : "secret that has no end',
])('masks secrets in what is no JSON: %s', (body) => {
  expect(JSON.stringify(letterOf(body).request)).not.toMatch(/cret/);
});

it('does without headers that are nested deeper than a stack is high', () => {
  let headers: object = {};
  for (let depth = 0; depth < 100_000; depth += 1) headers = { headers };
  expect(letterOf('{}', headers).headers).toEqual({});
});
