import { entityTagOf, matchesEntityTag } from './entity-tag.js';

const tag = entityTagOf('a body');

it('is strong, and another for another body', () => {
  expect(tag).toMatch(/^"[\w-]{22}"$/);
  expect(entityTagOf('another body')).not.toBe(tag);
});

it.each([tag, `W/${tag}`, '*', ' * ', `"other", ${tag}`, `W/"other",W/${tag} , "third"`])(
  'is matched by %s',
  (header) => {
    expect(matchesEntityTag(header, tag)).toBe(true);
  },
);

it.each([undefined, '', '"other"', `${tag}x`, tag.slice(1, -1), 'W/*'])('is not matched by %s', (header) => {
  expect(matchesEntityTag(header, tag)).toBe(false);
});
