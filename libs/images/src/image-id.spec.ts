import { parseImageId } from './image-id.js';

it.each([
  ['1', 1],
  ['17', 17],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
])('reads %s as an image id', (text, id) => {
  expect(parseImageId(text)).toBe(id);
});

it.each([
  '',
  '0',
  '-1',
  '+1',
  '007',
  '1.0',
  '1e3',
  '0x10',
  '1n',
  ' 1',
  '1 ',
  '1\n',
  '1\0',
  '１',
  '٣',
  'NaN',
  'Infinity',
  'abc',
  '../../etc/passwd',
  '9007199254740992',
  '9007199254740993',
  '99999999999999999999',
])('reads %j as no image id', (text) => {
  expect(parseImageId(text)).toBeUndefined();
});
