import { isUsableId, mostBytes, readBody } from './task-request.js';

const read = (body: unknown) => readBody(Buffer.from(JSON.stringify(body)));

it('reads a request: data is optional, and Bearer no part of the token', () => {
  expect(read({ id: 'a', version: 'v1', action: 'list_tasks', auth: 'Bearer  t.o.k' }).request).toEqual({
    id: 'a',
    version: 'v1',
    action: 'list_tasks',
    data: {},
    auth: 't.o.k',
  });
});

it.each([
  [{ version: 'v1', action: 'x' }, undefined],
  [{ id: '', version: 'v1', action: 'x' }, undefined],
  [{ id: 7, version: 'v1', action: 'x' }, undefined],
  [{ id: 'a', action: 'x' }, 'a'],
  [{ id: 'a', version: 1, action: 'x' }, 'a'],
  [{ id: 'a', version: 'v1' }, 'a'],
  [{ id: 'a', version: 'v1', action: 'x', data: [] }, 'a'],
  [{ id: 'a', version: 'v1', action: 'x', auth: {} }, 'a'],
  [[], undefined],
  [null, undefined],
])('refuses %j, and tells its id where it has one', (body, id) => {
  const { request, refusal, id: found } = read(body);
  expect(request).toBeUndefined();
  expect(refusal).toMatchObject({ code: 'request-refused', message: expect.stringMatching(/^Expected /) });
  expect(found).toBe(id);
});

it('looks into nothing that is too large or too deep', () => {
  const large = readBody(Buffer.alloc(mostBytes + 1, '"'));
  expect(large.refusal?.message).toContain('bytes');
  expect(String(large.body).length).toBeLessThan(100_000);
  expect(readBody(Buffer.from('['.repeat(500_000))).refusal?.message).toContain('deep');
});

it.each(['a', 'ид-1', 'x'.repeat(255), '🙂'])('takes %s for an id', (id) => expect(isUsableId(id)).toBe(true));
it.each(['', 'x'.repeat(256), 'a\0', 'a\nb', '\ud83d', 7, null])('takes %j for none', (id) =>
  expect(isUsableId(id)).toBe(false),
);
