import { readTask } from './read-task.js';

const read = (text: string) => readTask(Buffer.from(text));

describe('readTask', () => {
  it.each([
    ['user42', 'ab', { method: 'AssignAB', userId: 'user42' }],
    ['Анна, Пётр', 'ab', { method: 'AssignAB', userId: 'Анна, Пётр' }],
    ['unknown:prefix', 'ab', { method: 'AssignAB', userId: 'unknown:prefix' }],
    ['FACT:6', 'ab', { method: 'AssignAB', userId: 'FACT:6' }],
    ['fact:6', 'fact', { method: 'Factorial', n: '6' }],
    ['fact: 007 ', 'fact', { method: 'Factorial', n: '7' }],
    ['fact:-1', 'fact', { method: 'Factorial', n: '-1' }],
    ['fact:9223372036854775807', 'fact', { method: 'Factorial', n: '9223372036854775807' }],
    ['freq:', 'freq', { method: 'MostFrequentLetter', text: '' }],
    ['freq:a:b, c', 'freq', { method: 'MostFrequentLetter', text: 'a:b, c' }],
    ['text: привет', 'text', { method: 'ProcessMessage', text: ' привет' }],
  ])('reads %j as %s', (message, kind, task) => {
    expect(read(message)).toEqual({ message, kind, task });
  });

  it.each([
    ['', 'ab', /an empty one/],
    [' \n', 'ab', /an empty one/],
    ['fact:', 'fact', /an integer after fact: but received ""/],
    ['fact:six', 'fact', /received "six"/],
    ['fact:6.5', 'fact', /received "6.5"/],
    ['fact:1e3', 'fact', /received "1e3"/],
    ['fact:9223372036854775808', 'fact', /64 bits/],
    [`fact:${'9'.repeat(500_000)}`, 'fact', /64 bits.*…"$/],
  ])('refuses %.20j, and says why', (message, kind, problem) => {
    const { error, ...task } = read(message);
    expect(task).toEqual({ message, kind });
    expect(error).toMatch(problem);
    expect(error!.length).toBeLessThan(200);
  });

  it('keeps of what is no text as much as a database takes', () => {
    expect(readTask(Buffer.from([0x75, 0xff, 0x00]))).toMatchObject({
      message: 'u\ufffd\ufffd',
      error: expect.stringContaining('UTF-8'),
    });
    expect(read('fre\0q')).toMatchObject({ message: 'fre\ufffdq', error: expect.stringContaining('NUL') });
  });

  it('keeps the beginning of what is longer than a message may be', () => {
    const { message, kind, error, task } = read(`freq:${'я'.repeat(2_000_000)}`);
    expect({ kind, task }).toEqual({ kind: 'freq', task: undefined });
    expect(message.length).toBeLessThan(1_100);
    expect(error).toContain('received 4000005');
  });
});
