/* Real here: the commands, run in this process, on files, threads and graphs. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captionCommand } from '../src/cli/caption-command.js';
import { compileCommand } from '../src/cli/compile-command.js';
import { inspectCommand } from '../src/cli/inspect-command.js';
import { randomCommand } from '../src/cli/random-command.js';
import { verifyCommand } from '../src/cli/verify-command.js';
import { pngPicture } from '../../pictures/test/support/pictures.js';

interface CaptionLine {
  file: string;
  tokenIds: number[];
  error?: unknown;
}

let directory: string;
let bundle: string;
let lines: string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ekphrasis-blip-'));
  bundle = join(directory, 'bundle');
  silence();
  await randomCommand(['--config', 'tiny', '--out', join(directory, 'checkpoint')]);
  await compileCommand([join(directory, 'checkpoint'), '--out', bundle, '--name', 'tiny-random']);
  for (const name of ['a', 'b']) await writeFile(join(directory, `${name}.png`), await pngPicture(name.charCodeAt(0)));
  await writeFile(join(directory, 'c.txt'), 'not a picture');
});

afterAll(() => rm(directory, { recursive: true }));

beforeEach(() => {
  lines = [];
  silence();
});

afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
});

function silence(): void {
  jest.spyOn(console, 'log').mockImplementation((line: string) => void lines?.push(line));
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
}

it('captions pictures, one JSON line each, in their order', async () => {
  const files = ['a.png', 'c.txt', 'b.png', 'missing.png'].map((name) => join(directory, name));
  await captionCommand([bundle, ...files, '--json', '--beams', '2', '--max-length', '9', '--min-length', '4']);
  const answers = lines.map((line) => JSON.parse(line) as CaptionLine);
  expect(answers.map(({ file }) => file)).toEqual(files);
  for (const answer of [answers[0]!, answers[2]!]) {
    expect(Object.keys(answer)).toEqual(['file', 'caption', 'tokenIds', 'confidence', 'captions', 'timings']);
    expect(answer.tokenIds[0]).toBe(198);
    expect(answer.tokenIds.length).toBeGreaterThan(3);
    expect(answer.tokenIds.length).toBeLessThan(10);
  }
  expect(answers[1]!.error).toMatchObject({ code: 'not-a-picture', retryable: false });
  expect(answers[3]!.error).toMatchObject({ code: 'file-not-readable', retryable: false });
  expect(process.exitCode).toBe(1);
});

it('tells the other captions, too, where more than one is asked for', async () => {
  await captionCommand([bundle, join(directory, 'a.png'), '--captions', '3']);
  const [first, ...others] = lines.join('\n').split('\n');
  expect(first).toMatch(/a\.png: \S/);
  expect(others.length).toBeGreaterThan(0);
  for (const other of others) expect(other).toMatch(/^ {2}or: \S/);
  lines = [];
  await captionCommand([bundle, join(directory, 'a.png'), '--captions', '3', '--json']);
  const { captions } = JSON.parse(lines[0]!) as { captions: { text: string }[] };
  expect(captions.map(({ text }) => text)).toEqual([first!.split(': ')[1], ...others.map((line) => line.slice(6))]);
});

it('verifies and inspects a bundle', async () => {
  await verifyCommand([bundle]);
  expect(lines.pop()).toBe(`${bundle}: 6 files are as the manifest says, and the graphs load`);
  await inspectCommand([bundle]);
  expect(lines).toContain('name                tiny-random');
  expect(lines).toContain('licence             cc0-1.0');
  lines = [];
  await inspectCommand([bundle, '--json']);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    manifest: { precision: 'int8' },
    configuration: { model: { vision: { imageSize: 64 } } },
  });
});

it.each([
  [() => captionCommand([bundle]), 'Expected at least 2 argument(s) but received 1'],
  [() => captionCommand([bundle, 'x', '--beams', 'many']), 'Expected a number for --beams but received "many"'],
  [() => compileCommand(['x', '--precision', 'int4']), 'Expected --out <directory>'],
  [
    () => compileCommand(['x', '--out', 'y', '--precision', 'int4']),
    'Expected fp32 or int8 for --precision but received "int4"',
  ],
  [
    () => randomCommand(['--config', 'huge', '--out', 'y']),
    'Expected base, large, tiny for --config but received "huge"',
  ],
])('explains a wrong command line', async (run, message) => {
  await expect(run()).rejects.toThrow(message);
});
