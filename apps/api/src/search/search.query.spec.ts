import { SearchQueryPipe } from './search.query.js';

const read = (query: Record<string, unknown>) => new SearchQueryPipe().transform(query);

it('takes nothing for everything, a page of a hundred', () => expect(read({})).toEqual({ after: 0, limit: 100 }));

it('takes a tag, a state, and where to go on', () => {
  const query = { tag: 'summer 🐈', status: 'failed', after: '17', limit: '1000' };
  expect(read(query)).toEqual({ tag: 'summer 🐈', status: 'failed', after: 17, limit: 1_000 });
});

it.each([
  [{ tag: ['a', 'b'] }, 'for tag but received an array'],
  [{ tag: 'x'.repeat(129) }, 'at most 128 characters for tag'],
  [{ tag: 'a\0' }, 'for tag'],
  [{ status: 'done' }, 'Expected queued, processing, described, failed for status but received "done"'],
  [{ status: '' }, 'for status but received ""'],
  [{ after: '-1' }, 'for after but received "-1"'],
  [{ after: '1e3' }, 'for after'],
  [{ limit: '0' }, 'Expected a whole number from 1 to 1000 for limit but received "0"'],
  [{ limit: '1001' }, 'for limit'],
])('refuses %j and names the field', (query, message) => {
  expect(() => read(query)).toThrow(message);
});
