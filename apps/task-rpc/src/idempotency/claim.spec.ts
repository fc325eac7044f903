import { Fingerprints } from './claim.js';

const fingerprints = new Fingerprints('key');
const of = (data: Record<string, unknown>, version = 'v1') =>
  fingerprints.of({ id: 'a', version, action: 'create_task', data, auth: 'token' }).toString('hex');

it('is the same in whatever order the fields stand, whatever the token and the id', () => {
  expect(of({ title: 'x', more: { a: 1, b: 2 } })).toBe(of({ more: { b: 2, a: 1 }, title: 'x' }));
  const other = { id: 'b', version: 'v1', action: 'create_task', data: { title: 'x' }, auth: 'another' };
  expect(fingerprints.of(other).toString('hex')).toBe(of({ title: 'x' }));
});

it('differs by content, version and key, and between an object and the list of its fields', () => {
  const all = [
    of({ title: 'x' }),
    of({ title: 'y' }),
    of({ title: 'x' }, 'v2'),
    of({ title: { a: 1 } }),
    of({ title: [['a', 1]] }),
    of({ title: { fields: [['a', 1]] } }),
    new Fingerprints('other')
      .of({ id: 'a', version: 'v1', action: 'create_task', data: { title: 'x' }, auth: '' })
      .toString('hex'),
  ];
  expect(new Set(all).size).toBe(all.length);
});
