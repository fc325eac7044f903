import { parseOptions } from './options.js';

const options = {
  count: { kind: 'number', meaning: 'pictures', default: 100, least: 1, most: 1000 },
  workers: { kind: 'number', meaning: 'label', least: 0, most: 64 },
  interval: { kind: 'number', meaning: 'pause', default: 5, least: 0, most: 60, whole: false },
  results: { kind: 'text', meaning: 'where', default: '.run/results' },
  once: { kind: 'flag', meaning: 'one look' },
} as const;
const parse = (...args: string[]) => parseOptions('npm run tool', options, args);

it('reads options, with defaults for those that are left out', () => {
  expect(parse()).toEqual({ count: 100, workers: undefined, interval: 5, results: '.run/results', once: false });
  expect(parse('--count', '7', '--workers=3', '--interval', '0.5', '--results', 'x', '--once')).toEqual({
    ...{ count: 7, workers: 3, interval: 0.5, results: 'x', once: true },
  });
});

it.each([
  ['--count', '0'],
  ['--count', '1001'],
  ['--count', '2.5'],
  ['--count', 'many'],
  ['--count', ''],
  ['--interval', '-1'],
  ['--interval', 'NaN'],
  ['--unknown', '1'],
  ['positional'],
  ['--count'],
])('refuses %s %s in one line that names it', (...args) => {
  let message = '';
  try {
    parse(...args);
  } catch (error) {
    expect(error).toMatchObject({ code: 'usage' });
    message = (error as Error).message;
  }
  expect(message).toContain(args[0].replace(/^--/, ''));
  expect(message).not.toContain('\n');
});

it('prints what the options mean', () => {
  const print = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  expect(parse('--help')).toBeUndefined();
  const printed = print.mock.calls.join('\n');
  print.mockRestore();
  for (const name of Object.keys(options)) expect(printed).toContain(`--${name}`);
});
