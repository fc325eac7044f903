/* Real here: the compiler, in a process of its own, and a checkpoint of the published models' size. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../../../test/support/setup-scripts.js';
import type { JsonObject } from '../src/checkpoint/json-file.js';
import { randomConfigurations, writeRandomCheckpoint } from '../src/checkpoint/random-checkpoint.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ekphrasis-blip-'));
});
afterEach(() => rm(directory, { recursive: true }));

it('compiles in little memory: twice the largest tensor and a constant, less than the checkpoint has bytes', async () => {
  await promisify(execFile)('npx', ['tsc', '-b', 'libs/blip/tsconfig.json'], { cwd: repository });
  const main = join(repository, 'dist/blip/libs/blip/src/cli/main.js');
  const large = join(directory, 'large');
  const base = randomConfigurations.base as Record<string, JsonObject>;
  await writeRandomCheckpoint(large, {
    ...base,
    // of base's size, with five of its twelve layers: each is calibrated by itself, which is what takes the time
    text_config: { ...base.text_config, num_hidden_layers: 5 },
    vision_config: { ...base.vision_config, num_hidden_layers: 5 },
  });
  // not maxRSS: a child's begins with what its parent had when it was forked
  const script = `
    process.on('exit', () => console.error(require('fs').readFileSync('/proc/self/status', 'utf8')));
    require(process.argv[1]);`;
  const { stderr } = await promisify(execFile)('node', [
    '-e',
    script,
    main,
    'compile',
    large,
    '--out',
    join(directory, 'bundle'),
  ]);
  const peak = Number(/VmHWM:\s+(\d+) kB/.exec(stderr)![1]) * 1024;
  const largestTensor = 30_524 * 768 * 4;
  // Node.js, ONNX Runtime, and one layer of the model while int8 is calibrated
  const constant = 160e6;
  expect(peak).toBeLessThan(2 * largestTensor + constant);
  expect(peak).toBeLessThan((await stat(join(large, 'model.safetensors'))).size);
}, 300_000);
