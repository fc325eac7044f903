import { ImageListQueryPipe } from './image-list.query.js';

const pipe = new ImageListQueryPipe();

it.each([
  [{}, { after: 0, limit: Infinity }],
  [{ after: '0' }, { after: 0, limit: Infinity }],
  [
    { after: '17', limit: '5' },
    { after: 17, limit: 5 },
  ],
  [{ other: 'x' }, { after: 0, limit: Infinity }],
])('reads %j', (query, expected) => {
  expect(pipe.transform(query)).toEqual(expected);
});

it.each([{ after: '-1' }, { after: 'a' }, { limit: '0' }, { limit: '' }, { limit: '1e3' }, { after: ['1', '2'] }])(
  'refuses %j, and says what it expected',
  (query) => {
    expect(() => pipe.transform(query)).toThrow(/^Expected a positive integer for (after|limit) but received /);
  },
);
