import { GalleryQueryPipe } from './gallery.query.js';

const read = (query: Record<string, unknown>) => new GalleryQueryPipe().transform(query);

it.each([{}, { words: '', status: '' }])('takes %j for the newest page of all', (query) => {
  expect(read(query)).toEqual({ limit: 24 });
});

it('takes words, a state, and where to go on', () => {
  const query = { words: 'red "big circle" -dog', status: 'described', before: '17', limit: '100' };
  expect(read(query)).toEqual({ ...query, before: 17, limit: 100 });
});

it.each([
  [{ words: 'x'.repeat(201) }, 'Expected a text of at most 200 characters for words'],
  [{ words: 'a\0' }, 'for words'],
  [{ words: ['a'] }, 'for words but received an array'],
  [{ status: 'done' }, 'for status but received "done"'],
  [{ before: '0' }, 'for before but received "0"'],
  [{ limit: '101' }, 'Expected a whole number from 1 to 100 for limit'],
])('refuses %j and names the field', (query, message) => {
  expect(() => read(query)).toThrow(message);
});
