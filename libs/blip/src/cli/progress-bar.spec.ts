import { ProgressBar } from './progress-bar.js';

let written: string;

beforeEach(() => {
  written = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((written += String(text))));
});

afterEach(() => jest.restoreAllMocks());

function onTerminal(isTerminal: boolean): void {
  Object.defineProperty(process.stderr, 'isTTY', { value: isTerminal, configurable: true });
}

/** Downloads 1 GB in a hundred steps of as many milliseconds. */
function download(stepMs: number, from = 0): void {
  let now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  const bar = new ProgressBar('downloading');
  for (let step = from; step <= 100; step++, now += stepMs) bar.update(step * 1e7, 1e9);
}

it('writes a line for each tenth where there is no terminal', () => {
  onTerminal(false);
  download(100);
  const lines = written.trimEnd().split('\n');
  expect(lines).toHaveLength(11);
  expect(lines[1]).toBe('downloading 10 %: 100.0 of 1000.0 MB, 100.0 MB/s, 9 s left');
  expect(lines[10]).toBe('downloading 100 %: 1000.0 of 1000.0 MB, 100.0 MB/s');
});

it('redraws a bar with bytes, rate and time left on a terminal', () => {
  onTerminal(true);
  download(1000);
  const drawings = written.split('\r\x1b[K').slice(1);
  expect(drawings).toHaveLength(101);
  expect(drawings[50]).toBe('downloading ████████████░░░░░░░░░░░░ 500.0 of 1000.0 MB, 10.0 MB/s, 50 s left');
  expect(drawings[10]).toContain('1 min 30 s left');
  expect(written.endsWith('\n')).toBe(true);
});

it('counts nothing as speed that an earlier run has brought', () => {
  onTerminal(false);
  download(1000, 80);
  expect(written).toContain('downloading 80 %: 800.0 of 1000.0 MB\n');
  expect(written).toContain('downloading 90 %: 900.0 of 1000.0 MB, 10.0 MB/s, 10 s left\n');
});
