import { KeyedTurns } from './keyed-turns.js';

it('has work of one key done in turn, that of others beside it, and goes on after a failure', async () => {
  const turns = new KeyedTurns();
  const said: string[] = [];
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const first = turns.run('a', async () => {
    said.push('first begins');
    await held;
    throw new Error('first');
  });
  const second = turns.run('a', async () => void said.push('second'));
  await turns.run('b', async () => void said.push('other'));
  expect(said).toEqual(['first begins', 'other']);
  release();
  await expect(first).rejects.toThrow('first');
  await second;
  expect(said).toEqual(['first begins', 'other', 'second']);
});
